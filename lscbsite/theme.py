"""The theme: Jinja2 templates, those of the site before those of the tool."""

import re
from pathlib import Path
from typing import Any

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    select_autoescape,
)

from lscbsite.problems import Problem

_PACKAGE = Path(__file__).parent
# In the wheel the templates lie inside the package, in a checkout beside it.
_OWN = next(
    folder for folder in (_PACKAGE / "templates", _PACKAGE.parent / "templates") if folder.is_dir()
)


class TemplateFaultError(Exception):
    """A template of the site cannot be used; ``problem`` tells the author why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Theme:
    """Renders templates by name. ``theme/NAME`` is always the tool's own, to be extended."""

    def __init__(self, site_dir: Path) -> None:
        self._site_dir = site_dir.resolve()
        own = FileSystemLoader(_OWN)
        self._environment = Environment(
            loader=ChoiceLoader(
                [
                    FileSystemLoader(self._site_dir / "templates"),
                    own,
                    PrefixLoader({"theme": own}),
                ]
            ),
            autoescape=select_autoescape(["html", "svg"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, name: str, view: Any) -> bytes:
        """Return a template filled with a view, in UTF-8.

        Raises:
            TemplateFaultError: a template of the site is at fault.

        """
        try:
            text = self._environment.get_template(name).render(view=view, theme_name=name)
        except Exception as error:
            if problem := self._fault(error):
                raise TemplateFaultError(problem) from error
            raise
        return text.encode()

    def _fault(self, error: Exception) -> Problem | None:
        """Return the problem if the deepest template in the traceback is one of the site's."""
        place: tuple[Path, int] | None = None
        if isinstance(error, TemplateSyntaxError) and error.filename:
            place = Path(error.filename), error.lineno
        trace = error.__traceback__
        while trace is not None:
            file = Path(trace.tb_frame.f_code.co_filename)
            if file.is_relative_to(self._site_dir / "templates"):
                place = place or (file, trace.tb_lineno)
                if not isinstance(error, TemplateSyntaxError):
                    place = file, trace.tb_lineno
            trace = trace.tb_next
        if place is None or not place[0].is_relative_to(self._site_dir):
            return None
        what = (
            str(error) if isinstance(error, TemplateError) else f"{type(error).__name__}: {error}"
        )
        what = re.sub(r"'lscbsite\.[\w.]*?(\w+) object'", r"the \1", what)
        if isinstance(error, TemplateNotFound):
            what = f"the unknown template {what}"
        return Problem(
            place[0].relative_to(self._site_dir).as_posix(),
            place[1],
            1,
            "S008",
            f"a template error ({' '.join(what.split()).rstrip('.')})",
            "a template that works with this version",
            "correct it, or take it out to use the tool's own",
        )
