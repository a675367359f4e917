"""What Markdown says of itself: links with their places, headings, summary; and its HTML."""

import pytest

from nexusgen.core.model import Heading, Site, Span, Text
from nexusgen.markdown import MarkupOptions, markup_options
from nexusgen.markdown.render import render_markdown
from tests.markup.compare import read, rendered
from tests.reading import problems_of

A, Z, E, IMAGE, T, END = "\ufdd0a", "\ufdd0z", "\ufdd0e", "\ufdd0i", "\ufdd0t", "\ufdd1"


def render(source, **place):
    document, html = render_markdown((Text("body", source, **place),), "a.md", MarkupOptions())
    return document, html["body"]


def links(source, **place):
    return render(source, **place)[0].links


def link(source, **place):
    (only,) = links(source, **place)
    return only


def html(source):
    return render(source)[1]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("One\ntwo  \nthree", "<p>One<br>\ntwo<br>\nthree</p>"),
        ("- *a\n  b* `c\n  d`", "<ul><li><em>a<br>\nb</em> <code>c d</code></li></ul>"),
        ("> a\n> b\n\n```\nc\nd\n```", "<blockquote><p>a<br>\nb</p></blockquote>"),
    ],
)
def test_ends_of_lines_are_breaks_where_a_vault_has_them(text, made):
    assert rendered(text, MarkupOptions(breaks=True)).startswith(made)
    assert rendered(text, markup_options(Site("T", (), markdown_extensions={"nl2br": {}}))) == (
        rendered(text, MarkupOptions(breaks=True))
    )


def test_embed_between_broken_lines_stands_alone():
    made = rendered("One\n![[b]]\ntwo", MarkupOptions(breaks=True))

    assert made == "<p>One<br>\n</p><p>![[b]]</p><p>two</p>"


def test_embed_within_a_line_stands_apart_in_a_vault():
    text = "One ![[b]] two\n\n- three ![[c#^d]] four"
    made = render_markdown((Text("body", text),), "a.md", MarkupOptions(vault=True))[1]["body"]

    assert made == (f"<p>One </p>{E}0{END}<p>two</p><ul><li>three {E}1{END} four</li></ul>")
    assert E not in html(text)


def test_any_sign_in_a_box_is_a_task_in_a_vault():
    text = "- [/] a\n- [-] b\n- [ ] c\n- [é]d\n- [xx] e\n"
    shown = [rendered(text, MarkupOptions(vault=vault)).count("<input") for vault in (False, True)]

    assert shown == [1, 3]
    assert rendered(text, MarkupOptions(vault=True)).count("checked") == 2


@pytest.mark.parametrize(
    ("settings", "breaks"),
    [("{}", True), ("{", True), ('{"strictLineBreaks": true}', False), ("", False)],
)
def test_settings_of_a_vault_say_whether_lines_break(site, settings, breaks):
    site.note("a.md", "One\ntwo").settings()
    if settings:
        site.write(".obsidian/app.json", settings)

    site.build()

    assert ("One<br>" in site.output("a/index.html")) == breaks


def test_options_come_from_the_settings_of_the_site():
    site = Site(
        "T", (), content="", lenient=True, markdown_extensions={"toc": {}}, raw_html="escape"
    )

    assert markup_options(site) == MarkupOptions({"toc": {}}, "escape", True, "site.yml")
    assert markup_options(Site("T", ())).settings == "content/site.yml"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[x](y.md)", ("markdown", "y.md", "", "x", "", "")),
        ("[x](y%20z.md#a%20b 'T')", ("markdown", "y z.md", "a b", "x", "T", "")),
        ("[x](#a)", ("markdown", "", "a", "x", "", "")),
        ("[x](/y?a=b)", ("markdown", "/y?a=b", "", "x", "", "")),
        ("[*x* `y`][r]\n\n[r]: z", ("markdown", "z", "", "x y", "", "")),
        ("![x](y.png 'T')", ("image", "y.png", "", "x", "T", "")),
        ("[[Name]]", ("wikilink", "Name", "", "", "", "")),
        ("[[ Name | text ]] a", ("wikilink", "Name", "", "text", "", "")),
        ("[[a/Name#Head ing|text]]", ("wikilink", "a/Name", "Head ing", "text", "", "")),
        ("[[#Heading]]", ("wikilink", "", "Heading", "", "", "")),
        ("[[Python: tips]]", ("wikilink", "Python: tips", "", "", "", "")),
        ("[[JavaScript: closures|JS]]", ("wikilink", "JavaScript: closures", "", "JS", "", "")),
        ("[[std::move#Use]]", ("wikilink", "std::move", "Use", "", "", "")),
        ("![[Docker:intro]]", ("embed", "Docker:intro", "", "", "", "")),
        ("[[a/b|c]]\n\n[a/b|c]: a/b.md 'B'", ("wikilink", "a/b", "", "c", "", "")),
        ("[[My Bee#x]]\n\n[My Bee#x]: <../n/My bee#x>", ("wikilink", "My Bee", "x", "", "", "")),
        ("![[Name]]", ("embed", "Name", "", "", "", "")),
        ("![[Name#Heading]]", ("embed", "Name", "Heading", "", "", "")),
        ("![[a b.png]]", ("embed", "a b.png", "", "", "", "")),
        ("![[a.png|300]]", ("embed", "a.png", "", "", "", "300")),
        ("![[a.png|300x200]]", ("embed", "a.png", "", "", "", "300x200")),
        ("![[a.png|words|300]]", ("embed", "a.png", "", "words", "", "300")),
        ("![[a.png|words]]", ("embed", "a.png", "", "words", "", "")),
        ("![[a.png|Figure 1]]", ("embed", "a.png", "", "Figure 1", "", "")),
        ("![[a.png|words | 80 x 40]]", ("embed", "a.png", "", "words", "", "80x40")),
        ("![[a.png|x300]]", ("embed", "a.png", "", "x300", "", "")),
        ("![[a.png|0]]", ("embed", "a.png", "", "0", "", "")),
        ("![words|Figure 1](a.png)", ("image", "a.png", "", "words|Figure 1", "", "")),
        ("| a |\n|---|\n| [[b\\|c]] |", ("wikilink", "b", "", "c", "", "")),
        (r"- [[a/b\|c]]", ("wikilink", "a/b", "", "c", "", "")),
        (r"[[a#b c\|d]]", ("wikilink", "a", "b c", "d", "", "")),
        (r"![[a.png\|b\|300]]", ("embed", "a.png", "", "b", "", "300")),
        ("<a href='y.md#z'>x</a>", ("html", "y.md", "z", "", "", "")),
        (
            "a <img src='y.png' alt='x' width='3' height='4'>",
            ("image", "y.png", "", "x", "", "3x4"),
        ),
    ],
)
def test_link_within_the_hub_is_noted(source, expected):
    found = link(source)

    assert (
        found.form,
        found.target,
        found.fragment,
        found.text,
        found.title,
        found.size,
    ) == expected


@pytest.mark.parametrize(
    "source",
    [
        "`[[a]]`", "```\n[[a]]\n```", "    [[a]]", "\\[[a]]", "[[ -f x ]]", "[[ $a == b || ! -z $c ]]", "[[]]", "[[|a]]",
        "x[[1]]", "m[[2, 3]] [[0]] [[1.5, -2]] [[1 2 3]]", "df[[name]]", "[[:alpha:]]",
        "[x](https://y.org)", "[x](mailto:a@b.c)", "[x](//y.org/z)", "https://y.org", "<a@b.c>",
        "![x](https://y.org/z.png)", "[[https://y.org]]", "[[//y.org]]", "[[y]]\n\n[y]: https://y.org/y", "{{ x }}", "[x]", "![x]", "<a name='x'></a>",
    ],
)  # fmt: skip
def test_text_that_is_no_link_within_the_hub_has_no_placeholder(source):
    document, made = render(source)

    assert document.links == ()
    assert "\ufdd0" not in made


def test_brackets_of_an_index_are_links_in_a_vault_alone():
    text = "x[[a]] [[1, 2]] [[0]]"
    found = [read(text, MarkupOptions(vault=vault))[0].links for vault in (False, True)]

    assert [[one.target for one in links] for links in found] == [[], ["a", "1, 2", "0"]]
    names = ["2024", "404", "1", "b", "c"]
    assert [one.target for one in links("[[2024]] [[404]] [[1|x]] [[b]][[c]]")] == names


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a [x](y)", f"<p>a {A}0{END}x{Z}0{END}</p>"),
        ("[[x]]", f"<p>{A}0{END}{T}0{END}{Z}0{END}</p>"),
        ("[[x|*y*]]", f"<p>{A}0{END}*y*{Z}0{END}</p>"),
        ("![x](y)", f"<p>{IMAGE}0{END}</p>"),
        ("![[x.png]]", f"<p>{IMAGE}0{END}</p>"),
        ("![[x]]", f"{E}0{END}"),
        ("a ![[x]]", f"<p>a {A}0{END}{T}0{END}{Z}0{END}</p>"),
        ("[![x](y)](z)", f"<p>{A}0{END}{IMAGE}1{END}{Z}0{END}</p>"),
        ("<a href=x>*y*</a>", f"<p>{A}0{END}<em>y</em>{Z}0{END}</p>"),
        ("<a href=x>y", f"<p>{A}0{END}y{Z}0{END}</p>"),
        ("![a [b](c)](d)", f"<p>{IMAGE}0{END}</p>"),
        ("[a [[b]] c](d)", f"<p>[a {A}0{END}{T}0{END}{Z}0{END} c](d)</p>"),
        ("[a ![[b.png]] c](d)", f"<p>{A}0{END}a {IMAGE}1{END} c{Z}0{END}</p>"),
        ("- ![[x]]\n\n- b", f"<ul><li>{E}0{END}</li><li><p>b</p></li></ul>"),
        ("- ![[x]]\n- b", f"<ul><li>{E}0{END}</li><li>b</li></ul>"),
        (
            "1. a\n   ![[x]]\n   - ![[y]]",
            f"<ol><li>a\n{E}0{END}<ul><li>{E}1{END}</li></ul></li></ol>",
        ),
        ("a\n: ![[x]]", f"<dl><dt>a</dt><dd>{E}0{END}</dd></dl>"),
        ("a *b*\n![[x]]", f"<p>a <em>b</em>\n</p>{E}0{END}"),
        (
            "a\n![[x]]  \n![[y]]\nb `c`\n\n    d",
            f"<p>a\n</p>{E}0{END}{E}1{END}<p>b <code>c</code></p>"
            '<figure class="code" data-language=""><pre tabindex="0"><code>d\n</code></pre></figure>',
        ),
        ("a\n![[x]] b", f"<p>a\n{A}0{END}{T}0{END}{Z}0{END} b</p>"),
        ("a\n![[x.png]]\nb", f"<p>a\n{IMAGE}0{END}\nb</p>"),
    ],
)
def test_placeholders_stand_where_the_links_are(source, expected):
    assert html(source) == expected


def test_placeholders_are_numbered_through_all_texts_of_an_entry():
    texts = (Text("body", "[a](b) ![a [x](y)](c)"), Text("solution", "[[d]]", 9))
    document, made = render_markdown(texts, "a.md", MarkupOptions())

    assert [(one.target, one.part) for one in document.links] == [
        ("b", "body"),
        ("c", "body"),
        ("d", "solution"),
    ]
    assert made["solution"] == f"<p>{A}2{END}{T}2{END}{Z}2{END}</p>"


@pytest.mark.parametrize(
    ("source", "place", "span"),
    [
        ("[x](y)", {}, Span(1, 1, 6)),
        ("a [x](y)", {"line": 7}, Span(1, 3, 6)),
        ("a\nb [x](y)", {"line": 7}, Span(2, 3, 6)),
        ("a\n  b [x](y)", {}, Span(2, 5, 6)),
        ("- a\n  - b [x](y)", {}, Span(2, 7, 6)),
        ("> - a\n>   b [[x]]", {}, Span(2, 7, 5)),
        ("-\ta [x](y)", {}, Span(1, 5, 6)),
        ("# a [x](y) #", {}, Span(1, 5, 6)),
        ("a\nb [x](y)\n===", {}, Span(2, 3, 6)),
        ("a | b\n--|--\nc | `[x](y)` [x](y)", {}, Span(3, 14, 6)),
        ("[r]: z\na [x](y)", {}, Span(2, 3, 6)),
        ("> [!NOTE]\n> a [x](y)", {}, Span(2, 5, 6)),
        ("- [ ] a [x](y)", {}, Span(1, 9, 6)),
        ("T\n: a [x](y)", {}, Span(2, 5, 6)),
        ("a[^1]\n\n[^1]: b [x](y)", {}, Span(3, 9, 6)),
        ("`[x](y)` [x](y)", {}, Span(1, 10, 6)),
        ("<div>\n<a href=x>y</a>\n</div>", {}, Span(2, 1, 10)),
        ("- a\n  <p>\n  <a\n  href=x>y</a>", {}, Span(3, 3, 2)),
        ("[x\ny](z)", {}, Span(1, 1, 2)),
        ("a\r\nb [x](y)", {}, Span(2, 3, 6)),
        ("[x](y)", {"line": 4, "column": 9, "indent": 2}, Span(1, 9, 6)),
        ("a\n[x](y)", {"line": 4, "column": 9, "indent": 2}, Span(2, 3, 6)),
        ("\x02a [x](y)", {}, Span(1, 4, 6)),
    ],
)
def test_link_has_its_line_in_the_text_and_its_column_in_the_file(source, place, span):
    assert link(source, **place).span == span


def test_link_in_another_extension_s_block_has_its_place_too():
    text = Text("body", "a [z](z)\n\n!!! note\n    b\n\n    c [x](y)\n", 5)
    document, _ = render_markdown((text,), "a.md", MarkupOptions({"admonition": {}}))

    assert [one.span for one in document.links] == [Span(1, 3, 6), Span(6, 7, 6)]


@pytest.mark.parametrize(
    ("source", "context"),
    [
        ("One. Two [x](y) three! Four.", "Two x three!"),
        ("One\ntwo *[x](y)*", "One two x"),
        ("See [[a/Name]] e.g. here.", "See \ufdd0=a/Name#\ufdd1 e.g."),
        ("- a\n- b [x](y)\n- c", "b x"),
        ("a | b\n-|-\nc [x](y) | d", "c x"),
        ("a `b` &amp; ![c](https://d.org) [x](y)", "a b & c x"),
        ("word [[a]] " + "b" * 290 + " [[c]] [x](y)", "b" * 290 + " \ufdd0=c#\ufdd1 x"),
        ("word " * 100 + "[x](y)", " ".join(["word"] * 60) + " x"),
    ],
)
def test_link_has_the_sentence_around_it(source, context):
    assert links(source)[-1].context == context


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Hello *World*", "hello-world"),
        ("What's `new` in 2.0?", "whats-new-in-20"),
        ("a_b - c", "a_b---c"),
        ("🎉 Party", "-party"),
        ("日本語 の見出し", "日本語-の見出し"),
        ("العربية", "العربية"),
        ("हिन्दी में", "हिन्दी-में"),
        ("Größe & Maß", "größe--maß"),
        ("ΟΔΟΣ", "οδοσ"),
        ("x² ½ Ⅷ ⓐ", "x--ⅷ-ⓐ"),
        ("!!!", "section"),
        ("[a](b) ![c](d)", "a-c"),
        ("[[a/B c|D]] [[e/F]]", "d-f"),
        ("A&amp;B", "ab"),
        ("a  b", "a--b"),
    ],
)
def test_heading_has_the_id_of_github(heading, expected):
    document, made = render(f"## {heading}")

    assert document.headings[0].id == expected
    assert f'<h2 id="{expected}">' in made


def test_heading_that_comes_again_is_numbered_as_on_github():
    document, _ = render("## a\n## a\n## a-1\n## A!\n## !\n## ?\n")

    assert [heading.id for heading in document.headings] == [
        "a", "a-1", "a-1-1", "a-2", "section", "section-1",
    ]  # fmt: skip


def test_heading_with_an_id_of_its_own_keeps_it():
    document, _ = render("## A {#b}\n## B")

    assert [(heading.id, heading.text) for heading in document.headings] == [
        ("b", "A"),
        ("b-1", "B"),
    ]


def test_headings_go_one_level_down_where_there_is_a_title():
    document, made = render("# A\n## B\n###### C", line=3)

    assert document.headings == (
        Heading(2, "a", "A", 1),
        Heading(3, "b", "B", 2),
        Heading(6, "c", "C", 3),
    )
    assert made == '<h2 id="a">A</h2><h3 id="b">B</h3><h6 id="c">C</h6>'
    assert [heading.level for heading in render("## B\n### C")[0].headings] == [2, 3]


def test_ids_of_other_texts_are_their_own():
    texts = (Text("body", "## A\n\n[^1]\n\n[^1]: x"), Text("solution", "## A\n\n[^1]\n\n[^1]: x"))
    document, made = render_markdown(texts, "a.md", MarkupOptions())

    assert document.anchors == ("fn-1", "a", "fn-solution-1", "solution-a")
    assert 'id="fnref-1"' in made["body"]
    assert 'id="fnref-solution-1"' in made["solution"]
    assert [heading.id for heading in document.headings] == ["a"]


def test_ids_that_attributes_give_are_anchors():
    assert render("a\n{: #x}\n\n*b*{#y}\n")[0].anchors == ("x", "y")


def test_ids_in_raw_html_are_anchors():
    assert render('<a id="x"></a> <div id=y>z</div>\n\n<p name="w">')[0].anchors == ("w", "x", "y")


def test_summary_is_the_text_of_the_first_paragraph():
    document, _ = render(
        "## H\n\n> q\n\nSome *text*\nwith a [[Na/me]],\n`c &amp; d` $x$ &lt;.\n\nMore."
    )

    assert document.summary == "Some text with a \ufdd0=Na/me#\ufdd1, c &amp; d x <."


@pytest.mark.parametrize(
    ("source", "summary"),
    [
        ("[![ci](https://x.org/a.svg)](https://x.org) ![b](https://x.org/b.svg)\n\nOne.", "One."),
        ("![Logo](https://x.org/a.svg) A tool.", "A tool."),
        ("[Home](index.md) | [[Other]]\n\nReal words.", "Real words."),
        ("Told[^1] twice^[inline].\n\n[^1]: Note.", "Told twice."),
        ("It is $a^2$ and\nmore.", "It is a^2 and more."),
        ("[[toc]]\n\n[TOC]\n\n<!-- no -->\n\nText.", "Text."),
        ("---\n\n...\n\nText.", "Text."),
        ("A text.\n{: .lead }", "A text."),
        ("A *text*{.x}.", "A text."),
        ("- [One](#one)\n- [Two](#two)\n\n## One\n\nWords.", "Words."),
        ("**Table of contents**\n\nText.", "Text."),
        ("**Redis is a store.**\n\nText.", "Redis is a store."),
        ("[Home](a.md) › [Notes](a.md) › Here\n\nText.", "Text."),
        ("[Redis](a.md) is a store / a queue.", "Redis is a store / a queue."),
        ("The [a](a.md) and [b](b.md) of `x/y` do so:\n\nText.", "The a and b of x/y do so:"),
        ("Last updated: 3 May 2024\n\n*Published on 3 May*\n\nText.", "Text."),
        ("up: [[Http]]\n\nText.", "Text."),
        ("Created: 2024-05-01 10:30\nMade from:: [[A]] [b](b.md)\n\nText.", "Text."),
        ("↩ Back to [the list](a.md)\n\nText.", "Text."),
        ("Redis: [a store](a.md) of keys.\n\nMore.", "Redis: a store of keys."),
        ("See: [only](a.md)", "See: only"),
        ("Updated plans tell you. So do these.", "Updated plans tell you. So do these."),
        ("{{< figure >}}\n\n{% include x %}\n\n:::tip\nA\n:::\n\nText.", "Text."),
        ('{{< figure\n  src="p.png"\n>}}\n\n{{<figure\n  alt="a"\n>}}\n\nText.', "Text."),
        ('<video src="https://e.org/a.mp4">No <b>player</b>.</video>\n\nText.', "Text."),
        ('See <audio src="https://e.org/a.mp3">No.</audio> it.', "See it."),
        ('{{< figure\n  src="p.png"\n\n  caption="a"\n>}}\n\nText.', "Text."),
        ("% a comment of MyST\n\nText.", "Text."),
        ("A `{% tag %}` of Liquid.\n\nMore {% x %}.", "A {% tag %} of Liquid."),
        ("{% include x %}\n\nShort[^1]\n\n[^1]: n", "Short"),
        ("{{< figure >}}\n\n- {% include x %}\n- Own", "Own"),
        ("{{< figure >}}", ""),
        ("- one\n- two", "one"),
        ("> [!tip] Title\n> Held by a callout.", "Held by a callout."),
        ("[Only a link](https://x.org)", "Only a link"),
        ("```\ncode\n```", ""),
        ("One<br>two<BR />\nthree.", "One two three."),
        ("<b>html</b> and &lt;x&gt; it is.", "html and <x> it is."),
        ("Use \\<name>.", "Use <name>."),
        (
            "**Goal:** Sell *all*\nthings.  \n**Made with:** Go\n**Features:**\n- a",
            "Sell all things.",
        ),
        ("**About**: \nGoal: Sell.\nStack: Go", "Sell."),
        ("A shop.\n\n**What it does:**\n- a", "A shop."),
        ("A shop in Go.\n**What it does:**\n- a", "A shop in Go."),
        ("Note: it is\nslow: so what.", "Note: it is slow: so what."),
    ],
)
def test_summary_is_the_first_text_that_says_something(source, summary):
    assert render(source)[0].summary == summary


@pytest.mark.parametrize("name", ["figure", " figure"])
def test_shortcode_over_several_lines_is_shown_as_it_is_written(name):
    made = render(f'{{{{<{name}\n  src="p.png"\n>}}}}\n\n> A quote.')[1]

    assert made.startswith(f'<p>{{{{&lt;{name}\nsrc="p.png"\n&gt;}}}}</p><blockquote>')


@pytest.mark.parametrize("mark", ["[TOC]", "[toc]", "[[toc]]", "[[TOC]]", "[[_TOC_]]"])
def test_mark_of_contents_alone_is_left_out(mark):
    document, made = render(f"One.\n\n{mark}\n\nTwo {mark}.")

    assert made.startswith("<p>One.</p><p>Two ")
    assert len(document.links) == mark.startswith("[[")


def test_mark_of_contents_is_that_of_the_extension_where_the_hub_has_it():
    options = MarkupOptions({"toc": {}})
    _, html = render_markdown((Text("body", "[TOC]\n\n## One"),), "a.md", options)

    assert '<div class="toc">' in html["body"]


@pytest.mark.parametrize(
    ("text", "size"),
    [("![a](b.png){width=300}", "300"), ("![a](b.png){: width=30 height=20 }", "30x20"),
     ("![a](b.png){width=50%}", ""), (f"![a](b.png){{width={'9' * 5000}}}", ""), ("![a|40](b.png){width=300}", "40"), ("[a](b.md){width=300}", "")],
)  # fmt: skip
def test_attribute_list_gives_an_image_its_size(text, size):
    assert link(text).size == size


def test_words_are_counted():
    assert render("One *two* three\n\n- four\n\n```\nno code\n```")[0].words == 4
    assert render("  \n")[0].words == 0


def test_a_text_is_as_long_as_its_bytes():
    assert render("Zwölf\n\n```\ncode\n```")[0].size == 20


def test_text_without_words_is_empty():
    document, made = render("")

    assert (document.summary, document.links, made) == ("", (), "")


def test_image_without_a_description_is_a_warning():
    document, _ = render("a\n\nb ![](x.png)", line=2)
    (problem,) = problems_of(document)

    assert (problem.code, problem.severity) == ("image.alt", "warning")
    assert (problem.line, problem.column, problem.length) == (3, 3, 10)
    assert problems_of(render("![x](x.png)")[0]) == []


@pytest.mark.parametrize("source", ["![[x.png]]", "<img src=x.png>", "![](https://y.org/x.png)"])
def test_any_image_without_a_description_is_a_warning(source):
    (problem,) = problems_of(render(source)[0])

    assert (problem.code, problem.line, problem.length) == ("image.alt", 1, len(source))


@pytest.mark.parametrize(
    "source", ["![[x.png|y]]", '<img src=x.png alt="">', "<img src=x.png alt=y>"]
)
def test_image_with_a_description_is_none(source):
    assert problems_of(render(source)[0]) == []


def test_raw_link_that_leaves_the_hub_is_marked():
    assert html('<a href="https://y.org" class=c>x</a>') == (
        '<p><a href="https://y.org" class=c rel="noopener">x</a></p>'
    )
    assert (
        html('<a href="https://y.org" rel=me>x</a>')
        == '<p><a href="https://y.org" rel=me>x</a></p>'
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[x](https://y.org 'T')", '<a href="https://y.org" rel="noopener" title="T">x</a>'),
        ("https://y.org/a_b.", '<a href="https://y.org/a_b" rel="noopener">https://y.org/a_b</a>.'),
        ("www.y.org", '<a href="http://www.y.org" rel="noopener">www.y.org</a>'),
        ("a@b.org", '<a href="mailto:a@b.org">a@b.org</a>'),
        ("[a@b.org](https://y.org)", '<a href="https://y.org" rel="noopener">a@b.org</a>'),
        ("![x](https://y.org/z.png)", '<img alt="x" loading="lazy" src="https://y.org/z.png">'),
        ("[x](https://y.org/?a&copy=b&amp;c)", '<a href="https://y.org/?a&amp;copy=b&amp;c" rel="noopener">x</a>'),
    ],
)  # fmt: skip
def test_link_that_leaves_the_hub_is_a_link(source, expected):
    assert html(source) == f"<p>{expected}</p>"


def test_a_rendered_text_leaves_nothing_for_the_next():
    first = render("# A\n\n[x][r] [^1] *[B]: C\n\n*[B]: C\n\n[r]: y\n\n[^1]: z\n\n- [ ] t")

    assert html("[x][r] [^1] B") == "<p>[x][r] [^1] B</p>"
    assert render("# A\n\n[x][r] [^1] *[B]: C\n\n*[B]: C\n\n[r]: y\n\n[^1]: z\n\n- [ ] t") == first


def test_headings_say_their_formulas_and_breaks():
    document, _ = render("## Why $O(n)$ holds\n\n## The $k$-means\n\n## One<br>two")

    assert [(heading.id, heading.text) for heading in document.headings] == [
        ("why-on-holds", "Why O(n) holds"), ("the-k-means", "The k-means"), ("onetwo", "One two"),
    ]  # fmt: skip
