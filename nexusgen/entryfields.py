"""The fields and the body of one entry in; the typed entry and its texts out."""

from typing import Any

import msgspec

from nexusgen.addresses import field_slug, file_slug, old_address, title_slug
from nexusgen.fields import (
    convert_value,
    is_given,
    one_of,
    plain_value,
    suggestion,
    wikilinks,
)
from nexusgen.findings import WHOLE_FILE, Findings
from nexusgen.kinds import BODY_FIELD, SHARED_FIELDS, kind_named, kind_of_folder
from nexusgen.model import Entry, Field, Kind, Reference, Span, Text
from nexusgen.texts import text_of
from nexusgen.titles import TitleHeading, find_title, name_title
from nexusgen.yamlreader import Pair

_SHARED = {field.name: field for field in SHARED_FIELDS}
_HIDING = ("draft", "private")
_NEAR_MISS = 0.8


class Source(msgspec.Struct, frozen=True):
    """An entry as it is found: where it lies, its fields and its body.

    `folder` is the URL of its folder, `name` the name of its file. `number` is its place in a list,
    0 where the file is one entry. `text` is the whole file. `hidden` names the hiding fields that
    cannot be read.
    """

    path: str
    section: str
    folder: str
    name: str
    fields: dict[str, Pair] = {}
    body: Text = Text("body", "")
    text: str = ""
    hidden: frozenset[str] = frozenset()
    number: int = 0
    line: int = 1


class ReadEntry(msgspec.Struct, frozen=True):
    """An entry and its texts."""

    entry: Entry
    texts: tuple[Text, ...]


class _Values(msgspec.Struct, frozen=True):
    """The values of an entry by field, and what its kind does not know."""

    known: dict[str, Any]
    own: dict[str, str]
    extra: dict[str, Any]
    texts: tuple[Text, ...]
    references: tuple[Reference, ...]
    hidden: frozenset[str]


def with_fields(source: Source, fields: dict[str, Pair]) -> Source:
    """Return the source with the fields of a YAML mapping, whose `body` is its text."""
    own = dict(fields)
    body = own.pop(BODY_FIELD.name, None)
    text = source.body
    if body and isinstance(body.value.value, str) and not body.value.is_null:
        text = text_of(body.value, BODY_FIELD.name, source.text)
        own = own if text else fields
    elif body and not body.value.is_null:
        own = fields
    return msgspec.structs.replace(source, fields=own, body=text)


def read_entry(source: Source, kinds: tuple[Kind, ...], findings: Findings) -> ReadEntry:
    """Return the entry that a source holds. A field that cannot be read is a problem and empty."""
    is_index = _is_index(source)
    kind = _kind(source, is_index, kinds, findings)
    values = _values(source, kind, findings)
    heading = find_title(source.body.source)
    title = _title(source, values.known.get("title", ""), heading)
    slug = _slug(source, title, is_index, values.known.get("slug", ""), findings)
    spans = {name: pair.value.span for name, pair in source.fields.items()}
    if heading and "title" not in spans:
        spans["title"] = _heading_span(heading, source.body)
    known = values.known
    entry = Entry(
        id=f"{source.path}#{source.number}" if source.number else source.path,
        path=source.path,
        line=source.line,
        kind=kind.name,
        section=source.section,
        slug=slug,
        url=source.folder if is_index else f"{source.folder}{slug}/",
        title=title,
        summary=known.get("summary", ""),
        date=known.get("date", ""),
        updated=known.get("updated", ""),
        tags=_tags(known.get("tags", ())),
        aliases=known.get("aliases", ()),
        status=known.get("status", ""),
        draft="draft" in values.hidden,
        private="private" in values.hidden,
        weight=known.get("weight", 0),
        uses=known.get("uses", ()),
        references=values.references,
        image=known.get("image", ""),
        redirect_from=_old_addresses(source, known.get("redirect_from", ()), findings),
        links=known.get("links", ()),
        fields=values.own,
        extra=values.extra,
        is_index=is_index,
        spans=spans,
    )
    return ReadEntry(entry, (_body(source.body, heading, title), *values.texts))


def _is_index(source: Source) -> bool:
    folder = source.section.rpartition("/")[2]
    name = source.name.lower()
    return not source.number and (
        name in {"index", "readme"} or bool(folder and name == folder.lower())
    )


def _kind(source: Source, is_index: bool, kinds: tuple[Kind, ...], findings: Findings) -> Kind:
    """Return the kind that `kind:` names, else the kind of the folder.

    The page of a kind's own folder, or of a folder at the root, is a page: it introduces the
    section. Deeper folders may hold an entry each (`technologies/django/index.md`).
    """
    default = kind_of_folder(source.section, kinds)
    if is_index and (source.section == default.folder or "/" not in source.section):
        default = kind_named("page", kinds) or default
    pair = source.fields.get("kind")
    if pair is None or pair.value.is_null:
        return default
    name = convert_value(pair.value, _SHARED["kind"], findings)
    named = kind_named(name, kinds)
    if name and not named:
        names = tuple(kind.name for kind in kinds)
        hint = suggestion(name, names) or one_of(names)
        findings.add(pair.value.span, "kind.unknown", f'there is no kind "{name}"', hint)
    return named or default


def _values(source: Source, kind: Kind, findings: Findings) -> _Values:
    own_fields = {field.name: field for field in kind.fields}
    known: dict[str, Any] = {}
    own: dict[str, str] = {}
    extra: dict[str, Any] = {}
    texts: list[Text] = []
    references: list[Reference] = []
    hidden = set(source.hidden)
    for name, pair in source.fields.items():
        if name in _HIDING:
            hidden |= {name} if _hides(pair, _SHARED[name], findings) else set()
        elif name in own_fields:
            own[name] = value = _own_value(pair, own_fields[name], references, findings)
            if own_fields[name].type == "markdown" and value:
                texts.append(text_of(pair.value, name, source.text))
        elif name in _SHARED:
            known[name] = convert_value(pair.value, _SHARED[name], findings)
        else:
            hidden |= _unknown(name, pair, kind, findings)
            extra[name] = plain_value(pair.value)
            references.extend(wikilinks(pair.value, name))
    own = {field.name: own[field.name] for field in kind.fields if own.get(field.name)}
    extra = extra if kind.open else {}
    return _Values(known, own, extra, tuple(texts), tuple(references), frozenset(hidden))


def _hides(pair: Pair, field: Field, findings: Findings) -> bool:
    """Say whether a hiding field hides: nothing but a plain `false` or nothing at all does not."""
    known = len(findings.problems)
    value = convert_value(pair.value, field, findings)
    return value or len(findings.problems) > known


def _own_value(pair: Pair, field: Field, references: list[Reference], findings: Findings) -> str:
    value = convert_value(pair.value, field, findings)
    if field.type == "references":
        references.extend(value)
        return ", ".join(reference.text or reference.target for reference in value)
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if is_given(pair.value) else ""


def _unknown(name: str, pair: Pair, kind: Kind, findings: Findings) -> set[str]:
    """Note an unknown field; return the hiding field that was probably meant, if one was."""
    names = (*_SHARED, *(field.name for field in kind.fields))
    hint = suggestion(name, names, _NEAR_MISS if kind.open else 0.6)
    if not kind.open:
        findings.add(pair.key, "field.unknown", f'unknown field "{name}"', hint or one_of(names))
    elif hint:
        findings.warn(pair.key, "field.unknown", f'unknown field "{name}"', hint)
    meant = {hiding for hiding in _HIDING if f'"{hiding}"' in hint}
    return meant if str(pair.value.value).lower() not in {"false", "no", "off"} else set()


def _title(source: Source, title: str, heading: TitleHeading | None) -> str:
    if title or heading:
        return title or (heading.text if heading else "")
    folder = source.section.rpartition("/")[2]
    if source.name.lower() in {"index", "readme"}:
        return name_title(folder) if folder else "Home"
    return name_title(source.name)


def _slug(source: Source, title: str, is_index: bool, given: str, findings: Findings) -> str:
    span = source.fields["slug"].value.span if given else WHOLE_FILE
    if given and is_index:
        message = "the page of a folder has the address of the folder"
        findings.add(span, "slug.invalid", message, "delete slug:, or rename the folder")
        given = ""
    slug = field_slug(given, span, findings) if given else ""
    if slug:
        return slug
    if source.number:
        return title_slug(title, source.fields["title"].value.span, findings)
    if is_index and source.folder:
        return source.folder.rstrip("/").rpartition("/")[2]
    return file_slug(source.name, findings)


def _tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    bare = (tag.lstrip("#").strip() for tag in tags)
    return tuple(dict.fromkeys(tag for tag in bare if tag))


def _old_addresses(source: Source, texts: tuple[str, ...], findings: Findings) -> tuple[str, ...]:
    if not texts:
        return ()
    node = source.fields["redirect_from"].value
    items = node.value if isinstance(node.value, list) else []
    places = {str(item.value).strip(): item.span for item in items}
    addresses = (old_address(text, places.get(text, node.span), findings) for text in texts)
    return tuple(dict.fromkeys(address for address in addresses if address))


def _body(body: Text, heading: TitleHeading | None, title: str) -> Text:
    """Return the body without the heading that opens it and says what the title says."""
    if not heading or not heading.opens or heading.text.casefold() != title.casefold():
        return body
    lines = body.source.split("\n")
    kept = [*lines[: heading.line], *lines[heading.end :]]
    if any(line.strip() for line in lines[: heading.line]):
        kept = [*lines[: heading.line], *[""] * (heading.end - heading.line), *lines[heading.end :]]
        return msgspec.structs.replace(body, source="\n".join(kept))
    return msgspec.structs.replace(
        body,
        source="\n".join(lines[heading.end :]),
        line=body.line + heading.end,
        column=1 + body.indent,
    )


def _heading_span(heading: TitleHeading, body: Text) -> Span:
    return Span(body.line + heading.line, heading.column + body.indent, heading.length)
