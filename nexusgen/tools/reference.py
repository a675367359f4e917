"""Make the README's tables and the editors' JSON Schemas from the definitions of fields."""

from collections.abc import Iterable
from typing import Any

import msgspec

from nexusgen.content.entries import SHARED
from nexusgen.content.fields import LINK_FIELDS
from nexusgen.content.kinds import (
    AUTHOR_FIELDS,
    BODY_FIELD,
    FIELD_FIELDS,
    KIND_FIELDS,
    KINDS,
    SEVERITIES,
    SHARED_FIELDS,
    SITE_FIELDS,
)
from nexusgen.core.model import Field, FieldType, Kind, Site
from nexusgen.core.problems import CODES

_DEFAULTS = {field.name: field.default for field in msgspec.structs.fields(Site)}
_TYPES = {
    "flag": "`true` or `false`",
    "integer": "number",
    "references": "list of entries",
    "links": "list of links",
    "markdown": "Markdown",
    "kinds": "mapping",
    "any": "anything",
}


def reference() -> str:
    """Return all of it, as the README has it under a heading of its own."""
    return "\n\n".join((site_reference(), entry_reference(), code_reference())) + "\n"


def site_reference() -> str:
    """Return the tables of what may stand in `site.yml`."""
    return "\n\n".join(
        (
            _settings_section(),
            _section("Author", "What may stand under `author:`.", AUTHOR_FIELDS),
            _section("Kinds of your own", "What may stand under a name in `kinds:`.", KIND_FIELDS),
            _section("Their fields", "What may stand under a name in `fields:`.", FIELD_FIELDS),
        )
    )


def entry_reference() -> str:
    """Return the tables of what may stand in front matter, and of the kinds."""
    shared = _section("Front matter", "What every entry may say of itself.", SHARED_FIELDS)
    kinds = [_kind_section(kind) for kind in KINDS if kind.fields]
    return "\n\n".join((shared, _kinds_table(), *kinds))


def code_reference() -> str:
    """Return the table of the codes of problems."""
    rows = ((f"`{code}`", text) for code, text in sorted(CODES.items()))
    return "### Problems\n\n" + _table(("Code", "What it says"), rows)


def _settings_section() -> str:
    rows = (
        (f"`{field.name}`", _type_of(field), _default_of(field), field.description)
        for field in SITE_FIELDS
    )
    heads = ("Name", "Value", "Without it", "What it is for")
    return "### Settings\n\nWhat may stand in `content/site.yml`.\n\n" + _table(heads, rows)


def _default_of(field: Field) -> str:
    default = _DEFAULTS[field.name]
    return f"`{default}`" if default and isinstance(default, str | int) else ""


def _section(title: str, text: str, fields: Iterable[Field]) -> str:
    return f"### {title}\n\n{text}\n\n{_fields_table(fields)}"


def _kind_section(kind: Kind) -> str:
    text = f"Further fields of what lies in `{kind.folder}/`."
    return _section(f"Fields of a {kind.label.lower()}", text, kind.fields)


def _kinds_table() -> str:
    rows = (
        (f"`{kind.name}`", f"`{kind.folder}/`" if kind.folder else "the root", kind.mark)
        for kind in KINDS
    )
    text = "The folder tells the kind; a folder of any other name holds notes."
    return f"### Kinds\n\n{text}\n\n" + _table(("Kind", "Folder", "Mark"), rows)


def _fields_table(fields: Iterable[Field]) -> str:
    rows = ((f"`{field.name}`", _type_of(field), field.description) for field in fields)
    return _table(("Name", "Value", "What it is for"), rows)


def _type_of(field: Field) -> str:
    if field.choices:
        return ", ".join(f"`{choice}`" for choice in field.choices)
    return _TYPES.get(field.type, field.type)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


Schema = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"

_SCALAR = ["string", "number", "boolean", "null"]
_TEXT: Schema = {"type": _SCALAR}
_WEB = {"type": "string", "format": "uri", "pattern": "^https?://"}
_TEXTS: Schema = {"anyOf": [{"type": "array", "items": {"type": _SCALAR}}, {"type": "string"}]}
_NAMES: Schema = {"anyOf": [{"type": "array"}, {"type": "string"}]}

_SCHEMAS: dict[FieldType, Schema] = {
    "text": _TEXT,
    "markdown": _TEXT,
    "date": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}"},
    "flag": {"type": "boolean"},
    "integer": {"type": "integer"},
    "url": _WEB,
    "choice": {"type": "string"},
    "list": _TEXTS,
    "references": _NAMES,
    "path": {"type": "string"},
    "mapping": {"type": "object"},
    "any": {},
}


def entry_schema(kind: Kind) -> Schema:
    """Return the schema of an entry of a kind: its front matter, or a mapping in a YAML file."""
    own = [field for field in SHARED.values() if field.name not in _names(kind.fields)]
    schema = _object([*own, *kind.fields, BODY_FIELD])
    schema["additionalProperties"] = kind.open
    return {"$schema": DRAFT, "title": kind.label, **schema}


def site_schema() -> Schema:
    """Return the schema of `site.yml`."""
    schema = _object(SITE_FIELDS)
    properties = schema["properties"]
    properties["author"] = _described(_one_of_text(_object(AUTHOR_FIELDS)), properties["author"])
    properties["checks"] |= {
        "properties": {code: {"description": text} for code, text in CODES.items()},
        "additionalProperties": {"enum": list(SEVERITIES)},
    }
    properties["markdown_extensions"] = _described(
        {"anyOf": [{"type": "object"}, {"type": "array"}]}, properties["markdown_extensions"]
    )
    properties["redirects"] |= {"additionalProperties": {"type": "string"}}
    properties["page_size"] |= {"minimum": 1, "maximum": 10_000}
    return {"$schema": DRAFT, "title": "site.yml", **schema, "required": ["title"]}


def _object(fields: Iterable[Field]) -> Schema:
    return {
        "type": "object",
        "properties": {field.name: _property(field) for field in fields},
        "additionalProperties": False,
    }


def _property(field: Field) -> Schema:
    return {"description": field.description, **_schema_of(field)}


def _schema_of(field: Field) -> Schema:
    if field.type == "links":
        link = {**_object(LINK_FIELDS), "required": ["url"]}
        return {"type": "array", "items": _one_of_text(link)}
    if field.type == "kinds":
        return {"type": "object", "additionalProperties": _kind_schema()}
    if field.type == "choice" and field.choices:
        return {"enum": list(field.choices)}
    return dict(_SCHEMAS[field.type])


def _kind_schema() -> Schema:
    """Return the schema of a declared kind: its fields are names with a type, or more."""
    field = {"anyOf": [_property(FIELD_FIELDS[0]), _object(FIELD_FIELDS), {"type": "null"}]}
    schema = _object(KIND_FIELDS)
    schema["properties"]["fields"] = _described(
        {"anyOf": [{"type": "object", "additionalProperties": field}, {"type": "array"}]},
        schema["properties"]["fields"],
    )
    return {**schema, "type": ["object", "null"]}


def _one_of_text(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "string"}]}


def _described(schema: Schema, described: Schema) -> Schema:
    return {"description": described["description"], **schema}


def _names(fields: Iterable[Field]) -> frozenset[str]:
    return frozenset(field.name for field in fields)
