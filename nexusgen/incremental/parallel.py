"""A function and many items in, the results out as they come: over several processes where it pays.

Where the system forks safely, workers are forks: the function may be a closure, and an item is in
their memory already. Elsewhere, and beside threads, they are processes that begin with nothing, to
which an item is sent as a plain value. Results travel as MessagePack.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from nexusgen.incremental.errors import SourceChangedError, StoreBrokenError, WorkerLostError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

CHUNK = 8
"""Items that a worker takes at once, at least: small enough to share evenly, large enough to be quiet."""

LARGE = 512
"""Items that it takes at most, of very many: what is made of neighbours is loaded by one worker then."""

SHARES = 16
"""How often a worker takes of what is left: less each time, so that all end together."""

QUIET = 0.05
"""Seconds for which a worker gathers results before it answers: an answer costs both sides more
than a short item does."""

MAX_OWN = 180_000_000
"""Bytes of memory of its own that a fork may have before it is replaced.

To read a value is to touch it, and what is touched is shared with this process no longer: a worker
that lives long comes to have a copy of everything.
"""

LOOK = 40_000
"""Pages of memory for which a process asks the system before it looks how much is its own."""

ITEM_TIMEOUT = 120.0
"""Seconds after which a worker that has not finished its item is given up."""

IDLE_TIMEOUT = 5.0
"""Seconds for which workers that are no forks are kept, so that the next call starts none."""

Method = Literal["fork", "forkserver", "spawn"]
"""How workers come to be: as Python's `multiprocessing` calls it."""

LEAST: Mapping[Method, int] = {"fork": 24, "forkserver": 150, "spawn": 150}
"""Items for which workers pay: a fork costs milliseconds, a new process imports what it needs."""

LEAST_SECONDS = 0.000_2
"""What an item takes for which it pays to bring its result from another process."""

_RAISED: Mapping[str, Callable[[str], Exception]] = {
    "changed": SourceChangedError,
    "broken": StoreBrokenError,
    "bug": RuntimeError,
}
"""What is raised in the parent where the function raised something in a worker."""

Function = Callable[[Any], Any]
Item = tuple[int, Any]
"""The index of an item, and the item or what is sent of it."""

_encode = msgspec.msgpack.Encoder().encode


def start_method() -> Method:
    """Return how this process can start others: it forks where that is safe, and costs least.

    A fork has no threads but the one that made it, and locks that others hold stay held; libraries
    of macOS start threads of their own. A server that forks begins before either.
    """
    if sys.platform == "linux" and threading.active_count() == 1:
        return "fork"
    return "spawn" if os.name == "nt" else "forkserver"


def usable_workers(jobs: int, items: int) -> int:
    """Return how many processes to use for `items` items; 1 means this one."""
    if items < LEAST["fork"] or items < LEAST[start_method()]:
        return 1
    return max(1, min(jobs, items // CHUNK))


def pays(seconds: float, tried: int, items: int, jobs: int) -> bool:
    """Tell whether forks would do so many items sooner; those that were tried took `seconds` here.

    What is short costs more to bring from one process to another than it takes.
    """
    each = seconds / tried
    is_long = each > LEAST_SECONDS and each * items > 300 * LEAST_SECONDS
    return is_long and start_method() == "fork" and usable_workers(jobs, items) > 1


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def run_all(
    function: Function,
    items: Sequence[Any],
    jobs: int,
    *,
    prepare: Callable[[], object] = tuple,
    pack: Callable[[Any], Any] = lambda _: None,
) -> Iterator[tuple[int, Any]]:
    """Yield `(index, function(items[index]))` for each item, in any order.

    `prepare` loads what `function` needs, before there are forks: so they share it. `pack` gives a
    value that can be sent to another process and of which `function` makes the same, or None for
    an item that has to stay here; it is asked only where workers are no forks.

    A result has to be plain data (bytes, text, numbers, lists, dictionaries). Where a worker is
    lost its item yields a `WorkerLostError` as the result. `SourceChangedError` and
    `StoreBrokenError` are raised here as they are; any other exception of `function` is a bug and
    is raised with the worker's traceback.
    """
    workers = usable_workers(jobs, len(items))
    if workers == 1:
        for index, item in enumerate(items):
            yield index, function(item)
        return
    method = start_method()
    if method == "fork":
        prepare()
    pool = _Pool(function, items, method, pack)
    yield from pool.results(workers)
    for index in pool.staying:
        yield index, function(items[index])


class _Worker:
    """A process, the connection on which it gets orders and answers, and the items it still owes."""

    def __init__(self, process: "BaseProcess", own: "Connection") -> None:
        self.process = process
        self.connection = own
        self.owed: list[int] = []
        self.own_memory = 0
        self.idle_since = 0.0

    def order(self, chunk: list[Item], function: Function | None) -> None:
        """Give the worker a chunk; a fork knows its function and the items."""
        self.owed = [index for index, _ in chunk]
        self.connection.send((function, chunk) if function else self.owed)

    def dismiss(self, *, kill: bool = False) -> None:
        """End the process: it leaves when there can be no more orders."""
        if kill:
            self.process.kill()
        self.connection.close()
        self.process.join()
        self.process.close()


_idle: list[_Worker] = []
"""Workers that are no forks, kept for the next call."""


class _Pool:
    """Hands chunks of items to workers, and replaces a worker that is lost.

    `suspects` are the indexes of items one of which ended a worker: each is worked on alone.
    `staying` are those of items that cannot be sent.
    """

    def __init__(
        self, function: Function, items: Sequence[Any], method: Method, pack: Callable[[Any], Any]
    ) -> None:
        self.function = function
        self.items = items
        self.method = method
        self.pack = pack
        self.workers = 1
        self.next = 0
        self.alive: set[_Worker] = set()
        self.suspects: list[int] = []
        self.staying: list[int] = []

    def results(self, workers: int) -> Iterator[tuple[int, Any]]:
        """Yield what comes of the items that are sent, as it comes."""
        self.workers = workers
        try:
            for _ in range(workers):
                self._employ(self._chunk())
            while self.alive:
                yield from self._wait()
        finally:
            for worker in list(self.alive):
                self._dismiss(worker, kill=True)

    def _chunk(self) -> list[Item]:
        """Return the next items to be worked on; none where there are no more."""
        if self.suspects:
            return self._packed([self.suspects.pop()])
        chunk: list[Item] = []
        while not chunk and self.next < len(self.items):
            start, left = self.next, len(self.items) - self.next
            size = max(CHUNK, min(LARGE, left // (SHARES * self.workers)))
            self.next = min(start + size, len(self.items))
            chunk = self._packed(range(start, self.next))
        return chunk

    def _packed(self, indexes: Iterable[int]) -> list[Item]:
        if self.method == "fork":
            return [(index, None) for index in indexes]
        found = [(index, self.pack(self.items[index])) for index in indexes]
        self.staying += [index for index, packed in found if packed is None]
        return [(index, packed) for index, packed in found if packed is not None]

    def _employ(self, chunk: list[Item]) -> None:
        """Give a chunk to a worker that has none, if there is anything in it."""
        if not chunk:
            return
        if self.method == "fork":
            worker = _start("fork", (self.function, self.items), self.alive)
        else:
            worker = _idle_worker() or _start(self.method)
        self.alive.add(worker)
        self._order(worker, chunk)

    def _order(self, worker: _Worker, chunk: list[Item]) -> None:
        worker.order(chunk, None if self.method == "fork" else self.function)

    def _give_work(self, worker: _Worker) -> None:
        chunk = self._chunk()
        if not chunk and self.method != "fork":
            self._let_rest(worker)
        elif not chunk or worker.own_memory > MAX_OWN:
            self._dismiss(worker)
            self._employ(chunk)
        else:
            self._order(worker, chunk)

    def _wait(self) -> Iterator[tuple[int, Any]]:
        from multiprocessing.connection import wait

        by_connection = {worker.connection: worker for worker in self.alive}
        ready = wait(list(by_connection), ITEM_TIMEOUT)
        if not ready:
            for worker in list(self.alive):
                yield from self._lose(worker, f"took longer than {ITEM_TIMEOUT:.0f} seconds")
        for one in ready:
            yield from self._receive(by_connection[one])  # type: ignore[index]

    def _receive(self, worker: _Worker) -> Iterator[tuple[int, Any]]:
        try:
            answer = worker.connection.recv_bytes()
        except (EOFError, OSError):
            yield from self._lose(worker, "the process that worked on it died")
            return
        results, raised, message, worker.own_memory = msgspec.msgpack.decode(answer)
        if raised:
            raise _RAISED[raised](message)
        yield from results
        del worker.owed[: len(results)]
        if not worker.owed:
            self._give_work(worker)

    def _lose(self, worker: _Worker, reason: str) -> Iterator[tuple[int, Any]]:
        """Give up a worker and the item it was at, which is known once that was worked on alone."""
        self._dismiss(worker, kill=True)
        if len(worker.owed) == 1:
            yield worker.owed[0], WorkerLostError(worker.owed[0], reason)
        else:
            self.suspects += reversed(worker.owed)
        self._employ(self._chunk())

    def _let_rest(self, worker: _Worker) -> None:
        self.alive.discard(worker)
        worker.idle_since = time.monotonic()
        _idle.append(worker)

    def _dismiss(self, worker: _Worker, *, kill: bool = False) -> None:
        self.alive.discard(worker)
        worker.dismiss(kill=kill)


def _idle_worker() -> _Worker | None:
    """Return a worker that waits for orders; those that did for long are let go."""
    while _idle:
        worker = _idle.pop()
        if time.monotonic() - worker.idle_since < IDLE_TIMEOUT:
            return worker
        worker.dismiss()
    return None


def _start(
    method: Method,
    known: tuple[Function, Sequence[Any]] | None = None,
    siblings: Iterable[_Worker] = (),
) -> _Worker:
    """Start a worker; a fork knows the function and the items of its orders."""
    from multiprocessing import get_context

    context: Any = get_context(method)
    own, other = context.Pipe()
    # A sibling ends when its orders do, so a fork may not keep that connection open.
    held = [own, *(one.connection for one in siblings)] if method == "fork" else []
    process = context.Process(target=_work, args=(other, known, held), daemon=True)
    process.start()
    other.close()
    return _Worker(process, own)


def _work(
    orders: "Connection", known: tuple[Function, Sequence[Any]] | None, held: list["Connection"]
) -> None:
    """Be a worker: answer the items of each order, until there are no more."""
    for one in held:
        one.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            order = orders.recv()
        except EOFError:
            return
        function, chunk = order if known is None else (known[0], order)
        items = chunk if known is None else ((index, known[1][index]) for index in chunk)
        for answer in _attempts(function, items):
            orders.send_bytes(answer)


def _attempts(function: Function, items: Iterable[Item]) -> Iterator[bytes]:
    """Yield the answers to some items; the last one says what was raised, if anything."""
    try:
        yield from _answers(function, items)
    except SourceChangedError as error:
        yield _encode(((), "changed", error.path, 0))
    except StoreBrokenError as error:
        yield _encode(((), "broken", str(error), 0))
    except Exception:  # noqa: BLE001  a bug: its traceback crosses to the parent, which raises
        from traceback import format_exc

        yield _encode(((), "bug", f"in a worker process:\n{format_exc()}", 0))


def _answers(function: Function, items: Iterable[Item]) -> Iterator[bytes]:
    """Yield what comes of some items, of those that take little time together."""
    results: list[Item] = []
    began = time.monotonic()
    for index, item in items:
        results.append((index, function(item)))
        if time.monotonic() - began > QUIET:
            yield _encode((results, "", "", _own_memory()))
            results, began = [], time.monotonic()
    if results:
        yield _encode((results, "", "", _own_memory()))


def _own_memory() -> int:
    """Return how many bytes of memory only this process has, as far as the system says."""
    try:
        import resource
    except ImportError:
        return 0
    looks = resource.getrusage(resource.RUSAGE_SELF).ru_minflt // LOOK
    return _private_bytes(looks) if looks else 0


@lru_cache(maxsize=1)
def _private_bytes(_look: int) -> int:
    """Return the same, looked up: the kernel calls it private (`proc_pid_smaps(5)`)."""
    try:
        with open("/proc/self/smaps_rollup", "rb") as file:  # noqa: PTH123  no Path is imported here
            lines = [line.split() for line in file]
    except OSError:
        return 0
    return sum(int(kib) * 1024 for name, kib, *_ in lines[1:] if name.startswith(b"Private_"))
