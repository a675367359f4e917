"""Make the tables that many pages show something of: cards, sections, the timeline."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

from nexusgen.incremental.derive import Tables
from nexusgen.incremental.digests import digest_value
from nexusgen.pages.context import (
    Library,
    count_titles,
    make_anchors,
    make_card,
    make_ref,
    section_views,
    site_view,
    variable,
)
from nexusgen.pages.feeds import preview_folders
from nexusgen.pages.home import list_moments
from nexusgen.pages.meta import plan_navigation
from nexusgen.pages.views import Card, Days, Moment, PageInputs, SectionView

T = TypeVar("T")


class Computed(Mapping[str, T]):
    """Rows that are made each time they are asked for, so that what they read is noted each time."""

    def __init__(self, keys: Mapping[str, Any], make: Callable[[str], T]) -> None:
        self._keys = keys
        self._make = make

    def __getitem__(self, key: str) -> T:
        return self._make(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def make_context(tables: Tables, inputs: PageInputs) -> Library:
    """Return what pages are planned from."""
    site, graph = inputs.site, inputs.graph
    published = graph.entries
    refs = tables.view("refs", published, partial(make_ref, site))
    cards = tables.derive("cards", published, partial(make_card, inputs), Card)
    tag_names = tables.view("names of tags", graph.tags, lambda tag: tag.name)
    sections = tables.whole("section views", lambda: section_views(site, published), SectionView)
    written = tables.whole(
        "written", lambda: {entry.url: entry.id for entry in published.values()}, str
    )
    shared = {
        "site": variable(site_view(site)),
        "nav": variable(plan_navigation(inputs, sections.rows, written.rows)),
        "assets": variable(inputs.assets),
        "data": variable(inputs.data),
    }
    digests = tables.source("shared", {name: one.digest for name, one in shared.items()}, bytes)
    return Library(
        inputs=inputs,
        refs=refs,
        cards=cards,
        card_digests=tables.view("card digests", cards, digest_value),
        tags=Computed(published, lambda name: make_anchors(published[name], tag_names)),
        sections=sections,
        folders=tables.whole(
            "preview folders", lambda: preview_folders(published.values()), tuple[str, ...]
        ),
        days=tables.whole("days", lambda: _days(published.values()), Days),
        moments=tables.whole(
            "moments", lambda: {"all": list_moments(published.values())}, tuple[Moment, ...]
        ),
        repeated=tables.whole("repeated", lambda: count_titles(published.values()), int),
        written=written,
        shared=Computed(shared, lambda name: (digests[name], shared[name])[1]),
    )


def _days(entries: Iterable[Any]) -> dict[str, Days]:
    return {one.id: (one.date, one.updated) for one in entries if one.date or one.updated}
