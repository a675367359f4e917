"""The graph of a hub: what is on it, where, and that it is always the same."""

import re
from itertools import pairwise

import pytest

from nexusgen.pages.graph import LETTER, ROW, columns_of, count_edges, draw_graph, order_columns
from nexusgen.pages.views import GraphPart, Ref
from nexusgen.site.url_map import MAX_NODES


def refs(*kinds):
    return [
        Ref(f"Title {at}", f"n/{at}/", kind, kind.title(), "ring") for at, kind in enumerate(kinds)
    ]


def drawn(found, edges):
    return draw_graph(found, GraphPart((), tuple((*pair, count) for pair, count in edges.items())))


def test_links_are_counted_between_numbers_and_never_within_one():
    linked = {"a": ["b", "c", "d"], "b": ["a"], "c": ["b", "gone"]}

    assert count_edges(linked, {"a": 0, "b": 1, "c": 1}) == {(0, 1): 2, (1, 0): 1}


def test_kinds_stand_where_the_fewest_links_cross_or_stay():
    found = refs("technology", "challenge", "concept", "practice", "technology", "challenge")
    edges = {(1, 0): 1, (5, 4): 1, (5, 2): 1, (3, 5): 1}

    assert columns_of(found, edges) == [[0, 4], [1, 5], [2, 3]]


def test_kinds_without_links_and_a_single_kind_have_columns_too():
    assert columns_of(refs("note", "note", "note"), {(0, 1): 1}) == [[0, 1, 2]]
    assert sorted(
        at for column in columns_of(refs(*"abcdefghijkl"), {(0, 1): 1}) for at in column
    ) == [*range(12)]


def test_linked_nodes_come_first_near_those_they_are_linked_with():
    assert order_columns([[0, 1, 2], [3, 4, 5]], {(0, 5): 1, (2, 4): 1}) == [[0, 2, 1], [5, 4, 3]]


def test_lone_nodes_stand_apart_and_are_marked():
    view = drawn(refs("a", "a", "b", "b"), {(0, 2): 1})

    assert [node.lone for node in view.nodes] == [False, True, False, True]
    assert view.nodes[1].y - view.nodes[0].y == 2 * ROW
    assert view.nodes[0].shape != view.nodes[1].shape  # a ring is hollow where it stands alone


@pytest.mark.parametrize("number", [2, 7, MAX_NODES])
def test_targets_never_overlap(number):
    found = refs(*(f"kind{at % 5}" for at in range(number)))
    view = drawn(found, {(at, (at * 7 + 1) % number): 1 for at in range(number)})

    columns = {
        x: sorted(node.y for node in view.nodes if node.x == x)
        for x in {node.x for node in view.nodes}
    }
    assert sum(map(len, columns.values())) == number
    assert all(two - one >= ROW for ys in columns.values() for one, two in pairwise(ys))


def test_accessible_names_begin_with_what_is_seen():
    long = Ref("A title that is much longer than what there is room for", "x/", "note", "Note")
    view = drawn([long, Ref("目次" * 30, "y/", "note", "Note")], {(0, 1): 1})

    for node in view.nodes:
        assert node.name.startswith(node.label)
        assert node.ref.title in node.name
    assert len(view.nodes[1].label) > 20


def test_a_line_is_thicker_for_more_links_and_one_for_both_directions():
    view = drawn(refs("a", "a", "b"), {(0, 1): 1, (1, 0): 3, (1, 2): 1})

    assert [edge.width for edge in view.edges] == [2.4, 1.4]
    assert view.links == 5


def test_labels_stay_within_the_drawing():
    found = [Ref("M" * 50, f"{kind}/", kind, kind * 40, "ring", 10) for kind in "abc"]
    view = drawn(found, {(0, 1): 1, (1, 2): 1})

    assert len(view.columns) == 3
    assert min(node.x - 20 - node.width for node in view.nodes if node.left) >= 0
    assert max(node.x + 20 + node.width for node in view.nodes if not node.left) <= 1000
    assert all(len(one.title) * LETTER <= max(one.x, 1000 - one.x) for one in view.columns)


def test_lines_stay_within_the_drawing():
    kinds = ["a"] * 20 + ["b"] * 20 + ["c"] * 19
    edges = {(at, at + 20): 1 for at in range(20)} | {(at, at + 40): 1 for at in range(19)}
    for found in (drawn(refs(*kinds), edges), drawn(refs(*["a"] * 59), {(0, 58): 9})):
        for edge in found.edges:
            (x1, _), *bends, (x2, y2) = [
                (float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", edge.path)
            ]
            assert max(x1, x2) + 0.75 * (max(x for x, _ in bends) - max(x1, x2)) <= 1000
            assert y2 <= found.height


def test_the_table_holds_every_link_in_both_directions():
    found = refs("a", "b")
    view = drawn(found, {(0, 1): 2})

    assert [(row.links, row.linked) for row in view.rows] == [((found[1],), ()), ((), (found[0],))]


def test_a_hub_without_links_has_no_graph(site):
    site.note("notes/a.md").note("notes/b.md").build()
    assert "graph/index.html" not in site.tree()
    assert "graph/" not in site.output("notes/b/index.html").partition("<footer")[2]

    site.note("notes/a.md", "[[b]]").build()
    assert "graph/index.html" in site.tree()
    assert "graph/" in site.output("notes/b/index.html").partition("<footer")[2]


def test_a_large_hub_shows_sections_and_leaves_out_the_links_of_tables_of_contents(site):
    for number in range(MAX_NODES + 1):
        site.note(f"one/n{number}.md", "[[two/last]]" if number == 3 else "")
    site.note("two/last.md").note("three/index.md", "[[two/last]]").build()

    page = site.output("graph/index.html")

    assert ">One · 61<" in page
    assert ">Two · 1<" in page
    assert 'href="../graph/one/"' in page
    assert "Three" not in page.partition("<main")[2].partition("</main")[0]


def test_notes_about_tags_stand_with_what_is_in_no_folder(site):
    for number in range(MAX_NODES + 1):
        site.note(f"one/n{number}.md", "[[two/last]]" if number == 3 else "", tags="[api]")
    site.note("two/last.md").note("tags/api.md", "[[two/last]]").build()

    assert site.problems == ()
    table = site.output("graph/two/index.html").partition("<table")[2].partition("</table")[0]
    assert 'href="../../tags/api/"' in table


def test_a_large_hub_in_one_folder_shows_its_most_linked_entries(site):
    for number in range(MAX_NODES + 9):
        site.note(f"n{number}.md", f"[[n{number // 2}]]" if number else "", title=f"N {number}")
    site.build()

    page = site.output("graph/index.html").partition("<main")[2]

    assert ">N 1<" in page
    assert f"{MAX_NODES} of {MAX_NODES + 9} entries." in page
    assert page.count("<text ") == MAX_NODES + 1  # and the name of the column


def test_each_section_of_a_large_hub_that_links_to_others_has_a_graph_of_its_own(site):
    for number in range(MAX_NODES):
        site.note(f"one/n{number}.md", "[[n7]] [[last]]" if number == 3 else "", title=f"N{number}")
    site.note("two/last.md").note("two/other.md", "[[last]]").note("three/a.md", "[[b]]")
    site.note("three/b.md").build()

    one = site.output("graph/one/index.html").partition("<main")[2].partition("<footer")[0]
    assert re.findall(r"<h1[^>]*>(.*?)<", one) == ["Graph: One"]
    assert {">N3<", ">N7<", ">Last<"} <= set(re.findall(r">[^<]+<", one))
    assert ">N4<" not in one
    assert ">Other<" not in one
    assert ">2 links · 3 entries." in one
    assert 'href="../../one/"' in one

    assert ">Other<" in site.output("graph/two/index.html")
    assert "graph/three/index.html" not in site.tree()

    site.note("three/a.md", "[[other]]").build()
    assert ">Other<" in site.output("graph/three/index.html")
