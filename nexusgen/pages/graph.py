"""Draw what links to what, the same on every machine: entries by kind, or the sections of a large hub."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import product
from math import inf, log2

from msgspec.structs import replace

from nexusgen.core.builds import Page
from nexusgen.core.model import Entry, Site, Value
from nexusgen.pages.context import PageContext, computed, in_order, kind_of, section_name, shorten
from nexusgen.pages.meta import PageMeta, make_page
from nexusgen.pages.views import Anchor, GraphPart, Ref, SectionView
from nexusgen.pages.words import say
from nexusgen.site.url_map import GRAPH, MAX_NODES

CONTENTS = 100
"""What links to more entries than these is a table of contents: its links single nothing out."""

MAX_LABEL = 34
"""Letters of a title on a graph; the whole title is its accessible name."""

MAX_COLUMNS = 3
MAX_TRIED = 7
"""Kinds for which every way to put them into columns is tried; those with the most links."""

LETTER = 7.8
"""Width of a letter of a label, in the units of the drawing: an average of 14 px type."""

ROW = 34
"""Height of a row: its target is 30 px high, more than the 24 that WCAG 2.2 asks for (2.5.8)."""

TOP = 56
"""Where the first row stands, below the names of the columns."""

MIDDLE = 380
SIDES = {1: (300,), 2: (300, 560), 3: (264, 436, 756)}
"""Where the marks of each column stand; labels are left of what stands left of the middle."""

WIDTH = 1000
"""Of the drawing, which is as high as its rows."""

MAX_BEND = 880
"""How far the ends of an arc pull it aside: three quarters of this stay within the drawing."""

EDGE = 12
"""From the middle of a mark to where lines begin."""

LABEL = 20
"""From the middle of a mark to its label."""

SHAPES: Mapping[str, str] = {
    "square": "M-6-6H6V6H-6z",
    "circle": "M-6.2 0a6.2 6.2 0 1 0 12.4 0a6.2 6.2 0 1 0-12.4 0z",
    "triangle": "M0-6.2 6.6 6H-6.6z",
    "triangle-down": "M0 6.2-6.6-6H6.6z",
    "diamond": "M0-7 7 0 0 7-7 0z",
    "ring": "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0zm2.4 0a3.6 3.6 0 1 1 7.2 0a3.6 3.6 0 1 1-7.2 0zm2.1 0a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0z",
    "bar": "M-6-2.5H6V2.5H-6z",
    "dot": "M-3.4 0a3.4 3.4 0 1 0 6.8 0a3.4 3.4 0 1 0-6.8 0z",
}
"""The theme's marks as outlines around the point where they stand; a ring has a dot in it, not to be hollow."""

HOLLOW_RING = "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z"
"""The ring of what stands alone: its line alone is drawn."""


class GraphNode(Value, frozen=True, array_like=True):
    """A node of a graph: its mark, of the outline `shape`, stands at `x`, `y`, its label beside it.

    `name` is what is read out; it begins with the label (WCAG 2.5.3). The label stands left of the
    mark in the first column, right of it in others, and is about `width` wide. `lone` nodes have no
    link.
    """

    ref: Ref
    label: str
    name: str
    shape: str
    x: int
    y: int
    width: int
    left: bool = False
    lone: bool = False


class GraphEdge(Value, frozen=True, array_like=True):
    """A line of a graph: its path, the numbers of its nodes, and how thick it is."""

    path: str
    start: int
    end: int
    width: float


class GraphColumn(Value, frozen=True, array_like=True):
    """What the kinds of a column are called, and where this stands."""

    title: str
    x: int
    left: bool


class GraphRow(Value, frozen=True, array_like=True):
    """A node as a row of a table: what it links to, and what links to it."""

    ref: Ref
    links: tuple[Ref, ...]
    linked: tuple[Ref, ...]


class GraphView(Value, frozen=True, array_like=True):
    """A drawing of 1,000 by `height`, and the same as a table.

    `links` says how many there are between what is drawn, `linked` how many nodes have links, drawn
    or not, `sections` how many sections the hub has where these are drawn, `within` is the page of
    the section whose graph this is.
    """

    height: int
    columns: tuple[GraphColumn, ...]
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
    rows: tuple[GraphRow, ...]
    links: int
    linked: int
    sections: int = 0
    within: Anchor | None = None


Edges = Mapping[tuple[int, int], int]
"""How often the first of two nodes, by number, links to the second."""


def find_parts(
    site: Site,
    linked: Mapping[str, Sequence[str]],
    outlines: Mapping[str, Entry],
    sections: Mapping[str, SectionView],
) -> dict[str, GraphPart]:
    """Return what the graphs of a hub draw: its own under nothing, those of sections by their paths.

    `linked` gives what each entry links to. There are none where nothing links, and of sections only
    where the hub is too large for one of its entries.
    """
    linked, outlines = dict(linked.items()), dict(outlines.items())  # all of it, so at once
    if not _has_links(linked, outlines):
        return {}
    names = [
        name
        for name, entry in outlines.items()
        if not entry.is_index and len(linked[name]) <= CONTENTS
    ]
    edges = count_edges(linked, {name: at for at, name in enumerate(names)})
    if len(names) <= MAX_NODES:  # all but pages that stand alone
        linking = most_linked(edges)
        kinds = [kind_of(site, outlines[name].kind).name for name in names]
        shown = [at for at, kind in enumerate(kinds) if at in linking or kind != "page"]
        return {"": _part(names, edges, shown)}
    whole = _of_sections(linked, {name: outlines[name].section for name in names}, sections)
    if whole is None:
        return {"": _part(names, edges, most_linked(edges))}
    places = [outlines[name].section for name in names]
    links: dict[str, dict[tuple[int, int], int]] = {path: {} for path in places}
    for pair, count in edges.items():
        start, end = pair
        links[places[start]][pair] = links[places[end]][pair] = count
    drawn = filter(None, whole.nodes)
    return {"": whole} | {
        path: _part(names, links[path], most_linked(links[path])) for path in drawn
    }


def _has_links(linked: Mapping[str, Sequence[str]], outlines: Mapping[str, Entry]) -> bool:
    """Return whether entries link to each other; pages of folders and tables of contents do not count."""
    return any(
        goal in outlines and goal != name and not outlines[goal].is_index
        for name, goals in linked.items()
        if goals and len(goals) <= CONTENTS and not outlines[name].is_index
        for goal in goals
    )


def _of_sections(
    linked: Mapping[str, Sequence[str]],
    places: Mapping[str, str],
    sections: Mapping[str, SectionView],
) -> GraphPart | None:
    """Return the graph of the sections that link to others; None where none does.

    `places` says where entries stand. The pages of folders do not count: a table of contents links
    to everything.
    """
    paths = [section.path for section in in_order(sections)]
    numbers = {path: number for number, path in enumerate(paths)}
    edges = count_edges(
        linked, {name: numbers.get(path, len(paths)) for name, path in places.items()}
    )
    whole = _part([*paths, ""], edges, most_linked(edges))
    return replace(whole, of_sections=True) if edges else None


def _part(nodes: Sequence[str], edges: Edges, shown: Sequence[int]) -> GraphPart:
    links = sorted(_renumbered(edges, shown).items())
    return GraphPart(
        tuple(nodes[at] for at in shown),
        tuple((*pair, count) for pair, count in links),
        len({number for pair in edges for number in pair}),
    )


def plan_graph(context: PageContext) -> Iterator[Page]:
    """Yield the page of the graph, and of a large hub those of its sections; none where nothing links."""
    part = context.graph_parts.get("")
    if part is None:
        return
    word = say(context.site, "Graph")
    about = say(context.site, "How the entries link to each other")
    meta = PageMeta(GRAPH, "graph", word, about)
    yield make_page(context, meta, "graph.html", {"graph": _view(context, part)})
    for path in filter(None, part.nodes) if part.of_sections else ():
        section, inner = context.named_sections[path], context.graph_parts[path]
        meta = PageMeta(
            GRAPH + section.url,
            "graph",
            f"{word}: {section_name(context, path)}",
            about,
            above=(Anchor(word, GRAPH),),
        )
        refs = tuple(_ref_within(context, name, path) for name in inner.nodes)
        view = computed(_of_section, refs, inner, Anchor(section.title, section.url))
        yield make_page(context, meta, "graph.html", {"graph": view})


def _view(context: PageContext, part: GraphPart) -> GraphView:
    """Return the graph of a hub: of its entries, or of its sections."""
    if not part.of_sections:
        return draw_graph([context.refs[name] for name in part.nodes], part)
    refs = [_ref_of_section(context, path) for path in part.nodes]
    return draw_graph(refs, part, len(context.sections))


def _ref_of_section(context: PageContext, path: str) -> Ref:
    if not path:
        loose = len(context.graph.sections.get("", ()))
        return Ref(context.site.title, "", "", say(context.site, "Page"), "dot", loose)
    one = context.sections[path]
    return Ref(section_name(context, path), GRAPH + one.url, "", one.label, one.mark, one.count)


def _ref_within(context: PageContext, name: str, section: str) -> Ref:
    """Return an entry as the graph of a section shows it: those of other sections stand together."""
    path = context.graph.outlines[name].section
    is_known = path in context.named_sections  # notes about tags have none
    title = section_name(context, path) if is_known else context.site.title
    return replace(context.refs[name], kind="own" if path == section else "", label=title)


def _of_section(refs: tuple[Ref, ...], part: GraphPart, within: Anchor) -> GraphView:
    return replace(draw_graph(refs, part), within=within)


def count_edges(linked: Mapping[str, Iterable[str]], numbers: Mapping[str, int]) -> Edges:
    """Return how often what has one number links to what has another.

    `linked` gives what each entry links to, `numbers` the numbers of the entries that count.
    """
    return Counter(
        [
            (number, end)
            for name, number in numbers.items()
            for goal in linked.get(name, ())
            if (end := numbers.get(goal, number)) != number
        ]
    )


def most_linked(edges: Edges) -> list[int]:
    """Return the nodes with links, of many those with the most."""
    weights: dict[int, int] = {}
    for (start, end), count in edges.items():
        weights[start] = weights.get(start, 0) + count
        weights[end] = weights.get(end, 0) + count
    return sorted(sorted(weights, key=lambda number: (-weights[number], number))[:MAX_NODES])


def _renumbered(edges: Edges, shown: Sequence[int]) -> Edges:
    """Return the edges between some nodes, which are numbered anew."""
    new = {old: number for number, old in enumerate(shown)}
    return {
        (new[start], new[end]): count
        for (start, end), count in edges.items()
        if start in new and end in new
    }


def draw_graph(refs: Sequence[Ref], part: GraphPart, sections: int = 0) -> GraphView:
    """Return the drawing of some nodes in columns, which are read one after the other, and its table."""
    edges = {(start, end): count for start, end, count in part.links}
    columns = order_columns(columns_of(refs, edges), edges)
    order = [number for column in columns for number in column]
    sides = SIDES[len(columns)]
    linked = {number for pair in edges for number in pair}
    nodes = tuple(
        _node(refs[number], x, TOP + ROW * row, number not in linked)
        for column, x in zip(columns, sides, strict=True)
        for row, number in _with_gap(column, linked)
    )
    named = zip(columns, sides, strict=True) if not sections else ()
    return GraphView(
        height=max((node.y for node in nodes), default=0) + ROW,
        columns=tuple(_column(refs, column, x) for column, x in named),
        nodes=nodes,
        edges=tuple(_edges(nodes, _renumbered(edges, order))),
        rows=tuple(_rows(refs, edges)),
        links=sum(edges.values()),
        linked=part.linked,
        sections=sections,
    )


def _with_gap(column: Sequence[int], linked: Set[int]) -> Iterator[tuple[int, int]]:
    """Yield the row of each node of a column: those without links stand apart."""
    gap = 0
    for row, number in enumerate(column):
        gap = gap or int(row > 0 and number not in linked)
        yield row + gap, number


def columns_of(refs: Sequence[Ref], edges: Edges) -> list[list[int]]:
    """Return the numbers of the nodes of each column: those of one kind stand together.

    The kinds are put where the fewest links stay within a column or pass over one.
    """
    kinds = list(dict.fromkeys(ref.kind for ref in refs))
    between: Counter[tuple[str, str]] = Counter()
    for (start, end), count in edges.items():
        between[refs[start].kind, refs[end].kind] += count
    weights = Counter(kind for pair, count in between.items() for kind in pair * count)
    tried = sorted(kinds, key=lambda kind: -weights[kind])[:MAX_TRIED]
    number = min(MAX_COLUMNS, len(kinds))

    def cost(choice: Sequence[int]) -> tuple[int, int]:
        column = dict(zip(tried, choice, strict=True))
        crossed = sum(
            (3, 0, 1)[abs(column[start] - column[end])] * count
            for (start, end), count in between.items()
            if start in column and end in column
        )
        sizes = Counter(column.get(ref.kind, number - 1) for ref in refs)
        return crossed, max(sizes.values())

    best = min(product(range(number), repeat=len(tried)), key=lambda choice: (cost(choice), choice))
    column_of = dict.fromkeys(kinds, number - 1) | dict(zip(tried, best, strict=True))
    used = sorted(set(column_of.values()))
    return [[at for at, ref in enumerate(refs) if column_of[ref.kind] == column] for column in used]


def order_columns(columns: Sequence[Sequence[int]], edges: Edges) -> list[list[int]]:
    """Return columns in which linked nodes come first, each near those that it is linked with."""
    beside: dict[int, list[int]] = {}
    for start, end in edges:
        beside.setdefault(start, []).append(end)
        beside.setdefault(end, []).append(start)
    ordered = [sorted(column, key=lambda number: number not in beside) for column in columns]
    for place in (1, 0, 2, 1, 0, 2) if len(columns) > 1 else ():
        if place < len(columns):
            row = {number: at for column in ordered for at, number in enumerate(column)}
            ordered[place].sort(
                key=lambda number: (
                    sum(row[one] for one in beside[number]) / len(beside[number])
                    if number in beside
                    else inf
                )
            )
    return ordered


def _node(ref: Ref, x: int, y: int, lone: bool) -> GraphNode:
    size = f" · {ref.size}" if ref.size else ""
    label = shorten(ref.title, _room(x) - len(size)) + size
    name = f"{label}, {ref.title}, {ref.label}" if "…" in label else f"{label}, {ref.label}"
    shape = HOLLOW_RING if lone and ref.mark == "ring" else SHAPES.get(ref.mark, SHAPES["dot"])
    return GraphNode(ref, label, name, shape, x, y, round(len(label) * LETTER), x < MIDDLE, lone)


def _column(refs: Sequence[Ref], column: Sequence[int], x: int) -> GraphColumn:
    kinds = dict.fromkeys(refs[number].label for number in column)
    return GraphColumn(shorten(", ".join(kinds), _room(x)), x, x < MIDDLE)


def _room(x: int) -> int:
    """Return how many letters stand beside a mark, within the drawing."""
    return min(MAX_LABEL, int(((x if x < MIDDLE else WIDTH - x) - LABEL) / LETTER))


def _edges(nodes: Sequence[GraphNode], edges: Edges) -> Iterator[GraphEdge]:
    """Yield a line for each two nodes that are linked; the two directions are one."""
    both: Counter[tuple[int, ...]] = Counter()
    for pair, count in edges.items():
        both[tuple(sorted(pair))] += count
    columns = sorted({node.x for node in nodes})
    middle = [nodes[at].y for pair in both for at in pair if nodes[at].x in columns[1:2]]
    under = max(middle, default=0) + ROW // 2
    for (start, end), count in sorted(both.items()):
        one, two = nodes[start], nodes[end]
        passed = columns.index(two.x) - columns.index(one.x) > 1
        room = max(node.width for node in nodes if node.x == one.x)
        path = _arc(one, two) if one.x == two.x else _curve(one, two, room, under if passed else 0)
        yield GraphEdge(path, start, end, round(1.4 + log2(count) / 2, 1))


def _arc(one: GraphNode, two: GraphNode) -> str:
    """Return a line between two nodes of a column, beside their marks and away from their labels."""
    side = 1 if one.left else -1
    x = one.x + side * EDGE
    bend = x + side * round(min(24 + abs(two.y - one.y) * (0.7 if one.left else 0.1), MAX_BEND))
    return f"M{x} {one.y}C{bend} {one.y} {bend} {two.y} {x} {two.y}"


def _curve(one: GraphNode, two: GraphNode, room: int, under: int) -> str:
    """Return a line to a node of a later column, below what is in the middle where it passes it.

    It runs straight beside the labels of its own column, which are `room` wide.
    """
    begin, end = one.x + (EDGE if one.left else LABEL + one.width), two.x - EDGE
    start = begin if one.left else one.x + LABEL + room
    straight = f"M{begin} {one.y}" + (f"H{start}" if start > begin else "")
    if not under:
        bend = (start + end) // 2
        return f"{straight}C{bend} {one.y} {bend} {two.y} {end} {two.y}"
    first, last = start + 80, end - 60
    return (
        f"{straight}C{first} {one.y} {first} {under} {first + 90} {under}"
        f"L{last - 36} {under}C{last} {under} {last} {two.y} {end} {two.y}"
    )


def _rows(refs: Sequence[Ref], edges: Edges) -> Iterator[GraphRow]:
    """Yield the nodes with what they link to and what links to them."""
    links: dict[int, list[Ref]] = {}
    linked: dict[int, list[Ref]] = {}
    for start, end in sorted(edges):
        links.setdefault(start, []).append(refs[end])
        linked.setdefault(end, []).append(refs[start])
    for at, ref in enumerate(refs):
        yield GraphRow(ref, tuple(links.get(at, ())), tuple(linked.get(at, ())))
