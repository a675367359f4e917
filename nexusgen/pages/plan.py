"""Everything about a hub in; every page of its site out, each with the variables it may name.

Every page has `site`, `nav`, `assets`, `data`, `root` and `page`. A page about an entry has
`entry`, `content`, `toc`, `uses`, `relations`, `backlinks`, `related`, `neighbours` and `local_map`;
so have home and sections, whose `entry` is None where the folder has no page of its own. Home has `home`,
`recent`, `pager` and `commit`; a section `section`, `sections`, `listing` and `pager`; the index
of tags `tags`; a tag `tag`, `tags`, `listing` and `pager`; the timeline `timeline`, `years` and
`pager`; about `skills`; the graph `map`; a redirect `target`; a feed `feed`; the sitemap `urls`; a plain file `text`.
"""

from collections.abc import Iterator
from itertools import chain
from urllib.parse import urlsplit

from nexusgen.artifacts import Page
from nexusgen.pages.entrypages import entry_variables, plan_entries
from nexusgen.pages.feeds import plan_feeds, plan_sitemap
from nexusgen.pages.heads import Head, absolute, make_page
from nexusgen.pages.home import plan_home
from nexusgen.pages.library import Library, build_library, constant
from nexusgen.pages.listings import plan_root_listing, plan_sections, plan_tags
from nexusgen.pages.maps import plan_map
from nexusgen.pages.previews import plan_previews
from nexusgen.pages.timeline import plan_timeline
from nexusgen.pages.views import PageInputs, Skill

__all__ = ["PageInputs", "plan_pages"]


def plan_pages(inputs: PageInputs) -> Iterator[Page]:
    """Yield every page of the site: what an author wrote wins over what is made for its URL."""
    library = build_library(inputs)
    written = {entry.url for entry in inputs.graph.entries.values()}
    made = chain(
        plan_root_listing(library), plan_tags(library), plan_timeline(library), plan_map(library)
    )
    pages = [
        plan_home(library),
        *plan_sections(library),
        *plan_entries(library),
        *(page for page in made if page.url not in written),
        *plan_about(library),
    ]
    yield from pages
    yield plan_not_found(library)
    yield from plan_redirects(library)
    yield from plan_feeds(library)
    yield from plan_sitemap(library, [page.url for page in pages])
    yield from plan_previews(library)
    yield from plan_files(library)


def plan_about(library: Library) -> Iterator[Page]:
    """Yield the page about the author, with the author's own text where there is `about.md`."""
    site = library.inputs.site
    entries = library.inputs.graph.entries.values()
    written = next((entry for entry in entries if entry.url == "about/"), None)
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
    site = library.inputs.site
    titles = {entry.url: entry.title for entry in library.inputs.graph.entries.values()}
    for old, new in library.inputs.graph.redirects.items():
        title = titles.get(new, new)
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
    skills = [
        (sum(count.number for count in card.counts), Skill(library.refs[name], card.counts))
        for name, card in library.cards.items()
        if card.kind == "technology" and card.counts
    ]
    skills.sort(key=lambda skill: (-skill[0], skill[1].entry.title))
    return tuple(skill for _, skill in skills)
