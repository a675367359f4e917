"""Blocks that GitHub and Obsidian know beyond CommonMark."""

import pytest

from tests.markup.compare import rendered

WRAPPER = '<div aria-label="Table" class="scroll" role="region" tabindex="0">'


@pytest.mark.parametrize(
    ("text", "kind", "title"),
    [
        ("> [!NOTE]\n> a", "note", "Note"),
        ("> [!tip]\n> a", "tip", "Tip"),
        (">[!IMPORTANT]  \n>a", "important", "Important"),
        ("> [!WARNING]\n> a", "warning", "Warning"),
        ("> [!CAUTION]\n> a", "caution", "Caution"),
        ("> [!bug]\n> a", "warning", "Bug"),
        ("> [!info]- Own title\n> a", "note", "Own title"),
        ("> [!NOTE]\n>\n> a", "note", "Note"),
    ],
)
def test_quote_with_a_mark_is_an_alert(text, kind, title):
    assert rendered(text) == (
        f'<div class="alert {kind}"><p class="alert-title">{title}</p><p>a</p></div>'
    )


@pytest.mark.parametrize(
    "text", ["> [!UNKNOWN]\n> a", "> a\n> [!NOTE]", "[!NOTE]\na", "> [!NOTE\n> a", "> # [!NOTE]"]
)
def test_quote_without_a_mark_is_a_quote(text):
    assert "alert" not in rendered(text)


def test_alert_holds_blocks_and_stands_in_lists():
    html = rendered("- a\n\n  > [!NOTE]\n  > b\n  >\n  > - c\n  >   ```\n  >   d\n  >   ```")

    assert '<li><p>a</p><div class="alert note"><p class="alert-title">Note</p><p>b</p><ul>' in html
    assert "d\n</code>" in html


def test_empty_alert_is_its_title():
    assert rendered("> [!NOTE]") == '<div class="alert note"><p class="alert-title">Note</p></div>'


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
