import importlib
import sys
import time

import pytest
import yaml

from nexusgen.content import yaml_tree
from nexusgen.content.yaml_tree import MAX_CHARACTERS, is_given, parse_yaml, plain_value, typed_text
from nexusgen.core.model import Span
from tests.reading import new_problems, node_of, place


def load(text, first_line=1):
    found = new_problems()
    node = parse_yaml(text, found, first_line)
    return (None if node is None else plain_value(node)), found.noted


def codes(text):
    return [problem.code for problem in load(text)[1]]


@pytest.fixture(params=["libyaml", "python"], autouse=True)
def parser(request, monkeypatch):
    """Run every test with both parsers, the C one and the one that is always there."""
    if request.param == "python":
        monkeypatch.setattr(yaml_tree, "_PARSER", yaml.SafeLoader)


def test_python_parser_is_used_where_there_is_no_other(monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml.cyaml", None)
    try:
        assert importlib.reload(yaml_tree)._PARSER is yaml.SafeLoader
    finally:
        monkeypatch.undo()
        importlib.reload(yaml_tree)


def test_scalars_stay_what_the_author_wrote():
    text = "a: no\nb: 0755\nc: 1.10\nd: 12:30\ne: 2024-01-02\nf: .nan\ng: 1_000\nh: 0x1f\n"

    assert load(text) == (
        {
            "a": "no", "b": "0755", "c": "1.10", "d": "12:30", "e": "2024-01-02", "f": ".nan",
            "g": "1_000", "h": "0x1f",
        },
        [],
    )  # fmt: skip


def test_every_key_and_value_knows_its_place():
    node = node_of("title: Größe 😀\ntags: [äö, b]\n", 2)

    title, tags = node.value["title"], node.value["tags"]
    assert title.key == Span(2, 1, 5)
    assert title.value.span == Span(2, 8, 7)
    assert [tag.span for tag in tags.value.value] == [Span(3, 8, 2), Span(3, 12, 1)]


def test_null_is_plain_and_not_quoted():
    node = node_of("[~, null, '', 'null', x]")

    assert [is_given(item) for item in node.value] == [False, False, False, True, True]
    assert [item.is_null for item in node.value] == [True, True, False, False, False]


def test_options_of_programs_have_types():
    node = node_of("[true, 12, -1, 0.5, '1', ~, no, {a: [FALSE]}, x1]")

    assert plain_value(node, typed_text) == [
        True,
        12,
        -1,
        0.5,
        "1",
        None,
        "no",
        {"a": [False]},
        "x1",
    ]


def test_honest_anchors_and_merge_keys_work():
    text = "base: &base {a: 1, b: 2}\nx: {<<: *base, b: 3}\ny: [*base]\nz: {<<: [*base, {c: 4}]}\n"

    value, problems = load(text)

    assert problems == []
    assert value["x"] == {"a": "1", "b": "3"}
    assert value["y"] == [{"a": "1", "b": "2"}]
    assert value["z"] == {"a": "1", "b": "2", "c": "4"}


@pytest.mark.parametrize("text", ["<<: x\na: 1", "<<: [{b: 2}, x]\na: 1"])
def test_merge_key_of_anything_else_is_a_problem(text):
    value, (problem,) = load(text)

    assert value["a"] == "1"
    assert (problem.code, place(problem)) == ("yaml.key", (1, 1, 2))


def bomb(start, line, count):
    return start + "".join(
        line.format(n=n, last=",".join([f"*a{n - 1}"] * 9)) for n in range(1, count)
    )


@pytest.mark.parametrize(
    "text",
    [
        bomb("a0: &a0 [x]\n", "a{n}: &a{n} [{last}]\n", 10),
        bomb("a0: &a0 {{k: [x, y]}}\n".replace("{{", "{").replace("}}", "}"),
             "a{n}: &a{n} {{k{n}: [{last}]}}\n", 10),
    ],
)  # fmt: skip
def test_aliases_that_multiply_are_refused_in_no_time(text):
    start = time.process_time()
    value, (problem,) = load(text)

    assert time.process_time() - start < 0.5
    assert (value, problem.code) == (None, "yaml.alias")
    assert problem.message == "aliases repeat so much that the file cannot be read"


def test_merge_keys_that_multiply_cost_nothing():
    text = bomb("a0: &a0 {k: v}\n", "a{n}: &a{n} {{<<: [{last}]}}\n", 12)

    start = time.process_time()
    value, problems = load(text)

    assert time.process_time() - start < 0.5
    assert (value["a11"], problems) == ({"k": "v"}, [])


@pytest.mark.parametrize(
    ("text", "column"), [("a: &x [*x]", 8), ("a: *x", 4), ("a: {b: *x}\nc: &x 1", 8)]
)
def test_alias_of_nothing_complete_is_a_problem(text, column):
    _, (problem,) = load(text)

    assert (problem.code, place(problem)) == ("yaml.alias", (1, column, 2))


@pytest.mark.parametrize(
    "text", ["[" * 32_000, "{" * 32_000, "[\n" * 32_000, "- " * 32_000, "? " * 32_000]
)
def test_deep_nesting_is_a_problem_and_no_crash(text):
    start = time.process_time()
    value, (problem,) = load(text)

    assert time.process_time() - start < 5
    assert (value, problem.code) == (None, "yaml.depth")


def test_too_much_text_is_not_even_looked_at():
    value, (problem,) = load("a" * (MAX_CHARACTERS + 1))

    assert (value, problem.code) == (None, "yaml.size")
    assert "32,000,001 characters" in problem.message


def test_directives_without_end_are_refused():
    text = "".join(f"%TAG !a{number}! b\n" for number in range(60_000)) + "---\na: 1\n"

    assert load(text)[0] is None
    assert codes(text) == ["yaml.size"]


def test_duplicate_key_names_both_lines_and_the_first_counts():
    value, (problem,) = load("a: 1\nb: 2\na: 3\n")

    assert value == {"a": "1", "b": "2"}
    assert (problem.code, place(problem)) == ("yaml.duplicate", (3, 1, 1))
    assert problem.message == '"a" is given twice, first on line 1'
    assert (problem.related[0].line, problem.related[0].message) == (1, "first given here")


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("a: !!python/object/apply:os.system [x]", "!!python/object/apply:os.system"),
        ("a: !!binary aGk=", "!!binary"),
        ("a: !!set {x: }", "!!set"),
        ("a: !mine x", "!mine"),
    ],
)
def test_tags_are_refused(text, tag):
    _, (problem,) = load(text)

    assert (problem.code, problem.line, problem.column) == ("yaml.tag", 1, 4)
    assert problem.message == f'the tag "{tag}" is not read: each field has its own type'


def test_tag_for_text_is_harmless():
    assert load("a: !!str 12\nb: ! x\n") == ({"a": "12", "b": "x"}, [])


def test_second_document_is_a_problem_and_left_out():
    value, (problem,) = load("a: 1\n---\nb: 2\n")

    assert value == {"a": "1"}
    assert (problem.code, place(problem)) == ("yaml.documents", (2, 1, 3))


def test_key_that_is_no_text_is_a_problem_and_left_out():
    value, (problem,) = load("? [a]\n: b\nc: 1\n")

    assert value == {"c": "1"}
    assert (problem.code, problem.line, problem.column) == ("yaml.key", 1, 3)


def test_unquoted_template_is_a_problem_and_its_value_empty():
    value, (problem,) = load("created: {{date}}\nyear: 2024\n")

    assert value == {"created": "", "year": "2024"}
    assert (problem.code, place(problem)) == ("yaml.template", (1, 10, 8))
    assert problem.hint == 'quote the value: "{{date}}"'


def test_rest_of_a_broken_file_is_read():
    value, problems = load('a: 1\nb: "x" y\nc: [1,\n  2\nd: 3\n- e\nf: 4\n')

    assert value == {"a": "1", "d": "3", "f": "4"}
    assert [(problem.code, problem.line) for problem in problems] == [
        ("yaml.syntax", 2),
        ("yaml.bracket", 3),
        ("yaml.indent", 6),
    ]


def test_broken_item_of_a_list_leaves_the_others():
    value, (problem,) = load("- a: 1\n- b: [\n- c: 3\n")

    assert value == [{"a": "1"}, {"c": "3"}]
    assert (problem.code, place(problem)) == ("yaml.bracket", (2, 6, 1))


def test_many_broken_lines_end_after_some_problems():
    start = time.process_time()
    problems = load('- a: "x" y\n' * 20_000)[1]

    assert time.process_time() - start < 5
    assert 1 < len(problems) < 30


def test_big_file_without_anchors_is_read():
    text = "".join(f"- title: Entry {n}\n  rule: This is said of it\n" for n in range(5_000))

    value, problems = load(text)

    assert (len(value), problems) == (5_000, [])


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "---\n", "~\n"])
def test_nothing_is_no_problem(text):
    assert load(text) in ((None, []), ("", []))


def test_lone_surrogate_of_an_escape_never_gets_through():
    value, problems = load('a: "\\uD800"\nb: 1\n')

    assert problems
    str(value).encode()
    assert value["b"] == "1"


def test_escape_beyond_unicode_is_a_problem():
    assert codes('a: "\\UFFFFFFFF"') == ["yaml.escape"]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a: #12\n", (1, 4, 3)),
        ("a: Issue #12 of many\n", (1, 10, 11)),
        ("- x  #tag \n", (1, 6, 4)),
        ("a:\n  two\n  lines #3\nb: c", (3, 9, 2)),
    ],
)
def test_comment_that_looks_like_a_value_is_a_warning(text, where):
    _, (problem,) = load(text)

    assert (problem.code, problem.severity) == ("yaml.comment", "warning")
    assert place(problem) == where


@pytest.mark.parametrize(
    "text", ["a: b # words", "a: # words", "a: 'x' #12", "a: C#12", "# words\na: b ## x", "a: b #"]
)
def test_comment_that_looks_like_one_is_fine(text):
    assert load(text)[1] == []
