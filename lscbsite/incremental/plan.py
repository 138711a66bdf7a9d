"""The cached plan; only groups that can differ from last time are planned again."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from typing import Any, NamedTuple

import msgspec

from lscbsite.incremental import serialization
from lscbsite.incremental.serialization import compute_fingerprint
from lscbsite.incremental.state import is_output_path
from lscbsite.incremental.store import Store
from lscbsite.model import Artifact, Fragment, Input, ParsedFile, PublishedOverrides, WithheldReport
from lscbsite.problems import Problem

_PLAN_KEY = "plan"


class RenderJob(NamedTuple):
    """Something to be rendered: its renderer, its encoded view, the inputs in that.

    ``name`` is the artifact's path, or the digest of a fragment.
    """

    name: Any
    renderer: Callable[..., bytes]
    view: bytes
    inputs: tuple[Input[Any], ...]


class Plan(msgspec.Struct, frozen=True, array_like=True):
    """What indexing, linting and planning returned.

    ``key`` is the digest of all that these depend on, but the contents of reports that are not in
    their metadata. ``problems`` are those that they found; ``file_digests`` has the digests of the
    files that these are about, by path, because problems have places. ``view_digests`` are those of
    the visible reports (``LinkedReport``), by path; ``overrides`` say how readers see those that
    are not as their files say. ``base_digest`` is the one that all fingerprints contain.
    """

    key: bytes
    base_digest: bytes
    reports: int
    pages: int
    withheld: tuple[WithheldReport, ...]
    problems: tuple[Problem, ...]
    file_digests: dict[str, bytes]
    view_digests: dict[str, bytes]
    overrides: dict[str, PublishedOverrides]

    def is_of(self, key: bytes, files: Mapping[str, ParsedFile]) -> bool:
        """Whether it is the plan for ``key``, and the places of its problems are still right."""
        return self.key == key and all(
            files[path].digest == digest for path, digest in self.file_digests.items()
        )


class PlanGroup(NamedTuple):
    """Artifacts that were planned together: their paths and fingerprints; the store has the rest.

    ``inputs`` are the names of all inputs in their views.
    """

    paths: list[str]
    fingerprints: list[bytes]
    inputs: set[bytes]


class Rebase(NamedTuple):
    """What makes fingerprints new: the digests of changed inputs, by name, and the base digest."""

    changed: Mapping[bytes, bytes]
    old_base: bytes
    new_base: bytes


class _GroupDetails(msgspec.Struct, frozen=True, array_like=True):
    """What else the store has of a group. Numbers are places in the lists.

    ``inputs`` are the names and digests of the inputs in views, with the value, encoded, where the
    name does not say where it is. ``fragments`` are those among them that are rendered apart, by
    their places: renderer, view, and the inputs of that. ``views`` come with their inputs;
    ``artifacts`` are the renderer and the view of each, in the order of the paths.
    """

    renderers: list[str]
    inputs: list[tuple[bytes, bytes, bytes]]
    fragments: dict[int, tuple[int, bytes, list[int]]]
    views: list[tuple[bytes, list[int]]]
    artifacts: list[tuple[int, int]]


_PLAN = msgspec.msgpack.Decoder(Plan)
_GROUP = msgspec.msgpack.Decoder(tuple[list[str], list[bytes], set[bytes]])
_DETAILS = msgspec.msgpack.Decoder(_GroupDetails)


def load_plan(store: Store) -> Plan | None:
    """Return the last plan, if there is one."""
    data = store.get_metadata(_PLAN_KEY)
    return _PLAN.decode(data) if data else None


def load_groups(store: Store) -> dict[bytes, PlanGroup]:
    """Return the groups of the last plan by key."""
    groups = {key: PlanGroup(*_GROUP.decode(head)) for key, head in store.list_groups()}
    if not all(is_output_path(path) for group in groups.values() for path in group.paths):
        raise store.damaged()
    return groups


def invalidate_plan(store: Store) -> None:
    """Forget the plan before its groups change: while they do, nothing must lead to them."""
    store.set_metadata(_PLAN_KEY, b"")


def save_plan(store: Store, plan: Plan, keys: Collection[bytes]) -> None:
    """Save a plan, whose groups are in the store already; drop all groups but those with ``keys``."""
    store.keep_groups(keys)
    store.set_metadata(_PLAN_KEY, msgspec.msgpack.encode(plan))


def build_group(
    key: bytes, artifacts: Iterable[Artifact], store: Store, base_digest: bytes
) -> PlanGroup:
    """Save the group of some artifacts, and return it."""
    builder = _GroupBuilder(base_digest)
    for artifact in artifacts:
        builder.add(artifact)
    return _save_group(key, *builder.build(), store)


def _save_group(key: bytes, group: PlanGroup, details: _GroupDetails, store: Store) -> PlanGroup:
    encode = msgspec.msgpack.encode
    # A set has an order of its own in each process; what is stored has none.
    head = (group.paths, group.fingerprints, sorted(group.inputs))
    store.add_group(key, encode(head), encode(details))
    return group


class _GroupBuilder:
    """Collects artifacts; each view, renderer and input is listed once."""

    def __init__(self, base_digest: bytes) -> None:
        self._base_digest = base_digest
        self._paths: list[str] = []
        self._fingerprints: list[bytes] = []
        self._renderers: dict[str, int] = {}
        self._inputs: list[tuple[bytes, bytes, bytes]] = []
        self._fragments: dict[int, tuple[int, bytes, list[int]]] = {}
        self._views: list[tuple[bytes, list[int]]] = []
        self._artifacts: list[tuple[int, int]] = []
        self._places: dict[bytes, int] = {}
        self._last: tuple[Any, list[bytes]] = None, []

    def add(self, artifact: Artifact) -> None:
        """Add an artifact."""
        # The formats of a feed have one view.
        if not self._views or artifact.view is not self._last[0]:
            view, inputs = serialization.encode_with_inputs(artifact.view)
            self._views.append((view, [self._add_input(value) for value in inputs.values()]))
            self._last = artifact.view, [value.digest for value in inputs.values()]
        view, _ = self._views[-1]
        name = serialization.get_renderer_name(artifact.encoder)
        self._paths.append(artifact.path)
        fingerprint = compute_fingerprint(name, view, self._last[1], self._base_digest)
        self._fingerprints.append(fingerprint)
        self._artifacts.append((self._add_renderer(name), len(self._views) - 1))

    def build(self) -> tuple[PlanGroup, _GroupDetails]:
        """Return the group, and what else the store has of it."""
        details = _GroupDetails(
            list(self._renderers), self._inputs, self._fragments, self._views, self._artifacts
        )
        return PlanGroup(self._paths, self._fingerprints, set(self._places)), details

    def _add_renderer(self, name: str) -> int:
        return self._renderers.setdefault(name, len(self._renderers))

    def _add_input(self, value: Input[Any]) -> int:
        place = self._places.get(value.name)
        if place is not None:
            return place
        source, encoded = value.source, b""
        if isinstance(source, Fragment):
            inputs = [self._add_input(needed) for needed in source.needs]
            renderer = self._add_renderer(serialization.get_renderer_name(source.encoder))
            self._fragments[len(self._inputs)] = renderer, source.view, inputs
        elif source is not None:
            encoded = serialization.encode(source)
        self._places[value.name] = len(self._inputs)
        self._inputs.append((value.name, value.digest, encoded))
        return self._places[value.name]


def refresh_fingerprints(key: bytes, group: PlanGroup, store: Store, rebase: Rebase) -> PlanGroup:
    """Return a group with the fingerprints that changed inputs and the base digest give it.

    It is the same group if none of its inputs changed.
    """
    same_base = rebase.old_base == rebase.new_base
    if same_base and group.inputs.isdisjoint(rebase.changed):
        return group
    details = _DETAILS.decode(store.get_group(key))
    changed = rebase.changed
    inputs = [(name, changed.get(name, digest), value) for name, digest, value in details.inputs]
    dirty = {place for place, (name, _, _) in enumerate(inputs) if name in changed}
    for place, (renderer, view, needed) in details.fragments.items():
        if not dirty.isdisjoint(needed):
            name, _, value = inputs[place]
            digests = [inputs[number][1] for number in needed]
            fingerprint = compute_fingerprint(details.renderers[renderer], view, digests)
            inputs[place] = name, fingerprint, value
            dirty.add(place)
    fingerprints = []
    for old, (renderer, number) in zip(group.fingerprints, details.artifacts, strict=True):
        view, needed = details.views[number]
        if same_base and dirty.isdisjoint(needed):
            fingerprints.append(old)
            continue
        digests = [inputs[place][1] for place in needed]
        fingerprints.append(
            compute_fingerprint(details.renderers[renderer], view, digests, rebase.new_base)
        )
    details = msgspec.structs.replace(details, inputs=inputs)
    return _save_group(key, group._replace(fingerprints=fingerprints), details, store)


def list_jobs(key: bytes, group: PlanGroup, store: Store, wanted: Set[str]) -> Iterator[RenderJob]:
    """Yield the jobs for those of a group's artifacts whose paths are ``wanted``."""
    if wanted.isdisjoint(group.paths):
        return
    details = _DETAILS.decode(store.get_group(key))
    inputs: list[Input[Any]] = []
    for place, (name, digest, value) in enumerate(details.inputs):
        source: Any = msgspec.Raw(value) if value else None
        if place in details.fragments:
            number, view, needed = details.fragments[place]
            renderer = serialization.find_renderer(details.renderers[number])
            source = Fragment(renderer, view, tuple([inputs[need] for need in needed]))
        inputs.append(Input(digest, source, name))
    for path, (number, view_number) in zip(group.paths, details.artifacts, strict=True):
        if path in wanted:
            view, needed = details.views[view_number]
            renderer = serialization.find_renderer(details.renderers[number])
            yield RenderJob(path, renderer, view, tuple([inputs[need] for need in needed]))
