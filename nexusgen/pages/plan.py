"""Everything about a hub in; every page of its site out, each with the variables it may name.

Every page has `site`, `nav`, `assets`, `data`, `root` and `page`. A page about an entry has
`entry`, `content`, `toc`, `uses`, `relations`, `backlinks`, `related`, `neighbours` and `local_map`;
so have home and sections, whose `entry` is None where the folder has no page of its own. Home has `home`,
`recent`, `pager` and `commit`; a section `section`, `sections`, `listing` and `pager`; the index
of tags `tags`; a tag `tag`, `tags`, `listing` and `pager`; the timeline `timeline`, `years` and
`pager`; about `skills`; the graph `map`; a redirect `target`; a feed `feed`; the sitemap `urls`; a plain file `text`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from urllib.parse import urlsplit

from msgspec.structs import replace

from nexusgen.artifacts import Output, Page
from nexusgen.digests import digest_value
from nexusgen.ledger import Trace, cell, cells, stale
from nexusgen.pages.entrypages import entry_variables, plan_entry
from nexusgen.pages.feeds import plan_feeds, plan_section_feed, plan_sitemap
from nexusgen.pages.heads import Head, absolute, make_page
from nexusgen.pages.home import plan_home
from nexusgen.pages.library import Library, constant
from nexusgen.pages.listings import plan_root_listing, plan_section, plan_tag, plan_tag_index
from nexusgen.pages.maps import plan_map
from nexusgen.pages.planned import Planned, Shelved, traced
from nexusgen.pages.previews import plan_previews, preview_folders
from nexusgen.pages.theme import Theme
from nexusgen.pages.timeline import plan_timeline
from nexusgen.pages.views import Skill

Plan = Callable[[Library], Iterable[Page]]
"""Plans the pages of a unit: a few that have much in common, or a single one."""

Units = Mapping[str, Plan]
"""Plans by a name that tells all that they are given beside the library."""

Keys = tuple[tuple[str, bytes], ...]


def plan_site(shelved: Shelved, theme: Theme) -> tuple[dict[str, Output], Planned]:
    """Return every page of a site by its path, and what the next planning goes on from.

    Only units that read something which is another now are planned; the others keep their keys.
    """
    planner = _Planner(shelved, theme)
    pages = planner.outputs(page_units(shelved.library))
    urls = [url_of(path) for path in pages]
    others = planner.outputs(other_units(shelved.library, urls))
    return pages | others, planner.planned()


def page_units(library: Library) -> Iterator[tuple[str, Plan]]:
    """Yield the units of the pages to be found: what an author wrote wins over what is made."""
    graph = library.inputs.graph
    yield "home", lambda library: [plan_home(library)]
    for path in library.sections:
        yield f"section {path}", partial(plan_section, path=path)
    for name, entry in graph.entries.items():
        if not entry.is_index and entry.url != "about/":
            yield f"entry {name}", partial(plan_entry, name=name)
    yield "root", partial(_unwritten, plan_root_listing)
    yield "tags", partial(_unwritten, plan_tag_index)
    for slug in graph.tags:
        yield f"tag {slug}", partial(_unwritten, partial(plan_tag, slug=slug))
    yield "timeline", partial(_unwritten, plan_timeline)
    yield "graph", partial(_unwritten, plan_map)
    yield "about", plan_about


def other_units(library: Library, urls: list[str]) -> Iterator[tuple[str, Plan]]:
    """Yield the units of all other files of a site, whose pages are at `urls`."""
    yield "404", lambda library: [plan_not_found(library)]
    yield "redirects", plan_redirects
    yield "feeds", plan_feeds
    for path in library.sections:
        yield f"feed {path}", partial(plan_section_feed, path=path)
    yield f"sitemap {digest_value(urls).hex()}", partial(plan_sitemap, urls=urls)
    for folder, names in preview_folders(library.inputs.graph.entries.values()).items():
        given = digest_value(names).hex()
        yield f"previews {folder} {given}", partial(plan_previews, folder=folder, names=names)
    yield "files", plan_files


def output_path(url: str) -> str:
    """Return the file of a page: directory style, so that its URL ends in a slash."""
    return url + "index.html" if url.endswith("/") or not url else url


def url_of(path: str) -> str:
    """Return the URL of a page by its file."""
    return path.removesuffix("index.html")


class _Planner:
    """Plans units as far as they have to be, and keeps what the next planning needs."""

    def __init__(self, shelved: Shelved, theme: Theme) -> None:
        self._library = shelved.library
        self._last = shelved.planned
        self._theme = theme
        self._trace = Trace()
        self._traced = traced(shelved.library, self._trace)
        others = [name for name, known in self._last.closures.items() if self._differs(name, known)]
        changed = shelved.changed | cells("closures", others)
        self._stale = frozenset(stale(self._last.reads, changed))
        self._keys: dict[str, Keys] = {}
        self._reads: dict[str, bytes] = {}
        self._units: set[str] = set()
        self._templates: set[str] = set(self._last.closures)

    def outputs(self, units: Iterable[tuple[str, Plan]]) -> dict[str, Output]:
        """Return the outputs of units, by path."""
        found = {}
        for name, plan in units:
            unit = _Unit(plan, self._library, self._theme)
            for path, key in self._keys_of(name, plan):
                render, reads = partial(unit.render, path), partial(unit.reads, path)
                found[path] = Output(path, key, render, reads)
        return found

    def planned(self) -> Planned:
        """Return what the next planning goes on from."""
        closures = {name: self._theme.closure(name).digest for name in sorted(self._templates)}
        last = self._last
        gone = [name for name in last.keys if name not in self._units]
        return replace(
            last,
            closures=closures,
            keys=last.keys.updated(self._keys, gone),
            reads=last.reads.updated(self._reads, gone),
        )

    def _keys_of(self, name: str, plan: Plan) -> Keys:
        self._units.add(name)
        known: Keys | None = self._last.keys.get(name)
        if known is not None and name not in self._stale:
            return known
        self._keys[name], self._reads[name] = self._trace.follow(partial(self._plan, plan))
        return self._keys[name]

    def _plan(self, plan: Plan) -> Keys:
        keys = []
        for page in plan(self._traced):
            self._templates.add(page.template)
            self._trace.seen.add(cell("closures", page.template))
            keys.append((output_path(page.url), self._theme.page_key(page)))
        return tuple(keys)

    def _differs(self, template: str, known: bytes) -> bool:
        return self._theme.closure(template).digest != known


class _Unit:
    """Makes the pages of a unit when they are asked for; of many it remembers the plan."""

    def __init__(self, plan: Plan, library: Library, theme: Theme) -> None:
        self._plan = plan
        self._library = library
        self._theme = theme
        self._pages: dict[str, Page] = {}

    def render(self, path: str) -> bytes:
        """Return the bytes of a page; raise `RenderError` where a template goes wrong."""
        return self._theme.render(self._page(path))

    def reads(self, path: str) -> dict[str, bytes]:
        """Return the parts of a page's key by name."""
        return self._theme.page_reads(self._page(path))

    def _page(self, path: str) -> Page:
        pages = self._pages or {output_path(page.url): page for page in self._plan(self._library)}
        if len(pages) > 1:
            self._pages = pages
        return pages[path]


def _unwritten(plan: Plan, library: Library) -> Iterator[Page]:
    """Yield the pages that are made, less those whose URL an entry has."""
    return (page for page in plan(library) if page.url not in library.written)


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


def plan_not_found(library: Library) -> Page:
    """Return the page for wrong addresses: it is shown at any depth, so its root is absolute."""
    about = "Nothing is at this address. It may have moved, or the link may be mistyped"
    head = Head("404.html", "404", "Page not found", about, robots="noindex")
    path = urlsplit(library.inputs.site.base_url).path.rstrip("/")
    return make_page(library, head, "404.html", {"root": constant(f"{path}/")})


def plan_redirects(library: Library) -> Iterator[Page]:
    """Yield a page for each old address, which leads to the new one at once."""
    site, graph = library.inputs.site, library.inputs.graph
    for old, new in graph.redirects.items():
        title = graph.entries[library.written[new]].title if new in library.written else new
        head = Head(old, "redirect", title, f"This page is now at {absolute(site, new) or new}",
                    robots="noindex")  # fmt: skip
        target = constant((new, absolute(site, new)))
        yield make_page(library, head, "redirect.html", {"target": target})


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
