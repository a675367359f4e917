"""The folders of a hub in, a snapshot out: the only reader of content and templates."""

import os
import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from nexusgen.core.model import Snapshot, TemplateFile
from nexusgen.core.problems import NexusgenError, Problem
from nexusgen.disk import history
from nexusgen.disk.state import FOLDER, load, save
from nexusgen.incremental.digests import digest, digest_bytes, engine_digest, libraries_digest
from nexusgen.incremental.errors import SourceChangedError

SETTINGS = "site.yml"
THEME_PATH = "nexusgen/templates/"
"""Where the default theme's files seem to lie, in problems and in `Snapshot.read`."""

RACY = 2_000_000_000
"""Nanoseconds: a file written this short before it was read may change without a new time."""

_encode = msgspec.msgpack.Encoder().encode

_NO_TEXT = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
"""Control characters, and what stands for bytes that are no UTF-8 in the name of a file."""


class Stat(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What tells cheaply that a file is still the same, and the digest that it then has."""

    size: int
    mtime: int
    ctime: int
    inode: int
    digest: bytes


class _Found(msgspec.Struct, frozen=True, gc=False):
    """A file that a scan met: where it really lies, and its status."""

    real: str
    status: os.stat_result


class SnapshotOptions(msgspec.Struct, frozen=True):
    """What a command may ask of a snapshot: another base URL, drafts, folders to leave out."""

    base_url: str = ""
    drafts: bool = False
    leave_out: tuple[Path, ...] = ()


def read_snapshot(root: Path, options: SnapshotOptions = SnapshotOptions()) -> Snapshot:  # noqa: B008  frozen
    """Return every input of a build of the hub at `root`.

    Reads only files whose size, times or inode are not those it remembers. Raises `NexusgenError`
    where `root` is no folder or cannot be read.
    """
    if not root.is_dir():
        raise NexusgenError(f"there is no folder {root}", "name the folder of a hub with -C")
    content = "content" if (root / "content").is_dir() else ""
    reader = _Reader(root, options.leave_out)
    files = reader.digests(reader.scan_content(content))
    templates = _templates(reader, root, has_folder=content != "")
    reader.remember()
    commit = history.read_commit(root) if _in_repository(root) else ""
    return Snapshot(
        name=root.resolve().name,
        content=content,
        files=files,
        templates=templates,
        read=reader.read,
        dates=_dates(root, content, commit),
        commit=commit,
        libraries=libraries_digest(),
        base_url=options.base_url,
        drafts=options.drafts,
        problems=tuple(reader.problems),
    )


def snapshot_digest(snapshot: Snapshot) -> bytes:
    """Return a digest of every input: equal digests mean equal builds."""
    everything = (
        snapshot.name,
        snapshot.content,
        snapshot.commit,
        snapshot.base_url,
        snapshot.drafts,
        snapshot.problems,
        snapshot.dates,
        snapshot.files,
        snapshot.templates,
    )
    return digest(engine_digest(), snapshot.libraries, _encode(everything))


def lenient_read(snapshot: Snapshot) -> Callable[[str], bytes]:
    """Return how to read a source for a frame: empty where it is gone or another one by now."""

    def read(path: str) -> bytes:
        try:
            return snapshot.read(path)
        except (SourceChangedError, KeyError):
            return b""

    return read


def default_theme() -> Path:
    """Return the folder of the default theme: in an installed package, or in a checkout."""
    own = Path(__file__).parent.parent
    return own / "templates" if (own / "templates").is_dir() else own.parent / "templates"


class _Reader:
    """Scans folders, and knows by path where each file really lies and what digest it has."""

    def __init__(self, root: Path, leave_out: tuple[Path, ...]) -> None:
        self._root = root
        self._left_out = {os.fspath(path.resolve()) for path in (root / FOLDER, *leave_out)}
        self._memory = root / FOLDER / "files"
        self._known: dict[str, Stat] = load(self._memory, dict[str, Stat]) or {}
        self._stats: dict[str, Stat] = {}
        self._real: dict[str, str] = {}
        self.problems: list[Problem] = []

    def scan_content(self, content: str) -> dict[str, _Found]:
        """Return the files of the content, by path under the root, sorted."""
        ignored: frozenset[str] = frozenset()
        if not content and _in_repository(self._root):
            ignored = history.read_ignored(self._root)
        base = os.fspath(self._root / content)
        return self.scan(base, content + "/" if content else "", ignored)

    def scan(
        self, base: str, prefix: str, ignored: frozenset[str] = frozenset()
    ) -> dict[str, _Found]:
        """Return the files below `base`, sorted by path; the path is in NFC, the name may not be."""
        found: dict[str, _Found] = {}
        for name, real, status in sorted(self._walk(base, prefix, ignored)):
            path = name if name.isascii() else unicodedata.normalize("NFC", name)
            if path in found:
                message = "two files have names that look the same, in other bytes"
                self.problems.append(Problem(path, 0, 0, "file.twins", message, "rename one"))
            else:
                found[path] = _Found(real, status)
        return found

    def digests(self, found: dict[str, _Found]) -> dict[str, bytes]:
        """Return the digest of each file; a file that cannot be read is a problem."""
        digests = {}
        for path, file in found.items():
            known = self._digest(path, file)
            if known is not None:
                self._real[path] = file.real
                digests[path] = known
        return digests

    def read(self, path: str) -> bytes:
        """Return the bytes of a path of the snapshot, which are those the digest tells of."""
        try:
            with open(self._real[path], "rb") as file:  # noqa: PTH123  twice as fast as a Path
                data = file.read()
        except OSError as error:
            raise SourceChangedError(path) from error
        if digest_bytes(data) != self._stats[path].digest:
            raise SourceChangedError(path)
        return data

    def remember(self) -> None:
        """Keep the digests for the next snapshot, but for files too young to be told apart."""
        young = time.time_ns() - RACY
        sure = {p: s for p, s in self._stats.items() if s.mtime < young and s.ctime < young}
        if sure != self._known:
            try:
                save(self._memory, sure)
            except OSError:  # a read-only hub is read in full each time
                return

    def _digest(self, path: str, file: _Found) -> bytes | None:
        status = file.status
        known = self._known.get(path)
        if not (
            known is not None
            and known.mtime == status.st_mtime_ns
            and known.ctime == status.st_ctime_ns
            and known.size == status.st_size
            and known.inode == status.st_ino
        ):
            times = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
            try:
                with open(file.real, "rb") as opened:  # noqa: PTH123  twice as fast as a Path
                    known = Stat(*times, digest_bytes(opened.read()))
            except OSError as error:
                self._unreadable(path, error, needed=path.endswith("content/" + SETTINGS))
                return None
        self._stats[path] = known
        return known.digest

    def _walk(
        self, folder: str, prefix: str, ignored: frozenset[str]
    ) -> Iterator[tuple[str, str, os.stat_result]]:
        try:
            entries = list(os.scandir(folder))
        except OSError as error:
            self._unreadable(prefix, error, needed=prefix in ("", "content/", "templates/"))
            return
        for entry in entries:
            path = prefix + entry.name
            if entry.name.startswith(".") or entry.path in self._left_out or path in ignored:
                continue
            if entry.is_dir(follow_symlinks=False):
                if path + "/" not in ignored and os.path.realpath(entry.path) not in self._left_out:
                    yield from self._walk(entry.path, path + "/", ignored)
            elif self._is_content(entry, path):
                yield path, entry.path, entry.stat()

    def _is_content(self, entry: "os.DirEntry[str]", path: str) -> bool:
        """Tell whether to read an entry that is no folder; what is left out is a problem."""
        if not entry.name.isprintable() and _NO_TEXT.search(entry.name):
            safe = path.encode("unicode_escape").decode()
            message = "the name holds bytes that are no text"
            self._problem(safe, "file.name", message, "rename the file")
            return False
        if entry.is_symlink() and not self._leads_inside(entry.path):
            hint = "copy the file instead of linking to it"
            self._problem(path, "file.link", "the link leads to no file of this hub", hint)
            return False
        if not entry.is_file():
            self._problem(
                path, "file.special", "this is no ordinary file", "move it out of the content"
            )
            return False
        return True

    def _leads_inside(self, path: str) -> bool:
        target = os.path.realpath(path)
        return os.path.isfile(target) and target.startswith(os.path.realpath(self._root) + os.sep)  # noqa: PTH113

    def _unreadable(self, path: str, error: OSError, *, needed: bool) -> None:
        """Note what cannot be read; without what is needed this would be another site."""
        message = f"cannot be read: {error.strerror}"
        hint = "make it readable, or move it out of the content"
        if needed:
            raise NexusgenError(f"{path or self._root} {message}", hint, exit_code=3) from error
        self.problems.append(Problem(path, 0, 0, "file.unreadable", message, hint))

    def _problem(self, path: str, code: str, message: str, hint: str) -> None:
        self.problems.append(Problem(path, 0, 0, code, message, hint, "warning"))


def _templates(reader: _Reader, root: Path, *, has_folder: bool) -> dict[str, TemplateFile]:
    """Return the files of the theme by name; the hub's own stand before the default ones."""
    default = reader.digests(reader.scan(os.fspath(default_theme()), THEME_PATH))
    own = {}
    if has_folder and (root / "templates").is_dir():
        own = reader.digests(reader.scan(os.fspath(root / "templates"), "templates/"))
    names = {"theme/" + p.removeprefix(THEME_PATH): TemplateFile(p, d) for p, d in default.items()}
    names |= {p.removeprefix(THEME_PATH): TemplateFile(p, d) for p, d in default.items()}
    names |= {p.removeprefix("templates/"): TemplateFile(p, d) for p, d in own.items()}
    return dict(sorted(names.items()))


def _in_repository(root: Path) -> bool:
    resolved = root.resolve()
    return any((folder / ".git").exists() for folder in (resolved, *resolved.parents))


def _dates(root: Path, content: str, commit: str) -> history.Dates:
    """Return the dates of the content; the history of a commit never changes, so it is kept."""
    if not commit:
        return {}
    memory = root / FOLDER / "dates"
    kept = load(memory, tuple[str, str, history.Dates])
    if kept is not None and kept[:2] == (commit, content):
        return kept[2]
    dates = history.read_dates(root, content)
    try:
        save(memory, (commit, content, dates))
    except OSError:  # a read-only hub asks git each time
        return dates
    return dates
