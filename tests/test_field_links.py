"""What settings and front matter link to is checked and led as what stands in texts."""

import json

import pytest

from tests.conftest import PIXEL

KINDS = """
language: de
kinds:
  talk:
    folder: talks
    fields: {about: references, deck: path, online: flag}
"""


def places(site):
    return [(it.path, it.line, it.code) for it in site.problems if it.severity == "error"]


@pytest.mark.parametrize(
    "url", ["github.com/amina", "blog.example.org", "nope/", "nope.pdf", "b#x"]
)
@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("site.yml", "title: H\nauthor:\n  links:\n    - title: There\n      url: {}\n"),
        ("site.yml", "title: H\n\nnav:\n  - title: There\n    url: {}\n"),
        ("site.yml", "title: H\n\n\nnav:\n  - {}\n"),
        ("a.md", "---\ntitle: A\nlinks:\n  - title: There\n    url: {}\n---\nText.\n"),
        ("a.md", "---\ntitle: A\nlinks:\n\n  - {}\n---\nText.\n"),
    ],
)
def test_a_link_of_a_field_that_leads_nowhere_is_told_where_it_stands(site, path, text, url):
    site.settings().note("b.md").write(f"content/{path}", text.replace("{}", url)).check()

    code = "link.anchor" if "#" in url else "link.broken"
    assert places(site) == [(f"content/{path}", 5, code)]


@pytest.mark.parametrize("url", ["notes/b.md", "/notes/b/", "content/notes/b.md", "./notes/b"])
def test_links_of_fields_lead_to_entries_as_those_of_texts(site, url):
    site.settings(f"""
        author: {{name: A, links: [{{title: Bee, url: {url}}}]}}
        nav: [{{title: Nav, url: {url}}}]
        base_url: https://e.org/hub/
    """).note("notes/b.md", title="Bee")
    site.note("notes/a.md", links=f"[{{title: Own, url: /{url.lstrip('./')}}}, b.md]").build()

    page = site.output("notes/a/index.html")
    assert '<a href="../../notes/b/">Own</a>' in page
    assert '<a href="../../notes/b/">Bee</a>' in page
    assert '<a href="../../notes/b/">Nav</a>' in page
    assert 'rel="me" href="./notes/b/">Bee<' in site.output("index.html")
    assert 'rel="me" href="../notes/b/"' in site.output("about/index.html")
    profiles = json.loads(site.output("resume.json"))["basics"]["profiles"]
    assert profiles == [{"network": "Bee", "url": "https://e.org/hub/notes/b/"}]


@pytest.mark.parametrize(
    "url",
    ["/", "about/", "search/", "search/?q=x", "feed.xml", "cv/", "old/", "tags/x/", "a b.pdf"],
)
def test_links_of_the_settings_lead_to_what_is_made(site, url):
    site.settings(f"""
        author: {{name: A, links: [{{title: There, url: {url}}}]}}
        nav: [{{title: There, url: {url}}}]
        base_url: https://e.org/hub/
        redirects: {{old/: about/}}
    """).note("notes/b.md", tags="x").write("content/a b.pdf", "PDF").build()

    assert places(site) == []
    assert f'<a href="../../{url.lstrip("/").replace(" ", "%20")}"' in site.output(
        "notes/b/index.html"
    )


@pytest.mark.parametrize(
    "url",
    [
        "search/?q=a&b=%20",
        "feed.xml",
        "rss.xml",
        "sitemap.xml",
        "resume.json",
        "llms.txt",
        "404.html",
    ],
)
def test_links_of_texts_lead_to_what_is_made_at_the_root(site, url):
    site.settings("author: {name: A}\nbase_url: https://e.org/hub/\n")
    site.note("notes/a.md", f"[One](/{url}), [two](../{url})", date="2024-01-02").build()

    assert places(site) == []
    main = site.output("notes/a/index.html").partition("e-content")[2].partition("</article")[0]
    assert main.count(f'<a href="../../{url.replace("&", "&amp;")}"') == 2
    assert (site.root / "output" / url.partition("?")[0]).exists()


def test_links_lead_to_no_file_that_is_not_made_and_to_the_own_before_that(site):
    site.settings("search: false").write("content/resume.json", "{}")
    site.note("notes/a.md", "[a](/search/) [b](/feed.xml) [c](/resume.json)").build(keep_going=True)

    assert places(site) == [("content/notes/a.md", 3, "link.broken")] * 2
    assert site.output("resume.json") == "{}"


def test_what_is_hidden_is_told_and_not_linked(site):
    site.settings("nav: [{title: There, url: b.md}]\nchecks: {link.hidden: warn}")
    site.note("b.md", draft="true").note("a.md", links="[{title: There, url: b.md}]").build()

    assert site.codes.count("link.hidden") == 2
    assert "There" not in site.output("a/index.html")


def test_a_link_of_a_field_connects_entries(site):
    site.settings().note("notes/b.md", title="Bee").note("notes/a.md", links="[b.md]").check()

    assert "entry.orphan" not in site.codes


@pytest.mark.parametrize("email", ["amina at example", "a@b c", "@b", "a@", "“a@b.c”", "<a@b.c>"])
def test_an_address_of_mail_is_one(site, email):
    site.settings(f'author:\n  email: "{email}"\n').check()

    assert places(site) == [("content/site.yml", 3, "field.url")]


def talk(site, **fields):
    site.settings(KINDS).note("notes/b.md", title="Bee").write("content/talks/d.pdf", "PDF")
    return site.note("talks/a.md", **fields).build(keep_going=True)


def test_fields_of_a_kind_link_to_what_they_name(site):
    talk(site, about="[notes/b, '[[Bee|the bee]]']", deck="d.pdf", online="true")

    page = site.output("talks/a/index.html")
    assert '<a href="../../notes/b/">the bee</a>' in page
    assert '<a href="../../talks/d.pdf">d.pdf</a>' in page
    assert "<dd>Ja</dd>" in page
    assert places(site) == []


def test_a_file_of_a_field_that_is_not_there_is_told_as_an_image_is(site):
    talk(site, deck="nope.pdf", image="nope.png")

    assert places(site) == [
        ("content/talks/a.md", 2, "link.broken"),
        ("content/talks/a.md", 3, "link.broken"),
    ]


def test_names_of_a_field_are_titles(site):
    talk(site, about="[notes/b]", online="no")

    page = site.output("talks/a/index.html")
    assert '<a href="../../notes/b/">Bee</a>' in page
    assert "<dd>Nein</dd>" in page


def test_a_picture_of_a_field_may_have_blanks_in_its_name(site):
    site.settings().write("content/my cover.png", PIXEL).note("a.md", image="my cover.png").build()

    assert 'src="../my%20cover.png"' in site.output("a/index.html")
