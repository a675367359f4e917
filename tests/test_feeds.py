"""Feeds and the sitemap: valid, absolute, whole and newest first."""

import json
import re
import shutil
from email.utils import parsedate_to_datetime
from pathlib import Path
from posixpath import dirname, normpath
from xml.etree import ElementTree

import pytest

HUB = Path(__file__).parent / "browser" / "hub"
BASE = "https://example.org/hub/"
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
XHTML = "{http://www.w3.org/1999/xhtml}"
NEWEST_FIRST = [
    "challenges/duplicate-invoices/",
    "notes/reading-plans/",
    "concepts/idempotency/",
    "technologies/celery/",
    "technologies/postgresql/",
]


@pytest.fixture
def example(site):
    shutil.copytree(HUB / "content", site.root / "content")
    return site.build()


def xml_of(site, path="feed.xml"):
    return ElementTree.fromstring(site.output(path))


def test_atom_feed_lists_dated_entries_newest_first(example):
    feed = xml_of(example)
    assert [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")] == [
        BASE + url for url in NEWEST_FIRST
    ]
    assert feed.findtext(f"{ATOM}id") == BASE + "feed.xml"
    assert feed.findtext(f"{ATOM}updated") == "2025-09-12T00:00:00Z"
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Ada Example"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {"self": BASE + "feed.xml", "alternate": BASE}


def test_atom_entry_says_when_it_was_written_and_revised(example):
    entry = list(xml_of(example).iter(f"{ATOM}entry"))[3]
    assert entry.findtext(f"{ATOM}published") == "2025-01-12T00:00:00Z"
    assert entry.findtext(f"{ATOM}updated") == "2025-09-12T00:00:00Z"
    assert [tag.get("term") for tag in entry.findall(f"{ATOM}category")] == ["queues", "python"]


def test_feeds_hold_the_whole_text_with_absolute_addresses(example):
    atom = {
        entry.findtext(f"{ATOM}title"): entry.findtext(f"{ATOM}content")
        for entry in xml_of(example).iter(f"{ATOM}entry")
    }
    challenge = atom["Duplicate invoices"]
    for words in ("three copies", "<h2>Solution</h2>", "No duplicates since", "after three days"):
        assert words in challenge
    assert f'href="{BASE}concepts/idempotency/"' in challenge
    assert '="../' not in "".join(atom.values())
    assert "holds a row until" in atom["Celery"]


def test_rss_feed_is_complete(example):
    channel = xml_of(example, "rss.xml").find("channel")
    items = channel.findall("item")
    assert [item.findtext("link") for item in items] == [BASE + url for url in NEWEST_FIRST]
    assert channel.findtext("link") == BASE
    assert channel.find(f"{ATOM}link").get("href") == BASE + "rss.xml"
    dates = [parsedate_to_datetime(item.findtext("pubDate")) for item in items]
    assert dates == sorted(dates, reverse=True)
    assert "three copies" in items[0].findtext(CONTENT)


@pytest.mark.parametrize(
    ("path", "parts"), [("feed.xml", f"{ATOM}entry"), ("rss.xml", "channel/item")]
)
def test_feed_in_a_browser_leads_to_the_hub_and_its_entries(site, path, parts):
    site.settings(f"base_url: {BASE}\nlanguage: de")
    site.note("notes/one.md", title="Eins", date="2025-03-02T00:30:00+02:00").build()
    feed = xml_of(site, path)
    (entry,) = feed.findall(parts)

    link = entry.find(f"{XHTML}div/{XHTML}h2/{XHTML}a")
    assert (link.get("href"), link.text) == (f"{BASE}notes/one/", "Eins")
    assert entry.findtext(f"{XHTML}div/{XHTML}time") == "2. März 2025"
    head = next(feed.iter(f"{XHTML}div"))
    assert head.find(f"{XHTML}h1/{XHTML}a").get("href") == BASE
    assert head.findtext(f"{XHTML}p").startswith("Dies ist ein Feed")
    assert head.findtext(f"{XHTML}code") == BASE + path


def test_json_feed_is_complete(example):
    feed = json.loads(example.output("feed.json"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["home_page_url"], feed["feed_url"]) == (BASE, BASE + "feed.json")
    assert [item["url"] for item in feed["items"]] == [BASE + url for url in NEWEST_FIRST]
    assert all(item["id"] == item["url"] and item["content_html"] for item in feed["items"])
    assert feed["authors"] == [{"name": "Ada Example", "url": BASE + "about/"}]


def test_section_has_a_feed_of_its_own(example):
    feed = xml_of(example, "technologies/feed.xml")
    assert [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")] == [
        "Celery", "PostgreSQL",
    ]  # fmt: skip
    assert feed.findtext(f"{ATOM}title") == "Technologies | Field notes"
    assert 'href="../technologies/feed.xml"' in example.output("technologies/index.html")
    assert "recipes/feed.xml" not in example.tree()


def test_characters_that_xml_forbids_are_left_out(site):
    site.settings(f'base_url: {BASE}\ndescription: "a\\u0010b"')
    site.note("notes/one.md", "Bell \x07 here.", title='"One\\u001f two"', date="2025-01-01")
    site.note("notes/two.md", "Text & <b>tags</b>.", title='"R&D <b>"', tags='["a\\u0001b"]',
              date="2025-01-02")  # fmt: skip
    site.build(keep_going=True)
    for path in ("feed.xml", "rss.xml", "notes/feed.xml", "sitemap.xml"):
        xml_of(site, path)
    assert "R&amp;D &lt;b&gt;" in site.output("feed.xml")
    json.loads(site.output("feed.json"))


def test_hub_without_dates_has_no_feed(site):
    site.settings(f"base_url: {BASE}").note("notes/one.md").build()
    assert not any(path.endswith(".xml") for path in site.tree() if "feed" in path or "rss" in path)
    assert "feed.xml" not in site.output("index.html")


def test_sitemap_holds_every_page_for_search_engines_once(example):
    tree = xml_of(example, "sitemap.xml")
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    urls = [item.findtext(f"{space}loc") for item in tree]
    hidden = {
        "404.html", "old/soup/index.html", "search/index.html", "tags/python/index.html",
    }  # fmt: skip
    pages = {path for path in example.tree() if path.endswith(".html")} - hidden
    assert sorted(urls) == sorted(BASE + path.removesuffix("index.html") for path in pages)
    days = {item.findtext(f"{space}loc"): item.findtext(f"{space}lastmod") for item in tree}
    assert days[BASE + "technologies/celery/"] == "2025-09-12"
    assert days[BASE + "technologies/postgresql/"] == "2024-11-02"
    assert days[BASE + "recipes/soup/"] is None


def test_big_sitemap_is_split(site, monkeypatch):
    monkeypatch.setattr("nexusgen.pages.feeds.MAX_URLS", 2)
    site.settings(f"base_url: {BASE}").note("notes/one.md").note("notes/two.md").build()
    index = xml_of(site, "sitemap.xml")
    names = [item[0].text for item in index]
    assert names == [f"{BASE}sitemap-{number + 1}.xml" for number in range(len(names))]
    assert len(names) > 1
    parts = [site.output(name.removeprefix(BASE)).count("<loc>") for name in names]
    assert all(count == 2 for count in parts[:-1])
    unlisted = {"404.html", "search/index.html"}
    pages = [path for path in site.tree() if path.endswith(".html") and path not in unlisted]
    assert sum(parts) == len(pages)


def test_entry_keeps_its_id_wherever_it_moves(site):
    from tests.test_moving import run

    site.settings(f"base_url: {BASE}\n").note("notes/a.md", date="2024-01-02")

    def ids():
        site.build()
        guid = xml_of(site, "rss.xml").find("channel/item/guid")
        return {
            xml_of(site).findtext(f"{ATOM}entry/{ATOM}id"),
            json.loads(site.output("feed.json"))["items"][0]["id"],
            guid.text,
        }, guid.get("isPermaLink")

    first = ids()
    for old, new in (("a", "b"), ("b", "c"), ("c", "a"), ("a", "d")):
        assert run(site, "mv", f"notes/{old}.md", f"notes/{new}.md").exit_code == 0

        assert ids()[0] == {f"{BASE}notes/a/"}
    assert first == ({f"{BASE}notes/a/"}, "true")
    assert ids()[1] == "false"
    assert f"{BASE}notes/d/" in xml_of(site, "rss.xml").findtext("channel/item/link")


@pytest.fixture
def tagged(site):
    site.settings(f"base_url: {BASE}\n")
    for name in "abc":
        site.note(
            f"notes/{name}.md", f"Text of {name}.", date=f"2024-01-0{ord(name) - 96}", tags="[x/y]"
        )
    site.note("more/d.md", "Text.", date="2024-02-01", kind="note", tags="[x/y, lone]")
    return site


def test_tags_and_kinds_have_feeds_that_their_pages_name(tagged):
    tagged.build()

    for path, page in (("tags/x/y/feed.xml", "tags/x/y/"), ("feeds/note.xml", "notes/")):
        feed = xml_of(tagged, path)
        links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
        assert links == {"self": BASE + path, "alternate": BASE + page}
        titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
        assert titles == ["D", "C", "B", "A"]
        assert [one.findtext(f"{ATOM}summary") for one in feed.iter(f"{ATOM}entry")][
            1
        ] == "Text of c."
        assert 'type="application/atom+xml"' in tagged.output(f"{page}index.html")
        assert f'href="{"../" * page.count("/")}{path}"' in tagged.output(f"{page}index.html")
    assert "tags/lone/feed.xml" not in tagged.tree()
    assert "feed.xml" not in tagged.output("tags/lone/index.html").replace('"../../feed.xml"', "")


def test_edit_of_a_text_changes_no_feed_of_a_tag_or_kind(tagged):
    tagged.note("notes/a.md", "Text of a.\n\nMore.", date="2024-01-01", tags="[x/y]").build()

    tagged.note("notes/a.md", "Text of a.\n\nEvery other word.", date="2024-01-01", tags="[x/y]")

    written = set(tagged.build().written)
    assert "notes/feed.xml" in written
    assert not {path for path in written if path.startswith(("tags/", "feeds/"))}


@pytest.mark.parametrize(
    ("choice", "entries", "fed"),
    [("off", 9, False), ("auto", 1, False), ("on", 1, True), ("auto", 9, True)],
)
def test_settings_and_size_say_whether_tags_have_feeds(tagged, monkeypatch, choice, entries, fed):
    monkeypatch.setattr("nexusgen.pages.feeds.MOST", entries)

    tagged.settings(f"base_url: {BASE}\ntag_feeds: {choice}\n").build()

    assert ("tags/x/y/feed.xml" in tagged.tree()) == fed
    assert ("tags/x/y/feed.xml" in tagged.output("tags/x/y/index.html")) == fed


def test_image_of_an_entry_is_an_enclosure_as_long_as_the_published_file(site):
    from tests.photos import jpeg

    name, data = "photo.jpg", jpeg()
    site.settings(f"base_url: {BASE}\n").write(f"content/notes/{name}", data)
    site.note("notes/a.md", date="2024-01-02", image=name).build()

    length = str(len(site.tree()[f"notes/{name}"]))
    assert len(data) > int(length)
    url, kind = f"{BASE}notes/{name}", "image/jpeg"
    item = xml_of(site, "rss.xml").find("channel/item/enclosure")
    assert item.attrib == {"url": url, "length": length, "type": kind}
    links = xml_of(site).findall(f"{ATOM}entry/{ATOM}link")
    assert {"rel": "enclosure", "href": url, "length": length, "type": kind} in [
        one.attrib for one in links
    ]
    assert json.loads(site.output("feed.json"))["items"][0]["image"] == url


def test_feeds_name_a_style_sheet_that_is_there(tagged):
    tagged.build()

    for path in ("feed.xml", "rss.xml", "notes/feed.xml", "tags/x/y/feed.xml", "feeds/note.xml"):
        sheets = re.findall(r'xml-stylesheet type="text/css" href="([^"]+)"', tagged.output(path))
        assert len(sheets) == 1
        assert normpath(f"{dirname(path)}/{sheets[0]}").lstrip("/") in tagged.tree()


def test_feeds_lie_never_ahead_of_today(site):
    site.settings(f"base_url: {BASE}\n").note("notes/a.md", date="2024-01-02", updated="2999-01-01")
    site.note("notes/b.md", date="2999-01-01").build()

    assert "2999" not in site.output("feed.xml")


def test_places_in_the_own_text_are_led_to_from_anywhere(site):
    site.settings("base_url: https://example.org/x/\n")
    body = """
        # Top

        See[^1], [below](#end) and `<a href="#code">`.

        ## End

        [^1]: There.
    """
    site.note("notes/a.md", body, title="A", date="2024-01-02")

    site.build()
    html = json.loads(site.output("feed.json"))["items"][0]["content_html"]

    own = "https://example.org/x/notes/a/"
    assert {f"{own}#fn-1", f"{own}#fnref-1", f"{own}#end"} <= set(
        re.findall(r'href="([^"]+)', html)
    )
    assert '&lt;a href="#code"' in html
    assert not re.search(r'<a [^>]*href="#', html)
