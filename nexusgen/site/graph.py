"""Find how the entries of a hub point at each other, who owns which URL, and what is wrong with either."""

from collections.abc import Callable, Container, Iterator, Mapping
from functools import partial
from itertools import chain
from typing import Any
from urllib.parse import unquote

from msgspec.structs import asdict, replace

from nexusgen.core.model import Backlink, Document, Entry, Link, Site, Target, Wanted
from nexusgen.core.problems import Problem, sorted_problems
from nexusgen.core.urls import output_path, parent_url, split_target
from nexusgen.incremental.derive import Tables, Tracked
from nexusgen.incremental.table import table_of
from nexusgen.site import url_map
from nexusgen.site.broken_links import count_wanted, find_problems
from nexusgen.site.embeds import cycle_problems
from nexusgen.site.evidence import make_evidence
from nexusgen.site.library import Library, files_beside, sort_out
from nexusgen.site.links import (
    LinkIndex,
    Links,
    led_links,
    resolve_entry,
    settings_entry,
)
from nexusgen.site.names import anchors_of, file_names, names_of
from nexusgen.site.redirects import follow_redirects, old_addresses
from nexusgen.site.shown_files import ContentFiles, files_of_entry, is_whole
from nexusgen.site.tags import Tag

OwnerOf = Callable[..., str]
"""Gives the group of pages that holds an output path, nothing where none does.

A group that asks may be named, too: an entry that is published has all its paths that nothing else holds.
"""


class Graph(Library, frozen=True):
    """The library of a hub, and how its entries point at each other, by entry id.

    `previews` holds the ids in each folder of pages. `links` says where the links of an entry lead,
    `relations` who names it in `uses`, `evidence` which of these show that its author has worked with
    it. `redirects` maps an old URL to its successor, `assets` holds the files to copy by their path
    from the content root. `wanted` are entries still to be written, most wanted first; `index` is
    all that links can lead to. `led` holds the links of the settings as pages show them: those of
    `nav` and those of `author`.
    """

    previews: Tracked[tuple[str, ...]]
    index: LinkIndex
    led: Tracked[tuple[Link, ...]]
    links: Tracked[Links]
    targets: Tracked[tuple[Target, ...]]
    uses: Tracked[tuple[Target, ...]]
    images: Tracked[Target | None]
    linked: Tracked[tuple[str, ...]]
    embeds: Tracked[tuple[str, ...]]
    backlinks: Tracked[tuple[Backlink, ...]]
    relations: Tracked[tuple[str, ...]]
    evidence: Tracked[tuple[str, ...]]
    owner_of: OwnerOf
    redirects: Tracked[str]
    assets: Tracked[bool]
    wanted: tuple[Wanted, ...]
    problems: tuple[Problem, ...]


def link_hub(
    tables: Tables,
    site: Site,
    entries: Tracked[Entry],
    documents: Tracked[Document],
    files: ContentFiles,
) -> Graph:
    """Return how the entries of a hub point at each other and at its files.

    `documents` holds the document of each entry by id.
    Drafts are part of the graph only where `site.drafts` asks for them, private entries never: links to
    them are `hidden`. Of two entries with one URL the first by path is part of it.
    """
    library = sort_out(tables, site, entries)
    copied, read = files_beside(files.paths, files.left_out, site.content)
    plain = tables.source("files beside", copied, bool)
    tables.keep_few_together({"names": 64, "links": 32, "backlinks": 64})
    index = LinkIndex(
        site=site,
        at=library.at,
        names=tables.group(
            "names",
            entries,
            lambda name, one: dict.fromkeys((key, name) for key in names_of(one, site.content)),
            str,
        ),
        pages=library.pages,
        files=plain,
        file_names=tables.group(
            "file names", plain, lambda path, _: ((key, path) for key in file_names(path)), str
        ),
        anchors=tables.view("anchors", documents, anchors_of),
        data=tables.source("data files", read, bool),
    )
    uses = tables.view("link uses", documents, lambda document: document.links)
    published = library.entries
    links = tables.derive(
        "links", published, lambda name: resolve_entry(published[name], uses[name], index), Links
    )
    # Those of all entries are looked at together, which loads no more than this.
    linked = tables.derive("linked", links, lambda name: links[name].linked, tuple[str, ...])
    raw = tables.view("raw addresses", documents, lambda document: document.files)
    beside = tables.derive(
        "files of entries",
        published,
        lambda name: files_of_entry(published[name], raw[name], index),
        tuple[str, ...],
    )
    backlinks = tables.group(
        "backlinks", links, lambda _, row: row.mentions, Backlink, source=lambda _, item: item.entry
    )
    relations = tables.group("used by", links, _used_by, str)
    assets = _find_assets(tables, index, links, beside, files.find_named)
    outlines = library.outlines
    previews = tables.group(
        "preview folders",
        outlines,
        lambda name, one: [(parent_url(one.url), name)] if one.url else (),
        str,
    )
    urls, owner_of = _allocate(tables, site, library, previews, assets)
    broken = tables.where("broken", links, lambda row: row.broken)
    link_problems = tables.wholes(
        "link problems",
        partial(_link_problems, broken, entries, links, index, published),
        PROBLEM_ROWS,
    )
    embedding = tables.where("embedding", links, lambda row: row.embeds)
    cycles = tables.whole(
        "cycles",
        lambda: {"": tuple(cycle_problems(embedding.get("", ()), published, uses, links, site))},
        tuple[Problem, ...],
    )
    settings = tables.wholes(
        "links of settings", partial(_lead_settings, site, index, owner_of, published), LED_ROWS
    )
    problems = (
        link_problems["broken links"], urls["url problems"], cycles, settings["wrong in settings"],
    )  # fmt: skip
    return Graph(
        **asdict(library),
        previews=previews,
        index=index,
        led=settings["led"],
        links=links,
        targets=tables.view("targets", links, lambda row: row.links),
        uses=tables.view("uses", links, lambda row: row.uses),
        images=tables.view("images", links, lambda row: row.image),
        linked=linked,
        embeds=tables.view("embeds", links, lambda row: row.embeds),
        backlinks=backlinks,
        relations=relations,
        evidence=make_evidence(tables, published, relations),
        owner_of=owner_of,
        redirects=urls["redirects"],
        assets=assets,
        wanted=link_problems["wanted"].rows.get("", ()),
        problems=sorted_problems(chain.from_iterable(one.rows.get("", ()) for one in problems)),
    )


URL_ROWS = {"owners": str, "redirects": str, "url problems": tuple[Problem, ...]}
LED_ROWS = {"led": tuple[Link, ...], "wrong in settings": tuple[Problem, ...]}
PROBLEM_ROWS = {"broken links": tuple[Problem, ...], "wanted": tuple[Wanted, ...]}


def link_entries(
    entries: Mapping[str, Entry],
    documents: Mapping[str, Document],
    site: Site,
    files: frozenset[str],
) -> Graph:
    """Return the graph of a hub of which nothing was known before."""
    tables = Tables()
    return link_hub(
        tables,
        site,
        tables.source("entries", table_of(entries), Entry),
        tables.source("documents", table_of(documents), Document),
        ContentFiles(files),
    )


def _used_by(name: str, row: Links) -> Iterator[tuple[str, str]]:
    goals = dict.fromkeys(target.entry for target in row.uses)
    return ((goal, name) for goal in goals if goal not in ("", name))


def _find_assets(
    tables: Tables,
    index: LinkIndex,
    links: Tracked[Links],
    beside: Tracked[tuple[str, ...]],
    find_named: Callable[[], Container[str]],
) -> Tracked[bool]:
    """Return the files to copy: what something published shows, and what is published whole."""
    plain = index.files
    shown = tables.group("shown files", links, _files_of, str)
    further = tables.group(
        "further files", beside, lambda name, paths: ((path, name) for path in paths), str
    )

    def make() -> Mapping[str, bool]:
        named = find_named()
        return {
            path: True
            for path in plain
            if path in shown or path in further or path in named or is_whole(path, index.site)
        }

    return tables.whole("assets", make, bool)


def _files_of(name: str, row: Links) -> Iterator[tuple[str, str]]:
    urls = (target.url for target in row.targets if target.state == "asset")
    return ((path, name) for path in {unquote(url.partition("#")[0]) for url in urls})


def _unordered(tag: Tag) -> Tag:
    """Return a tag with its entries by their ids: no title moves them."""
    return replace(tag, entries=tuple(sorted(tag.entries)))


def _allocate(
    tables: Tables,
    site: Site,
    library: Library,
    previews: Tracked[tuple[str, ...]],
    assets: Tracked[bool],
) -> tuple[dict[str, Tracked[Any]], OwnerOf]:
    """Return the redirects, and the problems of these and of all addresses; and what tells who owns a path.

    An author's words come before what is made of them, old URLs last. Of entries, only those are
    looked at here that share their address, be it by its letters alone.
    """
    asked, outlines, everything = library.asked, library.outlines, library.everything
    crowded = tables.where("crowded", asked, lambda found: len(found) > 1)
    moved = tables.where("moved", outlines, lambda one: one.redirect_from or one.aliases)
    sections = tables.view(
        "addresses of sections", library.folders, lambda one: (one.url, len(one.ids))
    )
    number = tables.whole(
        "number of entries",
        lambda: {"": sum(not one.is_index for one in outlines.values())},
        int,
    )
    tags = tables.view("unordered", library.tags, _unordered)

    def make() -> dict[str, Mapping[str, object]]:
        old = [outlines[name] for name in moved.get("", ())]
        known = dict(sorted(sections.items()))
        spots = {path: url for path, (url, _) in known.items() if url}
        counts = {path: count for path, (_, count) in known.items()}
        shown = sorted(tags.values(), key=lambda tag: tag.slug)
        made = [
            url_map.HOME,
            *url_map.section_claims(spots, counts, site),
            *url_map.asset_claims(sorted(assets), site.content),
            *url_map.tag_claims(shown, outlines, site.page_size),
            *url_map.page_claims(library.made),
            *url_map.graph_claims(spots, number[""]),
            *url_map.file_claims(site, assets),
            *url_map.listing_claims(spots, sorted(previews), site),
            *url_map.feed_claims(shown, site),
            *url_map.redirect_claims(old),
            *url_map.setting_claims(site),
        ]
        rivals = set(chain.from_iterable(map(url_map.rivals, made)))
        shared = {*crowded.get("", ()), *(path for path in rivals if path in asked)}
        names = {name for path in shared for _, name in asked[path]}
        entries = sorted((everything[name] for name in names), key=_place)
        urls = url_map.allocate_urls(chain(url_map.entry_claims(entries), made))
        addresses = old_addresses(old, urls, lambda path: not url_map.holder(asked, path))
        followed = follow_redirects(site, addresses, urls, library)
        return {
            "owners": {path: claim.unit for path, claim in urls.owners.items()},
            "redirects": followed.redirects,
            "url problems": {"": (*url_map.conflict_problems(urls, site), *followed.problems)},
        }

    urls = tables.wholes("urls", make, URL_ROWS)
    owners = urls["owners"]

    def owner_of(path: str, asking: str = "") -> str:
        name = "" if path in owners or asking.startswith("entry ") else url_map.holder(asked, path)
        return url_map.entry_unit(outlines[name]) if name else owners.get(path, "")

    return urls, owner_of


def _lead_settings(
    site: Site,
    index: LinkIndex,
    owner_of: OwnerOf,
    published: Mapping[str, Entry],
) -> dict[str, Mapping[str, object]]:
    """Return where the links of the settings lead, also to what has no place of its own to link to."""
    entry = settings_entry(site)
    found = resolve_entry(entry, (), index)
    led = {}
    for reference, target in zip(entry.references, found.references, strict=True):
        path = split_target(reference.target)[0].partition("?")[0].lstrip("/")
        if target.state == "missing" and owner_of(output_path(path)):
            target = Target("page", reference.target.lstrip("/"))
        led[reference.span] = target
    wrong = [(entry, one) for one in found.broken if led[one.use.span].state == one.target.state]
    problems = tuple(find_problems(wrong, index, {}, published)) if wrong else ()
    links = {"nav": site.nav, "author": site.author.links}
    shown = {name: led_links(those, led) for name, those in links.items()}
    return {"led": shown, "wrong in settings": {"": problems}}


def _place(entry: Entry) -> tuple[str, int, str]:
    return entry.path, entry.line, entry.id


def _link_problems(
    broken: Mapping[str, tuple[str, ...]],
    entries: Mapping[str, Entry],
    links: Mapping[str, Links],
    index: LinkIndex,
    published: Mapping[str, Entry],
) -> dict[str, Mapping[str, object]]:
    found = [(entries[name], link) for name in broken.get("", ()) for link in links[name].broken]
    problems = tuple(find_problems(found, index, entries, published)) if found else ()
    return {"broken links": {"": problems}, "wanted": {"": count_wanted(found)}}
