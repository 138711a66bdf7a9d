"""Which artifacts must be rendered."""

from collections.abc import Mapping, Set
from typing import NamedTuple

from lscbsite.incremental.artifacts import StoredArtifact
from lscbsite.incremental.plan import load_artifacts
from lscbsite.incremental.state import BuildState, OutputStat
from lscbsite.incremental.store import Store
from lscbsite.model import MANIFEST


class Dirty(NamedTuple):
    """What must be rendered: ``artifacts`` by id.

    ``plan`` is the digest of all artifacts, ``fingerprints`` are theirs by path, ``used`` those of
    fragments, too. ``intact`` are the files in the output folder that stay as they are.
    """

    plan: bytes
    artifacts: dict[int, StoredArtifact]
    fingerprints: dict[str, bytes]
    used: Set[bytes]
    intact: dict[str, OutputStat]


def find_dirty(
    store: Store,
    plan: bytes,
    artifacts: Mapping[int, StoredArtifact] | None,
    state: BuildState | None,
    outputs: Mapping[str, OutputStat] | None,
) -> Dirty:
    """Return the artifacts whose fingerprint is new, or of which a file is not intact.

    ``plan`` is the digest of ``artifacts`` (None: load them), ``state`` is what the last build wrote,
    ``outputs`` are the files of it that are intact (None: there is no output folder, and only
    fingerprints count).
    """
    if state and outputs and state.plan == plan and state.outputs.keys() == outputs.keys():
        intact = {path: stat for path, stat in outputs.items() if path != MANIFEST}
        return Dirty(plan, {}, state.fingerprints, frozenset(), intact)
    artifacts = artifacts or load_artifacts(store, plan)
    fingerprints = {
        artifact.path: artifact.fingerprint for artifact in artifacts.values() if artifact.path
    }
    before = state.fingerprints if state else {}
    same = {path for path, new in fingerprints.items() if before.get(path) == new}
    intact = {}
    if outputs is not None:
        owners = _find_intact(same, outputs.keys(), state.outputs.keys() if state else set())
        intact = {path: outputs[path] for path in owners}
        same = set(owners.values())
    dirty = {
        id_: artifact
        for id_, artifact in artifacts.items()
        if artifact.path and artifact.path not in same
    }
    used = {artifact.fingerprint for artifact in artifacts.values()}
    return Dirty(plan, dirty, fingerprints, used, intact)


def _find_intact(same: Set[str], present: Set[str], written: Set[str]) -> dict[str, str]:
    """Return the files of unchanged artifacts that are intact, with their artifacts.

    The files of a folder are intact if all that were written are.
    """
    incomplete = {_find_artifact(path, same) for path in written - present}
    return {
        path: artifact
        for path in present
        if (artifact := _find_artifact(path, same)) and artifact not in incomplete
    }


def _find_artifact(path: str, artifacts: Set[str]) -> str:
    """Return the artifact that a file is, or whose folder it is in, '' if it is of none."""
    folder = path
    while folder not in artifacts:
        end = folder.rstrip("/").rfind("/")
        if end < 0:
            return ""
        folder = folder[: end + 1]
    return folder
