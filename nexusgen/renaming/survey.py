"""A snapshot in; its entries, where every link of theirs leads, and every problem, out."""

from collections.abc import Mapping
from itertools import chain

import msgspec
from msgspec.structs import replace

from nexusgen.artifacts import Snapshot
from nexusgen.build import read_site
from nexusgen.cache.memo import Memo
from nexusgen.digests import digest_bytes
from nexusgen.graph import Graph
from nexusgen.links.graph import link_graph
from nexusgen.links.resolving import Resolved, resolve_entries
from nexusgen.links.shelf import open_hub
from nexusgen.links.targets import Hub
from nexusgen.model import Document, Entry, Site
from nexusgen.problems import Problem
from nexusgen.reading import read_sources


class Survey(msgspec.Struct, frozen=True):
    """A hub as its author sees it: drafts and private entries are looked at like all others."""

    site: Site
    snapshot: Snapshot
    entries: Mapping[str, Entry]
    documents: Mapping[str, Document]
    hub: Hub
    resolved: Resolved
    source_problems: tuple[Problem, ...]


def survey_hub(snapshot: Snapshot, memo: Memo) -> Survey:
    """Return what the sources of a hub hold and where their links lead."""
    site, _ = read_site(snapshot)
    sources = read_sources(snapshot, site, memo)
    documents = sources.documents
    shown = [replace(entry, draft=False, private=False) for entry in sources.entries.values()]
    hub = open_hub(shown, documents, site, frozenset(snapshot.files))
    listed = [entry for entry in shown if entry.id in hub.at]
    return Survey(
        site=site,
        snapshot=snapshot,
        entries=sources.entries,
        documents=documents,
        hub=hub,
        resolved=resolve_entries(listed, documents, hub),
        source_problems=tuple(chain.from_iterable(sources.problems.values())),
    )


def published_graph(survey: Survey) -> Graph:
    """Return the graph of a hub as it is built, without drafts and private entries."""
    entries = tuple(survey.entries.values())
    return link_graph(entries, survey.documents, survey.site, frozenset(survey.snapshot.files))


def all_problems(survey: Survey) -> tuple[Problem, ...]:
    """Return the problems of a hub as it is built, without drafts and private entries."""
    return (*survey.source_problems, *published_graph(survey).problems)


def with_files(snapshot: Snapshot, changed: Mapping[str, bytes], gone: str = "") -> Snapshot:
    """Return the snapshot as it would be with these files changed and another one gone."""
    files = {path: digest for path, digest in snapshot.files.items() if path != gone}
    files |= {path: digest_bytes(data) for path, data in changed.items()}

    def read(path: str) -> bytes:
        return changed[path] if path in changed else snapshot.read(path)

    return replace(snapshot, files=dict(sorted(files.items())), read=read)
