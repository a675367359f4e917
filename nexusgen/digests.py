"""Digests: the names of values. Equal digests mean equal values."""

from hashlib import blake2b
from typing import Any

import msgspec

SIZE = 16
"""Bytes of a digest: 128 bits leave no chance collision among all pages ever built."""

_frame = msgspec.msgpack.Encoder().encode
_encode = msgspec.json.Encoder(order="deterministic").encode


def digest(*parts: bytes) -> bytes:
    """Return the digest of some byte strings; where one ends and the next begins counts."""
    return blake2b(_frame(parts), digest_size=SIZE).digest()


def digest_bytes(data: bytes) -> bytes:
    """Return the digest of the contents of a file."""
    return blake2b(data, digest_size=SIZE).digest()


def digest_value(value: Any) -> bytes:
    """Return the digest of plain data or a `Value`, by its JSON form."""
    return blake2b(_encode(value), digest_size=SIZE).digest()
