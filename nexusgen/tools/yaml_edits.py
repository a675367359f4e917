"""A file and fields of an entry in it in; changes to lists of texts in its YAML, out."""

import re
from collections.abc import Container, Iterator, Sequence

from nexusgen.content.findings import Findings
from nexusgen.content.front_matter import parse_frontmatter
from nexusgen.content.text_file import decode_text
from nexusgen.content.yaml_tree import Node, Pair, read_yaml
from nexusgen.core.model import Span
from nexusgen.tools.edits import Edit, Offsets, line_end
from nexusgen.tools.link_edits import rewrite_name, yaml_text

Fields = dict[str, Pair]
COMMA_AFTER = re.compile(r"[ \t]*,[ \t]*")
COMMA_BEFORE = re.compile(r"[ \t]*,[ \t]*$")


def entry_fields(data: bytes, path: str) -> list[Fields]:
    """Return the fields of each entry of a file, with their places."""
    if path.rpartition(".")[2].lower() in ("md", "markdown"):
        return [parse_frontmatter(data, path).fields]
    findings = Findings(path, [])
    root = read_yaml(decode_text(data, findings), findings)
    nodes = root.value if root and isinstance(root.value, list) else [root]
    return [node.value for node in nodes if node and isinstance(node.value, dict)]


def add_field(text: str, fields: Fields, name: str, value: str) -> Edit:
    """Return the change that gives an entry one more field, before its first."""
    line = f"{name}: {value}"
    if fields:
        first = min(fields.values(), key=lambda pair: (pair.key.line, pair.key.column))
        start = Offsets(text).of(first.key)
        before = text[:start].rstrip(" \t\r\n")[-1:]
        in_braces = before in ("{", ",")
        after = ", " if in_braces else line_end(text) + " " * (first.key.column - 1)
        return Edit(start, start, line + after)
    opening = re.match(r"\ufeff?\s*?---[ \t]*(?:\r\n|\r|\n)", text)
    if opening and parse_frontmatter(text.encode(errors="replace"), "x.md").line > 1:
        return Edit(opening.end(), opening.end(), line + line_end(text))
    start = len(text) - len(text.removeprefix("\ufeff"))
    return Edit(start, start, line_end(text).join(("---", line, "---", "")))


def add_item(text: str, fields: Fields, name: str, item: str) -> Edit:
    """Return the change that adds an item to a list field, which is made where there is none."""
    if name not in fields:
        return add_field(text, fields, name, f"[{yaml_text(item)}]")
    items = list_items(fields[name].value)
    place = Offsets(text)
    if not items:
        key = fields[name].key
        colon = text.index(":", place.of(key) + key.length) + 1
        rest = re.compile(r"[ \t]*(?:\[[ \t]*\]|~|null|)").match(text, colon)
        return Edit(colon, rest.end() if rest else colon, f" [{yaml_text(item)}]")
    start = place.of(items[0].span)
    if isinstance(fields[name].value.value, str):
        whole = text[start : start + fields[name].value.length]
        return Edit(start, start + len(whole), f"[{yaml_text(item)}, {whole}]")
    dash = re.search(r"(?:^|[\r\n])([ \t]*-[ \t]+)$", text[:start])
    if dash:
        return Edit(start, start, yaml_text(item) + line_end(text) + dash[1])
    return Edit(start, start, f"{yaml_text(item)}, ")


def list_items(node: Node) -> Sequence[Node]:
    """Return the items of a list of texts; text alone is a list of one."""
    if isinstance(node.value, list):
        return [item for item in node.value if isinstance(item.value, str) and not item.is_null]
    return [] if node.is_null or not isinstance(node.value, str) else [node]


def rename_items(
    text: str, fields: Fields, name: str, wanted: Container[str], new: str
) -> Iterator[Edit]:
    """Yield the changes that turn the `wanted` items of a list into `new`, which is there once."""
    if name not in fields:
        return
    node = fields[name].value
    offsets = Offsets(text)
    if isinstance(node.value, str):
        yield from _renamed_words(offsets.of(node.span), node, wanted, new)
        return
    items = list_items(node)
    kept = any(item.value == new for item in items)
    for item in items:
        if item.value in wanted and item.value != new:
            start = offsets.of(item.span)
            if kept:
                yield _without(text, start, start + item.length)
            else:
                yield rewrite_name(text, start, item.length, new)
            kept = True


def _renamed_words(start: int, node: Node, wanted: Container[str], new: str) -> Iterator[Edit]:
    """Yield the change of a list that is written as text with commas."""
    words = [word.strip() for word in str(node.value).split(",")]
    renamed = dict.fromkeys(new if word in wanted else word for word in words)
    if list(renamed) != words:
        margin = 1 if node.style else 0
        yield Edit(start + margin, start + node.length - margin, ", ".join(renamed))


def _without(text: str, start: int, end: int) -> Edit:
    """Return the change that takes out an item: its line, or the comma beside it."""
    dash = re.search(r"(?:^|[\r\n])([ \t]*-[ \t]+)$", text[:start])
    line = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)").match(text, end)
    if dash and line:
        return Edit(dash.start(1), line.end(), "")
    if after := COMMA_AFTER.match(text, end):
        return Edit(start, after.end(), "")
    before = COMMA_BEFORE.search(text[:start])
    return Edit(before.start() if before else start, end, "")


EMPTY = re.compile(r"[ \t]*(?:\{[ \t]*\}|~|null|)", re.IGNORECASE)
REST_OF_LINE = re.compile(r"[^\r\n]*")
LINE = re.compile(r"[ \t]*,?[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n|$)")
MARGIN = re.compile(r"(?:^|[\r\n])\ufeff?([ \t]*)$")


def ways_to_add(text: str, fields: Fields, name: str, pair: tuple[str, str]) -> Iterator[Edit]:
    """Yield changes that add a pair to the mapping `name` of a file, as its author might have.

    Which of them is right depends on what YAML lets stand where: the first that is read as meant.
    """
    line = ": ".join(map(yaml_text, pair))
    if name not in fields:
        yield from _with_mapping(text, fields, name, line)
    elif isinstance(fields[name].value.value, dict) and fields[name].value.value:
        yield from _within(text, fields[name].value, line)
    else:
        yield from _as_first(text, fields[name], line)


def drop_pair(text: str, key: Span, value: Span) -> Edit:
    """Return the change that takes out a pair whose value is one line: its line, or its comma."""
    offsets = Offsets(text)
    start, end = offsets.of(key), offsets.of(value) + value.length
    margin, line = MARGIN.search(text[:start]), LINE.match(text, end)
    if margin and line:
        return Edit(margin.start(1), line.end(), "")
    if after := COMMA_AFTER.match(text, end):
        return Edit(start, after.end(), "")
    before = COMMA_BEFORE.search(text[:start])
    return Edit(before.start() if before else start, end, "")


def _with_mapping(text: str, fields: Fields, name: str, line: str) -> Iterator[Edit]:
    """Yield ways to add the mapping itself: at the end of the file, or before the first field."""
    margin = " " * min((pair.key.column - 1 for pair in fields.values()), default=0)
    end = len(text.rstrip())
    break_ = line_end(text)
    yield Edit(end, end, f"{break_}{margin}{name}:{break_}{margin}  {line}")
    yield add_field(text, fields, name, f"{{{line}}}")


def _within(text: str, mapping: Node, line: str) -> Iterator[Edit]:
    """Yield ways to add a pair to others: after the last or before the first, in lines or braces."""
    pairs = mapping.value.values() if isinstance(mapping.value, dict) else ()
    ordered = sorted(pairs, key=lambda pair: (pair.key.line, pair.key.column))
    offsets = Offsets(text)
    start = offsets.of(ordered[0].key)
    end = offsets.of(ordered[-1].value.span) + ordered[-1].value.length
    break_ = line_end(text) + " " * (ordered[0].key.column - 1)
    end_of_line = _end_of(REST_OF_LINE, text, end)
    yield Edit(end_of_line, end_of_line, f"{break_}{line}")
    yield Edit(end, end, f", {line}")
    yield Edit(start, start, f"{line}{break_}")
    yield Edit(start, start, f"{line}, ")


def _as_first(text: str, field: Pair, line: str) -> Iterator[Edit]:
    """Yield ways to give an empty mapping a pair: on a line of its own, or in braces."""
    start = Offsets(text).of(field.key) + field.key.length
    colon = text.find(":", start) + 1
    end = _end_of(EMPTY, text, colon)
    if not text[colon:end].strip():
        end_of_line = _end_of(REST_OF_LINE, text, colon)
        break_ = line_end(text) + " " * (field.key.column + 1)
        yield Edit(end_of_line, end_of_line, f"{break_}{line}")
    yield Edit(colon, end, f" {{{line}}}")


def _end_of(pattern: re.Pattern[str], text: str, start: int) -> int:
    found = pattern.match(text, start)
    return found.end() if found else start
