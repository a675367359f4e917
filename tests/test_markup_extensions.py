"""Extensions of Python-Markdown go on working, in lists, quotes and beside our own reading."""

import re
import sys
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import markdown
import pytest
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor, Pattern, SimpleTagInlineProcessor

from nexusgen.core.model import Text
from nexusgen.markdown import MarkupOptions
from nexusgen.markdown.render import render_markdown
from tests.markup.compare import normalised, read, rendered, without_frames
from tests.markup.fuzz import documents, sentences
from tests.reading import problems_of

TAB = "pymdownx.tabbed"
SAME = {
    "admonition": (["admonition"], '!!! note "T"\n    body *x*\n\n    second\n\nafter\n'),
    "admonition after a line": (["admonition"], "text\n!!! warning\n    body\n"),
    "admonition in admonition": (
        ["admonition"],
        "!!! note\n    one\n\n    !!! tip\n        two\n\n        three\n\n    four\n",
    ),
    "admonition in list": (
        ["admonition"],
        "- item\n\n    !!! note\n        body\n\n        more\n\n- b\n",
    ),
    "admonition in quote": (["admonition"], "> !!! note\n>     body\n"),
    "abbreviations": (["abbr"], "The HTML spec.\n\n*[HTML]: Hyper Text\n*[W3C]: WWW\n"),
    "definitions": (["def_list"], "Term\n:   Def *x*\n:   Def 2\n\nOther\n:   D\n"),
    "loose definitions": (
        ["def_list"],
        "Term\n\n:   Def\n\n    more\n\n    - a\n    - b\n\nOther\n\n:   D\n",
    ),
    "marked HTML": (
        ["md_in_html"],
        "<div markdown>\n\n# H\n\n- a\n- b\n\n<p>raw</p>\n\n</div>\n\nafter\n",
    ),
    "marked HTML in marked HTML": (
        ["md_in_html"],
        '<div markdown="1">\nouter *x*\n<div markdown="1">\n\ninner **y**\n\n</div>\n</div>\n',
    ),
    "marked span": (["md_in_html"], "<p markdown>*x*</p>\n"),
    "marked grid": (
        ["md_in_html", "attr_list"],
        '<div class="grid cards" markdown>\n\n-   __A__\n\n    ---\n\n    text\n\n-   __B__\n\n'
        "    ---\n\n    text\n\n</div>\n",
    ),
    "contents": (["toc"], "[TOC]\n\n## A\n\n### B\n\n## C\n"),
    "attributes": (["attr_list"], "## H {#i .c}\n\npara\n{: .p}\n\n- a\n{: .li}\n- b\n\n*x*{.e}\n"),
    "slash block": (
        ["pymdownx.blocks.admonition"],
        "/// note | T\nbody\n\n- a\n- b\n///\n\nafter\n",
    ),
    "slash blocks": (
        ["pymdownx.blocks.details", "pymdownx.blocks.admonition"],
        "//// details | D\nx\n\n/// note\ny\n///\n\nz\n////\n",
    ),
    "slash block of HTML": (["pymdownx.blocks.html"], "/// html | div.cls#id\n*x*\n///\n"),
    "slash block with options": (
        ["pymdownx.blocks.admonition"],
        "/// note | T\n    attrs: {class: a}\n\nbody\n///\n",
    ),
    "slash block in list": (
        ["pymdownx.blocks.admonition"],
        "- a\n\n    /// note\n    b\n    ///\n\n- c\n",
    ),
    "slash definitions": (
        ["pymdownx.blocks.definition"],
        "/// define\nApple\n\n- Pome\n\nOrange\n\n- Fruit\n///\n",
    ),
    "caption": (["pymdownx.blocks.caption"], "text\n\n/// caption\ncap\n///\n"),
    "details": (["pymdownx.details"], '??? note "T"\n    body\n\n    more\n'),
    "meta": (["meta"], "title: x\n\n## H\n"),
    "typography and line breaks": (["smarty", "nl2br"], '"a" -- b\nc\n'),
    "keys": (["pymdownx.keys"], "press ++ctrl+a++ now"),
    "mark, caret, tilde": (
        ["pymdownx.mark", "pymdownx.caret", "pymdownx.tilde"],
        "==m== ^^i^^ ^a^ ~~d~~ ~s~",
    ),
    "critic": (["pymdownx.critic"], "{++a++} {--b--} {~~c~>d~~} {==e==}"),
    "emoji": (["pymdownx.emoji"], ":smile: `:smile:`"),
    "inline code": (["pymdownx.inlinehilite"], "`#!py x` and `y`"),
    "symbols": (["pymdownx.smartsymbols"], "(c) --> 1/2"),
    "addresses": (["pymdownx.magiclink"], "- https://a.b/c\n"),
    "sane lists": (["sane_lists"], "1. a\n2. b\n\n* c\n"),
    "sane headers": (["pymdownx.saneheaders"], "#no\n\n## yes\n"),
    "progress and emphasis": (
        ["pymdownx.progressbar", "pymdownx.betterem"],
        '[=50% "50%"]\n\n***a** b*\n',
    ),
    "mermaid": (["pymdownx.superfences"], "```mermaid\ngraph\n\nx\n```\n"),
}
CONFIGURATION = {
    "pymdownx.superfences": {"custom_fences": [{"name": "mermaid", "class": "mermaid"}]},
    TAB: {"alternate_style": True},
}


_OUR_LOOK = re.compile(
    r' class="alert(?:-title| note)"| alert(?:-title| \w+)(?=")| data-callout="\w+"'
    r'|<small class="alert-kind mono">\w+</small>'
)
"""What makes an alert of ours of a box that an extension has made."""


def with_extensions(text, names, **configuration):
    options = {name: configuration.get(name, CONFIGURATION.get(name, {})) for name in names}
    return rendered(text, MarkupOptions(options))


def evened(html):
    """Return what HTML says, less what differs between XHTML and HTML and between blocks."""
    html = _OUR_LOOK.sub("", html.replace('checked="checked"', "checked"))
    return [
        event if event[0] != "text" else ("text", event[1].strip())
        for event in normalised(without_frames(html))
        if event[0] != "text" or event[1].strip()
    ]


@pytest.mark.parametrize("name", SAME)
def test_extension_gives_what_it_gives_with_python_markdown(name):
    names, text = SAME[name]
    options: Any = {name: CONFIGURATION[name] for name in names if name in CONFIGURATION}
    plain = markdown.markdown(text, extensions=names, extension_configs=options)

    assert evened(with_extensions(text, names)) == evened(plain)


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        (  # Python-Markdown ends the list at the second paragraph of an item
            "!!! note\n    - a\n\n    - b\n\n      c\n", ["admonition"],
            '<div class="admonition note"><p class="admonition-title">Note</p>'
            "<ul><li><p>a</p></li><li><p>b</p><p>c</p></li></ul></div>",
        ),
        (  # and knows no list that is indented by two
            "- item\n\n  !!! note\n      body\n", ["admonition"],
            '<ul><li><p>item</p><div class="admonition note">'
            '<p class="admonition-title">Note</p><p>body</p></div></li></ul>',
        ),
        (  # and wraps an element in a list into a paragraph
            "- a\n\n    <div markdown>\n    *x*\n    </div>\n", ["md_in_html"],
            "<ul><li><p>a</p><div><p><em>x</em></p></div></li></ul>",
        ),
    ],
)  # fmt: skip
def test_extension_is_read_better_than_with_python_markdown(text, names, expected):
    assert evened(with_extensions(text, names)) == evened(expected)


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ('!!! danger "Stop *it*"\n    x\n', "admonition", "> [!DANGER] Stop *it*\n> x"),
        ("!!! warning\n    x\n", "admonition", "> [!WARNING]\n> x"),
        ("??? tip\n    x\n", "pymdownx.details", "> [!TIP]-\n> x"),
        ('???+ bug "[a](https://a.b)"\n    x\n', "pymdownx.details", "> [!BUG]+ [a](https://a.b)\n> x"),
        ("/// note | T\nx\n///\n", "pymdownx.blocks.admonition", "> [!NOTE] T\n> x"),
        ("/// details | T\n    type: tip\nx\n///\n", "pymdownx.blocks.details", "> [!TIP]- T\n> x"),
    ],
)  # fmt: skip
def test_box_of_an_extension_looks_like_an_alert(text, name, expected):
    made = with_extensions(f"- a\n\n{text}\n> - b", [name])
    made = re.sub(r"(?<=class=\")(?:[\w-]+ )+(?=alert)", "", made.replace('open="open"', "open"))

    assert normalised(made) == normalised(rendered(f"- a\n\n{expected}\n\n<!-- -->\n\n> - b"))


def test_html_of_an_author_does_not_look_like_an_alert():
    text = '<details class="note" markdown><summary>S</summary>\n\nx\n\n</details>\n'

    assert "alert" not in with_extensions(text, ["md_in_html", "pymdownx.details"])


@pytest.mark.parametrize("configuration", [{}, {"alternate_style": True}])
def test_each_tab_is_a_box_below_its_label(configuration):
    text = '=== "A"\n    aa\n\n=== "B"\n\n    === "C"\n        cc\n\nafter\n'
    box = '<details class="alert note" name="__tabbed_{}"{}><summary class="alert-title">{}</summary>{}</details>'
    made = re.sub(r"tabbed-\w+ ", "", with_extensions(text, [TAB], **{TAB: configuration}))

    assert normalised(made) == normalised(
        box.format(1, " open", "A", "<p>aa</p>")
        + box.format(1, "", "B", box.format(2, " open", "C", "<p>cc</p>"))
        + "<p>after</p>"
    )


def test_block_of_an_extension_ends_with_the_item_of_its_list():
    made = with_extensions("- a\n\n    !!! note\n        b\n\nafter\n", ["admonition"])

    assert made.endswith("</ul><p>after</p>")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("!!! note\n\n    ```py\n    x\n\n    y\n    ```\n\n    end\n", ["admonition"]),
        ('=== "A"\n    aa\n\n    ```py\n    x\n    ```\n', [TAB]),
        ('<details markdown="1"><summary>S</summary>\n\n```\nx\n\n<div>\n```\n\n</details>\n', ["md_in_html"]),
        ("/// note\n```py\nx\n\ny\n```\n///\n", ["pymdownx.blocks.admonition"]),
        ('<div markdown>\n\n```\n</div>\n```\n\n</div>', ["extra"]),
    ],
)  # fmt: skip
def test_code_in_an_extension_s_block_is_ours(text, names):
    html = with_extensions(text, names)

    assert html.count('<figure class="code"') == 1
    assert "```" not in html


@pytest.mark.parametrize(
    "name",
    ["admonition", "md_in_html", "pymdownx.details", TAB, "pymdownx.superfences",
     *(f"pymdownx.blocks.{block}" for block in ("admonition", "caption", "definition", "details", "html", "tab"))],
)  # fmt: skip
def test_text_without_the_blocks_of_an_extension_is_read_as_without_it(name):
    configuration: Any = CONFIGURATION.get(name, {})
    options = MarkupOptions({name: configuration})
    written = "I *b* and [x](b.md), \\*no\\* `c` \\$d\\$ [[e]] end.\n\n- *a* b\n\n| *a* b |\n| --- |\n| `c` d |\n"

    for text in (written, *sentences(5, 60), *documents(5, 60)):
        (document, html), (plain, expected) = read(text, options), read(text)
        assert (html, document.links, document.summary) == (expected, plain.links, plain.summary)


def test_text_is_read_once_behind_what_an_extension_made():
    html = with_extensions(r"++a++ \*b\* `c` \*d\* ++e++ &amp;lt;", ["pymdownx.keys", "admonition"])

    assert "*b* <code>c</code> *d*" in html
    assert html.endswith(" &amp;lt;</p>")


def test_slash_block_that_is_none_is_text():
    html = with_extensions("/// nothing\n\n- a\n", ["pymdownx.blocks.admonition"])

    assert evened(html) == evened("<p>/// nothing</p><ul><li>a</li></ul>")


def test_emoji_shortcodes_are_text_unless_the_extension_is_named():
    assert rendered(":tada:") == "<p>:tada:</p>"


def test_links_that_another_extension_makes_are_placeholders():
    text = Text("body", "see [[a b]] and [x](y)")
    document, html = render_markdown((text,), "a.md", MarkupOptions({"wikilinks": {}}))

    assert [(link.form, link.target, link.text) for link in document.links] == [
        ("markdown", "/a_b/", "a b"),
        ("markdown", "y", "x"),
    ]
    assert "href" not in html["body"]


class OldPattern(Pattern):
    def handleMatch(self, m):  # noqa: N802 (the library's name)
        return f"<{m.group(2)}>"


class Odd(InlineProcessor):
    """Makes an element with text behind its child, and a link that could run code."""

    def handleMatch(self, m, data):  # type: ignore[override]  # noqa: N802 (as the library has it)
        element = Element("span")
        SubElement(element, "a", {"href": "javascript:alert(1)"}).tail = "*x* [y](z)"
        return element, m.start(0), m.end(0)


class OwnExtension(Extension):
    def extendMarkdown(self, md):  # noqa: N802 (the library's name)
        md.inlinePatterns.register(SimpleTagInlineProcessor(r"()%%(.*?)%%", "kbd"), "kbd", 70)
        md.inlinePatterns.register(OldPattern(r"@@(\w+)@@"), "old", 175)
        md.inlinePatterns.register(Odd(r"&&odd&&"), "odd", 174)


def test_inline_processors_of_both_styles_get_their_turn(monkeypatch):
    monkeypatch.setattr("nexusgen.markdown.extensions.KNOWN_PACKAGES", ("tests",))
    html = with_extensions(
        "%%*a* `b`%% @@c@@ `%%d%%` [%%e%%](f) %%g", ["tests.test_markup_extensions:OwnExtension"]
    )

    assert evened(html) == evened(
        "<p><kbd><em>a</em> <code>b</code></kbd> &lt;c&gt; <code>%%d%%</code> "
        '<a href="f"><kbd>e</kbd></a> %%g</p>'
    )


@pytest.mark.parametrize(
    "name",
    ["nothing.of.this.name", "os:system", "subprocess:run", "tests.test_markup_extensions:OldPattern",
     "pymdownx.keys:KeysPattern", "markdown.util", "json"],
)  # fmt: skip
def test_extension_that_cannot_be_loaded_is_a_problem_of_the_settings(name):
    options = MarkupOptions({name: {}, "admonition": {}}, settings="content/site.yml")
    document, html = render_markdown((Text("body", "!!! note\n    x"),), "a.md", options)
    (problem,) = problems_of(document)

    assert (problem.path, problem.code, problem.severity) == (
        "content/site.yml",
        "markdown.extension",
        "error",
    )
    assert f'"{name}"' in problem.message
    assert "admonition" in html["body"]


def test_texts_inside_an_element_of_another_extension_are_read(monkeypatch):
    monkeypatch.setattr("nexusgen.markdown.extensions.KNOWN_PACKAGES", ("tests",))
    html = with_extensions("a &&odd&& b", ["tests.test_markup_extensions:OwnExtension"])

    assert html == '<p>a <span><a></a><em>x</em> <a href="z">y</a></span> b</p>'


def test_settings_cannot_have_a_function_run(tmp_path):
    target = tmp_path / "made"
    options = MarkupOptions(
        {"subprocess:Popen": {"args": [sys.executable, "-c", f"open({str(target)!r}, 'w')"]}}
    )
    render_markdown((Text("body", "x"),), "a.md", options)

    assert not target.exists()


@pytest.mark.parametrize(
    "name",
    ["pymdownx.fancylists", "pymdownx.quotes", "pymdownx.b64", "pymdownx.pathconverter"],
)
def test_extension_whose_work_would_be_undone_is_said_to_have_no_effect(name):
    document, _ = render_markdown((Text("body", "x"),), "a.md", MarkupOptions({name: {}}))

    assert [problem.severity for problem in problems_of(document)] == ["warning"]
