"""Entries within entries: what is shown, what is not, and circles."""

import re

import pytest

from nexusgen.site.embeds import as_guest, cut_section, find_cycles
from tests.linked import link

PAGE = (
    '<h2 id="a">A</h2><p>1</p><h3 id="b">B</h3><p>2</p><blockquote><h2 id="q">Q</h2><p>3</p>'
    '</blockquote><h3 id="c">C</h3><p>4</p><h2 id="d">D</h2><p>5</p>'
)


@pytest.mark.parametrize(
    ("anchor", "texts"),
    [("", "A1B2Q3C4D5"), ("a", "A1B2Q3C4"), ("b", "B2Q3"), ("q", "Q3"), ("d", "D5"), ("x", "")],
)
def test_a_section_ends_before_the_next_heading_of_its_level(anchor, texts):
    assert re.sub("<[^>]*>", "", cut_section(PAGE, anchor)) == texts


def test_a_section_holds_no_half_of_what_is_around_it():
    assert cut_section(PAGE, "q") == '<h2 id="q">Q</h2><p>3</p>'


def test_a_guest_has_no_ids_no_headings_and_its_local_links_lead_home():
    html = '<h2 id="a" class="x">A</h2><p><a href="#a">up</a> id="a" <br></p>'

    assert as_guest(html, "../b/") == (
        '<p class="embed-heading">A</p><p><a href="../b/#a">up</a> id="a" <br></p>'
    )


@pytest.mark.parametrize(
    ("embeds", "cycles"),
    [
        ({"a": ["b", "c"], "b": ["c"], "c": []}, []),
        ({"a": ["a"]}, [("a", "a")]),
        ({"a": ["b"], "b": ["c"], "c": ["b"]}, [("b", "c", "b")]),
        ({"a": ["b"], "b": ["a", "c"], "c": ["a"]}, [("a", "b", "a"), ("a", "b", "c", "a")]),
    ],
)
def test_cycles_are_found_once(embeds, cycles):
    assert list(find_cycles(embeds)) == cycles


def test_a_ladder_of_embeds_takes_no_time():
    ladder = {str(step): [str(step + 1), str(step + 1)] for step in range(5000)}

    assert list(find_cycles(ladder)) == []


def test_a_circle_of_embeds_is_a_problem_that_names_the_chain():
    linked = link({"n/a.md": "# Ann\n\n![[b]]\n", "n/b.md": "# Bob\n\nX\n\n![[c]]\n",
                   "n/c.md": "# Cid\n\n![[a#Ann]]\n"})  # fmt: skip

    assert "\n".join(linked.problems).count("embed.cycle") == 1
    assert linked.problems[-1] == (
        "content/n/c.md:3:1: error embed.cycle entries embed each other in a circle: "
        "Ann → Bob → Cid → Ann (link to the entry instead of embedding it)"
    )


def test_an_embedded_section_is_shown_with_a_link_to_its_source(site):
    site.settings().note("n/a.md", "![[b#Part]]").note(
        "n/b.md", "Before\n\n## Part\n\nSee [c](c.md), [up](#part)\n\n## Rest\n\nAfter", title="Bee"
    ).note("n/c.md").build()

    page = site.output("n/a/index.html")
    assert site.codes == []
    assert '<a href="../../n/b/#part">Bee › Part</a>' in page
    assert 'See <a href="../../n/c/" data-kind="note">c</a>' in page
    assert 'id="part"' not in page
    assert "Before" not in page.partition("<main")[2].partition("</article>")[0]
    assert "After" not in page


def test_a_page_changes_with_what_it_embeds(site):
    site.settings().note("n/a.md", "![[b]]").note("n/b.md", "Old words").build()

    site.note("n/b.md", "New words").build()

    assert "n/a/index.html" in site.written
    assert "New words" in site.output("n/a/index.html")


def test_a_circle_of_embeds_ends_in_a_link(site):
    site.write("n/a.md", "One\n\n![[b]]\n").write("n/b.md", "Two\n\n![[a]]\n").build()

    page = site.output("n/a/index.html").partition("<main")[2]
    assert site.codes == ["embed.cycle"]
    assert page.count("One") == page.count("Two") == 1
    assert '<p><a href="../../n/a/" data-kind="note">A</a></p>' in page
