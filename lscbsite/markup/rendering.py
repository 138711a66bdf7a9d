"""The way into the four stations; what they need is imported when there is a body to render."""

from lscbsite.model import Rendered
from lscbsite.problems import Problems


def render_body(text: str, path: str, first_line: int, problems: Problems) -> Rendered:
    """Return a Markdown text, which begins in ``first_line`` of the file ``path``, rendered.

    Problems: M001 (nested too deeply; the Body is empty then), M002, M003, L005, L006.
    """
    # A build in which no file changed renders none, and does not wait for the engine to load.
    from lscbsite.markup.engine import render

    return render(text, path, first_line, problems)
