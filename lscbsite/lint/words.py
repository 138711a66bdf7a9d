"""Checks of the words in reports: headings against the topics, acronyms against the glossary."""

from collections import defaultdict
from collections.abc import Iterator

from lscbsite.lint.content import list_advised_reports
from lscbsite.lint.similarity import SimilarNames, count_slips_in_term, report_not_compared
from lscbsite.model import (
    Documents,
    ReportMetadata,
    SiteIndex,
    list_person_names,
    list_topic_names,
    make_topic_key,
)
from lscbsite.problems import Problem, ask_whether_meant, join_words, quote_value

# More acronyms than these are not named in a message.
_NAMED = 8


def find_headings_near_topics(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C107: a misspelt heading keeps a section out of its topic's thread."""
    names: list[str] = []
    equal: set[str] = set()
    topics = site.config.topics or {thread.id: thread.topic for thread in site.threads}
    for id_, topic in topics.items():
        names += [topic.name, *topic.aliases]
        equal.update(map(make_topic_key, list_topic_names(id_, topic)))
    if not names:
        return
    similar_names = SimilarNames(names, count_slips_in_term, most=2)
    answers: dict[str, str | None] = {}
    for report in list_advised_reports(documents):
        for number, title in enumerate(report.titles):
            if title not in answers:
                answers[title] = (
                    None if make_topic_key(title) in equal else similar_names.find_near(title)
                )
            if topic_name := answers[title]:
                yield report.make_problem(
                    f"sections.{number}",
                    "C107",
                    f"the heading {quote_value(title)}, which is nearly a topic's name",
                    "the topic's exact name, or a heading that is less like it",
                    ask_whether_meant(topic_name),
                )
    yield from report_not_compared(similar_names.not_compared, "C107", "topics.yaml")


def find_unexplained_acronyms(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C108: readers who are new to a board do not know its acronyms.

    There is one problem for each report, as there can be dozens of acronyms.
    """
    from lscbsite.markup.acronyms import extract_acronym
    from lscbsite.markup.initials import make_initials

    topics = [
        name for id_, topic in site.config.topics.items() for name in list_topic_names(id_, topic)
    ]
    explained = {extract_acronym(term) for term in (*site.config.glossary, *topics)}
    for name, person in site.config.people.items():
        explained.update(map(make_initials, list_person_names(name, person)))
    counts: dict[str, int] = defaultdict(int)
    newest: dict[str, ReportMetadata] = {}
    reports = [report for report in list_advised_reports(documents) if report.acronyms]
    for report in sorted(reports, key=lambda report: report.order):
        for acronym_use in report.acronyms:
            if acronym_use.word not in explained:
                counts[acronym_use.word] += acronym_use.count
                newest[acronym_use.word] = report
    words_by_path: dict[str, list[str]] = defaultdict(list)
    for word, report in newest.items():
        if counts[word] > 1:
            words_by_path[report.path].append(word)
    for words in words_by_path.values():
        report = newest[words[0]]
        places = {word: report.find_position(f"acronyms.{word}") for word in words}
        words.sort(key=lambda word: (places[word].line, places[word].column))
        yield _report_acronyms(report, words, counts)


def _report_acronyms(report: ReportMetadata, words: list[str], counts: dict[str, int]) -> Problem:
    """Return the problem of a report's acronyms, at the first of them."""
    first = words[0]
    found = f'the acronym "{first}", which the reports use {_format_times(counts[first])}'
    fix = f'add a line "{first}: ..." to glossary.yaml, with what it means'
    if others := words[1:]:
        named = [f'"{word}"' for word in others[:_NAMED]]
        if len(others) > _NAMED:
            named.append(f"{len(others) - _NAMED} more")
        found = f"{found}; also {join_words(named, 'and')}"
        fix = f"{fix}, and one for each of the others"
    return report.make_problem(
        f"acronyms.{first}", "C108", found, "an explanation in glossary.yaml", fix
    )


def _format_times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"
