"""The fields and the body of one entry in; the typed entry and its texts out."""

import msgspec

from nexusgen.model import Entry, Kind, Span, Text
from nexusgen.sources.addresses import field_slug, file_slug, old_address, title_slug
from nexusgen.sources.entryvalues import SHARED, read_values
from nexusgen.sources.fields import convert_value
from nexusgen.sources.findings import WHOLE_FILE, Findings
from nexusgen.sources.hints import one_of, shown, suggestion
from nexusgen.sources.kinds import BODY_FIELD, INDEX_NAMES, kind_named, kind_of_folder
from nexusgen.sources.nodes import Pair
from nexusgen.sources.texts import text_of
from nexusgen.sources.titles import TitleHeading, find_title, name_title

_PLAIN = (
    "summary", "date", "updated", "aliases", "status", "weight", "uses", "image", "links",
)  # fmt: skip
"""The fields that an entry takes over as they are."""


class Source(msgspec.Struct, frozen=True):
    """An entry as it is found: where it lies, its fields and its body.

    `folder` is the URL of its folder, `name` the name of its file. `number` is its place in a list,
    0 where the file is one entry. `hidden` names the hiding fields that cannot be read.
    """

    path: str
    section: str
    folder: str
    name: str
    fields: dict[str, Pair] = {}
    body: Text = Text("body", "")
    hidden: frozenset[str] = frozenset()
    number: int = 0
    line: int = 1


class ReadEntry(msgspec.Struct, frozen=True):
    """An entry and its texts."""

    entry: Entry
    texts: tuple[Text, ...]


def with_fields(source: Source, fields: dict[str, Pair], findings: Findings) -> Source:
    """Return the source with the fields of a YAML mapping, whose `body` is its text."""
    pair = fields.get(BODY_FIELD.name)
    if pair is None:
        return msgspec.structs.replace(source, fields=fields)
    rest = {name: field for name, field in fields.items() if name != BODY_FIELD.name}
    is_text = bool(convert_value(pair.value, BODY_FIELD, findings))
    body = text_of(pair.value, BODY_FIELD.name) if is_text else source.body
    return msgspec.structs.replace(source, fields=rest, body=body)


def read_entry(source: Source, kinds: tuple[Kind, ...], findings: Findings) -> ReadEntry:
    """Return the entry that a source holds. A field that cannot be read is a problem and empty."""
    is_index = _is_index(source)
    kind = _kind(source, is_index, kinds, findings)
    values = read_values(source.fields, kind, findings)
    hidden = values.hidden | source.hidden
    heading = find_title(source.body.source)
    title = _title(source, values.known.get("title", ""), heading)
    slug = _slug(source, title, is_index, values.known.get("slug", ""), findings)
    spans = {name: pair.value.span for name, pair in source.fields.items()}
    if heading and "title" not in spans:
        spans["title"] = _heading_span(heading, source.body)
    known = values.known
    plain = {name: known[name] for name in _PLAIN if name in known}
    entry = Entry(
        id=f"{source.path}#{source.number}" if source.number else source.path,
        path=source.path,
        line=source.line,
        kind=kind.name,
        section=source.section,
        slug=slug,
        url=source.folder if is_index else f"{source.folder}{slug}/",
        title=title,
        tags=_tags(known.get("tags", ())),
        draft="draft" in hidden,
        private="private" in hidden,
        references=tuple(values.references),
        redirect_from=_old_addresses(source, known.get("redirect_from", ()), findings),
        fields={name: values.own[name] for name in _names(kind) if name in values.own},
        extra=values.extra,
        is_index=is_index,
        spans=spans,
        **plain,
    )
    return ReadEntry(entry, (_body(source.body, heading, title), *values.texts))


def _names(kind: Kind) -> tuple[str, ...]:
    return tuple(field.name for field in kind.fields)


def _is_index(source: Source) -> bool:
    folder = source.section.rpartition("/")[2]
    name = source.name.lower()
    return not source.number and (name in INDEX_NAMES or bool(folder and name == folder.lower()))


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
    name = convert_value(pair.value, SHARED["kind"], findings)
    named = kind_named(name, kinds)
    if name and not named:
        names = tuple(kind.name for kind in kinds)
        hint = suggestion(name, names) or one_of(names)
        findings.add(pair.value.span, "kind.unknown", f"there is no kind {shown(name)}", hint)
    return named or default


def _title(source: Source, title: str, heading: TitleHeading | None) -> str:
    if title or heading:
        return title or (heading.text if heading else "")
    folder = source.section.rpartition("/")[2]
    if source.name.lower() in INDEX_NAMES:
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
