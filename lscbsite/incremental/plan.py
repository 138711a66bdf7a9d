"""The saved plan: which artifacts there are, and which of them a change makes dirty."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Set
from typing import Any

import msgspec
from msgspec.structs import replace

from lscbsite.incremental import artifacts as tables
from lscbsite.incremental.artifacts import StoredArtifact, StoredInput, StoredView
from lscbsite.incremental.serialization import (
    compute_fingerprint,
    encode,
    encode_with_inputs,
    get_renderer_name,
)
from lscbsite.incremental.state import BuildSummary, get_today
from lscbsite.incremental.store import Store
from lscbsite.model import Artifact, Input, ParsedFile, PublishedOverrides
from lscbsite.problems import Problem

_PLAN_KEY, _REPORTS_KEY = "plan", "planned reports"


class Plan(msgspec.Struct, frozen=True, array_like=True):
    """What indexing, linting and planning returned.

    ``inputs`` is the digest of all that a build depends on but the day (ISO 8601), ``relations`` of
    what indexing, linting and planning depend on: all but the text of reports. ``problems`` are
    those found in these steps; ``file_digests`` are the digests of the files that they are in, by
    path, as problems have positions. ``base_digest`` is part of every fingerprint.

    ``artifacts`` is the digest of the artifacts in the store, ``edges`` the number of the edges and
    a checksum.
    """

    inputs: bytes
    today: str
    timezone: str
    relations: bytes
    base_digest: bytes
    summary: BuildSummary
    problems: tuple[Problem, ...]
    file_digests: dict[str, bytes]
    artifacts: bytes = b""
    edges: tuple[int, int] = (0, 0)

    def is_current(self, inputs: bytes, today: dt.date | None) -> bool:
        """Whether it is the plan for these inputs on a day (None: today where the site is)."""
        day = today or get_today(self.timezone)
        return inputs == self.inputs and self.today == day.isoformat()

    def has_relations(self, relations: bytes, files: Mapping[str, ParsedFile]) -> bool:
        """Whether at most texts changed, and the positions of its problems are still right."""
        return self.relations == relations and all(
            files[path].digest == digest for path, digest in self.file_digests.items()
        )


class PlannedReports(msgspec.Struct, frozen=True, array_like=True):
    """The reports that the plan shows, by path.

    ``view_digests`` are as in ``LinkedReport``; ``overrides`` say how readers see the reports that
    are not shown as their files are.
    """

    view_digests: dict[str, bytes]
    overrides: dict[str, PublishedOverrides]


_PLAN = msgspec.msgpack.Decoder(Plan)
_REPORTS = msgspec.msgpack.Decoder(PlannedReports)


def load_plan(store: Store) -> Plan | None:
    """Return the plan of the last build, if there is one."""
    data = store.get_metadata(_PLAN_KEY)
    return _PLAN.decode(data) if data else None


def load_planned_reports(store: Store) -> PlannedReports:
    """Return the reports of the plan."""
    data = store.get_metadata(_REPORTS_KEY)
    if data is None:
        raise store.report_damage()
    return _REPORTS.decode(data)


def load_artifacts(store: Store, digest: bytes) -> dict[int, StoredArtifact]:
    """Return the artifacts in the store, which must have this digest, by id."""
    artifacts = tables.list_artifacts(store)
    if tables.digest_artifacts(artifacts) != digest:
        raise store.report_damage()
    return artifacts


class PlanUpdate:
    """Turns the stored artifacts into those of a new plan; use it within ``all_or_nothing``.

    Artifacts that use a changed input get a new fingerprint; groups that are not planned again
    otherwise stay as they are. ``artifacts`` are all artifacts, by id; ``edges`` are as in ``Plan``.
    """

    def __init__(self, store: Store, plan: Plan | None, base_digest: bytes) -> None:
        """Begin with the artifacts of the last plan, or with none."""
        self._store = store
        self._base_digest = base_digest
        self._same_base = plan is not None and plan.base_digest == base_digest
        self.artifacts: dict[int, StoredArtifact] = {}
        self.edges = 0, 0
        if plan is None:
            tables.clear(store)
        else:
            self.artifacts = load_artifacts(store, plan.artifacts)
            if tables.sum_edges(store) != plan.edges:
                raise store.report_damage()
            self.edges = plan.edges
        self._next_id = max(self.artifacts, default=0) + 1
        self._next_input = 1
        self._old = frozenset(self.artifacts)
        self._replaced: set[int] = set()
        # Inputs whose digest changed, by id; those that a new artifact has used, by name.
        self._changed: set[int] = set()
        self._used: dict[bytes, tuple[int, bytes]] = {}
        self._known: dict[bytes, tuple[int, StoredInput]] | None = None
        self._views: list[tuple[int, StoredView]] = []
        self._inputs: list[tuple[int, StoredInput]] = []

    def list_groups(self) -> dict[bytes, list[str]]:
        """Return the paths of the artifacts of each group, by its key."""
        groups: dict[bytes, list[str]] = {}
        for path, group, _ in self.artifacts.values():
            groups.setdefault(group, []).append(path)
        return groups

    def change_inputs(self, digests: Mapping[bytes, bytes]) -> None:
        """Give inputs new digests, by their names."""
        inputs = tables.find_inputs(self._store, digests)
        tables.set_inputs(
            self._store,
            [(id_, value._replace(digest=digests[value.name])) for id_, value in inputs.items()],
        )
        self._changed.update(inputs)

    def add_group(self, group: bytes, artifacts: Iterable[Artifact]) -> None:
        """Add the artifacts of a group, which replace those that it had."""
        if self._known is None:
            inputs = tables.list_inputs(self._store)
            self._known = {value.name: (id_, value) for id_, value in inputs.items()}
            self._next_input = max(inputs, default=0) + 1
        self._replaced.update(id_ for id_ in self._old if self.artifacts[id_].group == group)
        first = self._next_id
        for artifact in artifacts:
            self._add_artifact(artifact, group)
        added = range(first, self._next_id)
        tables.set_artifacts(self._store, [(id_, self.artifacts[id_]) for id_ in added])
        tables.add_views(self._store, self._views)
        tables.set_inputs(self._store, self._inputs)
        self._views, self._inputs = [], []

    def finish(self, groups: Collection[bytes]) -> None:
        """Drop all groups but some, and give the artifacts with changed inputs new fingerprints."""
        gone = [
            id_
            for id_ in self._old
            if id_ in self._replaced or self.artifacts[id_].group not in groups
        ]
        if gone or self._next_id > max(self._old, default=0) + 1:
            tables.drop_artifacts(self._store, gone)
            self.edges = tables.sum_edges(self._store)
        for id_ in gone:
            del self.artifacts[id_]
        users = tables.find_users(self._store, self._changed)
        self._refresh(users if self._same_base else users | self._old.difference(gone))

    def _add_artifact(self, artifact: Artifact, group: bytes) -> tuple[int, bytes]:
        view, inputs = encode_with_inputs(artifact.view)
        used = [self._add_input(value, group) for value in inputs.values()]
        renderer = get_renderer_name(artifact.renderer)
        digests = [digest for _, digest in used]
        fingerprint = compute_fingerprint(renderer, view, digests, self._base_digest)
        id_ = self._next_id
        self._next_id += 1
        self.artifacts[id_] = StoredArtifact(artifact.path, group, fingerprint)
        self._views.append((id_, StoredView(renderer, view, [input_ for input_, _ in used])))
        return id_, fingerprint

    def _add_input(self, value: Input[Any], group: bytes) -> tuple[int, bytes]:
        """Return the id and the digest of an input of an artifact in ``group``."""
        if value.name in self._used:
            return self._used[value.name]
        # First the fragment, as its own inputs take ids.
        fragment, fingerprint = 0, value.digest
        if isinstance(value.source, Artifact):
            fragment, fingerprint = self._add_artifact(value.source, group)
        assert self._known is not None
        id_, known = self._known.get(value.name, (self._next_input, None))
        if fragment:
            stored = StoredInput(value.name, fingerprint, b"", fragment)
        elif known and known.digest == value.digest:
            stored = known
        else:
            encoded = b"" if value.source is None else encode(value.source)
            stored = StoredInput(value.name, value.digest, encoded)
        if stored != known:
            self._next_input += known is None
            self._inputs.append((id_, stored))
            self._known[value.name] = id_, stored
            if known and known.digest != stored.digest:
                self._changed.add(id_)
        self._used[value.name] = id_, stored.digest
        return self._used[value.name]

    def _refresh(self, dirty: Set[int]) -> None:
        """Compute the fingerprints of some artifacts again."""
        fragments = {id_ for id_ in dirty if not self.artifacts[id_].path}
        outputs = set(dirty - fragments)
        if fragments:
            self._compute_fingerprints(fragments)
            inputs = {
                id_: value._replace(digest=self.artifacts[value.artifact].fingerprint)
                for id_, value in tables.list_inputs(self._store).items()
                if value.artifact in fragments
            }
            tables.set_inputs(self._store, inputs.items())
            outputs |= tables.find_users(self._store, inputs)
        self._compute_fingerprints(outputs)

    def _compute_fingerprints(self, ids: Set[int]) -> None:
        views = [(id_, tables.get_view(self._store, id_)) for id_ in ids]
        inputs = tables.load_inputs(self._store, {key for _, view in views for key in view.inputs})
        for id_, (renderer, view, keys) in views:
            digests = [inputs[key].digest for key in keys]
            fingerprint = compute_fingerprint(renderer, view, digests, self._base_digest)
            self.artifacts[id_] = self.artifacts[id_]._replace(fingerprint=fingerprint)
        tables.set_artifacts(self._store, [(id_, self.artifacts[id_]) for id_ in ids])


def save_plan(store: Store, plan: Plan, reports: PlannedReports, update: PlanUpdate) -> Plan:
    """Save a plan, whose artifacts an update has brought into the store, and return it."""
    digest = tables.digest_artifacts(update.artifacts)
    plan = replace(plan, artifacts=digest, edges=update.edges)
    store.set_metadata(_REPORTS_KEY, msgspec.msgpack.encode(reports))
    store.set_metadata(_PLAN_KEY, msgspec.msgpack.encode(plan))
    return plan
