"""The form in which views are compared and sent: msgpack, with digests for what they share."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

import msgspec

from lscbsite.incremental.fingerprint import digest
from lscbsite.model import SUMMARY, Attachment, Fragment, Input, PublishedReport, summarize_report

# So many reports are kept decoded: each is on a page of its own, and on those of its topics.
_HELD = 1024


def _encode_input(value: Any) -> bytes:
    if isinstance(value, Input):
        return value.name
    raise NotImplementedError(f"{type(value)} cannot be in a view")


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_encode_input)


def encode(view: Any) -> bytes:
    """Return a view in which each shared value is its name."""
    return _ENCODER.encode(view)


def make_input(value: Any) -> Input[Any]:
    """Return a value to be held by several views."""
    return Input(digest(encode(value)), value)


def make_fragment(name: bytes, view: Any, encoder: Callable[..., bytes]) -> Input[bytes]:
    """Return a part of a file that is encoded for itself, and again only if its view changes."""
    encoded, found = encode_with_inputs(view)
    needs = tuple(found.values())
    digest_ = compute_fingerprint(
        get_renderer_name(encoder), encoded, [need.digest for need in needs]
    )
    return Input(digest_, Fragment(encoder, encoded, needs), name)


def compute_fingerprint(
    renderer: str, view: bytes, inputs: Iterable[bytes], base_digest: bytes = b""
) -> bytes:
    """Return the fingerprint of an artifact or fragment: while it is the same, the bytes are, too.

    ``renderer`` is the name of what renders it, ``view`` the encoded view, ``inputs`` are the digests
    of the inputs in that; ``base_digest`` is that of all else that bytes depend on.
    """
    return digest(b"".join([base_digest, renderer.encode(), b"\0", view, *inputs]))


@cache
def get_renderer_name(encoder: Callable[..., bytes]) -> str:
    """Return what an encoder is called in all of the program."""
    return f"{encoder.__module__}.{encoder.__qualname__}"


@cache
def find_renderer(name: str) -> Callable[..., bytes]:
    """Return the encoder that ``name_of`` names.

    Raises:
        LookupError: it is no encoder of this program.

    """
    module, _, function = name.rpartition(".")
    encoder: Any = None
    if module.startswith("lscbsite.outputs.") or name == get_renderer_name(copy_attachment):
        with suppress(ImportError):
            encoder = getattr(import_module(module), function, None)
    # What the module has from elsewhere is none.
    own = getattr(encoder, "__module__", None) == module
    if not own or "view" not in getattr(encoder, "__annotations__", ()):
        raise LookupError(name)
    return encoder  # type: ignore[no-any-return]


def encode_with_inputs(view: Any) -> tuple[bytes, dict[bytes, Input[Any]]]:
    """Return a view as ``encode`` does, and the shared values in it by their names."""
    found: dict[bytes, Input[Any]] = {}

    def hook(value: Any) -> bytes:
        name = _encode_input(value)
        found[name] = value
        return name

    return msgspec.msgpack.encode(view, enc_hook=hook), found


def pack_files(files: Mapping[str, bytes]) -> bytes:
    """Return the files of a folder (bytes by path) as what its encoder returns."""
    return msgspec.msgpack.encode(files)


def unpack_files(path: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the path and the bytes of an output, or those of each file of one that is a folder."""
    if not path.endswith("/"):
        yield path, data
        return
    for name, own in _FILES.decode(data).items():
        yield path + name, own


def copy_attachment(view: Attachment, theme: object) -> bytes:
    """Stand in for the encoder of an attachment, whose bytes are where the site is."""
    raise NotImplementedError(view.path)


@cache
def get_view_type(encoder: Callable[..., bytes]) -> Any:
    """Return the type of view that an encoder takes, which its declaration says."""
    return encoder.__annotations__["view"]


class ViewDecoder:
    """Decodes views; ``values`` are the encoded shared values by name."""

    def __init__(self, values: Mapping[bytes, bytes]) -> None:
        self._values = values
        self._known: dict[bytes, Input[Any]] = {}

    def decode(self, data: bytes, type_: Any) -> Any:
        """Return a view of a type."""
        return msgspec.msgpack.decode(data, type=type_, dec_hook=self._shared)

    def _shared(self, type_: Any, name: bytes) -> Input[Any]:
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


@lru_cache(_HELD)
def _decode_report(data: bytes) -> PublishedReport:
    return _PUBLISHED.decode(data)


@lru_cache(_HELD)
def _decode_summary(data: bytes) -> PublishedReport:
    return PublishedReport(summarize_report(_decode_report(data).report))
