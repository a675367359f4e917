"""Digests: the names of values. Equal digests mean equal values."""

import os
import sys
from functools import cache
from hashlib import blake2b
from pathlib import Path
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


LIBRARIES = (
    "jinja2", "markdown", "markupsafe", "msgspec", "pygments", "pymdown_extensions", "pyyaml",
    "nh3", "latex2mathml",
)  # fmt: skip


@cache
def engine_digest() -> bytes:
    """Return a digest of the program that runs: its own source and the Python that runs it."""
    own = Path(__file__).parent.parent
    sources = sorted(own.rglob("*.py"))
    parts = [part for path in sources for part in (path.name.encode(), path.read_bytes())]
    return digest(sys.version.encode(), *parts)


def libraries_digest() -> bytes:
    """Return a digest of the versions of the libraries that shape the output.

    The names of their metadata folders hold the versions; reading the metadata itself would take
    longer than all the rest of a build in which nothing changed.
    """
    found = set()
    for folder in filter(os.path.isdir, sys.path):
        for name in os.listdir(folder):  # noqa: PTH208
            if name.endswith(".dist-info") and name.lower().startswith(LIBRARIES):
                found.add(name.lower())
    return digest_value(sorted(found))
