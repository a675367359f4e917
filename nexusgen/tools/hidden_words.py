"""Sort the words of a hub into what its readers may know and what only its hidden sources say.

This is a judgement of its own, made from the sources alone and not by what a build does with them:
a proof that used the build's own rules would share its mistakes.
"""

import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from os.path import commonprefix
from pathlib import Path
from unicodedata import normalize
from urllib.parse import unquote

import msgspec

from nexusgen.content.entries import (
    READ_BY_NAME,
    EntryOptions,
    is_data,
    is_entry_source,
    parse_entries,
)
from nexusgen.content.secrets import decoded
from nexusgen.content.source_text import without_comments
from nexusgen.core.builds import Snapshot
from nexusgen.core.model import Entry, Site
from nexusgen.core.paths import SOURCES, content_path
from nexusgen.site.shown_files import is_whole

LARGEST = 2_000_000
"""Bytes of a file that is read as a text."""

SPAN = 4
"""Words in a row that are a phrase: three meet by chance where lists and titles stand side by side."""

_SIGNS = re.compile(r"[^\0-\x7f\w]+")
_PARTED = bytes(
    at if at > 127 else ord(chr(at).lower()) if chr(at).isalnum() else ord(" ") for at in range(256)
)
"""ASCII in small letters, without its signs: bytes are translated many times as fast as texts."""

_BREAK = re.compile(r"[,;:|\[\]{}()<>=]|[.!?]\s|\n\s*(?:[-*+#>|]|\n)|\n---")
_PATH = re.compile(r"""[^\s"'<>(){}|=,;`\[\]#?]+""")
_CODE = re.compile(
    r"^([ \t>]*)(`{3,}|~{3,}).*?^[ \t>]*\2|(?<!`)(`+)(?!`)[^\n]+?\3(?!`)|^(?: {4}|\t).*",
    re.MULTILINE | re.DOTALL,
)
_HTML_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_LINK = re.compile(r"!?\[\[(?:[^\]|]*\|)?([^\]]*)\]\]|\]\([^)\n]*\)|\]\[[^\]\n]*\]|</?[a-z][^<>]*>")
"""What does not part the words of a text: where a link leads, and tags."""

_YAML_COMMENT = re.compile(r"^\s*#.*", re.MULTILINE)
_PLACEHOLDERS = frozenset(
    (".gitkeep", ".gitignore", ".gitattributes", ".nojekyll", ".DS_Store", ".keep")
)
_TRASH = ".trash"
_FOREIGN = ("node_modules", "site-packages", "_site", "output", "templates", "__pycache__")
"""Folders that others fill, or that hold no content."""


class Passage(msgspec.Struct, frozen=True):
    """A piece of a source that no reader may see: where it begins, and what it says."""

    path: str
    line: int
    text: str


class Sorted(msgspec.Struct):
    """The sources of a hub sorted out: texts that are shown, and passages and files that are not.

    `whole` are the bytes of files that are hidden whole, `shown_files` those that a shown text names,
    `copied` the published ones that nothing shows: a draft may have been put among them.
    """

    shown: list[str] = []
    hidden: list[Passage] = []
    whole: dict[str, bytes] = {}
    shown_files: list[str] = []
    copied: list[str] = []
    names: set[str] = set()

    def hide(self, path: str, data: bytes) -> None:
        """Note a file that is hidden whole, and its name."""
        self.whole[path] = data
        self.hidden += (Passage(path, 0, _stem(path)), Passage(path, 1, _text_of(data)))


def words_of(text: str) -> list[str]:
    """Return the words of a text in one case; signs, blanks and underscores part them."""
    if not text.isascii():
        text = _SIGNS.sub(" ", text.casefold())
    data = text.encode(errors="surrogatepass").translate(_PARTED)
    return data.decode(errors="surrogatepass").split()


def phrases_of(words: list[str]) -> Iterable[tuple[str, ...]]:
    """Return every phrase of some words in a row."""
    return zip(*(words[start:] for start in range(SPAN)), strict=False)


def segments(passage: Passage) -> Iterator[tuple[int, str]]:
    """Yield the pieces of a passage within which words belong together, with their lines."""
    last, line = 0, passage.line
    for found in (*_BREAK.finditer(passage.text), None):
        end = found.end() if found else len(passage.text)
        yield line, passage.text[last:end]
        line += passage.text.count("\n", last, end)
        last = end


def sort_sources(snapshot: Snapshot, site: Site, root: Path) -> Sorted:
    """Return what of the sources readers may see and what not, files that are left out included."""
    found = Sorted()
    others = []
    for path in snapshot.files:
        name = content_path(path, site.content)
        if is_entry_source(path, site.content):
            _sort_entries(path, snapshot, site, found)
        elif READ_BY_NAME.fullmatch(path) or is_data(name):
            _sort_comments(path, _text_of(snapshot.read(path)), found)
        else:
            others.append(path)
    found.shown += (site.title, *site.redirects, *site.redirects.values())
    found.names = _names_in(found.shown)
    for path in others:
        _sort_file(path, snapshot, site, found)
    for path in left_out(snapshot, root):
        found.hide(path, (root / path).read_bytes())
    return found


def left_out(snapshot: Snapshot, root: Path) -> Iterator[str]:
    """Yield the files among the content that no snapshot takes, but for parts of other programs."""
    base = root / snapshot.content
    for folder, names, files in os.walk(base):
        place = Path(folder)
        names[:] = [name for name in names if _is_own_folder(name, place / name)]
        for name in files:
            path = (place / name).relative_to(root).as_posix()
            is_text = name.startswith(".") or name.rpartition(".")[2].lower() in SOURCES
            if path not in snapshot.files and is_text and name not in _PLACEHOLDERS:
                real = place / name
                if real.is_file() and not real.is_symlink() and real.stat().st_size <= LARGEST:
                    yield path


def _is_own_folder(name: str, path: Path) -> bool:
    is_hidden = name.startswith(".") and name != _TRASH
    return not (name in _FOREIGN or is_hidden or (path / "pyvenv.cfg").exists())


def _sort_entries(path: str, snapshot: Snapshot, site: Site, found: Sorted) -> None:
    """Sort out a source of entries: all of it, or the items of a list one by one."""
    data = snapshot.read(path)
    text = _text_of(data)
    options = EntryOptions(site.kinds, site.content, site.lenient, site.vault)
    entries = sorted(parse_entries(path, data, options)[0].entries, key=lambda one: one.line)
    hides = [_is_hidden(one, site, snapshot) for one in entries]
    if not entries or not any(hides):
        _sort_comments(path, text, found)
    elif all(hides):
        found.hide(path, data)
    else:
        lines = text.splitlines(keepends=True)
        ends = [one.line - 1 for one in entries[1:]] + [len(lines)]
        for one, end, hide in zip(entries, ends, hides, strict=True):
            piece = "".join(lines[one.line - 1 : end])
            if hide:
                found.hidden.append(Passage(path, one.line, piece))
            else:
                found.shown.append(piece)


def _is_hidden(entry: Entry, site: Site, snapshot: Snapshot) -> bool:
    is_ahead = bool(snapshot.today) and entry.date[:10] > snapshot.today
    is_draft = entry.draft or "" < entry.until <= snapshot.today
    return entry.private or is_ahead or (is_draft and not site.drafts)


def _sort_comments(path: str, text: str, found: Sorted) -> None:
    """Sort out a source that is shown: its comments are not, but code that looks like them is."""
    is_markdown = not path.lower().endswith((".yml", ".yaml", ".json"))
    head = re.match(r"\s*---\n.*?^---$", text, re.MULTILINE | re.DOTALL) if is_markdown else None
    top = head.end() if head else 0 if is_markdown else len(text)
    shown = list(text)
    for start, end in _comments(text, top):
        found.hidden.append(Passage(path, text.count("\n", 0, start) + 1, text[start:end]))
        shown[start:end] = [char if char == "\n" else " " for char in text[start:end]]
    text = "".join(shown)
    found.shown += (text, path, _LINK.sub(r"\1", text) if "[" in text else "")


def _comments(text: str, top: int) -> Iterator[tuple[int, int]]:
    """Yield where comments stand: of YAML above `top`, of HTML and Obsidian below it."""
    for found in _YAML_COMMENT.finditer(text, 0, top):
        yield found.span()
    body = text[top:]
    if "<!--" in body:
        blank = _CODE.sub(lambda code: " " * len(code[0]), body)
        for found in _HTML_COMMENT.finditer(blank):
            yield top + found.start(), top + found.end()
    if "%%" in body:
        yield from ((top + start, top + end) for start, end in _obsidian_comments(body))


def _obsidian_comments(body: str) -> Iterator[tuple[int, int]]:
    at = 0
    lines = body.split("\n")
    for line, kept in zip(lines, without_comments(body).split("\n"), strict=False):
        if line.rstrip() != kept.rstrip():
            before = _common(line, kept)
            rest = _common(line[before:][::-1], kept[before:][::-1])
            yield at + before, at + len(line) - rest
        at += len(line) + 1


def _common(one: str, other: str) -> int:
    """Return with how many letters two texts begin that are the same."""
    return len(commonprefix((one, other)))  # noqa: RUF071  letter by letter, as is wanted


def _sort_file(path: str, snapshot: Snapshot, site: Site, found: Sorted) -> None:
    """Sort out a file that is no source of entries: it is shown where a shown text names it."""
    name = content_path(path, site.content)
    if is_whole(name, site):
        found.copied.append(path)
    elif name.rpartition("/")[2].casefold() in found.names or _is_named(name, found.shown):
        found.shown_files.append(path)
        found.shown += (_text_of(snapshot.read(path)), path)
    else:
        found.hide(path, snapshot.read(path))


def _is_named(name: str, texts: Iterable[str]) -> bool:
    """Tell whether a text names a file whose name has blanks or brackets in it."""
    base = name.rpartition("/")[2].casefold()
    has_signs = _PATH.fullmatch(base) is None
    return has_signs and any(
        base in one.casefold() or base in unquote(one).casefold() for one in texts
    )


def _names_in(texts: Iterable[str]) -> set[str]:
    """Return what may be the name of a file in some texts."""
    found = set()
    for text in texts:
        for version in (text, unquote(text)) if "%" in text else (text,):
            paths = _PATH.findall(version.casefold())
            found |= {path.rpartition("/")[2] for path in paths if "." in path or "/" in path}
            found |= set(re.findall(r"\[\[([^\]|#]+)", version.casefold()))
    return found


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0] or path.rpartition("/")[2]


def _text_of(data: bytes) -> str:
    text = decoded(data) if len(data) <= LARGEST else ""
    return normalize("NFKC", text.replace("\r\n", "\n")) if "\ufffd" not in text[:2000] else ""


@cache
def own_words() -> frozenset[str]:
    """Return the words that this program has: what a page says by itself is no evidence."""
    package = Path(__file__).parent.parent
    theme = (
        package / "templates" if (package / "templates").is_dir() else package.parent / "templates"
    )
    words: set[str] = set()
    for folder in (package, theme):
        for path in folder.rglob("*"):
            if path.suffix in (".py", ".html", ".xml", ".css", ".js", ".txt", ".svg", ".json"):
                words.update(words_of(path.read_text(errors="replace")))
    return frozenset(words)


def template_words(snapshot: Snapshot) -> frozenset[str]:
    """Return the words of the hub's own templates."""
    own = {one.path for one in snapshot.templates.values() if one.path.startswith("templates/")}
    return frozenset(
        word for path in own for word in words_of(snapshot.read(path).decode(errors="replace"))
    )
