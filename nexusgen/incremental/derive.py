"""Tables by key in; what changed in them, and which work read any of that, out.

A build does again only what read something that is another now. Nobody declares what a piece of
work reads: it is given tables that note it. A cell, a table's value under one key, is known by a
number of 32 bits; where two cells share one, work is done that need not be, and nothing is missed.
"""

import sys
from array import array
from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, Set, ValuesView
from typing import Any, TypeVar

from nexusgen.incremental.table import changed_keys, checksum

T = TypeVar("T")

FEW = 8
"""Changed cells that are looked for one by one, which for few is faster."""

WHOLE = "\0"
"""The key of the cell that changes with any cell of its table: who looks at all reads it."""


def cell(table: str, key: str) -> int:
    """Return the number of a cell."""
    return checksum(key) ^ checksum(table)


def cells(table: str, keys: Iterable[str]) -> set[int]:
    """Return the numbers of the cells under these keys and, where there are any, of the whole."""
    found = {cell(table, key) for key in keys}
    return found | {cell(table, WHOLE)} if found else found


def changed_cells(table: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> set[int]:
    """Return the numbers of the cells of a table that are others now."""
    return cells(table, changed_keys(before, now))


def stale(reads: Mapping[str, bytes], changed: Set[int]) -> list[str]:
    """Return the names of the work that read a changed cell."""
    if not changed:
        return []
    if len(changed) <= FEW:
        marks = [number.to_bytes(4, sys.byteorder) for number in changed]
        return list({name for mark in marks for name, seen in reads.items() if mark in seen})
    unread = changed.isdisjoint
    return [name for name, seen in reads.items() if not unread(memoryview(seen).cast("I"))]


class Nowhere(set[int]):
    """Takes numbers and keeps none."""

    def add(self, _number: int, /) -> None:
        """Keep nothing."""


class Trace:
    """Notes which cells are read while a piece of work is done."""

    def __init__(self) -> None:
        self.seen: set[int] = set()
        self.checksums: dict[str, int] = {}

    def follow(self, work: Callable[[], T]) -> tuple[T, bytes]:
        """Do a piece of work; return its result and the cells that it read, packed."""
        self.seen = set()
        return work(), self.pack()

    def end(self) -> None:
        """Note no more: what is read from now on is no part of any work."""
        self.seen = Nowhere()

    def pack(self) -> bytes:
        """Return the cells that were read since the last piece of work began, packed."""
        return array("I", sorted(self.seen)).tobytes()


class Traced(Mapping[str, T]):
    """A table whose reads are noted."""

    __slots__ = ("_checksum", "_rows", "_trace", "_whole")

    def __init__(self, table: str, rows: Mapping[str, T], trace: Trace) -> None:
        self._rows = rows
        self._trace = trace
        self._checksum = checksum(table)
        self._whole = cell(table, WHOLE)

    def __getitem__(self, key: str) -> T:
        self._note(key)
        return self._rows[key]

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value under a key; that there is none is read, too."""
        self._note(key)
        return self._rows.get(key, default)

    def __contains__(self, key: object) -> bool:
        self._note(str(key))
        return key in self._rows

    def __iter__(self) -> Iterator[str]:
        self._trace.seen.add(self._whole)
        return iter(self._rows)

    def __len__(self) -> int:
        self._trace.seen.add(self._whole)
        return len(self._rows)

    def items(self) -> ItemsView[str, T]:
        """Return all keys and values."""
        self._trace.seen.add(self._whole)
        return self._rows.items()

    def values(self) -> ValuesView[T]:
        """Return all values."""
        self._trace.seen.add(self._whole)
        return self._rows.values()

    def _note(self, key: str) -> None:
        trace = self._trace
        number = trace.checksums.get(key)
        if number is None:
            number = trace.checksums[key] = checksum(key)
        trace.seen.add(number ^ self._checksum)
