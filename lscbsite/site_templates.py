"""What a site's own templates refer to: each other, and files in files/."""

import html
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from unicodedata import normalize
from urllib.parse import unquote

from lscbsite.incremental.fingerprint import TEMPLATES
from lscbsite.model import Source
from lscbsite.problems import KnownNames, Problem, Problems

_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_FILES = "files/"
# A path ends at one of these, or in a list of sizes (srcset) at a space.
_PATH_END = re.compile(r"[\"'<>(){}|\r\n]")


def list_program_templates() -> set[str]:
    """Return the names of the program's templates, style sheets and scripts."""
    return {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.*")}


def list_used_templates(texts: Mapping[str, str], own: Collection[str]) -> set[str]:
    """Return the site's templates that take the place of one in ``own``, and those they name."""
    used: set[str] = set()
    new = set(own) & texts.keys()
    while new:
        used |= new
        rest = texts.keys() - used
        new = {
            name
            for name in rest
            if any(f'"{name}"' in texts[user] or f"'{name}'" in texts[user] for user in new)
        }
    return used


def report_unused_templates(
    sources: Iterable[Source], texts: Iterable[tuple[str, str]], problems: Problems
) -> None:
    """Report the files in templates/ that have no effect (S015)."""
    names = [source.path.removeprefix("templates/") for source in sources]
    if not names:
        return
    own = list_program_templates()
    used = list_used_templates(dict(texts), own) | own
    known_names = KnownNames(own)
    for name in names:
        if name in used:
            continue
        fix = known_names.suggest(name, "take it out, or put it into files/ if readers need it")
        found = "a template that the site does not use"
        expected = (
            "the name of one of the program's templates, or one that such a template includes"
        )
        problems.add(Problem(f"templates/{name}", 1, 1, "S015", found, expected, fix))


def find_files_in_templates(
    texts: Iterable[tuple[str, str]], attachments: Iterable[Source]
) -> frozenset[str]:
    """Return the paths of the attachments that the site's used templates refer to."""
    paths = {normalize("NFC", source.path): source.path for source in attachments}
    by_name = dict(texts)
    if not paths or not by_name:
        return frozenset()
    used = list_used_templates(by_name, list_program_templates())
    mentioned = (path for name in used for path in _list_paths(by_name[name]))
    return frozenset(paths[path] for path in mentioned if path in paths)


def _list_paths(text: str) -> Iterator[str]:
    """Yield what may be paths in files/ in a template or style sheet."""
    text = _COMMENT.sub("", text)
    start = text.find(_FILES)
    while start >= 0:
        match = _PATH_END.search(text, start)
        path = html.unescape(text[start : match.start() if match else None])
        for end in (path, re.split(r"[?#]", path)[0], re.split(r"[\s,?#]", path)[0]):
            yield normalize("NFC", unquote(end.strip()))
        start = text.find(_FILES, start + len(_FILES))
