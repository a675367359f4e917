"""A hub's folder comes in again and again; a snapshot goes out each time that something changed."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from nexusgen.artifacts import Snapshot
from nexusgen.disk.snapshot import SnapshotOptions, read_snapshot, snapshot_digest
from nexusgen.model import Site
from nexusgen.preview.watch import Watcher
from nexusgen.problems import SourceChangedError
from nexusgen.sources.site import parse_site
from nexusgen.table import changed_keys


class Look(msgspec.Struct, frozen=True):
    """Sources that are not those of the look before: `changed` are the paths that differ."""

    snapshot: Snapshot
    changed: tuple[str, ...]


class Looker:
    """Looks at the sources of a hub and remembers what it saw."""

    def __init__(self, root: Path, options: SnapshotOptions) -> None:
        self._root = root
        self._options = options
        self._digest = b""
        self._sources: dict[str, bytes] = {}

    def look(self) -> Look | None:
        """Return what is new, or None where all is as it was.

        Raises `NexusgenError` where there is no hub to be seen.
        """
        snapshot = read_snapshot(self._root, self._options)
        digest = snapshot_digest(snapshot)
        if digest == self._digest:
            return None
        sources = sources_of(snapshot)
        changed = changed_sources(self._sources, sources)
        self._digest, self._sources = digest, sources
        return Look(snapshot, changed)

    def forget(self) -> None:
        """Take the next look for a new one, whatever it shows."""
        self._digest = b""


def changes(looker: Looker, watcher: Watcher) -> Iterator[Look]:
    """Yield each look that shows something new, until the watcher is stopped."""
    for _ in watcher.pulses():
        look = looker.look()
        if look is not None:
            yield look


def sources_of(snapshot: Snapshot) -> dict[str, bytes]:
    """Return the digest of every file of a snapshot, by its path."""
    templates = {file.path: file.digest for file in snapshot.templates.values()}
    return {**snapshot.files, **templates}


def changed_sources(old: dict[str, bytes], new: dict[str, bytes]) -> tuple[str, ...]:
    """Return the paths that came, went or changed, sorted."""
    return tuple(sorted(changed_keys(old, new)))


def lenient_read(snapshot: Snapshot) -> Callable[[str], bytes]:
    """Return how to read a source for a frame: empty where it is gone or another one by now."""

    def read(path: str) -> bytes:
        try:
            return snapshot.read(path)
        except (SourceChangedError, KeyError):
            return b""

    return read


def told_changes(changed: tuple[str, ...]) -> str:
    """Return in words what changed, and when: `12:04:31 changed content/a.md and 2 more`."""
    clock = time.strftime("%H:%M:%S")
    if not changed:
        return f"{clock} read the sources"
    more = len(changed) - 1
    return f"{clock} changed {changed[0]}" + (f" and {more} more" if more else "")


def read_settings(root: Path) -> Site:
    """Return the settings of a hub, with defaults for what they leave out or get wrong."""
    content = "content" if (root / "content").is_dir() else ""
    path = root / content / "site.yml"
    data = path.read_bytes() if path.is_file() else None
    site, _ = parse_site(data, f"{content}/site.yml".lstrip("/"), content, root.resolve().name)
    return site
