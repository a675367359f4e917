"""One cause is one line for people; programs get every place."""

import json

import pytest

from nexusgen.core.problems import Place, Problem
from nexusgen.reports.causes import FIRST, find_causes, in_order
from nexusgen.reports.formats import format_report
from nexusgen.reports.text import Report, format_problems


def problem(path, code="image.alt", message="image without a description", **more):
    return Problem(path, 1, 1, code, message, severity="warning", **more)


def missing(path, target):
    return problem(path, "link.broken", f'link target "{target}" does not exist')


IMAGES = tuple(problem(f"n/{number}.md") for number in range(9))


def test_settings_and_errors_come_first_then_places():
    found = [problem("a.md"), Problem("b.md", 1, 1, "link.broken", "x"),
             problem("content/site.yml"), Problem("content/site.yml", 2, 1, "field.type", "x")]  # fmt: skip

    assert [(one.path, one.severity) for one in in_order(found)] == [
        ("content/site.yml", "error"),
        ("b.md", "error"),
        ("content/site.yml", "warning"),
        ("a.md", "warning"),
    ]


def test_a_habit_is_told_once_with_its_first_places_and_how_many_more():
    told = format_problems(Report(IMAGES))

    assert told == (
        "n/0.md:1:1: warning: 9 images have no description [image.alt]\n"
        "     = also n/1.md:1:1, n/2.md:1:1, n/3.md:1:1 and 5 more; -v shows each\n"
    )
    assert format_problems(Report(IMAGES[: FIRST + 1])).endswith("n/3.md:1:1\n")
    assert format_problems(Report(IMAGES), each=True).count("[image.alt]") == 9


def test_one_is_told_as_it_is():
    assert format_problems(Report(IMAGES[:1])) == (
        "n/0.md:1:1: warning: image without a description [image.alt]\n"
    )


def test_the_same_words_are_told_once_and_others_apart():
    same = [problem(f"{name}.md", "field.unknown", 'unknown field "x"') for name in "ab"]
    other = problem("c.md", "field.unknown", 'unknown field "y"')

    assert [1 + len(cause.others) for cause in find_causes([*same, other])] == [2, 1]
    assert 'unknown field "x", 2 times' in format_problems(Report((*same, other)))


def test_the_places_of_one_cause_lie_in_other_files_first():
    same = [Problem(path, line, 1, "yaml.syntax", "x") for path in "abc" for line in (1, 2)]

    (cause,) = find_causes(same)
    assert [(one.path, one.line) for one in cause.others] == [
        ("b", 1), ("c", 1), ("a", 2), ("b", 2), ("c", 2),
    ]  # fmt: skip


def test_an_error_and_a_warning_are_never_one():
    error = Problem("a.md", 1, 1, "image.alt", "image without a description")

    assert len(find_causes([error, *IMAGES])) == 2


@pytest.mark.parametrize("code", ["leak.secret", "url.collision"])
def test_each_place_is_told_where_each_is_a_matter_of_its_own(code):
    places = (Place("z.md", 1, "the other"),) if code == "url.collision" else ()
    found = [problem(f"{name}.md", code, "the same words", related=places) for name in "abc"]

    assert len(find_causes(found)) == 3


def test_what_has_the_same_second_places_is_one_and_names_the_first_of_them():
    places = tuple(Place(f"z{number}.md", 1, "this one") for number in range(9))
    found = [
        problem(f"{name}.md", "title.duplicate", "same title", related=places) for name in "ab"
    ]
    found += [problem("c.md", "title.duplicate", "same title", related=places[1:])]

    told = format_problems(Report(tuple(found)))

    assert [1 + len(cause.others) for cause in find_causes(found)] == [2, 1]
    assert told.count(": note: this one") == 6
    assert "and 6 more; -v shows each" in told and "and 5 more; -v shows each" in told
    each = format_problems(Report(tuple(found)), each=True)
    assert each.count(": note: this one") == 26 and "more" not in each


def test_links_to_what_is_left_out_for_one_reason_are_told_once():
    words = (
        "lies outside of the content",
        "lies outside of the content",
        "is data, so it has no page",
    )
    found = [
        Problem(f"n/{at}.md", 1, 1, "link.broken", f'link target "../{at}" {why}', "link elsewhere")
        for at, why in enumerate(words)
    ]

    told = format_problems(Report(tuple(found)))

    assert "2 links lead to what lies outside of the content" in told
    assert 'link target "../2" is data' in told


@pytest.mark.parametrize(
    ("targets", "folder"),
    [
        (("/docs/a/", "/docs/b/", "/docs/c/d/"), "/docs/"),
        (("../assets/a.png", "../assets/b.png", "../assets/c.png"), "assets/"),
        (("img/a.png", "img/b.png", "img/c.png"), "n/img/"),
    ],
)
def test_a_folder_to_blame_for_several_links_is_told_once(targets, folder):
    found = [missing(f"n/{number}.md", target) for number, target in enumerate(targets)]

    told = format_problems(Report(tuple(found)))

    assert told.count("[link.broken]") == 1
    assert f'3 links lead into "{folder}", where what they name is not' in told


@pytest.mark.parametrize(
    "targets",
    [
        ("a.png", "b.png", "c.png"),
        ("img/a.png", "img/b.png", "other/c.png"),
        ("img/a.png", "img/a.png", "img/a.png"),
        ("/a.xml", "/b.xml", "/c.json"),
    ],
)
def test_no_folder_is_blamed_for_links_that_share_none(targets):
    found = tuple(missing(f"n/{number}.md", target) for number, target in enumerate(targets))

    assert "links lead into" not in format_problems(Report(found))


def test_programs_get_every_place_and_github_one_annotation_for_each_cause():
    report = Report(IMAGES)

    assert len(json.loads(format_report(report, "json"))["diagnostics"]) == 9
    assert len(json.loads(format_report(report, "sarif"))["runs"][0]["results"]) == 9
    assert format_report(report, "concise").count("\n") == 9
    assert format_report(report, "github").count("::warning") == 1
    assert "9 images have no description" in format_report(report, "github")


def test_a_document_tells_errors_first():
    report = Report((problem("a.md"), Problem("b.md", 1, 1, "link.broken", "x")))

    for form in ("concise", "github", "json", "sarif"):
        assert format_report(report, form).index("b.md") < format_report(report, form).index("a.md")


def test_a_mistake_of_a_template_is_told_once_with_its_pages(site):
    site.write("content/site.yml", "title: Hub\n")
    site.write(
        "templates/note.html",
        '{% extends "theme/note.html" %}\n{% block lede %}{{ nothing.here }}{% endblock %}\n',
    )
    for number in range(6):
        site.note(f"notes/{number}.md", title=f"N{number}")

    site.build()
    (cause,) = find_causes(site.problems)
    told = format_problems(Report(site.problems))

    assert len(cause.others) == 5
    assert "while rendering content/notes/0.md and 5 more [template.undefined]" in told
    assert (
        "also content/notes/1.md, content/notes/2.md, content/notes/3.md and 2 more; -v shows each"
        in told
    )
