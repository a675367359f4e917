"""The memo: a stage and its inputs in, its results out, computed only where no result is kept.

A stage returns two halves: `facts`, which every build reads, and `rest`, which few builds read
(the HTML of an entry is needed only for a page that is rendered again). Results are kept as plain
JSON under a digest of everything that went in, so a store that was tampered with cannot run code
and an old result cannot be mistaken for a new one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from nexusgen.incremental.build_state import Tables
from nexusgen.incremental.digests import digest
from nexusgen.incremental.errors import StoreBrokenError, WorkerLostError
from nexusgen.incremental.parallel import run_all
from nexusgen.incremental.store import Halves, MemoryStore, Store

__all__ = [
    "Call",
    "Memo",
    "MemoryStore",
    "Result",
    "Stage",
    "Store",
]

Facts = TypeVar("Facts")
Rest = TypeVar("Rest")

_encode = msgspec.json.Encoder().encode


class Standing(Protocol):
    """What is made of results of the memo: a struct of tables."""

    @property
    def keys(self) -> tuple[Mapping[str, bytes], ...]:
        """The keys of the results that it stands on, as values of tables."""


K = TypeVar("K", bound=Standing)


class Stage(msgspec.Struct, Generic[Facts, Rest], frozen=True):
    """A pure function worth remembering: arguments in, facts and rest out.

    `lost` gives the facts and the rest of a call whose worker died, from its arguments and the
    reason; they are not kept. `prepare` loads what `run` needs, for all processes that run it.
    """

    name: str
    run: Callable[..., tuple[Facts, Rest]]
    facts: msgspec.json.Decoder[Facts]
    rest: msgspec.json.Decoder[Rest]
    lost: Callable[..., tuple[Facts, Rest]]
    prepare: Callable[[], object] = tuple


class Call(msgspec.Struct, frozen=True):
    """One call of a stage: the digests of its arguments, and how to get them when it must run."""

    inputs: tuple[bytes, ...]
    arguments: Callable[[], tuple[Any, ...]]


class Result(msgspec.Struct, Generic[Facts], frozen=True):
    """What a call gave: its key, which names the result, and its facts."""

    key: bytes
    facts: Facts


class Memo:
    """Remembers the results of stages, across builds where its store does.

    `engine` is the digest of the program itself, a part of every key. `jobs` is the number of
    processes that may work at a time.
    """

    def __init__(self, engine: bytes = b"", store: Store | None = None, jobs: int = 1) -> None:
        self.engine = engine
        self.jobs = jobs
        self.used: set[bytes] = set()
        self._store = store or MemoryStore()
        self._facts: dict[bytes, Any] = {}
        self._lost: dict[bytes, tuple[Any, Any]] = {}
        self._tables = Tables(self._store)
        self._known: tuple[bytes, Any] | None = None

    def map(self, stage: Stage[Facts, Rest], calls: Sequence[Call]) -> list[Result[Facts]]:
        """Return the result of each call, in order; only calls without a kept result run.

        Raises `StoreBrokenError` where the store cannot be trusted, `SourceChangedError` where an
        input changed while it was read.
        """
        name = stage.name.encode()
        keys = [digest(self.engine, name, *call.inputs) for call in calls]
        self.used.update(keys)
        unknown = [key for key in dict.fromkeys(keys) if key not in self._facts]
        kept = self._store.facts(unknown) if unknown else {}
        for key, data in kept.items():
            self._facts[key] = _decoded(stage.facts, data)
        missing = {
            key: call for key, call in zip(keys, calls, strict=True) if key not in self._facts
        }
        self._run(stage, missing)
        return [Result(key, self._fact(key)) for key in keys]

    def rest(self, stage: Stage[Facts, Rest], key: bytes) -> Rest:
        """Return the other half of a result that `map` gave in this build."""
        if key in self._lost:
            rest: Rest = self._lost[key][1]
            return rest
        return _decoded(stage.rest, self._store.rest(key))

    def recall(self, given: bytes, kind: type[K]) -> K | None:
        """Return what an earlier build remembered under `given`; None where that was another.

        Raises `StoreBrokenError` where the store cannot be trusted.
        """
        identity = digest(self.engine, given)
        if self._known is None:
            known = self._tables.load(identity, kind)
            if known is None:
                return None
            self._known = identity, known
        was, found = self._known
        return found if was == identity else None

    def remember(self, given: bytes, known: Standing) -> None:
        """Remember what this build knows, for the next one; not where a result was lost."""
        self._known = None if self._lost else (digest(self.engine, given), known)

    def finish(self) -> None:
        """End a build: keep what it knows, forget what it did not use and what is to be tried again.

        Nothing is forgotten while kept tables may still stand on it.
        """
        self._facts = {key: self._facts[key] for key in self._facts if key in self.used}
        self._lost.clear()
        if self._known is not None:
            self._tables.save(*self._known)
            self._forget(self._known[1])
        self.used = set()

    def _forget(self, known: Standing) -> None:
        number = len(self.used) + sum(len(keys) for keys in known.keys)
        self._store.bound(number, lambda: self.used.union(*[keys.values() for keys in known.keys]))

    def _fact(self, key: bytes) -> Any:
        return self._lost[key][0] if key in self._lost else self._facts[key]

    def _run(self, stage: Stage[Facts, Rest], missing: Mapping[bytes, Call]) -> None:
        keys = list(missing)
        loaded = _Loaded([missing[key] for key in keys])

        def results() -> Iterator[tuple[bytes, Halves]]:
            for index, halves in run_all(
                partial(_halves, stage), loaded, self.jobs, prepare=stage.prepare
            ):
                key = keys[index]
                if isinstance(halves, WorkerLostError):
                    self._lost[key] = stage.lost(halves.reason, *loaded[index])
                else:
                    self._facts[key] = _decoded(stage.facts, halves[0])
                    yield key, (halves[0], halves[1])

        if keys:
            self._store.keep(results())


class _Loaded(Sequence[tuple[Any, ...]]):
    """The arguments of calls, each loaded by the process that needs them, when it does."""

    def __init__(self, calls: Sequence[Call]) -> None:
        self._calls = calls

    def __len__(self) -> int:
        return len(self._calls)

    def __getitem__(self, index: Any) -> Any:
        return self._calls[index].arguments()


def _halves(stage: Stage[Any, Any], arguments: tuple[Any, ...]) -> Halves:
    facts, rest = stage.run(*arguments)
    return _encode(facts), _encode(rest)


def _decoded(decoder: msgspec.json.Decoder[Facts], data: bytes | memoryview) -> Facts:
    try:
        return decoder.decode(data)
    except msgspec.DecodeError as error:
        raise StoreBrokenError(str(error)) from error
