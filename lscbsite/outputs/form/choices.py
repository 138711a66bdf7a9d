"""What the form offers to choose from. All of it is public: it is in published reports already."""

import datetime as dt
from collections.abc import Iterator

import msgspec

from lscbsite.dates import format_date
from lscbsite.model import Attendee, NextMeeting, SiteIndex, make_person_key
from lscbsite.parsing.attendees import parse_attendee

# People and questions of more reports than these would be long lists.
_RECENT_REPORTS = 100
_MOST_QUESTIONS = 50
_LONGEST_LABEL = 80
_STATES = ("scheduled", "unknown")


class Option(msgspec.Struct, frozen=True):
    """A value as it is written, and what the form shows for it."""

    value: str
    label: str


class Folder(msgspec.Struct, frozen=True):
    """A folder with reports of one board.

    ``board`` is its id, '' on a site without boards. ``part`` is the path below the board's own folder,
    such as a year, '' for that folder itself. ``meeting`` is the next one, as the board's last report
    announced it, if its report belongs here.
    """

    board: str
    name: str
    path: str
    part: str
    meeting: NextMeeting | None


class Choices(msgspec.Struct, frozen=True):
    """What the form offers; ``questions`` are those that have no outcome yet, the newest first."""

    folders: tuple[Folder, ...]
    boards: tuple[Option, ...]
    topics: tuple[Option, ...]
    people: tuple[str, ...]
    questions: tuple[Option, ...]


def collect_choices(site: SiteIndex) -> Choices:
    """Return what authors can choose from, as the site shows it to everybody."""
    return Choices(
        tuple(_list_folders(site)),
        tuple(Option(id_, board.name) for id_, board in site.config.site.boards.items()),
        tuple(_list_topics(site)),
        tuple(_list_people(site)),
        tuple(_list_questions(site))[:_MOST_QUESTIONS],
    )


def _list_folders(site: SiteIndex) -> Iterator[Folder]:
    boards = site.config.site.boards
    if not boards:
        yield from _divide_board(site, "", "", "reports")
    for id_, board in boards.items():
        yield from _divide_board(
            site, id_, board.name, "reports" if board.folder else f"reports/{id_}"
        )


def _divide_board(site: SiteIndex, board: str, name: str, path: str) -> Iterator[Folder]:
    """Yield the folders with a board's reports, first the one for new reports.

    A CMS lists either one folder or all below it, also those of other boards. So each is on its own.
    """
    visible = [*site.reports, *site.agendas]
    newest: dict[str, dt.date] = {}
    for report in (linked.report for linked in visible if linked.report.board == board):
        folder = report.path.rpartition("/")[0]
        newest[folder] = max(newest.get(folder, dt.date.min), report.date)
    last = max(newest, key=lambda folder: (newest[folder], folder), default=path)
    meeting = _find_next_meeting(site, board)
    wanted = path
    if newest and last == f"{path}/{newest[last].year}":
        # Also the years for which there is no folder yet, so that a report can be written.
        days = [site.today, *([meeting.date] if meeting and meeting.date else [])]
        for day in days:
            newest.setdefault(f"{path}/{day.year}", dt.date(day.year, 1, 1))
        wanted = f"{path}/{days[-1].year}"
    others = sorted(newest.keys() - {wanted}, key=lambda folder: (newest[folder], folder))
    yield Folder(board, name, wanted, wanted.removeprefix(path).strip("/"), meeting)
    for folder in reversed(others):
        yield Folder(board, name, folder, folder.removeprefix(path).strip("/"), None)


def _find_next_meeting(site: SiteIndex, board: str) -> NextMeeting | None:
    """Return what a board's last report announced, None if that has a report or has no day."""
    reports = [linked for linked in site.reports if not board or board in linked.report.boards]
    state = reports[-1].next_state if reports else None
    return state.meeting if state and state.state in _STATES and state.meeting.date else None


def _list_topics(site: SiteIndex) -> Iterator[Option]:
    """Yield the topics of topics.yaml by id; without one, those of the reports by name."""
    registered = site.config.topics
    for id_, topic in registered.items():
        yield Option(id_, clean_label(topic.name))
    if not registered:
        for thread in site.threads:
            yield Option(thread.topic.name, clean_label(thread.topic.name))


def _list_people(site: SiteIndex) -> list[str]:
    """Return people as authors write them, each as in the last report with the name."""
    found: dict[str, str] = {}
    for linked in reversed(site.reports[-_RECENT_REPORTS:]):
        for person in (*linked.people.attendees, *linked.people.apologies):
            if text := format_person(person):
                found.setdefault(make_person_key(person.name), text)
    return sorted(found.values(), key=str.casefold)


def format_person(person: Attendee) -> str:
    """Return a person and the organisation as a text that means both, '' if there is none."""
    whole = Attendee(person.name, person.organisation)
    text = f"{person.name} ({person.organisation})" if person.organisation else person.name
    is_plain = text == clean_label(text) and parse_attendee(text, "attendees") == whole
    return text if is_plain else ""


def _list_questions(site: SiteIndex) -> Iterator[Option]:
    for linked in reversed(site.asking):
        for ask in linked.asks:
            if not ask.outcomes:
                day = _format_day(linked.report.date)
                words = clean_label(ask.ask.ask.plain)
                if len(words) > _LONGEST_LABEL:
                    words = f"{words[:_LONGEST_LABEL].rstrip()}…"
                yield Option(f"{ask.report}/{ask.ask.id}", f"{words} ({day})")


def _format_day(day: dt.date) -> str:
    return format_date(day, "en-GB")


def clean_label(text: str) -> str:
    """Return a text on one line, without invisible characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
