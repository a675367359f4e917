"""Put the snippets of a MkDocs page in their places: whole files, lines, sections.

They are written as by pymdownx.snippets, or by include-markdown, markdown-include and mdx_include.
"""

import posixpath
import re
from collections.abc import Iterator
from functools import partial

from nexusgen.importers.archives import Tree
from nexusgen.importers.data import texts
from nexusgen.importers.normal import Import, Item, decoded, mapping
from nexusgen.importers.rewriting import Rewriter
from nexusgen.importers.sites.mkdocs_site import Site

_MARK = re.compile(r"^([ \t]*)(;?)-{1,}8<-{1,}(?:[ \t]+(?:\"([^\"\n]+)\"|'([^'\n]+)'))?[ \t]*$")
_SECTION = re.compile(r"-{1,}8<-{1,}[ \t]*\[[ \t]*(start|end)[ \t]*:[ \t]*([\w-]+)[ \t]*\]")
_PATH_AND_PART = re.compile(r"^(.*?)((?::\w*){0,2}(?:,\d*:?\d*)*)$")
_INCLUDE = re.compile(
    r"(^[ \t]*|)(?:\{!\s*([^\n!{}]+?)[ \t]*(?:\[ln:([\d.,-]+)\]\s*)?!(?:lines=([\d \t-]+))?\}"
    r"|\{\*[ \t]+([^\s{}]+)(?:[ \t]+ln\[([\d:,]+)\])?[^\n{}]*\*\}"
    r"|\{%-?\s+include-markdown\s+[\"']([^\"'\n]+)[\"']([^{}]*?)-?%\})",
    re.MULTILINE,
)
"""A file, and which of its lines, as the other extensions write it; `{* *}` shows it as code."""
_OPTION = re.compile(r"\b(start|end)=(\"[^\"]*\"|'[^']*')")
_BASES = ("pymdownx.snippets", "markdown_include.include", "mdx_include")
DEEPEST = 10


class Snippets(Rewriter):
    """The files that a page may hold, and the folders in which they are looked for."""

    def __init__(self, found: Import, item: Item, tree: Tree, site: Site) -> None:
        super().__init__(found, item)
        options = mapping(site.extensions.get("pymdownx.snippets"))
        self.tree = tree
        given = [mapping(site.extensions.get(it)).get("base_path") for it in _BASES]
        self.folders = [*(it for one in given for it in texts(one)), ".", site.docs]
        self.used: set[str] = set()
        self.appended = texts(options.get("auto_append"))

    def put(self) -> set[str]:
        """Write the snippets of the page into its body, and at its end what all pages have there.

        The files that hold them are returned.
        """
        own = [*self._lines(self.item.body.split("\n"), 0)]
        for name in self.appended:
            if (text := self._file(name)) is not None:
                own += ["", *self._lines(text.rstrip("\n").split("\n"), 1), ""]
        self.item.body = "\n".join(own)
        return self.used

    def _lines(self, lines: list[str], depth: int) -> Iterator[str]:
        lines = _INCLUDE.sub(partial(self._include, depth), "\n".join(lines)).split("\n")
        at = 0
        while at < len(lines):
            mark = _MARK.match(lines[at])
            if not mark:
                yield lines[at]
            elif mark[2]:
                yield lines[at].replace(";", "", 1)
            else:
                names, at = _names(lines, at, mark)
                for name in names:
                    yield from (f"{mark[1]}{it}" if it else "" for it in self._put(name, depth))
            at += 1

    def _put(self, name: str, depth: int) -> Iterator[str]:
        match = _PATH_AND_PART.match(name)
        path, part = (match[1], match[2]) if match else (name, "")
        text = self._file(path) if depth < DEEPEST else None
        is_lost = text is None and name and not name.startswith(";")
        note = f'the snippet "{name}" is not there' if is_lost else ""
        self.tell(name, f"8 {name}", "snippet that was put in its place", note)
        if text is not None and not name.startswith(";"):
            yield from self._lines(_part(text.rstrip("\n").split("\n"), part), depth + 1)

    def _include(self, depth: int, match: re.Match[str]) -> str:
        """Return the lines of a file that a tag asks for."""
        lead, *_, options = match.groups("")
        name = match[2] or match[5] or match[7]
        text = self._file(name) if depth < DEEPEST else None
        if text is None:
            self.tell(name, "", "", f'the text "{name}" to include is not there')
            return match[0]
        self.tell(name, match[0], "text that was put in its place")
        given = {key: value[1:-1] for key, value in _OPTION.findall(options)}
        text = text.partition(given.get("start", ""))[2] if given.get("start") else text
        text = text.partition(given["end"])[0] if given.get("end") else text
        lines = _part(text.strip("\n").split("\n"), _lines_of(match[3] or match[4] or match[6]))
        shown = [*self._lines(lines, depth + 1)]
        if match[5]:
            shown = [f"```{posixpath.splitext(name)[1][1:]}", *shown, "```"]
        return "\n".join(f"{lead}{line}" if line else "" for line in shown)

    def _file(self, name: str) -> str | None:
        for folder in (*self.folders, posixpath.dirname(self.item.source)):
            path = posixpath.normpath(posixpath.join(folder, name.lstrip("/")))
            if path in self.tree and name:
                self.used.add(path)
                return decoded(self.tree[path])
        return None


def _lines_of(ranges: str | None) -> str:
    """Return ranges of lines such as `3-6,8` as snippets have them: `:3:6,8:8`."""
    ones = re.sub(r"\.\d+", "", ranges or "").replace("-", ":").replace(",", " ").split()
    return ":" + ",".join(it if ":" in it else f"{it}:{it}" for it in ones) if ones else ""


def _names(lines: list[str], at: int, mark: re.Match[str]) -> tuple[list[str], int]:
    """Return the names of the files that a mark asks for, and the last of its lines.

    A mark without a name begins a block of names, one a line, that another one ends.
    """
    if mark[3] or mark[4]:
        return [mark[3] or mark[4]], at
    names: list[str] = []
    for end in range(at + 1, len(lines)):
        other = _MARK.match(lines[end])
        if other and not (other[3] or other[4]):
            return names, end
        names.append(lines[end].strip())
    return [""], at


def _part(lines: list[str], part: str) -> list[str]:
    """Return the lines that a part such as `:2:3` or `:name` asks for, without marks of sections."""
    section = part.strip(":")
    if section and not re.fullmatch(r"[\d:,]*", section):
        lines = _section(lines, section)
    elif section:
        lines = [line for one in part[1:].split(",") for line in _range(lines, one)]
    return [line for line in lines if not _SECTION.search(line)]


def _section(lines: list[str], name: str) -> list[str]:
    kept, inside = [], False
    for line in lines:
        mark = _SECTION.search(line)
        if mark and mark[2] == name:
            inside = mark[1] == "start"
        elif inside:
            kept.append(line)
    return kept


def _range(lines: list[str], part: str) -> list[str]:
    """Return the lines from a number to another, the first being 1; `2` alone is from there on."""
    first, _, last = part.partition(":")
    return lines[int(first or 1) - 1 : int(last) if last else None]
