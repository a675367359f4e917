"""A snapshot in; its entries, where every link of theirs leads, and every problem, out."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from nexusgen.artifacts import Snapshot
from nexusgen.build import collect_entries, parse_sources, read_site, render_documents
from nexusgen.cache.memo import Memo
from nexusgen.digests import digest_bytes
from nexusgen.links.graph import link_graph, open_hub
from nexusgen.links.resolving import Resolved, resolve_entries
from nexusgen.links.targets import Hub
from nexusgen.model import Document, Entry, Graph, Site
from nexusgen.problems import Problem


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
    parsed = parse_sources(snapshot, site, memo)
    entries = collect_entries(snapshot, parsed)
    rendered = render_documents(entries, parsed, site, memo)
    documents = {name: result.facts for name, result in rendered.items()}
    shown = [replace(entry, draft=False, private=False) for entry in entries]
    hub = open_hub(shown, documents, site, frozenset(snapshot.files))
    listed = [entry for entry in shown if entry.id in hub.at]
    found = [problem for result in parsed.values() for problem in result.facts.problems]
    found += [problem for document in documents.values() for problem in document.problems]
    return Survey(
        site=site,
        snapshot=snapshot,
        entries={entry.id: entry for entry in entries},
        documents=documents,
        hub=hub,
        resolved=resolve_entries(listed, documents, hub),
        source_problems=tuple(found),
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
