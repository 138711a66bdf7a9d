"""Find the keys that authors meant: synonyms, misspellings and wrong indentation."""

from collections.abc import Collection, Iterable

from lscbsite.problems import ask_whether_meant, find_near_name

# Words that people use without having read the guide, each with the keys it can mean: the first
# that is allowed where it is written. "question" is a list at the top, and a text in an entry.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "venue": ("place",),
    "location": ("place",),
    "where": ("place",),
    "room": ("place",),
    "address": ("place", "base_url"),
    "held": ("date",),
    "day": ("date",),
    "meeting_date": ("date",),
    "date_of_meeting": ("date",),
    "date_held": ("date",),
    "time_of_meeting": ("time",),
    "date_of_next_meeting": ("next_meeting",),
    "next_meeting_date": ("next_meeting",),
    "start": ("time", "from"),
    "starts": ("time", "from"),
    "start_time": ("time",),
    "ends": ("end",),
    "end_time": ("end",),
    "ended": ("end",),
    "finish": ("end",),
    "finishes": ("end",),
    "finish_time": ("end",),
    "begins": ("time", "from"),
    "first": ("from",),
    "last": ("to", "until"),
    "end": ("to",),
    "heading": ("title",),
    "headline": ("title",),
    "by": ("author", "deadline"),
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
    "apologies_for_absence": ("apologies",),
    "apologies_received": ("apologies",),
    "those_present": ("attendees",),
    "members_present": ("attendees",),
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
    "for": ("audience", "year"),
    "in": ("year",),
    "during": ("year",),
    "to": ("audience", "until"),
    "who": ("audience", "name"),
    "due": ("deadline",),
    "due_date": ("deadline",),
    "closes": ("deadline",),
    "closing_date": ("deadline",),
    "until": ("deadline", "present", "to"),
    "reply_date": ("deadline",),
    "respond_by": ("deadline",),
    "end_date": ("deadline", "until"),
    "reply_by": ("deadline",),
    "answer_by": ("deadline",),
    "before": ("deadline",),
    "email": ("reply_to",),
    "e_mail": ("reply_to",),
    "mail": ("reply_to",),
    "contact": ("reply_to",),
    "phone": ("reply_to", "dial_in"),
    "telephone": ("reply_to", "dial_in"),
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
    "subject": ("topics",),
    "subjects": ("topics",),
    "themes": ("topics",),
    "next": ("next_meeting",),
    "next_date": ("next_meeting",),
    "dates": ("next_meetings",),
    "meetings": ("next_meetings",),
    "meeting_dates": ("next_meetings",),
    "future_meetings": ("next_meetings",),
    "further_meetings": ("next_meetings",),
    "schedule": ("next_meetings",),
    "postponed_from": ("formerly", "announced_for"),
    "moved_from": ("formerly", "announced_for"),
    "was": ("formerly",),
    "original_deadline": ("extended_from",),
    "previous_deadline": ("extended_from",),
    "extended": ("extended_from",),
    "rule": ("every",),
    "repeat": ("every",),
    "repeats": ("every",),
    "rrule": ("every",),
    "start_date": ("from",),
    "not_on": ("except",),
    "length": ("default_length",),
    "duration": ("default_length",),
    "zoom": ("url",),
    "teams": ("url",),
    "video_link": ("url",),
    "webcast": ("url",),
    "online": ("url",),
    "join": ("url",),
    "joining_link": ("url",),
    "dial": ("dial_in",),
    "dialin": ("dial_in",),
    "joint": ("boards",),
    "joint_with": ("boards",),
    "same_meeting": ("meeting",),
    "called_off": ("cancelled",),
    "unpublished": ("draft",),
    "redirect_from": ("aliases",),
    "redirects": ("aliases",),
    "lang": ("language",),
    "locale": ("language",),
    "organization": ("organisation",),
    "representing": ("organisation",),
    "charity": ("organisation",),
    "person": ("name",),
    "title": ("role",),
    "left": ("present",),
    "arrived": ("present",),
    "joined": ("present",),
    "from": ("present",),
    "org": ("organisation",),
    "group": ("organisation",),
    "employer": ("organisation",),
    "position": ("role",),
    "job": ("role",),
    "link": ("url",),
    "website": ("url",),
    "menu": ("nav",),
    "navigation": ("nav",),
    "colour": ("accent",),
    "color": ("accent",),
    "theme_colour": ("accent",),
    "theme_color": ("accent",),
    "name": ("title",),
    "site_name": ("title",),
    "site_title": ("title",),
    "tagline": ("description",),
    "subtitle": ("description",),
    "disclaimer": ("notice",),
    "banner": ("notice",),
    "url": ("base_url",),
    "site_url": ("base_url",),
    "domain": ("base_url",),
    "tz": ("timezone",),
    "repo": ("repository",),
    "committees": ("boards",),
    "groups": ("boards",),
}

# The same for words that no key of a report means: what to do in place of them.
_IN_TEXT = 'write it in the text, below the second "---"'
_IN_FILES = "put the files into the folder files/, and link to them in the text"
_AS_ROLE = 'write it as the role of an attendee: "- Ann Bell (Age UK), {}"'
_ADVICE: dict[str, str] = {
    "status": 'for a draft, write "draft: true"; else take the line out',
    "state": 'for a draft, write "draft: true"; else take the line out',
    **dict.fromkeys(
        (
            *("minutes", "notes", "text", "body", "content", "discussion", "report"),
            *("actions", "action_points", "matters_arising", "any_other_business", "aob"),
        ),
        _IN_TEXT,
    ),
    **dict.fromkeys(("links", "link", "see_also"), "write links in the text: [words](https://...)"),
    **dict.fromkeys(("files", "attachments", "documents", "papers", "handouts"), _IN_FILES),
    **dict.fromkeys(("image", "picture", "photo", "photos"), _IN_FILES),
    **{
        word: _AS_ROLE.format(word.replace("_", " "))
        for word in ("chair", "chairman", "chairperson", "secretary", "clerk", "minute_taker")
    },
    **dict.fromkeys(
        ("slug", "permalink"),
        'take it out: the file\'s name makes the address; old ones go under "aliases"',
    ),
    **dict.fromkeys(
        ("updated", "modified", "last_modified"),
        'take it out; a change that readers should know of goes under "corrections"',
    ),
    **dict.fromkeys(("colour", "color"), 'the site\'s colour is "accent" in site.yaml'),
    **dict.fromkeys(
        (
            "accent",
            "base_url",
            "timezone",
            "logo",
            "sharing_picture",
            "search",
            "attendance",
            "rules",
        ),
        "move it to site.yaml, where it is for the whole site",
    ),
    **dict.fromkeys(("layout", "template", "type"), "take it out: all reports look alike"),
    **dict.fromkeys(("board", "committee"), "take it out: the folder of the file names the board"),
}

# Keys for the days of a meeting, which are one field.
_DAYS = {"from", "to", "until", "first_day", "last_day", "start_date", "end_date", "date_to"}
_BOTH_DAYS = 'write both days in "date", as "12-13 March 2013"'

# The words of the catalogues' languages, which are read where the site or the report is in them.
TRANSLATED: dict[str, dict[str, str]] = {
    "de": {
        "datum": "date",
        "zeit": "time",
        "uhrzeit": "time",
        "beginn": "time",
        "ende": "end",
        "einwahl": "dial_in",
        "ort": "place",
        "titel": "title",
        "veröffentlicht": "published",
        "autor": "author",
        "autorin": "author",
        "verfasser": "author",
        "zusammenfassung": "summary",
        "teilnehmer": "attendees",
        "teilnehmende": "attendees",
        "anwesend": "attendees",
        "anwesende": "attendees",
        "entschuldigt": "apologies",
        "fragen": "feedback",
        "frage": "ask",
        "rückmeldung": "feedback",
        "frist": "deadline",
        "antwort_an": "reply_to",
        "zielgruppe": "audience",
        "ergebnisse": "outcomes",
        "ergebnis": "outcome",
        "themen": "topics",
        "nächste_sitzung": "next_meeting",
        "nächstes_treffen": "next_meeting",
        "nächster_termin": "next_meeting",
        "nächste_sitzungen": "next_meetings",
        "nächste_treffen": "next_meetings",
        "nächste_termine": "next_meetings",
        "tagesordnung": "agenda",
        "abgesagt": "cancelled",
        "entwurf": "draft",
        "berichtigungen": "corrections",
        "zurückgezogen": "withdrawn",
        "grund": "reason",
        "hinweis": "note",
        "sprache": "language",
        "name": "name",
        "organisation": "organisation",
        "rolle": "role",
        "beschreibung": "description",
        "zeitzone": "timezone",
        "farbe": "accent",
        "gremien": "boards",
    },
    "cy": {
        "dyddiad": "date",
        "amser": "time",
        "diwedd": "end",
        "lle": "place",
        "lleoliad": "place",
        "teitl": "title",
        "cyhoeddwyd": "published",
        "awdur": "author",
        "crynodeb": "summary",
        "yn_bresennol": "attendees",
        "presennol": "attendees",
        "ymddiheuriadau": "apologies",
        "adborth": "feedback",
        "cwestiynau": "feedback",
        "cwestiwn": "ask",
        "dyddiad_cau": "deadline",
        "ateb_i": "reply_to",
        "cynulleidfa": "audience",
        "canlyniadau": "outcomes",
        "canlyniad": "outcome",
        "pynciau": "topics",
        "cyfarfod_nesaf": "next_meeting",
        "y_cyfarfod_nesaf": "next_meeting",
        "cyfarfodydd_nesaf": "next_meetings",
        "y_cyfarfodydd_nesaf": "next_meetings",
        "canslwyd": "cancelled",
        "drafft": "draft",
        "cywiriadau": "corrections",
        "tynnwyd_yn_ôl": "withdrawn",
        "rheswm": "reason",
        "nodyn": "note",
        "iaith": "language",
        "enw": "name",
        "sefydliad": "organisation",
        "rôl": "role",
        "disgrifiad": "description",
        "cylchfa_amser": "timezone",
        "lliw": "accent",
        "byrddau": "boards",
    },
}
LANGUAGES_OF_KEYS = tuple(TRANSLATED)


def normalize_key(word: str) -> str:
    """Return a key in lower case, with underscores."""
    return "_".join(word.casefold().replace("-", " ").replace("_", " ").split())


def read_key(word: str, known: Collection[str], languages: Iterable[str] = ()) -> str | None:
    """Return the known key that an author wrote: "Next meeting" is next_meeting.

    Words of ``languages`` are read as well. Returns None if the key is not clear.
    """
    if word in known:
        return word
    written = normalize_key(word)
    if written in known:
        return written
    for language in languages:
        key = TRANSLATED.get(language[:2].casefold(), {}).get(written)
        if key in known:
            return key
    return None


def find_meant_key(word: str, known: Collection[str]) -> str | None:
    """Return the known key that ``word`` means or nearly matches, or None."""
    return _find_synonym(word, known) or find_near_name(word, known)


def _find_synonym(word: str, known: Collection[str]) -> str | None:
    if key := read_key(word, known, LANGUAGES_OF_KEYS):
        return key
    return next((key for key in SYNONYMS.get(normalize_key(word), ()) if key in known), None)


def is_key_name(word: str, known: Collection[str]) -> bool:
    """Return whether ``word`` is one of ``known``, or a synonym of one."""
    return _find_synonym(word, known) is not None


def suggest_key(word: str, known: Collection[str], *, near: bool = True) -> str:
    """Return a fix for an unknown key, such as 'did you mean ...', or '' if there is none.

    ``near`` is whether a key that is only similar can be meant.
    """
    name = normalize_key(word)
    if "from" in known and SYNONYMS.get(name, ())[:2] == ("time", "from"):
        if "time" in known:
            return 'did you mean "from", for a day, or "time", for an hour?'
        return ask_whether_meant("from")
    if meant := _find_synonym(word, known):
        return ask_whether_meant(meant)
    if name in _DAYS and "date" in known and "place" in known:
        return _BOTH_DAYS
    if "next_meeting" in known and (advice := _ADVICE.get(name)):
        return advice
    similar = find_near_name(word, known) if near else None
    return ask_whether_meant(similar) if similar else ""


def advise_indent(column: int, indent: int, entry: str = "entry") -> str:
    """Return the advice to indent a key to ``column``, where its entry's keys are."""
    numbers = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")
    missing = column - indent
    count = numbers[missing] if missing < len(numbers) else str(missing)
    more = "more " if indent else ""
    spaces = "space" if missing == 1 else "spaces"
    return f"it belongs to the {entry} above: put {count} {more}{spaces} before it"
