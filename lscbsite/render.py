"""Stage 6: outputs -> bytes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from lscbsite.context import BuildContext
from lscbsite.incremental import serialization
from lscbsite.incremental.fingerprint import digest
from lscbsite.incremental.plan import RenderJob
from lscbsite.incremental.store import Store
from lscbsite.model import HTML, SUMMARY, WHOLE, Attachment, Fragment, Input
from lscbsite.problems import RefusedError
from lscbsite.source_files import make_changed_problem, read_file
from lscbsite.workers import Workers

# What a chunk may weigh (a page one, and one more for some bodies that it shows), from how many
# outputs on processes are worth their start, and how many pieces are a chunk.
_CHUNK, _WORTH_PROCESSES = 64, 150
_FRAGMENTS = 16
_BODIES = 8
# So many reports, and so many bodies, are kept at hand: each is on a page of its own and on one of
# each of its topics. Topics go through all years: where there are more reports, it helps little.
_HELD = 16384
# Only these are copied as they are.
ATTACHMENTS = "files/"
# In bytes: what is larger is mostly a list of all meetings, a calendar or site map, and soon made
# anew.
_KEPT = 2_000_000
_FRAGMENTS_KEY = "base digest of the fragments"


class Templates(NamedTuple):
    """The site's own templates, by their names, and the digest of all that outputs rest on.

    That is, beside the templates, the program. ``cache_dir`` is where they are kept compiled.
    """

    texts: tuple[tuple[str, str], ...]
    base_digest: bytes
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
    context: BuildContext,
    dirty: Iterable[str],
    fingerprints: Mapping[str, bytes],
    jobs: Callable[[Set[str]], Iterator[RenderJob]],
    templates: Templates,
    loader: InputLoader,
) -> Iterator[tuple[str, bytes]]:
    """Yield the path and the bytes of each dirty artifact, given by path.

    ``fingerprints`` are those of all artifacts by path; ``jobs`` yields the jobs for some paths.
    What the last build rendered for another place is taken from the store.

    Raises:
        TemplateFaultError: a template of the site is at fault.

    """
    store, progress = context.store, context.progress
    run = _RenderRun(templates, loader, store, context.workers)
    stored = store.list_fingerprints()
    missing = {path for path in dirty if fingerprints[path] not in stored}
    for path in dirty:
        if path not in missing:
            progress.advance(1)
            yield path, store.get_file(fingerprints[path])
    if not missing:
        return
    copies: list[RenderJob] = []
    worth = len(missing) >= _WORTH_PROCESSES
    for path, data in run.encoded(_chunk_jobs(jobs(missing), copies), worth=worth):
        progress.advance(1)
        yield path, data
        # A folder holds what takes long to make.
        if len(data) <= _KEPT or path.endswith("/"):
            store.add_file(fingerprints[path], data)
    for job in copies:
        progress.advance(1)
        if not job.name.startswith(ATTACHMENTS):
            raise store.damaged()
        yield job.name, _copy_attachments(loader.folder, job)
    store.drop_files(stored.difference(fingerprints.values()))
    run.drop_unused_fragments()


class _RenderRun:
    """The encoding of many jobs, with what all of them may need."""

    def __init__(
        self,
        templates: Templates,
        loader: InputLoader,
        store: Store,
        workers: Workers,
    ) -> None:
        self._templates = templates
        self._loader = loader
        self._store = store
        self._workers = workers
        self._fragments: set[bytes] = set()
        self._published = lru_cache(_HELD)(loader.published)
        self._html = lru_cache(_HELD)(store.get_html)

    def encoded(
        self, chunks: Iterable[list[RenderJob]], *, worth: bool
    ) -> Iterator[tuple[Any, bytes]]:
        """Yield the name and the bytes of each job."""
        arguments = (
            (
                [(job.name, job.renderer, job.view) for job in chunk],
                self._values(chunk),
                self._templates.texts,
                self._templates.cache_dir,
            )
            for chunk in chunks
        )
        for results in self._workers.run(render_chunk, arguments, worth=worth):
            yield from results

    def drop_unused_fragments(self) -> None:
        """Drop the pieces of an earlier state of the files that were made of pieces now."""
        if self._fragments:
            self._store.keep_fragments(self._fragments)

    def _values(self, chunk: list[RenderJob]) -> dict[bytes, bytes]:
        """Return the shared values that a chunk needs, encoded, by their names."""
        needs = {shared.name: shared for job in chunk for shared in job.inputs}
        values: dict[bytes, bytes] = {}
        fragments: dict[bytes, Input[bytes]] = {}
        for name, shared in needs.items():
            if isinstance(shared.source, Fragment):
                fragments[name] = shared
            elif name.startswith(HTML):
                number = self._loader.number(name[len(HTML) :].decode())
                values[name] = self._html(number)
            elif name.startswith((WHOLE, SUMMARY)):
                # The decoder leaves out what a summary does not have.
                values[name] = self._published(name.partition(b" ")[2].decode())
            else:
                values[name] = serialization.encode(shared.source)
        if fragments:
            values.update(self._render_fragments(fragments))
        return values

    def _render_fragments(self, wanted: dict[bytes, Input[bytes]]) -> dict[bytes, bytes]:
        """Return the bytes of pieces by their names, from the cache or made now."""
        if self._store.get_metadata(_FRAGMENTS_KEY) != self._templates.base_digest:
            self._store.keep_fragments(())
            self._store.set_metadata(_FRAGMENTS_KEY, self._templates.base_digest)
        digests = [one.digest for one in wanted.values()]
        self._fragments.update(digests)
        found = self._store.get_fragments(digests)
        fresh = [
            RenderJob(one.digest, *one.source)
            for one in wanted.values()
            if one.digest not in found and isinstance(one.source, Fragment)
        ]
        chunks = (fresh[at : at + _FRAGMENTS] for at in range(0, len(fresh), _FRAGMENTS))
        made = dict(self.encoded(chunks, worth=len(fresh) > 2 * _FRAGMENTS))
        self._store.add_fragments(made)
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
    return 1 + sum(shared.name.startswith(HTML) for shared in job.inputs) // _BODIES


def _chunk_jobs(jobs: Iterable[RenderJob], copied: list[RenderJob]) -> Iterator[list[RenderJob]]:
    """Yield jobs in chunks; those for files that are only copied go into ``copied``."""
    chunk: list[RenderJob] = []
    weight = 0
    for job in jobs:
        if job.renderer is serialization.copy_attachment:
            copied.append(job)
            continue
        chunk.append(job)
        weight += _weigh_job(job)
        if weight >= _CHUNK:
            yield chunk
            chunk, weight = [], 0
    if chunk:
        yield chunk
