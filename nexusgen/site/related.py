"""Entries and what they have in common in; for each the few that are most like it, out."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from sys import intern

from nexusgen.core.model import Entry, Related
from nexusgen.site.library import tag_slug
from nexusgen.site.names import fold

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

Met = Callable[[str], Iterable[str]]
Features = Mapping[str, frozenset[str]]
Holders = Mapping[str, Sequence[str]]


def features_of(entry: Entry, linked: Iterable[str]) -> frozenset[str]:
    """Return what an entry may have in common with others: tags, links and words of its title."""
    found = [
        *[TAG + tag_slug(tag) for tag in entry.tags],
        *[LINK + target for target in linked],
        *_words(entry.title),
    ]
    return frozenset(map(intern, found))  # most are those of other entries, too


def find_related(
    features: Features, met: Met, called: Callable[[str], str], anew: Iterable[str]
) -> dict[str, tuple[Related, ...]]:
    """Return, for the entries `anew`, those that share most tags, links and words with each.

    Of equals those that share the weightiest come first, and then those that come first by id.
    `met` gives the ids of the entries that one is linked with, either way: these are left out,
    because the reader meets them anyway. `called` says how a feature is called.
    """
    wanted = sorted(name for name in anew if name in features)
    holders = _holders(features, wanted)
    places = {name: place for place, name in enumerate(holders)}
    reasons: dict[frozenset[str], str] = {}
    related = {}
    for name in wanted:
        own, found = features[name], []
        for other in _alike(name, own, (holders, places), met(name)):
            shared = own & features[other]
            if shared not in reasons:
                reasons[shared] = _reason(shared, called)
            found.append(Related(other, reasons[shared]))
        if found:
            related[name] = tuple(found)
    return related


def affected_by(
    changed: Mapping[str, frozenset[str]], renamed: Iterable[str], features: Features
) -> set[str]:
    """Return the entries whose related ones may be others after some entries changed.

    `changed` holds the features that each of these had or has, but not both before and now;
    `renamed` the features that are called otherwise now. A feature that more entries share than
    count for anything, before and now, changes nothing.
    """
    touched = {name for own in changed.values() for name in own}
    common = set()
    if touched:
        numbers = Counter(chain.from_iterable(own & touched for own in features.values()))
        common = {name for name in touched if numbers[name] > COMMON + len(changed)}
    touched = (touched - common) | set(renamed)
    return {name for name, own in features.items() if not own.isdisjoint(touched)}


def _words(text: str) -> list[str]:
    words = (word.strip(".,:;!?()[]\"'`*_") for word in fold(text).split())
    return [WORD + word for word in words if len(word) >= LEAST]


def _alike(
    name: str, own: frozenset[str], groups: tuple[Holders, Mapping[str, int]], met: Iterable[str]
) -> Sequence[str]:
    """Return the entries most like one, the most alike first, without those it has met."""
    holders, places = groups
    near: list[str] = []
    for feature in sorted([one for one in own if one in places], key=places.__getitem__):
        near += holders[feature]
        if len(near) > VISITS:
            break
    counts = Counter(near)
    for other in (name, *met):
        counts.pop(other, None)
    return sorted(counts, key=counts.__getitem__, reverse=True)[:KEPT]


def _holders(features: Features, wanted: Sequence[str]) -> dict[str, list[str]]:
    """Return who has each feature of some entries, weightiest first.

    Those of one entry or of too many are left out.
    """
    asked = frozenset(chain.from_iterable(features[name] for name in wanted))
    holders: dict[str, list[str]] = {}
    for name, own in sorted(features.items()):
        for feature in own & asked:
            if feature in holders:
                holders[feature].append(name)
            else:
                holders[feature] = [name]
    shared = [name for name, found in holders.items() if 1 < len(found) <= COMMON]
    shared.sort(key=lambda name: (len(holders[name]) // SHARE[name[0]], name))
    return {name: holders[name] for name in shared}


def _reason(shared: frozenset[str], called: Callable[[str], str]) -> str:
    """Return in words what two entries share."""
    said = []
    for sign, words in SHARING.items():
        found = [called(name) for name in shared if name[0] == sign]
        if found:
            said.append(f"{words} {', '.join(sorted(found)[:NAMED])}")
    return "; ".join(said)
