"""A value in YAML in; text, a day, a flag, a number or an address out, and problems."""

import re
from datetime import date
from urllib.parse import urlsplit

from nexusgen.model import Field
from nexusgen.sources.findings import Findings
from nexusgen.sources.hints import one_of, shape_of, shown, shown_value, suggestion
from nexusgen.sources.nodes import Node

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
