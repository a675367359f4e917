"""Entries and where their links lead in; what points at each, and the order of sections, out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, TypeVar

from nexusgen.core.model import Backlink, Document, Entry, Target
from nexusgen.incremental.table import Table
from nexusgen.site.names import fold_title

T = TypeVar("T")


def backlinks_from(
    entry: Entry,
    document: Document,
    links: Sequence[Target],
    references: Sequence[Target],
) -> dict[str, Backlink]:
    """Return, by entry id, what other entries an entry links to: the first link to each, with why."""
    source = entry.id
    found: dict[str, Backlink] = {}
    for use, target in zip(document.links, links, strict=True):
        goal = target.entry
        if goal and goal != source and goal not in found:
            found[goal] = Backlink(source, use.context)
    for reference, target in zip(entry.references, references, strict=True):
        goal = target.entry
        if goal and goal != source and goal not in found:
            found[goal] = Backlink(source, field=reference.field)
    return found


def embeds_of(document: Document, links: Sequence[Target]) -> tuple[str, ...]:
    """Return the ids of the entries that a text embeds, each once."""
    pairs = zip(document.links, links, strict=True)
    ids = [target.entry for use, target in pairs if use.form == "embed" and target.entry]
    return tuple(dict.fromkeys(ids))


def others_in(name: str, targets: Iterable[Target]) -> tuple[str, ...]:
    """Return the ids of the entries other than `name` to which targets lead, each once."""
    found = {target.entry: None for target in targets}
    found.pop("", None)
    found.pop(name, None)
    return tuple(found)


def regroup(
    last: Table[tuple[T, ...]],
    old: Mapping[str, Mapping[str, T]],
    new: Mapping[str, Mapping[str, T]],
    source: Callable[[T], str],
    order: Callable[[str], Any],
) -> Table[tuple[T, ...]]:
    """Return `last` as it is after some sources point to other goals.

    `last` holds by goal what points there. `old` and `new` hold, by source and goal, what the
    sources that changed gave and give now; `source` tells from whom something is, `order` by what
    sources are sorted.
    """
    goals = {goal for found in chain(old.values(), new.values()) for goal in found}
    grouped = {
        goal: [item for item in last.get(goal, ()) if source(item) not in old] for goal in goals
    }
    for found in new.values():
        for goal, item in found.items():
            grouped[goal].append(item)
    rows = {
        goal: tuple(sorted(items, key=lambda item: order(source(item))))
        for goal, items in grouped.items()
        if items
    }
    return last.updated(rows, goals - rows.keys())


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    """Return entries by date, newest first, those of one day by title."""
    ordered = sorted(entries, key=lambda entry: fold_title(entry.title))
    ordered.sort(key=lambda entry: entry.date, reverse=True)
    return ordered


def list_sections(newest: Sequence[Entry]) -> dict[str, tuple[str, ...]]:
    """Return, by section, the ids of its entries in the order of their page, less its own page.

    Those with a `weight` come first, lightest first; then all in the order given. Folders above a
    section are sections too, if only to lead there.
    """
    sections: dict[str, list[Entry]] = {}
    for entry in newest:
        members = sections.setdefault(entry.section, [])
        if not entry.is_index:
            members.append(entry)
    for section in list(sections):
        while section := section.rpartition("/")[0]:
            sections.setdefault(section, [])
    for members in sections.values():
        if any(entry.weight for entry in members):
            members.sort(key=lambda entry: entry.weight or float("inf"))
    return {name: tuple([entry.id for entry in sections[name]]) for name in sorted(sections)}


def list_neighbours(sections: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, str]]:
    """Return the ids before and after each entry of a section, the empty string at its ends."""
    neighbours: dict[str, tuple[str, str]] = {}
    for members in filter(None, sections.values()):
        before = ("", *members[:-1])
        after = (*members[1:], "")
        neighbours |= zip(members, zip(before, after, strict=True), strict=True)
    return neighbours


def section_urls(entries: Iterable[Entry]) -> dict[str, str]:
    """Return the URL of each section: the one above those of its entries."""
    urls: dict[str, str] = {}
    for entry in entries:
        section = entry.section
        if section in urls:
            continue
        url = entry.url if entry.is_index else _parent(entry.url)
        while section and url and section not in urls:
            urls[section] = url
            section, url = section.rpartition("/")[0], _parent(url)
    return urls


def _parent(url: str) -> str:
    head = url.rstrip("/").rpartition("/")[0]
    return f"{head}/" if head else ""
