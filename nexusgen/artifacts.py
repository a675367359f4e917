"""What goes into a build and what comes out of it: a snapshot in, pages to be, files out."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from nexusgen.model import Site, Value
from nexusgen.problems import Problem


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


class Build(msgspec.Struct, frozen=True):
    """The result of a build: every file of the site, and every problem, sorted.

    `checks` finds what could be better besides, which only `nexusgen check` asks for.
    """

    site: Site
    outputs: Mapping[str, Output]
    problems: tuple[Problem, ...]
    entries: int = 0
    checks: Callable[[], tuple[Problem, ...]] = tuple
