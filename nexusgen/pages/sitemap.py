"""Plan the sitemap: the addresses that search engines may index."""

from collections.abc import Iterator, Sequence

from nexusgen.core.model import Page
from nexusgen.pages.context import PageContext
from nexusgen.pages.listing import is_thin
from nexusgen.pages.meta import absolute

MAX_URLS = 50_000
"""Addresses that one sitemap may hold: sitemaps.org, "Sitemap index files"."""


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
