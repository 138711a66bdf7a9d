"""Checks of what reports say: dates that contradict each other."""

from collections.abc import Iterator

from lscbsite.dates import written
from lscbsite.model import Site
from lscbsite.problems import Problem


def published_before_held(site: Site) -> Iterator[Problem]:
    """C101: only the notice of a cancelled meeting is published before its date."""
    for linked in site.reports:
        report = linked.report
        if report.published < report.date and not report.front.cancelled and not report.broken:
            yield report.problem(
                "published",
                "C101",
                f"published {written(report.published)}, before the meeting of"
                f" {written(report.date)}",
                "a report that is published after its meeting",
                "correct one of the two dates",
            )


def changed_before_published(site: Site) -> Iterator[Problem]:
    """C102: what was not yet public cannot be corrected or withdrawn in public."""
    for linked in site.reports:
        report = linked.report
        days = [(f"corrections.{n}.date", c.date) for n, c in enumerate(report.front.corrections)]
        if report.front.withdrawn:
            days.append(("withdrawn.date", report.front.withdrawn.date))
        for field, day in days:
            if day < report.published:
                yield report.problem(
                    field,
                    "C102",
                    f"{written(day)}, before the publication on {written(report.published)}",
                    "a day on or after publication",
                    "correct the date",
                )
