"""Read the form for editing in a browser: its settings, and which files of admin/ belong to it."""

import re
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from lscbsite.model import (
    FORM_FOLDER,
    FORM_PAGE,
    FORM_SETTINGS,
    Attachment,
    FormFiles,
    Position,
    Source,
)
from lscbsite.parsing.yaml_reader import (
    Document,
    ListNode,
    MappingNode,
    Missing,
    Node,
    ScalarNode,
    YamlReader,
    compose,
    require_mapping,
)
from lscbsite.problems import Problem, Problems
from lscbsite.text import decode

# The program's own scripts, each with the files that it needs.
FORM_SCRIPTS = {
    "form.js": (),
    "js-yaml.js": ("js-yaml.LICENSE.txt",),
    "sveltia-cms.js": (
        "sveltia-cms.LICENSE.txt",
        "material-symbols-outlined.woff2",
        "noto-mono.woff2",
        "source-sans-3.woff2",
        "sveltia-cms.de.json",
        "sveltia-cms.en-GB.json",
    ),
    "decap-cms.js": ("decap-cms.LICENSE.txt",),
}
# The repository of a form whose author has not named it yet.
PLACEHOLDER_REPOSITORY = "OWNER/REPOSITORY"
LINE = "# ---- lscbsite makes all below this line, from its fields and from this site ----"
_LINE = re.compile(r"^# -+ lscbsite makes all below this line.*$", re.M)
# The keys below the line.
_MADE = ("collections", "form")
_RUN = 'run "lscbsite cms", which writes it'


def read_form(
    sources: Iterable[Source], read: Callable[[Source], bytes | None], problems: Problems
) -> FormFiles | None:
    """Return the form for editing in a browser, None if the site has none that can be read.

    ``sources`` are the files in admin/, ``read`` returns the contents of one. Problems: S027 for a file
    that the form needs and has not, S028 for one that is no part of it, and faults of config.yml.
    """
    files = {source.path: source for source in sources}
    if not files:
        return None
    settings, page = files.get(FORM_SETTINGS), files.get(FORM_PAGE)
    for path, source in ((FORM_SETTINGS, settings), (FORM_PAGE, page)):
        if source is None:
            _report_missing(path, Position(1, 1), path, "the form needs", _RUN, problems)
    text = _read_text(settings, read, problems)
    if text is None:
        return None
    placeholder = _check_settings(text, problems)
    html = _read_text(page, read, problems)
    if html is None:
        return FormFiles(text, (), placeholder)
    needed = {FORM_SETTINGS, FORM_PAGE, *_find_needed(html, files.keys(), problems)}
    for path in files.keys() - needed:
        found = "a file that is no part of the form, and is not published"
        fix = "move it out of admin/; if the form needs it, refer to it in admin/index.html"
        problems.add(Problem(path, 1, 1, "S028", found, "only files of the form", fix))
    published = (files[path] for path in files if path in needed and path != FORM_SETTINGS)
    attachments = (Attachment(source.path, source.digest, source.size) for source in published)
    return FormFiles(text, tuple(attachments), placeholder)


def split_settings(text: str) -> str | None:
    """Return the author's part of config.yml, None if the line that ends it is not there."""
    found = _LINE.search(text)
    return text[: found.start()] if found else None


def _read_text(
    source: Source | None, read: Callable[[Source], bytes | None], problems: Problems
) -> str | None:
    data = None if source is None else read(source)
    return None if source is None or data is None else decode(data, source.path, problems)


def _find_needed(html: str, paths: Iterable[str], problems: Problems) -> Iterator[str]:
    """Yield the files in admin/ that its page loads or refers to; report those that are not there."""
    page = _Page()
    page.feed(html)
    page.close()
    there = set(paths)
    for name, position in page.names.items():
        path = f"{FORM_FOLDER}{name}"
        yield path
        fix = _RUN if name in FORM_SCRIPTS else "put it there, or take out what refers to it"
        if path not in there:
            _report_missing(FORM_PAGE, position, path, "this page loads", fix, problems)
            continue
        for companion in FORM_SCRIPTS.get(name, ()):
            path = f"{FORM_FOLDER}{companion}"
            yield path
            if path not in there:
                _report_missing(FORM_PAGE, position, path, f"{name} needs", _RUN, problems)


class _Page(HTMLParser):
    """Collects the names of the files beside a page that it loads or refers to, with their places."""

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, Position] = {}

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for attribute, value in attrs:
            if attribute in ("src", "href") and value and (name := _find_name(value)):
                line, offset = self.getpos()
                self.names.setdefault(name, Position(line, offset + 1))


def _find_name(address: str) -> str:
    """Return the name of the file beside the page that an address leads to, '' for anything else."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    name = unquote(parts.path).removeprefix("./")
    outside = parts.scheme or parts.netloc or name.startswith(("/", "../")) or name.endswith("/")
    return "" if outside else name


def _report_missing(
    where: str, position: Position, path: str, why: str, fix: str, problems: Problems
) -> None:
    found, expected = f"no file {path}, which {why}", "all files of the form"
    problems.add(Problem(where, position.line, position.column, "S027", found, expected, fix))


def _check_settings(text: str, problems: Problems) -> Position | None:
    """Report what the form cannot read in config.yml; return where its repository is made up.

    What is below the line is not read: each build makes it anew.
    """
    own = split_settings(text)
    document = Document(text if own is None else own, FORM_SETTINGS, problems)
    node = compose(document)
    root = None if isinstance(node, Missing) else require_mapping(document, node, "backend: ...")
    if root is None:
        return None
    if own is not None:
        _report_clashes(document, root)
    reader = YamlReader(document)
    _report_duplicates(reader, root)
    return _check_backend(reader, root)


def _report_clashes(document: Document, root: MappingNode) -> None:
    """Report what does not go together with the keys that are made below the line."""
    made = "".join(f"{key}: []\n" for key in _MADE)
    whole = Document(f"{document.text}{made}", document.path, Problems())
    if isinstance(compose(whole), Missing):
        found = 'braces around all settings, or "..." below them'
        expected = "each key on a line of its own, at the margin"
        fix = "take them out: further keys follow below the line"
        document.report(root.index, "F013", found, expected, fix)
    for key, _ in root.pairs:
        if isinstance(key, ScalarNode) and key.value in _MADE:
            found = f'the key "{key.value}", which lscbsite makes below its line'
            fix = (
                "take it out; to write all of the form yourself, delete that line and all below it"
            )
            document.report(key.index, "F021", found, "each key once", fix)


def _report_duplicates(reader: YamlReader, root: MappingNode) -> None:
    nodes: list[Node] = [root]
    while nodes:
        node = nodes.pop()
        if isinstance(node, MappingNode):
            nodes += [child for _, child in reader.read_pairs(node, None, "config.yml")]
        elif isinstance(node, ListNode):
            nodes += node.items


def _check_backend(reader: YamlReader, root: MappingNode) -> Position | None:
    backend = _get(root, "backend")
    fix = 'write "backend:", and below it, with two spaces before each, "name: ..." and "repo: ..."'
    if backend is None:
        reader.report(root, "F022", 'no key "backend"', '"backend" in config.yml', fix)
    elif not isinstance(backend, MappingNode):
        reader.report_wrong_kind(backend, 'keys and values for "backend"', fix)
    else:
        repository = _get(backend, "repo")
        if isinstance(repository, ScalarNode) and repository.value == PLACEHOLDER_REPOSITORY:
            return reader.document.get_position(repository.index)
    return None


def _get(node: MappingNode, name: str) -> Node | None:
    return next(
        (value for key, value in node.pairs if isinstance(key, ScalarNode) and key.value == name),
        None,
    )
