"""Random sites, for tests of what must hold for any site."""

import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conftest import HUNT, Project
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st


def examples(number: int) -> settings:
    """Return the settings of a test: how many sites it builds, and no time limit."""
    return settings(
        max_examples=number * HUNT, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )


@contextmanager
def new_project() -> Iterator[Project]:
    """A fresh site for each example; the tmp_path of a test would be shared by all of them."""
    with tempfile.TemporaryDirectory() as folder:
        yield Project(Path(folder))


days = st.dates(dt.date(1999, 1, 1), dt.date(2013, 2, 28))
plain = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=40
).filter(str.strip)
# A yes or a no is refused as the reason why a meeting did not take place.
reason = plain.filter(
    lambda text: text.strip().casefold() not in ("true", "yes", "on", "false", "no", "off")
)
# An "@" is refused in a way to reply unless it is in an address.
reply = plain.filter(lambda text: "@" not in text and "＠" not in text)


def quoted(text: str) -> str:
    """Return a text as a single-quoted YAML scalar."""
    return "'" + text.replace("'", "''") + "'"


def says(front: str, field: str) -> bool:
    """Return whether a front matter has a field; its name may also be in other fields' texts."""
    return any(line.startswith(f"{field}:") for line in front.split("\n"))


@st.composite
def fronts(draw: st.DrawFn, day: dt.date, others: list[dt.date]) -> str:
    """Front matter that is valid for a meeting on a day."""
    lines = []
    later = [other for other in others if other > day]
    if draw(st.booleans()):
        ahead = day + dt.timedelta(days=draw(st.integers(1, 400)))
        choice = draw(st.sampled_from(["to be confirmed", "none", ahead.isoformat()]))
        lines.append(f"next_meeting: {draw(st.sampled_from(later)) if later else choice}")
    if draw(st.booleans()):
        lines.append(f"title: {quoted(draw(plain))}")
    if draw(st.booleans()):
        lines.append(f"summary: {quoted(draw(plain))}")
    if draw(st.booleans()):
        lines.append(f'time: "{draw(st.integers(0, 23)):02}:{draw(st.integers(0, 59)):02}"')
    if draw(st.booleans()):
        deadline = day + dt.timedelta(days=draw(st.integers(0, 90)))
        lines.append(
            f"feedback: [{{id: it, ask: {quoted(draw(plain))}, deadline: {deadline.isoformat()},"
            f" reply_to: {quoted(draw(reply))}}}]"
        )
    if not says("\n".join(lines), "next_meeting") and draw(st.integers(0, 4)) == 0:
        days_ahead = sorted(draw(st.sets(st.integers(1, 200), min_size=1, max_size=3)))
        listed = ", ".join((day + dt.timedelta(days=number)).isoformat() for number in days_ahead)
        lines.append(f"next_meetings: [{listed}]")
    if draw(st.integers(0, 4)) == 0:
        corrected = draw(st.lists(st.tuples(st.integers(0, 90), plain), min_size=1, max_size=2))
        notes = [
            f"{{date: {(day + dt.timedelta(days=number)).isoformat()}, note: {quoted(note)}}}"
            for number, note in corrected
        ]
        lines.append(f"corrections: [{', '.join(notes)}]")
    if draw(st.integers(0, 9)) == 0:
        lines.append(f"cancelled: {quoted(draw(reason))}")
    if draw(st.integers(0, 9)) == 0:
        lines.append(f"withdrawn: {{date: {day.isoformat()}, reason: {quoted(draw(plain))}}}")
    if draw(st.integers(0, 9)) == 0:
        lines.append("draft: true")
    return "\n".join(lines)


@st.composite
def sites(draw: st.DrawFn) -> list[tuple[str, str, str]]:
    """Some reports: name, front matter, body; some on the same day, some referring to others."""
    dates = sorted(draw(st.lists(days, min_size=1, max_size=7)))
    names: list[str] = []
    for day in dates:
        number = sum(name.startswith(day.isoformat()) for name in names)
        names.append(day.isoformat() + (f"-{number + 1}" if number else ""))
    result = []
    for name, day in zip(names, dates, strict=True):
        front = draw(fronts(day, dates))
        if name != day.isoformat():
            # Meetings of one day have titles of their own, or the second is refused as a copy.
            lines = [line for line in front.split("\n") if line and not line.startswith("title:")]
            front = "\n".join([*lines, f"title: {name}"])
        result.append((name, front, f"## One\n\nText of {name}.\n\n# Two\n\nMore.\n"))
    seen = [name for name, front, _ in result if not says(front, "draft")]
    for place, (name, front, body) in enumerate(result if seen else []):
        refers = draw(st.booleans())
        if refers:
            target = draw(st.sampled_from(seen))
            result[place] = (name, front, f"{body}\n[[{target}#one]] and [it]({target}.md).\n")
    return result
