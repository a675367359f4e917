"""Entries and what they have in common in; for each the few that are most like it, out."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from nexusgen.links.names import fold
from nexusgen.model import Entry, Related, Tag

KEPT = 4
"""Related entries shown with an entry."""

NAMED = 3
"""Tags, links or words that a reason gives."""

COMMON = 40
"""What more entries than these share says little of any two of them, and would cost most time."""

VISITS = 60
"""Entries looked at for one entry, those that share its weightiest features first."""

LEAST = 4
"""Letters of a word that is worth comparing: shorter ones are seldom what a text is about."""

TAG, LINK, WORD = "#", ">", "~"
"""The sign before a feature says what it is."""

SHARE = {TAG: 3, LINK: 2, WORD: 1}
"""How many times a rarer word it takes to weigh as much: a word only happens to be there."""

SHARING = {TAG: "tagged", LINK: "both link to", WORD: "both about"}
"""What is said of two entries that share a feature, the most telling sort first."""

Linked = Mapping[str, Sequence[str]]
Features = Sequence[frozenset[str]]
Relate = Callable[[Sequence[Entry], Linked, Sequence[Tag]], Mapping[str, tuple[Related, ...]]]


def find_related(
    entries: Sequence[Entry], linked: Linked, tags: Sequence[Tag]
) -> dict[str, tuple[Related, ...]]:
    """Return, by entry id, the entries that share most tags, links and words with it.

    Of equals those that share the weightiest come first. `linked` holds the ids of the entries to
    which one links. Two that are linked with each other are left out: the reader meets them anyway.
    """
    features = _all_features(entries, linked, tags)
    names = {TAG + tag.slug: tag.name for tag in tags}
    names |= {LINK + entry.id: entry.title for entry in entries}
    reasons: dict[frozenset[str], str] = {}
    related = {}
    for number, others in enumerate(_alike(features, _met(entries, linked))):
        own, found = features[number], []
        for other in others:
            shared = own & features[other]
            if shared not in reasons:
                reasons[shared] = _reason(shared, names)
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


def _alike(features: Features, met: Sequence[Sequence[int]]) -> Iterator[Sequence[int]]:
    """Yield, for each entry, the numbers of those most like it, the most alike first."""
    holders = _holders(features)
    places = {name: place for place, name in enumerate(holders)}
    groups = list(holders.values())
    for number, own in enumerate(features):
        near: list[int] = []
        for place in sorted([places[name] for name in own if name in places]):
            near += groups[place]
            if len(near) > VISITS:
                break
        counts = Counter(near)
        for other in met[number]:
            counts.pop(other, None)
        yield sorted(counts, key=counts.__getitem__, reverse=True)[:KEPT]


def _holders(features: Features) -> dict[str, list[int]]:
    """Return who has each feature, weightiest first, less those of one entry or of too many."""
    holders: dict[str, list[int]] = {}
    for number, own in enumerate(features):
        for name in own:
            if name in holders:
                holders[name].append(number)
            else:
                holders[name] = [number]
    shared = [name for name, found in holders.items() if 1 < len(found) <= COMMON]
    shared.sort(key=lambda name: (len(holders[name]) // SHARE[name[0]], name))
    return {name: holders[name] for name in shared}


def _reason(shared: frozenset[str], names: Mapping[str, str]) -> str:
    """Return in words what two entries share."""
    if len(shared) == 1:
        (name,) = shared
        return f"{SHARING[name[0]]} {names.get(name, name[1:])}"
    said = []
    for sign, words in SHARING.items():
        found = [names.get(name, name[1:]) for name in shared if name[0] == sign]
        if found:
            said.append(f"{words} {', '.join(sorted(found)[:NAMED])}")
    return "; ".join(said)
