"""Stage 4: advice on content and style. CHECKS has a generator of problems for each rule.

Checks see all reports, also those that are not published yet, and the linked site. Checks of the
markup include the ordinary pages. A site can change the severity of each (``rules`` in site.yaml).
"""

from collections.abc import Callable, Iterable, Iterator

from lscbsite.lint import accessibility, content, people, words
from lscbsite.model import Documents, SiteIndex
from lscbsite.problems import Problem, Problems, merge_problems

CHECKS: dict[str, Callable[[Documents, SiteIndex], Iterator[Problem]]] = {
    "C101": content.find_published_before_held,
    "C102": content.find_changed_before_published,
    "C103": content.find_asks_without_deadline,
    "C104": content.find_asks_without_reply_route,
    "C105": content.find_deadlines_before_published,
    "C106": content.find_changes_after_today,
    "C107": words.find_headings_near_topics,
    "C108": words.find_unexplained_acronyms,
    "C109": people.find_names_near_people,
    "C110": people.find_organisations_near_others,
    "C111": content.find_outcomes_before_ask,
    "C112": accessibility.find_undescribed_pictures,
    "C113": accessibility.find_skipped_levels,
    "C114": accessibility.find_empty_link_words,
    "C115": accessibility.find_headless_tables,
    "C116": accessibility.find_bold_headings,
    "C123": content.find_attendance_at_cancelled,
    "F054": content.find_reports_of_one_meeting,
    "C124": content.find_agendas_of_the_past,
    "C125": content.find_unwritten_drafts,
    "S025": content.find_first_report,
    "F076": content.find_silent_cancellations,
    "F075": content.find_agendas_without_day,
    "C117": accessibility.find_typed_lists,
    "C120": content.find_far_dates,
    "C121": people.find_turned_names,
    "C122": people.find_people_as_organisations,
}


# Kinds that authors repeat through a whole file out of habit: one problem a file is enough.
MERGED = frozenset({"C112", "C113", "C114", "C115", "C116", "C117"})


def lint(documents: Documents, site: SiteIndex, problems: Problems) -> None:
    """Run every check that the site did not switch off."""
    for code, check in CHECKS.items():
        if not problems.is_off(code):
            found = check(documents, site)
            problems.extend(merge_repeated(found) if code in MERGED else found)


def merge_repeated(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield the first problem with each advice in a file, with the lines of the others."""
    alike: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        # "Write ##" and "write ###" are the same advice.
        alike.setdefault((problem.path, problem.fix.replace("#", "")), []).append(problem)
    yield from map(merge_problems, alike.values())
