import pytest

from nexusgen.content.source_text import decode_text
from tests.reading import LENIENT, NOTE, STRICT, new_problems, place, problem_of, read


def decode(data):
    found = new_problems()
    return decode_text(data, found), found.noted


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_line_ends_make_no_difference(ends):
    text, problems = decode("a\nb\n\nc\n".replace("\n", ends).encode())

    assert (text, problems) == ("a\nb\n\nc\n", [])


def test_byte_order_mark_is_no_text():
    assert decode(b"\xef\xbb\xbf---\n") == ("---\n", [])


def test_text_is_composed():
    assert decode("Cafe\u0301".encode()) == ("Café", [])


def test_latin_1_is_a_problem_at_its_byte():
    text, (problem,) = decode(b"first\r\nsecond caf\xe9 x\r\n")

    assert (problem.code, place(problem)) == ("text.encoding", (2, 11, 1))
    assert problem.message == "not UTF-8: byte 0xE9 at offset 17"
    assert problem.hint == "re-save the file as UTF-8"
    assert text == "first\nsecond caf\ufffd x\n"


def test_column_of_a_broken_byte_counts_characters_after_the_byte_order_mark():
    _, (problem,) = decode("\ufeffé".encode() + b"\xff")

    assert place(problem) == (1, 2, 1)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le"])
def test_utf_16_is_recognised_and_read(encoding):
    text, (problem,) = decode("\ufeffLärm\n".encode(encoding))

    assert (problem.code, place(problem)) == ("text.encoding", (1, 1, 1))
    assert problem.message == "the file is UTF-16, and text must be UTF-8"
    assert text == "Lärm\n"


@pytest.mark.parametrize("character", ["\x00", "\x0c", "\x1f", "\x7f", "\x85", "\x9f", "\ufdd0"])
def test_control_characters_are_left_out_and_reported(character):
    text, (problem,) = decode(f"one\ntwo {character}{character}three\n".encode())

    assert text == "one\ntwo three\n"
    assert (problem.code, place(problem)) == ("text.control", (2, 5, 1))
    assert f"U+{ord(character):04X} cannot be shown, and 1 more" in problem.message


def test_marks_of_holes_cannot_come_from_an_author():
    assert decode("a\ufdd0a3\ufdd1b".encode())[0] == "aa3b"


def test_character_that_turns_text_around_is_a_warning():
    text, (problem,) = decode("a\n \u202egpj.exe".encode())

    assert (problem.code, problem.severity) == ("text.bidi", "warning")
    assert place(problem) == (2, 2, 1)
    assert text == "a\n \u202egpj.exe"


def test_broken_file_says_nothing_of_the_other_files():
    assert problem_of(b"\xff", NOTE).path == NOTE
    assert read("# Fine", "content/notes/y.md").problems == ()


def test_escapes_cannot_bring_control_characters_back():
    parsed = read('---\ntitle: "a\\x01b\\uFDD0"\n---\n', NOTE)

    assert parsed.entries[0].title == "ab"
    assert [problem.code for problem in parsed.problems] == ["text.control"]


def test_line_separators_do_not_end_a_value():
    entry = read("---\ntitle: a\u2028b\u2029c\ntags: x\n---\n", NOTE).entries[0]

    assert (entry.title, entry.tags) == ("a b c", ("x",))
    assert entry.spans["tags"].line == 3


NOISE = bytes(range(256)) * 4


@pytest.mark.parametrize("path", [NOTE, "content/notes/x.yml"])
@pytest.mark.parametrize(
    ("data", "hint"),
    [
        (b"\x89PNG\r\n\x1a\n" + NOISE, "call it .png"),
        (b"%PDF-1.7\n1 0 obj", "call it .pdf"),
        (b"PK\3\4" + NOISE, "save it as UTF-8, or give it the ending of what it is"),
        (NOISE, "save it as UTF-8, or give it the ending of what it is"),
    ],
)
def test_what_is_no_text_is_told_once_and_is_no_entry(path, data, hint):
    for options, severity in ((STRICT, "error"), (LENIENT, "warning")):
        parsed = read(data, path, options)
        (problem,) = parsed.problems
        assert (problem.code, problem.severity, problem.hint) == ("file.format", severity, hint)
        assert parsed.entries == ()


@pytest.mark.parametrize("data", ["\x1b[32mok\x1b[0m " * 99, "Page.\n\f" * 99, "_\ba" * 99])
def test_what_a_terminal_shows_is_a_text(data):
    assert [problem.code for problem in read(data, NOTE).problems] == ["text.control"]


def test_a_text_on_a_format_is_a_text():
    assert read("GIF89a is a format, and so is PNG.", NOTE).problems == ()
