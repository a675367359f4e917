"""Rebuild a hub whenever its sources changed, with one memo that lasts as long as the preview."""

import gc
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import msgspec

from nexusgen.build import build_site
from nexusgen.core.builds import Build
from nexusgen.core.problems import NexusgenError
from nexusgen.disk.hub import TRIES, KeptMemo
from nexusgen.disk.snapshot import lenient_read
from nexusgen.disk.watch import SnapshotPoller, Watcher
from nexusgen.incremental.errors import StoreBrokenError
from nexusgen.incremental.memo import Memo


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


Show = Callable[[BuildResult | BuildFailure], None]


class Rebuilder:
    """Builds when the sources are not those of the last poll; remembers in the hub's state."""

    def __init__(self, poller: SnapshotPoller, watcher: Watcher, memo: KeptMemo) -> None:
        self._poller = poller
        self._watcher = watcher
        self._memo = memo
        self._unsaved: Memo | None = None
        self._failure = ""

    def request(self) -> None:
        """Let the next poll build, whatever it shows: something kept is not what it was."""
        self._memo.forget()
        self._poller.forget()
        self._watcher.wake()

    def first(self) -> BuildResult:
        """Return the first build, and save what it found out: the next start is to be quick.

        Raises `NexusgenError` where there is nothing to build, and whatever a bug raises.
        """
        result = self._build_changed()
        self._save()
        if result is None:
            raise NexusgenError("the sources keep changing", "wait until they are at rest", 3)
        return result

    @contextmanager
    def following(self, show: Show) -> Iterator[None]:
        """Give each new result to `show`, in a thread, for as long as the context lasts."""
        gc.disable()
        run = threading.Thread(target=self._run, args=(show,), name="nexusgen-builder", daemon=True)
        run.start()
        try:
            yield
        finally:
            self._watcher.stop()
            run.join(0.1)
            gc.unfreeze()
            gc.enable()

    def _run(self, show: Show) -> None:
        while not self._watcher.is_stopped:
            try:
                self._follow(show)
            except Exception:  # noqa: BLE001  a bug may cost one result, never all that follow
                traceback.print_exc()
                time.sleep(1)

    def _follow(self, show: Show) -> None:
        is_tidy = False
        for _ in self._watcher.ticks():
            result = self._next()
            if result is not None:
                show(result)
                self._save()
                is_tidy = False
            if not (is_tidy or self._watcher.is_woken):
                collect_garbage()
                is_tidy = True

    def _next(self) -> BuildResult | BuildFailure | None:
        """Return what is new; the same failure as before is nothing new.

        Sources that keep changing while they are read give nothing: a later poll finds rest.
        """
        try:
            result = self._build_changed()
        except NexusgenError as error:
            self._poller.forget()
            return self._failed(f"{error.message}: {error.hint}" if error.hint else error.message)
        except Exception as error:  # noqa: BLE001  a bug must not end the preview; it is shown
            traceback.print_exception(error)
            return self._failed(f"this is a bug in nexusgen: {error!r}")
        if result is not None:
            self._failure = ""
        return result

    def _failed(self, failure: str) -> BuildFailure | None:
        known, self._failure = self._failure, failure
        return BuildFailure(failure) if failure != known else None

    def _build_changed(self) -> BuildResult | None:
        for number in range(TRIES):
            with self._memo:
                started = time.monotonic()
                change = self._poller.poll()
                if change is None:
                    return None
                memo = self._memo.of(change.snapshot)
                build = build_site(change.snapshot, memo)
                self._unsaved = memo
                milliseconds = round((time.monotonic() - started) * 1000)
                read = partial(lenient_read, change.snapshot)
                return BuildResult(build, change.changed, milliseconds, read)
            self._poller.forget()
            time.sleep(0.01 * number)
        return None

    def _save(self) -> None:
        """Save what the last build found out, for the next one in this process or another.

        That waits until the build was shown.
        """
        memo, self._unsaved = self._unsaved, None
        try:
            if memo is not None:
                memo.finish()
        except StoreBrokenError:  # another process changed it
            self._memo.forget()


def collect_garbage() -> None:
    """Look for cyclic garbage among what is new, and take what remains for lasting.

    A hub is a million objects, none of them in a cycle: to look through them again and again, as
    Python does by itself, would take longer than to build the hub after an edit.
    """
    gc.collect()
    gc.freeze()
