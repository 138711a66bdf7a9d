"""The words and the people of the reports in the search index, for names and misspelt words.

Each shard of the index has a fragment with its words and people, so that after an edit only one
shard is read again.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from html import unescape
from typing import TYPE_CHECKING

import msgspec

from lscbsite.incremental.serialization import make_fragment
from lscbsite.model import Artifact, Input, SiteIndex, make_person_key
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.search_index import IndexShard, render_document, slice_shards, split_shards
from lscbsite.outputs.site_context import SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

# Of a site with more words, the most frequent ones are kept: what was written once among many
# thousands of words is mostly misspelt itself. They are some 100 KB.
MOST_WORDS = 12_000
# Of a shard.
_MOST_SHARD_WORDS = 30_000
_SHORTEST, _LONGEST = 3, 30
_TAG = re.compile(r"<[^>]*>")
# Letters, with apostrophes between them.
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")


class PersonMention(msgspec.Struct, frozen=True, array_like=True):
    """A name in the reports of a shard, as the newest of them writes it.

    ``date`` and ``url`` are those of that report; ``attended`` is true if it lists the person among
    those who were at a meeting or sent apologies. ``reports`` is the number of reports that name the person.
    """

    name: str
    date: dt.date
    url: str
    attended: bool
    reports: int


class ShardWords(msgspec.Struct, frozen=True):
    """The words of a shard, each spelling with its count, and its people by key."""

    words: dict[str, int]
    people: dict[str, PersonMention]


class Vocabulary(msgspec.Struct, frozen=True):
    """The words of all shards, and the days of the reports, sorted."""

    shards: tuple[Input[bytes], ...]
    days: tuple[dt.date, ...]


def make_shard_words(shards: Iterable[IndexShard]) -> tuple[Input[bytes], ...]:
    """Return the words and people of each shard, encoded (see ``decode_shard_words``)."""
    return tuple(
        make_fragment(f"search words {shard.name}".encode(), shard, render_shard_words)
        for shard in shards
    )


def render_shard_words(view: IndexShard, theme: "Theme") -> bytes:
    """Return the words and people of a shard, encoded."""
    words: Counter[str] = Counter()
    people: dict[str, PersonMention] = {}
    for entry in view.entries:
        words.update(list_words(render_document(view, entry)))
        report = entry.report.value.report
        front = report.front
        # Who was there is listed; the author may have been elsewhere.
        listed = {
            make_person_key(person.name): person.name
            for person in (*front.attendees, *front.apologies)
        }
        named = {make_person_key(front.author): front.author} if front.author else {}
        for key, name in (named | listed).items():
            known = people.get(key)
            reports = known.reports + 1 if known else 1
            if known and known.attended and key not in listed:
                people[key] = msgspec.structs.replace(known, reports=reports)
            else:
                people[key] = PersonMention(
                    " ".join(name.split()), report.date, report.url, key in listed, reports
                )
    kept = dict(sorted(words.items(), key=_make_sort_key)[:_MOST_SHARD_WORDS])
    return msgspec.msgpack.encode(ShardWords(kept, people))


def list_words(html: str) -> list[str]:
    """Return the words of a text in HTML, without the shortest and those too long to be words."""
    words = _WORD.findall(unescape(_TAG.sub(" ", html)))
    return [word for word in words if _SHORTEST <= len(word) <= _LONGEST]


def _make_sort_key(counted: tuple[str, int]) -> tuple[int, str]:
    return -counted[1], counted[0]


_DECODER = msgspec.msgpack.Decoder(ShardWords)


def decode_shard_words(shards: Iterable[Input[bytes]]) -> Iterator[ShardWords]:
    """Yield the words and people of each shard, the newest first."""
    for shard in shards:
        yield _DECODER.decode(shard.value)


def plan_vocabulary(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan the words, if the site has a search and reports."""
    shards = split_shards(site) if site.config.site.search else []
    if shards:
        days = {linked_report.report.date for _, shard in shards for linked_report in shard}
        view = Vocabulary(make_shard_words(slice_shards(site, site_view)), tuple(sorted(days)))
        yield Artifact(SEARCH_WORDS.url, view, render_vocabulary)


def render_vocabulary(view: Vocabulary, theme: "Theme") -> bytes:
    """Return the words and days as JSON.

    ``words`` has lists of words, each separated by spaces: those written once, those written two or
    three times, four to seven times and so on. ``days`` has the days between one meeting and
    the next, from the first day of our calendar, 1 January of year 1, as day 1.
    """
    spellings: dict[str, Counter[str]] = {}
    for shard in decode_shard_words(view.shards):
        for word, count in shard.words.items():
            spellings.setdefault(word.lower(), Counter())[word] += count
    counts = {_choose_spelling(lower, forms): forms.total() for lower, forms in spellings.items()}
    tiers: list[list[str]] = []
    for word, count in sorted(counts.items(), key=_make_sort_key)[:MOST_WORDS]:
        tier = count.bit_length() - 1
        tiers += [[] for _ in range(len(tiers), tier + 1)]
        tiers[tier].append(word)
    days = [day.toordinal() for day in view.days]
    steps = [day - before for before, day in zip([0, *days], days, strict=False)]
    return msgspec.json.encode({"words": [" ".join(sorted(tier)) for tier in tiers], "days": steps})


def _choose_spelling(lower: str, forms: Counter[str]) -> str:
    """Return a word as it is suggested: with capitals only if it is never written without."""
    return lower if lower in forms else min(forms.items(), key=_make_sort_key)[0]


SEARCH_WORDS = OutputKind(
    addresses=("search/words.json",),
    # Fragments are rendered by their renderers, too.
    renderers=(render_vocabulary, render_shard_words),
    plan=plan_vocabulary,
)
