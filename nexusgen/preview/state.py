"""A hub's folder comes in again and again; a snapshot goes out each time that something changed."""

import secrets
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from msgspec.structs import replace

from nexusgen.build import build_site
from nexusgen.core.model import Build, Output, Site, Snapshot
from nexusgen.core.problems import NexusgenError, Problem
from nexusgen.disk.snapshot import SnapshotOptions, lenient_read, read_snapshot, snapshot_digest
from nexusgen.disk.state import FOLDER
from nexusgen.disk.watch import Watcher
from nexusgen.incremental.digests import digest, engine_digest
from nexusgen.incremental.errors import SourceChangedError, StoreBrokenError
from nexusgen.incremental.memo import Memo, MemoryStore, Store
from nexusgen.incremental.store import SqliteStore
from nexusgen.incremental.table import changed_keys
from nexusgen.preview.app import Desk
from nexusgen.preview.livereload import Hub, news_of
from nexusgen.preview.responses import Shown, changed_urls, show, show_next
from nexusgen.reports.text import count, format_problem
from nexusgen.site.settings import parse_site


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


class Preview:
    """What is served of a hub: the newest build, its problems, and who is told of them."""

    def __init__(
        self, root: Path, first: Round, livereload: bool, say: Callable[[str], None]
    ) -> None:
        self._root = root
        self._say = say
        self._read = first.read
        self._told = first.build
        self._faults: dict[str, tuple[bytes, Problem]] = {}
        self._lock = threading.Lock()
        shown = show(first.build, problems=_errors(first.build.problems))
        self.hub = Hub(news_of(shown, first.read, root))
        self.desk = Desk(
            shown=shown,
            token=secrets.token_urlsafe(24),
            hub=self.hub if livereload else None,
            fault=self.fault,
        )
        self._tell_problems(shown.problems, ())

    def take(self, newest: Round | Failed) -> None:
        """Show what a round gave; sources that are broken leave the last good site in place."""
        with self._lock:
            old = self.desk.shown
            if isinstance(newest, Failed):
                self._show(replace(old, number=old.number + 1, changed=(), failure=newest.reason))
                self._say(f"{newest.reason}\n")
                return
            self._read = newest.read
            problems = _errors(newest.build.problems)
            build = old.build if _is_broken(problems) else newest.build
            problems = tuple(dict.fromkeys((*problems, *self._lasting_faults(build))))
            newer = None if build is newest.build else newest.build
            self._show(replace(show_next(old, build, problems), newest=newer))
            self._tell(newest, build)
            self._tell_problems(problems, old.problems)

    def _lasting_faults(self, build: Build) -> tuple[Problem, ...]:
        """Return why pages could not be rendered that are still to be rendered the same way."""
        self._faults = {
            path: fault
            for path, fault in self._faults.items()
            if path in build.outputs and build.outputs[path].key == fault[0]
        }
        return tuple(problem for _, problem in self._faults.values())

    def fault(self, output: Output, problem: Problem) -> None:
        """Tell of a page that could not be rendered, once."""
        with self._lock:
            if self._faults.get(output.path) == (output.key, problem):
                return
            self._faults[output.path] = (output.key, problem)
            old = self.desk.shown
            problems = tuple(dict.fromkeys((*old.problems, problem)))
            self._show(replace(old, number=old.number + 1, changed=(), problems=problems))
            self._tell_problems(problems, old.problems)

    def _show(self, shown: Shown) -> None:
        self.desk.shown = shown
        self.hub.publish(news_of(shown, self._read, self._root))

    def _tell(self, newest: Round, build: Build) -> None:
        """Tell of a whole round in one line, unless it changed nothing at all."""
        pages = len(changed_urls(self._told.outputs, build.outputs))
        self._told = build
        if newest.changed or pages:
            done = f"rebuilt {count(pages, 'page')} in {newest.milliseconds} ms"
            self._say(f"{told_changes(newest.changed)}, {done}\n")

    def _tell_problems(self, now: tuple[Problem, ...], before: tuple[Problem, ...]) -> None:
        for problem in now:
            if problem not in before:
                self._say(format_problem(problem, self._read(problem.path)))
        if before and not now:
            self._say("all problems are solved\n")


def _errors(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems if problem.severity == "error")


def _is_broken(problems: tuple[Problem, ...]) -> bool:
    """Tell whether content is missing because of problems; a link to nowhere takes nothing away."""
    return any(not problem.code.startswith("link.") for problem in problems)
