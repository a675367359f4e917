"""Everything about a hub in; every page of its site out, each with the variables it may name.

Every page has `site`, `nav`, `assets`, `data`, `root` and `page`. A page about an entry has
`entry`, `content`, `toc`, `uses`, `relations`, `backlinks`, `related`, `neighbours` and `local_map`;
so have home and sections, whose `entry` is None where the folder has no page of its own. Home has `home`,
`recent` and `pager`; a section `section`, `sections`, `listing` and `pager`; the index
of tags `tags`; a tag `tag`, `tags`, `listing` and `pager`; the timeline `timeline`, `years` and
`pager`; about `skills`; the graph `map`; a redirect `target`; a feed `feed`; the sitemap `urls`; a plain file `text`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from nexusgen.core.model import Output, Outputs, Page, Place
from nexusgen.core.urls import output_path
from nexusgen.incremental.derive import Tables
from nexusgen.pages.context import Library, in_order
from nexusgen.pages.entry import entry_variables, plan_entry
from nexusgen.pages.feeds import plan_feeds, plan_previews, plan_section_feed, plan_sitemap
from nexusgen.pages.home import plan_home, plan_timeline
from nexusgen.pages.listing import (
    plan_root_listing,
    plan_section,
    plan_tag,
    plan_tag_index,
    tag_url,
)
from nexusgen.pages.map import plan_map
from nexusgen.pages.meta import Head, absolute, make_page
from nexusgen.pages.theme import Theme
from nexusgen.pages.views import Skill
from nexusgen.site.url_map import PAGES as MADE

Plan = Callable[..., Iterator[Page]]
"""Yields the pages of a unit, few that have much in common or a single one, from a library.

Of units whose names have more than one word, it is given what follows the first.
"""


def page_groups(library: Library) -> Iterator[str]:
    """Yield the names of the groups of pages to be found."""
    yield "home"
    yield from (f"section {path}" for path in library.sections)
    for name, entry in library.inputs.graph.entries.items():
        if not entry.is_index and entry.url != "about/":
            yield f"entry {name}"
    yield from ("root", "tags", "timeline", "graph", "about")
    yield from (f"tag {slug}" for slug in library.inputs.graph.tags)


def other_groups(library: Library) -> Iterator[str]:
    """Yield the names of the groups of all other files of a site."""
    yield from ("404", "redirects", "feeds", "files", "sitemap")
    yield from (f"feed {path}" for path in library.sections)
    yield from (f"previews {folder}" for folder in library.folders)


def plan_group(library: Library, name: str, urls: Mapping[str, Sequence[str]]) -> Iterator[Page]:
    """Yield the pages of a group; `urls` holds those of all pages, for the sitemap."""
    word, has_more, given = name.partition(" ")
    if word == "sitemap":
        return plan_sitemap(library, urls[""])
    plan = PAGES.get(word) or OTHERS[word]
    return plan(library, given) if has_more else plan(library)


def plan_about(library: Library) -> Iterator[Page]:
    """Yield the page about the author, with the author's own text where there is `about.md`."""
    site = library.inputs.site
    name = library.written.get("about/")
    written = library.inputs.graph.entries[name] if name else None
    if not (site.author.name or written):
        return
    about = site.author.bio or " – ".join(
        part for part in (site.author.name, site.author.headline) if part
    )
    head = Head(
        "about/", "about", written.title if written else site.author.name,
        about=(library.cards[written.id].summary if written else "") or about,
        topic=f"About {site.author.name}" if site.author.name else "",
    )  # fmt: skip
    variables = {
        **entry_variables(library, written, head.url),
        "skills": _skills(library),
    }
    yield make_page(library, head, "about.html", variables, written.path if written else "")


def plan_not_found(library: Library) -> Iterator[Page]:
    """Yield the page for wrong addresses: it is shown at any depth, so its root is absolute."""
    about = "Nothing is at this address. It may have moved, or the link may be mistyped"
    head = Head("404.html", "404", "Page not found", about, robots="noindex")
    path = urlsplit(library.inputs.site.base_url).path.rstrip("/")
    yield make_page(library, head, "404.html", {"root": f"{path}/"})


def plan_redirects(library: Library) -> Iterator[Page]:
    """Yield a page for each old address, which leads to the new one at once."""
    site = library.inputs.site
    for old, new in library.inputs.graph.redirects.items():
        about = f"This page is now at {absolute(site, new) or new or '/'}"
        head = Head(old, "redirect", _title_at(library, new), about, robots="noindex")
        target = (new, absolute(site, new))
        yield make_page(library, head, "redirect.html", {"target": target})


def _title_at(library: Library, url: str) -> str:
    """Return what the page at a URL is called; what has no name is its own."""
    graph = library.inputs.graph
    if url in library.written:
        return graph.entries[library.written[url]].title
    tag = graph.tags.get(url.removeprefix("tags/").rstrip("/"))
    if tag and url == tag_url(tag):
        return str(tag.name)
    made = {"": "Home", **MADE}
    sections = (section.title for section in in_order(library.sections) if section.url == url)
    return made.get(url) or next(sections, url)


def plan_files(library: Library) -> Iterator[Page]:
    """Yield the small files that hosts and crawlers ask for."""
    site = library.inputs.site
    robots = "User-agent: *\nAllow: /\n"
    if site.base_url:
        robots += f"\nSitemap: {absolute(site, 'sitemap.xml')}\n"
    files = {"robots.txt": robots, ".nojekyll": ""}
    if site.cname:
        files["CNAME"] = f"{site.cname}\n"
    for url, text in files.items():
        yield Page(url, "plain.txt", {"text": text})


def _skills(library: Library) -> tuple[Skill, ...]:
    """Return the technologies that other entries use, most used first."""
    graph = library.inputs.graph
    used = [name for name in graph.relations if graph.entries[name].kind == "technology"]
    skills = [Skill(library.refs[name], library.cards[name].counts) for name in used]
    counted = [(sum(count.number for count in skill.counts), skill) for skill in skills]
    order = sorted(
        counted, key=lambda each: (-each[0], each[1].entry.title, each[1].entry.url or "")
    )
    return tuple(skill for number, skill in order if number)


PAGES: Mapping[str, Plan] = {
    "home": plan_home,
    "section": plan_section,
    "entry": plan_entry,
    "root": plan_root_listing,
    "tags": plan_tag_index,
    "tag": plan_tag,
    "timeline": plan_timeline,
    "graph": plan_map,
    "about": plan_about,
}
"""The plans of pages to be found, by the first word of the names of their units."""

OTHERS: Mapping[str, Plan] = {
    "404": plan_not_found,
    "redirects": plan_redirects,
    "feeds": plan_feeds,
    "feed": plan_section_feed,
    "previews": plan_previews,
    "files": plan_files,
}
"""The plans of all other files but the sitemap, likewise."""


MAX_KEPT = 10_000
"""Groups of one page that are kept until it is written; more would take more memory than they spare time."""

Planned = tuple[tuple[str, bytes], ...]
"""The outputs of a group of pages: the path and the key of each."""


def plan_site(
    tables: Tables, library: Library, theme: Theme, files: Mapping[str, Output]
) -> Outputs:
    """Return every file of a site, `files` among them.

    Only groups of pages that read something that changed are planned; the others keep their keys.
    """
    closures = tables.source("closures", theme.closures, bytes)
    planner = _Planner(library, theme, closures)
    groups = tables.whole("groups", lambda: dict.fromkeys(page_groups(library), True), bool)
    pages = tables.derive("planned pages", groups, planner.plan, Planned)
    paths = tables.view("paths", pages, lambda found: [path for path, _ in found])
    planner.urls = tables.whole("page urls", lambda: {"": _urls(paths)}, tuple[str, ...])
    groups = tables.whole("other groups", lambda: dict.fromkeys(other_groups(library), True), bool)
    others = tables.derive("planned others", groups, planner.plan, Planned)
    places = [
        tables.group(name, table, _places, Place, source=lambda _, place: place[0]).rows
        for name, table in (("page places", pages), ("other places", others))
    ]
    return Outputs(files, places, planner.output, planner.prepare)


def _urls(paths: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the URLs of the pages to be found, sorted."""
    found = (path for group in paths.values() for path in group)
    return tuple(sorted(path.removesuffix("index.html") for path in found))


def _places(group: str, planned: Planned) -> Iterator[tuple[str, Place]]:
    return ((path, (group, key)) for path, key in planned)


class _Planner:
    """Plans groups of pages, and renders their pages when they are asked for."""

    def __init__(self, library: Library, theme: Theme, closures: Mapping[str, bytes]) -> None:
        self.urls: Mapping[str, Sequence[str]] = {}
        self._library = library
        self._theme = theme
        self._closures = closures
        self._pages: dict[str, dict[str, Page]] = {}
        self._latest: dict[str, Page] = {}

    def plan(self, group: str) -> Planned:
        """Return the outputs of a group, less those whose path something else owns."""
        owners = self._library.inputs.graph.owners
        pages: dict[str, Page] = {}
        self._latest = pages
        for page in plan_group(self._library, group, self.urls):
            path = output_path(page.url)
            if owners.get(path, group) == group:
                self._closures.get(page.template)  # noted: the page depends on it
                pages[path] = page
        if len(pages) > 1 or len(self._pages) < MAX_KEPT:
            self._pages[group] = pages
        return tuple((path, self._theme.page_key(page)) for path, page in pages.items())

    def output(self, path: str, place: Place) -> Output:
        """Return the output at a path."""
        group, key = place
        return Output(
            path,
            key,
            lambda: self._theme.render(self._page(group, path)),
            lambda: self._theme.page_reads(self._page(group, path)),
        )

    def prepare(self) -> None:
        """Load what rendering needs."""
        self._theme.load(self._closures)

    def _page(self, group: str, path: str) -> Page:
        """Return a page as it was planned; many of a group that was not are planned once."""
        if group not in self._pages:
            self.plan(group)
            return self._latest[path]
        return self._pages[group][path]
