"""The digest of the program itself: a cache made by another one is never used."""

import os
import sys
from functools import cache
from pathlib import Path

from nexusgen.digests import digest, digest_value

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
