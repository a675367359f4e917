"""Settings and sections in; the links that stand on every page out."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from nexusgen.core.model import Page, Site, Value
from nexusgen.core.urls import is_external, percent_encoded
from nexusgen.incremental.digests import Lazy
from nexusgen.pages.context import Library, ancestors, children, computed, shorten
from nexusgen.pages.views import Anchor, Nav, PageInputs, PageView, SectionView

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


SHORTEST, LONGEST = 50, 160
"""Characters of a description that search engines show whole."""


class Head(Value, frozen=True, array_like=True):
    """What distinguishes a page: `about` is its text in short, `topic` names it in full.

    Where these say too little, `within` tells what it belongs to, and `filler` what it offers.
    """

    url: str
    kind: str
    heading: str
    about: str = ""
    topic: str = ""
    within: str = ""
    filler: str = ""
    section: str = ""
    image: str = ""
    robots: str = ""
    feed: str = ""
    published: str = ""
    modified: str = ""
    tags: tuple[str, ...] = ()


def make_page(
    library: Library, head: Head, template: str, values: Mapping[str, Any], source: str = ""
) -> Page:
    """Return a page with its own variables and those that every page has."""
    trail = trail_to(library, head)
    own = {
        "page": computed(_page_view, library.shared["site"], head, trail),
        "root": root_of(head.url),
    }
    return Page(head.url, template, {**library.shared, **own, **values}, source)


def root_of(url: str) -> str:
    """Return the way from a page to the hub's root: `../../` from `notes/django/`."""
    return "../" * url.count("/") or "./"


def trail_to(library: Library, head: Head) -> tuple[Anchor, ...]:
    """Return the way from home to a page, without the page itself; home has none."""
    if not head.url:
        return ()
    above = [library.sections[path] for path in ancestors(head.section)]
    steps = [Anchor(section.title, section.url) for section in above if section.url != head.url]
    if head.kind == "tag":
        steps.append(Anchor("Tags", "tags/"))
    return (Anchor("Home", ""), *steps)


def absolute(site: Site, url: str) -> str:
    """Return the whole address of a page; empty where nobody said where the site will stand."""
    if is_external(url):
        return url
    return site.base_url.rstrip("/") + "/" + percent_encoded(url) if site.base_url else ""


def _page_view(settings: Lazy, head: Head, trail: tuple[Anchor, ...]) -> PageView:
    site: Site = settings.make()
    page = PageView(
        url=head.url,
        kind=head.kind,
        title=_title(site, head),
        heading=head.heading,
        description=_description(site, head),
        canonical=absolute(site, head.url),
        image=absolute(site, head.image) if head.image else "",
        robots=head.robots,
        feed=head.feed,
        published=head.published,
        modified=head.modified,
        crumbs=trail,
    )
    return replace(page, json_ld=_json_ld(site, head, page))


def _title(site: Site, head: Head) -> str:
    if not head.url:
        return f"{site.title}: {site.tagline}" if site.tagline else site.title
    return f"{head.topic or head.heading} | {site.title}"


def _description(site: Site, head: Head) -> str:
    """Return the text in short; where it is too short to tell anything, with what it belongs to."""
    topic = head.topic or head.heading
    text = f"{topic}: {head.about}" if head.url and head.about == site.description else head.about
    additions = (topic, head.within, site.title, site.tagline, site.description, head.filler)
    for addition in additions:
        if len(text) >= SHORTEST:
            break
        if addition and addition not in text:
            text = f"{text.rstrip(' .')}. {addition}" if text else addition
    return shorten(" ".join(text.split()), LONGEST)


def _json_ld(site: Site, head: Head, page: PageView) -> dict[str, Any]:
    """Return the page as schema.org sees it; addresses only where the site has one."""
    graph = [_website(site)]
    if site.author.name:
        graph.append(_person(site))
    if head.kind == "entry":
        graph.append(_article(site, head, page))
    if head.kind == "about":
        graph.append(_kept({"@type": "ProfilePage", "url": page.canonical, "name": page.heading,
                            "mainEntity": {"@id": _author_id(site)}}))  # fmt: skip
    if page.crumbs and site.base_url:
        graph.append(_breadcrumbs(site, page))
    return {"@context": "https://schema.org", "@graph": graph}


def _website(site: Site) -> dict[str, Any]:
    return _kept({
        "@type": "WebSite", "name": site.title, "url": absolute(site, ""),
        "description": site.description, "inLanguage": site.language,
    })  # fmt: skip


def _person(site: Site) -> dict[str, Any]:
    author = site.author
    return _kept({
        "@type": "Person", "@id": _author_id(site), "name": author.name, "jobTitle": author.headline,
        "description": author.bio, "sameAs": [link.url for link in author.links],
    })  # fmt: skip


def _author_id(site: Site) -> str:
    return absolute(site, "") + "#author"


def _article(site: Site, head: Head, page: PageView) -> dict[str, Any]:
    return _kept({
        "@type": "TechArticle", "headline": page.heading, "description": page.description,
        "url": page.canonical, "image": page.image, "inLanguage": site.language,
        "datePublished": page.published, "dateModified": page.modified or page.published,
        "keywords": list(head.tags),
        "author": {"@id": _author_id(site)} if site.author.name else None,
    })  # fmt: skip


def _breadcrumbs(site: Site, page: PageView) -> dict[str, Any]:
    steps = [*page.crumbs, Anchor(page.heading, page.url)]
    items = [
        {"@type": "ListItem", "position": number, "name": step.title,
         "item": absolute(site, step.url)}
        for number, step in enumerate(steps, 1)
    ]  # fmt: skip
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _kept(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value}
