"""A value of YAML that holds Markdown in; the Markdown with its place in the file out."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any
from unicodedata import normalize

import msgspec

from nexusgen.content.addresses import (
    check_path,
    field_slug,
    file_slug,
    folder_slug,
    old_address,
    title_slug,
)
from nexusgen.content.data import is_data
from nexusgen.content.fields import convert_value, find_wikilinks
from nexusgen.content.findings import WHOLE_FILE, Findings, as_warnings
from nexusgen.content.front_matter import hiding_fields, parse_frontmatter
from nexusgen.content.kinds import (
    BODY_FIELD,
    INDEX_NAMES,
    SHARED_FIELDS,
    kind_named,
    kind_of_folder,
)
from nexusgen.content.text_file import decode_text
from nexusgen.content.titles import TitleHeading, find_title, name_title
from nexusgen.content.yaml_tree import (
    Node,
    Pair,
    is_given,
    one_of,
    plain_value,
    read_yaml,
    shape_of,
    shown,
    suggestion,
)
from nexusgen.core.model import Entry, Field, Kind, Parsed, Reference, Site, Span, Text, Value
from nexusgen.core.paths import content_path, settings_path


def text_of(node: Node, name: str) -> Text:
    """Return the Markdown of a text value, which begins after its key or quote, or below its `|`.

    YAML joins the lines of a folded or quoted value. A paragraph gets its lines back; in any other
    text places after the first line are near, not exact.
    """
    source = node.unfolded or str(node.value)
    if node.style in {"|", ">"}:
        return Text(name, source, node.line + 1, node.indent + 1, node.indent)
    return Text(name, source, node.line, node.column + (1 if node.style else 0), node.indent)


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
    texts = (_body(source.body, heading, title), *values.texts)
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
        text_lines={text.name: text.line for text in texts},
        **plain,
    )
    return ReadEntry(entry, texts)


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


MARKDOWN = frozenset({".md", ".markdown"})
YAML = frozenset({".yml", ".yaml"})

SOURCES = (*sorted(MARKDOWN), *sorted(YAML))

Texts = tuple[tuple[Text, ...], ...]


class EntryOptions(Value, frozen=True, array_like=True):
    """What reading an entry takes from the settings, and nothing more."""

    kinds: tuple[Kind, ...]
    content: str
    lenient: bool


def entry_options(site: Site) -> EntryOptions:
    """Return the part of the settings that entries are read by."""
    return EntryOptions(site.kinds, site.content, site.lenient)


def is_entry_source(path: str, content: str) -> bool:
    """Tell whether a content file may hold entries: neither settings nor data for templates."""
    name = content_path(path, content)
    return is_source(path) and path != settings_path(content) and not is_data(name)


def is_source(path: str) -> bool:
    """Say whether a file holds entries, by its name."""
    return path.lower().endswith(SOURCES)


def parse_entries(path: str, data: bytes, options: EntryOptions) -> tuple[Parsed, Texts]:
    """Return the entries of a source file, and for each its texts: the body and Markdown fields.

    Whatever the bytes, nothing is raised: a part that cannot be read is a problem and is left out.
    """
    readable = path.encode(errors="backslashreplace").decode()
    findings = Findings(readable, [])
    if readable != path:
        message = "the name of the file is no valid text"
        findings.add(WHOLE_FILE, "path.encoding", message, "rename it in letters of UTF-8")
        return _result([], options, findings)
    if PurePosixPath(path).suffix.lower() in YAML:
        return _result(_read_yaml(path, data, options, findings), options, findings)
    return _result(_read_markdown(path, data, options, findings), options, findings)


def dated(entry: Entry, dates: Mapping[str, tuple[str, str]]) -> Entry:
    """Return the entry with the days of its file's first and last commit where it names none.

    `dates` maps a path to those two days.
    """
    first, last = dates.get(entry.path, ("", ""))
    if not first or (entry.date and entry.updated):
        return entry
    date = entry.date or first[:10]
    return msgspec.structs.replace(entry, date=date, updated=entry.updated or max(last[:10], date))


def _result(
    read: list[ReadEntry], options: EntryOptions, findings: Findings
) -> tuple[Parsed, Texts]:
    problems = tuple(dict.fromkeys(findings.problems))
    parsed = Parsed(
        entries=tuple(one.entry for one in read),
        problems=as_warnings(problems) if options.lenient else problems,
    )
    return parsed, tuple(one.texts for one in read)


def _source(path: str, options: EntryOptions, findings: Findings) -> Source:
    inside = path.removeprefix(f"{options.content}/") if options.content else path
    pure = PurePosixPath(normalize("NFC", inside))
    section = "" if str(pure.parent) == "." else str(pure.parent)
    folder = "".join(f"{folder_slug(name)}/" for name in section.split("/") if name)
    check_path(str(pure), findings)
    return Source(path, section, folder, pure.stem)


def _read_markdown(
    path: str, data: bytes, options: EntryOptions, findings: Findings
) -> list[ReadEntry]:
    matter = parse_frontmatter(data, path)
    findings.problems.extend(matter.problems)
    source = msgspec.structs.replace(
        _source(path, options, findings),
        fields=matter.fields,
        body=Text("body", matter.body, matter.line),
        hidden=matter.hidden,
    )
    return [read_entry(source, options.kinds, findings)]


def _read_yaml(
    path: str, data: bytes, options: EntryOptions, findings: Findings
) -> list[ReadEntry]:
    text = decode_text(data, findings)
    known = len(findings.problems)
    node = read_yaml(text, findings)
    if node is None or node.is_null:
        return []
    source = _source(path, options, findings)
    if isinstance(node.value, list):
        return [
            read_entry(item, options.kinds, findings)
            for item in _items(node.value, source, options, findings)
        ]
    if not isinstance(node.value, dict):
        message = "a YAML file must hold one entry or a list of entries, and this is text"
        findings.add(node.span, "entry.shape", message, 'begin with "title: ..."')
        return []
    if options.lenient and not _speaks_of_an_entry(node.value, options.kinds):
        return []
    broken = len(findings.problems) > known
    hidden = hiding_fields(text, node.value) if broken else frozenset()
    source = msgspec.structs.replace(with_fields(source, node.value, findings), hidden=hidden)
    return [read_entry(source, options.kinds, findings)]


def _items(
    nodes: list[Node], source: Source, options: EntryOptions, findings: Findings
) -> Iterator[Source]:
    """Yield each item of a list that is an entry; every item needs a title, having no file name.

    A folder without settings may hold YAML of any sort: what is no entry there is left alone.
    """
    for number, node in enumerate(nodes, 1):
        fields = node.value if isinstance(node.value, dict) else {}
        if options.lenient and not _speaks_of_an_entry(fields, options.kinds):
            continue
        if not isinstance(node.value, dict):
            message = f"item {number} must be a mapping, not {shape_of(node)}"
            findings.add(node.span, "entry.shape", message, "write - title: ...")
            continue
        title = fields.get("title")
        if title is None or not is_given(title.value):
            message = f"item {number} has no title"
            findings.add(node.span, "entry.title", message, "add title: ...")
            continue
        item = msgspec.structs.replace(source, number=number, line=node.line)
        yield with_fields(item, fields, findings)


def _speaks_of_an_entry(fields: Mapping[str, Pair], kinds: tuple[Kind, ...]) -> bool:
    """Say whether a mapping is an entry by its keys: a title, and nothing that no entry has."""
    own = {field.name for kind in kinds for field in kind.fields}
    return "title" in fields and fields.keys() <= SHARED.keys() | own | {BODY_FIELD.name}
