import json
from collections.abc import Sequence
from typing import Any

import pytest

from nexusgen.core.problems import CODES, Place, Problem
from nexusgen.core.unseen import visible
from nexusgen.reports.formats import format_report, json_document_schema
from nexusgen.reports.text import (
    FORMATS,
    MOST_NEW,
    Failure,
    Report,
    Watch,
    cell_width,
    coloured,
    count,
    format_failure,
    format_problem,
    format_problems,
    format_size,
    format_summary,
    wants_colour,
)

HINT = "{}. Run nexusgen check for details.\n"
SOURCE = b"---\ntitle: API\ntechnolgies: [django]\n---\n"
PROBLEM = Problem(
    "content/challenges/api.md",
    3,
    1,
    "field.unknown",
    'unknown field "technolgies"',
    'did you mean "technologies"?',
    length=11,
)


def carets(source: str, column: int, length: int = 1) -> str:
    """Return what a terminal shows above the carets."""
    text = format_problem(
        Problem("a.md", 1, column, "x.y", "wrong", length=length), source.encode()
    )
    line, marks = text.splitlines()[1:]
    first = marks.index("^")
    return cells(line)[first : first + marks.count("^")]


def cells(line: str) -> str:
    """Return the line with a dot for the second cell of each wide character, for ASCII and CJK."""
    return "".join(char + "." * (cell_width(char) - 1) for char in line)


def test_problem_shows_its_line_with_a_caret_and_the_hint():
    assert format_problem(PROBLEM, SOURCE) == (
        'content/challenges/api.md:3:1: error: unknown field "technolgies" [field.unknown]\n'
        "   3 | technolgies: [django]\n"
        '     | ^^^^^^^^^^^ did you mean "technologies"?\n'
    )


def test_problem_without_a_line_keeps_its_hint():
    problem = Problem("content/a.md", 0, 0, "file.encoding", "not UTF-8", "save it as UTF-8")

    assert format_problem(problem, b"\xff") == (
        "content/a.md: error: not UTF-8 [file.encoding]\n     = save it as UTF-8\n"
    )


def test_problem_beyond_the_end_of_its_source_has_no_frame():
    assert format_problem(PROBLEM, b"one line\n").splitlines()[1:] == [
        '     = did you mean "technologies"?'
    ]


def test_second_place_follows_as_a_note():
    problem = Problem(
        "a.md", 1, 1, "url.collision", "taken", related=(Place("b.md", 7, "first used here"),)
    )

    assert format_problem(problem, b"x").endswith("b.md:7: note: first used here\n")


@pytest.mark.parametrize(
    ("source", "column", "length", "marked"),
    [
        ("\t\tkey: [x]", 8, 3, "[x]"),
        ("a\tb\tkey", 5, 3, "key"),
        ("日本語: [x]", 6, 3, "[x]"),
        ("日本語: [x]", 2, 1, "本."),
        ("key", 4, 1, ""),
        ("key", 2, 99, "ey"),
        ("\ufeffkey", 1, 3, "key"),
    ],
)
def test_caret_stands_right_under_the_mistake(source, column, length, marked):
    assert carets(source, column, length) == marked


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("plain", 5),
        ("日本", 4),
        ("e\u0301", 1),
        ("👍", 2),
        ("👍🏽", 2),
        ("👩\u200d👩\u200d👧", 2),
        ("❤\ufe0f", 2),
        ("🇪🇹", 2),
        ("\u1112\u1161\u11ab", 2),
        ("ＡＢ", 4),
        ("", 0),
    ],
)
def test_width_in_cells(text, width):
    assert cell_width(text) == width


def test_long_line_is_shown_around_the_mistake():
    source = b"a" * 5_000 + b"[[x]]" + b"b" * 5_000

    line, marks = format_problem(Problem("a.md", 1, 5_001, "x.y", "m", length=5), source).split(
        "\n"
    )[1:3]

    assert len(line) < 140
    assert line[marks.index("^") :].startswith("[[x]]")
    assert line.startswith("   1 | …")
    assert line.endswith("…")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_count_alike(end):
    source = f"one{end}two{end}three".encode()

    assert "   3 | three\n" in format_problem(Problem("a.md", 3, 1, "x.y", "m"), source)


@pytest.mark.parametrize("form", FORMATS)
def test_no_control_character_reaches_the_terminal(form):
    nasty = "\x1b]0;x\x07\u202e\x9b\u2028"
    problem = Problem(f"a{nasty}.md", 1, 1, "x.y", nasty, nasty, related=(Place(nasty, 1, nasty),))
    report = Report((problem,), read=lambda _: nasty.encode())

    text = format_problems(report) if form == "human" else format_report(report, form)

    assert not set("\x1b\x07\u202e\x9b\u2028") & set(text)


def test_name_that_is_no_text_is_shown_with_escapes():
    assert visible("a\udcff.md") == "a\\udcff.md"


def test_colour_only_adds_escape_sequences():
    text = format_problem(PROBLEM, SOURCE, coloured)

    assert "\x1b[1;31merror:\x1b[0m" in text
    assert strip(text) == format_problem(PROBLEM, SOURCE)


def strip(text: str) -> str:
    import re

    return re.sub(r"\x1b\[[0-9;]*m", "", text)


@pytest.mark.parametrize(
    ("choice", "environ", "terminal", "expected"),
    [
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, True),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": "", "FORCE_COLOR": ""}, True, True),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"TERM": "dumb", "FORCE_COLOR": "1"}, False, True),
        ("auto", {}, True, True),
        ("auto", {}, False, False),
    ],
)
def test_colour_follows_option_then_environment_then_terminal(choice, environ, terminal, expected):
    assert wants_colour(choice, environ, terminal) is expected


def test_concise_is_one_line_for_each_problem():
    whole = Problem("content/b.md", 0, 0, "file.empty", "is empty", severity="warning")

    assert format_report(Report((PROBLEM, whole)), "concise") == (
        'content/challenges/api.md:3:1: error field.unknown unknown field "technolgies" '
        '(did you mean "technologies"?)\n'
        "content/b.md:1:1: warning file.empty is empty\n"
    )


def test_github_gets_annotations_with_paths_from_the_working_folder():
    problem = Problem("content/a,b:c.md", 3, 5, "link.broken", "100% wrong", length=4)
    whole = Problem("content/b.md", 0, 0, "file.empty", "is empty", "write", "warning")

    assert format_report(Report((problem, whole), prefix="hub/"), "github") == (
        "::error file=hub/content/a%2Cb%3Ac.md,line=3,col=5,endColumn=9,"
        "title=nexusgen (link.broken)::100%25 wrong\n"
        "::warning file=hub/content/b.md,line=1,title=nexusgen (file.empty)::is empty: write\n"
    )


def test_json_is_one_document_with_every_problem():
    related = Problem("b.md", 0, 0, "x.y", "m", "", "warning", (Place("c.md", 2, "here"),))
    report = Report((PROBLEM, related), entries=20, pages=48, milliseconds=91)

    document = json.loads(format_report(report, "json"))

    assert document["version"] == 1
    assert document["ok"] is False
    assert document["summary"] == {"errors": 1, "warnings": 1, "entries": 20, "pages": 48, "ms": 91}
    assert document["diagnostics"][0] == {
        "code": "field.unknown",
        "severity": "error",
        "message": 'unknown field "technolgies"',
        "help": 'did you mean "technologies"?',
        "file": "content/challenges/api.md",
        "range": {"start": {"line": 3, "column": 1}, "end": {"line": 3, "column": 12}},
        "related": [],
    }
    assert document["diagnostics"][1]["range"] is None
    assert document["diagnostics"][1]["related"] == [{"file": "c.md", "line": 2, "message": "here"}]
    assert document["failure"] is None


def test_json_of_warnings_alone_is_ok_and_of_a_failure_is_not():
    warning = Problem("b.md", 1, 1, "x.y", "m", severity="warning")

    fine = json.loads(format_report(Report((warning,)), "json"))
    failed = json.loads(format_report(Report(failure=Failure("no folder", "name one")), "json"))

    assert fine["ok"] is True
    assert failed["ok"] is False
    assert failed["failure"] == {"message": "no folder", "help": "name one"}


def test_json_has_exactly_the_members_that_its_schema_names():
    definitions = json_document_schema()["$defs"]
    report = Report((PROBLEM,), failure=Failure("m"))

    document = json.loads(format_report(report, "json"))

    assert sorted(document) == sorted(definitions["JsonDocument"]["required"])
    assert sorted(document["summary"]) == sorted(definitions["Summary"]["required"])
    assert sorted(document["diagnostics"][0]) == sorted(definitions["Diagnostic"]["required"])


def test_sarif_names_rules_places_and_related_places():
    problem = Problem(
        "content/ä b.md", 3, 5, "url.collision", "taken", "rename", "error",
        (Place("c.md", 0, "first"),), 4,
    )  # fmt: skip

    log = json.loads(format_report(Report((problem, problem), prefix="hub/"), "sarif"))
    run = log["runs"][0]
    result = run["results"][0]

    assert log["version"] == "2.1.0"
    assert run["tool"]["driver"]["rules"] == [
        {"id": "url.collision", "shortDescription": {"text": CODES["url.collision"]}}
    ]
    assert run["invocations"] == [{"executionSuccessful": True}]
    assert result["level"] == "error"
    assert result["message"] == {"text": "taken: rename"}
    assert location(result["locations"]) == (
        "hub/content/%C3%A4%20b.md",
        {"startLine": 3, "startColumn": 5, "endColumn": 9},
    )
    assert location(result["relatedLocations"]) == ("hub/c.md", {"startLine": 1})


def location(places: Sequence[Any]) -> tuple[str, dict[str, int]]:
    physical = places[0]["physicalLocation"]
    return physical["artifactLocation"]["uri"], physical["region"]


def test_sarif_of_a_failure_says_that_the_command_did_not_succeed():
    log = json.loads(format_report(Report(failure=Failure("no folder", "name one")), "sarif"))

    invocation = log["runs"][0]["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "no folder (name one)"


def test_human_report_reads_each_source_once():
    read: list[str] = []

    def reader(path: str) -> bytes:
        read.append(path)
        return SOURCE

    format_problems(Report((PROBLEM, PROBLEM), read=reader))

    assert read == ["content/challenges/api.md"]


def warning(line: int, message: str = "m") -> Problem:
    return Problem("a.md", line, 1, "x.y", message, severity="warning")


def test_newer_build_tells_of_the_warnings_that_were_not_there_before():
    watch = Watch()

    assert watch.new_warnings((PROBLEM, warning(1))) == ((), HINT.format("1 warning"))
    assert watch.new_warnings((warning(5),)) == ((), "")
    assert watch.new_warnings((warning(5), warning(6))) == ((warning(6),), "")
    assert watch.new_warnings((warning(7, "n"),)) == ((warning(7, "n"),), "")
    assert watch.new_warnings(()) == ((), "no warning left\n")


def test_so_many_new_warnings_that_nobody_reads_them_are_counted():
    watch = Watch()
    many = tuple(warning(line, str(line)) for line in range(MOST_NEW + 1))

    assert watch.new_warnings(()) == ((), "")
    assert watch.new_warnings(many) == ((), HINT.format(f"{MOST_NEW + 1} new warnings"))


def test_summary_counts_in_words():
    warning = Problem("b.md", 1, 1, "x.y", "m", severity="warning")

    assert format_summary(Report(entries=1)) == "No problems in 1 entry.\n"
    assert format_summary(Report((PROBLEM,), entries=20)) == "Found 1 error in 20 entries.\n"
    assert format_summary(Report((warning, PROBLEM, warning), entries=1873)) == (
        "Found 1 error, 2 warnings in 1,873 entries.\n"
    )


def test_failure_says_what_to_do():
    assert format_failure(Failure("no folder", "name one")) == "error: no folder\nhint: name one\n"
    assert format_failure(Failure("no folder")) == "error: no folder\n"


def test_counts_have_the_right_noun():
    assert [count(1, "page"), count(2, "page"), count(1873, "entry", "entries")] == [
        "1 page",
        "2 pages",
        "1,873 entries",
    ]


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_000, "1.0 KB"),
        (612_345, "612 KB"),
        (999_499, "999 KB"),
        (999_500, "1.0 MB"),
        (9_949_000, "9.9 MB"),
        (25_000_000, "25 MB"),
        (3_200_000_000, "3.2 GB"),
    ],
)
def test_sizes_are_short(size, text):
    assert format_size(size) == text
