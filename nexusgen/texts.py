"""A value of YAML that holds Markdown in; the Markdown with its place in the file out."""

from nexusgen.model import Text
from nexusgen.nodes import Node


def text_of(node: Node, name: str, file_text: str) -> Text:
    """Return the Markdown of a text value, which begins after its `|`, quote or key.

    YAML joins the lines of a folded or quoted value; places after its first line are near, not
    exact.
    """
    source = str(node.value)
    if node.style not in {"|", ">"}:
        return Text(name, source, node.line, node.column + (1 if node.style else 0))
    indent = _indent(source, _lines_after(file_text, node.line))
    return Text(name, source, node.line + 1, indent + 1, indent)


def _lines_after(text: str, line: int) -> list[str]:
    """Return the lines of the file after line number `line`, as far as a first line of text."""
    start = 0
    for _ in range(line):
        start = text.find("\n", start) + 1
    lines = []
    while 0 < start < len(text):
        end = text.find("\n", start) % (len(text) + 1)
        lines.append(text[start:end])
        if lines[-1].strip():
            break
        start = end + 1
    return lines


def _indent(source: str, lines: list[str]) -> int:
    """Return by how much a block is indented: its own first line may begin with spaces too."""
    if not lines:
        return 0
    inner = next((line for line in source.split("\n") if line.strip()), "")
    return max(_spaces(lines[-1]) - _spaces(inner), 0)


def _spaces(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
