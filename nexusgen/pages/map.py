"""What is linked with what in; where it is drawn on a map, the same on every machine, out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import cos, log2, pi, radians, sin
from typing import Any

from nexusgen.core.model import Page, Value
from nexusgen.incremental.digests import Lazy
from nexusgen.pages.context import Library, computed, in_order
from nexusgen.pages.meta import Head, make_page
from nexusgen.pages.views import Ref

LONGEST = 30
"""Letters of a title on a map; the whole title is its accessible name."""

LETTER = 6.8
"""Width of a letter of a label, in the units of the map: an average of 13 px type."""

ROW = 26
"""Room for a label: more than the 24 px that a target needs (WCAG 2.2, 2.5.8)."""

LEAST_RADIUS = 120
GAP = 12
SIDE = 12
"""Entries on each side of a local map; more would be a list."""

MIDDLE = 130
"""Half of the room between the two sides of a local map."""


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


class Dot(Value, frozen=True, array_like=True):
    """Something to draw: `size` is the number of entries behind it, 0 for an entry itself."""

    title: str
    url: str
    label: str = ""
    mark: str = ""
    size: int = 0


class MapNode(Value, frozen=True, array_like=True):
    """A node of a map: its mark stands at `x`, `y`, its text beside it, turned by `angle`.

    `shape` is the outline of its mark, `name` all that there is to read out. `flipped` text ends
    at the mark, so that it can be read on the left side too.
    """

    dot: Dot
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
    """A line of a map: its path, the numbers of its nodes, and how thick it is.

    All lines of a local map are one: each begins in the middle.
    """

    path: str
    start: int
    end: int
    width: float = 1


class MapView(Value, frozen=True, array_like=True):
    """A map: the box that holds it (left, top, width, height), nodes, edges, how many are left out."""

    box: tuple[float, float, float, float]
    nodes: tuple[MapNode, ...]
    edges: tuple[MapEdge, ...]
    more: int = 0


def draw_circle(dots: Sequence[Dot], edges: Mapping[tuple[int, int], int]) -> MapView:
    """Return a map of `dots` in a circle, in the order given, with `edges` bent to the middle.

    `edges` says how often the first of two dots, by number, links to the second.
    """
    radii = [_ring(dot.size) for dot in dots]
    room = [max(ROW, 2 * radius + GAP) for radius in radii]
    around = sum(room)
    radius = max(LEAST_RADIUS, around / (2 * pi))
    nodes, passed = [], 0.0
    for dot, own, ring in zip(dots, room, radii, strict=True):
        angle = 360 * (passed + own / 2) / around - 90
        passed += own
        nodes.append(_on_circle(dot, angle, radius, ring))
    label = max((len(node.text) for node in nodes), default=0) * LETTER
    reach = radius + max(radii, default=0) + GAP + label + GAP
    return MapView(
        box=(_round(-reach), _round(-reach), _round(2 * reach), _round(2 * reach)),
        nodes=tuple(nodes),
        edges=tuple(
            MapEdge(_bow(nodes[start], nodes[end]), start, end, _round(1 + log2(count) / 3))
            for (start, end), count in sorted(edges.items())
        ),
    )


def draw_local(centre: Dot, before: Sequence[Dot], after: Sequence[Dot]) -> MapView:
    """Return a map of one entry between those that link to it, left, and those it links to, right.

    What is on both sides is drawn on the right, and once.
    """
    left, right = before[:SIDE], after[:SIDE]
    rows = max(len(left), len(right), 1)
    middle = _node(centre, 0, 0, offset=0)
    nodes = [middle, *_column(left, -MIDDLE), *_column(right, MIDDLE)]
    height = (rows + 1) * ROW
    west, east = _reach(middle, nodes, -1), _reach(middle, nodes, 1)
    return MapView(
        box=(-west, -height / 2, _round(west + east), height),
        nodes=tuple(nodes),
        edges=(MapEdge("".join(map(_curve, nodes[1:])), 0, 0),),
        more=len(before) + len(after) - len(left) - len(right),
    )


def shorten(title: str) -> str:
    """Return a title as a label shows it."""
    return title if len(title) <= LONGEST else f"{title[: LONGEST - 1].rstrip()}…"


def count_edges(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Return how often each pair of different numbers is there."""
    counts: dict[tuple[int, int], int] = {}
    for pair in pairs:
        if pair[0] != pair[1]:
            counts[pair] = counts.get(pair, 0) + 1
    return counts


def strongest_edges(edges: Mapping[tuple[int, int], int], most: int) -> dict[tuple[int, int], int]:
    """Return the edges with the two directions as one, no more than `most`: the strongest."""
    both: dict[tuple[int, int], int] = {}
    for (start, end), count in edges.items():
        pair = (min(start, end), max(start, end))
        both[pair] = both.get(pair, 0) + count
    kept = sorted(both, key=lambda pair: (-both[pair], pair))[:most]
    return {pair: both[pair] for pair in sorted(kept)}


def _on_circle(dot: Dot, angle: float, radius: float, ring: float) -> MapNode:
    x, y = radius * cos(radians(angle)), radius * sin(radians(angle))
    flipped = 90 < angle % 360 < 270
    return _node(
        dot,
        _round(x),
        _round(y),
        angle=_round(angle + 180 if flipped else angle),
        flipped=flipped,
        radius=_round(ring),
        offset=_round(ring + GAP),
    )


def _reach(middle: MapNode, nodes: Sequence[MapNode], side: int) -> float:
    """Return how far a local map extends to one side."""
    own = [MIDDLE + 2 * GAP + len(node.text) * LETTER for node in nodes if node.x * side > 0]
    return _round(max([len(middle.text) * LETTER / 2 + GAP, *own]))


def _column(dots: Sequence[Dot], x: float) -> list[MapNode]:
    top = -(len(dots) - 1) * ROW / 2
    return [_node(dot, x, _round(top + row * ROW), flipped=x < 0) for row, dot in enumerate(dots)]


def _node(dot: Dot, x: float, y: float, **more: Any) -> MapNode:
    text, name = shorten(dot.title), f"{dot.title}, {dot.label}"
    if dot.size:
        text, name = f"{text} {dot.size}", f"{name}, {dot.size}"
    return MapNode(dot, text, x, y, SHAPES.get(dot.mark, SHAPES["dot"]), name, **more)


def _ring(size: int) -> float:
    return min(6 + 2 * size**0.5, 40) if size else 0


def _bow(start: MapNode, end: MapNode) -> str:
    return f"M{start.x} {start.y}Q0 0 {end.x} {end.y}"


def _curve(node: MapNode) -> str:
    half = node.x / 2
    return f"M0 0C{half} 0 {half} {node.y} {node.x} {node.y}"


def _round(value: float) -> float:
    return round(value, 1)


URL = "graph/"

MANY = 60
"""Entries that a map can hold; above that it shows sections, and entries show their own links."""

STRONGEST = 4
"""Lines of a map for each of its nodes: with more none could be followed; the table has them all."""


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
    yield make_page(library, head, "graph.html", {"map": drawn(library)})


def local_map(library: Library, name: str) -> Lazy | None:
    """Return the variable `local_map` of an entry's page: None where nothing is linked with it."""
    graph = library.inputs.graph
    after = graph.linked[name]
    backlinks = [backlink.entry for backlink in graph.backlinks.get(name, ())]
    users = (*backlinks, *graph.relations.get(name, ()))
    before = dict.fromkeys(user for user in users if user not in after)
    if not before and not after:
        return None
    refs = library.refs
    sides = (tuple(refs[other] for other in side) for side in (before, after))
    return computed(_draw_local, refs[name], *sides)


def _draw_local(centre: Ref, before: Sequence[Ref], after: Sequence[Ref]) -> MapView:
    return draw_local(_dot(centre), list(map(_dot, before)), list(map(_dot, after)))


def _dot(ref: Ref) -> Dot:
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
    return _page(library, [_dot(library.refs[name]) for name in names], pairs)


def _of_sections(library: Library) -> MapPage:
    """Return the map with a ring for each section that is as large as the section is full."""
    graph = library.inputs.graph
    own = {path: len(ids) for path, ids in graph.sections.items()}
    sections = [one for one in in_order(library.sections) if own.get(one.path)]
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
