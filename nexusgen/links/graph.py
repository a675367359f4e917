"""Entries, their documents and the files beside them in; out comes how all point at each other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from urllib.parse import unquote

import msgspec

from nexusgen.links.claims import (
    PAGES,
    Settled,
    alias_claims,
    asset_claims,
    claim_problems,
    entry_claims,
    output_path,
    redirect_claims,
    reserved_claims,
    section_claims,
    settle_claims,
    tag_claims,
)
from nexusgen.links.embeds import cycle_problems
from nexusgen.links.faults import count_wanted, find_problems
from nexusgen.links.holes import fill_html
from nexusgen.links.names import Found, fold, index_files, index_names
from nexusgen.links.related import Relate, find_related
from nexusgen.links.relations import (
    find_backlinks,
    find_embeds,
    find_relations,
    list_linked,
    list_neighbours,
    list_sections,
    newest_first,
    section_urls,
)
from nexusgen.links.resolving import Resolved, resolve_entries
from nexusgen.links.tags import list_tags
from nexusgen.links.targets import HIDDEN, Hub, entry_target
from nexusgen.model import Document, Entry, Graph, Site, Tag, Target
from nexusgen.paths import SOURCES, content_path
from nexusgen.problems import sorted_problems
from nexusgen.sources.data import is_data

__all__ = ["fill_html", "link_graph"]


class Shelf(msgspec.Struct, frozen=True):
    """The entries of a hub sorted out: who is published, who hides, who lost its URL to whom."""

    published: tuple[Entry, ...]
    hidden: tuple[Entry, ...]
    displaced: tuple[Entry, ...]
    settled: Settled


def link_graph(
    entries: Sequence[Entry],
    documents: Mapping[str, Document],
    site: Site,
    files: frozenset[str],
    relate: Relate = find_related,
) -> Graph:
    """Return how the entries of a hub point at each other and at its files.

    `documents` holds the document of each entry by id; `files` are the paths of all content files.
    Drafts are part of the graph only where `site.drafts` asks for them, private entries never: links to
    them are `hidden`. Of two entries with one URL the first by path is part of it. `relate` finds
    related entries; who remembers what it found passes another one.
    """
    shelf = _sort_out(entries, drafts=site.drafts)
    published = shelf.published
    newest = newest_first(published)
    tags = list_tags(newest)
    hub = _hub(shelf, documents, site, files, tags)
    resolved = resolve_entries(published, documents, hub)
    assets = _assets(resolved, shelf, documents, hub)
    settled = _settle(shelf, site, tags, assets)
    linked = list_linked(published, resolved.links, resolved.uses, resolved.references)
    sections = list_sections(newest)
    by_id = {entry.id: entry for entry in published}
    embeds = find_embeds(published, documents, resolved.links)
    problems = chain(
        find_problems(resolved.faults, hub),
        claim_problems(settled, site),
        cycle_problems(embeds, by_id, documents, resolved.links, site),
    )
    return Graph(
        entries=by_id,
        targets=resolved.links,
        uses=resolved.uses,
        backlinks=find_backlinks(published, documents, resolved.links, resolved.references),
        relations=find_relations(published, resolved.uses),
        related=relate(published, linked, tags),
        sections=sections,
        neighbours=list_neighbours(sections),
        tags=tags,
        redirects=_redirects(published, settled),
        assets=assets & settled.granted.keys(),
        problems=sorted_problems(list(problems)),
        references=resolved.references,
        images=resolved.images,
        embeds=embeds,
        wanted=count_wanted(resolved.faults),
        linked=linked,
    )


def _sort_out(entries: Iterable[Entry], *, drafts: bool) -> Shelf:
    ordered = sorted(entries, key=lambda entry: (entry.path, entry.line, entry.id))
    hidden = tuple(entry for entry in ordered if entry.private or (entry.draft and not drafts))
    veiled = {entry.id for entry in hidden}
    shown = [entry for entry in ordered if entry.id not in veiled]
    settled = settle_claims((*reserved_claims(), *entry_claims(shown)))
    winners = {claim.owner for claim in settled.granted.values()}
    return Shelf(
        published=tuple(entry for entry in shown if entry.id in winners),
        displaced=tuple(entry for entry in shown if entry.id not in winners),
        hidden=hidden,
        settled=settled,
    )


def open_hub(
    entries: Sequence[Entry], documents: Mapping[str, Document], site: Site, files: frozenset[str]
) -> Hub:
    """Return what links of a hub can lead to, drafts among it, to ask where a name would lead."""
    shelf = _sort_out(entries, drafts=True)
    return _hub(shelf, documents, site, files, list_tags(shelf.published))


def _hub(
    shelf: Shelf,
    documents: Mapping[str, Document],
    site: Site,
    files: frozenset[str],
    tags: Sequence[Tag],
) -> Hub:
    """Return what links can lead to; what lost its URL is found under that URL's owner."""
    pages = _pages(site, shelf.published, section_urls(shelf.published), tags)
    shown = (*shelf.published, *shelf.displaced)
    at = {entry.id: entry_target(entry) for entry in shelf.published}
    granted = shelf.settled.granted
    for entry in shelf.displaced:
        owner = granted[output_path(entry.url)].owner
        at[entry.id] = at[owner] if owner else _page(entry.url, entry.title).target
    veiled = {entry.id: HIDDEN.target for entry in shelf.hidden}
    return Hub(
        site=site,
        entries=shelf.published,
        published=index_names(shown, at, site.content),
        hidden=index_names(shelf.hidden, veiled, site.content),
        files=index_files(_plain_files(files, site.content)),
        at=at,
        pages=pages,
        documents=documents,
        anchors={},
    )


def _plain_files(files: Iterable[str], content: str) -> Iterator[str]:
    """Yield the files that can be copied, relative to the content root: no entries, no data."""
    for path in files:
        name = content_path(path, content)
        if name.rpartition(".")[2].lower() not in SOURCES and not is_data(name):
            yield name


def _pages(
    site: Site, entries: Sequence[Entry], urls: Mapping[str, str], tags: Sequence[Tag]
) -> dict[str, Found]:
    """Return the pages without an entry, by folded URL and, for a section, by folded folder."""
    kinds = {kind.folder: kind.plural for kind in site.kinds}
    pages = {fold(url[:-1]): _page(url, PAGES[url]) for url in _made(site, entries, tags)}
    pages[""] = _page("", site.title)
    for tag in tags:
        pages[f"tags/{tag.slug}"] = _page(f"tags/{tag.slug}/", tag.name)
    for section, url in urls.items():
        title = kinds.get(section) or section.rpartition("/")[2]
        pages[fold(section)] = pages[fold(url[:-1])] = _page(url, title)
    return pages


def _made(site: Site, entries: Sequence[Entry], tags: Sequence[Tag]) -> Iterator[str]:
    """Yield the URLs of the pages that this hub has because of what is in it."""
    if site.author.name:
        yield "about/"
    if tags:
        yield "tags/"
    if any(entry.date and not entry.is_index for entry in entries):
        yield "timeline/"
    if len(entries) > 1:
        yield "graph/"


def _page(url: str, title: str) -> Found:
    return Found(Target("page", url, title))


def _assets(
    resolved: Resolved, shelf: Shelf, documents: Mapping[str, Document], hub: Hub
) -> frozenset[str]:
    """Return the files to copy: those linked to and, of a hub with settings, all others.

    What only drafts and private entries show stays out.
    """
    shown = _linked_files(resolved)
    if hub.site.lenient:
        return shown
    return hub.files.exact - (_linked_files(resolve_entries(shelf.hidden, documents, hub)) - shown)


def _linked_files(resolved: Resolved) -> frozenset[str]:
    targets = chain(
        chain.from_iterable(resolved.links.values()),
        chain.from_iterable(resolved.references.values()),
        resolved.images.values(),
    )
    urls = (target.url for target in targets if target.state == "asset")
    return frozenset(unquote(url.partition("#")[0]) for url in urls)


def _settle(shelf: Shelf, site: Site, tags: Sequence[Tag], assets: frozenset[str]) -> Settled:
    """Return who gets which URL: entries before pages made of them, old URLs and files last."""
    published = {entry.id: entry for entry in shelf.published}
    indexes = {entry.section for entry in shelf.published if entry.is_index}
    urls = section_urls(shelf.published)
    plain = {name: url for name, url in urls.items() if name not in indexes}
    claims = chain(
        section_claims(plain, site.content),
        tag_claims(tags, published),
        redirect_claims(shelf.published),
        asset_claims(sorted(assets), site.content),
    )
    return settle_claims(claims, shelf.settled)


def _redirects(published: Sequence[Entry], settled: Settled) -> dict[str, str]:
    """Return the URLs that lead on to an entry: its old ones and, where free, its aliases'."""
    urls = {entry.id: entry.url for entry in published}
    redirects = {
        claim.url: urls[claim.owner]
        for claim in redirect_claims(published)
        if settled.granted[output_path(claim.url)] == claim
    }
    for claim in alias_claims(published):
        if output_path(claim.url) not in settled.granted:
            redirects.setdefault(claim.url, urls[claim.owner])
    return redirects
