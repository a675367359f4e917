"""Bring an output folder to what a build says: render what is stale aside, then put it in place.

Nothing is written, removed or trusted behind a link, and what nexusgen did not write stays.
"""

import errno
import os
import shutil
import stat
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import msgspec
from msgspec.structs import replace

from nexusgen.core.builds import Build, Output
from nexusgen.core.paths import folder_of
from nexusgen.core.problems import NexusgenError, Problem
from nexusgen.disk.files import replace_file, replace_in_use
from nexusgen.disk.manifest import (
    UNFINISHED,
    Folders,
    Manifest,
    Report,
    Written,
    files_in,
    names_in,
    state_of,
    still_foreign,
)
from nexusgen.incremental.digests import digest_bytes
from nexusgen.incremental.errors import WorkerLostError
from nexusgen.incremental.parallel import run_all
from nexusgen.pages.theme import RenderError

SLICE = 20_000
"""Outputs that are rendered before the next are even made, so that many take little memory."""


class Destination(msgspec.Struct, frozen=True):
    """Where a site goes: its folder, what is known of it, and how to remember more.

    `aside` is a folder of our own in which to render; `keep_going` writes pages although others
    fail. `find_ours` gives what else lies in the folder and is proven ours, but for what is known:
    `searched` says that it is looked for.
    """

    folder: Path
    manifest: Manifest
    remember: Callable[[Manifest], None]
    aside: Path
    keep_going: bool = False
    find_ours: Callable[[Container[str]], Iterable[str]] = lambda _: ()
    searched: bool = False


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
) -> Iterator[tuple[str, Rendered]]:
    """Yield for each output, in any order, what became of it; write it into a folder, if any.

    `prepare` loads what many of them need. Raises `OSError` where a file cannot be written.
    """
    results = run_all(partial(_render, folder), outputs, jobs, prepare=prepare, pack=_packed)
    for index, result in results:
        path = outputs[index].path
        if isinstance(result, WorkerLostError):
            hint = "look for a template that never ends or needs too much memory"
            yield path, Rendered(problem=Problem(path, 0, 0, "page.lost", result.reason, hint))
            continue
        rendered = msgspec.convert(result, Rendered)
        if rendered.error:
            place = os.path.join(folder, path)  # noqa: PTH118  a Path costs as much as this
            raise OSError(rendered.error, os.strerror(rendered.error), place)
        yield path, rendered


def _render(folder: str, out: Output) -> Rendered:
    try:
        data = out.render()
        if folder:
            _write(os.path.join(folder, out.path), data)  # noqa: PTH118  a Path costs as much as this
        # Cut short: these digests tell what changed, and never decide.
        reads = {name: digest[:6] for name, digest in out.reads().items()}
        return Rendered(digest_bytes(data), msgspec.msgpack.encode(reads))
    except RenderError as error:
        return Rendered(problem=error.problem)
    except OSError as error:
        return Rendered(error=error.errno or errno.EIO)


def _packed(out: Output) -> Output | None:
    """Return an output that can be sent to another process, None where it stays in this one."""
    if out.portable is None:
        return None
    return Output(out.path, out.key, out.portable(), partial(dict, out.reads()))


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


def write_site(build: Build, to: Destination, jobs: int) -> Report:
    """Bring the folder to what `build` says, touching only what differs.

    Renders a page only where its key or its file is not as the manifest says. Where a page cannot
    be rendered its old version stays, where there is one, and without `keep_going` nothing is
    written at all. Where others wrote into the folder, such as git that checked out another branch,
    old pages of ours may have come back: these go. The caller holds the hub's lock.
    Raises `NexusgenError` where the disk fails, or where something that is not ours stands in the way.
    """
    folders = Folders(to.folder)
    keys = build.outputs.file_keys
    to, decisions = _decide(keys, to)
    stale, aside = build.outputs.in_order(decisions), os.fspath(to.aside)
    joined = [out for path in decisions if (out := build.outputs.files.get(path)) and out.join]
    with _published(to):
        rendered: dict[str, Rendered] = {}
        for start in range(0, len(stale), SLICE):
            some = [build.outputs[path] for path in stale[start : start + SLICE]]
            alone = [out for out in some if out.join is None]
            rendered |= render_pages(alone, build.outputs.prepare, jobs, aside)
        rendered |= _join(joined, to, rendered)
        problems = tuple(one.problem for one in rendered.values() if one.problem is not None)
        if problems and not to.keep_going:
            return Report(to.manifest, to.manifest, problems=problems)
        changed = [path for path, one in rendered.items() if _differs(path, one, to, folders)]
        failed = {path for path, one in rendered.items() if one.problem is not None}
        gone = [
            path
            for path in to.manifest.files
            if path not in keys or (path in failed and not state_of(f"{to.folder}/{path}"))
        ]
        for path in changed if names_in(to.folder) else ():
            _require_way(to.folder, path, to.manifest.files)
        if new := [path for path in changed if path not in to.manifest.files]:
            files = to.manifest.files.updated(dict.fromkeys(new, UNFINISHED))
            to.remember(Manifest(files))  # what is not new shows by its status that it is another
        remove_files(to.folder, gone)
        _put_in_place(to, changed)
        manifest = _manifest(build, to, rendered, gone)
    written, removed = tuple(sorted(changed)), tuple(sorted(gone))
    return Report(to.manifest, manifest, written, removed, problems, decisions)


def _join(
    outputs: Sequence[Output], to: Destination, rendered: Mapping[str, Rendered]
) -> dict[str, Rendered]:
    """Write outputs that hold others: those that were rendered lie aside, the rest where it was."""

    def read(path: str) -> bytes:
        one = rendered.get(path)
        if one is not None and one.problem is not None:
            raise RenderError(one.problem)
        with open(f"{to.folder if one is None else to.aside}/{path}", "rb", 0) as file:  # noqa: PTH123  a Path costs more
            return file.read()

    joined = [replace(out, render=partial(out.join, read)) for out in outputs if out.join]
    return dict(render_pages(joined, tuple, 1, os.fspath(to.aside)))


def try_pages(build: Build, manifest: Manifest, jobs: int) -> list[Problem]:
    """Return the problems of pages that cannot be rendered; what was rendered before is known."""
    untried = [
        build.outputs[path]
        for path, key in sorted(build.outputs.file_keys.items())
        if path not in build.outputs.files  # those are read or made, not rendered
        and (path not in manifest.files or manifest.files[path].key != key)
    ]
    results = render_pages(untried, build.outputs.prepare, jobs)
    return [rendered.problem for _, rendered in results if rendered.problem is not None]


def remove_files(output: Path, paths: Sequence[str]) -> None:
    """Remove files of ours, and the folders that are empty without them."""
    folders = Folders(output)
    for path in paths:
        if not folders[folder_of(path)]:
            continue  # what lies behind a link is not what we wrote
        target = output / path
        emptied = list(target.parents[: path.count("/")])
        if target.is_dir() and not target.is_symlink():
            emptied = [target, *emptied]
        else:
            target.unlink(missing_ok=True)
        with suppress(OSError):
            for folder in emptied:
                folder.rmdir()


@contextmanager
def _published(to: Destination) -> Iterator[None]:
    """Make what is written readable by whoever serves it; tell what the disk refuses."""
    mask = os.umask(0o022)
    try:
        shutil.rmtree(to.aside, ignore_errors=True)
        with suppress(OSError):
            to.aside.unlink()  # what is no folder
        yield
    except OSError as error:
        place = os.fsdecode(error.filename2 or error.filename or to.folder)
        raise NexusgenError(
            f"cannot write {place}: {error.strerror}",
            "the site is as it was; make room or make the folder writable, then build again",
            exit_code=3,
        ) from error
    finally:
        shutil.rmtree(to.aside, ignore_errors=True)
        os.umask(mask)


def _decide(keys: Mapping[str, bytes], to: Destination) -> tuple[Destination, dict[str, str]]:
    """Return what is known now of the folder, and why each output is rendered that is, by path.

    `keys` are those of all outputs. Where files are not as we wrote them, there may be others.
    """
    files = to.manifest.files
    moved = files.moved(to.folder)
    if moved or to.searched or not to.manifest.inputs:
        strays = {path: UNFINISHED for path in to.find_ours(files) if path not in keys}
        known = replace(to.manifest, files=files.updated(strays))
        to = replace(to, manifest=known, searched=True)
    before = dict(zip(files.paths, files.keys, strict=True))
    changed = [path for path, key in keys.items() if before.get(path) != key]
    decisions = dict.fromkeys(moved & keys.keys(), "its file was not as nexusgen wrote it")
    for path in changed:
        was = before.get(path)
        is_new = "it is new" if was is None else "the last build did not finish it"
        decisions[path] = "changed" if was else is_new
    return to, dict(sorted(decisions.items()))


def _differs(path: str, new: Rendered, to: Destination, folders: Folders) -> bool:
    """Tell whether a rendered file has to be put in place: equal bytes keep their times."""
    if new.problem is not None:
        return False
    target, files = to.folder / path, to.manifest.files
    if not folders[folder_of(path)]:
        return True
    if path in files and state_of(os.fspath(target)) == files[path].state:
        return files[path].digest != new.digest
    try:
        is_file = stat.S_ISREG(os.lstat(target).st_mode)
        return not is_file or digest_bytes(target.read_bytes()) != new.digest
    except OSError:
        return True


def _require_way(output: Path, path: str, ours: Container[str]) -> None:
    """Raise `NexusgenError` where something that is not ours stands where a file has to go.

    Links give way, and so do folders that hold nothing.
    """
    target = output / path
    found: list[str] = []
    for folder in target.parents[path.count("/") :: -1]:
        if folder.is_symlink():
            return
        if folder.exists() and not folder.is_dir():
            found.append(os.fspath(folder))
    if target.is_dir() and not target.is_symlink():
        for base, folders, files in os.walk(target):
            links = [name for name in folders if os.path.islink(f"{base}/{name}")]  # noqa: PTH114
            found += [os.path.join(base, name) for name in files + links]  # noqa: PTH118
    for place in found:
        if os.path.relpath(place, output).replace(os.sep, "/") not in ours:
            raise NexusgenError(
                f"{place} is in the way of a page, and nexusgen did not write it",
                "move it out of the output folder, then build again",
                exit_code=3,
            )


def _put_in_place(to: Destination, changed: list[str]) -> None:
    """Move rendered files to where they belong; a whole new site in one step."""
    if changed and not names_in(to.folder):
        with suppress(FileNotFoundError):
            to.folder.rmdir()
        to.folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            to.aside.replace(to.folder)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
        else:
            return
    ready: set[Path] = set()
    for path in changed:
        target = to.folder / path
        _make_way(target, target.parents[path.count("/") :: -1], ready)
        try:
            (to.aside / path).replace(target)
        except OSError as error:
            _put_otherwise(to.aside / path, target, error)


def _put_otherwise(source: Path, target: Path, error: OSError) -> None:
    """Put a file where it could not be moved: it lies on another disk, or the old one is in use."""
    if error.errno == errno.EXDEV:
        replace_file(target, source.read_bytes())
    elif isinstance(error, PermissionError):
        replace_in_use(source, target)
    else:
        raise error


def _make_way(target: Path, folders: Sequence[Path], ready: set[Path]) -> None:
    """Make the folders of a file; links and folders that hold no file give way to it."""
    for folder in folders:
        if folder not in ready:
            if folder.is_symlink():
                folder.unlink()
            folder.mkdir(parents=True, exist_ok=True)
            ready.add(folder)
    if target.is_dir() and not target.is_symlink():
        for base, _, _ in os.walk(target, topdown=False):
            os.rmdir(base)  # noqa: PTH106


def _manifest(
    build: Build, to: Destination, rendered: Mapping[str, Rendered], gone: Sequence[str]
) -> Manifest:
    """Return what the folder holds now; a page that failed stays ours, to be tried again.

    What others have there is known from the last time that it was searched.
    """
    old, new, lost = to.manifest, dict[str, Written](), set(gone)
    for path, one in sorted(rendered.items()):
        if one.problem is None:
            state = state_of(os.fspath(to.folder) + os.sep + path)
            new[path] = Written(build.outputs[path].key, one.digest, state, one.reads)
        elif path in old.files and path not in lost:
            new[path] = old.files[path]._replace(key=b"")
    files = old.files.updated(new, lost)
    foreign = still_foreign(to.folder, old)
    if to.searched:
        found = sorted(path for path in files_in(to.folder) if path not in files)
        foreign = tuple(path.encode(errors="backslashreplace").decode() for path in found)
    return Manifest(files, entries=build.entries, foreign=foreign)
