"""A value of YAML that holds Markdown in; the Markdown with its place in the file out."""

from nexusgen.model import Text
from nexusgen.sources.nodes import Node


def text_of(node: Node, name: str) -> Text:
    """Return the Markdown of a text value, which begins after its key or quote, or below its `|`.

    YAML joins the lines of a folded or quoted value. A paragraph gets its lines back; in any other
    text places after the first line are near, not exact.
    """
    source = node.unfolded or str(node.value)
    if node.style in {"|", ">"}:
        return Text(name, source, node.line + 1, node.indent + 1, node.indent)
    return Text(name, source, node.line, node.column + (1 if node.style else 0), node.indent)
