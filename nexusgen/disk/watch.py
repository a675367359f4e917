"""Watch a hub's folder: tick whenever its files may have changed, and poll what really has.

Events of the file system are hints and nothing more. They can be lost, doubled and reordered, and
their thread can die, so a tick says only "look again", and a slow heartbeat says so without any
event. Whoever takes the ticks reads everything and compares.
"""

import logging
import os
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence, Set
from pathlib import Path

import msgspec
from msgspec.structs import replace
from watchdog import events
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from nexusgen.core.builds import Snapshot
from nexusgen.core.paths import WELL_KNOWN, settings_path
from nexusgen.disk.snapshot import SnapshotOptions, read_snapshot, snapshot_digest, sources_of
from nexusgen.incremental.table import changed_keys

QUIET = 0.05
"""Seconds without an event after which a burst of changes is over."""

LONGEST = 1.0
"""Seconds after which a burst that never ends is looked at all the same."""

HEARTBEAT = (0.7, 5.0)
"""Seconds between two ticks without an event: the shortest, and the longest for a large hub."""

SHARE = 20
"""A heartbeat may cost one part in this many of the processor's time."""

# Opening and reading are no changes: a build that only reads would wake itself for ever.
_CHANGES: list[type[events.FileSystemEvent]] = [
    events.FileCreatedEvent,
    events.FileModifiedEvent,
    events.FileClosedEvent,
    events.FileMovedEvent,
    events.FileDeletedEvent,
    events.DirCreatedEvent,
    events.DirMovedEvent,
    events.DirDeletedEvent,
]
_NEVER = frozenset({"node_modules", "venv", "__pycache__"})


def watched_folders(
    root: Path, left_out: Sequence[Path], more: Set[str] = frozenset()
) -> dict[Path, int]:
    """Return the folders to watch, with their inodes: what is in `root`, less output and dots.

    Where there is a `content` folder, only that, `templates` and those named in `more` hold sources.
    """
    try:
        entries = sorted(os.scandir(root), key=lambda entry: entry.name)
    except OSError:
        return {}
    folders = {
        entry.name: entry.inode()
        for entry in entries
        if entry.name == WELL_KNOWN or not entry.name.startswith(".")
        if entry.name not in _NEVER
        if entry.is_dir(follow_symlinks=False) and root / entry.name not in left_out
    }
    if "content" in folders:
        wanted = ("content", "templates", *sorted(more))
        folders = {name: folders[name] for name in wanted if name in folders}
    return {root / name: inode for name, inode in folders.items()}


class Watcher:
    """Gives a tick whenever the files under `root` may have changed, until it is stopped.

    The folders `left_out` are never watched: output is one. `more` gives the names of those that hold
    sources beside the usual ones, as far as that is known by now. With `poll` there are no events and
    the heart beats at its fastest; the same where the system refuses to watch, which `note` then
    tells in one line.
    """

    def __init__(
        self,
        root: Path,
        left_out: Sequence[Path] = (),
        poll: bool = False,
        note: Callable[[str], None] = lambda _: None,
        observer: Callable[[], BaseObserver] = Observer,
    ) -> None:
        self._root = root
        self._left_out = left_out
        self._poll = poll
        self._note = note
        self._new_observer = observer
        self.more: Callable[[], Set[str]] = frozenset
        self._observer: BaseObserver | None = None
        self._folders: dict[Path, int] = {}
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._interval = HEARTBEAT[0]

    def wake(self) -> None:
        """Ask for a tick soon."""
        self._woken.set()

    def stop(self) -> None:
        """End the ticks; the thread that takes them comes to its end."""
        self._stopped.set()
        self._woken.set()

    @property
    def is_woken(self) -> bool:
        """Whether there will be a tick soon."""
        return self._woken.is_set()

    @property
    def is_stopped(self) -> bool:
        """Whether there will be no more ticks."""
        return self._stopped.is_set()

    def ticks(self) -> Iterator[None]:
        """Yield after each burst of changes and at every heartbeat."""
        try:
            self._reschedule()
            while not self._stopped.is_set():
                woken = self._woken.wait(self._interval)
                if woken:
                    self._settle()
                if self._stopped.is_set():
                    return
                # Cleared before the poll, so that an edit during it is found by another.
                self._woken.clear()
                yield from self._timed(woken)
                self._reschedule()
        finally:
            self._unwatch()

    def _timed(self, woken: bool) -> Iterator[None]:
        started = time.monotonic()
        yield
        if not woken:
            shortest, longest = HEARTBEAT
            cost = SHARE * (time.monotonic() - started)
            self._interval = shortest if self._poll else min(max(cost, shortest), longest)

    def _settle(self) -> None:
        """Wait until the burst is over: atomic saves pass through a missing file."""
        end = time.monotonic() + LONGEST
        while time.monotonic() < end:
            self._woken.clear()
            if not self._woken.wait(QUIET) or self._stopped.is_set():
                return

    def _reschedule(self) -> None:
        """Watch what there is to watch now, again where a folder came or went or a thread died."""
        folders = {} if self._poll else watched_folders(self._root, self._left_out, self.more())
        if self._poll or (folders == self._folders and self.is_watching):
            return
        self._unwatch()
        try:
            self._watch(folders)
        except FileNotFoundError:
            # The hub's folder itself is gone, for now or for good: the next poll finds out.
            self._unwatch()
            return
        except OSError as error:
            self._poll = True
            self._unwatch()
            self._note(_refusal(error))
        # What changed while nobody watched gave no event.
        self._woken.set()

    @property
    def is_watching(self) -> bool:
        """Whether the events of every folder with sources are being heard now."""
        observer = self._observer
        return (
            observer is not None
            and observer.is_alive()
            and len(observer.emitters) == len(self._folders) + 1
            and all(emitter.is_alive() for emitter in observer.emitters)
        )

    def _watch(self, folders: dict[Path, int]) -> None:
        # It also tells of folders that go while they are watched: the next poll finds out.
        logging.getLogger("watchdog").addHandler(logging.NullHandler())
        # watchdog warns that it watches a new folder twice over, which loses nothing.
        warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning, "watchdog")
        handler = _Handler(self._woken)
        self._observer = self._new_observer()
        self._observer.start()
        self._observer.schedule(handler, str(self._root), event_filter=_CHANGES)
        self._folders = folders
        for folder in folders:
            try:
                self._observer.schedule(handler, str(folder), recursive=True, event_filter=_CHANGES)
            except FileNotFoundError:
                # Gone between the listing and now: the next poll finds out.
                continue

    def _unwatch(self) -> None:
        observer, self._observer = self._observer, None
        self._folders = {}
        if observer is not None:
            observer.stop()
            observer.join(2)


class SnapshotChange(msgspec.Struct, frozen=True):
    """Sources that are not those of the poll before: `changed` are the paths that differ."""

    snapshot: Snapshot
    changed: tuple[str, ...]


class SnapshotPoller:
    """Reads the sources of a hub and remembers what it saw."""

    def __init__(self, root: Path, options: SnapshotOptions) -> None:
        self._root = root
        self._options = options
        self._digest = b""
        self._sources: dict[str, bytes] = {}
        self._beside: frozenset[str] = frozenset()

    @property
    def folders(self) -> frozenset[str]:
        """The folders of the hub in which extensions read files, as the last poll saw them."""
        return self._beside

    def poll(self) -> SnapshotChange | None:
        """Return what is new, or None where all is as it was.

        Raises `NexusgenError` where there is no hub to be seen, or not that of the first poll.
        """
        snapshot = read_snapshot(self._root, self._options)
        digest = snapshot_digest(snapshot)
        if digest == self._digest:
            return None
        settings = settings_path(snapshot.content)
        needs = settings if settings in snapshot.files else snapshot.content
        self._options = replace(self._options, needs=needs)
        beside, sources = snapshot.extension_files, sources_of(snapshot)
        self._beside = frozenset(path.partition("/")[0] for path in beside if "/" in path)
        changed = tuple(sorted(changed_keys(self._sources, sources)))
        self._digest, self._sources = digest, sources
        return SnapshotChange(snapshot, changed)

    def forget(self) -> None:
        """Take what the next poll reads for new, whatever it is."""
        self._digest = b""


def describe_changes(changed: tuple[str, ...]) -> str:
    """Return in words what changed, and when: `12:04:31 changed content/a.md and 2 more`."""
    clock = time.strftime("%H:%M:%S")
    if not changed:
        return f"{clock} read the sources"
    more = len(changed) - 1
    return f"{clock} changed {changed[0]}" + (f" and {more} more" if more else "")


class _Handler(events.FileSystemEventHandler):
    """Wakes the watcher at any event."""

    def __init__(self, woken: threading.Event) -> None:
        self._woken = woken

    def on_any_event(self, _event: events.FileSystemEvent) -> None:
        self._woken.set()


def _refusal(error: OSError) -> str:
    return (
        f"file events are not available ({error.strerror or error}); "
        "looking every second instead. On Linux, raise fs.inotify.max_user_watches and "
        "fs.inotify.max_user_instances"
    )
