"""What pages were planned from last, and now, in; the library of a hub, and what in it changed, out."""

from collections.abc import Iterable, Iterator, Mapping, Set
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace

from nexusgen.artifacts import Place, Variable
from nexusgen.digests import digest_value
from nexusgen.ledger import Trace, Traced, cells, changed_cells, stale
from nexusgen.model import Entry
from nexusgen.pages.library import (
    Library,
    Made,
    constant,
    count_titles,
    make_anchors,
    make_card,
    make_ref,
)
from nexusgen.pages.moments import list_moments
from nexusgen.pages.navigation import plan_navigation
from nexusgen.pages.previews import preview_folders
from nexusgen.pages.sections import section_views
from nexusgen.pages.views import Card, Days, Moment, PageInputs, SectionView
from nexusgen.table import EMPTY, Table, changed_keys

OF_GRAPH = (
    "entries", "targets", "uses", "images", "backlinks", "relations", "linked", "embeds", "related",
    "sections", "neighbours", "tags", "redirects",
)  # fmt: skip
"""The tables of a graph that pages are planned from."""

OF_INPUTS = ("documents", "html_digests")
"""The other tables that pages are planned from."""


class Planned(msgspec.Struct, frozen=True):
    """What the next planning goes on from.

    `paths` holds, by the name of a unit, those of its outputs, `reads` the cells that were read to
    plan it; `places` are the outputs by path. `card_reads` are those of each card. The rest are digests, or the
    small tables themselves, that tell what is another now.
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
    graph, site = inputs.graph, inputs.site
    changed = _changed_inputs(before, inputs)
    moved = changed_keys(before.graph.entries, graph.entries)
    gone = {name for name in moved if name not in graph.entries}
    sections = section_views(site, graph.entries) if moved else last.sections
    tag_names = {slug: tag.name for slug, tag in graph.tags.items()}
    written = _written(last, before, inputs, moved)
    days = dict(_days(graph.entries[name] for name in moved - gone))
    shared = _shared(inputs, sections, written)
    refs = Made(graph.entries, lambda name: make_ref(site, graph.entries[name]))
    cards, card_reads = _cards(inputs, last, changed, moved)
    redrawn = changed_keys(last.cards, cards)
    planned = replace(
        last,
        ref_digests=last.ref_digests.updated(
            {name: digest_value(refs[name]) for name in moved - gone}, gone
        ),
        cards=cards,
        card_digests=last.card_digests.updated(
            {name: digest_value(cards[name]) for name in redrawn - gone}, gone
        ),
        card_reads=card_reads,
        sections=sections,
        folders=preview_folders(graph.entries.values()) if moved else last.folders,
        written=written,
        days=last.days.updated(days, {name for name in moved if name not in days}),
        moments={"all": list_moments(graph.entries.values())} if moved else last.moments,
        tag_names=tag_names,
        repeated=count_titles(graph.entries.values()) if moved else last.repeated,
        shared={name: variable.digest for name, variable in shared.items()},
    )
    library = Library(
        inputs=inputs,
        site_digest=digest_value(site),
        refs=refs,
        ref_digests=planned.ref_digests,
        cards=cards,
        card_digests=planned.card_digests,
        tags=Made(graph.entries, lambda name: make_anchors(graph.entries[name], tag_names)),
        sections=sections,
        folders=planned.folders,
        days=planned.days,
        moments=planned.moments,
        repeated=planned.repeated,
        written=written,
        shared=shared,
    )
    changed |= changed_cells("refs", last.ref_digests, planned.ref_digests)
    changed |= cells("cards", redrawn)
    for table in ("sections", "folders", "days", "moments", "repeated", "shared"):
        changed |= changed_cells(f"own {table}", getattr(last, table), getattr(planned, table))
    changed |= cells("anchors", moved | _with_other_tags(inputs, last.tag_names, tag_names))
    changed |= changed_cells("written", last.written, written)
    return Shelved(library, planned, changed, is_text=not moved and bool(last.paths))


def traced(library: Library, trace: Trace) -> Library:
    """Return the library with tables that note what is read of them."""
    inputs = library.inputs
    graph = replace(
        inputs.graph,
        **{name: Traced(name, getattr(inputs.graph, name), trace) for name in OF_GRAPH},
    )
    tables: dict[str, Any] = {
        name: Traced(name, getattr(inputs, name), trace) for name in OF_INPUTS
    }
    return replace(
        library,
        inputs=replace(inputs, graph=graph, **tables),
        refs=Traced("refs", library.refs, trace),
        ref_digests=Traced("refs", library.ref_digests, trace),
        cards=Traced("cards", library.cards, trace),
        card_digests=Traced("cards", library.card_digests, trace),
        tags=Traced("anchors", library.tags, trace),
        sections=Traced("own sections", library.sections, trace),
        folders=Traced("own folders", library.folders, trace),
        days=Traced("own days", library.days, trace),
        moments=Traced("own moments", library.moments, trace),
        repeated=Traced("own repeated", library.repeated, trace),
        written=Traced("written", library.written, trace),
        shared=Traced("own shared", library.shared, trace),
    )


def _changed_inputs(before: PageInputs, now: PageInputs) -> set[int]:
    changed: set[int] = set()
    if not before.graph.entries:
        return changed
    for table in OF_GRAPH:
        changed |= changed_cells(table, getattr(before.graph, table), getattr(now.graph, table))
    for table in OF_INPUTS:
        changed |= changed_cells(table, getattr(before, table), getattr(now, table))
    return changed


def _cards(
    inputs: PageInputs, last: Planned, changed: Set[int], moved: Set[str]
) -> tuple[Table[Card], Table[bytes]]:
    """Return each card, and what was read to make it."""
    trace = Trace()
    graph = replace(
        inputs.graph,
        entries=Traced("entries", inputs.graph.entries, trace),
        relations=Traced("relations", inputs.graph.relations, trace),
    )
    documents = Traced("documents", inputs.documents, trace)
    noted = replace(inputs, graph=graph, documents=documents)
    cards, reads = {}, {}
    for name in {*moved, *stale(last.card_reads, changed)}:
        if name in inputs.graph.entries:
            cards[name], reads[name] = trace.follow(partial(make_card, noted, name))
    gone = moved - reads.keys()
    return last.cards.updated(cards, gone), last.card_reads.updated(reads, gone)


def _days(entries: Iterable[Entry]) -> Iterator[tuple[str, Days]]:
    for entry in entries:
        if entry.date or entry.updated:
            yield entry.id, (entry.date, entry.updated)


def _written(last: Planned, before: PageInputs, now: PageInputs, moved: Set[str]) -> Table[str]:
    """Return which entry is at a URL."""
    old, new = before.graph.entries, now.graph.entries
    urls = {new[name].url: name for name in moved if name in new}
    gone = {old[name].url for name in moved if name in old} - urls.keys()
    return last.written.updated(urls, gone)


def _shared(
    inputs: PageInputs, sections: Mapping[str, SectionView], written: Mapping[str, str]
) -> dict[str, Variable]:
    return {
        "site": constant(inputs.site),
        "nav": constant(plan_navigation(inputs, sections, written)),
        "assets": constant(inputs.assets),
        "data": Variable(inputs.data_digest, lambda: inputs.data),
    }


def _with_other_tags(
    inputs: PageInputs, before: Mapping[str, str], now: Mapping[str, str]
) -> set[str]:
    """Return the entries with a tag that is called otherwise now."""
    renamed = changed_keys(before, now) & now.keys()
    return {name for slug in renamed for name in inputs.graph.tags[slug].entries}
