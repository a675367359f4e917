"""Fold names: the forms in which an entry or a file is looked up."""

import re
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar
from unicodedata import normalize

from nexusgen.core.model import Entry
from nexusgen.core.paths import content_path, folder_of, without_extension

OUTSIDE = "\0"
"""A path that leaves the content root: no name is equal to it."""

PATH, FILE, TITLE, ALIAS = "/", "=", "~", "@"
"""The sign before a name says what it is: a path or URL, the name of a file or a slug, a title, an alias."""

_PUNCTUATION = str.maketrans(dict.fromkeys('!"#$%&()*+,.:;<=>?@^_`{|}~/[]\\', " "))
"""What Obsidian turns into blanks in the links to headings that it writes."""

_DIGITS = re.compile(r"([0-9]+)")


def fold(text: str) -> str:
    """Return the form in which names are compared: NFC, without regard to case."""
    if text.isascii():
        return text.lower()
    return normalize("NFC", normalize("NFC", text).casefold())


def fold_title(title: str) -> str:
    """Return a title in the form in which titles are compared: folded, white space collapsed."""
    return fold(" ".join(title.split()))


def heading_words(text: str) -> str:
    """Return a heading as Obsidian compares it: folded, punctuation turned into blanks."""
    return fold_title(text.translate(_PUNCTUATION))


def heading_path(texts: Iterable[str]) -> str:
    """Return headings, each below the one before, in the form in which paths are compared."""
    return "#".join(filter(None, map(heading_words, texts)))


def natural_key(title: str) -> tuple[str | int, ...]:
    """Return what orders titles by the value of the numbers in them: 2 before 10."""
    parts = _DIGITS.split(fold_title(title))
    return tuple([int(part) if place % 2 else part for place, part in enumerate(parts)])


class Dated(Protocol):
    """What stands in the order of its time and title.

    The day is empty where none is known, the moments are that of this day and of the last edit.
    """

    @property
    def title(self) -> str: ...
    @property
    def date(self) -> str: ...
    @property
    def moments(self) -> tuple[str, str]: ...


D = TypeVar("D", bound=Dated)


def newest_first(found: Iterable[D]) -> list[D]:
    """Return entries by date, newest first; those of one day by their moments, then by title, 2 before 10."""
    ordered = sorted(found, key=lambda one: natural_key(one.title))
    ordered.sort(key=lambda one: (one.date, one.moments[0]), reverse=True)
    return ordered


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


def names_of(entry: Entry, content: str) -> Iterator[str]:
    """Yield every name that an entry answers to, folded, each with its sign."""
    stem = without_extension(content_path(entry.path, content))
    folder = folder_of(stem)
    yield PATH + fold(entry.url[:-1])
    if len(entry.id) == len(entry.path):  # of several in a file, only the URL is its own
        yield PATH + fold(content_path(entry.path, content))
        yield PATH + fold(stem)
        if entry.is_index:
            yield PATH + fold(folder)
    yield FILE + fold(entry.slug)
    yield FILE + fold_title((folder if entry.is_index else stem).rpartition("/")[2])
    yield TITLE + fold_title(entry.title)
    yield from (ALIAS + fold_title(alias) for alias in entry.aliases)


def file_names(path: str) -> Iterator[str]:
    """Yield the names of a file that is no entry: its folded path, and its name alone."""
    yield PATH + fold(path)
    yield FILE + fold(path.rpartition("/")[2])
