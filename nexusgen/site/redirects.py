"""The redirects of a hub and its pages in; where each leads in the end, and problems, out."""

from collections.abc import Iterator, Mapping
from itertools import chain

import msgspec

from nexusgen.core.model import Site, Span
from nexusgen.core.paths import settings_path
from nexusgen.core.problems import Problem
from nexusgen.core.urls import is_external
from nexusgen.site.broken_links import LOOKUPS, guess_name, index_guesses
from nexusgen.site.library import Shelf
from nexusgen.site.url_map import Settled, output_path, setting_claims


class Followed(msgspec.Struct, frozen=True):
    """Old URLs with the page that each leads to at once, and what is wrong with the others."""

    redirects: Mapping[str, str]
    problems: tuple[Problem, ...] = ()


def follow_redirects(moved: Mapping[str, str], settled: Settled, shelf: Shelf) -> Followed:
    """Return the redirects of entries, `moved`, and those of the settings that got their URL.

    One that leads to an old address leads to where that one does.
    """
    lines = {
        claim.url: shelf.site.redirects[claim.url]
        for claim in setting_claims(shelf.site)
        if settled.granted[output_path(claim.url)] == claim
    }
    if not lines:
        return Followed(moved)
    ends, circles = _follow(lines)
    pages = _pages(shelf)
    reached = {old: moved.get(end, end) for old, end in ends.items() if end is not None}
    found = {old: end for old, end in reached.items() if _exists(end, pages, settled)}
    lost = [old for old in reached if old not in found and lines[old] not in lines]
    problems = (*_circular(circles, shelf.site), *_missing(lost, pages, shelf))
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


def _pages(shelf: Shelf) -> Mapping[str, str]:
    """Return the URLs of pages by their files."""
    made = (target.url for target in shelf.pages.values())
    urls = chain((entry.url for entry in shelf.published.values()), made)
    return {output_path(url): url for url in urls}


def _exists(url: str, pages: Mapping[str, str], settled: Settled) -> bool:
    """Return whether there is a page at a URL, a file of the hub, or a site elsewhere."""
    output = output_path(url)
    copied = output in settled.granted and settled.granted[output].owner
    return bool(copied) or output in pages or is_external(url)


def _circular(circles: list[list[str]], site: Site) -> Iterator[Problem]:
    for circle in circles:
        message = f"redirects lead in a circle: {' → '.join(circle)}"
        span = site.redirect_spans[circle[0]][1]
        hint = "let one of them lead to a page"
        yield _problem(site, span, "redirect.circle", message, hint)


def _missing(lost: list[str], pages: Mapping[str, str], shelf: Shelf) -> Iterator[Problem]:
    urls = sorted(url for url in pages.values() if url) if lost else []
    hidden = {entry.url for entry in shelf.hidden}
    guesses = index_guesses(url.rstrip("/") for url in urls)
    for place, old in enumerate(lost):
        new, span = shelf.site.redirects[old], shelf.site.redirect_spans[old][1]
        if new in hidden:
            message = f'redirect to "{new}", which is a draft or private'
            hint = "publish that entry or take the redirect out"
        else:
            guess = guess_name(new, guesses) if place < LOOKUPS else ""
            message = f'redirect target "{new}" does not exist'
            hint = f'did you mean "{guess}/"?' if guess else "write the address of a page"
        yield _problem(shelf.site, span, "redirect.missing", message, hint)


def _problem(site: Site, span: Span, code: str, message: str, hint: str) -> Problem:
    path = settings_path(site.content)
    return Problem(path, span.line, span.column, code, message, hint, length=span.length)
