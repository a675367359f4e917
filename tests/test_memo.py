"""The memo and its stores: computed once, kept by what went in, never trusted blindly."""

import sqlite3
import sys
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.msgpack import Decoder

from nexusgen.incremental import build_state as state_module
from nexusgen.incremental import derive as derive_module
from nexusgen.incremental import memo as memo_module
from nexusgen.incremental import store as store_module
from nexusgen.incremental import table as table_module
from nexusgen.incremental.build_state import BuildState, Shelf
from nexusgen.incremental.derive import Tables
from nexusgen.incremental.digests import digest
from nexusgen.incremental.errors import StoreBrokenError, WorkerLostError
from nexusgen.incremental.memo import Call, Memo, Stage
from nexusgen.incremental.store import SqliteStore, Store
from nexusgen.incremental.table import Bucket, Storage, Table, table_of


class Counted:
    """A stage that counts its runs."""

    def __init__(self):
        self.runs: list[Any] = []
        self.stage: Stage[str, str] = Stage(
            "shout",
            lambda: self.run,
            Decoder(str),
            Decoder(str),
            self.lose,
        )

    def run(self, text):
        self.runs.append(text)
        return text.upper(), text * 2

    def lose(self, reason, text):
        return f"lost {text}", reason


def calls(*texts):
    return [Call((text.encode(),), partial(tuple, [text])) for text in texts]


@pytest.fixture
def counted():
    return Counted()


@pytest.fixture(params=["memory", "sqlite"])
def store(request, tmp_path):
    return Store() if request.param == "memory" else SqliteStore(tmp_path / "memo")


def test_where_one_input_ends_and_the_next_begins_counts():
    assert digest(b"a", b"bc") != digest(b"ab", b"c") != digest(b"abc")


def test_equal_inputs_run_once(counted, store):
    first = Memo(b"e", store).map(counted.stage, calls("a", "b", "a"))
    second = Memo(b"e", store).map(counted.stage, calls("b", "c"))

    assert [result.facts for result in (*first, *second)] == ["A", "B", "A", "B", "C"]
    assert counted.runs == ["a", "b", "c"]


def test_rest_is_read_apart(counted, store):
    Memo(b"e", store).map(counted.stage, calls("a"))
    memo = Memo(b"e", store)
    (result,) = memo.map(counted.stage, calls("a"))

    assert memo.rest(counted.stage, result.key) == "aa"


def test_another_engine_runs_again(counted, store):
    Memo(b"old", store).map(counted.stage, calls("a"))
    Memo(b"new", store).map(counted.stage, calls("a"))

    assert counted.runs == ["a", "a"]


def test_another_stage_is_another_result(counted, store):
    memo = Memo(b"e", store)
    memo.map(counted.stage, calls("a"))
    whisper = Stage(
        "whisper", lambda: lambda text: (text.lower(), ""), Decoder(str), Decoder(str), counted.run
    )

    assert memo.map(whisper, calls("a"))[0].facts == "a"


def test_arguments_are_loaded_only_for_what_runs(counted, store):
    Memo(b"e", store).map(counted.stage, calls("a"))

    def refuse():
        raise AssertionError

    assert Memo(b"e", store).map(counted.stage, [Call((b"a",), refuse)])[0].facts == "A"


def test_lost_call_is_a_result_that_is_not_kept(counted, store, monkeypatch):
    monkeypatch.setattr(
        memo_module, "run_all", lambda *_, **__: iter([(0, WorkerLostError(0, "it died"))])
    )
    memo = Memo(b"e", store)
    (result,) = memo.map(counted.stage, calls("a"))
    assert (result.facts, memo.rest(counted.stage, result.key)) == ("lost a", "it died")
    memo.finish()
    monkeypatch.undo()

    assert memo.map(counted.stage, calls("a"))[0].facts == "A"


def test_what_no_recent_build_used_is_dropped(counted, store):
    memo = Memo(b"e", store)
    memo.map(counted.stage, calls(*"abcdefgh"))
    memo.finish()
    memo.map(counted.stage, calls("a"))
    memo.keep_state(b"", {}, ())
    memo.finish()

    assert set(store.facts(store_keys(counted, "a"))) == set(store_keys(counted, "a"))
    assert not store.facts(store_keys(counted, *"bcdefgh"))


def store_keys(counted, *texts):
    return [result.key for result in Memo(b"e").map(counted.stage, calls(*texts))]


@pytest.mark.parametrize("damage", ["empty", "text", "flip", "application_id", "folder", "foreign"])
def test_damaged_store_is_noticed_and_replaced(counted, tmp_path, damage):
    path = tmp_path / "memo"
    store = SqliteStore(path)
    Memo(b"e", store).map(counted.stage, calls(*"abcdefgh"))
    store.close()
    spoil(path, damage)

    store = SqliteStore(path)
    try:
        Memo(b"e", store).map(counted.stage, calls(*"abcdefgh"))
    except StoreBrokenError:
        assert store.remove() or damage == "folder"
    results = Memo(b"e", store if damage != "folder" else Store()).map(
        counted.stage, calls(*"abcdefgh")
    )

    assert [result.facts for result in results] == list("ABCDEFGH")


def spoil(path, damage):
    if damage == "empty":
        path.write_bytes(b"")
    elif damage == "text":
        path.write_bytes(b"what is this")
    elif damage == "flip":
        data = bytearray(path.read_bytes())
        for place in range(4096, len(data), 7):
            data[place] ^= 255
        path.write_bytes(data)
    elif damage == "folder":
        path.unlink()
        path.mkdir()
    else:
        with sqlite3.connect(path) as database:
            database.execute("drop table facts" if damage == "foreign" else "select 1")
            database.execute(f"pragma {damage} = 99" if damage == "application_id" else "select 1")
        database.close()


def test_damaged_row_is_never_used(counted, tmp_path):
    store = SqliteStore(tmp_path / "memo")
    Memo(b"e", store).map(counted.stage, calls("a"))
    store.close()
    with sqlite3.connect(tmp_path / "memo") as database:
        (value,) = database.execute("select value from facts").fetchone()
        database.execute("update facts set value = ?", (value.replace(b"A", b"X"),))
    database.close()

    with pytest.raises(StoreBrokenError, match="damaged"):
        Memo(b"e", store).map(counted.stage, calls("a"))


def test_result_of_a_wrong_shape_is_never_used(counted, store):
    Memo(b"e", store).map(counted.stage, calls("a"))
    other = Stage("shout", lambda: counted.run, Decoder(int), Decoder(str), counted.run)

    with pytest.raises(StoreBrokenError):
        Memo(b"e", store).map(other, calls("a"))


def known(**rows):
    return {"counts": table_of(rows), "words": table_of({"a": "b"})}


def remembered(store, given, tables):
    memo = Memo(b"e", store)
    memo.keep_state(given, tables, ())
    memo.finish()
    return memo


def counts(memo, given=b""):
    return dict(memo.last_state(given).table("counts", int))


@pytest.mark.parametrize("again", ["same process", "another process"])
def test_what_a_build_knew_is_recalled_under_the_same_settings_alone(store, again):
    memo = remembered(store, b"one", known(a=1, b=2))
    if again == "another process":
        memo = Memo(b"e", store)

    found = memo.last_state(b"one")

    assert dict(found.table("counts", int)) == {"a": 1, "b": 2}
    assert dict(found.table("words", str)) == {"a": "b"}
    assert counts(memo, b"two") == {}
    assert counts(Memo(b"other engine", store), b"one") == {}


def test_only_buckets_that_changed_are_kept_anew(store, monkeypatch):
    monkeypatch.setattr(table_module, "FULL", 4)
    first = known(**{f"k{number}": number for number in range(100)})
    remembered(store, b"", first)
    before = store.digests()

    remembered(store, b"", first | {"counts": first["counts"].updated({"k7": 0})})

    assert len(store.digests() - before) == 1
    assert counts(Memo(b"e", store))["k7"] == 0


def test_chunks_are_kept_as_they_come(store, monkeypatch):
    monkeypatch.setattr(store_module, "CHUNKS", 2)
    kept = []

    def chunks():
        for name in (b"a", b"b", b"c", b"d"):
            kept.append(len(store.digests()))
            yield name, b"chunk"

    store.keep_chunks(chunks())

    assert kept[-1] >= 2
    assert store.digests() == {b"a", b"b", b"c", b"d"}


def test_two_processes_that_keep_what_they_know_never_mix_it(tmp_path):
    here, there = SqliteStore(tmp_path / "memo"), SqliteStore(tmp_path / "memo")
    mine = remembered(here, b"", known(a=1))
    lazy = Memo(b"e", here).last_state(b"").table("counts", int)
    remembered(there, b"", known(b=2))

    with pytest.raises(StoreBrokenError):  # the table is gone: nothing else stands in for it
        dict(lazy)
    mine.keep_state(b"", known(a=1), ())
    mine.finish()

    assert counts(Memo(b"e", there)) == {"a": 1}


def test_what_another_process_dropped_meanwhile_is_kept_again(tmp_path, monkeypatch):
    here, there = SqliteStore(tmp_path / "memo"), SqliteStore(tmp_path / "memo")
    value = known(a=1)
    remembered(here, b"", value)
    kept = here.digests()
    remembered(there, b"", known(b=2))
    monkeypatch.setattr(here, "digests", lambda: kept)  # it looked before they were dropped

    remembered(here, b"", value)

    assert counts(Memo(b"e", there)) == {"a": 1}


def squares_of(tables, numbers):
    """Return tables made of numbers: their squares, and the keys of those that end alike."""
    given = tables.source("numbers", numbers, int)
    squares = tables.derive("squares", given, lambda key: given[key] ** 2, int)
    ends = tables.group("ends", squares, lambda key, row: [(str(row % 10), key)], str)
    return squares, ends


def test_rows_for_which_there_is_no_room_leave_memory_and_come_back(store, monkeypatch):
    for module, name, value in (
        (table_module, "FULL", 4),
        (table_module, "SMALL", 2),
        (table_module, "SLICE", 64),
        (derive_module, "SLICE", 64),
        (state_module, "ROOM", 1_000),
        (state_module, "BATCH", 8),
    ):
        monkeypatch.setattr(module, name, value)
    numbers = {f"k{number}": number for number in range(2_000)}
    tables = Tables(Memo(b"e", store).last_state(b""))

    squares, ends = squares_of(tables, numbers)

    buckets = [bucket for table in tables.kept.values() for bucket in table.buckets]
    assert sum(bucket.rows is not None for bucket in buckets) < len(buckets) / 4
    assert all(squares[key] == number**2 for key, number in numbers.items())
    assert sum(bucket.rows is not None for bucket in buckets) < len(buckets) / 4
    assert (dict(squares), dict(ends)) == tuple(
        map(dict, squares_of(Tables(BuildState()), numbers))
    )


def test_fork_touches_no_row_that_its_parent_holds(monkeypatch):
    """To let go of a row writes to its memory, of which the system then makes a copy."""
    shelf = Shelf(Store())
    buckets: list[Bucket[int]] = [Bucket({f"k{number}": number}) for number in range(50)]
    for bucket in buckets:
        shelf.keep(bucket)
    held = [sys.getrefcount(bucket) for bucket in buckets]

    monkeypatch.setattr(state_module, "os", SimpleNamespace(getpid=lambda: -1))
    own: Bucket[int] = Bucket({"own": 1})
    shelf.keep(own)

    assert [sys.getrefcount(bucket) for bucket in buckets] == held
    assert sys.getrefcount(own) > sys.getrefcount(Bucket({}))  # this one is held


def test_what_is_asked_for_again_and_again_stays_in_memory(monkeypatch):
    monkeypatch.setattr(state_module, "ROOM", 100)
    monkeypatch.setattr(state_module, "BATCH", 4)
    shelf = Shelf(Store())
    table = Table([Bucket({})], 0, storage=Storage(shelf.load, shelf.keep)).updated({"often": 1})

    for number in range(100):
        shelf.keep(Bucket({f"k{number}": number}))
        assert table.buckets[0].rows is not None, number
        assert table["often"] == 1


def test_result_that_was_lost_is_not_known(counted, store, monkeypatch):
    monkeypatch.setattr(
        memo_module, "run_all", lambda *_, **__: iter([(0, WorkerLostError(0, "it died"))])
    )
    memo = Memo(b"e", store)
    memo.map(counted.stage, calls("a"))
    memo.keep_state(b"", known(a=1), ())
    memo.finish()

    assert counts(memo) == {}


def test_damaged_table_is_never_used(tmp_path):
    store = SqliteStore(tmp_path / "memo")
    remembered(store, b"", known(a=1, b=2))
    store.close()
    with sqlite3.connect(tmp_path / "memo") as database:
        for digest, value in database.execute("select digest, value from chunks").fetchall():
            spoilt = value[:-1] + bytes([value[-1] ^ 1])
            database.execute("update chunks set value = ? where digest = ?", (spoilt, digest))
    database.close()

    with pytest.raises(StoreBrokenError, match="damaged"):
        counts(Memo(b"e", SqliteStore(tmp_path / "memo")))


def test_nobody_keeps_tables_that_may_stand_on_what_another_process_let_go(tmp_path):
    first, second = (SqliteStore(tmp_path / "memo", b"k") for _ in range(2))
    first.keep({b"%d" % number: (b"facts", b"rest") for number in range(3)})
    second.bound(1, set)
    with pytest.raises(StoreBrokenError, match="another process let go"):
        first.settle_chunks(b"head", set())
    assert not second.head()
    assert first.settle_chunks(b"head", set())  # it has seen that now, and begun anew
    assert second.settle_chunks(b"other", set())
