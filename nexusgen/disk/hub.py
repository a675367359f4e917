"""Build, check, clean and verify the site of a hub in its folder, under the lock of its state.

What only a build needs is imported by it: one that finds nothing to do ends before.
"""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec.structs import replace

from nexusgen.core.builds import Build, Snapshot
from nexusgen.core.paths import settings_path
from nexusgen.core.problems import NexusgenError, Problem, sorted_problems
from nexusgen.disk.keys import VARIABLE, machine_key, state_home
from nexusgen.disk.links import real_path
from nexusgen.disk.manifest import (
    Manifest,
    Report,
    changed_parts,
    check_output,
    forget_files,
    is_up_to_date,
    load_manifest,
    manifest_path,
    names_in,
    our_files,
    remember_files,
    require_ours,
    still_foreign,
    unpack_reads,
)
from nexusgen.disk.snapshot import (
    SnapshotOptions,
    changed_inputs,
    lenient_read,
    read_snapshot,
    snapshot_digest,
)
from nexusgen.disk.state import FOLDER, KeptCodes, locked, remove_state, save
from nexusgen.disk.trust import remember_answer
from nexusgen.incremental.digests import digest_bytes, engine_digest
from nexusgen.incremental.errors import SourceChangedError, StoreBrokenError

if TYPE_CHECKING:
    from nexusgen.incremental.memo import Memo
    from nexusgen.incremental.store import Store

T = TypeVar("T")

TRIES = 5
"""Times to begin again where files change while they are read."""


class Request(msgspec.Struct, frozen=True):
    """What a command asks for.

    `output` is the folder of the site, `output/` in the hub where it is not given. `keep_going`
    writes the site in spite of errors, `force` into a folder that holds other files; a `thorough`
    build looks through the folder for what somebody else put there, whatever it knows. `future`,
    `today`, `trusted` and `needs` are those of `SnapshotOptions`.
    """

    root: Path
    output: Path | None = None
    base_url: str = ""
    drafts: bool = False
    jobs: int = 1
    keep_going: bool = False
    force: bool = False
    thorough: bool = False
    future: bool = False
    today: str = ""
    trusted: bool = False
    needs: str = ""

    @property
    def folder(self) -> Path:
        """The folder of the site; what a person named may be a link to it."""
        if self.output is None:
            return self.root / "output"
        return real_path(self.output) if self.output.is_symlink() else self.output

    @property
    def sources(self) -> SnapshotOptions:
        """What of the request a snapshot depends on."""
        return SnapshotOptions(
            self.base_url,
            self.drafts,
            (self.folder,),
            future=self.future,
            today=self.today,
            trusted=self.trusted,
            needs=self.needs,
        )


class Outcome(msgspec.Struct, frozen=True):
    """What became of a request.

    `report` says what was done to the output folder. `notices` are sentences about the state that
    need no action of an author, `remarks` those of them that only some want to hear.
    """

    problems: tuple[Problem, ...]
    entries: int
    snapshot: Snapshot
    lenient: bool = False
    report: Report = Report(Manifest(), Manifest())
    notices: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether an error kept the site from being written or a check from passing."""
        return any(problem.severity == "error" for problem in self.problems)

    def read(self, path: str) -> bytes:
        """Return the bytes of a source for the frame of a problem, none where it has changed."""
        return lenient_read(self.snapshot, path)


class KeptMemo(AbstractContextManager["KeptMemo", bool]):
    """The memo that lies in a hub's state, or only in memory where there is no such folder.

    Entered, it ends early what finds a source changed or the store broken, so that it is tried
    again. A store that broke twice is replaced, of which `notices` tells: once, another process may
    have put something else there.
    """

    def __init__(self, root: Path | None, jobs: int) -> None:
        self.notices: list[str] = []
        self.remarks: list[str] = []
        self.is_kept = root is not None
        self._root = root
        self._jobs = jobs
        self._libraries = b""
        self._is_suspect = self._is_replaced = False
        self._memo: Memo | None = None
        self._store: Store | None = None

    def of(self, snapshot: Snapshot) -> "Memo":
        """Return the memo for a snapshot: a new one where the libraries are others."""
        from nexusgen.incremental.memo import Memo
        from nexusgen.incremental.store import Store

        if self._store is None:
            self._store = Store() if self._root is None else self._open(self._root)
        if self._memo is None or self._libraries != snapshot.libraries:
            self._libraries = snapshot.libraries
            engine = engine_digest(snapshot.libraries)
            self._memo = Memo(engine, self._store, self._jobs, self._codes(engine))
        return self._memo

    def _open(self, root: Path) -> "Store":
        from nexusgen.incremental.store import SqliteStore, is_made_elsewhere

        path, key = root / FOLDER / "memo", machine_key(root)
        if key.reason:
            self.remarks.append(
                f"no key of this machine can be kept ({key.reason}): nothing in {FOLDER}/ is trusted "
                f"and every build is a full one, unless {VARIABLE} gives a key"
            )
        else:
            with suppress(OSError):
                if is_made_elsewhere(path, key.value):
                    self.remarks.append(
                        f"what lay in {FOLDER}/ was not put there by this machine: "
                        "this build is a full one"
                    )
        return SqliteStore(path, key.value)

    def _codes(self, engine: bytes) -> dict[str, bytes]:
        """Return what keeps compiled code: in the user's folder for state, where a key seals it."""
        home = state_home()
        if self._root is None or home is None or (key := machine_key(self._root)).reason:
            return {}
        return KeptCodes(home / "templates", engine, key.value)

    def forget(self) -> None:
        """Trust nothing that is only in this process: another one may have changed the store."""
        self._memo = None

    def close(self) -> None:
        """Close the store: one that is left open leaves a log as large as itself."""
        if self._store is not None:
            self._store.close()

    def use(self, root: Path, options: SnapshotOptions, make: Callable[[Snapshot, "Memo"], T]) -> T:
        """Return what is made of the sources of a hub, anew where they change meanwhile."""
        for _ in range(TRIES):
            with self:
                snapshot = read_snapshot(root, options)
                return make(snapshot, self.of(snapshot))
        raise _restless()

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if isinstance(error, StoreBrokenError):
            self.forget()
            if self._is_suspect:
                self._replace_store(error)
        self._is_suspect = isinstance(error, StoreBrokenError)
        return isinstance(error, SourceChangedError | StoreBrokenError)

    def _replace_store(self, error: StoreBrokenError) -> None:
        """Begin with a new store; with one in memory where that breaks, too: the disk may be full."""
        from nexusgen.incremental.store import SqliteStore, Store

        if not self._is_replaced:
            self.notices.append(f"the cache could not be used ({error}); built from nothing")
        old, self._store = self._store, Store()
        if isinstance(old, SqliteStore) and old.remove() and not self._is_replaced:
            self._store = old
        self._is_replaced = True


def build_hub(request: Request) -> Outcome:
    """Build the site of a hub into its folder, writing only what differs.

    With errors and without `keep_going` nothing is written, unless the hub has no settings.
    Raises `NexusgenError` where the folder or the disk does not allow it.
    """
    check_output(request.root, request.output)
    with _held(request.root, request.jobs) as held:
        hub = _Hub(request, load_manifest(request.root, request.folder), *held)
        if not request.force:
            require_ours(request.folder, hub.manifest)
        request = replace(request, needs=hub.manifest.settings)
        snapshot = read_snapshot(request.root, request.sources)
        if not request.thorough and is_up_to_date(
            request.folder, hub.manifest, snapshot_digest(snapshot)
        ):
            return hub.nothing_to_do(snapshot)
        hub.manifest = hub.manifest.read_by(engine_digest(snapshot.libraries))
        from nexusgen.build import build_site
        from nexusgen.disk.output import Destination, try_pages, write_site

        for number in range(TRIES):
            with hub.memo:
                if number:
                    snapshot = read_snapshot(request.root, request.sources)
                memo = hub.memo.of(snapshot)
                build = build_site(snapshot, memo)
                goes_on = request.keep_going or build.site.lenient
                if goes_on or all(one.severity != "error" for one in build.problems):
                    to = Destination(
                        request.folder,
                        hub.manifest,
                        hub.remember,
                        hub.aside,
                        goes_on,
                        partial(our_files, request.root, request.folder),
                        request.thorough,
                    )
                    report = hub.finish(build, snapshot, write_site(build, to, request.jobs))
                else:
                    report = Report(
                        hub.manifest,
                        Manifest(),
                        problems=tuple(try_pages(build, hub.manifest, request.jobs)),
                    )
                memo.finish()
                return hub.outcome(build, snapshot, report)
    raise _restless()


def check_hub(request: Request) -> Outcome:
    """Return every problem of a hub without writing its site: those of a build, and more.

    Renders only pages that no earlier build has rendered from the same inputs.
    """
    from nexusgen.build import build_site
    from nexusgen.disk.output import try_pages

    def check(snapshot: Snapshot, memo: "Memo") -> Outcome:
        build = build_site(snapshot, memo)
        found = (*build.checks(), *try_pages(build, hub.manifest, request.jobs))
        memo.finish()
        return hub.outcome(build, snapshot, Report(Manifest(), Manifest(), problems=found))

    with _held(request.root, request.jobs) as held:
        hub = _Hub(request, load_manifest(request.root, request.folder), *held)
        sources = replace(request.sources, needs=hub.manifest.settings)
        return hub.memo.use(request.root, sources, check)


def clean_hub(request: Request) -> tuple[str, ...]:
    """Remove the state of a hub, and of its output folder what we wrote; return those paths.

    Raises `NexusgenError` where a folder was named of which this hub knows nothing.
    """
    from nexusgen.disk.output import remove_files

    check_output(request.root, request.output)
    is_known = manifest_path(request.root, request.folder).is_file()
    if request.output is not None and not is_known and names_in(request.folder):
        hint = "if nobody needs what it holds, remove the folder"
        raise NexusgenError(f"this hub knows of no site of its own in {request.folder}", hint)
    with _held(request.root, request.jobs):
        ours = tuple(load_manifest(request.root, request.folder).files)
        remove_files(request.folder, ours)
        with suppress(OSError):
            request.folder.rmdir()
        forget_files(request.root, request.folder)
        remember_answer(request.root, None)
        remove_state(request.root)
        return ours


def verify_hub(request: Request) -> tuple[Outcome, tuple[str, ...]]:
    """Build as usual, build again with nothing kept, and compare every byte and problem.

    Return what the build gave, and each difference in a sentence.
    """
    from nexusgen.build import build_site

    outcome = build_hub(replace(request, thorough=True))

    def compare(fresh: Snapshot, memo: "Memo") -> tuple[str, ...]:
        return tuple(_differences(request, outcome, build_site(fresh, memo), fresh))

    sources = replace(request.sources, kept=False)
    return outcome, KeptMemo(None, request.jobs).use(request.root, sources, compare)


def with_hub(root: Path, make: Callable[[Snapshot, "Memo"], T]) -> T:
    """Return what a function makes of a hub whose lock is held, with the memo of its builds."""
    from nexusgen.incremental.parallel import cores

    with _held(root, cores()) as (memo, *_):
        return memo.use(root, SnapshotOptions(), make)


def _differences(
    request: Request, outcome: Outcome, clean: Build, fresh: Snapshot
) -> Iterator[str]:
    from nexusgen.disk.output import render_pages

    for path in changed_inputs(outcome.snapshot, fresh):
        yield f"{path}: what was kept of it is not what is there, or it has changed meanwhile"
    outputs = [clean.outputs[path] for path in sorted(clean.outputs)]
    rendered = dict(render_pages(outputs, clean.outputs.prepare, request.jobs))
    lost = [one.problem for one in rendered.values() if one.problem is not None]
    for problem in sorted_problems({*clean.problems, *lost} ^ {*outcome.problems}):
        yield f"{problem.path}:{problem.line}: only one build has this problem: {problem.message}"
    files = outcome.report.manifest.files
    for path in sorted({*files, *rendered}):
        new, old = rendered.get(path), files.get(path)
        if new is None or old is None:
            if not outcome.failed:
                yield f"{path}: only {'the kept' if new is None else 'a clean'} build has this file"
        elif new.digest and new.digest != _digest_of(request.folder / path):
            parts = changed_parts(unpack_reads(old.reads), unpack_reads(new.reads))
            yield f"{path}: the bytes differ; its inputs differ in {', '.join(parts) or 'nothing'}"


def _digest_of(path: Path) -> bytes:
    try:
        return digest_bytes(path.read_bytes())
    except OSError:
        return b""


class _Hub(msgspec.Struct):
    """A hub whose lock is held: what its output folder holds, its memo, and what to say of them."""

    request: Request
    manifest: Manifest
    memo: KeptMemo
    aside: Path
    notices: list[str]

    def remember(self, manifest: Manifest) -> None:
        """Keep what the output folder holds now, where that is possible."""
        if not self.memo.is_kept:
            return
        try:
            save(manifest_path(self.request.root, self.request.folder), manifest)
        except OSError as error:
            self.notices.append(f"what was written could not be noted: {error.strerror}")

    def finish(self, build: Build, snapshot: Snapshot, report: Report) -> Report:
        """Keep what is known of a build that wrote what it could; return what that was."""
        manifest = replace(
            report.manifest,
            inputs=b"" if report.problems else snapshot_digest(snapshot),
            problems=sorted_problems([*build.problems, *report.problems]),
            lenient=build.site.lenient,
            engine=engine_digest(snapshot.libraries),
            settings="" if build.site.lenient else settings_path(snapshot.content),
        )
        self.remember(manifest)
        if report.written or report.removed or not report.before.inputs:
            remember_files(self.request.root, self.request.folder, manifest)
        return report

    def nothing_to_do(self, snapshot: Snapshot) -> Outcome:
        """Return what the build had to say that the output folder holds."""
        was = self.manifest
        now = replace(was, foreign=still_foreign(self.request.folder, was))
        report = Report(was, now)
        return Outcome(was.problems, was.entries, snapshot, was.lenient, report, (*self.notices,))

    def outcome(self, build: Build, snapshot: Snapshot, report: Report) -> Outcome:
        """Return what became of a build."""
        problems = sorted_problems([*build.problems, *report.problems])
        return Outcome(
            problems,
            build.entries,
            snapshot,
            build.site.lenient,
            report,
            (*self.notices, *self.memo.notices),
            (*self.memo.remarks,),
        )


@contextmanager
def _held(root: Path, jobs: int) -> Iterator[tuple[KeptMemo, Path, list[str]]]:
    """Hold a hub's lock: give its memo, a folder for new files, and why nothing can be kept, if so."""
    notices: list[str] = []
    aside = root / FOLDER / "new"
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(root / FOLDER))
            if not os.access(root / FOLDER, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        except OSError as error:
            from tempfile import TemporaryDirectory

            notices.append(
                f"nothing can be kept in {FOLDER}/ ({error.strerror}): every build is a full one"
            )
            aside = Path(stack.enter_context(TemporaryDirectory(prefix="nexusgen-"))) / "new"
        memo = KeptMemo(None if notices else root, jobs)
        stack.callback(memo.close)
        yield memo, aside, notices


def _restless() -> NexusgenError:
    hint = "build again when they are at rest"
    return NexusgenError("files change faster than they can be read", hint, 3)
