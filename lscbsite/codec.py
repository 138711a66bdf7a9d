"""The form in which views are compared and sent: msgpack, with digests for what they share."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

import msgspec

from lscbsite.digests import digest
from lscbsite.model import BRIEF, Attachment, Piece, Published, Shared, bones

# So many reports are kept decoded: each is on a page of its own, and on those of its topics.
_HELD = 1024


def _name_of(value: Any) -> bytes:
    if isinstance(value, Shared):
        return value.name
    raise NotImplementedError(f"{type(value)} cannot be in a view")


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_name_of)


def encode(view: Any) -> bytes:
    """Return a view in which each shared value is its name."""
    return _ENCODER.encode(view)


def shared(value: Any) -> Shared[Any]:
    """Return a value to be held by several views."""
    return Shared(digest(encode(value)), value)


def piece(name: bytes, view: Any, encoder: Callable[..., bytes]) -> Shared[bytes]:
    """Return a part of a file that is encoded for itself, and again only if its view changes."""
    encoded, found = encode_with_needs(view)
    needs = tuple(found.values())
    digest_ = fingerprint(name_of(encoder), encoded, [need.digest for need in needs])
    return Shared(digest_, Piece(encoder, encoded, needs), name)


def fingerprint(encoder: str, view: bytes, needs: Iterable[bytes], ground: bytes = b"") -> bytes:
    """Return what tells whether an encoder's bytes for an encoded view can be others than before.

    ``encoder`` is its name, ``needs`` are the digests of the shared values in the view, ``ground``
    is that of all else that bytes may depend on.
    """
    return digest(b"".join([ground, encoder.encode(), b"\0", view, *needs]))


@cache
def name_of(encoder: Callable[..., bytes]) -> str:
    """Return what an encoder is called in all of the program."""
    return f"{encoder.__module__}.{encoder.__qualname__}"


@cache
def encoder_named(name: str) -> Callable[..., bytes]:
    """Return the encoder that ``name_of`` names.

    Raises:
        LookupError: it is no encoder of this program.

    """
    module, _, function = name.rpartition(".")
    encoder: Any = None
    if module.startswith("lscbsite.outputs.") or name == name_of(as_it_is):
        with suppress(ImportError):
            encoder = getattr(import_module(module), function, None)
    # What the module has from elsewhere is none.
    own = getattr(encoder, "__module__", None) == module
    if not own or "view" not in getattr(encoder, "__annotations__", ()):
        raise LookupError(name)
    return encoder  # type: ignore[no-any-return]


def encode_with_needs(view: Any) -> tuple[bytes, dict[bytes, Shared[Any]]]:
    """Return a view as ``encode`` does, and the shared values in it by their names."""
    found: dict[bytes, Shared[Any]] = {}

    def hook(value: Any) -> bytes:
        name = _name_of(value)
        found[name] = value
        return name

    return msgspec.msgpack.encode(view, enc_hook=hook), found


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return the files of a folder (bytes by path) as what its encoder returns."""
    return msgspec.msgpack.encode(files)


def unpacked(path: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the path and the bytes of an output, or those of each file of one that is a folder."""
    if not path.endswith("/"):
        yield path, data
        return
    for name, own in _FILES.decode(data).items():
        yield path + name, own


def as_it_is(view: Attachment, theme: object) -> bytes:
    """Stand in for the encoder of an attachment, whose bytes are where the site is."""
    raise NotImplementedError(view.path)


@cache
def view_type(encoder: Callable[..., bytes]) -> Any:
    """Return the type of view that an encoder takes, which its declaration says."""
    return encoder.__annotations__["view"]


class Reader:
    """Decodes views; ``values`` are the encoded shared values by name."""

    def __init__(self, values: Mapping[bytes, bytes]) -> None:
        self._values = values
        self._known: dict[bytes, Shared[Any]] = {}

    def decode(self, data: bytes, type_: Any) -> Any:
        """Return a view of a type."""
        return msgspec.msgpack.decode(data, type=type_, dec_hook=self._shared)

    def _shared(self, type_: Any, name: bytes) -> Shared[Any]:
        if name not in self._known:
            (inner,) = type_.__args__
            data = self._values[name]
            if inner is Published:
                value: Any = _in_brief(data) if name.startswith(BRIEF) else _published(data)
            else:
                value = data if inner is bytes else self.decode(data, inner)
            self._known[name] = Shared(name, value)
        return self._known[name]


_FILES = msgspec.msgpack.Decoder(dict[str, bytes])
_PUBLISHED = msgspec.msgpack.Decoder(Published)


@lru_cache(_HELD)
def _published(data: bytes) -> Published:
    return _PUBLISHED.decode(data)


@lru_cache(_HELD)
def _in_brief(data: bytes) -> Published:
    return Published(bones(_published(data).report))
