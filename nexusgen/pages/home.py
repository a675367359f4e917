"""Plan home, the timeline, the table of contents and what is new: what the hub holds, and since when.

The home of a folder of notes shows what is in it and where to begin.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from msgspec.structs import replace

from nexusgen.core.builds import Page
from nexusgen.core.model import Entry
from nexusgen.core.paths import content_path
from nexusgen.incremental.derive import Tables, Tracked
from nexusgen.pages import views
from nexusgen.pages.context import (
    PageContext,
    children,
    counted,
    in_order,
    kind_of,
    make_item,
    portrait,
    tree,
)
from nexusgen.pages.entry import entry_variables
from nexusgen.pages.graph import CONTENTS
from nexusgen.pages.listing import numbered, paginate
from nexusgen.pages.machines import plan_pair
from nexusgen.pages.meta import PageMeta, make_page, root_of
from nexusgen.pages.portfolio import first_sentence, names_of_skills, solved_problems
from nexusgen.pages.words import say
from nexusgen.site.names import natural_key
from nexusgen.site.url_map import paged

MAX_SHOWN = {"cards": 12, "pairs": 5, "rules": 8, "rows": 6}
"""How many entries of a section home shows, by the form in which it shows them."""

MAX_SKILLS, MAX_NOTED = 8, 16
"""How many skills home shows with what proves them, and how many others by name."""

ORDER = ("challenge", "technology", "concept", "project", "practice")
"""The kinds whose sections stand first on home."""

MAX_RECENT, MAX_NEWEST = 5, 10
"""How much that is new home shows, of a portfolio and of a folder of notes."""


def make_events(tables: Tables, size: int, entries: Tracked[Entry]) -> dict[str, Tracked[Any]]:
    """Return when entries were written and revised, newest first, `size` of them on a page.

    `events` are those of each page; the others say how many are in each month and year, and on which
    page a year begins.
    Those of one day are in the order of their moments and titles: a title that moves nothing there
    changes none of these tables.
    """
    said = tables.group("days of entries", entries, _said, Said, lambda _, one: one[3])
    months = tables.view("order of days", said, _newest_first)

    def make() -> dict[str, Mapping[str, Any]]:
        newest = sorted(months.items(), reverse=True)
        shown = _shown([one for _, month in newest for one in month])
        years, first = Counter(date[:4] for date, _, _ in shown), dict[str, int]()
        for at, (date, _, _) in enumerate(shown):
            first.setdefault(date[:4], at // size + 1)
        starts = range(0, len(shown), size)
        return {
            "events": {str(at // size + 1): tuple(shown[at : at + size]) for at in starts},
            "event months": Counter(map(_month, shown)),
            "event years": {"": tuple((year, years[year], first[year]) for year in first)},
        }

    return tables.wholes("timeline", make, TIMELINE_ROWS)


TIMELINE_ROWS = {
    "events": tuple[views.TimelineEvent, ...],
    "event months": int,
    "event years": tuple[tuple[str, int, int], ...],
}

Said = tuple[str, str, str, str, bool, bool, bool]
"""A day, moment, title and id of an entry; whether it was only revised, whether its author gave the
day, and whether it is one to be shown."""


def _said(name: str, entry: Entry) -> Iterator[tuple[str, Said]]:
    """Yield the days of an entry by month."""
    date, updated, known = entry.date, entry.updated, (entry.moments[0], entry.title, name)
    if date and not entry.is_index:
        yield date[:7], (date, *known, False, "date" in entry.spans, True)
        if updated:
            is_later = updated[:10] > date[:10]
            yield updated[:7], (updated, *known, True, "updated" in entry.spans, is_later)


Day = tuple[str, str, bool, bool, bool]


def _newest_first(said: Sequence[Said]) -> list[Day]:
    """Return the days of a month, newest first, without what only their order comes from."""
    found = sorted(said, key=lambda one: (natural_key(one[2]), one[3]))
    found.sort(key=lambda one: one[:2], reverse=True)
    return [(date, name, *rest) for date, _, _, name, *rest in found]  # type: ignore[misc]


def _shown(days: Sequence[Day]) -> list[views.TimelineEvent]:
    """Return the days that say something: those that an author gave, and those of commits that differ."""
    commits = len({date[:10] for date, _, _, is_given, _ in days if not is_given}) > 1
    if not commits and not any(is_given and not revised for _, _, revised, is_given, _ in days):
        return []
    return [
        (date, name, revised)
        for date, name, revised, is_given, is_told in days
        if is_told and (commits or is_given)
    ]


def newest_events(context: PageContext, number: int) -> tuple[views.Event, ...]:
    """Return the newest event of each of at most so many entries, as a page shows them."""
    found: dict[str, views.TimelineEvent] = {}
    page = 1
    while len(found) < number and (part := context.timeline["events"].get(str(page))):
        for event in part:
            found.setdefault(event[1], event)
        page += 1
    return show_events(context, [*found.values()][:number])


def plan_timeline(context: PageContext, number: str = "1") -> Iterator[Page]:
    """Yield a page of the timeline; nothing where no entry has a date."""
    found = context.timeline["events"].get(number)
    if not found:
        return
    site, years = context.site, context.timeline["event years"][""]
    about = say(site, "What was written and revised, {0} to {1}", years[-1][0], years[0][0])
    pager = views.Pager(int(number), tuple(paged("timeline/", len(context.timeline["events"]), 1)))
    shown = tuple(
        views.Month(
            month, context.timeline["event months"][month], show_events(context, tuple(events))
        )
        for month, events in groupby(found, _month)
    )
    links = tuple(
        views.YearLink(year, count, f"{pager.urls[page - 1]}#Y{year}")
        for year, count, page in years
    )
    variables = {"timeline": shown, "years": links, "pager": pager}
    title = numbered(site, say(site, "Timeline"), pager)
    yield make_page(
        context, PageMeta(pager.url, "timeline", title, about), "timeline.html", variables
    )


def _month(event: views.TimelineEvent) -> str:
    return event[0][:7]


def show_events(
    context: PageContext, found: Sequence[views.TimelineEvent]
) -> tuple[views.Event, ...]:
    """Return when entries were written and revised, as a page shows it."""
    return tuple(views.Event(date, context.refs[name], revised) for date, name, revised in found)


def plan_home(context: PageContext) -> Iterator[Page]:
    """Yield the home page: who or what the hub is about, what is in it, and what is recent."""
    index = context.graph.entries.get(context.written.get("", ""))
    site = context.site
    about = (context.cards[index.id].summary if index else "") or site.description
    meta = PageMeta("", "home", site.title, site.description or about or site.tagline)
    if site.author.name and not is_garden(context):
        meta = replace(meta, heading=site.author.name, full_title=site.author.name)
        meta = replace(meta, topics=names_of_skills(context))
    own = entry_variables(context, index, "")
    if is_garden(context):
        newest = newest_events(context, MAX_NEWEST)
        garden = {"garden": make_garden(context), "recent": newest}
        yield from plan_pair(context, meta, "garden.html", {**own, **garden})
        return
    lede = site.description if site.author.name else about  # what index.md says stands below
    pager, pages = next(paginate("", context.graph.sections.get("", ()), site.page_size))
    variables = {
        "home": _home(context, context.author["lede"] or first_sentence(lede), pages),
        "recent": newest_events(context, MAX_RECENT),
        "pager": pager,
        "photo": portrait(context),
    }
    yield from plan_pair(context, meta, "home.html", {**own, **variables})


def _home(context: PageContext, lede: str, pages: Sequence[str]) -> views.Home:
    top = children(context.sections, "")
    known = sorted((one for one in top if one.short), key=_place_of)
    return views.Home(
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


def _place_of(section: views.SectionView) -> int:
    """Return the place of a section on home: what proves something before what tells something."""
    return ORDER.index(section.kind) if section.kind in ORDER else len(ORDER) + section.rank


def _row(context: PageContext, section: views.SectionView) -> views.Row:
    """Return a section as a row of home."""
    names = _names_in(context, section)
    skills = [name for name in context.skill_order["shown"] if name in names]
    row = views.Row(section.path, section.title, section.url, section.count, section.form)
    if section.kind == "challenge":
        return replace(row, items=solved_problems(context, names, root_of("")))
    if not skills:
        featured = set(context.merits.get("featured", ()))
        names.sort(key=lambda name: name not in featured)
        return replace(row, items=_items(context, names[: MAX_SHOWN[section.form]]))
    rest = [name for name in names if name not in skills]
    return replace(
        row,
        form="skills",
        items=_items(context, skills[:MAX_SKILLS]),
        skills=tuple(context.skills[name] for name in skills[:MAX_SKILLS]),
        noted=tuple(context.refs[name] for name in rest[:MAX_NOTED]),
    )


def _items(context: PageContext, names: Iterable[str]) -> tuple[views.Item, ...]:
    return tuple(make_item(context, name, root_of("")) for name in names)


def _names_in(context: PageContext, section: views.SectionView) -> list[str]:
    """Return the entries of a section and of the folders below it."""
    paths = [one.path for one in in_order(context.sections)]
    paths = [section.path, *(path for path in paths if path.startswith(f"{section.path}/"))]
    return [name for path in paths for name in context.graph.sections.get(path, ())]


MAX_TITLES = 2_000
"""Entries that the tree names; of more, it names the sections alone."""

MAX_NEW = 50
"""Entries on the page of what is new."""


def plan_contents(context: PageContext) -> Iterator[Page]:
    """Yield the page with the tree of the hub."""
    number = sum(map(len, context.graph.sections.values()))
    named = number <= MAX_TITLES
    branches = tuple(
        views.Branch(
            one.title, one.url, one.mark, one.count, one.path.count("/"),
            _entries(context, one.path) if named else (),
        )
        for one in tree(context.sections)
    )  # fmt: skip
    loose = _entries(context, "") if named else ()
    meta = PageMeta(
        "map/", "map", say(context.site, "Contents"), say(context.site, "All entries by section")
    )
    yield make_page(context, meta, "contents.html", {"tree": branches, "loose": loose})


def plan_recent(context: PageContext) -> Iterator[Page]:
    """Yield the page of what was written or revised last."""
    events = newest_events(context, MAX_NEW)
    meta = PageMeta(
        "recent/", "recent", say(context.site, "Recent"),
        say(context.site, "What was written and revised last"),
    )  # fmt: skip
    yield make_page(context, meta, "recent.html", {"recent": events})


def _entries(context: PageContext, section: str) -> tuple[views.Ref, ...]:
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


def make_garden(context: PageContext) -> views.Garden:
    """Return what the home of a folder of notes shows."""
    graph, top = context.graph, children(context.sections, "")
    readme = _readme(context)
    said = context.cards[readme.id].summary if readme else ""
    return views.Garden(
        lede=context.site.description or first_sentence(said),
        readme=context.refs[readme.id] if readme else None,
        entries=sum(map(len, graph.sections.values())),
        shelves=tuple(_shelves(context, top)),
        sections=top,
        loose=tuple(context.refs[name] for name in graph.sections.get("", ())),
        starts=tuple(context.refs[name] for name in find_starts(graph.linked, graph.entries)),
    )


def find_starts(linked: Mapping[str, Iterable[str]], entries: Mapping[str, Entry]) -> Iterator[str]:
    """Yield the entries to which most others link; the links of tables of contents do not count.

    `linked` gives what each entry links to, by id.
    """
    counts: Counter[str] = Counter()
    for name, goals in linked.items():
        goals = set(goals) - {name}
        if len(goals) <= CONTENTS and not entries[name].is_index:
            counts.update(goals)
    found = [name for name in counts if counts[name] >= MIN_LINKS and not entries[name].is_index]
    yield from sorted(
        found, key=lambda name: (-counts[name], natural_key(entries[name].title), name)
    )[:MAX_STARTS]


def _readme(context: PageContext) -> Entry | None:
    """Return the README that is a page of its own because it lists too much for a home."""
    for name in context.graph.sections.get("", ()):
        entry = context.graph.entries[name]
        if content_path(entry.path, context.site.content).lower() == "readme.md":
            return entry
    return None


def _shelves(context: PageContext, top: Sequence[views.SectionView]) -> Iterator[views.Shelf]:
    """Yield the largest sections, each with entries from its whole length, and with folders."""
    largest = sorted(top, key=lambda section: (-section.count, section.path))[:MAX_SHELVES]
    for section in largest:
        ids = context.graph.sections.get(section.path, ())
        step = max(1, len(ids) // PER_SHELF)
        refs = tuple(context.refs[name] for name in ids[::step][:PER_SHELF])
        has_room = len(refs) < PER_SHELF
        folders = children(context.sections, section.path) if has_room else ()
        yield views.Shelf(section, refs, folders[: PER_SHELF - len(refs)])
