"""The definitions of settings, fields, kinds and codes in; the tables of the README out."""

from collections.abc import Iterable

import msgspec

from nexusgen.content.kinds import (
    AUTHOR_FIELDS,
    FIELD_FIELDS,
    KIND_FIELDS,
    KINDS,
    SHARED_FIELDS,
    SITE_FIELDS,
)
from nexusgen.core.model import Field, Kind, Site
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
