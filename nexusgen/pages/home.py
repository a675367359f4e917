"""Sections, dates and the hub's own text in; the home page out."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice

from nexusgen.artifacts import Page, Variable
from nexusgen.digests import digest, digest_value
from nexusgen.pages.entrypages import entry_variables
from nexusgen.pages.heads import Head, make_page, root_of
from nexusgen.pages.items import item_digest, make_item
from nexusgen.pages.library import Library, constant, counted
from nexusgen.pages.listings import paginate, section_entries
from nexusgen.pages.sections import children
from nexusgen.pages.timeline import events_variable
from nexusgen.pages.views import Block, Count, Home, SectionView

SHOWN = {"cards": 12, "pairs": 1, "rules": 8, "ledger": 6}
"""How many entries of a section home shows, by the form in which it shows them."""

RECENT = 5


def plan_home(library: Library) -> Iterator[Page]:
    """Yield the home page: the hub's own text, its sections, and what is recent."""
    entries = library.inputs.graph.entries.values()
    index = next((entry for entry in entries if not entry.url), None)
    site = library.inputs.site
    about = (library.cards[index.id].summary if index else "") or site.description
    filler = f"{len(entries)} entries, and how they connect"
    head = Head("", "home", site.title, site.description or about, filler=filler)
    pager, pages = next(paginate("", section_entries(library, ""), site.page_size))
    variables = {
        **entry_variables(library, index, ""),
        "home": _home_variable(library, pages),
        "recent": events_variable(library, library.moments.get("all", ())[:RECENT]),
        "pager": constant(pager),
        "commit": constant(library.inputs.source_commit),
    }
    yield make_page(library, head, "home.html", variables, index.path if index else "")


def _home_variable(library: Library, pages: Sequence[str]) -> Variable:
    top = children(library.sections, "")
    blocks = tuple((section, _shown(library, section)) for section in top if section.short)
    others = tuple(section for section in top if not section.short)
    counts = _counts(library, top)
    key = digest(
        digest_value((counts, [section for section, _ in blocks], others)),
        *(item_digest(library, name) for _, ids in blocks for name in ids),
        *(library.card_digests[name] for name in pages),
    )
    return Variable(key, partial(_home, library, counts, blocks, (others, tuple(pages))))


def _home(
    library: Library,
    counts: tuple[Count, ...],
    blocks: tuple[tuple[SectionView, tuple[str, ...]], ...],
    rest: tuple[tuple[SectionView, ...], tuple[str, ...]],
) -> Home:
    root, (sections, pages) = root_of(""), rest
    return Home(
        counts=counts,
        blocks=tuple(
            Block(section, tuple(make_item(library, name, root) for name in ids))
            for section, ids in blocks
        ),
        sections=sections,
        pages=tuple(library.cards[name] for name in pages),
    )


def _shown(library: Library, section: SectionView) -> tuple[str, ...]:
    """Return the first entries of a section and of the folders below it."""
    paths = [
        section.path,
        *(path for path in library.sections if path.startswith(f"{section.path}/")),
    ]
    ids = (name for path in paths for name in section_entries(library, path))
    return tuple(islice(ids, SHOWN[section.form]))


def _counts(library: Library, top: Sequence[SectionView]) -> tuple[Count, ...]:
    """Return how much of each kind the hub holds, with where it is listed."""
    found = []
    for section in top:
        if section.short:
            kind = next(kind for kind in library.inputs.site.kinds if kind.name == section.kind)
            found.append(counted(section.count, kind, section.url, section.mark))
    return tuple(found)
