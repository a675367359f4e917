"""Put the snippets of a MkDocs page in their places (pymdownx.snippets): whole files, lines, sections."""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nexusgen.importers.archives import Tree
from nexusgen.importers.normal import Import, Item, mapping
from nexusgen.importers.sites import texts

_MARK = re.compile(r"^([ \t]*)-{1,}8<-{1,}[ \t]+([\"'])([^\"'\n]+)\2[ \t]*$")
_SECTION = re.compile(r"-{1,}8<-{1,}[ \t]*\[[ \t]*(start|end)[ \t]*:[ \t]*([\w-]+)[ \t]*\]")
_NAME = re.compile(r"^(.*?)((?::[\w-]*){0,2})$")
DEEPEST = 10


class Snippets:
    """The files that pages may hold, and the folders in which they are looked for."""

    def __init__(self, found: Import, tree: Tree, folders: Sequence[str]) -> None:
        self.found = found
        self.tree = tree
        self.folders = tuple(folders)

    def put(self, item: Item, appended: Sequence[str]) -> None:
        """Write the snippets of a page into its body, and at its end what all pages have there."""
        own = [*self._lines(item.body.split("\n"), item, 0)]
        for name in appended:
            if (text := self._file(name, item)) is not None:
                own += ["", *self._lines(text.rstrip("\n").split("\n"), item, 1), ""]
        item.body = "\n".join(own)

    def _lines(self, lines: list[str], item: Item, depth: int) -> Iterator[str]:
        for line in lines:
            if mark := _MARK.match(line):
                put = self._put(mark[3], item, depth)
                yield from (f"{mark[1]}{it}" if it else "" for it in put)
            else:
                yield line

    def _put(self, name: str, item: Item, depth: int) -> Iterator[str]:
        line = self.found.line_of(item, name)
        self.found.leave(line, f"8 {name}", "snippet that was put in its place", item.source)
        path, part = _NAME.findall(name)[0]
        text = self._file(path, item)
        if text is None or depth >= DEEPEST:
            self.found.note(line, f'the snippet "{name}" is not there', item.source)
            return
        yield from self._lines(_part(text.rstrip("\n").split("\n"), part), item, depth + 1)

    def _file(self, name: str, item: Item) -> str | None:
        for folder in (*self.folders, posixpath.dirname(item.source)):
            data = self.tree.get(posixpath.normpath(posixpath.join(folder, name)))
            if data is not None and name:
                return data.decode("utf-8", "replace")
        return None


def _part(lines: list[str], part: str) -> list[str]:
    """Return the lines that a part such as `:2:3` or `:name` asks for, without marks of sections."""
    section = part.strip(":")
    if section and not re.fullmatch(r"[\d:]*", section):
        lines = _section(lines, section)
    elif section:
        first, _, last = part[1:].partition(":")
        lines = lines[int(first or 1) - 1 : int(last) if last else None]
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


def snippet_settings(extensions: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return the folders of the snippets, and the files that each page has at its end."""
    options = mapping(extensions.get("pymdownx.snippets"))
    return texts(options.get("base_path")) or ["."], texts(options.get("auto_append"))
