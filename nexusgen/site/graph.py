"""Entries, their documents and the files beside them in; out comes how all point at each other.

Linking goes on from what it gave last: only entries that ask for something else now, or that looked
up a name which means something else now, are resolved again. From nothing, that is all of them.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from functools import partial
from itertools import chain

from msgspec.structs import replace

from nexusgen.core.model import Document, Entry, Graph, Site, Target
from nexusgen.core.problems import sorted_problems
from nexusgen.incremental.derive import Trace, Traced, cells, changed_cells, stale
from nexusgen.incremental.table import Table, changed_keys, table_of
from nexusgen.site.backlinks import list_neighbours
from nexusgen.site.broken_links import Fault, count_wanted, find_problems
from nexusgen.site.edit import Edit, compare
from nexusgen.site.embeds import cycle_problems
from nexusgen.site.library import Contents, Shelf
from nexusgen.site.links import Hub
from nexusgen.site.names import Names, names_of
from nexusgen.site.placeholders import fill_html
from nexusgen.site.redirects import follow_redirects
from nexusgen.site.resolving import Resolution, resolve_entry
from nexusgen.site.url_map import claim_problems
from nexusgen.site.weave import with_links, with_related

__all__ = ["fill_html", "link_graph", "relink"]


def link_graph(
    entries: Sequence[Entry], documents: Mapping[str, Document], site: Site, files: frozenset[str]
) -> Graph:
    """Return how the entries of a hub point at each other and at its files.

    `documents` holds the document of each entry by id; `files` are the paths of all content files.
    Drafts are part of the graph only where `site.drafts` asks for them, private entries never: links to
    them are `hidden`. Of two entries with one URL the first by path is part of it.
    """
    contents = Contents(table_of({entry.id: entry for entry in entries}), documents, files)
    return relink(contents, site, Contents(), Graph())


def relink(now: Contents, site: Site, before: Contents, last: Graph) -> Graph:
    """Return the graph of a hub, of which `last` was the graph when it held what was `before`.

    The settings are the same both times.
    """
    edit = compare(before, now, last, site.content)
    shelf = Shelf(now, site, drafts=site.drafts)
    graph = last if edit.is_text else _shelved(shelf, edit)
    anew = _to_resolve(shelf, graph, edit)
    found, reads = _resolve(shelf.hub, [graph.entries[name] for name in anew]) if anew else ({}, {})
    graph = _with_targets(graph, edit, found, reads)
    graph = with_links(now, graph, edit, found.keys())
    graph = with_related(graph, edit)
    return _with_problems(shelf, graph, edit, found.keys())


def _shelved(shelf: Shelf, edit: Edit) -> Graph:
    """Return the graph with all that depends on the entries alone, whatever they link to."""
    last = edit.last
    entries = shelf.contents.entries.updated({}, shelf.unpublished)
    elsewhere = {*edit.entries, *changed_keys(last.entries, entries), *shelf.unpublished}
    here = {name for name in elsewhere if name in shelf.contents.entries}
    return replace(
        last,
        entries=entries,
        sections=shelf.sections,
        neighbours=_neighbours(shelf, last),
        tags=shelf.tags,
        at=last.at.updated({name: shelf.target(name) for name in here}, elsewhere - here),
        pages=shelf.pages,
    )


def _neighbours(shelf: Shelf, last: Graph) -> Table[tuple[str, str]]:
    """Return who stands beside whom, found again where a section has other members."""
    changed = changed_keys(last.sections, shelf.sections)
    new = list_neighbours({path: shelf.sections[path] for path in changed & shelf.sections.keys()})
    old = {name for path in changed & last.sections.keys() for name in last.sections[path]}
    return last.neighbours.updated(new, old - new.keys())


def _to_resolve(shelf: Shelf, graph: Graph, edit: Edit) -> list[str]:
    """Return the published entries whose links may lead elsewhere now, in order."""
    if edit.files:
        return sorted(graph.entries)
    others = edit.entries | changed_keys(edit.last.at, graph.at)
    changed = (
        cells("names", _names(shelf, edit, others))
        | cells("at", others)
        | cells("anchors", edit.anchors)
        | changed_cells("pages", edit.last.pages, graph.pages)
    )
    published = changed_keys(edit.last.entries, graph.entries)
    wanted = {*published, *edit.asking, *stale(edit.last.reads, changed)}
    return sorted(name for name in wanted if name in graph.entries)


def _names(shelf: Shelf, edit: Edit, ids: Set[str]) -> Iterator[str]:
    """Yield the names that entries answer to, or did."""
    for entries in (edit.before.entries, shelf.contents.entries):
        for name in ids:
            if name in entries:
                yield from names_of(entries[name], shelf.site.content)


def _resolve(hub: Hub, entries: Sequence[Entry]) -> tuple[dict[str, Resolution], dict[str, bytes]]:
    """Return where the links of entries lead, and what was read to find that out, by id."""
    trace = Trace()
    documents = hub.documents
    traced = replace(
        hub,
        published=_traced(hub.published, trace),
        hidden=_traced(hub.hidden, trace),
        at=Traced("at", hub.at, trace),
        pages=Traced("pages", hub.pages, trace),
        documents=Traced("anchors", documents, trace),
    )
    found, reads = {}, {}
    for entry in entries:
        resolve = partial(resolve_entry, entry, documents[entry.id], traced)
        found[entry.id], reads[entry.id] = trace.follow(resolve)
    return found, reads


def _traced(names: Names, trace: Trace) -> Names:
    return Names(Traced("names", names.paths, trace), Traced("names", names.words, trace))


def _with_targets(
    graph: Graph, edit: Edit, found: Mapping[str, Resolution], reads: Mapping[str, bytes]
) -> Graph:
    """Return the graph with where the links of every published entry lead."""
    last, gone = edit.last, edit.gone(graph)
    if not found and not gone:
        return graph
    images = {name: one.image for name, one in found.items() if one.image is not None}
    faulty = {name for name, one in found.items() if one.faults}
    return replace(
        graph,
        targets=last.targets.updated({n: one.links for n, one in found.items()}, gone),
        uses=last.uses.updated({n: one.uses for n, one in found.items()}, gone),
        references=last.references.updated({n: one.references for n, one in found.items()}, gone),
        images=last.images.updated(images, {*gone, *found} - images.keys()),
        reads=last.reads.updated(reads, gone),
        faulty=frozenset(faulty | (last.faulty - gone - found.keys())),
    )


def _with_problems(shelf: Shelf, graph: Graph, edit: Edit, resolved: Set[str]) -> Graph:
    """Return the graph with what is wrong, and with all that is settled by who gets which URL."""
    last, documents = edit.last, shelf.contents.documents
    troubles = dict(last.troubles)
    if not edit.is_text or (resolved | edit.documents) & (graph.faulty | last.faulty):
        faults = _faults(shelf, graph)
        graph = replace(graph, wanted=count_wanted(faults))
        troubles["links"] = tuple(find_problems(faults, shelf.hub)) if faults else ()
    if not edit.is_text or resolved:
        assets = shelf.assets(partial(_shown, graph))
        settled = shelf.settle(assets)
        troubles["urls"] = tuple(claim_problems(settled, shelf.site))
        followed = follow_redirects(shelf.redirects(settled), settled, shelf)
        troubles["redirects"] = followed.problems
        assets &= settled.granted.keys()
        graph = replace(graph, redirects=followed.redirects, assets=assets)
    entries, targets = graph.entries, graph.targets
    cycles = cycle_problems(graph.embeds, entries, documents, targets, shelf.site)
    troubles["embeds"] = tuple(cycles)
    problems = sorted_problems(list(chain.from_iterable(troubles.values())))
    return replace(graph, troubles=troubles, problems=problems)


def _faults(shelf: Shelf, graph: Graph) -> list[Fault]:
    """Return the links at fault, which few are."""
    documents = shelf.contents.documents
    at_fault = sorted(
        (graph.entries[name] for name in graph.faulty), key=lambda e: (e.path, e.line, e.id)
    )
    resolved = [resolve_entry(entry, documents[entry.id], shelf.hub) for entry in at_fault]
    return [fault for one in resolved for fault in one.faults]


def _shown(graph: Graph) -> Iterator[Target]:
    """Yield where the texts and pictures of a hub lead."""
    yield from chain.from_iterable(graph.targets.values())
    yield from chain.from_iterable(graph.references.values())
    yield from graph.images.values()
