"""The folder of a hub in; its site built or checked, and what there is to say about it, out.

What only a build needs is imported by it: one that finds nothing to do ends before.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from nexusgen.core.model import Build, Snapshot
from nexusgen.core.problems import NexusgenError, Problem, sorted_problems
from nexusgen.disk.manifest import (
    Manifest,
    check_output,
    give_reason,
    is_up_to_date,
    load_manifest,
    load_reads,
    manifest_path,
    next_reads,
    require_ours,
    save_reads,
)
from nexusgen.disk.snapshot import SnapshotOptions, read_snapshot, snapshot_digest
from nexusgen.disk.state import FOLDER, locked, remove_state, save
from nexusgen.incremental.digests import digest, engine_digest
from nexusgen.incremental.errors import SourceChangedError

if TYPE_CHECKING:
    from nexusgen.disk.output import Report
    from nexusgen.incremental.memo import Memo, Store
    from nexusgen.incremental.store import SqliteStore

TRIES = 5
"""Times a snapshot is taken again where files change while they are read."""


class Request(msgspec.Struct, frozen=True):
    """What a command asks for.

    `output` is the folder of the site, `output/` in the hub where it is not given. `keep_going`
    writes the site in spite of errors, `force` into a folder that holds other files.
    """

    root: Path
    output: Path | None = None
    base_url: str = ""
    drafts: bool = False
    jobs: int = 1
    keep_going: bool = False
    force: bool = False

    @property
    def folder(self) -> Path:
        """The folder of the site."""
        return self.output or self.root / "output"


class Outcome(msgspec.Struct, frozen=True):
    """What became of a request; `read` gives the bytes of a source, for the frames of problems.

    `pages` and `size` (bytes) speak of the whole site, `written` and `removed` of what changed.
    `reasons` says of each written file why. `notices` are sentences about the state that need no
    action of an author.
    """

    problems: tuple[Problem, ...]
    entries: int
    snapshot: Snapshot
    lenient: bool = False
    pages: int = 0
    files: int = 0
    size: int = 0
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether an error kept the site from being written or a check from passing."""
        return any(problem.severity == "error" for problem in self.problems)


def build_hub(request: Request) -> Outcome:
    """Build the site of a hub into its folder, writing only what differs.

    With errors and without `keep_going` nothing is written, unless the hub has no settings.
    Raises `NexusgenError` where the folder or the disk does not allow it.
    """
    content = request.root / "content"
    check_output(request.root, content if content.is_dir() else request.root, request.folder)
    with _state(request.root) as notices:
        manifest = load_manifest(request.root, request.folder)
        if not request.force:
            require_ours(request.folder, manifest)
        snapshot = _snapshot(request)
        inputs = snapshot_digest(snapshot)
        if is_up_to_date(request.folder, manifest, inputs):
            return _nothing_to_do(snapshot, manifest)
        return _Builder(request, manifest, notices).build(snapshot, inputs)


def check_hub(request: Request) -> Outcome:
    """Return every problem of a hub without writing its site: those of a build, and more.

    Renders only pages that no earlier build has rendered from the same inputs.
    """
    with _state(request.root) as notices:
        manifest = load_manifest(request.root, request.folder)
        return _Builder(request, manifest, notices).check(_snapshot(request))


def clean_hub(request: Request) -> tuple[str, ...]:
    """Remove the state of a hub, and of its output folder what we wrote; return those paths."""
    from nexusgen.disk.output import remove_site

    with _state(request.root):
        manifest = load_manifest(request.root, request.folder)
        remove_site(request.folder, manifest)
        remove_state(request.root)
        return tuple(manifest.files)


def snapshot_options(request: Request) -> SnapshotOptions:
    """Return the part of a request that a snapshot depends on."""
    return SnapshotOptions(request.base_url, request.drafts, (request.folder,))


def _snapshot(request: Request) -> Snapshot:
    return read_snapshot(request.root, snapshot_options(request))


class _Builder:
    """Builds one hub once, with the memo that it keeps."""

    def __init__(self, request: Request, manifest: Manifest, notices: list[str]) -> None:
        self.request = request
        self.manifest = manifest
        self.notices = notices

    def build(self, snapshot: Snapshot, inputs: bytes) -> Outcome:
        """Build the site and write what differs; `inputs` is the digest of the snapshot."""
        return self._try(partial(self._build, snapshot, inputs), snapshot)

    def check(self, snapshot: Snapshot) -> Outcome:
        """Build the site and write nothing."""
        return self._try(self._check, snapshot)

    def _try(self, work: "Callable[[Snapshot, Memo], Outcome]", snapshot: Snapshot) -> Outcome:
        """Do the work; begin again where the store is broken or a source changed meanwhile."""
        store = _kept_store(self.request.root)
        try:
            return self._try_with(store, work, snapshot)
        finally:
            store.close()

    def _try_with(
        self, store: "Store", work: "Callable[[Snapshot, Memo], Outcome]", snapshot: Snapshot
    ) -> Outcome:
        from nexusgen.incremental.errors import StoreBrokenError
        from nexusgen.incremental.memo import Memo

        for attempt in range(TRIES):
            memo = Memo(digest(engine_digest(), snapshot.libraries), store, self.request.jobs)
            try:
                outcome = work(snapshot, memo)
                memo.finish()
            except StoreBrokenError as error:
                if not attempt:  # a preview may have put something else there meanwhile
                    continue
                self.notices.append(f"the cache could not be used ({error}); built from nothing")
                store = _fresh_store(store)
            except SourceChangedError:
                snapshot = _snapshot(self.request)
            else:
                return replace(outcome, notices=tuple(self.notices))
        raise NexusgenError(
            "files change faster than they can be read", "build again when they are at rest", 3
        )

    def _build(self, first: Snapshot, inputs: bytes, snapshot: Snapshot, memo: "Memo") -> Outcome:
        from nexusgen.build import build_site
        from nexusgen.disk.output import write_site

        if snapshot is not first:
            inputs = snapshot_digest(snapshot)
        build = build_site(snapshot, memo)
        outcome = _outcome(build, snapshot)
        if outcome.failed and not (self.request.keep_going or build.site.lenient):
            return self._tried(outcome, build)
        keep = self._keep_manifest
        report = write_site(build, self.request.folder, self.manifest, keep, self.request.jobs)
        problems = sorted_problems([*outcome.problems, *report.problems])
        manifest = replace(
            report.manifest,
            inputs=b"" if report.problems else inputs,
            problems=problems,
            lenient=build.site.lenient,
        )
        keep(manifest)
        return replace(
            _counted(outcome, manifest),
            reasons=self._reasons(report),
            problems=problems,
            written=report.written,
            removed=report.removed,
            foreign=report.foreign,
        )

    def _check(self, snapshot: Snapshot, memo: "Memo") -> Outcome:
        from nexusgen.build import build_site

        build = build_site(snapshot, memo)
        outcome = _outcome(build, snapshot)
        found = (*outcome.problems, *build.checks())
        return self._tried(replace(outcome, problems=found), build)

    def _tried(self, outcome: Outcome, build: Build) -> Outcome:
        """Return the outcome with the problems of pages that would not render."""
        from nexusgen.disk.output import try_pages

        problems = [*outcome.problems, *try_pages(build, self.manifest, self.request.jobs)]
        return replace(outcome, problems=sorted_problems(problems))

    def _reasons(self, report: "Report") -> tuple[str, ...]:
        """Remember what pages are made from; return why each that was written was written."""
        root, folder = self.request.root, self.request.folder
        if report.manifest.files == self.manifest.files:
            return ()
        old = load_reads(root, folder)
        new = next_reads(old, report.manifest.files, report.reads)
        with suppress(OSError):  # told already, where the manifest could not be kept
            save_reads(root, folder, new)
        return tuple(give_reason(path, old, new) for path in report.written)

    def _keep_manifest(self, manifest: Manifest) -> None:
        try:
            save(manifest_path(self.request.root, self.request.folder), manifest)
        except OSError as error:
            self.notices.append(f"what was written could not be noted: {error.strerror}")


def _outcome(build: Build, snapshot: Snapshot) -> Outcome:
    return Outcome(build.problems, build.entries, snapshot, build.site.lenient)


def _kept_store(root: Path) -> "SqliteStore":
    from nexusgen.incremental.store import SqliteStore

    return SqliteStore(root / FOLDER / "memo")


def _fresh_store(store: "Store") -> "Store":
    """Return a new store in place of a broken one: in memory where the disk does not allow it."""
    from nexusgen.incremental.memo import MemoryStore
    from nexusgen.incremental.store import SqliteStore

    if isinstance(store, SqliteStore) and store.remove():
        return store
    return MemoryStore()


@contextmanager
def _state(root: Path) -> Iterator[list[str]]:
    """Hold the hub's lock; yield the list of notices, which tells where it cannot be held."""
    notices: list[str] = []
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(root / FOLDER))
        except OSError as error:
            reason = error.strerror
            notices.append(
                f"nothing can be kept in {FOLDER}/ ({reason}): every build is a full one"
            )
        yield notices


def _nothing_to_do(snapshot: Snapshot, manifest: Manifest) -> Outcome:
    outcome = Outcome(manifest.problems, manifest.entries, snapshot, manifest.lenient)
    return _counted(outcome, manifest)


def _counted(outcome: Outcome, manifest: Manifest) -> Outcome:
    return replace(
        outcome,
        pages=sum(path.endswith(".html") for path in manifest.files),
        files=len(manifest.files),
        size=sum(written.size for written in manifest.files.values()),
    )
