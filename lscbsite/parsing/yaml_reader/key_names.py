"""Find the keys that authors meant: synonyms, misspellings and wrong indentation."""

from collections.abc import Collection

from lscbsite.problems import ask_whether_meant, find_near_name

# Words that people use without having read the guide, each with the keys it can mean: the first
# that is allowed where it is written. "question" is a list at the top, and a text in an entry.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "venue": ("place",),
    "location": ("place",),
    "where": ("place",),
    "room": ("place",),
    "address": ("place",),
    "held": ("date",),
    "day": ("date",),
    "meeting_date": ("date",),
    "start": ("time",),
    "starts": ("time",),
    "start_time": ("time",),
    "begins": ("time",),
    "heading": ("title",),
    "headline": ("title",),
    "by": ("author",),
    "writer": ("author",),
    "written_by": ("author",),
    "reporter": ("author",),
    "published_on": ("published",),
    "publication_date": ("published",),
    "publish": ("published",),
    "description": ("summary",),
    "abstract": ("summary",),
    "excerpt": ("summary",),
    "intro": ("summary",),
    "introduction": ("summary",),
    "present": ("attendees",),
    "attended": ("attendees",),
    "attending": ("attendees",),
    "attendance": ("attendees",),
    "in_attendance": ("attendees",),
    "participants": ("attendees",),
    "people": ("attendees",),
    "members": ("attendees",),
    "absent": ("apologies",),
    "absentees": ("apologies",),
    "not_present": ("apologies",),
    "asks": ("feedback",),
    "ask": ("feedback",),
    "question": ("feedback", "ask"),
    "questions": ("feedback", "ask"),
    "consultation": ("feedback",),
    "consultations": ("feedback",),
    "request": ("feedback", "ask"),
    "requests": ("feedback", "ask"),
    "for": ("audience",),
    "to": ("audience",),
    "who": ("audience",),
    "due": ("deadline",),
    "due_date": ("deadline",),
    "closes": ("deadline",),
    "closing_date": ("deadline",),
    "until": ("deadline",),
    "reply_by": ("deadline",),
    "email": ("reply_to",),
    "e_mail": ("reply_to",),
    "mail": ("reply_to",),
    "contact": ("reply_to",),
    "phone": ("reply_to",),
    "telephone": ("reply_to",),
    "reply": ("reply_to",),
    "answer": ("outcome",),
    "answers": ("outcomes",),
    "result": ("outcomes", "outcome"),
    "results": ("outcomes",),
    "decision": ("outcomes", "outcome"),
    "decisions": ("outcomes",),
    "tag": ("topics",),
    "tags": ("topics",),
    "category": ("topics",),
    "categories": ("topics",),
    "keywords": ("topics",),
    "subjects": ("topics",),
    "themes": ("topics",),
    "next": ("next_meeting",),
    "next_date": ("next_meeting",),
    "postponed_from": ("announced_for",),
    "moved_from": ("announced_for",),
    "called_off": ("cancelled",),
    "unpublished": ("draft",),
    "redirect_from": ("aliases",),
    "redirects": ("aliases",),
    "lang": ("language",),
    "locale": ("language",),
    "organization": ("organisation",),
    "org": ("organisation",),
    "group": ("organisation",),
    "employer": ("organisation",),
    "position": ("role",),
    "job": ("role",),
    "link": ("url",),
    "website": ("url",),
    "menu": ("nav",),
    "navigation": ("nav",),
}


def normalize_key(word: str) -> str:
    """Return a key in lower case, with underscores."""
    return "_".join(word.casefold().replace("-", " ").replace("_", " ").split())


def find_meant_key(word: str, known: Collection[str]) -> str | None:
    """Return the known key that ``word`` means or nearly matches, or None."""
    written = normalize_key(word)
    if written in known:
        return written
    for key in SYNONYMS.get(written, ()):
        if key in known:
            return key
    return find_near_name(word, known)


def is_key_name(word: str, known: Collection[str]) -> bool:
    """Return whether ``word`` is one of ``known``, or a synonym of one."""
    written = normalize_key(word)
    return written in known or any(key in known for key in SYNONYMS.get(written, ()))


def suggest_key(word: str, known: Collection[str], otherwise: str = "") -> str:
    """Return 'did you mean ...' as a fix, or ``otherwise`` if no known key is meant."""
    meant = find_meant_key(word, known)
    return ask_whether_meant(meant) if meant else otherwise


def advise_indent(column: int, indent: int, entry: str = "entry") -> str:
    """Return the advice to indent a key to ``column``, where its entry's keys are."""
    numbers = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")
    missing = column - indent
    count = numbers[missing] if missing < len(numbers) else str(missing)
    more = "more " if indent else ""
    spaces = "space" if missing == 1 else "spaces"
    return f"it belongs to the {entry} above: put {count} {more}{spaces} before it"
