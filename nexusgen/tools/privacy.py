"""Search every byte of a built site for what only hidden sources hold, and tell where it came from."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from nexusgen.build import find_site
from nexusgen.core.builds import Snapshot
from nexusgen.core.model import Site
from nexusgen.core.problems import NexusgenError, Place, Problem
from nexusgen.images.clean import clean_bytes, is_picture_alone, may_tell
from nexusgen.images.picture import UncleanError
from nexusgen.incremental.digests import digest_bytes
from nexusgen.site.checks import switched
from nexusgen.site.pictures import kept_facts
from nexusgen.tools.hidden_words import (
    Passage,
    own_words,
    phrases_of,
    segments,
    sort_sources,
    template_words,
    words_of,
)
from nexusgen.tools.readings import find_members, find_texts

ENOUGH = 5
"""Phrases that a published file which nothing shows shares with a hidden source, to be a copy of it."""

TELLING = 10
"""Letters of a phrase that is not written by chance, as `1 2 3 4` is."""

MOST = 5
"""Places that are told of one source."""

SHORTEST = 8
"""Bytes of a file that can be told from others."""

_WORD = re.compile(r"[^\W_]+")
_ODD = re.compile(r"\d|.[A-Z]")

WHOLE = "the bytes of this file"

HINT = "take it out there and build again, or publish the source"

Phrase = tuple[str, ...]
Marks = dict[Any, tuple[str, int]]
"""What only hidden sources hold, words and phrases, with path and line of the source."""


class Traces(msgspec.Struct):
    """What must be in no byte of a site.

    `words` and `phrases` are those of hidden sources alone, `files` the digests of hidden files,
    `shown` and `copied` those of published files, `known` holds every word that readers may read.
    `marks` are words one of which stands in every text that holds a trace, with the phrases it is in.
    """

    words: Marks = {}
    phrases: Marks = {}
    files: dict[bytes, str] = {}
    shown: set[bytes] = set()
    copied: set[bytes] = set()
    known: str = ""
    marks: dict[str, list[Phrase]] = {}

    def mark(self) -> None:
        """Set the marks: each word, and the longest one of each phrase."""
        self.marks = {word: [] for word in self.words}
        for phrase in self.phrases:
            self.marks.setdefault(max(phrase, key=len), []).append(phrase)


class Leak(msgspec.Struct, frozen=True):
    """One trace in a file of the site: of which source, where in the site, and what it is."""

    path: str
    line: int
    place: str
    at: int
    what: str


def check_privacy(snapshot: Snapshot, root: Path, folder: Path) -> list[Problem]:
    """Return what the site in a folder tells of a hub's hidden sources and of the makers of its images.

    Raises `NexusgenError` where nothing is built.
    """
    files = sorted(
        path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts
    )
    if not files:
        raise NexusgenError(f"nothing is built in {folder}/", "run nexusgen build first, then look")
    site, _ = find_site(snapshot)
    traces = find_traces(snapshot, site, root)
    leaks: list[Leak] = []
    problems: list[Problem] = []
    for file in files:
        path, data = file.relative_to(folder).as_posix(), file.read_bytes()
        leaks += find_leaks_in(path, data, traces)
        problems += _told_by_image(path, data, site)
    problems += _told(leaks, folder.name)
    return list(switched(problems, site.checks))


def find_traces(snapshot: Snapshot, site: Site, root: Path) -> Traces:
    """Return what only the hidden sources of a hub hold."""
    found = sort_sources(snapshot, site, root)
    traces, odd = Traces(), set[str]()
    for passage in found.hidden:
        odd |= _trace(passage, traces)
    known: set[str] = set()
    for text in found.shown:
        words = words_of(text)
        known.update(words)
        _drop(phrases_of(words), traces.phrases)
    _drop(known, traces.words)
    if traces.words:
        _drop(own_words(), traces.words)
        _drop(template_words(snapshot) - odd, traces.words)
    traces.known = " ".join(sorted(known))
    for path, data in found.whole.items():
        if len(data) >= SHORTEST:
            traces.files.update((digest_bytes(one), path) for one in _versions(path, data))
    for paths, digests in ((found.shown_files, traces.shown), (found.copied, traces.copied)):
        for path in paths:
            digests.update(map(digest_bytes, _versions(path, snapshot.read(path))))
    traces.mark()
    return traces


def find_leaks_in(path: str, data: bytes, traces: Traces) -> Iterator[Leak]:
    """Yield what hidden sources alone hold in a file of the site, in its name, and in what it packs."""
    yield from _hits(path, data, path, traces, _Weights())
    digest = digest_bytes(data)
    if digest in traces.files:
        yield Leak(traces.files[digest], 0, path, 0, WHOLE)
    weights = _Weights(ENOUGH, copied=True) if digest in traces.copied else _Weights()
    if traces.marks and digest not in traces.shown and not is_picture_alone(path, data):
        for text in find_texts(data):
            yield from _hits(path, data, text, traces, weights)
    for name, inner in find_members(data):
        place = f"{path} ({name})" if name else path
        digest = digest_bytes(inner)
        if digest in traces.files:
            yield Leak(traces.files[digest], 0, place, 0, WHOLE)
        elif digest not in traces.shown:
            for text in (name, *find_texts(inner)):
                yield from _hits(place, inner, text, traces, weights)


class _Weights(msgspec.Struct, frozen=True):
    """How many phrases are a leak; of a file that is copied as it is, single words are none."""

    least: int = 1
    copied: bool = False


def _hits(place: str, data: bytes, text: str, traces: Traces, weights: _Weights) -> Iterator[Leak]:
    """Yield the first trace of each hidden source in one text of a file."""
    words = words_of(text)
    marks = traces.marks.keys() & words
    if not marks:
        return
    phrases: dict[Phrase, None] = {}
    present = set(words)
    if any(present.issuperset(phrase) for mark in marks for phrase in traces.marks[mark]):
        phrases = dict.fromkeys(filter(traces.phrases.__contains__, phrases_of(words)))
    told: dict[str, Leak] = {}
    counts = Counter(traces.phrases[phrase][0] for phrase in phrases)
    for phrase in phrases:
        path, line = traces.phrases[phrase]
        if counts[path] >= weights.least and path not in told:
            told[path] = Leak(path, line, place, _line_of(phrase[0], data), f'"{" ".join(phrase)}"')
    for word in () if weights.copied else traces.words.keys() & marks:
        path, line = traces.words[word]
        if path not in told and word not in traces.known:
            told[path] = Leak(path, line, place, _line_of(word, data), f'"{word}"')
    yield from told.values()


def _line_of(word: str, data: bytes) -> int:
    """Return the line on which a word first stands as it is, 0 where it stands in other bytes."""
    at = data.lower().find(word.encode())
    return data.count(b"\n", 0, at) + 1 if at >= 0 and b"\0" not in data[:2000] else 0


def _trace(passage: Passage, traces: Traces) -> set[str]:
    """Note the words and phrases of a passage; return the words that nobody writes by chance."""
    odd = set()
    for start, text in segments(passage):
        line = start
        words, places, last = [], [], 0
        for found in _WORD.finditer(text):
            line += text.count("\n", last, found.start())
            last = found.start()
            words.append(word := found[0].casefold())
            places.append((passage.path, line))
            if _tells(word):
                traces.words.setdefault(word, places[-1])
                if _ODD.search(found[0]):
                    odd.add(word)
        for phrase, place in zip(phrases_of(words), places, strict=False):
            if sum(len(word) for word in phrase if not word.isdecimal()) >= TELLING:
                traces.phrases.setdefault(phrase, place)
    return odd


def _tells(word: str) -> bool:
    """Tell whether a word alone can be traced to its source: no short one, and no short number."""
    if word.isdecimal():
        return len(word) >= 8
    return len(word) >= (5 if word.isascii() else 4)


def _drop(keys: Iterable[str | Phrase], marks: Marks) -> None:
    if marks:
        for key in filter(marks.__contains__, keys):
            marks.pop(key, None)


def _versions(path: str, data: bytes) -> Iterator[bytes]:
    """Yield a file as it is and, of an image or film, as it is published."""
    yield data
    if may_tell(path):
        with suppress(UncleanError):
            yield clean_bytes(path, data, frozenset())


def _told_by_image(path: str, data: bytes, site: Site) -> Iterator[Problem]:
    """Yield a problem where an image, film or sound of the site tells of its maker."""
    facts = kept_facts(path, site)
    if not may_tell(path) or facts is None:
        return
    try:
        tells = clean_bytes(path, data, frozenset(facts)) != data
        told = "the published file tells of its maker" if tells else ""
    except UncleanError as error:
        told = f"the published file may tell of its maker: {error}"
    if told:
        hint = "build again, or name the file in `keep_metadata`"
        yield Problem(path, 0, 0, "image.metadata", told, hint)


def _told(leaks: Iterable[Leak], folder: str) -> Iterator[Problem]:
    """Yield one problem for each hidden source, with the first places in the site where it is told."""
    by_source: dict[str, dict[str, Leak]] = {}
    for leak in leaks:
        by_source.setdefault(leak.path, {}).setdefault(leak.place, leak)
    for path, places in by_source.items():
        first, *others = sorted(places.values(), key=lambda one: not one.place.endswith(".html"))
        more = f" and {len(others)} more files" if others else ""
        where = f"{folder}/{first.place}" + (f":{first.at}" if first.at else "")
        message = f"only this hidden source holds {first.what}, and so does {where}{more}"
        related = tuple(
            Place(f"{folder}/{one.place}", one.at, f"here stands {one.what}")
            for one in others[:MOST]
        )
        column = 1 if first.line else 0
        yield Problem(path, first.line, column, "leak.private", message, HINT, related=related)
