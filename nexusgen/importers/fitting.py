"""Let an entry keep the fields that its kind can hold, by the very rules that read them, and tell the others."""

from typing import Any

from nexusgen.content.fields import convert_value
from nexusgen.content.kinds import KINDS, SHARED_FIELDS
from nexusgen.content.naming import field_slug, hub_address
from nexusgen.content.source_text import Problems
from nexusgen.content.yaml_tree import Node, Pair
from nexusgen.core.model import Span
from nexusgen.importers.normal import Import, Item, strings

_SPAN = Span(1, 1, 1)
_SHARED = {field.name: field for field in SHARED_FIELDS}
_FIELDS = {kind.name: _SHARED | {field.name: field for field in kind.fields} for kind in KINDS}


def fit_fields(found: Import, item: Item) -> None:
    """Drop what would be an error in the hub, and tell it."""
    for name, value in list(item.fields.items()):
        if not _fits(item.kind, name, value):
            del item.fields[name]
            text = " ".join(strings(value))
            found.leave(1, text, f'the field "{name}" cannot hold it', item.source)


def _fits(kind: str, name: str, value: Any) -> bool:
    problems = Problems("")
    if name == "kind":
        return value in _FIELDS
    if name == "slug":
        field_slug(str(value), _SPAN, problems)
    elif field := _FIELDS.get(kind, _SHARED).get(name):
        convert_value(_node(value), field, problems)
    return not problems.noted


def _node(value: Any) -> Node:
    """Return a value as what reads its YAML would make of it."""
    if isinstance(value, dict):
        return Node(_SPAN, {str(key): Pair(_SPAN, _node(one)) for key, one in value.items()})
    if isinstance(value, list | tuple):
        return Node(_SPAN, [_node(one) for one in value])
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return Node(_SPAN, "" if value is None else text, is_null=value is None)


def address_in_hub(text: str) -> str:
    """Return an old address as the hub writes it, or the empty string where it cannot hold it."""
    return hub_address(text.strip("/"), _SPAN, Problems(""))
