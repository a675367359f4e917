"""A value in YAML in; text, a day, a flag, a number or an address out, and problems."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from nexusgen.content.findings import Findings
from nexusgen.content.yaml_tree import Node, one_of, shape_of, shown, shown_value, suggestion
from nexusgen.core.model import Field, FieldType, Link, Reference, Span

_TRUE = frozenset({"true", "yes", "on"})
_FALSE = frozenset({"false", "no", "off"})
_INTEGER = re.compile(r"[-+]?[0-9]{1,9}")
_DATE = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?"
    r"[ ]?(?:[Zz]|[+-][0-9]{2}:?(?:[0-9]{2})?)?)?"
)


def read_text(node: Node, field: Field, findings: Findings) -> str:
    """Return text on one line, exactly as it is written but for white space."""
    return " ".join(read_markdown(node, field, findings).split())


def read_markdown(node: Node, field: Field, findings: Findings) -> str:
    """Return text with its lines."""
    if isinstance(node.value, str):
        return node.value.rstrip()
    message = f'"{field.name}" must be text, not {shape_of(node)}'
    hint = "give one value" if isinstance(node.value, list) else "quote it if it is text"
    findings.add(node.span, "field.type", message, hint)
    return ""


def read_date(node: Node, field: Field, findings: Findings) -> str:
    """Return the day of an ISO 8601 date as it is written; no time zone moves it."""
    text = read_text(node, field, findings)
    if not text:
        return ""
    match = _DATE.fullmatch(text)
    if not match:
        message = f'"{field.name}" must be a date, not {shown(text)}'
        findings.add(node.span, "field.date", message, "write it as 2024-05-31")
        return ""
    try:
        date.fromisoformat(match["day"])
    except ValueError:
        message = f"the calendar has no {match['day']}"
        findings.add(node.span, "field.date", message, "correct the year, month or day")
        return ""
    return match["day"]


def read_flag(node: Node, field: Field, findings: Findings) -> bool:
    """Return a flag: `true`, `yes` or `on` without quotes, or the opposite."""
    text = read_text(node, field, findings).lower()
    if node.style == "" and text in _TRUE | _FALSE:
        return text in _TRUE
    if isinstance(node.value, str):
        message = f'"{field.name}" must be true or false, not {shown_value(node)}'
        findings.add(node.span, "field.flag", message, "write true or false, without quotes")
    return False


def read_integer(node: Node, field: Field, findings: Findings) -> int:
    """Return a whole number of at most nine digits."""
    text = read_text(node, field, findings)
    if _INTEGER.fullmatch(text):
        return int(text)
    if isinstance(node.value, str):
        message = f'"{field.name}" must be a whole number, not {shown(text)}'
        findings.add(node.span, "field.integer", message, "write it in digits, nine at most")
    return 0


def read_url(node: Node, field: Field, findings: Findings) -> str:
    """Return an address of the web."""
    text = read_text(node, field, findings)
    if not text or is_web_url(text):
        return text
    message = f'"{field.name}" must be an address of the web, not {shown(text)}'
    findings.add(node.span, "field.url", message, 'begin it with "https://"')
    return ""


def read_choice(node: Node, field: Field, findings: Findings) -> str:
    """Return one of the values that the field may have; case makes no difference."""
    text = read_text(node, field, findings)
    if not text:
        return ""
    choice = next((choice for choice in field.choices if choice.lower() == text.lower()), "")
    if not choice:
        message = f'"{field.name}" cannot be {shown(text)}'
        hint = suggestion(text, field.choices, 0.7) or one_of(field.choices)
        findings.add(node.span, "field.choice", message, hint)
    return choice


def read_path(node: Node, field: Field, findings: Findings) -> str:
    """Return the path of a file of the hub, as it is written."""
    text = read_text(node, field, findings)
    if "\\" in text or ":" in text or text.startswith("//"):
        message = f'"{field.name}" must be a file of the hub, not {shown(text)}'
        findings.add(node.span, "field.path", message, "write its path, such as images/cover.png")
        return ""
    return text


def is_web_url(text: str) -> bool:
    """Say whether text is an absolute http or https address."""
    try:
        parts = urlsplit(text)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and has_host and not _has_spaces(text)


def is_safe_url(text: str) -> bool:
    """Say whether text is an address that a link may have: of the web, of mail, or of the hub."""
    try:
        scheme = urlsplit(text).scheme
    except ValueError:
        return False
    if scheme in {"http", "https"}:
        return is_web_url(text)
    return scheme in {"", "mailto", "tel"} and not text.startswith("//") and "\\" not in text


def _has_spaces(text: str) -> bool:
    return any(character.isspace() for character in text)


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


Convert = Callable[[Node, Field, Findings], Any]

_CONVERTERS: dict[FieldType, tuple[Convert, Any]] = {
    "text": (read_text, ""),
    "markdown": (read_markdown, ""),
    "date": (read_date, ""),
    "flag": (read_flag, False),
    "integer": (read_integer, 0),
    "url": (read_url, ""),
    "choice": (read_choice, ""),
    "path": (read_path, ""),
    "list": (read_list, ()),
    "references": (read_references, ()),
    "links": (read_links, ()),
}


def convert_value(node: Node, field: Field, findings: Findings) -> Any:
    """Return the value of a field, or its empty value after a problem.

    The empty value of text is the empty string, of a list the empty tuple, of a flag False and of
    a number 0. `null`, `~` and nothing at all are empty values of any type. A type without a
    converter (`mapping`, `kinds`, `any`) is given as it stands, to be read by who knows it.
    """
    if field.type not in _CONVERTERS:
        return node
    convert, empty = _CONVERTERS[field.type]
    return empty if node.is_null else convert(node, field, findings)


def convert_mapping(
    node: Node, fields: tuple[Field, ...], name: str, findings: Findings
) -> dict[str, Any]:
    """Return the values of a mapping whose keys are `fields`; anything else is a problem."""
    known = {field.name: field for field in fields}
    names = tuple(known)
    if not isinstance(node.value, dict):
        message = f'"{name}" must be a mapping, not {shape_of(node)}'
        findings.add(node.span, "field.type", message, f"give it {', '.join(names)}")
        return {}
    for key, pair in node.value.items():
        if key not in known:
            hint = suggestion(key, names) or one_of(names)
            findings.add(pair.key, "field.unknown", f'unknown field "{key}" of "{name}"', hint)
    return {
        key: convert_value(pair.value, known[key], findings)
        for key, pair in node.value.items()
        if key in known
    }
