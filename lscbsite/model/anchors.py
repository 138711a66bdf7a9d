"""The ids on a report's page that links lead to: those of its asks, and of the outcomes it records.

They are plain, as in ``#venue``, so that an address can be read out, and survives every program that
passes it on. Earlier versions had ids with a colon, as in ``#ask:venue``. These are on the page, too.
"""

from collections.abc import Container, Iterable

from lscbsite.model.documents import Report, ReportMetadata, Section


def list_text_ids(sections: Iterable[Section]) -> set[str]:
    """Return the ids in a report's text, and "top": browsers take it for the beginning of a page."""
    return {"top"}.union(*((section.id, *section.anchors) for section in sections))


def make_unique_id(wanted: str, prefix: str, taken: Container[str]) -> str:
    """Return the wanted id, prefixed until no other id is the same.

    It depends on no number, so it is the same wherever in a report its ask or outcome is moved.
    """
    while wanted in taken:
        wanted = prefix + wanted
    return wanted


def make_ask_anchors(report: Report | ReportMetadata) -> dict[str, str]:
    """Return the id that each ask has on its report's page, by the ask's own id.

    That is the same, unless something in the text has it: then it begins with "question-".
    """
    feedback = report.front.feedback
    if not feedback:
        return {}
    in_text = list_text_ids(report.sections)
    anchors = {ask.id: ask.id for ask in feedback if ask.id not in in_text}
    taken = in_text.union(anchors.values())
    for ask in feedback:
        if ask.id not in anchors:
            anchors[ask.id] = make_unique_id(ask.id, "question-", taken)
            taken.add(anchors[ask.id])
    return anchors


def make_former_ask_anchor(ask: str) -> str:
    """Return the id that earlier versions gave an ask on its report's page."""
    return f"ask:{ask}"


def make_ask_url(report: Report, ask: str) -> str:
    """Return the address of an ask on its report's page, below the base URL."""
    return f"{report.url}#{make_ask_anchors(report)[ask]}"
