"""What goes into a build and what comes out of it: a snapshot in, pages to be, files out."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from nexusgen.model import Site, Value
from nexusgen.problems import Problem
from nexusgen.table import EMPTY, Table, changed_keys


class TemplateFile(Value, frozen=True, array_like=True, gc=False):
    """A file of the theme: the path by which `Snapshot.read` knows it, and its digest."""

    path: str
    digest: bytes


class Snapshot(msgspec.Struct, frozen=True):
    """Every input of a build, as it was at one moment.

    `files` maps the path of each content file to its digest, `templates` the name of each file of
    the theme (`theme/` before the name means the default one). `read` gives the bytes of a path
    and raises `SourceChangedError` where they are no longer those of the snapshot. `dates` maps a
    path to the dates of its first and last commit. `problems` tells what could not be read.
    """

    name: str
    content: str
    files: Mapping[str, bytes]
    templates: Mapping[str, TemplateFile]
    read: Callable[[str], bytes]
    dates: Mapping[str, tuple[str, str]] = {}
    commit: str = ""
    libraries: bytes = b""
    base_url: str = ""
    drafts: bool = False
    problems: tuple[Problem, ...] = ()


class Variable(msgspec.Struct, frozen=True):
    """A variable of a template: equal digests mean equal values; `make` computes it when needed."""

    digest: bytes
    make: Callable[[], Any]


class Page(msgspec.Struct, frozen=True):
    """A page to be: its URL, its template, and everything the template may see."""

    url: str
    template: str
    variables: Mapping[str, Variable]
    source: str = ""


class Output(msgspec.Struct, frozen=True):
    """A file of the site that can be made: `render` is called only where it is needed.

    `path` is relative to the output folder. `key` is a digest of everything `render` uses: equal
    keys mean equal bytes. `reads` gives the parts of the key by name, to explain a rebuild.
    """

    path: str
    key: bytes
    render: Callable[[], bytes]
    reads: Callable[[], Mapping[str, bytes]]


Place = tuple[bytes, str]
"""The key of an output and the name of what it is made with."""


def _no_output(path: str, place: Place) -> Output:
    raise KeyError(path, place)


class Outputs(Mapping[str, Output]):
    """The files of a site by path: some are at hand, those at a place are made when asked for.

    `prepare` loads what many of them need to be rendered, for all processes that render some.
    """

    def __init__(
        self,
        files: Mapping[str, Output],
        places: Table[Place] = EMPTY,
        make: Callable[[str, Place], Output] = _no_output,
        prepare: Callable[[], object] = tuple,
    ) -> None:
        self.prepare = prepare
        self._files = files
        self._places = places
        self._make = make

    def __getitem__(self, path: str) -> Output:
        place = self._places.get(path)
        return self._files[path] if place is None else self._make(path, place)

    def __contains__(self, path: object) -> bool:
        return path in self._places or path in self._files

    def __iter__(self) -> Iterator[str]:
        yield from self._places
        yield from (path for path in self._files if path not in self._places)

    def __len__(self) -> int:
        return len(self.file_keys)

    @property
    def file_keys(self) -> dict[str, bytes]:
        """The key of each output, by path."""
        files = {path: output.key for path, output in self._files.items()}
        return files | {path: key for path, (key, _) in self._places.items()}

    def changed(self, before: "Outputs") -> set[str]:
        """Return the paths of outputs that came, went or have another key than before."""
        paths = changed_keys(before._places, self._places) | before._files.keys()
        return {
            path for path in paths | self._files.keys() if _key(before, path) != _key(self, path)
        }


def _key(outputs: Outputs, path: str) -> bytes:
    return outputs[path].key if path in outputs else b""


class Build(msgspec.Struct, frozen=True):
    """The result of a build: every file of the site, and every problem, sorted.

    `checks` finds what could be better besides, which only `nexusgen check` asks for.
    """

    site: Site
    outputs: Outputs
    problems: tuple[Problem, ...]
    entries: int = 0
    checks: Callable[[], tuple[Problem, ...]] = tuple
