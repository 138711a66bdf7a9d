"""Report what Markdown cannot show as the author meant it."""

import re
from collections.abc import Iterator

import comrak
from comrak import AstNode

from lscbsite.markup.gfm import Parsed, get_value, list_blocks
from lscbsite.markup.inlines import find_open_comment
from lscbsite.markup.source import SourceText
from lscbsite.markup.tree import Tree
from lscbsite.problems import SPECIAL_SPACE, quote_value

_NOTE = re.compile(r"\[\^([^\[\]]+)\]")
# "##Training", and "## Training" with a no-break space; "#1234" and "#word" are no headings.
_FAILED_HEADING = re.compile(rf"(#{{1,6}}){SPECIAL_SPACE}+\S|(#{{2,6}})[^\W\d_]")
_ADDRESS = r"(?:https?://|www\.|mailto:|\.{0,2}/)[^\s()\[\]]+"
_ENDING = r"\.(?:md|pdf|docx?|xlsx?|pptx?|odt|html?|jpe?g|png)(?:#[^\s()]*)?"
_FILE = rf"[^\s()\[\]]+{_ENDING}"
_REVERSED_LINK = re.compile(rf"\((?P<words>[^()\n]+)\)\[(?P<address>{_ADDRESS}|{_FILE})\]")
# These are matched with the source: a part of them is a link to the parser.
_BRACKET = re.compile(r"\[(?=[^\[\]]*\] ?\()")
_SPACED_LINK = re.compile(rf"\[(?P<words>[^\[\]]+)\] \((?P<address>{_ADDRESS}|{_FILE})\)")
_CURLY_TITLE = re.compile(
    r"\[(?P<words>[^\[\]]*)\]\((?P<address>[^\s()<>]+)\s+[“”„«‘’‚](?P<title>[^()\"]*)[“”»‘’]\s*\)"
)
# Of an address with spaces; file names have pairs of round brackets, as in "chart (1).png".
_PART = r"(?:[^()<>\"'\n]|\([^()<>\"'\n]*\))"
_SPACED_ADDRESS = re.compile(
    rf"\[(?P<words>[^\[\]]*)\]\((?P<address>(?=[^\s()<>\"']*/|{_PART}*{_ENDING}\))\S{_PART}*+)\)"
)
_WORDS_IN_ADDRESS = re.compile(r"\]\([^()\s]+\s+[^\s\"']")
# What is not read in HTML, and Markdown in the rest of it.
_TAG_OR_HIDDEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(pre|code|script|style)\b.*?(?:</\1>|\Z)|<[^<>]*>", re.DOTALL
)
_MARKDOWN = re.compile(
    r"(?m)\*\*[^\s*][^*\n]*\*\*|\[[^\[\]\n]+\]\([^()\s]+\)|^[ \t]*(?:[-*+]|\d{1,2}[.)]|#{2,6}) +\S.*"
)
_FENCE = re.compile(r"`{3,}|~{3,}")
# What parts a text: an empty line, a heading.
_BLOCK_END = re.compile(r"\n\s*\n|\n\s{0,3}#{1,6} ")
# No remark between two authors is so long.
_LONGEST_REMARK = 50
# The beginning of a sentence, in which no sign is one of code.
_SENTENCE = re.compile(r"[\"'“‘(]?[^\W\d_][^\W_]*,?(?: [^\W_]+(?:['’-][^\W_]+)*[,;:]?){4,}")


def report_misreadings(parsed: Parsed, tree: Tree, source: SourceText) -> None:
    """Report what Markdown does not see.

    Problems: M006 (cells beyond the table's head, which get columns without a heading), M007 (two
    footnotes with one name, or one without its mark or its text), M008 (a link that Markdown does
    not see as one), M009 (a paragraph that its indentation makes code), M010 (a heading that is
    shown as text), M011 (a comment or Markdown in HTML that readers see as it was typed).
    """
    _report_wide_rows(parsed, source)
    _report_notes(parsed, tree, source)
    _report_failed_links(parsed, tree, source)
    _report_code(parsed, source)
    _report_failed_headings(parsed, tree, source)
    _report_comments(parsed, tree, source)
    _report_html(tree, source)


def _report_wide_rows(parsed: Parsed, source: SourceText) -> None:
    for line, columns in parsed.widened:
        source.report(
            source.locate(line, 1),
            "M006",
            f"a row with more cells than the table's first row, which has {columns}",
            "a heading for each column",
            "add headings to the first row, or write \\| for a | that is part of a text",
        )


def _report_notes(parsed: Parsed, tree: Tree, source: SourceText) -> None:
    if "[^" not in parsed.text:
        return
    for note in tree.repeated_notes:
        source.report(
            source.locate(note.line, note.column),
            "M007",
            f"a second footnote [^{note.text}]",
            "one text for each footnote",
            "give this one another name, here and in the text",
        )
    for note in tree.empty_notes:
        source.report(
            source.locate(note.line, note.column),
            "M007",
            f"a footnote [^{note.text}] without text",
            "the text of the footnote in this line",
            f"write it after the colon: [^{note.text}]: ...",
        )
    for node in tree.words:
        for match in _NOTE.finditer(get_value(node)):
            line, _ = parsed.get_start(node)
            column = parsed.get_text_column(node, match.start())
            if parsed.lines[line - 1][column - 1 : column + 1] != "[^":
                continue  # the author escaped the bracket
            expected = "a footnote with this name"
            fix = f"write its text on a line of its own: [^{match[1]}]: ..."
            if " " in match[1]:
                expected = "a name without spaces for a footnote"
                fix = f"write [^{match[1].replace(' ', '-')}], here and in front of its text"
            source.report(source.locate(line, column), "M007", quote_value(match[0]), expected, fix)


def _report_failed_links(parsed: Parsed, tree: Tree, source: SourceText) -> None:
    body = parsed.text
    if not (")[" in body or "] (" in body or _WORDS_IN_ADDRESS.search(body)):
        return
    for node in tree.words:
        text = get_value(node)
        if ")[" in text:
            for match in _REVERSED_LINK.finditer(text):
                position = source.locate_text(node, match.start())
                fix = f"write [{match['words']}]({match['address']})"
                source.report(
                    position,
                    "M008",
                    quote_value(match[0]),
                    "the words first, then the address",
                    fix,
                )
        if "[" in text:
            _report_almost_links(parsed, node, source)


def _report_almost_links(parsed: Parsed, node: AstNode, source: SourceText) -> None:
    number, start = parsed.get_start(node)
    line = parsed.lines[number - 1]
    end = start + len(get_value(node))
    for bracket in _BRACKET.finditer(line, start - 1, end):
        at = bracket.start()
        if line[at - 1 : at] == "\\":
            continue
        mark = "!" if line[at - 1 : at] == "!" else ""
        what = "picture" if mark else "link"
        if match := _SPACED_LINK.match(line, at):
            expected = f"a {what} without a space between its words and its address"
            fix = f"write {mark}[{match['words']}]({match['address']})"
        elif match := _CURLY_TITLE.match(line, at):
            expected = f"a {what} whose title has straight quotation marks"
            fix = f'write {mark}[{match["words"]}]({match["address"]} "{match["title"]}")'
        elif (match := _SPACED_ADDRESS.match(line, at)) and " " in match["address"].strip():
            expected = f"a {what} whose address has no spaces"
            address = match["address"].strip().replace(" ", "%20")
            fix = f"write %20 for each space: {mark}[{match['words']}]({address})"
        else:
            continue
        position = source.locate(number, at + 1 - len(mark))
        source.report(position, "M008", quote_value(f"{mark}{match[0]}"), expected, fix)


def _report_code(parsed: Parsed, source: SourceText) -> None:
    """Report what was hardly meant as code: below a fence without an end, or behind spaces."""
    if not any(sign in parsed.text for sign in ("```", "~~~", "\n    ", "\n\t")):
        return
    for block in list_blocks(parsed.tree):
        if type(block.node_value) is not comrak.CodeBlock:
            continue
        position = source.locate(*parsed.get_start(block))
        details = get_value(block)
        if details.fenced and not _has_closing_fence(parsed, block):
            source.report(
                position,
                "M009",
                "a block of code without an end: all below it is shown as code",
                "a line ``` or ~~~ below the code as well",
                "write that line, or take this one out",
            )
        elif not details.fenced and any(
            _SENTENCE.match(line.strip()) for line in details.literal.split("\n")
        ):
            source.report(
                position,
                "M009",
                "a paragraph that is shown as code, because spaces or a tab are in front of it",
                "text that begins at the left edge",
                "take the spaces out; to show it as it is on purpose, put it between two lines ```",
            )


def _has_closing_fence(parsed: Parsed, block: AstNode) -> bool:
    start, end = block.sourcepos.start.line, block.sourcepos.end.line
    return end > start and bool(_FENCE.fullmatch(parsed.lines[end - 1].strip(" >\t")))


def _report_failed_headings(parsed: Parsed, tree: Tree, source: SourceText) -> None:
    if "#" not in parsed.text:
        return
    for block in tree.blocks:
        for line in block.lines:
            if match := _FAILED_HEADING.match(line.text):
                signs = match[1] or match[2]
                words = line.text[len(signs) :].strip()
                space = "a special space, as from Word," if match[1] else "no space"
                source.report(
                    source.locate(line.line, line.column),
                    "M010",
                    f"{quote_value(line.text.strip())}, shown as text: {space} is behind {signs}",
                    "an ordinary space behind the # of a heading",
                    f"write {signs} {words[:60]}",
                )


def _report_comments(parsed: Parsed, tree: Tree, source: SourceText) -> None:
    """Report comments that are no comments: what was to be hidden is shown."""
    if "<!--" not in parsed.text:
        return
    positions = [
        source.locate_text(node, get_value(node).index("<!--"))
        for node in tree.words
        if "<!--" in get_value(node)
    ]
    positions += [
        source.locate(raw.line, raw.column)
        for raw in tree.raw
        if find_open_comment(raw.literal) >= 0
    ]
    for position in positions:
        source.report(
            position,
            "M011",
            "a comment that readers see, as it has no end in the same paragraph",
            "<!-- and --> around each paragraph that is to be hidden",
            "begin the comment on a line of its own, and end it with -->",
        )


def find_hidden_texts(tree: Tree) -> Iterator[tuple[int, int, str]]:
    """Yield the line, the column and the first words of each comment that has swallowed a text.

    A remark of a sentence or two is no text. One with paragraphs or headings is, and so is one with
    the beginning of another comment: the end of the first was deleted.
    """
    for raw in tree.raw:
        line, counted = raw.line, 0
        for begin, text in _list_comments(raw.literal):
            comment = text.strip()
            start, _, rest = comment.partition("<!--")
            words = (start or rest).split()
            is_text = any(map(_SENTENCE.match, map(str.strip, comment.split("\n")))) and (
                _BLOCK_END.search(comment) or len(words) > _LONGEST_REMARK
            )
            if rest or is_text:
                line += raw.literal.count("\n", counted, begin)
                counted = begin
                column = begin - raw.literal.rfind("\n", 0, begin)
                yield line, column if line > raw.line else raw.column + begin, " ".join(words)


def _list_comments(html: str) -> Iterator[tuple[int, str]]:
    """Yield where each comment begins that has an end, and its text.

    A regular expression would look for an end from each beginning to the end of the text.
    """
    begin = html.find("<!--")
    while begin >= 0 and (end := html.find("-->", begin + 4)) >= 0:
        yield begin, html[begin + 4 : end]
        begin = html.find("<!--", end)


def _report_html(tree: Tree, source: SourceText) -> None:
    """Report Markdown directly below a tag, which is shown as it was typed."""
    for raw in tree.raw:
        text = _TAG_OR_HIDDEN.sub(lambda match: "\n" * match[0].count("\n"), raw.literal)
        if match := _MARKDOWN.search(text):
            source.report(
                source.locate(raw.line + text.count("\n", 0, match.start()), 1),
                "M011",
                f"{quote_value(match[0].strip())} in HTML, shown as it was typed",
                "an empty line between a tag and the text below it",
                "leave an empty line above this text, and one below it",
            )
