"""Entries and what they have in common in; for each the few that are most like it, out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from math import log

import msgspec

from nexusgen.model import Document, Entry, Related, Tag, Target
from nexusgen.names import fold

KEPT = 4
"""Related entries shown with an entry."""

NAMED = 3
"""Tags, links or words that a reason gives."""

COMMON = 100
"""What more entries than these share says little of any two of them, and would cost most time."""

VISITS = 200
"""Entries looked at for one entry, those that share its rarest features first."""

LEAST = 4
"""Letters of a word that is worth comparing: shorter ones are seldom what a text is about."""

TAG, LINK, WORD = "#", ">", "~"
"""The sign before a feature says what it is."""

SHARE = {TAG: 3, LINK: 2, WORD: 1}
"""How much a feature counts: a tag was chosen, a word only happens to be there."""

Targets = Mapping[str, Sequence[Target]]
Features = Sequence[frozenset[str]]


class Index(msgspec.Struct, frozen=True):
    """What entries share: the entries, by number, that have a feature, and its weight."""

    entries: Sequence[Entry]
    features: Features
    holders: Mapping[str, Sequence[int]]
    weights: Mapping[str, int]
    names: Mapping[str, str]


def find_related(
    entries: Sequence[Entry],
    documents: Mapping[str, Document],
    linked: Targets,
    tags: Iterable[Tag],
) -> dict[str, tuple[Related, ...]]:
    """Return, by entry id, the entries with which it shares the rarest tags, links and words.

    `linked` says where an entry links to. Entries that link to each other are left out: the
    reader meets them anyway.
    """
    index = index_features(entries, _all_features(entries, documents, linked, tags), tags)
    related = {}
    for number, entry in enumerate(entries):
        if found := _most_alike(number, index):
            related[entry.id] = tuple(_related(number, other, index) for other in found)
    return related


def index_features(entries: Sequence[Entry], features: Features, tags: Iterable[Tag]) -> Index:
    """Return who has which feature, without those that one entry has or too many have."""
    holders: dict[str, list[int]] = {}
    for number, own in enumerate(features):
        for name in own:
            holders.setdefault(name, []).append(number)
    shared = {name: found for name, found in holders.items() if 1 < len(found) <= COMMON}
    weights = {
        name: int(1000 * SHARE[name[0]] * (1 + log(len(entries) / len(found))))
        for name, found in shared.items()
    }
    names = {TAG + tag.slug: tag.name for tag in tags}
    names |= {LINK + entry.id: entry.title for entry in entries}
    return Index(entries, features, shared, weights, names)


def _all_features(
    entries: Sequence[Entry],
    documents: Mapping[str, Document],
    linked: Targets,
    tags: Iterable[Tag],
) -> Features:
    tagged: dict[str, list[str]] = {}
    for tag in tags:
        for name in tag.entries:
            tagged.setdefault(name, []).append(TAG + tag.slug)
    return [
        frozenset(
            (
                *tagged.get(entry.id, ()),
                *(LINK + target.entry for target in linked[entry.id] if target.entry),
                *_words(entry.title),
            )
        )
        for entry in entries
    ]


def _words(text: str) -> Iterator[str]:
    for word in fold(text).split():
        plain = word.strip(".,:;!?()[]\"'`*_")
        if len(plain) >= LEAST:
            yield WORD + plain


def _most_alike(number: int, index: Index) -> list[int]:
    """Return the entries with the highest weight of shared features, of equals the first."""
    shared = [name for name in index.features[number] if name in index.holders]
    shared.sort(key=lambda name: (-index.weights[name], name))
    scores: dict[int, int] = {}
    visits = 0
    for name in shared:
        holders, weight = index.holders[name], index.weights[name]
        visits += len(holders)
        if visits > VISITS and scores:
            break
        for other in holders:
            scores[other] = scores.get(other, 0) + weight
    for other in _acquainted(number, index):
        scores.pop(other, None)
    return nlargest(KEPT, scores, key=lambda other: (scores[other], -other))


def _acquainted(number: int, index: Index) -> Iterator[int]:
    yield number


def _related(number: int, other: int, index: Index) -> Related:
    shared = sorted(index.features[number] & index.features[other])
    return Related(index.entries[other].id, "; ".join(_reasons(shared, index)))


def _reasons(shared: Sequence[str], index: Index) -> Iterator[str]:
    """Yield in words what two entries share, the strongest sort of feature first."""
    sorts = {TAG: "tagged", LINK: "both link to", WORD: "both about"}
    for sign, words in sorts.items():
        names = [index.names.get(name, name[1:]) for name in shared if name[0] == sign]
        if names:
            yield f"{words} {', '.join(names[:NAMED])}"
