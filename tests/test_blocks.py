import pytest

from nexusgen.content.yaml_tree import unfold
from tests.reading import node_of, texts


@pytest.mark.parametrize(
    ("text", "indent"),
    [
        ("a: |\n  x\n  y", 2),
        ("a: >-\n    x", 4),
        ("a: |  # words\n\n\n   x", 3),
        ("a: |2\n    x\n  y", 2),
        ("a: &b |\n x", 1),
        ("a: |\n", 0),
        ("a: |\n\n\n", 0),
        ("a: |\nb: c", 0),
    ],
)
def test_indent_of_a_block_is_found(text, indent):
    assert node_of(f"{text}\n").value["a"].value.indent == indent


def test_paragraph_gets_its_lines_back():
    assert unfold("one\n  two\n  three\n", "one two three") == ("one\ntwo\nthree", 2)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("one", "one"),
        ("one\n  two\n   three", "one two three"),
        ("one\n\n  two", "one\ntwo"),
        ("one\n  - two", "one - two"),
        ("one\n  # two", "one # two"),
        ("one\n  2. two", "one 2. two"),
        ("one\\\n  two", "one\\ two"),
        ("one # words\n  two", "one"),
    ],
)
def test_text_whose_lines_would_mean_more_stays_folded(written, value):
    assert unfold(written, value) is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("- title: A\n  rule: >\n    one\n    two\n", (3, 5, 4)),
        ("- title: A\n  rule: one\n    two\n", (2, 9, 4)),
    ],
)
def test_folded_markdown_knows_the_place_of_every_line(text, place):
    rule = texts(text, "content/practices/all.yml")["rule"]

    assert rule.source == "one\ntwo"
    assert (rule.line, rule.column, rule.indent) == place


def test_alias_of_a_block_leads_to_the_text_itself():
    source = "- title: A\n  rule: &rule |\n    one\n- title: B\n  rule: *rule\n"

    node = node_of(source).value[1].value["rule"].value

    assert (node.span.line, node.indent, node.value) == (2, 4, "one\n")
