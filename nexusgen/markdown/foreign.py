"""Block processors of other extensions get their turn: each paragraph is shown to them.

A block that one of them claims may go on behind blank lines as far as it is indented by four
columns, as Python-Markdown's own extensions are written (admonitions, tabs, details).
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from markdown.blockprocessors import BlockProcessor
from markdown.preprocessors import Preprocessor
from markdown.util import HTML_PLACEHOLDER_RE, AtomicString, Registry

from nexusgen.markdown.gathered import MarkedHtml, SlashBlock
from nexusgen.markdown.leaves import Fence, Leaf, Paragraph
from nexusgen.markdown.lines import Line

if TYPE_CHECKING:
    from nexusgen.markdown.parser import GitHubBlockParser

MAX_DEPTH = 100
PROBE = "nobody waits for this"


class ForeignBlocks:
    """The block processors that other extensions registered.

    `fence_names` are the languages of fences that superfences has a renderer of the hub for.
    """

    def __init__(self, parser: "GitHubBlockParser", fence_names: Sequence[str]) -> None:
        self.parser = parser
        self.fence_names = frozenset(fence_names)
        self.own: set[BlockProcessor] = set()
        self.processors: tuple[BlockProcessor, ...] = ()
        self.claiming: tuple[BlockProcessor, ...] = ()
        self.fences: Preprocessor | None = None
        self.marked_html: Preprocessor | None = None
        self.slashes: BlockProcessor | None = None

    @property
    def present(self) -> bool:
        """Whether any other extension reads blocks."""
        return bool(self.processors or self.slashes or self.marked_html or self.fences)

    def adopt(self, processors: Registry[BlockProcessor]) -> None:
        """Keep the library's own processors where others look for them; they are not asked."""
        for processor in processors:
            self.own.add(processor)
            processor.parser = self.parser
        for name, priority in LIBRARY.items():
            if name in processors:
                self.parser.blockprocessors.register(processors[name], name, priority)

    def collect(self) -> None:
        """Find the processors that were registered after `adopt`."""
        registry, preprocessors = self.parser.blockprocessors, self.parser.md.preprocessors
        if "fenced_code_block" in preprocessors:
            self.fences = preprocessors["fenced_code_block"]
            preprocessors.deregister("fenced_code_block")
        if "html_block" in preprocessors:
            self.marked_html = preprocessors["html_block"]
            preprocessors.deregister("html_block")
        self.slashes = None
        if "blocks" in registry:
            self.slashes = registry["blocks"]
        replaced = {registry[name] for name in REPLACED if name in registry}
        self.processors = tuple(p for p in registry if p not in self.own and p not in replaced)
        root = Element("div")
        self.claiming = tuple(p for p in self.processors if not p.test(root, PROBE))

    def paragraph(self, parent: Element, paragraph: Paragraph) -> bool:
        """Show a paragraph to the processors; return whether one of them has read it."""
        if not self.processors or self.parser.depth >= MAX_DEPTH or not paragraph.lines:
            return False
        text = outdented(paragraph.lines)
        blocks = [text]
        if not self.run_one(parent, blocks):
            return False
        while blocks:
            if not self.run_one(parent, blocks):
                self.parser.parseChunk(parent, blocks.pop(0))
        return True

    def run_one(self, parent: Element, blocks: list[str]) -> bool:
        """Let the first processor that wants the first block read it."""
        return any(
            processor.test(parent, blocks[0]) and processor.run(parent, blocks) is not False
            for processor in self.processors
        )

    def longer_block(self, parent: Element, paragraph: Paragraph) -> Leaf | None:
        """Return the block that a paragraph is the beginning of, where a processor claims it."""
        if not self.claiming or not paragraph.lines:
            return None
        text = outdented(paragraph.lines)
        if not any(processor.test(parent, text) for processor in self.claiming):
            return None
        return IndentedBlock(paragraph)

    def fence(self, parent: Element, fence: Fence) -> bool:
        """Let superfences render a fence that the hub has a renderer for."""
        name = fence.info.split()[0] if fence.info else ""
        if self.fences is None or name not in self.fence_names:
            return False
        # its parts find each other by this name, but it may not read the whole text
        registry = self.parser.md.preprocessors
        registry.register(self.fences, "fenced_code_block", 25)
        try:
            lines = self.fences.run([fence.fence + fence.info, *fence.lines, fence.fence])
        finally:
            registry.deregister("fenced_code_block")
        made = [line for line in lines if line]
        if len(made) != 1 or not HTML_PLACEHOLDER_RE.fullmatch(made[0]):
            return False
        SubElement(parent, "p").text = AtomicString(made[0])
        return True

    def html_block(self, line: Line) -> Leaf | None:
        """Return the block of an element with the attribute `markdown` (md_in_html)."""
        if self.marked_html is None or self.parser.depth >= MAX_DEPTH:
            return None
        match = MarkedHtml.START.match(line.text, line.start)
        return MarkedHtml(line, match[1]) if match else None

    def slash_block(self, line: Line) -> Leaf | None:
        """Return the block that `/// name` begins (pymdownx.blocks)."""
        if self.slashes is None or self.parser.depth >= MAX_DEPTH:
            return None
        match = SlashBlock.START.match(line.text, line.start)
        return SlashBlock(line, match[1]) if match else None


class IndentedBlock(Paragraph):
    """A paragraph that a processor claims, with the indented lines and blank lines after it."""

    def __init__(self, paragraph: Paragraph) -> None:
        Leaf.__init__(self)
        self.number = paragraph.number
        self.columns = paragraph.columns
        self.after_blank = paragraph.after_blank
        self.may_be_table = False
        self.lines = [*paragraph.lines, ""]

    def takes(self, line: Line) -> bool:
        if not line.blank and line.indent < 4:
            return False
        self.lines.append("" if line.blank else line.rest())
        self.columns.append(1)
        return True


def outdented(lines: Sequence[str]) -> str:
    """Return lines less the indentation of the first: processors look for their mark there."""
    text = "\n".join(lines).rstrip(" \t\n")
    indent = len(text) - len(text.lstrip(" "))
    return re.sub(f"(?m)^ {{1,{indent}}}", "", text) if indent else text


LIBRARY = {
    "empty": 100,
    "indent": 90,
    "code": 80,
    "hashheader": 70,
    "setextheader": 60,
    "hr": 50,
    "olist": 40,
    "ulist": 30,
    "quote": 20,
    "reference": 15,
    "paragraph": 10,
}
"""The library's block processors, for extensions that look one up by its name."""

REPLACED = (
    *LIBRARY,
    "blocks",
    "table",
    "defindent",
    "footnote",
    "deflist",
    "abbr",
    "quote_callout",
)
"""What is read by ours, also where another extension registers its own."""
