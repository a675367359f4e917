"""A Build and a folder in, the site on disk out: the only writer of output.

What is new is rendered aside first, so a page that fails leaves the old site as it was. Then each
file takes its place by a rename: a reader sees the old page or the new one. The manifest names
old and new files before the first of them moves, so a build that is killed leaves nothing that
the next one does not know.
"""

import errno
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from nexusgen.artifacts import Build, Output
from nexusgen.cache.parallel import WorkerLostError, run_all
from nexusgen.digests import digest_bytes
from nexusgen.disk.manifest import UNFINISHED, Manifest, Written, is_unchanged, names_in
from nexusgen.pages.theme import RenderError
from nexusgen.problems import NexusgenError, Problem

PATIENCE = 20.0
"""Seconds that a page may take to render."""


class Report(msgspec.Struct, frozen=True):
    """What `write_site` did: paths written, removed, and kept though they are not ours.

    A folder that we know from a finished build is not searched again for what is not ours.
    """

    manifest: Manifest
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


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
    results = run_all(_try_one, untried, jobs)
    return [_problem_of(untried[index], result) for index, result in results if result is not None]


@contextmanager
def _in_time() -> Iterator[None]:
    """Let what takes `PATIENCE` fail: a template may hold a loop that never ends.

    Counts the time of this process alone, so that a busy machine fails nothing. Systems without
    such a clock, and threads, have no limit.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(
        signal, "setitimer"
    ):
        yield
        return

    def give_up(_signal: int, _frame: object) -> None:
        raise TimeoutError(f"this page takes longer than {PATIENCE:.0f} seconds")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _try_one(out: Output) -> Problem | None:
    try:
        with _in_time():
            out.render()
    except RenderError as error:
        return error.problem
    return None


def _problem_of(out: Output, result: Any) -> Problem:
    if isinstance(result, WorkerLostError):
        hint = "look for a template that never ends or needs too much memory"
        return Problem(out.path, 0, 0, "page.lost", result.reason, hint)
    return msgspec.convert(result, Problem)


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
        self.rendered: dict[str, bytes] = {}
        self.problems: list[Problem] = []

    def write(self, remember: Callable[[Manifest], None], jobs: int) -> Report:
        try:
            self._render(jobs)
            if self.problems and not self.build.site.lenient:
                return Report(self.old, problems=tuple(self.problems))
            changed = [path for path, new in self.rendered.items() if self._differs(path, new)]
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
        return Report(manifest, *changes, foreign, tuple(self.problems))

    def _render(self, jobs: int) -> None:
        shutil.rmtree(self.aside, ignore_errors=True)
        for index, result in run_all(self._render_one, self.stale, jobs):
            path = self.stale[index].path
            if isinstance(result, bytes):
                self.rendered[path] = result
            elif isinstance(result, int):
                raise OSError(result, os.strerror(result), os.fspath(self.output / path))
            else:
                self.problems.append(_problem_of(self.stale[index], result))

    def _render_one(self, out: Output) -> bytes | Problem | int:
        """Return the digest of the bytes that were rendered, a problem, or an error number."""
        try:
            with _in_time():
                data = out.render()
            _write(os.fspath(self.aside), out.path, data)
        except RenderError as error:
            return error.problem
        except OSError as error:
            return error.errno or errno.EIO
        return digest_bytes(data)

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
        return Written(key, self.rendered[path], status.st_size, *times)


def _is_current(key: bytes, known: Written | None, path: str) -> bool:
    return known is not None and known.key == key and is_unchanged(path, known)


def _write(base: str, path: str, data: bytes) -> None:
    target = os.path.join(base, path)  # noqa: PTH118  a Path costs as much as the write
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    with os.fdopen(handle, "wb", buffering=0) as file:
        view = memoryview(data)
        while view:
            view = view[file.write(view) :]


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
