"""A file and fields of an entry in it in; changes to lists of texts in its YAML, out."""

import re
from collections.abc import Container, Iterator, Sequence

from nexusgen.renaming.edits import Edit, Offsets, line_end
from nexusgen.renaming.written import rewrite_name, yaml_text
from nexusgen.sources.findings import Findings
from nexusgen.sources.frontmatter import parse_frontmatter
from nexusgen.sources.nodes import Node, Pair
from nexusgen.sources.textfile import decode_text
from nexusgen.sources.yamlreader import read_yaml

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
