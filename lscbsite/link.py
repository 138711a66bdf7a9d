"""Stage 3: reports and pages, each alone -> the site: chain, next meetings, asks, references."""

import datetime as dt
import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from slugify import slugify

from lscbsite.dates import written
from lscbsite.model import (
    Answer,
    AskState,
    Attachment,
    Body,
    Config,
    Documents,
    LinkedPage,
    LinkedReport,
    NextState,
    Page,
    Reference,
    Report,
    Section,
    Site,
    Topic,
    Withheld,
)
from lscbsite.problems import Problem, Problems, did_you_mean, shown, suggestion

MOVED_WITHIN = dt.timedelta(days=60)


def link(
    documents: Documents,
    attachments: tuple[Attachment, ...],
    config: Config,
    problems: Problems,
    today: dt.date,
    *,
    drafts: bool,
) -> Site:
    """Return the site that readers can see on ``today``, with everything linked.

    Drafts (but for ``drafts``) and scheduled reports are in no part of it but ``withheld``. A
    withdrawn report keeps its place without body, summary, asks, outcomes and attendees.
    """
    withheld = tuple(
        Withheld(report.path, reason)
        for report in documents.reports
        if (reason := _withheld_because(report, today, drafts))
    )
    hidden = {entry.path: entry.reason for entry in withheld}
    visible = sorted(
        (_tombstone(report) for report in documents.reports if report.path not in hidden),
        key=lambda report: report.order,
    )
    chains = _chains(visible)
    announced = _announcements(chains, problems, today)
    answers = _answers(documents.reports, visible, config, problems)
    resolver = _Resolver(documents, visible, hidden, attachments, config, problems)
    _check_topics(documents.reports, config, problems)
    _check_next_meetings(documents.reports, problems)

    resolved = {report.id: resolver.resolve_report(report) for report in visible}
    for report in documents.reports:
        if report.path in hidden:
            resolver.resolve_report(report)
    backlinks: dict[str, list[str]] = defaultdict(list)
    for report in visible:
        for target in dict.fromkeys(resolved[report.id].targets):
            if target != report.id:
                backlinks[target].append(report.id)

    linked = []
    for report in visible:
        before, after = chains[report.board].neighbours(report)
        mine = resolved[report.id]
        linked.append(
            LinkedReport(
                report,
                before,
                after,
                _next_state(report, chains[report.board], today),
                announced.get(report.id),
                tuple(_ask_states(report, answers, today)),
                tuple(answer for answer in answers if answer.report == report.id),
                tuple(mine.urls),
                tuple(mine.labels),
                tuple(backlinks[report.id]),
            )
        )
    pages = []
    for page in documents.pages:
        mine = resolver.resolve_page(page)
        pages.append(LinkedPage(page, tuple(mine.urls), tuple(mine.labels)))
    return Site(config, today, tuple(linked), tuple(pages), attachments, withheld)


def _withheld_because(report: Report, today: dt.date, drafts: bool) -> str:
    if report.front.draft and not drafts:
        return "draft"
    if report.published > today:
        return f"scheduled for {written(report.published)}"
    return ""


def _tombstone(report: Report) -> Report:
    """A withdrawn report keeps what identifies the meeting and says that it was withdrawn."""
    if report.front.withdrawn is None:
        return report
    front = report.front
    kept = type(front)(
        date=front.date,
        time=front.time,
        place=front.place,
        title=front.title,
        published=front.published,
        cancelled=front.cancelled,
        withdrawn=front.withdrawn,
        aliases=front.aliases,
        language=front.language,
    )
    return Report(
        report.id,
        report.board,
        report.path,
        report.title,
        kept,
        Body(),
        report.marks,
        report.broken,
    )


# --- chain and next meetings --------------------------------------------------------------


class _Chain:
    """The reports of one board in order of meeting, without the withdrawn ones."""

    def __init__(self, reports: list[Report]) -> None:
        self.reports = [report for report in reports if report.front.withdrawn is None]
        self._places = {report.id: place for place, report in enumerate(self.reports)}
        self._withdrawn = [report for report in reports if report.front.withdrawn is not None]

    def neighbours(self, report: Report) -> tuple[str | None, str | None]:
        """Return the ids of the reports before and after."""
        place = self._places.get(report.id)
        if place is None:
            return None, None
        before = self.reports[place - 1].id if place else None
        after = self.reports[place + 1].id if place + 1 < len(self.reports) else None
        return before, after

    def after(self, report: Report) -> list[Report]:
        """Return the reports after this one."""
        place = self._places.get(report.id)
        return [] if place is None else self.reports[place + 1 :]

    def on(self, day: dt.date, but: Report) -> Report | None:
        """Return the report of a day's meeting, a withdrawn one if there is no other."""
        found = (r for r in (*self.reports, *self._withdrawn) if r.date == day and r.id != but.id)
        return next(found, None)


def _chains(visible: list[Report]) -> dict[str, _Chain]:
    boards: dict[str, list[Report]] = defaultdict(list)
    for report in visible:
        boards[report.board].append(report)
    return {board: _Chain(reports) for board, reports in boards.items()}


def _next_state(report: Report, chain: _Chain, today: dt.date) -> NextState | None:
    """Say what became of the meeting that a report announced."""
    meeting = report.front.next_meeting
    if meeting is None or meeting.planned == "none":
        return NextState("none", meeting) if meeting else None
    later = chain.after(report)
    if meeting.date is None:
        held = next((r for r in later if not r.front.cancelled), None)
        if held is None:
            return NextState("to be confirmed", meeting)
        return NextState("held", meeting, held.id)
    match = next((r for r in later if r.front.announced_for == meeting.date), None)
    match = match or chain.on(meeting.date, report)
    if match is None and meeting.date >= today:
        return NextState("scheduled", meeting)
    if match is None:
        match = _moved_to(meeting.date, later)
    if match is None:
        return NextState("unknown", meeting)
    if match.front.cancelled:
        return NextState("cancelled", meeting, match.id)
    return NextState("held" if match.date == meeting.date else "moved", meeting, match.id)


def _check_next_meetings(reports: Iterable[Report], problems: Problems) -> None:
    for report in reports:
        meeting = report.front.next_meeting
        if meeting and meeting.date and meeting.date <= report.date:
            _fault(
                problems,
                report,
                "next_meeting.date",
                "L010",
                f"a next meeting on {written(meeting.date)}, in the report of"
                f" {written(report.date)}",
                "a day after that",
                "correct the year, the month or the day",
            )


def _moved_to(announced: dt.date, later: list[Report]) -> Report | None:
    """Return the board's next report if its meeting can be the one that was announced.

    A meeting in between that announces the same day again is an extra one, and one that says
    what it was announced for is not this one.
    """
    for report in later:
        following = report.front.next_meeting
        extra = following is not None and following.date == announced and report.date < announced
        if extra or report.front.cancelled:
            continue
        near = abs(report.date - announced) <= MOVED_WITHIN
        return report if near and report.front.announced_for is None else None
    return None


def _announcements(
    chains: Mapping[str, _Chain], problems: Problems, today: dt.date
) -> dict[str, dt.date]:
    """Return the day for which a moved meeting had been announced, by report id."""
    announced: dict[str, dt.date] = {}
    for chain in chains.values():
        days = {
            r.front.next_meeting.date
            for r in chain.reports
            if r.front.next_meeting and r.front.next_meeting.date
        }
        broken = any(report.broken for report in chain.reports)
        for report in chain.reports:
            state = _next_state(report, chain, today)
            if state and state.state == "moved" and state.report and state.meeting.date:
                announced[state.report] = state.meeting.date
            day = report.front.announced_for
            if day is None:
                continue
            if day != report.date:
                announced[report.id] = day
            if day not in days and not broken:
                _fault(
                    problems,
                    report,
                    "announced_for",
                    "L011",
                    f"announced_for {day.isoformat()}, which no earlier report announces",
                    'the date that an earlier report has as its "next_meeting"',
                    suggestion(day.isoformat(), [d.isoformat() for d in days if d]),
                )
    return announced


def _fault(
    problems: Problems, report: Report, field: str, code: str, found: str, expected: str, fix: str
) -> None:
    mark = report.mark(field)
    problems.add(Problem(report.path, mark.line, mark.column, code, found, expected, fix))


# --- asks and outcomes --------------------------------------------------------------------


def _answers(
    reports: Iterable[Report], visible: list[Report], config: Config, problems: Problems
) -> tuple[Answer, ...]:
    """Match outcomes with asks; those of visible reports are returned, all are checked."""
    by_id = {report.id: report for report in reports}
    known = [f"{report.id}/{ask.id}" for report in by_id.values() for ask in report.front.feedback]
    shown_ids = {report.id for report in visible}
    answers = []
    for report in sorted(by_id.values(), key=lambda report: report.order):
        for place, outcome in enumerate(report.front.outcomes):
            report_id, _, ask_id = outcome.ask.rpartition("/")
            if report.board and report_id not in by_id:
                report_id = f"{report.board}/{report_id}"
            asked = by_id.get(report_id)
            known_ask = asked and any(ask.id == ask_id for ask in asked.front.feedback)
            if asked and asked.broken and not known_ask:
                continue
            if asked and known_ask:
                withdrawn = report.front.withdrawn or asked.front.withdrawn
                if report.id in shown_ids and report_id in shown_ids and not withdrawn:
                    answers.append(Answer(report_id, ask_id, report.id, outcome.outcome))
                continue
            own = [name for name in known if name.startswith(f"{report_id}/")]
            near = suggestion(outcome.ask, own or known)
            _fault(
                problems,
                report,
                f"outcomes.{place}.ask",
                "L012",
                f"an outcome for {shown(outcome.ask)}",
                "an ask of an earlier report, as report/ask",
                near or "look up the ask's id in the report that asks",
            )
    return tuple(answers)


def _ask_states(report: Report, answers: tuple[Answer, ...], today: dt.date) -> Iterable[AskState]:
    for ask in report.front.feedback:
        mine = tuple(a for a in answers if a.ask_report == report.id and a.ask == ask.id)
        passed = ask.deadline is not None and ask.deadline < today
        yield AskState(ask, report.id, "answered" if mine else "closed" if passed else "open", mine)


def _check_topics(reports: Iterable[Report], config: Config, problems: Problems) -> None:
    """With a register, a topic in front matter is an id, name, alias or former id of it."""
    if not config.topics:
        return
    names = {name for id_, topic in config.topics.items() for name in _topic_names(id_, topic)}
    known = {slugify(name) for name in names}
    for report in reports:
        for place, topic in enumerate(report.front.topics):
            if slugify(topic) not in known:
                _fault(
                    problems,
                    report,
                    f"topics.{place}",
                    "L013",
                    f"the topic {shown(topic)}",
                    "the id, name or alias of a topic of topics.yaml",
                    suggestion(topic, names, "add it to topics.yaml"),
                )


def _topic_names(id_: str, topic: Topic) -> tuple[str, ...]:
    return (id_, topic.name, *topic.aliases, *topic.formerly)


# --- references ---------------------------------------------------------------------------


class _Resolved:
    """The answers to one body's references, and the reports that it refers to."""

    def __init__(self) -> None:
        self.urls: list[str | None] = []
        self.labels: list[str] = []
        self.targets: list[str] = []


class _Resolver:
    """Finds what references lead to; reports those that lead nowhere."""

    def __init__(
        self,
        documents: Documents,
        visible: list[Report],
        hidden: Mapping[str, str],
        attachments: tuple[Attachment, ...],
        config: Config,
        problems: Problems,
    ) -> None:
        self._reports = {report.id: report for report in documents.reports}
        self._by_path = {report.path: report for report in documents.reports}
        self._reports.update((report.id, report) for report in visible)
        self._by_path.update((report.path, report) for report in visible)
        self._pages = {page.path: page for page in documents.pages}
        self._hidden = hidden
        self._files = {attachment.path for attachment in attachments}
        self._urls = {
            "": "",
            **{f"reports/{report.id}/": report.url for report in visible},
            **{f"{page.id}/": page.url for page in documents.pages},
            **{f"years/{report.date.year}/": f"years/{report.date.year}/" for report in visible},
            **{f"boards/{board}/": f"boards/{board}/" for board in config.site.boards},
        }
        self._problems = problems

    def resolve_report(self, report: Report) -> _Resolved:
        return self._resolve(report, report.body, report.board)

    def resolve_page(self, page: Page) -> _Resolved:
        return self._resolve(page, page.body, "")

    def _resolve(self, source: Report | Page, body: Body, board: str) -> _Resolved:
        result = _Resolved()
        for reference in body.references:
            if reference.kind == "name":
                url, label = self._named(source, reference, board, result)
            else:
                url, label = self._path(source, reference, result)
            result.urls.append(url)
            result.labels.append(label)
        return result

    def _fault(
        self, source: Report | Page, at: Reference, code: str, found: str, expected: str, fix: str
    ) -> None:
        self._problems.add(
            Problem(source.path, at.mark.line, at.mark.column, code, found, expected, fix)
        )

    def _named(
        self, source: Report | Page, reference: Reference, board: str, result: _Resolved
    ) -> tuple[str | None, str]:
        name = reference.target
        if not name and isinstance(source, Report):
            name = source.id
        candidates = (f"{board}/{name}" if board else name, name)
        target = next((self._reports[c] for c in candidates if c in self._reports), None)
        label = f"{name}#{reference.fragment}" if reference.fragment else name
        if not reference.target and not reference.fragment:
            target, label = None, ""
        if target is not None:
            return self._to_report(source, reference, target, result)
        known = [*self._reports]
        if board:
            known += [known_id.removeprefix(f"{board}/") for known_id in self._reports]
        self._fault(
            source,
            reference,
            "L001",
            f"a reference to {shown(f'[[{label}]]')}",
            "the name of a report's file without .md",
            suggestion(name, known, "look the name up in the folder reports/"),
        )
        return None, label

    def _path(
        self, source: Report | Page, reference: Reference, result: _Resolved
    ) -> tuple[str | None, str]:
        target = reference.target
        if not target:
            return self._within(source, reference, source.body.sections), ""
        if target.startswith("/"):
            path = posixpath.normpath(target).lstrip("/")
        else:
            path = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), target))
        if report := self._by_path.get(path):
            return self._to_report(source, reference, report, result)
        fragment = f"#{quote(reference.fragment)}" if reference.fragment else ""
        if page := self._pages.get(path):
            if not fragment:
                return page.url, page.title
            anchor = _anchor(reference.fragment, page.body.sections)
            if anchor is None:
                self._no_section(source, reference, page.path, page.body.sections)
                return page.url, page.title
            return f"{page.url}#{quote(anchor)}", page.title
        if path in self._files:
            return quote(path) + fragment, posixpath.basename(path)
        if target.startswith("/"):
            url = self._urls.get("" if path == "." else path.rstrip("/") + "/")
            if url is not None:
                return url + fragment, target
        if path.endswith(".md"):
            known = [*self._by_path, *self._pages]
            near = _as_link(source, path, known, "look the name up in reports/ or pages/")
            self._fault(
                source, reference, "L002", f"a link to {shown(target)}", "a file of this site", near
            )
        elif path.startswith("files/"):
            near = _as_link(source, path, self._files, "put the file into the folder files")
            self._fault(
                source, reference, "L004", f"a link to {shown(target)}", "a file in files/", near
            )
        else:
            expected = "a report or page (.md), a file in files/, or a full address"
            fix = "complete the address; until then the text stays, unlinked"
            found = f"a {'picture' if reference.picture else 'link'} to {shown(target)}"
            self._fault(source, reference, "L005", found, expected, fix)
        return None, target

    def _within(
        self, source: Report | Page, reference: Reference, sections: tuple[Section, ...]
    ) -> str | None:
        """Resolve a link within the page; '#' and '#top' mean its start (HTML 7.4.6.4)."""
        if reference.fragment.casefold() in ("", "top"):
            return "#top"
        anchor = _anchor(reference.fragment, sections)
        if anchor is None:
            near = suggestion(reference.fragment, [s.id for s in sections if s.id])
            self._fault(
                source,
                reference,
                "L005",
                f"a link to {shown('#' + reference.fragment)}",
                "the id of a heading on this page",
                near or "until it is corrected the text stays, unlinked",
            )
            return None
        return f"#{quote(anchor)}"

    def _to_report(
        self, source: Report | Page, reference: Reference, target: Report, result: _Resolved
    ) -> tuple[str | None, str]:
        reason = self._hidden.get(target.path)
        own = isinstance(source, Report) and self._hidden.get(source.path)
        if reason and not own and source.path != target.path:
            self._fault(
                source,
                reference,
                "L007",
                f'a link to "{target.id}", which is not published ({reason})',
                "a report that readers can see",
                "link to it when it is published",
            )
            return None, target.id
        result.targets.append(target.id)
        url = target.url
        if not reference.fragment or target.front.withdrawn:
            return url, target.title
        sections = target.body.sections
        anchor = _anchor(reference.fragment, sections)
        if anchor is None:
            if not target.broken:
                self._no_section(source, reference, target.id, sections)
            return url, target.title
        title = next((s.title for s in sections if s.id == anchor), "")
        if title and source.path == target.path:
            return f"#{quote(anchor)}", title
        return f"{url}#{quote(anchor)}", f"{target.title}: {title}" if title else target.title

    def _no_section(
        self,
        source: Report | Page,
        reference: Reference,
        target: str,
        sections: tuple[Section, ...],
    ) -> None:
        known = [section.id for section in sections if section.id]
        near = suggestion(reference.fragment, known)
        fix = near or (f"its headings are {', '.join(known)}" if known else "it has no headings")
        found = f'a reference to "#{reference.fragment}" of "{target}"'
        self._fault(source, reference, "L003", found, "the id of a heading there", fix)


def _as_link(source: Report | Page, path: str, known: Iterable[str], otherwise: str) -> str:
    """Suggest the nearest path, as a link from ``source`` to it is written."""
    near = did_you_mean(path, known)
    if near is None:
        return otherwise
    return f'did you mean "{posixpath.relpath(near, posixpath.dirname(source.path))}"?'


def _anchor(fragment: str, sections: tuple[Section, ...]) -> str | None:
    """Return the id that a fragment means: an id, or a heading as a git host would name it."""
    wanted = re.sub(r"^user-content-", "", fragment)
    for section in sections:
        if wanted == section.id or wanted in section.anchors:
            return wanted
    for section in sections:
        if section.id and (wanted.casefold() in section.names or slugify(wanted) == section.id):
            return section.id
    return None
