"""Stage 6: render artifacts, from the store or from their views."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from lscbsite.context import BuildContext, ParsedSite
from lscbsite.incremental import serialization
from lscbsite.incremental.artifacts import (
    LoadedView,
    StoredArtifact,
    StoredInput,
    get_view,
    load_inputs,
)
from lscbsite.incremental.dirty import Dirty
from lscbsite.incremental.fingerprint import digest
from lscbsite.incremental.plan import load_planned_reports
from lscbsite.incremental.store import Store
from lscbsite.index import Redactor
from lscbsite.model import FORM_FOLDER, HTML, SUMMARY, WHOLE, AttachmentView, PublishedOverrides
from lscbsite.outputs import RENDERERS
from lscbsite.parsing.documents import load_encoded_report, load_report
from lscbsite.pictures import DamagedPictureError, clean_picture
from lscbsite.problems import RefusedError
from lscbsite.source_files import make_changed_problem, make_damaged_problem, read_file

# The most that a chunk may weigh: a page weighs one, plus one for every few inputs. Chunks of fragments
# are smaller, as there are fewer fragments.
_CHUNK_WEIGHT, _FRAGMENTS_WEIGHT, _INPUTS_PER_WEIGHT = 64, 16, 16
# The number of artifacts for which processes are worth their start.
_WORTH_PROCESSES = 150
# The number of pictures to be scaled for which they are.
_WORTH_PICTURES = 6
# Reports and bodies in memory. Each is on its own page and on one of each of its topics. Topics go
# through all years, so a larger number helps little.
_CACHED_VALUES = 16384
# Only files in these folders are copied.
_COPIED = ("files/", FORM_FOLDER)
# In bytes. A larger file is mostly a list of all meetings, a calendar or a site map, and soon
# rendered again.
_LARGEST_STORED = 2_000_000


class _Job(NamedTuple):
    """A view to be rendered; ``inputs`` are the ids of its inputs."""

    fingerprint: bytes
    path: str
    renderer: str
    view: bytes
    inputs: list[int]


def render(context: BuildContext, site: ParsedSite, dirty: Dirty) -> Iterator[tuple[str, bytes]]:
    """Yield the path and the bytes of each file of the dirty artifacts.

    What an earlier build rendered is taken from the store.

    Raises:
        FaultError: a template of the site is at fault, or a file changed meanwhile.

    """
    store, progress = context.store, context.progress
    progress.begin("render", len(dirty.artifacts))
    stored = store.list_rendered()
    missing = {}
    for id_, artifact in dirty.artifacts.items():
        if artifact.fingerprint not in stored:
            missing[id_] = artifact
            continue
        progress.advance(1)
        data = store.get_rendered(artifact.fingerprint)
        yield from serialization.unpack_files(artifact.path, data)
    if not missing:
        return
    renderer = _Renderer(context, site, stored, load_planned_reports(store).overrides)
    copies: list[_Job] = []
    chunks = _chunk_jobs(_load_jobs(store, missing), copies)
    for job, data in renderer.render_jobs(chunks, worth=len(missing) >= _WORTH_PROCESSES):
        progress.advance(1)
        # A folder takes long to render.
        if store.is_file and (len(data) <= _LARGEST_STORED or job.path.endswith("/")):
            store.add_rendered(job.fingerprint, data)
        yield from serialization.unpack_files(job.path, data)
    for job, data in _copy_attachments(context, site.folder, copies):
        progress.advance(1)
        yield job.path, data
    store.keep_rendered(dirty.used)


def render_first(
    context: BuildContext,
    site: ParsedSite,
    views: Iterable[LoadedView],
    overrides: Mapping[str, PublishedOverrides],
) -> dict[str, bytes]:
    """Return the bytes of some files by path, before there is a plan.

    Raises:
        FaultError: a template of the site is at fault.

    """
    renderer = _Renderer(context, site, set(), overrides)
    return {view.path: renderer.render_view(view) for view in views}


def _load_jobs(store: Store, artifacts: Mapping[int, StoredArtifact]) -> Iterator[_Job]:
    for id_, artifact in artifacts.items():
        yield _Job(artifact.fingerprint, artifact.path, *get_view(store, id_))


class _Renderer:
    """Renders jobs, and loads the inputs of each chunk of them."""

    def __init__(
        self,
        context: BuildContext,
        site: ParsedSite,
        stored: set[bytes],
        overrides: Mapping[str, PublishedOverrides],
    ) -> None:
        self._store = context.store
        self._workers = context.workers
        self._site = site
        self._stored = stored
        self._redactor = Redactor(site.config)
        self._overrides = overrides
        self._inputs: dict[int, StoredInput] = {}
        self._load_published = lru_cache(_CACHED_VALUES)(self._read_published)
        self._load_html = lru_cache(_CACHED_VALUES)(context.store.get_html)

    def render_jobs(
        self, chunks: Iterable[list[_Job]], *, worth: bool
    ) -> Iterator[tuple[_Job, bytes]]:
        """Yield each job with its bytes; ``worth`` says whether several processes pay."""
        jobs: deque[_Job] = deque()
        arguments = (self._make_arguments(chunk, jobs) for chunk in chunks)
        for results in self._workers.run(render_chunk, arguments, worth=worth):
            for data in results:
                yield jobs.popleft(), data

    def render_view(self, view: LoadedView) -> bytes:
        """Return the bytes of a view that needs no fragments."""
        values = {value.name: self._load_value(value) for value in view.inputs}
        templates = self._site.templates
        views = [(RENDERERS[view.renderer], view.view)]
        (data,) = render_chunk(views, values, templates.texts, templates.cache_dir)
        return data

    def _make_arguments(self, chunk: list[_Job], jobs: deque[_Job]) -> tuple[Any, ...]:
        """Return what ``render_chunk`` takes for a chunk, and add the chunk to ``jobs``."""
        jobs.extend(chunk)
        views = [(RENDERERS[job.renderer], job.view) for job in chunk]
        templates = self._site.templates
        return views, self._load_values(chunk), templates.texts, templates.cache_dir

    def _load_values(self, chunk: list[_Job]) -> dict[bytes, bytes]:
        """Return the inputs of a chunk, encoded, by their names."""
        ids = {id_ for job in chunk for id_ in job.inputs}
        self._inputs.update(load_inputs(self._store, ids - self._inputs.keys()))
        values: dict[bytes, bytes] = {}
        fragments: dict[int, StoredInput] = {}
        for id_ in ids:
            value = self._inputs[id_]
            if value.artifact:
                fragments[value.artifact] = value
            else:
                values[value.name] = self._load_value(value)
        if fragments:
            values.update(self._render_fragments(fragments))
        return values

    def _load_value(self, value: StoredInput) -> bytes:
        """Return an input that is no fragment, encoded."""
        if value.name.startswith(HTML):
            path = value.name[len(HTML) :].decode()
            return self._load_html(self._site.files[path].number)
        if value.name.startswith((WHOLE, SUMMARY)):
            # Both are loaded whole: the decoder leaves out what a summary does not have.
            return self._load_published(value.name.partition(b" ")[2].decode())
        return value.value

    def _read_published(self, path: str) -> bytes:
        """Return an encoded ``PublishedReport``."""
        parsed, overrides = self._site.files[path], self._overrides.get(path)
        if overrides is None:  # fast path: most are as their files say
            encoded = load_encoded_report(parsed, self._store)
            return serialization.encode((msgspec.Raw(encoded), (), ()))
        report = load_report(parsed, self._store)
        return serialization.encode(self._redactor.publish(report, overrides))

    def _render_fragments(self, fragments: Mapping[int, StoredInput]) -> dict[bytes, bytes]:
        """Return the bytes of fragments, given by the ids of their artifacts, by name."""
        missing = {
            value.digest: _Job(value.digest, "", *get_view(self._store, id_))
            for id_, value in fragments.items()
            if value.digest not in self._stored
        }
        chunks = list(_chunk_jobs(missing.values(), [], _FRAGMENTS_WEIGHT))
        for job, data in self.render_jobs(chunks, worth=len(chunks) > 2):
            self._store.add_rendered(job.fingerprint, data)
            self._stored.add(job.fingerprint)
        return {value.name: self._store.get_rendered(value.digest) for value in fragments.values()}


def render_chunk(
    views: list[tuple[Callable[..., bytes], bytes]],
    values: dict[bytes, bytes],
    texts: tuple[tuple[str, str], ...],
    cache_dir: str | None,
) -> list[bytes]:
    """Return the bytes of each view, with its renderer and encoded each.

    ``values`` are the inputs, encoded, by name; ``texts`` the site's templates; ``cache_dir`` is
    the folder of compiled ones.

    Raises:
        TemplateFaultError: a template of the site is at fault.

    """
    from lscbsite.theme import load_theme

    theme = load_theme(texts, cache_dir)
    decoder = serialization.ViewDecoder(values)
    results = []
    view, last = None, b""
    for renderer, encoded in views:
        # The formats of a feed have one view.
        if encoded != last:
            view_type = serialization.get_view_type(renderer)
            view, last = decoder.decode(encoded, view_type), encoded
        results.append(renderer(view, theme))
    return results


def _copy_attachments(
    context: BuildContext, folder: Path, jobs: list[_Job]
) -> Iterator[tuple[_Job, bytes]]:
    """Yield the jobs of attachments, each with the bytes that are published.

    Raises:
        RefusedError: one cannot be read any more, changed, or is a damaged picture.

    """
    store = context.store
    decoder = serialization.ViewDecoder({})
    views: list[AttachmentView] = [decoder.decode(job.view, AttachmentView) for job in jobs]
    for job, view in zip(jobs, views, strict=True):
        # At a former path of the site, the attachment's own path follows.
        if not view.path.startswith(_COPIED) or not f"/{job.path}".endswith(f"/{view.path}"):
            raise store.report_damage()
    scaled = [
        view.picture is not None and view.picture.width > view.picture_width for view in views
    ]
    contents = ((view, _read_attachment(folder, view)) for view in views)
    cleaned = context.workers.run(clean_attachment, contents, worth=sum(scaled) >= _WORTH_PICTURES)
    for job, is_scaled, data in zip(jobs, scaled, cleaned, strict=True):
        # Scaling takes long; other files are read as soon as the store.
        if is_scaled and store.is_file and len(data) <= _LARGEST_STORED:
            store.add_rendered(job.fingerprint, data)
        yield job, data


def _read_attachment(folder: Path, view: AttachmentView) -> bytes:
    """Return the contents of an attachment, if they are still those that the plan was made with."""
    data = read_file(folder, view.path)
    if digest(data) != view.digest:
        raise RefusedError(make_changed_problem(view.path))
    return data


def clean_attachment(view: AttachmentView, data: bytes) -> bytes:
    """Return an attachment as it is published."""
    if view.picture is None:
        return data
    try:
        return clean_picture(data, view.picture, view.picture_width)
    except DamagedPictureError as error:
        raise RefusedError(make_damaged_problem(view.path)) from error


def _chunk_jobs(
    jobs: Iterable[_Job], copies: list[_Job], most: int = _CHUNK_WEIGHT
) -> Iterator[list[_Job]]:
    """Yield jobs in chunks that weigh ``most``; files that are only copied go into ``copies``."""
    chunk: list[_Job] = []
    weight = 0
    for job in jobs:
        if not job.renderer:
            copies.append(job)
            continue
        chunk.append(job)
        weight += _weigh_job(job)
        if weight >= most:
            yield chunk
            chunk, weight = [], 0
    if chunk:
        yield chunk


def _weigh_job(job: _Job) -> int:
    """Return the weight of a job: a folder is a chunk of its own, many inputs weigh more."""
    if job.path.endswith("/"):
        return _CHUNK_WEIGHT
    return 1 + len(job.inputs) // _INPUTS_PER_WEIGHT
