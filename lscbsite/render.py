"""Stage 6: outputs -> bytes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from lscbsite import codec
from lscbsite.cache import Cache
from lscbsite.model import Attachment, Output, Piece, Shared
from lscbsite.progress import Progress
from lscbsite.workers import Workers

# What a chunk may weigh (a page one, and one more for each body that it shows), from how many
# outputs on processes are worth their start, and how many pieces are a chunk.
_CHUNK, _WORTH_PROCESSES = 64, 150
_PIECES = 256
_OF_PIECES, _OF_TEMPLATES = "ground of the pieces", "compiled templates"


class Templates(NamedTuple):
    """The site's own templates, by their names, and the digest of all that outputs rest on.

    That is, beside the templates, the program.
    """

    texts: tuple[tuple[str, str], ...]
    ground: bytes


class _Job(NamedTuple):
    """Something to be encoded: its encoder, its encoded view, what that needs, its weight."""

    name: Any
    encoder: Callable[..., bytes]
    view: bytes
    needs: dict[bytes, Shared[Any]]


def fingerprints(outputs: Iterable[Output], ground: bytes) -> Iterator[bytes]:
    """Yield for each output what tells whether its bytes can be others than they were.

    That is made of its view, its encoder and the ``ground``: the digest of all else that bytes
    may depend on.
    """
    last: Any = None
    view = b""
    for output in outputs:
        # The formats of a feed have one view.
        if output.view is not last:
            last, view = output.view, codec.encode(output.view)
        yield codec.digest(b"\0".join((ground, codec.name_of(output.encoder).encode(), view)))


def render(
    outputs: Iterable[Output],
    templates: Templates,
    entries: Mapping[bytes, int],
    cache: Cache,
    workers: Workers,
    progress: Progress,
) -> Iterator[tuple[str, bytes]]:
    """Yield each output's path and bytes; only its view, its encoder and the theme decide them.

    ``entries`` say where the cache keeps HTML, by its digest.

    Raises:
        TemplateFaultError: a template of the site is at fault.

    """
    run = _Run(templates, entries, cache, workers)
    encoded = []
    for output in outputs:
        if isinstance(output.view, Attachment):
            yield output.path, Path(output.view.location).read_bytes()
        else:
            encoded.append(output)
    jobs = (_job(output.path, output) for output in encoded)
    for made in run.encoded(_chunked(jobs), worth=len(encoded) >= _WORTH_PROCESSES):
        progress.advance(1)
        yield made
    run.forget_pieces()


class _Run:
    """The encoding of many jobs, with what all of them may need."""

    def __init__(
        self,
        templates: Templates,
        entries: Mapping[bytes, int],
        cache: Cache,
        workers: Workers,
    ) -> None:
        self._templates = templates
        self._entries = entries
        self._cache = cache
        self._workers = workers
        self._pieces: set[bytes] = set()

    def encoded(self, chunks: Iterable[list[_Job]], *, worth: bool) -> Iterator[tuple[Any, bytes]]:
        """Yield the name and the bytes of each job."""
        known = self._cache.note(_OF_TEMPLATES)
        compiled = None if worth else known
        arguments = (
            (
                [(job.name, job.encoder, job.view) for job in chunk],
                self._values(chunk),
                self._templates.texts,
                compiled,
            )
            for chunk in chunks
        )
        for results, made in self._workers.run(render_chunk, arguments, worth=worth):
            if made and made != known:
                known = made
                self._cache.set_note(_OF_TEMPLATES, made)
            yield from results

    def forget_pieces(self) -> None:
        """Drop the pieces of an earlier state of the files that were made of pieces now."""
        if self._pieces:
            self._cache.keep_pieces(self._pieces)

    def _values(self, chunk: list[_Job]) -> dict[bytes, bytes]:
        """Return the shared values that a chunk needs, encoded, by their digests."""
        needs: dict[bytes, Shared[Any]] = {}
        for job in chunk:
            needs |= job.needs
        values: dict[bytes, bytes] = {}
        html: list[tuple[bytes, int]] = []
        pieces: dict[bytes, Piece] = {}
        for digest, shared in needs.items():
            if isinstance(shared.source, Piece):
                pieces[digest] = shared.source
            elif shared.source is None:
                html.append((digest, self._entries[digest]))
            else:
                values[digest] = codec.encode(shared.source)
        found = self._cache.html(number for _, number in html)
        values.update((digest, found[number]) for digest, number in html)
        if pieces:
            values.update(self._encoded_pieces(pieces))
        return values

    def _encoded_pieces(self, wanted: dict[bytes, Piece]) -> dict[bytes, bytes]:
        """Return the bytes of pieces, from the cache or made now."""
        if self._cache.note(_OF_PIECES) != self._templates.ground:
            self._cache.keep_pieces(())
            self._cache.set_note(_OF_PIECES, self._templates.ground)
        self._pieces.update(wanted)
        found = self._cache.pieces(wanted)
        fresh = [_job(digest, one) for digest, one in wanted.items() if digest not in found]
        chunks = (fresh[at : at + _PIECES] for at in range(0, len(fresh), _PIECES))
        made = dict(self.encoded(chunks, worth=len(fresh) > 4 * _PIECES))
        self._cache.add_pieces(made)
        return found | made


def render_chunk(
    jobs: list[tuple[Any, Callable[..., bytes], bytes]],
    values: dict[bytes, bytes],
    texts: tuple[tuple[str, str], ...],
    compiled: bytes | None,
) -> tuple[list[tuple[Any, bytes]], bytes]:
    """Return the name and the bytes of each job: a name, an encoder and an encoded view.

    ``values`` are the shared values, encoded, by their digests; ``texts`` the site's templates;
    ``compiled`` templates that were compiled earlier. Those that are known now, if more, are returned, too.

    Raises:
        TemplateFaultError: a template of the site is at fault.

    """
    from lscbsite.theme import theme_of

    theme = theme_of(texts, compiled)
    reader = codec.Reader(values)
    results = []
    view, last = None, b""
    for name, encoder, encoded in jobs:
        # The formats of a feed have one view.
        if encoded != last:
            view, last = reader.decode(encoded, codec.view_type(encoder)), encoded
        results.append((name, encoder(view, theme)))
    return results, theme.compiled()


def _job(name: Any, one: Output | Piece) -> _Job:
    return _Job(name, one.encoder, *codec.encode_with_needs(one.view))


def _weight(job: _Job) -> int:
    return 1 + sum(shared.source is None for shared in job.needs.values())


def _chunked(jobs: Iterable[_Job]) -> Iterator[list[_Job]]:
    chunk: list[_Job] = []
    weight = 0
    for job in jobs:
        chunk.append(job)
        weight += _weight(job)
        if weight >= _CHUNK:
            yield chunk
            chunk, weight = [], 0
    if chunk:
        yield chunk
