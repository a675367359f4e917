"""Remember the results of stages by all that went in, and run only those that are not known.

A stage returns two halves: `facts`, which every build reads, and `rest`, which few builds read
(the HTML of an entry is needed only for a page that is rendered again). Results are kept as plain
MessagePack under a digest of everything that went in, so a store that was tampered with cannot run
code and an old result cannot be mistaken for a new one.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, Generic, TypeVar

import msgspec

from nexusgen.incremental.build_state import BuildState, Shelf, load_state, save_state
from nexusgen.incremental.digests import digest
from nexusgen.incremental.errors import StoreBrokenError, WorkerLostError
from nexusgen.incremental.parallel import run_all
from nexusgen.incremental.store import Halves, Store
from nexusgen.incremental.table import Table

Facts = TypeVar("Facts")
Rest = TypeVar("Rest")

BATCH = 500
"""Results kept at a time: what a crash loses is little, and what waits in memory is, too."""

_encode = msgspec.msgpack.Encoder().encode


class Stage(msgspec.Struct, Generic[Facts, Rest], frozen=True):
    """A pure function worth remembering: arguments in, facts and rest out.

    `on_crash` gives the facts and the rest of a call whose worker died, from its arguments and the
    reason; they are not kept. `load` gets the function when it first has to run, before there are
    processes to share it; `finish`, if any, makes both from what that gives. Both are functions of
    modules, which a process that begins with nothing can find.
    """

    name: str
    load: Callable[[], Callable[..., tuple[Facts, Any]]]
    facts: msgspec.msgpack.Decoder[Facts]
    rest: msgspec.msgpack.Decoder[Rest]
    on_crash: Callable[..., tuple[Facts, Rest]]
    finish: Callable[[Any, Any], tuple[Facts, Rest]] | None = None


class Call(msgspec.Struct, frozen=True):
    """One call of a stage: the digests of its arguments, and how to get them when it must run.

    It `stays` where an argument is more than a value, so that no other process can be sent it.
    """

    inputs: tuple[bytes, ...]
    arguments: Callable[[], tuple[Any, ...]]
    stays: bool = False


class Result(msgspec.Struct, Generic[Facts], frozen=True, array_like=True):
    """What a call gave: its key, which names the result, and its facts."""

    key: bytes
    facts: Facts


class Memo:
    """Remembers the results of stages, across builds where its store does.

    `engine` is the digest of the program itself, a part of every key. `jobs` is the number of
    processes that may work at a time. `codes` are programs, compiled, by what they were made of:
    they lie where only this user writes, never in a hub.
    """

    def __init__(
        self,
        engine: bytes = b"",
        store: Store | None = None,
        jobs: int = 1,
        codes: dict[str, bytes] | None = None,
    ) -> None:
        self.engine = engine
        self.jobs = jobs
        self.codes = {} if codes is None else codes
        self.used: set[bytes] = set()
        self._store = store or Store()
        self._shelf = Shelf(self._store)
        self._lost: dict[bytes, tuple[Any, Any]] = {}
        self._state: tuple[bytes, Mapping[str, Table[Any]]] | None = None
        self._standing: tuple[str, ...] = ()

    def map(self, stage: Stage[Facts, Rest], calls: Sequence[Call]) -> list[Result[Facts]]:
        """Return the result of each call, in order; only calls without a kept result run.

        Raises `StoreBrokenError` where the store cannot be trusted, `SourceChangedError` where an
        input changed while it was read.
        """
        name = stage.name.encode()
        keys = [digest(self.engine, name, *call.inputs) for call in calls]
        self.used.update(keys)
        kept_facts = self._store.facts(list(dict.fromkeys(keys)))
        facts = {key: _decoded(stage.facts, data) for key, data in kept_facts.items()}
        missing = {key: call for key, call in zip(keys, calls, strict=True) if key not in facts}
        work, items = partial(_halves, stage.load, stage.finish), list(missing.items())
        results = run_all(work, items, self.jobs, prepare=stage.load, pack=_packed)
        while batch := list(islice(results, BATCH)):
            kept = {}
            for index, halves in batch:
                key, call = items[index]
                if isinstance(halves, WorkerLostError):
                    self._lost[key] = stage.on_crash(halves.reason, *call.arguments())
                    facts[key] = self._lost[key][0]
                else:
                    kept[key] = halves[0], halves[1]
                    facts[key] = _decoded(stage.facts, halves[0])
            self._store.keep(kept)
        return [Result(key, facts[key]) for key in keys]

    def rest(self, stage: Stage[Facts, Rest], key: bytes) -> Rest:
        """Return the other half of a result that `map` gave in this build."""
        if key in self._lost:
            rest: Rest = self._lost[key][1]
            return rest
        return _decoded(stage.rest, self._store.rest(key))

    def last_state(self, given: bytes) -> BuildState:
        """Return the tables of the last build under `given`, none where that was another.

        Raises `StoreBrokenError` where the store cannot be trusted.
        """
        identity = digest(self.engine, given)
        if self._state is None:
            return load_state(self._store, identity, self._shelf)
        return BuildState(self._state[1] if self._state[0] == identity else {}, self._shelf)

    def keep_state(
        self, given: bytes, tables: Mapping[str, Table[Any]], standing: tuple[str, ...]
    ) -> None:
        """Keep the tables of this build for the next one; none where a result was lost.

        `standing` names those whose rows are results of the memo.
        """
        self._state = None if self._lost else (digest(self.engine, given), tables)
        self._standing = standing

    def finish(self) -> None:
        """End a build: keep its tables, forget what it did not use and what is to be tried again.

        Nothing is forgotten while kept tables may still stand on it.
        """
        self._lost.clear()
        if self._state is not None:
            save_state(self._store, *self._state)
            standing = [self._state[1][name] for name in self._standing]
            self._store.bound(
                len(self.used) + sum(map(len, standing)),
                lambda: self.used.union(row.key for table in standing for row in table.values()),
            )
        self.used = set()


def _halves(
    load: Callable[[], Callable[..., Any]],
    finish: Callable[[Any, Any], tuple[Any, Any]] | None,
    item: tuple[bytes, Call],
) -> Halves:
    """Run a stage on arguments that are loaded by the process that needs them, when it does."""
    facts, rest = load()(*item[1].arguments())
    if finish:
        facts, rest = finish(facts, rest)
    return _encode(facts), _encode(rest)


def _packed(item: tuple[bytes, Call]) -> tuple[bytes, Call] | None:
    """Return an item with its arguments, to be sent to another process; None where it stays."""
    key, call = item
    return None if call.stays else (key, Call((), partial(tuple, call.arguments())))


def _decoded(decoder: msgspec.msgpack.Decoder[Facts], data: bytes | memoryview) -> Facts:
    try:
        return decoder.decode(data)
    except msgspec.DecodeError as error:
        raise StoreBrokenError(str(error)) from error
