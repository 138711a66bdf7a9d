"""Build threads: find the sections of reports that are about each topic."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from lscbsite.model import (
    Config,
    ReportMetadata,
    Section,
    SectionRef,
    Thread,
    Topic,
    TopicMention,
    list_topic_names,
    make_topic_key,
)
from lscbsite.problems import KnownNames, Problems, quote_value

# Meetings are numbered ("3rd meeting on this topic") in threads of up to so many. In a longer
# thread, a report that is added late would change the pages of all later ones.
_COUNTED = 100
# In place of a section: the whole report.
_WHOLE = Section("", "", 0, "", 0, 0)


def check_topics(reports: Iterable[ReportMetadata], config: Config, problems: Problems) -> None:
    """Report topics of front matter that ``topics.yaml`` does not have."""
    if not config.topics:
        return
    names = _index_names(config.topics)
    every = KnownNames(
        [
            name
            for id_, known_topic in config.topics.items()
            for name in list_topic_names(id_, known_topic)
        ]
    )
    for report in reports:
        for number, topic in enumerate(report.front.topics):
            if make_topic_key(topic) not in names:
                problems.add(
                    report.make_problem(
                        f"topics.{number}",
                        "L013",
                        f"the topic {quote_value(topic)}",
                        "the id, name or alias of a topic in topics.yaml",
                        every.suggest(topic, "add it to topics.yaml"),
                    )
                )


def list_known_topics(visible: list[ReportMetadata], config: Config) -> dict[str, Topic]:
    """Return the topics by id, from topics.yaml or else from front matter."""
    return config.topics or _list_front_matter_topics(visible)


def build_threads(
    visible: list[ReportMetadata], topics: dict[str, Topic], first_reports: Mapping[str, str]
) -> tuple[Thread, ...]:
    """Return every topic with its mentions, from the visible reports in order of meeting.

    ``first_reports`` are the ids of the first report of a meeting, by those of its other reports.
    """
    ids = _index_names(topics)
    refs: dict[str, list[SectionRef]] = defaultdict(list)
    extents: dict[str, list[tuple[int, int]]] = defaultdict(list)
    names: dict[str, str] = {}  # one string object for each id saves memory
    for report in visible:
        id_, date = report.id, report.front.date
        for topic, number, section in _list_mentions(report, ids):
            name = names.setdefault(section.id, section.id)
            refs[topic].append(SectionRef(id_, name, date, number))
            extents[topic].append((section.span, section.size))
    threads = [
        _build_thread(id_, topic, refs[id_], extents[id_], first_reports)
        for id_, topic in topics.items()
    ]
    return tuple(sorted(threads, key=lambda thread: (thread.topic.name.casefold(), thread.id)))


def list_topics_of(report: ReportMetadata, topics: dict[str, Topic]) -> tuple[str, ...]:
    """Return the ids of the topics that a report speaks of."""
    ids = _index_names(topics)
    return tuple(dict.fromkeys(topic for topic, _, _ in _list_mentions(report, ids)))


def group_mentions_by_report(threads: Iterable[Thread]) -> dict[str, tuple[TopicMention, ...]]:
    """Return the mentions of each report, by its id."""
    mentions_by_report: dict[str, list[TopicMention]] = defaultdict(list)
    for thread in threads:
        for mention in thread.mentions:
            mentions_by_report[mention.ref.report].append(mention)
    return {report: tuple(mentions) for report, mentions in mentions_by_report.items()}


def _index_names(topics: dict[str, Topic]) -> dict[str, str]:
    """Return the ids of topics by the slugs of all their names."""
    ids: dict[str, str] = {}
    for id_, topic in topics.items():
        for name in list_topic_names(id_, topic):
            if slug := make_topic_key(name):
                ids.setdefault(slug, id_)
    return ids


def _list_front_matter_topics(visible: list[ReportMetadata]) -> dict[str, Topic]:
    """Return the topics that reports name; give those named only by id a readable name."""
    topics: dict[str, Topic] = {}
    for report in visible:
        for name in report.front.topics:
            id_ = make_topic_key(name)
            if id_ and (id_ not in topics or topics[id_].name == id_ != name):
                topics[id_] = Topic(name)
    return {
        id_: Topic(_make_topic_name(id_)) if topic.name == id_ else topic
        for id_, topic in topics.items()
    }


def _make_topic_name(id_: str) -> str:
    words = id_.replace("-", " ")
    return words[:1].upper() + words[1:]


def _list_mentions(
    report: ReportMetadata, ids: dict[str, str]
) -> Iterator[tuple[str, int, Section]]:
    """Yield each topic of a report with its section and that section's index.

    The index is -1 for the whole report. A heading inside a section of the same topic is skipped.
    """
    section_ends: dict[str, int] = {}
    for number, section in enumerate(report.sections):
        topic = ids.get(section.key)
        if topic and section.level and section_ends.get(topic, 0) <= number:
            section_ends[topic] = number + section.span
            yield topic, number, section
    # The title can be the only heading of a report on one topic.
    for name in (*report.front.topics, report.title) if ids else ():
        topic = ids.get(make_topic_key(name))
        if topic and topic not in section_ends:
            section_ends[topic] = 0
            yield topic, -1, _WHOLE


def _build_thread(
    id_: str,
    topic: Topic,
    refs: list[SectionRef],
    extents: list[tuple[int, int]],
    first_reports: Mapping[str, str],
) -> Thread:
    # Two reports of one meeting count once.
    met = [first_reports.get(ref.report, ref.report) for ref in refs]
    meetings = len(set(met))
    mentions = []
    number = 0
    earlier = None
    counted: set[str] = set()
    rows = zip(refs, met, [*refs[1:], None], extents, strict=False)
    for ref, meeting, later, (span, size) in rows:
        if meetings <= _COUNTED and meeting not in counted:
            counted.add(meeting)
            number += 1
        mentions.append(TopicMention(id_, ref, number, earlier, later, span, size))
        earlier = ref
    return Thread(id_, topic, tuple(mentions), meetings)
