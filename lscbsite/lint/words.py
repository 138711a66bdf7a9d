"""Checks of the words in reports: headings against the topics, acronyms against the glossary."""

from collections import defaultdict
from collections.abc import Iterator

from lscbsite.lint.content import list_advised_reports
from lscbsite.lint.similarity import SimilarNames, count_slips_in_term, report_not_compared
from lscbsite.model import Documents, ReportMetadata, SiteIndex, list_topic_names, make_topic_key
from lscbsite.problems import Problem, ask_whether_meant, quote_value


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
    """C108: readers who are new to a board do not know its acronyms."""
    from lscbsite.markup.acronyms import extract_acronym

    topics = [
        name
        for id_, acronym_use in site.config.topics.items()
        for name in list_topic_names(id_, acronym_use)
    ]
    explained = {extract_acronym(term) for term in (*site.config.glossary, *topics)}
    counts: dict[str, int] = defaultdict(int)
    newest: dict[str, ReportMetadata] = {}
    reports = [report for report in list_advised_reports(documents) if report.acronyms]
    for report in sorted(reports, key=lambda report: report.order):
        for acronym_use in report.acronyms:
            if acronym_use.word not in explained:
                counts[acronym_use.word] += acronym_use.count
                newest[acronym_use.word] = report
    for word, report in newest.items():
        if counts[word] > 1:
            yield report.make_problem(
                f"acronyms.{word}",
                "C108",
                f'the acronym "{word}", which the reports use {_format_times(counts[word])}',
                "an explanation in glossary.yaml",
                f'add a line "{word}: ..." to glossary.yaml, with what it means',
            )


def _format_times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"
