"""A text and the places in it to change in; the changed text, and what differs, out."""

import re
from collections.abc import Iterable, Sequence
from difflib import unified_diff

from nexusgen.core.model import Span, Value

LINE_END = re.compile(r"\r\n|\r|\n")
BOM = "\ufeff"


class Edit(Value, frozen=True, array_like=True):
    """A change of a text: the characters from `start` to `end` become `text`."""

    start: int
    end: int
    text: str


class Offsets:
    """Where the lines of a text begin, so that a line and a column are found at once."""

    def __init__(self, text: str) -> None:
        self.starts = [len(text) - len(text.removeprefix(BOM))]
        self.starts += [end.end() for end in LINE_END.finditer(text)]

    def of(self, span: Span) -> int:
        """Return how many characters stand before a place."""
        return self.starts[min(span.line, len(self.starts)) - 1] + span.column - 1


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` with each change made; changes must not overlap, and one is made once."""
    for edit in sorted(set(edits), key=lambda edit: (edit.start, edit.end), reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def edited(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return the bytes of a file with each change made, and every other byte as it is."""
    return apply_edits(text_of(data), edits).encode("utf-8", "surrogateescape")


def text_of(data: bytes) -> str:
    """Return the text of a file, from which `edited` makes the same bytes again."""
    return data.decode("utf-8", "surrogateescape")


def line_end(text: str) -> str:
    """Return how the lines of a text end."""
    found = LINE_END.search(text)
    return found[0] if found else "\n"


def diff_texts(path: str, before: str, after: str, new_path: str = "") -> str:
    """Return the difference of two texts as a patch, empty where there is none."""
    lines: Sequence[str] = before.splitlines(keepends=True)
    changed = after.splitlines(keepends=True)
    patch = unified_diff(lines, changed, f"a/{path}", f"b/{new_path or path}", n=1)
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in patch)
