"""The text of a file and a link in it in; where its target is written, and what to write, out."""

import json
import re
from collections.abc import Iterator
from html import unescape
from posixpath import relpath
from urllib.parse import quote

from nexusgen.links.names import fold
from nexusgen.links.targets import WIKI_FORMS
from nexusgen.markup.urls import split_target
from nexusgen.model import LinkUse
from nexusgen.paths import folder_of, without_extension
from nexusgen.renaming.edits import Edit

WIKI_TARGET = re.compile(r"!?\[\[([^\[\]|#\\]*)")
DESTINATION = re.compile(r"\]\(\s*(<[^<>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)")
DEFINITION = re.compile(r"^[ \t>]*\[[^\[\]\n]+\]:[ \t]*(<[^<>\n]*>|\S+)", re.MULTILINE)
ATTRIBUTE = re.compile(r"""\b(?:href|src)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
PLAIN_YAML = re.compile(r"[\w./][\w ./()+-]*")
WINDOW = 2000
"""Characters in which the end of a link is looked for that goes on in the next line."""

KEPT_BYTES = "/!$'*+,;=:@&~-._"


def find_target(text: str, start: int, use: LinkUse) -> list[tuple[int, int]]:
    """Return where the target of the link at `start` stands: once, or in each definition of it."""
    end = start + use.span.length
    if use.form in WIKI_FORMS or text.startswith(("[[", "![["), start):
        found = [match.span(1) for match in [WIKI_TARGET.match(text, start)] if match]
    elif use.form == "html" or text.startswith("<", start):
        found = list(_matching(ATTRIBUTE, text, start, text.find(">", start) + 1, use))
    else:
        found = list(_matching(DESTINATION, text, start, end, use))
        found = found or list(_matching(DEFINITION, text, 0, len(text), use))
        found = found or list(_matching(DESTINATION, text, start, start + WINDOW, use))[:1]
    return found


def rewrite_target(text: str, place: tuple[int, int], use: LinkUse, target: str) -> Edit:
    """Return the change that lets a link at `place` lead to `target`, its fragment as it is."""
    start, end = place
    written = text[start:end]
    if use.form in WIKI_FORMS or text[max(0, start - 2) : start] == "[[":
        return Edit(start, start + len(written.rstrip()), target)
    path, hash_, fragment = written.partition("#")
    opening = path[0] if path[:1] in ("<", '"', "'") else ""
    closing = {"<": ">", '"': '"', "'": "'"}.get(opening, "")
    safe = KEPT_BYTES + (" ()" if opening == "<" else "")
    kept = f"{hash_}{fragment}" if hash_ else closing
    return Edit(start, end, f"{opening}{encode_path(target, safe)}{kept}")


def rewrite_name(text: str, start: int, length: int, name: str) -> Edit:
    """Return the change that puts `name` in place of a value of front matter.

    What stands around the name in `[[Name|text]]` stays, and quotes do, or come where YAML needs
    them.
    """
    value = text[start : start + length]
    if wikilink := WIKI_TARGET.search(value):
        return Edit(start + wikilink.start(1), start + wikilink.end(1), name)
    if value[:1] in ("'", '"') and "\\" not in name and value[0] not in name:
        return Edit(start + 1, start + length - 1, name)
    return Edit(start, start + length, yaml_text(name))


def yaml_text(text: str) -> str:
    """Return a text as YAML may hold it, also between brackets: quoted where it has to be."""
    return text if PLAIN_YAML.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def encode_path(path: str, safe: str = KEPT_BYTES) -> str:
    """Return a path as a link may hold it; letters of any script stay as they are."""
    return "".join(sign if ord(sign) > 127 else quote(sign, safe) for sign in path)


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


def _matching(
    pattern: re.Pattern[str], text: str, start: int, end: int, use: LinkUse
) -> Iterator[tuple[int, int]]:
    """Yield the places of what `pattern` finds and the link means."""
    for match in pattern.finditer(text, start, end):
        destination = match[1]
        if destination[:1] in ("<", '"', "'"):
            destination = destination[1:-1]
        plain = unescape(ESCAPED.sub(r"\1", destination))
        if split_target(plain) == (use.target, use.fragment):
            yield match.span(1)
