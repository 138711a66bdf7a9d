"""Render bodies in four steps."""

from functools import cache

import nh3
from markdown import Markdown

from lscbsite.addresses import SCHEMES
from lscbsite.markup.elements import ALLOWED, ATTRIBUTES, NAME_SCHEME
from lscbsite.markup.escape_html import escape_unknown_html, report_lost_links
from lscbsite.markup.extensions import GitHubMarkdown, create_engine
from lscbsite.markup.inlines import POSITION, TARGET
from lscbsite.markup.limits import MOST_CELLS, NestedTooDeeplyError, TooManyCellsError
from lscbsite.markup.misreadings import find_hidden_texts, report_misreadings
from lscbsite.markup.sections import SectionBuilder
from lscbsite.markup.source import SourceText
from lscbsite.markup.summary import extract_title
from lscbsite.model import Body, Html, Rendered
from lscbsite.problems import Problems
from lscbsite.text import remove_controls

_MOST_CHARACTERS = 5_000_000


@cache
def _get_engine() -> tuple[Markdown, GitHubMarkdown]:
    return create_engine()


@cache
def _get_cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(ALLOWED),
        attributes=ATTRIBUTES | {"*": ATTRIBUTES["*"] | {POSITION, TARGET}},
        url_schemes={*SCHEMES, NAME_SCHEME},
        link_rel=None,
    )


def render(text: str, path: str, first_line: int, problems: Problems, title: str) -> Rendered:
    """Render a body in four steps; see ``render_body``."""
    source = SourceText(path, first_line, problems)
    nothing = Rendered(Body(), Html(), {}, {})
    if len(text) > _MOST_CHARACTERS:
        _report_length(text, source)
        return nothing
    engine, extension = _get_engine()
    try:
        raw = engine.reset().convert(text)
    except NestedTooDeeplyError as error:
        source.report(
            source.locate(error.line, 1),
            "M001",
            "quotations, lists or brackets nested too deeply",
            "text that a reader can follow",
            "take out the repeated characters at the start of this line",
        )
        return nothing
    except TooManyCellsError as error:
        source.report(
            source.locate(error.line, 1),
            "M004",
            f"a table of {error.cells:,} cells",
            f"at most {MOST_CELLS:,}",
            "take out the columns that no row fills",
        )
        return nothing
    if not text.strip():
        return nothing
    source.set_parsed(extension.parsed, extension.tree.words)
    report_misreadings(extension.parsed, extension.tree, source)
    report_lost_links(raw, source)
    escaped = escape_unknown_html(raw, extension.raw_html, source)
    clean = remove_controls(_get_cleaner().clean(escaped))
    own_title, clean = extract_title(clean, title)
    rendered = SectionBuilder(source, extension.tree.blocks, title or own_title).build(clean)
    source.finish()
    hidden = tuple(
        (source.locate(line, column), words)
        for line, column, words in find_hidden_texts(extension.tree)
    )
    return rendered._replace(title=own_title, hidden=hidden)


def _report_length(text: str, source: SourceText) -> None:
    line = text.count("\n", 0, _MOST_CHARACTERS) + 1
    column = _MOST_CHARACTERS - text.rfind("\n", 0, _MOST_CHARACTERS)
    source.report(
        source.locate(line, column),
        "M004",
        f"a text of {len(text):,} characters",
        f"at most {_MOST_CHARACTERS:,}",
        "split it into several files, or put the long part into files/ and link to it; the text"
        " over the limit begins here",
    )
