"""Dated entries in; Atom, RSS and JSON feeds out, one Atom feed for each section, and the sitemap.

Feeds need whole addresses (RFC 4287, section 4.2.6), so there are none where the site has no
`base_url`; an entry without a date is in none of them, because nothing could put it in order.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from markupsafe import Markup

from nexusgen.core.model import Entry, Page, Site
from nexusgen.incremental.digests import Lazy
from nexusgen.pages.context import Library, computed, kind_of
from nexusgen.pages.entry import content_of
from nexusgen.pages.listing import section_entries, tag_url
from nexusgen.pages.meta import absolute
from nexusgen.pages.views import Card

LONGEST = 20
"""Entries in a feed; readers keep what they have seen."""

MOST_URLS = 50_000
"""Addresses that one sitemap may hold: sitemaps.org, "Sitemap index files"."""


UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class FeedItem(msgspec.Struct, frozen=True):
    """An entry in a feed; every URL in it is absolute. Times are RFC 3339."""

    url: str
    title: str
    summary: str
    summed_up: str
    labels: Mapping[str, str]
    content: Lazy
    published: str
    updated: str
    tags: tuple[str, ...]

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


def plan_feeds(library: Library) -> Iterator[Page]:
    """Yield the feeds of the hub where anything in it has a date."""
    site, sections = library.inputs.site, library.inputs.graph.sections
    if not site.base_url:
        return
    ids = newest(library, [one for path in sections for one in section_entries(library, path)])
    if ids:
        for url, template in (("feed.xml", "atom.xml"), ("rss.xml", "rss.xml")):
            yield _feed_page(library, template, (url, "", site.title), ids)
        yield _json_page(library, ids)


def plan_section_feed(library: Library, path: str) -> Iterator[Page]:
    """Yield the feed of a section that holds anything with a date."""
    site, section = library.inputs.site, library.sections[path]
    ids = newest(library, section_entries(library, path)) if site.base_url else ()
    if ids:
        place = (f"{section.url}feed.xml", section.url, f"{section.title} | {site.title}")
        yield _feed_page(library, "atom.xml", place, ids)


def plan_sitemap(library: Library, urls: Sequence[str]) -> Iterator[Page]:
    """Yield the sitemap: each address that may be indexed, and the day its content changed.

    More addresses than a sitemap may hold are split over several, which the first then lists.
    """
    site, graph = library.inputs.site, library.inputs.graph
    if not site.base_url:
        return
    written = {name: url for url, name in library.written.items()}
    days = {written[name]: updated or date for name, (date, updated) in library.days.items()}
    single = {tag_url(tag) for tag in graph.tags.values() if len(tag.entries) == 1}
    rows = [(absolute(site, url), days.get(url, "")) for url in sorted(urls) if url not in single]
    if len(rows) <= MOST_URLS:
        yield Page("sitemap.xml", "sitemap.xml", {"urls": rows})
        return
    parts = [rows[start : start + MOST_URLS] for start in range(0, len(rows), MOST_URLS)]
    names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    index = [absolute(site, name) for name in names]
    yield Page("sitemap.xml", "sitemap-index.xml", {"urls": index})
    for name, part in zip(names, parts, strict=True):
        yield Page(name, "sitemap.xml", {"urls": part})


def printable(text: str) -> str:
    """Return `text` without the characters that XML 1.0, section 2.2, forbids."""
    return UNPRINTABLE.sub("", text)


def newest(library: Library, ids: Sequence[str]) -> tuple[str, ...]:
    """Return the entries that a feed holds, newest first."""
    days = library.days
    dated = sorted(name for name in ids if name in days and days[name][0])
    dated.sort(key=lambda name: days[name][0], reverse=True)
    return tuple(dated[:LONGEST])


def timestamp(date: str) -> str:
    """Return a date as RFC 3339 wants it; a day begins at midnight UTC."""
    return date if "T" in date else f"{date}T00:00:00Z"


def _feed_page(
    library: Library, template: str, place: tuple[str, str, str], ids: tuple[str, ...]
) -> Page:
    shown = {"site": library.shared["site"], "feed": _feed(library, place, ids)}
    return Page(place[0], template, shown)


def _feed(library: Library, place: tuple[str, str, str], ids: tuple[str, ...]) -> Feed:
    site, (url, home, title) = library.inputs.site, place
    items = tuple(_item(library, name) for name in ids)
    return Feed(
        title=printable(title),
        url=absolute(site, url),
        home=absolute(site, home),
        updated=max(item.updated for item in items),
        items=items,
    )


def _item(library: Library, name: str) -> FeedItem:
    entry, site = library.inputs.graph.entries[name], library.inputs.site
    return FeedItem(
        url=absolute(site, entry.url),
        title=printable(entry.title),
        summary=printable(library.cards[name].summary),
        summed_up=entry.summary,
        labels={field.name: field.label for field in kind_of(site, entry.kind).fields},
        content=content_of(library, name, absolute(site, "")),
        published=timestamp(entry.date),
        updated=timestamp(max(entry.updated, entry.date)),
        tags=tuple(printable(tag) for tag in entry.tags),
    )


def _json_page(library: Library, ids: tuple[str, ...]) -> Page:
    site = library.inputs.site
    feed = _feed(library, ("feed.json", "", site.title), ids)
    return Page(
        "feed.json", "plain.txt", {"text": computed(_json_feed, library.shared["site"], feed)}
    )


def _json_feed(settings: Lazy, feed: Feed) -> str:
    """Return the feed in JSON Feed 1.1."""
    site: Site = settings.make()
    author = {"name": site.author.name, "url": absolute(site, "about/")}
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.url,
        "description": site.description,
        "language": site.language,
        "authors": [author] if site.author.name else [],
        "items": [_json_item(item) for item in feed.items],
    }
    kept = {name: value for name, value in data.items() if value}
    return json.dumps(kept | {"items": data["items"]}, ensure_ascii=False, indent=1) + "\n"


def _json_item(item: FeedItem) -> dict[str, object]:
    data = {
        "id": item.url,
        "url": item.url,
        "title": item.title,
        "summary": item.summary,
        "content_html": str(item.html),
        "date_published": item.published,
        "date_modified": item.updated,
        "tags": list(item.tags),
    }
    return {name: value for name, value in data.items() if value or name == "content_html"}


def preview_folders(entries: Iterable[Entry]) -> dict[str, tuple[str, ...]]:
    """Return the ids of the entries in each folder of pages."""
    folders: dict[str, list[str]] = {}
    for entry in entries:
        if entry.url:
            folders.setdefault(_folder(entry.url), []).append(entry.id)
    return {folder: tuple(folders[folder]) for folder in sorted(folders)}


def plan_previews(library: Library, folder: str) -> Iterator[Page]:
    """Yield the file from which a script shows what a link to an entry of this folder leads to.

    A folder's own, so that no file is large, and apart from the pages, so that none of these
    changes when another one does.
    """
    cards = (library.cards[name] for name in library.folders[folder])
    yield Page(f"{folder}previews.json", "plain.txt", {"text": _previews(cards)})


def _folder(url: str) -> str:
    head = url.rstrip("/").rpartition("/")[0]
    return f"{head}/" if head else ""


def _previews(cards: Iterable[Card]) -> str:
    shown = {
        card.url.rstrip("/").rpartition("/")[2]: (card.title, card.label, card.summary)
        for card in cards
    }
    text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.replace("<", "\\u003c") + "\n"  # nobody takes it for HTML, whatever it is sent as
