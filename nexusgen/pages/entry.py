"""An entry's HTML with holes in; the HTML that a page shows, with every link and embed, out."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any

from markupsafe import Markup

from nexusgen.core.model import Backlink, Document, Entry, LinkUse, Page, Related, Target, Variable
from nexusgen.incremental.digests import digest, digest_bytes, digest_value
from nexusgen.pages.context import Library, constant, kind_of, refs_digest, used
from nexusgen.pages.map import NO_MAP, local_map
from nexusgen.pages.meta import Head, make_page, root_of
from nexusgen.pages.views import BacklinkView, EntryView, Fact, Group, Neighbours, Part, RelatedView
from nexusgen.site.embeds import as_guest, cut_section
from nexusgen.site.placeholders import Embed, address, fill_html, link_only

DEEPEST = 4
"""Embeds within embeds; deeper ones, and entries that embed each other, become links."""


def content_variable(library: Library, name: str, root: str) -> Variable:
    """Return the HTML of an entry by the name of its text."""
    return Variable(content_digest(library, name, root), partial(contents, library, name, root))


def contents(library: Library, name: str, root: str) -> dict[str, Markup]:
    """Return the HTML of an entry by the name of its text, its links written for `root`."""
    embed = partial(_embedded, library, root, (name,))
    return {
        text: Markup(_filled(library, name, html, root, embed))
        for text, html in library.inputs.html(name).items()
    }


def contents_alone(library: Library, name: str, root: str) -> Mapping[str, Markup]:
    """Return the HTML of an entry without what it embeds, for places too small for that."""
    return {
        text: Markup(_filled(library, name, html, root, link_only))
        for text, html in library.inputs.html(name).items()
    }


def content_digest(library: Library, name: str, root: str) -> bytes:
    """Return the digest of `contents`: of the entry's own text and of all that it embeds."""
    graph = library.inputs.graph
    if name not in graph.embeds:
        return digest_bytes(_own_digest(library, name) + root.encode())
    shown = {name: None}
    waiting = [name]
    while waiting:
        for embedded in graph.embeds.get(waiting.pop(), ()):
            if embedded not in shown:
                shown[embedded] = None
                waiting.append(embedded)
    return digest(*(_own_digest(library, one) for one in shown), root.encode())


def _own_digest(library: Library, name: str) -> bytes:
    targets = library.inputs.graph.targets.get(name)
    html = library.inputs.html_digests.get(name, b"")
    return digest_bytes(html + digest_value(targets)) if targets else html


def _filled(library: Library, name: str, html: str, root: str, embed: Embed) -> str:
    links = library.inputs.documents.get(name, Document()).links
    return fill_html(html, links, library.inputs.graph.targets.get(name, ()), root, embed)


def _embedded(
    library: Library, root: str, path: tuple[str, ...], use: LinkUse, target: Target
) -> str:
    """Return the body of an entry, or the part under a heading of it, to stand within another."""
    if target.entry in path or len(path) > DEEPEST:
        return ""
    body = library.inputs.html(target.entry).get("body", "")
    anchor = target.url.partition("#")[2]
    part = cut_section(body, anchor)
    if not part:
        return ""
    embed = partial(_embedded, library, root, (*path, target.entry))
    filled = _filled(library, target.entry, part, root, embed)
    where, title = escape(address(target, root)), escape(use.text or target.title, quote=False)
    inner = as_guest(filled, where.partition("#")[0])
    return f'<div class="embed"><p class="label"><a href="{where}">{title}</a></p>{inner}</div>'


READING_SPEED = 220
"""Words a minute: Brysbaert 2019 measured 238 for prose; code is read more slowly."""

NOTHING = constant(())
NO_ENTRY = constant(None)
NO_CONTENT = constant({})
NO_NEIGHBOURS = constant(Neighbours())


def plan_entry(library: Library, name: str) -> Iterator[Page]:
    """Yield the page of an entry that is not the page of a folder."""
    entry = library.inputs.graph.entries[name]
    variables = entry_variables(library, entry, entry.url)
    template = template_of(library, entry)
    yield make_page(library, entry_head(library, entry), template, variables, entry.path)


def template_of(library: Library, entry: Entry) -> str:
    """Return the file name of the layout of the entry's kind."""
    name = kind_of(library.inputs.site, entry.kind).template or "note"
    return name if "." in name else f"{name}.html"


def entry_head(library: Library, entry: Entry) -> Head:
    """Return what the page of an entry is called."""
    card = library.cards[entry.id]
    above = library.sections.get(entry.section)
    return Head(
        url=entry.url,
        kind="entry",
        heading=entry.title,
        about=card.summary,
        topic=f"{entry.title} ({above.title if above else card.label})"
        if entry.title in library.repeated
        else "",
        within=f"{card.label} in {above.title}" if above else "",
        filler="What it links to, and what links to it",
        section=entry.section,
        image=image_url(library, entry),
        published=entry.date,
        modified=entry.updated,
        tags=entry.tags,
    )


def entry_variables(library: Library, entry: Entry | None, url: str) -> dict[str, Variable]:
    """Return the variables of a page about `entry`; all are empty where there is none."""
    if entry is None:
        return {
            "entry": NO_ENTRY, "content": NO_CONTENT, "toc": NOTHING, "uses": NOTHING,
            "relations": NOTHING, "backlinks": NOTHING, "related": NOTHING,
            "neighbours": NO_NEIGHBOURS, "local_map": NO_MAP,
        }  # fmt: skip
    return {
        "entry": _entry(library, entry),
        "content": content_variable(library, entry.id, root_of(url)),
        "toc": _toc(library, entry.id),
        "uses": _uses(library, entry),
        "relations": _relations(library, entry.id),
        "backlinks": _backlinks(library, entry.id),
        "related": _related(library, entry.id),
        "neighbours": _neighbours(library, entry.id),
        "local_map": local_map(library, entry.id),
    }


def _entry(library: Library, entry: Entry) -> Variable:
    words = library.inputs.documents.get(entry.id, Document()).words
    image = library.inputs.graph.images.get(entry.id)
    own = (entry.fields, entry.links, image, entry.extra, entry.path, entry.line, words)
    told = digest_value((entry.id, own, library.tags[entry.id]))
    key = digest_bytes(library.card_digests[entry.id] + library.site_digest + told)
    return Variable(key, partial(_entry_view, library, entry))


def _entry_view(library: Library, entry: Entry) -> EntryView:
    kind = kind_of(library.inputs.site, entry.kind)
    words = library.inputs.documents.get(entry.id, Document()).words
    return EntryView(
        id=entry.id, title=entry.title, kind=kind.name, label=kind.label, plural=kind.plural,
        mark=kind.mark, summary=entry.summary, date=entry.date, updated=entry.updated,
        status=entry.status, minutes=-(-words // READING_SPEED),
        tags=library.tags[entry.id],
        parts=tuple(
            Part(field.name, field.label or _words(field.name))
            for field in kind.fields
            if field.type == "markdown" and entry.fields.get(field.name)
        ),
        facts=tuple(
            Fact(field.name, field.label or _words(field.name), entry.fields[field.name], field.type)
            for field in kind.fields
            if field.type != "markdown" and entry.fields.get(field.name)
        ),
        links=entry.links, image=image_url(library, entry), source=source_url(library, entry),
        extra=entry.extra,
    )  # fmt: skip


def source_url(library: Library, entry: Entry) -> str:
    """Return where an entry's source can be read and edited; empty without a repository.

    `HEAD` stands for the branch that the host shows first, whatever it is called; GitHub's `edit`
    addresses do not know it, `blob` does.
    """
    repository = library.inputs.site.repository.removesuffix(".git").rstrip("/")
    if not repository.startswith("http"):
        return ""
    line = f"#L{entry.line}" if "#" in entry.id else ""
    return f"{repository}/blob/HEAD/{entry.path}{line}"


def image_url(library: Library, entry: Entry) -> str:
    """Return the URL of an entry's picture, empty where it has none that exists."""
    target = library.inputs.graph.images.get(entry.id)
    return target.url if target and target.state in ("asset", "external") else ""


def _words(name: str) -> str:
    return name[:1].upper() + name[1:].replace("_", " ")


def _toc(library: Library, name: str) -> Variable:
    headings = library.inputs.documents.get(name, Document()).headings
    return Variable(digest_value(headings), lambda: headings) if headings else NOTHING


def _uses(library: Library, entry: Entry) -> Variable:
    return constant(used(library, entry)) if entry.uses else NOTHING


def _relations(library: Library, name: str) -> Variable:
    users = library.inputs.graph.relations.get(name, ())
    if not users:
        return NOTHING
    return Variable(refs_digest(library, users), partial(group_by_kind, library, users))


def group_by_kind(library: Library, ids: Sequence[str]) -> tuple[Group, ...]:
    """Return entries by kind, in the order of the kinds."""
    groups = []
    for kind in library.inputs.site.kinds:
        items = tuple(library.refs[name] for name in ids if library.refs[name].kind == kind.name)
        if items:
            groups.append(Group(kind.name, kind.label, kind.plural, kind.mark, items))
    return tuple(groups)


def _backlinks(library: Library, name: str) -> Variable:
    """Return the links in running text: what only `uses` this entry stands in its relations."""
    users = set(library.inputs.graph.relations.get(name, ()))
    found = tuple(
        link
        for link in library.inputs.graph.backlinks.get(name, ())
        if link.context or link.entry not in users
    )
    if not found:
        return NOTHING
    refs = refs_digest(library, [link.entry for link in found])
    key = digest_bytes(refs + digest_value([link.context for link in found]))
    return Variable(key, partial(_backlink_views, library, found))


def _backlink_views(library: Library, found: tuple[Backlink, ...]) -> Any:
    return tuple(BacklinkView(library.refs[link.entry], link.context) for link in found)


def _related(library: Library, name: str) -> Variable:
    found = library.inputs.graph.related.get(name, ())
    if not found:
        return NOTHING
    refs = refs_digest(library, [related.entry for related in found])
    key = digest_bytes(refs + digest_value([related.reason for related in found]))
    return Variable(key, partial(_related_views, library, found))


def _related_views(library: Library, found: tuple[Related, ...]) -> Any:
    return tuple(RelatedView(library.refs[item.entry], item.reason) for item in found)


def _neighbours(library: Library, name: str) -> Variable:
    previous, following = library.inputs.graph.neighbours.get(name, ("", ""))
    refs = library.refs
    if not (previous or following):
        return NO_NEIGHBOURS
    return constant(Neighbours(refs.get(previous), refs.get(following)))
