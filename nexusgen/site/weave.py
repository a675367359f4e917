"""A graph whose links lead somewhere in; the same with what they make of the entries, out.

Who points to an entry, what it embeds, to what it is related: each is found again only for the
entries that an edit could have changed it for.
"""

from collections.abc import Iterator, Mapping, Set
from functools import partial
from itertools import chain

from msgspec.structs import replace

from nexusgen.core.model import Backlink, Graph
from nexusgen.incremental.table import changed_keys
from nexusgen.site.backlinks import backlinks_from, embeds_of, others_in, regroup
from nexusgen.site.edit import Edit
from nexusgen.site.library import Contents
from nexusgen.site.related import LINK, TAG, affected_by, features_of, find_related


def with_links(now: Contents, graph: Graph, edit: Edit, resolved: Set[str]) -> Graph:
    """Return the graph with what points at what, forward and back."""
    last, gone = edit.last, edit.gone(graph)
    changed = {name for name in (*resolved, *edit.documents) if name in graph.entries}
    if not (changed or gone):
        return graph
    old = [name for name in (*changed, *gone) if name in last.entries]
    embeds = {name: embeds_of(now.documents[name], graph.targets[name]) for name in changed}
    shown = {name: found for name, found in embeds.items() if found}
    order = partial(_order, graph)
    return replace(
        graph,
        linked=last.linked.updated({name: _linked(graph, name) for name in changed}, gone),
        embeds=last.embeds.updated(shown, {*gone, *changed} - shown.keys()),
        backlinks=regroup(
            last.backlinks,
            {name: _backlinks(edit.before, last, name) for name in old},
            {name: _backlinks(now, graph, name) for name in changed},
            lambda backlink: backlink.entry,
            order,
        ),
        relations=regroup(
            last.relations,
            {name: _used(last, name) for name in old},
            {name: _used(graph, name) for name in changed},
            str,
            order,
        ),
    )


def _order(graph: Graph, name: str) -> tuple[str, int, str]:
    entry = graph.entries[name]
    return entry.path, entry.line, name


def _linked(graph: Graph, name: str) -> tuple[str, ...]:
    targets = chain(graph.targets[name], graph.uses[name], graph.references[name])
    return others_in(name, targets)


def _backlinks(contents: Contents, graph: Graph, name: str) -> Mapping[str, Backlink]:
    entry, document = contents.entries[name], contents.documents[name]
    return backlinks_from(entry, document, graph.targets[name], graph.references[name])


def _used(graph: Graph, name: str) -> Mapping[str, str]:
    return dict.fromkeys(others_in(name, graph.uses[name]), name)


def with_related(graph: Graph, edit: Edit) -> Graph:
    """Return the graph with what is related to what, and why."""
    last = edit.last
    entries = changed_keys(last.entries, graph.entries)
    linked = changed_keys(last.linked, graph.linked)
    renamed = _renamed(graph, last, entries)
    if not (entries or linked or renamed):
        return graph
    new = {
        name: features_of(graph.entries[name], graph.linked[name])
        for name in entries | linked
        if name in graph.entries
    }
    features = last.features.updated(new, edit.gone(graph))
    none: frozenset[str] = frozenset()
    changed = {
        name: last.features.get(name, none) ^ features.get(name, none)
        for name in changed_keys(last.features, features)
    }
    anew = {*affected_by(changed, renamed, features), *changed, *_met(graph, last, linked)}
    found = find_related(features, partial(_linked_with, graph), partial(_called, graph), anew)
    return replace(
        graph,
        features=features,
        related=last.related.updated(found, anew - found.keys()),
    )


def _linked_with(graph: Graph, name: str) -> Iterator[str]:
    """Yield the entries that one links to, and those that link to it."""
    yield from graph.linked[name]
    yield from graph.relations.get(name, ())
    yield from (backlink.entry for backlink in graph.backlinks.get(name, ()))


def _met(graph: Graph, last: Graph, linked: Set[str]) -> set[str]:
    """Return the entries that some which changed now link to, and did not before, or the reverse."""
    pairs = ((last.linked.get(name, ()), graph.linked.get(name, ())) for name in linked)
    return {other for before, now in pairs for other in set(before) ^ set(now)}


def _renamed(graph: Graph, last: Graph, entries: Set[str]) -> set[str]:
    """Return the features that are called otherwise than before."""
    both = [name for name in entries if name in last.entries and name in graph.entries]
    links = {LINK + name for name in both if last.entries[name].title != graph.entries[name].title}
    return links | {
        TAG + slug
        for slug, tag in graph.tags.items()
        if slug in last.tags and last.tags[slug].name != tag.name
    }


def _called(graph: Graph, feature: str) -> str:
    """Return what a feature is called: a tag's name, a title; words are their own."""
    sign, name = feature[0], feature[1:]
    if sign == TAG:
        return graph.tags[name].name
    return graph.entries[name].title if sign == LINK else name
