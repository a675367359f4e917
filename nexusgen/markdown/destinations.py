"""The parts of a link as CommonMark writes them: destination, title, label, escapes, entities."""

import re
from html.entities import html5

ESCAPED = re.compile(
    r"\\([!-/:-@\[-`{-~])|(&(?:#[xX][0-9a-fA-F]{1,6}|#[0-9]{1,7}|[A-Za-z0-9]{1,32});)"
)
ENTITY = re.compile(r"&(?:#[xX][0-9a-fA-F]{1,6}|#[0-9]{1,7}|[A-Za-z][A-Za-z0-9]{0,31});")
POINTED = re.compile(r"<((?:[^<>\n\\]|\\.)*+)>")
CHUNK = re.compile(r"(?:[^\x00-\x20\x7f()\\]|\\[!-/:-@\[-`{-~]|\\)*+")
TITLE = re.compile(
    r'"((?:[^"\\]|\\.)*+)"' r"|'((?:[^'\\]|\\.)*+)'" r"|\(((?:[^()\\]|\\.)*+)\)", re.DOTALL
)
SPACE = re.compile(r"[ \t]*\n?[ \t]*")
WHITE = re.compile(r"[ \t\r\n]+")
MAX_PARENTHESES = 32
KEPT = frozenset({0x2, 0x3, 0xFDD0, 0xFDD1})
"""The characters that Python-Markdown and we use as marks of our own."""


def decoded(entity: str) -> str:
    """Return the text of a character reference; one that names nothing stays as it is."""
    if entity[1] != "#":
        return html5.get(entity[1:], entity)
    number = int(entity[3:-1], 16) if entity[2] in "xX" else int(entity[2:-1])
    valid = 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 and number not in KEPT
    return chr(number) if valid else "\ufffd"


def unescaped(text: str) -> str:
    """Return `text` with backslash escapes and character references replaced."""
    if "\\" not in text and "&" not in text:
        return text
    return ESCAPED.sub(lambda match: match[1] or decoded(match[2]), text)


def bare_end(text: str, pos: int) -> int:
    """Return where a destination without `<>` ends: before a space, its parentheses balanced.

    Returns -1 where parentheses are not balanced, or nested deeper than CommonMark asks for.
    """
    depth = 0
    while True:
        pos = CHUNK.match(text, pos).end()  # type: ignore[union-attr]  # matches the empty string too
        char = text[pos : pos + 1]
        if char == "(" and depth < MAX_PARENTHESES:
            depth += 1
        elif char == ")" and depth:
            depth -= 1
        else:
            return -1 if depth or char == "(" else pos
        pos += 1


def destination(text: str, pos: int) -> tuple[str, int] | None:
    """Return the destination that begins at `pos` and where it ends."""
    if text.startswith("<", pos):
        match = POINTED.match(text, pos)
        return (unescaped(match[1]), match.end()) if match else None
    end = bare_end(text, pos)
    return None if end < 0 else (unescaped(text[pos:end]), end)


def title(text: str, pos: int) -> tuple[str, int] | None:
    """Return the title that begins at `pos` and where it ends."""
    match = TITLE.match(text, pos)
    return (unescaped(match[match.lastindex or 1]), match.end()) if match else None


def skip_space(text: str, pos: int) -> int:
    """Return where the white space at `pos` ends, with at most one line break in it."""
    return SPACE.match(text, pos).end()  # type: ignore[union-attr]  # matches the empty string too


def normal_label(label: str) -> str:
    """Return a link label as CommonMark compares them: folded case, single spaces."""
    return WHITE.sub(" ", label.strip(" \t\r\n")).casefold()
