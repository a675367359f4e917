"""The fields of one entry as they stand in its source in; their values out."""

from typing import Any

import msgspec

from nexusgen.model import Field, Kind, Reference, Text
from nexusgen.sources.fields import convert_value
from nexusgen.sources.findings import Findings
from nexusgen.sources.hints import one_of, shown, suggestion
from nexusgen.sources.kinds import BODY_FIELD, SHARED_FIELDS
from nexusgen.sources.lists import find_wikilinks
from nexusgen.sources.nodes import Node, Pair, plain_value
from nexusgen.sources.texts import text_of

HIDING = ("draft", "private")
SHARED = {field.name: field for field in SHARED_FIELDS}

_NEAR_MISS = 0.8
_FALSE = frozenset({"false", "no", "off"})

# What other generators call a field that has another name here.
_ELSEWHERE = {
    "description": "summary",
    "excerpt": "summary",
    "subtitle": "summary",
    "created": "date",
    "published": "date",
    "modified": "updated",
    "lastmod": "updated",
    "categories": "tags",
    "keywords": "tags",
    "topics": "tags",
    "permalink": "slug",
    "cover": "image",
    "thumbnail": "image",
    "technologies": "uses",
    "tools": "uses",
    "stack": "uses",
    "order": "weight",
    "hidden": "private",
}


class Values(msgspec.Struct):
    """The values of an entry, filled field by field: `own` are those of its kind, as text."""

    known: dict[str, Any] = {}
    own: dict[str, str] = {}
    extra: dict[str, Any] = {}
    texts: list[Text] = []
    references: list[Reference] = []
    hidden: set[str] = set()


def read_values(fields: dict[str, Pair], kind: Kind, findings: Findings) -> Values:
    """Return the values of the fields that stand in a source."""
    values = Values()
    own = {field.name: field for field in kind.fields}
    for name, pair in fields.items():
        if name in own:
            _read_own(pair.value, own[name], values, findings)
        elif name in HIDING:
            _read_hiding(pair.value, SHARED[name], values, findings)
        elif name in SHARED:
            values.known[name] = convert_value(pair.value, SHARED[name], findings)
        else:
            _read_unknown(name, pair, kind, values, findings)
    return values


def _read_own(node: Node, field: Field, values: Values, findings: Findings) -> None:
    value = convert_value(node, field, findings)
    if field.type == "references":
        values.references.extend(value)
        value = tuple(reference.text or reference.target for reference in value)
    if isinstance(value, tuple):
        value = ", ".join(value)
    if node.is_null or value == "":
        return
    values.own[field.name] = str(value).lower() if isinstance(value, bool) else str(value)
    if field.type == "markdown":
        values.texts.append(text_of(node, field.name))


def _read_hiding(node: Node, field: Field, values: Values, findings: Findings) -> None:
    """Note whether `draft` or `private` hides: whatever is not plainly false does."""
    known = len(findings.problems)
    if convert_value(node, field, findings) or len(findings.problems) > known:
        values.hidden.add(field.name)


def _read_unknown(name: str, pair: Pair, kind: Kind, values: Values, findings: Findings) -> None:
    names = (*(field.name for field in kind.fields), *SHARED)
    is_false = pair.value.style == "" and str(pair.value.value).lower() in _FALSE
    if kind.open:
        values.extra[name] = plain_value(pair.value)
        values.references.extend(find_wikilinks(pair.value, name))
        hint = suggestion(name, names, _NEAR_MISS)
        if hint:
            findings.warn(pair.key, "field.unknown", f"unknown field {shown(name)}", hint)
    else:
        hint = _hint(name, names)
        findings.add(pair.key, "field.unknown", f"unknown field {shown(name)}", hint)
    values.hidden |= {meant for meant in HIDING if f'"{meant}"' in hint and not is_false}
    if name.lower() in {"publish", "published"} and is_false:
        values.hidden.add("draft")


def _hint(name: str, names: tuple[str, ...]) -> str:
    if name == BODY_FIELD.name:
        return "write the text below the front matter"
    meant = _ELSEWHERE.get(name.lower())
    if meant in names:
        return f'it is called "{meant}" here'
    return suggestion(name, names) or one_of(names)
