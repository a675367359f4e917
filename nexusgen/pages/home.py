"""Dated entries in; when each was written and revised, in the order of the timeline, out."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice

from nexusgen.core.model import Entry, Page, Variable
from nexusgen.incremental.digests import digest, digest_value
from nexusgen.pages.context import Library, children, constant, counted
from nexusgen.pages.entry import entry_variables
from nexusgen.pages.listing import (
    item_digest,
    make_item,
    numbered,
    page_url,
    paginate,
    section_entries,
)
from nexusgen.pages.meta import Head, make_page, root_of
from nexusgen.pages.views import Block, Count, Event, Home, Moment, SectionView, YearLink


def list_moments(entries: Iterable[Entry]) -> tuple[Moment, ...]:
    """Return when entries were written and revised, newest first, those of one day by title."""
    found = []
    dated = [entry for entry in entries if entry.date and not entry.is_index]
    for entry in sorted(dated, key=lambda entry: (entry.title, entry.id)):
        found.append(Moment(entry.date, entry.id, revised=False))
        if entry.updated[:10] > entry.date[:10]:
            found.append(Moment(entry.updated, entry.id, revised=True))
    return tuple(sorted(found, key=lambda moment: moment.date, reverse=True))


def plan_timeline(library: Library) -> Iterator[Page]:
    """Yield the pages of the timeline, newest first; nothing where no entry has a date."""
    found = library.moments.get("all", ())
    if not found:
        return
    pages = list(paginate("timeline/", found, library.inputs.site.page_size))
    years = constant(_years(library, found))
    about = f"What was written and revised, {found[-1].date[:4]} to {found[0].date[:4]}"
    for pager, part in pages:
        title = numbered("Timeline", pager)
        variables = {
            "timeline": events_variable(library, part),
            "years": years,
            "pager": constant(pager),
        }
        head = Head(page_url(pager), "timeline", title, about)
        yield make_page(library, head, "timeline.html", variables)


def events_variable(library: Library, found: Sequence[Moment]) -> Variable:
    """Return a variable that holds an `Event` for each moment."""
    digests = library.ref_digests
    key = digest(*[digests[name] + f"{date}{revised}".encode() for date, name, revised in found])
    return Variable(key, partial(_events, library, tuple(found)))


def _events(library: Library, found: Sequence[Moment]) -> tuple[Event, ...]:
    return tuple(Event(date, library.refs[name], revised) for date, name, revised in found)


def _years(library: Library, found: Sequence[Moment]) -> tuple[YearLink, ...]:
    """Return the years, each with the page and anchor at which it begins."""
    counts: dict[str, int] = {}
    urls: dict[str, str] = {}
    for pager, part in paginate("timeline/", found, library.inputs.site.page_size):
        for moment in part:
            year = moment.date[:4]
            counts[year] = counts.get(year, 0) + 1
            urls.setdefault(year, f"{page_url(pager)}#y{year}")
    return tuple(YearLink(year, counts[year], urls[year]) for year in counts)


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
