"""What was planned, kept: only what can have become another is planned anew."""

import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from typing import Any, NamedTuple

import msgspec

from lscbsite.incremental import serialization
from lscbsite.incremental.serialization import compute_fingerprint
from lscbsite.incremental.state import is_output_path
from lscbsite.incremental.store import Store
from lscbsite.model import Artifact, Fragment, Input, ParsedFile, PublishedOverrides, WithheldReport
from lscbsite.problems import Problem

_NOTE = "blueprint"
# Of more values, it is not looked where they stand.
_FEW = 64


class RenderJob(NamedTuple):
    """Something to be encoded: its encoder, its encoded view, the shared values in that.

    ``name`` is the output's path, or the digest of a piece.
    """

    name: Any
    encoder: Callable[..., bytes]
    view: bytes
    needs: tuple[Input[Any], ...]


class Plan(msgspec.Struct, frozen=True, array_like=True):
    """What the stages from linking to planning gave, with the program that they are part of.

    ``key`` is the digest of all that it depends on, but the contents of reports that no outline has.
    ``problems`` are those that they found; ``told_of`` has the digests of the files that these are
    about, by path, because the places told depend on them. ``forms`` has the digests of the visible
    reports' forms (``LinkedReport``), by path; ``shown`` how readers see those that are not as their
    files say. ``ground`` is that of the sheets' fingerprints.
    """

    program: bytes
    key: bytes
    ground: bytes
    reports: int
    pages: int
    withheld: tuple[WithheldReport, ...]
    problems: tuple[Problem, ...]
    told_of: dict[str, bytes]
    forms: dict[str, bytes]
    shown: dict[str, PublishedOverrides]

    def is_of(self, key: bytes, entries: Mapping[str, ParsedFile]) -> bool:
        """Whether it is the one for ``key``, and still tells true places."""
        return self.key == key and all(
            entries[path].digest == file for path, file in self.told_of.items()
        )


class PlanGroup(NamedTuple):
    """A block as it was planned: paths and fingerprints of its outputs; the cache has the rest.

    ``names`` tell which values it can hold (``_hash_name`` of each).
    """

    paths: list[str]
    prints: list[bytes]
    names: bytes


class _GroupDetails(msgspec.Struct, frozen=True, array_like=True):
    """What else a sheet has.

    ``shared`` are the names and digests of the values in views, with the value, encoded, where the
    name does not tell where it is; ``pieces`` are those among them that are made for themselves,
    by their places there. Of a piece there are by their places the encoder, the view, and by their
    places what that needs. ``views`` are those of outputs, each with what it needs; ``outputs``
    have, in their order, the places of encoder and view.
    """

    encoders: list[str]
    shared: list[tuple[bytes, bytes, bytes]]
    pieces: dict[int, tuple[int, bytes, list[int]]]
    views: list[tuple[bytes, list[int]]]
    outputs: list[tuple[int, int]]


_BLUEPRINT = msgspec.msgpack.Decoder(Plan)
_HEAD = msgspec.msgpack.Decoder(tuple[list[str], list[bytes], bytes])
_REST = msgspec.msgpack.Decoder(_GroupDetails)


def load_plan(cache: Store, program: bytes) -> Plan | None:
    """Return the last blueprint, if it is one by this program."""
    note = cache.note(_NOTE)
    blueprint = _BLUEPRINT.decode(note) if note else None
    return blueprint if blueprint and blueprint.program == program else None


def load_groups(cache: Store) -> dict[bytes, PlanGroup]:
    """Return the sheets of the last blueprint, by the keys of their blocks."""
    sheets = {block: PlanGroup(*_HEAD.decode(head)) for block, head in cache.sheets()}
    if not all(is_output_path(path) for sheet in sheets.values() for path in sheet.paths):
        raise cache.damaged()
    return sheets


def invalidate_plan(cache: Store) -> None:
    """Forget the blueprint before its sheets change: while they do, nothing leads to them."""
    cache.set_note(_NOTE, b"")


def save_plan(cache: Store, blueprint: Plan, blocks: Collection[bytes]) -> None:
    """Keep a blueprint, whose sheets are kept already, and of the sheets those of its blocks."""
    cache.keep_sheets(blocks)
    cache.set_note(_NOTE, msgspec.msgpack.encode(blueprint))


def build_group(
    block: bytes, outputs: Iterable[Artifact], cache: Store, ground: bytes
) -> PlanGroup:
    """Make and keep the sheet of a block with some outputs."""
    drawing = _GroupBuilder(ground)
    for output in outputs:
        drawing.add(output)
    sheet, rest = drawing.sheet()
    return _save_group(block, sheet, rest, cache)


def _save_group(block: bytes, sheet: PlanGroup, rest: _GroupDetails, cache: Store) -> PlanGroup:
    encode = msgspec.msgpack.encode
    cache.add_sheet(block, encode(sheet), encode(rest))
    return sheet


class _GroupBuilder:
    """Draws outputs on a sheet."""

    def __init__(self, ground: bytes) -> None:
        self._ground = ground
        self._paths: list[str] = []
        self._prints: list[bytes] = []
        self._encoders: dict[str, int] = {}
        self._shared: list[tuple[bytes, bytes, bytes]] = []
        self._pieces: dict[int, tuple[int, bytes, list[int]]] = {}
        self._views: list[tuple[bytes, list[int]]] = []
        self._outputs: list[tuple[int, int]] = []
        self._places: dict[bytes, int] = {}
        self._last: tuple[Any, list[bytes]] = None, []

    def add(self, output: Artifact) -> None:
        """Draw an output."""
        # The formats of a feed have one view.
        if not self._views or output.view is not self._last[0]:
            view, found = serialization.encode_with_inputs(output.view)
            self._views.append((view, [self._place(one) for one in found.values()]))
            self._last = output.view, [one.digest for one in found.values()]
        view, _ = self._views[-1]
        name = serialization.get_renderer_name(output.encoder)
        self._paths.append(output.path)
        self._prints.append(compute_fingerprint(name, view, self._last[1], self._ground))
        self._outputs.append((self._encoder(name), len(self._views) - 1))

    def sheet(self) -> tuple[PlanGroup, _GroupDetails]:
        """Return the sheet and the rest of it."""
        names = b"".join([_hash_name(name) for name in self._places])
        encoders = list(self._encoders)
        rest = _GroupDetails(encoders, self._shared, self._pieces, self._views, self._outputs)
        return PlanGroup(self._paths, self._prints, names), rest

    def _encoder(self, name: str) -> int:
        return self._encoders.setdefault(name, len(self._encoders))

    def _place(self, one: Input[Any]) -> int:
        place = self._places.get(one.name)
        if place is not None:
            return place
        source, value = one.source, b""
        if isinstance(source, Fragment):
            needs = [self._place(other) for other in source.needs]
            encoder = self._encoder(serialization.get_renderer_name(source.encoder))
            self._pieces[len(self._shared)] = encoder, source.view, needs
        elif source is not None:
            value = serialization.encode(source)
        self._places[one.name] = len(self._shared)
        self._shared.append((one.name, one.digest, value))
        return self._places[one.name]


def _hash_name(name: bytes) -> bytes:
    """Return what a name is looked for by; others can have the same."""
    return zlib.crc32(name).to_bytes(4)


def refresh_fingerprints(
    block: bytes,
    sheet: PlanGroup,
    cache: Store,
    changed: Mapping[bytes, bytes],
    before: bytes,
    ground: bytes,
) -> PlanGroup:
    """Give a kept sheet the digests of ``changed`` values, and another ground.

    ``changed`` are by name; ``before`` is the ground that it is on. It is the same sheet if nothing
    changes.
    """
    same_ground = before == ground
    few = len(changed) <= _FEW
    if same_ground and few and not any(_hash_name(name) in sheet.names for name in changed):
        return sheet
    rest = _REST.decode(cache.sheet(block))
    shared = [(name, changed.get(name, own), value) for name, own, value in rest.shared]
    others = {place for place, (name, _, _) in enumerate(shared) if name in changed}
    for place, (encoder, view, needs) in rest.pieces.items():
        if not others.isdisjoint(needs):
            name, _, value = shared[place]
            digests = [shared[need][1] for need in needs]
            shared[place] = name, compute_fingerprint(rest.encoders[encoder], view, digests), value
            others.add(place)
    if not others and same_ground:
        return sheet
    prints = []
    for own, (encoder, at) in zip(sheet.prints, rest.outputs, strict=True):
        view, needs = rest.views[at]
        if not same_ground or not others.isdisjoint(needs):
            digests = [shared[need][1] for need in needs]
            prints.append(compute_fingerprint(rest.encoders[encoder], view, digests, ground))
        else:
            prints.append(own)
    rest = msgspec.structs.replace(rest, shared=shared)
    return _save_group(block, sheet._replace(prints=prints), rest, cache)


def list_jobs(
    block: bytes, sheet: PlanGroup, cache: Store, wanted: Set[str]
) -> Iterator[RenderJob]:
    """Yield the jobs for those of a kept sheet's outputs whose paths are ``wanted``."""
    if wanted.isdisjoint(sheet.paths):
        return
    rest = _REST.decode(cache.sheet(block))
    shared: list[Input[Any]] = []
    for place, (name, own, value) in enumerate(rest.shared):
        source: Any = msgspec.Raw(value) if value else None
        if place in rest.pieces:
            encoder, view, needs = rest.pieces[place]
            needed = tuple([shared[need] for need in needs])
            source = Fragment(serialization.find_renderer(rest.encoders[encoder]), view, needed)
        shared.append(Input(own, source, name))
    for path, (encoder, at) in zip(sheet.paths, rest.outputs, strict=True):
        if path in wanted:
            view, needs = rest.views[at]
            function: Callable[..., bytes] = serialization.find_renderer(rest.encoders[encoder])
            yield RenderJob(path, function, view, tuple([shared[need] for need in needs]))
