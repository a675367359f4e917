"""The `kinds:` of `site.yml` in; the kinds of the hub, built-in and declared, and problems out."""

import re
from typing import Any

import msgspec

from nexusgen.model import Field, Kind, Span
from nexusgen.sources.fields import convert_mapping, convert_value
from nexusgen.sources.findings import Findings
from nexusgen.sources.hints import shape_of
from nexusgen.sources.kinds import FIELD_FIELDS, KIND_FIELDS, KINDS, SHARED_FIELDS, kind_named
from nexusgen.sources.nodes import Node, Pair, is_given

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_FOLDER = re.compile(r"[^./\\:\s][^/\\:]*(?:/[^./\\:\s][^/\\:]*)*")
_TEMPLATE = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)*\.html")
_TAKEN = frozenset(field.name for field in SHARED_FIELDS) | {"body"}
_TYPE = FIELD_FIELDS[0]


def read_kinds(node: Node, findings: Findings) -> tuple[Kind, ...]:
    """Return the built-in kinds with what is declared: a known name changes that kind."""
    kinds = {kind.name: kind for kind in KINDS}
    if not isinstance(node.value, dict):
        message = f'"kinds" must be a mapping, not {shape_of(node)}'
        findings.add(node.span, "field.type", message, "write kinds: {book: {folder: books}}")
        return KINDS
    for name, pair in node.value.items():
        kind = _read_kind(name, pair, findings)
        if kind and _has_own_folder(kind, tuple(kinds.values()), pair.key, findings):
            kinds[name] = kind
    return tuple(kinds.values())


def _read_kind(name: str, pair: Pair, findings: Findings) -> Kind | None:
    if not _NAME.fullmatch(name):
        message = f'a kind cannot be called "{name}"'
        hint = "use lower-case letters, digits and hyphens"
        findings.add(pair.key, "kind.name", message, hint)
        return None
    base = kind_named(name, KINDS) or _default_kind(name)
    if pair.value.is_null:
        return base
    values = convert_mapping(pair.value, KIND_FIELDS, name, findings)
    given = {key: value for key, value in values.items() if value and key != "fields"}
    _check_names(given, pair.value, findings)
    fields = values.get("fields")
    if isinstance(fields, Node) and is_given(fields):
        given["fields"] = _read_fields(fields, findings)
    if "open" in values:
        given["open"] = values["open"]
    return msgspec.structs.replace(base, **given)


def _default_kind(name: str) -> Kind:
    label = name.replace("-", " ").replace("_", " ").capitalize()
    return Kind(name, label, f"{label}s", f"{name}s", "ring", "entry.html")


def _check_names(given: dict[str, Any], node: Node, findings: Findings) -> None:
    """Drop a folder or template that could lead out of the hub."""
    pairs = node.value if isinstance(node.value, dict) else {}
    for key, pattern, hint in (
        ("folder", _FOLDER, "write the name of a folder under content/"),
        ("template", _TEMPLATE, "write the name of a file under templates/, such as book.html"),
    ):
        value = given.get(key)
        if value and not pattern.fullmatch(value):
            message = f'"{key}" cannot be "{value}"'
            findings.add(pairs[key].value.span, "kind.path", message, hint)
            del given[key]


def _has_own_folder(kind: Kind, others: tuple[Kind, ...], span: Span, findings: Findings) -> bool:
    owner = next(
        (other for other in others if other.folder == kind.folder and other.name != kind.name), None
    )
    if owner is None or not kind.folder:
        return True
    message = f'the folder "{kind.folder}" belongs to the kind "{owner.name}" already'
    findings.add(span, "kind.folder", message, "give each kind a folder of its own")
    return False


def _read_fields(node: Node, findings: Findings) -> tuple[Field, ...]:
    """Return the fields of a kind, from a mapping or from a list of names."""
    named: list[tuple[str, Span, Node | None]] = []
    if isinstance(node.value, list):
        named = [(str(item.value), item.span, None) for item in node.value]
    elif isinstance(node.value, dict):
        named = [(name, pair.key, pair.value) for name, pair in node.value.items()]
    else:
        message = f'"fields" must be a mapping, not {shape_of(node)}'
        findings.add(node.span, "field.type", message, "write fields: {isbn: text}")
    fields = (_read_field(name, span, value, findings) for name, span, value in named)
    return tuple(field for field in fields if field)


def _read_field(name: str, span: Span, node: Node | None, findings: Findings) -> Field | None:
    if not _NAME.fullmatch(name) or name in _TAKEN:
        taken = name in _TAKEN
        message = f'"{name}" is a field of every kind' if taken else f'a field cannot be "{name}"'
        hint = "choose another name" if taken else "use lower-case letters, digits and hyphens"
        findings.add(span, "kind.field", message, hint)
        return None
    label = name.replace("-", " ").replace("_", " ").capitalize()
    field = Field(name, "text", "", label=label)
    if node is None or node.is_null:
        return field
    if isinstance(node.value, str):
        kind = convert_value(node, _TYPE, findings)
        return msgspec.structs.replace(field, type=kind or "text")
    values = convert_mapping(node, FIELD_FIELDS, name, findings)
    return _with_choices(msgspec.structs.replace(field, **_given(values)), span, findings)


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def _with_choices(field: Field, span: Span, findings: Findings) -> Field | None:
    if field.type == "choice" and not field.choices:
        message = f'the field "{field.name}" is a choice of nothing'
        findings.add(span, "kind.field", message, "add choices: [one, two]")
        return msgspec.structs.replace(field, type="text")
    return field
