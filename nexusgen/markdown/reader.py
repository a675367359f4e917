"""Read blocks as CommonMark's appendix has it, in the place of Python-Markdown's own parser.

For each line: how far do the open containers go on in it, which new blocks does it open, and where
does the text that is left belong.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias
from xml.etree.ElementTree import Element, ElementTree

from markdown import Markdown
from markdown.util import ETX, STX

from nexusgen.markdown.containers import Container, Line
from nexusgen.markdown.html import RawHtmlReader
from nexusgen.markdown.leaves import BlockBuilder, IndentedCode, Leaf, Paragraph, Table
from nexusgen.markdown.notes import Notes

Start: TypeAlias = "Callable[[Reader, Line], bool]"
"""Opens the block that a line begins, and returns whether it begins one."""

Starts = tuple[Mapping[str, tuple[Start, ...]], Mapping[str, Start]]
"""What may open a leaf and a container, by the first character of a line."""

HELD = re.compile(f".*{STX}nexusgen:(\\d+){ETX}.*")
"""The line that stands for code that was set aside."""

DEPTH_OF_PIECE = 4
"""What a piece of text from another extension counts for: each costs several calls."""


class GitHubBlockParser(BlockBuilder):
    """Builds the tree of a document with CommonMark's line loop.

    Other extensions may hand pieces of text back through `parseChunk` and `parseBlocks`. `held` is
    code that was set aside from such a piece (see `compat`), so that nothing in it is a mark.
    """

    def __init__(self, md: Markdown, notes: Notes, raw: RawHtmlReader, starts: Starts) -> None:
        super().__init__(md, notes, raw)
        self.starts = starts
        self.depth = 0
        self.held: list[list[str]] = []

    def parseDocument(self, lines: Iterable[str]) -> "ElementTree[Element | None]":  # noqa: N802 (the library's name)
        """Return the tree of a whole document."""
        self.root = Element(self.md.doc_tag)
        self.first_line = 1
        self.depth = 0
        self.held = []
        Reader(self, self.root, 0).read(list(lines), 1)
        return ElementTree(self.root)

    def parseChunk(self, parent: Element, text: str) -> None:  # noqa: N802 (the library's name)
        """Read a piece of text into `parent`, for another extension."""
        if self.held:
            text = HELD.sub(lambda match: "\n".join(self.held[int(match[1])]), text)
        self.depth += DEPTH_OF_PIECE
        Reader(self, parent, self.depth).read(text.split("\n"), self.first_line)
        self.depth -= DEPTH_OF_PIECE

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:  # noqa: N802 (the library's name)
        """Read blocks of text into `parent`, for another extension, and empty the list."""
        text = "\n\n".join(blocks)
        blocks.clear()
        self.parseChunk(parent, text)


class Reader:
    """Reads one document, or one piece that another extension hands back.

    `matched` is the number of open containers that go on in the present line; `paragraph` the
    paragraph that the line could interrupt, where all of them do. No formula that begins before
    the line at `open_math` is closed.
    """

    def __init__(self, parser: GitHubBlockParser, root: Element, depth: int) -> None:
        self.parser = parser
        self.leaf_starts, self.container_starts = parser.starts
        self.containers: list[Container] = [Container(root, depth)]
        self.leaf: Leaf | None = None
        self.paragraph: Paragraph | None = None
        self.matched = 1
        self.after_blank = False
        self.lines: Sequence[str] = ()
        self.index = 0
        self.open_math = 0

    def read(self, lines: Sequence[str], first: int) -> None:
        """Find the place of each line in the tree; `first` is the number of the first one."""
        self.lines = lines
        for self.index, raw in enumerate(lines):
            line = Line(raw, first + self.index)
            complete = self.match(line)
            if complete and self.leaf is not None and self.continue_leaf(self.leaf, line):
                continue
            leaf, opened = self.leaf, False
            self.paragraph = leaf if complete and isinstance(leaf, Paragraph) else None
            while line.start < line.size:
                if self.begin_leaf(line):
                    self.after_blank = False
                    break
                if not self.begin_container(line):
                    self.add_text(line, complete and not opened)
                    break
                opened, self.paragraph, self.after_blank = True, None, False
            else:
                if not opened:
                    self.add_blank()
        self.matched = 1
        self.place()

    def match(self, line: Line) -> bool:
        """Let the containers take their marks; return whether all of them go on in the line."""
        self.matched = 1
        if len(self.containers) == 1:
            return True
        for container in self.containers[1:]:
            if not container.continues(line):
                return False
            self.matched += 1
        return True

    def continue_leaf(self, leaf: Leaf, line: Line) -> bool:
        """Give the line to the open leaf, and return whether it took it."""
        blank = line.blank
        if not leaf.takes(line):
            if isinstance(leaf, IndentedCode):
                self.close_leaf(leaf)
            return False
        self.after_blank = blank and leaf.counts_blank
        if leaf.finished:
            self.close_leaf(leaf)
        return True

    def begin_leaf(self, line: Line) -> bool:
        """Open the leaf that the line begins with, and return whether it does."""
        if line.start - line.pos > 3:
            if isinstance(self.leaf, Paragraph):
                return False
            self.begin_block()
            self.open_leaf(IndentedCode(line))
            return True
        starts = self.leaf_starts.get(line.text[line.start])
        return starts is not None and any(start(self, line) for start in starts)

    def begin_container(self, line: Line) -> bool:
        """Open the container whose mark the line begins with, and return whether it does."""
        if line.start - line.pos > 3:
            return False
        start = self.container_starts.get(line.text[line.start])
        return start is not None and start(self, line)

    def add_text(self, line: Line, complete: bool) -> None:
        """Add a line that opens nothing to the open paragraph or table, or begin a paragraph."""
        leaf, after_blank = self.leaf, self.after_blank
        self.after_blank = False
        if not (isinstance(leaf, Paragraph) or (complete and isinstance(leaf, Table))):
            self.place().children += 1
            leaf = self.leaf = Paragraph(line.number, after_blank)
        leaf.add(line)

    def add_blank(self) -> None:
        """Let a blank line end the paragraph, and the containers that do not go on in it."""
        leaf = self.leaf
        others = self.parser.others
        if others and isinstance(leaf, Paragraph) and len(self.containers) == self.matched:
            longer = others.longer_block(self.containers[-1].element, leaf)
            if longer is not None:
                self.leaf = longer
                return
        if leaf is not None or len(self.containers) > self.matched:
            self.place(keep_list=True)
        self.after_blank = self.containers[-1].counts_blank

    def place(self, keep_list: bool = False) -> Container:
        """Close what does not go on in the line, and return the container of what it opens.

        That is the leaf, the containers after those that matched, and the list that ends there.
        """
        leaf, self.leaf = self.leaf, None
        if leaf is not None:
            leaf.close(self.parser, self.containers[-1])
        while len(self.containers) > self.matched:
            container = self.containers.pop()
            self.close_list(container)
            container.close(self.parser.notes)
        container = self.containers[-1]
        if not keep_list:
            self.close_list(container)
        return container

    def begin_block(self) -> Container:
        """Return the container of a new block, which counts as its child."""
        container = self.place()
        container.children += 1
        container.settle(self.after_blank)
        return container

    def open_leaf(self, leaf: Leaf) -> None:
        """Make `leaf` the open leaf, or close it at once where it is already finished."""
        self.leaf = leaf
        if leaf.finished:
            self.close_leaf(leaf)

    def open_container(self, container: Container) -> None:
        """Make `container` the innermost open one."""
        self.containers.append(container)
        self.matched += 1

    def close_leaf(self, leaf: Leaf) -> None:
        """Close the open leaf."""
        self.leaf = None
        leaf.close(self.parser, self.containers[-1])

    def close_list(self, container: Container) -> None:
        """End the list among the children of `container`, if one is open."""
        if container.list is not None:
            if container.list.tight:
                self.parser.notes.tight.extend(container.list.element)
            container.list = None
