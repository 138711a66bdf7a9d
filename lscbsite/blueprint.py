"""What was planned, kept: files that differ in nothing but their texts are planned as before."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from lscbsite import codec
from lscbsite.cache import Cache
from lscbsite.model import Entry, Piece, Shared, Shown, Withheld
from lscbsite.problems import Problem
from lscbsite.render import Job

_KEY, _NOTE, _VIEWS = "blueprint of", "blueprint", "views of the blueprint"


class Blueprint(msgspec.Struct, frozen=True, array_like=True):
    """What the stages from linking to planning gave.

    ``problems`` are those that they found; ``told_of`` has the digests of the files that these are
    about, by path, because the places told depend on them. ``own`` has the digest of what each
    file gave, ``shown`` how readers see each report. ``shared`` are the names and digests of the
    values in views, with the value, encoded, where the name does not tell where it is; ``pieces``
    are those among them that are made for themselves, by their places there. Of each output there
    is its path; of that and of a piece, by their places, its encoder and what its view needs.
    """

    reports: int
    pages: int
    withheld: tuple[Withheld, ...]
    problems: tuple[Problem, ...]
    told_of: dict[str, bytes]
    own: dict[str, bytes]
    shown: dict[str, Shown]
    shared: list[tuple[bytes, bytes, bytes]]
    pieces: dict[int, tuple[int, bytes, list[int]]]
    encoders: list[str]
    outputs: list[tuple[str, int, list[int]]]


_DECODER = msgspec.msgpack.Decoder(Blueprint)
_LIST = msgspec.msgpack.Decoder(list[bytes])


def kept(cache: Cache, key: bytes, entries: Mapping[str, Entry]) -> Blueprint | None:
    """Return the last blueprint if it is the one for ``key``, and still tells true places."""
    if cache.note(_KEY) != key:
        return None
    blueprint = _DECODER.decode(cache.note(_NOTE) or b"")
    same = all(entries[path].digest == file for path, file in blueprint.told_of.items())
    return blueprint if same else None


def keep(cache: Cache, key: bytes, blueprint: Blueprint, jobs: Iterable[Job]) -> None:
    """Keep a blueprint, with the views of its outputs."""
    # While one is there and the other is not, no key leads to them.
    cache.set_note(_KEY, b"")
    cache.set_note(_NOTE, msgspec.msgpack.encode(blueprint))
    cache.set_note(_VIEWS, msgspec.msgpack.encode([job.view for job in jobs]))
    cache.set_note(_KEY, key)


class Drawing:
    """Draws outputs: the last parts of a blueprint."""

    def __init__(self) -> None:
        self.shared: list[tuple[bytes, bytes, bytes]] = []
        self.pieces: dict[int, tuple[int, bytes, list[int]]] = {}
        self.outputs: list[tuple[str, int, list[int]]] = []
        self._places: dict[bytes, int] = {}
        self._encoders: dict[str, int] = {}

    @property
    def encoders(self) -> list[str]:
        """The names of the encoders, by their places."""
        return list(self._encoders)

    def add(self, job: Job) -> None:
        """Draw an output."""
        needs = [self._place(one) for one in job.needs]
        self.outputs.append((job.name, self._encoder(job.encoder), needs))

    def _encoder(self, encoder: Callable[..., bytes]) -> int:
        return self._encoders.setdefault(codec.name_of(encoder), len(self._encoders))

    def _place(self, one: Shared[Any]) -> int:
        place = self._places.get(one.name)
        if place is not None:
            return place
        source, value = one.source, b""
        if isinstance(source, Piece):
            needs = [self._place(other) for other in source.needs]
            piece = self._encoder(source.encoder), source.view, needs
            self.pieces[len(self.shared)] = piece
        elif source is not None:
            value = codec.encode(source)
        self._places[one.name] = len(self.shared)
        self.shared.append((one.name, one.digest, value))
        return self._places[one.name]


def jobs_of(
    blueprint: Blueprint, cache: Cache, changed: Mapping[bytes, Shared[Any]]
) -> Iterator[Job]:
    """Yield the jobs for a blueprint's outputs; ``changed`` are other values, by name."""
    shared: list[Shared[Any]] = [
        changed.get(name) or Shared(digest, msgspec.Raw(value) if value else None, name)
        for name, digest, value in blueprint.shared
    ]
    encoders = [codec.encoder_named(name) for name in blueprint.encoders]
    for place, (encoder, view, needs) in blueprint.pieces.items():
        piece = Piece(encoders[encoder], view, tuple([shared[need] for need in needs]))
        one = shared[place]
        if any(need.name in changed for need in piece.needs):
            shared[place] = codec.shared_piece(one.name, piece)
        else:
            shared[place] = Shared(one.digest, piece, one.name)
    views = _LIST.decode(cache.note(_VIEWS) or b"")
    for (path, encoder, needs), view in zip(blueprint.outputs, views, strict=True):
        yield Job(path, encoders[encoder], view, tuple([shared[place] for place in needs]))
