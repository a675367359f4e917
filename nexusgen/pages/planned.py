"""What pages were planned from last, and now, in; the library of a hub, and what in it changed, out."""

from collections.abc import Mapping, Set
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace

from nexusgen.core.model import Place, Variable
from nexusgen.incremental.derive import Trace, Traced, cells, changed_cells, stale
from nexusgen.incremental.digests import digest_value
from nexusgen.incremental.table import EMPTY, Table, changed_keys
from nexusgen.pages.context import (
    Library,
    Made,
    constant,
    count_titles,
    make_anchors,
    make_card,
    make_ref,
    section_views,
    site_view,
)
from nexusgen.pages.home import list_moments
from nexusgen.pages.meta import plan_navigation
from nexusgen.pages.previews import preview_folders
from nexusgen.pages.views import Card, Days, Moment, PageInputs, SectionView

OF_GRAPH = (
    "entries", "targets", "uses", "images", "backlinks", "relations", "linked", "embeds", "related",
    "sections", "neighbours", "tags", "redirects", "pages",
)  # fmt: skip
"""The tables of a graph that pages are planned from."""

OF_INPUTS = ("documents", "html_digests")
"""The other tables that pages are planned from."""


OWN = ("sections", "folders", "written", "days", "moments", "repeated", "shared")
"""The tables of a library that are made for pages alone, and kept as they are or as digests."""


class Planned(msgspec.Struct, frozen=True):
    """What the next planning goes on from.

    `paths` holds, by the name of a unit, those of its outputs, `reads` the cells that were read to
    plan it; `places` are the outputs by path, `card_reads` what was read to make a card. The rest
    are tables of the library, or digests of what is in them.
    """

    ref_digests: Table[bytes] = EMPTY
    cards: Table[Card] = EMPTY
    card_digests: Table[bytes] = EMPTY
    card_reads: Table[bytes] = EMPTY
    sections: Mapping[str, SectionView] = {}
    folders: Mapping[str, tuple[str, ...]] = {}
    written: Table[str] = EMPTY
    days: Table[Days] = EMPTY
    moments: Mapping[str, tuple[Moment, ...]] = {}
    tag_names: Mapping[str, str] = {}
    repeated: Mapping[str, int] = {}
    shared: Mapping[str, bytes] = {}
    closures: Mapping[str, bytes] = {}
    paths: Table[tuple[str, ...]] = EMPTY
    places: Table[Place] = EMPTY
    reads: Table[bytes] = EMPTY


class Shelved(msgspec.Struct, frozen=True):
    """A library, the tables of `Planned` that it was made with, and the cells that changed.

    `is_text` tells that the hub has the same entries, so that there are the same pages.
    """

    library: Library
    planned: Planned
    changed: Set[int]
    is_text: bool


def shelve(inputs: PageInputs, before: PageInputs, last: Planned) -> Shelved:
    """Return the library of a hub, of which `last` was planned from what was `before`."""
    changed = _changed_inputs(before, inputs) if last.paths else set()
    moved = changed_keys(before.graph.entries, inputs.graph.entries)
    planned = _entries_planned(inputs, before, last, moved)
    planned = _cards_planned(inputs, planned, changed, moved)
    shared = _shared(inputs, planned)
    digests = {name: variable.digest for name, variable in shared.items()}
    planned = replace(planned, shared=digests)
    changed |= _changed_tables(inputs, last, planned, moved)
    library = _library(inputs, planned, shared)
    return Shelved(library, planned, changed, is_text=not moved and bool(last.paths))


def _entries_planned(
    inputs: PageInputs, before: PageInputs, last: Planned, moved: Set[str]
) -> Planned:
    """Return the tables that follow from the entries alone; the same ones where none is another."""
    if not moved:
        return last
    site, entries = inputs.site, inputs.graph.entries
    here = [entries[name] for name in moved if name in entries]
    gone = {name for name in moved if name not in entries}
    urls = {entry.url: entry.id for entry in here}
    left = {before.graph.entries[name].url for name in moved if name in before.graph.entries}
    days = {entry.id: (entry.date, entry.updated) for entry in here if entry.date or entry.updated}
    refs = {entry.id: digest_value(make_ref(site, entry)) for entry in here}
    return replace(
        last,
        ref_digests=last.ref_digests.updated(refs, gone),
        sections=section_views(site, entries),
        folders=preview_folders(entries.values()),
        written=last.written.updated(urls, left - urls.keys()),
        days=last.days.updated(days, moved - days.keys()),
        moments={"all": list_moments(entries.values())},
        tag_names={slug: tag.name for slug, tag in inputs.graph.tags.items()},
        repeated=count_titles(entries.values()),
    )


def _cards_planned(
    inputs: PageInputs, last: Planned, changed: Set[int], moved: Set[str]
) -> Planned:
    """Return the tables with each card, and what was read to make it."""
    trace = Trace()
    graph = replace(
        inputs.graph,
        entries=Traced("graph entries", inputs.graph.entries, trace),
        relations=Traced("graph relations", inputs.graph.relations, trace),
    )
    documents = Traced("documents", inputs.documents, trace)
    noted = replace(inputs, graph=graph, documents=documents)
    cards, reads = {}, {}
    for name in {*moved, *stale(last.card_reads, changed)}:
        if name in inputs.graph.entries:
            cards[name], reads[name] = trace.follow(partial(make_card, noted, name))
    gone = moved - cards.keys()
    digests = {name: digest_value(card) for name, card in cards.items()}
    return replace(
        last,
        cards=last.cards.updated(cards, gone),
        card_digests=last.card_digests.updated(digests, gone),
        card_reads=last.card_reads.updated(reads, gone),
    )


def _changed_tables(
    inputs: PageInputs, last: Planned, planned: Planned, moved: Set[str]
) -> set[int]:
    """Return the cells that changed in the tables made for pages."""
    changed = changed_cells("refs", last.ref_digests, planned.ref_digests)
    changed |= changed_cells("cards", last.card_digests, planned.card_digests)
    for table in OWN:
        changed |= changed_cells(table, getattr(last, table), getattr(planned, table))
    renamed = changed_keys(last.tag_names, planned.tag_names) & planned.tag_names.keys()
    tagged = {name for slug in renamed for name in inputs.graph.tags[slug].entries}
    return changed | cells("anchors", moved | tagged)


def _library(inputs: PageInputs, planned: Planned, shared: Mapping[str, Variable]) -> Library:
    site, entries, names = inputs.site, inputs.graph.entries, planned.tag_names
    own = {table: getattr(planned, table) for table in OWN}
    return Library(
        inputs=inputs,
        site_digest=digest_value(site_view(site)),
        refs=Made(entries, lambda name: make_ref(site, entries[name])),
        ref_digests=planned.ref_digests,
        cards=planned.cards,
        card_digests=planned.card_digests,
        tags=Made(entries, lambda name: make_anchors(entries[name], names)),
        **{**own, "shared": shared},
    )


def traced(library: Library, trace: Trace) -> Library:
    """Return the library with tables that note what is read of them."""
    inputs = library.inputs
    graph = replace(
        inputs.graph,
        **{name: Traced(f"graph {name}", getattr(inputs.graph, name), trace) for name in OF_GRAPH},
    )
    tables: dict[str, Any] = {
        name: Traced(name, getattr(inputs, name), trace) for name in OF_INPUTS
    }
    own = {name: Traced(name, getattr(library, name), trace) for name in OWN}
    return replace(
        library,
        inputs=replace(inputs, graph=graph, **tables),
        refs=Traced("refs", library.refs, trace),
        ref_digests=Traced("refs", library.ref_digests, trace),
        cards=Traced("cards", library.cards, trace),
        card_digests=Traced("cards", library.card_digests, trace),
        tags=Traced("anchors", library.tags, trace),
        **own,
    )


def _changed_inputs(before: PageInputs, now: PageInputs) -> set[int]:
    changed: set[int] = set()
    for table in OF_GRAPH:
        changed |= changed_cells(
            f"graph {table}", getattr(before.graph, table), getattr(now.graph, table)
        )
    for table in OF_INPUTS:
        changed |= changed_cells(table, getattr(before, table), getattr(now, table))
    return changed


def _shared(inputs: PageInputs, planned: Planned) -> dict[str, Variable]:
    return {
        "site": constant(site_view(inputs.site)),
        "nav": constant(plan_navigation(inputs, planned.sections, planned.written)),
        "assets": constant(inputs.assets),
        "data": Variable(inputs.data_digest, lambda: inputs.data),
    }
