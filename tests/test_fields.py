"""What a field makes of the text that stands in it, by type."""

from typing import Any

import pytest

from nexusgen.content.fields import convert_mapping, convert_value, find_wikilinks
from nexusgen.content.kinds import AUTHOR_FIELDS
from nexusgen.content.yaml_tree import parse_yaml
from nexusgen.core.model import Field, Link
from nexusgen.core.urls import ALONE
from tests.reading import new_problems, node_of, place, read


def convert(text, kind, choices=()):
    """Return the value of a field `f` of that type, and the problems."""
    found = new_problems()
    node: Any = parse_yaml(f"f: {text}\n", found)
    field = Field("f", kind, "", choices)
    value = convert_value(node.value["f"].value, field, found)
    return value, found.noted


def value_of(text, kind, choices=()):
    value, problems = convert(text, kind, choices)
    assert problems == []
    return value


def code_of(text, kind, choices=()):
    _, (problem,) = convert(text, kind, choices)
    return problem.code


@pytest.mark.parametrize(
    "text", ["no", "off", "0755", "12:30", "1.10", "2024-01-02", "1e3", ".nan"]
)
def test_text_is_what_was_written(text):
    assert value_of(text, "text") == text


def test_text_is_one_line_and_markdown_is_not():
    assert value_of("|\n  a  b\n  c\n", "text") == "a b c"
    assert value_of("|\n  a  b\n  c\n", "markdown") == "a  b\nc"


@pytest.mark.parametrize(
    "kind", ["text", "markdown", "date", "url", "choice", "path", "integer", "flag"]
)
@pytest.mark.parametrize("text", ["[a, b]", "{a: b}"])
def test_list_or_mapping_is_no_single_value(kind, text):
    assert code_of(text, kind) == "field.type"


@pytest.mark.parametrize(
    ("kind", "empty"),
    [("text", ""), ("date", ""), ("flag", False), ("integer", 0), ("list", ()), ("links", ())],
)
@pytest.mark.parametrize("text", ["", "~", "null"])
def test_nothing_is_the_empty_value_of_every_type(kind, empty, text):
    assert value_of(text, kind) == empty


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-01", "2024-05-01T23:59", "2024-05-01 23:59:59", "2024-05-01T23:59:59.5Z",
        "2024-05-01T00:30:00+14:00", "2024-05-01T23:30:00-12:00", "2024-05-01t01:02:03 +0200",
        "'2024-05-01'", "2024-05-01T00:00+05",
    ],
)  # fmt: skip
def test_date_is_the_day_as_written_whatever_the_zone(text):
    assert value_of(text, "date") == "2024-05-01"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2024-02-30", "the calendar has no 2024-02-30"),
        ("2023-02-29", "the calendar has no 2023-02-29"),
        ("0000-01-01", "the calendar has no 0000-01-01"),
        ("2024-13-01", "the calendar has no 2024-13-01"),
        ("yesterday", '"f" must be a date, not "yesterday"'),
        ("01.05.2024", '"f" must be a date, not "01.05.2024"'),
        ("1-5-2024", '"f" must be a date, not "1-5-2024"'),
        ("2024", '"f" must be a date, not "2024"'),
        ("2024-05-01 25:61", '"f" must be a date, not "2024-05-01 25:61"'),
        ("٢٠٢٤-٠٥-٠١", '"f" must be a date, not "٢٠٢٤-٠٥-٠١"'),
    ],
)
def test_date_that_is_none_is_a_problem(text, message):
    value, (problem,) = convert(text, "date")

    assert (value, problem.code, problem.message) == ("", "field.date", message)
    assert place(problem) == (1, 4, len(text))


@pytest.mark.parametrize(
    ("text", "flag"),
    [("true", True), ("Yes", True), ("ON", True), ("false", False), ("no", False), ("Off", False)],
)
def test_flag_is_a_plain_word(text, flag):
    assert value_of(text, "flag") is flag


@pytest.mark.parametrize("text", ['"true"', "'false'", "maybe", "1", "0", "y", "''"])
def test_flag_that_is_none_is_a_problem(text):
    assert code_of(text, "flag") == "field.flag"


def test_quoted_flag_is_named_as_text():
    assert convert('"false"', "flag")[1][0].message == (
        '"f" must be true or false, not the text "false"'
    )


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("-3", -3), ("+4", 4), ("007", 7)])
def test_number_is_whole(text, number):
    assert value_of(text, "integer") == number


@pytest.mark.parametrize("text", ["1.5", "1e3", "0x10", "x", "9" * 10, "9" * 5000, "１２", "''"])
def test_number_that_is_none_is_a_problem(text):
    assert code_of(text, "integer") == "field.integer"


@pytest.mark.parametrize(
    ("text", "kind"),
    [("2024-05-01", "date"), ("true", "flag"), ("3", "integer"), ("https://x.y", "url"), ("a", "choice")],
)  # fmt: skip
def test_curly_quotes_of_what_is_refused_are_named(text, kind):
    for first, last in ("“”", "„“", "‘’", "«»"):
        _, (problem,) = convert(f"{first}{text}{last}", kind, ("a", "b"))
        assert problem.hint == f"write {text}: {first} and {last} are no quotes of YAML"


@pytest.mark.parametrize("kind", ["text", "list", "markdown"])
def test_curly_quotes_of_a_text_are_its_own(kind):
    value_of("“Words”", kind)


def test_long_value_is_cut_in_the_message():
    assert len(convert("9" * 5000, "integer")[1][0].message) < 100


@pytest.mark.parametrize(
    "text", ["https://x.y", "http://localhost:8000/a?b#c", "https://größe.de/ä", "https://[::1]/"]
)
def test_address_of_the_web_is_taken(text):
    assert value_of(f'"{text}"', "url") == text


@pytest.mark.parametrize(
    "text",
    [
        "x.com", "javascript:alert(1)", "ftp://x.y", "//x.y", "https://", "https:///x", "/x",
        "https://x y", "https://[::1", "https://x:99999", "mailto:a@b",
    ],
)  # fmt: skip
def test_address_that_is_none_is_a_problem(text):
    assert code_of(f'"{text}"', "url") == "field.url"


def test_choice_may_differ_in_case():
    assert value_of("GROWING", "choice", ("seedling", "growing")) == "growing"
    assert value_of("beta", "choice", ("Alpha", "Beta")) == "Beta"


@pytest.mark.parametrize(
    ("text", "hint"),
    [("growin", 'did you mean "growing"?'), ("other", "use seedling or growing")],
)
def test_choice_that_is_none_says_what_there_is(text, hint):
    value, (problem,) = convert(text, "choice", ("seedling", "growing"))

    assert (value, problem.code, problem.hint) == ("", "field.choice", hint)


@pytest.mark.parametrize("text", ["cover.png", "../images/a b.png", "/images/x.svg"])
def test_path_is_taken_as_written(text):
    assert value_of(text, "path") == text


@pytest.mark.parametrize(
    "text", ["https://x.y/a.png", "//x.y/a.png", "C:\\a.png", "data:image/png;x"]
)
def test_path_that_is_none_is_a_problem(text):
    assert code_of(text, "path") == "field.path"


@pytest.mark.parametrize(
    "text", ["[a, b c]", "\n- a\n- b c", "a, b c", '"a, b c"', "a,b c,", "[a, ~, b c, a]"]
)
def test_list_may_be_written_as_text_with_commas(text):
    assert value_of(text, "list") == ("a", "b c")


@pytest.mark.parametrize("text", ["{a: b}", "[[a, b]]", "[a, {b: c}]"])
def test_list_that_is_none_is_a_problem(text):
    assert code_of(text, "list") == "field.type"


@pytest.mark.parametrize(
    "text",
    ['["[[Name]]"]', "[[Name]]", "[[[Name]]]", "\n- [[Name]]", "\n- '[[Name]]'", "Name", "[Name]"],
)
def test_reference_may_be_written_as_a_wikilink(text):
    (reference,) = value_of(text, "references")

    assert (reference.field, reference.target, reference.text) == ("f", "Name", "")


def test_reference_may_have_words_of_its_own():
    (reference,) = value_of('"[[folder/Name#Part|a, b]]"', "references")

    assert (reference.target, reference.text) == ("folder/Name#Part", "a, b")


def test_references_know_their_places():
    spans = [reference.span for reference in value_of("one,  two", "references")]

    assert [(span.line, span.column, span.length) for span in spans] == [(1, 4, 3), (1, 10, 3)]


def test_wikilinks_are_found_in_a_value_of_any_shape():
    node = node_of("['[[A]]', x, ['[[B|b]]'], {c: '[[C]]'}, ~]")

    assert [one.target for one in find_wikilinks(node, "up")] == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("[{title: T, url: https://x.y}]", Link("T", "https://x.y")),
        ("[https://x.y/]", Link("x.y", "https://x.y/")),
        ("https://x.y/z", Link("x.y/z", "https://x.y/z")),
        ("{title: T, url: about/}", Link("T", "about/")),
        ("GitHub", Link("", "GitHub")),
        ("[{url: 'mailto:a@b.c'}]", Link("mailto:a@b.c", "mailto:a@b.c")),
    ],
)
def test_link_is_a_title_and_an_address_or_only_that(text, link):
    (found,) = value_of(text, "links")
    assert (found.title, found.url) == (link.title, link.url)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[{title: T}]", "field.missing"),
        ("[{url: ''}]", "field.missing"),
        ("[{url: 'javascript:alert(1)'}]", "field.url"),
        ("[{url: ' JavaScript:alert(1)'}]", "field.url"),
        ("[{url: 'data:text/html,x'}]", "field.url"),
        ("[{url: //x.y}]", "field.url"),
        ("[{url: 'https://[x'}]", "field.url"),
        ("[[a]]", "field.type"),
        ("[{titel: T, url: https://x.y}]", "field.type"),
        ("[{url: [a]}]", "field.type"),
    ],
)
def test_link_that_is_none_is_a_problem_and_left_out(text, code):
    value, (problem,) = convert(text, "links")

    assert (value, problem.code) == ((), code)


@pytest.mark.parametrize("text", ["[{url: https://x.y/a b}]", "https://x.y/a b"])
def test_address_with_a_blank_is_told_how_to_write_it(text):
    _, (problem,) = convert(text, "links" if text[0] == "[" else "url")

    assert problem.hint == "write each blank as %20"


@pytest.mark.parametrize(
    ("url", "hint"),
    [("git@github.com:ada/hub.git", "write it as https://github.com/ada/hub"),
     ("git://x.org/ada/hub.js/", "write it as https://x.org/ada/hub.js"),
     ("ada@x.org", 'begin it with "https://"'), ("x.org/a", 'begin it with "https://"')],
)  # fmt: skip
def test_address_of_git_is_told_its_page(url, hint):
    _, (problem,) = convert(url, "url")

    assert problem.hint == hint


@pytest.mark.parametrize(
    ("url", "hint"),
    [("htps://x.org", 'did you mean "https:"?'), ("mailto:", "write it as mailto:name@example.org"),
     ("https:/x.org", "write it as https://example.org/page"), ("b\\c.md", "write / for each \\"),
     ("ftp://x.org", 'begin it with "https://" or "mailto:"'),
     ("“https://x.org”", ALONE), ("<https://x.org>", ALONE), ("[X](https://x.org)", ALONE),
     ("ssh://git@x.org:22/ada/hub", "write it as https://x.org/ada/hub")],
)  # fmt: skip
def test_address_of_a_link_that_leads_nowhere_is_told_what_to_be(url, hint):
    value, (problem,) = convert(f"[{{title: T, url: '{url}'}}]", "links")

    assert (value, problem.hint) == ((), hint)


def test_mapping_knows_its_keys():
    found = new_problems()
    node = node_of("{name: N, headlin: H}")

    assert convert_mapping(node, AUTHOR_FIELDS, "author", found) == {"name": "N"}
    assert [(one.code, one.hint) for one in found.noted] == [
        ("field.unknown", 'did you mean "headline"?')
    ]


def test_mapping_that_is_none_is_a_problem():
    found = new_problems()
    node = node_of("[a]")

    assert convert_mapping(node, AUTHOR_FIELDS, "author", found) == {}
    assert found.noted[0].message == '"author" must be a mapping, not a list'


def test_type_for_others_to_read_is_left_alone():
    node = node_of("{a: b}")

    assert convert_value(node, Field("f", "mapping", ""), new_problems()) is node


@pytest.mark.parametrize(
    ("field", "value", "is_told"),
    [("summary", "See [[Redis]] there.", True), ("summary", '"[[Redis|it]]"', True), ("summary", "Of a[i] and [b].", False),
     ("title", "Why [[nodiscard]]", False), ("aliases", '["a [[b]]"]', True), ("tags", '["[[web]]"]', False),
     ("problem", "See [[Redis]].", False), ("uses", '["[[Redis]]"]', False)],
)  # fmt: skip
def test_a_link_in_a_field_that_is_no_markdown_is_told(field, value, is_told):
    found = read(f"---\n{field}: {value}\n---\nT", "content/challenges/x.md")

    assert [(one.code, one.severity) for one in found.problems] == [
        ("field.link", "warning")
    ] * is_told
