"""Values made of tables in, the same values out in another process: what is kept between builds.

Each bucket of a table is kept under a digest of its bytes. Only buckets that were not kept before
are made and written, and a bucket is loaded when one of its rows is asked for.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from nexusgen.incremental.digests import digest_bytes
from nexusgen.incremental.errors import StoreBrokenError
from nexusgen.incremental.store import Store, checked, signed
from nexusgen.incremental.table import Bucket, Table

T = TypeVar("T")
Contents = Mapping[str, tuple[int, list[bytes]]]

_encode = msgspec.msgpack.Encoder().encode
_head = msgspec.msgpack.Decoder(tuple[bytes, dict[str, tuple[int, list[bytes]]]])


class Tables:
    """Loads and saves values made of tables."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def load(self, identity: bytes, kind: type[T]) -> T | None:
        """Return what was saved under this identity; None where that is something else.

        Raises `StoreBrokenError` where it cannot have been saved by this version; so does a table
        of it whose rows are asked for and cannot be had.
        """
        head = self._store.head()
        try:
            was, contents = _head.decode(head) if head else (b"", {})
            if was != identity:
                return None
            self._buckets: dict[Any, dict[bytes, Bucket[Any]]] = {}
            found: T = self._load(contents, kind, "")
            del self._buckets  # only while loading: tables that were one share what they hold
        except (msgspec.DecodeError, KeyError) as error:
            raise StoreBrokenError(f"kept tables are damaged: {error}") from error
        return found

    def save(self, identity: bytes, value: Any) -> None:
        """Keep a value, in place of the one kept before."""
        for known in (self._store.digests(), frozenset()):
            contents: dict[str, tuple[int, list[bytes]]] = {}
            self._store.keep_chunks(_new_chunks(value, known, contents))
            wanted = {digest for _, digests in contents.values() for digest in digests}
            if self._store.settle_chunks(_encode((identity, contents)), wanted):
                return

    def _load(self, contents: Contents, kind: type[Any], at: str) -> Any:
        fields = {}
        for name, hint in _hints(kind).items():
            if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
                fields[name] = self._load(contents, hint, f"{at}{name}.")
            else:
                fields[name] = self._field(*contents[f"{at}{name}"], hint)
        return kind(**fields)

    def _field(self, size: int, digests: list[bytes], hint: Any) -> Any:
        if get_origin(hint) is not Table:
            return self._chunks(msgspec.msgpack.Decoder(hint), digests)[0]
        decoder = msgspec.msgpack.Decoder(dict[str, get_args(hint)[0]])  # type: ignore[misc]
        known = self._buckets.setdefault(hint, {})
        buckets = [known.setdefault(digest, Bucket(None, digest)) for digest in digests]
        return Table(buckets, size, partial(self._chunks, decoder))

    def _chunks(self, decoder: msgspec.msgpack.Decoder[Any], digests: list[bytes]) -> list[Any]:
        try:
            return [decoder.decode(checked(data)) for data in self._store.chunks(digests)]
        except msgspec.DecodeError as error:
            raise StoreBrokenError(f"a kept table is damaged: {error}") from error


def _new_chunks(
    value: Any, known: frozenset[bytes], contents: dict[str, tuple[int, list[bytes]]]
) -> Iterator[tuple[bytes, bytes]]:
    """Yield the chunks of a value that are not known; put into `contents` of what it is made."""
    for name, rows in _fields(value, ""):
        table = rows if isinstance(rows, Table) else Table([Bucket(rows)], 0)
        for bucket in table.buckets:
            if bucket.digest not in known:
                data = _encode(table.rows_of(bucket))
                bucket.digest = digest_bytes(data)
                if bucket.digest not in known:
                    yield bucket.digest, signed(data)
        contents[name] = len(table), [bucket.digest for bucket in table.buckets]


def _fields(value: Any, at: str) -> Iterator[tuple[str, Any]]:
    for name in _hints(type(value)):
        field = getattr(value, name)
        if isinstance(field, msgspec.Struct):
            yield from _fields(field, f"{at}{name}.")
        else:
            yield f"{at}{name}", field


def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)
