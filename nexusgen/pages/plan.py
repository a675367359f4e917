"""Plan every file of a site: each page with its variables, which the README lists, and copies."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import asdict, replace

from nexusgen.core.builds import GroupKey, Output, Outputs, Page, Snapshot, file_output
from nexusgen.core.model import Entry
from nexusgen.core.paths import hub_path
from nexusgen.core.urls import output_path
from nexusgen.incremental.derive import Tables, Tracked
from nexusgen.incremental.digests import digest_bytes, digest_value
from nexusgen.pages import feeds, home, listing, machines, portfolio, search
from nexusgen.pages.context import (
    PageContext,
    PageInputs,
    kind_of,
    make_card,
    make_ref,
    make_teasers,
    variable,
    view_section,
)
from nexusgen.pages.entry import plan_entry
from nexusgen.pages.graph import find_parts, plan_graph
from nexusgen.pages.meta import PageMeta, absolute, make_page, plan_navigation, sections_beside
from nexusgen.pages.share import plan_shares
from nexusgen.pages.theme import Theme
from nexusgen.pages.views import Card, Days, GraphPart, Nav, Ref, SectionView
from nexusgen.pages.words import say
from nexusgen.site.graph import Graph
from nexusgen.site.library import telling_days
from nexusgen.site.pictures import Pictures
from nexusgen.site.url_map import FULL, entry_unit
from nexusgen.site.url_map import PAGES as MADE

Plan = Callable[..., Iterator[Page]]
"""Yields the pages of a group, few that have much in common or a single one, from a context.

Of groups whose names have more than one word, it is given what follows the first; the sitemap is
given the URLs of all pages.
"""


def make_context(tables: Tables, inputs: PageInputs) -> PageContext:
    """Return what pages are planned from; tables that are about all entries are kept."""
    site, graph, entries = inputs.site, inputs.graph, inputs.graph.entries
    outlines = graph.outlines
    days = tables.derive("days", outlines, lambda name: _days(outlines[name]), Days)
    dated = tables.whole("dated", lambda: telling_days(outlines.values()), bool)
    cards = tables.derive("cards", entries, partial(make_card, inputs, dated), Card)
    sections = tables.derive(
        "section views", graph.folders, partial(view_section, inputs), SectionView
    )
    by_url = tables.group("by URL", outlines, lambda name, one: [(one.url, name)], str)
    written = tables.view("written", by_url, lambda ids: ids[0])
    skills, skill_order = portfolio.make_skills(tables, inputs, days)
    parts = tables.whole(
        "graph parts", lambda: find_parts(site, graph.linked, outlines, sections), GraphPart
    )
    listed, has_feeds = graph.sections, bool(site.base_url)
    of_kind = tables.group(
        "entries of kinds",
        outlines,
        lambda name, one: (
            [(kind_of(site, one.kind).name, name)] if has_feeds and not one.is_index else ()
        ),
        str,
    )
    titled = tables.group("titled", entries, lambda name, one: [(one.title, name)], str)
    nav = tables.whole("nav", lambda: {"": plan_navigation(inputs, sections, written, parts)}, Nav)
    shares = plan_shares(tables, inputs, sections, by_url)

    return PageContext(
        **asdict(inputs),
        refs=tables.derive("refs", entries, lambda name: make_ref(site, entries[name]), Ref),
        cards=cards,
        card_digests=tables.view("card digests", cards, digest_value),
        card_values=tables.view("card values", cards, lambda one: one.values),
        tag_pages=tables.whole(
            "pages of tags", lambda: {url: slug for slug, (_, url) in graph.tag_names.items()}, str
        ),
        tags_below=tables.group(
            "tags below", graph.tags, lambda slug, _: ((slug.rpartition("/")[0], slug),), str
        ),
        tags_beside=tables.derive(
            "tags beside", graph.tags, partial(listing.tags_beside, graph, cards), tuple[str, ...]
        ),
        sections=sections,
        named_sections=tables.view("named sections", sections, lambda one: replace(one, count=0)),
        rails=tables.whole("rails", lambda: sections_beside(sections), tuple[str, ...]),
        days=days,
        timeline=home.make_events(tables, site.page_size, entries),
        skills=skills,
        skill_order=skill_order,
        merits=tables.group("merits", entries, portfolio.find_merits, str),
        teasers=make_teasers(tables, inputs),
        author=portfolio.author_texts(tables, inputs),
        namesakes=tables.derive(
            "namesakes", titled, lambda title: True if len(titled[title]) > 1 else None, bool
        ),
        alike=tables.group(
            "sections by title", sections, lambda path, one: [(one.title, path)], str
        ),
        written=written,
        share=shares.of,
        card_files=shares.files(inputs.card_fonts),
        shared=_share(tables, inputs, nav.rows[""]),
        of_kind=of_kind,
        newest=tables.derive(
            "newest", listed, lambda path: feeds.newest_of(days, listed[path]), tuple[str, ...]
        ),
        newest_of_kinds=tables.derive(
            "newest of kinds",
            of_kind,
            lambda kind: feeds.newest_of(days, of_kind[kind]),
            tuple[str, ...],
        ),
        fed_tags=tables.whole(
            "tags with feeds", lambda: {"": feeds.have_tags_feeds(site, len(written))}, bool
        ),
        records=machines.make_records(tables, inputs, cards),
        graph_parts=parts,
    )


def _days(one: Entry) -> Days | None:
    """Return when an entry was written, as far as it says."""
    return (one.date, one.updated, one.moments[0]) if one.date or one.updated else None


def _share(tables: Tables, inputs: PageInputs, nav: Nav) -> Tracked[Any]:
    """Return the variables that all pages have; of redirects only their own pages tell."""
    site, led = inputs.site, inputs.graph.led
    author = replace(site.author, links=led["author"])
    site = replace(site, nav=led["nav"], author=author, redirects={}, redirect_spans={})
    values = {"site": site, "nav": nav, "assets": inputs.assets, "data": inputs.data}
    shared = {name: variable(value) for name, value in values.items()}
    digests = tables.source("shared", {name: one.digest for name, one in shared.items()}, bytes)
    by_digest = {one.digest: one for one in shared.values()}
    return tables.view("shared variables", digests, by_digest.get)


def plan_files(
    snapshot: Snapshot, graph: Graph, assets: Mapping[str, Output], pictures: Pictures
) -> dict[str, Output]:
    """Return the files that are copied, by path: the theme's assets, and those of the content.

    An image is copied without what it tells of its maker, and smaller, too.
    """
    files = {output.path: output for output in assets.values()}
    files |= {copy.path: copy for copy in pictures.copies}
    for name in graph.assets:
        path = hub_path(name, snapshot.content)
        copied = file_output(name, snapshot.files[path], partial(snapshot.read, path))
        output = pictures.cleaned.get(name, copied)
        if output and graph.owner_of(name) == "copy":
            files[name] = output
    return files


def page_groups(context: PageContext) -> Iterator[str]:
    """Yield the names of the groups of pages to be found."""
    yield "home"
    yield from (f"section {path}" for path in context.sections)
    for name, entry in context.graph.outlines.items():
        if entry_unit(entry).startswith("entry "):
            yield f"entry {name}"
    yield "root"
    yield from (url[:-1] for url in context.graph.made)
    yield from (f"timeline {page}" for page in context.timeline["events"] if page != "1")
    yield from (f"tag {url}" for url in context.tag_pages)


def other_groups(context: PageContext) -> Iterator[str]:
    """Yield the names of the groups of all other files of a site."""
    yield from ("404", "redirects", "feeds", "files", "sitemap", "resume", "hub", "llms")
    yield from (f"feed {path}" for path in context.sections)
    if context.site.base_url:
        yield from (f"kind-feed {kind}" for kind in context.of_kind)
    if context.fed_tags[""]:
        yield from (f"tag-feed {slug}" for slug in context.graph.tag_names)
    yield from (f"hub {path}" for path in context.sections)
    yield from (f"previews {folder}" for folder in context.graph.previews)
    yield from search.search_groups(context)


LOST = "Nothing is at this address. It may have moved, or the link may be mistyped."


def plan_not_found(context: PageContext) -> Iterator[Page]:
    """Yield the page for wrong addresses: it is shown at any depth, so its root is absolute."""
    about = say(context.site, LOST)
    meta = PageMeta("404.html", "404", say(context.site, "Page not found"), about, robots="noindex")
    path = urlsplit(context.site.base_url).path.rstrip("/")
    yield make_page(context, meta, "404.html", {"root": f"{path}/"})


def plan_redirects(context: PageContext) -> Iterator[Page]:
    """Yield a page for each old address, which leads to the new one at once."""
    site = context.site
    for old, new in context.graph.redirects.items():
        about = f"{say(site, 'This page has moved:')} {absolute(site, new) or new or '/'}"
        meta = PageMeta(old, "redirect", _title_at(context, new), about, robots="noindex")
        target = (new, absolute(site, new))
        yield make_page(context, meta, "redirect.html", {"target": target})


def _title_at(context: PageContext, url: str) -> str:
    """Return what the page at a URL is called; what has no name is its own."""
    graph = context.graph
    if url in context.written:
        return graph.entries[context.written[url]].title
    if url in context.tag_pages:
        return context.graph.tag_names[context.tag_pages[url]][0]
    sections = (section.title for section in context.sections.values() if section.url == url)
    made = {"": "Home", **MADE}.get(url)
    return say(context.site, made) if made else next(sections, url)


def plan_host_files(context: PageContext) -> Iterator[Page]:
    """Yield the small files that hosts and crawlers ask for."""
    site = context.site
    robots = "User-agent: *\nAllow: /\n"
    if site.base_url:
        robots += f"\nSitemap: {absolute(site, 'sitemap.xml')}\n"
    files = {"robots.txt": robots, ".nojekyll": ""}
    if site.cname:
        files["CNAME"] = f"{site.cname}\n"
    for url, text in files.items():
        yield Page(url, "plain.txt", {"text": text})


PLANS: Mapping[str, Plan] = {
    "home": home.plan_home,
    "section": listing.plan_section,
    "entry": plan_entry,
    "root": listing.plan_root_listing,
    "tags": listing.plan_tag_index,
    "tag": listing.plan_tag,
    "timeline": home.plan_timeline,
    "graph": plan_graph,
    "map": home.plan_contents,
    "recent": home.plan_recent,
    "about": portfolio.plan_about,
    "skills": portfolio.plan_skills,
    "cv": portfolio.plan_cv,
    "404": plan_not_found,
    "redirects": plan_redirects,
    "sitemap": feeds.plan_sitemap,
    "feeds": feeds.plan_feeds,
    "feed": feeds.plan_section_feed,
    "kind-feed": feeds.plan_kind_feed,
    "tag-feed": feeds.plan_tag_feed,
    "previews": feeds.plan_previews,
    "files": plan_host_files,
    "resume": portfolio.plan_resume,
    "hub": machines.plan_hub,
    "llms": machines.plan_llms,
    "search": search.plan_search_page,
    "manifest": search.plan_manifest,
    "leaf": search.plan_leaf,
    "texts": search.plan_texts,
    "opensearch": search.plan_opensearch,
}
"""The plans of all files by the first word of the names of their groups."""

MAX_KEPT = 4_000
"""Groups whose pages are kept until they are written; more would take more memory than they spare time."""

FEW = 2
"""Pages of a group, such as those of an entry, that are planned again where they were not kept."""

Planned = tuple[tuple[str, bytes], ...]
"""The outputs of a group of pages: the path and the key of each."""


def plan_site(
    tables: Tables, context: PageContext, theme: Theme, files: Mapping[str, Output]
) -> Outputs:
    """Return every file of a site, `files` among them.

    Only groups of pages that read something that changed are planned; the others keep their keys.
    """
    closures = tables.source("closures", theme.closures, bytes)
    planner = _Planner(context, theme, closures)
    groups = tables.whole("groups", lambda: dict.fromkeys(page_groups(context), True), bool)
    stay = iter if len(groups.rows) <= MAX_KEPT else None  # pages that are kept are planned here
    groups.near = near = partial(_near, context)
    pages = tables.derive("planned pages", groups, planner.plan, Planned, stay)
    paths = tables.view("paths", pages, lambda found: [path for path, _ in found])
    planner.urls = tables.whole("page urls", lambda: {"": _urls(paths)}, tuple[str, ...])
    groups = tables.whole("other groups", lambda: dict.fromkeys(other_groups(context), True), bool)
    groups.near = near
    others = tables.derive("planned others", groups, planner.plan, Planned, iter)
    places = [
        tables.group(
            name,
            table,
            lambda group, planned: ((path, (group, key)) for path, key in planned),
            GroupKey,
            lambda _, place: place[0],
        ).rows
        for name, table in (("page places", pages), ("other places", others))
    ]
    # Rounded, so that few edits change it.
    sizes = tables.view("sizes of texts", context.documents, lambda one: (one.size + 512) // 1024)
    whole = tables.whole(
        "texts in one", lambda: {"": machines.whole_texts(context, sizes)}, tuple[str, ...]
    )[""]
    files = {**context.card_files, **files}
    outputs = Outputs(files, places, planner.output, planner.prepare, near)
    if whole and context.graph.owner_of(FULL) == "llms":
        files[FULL] = _joined(context, outputs, whole)
    return outputs


def _near(context: PageContext, group: str) -> str:
    """Return the id of an entry that a group of pages is about, or what else follows its first word."""
    word, _, about = group.partition(" ")
    if word == "texts":
        return context.search.buckets.rows[about][0][1]
    return about


def _joined(context: PageContext, outputs: Outputs, paths: Sequence[str]) -> Output:
    """Return the texts at these paths as one; what somebody else owns is none of them."""
    known = outputs.places[0]
    texts = [path for path in paths if path in known]
    keys = b"".join(known[path][0][1] for path in texts)
    join = partial(machines.join_texts, context.site, texts)
    key = digest_value((context.site.title, context.site.description, context.site.tagline, keys))
    reads = {"texts": key}
    return Output(
        FULL, key, lambda: join(lambda path: outputs[path].render()), reads.copy, join=join
    )


def _urls(paths: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the URLs of the pages to be found, sorted."""
    found = (path for group in paths.values() for path in group)
    pages = (path for path in found if not path.endswith("index.md"))
    return tuple(sorted(path.removesuffix("index.html") for path in pages))


class _Planner(msgspec.Struct):
    """Plans groups of pages, and renders their pages when they are asked for.

    `pages` are those kept of each group, `latest` the last group that was planned: by path, each with
    what its key is made of, packed.
    """

    context: PageContext
    theme: Theme
    closures: Mapping[str, bytes]
    urls: Mapping[str, Sequence[str]] = {}
    pages: dict[str, dict[str, tuple[Page, bytes]]] = {}
    latest: tuple[str, dict[str, tuple[Page, bytes]]] = ("", {})
    lock: Lock = msgspec.field(default_factory=Lock)

    def plan(self, group: str) -> Planned:
        """Return the outputs of a group, less those whose path something else owns."""
        owner_of = self.context.graph.owner_of
        pages: dict[str, tuple[Page, bytes]] = {}
        self.latest = group, pages
        word, has_more, given = group.partition(" ")
        more = (self.urls[""],) if word == "sitemap" else (given,) if has_more else ()
        for page in PLANS[word](self.context, *more):
            path = output_path(page.url)
            if owner_of(path, group) in ("", group):
                self.closures.get(page.template)  # noted: the page depends on it
                pages[path] = page, msgspec.msgpack.encode(self.theme.page_reads(page))
        if len(pages) > FEW or len(self.pages) < MAX_KEPT:
            self.pages[group] = pages
        return tuple((path, digest_bytes(reads)) for path, (_, reads) in pages.items())

    def output(self, path: str, place: GroupKey) -> Output:
        """Return the output at a path."""
        group, key = place
        return Output(
            path,
            key,
            lambda: self.theme.render(self._page(group, path)[0]),
            lambda: msgspec.msgpack.decode(self._page(group, path)[1], type=dict[str, bytes]),
            lambda: partial(self.theme.portable.render, self._page(group, path)[0]),
        )

    def prepare(self) -> None:
        """Load what rendering needs."""
        self.theme.load(self.closures)

    def _page(self, group: str, path: str) -> tuple[Page, bytes]:
        """Return a page as it was planned, with the others of its group where they were not kept.

        Beside it is what its key is made of, packed.
        """
        if group in self.pages:
            return self.pages[group][path]
        with self.lock:  # the preview renders in threads
            if group != self.latest[0]:
                self.plan(group)
            return self.latest[1][path]
