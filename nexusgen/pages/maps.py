"""The library of a hub in; the page with its map, and the small map of each entry, out."""

from collections.abc import Iterator, Sequence
from functools import partial

from nexusgen.artifacts import Page, Variable
from nexusgen.digests import digest_bytes
from nexusgen.links.graphmap import (
    Dot,
    MapView,
    count_edges,
    draw_circle,
    draw_local,
    strongest_edges,
)
from nexusgen.model import Value
from nexusgen.pages.heads import Head, make_page
from nexusgen.pages.library import Library, constant, refs_digest

URL = "graph/"

MANY = 60
"""Entries that a map can hold; above that it shows sections, and entries show their own links."""

STRONGEST = 4
"""Lines of a map for each of its nodes: with more none could be followed; the table has them all."""

NO_MAP = constant(None)


class MapRow(Value, frozen=True, array_like=True):
    """A node of a map as a row of a table: what it links to, and how many link to it."""

    dot: Dot
    links: tuple[Dot, ...]
    linked: int


class MapPage(Value, frozen=True, array_like=True):
    """The map of a hub, the same as a table, and which kinds are on it."""

    view: MapView
    rows: tuple[MapRow, ...]
    legend: tuple[Dot, ...]
    entries: int
    links: int


def plan_map(library: Library) -> Iterator[Page]:
    """Yield the page with the map of the hub; there is none of fewer than two entries."""
    graph = library.inputs.graph
    if "graph" not in graph.pages:
        return
    links = sum(len(found) for found in graph.linked.values())
    about = f"A map of {len(library.written)} entries and the {links} links between them"
    head = Head(URL, "graph", "Graph", about)
    drawn = _of_entries if len(library.written) <= MANY else _of_sections
    yield make_page(library, head, "graph.html", {"map": constant(drawn(library))})


def local_map(library: Library, name: str) -> Variable:
    """Return the variable `local_map` of an entry's page: None where nothing is linked with it."""
    graph = library.inputs.graph
    after = graph.linked[name]
    backlinks = [backlink.entry for backlink in graph.backlinks.get(name, ())]
    users = (*backlinks, *graph.relations.get(name, ()))
    before = tuple(dict.fromkeys(user for user in users if user not in after))
    if not before and not after:
        return NO_MAP
    key = digest_bytes(refs_digest(library, (name, *before)) + refs_digest(library, after))
    return Variable(key, partial(_draw_local, library, name, (before, after)))


def _draw_local(library: Library, name: str, sides: tuple[Sequence[str], Sequence[str]]) -> MapView:
    before, after = ([_dot(library, other) for other in side] for side in sides)
    return draw_local(_dot(library, name), before, after)


def _dot(library: Library, name: str) -> Dot:
    ref = library.refs[name]
    return Dot(ref.title, ref.url or "", ref.label, ref.mark)


def _of_entries(library: Library) -> MapPage:
    """Return the map with a node for each entry but the pages of folders, by kind, then by title."""
    graph = library.inputs.graph
    shown = [name for name, entry in graph.entries.items() if not entry.is_index]
    rank = {kind.name: place for place, kind in enumerate(library.inputs.site.kinds)}
    names = sorted(
        shown,
        key=lambda name: (
            rank.get(graph.entries[name].kind, len(rank)),
            graph.entries[name].title.casefold(),
            name,
        ),
    )
    numbers = {name: number for number, name in enumerate(names)}
    pairs = [
        (numbers[name], numbers[to]) for name in names for to in graph.linked[name] if to in numbers
    ]
    return _page(library, [_dot(library, name) for name in names], pairs)


def _of_sections(library: Library) -> MapPage:
    """Return the map with a ring for each section that is as large as the section is full."""
    graph = library.inputs.graph
    own = {path: len(ids) for path, ids in graph.sections.items()}
    sections = [section for section in library.sections.values() if own.get(section.path)]
    numbers = {section.path: number for number, section in enumerate(sections)}
    dots = [
        Dot(section.title, section.url, section.label, section.mark, own[section.path])
        for section in sections
    ]
    loose = [*graph.sections.get("", ()), *_written_at_home(library)]
    dots += [Dot("Home", "", "Page", "dot", len(loose))] if loose else []
    of = dict.fromkeys(loose, len(dots) - 1)
    for section in sections:
        of |= dict.fromkeys(graph.sections[section.path], numbers[section.path])
        of |= {section.index: numbers[section.path]} if section.index else {}
    pairs = [
        (of[name], of[to])
        for name, found in graph.linked.items()
        for to in found
        if name in of and to in of
    ]
    return _page(library, dots, pairs)


def _written_at_home(library: Library) -> tuple[str, ...]:
    return (library.written[""],) if "" in library.written else ()


def _page(library: Library, dots: list[Dot], pairs: list[tuple[int, int]]) -> MapPage:
    edges = count_edges(pairs)
    graph = library.inputs.graph
    links: dict[int, list[int]] = {}
    linked: dict[int, int] = {}
    for (start, end), count in edges.items():
        links.setdefault(start, []).append(end)
        linked[end] = linked.get(end, 0) + count
    rows = tuple(
        MapRow(dot, tuple(dots[end] for end in links.get(place, ())), linked.get(place, 0))
        for place, dot in enumerate(dots)
    )
    legend = {dot.label: Dot(dot.label, "", dot.label, dot.mark) for dot in dots}
    total = sum(len(found) for found in graph.linked.values())
    return MapPage(
        draw_circle(dots, strongest_edges(edges, STRONGEST * len(dots))),
        rows,
        tuple(legend.values()),
        len(library.written),
        total,
    )
