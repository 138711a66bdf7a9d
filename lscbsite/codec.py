"""The form in which views are compared and sent: msgpack, with digests for what they share."""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, get_args, get_type_hints

import msgspec

from lscbsite.model import Piece, Shared


def _digest_of(value: Any) -> bytes:
    if isinstance(value, Shared):
        return value.digest
    raise NotImplementedError(f"{type(value)} cannot be in a view")


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_digest_of)


def encode(view: Any) -> bytes:
    """Return a view in which each shared value is its digest."""
    return _ENCODER.encode(view)


def digest(data: bytes) -> bytes:
    """Return the digest by which contents are told apart."""
    return hashlib.blake2b(data, digest_size=16).digest()


def shared(value: Any) -> Shared[Any]:
    """Return a value to be held by several views."""
    return Shared(digest(encode(value)), value)


def piece(view: Any, encoder: Callable[..., bytes]) -> Shared[bytes]:
    """Return a part of a file that is encoded for itself, and again only if its view changes."""
    return Shared(digest(name_of(encoder).encode() + encode(view)), Piece(view, encoder))


@cache
def name_of(encoder: Callable[..., bytes]) -> str:
    """Return what an encoder is called in all of the program."""
    return f"{encoder.__module__}.{encoder.__qualname__}"


def encode_with_needs(view: Any) -> tuple[bytes, dict[bytes, Shared[Any]]]:
    """Return a view as ``encode`` does, and the shared values in it by their digests."""
    found: dict[bytes, Shared[Any]] = {}

    def hook(value: Any) -> bytes:
        digest = _digest_of(value)
        found[digest] = value
        return digest

    return msgspec.msgpack.encode(view, enc_hook=hook), found


@cache
def view_type(encoder: Callable[..., bytes]) -> Any:
    """Return the type of view that an encoder takes, which its declaration says."""
    return get_type_hints(encoder)["view"]


class Reader:
    """Decodes views; ``values`` are the encoded shared values by digest."""

    def __init__(self, values: Mapping[bytes, bytes]) -> None:
        self._values = values
        self._known: dict[bytes, Shared[Any]] = {}

    def decode(self, data: bytes, type_: Any) -> Any:
        """Return a view of a type."""
        return msgspec.msgpack.decode(data, type=type_, dec_hook=self._shared)

    def _shared(self, type_: Any, digest: bytes) -> Shared[Any]:
        if digest not in self._known:
            (inner,) = get_args(type_)
            data = self._values[digest]
            value = data if inner is bytes else self.decode(data, inner)
            self._known[digest] = Shared(digest, value)
        return self._known[digest]
