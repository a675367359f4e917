"""Make of the pages and files of any tool what all have in common: items, fields, files."""

import html
import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nexusgen.content.dates import day_in_words, parse_day, parse_moment
from nexusgen.content.fields import FLAGS, is_web_url
from nexusgen.content.foreign_fields import how_hidden
from nexusgen.content.kinds import KINDS, SHARED_FIELDS
from nexusgen.content.titles import find_title, own_title
from nexusgen.core.paths import OF_TOOLS, WELL_KNOWN, is_left_out, parse_rule
from nexusgen.importers.addresses import keep_old
from nexusgen.importers.archives import Tree
from nexusgen.importers.data import Divided, Fields, divide, texts
from nexusgen.importers.lines import ATX
from nexusgen.importers.normal import (
    Import,
    Item,
    mapping,
    missing,
    plain,
    strings,
    without_emoji,
)
from nexusgen.importers.people import links_of, public

MEANINGS = {
    "description": "summary", "excerpt": "summary", "lastmod": "updated",
    "last_modified_at": "updated", "modified": "updated", "publishdate": "date", "created": "date",
    "searchable": "search",
    **dict.fromkeys(
        ("featured_image", "featuredimage", "feature_image", "cover", "cover_image", "coverimage",
         "images", "header", "overlay_image", "hero_image", "heroimage", "teaser", "thumbnail",
         "banner"), "image"),
}  # fmt: skip
"""What other tools call a field that nexusgen knows by another name."""

TAGS = ("tags", "tag", "categories", "category", "keywords", "topics")
_UNSEARCHED = re.compile(
    r"(?:book)?search[-_]?(?:exclude|hidden)|(?:exclude|hidden?|hide|no)[-_]?(?:from[-_]?)?search",
    re.IGNORECASE,
)
"""Fields that keep a page out of the search of a site where they are true."""
_UNLISTED = {"hidden", "unlisted", "nav_exclude"}
_SHARED = {field.name: field.type for field in SHARED_FIELDS}
_OWN = {kind.folder: kind for kind in KINDS if kind.folder}
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_OTHER_PAGES = (".org", ".adoc", ".asciidoc", ".rst", ".ipynb")
_ADDRESS = re.compile(r"(?i)(?:^|[\W_]|(?<=\w{5}))(?:url|link)(?=[\W_]|$)")
"""What says in the name of a field that it holds an address."""
_BACKWARDS = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})\b")
"""A day as Ruby reads it, too: the day before the month."""
_HIDDEN = re.compile(rf"(?:.*?/)?(?!{re.escape(WELL_KNOWN)}(?:/|$))(\.[^/]*)")
"""A path up to the name in it that begins with a dot."""


def own_address(text: str) -> str:
    """Return the address at which a site says that it is published, if it is a real one."""
    is_real = re.match(r"https?://[^/]+\.[^/]+", text) and "example" not in text
    return f"{text.rstrip('/')}/" if is_real else ""


def page_item(found: Import, source: str, page: Divided, path: str) -> Item:
    """Return the item of a page of another tool, without its fields, and note its words.

    `page` is the page as `divide` returns it, `path` its place under `content/` without extension.
    """
    fields, body, line = page
    values = " ".join(" ".join(strings(fields)).split())
    found.texts[source] = f"{values}\n" + "\n" * max(line - 2, 0) + body
    if line == 1:
        found.texts[source] = f"{values} {body}" if values else body
    folder = path.partition("/")[0] if "/" in path else ""
    kind = _OWN[folder].name if folder in _OWN else ("note" if folder else "page")
    title, rest = _title(fields, body, path)
    if found.form == "obsidian":  # a build finds it where it stands
        vault = found.site.get("hashtags") == "on"
        own = own_title(*posixpath.split(path), find_title(body), vault=vault)
        title, rest = _given_title(fields) or own, body
    lost = missing(body, rest) if fields.keys() & {"title", "Title"} else []
    found.leave(line, lost, "heading that is the title", source)
    is_index = posixpath.basename(path) == "index"
    item = Item(kind, title, {}, rest, source=source, name=path, index=is_index)
    if found.form == "obsidian" and _given_title(fields):
        item.fields["title"] = title
    item.lines = list(range(1, found.texts[source].count("\n") + 2))
    return item


def is_shared(name: str, value: Any) -> bool:
    """Decide whether a field of another tool is one that any entry has, or says whether it is shown."""
    known = _as_ours(name, value)[0].lower() in (*_SHARED, *TAGS)
    return known or how_hidden(name.lower(), value) is not None


def _as_ours(key: str, value: Any) -> tuple[str, Any]:
    """Return what nexusgen calls a field of another tool, or its own name, and its value."""
    low = key.lower()
    if _UNSEARCHED.fullmatch(low):
        return "search", {"exclude": value}
    return MEANINGS.get(low, low if low in _SHARED else key), value


def whole_item(found: Import, source: str, data: bytes, path: str) -> Item:
    """Return the item of a page of another tool with all fields that its front matter has."""
    page = divide(found, source, data)
    item = page_item(found, source, page, path)
    set_fields(found, item, page[0])
    return item


def _title(fields: Fields, body: str, path: str) -> tuple[str, str]:
    """Return the title of a page, and its body without the heading that was only the title."""
    given = _given_title(fields)
    lines = body.lstrip("\n").split("\n")
    heading = ATX.match(lines[0]) if lines else None
    own = without_emoji((heading[2] or heading[3] or "") if heading else "")
    if heading and len(heading[1]) == 1 and (not given or own == given):
        return given or own, "\n".join(lines[1:]).lstrip("\n")
    return given or own_title(*posixpath.split(path), None, vault=False), body


def _given_title(fields: Fields) -> str:
    given = (str(it or "") for key, it in fields.items() if str(key).lower() == "title")
    return next(given, "").strip()


def set_fields(
    found: Import, item: Item, fields: Mapping[str, Any], taxonomies: Iterable[str] = TAGS
) -> None:
    """Give an item the fields of a page under the names that nexusgen has for them.

    What its kind does not know is kept where the kind is open, else told.
    """
    tags: list[str] = []
    for key, value in sorted(fields.items(), key=lambda it: str(it[0]).lower() in MEANINGS):
        low = str(key).lower()
        name, value = _as_ours(str(key), value)
        if name.lower() == "title" or value in (None, "", [], {}):
            continue
        hides = how_hidden(low, value)
        if hides is not None:
            hide(found, item, hides, f"{key} {' '.join(strings(value))}")
        elif low in taxonomies and (name in _SHARED or not _links_notes(value)):
            tags += texts_of(found, item.source, value)
        elif name in _SHARED:
            _set_shared(found, item, name, value)
        else:
            _set_own(found, item, name, value)
    if tags:
        item.fields["tags"] = list(dict.fromkeys(tags))
        twice = missing(tags, item.fields["tags"])
        found.leave(1, twice, "tag that is named twice", item.source)


def _links_notes(value: Any) -> bool:
    """Tell whether a value names notes, as properties of Obsidian do: it connects, and is no tag."""
    return any(text.strip().startswith("[[") for text in strings(value))


def hide(found: Import, item: Item, how: str, text: str) -> None:
    """Hide an item as `how`, `draft` or `private`, says, if anything; `text` of the source says so."""
    if how:
        item.fields[how] = True
        found.note(1, f"it is not published, as its source says: {text}", item.source)
    found.leave(1, text, f'became "{how}"' if how else "says that the page is shown", item.source)


def _set_own(found: Import, item: Item, name: str, value: Any) -> None:
    """Give an item a field of its kind; an address that its kind has no field for is a link."""
    kind = None if item.kind in ("note", "page") else _OWN[item.name.partition("/")[0]]
    is_known = kind and any(field.name == name for field in kind.fields)
    if not is_known and isinstance(value, str) and is_web_url(value):
        title = " ".join(it for it in re.split(r"[\W_]+", _ADDRESS.sub("", name)) if it)
        add_links(item, [{"title": title.capitalize(), "url": value} if title else {"url": value}])
    elif is_known or not kind:
        kept = public(found, value, item.source)
        item.fields[name] = str(kept).lower() if isinstance(kept, bool) else kept
    else:
        found.leave(1, value, f'the kind has no field "{name}"', item.source)


def add_links(item: Item, links: Iterable[Mapping[str, str]]) -> None:
    """Give an item links to pages elsewhere beside those that it has."""
    if both := [*item.fields.get("links", []), *links]:
        item.fields["links"] = both


def texts_of(found: Import, source: str, value: Any) -> list[str]:
    """Return the texts of a list; what else it holds is told."""
    kept = texts(value)
    found.leave(1, missing(value, kept), "no text in a list of texts", source)
    return kept


def _set_shared(found: Import, item: Item, name: str, value: Any) -> None:
    if name == "links":
        links = links_of(value)[0]["links"]
        add_links(item, links)
        found.leave(1, missing(value, links), "what is said of a link", item.source)
        return
    if name == "image" and not isinstance(value, str):
        value = _take_picture(found, item, value)
    text = " ".join(strings(value))
    if name in item.fields:
        found.leave(1, text, f'there is another "{name}"', item.source)
    elif name == "redirect_from":
        for address in texts_of(found, item.source, value):
            keep_old(item, address)
    elif name == "aliases":
        item.aliases += texts_of(found, item.source, value)
    elif text and not _set_value(found, item, name, text, value):
        found.leave(1, text, f'the field "{name}" cannot hold it', item.source)


def _without_marks(text: str) -> str:
    """Return a text without the marks of HTML and Markdown; a tag that is only named stays."""
    if "<" in text and not re.search(r"</|<br|<img", text):
        return " ".join(text.split())
    text = plain(re.sub(r"<(?:br|hr|/p)\b[^<>]*>", " ", text))
    return " ".join(re.sub(r"&#?\w+;", lambda it: html.unescape(it[0]), text).split())


def _take_picture(found: Import, item: Item, value: Any) -> str:
    """Return the picture of a page, and give the text its caption: the picture stands right above it."""
    picture = _picture(value)
    caption = " ".join(strings(mapping(value).get("caption"))).replace("*", "").strip()
    if caption and picture:
        item.body = f"*{caption}*\n\n{item.body}"
    told = missing(value, [picture, caption * bool(picture)])
    found.leave(1, told, "what is said of a picture", item.source)
    return picture


def _picture(value: Any) -> str:
    """Return the first address in a list of pictures, or that of a picture with a caption."""
    if isinstance(value, dict):
        keys = ("image", "src", "path", "url", "overlay_image", "teaser")
        value = [value.get(key) for key in keys]
    return next((it for it in value if isinstance(it, str)), "") if isinstance(value, list) else ""


def date_in(text: str) -> str:
    """Return the day in a text, as YYYY-MM-DD, or the empty string."""
    day, back = _DATE.search(text), _BACKWARDS.match(text)
    parts = (back[3], back[2], back[1]) if back else day.groups() if day else ()
    written = f"{parts[0]}-{int(parts[1]):02}-{int(parts[2]):02}" if parts else ""
    return written if written and parse_day(written) else ""


def moment_in(text: str) -> str:
    """Return the day in a text, with the time of day and the zone that it tells after it."""
    text = " ".join(text.split())
    written = day_in_words(text) or text
    return written if parse_moment(written) else date_in(written)


def _set_value(found: Import, item: Item, name: str, text: str, value: Any) -> bool:
    """Give an item a date, a flag, a number or a text; return whether the field can hold it."""
    kind, day = _SHARED[name], moment_in(text)
    if kind == "date" and day:
        item.fields.setdefault(name, day)
        found.leave(1, text if text != day else "", "form of a date", item.source)
    elif kind == "flag":
        without = mapping(value).get("exclude")
        said = FLAGS.get(str(value if without is None else without).lower())
        if said is not None:
            item.fields[name] = said == (without is None)
        found.leave(1, text, f'value of "{name}"', item.source)
    elif kind == "integer" and re.fullmatch(r"-?\d{1,9}", text):
        item.fields[name] = int(text)
    elif kind in ("text", "path", "choice") and isinstance(value, str | int | float):
        item.fields[name] = _without_marks(text) if name == "summary" else " ".join(text.split())
        told = missing(value, item.fields[name])
        found.leave(1, told, "mark of HTML or Markdown", item.source)
    else:
        return False
    return True


def listed(found: Import, source: str, fields: Mapping[str, Any]) -> Fields:
    """Return the fields of a page without those by which a theme left it out of lists alone.

    To nexusgen they would hide the page itself, which the old site published.
    """
    for key in fields.keys() & _UNLISTED:
        found.leave(1, fields[key], "leaves the page out of lists", source)
        if str(fields[key]).lower() == "true":
            found.note(
                1, f'"{key}" left the page out of lists: it is published, and listed', source
            )
    return {key: it for key, it in fields.items() if key not in _UNLISTED}


def tell_left_out(found: Import, sources: Iterable[str], why: str = "it holds no pages") -> None:
    """Tell which files are no part of a site's content, by their folders, and why."""
    folders = Counter(f"{it.partition('/')[0]}/" if "/" in it else it for it in sources)
    for name, count in sorted(folders.items()):
        files = f", {count} files," if count > 1 else ""
        found.note(0, f"{name}{files} is left out: {why}", name)


def without_hidden(found: Import, tree: Tree, patterns: Iterable[str]) -> dict[str, bytes]:
    """Return a tree without the files that patterns, as git writes them, kept out of a site; tell them."""
    rules = [rule for line in patterns if (rule := parse_rule(line))]
    hidden = {path for path in tree if is_left_out(path, rules)}
    for path in sorted(hidden):
        message = f"it is no part of the site, as its settings say, and is left out: {path}"
        found.note(0, message, path)
    return {path: data for path, data in tree.items() if path not in hidden}


def assets_of(found: Import, files: Mapping[str, bytes], place: Callable[[str], str]) -> None:
    """Copy files that are no pages, and let their old addresses lead to them; tell the hidden ones."""
    hidden: dict[str, str] = {}
    for source, data in files.items():
        path = place(source)
        if source.lower().endswith(_OTHER_PAGES) and not source.startswith("static/"):
            form = posixpath.splitext(source)[1]
            found.note(0, f"{path} is no page: {form} is not read, write it as Markdown", source)
        if path.lower().endswith((".yml", ".yaml")) and not path.startswith("data/"):
            found.note(0, f"{path} is left out: YAML beside the pages would be an entry", source)
            continue
        if name := _HIDDEN.match(path):
            if not OF_TOOLS.fullmatch(name[1]):
                hidden.setdefault(name[0], source)
            continue
        found.assets[path] = data
        found.addresses.setdefault(source, path)
        found.addresses.setdefault(path, path)
    for path, source in hidden.items():
        found.note(0, f"{path} is left out: its name begins with a dot", source)
