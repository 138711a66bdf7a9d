"""What was planned, kept: files that differ in nothing but their texts are planned as before."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from lscbsite import codec
from lscbsite.cache import Cache
from lscbsite.model import Entry, Piece, Shared, Withheld
from lscbsite.problems import Problem
from lscbsite.render import Job

_KEY, _NOTE, _VIEWS = "blueprint of", "blueprint", "views of the blueprint"

# To the references of a body: addresses, and names.
Answers = tuple[tuple[str | None, ...], tuple[str, ...]]


class Blueprint(msgspec.Struct, frozen=True, array_like=True):
    """What the stages from linking to planning gave.

    ``problems`` are those that they found; ``told_of`` has what the files that these are about
    gave then (``own``), by path, because the places told depend on it. ``own`` has the same of
    all files, ``answers`` those to the references in reports. ``shared`` are the names and digests
    of the values in views, with the value, encoded, where the name does not tell it. Of each
    output there is its path, and by their places its encoder and what its view needs.
    """

    reports: int
    pages: int
    withheld: tuple[Withheld, ...]
    problems: tuple[Problem, ...]
    told_of: dict[str, bytes]
    own: dict[str, bytes]
    answers: dict[str, Answers]
    shared: list[tuple[bytes, bytes, bytes]]
    encoders: list[str]
    outputs: list[tuple[str, int, list[int]]]


_DECODER = msgspec.msgpack.Decoder(Blueprint)
_LIST = msgspec.msgpack.Decoder(list[bytes])


def kept(cache: Cache, key: bytes, entries: Mapping[str, Entry]) -> Blueprint | None:
    """Return the last blueprint if it is the one for ``key``, and still tells true places."""
    if cache.note(_KEY) != key:
        return None
    blueprint = _DECODER.decode(cache.note(_NOTE) or b"")
    same = all(entries[path].own == own for path, own in blueprint.told_of.items())
    return blueprint if same else None


def keep(cache: Cache, key: bytes, blueprint: Blueprint, jobs: Iterable[Job]) -> None:
    """Keep a blueprint, with the views of its outputs."""
    # While one is there and the other is not, no key leads to them.
    cache.set_note(_KEY, b"")
    cache.set_note(_NOTE, msgspec.msgpack.encode(blueprint))
    cache.set_note(_VIEWS, msgspec.msgpack.encode([job.view for job in jobs]))
    cache.set_note(_KEY, key)


def drawn(
    jobs: Iterable[Job],
) -> tuple[list[tuple[bytes, bytes, bytes]], list[str], list[tuple[str, int, list[int]]]]:
    """Return the last three parts of a blueprint for the outputs of some jobs."""
    places: dict[bytes, int] = {}
    shared: list[tuple[bytes, bytes, bytes]] = []
    encoders: dict[str, int] = {}
    outputs = []
    for job in jobs:
        needs = []
        for one in job.needs:
            place = places.setdefault(one.name, len(shared))
            if place == len(shared):
                shared.append((one.name, one.digest, _encoded(one)))
            needs.append(place)
        encoder = encoders.setdefault(codec.name_of(job.encoder), len(encoders))
        outputs.append((job.name, encoder, needs))
    return shared, list(encoders), outputs


def _encoded(one: Shared[Any]) -> bytes:
    if one.name != one.digest or isinstance(one.source, Piece):
        return b""
    return codec.encode(one.source)


def jobs_of(
    blueprint: Blueprint, cache: Cache, changed: Mapping[bytes, Shared[Any]]
) -> Iterator[Job]:
    """Yield the jobs for a blueprint's outputs; ``changed`` are other values, by name."""
    shared = [
        changed.get(name) or Shared(digest, msgspec.Raw(value) if value else None, name)
        for name, digest, value in blueprint.shared
    ]
    encoders = [codec.encoder_named(name) for name in blueprint.encoders]
    views = _LIST.decode(cache.note(_VIEWS) or b"")
    for (path, encoder, needs), view in zip(blueprint.outputs, views, strict=True):
        yield Job(path, encoders[encoder], view, tuple([shared[place] for place in needs]))
