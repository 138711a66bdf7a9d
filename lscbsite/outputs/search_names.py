"""The names that a search finds first: topics, pages, glossary terms, people, boards and files.

They are in one file beside the search index, with what the page's script needs to read dates.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import msgspec

from lscbsite import dates
from lscbsite.i18n import get_translations
from lscbsite.model import (
    Artifact,
    Html,
    Input,
    Person,
    SiteIndex,
    Thread,
    list_person_names,
    make_person_key,
)
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.pages.attendance import list_period_urls
from lscbsite.outputs.pages.components import make_topic_url, make_year_url
from lscbsite.outputs.pages.glossary import GLOSSARY
from lscbsite.outputs.pages.search import SEARCH
from lscbsite.outputs.search_index import list_languages, slice_shards, split_shards
from lscbsite.outputs.search_words import (
    PersonMention,
    decode_shard_words,
    list_words,
    make_shard_words,
)
from lscbsite.outputs.site_context import SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

_FILES = "files/"
_PUNCTUATION = re.compile(r"[,;:.(]")
_LONGEST_MEANING = 60
# Of all pages together; they are some 40 KB.
MOST_PAGE_WORDS = 6_000


class Name(msgspec.Struct, frozen=True, array_like=True):
    """A name, its address below the base URL, what is said of it ('': nothing), and its aliases."""

    name: str
    url: str
    detail: str = ""
    aliases: tuple[str, ...] = ()


class NamesView(msgspec.Struct, frozen=True):
    """The names of a site before rendering, by the translated word for their kind.

    ``people`` has the register of people. Those that readers can see are in ``shards``.
    ``attendance`` has the days, as ordinals, on which each page of attendance begins, and its address.
    ``pages`` are the texts of ordinary pages by their addresses.
    ``languages`` are those of the reports, the site's first.
    """

    names: tuple[tuple[str, tuple[Name, ...]], ...]
    shards: tuple[Input[bytes], ...]
    people: dict[str, Person]
    attendance: tuple[tuple[int, str], ...]
    languages: tuple[str, ...]
    pages: tuple[tuple[str, Input[Html]], ...]


def plan_names(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan the names, if the site has a search and reports."""
    shards = split_shards(site) if site.config.site.search else []
    if not shards:
        return
    words = get_translations(site.config.site.language)
    reports = [linked_report for _, shard in shards for linked_report in shard]
    counts = Counter(board for report in reports for board in report.report.boards)
    names = {
        words.gettext("Topic"): [_name_topic(site, thread) for thread in site.threads],
        words.gettext("Page"): _name_pages(site, site_view.value),
        words.gettext("Glossary"): (
            Name(term.name, f"{GLOSSARY.url}#{term.id}", term.meaning, _shorten(term.meaning))
            for term in site_view.value.terms
        ),
        words.gettext("Board"): (
            Name(
                board.name,
                f"boards/{id_}/",
                words.ngettext("%(count)s report", "%(count)s reports", counts[id_])
                % {"count": counts[id_]},
                (id_,),
            )
            for id_, board in site.config.site.boards.items()
        ),
        words.gettext("File"): _name_files(site),
    }
    view = NamesView(
        tuple((kind, tuple(of_kind)) for kind, of_kind in names.items()),
        make_shard_words(slice_shards(site, site_view)),
        site.config.people,
        tuple((day.toordinal(), url) for day, url in list_period_urls(site)),
        list_languages(site),
        tuple((linked.page.url, linked.html) for linked in site.pages if linked.html),
    )
    yield Artifact(SEARCH_NAMES.url, view, render_names)


def _shorten(meaning: str) -> tuple[str, ...]:
    """Return the words that a term stands for, if its meaning begins with them."""
    words = _PUNCTUATION.split(meaning)[0].strip()
    return (words,) if len(words) <= _LONGEST_MEANING else ()


def _name_topic(site: SiteIndex, thread: Thread) -> Name:
    words = get_translations(site.config.site.language)
    count = words.ngettext("%(count)s meeting", "%(count)s meetings", thread.meetings)
    former_ids = (id_.replace("-", " ") for id_ in thread.topic.formerly)
    return Name(
        thread.topic.name,
        make_topic_url(thread.id),
        count % {"count": thread.meetings},
        (*thread.topic.aliases, *former_ids),
    )


def _name_pages(site: SiteIndex, site_view: SiteView) -> Iterator[Name]:
    words = get_translations(site.config.site.language)
    for linked_page in site.pages:
        yield Name(linked_page.page.title, linked_page.page.url)
    for page in site_view.menu:
        if page.url != SEARCH.url:
            yield Name(words.gettext(page.label), page.url)
    title = words.gettext("Meetings in %(year)s")
    for year in sorted({report.report.date.year for report in site.reports}):
        yield Name(title % {"year": year}, make_year_url(year), aliases=(str(year),))


def _name_files(site: SiteIndex) -> Iterator[Name]:
    """Yield the files that are published, each with the number of reports that link to it."""
    words = get_translations(site.config.site.language)
    logo = site.config.site.logo
    uses: Counter[str] = Counter()
    for report in (*site.reports, *site.agendas):
        urls = (*report.overrides.urls, *report.overrides.text_urls)
        paths = {unquote(url.partition("#")[0]) for url in urls if url and url.startswith(_FILES)}
        uses.update(paths)
    for attachment in site.attachments:
        if attachment.path != logo:
            name = attachment.path.removeprefix(_FILES)
            count = uses[attachment.path]
            linked = words.ngettext(
                "linked from %(count)s report", "linked from %(count)s reports", count
            )
            yield Name(name, quote(attachment.path), linked % {"count": count} if count else "")


def render_names(view: NamesView, theme: "Theme") -> bytes:
    """Return the names as JSON, with the words of pages, the names of months and the order of day and month."""
    language = view.languages[0]
    person = get_translations(language).gettext("Person")
    kinds = [*view.names[:3], (person, tuple(_name_people(view))), *view.names[3:]]
    return msgspec.json.encode(
        {
            "kinds": [{"kind": kind, "names": names} for kind, names in kinds if names],
            "texts": dict(_list_texts(view)),
            "months": dates.list_months(view.languages),
            "monthFirst": dates.writes_month_first(language),
        }
    )


def _list_texts(view: NamesView) -> Iterator[tuple[str, str]]:
    """Yield the address of each page and its words, each once; of very many pages, only the first."""
    room = MOST_PAGE_WORDS
    for url, html in view.pages:
        parts = (part for section in html.value.sections for part in section)
        words = sorted({word.lower() for part in parts for word in list_words(part)})
        room -= len(words)
        if room < 0:
            return
        yield url, " ".join(words)


def _name_people(view: NamesView) -> Iterator[Name]:
    """Yield the people whom reports name, as they name them, each with the other ways to write the name.

    Of a former name, only one that a report shows is among them.
    """
    words = get_translations(view.languages[0])
    owners = _find_owners(view.people)
    mentions: dict[str, list[PersonMention]] = {}
    for shard in decode_shard_words(view.shards):
        for key, mention in shard.people.items():
            mentions.setdefault(owners.get(key, key), []).append(mention)
    registered = {make_person_key(name): (name, person) for name, person in view.people.items()}
    for key, of_person in sorted(mentions.items()):
        newest = max(of_person, key=lambda mention: (mention.attended, mention.date))
        shown = tuple(dict.fromkeys(mention.name for mention in of_person))
        name, aliases = newest.name, shown
        if key in registered:
            name, person = registered[key]
            aliases = (*shown, *person.aliases)
        count = sum(mention.reports for mention in of_person)
        yield Name(
            name,
            _find_person_url(view, name, newest),
            words.ngettext("in %(count)s report", "in %(count)s reports", count) % {"count": count},
            tuple(alias for alias in dict.fromkeys(aliases) if alias != name),
        )


def _find_owners(people: dict[str, Person]) -> dict[str, str]:
    """Return the key of a person's name by the keys of their other names, unless two share one."""
    owners: dict[str, set[str]] = {}
    for name, person in people.items():
        for spelling in list_person_names(name, person)[1:]:
            owners.setdefault(make_person_key(spelling), set()).add(make_person_key(name))
    return {key: keys.pop() for key, keys in owners.items() if len(keys) == 1}


def _find_person_url(view: NamesView, name: str, newest: PersonMention) -> str:
    """Return the address of the page of attendance with a person, or of the newest report.

    A text fragment leads to the person's line.
    """
    if not newest.attended:
        return newest.url
    start = bisect_right(view.attendance, newest.date.toordinal(), key=lambda page: page[0]) - 1
    if start < 0:
        return f"{newest.url}#part:attendees"
    return f"{view.attendance[start][1]}#:~:text={quote(name, safe='')}"


SEARCH_NAMES = OutputKind(
    addresses=("search/names.json",), renderers=(render_names,), plan=plan_names
)
