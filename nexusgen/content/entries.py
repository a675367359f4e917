"""Read source files into entries: Markdown with front matter, or YAML that holds one or a list."""

import re
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any

import msgspec
from msgspec.structs import astuple, replace

from nexusgen.content import naming, titles
from nexusgen.content.cv import CV_SECTIONS
from nexusgen.content.dates import day_in_name
from nexusgen.content.entry_fields import SHARED, parse_values, text_of
from nexusgen.content.fields import convert_value
from nexusgen.content.foreign_fields import (
    is_path_alias,
    old_addresses,
    parse_language,
    parse_moments,
    parse_tags,
    with_foreign_fields,
)
from nexusgen.content.front_matter import hiding_fields, parse_frontmatter
from nexusgen.content.kinds import BODY_FIELD, INDEX_NAMES, kind_named, kind_of_folder
from nexusgen.content.secrets import secret_problems
from nexusgen.content.source_text import (
    FORMAT,
    WHOLE_FILE,
    Problems,
    decode_text,
    is_own_word,
    without_comments,
)
from nexusgen.content.yaml_tree import (
    Node,
    Pair,
    is_given,
    parse_yaml,
    plain_value,
    shape_of,
    shown,
)
from nexusgen.core.builds import Snapshot
from nexusgen.core.model import Entry, Kind, Parsed, Span, Text, Value
from nexusgen.core.paths import WELL_KNOWN, content_path, hub_path
from nexusgen.core.problems import Problem, suggest
from nexusgen.incremental.digests import digest_value

MAX_HOME_LINKS = 100
"""A README with more links than these is no home but a table of contents: home lists sections itself."""

MARKDOWN = (".md", ".markdown")
YAML = (".yml", ".yaml")
READ_BY_NAME = re.compile(r"(?:content/)?(?:site|cv)\.ya?ml", re.IGNORECASE)
"""Sources that hold no entries, by their path in the hub, also as other disks and programs write it."""

DRAWING = "excalidraw-plugin"
"""The field by which Obsidian knows a drawing."""
NO_ENTRY = "a drawing of Excalidraw is no entry", "export it as SVG, and embed that"

_LEFT_OUT = "give it a title, and only fields that entries have"

DATA_FOLDER = "data/"
DATA = (".yml", ".yaml", ".json")

_PLAIN = (
    "summary", "date", "updated", "aliases", "status", "weight", "uses", "image", "links",
    "featured", "search", "cards", "reviewed", "review_every",
)  # fmt: skip
"""The fields that an entry takes over as they are."""
Texts = tuple[Text, ...]
"""The texts of an entry: the first Markdown field of its kind, its body, other such fields."""


class EntryOptions(Value, frozen=True, array_like=True):
    """What reading an entry takes from the settings, and nothing more."""

    kinds: tuple[Kind, ...]
    content: str
    lenient: bool
    vault: bool = False


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


def is_entry_source(path: str, content: str) -> bool:
    """Tell whether a content file may hold entries: no settings, CV, data for templates, nor what is well known."""
    name = content_path(path, content)
    is_source = name.lower().endswith(MARKDOWN + YAML)
    is_entry = is_source and f"/{WELL_KNOWN}/" not in f"/{name}"
    return is_entry and not READ_BY_NAME.fullmatch(path) and not is_data(name)


def is_data(name: str) -> bool:
    """Tell whether a file is data for templates, by its path under the content folder."""
    return name.startswith(DATA_FOLDER) and name.lower().endswith(DATA)


def find_data(snapshot: Snapshot) -> tuple[dict[str, Any], list[Problem]]:
    """Return the data of the hub by file name without its extension, and what is wrong with it.

    `content/data/languages.yml` (or `.json`, which is YAML) is `data.languages` in templates.
    Scalars are text, as their author wrote them.
    """
    data: dict[str, Any] = {}
    found: list[Problem] = []
    for path in snapshot.files:
        name = content_path(path, snapshot.content)
        if is_data(name):
            problems = Problems(path)
            node = parse_yaml(decode_text(snapshot.read(path), problems), problems)
            value = node and plain_value(node, lambda it: None if it.is_null else it.value)
            data[name.removeprefix(DATA_FOLDER).rpartition(".")[0]] = value
            found += problems.noted
    return data, found


def parse_entries(
    path: str, data: bytes, options: EntryOptions
) -> tuple[Parsed, tuple[Texts, ...]]:
    """Return the entries of a source file, and for each its texts: the body and Markdown fields.

    The digest of the texts is that of all that a document depends on: not of the line of a text.
    Whatever the bytes, nothing is raised: a part that cannot be read is a problem and is left out.
    """
    problems = Problems(readable := path.encode(errors="backslashreplace").decode(), [])
    sources: Iterable[Source] = ()
    if readable != path:
        message = "the name of the file is no valid text"
        problems.add(WHOLE_FILE, "path.encoding", message, "rename it in letters of UTF-8")
    elif path.lower().endswith(YAML):
        sources = _sources_in_yaml(path, data, options, problems)
    else:
        source = Source(path, *naming.locate_source(path, options.content, problems))
        matter = parse_frontmatter(data, problems)
        body = Text("body", without_comments(matter.body), matter.line)
        if DRAWING in matter.fields:
            problems.warn(WHOLE_FILE, FORMAT, *NO_ENTRY)
        elif not any(one.code == FORMAT for one in problems.noted):
            sources = [replace(source, fields=matter.fields, body=body, hidden=matter.hidden)]
    read = [_read_entry(source, options, problems) for source in sources]
    naming.tell_unseen((entry for entry, _ in read), problems)
    texts = tuple(of_entry for _, of_entry in read)
    digests = (digest_value([replace(text, line=1) for text in of_entry]) for of_entry in texts)
    if any(not (entry.draft or entry.private) for entry, _ in read):
        problems.noted += secret_problems(readable, data)
    found = tuple(dict.fromkeys(problems.noted))
    if options.lenient:
        found = tuple(replace(it, severity="warning") for it in found if not is_own_word(it))
    return Parsed(tuple(entry for entry, _ in read), tuple(digests), found), texts


def dated(entry: Entry, dates: Mapping[str, tuple[str, str]]) -> Entry:
    """Return the entry with the days of its file's first and last commit where it names none.

    `dates` maps a path to those two days.
    """
    first, last = dates.get(entry.path, ("", ""))
    if not first or (entry.date and entry.updated):
        return entry
    date = entry.date or first[:10]
    return replace(entry, date=date, updated=entry.updated or max(last[:10], date))


def _sources_in_yaml(
    path: str, data: bytes, options: EntryOptions, problems: Problems
) -> Iterator[Source]:
    """Yield the entry that a YAML file is, or each item of a list that is one.

    A folder without settings may hold YAML of any sort: what is no entry there is left alone.
    """
    text = decode_text(data, problems)
    known = len(problems.noted)
    node = parse_yaml(text, problems)
    if node is None or node.is_null:
        return
    source = Source(path, *naming.locate_source(path, options.content, problems))
    if isinstance(node.value, list):
        yield from _in_list(node.value, source, options, problems)
    elif not isinstance(node.value, dict):
        message = "a YAML file must hold one entry or a list of entries, and this is text"
        problems.add(node.span, "entry.shape", message, 'begin with "title: ..."')
    elif not options.lenient and node.value and node.value.keys() <= {*CV_SECTIONS, "basics"}:
        message = f"a CV is read from {hub_path('cv.yml', options.content)} only"
        problems.add(WHOLE_FILE, "site.name", message, "give the file that name")
    elif not options.lenient or _speaks_of_an_entry(node, source, options.kinds):
        broken = len(problems.noted) > known
        hidden = hiding_fields(text, node.value) if broken else frozenset()
        source = replace(source, hidden=hidden)
        yield _with_fields(source, node.value, problems)


def _in_list(
    items: list[Node], source: Source, options: EntryOptions, problems: Problems
) -> Iterator[Source]:
    """Yield each item of a list that is an entry."""
    found = [not options.lenient or _speaks_of_an_entry(item, source, options.kinds)
             for item in items]  # fmt: skip
    for number, (item, is_entry) in enumerate(zip(items, found, strict=True), 1):
        if is_entry:
            place = replace(source, number=number, line=item.span.line)
            yield from _item(place, item, problems)
        elif any(found):
            message = f"item {number} is left out: it is no entry as those beside it are"
            problems.warn(item.span, "entry.shape", message, _LEFT_OUT)


def _item(source: Source, node: Node, problems: Problems) -> Iterator[Source]:
    """Yield an item of a list; it needs a title, having no file name."""
    if not isinstance(node.value, dict):
        message = f"item {source.number} must be a mapping, not {shape_of(node)}"
        problems.add(node.span, "entry.shape", message, "write - title: ...")
        return
    title = node.value.get("title")
    if title is None or not is_given(title.value):
        message = f"item {source.number} has no title"
        problems.add(node.span, "entry.title", message, "add title: ...")
        return
    yield _with_fields(source, node.value, problems)


def _speaks_of_an_entry(node: Node, source: Source, kinds: tuple[Kind, ...]) -> bool:
    """Say whether a mapping is an entry by its keys: a title, and nothing that no entry has.

    In the folder of a kind a title and what this kind has are enough; a `_config.yml` is none.
    """
    fields = node.value if isinstance(node.value, dict) else {}
    own = {field.name for kind in kinds for field in kind.fields}
    kind = kind_of_folder(source.section, kinds)
    is_there = kind.folder and f"{source.section}/".startswith(f"{kind.folder}/")
    typical = {BODY_FIELD.name, *(field.name for field in kind.fields)} if is_there else set()
    return "title" in fields and (
        fields.keys() <= SHARED.keys() | own | {BODY_FIELD.name}
        or (not source.name.startswith("_") and not typical.isdisjoint(fields))
    )


def _with_fields(source: Source, fields: dict[str, Pair], problems: Problems) -> Source:
    """Return the source with the fields of a YAML mapping, whose `body` is its text."""
    pair = fields.get(BODY_FIELD.name)
    if pair is None:
        return replace(source, fields=fields)
    rest = {name: field for name, field in fields.items() if name != BODY_FIELD.name}
    is_text = bool(convert_value(pair.value, BODY_FIELD, problems))
    body = text_of(pair.value, BODY_FIELD.name) if is_text else source.body
    return replace(source, fields=rest, body=body)


def _read_entry(source: Source, options: EntryOptions, problems: Problems) -> tuple[Entry, Texts]:
    """Return the entry that a source holds. A field that cannot be read is a problem and empty."""
    parent, name = source.section.rpartition("/")[2].lower(), source.name.lower()
    is_named = name in INDEX_NAMES or name == (parent or "home")
    is_index = is_named and not source.number and not _is_long_list(source)
    kind = _kind(source, is_index, options.kinds, problems)
    others = kind.open or {*source.fields} - {*SHARED, *map(attrgetter("name"), kind.fields)}
    fields = with_foreign_fields(source.fields, kind, problems) if others else source.fields
    source = replace(source, fields=fields)
    values = parse_values(fields, kind, problems)
    known = {name: it for name, it in values.known.items() if not fields[name].value.is_null}
    hidden = values.hidden | source.hidden
    heading = titles.find_title(source.body.source)
    title = known.get("title") or titles.own_title(
        source.section, source.name, heading, vault=options.vault
    )
    slug = _slug(source, title, is_index, known.get("slug", ""), problems)
    spans = {name: pair.value.span for name, pair in source.fields.items()}
    _take_from_names(source, known, spans)
    body = source.body
    if heading and heading.text.casefold() == title.casefold():
        line, column, length = astuple(heading.span)
        spans.setdefault("title", Span(body.line + line, column + body.indent, length))
        body = titles.without_heading(body, heading)
    lead = next((own.name for own in kind.fields if own.type == "markdown"), "")
    texts = (*sorted((body, *values.texts), key=lambda text: text.name != lead),)
    url = source.folder if is_index else f"{source.folder}{slug}/"
    entry = Entry(
        id=f"{source.path}#{source.number}" if source.number else source.path,
        path=source.path,
        line=source.line,
        kind=kind.name,
        section=source.section,
        slug=slug,
        url=url,
        title=title,
        tags=parse_tags(source.fields, kind, known.get("tags", ())),
        draft="draft" in hidden or "_drafts" in source.section.split("/"),
        private="private" in hidden,
        references=tuple(values.references),
        redirect_from=old_addresses(
            source.fields, kind, known.get("redirect_from", ()), url, problems
        ),
        until=values.until,
        cascade=values.cascade,
        fields={own.name: values.own[own.name] for own in kind.fields if own.name in values.own},
        extra=values.extra,
        is_index=is_index,
        moments=parse_moments(source.fields, "" if source.number else source.name),
        lang=parse_language(known.get("lang", ""), spans.get("lang", WHOLE_FILE), problems.warn),
        spans=spans,
        text_lines={text.name: text.line for text in texts},
        **{name: known[name] for name in _PLAIN if name in known},
    )
    return entry, texts


def _take_from_names(source: Source, known: dict[str, Any], spans: dict[str, Span]) -> None:
    """Take the day in the name of a file or its folder as its date, and paths out of its aliases."""
    for name in (source.name, source.section.rpartition("/")[2]):
        may_be_dated = (
            name.lstrip("[")[:4].isdecimal() and not source.number and not known.get("date")
        )
        if may_be_dated and (day := day_in_name(name)[0]):
            known["date"] = day
            spans.setdefault("date", WHOLE_FILE)
    if any(map(is_path_alias, known.get("aliases", ()))):
        known["aliases"] = tuple(one for one in known["aliases"] if not is_path_alias(one))


def _is_long_list(source: Source) -> bool:
    """Return whether a README lists so much that it is a page of its own, not the home of a hub."""
    is_readme = not source.section and source.name.lower() == "readme"
    return is_readme and source.body.source.count("](") > MAX_HOME_LINKS


def _kind(source: Source, is_index: bool, kinds: tuple[Kind, ...], problems: Problems) -> Kind:
    """Return the kind that `kind:` names, else the kind of the folder.

    The page of a kind's own folder, or of a folder at the root, is a page that introduces it.
    Deeper folders may hold an entry each (`technologies/django/index.md`).
    """
    default = kind_of_folder(source.section, kinds)
    if is_index and (source.section == default.folder or "/" not in source.section):
        default = kind_named("page", kinds) or default
    pair = source.fields.get("kind")
    if pair is None:
        return default
    name = convert_value(pair.value, SHARED["kind"], problems)
    named = kind_named(name, kinds)
    if name and not named:
        hint = suggest(name, tuple(kind.name for kind in kinds))
        problems.add(pair.value.span, "kind.unknown", f"there is no kind {shown(name)}", hint)
    return named or default


def _slug(source: Source, title: str, is_index: bool, given: str, problems: Problems) -> str:
    span = source.fields["slug"].value.span if given else WHOLE_FILE
    if given and is_index:
        message = "the page of a folder has the address of the folder"
        problems.add(span, "slug.invalid", message, "delete slug:, or rename the folder")
        given = ""
    slug = naming.field_slug(given, span, problems) if given else ""
    if slug:
        return slug
    if source.number:
        return naming.title_slug(title, source.fields["title"].value.span, problems)
    if is_index and source.folder:
        return source.folder.rstrip("/").rpartition("/")[2]
    return naming.name_slug(source.name, WHOLE_FILE, problems)
