from types import SimpleNamespace

import pytest
from msgspec.structs import asdict

from nexusgen.content.front_matter import MAX_CHARACTERS, parse_frontmatter
from nexusgen.content.yaml_tree import plain_value
from tests.reading import as_bytes, new_problems, place


def parse(text):
    """Return the front matter of a source, and what is wrong with it."""
    problems = new_problems()
    matter = parse_frontmatter(as_bytes(text), problems)
    return SimpleNamespace(**asdict(matter), problems=tuple(problems.noted))


def values(matter):
    return {name: plain_value(pair.value) for name, pair in matter.fields.items()}


def codes(matter):
    return [problem.code for problem in matter.problems]


def test_fields_and_body_are_told_apart():
    matter = parse("---\ntitle: A\ntags: [b]\n---\nBody\n")

    assert values(matter) == {"title": "A", "tags": ["b"]}
    assert (matter.body, matter.line, matter.problems) == ("Body\n", 5, ())


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff---\ntitle: A\n---\nBody\n",
        "---\r\ntitle: A\r\n---\r\nBody\r\n",
        "---\rtitle: A\r---\rBody\r",
        "---  \ntitle: A\n---\t\nBody\n",
        "---\ntitle: A\n...\nBody\n",
    ],
)
def test_marks_and_line_ends_make_no_difference(text):
    matter = parse(text.encode())

    assert (values(matter), matter.body, matter.line) == ({"title": "A"}, "Body\n", 4)
    assert matter.problems == ()


def test_empty_lines_may_stand_before_it():
    matter = parse(b"\n\n---\ntitle: A\n---\nBody")

    assert (values(matter), matter.body, matter.line) == ({"title": "A"}, "Body", 6)


@pytest.mark.parametrize("text", ["---\ntitle: A\n---", "---\ntitle: A\n---\n"])
def test_body_may_be_missing(text):
    matter = parse(text)

    assert (values(matter), matter.body, matter.problems) == ({"title": "A"}, "", ())


@pytest.mark.parametrize("inner", ["", "\n", "# draft: true\n", "# tags: a\n", "~\n"])
def test_nothing_in_it_is_no_problem(inner):
    matter = parse(f"---\n{inner}---\nBody\n")

    assert (matter.fields, matter.body, matter.problems) == ({}, "Body\n", ())


@pytest.mark.parametrize(
    "text",
    [
        "Body\n",
        "--- title: A\n---\n",
        "Body\n---\ntitle: A\n---\n",
        "---\nA line across the page opens this.\n",
        "---",
        "```\n---\ntitle: A\n---\n```\n",
    ],
)
def test_what_is_no_front_matter_is_body(text):
    matter = parse(text)

    assert (matter.fields, matter.body, matter.line) == ({}, text, 1)
    assert matter.problems == ()


@pytest.mark.parametrize("sign", "\u00a0\u3000\u2003\u2028\u200b\u200e\ufeff\u2060")
@pytest.mark.parametrize("mark", ["---", "+++"])
def test_dashes_are_such_whatever_nobody_sees_beside_them(sign, mark):
    field = "draft: true" if mark == "---" else "draft = true"
    for line in (f"{sign}{mark}", f"{mark}{sign}", f"{mark} {sign}"):
        for above, below in ((line, mark), (mark, line), (line, line)):
            matter = parse(f"{above}\n{field}\n{below}\nBody\n")
            assert (list(matter.fields), matter.body, matter.line) == (["draft"], "Body\n", 4)
        assert not parse(f"{line}\n\nToday I learned: rules matter.\n\n{mark}\nBody\n").fields
        assert not parse(f"{line} so begins it\n{field}\n{mark}\nBody\n").fields


@pytest.mark.parametrize(
    "text",
    ["\n# Words\n\n", "# words\n", "\n#tag1 #tag2\n\n", "\nToday I learned: rules matter.\n\n",
     "\nNote: this is old.\n\n", "\n## 2024: a year\n\nText: yes\n\n", "\nWords alone.\n\n",
     "Let me begin. A day: good.\n", "A sentence of six words or more: yes\n"],
)  # fmt: skip
def test_text_between_lines_across_the_page_is_body(text):
    matter = parse(f"---\n{text}---\nBody\n")

    assert (matter.fields, matter.body) == ({}, f"---\n{text}---\nBody\n")
    assert (matter.problems, matter.hidden) == ((), frozenset())


@pytest.mark.parametrize(
    ("text", "name"),
    [("# words\ntitle: A\n", "title"), ("\n# words\n\nrating: 5\n\n", "rating"),
     ("\nTags: a\n", "Tags"), ("\nDraft: true\n", "Draft"), ("\n{draft: true}\n", "draft"),
     ("# words\nDate created: 2024\n", "Date created"), ("Date of it: 2024\n", "Date of it")],
)  # fmt: skip
def test_fields_may_stand_below_blanks_and_comments(text, name):
    matter = parse(f"---\n{text}---\nBody\n")

    assert (list(matter.fields), matter.body) == ([name], "Body\n")


@pytest.mark.parametrize("above", ["\n", "# words\n\n"])
def test_several_fields_of_any_name_may_stand_below_blanks(above):
    matter = parse(f"---\n{above}Author: A\nRating: 5\n---\nBody\n")

    assert (list(matter.fields), matter.body) == (["Author", "Rating"], "Body\n")


@pytest.mark.parametrize("first", ["---\nid: 1\n---\n", "+++\nid = 1\n+++\n", '{"id": 1}\n'])
@pytest.mark.parametrize(
    ("second", "above"),
    [("---\ntags: [a]\npublish: false\n---\n", 0), ("\n\n---\ndraft: true\n---\n", 2),
     ("<!-- x -->\n---\ndraft: true\n---\n", 1), ("+++\ndraft = true\n+++\n", 0),
     ('{"draft": true}\n', 0), ("draft: true\n---\n", 0), ("—\ndraft: true\n—\n", 0),
     ("# A\n\n---\ndraft: true\n---\n", 2),
     ("A\n\n---\n\nB\n\n---\n\n---\ndraft: true\n---\n", 8)],
)  # fmt: skip
def test_a_second_block_that_would_hide_hides_and_is_told(first, second, above):
    matter = parse(f"{first}{second}Text.")

    (problem,) = matter.problems
    assert (problem.code, problem.severity) == ("frontmatter.late", "error")
    assert problem.line == matter.line + above
    assert (list(matter.fields), matter.hidden) == (["id"], {"draft"})


@pytest.mark.parametrize("above", ["", "# A\n\n"])
def test_a_second_block_of_what_is_hidden_already_stops_no_build(above):
    matter = parse(f"---\nstatus: draft\n---\n{above}---\ndraft: true\n---\nText.")

    assert [(it.code, it.severity) for it in matter.problems] == [("frontmatter.late", "warning")]


def test_a_second_block_that_hides_nothing_is_told():
    (problem,) = parse("---\nid: 1\n---\n---\ntitle: A\n---\nText.").problems

    assert (problem.code, problem.severity) == ("frontmatter.late", "warning")


@pytest.mark.parametrize(
    "body",
    [
        "```\n---\ndraft: true\n---\n```\n",
        "---\n\nSome text.\n\n---\n",
        "- draft: true\n",
        "# A\n\n---\ndraft: false\n---\n",
    ],
)
def test_what_is_no_second_block_is_body(body):
    matter = parse(f"---\nid: 1\n---\n{body}")

    assert (matter.body, matter.problems, matter.hidden) == (body, (), frozenset())


@pytest.mark.parametrize(
    "text",
    ['---js\n{title: "a", draft: true}\n---\n', "---js\n{\n  draft: true\n}\n---\n",
     "---js\nconst draft = true;\n---\n", '---json\n{"a": 1, "draft": true}\n---\n',
     ';;;\n{"draft": true}\n;;;\n', "---coffee\ntitle: 'a'\ndraft: yes\n---\n"],
)  # fmt: skip
def test_fields_in_another_language_hide_and_are_told(text):
    matter = parse(f"{text}Text.")

    assert (codes(matter), matter.hidden) == (["frontmatter.fence"], {"draft"})


def test_dashes_in_code_of_the_body_end_nothing():
    matter = parse("---\ntitle: A\n---\n```\n---\nb: c\n---\n```\n")

    assert values(matter) == {"title": "A"}
    assert matter.body == "```\n---\nb: c\n---\n```\n"


def test_dashes_indented_in_a_value_end_nothing():
    assert values(parse("---\nsummary: |\n  ---\n  x\n---\n")) == {"summary": "---\nx\n"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("title:Kafka", 'no space stands after "title:"'),
        ("title:\N{NO-BREAK SPACE}Kafka", 'a no-break space stands after "title:"'),
        ("title\uff1aKafka", '"\uff1a" is no colon'),
    ],
)
def test_a_key_without_a_blank_behind_is_told_by_its_colon(line, message):
    for text in (line, f"{line}\nrating: 5", f"rating: 5\n{line}"):
        (problem,) = parse(f"---\n{text}\n---\nBody\n").problems
        row = 2 if text.startswith(line) else 3
        column = 6 if line[5] == "\uff1a" else 7
        assert (problem.line, problem.column, problem.message) == (row, column, message)
        assert problem.hint == 'write "title: Kafka"'


@pytest.mark.parametrize(
    ("text", "shape"), [("- a\n- b", "a list"), ("just words", "plain text"), ("'x'", "plain text")]
)
def test_anything_but_fields_is_a_problem_and_stays_to_be_seen(text, shape):
    matter = parse(f"---\n{text}\n---\nBody\n")

    (problem,) = matter.problems
    assert (problem.code, problem.line, problem.column) == ("frontmatter.shape", 2, 1)
    assert problem.message == (
        f'the front matter must hold "key: value" lines, and this is {shape}'
    )
    assert (matter.fields, matter.body) == ({}, f"---\n{text}\n---\nBody\n")


def test_missing_end_is_a_problem_at_the_beginning():
    matter = parse("---\ntitle: A\n\nBody\n")

    (problem,) = matter.problems
    assert (problem.code, place(problem)) == ("frontmatter.unclosed", (1, 1, 3))
    assert problem.hint == 'add a line of "---" after the last field'
    assert matter.body == "---\ntitle: A\n\nBody\n"


def test_end_that_is_too_long_is_named():
    (problem,) = parse("---\ntitle: A\n-----\nBody\n").problems

    assert problem.hint == 'write "---", not "-----"'


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ("\nLine one.\n\n- [a](b)\n`code`\n\tx\n\n", 5, 'add a line of "---" above it'),
        ("\n# Heading\n\nNote: a\n\nOne two three.\nText\n\n", 9, 'add a line of "---" above it'),
        ('\n> "Words" of **one**\n\n', 5, 'add a line of "---" above it'),
        ("Line one.\nLine two: b\nLine three.\nLine four.\n", 4, 'add a line of "---" above it'),
        ("--\nNote: this: that\n", 4, 'write "---", not "--"'),
        ("\u2014-\nWords.\n", 4, 'write "---", not "\u2014-"'),
    ],
)
def test_text_up_to_a_rule_far_below_is_one_problem_of_the_missing_end(text, line, hint):
    matter = parse(f"---\ntitle: A\ntags: [b]\n{text}---\nEnd\n")

    (problem,) = matter.problems
    assert (problem.code, problem.line) == ("frontmatter.unclosed", line)
    assert (problem.hint, list(matter.fields)[:2]) == (hint, ["title", "tags"])
    assert matter.body.endswith("---\nEnd\n")


@pytest.mark.parametrize(
    ("lines", "code"),
    [("\ntags: [a]\nsummary: b: c", "yaml.colon"), ("\n# words\nid: a\nb", "yaml.syntax"),
     ("b", "yaml.syntax"), ("\ndate:2024", "yaml.syntax")],
)  # fmt: skip
def test_slips_in_fields_are_no_text(lines, code):
    assert codes(parse(f"---\ntitle: A\n{lines}\n---\nEnd\n")) == [code]


def test_text_taken_for_fields_hides_what_it_hides():
    matter = parse("---\ntitle: A\n\nText.\n\ndraft: true\n---\nEnd\n")

    assert (codes(matter), matter.hidden) == (["frontmatter.unclosed"], {"draft"})


def test_too_much_front_matter_is_not_read():
    matter = parse("---\ntitle: " + "x" * MAX_CHARACTERS + "\n---\nBody\n")

    assert codes(matter) == ["yaml.size"]
    assert (matter.fields, matter.body) == ({}, "Body\n")


@pytest.mark.parametrize(
    "text",
    [
        "---\ndraft: true\ntitle: A\n",
        "---\ndraft: {{draft}}\ntitle: [\n---\n",
        "---\ndraft: false\ndraft: true\n---\n",
        '---\n"draft": @true\n---\n',
        '---\n{title: "x, draft: true}\n---\n',
        "---\ndraft: true\ntitle: " + "[" * 100 + "\n---\n",
        "---\ndraft: true\ntitle: " + "x" * MAX_CHARACTERS + "\n---\n",
    ],
)
def test_draft_in_broken_front_matter_still_hides(text):
    assert "draft" in parse(text).hidden


@pytest.mark.parametrize(
    "field",
    ["headless: true", "isDraft: true", "isPrivate: true", "visibility: internal", "status: trash",
     "dg-publish: false", "isPublished: no", "public: false", "render: never", "access: secret",
     "state: pending", '"draft": true,'],
)  # fmt: skip
@pytest.mark.parametrize(
    "around", ["--\n{}\n--\nText.", "---\n{}\n\nText.", "# A\n\n+++\n{}\n+++\n"]
)
def test_fields_of_other_programs_hide_where_they_cannot_be_read(field, around):
    assert parse(around.format(field)).hidden


@pytest.mark.parametrize(
    "field", ["draft: false", "dg-publish: true", "render: always", "state: done"]
)
def test_fields_of_other_programs_that_show_hide_nothing_below_another_fence(field):
    assert not parse(f"--\n{field}\n--\nText.").hidden


def test_draft_that_was_read_needs_no_such_care():
    assert parse('---\ndraft: false\ntitle: "A\n---\n').hidden == frozenset()


def test_rest_of_broken_front_matter_is_not_judged_by_its_shape():
    matter = parse("---\ntags: - a\n- b\n---\nBody\n")

    assert (codes(matter), matter.body) == (["yaml.syntax"], "Body\n")


FENCES = [
    "—",
    "----",
    "--",
    "–––",
    "-",
    "---------------------",
    "***",
    "===",
    "－－－",
    "---yaml",
    "++",
    "——",
    "- - -",
    "\\---",
]


@pytest.mark.parametrize("settings", [True, False], ids=["settings", "none"])
@pytest.mark.parametrize(
    "field", ["private: true", "draft: yes", "status: private", "hidden:", "published: false"]
)
@pytest.mark.parametrize("fence", FENCES)
def test_what_nearly_hides_an_entry_hides_it_and_is_told(site, fence, field, settings):
    if settings:
        site.settings()
    text = f"{fence}\ntitle: Salary talk\n\n{field}\n{fence}\nThe salary is low.\n"
    site.write("content/notes/a.md", text).note("notes/b.md").build(keep_going=True)

    (problem,) = (one for one in site.problems if one.code == "frontmatter.fence")
    assert (problem.path.rpartition("content/")[2], problem.line) == ("notes/a.md", 1)
    assert problem.severity == ("error" if settings else "warning")
    assert b"salary" not in b"".join(site.tree().values()).lower()


@pytest.mark.parametrize(
    "text",
    ["private: true\n\nSalary.", "title: Salary\nprivate: true\nSalary.", "\n\ndraft: yes\n\nSalary.",
     "\ufeff–––\nprivate: true\nSalary.", "<!-- x -->\n——\nprivate: true\n——\nSalary.",
     "----\nprivate: true\n\nSalary.", "\u200b—\nprivate: true\n—\nSalary.",
     "Title: Salary\nDate: 2024-05-01 10:20\nStatus: draft\nSummary: Salary\n\nSalary.",
     "title: Salary\nstatus: hidden\n", "Title:   Salary\nAuthors: Ada\n         Bob\nvisibility: private\n\nSalary.",
     "Status: draft\nBase Header Level: 2\nTitle:Salary\n \nSalary.", "\n\nDate: 2024-05-01\nTags: a\nstatus: draft\n\nSalary."],
)  # fmt: skip
def test_fields_that_hide_need_no_lines_to_do_so(site, text):
    site.settings().write("content/notes/a.md", f"{text}\n".encode()).note("notes/b.md")
    site.build(keep_going=True)

    assert "frontmatter.fence" in site.codes
    assert b"salary" not in b"".join(site.tree().values()).lower()


@pytest.mark.parametrize(
    "text",
    ["Draft: the first thoughts.\n\nText.", "----\n\nSome text.\n\nPrivate: not for all.\n\n----\n",
     "# Private: true\n\ndraft: true is how it is hidden.", "----\ntitle: A\ndraft: false\n----\nText.",
     "```yaml\nprivate: true\n```\n", "> private: true\n", "    private: true\n", "- private: true\n",
     "Draft\n-----\n\nText.", "Text.\n\nprivate: true\n", "Note: the plan.\nStatus: draft\n\nText.", "Status: draft\n\nText.",
     "Title: A\nStatus: drafted by Ada\n\nText.", "Title: A\nStatus: draft\nis what hides there.", "Date: May 1\nPlace: here\nStatus: pending\n\nText.",
     "Status: pending\nPriority: high\n\nText.", "Words: of it\nTitle: A\nStatus: draft\n\nText.", "Title: A\nStatus: published\n\nText."],
)  # fmt: skip
def test_what_only_speaks_of_hiding_hides_nothing(site, text):
    site.settings().write("content/notes/a.md", text.encode()).build(keep_going=True)

    assert not [one for one in site.problems if one.severity == "error"]
    assert "notes/a/index.html" in site.tree()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title: Redis\ntags:\n  - db\n- b\n---\nA cache.", True),
        ("--\ntitle: Redis\n--\nA cache.", True),
        ("----\ntitle: Redis\ntags: [db]\n----\nA cache.", True),
        ("Note: this is a heading\n---\nText.", False),
        ("Title: of a book\n---\nText.", False),
        ("title: Redis\nis a book.\n---\nText.", False),
        ("title: Redis\n\n---\nText.", False),
        ("--flag\ntitle: x\n", False),
        ("\u2014-\ntitle: Redis\n\u2014-\nA cache.", True),
        ("\u2014\ntitle: Redis\nlevel: b\n\u2014-\nA cache.", True),
        ("***\n\ntitle: Redis\ntags: [db]\n\n***\n\nA cache.", True),
        ("===\ntitle: Redis\n===\nA cache.", True),
        ("title: Redis\ntags: [db]\n\nA cache.", True),
        ("Title: Redis\nDate: 2024-05-01\nA cache.", True),
        ("summary: b\ntags:\n  - db\n\nA cache.", True),
        ("title: the name\ntags: the topics\ndate: the day\n\nA table of keys.", False),
        ("date: 2024-05-01\n\nText.", False),
        ("date: 2024-05-01\nplace: here\n\nText.", False),
        ("title: a name\ntags: [a, b] are lists\n\nText.", False),
        ("Title: a book\nAuthor: Ada\n\n***\n\nText.", False),
        ("title\n: what it is called\n", False),
        ("***\n\nTitle: a book\n\n***\n", False),
        ("```\ntitle: a\ntags: [b]\n```\n", False),
    ],
)
def test_front_matter_that_is_shown_as_text_is_told(site, text, told):
    site.settings().write("content/notes/a.md", text.encode()).build()
    problems = [(one.code, one.severity, one.line) for one in site.problems]
    assert problems == [("frontmatter.fence", "warning", 1)] * told


@pytest.mark.parametrize(
    ("above", "fields", "told"),
    [("# A\n\n", "title: B\ntags: [c]", True), ("# A\n", "title: B\nid: c", True),
     ("# A\n", "title: B", False),
     ("# A\n\nText.\n\n", "title: B", False), ("# A\n\n", "Note: b", False)],
)  # fmt: skip
def test_front_matter_below_a_heading_is_told(above, fields, told):
    problems = [(one.code, one.severity) for one in parse(f"{above}---\n{fields}\n---\nB").problems]
    assert problems == [("frontmatter.late", "warning")] * told


def test_text_that_begins_with_an_object_loses_no_word():
    text = '{ "a": 1 } is JSON, they say.\n'
    assert (values(parse(text)), parse(text).body) == ({}, text)
    assert parse('{"draft": true} and words\n').hidden == {"draft"}
    assert values(parse('{"title": "A"} \nBody')) == {"title": "A"}
