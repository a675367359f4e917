"""Give this machine a key of its own, which tells what it kept in a hub from what others put there.

A hub is often somebody else's, and so may be its `.nexusgen/`. What lies there counts only under a
seal that needs this key, and the key lies outside of every hub: in the user's folder for state, or,
for machines that begin anew each time, in the environment.
"""

import os
import stat
from functools import cache
from hashlib import blake2b
from pathlib import Path

import msgspec

from nexusgen.disk.files import open_lock, replace_file, wait_for_lock

VARIABLE = "NEXUSGEN_STATE_KEY"
"""The environment variable that gives a key, as any text."""

SIZE = 32
"""Bytes of a key."""

LOCK_TIMEOUT = 5.0
"""Seconds for which a process waits for another one that makes the key."""

_PRIVATE = 0o077
"""What others than the owner may do with a file: nothing."""


class Key(msgspec.Struct, frozen=True):
    """A key, and in words why it is good for this process alone, where it is."""

    value: bytes
    reason: str = ""


def state_home() -> Path | None:
    """Return the user's folder for the state of nexusgen, None where there is no such place.

    That is the one of the XDG Base Directory Specification, on Windows `%LOCALAPPDATA%`.
    """
    given = os.environ.get("XDG_STATE_HOME") or os.environ.get("LOCALAPPDATA")
    folder = Path(given or os.path.expanduser("~/.local/state"))  # noqa: PTH111  never fails
    return folder / "nexusgen" if folder.is_absolute() else None


def machine_key(root: Path) -> Key:
    """Return the key that seals what this machine keeps of the hub at `root`, made where there is none.

    Where none can be kept, what is sealed now counts for this process alone.
    """
    given = os.environ.get(VARIABLE, "").strip()
    if given:
        return Key(blake2b(given.encode(errors="surrogateescape"), digest_size=SIZE).digest())
    home = state_home()
    if home is None:
        return Key(_passing(), "there is no folder for it")
    if home.resolve().is_relative_to(root.resolve()):
        return Key(_passing(), f"{home} lies in the hub")
    try:
        return Key(_read(home / "key") or _renew(home / "key"))
    except OSError as error:
        return Key(_passing(), f"{home / 'key'}: {error.strerror or error}")


@cache
def _passing() -> bytes:
    return os.urandom(SIZE)


def _read(path: Path) -> bytes | None:
    """Return the key in a file; None where it is not there, is a link, no key, or known to others.

    Raises `OSError` where it is another user's, as with sudo: it is theirs to renew.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    if path.is_symlink():
        return None
    try:
        handle = os.open(path, flags)
    except FileNotFoundError:
        return None
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
            raise PermissionError(1, "it belongs to another user")
        known_to_others = os.name != "nt" and stat.S_IMODE(status.st_mode) & _PRIVATE
        if known_to_others or not stat.S_ISREG(status.st_mode):
            return None
        text = file.read(2 * SIZE + 2)
    try:
        key = bytes.fromhex(text.decode("ascii"))
    except ValueError:
        return None
    return key if len(key) == SIZE else None


def _renew(path: Path) -> bytes:
    """Put a new key at `path` and return it, or the one that another process has put there.

    Raises `OSError` where that cannot be.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = open_lock(path.with_name("key.lock"), 0o600)
    try:
        if not wait_for_lock(lock, LOCK_TIMEOUT):
            raise TimeoutError(110, "another process holds it for long")
        key = _read(path)
        if key is None:
            key = os.urandom(SIZE)
            replace_file(path, key.hex().encode() + b"\n", 0o600)
        return key
    finally:
        os.close(lock)
