"""Run Pagefind to build the search index, and make its files reproducible.

Pagefind's Python client waits a tenth of a second for each answer and cannot read long answers. So
this module sends messages to the program itself: each is JSON in Base64, followed by a comma. Two
kinds of files list entries in the order of a hash table, which differs from run to run; they are
sorted here.
"""

import gzip
import hashlib
import json
import os
import subprocess
import threading
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

from lscbsite.workers import WorkersFailedError

# The first bytes of an index file.
_MAGIC = b"pagefind_dcd"
_CHUNK = 1 << 20
# Errors that show a Pagefind whose answers or files are not as expected.
_UNEXPECTED = (OSError, ValueError, LookupError, TypeError, AttributeError, EOFError, zlib.error)
# The folders of an index. The search program is needed only once.
_INDEX = ("index/", "fragment/", "filter/")


def build_search_index(
    documents: Iterable[tuple[str, str]], language: str, *, program: bool
) -> dict[str, bytes]:
    """Index documents (address and HTML of each); return the index files by path.

    All documents are indexed in one ``language`` (a BCP 47 tag), so that a search finds all of them.
    With ``program``, the files of the search program are included.

    Raises:
        WorkersFailedError: Pagefind fails.

    """
    try:
        with _start_service() as service:
            files = dict(service.build_search_index(documents, language))
        return _canonicalize(files, program=program)
    except _UNEXPECTED as error:
        raise WorkersFailedError(
            f"cannot build the search index ({error}); to do without a search, put"
            ' "search: false" into site.yaml'
        ) from error


@contextmanager
def _start_service() -> Iterator["_Service"]:
    from pagefind.service import get_executable

    with subprocess.Popen(  # noqa: S603 (the program of the wheel)
        [str(get_executable()), "--service"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        # The current folder may no longer exist.
        cwd=os.path.abspath(os.sep),  # noqa: PTH100 (no path of ours)
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield _Service(process.stdin, process.stdout)
        finally:
            process.terminate()
            with suppress(OSError):
                process.stdin.close()


class _Service:
    """A running Pagefind, which answers messages in their order."""

    def __init__(self, to: IO[bytes], from_: IO[bytes]) -> None:
        self._to, self._from = to, from_

    def build_search_index(
        self, documents: Iterable[tuple[str, str]], language: str
    ) -> Iterator[tuple[str, bytes]]:
        """Index documents; yield the path and the contents of each index file."""
        config = {"force_language": language, "keep_index_url": True}
        (answer,) = self._request([{"type": "NewIndex", "config": config}])
        name = answer["index_id"]
        self._request(
            {
                "type": "AddFile",
                "index_id": name,
                "file_path": None,
                "url": url,
                "file_contents": page,
            }
            for url, page in documents
        )
        (answer,) = self._request([{"type": "GetFiles", "index_id": name}])
        for file in answer["files"]:
            yield file["path"], b64decode(file["content"])

    def _request(self, payloads: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Send messages and return their answers. Pagefind answers while it reads, so a thread sends."""
        sent = [
            b64encode(json.dumps({"message_id": number, "payload": payload}).encode()) + b","
            for number, payload in enumerate(payloads)
        ]
        writer = threading.Thread(target=self._send, args=(sent,))
        writer.start()
        answers: list[dict[str, Any]] = []
        rest: list[bytes] = []
        while len(answers) < len(sent):
            chunk = self._from.read1(_CHUNK)  # type: ignore[attr-defined]
            if not chunk:
                writer.join()
                raise ValueError("Pagefind ended")
            *complete, last = chunk.split(b",")
            for part in complete:
                answer = json.loads(b64decode(b"".join([*rest, part])))["payload"]
                rest = []
                if answer["type"] == "Error":
                    raise ValueError(answer["message"])
                answers.append(answer)
            rest.append(last)
        writer.join()
        return answers

    def _send(self, messages: list[bytes]) -> None:
        with suppress(OSError):  # reading the answers fails then
            for message in messages:
                self._to.write(message)
            self._to.flush()


def _canonicalize(files: dict[str, bytes], *, program: bool) -> dict[str, bytes]:
    """Return the files that are needed, with the same bytes for the same documents.

    The filters and their values are sorted. Files that change get a new name, which is a hash.
    """
    entry = json.loads(files["pagefind-entry.json"])
    canonical = {path: data for path, data in files.items() if path.startswith(_INDEX[:2])}
    for language, index in entry["languages"].items():
        meta = _unpack(files[f"pagefind.{index['hash']}.pf_meta"])
        version, pages, chunks, filters, sorts, fields = meta
        renamed_filters = []
        for name, old_hash in sorted(filters):
            filter_name, values = _unpack(files[f"filter/{old_hash}.pf_filter"])
            hash_, data = _pack([filter_name, sorted(values)])
            renamed_filters.append([name, f"{language}_{hash_}"])
            canonical[f"filter/{language}_{hash_}.pf_filter"] = data
        hash_, data = _pack([version, pages, chunks, renamed_filters, sorted(sorts), fields])
        index["hash"] = f"{language}_{hash_}"
        canonical[f"pagefind.{index['hash']}.pf_meta"] = data
        if program:
            for path in ("pagefind.js", f"wasm.{index['wasm'] or 'unknown'}.pagefind"):
                canonical[path] = files[path]
    canonical["pagefind-entry.json"] = json.dumps(entry, sort_keys=True).encode()
    return dict(sorted(canonical.items()))


def _unpack(data: bytes) -> Any:
    """Decode a file; raise an error if encoding the result would give another file."""
    raw = gzip.decompress(data)
    value, end = _read_item(raw, len(_MAGIC))
    if raw[: len(_MAGIC)] != _MAGIC or end != len(raw) or _encode_cbor(value) != raw[len(_MAGIC) :]:
        raise ValueError("a file of Pagefind is not as expected")
    return value


def _pack(value: Any) -> tuple[str, bytes]:
    """Encode a value as a file; return the hash that names the file, and its bytes.

    The file is not compressed, because zlib's output differs between machines.
    """
    raw = _MAGIC + _encode_cbor(value)
    return hashlib.sha256(raw).hexdigest()[:12], gzip.compress(raw, compresslevel=0, mtime=0)


def _read_item(raw: bytes, offset: int) -> tuple[Any, int]:
    """Decode the CBOR value at an offset; return it and the offset after it (RFC 8949).

    Of CBOR, Pagefind writes integers, texts and arrays.
    """
    kind, number = raw[offset] >> 5, raw[offset] & 31
    offset += 1
    if number >= 24:
        length = 1 << (number - 24)
        number = int.from_bytes(raw[offset : offset + length])
        offset += length
    if kind == 0:
        return number, offset
    if kind == 1:
        return -1 - number, offset
    if kind == 3:
        return raw[offset : offset + number].decode(), offset + number
    if kind == 4:
        items = []
        for _ in range(number):
            item, offset = _read_item(raw, offset)
            items.append(item)
        return items, offset
    raise ValueError("a file of Pagefind is not as expected")


def _encode_cbor(value: Any) -> bytes:
    if isinstance(value, int):
        return _encode_head(0, value) if value >= 0 else _encode_head(1, -1 - value)
    if isinstance(value, str):
        text = value.encode()
        return _encode_head(3, len(text)) + text
    return _encode_head(4, len(value)) + b"".join(map(_encode_cbor, value))


def _encode_head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    power = next(power for power in range(4) if number < 1 << (8 << power))
    return bytes([kind << 5 | 24 + power]) + number.to_bytes(1 << power)
