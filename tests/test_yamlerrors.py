"""The messages for YAML that cannot be read, as an author of front matter meets them."""

import pytest

from tests.reading import NOTE, fields, place, problem_of, read

QUOTE = "quote the value: "


@pytest.mark.parametrize(
    ("line", "code", "where", "message", "hint"),
    [
        ("title: Foo: bar", "yaml.colon", (11, 1), 'the value holds a ": " and is not quoted',
         QUOTE + 'title: "Foo: bar"'),
        ('title: Say "a": b', "yaml.colon", (15, 1), 'the value holds a ": " and is not quoted',
         QUOTE + "title: 'Say \"a\": b'"),
        ("title: @me", "yaml.syntax", (8, 1), 'a value cannot begin with "@"',
         QUOTE + 'title: "@me"'),
        ("title: `x`", "yaml.syntax", (8, 1), 'a value cannot begin with "`"',
         QUOTE + 'title: "`x`"'),
        ("title: %x", "yaml.syntax", (8, 1), 'a value cannot begin with "%"',
         QUOTE + 'title: "%x"'),
        ("title: 'it's'", "yaml.syntax", (12, 1), '"s" is not expected here',
         QUOTE + 'title: "it\'s"'),
        ('title: "x" y', "yaml.syntax", (12, 1), '"y" is not expected here',
         QUOTE + "title: '\"x\" y'"),
        ('title: "x" and "y"', "yaml.syntax", (12, 1), '"a" is not expected here',
         QUOTE + 'title: \'"x" and "y"\''),
        ('title: "say "hi" now"', "yaml.syntax", (14, 1), '"h" is not expected here',
         QUOTE + "title: 'say \"hi\" now'"),
        ("title: - a", "yaml.syntax", (8, 1), '"-" is not expected here', QUOTE + 'title: "- a"'),
        ('title: "\\d+"', "yaml.escape", (8, 1),
         "a backslash in double quotes begins an escape, and this is none",
         QUOTE + "title: '\\d+'"),
        ('title: "abc', "yaml.quote", (8, 1), "the quote is never closed",
         "add the closing quote"),
        ("title: 'abc", "yaml.quote", (8, 1), "the quote is never closed",
         "add the closing quote"),
        ("tags: [a, b", "yaml.bracket", (7, 1),
         'the "[" is not closed, or a comma in it is missing or too many',
         'close it with "]", or quote the value if it is text'),
        ("tags: {a: 1", "yaml.bracket", (7, 1),
         'the "{" is not closed, or a comma in it is missing or too many',
         'close it with "}", or quote the value if it is text'),
        ("tags: [#a, #b] # c", "yaml.comment", (8, 7),
         '"#a, #b]" is a comment, and no part of the value',
         'leave the "#" out: tags: [a, b] # c, or quote what begins with it'),
        ("tags: [C#, #b]", "yaml.comment", (12, 3),
         '"#b]" is a comment, and no part of the value',
         'leave the "#" out: tags: [C#, b], or quote what begins with it'),
        ("title: {{title}} again", "yaml.template", (8, 9),
         'the template "{{title}}" is not quoted, so YAML reads a mapping',
         QUOTE + 'title: "{{title}} again"'),
        ("title\uff1ax", "yaml.syntax", (6, 1), '"\uff1a" is no colon', 'write "title: x"'),
        ("title \u2236 x", "yaml.syntax", (7, 1), '"\u2236" is no colon', 'write "title: x"'),
        ("title:x", "yaml.syntax", (7, 1), 'no space stands after "title:"', 'write "title: x"'),
        ("title", "yaml.syntax", (1, 5), 'the line has no ": " after a key',
         'write "key: value", or indent it if it belongs to the value above'),
    ],
)  # fmt: skip
def test_mistake_in_a_line_says_how_to_mend_it(line, code, where, message, hint):
    parsed = read(fields(f"{line}\nstatus: growing"), NOTE)

    (problem,) = parsed.problems
    assert (problem.code, place(problem)) == (code, (2, *where))
    assert (problem.message, problem.hint) == (message, hint)
    assert parsed.entries[0].status == "growing"


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("title: a\n  tags: b", "yaml.indent", (3, 3, 4)),
        ("tags:\n  - a\n b: c", "yaml.indent", (4, 2, 1)),
        ("title: a\n- b", "yaml.indent", (3, 1, 3)),
        ("tags:\n\t- a", "yaml.tab", (3, 1, 1)),
        ("title: a\n\ttags: b", "yaml.tab", (3, 1, 1)),
        ("title: a\njust words\ntags: b", "yaml.syntax", (3, 1, 10)),
    ],
)
def test_line_that_does_not_fit_is_shown_itself(text, code, where):
    problem = problem_of(fields(text), NOTE)

    assert (problem.code, place(problem)) == (code, where)


def test_all_mistakes_of_a_front_matter_come_at_once():
    parsed = read(fields('title: "x\ntags: [a\nstatus: growing\nweight: @\nweight: x'), NOTE)

    assert [problem.line for problem in parsed.problems] == [2, 3, 5, 6]
    assert parsed.entries[0].status == "growing"


def test_line_numbers_count_from_the_top_of_the_file():
    assert problem_of(b"\n---\n\n# words\ntitle: a: b\n---\n", NOTE).line == 5
