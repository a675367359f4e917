"""Code is highlighted with classes, labelled, marked and numbered, whatever its fence says."""

import re

import pytest

from nexusgen.markdown.code import Info, code_figure, is_bounded, parse_info
from tests.markup.compare import rendered

PRE = '<pre tabindex="0">'


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", Info()),
        ("python", Info("python")),
        ('python title="a b.py"', Info("python", "a b.py")),
        ("python title='a.py' {1,3-4}", Info("python", "a.py", frozenset({1, 3, 4}))),
        ("python {1, 3 - 4}", Info("python", "", frozenset({1, 3, 4}))),
        ("js{2}", Info("js", "", frozenset({2}))),
        ("{2}", Info("", "", frozenset({2}))),
        ('py hl_lines="1 3"', Info("py", "", frozenset({1, 3}))),
        ('py linenums="5"', Info("py", "", frozenset(), 5)),
        ("py linenums=x", Info("py")),
        ('{ .py .extra linenums="1" }', Info("py", "", frozenset(), 1)),
        ("{.python title=a.py}", Info("python", "a.py")),
        ("rust,ignore", Info("rust")),
        ("rust,no_run title=lib.rs", Info("rust", "lib.rs")),
        ("toml:Cargo.toml", Info("toml", "Cargo.toml")),
        ("diff-python", Info("diff")),
        ("diff py:a.py", Info("diff")),
        ("language-go", Info("go")),
        ('jsx filename="pages/a.jsx"', Info("jsx", "pages/a.jsx")),
        ("ts:line-numbers=5 {1}", Info("ts", "", frozenset({1}), 5)),
        ("ts:no-line-numbers", Info("ts")),
        ("jsx live showLineNumbers", Info("jsx", "", frozenset(), 1)),
        ("js showLineNumbers=false", Info("js")),
        ("js {numberLines: true}", Info("js", "", frozenset(), 1)),
        ('{#mine .haskell .numberLines startFrom="10"}', Info("haskell", "", frozenset(), 10)),
        (
            'go {linenos=table,hl_lines=[2,"4-5"],linenostart=9}',
            Info("go", "", frozenset({2, 4, 5}), 9),
        ),
        ("{r, echo=FALSE}", Info("r")),
        ("c#", Info("c#")),
        ("objective-c", Info("objective-c")),
        ("python other words", Info("python")),
        ("c++", Info("c++")),
        ("{code-block} python", Info("python")),
        ("{code-cell} ipython3", Info("ipython3")),
        ("{code-block}", Info("code-block")),
        ("python=", Info("python", "", frozenset(), 1)),
        ("c++=101 {1}", Info("c++", "", frozenset({1}), 101)),
        ("bash:title=run.sh", Info("bash", "run.sh")),
    ],
)
def test_words_behind_a_fence_are_understood(words, expected):
    assert parse_info(words) == expected


def test_code_has_classes_and_a_label():
    assert code_figure("x = 'a<b'", "python") == (
        '<figure class="code" data-language="python">'
        '<figcaption class="language">python</figcaption>'
        f'{PRE}<code class="language-python">x <span class="o">=</span> '
        '<span class="s1">&#39;a&lt;b&#39;</span>\n</code></pre></figure>'
    ).replace("&#39;", "'")


def test_what_no_style_colours_has_no_element_of_its_own():
    found = code_figure("os.path.join(a, b)  # c", "python")

    assert (
        '>os<span class="o">.</span>path<span class="o">.</span>join(a, b)  <span class="c1">'
        in found
    )


def test_code_of_no_language_and_of_an_unknown_one_is_plain():
    plain = f'<figure class="code" data-language="">{PRE}<code>x = 1\n</code></pre></figure>'

    assert code_figure("x = 1", "") == plain
    assert "<span" not in code_figure("x = 1", "no-such-language")
    assert 'class="language-no-such-language"' in code_figure("x = 1", "no-such-language")


@pytest.mark.parametrize(
    ("language", "code", "word"),
    [
        ("mjs", "const a = 1", "const"),
        ("kt", "val a = 1", "val"),
        ("mts", "const a = 1", "const"),
        ("jsonc", "[true]", "true"),
        ("gql", "query { a }", "query"),
        ("hpp", "return 0;", "return"),
        ("JSX", "return 0", "return"),
    ],
)
def test_language_is_known_by_its_names_and_the_ends_of_its_files(language, code, word):
    assert re.search(f'<span class="k[a-z]?">{word}', code_figure(code, language))


def test_slow_language_is_cut_short_by_whatever_name():
    long = "[Unit]\n" + "Description=a\n" * 500

    assert not is_bounded(long, "systemd")
    assert not is_bounded(long, "service")
    assert is_bounded(long, "ini")


def test_title_takes_the_place_of_the_language():
    figure = code_figure("x", 'python title="a & b"')

    assert '<figcaption class="title">a &amp; b</figcaption>' in figure
    assert 'data-language="python"' in figure


def test_marked_lines_are_marked_and_tokens_over_lines_are_cut():
    figure = code_figure('"""a\nb"""\nc', "python {2}")

    assert (
        '<span class="sd">"""a</span>\n<mark class="line"><span class="sd">b"""</span></mark>\n'
        in figure
    )
    assert figure.count("<mark") == 1


def test_numbers_of_lines_are_of_one_width_and_within_the_mark():
    figure = code_figure("a\nb", 'text {2} linenums="99"')

    assert figure.endswith(
        '<span class="line-number" data-line=" 99"></span>a\n'
        '<mark class="line"><span class="line-number" data-line="100"></span>b</mark>\n'
        "</code></pre></figure>"
    )


def test_lines_are_numbered_on_request():
    figure = code_figure("a\n\nb", 'text linenums="9"')

    assert figure.endswith(
        '<span class="line-number" data-line=" 9"></span>a\n'
        '<span class="line-number" data-line="10"></span>\n'
        '<span class="line-number" data-line="11"></span>b\n</code></pre></figure>'
    )


def test_empty_code_stays_empty():
    assert "<code></code>" in code_figure("", "")


@pytest.mark.parametrize("code", ["a\n\n\nb\n\n", "\n\na", "\ta\n  b ", "a\n#\n", "x = '''\n"])
@pytest.mark.parametrize("words", ["python", "python {1}", "unknown", ""])
def test_code_keeps_its_lines_and_spaces(code, words):
    text = code_figure(code, words).partition("<code")[2].partition(">")[2].partition("</code>")[0]
    for tag in ('<mark class="line">', "</mark>", "</span>"):
        text = text.replace(tag, "")
    while "<span" in text:
        before, _, after = text.partition("<span")
        text = before + after.partition(">")[2]

    assert text == f"{code}\n"


def test_hostile_language_stays_in_its_place():
    assert '"><img' not in rendered('```"><img\nx\n```')
    assert "<img" not in rendered('```x title="<img>"\nx\n```')


def test_mermaid_stays_readable_as_code():
    assert "graph TD\n" in rendered("```mermaid\ngraph TD\n```")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("- a\n\n  ```py\n  1\n  ```", "1"),
        ("> ```py\n> 1\n> ```", "1"),
        ("1. a\n   ~~~py\n   1\n   ~~~\n2. b", "1"),
        ("text\n```py\n1\n```\ntext", "1"),
    ],
)
def test_fence_is_code_wherever_it_stands(text, code):
    assert f'<code class="language-py"><span class="mi">{code}</span>\n</code>' in rendered(text)
