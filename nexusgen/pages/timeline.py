"""The dates of entries in; the pages of the timeline out, and what is recent."""

from collections.abc import Iterator, Sequence
from functools import partial

from nexusgen.artifacts import Page, Variable
from nexusgen.digests import digest
from nexusgen.pages.heads import Head, make_page
from nexusgen.pages.library import Library, constant
from nexusgen.pages.listings import numbered, page_url, paginate
from nexusgen.pages.views import Event, Moment, YearLink


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
