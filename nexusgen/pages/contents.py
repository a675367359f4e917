"""Plan what leads to everything: the tree of all sections and entries, and what is new."""

from collections.abc import Iterator

from nexusgen.core.builds import Page
from nexusgen.pages.context import PageContext, children, variable
from nexusgen.pages.home import show_events
from nexusgen.pages.meta import PageMeta, make_page
from nexusgen.pages.views import Branch, Ref
from nexusgen.pages.words import say

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
