"""The artifacts of the plan and their inputs, as tables of the store.

Each artifact has a row in ``artifacts`` and one in ``views``, each input one in ``inputs``, and
``edges`` says which artifact uses which input.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from lscbsite.incremental.database import compute_checksum
from lscbsite.incremental.fingerprint import digest_values
from lscbsite.incremental.state import is_output_path
from lscbsite.incremental.store import Store

# SQLite takes this many values in one statement everywhere.
_BATCH = 900


class StoredArtifact(NamedTuple):
    """An artifact of the plan; ``path`` is '' for a fragment, which is an input of artifacts."""

    path: str
    group: bytes
    fingerprint: bytes


class StoredView(NamedTuple):
    """What an artifact is rendered from: the renderer's name, the encoded view, its inputs' ids."""

    renderer: str
    view: bytes
    inputs: list[int]


class StoredInput(NamedTuple):
    """An input: its encoded value, where its name is not enough to load it.

    ``artifact`` is the id of the fragment whose bytes it is, 0 for other inputs.
    """

    name: bytes
    digest: bytes
    value: bytes
    artifact: int = 0


class LoadedView(NamedTuple):
    """What the artifact at a path is rendered from, with its inputs themselves."""

    path: str
    renderer: str
    view: bytes
    inputs: list[StoredInput]


_VIEW = msgspec.msgpack.Decoder(tuple[str, bytes, list[int]])


def clear(store: Store) -> None:
    """Delete all artifacts, their views and inputs."""
    store.clear(("artifacts", "views", "inputs", "edges"))


def list_artifacts(store: Store) -> dict[int, StoredArtifact]:
    """Return all artifacts by id."""
    artifacts = {}
    rows = store.select("SELECT id, path, plan_group, fingerprint FROM artifacts")
    for id_, path, group, fingerprint in rows:
        if not isinstance(path, str) or (path and not is_output_path(path)):
            raise store.report_damage()
        artifacts[id_] = StoredArtifact(path, group, fingerprint)
    return artifacts


def digest_artifacts(artifacts: Mapping[int, StoredArtifact]) -> bytes:
    """Return the digest of artifacts by id."""
    return digest_values(sorted(artifacts.items()))


def set_artifacts(store: Store, artifacts: Iterable[tuple[int, StoredArtifact]]) -> None:
    """Add or replace artifacts."""
    rows = ((id_, *artifact) for id_, artifact in artifacts)
    store.execute_many("INSERT OR REPLACE INTO artifacts VALUES (?, ?, ?, ?)", rows)


def drop_artifacts(store: Store, ids: Collection[int]) -> None:
    """Delete artifacts, their views, and the inputs that no other artifact uses."""
    edges = [(input_, id_) for id_ in ids for input_ in get_view(store, id_).inputs]
    store.execute_many("DELETE FROM edges WHERE input = ? AND artifact = ?", edges)
    for table in ("artifacts", "views"):
        store.drop(table, "id", ids)
    unused = "DELETE FROM inputs WHERE id = ? AND NOT EXISTS (SELECT 1 FROM edges WHERE input = ?)"
    store.execute_many(unused, ((input_, input_) for input_ in {input_ for input_, _ in edges}))


def get_view(store: Store, id_: int) -> StoredView:
    """Return what an artifact is rendered from."""
    return StoredView(*_VIEW.decode(store.get_value("views", "id", id_)))


def load_views(store: Store, paths: Iterable[str]) -> Iterator[LoadedView]:
    """Yield what the artifacts at some paths are rendered from, where there are any."""
    for path in paths:
        for (id_,) in store.select("SELECT id FROM artifacts WHERE path = ?", path):
            renderer, view, inputs = get_view(store, id_)
            yield LoadedView(path, renderer, view, list(load_inputs(store, inputs).values()))


def add_views(store: Store, views: Iterable[tuple[int, StoredView]]) -> None:
    """Add what artifacts are rendered from, with the edges to their inputs."""
    rows, edges = [], []
    for id_, view in views:
        value = msgspec.msgpack.encode(view)
        rows.append((id_, value, compute_checksum("views", id_, value)))
        edges += [(input_, id_) for input_ in view.inputs]
    store.execute_many("INSERT INTO views VALUES (?, ?, ?)", rows)
    store.execute_many("INSERT INTO edges VALUES (?, ?)", edges)


def find_users(store: Store, inputs: Iterable[int]) -> set[int]:
    """Return the artifacts that use any of some inputs, as ids."""
    users: set[int] = set()
    for input_ in inputs:
        query = "SELECT artifact FROM edges WHERE input = ?"
        users.update(artifact for (artifact,) in store.select(query, input_))
    return users


def sum_edges(store: Store) -> tuple[int, int]:
    """Return the number of edges and a checksum: rows that are not read can be damaged, too."""
    query = "SELECT count(*), sum((input * 1000003 + artifact * 7919) % 2147483647) FROM edges"
    ((count, checksum),) = store.select(query)
    return count, checksum or 0


def list_inputs(store: Store) -> dict[int, StoredInput]:
    """Return all inputs by id."""
    return dict(_check_inputs(store, store.select("SELECT * FROM inputs")))


def load_inputs(store: Store, ids: Iterable[int]) -> dict[int, StoredInput]:
    """Return inputs, which must be there, by id."""
    wanted = set(ids)
    inputs = dict(_find_inputs(store, "id", wanted))
    if len(inputs) != len(wanted):
        raise store.report_damage()
    return inputs


def find_inputs(store: Store, names: Iterable[bytes]) -> dict[int, StoredInput]:
    """Return those inputs that have some names, by id."""
    return dict(_find_inputs(store, "name", names))


def set_inputs(store: Store, inputs: Iterable[tuple[int, StoredInput]]) -> None:
    """Add or replace inputs."""
    rows = ((id_, *input_, compute_checksum("inputs", id_, *input_)) for id_, input_ in inputs)
    store.execute_many("INSERT OR REPLACE INTO inputs VALUES (?, ?, ?, ?, ?, ?)", rows)


def _find_inputs(
    store: Store, column: str, keys: Iterable[object]
) -> Iterator[tuple[int, StoredInput]]:
    listed = list(keys)
    for start in range(0, len(listed), _BATCH):
        batch = listed[start : start + _BATCH]
        marks = ",".join("?" * len(batch))
        query = f"SELECT * FROM inputs WHERE {column} IN ({marks})"  # noqa: S608
        yield from _check_inputs(store, store.select(query, *batch))


def _check_inputs(store: Store, rows: list[Any]) -> Iterator[tuple[int, StoredInput]]:
    for id_, name, digest, value, artifact, checksum in rows:
        input_ = StoredInput(name, digest, value, artifact)
        if compute_checksum("inputs", id_, *input_) != checksum:
            raise store.report_damage()
        yield id_, input_
