"""Events of a YAML parser in; the tree of values that they make, and problems, out.

The tree grows without recursion and one event at a time, so that nesting and aliases are limited
before they cost anything.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from nexusgen.model import Span
from nexusgen.sources.blocks import block_indent, unfold
from nexusgen.sources.findings import Findings
from nexusgen.sources.hints import shown
from nexusgen.sources.nodes import Node, Pair, count_nodes, merge_pairs
from nexusgen.sources.textfile import has_controls, without_controls

MAX_DEPTH = 50
MAX_ALIASED = 100_000

_BLOCKS = frozenset({"|", ">"})
_NO_COMMENT = re.compile(r"[ \t]+(#[^\s#].*?)[ \t]*$", re.MULTILINE)
_FOLDED = frozenset({">", None, ""})


class TooMuch(Exception):  # noqa: N818 - it ends the reading, it is not an error of ours
    """The file is built to exhaust its reader; the problem is noted."""


class _Open(msgspec.Struct):
    """A list or mapping that is not closed yet."""

    start: Node
    values: list[Node] | dict[str, Pair]
    anchor: str | None
    key: Node | None = None
    refused: bool = False
    is_flow: bool = False


class TreeBuilder:
    """Turns events into one tree."""

    def __init__(self, text: str, findings: Findings, first_line: int) -> None:
        self.text = text
        self.findings = findings
        self.first_line = first_line
        self.open: list[_Open] = []
        self.anchors: dict[str, Node] = {}
        self.aliased = 0
        self.root: Node | None = None
        self.documents = 0

    def build(self, events: Iterator[Any]) -> None:
        """Read the first document into `root`; problems are noted."""
        for event in events:
            kind = event.__class__
            if kind is ScalarEvent:
                self._place(self._scalar(event), event.anchor)
            elif kind is MappingStartEvent:
                self._enter(event, {})
            elif kind is SequenceStartEvent:
                self._enter(event, [])
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self._leave()
            elif kind is AliasEvent:
                self._place(self._alias(event), None)
            elif kind is DocumentStartEvent and not self._is_first(event):
                break

    @property
    def bracket(self) -> tuple[int, int] | None:
        """The line and column, from 0, of the innermost bracket or brace that is still open."""
        flows = [open_.start for open_ in self.open if open_.is_flow]
        return (flows[-1].line - self.first_line, flows[-1].column - 1) if flows else None

    def _is_first(self, event: Any) -> bool:
        self.documents += 1
        if self.documents > 1:
            message = "a second YAML document begins here, and a file holds one"
            self.findings.add(self._span(event), "yaml.documents", message, "split the file")
        return self.documents == 1

    def _span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        length = end.column - start.column if start.line == end.line else 1
        return Span(start.line + self.first_line, start.column + 1, max(length, 1))

    def _node(self, event: Any, value: "str | list[Node] | dict[str, Pair]") -> Node:
        start, end = event.start_mark, event.end_mark
        length = end.column - start.column if start.line == end.line else 1
        style = getattr(event, "style", None) or ""
        return Node(start.line + self.first_line, start.column + 1, length or 1, value, style)

    def _scalar(self, event: Any) -> Node:
        value = event.value
        if event.tag is not None:
            self._refuse_tag(event)
        if event.style == '"' and has_controls(value):
            message = "the value holds a control character, which cannot be shown"
            self.findings.add(self._span(event), "text.control", message, "delete it")
            value = without_controls(value)
        if not event.style:
            self._warn_of_comment(event)
        node = self._node(event, value)
        return node if event.start_mark.line == event.end_mark.line else self._placed(event, node)

    def _warn_of_comment(self, event: Any) -> None:
        """Warn where the rest of a value is a comment, and does not look like one: `#12`."""
        comment = _NO_COMMENT.match(self.text, event.end_mark.index)
        if comment:
            message = f"{shown(comment[1])} is a comment, and no part of the value"
            column = event.end_mark.column + comment.start(1) - comment.start() + 1
            span = Span(event.end_mark.line + self.first_line, column, len(comment[1]))
            hint = "quote the value, or write a space after the #"
            self.findings.warn(span, "yaml.comment", message, hint)

    def _placed(self, event: Any, node: Node) -> Node:
        """Return a text of several lines with what is needed to find a place in it again."""
        value, start, end = event.value, event.start_mark.index, event.end_mark.index
        if event.style in _BLOCKS:
            indent = block_indent(self.text, start, value)
            node = msgspec.structs.replace(node, indent=indent)
            start = self.text.find("\n", start) + 1
        if event.style in _FOLDED:
            unfolded = unfold(self.text[start:end], value)
            if unfolded:
                return msgspec.structs.replace(node, indent=unfolded.indent, unfolded=unfolded.text)
        return node

    def _refuse_tag(self, event: Any) -> None:
        if event.tag not in {"!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq"}:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            message = f'the tag "{tag}" is not read: each field has its own type'
            hint = f'delete "{tag}", or quote the value if it is text'
            self.findings.add(self._span(event), "yaml.tag", message, hint)

    def _alias(self, event: Any) -> Node:
        target = self.anchors.get(event.anchor)
        if target is None:
            message = f'"*{event.anchor}" names no "&{event.anchor}" that is complete before it'
            hint = "quote the value if it is text"
            self.findings.add(self._span(event), "yaml.alias", message, hint)
            return self._node(event, "")
        self.aliased += count_nodes(target, MAX_ALIASED - self.aliased)
        if self.aliased > MAX_ALIASED:
            message = "aliases repeat so much that the file cannot be read"
            self.findings.add(self._span(event), "yaml.alias", message, "write the values out")
            raise TooMuch
        if target.style in _BLOCKS:
            return target
        place = self._node(event, "")
        return msgspec.structs.replace(
            target, line=place.line, column=place.column, length=place.length
        )

    def _enter(self, event: Any, value: "list[Node] | dict[str, Pair]") -> None:
        if event.tag is not None:
            self._refuse_tag(event)
        if len(self.open) >= MAX_DEPTH:
            message = f"values are nested more than {MAX_DEPTH} deep"
            self.findings.add(self._span(event), "yaml.depth", message, "write it flatter")
            raise TooMuch
        is_flow = bool(event.flow_style)
        self.open.append(_Open(self._node(event, value), value, event.anchor, is_flow=is_flow))

    def _leave(self) -> None:
        ended = self.open.pop()
        node = ended.start
        if isinstance(ended.values, dict):
            self._merge(ended.values)
            if ended.refused and not ended.values:
                node = msgspec.structs.replace(node, value="")
        self._place(node, ended.anchor)

    def _merge(self, mapping: "dict[str, Pair]") -> None:
        merged = mapping.pop("<<", None)
        if merged and not merge_pairs(mapping, merged.value):
            message = '"<<" brings in mappings, and this is none'
            self.findings.add(merged.key, "yaml.key", message, "write <<: *name, or quote it")

    def _place(self, node: Node, anchor: str | None) -> None:
        if anchor:
            self.anchors[anchor] = node
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        container = parent.values
        if isinstance(container, list):
            container.append(node)
        elif parent.key is None:
            parent.key = node
        else:
            key, parent.key = parent.key, None
            if isinstance(key.value, str):
                self._set(container, key.span, key.value, node)
            else:
                parent.refused = True
                self._refuse_key(key)

    def _set(self, mapping: "dict[str, Pair]", key: Span, name: str, value: Node) -> None:
        earlier = mapping.get(name)
        if earlier:
            message = f"{shown(name)} is given twice, first on line {earlier.key.line}"
            self.findings.add_twin(key, earlier.key, "yaml.duplicate", message)
            return
        if not isinstance(value.value, str):  # a list is seen from its key, not from its first dash
            place = {"line": key.line, "column": key.column, "length": key.length}
            value = msgspec.structs.replace(value, **place)
        mapping[name] = Pair(key, value)

    def _refuse_key(self, key: Node) -> None:
        if isinstance(key.value, dict) and len(key.value) == 1:
            template = "{{" + next(iter(key.value)) + "}}"
            message = f'the template "{template}" is not quoted, so YAML reads a mapping'
            hint = f'quote the value: "{template}"'
            span = Span(key.line, max(key.column - 1, 1), len(template))
            self.findings.add(span, "yaml.template", message, hint)
            return
        message = "a key must be text, not a list or mapping"
        self.findings.add(key.span, "yaml.key", message, "quote it if it is text")
