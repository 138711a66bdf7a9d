"""Match asks with outcomes, and list what feeds must take back."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from unicodedata import normalize

from slugify import slugify

from lscbsite.index.names import index_other_names
from lscbsite.index.threads import list_topics_of
from lscbsite.model import (
    AWAITED_DAYS,
    Answer,
    AskState,
    Board,
    Config,
    ReportMetadata,
    Retraction,
    Topic,
    list_text_ids,
    make_ask_anchors,
    make_ask_identity,
    make_outcome_identity,
    make_unique_id,
)
from lscbsite.problems import ComparisonBudget, KnownNames, Problems, quote_value


def match_outcomes(
    reports: Iterable[ReportMetadata],
    visible: list[ReportMetadata],
    boards: Mapping[str, Board],
    problems: Problems,
) -> tuple[Answer, ...]:
    """Match outcomes with asks; check all, but return only those of visible reports.

    Withdrawn reports count as visible. An outcome may name a report by an earlier id.
    """
    by_id = {report.id: report for report in reports}
    by_other_name = index_other_names(by_id.values(), boards)
    shown_ids = {report.id for report in visible}
    answers = []
    comparisons = ComparisonBudget()
    asks = {report.id: [ask.id for ask in report.front.feedback] for report in by_id.values()}
    known_asks = {(report_id, ask) for report_id, ids in asks.items() for ask in ids}
    names_by_report: dict[str, KnownNames] = {}
    all_names: KnownNames | None = None
    recording = [report for report in by_id.values() if report.front.outcomes]
    for report in sorted(recording, key=lambda report: report.order):
        anchors = _OutcomeAnchors(report)
        for number, outcome in enumerate(report.front.outcomes):
            report_id, _, ask_id = outcome.ask.rpartition("/")
            if report_id not in by_id:
                in_board = f"{report.board}/{report_id}" if report.board else report_id
                former = by_other_name.get(normalize("NFC", in_board)) or by_other_name.get(
                    normalize("NFC", report_id)
                )
                report_id = former.id if former and in_board not in by_id else in_board
            asking_report = by_id.get(report_id)
            known_ask = (report_id, ask_id) in known_asks
            if asking_report and asking_report.broken and not known_ask:
                continue
            if asking_report and known_ask:
                if report.id in shown_ids and report_id in shown_ids:
                    answers.append(
                        Answer(
                            report_id,
                            ask_id,
                            report.id,
                            outcome.outcome,
                            anchors.make(f"{asking_report.identity}/{ask_id}"),
                            f"outcome:{asking_report.identity}/{ask_id}",
                        )
                    )
                elif report.id in shown_ids:
                    problems.add(
                        report.make_problem(
                            f"outcomes.{number}.ask",
                            "L007",
                            f"an outcome for {quote_value(outcome.ask)}, which is not published yet",
                            "an ask that readers can see",
                            "record it when the report that asks is published",
                        )
                    )
                continue
            if all_names is None:
                all_names = KnownNames(
                    [f"{other_id}/{ask}" for other_id, ask in known_asks], comparisons
                )
            if report_id not in names_by_report:
                names_of_report = [f"{report_id}/{ask}" for ask in asks.get(report_id, ())]
                names_of_report += [
                    f"{other_id}/{ask}"
                    for other_id, ask in known_asks
                    if other_id.startswith(f"{report_id}/")
                ]
                names_by_report[report_id] = (
                    KnownNames(names_of_report, comparisons) if names_of_report else all_names
                )
            names = names_by_report[report_id]
            fix = names.suggest_nearest(outcome.ask, "look up its id in the report that asks")
            problems.add(
                report.make_problem(
                    f"outcomes.{number}.ask",
                    "L012",
                    f"an outcome for {quote_value(outcome.ask)}",
                    "an ask of an earlier report, as report/ask",
                    fix,
                )
            )
    return tuple(answers)


class _OutcomeAnchors:
    """The ids that a report's page gives the outcomes it records."""

    def __init__(self, report: ReportMetadata) -> None:
        self._taken = list_text_ids(report.sections).union(make_ask_anchors(report).values())
        self._anchors: dict[str, str] = {}

    def make(self, ask: str) -> str:
        """Return the id of the outcomes of an ask, which is named by the identity of its report."""
        if ask not in self._anchors:
            anchor = make_unique_id(slugify(f"outcome-{ask}"), "outcome-", self._taken)
            self._taken.add(anchor)
            self._anchors[ask] = anchor
        return self._anchors[ask]


def compute_ask_states(
    report: ReportMetadata, answers: Iterable[Answer], today: dt.date
) -> Iterable[AskState]:
    """Yield the state of each ask of a report on ``today``; ``answers`` are the outcomes."""
    by_ask: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_ask[answer.ask].append(answer)
    for ask in report.front.feedback:
        outcomes = tuple(by_ask.get(ask.id, ()))
        days_left = (ask.deadline - today).days if ask.deadline else None
        if outcomes:
            yield AskState(ask, report.id, "answered", None, outcomes)
        elif days_left is not None and days_left < 0:
            is_overdue = days_left < -AWAITED_DAYS
            yield AskState(ask, report.id, "closed", None, is_overdue=is_overdue)
        else:
            yield AskState(ask, report.id, "open", days_left)


def list_retractions(
    whole: Iterable[ReportMetadata],
    answers: Iterable[Answer],
    topics: dict[str, Topic],
    config: Config,
) -> Iterator[Retraction]:
    """Yield what feeds must take back of each withdrawn report.

    That includes the outcomes of its asks, as they repeat the ask. An outcome that concerns two
    withdrawn reports is listed once.
    """
    whole = list(whole)
    names = {report.id: report.identity for report in whole}
    taken: set[uuid.UUID] = set()
    by_report: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        for report_id in {answer.ask_report, answer.report}:
            by_report[report_id].append(answer)
    for report in whole:
        if report.front.withdrawn is None:
            continue
        entries = [
            make_ask_identity(config, report.identity, ask.id) for ask in report.front.feedback
        ]
        entries += [
            make_outcome_identity(
                config, names[answer.ask_report], answer.ask, names[answer.report]
            )
            for answer in by_report.get(report.id, ())
        ]
        identities = tuple(identity for identity in dict.fromkeys(entries) if identity not in taken)
        taken.update(identities)
        yield Retraction(report.id, report.changed, list_topics_of(report, topics), identities)
