"""Decide what stands in the head of a page, in its structured data, its navigation and its rail."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from math import inf
from typing import Any

from msgspec.structs import asdict, replace

from nexusgen.core.builds import Page
from nexusgen.core.model import Site, Value
from nexusgen.core.urls import is_external, percent_encoded
from nexusgen.images.cards import SIZE
from nexusgen.incremental.digests import Lazy
from nexusgen.pages.context import (
    PageContext,
    PageInputs,
    children,
    computed,
    in_order,
    plain,
    shorten,
)
from nexusgen.pages.views import Anchor, Nav, RailItem, Ref, SectionView
from nexusgen.pages.words import say
from nexusgen.site.library import MIN_SECTIONS

MAX_LINKS = 6
"""More links than these in a row are no longer read: the rest is behind one link to home."""

MAX_DESCRIPTION = 160
"""Characters of a description that search engines show whole."""


class PageMeta(Value, frozen=True, array_like=True):
    """What distinguishes a page: `about` is its text in short, `full_title` names it in full.

    `topics` are the names of what it is about, on the author's pages what the author has worked with.
    `above` are the pages between home and it that are no sections.
    """

    url: str
    kind: str
    heading: str
    about: str = ""
    full_title: str = ""
    section: str = ""
    image: str = ""
    robots: str = ""
    feeds: tuple[Anchor, ...] = ()
    published: str = ""
    modified: str = ""
    tags: tuple[str, ...] = ()
    image_alt: str = ""
    image_size: tuple[int, int] = (0, 0)
    topics: tuple[str, ...] = ()
    lang: str = ""
    above: tuple[Anchor, ...] = ()


class PageView(PageMeta, frozen=True, array_like=True, kw_only=True):
    """The page itself, as templates see it: what stands in its head, and the way to it.

    `title` is complete, with the name of the site; `heading` is what the page calls itself.
    `json_ld` is the structured data. `canonical` and `image` are empty where there is none.
    """

    title: str
    description: str
    canonical: str
    crumbs: tuple[Anchor, ...]
    json_ld: Mapping[str, Any] = {}


def make_page(
    context: PageContext, meta: PageMeta, template: str, values: Mapping[str, Any], source: str = ""
) -> Page:
    """Return a page with its own variables and those that every page has."""
    trail = _trail_to(context, meta)
    share = None if meta.image or meta.robots else context.share(meta.url, meta.section)
    if share is not None:
        meta = replace(meta, image=share.url, image_alt=share.card.title, image_size=SIZE)
    own = {
        "page": computed(_page_view, context.shared["site"], meta, trail),
        "root": root_of(meta.url),
    }
    return Page(meta.url, template, {**context.shared, **own, **values}, source)


def root_of(url: str) -> str:
    """Return the way from a page to the hub's root: `../../` from `notes/django/`."""
    return "../" * url.count("/") or "./"


def absolute(site: Site, url: str) -> str:
    """Return the whole address of a page; empty where nobody said where the site will stand."""
    if is_external(url):
        return url
    return site.base_url.rstrip("/") + "/" + percent_encoded(url) if site.base_url else ""


def _trail_to(context: PageContext, meta: PageMeta) -> tuple[Anchor, ...]:
    """Return the way from home to a page, without the page itself; home has none."""
    if not meta.url:
        return ()
    parts = meta.section.split("/") if meta.section else []
    above = [context.named_sections["/".join(parts[:end])] for end in range(1, len(parts) + 1)]
    steps = [Anchor(one.short or one.title, one.url) for one in above if one.url != meta.url]
    return (Anchor(say(context.site, "Home"), ""), *steps, *meta.above)


def _page_view(settings: Lazy, meta: PageMeta, trail: tuple[Anchor, ...]) -> PageView:
    site: Site = settings.make()
    title = f"{meta.full_title or meta.heading} | {site.title}"
    if not meta.url and not meta.full_title:
        title = f"{site.title}: {site.tagline}" if site.tagline else site.title
    known = asdict(meta) | {"image": absolute(site, meta.image) if meta.image else ""}
    page = PageView(
        **known,
        title=title,
        description=shorten(" ".join(meta.about.split()), MAX_DESCRIPTION),
        canonical=absolute(site, meta.url),
        crumbs=trail,
    )
    graph = [
        {name: value for name, value in data.items() if value}
        for data in _structured_data(site, meta, page)
    ]
    return replace(page, json_ld={"@context": "https://schema.org", "@graph": graph})


def _structured_data(site: Site, meta: PageMeta, page: PageView) -> Iterator[dict[str, Any]]:
    """Yield what schema.org knows of a page; addresses only where the site has one."""
    author, home = site.author, absolute(site, "")
    author_id, site_id = f"{home}#author", f"{home}#site"
    is_about = meta.kind == "about" or not meta.url
    if not meta.url:
        yield {
            "@type": "WebSite", "@id": site_id, "name": site.title, "url": home,
            "description": site.description, "inLanguage": site.language,
            "potentialAction": _search_action(site),
        }  # fmt: skip
    if author.name:
        person = {"@type": "Person", "@id": author_id, "name": author.name}
        more = {
            "jobTitle": author.headline, "description": plain(author.bio),
            "image": absolute(site, author.photo) if author.photo else "",
            "sameAs": [url for link in author.links if (url := absolute(site, link.url))],
            "knowsAbout": list(meta.topics),
            "url": absolute(site, "about/"),
        }  # fmt: skip
        yield person | more if is_about else person
    if meta.kind == "entry":
        yield {
            "@type": "TechArticle", "@id": f"{page.canonical}#article", "headline": page.heading, "description": page.description,
            "url": page.canonical, "image": page.image, "inLanguage": meta.lang or site.language,
            "mainEntityOfPage": page.canonical, "isPartOf": {"@id": site_id},
            "about": [{"@type": "Thing", "name": name} for name in meta.topics],
            "datePublished": page.published, "dateModified": page.modified or page.published,
            "keywords": list(meta.tags), "author": {"@id": author_id} if author.name else None,
        }  # fmt: skip
    if meta.kind == "about" or (not meta.url and meta.full_title):
        yield {
            "@type": "ProfilePage", "url": page.canonical, "name": page.heading,
            "mainEntity": {"@id": author_id},
        }  # fmt: skip
    if page.crumbs and site.base_url:
        yield {"@type": "BreadcrumbList", "itemListElement": _breadcrumbs(site, page)}


def _search_action(site: Site) -> dict[str, str] | None:
    """Return how to search the site, for its home page."""
    if not (site.search and site.base_url):
        return None
    return {
        "@type": "SearchAction",
        "target": absolute(site, "search/") + "?q={search_term_string}",
        "query-input": "required name=search_term_string",
    }


def _breadcrumbs(site: Site, page: PageView) -> list[dict[str, Any]]:
    steps = [*page.crumbs, Anchor(page.heading, page.url)]
    return [
        {
            "@type": "ListItem", "position": number, "name": step.title,
            "item": absolute(site, step.url),
        }
        for number, step in enumerate(steps, 1)
    ]  # fmt: skip


def plan_navigation(
    inputs: PageInputs,
    sections: Mapping[str, SectionView],
    written: Mapping[str, str],
    drawn: Container[str],
) -> Nav:
    """Return the header's and the footer's links; none leads to an empty page.

    What `nav` in the settings names stands where it says, under its title, and not twice.
    `written` says which entry is at a URL, `drawn` what has a graph: nothing is the hub.
    """
    site = inputs.site
    has_dates = any(one.date and not one.is_index for one in inputs.graph.outlines.values())
    main = [*_section_links(site, children(sections, "")), *_made(inputs, ("skills/", "Skills"))]
    if _has_cv(inputs, main):
        main += _made(inputs, ("cv/", "CV"))
    marks = {link.url: link.mark for link in main}
    chosen = [Anchor(it.title, it.url, marks.get(it.url, "")) for it in inputs.graph.led["nav"]]
    named = {link.url for link in chosen}
    # Feeds need an address and something with a date.
    return Nav(
        (*(link for link in main if link.url not in named), *chosen),
        tuple(_footer(inputs, written, "" in drawn)),
        bool(site.base_url) and has_dates,
    )


def _section_links(site: Site, top: tuple[SectionView, ...]) -> Iterator[Anchor]:
    few = len(top) <= MAX_LINKS
    for section in sorted(top, key=lambda one: (one.weight or inf, not one.short)):
        if section.short:
            yield Anchor(section.short, section.url, section.mark)
        elif few:
            yield Anchor(section.title, section.url)
    if not (few or all(section.short for section in top)):
        yield Anchor(say(site, "Sections"), "#Sections")


def _has_cv(inputs: PageInputs, main: Iterable[Anchor]) -> bool:
    """Return whether a CV says more than who it is of."""
    kinds = {one.kind for one in inputs.graph.outlines.values() if not one.is_index}
    has_skills = any(link.url == "skills/" for link in main)
    has_work = not kinds.isdisjoint(("challenge", "project"))
    return has_skills or has_work or any(inputs.cv[""].values())


def _made(inputs: PageInputs, *pages: tuple[str, str]) -> Iterator[Anchor]:
    """Yield links to those of the pages that nexusgen has made, not an author in their place."""
    for url, title in pages:
        if inputs.graph.owner_of(f"{url}index.html") == url[:-1]:
            yield Anchor(say(inputs.site, title), url)


def _footer(inputs: PageInputs, written: Mapping[str, str], has_graph: bool) -> Iterator[Anchor]:
    entries = [inputs.graph.entries[name] for name in inputs.graph.sections.get("", ())]
    pages = [entry for entry in entries if not entry.is_index]
    if len(pages) <= MAX_LINKS:
        yield from (Anchor(page.title, page.url) for page in pages if page.url != "about/")
    if inputs.site.author.name or "about/" in written:
        yield Anchor(say(inputs.site, "About"), "about/")
    yield from _made(inputs, ("map/", "Contents"), ("timeline/", "Timeline"))
    if inputs.graph.tags:
        yield Anchor(say(inputs.site, "Tags"), "tags/")
    if has_graph:
        yield from _made(inputs, ("graph/", "Graph"))


MAX_BESIDE = 9
"""Sections on either side of the open one: more on one side where there are fewer on the other."""

MAX_NEAR, MAX_AROUND = 3, 3
"""Sections and entries on either side of those of an entry, whose page is to stay light."""


def sections_beside(sections: Mapping[str, SectionView]) -> dict[str, tuple[str, ...]]:
    """Return the paths around each section of notes, its own among them, of those of one folder.

    What has a name in the header, such as the technologies, has no rail.
    """
    folders: dict[str, list[str]] = {}
    for section in in_order(sections):
        if section.count and not section.short:
            folders.setdefault(section.path.rpartition("/")[0], []).append(section.path)
    return {
        path: tuple(
            paths[max(0, min(at, len(paths) - 1 - MAX_BESIDE) - MAX_BESIDE) :][: 2 * MAX_BESIDE + 1]
        )
        for paths in folders.values()
        if len(paths) >= MIN_SECTIONS
        for at, path in enumerate(paths)
    }


def section_rail(context: PageContext, path: str) -> tuple[RailItem, ...]:
    """Return the rail of the page of a section: its neighbours with their counts."""
    return tuple(
        RailItem(section.title, section.url, section.path == path, section.count)
        for section in map(context.sections.__getitem__, context.rails.get(path, ()))
    )


def entry_rail(context: PageContext, name: str) -> tuple[RailItem, ...]:
    """Return the rail of the page of an entry: the sections without counts, which change often."""
    own = context.graph.entries[name].section
    paths = context.rails.get(own, ())
    at = min(paths.index(own), len(paths) - 1 - MAX_NEAR) if paths else 0
    items = []
    for path in paths[max(0, at - MAX_NEAR) :][: 2 * MAX_NEAR + 1]:
        section = context.named_sections[path]
        entries = tuple(entries_around(context, name)) if path == own else ()
        items.append(RailItem(section.title, section.url, path == own, entries=entries))
    return tuple(items)


def entries_around(context: PageContext, name: str) -> Iterator[Ref]:
    """Yield the entries around one in its section, itself among them."""
    before = list(_walk(context, name, lambda pair: pair[0]))
    for one in (*reversed(before), name, *_walk(context, name, lambda pair: pair[1])):
        yield context.refs[one]


def _walk(context: PageContext, name: str, step: Callable[[tuple[str, str]], str]) -> Iterator[str]:
    for _ in range(MAX_AROUND):
        name = step(context.graph.neighbours.get(name, ("", "")))
        if not name:
            return
        yield name
