"""The setting `redirects`: where each line leads, what is wrong with it, and the page it makes."""

import pytest

from tests.conftest import SiteTest
from tests.linked import link

FILES = {
    "n/a.md": "---\ntags: [JavaScript]\nredirect_from: [n/old/]\naliases: [Ay]\n---\n![P](p.png)\n",
    "n/draft.md": "---\ndraft: true\n---\nText\n",
    "n/p.png": "",
}


def linked(lines, files=FILES, **more):
    rows = "".join(f"  {old}: {new}\n" for old, new in lines.items())
    return link(files, f"title: Hub\nredirects:\n{rows}", **more)


@pytest.mark.parametrize(
    ("new", "url"),
    [
        ("n/a/", "n/a/"),
        ("/n/a", "n/a/"),
        ("n/", "n/"),
        ("tags/javascript/", "tags/javascript/"),
        ("tags/", "tags/"),
        ("/", ""),
        ("n/p.png", "n/p.png"),
        ("n/a/index.html", "n/a/index.html"),
        ("https://example.org/?a=b", "https://example.org/?a=b"),
        ("n/old/", "n/a/"),
        ("n/ay/", "n/a/"),
    ],
)
def test_redirect_leads_to_what_is_there(new, url):
    found = linked({"old/": new})

    assert found.problems == []
    assert found.graph.redirects["old/"] == url


def test_a_dot_makes_no_file_of_a_folder():
    files = {"a.md": "---\ntags: [Node.js]\nredirect_from: [v1.2/, old.php]\n---\nText\n"}
    found = linked({"old.net/": "/tags/node.js/", "b.html": "v1.2/"}, files)

    assert found.problems == []
    assert found.graph.redirects == {
        "v1.2/": "a/", "old.php": "a/", "old.net/": "tags/node.js/", "b.html": "a/",
    }  # fmt: skip


def test_redirects_of_redirects_lead_to_the_end_at_once():
    found = linked({"a/": "b/", "b/": "c.html", "c.html": "tags/javascript/", "d/": "a/"})

    assert found.problems == []
    assert found.graph.redirects == {
        "n/old/": "n/a/", "n/ay/": "n/a/",
        **dict.fromkeys(("a/", "b/", "c.html", "d/"), "tags/javascript/"),
    }  # fmt: skip


def test_redirect_from_an_alias_takes_its_place():
    found = linked({"n/ay/": "tags/"})

    assert found.problems == []
    assert found.graph.redirects["n/ay/"] == "tags/"


@pytest.mark.parametrize(
    ("old", "holder"),
    [
        ("n/a/", "content/n/a.md"),
        ("n/a/index.html", "content/n/a.md"),
        ("n/", "the section content/n/"),
        ("tags/javascript/", 'the tag "JavaScript"'),
        ("tags/", "the page Tags"),
        ("404.html", "a file of nexusgen"),
        ("n/p.png", "content/n/p.png"),
        ("n/old/", "a redirect to content/n/a.md"),
    ],
)
def test_address_of_something_else_is_a_problem_that_names_both(old, holder):
    found = linked({"old/": "/", old: "tags/"})

    assert found.problems == [
        f'content/site.yml:4:3: error url.collision URL "/{old}" of a redirect to tags/ is already '
        f"that of {holder} (take it out of `redirects`, or rename what is there)"
    ]
    assert found.graph.problems[0].length == len(old)
    assert found.graph.redirects.get(old) in (None, "n/a/")


def test_addresses_that_differ_only_by_case_are_a_problem():
    assert [problem.code for problem in linked({"N/A/": "/"}).graph.problems] == ["url.case"]


def test_redirect_to_nothing_is_a_problem_once():
    found = linked({"a/": "tags/javascrpt/", "b/": "a/", "c/": "n/draft/", "d/": "no/such/page/"})

    assert found.problems == [
        'content/site.yml:3:7: error redirect.missing redirect target "tags/javascrpt/" does not '
        'exist (did you mean "tags/javascript/"?)',
        'content/site.yml:5:7: error redirect.missing redirect to "n/draft/", which is a draft, '
        "private or dated ahead (publish that entry or take the redirect out)",
        'content/site.yml:6:7: error redirect.missing redirect target "no/such/page/" does not '
        "exist (write the address of a page)",
    ]
    assert set(found.graph.redirects) == {"n/old/", "n/ay/"}


def test_page_of_a_draft_is_there_with_drafts():
    assert linked({"c/": "n/draft/"}, drafts=True).graph.redirects["c/"] == "n/draft/"


def test_circle_is_a_problem_once():
    found = linked({"in/": "a/", "a/": "b/", "b/": "c/", "c/": "a/", "me/": "me/"})

    assert found.problems == [
        "content/site.yml:4:7: error redirect.circle redirects lead in a circle: a/ → b/ → c/ → a/ "
        "(let one of them lead to a page)",
        "content/site.yml:7:8: error redirect.circle redirects lead in a circle: me/ → me/ "
        "(let one of them lead to a page)",
    ]
    assert set(found.graph.redirects) == {"n/old/", "n/ay/"}


@pytest.mark.parametrize(
    ("new", "title", "url", "canonical"),
    [
        ("tags/x/", "x", "../../tags/x/", "https://example.org/tags/x/"),
        ("n/a/", "Title", "../../n/a/", "https://example.org/n/a/"),
        ("n/", "N", "../../n/", "https://example.org/n/"),
        ("timeline/", "Timeline", "../../timeline/", "https://example.org/timeline/"),
        ("/", "Home", "../../", "https://example.org/"),
        ("https://x.y/", "https://x.y/", "https://x.y/", "https://x.y/"),
    ],
)
def test_page_of_a_redirect_leads_on_at_once(site, new, title, url, canonical):
    site.settings(f"base_url: https://example.org/\nredirects: {{old/place/: {new}}}\n")
    site.note("n/a.md", title="Title", tags="[x]", date="2024-05-01").build()

    page = site.output("old/place/index.html")

    assert site.problems == ()
    assert f'<meta http-equiv="refresh" content="0; url={url}">' in page
    assert f'<link rel="canonical" href="{canonical}">' in page
    assert '<meta name="robots" content="noindex">' in page
    assert f"<title>{title} | Hub</title>" in page
    assert "old/place" not in site.output("sitemap.xml")


def test_redirects_change_no_page_but_their_own(site: SiteTest):
    site.settings("redirects: {old/: n/}\n").note("n/a.md", tags="[x]")
    before = {path: output.key for path, output in site.pure_build().outputs.items()}

    site.settings("# Moved\nredirects:\n  old/: n/\n  new/: tags/x/\n")
    now = {path: output.key for path, output in site.pure_build().outputs.items()}

    assert [path for path in now if now[path] != before.get(path)] == ["new/index.html"]


def test_hub_without_entries_redirects_too(site: SiteTest):
    site.settings("redirects: {old/: 'https://example.org/', lost/: gone/}").build()
    assert site.codes == ["redirect.missing"]

    site.settings("redirects: {old/: 'https://example.org/'}").build()

    assert "https://example.org/" in site.output("old/index.html")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("n/a.md", "permalink: /n/a/index.html"),
        ("n/a.md", "url: /N/A/"),
        ("n/a.md", "redirect_from: [n/a, n/a/index.md, old/, old/index.html]"),
        ("index.md", "permalink: /"),
        ("index.md", "permalink: /index.html"),
        ("about.md", "permalink: /about/index.html"),
    ],
)
def test_an_old_address_at_which_the_page_is_needs_no_word(site, path, line):
    site.settings().write(f"content/{path}", f"---\n{line}\n---\n# A\n\nText\n").check()

    assert set(site.codes) <= {"entry.orphan"}


@pytest.mark.parametrize(
    "files",
    [
        {"a.md": "---\nredirect_from: [n/b/index.html/old/]\n---\nText\n", "n/b.md": "Text\n"},
        {"a.md": "---\nredirect_from: [index.html/old/]\n---\nText\n"},
        {"a.md": "---\npermalink: /\n---\nText\n"},
        {"a.md": "---\nslug: opensearch.xml\n---\nText\n"},
        {"a.md": "[x](index.html)\n", "index.html": "<p>x</p>\n"},
    ],
)
def test_what_wants_the_place_of_another_file_is_told(site, files):
    site.settings("base_url: https://example.org/\n")
    for path, text in files.items():
        site.write(f"content/{path}", text)

    assert "url.collision" in site.check().codes


@pytest.mark.parametrize("slug", ["index.html", "Index.html", "index.md", "index.html."])
@pytest.mark.parametrize("folder", ["", "n/"])
def test_no_slug_is_the_name_of_the_file_of_a_page(site, folder, slug):
    site.write(f"{folder}a.md", f"---\nslug: {slug}\n---\nText\n").build()

    assert "slug.invalid" in site.codes
    assert f"{folder}{slug.lower().strip('.').replace('.', '-')}/index.html" in site.tree()
