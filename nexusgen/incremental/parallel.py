"""A function and many items in, the results in order out: over forked processes where it pays.

Workers are forks, so a function may be a closure and nothing is pickled on the way in. Results
travel as JSON. Where the system cannot fork safely, everything runs in this process.
"""

import os
import selectors
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from nexusgen.incremental.errors import SourceChangedError, StoreBrokenError, WorkerLostError

CHUNK = 8
"""Items that a worker takes at once: small enough to share evenly, large enough to be quiet."""

TOUCHED = 40_000
"""Pages of memory that a worker may touch before it is replaced.

To read a value is to touch it, and what is touched is shared with this process no longer: a worker
that lives long comes to have a copy of everything.
"""

PATIENCE = 120.0
"""Seconds after which a worker that has not finished its item is given up."""

_RAISED: Mapping[str, Callable[[str], Exception]] = {
    "changed": SourceChangedError,
    "broken": StoreBrokenError,
    "bug": RuntimeError,
}
"""What is raised in the parent where the function raised something in a worker."""

_encode = msgspec.msgpack.Encoder().encode
_HEADER = 4


def usable_workers(jobs: int, items: int, least: int = 24) -> int:
    """Return how many processes to use for `items` items; 1 means this one."""
    if sys.platform != "linux" or threading.active_count() > 1 or items < least:
        return 1
    return max(1, min(jobs, items // CHUNK))


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def run_all(
    function: Callable[[Any], Any],
    items: Sequence[Any],
    jobs: int,
    *,
    prepare: Callable[[], object] = tuple,
) -> Iterator[tuple[int, Any]]:
    """Yield `(index, function(items[index]))` for each item, in any order.

    `prepare` loads what `function` needs, before there are workers: so they share it.

    A result has to be plain data (bytes, text, numbers, lists, dictionaries). Where a worker is
    lost its item yields a `WorkerLostError` as the result. `SourceChangedError` and
    `StoreBrokenError` are raised here as they are; any other exception of `function` is a bug and
    is raised with the worker's traceback.
    """
    workers = usable_workers(jobs, len(items))
    if workers == 1:
        for index, item in enumerate(items):
            yield index, function(item)
    else:
        prepare()
        yield from _Pool(function, items, workers).results()


class _Worker:
    """A forked process, the pipe on which it gets ranges, and the items it still owes."""

    def __init__(self, pid: int, orders: int, answers: int) -> None:
        self.pid = pid
        self.orders = orders
        self.answers = answers
        self.owed: list[int] = []
        self.touched = 0
        self.buffer = bytearray()

    def order(self, indexes: list[int]) -> None:
        self.owed = indexes
        os.write(self.orders, b"%d %d\n" % (indexes[0], indexes[-1] + 1))

    def frames(self, data: bytes) -> Iterator[tuple[int, Any, str, str]]:
        """Yield the complete answers among the bytes received so far, but for what was touched."""
        self.buffer += data
        while len(self.buffer) >= _HEADER:
            end = _HEADER + int.from_bytes(self.buffer[:_HEADER], "little")
            if len(self.buffer) < end:
                return
            *answer, self.touched = msgspec.msgpack.decode(self.buffer[_HEADER:end])
            del self.buffer[:end]
            yield tuple(answer)

    def dismiss(self, *, kill: bool = False) -> None:
        if kill:
            os.kill(self.pid, signal.SIGKILL)
        os.close(self.orders)
        os.close(self.answers)
        os.waitpid(self.pid, 0)


class _Pool:
    """Hands chunks of items to forked workers, and replaces a worker that is lost."""

    def __init__(self, function: Callable[[Any], Any], items: Sequence[Any], workers: int) -> None:
        self.function = function
        self.items = items
        self.workers = workers
        self.next = 0
        self.selector = selectors.DefaultSelector()
        self.alive: set[_Worker] = set()

    def results(self) -> Iterator[tuple[int, Any]]:
        try:
            for _ in range(self.workers):
                self._employ()
            while self.alive:
                yield from self._wait()
        finally:
            for worker in list(self.alive):
                self._dismiss(worker, kill=True)
            self.selector.close()

    def _employ(self) -> None:
        if self.next >= len(self.items):
            return
        worker = _fork(self.function, self.items, self.alive)
        self.alive.add(worker)
        self.selector.register(worker.answers, selectors.EVENT_READ, worker)
        self._give_work(worker)

    def _give_work(self, worker: _Worker) -> None:
        start = self.next
        if start >= len(self.items) or worker.touched > TOUCHED:
            self._dismiss(worker)
            self._employ()
            return
        self.next = min(start + CHUNK, len(self.items))
        worker.order(list(range(start, self.next)))

    def _wait(self) -> Iterator[tuple[int, Any]]:
        ready = self.selector.select(PATIENCE)
        if not ready:
            for worker in list(self.alive):
                yield from self._lose(worker, f"took longer than {PATIENCE:.0f} seconds")
        for key, _ in ready:
            worker = key.data
            data = os.read(worker.answers, 1 << 20)
            if not data:
                yield from self._lose(worker, "the process that worked on it died")
                continue
            yield from self._receive(worker, data)

    def _receive(self, worker: _Worker, data: bytes) -> Iterator[tuple[int, Any]]:
        for index, result, raised, message in worker.frames(data):
            if raised:
                raise _RAISED[raised](message)
            worker.owed.remove(index)
            yield index, result
        if not worker.owed:
            self._give_work(worker)

    def _lose(self, worker: _Worker, reason: str) -> Iterator[tuple[int, Any]]:
        """Give up a worker and the item it was at; the rest of its chunk goes to a new one."""
        lost, *rest = worker.owed
        self._dismiss(worker, kill=True)
        yield lost, WorkerLostError(lost, reason)
        if rest:
            successor = _fork(self.function, self.items, self.alive)
            self.alive.add(successor)
            self.selector.register(successor.answers, selectors.EVENT_READ, successor)
            successor.order(rest)
        else:
            self._employ()

    def _dismiss(self, worker: _Worker, *, kill: bool = False) -> None:
        self.alive.discard(worker)
        self.selector.unregister(worker.answers)
        worker.dismiss(kill=kill)


def _fork(function: Callable[[Any], Any], items: Sequence[Any], siblings: set[_Worker]) -> _Worker:
    orders_out, orders_in = os.pipe()
    answers_out, answers_in = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        os.close(orders_out)
        os.close(answers_in)
        return _Worker(pid, orders_in, answers_out)
    status = 1
    try:
        # A sibling ends when its orders do, so no other process may keep that pipe open.
        for descriptor in (orders_in, answers_out, *(s.orders for s in siblings)):
            os.close(descriptor)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _work(function, items, orders_out, answers_in)
        status = 0
    finally:
        os._exit(status)


def _work(function: Callable[[Any], Any], items: Sequence[Any], orders: int, answers: int) -> None:
    """Be a worker: answer each item of each range, until there are no more orders."""
    with os.fdopen(orders, "rb") as lines:
        for line in lines:
            start, end = map(int, line.split())
            for index in range(start, end):
                _answer(answers, _attempt(function, items, index))


def _attempt(function: Callable[[Any], Any], items: Sequence[Any], index: int) -> bytes:
    try:
        return _encode((index, function(items[index]), "", "", _touched()))
    except SourceChangedError as error:
        raised, message = "changed", error.path
    except StoreBrokenError as error:
        raised, message = "broken", str(error)
    except Exception:  # noqa: BLE001  a bug: its traceback crosses to the parent, which raises
        raised, message = "bug", f"in a worker process:\n{traceback.format_exc()}"
    return _encode((index, None, raised, message, 0))


def _touched() -> int:
    """Return how many pages of memory this process has touched since it was forked."""
    import resource  # not on every system that has Python

    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def _answer(answers: int, message: bytes) -> None:
    data = memoryview(len(message).to_bytes(_HEADER, "little") + message)
    while data:
        data = data[os.write(answers, data) :]
