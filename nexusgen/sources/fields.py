"""A value as it stands in YAML in; the value that its field's type asks for, and problems, out."""

from collections.abc import Callable
from typing import Any

from nexusgen.model import Field, FieldType
from nexusgen.sources.findings import Findings
from nexusgen.sources.hints import one_of, shape_of, suggestion
from nexusgen.sources.lists import read_links, read_list, read_references
from nexusgen.sources.nodes import Node
from nexusgen.sources.scalars import (
    read_choice,
    read_date,
    read_flag,
    read_integer,
    read_markdown,
    read_path,
    read_text,
    read_url,
)

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
