"""Keep the tables of a build for the next one, in this process or another.

Each bucket of a table is kept under a digest of its bytes, by which damage is noticed. Only buckets that were not kept before
are encoded and written, and a bucket is loaded when one of its rows is asked for.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from threading import Lock
from typing import Any

import msgspec
from msgspec import Raw
from msgspec.msgpack import Decoder

from nexusgen.incremental.digests import digest_bytes
from nexusgen.incremental.errors import StoreBrokenError
from nexusgen.incremental.store import Store
from nexusgen.incremental.table import Bucket, Kept, Storage, Table

Contents = tuple[int, int, list[bytes]]
"""The number of rows of a table, how many fill a bucket, and the digests of its buckets."""

_encode = msgspec.msgpack.Encoder().encode
_head = Decoder(tuple[bytes, dict[str, Contents]]).decode
_rows = Decoder(dict[str, Raw]).decode


ROOM = 100_000_000
"""Bytes of memory that buckets may take, about: of a large hub a part stays, of others all."""

KEY = 150
"""Bytes of memory that a row takes besides its own, about."""

LOOSE = 4
"""Times its bytes that a row takes in memory, about, before it is kept."""

BATCH = 32
"""New buckets that are written to a store at a time."""


class Shelf(msgspec.Struct, eq=False):
    """Keeps the buckets of tables in a store, and in memory as many as there is room for.

    Of those that nobody asked for lately, the first to come are the first to go (the clock, as page
    caches call it), and are loaded again when they are asked for.
    """

    store: Store
    _new: dict[bytes, bytes] = {}
    _held: deque[tuple[Bucket[Any], int]] = msgspec.field(default_factory=deque)
    _size: int = 0
    _process: int = 0
    _inherited: deque[tuple[Bucket[Any], int]] = msgspec.field(default_factory=deque)
    _lock: Any = msgspec.field(default_factory=Lock)

    def load(self, buckets: Sequence[Bucket[Any]], stay: bool) -> Sequence[Kept[Any]]:
        """Return the rows of buckets as they are kept; they may stay in memory while there is room.

        Raises `StoreBrokenError` where they cannot be had.
        """
        digests = [bucket.digest for bucket in buckets]
        new = self._new  # at once: another thread may write it away at any moment
        written = [digest for digest in digests if digest not in new]
        kept: dict[bytes, Any] = new | dict(zip(written, self.store.chunks(written), strict=True))
        chunks = [kept[digest] for digest in digests]
        for bucket, data in zip(buckets, chunks, strict=True):
            if not isinstance(data, bytes) or digest_bytes(data) != bucket.digest:
                raise StoreBrokenError("a kept table is damaged")
        try:
            found = list(map(_rows, chunks))
        except msgspec.DecodeError as error:
            raise StoreBrokenError(f"a kept table is damaged: {error}") from error
        for bucket, rows, data in zip(buckets, found, chunks, strict=True) if stay else ():
            bucket.rows = rows
            self._hold(bucket, len(data) + KEY * len(rows))
        return found

    def keep(self, bucket: Bucket[Any]) -> None:
        """Keep a new bucket under the digest of its rows."""
        data = _encode(bucket.rows)
        bucket.digest = digest_bytes(data)
        self._new[bucket.digest] = data
        if len(self._new) >= BATCH:
            self.store.keep_chunks(self._new.items())
            self._new = {}
        self._hold(bucket, LOOSE * len(data))

    def _hold(self, bucket: Bucket[Any], size: int) -> None:
        with self._lock:
            if self._process != os.getpid():
                # What a fork has from its parent costs it nothing, until it is touched or let go.
                self._inherited, self._held = self._held, deque()
                self._process, self._size = os.getpid(), 0
            self._held.append((bucket, size))
            self._size += size
            while self._size > ROOM and len(self._held) > BATCH:
                first, size = self._held.popleft()
                if first.asked:
                    first.asked = False
                    self._held.append((first, size))
                else:
                    first.rows = None
                    self._size -= size


class BuildState(msgspec.Struct):
    """The tables of a build by name; those made of them lie on a shelf, if there is one.

    A table that is not at hand is told by its buckets. It raises `StoreBrokenError` where rows that
    are asked for cannot be had.
    """

    tables: Mapping[str, Table[Any] | Contents] = {}
    shelf: Shelf | None = None
    buckets: dict[tuple[Any, bytes], Bucket[Any]] = {}

    def table(self, name: str, row: Any, full: int = 0) -> Table[Any]:
        """Return the table of a name, whose rows are of a type; an empty one where there is none.

        Tables of one type share the buckets that are the same.
        """
        known = self.tables.get(name)
        if isinstance(known, Table):
            return known
        shelf = self.shelf
        storage: Storage[Any] | None = (
            Storage(shelf.load, shelf.keep, _decoder(row)) if shelf else None
        )
        if known is None:
            return Table([Bucket({})], 0, full, storage)
        size, full, digests = known
        buckets = [
            self.buckets.setdefault((row, digest), Bucket(None, digest)) for digest in digests
        ]
        return Table(buckets, size, full, storage)


@cache
def _decoder(row: Any) -> Callable[[Raw], Any]:
    """Return what decodes rows of a type, and raises `StoreBrokenError` where one is something else."""
    plain = Decoder(row).decode

    def decode(kept: Raw) -> Any:
        try:
            return plain(kept)
        except msgspec.DecodeError as error:
            raise StoreBrokenError(f"a kept table is damaged: {error}") from error

    return decode


def load_state(store: Store, identity: bytes, shelf: Shelf) -> BuildState:
    """Return what was saved under this identity; no tables where that is something else.

    Raises `StoreBrokenError` where it cannot have been saved by this version.
    """
    head = store.head()
    try:
        was, contents = _head(head) if head else (b"", {})
    except msgspec.DecodeError as error:
        raise StoreBrokenError(f"kept tables are damaged: {error}") from error
    return BuildState(contents if was == identity else {}, shelf)


def save_state(store: Store, identity: bytes, tables: Mapping[str, Table[Any]]) -> None:
    """Keep the tables of a build, in place of those kept before."""
    for known in (store.digests(), frozenset[bytes]()):
        store.keep_chunks(_new_chunks(tables, known))
        contents = {
            name: (len(table), table.full, [bucket.digest for bucket in table.buckets])
            for name, table in tables.items()
        }
        wanted = {digest for *_, digests in contents.values() for digest in digests}
        if store.settle_chunks(_encode((identity, contents)), wanted):
            return


def _new_chunks(
    tables: Mapping[str, Table[Any]], known: frozenset[bytes]
) -> Iterator[tuple[bytes, bytes]]:
    """Yield the buckets of tables that are not known, and note the digest of each."""
    for table in tables.values():
        for bucket in table.buckets:
            if bucket.digest not in known:
                data = _encode(table.rows_of(bucket))
                bucket.digest = digest_bytes(data)
                if bucket.digest not in known:
                    yield bucket.digest, data
