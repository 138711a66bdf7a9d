"""Read texts of front matter and settings in which Markdown's links and emphasis work."""

from lscbsite.markup import read_marked_text
from lscbsite.model import MarkedText, TextReference
from lscbsite.parsing.yaml_reader import Document, Missing, Node, YamlReader
from lscbsite.problems import quote_value


def convert_marked_text(reader: YamlReader, node: Node, where: str) -> MarkedText | Missing:
    """Read a text with marks; its references are added to those of the document."""
    text = reader.read_text(node)
    if isinstance(text, Missing):
        return text
    document = reader.document
    read = read_marked_text(text, len(document.text_references))
    if read is None:
        return MarkedText(text)
    for problem in read.problems:
        reader.report(node, *problem)
    document.text_references += [TextReference(where, reference) for reference in read.references]
    return read.text


def report_marked_title(document: Document, title: str | None) -> None:
    """Report a title with marks, which readers see as they are written (C118)."""
    read = read_marked_text(title, 0) if title else None
    position = document.positions.get("title")
    if read is None or read.text.plain == title or position is None:
        return
    found = f"Markdown in the title {quote_value(title or '')}, which readers see as it is written"
    fix = f"write it without the marks: {read.text.plain}"
    document.report_at(position, "C118", found, "a title in plain words", fix)
