"""What YAML is read into: text, lists and mappings in which every value knows its place."""

import re
from typing import Any

import msgspec

from nexusgen.model import Span

_TYPED = re.compile(r"true|false|[-+]?[0-9]{1,9}(?:\.[0-9]{1,9})?", re.IGNORECASE)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


class Node(msgspec.Struct, frozen=True):
    """A value of a YAML file: text, a list of nodes, or a mapping from text to pairs.

    `style` is how a text is written: empty where it is plain, else the quote, `|` or `>`; `indent`
    by how many characters its later lines are indented, `unfolded` the text with the line ends
    that were made spaces, where that can be told.
    """

    line: int
    column: int
    length: int
    value: "str | list[Node] | dict[str, Pair]"
    style: str = ""
    indent: int = 0
    unfolded: str = ""

    @property
    def span(self) -> Span:
        return Span(self.line, self.column, self.length)

    @property
    def is_null(self) -> bool:
        return self.style == "" and isinstance(self.value, str) and self.value in _NULLS


class Pair(msgspec.Struct, frozen=True):
    """A key, as the place where it stands, and its value."""

    key: Span
    value: Node


def count_nodes(node: Node, limit: int) -> int:
    """Return how many nodes a tree has; counting stops beyond `limit`."""
    count, waiting = 0, [node]
    while waiting and count <= limit:
        value = waiting.pop().value
        count += 1
        if isinstance(value, dict):
            waiting.extend(pair.value for pair in value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return count


def merge_pairs(mapping: "dict[str, Pair]", merged: Node) -> bool:
    """Copy what `<<: *name` brings in; a key of the mapping's own wins.

    Return whether it is a mapping, or a list of these, as it must be.
    """
    sources = merged.value if isinstance(merged.value, list) else [merged]
    for source in sources:
        if not isinstance(source.value, dict):
            return False
        for name, pair in source.value.items():
            mapping.setdefault(name, pair)
    return True


def is_given(node: Node) -> bool:
    """Say whether a value is more than `null` or nothing."""
    return not node.is_null and node.value not in ("", [], {})


def plain_value(node: Node) -> Any:
    """Return a value of any shape as text, lists and mappings of text."""
    if isinstance(node.value, dict):
        return {name: plain_value(pair.value) for name, pair in node.value.items()}
    if isinstance(node.value, list):
        return [plain_value(item) for item in node.value]
    return "" if node.is_null else node.value


def typed_value(node: Node) -> Any:
    """Return a value of any shape in which plain `true`, `12` and `0.5` are no text.

    For options of programs, never for what an author says of an entry.
    """
    if isinstance(node.value, dict):
        return {name: typed_value(pair.value) for name, pair in node.value.items()}
    if isinstance(node.value, list):
        return [typed_value(item) for item in node.value]
    return None if node.is_null else _typed(node.value, node.style)


def _typed(text: str, style: str) -> Any:
    if style or not _TYPED.fullmatch(text):
        return text
    if text[-1].isalpha():
        return text.lower() == "true"
    return float(text) if "." in text else int(text)
