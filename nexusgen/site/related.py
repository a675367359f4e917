"""Find for each entry the few that are most like it, by what they have in common."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from sys import intern

from nexusgen.core.model import Entry, Related
from nexusgen.incremental.derive import Tables, Tracked
from nexusgen.site.library import Library, tag_slug
from nexusgen.site.links import Links
from nexusgen.site.names import fold

MAX_RELATED = 4
"""Related entries shown with an entry."""

MAX_NAMED = 3
"""Tags, links or words that a reason gives."""

COMMON = 40
"""What more entries than these share says little of any two of them, and would cost most time."""

MAX_VISITS = 60
"""Entries looked at for one entry, those that share its weightiest features first."""

MIN_LETTERS = 4
"""Letters of a word that is worth comparing: shorter ones are seldom what a text is about."""

TAG, LINK, WORD = "#", ">", "~"
"""The sign before a feature says what it is."""

SHARE = {TAG: 3, LINK: 2, WORD: 1}
"""How many times a rarer word it takes to weigh as much: a word only happens to be there."""

SHARING = {TAG: "tagged", LINK: "both link to", WORD: "both about"}
"""What is said of two entries that share a feature, the most telling sort first."""


def make_related(
    tables: Tables,
    library: Library,
    links: Tracked[Links],
    linked_with: Callable[[str], Iterable[str]],
) -> Tracked[tuple[Related, ...]]:
    """Return, for each entry that has any, those that share most tags, links and words with it.

    `linked_with` gives the ids of the entries that one is linked with, either way: these are left
    out, because the reader meets them anyway.
    """
    published = library.published
    features = tables.derive(
        "features",
        published,
        lambda name: features_of(published[name], links[name].linked),
        tuple[str, ...],
    )
    holders = tables.group("holders", features, lambda name, own: ((one, name) for one in own), str)
    rare = tables.view("rare", holders, lambda ids: ids if 1 < len(ids) <= COMMON else ())
    tag_names = tables.view("tag names", library.tags, lambda tag: tag.name)
    titles = tables.view("titles", published, lambda entry: entry.title)

    def called(feature: str) -> str:
        sign, name = feature[0], feature[1:]
        if sign == TAG:
            return tag_names[name]
        return titles[name] if sign == LINK else name

    def make(name: str) -> tuple[Related, ...] | None:
        own = {one: found for one in features[name] if (found := rare.get(one, ()))}
        if not own:
            return None
        found = []
        for other in _most_alike(name, own, linked_with(name)):
            shared = [one for one in own if other in own[one]]
            found.append(Related(other, _reason(shared, called)))
        return tuple(found) or None

    return tables.derive("related", features, make, tuple[Related, ...])


def features_of(entry: Entry, linked_ids: Iterable[str]) -> tuple[str, ...]:
    """Return what an entry may have in common with others: tags, links and words of its title."""
    found = {
        *[TAG + tag_slug(tag) for tag in entry.tags],
        *[LINK + target for target in linked_ids],
        *_words(entry.title),
    }
    return tuple(map(intern, sorted(found)))  # most are those of other entries, too


def _words(text: str) -> Iterator[str]:
    words = (word.strip(".,:;!?()[]\"'`*_") for word in fold(text).split())
    return (WORD + word for word in words if len(word) >= MIN_LETTERS)


def _most_alike(
    name: str, own: Mapping[str, Sequence[str]], linked_ids: Iterable[str]
) -> Sequence[str]:
    """Return the entries most like one, the most alike first; of equals, those that share the rarest.

    `own` gives who has each of its rare features.
    """
    near: list[str] = []
    for feature in sorted(own, key=lambda one: (len(own[one]) // SHARE[one[0]], one)):
        near += own[feature]
        if len(near) > MAX_VISITS:
            break
    counts = Counter(near)
    for other in (name, *linked_ids):
        counts.pop(other, None)
    return sorted(counts, key=counts.__getitem__, reverse=True)[:MAX_RELATED]


def _reason(shared: Iterable[str], called: Callable[[str], str]) -> str:
    """Return in words what two entries share."""
    said = []
    for sign, words in SHARING.items():
        found = [called(name) for name in shared if name[0] == sign]
        if found:
            said.append(f"{words} {', '.join(sorted(found)[:MAX_NAMED])}")
    return "; ".join(said)
