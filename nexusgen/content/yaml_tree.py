"""What YAML is read into: text, lists and mappings in which every value knows its place."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import msgspec
import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from nexusgen.content.findings import Findings
from nexusgen.content.text_file import has_controls, without_controls
from nexusgen.content.yaml_errors import explain_error
from nexusgen.core.model import Span

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


_LONGEST = 40


@lru_cache(maxsize=4096)
def suggestion(name: str, known: tuple[str, ...], cutoff: float = 0.6) -> str:
    """Return the hint that names what was probably meant, or the empty string.

    It is remembered, because the same unknown fields stand in every note of a folder.
    """
    close = get_close_matches(name.lower()[:_LONGEST], known, n=1, cutoff=cutoff)
    return f'did you mean "{close[0]}"?' if close else ""


def one_of(names: tuple[str, ...]) -> str:
    """Return names as a hint lists them: `use a, b or c`."""
    return f"use {', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else f"use {names[0]}"


def shape_of(node: Node) -> str:
    """Return what sort of value a node is, in words."""
    if isinstance(node.value, dict):
        return "a mapping"
    return "a list" if isinstance(node.value, list) else "text"


def shown(text: str) -> str:
    """Return text as a message quotes it, cut where it is long."""
    return f'"{text}"' if len(text) <= _LONGEST else f'"{text[: _LONGEST - 1]}…"'


def shown_value(node: Node) -> str:
    """Return a text value as a message quotes it, saying so where the author quoted it."""
    return f"the text {shown(str(node.value))}" if node.style else shown(str(node.value))


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


try:
    from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs leave it out

    _PARSER: Any = CParser
except ImportError:  # PyYAML without libyaml
    _PARSER = yaml.SafeLoader

MAX_CHARACTERS = 32_000_000
_MAX_REPAIRS = 20
_MAX_REREAD = 10_000_000
_MAX_DIRECTIVES = 100
# The parser takes these for line ends, and nobody else does.
_LINE_ENDS = str.maketrans("\x85\u2028\u2029", "   ")


def read_yaml(text: str, findings: Findings, first_line: int = 1) -> Node | None:
    """Return the value that YAML text holds, or None where it holds none.

    `first_line` is the line of the file on which the text begins. A part that cannot be read is a
    problem and is left out: the key at the left margin, or the item, in which it stands.
    """
    if _is_refused(text, findings, first_line):
        return None
    text = text.translate(_LINE_ENDS) if not text.isascii() else text
    for _ in range(1 + min(_MAX_REPAIRS, _MAX_REREAD // (len(text) + 1))):
        attempt = Findings(findings.path, [])
        builder = TreeBuilder(text, attempt, first_line)
        try:
            builder.build(_events(text))
        except yaml.MarkedYAMLError as error:
            flaw = explain_error(error, text, builder.bracket)
            findings.add(flaw.span(first_line), flaw.code, flaw.message, flaw.hint)
            text = _without_part(text, flaw.line)
        except TooMuch:
            findings.problems.extend(attempt.problems)
            return None
        else:
            findings.problems.extend(attempt.problems)
            return builder.root
    return None


def _is_refused(text: str, findings: Findings, first_line: int) -> bool:
    """Note what would keep the parser busy for long, before it sees it."""
    if len(text) > MAX_CHARACTERS:
        message = f"the YAML has {len(text):,} characters, and {MAX_CHARACTERS:,} is the limit"
        findings.add(Span(first_line, 1), "yaml.size", message, "split it into several files")
        return True
    if text.count("\n%") > _MAX_DIRECTIVES:
        message = f"the YAML has more than {_MAX_DIRECTIVES} lines that begin with %"
        findings.add(Span(first_line, 1), "yaml.size", message, "delete them")
        return True
    return False


def _events(text: str) -> Iterator[Any]:
    parser = _PARSER(text)
    while True:
        try:
            event = parser.get_event()
        except (ValueError, OverflowError) as error:  # pure Python: an escape beyond Unicode
            problem = "found invalid escape"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=parser.get_mark()) from error
        if event is None:
            return
        yield event


def _without_part(text: str, line: int) -> str:
    """Return the text with the part blank that `line` (from 0) lies in, so that lines keep place.

    A part begins at the left margin and goes on to the next line that does.
    """
    lines = text.split("\n")
    start = min(line, len(lines) - 1)
    while start > 0 and not _begins_part(lines[start]):
        start -= 1
    end = start + 1
    while end < len(lines) and not _begins_part(lines[end]):
        end += 1
    lines[start:end] = [""] * (end - start)
    return "\n".join(lines)


def _begins_part(line: str) -> bool:
    return line[:1] not in {"", " ", "\t", "#", "]", "}"}
