"""Blocks of other extensions that have an end of their own, read as a whole and handed to them.

Code between fences in them is set aside, so that nothing in it is taken for the end of the block.
"""

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import SubElement

from markdown.util import ETX, STX

from nexusgen.markdown.leaves import Leaf
from nexusgen.markdown.lines import Line

if TYPE_CHECKING:
    from nexusgen.markdown.containers import Container
    from nexusgen.markdown.parser import GitHubBlockParser

FENCE = re.compile(r"[ ]*(`{3,}|~{3,})")
HELD = re.compile(f"{STX}nexusgen:(\\d+){ETX}")


class Gathered(Leaf):
    """A block up to the line that `ends` it; `aside` is the code that was set aside."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self.number = line.number
        self.fence = ""
        self.aside: list[list[str]] = []
        self.add(line.rest())

    def ends(self, text: str) -> bool:
        """Return whether the block ends with this line."""
        raise NotImplementedError

    def add(self, text: str) -> None:
        """Add a line outside of code."""
        self.lines.append(text)
        self.finished = self.ends(text)

    def takes(self, line: Line) -> bool:
        text = line.rest()
        match = FENCE.match(text)
        if self.fence:
            self.aside[-1].append(text)
            if text.strip().startswith(self.fence) and not text.strip().strip(self.fence[0]):
                self.fence = ""
        elif match:
            self.fence = match[1]
            self.aside.append([text])
            self.lines.append(f"{STX}nexusgen:{len(self.aside) - 1}{ETX}")
        else:
            self.add(text)
        return True

    def held(self, parser: "GitHubBlockParser") -> list[str]:
        """Return the lines, with marks for the code that the parser now holds."""
        first = len(parser.held)
        parser.held += self.aside
        return [
            HELD.sub(lambda match: f"{STX}nexusgen:{int(match[1]) + first}{ETX}", line)
            for line in self.lines
        ]


class MarkedHtml(Gathered):
    """An HTML element with the attribute `markdown`, up to its end tag (md_in_html)."""

    START = re.compile(r"<([a-zA-Z][\w-]*)[^>]*\smarkdown(?=[\s=>])")

    def __init__(self, line: Line, tag: str) -> None:
        self.tags = re.compile(rf"<(/?){tag}\b", re.IGNORECASE)
        self.open = 0
        super().__init__(line)

    def ends(self, text: str) -> bool:
        for match in self.tags.finditer(text):
            self.open += -1 if match[1] else 1
        return self.open <= 0

    def close(self, parser: "GitHubBlockParser", container: "Container") -> None:
        preprocessor = parser.foreign.marked_html
        lines = preprocessor.run(self.held(parser)) if preprocessor else self.lines
        parser.first_line = self.number
        parser.parse_marked(container.element, "\n".join(lines).strip("\n"))


class SlashBlock(Gathered):
    """`/// name` up to a line of as many slashes (pymdownx.blocks)."""

    START = re.compile(r"(/{3,})[ ]*[\w-]+")

    def __init__(self, line: Line, slashes: str) -> None:
        self.end = re.compile(rf"[ ]{{0,3}}{slashes}[ ]*$")
        super().__init__(line)

    def ends(self, text: str) -> bool:
        return self.end.match(text) is not None

    def close(self, parser: "GitHubBlockParser", container: "Container") -> None:
        parser.first_line = self.number
        processor, parent = parser.foreign.slashes, container.element
        lines = self.held(parser)
        blocks = ["\n".join(lines)]
        wanted = processor is not None and processor.test(parent, blocks[0])
        if processor and wanted and processor.run(parent, blocks) is not False:
            parser.parseBlocks(parent, blocks)
        else:
            # no block after all: its first line is text
            SubElement(parent, "p").text = lines[0].strip()
            parser.parseChunk(parent, "\n".join(lines[1:]))
