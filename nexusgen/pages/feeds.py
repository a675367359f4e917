"""Plan feeds (Atom, RSS, JSON; one Atom feed for each section), the sitemap, and previews.

Feeds need whole addresses (RFC 4287, section 4.2.6), so there are none where the site has no
`base_url`; an entry without a date is in none of them, because nothing could put it in order.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from markupsafe import Markup
from msgspec.structs import replace

from nexusgen.core.model import Entry, Page, Site
from nexusgen.core.urls import first_url, parent_url
from nexusgen.incremental.digests import Lazy
from nexusgen.pages.context import PageContext, computed, kind_of
from nexusgen.pages.entry import content_of
from nexusgen.pages.listing import is_thin
from nexusgen.pages.meta import absolute

MAX_ITEMS = 20
"""Entries in a feed; readers keep what they have seen."""

MAX_URLS = 50_000
"""Addresses that one sitemap may hold: sitemaps.org, "Sitemap index files"."""


UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class FeedItem(msgspec.Struct, frozen=True):
    """An entry in a feed; every URL in it is absolute. Times are RFC 3339.

    `id` is the first address that the entry had: readers know it again by that, wherever it moves
    (RFC 4287, section 4.2.6).
    """

    id: str
    url: str
    title: str
    summary: str
    summed_up: str
    labels: Mapping[str, str]
    content: Lazy
    published: str
    updated: str
    tags: tuple[str, ...]
    lang: str

    @property
    def html(self) -> Markup:
        """Return the whole text: the entry's own summary, the fields of its kind, its body."""
        texts = self.content.make()
        parts = [Markup("<p>{}</p>").format(self.summed_up)] if self.summed_up else []
        parts += [
            Markup("<h2>{}</h2>").format(label) + texts[name]
            for name, label in self.labels.items()
            if name in texts
        ]
        parts.append(texts.get("body", Markup()))
        return Markup(printable("\n".join(parts)))


class Feed(msgspec.Struct, frozen=True):
    """A feed: its own URL, the page it belongs to, and its entries, newest first."""

    title: str
    url: str
    home: str
    updated: str
    items: tuple[FeedItem, ...]


def plan_feeds(context: PageContext) -> Iterator[Page]:
    """Yield the feeds of the hub where anything in it has a date."""
    sections, title = context.graph.sections, context.site.title
    ids = [name for path in sections for name in sections.get(path, ())]
    feed = _feed(context, ids, "feed.xml", "", title)
    if feed is None:
        return
    site = context.shared["site"]
    yield Page("feed.xml", "atom.xml", {"site": site, "feed": feed})
    rss, own = (replace(feed, url=absolute(context.site, url)) for url in ("rss.xml", "feed.json"))
    yield Page("rss.xml", "rss.xml", {"site": site, "feed": rss})
    yield Page("feed.json", "plain.txt", {"text": computed(_json_feed, site, own)})


def plan_section_feed(context: PageContext, path: str) -> Iterator[Page]:
    """Yield the feed of a section that holds anything with a date."""
    section, ids = context.sections[path], context.graph.sections.get(path, ())
    url, title = f"{section.url}feed.xml", f"{section.title} | {context.site.title}"
    if feed := _feed(context, ids, url, section.url, title):
        yield Page(url, "atom.xml", {"site": context.shared["site"], "feed": feed})


def plan_sitemap(context: PageContext, urls: Sequence[str]) -> Iterator[Page]:
    """Yield the sitemap: each address that may be indexed, and the day its content changed.

    More addresses than a sitemap may hold are split over several, which the first then lists.
    """
    site, graph = context.site, context.graph
    if not site.base_url:
        return
    written = {name: url for url, name in context.written.items()}
    days = {written[name]: updated or date for name, (date, updated, _) in context.days.items()}
    single = {tag.url for tag in graph.tags.values() if is_thin(tag)}
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


def printable(text: str) -> str:
    """Return `text` without the characters that XML 1.0, section 2.2, forbids."""
    return UNPRINTABLE.sub("", text)


def timestamp(date: str) -> str:
    """Return a date as RFC 3339 wants it; a day begins at midnight UTC."""
    return date if "T" in date else f"{date}T00:00:00Z"


def _feed(context: PageContext, ids: Sequence[str], url: str, home: str, title: str) -> Feed | None:
    """Return a feed of the newest of these entries; none where none has a date or the site no address."""
    site, days = context.site, context.days
    dated = sorted(name for name in ids if name in days and days[name][0])
    if not dated or not site.base_url:
        return None
    newest = sorted(dated, key=lambda name: days[name][::2], reverse=True)[:MAX_ITEMS]
    items = tuple(_item(context, name) for name in newest)
    updated = max(item.updated for item in items)
    return Feed(printable(title), absolute(site, url), absolute(site, home), updated, items)


def _item(context: PageContext, name: str) -> FeedItem:
    entry, site = context.graph.entries[name], context.site
    published = entry.moments[0] or timestamp(entry.date)
    return FeedItem(
        id=absolute(site, first_url(entry.url, entry.redirect_from)),
        url=absolute(site, entry.url),
        title=printable(entry.title),
        summary=printable(context.cards[name].summary),
        summed_up=entry.summary,
        labels={field.name: field.label for field in kind_of(site, entry.kind).fields},
        content=content_of(context, name, absolute(site, "")),
        published=published,
        updated=max(entry.moments[1] or timestamp(max(entry.updated, entry.date)), published),
        tags=tuple(printable(tag) for tag in entry.tags),
        lang=entry.lang,
    )


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
        }
        for item in feed.items
    ]
    data = {name: value for name, value in data.items() if value}
    data["items"] = [
        {name: value for name, value in item.items() if value or name == "content_html"}
        for item in items
    ]
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def preview_folders(entries: Iterable[Entry]) -> dict[str, tuple[str, ...]]:
    """Return the ids of the entries in each folder of pages."""
    folders: dict[str, list[str]] = {}
    for entry in entries:
        if entry.url:
            folders.setdefault(parent_url(entry.url), []).append(entry.id)
    return {folder: tuple(folders[folder]) for folder in sorted(folders)}


def plan_previews(context: PageContext, folder: str) -> Iterator[Page]:
    """Yield the file from which a script shows what a link to an entry of this folder leads to.

    A folder's own, so that no file is large, and apart from the pages, so that none of these
    changes when another one does.
    """
    cards = (context.cards[name] for name in context.folders[folder])
    shown = {
        card.url.rstrip("/").rpartition("/")[2]: (card.title, card.label, card.summary)
        for card in cards
    }
    text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    text = text.replace("<", "\\u003c") + "\n"  # nobody takes it for HTML, whatever it is sent as
    yield Page(f"{folder}previews.json", "plain.txt", {"text": text})
