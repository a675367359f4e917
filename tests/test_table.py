"""Tables: immutable maps that share what two versions have in common, whatever their history."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from nexusgen.incremental import table as table_module
from nexusgen.incremental.table import (
    Bucket,
    Storage,
    Table,
    changed_keys,
    checksum,
    table_of,
)

keys = st.text(max_size=3)
rows = st.dictionaries(keys, st.integers(0, 3), max_size=40)
edits = st.lists(st.tuples(rows, st.lists(keys, max_size=4)), max_size=6)


@pytest.fixture(autouse=True)
def _small_buckets(monkeypatch):
    monkeypatch.setattr(table_module, "FULL", 4)


@given(rows, edits)
def test_table_is_a_map_whatever_its_history(start, changes):
    table, model = table_of(start), dict(start)
    for new, gone in changes:
        table = table.updated(new, gone)
        model = {key: value for key, value in model.items() if key not in gone} | new

        assert dict(table) == model
        assert len(table) == len(model)
        assert list(table) == list(table_of(model))  # the order follows from the keys
        assert all(table[key] == table.get(key) == model[key] for key in model)
        assert "missing" not in table
        assert table.get("missing", 7) == 7


@given(rows, rows)
def test_changed_keys_are_those_with_another_value(before, now):
    expected = {key for key in before.keys() | now.keys() if before.get(key) != now.get(key)}

    assert changed_keys(table_of(before), table_of(before).become(now)) == expected
    assert changed_keys(table_of(before), table_of(now)) == expected
    assert changed_keys(before, now) == expected


@given(rows, rows)
def test_changed_keys_of_kept_tables_are_those_with_another_value(before, now):
    tables = table_of(before), table_of(before).become(now)
    for table in tables:
        for bucket in table.buckets:
            bucket.digest = repr(bucket.rows).encode()

    assert changed_keys(*tables) == changed_keys(before, now)


@given(rows, keys, st.integers(4, 9))
def test_one_edit_leaves_all_other_buckets(start, key, value):
    before = table_of(start)
    now = before.updated({key: value})

    if len(now.buckets) == len(before.buckets):
        pairs = zip(before.buckets, now.buckets, strict=True)
        assert sum(old is not new for old, new in pairs) == 1


@given(rows)
def test_equal_rows_leave_the_table_itself(start):
    table = table_of(start)

    assert table.updated(dict(start)) is table
    assert table.become(dict(start)) is table
    assert table.updated({}, ["missing"]) is table


def test_equal_value_stays_the_one_that_was_there():
    first, second = [1], [1]

    assert table_of({"a": first, "b": [2]}).updated({"a": second, "b": [3]})["a"] is first


@pytest.mark.parametrize(
    ("one", "other"), [(1, True), (1, 1.0), ({"a": 1, "b": 2}, {"b": 2, "a": 1}), ([1], [True])]
)
def test_equal_values_that_can_be_told_apart_are_a_change(one, other):
    before = table_of({"a": one})

    assert changed_keys(before, before.become({"a": other})) == {"a"}
    assert repr(before.updated({"a": other})["a"]) == repr(other)


def test_order_and_buckets_follow_from_the_keys_however_a_table_grew(monkeypatch):
    monkeypatch.setattr(table_module, "FULL", 2)
    grown = table_of({})
    for number in range(40):
        grown = grown.updated({str(number): number})
    shrunk = grown.updated({}, [str(number) for number in range(5, 40)])

    for found in (grown, shrunk):
        fresh = table_of(dict(found))
        assert len(found.buckets) == len(fresh.buckets) > 1
        assert list(found) == list(fresh)


def test_missing_row_is_a_key_error():
    with pytest.raises(KeyError):
        table_of({})["a"]


def test_only_buckets_with_a_row_that_is_asked_for_are_loaded():
    start = table_of({str(number): number for number in range(100)})
    loaded: list[bytes] = []

    def load(buckets, stay):
        loaded.extend(bucket.digest for bucket in buckets)
        found = [start.buckets[int(bucket.digest)].rows for bucket in buckets]
        for bucket, rows in zip(buckets, found, strict=True):
            bucket.rows = rows if stay else None
        return found

    away = [table_module.Bucket(None, b"%d" % place) for place in range(len(start.buckets))]
    table: Table[int] = Table(away, 100, storage=Storage(load))

    assert table["7"] == 7
    assert len(loaded) == 1
    assert changed_keys(table, table.updated({"7": 8})) == {"7"}
    assert len(loaded) == 1
    assert dict(table) == dict(start)
    assert len(loaded) == len(start.buckets)


def kept(start: dict[str, int], decoded: list[int]) -> Table[int]:
    """Return a table of rows as they are kept; `decoded` gets those that are decoded."""
    table = table_of(start)
    encoded = [msgspec.msgpack.encode(bucket.rows) for bucket in table.buckets]
    buckets: list[Bucket[int]] = [
        Bucket({**msgspec.msgpack.decode(data, type=dict[str, Raw])}) for data in encoded
    ]

    def decode(row: Raw) -> int:
        decoded.append(msgspec.msgpack.decode(row))
        return decoded[-1]

    return Table(buckets, len(start), storage=Storage(decode=decode))


@given(rows, edits)
def test_table_of_kept_rows_is_the_same_map(start, changes):
    table, model = kept(start, []), table_of(start)
    for new, gone in changes:
        assert changed_keys(table, model.updated(new, gone)) == changed_keys(
            model, model.updated(new, gone)
        )
        table, model = table.updated(new, gone), model.updated(new, gone)
        assert {key: table.get(key) for key in table} == dict(model)
    assert table == model
    assert list(table.items()) == list(model.items())
    assert table.become({"a": 1}) == {"a": 1}


def test_kept_rows_are_decoded_once_and_only_if_they_are_asked_for():
    start, decoded = {str(number): number for number in range(100)}, list[int]()
    table = kept(start, decoded)

    other = table.become(start | {"7": -7})
    assert changed_keys(table, other) == {"7"}
    assert len(other) == len(list(other)) == 100
    assert not decoded

    assert [other["8"], other["8"], other["7"], other.get("9"), "10" in other] == [
        8,
        8,
        -7,
        9,
        True,
    ]
    assert decoded == [8, 9]


def test_table_that_will_be_large_gets_each_of_its_buckets_once():
    """What comes in the order of checksums fills bucket after bucket, however little comes at a time."""
    kept = []
    keys = sorted(map(str, range(2_000)), key=checksum)
    table = Table([Bucket({})], 0, storage=Storage(keep=kept.append))

    for start in range(0, len(keys), 50):
        table = table.updated(dict.fromkeys(keys[start : start + 50], 1), size=len(keys))

    assert list(table) == sorted(keys, key=lambda key: (checksum(key) >> 23, key))
    assert len(table.buckets) == 512
    assert len(kept) <= 512 + 2 * 40  # those that two batches share, and the first batch
