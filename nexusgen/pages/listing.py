"""Plan the pages that list entries: sections, tags, and what lies in no folder."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from heapq import nsmallest
from typing import Any

from msgspec.structs import replace

from nexusgen.core.builds import Page
from nexusgen.core.model import Site
from nexusgen.core.slugs import tag_slug
from nexusgen.pages.context import (
    PageContext,
    children,
    kind_of,
    lazy_card,
    make_item,
    section_name,
    variable,
)
from nexusgen.pages.entry import entry_variables
from nexusgen.pages.feeds import has_feed
from nexusgen.pages.machines import plan_pair
from nexusgen.pages.meta import PageMeta, make_page, root_of, section_rail
from nexusgen.pages.views import Anchor, Card, Count, Item, Listing, Pager, SectionView
from nexusgen.pages.words import say, say_kind, say_number
from nexusgen.site.graph import Graph
from nexusgen.site.names import natural_key
from nexusgen.site.tags import TAGS, Tag
from nexusgen.site.url_map import kind_feed, paged

SHORT_FORMS = ("cards", "rows")
"""Forms of a listing that show nothing but cards."""


def make_listing(
    context: PageContext, form: str, total: int, ids: Sequence[str], root: str
) -> Listing:
    """Return these entries out of `total` in the form in which a page lists them."""
    if form == "index":
        items = [Item(variable(_title_card(context, name))) for name in ids]
    elif form in SHORT_FORMS:
        items = [Item(lazy_card(context, name)) for name in ids]
    else:
        items = [make_item(context, name, root) for name in ids]
    return Listing(form, total, tuple(items))


def is_long(site: Site, number: int) -> bool:
    """Return whether so many entries of a section are listed by their titles alone."""
    return number > site.titles_above


def _title_card(context: PageContext, name: str) -> Card:
    """Return what names an entry, and its fields: a long list stays where a summary changes."""
    ref = context.refs[name]
    plural = kind_of(context.site, ref.kind).plural
    values = context.card_values[name]
    return Card(ref.title, ref.url or "", ref.kind, ref.label, plural, ref.mark, values=values)


ENTRIES = "{} entry | {} entries"

MAX_RELATED = 12
"""Tags that a tag page names beside its own."""


def plan_section(context: PageContext, path: str) -> Iterator[Page]:
    """Yield the pages of a section; the folder's own text opens the first of them."""
    section, ids = context.sections[path], context.graph.sections.get(path, ())
    dated = any(name in context.days and context.days[name][0] for name in ids)
    feeds = _section_feeds(context, section) if dated and context.site.base_url else ()
    form = "index" if is_long(context.site, len(ids)) else section.form
    if form == "index" and context.graph.neighbours[ids[0]][0]:  # by days, newest first
        ids = sorted(ids, key=lambda name: natural_key(context.refs[name].title))
    word = say_kind(context.site, len(ids), kind_of(context.site, section.kind))
    for pager, part in paginate(section.url, ids, context.site.page_size):
        first = pager.number == 1
        index = context.graph.entries.get(section.index) if first else None
        meta = PageMeta(
            pager.url, "section", numbered(context.site, section.title, pager),
            about=(context.cards[index.id].summary if index else "")
            or (f"{len(ids)} {word}: {_names(context, part)}" if ids else ""),
            full_title=numbered(context.site, section_name(context, path), pager),
            section=path,
            feeds=feeds,
        )  # fmt: skip
        variables = {
            **entry_variables(context, index, pager.url),
            "section": section,
            "sections": children(context.sections, path) if first else (),
            "listing": replace(
                make_listing(context, form, len(ids), part, root_of(pager.url)), word=word
            ),
            "rail": section_rail(context, path),
            "pager": pager,
        }
        yield from plan_pair(context, meta, "section.html", variables)


def _section_feeds(context: PageContext, section: SectionView) -> tuple[Anchor, ...]:
    """Return the feed of a section, and that of all entries of its kind."""
    kind = kind_of(context.site, section.kind)
    own = Anchor(section.title, f"{section.url}feed.xml")
    if not has_feed(context, context.of_kind.get(kind.name, ())):
        return (own,)
    return own, Anchor(kind.plural, kind_feed(kind.name))


def plan_root_listing(context: PageContext) -> Iterator[Page]:
    """Yield the pages of the entries that lie in no folder, after those that home shows."""
    ids = context.graph.sections.get("", ())
    for pager, part in list(paginate("", ids, context.site.page_size))[1:]:
        meta = PageMeta(
            pager.url, "listing", numbered(context.site, say(context.site, "Pages"), pager)
        )
        listing = make_listing(context, "rows", len(ids), part, root_of(pager.url))
        yield make_page(context, meta, "listing.html", {"listing": listing, "pager": pager})


def plan_tag_index(context: PageContext) -> Iterator[Page]:
    """Yield the index of the tags, below what its note says."""
    tags = sorted(
        context.graph.tags.values(), key=lambda tag: [*map(natural_key, tag.slug.split("/"))]
    )
    note = context.graph.entries.get(context.written.get(TAGS, ""))
    counts = tuple(_count(tag) for tag in tags)
    names = ", ".join(tag.name for tag in sorted(tags, key=lambda tag: -len(tag.entries))[:8])
    title = note.title if note and "title" in note.spans else say(context.site, "Tags")
    meta = PageMeta(TAGS, "tags", title, f"{say(context.site, 'All tags')}: {names}")
    variables = {**entry_variables(context, note, TAGS), "tags": counts}
    yield from plan_pair(context, meta, "tags.html", variables)


def plan_tag(context: PageContext, url: str) -> Iterator[Page]:
    """Yield the pages of a tag, whose entries stand in the order of their kinds.

    The note about the tag opens the first of them.
    """
    tag = context.graph.tags[context.tag_pages[url]]
    rank = {kind.name: place for place, kind in enumerate(context.site.kinds)}
    undeclared, number = rank.get("note", len(rank)), len(tag.entries)
    ids = sorted(tag.entries, key=lambda name: rank.get(context.refs[name].kind, undeclared))
    beside, below = variable(_related_tags(context, tag.slug)), variable(_tags_below(context, tag))
    for pager, part in paginate(tag.url, ids, context.site.page_size):
        note = context.graph.entries.get(tag.note) if pager.number == 1 else None
        variables = {
            **entry_variables(context, note, pager.url),
            "tag": _count(tag),
            "tags": beside,
            "below": below,
            "listing": make_listing(context, "rows", number, part, root_of(pager.url)),
            "pager": pager,
        }
        yield from plan_pair(context, _tag_meta(context, tag, pager, part), "tag.html", variables)


def _tag_meta(context: PageContext, tag: Tag, pager: Pager, part: Sequence[str]) -> PageMeta:
    site, note, number = context.site, context.graph.entries.get(tag.note), len(tag.entries)
    about = context.cards[tag.note].summary if note and pager.number == 1 else ""
    title = note.title if note and "title" in note.spans else tag.name
    parts = tag.slug.split("/")
    fed = context.fed_tags[""] and has_feed(context, tag.entries)
    above = ("/".join(parts[:end]) for end in range(1, len(parts)))
    return PageMeta(
        pager.url, "tag", numbered(site, title, pager),
        about=about or f"{say_number(site, number, ENTRIES)}: {_names(context, part)}",
        full_title=numbered(site, say(site, "Tag: {0}", tag.name), pager),
        robots="noindex" if tag.is_thin else "",
        feeds=(Anchor(title, f"{tag.url}feed.xml"),) if fed else (),
        above=(Anchor(say(site, "Tags"), TAGS), *(Anchor(*context.graph.tag_names[slug]) for slug in above)),
    )  # fmt: skip


def _count(tag: Tag) -> Count:
    return Count(len(tag.entries), tag.name, tag.url)


def _tags_below(context: PageContext, tag: Tag) -> tuple[Count, ...]:
    """Return the tags one level below a tag, such as `lang/python` below `lang`."""
    below = sorted(context.tags_below.get(tag.slug, ()), key=natural_key)
    return tuple(_count(context.graph.tags[slug]) for slug in below)


def paginate(url: str, items: Sequence[Any], size: int) -> Iterator[tuple[Pager, Sequence[Any]]]:
    """Yield the pages of a listing; there is one, also where there is nothing to list."""
    urls = tuple(paged(url, len(items), size))
    for number in range(len(urls)):
        yield Pager(number + 1, urls), items[number * size : (number + 1) * size]


def numbered(site: Site, title: str, pager: Pager) -> str:
    """Return the title of a page of a listing: only the first goes without its number."""
    return say(site, "{0}, page {1}", title, pager.number) if pager.number > 1 else title


def tags_beside(graph: Graph, cards: Mapping[str, Card], slug: str) -> tuple[str, ...]:
    """Return the tags that stand most often beside one, none above or below it, by their addresses."""
    counts = Counter(
        other
        for name in graph.tags[slug].entries
        for other in {*map(tag_slug, cards[name].tags)}
        if not f"{other}/".startswith(f"{slug}/") and not slug.startswith(f"{other}/")
    )
    order = nsmallest(MAX_RELATED, counts, key=lambda other: (-counts[other], natural_key(other)))
    return tuple(order)


def _related_tags(context: PageContext, slug: str) -> tuple[Anchor, ...]:
    return tuple(Anchor(*context.graph.tag_names[other]) for other in context.tags_beside[slug])


def _names(context: PageContext, ids: Sequence[str]) -> str:
    return ", ".join(context.refs[name].title for name in ids[:8])
