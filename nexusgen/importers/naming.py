"""Name the files of an import: no two alike, none that nexusgen makes, none that another source has."""

import posixpath
import re
from collections.abc import Iterable, Mapping, Set
from functools import partial

from nexusgen.content.kinds import KINDS
from nexusgen.content.naming import MADE, file_stem
from nexusgen.core.slugs import slug_of
from nexusgen.importers.normal import Import, mapping
from nexusgen.importers.rewriting import outside_code

FOLDERS = {kind.name: kind.folder for kind in KINDS}
"""The folder of each kind."""
MADE_ALONE = ("graph", "map", "recent", "search", "timeline")
"""Pages of nexusgen whose place no page and no folder of the author can take."""

REST = "imported-rest.md"
LONGEST_NAME = 60

_FOREIGN = re.compile(r'[<>:"\\|?*]|[. ]+(?=/|$)')
"""What no name of a file may hold on Windows."""

_TAKEN = re.compile(rf"^({'|'.join(MADE_ALONE)})(?=/|$)", re.IGNORECASE)

_BY_NAME = re.compile(r"(!?\[\[)([^\[\]|#\n]+)(#[^\[\]|\n]*|)(\|[^\[\]\n]*|)\]\]")


def rename_assets(found: Import, taken: Set[str], places: Mapping[str, str]) -> dict[str, str]:
    """Give files another name where another source has one of theirs, and let them lie where they are.

    Links and the portrait follow. Returns the names that were planned, by those places.
    """
    for path in sorted(found.assets.keys() & taken):
        stem, ending = posixpath.splitext(path)
        others = (it for it in {*taken, *found.assets} if it.endswith(ending))
        names = {posixpath.splitext(it)[0].casefold() for it in others}
        _rename_asset(found, path, f"{free_name(stem, names)}{ending}")
    moved = {path: places[path] for path in sorted(found.assets.keys() & places.keys())}
    for path, new in moved.items():
        _rename_asset(found, path, new)
    return {new: path for path, new in moved.items()}


def _rename_asset(found: Import, path: str, new: str) -> None:
    author = mapping(found.site.get("author"))
    found.assets[new] = found.assets.pop(path)
    found.addresses = {old: new if it == path else it for old, it in found.addresses.items()}
    found.addresses.setdefault(path, new)
    found.static = {new if it == path else it for it in found.static}
    if author.get("photo") == path:
        author["photo"] = new


def rename_names(found: Import, taken: Set[str]) -> None:
    """Let links by name, as vaults write them, lead to files that have another name in the hub."""
    led = ((path, found.addresses.get(path, path)) for path in taken)
    names = {_name(path).casefold(): _name(new) for path, new in led if new != path}

    def lead(match: re.Match[str]) -> str:
        opening, name, anchor, text = match.groups()
        new = names.get(_name(name.strip()).casefold())
        shown = text or ("" if opening[0] == "!" else f"|{name}")
        return f"{opening}{new}{anchor}{shown}]]" if new else match[0]

    for item in found.items if names else ():
        item.body = outside_code(item.body, partial(_BY_NAME.sub, lead))


def _name(path: str) -> str:
    return posixpath.basename(path).removesuffix(".md")


def free_name(stem: str, taken: Set[str]) -> str:
    """Return a name without its extension, with a number where it is taken; cases are one."""
    count, name = 1, stem
    while name.casefold() in taken:
        count += 1
        name = f"{stem}-{count}"
    return name


def stems(paths: Iterable[str]) -> set[str]:
    """Return the names of texts without their extension, as `free_name` compares them."""
    return {path.removesuffix(".md").casefold() for path in paths}


def paths_of(found: Import, taken_by_others: Set[str], name: str) -> dict[int, str]:
    """Return the path of each item under `content/`: no two alike, none that nexusgen makes.

    Addresses of the source that led to a wanted name lead to the path that became of it. A home
    beside that of another source is a page with the name of its own source.
    """
    items = found.items
    wanted = {id(item): f"{item.name}.md" for item in items}
    for item in items if "index.md" in taken_by_others else ():
        if item.name == "index":
            item.name, item.index = file_name(name, "page", root=True), False
    taken: set[str] = {"site", REST.removesuffix(".md"), *stems(taken_by_others)}
    paths: dict[int, str] = {}
    folders = {posixpath.dirname(item.name) for item in items if item.name}
    for item in items:
        if item.name and item.name in folders and not item.index:  # the page of a folder lies in it
            item.name, item.index = f"{item.name}/index", True
    for item in sorted(items, key=lambda it: not it.name):
        folder = FOLDERS.get(item.kind, item.kind)
        made = posixpath.join(folder, file_name(item.title, item.kind, root=not folder))
        stem = _TAKEN.sub(r"\1-page", _FOREIGN.sub("-", item.name)) or made
        path = free_name(stem, taken)
        taken.add(path.casefold())
        paths[id(item)] = f"{path}.md"
    moved = {wanted[key]: path for key, path in paths.items()}
    found.addresses = {old: moved.get(new, new) for old, new in found.addresses.items()}
    return paths


def file_name(title: str, kind: str, *, root: bool = False) -> str:
    """Return the name of a file for a title: short, and none that a page has already."""
    slug = slug_of(title)
    if len(slug) > LONGEST_NAME:
        slug = slug[: LONGEST_NAME + 1].rpartition("-")[0] or slug[:LONGEST_NAME]
    slug = slug.strip("-") or kind
    return file_stem(slug, kind, {*MADE, "data", *FOLDERS.values()} if root else set())
