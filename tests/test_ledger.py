"""Work is done again where, and only where, it read a cell that changed."""

from functools import partial

import pytest

from nexusgen.incremental import derive
from nexusgen.incremental.derive import Trace, Traced, cells, changed_cells, stale

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
WHOLE = {"all keys", "each key", "all values", "all rows", "how many"}


@pytest.mark.parametrize("few", [0, 8])
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("edit", ["change", "add", "remove", "other"])
def test_work_is_stale_where_it_read_what_changed(look, edit, few, monkeypatch):
    monkeypatch.setattr(derive, "FEW", few)
    rows = {"b": 2, "c": 3} if edit == "add" else {"a": 1, "b": 2, "c": 3}
    now = {
        "change": rows | {"a": 7},
        "add": rows | {"a": 1},
        "remove": {"b": 2, "c": 3},
        "other": rows | {"c": 7},
    }[edit]
    trace = Trace()
    table = Traced("rows", rows, trace)
    try:
        _, seen = trace.follow(partial(LOOKS[look], table))
    except KeyError:
        seen = trace.pack()

    found = stale({"work": seen}, changed_cells("rows", rows, now))

    reads_a = look in ("a row", "a row that may be missing", "whether there is a row")
    assert found == (["work"] if look in WHOLE or (reads_a and edit != "other") else [])


def test_each_piece_of_work_has_its_own_reads():
    trace = Trace()
    table = Traced("rows", {"a": 1, "b": 2}, trace)
    reads = {name: trace.follow(partial(table.get, name))[1] for name in "ab"}

    assert stale(reads, cells("rows", ["a"])) == ["a"]


def test_tables_of_another_name_have_other_cells():
    trace = Trace()
    _, seen = trace.follow(partial(Traced("one", {"a": 1}, trace).get, "a"))

    assert stale({"work": seen}, cells("two", ["a"])) == []
    assert stale({"work": seen}, set()) == []
