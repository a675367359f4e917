"""Decide which entries are published and where: sections, tags, neighbours, and what links lead to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from nexusgen.content.entries import is_data
from nexusgen.content.naming import name_title
from nexusgen.core.model import Entry, Site, Span, Target
from nexusgen.core.paths import SOURCES, content_path
from nexusgen.core.urls import output_path, parent_url
from nexusgen.incremental.derive import Tracked
from nexusgen.site.evidence import SKILLS
from nexusgen.site.links import HIDDEN, entry_target
from nexusgen.site.names import fold, natural_key
from nexusgen.site.tags import TAGS, Tag, find_tags, is_about_tags
from nexusgen.site.url_map import PAGES, UrlMap, allocate_urls, entry_claims

NOWHERE = Span(0, 0)

MIN_SECTIONS = 3
"""Fewer sections than these need no table of contents."""


class Library(msgspec.Struct, frozen=True):
    """The entries of a hub sorted out; all by entry id but what is said otherwise.

    `hidden` are drafts, private entries and what is dated ahead. Of two entries with one URL the first by path is
    published. `at` is where links to any entry lead: what lost its URL is found under that URL's
    owner. `sections` holds by folder the ids in the order of its page, `section_urls` where that
    is, `neighbours` the previous and next entry there, `tags` each tag by its slug, `pages` by
    folded URL or folder where links to pages without an entry lead.
    """

    published: Tracked[Entry]
    hidden: Tracked[Entry]
    at: Tracked[Target]
    sections: Tracked[tuple[str, ...]]
    section_urls: Tracked[str]
    neighbours: Tracked[tuple[str, str]]
    tags: Tracked[Tag]
    pages: Tracked[Target]


LIBRARY_ROWS: Mapping[str, Any] = {
    "published": Entry,
    "hidden": Entry,
    "at": Target,
    "sections": tuple[str, ...],
    "section_urls": str,
    "neighbours": tuple[str, str],
    "tags": Tag,
    "pages": Target,
}
"""The types of the rows of a library's tables."""


def without_words(entry: Entry) -> Entry:
    """Return where an entry is and when it was written, without what it says: few edits change that."""
    given = {name: NOWHERE for name in ("date", "updated") if name in entry.spans}
    return Entry(
        entry.id, entry.path, entry.line, entry.kind, entry.section, entry.slug, entry.url,
        entry.title if entry.is_index else "", date=entry.date, updated=entry.updated,
        aliases=entry.aliases, draft=entry.draft, private=entry.private, ahead=entry.ahead,
        search=entry.search, uses=entry.uses, redirect_from=entry.redirect_from,
        is_index=entry.is_index, moments=entry.moments, spans=given, cards=entry.cards,
    )  # fmt: skip


def sort_out(site: Site, entries: Tracked[Entry]) -> dict[str, Mapping[str, Any]]:
    """Return the tables of a library by name; drafts are published where `site.drafts` says so."""
    ordered = sorted(entries.values(), key=lambda entry: (entry.path, entry.line, entry.id))
    hidden = {
        one.id: one
        for one in ordered
        if one.private or one.ahead or (one.draft and not site.drafts)
    }
    shown = [entry for entry in ordered if entry.id not in hidden]
    urls = allocate_urls(entry_claims(shown))
    winners = {claim.owner for claim in urls.owners.values()}
    published = {entry.id: entry for entry in shown if entry.id in winners}
    newest = newest_first(published.values())
    listed = [one for one in newest if not is_about_tags(one)]
    sections = list_sections(listed)
    section_urls = find_section_urls(listed)
    tags = find_tags(newest)
    return {
        "published": entries.rows if len(published) == len(ordered) else published,
        "hidden": hidden,
        "at": {
            one.id: HIDDEN.target if one.id in hidden else _target(one, urls, published)
            for one in ordered
        },
        "sections": sections,
        "section_urls": section_urls,
        "neighbours": list_neighbours(sections),
        "tags": tags,
        "pages": _pages(site, published, tags, section_urls),
    }


def _target(entry: Entry, urls: UrlMap, published: Mapping[str, Entry]) -> Target:
    """Return where a link to an entry leads: what lost its URL is found under that URL's owner."""
    return entry_target(published[urls.owners[output_path(entry.url)].owner])


def _pages(
    site: Site, published: Mapping[str, Entry], tags: Mapping[str, Tag], urls: Mapping[str, str]
) -> dict[str, Target]:
    kinds = {kind.folder: kind.plural for kind in site.kinds}
    titles = {one.section: one.title for one in published.values() if one.is_index}
    pages = {
        fold(url[:-1]): _page(url, site.strings.get(PAGES[url], PAGES[url]))
        for url in made_pages(site, published, tags)
    }
    pages[""] = _page("", site.title)
    for tag in tags.values():
        pages[fold(tag.url[:-1])] = pages[f"{TAGS}{tag.slug}"] = _page(tag.url, tag.name)
    for section, url in sorted(urls.items(), reverse=True):  # the first of one URL owns it
        title = titles.get(section) or kinds.get(section) or name_title(section.rpartition("/")[2])
        pages[fold(section)] = pages[fold(url[:-1])] = _page(url, title)
    return pages


def _page(url: str, title: str) -> Target:
    return Target("page", url, title)


def made_pages(
    site: Site, published: Mapping[str, Entry], tags: Mapping[str, Tag]
) -> Iterator[str]:
    """Yield the URLs of the pages that a hub has because of what is in it."""
    if site.author.name:
        yield "about/"
        if _is_free("cv/", published):
            yield "cv/"
    yield from _of_skills(published)
    if tags or any(one.url == TAGS for one in published.values()):
        yield TAGS
    if has_timeline(published.values()):
        yield "timeline/"
    if sum(not entry.is_index for entry in published.values()) > 1:
        yield "graph/"
    if (
        len({one.section for one in published.values() if one.section and not is_about_tags(one)})
        >= MIN_SECTIONS
    ):
        yield "map/"
    if len({entry.date[:10] for entry in published.values() if entry.date}) > 1:
        yield "recent/"


def has_timeline(entries: Iterable[Entry]) -> bool:
    """Tell whether days say something of entries: an author gave one, or commits differ in theirs."""
    dated = [one for one in entries if one.date and not one.is_index]
    return any("date" in one.spans for one in dated) or telling_days(dated)["commits"]


def telling_days(entries: Iterable[Entry]) -> dict[str, bool]:
    """Tell whether `commits` differ in the days of entries, and whether `any` of their days differ.

    Where all came in one commit, its day says nothing of any of them. A single entry has its own.
    """
    found = [
        (one.id, name in one.spans, day[:10])
        for one in entries
        for name, day in (("date", one.date), ("updated", one.updated))
        if day
    ]
    commits = {day for _, is_given, day in found if not is_given}
    alone = len({name for name, _, _ in found}) == 1
    return {
        "commits": len(commits) > 1,
        "any": alone or len({day for _, _, day in found}) > 1,
    }


def _of_skills(published: Mapping[str, Entry]) -> Iterator[str]:
    """Yield the page of skills where some may have evidence, unless its address is the author's own."""
    shown = [one for one in published.values() if not one.is_index]
    if not any(one.kind in SKILLS for one in shown) or not any(one.uses for one in shown):
        return
    if _is_free("skills/", published):
        yield "skills/"


def _is_free(url: str, published: Mapping[str, Entry]) -> bool:
    """Tell whether the author has written no page at a URL or below it."""
    return not any(one.url.startswith(url) for one in published.values())


def plain_files(files: Iterable[str], content: str) -> Iterator[str]:
    """Yield the files that can be copied, relative to the content root: no entries, no data."""
    for path in files:
        name = content_path(path, content)
        if name.rpartition(".")[2].lower() not in SOURCES and not is_data(name):
            yield name


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    """Return entries by date, newest first; those of one day by their moments, then by title, 2 before 10."""
    ordered = sorted(entries, key=lambda entry: natural_key(entry.title))
    ordered.sort(key=lambda entry: (entry.date, entry.moments[0]), reverse=True)
    return ordered


def list_sections(newest: Sequence[Entry]) -> dict[str, tuple[str, ...]]:
    """Return, by section, the ids of its entries in the order of their page, less its own page.

    Those with a `weight` come first, lightest first; then all in the order given. Folders above a
    section are sections too, if only to lead there.
    """
    sections: dict[str, list[Entry]] = {}
    for entry in newest:
        members = sections.setdefault(entry.section, [])
        if not entry.is_index:
            members.append(entry)
    for section in list(sections):
        while section := section.rpartition("/")[0]:
            sections.setdefault(section, [])
    for members in sections.values():
        if any(entry.weight for entry in members):
            members.sort(key=lambda entry: entry.weight or float("inf"))
    return {name: tuple([entry.id for entry in sections[name]]) for name in sorted(sections)}


def list_neighbours(sections: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, str]]:
    """Return the ids before and after each entry of a section, the empty string at its ends."""
    neighbours: dict[str, tuple[str, str]] = {}
    for members in filter(None, sections.values()):
        before = ("", *members[:-1])
        after = (*members[1:], "")
        neighbours |= zip(members, zip(before, after, strict=True), strict=True)
    return neighbours


def find_section_urls(entries: Iterable[Entry]) -> dict[str, str]:
    """Return the URL of each section: the one above those of its entries."""
    urls: dict[str, str] = {}
    for entry in entries:
        section = entry.section
        if section in urls:
            continue
        url = entry.url if entry.is_index else parent_url(entry.url)
        while section and url and section not in urls:
            urls[section] = url
            section, url = section.rpartition("/")[0], parent_url(url)
    return urls
