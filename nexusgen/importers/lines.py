"""What a text is made of while it is imported: its lines, and the marks that they begin with."""

import re

import msgspec

ATX = re.compile(
    r"^ {0,3}(#{1,6})(?:[ \t]+(.*?)|((?:(?<=##)[^\s#]|\d\ufe0f?\u20e3).*?))[ \t]*#*[ \t]*$"
)
ITEM = re.compile(r"^(\s*)([-*+]|\d{1,3}[.)])(?:[ \t]+(.*)|$)")
FENCE = re.compile(r"^\s*(`{3,}|~{3,})[ \t]*([^`\n]*)$")


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
