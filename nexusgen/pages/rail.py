"""Show a page of notes among its neighbours: the sections beside its own, the entries around it."""

from collections.abc import Callable, Iterator, Mapping

from nexusgen.pages.context import PageContext, in_order
from nexusgen.pages.views import RailItem, Ref, SectionView
from nexusgen.site.library import MIN_SECTIONS

MAX_BESIDE = 9
"""Sections on either side of the open one."""

MAX_NEAR, MAX_AROUND = 3, 3
"""Sections and entries on either side of those of an entry, whose page is to stay light."""


def sections_beside(sections: Mapping[str, SectionView]) -> dict[str, tuple[str, ...]]:
    """Return the paths around each section of notes, its own among them, of those of one folder.

    What has a name in the header, such as the technologies, has no rail.
    """
    folders: dict[str, list[str]] = {}
    for section in in_order(sections):
        if section.count and not section.short:
            folders.setdefault(section.path.rpartition("/")[0], []).append(section.path)
    return {
        path: tuple(paths[max(0, at - MAX_BESIDE) : at + MAX_BESIDE + 1])
        for paths in folders.values()
        if len(paths) >= MIN_SECTIONS
        for at, path in enumerate(paths)
    }


def section_rail(context: PageContext, path: str) -> tuple[RailItem, ...]:
    """Return the rail of the page of a section: its neighbours with their counts."""
    return tuple(
        RailItem(section.title, section.url, section.path == path, section.count)
        for section in map(context.sections.__getitem__, context.rails.get(path, ()))
    )


def entry_rail(context: PageContext, name: str) -> tuple[RailItem, ...]:
    """Return the rail of the page of an entry: the sections without counts, which change often."""
    own = context.graph.entries[name].section
    paths = context.rails.get(own, ())
    at = paths.index(own) if paths else 0
    items = []
    for path in paths[max(0, at - MAX_NEAR) : at + MAX_NEAR + 1]:
        title, url = context.section_names[path]
        entries = tuple(entries_around(context, name)) if path == own else ()
        items.append(RailItem(title, url, path == own, entries=entries))
    return tuple(items)


def entries_around(context: PageContext, name: str) -> Iterator[Ref]:
    """Yield the entries around one in its section, itself among them."""
    before = list(_walk(context, name, lambda pair: pair[0]))
    for one in (*reversed(before), name, *_walk(context, name, lambda pair: pair[1])):
        yield context.refs[one]


def _walk(context: PageContext, name: str, step: Callable[[tuple[str, str]], str]) -> Iterator[str]:
    for _ in range(MAX_AROUND):
        name = step(context.graph.neighbours.get(name, ("", "")))
        if not name:
            return
        yield name
