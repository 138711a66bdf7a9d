"""The reports that every generator builds: invented, and the same on every machine.

Report ``n`` of a corpus depends on ``n``, the size and ``SEED`` alone, so that none has to be kept:
a hundred thousand are made one after the other, and made again to check what became of them.
"""

import datetime as dt
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

from lscbsite.markup import choose_headline

SEED = "lscbsite"
TITLE = "Ardenshire board reports"
DESCRIPTION = "What our representative heard, and what we need from you"
BASE_URL = "https://example.org/board/"
ANSWER = "Nineteen groups answered."
# The newest report was held on LAST, another is added to the site on ADDED.
LAST = dt.date(2026, 1, 5)
ADDED = dt.date(2026, 1, 8)
TODAY = dt.date(2026, 1, 10)
# In days: thirty years.
LONGEST = 10957

_NAMES = """
    Domestic violence|Early help|Child protection plans|Safer recruitment|Children in care|
    Missing children|Online safety|Neglect|Young carers|School attendance|Mental health|
    Training programme|Care leavers|Private fostering|Private tutors|Elective home education|
    Information sharing|Chronologies|Family group conferences|Health visiting|Substance misuse|
    Housing and homelessness|Youth justice|Serious case reviews|Disabled children|Adoption|
    Hospital discharge|Unaccompanied minors|Faith groups|Sports clubs|Parenting support|
    Speech and language|Bullying|Knife crime|Gangs and county lines|Radicalisation|Forced marriage|
    Trafficking|Bereavement|Perinatal care|Dental neglect|Child deaths|Accident prevention|
    Road safety|Water safety|Fire safety|Play spaces|Libraries|Transport to school|Free meals|
    Holiday clubs|Summer scheme|Volunteer expenses|Funding round|Data quality|Complaints|
    Whistleblowing|Advocacy|Listening to children|Board membership
"""
_ALIASES = {"domestic-violence": "Domestic abuse", "early-help": "Common assessment"}
_WHO = """
    The board|The chair|The council|The health service|Our group|The police|A head teacher|
    The review team|The training manager|A panel of parents|The finance officer|Each agency|
    The school nurses|Two voluntary groups|The working party|A youth forum
""".replace("\n", "")
_DID = """
    agreed to fund|looked again at|could not support|heard a report about|wants to see|will pay for|
    asked about|has put off|took over|was pleased with|had doubts about|spoke in favour of|
    is preparing|will publish|has withdrawn|compared
""".replace("\n", "")
_WHAT = """
    a *longer pilot* in the north of the borough|the list of trained workers|
    evening courses for volunteers|a shared form for referrals|
    the figures for the last quarter|**a named contact** in every school|
    the cost of supervision and cover|a leaflet for parents|
    the way in which meetings are announced|two more family workers|a visit to each of the centres|
    the answers to our questions|a directory of [local help](https://example.net/help)|
    the advice that was sent out in the spring|a plan with dates|the guide to levels of need
""".replace("\n", "")
_WHEN = """
    before the summer|since the last meeting|with no vote against|for another year|by the end of May|
    after a long discussion|as we had asked|and will report back|without further delay|
    in spite of the cost|at the request of members|on a trial basis|when the review is complete|
    together with its partners|in three of the five areas|although few had replied
""".replace("\n", "")
_PEOPLE = """
    Ruth Hallam (Ardenshire Community Link)|Gwen Orchard (Fennimore Trust)|
    Tom Fairley (Mill Lane Centre)|Nadia Brook (Open Door)|Colin Strand|Maud Pellow (Harbour House)|
    Idris Vaughan (Youth Forum)|Sana Qureshi (Women Together)|Peter Ashdown (Scouts)|
    Leonie Marsh (Carers Network)|Hugh Tarrant (Borough Council)|Bea Winslow (Play Association)
""".replace("\n", "")


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split("|")]


WHO, DID, WHAT, WHEN, PEOPLE = map(_split, (_WHO, _DID, _WHAT, _WHEN, _PEOPLE))
# By id; the first are the most frequent.
TOPICS = {name.lower().replace(" ", "-"): name for name in _split(_NAMES)}
_IDS = list(TOPICS)
_TOPIC_IDS = {name: id_ for id_, name in [*TOPICS.items(), *_ALIASES.items()]}
_WEIGHTS = list(accumulate(1 / (rank + 2) for rank in range(len(_IDS))))


@dataclass(frozen=True)
class Ask:
    """What a report asks of its readers."""

    id: str
    text: str
    deadline: dt.date
    reply_to: str


@dataclass(frozen=True)
class Report:
    """One report, in the Markdown of lscbsite; ``last`` is its last paragraph, in plain text."""

    name: str
    date: dt.date
    own_title: str | None
    summary: str
    attendees: list[str]
    ask: Ask | None
    outcome: tuple[str, str, str] | None
    next_meeting: dt.date | None
    topics: list[str]
    body: str
    last: str

    @cached_property
    def headline(self) -> str:
        """Return the report's own title, or else its first subjects."""
        headings = re.findall("^## (.*)", self.body, re.MULTILINE)
        return self.own_title or choose_headline(headings, [self.body], "en-GB")

    @property
    def title(self) -> str:
        """Return the headline with the day, as lists show it."""
        return f"{self.headline} ({self.date.day} {self.date:%B %Y})"

    @cached_property
    def refers_to(self) -> list[str]:
        """Return the names of the reports that this one mentions."""
        found = re.findall(r"\[\[([^|\]]+)|\]\(([\d-]+)\.md\)", self.body)
        return list(dict.fromkeys(one or other for one, other in found))

    @cached_property
    def says(self) -> dict[str, str]:
        """Return some plain words from below each topic's heading, by topic."""
        found = {}
        for section in re.split(r"^## ", self.body, flags=re.M)[1:]:
            heading, *blocks = section.split("\n\n")
            texts = [block for block in blocks if block[:1] not in ("", "-", "|")]
            texts = [block for block in texts if "[" not in block and block[-1] == "."]
            if heading in _TOPIC_IDS and texts:
                found[_TOPIC_IDS[heading]] = " ".join(_plain(texts[0]).split())
        return found


class Corpus:
    """``size`` reports, and one newer than all of them.

    The meetings are within ``longest`` days: where there are more reports, some share a day.
    """

    def __init__(self, size: int, *, longest: int = LONGEST) -> None:
        self.size = size
        self.longest = longest

    @cached_property
    def days(self) -> list[dt.date]:
        """Return the days of the meetings, within ``longest`` days; the added one comes last."""
        span = min(self.longest, 11 * self.size)
        rng = random.Random(f"{SEED}/{self.size}")  # noqa: S311
        if self.size <= span:
            back = sorted(rng.sample(range(1, span), self.size - 1), reverse=True)
        else:
            back = sorted((rng.randrange(1, span) for _ in range(self.size - 1)), reverse=True)
        return [LAST - dt.timedelta(days=days) for days in back] + [LAST, ADDED]

    @cached_property
    def names(self) -> list[str]:
        """Return the names of the reports: the day, and a number if there were several that day."""
        names: list[str] = []
        same = 1
        for place, day in enumerate(self.days):
            same = same + 1 if place and self.days[place - 1] == day else 1
            names.append(f"{day}-{same}" if same > 1 else f"{day}")
        return names

    def reports(self) -> Iterator[Report]:
        """Yield the reports, the oldest first."""
        return (self.report(place) for place in range(self.size))

    def _own_title(self, place: int) -> str | None:
        # Of several meetings on a day, the others have titles.
        if len(self.names[place]) > len(str(self.days[place])):
            return f"Meeting {self.names[place]}"
        return f"Extraordinary meeting number {place + 1}" if place % 7 == 3 else None

    def _ask(self, place: int) -> Ask | None:
        if place % 3 and place != self.size - 1:
            return None
        about = TOPICS[_IDS[place % len(_IDS)]].lower()
        return Ask(
            id=f"question-{place + 1}",
            text=f"What has your group seen of {about}, and who would speak at meeting {place + 2}?",
            deadline=TODAY if place == self.size - 1 else self.days[place] + dt.timedelta(days=25),
            reply_to=f"answers-{place % 9}@example.org",
        )

    def _outcome(self, place: int) -> tuple[str, str, str] | None:
        """Return an earlier report's name, its ask's id and text; every second ask gets one."""
        asked = place - 4
        ask = self._ask(asked) if asked >= 0 and asked % 6 == 0 else None
        return (self.names[asked], ask.id, ask.text) if ask else None

    def _next_meeting(self, place: int) -> dt.date | None:
        if place >= self.size - 1:
            return None
        later = self.days[place + 1]
        return later if later > self.days[place] else None

    def report(self, place: int) -> Report:
        """Return a report; number ``size`` is the added one."""
        rng = random.Random(f"{SEED}/{self.size}/{place}")  # noqa: S311
        name = self.names[place]
        topics: list[str] = []
        wanted = rng.randint(2, 6)
        while len(topics) < wanted:
            [topic] = rng.choices(_IDS, cum_weights=_WEIGHTS)
            if topic not in topics:
                topics.append(topic)
        last = f"Item {place + 1} of the register was closed at the end of the meeting {name}."
        return Report(
            name=name,
            date=self.days[place],
            own_title=self._own_title(place),
            summary=" ".join(_plain(_sentence(rng)) for _ in range(2)),
            attendees=rng.sample(PEOPLE, rng.randint(2, 5)),
            ask=self._ask(place),
            outcome=self._outcome(place),
            next_meeting=self._next_meeting(place),
            topics=topics,
            body=self._body(place, topics, last, rng),
            last=last,
        )

    def _body(self, place: int, topics: list[str], last: str, rng: random.Random) -> str:
        blocks = [_paragraph(rng, 2)]
        each = 2100 // len(topics)
        for topic in topics:
            alias = _ALIASES.get(topic) if rng.random() < 0.2 else None
            blocks += [f"## {alias or TOPICS[topic]}", *self._section(place, each, rng)]
        blocks += ["## Any other business", _paragraph(rng, 2)]
        note = rng.random() < 0.2
        if note:
            blocks[0] += " More is said below.[^1]"
        blocks.append(last)
        if note:
            blocks.append(f"[^1]: {_sentence(rng)}")
        return "\n\n".join(blocks) + "\n"

    def _section(self, place: int, size: int, rng: random.Random) -> list[str]:
        """Return blocks of about ``size`` characters in all."""
        blocks: list[str] = []
        while sum(map(len, blocks)) < size:
            kind = rng.random()
            if kind < 0.2:
                entries = (_sentence(rng) for _ in range(rng.randint(2, 4)))
                blocks += ["It was agreed that", "\n".join(f"- {entry}" for entry in entries)]
            elif kind < 0.25:
                rows = [
                    f"| Area {n} | {rng.randint(1, 90)} | {rng.choice(WHEN)} |" for n in (1, 2, 3)
                ]
                blocks.append("\n".join(["| Place | Cases | When |", "|---|---|---|", *rows]))
            elif kind < 0.4 and place:
                # Most references are to recent reports.
                back = min(place, int(rng.expovariate(1 / 8)) + 1)
                blocks.append(f"{_sentence(rng)} {self._reference(place - back, rng)}")
            else:
                blocks.append(_paragraph(rng, rng.randint(2, 4)))
        return blocks

    def _reference(self, place: int, rng: random.Random) -> str:
        name = self.names[place]
        return rng.choice(
            [
                f"See [[{name}]].",
                f"It goes on from [[{name}|an earlier meeting]].",
                f"The board [had promised so]({name}.md) before.",
            ]
        )


def _sentence(rng: random.Random) -> str:
    who, did, what, when = (rng.choice(words) for words in (WHO, DID, WHAT, WHEN))
    return f"{who} {did} {what} {when}."


def _paragraph(rng: random.Random, sentences: int) -> str:
    """Return sentences in lines of at most a hundred characters, as people write them."""
    lines = [""]
    for word in " ".join(_sentence(rng) for _ in range(sentences)).split(" "):
        if len(lines[-1]) + len(word) > 98:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return "\n".join(lines)


def _plain(text: str) -> str:
    return re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text).replace("*", "")


# --- lscbsite's form ------------------------------------------------------------------------


def site_files() -> dict[str, str]:
    """Return the files of an lscbsite site other than the reports."""
    site = f"title: {TITLE}\ndescription: {DESCRIPTION}\nbase_url: {BASE_URL}\nfeed_size: 20\n"
    # The others make no index for a search.
    site += "search: false\n"
    topics = "".join(
        f"{id_}:\n  name: {name}\n"
        + (f"  aliases: [{_ALIASES[id_]}]\n" if id_ in _ALIASES else "")
        + f"  description: What the board said about {name.lower()}.\n"
        for id_, name in TOPICS.items()
    )
    return {"site.yaml": site, "topics.yaml": topics}


def markdown(report: Report) -> str:
    """Return a report as lscbsite reads it."""
    lines = [f"date: {report.date}"]
    if report.own_title:
        lines.append(f"title: {report.own_title}")
    lines += [f"summary: {report.summary}", "attendees:"]
    lines += [f"  - {person}" for person in report.attendees]
    if ask := report.ask:
        lines += ["feedback:", f"  - id: {ask.id}", f"    ask: {ask.text}"]
        lines += [f"    deadline: {ask.deadline}", f"    reply_to: {ask.reply_to}"]
    if report.outcome:
        name, id_, _ = report.outcome
        lines += ["outcomes:", f"  - ask: {name}/{id_}", f"    outcome: {ANSWER}"]
    lines.append(f"next_meeting: {report.next_meeting or 'to be confirmed'}")
    return "\n".join(["---", *lines, "---", report.body])


# --- the form of all others -----------------------------------------------------------------


def address(name: str) -> str:
    """Return the address of a report below the base URL, the same in every generator's output."""
    return f"/reports/{name}/"


def facts(report: Report) -> dict[str, Any]:
    """Return a report's facts for templates, with dates as they are written.

    Which reports a report refers to, and the ask that an outcome belongs to, are found already,
    which spares the others the work.
    """
    ask, outcome = report.ask, report.outcome
    return {
        "attendees": report.attendees,
        "ask": ask
        and {
            "id": ask.id,
            "text": ask.text,
            "deadline": f"{ask.deadline}",
            "reply_to": ask.reply_to,
        },
        "outcome": outcome
        and {
            "report": outcome[0],
            "id": outcome[1],
            "ask": outcome[2],
            "text": ANSWER,
        },
        "next_meeting": f"{report.next_meeting or ''}",
        "refers_to": report.refers_to,
        "headings": {
            _TOPIC_IDS[each]: each
            for each in re.findall(r"^## (.+)$", report.body, re.M)
            if each in _TOPIC_IDS
        },
    }


def plain_body(report: Report, link: Callable[[str], str]) -> str:
    """Return the text in ordinary Markdown; ``link`` turns a report's name into a link."""

    def resolved(found: re.Match[str]) -> str:
        name, _, words = found[1].partition("|")
        return f"[{words or name}]({link(name)})"

    body = re.sub(r"\[\[([^\]]+)\]\]", resolved, report.body)
    return re.sub(r"\]\(([\d-]+)\.md\)", lambda found: f"]({link(found[1])})", body)


def write(folder: Path, texts: Iterator[tuple[str, str]]) -> None:
    """Write files by their paths below a folder."""
    made: set[Path] = set()
    for path, text in texts:
        place = folder / path
        if place.parent not in made:
            place.parent.mkdir(parents=True, exist_ok=True)
            made.add(place.parent)
        place.write_text(text, "utf-8", newline="\n")
