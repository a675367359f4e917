"""Block processors of other extensions get their turn: each paragraph is shown to them.

A block that one of them claims may go on behind blank lines as far as it is indented by four
columns, as Python-Markdown's own extensions are written (admonitions, footnotes, definitions).
"""

import re
import xml.etree.ElementTree as etree
from collections.abc import Callable
from typing import TYPE_CHECKING

from markdown.blockprocessors import BlockProcessor
from markdown.util import Registry

from nexusgen.markup.leaves import Fence, Leaf, Paragraph
from nexusgen.markup.lines import Line

if TYPE_CHECKING:
    from nexusgen.markup.containers import Container
    from nexusgen.markup.parser import GitHubBlockParser


class ForeignBlocks:
    """The block processors that other extensions registered."""

    def __init__(self, parser: "GitHubBlockParser") -> None:
        self.parser = parser
        self.processors: tuple[BlockProcessor, ...] = ()

    def adopt(self, processors: "Registry[BlockProcessor]") -> None:
        """Take note of the processors of the library itself, whose work is done without them."""
        self.own = set(processors)

    def collect(self) -> None:
        """Find the processors that were registered after `adopt`."""
        self.processors = tuple(p for p in self.parser.blockprocessors if p not in self.own)

    def paragraph(self, parent: etree.Element, paragraph: Paragraph) -> bool:
        return False

    def longer_block(self, parent: etree.Element, paragraph: Paragraph) -> Leaf | None:
        return None

    def fence(self, parent: etree.Element, fence: Fence) -> bool:
        return False

    def html_block(self, line: Line) -> Leaf | None:
        return None

    def slash_block(self, line: Line) -> Leaf | None:
        return None
