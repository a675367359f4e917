"""Hold rows by key in a table that is never changed: versions of it share what they have in common.

The rows lie in buckets, chosen by a checksum of their keys. A version made of another one has its
buckets, but for those in which a row is another: what differs between two versions is found, kept
on disk and loaded bucket by bucket. The order of a table follows from its keys alone, however it
came to hold them.
"""

from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from typing import Any, Generic, TypeVar
from zlib import crc32

import msgspec

T = TypeVar("T")
Rows = dict[str, T]

FULL = 256
"""Rows for which a bucket is made, on average: few to write for one edit, many to load at once."""

PLAIN = (str, bytes)
"""Types whose equal values are the same: `True` is equal to 1."""

_ABSENT = object()
_encode = msgspec.msgpack.Encoder().encode

Load = Callable[[list[bytes]], list[Rows[T]]]
"""Gets the rows of buckets by their digests."""


class Bucket(msgspec.Struct, Generic[T], eq=False):
    """Some rows of a table; `digest` names them where they are kept, and is empty where they are not."""

    rows: Rows[T] | None
    digest: bytes = b""


def _nowhere(digests: list[bytes]) -> list[Any]:
    assert not digests
    return []


class Table(Mapping[str, T]):
    """An immutable map of text to values; `load` gets the rows of buckets that lie elsewhere, if any."""

    __slots__ = ("_all", "_load", "_mask", "_size", "buckets", "full")

    def __init__(
        self, buckets: list[Bucket[T]], size: int, load: Load[T] = _nowhere, full: int = 0
    ) -> None:
        self.buckets = buckets
        self.full = full
        self._size = size
        self._mask = len(buckets) - 1
        self._load = load
        self._all: Rows[T] | None = None

    def __getitem__(self, key: str) -> T:
        if self._all is not None:
            return self._all[key]
        return self.rows_of(self.buckets[checksum(key) & self._mask])[key]

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value under a key, else the default."""
        if self._all is not None:
            return self._all.get(key, default)
        return self.rows_of(self.buckets[checksum(key) & self._mask]).get(key, default)

    def __contains__(self, key: object) -> bool:
        if self._all is not None:
            return key in self._all
        return isinstance(key, str) and key in self.rows_of(
            self.buckets[checksum(key) & self._mask]
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self.whole)

    def __len__(self) -> int:
        return self._size

    def keys(self) -> KeysView[str]:
        """Return all keys."""
        return self.whole.keys()

    def values(self) -> ValuesView[T]:
        """Return all values."""
        return self.whole.values()

    def items(self) -> ItemsView[str, T]:
        """Return all keys with their values."""
        return self.whole.items()

    @property
    def whole(self) -> Rows[T]:
        """All rows, bucket by bucket."""
        if self._all is None:
            if away := [bucket for bucket in self.buckets if bucket.rows is None]:
                loaded = self._load([bucket.digest for bucket in away])
                for bucket, found in zip(away, loaded, strict=True):
                    bucket.rows = found
            rows: Rows[T] = {}
            for bucket in self.buckets:
                rows |= bucket.rows or {}
            self._all = rows  # at once: another thread may look at any moment
        return self._all

    def updated(self, new: Mapping[str, T], gone: Iterable[str] = ()) -> "Table[T]":
        """Return the table with these rows in place of those of their keys, and without others.

        Where a new value equals the one that is there, that one stays.
        """
        if not self._size:
            return table_of(new, self.full) if new else self
        parts: dict[int, Rows[Any]] = {}
        for key in gone:
            parts.setdefault(checksum(key) & self._mask, {})[key] = _ABSENT
        for key, value in new.items():
            parts.setdefault(checksum(key) & self._mask, {})[key] = value
        buckets, size = list(self.buckets), self._size
        for place, changes in parts.items():
            old = self.rows_of(buckets[place])
            rows = _changed(old, changes)
            if rows is not None:
                size += len(rows) - len(old)
                buckets[place] = Bucket(rows)
        if buckets == self.buckets:
            return self
        table = Table(buckets, size, self._load, self.full)
        if _buckets_for(size, self.full) == len(buckets):
            return table
        return table_of(table.whole, self.full)

    def become(self, rows: Mapping[str, T]) -> "Table[T]":
        """Return the table of these rows, which shares with this one what is the same."""
        if isinstance(rows, Table):
            return rows  # which shares with it what it was made from
        known = self.whole
        new = {key: row for key, row in rows.items() if not is_same(known.get(key, _ABSENT), row)}
        gone = (
            [key for key in known if key not in rows] if len(known) + len(new) > len(rows) else []
        )
        return self.updated(new, gone) if new or gone else self

    def rows_of(self, bucket: Bucket[T]) -> Rows[T]:
        """Return the rows of one of the buckets, loaded where they lie elsewhere."""
        if bucket.rows is None:
            (bucket.rows,) = self._load([bucket.digest])
        return bucket.rows

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Mapping) and self.whole == dict(other))

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return f"table_of({self.whole!r})"


def table_of(rows: Mapping[str, T], full: int = 0) -> Table[T]:
    """Return a table of these rows, `full` of them in a bucket: fewer than `FULL` where rows are long."""
    number = _buckets_for(len(rows), full)
    parts: list[Rows[T]] = [{} for _ in range(number)]
    for key in sorted(rows):
        parts[checksum(key) & (number - 1)][key] = rows[key]
    return Table([Bucket(part) for part in parts], len(rows), full=full)


def changed_keys(before: Mapping[str, Any], now: Mapping[str, Any]) -> set[str]:
    """Return the keys that came, went or have another value."""
    if before is now:
        return set()
    if not (isinstance(before, Table) and isinstance(now, Table)):
        return _different(before, now)
    if len(before.buckets) != len(now.buckets):
        return _different(before.whole, now.whole)
    pairs = zip(before.buckets, now.buckets, strict=True)
    return {
        key
        for old, new in pairs
        if old is not new and not (old.digest and old.digest == new.digest)
        for key in _different(before.rows_of(old), now.rows_of(new))
    }


def _different(before: Mapping[str, Any], now: Mapping[str, Any]) -> set[str]:
    found = {key for key, value in now.items() if not is_same(before.get(key, _ABSENT), value)}
    found.update(key for key in before if key not in now)
    return found


def is_same(one: Any, other: Any) -> bool:
    """Tell whether nobody can tell two values apart, neither by type nor by the order of a mapping."""
    if one is other:
        return True
    return bool(one == other) and (type(one) in PLAIN or _encode(one) == _encode(other))


def _changed(rows: Rows[T], changes: Mapping[str, Any]) -> Rows[T] | None:
    """Return rows with the changes, in the order of their keys; None where these change nothing."""
    found = dict(rows)
    for key, value in changes.items():
        if value is _ABSENT:
            found.pop(key, None)
        elif not is_same(found.get(key, _ABSENT), value):
            found[key] = value
    same = found.keys() == rows.keys() and all(found[key] is rows[key] for key in found)
    return None if same else {key: found[key] for key in sorted(found)}


def _buckets_for(size: int, full: int) -> int:
    return 1 << max(0, (size // (full or FULL)).bit_length())


def checksum(key: str) -> int:
    """Return 32 bits that are the same for a key in every process."""
    return crc32(key.encode(errors="surrogatepass"))


EMPTY: Table[Any] = table_of({})
