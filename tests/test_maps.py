"""The map of a hub: what is on it, where, and that it is always the same."""

import json
import re

import pytest

from nexusgen.pages.map import count_edges, draw_circle, label_of, strongest_edges
from nexusgen.pages.views import Ref

DOTS = [Ref(f"Title {number}", f"n/{number}/", "note", "Note", "ring") for number in range(8)]


def test_nodes_stand_in_a_circle_with_room_for_their_labels():
    view = draw_circle(DOTS, {(0, 4): 1})

    assert [node.dot for node in view.nodes] == DOTS
    assert len({(node.x, node.y) for node in view.nodes}) == 8
    assert {round((node.x**2 + node.y**2) ** 0.5) for node in view.nodes} == {120}
    assert [node.flipped for node in view.nodes] == [False] * 4 + [True] * 4
    left, top, width, height = view.box
    assert (left, top) == (-width / 2, -height / 2)
    assert width / 2 > 120 + len("Title 0") * 6


@pytest.mark.parametrize("number", [2, 60, 600])
def test_labels_never_touch(number):
    view = draw_circle([Ref(str(place), "", size=place % 3) for place in range(number)], {})

    pairs = zip(view.nodes, view.nodes[1:], strict=False)
    near = [((one.x - two.x) ** 2 + (one.y - two.y) ** 2) ** 0.5 for one, two in pairs]
    assert min(near) > 24


def test_edges_run_between_their_nodes_and_are_thicker_for_more_links():
    view = draw_circle(DOTS, {(0, 1): 1, (2, 3): 8})

    first, second = view.edges
    assert (
        first.path
        == f"M{view.nodes[0].x} {view.nodes[0].y}Q0 0 {view.nodes[1].x} {view.nodes[1].y}"
    )
    assert (first.start, first.end, first.width, second.width) == (0, 1, 1, 2)


def test_edges_are_counted_and_the_strongest_kept():
    edges = count_edges([(0, 1), (1, 0), (0, 1), (2, 2), (1, 2)])

    assert edges == {(0, 1): 2, (1, 0): 1, (1, 2): 1}
    assert strongest_edges(edges, 5) == {(0, 1): 3, (1, 2): 1}
    assert strongest_edges(edges, 1) == {(0, 1): 3}


def test_long_titles_are_cut():
    assert label_of("word " * 20) == "word word word word word word…"


def hub(site, number):
    site.settings()
    for place in range(number):
        folder = "notes" if place % 2 else "concepts"
        site.note(f"{folder}/n{place}.md", f"See [[n{(place + 1) % number}]].", title=f"No {place}")
    return site.note("concepts/hush.md", "[[n0]]", title="Hush", draft="true")


def nodes(page):
    return re.findall(r'<a href="([^"]*)" aria-label="([^"]*)"', page)


def test_the_graph_page_shows_each_entry_as_a_link_by_kind_and_the_same_as_a_table(site):
    page = hub(site, 6).build().output("graph/index.html")

    assert nodes(page) == [
        *((f"../concepts/n{place}/", f"No {place}, Concept") for place in (0, 2, 4)),
        *((f"../notes/n{place}/", f"No {place}, Note") for place in (1, 3, 5)),
    ]
    assert page.count("data-start") == 6
    assert page.count("<tr>") == 1 + 6
    assert "6 entries and 6 links" in page
    assert "style=" not in page
    assert "Hush" not in page


def test_the_graph_page_of_many_entries_shows_sections(site):
    page = hub(site, 62).build().output("graph/index.html")

    assert nodes(page) == [
        ("../concepts/", "Concepts, Concept, 31"),
        ("../notes/", "Notes, Note, 31"),
    ]
    assert page.count("data-start") == 1


def test_an_entry_alone_has_no_map_and_a_hub_of_one_no_graph(site):
    site.settings().note("notes/a.md", "[x](../graph/)").build(keep_going=True)

    assert "data-map" not in site.output("notes/a/index.html")
    assert "graph/index.html" not in site.tree()
    assert site.codes == ["link.broken"]


def test_a_map_changes_only_with_what_is_on_it(site):
    hub(site, 5).build()

    site.note("notes/n1.md", "Other words, see [[n2]].", title="No 1").build()

    assert "graph/index.html" not in site.written
    assert "concepts/n4/index.html" not in site.written


def test_previews_say_what_each_page_of_a_folder_is(site):
    site.settings().note("notes/a.md", "First <b> words.", title="A & B").note("page.md").build()

    assert json.loads(site.output("notes/previews.json")) == {
        "a": ["A & B", "Note", "First words."]
    }
    assert list(json.loads(site.output("previews.json"))) == ["page"]


def test_hub_of_nothing_but_pages_of_folders_has_no_map(site):
    site.settings().write("content/index.md", "Home.\n").write("content/notes/index.md", "Notes.\n")

    site.build()

    assert site.codes == []
    assert not any("graph/" in path for path in site.tree())
    assert "graph/" not in site.output("index.html")
