"""Whom the house advises."""

from collections.abc import Iterator

from lscbsite.model import Documents, Report


def advised(documents: Documents) -> Iterator[Report]:
    """Yield the reports whose content is published or will be, as far as it could be read."""
    for report in documents.reports:
        if not report.broken and not report.front.withdrawn:
            yield report
