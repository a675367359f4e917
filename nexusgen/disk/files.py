"""Write files whole or not at all, never through a link, and let one process at a time do it."""

import os
import time
from contextlib import suppress
from pathlib import Path

from nexusgen.core.problems import NexusgenError

PAUSES = (0.02, 0.1, 0.4) if os.name == "nt" else ()
"""Seconds to wait for a program that reads a file, such as a search for viruses."""

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def replace_file(path: Path, data: bytes, mode: int = 0o666) -> None:
    """Put `data` at `path`, so that a reader sees the old file or the new one.

    A link at `path` gives way. Raises `OSError`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name[:100]}.{os.urandom(8).hex()}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        try:
            aside.replace(path)
        except PermissionError:
            replace_in_use(aside, path)
    except OSError:
        with suppress(OSError):
            aside.unlink()
        raise


def write_export(path: Path, data: bytes, mark: bytes) -> None:
    """Put an export where a person said, over an earlier one, which begins with `mark` as all do.

    Raises `NexusgenError` where something else is there, or no folder for it.
    """
    hint = "name another file"
    try:
        if path.is_file() and path.read_bytes()[: len(mark)] not in (b"", mark):
            raise NexusgenError(f"{path} exists already, and is no export", hint)
        if not path.parent.is_dir():
            raise NexusgenError(f"there is no folder {path.parent}", f"make it, or {hint}")
        if path.is_symlink() or (path.exists() and not path.is_file()):  # such as /dev/stdout
            path.write_bytes(data)
        else:
            replace_file(path, data)
    except OSError as error:
        raise NexusgenError(f"cannot write {path}: {error.strerror}", hint, 3) from error


def replace_in_use(source: Path, target: Path) -> None:
    """Put a file in the place of one that another program reads: Windows waits until it has.

    Raises `OSError`.
    """
    for pause in PAUSES:
        time.sleep(pause)
        with suppress(PermissionError):
            source.replace(target)
            return
    source.replace(target)


def open_lock(path: Path, mode: int = 0o644) -> int:
    """Return a handle of a file of our own to be locked; a link in its place gives way.

    Raises `OSError`.
    """
    if path.is_symlink():
        path.unlink(missing_ok=True)
    flags = os.O_RDWR | os.O_CREAT | _NO_LINK | getattr(os, "O_NONBLOCK", 0)
    return os.open(path, flags, mode)


def wait_for_lock(handle: int, seconds: float) -> bool:
    """Return whether the lock of an open file was had in that time.

    The system frees it when the file is closed or the process ends, however it ends.
    """
    deadline = time.monotonic() + seconds
    while not _try_lock(handle):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


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
