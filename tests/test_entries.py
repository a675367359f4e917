import pytest

from nexusgen.content.entries import (
    EntryOptions,
    dated,
    is_entry_source,
    parse_entries,
)
from nexusgen.content.kinds import KINDS
from nexusgen.core.model import Span
from tests.reading import (
    LENIENT,
    LIST,
    NOTE,
    STRICT,
    TECHNOLOGY,
    fields,
    place,
    problem_of,
    read,
    read_one,
    settings,
    texts,
)

FULL = """\
title: Django
summary: A framework
date: 2024-05-01
updated: 2024-06-01
tags: [web, "#python"]
aliases: [dj]
status: growing
weight: 3
uses: ["[[Python|snakes]]"]
image: dj.png
redirect_from: [old/]
links: [{title: Docs, url: https://docs.x.y}]
category: framework
homepage: https://x.y
"""


def test_every_field_finds_its_place_in_the_entry():
    entry = read_one(f"---\n{FULL}---\nText.\n")

    assert (entry.id, entry.path, entry.line) == (TECHNOLOGY, TECHNOLOGY, 1)
    assert (entry.kind, entry.section) == ("technology", "technologies")
    assert (entry.slug, entry.url) == ("x", "technologies/x/")
    assert (entry.title, entry.summary) == ("Django", "A framework")
    assert (entry.date, entry.updated) == ("2024-05-01", "2024-06-01")
    assert (entry.tags, entry.aliases, entry.status) == (("web", "python"), ("dj",), "growing")
    assert (entry.weight, entry.image, entry.redirect_from) == (3, "dj.png", ("old/",))
    assert [(one.target, one.text) for one in entry.uses] == [("Python", "snakes")]
    assert [(one.title, one.url) for one in entry.links] == [("Docs", "https://docs.x.y")]
    assert entry.fields == {"category": "framework", "homepage": "https://x.y"}
    assert entry.spans["title"] == Span(2, 8, 6)


def same(entry):
    """Return what must not depend on the form of the source."""
    uses = tuple((one.target, one.text) for one in entry.uses)
    return (
        entry.kind, entry.section, entry.slug, entry.url, entry.title, entry.summary, entry.date,
        entry.updated, entry.tags, entry.aliases, entry.status, entry.draft, entry.private,
        entry.weight, uses, entry.image, entry.redirect_from, entry.fields,
    )  # fmt: skip


def test_markdown_mapping_and_list_give_the_same_entry():
    markdown = read_one(f"---\n{FULL}---\nText.\n", "content/technologies/django.md")
    mapping = read_one(f"{FULL}body: Text.\n", "content/technologies/django.yml")
    item = "- " + FULL.replace("\n", "\n  ") + "body: Text.\n"
    listed = read_one(item, "content/technologies/all.yaml")

    assert same(markdown) == same(mapping) == same(listed)
    assert listed.id == "content/technologies/all.yaml#1"


@pytest.mark.parametrize(
    ("path", "kind", "section", "url"),
    [
        ("content/technologies/a.md", "technology", "technologies", "technologies/a/"),
        ("content/concepts/a.md", "concept", "concepts", "concepts/a/"),
        ("content/challenges/deep/A b.md", "challenge", "challenges/deep", "challenges/deep/a-b/"),
        ("content/practices/a.md", "practice", "practices", "practices/a/"),
        ("content/projects/a.md", "project", "projects", "projects/a/"),
        ("content/notes/a.md", "note", "notes", "notes/a/"),
        ("content/My Notes/a.md", "note", "My Notes", "my-notes/a/"),
        ("content/a.md", "page", "", "a/"),
        ("content/technologies/index.md", "page", "technologies", "technologies/"),
        ("content/ruby/README.md", "page", "ruby", "ruby/"),
        ("content/technologies/django/index.md", "technology", "technologies/django",
         "technologies/django/"),
        ("content/technologiesque/a.md", "note", "technologiesque", "technologiesque/a/"),
    ],
)  # fmt: skip
def test_folder_tells_kind_section_and_url(path, kind, section, url):
    entry = read_one("Text.", path)

    assert (entry.kind, entry.section, entry.url) == (kind, section, url)


def test_kind_overrides_the_folder():
    entry = read_one("---\nkind: challenge\nproblem: P\n---\n", "content/log/a.md")

    assert (entry.kind, entry.url, entry.fields) == ("challenge", "log/a/", {"problem": "P"})


def test_kind_that_does_not_exist_is_a_problem_and_the_folder_decides():
    parsed = read(fields("kind: technolgy"))

    (problem,) = parsed.problems
    assert (problem.code, place(problem)) == ("kind.unknown", (2, 7, 9))
    assert problem.hint == 'did you mean "technology"?'
    assert parsed.entries[0].kind == "technology"


def test_declared_kind_has_its_folder_and_fields():
    site, _ = settings("title: T\nkinds: {book: {folder: shelf/books, fields: {by: references}}}")

    parsed, _ = parse_entries(
        "content/shelf/books/a.md",
        b"---\nby: '[[Someone|her]]'\n---\n",
        EntryOptions(site.kinds, site.content, site.lenient),
    )

    (entry,) = parsed.entries
    assert (entry.kind, entry.fields, parsed.problems) == ("book", {"by": ("her",)}, ())
    assert [(one.field, one.target) for one in entry.references] == [("by", "Someone")]


def test_fields_of_every_type_have_its_values():
    site, _ = settings("title: T\nkinds: {book: {fields: {a: flag, b: integer, c: list, d: date}}}")
    source = b"---\na: no\nb: 0\nc: [x, y]\nd: 2024-01-01T10:00\n---\n"

    parsed, _ = parse_entries(
        "content/books/a.md", source, EntryOptions(site.kinds, site.content, site.lenient)
    )

    assert parsed.entries[0].fields == {"a": False, "b": 0, "c": ("x", "y"), "d": "2024-01-01"}


@pytest.mark.parametrize(
    ("source", "path", "title"),
    [
        ("---\ntitle: From field\n---\n# Heading\n", NOTE, "From field"),
        ("# From `heading`\n\nText.", NOTE, "From heading"),
        ("Text.\n\n# From below", NOTE, "X"),
        ("***\n[TOC]\n{:toc}\n\n- - -\n# Below rules", NOTE, "Below rules"),
        ("```\n# code\n```\n", NOTE, "X"),
        ("## Second level", "content/notes/file-name.md", "File name"),
        ("", "content/notes/2023-09-12.md", "2023-09-12"),
        ("", "content/ruby-on-rails/README.md", "Ruby on rails"),
        ("", "content/index.md", "Home"),
        ("---\ntitle: ~\n---\n", NOTE, "X"),
    ],
)
def test_title_comes_from_field_heading_or_name(source, path, title):
    assert read_one(source, path).title == title


VAULT = EntryOptions(KINDS, "content", lenient=True, vault=True)


@pytest.mark.parametrize(
    ("source", "name", "title", "body"),
    [
        ("# Overview\n\n# Details\n", "Postgres", "Postgres", "# Overview\n\n# Details\n"),
        ("---\ntitle: Field\n---\n# One\n", "Postgres", "Field", "# One\n"),
        ("# postgres\nText.\n", "Postgres", "postgres", "Text.\n"),
        ("# What is TCP/IP?\nText.\n", "What is TCP-IP", "What is TCP/IP?", "Text.\n"),
        ("# Retro\nText.\n", "2024-05-03", "Retro", "Text.\n"),
        ("# Retro\nText.\n", "2024-05-03 Friday", "Retro", "Text.\n"),
        ("# Retro\nText.\n", "2024-W05", "Retro", "Text.\n"),
        ("# Idea\nText.\n", "202405011300", "Idea", "Text.\n"),
        ("Text.\n\n# Idea\n", "202405011300", "202405011300", "Text.\n\n# Idea\n"),
        ("# Idea\n", "202405011300 Zettel", "Zettel", "# Idea\n"),
        ("# Of my garden\nText.\n", "index", "Of my garden", "Text.\n"),
    ],
)
def test_title_in_a_vault_is_the_name_of_the_file(source, name, title, body):
    parsed, ((text,),) = parse_entries(f"content/notes/{name}.md", source.encode(), VAULT)

    assert (parsed.entries[0].title, text.source) == (title, body)


def test_heading_that_gave_the_title_knows_its_place():
    assert read_one(b"\n\n  # Hello\n", NOTE).spans["title"] == Span(3, 3, 7)


@pytest.mark.parametrize(
    ("source", "body", "line"),
    [
        ("# Title\n\nText.\n", "\nText.\n", 2),
        ("---\ntitle: title\n---\n\n# Title\nText.\n", "Text.\n", 6),
        ("---\ntitle: Other\n---\n# Title\nText.\n", "# Title\nText.\n", 4),
        ("<!-- a -->\n# Title\nText.\n", "<!-- a -->\n\nText.\n", 1),
        ("Text.\n\n# Title\n", "Text.\n\n# Title\n", 1),
        ("Title\n=====\nText.\n", "Text.\n", 3),
    ],
)
def test_heading_that_says_the_title_again_is_taken_from_the_body(source, body, line):
    text = texts(source, NOTE)["body"]

    assert (text.source, text.line) == (body, line)


def test_texts_of_fields_know_where_they_stand():
    source = """\
        ---
        problem: One *line*
        cause: "Quoted"
        solution: |2

            deep
          less
        outcome: >-
          folded
          on
        ---
        Body.
        """

    found = texts(source, "content/challenges/a.md")

    assert [(one.name, one.line, one.column, one.indent) for one in found.values()] == [
        ("problem", 2, 10, 0),
        ("body", 12, 1, 0),
        ("cause", 3, 9, 0),
        ("solution", 5, 3, 2),
        ("outcome", 9, 3, 2),
    ]
    assert found["solution"].source == "\n  deep\nless\n"
    assert found["outcome"].source == "folded\non"


def test_body_of_an_item_knows_where_it_stands():
    _, (first, second) = parse_entries(
        LIST, b"- title: A\n- title: B\n  body: |\n    # B\n    Text.\n", STRICT
    )

    assert first[0].source == ""
    assert (second[0].source, second[0].line, second[0].column, second[0].indent) == (
        "Text.\n", 5, 5, 4,
    )  # fmt: skip


def test_items_have_their_own_line_and_slug():
    parsed = read("- title: One\n- title: Two\n  slug: zwei\n", LIST)

    assert [(entry.id, entry.line, entry.slug) for entry in parsed.entries] == [
        (f"{LIST}#1", 1, "one"),
        (f"{LIST}#2", 2, "zwei"),
    ]


@pytest.mark.parametrize(
    ("source", "code", "where"),
    [
        ("- rule: x", "entry.title", (1, 3, 1)),
        ("- title: ''", "entry.title", (1, 3, 1)),
        ("- words", "entry.shape", (1, 3, 5)),
        ("words", "entry.shape", (1, 1, 5)),
    ],
)
def test_yaml_that_is_no_entry_is_a_problem(source, code, where):
    problem = problem_of(source, LIST)

    assert (problem.code, place(problem)) == (code, where)


@pytest.mark.parametrize("source", ["", "# nothing", "[]", "~"])
def test_yaml_with_nothing_in_it_holds_no_entry(source):
    assert read(source, LIST) == read("", LIST)
    assert read(source, LIST).entries == ()


@pytest.mark.parametrize(
    "source", ["version: 3\ntasks: {a: b}", "title: Blog\nbaseurl: /", "- name: x\n- 12\n", "words"]
)
def test_folder_without_settings_may_hold_other_yaml(source):
    parsed = read(source, "Taskfile.yml", LENIENT)

    assert parsed.entries == ()
    assert [problem.severity for problem in parsed.problems] in ([], ["warning"])


def test_folder_without_settings_may_hold_entries_in_yaml():
    assert read("title: A\nbody: B", "a.yml", LENIENT).entries[0].title == "A"
    assert len(read("- title: A\n- name: B\n- title: C\n  rule: D", "a.yml", LENIENT).entries) == 2


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("title: A\nseverity: high\nproblem: b", "challenges/web/a.yml"),
        ("- title: A\n  sevrity: high\n  body: b", "concepts/all.yml"),
        ("title: A\ncolor: red\nbody: b", "notes/a.yml"),
    ],
)
def test_yaml_in_the_folder_of_a_kind_is_an_entry_with_a_field_that_is_not_known(source, path):
    assert [entry.title for entry in read(source, path, LENIENT).entries] == ["A"]


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("title: Blog\nurl: https://x.org\ntheme: a", "projects/blog/_config.yml"),
        ("title: A\ncolor: red\nbody: b", "forms/a.yml"),
        ("title: A\ncolor: red", "notes/a.yml"),
        ("- title: A\n  phone: 1\n- title: B\n  phone: 2", "notes/all.yml"),
    ],
)
def test_other_yaml_is_left_alone(source, path):
    assert read(source, path, LENIENT) == read("", path, LENIENT)


def test_item_beside_entries_that_is_none_is_told():
    parsed = read("- title: A\n- title: B\n  color: red\n- name: C\n- d", "a.yml", LENIENT)

    assert [(it.code, it.line) for it in parsed.problems] == [("entry.shape", n) for n in (2, 4, 5)]
    assert len(parsed.entries) == 1


def test_folder_without_settings_turns_errors_into_warnings_and_leaves_the_rest():
    parsed = read(fields("title: [a]\ndate: {{date}}\ntags: x"), "a.md", LENIENT)

    assert {problem.severity for problem in parsed.problems} == {"warning"}
    assert [problem.code for problem in parsed.problems] == ["yaml.template", "field.type"]
    assert (parsed.entries[0].title, parsed.entries[0].tags) == ("A", ("x",))


def test_page_of_a_folder_cannot_have_a_slug():
    parsed = read(fields("slug: other"), "content/technologies/index.md")

    assert [problem.code for problem in parsed.problems] == ["slug.invalid"]
    assert parsed.entries[0].url == "technologies/"


def test_each_old_address_is_a_problem_of_its_own():
    parsed = read(fields("redirect_from: [../x, ok/, //y]"))

    assert [place(problem) for problem in parsed.problems] == [(2, 17, 4), (2, 28, 3)]
    assert parsed.entries[0].redirect_from == ("ok/",)


@pytest.mark.parametrize("old", ["blog/*", ":year/:slug/", "posts/{{ slug }}/", "a/(.*)"])
def test_a_pattern_is_no_old_address(old):
    (problem,) = read(fields(f"redirect_from: ['{old}']")).problems

    assert (problem.code, problem.hint) == (
        "redirect.invalid", "write each address in a line of its own",
    )  # fmt: skip


@pytest.mark.parametrize("old", ["wiki/Talk:Foo/", "a_(b)/", "Core_(.NET)/", "C++/", "[a]/"])
def test_signs_in_an_old_address_make_no_pattern(old):
    parsed = read(fields(f"redirect_from: ['{old}']"))

    assert (parsed.problems, parsed.entries[0].redirect_from) == ((), (old,))


def test_name_that_is_no_text_is_a_problem_that_can_be_printed():
    parsed = read("Text.", "content/a\udc80.md")

    assert parsed.entries == ()
    assert [problem.code for problem in parsed.problems] == ["path.encoding"]
    parsed.problems[0].path.encode()


def test_name_in_pieces_gives_a_composed_url():
    assert read_one("Text.", "content/notes/Cafe\u0301.md").url == "notes/café/"


@pytest.mark.parametrize(
    ("date", "updated", "first", "last", "result"),
    [
        ("", "", "2024-01-01", "2024-02-02", ("2024-01-01", "2024-02-02")),
        ("2023-01-01", "", "2024-01-01", "2024-02-02", ("2023-01-01", "2024-02-02")),
        ("2025-01-01", "", "2024-01-01", "2024-02-02", ("2025-01-01", "2025-01-01")),
        ("", "2025-01-01", "2024-01-01", "2024-02-02", ("2024-01-01", "2025-01-01")),
        ("", "", "", "", ("", "")),
    ],
)
def test_dates_come_from_git_where_the_author_gives_none(date, updated, first, last, result):
    entry = read_one(fields(f"date: {date}\nupdated: {updated}"), NOTE)

    found = dated(entry, {NOTE: (first, last)})

    assert (found.date, found.updated) == result


def test_entry_without_history_stays_as_it_is():
    entry = read_one("Text.", NOTE)

    assert dated(entry, {}) is entry


@pytest.mark.parametrize(
    ("path", "answer"),
    [("a.md", True), ("A.MD", True), ("a.markdown", True), ("a.yml", True), ("a.yaml", True),
     ("a.html", False), ("md", False), ("a.png", False), ("site.yml", False),
     ("site.yaml", False), ("cv.yml", False), ("a/site.yml", True), ("a/cv.yml", True),
     ("data/a.yml", False), ("data/a.md", True), ("a/data/a.yml", True)],
)  # fmt: skip
def test_source_is_told_by_its_path(path, answer):
    assert is_entry_source(f"content/{path}", "content") is answer
    assert is_entry_source(path, "") is answer
