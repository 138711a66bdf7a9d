"""Stage 2: bytes -> reports and pages, one file each; cached, in parallel."""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator

import msgspec
from msgspec.structs import replace

from lscbsite.cache import Cache
from lscbsite.model import (
    Acronym,
    Body,
    Config,
    Documents,
    FrontMatter,
    Html,
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
from lscbsite.progress import Progress
from lscbsite.workers import Workers

# Below this many files, starting processes costs more than it saves.
_WORTH_PROCESSES = 48
_CHUNK = 32
_DATED_NAME = re.compile(r"(\d{4})(-?)(\d{1,2})\2(\d{1,2})(?!\d)")
_NOTE = "setting"

# What a file gave, as it is kept: the path, the digest of its bytes, the facts and the HTML.
_Made = tuple[str, bytes, bytes, bytes]


class Setting(msgspec.Struct, frozen=True):
    """What a file's parse depends on, beside the file: the program, and some of site.yaml."""

    program: bytes
    language: str
    boards: tuple[str, ...]


def parse(
    sources: Sources,
    contents: Callable[[Source], bytes | None],
    config: Config,
    program: bytes,
    cache: Cache,
    problems: Problems,
    workers: Workers,
    progress: Progress,
) -> Documents:
    """Parse every file, from the cache where its content was seen before.

    Files whose digest is not known were never seen. ``contents`` reads a file; ``program`` is the
    digest of what parses. A file's problems are
    added to ``problems``, also when it comes from the cache. HTML stays in the cache.
    """
    setting = Setting(program, config.site.language, tuple(config.site.boards))
    if cache.note(_NOTE) != (encoded := msgspec.msgpack.encode(setting)):
        cache.forget(number for number, _, _ in cache.entries({}))
        cache.set_note(_NOTE, encoded)
    digests = {one.path: one.digest for one in sources.documents if one.digest}
    parsed: dict[str, Parsed] = {}
    entries: dict[str, int] = {}
    stale = []
    for number, path, facts in cache.entries(digests):
        if facts is None:
            stale.append(number)
        else:
            parsed[path], entries[path] = _PARSED.decode(facts), number
    fresh = [source for source in sources.documents if source.path not in parsed]
    progress.begin("parse", len(fresh))
    chunks = ((files, setting) for files in _chunks(fresh, contents))
    for results in workers.run(parse_chunk, chunks, worth=len(fresh) >= _WORTH_PROCESSES):
        progress.advance(len(results))
        for path, digest, facts, html in results:
            digests[path] = digest
            entries[path] = cache.add(path, digest, facts, html)
            parsed[path] = _PARSED.decode(facts)
    cache.forget(stale)
    read = [source for source in sources.documents if source.path in parsed]
    found = [parsed[source.path] for source in read]
    for one in found:
        problems.extend(one.problems)
    reports = tuple(one.report for one in found if one.report)
    pages = tuple(one.page for one in found if one.page)
    _report_same_address(reports, pages, problems)
    return Documents(
        reports,
        pages,
        {path: one.digest for path, one in parsed.items()},
        {report.body.html: entries[report.path] for report in reports}
        | {page.body.html: entries[page.path] for page in pages},
        tuple(replace(one, digest=digests[one.path]) if not one.digest else one for one in read),
    )


_PARSED = msgspec.msgpack.Decoder(Parsed)


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


def _chunks(
    sources: Iterable[Source], contents: Callable[[Source], bytes | None]
) -> Iterator[list[tuple[str, bytes]]]:
    chunk: list[tuple[str, bytes]] = []
    for source in sources:
        data = contents(source)
        if data is None:
            continue
        chunk.append((source.path, data))
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def parse_chunk(files: list[tuple[str, bytes]], setting: Setting) -> list[_Made]:
    """Return what files (path and contents each) give, in the form in which it is cached.

    That is, for each, its path, the digest of its contents, a ``Parsed`` and an ``Html``.
    """
    return [_parse_one(path, data, setting) for path, data in files]


def _parse_one(path: str, data: bytes, setting: Setting) -> _Made:
    problems = Problems()
    report: Report | None = None
    page: Page | None = None
    if path.startswith("reports/"):
        report, html = _report(path, data, setting, problems)
    else:
        page, html = _page(path, data, problems)
    own = _digest(msgspec.msgpack.encode(report or page))
    parsed = Parsed(report, page, own, problems.sorted())
    return path, _digest(data), msgspec.msgpack.encode(parsed), html


def _report(path: str, data: bytes, setting: Setting, problems: Problems) -> tuple[Report, bytes]:
    from lscbsite.frontmatter import read_front_matter, split
    from lscbsite.strict import decode

    name = path.removeprefix("reports/").removesuffix(".md")
    board = _board(name, path, setting, problems)
    front = FrontMatter(date=dt.date.min)
    marks: dict[str, Mark] = {}
    body, html = Body(), b""
    text = decode(data, path, problems)
    parts = split(text, path, problems) if text is not None else None
    if parts is not None:
        stand_in = {"date": dt.date.min}
        front, marks = read_front_matter(parts, path, problems, FrontMatter, stand_in)
        _check_name(name, front, marks, path, problems)
    broken = any(RULES[found.code].severity == "error" for found in problems.sorted())
    if parts is not None:
        body, html = _body(parts.body, path, parts.body_line, problems)
    body = replace(body, acronyms=tuple(_acronyms(front, marks, body)))
    title = front.title or default_title(front, front.language or setting.language)
    places = msgspec.msgpack.encode(marks)
    return Report(name, board, path, title, front, body, places, broken), html


def _acronyms(front: FrontMatter, marks: dict[str, Mark], body: Body) -> Iterator[Acronym]:
    """Yield the acronyms of a whole report: how often each stands there, and where first."""
    from lscbsite.markup.acronyms import acronyms_in

    found = {one.word: (one.count, one.mark) for one in body.acronyms}
    texts = [("summary", front.summary or "")]
    texts += [(f"feedback.{place}.ask", one.ask) for place, one in enumerate(front.feedback)]
    for field, text in texts:
        place = marks.get(field, Mark(1, 1))
        for word, forms in acronyms_in(text).items():
            count, mark = found.get(word, (0, place))
            first = min(mark, place, key=lambda one: (one.line, one.column))
            found[word] = (count + len(forms), first)
    return (Acronym(word, count, mark) for word, (count, mark) in found.items())


def _body(text: str, path: str, first_line: int, problems: Problems) -> tuple[Body, bytes]:
    """Return a Markdown text as a Body and its encoded HTML."""
    from lscbsite.markup import render_body

    body, html = render_body(text, path, first_line, problems)
    encoded = msgspec.msgpack.encode(html)
    return replace(body, html=_digest(encoded)) if html != Html() else body, encoded


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


def _page(path: str, data: bytes, problems: Problems) -> tuple[Page, bytes]:
    from lscbsite.frontmatter import read_front_matter, split
    from lscbsite.strict import decode

    name = path.removeprefix("pages/").removesuffix(".md")
    text = decode(data, path, problems)
    parts = split(text, path, problems) if text is not None else None
    if parts is None:
        return Page(name, path, name, nav=False, body=Body()), b""
    stand_in = {"title": name}
    front, _ = read_front_matter(parts, path, problems, PageFrontMatter, stand_in)
    body, html = _body(parts.body, path, parts.body_line, problems)
    return Page(name, path, front.title, front.nav, body), html


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
