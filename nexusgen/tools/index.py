"""Index a hub as its author sees it, and rewrite links so that they lead where they did before."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from urllib.parse import unquote

import msgspec
from msgspec.structs import replace

from nexusgen.build import find_site
from nexusgen.core.builds import Snapshot
from nexusgen.core.model import WIKI_FORMS, Document, Entry, LinkUse, Site, Span, Target
from nexusgen.core.paths import content_path, folder_of, without_extension
from nexusgen.core.problems import Problem
from nexusgen.core.urls import output_path
from nexusgen.incremental.derive import Tables
from nexusgen.incremental.digests import digest_bytes
from nexusgen.incremental.memo import Memo
from nexusgen.incremental.table import table_of
from nexusgen.site.graph import Graph, link_entries
from nexusgen.site.library import sort_out
from nexusgen.site.links import (
    LinkIndex,
    Links,
    image_of,
    link_of,
    resolve_entry,
    resolve_name,
    settings_entry,
)
from nexusgen.site.names import PATH, fold, is_inside, path_key
from nexusgen.site.sources import parse_sources
from nexusgen.tools.edits import (
    Edit,
    offset_of,
    rewrite_name,
    rewrite_targets,
    styled_path,
    text_of,
)


class HubIndex(msgspec.Struct, frozen=True):
    """What the sources of a hub hold and where their links lead, those of drafts included.

    `graph` is that of the hub as it is built, without drafts and private entries.
    """

    site: Site
    snapshot: Snapshot
    entries: Mapping[str, Entry]
    documents: Mapping[str, Document]
    names: LinkIndex
    links: Mapping[str, Links]
    graph: Graph
    problems: tuple[Problem, ...]

    def published(self, *, drafts: bool = False) -> tuple[Entry, ...]:
        """Return the entries that readers see, or would see if drafts were published."""
        entries = sorted(
            self.entries.values(), key=lambda entry: (entry.path, entry.line, entry.id)
        )
        return tuple(each for each in entries if not each.private and (drafts or not each.draft))

    def page_files(self, *, drafts: bool = False) -> set[str]:
        """Return what `page_file` gives for home, and for pages of entries, tags and folders."""
        entries = self.published(drafts=drafts)
        shown = {one.id: replace(one, draft=False, ahead=False) for one in entries}
        tables = Tables()
        library = sort_out(tables, self.site, tables.source("entries", table_of(shown), Entry))
        tags = (url for _, url in library.tag_names.rows.values())
        folders = (folder.url for folder in library.folders.rows.values())
        return {page_file(""), *map(page_file, chain((one.url for one in entries), tags, folders))}


def index_hub(snapshot: Snapshot, memo: Memo) -> HubIndex:
    """Return the index of a hub."""
    site, problems = find_site(snapshot)
    sources = parse_sources(snapshot, site, memo, Tables())
    entries, documents = sources.entries, sources.documents
    shown = {
        name: replace(one, draft=False, private=False, ahead=False) for name, one in entries.items()
    }
    files = frozenset(snapshot.files)
    names = link_entries(shown, documents, site, files).index
    links = {one.id: resolve_entry(one, documents[one.id].links, names) for one in shown.values()}
    settings = settings_entry(site)
    links[settings.id] = resolve_entry(settings, (), names)
    graph = link_entries(entries, documents, site, files)
    problems = (*problems, *sources.problems, *graph.problems)
    return HubIndex(site, snapshot, entries, documents, names, links, graph, problems)


def page_file(url: str) -> str:
    """Return the file of a page in a form that is equal where two pages could not both stand."""
    return fold(output_path(url))


def with_files(snapshot: Snapshot, changed: Mapping[str, bytes], gone: str = "") -> Snapshot:
    """Return the snapshot as it would be with these files changed and another one gone."""
    files = {path: digest for path, digest in snapshot.files.items() if path != gone}
    files |= {path: digest_bytes(data) for path, data in changed.items()}

    def read(path: str) -> bytes:
        return changed[path] if path in changed else snapshot.read(path)

    return replace(snapshot, files=dict(sorted(files.items())), read=read)


class Moves(msgspec.Struct, frozen=True):
    """What is found elsewhere afterwards: files by path; pages without a source, and files that are shown, by URL."""

    files: Mapping[str, str] = {}
    pages: Mapping[str, str] = {}

    def id_of(self, name: str) -> str:
        """Return the id that an entry has afterwards."""
        for old, new in self.files.items():
            if name == old or name.startswith(f"{old}#"):
                return new + name[len(old) :]
        return name


class MovedLink(msgspec.Struct, frozen=True):
    """A link as it stands afterwards, where it led before and leads now."""

    old: Entry
    entry: Entry
    use: LinkUse
    span: Span
    before: Target
    now: Target
    in_field: bool = False

    @property
    def is_wiki(self) -> bool:
        """Whether the link names what it leads to instead of giving a path."""
        return self.use.form in WIKI_FORMS


def rewrite_links(before: HubIndex, after: HubIndex, moves: Moves) -> dict[str, list[Edit]]:
    """Return, by path, the changes that let every link lead where it did before the moves.

    Places are those of the files afterwards. A link that led nowhere is left alone.
    """
    edits: dict[str, list[Edit]] = {}
    texts: dict[str, str] = {}
    for place in _places(before, after, moves):
        goal = _goal(place.before, after, moves)
        if goal is None or (_same(goal, place.now) and not _is_stale(place, before, after)):
            continue
        path = place.entry.path
        if path not in texts:
            texts[path] = text_of(after.snapshot.read(path))
        name = _best_name(place, goal, after)
        edits.setdefault(path, []).extend(_edits(texts[path], place, name) if name else ())
    return edits


def _places(before: HubIndex, after: HubIndex, moves: Moves) -> Iterator[MovedLink]:
    for old, entry in before.entries.items():
        new = moves.id_of(old)
        if old not in before.links or new not in after.links:
            continue
        now, was, leads = after.entries[new], before.links[old], after.links[new]
        targets = zip(was.links, leads.links, strict=False)
        for use, (one, other) in zip(after.documents[new].links, targets, strict=False):
            if use.form == "tag":
                continue
            yield MovedLink(entry, now, use, now.in_file(use.span, use.part), one, other)
        yield from _field_places(entry, now, was, leads)
    settings, now = settings_entry(before.site), settings_entry(after.site)
    yield from _field_places(settings, now, before.links[settings.id], after.links[now.id])


def _field_places(old: Entry, now: Entry, before: Links, after: Links) -> Iterator[MovedLink]:
    fields = (
        (now.uses, before.uses, after.uses),
        (now.references, before.references, after.references),
    )
    for references, was, leads in fields:
        for reference, one, other in zip(references, was, leads, strict=False):
            yield MovedLink(old, now, link_of(reference), reference.span, one, other, True)
    if before.image and after.image and "image" in now.spans:
        (use,) = image_of(now)
        yield MovedLink(old, now, use, use.span, before.image, after.image, True)


def _goal(was: Target, after: HubIndex, moves: Moves) -> Target | None:
    """Return where a link should lead now, `None` where it led nowhere or to nothing of ours."""
    if was.entry:
        return after.names.at.get(moves.id_of(was.entry))
    if was.state == "page":
        return replace(was, url=moves.pages.get(was.url, was.url))
    path, mark, place = was.url.partition("#")
    moved = moves.pages.get(path, path) + mark + place
    return replace(was, url=moved) if was.state == "asset" else None


def _same(goal: Target, now: Target) -> bool:
    is_same_entry = bool(goal.entry or now.entry) and goal.entry == now.entry
    return is_same_entry or goal.url.partition("#")[0] == now.url.partition("#")[0]


def _is_stale(place: MovedLink, before: HubIndex, after: HubIndex) -> bool:
    """Return whether a link was written as a path, and finds its goal now by a title alone.

    That of a text is stale, too, where only nexusgen would follow it still, from the root.
    """
    was, now = (
        _rank(place.use.target, entry, hub)
        for entry, hub in ((place.old, before), (place.entry, after))
    )
    return not place.is_wiki and was < now and (now > 1 or not place.in_field)


def _rank(target: str, entry: Entry, hub: HubIndex) -> int:
    """Return 0 for a path from the folder of the entry, 1 for one from the root, 2 for no path."""
    content, names = hub.site.content, hub.names
    folder = folder_of(content_path(entry.path, content))
    keys = (path_key(folder, target), path_key("", content_path(target, content)))
    known = (
        any(PATH + key in names.names or key in names.pages for key in (it, without_extension(it)))
        or PATH + it in names.file_names
        for it in keys
    )
    return next((number for number, is_known in enumerate(known) if is_known), 2)


def _best_name(place: MovedLink, goal: Target, after: HubIndex) -> str:
    """Return the first way to write the goal that leads there and nowhere else."""
    folder = folder_of(content_path(place.entry.path, after.site.content))
    for name in _ways_to_write(place, goal, folder, after):
        found = resolve_name(name, folder, after.names, wiki=place.is_wiki)
        if len(found.rivals) < 2 and _same(goal, found.target):
            return name
    return ""


def _ways_to_write(place: MovedLink, goal: Target, folder: str, after: HubIndex) -> Iterator[str]:
    """Yield the ways to write a goal, the most like what is written first."""
    entry, content = after.entries.get(goal.entry), after.site.content
    if entry and place.is_wiki:
        yield from _words(place.use, entry, content)
        return
    path, is_index = f"{goal.url.partition('#')[0]}index.md", True
    if entry and entry.id == entry.path:
        path, is_index = content_path(entry.path, content), is_inside(entry, content)
    elif goal.state == "asset":
        path, is_index = unquote(goal.url.partition("#")[0]), False
    if place.is_wiki:
        yield path
    yield from styled_path(path, place.use.target, folder, content, is_index=is_index)


def _words(use: LinkUse, entry: Entry, content: str) -> Iterator[str]:
    if entry.id != entry.path:
        yield from (entry.title, entry.slug, *entry.aliases, f"/{entry.url}")
        return
    stem = without_extension(content_path(entry.path, content))
    stem = folder_of(stem) if is_inside(entry, content) else stem
    last = stem.rpartition("/")[2]
    yield from (stem, last) if "/" in use.target else (last, entry.title, *entry.aliases, stem)
    yield f"/{stem}"


def _edits(text: str, place: MovedLink, name: str) -> Sequence[Edit]:
    start = offset_of(text, place.span)
    if place.in_field:
        anchor = place.use.fragment and not place.is_wiki
        name = f"{name}#{place.use.fragment}" if anchor else name
        return [rewrite_name(text, start, start + place.span.length, name)]
    return rewrite_targets(text, start, place.use, name)
