"""Stage 6: outputs -> bytes."""

from collections.abc import Iterable, Iterator

from lscbsite.model import Output
from lscbsite.theme import Theme


def render(outputs: Iterable[Output], theme: Theme) -> Iterator[tuple[str, bytes]]:
    """Yield each output's path and bytes; only its view, its encoder and the theme decide them.

    Raises:
        TemplateFaultError: a template of the site is at fault.

    """
    for output in outputs:
        yield output.path, output.encoder(output.view, theme)
