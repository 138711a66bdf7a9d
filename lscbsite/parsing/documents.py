"""Stage 2: parse the bytes of each file into a report or a page, in parallel; cache the results."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from lscbsite.context import BuildContext
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
    RuleDays,
    Source,
    Sources,
    TextReference,
    extract_link_metadata,
    make_default_title,
    summarize_report,
    turn_name,
)
from lscbsite.parsing.report_files import (
    ParseSettings,
    check_joint_boards,
    check_name,
    find_board,
    make_parse_settings,
    report_hidden_texts,
    report_missing_text,
)
from lscbsite.problems import Problems
from lscbsite.rules import RULES
from lscbsite.workers import WORTH_PROCESSES

if TYPE_CHECKING:  # slow to import, and not needed where no file changed
    from lscbsite.parsing.fences import Split

_CHUNK = 32
_SETTINGS_KEY = "setting"

# The results for a file: path, ParsedFile (still without number), and encoded the metadata or page,
# the report, and the HTML.
_ParsedRow = tuple[str, ParsedFile, bytes, bytes, bytes]


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
    settings = make_parse_settings(config.site)
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
    page, html = _parse_page(path, data, settings, problems)
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
    from lscbsite.parsing.marked_texts import refer_to_site_in_texts
    from lscbsite.text import decode

    name = path.removeprefix(_REPORTS).removesuffix(".md")
    front = FrontMatter(date=dt.date.min)
    positions: dict[str, Position] = {}
    text_references: tuple[TextReference, ...] = ()
    meeting_rules: tuple[RuleDays, ...] = ()
    rendered, html = Rendered(Body(), Html(), {}, {}), b""
    text = decode(data, path, problems)
    parts = split_front_matter(text, path, problems) if text is not None else None
    if parts is not None:
        stand_in = {"date": dt.date.min}
        front, positions, text_references, meeting_rules = read_front_matter(
            parts, path, problems, FrontMatter, stand_in, settings.language
        )
        if settings.former_urls:
            front, text_references = refer_to_site_in_texts(
                front, text_references, settings.former_urls
            )
        check_name(name, front, positions, path, problems)
    board = find_board(name, path, front.boards, settings, problems)
    check_joint_boards(front.boards, board, positions, path, settings, problems)
    broken = _has_errors(problems)
    if parts is not None:
        rendered, html = _render_body(
            parts, path, problems, front.title or "", settings.former_urls
        )
    is_bare = not broken and parts is not None and not parts.body.strip() and _is_bare(front)
    is_ahead = front.draft or front.agenda or is_bare
    if parts is not None and not is_ahead and not front.withdrawn and not _has_errors(problems):
        if _is_empty(rendered, front):
            report_missing_text(parts, path, problems)
        else:
            report_hidden_texts(rendered.hidden, path, problems)
    is_agenda = front.agenda or is_bare
    title = front.title or rendered.title
    subjects = ""
    if not title:
        language = find_interface_language(front.language, settings.language)
        title = make_default_title(front, language, agenda=is_agenda)
        if not front.cancelled and not is_agenda:
            subjects = _choose_headline(rendered, front.language or settings.language)
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
        is_bare,
        meeting_rules=meeting_rules,
    )
    return Report(name, board, path, title, front, rendered.body, subjects), metadata, html


def _choose_headline(rendered: Rendered, language: str) -> str:
    """Return the first subjects of a body as a line, '' if there are none."""
    from lscbsite.markup import choose_headline, has_unnamed_links

    main = rendered.body.main_level
    titles = [
        section.title
        for section, (heading, _) in zip(
            rendered.body.sections, rendered.html.sections, strict=True
        )
        # The words of a link such as [[2012-09-11]] are not known yet.
        if section.level == main and not has_unnamed_links(heading)
    ]
    texts = [f"<p>{text}" for _, text in rendered.html.sections]
    return choose_headline(titles, texts, language)


def _has_errors(problems: Problems) -> bool:
    return any(RULES[problem.code].severity == "error" for problem in problems.list_sorted())


def _is_empty(rendered: Rendered, front: FrontMatter) -> bool:
    """Return whether a report has nothing to read: no text, questions, outcomes or summary."""
    return not (
        rendered.body.sections
        or rendered.html.footnotes
        or front.cancelled
        or front.feedback
        or front.outcomes
        or front.summary
    )


def _is_bare(front: FrontMatter) -> bool:
    """Return whether front matter says nothing but when and where the meeting is."""
    return all(
        getattr(front, field) == default
        for field, default in zip(
            FrontMatter.__struct_fields__[-len(FrontMatter.__struct_defaults__) :],
            FrontMatter.__struct_defaults__,
            strict=True,
        )
        if field not in _WHEN_AND_WHERE
    )


_WHEN_AND_WHERE = {
    *("last_day", "time", "end", "place", "url", "dial_in", "boards", "title", "topics"),
    *("announced_for", "unannounced", "aliases", "formerly", "language", "draft"),
    # The day of the announcement, and what has changed since.
    *("published", "corrections"),
}


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
    parts: "Split", path: str, problems: Problems, title: str, former_urls: tuple[str, ...]
) -> tuple[Rendered, bytes]:
    """Render the body of a file with this title; return the result and its encoded HTML."""
    from lscbsite.markup import refer_to_site_in_body, render_body

    rendered = render_body(parts.body, path, parts.body_line, problems, title)
    if former_urls:
        rendered = refer_to_site_in_body(rendered, parts.body, parts.body_line, former_urls)
    if rendered.html == Html():
        return rendered, b""
    encoded = msgspec.msgpack.encode(rendered.html)
    body = replace(rendered.body, html=digest(encoded))
    return rendered._replace(body=body), encoded


def _parse_page(
    path: str, data: bytes, settings: ParseSettings, problems: Problems
) -> tuple[Page, bytes]:
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
    rendered, html = _render_body(parts, path, problems, front.title, settings.former_urls)
    report_hidden_texts(rendered.hidden, path, problems)
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
