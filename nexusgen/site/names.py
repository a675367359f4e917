"""Fold names: the forms in which an entry or a file is looked up."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from posixpath import normpath
from string import punctuation
from typing import Protocol, TypeVar
from unicodedata import normalize

from nexusgen.content.dates import STAMP
from nexusgen.core.model import Document, Entry, Heading
from nexusgen.core.paths import content_path, folder_of, without_extension

OUTSIDE = "\0"
"""A path that leaves the content root: no name is equal to it."""

PATH, FILE, TITLE, ALIAS, LETTERED = "/", "=", "~", "@", "'"
"""The sign before a name says what it is: a path or URL, the name of a file or a slug, a title, an
alias; a title or an alias in its very letters."""

ID = "#"
"""The sign before the id of an anchor; before the text of a heading, it is that of a title."""

Anchors = Mapping[str, tuple[str, str]]
"""The id and text of each anchor of a page, by its folded id or text, each with its sign."""

_PUNCTUATION = str.maketrans(dict.fromkeys('!"#$%&()*+,.:;<=>?@^_`{|}~/[]\\', " "))
"""What Obsidian turns into blanks in the links to headings that it writes."""

_MARKS = str.maketrans("", "", "*_~`=")

ACCENTS = re.compile(
    "[\xad\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200c-\u200f]"
)
LETTERS = str.maketrans(
    {
        "ٱ": "ا", "ى": "ي", "ة": "ه",
        **{sign: str(int(sign)) for sign in "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹"},
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "э": "е",
    }
)  # fmt: skip
"""Letters that are written in more than one way and are no accented ones."""

_ACCENTS = re.compile(f"(?<!и){ACCENTS.pattern}")
_LETTERS = {**LETTERS, ord("э"): "э"}
"""Of these, what alphabets take for a form of a letter: `й` and `э` have places of their own."""

_LATE_SIGNS = re.compile(
    "[{-\xbf×÷\u2000-\u2bff\u3000-\u3004\u3008-\u303f\ufe00-\ufe0f\U0001f000-\U0001faff]"
)
"""Signs behind the letters, which are to stand before them as those of ASCII do."""

_DIGITS = re.compile(r"(\d{1,4000})")

Order = tuple[tuple[str | int, ...], str]
"""What stands in the order of names: letters without accents, numbers by their value; the name itself."""


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


def without_marks(text: str) -> str:
    """Return a name without what may mark emphasis in it."""
    return text.translate(_MARKS)


def anchors_of(document: Document) -> Anchors:
    """Return id and text of each anchor of a page by its folded id and, of headings, by text and path."""
    headings = document.headings[::-1]  # the first of equal ones wins
    anchors = {TITLE + fold_title(one.text): (one.id, one.text) for one in headings}
    if len(anchors) < len(headings):
        anchors |= dict(tuple(_heading_paths(document.headings))[::-1])
        anchors |= {LETTERED + one.text: (one.id, one.text) for one in headings}
    anchors |= {ID + fold(name): (name, "") for name in document.anchors}
    return anchors | {ID + fold(one.id): (one.id, one.text) for one in headings}


def _heading_paths(headings: Iterable[Heading]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each heading by its path from each of those above it, the nearest first."""
    above: list[Heading] = []
    for heading in headings:
        while above and above[-1].level >= heading.level:
            above.pop()
        if not heading_words(heading.text):  # names nothing below another
            continue
        for start in range(len(above) - 1, -1, -1):
            place = heading.id, heading.text
            texts = [one.text for one in above[start:]]
            yield TITLE + heading_path((*texts, heading.text)), place
            yield TITLE + heading_path((texts[0], heading.text)), place
        above.append(heading)


@lru_cache(maxsize=4096)
def natural_key(name: str) -> Order:
    """Return what orders names as a reader looks for them, the same in every language.

    Case and accents are no difference, nor are signs before the first letter or digit; 2 stands
    before 10. Names that are alike in this stand by their very letters.
    """
    text = " ".join(name.split()).lower()
    if not text.isascii():
        text = _ACCENTS.sub("", normalize("NFKD", text)).lower()
        text = normalize("NFC", text).translate(_LETTERS)
    text = _LATE_SIGNS.sub("'", text)
    parts = _DIGITS.split(text.lstrip(f"{punctuation} ") or text)
    return tuple([int(part) if place % 2 else part for place, part in enumerate(parts)]), name


class Dated(Protocol):
    """What stands in the order of its time and title.

    The day is empty where none is known, the moments are that of this day and of the last edit.
    """

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def date(self) -> str: ...
    @property
    def moments(self) -> tuple[str, str]: ...


D = TypeVar("D", bound=Dated)


def newest_first(found: Iterable[D]) -> list[D]:
    """Return entries by date, newest first; those of one day by their moments, then by title and id."""
    ordered = sorted(found, key=lambda one: (natural_key(one.title), one.id))
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
    clean = normpath(path.lstrip("/") or ".")
    if clean == ".." or clean.startswith("../"):
        return OUTSIDE
    return "" if clean == "." else clean


def is_inside(entry: Entry, content: str) -> bool:
    """Tell whether an entry is the page of the folder in which its file lies, not of one beside that."""
    return entry.is_index and fold(entry.section) == fold(
        folder_of(content_path(entry.path, content))
    )


def names_of(entry: Entry, content: str) -> Iterator[str]:
    """Yield every name that an entry answers to, each with its sign, and folded where that says so."""
    stem = without_extension(content_path(entry.path, content))
    named = folder_of(stem) if is_inside(entry, content) else stem
    yield PATH + fold(entry.url[:-1])
    if len(entry.id) == len(entry.path):  # of several in a file, only the URL is its own
        yield PATH + fold(content_path(entry.path, content))
        yield PATH + fold(stem)
        yield PATH + fold(named)
    yield FILE + fold(entry.slug)
    yield FILE + fold_title(named.rpartition("/")[2])
    yield TITLE + fold_title(entry.title)
    if stamp := STAMP.match(named.rpartition("/")[2]):
        yield FILE + fold(stamp[1])
    yield from (ALIAS + fold_title(alias) for alias in entry.aliases)
    yield from (LETTERED + " ".join(name.split()) for name in (entry.title, *entry.aliases))


def file_names(path: str) -> Iterator[str]:
    """Yield the names of a file that is no entry: its folded path, and its name alone."""
    yield PATH + fold(path)
    yield FILE + fold(path.rpartition("/")[2])
