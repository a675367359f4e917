"""Find for each entry the few that are most like it, by what they have in common.

What two entries share is worth more the fewer have it, and more in a title than in a text. The
weights were chosen by hiding real links between notes and counting how many were found again, the
limits so that four in five of those shown were judged worth a click.
"""

from collections.abc import Iterable, Mapping, Sequence
from sys import intern

from nexusgen.core.model import Document, Entry
from nexusgen.core.slugs import tag_slug
from nexusgen.incremental.derive import Tables, Tracked
from nexusgen.site.graph import Graph
from nexusgen.site.search_terms import count_terms

MAX_RELATED = 4
"""Related entries shown with an entry."""

MAX_SUBJECTS = 32
"""Words of a text that are compared: those that say most of it."""

COMMON = 100
"""What more entries than these share says little of any two of them, and would cost most time."""

FEW, PART = 3, 8
"""A word tells in any hub where three share it, in a larger one up to an eighth: others make all texts."""

ENOUGH = 100
"""What two entries share must be worth this much: nothing is shown rather than a guess."""

FAR = 0.7
"""Entries less alike than this part of the most alike are left out."""

NEAR = 1.5
"""What entries of one section share is worth so many times more."""

TAG, LINK, TITLE, WORD = "#", ">", "=", "~"
"""The sign before a feature says what it is: a tag, a link, a word of the title or of the text."""

SHARED = {TAG: {TAG: 8}, LINK: {LINK: 4}, TITLE: {TITLE: 5, WORD: 3}, WORD: {TITLE: 3, WORD: 2}}
"""What a feature is worth that another entry has in the same or in another place."""


def make_related(
    tables: Tables, graph: Graph, documents: Tracked[Document]
) -> Tracked[tuple[str, ...]]:
    """Return, for each entry that has any, the ids of those that are most like it, the most alike first.

    Entries that one is linked with, either way, are left out: the reader meets them anyway.
    """
    tables.keep_few_together({"features": 64, "holders": 16})
    published, linked = graph.entries, graph.linked
    subjects = tables.view("subjects", documents, lambda document: document.subjects)
    own = tables.derive(
        "features",
        published,
        lambda name: features_of(published[name], linked[name], subjects[name]),
        tuple[str, ...],
    )
    holders = tables.group("holders", own, lambda name, found: ((one, name) for one in found), str)
    limits = tables.whole("limits of sharing", lambda: limits_of(len(published)), int)
    few = tables.derive(
        "few holders",
        holders,
        lambda one: holders[one] if len(holders[one]) <= limits[one[0]] else (),
        tuple[str, ...],
    )
    sections = tables.view("section of", published, lambda entry: entry.section)

    def make(name: str) -> tuple[str, ...] | None:
        worth, telling = _compare(own[name], few)
        met = {name, *linked[name], *graph.relations.get(name, ())}
        met.update(backlink.entry for backlink in graph.backlinks.get(name, ()))
        near = [one for one in telling if worth[one] * NEAR >= ENOUGH and one not in met]
        likeness = {
            other: worth[other] * (NEAR if sections[other] == sections[name] else 1)
            for other in near
        }
        best = sorted(likeness, key=lambda other: (-likeness[other], other))[:MAX_RELATED]
        least = max(ENOUGH, FAR * likeness[best[0]]) if best else 0
        return tuple(other for other in best if likeness[other] >= least) or None

    return tables.derive("related", own, make, tuple[str, ...])


def limits_of(number: int) -> dict[str, int]:
    """Return how many of a number of entries may share what tells, by its sign: of words, a part.

    What the part is changes where a hub has doubled, and up to a limit: one entry more makes little again.
    """
    words = min(COMMON, max(FEW, (1 << number.bit_length()) // (2 * PART)))
    return {TAG: COMMON, LINK: COMMON, TITLE: words, WORD: words}


def features_of(
    entry: Entry, linked_ids: Iterable[str], subjects: Iterable[str]
) -> tuple[str, ...]:
    """Return what an entry may have in common with others, tags, links and words; of a section, nothing.

    A word of the title says what an entry is about where the text says it, too: `how to` does not.
    """
    if entry.is_index:
        return ()
    title = {word for word in count_terms([entry.title]) if len(word) > 1}
    words = set(subjects)
    found = {
        *[TAG + tag_slug(tag) for tag in entry.tags],
        *[LINK + target for target in linked_ids],
        *[TITLE + word for word in title & words],
        *[WORD + word for word in title ^ words],
    }
    return tuple(map(intern, sorted(found)))  # most are those of other entries, too


def subjects_of(terms: Mapping[str, int]) -> tuple[str, ...]:
    """Return the terms that say most of a text, of all its terms with their weights."""
    words = [term for term in terms if not term.isdigit() and len(term) > 1 + term.isascii()]
    words.sort(key=lambda term: (-terms[term], -len(term), term))
    return tuple(map(intern, words[:MAX_SUBJECTS]))


def _compare(
    features: Sequence[str], holders: Mapping[str, Sequence[str]]
) -> tuple[dict[str, int], set[str]]:
    """Return what is shared with each other entry, as a number, and with which more than words of texts.

    `holders` has a row without ids where there are many: that is the same however many come and go.
    """
    worth: dict[str, int] = {}
    telling: set[str] = set()
    for feature in features:
        sign, name = feature[0], feature[1:]
        shared = SHARED[sign]
        found = [holders.get(place + name) for place in shared]
        number = sum(map(len, filter(None, found)))
        if () in found or not 1 < number <= COMMON:
            continue
        for place, ids in zip(shared, found, strict=True):
            value = shared[place] * (12 - number.bit_length())
            for other in ids or ():
                worth[other] = worth.get(other, 0) + value
            if ids and not sign == place == WORD:
                telling.update(ids)
    return worth, telling
