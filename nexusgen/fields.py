"""A value as it stands in YAML in; the value that its field's type asks for, and problems out."""

import re
from collections.abc import Callable
from datetime import date
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

import msgspec

from nexusgen.findings import Findings
from nexusgen.model import Field, FieldType, Link, Reference, Span
from nexusgen.yamlreader import Node

_TRUE = frozenset({"true", "yes", "on"})
_FALSE = frozenset({"false", "no", "off"})
_INTEGER = re.compile(r"[-+]?[0-9]{1,9}")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,9}\.[0-9]{1,9}")
_DATE = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:[Tt ]+(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?"
    r"[ ]?(?:[Zz]|[+-]\d\d:?(?:\d\d)?)?)?"
)
_WIKILINK = re.compile(r"!?\[\[([^\[\]|]+?)(?:\\?\|([^\[\]]*))?\]\]")
_SPACES = re.compile(r"\s+")

Convert = Callable[[Node, Field, Findings], Any]


def convert_value(node: Node, field: Field, findings: Findings) -> Any:
    """Return the value of a field, or its empty value after a problem.

    The empty value of text is the empty string, of lists the empty tuple, of a flag False and of
    an integer 0. `null`, `~` and nothing at all are empty values of any type.
    """
    convert, empty = _CONVERTERS[field.type]
    return empty if node.is_null else convert(node, field, findings)


def is_given(node: Node) -> bool:
    """Say whether a value is more than `null` or nothing."""
    return not node.is_null and node.value not in ("", [], {})


def suggestion(name: str, known: tuple[str, ...], cutoff: float = 0.6) -> str:
    """Return the hint that names what was probably meant, or the empty string."""
    close = get_close_matches(name.lower(), known, n=1, cutoff=cutoff)
    return f'did you mean "{close[0]}"?' if close else ""


def one_of(names: tuple[str, ...]) -> str:
    """Return names as a hint lists them: `use a, b or c`."""
    return f"use {', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else f"use {names[0]}"


def shape_of(node: Node) -> str:
    """Return what sort of value a node is, in words."""
    if isinstance(node.value, dict):
        return "a mapping"
    return "a list" if isinstance(node.value, list) else "text"


def wikilinks(node: Node, name: str) -> tuple[Reference, ...]:
    """Return the entries that a value of any shape names as `[[Name]]` or `[[Name|text]]`."""
    found: list[Reference] = []
    for text in _texts(node):
        match = _WIKILINK.fullmatch(str(text.value).strip())
        if match:
            found.append(_reference(match[1], match[2] or "", name, text.span))
    return tuple(found)


def plain_value(node: Node) -> Any:
    """Return a value of any shape as text, lists and mappings of text."""
    if isinstance(node.value, dict):
        return {name: plain_value(pair.value) for name, pair in node.value.items()}
    if isinstance(node.value, list):
        return [plain_value(item) for item in node.value]
    return "" if node.is_null else node.value


def _texts(node: Node) -> list[Node]:
    if isinstance(node.value, list):
        return [text for item in node.value for text in _texts(item)]
    return [node] if isinstance(node.value, str) else []


def _scalar(node: Node, field: Field, findings: Findings) -> str:
    if isinstance(node.value, str):
        return node.value
    message = f'"{field.name}" must be text, not {shape_of(node)}'
    hint = "quote it if it is text" if isinstance(node.value, list) else "give it as text"
    findings.add(node.span, "field.type", message, hint)
    return ""


def _text(node: Node, field: Field, findings: Findings) -> str:
    return _SPACES.sub(" ", _scalar(node, field, findings)).strip()


def _markdown(node: Node, field: Field, findings: Findings) -> str:
    return _scalar(node, field, findings).rstrip()


def _date(node: Node, field: Field, findings: Findings) -> str:
    text = _text(node, field, findings)
    match = _DATE.fullmatch(text)
    if not text:
        return ""
    if not match:
        message = f'"{field.name}" must be a date, not "{_short(text)}"'
        findings.add(node.span, "field.date", message, "write it as 2024-05-31")
        return ""
    try:
        date.fromisoformat(match["day"])
    except ValueError:
        message = f"the calendar has no {match['day']}"
        findings.add(node.span, "field.date", message, "correct the month or the day")
        return ""
    return match["day"]


def _flag(node: Node, field: Field, findings: Findings) -> bool:
    text = _scalar(node, field, findings)
    if node.style == "" and text.lower() in _TRUE:
        return True
    if node.style == "" and text.lower() in _FALSE:
        return False
    if isinstance(node.value, str):
        message = f'"{field.name}" must be true or false, not {_quoted(node)}'
        findings.add(node.span, "field.flag", message, "write true or false, without quotes")
    return False


def _integer(node: Node, field: Field, findings: Findings) -> int:
    text = _text(node, field, findings)
    if _INTEGER.fullmatch(text):
        return int(text)
    if text:
        message = f'"{field.name}" must be a whole number, not {_quoted(node)}'
        findings.add(node.span, "field.integer", message, "write it with at most nine digits")
    return 0


def _url(node: Node, field: Field, findings: Findings) -> str:
    text = _text(node, field, findings)
    if not text or is_web_url(text):
        return text
    message = f'"{field.name}" must be an address of the web, not "{_short(text)}"'
    hint = 'begin it with "https://"'
    findings.add(node.span, "field.url", message, hint)
    return ""


def is_web_url(text: str) -> bool:
    """Say whether text is an absolute http or https address."""
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in text
    except ValueError:
        return False


def is_safe_url(text: str) -> bool:
    """Say whether text is an address that a link may have: of the web, of mail, or of the hub."""
    try:
        scheme = urlsplit(text).scheme
    except ValueError:
        return False
    if scheme in {"http", "https"}:
        return is_web_url(text)
    return scheme in {"", "mailto", "tel"} and not text.startswith("//") and "\\" not in text


def _choice(node: Node, field: Field, findings: Findings) -> str:
    text = _text(node, field, findings)
    if not text or text.lower() in field.choices:
        return text.lower()
    exact = next((choice for choice in field.choices if choice.lower() == text.lower()), "")
    if not exact:
        message = f'"{field.name}" cannot be "{_short(text)}"'
        hint = suggestion(text, field.choices) or one_of(field.choices)
        findings.add(node.span, "field.choice", message, hint)
    return exact


def _items(node: Node, field: Field, findings: Findings) -> list[Node]:
    """Return the items of a list; text is a list with commas between its items."""
    if isinstance(node.value, str):
        return _split(node, node.value)
    if isinstance(node.value, list):
        return [item for item in node.value if not item.is_null]
    message = f'"{field.name}" must be a list, not {shape_of(node)}'
    findings.add(node.span, "field.type", message, f"write {field.name}: [one, two]")
    return []


def _split(node: Node, text: str) -> list[Node]:
    if "[[" in text or "\n" in text or node.style in {"|", ">"} or node.length < len(text):
        return [node] if text.strip() else []
    items, column = [], node.column + (1 if node.style else 0)
    for part in text.split(","):
        word = part.strip()
        if word:
            start = column + len(part) - len(part.lstrip())
            items.append(Node(node.line, start, len(word), word, '"'))
        column += len(part) + 1
    return items


def _list(node: Node, field: Field, findings: Findings) -> tuple[str, ...]:
    texts = (_item_text(item, field, findings) for item in _items(node, field, findings))
    return tuple(dict.fromkeys(text for text in texts if text))


def _item_text(node: Node, field: Field, findings: Findings) -> str:
    if isinstance(node.value, str):
        return _SPACES.sub(" ", node.value).strip()
    message = f'each item of "{field.name}" must be text, not {shape_of(node)}'
    findings.add(node.span, "field.type", message, "quote it if it is text")
    return ""


def _references(node: Node, field: Field, findings: Findings) -> tuple[Reference, ...]:
    found: list[Reference] = []
    for item in _items(node, field, findings):
        target = _unquoted_wikilink(item)
        text = _item_text(target, field, findings)
        match = _WIKILINK.fullmatch(text)
        name, shown = (match[1], match[2] or "") if match else (text, "")
        if name:
            found.append(_reference(name, shown, field.name, target.span))
    return tuple(found)


def _unquoted_wikilink(node: Node) -> Node:
    """Return the name in `[[Name]]`, which YAML reads as a list in a list where it is not quoted.

    `uses: [[Name]]` is one list that holds another, `- [[Name]]` has one list more around it.
    """
    while isinstance(node.value, list) and len(node.value) == 1:
        node = node.value[0]
    return node


def _reference(name: str, shown: str, field: str, span: Span) -> Reference:
    return Reference(field, name.strip(), span, shown.strip())


LINK_FIELDS = (
    Field("title", "text", "What the link says"),
    Field("url", "text", "Where it leads"),
)


def _links(node: Node, field: Field, findings: Findings) -> tuple[Link, ...]:
    items = node.value if isinstance(node.value, list) else [node]
    links = (_link(item, field, findings) for item in items if not item.is_null)
    return tuple(link for link in links if link.url)


def _link(node: Node, field: Field, findings: Findings) -> Link:
    if isinstance(node.value, list):
        message = f'each item of "{field.name}" must be {{title, url}}, not a list'
        findings.add(node.span, "field.type", message, "write - {title: GitHub, url: https://...}")
        return Link("", "")
    values = {"title": "", "url": node.value} if isinstance(node.value, str) else {}
    if isinstance(node.value, dict):
        values = convert_mapping(node, LINK_FIELDS, field.name, findings)
    url = str(values.get("url", "")).strip()
    if not url:
        message = f'a link of "{field.name}" has no "url"'
        findings.add(node.span, "field.missing", message, "add url: https://...")
        return Link("", "")
    if not is_safe_url(url):
        message = f'a link cannot lead to "{_short(url)}"'
        findings.add(node.span, "field.url", message, 'begin it with "https://" or "mailto:"')
        return Link("", "")
    return Link(values.get("title") or url.removeprefix("https://").rstrip("/"), url)


def convert_mapping(
    node: Node, fields: tuple[Field, ...], name: str, findings: Findings
) -> dict[str, Any]:
    """Return the values of a mapping whose keys are `fields`; unknown keys are problems."""
    if not isinstance(node.value, dict):
        message = f'"{name}" must be a mapping, not {shape_of(node)}'
        hint = f"give it {', '.join(field.name for field in fields)}"
        findings.add(node.span, "field.type", message, hint)
        return {}
    known = {field.name: field for field in fields}
    values = {}
    for key, pair in node.value.items():
        if key in known:
            values[key] = convert_value(pair.value, known[key], findings)
        else:
            names = tuple(known)
            hint = suggestion(key, names) or one_of(names)
            findings.add(pair.key, "field.unknown", f'unknown field "{key}" of "{name}"', hint)
    return values


def _path(node: Node, field: Field, findings: Findings) -> str:
    text = _text(node, field, findings)
    if "\\" in text or "://" in text or text.startswith("//"):
        message = f'"{field.name}" must be a file of the hub, not "{_short(text)}"'
        findings.add(node.span, "field.path", message, "write its path, such as images/cover.png")
        return ""
    return text


def _mapping(node: Node, field: Field, findings: Findings) -> Node:
    if not isinstance(node.value, dict):
        message = f'"{field.name}" must be a mapping, not {shape_of(node)}'
        findings.add(node.span, "field.type", message, f"write {field.name}: {{name: value}}")
        return msgspec.structs.replace(node, value={})
    return node


def _any(node: Node, field: Field, findings: Findings) -> Any:  # noqa: ARG001  all converters alike
    return plain_value(node)


def _quoted(node: Node) -> str:
    text = _short(str(node.value))
    return f'the text "{text}"' if node.style else f'"{text}"'


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


_NO_NODE = Node(0, 0, 1, {})
_CONVERTERS: dict[FieldType, tuple[Convert, Any]] = {
    "text": (_text, ""),
    "markdown": (_markdown, ""),
    "date": (_date, ""),
    "flag": (_flag, False),
    "integer": (_integer, 0),
    "url": (_url, ""),
    "choice": (_choice, ""),
    "list": (_list, ()),
    "references": (_references, ()),
    "links": (_links, ()),
    "path": (_path, ""),
    "mapping": (_mapping, _NO_NODE),
    "kinds": (_mapping, _NO_NODE),
    "any": (_any, ""),
}


def option_value(node: Node) -> Any:
    """Return an option of a Markdown extension as its type: plain `true`, `12` and `0.5` are no text."""
    if isinstance(node.value, dict):
        return {name: option_value(pair.value) for name, pair in node.value.items()}
    if isinstance(node.value, list):
        return [option_value(item) for item in node.value]
    if node.is_null:
        return None
    if node.style or not isinstance(node.value, str):
        return node.value
    if node.value.lower() in {"true", "false"}:
        return node.value.lower() == "true"
    if _INTEGER.fullmatch(node.value):
        return int(node.value)
    return float(node.value) if _DECIMAL.fullmatch(node.value) else node.value
