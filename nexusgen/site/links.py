"""A link as it was written in; where it leads, and what is wrong with it, out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote

import msgspec

from nexusgen.core.model import Document, Entry, LinkUse, Site, Target
from nexusgen.core.paths import content_path, folder_of, without_extension
from nexusgen.core.slugs import github_slug
from nexusgen.site.names import Files, Found, Names, fold, fold_title, normal_path, path_key

OUTSIDE = "\0"
"""The key of a path that leaves the content root: no name is equal to it."""

FEW = 20
"""Headings that are looked through one by one, before an index of a page's anchors is made."""

WIKI_FORMS = frozenset({"wikilink", "embed"})


class Hub(msgspec.Struct, frozen=True):
    """Everything that links of a hub can lead to.

    `at` holds the target of each published entry by id, `pages` the pages without an entry by
    folded URL. `anchors` is filled on the way: the ids of a page by their folded form.
    """

    site: Site
    entries: Sequence[Entry]
    published: Names
    hidden: Names
    files: Files
    at: Mapping[str, Target]
    pages: Mapping[str, Found]
    documents: Mapping[str, Document]
    anchors: dict[str, dict[str, tuple[str, str]]]


NOT_FOUND = Found(Target("missing"))
HIDDEN = Found(Target("hidden"))


def resolve_link(use: LinkUse, source: str, folder: str, hub: Hub) -> Found:
    """Return where a link in the entry with the id `source`, whose file is in `folder`, leads."""
    if not use.target:
        found = Found(hub.at[source]) if source in hub.at else HIDDEN
    elif "://" in use.target:
        return Found(Target("external", use.target, use.text))
    else:
        found = resolve_name(use.target, folder, hub, wiki=use.form in WIKI_FORMS)
    if not use.fragment:
        return found
    if found is NOT_FOUND and use.form in WIKI_FORMS:
        found = resolve_name(f"{use.target}#{use.fragment}", folder, hub, wiki=True)
        return found._replace(target=_at_top(found.target))
    if found.target.state not in ("entry", "asset"):
        return found
    return found._replace(target=with_fragment(found.target, use.fragment, hub))


def resolve_name(name: str, folder: str, hub: Hub, *, wiki: bool) -> Found:
    """Return where `name`, written in a file of `folder`, leads.

    Asked in this order: path from the file, path from the root, file name or slug, title, alias;
    a draft or private entry is found only where nothing public has the name. A path (a `/` in a
    Markdown link) is only ever a path.
    """
    if wiki and "/" not in name and "." not in name:
        found = _find_bare(name, folder, hub)
    else:
        found = hub.published.paths.get(path_key(folder, name))
    if found is None:
        found = (
            _find_path((path_key(folder, name), *_root_keys(name, hub.site.content)), hub)
            or (_find_file(name, folder, hub, wiki=wiki) if "." in name else None)
            or (_find_word(name, hub) if wiki or "/" not in name else None)
            or NOT_FOUND
        )
    return found if len(found.entries) < 2 else _nearest(found, name, folder, hub)


def _find_bare(name: str, folder: str, hub: Hub) -> Found | None:
    """Return what a name without folder and extension means: most wikilinks are no more."""
    key = fold(name)
    near = f"{fold(folder)}/{key}" if folder else key
    found = hub.published.paths.get(near) or hub.published.paths.get(key) or hub.pages.get(key)
    if found or near in hub.hidden.paths or key in hub.hidden.paths:
        return found
    return hub.published.words.get(key)


def with_fragment(target: Target, fragment: str, hub: Hub) -> Target:
    """Return `target` with the anchor that `fragment` names, unchanged where there is none."""
    if target.state == "asset":
        return msgspec.structs.replace(target, url=f"{target.url}#{quote(fragment)}")
    document = hub.documents[target.entry]
    for heading in document.headings[:FEW]:
        if heading.id == fragment:
            return _at_anchor(target, heading.id, heading.text)
    anchors = hub.anchors.get(target.entry)
    if anchors is None:
        anchors = hub.anchors[target.entry] = anchors_of(document)
    wanted = fold_title(fragment.rpartition("#")[2])
    if anchor := anchors.get(wanted):
        return _at_anchor(target, *anchor)
    if wanted in (fold_title(target.title), github_slug(target.title)):
        return _at_top(target)  # its own heading opens the page
    return target


def _at_top(target: Target) -> Target:
    return msgspec.structs.replace(target, url=f"{target.url}#") if target.entry else target


def _at_anchor(target: Target, anchor: str, text: str) -> Target:
    title = f"{target.title} › {text}" if text else target.title
    return Target("entry", f"{target.url}#{anchor}", title, target.kind, target.entry)


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


def _root_keys(name: str, content: str) -> Iterator[str]:
    """Yield the keys of `name` from the content root and from the hub's folder above it."""
    yield path_key("", name)
    if content and name.startswith((content + "/", "/" + content + "/")):
        yield path_key("", content_path(name.lstrip("/"), content))


def _find_path(keys: Iterable[str], hub: Hub) -> Found | None:
    """Return what lies at one of these paths: an entry, a page without one, or a hidden entry."""
    hidden = None
    for key in keys:
        stem = without_extension(key)
        for paths in (hub.published.paths, hub.pages):
            if found := paths.get(key) or paths.get(stem):
                return found
        if key in hub.hidden.paths or stem in hub.hidden.paths:
            hidden = HIDDEN
    return hidden


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


def _find_word(name: str, hub: Hub) -> Found | None:
    return _named(name, hub.published) or (HIDDEN if _named(name, hub.hidden) else None)


def _named(name: str, names: Names) -> Found | None:
    """Return the entries that `name` means as a file name, the end of a path, title or alias."""
    if found := names.words.get(fold_title(name)) or names.words.get(
        fold_title(without_extension(name))
    ):
        return found
    folder, slash, last = fold(without_extension(normal_path(name))).rpartition("/")
    found = names.words.get(last) if slash else None
    if found is None:
        return None
    fitting = [entry for entry in found.entries if _stem(entry).endswith(f"/{folder}/{last}")]
    return Found(found.target, tuple(fitting)) if fitting else None


def _stem(entry: Entry) -> str:
    return fold("/" + without_extension(entry.path))


def _nearest(found: Found, name: str, folder: str, hub: Hub) -> Found:
    """Return the entry meant among those of one name: the same letters, then the nearest."""
    ending = without_extension(name.rpartition("/")[2])
    exact = [entry for entry in found.entries if without_extension(entry.path).endswith(ending)]
    steps = {
        entry.id: distance(folder, folder_of(content_path(entry.path, hub.site.content)))
        for entry in exact or found.entries
    }
    ranked = sorted(exact or found.entries, key=lambda entry: (steps[entry.id], entry.id))
    target = hub.at[ranked[0].id]
    if len(ranked) == 1:
        return Found(target)
    return Found(target, tuple(ranked), tied=steps[ranked[0].id] == steps[ranked[1].id])


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
