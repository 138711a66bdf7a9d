"""Match asks with outcomes, and list what feeds must take back."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator

from lscbsite.index.threads import list_topics_of
from lscbsite.model import (
    Answer,
    AskState,
    Config,
    ReportMetadata,
    Retraction,
    Topic,
    make_ask_identity,
    make_outcome_identity,
)
from lscbsite.problems import ComparisonBudget, KnownNames, Problems, quote_value


def match_outcomes(
    reports: Iterable[ReportMetadata], visible: list[ReportMetadata], problems: Problems
) -> tuple[Answer, ...]:
    """Match outcomes with asks; check all, but return only those of visible reports.

    Withdrawn reports count as visible.
    """
    by_id = {report.id: report for report in reports}
    shown_ids = {report.id for report in visible}
    answers = []
    comparisons = ComparisonBudget()
    asks = {report.id: [ask.id for ask in report.front.feedback] for report in by_id.values()}
    known_asks = {(report_id, ask) for report_id, ids in asks.items() for ask in ids}
    names_by_report: dict[str, KnownNames] = {}
    all_names: KnownNames | None = None
    recording = [report for report in by_id.values() if report.front.outcomes]
    for report in sorted(recording, key=lambda report: report.order):
        for number, outcome in enumerate(report.front.outcomes):
            report_id, _, ask_id = outcome.ask.rpartition("/")
            if report.board and report_id not in by_id:
                report_id = f"{report.board}/{report_id}"
            asking_report = by_id.get(report_id)
            known_ask = (report_id, ask_id) in known_asks
            if asking_report and asking_report.broken and not known_ask:
                continue
            if asking_report and known_ask:
                if report.id in shown_ids and report_id in shown_ids:
                    answers.append(Answer(report_id, ask_id, report.id, outcome.outcome))
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
            yield AskState(ask, report.id, "closed", None)
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
    taken: set[uuid.UUID] = set()
    by_report: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        for report_id in {answer.ask_report, answer.report}:
            by_report[report_id].append(answer)
    for report in whole:
        if report.front.withdrawn is None:
            continue
        entries = [make_ask_identity(config, report.id, ask.id) for ask in report.front.feedback]
        entries += [
            make_outcome_identity(config, answer) for answer in by_report.get(report.id, ())
        ]
        identities = tuple(identity for identity in dict.fromkeys(entries) if identity not in taken)
        taken.update(identities)
        yield Retraction(report.id, report.changed, list_topics_of(report, topics), identities)
