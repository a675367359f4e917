"""Blocks that hold lines: paragraphs, code, math and raw HTML.

`takes` adds a line that belongs to the block whatever it looks like; `close` turns the lines into
elements of the container they stand in.
"""

import re
from typing import TYPE_CHECKING

from nexusgen.markdown.destinations import unescaped
from nexusgen.markdown.lines import Line
from nexusgen.markdown.references import take_definitions
from nexusgen.markdown.sources import Source

if TYPE_CHECKING:
    from nexusgen.markdown.containers import Container
    from nexusgen.markdown.parser import GitHubBlockParser

TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")


class Leaf:
    """An open block of lines."""

    counts_blank = False
    """Whether a blank line inside it separates it from what comes after."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.finished = False

    def takes(self, line: Line) -> bool:  # noqa: ARG002 (for those that need it)
        """Add the line if it belongs to the block without looking at what it might open."""
        return False

    def close(self, parser: "GitHubBlockParser", container: "Container") -> None:
        """Add the finished block to its container."""
        raise NotImplementedError


class Paragraph(Leaf):
    """Lines of text, with link definitions at their start."""

    def __init__(self, line: Line, after_blank: bool) -> None:
        super().__init__()
        self.number = line.number
        self.columns: list[int] = []
        self.after_blank = after_blank
        self.may_be_table = True
        self.add(line)

    def restart(self, line: Line) -> None:
        """Begin again with this line."""
        self.number = line.number
        self.lines.clear()
        self.columns.clear()
        self.add(line)

    def add(self, line: Line) -> None:
        """Add a line of text."""
        self.lines.append(line.text[line.pos :])
        self.columns.append(line.column(line.start))

    def text(self) -> str:
        """Return the lines without their indentation."""
        return "\n".join([line.lstrip(" \t") for line in self.lines])

    def take_text(self, parser: "GitHubBlockParser") -> tuple[str, Source]:
        """Record the definitions, and return the text after them and where it stands."""
        text = self.text()
        source = Source(self.number, self.columns)
        if text.startswith("["):
            end = take_definitions(text, parser.md.references)
            source = source.drop(text.count("\n", 0, end))
            text = text[end:]
        return text.rstrip(" \t\n"), source

    def close(self, parser: "GitHubBlockParser", container: "Container") -> None:
        before = len(container.element)
        parser.first_line = self.number
        if not parser.foreign.paragraph(container.element, self):
            text, source = self.take_text(parser)
            text = self.without_task(parser, container, text)
            if text:
                parser.add_text(container.element, "p", text, source)
        if len(container.element) > before:
            container.settle(self.after_blank)
        else:
            container.children -= 1
            container.gap = container.gap or (self.after_blank and container.children > 0)

    def without_task(self, parser: "GitHubBlockParser", container: "Container", text: str) -> str:
        """Note a task box at the start of a list item, and return the text after it."""
        if container.children > 1 or container.element.tag != "li":
            return text
        box = TASK.match(text)
        if not box:
            return text
        parser.page.tasks.append((container.element, box[1] != " "))
        self.columns[0] += box.end()
        return text[box.end() :]


class IndentedCode(Leaf):
    """Code that is indented by four columns."""

    counts_blank = True

    def __init__(self, line: Line) -> None:
        super().__init__()
        self.takes(line)

    def takes(self, line: Line) -> bool:
        if not line.blank and line.indent < 4:
            return False
        self.lines.append(line.verbatim(4))
        return True

    def close(self, parser: "GitHubBlockParser", container: "Container") -> None:
        while self.lines and not self.lines[-1].strip(" \t"):
            self.lines.pop()
        parser.add_code(container.element, self.lines, "", 0)


class Fence(Leaf):
    """Code between two lines of backticks or tildes; `info` is what stands behind the first."""

    def __init__(self, line: Line, fence: str, info: str) -> None:
        super().__init__()
        self.number = line.number
        self.indent = line.indent
        self.fence = fence
        self.info = unescaped(info.strip(" \t"))

    def ends(self, line: Line) -> bool:
        """Return whether `line`, which begins like a closing fence, is one."""
        return line.indent < 4 and not line.content().rstrip(" \t").strip(self.fence[0])

    def takes(self, line: Line) -> bool:
        if line.text.startswith(self.fence, line.start) and self.ends(line):
            self.finished = True
            return True
        text = line.verbatim()
        if self.indent:
            text = text[min(self.indent, len(text) - len(text.lstrip(" "))) :]
        self.lines.append(text)
        return True

    def close(self, parser: "GitHubBlockParser", container: "Container") -> None:
        if not parser.foreign.fence(container.element, self):
            parser.add_code(container.element, self.lines, self.info, self.number)


class Math(Leaf):
    """A formula between two lines of `$$`."""

    def takes(self, line: Line) -> bool:
        text = line.verbatim().rstrip()
        self.finished = text.endswith("$$")
        self.lines.append(text.removesuffix("$$"))
        return True

    def close(self, parser: "GitHubBlockParser", container: "Container") -> None:
        parser.add_math(container.element, "\n".join(self.lines).strip())


class RawHtml(Leaf):
    """HTML that goes through as it is, up to a blank line or to what `end` finds."""

    counts_blank = True

    def __init__(self, line: Line, end: re.Pattern[str] | None) -> None:
        super().__init__()
        self.end = end
        self.number = line.number
        self.lines.append(line.verbatim())
        self.finished = end is not None and end.search(line.text, line.start) is not None

    def takes(self, line: Line) -> bool:
        if self.end is None and line.blank:
            self.finished = True
            return True
        self.lines.append(line.verbatim())
        self.finished = self.end is not None and self.end.search(line.text, line.pos) is not None
        return True

    def close(self, parser: "GitHubBlockParser", container: "Container") -> None:
        while self.lines and not self.lines[-1].strip(" \t"):
            self.lines.pop()
        parser.add_html(container.element, "\n".join(self.lines), self.number)
