"""Ask whether links to other sites still work: for ``lscbsite check --links``, never in a build."""

import contextlib
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from lscbsite.build import CACHE
from lscbsite.config import load_config
from lscbsite.external_links.asking import ALIVE, UNKNOWN, Answer, ask_all, is_public_address
from lscbsite.external_links.written import WrittenLink, find_links
from lscbsite.incremental.fingerprint import digest_program
from lscbsite.incremental.store import Store, StoreDamagedError
from lscbsite.problems import Problem, Problems, RefusedError, is_selected, quote_value
from lscbsite.scan import scan
from lscbsite.source_files import read_file

CODE = "L060"
_STORED = "external_links"
_DAY = 24 * 60 * 60
# Answers by address, each with the time of asking in seconds since 1970.
_Answers = dict[str, tuple[float, Answer]]


class LinkSummary(NamedTuple):
    """How many addresses of other sites were found, and how many gave no answer."""

    addresses: int
    unknown: int


def check_links(
    site_dir: Path, wanted: Collection[str], problems: Problems, *, cached: bool
) -> LinkSummary:
    """Add a warning for each link to another site that is dead.

    Only links in the ``wanted`` files and folders are asked, if there are any. Answers are kept for
    a day in the site's cache, if ``cached``.
    """
    links = [link for link in _list_links(site_dir) if not wanted or is_selected(link.path, wanted)]
    addresses = sorted({link.address for link in links})
    is_kept = cached and (site_dir / "site.yaml").is_file()
    answers = _load_answers(site_dir) if is_kept else {}
    missing = [address for address in addresses if address not in answers]
    for address, answer in ask_all(missing, is_public_address).items():
        answers[address] = (time.time(), answer)
    if missing and is_kept:
        _save_answers(site_dir, answers)
    for link in links:
        _, answer = answers[link.address]
        if answer.state not in (ALIVE, UNKNOWN):
            problems.add(_make_problem(link, answer))
    unknown = sum(answers[address][1].state == UNKNOWN for address in addresses)
    return LinkSummary(len(addresses), unknown)


def _make_problem(link: WrittenLink, answer: Answer) -> Problem:
    found = f"a link to {quote_value(link.address, 200)}, {answer.reason}"
    fix = "correct it, or take it out; the page may have a new address"
    return Problem(link.path, link.line, link.column, CODE, found, "an address that works", fix)


def _list_links(site_dir: Path) -> Iterator[WrittenLink]:
    """Yield the links to other sites in all reports, pages and settings."""
    unreported = Problems()  # the check itself reports what is wrong with the files
    sources = scan(site_dir, {}, unreported)
    site = load_config(site_dir, sources, unreported).site
    own = tuple(filter(None, (site.base_url, *site.formerly)))
    for source in (*sources.documents, *sources.settings):
        try:
            data = read_file(site_dir, source.path)
        except RefusedError:
            continue
        text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
        for link in find_links(source.path, text):
            if not f"{link.address}/".startswith(own):
                yield link


def _load_answers(site_dir: Path) -> _Answers:
    """Return the answers of the last day."""
    answers: _Answers = {}
    with contextlib.suppress(StoreDamagedError, msgspec.MsgspecError):
        store = Store(site_dir / CACHE, digest_program())
        with contextlib.closing(store):
            answers = msgspec.msgpack.decode(store.get_metadata(_STORED) or b"\x80", type=_Answers)
    now = time.time()
    return {address: row for address, row in answers.items() if now - _DAY < row[0] <= now}


def _save_answers(site_dir: Path, answers: _Answers) -> None:
    """Keep all answers but those of sites that could not be asked."""
    known = {address: row for address, row in answers.items() if row[1].state != UNKNOWN}
    with contextlib.suppress(StoreDamagedError):
        store = Store(site_dir / CACHE, digest_program())
        with contextlib.closing(store):
            store.set_metadata(_STORED, msgspec.msgpack.encode(known))
            store.commit()
