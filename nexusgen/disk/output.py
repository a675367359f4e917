"""Outputs in; each of them rendered, over all processes and within a time, out."""

import errno
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TypeVar

import msgspec

from nexusgen.core.model import Build, Output
from nexusgen.core.problems import NexusgenError, Problem
from nexusgen.disk.manifest import UNFINISHED, Manifest, Written, is_unchanged, names_in, pack_reads
from nexusgen.incremental.digests import digest_bytes
from nexusgen.incremental.errors import WorkerLostError
from nexusgen.incremental.parallel import run_all
from nexusgen.pages.theme import RenderError

T = TypeVar("T")

PATIENCE = 20.0
"""Seconds that a page may take to render."""


class Rendered(msgspec.Struct, frozen=True, array_like=True):
    """What became of a page: the digest of its bytes and, packed, what it read, or what failed.

    `error` is the system's number of what went wrong with its file.
    """

    digest: bytes = b""
    reads: bytes = b""
    problem: Problem | None = None
    error: int = 0


def render_pages(
    outputs: Sequence[Output], prepare: Callable[[], object], jobs: int, folder: str = ""
) -> Iterator[tuple[Output, Rendered]]:
    """Yield each output, in any order, with what became of it, and write it into a folder, if any.

    `prepare` loads what many of them need.
    """
    work = partial(_render, folder)
    with _patience():
        for index, result in run_all(work, outputs, jobs, prepare=prepare):
            out = outputs[index]
            if isinstance(result, WorkerLostError):
                hint = "look for a template that never ends or needs too much memory"
                problem = Problem(out.path, 0, 0, "page.lost", result.reason, hint)
                yield out, Rendered(problem=problem)
            else:
                yield out, msgspec.convert(result, Rendered)


def _render(folder: str, out: Output) -> Rendered:
    try:
        data = _in_time(out.render)
        if folder:
            _write(os.path.join(folder, out.path), data)  # noqa: PTH118  a Path costs as much as this
        return Rendered(digest_bytes(data), pack_reads(out.reads()))
    except RenderError as error:
        return Rendered(problem=error.problem)
    except OSError as error:
        return Rendered(error=error.errno or errno.EIO)


@contextmanager
def _patience() -> Iterator[None]:
    """Let what `_in_time` does fail where it takes too long: a template may hold an endless loop.

    Systems without such a clock, and threads, have no limit.
    """
    if not _has_clock():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _give_up)
    try:
        yield
    finally:
        signal.signal(signal.SIGVTALRM, before)


def _in_time(work: Callable[[], T]) -> T:
    """Return what `work` does, which may take `PATIENCE` of the time of this process alone.

    A busy machine fails nothing.
    """
    if not _has_clock():
        return work()
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    try:
        return work()
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _has_clock() -> bool:
    is_main = threading.current_thread() is threading.main_thread()
    return is_main and hasattr(signal, "setitimer")


def _give_up(_signal: int, _frame: object) -> None:
    raise TimeoutError(f"this page takes longer than {PATIENCE:.0f} seconds")


def _write(target: str, data: bytes) -> None:
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    with os.fdopen(handle, "wb", buffering=0) as file:
        view = memoryview(data)
        while view:
            view = view[file.write(view) :]


class Report(msgspec.Struct, frozen=True):
    """What `write_site` did: paths written, removed, and kept though they are not ours.

    `reads` says of what was rendered from what it was made, see `pack_reads`. A folder that we
    know from a finished build is not searched again for what is not ours.
    """

    manifest: Manifest
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    reads: Mapping[str, bytes] = {}


def write_site(
    build: Build, output: Path, manifest: Manifest, remember: Callable[[Manifest], None], jobs: int
) -> Report:
    """Bring `output` to what `build` says, touching only what differs.

    Renders a page only where its key or its file is not as `manifest` says. Where a page cannot be
    rendered, its old version stays; in a hub with settings nothing is written at all. `remember`
    saves a manifest; the caller holds the hub's lock. Raises `NexusgenError` where the disk fails.
    """
    mask = os.umask(0o022)  # what is published must be readable by whoever serves it
    try:
        return _Writer(build, output, manifest).write(remember, jobs)
    except OSError as error:
        place = error.filename or output
        raise NexusgenError(
            f"cannot write {os.fsdecode(place)}: {error.strerror}",
            "the site is as it was; make room or make the folder writable, then build again",
            exit_code=3,
        ) from error
    finally:
        os.umask(mask)


def remove_site(output: Path, manifest: Manifest) -> None:
    """Remove what we wrote, and the folder where that leaves it empty."""
    for path in manifest.files:
        _unlink(output, path)
    with suppress(OSError):
        output.rmdir()


def try_pages(build: Build, manifest: Manifest, jobs: int) -> list[Problem]:
    """Return the problems of pages that cannot be rendered; what was rendered before is known."""
    untried = [
        build.outputs[path]
        for path, key in sorted(build.outputs.file_keys.items())
        if path not in manifest.files or manifest.files[path].key != key
    ]
    results = render_pages(untried, build.outputs.prepare, jobs)
    return [rendered.problem for _, rendered in results if rendered.problem is not None]


class _Writer:
    """Renders what is stale into a folder beside the output, then lets it take its place."""

    def __init__(self, build: Build, output: Path, manifest: Manifest) -> None:
        self.build = build
        self.output = output
        self.old = manifest
        self.aside = output.parent / f".{output.name}.new"
        base = os.fspath(output) + os.sep
        self.keys = dict(sorted(build.outputs.file_keys.items()))
        self.stale = [
            build.outputs[path]
            for path, key in self.keys.items()
            if not _is_current(key, manifest.files.get(path), base + path)
        ]
        self.rendered: dict[str, Rendered] = {}
        self.problems: list[Problem] = []

    def write(self, remember: Callable[[Manifest], None], jobs: int) -> Report:
        try:
            self._render(jobs)
            if self.problems and not self.build.site.lenient:
                return Report(self.old, problems=tuple(self.problems))
            changed = [
                path for path, new in self.rendered.items() if self._differs(path, new.digest)
            ]
            gone = [path for path in self.old.files if path not in self.keys]
            if changed or gone:
                remember(Manifest(dict.fromkeys(changed, UNFINISHED) | self.old.files))
            self._publish(changed, gone)
        finally:
            shutil.rmtree(self.aside, ignore_errors=True)
        manifest = Manifest(self._manifest(), entries=self.build.entries)
        remember(manifest)
        foreign = () if self.old.inputs else tuple(sorted(_foreign(self.output, manifest.files)))
        changes = tuple(sorted(changed)), tuple(sorted(gone))
        reads = {path: rendered.reads for path, rendered in self.rendered.items()}
        return Report(manifest, *changes, foreign, tuple(self.problems), reads)

    def _render(self, jobs: int) -> None:
        shutil.rmtree(self.aside, ignore_errors=True)
        prepare = self.build.outputs.prepare
        for out, rendered in render_pages(self.stale, prepare, jobs, os.fspath(self.aside)):
            if rendered.error:
                place = os.fspath(self.output / out.path)
                raise OSError(rendered.error, os.strerror(rendered.error), place)
            if rendered.problem is None:
                self.rendered[out.path] = rendered
            else:
                self.problems.append(rendered.problem)

    def _differs(self, path: str, new: bytes) -> bool:
        """Tell whether a rendered file has to be put in place: equal bytes keep their times."""
        target = self.output / path
        known = self.old.files.get(path)
        if known is not None and is_unchanged(os.fspath(target), known):
            return known.digest != new
        try:
            return target.is_symlink() or digest_bytes(target.read_bytes()) != new
        except OSError:
            return True

    def _publish(self, changed: list[str], gone: list[str]) -> None:
        for path in gone:
            _unlink(self.output, path)
        if changed and not names_in(self.output):
            with suppress(FileNotFoundError):
                self.output.rmdir()
            self.aside.replace(self.output)
            return
        ready: set[str] = set()
        for path in changed:
            _make_way(self.output, path, ready)
            _move(os.fspath(self.aside / path), os.fspath(self.output / path))

    def _manifest(self) -> dict[str, Written]:
        files = {}
        stale = {out.path for out in self.stale}
        for path, key in self.keys.items():
            if path not in stale:
                files[path] = self.old.files[path]
            elif path in self.rendered:
                files[path] = self._written(path, key)
            elif path in self.old.files:  # it failed: it stays ours, to be tried again
                files[path] = msgspec.structs.replace(self.old.files[path], key=b"")
        return files

    def _written(self, path: str, key: bytes) -> Written:
        status = os.lstat(os.fspath(self.output) + os.sep + path)
        times = status.st_mtime_ns, status.st_ctime_ns, status.st_ino
        return Written(key, self.rendered[path].digest, status.st_size, *times)


def _is_current(key: bytes, known: Written | None, path: str) -> bool:
    return known is not None and known.key == key and is_unchanged(path, known)


def _make_way(output: Path, path: str, ready: set[str]) -> None:
    """Make the folder of a file; what stands in its way as a file or a link gives way."""
    folder = os.path.dirname(path)  # noqa: PTH120
    if folder in ready:
        return
    below = output
    for part in PurePosixPath(folder).parts:
        below /= part
        if below.is_symlink() or (below.exists() and not below.is_dir()):
            below.unlink()
        below.mkdir(exist_ok=True)
    ready.add(folder)


def _move(source: str, target: str) -> None:
    """Rename a file into its place; where that crosses file systems, copy it beside it first."""
    try:
        os.replace(source, target)  # noqa: PTH105
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = target + ".new"
        shutil.copyfile(source, beside)
        os.replace(beside, target)  # noqa: PTH105


def _unlink(output: Path, path: str) -> None:
    """Remove a file of ours, and the folders that are empty without it."""
    target = output / path
    with suppress(FileNotFoundError, NotADirectoryError):
        target.unlink()
    for folder in target.parents:
        if folder == output:
            return
        try:
            folder.rmdir()
        except OSError:
            return


def _foreign(output: Path, ours: Mapping[str, Written]) -> Iterator[str]:
    """Yield what the folder holds that is not ours; hidden files belong to other tools."""
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        for entry in os.scandir(f"{output}/{prefix}"):
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(f"{prefix}{entry.name}/")
            elif prefix + entry.name not in ours:
                yield prefix + entry.name
