"""Entries and file names in; the index in which a name is looked up, out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple
from unicodedata import normalize

import msgspec

from nexusgen.core.model import Entry, Target
from nexusgen.core.paths import content_path, folder_of, without_extension

OUTSIDE = "\0"
"""A path that leaves the content root: no name is equal to it."""


class Found(NamedTuple):
    """Where a name leads; `entries` are those of that name, `tied` where none is the nearest."""

    target: Target
    entries: tuple[Entry, ...] = ()
    tied: bool = False


Index = dict[str, Found]
"""What a folded name means."""


class Names(msgspec.Struct, frozen=True):
    """All names that entries answer to, folded.

    `paths` are paths from the content root, with and without extension, folders and URLs; `words`
    are file names and slugs, where no entry has these titles, and where none has these aliases.
    """

    paths: Mapping[str, Found]
    words: Mapping[str, Found]


class Files(msgspec.Struct, frozen=True):
    """The files that are no entries: by exact path, by folded path and by folded file name."""

    exact: frozenset[str]
    paths: dict[str, list[str]]
    names: dict[str, list[str]]


def fold(text: str) -> str:
    """Return the form in which names are compared: NFC, without regard to case."""
    if text.isascii():
        return text.lower()
    return normalize("NFC", normalize("NFC", text).casefold())


def fold_title(title: str) -> str:
    """Return a title in the form in which titles are compared: folded, white space collapsed."""
    return fold(" ".join(title.split()))


def path_key(folder: str, path: str) -> str:
    """Return the folded form of `path` as a file of `folder` means it, with its extension."""
    while path[:3] == "../" and folder:
        folder, path = folder.rpartition("/")[0], path[3:]
    joined = normal_path(f"{folder}/{path}" if folder and path[:1] != "/" else path)
    return joined.lower() if joined.isascii() else fold(joined)


def normal_path(path: str) -> str:
    """Return a path without `.`, `..` and needless slashes, `OUTSIDE` where it leaves the root."""
    if "./" not in path and "//" not in path and path[:1] not in "/." and path[-1:] not in "/.":
        return path
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return OUTSIDE
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


class Words(Mapping[str, Found]):
    """What words mean: an index that is made when the first word is looked up."""

    def __init__(self, founds: Sequence[Found], content: str) -> None:
        self._founds = founds
        self._content = content

    @cached_property
    def _index(self) -> Index:
        founds = self._founds
        files = _index((_file_names(found.entries[0], self._content), found) for found in founds)
        titles = _index(((fold_title(found.entries[0].title),), found) for found in founds)
        aliases = _index(
            (map(fold_title, found.entries[0].aliases), found)
            for found in founds
            if found.entries[0].aliases
        )
        return aliases | titles | files

    def __getitem__(self, word: str) -> Found:
        return self._index[word]

    def get(self, word: str, default: Any = None) -> Any:
        """Return what a word means, else the default."""
        return self._index.get(word, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._index)

    def __len__(self) -> int:
        return len(self._index)


def index_names(entries: Iterable[Entry], at: Mapping[str, Target], content: str) -> Names:
    """Return the index of the names of `entries`, which lead to their targets in `at`.

    Several entries of one name are told in the order given.
    """
    founds = [Found(at[entry.id], (entry,)) for entry in entries]
    paths = _index((_paths(found.entries[0], content), found) for found in founds)
    return Names(paths, Words(founds, content))


def index_files(files: Iterable[str]) -> Files:
    """Return the index of the files that are no entries, given relative to the content root."""
    ordered = sorted(files)
    paths: dict[str, list[str]] = {}
    names: dict[str, list[str]] = {}
    for path in ordered:
        paths.setdefault(fold(path), []).append(path)
        names.setdefault(fold(path.rpartition("/")[2]), []).append(path)
    return Files(exact=frozenset(ordered), paths=paths, names=names)


def names_of(entry: Entry, content: str) -> Iterator[str]:
    """Yield every name that an entry answers to, folded."""
    yield from _paths(entry, content)
    yield from _file_names(entry, content)
    yield fold_title(entry.title)
    yield from map(fold_title, entry.aliases)


def _index(named: Iterable[tuple[Iterable[str], Found]]) -> Index:
    index: Index = {}
    shared: dict[str, dict[str, Entry]] = {}
    for names, found in named:
        for name in names:
            first = index.setdefault(name, found)
            if first is not found:
                known = shared.setdefault(name, {first.entries[0].id: first.entries[0]})
                known[found.entries[0].id] = found.entries[0]
    for name, entries in shared.items():
        index[name] = Found(index[name].target, tuple(entries.values()))
    return index


def _paths(entry: Entry, content: str) -> Iterable[str]:
    """Yield the paths and URLs of an entry; of several in a file, only the URL is its own."""
    address = fold(entry.url[:-1])
    if len(entry.id) > len(entry.path):
        return (address,)
    path = fold(content_path(entry.path, content))
    stem = without_extension(path)
    if entry.is_index:
        return address, path, stem, folder_of(stem)
    return (path, stem) if stem == address else (address, path, stem)


def _file_names(entry: Entry, content: str) -> Iterable[str]:
    """Yield the slug of an entry and the name of its file, which for an index is its folder's."""
    slug = fold(entry.slug)
    stem = without_extension(content_path(entry.path, content))
    if entry.is_index:
        stem = folder_of(stem)
    name = fold_title(stem.rpartition("/")[2])
    return (slug, name) if name and name != slug else (slug,)
