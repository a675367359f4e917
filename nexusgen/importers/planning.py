"""Plan the files of a hub from what a reader found, and account for every word of the source.

The plan is pure: a dry run shows the very plan that is written. What no rule found a place for goes
to a page of its own, so that words in are words out.
"""

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace

from nexusgen.content.fields import convert_value
from nexusgen.content.front_matter import node_of
from nexusgen.content.kinds import KINDS, SHARED_FIELDS
from nexusgen.content.naming import field_slug
from nexusgen.content.source_text import Problems
from nexusgen.content.titles import find_title, own_title
from nexusgen.core.model import Span
from nexusgen.core.paths import WELL_KNOWN
from nexusgen.importers.accounting import SETTINGS, find_unplaced
from nexusgen.importers.addresses import MADE, address_of, folded, folders_of, settle_addresses
from nexusgen.importers.connecting import infer_uses, name_aliases
from nexusgen.importers.foreign_pages import TAGS
from nexusgen.importers.links import Links
from nexusgen.importers.naming import (
    FOLDERS,
    REST,
    free_name,
    paths_of,
    rename_assets,
    rename_names,
    stems,
)
from nexusgen.importers.normal import Import, Item, Left, Note, strings, words, yaml_text
from nexusgen.importers.weights import STEP, list_of

OWN_PAGES = ("index", "about", "cv", "skills", "tags/index")
"""Pages of nexusgen whose place a page of the author may take; so it may that of a folder's page."""

_OWN_FILES = ("llms.txt", "llms-full.txt", "resume.json", "robots.txt")
"""Files of nexusgen that give way to those of the author."""
_FILLED = re.compile(rb"\A---\s*\n(?:[^\n]*\n)*?---\s*\n|(?mi:^sitemap:[^\n{]*\{\{[^\n]*\n?)")
"""Front matter, and an address that another tool writes into such a file."""
_PROGRAM = re.compile(rb"^[ \t]*\{[{%]", re.MULTILINE)

_REPOSITORY = re.compile(
    r"https?://(?:www\.)?(github|gitlab)\.com/([\w.-]+)/([\w.-]+?)(?:\.git)?/?(?=[\s)\]>\"'.,]|$)"
)
_DOMAIN = re.compile(r"(?:[^\W_]+(?:-+[^\W_]+)*\.)+[^\W_]{2,63}")
_FRONT = re.compile(r"---|\+\+\+|\{(?![%{:])")
"""How a text begins that could be taken for front matter."""
_README = re.compile(r"(?:^|/)readme\.\w+$", re.IGNORECASE)
_FAKE_REPOSITORY = re.compile(r"your|username|example", re.IGNORECASE)


class File(msgspec.Struct, frozen=True):
    """A file under `content/` as the plan has it, and where in the source it comes from.

    `moved` is the same file as it is where it lies now, where that is known to be elsewhere;
    `is_numbered` marks one that has its weight from its place in the source.
    """

    path: str
    data: bytes
    source: str = ""
    line: int = 0
    moved: bytes = b""
    is_numbered: bool = False


class Held(msgspec.Struct, frozen=True):
    """What a hub holds already, by the paths that are planned.

    They are `taken` by others, or known `places` are where files lie instead, and `fields` what was
    written into these since.
    """

    taken: frozenset[str] = frozenset()
    places: Mapping[str, str] = {}
    fields: Mapping[str, Mapping[str, Any]] = {}


class Plan(msgspec.Struct, frozen=True):
    """All files that an import asks for, what it left out, and what the author should know.

    `form` and `place` name the source from one import to the next; `again` plans for another hub.
    """

    form: str
    place: str
    files: tuple[File, ...]
    left: tuple[Left, ...]
    notes: tuple[Note, ...]
    again: Callable[[Held], "Plan"]


EMPTY = Held()


def plan_import(found: Import, name: str, place: str = "", held: Held = EMPTY) -> Plan:
    """Return the files that hold what a reader found, in a hub that holds what is given.

    `name` is the source's own name, `place` where it lies.
    """
    again = partial(plan_import, found, name, place)
    found = deepcopy(found)
    own_words = words(strings(found.site))
    _settle(found, name)
    named = rename_assets(found, held.taken, held.places)
    planned = paths_of(found, held.taken, name)
    paths = {key: held.places.get(path, path) for key, path in planned.items()}
    _lead(found, paths, held)
    rest = find_unplaced(found, own_words, paths)
    numbered = set() if found.form in ("hugo", "obsidian") else _order(found.items, planned)
    name_aliases(found.items)
    infer_uses(found, paths)
    files = [File(SETTINGS, _settings(found), found.only or name)]
    for item in found.items:
        path = planned[id(item)]
        since = held.fields.get(path, {})
        data = _file(item, paths[id(item)], since, named=found.form == "obsidian")
        files.append(File(path, data, item.source, item.line, is_numbered=id(item) in numbered))
    files += [File(named.get(it, it), data) for it, data in sorted(found.assets.items())]
    files += _rest_file(found, rest, name, held)
    left = [it if it.source else replace(it, source=found.only) for it in found.left]
    left.sort(key=lambda it: (it.source, it.line))
    notes = [
        it if it.source or not it.line else replace(it, source=found.only) for it in found.notes
    ]
    return Plan(found.form, place or name, tuple(files), tuple(left), tuple(notes), again)


def _settle(found: Import, name: str) -> None:
    """Settle what becomes of the source: its settings, its pages, and their fields."""
    _settle_site(found, name)
    _leave_out(found)
    _take_own_pages(found)
    for item in found.items:
        _fit_fields(found, item)
        _tell_unseen(found, item)


def _lead(found: Import, paths: Mapping[int, str], held: Held) -> None:
    """Let links and old addresses lead to where files lie in the hub."""
    rename_names(found, held.taken)
    found.addresses = {old: held.places.get(new, new) for old, new in found.addresses.items()}
    links = Links(found, paths)
    for item in found.items:
        links.lead(item, paths[id(item)])
    links.lead_navigation()
    settle_addresses(found, paths)
    _settle_static(found)


def _settle_site(found: Import, name: str) -> None:
    """Give the settings a title, and the repository and address that its links tell."""
    site = found.site
    site.setdefault("title", name)
    if "repository" not in site:
        for item in found.items:
            if item.kind == "page" and "repositor" in item.title.casefold():
                _settle_repository(found, item)
    order = ("title", "tagline", "description", "base_url", "language", "repository")
    found.site = {key: site[key] for key in (*order, *sorted(site)) if site.get(key)}
    if site.get("author") and not site["author"].get("name"):
        found.note(0, f"no page shows the author before {SETTINGS} says author: name")


def _settle_repository(found: Import, item: Item) -> None:
    match = _REPOSITORY.search(item.body)
    if match and not _FAKE_REPOSITORY.search(match[0]) and "repository" not in found.site:
        host, owner, repository = match.groups()
        found.site["repository"] = f"https://{host}.com/{owner}/{repository}"
        page = f"https://{owner.lower()}.{host}.io/"
        own = repository.lower() == f"{owner.lower()}.{host}.io"
        found.site.setdefault("base_url", page if own else f"{page}{repository}/")
        found.note(item.line, f"base_url is inferred from the repository: {found.site['base_url']}")


def _leave_out(found: Import) -> None:
    """Leave out what nexusgen makes itself, and a README where its site showed another page.

    The domain in a `CNAME` is a setting, of which nexusgen makes its own.
    """
    pages = {item.address for item in found.items if not _README.search(item.source)}
    for item in list(found.items):
        if _is_made(item):
            found.drop(item, "nexusgen makes its own")
            if posixpath.basename(item.address.strip("/")) in TAGS:
                found.redirects.setdefault(item.address, "tags/")
        elif _README.search(item.source) and item.address and item.address in pages:
            found.drop(item, "the site shows another page there")
    for path in [it for it in found.assets if it.casefold() in MADE]:
        data = found.assets.pop(path)
        domain = data.decode("utf-8", "replace").strip()
        if path == "CNAME" and _DOMAIN.fullmatch(domain):
            found.site["cname"] = domain
            found.old_urls.append(f"https://{domain}")
        elif path in _OWN_FILES and not _PROGRAM.search(text := _FILLED.sub(b"", data)):
            found.assets[path] = text
        else:
            more = ", which keeps no robot out" if path == "robots.txt" else ""
            found.note(0, f"{path} is left out: nexusgen makes its own{more}", path)


def _is_made(item: Item) -> bool:
    """Decide whether nexusgen makes what a page was: a file, or a list or search that a theme filled."""
    if item.body.strip() or not item.address.endswith("/"):
        return item.address in MADE and not item.address.endswith("/")
    name = posixpath.basename(item.address.strip("/"))
    return name in TAGS or (item.address in MADE and name not in OWN_PAGES)


def _take_own_pages(found: Import) -> None:
    """Let a page lie where it was, where nexusgen would make one."""
    folders = folders_of(it.name for it in found.items)
    names = [*OWN_PAGES, *(f"{folder}/index" for folder in folders)]
    made = {address_of(f"{name}.md"): name for name in names}
    taken = {address_of(f"{item.name}.md") for item in found.items}
    for item in found.items:
        place = folded(item.address).removeprefix("/")
        if item.address and place in made.keys() - taken:
            taken.add(place)
            _rename(found, item, made[place])


def _rename(found: Import, item: Item, name: str) -> None:
    before, item.name = f"{item.name}.md", name
    item.index = posixpath.basename(name) == "index"
    for old, new in found.addresses.items():
        if new == before:
            found.addresses[old] = f"{name}.md"


def _settle_static(found: Import) -> None:
    """Name the folders, as near the root as can be, whose files the site had whether shown or not."""
    kept = found.static & found.assets.keys()
    whole = sorted(it for it in kept if f"/{WELL_KNOWN}/" not in f"/{it}")  # it is so by itself
    mixed = folders_of(found.assets.keys() - found.static)
    static = dict.fromkeys(min(folders_of([it]) - mixed, key=len, default=it) for it in whole)
    if static:
        found.site["static"] = list(static)


def _order(items: list[Item], paths: Mapping[int, str]) -> set[int]:
    """Number the items of each folder, so that they keep the order of the source; return which.

    Where some have weights of their own, the others follow them; a weight of 0 asks for a number.
    """
    count: Counter[str] = Counter()
    numbered = set()
    folders = {id(item): list_of(paths[id(item)]) for item in items}
    weighted = {folders[id(it)] for it in items if it.fields.get("weight") and not it.index}
    for item in items:
        folder = folders[id(item)]
        is_free = not (item.index or item.fields.get("date") or folder in weighted)
        if not item.fields.get("weight", not is_free):
            count[folder] += STEP
            item.fields = {**item.fields, "weight": count[folder]}
            numbered.add(id(item))
    return numbered


def _settings(found: Import) -> bytes:
    """Return the settings; what a page of another tool may do is no error in its first hub."""
    checks = {"entry.orphan": "allow"}
    if found.form != "readme":
        checks |= {"link.anchor": "warn", "link.hidden": "warn"}
    site = {**found.site, "checks": checks}
    if found.form in ("obsidian", "notion"):
        checks["link.ambiguous"] = "warn"
    if "link.ambiguous" in checks or any("[[" in it.body for it in found.items):
        site["missing_links"] = "warn"
    return yaml_text(site).encode()


def _file(item: Item, path: str, since: Mapping[str, Any], *, named: bool) -> bytes:
    """Return the file of an item at a path, with the fields that were written there since.

    Where `named`, it gets no title that a build finds in it.
    """
    fields: dict[str, Any] = {"title": item.title, **item.fields}
    place, heading = posixpath.split(path.removesuffix(".md")), find_title(item.body)
    found = {own_title(*place, heading, vault=vault) for vault in (True, False)}
    if named and "title" not in item.fields and found == {item.title}:
        del fields["title"]
    if item.kind not in FOLDERS or (
        FOLDERS[item.kind] != path.partition("/")[0] and "/" in path and item.kind != "note"
    ):
        fields["kind"] = item.kind
    if item.aliases:
        fields["aliases"] = item.aliases
    if item.old:
        fields["redirect_from"] = list(dict.fromkeys(item.old))
    fields = {**since, **fields}
    if "redirect_from" in since:
        both = (*fields["redirect_from"], *since["redirect_from"])
        fields["redirect_from"] = list(dict.fromkeys(both))
    order = ("title", "summary", "date", "weight", "tags", "aliases", "uses")
    kept = {
        key: fields[key] for key in (*order, *fields) if fields.get(key) not in (None, "", [], {})
    }
    body = f"{item.body.strip(chr(10))}\n" if item.body.strip() else ""
    is_bare = not kept and not _FRONT.match(body)
    return (body if is_bare else f"---\n{yaml_text(kept)}---\n{body}").encode()


def _rest_file(found: Import, rest: list[str], name: str, held: Held) -> list[File]:
    """Return the page of the lines that found no place, if any."""
    if not rest:
        return []
    path = f"{free_name(REST.removesuffix('.md'), stems(held.taken))}.md"
    found.note(0, f"lines that found no place, and stand in {path}: {len(rest)}")
    lines = "\n".join(line.rstrip() for line in rest)
    fence = "`" * max(4, *(len(marks) + 1 for marks in re.findall("`+", lines)), 4)
    page = f"---\ntitle: Imported rest\n---\n{fence}text\n{lines}\n{fence}\n"
    return [File(path, page.encode(), found.only or name)]


_LINKS = re.compile(r"\[\[[^\[\]]*\]\]")
"""What pages show of fields that no kind knows."""
_SPAN = Span(1, 1, 1)
_SHARED = {field.name: field for field in SHARED_FIELDS}
_FIELDS = {kind.name: _SHARED | {field.name: field for field in kind.fields} for kind in KINDS}


def _fit_fields(found: Import, item: Item) -> None:
    """Drop what would be an error in the hub, and tell it."""
    for name, value in list(item.fields.items()):
        if not _fits(item.kind, name, value):
            del item.fields[name]
            found.leave(1, value, f'the field "{name}" cannot hold it', item.source)


def _tell_unseen(found: Import, item: Item) -> None:
    """Tell which fields of a page hold words that no page shows."""
    known = _FIELDS.get(item.kind, _SHARED)
    rest = {name: " ".join(strings(it)) for name, it in item.fields.items() if name not in known}
    rest = {name: _LINKS.sub("", text) for name, text in rest.items()}
    names = [it for it in rest if re.search(r"(?i)(?!(?:true|false)\b)\b_*[^\W\d_]", rest[it])]
    if names:
        message = f"no page shows these fields, which are kept: {', '.join(names)}"
        found.note(1, message, item.source)


def _fits(kind: str, name: str, value: Any) -> bool:
    problems = Problems("")
    if name == "kind":
        return value in _FIELDS
    if name == "slug":
        field_slug(str(value), _SPAN, problems)
    elif field := _FIELDS.get(kind, _SHARED).get(name):
        convert_value(node_of(value, _SPAN), field, problems)
    return all(problem.severity != "error" for problem in problems.noted)
