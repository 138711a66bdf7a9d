"""Stage 6: outputs -> bytes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from lscbsite.incremental import serialization
from lscbsite.incremental.fingerprint import digest
from lscbsite.incremental.plan import RenderJob
from lscbsite.incremental.store import Store
from lscbsite.model import BRIEF, HTML, WHOLE, Attachment, Fragment, Input
from lscbsite.problems import RefusedError
from lscbsite.progress import Progress
from lscbsite.source_files import make_changed_problem, read_file
from lscbsite.workers import Workers

# What a chunk may weigh (a page one, and one more for some bodies that it shows), from how many
# outputs on processes are worth their start, and how many pieces are a chunk.
_CHUNK, _WORTH_PROCESSES = 64, 150
_PIECES = 16
_BODIES = 8
# So many reports, and so many bodies, are kept at hand: each is on a page of its own and on one of
# each of its topics. Topics go through all years: where there are more reports, it helps little.
_HELD = 16384
# Only these are copied as they are.
ATTACHMENTS = "files/"
# In bytes: what is larger is mostly a list of all meetings, a calendar or site map, and soon made
# anew.
_KEPT = 2_000_000
_OF_PIECES = "ground of the pieces"


class Templates(NamedTuple):
    """The site's own templates, by their names, and the digest of all that outputs rest on.

    That is, beside the templates, the program. ``cache_dir`` is where they are kept compiled.
    """

    texts: tuple[tuple[str, str], ...]
    ground: bytes
    cache_dir: str | None


class InputLoader(NamedTuple):
    """Where the shared values are that are not at hand: reports, and the HTML of files.

    ``published`` returns a ``PublishedReport``, encoded, by the path of its file, ``number`` the number
    under which the cache keeps a file's HTML; ``folder`` is the site's, where attachments are.
    """

    published: Callable[[str], bytes]
    number: Callable[[str], int]
    folder: Path


def render(
    fresh: Iterable[str],
    prints: Mapping[str, bytes],
    jobs: Callable[[Set[str]], Iterator[RenderJob]],
    templates: Templates,
    stock: InputLoader,
    cache: Store,
    workers: Workers,
    progress: Progress,
) -> Iterator[tuple[str, bytes]]:
    """Yield each output's path and bytes; only its view, its encoder and the theme decide them.

    ``fresh`` are the paths of those that are wanted, ``prints`` the fingerprints of all outputs by
    path; ``jobs`` yields the jobs for some paths. What was rendered in the last build, if for
    another place, is not rendered anew.

    Raises:
        TemplateFaultError: a template of the site is at fault.

    """
    run = _RenderRun(templates, stock, cache, workers)
    stored = cache.prints()
    missing = {path for path in fresh if prints[path] not in stored}
    for path in fresh:
        if path not in missing:
            progress.advance(1)
            yield path, cache.file(prints[path])
    if not missing:
        return
    copied: list[RenderJob] = []
    worth = len(missing) >= _WORTH_PROCESSES
    for path, data in run.encoded(_chunk_jobs(jobs(missing), copied), worth=worth):
        progress.advance(1)
        yield path, data
        # A folder holds what takes long to make.
        if len(data) <= _KEPT or path.endswith("/"):
            cache.add_file(prints[path], data)
    for job in copied:
        progress.advance(1)
        if not job.name.startswith(ATTACHMENTS):
            raise cache.damaged()
        yield job.name, _copy_attachments(stock.folder, job)
    cache.drop_files(stored.difference(prints.values()))
    run.forget_pieces()


class _RenderRun:
    """The encoding of many jobs, with what all of them may need."""

    def __init__(
        self,
        templates: Templates,
        stock: InputLoader,
        cache: Store,
        workers: Workers,
    ) -> None:
        self._templates = templates
        self._stock = stock
        self._cache = cache
        self._workers = workers
        self._pieces: set[bytes] = set()
        self._published = lru_cache(_HELD)(stock.published)
        self._html = lru_cache(_HELD)(cache.html)

    def encoded(
        self, chunks: Iterable[list[RenderJob]], *, worth: bool
    ) -> Iterator[tuple[Any, bytes]]:
        """Yield the name and the bytes of each job."""
        arguments = (
            (
                [(job.name, job.encoder, job.view) for job in chunk],
                self._values(chunk),
                self._templates.texts,
                self._templates.cache_dir,
            )
            for chunk in chunks
        )
        for results in self._workers.run(render_chunk, arguments, worth=worth):
            yield from results

    def forget_pieces(self) -> None:
        """Drop the pieces of an earlier state of the files that were made of pieces now."""
        if self._pieces:
            self._cache.keep_pieces(self._pieces)

    def _values(self, chunk: list[RenderJob]) -> dict[bytes, bytes]:
        """Return the shared values that a chunk needs, encoded, by their names."""
        needs = {shared.name: shared for job in chunk for shared in job.needs}
        values: dict[bytes, bytes] = {}
        pieces: dict[bytes, Input[bytes]] = {}
        for name, shared in needs.items():
            if isinstance(shared.source, Fragment):
                pieces[name] = shared
            elif name.startswith(HTML):
                number = self._stock.number(name[len(HTML) :].decode())
                values[name] = self._html(number)
            elif name.startswith((WHOLE, BRIEF)):
                # As long; of what is only wanted in brief, the reader leaves out the rest.
                values[name] = self._published(name[len(WHOLE) :].decode())
            else:
                values[name] = serialization.encode(shared.source)
        if pieces:
            values.update(self._encoded_pieces(pieces))
        return values

    def _encoded_pieces(self, wanted: dict[bytes, Input[bytes]]) -> dict[bytes, bytes]:
        """Return the bytes of pieces by their names, from the cache or made now."""
        if self._cache.note(_OF_PIECES) != self._templates.ground:
            self._cache.keep_pieces(())
            self._cache.set_note(_OF_PIECES, self._templates.ground)
        digests = [one.digest for one in wanted.values()]
        self._pieces.update(digests)
        found = self._cache.pieces(digests)
        fresh = [
            RenderJob(one.digest, *one.source)
            for one in wanted.values()
            if one.digest not in found and isinstance(one.source, Fragment)
        ]
        chunks = (fresh[at : at + _PIECES] for at in range(0, len(fresh), _PIECES))
        made = dict(self.encoded(chunks, worth=len(fresh) > 2 * _PIECES))
        self._cache.add_pieces(made)
        found.update(made)
        return {name: found[one.digest] for name, one in wanted.items()}


def render_chunk(
    jobs: list[tuple[Any, Callable[..., bytes], bytes]],
    values: dict[bytes, bytes],
    texts: tuple[tuple[str, str], ...],
    cache_dir: str | None,
) -> list[tuple[Any, bytes]]:
    """Return the name and the bytes of each job: a name, an encoder and an encoded view.

    ``values`` are the shared values, encoded, by their names; ``texts`` the site's templates;
    ``cache_dir`` the folder of compiled ones.

    Raises:
        TemplateFaultError: a template of the site is at fault.

    """
    from lscbsite.theme import load_theme

    theme = load_theme(texts, cache_dir)
    reader = serialization.ViewDecoder(values)
    results = []
    view, last = None, b""
    for name, encoder, encoded in jobs:
        # The formats of a feed have one view.
        if encoded != last:
            view, last = reader.decode(encoded, serialization.get_view_type(encoder)), encoded
        results.append((name, encoder(view, theme)))
    return results


def _copy_attachments(folder: Path, job: RenderJob) -> bytes:
    """Return the contents of an attachment: those that were looked at, or none.

    Raises:
        RefusedError: it cannot be read any more, or was changed since.

    """
    attachment: Attachment = serialization.ViewDecoder({}).decode(job.view, Attachment)
    data = read_file(folder, job.name)
    if digest(data) != attachment.digest:
        raise RefusedError(make_changed_problem(job.name))
    return data


def _weigh_job(job: RenderJob) -> int:
    if job.name[-1:] == "/":
        return _CHUNK
    return 1 + sum(shared.name.startswith(HTML) for shared in job.needs) // _BODIES


def _chunk_jobs(jobs: Iterable[RenderJob], copied: list[RenderJob]) -> Iterator[list[RenderJob]]:
    """Yield jobs in chunks; those for files that are only copied go into ``copied``."""
    chunk: list[RenderJob] = []
    weight = 0
    for job in jobs:
        if job.encoder is serialization.copy_attachment:
            copied.append(job)
            continue
        chunk.append(job)
        weight += _weigh_job(job)
        if weight >= _CHUNK:
            yield chunk
            chunk, weight = [], 0
    if chunk:
        yield chunk
