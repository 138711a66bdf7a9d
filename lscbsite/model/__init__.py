"""The nouns: what authors write (front matter, site.yaml ...) and the linked site. No I/O.

Each field of what an author writes is declared here once, with its documentation; the strict
reader, the reference page and the checks are made from these declarations.
"""

from lscbsite.model.config import Board, Config, Person, SiteConfig, Topic
from lscbsite.model.documents import (
    Attachment,
    Body,
    Documents,
    Mark,
    Page,
    Parsed,
    Reference,
    Report,
    Section,
    Source,
    Sources,
)
from lscbsite.model.front import (
    Ask,
    Attendee,
    Correction,
    FrontMatter,
    NextMeeting,
    Outcome,
    PageFrontMatter,
    Waiver,
    Withdrawal,
)
from lscbsite.model.site import (
    MANIFEST,
    Answer,
    AskState,
    LinkedPage,
    LinkedReport,
    NextState,
    Output,
    Site,
    Withheld,
)

__all__ = [
    "MANIFEST",
    "Answer",
    "Ask",
    "AskState",
    "Attachment",
    "Attendee",
    "Board",
    "Body",
    "Config",
    "Correction",
    "Documents",
    "FrontMatter",
    "LinkedPage",
    "LinkedReport",
    "Mark",
    "NextMeeting",
    "NextState",
    "Outcome",
    "Output",
    "Page",
    "PageFrontMatter",
    "Parsed",
    "Person",
    "Reference",
    "Report",
    "Section",
    "Site",
    "SiteConfig",
    "Source",
    "Sources",
    "Topic",
    "Waiver",
    "Withdrawal",
    "Withheld",
]
