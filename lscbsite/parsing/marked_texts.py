"""Read texts of front matter and settings in which Markdown's links and emphasis work."""

from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import asdict, replace

from lscbsite.markup import read_marked_text, refer_to_site
from lscbsite.model import MarkedText, Reference, TextReference
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


_Front = TypeVar("_Front", bound=Struct)


def refer_to_site_in_texts(
    front: _Front, references: tuple[TextReference, ...], former_urls: tuple[str, ...]
) -> tuple[_Front, tuple[TextReference, ...]]:
    """Return front matter, or settings, with references for links to earlier addresses of the site.

    ``references`` are those that its texts have; they are returned with the new ones.
    """
    every = list(references)

    def refer(value: Any, field: str) -> Any:
        if isinstance(value, MarkedText):
            found: list[Reference] = [entry.reference for entry in every]
            html = refer_to_site(value.html, former_urls, found)
            every.extend(TextReference(field, reference) for reference in found[len(every) :])
            return value if html == value.html else MarkedText(value.plain, html)
        prefix = f"{field}." if field else ""
        if isinstance(value, tuple):
            return tuple(refer(part, f"{prefix}{number}") for number, part in enumerate(value))
        if isinstance(value, Struct):
            parts = {name: refer(part, prefix + name) for name, part in asdict(value).items()}
            return replace(value, **parts)
        return value

    return refer(front, ""), tuple(every)
