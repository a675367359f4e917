"""The text of an entry as Markdown beside its page: it reads as the same text, and holds no more."""

import re
from html import unescape

import pytest

from nexusgen.markdown.writing import make_markdown
from tests.conftest import PIXEL
from tests.markup import fuzz
from tests.markup.compare import rendered

ADDRESS = "base_url: https://example.org/\n"
TEXTS = {
    "emphasis": "*a* **b c** ~~d~~ ==e== ***f g*** a*b*c **\"q\"**d *e*_f_ `x` `` `y` `` \\*no\\*",
    "signs": "\\# no\n\n1\\. no\n\n\\- no\n\n5 \\< 6 \\& &amp;copy; $5 and $6, a_b_c _ \\_d\\_ [x] \\!\\[y](z) %%",
    "breaks": "one\\\ntwo  \nthree\nfour",
    "headings": "# One\n\n## C\\#\n\n### a *b* `c` #\n\nSetext\n======",
    "lists": "- a\n- b\n\n  more\n  - c\n\n    ```\n    d\n\n    e\n    ```\n\n* other\n\n3. x\n4. y\n\n- [x] do\n- [ ] not",
    "quotes": "> a\n>\n> > b\n>\n> - c\n\n> [!warning] Mind `it`\n> Body\n> - x\n\n> [!tip]- Folded\n> in it",
    "code": "```python title=\"x.py\"\ndef f(): ...\n\n\n# x\n```\n\n````\n```\n````\n\n    indented <b>\n",
    "table": "| a | b |\n|:--|--:|\n| `x\\|y` | *z* |\n| | [l](https://example.com/a_b(c)) |",
    "notes": "One[^a] and two[^b], one[^a].\n\n[^a]: First.\n\n    More of *it*.\n\n[^b]: Second: `x`.",
    "html": "<kbd>Ctrl</kbd> H<sub>2</sub>O x<sup>2</sup>\n\n<details><summary>Sum <b>m</b></summary>\n\n- inner\n\n</details>\n\n<table><tr><td colspan=2>w</td></tr></table>",
    "films": "<video controls src=\"https://example.org/a.mp4\">\n</video>\n*it*\\\nand [l](b.png)",
    "math": "Where $a^2 < b$ is\n\n$$\n\\frac{a}{b}\n$$\n\nand more.",
    "formulas": "So $$ x = \"1\" $$ is, $$a < b$$, c $x\\$y$ and **$z$**.\n\n| a |\n|---|\n| $x\\|y$ |\n\n- $$\n  = y\n  $$\n\n```math\na\n\n- b\n```",
    "raw": "<svg><text>a_b_ *c*</text></svg> `` ` ``<code>*d*</code> and $`e`$",
    "terms": "Term\n:   What it *is*\n\n    more\n\nOther\n:   That",
    "links": "[a](https://example.com \"t\\\"i\") <https://example.com> https://example.com/x [b *c*][d]\n\n[d]: <https://example.com/e f>",
    "figures": "![alt](https://example.com/a.png \"Caption *x*\")\n\nText ![in it](https://example.com/b.png).",
    "scripts": "Ünïcode 汉字 עברית **粗体**字 *é*",
}  # fmt: skip


def words_of(page):
    """Return the text of an entry's page without spaces and without what is added to it."""
    html = page.partition("<article")[2].partition("</article>")[0]
    return plain(f"<{html}")


@pytest.mark.parametrize("name", TEXTS)
def test_it_reads_as_the_same_text(site, name):
    site.settings(ADDRESS).note("notes/a.md", TEXTS[name], title="A").build()
    page, twin = site.output("notes/a/index.html"), site.output("notes/a/index.md")

    site.write("content/notes/a.md", twin).build()

    assert words_of(site.output("notes/a/index.html")) == words_of(page)
    assert site.output("notes/a/index.md") == twin


@pytest.mark.parametrize(
    "text",
    ["> [!faq]- Why *so*\n> Because.", "> [!own-kind]+ T\n> > [!bug] U\n> > x", "> [!note] Note 1"],
)
def test_callouts_keep_their_kind_their_title_and_whether_they_fold(site, text):
    site.settings(ADDRESS).note("notes/a.md", text, title="A").build()

    assert site.output("notes/a/index.md").strip().endswith(text)


def test_formulas_are_written_as_their_author_did(site):
    text = "Where $`a^2 < b`$ is\n\n```math\n\\frac{a}{b}\n```"
    site.settings(ADDRESS).note("notes/a.md", text, title="A").build()

    assert site.output("notes/a/index.md").strip().endswith(text)


def test_it_says_what_the_page_says_of_the_entry(site):
    site.settings(ADDRESS)
    site.note(
        "challenges/slow.md", "The body.", title="'Slow: \"it\"'", summary="In short.",
        date="2024-01-02", updated="2024-03-04", tags="[code, 'a b']", problem="It **was**.",
        solution="A cache.",
    )  # fmt: skip

    assert site.build().output("challenges/slow/index.md") == (
        '---\ntitle: "Slow: \\"it\\""\nsummary: "In short."\ndate: "2024-01-02"\n'
        'updated: "2024-03-04"\ntags: ["a b", "code"]\n'
        'canonical: "https://example.org/challenges/slow/"\n---\n\n'
        "## Problem\n\nIt **was**.\n\n## Solution\n\nA cache.\n\nThe body.\n"
    )
    page = site.output("challenges/slow/index.html")
    assert '<link rel="alternate" type="text/markdown" href="index.md">' in page


def test_links_lead_to_the_texts_of_entries_and_to_no_page_that_is_missing(site):
    site.settings("author: {name: Ada}\n").note("index.md", "See [[B]].", title="Hub")
    site.note("about.md", "See [[A#Deep]].", title="About").note("x/index.md", "In X.", title="X")
    site.note("x/a.md", "[[B]], [[X]], [t](../tags/), [[#Deep]]\n\n## Deep", title="A", tags="[t]")
    site.note("b.md", "![[A]] and [[about]]", title="B").build()

    pages = site.tree()
    twins = [path for path in pages if path.endswith("index.md")]
    assert sorted(twins) == [
        "about/index.md", "b/index.md", "index.md", "x/a/index.md", "x/index.md",
    ]  # fmt: skip
    assert "[B](../../b/index.md), [X](../../x/index.md)" in site.output("x/a/index.md")
    assert "(../x/a/index.md#deep)" in site.output("about/index.md")
    assert site.output("index.md").endswith("See [B](./b/index.md).\n")


def test_links_are_whole_where_the_hub_has_an_address(site):
    site.settings(ADDRESS).write("content/n/c d.png", PIXEL)
    text = "[[B]], [c](c%20d.png) `](../../b)` and <video src='c%20d.png' title='../../ x'></video>"
    site.note("n/a.md", f"{text}\n\nSay ](../../b/).", title="A").note("b.md", title="B").build()

    text = site.output("n/a/index.md")
    assert "[B](https://example.org/b/index.md), [c](https://example.org/n/c%20d.png)" in text
    assert '<video src="https://example.org/n/c%20d.png"' in text
    assert "`](../../b)`" in text
    assert "Say \\](../../b/)." in text


def test_what_an_entry_embeds_stands_in_it(site):
    site.note("a.md", "![[B]]", title="A").note("b.md", "Of B.\n\n## Part\n\nIt.", title="B")

    text = site.build().output("a/index.md")

    assert text.endswith("> [B](../b/index.md)\n>\n> Of B.\n>\n> **Part**\n>\n> It.\n")


def test_footnotes_of_what_it_embeds_have_their_text_and_a_name_of_their_own(site):
    site.note("a.md", "Mine[^1].\n\n![[b]]\n\n![[c]]\n\n![[c#Part]]\n\n[^1]: Own.", title="A")
    site.note("b.md", "Claim[^1] and[^1] more[^x y].\n\n[^1]: Source of b.", title="B")
    site.note("c.md", "C[^1].\n\n## Part\n\nD[^1].\n\n## Rest\n\n[^1]: Source of c.", title="C")
    text = site.build().output("a/index.md")

    for line in (
        "Mine[^1].", "[^1]: Own.", "> Claim[^1-1] and[^1-1] more[^x y].", "> [^1-1]: Source of b.",
        "> C[^1-2].", "> [^1-2]: Source of c.",
    ):  # fmt: skip
        assert f"\n{line}" in text.replace("\\", "")
    assert text.endswith("\n\n[^1]: Own.\n")
    assert "> D[^1-2].\n" in text


@pytest.mark.parametrize("hidden", ["draft", "private"])
def test_nothing_hidden_is_in_it(site, hidden):
    site.note("zz.md", "Zanzibar", title="Secret place", **{hidden: "true"})
    site.note("a.md", "![[zz]] [x](zz.md) %%Quixote%%\n\n<!-- Quixote -->\n\n[//]: # (Quixote)")

    site.build()

    assert "zz/index.md" not in site.tree()
    for word in ("Zanzibar", "Secret", "Quixote"):
        assert word not in site.output("a/index.md")


def test_it_is_in_no_sitemap(site):
    site.settings(ADDRESS).note("a.md").build()

    assert "a/index.md" in site.tree()
    assert "index.md" not in site.output("sitemap.xml")


EMPTY = re.compile(r"<li[^>]*>\s*(?>(?:</?(?!li)[a-z0-9-]+[^>]*>\s*)*)</li>|<x-y>|</?div>|<b>|<!")
"""What has no words, or holds a tag of its author's own that is never closed."""


@pytest.mark.parametrize("kind", [fuzz.sentences, fuzz.documents])
def test_any_text_reads_as_the_same_text(kind):
    tried = 0
    for text in kind(seed=18, count=2_000):
        html = rendered(text)
        if not EMPTY.search(html):
            twin = make_markdown(html)
            assert plain(rendered(twin)) == plain(html), (text, twin)
            tried += 1
    assert tried > 500


def plain(html):
    """Return the text of HTML without spaces, without what is added to code, and without pictures."""
    html = re.sub(r'<figcaption class="language">.*?</figcaption>|<img[^>]*>|<!--.*?-->', "", html)
    return "".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def test_an_end_that_closes_nothing_does_no_harm():
    assert make_markdown("<p>a</b></div> b</p><!-- c -->d") == "a b\n\nd"


def test_a_number_that_is_none_does_no_harm():
    assert make_markdown('<ol start="²"><li>a</ol>') == "1. a"
    assert make_markdown("<h9999999999>a") == "<h9999999999>a</h9999999999>"


def test_a_deep_tree_loses_no_word():
    assert "word" in make_markdown("<div><blockquote>" * 5000 + "word")
    assert "word" in make_markdown("<em>" * 5000 + "word" + "</em>" * 5000)


def test_it_tells_the_fields_and_connections_that_the_page_shows(site):
    fields = "{speakers: list, recorded: flag, slides: path}"
    site.settings(f"{ADDRESS}kinds: {{talk: {{folder: talks, fields: {fields}}}}}\n")
    site.note("technologies/sqlite.md", "It stores.", title="SQLite")
    site.note("technologies/secret.md", "No.", title="Hidden", draft="true")
    site.note(
        "projects/pay.md", "Body.", title="Payroll", url="https://pay.example.org", role="Lead",
        uses="[SQLite, Hidden]", links="[{title: Notes, url: /talks/one.md}]", status="growing",
    )  # fmt: skip
    site.write("content/talks/a b.pdf", b"x").note(
        "talks/one.md", "Body.", title="One", speakers='[Zoë, "Smith, John"]', recorded="false",
        slides="a b.pdf",
    )  # fmt: skip

    site.build(keep_going=True)

    assert site.output("projects/pay/index.md").partition("canonical")[0] == (
        '---\ntitle: "Payroll"\nstatus: "growing"\nuses: ["SQLite"]\nurl: "https://pay.example.org"\n'
        'role: "Lead"\nlinks: [{"title": "Notes", "url": "https://example.org/talks/one/"}]\n'
    )
    assert site.output("talks/one/index.md").partition("canonical")[0] == (
        '---\ntitle: "One"\nspeakers: ["Zoë", "Smith, John"]\nrecorded: false\n'
        'slides: "https://example.org/talks/a%20b.pdf"\n'
    )
