"""Read an export of Notion: its pages, databases and files, each once, without the ids in names."""

import csv
import io
import posixpath
import re
from collections.abc import Mapping
from urllib.parse import unquote

from nexusgen.core.problems import NexusgenError
from nexusgen.core.slugs import slug_of
from nexusgen.importers.archives import Tree
from nexusgen.importers.links import OWN
from nexusgen.importers.normal import Import, Item
from nexusgen.importers.sites import assets_of, outside_code, texts, whole_item

_ID = re.compile(r"[ -]([0-9a-f]{32})(?=$|[./_])")
_PROPERTY = re.compile(r"^([A-Z][\w /()-]{0,40}): (.+)$")
_NOTION_LINK = re.compile(r"(!?\[[^\]]*\]\()([^)\s]+(?:\([^)]*\)[^)\s]*)*)(\))")


def is_notion(tree: Tree) -> str:
    """Return why a tree is an export of Notion, or the empty string."""
    named = sum(bool(_ID.search(path)) for path in tree if path.endswith((".md", ".csv", ".html")))
    return f"{named} of its files bear an id of Notion in their names" if named else ""


def read_notion(tree: Tree) -> Import:
    """Return the pages, databases and files of an export of Notion, each once.

    Raises `NexusgenError` where it is one of HTML.
    """
    if not any(path.endswith((".md", ".csv")) for path in tree):
        hint = 'choose "Markdown & CSV" as the format of the export'
        raise NexusgenError("this export of Notion holds no Markdown", hint)
    found = Import("notion")
    pages = {path: data for path, data in tree.items() if path.endswith(".md")}
    tables = {path: data for path, data in tree.items() if path.endswith(".csv")}
    taken: set[str] = set()
    for source, data in pages.items():
        _add_notion_page(found, source, data.decode("utf-8", "replace"), taken)
    for source, data in tables.items():
        _add_table(found, source, tables, data.decode("utf-8-sig", "replace"))
    others = {path: data for path, data in tree.items() if not path.endswith((".md", ".csv"))}
    assets_of(found, others, _clear_path)
    for path in set(found.addresses.values()):
        found.addresses.setdefault(path, path)
    for item in found.items:
        item.body = outside_code(item.body, lambda text, own=item: _clear_links(found, own, text))  # type: ignore[misc]
    found.note(
        0, "an export of Notion has no comments, no dates of editing and no views of databases"
    )
    return found


def _clear_path(path: str) -> str:
    """Return a path without the ids in it, as it stands under `content/`."""
    folder, _, name = path.rpartition("/")
    parts = [slug_of(_ID.sub("", part)) or "page" for part in folder.split("/") if part]
    stem, dot, extension = name.rpartition(".")
    return "/".join([*parts, f"{slug_of(_ID.sub('', stem)) or 'page'}{dot}{extension.lower()}"])


def _add_notion_page(found: Import, source: str, text: str, taken: set[str]) -> None:
    """Add a page under a name that none has taken."""
    path = _clear_path(source).removesuffix(".md")
    clear, count = path, 1
    while path in taken:
        count += 1
        path = f"{clear}-{count}"
    taken.add(path)
    item = whole_item(found, source, text, path)
    item.body = _take_properties(found, item)
    found.addresses[source] = f"{item.name}.md"
    found.items.append(item)


def _take_properties(found: Import, item: Item) -> str:
    """Take the lines `Name: value` that stand below the title; return the text after them."""
    lines = item.body.lstrip("\n").split("\n")
    at = 0
    while at < len(lines) and (match := _PROPERTY.match(lines[at])):
        name, value = match[1], match[2].strip()
        at += 1
        low = name.casefold()
        day = re.search(r"\d{4}-\d{2}-\d{2}", value)
        if low in ("tags", "tag", "category", "categories", "topics"):
            item.fields["tags"] = list(dict.fromkeys([*item.fields.get("tags", []), *texts(value)]))
            found.leave(0, name, "name of a property", item.source)
        elif low in ("date", "created") and day and day[0] == value:
            item.fields["date"] = value
            found.leave(0, name, "name of a property", item.source)
        else:
            item.fields.setdefault("_lines", []).append(f"**{name}:** {value}")
    kept = item.fields.pop("_lines", [])
    rest = "\n".join(lines[at:])
    return "\n\n".join([*(["  \n".join(kept)] if kept else []), rest.lstrip("\n")])


def _add_table(found: Import, source: str, tables: Mapping[str, bytes], text: str) -> None:
    """Make a page of a database: its rows link to their pages, where these were exported."""
    whole = source.removesuffix(".csv") + "_all.csv"
    if whole in tables:
        found.texts[source] = ""
        return
    path = _clear_path(source.removesuffix("_all.csv").removesuffix(".csv") + ".csv").removesuffix(
        ".csv"
    )
    rows = list(csv.reader(io.StringIO(text)))
    by_title = {
        item.title: number
        for number, item in enumerate(found.items)
        if item.name.startswith(f"{path}/")
    }
    lines = []
    for number, row in enumerate(rows):
        cells = [re.sub(r"\s+", " ", cell).replace("|", "\\|") for cell in row]
        if number and row and row[0].strip() in by_title:
            cells[0] = f"[{cells[0]}]({OWN}{by_title[row[0].strip()]})"
        lines.append(f"| {' | '.join(cells)} |")
        if not number:
            lines.append(f"|{' --- |' * len(row)}")
    existing = next((item for item in found.items if item.name == path), None)
    table = "\n".join(lines)
    found.texts[source] = text
    name = _ID.sub("", posixpath.basename(source)).removesuffix("_all.csv").removesuffix(".csv")
    if existing:
        existing.body = f"{existing.body}\n\n{table}"
        return
    kind = "note" if "/" in path else "page"
    item = Item(kind, name, body=table, source=source, name=path)
    item.lines = list(range(1, text.count("\n") + 2))
    found.addresses[source] = f"{path}.md"
    found.items.append(item)


def _clear_links(found: Import, item: Item, text: str) -> str:
    """Write links to exported files in the form in which their names are known."""

    def clear(match: re.Match[str]) -> str:
        target = unquote(match[2])
        place = posixpath.normpath(posixpath.join(posixpath.dirname(item.source), target))
        if place in found.addresses:
            found.leave(0, match[2], "address within the export", item.source)
            return f"{match[1]}</{found.addresses[place]}>{match[3]}"
        return match[0]

    return _NOTION_LINK.sub(clear, text)
