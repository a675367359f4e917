"""Rebuild a hub whenever its sources changed, with one memo that lasts as long as the preview."""

import gc
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from nexusgen.build import build_site
from nexusgen.core.model import Build, Snapshot
from nexusgen.core.problems import NexusgenError
from nexusgen.disk.snapshot import lenient_read
from nexusgen.disk.state import FOLDER
from nexusgen.disk.watch import SnapshotPoller, Watcher
from nexusgen.incremental.digests import digest, engine_digest
from nexusgen.incremental.errors import SourceChangedError, StoreBrokenError
from nexusgen.incremental.memo import Memo, MemoryStore, Store
from nexusgen.incremental.store import SqliteStore

TRIES = 5
"""Times to begin again when a file changes while it is read."""


class BuildResult(msgspec.Struct, frozen=True):
    """A build of sources that differ from those of the one before, in the paths `changed`.

    `read` gives a source for a frame.
    """

    build: Build
    changed: tuple[str, ...] = ()
    milliseconds: int = 0
    read: Callable[[str], bytes] = lambda _: b""


class BuildFailure(msgspec.Struct, frozen=True):
    """Why sources gave no build."""

    reason: str


class Rebuilder:
    """Builds when the sources are not those of the last poll; remembers in the hub's state."""

    def __init__(self, root: Path, poller: SnapshotPoller, watcher: Watcher, jobs: int) -> None:
        self._path = root / FOLDER / "memo"
        self._poller = poller
        self._watcher = watcher
        self._jobs = jobs
        self._libraries = b""
        self._store: Store = SqliteStore(self._path)
        self._memo: Memo | None = None
        self._is_saved = True
        self._failure = ""

    def request(self) -> None:
        """Let the next poll build, whatever it shows: something kept is not what it was."""
        self._memo = None
        self._poller.forget()
        self._watcher.wake()

    def first(self) -> BuildResult:
        """Return the first build, and save what it found out: the next start is to be quick.

        Raises `NexusgenError` where there is nothing to build, and whatever a bug raises.
        """
        for result in self._attempts():
            self._save()
            return result
        raise NexusgenError("the sources keep changing", "wait until they are at rest", 3)

    def results(self) -> Iterator[BuildResult | BuildFailure]:
        """Yield what is new: nothing where the sources are those of the last poll.

        Sources that keep changing while they are read give nothing: a later poll finds rest.
        What a build found out is saved only once it was shown.
        """
        try:
            yield from self._attempts()
            self._save()
        except NexusgenError as error:
            self._poller.forget()
            hint = f": {error.hint}" if error.hint else ""
            yield from self._failed(f"{error.message}{hint}")
        except Exception as error:  # noqa: BLE001  a bug must not end the preview; it is shown
            traceback.print_exception(error)
            yield from self._failed(f"this is a bug in nexusgen: {error!r}")

    @contextmanager
    def following(self, show: Callable[[BuildResult | BuildFailure], None]) -> Iterator[None]:
        """Give each new result to `show`, in a thread, for as long as the context lasts."""
        gc.disable()
        run = threading.Thread(target=self._run, args=(show,), name="nexusgen-builder", daemon=True)
        run.start()
        try:
            yield
        finally:
            self._watcher.stop()
            run.join(0.1)
            gc.enable()

    def _run(self, show: Callable[[BuildResult | BuildFailure], None]) -> None:
        while not self._watcher.is_stopped:
            try:
                self._follow(show)
            except Exception:  # noqa: BLE001  a bug may cost one result, never all that follow
                traceback.print_exc()
                time.sleep(1)

    def _follow(self, show: Callable[[BuildResult | BuildFailure], None]) -> None:
        is_tidy = False
        for _ in self._watcher.ticks():
            for result in self.results():
                show(result)
                is_tidy = False
            if not (is_tidy or self._watcher.is_woken):
                collect_garbage()
                is_tidy = True

    def _attempts(self) -> Iterator[BuildResult]:
        for attempt in range(TRIES):
            try:
                yield from self._attempt()
            except SourceChangedError:
                self._poller.forget()
                time.sleep(0.01 * attempt)
            else:
                return

    def _attempt(self) -> Iterator[BuildResult]:
        started = time.monotonic()
        change = self._poller.poll()
        if change is None:
            return
        build = self._build(change.snapshot)
        self._failure = ""
        milliseconds = round((time.monotonic() - started) * 1000)
        yield BuildResult(build, change.changed, milliseconds, lenient_read(change.snapshot))

    def _failed(self, failure: str) -> Iterator[BuildFailure]:
        """Yield a failure once: the same one again is nothing new."""
        if failure != self._failure:
            self._failure = failure
            yield BuildFailure(failure)

    def _build(self, snapshot: Snapshot) -> Build:
        """Return the build of a snapshot; a damaged store is opened again, then replaced.

        Raises `SourceChangedError` where a source is another one by now, `StoreBrokenError` where
        a new store is broken, too.
        """
        for is_replaced in (False, True):
            try:
                return self._build_once(snapshot)
            except StoreBrokenError:
                self._memo = None
                if is_replaced:
                    fresh = SqliteStore(self._path)
                    self._store = fresh if fresh.remove() else MemoryStore()
        return self._build_once(snapshot)

    def _build_once(self, snapshot: Snapshot) -> Build:
        self._save()
        if self._memo is None or snapshot.libraries != self._libraries:
            self._libraries = snapshot.libraries
            engine = digest(engine_digest(), snapshot.libraries)
            self._memo = Memo(engine, self._store, self._jobs)
        build = build_site(snapshot, self._memo)
        self._is_saved = False
        return build

    def _save(self) -> None:
        """Save what the last build found out, for the next one in this process or another."""
        if self._memo is None or self._is_saved:
            return
        self._is_saved = True
        try:
            self._memo.finish()
        except StoreBrokenError:  # another process changed it
            self._memo = None


def collect_garbage() -> None:
    """Look for cyclic garbage among what is new, and take what remains for lasting.

    A hub is a million objects, none of them in a cycle: to look through them again and again, as
    Python does by itself, would take longer than to build the hub after an edit.
    """
    gc.collect()
    gc.freeze()
