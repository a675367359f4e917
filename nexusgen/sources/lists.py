"""A list in YAML in; texts, references to entries or links out, and problems."""

import re
from urllib.parse import urlsplit

from nexusgen.model import Field, Link, Reference, Span
from nexusgen.sources.findings import Findings
from nexusgen.sources.hints import shape_of, shown
from nexusgen.sources.nodes import Node
from nexusgen.sources.scalars import is_safe_url

_WIKILINK = re.compile(r"!?\[\[([^\[\]|]+?)(?:\\?\|([^\[\]]*))?\]\]")
_NO_LINK = Link("", "")

LINK_FIELDS = (
    Field("title", "text", "What the link says; else its address"),
    Field("url", "text", "Where it leads"),
)


def read_list(node: Node, field: Field, findings: Findings) -> tuple[str, ...]:
    """Return the texts of a list, each once; text with commas is a list as well."""
    texts = (_item_text(item, field, findings) for item in _items(node, field, findings))
    return tuple(dict.fromkeys(text for text in texts if text))


def read_references(node: Node, field: Field, findings: Findings) -> tuple[Reference, ...]:
    """Return the entries that a list names: `Name`, `[[Name]]` or `[[Name|text]]`."""
    found: list[Reference] = []
    for item in _items(node, field, findings):
        target = _unquoted_wikilink(item)
        text = _item_text(target, field, findings)
        match = _WIKILINK.fullmatch(text)
        name, words = (match[1], match[2] or "") if match else (text, "")
        if name:
            found.append(_reference(name, words, field.name, target.span))
    return tuple(found)


def find_wikilinks(node: Node, name: str) -> tuple[Reference, ...]:
    """Return the entries that the field `name`, a value of any shape, names as `[[Name]]`."""
    found: list[Reference] = []
    for text in _texts(node):
        match = _WIKILINK.fullmatch(str(text.value).strip())
        if match:
            found.append(_reference(match[1], match[2] or "", name, text.span))
    return tuple(found)


def read_links(node: Node, field: Field, findings: Findings) -> tuple[Link, ...]:
    """Return the links of a list whose items are `{title, url}` or an address."""
    items = node.value if isinstance(node.value, list) else [node]
    links = (_link(item, field, findings) for item in items if not item.is_null)
    return tuple(link for link in links if link.url)


def _items(node: Node, field: Field, findings: Findings) -> list[Node]:
    if isinstance(node.value, str):
        return _split(node, node.value)
    if isinstance(node.value, list):
        return [item for item in node.value if not item.is_null]
    message = f'"{field.name}" must be a list, not {shape_of(node)}'
    findings.add(node.span, "field.type", message, f"write {field.name}: [one, two]")
    return []


def _split(node: Node, text: str) -> list[Node]:
    if "[[" in text or node.length < len(text):
        return [node] if text.strip() else []
    items, column = [], node.column + (1 if node.style else 0)
    for part in text.split(","):
        word = part.strip()
        if word:
            start = column + len(part) - len(part.lstrip())
            items.append(Node(node.line, start, len(word), word, node.style))
        column += len(part) + 1
    return items


def _item_text(node: Node, field: Field, findings: Findings) -> str:
    if isinstance(node.value, str):
        return " ".join(node.value.split())
    message = f'each item of "{field.name}" must be text, not {shape_of(node)}'
    findings.add(node.span, "field.type", message, "quote it if it is text")
    return ""


def _unquoted_wikilink(node: Node) -> Node:
    """Return the name in `[[Name]]`, which YAML reads as a list in a list where it is not quoted.

    `uses: [[Name]]` is one list that holds another, `- [[Name]]` has one list more around it.
    """
    while isinstance(node.value, list) and len(node.value) == 1:
        node = node.value[0]
    return node


def _texts(node: Node) -> list[Node]:
    if isinstance(node.value, str):
        return [node]
    items = node.value if isinstance(node.value, list) else [p.value for p in node.value.values()]
    return [text for item in items for text in _texts(item)]


def _reference(name: str, words: str, field: str, span: Span) -> Reference:
    return Reference(field, name.strip(), span, words.strip())


def _link(node: Node, field: Field, findings: Findings) -> Link:
    if isinstance(node.value, list):
        return _no_link(node, field, findings)
    pairs = node.value if isinstance(node.value, dict) else {}
    for key, pair in pairs.items():
        if key not in {"title", "url"} or not isinstance(pair.value.value, str):
            return _no_link(pair.value, field, findings)
    place = pairs["url"].value if "url" in pairs else node
    url = place.value.strip() if isinstance(place.value, str) else ""
    title = str(pairs["title"].value.value).strip() if "title" in pairs else ""
    if not url:
        message = f'a link of "{field.name}" has no "url"'
        findings.add(node.span, "field.missing", message, "add url: https://...")
        return _NO_LINK
    if not is_safe_url(url) or (not pairs and not urlsplit(url).scheme):
        hint = 'begin it with "https://" or "mailto:"'
        findings.add(place.span, "field.url", f"a link cannot lead to {shown(url)}", hint)
        return _NO_LINK
    return Link(title or url.removeprefix("https://").rstrip("/"), url)


def _no_link(node: Node, field: Field, findings: Findings) -> Link:
    message = f'each item of "{field.name}" must be {{title, url}}'
    hint = "write - {title: GitHub, url: https://github.com/name}"
    findings.add(node.span, "field.type", message, hint)
    return _NO_LINK
