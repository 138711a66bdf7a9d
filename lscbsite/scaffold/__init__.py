"""Begin a site or a report: an edge, which nothing inside the program imports.

``next_report`` begins the next report of a board. ``site`` writes the files of a new site, ``program``
says where the running program came from, and ``files`` has the texts. The workflows there are also
those in docs/deployment.md, word for word.
"""

from typing import NamedTuple

from lscbsite.model import PLACEHOLDER_BASE_URL

HOST_NAMES = ("github", "gitlab", "forgejo", "none")


class Answers(NamedTuple):
    """What somebody who begins a site says about it; ``host`` is one of ``HOST_NAMES``.

    ``form`` tells whether reports are also written in a browser.
    """

    title: str = "Meeting reports"
    base_url: str = PLACEHOLDER_BASE_URL
    board: str = "the board"
    host: str = "none"
    form: bool = False


DEFAULTS = Answers()
