"""Entries and what they have in common in; for each the few that are most like it, out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from math import log

import msgspec

from nexusgen.model import Document, Entry, Related, Tag
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

Linked = Mapping[str, Sequence[str]]
Features = Sequence[frozenset[str]]


class Index(msgspec.Struct, frozen=True):
    """What entries share: who, by number, has a feature, and how much a shared one counts.

    `met` holds, by number, the entries that are linked with an entry one way or the other.
    """

    entries: Sequence[Entry]
    features: Features
    holders: Mapping[str, Sequence[int]]
    weights: Mapping[str, int]
    names: Mapping[str, str]
    met: Sequence[Sequence[int]]


def find_related(
    entries: Sequence[Entry],
    documents: Mapping[str, Document],
    linked: Linked,
    tags: Sequence[Tag],
) -> dict[str, tuple[Related, ...]]:
    """Return, by entry id, the entries with which it shares the rarest tags, links and words.

    `linked` holds the ids of the entries to which one links. Two that are linked with each other
    are left out: the reader meets them anyway.
    """
    features = _all_features(entries, documents, linked, tags)
    holders = _shared_features(features)
    index = Index(
        entries=entries,
        features=features,
        holders=holders,
        weights=_weights(holders, len(entries)),
        names={TAG + tag.slug: tag.name for tag in tags}
        | {LINK + entry.id: entry.title for entry in entries},
        met=_met(entries, linked),
    )
    related = {}
    for number, entry in enumerate(entries):
        if found := _most_alike(number, index):
            related[entry.id] = tuple(_related(number, other, index) for other in found)
    return related


def _all_features(
    entries: Sequence[Entry],
    documents: Mapping[str, Document],
    linked: Linked,
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
                *(LINK + target for target in linked[entry.id]),
                *_words(entry.title),
            )
        )
        for entry in entries
    ]


def _shared_features(features: Features) -> dict[str, list[int]]:
    """Return who has each feature, less those that one entry has or too many have."""
    holders: dict[str, list[int]] = {}
    for number, own in enumerate(features):
        for name in own:
            holders.setdefault(name, []).append(number)
    return {name: found for name, found in holders.items() if 1 < len(found) <= COMMON}


def _weights(holders: Mapping[str, Sequence[int]], total: int) -> dict[str, int]:
    """Return how much each feature counts, whole numbers so that every machine sums alike."""
    return {
        name: int(1000 * SHARE[name[0]] * (1 + log(total / len(found))))
        for name, found in holders.items()
    }


def _met(entries: Sequence[Entry], linked: Linked) -> list[list[int]]:
    numbers = {entry.id: number for number, entry in enumerate(entries)}
    met = [[number] for number in range(len(entries))]
    for number, entry in enumerate(entries):
        for target in linked[entry.id]:
            other = numbers[target]
            met[number].append(other)
            met[other].append(number)
    return met


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
    for other in index.met[number]:
        scores.pop(other, None)
    return nlargest(KEPT, scores, key=lambda other: (scores[other], -other))


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
