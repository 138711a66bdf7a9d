"""Find attachments that a browser would run as part of the site, or a web server as a program.

A script in an attachment has the same rights as the site's pages, on behalf of whoever opens it.
Web servers decide by the name, which reveals most such files. Where a name is unknown, browsers
look at the first bytes (WHATWG, MIME Sniffing), and so does this module. SVG pictures
are common and nearly always harmless, so they are parsed.
"""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from lscbsite.model import Verdict

if TYPE_CHECKING:  # slow to import, and rarely needed
    from pyexpat import XMLParserType


def _split_endings(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BY_BROWSERS = _split_endings(
    "html htm xhtml xht xhtm mht mhtml hta htc"
    " xml xsl xslt xsd wsdl xpdl rdf owl rss atom mathml mml xul xbl"
    " svgz js mjs cjs jsm wasm swf xap"
)
_PAGES = _split_endings("html htm xhtml xht xhtm mht mhtml")
_BY_SERVERS = _split_endings(
    "shtml shtm stm php php2 php3 php4 php5 php6 php7 php8 phps phtml phtm pht phar hphp"
    " cgi fcgi var asis fpl pl pm plx py pyc pyw wsgi rb rbw rhtml erb sh bash lua tcl"
    " asp aspx asa asax ascx ashx asmx axd cshtml vbhtml cdx idc htr"
    " jsp jspx jspf jsw jsv jhtml cfm cfml cfc"
)
# Endings that Apache obeys anywhere in a name: form.php.pdf. Endings that are also language or
# country codes (pl: Polish) are excluded, because harmless names contain them.
_ANYWHERE = _BY_SERVERS - {"pl", "pm", "py", "rb", "sh", "stm", "asa", "lua", "tcl", "bash"}
# Endings that servers know and Python's tables do not. Their first bytes are still checked.
_DOCUMENTS = _split_endings(
    "docx dotx docm xlsx xltx xlsm pptx potx ppsx odt ott ods ots odp odg epub ics vcf"
    " 7z rar webp avif heic heif woff woff2 flac ogg oga ogv opus weba"
)
# Settings files that web servers obey.
_SETTINGS = frozenset({"web.config"})

_HEAD = 4096
# More than browsers sniff: a server may serve a name (.rng) as XML, which can run as well.
_MARKUP = re.compile(r"<[!?/a-z]", re.IGNORECASE)

_CHUNK = 1 << 18
_SVG = "http://www.w3.org/2000/svg"
_XHTML = "http://www.w3.org/1999/xhtml"
_ENCODINGS = {"utf-8", "utf8", "utf-16", "us-ascii", "iso-8859-1", "windows-1252"}
# Elements, in any namespace, that run, listen, or embed another document.
_ELEMENTS = {
    "script": "a script",
    "handler": "a script (handler)",
    "listener": "a script (listener)",
    "foreignobject": "a part that is a web page (foreignObject)",
    "iframe": "another page (iframe)",
    "embed": "another document (embed)",
    "object": "another document (object)",
}
# Characters that browsers ignore in an address: spaces, controls and invisible ones.
_IGNORED_IN_ADDRESSES = re.compile(
    "[\x00-\x20\x7f-\xa0\xad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]"
)
_SCRIPT = re.compile(r"(?:java|vb|live)script:|data:(?:text/html|[^,]*(?:svg|xml|html|script))")
_PLAIN = "save it as plain SVG, or as PNG"
# In draw.io's own terms.
_UNFORMATTED = 'save it as PNG, or in draw.io without "Word Wrap" and "Formatted Text"'
_PDF = "save it as a PDF, or take it out"
_PACKED = "pack it into a ZIP file, or take it out"
_NAMED = re.compile(r"[\w:.-]{1,40}")


@cache
def digest_rules() -> bytes:
    """Return a digest of the rules; verdicts by other rules are not reused."""
    import hashlib
    import sys

    seen = hashlib.sha256(sys.version.encode())
    seen.update(Path(__file__).read_bytes())
    return seen.digest()[:16]


def judge(path: str, file: BinaryIO) -> Verdict:
    """Return a verdict on whether a file could be run; read no more of it than needed."""
    name = path.rpartition("/")[2].lower()
    # Windows drops trailing spaces and dots; some servers cut a name at a semicolon.
    parts = [part for part in re.split(r"[.;]", name.rstrip(". "))[1:] if part.strip()]
    if name in _SETTINGS:
        return _make_verdict("a file of settings that web servers obey", "take it out")
    for part in parts:
        if part in _ANYWHERE or (part in _BY_SERVERS and part == parts[-1]):
            return _make_verdict(f"a file that web servers can run as a program (.{part})", _PACKED)
    kind = _find_deciding_ending(parts)
    if kind in _BY_BROWSERS:
        found = f"a file that browsers can run as part of this site (.{kind})"
        if kind == "svgz":
            found = "a compressed SVG picture, which cannot be checked (.svgz)"
            return _make_verdict(found, "save it as plain SVG, not compressed")
        return _make_verdict(found, _PDF if kind in _PAGES else _PACKED)
    if kind == "svg":
        if parts[-1] in ("gz", "br", "z", "zst"):
            return _make_verdict("a compressed SVG picture, which cannot be checked", _PLAIN)
        return _judge_svg(file)
    if (not kind or kind in _DOCUMENTS) and _looks_like_page(file):
        found = "a file that looks like a web page or XML, though its name does not say so"
        return _make_verdict(
            found, "give its name the right ending, such as .txt, or take the file out"
        )
    return Verdict(digest_rules())


def _make_verdict(found: str, fix: str, line: int = 1, column: int = 1) -> Verdict:
    return Verdict(digest_rules(), found, fix, line, column)


def _find_deciding_ending(parts: list[str]) -> str:
    """Return the ending from which a server takes a file's type, or '' if it knows none.

    This is the last known ending; languages and compression do not count (minutes.html.en,
    minutes.html.gz).
    """
    known = _load_known_types()
    return next((part for part in reversed(parts) if part in known), "")


@cache
def _load_known_types() -> set[str]:
    """Return all endings that determine a file's type."""
    from mimetypes import MimeTypes

    # Only Python's own tables: with the machine's, verdicts would depend on the machine.
    python = {ending.removeprefix(".") for ending in MimeTypes().types_map[True]}
    return python | _BY_BROWSERS | _DOCUMENTS


def _looks_like_page(file: BinaryIO) -> bool:
    """Return whether a browser might take a file for HTML or XML because of its first bytes."""
    head = file.read(_HEAD)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head[2:].replace(b"\x00", b"")
    text = head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    return _MARKUP.match(text.lstrip("\t\n\x0b\x0c\r ")) is not None


# --- SVG ------------------------------------------------------------------------------------


class _ActiveContentError(Exception):
    """A picture has something that could run, or that could hide it."""

    def __init__(self, found: str, fix: str) -> None:
        super().__init__(found)
        self.found, self.fix = found, fix
        self.line = self.column = 1


def _judge_svg(file: BinaryIO) -> Verdict:
    """Return a verdict on whether an SVG picture could run anything."""
    from pyexpat import ExpatError

    parser = _create_parser()
    try:
        while chunk := file.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except _ActiveContentError as error:
        return _make_verdict(
            f"an SVG picture with {error.found}", error.fix, error.line, error.column
        )
    except (ExpatError, ValueError, LookupError):
        line, column = parser.ErrorLineNumber, parser.ErrorColumnNumber + 1
        found = "an SVG picture that is not well-formed XML, so it cannot be checked"
        return _make_verdict(found, _PLAIN, max(line, 1), column)
    return Verdict(digest_rules())


def _create_parser() -> "XMLParserType":
    """Return a parser that raises _ActiveContentError at the first thing that could run.

    Entities are never expanded: a DOCTYPE that declares any is refused first.
    """
    from pyexpat import ParserCreate

    parser = ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.ordered_attributes = True
    parser.XmlDeclHandler = _locate(parser, _check_encoding)
    parser.StartDoctypeDeclHandler = _locate(parser, _check_doctype)
    parser.StartElementHandler = _locate(parser, _ElementCheck())
    parser.ProcessingInstructionHandler = _locate(parser, _check_instruction)
    return parser


def _locate(parser: "XMLParserType", check: Callable[..., None]) -> Callable[..., None]:
    """Return a handler that adds the position in the picture to the errors of a check."""

    def handle(*arguments: object) -> None:
        try:
            check(*arguments)
        except _ActiveContentError as error:
            error.line, error.column = parser.CurrentLineNumber, parser.CurrentColumnNumber + 1
            raise

    return handle


def _check_encoding(version: str, encoding: str | None, standalone: int) -> None:
    if encoding is not None and encoding.lower() not in _ENCODINGS:
        raise _ActiveContentError(f"letters stored as {_shorten(encoding)}", "save it as UTF-8")


def _check_doctype(name: str, system: str | None, public: str | None, internal: bool) -> None:
    if internal:
        raise _ActiveContentError("declarations in its DOCTYPE ([...])", _PLAIN)
    # With the DOCTYPE of XHTML, named characters could hide an address.
    if name.rpartition(":")[2] != "svg" or not (public or "-//W3C//DTD SVG ").startswith(
        "-//W3C//DTD SVG "
    ):
        raise _ActiveContentError("a DOCTYPE of something else", _PLAIN)


def _check_instruction(target: str, data: str) -> None:
    if target.lower() in ("xml-stylesheet", "php"):
        raise _ActiveContentError(f"an instruction <?{target}", _PLAIN)


class _ElementCheck:
    """Refuse elements and attributes that could run; the first element must be svg."""

    def __init__(self) -> None:
        self._first = True

    def __call__(self, element: str, attributes: list[str]) -> None:
        space, _, name = element.rpartition(" ")
        name = name.lower()
        if self._first and name != "svg":
            raise _ActiveContentError(f"<{_shorten(name)}> in place of <svg>", _PLAIN)
        self._first = False
        if name in _ELEMENTS:
            fix = _UNFORMATTED if name == "foreignobject" else _PLAIN
            raise _ActiveContentError(_ELEMENTS[name], fix)
        if space == _XHTML:
            raise _ActiveContentError(f"a part that is a web page (<{_shorten(name)}>)", _PLAIN)
        picture = space == _SVG and name in ("image", "feimage")
        for key, value in zip(attributes[::2], attributes[1::2], strict=True):
            _check_attribute(key, value, picture)


def _check_attribute(key: str, value: str, picture: bool) -> None:
    """Refuse an attribute that is an event handler, sets one, or has an address that runs.

    In a ``picture``, the address may be an embedded image (data:image/...), in which browsers run
    nothing.
    """
    space, _, name = key.rpartition(" ")
    folded = name.lower()
    if not space and folded.startswith("on"):
        raise _ActiveContentError(f"a script in the attribute {_shorten(name)}", _PLAIN)
    if folded == "attributename" and value.strip().lower().startswith("on"):
        raise _ActiveContentError(f"a script for {_shorten(value.strip())}", _PLAIN)
    if ":" not in value:
        return
    bare = _IGNORED_IN_ADDRESSES.sub("", value).lower()
    if picture and folded == "href" and bare.startswith("data:image/"):
        return
    # An animation separates its values with semicolons.
    if _SCRIPT.match(bare) or any(_SCRIPT.match(part) for part in bare.split(";")):
        raise _ActiveContentError(
            f"an address that runs a script, in the attribute {_shorten(name)}", _PLAIN
        )


def _shorten(text: str) -> str:
    match = _NAMED.match(text)
    return match[0] if match else "?"
