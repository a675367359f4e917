"""Follow the redirects of a hub to where each leads in the end, and tell of those that lead nowhere."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain

import msgspec

from nexusgen.core.model import Entry, Site, Span, problem_at
from nexusgen.core.paths import settings_path
from nexusgen.core.problems import Problem
from nexusgen.core.urls import is_external, output_path
from nexusgen.site.broken_links import LOOKUPS, index_suggestions, suggest_name
from nexusgen.site.library import Library, is_hidden
from nexusgen.site.url_map import UrlMap, alias_claims, redirect_claims, setting_claims


class Followed(msgspec.Struct, frozen=True):
    """Old URLs with the page that each leads to at once, and what is wrong with the others."""

    redirects: Mapping[str, str]
    problems: tuple[Problem, ...] = ()


def old_addresses(
    moved: Sequence[Entry], urls: UrlMap, is_free: Callable[[str], bool]
) -> dict[str, str]:
    """Return the URLs that lead on to an entry: its old ones and, where free, its aliases'.

    `is_free` tells of a path whether no entry has it.
    """
    entries = {entry.id: entry.url for entry in moved}
    redirects = {
        claim.url: entries[claim.owner]
        for claim in redirect_claims(moved)
        if urls.owners[output_path(claim.url)] == claim
    }
    for claim in alias_claims(moved):
        path = output_path(claim.url)
        if path not in urls.owners and is_free(path):
            redirects.setdefault(claim.url, entries[claim.owner])
    return redirects


def follow_redirects(
    site: Site, moved: Mapping[str, str], urls: UrlMap, library: Library
) -> Followed:
    """Return the redirects of entries, `moved`, and those of the settings that got their URL.

    One that leads to an old address leads to where that one does.
    """
    lines = {
        claim.url: site.redirects[claim.url]
        for claim in setting_claims(site)
        if urls.owners[output_path(claim.url)] == claim
    }
    if not lines:
        return Followed(moved)
    ends, circles = _follow(lines)
    pages = _pages(library)
    reached = {old: moved.get(end, end) for old, end in ends.items() if end is not None}
    found = {old: end for old, end in reached.items() if _exists(end, pages, urls)}
    lost = [old for old in reached if old not in found and lines[old] not in lines]
    problems = (*_circular(circles, site), *_missing(lost, pages, site, library))
    return Followed({**moved, **found}, problems)


def _follow(lines: Mapping[str, str]) -> tuple[dict[str, str | None], list[list[str]]]:
    """Return where each old address leads in the end, None where that is a circle, and these."""
    ends: dict[str, str | None] = {}
    circles = []
    for url in lines:
        way: list[str] = []
        met: set[str] = set()
        while url in lines and url not in ends and url not in met:
            way.append(url)
            met.add(url)
            url = lines[url]
        if url in met:
            circles.append([*way[way.index(url) :], url])
        ends |= dict.fromkeys(way, None if url in met else ends.get(url, url))
    return ends, circles


def _pages(library: Library) -> Mapping[str, str]:
    """Return the URLs of pages by their files."""
    made = (target.url for target in library.pages.values())
    urls = chain((entry.url for entry in library.outlines.values()), made)
    return {output_path(url): url for url in urls}


def _exists(url: str, pages: Mapping[str, str], urls: UrlMap) -> bool:
    """Return whether there is a page at a URL, a file of the hub, or a site elsewhere."""
    output = output_path(url)
    copied = output in urls.owners and urls.owners[output].owner
    return bool(copied) or output in pages or is_external(url)


def _circular(circles: list[list[str]], site: Site) -> Iterator[Problem]:
    for circle in circles:
        message = f"redirects lead in a circle: {' → '.join(circle)}"
        span = site.redirect_spans[circle[0]][1]
        hint = "let one of them lead to a page"
        yield _problem(site, span, "redirect.circle", message, hint)


def _missing(
    lost: list[str], pages: Mapping[str, str], site: Site, library: Library
) -> Iterator[Problem]:
    urls = sorted(url for url in pages.values() if url) if lost else []
    hidden = (
        {one.url for one in library.everything.values() if is_hidden(site, one)} if lost else ()
    )
    suggestions = index_suggestions(url.rstrip("/") for url in urls)
    for place, old in enumerate(lost):
        new, span = site.redirects[old], site.redirect_spans[old][1]
        if new in hidden:
            message = f'redirect to "{new}", which is a draft, private or dated ahead'
            hint = "publish that entry or take the redirect out"
        else:
            meant = suggest_name(new, suggestions) if place < LOOKUPS else ""
            message = f'redirect target "{new}" does not exist'
            hint = f'did you mean "{meant}/"?' if meant else "write the address of a page"
        yield _problem(site, span, "redirect.missing", message, hint)


def _problem(site: Site, span: Span, code: str, message: str, hint: str) -> Problem:
    return problem_at(settings_path(site.content), span, (code, message, hint))
