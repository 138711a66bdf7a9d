"""Asks and their outcomes, and what of them is taken back with a report."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator

from lscbsite.link.threads import topics_of
from lscbsite.model import (
    Answer,
    AskState,
    Config,
    Outline,
    Retraction,
    Topic,
    ask_identity,
    outcome_identity,
)
from lscbsite.problems import Problems, nearest, shown


def match_outcomes(
    reports: Iterable[Outline], visible: list[Outline], problems: Problems
) -> tuple[Answer, ...]:
    """Match outcomes with asks; those of visible reports are returned, all are checked.

    Those of withdrawn reports, and for asks of withdrawn reports, are among them.
    """
    by_id = {report.id: report for report in reports}
    shown_ids = {report.id for report in visible}
    answers = []
    recording = [report for report in by_id.values() if report.front.outcomes]
    for report in sorted(recording, key=lambda report: report.order):
        for place, outcome in enumerate(report.front.outcomes):
            report_id, _, ask_id = outcome.ask.rpartition("/")
            if report.board and report_id not in by_id:
                report_id = f"{report.board}/{report_id}"
            asked = by_id.get(report_id)
            known_ask = asked and any(ask.id == ask_id for ask in asked.front.feedback)
            if asked and asked.broken and not known_ask:
                continue
            if asked and known_ask:
                if report.id in shown_ids and report_id in shown_ids:
                    answers.append(Answer(report_id, ask_id, report.id, outcome.outcome))
                elif report.id in shown_ids:
                    problems.add(
                        report.problem(
                            f"outcomes.{place}.ask",
                            "L007",
                            f"an outcome for {shown(outcome.ask)}, which is not published yet",
                            "an ask that readers can see",
                            "record it when the report that asks is published",
                        )
                    )
                continue
            known = [f"{one.id}/{ask.id}" for one in by_id.values() for ask in one.front.feedback]
            own = [name for name in known if name.startswith(f"{report_id}/")]
            fix = nearest(outcome.ask, own or known, "look up its id in the report that asks")
            problems.add(
                report.problem(
                    f"outcomes.{place}.ask",
                    "L012",
                    f"an outcome for {shown(outcome.ask)}",
                    "an ask of an earlier report, as report/ask",
                    fix,
                )
            )
    return tuple(answers)


def ask_states(report: Outline, answers: Iterable[Answer], today: dt.date) -> Iterable[AskState]:
    """Return how each ask of a report stands on ``today``; ``answers`` are those to its asks."""
    for ask in report.front.feedback:
        mine = tuple(answer for answer in answers if answer.ask == ask.id)
        passed = ask.deadline is not None and ask.deadline < today
        yield AskState(ask, report.id, "answered" if mine else "closed" if passed else "open", mine)


def retractions(
    whole: Iterable[Outline], answers: Iterable[Answer], topics: dict[str, Topic], config: Config
) -> Iterator[Retraction]:
    """Return what was published of each withdrawn report; ``answers`` are all that match an ask.

    An outcome for one of its asks goes, too: it repeats the ask. What two withdrawn reports have
    in common is taken back once.
    """
    taken: set[uuid.UUID] = set()
    for report in whole:
        if report.front.withdrawn is None:
            continue
        entries = [ask_identity(config, report.id, ask.id) for ask in report.front.feedback]
        entries += [
            outcome_identity(config, answer)
            for answer in answers
            if report.id in (answer.ask_report, answer.report)
        ]
        mine = tuple(one for one in dict.fromkeys(entries) if one not in taken)
        taken.update(mine)
        yield Retraction(report.id, report.changed, topics_of(report, topics), mine)
