"""Settings and sections in; the links that stand on every page out."""

from collections.abc import Iterator, Mapping

from nexusgen.markup.urls import is_external
from nexusgen.pages.sections import children
from nexusgen.pages.views import Anchor, Nav, PageInputs, SectionView

MANY = 6
"""More links than these in a row are no longer read: the rest is behind one link to home."""


def plan_navigation(
    inputs: PageInputs, sections: Mapping[str, SectionView], written: Mapping[str, str]
) -> Nav:
    """Return the header's and the footer's links; none leads to an empty page.

    `written` says which entry is at a URL.
    """
    site = inputs.site
    chosen = (Anchor(link.title, _internal(link.url)) for link in site.nav)
    return Nav(
        main=(*_main(inputs, sections, written), *chosen),
        footer=tuple(_footer(inputs)),
        feeds=has_feeds(inputs),
    )


def has_feeds(inputs: PageInputs) -> bool:
    """Return whether the hub has feeds: they need an address and something with a date."""
    return bool(inputs.site.base_url) and has_dates(inputs)


def has_dates(inputs: PageInputs) -> bool:
    """Return whether any entry has a date, so that there is a timeline."""
    return "timeline" in inputs.graph.pages


def _main(
    inputs: PageInputs, sections: Mapping[str, SectionView], written: Mapping[str, str]
) -> Iterator[Anchor]:
    top = children(sections, "")
    declared = [section for section in top if section.short]
    others = [section for section in top if not section.short]
    for section in declared:
        yield Anchor(section.short, section.url)
    if len(declared) + len(others) <= MANY:
        yield from (Anchor(section.title, section.url) for section in others)
    elif others:
        yield Anchor("Sections", "#sections")
    if has_dates(inputs):
        yield Anchor("Timeline", "timeline/")
    if inputs.site.author.name or "about/" in written:
        yield Anchor("About", "about/")


def _footer(inputs: PageInputs) -> Iterator[Anchor]:
    pages = [
        inputs.graph.entries[name]
        for name in inputs.graph.sections.get("", ())
        if not inputs.graph.entries[name].is_index
    ]
    if len(pages) <= MANY:
        yield from (Anchor(page.title, page.url) for page in pages if page.url != "about/")
    if inputs.graph.tags:
        yield Anchor("Tags", "tags/")
    if "graph" in inputs.graph.pages:
        yield Anchor("Graph", "graph/")


def _internal(url: str) -> str:
    return url if is_external(url) else url.lstrip("/")
