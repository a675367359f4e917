"""Let Markdown extensions read the files of the snapshot and nothing else, and note which they read.

An extension is other people's code, and some open files by themselves (`pymdownx.snippets`). While
one runs, `open` and `stat` answer its thread from the snapshot, as if the hub lay at `ROOT`. What
else an extension asks of the machine (another file, a folder's list, a program, a connection) is
refused and noted, for no digest could tell when the answer changes. Installed packages stay
readable: their versions are part of every key.
"""

import builtins
import io
import os
import posixpath
import stat
import sys
import sysconfig
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

from nexusgen.core.builds import FileReads, Snapshot
from nexusgen.incremental.errors import SourceChangedError

ROOT = os.path.abspath(os.sep + "hub")  # noqa: PTH100  a Path asks for the folder we hide
"""Where the hub seems to lie, so that nothing depends on where it does."""

FOLDER = b"/"
"""What stands for a folder in the place of a digest."""

REFUSED = {
    "open": "to open", "os.listdir": "for a list of", "os.scandir": "for a list of",
    "os.exec": "to run", "os.posix_spawn": "to run", "os.system": "to run",
    "subprocess.Popen": "to run", "socket.connect": "for a connection",
    "socket.getaddrinfo": "for a connection to", "sqlite3.connect": "to open",
}  # fmt: skip
"""The audit events of Python that tell of a way to the world, and what was asked."""

STANDARD = "markdown.extensions."
OURS = """
abbr admonition attr_list codehilite def_list extra fenced_code footnotes legacy_attrs legacy_em
md_in_html meta nl2br sane_lists smarty tables toc wikilinks
""".split()  # noqa: SIM905 (a list of words reads better)
"""The extensions of Python-Markdown, which have names without a package, as those of others may."""

SNIPPETS = "pymdownx.snippets"
"""Looks for files from the root of the hub, unless it is given a `base_path`."""

_open, _stat, _lstat, _getcwd = builtins.open, os.stat, os.lstat, os.getcwd


def parse_extensions(data: bytes) -> Mapping[str, Mapping[str, Any]]:
    """Return the Markdown extensions that the settings of a hub name, with their options."""
    if b"markdown_extensions" not in data:
        return {}
    from nexusgen.site.settings import parse_site  # few hubs need it

    return parse_site(data, "", "", "")[0].markdown_extensions


def is_own(extension: str) -> bool:
    """Return whether an extension comes with a library of ours, whose version is always noted."""
    return extension.startswith("pymdownx.") or extension.removeprefix(STANDARD) in OURS


def extension_folders(extensions: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Return the files and folders of the hub that extensions may open besides the content.

    Their options name them; an extension that may have a folder of its own gets the whole hub.
    """
    found = set()
    for name, options in extensions.items():
        found |= _texts(options)
        if not is_own(name) or (name == SNIPPETS and "base_path" not in options):
            found.add(".")
    return {posixpath.normpath(folder) for folder in found}


def _texts(options: Any) -> set[str]:
    if isinstance(options, Mapping):
        options = list(options.values())
    if isinstance(options, list):
        return {text for item in options for text in _texts(item)}
    return {options} if isinstance(options, str) and options else set()


class HubFiles:
    """The files that the extensions of a hub may read: those of its content and of their folders."""

    def __init__(self, root: Path, snapshot: Snapshot) -> None:
        self.code = _code_folders(root)
        self.digests = {**snapshot.extension_files, **snapshot.files}
        self.read = snapshot.read

    def leads_to_code(self, path: Any) -> bool:
        """Return whether a folder is one above installed modules, which look where they lie."""
        folder = os.path.join(os.fsdecode(path), "")  # noqa: PTH118
        return any(each.startswith(folder) for each in self.code)

    @cached_property
    def states(self) -> Mapping[str, bytes]:
        """The digest of each file, and `FOLDER` for each folder in which there are files."""
        found = {"": FOLDER}
        for path in self.digests:
            while path := path.rpartition("/")[0]:
                found[path] = FOLDER
        return found | self.digests

    @contextmanager
    def watch(self) -> Iterator[FileReads]:
        """Answer this thread from the snapshot, and give what it read and what it was refused.

        Raises `SourceChangedError` at the end where a file was no longer that of the snapshot.
        """
        _install()
        session = _Session(self)
        token = _ACTIVE.set(session)
        try:
            yield session.reads
        finally:
            _ACTIVE.reset(token)
        if session.changed:
            raise session.changed


class _Session:
    """What one thread asks for while its extensions run."""

    def __init__(self, files: HubFiles) -> None:
        self.files = files
        self.reads = FileReads()
        self.changed: SourceChangedError | None = None

    def find(self, path: Any, asked: str = "to open") -> str | None:
        """Return the path in the hub of what is asked for; None where it belongs to a package.

        Raises `FileNotFoundError`, and notes it, where it is neither.
        """
        text = os.fsdecode(path)
        full = os.path.normpath(os.path.join(ROOT, text))  # noqa: PTH118
        code = any(full == each or full.startswith(each + os.sep) for each in self.files.code)
        if code or (asker := _asker()) is None:
            return None
        for root in (ROOT, _getcwd()) if os.name == "nt" else (ROOT,):
            if text and (full == root or full.startswith(root + os.sep)):
                inside = full[len(root) + 1 :].replace(os.sep, "/")
                return unicodedata.normalize("NFC", inside)
        if text:
            self.refuse(asker, asked, text)
        raise FileNotFoundError(2, "no file of the hub", text)

    def refuse(self, asker: str, asked: str, what: str) -> None:
        """Note that something was refused."""
        self.reads.refused.setdefault(f'the extension {asker} asks {asked} "{what[:100]}"')

    def bytes_of(self, path: str) -> bytes | None:
        """Return the bytes of a file of the hub, None for a folder; note what was looked at."""
        state = self.reads.found[path] = self.files.states.get(path, b"")
        if state == FOLDER:
            return None
        if not state:
            raise FileNotFoundError(2, "no file of the hub", path)
        token = _ACTIVE.set(None)
        try:
            return self.files.read(path)
        except SourceChangedError as error:
            self.changed = error
            raise
        finally:
            _ACTIVE.reset(token)

    def open(self, path: str, mode: str, text: tuple[Any, ...]) -> io.IOBase:
        """Open a file of the hub to be read."""
        if set(mode) & set("wax+"):
            self.refuse(_asker() or "", "to write", path)
            raise PermissionError(13, "no file of the hub can be written", path)
        data = self.bytes_of(path)
        if data is None:
            raise IsADirectoryError(21, "a folder cannot be opened", path)
        encoding, *more = text
        plain = io.BytesIO(data)
        return plain if "b" in mode else io.TextIOWrapper(plain, encoding or "utf-8", *more)

    def status(self, path: str) -> os.stat_result:
        """Return the status of a file or folder of the hub, without a time."""
        data = self.bytes_of(path)
        mode = stat.S_IFDIR | 0o555 if data is None else stat.S_IFREG | 0o444
        number = zlib.crc32(path.encode())
        return os.stat_result((mode, number, 1, 1, 0, 0, len(data or b""), 0, 0, 0))

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Refuse what goes around `open` and `stat`."""
        what = arguments[0] if event != "socket.connect" else arguments[1]
        if event in ("open", "os.listdir", "os.scandir"):
            what = "." if what is None else what
            if isinstance(what, int) or self.find(what, REFUSED[event]) is None:
                return
        asker = _asker()
        if asker is not None:
            self.refuse(asker, REFUSED[event], str(what))
            raise PermissionError(13, "an extension may read files of the hub alone", str(what))


_ACTIVE: ContextVar[_Session | None] = ContextVar("session", default=None)
"""What answers a thread, and those that it starts with its own context."""


def _asker() -> str | None:
    """Return the module that asks for something; None where Python or what traces it does."""
    tracer: Any = sys.gettrace()  # coverage and debuggers look at files in the middle of a call
    tracer = getattr(tracer, "__module__", None) or type(tracer).__module__
    above = {"importlib", tracer.partition(".")[0]} - {"builtins"}
    frame: Any = sys._getframe(1)
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        package = name.partition(".")[0]
        if package in above:
            return None
        if package not in sys.stdlib_module_names and package != "nexusgen":
            return name
        frame = frame.f_back
    return "an extension"


@cache
def _code_folders(root: Path) -> tuple[str, ...]:
    """Return where installed modules lie; the hub is not among them, though Python may run there."""
    around = {os.fspath(folder) for folder in (root.resolve(), *root.resolve().parents)}
    known = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    found = [*known, *filter(os.path.isabs, sys.path), sys.pycache_prefix]
    folders = filter(None, found)
    return tuple(
        {way(one) for one in folders for way in (os.path.normpath, os.path.realpath)} - around
    )


def _open_file(file: Any, mode: str = "r", buffering: int = -1, *text: Any, **more: Any) -> Any:
    session = _ACTIVE.get()
    path = None if session is None or isinstance(file, int) else session.find(file)
    if session is None or path is None:
        return _open(file, mode, buffering, *text, **more)
    names = ("encoding", "errors", "newline")
    given = dict(zip(names, text, strict=False)) | more
    return session.open(path, mode, tuple(given.get(name) for name in names))


def _status(real: Callable[..., os.stat_result], path: Any, **more: Any) -> os.stat_result:
    session = _ACTIVE.get()
    if session is None or isinstance(path, int) or session.files.leads_to_code(path):
        return real(path, **more)
    found = session.find(path)
    return real(path, **more) if found is None else session.status(found)


def _current_folder() -> str:
    return _getcwd() if _ACTIVE.get() is None else ROOT


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event in REFUSED and (session := _ACTIVE.get()) is not None:
        session.audit(event, arguments)


@cache
def _install() -> None:
    """Put our functions in the place of Python's; threads without a session notice nothing."""
    builtins.open = io.open = _open_file
    os.stat, os.lstat = partial(_status, _stat), partial(_status, _lstat)
    for able in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
        able |= {os.stat} if _stat in able else set()
    os.getcwd = _current_folder
    sys.addaudithook(_audit)
