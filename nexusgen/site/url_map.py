"""Everything that wants a URL in; who gets it, and a problem for each who does not, out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from nexusgen.core.model import Entry, Site, Tag
from nexusgen.core.paths import settings_path
from nexusgen.core.problems import Place, Problem, Severity
from nexusgen.core.slugs import slug_of
from nexusgen.site.names import fold

PAGES: Mapping[str, str] = {
    "about/": "About",
    "graph/": "Graph",
    "search/": "Search",
    "tags/": "Tags",
    "timeline/": "Timeline",
}
"""Pages that nexusgen makes, with their titles. The author's own about page is one of them."""

FILES = (
    ".nojekyll", "404.html", "CNAME", "feed.json", "feed.xml", "llms.txt", "resume.json",
    "robots.txt", "rss.xml", "sitemap.xml",
)  # fmt: skip
"""Files that nexusgen makes at the root of a site."""


RENAME = "rename one of them or give it another `slug`"


class Claim(NamedTuple):
    """Something that wants a URL: what it is, and the source to name where it cannot have it.

    `owner` is the id of the entry that wants it, `hint` what to do where it is refused.
    """

    url: str
    what: str
    path: str = ""
    line: int = 1
    owner: str = ""
    column: int = 1
    length: int = 1
    hint: str = RENAME


class Settled(msgspec.Struct, frozen=True):
    """Who has which URL, by output file, and the claims refused, each with who was there first."""

    granted: Mapping[str, Claim]
    refused: Sequence[tuple[Claim, Claim]]


def output_path(url: str) -> str:
    """Return the file that holds a URL: `index.html` in its folder for a page."""
    return f"{url}index.html" if not url or url.endswith("/") else url


NOTHING_SETTLED = Settled({}, ())


def settle_claims(claims: Iterable[Claim], settled: Settled = NOTHING_SETTLED) -> Settled:
    """Return who gets which URL after what is settled already: the first who asks."""
    granted = dict(settled.granted)
    refused = list(settled.refused)
    for claim in claims:
        holder = granted.setdefault(output_path(claim.url), claim)
        if holder is not claim:
            refused.append((claim, holder))
    return Settled(granted, refused)


def reserved_claims() -> Iterator[Claim]:
    """Yield the pages and files that nexusgen makes whatever a hub holds."""
    for url, title in PAGES.items():
        if url != "about/":
            yield Claim(url, f"the page {title}")
    for url in FILES:
        yield Claim(url, "a file of nexusgen")


def entry_claims(entries: Iterable[Entry]) -> Iterator[Claim]:
    """Yield the URLs of entries."""
    for entry in entries:
        yield Claim(entry.url, entry.id, entry.path, entry.line, entry.id)


def section_claims(urls: Mapping[str, str], content: str) -> Iterator[Claim]:
    """Yield the URLs of the sections without an entry of their own, given by their folder."""
    for section, url in urls.items():
        folder = f"{content}/{section}/" if content else f"{section}/"
        yield Claim(url, f"the section {folder}", folder, 0)


def tag_claims(tags: Iterable[Tag], entries: Mapping[str, Entry]) -> Iterator[Claim]:
    """Yield the URLs of tags; an entry that has the tag is named as the source."""
    for tag in tags:
        entry = entries[tag.entries[0]]
        yield Claim(f"tags/{tag.slug}/", f'the tag "{tag.name}"', entry.path, entry.line)


def asset_claims(assets: Iterable[str], content: str) -> Iterator[Claim]:
    """Yield the URLs of files that are copied, given relative to the content root."""
    for asset in assets:
        path = f"{content}/{asset}" if content else asset
        yield Claim(asset, path, path, owner=path)


def redirect_claims(entries: Iterable[Entry]) -> Iterator[Claim]:
    """Yield the old URLs of entries."""
    for entry in entries:
        for url in entry.redirect_from:
            if url != entry.url:
                yield Claim(url, f"a redirect to {entry.id}", entry.path, entry.line, entry.id)


def setting_claims(site: Site) -> Iterator[Claim]:
    """Yield the old addresses of the settings."""
    path = settings_path(site.content)
    hint = "take it out of `redirects`, or rename what is there"
    for old, new in site.redirects.items():
        line, column, length = msgspec.structs.astuple(site.redirect_spans[old][0])
        what = f"a redirect to {new or '/'}"
        yield Claim(old, what, path, line, column=column, length=length, hint=hint)


def alias_claims(entries: Iterable[Entry]) -> Iterator[Claim]:
    """Yield the URLs beside an entry at which its aliases would be found."""
    for entry in entries:
        folder = entry.url.rstrip("/").rpartition("/")[0] if entry.aliases else ""
        for alias in entry.aliases:
            slug = slug_of(alias)
            url = f"{folder}/{slug}/" if folder else f"{slug}/"
            if slug and url != entry.url:
                yield Claim(url, f"an alias of {entry.id}", entry.path, entry.line, entry.id)


def claim_problems(settled: Settled, site: Site) -> Iterator[Problem]:
    """Yield a problem for each claim refused, and for URLs that differ only by case."""
    severity: Severity = "warning" if site.lenient else "error"
    for claim, holder in settled.refused:
        message = f'URL "/{claim.url}" of {claim.what} is already that of {holder.what}'
        yield _problem("url.collision", message, (claim, holder), severity)
    if len(set(map(fold, settled.granted))) == len(settled.granted):
        return
    folded: dict[str, Claim] = {}
    for output, claim in settled.granted.items():
        other = folded.setdefault(fold(output), claim)
        if other is not claim:
            urls = f'"/{claim.url}" of {claim.what} and "/{other.url}" of {other.what}'
            message = f"URLs {urls} differ only by case"
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
