"""How a fault in what relates reports is told."""

from lscbsite.model import Report
from lscbsite.problems import Problem, Problems


def fault(
    problems: Problems, report: Report, field: str, code: str, found: str, expected: str, fix: str
) -> None:
    """Report a fault in a field of a report's front matter, at the field's place."""
    mark = report.mark(field)
    problems.add(Problem(report.path, mark.line, mark.column, code, found, expected, fix))
