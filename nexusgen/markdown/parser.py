"""The block parser that reads blocks as GitHub does, in the place of Python-Markdown's own."""

import html
from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, ElementTree, SubElement

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.util import AtomicString

from nexusgen.core.model import Span
from nexusgen.markdown.foreign import ForeignBlocks
from nexusgen.markdown.gathered import HELD
from nexusgen.markdown.highlight import code_figure, is_bounded
from nexusgen.markdown.maths import formula
from nexusgen.markdown.page import Page
from nexusgen.markdown.rawlinks import RawHtmlReader
from nexusgen.markdown.reader import Reader
from nexusgen.markdown.sources import Source

DEPTH_OF_PIECE = 4
"""What a piece of text from another extension counts for: each costs several calls."""


class GitHubBlockParser(BlockParser):
    """Builds the tree of a document with CommonMark's line loop.

    Block processors of other extensions are asked about each paragraph (see `ForeignBlocks`), and
    may hand pieces of text back through `parseChunk` and `parseBlocks`.
    """

    def __init__(
        self, md: Markdown, page: Page, raw: RawHtmlReader, fence_names: Sequence[str] = ()
    ) -> None:
        super().__init__(md)
        self.raw = raw
        self.page = page
        self.foreign = ForeignBlocks(self, fence_names)
        self.first_line = 1
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
        lines = text.split("\n")
        if self.held:
            lines = [each for line in lines for each in self.released(line)]
        self.depth += DEPTH_OF_PIECE
        Reader(self, parent, self.depth).read(lines, self.first_line)
        self.depth -= DEPTH_OF_PIECE

    def released(self, line: str) -> Iterable[str]:
        """Return the code that a line is the mark of, or the line itself."""
        match = HELD.search(line)
        return self.held[int(match[1])] if match else (line,)

    def parse_marked(self, parent: Element, text: str) -> None:
        """Read what md_in_html has made of an element: a mark of its own, or just text."""
        blocks = [text]
        if not self.foreign.run_one(parent, blocks):
            self.parseChunk(parent, text)
        elif blocks:
            self.parseBlocks(parent, blocks)

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:  # noqa: N802 (the library's name)
        """Read blocks of text into `parent`, for another extension, and empty the list."""
        text = "\n\n".join(blocks)
        blocks.clear()
        self.parseChunk(parent, text)

    def add_text(self, parent: Element, tag: str, text: str, source: Source) -> Element:
        """Add an element whose text is still to be read for inline marks."""
        element = SubElement(parent, tag)
        element.text = text
        self.page.sources[element] = source
        return element

    def add_mark(self, parent: Element, mark: str) -> None:
        """Add the mark of finished HTML behind the last child of `parent`."""
        if len(parent):
            parent[-1].tail = AtomicString((parent[-1].tail or "") + mark + "\n")
        else:
            parent.text = AtomicString((parent.text or "") + mark + "\n")

    def add_html(self, parent: Element, source: str, line: int) -> None:
        """Add raw HTML of the author."""
        where = Source(line, [1] * (source.count("\n") + 1))

        def span(start: int, end: int) -> Span:
            written = source[start:end].partition("\n")[0]
            return self.page.span_of(*where.place(source, start), written)

        found = self.raw.read(source, span)
        self.add_mark(parent, self.raw.stash(found, self.md.htmlStash))

    def add_code(self, parent: Element, lines: list[str], info: str, line: int) -> None:
        """Add a block of code with the words behind its opening fence, which is on this line."""
        code = "\n".join(lines)
        if info and not is_bounded(code, info.split()[0]):
            message, hint = "code too long to be highlighted", "show a part of it, or link to it"
            self.page.problem(self.page.span(line, 1, 1), "code.plain", message, hint)
        if info == "math":
            self.add_math(parent, code)
        else:
            self.add_mark(parent, self.page.stash(code_figure(code, info)))

    def add_math(self, parent: Element, source: str) -> None:
        """Add a formula on lines of its own."""
        made = formula(source, True) or html.escape(source, quote=False)
        self.add_mark(parent, self.page.stash(f'<div class="math" tabindex="0">{made}</div>'))

    def definition_list(self, parent: Element) -> Element | None:
        """Return the list that a definition at the end of `parent` belongs to, if any.

        A paragraph before it becomes a list whose terms are its lines; a list before that goes on.
        """
        last = parent[-1] if len(parent) else None
        if last is None or last.tag == "dl":
            return last
        if last.tag != "p" or last.tail:
            return None
        source = self.page.sources.pop(last, Source(self.first_line, [1]))
        parent.remove(last)
        goes_on = len(parent) > 0 and parent[-1].tag == "dl" and not parent[-1].tail
        definitions = parent[-1] if goes_on else SubElement(parent, "dl")
        for index, text in enumerate((last.text or "").split("\n")):
            self.add_text(definitions, "dt", text, source.drop(index))
        return definitions
