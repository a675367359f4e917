"""The definitions of fields in; JSON Schema (draft 7) that completes and checks them in editors out."""

from collections.abc import Iterable
from typing import Any

from nexusgen.content.entries import SHARED
from nexusgen.content.fields import LINK_FIELDS
from nexusgen.content.kinds import (
    AUTHOR_FIELDS,
    BODY_FIELD,
    FIELD_FIELDS,
    KIND_FIELDS,
    SEVERITIES,
    SITE_FIELDS,
)
from nexusgen.core.model import Field, FieldType, Kind
from nexusgen.core.problems import CODES

Schema = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"

_SCALAR = ["string", "number", "boolean", "null"]
_TEXT: Schema = {"type": _SCALAR}
_WEB = {"type": "string", "format": "uri", "pattern": "^https?://"}
_TEXTS: Schema = {"anyOf": [{"type": "array", "items": {"type": _SCALAR}}, {"type": "string"}]}
_NAMES: Schema = {"anyOf": [{"type": "array"}, {"type": "string"}]}

_TYPES: dict[FieldType, Schema] = {
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
    return {"description": field.description, **_type_of(field)}


def _type_of(field: Field) -> Schema:
    if field.type == "links":
        link = {**_object(LINK_FIELDS), "required": ["url"]}
        return {"type": "array", "items": _one_of_text(link)}
    if field.type == "kinds":
        return {"type": "object", "additionalProperties": _kind_schema()}
    if field.type == "choice" and field.choices:
        return {"enum": list(field.choices)}
    return dict(_TYPES[field.type])


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
