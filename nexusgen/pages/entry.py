"""Plan the pages of entries: their HTML with every link and embed, and what they are linked with."""

from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from html import escape
from typing import Any

import msgspec
from markupsafe import Markup
from msgspec.structs import astuple, replace

from nexusgen.content.dates import review_of
from nexusgen.content.entry_fields import SHARED
from nexusgen.core.builds import Page
from nexusgen.core.model import Backlink, Document, Entry, Link, LinkUse, Reference, Target
from nexusgen.core.slugs import tag_slug
from nexusgen.incremental.digests import Lazy
from nexusgen.pages import views
from nexusgen.pages.context import (
    PageContext,
    computed,
    kind_of,
    list_uses,
    make_item,
    says_title,
)
from nexusgen.pages.machines import plan_pair
from nexusgen.pages.meta import PageMeta, entry_rail, root_of
from nexusgen.site.embeds import as_guest, cut_section, holds_embed
from nexusgen.site.links import UNREACHABLE, lacks_anchor, led_links
from nexusgen.site.names import natural_key
from nexusgen.site.pictures import with_images
from nexusgen.site.placeholders import address, fill_html, first_eager

MAX_EMBEDS = 4
"""Embeds within embeds; deeper ones, and entries that embed each other, become links."""


class Piece(msgspec.Struct, frozen=True):
    """A document to be filled in: `document` holds its HTML and its links.

    `targets` says where these lead, and how images are shown.
    """

    document: Lazy
    targets: tuple[Target, ...]


def content_of(context: PageContext, name: str, root: str, below: bool = False) -> Lazy:
    """Return the HTML of an entry by the name of its text, its links written for `root`.

    It may stand `below` another image, which is then the one that is loaded at once.
    """
    documents = context.documents
    pieces: dict[str, Piece] = {}
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one not in pieces:
            key = context.html_digests.get(one, b"")
            document = Lazy(
                key,
                partial(lambda it: (context.html(it), documents.get(it, Document()).links), one),
            )
            targets = with_images(context.graph.targets.get(one, ()), context.images)
            pieces[one] = Piece(document, targets)
            waiting += context.graph.embeds.get(one, ())
    filled = computed(_fill_texts, pieces, name, root, below)
    return Lazy(filled.digest, lambda: dict(_made_last(filled)))


@lru_cache(maxsize=1)
def _made_last(texts: Lazy) -> Any:
    """Return a value that is asked for twice in a row: a page shows it, and then a text for programs."""
    return texts.make()


def _fill_texts(
    pieces: Mapping[str, Piece], name: str, root: str, below: bool
) -> dict[str, Markup]:
    html, links = pieces[name].document.make()
    embed = partial(_embedded, pieces, root, ((name, ""),))
    targets = pieces[name].targets
    order = sorted(html, key=lambda text: text == "body")  # as a page shows them
    filled = (fill_html(html[text], links, targets, root, embed) for text in order)
    texts = filled if below else first_eager(filled)
    return dict(zip(order, map(Markup, texts), strict=True))


def _embedded(
    pieces: Mapping[str, Piece],
    root: str,
    path: tuple[tuple[str, str], ...],
    use: LinkUse,
    target: Target,
) -> str:
    """Return the body of an entry, a block of it or what stands under a heading, to stand within another.

    An entry may show a part of itself, once and not within that part.
    """
    anchor = target.url.partition("#")[2]
    within = [shown for shown in path if shown[0] == target.entry]
    again = within and (not anchor or len(within) > 1 or within[0][1])
    if again or len(path) > MAX_EMBEDS or lacks_anchor(use, target):
        return ""
    html, links = pieces[target.entry].document.make()
    part = cut_section(html.get("body", ""), anchor)
    if not part or holds_embed(part, links, use):
        return ""
    embed = partial(_embedded, pieces, root, (*path, (target.entry, anchor)))
    filled = fill_html(part, links, pieces[target.entry].targets, root, embed)
    where, title = escape(address(target, root)), escape(use.text or target.title, quote=False)
    inner = as_guest(filled, where.partition("#")[0])
    return f'<div class="embed"><p class="label"><a href="{where}">{title}</a></p>{inner}</div>'


READING_SPEED = 220
"""Words a minute: Brysbaert 2019 measured 238 for prose; code is read more slowly."""

NO_ENTRY: Mapping[str, Any] = {
    "entry": None, "content": {}, "toc": (), "uses": (), "relations": (), "backlinks": (),
    "related": (), "solved": (), "properties": (), "neighbours": views.Neighbours(),
}  # fmt: skip
"""The variables of a page that could be about an entry and is not."""


def plan_entry(context: PageContext, name: str) -> Iterator[Page]:
    """Yield the page of an entry that is not the page of a folder, and its text for programs."""
    entry = context.graph.entries[name]
    layout = kind_of(context.site, entry.kind).template or "note"
    template = layout if "." in layout else f"{layout}.html"
    variables = {
        **entry_variables(context, entry, entry.url),
        "rail": entry_rail(context, name),
    }
    yield from plan_pair(context, _meta(context, entry), template, variables)


def _meta(context: PageContext, entry: Entry) -> PageMeta:
    """Return what the page of an entry is called."""
    card = context.cards[entry.id]
    above = context.named_sections.get(entry.section)
    # No network shows an SVG: such an entry is shared with its card.
    image = card.image if card.image and not card.image.url.lower().endswith(".svg") else None
    return PageMeta(
        url=entry.url,
        kind="entry",
        heading=entry.title,
        about=card.summary,
        full_title=f"{entry.title} ({above.title if above else card.label})"
        if entry.title in context.namesakes
        else "",
        section=entry.section,
        image=image.url if image else "",
        image_size=(image.width, image.height) if image else (0, 0),
        published=entry.date,
        modified=entry.updated,
        tags=entry.tags,
        topics=tuple(used.title for used in list_uses(context, entry)),
        lang=entry.lang,
    )


def entry_variables(context: PageContext, entry: Entry | None, url: str) -> Mapping[str, Any]:
    """Return the variables of a page about `entry`; all are empty where there is none."""
    if entry is None:
        return NO_ENTRY
    graph, refs = context.graph, context.refs
    previous, following = graph.neighbours.get(entry.id, ("", ""))
    evidence = graph.evidence.get(entry.id, ())  # of those who use it, some in their order
    users = dict.fromkeys((*evidence, *graph.relations.get(entry.id, ())))
    kinds = [
        (kind, tuple(refs[name] for name in users if refs[name].kind == kind.name))
        for kind in context.site.kinds
    ]
    # Who names this entry in a field alone stands in its relations, or under the name of the field.
    backlinks = [
        link
        for link in graph.backlinks.get(entry.id, ())
        if link.context or not link.fields or "links" in link.fields
    ]
    related = context.related.get(entry.id, ())
    return {
        "entry": _entry_view(context, entry),
        "content": content_of(context, entry.id, root_of(url), bool(context.cards[entry.id].image)),
        "toc": context.documents.get(entry.id, Document()).headings,
        "uses": list_uses(context, entry),
        "relations": tuple(
            views.Group(kind.name, kind.label, kind.plural, kind.mark, items)
            for kind, items in kinds
            if items
        ),
        "backlinks": tuple(_backlink(context, one) for one in backlinks),
        "solved": tuple(
            replace(item, uses=tuple(one for one in item.uses if one != refs[entry.id]))
            for name in evidence
            if graph.outlines[name].kind == "challenge"
            for item in (make_item(context, name, root_of(url)),)
        ),
        "related": tuple(refs[other] for other in related),
        "properties": tuple(_properties(context, entry)),
        "neighbours": views.Neighbours(refs.get(previous), refs.get(following)),
    }


def _entry_view(context: PageContext, entry: Entry) -> views.EntryView:
    kind = kind_of(context.site, entry.kind)
    words = context.documents.get(entry.id, Document()).words
    card = context.cards[entry.id]
    review = review_of(entry, context.site)
    slugs = sorted(set(map(tag_slug, entry.tags)), key=natural_key)
    return views.EntryView(
        id=entry.id, title=entry.title, kind=kind.name, label=kind.label, plural=kind.plural,
        mark=kind.mark, summary=entry.summary, date=card.date, updated=card.updated,
        status=entry.status, minutes=-(-words // READING_SPEED),
        tags=tuple(views.Anchor(*context.graph.tag_names[slug]) for slug in slugs),
        parts=tuple(
            views.Part(field.name, field.label)
            for field in kind.fields
            if field.type == "markdown" and field.name in entry.fields
            if not says_title(entry, entry.said(field.name))
        ),
        facts=tuple(
            views.Fact(
                field.name, field.label, entry.said(field.name), field.type,
                tuple(dict.fromkeys(_refs(context, entry, field.name))) if entry.references else (),
            )
            for field in kind.fields
            if field.type != "markdown" and field.name in entry.fields
        ),
        links=_links(context, entry) if entry.links else (), image=card.image.url if card.image else "", source=source_url(context, entry),
        extra=entry.extra, picture=card.image, lang=entry.lang,
        reviewed=entry.reviewed, due=review.due if review else "", fields=dict(card.values),
    )  # fmt: skip


def _led(context: PageContext, entry: Entry, field: str) -> Iterator[tuple[Reference, Target]]:
    """Yield what a field names, and where that leads."""
    targets = context.graph.links[entry.id].references
    pairs = zip(entry.references, targets, strict=True)
    return (pair for pair in pairs if pair[0].field == field)


def _backlink(context: PageContext, link: Backlink) -> views.BacklinkView:
    """Return an entry that points here, and the sentence in which it does."""
    return views.BacklinkView(context.refs[link.entry], link.context)


def _links(context: PageContext, entry: Entry) -> tuple[Link, ...]:
    led = {reference.span: target for reference, target in _led(context, entry, "links")}
    return led_links(entry.links, led)


def _refs(context: PageContext, entry: Entry, field: str) -> Iterator[views.Ref]:
    """Yield what a field leads to, as it is named there or calls itself."""
    for reference, target in _led(context, entry, field):
        known = context.refs.get(target.entry)
        title = reference.text or target.title
        if target.state not in UNREACHABLE:
            yield views.Ref(title, target.url, *(astuple(known)[2:] if known else ()))


def _properties(context: PageContext, entry: Entry) -> Iterator[views.Group]:
    """Yield how an entry is connected: what its fields that no kind knows lead to, and, by kind and
    field, who names it in one that not all entries have.
    """
    for name in dict.fromkeys(one.field for one in entry.references if one.field in entry.extra):
        if refs := tuple(dict.fromkeys(_refs(context, entry, name))):
            yield views.Group(name, _label(name), _label(name), "", refs)
    named: dict[tuple[str, str], list[views.Ref]] = {}
    for link in context.graph.backlinks.get(entry.id, ()):
        ref = context.refs[link.entry]
        for name in link.fields:
            if name not in SHARED:
                named.setdefault((ref.kind, name), []).append(ref)
    for (by, name), found in named.items():
        kind = kind_of(context.site, by)
        label = next((own.label for own in kind.fields if own.name == name), _label(name))
        label = f"{kind.plural} · {label}"
        yield views.Group(name, label, label, "", tuple(found))


def _label(name: str) -> str:
    """Return what a field that no kind knows is called."""
    return name.replace("_", " ").capitalize()


def source_url(context: PageContext, entry: Entry) -> str:
    """Return where an entry's source can be read and edited; empty without a repository.

    `HEAD` stands for the branch that the host shows first, whatever it is called; GitHub's `edit`
    addresses do not know it, `blob` does.
    """
    repository = context.site.repository.removesuffix(".git").rstrip("/")
    if not repository.startswith("http"):
        return ""
    line = f"#L{entry.line}" if "#" in entry.id else ""
    return f"{repository}/blob/HEAD/{entry.path}{line}"
