"""Read a source as a tree of files, from a folder or an archive, and refuse hostile archives.

Everything is read into memory and checked before anything is written: an archive can name files
outside its folder, hold links, or unpack to more than a disk takes.
"""

import io
import lzma
import os
import re
import stat
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from nexusgen.core.paths import VAULT_SETTINGS
from nexusgen.core.problems import NexusgenError

Tree = Mapping[str, bytes]

MAX_FILES = 10_000
MAX_BYTES = 512 * 1024 * 1024
MAX_RATIO = 200
RATIO_FROM = 1024 * 1024
"""Bytes below which no ratio is looked at: short texts of one letter pack well."""

MAX_NESTING = 3
_DAMAGES = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError,
    RuntimeError, ValueError,
)  # fmt: skip

SKIPPED = {
    ".git", "node_modules", "_site", "public", "site", ".jekyll-cache", "__MACOSX", ".obsidian",
    ".venv", ".nexusgen", "resources",
}  # fmt: skip
_OURS = (".import.json", "hub.schema.json")
"""What lies in a folder that an import or a build wrote, which is no source."""


class Member(NamedTuple):
    """A file or folder of an archive: its size as told and as packed, and what reads it."""

    name: str
    size: int
    packed: int
    file: IO[bytes] | None


def read_tree(path: Path, skipped: frozenset[str] = frozenset(SKIPPED)) -> dict[str, bytes]:
    """Return the files of a folder or an archive by path, also of a folder that holds one archive.

    Raises `NexusgenError` where an archive is hostile or larger than can be read.
    """
    if path.is_dir():
        tree = read_files(path, _walk(path, skipped))
        only = path / next(iter(tree)) if len(tree) == 1 else path
        if (path / ".obsidian").is_dir():  # is a vault, whatever settings are kept of it
            tree.setdefault(".obsidian/app.json", b"{}")
        return read_tree(only) if is_archive(only) else tree
    if path.stat().st_size > MAX_BYTES:
        raise _refused("it is larger than 512 MiB")
    data = path.read_bytes()
    tree = {}
    size = _read_archive(data, tree, 0, 0)
    _check_ratio(size, len(data), path.name)
    if not tree:
        raise _refused("it holds no file")
    if both := next(
        (it for it in tree if any(str(up) in tree for up in PurePosixPath(it).parents)), ""
    ):
        raise _refused(f"it holds a file in the place of a folder of {both[:80]!r}")
    return _without_top(tree)


def is_archive(path: Path) -> bool:
    """Decide whether a file is an archive that `read_tree` reads."""
    if not path.is_file():
        return False
    try:
        return zipfile.is_zipfile(path) or tarfile.is_tarfile(path)
    except _DAMAGES:  # what is packed ends too early
        return False


def read_files(root: Path, paths: Iterable[Path]) -> dict[str, bytes]:
    """Return files below a folder by their path in it.

    Raises `NexusgenError` where they are more than can be read.
    """
    tree: dict[str, bytes] = {}
    size = 0
    for path in sorted(paths):
        size += path.stat().st_size
        if len(tree) >= MAX_FILES:
            raise _refused(f"it holds more than {MAX_FILES:,} files")
        if size > MAX_BYTES:
            raise _refused("it holds more than 512 MiB")
        name = path.relative_to(root).as_posix()
        if not _is_text(name):
            raise NexusgenError(f"the name of a file is no text: {name[:80]!a}", "rename it")
        tree[name] = path.read_bytes()
    return tree


def _walk(folder: Path, skipped: frozenset[str]) -> Iterator[Path]:
    """Yield the files below a folder; links and folders that tools make are left out.

    Of the settings of a vault those are kept that name folders which hold nothing for readers.
    """
    for path in folder.iterdir():
        is_vault = path.name == ".obsidian"
        if path.is_symlink() or (path.name in skipped and not is_vault):
            continue
        if path.is_dir():
            is_ours = any((path / it).exists() for it in _OURS)
            kept = {path / name for name in ("app.json", *(it for it, _ in VAULT_SETTINGS))}
            inside = () if is_ours else _walk(path, skipped)
            yield from (it for it in inside if it in kept or not is_vault)
        elif path.is_file():
            yield path


def find_links(folder: Path) -> list[str]:
    """Return the links of the file system below a folder, by their paths in it: they are not read."""
    found = []
    for top, folders, files in os.walk(folder):
        folders[:] = (it for it in folders if it not in SKIPPED)
        paths = (Path(top, it) for it in (*folders, *files))
        found += [it.relative_to(folder).as_posix() for it in paths if it.is_symlink()]
    return sorted(found)


def _read_archive(data: bytes, tree: dict[str, bytes], depth: int, size: int) -> int:
    """Read the members of an archive, and of those in it, and return the bytes read so far."""
    if depth > MAX_NESTING:
        raise _refused("archives lie in archives more than three deep")
    try:
        is_zip = zipfile.is_zipfile(io.BytesIO(data))
        for count, member in enumerate((_zip_members if is_zip else _tar_members)(data)):
            path = _checked(member.name)
            if count >= MAX_FILES or len(tree) >= MAX_FILES:
                raise _refused(f"it holds more than {MAX_FILES:,} files")
            if member.file is None:
                continue
            content = _content(member, MAX_BYTES - size)
            size += len(content)
            if path.lower().endswith(".zip") and zipfile.is_zipfile(io.BytesIO(content)):
                size = _read_archive(content, tree, depth + 1, size)
            elif tree.setdefault(path, content) != content:
                raise _refused(f"it holds two files of one name: {path[:80]!r}")
    except _DAMAGES as error:
        raise _refused(f"it is damaged: {error}") from None
    return size


def _content(member: Member, left: int) -> bytes:
    """Return the bytes of a member; raise `NexusgenError` where they are more than are left."""
    _check_ratio(member.size, member.packed, member.name)
    with member.file or io.BytesIO() as file:
        content = file.read(left + 1) if member.size <= left else b""
    if max(len(content), member.size) > left:
        raise _refused("it unpacks to more than 512 MiB")
    _check_ratio(len(content), member.packed, member.name)
    return content


def _is_text(name: str) -> bool:
    """Decide whether a name holds neither controls nor bytes that are no characters."""
    return not any(unicodedata.category(sign) in ("Cc", "Cs") for sign in name)


def _checked(name: str) -> str:
    """Return the path of a member; raise `NexusgenError` where it could lie outside."""
    path = name.replace("\\", "/")
    parts = PurePosixPath(path).parts
    if path.startswith("/") or ".." in parts or ":" in path.split("/")[0] or "\0" in path:
        raise _refused(f"it names a file outside its folder: {name[:80]!r}")
    if not parts or len(path) > 1000 or not _is_text(path):
        raise _refused(f"it names a file that no system can hold: {name[:80]!r}")
    return "/".join(parts)


def _zip_members(data: bytes) -> Iterator[Member]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            if stat.S_ISLNK(info.external_attr >> 16):
                raise _refused(f"it holds a link: {info.filename[:80]!r}")
            if info.flag_bits & 1:
                raise _refused("it is locked with a password")
            file = None if info.is_dir() else archive.open(info)
            yield Member(info.filename, info.file_size, info.compress_size, file)


def _tar_members(data: bytes) -> Iterator[Member]:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for info in archive:
            if not (info.isfile() or info.isdir()):
                raise _refused(f"it holds a link or device: {info.name[:80]!r}")
            yield Member(info.name, info.size, len(data), archive.extractfile(info))


def _check_ratio(size: int, packed: int, name: str) -> None:
    if size > RATIO_FROM and size > MAX_RATIO * max(packed, 1):
        raise _refused(f"it unpacks to more than {MAX_RATIO} times its size: {name[:80]!r}")


def _without_top(tree: dict[str, bytes]) -> dict[str, bytes]:
    """Return the tree without the one folder that most archives have at the top."""
    theirs = re.compile(r"__MACOSX/|.*\.DS_Store$")
    kept = {path: data for path, data in tree.items() if not theirs.match(path)}
    tops = {path.partition("/")[0] for path in kept}
    if len(tops) == 1 and all("/" in path for path in kept):
        return {path.partition("/")[2]: data for path, data in kept.items()}
    return kept


def _refused(why: str) -> NexusgenError:
    return NexusgenError(
        f"the source cannot be imported: {why}", "unpack it yourself, and name the folder"
    )
