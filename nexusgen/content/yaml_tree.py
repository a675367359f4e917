"""Read YAML into text, lists and mappings in which every value knows its place.

No value gets a type from YAML, aliases and depth have limits, and what is broken is a problem: one
broken part costs that part. (`yaml.compose` would lose where an alias stands, and falls over deep
nesting, so the events of the parser are read.)
"""

import re
from collections.abc import Callable
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
    StreamEndEvent,
)

from nexusgen.content.source_text import Problems, decode_text, without_controls
from nexusgen.content.yaml_errors import TEMPLATE_MESSAGE, explain_error
from nexusgen.core.model import Span

try:
    from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs leave it out

    _PARSER: Any = CParser
except ImportError:  # PyYAML without libyaml
    _PARSER = yaml.SafeLoader

MAX_CHARACTERS = 32_000_000
MAX_DEPTH = 50
MAX_ALIASED = 100_000
_MAX_DIRECTIVES = 100
_MAX_REPAIRS = 20
_MAX_REREAD = 10_000_000
_LONGEST_SHOWN = 40

_TYPED = re.compile(r"true|false|[-+]?[0-9]{1,9}(?:\.[0-9]{1,9})?", re.IGNORECASE)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_HARMLESS_TAGS = frozenset({None, "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq"})
_STARTS = frozenset({MappingStartEvent, SequenceStartEvent})
_ENDS = frozenset({MappingEndEvent, SequenceEndEvent})
_BLOCKS = frozenset({"|", ">"})
_QUOTES = frozenset({"'", '"'})
_NO_MARGIN = frozenset({"", " ", "\t", "#", "]", "}"})
_NO_COMMENT = re.compile(r"[ \t]+(#[^\s#].*?)[ \t]*$", re.MULTILINE)
_FIRST_LINE = re.compile(r"\n(?:[ \t]*\n)*( *)(?=\S)")
# A line that begins like this could be more than the next line of a paragraph.
_BLOCK_START = re.compile(r"[-*+#>|=~`:<]|\d+[.)]|\[\^|!!!|\?\?\?|_{3}|\${2}")
# The parser takes these for line ends, and nobody else does.
_LINE_ENDS = str.maketrans("\x85\u2028\u2029", "   ")


class Node(msgspec.Struct, frozen=True):
    """A value of a YAML file: text, a list of nodes, or a mapping from text to pairs.

    `style` is how a text is written: empty where it is plain, else the quote, `|` or `>`; `is_null`
    marks a plain text that YAML takes for nothing. `indent` tells by how many characters its later
    lines are indented, `unfolded` is the text with the line ends that were made spaces, where that
    can be told. Where quotes hide the place of what is in the text, `indent` is less than 0.
    """

    span: Span
    value: "str | list[Node] | dict[str, Pair]"
    style: str = ""
    is_null: bool = False
    indent: int = 0
    unfolded: str = ""


class Pair(msgspec.Struct, frozen=True):
    """A key, as the place where it stands, and its value."""

    key: Span
    value: Node


def with_texts(node: Node, change: Callable[[str], str]) -> Node:
    """Return a value in which every text is changed; a text that is empty then stands for nothing."""
    if isinstance(node.value, str):
        text = change(node.value)
        if text == node.value:
            return node
        return msgspec.structs.replace(node, value=text, is_null=node.is_null or not text.strip())
    if isinstance(node.value, list):
        return msgspec.structs.replace(node, value=[with_texts(one, change) for one in node.value])
    pairs = {
        key: Pair(pair.key, with_texts(pair.value, change)) for key, pair in node.value.items()
    }
    return msgspec.structs.replace(node, value=pairs)


def is_given(node: Node) -> bool:
    """Say whether a value is more than `null` or nothing."""
    return not node.is_null and node.value not in ("", [], {})


def plain_text(node: Node) -> Any:
    """Return a text as its author wrote it; `null` is empty."""
    return "" if node.is_null else node.value


def typed_text(node: Node) -> Any:
    """Return a text in which plain `true`, `12` and `0.5` are no text, and `null` is None.

    For options of programs, never for what an author says of an entry.
    """
    text = str(node.value)
    if node.is_null:
        return None
    if node.style or not _TYPED.fullmatch(text):
        return text
    if text[-1].isalpha():
        return text.lower() == "true"
    return float(text) if "." in text else int(text)


def plain_value(node: Node, convert: Callable[[Node], Any] = plain_text) -> Any:
    """Return a value of any shape as lists, mappings and what `convert` makes of its texts."""
    if isinstance(node.value, dict):
        return {name: plain_value(pair.value, convert) for name, pair in node.value.items()}
    if isinstance(node.value, list):
        return [plain_value(item, convert) for item in node.value]
    return convert(node)


def shape_of(node: Node) -> str:
    """Return what sort of value a node is, in words."""
    if isinstance(node.value, dict):
        return "a mapping"
    return "a list" if isinstance(node.value, list) else "text"


def shown(text: str) -> str:
    """Return text as a message quotes it, cut where it is long."""
    return f'"{text}"' if len(text) <= _LONGEST_SHOWN else f'"{text[: _LONGEST_SHOWN - 1]}…"'


def parse_yaml(text: str, problems: Problems, first_line: int = 1) -> Node | None:
    """Return the value that YAML text holds, or None where it holds none.

    `first_line` is the line of the file on which the text begins. A part that cannot be read is a
    problem and is left out: the key at the left margin, or the item, in which it stands.
    """
    if len(text) > MAX_CHARACTERS or text.count("\n%") > _MAX_DIRECTIVES:
        _refuse_size(text, problems, first_line)
        return None
    text = text.translate(_LINE_ENDS) if not text.isascii() else text
    for _ in range(1 + min(_MAX_REPAIRS, _MAX_REREAD // (len(text) + 1))):
        reader = _Reader(text, Problems(problems.path), first_line, _PARSER(text))
        root = None
        try:
            root = reader.read()
        except (yaml.MarkedYAMLError, ValueError, OverflowError) as error:
            text = reader.without_broken_part(error, problems)
            continue
        except _TooMuchError:
            pass
        problems.noted.extend(reader.problems.noted)
        return root
    return None


@lru_cache(maxsize=8)
def _root(data: bytes) -> Node | None:
    problems = Problems("")
    return parse_yaml(decode_text(data, problems), problems)


def node_at(data: bytes, *names: str) -> Node | None:
    """Return the value in a YAML file to which keys and items lead, as far as they do, from its root.

    What is empty is seen from its key.
    """
    node = _root(data)
    for name in names:
        node = _below(node, name) or node if node else None
    return node


def place_of(data: bytes, *names: str) -> Span:
    """Return where the value stands to which keys and items lead, as far as they do."""
    node = node_at(data, *names)
    return node.span if node else Span(1, 1)


def _below(node: Node, name: str) -> Node | None:
    """Return what a mapping has under a key, or a list as an item or in one."""
    if isinstance(node.value, dict) and name in node.value:
        pair = node.value[name]
        return (
            msgspec.structs.replace(pair.value, span=pair.key) if pair.value.is_null else pair.value
        )
    items = node.value if isinstance(node.value, list) else []
    return next(
        (found for one in items if (found := one if one.value == name else _below(one, name))), None
    )


def _refuse_size(text: str, problems: Problems, first_line: int) -> None:
    """Note what would keep the parser busy for long, before it sees it."""
    message = f"the YAML has {len(text):,} characters, and {MAX_CHARACTERS:,} is the limit"
    hint = "split it into several files"
    if len(text) <= MAX_CHARACTERS:
        message = f"the YAML has more than {_MAX_DIRECTIVES} lines that begin with %"
        hint = "delete them"
    problems.add(Span(first_line, 1), "yaml.size", message, hint)


def _without_part(text: str, line: int) -> str:
    """Return the text with the part blank that `line` (from 0) lies in, so that lines keep place.

    A part begins at the left margin and goes on to the next line that does.
    """
    lines = text.split("\n")
    starts = [number for number, written in enumerate(lines) if written[:1] not in _NO_MARGIN]
    start = max((number for number in starts if number <= line), default=0)
    end = min((number for number in starts if number > start), default=len(lines))
    lines[start:end] = [""] * (end - start)
    return "\n".join(lines)


class _TooMuchError(Exception):
    """The file is built to exhaust its reader; the problem is noted."""


class _Reader(msgspec.Struct):
    """Makes one tree of the events of a parser.

    `open` holds what is not closed yet: the event that opened it, its place, and what came before
    it in the value around it.
    """

    text: str
    problems: Problems
    first_line: int
    parser: Any
    open: list[tuple[Any, Span, list[Node]]] = []
    anchors: dict[str, Node] = {}
    aliased: int = 0

    def read(self) -> Node | None:
        """Return the first document."""
        found: list[Node] = []
        while (event := self.parser.get_event()).__class__ is not StreamEndEvent:
            kind, start, end = event.__class__, event.start_mark, event.end_mark
            length = end.column - start.column if start.line == end.line else 1
            span = Span(start.line + self.first_line, start.column + 1, length or 1)
            if kind is ScalarEvent:
                found.append(self._scalar(event, span))
            elif kind is AliasEvent:
                found.append(self._alias(event.anchor, span))
            elif kind in _STARTS:
                self._open(event, span, found)
                found = []
            elif kind in _ENDS:
                found = self._close(found, kind is MappingEndEvent)
            elif kind is DocumentStartEvent and found:
                message = "a second YAML document begins here, and a file holds one"
                self.problems.add(span, "yaml.documents", message, "split the file")
                break
        return found[0] if found else None

    def without_broken_part(self, error: Exception, problems: Problems) -> str:
        """Note what broke the text, and return it with the part blank in which that stands."""
        if not isinstance(error, yaml.MarkedYAMLError):  # pure Python: an escape beyond Unicode
            mark = self.parser.get_mark()
            error = yaml.MarkedYAMLError(problem="found invalid escape", problem_mark=mark)
        flows = [event.start_mark for event, *_ in self.open if event.flow_style]
        bracket = (flows[-1].line, flows[-1].column) if flows else None
        problem = explain_error(error, self.text, bracket)
        line = problem.line + self.first_line - 1
        problems.noted.append(msgspec.structs.replace(problem, path=problems.path, line=line))
        return _without_part(self.text, problem.line - 1)

    def _open(self, event: Any, span: Span, before: list[Node]) -> None:
        """Begin a list or mapping; `before` is what the value around it holds up to here."""
        if event.tag not in _HARMLESS_TAGS:
            self._refuse_tag(event.tag, span)
        if len(self.open) >= MAX_DEPTH:
            message = f"values are nested more than {MAX_DEPTH} deep"
            self.problems.add(span, "yaml.depth", message, "write it flatter")
            raise _TooMuchError
        self.open.append((event, span, before))

    def _scalar(self, event: Any, span: Span) -> Node:
        value, style, end = event.value, event.style or "", event.end_mark
        if event.tag not in _HARMLESS_TAGS:
            self._refuse_tag(event.tag, span)
        if style == '"' and without_controls(value) != value:
            message = "the value holds a control character, which cannot be shown"
            self.problems.add(span, "text.control", message, "delete it")
            value = without_controls(value)
        if not style and (comment := _NO_COMMENT.match(self.text, end.index)):
            message = f"{shown(comment[1])} is a comment, and no part of the value"
            column = end.column + comment.start(1) - comment.start() + 1
            place = Span(end.line + self.first_line, column, len(comment[1]))
            hint = "quote the value, or write a space after the #"
            self.problems.warn(place, "yaml.comment", message, hint)
        if event.start_mark.line == end.line:
            is_escaped = style in _QUOTES and span.length - 2 != len(value)
            node = Node(span, value, style, not style and value in _NULLS, -is_escaped)
        else:
            node = self._long_text(event, value, span)
        if event.anchor:
            self.anchors[event.anchor] = node
        return node

    def _long_text(self, event: Any, value: str, span: Span) -> Node:
        """Return a text of several lines with what is needed to find a place in it again."""
        start, end, style, indent = event.start_mark.index, event.end_mark.index, event.style, 0
        if style in _BLOCKS:
            start = self.text.find("\n", start)
            # The first line of the value may begin with spaces of its own, after `|2`.
            lines = _FIRST_LINE.match(self.text, start)
            inner = _FIRST_LINE.match(f"\n{value}")
            indent = len(lines[1]) - len(inner[1]) if lines and inner else 0
            start += 1
        if style in _QUOTES:
            start, end, indent = start + 1, end - 1, -1
        found = unfold(self.text[start:end], value) if style != "|" else None
        unfolded, indent = found or ("", indent)
        return Node(span, value, style or "", False, indent, unfolded)

    def _alias(self, name: str, span: Span) -> Node:
        target = self.anchors.get(name)
        if target is None:
            message = f'"*{name}" names no "&{name}" that is complete before it'
            self.problems.add(span, "yaml.alias", message, "quote the value if it is text")
            return Node(span, "", is_null=True)
        self.aliased += _count_nodes(target, MAX_ALIASED - self.aliased)
        if self.aliased > MAX_ALIASED:
            message = "aliases repeat so much that the file cannot be read"
            self.problems.add(span, "yaml.alias", message, "write the values out")
            raise _TooMuchError
        return target if target.style in _BLOCKS else msgspec.structs.replace(target, span=span)

    def _refuse_tag(self, tag: str, span: Span) -> None:
        tag = tag.replace("tag:yaml.org,2002:", "!!")
        message = f'the tag "{tag}" is not read: each field has its own type'
        hint = f'delete "{tag}", or quote the value if it is text'
        self.problems.add(span, "yaml.tag", message, hint)

    def _close(self, inside: list[Node], is_mapping: bool) -> list[Node]:
        """Return what the value around a list or mapping holds, now that this one is complete.

        A mapping in which no key is text is empty text.
        """
        event, span, around = self.open.pop()
        pairs: dict[str, Pair] = {}
        refused = False
        for key, value in zip(inside[::2], inside[1::2], strict=True) if is_mapping else ():
            name = key.value
            if not isinstance(name, str):
                refused = True
                self._refuse_key(key)
            elif name in pairs:
                message = f"{shown(name)} is given twice, first on line {pairs[name].key.line}"
                self.problems.add_twin(key.span, pairs[name].key, message)
            elif isinstance(value.value, str):
                pairs[name] = Pair(key.span, value)
            else:  # a list is seen from its key, not from its first dash
                pairs[name] = Pair(key.span, msgspec.structs.replace(value, span=key.span))
        if "<<" in pairs:
            self._merge(pairs, pairs.pop("<<"))
        is_null = refused and not pairs
        node = Node(span, "" if is_null else pairs if is_mapping else inside, is_null=is_null)
        if event.anchor:
            self.anchors[event.anchor] = node
        around.append(node)
        return around

    def _refuse_key(self, key: Node) -> None:
        if isinstance(key.value, dict) and len(key.value) == 1:
            template = "{{" + next(iter(key.value)) + "}}"
            span = Span(key.span.line, max(key.span.column - 1, 1), len(template))
            hint = f'quote the value: "{template}"'
            self.problems.add(span, "yaml.template", TEMPLATE_MESSAGE.format(template), hint)
            return
        message = "a key must be text, not a list or mapping"
        self.problems.add(key.span, "yaml.key", message, "quote it if it is text")

    def _merge(self, pairs: dict[str, Pair], merged: Pair) -> None:
        """Copy what `<<: *name` or a list of these brings in; a key of the mapping's own wins."""
        sources = merged.value.value if isinstance(merged.value.value, list) else [merged.value]
        for source in sources:
            if not isinstance(source.value, dict):
                message = '"<<" brings in mappings, and this is none'
                self.problems.add(merged.key, "yaml.key", message, "write <<: *name, or quote it")
                return
            for name, pair in source.value.items():
                pairs.setdefault(name, pair)


def _count_nodes(node: Node, limit: int) -> int:
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


def unfold(written: str, value: str) -> tuple[str, int] | None:
    """Return a folded paragraph with its lines and their indent, where Markdown is the same.

    `written` is what stands in the file, without the `>`. In a paragraph a line end counts as a
    space, so that the text may keep its lines and every place in it is exact. Anything else is
    None.
    """
    lines = written.rstrip().split("\n")
    texts = [line.strip() for line in lines]
    indents = {len(line) - len(line.lstrip(" ")) for line in lines[1:]}
    if len(indents) != 1 or " ".join(texts) != value.rstrip():
        return None
    if any(map(_BLOCK_START.match, texts[1:])) or any(text[-1:] == "\\" for text in texts):
        return None
    return "\n".join(texts), indents.pop()
