"""How the entries of a hub point at each other: what linking gives, and pages are made from."""

from collections.abc import Mapping

import msgspec

from nexusgen.model import Backlink, Entry, Related, Tag, Target, Wanted
from nexusgen.problems import Problem
from nexusgen.table import EMPTY, Table


class Graph(msgspec.Struct, frozen=True):
    """All published entries and how they point at each other, by entry id.

    `targets`, `uses` and `references` are aligned with the links of a document and the fields of
    an entry; `images` is where `Entry.image` leads. `relations` holds who names an entry in `uses`,
    `linked` to whom it links in any way, `embeds` whom it shows within itself. `sections` holds
    ids in the order of the section's page, `neighbours` the previous and next one there, `tags`
    each tag by its slug.
    `redirects` maps an old URL to its successor. `assets` are files to copy, by their path from
    the content root. `wanted` are entries still to be written, most wanted first.

    The rest serves the next linking. `at` is where links to any entry lead, drafts among them,
    `pages` where those to pages without an entry do. `reads` are the cells that were read to
    resolve the links of an entry, `faulty` the entries with links at fault, `features` what may
    make an entry related to others. `troubles` are the problems by what they speak of.
    """

    entries: Table[Entry] = EMPTY
    targets: Table[tuple[Target, ...]] = EMPTY
    uses: Table[tuple[Target, ...]] = EMPTY
    references: Table[tuple[Target, ...]] = EMPTY
    images: Table[Target] = EMPTY
    backlinks: Table[tuple[Backlink, ...]] = EMPTY
    relations: Table[tuple[str, ...]] = EMPTY
    linked: Table[tuple[str, ...]] = EMPTY
    embeds: Table[tuple[str, ...]] = EMPTY
    related: Table[tuple[Related, ...]] = EMPTY
    sections: Mapping[str, tuple[str, ...]] = {}
    neighbours: Table[tuple[str, str]] = EMPTY
    tags: Mapping[str, Tag] = {}
    redirects: Mapping[str, str] = {}
    assets: frozenset[str] = frozenset()
    wanted: tuple[Wanted, ...] = ()
    problems: tuple[Problem, ...] = ()
    at: Table[Target] = EMPTY
    pages: Mapping[str, Target] = {}
    reads: Table[bytes] = EMPTY
    faulty: frozenset[str] = frozenset()
    features: Table[frozenset[str]] = EMPTY
    troubles: Mapping[str, tuple[Problem, ...]] = {}
