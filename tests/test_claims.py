"""Who gets a URL: collisions, redirects, tags of one address."""

import re

import pytest

from tests.linked import link


def test_two_sources_of_one_url_are_a_problem_that_names_both():
    linked = link(
        {"n/My Note.md": "1", "n/my-note.md": "2", "n/x.md": "[[my-note]] [a](my-note.md)"}
    )

    assert linked.problems == [
        'content/n/my-note.md:1:1: error url.collision URL "/n/my-note/" of content/n/my-note.md '
        "is already that of content/n/My Note.md (rename one of them or give it another `slug`)"
    ]
    assert linked.graph.problems[0].related[0].path == "content/n/My Note.md"
    assert list(linked.graph.entries) == ["content/n/My Note.md", "content/n/x.md"]
    assert linked.targets("n/x.md") == ["/n/my-note/", "/n/my-note/"]


def test_each_note_of_a_folder_without_settings_has_an_address(site):
    names = ("a b", "a-b", "a_b", "a-b-2", "a-b-3/x", "A B", "tags/c_d", "tags/c-d")
    for name in names:
        site.note(f"{name}.md", f"Words of {name}.")
    site.note("a.md", "[[a_b]] [x](a-b.md) [[A B]]", title="A").note("a-b/y.md", "Y").build()

    page = site.output("a/index.html").partition("e-content")[2].partition("</div>")[0]
    assert "Words of A B." in site.output("a-b/index.html")
    assert 'href="../a-b/y/"' in site.output("a-b/index.html")
    for name, url in (("a b", "a-b-4"), ("a-b", "a-b-5"), ("a_b", "a-b-6")):
        assert f"Words of {name}." in site.output(f"{url}/index.html")
    assert re.findall(r'<a href="../(a-b[^"]*)"', page) == ["a-b-6/", "a-b-5/", "a-b/"]
    told = [one for one in site.problems if one.code == "url.collision"]
    assert [(one.path, one.severity) for one in told][:3] == [
        (f"content/{name}.md", "warning") for name in ("a b", "a-b", "a_b")
    ]
    assert 'of content/a b.md is already that of content/A B.md, so it has "/a-b-4/"' in str(told)


@pytest.mark.parametrize(
    ("files", "url", "path"),
    [
        ({"timeline.md": "---\ndate: 2024-01-02\n---\n"}, "/timeline/", "content/timeline.md"),
        ({"graph/x.md": "", "n/x.md": ""}, "/graph/", "content/graph/"),
        ({"My Notes/x.md": "", "my-notes/y.md": ""}, "/my-notes/", "content/my-notes/"),
        ({"n.md": "", "n/index.md": ""}, "/n/", "content/n/index.md"),
        ({"n/x.md": "", "404.html": ""}, "/404.html", "content/404.html"),
        ({"n/x.md": "", "n/previews.json": ""}, "/n/previews.json", "content/n/previews.json"),
        ({"n/x.md": "", "n/x/index.html": ""}, "/n/x/index.html", "content/n/x/index.html"),
        ({"n/x.md": "---\nredirect_from: [n/y/]\n---\n", "n/y.md": ""}, "/n/y/", "content/n/x.md"),
        (
            {"n/x.md": "---\nredirect_from: [a.html, a.html/amp/]\n---\n"},
            "/a.html/amp/",
            "content/n/x.md",
        ),
        (
            {"n/x.md": "---\nredirect_from: [robots.txt/a/]\n---\n"},
            "/robots.txt/a/",
            "content/n/x.md",
        ),
        ({"n/x.md": "", "n/x": ""}, "/n/x", "content/n/x"),
    ],
)
def test_nothing_takes_the_url_of_something_else(files, url, path):
    problems = link(files, "title: Hub\nstatic: [n]\n").graph.problems

    assert [(problem.code, problem.path) for problem in problems if url in problem.message] == [
        ("url.collision", path)
    ]


def test_a_page_of_nexusgen_gives_way_with_its_links(site):
    site.settings()
    for name in ("graph/dfs.md", "map/zip.md", "timeline/a.md", "n/x.md"):
        site.note(name, "[x](../n/x.md)" if name != "n/x.md" else "Text", date="2024-01-02")

    problems = site.build().problems
    assert [it for it in problems if it.severity == "error"] == []

    assert {it.severity for it in problems if it.code == "url.collision"} == {"warning"}
    footer = site.output("n/x/index.html").partition("<footer")[2]
    assert "graph/" not in footer and "timeline/" not in footer and "map/" not in footer


@pytest.mark.parametrize(
    "name", ["search.md", "tags.md", "timeline.md", "resume.json", "llms.txt", "feed.xml"]
)
def test_what_nexusgen_does_not_make_is_the_authors(name):
    assert link({name: "", "n/x.md": ""}).problems == []


@pytest.mark.parametrize(
    ("files", "path", "owner"),
    [
        ({"tags.md": "---\ntags: [a]\n---\n"}, "tags/index.html", "tags"),
        ({"tags/x.md": "---\ntags: [a]\n---\n"}, "tags/x/index.html", "tag tags/x/"),
        ({"My Notes/x.md": "", "my-notes/y.md": ""}, "my-notes/index.html", "section My Notes"),
        ({"n/x.md": "", "404.html": ""}, "404.html", "copy"),
        ({"about.md": "", "n/x.md": ""}, "about/index.html", "about"),
        (
            {"n/x.md": "---\nredirect_from: [n/y/]\n---\n", "n/y.md": ""},
            "n/y/index.html",
            "entry content/n/y.md",
        ),
    ],
)
def test_what_an_author_wrote_owns_its_address(files, path, owner):
    assert link(files).graph.owner_of(path) == owner


def test_urls_that_differ_only_by_case_are_a_problem():
    linked = link({"n/x.md": "![a](a.png) ![A](A.png)", "n/a.png": "", "n/A.png": ""})

    assert linked.problems == [
        'content/n/a.png:1:1: error url.case URLs "/n/a.png" of content/n/a.png and "/n/A.png" of '
        "content/n/A.png differ only by case (rename one of them or give it another `slug`)"
    ]


def test_old_urls_and_aliases_lead_to_the_entry():
    linked = link({
        "n/x.md": "---\naliases: [The Ex, Why]\nredirect_from: [old/x/, old.html]\n---\n",
        "n/why.md": "",
    })  # fmt: skip

    assert linked.graph.redirects == {
        "old/x/": "n/x/", "old.html": "n/x/", "n/the-ex/": "n/x/",
    }  # fmt: skip
    assert linked.problems == []


def test_spellings_of_a_tag_are_one_tag_with_the_most_used_name():
    linked = link({
        "n/a.md": "---\ntags: [REST API, rest-api]\ndate: 2024-01-01\n---\n",
        "n/b.md": "---\ntags: [rest-api, C++]\ndate: 2024-02-01\n---\n",
        "n/c.md": "---\ntags: [C, 'C#', 🔥]\n---\n",
    })  # fmt: skip

    assert [(tag.slug, tag.name, len(tag.entries)) for _, tag in sorted(linked.graph.tags.items())] == [
        ("1f525", "🔥", 1), ("c", "C", 1), ("cplusplus", "C++", 1), ("csharp", "C#", 1),
        ("rest-api", "rest-api", 2),
    ]  # fmt: skip
    assert max(linked.graph.tags.items())[1].entries == ("content/n/b.md", "content/n/a.md")
