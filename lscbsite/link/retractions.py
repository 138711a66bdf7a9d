"""What feeds take back when a report is withdrawn."""

import uuid
from collections.abc import Iterable, Iterator

from lscbsite.link.threads import topics_of
from lscbsite.model import Answer, Config, Report, Retraction, Topic, ask_identity, outcome_identity


def retractions(
    whole: Iterable[Report], answers: Iterable[Answer], topics: dict[str, Topic], config: Config
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
