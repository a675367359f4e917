"""Hold rows by key in a table that is never changed: versions of it share what they have in common.

The rows lie in buckets, chosen by a checksum of their keys. A version made of another one has its
buckets, but for those in which a row is another: what differs between two versions is found, kept
on disk and loaded bucket by bucket. The rows of a loaded bucket stay as they are kept, but for those
that are asked for. The order of a table follows from its keys alone, however it came to hold them.
"""

from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, Sequence, ValuesView
from itertools import chain
from typing import Any, Generic, TypeVar
from zlib import crc32

import msgspec
from msgspec import Raw

T = TypeVar("T")
Rows = dict[str, T]
Kept = dict[str, T | Raw]
"""Rows of which some are as they are kept: what is kept alike is the same."""

FULL = 256
"""Rows for which a bucket is made, on average: few to write for one edit, many to load at once."""

SMALL = 64
"""Buckets of a table that stays in memory as one once all of it was asked for."""

SLICE = 4_096
"""Rows that are put into a table at a time: of a large one, no more wait for their buckets."""

PLAIN = (str, bytes)
"""Types whose equal values are the same: `True` is equal to 1."""

_ABSENT = Raw()
"""Stands for a row that is not there; no row is kept as nothing."""

_encode = msgspec.msgpack.Encoder().encode


class Bucket(msgspec.Struct, Generic[T], eq=False):
    """Some rows of a table; `digest` names them where they are kept, and is empty where they are not.

    They were `asked` for since it was last set to false.
    """

    rows: Kept[T] | None
    digest: bytes = b""
    asked: bool = False


class Storage(msgspec.Struct, Generic[T], frozen=True):
    """Where buckets lie that are not in memory: nowhere, with these defaults.

    `load` gets their rows by their digests, which stay in memory for a while where that is asked
    for; `keep` is given each new bucket, whose rows it may let go; `decode` gives a row as it was
    before it was kept.
    """

    load: Callable[[Sequence[Bucket[T]], bool], Sequence[Kept[T]]] = lambda _buckets, _stay: ()
    keep: Callable[[Bucket[T]], object] = id
    decode: Callable[[Raw], T] = msgspec.msgpack.decode


class Table(Mapping[str, T]):
    """An immutable map of text to values, in the order of the checksums of their keys.

    A bucket holds those that begin alike; `storage` is where those are that are not in memory.
    """

    __slots__ = ("_all", "_shift", "_size", "_storage", "buckets", "full")

    def __init__(
        self, buckets: list[Bucket[T]], size: int, full: int = 0, storage: Storage[T] | None = None
    ) -> None:
        self.buckets = buckets
        self.full = full
        self._size = size
        self._shift = 33 - len(buckets).bit_length()
        self._storage: Storage[T] = storage or Storage()
        self._all: Rows[T] | None = None

    def __getitem__(self, key: str) -> T:
        if self._all is not None:
            return self._all[key]
        rows = self.rows_of(self.buckets[checksum(key) >> self._shift])
        row = rows[key]
        if type(row) is Raw:
            row = rows[key] = self._storage.decode(row)
        return row

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value under a key, else the default."""
        if self._all is not None:
            return self._all.get(key, default)
        rows = self.rows_of(self.buckets[checksum(key) >> self._shift])
        row = rows.get(key, default)
        if type(row) is Raw:
            row = rows[key] = self._storage.decode(row)
        return row

    def __contains__(self, key: object) -> bool:
        if self._all is not None:
            return key in self._all
        return isinstance(key, str) and key in self.rows_of(
            self.buckets[checksum(key) >> self._shift]
        )

    def __iter__(self) -> Iterator[str]:
        if self._all is not None:
            return iter(self._all)
        return (key for rows in self._parts() for key in rows)

    def __len__(self) -> int:
        return self._size

    def values(self) -> ValuesView[T]:
        """Return all values."""
        return self.whole.values()

    def items(self) -> ItemsView[str, T]:
        """Return all keys with their values."""
        return self.whole.items()

    @property
    def whole(self) -> Rows[T]:
        """All rows, bucket by bucket."""
        if self._all is not None:
            return self._all
        found: Rows[T] = {}
        decode = self._storage.decode
        for rows in self._parts():
            for key, row in rows.items():
                if type(row) is Raw:
                    row = rows[key] = decode(row)
                found[key] = row
        if len(self.buckets) <= SMALL:
            self._all = found  # at once: another thread may look at any moment
        return found

    def _parts(self) -> Iterator[Kept[T]]:
        """Yield the rows of all buckets; of a large table, those that are loaded do not stay."""
        stay = len(self.buckets) <= SMALL
        for start in range(0, len(self.buckets), SMALL):
            buckets = self.buckets[start : start + SMALL]
            found = [bucket.rows for bucket in buckets]
            away = [bucket for bucket, rows in zip(buckets, found, strict=True) if rows is None]
            loaded = iter(self._storage.load(away, stay) if away else ())
            yield from (next(loaded) if rows is None else rows for rows in found)

    def updated(
        self, new: Mapping[str, T | Raw], gone: Iterable[str] = (), size: int = 0
    ) -> "Table[T]":
        """Return the table with these rows in place of those of their keys, and without others.

        Where a new value equals the one that is there, that one stays. The table has the buckets
        that `size` rows need where it is to hold so many.
        """
        if new and not self._size and not size:
            return self._filled(new)
        parts: dict[int, Kept[T]] = {}
        for key in gone:
            parts.setdefault(checksum(key) >> self._shift, {})[key] = _ABSENT
        for key, value in new.items():
            parts.setdefault(checksum(key) >> self._shift, {})[key] = value
        buckets, count = list(self.buckets), self._size
        for place, changes in parts.items():
            old = self.rows_of(buckets[place])
            rows = _changed(old, changes)
            if rows is not None:
                count += len(rows) - len(old)
                buckets[place] = bucket = Bucket(rows)
                self._storage.keep(bucket)
        table = self
        if buckets != self.buckets:
            table = Table(buckets, count, self.full, self._storage)
        size = max(count, size)
        number = 1 << (size // (self.full or FULL)).bit_length()
        return table if number == len(buckets) else table._in_buckets(number, size)

    def _filled(self, rows: Mapping[str, T | Raw]) -> "Table[T]":
        """Return an empty table with rows, which are put into it in its order."""
        size, keys = len(rows), sorted(rows, key=checksum)
        table = self.updated({}, size=size)
        for start in range(0, size, SLICE):
            some = {key: rows[key] for key in keys[start : start + SLICE]}
            table = table.updated(some, size=size)
        return table

    def _in_buckets(self, number: int, size: int) -> "Table[T]":
        """Return the table in another number of buckets, that of so many rows."""
        empty = [Bucket[T]({}) for _ in range(number)]
        table = Table(empty, 0, self.full, self._storage)
        return table.updated(self.kept(), size=size) if self._size else table

    def kept(self) -> Kept[T]:
        """Return all rows, those as they are kept that nobody asked for."""
        return dict(chain.from_iterable(rows.items() for rows in self._parts()))

    def become(self, rows: Mapping[str, T]) -> "Table[T]":
        """Return the table of these rows, which shares with this one what is the same."""
        if isinstance(rows, Table):
            return rows  # which shares with it what it was made from
        known = self.kept()
        new = {key: row for key, row in rows.items() if not is_same(known.get(key, _ABSENT), row)}
        gone = (
            [key for key in known if key not in rows] if len(known) + len(new) > len(rows) else []
        )
        return self.updated(new, gone) if new or gone else self

    def rows_of(self, bucket: Bucket[T]) -> Kept[T]:
        """Return the rows of one of the buckets, loaded where they lie elsewhere."""
        rows, bucket.asked = bucket.rows, True  # at once: these may be let go at any moment
        if rows is None:
            (rows,) = self._storage.load([bucket], True)
        return rows

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Mapping) and self.whole == dict(other))

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return f"table_of({self.whole!r})"


def table_of(rows: Mapping[str, T]) -> Table[T]:
    """Return a table of these rows."""
    return Table([Bucket[T]({})], 0).updated(rows)


def changed_keys(before: Mapping[str, Any], now: Mapping[str, Any]) -> set[str]:
    """Return the keys that came, went or have another value."""
    if before is now:
        return set()
    if not (isinstance(before, Table) and isinstance(now, Table)):
        return _different(before, now)
    if len(before.buckets) != len(now.buckets):
        return _different(before.kept(), now.kept())
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
    """Tell whether nobody can tell two values apart, neither by type nor by the order of a mapping.

    Either may be as it is kept.
    """
    if one is other:
        return True
    if type(one) is Raw or type(other) is Raw:
        return _encode(one) == _encode(other)
    return bool(one == other) and (type(one) in PLAIN or _encode(one) == _encode(other))


def _changed(rows: Kept[T], changes: Kept[T]) -> Kept[T] | None:
    """Return rows with the changes, in the order of their keys; None where these change nothing."""
    found = dict(rows)
    for key, value in changes.items():
        if value is _ABSENT:
            found.pop(key, None)
        elif not is_same(found.get(key, _ABSENT), value):
            found[key] = value
    same = found.keys() == rows.keys() and all(found[key] is rows[key] for key in found)
    return None if same else {key: found[key] for key in sorted(found)}


def checksum(key: str) -> int:
    """Return 32 bits that are the same for a key in every process."""
    return crc32(key.encode(errors="surrogatepass"))
