"""`nexusgen explain`: every code has an example that is told so, and words on how to mend it."""

import ast
import re

import pytest

from nexusgen.core.problems import CODES, NexusgenError
from nexusgen.reports.causes import explain, read_explanations
from tests.conftest import ROOT

EXPLAINED = read_explanations()
FILE = re.compile(r"(\S.*\.(?:md|yml|yaml)):")


def files_of(example: str) -> dict[str, str]:
    """Return the files that an example shows, by path; none where it says in words what happens."""
    files: dict[str, list[str]] = {}
    lines: list[str] | None = None
    for line in example.split("\n"):
        if found := FILE.fullmatch(line):
            lines = files.setdefault(found[1], [])
        elif lines is not None:
            lines.append(line.removeprefix("    "))
    return {path: "\n".join(found) + "\n" for path, found in files.items()}


SHOWN = {code: files for code, one in EXPLAINED.items() if (files := files_of(one.example))}


def test_every_code_of_a_problem_is_explained_and_no_other():
    assert list(EXPLAINED) == sorted(EXPLAINED)
    assert EXPLAINED.keys() == CODES.keys()


def test_every_code_in_the_source_is_known():
    shape = re.compile(
        rf"(?:{'|'.join(sorted({code.partition('.')[0] for code in CODES}))})\.[a-z]+"
    )
    endings = ("html", "yml", "yaml", "json", "xml", "txt", "css", "js", "svg", "md", "pdf", "png")
    found = {
        node.value
        for path in (ROOT / "nexusgen").rglob("*.py")
        if "importers" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if shape.fullmatch(node.value) and not node.value.endswith(endings)
    }

    assert found - CODES.keys() <= {
        "markdown.extensions",
        "site.baseurl",
        "site.url",
        "yaml.schemas",
    }
    assert len(found & CODES.keys()) > 90


def test_most_examples_are_hubs():
    assert len(SHOWN) > 55


@pytest.mark.parametrize("code", SHOWN)
def test_example_is_told_as_that_problem(site, code):
    site.settings()
    site.note("notes/else.md", "Text.", title="Else")
    for path, text in SHOWN[code].items():
        is_more = path == "site.yml" and "title" not in text
        site.write(f"content/{path}", (f"title: Hub\n{text}" if is_more else text).encode())

    site.check()

    assert code in site.codes


@pytest.mark.parametrize("code", CODES)
def test_explanation_says_what_how_and_what_to_do(code):
    told = explain(code)

    assert told.startswith(f"{code}: ")
    assert EXPLAINED[code].mend.rstrip().endswith(".")
    assert "\n\nFor example:\n\n  " in told
    assert max(map(len, told.split("\n")[4:])) <= 100


def test_codes_are_listed_all_or_those_of_a_group():
    assert [line.split()[0] for line in explain("").splitlines()] == sorted(CODES)
    assert {line.partition(".")[0] for line in explain("link").splitlines()} == {"link"}


@pytest.mark.parametrize(
    ("code", "meant"), [("link.brokn", '"link.broken"'), ("lnk", '"link"'), ("x", "list of all")]
)
def test_code_that_is_none_is_told_with_what_was_meant(code, meant):
    with pytest.raises(NexusgenError) as caught:
        explain(code)

    assert meant in caught.value.hint


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("technolgies", "technologies"),
        ("Chalenges", "challenges"),
        ("challanges", "challenges"),
        ("chalenge", "challenges"),
        ("porjects", "projects"),
        ("project", "projects"),
        ("technology", "technologies"),
        ("practises", "practices"),
        ("nodes", ""),
        ("votes", ""),
        ("concert", ""),
        ("objects", ""),
        ("products", ""),
        ("projets", ""),
        ("projetos", ""),
        ("Technologies-2024", ""),
        ("contents", ""),
        ("note", ""),
    ],
)
def test_folder_that_is_nearly_that_of_a_kind_is_told_once(site, name, told):
    site.settings()
    site.note(f"{name}/a.md", "Text.").note(f"{name}/b/c.md", "Text.")

    site.check()

    hints = [problem.hint for problem in site.problems if problem.code == "folder.kind"]
    assert hints == ([f'did you mean "{told}"?'] if told else [])


@pytest.mark.parametrize(
    ("folder", "name", "told"),
    [
        ("content/talks", "talks", 'write "folder: talks" for the kind "talk"'),
        ("talks", "Talks", 'did you mean "talks"?'),
        ("talks", "talk", 'did you mean "talks"?'),
        ("events", "Talk", 'did you mean "events"?'),
        ("work/talks", "Work/talks", 'did you mean "work/talks"?'),
        ("talks", "walks", ""),
        ("talks", "talks", ""),
    ],
)
def test_folder_of_a_declared_kind_that_is_not_there_is_told(site, folder, name, told):
    site.settings(f"kinds: {{talk: {{folder: {folder}}}}}\n").note(f"{name}/a.md", "Text.").check()

    hints = [problem.hint for problem in site.problems if problem.code == "folder.kind"]
    assert hints == ([told] if told else [])

    site.note(f"{folder}/b.md", "Text.").note(f"{name}/a.md", kind="talk").check()
    assert "folder.kind" not in site.codes


def test_folder_without_settings_may_use_the_word_for_one_of_a_kind(site):
    site.write("project/a.md", "Text.").write("technolgies/b.md", "Text.")

    site.check()

    told = [problem.path for problem in site.problems if problem.code == "folder.kind"]
    assert told == ["technolgies/"]


def test_note_whose_name_begins_with_a_dot_is_told(site):
    site.settings()
    site.write("content/notes/.NET.md", "x").write("content/notes/._a.md", "x")
    site.write("content/notes/.git/x.md", "x").write("content/notes/.keep", "x")

    site.check()

    assert [(one.code, one.path) for one in site.problems] == [
        ("file.hidden", "content/notes/.NET.md")
    ]
