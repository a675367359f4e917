"""What a hub says to programs, read by the programs that others read it with."""

import json
import re
from collections import Counter
from html import unescape
from posixpath import dirname
from urllib.parse import urljoin, urlsplit

import pytest

mf2py = pytest.importorskip("mf2py", reason="needs the packages of requirements-dev.txt")
feedparser = pytest.importorskip("feedparser", reason="needs the packages of requirements-dev.txt")
html5lib = pytest.importorskip("html5lib", reason="needs the packages of requirements-dev.txt")
jsonld = pytest.importorskip("pyld.jsonld", reason="needs the packages of requirements-dev.txt")
jsonschema = pytest.importorskip("jsonschema", reason="needs the packages of requirements-dev.txt")
llms_txt = pytest.importorskip("llms_txt", reason="needs the packages of requirements-dev.txt")

ROOT = "https://ada.example/hub/"
HOSTILE = 'A "quote" & <b>tags</b> ]]> [x](https://ada.example/y)'

TEXTS = {"type": "string", "minLength": 1}
ADDRESS = {"type": "string", "format": "uri", "pattern": "^https?://[!-~]+$"}
MOMENT = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
}
AUTHORS = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "properties": {"name": TEXTS, "url": ADDRESS, "avatar": ADDRESS},
    },
}
ATTACHMENT = {
    "type": "object",
    "required": ["url", "mime_type"],
    "additionalProperties": False,
    "properties": {
        "url": ADDRESS, "mime_type": TEXTS, "title": TEXTS,
        "size_in_bytes": {"type": "number"}, "duration_in_seconds": {"type": "number"},
    },
}  # fmt: skip
ITEM = {
    "type": "object",
    "required": ["id"],
    "anyOf": [{"required": ["content_html"]}, {"required": ["content_text"]}],
    "additionalProperties": False,
    "properties": {
        "id": TEXTS, "url": ADDRESS, "external_url": ADDRESS, "title": TEXTS,
        "content_html": {"type": "string"}, "content_text": {"type": "string"}, "summary": TEXTS,
        "image": ADDRESS, "banner_image": ADDRESS, "date_published": MOMENT,
        "date_modified": MOMENT, "authors": AUTHORS, "language": TEXTS,
        "tags": {"type": "array", "items": TEXTS, "uniqueItems": True},
        "attachments": {"type": "array", "items": ATTACHMENT},
    },
}  # fmt: skip
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"}, "title": TEXTS,
        "home_page_url": ADDRESS, "feed_url": ADDRESS, "description": TEXTS,
        "user_comment": TEXTS, "next_url": ADDRESS, "icon": ADDRESS, "favicon": ADDRESS,
        "authors": AUTHORS, "language": TEXTS, "expired": {"type": "boolean"},
        "hubs": {"type": "array"}, "items": {"type": "array", "items": ITEM},
    },
}  # fmt: skip
"""JSON Feed 1.1 (jsonfeed.org), its tables as a schema, without extensions and old names."""

KNOWN = {
    "WebSite": {"name", "url", "description", "inLanguage", "potentialAction"},
    "Person": {"name", "url", "description", "image", "jobTitle", "knowsAbout", "sameAs"},
    "ProfilePage": {"name", "url", "mainEntity"},
    "TechArticle": {
        "about", "author", "dateModified", "datePublished", "description", "headline", "image",
        "inLanguage", "isPartOf", "keywords", "mainEntityOfPage", "url",
    },
    "CollectionPage": {"name", "url", "description", "isPartOf", "inLanguage", "image", "about"},
    "Thing": {"name", "url"},
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "name", "item"},
    "SearchAction": {"target", "query-input"},
}  # fmt: skip
"""The properties that schema.org (version 29) knows of the types that pages name."""


def load_context(url, _options):
    """Return the context of schema.org as far as it matters here: no test asks the network."""
    assert url.startswith("https://schema.org")
    leads = ("url", "image", "sameAs", "mainEntityOfPage", "isPartOf", "item")
    context: dict[str, object] = {
        name: {"@id": f"http://schema.org/{name}", "@type": "@id"} for name in leads
    }
    context["@vocab"] = "http://schema.org/"
    return {"document": {"@context": context}, "documentUrl": url, "contextUrl": None}


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """Return a hub with everything that it can tell of itself."""
    from tests.conftest import SiteTest
    from tests.photos import jpeg

    site = SiteTest(tmp_path_factory.mktemp("hub"))
    site.settings(f"""
        base_url: {ROOT}
        tagline: What I learned
        description: What Ada learned of engines.
        language: pt-BR
        webmention: https://hook.example/in
        indieauth: https://sign.example/in
        author:
          name: Ada Lovelace
          headline: Analyst
          email: ada@example.org
          photo: me.jpg
          bio: I write *programs*.
          links: [{{title: Code, url: "https://code.example/ada"}}]
    """)
    site.write("content/me.jpg", jpeg()).write("content/challenges/p.jpg", jpeg())
    site.note("about.md", "More of me.", title="Who I am")
    site.note(
        "technologies/celery.md", "Runs *tasks*. See [[Twice]][^1].\n\n[^1]: Note.\n\n## Retries\n\nx",
        title="Celery", tags="[queue, python]", date="2024-01-02",
    )  # fmt: skip
    site.note(
        "technologies/redis.md", "![[Celery]]", title="Redis", tags="[queue]", date="2024-02-03",
        updated="2024-03-01T10:00:00+02:00", lang="de", summary="Ein Speicher.",
    )  # fmt: skip
    site.note(
        "challenges/twice.md", "More.\n\n| a | b |\n| - | - |\n| c | d |\n\n![x](p.jpg)",
        title="Twice", uses="[Celery]", problem="Billed **twice**", cause="A worker died",
        solution="A `lock`", outcome="None since", image="p.jpg", date="2024-04-05", tags="[queue]",
    )  # fmt: skip
    site.note("practices/tests.md", "", title="Tests", rule="Write the **test** first")
    site.note(
        "notes/odd.md",
        f"{HOSTILE}\n\n<!-- SECRET -->",
        title=f"'{HOSTILE}'",
        summary=f"'{HOSTILE}'",
    )
    site.note("notes/quiet.md", "Quiet.", title="Quixote", search="false")
    site.note("notes/draft.md", "SECRET", title="SECRET", draft="true")
    site.build()
    assert site.problems == ()
    return site


def pages_of(hub):
    """Yield the pages that readers find, with their whole address."""
    for path in hub.tree():
        if path.endswith("index.html"):
            yield path, hub.output(path), ROOT + path.removesuffix("index.html")


def is_found(html):
    return '<meta name="robots"' not in html


def items_of(html, url, kind):
    return [one for one in mf2py.parse(doc=html, url=url)["items"] if kind in one["type"]]


def structured_data(html):
    """Return the one block of JSON-LD that a page holds."""
    scripts = html5lib.parse(html, namespaceHTMLElements=False).iter("script")
    (text,) = [one.text for one in scripts if one.get("type") == "application/ld+json"]
    return json.loads(text)


def words(text):
    return "".join(text.split())


def test_the_page_of_an_entry_is_an_h_entry_with_all_its_texts(hub):
    found = 0
    for path, html, url in pages_of(hub):
        if "k-entry" not in html or path.startswith("about"):
            continue
        (entry,) = items_of(html, url, "h-entry")
        told = entry["properties"]
        found += 1
        assert told["url"] == [url]
        (author,) = told["author"]
        assert author["type"] == ["h-card"]
        assert author["properties"] == {"name": ["Ada Lovelace"], "url": [f"{ROOT}about/"]}
        feed = json.loads(
            hub.output("hub.json" if "/" not in path else f"{dirname(dirname(path))}/hub.json")
        )
        (record,) = [one for one in feed["entries"] if ROOT + one["url"] == url] or [
            {"title": "Quixote"}
        ]
        assert told["name"] == [record["title"]]
    assert found == 6


def test_an_h_entry_holds_the_texts_of_its_kind_and_its_picture(hub):
    url = f"{ROOT}challenges/twice/"
    (entry,) = items_of(hub.output("challenges/twice/index.html"), url, "h-entry")
    told = entry["properties"]

    assert [words(one["value"]) for one in told["content"]] == [
        "Billedtwice", "Alock", "Nonesince", "Aworkerdied", "More.abcdx",
    ]  # fmt: skip
    assert told["summary"] == ["Billed twice"]
    assert told["published"] == ["2024-04-05"]
    assert told["category"] == ["queue"]
    assert [one["value"] for one in told["featured"]] == [f"{ROOT}challenges/p.jpg"]
    practice = hub.output("practices/tests/index.html")
    ((rule,),) = (one["properties"]["content"] for one in items_of(practice, url, "h-entry"))
    assert rule["value"] == "Write the test first"


@pytest.mark.parametrize("path", ["", "about/"])
def test_the_author_is_an_h_card_that_represents_its_page(hub, path):
    data = mf2py.parse(doc=hub.output(f"{path}index.html"), url=ROOT + path)
    card = next(one["properties"] for one in data["items"] if "h-card" in one["type"])

    assert card["name"] == ["Ada Lovelace"]
    assert card["url"] == [ROOT + path, "https://code.example/ada"]
    assert card["uid"] == [ROOT + path]
    assert card["job-title"] == ["Analyst"]
    assert card["email"] == ["mailto:ada@example.org"]
    assert card["photo"] == [{"value": f"{ROOT}me.jpg", "alt": "Ada Lovelace"}]
    assert data["rels"]["me"] == ["https://code.example/ada"]
    assert data["rels"]["webmention"] == ["https://hook.example/in"]
    assert data["rels"].get("authorization_endpoint", []) == (
        [] if path else ["https://sign.example/in"]
    )


def test_structured_data_expands_to_what_schema_org_knows(hub):
    kinds = Counter()
    for path, html, url in pages_of(hub):
        if not is_found(html):
            continue
        data = structured_data(html)
        expanded = jsonld.expand(data, {"documentLoader": load_context, "base": url})
        for node in nodes_of(expanded):
            (kind,) = node.get("@type", [""])
            if not kind:
                assert node.keys() == {"@id"}, path
                assert node["@id"].startswith("https://"), path
                continue
            name = kind.removeprefix("http://schema.org/")
            kinds[name] += 1
            told = {key.removeprefix("http://schema.org/") for key in node if key[0] != "@"}
            assert told <= KNOWN[name], path
    assert (kinds["WebSite"], kinds["ProfilePage"]) == (1, 2)
    assert kinds["TechArticle"] == 6


def nodes_of(value):
    """Yield the nodes in expanded JSON-LD, at any depth."""
    if isinstance(value, list):
        for one in value:
            yield from nodes_of(one)
    elif isinstance(value, dict) and "@value" not in value:
        yield value
        for key, one in value.items():
            if key not in ("@id", "@type"):
                yield from nodes_of(one)


def test_structured_data_names_what_an_entry_is_part_of_and_who_wrote_it(hub):
    html, url = hub.output("challenges/twice/index.html"), f"{ROOT}challenges/twice/"
    data = structured_data(html)
    by_type = {one["@type"]: one for one in data["@graph"]}
    article = by_type["TechArticle"]

    assert article["@id"] == f"{url}#article"
    assert article["mainEntityOfPage"] == article["url"] == url
    assert article["isPartOf"] == {"@id": f"{ROOT}#site"}
    assert article["image"] == f"{ROOT}challenges/p.jpg"
    assert article["keywords"] == ["queue"]
    assert article["about"] == [{"@type": "Thing", "name": "Celery"}]
    assert article["author"] == {"@id": by_type["Person"]["@id"]}
    home = structured_data(hub.output("index.html"))
    person = next(one for one in home["@graph"] if one["@type"] == "Person")
    assert person["knowsAbout"] == ["Celery"]
    assert person["sameAs"] == ["https://code.example/ada"]


def test_every_page_that_is_found_tells_those_who_share_it_all(hub):
    for path, html, url in pages_of(hub):
        if not is_found(html):
            continue
        metas = html5lib.parse(html, namespaceHTMLElements=False).iter("meta")
        told = {meta.get("property"): meta.get("content") for meta in metas}
        assert told["og:url"] == url
        for name in ("title", "type", "description", "site_name", "image", "image:alt"):
            assert told[f"og:{name}"], (path, name)
        assert urlsplit(told["og:image"]).scheme == "https"
        assert told["og:locale"] == ("de" if "redis" in path else "pt_BR")
        image = told["og:image"].removeprefix(ROOT)
        assert (hub.root / "output" / image).is_file(), path
        if "cards" in image:
            assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")


def test_feeds_are_read_without_a_doubt(hub):
    feeds = [
        path
        for path in hub.tree()
        if path.endswith(("feed.xml", "rss.xml")) or path.startswith("feeds/")
    ]
    assert {
        "feed.xml",
        "rss.xml",
        "technologies/feed.xml",
        "tags/queue/feed.xml",
        "feeds/technology.xml",
    } <= {*feeds}
    for path in feeds:
        feed = feedparser.parse((hub.root / "output" / path).read_bytes())
        assert not feed.bozo, (path, feed.get("bozo_exception"))
        assert feed.version == ("rss20" if path == "rss.xml" else "atom10")
        assert feed.feed.title and feed.feed.link.startswith(ROOT) and feed.feed.updated_parsed
        assert all(
            one.title and one.id and one.link.startswith(ROOT) and one.published_parsed
            for one in feed.entries
        )
        (twice,) = [one for one in feed.entries if one.title == "Twice"] or [None]
        if twice:
            (file,) = twice.enclosures
            size = (hub.root / "output/challenges/p.jpg").stat().st_size
            assert (file.href, file.type, int(file.length)) == (
                f"{ROOT}challenges/p.jpg",
                "image/jpeg",
                size,
            )


def test_the_json_feed_is_one(hub):
    jsonschema.Draft202012Validator(JSON_FEED).validate(json.loads(hub.output("feed.json")))


def test_the_files_of_the_hub_are_what_their_schema_says(hub):
    schema = json.loads(hub.output("hub.schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    files = [path for path in hub.tree() if path.endswith("hub.json")]
    assert len(files) == 5
    for path in files:
        data = json.loads(hub.output(path))
        jsonschema.Draft202012Validator(schema).validate(data)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(schema).validate(data | {"title": 5})


def test_the_list_for_language_models_is_read(hub):
    found = llms_txt.parse_llms_file(hub.output("llms.txt"))

    assert found.title == "Hub"
    assert found.summary == "What Ada learned of engines."
    assert "hub.json" in found.info
    assert list(found.sections) == ["Pages", "Tecnologias", "Desafios", "Práticas", "Notas"]
    links = [link for section in found.sections.values() for link in section]
    assert len(links) == 6
    for link in links:
        assert (hub.root / "output" / link.url.removeprefix(ROOT)).is_file()
    titles = [re.sub(r"\\(.)", r"\1", unescape(link.title)) for link in links]
    assert titles[:4] == ["Who I am", "Redis", "Celery", "Twice"]


def test_nothing_hidden_is_told(hub):
    for path in hub.tree():
        if path.endswith((".html", ".json", ".xml", ".md", ".txt")):
            assert "SECRET" not in hub.output(path), path
    for path in ("llms.txt", "notes/hub.json"):
        assert "Quixote" not in hub.output(path)
    assert urljoin(ROOT, "notes/draft/") not in hub.output("sitemap.xml")
