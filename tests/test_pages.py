"""Which pages a hub has, what they show, and what makes one be rendered again."""

import json
import re
import shutil
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from tests.conftest import ROOT

HUB = Path(__file__).parent / "browser" / "hub"
BASE = "https://example.org/hub/"
HOSTILE = "</script><img src=x onerror=alert(1)>\"'&{{ 7 * 7 }}"


class PageReader(HTMLParser):
    """Reads out of a page what tests ask for."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.names = [], [], {}
        self.title = self.json = ""
        self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.inside = found.get("type", tag)
        self.links += [found[name] for name in ("href", "src") if name in found]
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "meta" and "content" in found:
            self.names[found.get("name") or found.get("property")] = found["content"]
        if tag == "link" and found["rel"] == "canonical":
            self.names["canonical"] = found["href"]

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside == "title":
            self.title += data
        if self.inside == "application/ld+json":
            self.json += data


@pytest.fixture
def example(site):
    """Return the hub that the browser tests look at, built."""
    shutil.copytree(HUB / "content", site.root / "content")
    return site.build()


def pages_of(site):
    """Return every page but redirects, by path."""
    return {
        path: PageReader(data.decode())
        for path, data in site.tree().items()
        if path.endswith(".html") and b'http-equiv="refresh"' not in data
    }


def changed(before, after):
    """Return the paths of the outputs whose keys differ, less the files of the search index."""
    paths = {
        path
        for path in before.outputs.keys() | after.outputs.keys()
        if not path.startswith("assets/search/")
    }
    return {
        path
        for path in paths
        if path not in before.outputs
        or path not in after.outputs
        or before.outputs[path].key != after.outputs[path].key
    }


def test_every_link_and_anchor_leads_somewhere(example):
    tree = example.tree()
    ids = {path: set(page.ids) for path, page in pages_of(example).items()}
    for path, page in pages_of(example).items():
        for link in page.links:
            url = urlsplit(urljoin(BASE + path.removesuffix("index.html"), link))
            if not url.geturl().startswith(BASE):
                continue
            target = unquote(url.geturl().removeprefix(BASE).partition("#")[0])
            target += "index.html" if target.endswith("/") or not target else ""
            assert target in tree, (path, link)
            assert not url.fragment or unquote(url.fragment) in ids[target], (path, link)


def test_fields_that_lead_to_an_entry_are_named_on_its_page(site):
    fields = "about: {type: references, label: About}, speakers: {type: references}"
    site.settings(f"kinds:\n  talk: {{plural: Talks, folder: talks, fields: {{{fields}}}}}\n"
                  "  note: {open: true}")  # fmt: skip
    site.note("technologies/celery.md", title="Celery")
    site.note("talks/a.md", "See [[Celery]].", title="A", about="[Celery]", uses="[Celery]")
    site.note("talks/b.md", title="B", about="[Celery]", speakers="[Celery]")
    site.note("notes/n.md", title="N", made_by='"[[Celery]]"').build()

    shown = site.output("technologies/celery/index.html").partition(">Connected<")[2]
    parts = re.findall(r"<h3>(.*?)</h3>(.*?)</section>", shown, re.DOTALL)
    assert {title: re.findall(r'/">(\w+)</a>', part) for title, part in parts} == {
        "Talks that use Celery": ["A"],
        "Notes · Made by": ["N"],
        "Talks · About": ["A", "B"],
        "Talks · Speakers": ["B"],
        "Linked from": ["A"],
    }


def test_pages_of_folders_that_are_alike_name_the_one_above(site):
    for path in ("log/2023/01/a", "log/2024/01/b", "log/2024/02/c"):
        site.note(f"{path}.md")
    site.build()

    titles = {url: PageReader(site.output(f"log/{url}/index.html")).title.partition(" |")[0]
              for url in ("2023/01", "2024/01", "2024/02", "2024")}  # fmt: skip
    assert [*titles.values()] == ["2023 › 01", "2024 › 01", "02", "2024"]
    assert "<h1>01</h1>" in re.sub(r"<h1[^>]*>", "<h1>", site.output("log/2024/01/index.html"))

    site.root.joinpath("content/log/2023/01/a.md").unlink()
    site.build()
    assert "<title>01 |" in site.output("log/2024/01/index.html")


def test_properties_that_link_are_shown_as_connected(site):
    site.note("films.md").note("ridley.md", title="Ridley Scott")
    site.note(
        "b/run.md",
        categories='["[[Films]]"]',
        made_by='["[[Ridley Scott|him]]", "[[Gone]]"]',
        year="1982",
    )
    site.build()

    shown = site.output("b/run/index.html").partition(">Connected<")[2].partition("<footer")[0]
    assert re.findall(r"<h3>(.*?)</h3>", shown) == ["Categories", "Made by"]
    assert re.findall(r'href="([^"]*)">([^<]*)</a>', shown) == [
        ("../../films/", "Films"), ("../../ridley/", "him"),
    ]  # fmt: skip
    assert "1982" not in shown


def test_every_page_has_its_own_title_and_description(example):
    pages = pages_of(example)
    for field in ("title", "description"):
        values = Counter(
            page.title if field == "title" else page.names["description"] for page in pages.values()
        )
        assert {value: count for value, count in values.items() if count > 1} == {}
    lengths = {path: len(page.names["description"]) for path, page in pages.items()}
    assert {path: length for path, length in lengths.items() if not 0 < length <= 160} == {}


def test_what_links_show_of_a_page_is_what_leads_it_and_nothing_where_it_is_a_name_alone(site):
    site.settings("author: {name: Ada}").note("technologies/kafka.md", "", title="Kafka")
    told = {
        "problem": '"Billed [[Kafka|twice]].\\n\\nMore."',
        "solution": "A key.",
        "uses": "[Kafka]",
    }
    site.note("challenges/a.md", "Longer.", title="a", **told)
    site.note("challenges/b.md", "Longer.", title="b", **dict(reversed(told.items())))
    site.note("practices/p.md", "Longer.", title="P", rule="Test **first**.").build()

    shown = {path: page.names for path, page in pages_of(site).items()}
    of = {path[:-10]: names.get("description") for path, names in shown.items()}
    assert of["challenges/a/"] == of["challenges/b/"] == "Billed twice."
    assert of["practices/p/"] == "Test first."
    assert (of["technologies/kafka/"], of[""]) == (None, None)
    assert of["challenges/"] == "2 challenges: a, b"
    assert of["skills/"] == shown["skills/index.html"]["og:title"] + ": Kafka"
    assert shown["cv/index.html"]["og:title"] == "CV of Ada"


@pytest.mark.parametrize(("rule", "shown"), [
    ("Write **tests** first.", 0), ("Write `tests` first!", 0),
    ("Write [tests](https://e.eu) first.", 1), ("Write **tests** first, always.", 1),
])  # fmt: skip
def test_a_rule_that_says_no_more_than_the_title_is_shown_once(site, rule, shown):
    site.settings().note("practices/p.md", "", title="Write tests first", rule=f"'{rule}'").build()

    for page in ("", "practices/", "practices/p/"):
        main = site.output(f"{page}index.html").partition("<main")[2].partition("<footer")[0]
        text = re.sub("<[^>]*>", "", main.partition("</h1>")[2])
        assert text.count("Write tests first") == shown + (page != "practices/p/"), page
    assert "description" not in PageReader(site.output("practices/p/index.html")).names or shown


def test_every_page_names_its_address_and_how_to_show_it(example):
    for path, page in pages_of(example).items():
        url = BASE + path.removesuffix("index.html")
        assert page.names["canonical"] == page.names["og:url"] == url
        assert page.names["og:title"]
        assert page.names["og:description"] == page.names["description"]
        assert page.names["twitter:card"]


def test_structured_data_says_what_the_page_shows(example):
    pages = pages_of(example)
    graph = json.loads(pages["technologies/celery/index.html"].json)["@graph"]
    by_type = {item["@type"]: item for item in graph}
    article, trail = by_type["TechArticle"], by_type["BreadcrumbList"]["itemListElement"]
    assert article["headline"] == "Celery"
    assert (article["datePublished"], article["dateModified"]) == ("2025-01-12", "2025-09-12")
    assert article["author"]["@id"] == by_type["Person"]["@id"]
    assert [step["name"] for step in trail] == ["Home", "Technologies", "Celery"]
    assert trail[1]["item"] == BASE + "technologies/"
    about = {item["@type"]: item for item in json.loads(pages["about/index.html"].json)["@graph"]}
    assert about["ProfilePage"]["mainEntity"]["@id"] == about["Person"]["@id"]
    assert about["Person"]["sameAs"] == ["https://example.org/ada"]
    assert "PostgreSQL" in about["Person"]["knowsAbout"]
    assert article["@id"] == article["mainEntityOfPage"] + "#article"
    home = {item["@type"]: item for item in json.loads(pages["index.html"].json)["@graph"]}
    assert article["isPartOf"]["@id"] == home["WebSite"]["@id"]
    slow = json.loads(pages["challenges/slow-page/index.html"].json)["@graph"]
    (told,) = (item["about"] for item in slow if item["@type"] == "TechArticle")
    assert {"@type": "Thing", "name": "PostgreSQL"} in told


def test_an_entry_is_an_h_entry_with_its_tags_for_those_who_share_it(site):
    site.settings(f"base_url: {BASE}\nauthor: {{name: Ada}}\nlanguage: pt-BR\n")
    site.note("notes/a.md", title="A", summary="Short.", tags="[x, y z]", date="2025-01-01")
    page = site.note("b.md", title="B", date="2025-02-02").build().output("notes/a/index.html")
    for name in ("h-entry", "p-name", "p-summary", "e-content", "p-category", "dt-published"):
        assert re.search(rf'class="[^"]*\b{name}\b', page), name
    assert '<meta property="og:locale" content="pt_BR">' in page
    assert '<meta property="article:tag" content="y z">' in page
    assert f'<meta property="article:author" content="{BASE}about/">' in page
    assert 'class="k-about h-card"' in site.output("about/index.html")


def test_hostile_text_stays_text_everywhere(site):
    quoted = json.dumps(HOSTILE)
    site.settings(
        f"tagline: {quoted}\ndescription: {quoted}\nbase_url: {BASE}\nlicence: {quoted}\n"
        f"author: {{name: {quoted}, headline: {quoted}, bio: {quoted}}}\n"
    )
    site.note(
        "challenges/one.md", title=quoted, summary=quoted, tags=f"[{quoted}]", date="2025-01-01",
        status="growing", problem=json.dumps("`<img>`"), solution="Text",
    )  # fmt: skip
    site.note("technologies/two.md", "See [it](../challenges/one.md).", level=quoted)
    site.build()
    assert {one.path for one in site.problems} == {
        "content/site.yml"
    }  # `bio` is Markdown, with an image
    for path, data in site.tree().items():
        assert b"<img src=x" not in data or path.endswith(".json"), path
        assert b"{{ 7" in data or b"49" not in data, path
    for page in pages_of(site).values():
        json.loads(page.json)


def test_hub_without_entries_has_a_home_and_nothing_empty(site):
    site.settings("tagline: Soon").build()
    page = site.output("index.html")
    assert "<h2" not in page
    assert "<nav" not in page
    assert set(site.tree()) >= {"index.html", "404.html", "robots.txt", ".nojekyll"}
    assert not any(path.startswith(("tags", "timeline", "about")) for path in site.tree())


def test_hub_with_one_entry_shows_it(site):
    site.settings().note("technologies/django.md", summary="A web framework.").build()
    home = site.output("index.html")
    assert home.partition('class="defs"')[2].partition("</ul>")[0].count("<li>") == 1
    assert "A web framework." in home
    assert ">Concepts<" not in home
    assert "timeline" not in home


def test_long_section_goes_on_over_static_pages(site):
    site.settings("page_size: 3")
    for number in range(1, 8):
        site.note(f"notes/n{number}.md", title=f"Note {number}")
    site.build()
    pages = ["notes/index.html", "notes/page/2/index.html", "notes/page/3/index.html"]
    shown = [
        [number for number in range(1, 8) if f">Note {number}<" in site.output(path)]
        for path in pages
    ]
    assert shown == [[1, 2, 3], [4, 5, 6], [7]]
    assert 'rel="next" href="../page/2/"' not in site.output(pages[0])
    assert 'rel="next" href="../notes/page/2/"' in site.output(pages[0])
    assert 'rel="prev" href="../../../notes/"' in site.output(pages[1])
    assert "<title>Notes, page 2 | Hub</title>" in site.output(pages[1])


def test_tags_and_timeline_and_loose_pages_go_on_over_static_pages(site):
    site.settings("page_size: 2")
    for number in range(1, 6):
        site.note(f"p{number}.md", title=f"Page {number}", tags="[t]", date=f"202{number}-01-01")
    tree = site.build().tree()
    for path in ("page", "tags/t/page", "timeline/page"):
        assert {f"{path}/2/index.html", f"{path}/3/index.html"} <= set(tree)
        assert f"{path}/4/index.html" not in tree
    assert 'href="../timeline/page/2/#Y2022"' in site.output("timeline/index.html")


def test_folder_without_own_page_and_folder_within_folder_have_pages(site):
    site.settings().note("field-notes/deep/one.md", title="One").build()
    assert 'href="../field-notes/deep/"' in site.output("field-notes/index.html")
    assert '<h1 dir="auto">Field notes</h1>' in site.output("field-notes/index.html")
    crumbs = site.output("field-notes/deep/one/index.html").partition("Breadcrumb")[2]
    assert crumbs.index("Field notes") < crumbs.index("Deep") < crumbs.index("One")


def test_text_of_a_folder_opens_its_page(site):
    site.settings().note("notes/index.md", "About all of them.", title="My notes")
    site.note("notes/one.md", title="One").build()
    page = site.output("notes/index.html")
    assert "About all of them." in page
    assert '<h1 dir="auto">My notes</h1>' in page
    assert ">One</a>" in page


def test_many_folders_do_not_crowd_the_header(site):
    for number in range(9):
        site.note(f"folder{number}/one.md", title=f"Note {number}")
    site.settings().build()
    header = site.output("index.html").partition("</header>")[0]
    assert "Folder0" not in header
    assert 'href="./#Sections"' in header
    assert 'id="Sections"' in site.output("index.html")


def test_timeline_tells_what_was_written_and_what_was_revised(example):
    page = example.output("timeline/index.html")
    assert page.count("technologies/celery/") == 2
    assert page.count("Technology, revised") == 1
    assert page.index('id="Y2025"') < page.index('id="Y2024"')


@pytest.mark.parametrize(
    ("fields", "body", "headings"),
    [
        ({"problem": "P.", "cause": "C."}, "More.", ["Problem", "Cause", "In detail"]),
        ({"problem": "P.", "cause": "C."}, "## First\n\nMore.", ["Problem", "Cause", "First"]),
        ({"problem": "P.", "cause": "C."}, "### Low\n\nMore.", ["Problem", "Cause", "In detail"]),
        ({"problem": "P."}, "More.", ["Problem"]),
        ({"cause": "C."}, "", ["Cause"]),
    ],
)
def test_the_text_of_an_entry_stands_below_no_heading_of_a_field(site, fields, body, headings):
    site.settings().note("challenges/a.md", body, title="A", **fields).build()

    page = site.output("challenges/a/index.html").partition("<main")[2]
    found = re.findall(r"<h2[^>]*>(.*?)</h2>", page)
    assert [re.sub("<.*?>", "", one).strip() for one in found] == headings


def test_projects_and_tags_stand_in_the_order_of_their_numbers(site):
    site.settings().note("technologies/redis.md", title="Redis")
    for number in (10, 9, 1):
        site.note(f"projects/p{number}.md", title=f"P{number}", uses="[redis]", tags=f"[u{number}]")
    site.build()

    page = site.output("technologies/redis/index.html").partition("<main")[2]
    assert re.findall(r">(P\d+)</a>", page) == ["P1", "P9", "P10"]
    tags = site.output("tags/index.html").partition("<main")[2]
    assert re.findall(r">(u\d+)<", tags) == ["u1", "u9", "u10"]

    site.note("notes/n.md", title="N", tags="[u10, u9, u1]").build()
    assert re.findall(r">(u\d+)</a>", site.output("notes/n/index.html")) == ["u1", "u9", "u10"]


def test_what_is_new_names_each_entry_once_on_its_newest_day(site):
    site.settings("author: {name: Ada}")
    for number in range(1, 8):
        updated = {} if number % 2 else {"updated": f"2024-06-0{number}"}
        site.note(f"notes/n{number}.md", title=f"N{number}", date=f"2024-05-0{number}", **updated)
    site.build()

    home = site.output("index.html").partition('id="Recent"')[2].partition("</section>")[0]
    assert re.findall(r">(N\d)<", home) == ["N6", "N4", "N2", "N7", "N5"]
    recent = site.output("recent/index.html").partition("<main")[2]
    assert sorted(re.findall(r">(N\d)<", recent)) == [f"N{number}" for number in range(1, 8)]
    assert recent.count(", revised") == 3


def test_about_tells_where_else_the_author_is(example):
    page = example.output("about/index.html")
    assert 'rel="me" href="https://example.org/ada"' in page


def test_own_text_of_about_is_part_of_it(site):
    site.settings("author: {name: Ada}").note("about.md", "My own words.", title="Who I am").build()
    page = site.output("about/index.html")
    assert "<h1>Who I am</h1>" in page
    assert "My own words." in page


def test_nobody_is_described_where_nobody_is_named(site):
    site.settings().note("notes/one.md").build()
    assert "about/index.html" not in site.tree()
    assert "about/" not in site.output("index.html")


def test_old_address_is_a_page_that_leads_on(example):
    page = example.output("old/soup/index.html")
    assert 'content="0; url=../../recipes/soup/"' in page
    assert f'<link rel="canonical" href="{BASE}recipes/soup/">' in page
    assert '<meta name="robots" content="noindex">' in page


def test_tag_with_one_entry_is_not_for_search_engines(example):
    assert 'content="noindex"' in example.output("tags/python/index.html")
    assert 'content="noindex"' not in example.output("tags/queues/index.html")


def test_declared_kind_has_the_layout_of_a_note_and_shows_its_fields(example):
    page = example.output("recipes/soup/index.html")
    assert "Recipe" in page
    assert "<dt>Serves</dt><dd>4</dd>" in page


def test_source_of_an_entry_is_linked(example):
    source = "https://example.org/ada/notes/blob/HEAD/content/"
    assert f'"{source}technologies/celery.md"' in example.output("technologies/celery/index.html")
    practice = example.output("practices/constraints-before-code/index.html")
    assert f'"{source}practices/practices.yml#L' in practice


def test_embedded_entry_stands_within_another_without_its_anchors(example):
    page = example.output("technologies/celery/index.html")
    embed = page.partition('<div class="embed">')[2].partition("</div>")[0]
    assert "holds a row until" in embed
    assert "id=" not in embed


def test_entries_that_embed_each_other_end(site):
    site.settings().note("notes/a.md", "A says ![[B]]\n\n![[B]]", title="A")
    site.note("notes/b.md", "B says\n\n![[A]]", title="B").build(keep_going=True)
    page = site.output("notes/a/index.html")
    assert page.count('<div class="embed">') == 1


def test_part_of_an_entry_is_embedded_by_its_heading(site):
    site.settings().note("notes/a.md", "![[B#Two]]", title="A")
    site.note("notes/b.md", "## One\n\nfirst\n\n## Two\n\nsecond\n\n## Three\n\nthird", title="B")
    content = site.build().output("notes/a/index.html").partition('<div class="embed">')[2]
    content = content.partition("</div>")[0]
    assert "second" in content
    assert "first" not in content
    assert "third" not in content


def test_hub_without_an_address_leaves_out_what_needs_one(site):
    site.settings().note("notes/one.md", date="2025-01-01").build()
    assert not {"feed.xml", "rss.xml", "feed.json", "sitemap.xml"} & set(site.tree())
    page = site.output("notes/one/index.html")
    assert "canonical" not in page
    assert "feed.xml" not in page
    assert site.output("robots.txt") == "User-agent: *\nAllow: /\n"
    assert 'href="/assets/' in site.output("404.html")


def test_small_files_for_hosts(site):
    site.settings(f"base_url: {BASE}\ncname: hub.example.org").build()
    assert site.output("robots.txt").endswith(f"\nSitemap: {BASE}sitemap.xml\n")
    assert site.output("CNAME") == "hub.example.org\n"
    assert site.output(".nojekyll") == ""
    assert 'href="/hub/assets/' in site.output("404.html")


def test_domain_alone_is_the_address(site):
    site.settings("cname: hub.example.org").build()
    assert "Sitemap: https://hub.example.org/sitemap.xml" in site.output("robots.txt")


def test_names_of_other_scripts_are_encoded_once(site):
    site.settings(f"base_url: {BASE}").note("notes/größe.md", title="Größe", date="2025-01-01")
    site.build()
    assert "notes/größe/index.html" in site.tree()
    encoded = "notes/gr%C3%B6%C3%9Fe/"
    assert f'href="../{encoded}"' in site.output("notes/index.html")
    assert f'<link rel="canonical" href="{BASE}{encoded}">' in site.output("notes/größe/index.html")
    assert f"<loc>{BASE}{encoded}</loc>" in site.output("sitemap.xml")


def test_edited_body_changes_only_its_own_page(example):
    before = example.pure_build()
    page = example.root / "content/technologies/postgresql.md"
    page.write_text(page.read_text().replace("a row until", "one row until"))
    embedding = "technologies/celery/index.html"
    feeds = {"feed.xml", "rss.xml", "feed.json", "technologies/feed.xml"}
    assert changed(before, example.pure_build()) == {
        "technologies/postgresql/index.html", "technologies/postgresql/index.md",
        embedding, embedding.replace(".html", ".md"), "llms-full.txt", *feeds,
    }  # fmt: skip


def test_edited_summary_changes_the_pages_that_show_it(example):
    before = example.pure_build()
    page = example.root / "content/notes/reading-plans.md"
    page.write_text(page.read_text().replace("innermost", "outermost"))
    assert changed(before, example.pure_build()) == {
        "index.html", "notes/index.html", "notes/reading-plans/index.html", "tags/sql/index.html",
        "feed.xml", "rss.xml", "feed.json", "notes/feed.xml", "notes/previews.json",
        "notes/hub.json", "llms.txt", "notes/reading-plans/index.md", "tags/sql/feed.xml",
        "llms-full.txt",
    }  # fmt: skip


def test_edited_solution_changes_the_lists_that_show_it(example):
    before = example.pure_build()
    page = example.root / "content/challenges/slow-page.md"
    page.write_text(page.read_text().replace("One query for the list", "One query for all"))
    assert changed(before, example.pure_build()) == {
        "challenges/index.html", "challenges/slow-page/index.html",
        "technologies/postgresql/index.html", "challenges/hub.json",
        "challenges/slow-page/index.md", "llms-full.txt",
    }  # fmt: skip


LONG = "One short paragraph " * 13
KINDS = "title: Hub\nkinds: {challenge: {plural: %s, label: %s}}\n"


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("notes/b.md", "{title: B, weight: 0}", "{title: B, summary: One short paragraph}"),
        ("notes/b.md", "{title: B, weight: 0}", "{title: B, summary: ''}"),
        ("notes/c.md", f"summary: {LONG}one", f"summary: {LONG}two"),
        ("site.yml", KINDS % ("Troubles", "Trouble"), KINDS % ("Bothers", "Trouble")),
        ("site.yml", KINDS % ("Troubles", "Trouble"), KINDS % ("Troubles", "Bother")),
        ("data/list.json", '{"b": 1, "a": 2}', '{"a": 2, "b": 1}'),
        ("data/list.json", '{"b": 1, "a": 2}', '{"b": "1", "a": null}'),
    ],
)
def test_what_changes_little_is_shown_like_in_a_clean_build(site, path, old, new):
    site.write("content/site.yml", KINDS % ("Troubles", "Trouble"))
    site.write("content/data/list.json", '{"b": 1, "a": 2}')
    site.write("templates/technology.html", "{{ relations }} {{ relations[0].plural }} {{ data }}")
    site.write("content/notes/b.md", "---\n{title: B, weight: 0}\n---\nOne short paragraph\n")
    site.write("content/notes/c.md", f"---\nsummary: {LONG}one\n---\nText\n")
    site.note("technologies/t.md", title="T")
    site.note("challenges/d.md", problem="'[[B]]'", uses="[T, B]").build()
    assert site.codes == []
    file = site.root / "content" / path
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))

    assert site.build().tree() == {
        path: output.render() for path, output in site.pure_build().outputs.items()
    }


def test_equal_keys_mean_equal_bytes(example):
    before = example.pure_build()
    page = example.root / "content/technologies/celery.md"
    page.write_text(page.read_text().replace("title: Celery", "title: Celery 5"))
    after = example.pure_build()
    both = before.outputs.keys() & after.outputs.keys()
    for path in (one for one in both if before.outputs[one].key == after.outputs[one].key):
        assert before.outputs[path].render() == after.outputs[path].render(), path


def ids_of(html):
    return re.findall(r'\bid="([^"]+)"', html)


def test_no_id_of_the_theme_is_the_anchor_of_a_heading(site):
    own = {
        name for path in (ROOT / "templates").glob("*.html") for name in ids_of(path.read_text())
    }
    words = sorted({re.sub(r"{{.*?}}", "x", name).replace("-", " ") for name in own})
    text = "".join(f"## {word}\n\n" for word in ("Preview", "Letter a", *words))
    site.settings("titles_above: 1\n").note("index.md", text).note("notes/index.md", text)
    for number in range(5):
        site.note(f"notes/n{number}.md", text, title=f"{'ABCDE'[number]}{number}")
    site.build()

    assert {"Main", "Nav", "Toc", "Entries"} <= own
    for page in ("index.html", "notes/index.html", "notes/n1/index.html"):
        ids = ids_of(site.output(page))
        assert {"Main", "main", "letter-a"} <= set(ids)
        assert len(ids) == len(set(ids))


def test_the_filter_of_a_page_of_a_list_says_that_it_knows_this_page_alone(site):
    for letter in "ABCDEFGH":
        site.note(f"notes/{letter}.md", title=f"{letter}1")
    label = '<label for="Title-filter">{}</label>'

    whole = site.settings("titles_above: 1\n").build().output("notes/index.html")
    assert label.format("Filter") in whole
    part = site.settings("titles_above: 1\npage_size: 6\n").build().output("notes/index.html")
    assert label.format("Filter · On this page") in part


def links_of_header(page):
    bar = page.partition('<nav id="Nav"')[2].partition("</ul>")[0]
    return [
        (title, url)
        for url, title in re.findall(r'href="\./([^"]*)"[^>]*>(?:<svg.*?</svg>)?([^<]*)<', bar)
    ]


def test_the_header_has_what_nav_names_once_and_sections_by_the_weight_of_their_page(site):
    kinds = "{talk: {folder: talks}, book: {folder: books}}"
    site.settings(f"author: {{name: A}}\nkinds: {kinds}\n")
    for path in ("technologies/t", "talks/a", "books/b", "zoo/z", "apes/a"):
        site.note(f"{path}.md")
    site.note("talks/index.md", title="Vorträge").note("zoo/index.md", title="The Zoo", weight=1)

    assert links_of_header(site.build().output("index.html")) == [
        ("The Zoo", "zoo/"), ("Technologies", "technologies/"), ("Vorträge", "talks/"),
        ("Books", "books/"), ("Apes", "apes/"),
    ]  # fmt: skip

    nav = "nav: [{title: Tech, url: technologies/}, {title: Elsewhere, url: 'https://a.org'}]"
    site.settings(f"author: {{name: A}}\nkinds: {kinds}\n{nav}\n").build()

    page = site.output("index.html")
    assert links_of_header(page)[:1] == [("The Zoo", "zoo/")]
    assert links_of_header(page)[-1] == ("Tech", "technologies/")
    assert page.count(">Technologies</a></li>") == 0
    assert "Elsewhere</a>" in page


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("cv.yml", "languages: [{language: English}]"),
        ("projects/a.md", "Built."),
        ("challenges/a.md", "Solved."),
        ("notes/a.md", "---\nuses: [Python]\n---\nUsed."),
    ],
)
def test_a_cv_is_linked_once_it_holds_more_than_a_name(site, path, text):
    site.settings("author: {name: A, headline: B}\n").note("technologies/python.md", title="Python")
    assert "cv/" not in site.build().output("index.html")

    site.write(f"content/{path}", text).build()
    assert 'href="./cv/"' in site.output("index.html")


def test_of_many_names_the_first_dozen_is_seen_and_the_others_when_opened(site):
    site.settings("author: {name: Ada}\n").note("technologies/star.md", title="Star")
    for number in range(25):
        site.note(f"challenges/c{number:02}.md", problem="P", solution="S", uses=["star"])
        site.note(f"notes/n{number:02}.md", "[[star]]")
    site.build()

    linked = site.output("technologies/star/index.html").partition("Linked from")[2]
    seen, more, opened = linked.partition("<details")
    assert more
    assert seen.count("<li>") == 12
    assert "All 25<" in opened
    assert opened.partition("</details")[0].count("<li>") == 13
    assert "All 25<" in site.output("skills/index.html")
    cv = site.output("cv/index.html").partition('class="proofs"')[2].partition("</dl")[0]
    assert cv.count("<a ") == 1 + 9
    assert "… (25 challenges)" in cv
