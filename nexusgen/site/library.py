"""Decide which entries are published and where: sections, tags, neighbours, and what links lead to."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from nexusgen.content.entries import YAML, is_data
from nexusgen.content.titles import name_title
from nexusgen.core.model import Entry, Site, Span, Target, Value
from nexusgen.core.paths import SOURCES, WELL_KNOWN, content_path
from nexusgen.core.urls import output_path, parent_url
from nexusgen.incremental.derive import Tables, Tracked
from nexusgen.site.evidence import SKILLS
from nexusgen.site.links import HIDDEN, entry_target
from nexusgen.site.names import fold, newest_first
from nexusgen.site.tags import TAGS, Tag, is_about_tags, make_tags
from nexusgen.site.url_map import PAGES, Asked, ask, file_claims, holder

NO_SPAN = Span(0, 0)

MIN_SECTIONS = 3
"""Fewer sections than these need no table of contents."""


class Folder(Value, frozen=True, array_like=True):
    """A folder with a page: the ids of its entries in the order of that page, less its own, `index`.

    `url` is where the page is, `count` how many entries lie in the folder and below. `turns` are the
    ids as one reads on: days that were given one after the other, while the page begins with the newest.
    """

    ids: tuple[str, ...]
    url: str
    index: str
    count: int
    turns: tuple[str, ...]


class Library(msgspec.Struct, frozen=True):
    """The entries of a hub sorted out; all by entry id but what is said otherwise.

    `everything` are all entries without what they say, `entries` the published ones, `outlines` these
    without what they say. Hidden are drafts, private entries and what is dated ahead. Of two entries
    with one URL the first by path is published; `asked` are the addresses that they ask for. `at` is where links to any entry lead:
    what lost its URL is found under that URL's owner. `folders` are by path, `sections` holds the ids in
    each, `neighbours` the previous and next entry there, `tags` each tag by its slug, `tag_names` the name and URL of each,
    `made` the URLs of pages that nexusgen makes of the hub, `pages` by folded URL or folder where
    links to pages without an entry lead.
    """

    everything: Tracked[Entry]
    entries: Tracked[Entry]
    outlines: Tracked[Entry]
    asked: Asked
    at: Tracked[Target]
    folders: Tracked[Folder]
    sections: Tracked[tuple[str, ...]]
    neighbours: Tracked[tuple[str, str]]
    tags: Tracked[Tag]
    tag_names: Tracked[tuple[str, str]]
    made: Tracked[bool]
    pages: Tracked[Target]


def without_words(entry: Entry) -> Entry:
    """Return where an entry is and when it was written, without what it says: few edits change that."""
    given = {name: NO_SPAN for name in ("date", "updated") if name in entry.spans}
    return Entry(
        entry.id, entry.path, entry.line, entry.kind, entry.section, entry.slug, entry.url,
        entry.title if entry.is_index else "", date=entry.date, updated=entry.updated,
        aliases=entry.aliases, draft=entry.draft, private=entry.private, ahead=entry.ahead,
        search=entry.search, uses=entry.uses, redirect_from=entry.redirect_from,
        weight=entry.weight if entry.is_index else 0,
        is_index=entry.is_index, moments=entry.moments, spans=given, cards=entry.cards,
    )  # fmt: skip


def is_hidden(site: Site, entry: Entry) -> bool:
    """Tell whether readers get no page of an entry; drafts are published where `site.drafts` says so."""
    return entry.private or entry.ahead or (entry.draft and not site.drafts)


def sort_out(tables: Tables, site: Site, entries: Tracked[Entry]) -> Library:
    """Return the entries of a hub sorted out."""
    everything = tables.view("all outlines", entries, without_words)
    tables.keep_few_together({"asked": 64, "at": 64})
    asked = tables.group(
        "asked",
        entries,
        lambda name, one: () if is_hidden(site, one) else ask(name, one),
        tuple[str, str],
        lambda _, one: one[1],
    )

    def publish(name: str) -> Entry | None:
        entry: Entry = entries[name]
        is_shown = not is_hidden(site, entry) and holder(asked, output_path(entry.url)) == name
        return entry if is_shown else None

    def place(name: str) -> Target:
        one: Entry = everything[name]
        if is_hidden(site, one):
            return HIDDEN.target
        return entry_target(entries[holder(asked, output_path(one.url))])

    published = tables.derive("published", entries, publish, Entry)
    outlines = tables.derive(
        "outlines", published, lambda name: without_words(published[name]), Entry
    )
    members = tables.group("members", published, _members, Member, lambda _, one: one.id)
    folders = tables.derive(
        "sections by folder", members, lambda path: _section(path, members[path]), Folder
    )
    sections = tables.view("sections", folders, lambda one: one.ids)
    beside = tables.group("beside", folders, _neighbours, tuple[str, str], lambda name, _: name)
    tags = make_tags(tables, published)
    tag_names = tables.view("names of tags", tags, lambda tag: (tag.name, tag.url))
    tagged = tables.whole("tagged", lambda: {"": bool(tag_names)}, bool)
    made = tables.whole(
        "made pages", lambda: dict.fromkeys(made_pages(site, outlines, tagged), True), bool
    )
    spots = tables.view("spots of sections", folders, lambda one: (one.url, one.index))
    return Library(
        everything=everything,
        entries=published,
        outlines=outlines,
        asked=asked,
        at=tables.derive("at", entries, place, Target),
        folders=folders,
        sections=sections,
        neighbours=tables.view("neighbours", beside, lambda pairs: pairs[0]),
        tags=tags,
        tag_names=tag_names,
        made=made,
        pages=tables.whole("pages", lambda: _pages(site, outlines, made, tag_names, spots), Target),
    )


def _pages(
    site: Site,
    outlines: Mapping[str, Entry],
    made: Iterable[str],
    tags: Mapping[str, tuple[str, str]],
    sections: Mapping[str, tuple[str, str]],
) -> dict[str, Target]:
    """Return the pages without an entry; of `sections`, each gives its URL and its own page."""
    kinds = {kind.folder: kind.plural for kind in site.kinds}
    pages = {fold(url[:-1]): _page(url, site.strings.get(PAGES[url], PAGES[url])) for url in made}
    pages |= {fold(url.strip("/")): _page(url, url) for url in made_files(site, outlines)}
    pages[""] = _page("", site.title)
    for slug, (name, url) in tags.items():
        pages[fold(url[:-1])] = pages[f"{TAGS}{slug}"] = _page(url, name)
    for path, (url, index) in sorted(
        sections.items(), reverse=True
    ):  # the first of one URL owns it
        if url:
            title = outlines[index].title if index else kinds.get(path)
            title = title or name_title(path.rpartition("/")[2])
            pages[fold(path)] = pages[fold(url[:-1])] = _page(url, title)
    return pages


def _page(url: str, title: str) -> Target:
    return Target("page", url, title)


def made_pages(
    site: Site, published: Mapping[str, Entry], tagged: Mapping[str, bool]
) -> Iterator[str]:
    """Yield the URLs of the pages that a hub has because of what is in it; `tagged` tells of tags."""
    urls = {one.url for one in published.values()}
    if site.author.name or "about/" in urls:
        yield "about/"
    if site.author.name and _is_free("cv/", published):
        yield "cv/"
    yield from _of_skills(published)
    if tagged[""] or TAGS in urls:
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


def made_files(site: Site, published: Mapping[str, Entry]) -> Iterator[str]:
    """Yield the URLs of what else a site has at its root: its search, and its files for programs."""
    has_feeds = any(one.date and not one.is_index for one in published.values())
    if site.search:
        yield "search/"
    for claim in file_claims(site, ()):
        if has_feeds or claim.unit != "feeds":
            yield claim.url


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


def files_beside(
    files: Iterable[str], left_out: Iterable[str], content: str
) -> tuple[Mapping[str, bool], Mapping[str, bool]]:
    """Return the files that can be copied, and the YAML and JSON that is read instead.

    Paths are relative to the content root, those of what is read folded: with them stands, as false,
    what git ignores.
    """
    names = [content_path(path, content) for path in files]
    ignored = {fold(content_path(path, content)).rstrip("/"): False for path in left_out}
    plain = [
        name
        for name in names
        if name.rpartition(".")[2].lower() not in SOURCES or f"/{WELL_KNOWN}/" in f"/{name}"
    ]
    return (
        {name: True for name in plain if not is_data(name)},
        ignored | {fold(name): True for name in names if name.endswith(YAML) or is_data(name)},
    )


class Member(NamedTuple):
    """An entry as one of a folder: what its place there follows from, and the URL of that folder.

    It `is_own` where it lies in the folder itself, not in one below.
    """

    id: str
    title: str
    date: str
    moments: tuple[str, str]
    is_dated: bool
    weight: int
    is_index: bool
    url: str
    is_own: bool


def _members(name: str, entry: Entry) -> Iterator[tuple[str, Member]]:
    """Yield an entry as a member of its section and of the folders above, which lead there."""
    if is_about_tags(entry):
        return
    path, url, is_own = entry.section, entry.url if entry.is_index else parent_url(entry.url), True
    while path or is_own:
        when = entry.date, entry.moments, "date" in entry.spans
        known = entry.title, *when, entry.weight, entry.is_index
        yield path, Member(name, *known, url if path else "", is_own)
        path, url, is_own = path.rpartition("/")[0], parent_url(url) if url else "", False


def _when(one: Member) -> tuple[str, str]:
    return (one.date, one.moments[0]) if one.is_dated else ("~", "")


def _section(path: str, members: Iterable[Member]) -> Folder:
    """Return a folder: those with a `weight` come first, lightest first; then the newest."""
    newest = newest_first(members)
    own = [one for one in newest if one.is_own and not one.is_index]
    turns = own
    if any(one.weight for one in own):
        own.sort(key=lambda one: one.weight or float("inf"))
    else:
        turns = sorted(own, key=_when)
    return Folder(
        tuple([one.id for one in own]),
        next((one.url for one in newest if one.url), ""),
        next((one.id for one in newest if path and one.is_own and one.is_index), ""),
        sum(not one.is_index for one in newest),
        tuple([one.id for one in turns]),
    )


def _neighbours(_: str, folder: Folder) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield for each entry of a section the ids before and after it, the empty string at its ends."""
    around = ("", *folder.turns, "")
    return ((name, (around[at], around[at + 2])) for at, name in enumerate(folder.turns))
