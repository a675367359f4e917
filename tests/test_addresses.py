import pytest

from nexusgen.content.naming import (
    field_slug,
    folder_url,
    locate_source,
    name_slug,
    old_address,
    title_slug,
)
from nexusgen.content.source_text import WHOLE_FILE
from nexusgen.core.model import Span
from tests.reading import new_problems

HERE = Span(3, 8, 5)


def ask(function, text):
    found = new_problems()
    return function(text, HERE, found), [problem.code for problem in found.noted]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("API Versioning", "api-versioning"),
        ("Größe & Maß", "größe-maß"),
        ("हिन्दी", "हिन्दी"),
        ("e\u0301t\u00e9", "été"),
        ("C++", "cplusplus"),
        ("C#", "csharp"),
        (".NET", "net"),
        ("foo bar.baz_qux", "foo-bar-baz-qux"),
        ("zero\u200bwidth", "zerowidth"),
    ],
)
def test_slug_keeps_letters_and_marks_of_every_script(name, slug):
    assert ask(title_slug, name) == (slug, [])


@pytest.mark.parametrize("name", ["???", "🎉", "—"])
def test_name_without_letters_gets_the_same_slug_every_time(name):
    slug, codes = ask(title_slug, name)

    assert slug.startswith("entry-")
    assert (slug, codes) == (ask(title_slug, name)[0], ["slug.empty"])
    assert folder_url(name) == f"{slug}/"


def test_names_without_letters_do_not_share_a_slug():
    assert ask(title_slug, "!")[0] != ask(title_slug, "?")[0]


def test_slug_that_no_file_system_holds_is_a_problem_and_cut():
    slug, codes = ask(title_slug, "é" * 130)

    assert (len(slug.encode()), codes) == (200, ["slug.long"])


@pytest.mark.parametrize("slug", ["con", "aux", "nul", "com1", "lpt9"])
def test_slug_that_windows_reserves_is_a_warning(slug):
    found = new_problems()

    assert field_slug(slug, HERE, found) == slug
    assert [(one.code, one.severity) for one in found.noted] == [("slug.reserved", "warning")]


@pytest.mark.parametrize("slug", ["django", "größe", "a1-b2"])
def test_slug_that_can_stand_in_an_address_is_taken(slug):
    assert ask(field_slug, slug) == (slug, [])


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("My Page", "my-page"), ("../x", "x"), ("a/b", "a-b"), ("/x", "x"), ("//x", "x"),
        ("..", ""), ("%2e%2e", "2e-2e"), ("?", ""), ("x" * 300, "x" * 200),
    ],
)  # fmt: skip
def test_slug_that_cannot_is_a_problem(text, slug):
    assert ask(field_slug, text) == (slug, ["slug.invalid"])


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("old/place/", "old/place/"),
        ("old/place", "old/place/"),
        ("old.html", "old.html"),
        ("größe/", "größe/"),
        ("2024/05/a b/", "2024/05/a b/"),
        ("caf%C3%A9/a%20b.html", "café/a b.html"),
        ("%D0%BC", "м/"),
        ("100%/", "100%/"),
        ("caf%E9/", "caf%E9/"),
    ],
)
def test_old_address_is_written_from_the_root(text, address):
    assert ask(old_address, text) == (address, [])


def test_slash_before_an_old_address_is_a_problem_that_is_easily_mended():
    found = new_problems()

    assert old_address("/old/", HERE, found) == "old/"
    assert [(one.code, one.hint) for one in found.noted] == [("redirect.invalid", 'write "old/"')]


@pytest.mark.parametrize(
    "text",
    [
        "", "/", "..", "../x", "/../x", "a/../b", "a/./b", "/%2e%2e/x", "a/%2E./b", "//host",
        "a//b", "https://x.y/z", "mailto:x", "C:\\x", "a\\b", "a?b", "a#b", "a%2fb", "a%00b",
        "%252e%252e/x", "..%2fx", "a%252fb", "a%0Ab", "a%23b", "mailto%3Ax", "C:%5Cx", "x" * 300,
    ],
)  # fmt: skip
def test_old_address_that_could_lead_out_of_the_hub_is_refused(text):
    assert ask(old_address, text) == ("", ["redirect.invalid"])


@pytest.mark.parametrize(
    "path", ["aux.md", "con/x.md", "a/b./x.md", "a /x.md", "what?.md", 'say "x".md', "a:b.md"]
)
def test_path_that_windows_cannot_hold_is_a_warning(path):
    found = new_problems()

    locate_source(path, "", found)

    assert [(one.code, one.severity, one.line) for one in found.noted] == [
        ("path.reserved", "warning", 0)
    ]


@pytest.mark.parametrize("path", ["notes/x.md", "console.md", "a/b.c/größe.md", ".hidden/x.md"])
def test_other_paths_are_fine(path):
    found = new_problems()

    locate_source(path, "", found)

    assert found.noted == []


def test_slug_of_a_file_warns_of_the_whole_file():
    found = new_problems()

    name_slug("???", WHOLE_FILE, found)

    assert (found.noted[0].line, found.noted[0].column) == (0, 0)
