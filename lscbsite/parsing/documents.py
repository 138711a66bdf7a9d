"""Stage 2: parse the bytes of each file into a report or a page, in parallel; cache the results."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec
from msgspec.structs import replace

from lscbsite.context import BuildContext
from lscbsite.file_names import find_misspelt_date
from lscbsite.i18n import find_interface_language
from lscbsite.incremental.fingerprint import digest, digest_values
from lscbsite.incremental.store import Store
from lscbsite.model import (
    Acronym,
    Body,
    Config,
    Documents,
    FrontMatter,
    Html,
    Page,
    PageFrontMatter,
    ParsedFile,
    People,
    Position,
    Rendered,
    Report,
    ReportMetadata,
    Source,
    Sources,
    TextReference,
    extract_link_metadata,
    make_default_title,
    summarize_report,
    turn_name,
)
from lscbsite.problems import RULES, Problem, Problems, quote_value, suggest_name
from lscbsite.workers import WORTH_PROCESSES

_CHUNK = 32
_DATED_NAME = re.compile(r"(\d{4})(-?)(\d{1,2})\2(\d{1,2})(?!\d)")
_SETTINGS_KEY = "setting"

# The results for a file: path, ParsedFile (still without number), and encoded the metadata or page,
# the report, and the HTML.
_ParsedRow = tuple[str, ParsedFile, bytes, bytes, bytes]


class ParseSettings(msgspec.Struct, frozen=True):
    """Settings of site.yaml that parsing depends on."""

    language: str
    boards: tuple[str, ...]


def parse(
    context: BuildContext,
    sources: Sources,
    read_contents: Callable[[Source], bytes | None],
    config: Config,
) -> dict[str, ParsedFile]:
    """Parse the files that are not in the store; return all parsed files by path, in order.

    A source without a digest is new. The results go into the store, from which ``load_documents``
    reads them. The problems of all files are added to the context, also of those parsed earlier.
    """
    store, problems, progress = context.store, context.problems, context.progress
    settings = ParseSettings(config.site.language, tuple(config.site.boards))
    metadata = msgspec.msgpack.encode(settings)
    same_settings = store.get_metadata(_SETTINGS_KEY) == metadata
    digests = {source.path: source.digest for source in sources.documents if source.digest}
    parsed: dict[str, ParsedFile] = {}
    stale = []
    for path, data in store.list_parsed():
        parsed_file = _PARSED_FILE_DECODER.decode(data)
        if same_settings and digests.get(path) == parsed_file.digest:
            parsed[path] = parsed_file
        else:
            stale.append(parsed_file.number)
    # Drop these first: if the build is killed, the stored settings must match the stored files.
    store.drop_parsed(stale)
    if not same_settings:
        store.set_metadata(_SETTINGS_KEY, metadata)
    fresh = [source for source in sources.documents if source.path not in parsed]
    progress.begin("parse", len(fresh))
    number = store.find_free_number()
    chunks = ((files, settings) for files in _read_chunks(fresh, read_contents))
    for results in context.workers.run(parse_chunk, chunks, worth=len(fresh) >= WORTH_PROCESSES):
        progress.advance(len(results))
        rows = []
        for path, parsed_file, outline_data, report, html in results:
            parsed[path] = replace(parsed_file, number=number)
            encoded = msgspec.msgpack.encode(parsed[path])
            rows.append((number, path, encoded, outline_data, report, html))
            number += 1
        store.add_parsed(rows)
    parsed_files = {
        source.path: parsed[source.path] for source in sources.documents if source.path in parsed
    }
    for parsed_file in parsed_files.values():
        problems.extend(parsed_file.problems)
    return parsed_files


def load_documents(
    parsed_files: Mapping[str, ParsedFile], store: Store, *, people: bool
) -> Documents:
    """Return the parsed documents; ``people`` is whether to load the people of reports as well."""
    numbers = {parsed_file.number: path for path, parsed_file in parsed_files.items()}
    decoded = {
        numbers[number]: (
            _METADATA_DECODER if numbers[number].startswith(_REPORTS) else _PAGE_DECODER
        ).decode(data)
        for number, data in store.list_report_metadata(numbers)
    }
    in_order = [decoded[path] for path in parsed_files]
    people_by_path: dict[str, People] = {}
    if people:
        reports = {number: path for number, path in numbers.items() if path.startswith(_REPORTS)}
        for number, data in store.list_reports(reports):
            people_by_path[reports[number]] = _PEOPLE_DECODER.decode(data).front
    return Documents(
        tuple([document for document in in_order if isinstance(document, ReportMetadata)]),
        tuple([document for document in in_order if isinstance(document, Page)]),
        parsed_files,
        people_by_path,
    )


def load_report(parsed_file: ParsedFile, store: Store) -> Report:
    """Load a parsed report."""
    return _REPORT_DECODER.decode(load_encoded_report(parsed_file, store))


def load_encoded_report(parsed_file: ParsedFile, store: Store) -> bytes:
    """Load a parsed report, still encoded."""
    return store.get_report(parsed_file.number)


class _ReportPeople(msgspec.Struct, frozen=True):
    """The people in an encoded report."""

    front: People


_REPORTS = "reports/"
_PARSED_FILE_DECODER = msgspec.msgpack.Decoder(ParsedFile)
_METADATA_DECODER = msgspec.msgpack.Decoder(ReportMetadata)
_PAGE_DECODER = msgspec.msgpack.Decoder(Page)
_REPORT_DECODER = msgspec.msgpack.Decoder(Report)
_PEOPLE_DECODER = msgspec.msgpack.Decoder(_ReportPeople)


def _read_chunks(
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


def parse_chunk(files: list[tuple[str, bytes]], settings: ParseSettings) -> list[_ParsedRow]:
    """Parse files (path and contents) into rows for the store.

    A row has the path, the ``ParsedFile``, and encoded ``ReportMetadata``, ``Report`` and ``Html``;
    for a page, it has a ``Page`` instead of the metadata, and no report.
    """
    return [_parse_file(path, data, settings) for path, data in files]


def _parse_file(path: str, data: bytes, settings: ParseSettings) -> _ParsedRow:
    problems = Problems()
    if path.startswith(_REPORTS):
        report, metadata, html = _parse_report(path, data, settings, problems)
        encoded = msgspec.msgpack.encode(report)
        digests = (
            digest(encoded),
            digest_values(summarize_report(report)),
            digest_values(replace(metadata, encoded_positions=b"")),
            report.body.html,
        )
        parsed_file = ParsedFile(0, digest(data), *digests, problems.list_sorted())
        return path, parsed_file, msgspec.msgpack.encode(metadata), encoded, html
    page, html = _parse_page(path, data, problems)
    encoded = msgspec.msgpack.encode(page)
    page_digest = digest(encoded)
    parsed_file = ParsedFile(
        0,
        digest(data),
        page_digest,
        page_digest,
        page_digest,
        page.body.html,
        problems.list_sorted(),
    )
    return path, parsed_file, encoded, b"", html


def _parse_report(
    path: str, data: bytes, settings: ParseSettings, problems: Problems
) -> tuple[Report, ReportMetadata, bytes]:
    from lscbsite.parsing.fences import split_front_matter
    from lscbsite.parsing.front_matter import read_front_matter
    from lscbsite.text import decode

    name = path.removeprefix(_REPORTS).removesuffix(".md")
    board = _find_board(name, path, settings, problems)
    front = FrontMatter(date=dt.date.min)
    positions: dict[str, Position] = {}
    text_references: tuple[TextReference, ...] = ()
    rendered, html = Rendered(Body(), Html(), {}, {}), b""
    text = decode(data, path, problems)
    parts = split_front_matter(text, path, problems) if text is not None else None
    if parts is not None:
        stand_in = {"date": dt.date.min}
        front, positions, text_references = read_front_matter(
            parts, path, problems, FrontMatter, stand_in, settings.language
        )
        _check_name(name, front, positions, path, problems)
    broken = any(RULES[problem.code].severity == "error" for problem in problems.list_sorted())
    if parts is not None:
        rendered, html = _render_body(
            parts.body, path, parts.body_line, problems, front.title or ""
        )
    title = (
        front.title
        or rendered.title
        or make_default_title(front, find_interface_language(front.language, settings.language))
    )
    acronyms = _collect_acronyms(front, positions, rendered)
    positions = positions | rendered.positions
    positions.update((f"acronyms.{word}", position) for word, (_, position) in acronyms.items())
    metadata = ReportMetadata(
        name,
        board,
        path,
        title,
        extract_link_metadata(front),
        msgspec.msgpack.encode(rendered.body.sections),
        rendered.body.references,
        tuple(Acronym(word, count) for word, (count, _) in acronyms.items()),
        rendered.issues,
        msgspec.msgpack.encode(positions),
        broken,
        tuple(_list_turned_names(front)),
        text_references,
        () if front.summary else tuple(digest(text.encode()) for text in rendered.body.summaries),
    )
    return Report(name, board, path, title, front, rendered.body), metadata, html


def _list_turned_names(front: FrontMatter) -> Iterator[tuple[str, str]]:
    """Yield the field and name of each person who may be written with the surname first."""
    for field in ("attendees", "apologies"):
        for number, person in enumerate(getattr(front, field)):
            if turn_name(person.name):
                yield f"{field}.{number}", person.name


def _collect_acronyms(
    front: FrontMatter, positions: dict[str, Position], rendered: Rendered
) -> dict[str, tuple[int, Position]]:
    """Return the number and the first position of each acronym in a report.

    Initials in people's names, and of people, are excluded.
    """
    from lscbsite.markup.acronyms import find_acronyms
    from lscbsite.markup.initials import make_initials

    acronyms = dict(rendered.acronyms)
    texts = [("summary", front.summary.plain if front.summary else "")]
    texts += [
        (f"feedback.{number}.ask", question.ask.plain)
        for number, question in enumerate(front.feedback)
    ]
    for field, text in texts:
        start = positions.get(field, Position(1, 1))
        for word, spellings in find_acronyms(text).items():
            count, position = acronyms.get(word, (0, start))
            first = min(position, start, key=lambda position: (position.line, position.column))
            acronyms[word] = (count + len(spellings), first)
    if not acronyms:
        return acronyms
    names = [front.author or ""]
    names += [person.name for person in (*front.attendees, *front.apologies)]
    letters = {*" ".join(names).split(), *map(make_initials, names)}
    return {word: usage for word, usage in acronyms.items() if word not in letters}


def _render_body(
    text: str, path: str, first_line: int, problems: Problems, title: str
) -> tuple[Rendered, bytes]:
    """Render the body of a file with this title; return the result and its encoded HTML."""
    from lscbsite.markup import render_body

    rendered = render_body(text, path, first_line, problems, title)
    if rendered.html == Html():
        return rendered, b""
    encoded = msgspec.msgpack.encode(rendered.html)
    body = replace(rendered.body, html=digest(encoded))
    return rendered._replace(body=body), encoded


def _find_board(name: str, path: str, settings: ParseSettings, problems: Problems) -> str:
    """Return the id of the board that a report's folder names, or '' if there is only one board."""
    if not settings.boards:
        return ""
    board, slash, _ = name.partition("/")
    if slash and board in settings.boards:
        return board
    found = f'the folder "{board}"' if slash else "a report outside the boards' folders"
    boards = ", ".join(f"reports/{known}/" for known in settings.boards)
    fix = suggest_name(board, settings.boards, "move the file, or add the board to site.yaml")
    problems.add(Problem(path, 1, 1, "S006", found, f"a folder of a board: {boards}", fix))
    return board


def _check_name(
    name: str, front: FrontMatter, positions: dict[str, Position], path: str, problems: Problems
) -> None:
    if front.date == dt.date.min:
        return
    if written := find_misspelt_date(name.rpartition("/")[2]):
        folder = path.rpartition("/")[0]
        found = f"the date {quote_value(written)} in the name of the file"
        expected = "a name that begins with the date as year-month-day"
        fix = f"rename it to {folder}/{front.date.isoformat()}.md"
        problems.add(Problem(path, 1, 1, "F053", found, expected, fix))
        return
    dated = _DATED_NAME.match(name.rpartition("/")[2])
    if not dated:
        return
    year, month, day = int(dated[1]), int(dated[3]), int(dated[4])
    is_date = dated[2] or (len(dated[0]) == 8 and 1 <= month <= 12 and 1 <= day <= 31)
    if not is_date or (year, month, day) == (front.date.year, front.date.month, front.date.day):
        return
    position = positions.get("date", Position(1, 1))
    found = f"the date {front.date.isoformat()} in a file whose name starts with {dated[0]}"
    fix = "correct the date, or rename the file"
    problems.add(Problem(path, position.line, position.column, "F006", found, "the same date", fix))


def _parse_page(path: str, data: bytes, problems: Problems) -> tuple[Page, bytes]:
    from lscbsite.parsing.fences import split_front_matter
    from lscbsite.parsing.front_matter import read_front_matter
    from lscbsite.text import decode

    name = path.removeprefix("pages/").removesuffix(".md")
    text = decode(data, path, problems)
    parts = split_front_matter(text, path, problems) if text is not None else None
    if parts is None:
        return Page(name, path, name, nav=False, footer=False, body=Body()), b""
    stand_in = {"title": name}
    front = read_front_matter(parts, path, problems, PageFrontMatter, stand_in).front
    rendered, html = _render_body(parts.body, path, parts.body_line, problems, front.title)
    positions = msgspec.msgpack.encode(rendered.positions)
    page = Page(
        name,
        path,
        front.title,
        front.nav,
        front.footer,
        rendered.body,
        positions,
        rendered.issues,
    )
    return page, html
