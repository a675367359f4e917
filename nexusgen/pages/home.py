"""Plan home, the timeline, the table of contents and what is new: what the hub holds, and since when.

The home of a folder of notes shows what is in it and where to begin.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from msgspec.structs import replace

from nexusgen.core.builds import Page
from nexusgen.core.model import Entry
from nexusgen.core.paths import content_path
from nexusgen.pages.context import (
    PageContext,
    children,
    counted,
    in_order,
    kind_of,
    make_item,
    portrait,
    variable,
)
from nexusgen.pages.entry import entry_variables
from nexusgen.pages.graph import CONTENTS
from nexusgen.pages.listing import numbered, paginate
from nexusgen.pages.machines import plan_twin
from nexusgen.pages.meta import PageMeta, make_page, root_of
from nexusgen.pages.portfolio import first_sentence, names_of_skills, solved_problems
from nexusgen.pages.views import (
    Branch,
    Event,
    Garden,
    Home,
    Item,
    Month,
    Ref,
    Row,
    SectionView,
    Shelf,
    TimelineEvent,
    YearLink,
)
from nexusgen.pages.words import say
from nexusgen.site.library import has_timeline, telling_days

MAX_SHOWN = {"cards": 12, "pairs": 5, "rules": 8, "rows": 6}
"""How many entries of a section home shows, by the form in which it shows them."""

MAX_SKILLS, MAX_NOTED = 8, 16
"""How many skills home shows with what proves them, and how many others by name."""

ORDER = ("challenge", "technology", "concept", "project", "practice")
"""The kinds whose sections stand first on home."""

MAX_RECENT, MAX_NEWEST = 5, 10
"""How much that is new home shows, of a portfolio and of a folder of notes."""


def timeline_events(entries: Iterable[Entry]) -> tuple[TimelineEvent, ...]:
    """Return when entries were written and revised, newest first, those of one day by moment and title."""
    found: list[TimelineEvent] = []
    dated = [entry for entry in entries if entry.date and not entry.is_index]
    if not has_timeline(dated):
        return ()
    tells = telling_days(dated)["commits"]
    dated.sort(key=lambda entry: (entry.title, entry.id))
    for entry in sorted(dated, key=lambda entry: entry.moments[0], reverse=True):
        if tells or "date" in entry.spans:
            found.append((entry.date, entry.id, False))
        if entry.updated[:10] > entry.date[:10] and (tells or "updated" in entry.spans):
            found.append((entry.updated, entry.id, True))
    return tuple(sorted(found, key=lambda event: event[0], reverse=True))


def plan_timeline(context: PageContext) -> Iterator[Page]:
    """Yield the pages of the timeline, newest first; nothing where no entry has a date."""
    found = context.events.get("all", ())
    if not found:
        return
    years, counts = variable(_years(context, found)), Counter(map(_month, found))
    first, last = found[-1][0][:4], found[0][0][:4]
    about = say(context.site, "What was written and revised, {0} to {1}", first, last)
    for pager, part in paginate("timeline/", found, context.site.page_size):
        title = numbered(context.site, say(context.site, "Timeline"), pager)
        shown = tuple(
            Month(month, counts[month], show_events(context, tuple(events)))
            for month, events in groupby(part, _month)
        )
        variables = {"timeline": shown, "years": years, "pager": pager}
        meta = PageMeta(pager.url, "timeline", title, about)
        yield make_page(context, meta, "timeline.html", variables)


def _month(event: TimelineEvent) -> str:
    return event[0][:7]


def show_events(context: PageContext, found: Sequence[TimelineEvent]) -> tuple[Event, ...]:
    """Return when entries were written and revised, as a page shows it."""
    return tuple(Event(date, context.refs[name], revised) for date, name, revised in found)


def _years(context: PageContext, found: Sequence[TimelineEvent]) -> tuple[YearLink, ...]:
    """Return the years, each with the page and anchor at which it begins."""
    counts = Counter(date[:4] for date, _, _ in found)
    urls: dict[str, str] = {}
    for pager, part in paginate("timeline/", found, context.site.page_size):
        for date, _, _ in part:
            urls.setdefault(date[:4], f"{pager.url}#y{date[:4]}")
    return tuple(YearLink(year, counts[year], urls[year]) for year in urls)


def plan_home(context: PageContext) -> Iterator[Page]:
    """Yield the home page: who or what the hub is about, what is in it, and what is recent."""
    index = context.graph.entries.get(context.written.get("", ""))
    site = context.site
    about = (context.cards[index.id].summary if index else "") or site.description
    fallback = say(site, "What is written here, and how it connects")
    meta = PageMeta("", "home", site.title, site.description or about, fallback=fallback)
    if site.author.name and not is_garden(context):
        meta = replace(meta, heading=site.author.name, full_title=site.author.name)
        meta = replace(meta, topics=names_of_skills(context))
    own, source = entry_variables(context, index, ""), index.path if index else ""
    yield from plan_twin(context, "", own)
    events = context.events.get("all", ())
    if is_garden(context):
        newest = show_events(context, events[:MAX_NEWEST])
        garden = {"garden": make_garden(context), "recent": newest}
        yield make_page(context, meta, "garden.html", {**own, **garden}, source)
        return
    pager, pages = next(paginate("", context.graph.sections.get("", ()), site.page_size))
    variables = {
        "home": _home(context, context.author["lede"] or first_sentence(about), pages),
        "recent": show_events(context, events[:MAX_RECENT]),
        "pager": pager,
        "photo": portrait(context),
    }
    yield make_page(context, meta, "home.html", {**own, **variables}, source)


def _home(context: PageContext, lede: str, pages: Sequence[str]) -> Home:
    top = children(context.sections, "")
    known = sorted((one for one in top if one.short), key=_place_of)
    return Home(
        lede=lede,
        counts=tuple(
            counted(
                context.site,
                section.count,
                kind_of(context.site, section.kind),
                section.url,
                section.mark,
            )
            for section in known
        ),
        rows=tuple(_row(context, section) for section in known),
        sections=tuple(section for section in top if not section.short),
        pages=tuple(context.cards[name] for name in pages),
    )


def _place_of(section: SectionView) -> int:
    """Return the place of a section on home: what proves something before what tells something."""
    return ORDER.index(section.kind) if section.kind in ORDER else len(ORDER) + section.rank


def _row(context: PageContext, section: SectionView) -> Row:
    """Return a section as a row of home."""
    names = _names_in(context, section)
    skills = [name for name in context.skill_order["shown"] if name in names]
    row = Row(section.path, section.title, section.url, section.count, section.form)
    if section.kind == "challenge":
        return replace(row, items=solved_problems(context, names, root_of("")))
    if not skills:
        featured = sorted(names, key=lambda name: not context.graph.entries[name].featured)
        return replace(row, items=_items(context, featured[: MAX_SHOWN[section.form]]))
    rest = [name for name in names if name not in skills]
    return replace(
        row,
        form="skills",
        items=_items(context, skills[:MAX_SKILLS]),
        skills=tuple(context.skills[name] for name in skills[:MAX_SKILLS]),
        noted=tuple(context.refs[name] for name in rest[:MAX_NOTED]),
    )


def _items(context: PageContext, names: Iterable[str]) -> tuple[Item, ...]:
    return tuple(make_item(context, name, root_of("")) for name in names)


def _names_in(context: PageContext, section: SectionView) -> list[str]:
    """Return the entries of a section and of the folders below it."""
    paths = [one.path for one in in_order(context.sections)]
    paths = [section.path, *(path for path in paths if path.startswith(f"{section.path}/"))]
    return [name for path in paths for name in context.graph.sections.get(path, ())]


MAX_TITLES = 2_000
"""Entries that the tree names; of more, it names the sections alone."""

MAX_NEW = 50
"""Entries on the page of what is new."""


def plan_contents(context: PageContext) -> Iterator[Page]:
    """Yield the page with the tree of the hub; there is none of a hub without folders."""
    if "map" not in context.graph.pages:
        return
    number = sum(map(len, context.graph.sections.values()))
    named = number <= MAX_TITLES
    tree = variable(tuple(_branches(context, "", named)))
    loose = _entries(context, "") if named else ()
    meta = PageMeta(
        "map/", "map", say(context.site, "Contents"), say(context.site, "All entries by section")
    )
    yield make_page(context, meta, "contents.html", {"tree": tree, "loose": loose})


def plan_recent(context: PageContext) -> Iterator[Page]:
    """Yield the page of what was written or revised last; nothing where there are no dates."""
    if "recent" not in context.graph.pages:
        return
    events = show_events(context, context.events.get("all", ())[:MAX_NEW])
    meta = PageMeta(
        "recent/", "recent", say(context.site, "Recent"),
        say(context.site, "What was written and revised last"),
    )  # fmt: skip
    yield make_page(context, meta, "recent.html", {"recent": events})


def _branches(context: PageContext, path: str, named: bool, depth: int = 0) -> Iterator[Branch]:
    """Yield the sections below a path, each before those below it."""
    for section in children(context.sections, path):
        entries = _entries(context, section.path) if named else ()
        yield Branch(section.title, section.url, section.mark, section.count, depth, entries)
        yield from _branches(context, section.path, named, depth + 1)


def _entries(context: PageContext, section: str) -> tuple[Ref, ...]:
    return tuple(context.refs[name] for name in context.graph.sections.get(section, ()))


MIN_SECTIONS, MIN_ENTRIES = 6, 40
"""With fewer of both a hub is no garden: an ordinary home shows what is in it."""

MAX_SHELVES, PER_SHELF = 6, 4
"""The largest sections are shown with some of their entries."""

MAX_STARTS, MIN_LINKS = 8, 2
"""Where a reader may begin: the entries to which most others link, and at least so many."""


def is_garden(context: PageContext) -> bool:
    """Return whether a hub is a folder of many notes: its sections of no kind, about nobody."""
    top = children(context.sections, "")
    if context.site.author.name or any(section.short for section in top):
        return False
    entries = sum(section.count for section in top)
    return len(top) >= MIN_SECTIONS or (len(top) > 1 and entries >= MIN_ENTRIES)


def make_garden(context: PageContext) -> Garden:
    """Return what the home of a folder of notes shows."""
    graph, top = context.graph, children(context.sections, "")
    readme = _readme(context)
    return Garden(
        lede=context.site.description or (context.cards[readme.id].summary if readme else ""),
        readme=context.refs[readme.id] if readme else None,
        entries=sum(map(len, graph.sections.values())),
        shelves=tuple(_shelves(context, top)),
        sections=top,
        loose=tuple(context.refs[name] for name in graph.sections.get("", ())),
        starts=tuple(context.refs[name] for name in most_linked(graph.linked, graph.entries)),
    )


def most_linked(linked: Mapping[str, Iterable[str]], entries: Mapping[str, Entry]) -> Iterator[str]:
    """Yield the entries to which most others link; the links of tables of contents do not count.

    `linked` gives what each entry links to, by id.
    """
    counts: Counter[str] = Counter()
    for name, goals in linked.items():
        goals = set(goals) - {name}
        if len(goals) <= CONTENTS and not entries[name].is_index:
            counts.update(goals)
    found = [name for name in counts if counts[name] >= MIN_LINKS and not entries[name].is_index]
    yield from sorted(found, key=lambda name: (-counts[name], entries[name].title))[:MAX_STARTS]


def _readme(context: PageContext) -> Entry | None:
    """Return the README that is a page of its own because it lists too much for a home."""
    for name in context.graph.sections.get("", ()):
        entry = context.graph.entries[name]
        if content_path(entry.path, context.site.content).lower() == "readme.md":
            return entry
    return None


def _shelves(context: PageContext, top: Sequence[SectionView]) -> Iterator[Shelf]:
    """Yield the largest sections, each with entries from its whole length."""
    largest = sorted(top, key=lambda section: (-section.count, section.path))[:MAX_SHELVES]
    for section in largest:
        ids = context.graph.sections.get(section.path, ())
        step = max(1, len(ids) // PER_SHELF)
        yield Shelf(section, tuple(context.refs[name] for name in ids[::step][:PER_SHELF]))
