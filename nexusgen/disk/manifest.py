"""Know what an output folder holds of ours, and what may be written there.

A manifest may be lost or a stranger's: it names only files below the output folder, and what is
deleted is proven ours.
"""

import os
import re
import stat
import struct
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from itertools import compress, count
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from nexusgen.core.paths import WELL_KNOWN, folder_of
from nexusgen.core.problems import NexusgenError, Problem
from nexusgen.disk.keys import state_home
from nexusgen.disk.links import real_path
from nexusgen.disk.state import FOLDER, NO_KEY, load, save
from nexusgen.incremental.digests import digest_bytes


class Written(NamedTuple):
    """A file as we wrote it: the key and the digest of its bytes, and the `state_of` it.

    `reads` is what it was made from, packed: see `unpack_reads`.
    """

    key: bytes
    digest: bytes
    state: bytes
    reads: bytes = b""


UNFINISHED = Written(b"", b"", b"")
"""Stands in a manifest for a file that is about to be written, or that may be an old one."""


class Files(msgspec.Struct, frozen=True, array_like=True, dict=True):
    """Files of ours by path, column by column: nobody makes a row of each to look at few."""

    paths: list[str] = []
    keys: list[bytes] = []
    digests: list[bytes] = []
    states: list[bytes] = []
    reads: list[bytes] = []

    @property
    def columns(self) -> tuple[list[Any], ...]:
        """The paths, and beside them what `Written` says of each."""
        return self.paths, self.keys, self.digests, self.states, self.reads

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each path stands in the columns."""
        return dict(zip(self.paths, count()))

    def __contains__(self, path: object) -> bool:
        return path in self.places

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, path: str) -> Written:
        at = self.places[path]
        return Written(*[column[at] for column in self.columns[1:]])

    def get(self, path: str) -> Written | None:
        """Return what is known of a file, None where there is no such file."""
        return self[path] if path in self.places else None

    def updated(self, new: Mapping[str, Written], gone: Container[str] = ()) -> "Files":
        """Return these files with the new ones in their places, those without one last, less what is gone."""
        stays = [path not in gone for path in self.paths]
        files = Files(*([*compress(column, stays)] for column in self.columns))
        for path, row in new.items():
            at = files.places.setdefault(path, len(files.paths))
            for column, value in zip(files.columns, (path, *row), strict=True):
                column[at : at + 1] = [value]
        return files

    def moved(self, output: Path) -> set[str]:
        """Return which of them are, by their status, not below `output` as we wrote them."""
        base = os.fspath(output) + os.sep
        now = states_of(base + path for path in self.paths)
        moved = {
            path
            for path, state, known in zip(self.paths, now, self.states, strict=True)
            if state != known
        }
        behind = Folders(output).behind(set(map(folder_of, self.paths)))
        return moved.union(path for path in self.paths if behind and folder_of(path) in behind)


class Manifest(msgspec.Struct, frozen=True, array_like=True):
    """What an output folder holds of ours.

    `inputs` is the digest of the snapshot it was made from, empty where a build did not finish;
    `problems` and `entries` are what that build had to say, for a build that need not run.
    `foreign` are the files found there that are not ours, `engine` is the program that wrote it,
    `settings` the path of the settings that it followed.
    """

    files: Files = Files()
    inputs: bytes = b""
    problems: tuple[Problem, ...] = ()
    entries: int = 0
    lenient: bool = False
    foreign: tuple[str, ...] = ()
    engine: bytes = b""
    settings: str = ""

    def read_by(self, engine: bytes) -> "Manifest":
        """Return what it says to a program; another one may make other bytes of the same inputs."""
        if engine == self.engine:
            return self
        files = replace(self.files, keys=[b""] * len(self.files))
        return replace(self, files=files, inputs=b"", engine=engine)


MARKS = (
    b'name="generator" content="nexusgen', b"<generator>nexusgen</generator>", b"nexusgenSearch(",
)  # fmt: skip
"""What our pages, feeds and files of search carry; tells them from files of somebody else."""

_BESIDE = re.compile(
    r"(?P<folder>(?:.*/)?)(?:index\.md|(?:hub|previews|feed|resume)\.json|llms(?:-full)?\.txt"
    r")|assets/(?:cards/[0-9a-f]{20}\.png|.+\.[0-9a-f]{10}(?:\.\w+)?)"
)
"""What we make beside a page of ours, and can carry no mark: what bears a digest, beside the home page."""

ROOT_FILE = "/hub.schema.json"
"""What lies at the root of every site of ours, and in no folder of it."""

_NO_NAMES = ("//", "/./", "/../")
"""Parts of a path that is absolute, empty or leads out of its folder."""


def manifest_path(root: Path, output: Path) -> Path:
    """Return where the manifest of an output folder is kept; the hub may move with what is in it."""
    folder, hub = real_path(output), real_path(root)
    name = folder.relative_to(hub) if folder.is_relative_to(hub) else folder
    return root / FOLDER / f"output-{digest_bytes(os.fsencode(name)).hex()[:16]}"


def load_manifest(root: Path, output: Path) -> Manifest:
    """Return what we know of an output folder.

    Where that was lost, our files are known by what this machine remembers of them, our pages and
    feeds also by what they carry, and what we make beside a page by that. Raises `NexusgenError` where it is there and cannot be read.
    """
    path = manifest_path(root, output)
    if path.is_file() and not os.access(path, os.R_OK):
        raise NexusgenError(f"cannot read {path}", "make it readable, or remove it", 3)
    manifest = load(path, Manifest)
    paths = f"/{'/'.join(manifest.files.paths)}/" if manifest and manifest.files.paths else ""
    if manifest is None or any(part in paths for part in _NO_NAMES):
        found = sorted(our_files(root, output))
        return Manifest(Files().updated(dict.fromkeys(found, UNFINISHED)))
    return manifest


def remember_files(root: Path, output: Path, manifest: Manifest) -> None:
    """Note the hub and the digests of our files in the user's own state folder, where that is possible.

    Who removes `.nexusgen/` does not lose with it which files of the output are ours; and it must
    not lie in the output, where readers would get it.
    """
    record = _record_path(output)
    known = zip(manifest.files.paths, manifest.files.digests, strict=True)
    files = {path: digest for path, digest in known if digest}
    with suppress(OSError):
        if record is not None:
            save(record, (os.fsencode(real_path(root)).decode(errors="replace"), files), NO_KEY)


def forget_files(root: Path, output: Path) -> None:
    """Forget an output folder."""
    record = _record_path(output)
    for path in (manifest_path(root, output), record):
        with suppress(OSError):
            if path is not None:
                path.unlink()


def _record_path(output: Path) -> Path | None:
    """Return where this machine notes our files of an output, None where there is no such place."""
    home = state_home()
    name = f"output-{digest_bytes(os.fsencode(real_path(output))).hex()[:16]}"
    return home and home / name


def our_files(root: Path, output: Path, known: Container[str] = ()) -> Iterator[str]:
    """Yield the files of a folder that are proven ours: by their bytes, a mark, or a page beside them.

    What is `known` is left out. What another hub still knows as its own is not ours, nor is a site
    in a folder of this one, or this one where it is but a folder of another site.
    """
    record = _record_path(output)
    kept = load(record, tuple[str, dict[str, bytes]], NO_KEY) if record is not None else None
    hub, digests = kept or ("", {})
    is_theirs = hub and real_path(Path(hub)) != real_path(root)
    if output.is_symlink() or (is_theirs and manifest_path(Path(hub), output).is_file()):
        return
    name = ROOT_FILE[1:]
    is_part = any((above / name).is_file() for above in real_path(output).parents)
    marks = () if is_part and not (output / name).is_file() else MARKS
    ours, beside = set[str](), list[tuple[str, str]]()
    files = list(files_in(output))
    sites = tuple(path[: 1 - len(ROOT_FILE)] for path in files if path.endswith(ROOT_FILE))
    for path in (path for path in files if path not in known and not path.startswith(sites)):
        is_candidate = path in digests or path.endswith((".html", ".xml", ".js"))
        if is_candidate and stat.S_ISREG(os.lstat(output / path).st_mode):
            data = (output / path).read_bytes()
            if digest_bytes(data) == digests.get(path) or any(mark in data for mark in marks):
                ours.add(path)
        elif place := _BESIDE.fullmatch(path):
            beside.append((path, f"{place['folder'] or ''}index.html"))
    for path, page in beside:
        if page in ours or (page in known and path.startswith("assets/cards/")):
            yield path
    yield from ours


def files_in(output: Path) -> Iterator[str]:
    """Yield the paths of what an output folder holds, less what is hidden: other tools own that."""
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        for name in names_in(output / prefix):
            if name.startswith(".") and name != WELL_KNOWN:
                continue
            if stat.S_ISDIR(os.lstat(output / prefix / name).st_mode):
                waiting.append(f"{prefix}{name}/")
            else:
                yield prefix + name


def names_in(folder: Path) -> list[str]:
    """Return the names in a folder; none where it is not there."""
    try:
        return os.listdir(folder)  # noqa: PTH208
    except FileNotFoundError:
        return []


def check_output(root: Path, output: Path | None) -> None:
    """Raise `NexusgenError` where writing the site could destroy what we did not make.

    `output` is the folder that a person named, None for the hub's own. That may be no link: a
    cloned hub could lead us anywhere with it.
    """
    if output is None and (root / "output").is_symlink():
        hint = "remove the link, or name the folder that it leads to with --output"
        raise NexusgenError(f"{root / 'output'} is a link to another folder", hint)
    folder, root = real_path(output or root / "output"), real_path(root)
    if folder.is_symlink():
        raise NexusgenError(f"{output} is a link that leads in a circle", "remove it")
    content = real_path(root / "content") if (root / "content").is_dir() else root
    sources = {content, real_path(root / "templates")}
    above = [*sources, root, real_path(Path.home()), root / ".git"]
    inside = [root / FOLDER] if content == root else [root / FOLDER, *sources]
    if any(place.is_relative_to(folder) for place in above) or any(
        folder.is_relative_to(place) for place in inside
    ):
        raise NexusgenError(
            f"refusing to write the site to {folder}: it is, holds or lies in a folder of sources",
            "choose a folder of its own with --output",
        )
    if folder.exists() and not folder.is_dir():
        raise NexusgenError(f"{folder} is a file, not a folder", "remove it or choose --output")


def still_foreign(output: Path, manifest: Manifest) -> tuple[str, ...]:
    """Return which of the files that were not ours are still there."""
    return tuple(path for path in manifest.foreign if (output / path).exists())


def require_ours(output: Path, manifest: Manifest) -> None:
    """Raise `NexusgenError` where a folder holds files and none of them tells that we wrote it."""
    if not manifest.files and any(not name.startswith(".") for name in names_in(output)):
        raise NexusgenError(
            f"{output} holds files that this hub did not write",
            "choose an empty folder with --output, or allow it with --force",
        )


class Folders(dict[str, bool]):
    """Tells of a folder below an output whether it is one: no link, and not behind a link.

    A folder is listed once for all that lie in it: to ask of each takes five times as long.
    """

    def __init__(self, output: Path) -> None:
        super().__init__()
        self._base = os.fspath(output) + os.sep
        self._listed: dict[str, set[str]] = {}

    def __missing__(self, folder: str) -> bool:
        parent, _, name = folder.rpartition("/")
        is_folder = name in self._folders_in(parent) if folder else False
        if not is_folder:  # new since, or its name is written in another way
            with suppress(OSError):
                is_folder = stat.S_ISDIR(os.lstat(self._base + folder).st_mode)
        self[folder] = is_folder and (not folder or self[parent])
        return self[folder]

    def behind(self, folders: Iterable[str]) -> set[str]:
        """Return which folders are none; looked at together, those of one folder cost little."""
        below: dict[str, set[str]] = {}
        for folder in folders:
            parent, _, name = folder.rpartition("/")
            below.setdefault(parent, set()).add(name)
        return {
            f"{parent}/{name}" if parent else name
            for parent, names in below.items()
            for name in (names if not self[parent] else names - self._folders_in(parent))
            if not self[f"{parent}/{name}" if parent else name]
        }

    def _folders_in(self, folder: str) -> set[str]:
        """Return the names of the folders in one, which may lie behind a link."""
        if folder not in self._listed:
            found: set[str] = set()
            with suppress(OSError), os.scandir(self._base + folder) as listed:
                found = {one.name for one in listed if one.is_dir(follow_symlinks=False)}
            self._listed[folder] = found
        return self._listed[folder]


def is_up_to_date(output: Path, manifest: Manifest, inputs: bytes) -> bool:
    """Tell whether the folder holds what a build from these inputs would write, by status alone."""
    is_same = bool(manifest.inputs) and manifest.inputs == inputs
    return is_same and not manifest.files.moved(output)


_STATE = struct.Struct("<4Q")
_MASK = 2**64 - 1
"""Numbers are cut to eight bytes: some systems have longer ones, and times before 1970 are negative."""


def states_of(paths: Iterable[str]) -> Iterator[bytes]:
    """Yield the status that tells whether a file is another one, packed; nothing where there is none."""
    look, pack = os.lstat, _STATE.pack
    for path in paths:
        try:
            found = look(path)
        except OSError:
            yield b""
            continue
        written, changed = found.st_mtime_ns & _MASK, found.st_ctime_ns & _MASK
        yield pack(found.st_size, written, changed, found.st_ino & _MASK)


def state_of(path: str) -> bytes:
    """Return the packed status of one file."""
    return next(states_of([path]))


def size_in(state: bytes) -> int:
    """Return the size of the file whose state this is."""
    return int(_STATE.unpack(state)[0]) if state else 0


class Report(msgspec.Struct, frozen=True):
    """What a build did to an output folder: paths written and removed, and what failed.

    `before` and `manifest` say what it held and what it holds, `decisions` why each output was
    rendered that was.
    """

    before: Manifest
    manifest: Manifest
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    decisions: Mapping[str, str] = {}


_decode_reads = msgspec.msgpack.Decoder(dict[str, bytes]).decode


def unpack_reads(reads: bytes) -> dict[str, bytes]:
    """Return what a page was made from, by name; nothing where nothing is known."""
    return _decode_reads(reads) if reads else {}


def changed_parts(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> list[str]:
    """Return the names of the parts that differ, or that only one side has."""
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
