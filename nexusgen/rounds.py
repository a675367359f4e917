"""A hub's folder comes in again and again; a build goes out each time that something changed."""

import time
import traceback
from collections.abc import Callable
from pathlib import Path

import msgspec

from nexusgen.disk import SnapshotOptions, read_snapshot, snapshot_digest
from nexusgen.model import Build, Snapshot
from nexusgen.problems import NexusgenError, SourceChangedError

TRIES = 5
"""Times to begin again when a file changes while it is read."""

Builder = Callable[[Snapshot], Build]


class Round(msgspec.Struct, frozen=True):
    """What one look at the sources gave.

    `changed` are the paths of sources that differ from the round before. `build` is None where
    nothing could be built, and `failure` then says why.
    """

    changed: tuple[str, ...]
    milliseconds: int
    build: Build | None = None
    failure: str = ""
    read: Callable[[str], bytes] = lambda _: b""


class Rounds:
    """Looks at a hub's sources and builds when they are not those of the last look."""

    def __init__(self, root: Path, options: SnapshotOptions, build: Builder) -> None:
        self._root = root
        self._options = options
        self._build = build
        self._digest = b""
        self._failure = ""
        self._sources: dict[str, bytes] = {}

    def look(self) -> Round | None:
        """Return what is new, or None where the sources are those of the last look.

        Sources that keep changing while they are read give None, too: a later look finds rest.
        """
        started = time.monotonic()
        for attempt in range(TRIES):
            try:
                return self._look(started)
            except SourceChangedError:
                self._digest = b""
                time.sleep(0.01 * attempt)
        return None

    def first(self) -> Round:
        """Return the first build, which must succeed.

        Raises `NexusgenError` where there is nothing to build, and whatever a bug raises.
        """
        started = time.monotonic()
        while True:
            try:
                return self._built(read_snapshot(self._root, self._options), started)
            except SourceChangedError:
                continue

    def _look(self, started: float) -> Round | None:
        try:
            snapshot = read_snapshot(self._root, self._options)
            if snapshot_digest(snapshot) == self._digest:
                return None
            return self._built(snapshot, started)
        except SourceChangedError:
            raise
        except NexusgenError as error:
            return self._failed(f"{error.message}: {error.hint}" if error.hint else error.message)
        except Exception as error:  # noqa: BLE001  a bug must not end the preview; it is shown
            traceback.print_exception(error)
            return self._failed(f"this is a bug in nexusgen: {error!r}")

    def _built(self, snapshot: Snapshot, started: float) -> Round:
        digest = snapshot_digest(snapshot)
        build = self._build(snapshot)
        sources = sources_of(snapshot)
        changed = changed_sources(self._sources, sources)
        self._digest, self._sources, self._failure = digest, sources, ""
        return Round(changed, _since(started), build, read=lenient_read(snapshot))

    def _failed(self, failure: str) -> Round | None:
        self._digest = b""
        if failure == self._failure:
            return None
        self._failure = failure
        return Round((), 0, failure=failure)


def sources_of(snapshot: Snapshot) -> dict[str, bytes]:
    """Return the digest of every file of a snapshot, by its path."""
    templates = {file.path: file.digest for file in snapshot.templates.values()}
    return {**snapshot.files, **templates}


def changed_sources(old: dict[str, bytes], new: dict[str, bytes]) -> tuple[str, ...]:
    """Return the paths that came, went or changed, sorted."""
    return tuple(sorted({path for path, _ in old.items() ^ new.items()}))


def lenient_read(snapshot: Snapshot) -> Callable[[str], bytes]:
    """Return how to read a source for a frame: empty where it is gone or another one by now."""

    def read(path: str) -> bytes:
        try:
            return snapshot.read(path)
        except (SourceChangedError, KeyError):
            return b""

    return read


def told_sources(changed: tuple[str, ...]) -> str:
    """Return in words what changed: `content/a.md and 2 more`."""
    if not changed:
        return "the settings or the history"
    more = len(changed) - 1
    return f"{changed[0]} and {more} more" if more > 0 else changed[0]


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
