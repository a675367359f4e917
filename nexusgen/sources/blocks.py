"""A text of several lines as it stands in YAML in; its lines and their indent, for places, out."""

import re

import msgspec

_FIRST_LINE = re.compile(r"\n(?:[ \t]*\n)*( *)(?=\S)")
# A line that begins like this could be more than the next line of a paragraph.
_BLOCK = re.compile(r"[-*+#>|=~`:<]|\d+[.)]|\[\^|!!!|\?\?\?|_{3}|\${2}")


class Unfolded(msgspec.Struct, frozen=True):
    """Text with the line ends that YAML made spaces of, and the indent of its later lines."""

    text: str
    indent: int


def block_indent(text: str, index: int, value: str) -> int:
    """Return the indent of the block that `|` or `>` at `index` begins.

    The first line of the value may begin with spaces of its own, after `|2`.
    """
    lines = _FIRST_LINE.match(text, text.find("\n", index))
    inner = _FIRST_LINE.match(f"\n{value}")
    return len(lines[1]) - len(inner[1]) if lines and inner else 0


def unfold(written: str, value: str) -> Unfolded | None:
    """Return a folded paragraph with its lines, where it is the same in Markdown, or None.

    `written` is what stands in the file, without the `>`. In a paragraph a line end counts as a
    space, so that the text may keep its lines and every place in it is exact.
    """
    lines = written.rstrip().split("\n")
    texts = [line.strip() for line in lines]
    indents = {len(line) - len(line.lstrip(" ")) for line in lines[1:]}
    if len(indents) != 1 or " ".join(texts) != value.rstrip():
        return None
    if any(_BLOCK.match(text) for text in texts[1:]) or any(text[-1:] == "\\" for text in texts):
        return None
    return Unfolded("\n".join(texts), indents.pop())
