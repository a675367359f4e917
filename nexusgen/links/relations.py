"""Entries and where their links lead in; what points at each, and the order of sections, out."""

from collections.abc import Mapping, Sequence

from nexusgen.links.names import fold_title
from nexusgen.model import Backlink, Document, Entry, Target

Targets = Mapping[str, tuple[Target, ...]]


def find_backlinks(
    entries: Sequence[Entry],
    documents: Mapping[str, Document],
    targets: Targets,
    references: Targets,
) -> dict[str, tuple[Backlink, ...]]:
    """Return, by entry id, the other entries that link there: the first link of each, with why."""
    found: dict[str, dict[str, Backlink]] = {}
    for entry in entries:
        source = entry.id
        for use, target in zip(documents[source].links, targets[source], strict=True):
            goal = target.entry
            if goal and goal != source:
                sources = found.setdefault(goal, {})
                if source not in sources:
                    sources[source] = Backlink(source, use.context)
        for reference, target in zip(entry.references, references[source], strict=True):
            goal = target.entry
            if goal and goal != source:
                backlink = Backlink(source, field=reference.field)
                found.setdefault(goal, {}).setdefault(source, backlink)
    return {goal: tuple(sources.values()) for goal, sources in found.items()}


def find_embeds(
    entries: Sequence[Entry], documents: Mapping[str, Document], targets: Targets
) -> dict[str, tuple[str, ...]]:
    """Return, by entry id, the ids of the entries that it embeds, less those that embed none."""
    found = {}
    for entry in entries:
        pairs = zip(documents[entry.id].links, targets[entry.id], strict=True)
        ids = [target.entry for use, target in pairs if use.form == "embed" and target.entry]
        if ids:
            found[entry.id] = tuple(dict.fromkeys(ids))
    return found


def find_relations(entries: Sequence[Entry], uses: Targets) -> dict[str, tuple[str, ...]]:
    """Return, by entry id, the ids of the entries that name it in `uses`."""
    found: dict[str, dict[str, None]] = {}
    for entry in entries:
        for target in uses[entry.id]:
            if target.entry and target.entry != entry.id:
                found.setdefault(target.entry, {})[entry.id] = None
    return {goal: tuple(sources) for goal, sources in found.items()}


def list_linked(entries: Sequence[Entry], *targets: Targets) -> dict[str, tuple[str, ...]]:
    """Return, by entry id, the ids of the other entries to which it links, each once."""
    linked = {}
    for entry in entries:
        found = {target.entry: None for each in targets for target in each[entry.id]}
        found.pop("", None)
        found.pop(entry.id, None)
        linked[entry.id] = tuple(found)
    return linked


def newest_first(entries: Sequence[Entry]) -> list[Entry]:
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


def section_urls(entries: Sequence[Entry]) -> dict[str, str]:
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
