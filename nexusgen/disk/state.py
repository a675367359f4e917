"""Keep plain data of a hub between builds, in `.nexusgen/`, under a lock.

What lies there may be damaged or a stranger's: it is read only where its digest is right, and never
through a link.
"""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import msgspec

from nexusgen.core.problems import NexusgenError
from nexusgen.incremental.digests import SIZE, digest_bytes

FOLDER = ".nexusgen"

LOCK_TIMEOUT = 20.0
"""Seconds for which a second build waits for the first to end."""

T = TypeVar("T")


def load(path: Path, kind: type[T]) -> T | None:
    """Return what `save` put there, or None where that is not what lies there (any more)."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if digest_bytes(data[SIZE:]) != data[:SIZE]:
        return None
    try:
        return msgspec.msgpack.decode(data[SIZE:], type=kind)
    except msgspec.DecodeError:
        return None


def save(path: Path, value: object) -> None:
    """Write plain data, whole or not at all; a digest before it tells damage."""
    data = msgspec.msgpack.encode(value)
    replace_file(path, digest_bytes(data) + data)


def replace_file(path: Path, data: bytes) -> None:
    """Put `data` at `path`, so that a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_bytes(data)
        aside.replace(path)
    except OSError:
        with suppress(OSError):
            aside.unlink()
        raise


def refuse_links(folder: Path) -> None:
    """Raise `NexusgenError` where the state's folder is a link, and take links out of it.

    A cloned hub may bring its own state: what is kept there must not land elsewhere.
    """
    if folder.is_symlink():
        hint = "remove the link: nexusgen keeps its state there"
        raise NexusgenError(f"{folder} is a link to another folder", hint, 3)
    with suppress(FileNotFoundError, NotADirectoryError):
        for entry in os.scandir(folder):
            if entry.is_symlink():
                os.unlink(entry.path)  # noqa: PTH108


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a hub; the system frees it when this process ends, however it ends.

    Raises `NexusgenError` where another process holds it for longer than `LOCK_TIMEOUT`, and
    `OSError` where the folder cannot be written.
    """
    refuse_links(folder)
    folder.mkdir(parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n")
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        deadline = time.monotonic() + LOCK_TIMEOUT
        while not _try_lock(handle):
            if time.monotonic() > deadline:
                raise _busy(handle)
            time.sleep(0.05)
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, b"%d\n" % os.getpid())
        yield
    finally:
        os.close(handle)


def _busy(handle: int) -> NexusgenError:
    """Return the error that names the process which holds the lock."""
    os.lseek(handle, 0, os.SEEK_SET)
    holder = os.read(handle, 20).decode(errors="replace").strip()
    return NexusgenError(
        f"another nexusgen (process {holder or 'unknown'}) is building this hub",
        "wait until it ends, or stop it",
        exit_code=3,
    )


def _try_lock(handle: int) -> bool:
    try:
        import fcntl
    except ImportError:
        return _try_lock_windows(handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _try_lock_windows(handle: int) -> bool:
    import importlib

    msvcrt = importlib.import_module("msvcrt")
    try:
        os.lseek(handle, 1024, os.SEEK_SET)  # beyond the text, which others may read
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    except OSError:
        return False
    return True


def remove_state(root: Path) -> None:
    """Remove all that a hub remembers; the lock, which the caller holds, goes last."""
    shutil.rmtree(root / FOLDER, ignore_errors=True)
