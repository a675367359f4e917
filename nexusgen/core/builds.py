"""What goes into a build and what comes out of it: a snapshot of every input, pages, outputs."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Protocol

import msgspec

from nexusgen.core.model import Entry, Site, Value
from nexusgen.core.problems import Problem
from nexusgen.incremental.table import changed_keys, checksum


class TemplateFile(Value, frozen=True, array_like=True, gc=False):
    """A file of the theme: the path by which `Snapshot.read` knows it, and its digest."""

    path: str
    digest: bytes


class FileReads(msgspec.Struct):
    """What extensions asked for while they ran.

    `found` are the paths in the hub at which they looked, with what was there (nothing where there
    is no file), `refused` is what they may not ask for, in words.
    """

    found: dict[str, bytes] = {}
    refused: dict[str, None] = {}


class ExtensionFiles(Protocol):
    """The files that Markdown extensions may open."""

    @property
    def states(self) -> Mapping[str, bytes]:
        """What is at each path: the digest of a file, or the mark of a folder."""

    def watch(self) -> AbstractContextManager[FileReads]:
        """Answer this thread from the snapshot while the context lasts, and note what it reads.

        Raises `SourceChangedError` where a file is no longer that of the snapshot.
        """


class Snapshot(msgspec.Struct, frozen=True):
    """Every input of a build, as it was at one moment.

    `files` maps the path of each content file to its digest, `templates` the name of each file of
    the theme (`theme/` before the name means the default one). `read` gives the bytes of a path
    and raises `SourceChangedError` where they are no longer those of the snapshot. `dates` maps a
    path to the dates of its first and last commit. `today` is the day of the build, empty where
    what is dated ahead is published too. `problems` tells what could not be read.
    `extension_files` are files outside the content that Markdown extensions may open, and
    `files_for_extensions` lets them open any file of a snapshot like this one. `trusted` is true
    where the user trusts the hub's templates with all that this program may do. `vault` is true
    where Obsidian keeps its settings in the hub, `breaks` where it shows each end of a line.
    `left_out` are files and folders of the content that git ignores.
    """

    name: str
    content: str
    files: Mapping[str, bytes]
    templates: Mapping[str, TemplateFile]
    read: Callable[[str], bytes]
    dates: Mapping[str, tuple[str, str]] = {}
    libraries: bytes = b""
    base_url: str = ""
    drafts: bool = False
    today: str = ""
    problems: tuple[Problem, ...] = ()
    extension_files: Mapping[str, bytes] = {}
    files_for_extensions: "Callable[[Snapshot], ExtensionFiles] | None" = None
    trusted: bool = False
    vault: bool = False
    breaks: bool = False
    left_out: Sequence[str] = ()


class Page(msgspec.Struct, frozen=True):
    """A page to be: its URL, its template, and everything the template may see.

    A variable is a value, or is made when the page is rendered.
    """

    url: str
    template: str
    variables: Mapping[str, Any]
    source: str = ""


class Output(msgspec.Struct, frozen=True):
    """A file of the site that can be made: `render` is called only where it is needed.

    `path` is relative to the output folder. `key` is a digest of everything `render` uses: equal
    keys mean equal bytes. `reads` gives the parts of the key by name, to explain a rebuild.
    `portable`, where that is worth it, gives a function that returns the same bytes as `render`, and
    that another process can be sent: all that it uses is a value. `join` gives the same bytes as
    `render` from those of other outputs, for which it asks by path: these may be written already.
    """

    path: str
    key: bytes
    render: Callable[[], bytes]
    reads: Callable[[], Mapping[str, bytes]]
    portable: Callable[[], Callable[[], bytes]] | None = None
    join: Callable[[Callable[[str], bytes]], bytes] | None = None


def file_output(path: str, key: bytes, make: Callable[[], bytes]) -> Output:
    """Return a file of which nothing but its bytes is known; `key` names them."""
    return Output(path, key, make, lambda: {"its bytes": key})


GroupKey = tuple[str, bytes]
"""The name of the group of pages that an output belongs to, and its key."""


@dataclass(frozen=True, eq=False)
class Outputs(Mapping[str, Output]):
    """The files of a site by path: `files` are at hand, those at `places` are made when asked for.

    `prepare` loads what many of them need to be rendered, for all processes that render some. `near`
    names a row of which most is made that a group of pages needs.
    """

    files: Mapping[str, Output]
    places: Sequence[Mapping[str, tuple[GroupKey, ...]]] = ()
    make: Callable[[str, GroupKey], Output] | None = None
    prepare: Callable[[], object] = tuple
    near: Callable[[str], str] = str

    def __getitem__(self, path: str) -> Output:
        for table in self.places:
            if self.make and path in table:
                return self.make(path, table[path][0])
        return self.files[path]

    def __contains__(self, path: object) -> bool:
        return path in self.files or any(path in table for table in self.places)

    def __iter__(self) -> Iterator[str]:
        return iter(self.file_keys)

    def __len__(self) -> int:
        return len(self.file_keys)

    def in_order(self, paths: Iterable[str]) -> list[str]:
        """Return paths by what their groups need, so that few rows are loaded for many of them."""
        found = [
            (next((t[path][0][0] for t in self.places if path in t), ""), path) for path in paths
        ]
        return [path for _, path in sorted(found, key=lambda one: checksum(self.near(one[0])))]

    @property
    def file_keys(self) -> dict[str, bytes]:
        """The key of each output, by path."""
        keys = {path: output.key for path, output in self.files.items()}
        for table in reversed(self.places):
            keys |= {path: places[0][1] for path, places in table.items()}
        return keys

    def changed(self, before: "Outputs") -> set[str]:
        """Return the paths of outputs that came, went or have another key than before."""
        paths = {*before.files, *self.files}
        nothing: Mapping[str, tuple[GroupKey, ...]] = {}
        for old, new in zip_longest(before.places, self.places, fillvalue=nothing):
            paths |= changed_keys(old, new)
        absent = Output("", b"", bytes, dict)
        return {p for p in paths if before.get(p, absent).key != self.get(p, absent).key}


class Build(msgspec.Struct, frozen=True):
    """The result of a build: every file of the site, and every problem, sorted.

    `checks` finds what could be better besides, which only `nexusgen check` asks for. `outlines` are
    the entries that have a page, by id, without what they say, where some of them are not published.
    """

    site: Site
    outputs: Outputs
    problems: tuple[Problem, ...]
    entries: int = 0
    checks: Callable[[], tuple[Problem, ...]] = tuple
    outlines: Mapping[str, Entry] = {}
