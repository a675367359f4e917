"""Plan the pages that list entries: sections, tags, and what lies in no folder."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import msgspec
from markupsafe import Markup

from nexusgen.core.model import Document, Entry, Page, Tag
from nexusgen.incremental.digests import Lazy
from nexusgen.pages.context import PageContext, children, list_tags, list_uses, variable
from nexusgen.pages.entry import entry_variables
from nexusgen.pages.meta import PageMeta, make_page, root_of
from nexusgen.pages.views import Anchor, Count, Item, Listing, Pager, SectionView
from nexusgen.site.placeholders import fill_html

TEASERS = ("problem", "solution", "rule")
"""Fields that a listing shows whole."""

SHORT_FORMS = ("cards", "rows")
"""Forms of a listing that show nothing but cards."""


def make_listing(
    context: PageContext, form: str, total: int, ids: Sequence[str], root: str
) -> Listing:
    """Return these entries out of `total` in the form in which a page lists them."""
    if form in SHORT_FORMS:
        return Listing(form, total, tuple(Item(lazy_card(context, name)) for name in ids))
    return Listing(form, total, tuple(make_item(context, name, root) for name in ids))


def lazy_card(context: PageContext, name: str) -> Lazy:
    """Return a card named by its digest: listings are long, and most of them stay as they are."""
    return Lazy(context.card_digests[name], partial(context.cards.__getitem__, name))


def make_item(context: PageContext, name: str, root: str) -> Item:
    """Return an entry as a listing shows it, with the fields that stand there in full."""
    entry, card = context.graph.entries[name], lazy_card(context, name)
    if not any(entry.fields.get(field) for field in TEASERS):
        return Item(card)
    links = context.documents.get(name, Document()).links
    targets = context.graph.targets.get(name, ())
    html = context.html(name) if context.html_digests.get(name) else {}
    texts = {
        field: Markup(fill_html(html[field], links, targets, root))
        for field in TEASERS
        if field in html
    }
    return Item(card, texts, list_uses(context, entry))


MAX_DETAILED = 60
"""More entries than these are listed as rows, whatever their kind."""

MAX_RELATED = 12
"""Tags that a tag page names beside its own."""


class SectionPage(msgspec.Struct, frozen=True):
    """What all pages of a section share: its folder's own entry, if any, and its feed."""

    section: SectionView
    index: Entry | None
    total: int
    feed: str


def plan_section(context: PageContext, path: str) -> Iterator[Page]:
    """Yield the pages of a section; the folder's own text opens the first of them."""
    section = context.sections[path]
    ids = section_entries(context, path)
    shown = SectionPage(
        section,
        index=context.graph.entries.get(section.index),
        total=len(ids),
        feed=_feed_url(context, section, ids),
    )
    for pager, part in paginate(section.url, ids, context.site.page_size):
        yield _section_page(context, shown, pager, part)


def plan_root_listing(context: PageContext) -> Iterator[Page]:
    """Yield the pages of the entries that lie in no folder, after those that home shows."""
    ids = section_entries(context, "")
    pages = paginate("", ids, context.site.page_size)
    for pager, part in list(pages)[1:]:
        meta = PageMeta(page_url(pager), "listing", f"Pages, page {pager.number}")
        variables = {
            "listing": make_listing(context, "rows", len(ids), part, root_of(meta.url)),
            "pager": pager,
        }
        yield make_page(context, meta, "listing.html", variables)


def plan_tag_index(context: PageContext) -> Iterator[Page]:
    """Yield the index of the tags; nothing where there are none."""
    tags = sorted(context.graph.tags.values(), key=lambda tag: tag.slug)
    if not tags:
        return
    counts = tuple(Count(len(tag.entries), tag.name, tag_url(tag)) for tag in tags)
    names = ", ".join(tag.name for tag in sorted(tags, key=lambda tag: -len(tag.entries))[:8])
    meta = PageMeta("tags/", "tags", "Tags", f"All {len(tags)} tags: {names}")
    yield make_page(context, meta, "tags.html", {"tags": counts})


def plan_tag(context: PageContext, slug: str) -> Iterator[Page]:
    """Yield the pages of a tag."""
    tag = context.graph.tags[slug]
    ids = by_kind(context, tag.entries)
    beside = variable(_related_tags(context, tag))
    for pager, part in paginate(tag_url(tag), ids, context.site.page_size):
        yield _tag_page(context, tag, beside, (pager, part))


def by_kind(context: PageContext, ids: Sequence[str]) -> list[str]:
    """Return entries in the order of their kinds; within a kind they keep their order."""
    rank = {kind.name: place for place, kind in enumerate(context.site.kinds)}
    undeclared = rank.get("note", len(rank))
    entries = context.graph.entries
    return sorted(ids, key=lambda name: rank.get(entries[name].kind, undeclared))


def section_entries(context: PageContext, path: str) -> tuple[str, ...]:
    """Return the ids of a section's entries in order, without the folder's own page."""
    ids: tuple[str, ...] = context.graph.sections.get(path, ())
    return ids


def paginate(url: str, items: Sequence[Any], size: int) -> Iterator[tuple[Pager, Sequence[Any]]]:
    """Yield the pages of a listing; there is one, also where there is nothing to list."""
    pages = max(1, -(-len(items) // size))
    urls = (url, *(f"{url}page/{number}/" for number in range(2, pages + 1)))
    for number in range(pages):
        yield Pager(number + 1, urls), items[number * size : (number + 1) * size]


def page_url(pager: Pager) -> str:
    """Return the URL of the page that the pager belongs to."""
    return pager.urls[pager.number - 1]


def numbered(title: str, pager: Pager) -> str:
    """Return the title of a page of a listing: only the first goes without its number."""
    return f"{title}, page {pager.number}" if pager.number > 1 else title


def tag_url(tag: Tag) -> str:
    """Return the URL of a tag's page."""
    return f"tags/{tag.slug}/"


def _section_page(
    context: PageContext, shown: SectionPage, pager: Pager, ids: Sequence[str]
) -> Page:
    section, total = shown.section, shown.total
    index = shown.index if pager.number == 1 else None
    form = "rows" if total > MAX_DETAILED else section.form
    meta = PageMeta(
        page_url(pager),
        "section",
        numbered(section.title, pager),
        about=(context.cards[index.id].summary if index else "") or _names(context, ids),
        parent=f"{total} {section.plural.lower()}" if total else "",
        fallback="Every entry, and the folders below",
        section=section.path,
        feed=shown.feed,
    )
    variables = {
        **entry_variables(context, index, meta.url),
        "section": section,
        "sections": children(context.sections, section.path) if pager.number == 1 else (),
        "listing": make_listing(context, form, total, ids, root_of(meta.url)),
        "pager": pager,
    }
    return make_page(context, meta, "section.html", variables, index.path if index else "")


def _feed_url(context: PageContext, section: SectionView, ids: Sequence[str]) -> str:
    """Return the URL of a section's own feed, empty where none of its entries has a date."""
    dated = any(context.cards[name].date for name in ids)
    return f"{section.url}feed.xml" if dated and context.site.base_url else ""


def _tag_page(
    context: PageContext, tag: Tag, beside: Lazy, part: tuple[Pager, Sequence[str]]
) -> Page:
    number, (pager, ids) = len(tag.entries), part
    meta = PageMeta(
        page_url(pager), "tag", numbered(tag.name, pager),
        about=f"{number} {'entry' if number == 1 else 'entries'}: {_names(context, ids)}",
        full_title=numbered(f"Tag: {tag.name}", pager),
        robots="noindex" if number == 1 else "",
    )  # fmt: skip
    variables = {
        "tag": Count(number, tag.name, tag_url(tag)),
        "tags": beside,
        "listing": make_listing(context, "rows", number, ids, root_of(meta.url)),
        "pager": pager,
    }
    return make_page(context, meta, "tag.html", variables)


def _related_tags(context: PageContext, tag: Tag) -> tuple[Anchor, ...]:
    """Return the tags that stand most often beside this one."""
    counts = Counter(
        anchor for name in tag.entries for anchor in list_tags(context, context.graph.entries[name])
    )
    others = [anchor for anchor in counts if anchor.url != tag_url(tag)]
    return tuple(sorted(others, key=lambda anchor: (-counts[anchor], anchor.title))[:MAX_RELATED])


def _names(context: PageContext, ids: Sequence[str]) -> str:
    return ", ".join(context.refs[name].title for name in ids[:8])
