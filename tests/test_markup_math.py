"""Formulas become MathML; what only looks like one stays text."""

import builtins
import re
from html import unescape

import pytest

from nexusgen.markdown import MarkupOptions
from nexusgen.markdown.math import as_code, formula
from tests.markup.compare import read, rendered


@pytest.fixture(autouse=True)
def _no_cache():
    formula.cache_clear()
    yield
    formula.cache_clear()


@pytest.mark.parametrize(
    "text",
    [
        "$2/$8", "It costs $5 and $6.", "$HOME/$USER", "$ x $", "a$b$c", "`$x$`", "\\$x$", "$$", "$",
        "US$5/US$6", "$()$", "It is $$ and then $$ again.", "价格为$5，现在$3。", "é$x$", "$x$é",
    ],
)  # fmt: skip
def test_text_with_dollars_stays_text(text):
    assert "<math" not in rendered(text)


@pytest.mark.parametrize("text", ["$x^2$", "($x$)", "a $`x`$ b", "$x_1$, $y$.", "$$x$$", "**$x$**",
                                  "向量$x$的范数", "So $$ f^{-1}(y) = x $$ holds", "数は$a_1$です"])  # fmt: skip
def test_formula_in_text_is_mathml(text):
    assert "<math" in rendered(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("the $n$th, $p$s, 2$m$ and $2k$th", "the mth, ms, 2m and mth"),
        ("a $$ x+y $$ b, $$x+y$$ and $$ z $$.", "a m b, m and m."),
        ("$5 and $6 or $2/$8, $ x $, US$5/US$6", ""), ("$$ and \\$x$ and `$x$th`", ""), ("$$$ x $$$", ""),
    ],
)  # fmt: skip
def test_formula_in_a_vault_is_what_obsidian_takes_for_one(text, shown):
    html = rendered(text, MarkupOptions(vault=True))

    assert (
        re.sub("<math.*?</math>", "m", html) == f"<p>{shown}</p>" if shown else "<math" not in html
    )
    assert "<math" not in rendered("the $n$th, $p$s, 2$m$, $$ x+y $$")


@pytest.mark.parametrize(
    "text",
    [
        "$$\nx\n$$",
        "```math\nx\n```",
        "a\n$$\nx\n+ y\n$$\nb",
        "> $$\n> x\n> $$",
        "$$ x $$",
        "- $$\n  x\n  $$",
    ],
)
def test_formula_on_its_own_lines_is_a_block(text):
    html = rendered(text)

    assert '<div class="math" tabindex="0"><math' in html
    assert 'display="block"' in html


def test_open_formula_stays_text():
    assert "<math" not in rendered("$$\nx\n\ny\n")


@pytest.mark.parametrize(
    "source",
    [
        r"\text{<img/src=x/onerror=alert(1)>}", r"\href{javascript:alert(1)}{x}",
        r"\text{<mi/onclick=alert(1)>}", r"\frac{a}{", r"\style{background:url(x)}{y}",
        r"\text{<script>alert(1)</script>}", r"\text{</math><img/src=x>}",
    ],
)  # fmt: skip
def test_formula_that_is_no_mathml_is_shown_as_code(source):
    made = formula(source, False)
    assert made == as_code(source, made.trouble)
    assert made.trouble
    assert "<img" not in made.html


@pytest.mark.parametrize("source", ["{" * 500 + "x" + "}" * 500, "x" * 3000])
def test_huge_formula_is_shown_as_code(source):
    assert formula(source, True).html.startswith('<code class="math">')


def test_formula_without_the_library_stays_readable(monkeypatch):
    real = builtins.__import__

    def no_library(name, *args, **kwargs):
        if name.startswith("latex2mathml"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", no_library)

    assert formula("a<b", False).html == '<code class="math">a&lt;b</code>'


@pytest.mark.parametrize(
    "name",
    [
        "aligned", "align", "align*", "split", "gathered", "gather*", "multline", "eqnarray",
        "flalign", "cases", "dcases", "rcases", "pmatrix", "Vmatrix", "smallmatrix",
    ],
)  # fmt: skip
def test_environments_of_several_lines_are_tables(name):
    made = formula(rf"\begin{{{name}}} u &= v \\[3pt] w &= z \label{{e}} \end{{{name}}}", True)

    shown = made.html.partition(">")[2]
    assert made.trouble == ""
    assert shown.count("<mtr>") == 2
    assert "&amp;" not in shown
    assert "3pt</mn>" not in shown
    assert "label" not in shown
    assert "(1)" not in shown


def shown(source):
    """Return the MathML of a formula without its frame."""
    made = formula(source, False)
    assert made.trouble == ""
    return re.sub(r"^<math [^>]*><mrow>|</mrow></math>$|</?mrow>", "", made.html)


@pytest.mark.parametrize(
    ("source", "letters"),
    [
        (r"\boldsymbol{\beta}\mathbf{\alpha\Gamma 1x}", "𝜷𝛂𝚪𝟏𝐱"), (r"\bm{x1\nabla}{\bf y}", "𝒙𝟏𝜵𝐲"),
        (r"\mathscr{Lae}{\cal B}", "ℒ𝒶ℯℬ"), (r"\mathbb{1}\mathds{1}\Bbb{R}\mathbb{AB}", "𝟙𝟙ℝ𝔸𝔹"),
        (r"\mathfrak{gC}{\frak Z}", "𝔤ℭℨ"), (r"\mathsf{A}\mathtt{x1}\mathbfit{ab}", "𝖠𝚡𝟷𝒂𝒃"),
        (r"\mathit{the}\emph{h!}\boldsymbol{h+\hbar}", "𝑡ℎ𝑒ℎ!𝒉+ℏ"),
    ],
)  # fmt: skip
def test_letters_of_another_font_are_characters_of_their_own(source, letters):
    assert re.sub("<[^>]*>", "", shown(source)) == letters


@pytest.mark.parametrize(
    ("source", "made"),
    [
        (r"\mathrm{d}", '<mi mathvariant="normal">d</mi>'),
        (r"\text{\textbf{no} way}", '<mtext>𝐧𝐨</mtext><mtext>\u00a0way</mtext>'),
        (r"\text{50\% of a\_b \{\#\}}", "<mtext>50%\u00a0of\u00a0a_b\u00a0{#}</mtext>"),
        (r"\text{if $x$ {is}}", "<mtext>if\u00a0</mtext><mi>x</mi><mtext>\u00a0is</mtext>"),
        (r"\arg x", "<mo>arg</mo><mi>x</mi>"),
        (r"a \tag{1}", '<mi>a</mi><mspace width="2em" /><mtext>(1)</mtext>'),
        (r"\operatorname*{arg\,max}_x", '<munder><mo movablelimits="true">argmax</mo><mi>x</mi></munder>'),
        (r"\lim_x", '<munder><mo movablelimits="true">lim</mo><mi>x</mi></munder>'),
    ],
)  # fmt: skip
def test_formula_says_all_that_its_source_says(source, made):
    assert shown(source) == made


def test_frames_and_strokes_are_drawn_by_the_theme():
    source = r"\boxed{a}\fbox{b}\cancel{c}\bcancel{d}\xcancel{e}\sout{f}"
    classes = re.findall('class="([^"]*)"', formula(source, True).html)
    assert classes == ["box"] * 2 + ["strike"] * 4


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        (r"\begin{array}{c|c} a & b \\ \hline c & d \end{array}", ["", "|", "-", "- |"]),
        (r"\begin{array}{|@{}lr|} \hline a & b \\ \hline \end{array}", ["- _ |", "- _ !"]),
        (r"\begin{bmatrix} a & b \\ \hdashline c & d \end{bmatrix}", ["", "", "-", "-"]),
        (r"\begin{array}{cc} a & b \end{array}", ["", ""]),
    ],
)
def test_lines_between_rows_and_columns_are_drawn(source, lines):
    cells = re.findall("<mtd([^>]*)>", formula(source, True).html)
    signs = {"line-t": "-", "line-b": "_", "line-s": "|", "line-e": "!"}

    names = [re.findall(r"line-\w+", cell) for cell in cells]
    assert [" ".join(signs[name] for name in found) for found in names] == lines


@pytest.mark.parametrize("source", [r"\label{eq:cost}", r"\notag", r"\nonumber \allowbreak"])
def test_formula_of_nothing_that_is_seen_is_empty(source):
    document, html = read(f"one ${source}$ *two*\n\n$$\n{source}\n$$")

    assert document.problems == {}
    assert html.count("<mrow><mrow /></mrow></math>") == 2
    assert "<em>two</em>" in html


@pytest.mark.parametrize(
    ("source", "trouble"),
    [
        (r"\eqref{x}", r"\eqref is not known in formulas"),
        (r"a \hline", "a line stands in no table"),
        (r"\mathbfcal{A}", r"\mathbfcal is not known in formulas"),
        (r"\text{a \dag b}", r"\dag is not known in formulas"),
        (r"\begin{tikzcd} a \end{tikzcd}", "the environment tikzcd is not known in formulas"),
        ("a & b", "a formula cannot be read"),
    ],
)
@pytest.mark.parametrize("form", ["one ${}$", "one\n\n$$\n{}\n$$", "one\n\n```math\n{}\n```"])
def test_formula_that_is_not_known_is_told_with_its_place(source, trouble, form):
    document, html = read(form.replace("{}", source))

    (problem,) = document.problems["body"]
    assert (problem.code, problem.line) == ("math.plain", 1 if form[4] == "$" else 3)
    assert problem.message == f"{trouble}, so the source is shown"
    assert '<code class="math">' in html


@pytest.mark.parametrize(
    ("text", "formulas", "rest"),
    [
        ("More.\n\n$$\nE = 1\n$$.\n\nText.", ["E=1."], "<p>Text.</p>"),
        ("$$\nE = 1\n$$ (2)\n\nText.", ["E=1(2)"], "<p>Text.</p>"),
        ("$$\nA\n$$ where $$1 < i$$", ["A", "1<i"], "<p>where <math"),
        ("$$\nA\n$$, where *it* is", ["A,"], "<p>where <em>it</em> is</p>"),
        ("> $$\n> A\n> $$ [x](y.md)\n\nText.", ["A"], "<p>\ufdd0a0\ufdd1x"),
    ],
)
def test_what_stands_behind_a_formula_is_read(text, formulas, rest):
    _, html = read(text)

    shown = re.findall("<math.*?</math>", html, re.DOTALL)
    assert [unescape(re.sub(r"<[^>]*>|\s", "", one)) for one in shown] == formulas
    assert rest in html
