"""Configure the Markdown engine, with our ``[[...]]`` syntax, and render bodies in four steps."""

from functools import cache
from typing import Any

import nh3
from markdown import Markdown, __version_info__
from markdown.extensions.abbr import AbbrExtension
from markdown.extensions.attr_list import AttrListExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension

from lscbsite.addresses import SCHEMES
from lscbsite.markup.elements import ALLOWED, ATTRIBUTES, NAME_SCHEME
from lscbsite.markup.escape_html import escape_unknown_html, report_lost_links
from lscbsite.markup.extensions import FencedCode, References
from lscbsite.markup.limits import TooMuchEffortError, is_too_long, report_effort
from lscbsite.markup.sections import SectionBuilder
from lscbsite.markup.source import SourceText
from lscbsite.model import Body, Html, Rendered
from lscbsite.problems import Problems
from lscbsite.text import remove_controls

# The version of Markdown that ``fast_markdown`` is tested against (test_fast_markdown.py).
COMPARED = (3, 11, 3)


def create_engine(kind: type[Markdown]) -> Markdown:
    """Create an engine with the syntax that the authors' guide describes."""
    # Extensions given by name would be searched for in all installed libraries.
    extensions: list[Any] = [
        TableExtension(use_align_attribute=True),
        FootnoteExtension(),
        FencedCode(),
        AttrListExtension(),
        AbbrExtension(),
        SaneListExtension(),
        References(),
    ]
    return kind(extensions=extensions)


def choose_engine_class(version: tuple[Any, ...]) -> type[Markdown]:
    """Return the faster engine if it was tested with this version, else the plain one."""
    if version[:3] != COMPARED:
        return Markdown
    from lscbsite.markup.fast_markdown import FasterMarkdown

    return FasterMarkdown


@cache
def _get_engine() -> Markdown:
    return create_engine(choose_engine_class(__version_info__))


@cache
def _get_cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(ALLOWED),
        attributes=ATTRIBUTES,
        url_schemes={*SCHEMES, NAME_SCHEME},
        link_rel=None,
    )


def render(text: str, path: str, first_line: int, problems: Problems) -> Rendered:
    """Render a body in four steps; see ``render_body``."""
    source = SourceText(text, path, first_line, problems)
    nothing = Rendered(Body(), Html(), {}, {})
    if is_too_long(text, source):
        return nothing
    try:
        raw = _get_engine().reset().convert(text)
    except RecursionError:
        _get_engine.cache_clear()
        source.report_deepest_line()
        return nothing
    except TooMuchEffortError as error:
        _get_engine.cache_clear()
        report_effort(error, source)
        return nothing
    report_lost_links(raw, source)
    clean = remove_controls(_get_cleaner().clean(escape_unknown_html(raw, source)))
    return SectionBuilder(source).build(clean)
