"""Plan the home of a folder of notes: what it is, what is in it, where to begin, and what is new."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from nexusgen.core.model import Entry
from nexusgen.core.paths import content_path
from nexusgen.pages.context import CONTENTS, PageContext, children
from nexusgen.pages.views import Garden, SectionView, Shelf

MIN_SECTIONS = 6
"""Fewer sections than these are no garden: an ordinary home shows them."""

MAX_SHELVES, PER_SHELF = 6, 4
"""The largest sections are shown with some of their entries."""

MAX_STARTS, MIN_LINKS = 8, 2
"""Where a reader may begin: the entries to which most others link, and at least so many."""


def is_garden(context: PageContext) -> bool:
    """Return whether a hub is a folder of notes: many sections, none of a kind, about nobody."""
    top = children(context.sections, "")
    plain = not any(section.short for section in top)
    return plain and len(top) >= MIN_SECTIONS and not context.site.author.name


def make_garden(context: PageContext) -> Garden:
    """Return what the home of a folder of notes shows."""
    graph, top = context.graph, children(context.sections, "")
    readme = _readme(context)
    return Garden(
        lede=context.site.description or (context.cards[readme.id].summary if readme else ""),
        readme=context.refs[readme.id] if readme else None,
        entries=sum(map(len, graph.sections.values())),
        shelves=tuple(_shelves(context, top)),
        sections=top,
        loose=tuple(context.refs[name] for name in graph.sections.get("", ())),
        starts=tuple(context.refs[name] for name in most_linked(graph.linked, graph.entries)),
    )


def most_linked(linked: Mapping[str, Iterable[str]], entries: Mapping[str, Entry]) -> Iterator[str]:
    """Yield the entries to which most others link; the links of tables of contents do not count.

    `linked` gives what each entry links to, by id.
    """
    counts: Counter[str] = Counter()
    for name, goals in linked.items():
        goals = set(goals) - {name}
        if len(goals) <= CONTENTS and not entries[name].is_index:
            counts.update(goals)
    found = [name for name in counts if counts[name] >= MIN_LINKS and not entries[name].is_index]
    yield from sorted(found, key=lambda name: (-counts[name], entries[name].title))[:MAX_STARTS]


def _readme(context: PageContext) -> Entry | None:
    """Return the README that is a page of its own because it lists too much for a home."""
    for name in context.graph.sections.get("", ()):
        entry = context.graph.entries[name]
        if content_path(entry.path, context.site.content).lower() == "readme.md":
            return entry
    return None


def _shelves(context: PageContext, top: Sequence[SectionView]) -> Iterator[Shelf]:
    """Yield the largest sections, each with entries from its whole length."""
    largest = sorted(top, key=lambda section: (-section.count, section.path))[:MAX_SHELVES]
    for section in largest:
        ids = context.graph.sections.get(section.path, ())
        step = max(1, len(ids) // PER_SHELF)
        yield Shelf(section, tuple(context.refs[name] for name in ids[::step][:PER_SHELF]))
