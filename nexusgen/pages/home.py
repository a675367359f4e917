"""Dated entries in; when each was written and revised, in the order of the timeline, out."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from nexusgen.core.model import Entry, Page
from nexusgen.pages.context import Library, children, counted, variable
from nexusgen.pages.entry import entry_variables
from nexusgen.pages.listing import (
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
    years = variable(_years(library, found))
    about = f"What was written and revised, {found[-1].date[:4]} to {found[0].date[:4]}"
    for pager, part in pages:
        title = numbered("Timeline", pager)
        variables = {
            "timeline": list_events(library, part),
            "years": years,
            "pager": pager,
        }
        head = Head(page_url(pager), "timeline", title, about)
        yield make_page(library, head, "timeline.html", variables)


def list_events(library: Library, found: Sequence[Moment]) -> tuple[Event, ...]:
    """Return an event for each moment."""
    refs = library.refs
    return tuple(Event(date, refs[name], revised) for date, name, revised in found)


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
        "home": _home(library, pages),
        "recent": list_events(library, library.moments.get("all", ())[:RECENT]),
        "pager": pager,
    }
    yield make_page(library, head, "home.html", variables, index.path if index else "")


def _home(library: Library, pages: Sequence[str]) -> Home:
    top, root = children(library.sections, ""), root_of("")
    return Home(
        counts=_counts(library, top),
        blocks=tuple(
            Block(
                section,
                tuple(make_item(library, name, root) for name in _shown(library, section)),
            )
            for section in top
            if section.short
        ),
        sections=tuple(section for section in top if not section.short),
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
