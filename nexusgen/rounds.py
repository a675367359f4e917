"""A hub's sources come in each time that they changed, builds in memory go out."""

import time
import traceback
from collections.abc import Callable
from pathlib import Path

import msgspec

from nexusgen.build import build_site
from nexusgen.digests import digest
from nexusgen.engine import engine_digest
from nexusgen.looks import Looker, lenient_read
from nexusgen.memo import Memo, MemoryStore, Store, StoreBrokenError
from nexusgen.model import Build, Snapshot
from nexusgen.problems import NexusgenError, SourceChangedError
from nexusgen.state import FOLDER
from nexusgen.store import SqliteStore

TRIES = 5
"""Times to begin again when a file changes while it is read."""

Builder = Callable[[Snapshot], Build]


class Round(msgspec.Struct, frozen=True):
    """What one look at the sources gave.

    `changed` are the paths of sources that differ from the round before; `read` gives a source
    for a frame.
    """

    build: Build
    changed: tuple[str, ...] = ()
    milliseconds: int = 0
    read: Callable[[str], bytes] = lambda _: b""


class Failed(msgspec.Struct, frozen=True):
    """Why a look at the sources gave no build."""

    reason: str


class KeptBuilder:
    """Builds again and again with one memo, which lies in the hub's state between runs."""

    def __init__(self, root: Path, jobs: int) -> None:
        self._path = root / FOLDER / "memo"
        self._jobs = jobs
        self._libraries = b""
        self._store: Store = SqliteStore(self._path)
        self._memo: Memo | None = None

    def __call__(self, snapshot: Snapshot) -> Build:
        """Return the build of a snapshot; a store that is damaged is replaced.

        Raises `SourceChangedError` where a source is another one by now, `StoreBrokenError` where
        a new store is broken, too.
        """
        try:
            return self._attempt(snapshot)
        except StoreBrokenError:
            self._memo = None
            fresh = SqliteStore(self._path)
            self._store = fresh if fresh.remove() else MemoryStore()
        return self._attempt(snapshot)

    def forget(self) -> None:
        """Trust nothing that is only in memory: the store was changed by another process."""
        self._memo = None

    def _attempt(self, snapshot: Snapshot) -> Build:
        memo = self._memo_for(snapshot)
        build = build_site(snapshot, memo)
        memo.finish()
        return build

    def _memo_for(self, snapshot: Snapshot) -> Memo:
        if self._memo is None or snapshot.libraries != self._libraries:
            self._libraries = snapshot.libraries
            engine = digest(engine_digest(), snapshot.libraries)
            self._memo = Memo(engine, self._store, self._jobs)
        return self._memo


class Rounds:
    """Builds when the sources are not those of the last look."""

    def __init__(self, looker: Looker, build: Builder) -> None:
        self._looker = looker
        self._build = build
        self._failure = ""

    def again(self) -> None:
        """Let the next look build, whatever it shows."""
        self._looker.forget()

    def first(self) -> Round:
        """Return the first build.

        Raises `NexusgenError` where there is nothing to build, and whatever a bug raises.
        """
        newest = self._attempts()
        if newest is None:
            raise NexusgenError("the sources keep changing", "wait until they are at rest", 3)
        return newest

    def look(self) -> Round | Failed | None:
        """Return what is new, or None where the sources are those of the last look.

        Sources that keep changing while they are read give None, too: a later look finds rest.
        """
        try:
            return self._attempts()
        except NexusgenError as error:
            self._looker.forget()
            return self._failed(f"{error.message}: {error.hint}" if error.hint else error.message)
        except Exception as error:  # noqa: BLE001  a bug must not end the preview; it is shown
            traceback.print_exception(error)
            return self._failed(f"this is a bug in nexusgen: {error!r}")

    def _attempts(self) -> Round | None:
        for attempt in range(TRIES):
            try:
                return self._attempt()
            except SourceChangedError:
                self._looker.forget()
                time.sleep(0.01 * attempt)
        return None

    def _attempt(self) -> Round | None:
        started = time.monotonic()
        look = self._looker.look()
        if look is None:
            return None
        build = self._build(look.snapshot)
        self._failure = ""
        milliseconds = round((time.monotonic() - started) * 1000)
        return Round(build, look.changed, milliseconds, lenient_read(look.snapshot))

    def _failed(self, failure: str) -> Failed | None:
        """Return a failure once: the same one again is nothing new."""
        if failure == self._failure:
            return None
        self._failure = failure
        return Failed(failure)
