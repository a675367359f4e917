"""What becomes of fields that a kind does not know, and of fields that hide."""

import pytest

from tests.reading import NOTE, TECHNOLOGY, fields, place, problem_of, read, read_one


def test_unknown_field_of_a_closed_kind_is_a_problem():
    problem = problem_of(fields("titel: x"))

    assert (problem.code, place(problem)) == ("field.unknown", (2, 1, 5))
    assert (problem.message, problem.hint) == ('unknown field "titel"', 'did you mean "title"?')


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("description", 'it is called "summary" here'),
        ("categories", 'it is called "tags" here'),
        ("technologies", 'it is called "uses" here'),
        ("body", "write the text below the front matter"),
    ],
)
def test_name_from_elsewhere_is_translated(name, hint):
    assert problem_of(fields(f"{name}: x")).hint == hint


def test_unknown_field_like_no_other_lists_what_there_is():
    assert problem_of(fields("zzz: x")).hint.startswith(
        "use category, level, since, homepage, title"
    )


def test_open_kind_keeps_what_it_does_not_know():
    entry = read_one(fields("rating: 7\nauthor: ['[[A]]']\nmore: {x: [no]}"), NOTE)

    assert entry.extra == {"rating": "7", "author": ["[[A]]"], "more": {"x": ["no"]}}
    assert [(one.field, one.target) for one in entry.references] == [("author", "A")]


def test_open_kind_warns_of_a_near_miss():
    problem = problem_of(fields("taggs: x"), NOTE)

    assert (problem.code, problem.severity) == ("field.unknown", "warning")
    assert problem.hint == 'did you mean "tags"?'


@pytest.mark.parametrize("name", ["draft", "private"])
@pytest.mark.parametrize("value", ["true", "yes", '"false"', "maybe", "1", "[no]", "{{draft}}"])
def test_nothing_is_published_by_coercion(name, value):
    entry = read(fields(f"{name}: {value}"), NOTE).entries[0]

    assert (entry.draft, entry.private) == (name == "draft", name == "private")


@pytest.mark.parametrize(
    "text",
    [
        "Draft: true", "drafts: yes", "published: false", "publish: no",
        "build: {render: never, list: never}", "_build:\n  render: false", "render: link",
        'title: "x\ndraft: true', "draft: [\ntitle: x", "draft: false\ndraft: true",
    ],
)  # fmt: skip
def test_what_was_meant_to_hide_hides(text):
    assert read(fields(text), NOTE).entries[0].draft


@pytest.mark.parametrize("text", ["is_draft: true", "mydraft: x", "draft-of: y", "drafts: on"])
def test_closed_kind_hides_by_any_field_that_speaks_of_a_draft(text):
    assert read(fields(text)).entries[0].draft


@pytest.mark.parametrize("path", [NOTE, TECHNOLOGY])
@pytest.mark.parametrize("text", ["drfat: true", "drfat:", "privat: yes", "drfat: 1", "privat: y"])
def test_a_slip_in_a_flag_that_hides_hides_and_says_so(text, path):
    parsed = read(fields(text), path)

    assert parsed.entries[0].draft or parsed.entries[0].private
    assert parsed.problems[0].message.endswith(", which hides the entry")


@pytest.mark.parametrize("path", [NOTE, TECHNOLOGY])
@pytest.mark.parametrize("text", ["drafts: no", "craft: beer", "drift: 3", "raft: [wood]", "rating: false", "published: true", "rating: x",
                                  "build: {render: always, list: never}"])  # fmt: skip
def test_unknown_field_that_says_nothing_of_hiding_does_not_hide(text, path):
    entry = read(fields(text), path).entries[0]

    assert (entry.draft, entry.private) == (False, False)


@pytest.mark.parametrize("value", ["false", "no", "Off"])
def test_entry_that_is_plainly_no_draft_is_published(value):
    entry = read_one(fields(f"draft: {value}"), NOTE)

    assert not entry.draft


def test_draft_in_a_broken_mapping_hides():
    parsed = read("title: x\ndraft: [\n", "content/practices/a.yml")

    assert parsed.entries[0].draft


def test_empty_field_of_a_kind_is_no_field():
    entry = read_one(fields("category: ~\nlevel: ''\nuses: ['', ~]"))

    assert (entry.fields, entry.uses) == ({}, ())
