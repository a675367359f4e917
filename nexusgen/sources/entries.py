"""The bytes of a source file in; its typed entries, their texts, and all problems out.

An entry is a Markdown file, a mapping in a YAML file, or an item of a list in one. All three are
read as fields and a body, so that equal content gives equal entries.
"""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from unicodedata import normalize

import msgspec

from nexusgen.model import Entry, Kind, Parsed, Site, Text, Value
from nexusgen.sources.addresses import check_path, folder_slug
from nexusgen.sources.entryfields import ReadEntry, Source, read_entry, with_fields
from nexusgen.sources.entryvalues import SHARED
from nexusgen.sources.findings import WHOLE_FILE, Findings, as_warnings
from nexusgen.sources.frontmatter import hiding_fields, parse_frontmatter
from nexusgen.sources.hints import shape_of
from nexusgen.sources.kinds import BODY_FIELD
from nexusgen.sources.nodes import Node, Pair, is_given
from nexusgen.sources.textfile import decode_text
from nexusgen.sources.yamlreader import read_yaml

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
