"""However a hub came to be as it is: its tables are those of a build from nothing."""

from hypothesis import given
from hypothesis import strategies as st

from nexusgen.incremental.build_state import BuildState
from nexusgen.incremental.derive import Tables

LOOKS = {
    "row": lambda table, key: table.get(key, 0),
    "has": lambda table, key: int(key in table),
    "many": lambda table, _: len(table),
    "keys": lambda table, _: sum(map(ord, table)),
    "sum": lambda table, _: sum(table.values()),
    "none": lambda _table, _key: 0,
}
KEYS = st.sampled_from("abcd")
VALUES = st.dictionaries(KEYS, st.integers(1, 3))
PROGRAMS = st.dictionaries(KEYS, st.tuples(st.sampled_from(sorted(LOOKS)), KEYS))
"""How a row is made: by which look at another table, and at which key of it."""

BLIND = {"a": "sum", "b": "none", "c": "row", "d": "has"}
"""How a row is made that does not read the row of its own key."""


def tables_of(values, programs, last=None):
    """Return the tables of a build, which go on from those of the last one."""
    tables = Tables(BuildState(last or {}))
    program = tables.source("programs", programs, tuple[str, str])
    value = tables.source("values", values, int)

    def look(table, key):
        return LOOKS[program[key][0]](table, program[key][1]) or None

    def chosen(table):
        name, key = program.get("a", ("many", ""))  # what this reads decides what it reads
        return {"all": LOOKS[name](table, key)}

    derived = tables.derive("derived", program, lambda key: look(value, key), int)
    shown = tables.view("shown", derived, lambda row: row % 2)
    twice = tables.derive("twice", program, lambda key: look(shown, key), int)
    blind = tables.derive("blind", program, lambda key: LOOKS[BLIND[key]](value, "a"), int)
    group = tables.group("group", derived, lambda key, row: [(str(row), key)], str)
    whole = tables.whole("whole", lambda: chosen(derived), int)
    last_one = tables.derive("last", group, lambda key: len(group[key]) + whole["all"], int)
    found = (derived, twice, blind, group, whole, last_one)
    return {table.name: dict(table.rows) for table in found}, tables.kept


@given(st.lists(st.tuples(VALUES, PROGRAMS), min_size=2, max_size=6))
def test_tables_are_those_of_a_clean_build_whatever_came_before(history):
    kept = None
    for values, programs in history:
        found, kept = tables_of(values, programs, kept)
        assert found == tables_of(values, programs)[0]


@given(st.lists(VALUES, min_size=1, max_size=3), PROGRAMS)
def test_tables_are_those_of_a_clean_build_where_all_comes_back(between, programs):
    """The first state again, after others: what was kept of it must not be taken for new."""
    _, kept = tables_of({"a": 1, "b": 2}, programs)
    for values in between:
        _, kept = tables_of(values, {}, kept)
    found, _ = tables_of(between[0], programs, kept)
    assert found == tables_of(between[0], programs)[0]
