"""Keep plain data of a hub between builds, in `.nexusgen/`, under a lock; compiled code elsewhere.

What lies there may be damaged or a stranger's: it is read only where it bears the seal of this
machine, and never through a link. What a machine runs lies in the user's own folder for state.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import msgspec

from nexusgen.core.problems import NexusgenError
from nexusgen.disk.files import open_lock, replace_file, wait_for_lock
from nexusgen.disk.keys import machine_key
from nexusgen.incremental.digests import SIZE, seal

FOLDER = ".nexusgen"

GITIGNORE = f"/output/\n/{FOLDER}/\n"
"""What of a new hub is none of its sources."""

NO_KEY = b""
"""What is kept beside the key of this machine needs none: no hub can put anything there."""

LOCK_TIMEOUT = 20.0
"""Seconds for which a second build waits for the first to end."""

T = TypeVar("T")


def load(path: Path, kind: type[T], key: bytes | None = None) -> T | None:
    """Return what `save` put there, or None where that is not what lies there (any more)."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    key, sealed = machine_key(path.parents[1]).value if key is None else key, data[SIZE:]
    if seal(key, path.name.encode(), sealed) != data[:SIZE]:
        return None
    try:
        return msgspec.msgpack.decode(sealed, type=kind)
    except msgspec.DecodeError:
        return None


def save(path: Path, value: object, key: bytes | None = None) -> None:
    """Write plain data into the state of a hub, whole or not at all, under a seal.

    That needs the key of this machine, where no other one is given. Raises `OSError`.
    """
    key, data = (
        machine_key(path.parents[1]).value if key is None else key,
        msgspec.msgpack.encode(value),
    )
    replace_file(path, seal(key, path.name.encode(), data) + data)


class KeptCodes(dict[str, bytes]):
    """Compiled code by name, as an `engine` made it, in a folder of the user's: one file for each.

    What another engine made is written over, so that the folder does not grow.
    """

    def __init__(self, folder: Path, engine: bytes, key: bytes) -> None:
        super().__init__()
        self._folder, self._engine, self._key = folder, engine, key

    def __missing__(self, name: str) -> bytes:
        """Return what is kept; raise `KeyError` where that is nothing of this engine."""
        kept = load(self._folder / name, tuple[bytes, bytes], self._key)
        if kept is None or kept[0] != self._engine:
            raise KeyError(name)
        return kept[1]

    def __setitem__(self, name: str, code: bytes) -> None:
        """Keep what was compiled, where that is possible."""
        super().__setitem__(name, code)
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            save(self._folder / name, (self._engine, code), self._key)


def refuse_links(folder: Path) -> None:
    """Raise `NexusgenError` where the state's folder is a link, and take out of it what leads away.

    A cloned hub may bring its own state: what is kept there must not land elsewhere, neither by a
    link nor by another name of a file, and a pipe would never end.
    """
    if folder.is_symlink():
        hint = "remove the link: nexusgen keeps its state there"
        raise NexusgenError(f"{folder} is a link to another folder", hint, 3)
    with suppress(FileNotFoundError, NotADirectoryError):
        for entry in os.scandir(folder):
            status = entry.stat(follow_symlinks=False)
            is_plain = stat.S_ISREG(status.st_mode) and status.st_nlink <= 1
            if not (is_plain or stat.S_ISDIR(status.st_mode)):
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
    handle = open_lock(folder / "lock")
    try:
        if not wait_for_lock(handle, LOCK_TIMEOUT):
            raise _busy(handle)
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


def remove_state(root: Path) -> None:
    """Remove all that a hub remembers; the lock, which the caller holds, goes last."""
    from shutil import rmtree

    rmtree(root / FOLDER, ignore_errors=True)
