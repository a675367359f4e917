"""A hub's sources come in each time that they changed, builds in memory go out."""

import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from nexusgen.artifacts import Build, Snapshot
from nexusgen.build import build_site
from nexusgen.cache.engine import engine_digest
from nexusgen.cache.memo import Memo, MemoryStore, Store, StoreBrokenError
from nexusgen.cache.store import SqliteStore
from nexusgen.digests import digest
from nexusgen.disk.state import FOLDER
from nexusgen.preview.looks import Looker, lenient_read
from nexusgen.problems import NexusgenError, SourceChangedError

TRIES = 5
"""Times to begin again when a file changes while it is read."""


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
        self._is_kept = True

    def build(self, snapshot: Snapshot) -> Build:
        """Return the build of a snapshot; a store that is damaged is replaced.

        Raises `SourceChangedError` where a source is another one by now, `StoreBrokenError` where
        a new store is broken, too.
        """
        for mend in (self.forget, self._replace_store):
            try:
                return self._attempt(snapshot)
            except StoreBrokenError:
                mend()
        return self._attempt(snapshot)

    def keep(self) -> None:
        """Keep what the last build found out, for the next one in this process or another."""
        if self._memo is None or self._is_kept:
            return
        self._is_kept = True
        try:
            self._memo.finish()
        except StoreBrokenError:
            self.forget()

    def forget(self) -> None:
        """Trust nothing that is only in memory: the store was changed by another process."""
        self._memo = None

    def _replace_store(self) -> None:
        self.forget()
        fresh = SqliteStore(self._path)
        self._store = fresh if fresh.remove() else MemoryStore()

    def _attempt(self, snapshot: Snapshot) -> Build:
        self.keep()
        build = build_site(snapshot, self._memo_for(snapshot))
        self._is_kept = False
        return build

    def _memo_for(self, snapshot: Snapshot) -> Memo:
        if self._memo is None or snapshot.libraries != self._libraries:
            self._libraries = snapshot.libraries
            engine = digest(engine_digest(), snapshot.libraries)
            self._memo = Memo(engine, self._store, self._jobs)
        return self._memo


class Rounds:
    """Builds when the sources are not those of the last look."""

    def __init__(self, looker: Looker, builder: KeptBuilder) -> None:
        self._looker = looker
        self._builder = builder
        self._failure = ""

    def again(self) -> None:
        """Let the next look build, whatever it shows."""
        self._builder.forget()
        self._looker.forget()

    def first(self) -> Round:
        """Return the first build, and keep what it found out: the next start is to be quick.

        Raises `NexusgenError` where there is nothing to build, and whatever a bug raises.
        """
        for newest in self._attempts():
            self._builder.keep()
            return newest
        raise NexusgenError("the sources keep changing", "wait until they are at rest", 3)

    def looks(self) -> Iterator[Round | Failed]:
        """Yield what is new: nothing where the sources are those of the last look.

        Sources that keep changing while they are read give nothing: a later look finds rest.
        What a round found out is kept only once it was shown.
        """
        try:
            yield from self._attempts()
            self._builder.keep()
        except NexusgenError as error:
            self._looker.forget()
            hint = f": {error.hint}" if error.hint else ""
            yield from self._failed(f"{error.message}{hint}")
        except Exception as error:  # noqa: BLE001  a bug must not end the preview; it is shown
            traceback.print_exception(error)
            yield from self._failed(f"this is a bug in nexusgen: {error!r}")

    def _attempts(self) -> Iterator[Round]:
        for attempt in range(TRIES):
            try:
                yield from self._attempt()
            except SourceChangedError:
                self._looker.forget()
                time.sleep(0.01 * attempt)
            else:
                return

    def _attempt(self) -> Iterator[Round]:
        started = time.monotonic()
        look = self._looker.look()
        if look is None:
            return
        build = self._builder.build(look.snapshot)
        self._failure = ""
        milliseconds = round((time.monotonic() - started) * 1000)
        yield Round(build, look.changed, milliseconds, lenient_read(look.snapshot))

    def _failed(self, failure: str) -> Iterator[Failed]:
        """Yield a failure once: the same one again is nothing new."""
        if failure != self._failure:
            self._failure = failure
            yield Failed(failure)
