"""Stage 6: outputs -> bytes."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from lscbsite import codec
from lscbsite.cache import Cache
from lscbsite.model import BRIEF, HTML, WHOLE, Output, Piece, Published, Shared, bones
from lscbsite.progress import Progress
from lscbsite.workers import Workers

# What a chunk may weigh (a page one, and one more for each body that it shows), from how many
# outputs on processes are worth their start, and how many pieces are a chunk.
_CHUNK, _WORTH_PROCESSES = 64, 150
_PIECES = 128
_OF_PIECES, _OF_TEMPLATES = "ground of the pieces", "compiled templates"


class Templates(NamedTuple):
    """The site's own templates, by their names, and the digest of all that outputs rest on.

    That is, beside the templates, the program.
    """

    texts: tuple[tuple[str, str], ...]
    ground: bytes


class PieceMissingError(Exception):
    """A piece is not kept, nor what it is made from: all is to be planned anew."""


class Job(NamedTuple):
    """Something to be encoded: its encoder, its encoded view, the shared values in that.

    ``name`` is the output's path, or the name of a piece.
    """

    name: Any
    encoder: Callable[..., bytes]
    view: bytes
    needs: tuple[Shared[Any], ...]

    def fingerprint(self, ground: bytes) -> bytes:
        """Return what tells whether the bytes can be others than they were.

        ``ground`` is the digest of all that they may depend on beside the view.
        """
        return codec.fingerprint(self.encoder, self.view, self.needs, ground)


def jobs(outputs: Iterable[Output]) -> Iterator[Job]:
    """Yield what is to be done for each output."""
    last: Any = None
    view = b""
    needs: tuple[Shared[Any], ...] = ()
    for output in outputs:
        # The formats of a feed have one view.
        if output.view is not last:
            last = output.view
            view, found = codec.encode_with_needs(last)
            needs = tuple(found.values())
        yield Job(output.path, output.encoder, view, needs)


class Stock(NamedTuple):
    """Where the shared values are that are not at hand: reports, and the HTML of files.

    ``published`` returns a report by the path of its file, ``number`` the number under which the
    cache keeps a file's HTML; ``folder`` is the site's, where attachments are.
    """

    published: Callable[[str], Published]
    number: Callable[[str], int]
    folder: Path


def render(
    fresh: Iterable[Job],
    templates: Templates,
    stock: Stock,
    cache: Cache,
    workers: Workers,
    progress: Progress,
) -> Iterator[tuple[str, bytes]]:
    """Yield each output's path and bytes; only its view, its encoder and the theme decide them.

    Raises:
        TemplateFaultError: a template of the site is at fault.

    """
    run = _Run(templates, stock, cache, workers)
    encoded = []
    for job in fresh:
        if job.encoder is codec.as_it_is:
            progress.advance(1)
            yield job.name, (stock.folder / job.name).read_bytes()
        else:
            encoded.append(job)
    for made in run.encoded(_chunked(encoded), worth=len(encoded) >= _WORTH_PROCESSES):
        progress.advance(1)
        yield made
    run.forget_pieces()


class _Run:
    """The encoding of many jobs, with what all of them may need."""

    def __init__(
        self,
        templates: Templates,
        stock: Stock,
        cache: Cache,
        workers: Workers,
    ) -> None:
        self._templates = templates
        self._stock = stock
        self._cache = cache
        self._workers = workers
        self._pieces: set[bytes] = set()

    def encoded(self, chunks: Iterable[list[Job]], *, worth: bool) -> Iterator[tuple[Any, bytes]]:
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

    def _values(self, chunk: list[Job]) -> dict[bytes, bytes]:
        """Return the shared values that a chunk needs, encoded, by their names."""
        needs = {shared.name: shared for job in chunk for shared in job.needs}
        values: dict[bytes, bytes] = {}
        html: list[tuple[bytes, int]] = []
        pieces: dict[bytes, Piece | None] = {}
        for name, shared in needs.items():
            if isinstance(shared.source, Piece):
                pieces[name] = shared.source
            elif name.startswith(HTML):
                html.append((name, self._stock.number(name[len(HTML) :].decode())))
            elif name.startswith(WHOLE):
                published = self._stock.published(name[len(WHOLE) :].decode())
                values[name] = codec.encode(published)
            elif name.startswith(BRIEF):
                published = self._stock.published(name[len(BRIEF) :].decode())
                values[name] = codec.encode(Published(bones(published.report)))
            elif shared.source is None:
                pieces[name] = None
            else:
                values[name] = codec.encode(shared.source)
        found = self._cache.html(number for _, number in html)
        values.update((name, found[number]) for name, number in html)
        if pieces:
            values.update(self._encoded_pieces(pieces))
        return values

    def _encoded_pieces(self, wanted: dict[bytes, Piece | None]) -> dict[bytes, bytes]:
        """Return the bytes of pieces, from the cache or made now."""
        if self._cache.note(_OF_PIECES) != self._templates.ground:
            self._cache.keep_pieces(())
            self._cache.set_note(_OF_PIECES, self._templates.ground)
        self._pieces.update(wanted)
        found = self._cache.pieces(wanted)
        if not all(name in found or one is not None for name, one in wanted.items()):
            raise PieceMissingError
        fresh = [
            _piece_job(digest, one) for digest, one in wanted.items() if one and digest not in found
        ]
        chunks = (fresh[at : at + _PIECES] for at in range(0, len(fresh), _PIECES))
        made = dict(self.encoded(chunks, worth=len(fresh) > 2 * _PIECES))
        self._cache.add_pieces(made)
        return found | made


def render_chunk(
    jobs: list[tuple[Any, Callable[..., bytes], bytes]],
    values: dict[bytes, bytes],
    texts: tuple[tuple[str, str], ...],
    compiled: bytes | None,
) -> tuple[list[tuple[Any, bytes]], bytes]:
    """Return the name and the bytes of each job: a name, an encoder and an encoded view.

    ``values`` are the shared values, encoded, by their names; ``texts`` the site's templates;
    ``compiled`` templates that were compiled earlier. If there are more now, all are returned.

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


def _piece_job(name: bytes, one: Piece) -> Job:
    view, needs = codec.encode_with_needs(one.view)
    return Job(name, one.encoder, view, tuple(needs.values()))


def _weight(job: Job) -> int:
    return 1 + sum(shared.name.startswith(HTML) for shared in job.needs)


def _chunked(jobs: Iterable[Job]) -> Iterator[list[Job]]:
    chunk: list[Job] = []
    weight = 0
    for job in jobs:
        chunk.append(job)
        weight += _weight(job)
        if weight >= _CHUNK:
            yield chunk
            chunk, weight = [], 0
    if chunk:
        yield chunk
