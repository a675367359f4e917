"""Blocks that hold blocks: the document, quotes, list items, definitions and footnotes.

Each knows whether a line goes on in it, and takes its own marks off the line.
"""

from xml.etree.ElementTree import Element

from nexusgen.markdown.alerts import read_alert
from nexusgen.markdown.lines import Line
from nexusgen.markdown.page import Page


class List:
    """A list that may still get items. `mark` tells whether the next item belongs to it.

    `gap` says that its last item ended with a blank line and nothing visible after that.
    """

    __slots__ = ("element", "gap", "mark", "tight")

    def __init__(self, element: Element, mark: str) -> None:
        self.element = element
        self.mark = mark
        self.tight = True
        self.gap = False


class Container:
    """An open block that holds others; `depth` counts the containers around it.

    `list` is the list among its children that may still get items. `gap` says that a blank line
    stands before the next child, with nothing visible between (only link definitions).
    """

    counts_blank = True
    """Whether a blank line in it separates what stands before and after."""

    __slots__ = ("children", "depth", "element", "gap", "list")

    def __init__(self, element: Element, depth: int = 0) -> None:
        self.element = element
        self.depth = depth
        self.children = 0
        self.list: List | None = None
        self.gap = False

    def continues(self, line: Line) -> bool:  # noqa: ARG002 (for those that need it)
        """Return whether `line` goes on in this container, its marks taken off."""
        return True

    def settle(self, after_blank: bool) -> None:
        """Take note that a new child stays, and whether a blank line stands before it."""
        if self.children > 1 and (after_blank or self.gap):
            self.separate()
            self.gap = False

    def separate(self) -> None:
        """Take note that a blank line separates two children."""

    def close(self, page: Page) -> None:
        """End the container."""


class Quote(Container):
    """A block quote: every line of it begins with `>`."""

    counts_blank = False
    __slots__ = ()

    def continues(self, line: Line) -> bool:
        if line.blank or line.start - line.pos > 3 or line.text[line.start] != ">":
            return False
        line.move(line.start + 1)
        if line.pos < line.start:
            line.pos += 1
        return True

    def close(self, page: Page) -> None:
        read_alert(self.element, page)


class Item(Container):
    """A list item: its lines are indented as far as the text behind its mark."""

    __slots__ = ("indent", "owner")

    def __init__(self, element: Element, depth: int, indent: int, owner: List) -> None:
        super().__init__(element, depth)
        self.indent = indent
        self.owner = owner

    def continues(self, line: Line) -> bool:
        if line.indented(self.indent):
            return True
        line.pos = line.size if line.blank else line.pos
        return line.blank and self.children > 0

    def separate(self) -> None:
        self.owner.tight = False

    def close(self, page: Page) -> None:  # noqa: ARG002 (for those that need it)
        self.owner.gap = self.owner.gap or self.gap


class Definition(Container):
    """What follows a term and a colon; like a list item of its own."""

    __slots__ = ("indent", "tight")

    def __init__(self, element: Element, depth: int, indent: int, tight: bool) -> None:
        super().__init__(element, depth)
        self.indent = indent
        self.tight = tight

    def continues(self, line: Line) -> bool:
        if line.start == line.size:
            return self.children > 0
        return line.indented(self.indent)

    def separate(self) -> None:
        self.tight = False

    def close(self, page: Page) -> None:
        if self.tight:
            page.tight.append(self.element)


class Footnote(Container):
    """The text of a footnote: lines indented by four (cmark-gfm)."""

    __slots__ = ()

    def continues(self, line: Line) -> bool:
        return line.indented(4) or not line.raw
