"""Entries and what they have in common in; for each the few that are most like it, out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log
from operator import itemgetter

import msgspec

from nexusgen.model import Entry, Related, Tag
from nexusgen.names import fold

KEPT = 4
"""Related entries shown with an entry."""

NAMED = 3
"""Tags, links or words that a reason gives."""

COMMON = 60
"""What more entries than these share says little of any two of them, and would cost most time."""

VISITS = 90
"""Entries looked at for one entry, those that share its rarest features first."""

LEAST = 4
"""Letters of a word that is worth comparing: shorter ones are seldom what a text is about."""

TAG, LINK, WORD = "#", ">", "~"
"""The sign before a feature says what it is."""

SHARE = {TAG: 3, LINK: 2, WORD: 1}
"""How much a feature counts: a tag was chosen, a word only happens to be there."""

Linked = Mapping[str, Sequence[str]]
Features = Sequence[frozenset[str]]
Scores = dict[int, int]


class Shared(msgspec.Struct, frozen=True):
    """Features that entries share, heaviest first: who has each, by number, and its weight."""

    names: Sequence[str]
    holders: Sequence[Sequence[int]]
    weights: Sequence[int]


def find_related(
    entries: Sequence[Entry], linked: Linked, tags: Sequence[Tag]
) -> dict[str, tuple[Related, ...]]:
    """Return, by entry id, the entries with which it shares the rarest tags, links and words.

    `linked` holds the ids of the entries to which one links. Two that are linked with each other
    are left out: the reader meets them anyway.
    """
    features = _all_features(entries, linked, tags)
    alike = _alike(features, _met(entries, linked))
    titles = {TAG + tag.slug: tag.name for tag in tags}
    titles |= {LINK + entry.id: entry.title for entry in entries}
    reasons: dict[frozenset[str], str] = {}
    related = {}
    for number, others in enumerate(alike):
        own, found = features[number], []
        for other in others:
            shared = own & features[other]
            if shared not in reasons:
                reasons[shared] = "; ".join(_reasons(sorted(shared), titles))
            found.append(Related(entries[other].id, reasons[shared]))
        if found:
            related[entries[number].id] = tuple(found)
    return related


def _all_features(entries: Sequence[Entry], linked: Linked, tags: Iterable[Tag]) -> Features:
    tagged: dict[str, list[str]] = {}
    for tag in tags:
        name = TAG + tag.slug
        for entry in tag.entries:
            tagged.setdefault(entry, []).append(name)
    return [
        frozenset(
            [
                *tagged.get(entry.id, ()),
                *[LINK + target for target in linked[entry.id]],
                *_words(entry.title),
            ]
        )
        for entry in entries
    ]


def _words(text: str) -> list[str]:
    words = (word.strip(".,:;!?()[]\"'`*_") for word in fold(text).split())
    return [WORD + word for word in words if len(word) >= LEAST]


def _met(entries: Sequence[Entry], linked: Linked) -> list[list[int]]:
    """Return, by number, the entry itself and those with which it is linked either way."""
    numbers = {entry.id: number for number, entry in enumerate(entries)}
    met = [[number] for number in range(len(entries))]
    for number, entry in enumerate(entries):
        for target in linked[entry.id]:
            other = numbers[target]
            met[number].append(other)
            met[other].append(number)
    return met


def _alike(features: Features, met: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Yield, for each entry, the numbers of those most like it, the most alike first."""
    shared = _shared(features)
    place = {name: rank for rank, name in enumerate(shared.names)}
    for number, own in enumerate(features):
        scores = _score(sorted([place[name] for name in own if name in place]), shared)
        for other in met[number]:
            scores.pop(other, None)
        ranked = sorted(scores.items(), key=itemgetter(1), reverse=True)
        yield [other for other, _ in ranked[:KEPT]]


def _shared(features: Features) -> Shared:
    """Return the features that several entries have, less those that too many have."""
    holders: dict[str, list[int]] = {}
    for number, own in enumerate(features):
        for name in own:
            holders.setdefault(name, []).append(number)
    weights = {
        name: int(1000 * SHARE[name[0]] * (1 + log(len(features) / len(found))))
        for name, found in holders.items()
        if 1 < len(found) <= COMMON
    }
    names = sorted(weights, key=lambda name: (-weights[name], name))
    return Shared(names, [holders[name] for name in names], [weights[name] for name in names])


def _score(places: Sequence[int], shared: Shared) -> Scores:
    """Return, by number, the sum of the weights of the features at `places` that others have."""
    scores: Scores = {}
    visits = 0
    for place in places:
        holders, weight = shared.holders[place], shared.weights[place]
        visits += len(holders)
        if visits > VISITS and scores:
            break
        for other in holders:
            scores[other] = scores.get(other, 0) + weight
    return scores


def _reasons(shared: Sequence[str], titles: Mapping[str, str]) -> Iterator[str]:
    """Yield in words what two entries share, the strongest sort of feature first."""
    sorts = {TAG: "tagged", LINK: "both link to", WORD: "both about"}
    for sign, words in sorts.items():
        names = [titles.get(name, name[1:]) for name in shared if name[0] == sign]
        if names:
            yield f"{words} {', '.join(names[:NAMED])}"
