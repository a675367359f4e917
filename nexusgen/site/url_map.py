"""Decide who owns each URL of a site, by what asks for it, and tell of those who cannot have theirs."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from nexusgen.core.model import Entry, Site
from nexusgen.core.paths import hub_path, settings_path
from nexusgen.core.problems import Place, Problem, Severity
from nexusgen.core.slugs import slug_of
from nexusgen.core.urls import output_path
from nexusgen.incremental.derive import Tracked
from nexusgen.site.names import fold
from nexusgen.site.tags import TAGS, Tag, is_about_tags

PAGES: Mapping[str, str] = {
    "about/": "About",
    "cv/": "CV",
    "graph/": "Graph",
    "skills/": "Skills",
    "map/": "Contents",
    "recent/": "Recent",
    "tags/": "Tags",
    "timeline/": "Timeline",
}
"""Pages that nexusgen makes, with their titles. The author's own about page is one of them."""

MAX_NODES = 60
"""Entries that a graph can hold; of more, it shows how their sections link, each with its own."""

GRAPH = "graph/"
"""The address of the graph; those of the sections of a large hub lie below it."""

FULL = "llms-full.txt"
"""The address of the texts of all entries in one."""

_UNITS = {"": "home", "about/": "about", TAGS: "tags"}
"""The groups of pages of the entries at these URLs."""

RENAME = "rename one of them or give it another `slug`"


class Claim(NamedTuple):
    """Something that wants a URL: what it is, and the source to name where it cannot have it.

    `unit` names the group of pages that holds it, `owner` the entry or file that wants it, `hint`
    what to do where it is refused.
    """

    url: str
    what: str
    unit: str
    path: str = ""
    line: int = 1
    owner: str = ""
    column: int = 1
    length: int = 1
    hint: str = RENAME


HOME = Claim("", "the home page", "home")

Asked = Tracked[tuple[tuple[str, str], ...]]
"""By folded output path, the paths that entries ask for and their ids, the first who asks first."""


def ask(name: str, entry: Entry) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield what an entry asks for: its page, and its text beside that."""
    for path in (output_path(entry.url), f"{entry.url}index.md"):
        yield fold(path), (path, name)


def holder(asked: Asked, path: str) -> str:
    """Return the id of the entry that has an output path, nothing where none has."""
    return next((name for at, name in asked.get(fold(path), ()) if at == path), "")


class UrlMap(msgspec.Struct, frozen=True):
    """Who has which output path, and the claims that conflict, each with who was there first."""

    owners: Mapping[str, Claim]
    conflicts: Sequence[tuple[Claim, Claim]]


def allocate_urls(claims: Iterable[Claim]) -> UrlMap:
    """Return who gets which URL: the first who asks, be it for a file where a folder would have to be."""
    owners: dict[str, Claim] = {}
    folders: dict[str, Claim] = {}
    conflicts = []
    for claim in claims:
        path = output_path(claim.url)
        above = _folders(path)
        first = next(filter(None, map(owners.get, above)), folders.get(path))
        holder = owners.setdefault(path, first or claim)
        if holder is claim:
            for folder in above:
                folders.setdefault(folder, claim)
        elif not _same_page(holder, claim):
            conflicts.append((claim, holder))
    return UrlMap(owners, conflicts)


def _folders(path: str) -> list[str]:
    """Return the folders that an output path lies in."""
    return [path[:at] for at, char in enumerate(path) if char == "/"]


def rivals(claim: Claim) -> Iterator[str]:
    """Yield the paths of entries that leave no room for a claim: its own, and a file in place of a folder."""
    path = output_path(claim.url)
    above = (one for one in _folders(path) if one.endswith((".html", ".md")))
    yield from map(fold, (path, f"{path}/index.html", *above))


def _same_page(holder: Claim, claim: Claim) -> bool:
    """Tell whether a section asks for the URL of its own page, which is an entry, or an entry twice."""
    if claim.unit == "redirects":
        is_same = output_path(holder.url) == output_path(claim.url)
        return is_same and holder.owner == claim.owner != ""
    return holder.unit == claim.unit and bool(holder.owner) and not claim.owner


def entry_claims(entries: Iterable[Entry]) -> Iterator[Claim]:
    """Yield the URLs of entries, and of their texts beside their pages."""
    for entry in entries:
        for url in (entry.url, f"{entry.url}index.md"):
            yield Claim(url, entry.id, entry_unit(entry), entry.path, entry.line, entry.id)


def entry_unit(entry: Entry) -> str:
    """Return the name of the group of pages to which an entry's page belongs."""
    if entry.url in _UNITS:
        return _UNITS[entry.url]
    if is_about_tags(entry):
        return f"tag {entry.url}"
    return f"section {entry.section}" if entry.is_index else f"entry {entry.id}"


def section_claims(
    urls: Mapping[str, str], counts: Mapping[str, int], site: Site
) -> Iterator[Claim]:
    """Yield the URLs of sections: those of their pages, and of the files that speak of them.

    `urls` gives the URL of each by its folder, `counts` how many entries it lists.
    """
    for section, url in urls.items():
        folder = _folder_of(section, site)
        for page in paged(url, counts.get(section, 0), site.page_size):
            yield Claim(page, f"the section {folder}", f"section {section}", folder, 0)


def _folder_of(section: str, site: Site) -> str:
    return hub_path(f"{section}/", site.content)


def listing_claims(urls: Mapping[str, str], folders: Iterable[str], site: Site) -> Iterator[Claim]:
    """Yield the files that speak of folders: feeds of sections, and what previews of links show."""
    for section, url in urls.items():
        if site.base_url:
            yield Claim(f"{url}feed.xml", f"the feed of {section}", f"feed {section}")
        folder = _folder_of(section, site)
        yield Claim(f"{url}hub.json", f"the section {folder}", f"hub {section}", folder, 0)
    for folder in folders:
        yield Claim(f"{folder}previews.json", "a file of nexusgen", f"previews {folder}")


def tag_claims(tags: Iterable[Tag], entries: Mapping[str, Entry], size: int) -> Iterator[Claim]:
    """Yield the URLs of tags; an entry that has the tag is named as the source."""
    for tag in tags:
        source = entries[tag.note] if tag.note else next(map(entries.get, tag.entries), None)
        place = (source.path, source.line) if source else ("", 0)
        for page in paged(tag.url, len(tag.entries), size):
            yield Claim(page, f'the tag "{tag.name}"', f"tag {tag.url}", *place)


def feed_claims(tags: Iterable[Tag], site: Site) -> Iterator[Claim]:
    """Yield the URLs of the feeds of tags and kinds."""
    if site.base_url:
        for kind in site.kinds:
            yield Claim(kind_feed(kind.name), "a file of nexusgen", f"kind-feed {kind.name}")
        for tag in tags if site.tag_feeds != "off" else ():
            yield Claim(f"{tag.url}feed.xml", "a file of nexusgen", f"tag-feed {tag.slug}")


def kind_feed(kind: str) -> str:
    """Return the URL of the feed of a kind."""
    return f"feeds/{kind}.xml"


def page_claims(urls: Iterable[str]) -> Iterator[Claim]:
    """Yield the pages that nexusgen makes of a hub as a whole."""
    for url in urls:
        yield Claim(url, f"the page {PAGES[url]}", url[:-1])


def graph_claims(urls: Mapping[str, str], entries: int) -> Iterator[Claim]:
    """Yield the graphs of the sections of a hub of so many entries where that is too large for one graph."""
    if entries > MAX_NODES:
        for section, url in urls.items():
            yield Claim(GRAPH + url, f"the graph of {section}", "graph")


def file_claims(site: Site, assets: Container[str]) -> Iterator[Claim]:
    """Yield the files that nexusgen makes at the root of a site; those for programs give way to an author's own."""
    files = {"404.html": "404", ".nojekyll": "files"}
    if site.cname:
        files["CNAME"] = "files"
    own = {"robots.txt": "files", "hub.json": "hub", "hub.schema.json": "hub", "llms.txt": "llms"}
    own |= {"resume.json": "resume"} if site.author.name else {}
    own |= {FULL: "llms"} if site.base_url else {}
    files |= {url: unit for url, unit in own.items() if url not in assets}
    if site.base_url:
        files |= {
            "feed.json": "feeds",
            "feed.xml": "feeds",
            "rss.xml": "feeds",
            "sitemap.xml": "sitemap",
        }
        files |= {"opensearch.xml": "opensearch"} if site.search else {}
    for url, unit in files.items():
        yield Claim(url, "a file of nexusgen", unit)


def asset_claims(assets: Iterable[str], content: str) -> Iterator[Claim]:
    """Yield the URLs of files that are copied, given relative to the content root."""
    for asset in assets:
        path = hub_path(asset, content)
        yield Claim(asset, path, "copy", path, owner=path)


def redirect_claims(entries: Iterable[Entry]) -> Iterator[Claim]:
    """Yield the old URLs of entries."""
    hint = "take it out of `redirect_from` (or `permalink`), or rename what is there"
    for entry in entries:
        own = fold(output_path(entry.url))
        for url in entry.redirect_from:
            if fold(output_path(url)) != own:
                what = f"a redirect to {entry.id}"
                yield Claim(url, what, "redirects", entry.path, entry.line, entry.id, hint=hint)


def setting_claims(site: Site) -> Iterator[Claim]:
    """Yield the old addresses of the settings."""
    path = settings_path(site.content)
    hint = "take it out of `redirects`, or rename what is there"
    for old, new in site.redirects.items():
        line, column, length = msgspec.structs.astuple(site.redirect_spans[old][0])
        what = f"a redirect to {new or '/'}"
        yield Claim(old, what, "redirects", path, line, column=column, length=length, hint=hint)


def alias_claims(entries: Iterable[Entry]) -> Iterator[Claim]:
    """Yield the URLs beside an entry at which its aliases would be found."""
    for entry in entries:
        folder = entry.url.rstrip("/").rpartition("/")[0] if entry.aliases else ""
        for alias in entry.aliases:
            slug = slug_of(alias)
            url = f"{folder}/{slug}/" if folder else f"{slug}/"
            if slug and url != entry.url:
                what = f"an alias of {entry.id}"
                yield Claim(url, what, "redirects", entry.path, entry.line, entry.id)


def paged(url: str, items: int, size: int) -> Iterator[str]:
    """Yield the URLs of the pages of a listing, `size` items on each."""
    yield url
    yield from (f"{url}page/{number}/" for number in range(2, -(-items // size) + 1))


def conflict_problems(urls: UrlMap, site: Site) -> Iterator[Problem]:
    """Yield a problem for each claim that lost, and for URLs that differ only by case."""
    severity: Severity = "warning" if site.lenient else "error"
    told: set[tuple[str, str]] = set()
    for claim, holder in urls.conflicts:
        if (pair := (claim.what, holder.what)) not in told:
            told.add(pair)  # of a section, each page and its feed ask for a URL
            message = f'URL "/{claim.url}" of {claim.what} is already that of {holder.what}'
            # where a page of ours gives way, nothing that the author wrote is lost
            yield _problem(
                "url.collision", message, (claim, holder), severity if claim.path else "warning"
            )
    if len(set(map(fold, urls.owners))) == len(urls.owners):
        return
    folded: dict[str, Claim] = {}
    for output, claim in urls.owners.items():
        other = folded.setdefault(fold(output), claim)
        if other is not claim:
            both = f'"/{claim.url}" of {claim.what} and "/{other.url}" of {other.what}'
            message = f"URLs {both} differ only by case"
            yield _problem("url.case", message, (claim, other), severity)


def _problem(code: str, message: str, pair: tuple[Claim, Claim], severity: Severity) -> Problem:
    claim, holder = pair if pair[0].path else pair[::-1]
    related = (Place(holder.path, holder.line, holder.what),) if holder.path else ()
    return Problem(
        claim.path,
        claim.line,
        claim.column,
        code,
        message,
        claim.hint,
        severity,
        related,
        claim.length,
    )
