"""A link as it was written in; where it leads, and what is wrong with it, out."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from nexusgen.model import Document, Entry, LinkUse, Site, Target
from nexusgen.names import (
    Files,
    Names,
    content_path,
    fold,
    fold_title,
    folder_of,
    without_extension,
)

MISSING = Target("missing")
HIDDEN = Target("hidden")
OUTSIDE = "\0"
"""The key of a path that leaves the content root: no name is equal to it."""

WIKI_FORMS = frozenset({"wikilink", "embed"})


class Hub(msgspec.Struct, frozen=True):
    """Everything that links of a hub can lead to.

    `at` holds the target of each published entry by id, `pages` the pages without an entry by
    folded URL. `anchors` is filled on the way: the ids of a page by their folded form.
    """

    site: Site
    published: Names
    hidden: Names
    files: Files
    at: Mapping[str, Target]
    pages: Mapping[str, Target]
    documents: Mapping[str, Document]
    anchors: dict[str, dict[str, tuple[str, str]]]


class Found(NamedTuple):
    """Where a link leads; `rivals` are other entries of that name, `tied` where none is nearer."""

    target: Target
    rivals: tuple[Entry, ...] = ()
    tied: bool = False


NOT_FOUND = Found(MISSING)


def resolve_link(use: LinkUse, source: str, folder: str, hub: Hub) -> Found:
    """Return where a link in the entry with the id `source`, whose file is in `folder`, leads."""
    if not use.target:
        found = Found(hub.at[source])
    elif "://" in use.target:
        return Found(Target("external", use.target, use.text))
    else:
        found = resolve_name(use.target, folder, hub, wiki=use.form in WIKI_FORMS)
    if not use.fragment or found.target.state not in ("entry", "asset"):
        return found
    return found._replace(target=with_fragment(found.target, use.fragment, hub))


def resolve_name(name: str, folder: str, hub: Hub, *, wiki: bool) -> Found:
    """Return where `name`, written in a file of `folder`, leads.

    Asked in this order: path from the file, path from the root, file name or slug, title, alias;
    a draft or private entry is found only where nothing public has the name. A path (a `/` in a
    Markdown link) is only ever a path.
    """
    nearby = path_key(folder, name)
    if found := hub.published.paths.get(nearby):
        return _choose(found, name, folder, hub)
    keys = (nearby, *_root_keys(name, hub.site.content))
    return (
        _find_path(keys, name, folder, hub)
        or _find_file(name, folder, hub, wiki=wiki)
        or _find_hidden_path(keys, hub)
        or (_find_entry(name, folder, hub) if wiki or "/" not in name else None)
        or NOT_FOUND
    )


def path_key(folder: str, target: str) -> str:
    """Return the folded path, without extension, that `target` means in a file of `folder`."""
    path = f"{folder}/{target}" if folder and target[:1] != "/" else target
    return fold(without_extension(normal_path(path)))


def normal_path(path: str) -> str:
    """Return a path without `.`, `..` and needless slashes, `OUTSIDE` where it leaves the root."""
    if "./" not in path and "//" not in path and path[:1] not in "/." and path[-1:] not in "/.":
        return path
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return OUTSIDE
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def with_fragment(target: Target, fragment: str, hub: Hub) -> Target:
    """Return `target` with the anchor that `fragment` names, unchanged where there is none."""
    if target.state == "asset":
        return msgspec.structs.replace(target, url=f"{target.url}#{quote(fragment)}")
    anchors = hub.anchors.get(target.entry)
    if anchors is None:
        anchors = hub.anchors[target.entry] = anchors_of(hub.documents[target.entry])
    anchor = anchors.get(fold_title(fragment.rpartition("#")[2]))
    if anchor is None:
        return target
    title = f"{target.title} › {anchor[1]}" if anchor[1] else target.title
    return Target("entry", f"{target.url}#{anchor[0]}", title, target.kind, target.entry)


def anchors_of(document: Document) -> dict[str, tuple[str, str]]:
    """Return id and text of each anchor of a page by folded id and, behind these, by text."""
    headings = document.headings[::-1]  # the first of equal ones wins
    anchors = {fold_title(heading.text): (heading.id, heading.text) for heading in headings}
    anchors |= {fold(name): (name, "") for name in document.anchors}
    return anchors | {fold(heading.id): (heading.id, heading.text) for heading in headings}


def entry_target(entry: Entry) -> Target:
    """Return the target of links to an entry."""
    return Target("entry", entry.url, entry.title, entry.kind, entry.id)


def asset_target(path: str) -> Target:
    """Return the target of a file, given relative to the content root."""
    return Target("asset", quote(path), path.rpartition("/")[2])


def _root_keys(name: str, content: str) -> tuple[str, ...]:
    """Return the keys of `name` from the content root and from the hub's folder above it."""
    if not content or not name.startswith((content + "/", "/" + content + "/")):
        return (path_key("", name),)
    return path_key("", name), path_key("", content_path(name.lstrip("/"), content))


def _find_path(keys: tuple[str, ...], name: str, folder: str, hub: Hub) -> Found | None:
    for key in keys:
        if found := hub.published.paths.get(key):
            return _choose(found, name, folder, hub)
        if page := hub.pages.get(key):
            return Found(page)
    return None


def _find_file(name: str, folder: str, hub: Hub, *, wiki: bool) -> Found | None:
    """Return the file at this path or, for a wikilink, the nearest file of this name."""
    inside = content_path(name.lstrip("/"), hub.site.content)
    for path in (normal_path(f"{folder}/{name}") if folder else name, normal_path(name), inside):
        if path in hub.files.exact:
            return Found(asset_target(path))
        if same := hub.files.paths.get(fold(path)):
            return Found(asset_target(same[0]))
    if not wiki:
        return None
    ending = fold("/" + name)
    named = hub.files.names.get(fold(name.rpartition("/")[2]), [])
    fitting = [path for path in named if fold("/" + path).endswith(ending)]
    if not fitting:
        return None
    nearest = min(fitting, key=lambda path: (distance(folder, folder_of(path)), path))
    return Found(asset_target(nearest))


def _find_hidden_path(keys: tuple[str, ...], hub: Hub) -> Found | None:
    return Found(HIDDEN) if any(key in hub.hidden.paths for key in keys) else None


def _find_entry(name: str, folder: str, hub: Hub) -> Found | None:
    if found := _named(name, hub.published):
        return _choose(found, name, folder, hub)
    return Found(HIDDEN) if _named(name, hub.hidden) else None


def _named(name: str, names: Names) -> list[Entry]:
    """Return the entries that `name` means as the end of a path, a slug, a title or an alias."""
    path = fold(without_extension(normal_path(name)))
    found = names.names.get(path.rpartition("/")[2], [])
    if "/" in path:
        found = [entry for entry in found if _stem(entry).endswith(f"/{path}")]
    title = fold_title(name)
    return found or names.titles.get(title) or names.aliases.get(title) or []


def _stem(entry: Entry) -> str:
    return fold("/" + without_extension(entry.path))


def _choose(found: list[Entry], name: str, folder: str, hub: Hub) -> Found:
    """Return the entry meant among those of one name: the same letters, then the nearest."""
    if len(found) == 1:
        return Found(hub.at[found[0].id])
    ending = without_extension(name.rpartition("/")[2])
    exact = [entry for entry in found if without_extension(entry.path).endswith(ending)] or found
    steps = {entry.id: distance(folder, _folder(entry, hub)) for entry in exact}
    ranked = sorted(exact, key=lambda entry: (steps[entry.id], entry.id))
    first = Found(hub.at[ranked[0].id])
    if len(ranked) == 1:
        return first
    tied = steps[ranked[0].id] == steps[ranked[1].id]
    return first._replace(rivals=tuple(ranked), tied=tied)


def _folder(entry: Entry, hub: Hub) -> str:
    return folder_of(content_path(entry.path, hub.site.content))


def distance(folder: str, other: str) -> int:
    """Return how many steps up and down lead from one folder to the other."""
    here = folder.split("/") if folder else []
    there = other.split("/") if other else []
    common = 0
    for mine, theirs in zip(here, there, strict=False):
        if mine != theirs:
            break
        common += 1
    return len(here) + len(there) - 2 * common
