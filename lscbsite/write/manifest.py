"""Compare the output folder with what the last build wrote, and keep the manifest of its files."""

import json
import os
import stat
from collections.abc import Mapping, Set
from contextlib import suppress
from pathlib import Path

from lscbsite.incremental.fingerprint import digest
from lscbsite.incremental.state import OutputStat, is_output_path
from lscbsite.model import MANIFEST


def find_changed_outputs(
    output_dir: Path, outputs: Mapping[str, OutputStat]
) -> dict[str, OutputStat | None]:
    """Return the outputs whose status (size, times, inode) has changed, by path.

    The value is the new status if the contents are still the same, and None if they differ or
    the file is missing.
    """
    changed: dict[str, OutputStat | None] = {}
    root = str(output_dir)
    for path, before in outputs.items():
        location = f"{root}/{path}"
        try:
            seen = os.stat(location, follow_symlinks=False)  # noqa: PTH116 (many files, every build)
        except OSError:
            changed[path] = None
            continue
        if (
            seen.st_ino == before.number
            and seen.st_mtime_ns == before.modified
            and seen.st_ctime_ns == before.changed
            and seen.st_size == before.size
        ):
            continue
        changed[path] = None
        if seen.st_size == before.size and stat.S_ISREG(seen.st_mode):
            with suppress(OSError):
                if digest(Path(location).read_bytes()) == before.digest:
                    changed[path] = make_output_stat(seen, before.digest)
    return changed


def select_intact_outputs(
    outputs: Mapping[str, OutputStat], changed: Mapping[str, OutputStat | None]
) -> Mapping[str, OutputStat]:
    """Return the outputs that still have their contents.

    ``changed`` is the result of ``find_changed_outputs``.
    """
    if not changed:
        return outputs
    return {
        path: output_stat
        for path in outputs
        if (output_stat := changed.get(path, outputs[path])) is not None
    }


def make_output_stat(seen: os.stat_result, content_digest: bytes) -> OutputStat:
    """Return the status of an output from the status of its file."""
    return OutputStat(seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino, content_digest)


def has_same_content(output_dir: Path, path: str, data: bytes) -> bool:
    """Return whether a plain file in the output folder holds exactly these bytes."""
    location = f"{output_dir}/{path}"
    try:
        seen = os.stat(location, follow_symlinks=False)  # noqa: PTH116 (as above)
        if not stat.S_ISREG(seen.st_mode) or seen.st_size != len(data):
            return False
        with open(location, "rb") as file:  # noqa: PTH123 (as above)
            return file.read() == data
    except OSError:
        return False


def read_output_stat(output_dir: Path, path: str, content_digest: bytes) -> OutputStat:
    """Return the status of an output as the system reports it now."""
    return make_output_stat(os.stat(f"{output_dir}/{path}"), content_digest)  # noqa: PTH116 (as above)


def list_written(output_dir: Path) -> Set[str]:
    """Return the paths of the files that this tool wrote into an output folder."""
    return Manifest(output_dir, {}).paths


class Manifest:
    """The file in the output folder that lists the files this tool wrote."""

    def __init__(self, output_dir: Path, before: Mapping[str, OutputStat]) -> None:
        self.path = output_dir / MANIFEST
        last = {MANIFEST: before[MANIFEST]} if MANIFEST in before else {}
        self._stat = select_intact_outputs(last, find_changed_outputs(output_dir, last)).get(
            MANIFEST
        )
        # An unchanged manifest lists exactly the outputs of the last build.
        self._listed: Set[str] | None = None
        if self._stat:
            self._listed = {path for path in before if path != MANIFEST and is_output_path(path)}
        self.paths = self._read_paths() if self._listed is None else self._listed

    def _read_paths(self) -> Set[str]:
        """Return the listed paths; ignore any that lead out of the folder."""
        try:
            # Never read from a pipe or a device.
            if not stat.S_ISREG(os.lstat(self.path).st_mode):
                return set()
            listed = json.loads(self.path.read_bytes())["files"]
            paths = {path for path in listed if isinstance(path, str)}
            "".join(paths).encode()
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return set()
        return {path for path in paths if is_output_path(path)}

    def get_stat(self) -> OutputStat:
        """Return the status of the manifest itself."""
        if self._stat is None:
            content_digest = digest(self.path.read_bytes())
            self._stat = read_output_stat(self.path.parent, MANIFEST, content_digest)
        return self._stat

    def differs(self, paths: Set[str]) -> bool:
        """Return whether the manifest in the folder lists other paths."""
        return paths != self._listed and not has_same_content(
            self.path.parent, MANIFEST, self._encode(paths)
        )

    def update(self, paths: Set[str]) -> bytes:
        """Replace the listed paths; return the bytes of the new file."""
        self._listed, self._stat = paths, None
        return self._encode(paths)

    def _encode(self, paths: Set[str]) -> bytes:
        files = {"files": sorted(paths)}
        return json.dumps(files, indent=0, ensure_ascii=False).encode() + b"\n"
