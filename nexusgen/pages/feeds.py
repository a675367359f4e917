"""Plan feeds (Atom, RSS, JSON; Atom for each section, kind and tag), previews and the sitemap.

Feeds need whole addresses (RFC 4287, section 4.2.6), so there are none where the site has no
`base_url`; an entry without a date is in none of them, because nothing could put it in order.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

import msgspec
from markupsafe import Markup, escape
from msgspec.structs import replace

from nexusgen.core.builds import Page
from nexusgen.core.model import Site
from nexusgen.core.urls import first_url
from nexusgen.incremental.digests import Lazy
from nexusgen.markdown.media import without_hidden
from nexusgen.pages.context import PageContext, computed, kind_of
from nexusgen.pages.entry import content_of
from nexusgen.pages.meta import absolute, root_of
from nexusgen.pages.views import Days
from nexusgen.site.pictures import with_images
from nexusgen.site.url_map import kind_feed

MAX_ITEMS = 20
"""Entries in a feed; readers keep what they have seen."""

UNPRINTABLE = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


MIN_ITEMS = 2
"""Dated entries that make a feed of a kind or tag."""

MOST = 1_000
"""Entries of a hub whose tags have feeds, unless its settings say otherwise."""

MAX_URLS = 50_000
"""Addresses that one sitemap may hold: sitemaps.org, "Sitemap index files"."""

TYPES = {
    "avif": "image/avif", "bmp": "image/bmp", "gif": "image/gif", "heic": "image/heic",
    "ico": "image/vnd.microsoft.icon", "jpeg": "image/jpeg", "jpg": "image/jpeg",
    "jxl": "image/jxl", "png": "image/png", "svg": "image/svg+xml", "tif": "image/tiff",
    "tiff": "image/tiff", "webp": "image/webp",
}  # fmt: skip
"""The types of images by their extension (IANA, "Media Types")."""


class Enclosure(msgspec.Struct, frozen=True):
    """The image of an entry as readers of feeds fetch it, `length` in bytes."""

    url: str
    type: str
    length: int


_TO_PLACE = re.compile(r"""(<a\s(?:[^<>"']|"[^"]*"|'[^']*')*?\bhref=")#""")
"""What leads to a place in its own text, such as a footnote: read elsewhere, it has no page."""


class FeedItem(msgspec.Struct, frozen=True):
    """An entry in a feed; every URL in it is absolute. Times are RFC 3339,
    `date` is the day that its page tells.

    `id` is the first address that the entry had: readers know it again by that, wherever it moves
    (RFC 4287, section 4.2.6). Feeds of tags and kinds have no `content`: an edit of the text of an
    entry does not change them.
    """

    id: str
    url: str
    title: str
    summary: str
    summed_up: str
    labels: Mapping[str, str]
    content: Lazy | None
    image: Enclosure | None
    date: str
    published: str
    updated: str
    tags: tuple[str, ...]
    lang: str

    @property
    def html(self) -> Markup:
        """Return the whole text: the entry's own summary, the fields of its kind, its body."""
        texts = self.content.make() if self.content else {}
        parts = [Markup("<p>{}</p>").format(self.summed_up)] if self.summed_up else []
        parts += [
            Markup("<h2>{}</h2>").format(label) + texts[name]
            for name, label in self.labels.items()
            if name in texts
        ]
        parts.append(texts.get("body", Markup()))
        page = escape(self.url)
        html = _TO_PLACE.sub(lambda found: f"{found[1]}{page}#", "\n".join(parts))
        return Markup(printable(without_hidden(html) if "hidden" in html else html))


class Feed(msgspec.Struct, frozen=True):
    """A feed: its own URL, the page it belongs to, and its entries, newest first."""

    title: str
    url: str
    home: str
    updated: str
    items: tuple[FeedItem, ...]


def plan_feeds(context: PageContext) -> Iterator[Page]:
    """Yield the feeds of the hub where anything in it has a date."""
    newest = newest_of(context.days, chain.from_iterable(context.newest.values()))
    feed = _feed(context, newest, ("feed.xml", ""), context.site.title, whole=True)
    if feed is None:
        return
    rss, own = (replace(feed, url=absolute(context.site, url)) for url in ("rss.xml", "feed.json"))
    yield _page(context, "feed.xml", "atom.xml", feed)
    yield _page(context, "rss.xml", "rss.xml", rss)
    text = computed(_json_feed, context.shared["site"], own)
    yield Page("feed.json", "plain.txt", {"text": text})


def plan_section_feed(context: PageContext, path: str) -> Iterator[Page]:
    """Yield the feed of a section that holds anything with a date."""
    section = context.sections[path]
    place = f"{section.url}feed.xml", section.url
    yield from _atom(context, context.newest.get(path, ()), place, section.title, whole=True)


def plan_kind_feed(context: PageContext, kind: str) -> Iterator[Page]:
    """Yield the feed of a kind, wherever its entries lie."""
    own = kind_of(context.site, kind)
    section = context.sections.get(own.folder)
    place = kind_feed(kind), section.url if section else ""
    if has_feed(context, context.of_kind.get(kind, ())):
        yield from _atom(context, context.newest_of_kinds[kind], place, own.plural, whole=False)


def plan_tag_feed(context: PageContext, slug: str) -> Iterator[Page]:
    """Yield the feed of a tag."""
    tag = context.graph.tags[slug]
    if has_feed(context, tag.entries):
        newest, place = newest_of(context.days, tag.entries), (f"{tag.url}feed.xml", tag.url)
        yield from _atom(context, newest, place, tag.name, whole=False)


def has_feed(context: PageContext, ids: Sequence[str]) -> bool:
    """Tell whether the entries of a kind or tag make a feed: enough of them have a date."""
    dated = (name for name in ids if name in context.days and context.days[name][0])
    return bool(context.site.base_url) and len([*islice(dated, MIN_ITEMS)]) == MIN_ITEMS


def have_tags_feeds(site: Site, entries: int) -> bool:
    """Tell whether the tags of a hub with so many entries have feeds."""
    wanted = site.tag_feeds == "on" or (site.tag_feeds == "auto" and entries <= MOST)
    return wanted and bool(site.base_url)


def _atom(
    context: PageContext, newest: Sequence[str], place: tuple[str, str], name: str, *, whole: bool
) -> Iterator[Page]:
    """Yield the feed of a page; `place` and `whole` are those of `_feed`."""
    if feed := _feed(context, newest, place, f"{name} | {context.site.title}", whole=whole):
        yield _page(context, place[0], "atom.xml", feed)


def _page(context: PageContext, url: str, template: str, feed: Feed) -> Page:
    shared = {name: context.shared[name] for name in ("site", "assets")}
    return Page(url, template, {**shared, "feed": feed, "root": root_of(url)})


def printable(text: str) -> str:
    """Return `text` without the characters that XML 1.0, section 2.2, forbids."""
    return UNPRINTABLE.sub("", text)


def timestamp(date: str) -> str:
    """Return a date as RFC 3339 wants it; a day begins at midnight UTC."""
    return date if "T" in date else f"{date}T00:00:00Z"


def newest_of(days: Mapping[str, Days], ids: Iterable[str]) -> tuple[str, ...]:
    """Return the entries that a feed of these shows, newest first: what has no date is in none."""
    dated = {name: day for name in sorted(ids) if (day := days.get(name)) and day[0]}
    return tuple(sorted(dated, key=lambda name: dated[name][::2], reverse=True)[:MAX_ITEMS])


def _feed(
    context: PageContext, newest: Sequence[str], place: tuple[str, str], title: str, *, whole: bool
) -> Feed | None:
    """Return a feed of these entries; none where there are none or the site has no address.

    `place` is its URL and that of its page; `whole` says that it holds the texts of the entries.
    """
    url, home = place
    site = context.site
    if not newest or not site.base_url:
        return None
    items = tuple(_item(context, name, whole=whole) for name in newest)
    updated = max(item.updated for item in items)
    return Feed(printable(title), absolute(site, url), absolute(site, home), updated, items)


def _item(context: PageContext, name: str, *, whole: bool) -> FeedItem:
    entry, site = context.graph.entries[name], context.site
    published = entry.moments[0] or timestamp(entry.date)
    return FeedItem(
        id=absolute(site, first_url(entry.url, entry.redirect_from)),
        url=absolute(site, entry.url),
        title=printable(entry.title),
        summary=printable(context.cards[name].summary),
        summed_up=entry.summary if whole else "",
        labels={field.name: field.label for field in kind_of(site, entry.kind).fields if whole},
        content=content_of(context, name, absolute(site, "")) if whole else None,
        image=_enclosure(context, name),
        date=entry.date,
        published=published,
        updated=max(entry.moments[1] or timestamp(max(entry.updated, entry.date)), published),
        tags=tuple(printable(tag) for tag in entry.tags),
        lang=entry.lang,
    )


def _enclosure(context: PageContext, name: str) -> Enclosure | None:
    """Return the image of an entry, where it is a file of the hub."""
    target = context.graph.images.get(name)
    shown = with_images((target,), context.images)[0].image if target else None
    if target is None or shown is None:
        return None
    kind = TYPES.get(target.url.rpartition(".")[2].lower(), "application/octet-stream")
    return Enclosure(absolute(context.site, target.url), kind, shown.length)


def _json_feed(settings: Lazy, feed: Feed) -> str:
    """Return the feed in JSON Feed 1.1."""
    site: Site = settings.make()
    author = {"name": site.author.name, "url": absolute(site, "about/")}
    data: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.url,
        "description": site.description,
        "language": site.language,
        "authors": [author] if site.author.name else [],
    }
    items = [
        {
            "id": item.id,
            "url": item.url,
            "title": item.title,
            "summary": item.summary,
            "content_html": str(item.html),
            "date_published": item.published,
            "date_modified": item.updated,
            "tags": list(item.tags),
            "language": item.lang,
            "image": item.image.url if item.image else "",
        }
        for item in feed.items
    ]
    data = {name: value for name, value in data.items() if value}
    data["items"] = [
        {name: value for name, value in item.items() if value or name == "content_html"}
        for item in items
    ]
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def plan_previews(context: PageContext, folder: str) -> Iterator[Page]:
    """Yield the file from which a script shows what a link to an entry of this folder leads to.

    A folder's own, so that no file is large, and apart from the pages, so that none of these
    changes when another one does.
    """
    cards = (context.cards[name] for name in context.graph.previews[folder])
    shown = {
        card.url.rstrip("/").rpartition("/")[2]: (card.title, card.label, card.summary)
        for card in cards
    }
    text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    text = text.replace("<", "\\u003c") + "\n"  # nobody takes it for HTML, whatever it is sent as
    yield Page(f"{folder}previews.json", "plain.txt", {"text": text})


def plan_sitemap(context: PageContext, urls: Sequence[str]) -> Iterator[Page]:
    """Yield the sitemap: each address that may be indexed, and the day its content changed.

    More addresses than a sitemap may hold are split over several, which the first then lists.
    """
    site, graph = context.site, context.graph
    if not site.base_url:
        return
    written = graph.outlines
    days = {written[name].url: updated or date for name, (date, updated, _) in context.days.items()}
    single = {tag.url for tag in graph.tags.values() if tag.is_thin}
    rows = [(absolute(site, url), days.get(url, "")) for url in sorted(urls) if url not in single]
    if len(rows) <= MAX_URLS:
        yield Page("sitemap.xml", "sitemap.xml", {"urls": rows})
        return
    parts = [rows[start : start + MAX_URLS] for start in range(0, len(rows), MAX_URLS)]
    names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    index = [absolute(site, name) for name in names]
    yield Page("sitemap.xml", "sitemap-index.xml", {"urls": index})
    for name, part in zip(names, parts, strict=True):
        yield Page(name, "sitemap.xml", {"urls": part})
