"""Keep the tables of a build for the next one, in this process or another.

Each bucket of a table is kept under a digest of its bytes, by which damage is noticed. Only buckets that were not kept before
are encoded and written, and a bucket is loaded when one of its rows is asked for.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import msgspec

from nexusgen.incremental.digests import digest_bytes
from nexusgen.incremental.errors import StoreBrokenError
from nexusgen.incremental.store import Store
from nexusgen.incremental.table import EMPTY, Bucket, Table

Contents = Mapping[str, tuple[int, int, list[bytes]]]
"""The number of rows of each table, how many fill a bucket, and the digests of its buckets."""

_encode = msgspec.msgpack.Encoder().encode
_head = msgspec.msgpack.Decoder(tuple[bytes, dict[str, tuple[int, int, list[bytes]]]])


class BuildState(msgspec.Struct):
    """The tables of a build by name, those of the last one as long as nothing else is known."""

    tables: Mapping[str, Table[Any]] = {}

    def table(self, name: str, row: Any) -> Table[Any]:  # noqa: ARG002 - what is stored needs it
        """Return the table of a name, whose rows are of a type; an empty one where there is none."""
        return self.tables.get(name, EMPTY)

    def has(self, name: str) -> bool:
        """Tell whether there is a table of a name, be it an empty one."""
        return name in self.tables


class StoredState(BuildState, kw_only=True):
    """The tables of a build in a store; each is loaded bucket by bucket.

    A table raises `StoreBrokenError` where rows that are asked for cannot be had.
    """

    store: Store
    contents: Contents
    buckets: dict[tuple[Any, bytes], Bucket[Any]] = {}

    def table(self, name: str, row: Any) -> Table[Any]:
        """Return the table of a name; tables of one type share the buckets that are the same."""
        if name not in self.contents:
            return EMPTY
        size, full, digests = self.contents[name]
        buckets = [
            self.buckets.setdefault((row, digest), Bucket(None, digest)) for digest in digests
        ]
        load = partial(self._load, msgspec.msgpack.Decoder(dict[str, row]))
        return Table(buckets, size, load, full)

    def has(self, name: str) -> bool:
        return name in self.contents

    def _load(self, decoder: msgspec.msgpack.Decoder[Any], digests: list[bytes]) -> list[Any]:
        chunks: list[Any] = self.store.chunks(digests)
        for digest, data in zip(digests, chunks, strict=True):
            if not isinstance(data, bytes) or digest_bytes(data) != digest:
                raise StoreBrokenError("a kept table is damaged")
        try:
            return list(map(decoder.decode, chunks))
        except msgspec.DecodeError as error:
            raise StoreBrokenError(f"a kept table is damaged: {error}") from error


def load_state(store: Store, identity: bytes) -> StoredState | None:
    """Return what was saved under this identity; None where that is something else.

    Raises `StoreBrokenError` where it cannot have been saved by this version.
    """
    head = store.head()
    try:
        was, contents = _head.decode(head) if head else (b"", {})
    except msgspec.DecodeError as error:
        raise StoreBrokenError(f"kept tables are damaged: {error}") from error
    return StoredState(store=store, contents=contents) if was == identity else None


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
