"""Read the fields of an entry: what each of them says, and whether one of them hides it."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import astuple

from nexusgen.content.fields import (
    FALSE,
    FLAGS,
    convert_value,
    find_wikilinks,
    in_brackets,
    references_to,
)
from nexusgen.content.foreign_fields import EXPIRES, day_of, handed_down, how_hidden, is_understood
from nexusgen.content.kinds import BODY_FIELD, SHARED_FIELDS
from nexusgen.content.source_text import Problems, without_any_comments, without_comments
from nexusgen.content.yaml_tree import Node, Pair, is_given, plain_value, shown, with_texts
from nexusgen.core.model import Field, FieldValue, Kind, LinkForm, Reference, Text
from nexusgen.core.problems import Severity, did_you_mean, suggest

HIDING = ("draft", "private")
SHARED = {field.name: field for field in SHARED_FIELDS}

_ELSEWHERE = {
    other: name
    for name, others in (
        ("summary", "description excerpt subtitle"),
        ("date", "created published"),
        ("updated", "modified lastmod"),
        ("tags", "categories keywords topics"),
        ("slug", "permalink"),
        ("image", "cover thumbnail"),
        ("uses", "technologies tools stack"),
        ("weight", "order"),
        ("private", "hidden"),
    )
    for other in others.split()
}
"""What other generators call a field that has another name here."""


class Values(msgspec.Struct):
    """The values of an entry, filled field by field: `own` are those of its kind.

    `until` is the day from which on it is hidden, before all days where that cannot be read; `cascade`
    is what hides the pages of its folder.
    """

    known: dict[str, Any] = {}
    own: dict[str, FieldValue] = {}
    extra: dict[str, Any] = {}
    texts: list[Text] = []
    references: list[Reference] = []
    hidden: set[str] = set()
    until: str = ""
    cascade: tuple[tuple[str, str, str], ...] = ()


def parse_values(fields: Mapping[str, Pair], kind: Kind, problems: Problems) -> Values:
    """Return the values of the fields that stand in a source."""
    values = Values()
    own = {field.name: field for field in kind.fields}
    for name, written in fields.items():
        pair = _shown(written, own.get(name))
        if name in own:
            _read_own(pair.value, own[name], values, problems)
        elif name not in SHARED:
            _read_unknown(name, pair, kind, values, problems)
        elif name == "status" and (hides := how_hidden(name, pair.value.value)):
            values.hidden.add(hides)
        else:
            known = len(problems.noted)
            value = values.known[name] = convert_value(pair.value, SHARED[name], problems)
            if name in HIDING and pair.value.is_null:
                message = f'"{name}" is left empty, which hides the entry'
                problems.warn(pair.key, "field.flag", message, "write true or false after it")
            if name in HIDING and (value or len(problems.noted) > known):
                values.hidden.add(name)  # whatever is not plainly false hides
            elif name == "links":
                values.references.extend(references_to(name, value))
    return values


def _shown(pair: Pair, field: Field | None) -> Pair:
    """Return a field without comments; Markdown loses its own where it is read as such."""
    is_markdown = field is not None and field.type == "markdown"
    return pair if is_markdown else Pair(pair.key, with_texts(pair.value, without_any_comments))


def _read_own(node: Node, field: Field, values: Values, problems: Problems) -> None:
    value = convert_value(node, field, problems)
    if field.type == "path" and value:
        name, words = in_brackets(value)
        form: LinkForm = "wikilink" if name else "image"
        values.references.append(Reference(field.name, name or value, node.span, words, form))
    if field.type == "references":
        values.references.extend(value)
        value = tuple(reference.text or reference.target for reference in value)
    if field.type == "markdown":
        value = without_any_comments(value)
    if node.is_null or value in ("", ()):
        return
    values.own[field.name] = value
    if field.type == "markdown":
        values.texts.append(text_of(node, field.name))


def _read_unknown(name: str, pair: Pair, kind: Kind, values: Values, problems: Problems) -> None:
    names = (*(field.name for field in kind.fields), *SHARED)
    said = str(pair.value.value).lower()
    is_false = said in FALSE and not pair.value.style
    is_flag = pair.value.is_null or said in (*FLAGS, "1", "y")
    if kind.open:
        values.extra[name] = plain_value(pair.value)
        values.references.extend(find_wikilinks(pair.value, name))
        hint = "" if is_understood(name) else did_you_mean(name, names)
    else:
        hint = _hint(name, names)
    hides = {
        meant
        for meant in (() if is_false else HIDING)
        if (is_flag and f'"{meant}"' in hint) or (meant in name.lower() and not kind.open)
    }
    if name.lower() == "cascade":
        values.cascade = handed_down(plain_value(pair.value))
    if name.lower() in EXPIRES and is_given(pair.value):
        values.until = day_of(pair.value) or "0"
    if other := how_hidden(name, plain_value(pair.value), quoted=bool(pair.value.style)):
        hides.add(other)
    if hint:
        message = f"unknown field {shown(name)}" + ", which hides the entry" * bool(hides)
        severity: Severity = "warning" if kind.open else "error"
        problems.add(pair.key, "field.unknown", message, hint, severity)
    values.hidden |= hides


def _hint(name: str, names: tuple[str, ...]) -> str:
    if name == BODY_FIELD.name:
        return "write the text below the front matter"
    meant = _ELSEWHERE.get(name.lower())
    return f'it is called "{meant}" here' if meant in names else suggest(name, names)


def text_of(node: Node, name: str) -> Text:
    """Return the Markdown of a text value, which begins after its key or quote, or below its `|`.

    YAML joins the lines of a folded or quoted value. A paragraph gets its lines back. In any other
    folded text places after the first line are near, not exact; a quoted one, or one with escapes,
    is one place, as long as what is written.
    """
    source, (line, column, length) = node.unfolded or str(node.value), astuple(node.span)
    source = without_comments(source)
    if node.style in {"|", ">"}:
        return Text(name, source, line + 1, node.indent + 1, node.indent)
    if node.indent < 0:
        return Text(name, source, line, column, -length)
    return Text(name, source, line, column + (1 if node.style else 0), node.indent)
