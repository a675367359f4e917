"""Find how the entries of a hub point at each other, who owns which URL, and what is wrong with either."""

from collections.abc import Callable, Container, Iterator, Mapping
from functools import partial
from itertools import chain
from urllib.parse import unquote

import msgspec
from msgspec.structs import replace

from nexusgen.core.model import Backlink, Document, Entry, Site, Target, Wanted
from nexusgen.core.problems import Problem, sorted_problems
from nexusgen.incremental.build_state import BuildState
from nexusgen.incremental.derive import Tables, Tracked
from nexusgen.incremental.table import table_of
from nexusgen.site.broken_links import count_wanted, find_problems
from nexusgen.site.embeds import cycle_problems
from nexusgen.site.evidence import make_evidence
from nexusgen.site.library import (
    LIBRARY_ROWS,
    Library,
    made_pages,
    plain_files,
    sort_out,
    without_words,
)
from nexusgen.site.links import LinkIndex, Links, anchors_of, resolve_entry
from nexusgen.site.names import file_names, names_of
from nexusgen.site.redirects import follow_redirects, old_addresses
from nexusgen.site.related import make_related
from nexusgen.site.shown_files import ContentFiles, files_of_entry, is_whole
from nexusgen.site.tags import Tag
from nexusgen.site.url_map import (
    UrlMap,
    allocate_urls,
    asset_claims,
    conflict_problems,
    entry_claims,
    feed_claims,
    file_claims,
    graph_claims,
    listing_claims,
    page_claims,
    redirect_claims,
    section_claims,
    setting_claims,
    tag_claims,
    twin_claims,
)


class Graph(msgspec.Struct, frozen=True):
    """All published entries and how they point at each other, by entry id.

    `outlines` are the entries without what they say.
    `sections` holds the ids in each section, in the order of its page, `neighbours` those before and
    after each, `tags` the tags by slug, `pages` the pages without an entry by folded URL.
    `links` says where the links of an entry lead, `relations` who names it in `uses`, `evidence` which
    of these show that its author has worked with it. `owners` names
    the group of pages that holds an output path, `redirects` maps an old URL to its successor,
    `assets` holds the files to copy by their path from the content root. `wanted` are entries
    still to be written, most wanted first; `index` is all that links can lead to.
    """

    entries: Tracked[Entry]
    outlines: Tracked[Entry]
    sections: Tracked[tuple[str, ...]]
    neighbours: Tracked[tuple[str, str]]
    tags: Tracked[Tag]
    pages: Tracked[Target]
    index: LinkIndex
    links: Tracked[Links]
    targets: Tracked[tuple[Target, ...]]
    uses: Tracked[tuple[Target, ...]]
    images: Tracked[Target | None]
    linked: Tracked[tuple[str, ...]]
    embeds: Tracked[tuple[str, ...]]
    backlinks: Tracked[tuple[Backlink, ...]]
    relations: Tracked[tuple[str, ...]]
    evidence: Tracked[tuple[str, ...]]
    related: Tracked[tuple[str, ...]]
    owners: Tracked[str]
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
    library = Library(**tables.wholes("library", lambda: sort_out(site, entries), LIBRARY_ROWS))
    plain = tables.source(
        "files beside", dict.fromkeys(plain_files(files.paths, site.content), True), bool
    )
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
    )
    uses = tables.view("link uses", documents, lambda document: document.links)
    published = library.published
    tables.expect_long_rows("links", 32)
    links = tables.derive(
        "links", published, lambda name: resolve_entry(published[name], uses[name], index), Links
    )
    raw = tables.view("raw addresses", documents, lambda document: document.files)
    beside = tables.derive(
        "files of entries",
        published,
        lambda name: files_of_entry(published[name], raw[name], index),
        tuple[str, ...],
    )
    tables.expect_long_rows("backlinks", 64)
    backlinks = tables.group(
        "backlinks", links, lambda _, row: row.mentions, Backlink, source=lambda _, item: item.entry
    )
    relations = tables.group("used by", links, _used_by, str)
    assets = _find_assets(tables, index, links, beside, files.find_named)
    outlines = tables.view("outlines", published, without_words)
    claims = replace(
        library,
        published=outlines,
        at=tables.view("untitled", library.at, lambda one: replace(one, title="")),
        tags=tables.view("unordered", library.tags, _unordered),
    )
    counts = tables.view("sizes of sections", library.sections, len)
    everything = tables.view("all outlines", entries, without_words)
    urls = tables.wholes(
        "urls", lambda: _allocate(site, claims, counts, everything, assets), URL_ROWS
    )
    broken = tables.group(
        "broken", links, lambda name, row: [("", name)] if row.broken else (), str
    )
    link_problems = tables.wholes(
        "link problems",
        partial(_link_problems, broken, entries, links, index, published),
        PROBLEM_ROWS,
    )
    embedding = tables.group(
        "embedding", links, lambda name, row: [("", name)] if row.embeds else (), str
    )
    cycles = tables.whole(
        "cycles",
        lambda: {"": tuple(cycle_problems(embedding.get("", ()), published, uses, links, site))},
        tuple[Problem, ...],
    )
    problems = (link_problems["broken links"], urls["url problems"], cycles)
    return Graph(
        entries=published,
        outlines=outlines,
        sections=library.sections,
        neighbours=library.neighbours,
        tags=library.tags,
        pages=library.pages,
        index=index,
        links=links,
        targets=tables.view("targets", links, lambda row: row.links),
        uses=tables.view("uses", links, lambda row: row.uses),
        images=tables.view("images", links, lambda row: row.image),
        linked=tables.view("linked", links, lambda row: row.linked),
        embeds=tables.view("embeds", links, lambda row: row.embeds),
        backlinks=backlinks,
        relations=relations,
        evidence=make_evidence(tables, published, relations),
        related=make_related(
            tables,
            library,
            links,
            tables.view("subjects", documents, lambda document: document.subjects),
            partial(_linked_with, links, backlinks, relations),
        ),
        owners=urls["owners"],
        redirects=urls["redirects"],
        assets=assets,
        wanted=link_problems["wanted"].rows.get("", ()),
        problems=sorted_problems(
            list(chain.from_iterable(one.rows.get("", ()) for one in problems))
        ),
    )


URL_ROWS = {"owners": str, "redirects": str, "url problems": tuple[Problem, ...]}
PROBLEM_ROWS = {"broken links": tuple[Problem, ...], "wanted": tuple[Wanted, ...]}


def link_entries(
    entries: Mapping[str, Entry],
    documents: Mapping[str, Document],
    site: Site,
    files: frozenset[str],
) -> Graph:
    """Return the graph of a hub of which nothing was known before."""
    tables = Tables(BuildState())
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


def _linked_with(
    links: Mapping[str, Links],
    backlinks: Mapping[str, tuple[Backlink, ...]],
    relations: Mapping[str, tuple[str, ...]],
    name: str,
) -> Iterator[str]:
    """Yield the entries that one links to, and those that link to it."""
    yield from links[name].linked
    yield from relations.get(name, ())
    yield from (backlink.entry for backlink in backlinks.get(name, ()))


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
    site: Site,
    library: Library,
    counts: Mapping[str, int],
    entries: Tracked[Entry],
    assets: Tracked[bool],
) -> dict[str, Mapping[str, object]]:
    """Return who owns which output path, the redirects, and the problems of both.

    `counts` says how many entries are in each section.
    """
    urls = _url_map(site, library, counts, entries, assets)
    published = library.published
    moved = old_addresses(published.values(), urls)
    followed = follow_redirects(site, moved, urls, library)
    return {
        "owners": {path: claim.unit for path, claim in urls.owners.items()},
        "redirects": followed.redirects,
        "url problems": {"": (*conflict_problems(urls, site), *followed.problems)},
    }


def _url_map(
    site: Site,
    library: Library,
    counts: Mapping[str, int],
    entries: Tracked[Entry],
    assets: Tracked[bool],
) -> UrlMap:
    """Return who owns which URL: what an author wrote before what is made of it, old URLs last."""
    published = library.published
    ordered = sorted(published.values(), key=_place)
    shown = [
        one for one in sorted(entries.values(), key=_place) if library.at[one.id].state != "hidden"
    ]
    section_urls = dict(sorted(library.section_urls.items()))
    return allocate_urls(
        chain(
            entry_claims(shown),
            twin_claims(shown),
            section_claims(section_urls, counts, site),
            asset_claims(sorted(assets), site.content),
            tag_claims(library.tags.values(), published, site.page_size),
            page_claims(made_pages(site, published, library.tags)),
            graph_claims(section_urls, ordered),
            file_claims(site, assets),
            listing_claims(section_urls, ordered, site),
            feed_claims(library.tags.values(), site),
            redirect_claims(ordered),
            setting_claims(site),
        )
    )


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
