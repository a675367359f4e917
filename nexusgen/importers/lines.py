"""What a text is made of while it is imported: its lines, and the marks of Markdown in them."""

import re
from collections.abc import Iterable, Sequence

import msgspec

ATX = re.compile(
    r"^ {0,3}(#{1,6})(?:[ \t]+(.*?)|((?:(?<=##)[^\s#]|\d\ufe0f?\u20e3).*?))[ \t]*#*[ \t]*$"
)
ITEM = re.compile(r"^(\s*)([-*+]|\d{1,3}[.)])(?:[ \t]+(.*)|$)")
FENCE = re.compile(r"^\s*(`{3,}|~{3,})[ \t]*([^`\n]*)$")
RULE = re.compile(r"^\s{0,3}(?:-{3,}|\*{3,}|_{3,}|(?:- ){2,}-|(?:\* ){2,}\*)\s*$")
SETEXT = re.compile(r"^ {0,3}(=+|-{3,})\s*$")
BREAK = re.compile(r"\s*(?:<br\s*/?>\s*)+$", re.IGNORECASE)
PICTURE = re.compile(r"\[!\[[^\]]*\]\([^)]*\)\]\([^)]*\)|!\[[^\]]*\]\([^)]*\)")
"""A picture, or a badge that leads somewhere."""
LINKED = re.compile(r"\]\(|https?://|<[A-Za-z/]|!\[|\w\S*\s?\[\^\w")
"""What a field in plain text cannot hold: a link, HTML, a picture, a footnote."""


class Line(msgspec.Struct, frozen=True):
    """A line, its number in the source, and whether it is code or a comment."""

    number: int
    text: str
    code: bool = False

    @property
    def blank(self) -> bool:
        """Whether nothing stands on it."""
        return not self.text.strip()


def after_fence(text: str, end: str) -> str:
    """Return the fence that is open after a line, where `end` was open before it."""
    fence = FENCE.match(text)
    if not fence:
        return end
    if not end:
        return fence[1]
    closes = fence[1].startswith(end) and not fence[2].strip()
    return "" if closes else end


def numbers_of(lines: Iterable[Line]) -> list[int]:
    """Return the numbers of the lines on which something stands."""
    return [line.number for line in lines if not line.blank]


def item_text(text: str) -> str:
    """Return a line without the mark of an item before it."""
    return ITEM.sub(r"\3", text)


def text_of(lines: Sequence[Line]) -> str:
    """Return lines as a text, without lines across the page and space around it."""
    kept = list(lines)
    while kept and _is_gap(kept[0]):
        kept.pop(0)
    while kept and _is_gap(kept[-1]):
        kept.pop()
    indents = [len(it.text) - len(it.text.lstrip()) for it in kept if not it.blank]
    cut = min(indents, default=0)
    return "\n".join(line.text[cut:] for line in kept).rstrip()


def _is_gap(line: Line) -> bool:
    """Decide whether a line only parts what stands around it."""
    parts = RULE.match(line.text) or BREAK.match(line.text)
    return line.blank or bool(parts and not line.code)


def near(lines: list[Line], at: int, step: int) -> Line | None:
    """Return the next line that is not blank, in steps of one or minus one, if any."""
    at += step
    while 0 <= at < len(lines):
        if not lines[at].blank:
            return lines[at]
        at += step
    return None
