"""Rows are made again where, and only where, they read a cell that changed."""

import os
from array import array

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from nexusgen.incremental import derive
from nexusgen.incremental.build_state import BuildState
from nexusgen.incremental.derive import Tables, _readers
from nexusgen.incremental.table import Bucket, Table, checksum, table_of

LOOKS = {
    "a row": lambda table: table["a"],
    "a row that may be missing": lambda table: table.get("a"),
    "whether there is a row": lambda table: "a" in table,
    "another row": lambda table: table["b"],
    "all keys": list,
    "each key": lambda table: {key for key in table},  # noqa: C416  does not ask how many, as `set` does
    "all values": lambda table: sum(table.values()),
    "all rows": lambda table: dict(table.items()),
    "how many": len,
    "nothing": lambda table: None,
}
WHOLE = {"all values", "all rows"}
KEYS = {"all keys", "each key", "how many"}
CELLS = [0, 1, 0x01000000, 0x00010000, 0x01010101, 0x01010102, 0xFFFFFFFF]
"""Numbers whose bytes are found across two others, too."""

ONE = {"a row", "a row that may be missing", "whether there is a row"}


class Build:
    """Two builds in a row: each gives its tables, and which rows were made."""

    def __init__(self, last=None):
        self.tables = Tables(BuildState(last.tables.kept if last else {}))
        self.made = []

    def derive(self, name, keys, make):
        def noted(key):
            self.made.append(key)
            return make(key)

        return self.tables.derive(name, keys, noted, int)


@pytest.fixture(params=[0, 8], ids=["by sets", "one by one"])
def _marks(request, monkeypatch):
    monkeypatch.setattr(derive, "MAX_MARKS", request.param)


def edited(rows, edit):
    return {
        "change": rows | {"a": 7},
        "add": rows | {"a": 1},
        "remove": {"b": 2, "c": 3},
        "other": rows | {"c": 7},
    }[edit]


@pytest.mark.usefixtures("_marks")
@pytest.mark.parametrize("kind", ["derive", "whole", "a view"])
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("edit", ["change", "add", "remove", "other"])
@pytest.mark.parametrize("key", ["one", "a", "b"])
def test_a_row_is_made_again_where_it_read_what_changed(look, edit, kind, key):
    first = {"b": 2, "c": 3} if edit == "add" else {"a": 1, "b": 2, "c": 3}
    last = None
    for rows in (first, edited(first, edit)):
        build = Build(last)
        keys = build.tables.source("keys", {key: 0}, int)
        table = build.tables.source("rows", rows, int)
        if kind == "a view":
            table = build.tables.view("shown", table, lambda row: row * 2)

        def make(key, table=table):
            try:
                LOOKS[look](table)
            except KeyError:
                return None
            return 1

        if kind == "whole":

            def whole(build=build, make=make):
                build.made.append("one")
                make("")
                return {}

            build.tables.whole("made", whole, int)
        else:
            build.derive("made", keys, make)
        last = build

    is_read = look in WHOLE or (look in ONE and edit != "other")
    assert bool(last.made) == (is_read or (look in KEYS and edit in ("add", "remove")))


def test_each_row_has_its_own_reads():
    last, found = None, None
    for rows in ({"a": 1, "b": 2}, {"a": 1, "b": 3}):
        build = Build(last)
        table = build.tables.source("rows", rows, int)
        made = build.derive("made", table, lambda key, table=table: table[key] * 10)
        last = build

        found = dict(made), made.changed, build.made

    assert found == ({"a": 10, "b": 30}, {"b"}, ["b"])


def test_row_that_read_its_own_reads_another_later():
    last, found = None, []
    for rows in ({"a": 1, "b": 2}, {"a": 2, "b": 2}, {"a": 2, "b": 3}, {"a": 1, "b": 2}):
        build = Build(last)
        table = build.tables.source("rows", rows, int)
        made = build.derive("made", table, lambda key, table=table: table.get(" abc"[table[key]]))
        last = build

        found.append(dict(made))

    assert found == [{"a": 1, "b": 2}, {"a": 2, "b": 2}, {"a": 3}, {"a": 1, "b": 2}]


def test_row_that_read_another_row_is_known_while_others_read_their_own():
    last, made = None, []
    for rows in ({"a": 2, "b": 2}, {"a": 2, "b": 2, "c": 3}, {"a": 2, "b": 3, "c": 3}):
        build = Build(last)
        table = build.tables.source("rows", rows, int)
        build.derive("made", table, lambda key, table=table: table.get(" abc"[table[key]]))
        last = build

        made.append(sorted(build.made))

    assert made == [["a", "b"], ["c"], ["a", "b"]]


def test_tables_that_rows_are_made_from_are_told_for_each_table():
    build = Build()
    keys = build.tables.source("keys", {"a": 0}, int)
    tables = [build.tables.source(name, {"a": 1}, int) for name in ("one", "two")]
    for table in tables:
        build.derive(f"made of {table.name}", keys, lambda key, table=table: table[key])

    assert set(build.tables.kept["made of two tables"]) == {"two"}


def test_rows_that_read_nothing_but_their_own_are_looked_at_alone(monkeypatch):
    monkeypatch.setattr(derive, "_readers", lambda _reads, changed: set(changed))
    last, made = None, []
    for rows in ({"a": 1, "b": 1}, {"a": 1, "b": 2}, {"b": 2, "c": 1}, {"b": 2, "c": 2}):
        build = Build(last)
        keys = build.tables.source("keys", {"a": 0, "b": 0}, int)
        table = build.tables.source("rows", rows, int)
        build.derive("made", keys, lambda key, table=table: table.get(key) if key != "a" else 0)
        last = build

        made.append(sorted(build.made))

    assert made == [["a", "b"], ["b"], [], []]


def test_tables_of_another_name_have_other_cells():
    last = None
    for other in (1, 2):
        build = Build(last)
        build.tables.source("two", {"a": other}, int)
        one = build.tables.source("one", {"a": 1}, int)
        build.derive("made", one, lambda key, one=one: one["a"])
        last = build

    assert last.made == []


def test_work_ends_where_a_row_made_again_equals_the_old_one():
    last = None
    for rows in ({"a": 1, "b": 4}, {"a": 3, "b": 4}):
        build = Build(last)
        table = build.tables.source("rows", rows, int)
        odd = build.derive("odd", table, lambda key, table=table: table[key] % 2)
        build.made.clear()
        build.derive("made", odd, lambda key, odd=odd: odd[key])
        last = build

    assert last.made == []


def test_a_row_that_is_none_is_no_row_and_may_come_back():
    last, found = None, []
    for value in (1, 0, 2, 2):
        build = Build(last)
        table = build.tables.source("rows", {"a": value}, int)
        made = build.derive("made", table, lambda key, table=table: table[key] or None)
        found.append((dict(made), list(build.made)))
        last = build

    assert found == [({"a": 1}, ["a"]), ({}, ["a"]), ({"a": 2}, ["a"]), ({"a": 2}, [])]


WORDS = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d.md#2", "d.md#10"]),
    st.lists(st.sampled_from("xyz"), max_size=3),
)


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_a_table_turned_around_is_that_of_a_clean_build(history):
    last = None
    for rows in history:
        last = Build(last)
        turned(last, rows)

    rows = history[-1]
    assert dict(last.tables.kept["turned"]) == dict(turned(Build(), rows))
    assert dict(turned(Build(), rows)) == {
        word: tuple(key for key in sorted(rows, key=order) for one in rows[key] if one == word)
        for word in "xyz"
        if any(word in words for words in rows.values())
    }


def test_an_item_that_comes_later_takes_its_place():
    build = Build()
    turned(build, {"b": ["x"], "d.md#10": ["x"]})
    build = Build(build)
    turned(build, {"a": ["x"], "b": ["x"], "d.md#10": ["x"], "d.md#2": ["x"]})

    assert dict(build.tables.kept["turned"]) == {"x": ("a", "b", "d.md#2", "d.md#10")}


def test_rows_that_pass_a_test_are_told_by_their_keys():
    last, told = None, []
    for rows in ({"a": 1, "b": 3, "c": 5}, {"a": 4, "b": 0, "c": 5}, {"a": 0}):
        last = Build(last)
        table = last.tables.source("rows", rows, int)
        told.append(last.tables.where("large", table, lambda row: row > 2).get("", ()))

    assert told == [("b", "c"), ("a", "c"), ()]


def turned(build, rows):
    table = build.tables.source("rows", rows, list[str])
    return build.tables.group(
        "turned", table, lambda key, words: ((one, key) for one in words), str
    )


def order(key):
    path, _, number = key.partition("#")
    return path, int(number or 0)


@given(
    st.dictionaries(st.text("abc", max_size=3), st.lists(st.sampled_from(CELLS), max_size=5)),
    st.sets(st.sampled_from(CELLS), max_size=3),
)
def test_rows_that_read_a_cell_are_found_in_all_at_once(reads, changed):
    rows = {key: array("I", cells).tobytes() for key, cells in reads.items()}
    as_kept: Table[bytes] = Table(
        [Bucket({key: Raw(msgspec.msgpack.encode(row)) for key, row in rows.items()})], len(rows)
    )

    readers = {key for key, cells in reads.items() if not changed.isdisjoint(cells)}
    assert _readers(table_of(rows), changed) == readers
    assert _readers(as_kept, changed) == readers


@pytest.fixture
def _spread(monkeypatch):
    monkeypatch.setattr(derive, "TRIED", 2)
    monkeypatch.setattr(derive, "pays", lambda *_: True)


NUMBERS = {f"n{number:03}": number for number in range(100)}


def squares(rows, last=None, scale=1):
    """Return the tables of a build by two processes, and the squares of numbers but the odd."""
    tables = Tables(BuildState(last.kept if last else {}), 2)
    numbers = tables.source("numbers", rows, int)
    scales = tables.source("scale", {"": scale}, int)
    made = tables.derive(
        "squares",
        numbers,
        lambda key: None if numbers[key] % 2 else scales[""] * numbers[key] ** 2,
        int,
    )
    return tables, dict(made.rows)


@pytest.mark.usefixtures("_spread")
def test_rows_of_other_processes_are_those_of_this_one():
    tables, found = squares(NUMBERS)

    assert found == {key: number**2 for key, number in NUMBERS.items() if number % 2 == 0}
    assert list(found) == sorted(found)
    assert set(tables.kept["squares tables"]) == {"numbers", "scale"}


@pytest.mark.usefixtures("_spread")
@pytest.mark.parametrize("scale", [1, 3])
def test_reads_of_other_processes_count(scale):
    tables, _ = squares(NUMBERS)

    _, found = squares(NUMBERS | {"n050": 7, "n060": 8}, tables, scale)

    assert found == squares(NUMBERS | {"n050": 7, "n060": 8}, scale=scale)[1]
    assert "n050" not in found
    assert found["n060"] == 64 * scale


@pytest.mark.usefixtures("_spread")
def test_row_whose_process_is_lost_is_made_by_this_one():
    here, last = os.getpid(), "n077"

    def make(key):
        if key == last and os.getpid() != here:
            os._exit(1)
        return key == last

    tables = Tables(BuildState(), 2)
    made = tables.derive("made", tables.source("numbers", NUMBERS, int), make, bool)

    assert dict(made.rows) == {key: key == last for key in NUMBERS}


@pytest.mark.usefixtures("_spread")
def test_table_that_only_other_processes_read_is_known(monkeypatch):
    tables = Tables(BuildState(), 2)
    numbers = tables.source("numbers", NUMBERS, int)
    scales = tables.source("scale", {"": 2}, int)
    sent = []

    def elsewhere(work, keys, _jobs):
        for at, key in enumerate(keys):
            sent.append(key)
            result = work(key)
            # That they were read is known there alone.
            tables._recorder.own, tables._recorder.others = set(), set()
            yield at, result

    monkeypatch.setattr(derive, "run_all", elsewhere)

    made = lambda key: scales[""] * numbers[key] if key in sent else 0  # noqa: E731
    tables.derive("made", numbers, made, int)

    assert len(sent) == len(NUMBERS) - 2
    assert dict(tables.kept["made tables"]) == {"scale": True, "numbers": False}


@pytest.mark.usefixtures("_spread")
@pytest.mark.parametrize("is_finished", [False, True])
def test_row_that_reads_what_was_made_last_before_it_has_read_another(is_finished):
    """Whose row is made is told to whoever makes it: to another process, and to what finishes it."""

    def made(rows, last=None):
        tables = Tables(BuildState(last.kept if last else {}), 1 if is_finished else 2)
        numbers = tables.source("numbers", rows, int)
        keys = sorted(rows, key=checksum)
        read = keys[-1] if is_finished else keys[1]  # of all, or of those that this process makes
        one = tables.derive(
            "made",
            tables.source("keys", dict.fromkeys(rows, 0), int),
            lambda key: 0 if is_finished else numbers[read],
            int,
            finish=(lambda begun: (numbers[read] for _ in begun)) if is_finished else None,
        )
        return tables, read, dict(one.rows)

    tables, read, _ = made(NUMBERS)

    changed = NUMBERS | {read: 1000}
    assert made(changed, tables)[2] == dict.fromkeys(NUMBERS, 1000)


def test_row_has_read_what_is_read_while_it_is_finished():
    def scaled(scale, last=None):
        tables = Tables(BuildState(last.kept if last else {}))
        numbers = tables.source("numbers", {"a": 1, "b": 2}, int)
        scales = tables.source("scale", {"": scale}, int)
        made = tables.derive(
            "scaled",
            numbers,
            lambda key: numbers[key],
            int,
            finish=lambda begun: (scales[""] * one for one in begun),
        )
        return tables, dict(made.rows)

    tables, first = scaled(2)
    _, then = scaled(3, tables)

    assert first == {"a": 2, "b": 4}
    assert then == {"a": 3, "b": 6}
