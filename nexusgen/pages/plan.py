"""Everything about a hub in; every page of its site out, each with the variables it may name.

Every page has `site`, `nav`, `assets`, `data`, `root` and `page`. A page about an entry has
`entry`, `content`, `toc`, `uses`, `relations`, `backlinks`, `related`, `neighbours` and `local_map`;
so have home and sections, whose `entry` is None where the folder has no page of its own. Home has `home`,
`recent`, `pager` and `commit`; a section `section`, `sections`, `listing` and `pager`; the index
of tags `tags`; a tag `tag`, `tags`, `listing` and `pager`; the timeline `timeline`, `years` and
`pager`; about `skills`; the graph `map`; a redirect `target`; a feed `feed`; the sitemap `urls`; a plain file `text`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from urllib.parse import urlsplit

import msgspec

from nexusgen.core.model import Output, Outputs, Page, Place
from nexusgen.incremental.derive import Trace, cell, cells, stale
from nexusgen.incremental.digests import digest_value
from nexusgen.pages.context import Library, constant
from nexusgen.pages.entry import entry_variables, plan_entry
from nexusgen.pages.feeds import plan_feeds, plan_section_feed, plan_sitemap
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
from nexusgen.pages.planned import Planned, Shelved, traced
from nexusgen.pages.previews import plan_previews
from nexusgen.pages.theme import Theme
from nexusgen.pages.views import Skill
from nexusgen.site.url_map import PAGES as MADE

Plan = Callable[..., Iterator[Page]]
"""Yields the pages of a unit, few that have much in common or a single one, from a library.

Of units whose names have more than one word, it is given what follows the first.
"""


def _unwritten(plan: Plan) -> Plan:
    """Return a plan without the pages whose URL an entry has: what an author wrote wins."""

    def planned(library: Library, *given: str) -> Iterator[Page]:
        return (page for page in plan(library, *given) if page.url not in library.written)

    return planned


def page_units(library: Library) -> Iterator[str]:
    """Yield the names of the units of pages to be found."""
    yield "home"
    yield from (f"section {path}" for path in library.sections)
    for name, entry in library.inputs.graph.entries.items():
        if not entry.is_index and entry.url != "about/":
            yield f"entry {name}"
    yield from ("root", "tags", "timeline", "graph", "about")
    yield from (f"tag {slug}" for slug in library.inputs.graph.tags)


def other_units(library: Library, urls: Sequence[str]) -> Iterator[str]:
    """Yield the names of the units of all other files of a site, whose pages are at `urls`."""
    yield from ("404", "redirects", "feeds", "files")
    yield from (f"feed {path}" for path in library.sections)
    yield from (f"previews {folder}" for folder in library.folders)
    yield f"sitemap {digest_value(urls).hex()}"


def is_page_unit(name: str) -> bool:
    """Tell whether the files of a unit are pages to be found."""
    return name.partition(" ")[0] in PAGES


def plan_unit(library: Library, name: str, urls: Callable[[], Sequence[str]]) -> Iterator[Page]:
    """Yield the pages of a unit; `urls` gives those of all pages, for the sitemap."""
    word, has_more, given = name.partition(" ")
    if word == "sitemap":
        return plan_sitemap(library, urls())
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
        "skills": constant(_skills(library)),
    }
    yield make_page(library, head, "about.html", variables, written.path if written else "")


def plan_not_found(library: Library) -> Iterator[Page]:
    """Yield the page for wrong addresses: it is shown at any depth, so its root is absolute."""
    about = "Nothing is at this address. It may have moved, or the link may be mistyped"
    head = Head("404.html", "404", "Page not found", about, robots="noindex")
    path = urlsplit(library.inputs.site.base_url).path.rstrip("/")
    yield make_page(library, head, "404.html", {"root": constant(f"{path}/")})


def plan_redirects(library: Library) -> Iterator[Page]:
    """Yield a page for each old address, which leads to the new one at once."""
    site = library.inputs.site
    for old, new in library.inputs.graph.redirects.items():
        about = f"This page is now at {absolute(site, new) or new or '/'}"
        head = Head(old, "redirect", _title_at(library, new), about, robots="noindex")
        target = constant((new, absolute(site, new)))
        yield make_page(library, head, "redirect.html", {"target": target})


def _title_at(library: Library, url: str) -> str:
    """Return what the page at a URL is called; what has no name is its own."""
    graph = library.inputs.graph
    if url in library.written:
        return graph.entries[library.written[url]].title
    tag = graph.tags.get(url.removeprefix("tags/").rstrip("/"))
    if tag and url == tag_url(tag):
        return tag.name
    made = {"": "Home", **MADE}
    sections = (section.title for section in library.sections.values() if section.url == url)
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
        yield Page(url, "plain.txt", {"text": constant(text)})


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
    "root": _unwritten(plan_root_listing),
    "tags": _unwritten(plan_tag_index),
    "tag": _unwritten(plan_tag),
    "timeline": _unwritten(plan_timeline),
    "graph": _unwritten(plan_map),
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


KEPT = 10_000
"""Units of one page that is kept until it is written; more would take more memory than they spare time."""


def plan_site(
    shelved: Shelved, theme: Theme, files: Mapping[str, Output]
) -> tuple[Outputs, Planned]:
    """Return every file of a site, `files` among them, and what the next planning goes on from.

    Only units that read something which is another now are planned; the others keep their keys.
    """
    planner = _Planner(shelved, theme)
    if not shelved.is_text:
        planner.bring(page_units(shelved.library))
        planner.bring(other_units(shelved.library, planner.urls()))
    planned = planner.planned()
    return Outputs(files, planned.places, planner.output, planner.prepare), planned


def output_path(url: str) -> str:
    """Return the file of a page: directory style, so that its URL ends in a slash."""
    return url + "index.html" if url.endswith("/") or not url else url


class _Planner:
    """Plans units as far as they have to be, and keeps what the next planning needs."""

    def __init__(self, shelved: Shelved, theme: Theme) -> None:
        self._library = shelved.library
        self._last = shelved.planned
        self._theme = theme
        self._trace = Trace()
        self._traced = traced(shelved.library, self._trace)
        self._units: set[str] = set(self._last.paths) if shelved.is_text else set()
        self._paths: dict[str, tuple[str, ...]] = {}
        self._places: dict[str, Place] = {}
        self._reads: dict[str, bytes] = {}
        self._pages: dict[str, dict[str, Page]] = {}
        self._templates = set(self._last.closures)
        others = [name for name, known in self._last.closures.items() if self._differs(name, known)]
        self._stale = set(stale(self._last.reads, shelved.changed | cells("closures", others)))
        for name in sorted(self._stale & self._units):
            self._bring(name)

    def bring(self, names: Iterable[str]) -> None:
        """Take units in; plan those that are new, or that read what is another now."""
        for name in names:
            self._units.add(name)
            if name in self._stale or name not in self._last.paths:
                self._bring(name)

    def urls(self) -> list[str]:
        """Return the URLs of the pages to be found, sorted."""
        last = self._last.paths
        names = filter(is_page_unit, self._units)
        pages = [self._paths[name] if name in self._paths else last[name] for name in names]
        return sorted(path.removesuffix("index.html") for paths in pages for path in paths)

    def planned(self) -> Planned:
        """Return what the next planning goes on from."""
        self._trace.end()
        last = self._last
        gone = [name for name in last.paths if name not in self._units]
        left = {path for name in (*gone, *self._paths) for path in last.paths.get(name, ())}
        return msgspec.structs.replace(
            last,
            closures={name: self._theme.closure(name).digest for name in sorted(self._templates)},
            paths=last.paths.updated(self._paths, gone),
            places=last.places.updated(self._places, left - self._places.keys()),
            reads=last.reads.updated(self._reads, gone),
        )

    def output(self, path: str, place: Place) -> Output:
        """Return the output at a path."""
        key, unit = place
        return Output(
            path, key, partial(self._render, unit, path), partial(self._shown, unit, path)
        )

    def prepare(self) -> None:
        """Load what rendering needs."""
        self._theme.load(self._templates)

    def _bring(self, name: str) -> None:
        work = partial(self._plan, name)
        self._paths[name], self._reads[name] = self._trace.follow(work)

    def _plan(self, name: str) -> tuple[str, ...]:
        planned = plan_unit(self._traced, name, self.urls)
        pages = {output_path(page.url): page for page in planned}
        for path, page in pages.items():
            self._templates.add(page.template)
            self._trace.seen.add(cell("closures", page.template))
            self._places[path] = self._theme.page_key(page), name
        if len(pages) > 1 or len(self._pages) < KEPT:
            self._pages[name] = pages
        return tuple(pages)

    def _render(self, unit: str, path: str) -> bytes:
        return self._theme.render(self._page(unit, path))

    def _shown(self, unit: str, path: str) -> dict[str, bytes]:
        return self._theme.page_reads(self._page(unit, path))

    def _page(self, unit: str, path: str) -> Page:
        """Return a page as it was planned; many of a unit that was not are planned once."""
        pages = self._pages.get(unit)
        if pages is None:
            planned = plan_unit(self._library, unit, self.urls)
            pages = {output_path(page.url): page for page in planned}
            if len(pages) > 1:
                self._pages[unit] = pages
        return pages[path]

    def _differs(self, template: str, known: bytes) -> bool:
        return self._theme.closure(template).digest != known
