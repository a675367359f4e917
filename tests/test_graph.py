"""Where links lead, whatever form they are written in, and what is said of those that do not."""

import re
from unicodedata import normalize

import pytest

from nexusgen.core.model import Entry
from nexusgen.core.urls import ALONE
from nexusgen.site.names import natural_key, newest_first
from tests.conftest import PIXEL
from tests.linked import link

CACHING = "---\ntitle: Caching Strategies\naliases: [Memo, Store, 'Cache: what it is']\n---\n## Redis\n\nText.\n"


def hub(body: str, path: str = "notes/a.md", **files: str) -> dict[str, str]:
    return {path: body, "concepts/caching-strategies.md": CACHING} | {
        name.replace("__", "/").replace("_", "."): text for name, text in files.items()
    }


@pytest.mark.parametrize(
    "written",
    [
        "[x](../concepts/caching-strategies.md)",
        "[x](../concepts/caching-strategies)",
        "[x](../concepts/caching-strategies/)",
        "[x](../concepts/Caching-Strategies.MD)",
        "[x](../concepts/caching%2Dstrategies.md)",
        "[x](./../concepts/./caching-strategies.md)",
        "[x](concepts/caching-strategies.md)",
        "[x](/concepts/caching-strategies.md)",
        "[x](/concepts/caching-strategies/)",
        "[x](content/concepts/caching-strategies.md)",
        "[x](caching-strategies)",
        "[x](caching-strategies.md)",
        "[x](Memo)",
        "[x](<Caching Strategies>)",
        "[[caching-strategies]]",
        "[[Caching Strategies]]",
        "[[caching  strategies|text]]",
        "[[concepts/caching-strategies]]",
        "[[../concepts/caching-strategies]]",
        "[[Memo]]",
        "[[store]]",
        "[[Cache: what it is]]",
        "[[concepts/caching-strategies]]\n\n[concepts/caching-strategies]: ../concepts/caching-strategies",
        '<a href="../concepts/caching-strategies.md">x</a>',
    ],
)
def test_every_form_of_a_link_leads_to_the_same_page(written):
    linked = link(hub(written))

    assert linked.targets("notes/a.md") == ["/concepts/caching-strategies/"]
    assert linked.problems == []


@pytest.mark.parametrize("name", ["caching-strategies", "Caching Strategies", "memo",
                                  "concepts/caching-strategies.md", "'[[Memo]]'",
                                  "'Cache: what it is'"])  # fmt: skip
def test_uses_names_an_entry_by_path_slug_title_or_alias(name):
    linked = link({"concepts/caching-strategies.md": CACHING,
                   "technologies/redis.md": f"---\ntitle: Redis\nuses: [{name}]\n---\n"})  # fmt: skip

    assert linked.graph.relations == {
        "content/concepts/caching-strategies.md": ("content/technologies/redis.md",)
    }
    assert linked.problems == []


@pytest.mark.parametrize(
    ("written", "anchor"),
    [
        ("[x](../concepts/caching-strategies.md#redis)", "redis"),
        ("[x](../concepts/caching-strategies.md#Redis)", "redis"),
        ("[[Memo#Redis]]", "redis"),
        ("[[Memo#Part#redis]]", "redis"),
    ],
)
def test_anchors_are_found_by_id_and_by_heading(written, anchor):
    linked = link(hub(written))

    assert linked.targets("notes/a.md") == [f"/concepts/caching-strategies/#{anchor}"]
    assert linked.problems == []


HEADINGS = """Text

## Deploy: how & why?

## C# basics

## Basics

## macOS

### Install

#### Steps

## Linux (x86/arm)

### Install

#### Steps

## ???

## _Lemma:_ the `snake_case` of ==all==
"""


@pytest.mark.parametrize(
    ("written", "anchor"),
    [
        ("[[Guide#Deploy how why]]", "deploy-how--why"),
        ("[[Guide#deploy: how & why?]]", "deploy-how--why"),
        ("[[Guide#C# basics]]", "c-basics"),
        ("[[Guide#Basics]]", "basics"),
        ("[[Guide#Install]]", "install"),
        ("[[Guide#Linux x86 arm#Install]]", "install-1"),
        ("[[Guide#Linux (x86/arm)#Steps]]", "steps-1"),
        ("[[Guide#Linux x86 arm#Install#Steps]]", "steps-1"),
        ("[[Guide#macOS#Install#Steps]]", "steps"),
        ("[[Guide##macOS]]", "macos"),
        ("[x](Guide.md#Linux%20x86%20arm)", "linux-x86arm"),
        ("[[Guide#_Lemma _ the `snake_case` of all]]", "lemma-the-snake_case-of-all"),
        ("[[Guide#_Lemma:_ the snake case of ==all==]]", "lemma-the-snake_case-of-all"),
    ],
)
def test_headings_are_found_as_obsidian_writes_them(written, anchor):
    linked = link({"a.md": written, "Guide.md": HEADINGS})

    assert linked.targets("a.md") == [f"/guide/#{anchor}"]
    assert linked.problems == []


@pytest.mark.parametrize("fragment", ["Deploy how", "!", "Windows"])
def test_a_part_of_a_heading_or_mere_punctuation_names_no_heading(fragment):
    linked = link({"a.md": f"[[Guide#{fragment}]]", "Guide.md": HEADINGS})

    assert linked.targets("a.md") == ["/guide/"]
    assert len(linked.problems) == 1


ALIKE = """# N: the note?

## C++

## C

## 1.0

## 10

## F#

## F

## Setup

### Setup

## ???

## a*b*c stars

## Go

## GO
"""


@pytest.mark.parametrize(
    ("written", "anchor"),
    [
        ("[[G#C]]", "c-1"), ("![[G#C]]", "c-1"), ("[[G#C++]]", "c"), ("[[G#10]]", "10-1"),
        ("[[G#1.0]]", "10"), ("[[G#F]]", "f-1"), ("[[G#F#]]", "f"), ("[[G#c-1]]", "c-1"),
        ("[[G#???]]", "section"), ("[[G#Go]]", "go"), ("[[G#GO]]", "go-1"), ("[[G#gO]]", "go"), ("[[G#Setup#Setup]]", "setup-1"), ("[[G#N the note]]", ""),
        ("[[G#a*b*c stars]]", "abc-stars"), ("[[G#abc stars]]", "abc-stars"),
        ("[x](G.md#c)", "c"), ("[x](G.md#c-1)", "c-1"), ("[x](G.md#C)", "c-1"),
        ("[x](G.md#10)", "10"), ("[x](G.md#C++)", "c"),
    ],
)  # fmt: skip
def test_a_heading_named_as_it_is_written_comes_before_one_whose_anchor_looks_so(written, anchor):
    linked = link({"a.md": written, "G.md": ALIKE})

    assert linked.targets("a.md") == [f"/g/#{anchor}"]
    assert linked.problems == []


def test_links_of_a_vault_name_headings_by_their_texts_also_in_markdown(site):
    site.write(".obsidian/app.json", "{}").write("G.md", ALIKE)
    site.write("a.md", "[x](G.md#10) [[G#N the note]] [x](G.md#10-1)").build()

    found = re.findall('href="../g/#([^"]*)"', site.output("a/index.html"))
    assert found == ["10-1", "n-the-note", "10-1"]


def test_an_anchor_of_the_own_page():
    text = "[[#Part two]] and [b](#part-two) [[a#Part two]] [[#^c]]\n\n## Part two\n\nEnd. ^c\n"
    linked = link({"notes/a.md": text})

    assert linked.targets("notes/a.md") == [*["/notes/a/#part-two"] * 3, "/notes/a/#^c"]
    assert linked.problems == []
    shown = re.findall("<a [^>]*>([^<]*)</a>", linked.body("notes/a.md"))
    assert shown == ["Part two", "b", "a › Part two", "^c"]


def test_the_title_that_opens_a_page_is_an_anchor_as_well():
    linked = link({"n/a.md": "[x](b.md#my-bee) [[b#My Bee]]", "n/b.md": "# My Bee\n\nText"})

    assert linked.targets("n/a.md") == ["/n/b/#"] * 2
    assert linked.problems == []


def test_links_may_begin_with_the_path_of_the_base_url():
    text = "[1](/hub/x/a/) [2](/hub) [3](/hub/x/a/#b) [4](/hub/x/a.md) [5](/hub/p.png) [[/hub/x/a]]"
    files = {
        "n.md": f"{text} ![](/hub/p.png) [7](/x/a/) [8](/hubs/)",
        "x/a.md": "## B",
        "p.png": "",
    }
    linked = link(files, "title: Hub\nbase_url: https://x.org/hub/\n")

    entry, picture = "/x/a/", "/p.png"
    assert linked.targets("n.md") == [
        entry, "/", "/x/a/#b", entry, picture, entry, picture, entry, "missing",
    ]  # fmt: skip


def test_a_section_called_as_the_path_of_the_base_url_comes_first():
    files = {"n.md": "[1](/hub/a/) [2](/hub/b/)", "hub/a.md": "", "a.md": "", "b.md": ""}
    linked = link(files, "title: Hub\nbase_url: https://x.org/hub/\n")

    assert linked.targets("n.md") == ["/hub/a/", "/b/"]


def test_the_title_of_a_page_comes_before_the_place_that_its_heading_names():
    linked = link({"a.md": "[[b#My bee]] [x](b.md#my-bee) [[b#bee]]", "b.md": "# My bee {#my-bee}"})
    assert linked.targets("a.md") == ["/b/#", "/b/#my-bee", "/b/"]


def test_folders_and_pages_without_a_source_can_be_linked_to():
    linked = link({
        "notes/a.md": "---\ntags: [Web API]\n---\n[1](../notes/) [2](deep) [3](/) [4](../tags/)"
        " [5](/tags/web-api/) [6](../technologies) [[notes]]",
        "notes/deep/b.md": "B", "technologies/index.md": "# All\n",
    })  # fmt: skip

    assert linked.targets("notes/a.md") == [
        "/notes/", "/notes/deep/", "/", "/tags/", "/tags/web-api/", "/technologies/", "/notes/",
    ]  # fmt: skip
    assert linked.problems == []


def test_files_are_found_by_path_and_by_wikilinks_also_by_name():
    linked = link({
        "notes/a.md": "![x](../img/p.png) ![x](/img/P.png) ![[p.png]] [[a b.pdf#page=2]]",
        "img/p.png": "", "img/a b.pdf": "",
    })  # fmt: skip

    assert linked.targets("notes/a.md") == [
        "/img/p.png", "/img/p.png", "/img/p.png", "/img/a%20b.pdf#page=2",
    ]  # fmt: skip
    assert linked.problems == []


VAULT = {
    "Notes/a.md": (
        '---\nimage: "[[cover.png]]"\n---\n![x](Pasted%20image.png) ![[Pasted image.png]] [Deep](Deep.md)'
        " [b](Attachments/p.pdf) [c](../Attachments/p.pdf)"
    ),
    "Files/Attachments/Pasted image.png": "", "Files/Attachments/p.pdf": "",
    "Files/cover.png": "", "Other/Deep.md": "Text.",
}  # fmt: skip


def test_in_a_vault_links_of_either_form_lead_to_names(site):
    for path, text in VAULT.items():
        site.write(path, text)

    site.write(".obsidian/app.json", "{}").build()

    told = [one.message for one in site.problems if one.code == "link.broken"]
    assert told == ['link target "../Attachments/p.pdf" does not exist']
    page = site.output("notes/a/index.html")
    assert page.count('src="../../Files/Attachments/Pasted%20image.png"') == 2
    assert 'href="../../Files/Attachments/p.pdf"' in page
    assert 'src="../../Files/cover.png"' in page


def test_elsewhere_a_path_of_a_file_is_a_path_and_a_picture_in_brackets_has_a_name():
    linked = link(VAULT)

    assert linked.graph.images["content/Notes/a.md"].url == "Files/cover.png"
    assert [one.split(" ", 1)[1] for one in linked.problems] == [
        'error link.broken link target "Pasted image.png" does not exist'
        ' (did you mean "../Files/Attachments/Pasted image.png"?)',
        'error link.broken link target "Attachments/p.pdf" does not exist'
        ' (did you mean "../Files/Attachments/p.pdf"?)',
        'error link.broken link target "../Attachments/p.pdf" does not exist'
        ' (did you mean "../Files/Attachments/p.pdf"?)',
    ]


@pytest.mark.parametrize(
    ("settings", "severity"), [("error", "error"), ("warn", "warning"), ("allow", "warning")]
)
def test_a_file_that_is_not_there_is_no_entry_still_to_be_written(settings, severity):
    linked = link(
        {"a/x.md": "![[lost.png]] [[paper.PDF|p]]"}, f"title: H\nmissing_links: {settings}\n"
    )

    assert linked.graph.wanted == ()
    assert linked.problems == [
        f'content/a/x.md:1:1: {severity} link.broken no file is named "lost.png"',
        f'content/a/x.md:1:15: {severity} link.broken no file is named "paper.PDF"',
    ]


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("../.github/workflows/ci.yml", "is hidden by a dot, so it is not published"),
        (".env.example", "is hidden by a dot, so it is not published"),
        ("../../README.md", "lies outside of the content"),
        ("../examples/", "is a folder without entries, so it has no page"),
        ("/examples/deep", "is a folder without entries, so it has no page"),
        ("../data/x.json", "is data, so it has no page of its own"),
        ("../compose.yml", "is data, so it has no page of its own"),
        ("../none.yml", "does not exist"),
    ],
)
def test_what_is_no_part_of_the_site_is_told_in_words_of_its_own(target, told):
    linked = link({"n/a.md": f"[x]({target})", "examples/deep/e.py": "", "data/x.json": "[]",
                   "compose.yml": "- title: Web\n- title: Database\n"})  # fmt: skip

    (problem,) = linked.graph.problems
    assert problem.message == f'link target "{target}" {told}'
    assert bool(problem.hint) == (told != "does not exist")
    assert 'title="this is no part of the site"' in linked.body("n/a.md")


@pytest.mark.parametrize(
    ("written", "hint"),
    [("[x](..\\b\\one.md)", 'did you mean "../b/one.md"?'), ("[[b\\one]]", 'did you mean "One"?'),
     ("[x](..\\c\\none.txt)", "write / for each \\"), ("[x](../b/index.md)", 'did you mean "../b/"?'),
     ("[x](/b/README.md)", 'did you mean "/b/"?'), ("[x](ada@example.org)", 'begin it with "mailto:"'),
     ("[x](git@github.com:ada/b.git)", "write it as https://github.com/ada/b")],
)  # fmt: skip
def test_what_a_path_should_have_been_is_told(written, hint):
    linked = link({"n/a.md": written, "b/one.md": "It."})

    assert [problem.hint for problem in linked.graph.problems] == [hint]


@pytest.mark.parametrize("target", ["www.example.org", "example.org/page", "docs.example.org?x"])
def test_an_address_without_its_scheme_is_told_to_begin_with_one(target):
    (problem,) = link({"n/a.md": f"[x]({target})"}).graph.problems

    assert problem.hint.endswith('begin it with "https://"')


def test_unicode_names_match_whatever_their_normal_form_and_case():
    decomposed = normalize("NFD", "Über Caching")
    linked = link({"notes/a.md": "[x](%C3%BCber%20caching.md) [[ÜBER caching]]",
                   f"notes/{decomposed}.md": "Text"})  # fmt: skip

    assert linked.targets("notes/a.md") == ["/notes/über-caching/"] * 2
    assert linked.problems == []


def test_a_path_comes_before_a_slug_a_slug_before_a_title_and_a_title_before_an_alias():
    names = {"notes/one.md": "---\ntitle: Two\naliases: [Three]\n---\n",
             "deep/two.md": "---\ntitle: Three\n---\n", "x/three.md": "---\naliases: [Four]\n---\n",
             "y/z.md": "---\ntitle: Four\n---\n"}  # fmt: skip
    linked = link({"notes/a.md": "[[one]] [[two]] [[three]] [[four]]"} | names)

    assert linked.targets("notes/a.md") == ["/notes/one/", "/deep/two/", "/x/three/", "/y/z/"]
    assert linked.problems == []


@pytest.mark.parametrize(
    ("written", "shown"),
    [("[[jobs]]", "jobs"), ("[[Background jobs]]", "Background jobs"), ("[[work  queue]]", "work queue"),
     ("[[jobs#How]]", "jobs › How"), ("[[Work Queue#Work queue]]", "Work Queue"), ("[[I/O]]", "I/O"),
     ("[[queues]]", "Work queue"), ("[[concepts/queues]]", "Work queue"), ("[[202405011300]]", "Day"),
     ("[[jobs|these]]", "these"), ("[[queues#How]]", "Work queue › How")],
)  # fmt: skip
def test_a_title_or_an_alias_in_a_text_is_shown_as_written_and_a_path_by_the_title(written, shown):
    linked = link({"notes/a.md": f"---\nuses: [jobs]\n---\nThe {written} here.",
                   "notes/202405011300 Day.md": "Text.",
                   "concepts/queues.md": "---\ntitle: Work queue\naliases: [jobs, background jobs, I/O]\n---\n## How\n"})  # fmt: skip

    assert re.findall("<a [^>]*>([^<]*)</a>", linked.body("notes/a.md")) == [shown]
    assert linked.graph.uses["content/notes/a.md"][0].title == "Work queue"
    assert linked.problems == []


@pytest.mark.parametrize(
    ("written", "url"),
    [("[[Rest]]", "/notes/rest/"), ("[[REST]]", "/x/style/"), ("[[rest]]", "/notes/rest/"),
     ("[[rEST|x]]", "/x/tea/"), ("[x](REST)", "/notes/rest/"), ("[[TEA]]", "/x/pot/"), ("[[tEA]]", "/x/tea/"),
     ("[[Search]]", "/x/find/"), ("[[search]]", "/search/")],
)  # fmt: skip
def test_a_title_or_alias_of_the_very_letters_comes_before_what_differs_in_case(written, url):
    names = {"notes/rest.md": "---\ntitle: Rest\n---\n", "x/style.md": "---\ntitle: REST\n---\n",
             "x/tea.md": "---\ntitle: Oolong\naliases: [rEST]\n---\n", "x/pot.md": "---\ntitle: TEA\n---\n",
             "x/find.md": "---\ntitle: Search\n---\n", "x/b.md": "---\ntitle: tEA\ndraft: true\n---\n"}  # fmt: skip
    linked = link({"notes/a.md": f"---\nuses: [REST]\n---\n{written}"} | names)

    assert linked.targets("notes/a.md") == [url]
    assert linked.graph.uses["content/notes/a.md"][0].url == "x/style/"
    assert linked.problems == []


def test_the_nearest_of_several_entries_wins_and_all_are_named():
    linked = link({"a/x/from.md": "See [[setup]]", "a/setup.md": "1", "b/setup.md": "2"})

    assert linked.targets("a/x/from.md") == ["/a/setup/"]
    assert linked.problems == [
        'content/a/x/from.md:1:5: warning link.ambiguous "setup" could be any of 2 entries; '
        "content/a/setup.md was taken (write the path of the entry that is meant)"
    ]
    assert [place.path for place in linked.graph.problems[0].related] == [
        "content/a/setup.md",
        "content/b/setup.md",
    ]


def test_a_tie_of_several_entries_is_an_error():
    linked = link({"c/from.md": "[[setup]]", "a/setup.md": "1", "b/setup.md": "2"})

    assert linked.targets("c/from.md") == ["/a/setup/"]
    assert [problem.severity for problem in linked.graph.problems] == ["error"]


def test_an_entry_of_the_same_folder_is_no_rival():
    linked = link({"a/from.md": "[[setup]] [x](setup.md)", "a/setup.md": "1", "b/setup.md": "2"})

    assert linked.targets("a/from.md") == ["/a/setup/"] * 2
    assert linked.problems == []


def test_a_broken_path_is_a_problem_where_it_stands():
    linked = link(hub("# A\n\nSee [the note](../concepts/caching-strategy.md) on it."))

    assert linked.targets("notes/a.md") == ["missing"]
    assert linked.problems == [
        'content/notes/a.md:3:5: error link.broken link target "../concepts/caching-strategy.md" '
        'does not exist (did you mean "../concepts/caching-strategies.md"?)'
    ]


@pytest.mark.parametrize(
    "written",
    [
        "[x](“https://x.org”)", '[x]("https://x.org")', "[x]([https://x.org])", "[x](‘b.md’)",
        "![x](«https://x.org/a.png»)", '<a href="“https://x.org”">x</a>', "[x]\n\n[x]: “https://x.org/#a”",
    ],
)  # fmt: skip
def test_an_address_in_quotes_or_brackets_is_none(written):
    (problem,) = link({"a.md": written}).graph.problems

    assert (problem.code, problem.severity, problem.hint) == ("link.broken", "error", ALONE)


def test_an_address_within_a_query_leads_not_out_of_the_hub():
    linked = link({"a.md": "[x](b.md?of=https://x.org)", "b.md": "Text."})

    assert linked.targets("a.md") == ["/b/"]


def test_a_path_in_a_wrong_folder_is_not_guessed():
    linked = link(hub("[x](../technologies/caching-strategies.md) [[wrong/caching-strategies]]"))

    assert linked.targets("notes/a.md") == ["missing", "missing"]


@pytest.mark.parametrize(
    ("settings", "severities"),
    [("error", ["error"]), ("warn", ["warning"]), ("allow", [])],
)
def test_an_entry_still_to_be_written_may_be_allowed(settings, severities):
    linked = link({"a/x.md": "[[Cachng]]"}, f"title: Hub\nmissing_links: {settings}\n")

    assert [problem.severity for problem in linked.graph.problems] == severities
    assert [(wanted.name, wanted.links) for wanted in linked.graph.wanted] == [("Cachng", 1)]
    assert linked.body("a/x.md") == (
        '<p><span class="broken" title="this page does not exist yet">Cachng</span></p>'
    )


@pytest.mark.parametrize(
    ("settings", "severity"), [("error", "error"), ("warn", "warning"), ("allow", "warning")]
)
def test_a_path_of_an_entry_still_to_be_written_is_told_as_the_settings_say(settings, severity):
    text = "[x](to-come.md#now) [y](lost.png) [z](lost)"
    linked = link({"a/x.md": text}, f"title: Hub\nmissing_links: {settings}\n")

    assert [problem.severity for problem in linked.graph.problems] == [severity, "error", "error"]


def test_a_broken_anchor_is_a_problem_and_leads_to_the_page():
    linked = link(hub("[x](../concepts/caching-strategies.md#rediss) [y](#nowhere)"))

    assert linked.targets("notes/a.md") == ["/concepts/caching-strategies/", "/notes/a/"]
    assert linked.problems == [
        'content/notes/a.md:1:1: error link.anchor "Caching Strategies" has no heading or anchor '
        '"rediss" (did you mean "#redis"?)',
        'content/notes/a.md:1:47: error link.anchor this page has no heading or anchor "nowhere"',
    ]


@pytest.mark.parametrize("field", ["draft", "private"])
def test_a_link_to_what_is_not_published_says_so_and_shows_nothing_of_it(field):
    linked = link({"a/x.md": "[[secret plan]] [y](hush.md)",
                   "a/hush.md": f"---\ntitle: Secret Plan\n{field}: true\n---\nBoo"})  # fmt: skip

    assert linked.targets("a/x.md") == ["hidden", "hidden"]
    assert linked.problems == [
        'content/a/x.md:1:1: error link.hidden link to "secret plan", which is a draft, private or dated ahead '
        "(publish that entry or take the link out)",
        'content/a/x.md:1:17: error link.hidden link to "hush.md", which is a draft, private or dated ahead '
        "(publish that entry or take the link out)",
    ]
    assert linked.body("a/x.md") == (
        '<p><span class="broken" title="this page is not published">secret plan</span> '
        '<span class="broken" title="this page is not published">y</span></p>'
    )
    assert list(linked.graph.entries) == ["content/a/x.md"]


def test_drafts_are_linked_where_they_are_asked_for():
    files = {"a/x.md": "[[y]]", "a/y.md": "---\ndraft: true\n---\n"}

    assert link(files, drafts=True).targets("a/x.md") == ["/a/y/"]


def test_a_number_sign_may_be_part_of_a_name():
    linked = link({"n/a.md": "---\nuses: [C#, 'F#1']\n---\n[[F#1]] [[F#1#x]]", "n/F#1.md": "",
                   "n/c.md": "---\ntitle: C#\n---\n"})  # fmt: skip

    assert [target.url for target in linked.graph.uses["content/n/a.md"]] == ["n/c/", "n/fsharp1/#"]
    assert linked.targets("n/a.md") == ["/n/fsharp1/#", "/n/fsharp1/"]
    assert [problem.code for problem in linked.graph.problems] == ["link.anchor"]


def test_backlinks_hold_the_sentence_around_the_first_link():
    linked = link({"a/x.md": "Nothing. It is *fast* with [[y]], they say. [[y]]", "a/y.md": ""})

    (backlink,) = linked.graph.backlinks["content/a/y.md"]
    assert backlink.entry == "content/a/x.md"
    assert backlink.context == "It is fast with y, they say."


def test_a_section_has_weights_first_then_the_newest_and_knows_neighbours():
    linked = link({
        "notes/index.md": "# Notes", "notes/a.md": "---\ndate: 2024-01-01\n---\n",
        "notes/b.md": "---\ndate: 2024-05-01\n---\n", "notes/c.md": "---\nweight: 2\n---\n",
        "notes/d.md": "---\nweight: 1\n---\n", "deep/er/x.md": "",
    })  # fmt: skip
    notes = [f"content/notes/{name}.md" for name in "dcba"]

    assert linked.graph.sections == {
        "deep": (), "deep/er": ("content/deep/er/x.md",), "notes": tuple(notes),
    }  # fmt: skip
    assert linked.graph.neighbours[notes[0]] == ("", notes[1])
    assert linked.graph.neighbours[notes[3]] == (notes[2], "")


def test_the_older_of_dated_notes_is_the_previous_one():
    linked = link({
        "log/2024-01-05.md": "", "log/2024-01-06.md": "", "log/b.md": "---\ndate: 2024-01-06\n---\n",
        "log/x.md": "", "log/y.md": "",
    })  # fmt: skip
    older, newer, same, x, y = (
        f"content/log/{it}.md" for it in ("2024-01-05", "2024-01-06", "b", "x", "y")
    )

    assert linked.graph.sections["log"] == (newer, same, older, x, y)
    assert [linked.graph.neighbours[it] for it in (older, newer, same, x, y)] == [
        ("", newer), (older, same), (newer, x), (same, y), (x, ""),
    ]  # fmt: skip


def test_a_file_that_only_a_private_entry_shows_is_not_copied():
    linked = link({"a/x.md": "![one](1.png)", "a/1.png": "", "a/2.png": "", "a/3.png": "",
                   "a/y.md": "---\nprivate: true\n---\n![one](1.png) ![two](2.png)"})  # fmt: skip

    assert set(linked.graph.assets) == {"a/1.png"}


def test_what_only_a_private_entry_shows_is_in_no_file_of_the_site(site):
    site.settings().write("content/a/1.png", PIXEL).write("content/a/2.png", PIXEL)
    site.note("a/x.md", "![one](1.png)").note("a/y.md", "![two](2.png)", private="true").build()

    assert {path for path in site.tree() if path.endswith(".png")} == {"a/1.png"}


def test_a_hub_without_settings_copies_only_what_it_shows(site):
    site.write("x.md", "![one](1.png)").write("1.png", "one").write("secret.key", "k").build()

    assert {"1.png"} == {path for path in site.tree() if path.endswith((".png", ".key"))}


def test_an_image_that_does_not_exist_is_a_problem():
    linked = link({"a/x.md": "---\ntitle: X\nimage: pic.png\n---\n"})

    assert linked.problems == [
        'content/a/x.md:3:8: error link.broken link target "pic.png" does not exist'
    ]


def test_draft_may_link_to_its_own_headings():
    files = {"a/x.md": "---\ndraft: true\n---\n[down](#part)\n\n## Part\n", "a/y.md": "# Y\n"}

    assert not link(files).problems


def test_entries_without_dates_are_in_the_order_of_the_numbers_in_their_titles():
    titles = ["100 Ends", "Appendix", "Chapter 9", "Chapter 10", "Chapter 10 more", "Chapter 112"]
    entries = [
        Entry(title, title, 1, "notes", "", title, title, title) for title in reversed(titles)
    ]

    assert [entry.title for entry in newest_first(entries)] == titles


@pytest.mark.parametrize(
    "names",
    [
        ["2 things", "３ things", "10 things", "9" * 5000],
        ["???", "Âge", "~bin", "Cela", "«Citation»", "🎉 Été", ".NET", "Œuvre", "Über", "{zèbre}"],
        ["C", "C#", "C++", "Java", "{java}"],
        ["L'art", "L’école", "Lycée", "Zoo", "Ёлка", "Ель", "Иод", "Йод", "Эхо", "مرحبا", "日本"],
        ["resume", "résumé – zero", "Résumé writing", "résumés"],
    ],
)
def test_names_are_in_the_order_in_which_readers_look_for_them(names):
    turned = names[::-1]

    assert sorted(turned, key=natural_key) == names


def test_entries_of_one_name_are_in_the_order_of_their_paths():
    entries = [Entry(path, path, 1, "notes", "", path, "Elan", path) for path in ("c", "a", "b")]

    assert [entry.id for entry in newest_first(entries)] == ["a", "b", "c"]
