"""Stage 2: bytes -> reports and pages, one file each; cached, in parallel."""

import datetime as dt
import hashlib
import re
from concurrent.futures import ProcessPoolExecutor
from functools import cache as once
from importlib.metadata import version
from pathlib import Path

import msgspec

from lscbsite.cache import Cache
from lscbsite.frontmatter import read_front_matter, split
from lscbsite.markup import render_body
from lscbsite.model import (
    Body,
    Config,
    Documents,
    FrontMatter,
    Mark,
    Page,
    PageFrontMatter,
    Parsed,
    Report,
    Source,
    Sources,
    default_title,
)
from lscbsite.problems import RULES, Problem, Problems, suggestion
from lscbsite.strict import decode

# Below this many files, starting processes costs more than it saves.
_WORTH_PROCESSES = 48
_DATED_NAME = re.compile(r"(\d{4})(-?)(\d{1,2})\2(\d{1,2})(?!\d)")


class Setting(msgspec.Struct, frozen=True):
    """What of the site's configuration a file's parse depends on."""

    language: str
    boards: tuple[str, ...]


def parse(
    sources: Sources, config: Config, cache: Cache, problems: Problems, jobs: int
) -> Documents:
    """Parse every file, from the cache where its content was seen before.

    ``jobs`` is the number of processes; the result does not depend on it. A file's problems
    are added to ``problems``, also when it comes from the cache.
    """
    setting = Setting(config.site.language, tuple(config.site.boards))
    keys = {source.path: _key(source, setting) for source in sources.documents}
    kept = cache.get(keys.values())
    fresh = [source for source in sources.documents if keys[source.path] not in kept]
    made = dict(zip((keys[s.path] for s in fresh), _parse_all(fresh, setting, jobs), strict=True))
    cache.replace(made, kept)
    decoder = msgspec.msgpack.Decoder(Parsed)
    parsed = [decoder.decode((made | kept)[keys[source.path]]) for source in sources.documents]
    for one in parsed:
        problems.extend(one.problems)
    reports = tuple(one.report for one in parsed if one.report)
    pages = tuple(one.page for one in parsed if one.page)
    _report_same_address(reports, pages, problems)
    return Documents(reports, pages)


def _parse_all(sources: list[Source], setting: Setting, jobs: int) -> list[bytes]:
    if jobs < 2 or len(sources) < _WORTH_PROCESSES:
        return [parse_one(source, setting) for source in sources]
    with ProcessPoolExecutor(jobs) as pool:
        chunk = max(1, len(sources) // (jobs * 4))
        return list(pool.map(parse_one, sources, [setting] * len(sources), chunksize=chunk))


@once
def _tool() -> str:
    """Return a digest of what else decides how a file is parsed: our code, the libraries."""
    seen = hashlib.blake2b(digest_size=16)
    for name in ("Markdown", "nh3", "PyYAML", "python-frontmatter", "python-slugify", "Babel"):
        seen.update(f"{name} {version(name)}\n".encode())
    folder = Path(__file__).parent
    for file in sorted(folder.rglob("*.py")):
        seen.update(file.read_bytes())
    return seen.hexdigest()


def _key(source: Source, setting: Setting) -> str:
    parts = (_tool(), source.path, source.digest, msgspec.json.encode(setting).decode())
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


def parse_one(source: Source, setting: Setting) -> bytes:
    """Return one file as an encoded ``Parsed``: the form in which it is cached."""
    problems = Problems()
    report = _report(source, setting, problems) if source.kind == "report" else None
    page = _page(source, problems) if source.kind == "page" else None
    return msgspec.msgpack.encode(Parsed(report, page, problems.sorted()))


def _report(source: Source, setting: Setting, problems: Problems) -> Report | None:
    name = source.path.removeprefix("reports/").removesuffix(".md")
    board = _board(name, source.path, setting, problems)
    front = FrontMatter(date=dt.date.min)
    marks: dict[str, Mark] = {}
    body = Body()
    text = decode(source.data, source.path, problems)
    parts = split(text, source.path, problems) if text is not None else None
    if parts is not None:
        stand_in = {"date": dt.date.min}
        front, marks = read_front_matter(parts, source.path, problems, FrontMatter, stand_in)
        _check_name(name, front, marks, source.path, problems)
    broken = any(RULES[found.code].severity == "error" for found in problems.sorted())
    if parts is not None:
        body = render_body(parts.body, source.path, parts.body_line, problems)
    title = front.title or default_title(front, front.language or setting.language)
    return Report(name, board, source.path, title, front, body, marks, broken)


def _board(name: str, path: str, setting: Setting, problems: Problems) -> str:
    """Return the id of the board that a report's folder names, '' where there is only one."""
    if not setting.boards:
        return ""
    board, slash, _ = name.partition("/")
    if slash and board in setting.boards:
        return board
    found = f'the folder "{board}"' if slash else "a report outside of the boards' folders"
    boards = ", ".join(f"reports/{known}/" for known in setting.boards)
    fix = suggestion(board, setting.boards, "move the file, or add the board to site.yaml")
    problems.add(Problem(path, 1, 1, "S006", found, f"a folder of a board: {boards}", fix))
    return board


def _check_name(
    name: str, front: FrontMatter, marks: dict[str, Mark], path: str, problems: Problems
) -> None:
    dated = _DATED_NAME.match(name.rpartition("/")[2])
    if not dated or front.date == dt.date.min:
        return
    year, month, day = int(dated[1]), int(dated[3]), int(dated[4])
    is_date = dated[2] or (len(dated[0]) == 8 and 1 <= month <= 12 and 1 <= day <= 31)
    if not is_date or (year, month, day) == (front.date.year, front.date.month, front.date.day):
        return
    mark = marks.get("date", Mark(1, 1))
    found = f"the date {front.date.isoformat()} in a file whose name starts with {dated[0]}"
    fix = "correct the date, or rename the file"
    problems.add(Problem(path, mark.line, mark.column, "F006", found, "the same date", fix))


def _page(source: Source, problems: Problems) -> Page | None:
    name = source.path.removeprefix("pages/").removesuffix(".md")
    text = decode(source.data, source.path, problems)
    parts = split(text, source.path, problems) if text is not None else None
    if parts is None:
        return Page(name, source.path, name, nav=False, body=Body())
    stand_in = {"title": name}
    front, _ = read_front_matter(parts, source.path, problems, PageFrontMatter, stand_in)
    body = render_body(parts.body, source.path, parts.body_line, problems)
    return Page(name, source.path, front.title, front.nav, body)


def _report_same_address(
    reports: tuple[Report, ...], pages: tuple[Page, ...], problems: Problems
) -> None:
    """Names that differ only in capitals are one file on many systems."""
    for group in (reports, pages):
        seen: dict[str, str] = {}
        for document in group:
            other = seen.setdefault(document.id.casefold(), document.path)
            if other != document.path:
                found = f"a name that differs from {other} only in capitals"
                fix = "rename one of the two"
                problems.add(Problem(document.path, 1, 1, "F007", found, "a name of its own", fix))
