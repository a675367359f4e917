"""Read an export of Notion: its pages, databases and files, each once, without the ids in names."""

import csv
import io
import posixpath
import re
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import unquote

from nexusgen.content.dates import parse_day
from nexusgen.content.foreign_fields import how_hidden
from nexusgen.core.problems import NexusgenError
from nexusgen.core.slugs import slug_of
from nexusgen.importers import foreign_pages
from nexusgen.importers.archives import Tree
from nexusgen.importers.data import texts
from nexusgen.importers.links import OWN
from nexusgen.importers.normal import Import, Item, without_emoji
from nexusgen.importers.rewriting import before_code, outside_code
from nexusgen.importers.sites.boxes import alert
from nexusgen.importers.titles import cut_title

_ID = re.compile(r"[ -]([0-9a-f]{32})(?=$|[./_])")
_PROPERTY = re.compile(r"^([^\W\d_][\w /()&?-]{0,40}): (.+)$")
_DAYS = {
    **dict.fromkeys(("date", "created", "created time"), "date"),
    **dict.fromkeys(("updated", "last edited", "last edited time"), "updated"),
}
"""The field that a property with a day becomes."""
_LINK = re.compile(r"(!?\[[^\]]*\]\()([^)\s]+(?:\([^)]*\)[^)\s]*)*)(\))")
_RELATION = re.compile(
    r"([^\s,()|*][^,()|*\n]*) \(((?:https://www\.notion\.so/|[^\s()]*%20)[^\s()]+)\)"
)
"""How a property names another page: its title, and in brackets where it stands."""
_PAGE = re.compile(r"([0-9a-f]{32})(?:_all)?(?:\.md|\.csv)?(?:[?#].*)?$")
"""The id at the end of an address, which is that of one page wherever it is told."""
_CALLOUT = re.compile(r"^<aside>\n(.*?)\n*</aside>$", re.DOTALL | re.MULTILINE)
_ICON = re.compile(r"\A<img src=\"https://www\.notion\.so/icons/[^>]*>\s*")
_FILE = re.compile(r"(:\*\* |, |\| )([^\s()\[\]<>|,]+\.\w{2,5})(?=,| \||[ \t]*$)", re.MULTILINE)
"""A file that a property or a cell names."""
_PICTURES = ("png", "jpg", "jpeg", "gif", "svg", "webp", "avif")
_SORTS = {"💡": "tip", "⚠": "warning", "❗": "important", "🚨": "caution", "🚫": "caution", "❌": "caution"}  # fmt: skip
"""The alert that the picture of a callout says; any other is a note, and keeps its picture."""


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
    place = _places(tree)
    for source, data in tree.items():
        if source.endswith(".md"):
            _add_page(found, source, data, place)
    for source, data in tree.items():
        if source.endswith(".csv"):
            _add_table(found, source, tree, (place, found.decode(data, source)))
    others = {path: data for path, data in tree.items() if not path.endswith((".md", ".csv"))}
    foreign_pages.assets_of(found, others, place)
    ids = {id_[1]: path for it, path in found.addresses.items() if (id_ := _PAGE.search(it))}
    for path in set(found.addresses.values()):
        found.addresses.setdefault(path, path)
    for item in found.items:
        item.body = before_code(item.body, _CALLOUT, partial(_box, found, item))
        item.body = outside_code(item.body, partial(_lead, found, item, ids))
    found.note(0, "an export of Notion has no comments and no views of databases")
    return found


def _places(tree: Tree) -> Callable[[str], str]:
    """Return what gives a path its place under `content/`: without ids, below the one page of the root."""
    roots = {path.partition("/")[0] for path in tree}
    home = next((it for it in roots if it.endswith(".md")), "")
    folder = _ID.sub("", home).removesuffix(".md")
    alone = roots <= {home, folder, home.removesuffix(".md")}

    def place(path: str) -> str:
        below = path.partition("/")[2]
        if alone and home:
            path = below or "index.md"
        stem, dot, extension = path.rpartition(".")
        names = [slug_of(_ID.sub("", part)) or "page" for part in stem.split("/") if part]
        return "/".join(names) + dot + extension.lower()

    return place


def _add_page(found: Import, source: str, data: bytes, place: Callable[[str], str]) -> None:
    """Add a page under a name that none has taken; one without a title has that of its first words."""
    path = place(source).removesuffix(".md")
    item = foreign_pages.whole_item(found, source, data, path)
    item.body = _take_properties(found, item)
    if path == "index":
        found.site["title"] = item.title
    if item.title == "Untitled":
        found.leave(1, item.title, "title of a page that has none", source)
        if not (item.fields or re.search(r"\w", item.body)):
            found.note(1, "a page without title and text is left out", source)
            return
        lines = re.findall(r"^(?!\*\*)\W*(\w.*)", item.body, re.MULTILINE)
        item.title = cut_title(lines[0])[0] if lines else item.title
        path = posixpath.join(posixpath.dirname(path), slug_of(item.title) or "page")
    taken = {it.name for it in found.items}
    names = (path if count < 2 else f"{path}-{count}" for count in range(1, len(taken) + 2))
    item.name = next(it for it in names if it not in taken)
    found.addresses[source] = f"{item.name}.md"
    found.items.append(item)


def _take_properties(found: Import, item: Item) -> str:
    """Take the lines `Name: value` that stand below the title; return the text after them.

    A line that names nothing goes on with the value above it.
    """
    lines = item.body.lstrip("\n").split("\n")
    at = 0
    kept = []
    while at < len(lines) and (match := _PROPERTY.match(lines[at])):
        name, value = match[1], match[2].strip()
        at += 1
        while at < len(lines) and lines[at].strip() and not _PROPERTY.match(lines[at]):
            value += f"  \n{lines[at].strip()}"
            at += 1
        low = name.casefold()
        if low in ("tags", "tag", "category", "categories", "topics"):
            item.tag(texts(value))
            found.leave(0, name, "name of a property", item.source)
        elif low in _DAYS and parse_day(value.lstrip("@")):
            item.fields.setdefault(_DAYS[low], foreign_pages.moment_in(value.lstrip("@")))
            found.leave(0, match[0], f'property that became "{_DAYS[low]}"', item.source)
        elif (hides := how_hidden(low, value)) is not None:
            foreign_pages.hide(found, item, hides, match[0])
        else:
            kept.append(f"**{name}:** {value}")
    rest = "\n".join(lines[at:])
    return "\n\n".join([*(["  \n".join(kept)] if kept else []), rest.lstrip("\n")])


def _add_table(
    found: Import, source: str, tree: Tree, table: tuple[Callable[[str], str], str]
) -> None:
    """Make a page of a database: its rows link to their pages, where these were exported."""
    place, text = table
    if source.removesuffix(".csv") + "_all.csv" in tree:
        found.texts[source] = ""
        return
    path = place(re.sub(r"(?:_all)?\.csv$", ".csv", source)).removesuffix(".csv")
    rows = _shown_rows(found, source, path, list(csv.reader(io.StringIO(text))))
    by_title = {it.title: n for n, it in enumerate(found.items) if it.name.startswith(f"{path}/")}
    lines = []
    for number, row in enumerate(rows):
        cells = [re.sub(r"\s+", " ", cell).replace("|", "\\|") for cell in row]
        if number and row and without_emoji(row[0]) in by_title:
            cells[0] = f"[{cells[0]}]({OWN}{by_title[without_emoji(row[0])]})"
        lines.append(f"| {' | '.join(cells)} |")
        if not number:
            lines.append(f"|{' --- |' * len(row)}")
    existing = next((item for item in found.items if item.name == path), None)
    body = "\n".join(lines)
    found.texts[source] = text
    found.addresses[source] = f"{path}.md"
    name = re.sub(r"(?:_all)?\.csv$", "", _ID.sub("", posixpath.basename(source)))
    if existing:
        existing.body = f"{existing.body}\n\n{body}"
        return
    kind = "note" if "/" in path else "page"
    item = Item(kind, name, body=body, source=source, name=path)
    item.lines = list(range(1, text.count("\n") + 2))
    found.items.append(item)


def _shown_rows(found: Import, source: str, path: str, rows: list[list[str]]) -> list[list[str]]:
    """Return the rows of a database without those of which a column says that they are not published.

    Nor are the pages of these, below `path`, whatever can be read of their properties.
    """
    shown, within = rows[:1], [it for it in found.items if it.name.startswith(f"{path}/")]
    for row in rows[1:]:
        how = next(filter(None, map(how_hidden, rows[0], row)), "")
        if not how:
            shown.append(row)
            continue
        found.leave(0, row, "row that is not published", source)
        pages = [it for it in within if it.title == without_emoji(row[0])]
        for item in [it for it in pages if not it.fields.keys() & {"draft", "private"}]:
            foreign_pages.hide(found, item, how, f"{row[0]} of {posixpath.basename(source)}")
        if not pages:
            found.note(0, f"a row is not published, as its source says: {row[0]}", source)
    return shown


def _box(found: Import, item: Item, match: re.Match[str]) -> str:
    """Return a callout as the alert that its picture says; one that Notion keeps is left out."""
    icon = _ICON.match(match[1].strip())
    found.leave(0, icon[0] if icon else "", "icon that Notion keeps", item.source)
    text = match[1].strip()[icon.end() if icon else 0 :]
    sort = _SORTS.get(text[:1], "")
    return alert(sort or "note", "", text[1:].lstrip("\ufe0f ") if sort else text)


def _lead(found: Import, item: Item, ids: Mapping[str, str], text: str) -> str:
    """Lead links, and what properties name, to the pages and files of the export."""

    def address(target: str) -> str:
        place = unquote(target)
        own = _PAGE.search(place)
        if own:
            return ids.get(own[1], "")
        folder = posixpath.dirname(item.source)
        paths = [posixpath.normpath(posixpath.join(it, place)) for it in (folder, "")]
        return next((found.addresses[it] for it in paths if it in found.addresses), "")

    def led(match: re.Match[str], head: str) -> str:
        if not (place := address(match[2])):
            return match[0]
        found.leave(0, match[2], "address within the export", item.source)
        return f"{head}(</{place}>)"

    text = _RELATION.sub(lambda it: led(it, f"[{it[1]}]"), text)
    text = _LINK.sub(lambda it: led(it, it[1][:-1]), text)
    return _FILE.sub(lambda it: led(it, f"{it[1]}{_named(it[2])}"), text)


def _named(file: str) -> str:
    """Return the words of a link to a file of an export, or of a picture."""
    stem, _, ending = posixpath.basename(unquote(file)).rpartition(".")
    return f"{'!' * (ending.lower() in _PICTURES)}[{stem}]"
