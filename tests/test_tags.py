"""Tags: one page for each, below those above it, with the note about it; `#tags` in vaults."""

import re
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexusgen.core.problems import NexusgenError
from nexusgen.core.slugs import tag_slug
from nexusgen.site.search import _own_terms
from nexusgen.site.tags import levels
from nexusgen.tools.move import rename_tag


def rows(html: str) -> list[str]:
    """Return the titles of the entries that a page lists."""
    return re.findall(r'class="what">.*?<a [^>]*>([^<]+)</a>', html, re.DOTALL)


def crumbs(html: str) -> list[str]:
    """Return where the way from home leads."""
    trail = html.partition('class="crumbs"')[2].partition("</nav>")[0]
    return re.findall(r'href="([^"]+)"', trail)


@pytest.mark.parametrize(
    "names",
    [
        ("C", "C++", "C#", "C*", "C--"),
        (".NET", "NET", "N.E.T", "NET."),
        ("R&D", "R D", "RD"),
        ("F#", "F", "F*", "F!"),
        ("ci/cd", "ci-cd", "ci"),
        ("node.js", "nodejs", "node js"),
        ("🐍 python", "python", "🐍"),
        ("100%", "100", "100$"),
        ("!", "?", "..."),
        ("ä", "a", "ae"),
        ("x" * 250, "x" * 251, "ß" * 250, "ß" * 251),
        ("a=b", "a-b", "a<b", "a~b"),
    ],
)
def test_different_tags_have_different_addresses(names):
    for one, other in combinations(names, 2):
        assert tag_slug(one) != tag_slug(other)


@pytest.mark.parametrize(
    ("names", "slug"),
    [
        (("REST API", "rest-api", "Rest_Api", "  rest  api "), "rest-api"),
        (("C++", "c++"), "cplusplus"),
        ((".NET", ".net"), "dotnet"),
        (("Node.js",), "node.js"),
        (("Lang/Python", "lang/python/", "/lang//python"), "lang/python"),
        (("what’s new", "What's New"), "what-s-new"),
        (("R&D", "r & d"), "r-and-d"),
        (("данные",), "данные"),
    ],
)
def test_spellings_of_one_tag_have_one_address(names, slug):
    assert {tag_slug(name) for name in names} == {slug}


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=1, max_size=12))
def test_address_of_any_tag_is_a_path_below_tags(name):
    parts = tag_slug(name).split("/")

    assert all(parts)
    assert not any(part.startswith(".") or part.endswith(".") for part in parts)
    assert not re.search(r'[\s?#\\%<>:"|*\x00-\x1f]', tag_slug(name))
    assert [slug for slug, _, _ in levels(name)][-1] == tag_slug(name)


def test_tags_that_signs_tell_apart_have_pages_of_their_own_and_are_no_problem(site):
    site.settings()
    for name in ("C", "C++", "C#", "F#", "F"):
        site.note(f"notes/{name}x.md", tags=f'["{name}", shared]', title=f"On {name}")

    site.build()

    assert site.problems == ()
    for slug, name in (("c", "C"), ("cplusplus", "C++"), ("csharp", "C#"), ("fsharp", "F#")):
        assert rows(site.output(f"tags/{slug}/index.html")) == [f"On {name}"]


def test_nested_tags_have_pages_below_each_other(site):
    site.settings()
    site.note("notes/py.md", tags="[Lang/Python]", title="Py")
    site.note("notes/go.md", tags="[lang/go, lang]", title="Go")
    site.note("notes/asyncio.md", tags="[lang/python/asyncio]", title="Loop")

    site.build()

    top, python = site.output("tags/lang/index.html"), site.output("tags/lang/python/index.html")
    assert sorted(rows(top)) == ["Go", "Loop", "Py"]
    assert 'href="../../tags/lang/go/"' in top
    assert 'href="../../tags/lang/python/"' in top
    assert "asyncio" not in top.partition('<ul class="rows">')[0]
    assert sorted(rows(python)) == ["Loop", "Py"]
    assert crumbs(python) == ["../../../tags/", "../../../tags/lang/"]
    deep = site.output("tags/lang/python/asyncio/index.html")
    assert crumbs(deep)[-2:] == ["../../../../tags/lang/", "../../../../tags/lang/python/"]
    assert rows(deep) == ["Loop"]
    assert ">lang<" in top
    assert site.problems == ()


@pytest.mark.parametrize(
    ("file", "tag", "url"),
    [
        ("tags/python.md", "Python", "tags/python/"),
        ("tags/python/index.md", "python", "tags/python/"),
        ("tags/C++.md", "C++", "tags/cplusplus/"),
        ("tags/lang/go.md", "lang/go", "tags/lang/go/"),
        ("Tags/rest api.md", "REST-API", "tags/rest-api/"),
    ],
)
def test_note_about_a_tag_opens_its_page(site, file, tag, url):
    site.settings()
    site.note(file, "What it is **about**.")
    site.note("notes/a.md", tags=f'["{tag}"]', title="One")
    site.note("notes/b.md", "See [[notes/a]].", tags=f'["{tag}"]', title="Two")

    site.build()

    page = site.output(f"{url}index.html")
    assert site.problems == ()
    assert page.index("What it is <strong>about") < page.index(">One<") < page.index(">Two<")
    assert "What it is **about**" in site.output(f"{url}index.md")
    assert 'content="What it is about.' in page
    assert "noindex" not in page
    assert not [path for path in site.tree() if path.startswith("tags/") and "page" in path]
    assert rows(site.output("tags/index.html")) == []
    assert "notes/" in site.output("index.html")
    assert 'class="rail"' not in site.output("index.html")


def test_note_is_that_of_the_tag_that_its_title_names_and_gives_it_its_address(site):
    site.settings()
    site.note("tags/nodejs.md", "Servers.", title="Node.js")
    site.note("notes/a.md", "Of [[Node.js]].", tags="[node.js]", title="One")

    site.build()

    assert "Servers." in site.output("tags/nodejs/index.html")
    assert rows(site.output("tags/nodejs/index.html")) == ["One"]
    assert "tags/node.js/index.html" not in site.tree()
    assert site.output("notes/a/index.html").count('href="../../tags/nodejs/"') >= 2
    assert site.problems == ()


def test_note_about_a_tag_that_no_entry_has_makes_that_tag(site):
    site.settings()
    site.note("tags/later/soon.md", "To come.", title="Soon")
    site.note("notes/a.md", title="One")

    site.build()

    assert "To come." in site.output("tags/later/soon/index.html")
    assert 'href="../../tags/later/soon/"' in site.output("tags/later/index.html")
    assert "Soon" in site.output("tags/index.html")
    assert site.problems == ()


@pytest.mark.parametrize("slug", ["a_b.c", "Soon", "a_b", "v1.0_x", "later"])
def test_note_in_the_folder_of_tags_may_have_any_address(site, slug):
    site.settings()
    site.note("tags/alpha.md", "To come.", title="Later", slug=f'"{slug}"')
    site.note("notes/a.md", "[it](../tags/alpha.md)", title="One")

    site.build()

    (page,) = [path for path, data in site.tree().items() if b"<p>To come." in data]
    assert page.startswith("tags/")
    assert f'href="../../{page.removesuffix("index.html")}"' in site.output("notes/a/index.html")
    assert "Later" in site.output("tags/index.html")


def test_note_is_about_the_tag_that_its_address_spells_otherwise(site):
    site.settings()
    site.note("tags/alpha.md", "To come.", title="Later", slug="rest_api")
    site.note("tags/beta.md", "Its own.", title="Other", slug="rest__api")
    site.note("notes/a.md", title="One", tags="[rest api]")

    site.build()

    assert "To come." in site.output("tags/rest_api/index.html")
    assert "Its own." in site.output("tags/rest__api/index.html")
    assert rows(site.output("tags/rest_api/index.html")) == ["One"]
    assert 'href="../../tags/rest_api/"' in site.output("notes/a/index.html")


def test_what_is_written_about_all_tags_opens_their_page(site):
    site.settings()
    site.note("tags/index.md", "How I tag.", title="Topics")
    site.note("notes/a.md", tags="[x]")

    site.build()

    page = site.output("tags/index.html")
    assert page.index("How I tag.") < page.index('href="../tags/x/"')
    assert "<h1" in page
    assert ">Topics</h1>" in page
    assert site.problems == ()


def test_draft_about_a_tag_says_nothing(site):
    site.settings()
    site.note("tags/x.md", "zebra-secret", draft="true")
    site.note("notes/a.md", tags="[x]")

    site.build()

    assert not any(b"zebra" in data for data in site.tree().values())
    assert rows(site.output("tags/x/index.html"))


def test_pages_of_a_tag_go_on_with_its_note_on_the_first_alone(site):
    site.settings("page_size: 2")
    site.note("tags/x.md", "Only once.")
    for number in range(5):
        site.note(f"notes/{number}.md", tags="[x]", title=f"N{number}")

    site.build()

    assert "Only once." in site.output("tags/x/index.html")
    assert "Only once." not in site.output("tags/x/page/2/index.html")
    assert rows(site.output("tags/x/page/3/index.html")) == ["N4"]


def test_link_to_a_folder_shows_the_title_of_its_section(site):
    site.settings()
    site.note("rest-apis/a.md", title="A")
    site.note("notes/b.md", "See [[rest-apis]].", title="B")

    site.build()

    assert ">REST APIs</a>" in site.output("notes/b/index.html")


@pytest.fixture
def vault(site):
    return site.write(".obsidian/app.json", "{}")


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#foo bar", ["foo"]),
        ("Bar #Foo/bar_baz-1, and #ünï", ["Foo/bar_baz-1", "ünï"]),
        ("#2024 #2024a #1/2 #y2024", ["2024a", "y2024"]),
        ("`#code` a#b \\#no &#35; C# # no ##no", []),
        (
            "- #item\n- [ ] #task\n\n> #quote\n\n| a |\n| - |\n| #cell |",
            ["item", "task", "quote", "cell"],
        ),
        ("## Head #part\n\n*#emph* **bold #yes**", ["part", "yes"]),
        ("[#no](https://example.org/#no) https://example.org/ #yes.", ["yes"]),
        ("[[a#no]] <!-- #no --> %% #no %%", []),
        ("```\n#no\n```\n\n    #no\n\n$#no$", []),
        ("#🐍 and #a&b #end/", ["🐍", "a", "end"]),
        (
            "## H { #no }\n\n## H {: #no .c #no}\n\nText\n{ #no }\n\n*a*{ #no } b\n\n# H { .c #no }",
            [],
        ),
        ("{ #yes } a { #and } b {#x #more c {: and #so}", ["yes", "and", "more", "so"]),
    ],
)
def test_tags_in_the_texts_of_a_vault(vault, text, tags):
    vault.write("n/a.md", f"Begin.\n\n{text}\n")
    vault.write("n/b.md", "---\ntags: [z]\n---\nElse.")

    build = vault.pure_build()
    graph = build.checks.args[2]

    assert list(graph.entries["n/a.md"].tags) == tags
    assert {tag_slug(tag) for tag in [*tags, "z"]} <= graph.tags.keys()


@pytest.mark.parametrize(
    ("choice", "in_vault", "in_clone"),
    [("auto", ["foo"], []), ("on", ["foo"], ["foo"]), ("off", [], [])],
)
def test_settings_say_whether_tags_in_texts_count(site, choice, in_vault, in_clone):
    site.settings(f"hashtags: {choice}\n").note("n/a.md", "Of #foo here.")
    for expected in (in_clone, in_vault):
        entries = site.pure_build().checks.args[2].entries
        assert list(entries["content/n/a.md"].tags) == expected
        site.write(".obsidian/app.json", "{}")


def test_tag_in_a_text_leads_to_its_page_and_is_no_summary(vault):
    vault.write("n/a.md", "#top/deep #other\n\nWords of #top/deep here.")
    vault.write("n/b.md", "Of [[a]] #other")

    vault.build()

    page = vault.output("n/a/index.html")
    assert page.count('<a href="../../tags/top/deep/">#top/deep</a>') == 2
    assert 'content="Words of #top/deep here.' in page
    assert sorted(rows(vault.output("tags/other/index.html"))) == ["A", "B"]
    assert rows(vault.output("tags/top/index.html")) == ["A"]
    assert [problem for problem in vault.problems if problem.severity == "error"] == []


def test_hash_is_text_where_the_folder_is_no_vault(site):
    site.write("n/a.md", "Issue #one and #two.")

    site.build()

    assert "Issue #one and #two." in site.output("n/a/index.html")
    assert "tags/index.html" not in site.tree()


@pytest.mark.parametrize(
    ("written", "tags"),
    [
        ("foo bar", ("foo", "bar")),
        ("foo, bar baz", ("foo", "bar baz")),
        ('"#foo #bar"', ("foo", "bar")),
        ("[foo bar]", ("foo bar",)),
        ('["#foo", bar]', ("foo", "bar")),
        ('["[[foo]]", "[bar]"]', ("foo", "[bar]")),
        ('["[[topics/foo|Foo]]", "[[topics/bar]]"]', ("Foo", "topics/bar")),
        ("前端，后端、数据库", ("前端", "后端", "数据库")),
        ("[前端，后端 二, one]", ("前端", "后端 二", "one")),
        ("واحد، اثنان", ("واحد", "اثنان")),
    ],
)
def test_tags_of_a_note_as_other_programs_write_them(site, written, tags):
    site.settings()
    site.note("notes/a.md", tags=written)

    graph = site.pure_build().checks.args[2]

    assert graph.entries["content/notes/a.md"].tags == tags


def test_renamed_tag_takes_those_below_it_along_and_those_in_texts(vault):
    vault.write(
        "a.md", "---\ntags: ['#lang', Lang/Python]\n---\nOf #lang/python, `#lang` and #Lang."
    )
    vault.write("b.md", "---\ntags: lang other\n---\nOf #language.")
    vault.write("content.md", "x")

    rename_tag(vault.root, "lang", "tongue", dry_run=False)

    assert (vault.root / "a.md").read_text() == (
        "---\ntags: ['tongue', tongue/Python]\n---\nOf #tongue/python, `#lang` and #tongue."
    )
    assert (vault.root / "b.md").read_text() == "---\ntags: tongue, other\n---\nOf #language."


def test_tag_of_a_text_is_not_renamed_to_what_none_can_be(vault):
    vault.write("a.md", "Of #c.")

    with pytest.raises(NexusgenError, match="cannot stand in a text"):
        rename_tag(vault.root, "c", "C++", dry_run=False)


def test_tags_above_and_below_are_not_named_as_what_stands_beside(site):
    site.settings()
    site.note("notes/a.md", tags="[lang/go, lang/go/mod, web, lang]")
    site.note("notes/b.md", tags="[lang/go, language, web]")

    site.build()

    beside = site.output("tags/lang/go/index.html").partition('class="tags"')[2]
    assert re.findall(r">([^<]+)</a></li>", beside.partition("</ul>")[0]) == ["web", "language"]


def test_search_finds_a_nested_tag_by_those_above_it(site):
    site.settings()
    entry = site.note("notes/a.md", tags="[Lang/Rest API]").pure_build().checks.args[2].entries

    terms = _own_terms(entry["content/notes/a.md"], ("Note", "Notes"), [])

    assert {"tag:lang", "tag:lang-rest-api"} <= terms.keys()
