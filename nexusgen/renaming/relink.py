"""A hub before and after files moved in; what to change in its files so that links lead as before."""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import unquote

import msgspec

from nexusgen.links.names import path_key
from nexusgen.links.resolving import link_of
from nexusgen.links.targets import WIKI_FORMS, resolve_name
from nexusgen.model import Entry, LinkUse, Span, Target
from nexusgen.paths import content_path, folder_of, without_extension
from nexusgen.renaming.edits import Edit, Offsets
from nexusgen.renaming.survey import Survey
from nexusgen.renaming.written import find_target, rewrite_name, rewrite_target, styled_path


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
        if old not in before.resolved.links or new not in after.resolved.links:
            continue
        now = after.entries[new]
        targets = zip(before.resolved.links[old], after.resolved.links[new], strict=False)
        uses = after.documents[new].links
        for use, (was, leads) in zip(uses, targets, strict=False):
            yield Place(entry, now, use, use.span, was, leads)
        yield from _field_places(entry, now, before, after)


def _field_places(old: Entry, now: Entry, before: Survey, after: Survey) -> Iterator[Place]:
    fields = (
        (now.uses, before.resolved.uses[old.id], after.resolved.uses[now.id]),
        (now.references, before.resolved.references[old.id], after.resolved.references[now.id]),
    )
    for references, was, leads in fields:
        for reference, before_, now_ in zip(references, was, leads, strict=False):
            yield Place(old, now, link_of(reference), reference.span, before_, now_, True)
    if old.image and "image" in now.spans:
        was_image, is_image = before.resolved.images[old.id], after.resolved.images[now.id]
        span = now.spans["image"]
        use = LinkUse("image", now.image, "", span)
        yield Place(old, now, use, span, was_image, is_image, True)


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
    paths, pages = survey.hub.published.paths, survey.hub.pages
    folder = folder_of(content_path(entry.path, survey.site.content))
    keys = (path_key(folder, target), path_key("", content_path(target, survey.site.content)))
    stems = [*keys, *map(without_extension, keys)]
    return any(key in paths or key in pages for key in stems)


def _best_name(place: Place, goal: Target, after: Survey) -> str:
    """Return the first way to write the goal that leads there and nowhere else."""
    wiki = place.use.form in WIKI_FORMS
    folder = folder_of(content_path(place.entry.path, after.site.content))
    for name in _names(place.use, goal, folder, after):
        found = resolve_name(name, folder, after.hub, wiki=wiki)
        if len(found.entries) < 2 and _same(goal, found.target):
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
