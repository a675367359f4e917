"""Entries and file names in; out comes the index in which a name is looked up."""

from collections.abc import Iterable
from unicodedata import normalize

import msgspec

from nexusgen.model import Entry

SOURCES = frozenset({"md", "markdown", "yml", "yaml"})
"""Extensions of the files that hold entries; a link may leave them out."""

Index = dict[str, list[Entry]]
"""Entries by a folded name. A list of one is by far the most common."""


class Names(msgspec.Struct, frozen=True):
    """All names that entries answer to, folded.

    `paths` are paths from the content root without extension, folders and URLs; `names` are file
    names and slugs; `titles` and `aliases` what they say.
    """

    paths: Index
    names: Index
    titles: Index
    aliases: Index


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


def without_extension(path: str) -> str:
    """Return `path` without the extension of a source file; any other extension stays."""
    stem, dot, extension = path.rpartition(".")
    return stem if dot and extension.lower() in SOURCES else path


def content_path(path: str, content: str) -> str:
    """Return a path relative to the content root for one relative to the hub's folder."""
    return path[len(content) + 1 :] if content and path.startswith(content + "/") else path


def folder_of(path: str) -> str:
    """Return the folder that a path lies in, the empty string at the root."""
    return path.rpartition("/")[0]


def index_names(entries: Iterable[Entry], content: str) -> Names:
    """Return the index of the names of `entries`, each name's entries in the order given."""
    names = Names(paths={}, names={}, titles={}, aliases={})
    for entry in entries:
        _add_paths(names, entry, content)
        _add(names.names, fold(entry.slug), entry)
        _add(names.titles, fold_title(entry.title), entry)
        for alias in entry.aliases:
            _add(names.aliases, fold_title(alias), entry)
    return names


def index_files(files: Iterable[str]) -> Files:
    """Return the index of the files that are no entries, given relative to the content root."""
    ordered = sorted(files)
    paths: dict[str, list[str]] = {}
    names: dict[str, list[str]] = {}
    for path in ordered:
        paths.setdefault(fold(path), []).append(path)
        names.setdefault(fold(path.rpartition("/")[2]), []).append(path)
    return Files(exact=frozenset(ordered), paths=paths, names=names)


def _add_paths(names: Names, entry: Entry, content: str) -> None:
    address = fold(entry.url.rstrip("/"))
    _add(names.paths, address, entry)
    if len(entry.id) > len(entry.path):  # one of several in a file: only its address is its own
        return
    stem = fold(without_extension(content_path(entry.path, content)))
    if stem != address:
        _add(names.paths, stem, entry)
    folder, _, name = stem.rpartition("/")
    if entry.is_index:
        _add(names.paths, folder, entry)
        name = folder.rpartition("/")[2]
    if name:
        _add(names.names, name, entry)


def _add(index: Index, key: str, entry: Entry) -> None:
    found = index.get(key)
    if found is None:
        index[key] = [entry]
    elif found[-1] is not entry:
        found.append(entry)
