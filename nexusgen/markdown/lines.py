"""A line of source, read from left to right while containers take their marks off it."""

import re

PREFIX = re.compile(r"[ \t]*(?:(?:[>:]|[-+*]|\d{1,9}[.)]|\[\^[^\]\s]+\]:)[ \t]*)*")


def expand(raw: str) -> str:
    """Return the line with the tabs before and between its block marks as spaces (tab stop 4)."""
    end = PREFIX.match(raw).end()  # type: ignore[union-attr]  # matches the empty string too
    return raw[:end].expandtabs(4) + raw[end:]


def without_columns(raw: str, columns: int) -> str:
    """Return the line less its first columns; of a tab cut in two the rest becomes spaces."""
    column = 0
    for index, char in enumerate(raw):
        if column >= columns:
            return " " * (column - columns) + raw[index:]
        column += 4 - column % 4 if char == "\t" else 1
    return " " * max(column - columns, 0)


class Line:
    """One line; `text[pos:]` is still to be read and `start` is its first character but spaces."""

    __slots__ = ("number", "pos", "raw", "size", "start", "text")

    def __init__(self, raw: str, number: int) -> None:
        self.raw = raw
        self.number = number
        self.text = expand(raw) if "\t" in raw else raw
        self.size = len(self.text)
        self.pos = 0
        self.start = self.size - len(self.text.lstrip(" "))

    @property
    def blank(self) -> bool:
        """Whether nothing but spaces is left."""
        return self.start == self.size

    @property
    def indent(self) -> int:
        """The number of spaces before what is left."""
        return self.start - self.pos

    def move(self, pos: int) -> None:
        """Go on reading at `pos`."""
        self.pos = min(pos, self.size)
        self.start = self.size - len(self.text[self.pos :].lstrip(" "))

    def indented(self, indent: int) -> bool:
        """Take this many columns of indentation off, and return whether they were there."""
        if self.start - self.pos < indent:
            return False
        self.pos += indent
        return True

    def verbatim(self, skip: int = 0) -> str:
        """Return what is left, less `skip` columns, with the tabs of the source."""
        if self.raw is self.text:
            return self.text[self.pos + skip :] if self.pos + skip else self.text
        return without_columns(self.raw, self.pos + skip)

    def rest(self) -> str:
        """Return what is left, with its indentation."""
        return self.text[self.pos :]

    def content(self) -> str:
        """Return what is left, without its indentation."""
        return self.text[self.start :]

    def column(self, index: int) -> int:
        """Return the column of the source, from 1, at which `text[index]` stands."""
        return index + 1 + len(self.raw) - self.size
