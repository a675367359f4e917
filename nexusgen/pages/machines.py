"""Plan what other programs read of a hub: `hub.json`, `llms.txt`, and the texts of entries.

Entries that say `search: false` are in none of them, as are those that are not published.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from nexusgen.core.builds import Page
from nexusgen.core.model import FieldValue, Site
from nexusgen.core.urls import href, percent_encoded
from nexusgen.incremental.derive import Tables
from nexusgen.incremental.digests import Lazy
from nexusgen.pages.context import PageContext, PageInputs, computed, plain, tree
from nexusgen.pages.meta import PageMeta, absolute, make_page, root_of
from nexusgen.pages.views import Card, EntryView, Ref

MAX_LISTED = 1_000
"""Entries that `llms.txt` names; of more, it names the sections."""

MAX_WHOLE = 1_000
"""Kibibytes of texts that `llms-full.txt` holds: what a program can read at once."""

_SPACE = re.compile(r"\s+")


class EntryRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """An entry. Addresses are relative to the root of the hub, relations name others by theirs.

    `fields` are those of its kind, Markdown as plain text; `evidence` of a technology or concept is what
    shows that the author has worked with it.
    """

    title: str
    url: str
    kind: str
    summary: str = ""
    date: str = ""
    updated: str = ""
    status: str = ""
    tags: tuple[str, ...] = ()
    fields: dict[str, FieldValue] = {}
    uses: tuple[str, ...] = ()
    used_by: tuple[str, ...] = ()
    links_to: tuple[str, ...] = ()
    linked_from: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


class SectionRecord(msgspec.Struct, frozen=True):
    """A folder of entries: its address, how many entries are in it and below, and their file."""

    title: str
    url: str
    count: int
    file: str


class SectionFile(msgspec.Struct, frozen=True):
    """The file of a section: `hub.json` beside its page."""

    title: str
    url: str
    entries: tuple[EntryRecord, ...]


class HubFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """The file of a hub, `hub.json` at its root: the entries in no folder, and where the others are."""

    title: str
    language: str
    author: str = ""
    description: str = ""
    address: str = ""
    version: int = 1
    sections: tuple[SectionRecord, ...] = ()
    entries: tuple[EntryRecord, ...] = ()


def hub_schema() -> dict[str, object]:
    """Return the JSON Schema (2020-12) of `hub.json` and of the files of sections."""
    (whole, section), parts = msgspec.json.schema_components([HubFile, SectionFile])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "hub.json",
        "anyOf": [
            {"$ref": whole["$ref"].replace("#/components/schemas/", "#/$defs/")}
            for whole in (whole, section)
        ],
        "$defs": parts,
    }


def plan_hub(context: PageContext, path: str = "") -> Iterator[Page]:
    """Yield `hub.json` and its schema, or the file of the section at a path."""
    site, records = context.site, _records(context, path)
    if path:
        section = context.sections[path]
        file = SectionFile(section.title, section.url, ())
        url, text = f"{section.url}hub.json", computed(_written, file, records)
        yield Page(url, "plain.txt", {"text": text})
        return
    hub = HubFile(
        title=site.title,
        language=site.language,
        author=site.author.name,
        description=site.description,
        address=absolute(site, ""),
        sections=tuple(
            SectionRecord(one.title, one.url, one.count, f"{one.url}hub.json")
            for one in tree(context.sections)
        ),
    )
    yield Page("hub.json", "plain.txt", {"text": computed(_written, hub, records)})
    yield Page("hub.schema.json", "plain.txt", {"text": computed(_schema_text)})


def plan_llms(context: PageContext) -> Iterator[Page]:
    """Yield `llms.txt` (llmstxt.org): the hub for language models, by section."""
    site, graph = context.site, context.graph
    lines = _head(site)
    lines.append(f"All entries with their fields and relations: {_address(site, 'hub.json')}")
    sections = [one for one in tree(context.sections) if graph.sections.get(one.path)]
    if sum(map(len, graph.sections.values())) > MAX_LISTED:
        lines += ["", "## Sections", ""]
        lines += [
            _item(
                context,
                one.title,
                one.url,
                f"{one.count} {'entry' if one.count == 1 else 'entries'}",
            )
            for one in sections
        ]
        sections = []
    for title, ids in (
        ("Pages", graph.sections.get("", ())),
        *((one.title, graph.sections[one.path]) for one in sections),
    ):
        if items := list(_items(context, ids)):
            lines += ["", f"## {_line(title)}", "", *items]
    yield Page("llms.txt", "plain.txt", {"text": "\n".join(lines) + "\n"})


def whole_texts(context: PageContext, sizes: Mapping[str, int]) -> tuple[str, ...]:
    """Return the paths of the texts of all entries, in the order of `llms.txt`.

    None where they are longer than a program reads at once, or where nobody said at which address it
    could fetch them. `sizes` gives the kibibytes of each by entry id.
    """
    sections, outlines = context.graph.sections, context.graph.outlines
    paths = ("", *(one.path for one in tree(context.sections)))
    ids = [name for path in paths for name in sections.get(path, ())]
    if not context.site.base_url or len(ids) > MAX_LISTED:
        return ()
    shown = [name for name in ids if outlines[name].search]
    if sum(sizes.get(name, 0) for name in shown) > MAX_WHOLE:
        return ()
    return tuple(f"{outlines[name].url}index.md" for name in shown)


def join_texts(site: Site, paths: Sequence[str], read: Callable[[str], bytes]) -> bytes:
    """Return the texts at these paths as one, `llms-full.txt`, each below what is known of it."""
    head = "\n".join(_head(site)).encode()
    return b"\n".join((head, *map(read, paths)))


def _head(site: Site) -> list[str]:
    """Return what a hub is called, and what it is about, as llmstxt.org wants it."""
    about = site.description or site.tagline
    return [f"# {_line(site.title)}", "", *([f"> {_line(about)}", ""] if about else [])]


def _items(context: PageContext, ids: Iterable[str]) -> Iterator[str]:
    for name in ids:
        if context.graph.outlines[name].search:
            card = context.cards[name]
            yield _item(context, card.title, f"{card.url}index.md", card.summary)


def _item(context: PageContext, title: str, url: str, about: str) -> str:
    name = _line(title).replace("[", "&#91;").replace("]", "&#93;")  # readers know no escapes
    return f"- [{name}]({_address(context.site, url)})" + (f": {_line(about)}" if about else "")


def _address(site: Site, url: str) -> str:
    """Return a whole address where there is one, else that within the hub."""
    return absolute(site, url) or url


def _line(text: str) -> str:
    """Return a text on one line of Markdown, in which no tag begins."""
    return _SPACE.sub(" ", text).strip().replace("<", "&lt;")


def make_records(
    tables: Tables, inputs: PageInputs, cards: Mapping[str, Card]
) -> Mapping[str, bytes]:
    """Return the `EntryRecord` of each entry as JSON, by id: of those that programs may read of."""
    graph = inputs.graph
    entries = graph.entries
    addresses = tables.view("searched urls", entries, lambda one: one.url if one.search else None)

    def urls(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(url for url in map(addresses.get, dict.fromkeys(names)) if url is not None)

    def make(name: str) -> bytes | None:
        entry, card = entries[name], cards[name]
        if not entry.search:
            return None
        record = EntryRecord(
            title=entry.title,
            url=entry.url,
            kind=card.kind,
            summary=card.summary,
            date=entry.date,
            updated=entry.updated,
            status=entry.status,
            tags=entry.tags,
            fields={
                field: plain(value) if isinstance(value, str) else value
                for field, value in entry.fields.items()
            },
            uses=urls(target.entry for target in graph.uses.get(name, ())),
            used_by=urls(graph.relations.get(name, ())),
            links_to=urls(graph.linked[name]),
            linked_from=urls(link.entry for link in graph.backlinks.get(name, ())),
            related=urls(inputs.related.get(name, ())),
            evidence=urls(graph.evidence.get(name, ())),
        )
        return msgspec.json.encode(record)

    tables.keep_few_together({"records": 32})
    return tables.derive("records", entries, make, bytes)


def _records(context: PageContext, path: str) -> tuple[bytes, ...]:
    """Return the records of the entries of a section, in the order of its page."""
    found = map(context.records.get, context.graph.sections.get(path, ()))
    return tuple(record for record in found if record is not None)


def plan_pair(
    context: PageContext, meta: PageMeta, template: str, variables: Mapping[str, Any]
) -> Iterator[Page]:
    """Yield a page, and of an entry its text as Markdown, `index.md` beside it.

    The text is made of the `variables` of the page, so that it tells nothing that the page does not.
    """
    entry = variables["entry"]
    source = context.graph.entries[entry.id].path if entry else ""
    yield make_page(context, meta, template, variables, source)
    if entry:
        base = absolute(context.site, "")
        text = computed(_twin, entry, variables["uses"], meta.url, base, variables["content"])
        yield Page(f"{meta.url}index.md", "plain.txt", {"text": text})


def _twin(entry: EntryView, uses: Sequence[Ref], url: str, base: str, content: Lazy) -> str:
    from nexusgen.markdown.writing import make_markdown

    way = base or root_of(url)
    known: dict[str, Any] = {
        "title": entry.title,
        "summary": entry.summary,
        "date": entry.date,
        "updated": entry.updated,
        "reviewed": entry.reviewed,
        "due": entry.due,
        "status": entry.status,
        "tags": [tag.title for tag in entry.tags],
        "uses": [used.title for used in uses],
        **{fact.name: entry.fields[fact.name] for fact in entry.facts},
        **{  # of what they name only what the page shows, and where it leads
            fact.name: [ref.title for ref in fact.refs]
            if fact.type == "references"
            else href(fact.refs[0].url or "", way)
            for fact in entry.facts
            if fact.refs
        },
        "links": [{"title": it.title, "url": href(it.url, way)} for it in entry.links],
        "canonical": f"{base}{percent_encoded(url)}" if base else "",
    }
    given = {
        name: json.dumps(value, ensure_ascii=False)
        for name, value in known.items()
        if value not in ("", [])
    }
    head = [f"{name}: {text}".replace("<", "\\u003c") for name, text in given.items()]
    html = content.make()
    texts = [
        f"## {part.label}\n\n{make_markdown(html[part.name], root_of(url), base)}"
        for part in entry.parts
        if html.get(part.name)
    ]
    texts += [make_markdown(html["body"], root_of(url), base)] if html.get("body") else []
    return "\n\n".join(("\n".join(("---", *head, "---")), *filter(None, texts))) + "\n"


def _written(file: HubFile | SectionFile, records: Sequence[bytes]) -> str:
    """Return a file with the records of its entries, which are JSON already."""
    whole = replace(file, entries=tuple(map(msgspec.Raw, records)))
    return msgspec.json.format(msgspec.json.encode(whole), indent=1).decode() + "\n"


def _schema_text() -> str:
    return msgspec.json.format(msgspec.json.encode(hub_schema()), indent=1).decode() + "\n"
