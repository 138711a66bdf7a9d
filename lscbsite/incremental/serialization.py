"""Views as msgpack, in which the inputs that views share are only named."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

import msgspec

from lscbsite.incremental.fingerprint import digest
from lscbsite.model import SUMMARY, Artifact, Input, PublishedReport, summarize_report

# Decoded reports in memory: each is on its own page, and on those of its topics.
_CACHED_REPORTS = 1024


def _encode_input(value: Any) -> bytes:
    if isinstance(value, Input):
        return value.name
    raise NotImplementedError(f"{type(value)} cannot be in a view")


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_encode_input)


def encode(view: Any) -> bytes:
    """Return a view as msgpack, with the name of each input in its place."""
    return _ENCODER.encode(view)


def make_input(value: Any) -> Input[Any]:
    """Return a value as an input that several views share."""
    return Input(digest(encode(value)), value)


def make_fragment(name: bytes, view: Any, renderer: Callable[..., bytes]) -> Input[bytes]:
    """Return an input that is rendered from a view of its own, only if that changes.

    Its digest is the fingerprint that it gets as an artifact.
    """
    return Input(b"", Artifact("", view, renderer), name)


def compute_fingerprint(
    renderer: str, view: bytes, inputs: Iterable[bytes], base_digest: bytes
) -> bytes:
    """Return an artifact's fingerprint: while it is the same, so are its bytes.

    ``renderer`` is the renderer's name, ``view`` the encoded view, ``inputs`` are the digests of
    the inputs in it; ``base_digest`` is that of the program and the templates.
    """
    return digest(b"".join([base_digest, renderer.encode(), b"\0", view, *inputs]))


def get_renderer_name(renderer: Callable[..., bytes] | None) -> str:
    """Return the name under which the store knows a renderer, '' for files that are copied."""
    return renderer.__name__ if renderer else ""


def encode_with_inputs(view: Any) -> tuple[bytes, dict[bytes, Input[Any]]]:
    """Return a view as ``encode`` does, and the inputs in it by their names."""
    inputs: dict[bytes, Input[Any]] = {}

    def hook(value: Any) -> bytes:
        name = _encode_input(value)
        inputs[name] = value
        return name

    return msgspec.msgpack.encode(view, enc_hook=hook), inputs


def pack_files(files: Mapping[str, bytes]) -> bytes:
    """Return the files of a folder (bytes by path) as one value, for a renderer to return."""
    return msgspec.msgpack.encode(files)


def unpack_files(path: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the path and the bytes of an output, or those of each file of one that is a folder."""
    if not path.endswith("/"):
        yield path, data
        return
    for name, content in _FILES.decode(data).items():
        yield path + name, content


@cache
def get_view_type(renderer: Callable[..., bytes]) -> Any:
    """Return the type of view that a renderer takes, from its annotation."""
    return renderer.__annotations__["view"]


class ViewDecoder:
    """Decodes views; ``values`` are the encoded values of inputs by name."""

    def __init__(self, values: Mapping[bytes, bytes]) -> None:
        self._values = values
        self._known: dict[bytes, Input[Any]] = {}

    def decode(self, data: bytes, type_: Any) -> Any:
        """Return a view of a type."""
        return msgspec.msgpack.decode(data, type=type_, dec_hook=self._decode_input)

    def _decode_input(self, type_: Any, name: bytes) -> Input[Any]:
        if name not in self._known:
            (inner,) = type_.__args__
            data = self._values[name]
            if inner is PublishedReport:
                value: Any = (
                    _decode_summary(data) if name.startswith(SUMMARY) else _decode_report(data)
                )
            else:
                value = data if inner is bytes else self.decode(data, inner)
            self._known[name] = Input(name, value)
        return self._known[name]


_FILES = msgspec.msgpack.Decoder(dict[str, bytes])
_PUBLISHED = msgspec.msgpack.Decoder(PublishedReport)


@lru_cache(_CACHED_REPORTS)
def _decode_report(data: bytes) -> PublishedReport:
    return _PUBLISHED.decode(data)


@lru_cache(_CACHED_REPORTS)
def _decode_summary(data: bytes) -> PublishedReport:
    return PublishedReport(summarize_report(_decode_report(data).report))
