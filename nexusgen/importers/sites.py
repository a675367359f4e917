"""Read what the sites of all tools have in common: front matter, fields, addresses, shortcodes."""

import datetime
import html
import json
import posixpath
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import yaml

from nexusgen.content.dates import day_in_words, parse_day, parse_moment
from nexusgen.content.fields import is_web_url
from nexusgen.content.foreign_fields import how_hidden
from nexusgen.content.front_matter import parse_frontmatter
from nexusgen.content.kinds import KINDS, SHARED_FIELDS
from nexusgen.content.source_text import Problems
from nexusgen.content.titles import find_title, own_title
from nexusgen.content.yaml_tree import Node, parse_yaml, plain_value
from nexusgen.core.paths import is_left_out, parse_rule
from nexusgen.core.problems import NexusgenError
from nexusgen.importers.addresses import keep_old
from nexusgen.importers.archives import Tree
from nexusgen.importers.lines import ATX
from nexusgen.importers.normal import (
    Import,
    Item,
    decoded,
    mapping,
    missing,
    plain,
    strings,
    without_emoji,
)
from nexusgen.importers.people import links_of, public

Fields = dict[str, Any]
Divided = tuple[Fields, str, int]
"""The front matter of a page, its body, and the line on which the body begins."""

MEANINGS = {
    "description": "summary", "excerpt": "summary", "lastmod": "updated",
    "last_modified_at": "updated", "modified": "updated", "publishdate": "date", "created": "date",
    **dict.fromkeys(
        ("featured_image", "featuredimage", "feature_image", "cover", "cover_image", "coverimage",
         "images", "header", "overlay_image", "hero_image", "heroimage", "teaser", "thumbnail",
         "banner"), "image"),
}  # fmt: skip
"""What other tools call a field that nexusgen knows by another name."""

TAGS = ("tags", "tag", "categories", "category", "keywords", "topics")
_SHARED = {field.name: field.type for field in SHARED_FIELDS}
_OWN = {kind.folder: kind for kind in KINDS if kind.folder}
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,17}")
_BACKWARDS = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})\b")
"""A day as Ruby reads it, too: the day before the month."""
CODE = (
    r"(^[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}(?![^\n]*`)|~{3,})[^\n]*\n.*?(?:^[ \t]*\2[`~]*[ \t]*$|\Z)"
    r"|(?<!`)(`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)\3(?!`)"
    r"|(?<!\\)\$\$(?:(?!\$\$|\n[ \t]*\n).)+\$\$"
    r"|(?<![\\$\w])\$(?![\s$])(?:(?!\]\()[^$\n])*(?<![\s\\])\$(?![\d$]))"
)
"""A block of code between fences, code within a paragraph, or a formula, in which no mark is one."""
_OTHER_PAGES = (".org", ".adoc", ".asciidoc", ".rst", ".ipynb")
_LEAD = re.compile(r"(?:[ \t>]|(?:[-*+]|\d{1,9}[.)])(?=[ \t]))*")
_ITEM = re.compile(r"[^ \t>]")
_ENDED = re.compile(r"[ \t]*(?:\n[ \t]*(?:\n|\Z)|\Z)")
"""What stands behind a block that a blank line or nothing follows."""
_CODE = re.compile(CODE, re.DOTALL | re.MULTILINE)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads dates as text, as they were written, and what has a tag of another program without it."""


_AS_TEXT = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:float")
_Loader.yaml_implicit_resolvers = {
    key: [it for it in rows if it[0] not in _AS_TEXT]
    for key, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def find_data(text: str, form: str) -> Any:
    """Return the values of a text of YAML, TOML or JSON; one that is broken is an empty mapping."""
    try:
        return _data(text, form)
    except (ValueError, yaml.YAMLError, RecursionError):
        return {}


def _data(text: str, form: str) -> Any:
    if form == "toml":
        return _plainly(tomllib.loads(text))
    return json.loads(text) if form == "json" else yaml.load(text, _Loader)


def data_in(tree: Tree, path: str) -> Fields:
    """Return the mapping that a file of YAML, TOML or JSON holds, an empty one where there is none.

    Raises `NexusgenError` where it is broken: it may say what a site does not show.
    """
    text = decoded(tree[path]) if path in tree else "{}"
    form = path.rpartition(".")[2]
    problems = Problems(path, [])
    try:
        return mapping(_data(text, form))
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        if form not in ("toml", "json"):
            parse_yaml(text, problems)
        for it in problems.noted:
            if it.code != "yaml.tag":
                raise NexusgenError(f"{path}:{it.line}: {it.message}", it.hint) from None
        raise NexusgenError(f"{path} cannot be read: {error}", "correct it") from None


def _any_tag(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return node.value


def _environment(_: yaml.SafeLoader, node: yaml.Node) -> Any:
    """Return what stands for a variable of the environment: the last of several values, or nothing."""
    last = node.value[-1] if isinstance(node, yaml.SequenceNode) and node.value[1:] else None
    return last.value if isinstance(last, yaml.ScalarNode) else None


_Loader.add_multi_constructor("", _any_tag)
_Loader.add_constructor("!ENV", _environment)


def _plainly(value: Any) -> Any:
    """Return values with dates as text."""
    if isinstance(value, dict):
        return {key: _plainly(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plainly(one) for one in value]
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else value


def divide(found: Import, source: str, data: bytes) -> Divided:
    """Return the front matter of a page in any of its forms, its body, and the body's line.

    It is read as a build reads it: a slip costs a field, which is told, and never shows what is hidden.
    """
    text = found.decode(data, source)
    problems = Problems(source, [])
    matter = parse_frontmatter(text.encode(), problems)
    fields = {name: plain_value(pair.value, _typed) for name, pair in matter.fields.items()}
    for problem in problems.noted:
        found.note(problem.line, f"{problem.message}: {problem.hint}", source)
    if problems.noted:
        head = "\n".join(text.split("\n")[: matter.line - 1])
        lost = missing(head, [*fields, fields])
        found.leave(problems.noted[0].line, lost, "front matter that cannot be read", source)
        if "cascade" in lost:  # what Hugo hands down to all pages of the folder
            fields["cascade"] = dict.fromkeys(matter.hidden, True)
    return fields | dict.fromkeys(matter.hidden, True), matter.body, matter.line


def _typed(node: Node) -> Any:
    """Return a value as programs read it that ask for flags and whole numbers."""
    text = str(node.value)
    if node.is_null or node.style:
        return None if node.is_null else text
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    return int(text) if _WHOLE.fullmatch(text) else text


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Return a text changed everywhere but in code."""
    pieces, end = [], 0
    for code in _CODE.finditer(text):
        pieces += [change(text[end : code.start()]), code[0]]
        end = code.end()
    pieces.append(change(text[end:]))
    return "".join(pieces)


def before_code(text: str, pattern: re.Pattern[str], change: Callable[[re.Match[str]], str]) -> str:
    """Return a text with what matches a pattern changed, where it does not begin in code."""
    pieces, at = [], 0
    own, code = pattern.search(text), _CODE.search(text)
    while own:
        if code and code.start() < own.start():
            pieces.append(text[at : code.end()])
            at = code.end()
        else:
            pieces += [text[at : own.start()], change(own)]
            at = own.end()
        code = _CODE.search(text, at) if code and code.start() < at else code
        own = pattern.search(text, at) if own.start() < at else own
    return "".join([*pieces, text[at:]])


def gap(match: re.Match[str]) -> str:
    """Return what stands in the place of a mark that is taken out: a space between two words."""
    around = match.string[: match.start()][-1:] + match.string[match.end() :][:1]
    return " " if len(around) == 2 and around.isalnum() else ""


def in_place(match: re.Match[str], made: str) -> str:
    """Return what a mark becomes, its further lines as far in as the first, in an item or a quote."""
    line = match.string[match.string.rfind("\n", 0, match.start()) + 1 : match.end()]
    begin = _LEAD.match(line)
    lead = _ITEM.sub(" ", begin[0] if begin else "")
    return "\n".join(f"{lead * bool(at)}{it}".rstrip() for at, it in enumerate(made.split("\n")))


def apart(match: re.Match[str], made: str) -> str:
    """Return what a mark on lines of its own becomes, with blank lines between it and its neighbours.

    What another mark becomes has them already.
    """
    above = match.string[: match.start()].rstrip(" \t").rpartition("\n")[0].rpartition("\n")[2]
    begins = above.strip() and not above.rstrip().endswith("}")
    below = match.string[match.end() :]
    ended = _ENDED.match(below)
    return f"{chr(10) * bool(begins)}{made}{'' if ended else chr(10) * (2 - below.startswith(chr(10)))}"


def fenced(match: re.Match[str], language: str, code: str) -> str:
    """Return code in a fence in the place of a mark, also where the code holds marks of code."""
    marks = "`" * max([3, *(len(it) + 1 for it in re.findall(r"`+", code))])
    lead = " " * (match.start() - match.string.rfind("\n", 0, match.start()) - 1)
    lines = [it.removeprefix(lead) for it in code.split("\n")]
    return in_place(match, "\n".join([f"{marks}{language}", *lines, marks]))


def own_address(text: str) -> str:
    """Return the address at which a site says that it is published, if it is a real one."""
    is_real = re.match(r"https?://[^/]+\.[^/]+", text) and "example" not in text
    return f"{text.rstrip('/')}/" if is_real else ""


def texts(value: Any) -> list[str]:
    """Return the texts of a list, or of text with commas."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(value, list | tuple):
        return [str(it) for it in value if it is not None and not isinstance(it, dict)]
    return [] if value in (None, "", {}) else [str(value)]


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
    low = name.lower()
    return MEANINGS.get(low, low) in (*_SHARED, *TAGS) or how_hidden(low, value) is not None


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
        name = MEANINGS.get(low, low if low in _SHARED else str(key))
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
        title = " ".join(it for it in re.split(r"[\W_]+", name) if it not in ("url", "link"))
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
        picture = _picture(value)
        found.leave(1, missing(value, picture), "what is said of a picture", item.source)
        value = picture
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
        if text.lower() in ("true", "yes", "1"):
            item.fields[name] = True
        found.leave(1, text, f'value of "{name}"', item.source)
    elif kind == "integer" and re.fullmatch(r"\d{1,9}", text):
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
    for key in fields.keys() & {"hidden", "unlisted"}:
        found.leave(1, fields[key], "leaves the page out of lists", source)
        if str(fields[key]).lower() == "true":
            found.note(
                1, f'"{key}" left the page out of lists: it is published, and listed', source
            )
    return {key: it for key, it in fields.items() if key not in ("hidden", "unlisted")}


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
    """Copy files that are no pages, and let their old addresses lead to them."""
    for source, data in files.items():
        path = place(source)
        if source.lower().endswith(_OTHER_PAGES) and not source.startswith("static/"):
            form = posixpath.splitext(source)[1]
            found.note(0, f"{path} is no page: {form} is not read, write it as Markdown", source)
        if path.lower().endswith((".yml", ".yaml")) and not path.startswith("data/"):
            found.note(0, f"{path} is left out: YAML beside the pages would be an entry", source)
            continue
        if any(part.startswith(".") for part in path.split("/")):
            continue
        found.assets[path] = data
        found.addresses.setdefault(source, path)
        found.addresses.setdefault(path, path)
