"""Read every input of a build: content, templates, and the dates of git's history.

What was read before is not read again where its status is the same; nothing else is trusted.
"""

import os
import re
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from nexusgen.core.builds import Snapshot, TemplateFile
from nexusgen.core.paths import OF_TOOLS, WELL_KNOWN, breaks_lines, settings_path
from nexusgen.core.problems import NexusgenError, Problem
from nexusgen.core.unseen import unseen_message
from nexusgen.disk.extension_files import HubFiles, extension_folders, is_own, parse_extensions
from nexusgen.disk.git import Git, GitError, find_repository
from nexusgen.disk.ignored import (
    VAULT,
    IgnoreFiles,
    hidden_folders,
    left_to_others,
    read_settings,
    unread_settings,
)
from nexusgen.disk.links import Met, check_folders, followed, real_path
from nexusgen.disk.state import FOLDER, load, refuse_links, save
from nexusgen.incremental.digests import digest, digest_bytes, engine_digest, libraries_digest
from nexusgen.incremental.errors import SourceChangedError
from nexusgen.incremental.table import changed_keys

THEME_PATH = "nexusgen/templates/"
"""Where the default theme's files seem to lie, in problems and in `Snapshot.read`."""

_OWN = Path(__file__).parent.parent
DEFAULT_THEME = (_OWN if (_OWN / "templates").is_dir() else _OWN.parent) / "templates"
"""The folder of the default theme: in an installed package, or in a checkout."""

RACY = 2_000_000_000
"""Nanoseconds: a file written this short before it was read may change without a new time."""

TEXTS = (".md", ".yml", ".yaml")
MAX_TEXTS = 100
"""Texts that changed, and that a snapshot keeps: the next save is not to undo the build of this one."""

_HISTORY = (
    *("--find-renames=100%", "--no-rename-empty", "--relative"),
    *("--name-status", "-z", "--format=%x01%aI"),
)
"""How git is asked for days and names of files: those that are only renamed stay one file.

To find files that are like each other, git would look into them, and fetch those that are missing.
"""

_encode = msgspec.msgpack.Encoder().encode

_NO_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Control characters, and what stands for bytes that are no UTF-8 in the name of a file."""

_SETTINGS = re.compile(rb"^title\s*:", re.MULTILINE)
"""What all settings of a hub have, and no `site.yml` of another program."""

_HIDDEN_NOTE = re.compile(r"\.[^\W_].*\.(?:md|markdown)", re.IGNORECASE)
"""What would be an entry, such as `.NET.md`, did its name not begin with a dot."""

_STATIC = "content/static/"

_COPY = re.compile(
    r"[ _]\([^()]*conflict[^()]*\)(?=\.\w+\Z)|\.sync-conflict-[\w-]+(?=\.\w+\Z)|_conflict-[\d-]+(?=\.\w+\Z)"
)
"""What Dropbox and Nextcloud, Syncthing and ownCloud put into the name of a copy."""


class Stat(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What tells cheaply that a file is still the same, and the digest that it then has."""

    size: int
    mtime: int
    ctime: int
    inode: int
    digest: bytes


Scanned = dict[str, tuple[str, os.stat_result]]
"""The files that a scan met, by path: where each really lies, and its status."""

Dates = dict[str, tuple[str, str]]

Leave = Callable[[Path, str, Set[str]], Set[str]]
"""Gives the paths that are left out of a folder with these names in it, its own path before each."""


class SnapshotOptions(msgspec.Struct, frozen=True):
    """What a command may ask of a snapshot: another base URL, drafts, folders to leave out.

    Without `kept` every file and all of the history is read, and nothing of it remembered. `future`
    asks for what is dated ahead of `today`, which is the day of the machine where it is not given.
    `trusted` lets the hub's templates out of the sandbox. `needs` are settings that there were before,
    or a folder of the content: what is read without them would be another site.
    """

    base_url: str = ""
    drafts: bool = False
    leave_out: tuple[Path, ...] = ()
    kept: bool = True
    future: bool = False
    today: str = ""
    trusted: bool = False
    needs: str = ""


def read_snapshot(root: Path, options: SnapshotOptions = SnapshotOptions()) -> Snapshot:  # noqa: B008  frozen
    """Return every input of a build of the hub at `root`.

    Raises `NexusgenError` where `root` is no folder, cannot be read, or lacks what it `needs`.
    """
    if not root.is_dir():
        raise NexusgenError(f"there is no folder {root}", "name the folder of a hub with -C")
    refuse_links(root / FOLDER)
    check_folders(root, trusted=options.trusted)
    content = "content" if (root / "content").is_dir() else ""
    reader = _Reader(root, options)
    files = reader.read_digests(reader.scan_content(content))
    if options.needs not in ("", content) and settings_path(content) not in files:
        raise unread_settings(root, options.needs, settings_path(content), files.keys())
    templates = _read_templates(reader, root, has_folder=content != "")
    extensions = reader.read_extensions(settings_path(content))
    beside = reader.read_extension_files(extension_folders(extensions), files) if extensions else {}
    reader.remember()
    dates = reader.read_dates(content)
    today = "" if options.future else options.today or time.strftime("%Y-%m-%d")
    if today:  # a clock that is ahead, or another time zone, wrote what was not written tomorrow
        dates = {path: (min(one, today), min(two, today)) for path, (one, two) in dates.items()}
    vault = next(filter(Path.is_dir, (root / content / VAULT, root / VAULT)), None)
    return Snapshot(
        name=os.fsencode(root.resolve().name).decode(errors="replace"),
        content=content,
        files=files,
        templates=templates,
        read=reader.read,
        dates={path: dates[path] for path in files if path in dates},
        libraries=libraries_digest([name for name in extensions if not is_own(name)]),
        base_url=options.base_url,
        drafts=options.drafts,
        today=today,
        problems=tuple(reader.problems),
        extension_files=beside,
        files_for_extensions=partial(HubFiles, root),
        trusted=options.trusted,
        vault=vault is not None,
        left_out=reader.left_out,
        breaks=vault is not None and breaks_lines(read_settings(vault, "app.json")),
    )


def snapshot_digest(snapshot: Snapshot) -> bytes:
    """Return a digest of every input: equal digests mean equal builds."""
    everything = (
        snapshot.name, snapshot.content, snapshot.base_url, snapshot.drafts, snapshot.today,
        snapshot.trusted, snapshot.vault, snapshot.breaks, snapshot.problems, snapshot.dates, snapshot.left_out,
        snapshot.files, snapshot.templates, snapshot.extension_files,
    )  # fmt: skip
    return digest(engine_digest(snapshot.libraries), _encode(everything))


def changed_inputs(old: Snapshot, new: Snapshot) -> list[str]:
    """Return the paths of sources that differ in bytes or dates between two snapshots."""
    dates = changed_keys(old.dates, new.dates)
    return sorted({*changed_keys(sources_of(old), sources_of(new)), *dates})


def sources_of(snapshot: Snapshot) -> dict[str, bytes]:
    """Return the digest of each file that a build reads, by path."""
    templates = {file.path: file.digest for file in snapshot.templates.values()}
    return {**snapshot.files, **templates, **snapshot.extension_files}


def lenient_read(snapshot: Snapshot, path: str) -> bytes:
    """Return a source for the frame of a problem; one that is gone or changed by now has none."""
    try:
        return snapshot.read(path)
    except (SourceChangedError, KeyError):
        return b""


class _Reader:
    """Scans folders, and knows by path where each file really lies and what digest it has."""

    def __init__(self, root: Path, options: SnapshotOptions) -> None:
        self._root = root
        self._options = options
        self._left_out = {
            os.fspath(real_path(path)) for path in (root / FOLDER, *options.leave_out)
        }
        self._memory = root / FOLDER / "files"
        self._known: dict[str, Stat] = {}
        if options.kept:
            self._known = load(self._memory, dict[str, Stat]) or {}
        self._stats: dict[str, Stat] = {}
        self._real: dict[str, str] = {}
        self._texts: dict[str, bytes] = {}
        self.problems: list[Problem] = []
        self._git: Git | None = None
        with self._history_problems():
            repository = find_repository(root)
            self._git = Git(repository, root) if repository else None

    def scan_content(self, content: str) -> Scanned:
        """Return the files of the content, by path under the root, sorted; what git ignores is none.

        Git itself is asked where that may matter. Where there is none, its rules count as they are.
        """
        base = os.fspath(self._root / content)
        prefix = content + "/" if content else ""
        above = frozenset(hidden_folders(self._root, "")) if content else frozenset[str]()
        rules = IgnoreFiles(self._root, self._git)
        known = len(self.problems)
        found = self.scan(base, prefix, above, (left_to_others, rules))
        self.left_out = sorted(it for it in rules.found if self._is_ours(self._root / it))
        if self._git is not None and (rules.found or not content):
            del self.problems[known:]
            ignored = self._ignored(*(("--", content) if content else ()), unknown=rules.found)
            left = above.union(rules.agreed(ignored) if content else ignored)
            found = self.scan(base, prefix, left, (left_to_others,))
        if rules.found and not found:
            hint = "take the rule out, or keep the sources where it does not reach"
            self._problem(".gitignore", "file.ignored", "leaves out all of the content", hint)
        return found

    def _ignored(self, *more: str, unknown: Set[str] = frozenset()) -> frozenset[str]:
        """Return what git ignores: `unknown` where it cannot tell."""
        if self._git is not None:
            with self._history_problems():
                return read_ignored(self._git, *(more or ("--directory",)))
        return frozenset(unknown)

    def read_extensions(self, settings: str) -> Mapping[str, Mapping[str, Any]]:
        """Return the Markdown extensions that the settings name, if these were scanned."""
        known = self._real.get(settings)
        if not known and settings != "site.yml":
            self._find_settings_outside(settings)
        with suppress(OSError):
            return parse_extensions(Path(known).read_bytes()) if known else {}
        return {}

    def _find_settings_outside(self, right: str) -> None:
        """Note settings that stand beside the folder of the content, where other tools have them."""
        from nexusgen.content.entries import READ_BY_NAME
        from nexusgen.site.settings import misnamed

        for path in filter(READ_BY_NAME.fullmatch, sorted(os.listdir(self._root))):  # noqa: PTH208  names
            with suppress(OSError):
                if _SETTINGS.search((self._root / path).read_bytes()):
                    self.problems.append(misnamed(path, right))

    def read_extension_files(
        self, paths: Set[str], content: Mapping[str, bytes]
    ) -> dict[str, bytes]:
        """Return the digests of the files in these folders of the hub that are not of the content.

        They may be what they like: nothing that is left out is a problem.
        """
        found: Scanned = {}
        known, ignored = len(self.problems), self._ignored() if paths else frozenset[str]()
        for path in sorted(paths):
            base = self._root / path
            if not os.path.exists(base) or not self._is_ours(base):  # noqa: PTH110  takes any text
                continue
            if base.is_dir():
                found |= self.scan(os.fspath(base), "" if path == "." else path + "/", ignored)
            elif base.is_file():
                found[path] = os.fspath(base), base.stat()
        new = {path: found[path] for path in sorted(found.keys() - content.keys())}
        digests = self.read_digests({p: new[p] for p in new if not p.startswith(THEME_PATH)})
        del self.problems[known:]
        return digests

    def _is_ours(self, path: Path) -> bool:
        """Tell whether a path lies in the hub, and not in what nexusgen writes."""
        goal, own = real_path(path), real_path(self._root)
        inside = goal.is_relative_to(own) and ".git" not in goal.relative_to(own).parts
        return inside and not any(map(goal.is_relative_to, self._left_out))

    def scan(
        self,
        base: str,
        prefix: str,
        ignored: frozenset[str] = frozenset(),
        leave: tuple[Leave, ...] = (),
    ) -> Scanned:
        """Return the files below `base`, sorted by path; the path is in NFC, the name may not be."""
        found: Scanned = {}
        walk = self._walk(base, prefix, ignored, leave)
        is_own = base == os.fspath(DEFAULT_THEME)  # an installer may make a link of each file
        for name, real, status in sorted(followed(base, walk, self._refuse_link, anywhere=is_own)):
            path = name if name.isascii() else unicodedata.normalize("NFC", name)
            if path in found:
                message = "two files have names that look the same, in other bytes"
                self.problems.append(Problem(path, 0, 0, "file.twins", message, "rename one"))
            else:
                found[path] = real, status
        return found

    def read_digests(self, found: Scanned) -> dict[str, bytes]:
        """Return the digest of each file; a file that cannot be read is a problem."""
        digests = {}
        for path, (real, status) in found.items():
            known = self._known.get(path)
            times = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
            if known is None or times != (known.size, known.mtime, known.ctime, known.inode):
                try:
                    with open(real, "rb") as opened:  # noqa: PTH123  twice as fast as a Path
                        data = opened.read()
                    known = Stat(*times, digest_bytes(data))
                    if path.endswith(TEXTS) and len(self._texts) < MAX_TEXTS:
                        self._texts[path] = data
                except OSError as error:
                    self._unreadable(path, error, needed=path.endswith(settings_path("content")))
                    continue
            self._stats[path], self._real[path] = known, real
            digests[path] = known.digest
        return digests

    def read(self, path: str) -> bytes:
        """Return the bytes of a path of the snapshot, which are those the digest tells of."""
        if path in self._texts:
            return self._texts[path]
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
            self._keep(self._memory, sure)

    def read_dates(self, content: str) -> Dates:
        """Return the dates of the content's history; git is asked only where that changed.

        They depend on the commit, on the place of the hub in its repository and on where the
        history is cut off, and on nothing else that could change in a repository.
        """
        if self._git is None or not self._git.repository.commit():
            return {}
        repository = self._git.repository
        shallow = repository.common / "shallow"
        cut = shallow.read_bytes() if shallow.is_file() else b""
        place = self._root.resolve().relative_to(repository.top)
        asked = " ".join((*_HISTORY, content)).encode()
        state = digest(repository.commit().encode(), os.fsencode(place), asked, cut)
        memory = self._root / FOLDER / "dates"
        kept = load(memory, tuple[bytes, Dates]) if self._options.kept else None
        if kept is not None and kept[0] == state:
            return kept[1]
        dates: Dates = {}
        with self._history_problems():
            dates = read_history(self._git, content)
            self._keep(memory, (state, dates))
        return dates

    @contextmanager
    def _history_problems(self) -> Iterator[None]:
        """Note why git cannot be asked: a hub without its history is another site."""
        try:
            yield
        except (GitError, OSError) as error:
            unread = f"cannot be read: {getattr(error, 'strerror', '')}"
            reason = error.message if isinstance(error, GitError) else unread
            hint = "without git, entries have no dates of their history"
            self._problem(".git", "file.unreadable", reason, hint)

    def _keep(self, path: Path, value: object) -> None:
        if self._options.kept:
            with suppress(OSError):  # a read-only hub is read in full each time
                save(path, value)

    def _walk(
        self, folder: str, prefix: str, ignored: frozenset[str], leave: tuple[Leave, ...]
    ) -> Iterator[Met]:
        try:
            entries = list(os.scandir(folder))
        except OSError as error:
            self._unreadable(prefix, error, needed=prefix in ("", "content/", "templates/"))
            return
        names = {entry.name for entry in entries}
        ignored = ignored.union(*(left_out(Path(folder), prefix, names) for left_out in leave))
        for entry in entries:
            path = prefix + entry.name
            if not self._is_taken(entry, path, ignored):
                continue
            if entry.is_dir(follow_symlinks=False):
                if path + "/" not in ignored and os.path.realpath(entry.path) not in self._left_out:
                    yield from self._walk(entry.path, path + "/", ignored, leave)
            elif entry.is_symlink() or entry.is_file():
                first = _COPY.sub("", entry.name) if "conflict" in entry.name else entry.name
                if first != entry.name and first in names:
                    message = f'by its name a copy of "{first}" that a sync made of a conflict'
                    self._problem(path, "file.twins", message, f"bring what is right to {first}")
                yield path, entry.path, None if entry.is_symlink() else entry.stat()
            else:
                message = "this is no ordinary file"
                self._problem(path, "file.special", message, "move it out of the content")

    def _is_taken(self, entry: "os.DirEntry[str]", path: str, ignored: frozenset[str]) -> bool:
        """Tell whether a file or folder is for us, by its name; note what its author may not mean."""
        is_hidden = entry.name.startswith(".") and entry.name != WELL_KNOWN
        if is_hidden or entry.path in self._left_out or path in ignored:
            is_static = path.startswith(_STATIC) and not OF_TOOLS.fullmatch(entry.name)
            if (is_static or _HIDDEN_NOTE.fullmatch(entry.name)) and path not in ignored:
                message = "its name begins with a dot, so it is left out"
                what = f"only {WELL_KNOWN} is published" if is_static else "a title may have a dot"
                self._problem(path, "file.hidden", message, f"rename it; {what}")
            return False
        if entry.name.isascii() and entry.name.isprintable():
            return True
        if _NO_TEXT.search(entry.name):
            safe = path.encode("unicode_escape").decode()
            message = "the name holds bytes that are no text"
            self._problem(safe, "file.name", message, "rename it")
            return False
        if message := unseen_message(entry.name, "the name"):
            self._problem(path, "text.bidi", message, "rename it")
        return True

    def _refuse_link(self, path: str) -> None:
        hint = "copy what it leads to, instead of linking to it"
        self._problem(path, "file.link", "the link leads to no file that is read without it", hint)

    def _unreadable(self, path: str, error: OSError, *, needed: bool) -> None:
        """Note what cannot be read; without what is needed this would be another site."""
        message = f"cannot be read: {error.strerror}"
        hint = "make it readable, or move it out of the content"
        if needed:
            raise NexusgenError(f"{path or self._root} {message}", hint, exit_code=3) from error
        self.problems.append(Problem(path, 0, 0, "file.unreadable", message, hint))

    def _problem(self, path: str, code: str, message: str, hint: str) -> None:
        self.problems.append(Problem(path, 0, 0, code, message, hint, "warning"))


def _read_templates(reader: _Reader, root: Path, *, has_folder: bool) -> dict[str, TemplateFile]:
    """Return the files of the theme by name; the hub's own stand before the default ones."""
    own: dict[str, bytes] = {}
    default = reader.read_digests(reader.scan(os.fspath(DEFAULT_THEME), THEME_PATH))
    if has_folder and (root / "templates").is_dir():
        own = reader.read_digests(reader.scan(os.fspath(root / "templates"), "templates/"))
    names = {"theme/" + p.removeprefix(THEME_PATH): TemplateFile(p, d) for p, d in default.items()}
    names |= {p.removeprefix(THEME_PATH): TemplateFile(p, d) for p, d in default.items()}
    names |= {p.removeprefix("templates/"): TemplateFile(p, d) for p, d in own.items()}
    return dict(sorted(names.items()))


def read_ignored(git: Git, *more: str) -> frozenset[str]:
    """Return the files that git ignores; with `--directory` the folders, with a slash at the end, too."""
    listed = ("--others", "--ignored", "--exclude-standard", "-z", *more)
    names = git.run_files("tell what is ignored", "ls-files", *listed)
    return frozenset(filter(None, names.split("\0")))


def read_history(git: Git, content: str) -> Dates:
    """Return the dates of first and last commit (`2024-05-01`) of each file, by path under the hub.

    A date is the author's own, in the author's zone: the day on which it was written there. Those of
    a file that was renamed, and not changed with it, are from its former names on.
    """
    dates: Dates = {}
    later: dict[str, str] = {}  # a former name, and that which its file has now
    log = git.run("read the history", "log", *_HISTORY, "--", content or ".")
    for commit in log.split("\x01")[1:]:
        moment, _, changes = commit.partition("\0")
        day, renamed = moment[:10], {}
        for before, name in _changed_names(changes.removeprefix("\n")):
            now = later.get(name, name)
            _, last = dates.get(now, (day, day))  # newest first: the first one seen is the last
            dates[now] = (day, last)
            if before:
                renamed[before] = now
        later |= renamed
    return dates


def _changed_names(changes: str) -> Iterator[tuple[str, str]]:
    """Yield of each file that a commit changed what it was called before, if otherwise, and its name."""
    words = iter(changes.split("\0"))
    for status in filter(None, words):
        name = next(words)
        yield (name, next(words)) if status.startswith("R") else ("", name)
