"""Outputs in; each of them rendered, over all processes and within a time, out."""

import errno
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

import msgspec

from nexusgen.artifacts import Output
from nexusgen.cache.parallel import WorkerLostError, run_all
from nexusgen.digests import digest_bytes
from nexusgen.disk.explain import pack_reads
from nexusgen.pages.theme import RenderError
from nexusgen.problems import Problem

T = TypeVar("T")

PATIENCE = 20.0
"""Seconds that a page may take to render."""


class Rendered(msgspec.Struct, frozen=True, array_like=True):
    """What became of a page: the digest of its bytes and, packed, what it read, or what failed.

    `error` is the system's number of what went wrong with its file.
    """

    digest: bytes = b""
    reads: bytes = b""
    problem: Problem | None = None
    error: int = 0


def render_pages(
    outputs: Sequence[Output], prepare: Callable[[], object], jobs: int, folder: str = ""
) -> Iterator[tuple[Output, Rendered]]:
    """Yield each output, in any order, with what became of it, and write it into a folder, if any.

    `prepare` loads what many of them need.
    """
    work = partial(_render, folder)
    with _patience():
        for index, result in run_all(work, outputs, jobs, prepare=prepare):
            out = outputs[index]
            if isinstance(result, WorkerLostError):
                hint = "look for a template that never ends or needs too much memory"
                problem = Problem(out.path, 0, 0, "page.lost", result.reason, hint)
                yield out, Rendered(problem=problem)
            else:
                yield out, msgspec.convert(result, Rendered)


def _render(folder: str, out: Output) -> Rendered:
    try:
        data = _in_time(out.render)
        if folder:
            _write(os.path.join(folder, out.path), data)  # noqa: PTH118  a Path costs as much as this
        return Rendered(digest_bytes(data), pack_reads(out.reads()))
    except RenderError as error:
        return Rendered(problem=error.problem)
    except OSError as error:
        return Rendered(error=error.errno or errno.EIO)


@contextmanager
def _patience() -> Iterator[None]:
    """Let what `_in_time` does fail where it takes too long: a template may hold an endless loop.

    Systems without such a clock, and threads, have no limit.
    """
    if not _has_clock():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _give_up)
    try:
        yield
    finally:
        signal.signal(signal.SIGVTALRM, before)


def _in_time(work: Callable[[], T]) -> T:
    """Return what `work` does, which may take `PATIENCE` of the time of this process alone.

    A busy machine fails nothing.
    """
    if not _has_clock():
        return work()
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    try:
        return work()
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _has_clock() -> bool:
    is_main = threading.current_thread() is threading.main_thread()
    return is_main and hasattr(signal, "setitimer")


def _give_up(_signal: int, _frame: object) -> None:
    raise TimeoutError(f"this page takes longer than {PATIENCE:.0f} seconds")


def _write(target: str, data: bytes) -> None:
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    with os.fdopen(handle, "wb", buffering=0) as file:
        view = memoryview(data)
        while view:
            view = view[file.write(view) :]
