"""Recompute only what read a change: the tables of a build, each made from others.

All that a build knows is a table, or follows from one. `source` takes in what comes from outside,
`derive` makes a row per key, `group` turns a table around, `whole` makes a table from all of
another, `view` shows a table through a function. While a row is made, every table notes which of
its cells are read, missing rows and looks at all keys or all rows included; the next build makes the
row again where one of these cells changed. Nobody declares what depends on what. A row made again that equals
the old one stays the old one, so that work ends where nothing changes. A build from nothing is the
same code with empty tables.

A cell is known by 32 bits. Where two cells share a number, work is done that need not be; nothing
is missed.
"""

import sys
import time
from array import array
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from functools import cached_property
from itertools import accumulate, chain, islice
from typing import Any, Generic, TypeVar

import msgspec

from nexusgen.incremental.build_state import BuildState
from nexusgen.incremental.errors import WorkerLostError
from nexusgen.incremental.parallel import pays, run_all
from nexusgen.incremental.table import SLICE, Table, changed_keys, checksum, is_same

_encode = msgspec.msgpack.Encoder().encode

T = TypeVar("T")
U = TypeVar("U")

ANY = "\0"
"""The key of the cell that changes with any cell of its table: a look at the whole reads it."""

KEYS = "\1"
"""The key of the cell that changes where a key came or went: a look at all keys, but at no row, reads it."""

TRIED = 64
"""Rows that are made before it is asked whether several processes would make the others sooner."""

MAX_CHECKSUMS = 200_000
"""Keys whose checksums are remembered, as most are read more than once."""

SHARED = 3
"""Goals to which a row gives one item, on average, from which on the item is not encoded for each."""

MAX_MARKS = 32
"""Changed cells that are looked for one by one, which for few is faster."""


class Recorder(msgspec.Struct):
    """Notes the cells that are read while the row of a `key`, or of None for many at once, is made.

    Of all rows of a table it notes from which tables they read rows of their `own` keys, and from
    which `others`.
    """

    key: str | None = None
    seen: set[int] = set()
    own: set[str] = set()
    others: set[str] = set()
    checksums: dict[str, int] = {}


class Tracked(Mapping[str, T]):
    """A table of this build whose reads are noted: `rows` are those of now, `before` of the last build.

    `near` names the rows of other tables of which most is made that is made for a key: in their order.
    """

    def __init__(
        self, name: str, rows: Mapping[str, T], before: Mapping[str, T], recorder: Recorder
    ) -> None:
        self.name = name
        self.rows = rows
        self.before = before
        self.near: Callable[[str], str] = str
        self._recorder = recorder
        self.mark = checksum(name)

    @cached_property
    def changed(self) -> Set[str]:
        """The keys that came, went or have another value than in the last build."""
        return changed_keys(self.before, self.rows) if self.before else self.rows.keys()

    def __getitem__(self, key: str) -> T:
        self._note(key)
        return self.rows[key]

    def get(self, key: str, default: Any = None) -> Any:
        """Return the row of a key; that there is none is read, too."""
        self._note(key)
        return self.rows.get(key, default)

    def __contains__(self, key: object) -> bool:
        self._note(str(key))
        return key in self.rows

    def __iter__(self) -> Iterator[str]:
        self._note(KEYS)
        return iter(self.rows)

    def __len__(self) -> int:
        self._note(KEYS)
        return len(self.rows)

    def items(self) -> Any:
        """Return all keys and rows."""
        self._note(ANY)
        return self.rows.items()

    def values(self) -> Any:
        """Return all rows."""
        self._note(ANY)
        return self.rows.values()

    def _note(self, key: str) -> None:
        recorder = self._recorder
        (recorder.own if key == recorder.key else recorder.others).add(self.name)
        number = recorder.checksums.get(key)
        if number is None:
            if len(recorder.checksums) > MAX_CHECKSUMS:
                recorder.checksums.clear()
            number = recorder.checksums[key] = checksum(key)
        recorder.seen.add(number ^ self.mark)


class Shown(Mapping[str, U], Generic[T, U]):
    """The rows of a table as `show` shows them."""

    def __init__(self, rows: Mapping[str, T], show: Callable[[T], U]) -> None:
        self._rows = rows
        self._show = show

    def __getitem__(self, key: str) -> U:
        return self._show(self._rows[key])

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


class View(Tracked[U], Generic[T, U]):
    """Another table through a function: a row changed where what is shown of it did."""

    def __init__(
        self, name: str, table: Tracked[T], show: Callable[[T], U], recorder: Recorder
    ) -> None:
        rows, before = Shown(table.rows, show), Shown(table.before, show)
        super().__init__(name, rows, before, recorder)
        self._table = table

    @cached_property
    def changed(self) -> Set[str]:
        """The keys that came, went, or of which something else is shown than in the last build."""
        if not self.before:
            return self.rows.keys()
        absent = object()
        return {
            key
            for key in self._table.changed
            if not is_same(self.before.get(key, absent), self.rows.get(key, absent))
        }


class Tables(msgspec.Struct):
    """The tables of one build, which go on from those of the last one.

    `jobs` is the number of processes that may make rows at a time.
    """

    _last: BuildState = msgspec.field(default_factory=BuildState)
    jobs: int = 1
    kept: dict[str, Table[Any]] = {}
    _recorder: Recorder = msgspec.field(default_factory=Recorder)
    _made: dict[str, Tracked[Any]] = {}
    _full: dict[str, int] = {}

    def keep_few_together(self, full: Mapping[str, int]) -> None:
        """Keep only so many rows of each of these tables together.

        Of long rows little is written for one edit then; of rows that are looked up in any order,
        little is loaded for each.
        """
        self._full.update(full)

    def source(self, name: str, rows: Mapping[str, T], row: Any) -> Tracked[T]:
        """Return a table of what comes from outside of the build."""
        last = self._last.table(name, row)
        return self._keep(name, last.become(rows), last)

    def derive(
        self,
        name: str,
        keys: Tracked[Any],
        make: Callable[[str], Any],
        row: Any,
        finish: Callable[[list[Any]], Iterable[Any]] | None = None,
    ) -> Tracked[Any]:
        """Return a table with a row for each key of another, None standing for no row.

        A row is what `make` gives for its key; it is made again where a cell that this read
        changed. Nothing is kept of what a row read where this is the row of its key alone.
        `finish` completes all rows that were made, for work that is done together; what it reads
        while it gives a row is read by that row. Without it, many rows that take long are made by
        several processes.
        """
        last = self._last.table(name, row, self._full.get(name, 0))
        reads = self._last.table(f"{name} reads", bytes)
        wanted, gone = self._wanted(name, keys, reads)
        size = len(wanted)
        wanted.sort(key=lambda key: checksum(keys.near(key)))
        table, noted = last.updated({}, gone, size), reads.updated({}, gone, size)
        recorder = self._recorder
        with self._noted(name):
            made = self._make(wanted, make, row, shared=not finish)
            while some := list(islice(made, SLICE)):
                finished = iter(finish([value for _, value, _ in some]) if finish else ())
                rows, cells = dict[str, Any](), dict[str, bytes]()
                for key, value, read in some:
                    if finish:
                        recorder.key, recorder.seen = key, set()
                        value = next(finished)
                        read += _packed(recorder.seen)
                    if value is not None:
                        rows[key] = value
                    if read and read != _packed({checksum(key) ^ keys.mark}):
                        cells[key] = read
                table = table.updated(rows, [key for key, *_ in some if key not in rows], size)
                noted = noted.updated(cells, [key for key, *_ in some if key not in cells], size)
        self.kept[f"{name} reads"] = noted.updated({})
        return self._keep(name, table.updated({}), last)

    def _wanted(
        self, name: str, keys: Tracked[Any], reads: Table[bytes]
    ) -> tuple[list[str], set[str]]:
        """Return the keys of the rows to make, and those of rows to let go."""
        if f"{name} reads" not in self._last.tables:
            return [*keys.rows], set()
        gone = {key for key in keys.changed if key not in keys.rows}
        unnoted = {key for key in keys.changed if key not in reads}
        return [*({*unnoted, *self._invalidated(name, reads)} - gone)], gone

    def _make(
        self, keys: Sequence[str], make: Callable[[str], Any], row: Any, *, shared: bool
    ) -> Iterator[tuple[str, Any, bytes]]:
        """Yield each key, what is made for it, and the cells that this read.

        Many that take long may be `shared` by several processes, and come in any order.
        """
        recorder, began = self._recorder, 0.0
        for at, key in enumerate(keys):
            if at == TRIED // 2:
                began = time.process_time()  # the first wait for what is loaded for many
            if at == TRIED and shared:
                seconds, left = time.process_time() - began, len(keys) - at
                if pays(seconds, TRIED - TRIED // 2, left, self.jobs):
                    yield from self._spread(keys[at:], make, row)
                    return
            recorder.key, recorder.seen = key, set()
            yield key, make(key), _packed(recorder.seen)

    def _spread(
        self, keys: Sequence[str], make: Callable[[str], Any], row: Any
    ) -> Iterator[tuple[str, Any, bytes]]:
        """Yield the same in any order, made by several processes, from which a `row` travels."""
        decode, recorder = msgspec.msgpack.Decoder(row | None).decode, self._recorder

        def work(key: str) -> tuple[bytes, bytes, list[str], list[str]]:
            recorder.key, recorder.seen = key, set()
            value = _encode(make(key))
            return value, _packed(recorder.seen), [*recorder.own], [*recorder.others]

        for at, result in run_all(work, keys, self.jobs):
            lost = isinstance(result, WorkerLostError)
            value, cells, own, others = work(keys[at]) if lost else result
            recorder.own.update(own)
            recorder.others.update(others)
            yield keys[at], decode(value), cells

    def group(
        self,
        name: str,
        table: Tracked[T],
        by: Callable[[str, T], Iterable[tuple[str, U]]],
        item: Any,
        source: Callable[[str, U], str] = lambda _goal, item: str(item),
    ) -> "Tracked[tuple[U, ...]]":
        """Return a table turned around: under each goal the items that rows give it.

        `by` gives the goals and items of a row; `source` the key of the row that gave a goal an
        item. The items of a goal are in the order of these keys.
        """
        last = self._last.table(name, tuple[item, ...], self._full.get(name, 0))
        if len(table.rows) > SLICE and not (last or table.before):
            return self._keep(name, _turned_whole(last, table.rows, by, item, source), last)
        changed = sorted(table.changed, key=_in_order)
        taken = _turned(table.before, changed, by)
        goals = _turned(table.rows, changed, by)
        if taken:
            untouched = [goal for goal, items in taken.items() if goals.get(goal) == items]
            for goal in untouched:
                del taken[goal], goals[goal]
        for goal in taken:
            goals.setdefault(goal, [])
        rows = {goal: tuple(items) for goal, items in goals.items()}
        for goal in [goal for goal in goals if goal in last] if last else ():
            place, items = lambda one, goal=goal: _in_order(source(goal, one)), [*last[goal]]
            for one in taken.get(goal, ()):
                del items[bisect_left(items, place(one), key=place)]  # type: ignore[no-untyped-call]
            for one in goals[goal]:
                insort(items, one, key=place)
            rows[goal] = tuple(items)
        gone = [goal for goal, items in rows.items() if not items]
        given_rows = {goal: items for goal, items in rows.items() if items}
        return self._keep(name, last.updated(given_rows, gone), last)

    def where(
        self, name: str, table: Tracked[T], test: Callable[[T], object]
    ) -> Tracked[tuple[str, ...]]:
        """Return under the empty string the keys of the rows that pass a test; nothing where none does."""
        return self.group(name, table, lambda key, row: [("", key)] if test(row) else (), str)

    def whole(self, name: str, make: Callable[[], Mapping[str, T]], row: Any) -> Tracked[T]:
        """Return a table that is made at once, again where a cell that this read changed."""
        return self.wholes(name, lambda: {name: make()}, {name: row})[name]

    def wholes(
        self,
        name: str,
        make: Callable[[], Mapping[str, Mapping[str, Any]]],
        rows: Mapping[str, Any],
    ) -> dict[str, Tracked[Any]]:
        """Return several tables that are made at once; `rows` gives the type of the rows of each."""
        recorder = self._recorder
        last = {table: self._last.table(table, row) for table, row in rows.items()}
        reads = self._last.table(f"{name} whole", bytes)
        if "" in reads and not self._invalidated(name, reads):
            with self._noted(name):
                self.kept[f"{name} whole"] = reads
            return {table: self._keep(table, old, old) for table, old in last.items()}
        with self._noted(name):
            recorder.key, recorder.seen = None, set()
            made = make()
        self.kept[f"{name} whole"] = reads.updated({"": _packed(recorder.seen)})
        return {
            table: self._keep(table, old.become(made[table]), old) for table, old in last.items()
        }

    def view(self, name: str, table: Tracked[T], show: Callable[[T], U]) -> Tracked[U]:
        """Return a table as `show` shows its rows."""
        return self._add(View(name, table, show, self._recorder))

    def _keep(self, name: str, rows: Table[T], last: Table[T]) -> Tracked[T]:
        self.kept[name] = rows
        return self._add(Tracked(name, rows, last, self._recorder))

    def _add(self, table: Tracked[T]) -> Tracked[T]:
        assert table.name not in self._made, f"two tables are called {table.name}"
        self._made[table.name] = table
        return table

    @contextmanager
    def _noted(self, name: str) -> Iterator[None]:
        """Note from which tables the rows of one are made, and whether not by their own keys alone.

        Those of earlier builds count on.
        """
        recorder = self._recorder
        recorder.own, recorder.others = set(), set()
        yield
        known = self._last.table(f"{name} tables", bool)
        others = recorder.others.union(one for one, elsewhere in known.items() if elsewhere)
        read = dict.fromkeys(recorder.own, False) | dict.fromkeys(others, True)
        self.kept[f"{name} tables"] = known.updated(read)

    def _invalidated(self, name: str, reads: Table[bytes]) -> set[str]:
        """Return the keys whose rows read a cell that changed in this build."""
        found, changed = set[str](), set[int]()
        for one, elsewhere in self._last.table(f"{name} tables", bool).items():
            table = self._made.get(one)
            if table is None or not table.changed:
                continue
            if elsewhere:
                changed.update(table.mark ^ checksum(key) for key in (ANY, *table.changed))
                if any((key in table.before) != (key in table.rows) for key in table.changed):
                    changed.add(table.mark ^ checksum(KEYS))
                continue
            for key in table.changed:
                if table.mark ^ checksum(key) in memoryview(reads.get(key, b"")).cast("I"):
                    found.add(key)
        if len(changed) <= MAX_MARKS:
            return found | _readers(reads, changed)
        unread = changed.isdisjoint
        found |= {key for key, seen in reads.items() if not unread(memoryview(seen).cast("I"))}
        return found


def _readers(reads: Table[bytes], changed: Set[int]) -> set[str]:
    """Return the keys of the rows that read one of few cells, looked for in all rows at once."""
    if not changed:
        return set()
    rows, places = reads.kept(), list[int]()
    cells = b"".join(rows.values())
    for number in changed:
        mark = number.to_bytes(4, sys.byteorder)
        place = cells.find(mark)
        while place >= 0:
            places.append(place)
            place = cells.find(mark, place + 1)
    if not places:
        return set()
    keys, ends = list(rows), list(accumulate(map(len, rows.values())))
    found = {keys[bisect_right(ends, place)] for place in places}
    return {key for key in found if not changed.isdisjoint(memoryview(reads[key]).cast("I"))}


def _turned(
    rows: Mapping[str, T], keys: Iterable[str], by: Callable[[str, T], Iterable[tuple[str, U]]]
) -> dict[str, list[U]]:
    """Return the items that some rows give each goal."""
    goals: dict[str, list[U]] = {}
    for key in keys:
        if (row := rows.get(key)) is not None:
            for goal, given in by(key, row):
                goals.setdefault(goal, []).append(given)
    return goals


def _turned_whole(
    empty: Table[tuple[U, ...]],
    rows: Mapping[str, T],
    by: Callable[[str, T], Iterable[tuple[str, U]]],
    item: Any,
    source: Callable[[str, U], str],
) -> Table[tuple[U, ...]]:
    """Return an empty table with the items that very many rows give each goal, as `group` does.

    The rows are read in their own order. Until all are there, items wait encoded, but for those that
    a row gives many goals: what is shared takes less as it is.
    """
    waiting, shared = dict[str, list[Any]](), False
    keys = iter(rows)
    while some := list(islice(keys, SLICE)):
        turned = _turned(rows, some, by)
        if not waiting:
            given = [id(one) for items in turned.values() for one in items]
            shared = len(given) > SHARED * len(set(given))
        for goal, items in turned.items():
            waiting.setdefault(goal, []).extend(items if shared else (_encode(items),))
    decode = msgspec.msgpack.Decoder(list[item]).decode
    goals, table = sorted(waiting, key=checksum), empty.updated({}, size=len(waiting))
    for start in range(0, len(goals), SLICE):
        made: dict[str, tuple[U, ...]] = {}
        for goal in goals[start : start + SLICE]:
            place, found = lambda one, goal=goal: _in_order(source(goal, one)), waiting.pop(goal)
            made[goal] = tuple(
                sorted(found if shared else chain.from_iterable(map(decode, found)), key=place)
            )
        table = table.updated(made, size=len(goals))
    return table


def _packed(cells: Set[int]) -> bytes:
    return array("I", sorted(cells)).tobytes()


def _in_order(key: str) -> tuple[str, int]:
    """Return what keys are sorted by: entries by their file, those of one file by their number."""
    path, mark, number = key.rpartition("#")
    return (path, int(number)) if mark and number.isdecimal() else (key, 0)
