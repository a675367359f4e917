"""Convert values of YAML by the declared type of their field; what does not fit is a problem."""

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import takewhile
from typing import Any
from urllib.parse import urlsplit

from nexusgen.content.dates import DATE, parse_day, parse_duration
from nexusgen.content.source_text import Problems
from nexusgen.content.yaml_errors import explain_pressed
from nexusgen.content.yaml_tree import Node, Pair, shape_of, shown
from nexusgen.core.model import Field, FieldType, Link, Reference, Span
from nexusgen.core.problems import suggest
from nexusgen.core.urls import (
    ALONE,
    BLANK,
    DOUBTFUL,
    is_external,
    is_no_picture,
    is_played,
    web_address_of,
    wrong_address,
)

FALSE = ("false", "no", "off")
FLAGS = dict.fromkeys(("true", "yes", "on"), True) | dict.fromkeys(FALSE, False)
COMMAS = re.compile("[,，、､،]")
"""What stands between the items of a list, from the keyboards of all scripts."""

_INTEGER = re.compile(r"[-+]?[0-9]{1,9}")
_NO_PATH = re.compile(r"[\\:]|\A//")
_WIKILINK = re.compile(r"!?\[\[([^\[\]|]+?)(?:\\?\|([^\[\]]*))?\]\]")
_SPACE = re.compile(r"\s")
_CURLY = re.compile("[“”„‟‘’‚‛«»‹›「『＂＇](.+)[“”„‟‘’‚‛«»‹›」』＂＇]")
_EMAIL = re.compile(r"""[^@\s<>()\[\]"“”„«»‘’]+@[^@\s<>()\[\]"“”„«»‘’]+""")
_NO_LINK = Link("", "")

LINK_FIELDS = (
    Field("title", "text", "What the link says; else its address"),
    Field("url", "text", "Where it leads"),
)


def convert_value(node: Node, field: Field, problems: Problems) -> Any:
    """Return the value of a field, or its empty value after a problem.

    The empty value of text is the empty string, of a list the empty tuple, of a flag False and of
    a number 0. `null`, `~` and nothing at all are empty values of any type. A type without a
    reader (`mapping`, `kinds`, `any`) is given as it stands, to be read by who knows it.
    """
    if field.type in _LISTS:
        return () if node.is_null else _LISTS[field.type](node, field, problems)
    if field.type not in EMPTY:
        return node
    empty = EMPTY[field.type]
    node = one_value(node) if field.type == "date" else node
    if node.is_null:
        return empty
    if not isinstance(node.value, str):
        message = f'"{field.name}" must be text, not {shape_of(node)}'
        hint = "give one value" if isinstance(node.value, list) else "quote it if it is text"
        hint = _WANTED["date"][2] if field.type == "date" else hint
        problems.add(node.span, "field.type", message, hint)
        return empty
    if field.type == "markdown":
        return node.value.rstrip()
    text = " ".join(node.value.split())
    if field.type == "text" and field.name != "title" and "[[" in text:
        _tell_link(text, node, field, problems)
    value = text if text == empty else _read_text(text, node, field)
    if value is None:
        code, message, hint = _explain(text, node, field)
        problems.add(node.span, code, message, bare(text) or hint)
    return empty if value is None else value


def bare(text: str) -> str:
    """Return the hint to a value that was refused in quotes that are none to YAML, else nothing."""
    quoted = _CURLY.fullmatch(text)
    return f"write {quoted[1]}: {text[0]} and {text[-1]} are no quotes of YAML" if quoted else ""


def _tell_link(text: str, node: Node, field: Field, problems: Problems) -> None:
    """Warn of a link by name in a text that is no Markdown."""
    if match := _WIKILINK.search(text):
        message = f'"{field.name}" is no Markdown, so {shown(match[0])} is shown as it is written'
        hint = "leave the brackets out, and link in the text or under uses"
        problems.warn(node.span, "field.link", message, hint)


def _read_text(text: str, node: Node, field: Field) -> Any:
    """Return the value that a text stands for, or None where it is not what the field must be."""
    match field.type:
        case "date" | "duration":
            return (parse_day if field.type == "date" else parse_duration)(text)
        case "flag":
            return None if node.style else FLAGS.get(text.lower())
        case "integer":
            return int(text) if _INTEGER.fullmatch(text) else None
        case "url" | "email":
            is_right = is_web_url if field.type == "url" else _EMAIL.fullmatch
            return text if is_right(text) else None
        case "choice":
            return next((it for it in field.choices if it.lower() == text.lower()), None)
        case "path":
            is_other = field.name in ("image", "photo") and is_no_picture(text)
            return None if is_other or _NO_PATH.search(text) else text
    return text


def _explain(text: str, node: Node, field: Field) -> tuple[str, str, str]:
    """Return the code of what is wrong with a text, the message and the hint."""
    if field.type == "choice":
        hint = suggest(text, field.choices)
        return "field.choice", f'"{field.name}" cannot be {shown(text)}', hint
    code, wanted, hint = _WANTED[field.type]
    if field.type == "path" and not _NO_PATH.search(text):
        wanted = "a picture"
        hint = (
            f"show it in the text: ![[{text.strip('![]')}]]"
            if is_played(text.rstrip("]"))
            else hint
        )
    if field.type == "date" and (match := DATE.fullmatch(text)):
        return code, f"the calendar has no {match['day']}", "correct the year, month or day"
    if field.type == "url":
        hint = BLANK if is_web_url(_SPACE.sub("%20", text)) else web_address_of(text) or hint
    given = shown(str(node.value)) if field.type == "flag" else shown(text)
    quoted = "the text " if field.type == "flag" and node.style else ""
    return code, f'"{field.name}" must be {wanted}, not {quoted}{given}', hint


def pairs_of(
    node: Node, what: str, problems: Problems, hint: str, code: str = "field.type"
) -> dict[str, Pair]:
    """Return the pairs of a mapping; anything else is a problem that says `what` must be one."""
    if isinstance(node.value, dict):
        return node.value
    first = str(node.unfolded or node.value).partition("\n")[0]
    if isinstance(node.value, str) and (pressed := explain_pressed(first)):
        problems.add(node.span, code, *pressed[1:])
        return {}
    problems.add(node.span, code, f"{what} must be a mapping, not {shape_of(node)}", hint)
    return {}


def key_above(name: str, pairs: Mapping[str, Pair], holds: Callable[[str], bool]) -> str:
    """Return the key that may hold others right above `name`, where it holds none: what is not indented."""
    above = [it for it in takewhile(name.__ne__, pairs) if holds(it)]
    return above[-1] if above and pairs[above[-1]].value.is_null else ""


def convert_mapping(
    node: Node, fields: tuple[Field, ...], name: str, problems: Problems
) -> dict[str, Any]:
    """Return the values of a mapping whose keys are `fields`; anything else is a problem."""
    known = {field.name: field for field in fields}
    names = tuple(known)
    values = {}
    for key, pair in pairs_of(node, f'"{name}"', problems, f"give it {', '.join(names)}").items():
        if key in known:
            values[key] = convert_value(pair.value, known[key], problems)
        else:
            message = f'unknown field "{key}" of "{name}"'
            problems.add(pair.key, "field.unknown", message, suggest(key, names))
    return values


def find_wikilinks(node: Node, name: str) -> tuple[Reference, ...]:
    """Return the entries that the field `name`, a value of any shape, names as `[[Name]]`."""
    found: list[Reference] = []
    for text in _texts(node):
        target, words = in_brackets(str(text.value).strip())
        if target:
            found.append(Reference(name, target, text.span, words))
    return tuple(found)


def in_brackets(text: str) -> tuple[str, str]:
    """Return the name and the words of `[[Name|words]]`, nothing of any other text."""
    match = _WIKILINK.fullmatch(text)
    return (match[1].strip(), (match[2] or "").strip()) if match else ("", "")


def is_web_url(text: str) -> bool:
    """Say whether text is an absolute http or https address."""
    try:
        parts = urlsplit(text)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and has_host and not _SPACE.search(text)


def is_safe_url(text: str) -> bool:
    """Say whether text is an address that a link may have: of the web, of mail, or of the hub."""
    try:
        scheme = urlsplit(text).scheme
    except ValueError:
        return False
    if scheme in {"http", "https"}:
        return is_web_url(text)
    return scheme in {"", "mailto", "tel"} and not text.startswith("//") and "\\" not in text


def _read_list(node: Node, field: Field, problems: Problems) -> tuple[str, ...]:
    """Return the texts of a list, each once; text with commas is a list as well."""
    items = items_of(node, field, problems)
    for item, text in items:
        if "[[" in text and not in_brackets(text)[0]:
            _tell_link(text, item, field, problems)
    return tuple(dict.fromkeys(text for _, text in items if text))


def _read_references(node: Node, field: Field, problems: Problems) -> tuple[Reference, ...]:
    """Return the entries that a list names: `Name`, `[[Name]]` or `[[Name|text]]`."""
    found: list[Reference] = []
    for item, text in items_of(node, field, problems):
        name, words = in_brackets(text)
        if name or text:
            found.append(Reference(field.name, name or text, item.span, words))
    return tuple(found)


def _read_links(node: Node, field: Field, problems: Problems) -> tuple[Link, ...]:
    """Return the links of a list whose items are `{title, url}` or an address."""
    items = node.value if isinstance(node.value, list) else [node]
    links = [_link(item, field, problems) for item in items if not item.is_null]
    return tuple(link for link in links if link.url)


def items_of(node: Node, field: Field, problems: Problems) -> list[tuple[Node, str]]:
    """Return the items of a list, or of text with commas, each with its text on one line."""
    items: list[Node] = []
    if isinstance(node.value, str):
        items = _split(node, node.value)
    elif isinstance(node.value, list):
        items = [item for item in node.value if not item.is_null]
    else:
        message = f'"{field.name}" must be a list, not {shape_of(node)}'
        problems.add(node.span, "field.type", message, f"write {field.name}: [one, two]")
    found = []
    for item in items:
        if field.type == "references":
            item = one_value(item)
        if isinstance(item.value, str):
            found.append((item, " ".join(item.value.split())))
        else:
            message = f'each item of "{field.name}" must be text, not {shape_of(item)}'
            problems.add(item.span, "field.type", message, "quote it if it is text")
    return found


def _split(node: Node, text: str) -> list[Node]:
    if "[[" in text or node.span.length < len(text):
        return [node] if text.strip() else []
    items, column = [], node.span.column + (1 if node.style else 0)
    for part in COMMAS.split(text):
        word = part.strip()
        if word:
            start = column + len(part) - len(part.lstrip())
            items.append(Node(Span(node.span.line, start, len(word)), word, node.style))
        column += len(part) + 1
    return items


def one_value(node: Node) -> Node:
    """Return the only value in a list, such as `[[Name]]`, which is a list in one where it is not quoted.

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


def _link(node: Node, field: Field, problems: Problems) -> Link:
    pairs = node.value if isinstance(node.value, dict) else {}
    odd = node if isinstance(node.value, list) else None
    for key, pair in pairs.items():
        if key not in {"title", "url"} or not isinstance(pair.value.value, str):
            odd = odd or pair.value
    if odd:
        message = f'each item of "{field.name}" must be {{title, url}}'
        hint = "write - {title: GitHub, url: https://github.com/name}"
        problems.add(odd.span, "field.type", message, hint)
        return _NO_LINK
    place = pairs["url"].value if "url" in pairs else node
    url = place.value.strip() if isinstance(place.value, str) else ""
    title = str(pairs["title"].value.value).strip() if "title" in pairs else ""
    if not url:
        message = f'a link of "{field.name}" has no "url"'
        problems.add(node.span, "field.missing", message, "add url: https://...")
        return _NO_LINK
    if hint := _fault_of(url):
        problems.add(place.span, "field.url", f"a link cannot lead to {shown(url)}", hint)
        return _NO_LINK
    if not title and is_external(url):
        title = url.removeprefix("https://").rstrip("/")
    return Link(title, url, place.span)


def _fault_of(url: str) -> str:
    """Return what to write in place of an address that no link may have, else nothing."""
    if "://" in url.partition("?")[0] and not is_external(url):
        return ALONE
    hint = wrong_address(url) if DOUBTFUL.match(url) else ""
    if hint or is_safe_url(url):
        return hint
    if is_safe_url(url.replace("\\", "/")):
        return "write / for each \\"
    only_blanks = is_safe_url(_SPACE.sub("%20", url))
    begin = 'begin it with "https://" or "mailto:"'
    return BLANK if only_blanks else web_address_of(url) or begin


def references_to(field: str, links: Iterable[Link]) -> tuple[Reference, ...]:
    """Return the links of a field that lead to something of the hub as references."""
    inner = (link for link in links if not is_external(link.url))
    return tuple(Reference(field, one.url, one.span, one.title, "file") for one in inner)


EMPTY: dict[FieldType, Any] = {
    "text": "", "markdown": "", "date": "", "flag": False, "integer": 0, "url": "", "choice": "",
    "path": "", "duration": "", "email": "",
}  # fmt: skip
"""The types that are written as a text, with their empty values."""

_WANTED: dict[FieldType, tuple[str, str, str]] = {
    "date": ("field.date", "a date", "write it as 2024-05-31"),
    "duration": ("field.duration", "a span of time", "write it as 90d, 6 months or 1y"),
    "flag": ("field.flag", "true or false", "write true or false, without quotes"),
    "integer": ("field.integer", "a whole number", "write it in digits, nine at most"),
    "url": ("field.url", "an address of the web", 'begin it with "https://"'),
    "email": ("field.url", "an address of mail", "write it as name@example.org"),
    "path": ("field.path", "a file of the hub", "write its path, such as images/cover.png"),
}
"""The code where a text is not what it must be, what that is, and the hint."""

_LISTS: dict[FieldType, Callable[[Node, Field, Problems], Any]] = {
    "list": _read_list,
    "references": _read_references,
    "links": _read_links,
}
