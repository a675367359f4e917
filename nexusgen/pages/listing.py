"""Entries in; how listings show them out: a card, and the texts short enough to stand there."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import msgspec
from markupsafe import Markup

from nexusgen.core.model import Document, Entry, Page, Tag
from nexusgen.incremental.digests import Lazy
from nexusgen.pages.context import Library, children, used, variable
from nexusgen.pages.entry import entry_variables
from nexusgen.pages.meta import Head, make_page, root_of
from nexusgen.pages.views import Anchor, Count, Item, Listing, Pager, SectionView
from nexusgen.site.placeholders import fill_html

TEASERS = ("problem", "solution", "rule")
"""Fields that a listing shows whole."""

SHORT_FORMS = ("cards", "ledger")
"""Forms of a listing that show nothing but cards."""


def make_listing(library: Library, form: str, total: int, ids: Sequence[str], root: str) -> Listing:
    """Return these entries out of `total` in the form in which a page lists them."""
    if form in SHORT_FORMS:
        return Listing(form, total, tuple(Item(lazy_card(library, name)) for name in ids))
    return Listing(form, total, tuple(make_item(library, name, root) for name in ids))


def lazy_card(library: Library, name: str) -> Lazy:
    """Return a card named by its digest: listings are long, and most of them stay as they are."""
    return Lazy(library.card_digests[name], partial(library.cards.__getitem__, name))


def make_item(library: Library, name: str, root: str) -> Item:
    """Return an entry as a listing shows it, with the fields that stand there in full."""
    inputs = library.inputs
    entry, card = inputs.graph.entries[name], lazy_card(library, name)
    if not any(entry.fields.get(field) for field in TEASERS):
        return Item(card)
    links = inputs.documents.get(name, Document()).links
    targets = inputs.graph.targets.get(name, ())
    html = inputs.html(name) if inputs.html_digests.get(name) else {}
    texts = {
        field: Markup(fill_html(html[field], links, targets, root))
        for field in TEASERS
        if field in html
    }
    return Item(card, texts, used(library, entry))


MANY = 60
"""More entries than these are listed as rows, whatever their kind."""

RELATED = 12
"""Tags that a tag page names beside its own."""


class SectionPage(msgspec.Struct, frozen=True):
    """What all pages of a section share: its folder's own entry, if any, and its feed."""

    section: SectionView
    index: Entry | None
    total: int
    feed: str


def plan_section(library: Library, path: str) -> Iterator[Page]:
    """Yield the pages of a section; the folder's own text opens the first of them."""
    section = library.sections[path]
    ids = section_entries(library, path)
    shown = SectionPage(
        section,
        index=library.inputs.graph.entries.get(section.index),
        total=len(ids),
        feed=_feed_url(library, section, ids),
    )
    for pager, part in paginate(section.url, ids, library.inputs.site.page_size):
        yield _section_page(library, shown, pager, part)


def plan_root_listing(library: Library) -> Iterator[Page]:
    """Yield the pages of the entries that lie in no folder, after those that home shows."""
    ids = section_entries(library, "")
    pages = paginate("", ids, library.inputs.site.page_size)
    for pager, part in list(pages)[1:]:
        head = Head(page_url(pager), "listing", f"Pages, page {pager.number}")
        variables = {
            "listing": make_listing(library, "ledger", len(ids), part, root_of(head.url)),
            "pager": pager,
        }
        yield make_page(library, head, "listing.html", variables)


def plan_tag_index(library: Library) -> Iterator[Page]:
    """Yield the index of the tags; nothing where there are none."""
    tags = sorted(library.inputs.graph.tags.values(), key=lambda tag: tag.slug)
    if not tags:
        return
    counts = tuple(Count(len(tag.entries), tag.name, tag_url(tag)) for tag in tags)
    names = ", ".join(tag.name for tag in sorted(tags, key=lambda tag: -len(tag.entries))[:8])
    head = Head("tags/", "tags", "Tags", f"All {len(tags)} tags: {names}")
    yield make_page(library, head, "tags.html", {"tags": counts})


def plan_tag(library: Library, slug: str) -> Iterator[Page]:
    """Yield the pages of a tag."""
    tag = library.inputs.graph.tags[slug]
    ids = by_kind(library, tag.entries)
    beside = variable(_related_tags(library, tag))
    for pager, part in paginate(tag_url(tag), ids, library.inputs.site.page_size):
        yield _tag_page(library, tag, beside, (pager, part))


def by_kind(library: Library, ids: Sequence[str]) -> list[str]:
    """Return entries in the order of their kinds; within a kind they keep their order."""
    rank = {kind.name: place for place, kind in enumerate(library.inputs.site.kinds)}
    undeclared = rank.get("note", len(rank))
    entries = library.inputs.graph.entries
    return sorted(ids, key=lambda name: rank.get(entries[name].kind, undeclared))


def section_entries(library: Library, path: str) -> tuple[str, ...]:
    """Return the ids of a section's entries in order, without the folder's own page."""
    ids: tuple[str, ...] = library.inputs.graph.sections.get(path, ())
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


def _section_page(library: Library, shown: SectionPage, pager: Pager, ids: Sequence[str]) -> Page:
    section, total = shown.section, shown.total
    index = shown.index if pager.number == 1 else None
    form = "ledger" if total > MANY else section.form
    head = Head(
        page_url(pager),
        "section",
        numbered(section.title, pager),
        about=(library.cards[index.id].summary if index else "") or _names(library, ids),
        within=f"{total} {section.plural.lower()}" if total else "",
        filler="Every entry, and the folders below",
        section=section.path,
        feed=shown.feed,
    )
    variables = {
        **entry_variables(library, index, head.url),
        "section": section,
        "sections": children(library.sections, section.path) if pager.number == 1 else (),
        "listing": make_listing(library, form, total, ids, root_of(head.url)),
        "pager": pager,
    }
    return make_page(library, head, "section.html", variables, index.path if index else "")


def _feed_url(library: Library, section: SectionView, ids: Sequence[str]) -> str:
    """Return the URL of a section's own feed, empty where none of its entries has a date."""
    dated = any(library.cards[name].date for name in ids)
    return f"{section.url}feed.xml" if dated and library.inputs.site.base_url else ""


def _tag_page(library: Library, tag: Tag, beside: Lazy, part: tuple[Pager, Sequence[str]]) -> Page:
    number, (pager, ids) = len(tag.entries), part
    head = Head(
        page_url(pager), "tag", numbered(tag.name, pager),
        about=f"{number} {'entry' if number == 1 else 'entries'}: {_names(library, ids)}",
        topic=numbered(f"Tag: {tag.name}", pager),
        robots="noindex" if number == 1 else "",
    )  # fmt: skip
    variables = {
        "tag": Count(number, tag.name, tag_url(tag)),
        "tags": beside,
        "listing": make_listing(library, "ledger", number, ids, root_of(head.url)),
        "pager": pager,
    }
    return make_page(library, head, "tag.html", variables)


def _related_tags(library: Library, tag: Tag) -> tuple[Anchor, ...]:
    """Return the tags that stand most often beside this one."""
    counts = Counter(anchor for name in tag.entries for anchor in library.tags[name])
    others = [anchor for anchor in counts if anchor.url != tag_url(tag)]
    return tuple(sorted(others, key=lambda anchor: (-counts[anchor], anchor.title))[:RELATED])


def _names(library: Library, ids: Sequence[str]) -> str:
    return ", ".join(library.refs[name].title for name in ids[:8])
