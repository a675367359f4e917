"""Ways through many notes: the sections beside a page, titles by letter, the tree, what is new."""

import re

import pytest

from nexusgen.content.entries import MAX_HOME_LINKS
from nexusgen.pages.context import variable
from nexusgen.pages.graph import CONTENTS
from nexusgen.pages.home import MIN_ENTRIES, MIN_SECTIONS
from nexusgen.pages.meta import MAX_AROUND, MAX_BESIDE, MAX_NEAR
from nexusgen.pages.views import Card, Item, Listing


def links(html, name):
    """Return the texts of the links in the `nav` with a label."""
    nav = html.partition(f'aria-label="{name}"')[2].partition("</nav>")[0]
    return re.findall(r"<a[^>]*>(.*?)</a>", nav)


def by_letter(*names):
    cards = tuple(Card(name, name, "note", "Note", "Notes", "ring") for name in names)
    items = tuple(Item(variable(card)) for card in cards)
    return Listing("index", len(names), items).letters


def test_titles_in_order_stand_under_their_letters():
    found = by_letter("2 things", "«Apples»", "avocado", "Élan", "Über", "zebra")

    assert [(one.letter, one.id, [item.card.title for item in one.items]) for one in found] == [
        ("#", "Letter-other", ["2 things"]),
        ("A", "Letter-a", ["«Apples»", "avocado"]),
        ("E", "Letter-e", ["Élan"]),
        ("U", "Letter-u", ["Über"]),
        ("Z", "Letter-z", ["zebra"]),
    ]


@pytest.mark.parametrize(
    "names",
    [
        ["b", "a", "d", "c"],  # newest first, not by title
        ["a", "b", "c"],  # nothing to jump to
        ["あ", "い", "う", "え"],  # no capitals
        ["a", "أ", "ب", "ت", "ث"],
        [],
    ],
)
def test_titles_in_another_order_or_script_stand_under_none(names):
    (only,) = by_letter(*names)

    assert (only.letter, only.id, len(only.items)) == ("", "", len(names))


def test_titles_of_scripts_without_capitals_stand_behind_the_letters():
    found = by_letter("???", "~bin", ".C", "Éa", "Яма", "أب", "შენ", "日本")

    assert [(one.letter, one.id, len(one.items)) for one in found] == [
        ("#", "Letter-other", 1),
        ("B", "Letter-b", 1),
        ("C", "Letter-c", 1),
        ("E", "Letter-e", 1),
        ("Я", "Letter-я", 1),
        ("…", "Letter-more", 3),
    ]


def test_a_long_section_is_an_index_of_titles(site):
    for number in range(61):
        site.note(f"notes/n{number}.md", "A text.", title=f"{chr(65 + number % 26)} {number}")
    page = site.build().output("notes/index.html")

    assert page.count("<li><a") >= 61
    assert links(page, "Letters") == [chr(65 + number) for number in range(26)]
    assert "A text." not in page.partition("<main")[2]
    assert 'id="Letter-a"' in page


OWN = """\
{% extends "base.html" %}{% block main %}
{% for item in listing.items %}[{{ item.card.title }}|{{ item.card.plural }}|{{ item.card.summary }}]{% endfor %}
{% for letter in listing.letters %}{{ letter.letter }}={{ letter.items | length }};{% endfor %}
{% endblock %}
"""


@pytest.mark.parametrize(("limit", "summary"), [(3, ""), (4, "A text.")])
def test_a_template_reads_a_listing_of_any_length_in_one_way(site, limit, summary):
    site.write("templates/section.html", OWN).settings(f"titles_above: {limit}")
    for title in ("Alpha", "Beta", "Gamma", "Delta"):
        site.note(f"notes/{title}.md", "A text.", title=title)
    page = site.build().output("notes/index.html")

    for title in ("Alpha", "Beta", "Gamma", "Delta"):
        assert f"[{title}|Notes|{summary}]" in page
    assert "A=1;B=1;D=1;G=1;" in page


def test_a_note_shows_the_sections_beside_its_own_and_the_entries_around_it(site):
    for number in range(30):
        site.note(f"s{number:02}/only.md", title=f"Only {number}")
    for number in range(20):
        site.note(f"s15/n{number:02}.md", title=f"Note {number:02}")
    page = site.build().output("s15/n10/index.html")

    found = links(page, "Sections")

    around = [f"Note {at:02}" for at in range(10 - MAX_AROUND, 11 + MAX_AROUND)]
    assert [one for one in found if one.startswith("Note")] == around
    beside = [f"S{at:02}" for at in range(15 - MAX_NEAR, 16 + MAX_NEAR)]
    assert [one for one in found if one.startswith("S")] == beside
    assert found[-1] == "All sections"


def test_a_rail_shows_as_many_sections_at_the_end_as_in_the_middle(site):
    for name in "abcde":
        site.note(f"{name}/only.md", title=f"Only {name}").note(f"{name}/z.md", title="Z")
    site.build()

    for name in "abcde":
        found = links(site.output(f"{name}/only/index.html"), "Sections")
        assert [one for one in found if len(one) == 1 and one != "Z"] == list("ABCDE")


def test_a_section_shows_its_neighbours_with_their_counts(site):
    for name in ("a", "b", "c"):
        site.note(f"{name}/one.md").note(f"{name}/two.md")
    found = links(site.build().output("b/index.html"), "Sections")

    assert found[:3] == [f'{name}<span class="mono">2</span>' for name in "ABC"]


def test_the_page_of_a_section_shows_more_of_its_neighbours(site):
    for number in range(30):
        site.note(f"s{number:02}/only.md")
    found = links(site.build().output("s15/index.html"), "Sections")

    assert len(found) == 2 * MAX_BESIDE + 2


def test_sections_are_in_the_order_of_their_names(site):
    for name in ("10 ends", "9 more", "Zoo", "a-b", "a/c", "École"):
        site.note(f"{name}/one.md").note(f"{name}/two.md")
    found = links(site.build().output("zoo/index.html"), "Sections")

    names = [one.partition("<")[0] for one in found]
    assert names[:6] == ["9 more", "10 ends", "A", "A b", "École", "Zoo"]


def test_a_new_note_leaves_the_pages_of_other_sections_alone(site):
    for name in ("a", "b", "c"):
        for number in range(12):
            site.note(f"{name}/n{number:02}.md", title=f"{name} {number:02}")
    site.build()

    site.note("b/n06x.md", title="b 06 x").build()

    assert not [path for path in site.written if re.match(r"[ac]/n", path)]
    assert (
        len([path for path in site.written if re.match(r"b/n.*html", path)]) <= 2 * MAX_AROUND + 1
    )


def test_few_sections_and_those_of_the_header_have_no_rail(site):
    site.note("a/one.md").note("b/two.md").note("technologies/three.md").build()

    for page in ("a/one", "a", "technologies/three", "technologies"):
        assert 'aria-label="Sections"' not in site.output(f"{page}/index.html")


def test_the_tree_holds_every_section_and_entry_but_no_draft(site):
    site.note("a/one.md").note("a/b/two.md").note("c/three.md").note("loose.md")
    site.note("c/secret.md", draft=True)
    page = site.build().output("map/index.html").partition("<main")[2].partition("</main")[0]

    for url in ("a/", "a/b/", "c/", "a/one/", "a/b/two/", "c/three/", "loose/"):
        assert f'href="../{url}"' in page
    assert "secret" not in page.lower()
    assert page.index("a/b/two/") > page.index("a/one/")


def test_what_is_new_has_a_page_where_dates_differ(site):
    site.note("notes/a.md", date="2024-01-02").note("notes/b.md", date="2024-01-02").build()
    assert "recent/index.html" not in site.tree()

    site.note("notes/c.md", date="2024-03-04").build()

    page = site.output("recent/index.html").partition("<main")[2]
    assert page.index("notes/c/") < page.index("notes/a/")


@pytest.fixture
def garden(site):
    """Return a hub of many sections, with a README that lists more than a home can hold."""
    for section in range(MIN_SECTIONS):
        for number in range(section + 1):
            goal = "" if section else "[[s5/n2]] [[s4/n0]]"
            site.note(f"s{section}/n{number}.md", goal, title=f"Note {section}.{number}")
    site.note("s1/other.md", "[[s5/n2]]", title="Other")
    return site.write("content/README.md", f"# My notes\n\nWhat I learn.\n\n{listed()}")


def test_the_home_of_a_folder_of_notes_shows_what_is_in_it(garden):
    page = garden.build().output("index.html").partition("<main")[2].partition("</main")[0]

    assert "What I learn." in page
    assert "23 notes · 6 sections" in page.replace("\n", " ")
    largest = re.findall(r"<h3><a[^>]*>(.*?)</a>", page)
    assert largest == ["S5", "S4", "S3", "S1", "S2", "S0"]
    starts = page.partition('id="Starts"')[2].partition("</section>")[0]
    assert re.findall(r"<li><a[^>]*>(.*?)</a>", starts) == ["Note 5.2"]
    assert page.count("<li") < MAX_HOME_LINKS
    assert 'href="./readme/"' in page
    garden.write("content/README.md", f"# My notes\n\nWhole. {'Words ' * 60}\n\n{listed()}").build()
    assert '<p class="lede">Whole.</p>' in garden.output("index.html")


def listed():
    return "".join(f"- [N](s5/n{number % 6}.md#x)\n" for number in range(MAX_HOME_LINKS + 1))


def test_a_folder_of_many_notes_in_few_sections_has_that_home_too(site):
    for number in range(MIN_ENTRIES // 2):
        site.note(f"a/n{number}.md").note(f"b/n{number}.md")
    home = site.build().output("index.html")

    assert home.count('class="shelf"') == 2
    assert "Search everything" in home
    assert "Largest sections" not in home, "all are there"
    assert 'class="shelf"' not in site.remove("content/a/n0.md").build().output("index.html")


def test_a_readme_that_lists_too_much_is_a_page_of_its_own(garden):
    garden.note("s0/back.md", "[c](../README.md#my-notes)").build()

    assert garden.output("readme/index.html").count("<li") > MAX_HOME_LINKS
    assert 'href="../../readme/' in garden.output("s0/back/index.html")
    garden.write("content/README.md", "# My notes\n\nShort.").build()
    assert "readme/index.html" not in garden.tree()
    assert "Short." in garden.output("index.html")


def test_tables_of_contents_begin_nothing_and_draw_no_lines(garden):
    for number in range(CONTENTS + 1):
        garden.note(f"s0/more{number}.md", title=f"More {number}")
    listed = "".join(f"- [N](s0/more{number}.md)\n" for number in range(CONTENTS + 1))
    garden.write("content/README.md", f"# My notes\n\nWhat I learn.\n\n{listed}").build()

    assert (
        "My notes"
        not in garden.output("graph/index.html").partition("<main")[2].partition("<footer")[0]
    )
    assert "More" not in garden.output("index.html").partition('id="Starts"')[2]


def test_a_section_of_few_notes_shows_the_folders_in_it_on_the_home(site):
    for number in range(MIN_ENTRIES):
        site.note(f"a/f{number % 5}/n{number}.md").note(f"b/n{number}.md")
    site.note("a/own.md")
    shelves = site.build().output("index.html").split('class="shelf"')[1:]
    shown = [
        re.findall(r"<li><a[^>]*>(.*?)</a>", shelf.partition("</div>")[0]) for shelf in shelves
    ]

    assert shown == [["F0", "F1", "F2", "Own"], ["N0", "N10", "N20", "N30"]]


def test_a_hub_of_kinds_or_about_an_author_has_another_home(garden):
    garden.note("technologies/django.md").build()
    assert 'class="shelf"' not in garden.output("index.html")

    garden.remove("content/technologies").settings("title: Hub\nauthor: {name: Ada}\n").build()
    assert 'class="shelf"' not in garden.output("index.html")


def test_an_author_may_have_a_page_of_that_name(site):
    site.note("map.md", "Mine.").note("a/x.md").note("b/y.md").note("c/z.md").build()

    assert "Mine." in site.output("map/index.html")


def test_a_section_has_one_name_in_the_header_on_the_way_to_an_entry_and_above_its_title(site):
    site.settings().note("technologies/index.md", title="Key Tools")
    site.note("technologies/redis.md", title="Redis").note("notes/one.md", title="One").build()
    entry, section = (
        site.output("technologies/redis/index.html"),
        site.output("technologies/index.html"),
    )

    assert 'technologies/"' in entry.partition('class="crumbs"')[2].partition("</nav>")[0]
    assert ">Technologies</a></li></ol></nav>" in entry
    assert '<p class="crumbs">Technologies</p>' in section
    assert '<h1 dir="auto">Key Tools</h1>' in section
    assert '<p class="crumbs">' not in site.output("notes/index.html")


def test_the_timeline_names_each_month_on_all_its_pages(site):
    site.settings("page_size: 3\n")
    for day in range(1, 6):
        site.note(f"notes/n{day}.md", title=f"N{day}", date=f"2024-05-0{day}")
    site.note("notes/old.md", title="Old", date="2023-12-01").build()
    pages = [site.output(f"timeline/{page}index.html") for page in ("", "page/2/")]

    assert [page.count('<h3 class="month">May</h3>') for page in pages] == [1, 1]
    assert '<h3 class="month">December</h3>' in pages[1]
    assert sum(page.partition("<main")[2].count('class="what"') for page in pages) == 6


@pytest.mark.parametrize(
    ("language", "months"),
    [("en", ("January", "May")), ("pl", ("Styczeń", "Maj")), ("ru", ("Январь", "Май")), ("ja", ("1月", "5月")),
     ("he", ("ינואר", "מאי")), ("de", ("Januar", "Mai")), ("fr", ("Janvier", "Mai")), ("ko", ("January", "May"))],
)  # fmt: skip
def test_months_are_called_as_they_stand_alone(site, language, months):
    site.settings(f"language: {language}\n")
    site.note("notes/a.md", title="A", date="2024-01-02").note(
        "notes/b.md", title="B", date="2024-05-02"
    )
    page = site.build().output("timeline/index.html")

    assert tuple(re.findall(r'class="month">([^ <]+)<', page)) == months[::-1]


def test_the_menu_of_a_phone_leads_where_the_footer_does(site):
    site.settings().note("notes/a.md", title="A", tags="[x]", date="2024-01-02").build()
    page = site.output("index.html")
    menu, footer = (
        page.partition('<ul class="hand">')[2].partition("</ul>")[0],
        page.partition("<footer")[2],
    )

    assert re.findall(r'href="([^"]+)"', menu) == ["./timeline/", "./tags/"]
    assert all(f'href="{url}"' in footer for url in ("./timeline/", "./tags/"))


def test_tags_weigh_by_how_many_entries_have_them(site):
    site.settings()
    for number in range(7):
        tags = ["most"] + (["some"] if number < 4 else []) + (["one"] if not number else [])
        site.note(f"notes/n{number}.md", title=f"N{number}", tags=f"[{', '.join(tags)}]")
    page = site.build().output("tags/index.html")

    weights = dict(re.findall(r'<li class="w(\d)"><a href="\.\./tags/([a-z]+)/"', page))
    assert {name: int(weight) for weight, name in weights.items()} == {
        "most": 4,
        "some": 2,
        "one": 1,
    }
