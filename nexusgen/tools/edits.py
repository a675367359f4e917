"""Change a source in one place and leave every other byte: fields of YAML, and targets of links."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from html import unescape
from posixpath import relpath
from urllib.parse import quote

import msgspec

from nexusgen.content.foreign_fields import tags_in
from nexusgen.content.front_matter import parse_frontmatter
from nexusgen.content.source_text import Problems, decode_text
from nexusgen.content.yaml_tree import Node, Pair, parse_yaml
from nexusgen.core.model import WIKI_FORMS, LinkUse, Span
from nexusgen.core.paths import folder_of, without_extension
from nexusgen.core.problems import NexusgenError
from nexusgen.core.urls import split_target
from nexusgen.site.names import fold

Fields = dict[str, Pair]

WINDOW = 2000
"""Characters in which the end of a link is looked for that goes on in the next line."""

_BOM = "\ufeff"
_LINE_END = re.compile(r"\r\n|\r|\n")
_OPENING = re.compile(r"\ufeff?\s*?---[ \t]*(?:\r\n|\r|\n)")
_DASH = re.compile(r"(?:^|[\r\n])([ \t]*-[ \t]+)$")
_REST_OF_ITEM = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)")
_COMMA_AFTER = re.compile(r"[ \t]*,[ \t]*")
_COMMA_BEFORE = re.compile(r"[ \t]*,[ \t]*$")
_NO_ITEMS = re.compile(r"[ \t]*(?:\[[ \t]*\]|~|null|)")
_PLAIN_YAML = re.compile(r"[\w./][\w ./()+-]*")
_WIKI_TARGET = re.compile(r"!?\[\[([^\[\]|#\\]*)")
_DESTINATION = re.compile(r"\]\(\s*(<[^<>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)")
_DEFINITION = re.compile(r"^[ \t>]*\[[^\[\]\n]+\]:[ \t]*(<[^<>\n]*>|\S+)", re.MULTILINE)
_ATTRIBUTE = re.compile(
    r"""\b(?:href|src|poster|data|background)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE
)
_SRCSET = re.compile(r"""\bsrcset\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_IN_SRCSET = re.compile(r"""[\s,"']*+([^\s"']*[^\s,"'])(?:,+|[^,]*)""")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_CLOSINGS = {"<": ">", '"': '"', "'": "'"}
_SAFE_IN_LINKS = "/!$'*+,;=:@&~-._"


class Edit(msgspec.Struct, frozen=True, order=True):
    """A change of a text: the characters from `start` to `end` become `text`."""

    start: int
    end: int
    text: str


def edited(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return the bytes of a file with each change made; changes must not overlap."""
    text = text_of(data)
    for edit in sorted(set(edits), reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text.encode("utf-8", "surrogateescape")


def text_of(data: bytes) -> str:
    """Return the text of a file, from which `edited` makes the same bytes again."""
    return data.decode("utf-8", "surrogateescape")


def offset_of(text: str, span: Span) -> int:
    """Return how many characters stand before a place."""
    starts = _line_starts(text)
    return starts[min(span.line, len(starts)) - 1] + span.column - 1


@lru_cache(maxsize=4)
def _line_starts(text: str) -> Sequence[int]:
    first = len(text) - len(text.removeprefix(_BOM))
    return [first, *(end.end() for end in _LINE_END.finditer(text))]


def line_end(text: str) -> str:
    """Return how the lines of a text end."""
    found = _LINE_END.search(text)
    return found[0] if found else "\n"


def entry_fields(data: bytes, path: str) -> list[Fields]:
    """Return the fields of each entry of a file, with their places."""
    if path.rpartition(".")[2].lower() in ("md", "markdown"):
        matter = parse_frontmatter(data, Problems(path))
        if matter.form != "YAML":
            message = f"{path}: front matter in {matter.form} is read, and never changed"
            raise NexusgenError(message, "write it in YAML, between two lines of ---")
        return [matter.fields]
    problems = Problems(path)
    root = parse_yaml(decode_text(data, problems), problems)
    nodes = root.value if root and isinstance(root.value, list) else [root]
    return [node.value for node in nodes if node and isinstance(node.value, dict)]


def add_field(text: str, fields: Fields, name: str, value: str) -> Edit:
    """Return the change that gives an entry one more field, before its first."""
    line = f"{name}: {value}"
    if fields:
        first = min(fields.values(), key=lambda pair: (pair.key.line, pair.key.column))
        start = offset_of(text, first.key)
        in_braces = text[:start].rstrip(" \t\r\n")[-1:] in ("{", ",")
        after = ", " if in_braces else line_end(text) + " " * (first.key.column - 1)
        return Edit(start, start, line + after)
    opening = _OPENING.match(text)
    if opening and parse_frontmatter(text.encode(errors="replace"), Problems("x.md")).line > 1:
        return Edit(opening.end(), opening.end(), line + line_end(text))
    start = len(text) - len(text.removeprefix(_BOM))
    return Edit(start, start, line_end(text).join(("---", line, "---", "")))


def set_field(
    text: str, fields: Fields, name: str, value: str, *, near: Iterable[str] = ()
) -> Edit:
    """Return the change that gives a field of text another value; quotes and comments stay.

    Where there is none yet, it is written before the first of the fields `near` it.
    """
    if name not in fields:
        beside = next(({one: fields[one]} for one in near if one in fields), fields)
        return add_field(text, beside, name, value)
    key, node = fields[name].key, fields[name].value
    if node.is_null or not isinstance(node.value, str):
        colon = text.index(":", offset_of(text, key) + key.length) + 1
        rest = _NO_ITEMS.match(text, colon)
        after = text[rest.end() if rest else colon :]
        gap = " " if after[:1] == "#" else ""
        return Edit(colon, rest.end() if rest else colon, f" {value}{gap}")
    start = offset_of(text, node.span)
    margin = 1 if node.style in {"'", '"'} else 0
    return Edit(start + margin, start + node.span.length - margin, value)


def add_item(text: str, fields: Fields, name: str, item: str) -> Edit:
    """Return the change that adds an item to a list field, which is made where there is none."""
    item = yaml_text(item)
    if name not in fields:
        return add_field(text, fields, name, f"[{item}]")
    key, node = fields[name].key, fields[name].value
    items = _list_items(node)
    if not items:
        colon = text.index(":", offset_of(text, key) + key.length) + 1
        rest = _NO_ITEMS.match(text, colon)
        return Edit(colon, rest.end() if rest else colon, f" [{item}]")
    start = offset_of(text, items[0].span)
    if isinstance(node.value, str):
        end = start + node.span.length
        return Edit(start, end, f"[{item}, {text[start:end]}]")
    dash = _DASH.search(text[:start])
    return Edit(start, start, f"{item}{line_end(text)}{dash[1]}" if dash else f"{item}, ")


def rename_tags(text: str, fields: Fields, name: str, names: Mapping[str, str]) -> Iterator[Edit]:
    """Yield the changes that give the tags of a field their new names, each of which is there once."""
    if name not in fields:
        return
    node = fields[name].value
    if isinstance(node.value, str):
        yield from _renamed_words(offset_of(text, node.span), node, names)
        return
    items = [(item, tags_in(str(item.value))) for item in _list_items(node)]
    kept = {tags for _, tags in items if not names.keys() & {*tags}}
    for item, tags in items:
        new = tuple(dict.fromkeys(names.get(tag, tag) for tag in tags))
        if new != tags:
            start = offset_of(text, item.span)
            end = start + item.span.length
            yield (
                _without(text, start, end) if new in kept else _rewrite_tags(text, start, end, new)
            )
            kept.add(new)


def _rewrite_tags(text: str, start: int, end: int, tags: Iterable[str]) -> Edit:
    """Return the change that puts other tags in place of those of one item."""
    name = "、".join(tags)
    if "|" in text[start:end]:
        return Edit(start, end, yaml_text(name))
    return rewrite_name(text, start, end, name)


def _list_items(node: Node) -> Sequence[Node]:
    """Return the items of a list of texts; text alone is a list of one."""
    if isinstance(node.value, list):
        return [item for item in node.value if isinstance(item.value, str) and not item.is_null]
    return [] if node.is_null or not isinstance(node.value, str) else [node]


def _renamed_words(start: int, node: Node, names: Mapping[str, str]) -> Iterator[Edit]:
    """Yield the change of tags that are written as text with commas, or with blanks."""
    text = str(node.value)
    words = [tag for part in text.split(",") for tag in tags_in(part)]
    if len(words) == 1 and not names.keys() & {*words}:
        words = [tag for part in text.split() for tag in tags_in(part)]
    renamed = dict.fromkeys(names.get(word, word) for word in words)
    if list(renamed) != words:
        margin = 1 if node.style else 0
        yield Edit(start + margin, start + node.span.length - margin, ", ".join(renamed))


def _without(text: str, start: int, end: int) -> Edit:
    """Return the change that takes out an item: its line, or the comma beside it."""
    dash, line = _DASH.search(text[:start]), _REST_OF_ITEM.match(text, end)
    if dash and line:
        return Edit(dash.start(1), line.end(), "")
    if after := _COMMA_AFTER.match(text, end):
        return Edit(start, after.end(), "")
    before = _COMMA_BEFORE.search(text[:start])
    return Edit(before.start() if before else start, end, "")


def rewrite_name(text: str, start: int, end: int, name: str) -> Edit:
    """Return the change that puts `name` in place of a value of front matter.

    What stands around the name in `[[Name|text]]` stays, and quotes do, or come where YAML needs
    them.
    """
    value = text[start:end]
    if wikilink := _WIKI_TARGET.search(value):
        return Edit(start + wikilink.start(1), start + wikilink.end(1), name)
    if value[:1] in ("'", '"') and "\\" not in name and value[0] not in name:
        return Edit(start + 1, end - 1, name)
    return Edit(start, end, yaml_text(name))


def yaml_text(text: str) -> str:
    """Return a text as YAML may hold it, also between brackets: quoted where it has to be."""
    return text if _PLAIN_YAML.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def rewrite_targets(text: str, start: int, use: LinkUse, target: str) -> list[Edit]:
    """Return the changes that let the link at `start` lead to `target`, its fragment as it is.

    There is one, or one in each definition that the link refers to.
    """
    places = _find_targets(text, start, use)
    return [_rewritten(text, place, use, target) for place in places]


def _find_targets(text: str, start: int, use: LinkUse) -> list[tuple[int, int]]:
    if use.form in WIKI_FORMS or text.startswith(("[[", "![["), start):
        match = _WIKI_TARGET.match(text, start)
        sharp = use.target.endswith("#")
        return [(match.start(1), match.end(1) + sharp)] if match else []
    if use.form == "html" or text.startswith("<", start):
        end = text.find(">", start) + 1
        sets = [match.span(1) for match in _SRCSET.finditer(text, start, end)]
        found = list(_matching(_ATTRIBUTE, text, start, end, use))
        return found + [place for span in sets for place in _matching(_IN_SRCSET, text, *span, use)]
    return (
        list(_matching(_DESTINATION, text, start, start + use.span.length, use))
        or list(_matching(_DEFINITION, text, 0, len(text), use))
        or list(_matching(_DESTINATION, text, start, start + WINDOW, use))[:1]
    )


def _matching(
    pattern: re.Pattern[str], text: str, start: int, end: int, use: LinkUse
) -> Iterator[tuple[int, int]]:
    """Yield the places of what `pattern` finds and the link means."""
    for match in pattern.finditer(text, start, end):
        destination = match[1][1:-1] if match[1][:1] in _CLOSINGS else match[1]
        if split_target(unescape(_ESCAPED.sub(r"\1", destination))) == (use.target, use.fragment):
            yield match.span(1)


def _rewritten(text: str, place: tuple[int, int], use: LinkUse, target: str) -> Edit:
    start, end = place
    written = text[start:end]
    if use.form in WIKI_FORMS or text[max(0, start - 2) : start] == "[[":
        return Edit(start, start + len(written.rstrip()), target)
    path, hash_, fragment = written.partition("#")
    opening = path[0] if path[:1] in _CLOSINGS else ""
    kept = f"{hash_}{fragment}" if hash_ else _CLOSINGS.get(opening, "")
    safe = _SAFE_IN_LINKS + (" ()" if opening == "<" else "")
    encoded = "".join(sign if ord(sign) > 127 else quote(sign, safe) for sign in target)
    return Edit(start, end, f"{opening}{encoded}{kept}")


def styled_path(
    path: str, written: str, folder: str, content: str, *, is_index: bool
) -> Iterator[str]:
    """Yield how a link in `folder` may write `path`, first in the manner of `written`.

    With or without extension, as a folder, from the file or from the root, as the author did. All
    paths are relative to the content root.
    """
    kept = _kept_parts(path, written, is_index=is_index)
    if written.startswith("/"):
        yield f"/{kept}"
    if content and written.startswith(f"{content}/"):
        yield f"{content}/{kept}"
    near = relpath(kept.rstrip("/") or ".", folder or ".") + ("/" if kept[-1:] == "/" else "")
    yield f"./{near}" if written.startswith("./") and near[0] != "." else near
    yield f"/{path}"


def _kept_parts(path: str, written: str, *, is_index: bool) -> str:
    stem = without_extension(path)
    own = folder_of(path) if is_index else stem
    if written.endswith("/") or written in (".", ".."):
        return f"{own}/"
    if without_extension(written) != written or "." in stem.rpartition("/")[2]:
        return path
    named = fold(written.rpartition("/")[2]) == fold(stem.rpartition("/")[2])
    return stem if named or not own else own
