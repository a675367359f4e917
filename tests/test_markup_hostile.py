"""No text stalls or stops a build: time is bounded, nesting is bounded, failures are problems."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexusgen.core.model import Text
from nexusgen.markdown import MarkupOptions
from nexusgen.markdown.code import code_figure
from nexusgen.markdown.math import formula
from nexusgen.markdown.render import render_markdown
from tests.markup.compare import rendered
from tests.markup.hostile import GENERATORS
from tests.reading import problems_of

SIZE = 20_000
SECONDS = 2


def render(text, extensions=None, lenient=False):
    options = MarkupOptions(extensions or {}, "allow", lenient)
    return render_markdown((Text("body", text),), "notes/a.md", options)


@pytest.mark.parametrize("name", GENERATORS)
def test_hostile_text_is_read_in_bounded_time(name):
    start = time.process_time()
    document, _ = render(GENERATORS[name](SIZE))

    assert time.process_time() - start < SECONDS
    assert [problem for problem in problems_of(document) if problem.code == "markdown.failed"] == []


@pytest.mark.parametrize(
    "text",
    [
        "!!! note\n" + "".join("    " * i + "!!! note\n" for i in range(1, 500)),
        ">" * 1000 + " !!! note\n",
        "- " * 300 + "!!! note\n",
        "".join(f"{'/' * (i + 3)} note\n" for i in range(300, 0, -1)) + "x",
        '<div markdown="1">\n' * 300 + "x" + "</div>\n" * 300,
    ],
)
def test_nesting_is_bounded_with_other_extensions(text):
    extensions: dict[str, dict[str, object]] = {
        "admonition": {},
        "md_in_html": {},
        "pymdownx.blocks.admonition": {},
    }
    start = time.process_time()
    render(text, extensions)

    assert time.process_time() - start < SECONDS


@settings(deadline=None, max_examples=200)
@given(
    st.text(st.sampled_from("[]()!*_~=`<>&#-+.1:|$\\\"'{}/^@ \n\tax\x00\x02\ufdd0é"), max_size=60)
)
def test_any_text_is_read(text):
    document, _ = render(text)

    assert [
        problem.code for problem in problems_of(document) if problem.code == "markdown.failed"
    ] == []


class FailingError(Exception):
    pass


@pytest.mark.parametrize(("lenient", "severity"), [(False, "error"), (True, "warning")])
def test_failure_of_an_extension_is_a_problem_of_the_entry(monkeypatch, lenient, severity):
    def fail(*args):
        raise FailingError("no luck")

    options: dict[str, dict[str, object]] = {"admonition": {}}
    render("x", options, lenient)
    monkeypatch.setattr("markdown.extensions.admonition.AdmonitionProcessor.test", fail)

    document, html = render("a <b>\n\n!!! note", options, lenient)
    (problem,) = problems_of(document)

    assert (problem.path, problem.line, problem.code) == ("notes/a.md", 1, "markdown.failed")
    assert "FailingError: no luck" in problem.message
    assert problem.severity == severity
    assert html["body"] == "<pre>a &lt;b&gt;\n\n!!! note</pre>"


@pytest.mark.plain
def test_text_after_a_failure_is_read_as_ever(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("nexusgen.markdown.reader.Reader.read", None)
        document, _ = render("[x](y)")
    assert [problem.code for problem in problems_of(document)] == ["markdown.failed"]

    document, html = render("[x](y)")

    assert problems_of(document) == []
    assert html["body"] == "<p>\ufdd0a0\ufdd1x\ufdd0z0\ufdd1</p>"


def test_huge_code_is_shown_without_colours():
    assert "<span" not in code_figure("x = 1\n" * 20_000, "python")
    assert "<span" not in code_figure("x = " + "1" * 3000, "python")
    assert "<span" not in code_figure("x = 1" + "\t \n" * 100 + "y", "python")
    assert "<span" not in code_figure("[a]\n" * 600, "systemd")
    assert "<span" in code_figure("x = 1\n" * 200, "python")
    assert "<span" in code_figure("[a]\n", "systemd")


def test_many_footnotes_have_a_bounded_number_of_links_back():
    html = rendered("[^1] " * 1000 + "\n\n[^1]: x")

    assert html.count('class="footnote-backref"') == 50


def test_characters_that_mark_placeholders_are_taken_out_of_the_text():
    document, html = render(
        "\ufdd0a0\ufdd1 &#xfdd0;a0&#xfdd1; <b>&#64976;a0&#xFDD1;</b> \x02amp\x03"
    )

    assert document.links == ()
    assert "\ufdd0" not in html["body"]
    assert "\x02" not in html["body"]


def test_code_too_long_to_be_highlighted_is_a_warning():
    document, _ = render("a\n\n```python\n" + "x = 1\n" * 20_000 + "```")
    (problem,) = problems_of(document)

    assert (problem.line, problem.code, problem.severity) == (3, "code.plain", "warning")


def called(depth, function):
    """Return what a function returns below so many other calls."""
    return function() if depth == 0 else called(depth - 1, function)


@pytest.mark.parametrize(
    "source",
    [
        "*a " * 400 + "b" + " c*" * 400,
        "*" * 700 + "a" + "*" * 700,
        "\n".join("    " * depth + "!!! note" for depth in range(100)),
        "$" + r"\sqrt" * 190 + "a$",
    ],
    ids=["emphasis", "strong", "blocks", "formula"],
)
def test_nothing_depends_on_how_deep_the_program_stands(source):
    options = {"admonition": {}, "toc": {}}
    shallow = render(source, options)
    formula.cache_clear()

    assert called(700, lambda: render(source, options)) == shallow
