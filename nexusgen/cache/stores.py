"""Where results and tables are kept between builds: what a store does, and one in memory."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import Protocol
from zlib import crc32

Halves = tuple[bytes, bytes]


class StoreBrokenError(Exception):
    """The store holds something that this version cannot have written."""


def signed(data: bytes) -> bytes:
    """Return data with a checksum, so that damage is noticed when it is read."""
    return crc32(data).to_bytes(4, "little") + data


def checked(data: object) -> memoryview:
    """Return what was signed; raise `StoreBrokenError` where it is damaged."""
    if not isinstance(data, bytes):
        raise StoreBrokenError("a row is damaged")
    view = memoryview(data)[4:]
    if crc32(view) != int.from_bytes(data[:4], "little"):
        raise StoreBrokenError("a row is damaged")
    return view


class Store(Protocol):
    """Keeps the two halves of results as JSON by key."""

    def facts(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes | memoryview]:
        """Return the facts of those keys that are kept."""

    def rest(self, key: bytes) -> bytes | memoryview:
        """Return the rest of a key that is kept; raise `StoreBrokenError` where it is not."""

    def keep(self, results: Iterable[tuple[bytes, Halves]]) -> None:
        """Keep results as they come, both halves of each or none."""

    def bound(self, number: int, used: Callable[[], Set[bytes]]) -> None:
        """Let what a build did not use go where there is much of it; it used at most `number` keys."""

    def head(self) -> bytes:
        """Return the head of the kept tables, which says of what chunks they are; empty without."""

    def chunks(self, digests: Sequence[bytes]) -> list[bytes]:
        """Return chunks that are kept, in order; raise `StoreBrokenError` where one is not."""

    def digests(self) -> frozenset[bytes]:
        """Return the digests of all chunks that are kept."""

    def keep_chunks(self, chunks: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep chunks by their digests as they come."""

    def settle_chunks(self, head: bytes, wanted: Set[bytes]) -> bool:
        """Keep this head and no chunks but these; do nothing and return False where one is gone."""


class MemoryStore:
    """Keeps results for as long as this process runs."""

    def __init__(self) -> None:
        self._halves: dict[bytes, Halves] = {}
        self._head = b""
        self._chunks: dict[bytes, bytes] = {}

    def facts(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Return the facts of those keys that are kept."""
        return {key: self._halves[key][0] for key in keys if key in self._halves}

    def rest(self, key: bytes) -> bytes:
        """Return the rest of a key that is kept."""
        return self._halves[key][1]

    def keep(self, results: Iterable[tuple[bytes, Halves]]) -> None:
        """Keep results."""
        self._halves.update(results)

    def head(self) -> bytes:
        """Return the head of the kept tables."""
        return self._head

    def chunks(self, digests: Sequence[bytes]) -> list[bytes]:
        """Return chunks that are kept, in order."""
        if not self._chunks.keys() >= set(digests):
            raise StoreBrokenError("a kept table is not whole")
        return [self._chunks[digest] for digest in digests]

    def digests(self) -> frozenset[bytes]:
        """Return the digests of all chunks that are kept."""
        return frozenset(self._chunks)

    def keep_chunks(self, chunks: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep chunks by their digests."""
        self._chunks.update(chunks)

    def settle_chunks(self, head: bytes, wanted: Set[bytes]) -> bool:
        """Keep this head and no chunks but these; do nothing and return False where one is gone."""
        if not wanted <= self._chunks.keys():
            return False
        self._head = head
        self._chunks = {digest: self._chunks[digest] for digest in wanted}
        return True

    def bound(self, number: int, used: Callable[[], Set[bytes]]) -> None:
        """Let what a build did not use go; it used at most `number` keys."""
        if len(self._halves) > number:
            kept = used()
            self._halves = {key: halves for key, halves in self._halves.items() if key in kept}
