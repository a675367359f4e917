"""A line of a source comes in; the same line with a caret right under its mistake goes out."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

from nexusgen.model import Span

Paint = Callable[[str, str], str]
"""Takes a text and the name of one of `STYLES`."""

STYLES = {"error": "1;31", "warning": "1;33", "hint": "36", "dim": "2", "strong": "1", "good": "32"}
WIDTH = 120
TAB = "    "

# A message must not be able to steer the terminal: control characters and direction marks that
# stand in a file or in its name are shown as pictures.
PICTURES: dict[int, int] = {
    **{code: 0x2400 + code for code in range(0x20)},
    **dict.fromkeys([*range(0x7F, 0xA0), 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF], 0xFFFD),
    **dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], 0xFFFD),
}


def plain(text: str, _style: str) -> str:
    """Return the text without colour."""
    return text


def coloured(text: str, style: str) -> str:
    """Return the text in the colours that terminals understand."""
    return f"\x1b[{STYLES[style]}m{text}\x1b[0m"


def wants_colour(choice: str, environ: Mapping[str, str], is_terminal: bool) -> bool:
    """Decide on colour: `--color` before FORCE_COLOR, NO_COLOR, TERM=dumb and the terminal."""
    if choice != "auto":
        return choice == "always"
    if environ.get("FORCE_COLOR"):
        return True
    if environ.get("NO_COLOR") or environ.get("TERM") == "dumb":
        return False
    return is_terminal


def visible(text: str) -> str:
    """Return the text on one line, with a picture in place of each control character."""
    return text.encode("utf-8", "backslashreplace").decode().translate(PICTURES)


def source_lines(source: bytes) -> list[str]:
    """Return the lines of a source, whatever its line ends; bytes that are no text become U+FFFD."""
    return re.split(r"\r\n|\r|\n", source.decode("utf-8-sig", "replace")) if source else []


def cell_width(text: str) -> int:
    """Return how many cells of a terminal the text takes.

    Wide characters take two; combining marks, and what an emoji joins to itself, take none
    (Unicode Standard Annex 11 and the emoji sequences of Technical Standard 51).
    """
    pairs = zip(text, " " + text, strict=False)
    return sum(_char_width(char, previous) for char, previous in pairs)


def frame(lines: Sequence[str], span: Span, note: str, paint: Paint = plain) -> str:
    """Return the line that the span stands on, and under it carets and the note."""
    line = lines[span.line - 1]
    start = _window_start(line, span.column - 1)
    column = min(span.column - 1, len(line)) - start
    before = ("…" if start else "") + _shown(line[start:][:column])
    marked = _shown(line[start:][column : min(column + span.length, WIDTH)])
    after = _shown(line[start:][column:WIDTH]) + ("…" if start + WIDTH < len(line) else "")
    caret = "^" * max(1, cell_width(marked)) + f" {visible(note)}".rstrip()
    bar = paint("|", "dim")
    return (
        f"{span.line:>4} {bar} {before}{after}".rstrip() + "\n"
        f"     {bar} {' ' * cell_width(before)}{paint(caret, 'hint')}\n"
    )


def _char_width(char: str, previous: str) -> int:
    if previous == "\u200d" or "\U0001f3fb" <= char <= "\U0001f3ff":
        return 0
    if char == "\ufe0f":
        return 2 - _char_width(previous, " ")
    if unicodedata.category(char) in ("Mn", "Me", "Cf") or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _shown(text: str) -> str:
    return visible(text.replace("\t", TAB))


def _window_start(line: str, column: int) -> int:
    """Return where the shown part of a long line starts."""
    return max(0, min(column - WIDTH // 3, len(line) - WIDTH))
