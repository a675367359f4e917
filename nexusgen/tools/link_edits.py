"""A snapshot in; its entries, where every link of theirs leads, and every problem, out."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from itertools import chain
from posixpath import relpath
from urllib.parse import quote, unquote

import msgspec
from msgspec.structs import replace

from nexusgen.build import read_site
from nexusgen.core.model import Document, Entry, LinkUse, Site, Snapshot, Span, Target
from nexusgen.core.paths import content_path, folder_of, without_extension
from nexusgen.core.problems import Problem
from nexusgen.core.urls import output_path, split_target
from nexusgen.incremental.build_state import BuildState
from nexusgen.incremental.derive import Tables
from nexusgen.incremental.digests import digest_bytes
from nexusgen.incremental.memo import Memo
from nexusgen.site.graph import Graph, link_entries
from nexusgen.site.library import find_section_urls, tag_slug
from nexusgen.site.links import WIKI_FORMS, LinkIndex, Links, link_of, resolve_entry, resolve_name
from nexusgen.site.names import PATH, fold, path_key
from nexusgen.site.sources import read_sources
from nexusgen.tools.edits import Edit, Offsets


class Survey(msgspec.Struct, frozen=True):
    """A hub as its author sees it: drafts and private entries are looked at like all others."""

    site: Site
    snapshot: Snapshot
    entries: Mapping[str, Entry]
    documents: Mapping[str, Document]
    hub: LinkIndex
    links: Mapping[str, Links]
    source_problems: tuple[Problem, ...]


def survey_hub(snapshot: Snapshot, memo: Memo) -> Survey:
    """Return what the sources of a hub hold and where their links lead."""
    site, site_problems = read_site(snapshot)
    sources = read_sources(snapshot, site, memo, Tables(BuildState()))
    documents = sources.documents
    shown = {
        name: replace(entry, draft=False, private=False) for name, entry in sources.entries.items()
    }
    hub = link_entries(shown, documents, site, frozenset(snapshot.files)).index
    return Survey(
        site=site,
        snapshot=snapshot,
        entries=sources.entries,
        documents=documents,
        hub=hub,
        links={one.id: resolve_entry(one, documents[one.id].links, hub) for one in shown.values()},
        source_problems=(*site_problems, *sources.problems),
    )


def published(survey: Survey, *, drafts: bool = False) -> tuple[Entry, ...]:
    """Return the entries of a hub that readers see, or would see if its drafts were published."""
    entries = sorted(survey.entries.values(), key=lambda entry: (entry.path, entry.line, entry.id))
    return tuple(each for each in entries if not each.private and (drafts or not each.draft))


def page_files(entries: Sequence[Entry]) -> set[str]:
    """Return what `page_file` gives for home, and for the pages of entries, tags and folders."""
    tags = (f"tags/{tag_slug(tag)}/" for entry in entries for tag in entry.tags)
    urls = chain((entry.url for entry in entries), tags, find_section_urls(entries).values())
    return {page_file(""), *map(page_file, urls)}


def page_file(url: str) -> str:
    """Return the file of a page in a form that is equal where two pages could not both stand."""
    return fold(output_path(url))


def published_graph(survey: Survey) -> Graph:
    """Return the graph of a hub as it is built, without drafts and private entries."""
    files = frozenset(survey.snapshot.files)
    return link_entries(survey.entries, survey.documents, survey.site, files)


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


WIKI_TARGET = re.compile(r"!?\[\[([^\[\]|#\\]*)")
DESTINATION = re.compile(r"\]\(\s*(<[^<>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)")
DEFINITION = re.compile(r"^[ \t>]*\[[^\[\]\n]+\]:[ \t]*(<[^<>\n]*>|\S+)", re.MULTILINE)
ATTRIBUTE = re.compile(r"""\b(?:href|src)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
PLAIN_YAML = re.compile(r"[\w./][\w ./()+-]*")
WINDOW = 2000
"""Characters in which the end of a link is looked for that goes on in the next line."""

KEPT_BYTES = "/!$'*+,;=:@&~-._"


def find_target(text: str, start: int, use: LinkUse) -> list[tuple[int, int]]:
    """Return where the target of the link at `start` stands: once, or in each definition of it."""
    end = start + use.span.length
    if use.form in WIKI_FORMS or text.startswith(("[[", "![["), start):
        found = [match.span(1) for match in [WIKI_TARGET.match(text, start)] if match]
    elif use.form == "html" or text.startswith("<", start):
        found = list(_matching(ATTRIBUTE, text, start, text.find(">", start) + 1, use))
    else:
        found = list(_matching(DESTINATION, text, start, end, use))
        found = found or list(_matching(DEFINITION, text, 0, len(text), use))
        found = found or list(_matching(DESTINATION, text, start, start + WINDOW, use))[:1]
    return found


def rewrite_target(text: str, place: tuple[int, int], use: LinkUse, target: str) -> Edit:
    """Return the change that lets a link at `place` lead to `target`, its fragment as it is."""
    start, end = place
    written = text[start:end]
    if use.form in WIKI_FORMS or text[max(0, start - 2) : start] == "[[":
        return Edit(start, start + len(written.rstrip()), target)
    path, hash_, fragment = written.partition("#")
    opening = path[0] if path[:1] in ("<", '"', "'") else ""
    closing = {"<": ">", '"': '"', "'": "'"}.get(opening, "")
    safe = KEPT_BYTES + (" ()" if opening == "<" else "")
    kept = f"{hash_}{fragment}" if hash_ else closing
    return Edit(start, end, f"{opening}{encode_path(target, safe)}{kept}")


def rewrite_name(text: str, start: int, length: int, name: str) -> Edit:
    """Return the change that puts `name` in place of a value of front matter.

    What stands around the name in `[[Name|text]]` stays, and quotes do, or come where YAML needs
    them.
    """
    value = text[start : start + length]
    if wikilink := WIKI_TARGET.search(value):
        return Edit(start + wikilink.start(1), start + wikilink.end(1), name)
    if value[:1] in ("'", '"') and "\\" not in name and value[0] not in name:
        return Edit(start + 1, start + length - 1, name)
    return Edit(start, start + length, yaml_text(name))


def yaml_text(text: str) -> str:
    """Return a text as YAML may hold it, also between brackets: quoted where it has to be."""
    return text if PLAIN_YAML.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def encode_path(path: str, safe: str = KEPT_BYTES) -> str:
    """Return a path as a link may hold it; letters of any script stay as they are."""
    return "".join(sign if ord(sign) > 127 else quote(sign, safe) for sign in path)


def styled_path(
    path: str, written: str, folder: str, content: str, *, is_index: bool
) -> Iterator[str]:
    """Yield how a link in `folder` may write `path`, first in the manner of `written`.

    With or without extension, as a folder, from the file or from the root, as the author did. All
    paths are relative to the content root.
    """
    kept = _kept_parts(path, written, is_index=is_index)
    if written.startswith("/"):
        yield f"/{kept}"
    if content and written.startswith(f"{content}/"):
        yield f"{content}/{kept}"
    near = relpath(kept.rstrip("/") or ".", folder or ".") + ("/" if kept[-1:] == "/" else "")
    yield f"./{near}" if written.startswith("./") and near[0] != "." else near
    yield f"/{path}"


def _kept_parts(path: str, written: str, *, is_index: bool) -> str:
    stem = without_extension(path)
    own = folder_of(path) if is_index else stem
    if written.endswith("/") or written in (".", ".."):
        return f"{own}/"
    if without_extension(written) != written or "." in stem.rpartition("/")[2]:
        return path
    named = fold(written.rpartition("/")[2]) == fold(stem.rpartition("/")[2])
    return stem if named or not own else own


def _matching(
    pattern: re.Pattern[str], text: str, start: int, end: int, use: LinkUse
) -> Iterator[tuple[int, int]]:
    """Yield the places of what `pattern` finds and the link means."""
    for match in pattern.finditer(text, start, end):
        destination = match[1]
        if destination[:1] in ("<", '"', "'"):
            destination = destination[1:-1]
        plain = unescape(ESCAPED.sub(r"\1", destination))
        if split_target(plain) == (use.target, use.fragment):
            yield match.span(1)


class Moves(msgspec.Struct, frozen=True):
    """What is found elsewhere afterwards: files by path, pages without a source by URL."""

    files: Mapping[str, str] = {}
    pages: Mapping[str, str] = {}

    def id_of(self, name: str) -> str:
        """Return the id that an entry has afterwards."""
        for old, new in self.files.items():
            if name == old or name.startswith(f"{old}#"):
                return new + name[len(old) :]
        return name


class Place(msgspec.Struct, frozen=True):
    """A link as it stands afterwards, where it led before and leads now."""

    old: Entry
    entry: Entry
    use: LinkUse
    span: Span
    before: Target
    now: Target
    in_field: bool = False


def relink(before: Survey, after: Survey, moves: Moves) -> dict[str, list[Edit]]:
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
            texts[path] = after.snapshot.read(path).decode("utf-8", "surrogateescape")
        name = _best_name(place, goal, after)
        edits.setdefault(path, []).extend(_edits(texts[path], place, name) if name else ())
    return edits


def _places(before: Survey, after: Survey, moves: Moves) -> Iterator[Place]:
    for old, entry in before.entries.items():
        new = moves.id_of(old)
        if old not in before.links or new not in after.links:
            continue
        now = after.entries[new]
        targets = zip(before.links[old].links, after.links[new].links, strict=False)
        uses = after.documents[new].links
        for use, (was, leads) in zip(uses, targets, strict=False):
            yield Place(entry, now, use, now.in_file(use.span, use.part), was, leads)
        yield from _field_places(entry, now, before.links[old], after.links[new])


def _field_places(old: Entry, now: Entry, before: Links, after: Links) -> Iterator[Place]:
    fields = (
        (now.uses, before.uses, after.uses),
        (now.references, before.references, after.references),
    )
    for references, was, leads in fields:
        for reference, before_, now_ in zip(references, was, leads, strict=False):
            yield Place(old, now, link_of(reference), reference.span, before_, now_, True)
    if before.image and after.image and "image" in now.spans:
        span = now.spans["image"]
        use = LinkUse("image", now.image, "", span)
        yield Place(old, now, use, span, before.image, after.image, True)


def _goal(was: Target, after: Survey, moves: Moves) -> Target | None:
    """Return where a link should lead now, `None` where it led nowhere or to nothing of ours."""
    if was.entry:
        return after.hub.at.get(moves.id_of(was.entry))
    if was.state == "page":
        return msgspec.structs.replace(was, url=moves.pages.get(was.url, was.url))
    return was if was.state == "asset" else None


def _same(goal: Target, now: Target) -> bool:
    if goal.entry or now.entry:
        return goal.entry == now.entry or goal.url == now.url
    return goal.url == now.url


def _is_stale(place: Place, before: Survey, after: Survey) -> bool:
    """Return whether a link was written as a path, and finds its goal now by a title alone."""
    return (
        place.use.form not in WIKI_FORMS
        and _is_path(place.use.target, place.old, before)
        and not _is_path(place.use.target, place.entry, after)
    )


def _is_path(target: str, entry: Entry, survey: Survey) -> bool:
    names, pages = survey.hub.names, survey.hub.pages
    folder = folder_of(content_path(entry.path, survey.site.content))
    keys = (path_key(folder, target), path_key("", content_path(target, survey.site.content)))
    stems = [*keys, *map(without_extension, keys)]
    return any(PATH + key in names or key in pages for key in stems)


def _best_name(place: Place, goal: Target, after: Survey) -> str:
    """Return the first way to write the goal that leads there and nowhere else."""
    wiki = place.use.form in WIKI_FORMS
    folder = folder_of(content_path(place.entry.path, after.site.content))
    for name in _names(place.use, goal, folder, after):
        found = resolve_name(name, folder, after.hub, wiki=wiki)
        if len(found.rivals) < 2 and _same(goal, found.target):
            return name
    return ""


def _names(use: LinkUse, goal: Target, folder: str, after: Survey) -> Iterator[str]:
    """Yield the ways to write a goal, the most like what is written first."""
    entry = after.entries.get(goal.entry)
    if entry and use.form in WIKI_FORMS:
        yield from _words(use, entry, after.site.content)
        return
    path, is_index = _path(goal, entry, after.site.content)
    if use.form in WIKI_FORMS:
        yield path
    yield from styled_path(path, use.target, folder, after.site.content, is_index=is_index)


def _words(use: LinkUse, entry: Entry, content: str) -> Iterator[str]:
    if entry.id != entry.path:
        yield from (entry.title, entry.slug, *entry.aliases, f"/{entry.url}")
        return
    stem = without_extension(content_path(entry.path, content))
    stem = folder_of(stem) if entry.is_index else stem
    last = stem.rpartition("/")[2]
    yield from (stem, last) if "/" in use.target else (last, entry.title, *entry.aliases, stem)
    yield f"/{stem}"


def _path(goal: Target, entry: Entry | None, content: str) -> tuple[str, bool]:
    """Return the path of a goal from the content root, and whether it stands for its folder."""
    if entry and entry.id == entry.path:
        return content_path(entry.path, content), entry.is_index
    if goal.state == "asset":
        return unquote(goal.url.partition("#")[0]), False
    return f"{goal.url.partition('#')[0]}index.md", True


def _edits(text: str, place: Place, name: str) -> Sequence[Edit]:
    start = Offsets(text).of(place.span)
    if place.in_field:
        return [rewrite_name(text, start, place.span.length, name)]
    found = find_target(text, start, place.use)
    return [rewrite_target(text, where, place.use, name) for where in found]
