"""Draw what is linked with what on a map, the same on every machine."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import cos, log2, pi, radians, sin
from typing import Any

from nexusgen.core.model import Page, Value
from nexusgen.pages.context import PageContext, in_order
from nexusgen.pages.meta import PageMeta, make_page
from nexusgen.pages.views import Ref

MAX_LABEL = 30
"""Letters of a title on a map; the whole title is its accessible name."""

LETTER = 6.8
"""Width of a letter of a label, in the units of the map: an average of 13 px type."""

ROW = 26
"""Room for a label: more than the 24 px that a target needs (WCAG 2.2, 2.5.8)."""

MIN_RADIUS = 120
GAP = 12

SHAPES: Mapping[str, str] = {
    "square": "M-6-6H6V6H-6z",
    "circle": "M-6.2 0a6.2 6.2 0 1 0 12.4 0a6.2 6.2 0 1 0-12.4 0z",
    "triangle": "M0-6.2 6.6 6H-6.6z",
    "triangle-down": "M0 6.2-6.6-6H6.6z",
    "diamond": "M0-7 7 0 0 7-7 0z",
    "ring": "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0zm2.4 0a3.6 3.6 0 1 1 7.2 0a3.6 3.6 0 1 1-7.2 0z",
    "bar": "M-6-2.5H6V2.5H-6z",
    "dot": "M-3.4 0a3.4 3.4 0 1 0 6.8 0a3.4 3.4 0 1 0-6.8 0z",
}
"""The theme's marks as outlines around the point where they stand."""


class MapNode(Value, frozen=True, array_like=True):
    """A node of a map: its mark stands at `x`, `y`, its text beside it, turned by `angle`.

    `shape` is the outline of its mark, `name` all that there is to read out. `flipped` text ends
    at the mark, so that it can be read on the left side too.
    """

    dot: Ref
    text: str
    x: float
    y: float
    shape: str = ""
    name: str = ""
    angle: float = 0
    flipped: bool = False
    radius: float = 0
    offset: float = GAP


class MapEdge(Value, frozen=True, array_like=True):
    """A line of a map: its path, the numbers of its nodes, and how thick it is."""

    path: str
    start: int
    end: int
    width: float = 1


class MapView(Value, frozen=True, array_like=True):
    """A map: the box that holds it (left, top, width, height), nodes and edges."""

    box: tuple[float, float, float, float]
    nodes: tuple[MapNode, ...]
    edges: tuple[MapEdge, ...]


def draw_circle(dots: Sequence[Ref], edges: Mapping[tuple[int, int], int]) -> MapView:
    """Return a map of `dots` in a circle, in the order given, with `edges` bent to the middle.

    `edges` says how often the first of two dots, by number, links to the second.
    """
    radii = [_ring(dot.size) for dot in dots]
    room = [max(ROW, 2 * radius + GAP) for radius in radii]
    around = sum(room)
    radius = max(MIN_RADIUS, around / (2 * pi))
    nodes, passed = [], 0.0
    for dot, own, ring in zip(dots, room, radii, strict=True):
        angle = 360 * (passed + own / 2) / around - 90
        passed += own
        nodes.append(_on_circle(dot, angle, radius, ring))
    label = max((len(node.text) for node in nodes), default=0) * LETTER
    reach = radius + max(radii, default=0) + GAP + label + GAP
    return MapView(
        box=(round(-reach, 1), round(-reach, 1), round(2 * reach, 1), round(2 * reach, 1)),
        nodes=tuple(nodes),
        edges=tuple(
            MapEdge(
                f"M{nodes[start].x} {nodes[start].y}Q0 0 {nodes[end].x} {nodes[end].y}",
                start,
                end,
                round(1 + log2(count) / 3, 1),
            )
            for (start, end), count in sorted(edges.items())
        ),
    )


def label_of(title: str) -> str:
    """Return a title as a label shows it."""
    return title if len(title) <= MAX_LABEL else f"{title[: MAX_LABEL - 1].rstrip()}…"


def count_edges(pairs: Iterable[tuple[int, int]]) -> Counter[tuple[int, int]]:
    """Return how often each pair of different numbers is there."""
    return Counter((start, end) for start, end in pairs if start != end)


def strongest_edges(edges: Mapping[tuple[int, int], int], most: int) -> dict[tuple[int, int], int]:
    """Return the edges with the two directions as one, no more than `most`: the strongest."""
    both: Counter[tuple[int, int]] = Counter()
    for (start, end), count in edges.items():
        both[min(start, end), max(start, end)] += count
    kept = sorted(both, key=lambda pair: (-both[pair], pair))[:most]
    return {pair: both[pair] for pair in sorted(kept)}


def _on_circle(dot: Ref, angle: float, radius: float, ring: float) -> MapNode:
    x, y = radius * cos(radians(angle)), radius * sin(radians(angle))
    flipped = 90 < angle % 360 < 270
    return _node(
        dot,
        round(x, 1),
        round(y, 1),
        angle=round(angle + 180 if flipped else angle, 1),
        flipped=flipped,
        radius=round(ring, 1),
        offset=round(ring + GAP, 1),
    )


def _node(dot: Ref, x: float, y: float, **more: Any) -> MapNode:
    text, name = label_of(dot.title), f"{dot.title}, {dot.label}"
    if dot.size:
        text, name = f"{text} {dot.size}", f"{name}, {dot.size}"
    return MapNode(dot, text, x, y, SHAPES.get(dot.mark, SHAPES["dot"]), name, **more)


def _ring(size: int) -> float:
    return min(6 + 2 * size**0.5, 40) if size else 0


MAX_ENTRIES = 60
"""Entries that a map can hold; above that it shows sections."""

MAX_EDGES_PER_NODE = 4
"""Lines of a map for each of its nodes: with more none could be followed; the table has them all."""


class MapRow(Value, frozen=True, array_like=True):
    """A node of a map as a row of a table: what it links to, and how many link to it."""

    dot: Ref
    links: tuple[Ref, ...]
    linked: int


class MapPage(Value, frozen=True, array_like=True):
    """The map of a hub, the same as a table, and which kinds are on it."""

    view: MapView
    rows: tuple[MapRow, ...]
    legend: tuple[Ref, ...]
    entries: int
    links: int


def plan_map(context: PageContext) -> Iterator[Page]:
    """Yield the page with the map of the hub; there is none of fewer than two entries."""
    graph = context.graph
    if "graph" not in graph.pages:
        return
    links = sum(map(len, graph.linked.values()))
    about = f"A map of {len(context.written)} entries and the {links} links between them"
    meta = PageMeta("graph/", "graph", "Graph", about)
    drawn = _of_entries if len(context.written) <= MAX_ENTRIES else _of_sections
    yield make_page(context, meta, "graph.html", {"map": drawn(context)})


def _of_entries(context: PageContext) -> MapPage:
    """Return the map with a node for each entry but the pages of folders, by kind, then by title."""
    entries, linked = context.graph.entries, context.graph.linked
    rank = {kind.name: place for place, kind in enumerate(context.site.kinds)}
    order = sorted(
        (rank.get(entry.kind, len(rank)), entry.title.casefold(), name)
        for name, entry in entries.items()
        if not entry.is_index
    )
    names = [name for _, _, name in order]
    numbers = {name: number for number, name in enumerate(names)}
    pairs = [(numbers[name], numbers[to]) for name in names for to in linked[name] if to in numbers]
    return _page(context, [context.refs[name] for name in names], pairs)


def _of_sections(context: PageContext) -> MapPage:
    """Return the map with a ring for each section that is as large as the section is full."""
    graph = context.graph
    own = {path: len(ids) for path, ids in graph.sections.items()}
    sections = [one for one in in_order(context.sections) if own.get(one.path)]
    numbers = {section.path: number for number, section in enumerate(sections)}
    dots = [
        Ref(section.title, section.url, "", section.label, section.mark, own[section.path])
        for section in sections
    ]
    home = context.written.get("")
    loose = [*graph.sections.get("", ()), *([home] if home is not None else [])]
    dots += [Ref("Home", "", "", "Page", "dot", len(loose))] if loose else []
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
    return _page(context, dots, pairs)


def _page(context: PageContext, dots: list[Ref], pairs: list[tuple[int, int]]) -> MapPage:
    edges = count_edges(pairs)
    links: dict[int, list[int]] = {}
    linked: Counter[int] = Counter()
    for (start, end), count in edges.items():
        links.setdefault(start, []).append(end)
        linked[end] += count
    rows = tuple(
        MapRow(dot, tuple(dots[end] for end in links.get(place, ())), linked[place])
        for place, dot in enumerate(dots)
    )
    legend = {dot.label: Ref(dot.label, "", "", dot.label, dot.mark) for dot in dots}
    return MapPage(
        draw_circle(dots, strongest_edges(edges, MAX_EDGES_PER_NODE * len(dots))),
        rows,
        legend=tuple(legend.values()),
        entries=len(context.written),
        links=sum(map(len, context.graph.linked.values())),
    )
