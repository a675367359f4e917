"""Blocks that GitHub and Obsidian know beyond CommonMark."""

import re
from html import unescape

import pytest

from tests.markup.compare import read, rendered

WRAPPER = '<div aria-label="Table" class="scroll" role="group" tabindex="0">'


LABEL = '<small class="alert-kind mono">{}</small>'


@pytest.mark.parametrize(
    ("text", "look", "kind", "title"),
    [
        ("> [!NOTE]\n> a", "note", "note", "Note"),
        ("> [!tip]\n> a", "tip", "tip", "Tip"),
        (">[!IMPORTANT]  \n>a", "important", "important", "Important"),
        ("> [!CAUTION]\n> a", "caution", "caution", "Caution"),
        (
            "> [!warning] *Own*\n> a",
            "warning",
            "warning",
            "<em>Own</em> " + LABEL.format("Warning"),
        ),
        ("> [!faq] Why?\n> a", "important", "faq", "Why? " + LABEL.format("FAQ")),
        ("> [!tldr]\n> a", "note", "tldr", "TL;DR"),
        ("> [!bug] Bug 12\n> a", "warning", "bug", "Bug 12"),
        ("> [!my-own|right] T\n> a", "note", "my-own", "T " + LABEL.format("My own")),
        ("> [!Zitat]\n> a", "note", "zitat", "Zitat"),
        ("> [!NOTE]\n>\n> a", "note", "note", "Note"),
    ],
)
def test_quote_with_a_mark_is_an_alert(text, look, kind, title):
    assert rendered(text) == (
        f'<div class="alert {look}" data-callout="{kind}">'
        f'<p class="alert-title">{title}</p><p>a</p></div>'
    )


@pytest.mark.parametrize(("sign", "is_open"), [("-", ""), ("+", ' open=""')])
def test_alert_with_a_sign_folds(sign, is_open):
    assert rendered(f"> [!info]{sign} **T**\n> a\n>\n> > b") == (
        f'<details class="alert note" data-callout="info"{is_open}><summary class="alert-title">'
        f"<strong>T</strong> {LABEL.format('Info')}</summary>"
        "<p>a</p><blockquote><p>b</p></blockquote></details>"
    )


def test_link_in_a_title_that_folds_stands_below_it():
    text = "> [!tip]- Of *[[A]]* and [b](https://example.org) `c`\n> d"
    html, shown = rendered(text), "<em><span>A</span></em> and <span>b</span> <code>c</code>"

    assert f'<summary class="alert-title">Of {shown} <small' in html
    assert html.partition("</summary>")[2] == (
        '<p class="alert-links">[[A]] <a href="https://example.org" rel="noopener">b</a> </p>'
        "<p>d</p></details>"
    )
    assert "</summary>[[" not in rendered(text.replace("]-", "]"))


def test_alert_of_nothing_but_a_title_has_nothing_to_fold():
    assert rendered("> [!bug]- T").startswith('<div class="alert warning"')


@pytest.mark.parametrize("text", ["> [!info]-\n> ```\n> x\n> ```", "> [!x]\n> ```\n> x\n> ```"])
def test_code_right_below_the_mark_of_an_alert_stays(text):
    assert "x\n</code>" in rendered(text)


def test_alerts_hold_alerts_of_their_own_kind_and_title():
    html = rendered("> [!tip]- A\n> a\n> > [!danger]+ B\n> > b\n>\n> c")

    assert html.count("<details") == 2
    assert html.index("B <small") < html.index("<p>b</p></details><p>c</p></details>")


def test_link_in_the_title_of_an_alert_has_its_place():
    document, _ = read("\n> [!tip]- See [[Other]]\n> a")

    assert (document.links[0].span.line, document.links[0].span.column) == (2, 15)


@pytest.mark.parametrize(
    "text",
    [
        "> a\n> [!NOTE]", "[!NOTE]\na", "> [!NOTE\n> a", "> # [!NOTE]", "> [!]\n> a",
        "> [![x](https://x.org/y.png)](https://x.org)", "> [!x](y.md)",
    ],
)  # fmt: skip
def test_quote_without_a_mark_is_a_quote(text):
    assert "alert" not in rendered(text)


def test_alert_holds_blocks_and_stands_in_lists():
    html = rendered("- a\n\n  > [!NOTE]\n  > b\n  >\n  > - c\n  >   ```\n  >   d\n  >   ```")

    assert '<p class="alert-title">Note</p><p>b</p><ul>' in html
    assert "d\n</code>" in html


def test_empty_alert_is_its_title():
    assert rendered("> [!NOTE]") == (
        '<div class="alert note" data-callout="note"><p class="alert-title">Note</p></div>'
    )


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("a^[one *two* `]`]", "one <em>two</em> <code>]</code>"),
        ("a^[see [x](https://x.org) b]", 'see <a href="https://x.org" rel="noopener">x</a> b'),
        ("a^[one\ntwo]", "one\ntwo"),
        ("a^[ \\] ]", "]"),
    ],
)
def test_footnote_may_stand_in_the_text(text, note):
    html = rendered(text)

    assert html.startswith('<p>a<sup class="footnote-ref"><a')
    assert f'<li id="fn-inline-1"><p>{note} <a' in html


def test_footnotes_in_the_text_are_numbered_with_the_others():
    html = rendered("a[^x] b^[B] c[^inline-3]\n\n[^x]: X^[Y]\n[^inline-3]: C")

    items = re.findall(r'<li id="fn-([^"]+)"><p>(\w+)', html)
    assert items == [("x", "X"), ("inline-4", "B"), ("inline-3", "C"), ("inline-5", "Y")]
    assert re.findall(r'id="fnref-[^"]+">(\d)<', html) == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    "text",
    ["x^[y](https://x.org)", "`^[x]`", "\\^[x]", "^[]", "^[x", "2^[x][y]\n\n[y]: https://y.org"],
)
def test_what_only_looks_like_a_footnote_in_the_text_is_none(text):
    assert "footnote" not in rendered(text)


def test_link_in_a_footnote_in_the_text_has_its_place():
    document, _ = read("a\nb^[ c\n[[D]]]")

    assert (document.links[0].span.line, document.links[0].span.column) == (3, 1)


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        ("[[A|of a]] | b", "[[A|of a]]"),
        ("b | ![[p.png|50]]", "![[p.png|50]]"),
        ("![[p.png|of p|50]]", "![[p.png|of p|50]]"),
        ("[[A#B|c]][[D\\|e]] | f", "[[A#B|c]][[D|e]]"),
    ],
)
def test_bar_of_a_wikilink_divides_no_cells(row, cell):
    html = rendered(f"| x | y |\n| - | - |\n| {row} |")

    assert f"<td>{cell}</td>" in html and html.count("<td>") == 2


def test_cells_that_nobody_sees_are_told_with_their_place():
    rows = "| `a || b` | c |", "| a | b |", "| a | b |  |", "| [[ -f a | b ]] | c", "| a |"
    document, html = read("| x | y |\n| - | - |\n" + "\n".join(rows))

    found = [one for one in document.problems["body"] if one.code == "table.cells"]
    assert [(one.line, one.column, one.length) for one in found] == [(3, 9, 8), (6, 20, 1)]
    assert html.count("<td>") == 10


def test_footnotes_stand_at_the_end_in_the_order_of_their_use():
    html = rendered("a[^b] c[^1] d[^b]\n\n[^1]: one\n[^b]: two\n\n    more\n[^x]: unused")

    assert html == (
        '<p>a<sup class="footnote-ref"><a data-footnote-ref="" href="#fn-b" id="fnref-b">1</a></sup>'
        ' c<sup class="footnote-ref"><a data-footnote-ref="" href="#fn-1" id="fnref-1">2</a></sup>'
        ' d<sup class="footnote-ref"><a data-footnote-ref="" href="#fn-b" id="fnref-b-2">1</a></sup>'
        '</p><section aria-label="Footnotes" class="footnotes" data-footnotes=""><ol>'
        '<li id="fn-b"><p>two</p><p>more '
        '<a aria-label="Back to reference 1" class="footnote-backref" data-footnote-backref="" '
        'data-footnote-backref-idx="1" href="#fnref-b">↩</a> '
        '<a aria-label="Back to reference 1-2" class="footnote-backref" data-footnote-backref="" '
        'data-footnote-backref-idx="1-2" href="#fnref-b-2">↩<sup class="footnote-ref">2</sup></a>'
        '</p></li><li id="fn-1"><p>one '
        '<a aria-label="Back to reference 2" class="footnote-backref" data-footnote-backref="" '
        'data-footnote-backref-idx="2" href="#fnref-1">↩</a></p></li></ol></section>'
    )


def test_footnote_that_is_not_defined_is_text():
    assert rendered("a[^1]") == "<p>a[^1]</p>"


def test_mark_and_footnote_that_find_no_other_are_told_with_their_places():
    text = (
        "A[^src], b[^2] [^Old].\n\n[^1]: Unseen[^3].\n> [^2]: Seen.\n\n[^2]: Again.\n[^3]: Unseen."
    )
    document, _ = read(text)

    found = [one for one in document.problems["body"] if one.code == "footnote.alone"]
    assert sorted((one.line, one.column, one.message.partition(",")[0]) for one in found) == [
        (1, 2, 'there is no footnote "src"'),
        (1, 16, 'there is no footnote "Old"'),
        (3, 1, 'the footnote "1" is not shown'),
        (6, 1, 'the footnote "2" is not shown'),
        (7, 1, 'the footnote "3" is not shown'),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "x[^a-z] b[^1]* [^abc] [^/]",
        "a^[b]",
        "a`[^1]`",
        "a\\[^1]",
        "a[^1](b.md)",
        "a[^1]\n\n[^1]: b",
    ],
)
def test_what_is_no_mark_of_a_footnote_is_not_told(text):
    assert read(text)[0].problems == {}


def test_footnote_may_use_another_and_end_with_code():
    html = rendered("a[^1]\n\n[^1]: b[^2]\n\n[^2]: c\n\n    ```\n    d\n    ```")

    assert html.index('id="fn-1"') < html.index('id="fn-2"')
    assert "d\n</code></pre></figure>" in html


def test_task_boxes_have_names():
    html = rendered("- [ ] a\n- [x] b\n\n1. [X] *c*")

    assert html == (
        '<ul><li class="task"><input aria-label="to do" disabled="" type="checkbox"> a</li>'
        '<li class="task"><input aria-label="done" checked="" disabled="" type="checkbox"> b</li></ul>'
        '<ol><li class="task"><input aria-label="done" checked="" disabled="" type="checkbox"> '
        "<em>c</em></li></ol>"
    )


@pytest.mark.parametrize("text", ["- [ ]", "- [y] a", "[ ] a", "- a\n\n  [ ] b", "- [ ]a"])
def test_other_brackets_are_no_boxes(text):
    assert "<input" not in rendered(text)


def test_table_scrolls_by_itself():
    assert rendered("a | b\n:- | -:\n`c \\| d` | [e](f)\n") == (
        f'{WRAPPER}<table><thead><tr><th align="left">a</th><th align="right">b</th></tr></thead>'
        '<tbody><tr><td align="left"><code>c | d</code></td>'
        '<td align="right"><a href="f">e</a></td></tr></tbody></table></div>'
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T\n: a\n: *b*", "<dl><dt>T</dt><dd>a</dd><dd><em>b</em></dd></dl>"),
        ("T\nU\n:   a\n    b", "<dl><dt>T</dt><dt>U</dt><dd>a\nb</dd></dl>"),
        ("T\n\n:   a\n\n    - b", "<dl><dt>T</dt><dd><p>a</p><ul><li>b</li></ul></dd></dl>"),
        ("T\n: a\n\nU\n: b", "<dl><dt>T</dt><dd>a</dd><dt>U</dt><dd>b</dd></dl>"),
        ("- T\n  : a", "<ul><li><dl><dt>T</dt><dd>a</dd></dl></li></ul>"),
        (": a", "<p>: a</p>"),
        ("T\n:a", "<p>T\n:a</p>"),
        ("- T\n\n: a", "<ul><li>T</li></ul><p>: a</p>"),
        ("[r]: u\n: a", "<p>: a</p>"),
        ("- a\n\n[r]: u\n: b", "<ul><li>a</li></ul><p>: b</p>"),
    ],
)
def test_definitions(text, expected):
    assert rendered(text) == expected


def test_abbreviations_are_explained_but_not_in_code():
    html = rendered('*[HTML]: Hyper "Text"\n\nHTML, `HTML` and XHTML *HTML* HTML\n')

    abbreviation = '<abbr title="Hyper &quot;Text&quot;">HTML</abbr>'
    assert html == (
        f"<p>{abbreviation}, <code>HTML</code> and XHTML <em>{abbreviation}</em> {abbreviation}</p>"
    )


@pytest.mark.parametrize(
    "text",
    [
        "a {x}", "{2,3}", "a\n{b}", "a\n{% end %}", "*a*{b}", "`a`{b c}", "## a {draft}", "## f {x=1}",
        "- a {b}", "a\n{:ok, b}", "- x\n  {:error, :no}", "## a {: b: 1}", "a\n{{ .b }}", "*a*{{b}}",
        "a\n${b}", '## a {"b": 1}', "a\n{a.b}", "*a*{.5}", "a\n{color: red}", "a\n{#if b}", "a\n{}",
        "| a {b} | c |\n| --- | --- |\n| d {e} | f |", "Term {x}\n: a", "*a*{x=1}", "a\n{...b}",
    ],
)  # fmt: skip
def test_braces_that_are_no_attributes_are_text(text):
    braces = re.findall(r"[${]*\{.*\}", text)

    assert all(one in unescape(re.sub("<[^>]*>", "", rendered(text))) for one in braces)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](https://x.org){target=_blank}", 'target="_blank"'),
        ("![a](https://x.org/b.png){ width=50% .c }", 'class="c"'),
        ("## a {#b-1 lang=de}", '<h2 id="b-1" lang="de">'),
        ('*a*{: .b title="c d"}', '<em class="b" title="c d">'),
        ("a\n{:.b}", '<p class="b">a</p>'),
        ("## a {: custom=b}", 'custom="b"'),
    ],
)
def test_attribute_lists_of_several_forms(text, expected):
    assert expected in rendered(text)


@pytest.mark.parametrize("text", ["* TOC\n{:toc}\n\na", "1. Contents\n{: toc}\n\na"])
def test_list_in_place_of_the_contents_is_left_out(text):
    assert rendered(text) == "<p>a</p>"


def test_attribute_lists():
    assert rendered("## a {#b .c}") == '<h2 class="c" id="b">a</h2>'
    assert rendered("*a*{.b}") == '<p><em class="b">a</em></p>'
    assert rendered("a\n{: .b}") == '<p class="b">a</p>'


def test_marks_and_strikes():
    assert rendered("==a *b*== ~~c~~ ~d~ = == e") == (
        "<p><mark>a <em>b</em></mark> <del>c</del> <del>d</del> = == e</p>"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("~~a~ b", "~~a~ b"),
        ("~a~~ b", "~a~~ b"),
        ("~~~~a~~~~ b", "~~~~a~~~~ b"),
        ("==a= b==c", "<mark>a= b</mark>c"),
        ("*a ~~b* c~~", "<em>a ~~b</em> c~~"),
        ("_a b* c* d_", "<em>a b* c* d</em>"),
    ],
)
def test_strikes_of_unequal_length_are_text(text, expected):
    assert rendered(f"x {text}") == f"<p>x {expected}</p>"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("(https://a.b/c)", "https://a.b/c"),
        ("https://a.b/c(d)", "https://a.b/c(d)"),
        ("https://a.b/&amp;", "https://a.b/"),
        ("https://a.b/c?!", "https://a.b/c"),
        ("HTTPS://a.b", "HTTPS://a.b"),
        ("ftp://a.b", "ftp://a.b"),
        ("a.b+c@d-e.fg.", "mailto:a.b+c@d-e.fg"),
        ("mailto:a@b.cd", "mailto:a@b.cd"),
        ("www.a_b.c.d", "http://www.a_b.c.d"),
    ],
)
def test_bare_address_is_a_link(text, address):
    assert f'href="{address}"' in rendered(text)


@pytest.mark.parametrize(
    "text",
    ["https://", "https:// a", "xhttps://a.b", "https://a_b.c_d", "www.", "awww.a.b", "a@b", "a@b.c-",
     "a@b.c@d", "@b.c", "`https://a.b`", "[https://a.b", "www.a_b"],
)  # fmt: skip
def test_text_that_is_no_address_is_no_link(text):
    assert "<a" not in rendered(text)


def test_details_hold_markdown():
    html = rendered("<details>\n<summary>S</summary>\n\n- a\n\n</details>")

    assert html == "<details>\n<summary>S</summary>\n<ul><li>a</li></ul></details>"


def test_html_that_is_not_finished_is_finished():
    assert rendered("<!-- a <img alt=b>\n\nc") == ""
    assert rendered("d\n\n<!-- a\n\nb") == "<p>d</p>"
    assert rendered("<div\nclass=x") == "&lt;div\nclass=x"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("text\n- a\n- b", "<p>text</p><ul><li>a</li><li>b</li></ul>"),
        ("- a\n  - b\n   - c", "<ul><li>a<ul><li>b</li><li>c</li></ul></li></ul>"),
        ("1. a\n   - b\n2. c", "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
        ("- a\n* b\n+ c", "<ul><li>a</li></ul><ul><li>b</li></ul><ul><li>c</li></ul>"),
        ("- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        ("3. a", '<ol start="3"><li>a</li></ol>'),
        ("a  \nb\\\nc", "<p>a<br>\nb<br>\nc</p>"),
        ("> a\nb", "<blockquote><p>a\nb</p></blockquote>"),
        ("a\n# b\n***", '<p>a</p><h2 id="b">b</h2><hr>'),
    ],
)
def test_what_python_markdown_reads_otherwise(text, expected):
    assert rendered(text) == expected
