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


BLOCKS = """# Sea

The tide comes twice a day. ^tide

1. low water
2. high water
   - spring tide ^spring
   - neap tide

> Time and tide
> wait for none.

^saying

| port | range |
| - | - |
| Saint-Malo | 12 m |

^ranges

```sh
tide --today
```

^how

10 ^2 waves, and so on: 10 ^2
"""


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("tide", "<p>The tide comes twice a day.</p>"),
        ("spring", "<ul><li>spring tide</li></ul>"),
        ("saying", "Time and tide"),
        ("ranges", "Saint-Malo"),
        ("how", "--today"),
    ],
)
def test_a_block_is_shown_alone_by_its_name(site, name, shown):
    site.settings().note("n/sea.md", BLOCKS, title="Sea")
    site.note("n/a.md", f"X\n\n![[sea#^{name}]]\n\n[[sea#^{name}|there]]").build()

    page = site.output("n/a/index.html").partition('<div class="embed">')[2]
    part = page.partition("</div>\n<p>")[0]
    assert site.codes == []
    assert shown in part
    assert (
        len(
            {"twice", "spring", "Time", "Saint", "--today"}
            - {*re.findall("--today|[A-Za-z]+", part)}
        )
        == 4
    )
    assert f"sea/#%5E{name}" in page
    assert f'id="^{name}"' in site.output("n/sea/index.html")
    assert f">^{name}" not in site.output("n/sea/index.html")


def test_what_only_looks_like_the_name_of_a_block_stays(site):
    site.settings().note("n/sea.md", BLOCKS, title="Sea").build()

    assert "and so on: 10 ^2</p>" in site.output("n/sea/index.html")


def test_a_block_that_is_not_there_is_told_and_shows_nothing_else(site):
    site.settings("checks: {link.anchor: warn}")
    site.note("n/sea.md", BLOCKS, title="Sea").note("n/a.md", "X\n\n![[sea#^nope]]").build()

    assert site.codes == ["link.anchor"]
    assert "twice" not in site.output("n/a/index.html")


def test_a_section_of_its_own_is_a_circle_only_where_it_holds_the_embed(site):
    text = "## Wash\n\nSoap first.\n\n## Again\n\n![[#Wash]]\n\n![[b#Wash]]\n"
    site.settings("checks: {embed.cycle: warn}")
    site.note("n/a.md", text).note("n/b.md", f"{text}\n## More\n\n![[#More]]").build()

    assert site.output("n/a/index.html").count("<p>Soap first.</p>") == 3
    assert site.codes == ["embed.cycle"]
