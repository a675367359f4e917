"""A snapshot in; its entries, where every link of theirs leads, and every problem, out."""

from collections.abc import Mapping, Sequence
from itertools import chain

import msgspec
from msgspec.structs import replace

from nexusgen.artifacts import Snapshot
from nexusgen.build import read_site
from nexusgen.cache.memo import Memo
from nexusgen.digests import digest_bytes
from nexusgen.graph import Graph
from nexusgen.links.claims import output_path
from nexusgen.links.graph import link_graph
from nexusgen.links.names import fold
from nexusgen.links.relations import section_urls
from nexusgen.links.resolving import Resolved, resolve_entries
from nexusgen.links.shelf import open_hub
from nexusgen.links.tags import tag_slug
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
    site, site_problems = read_site(snapshot)
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
        source_problems=(*site_problems, *chain.from_iterable(sources.problems.values())),
    )


def published(survey: Survey, *, drafts: bool = False) -> tuple[Entry, ...]:
    """Return the entries of a hub that readers see, or would see if its drafts were published."""
    entries = sorted(survey.entries.values(), key=lambda entry: (entry.path, entry.line, entry.id))
    return tuple(each for each in entries if not each.private and (drafts or not each.draft))


def page_files(entries: Sequence[Entry]) -> set[str]:
    """Return what `page_file` gives for home, and for the pages of entries, tags and folders."""
    tags = (f"tags/{tag_slug(tag)}/" for entry in entries for tag in entry.tags)
    urls = chain((entry.url for entry in entries), tags, section_urls(entries).values())
    return {page_file(""), *map(page_file, urls)}


def page_file(url: str) -> str:
    """Return the file of a page in a form that is equal where two pages could not both stand."""
    return fold(output_path(url))


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
