"""Raw HTML that is not balanced harms the text it stands in, and nothing beyond."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexusgen.markdown import VOID
from nexusgen.markdown.balance import balanced
from tests.markup.compare import PLACEHOLDER, read
from tests.markup.hostile import GENERATORS

PIECES = [
    *(f"<{name}>" for name in ("a", "b", "p", "div", "ul", "li", "table", "tr", "td", "svg", "h2")),
    *(f"</{name}>" for name in ("a", "b", "p", "div", "ul", "li", "table", "tr", "td", "svg", "h2")),
    "<br>", "<path/>", "<td a='>'>", "x", " ", "\n", "\n\n", "- ", "> ", "[x](y)", "![[z]]", "# ",
]  # fmt: skip


class Nesting(HTMLParser):
    """Raises where an end tag is not that of the element that was opened last."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        if "svg" not in self.open:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def is_balanced(html):
    nesting, tags = Nesting(), {"a": "<a>", "z": "</a>"}
    nesting.feed(PLACEHOLDER.sub(lambda mark: tags.get(mark[1], ""), html))
    nesting.close()
    return nesting.open == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<div>x</div></div> y", "<div>x</div> y"),
        ("</table><p>x", "<p>x</p>"),
        ("<blockquote><div>x</blockquote>y", "<blockquote><div>x</div></blockquote>y"),
        ("<p><b>x</p><p>y</b></p>", "<p><b>x</b></p><p>y</p>"),
        ("<b><p>x</b></p>", "<b><p>x</p></b>"),
        ("<b><ul><li>x</b></li><li>y</li></ul>", "<b></b><ul><li>x</li><li>y</li></ul>"),
        ("<p>x<p>y<h2>z</h2>", "<p>x</p><p>y</p><h2>z</h2>"),
        ("<ul><li>x<ul><li>y</ul><li>z</ul>", "<ul><li>x<ul><li>y</li></ul></li><li>z</li></ul>"),
        (
            "<table><tr><td>x<td>y<tr><td>z</table>",
            "<table><tr><td>x</td><td>y</td></tr><tr><td>z</td></tr></table>",
        ),
        ("<table><tr><td>x</div></td></tr><h2>y</h2>", "<table><tr><td>x</td></tr></table><h2>y</h2>"),
        ("<div><table><tr><td></div>x</table></div>", "<div><table><tr><td>x</td></tr></table></div>"),
        ("<dl><dt>x<dd>y<dt>z</dl>", "<dl><dt>x</dt><dd>y</dd><dt>z</dt></dl>"),
        ("<details><summary>x<p>y</p>", "<details><summary>x</summary><p>y</p></details>"),
        ('<a name="x"/><h2>y</h2><a href="z">z</a>', '<a name="x"/></a><h2>y</h2><a href="z">z</a>'),
        ("<video src=x><p>y</p>", "<video src=x></video><p>y</p>"),
        ("<html lang=x><body bgcolor=red>x</body></html>", "x"),
        ("<br></br><img></img>", "<br><img>"),
        ("<svg><path/><g><path/></g></svg><g/>x", "<svg><path/><g><path/></g></svg><g/>x</g>"),
        ("<DIV title='</p>'>x</dIv>", "<DIV title='</p>'>x</DIV>"),
        ("<tr><p>x</p><td>y</tr>", "<tr><p>x</p><td>y</td></tr>"),
        ("<table><tr><p>x</p><td>y</td></tr>z", "<table><tr><p>x</p><td>y</td></tr>z</table>"),
    ],
)  # fmt: skip
def test_an_end_that_closes_nothing_goes_and_what_is_open_ends_with_its_container(source, expected):
    assert balanced(source) == expected


@settings(deadline=None, max_examples=500)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_text_is_balanced_and_balanced_once(source):
    _, html = read(source)

    assert is_balanced(html)
    assert balanced(html) == html


@pytest.mark.parametrize("name", [name for name in GENERATORS if "<" in name])
def test_hostile_html_is_balanced(name):
    _, html = read(GENERATORS[name](2_000))

    assert is_balanced(html)


def test_the_page_around_a_note_keeps_its_form(site):
    site.note("a.md", "# A\n\n<table><tr><td>x\n\n</div></article></main>\n\nSee [b](b.md).")
    site.note("b.md", "# B\n\n![[a]]\n\nMore.\n\n</details>")
    site.build()

    for page in ("a", "b"):
        html = site.output(f"{page}/index.html")
        assert is_balanced(html)
        assert html.index("</article>") < html.index("</main>") < html.index("<footer")
    assert site.codes == []


def test_a_heading_in_html_has_an_anchor_as_on_github():
    document, html = read(
        '<h2 align="center">What <b>is</b> it?</h2>\n\n## Use\n\n<H3>\n\nIn *Markdown*\n\n</H3>\n\n'
        '<h2 id=own>Own</h2>\n\n<h2>Use</h2>\n\n<h1><img src="https://x.y/z.png" alt="z"></h1>'
    )

    found = [(heading.level, heading.id, heading.text) for heading in document.headings]
    assert found == [
        (2, "what-is-it", "What is it?"), (2, "use", "Use"), (3, "in-markdown", "In Markdown"),
        (2, "own", "Own"), (2, "use-1", "Use"),
    ]  # fmt: skip
    assert '<h2 align="center" id="what-is-it">What <b>is</b> it?</h2>' in html
    assert '<H3 id="in-markdown">' in html
    assert {heading.id for heading in document.headings} <= set(document.anchors)


def test_links_and_embeds_find_a_heading_in_html_and_the_top_of_any_page(site):
    site.settings()
    site.note("a.md", "[x](#top) [y](b.md#part) [[b#Top]]\n\n![[b#Part]]", title="A", summary="S")
    site.note(
        "b.md", "<h2>Part</h2>\n\nIt.\n\n<h2>Rest</h2>\n\nNo.", title="B", summary="S"
    ).build()

    html = site.output("a/index.html")
    assert site.codes == []
    assert re.findall(r'href="([^"]*#[^"]*)" data-kind', html)[:3] == [
        "../a/#",
        "../b/#part",
        "../b/#",
    ]
    assert '<p class="embed-heading">Part</p>\n<p>It.</p></div>' in html
