"""Understand fields as other programs call them, where the kind of an entry is open to any."""

import posixpath
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from unicodedata import normalize
from urllib.parse import urlsplit

from nexusgen.content.dates import moment_in_name, parse_day, parse_moment
from nexusgen.content.fields import FALSE, FLAGS, bare, in_brackets, one_value
from nexusgen.content.naming import PATTERN, hub_address, old_address
from nexusgen.content.source_text import Problems
from nexusgen.content.yaml_tree import Node, Pair, is_given, shown
from nexusgen.core.model import Kind, Span
from nexusgen.core.urls import is_external

_SIGNS = re.compile(r"\W|_")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
"""The code of a language: BCP 47, section 2.1, as far as it is in use."""

_LANGUAGES = {
    name: code
    for code, names in (
        ("ar", "arabic العربية"), ("de", "german deutsch"), ("en", "english"),
        ("es", "spanish español castellano"), ("fr", "french français"), ("he", "hebrew עברית"),
        ("it", "italian italiano"), ("ja", "japanese 日本語"), ("nl", "dutch nederlands"),
        ("pl", "polish polski"), ("pt", "portuguese português"), ("ru", "russian русский"),
        ("sw", "swahili kiswahili"), ("am", "amharic አማርኛ"), ("zh", "chinese 中文"),
    )
    for name in names.split()
}  # fmt: skip
"""Languages that hubs are written in, by their names, with their codes."""


def _is_text(node: Node) -> bool:
    return isinstance(node.value, str) and is_given(node)


def _says(fields: Mapping[str, Pair], name: str) -> bool:
    """Tell whether a field has a value: what a template or a panel left empty has none."""
    node = fields[name].value if name in fields else None
    items = node.value if node and isinstance(node.value, list) else [node]
    return any(it and is_given(it) and str(it.value).strip() for it in items)


def _is_day(node: Node) -> bool:
    return bool(day_of(node))


def _is_tag(node: Node) -> bool:
    return not node.is_null and isinstance(node.value, str | list)


_MEANT: tuple[tuple[str, Callable[[Node], bool], tuple[str, ...]], ...] = (
    ("summary", _is_text, ("description", "excerpt", "abstract")),
    ("date", _is_day,
     ("created", "creationdate", "createddate", "createdtime", "creationtime", "createdat", "createdon", "datecreated", "published",
      "publishdate", "publisheddate", "publishedat", "publishedon", "datepublished", "pubdate", "pubdatetime")),
    ("updated", _is_day,
     ("modified", "modificationdate", "modifieddate", "modifiedat", "modifiedon", "datemodified", "lastmod",
      "lastmodified", "lastmodifiedat", "moddatetime", "updateddate", "updatedat", "updatedon", "dateupdated",
      "lastupdated", "lastedited", "lasteditedtime", "lastupdate")),
    ("tags", _is_tag, ("tag",)),
    ("lang", _is_text, ("language", "locale")),
)  # fmt: skip
"""Our fields, the values they take, and what others call them: Hugo, Jekyll, Astro, Obsidian.

Their names count whatever their case and signs: `createdAt`, `date-created`, `Creation date`.
"""

_OURS = {other: (name, fits) for name, fits, others in _MEANT for other in others}
_TABLES = ("date", "taxonomies", "last_update", "lastUpdate")
"""Fields that hold others: in the blog of Material for MkDocs, in Zola, in Docusaurus."""
_ADDRESSES = ("permalink", "url", "path")

EXPIRES = ("expirydate", "unpublishdate")
"""Fields that name the day from which on Hugo publishes an entry no more."""

_HIDES = dict.fromkeys(("draft", "unpublished", "pending"), "draft") | dict.fromkeys(
    ("private", "hidden", "unlisted", "secret", "internal", "trash"), "private"
)
"""What values of `status` and `visibility` hide an entry, and how."""

_STATES = frozenset({"status", "visibility", "state", "access"})
_HIDE = frozenset({
    "draft", "isdraft", "private", "isprivate", "hidden", "ishidden", "unlisted", "isunlisted",
    "headless",
})  # fmt: skip
_SHOW = frozenset(
    {"publish", "published", "ispublished", "public", "dgpublish", "render", "permalink"}
)
"""Fields of other programs, without their signs, that hide where they are true, and where false.

Eleventy writes no page of what has `permalink: false`.
"""
_NOT = (*FALSE, "0", "n", "never", "link")
"""What says that a page is not shown; the last two are those of `render` of Hugo."""

_PAIR = re.compile(
    r"""(?:^[ \t{,]*(?:-[ \t]+|(?:export[ \t]+)?(?:const|let|var)[ \t]+)?|(?=["']))["']?([\w-]+)["']?[ \t]*[:=][ \t]*["']?([^"'\n#]*)""",
    re.MULTILINE,
)


_BRACES = re.compile(r"\{[^{}]*\}")
_WIDE_COMMAS = re.compile("[，、､،]")
_ODD = re.compile(rf"\[\[|{_WIDE_COMMAS.pattern}")


def with_foreign_fields(fields: dict[str, Pair], kind: Kind, problems: Problems) -> dict[str, Pair]:
    """Return the fields with those of other programs under our names, where we have them not.

    A kind that is not open takes their dates alone: one that lies ahead hides an entry. What has a
    name of ours already is left unless it is empty, and so is a value that does not fit; of a date
    it is told. Hugo shows nothing before its `publishDate`.
    """
    own = {field.name for field in kind.fields}
    found: dict[str, Pair] = {}
    for table in _TABLES:
        if kind.open and table in fields and isinstance(fields[table].value.value, dict):
            fields = _with_table(fields, table)
    for other, pair in fields.items():
        bare = _SIGNS.sub("", other.lower())
        name, fits = _OURS.get(bare, ("", _is_text))
        if not (kind.open or (name == "date" and fits(pair.value))):
            continue
        is_later = name == "date" and bare == "publishdate"
        is_later = is_later and _day_of(fields, name) < _day_of(fields, other)
        if not name or (_says(fields, name) and not is_later) or other in own:
            continue
        if fits(pair.value):
            found.setdefault(name, pair)
        elif (
            fits is _is_day and _is_text(pair.value) and str(pair.value.value).lower() not in FLAGS
        ):
            message = f'"{other}" must be a date, not {shown(str(pair.value.value))}'
            problems.warn(pair.value.span, "field.date", message, "write it as 2024-05-31")
    return fields | found if found else fields


def _with_table(fields: Mapping[str, Pair], table: str) -> dict[str, Pair]:
    """Return the fields with those that a table among them holds."""
    held: dict[str, Pair] = dict(fields[table].value.value)  # type: ignore[arg-type]  # it is a mapping
    if table.startswith("last"):
        held = {"updated": held["date"]} if "date" in held else {}
    elif table == "date" and held.keys() & {"created", "updated"}:
        fields = {name: pair for name, pair in fields.items() if name != table}
    return {**held, **{it: fields[it] for it in fields if it not in held or _says(fields, it)}}


def _day_of(fields: Mapping[str, Pair], name: str) -> str:
    return day_of(fields[name].value) if name in fields else ""


def day_of(node: Node) -> str:
    """Return the day that a value names, nothing where it is none."""
    text = one_value(node).value
    return (isinstance(text, str) and parse_day(" ".join(text.split()))) or ""


def how_hidden(name: str, value: Any, *, quoted: bool = False) -> str | None:
    """Return how a field as other programs write it hides an entry, `draft` or `private`.

    A flag that hides nothing is the empty string, a field that is none of these flags None.
    """
    bare = _SIGNS.sub("", normalize("NFKC", name).lower())
    if bare == "build" and isinstance(value, dict):
        return how_hidden("render", value.get("render"))
    said = str(value).strip() if isinstance(value, str | bool) else ""
    said = normalize("NFKC", said).lower()
    if bare in _STATES:
        return _HIDES.get(said)
    if bare in _SHOW:
        is_not = said in (FALSE if bare == "permalink" else _NOT)
        return "draft" if is_not else "" if said in FLAGS else None
    if bare not in _HIDE:
        return None
    if said in FALSE and not quoted:
        return ""
    return "draft" if "draft" in bare else "private"


def handed_down(value: Any) -> tuple[tuple[str, str, str], ...]:
    """Return the fields of Hugo's `cascade` that hide pages: name, how, and a pattern of their paths.

    A date hides until its day (`<2024-05-31`), or from that on (`>2024-05-31`).
    """
    found = []
    for one in value if isinstance(value, list) else [value]:
        fields = one if isinstance(one, dict) else {}
        target = fields.get("target") or fields.get("_target")
        path = target.get("path") if isinstance(target, dict) else None
        pattern = _BRACES.sub("*", str(path or "*"))
        ways = (
            (name, how_hidden(name, it) or _days_hidden(name, it)) for name, it in fields.items()
        )
        found += [(name, how, pattern) for name, how in ways if how]
    return tuple(found)


def _days_hidden(name: str, value: Any) -> str:
    """Return on which days a date hides what it is handed down to, nothing where it is none."""
    bare, day = name.lower(), parse_day(str(value)) or ""
    if bare in EXPIRES:
        return f">{day}"
    return f"<{day}" if day and (bare == "date" or _OURS.get(bare, ("",))[0] == "date") else ""


def pairs_in(source: str, end: int = sys.maxsize) -> Iterator[tuple[str, str]]:
    """Yield the names and values in front matter, of whatever form, that cannot be read as such."""
    source = normalize("NFKC", source[:end])  # a keyboard for Chinese writes wide colons
    if source.lstrip()[:1] == "{":  # an object may stand in one line
        source = source.replace("{", "{\n").replace(",", ",\n")
    for found in _PAIR.finditer(source):
        yield found[1], found[2].strip(" \t,;}")


def is_understood(name: str) -> bool:
    """Tell whether a field is one of another program that counts here."""
    return _SIGNS.sub("", name.lower()) in _OURS


def old_addresses(
    fields: Mapping[str, Pair], kind: Kind, texts: tuple[str, ...], url: str, problems: Problems
) -> tuple[str, ...]:
    """Return the addresses at which an entry was: those of `redirect_from`, and of other programs.

    `url` is where it is: Hugo's relative `aliases` begin beside it.
    """
    addresses: list[str] = []
    if texts:
        node = fields["redirect_from"].value
        items = node.value if isinstance(node.value, list) else []
        places = {str(item.value).strip(): item.span for item in items}
        addresses = [old_address(text, places.get(text, node.span), problems) for text in texts]
    for node in _foreign_addresses(fields, kind, problems) if kind.open else ():
        path = str(node.value).strip()
        addresses.append(hub_address("index.html" if path == "/" else path, node.span, problems))
    for node in _items(fields) if kind.open else ():
        if is_path_alias(alias := str(node.value)):
            path = posixpath.normpath(posixpath.join("/", url, "..", alias))
            addresses.append(hub_address(path, node.span, problems))
    return tuple(dict.fromkeys(address for address in addresses if address))


def parse_moments(fields: Mapping[str, Pair], name: str) -> tuple[str, str]:
    """Return the moments that `date` and `updated` name by a time of day, in UTC.

    Without a `date`, that is the one with which the name of the file begins.
    """
    date, updated = (
        parse_moment(pair.value.value) if pair and isinstance(pair.value.value, str) else ""
        for pair in (fields.get("date"), fields.get("updated"))
    )
    if name[:8].isdecimal() and "date" not in fields:
        date = moment_in_name(name)
    return date, updated


def parse_tags(fields: Mapping[str, Pair], kind: Kind, given: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tags of an entry, each without the `#` of Obsidian before it, or its brackets around it.

    In notes, a text without commas is divided at its blanks, as Obsidian and Jekyll do.
    """
    if len(given) == 1 and kind.open and isinstance(fields["tags"].value.value, str):
        given = tuple(given[0].split())
    tags = [
        each
        for tag in given
        for each in (tags_in(tag) if _ODD.search(tag) else (tag.lstrip("#").strip(),))
    ]
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def tags_in(text: str) -> tuple[str, ...]:
    """Return the tags of one item of a list: of `[[Name|words]]` the words, several between wide commas."""
    named = [(*in_brackets(part.strip()), part) for part in _WIDE_COMMAS.split(text)]
    tags = [(words or name or part).strip().lstrip("#").strip() for name, words, part in named]
    return tuple(tag for tag in tags if tag)


def parse_language(given: str, span: Span, tell: Callable[[Span, str, str, str], None]) -> str:
    """Return the code of a language, or nothing after a problem is told where it is none."""
    tag = given.replace("_", "-")
    if not tag or _LANGUAGE.fullmatch(tag):
        return tag
    code = _LANGUAGES.get(tag.partition("-")[0].lower(), "en, de or pt-BR")
    tell(
        span,
        "field.language",
        f"{shown(given)} is no code of a language",
        bare(given) or f"write {code}",
    )
    return ""


def _foreign_addresses(
    fields: Mapping[str, Pair], kind: Kind, problems: Problems
) -> Iterator[Node]:
    """Yield where an entry was at other programs: its permalink. A pattern (`/:year/`) is told.

    `permalink` and `url` are those of Jekyll, Hugo and Obsidian Publish, `path` in TOML, where a
    value has the place of its key, is that of Zola.
    """
    own = {field.name for field in kind.fields}
    for name in _ADDRESSES:
        node = fields[name].value if name in fields and name not in own else None
        if node is None or not _is_text(node) or str(node.value).lower() in FLAGS:
            continue
        if name == "path" and node.span != fields[name].key:
            continue
        if _is_path(str(node.value)):
            yield node
        elif PATTERN.search(str(node.value)) and not is_external(str(node.value)):
            message = f"{shown(str(node.value))} is a pattern, so no old link finds the entry"
            hint = "write its old address under redirect_from, such as [2024/05/title/]"
            problems.warn(node.span, "redirect.invalid", message, hint)


def is_path_alias(alias: str) -> bool:
    """Tell whether an alias is an address, as Hugo writes them, and no name."""
    if alias.startswith(("./", "../")) or ("/" in alias and alias.endswith("/")):
        return "//" not in alias and len(alias) > 1
    return alias.startswith("/") and not alias.startswith("//") and len(alias) > 1


def _items(fields: Mapping[str, Pair]) -> list[Node]:
    if "aliases" not in fields:
        return []
    node = fields["aliases"].value
    return node.value if isinstance(node.value, list) else [node]


def _is_path(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc and not PATTERN.search(text)
