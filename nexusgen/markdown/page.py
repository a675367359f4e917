"""What is noted about a text while it is read: the bridge between the block and inline stages."""

import re
from xml.etree.ElementTree import Element

from nexusgen.core.model import Heading, LinkForm, Span, Text
from nexusgen.core.problems import Problem
from nexusgen.core.slugs import Ids
from nexusgen.core.urls import encode
from nexusgen.markdown.holes import hole
from nexusgen.markdown.sources import Source

LINE_END = re.compile(r"\r\n?|\n")


def split_lines(text: str) -> list[str]:
    """Return the lines of a text, whatever ends them."""
    return LINE_END.split(text) if "\r" in text else text.split("\n")


class Found:
    """A link while its text is being read: what `LinkUse` will say of it."""

    __slots__ = ("context", "form", "fragment", "size", "span", "target", "text", "title")

    def __init__(self, form: LinkForm, target: str, fragment: str, span: Span) -> None:
        self.form = form
        self.target = target
        self.fragment = fragment
        self.span = span
        self.text = ""
        self.title = ""
        self.size = ""
        self.context = ""


class Page:
    """Notes on one text of an entry; `start` makes them ready for the next text."""

    def __init__(self) -> None:
        self.path = ""
        self.start(Text("body", ""))

    def start(self, text: Text) -> None:
        """Forget everything and get ready for `text`."""
        self.text = text
        self.prefix = "" if text.name == "body" else f"{text.name}-"
        self.ids = Ids(self.prefix)
        self.sources: dict[Element, Source] = {}
        self.tight: list[Element] = []
        self.tasks: list[tuple[Element, bool]] = []
        self.footnotes: dict[str, Element] = {}
        self.footnote_uses: dict[str, int] = {}
        self.footnote_numbers: dict[str, int] = {}
        self.footnote_labels: list[str] = []
        self.abbreviations: dict[str, str] = {}
        self.lines: list[str] = []
        self.braces = False
        self.found: list[Found] = []
        self.elements: dict[Element, int] = {}
        self.raw_anchors: list[int] = []
        self.stashed: list[str] = []
        self.headings: list[Heading] = []
        self.summary = ""
        self.words = 0
        self.anchors: list[str] = []
        self.problems: list[Problem] = []

    def add(self, found: Found, element: Element | None = None) -> int:
        """Take note of a link, shown by `element`, and return its number."""
        number = len(self.found)
        self.found.append(found)
        if element is not None:
            self.elements[element] = number
        return number

    def use_footnote(self, label: str) -> tuple[int, int]:
        """Return the number of a footnote, and how often it has been used, this time included."""
        if label not in self.footnote_uses:
            self.footnote_uses[label] = 0
            self.footnote_labels.append(label)
            self.footnote_numbers[label] = len(self.footnote_labels)
        self.footnote_uses[label] += 1
        return self.footnote_numbers[label], self.footnote_uses[label]

    def footnote_name(self, label: str) -> str:
        """Return what the ids of a footnote are made of."""
        return self.prefix + encode(label)

    def stash(self, html: str) -> str:
        """Keep finished HTML out of the tree, and return the mark that stands for it there."""
        self.stashed.append(html)
        return hole("h", len(self.stashed) - 1)

    def span(self, line: int, column: int, length: int) -> Span:
        """Return the place of a place in the text, its column as it is in the file."""
        text = self.text
        shift = text.indent if line > 1 else text.column - 1
        return Span(line, column + shift, length)

    def span_of(self, line: int, column: int, written: str) -> Span:
        """Return the place in the file of `written`, which should stand at this place in the text.

        Where another extension has moved lines about, it is looked for from there on.
        """
        if not self.lines:
            self.lines = split_lines(self.text.source)
        inside = 0 < line <= len(self.lines)
        if not inside or not self.lines[line - 1].startswith(written, column - 1):
            line, column = self.search(written, line, column)
        return self.span(line, column, len(written))

    def search(self, written: str, line: int, column: int) -> tuple[int, int]:
        """Return where `written` stands from a line on, or else at all, or else the given place."""
        text = "\n".join(self.lines)
        above = len("\n".join(self.lines[: max(line, 1) - 1]))
        at = text.find(written, above)
        at = text.find(written) if at < 0 else at
        if at < 0:
            return max(line, 1), max(column, 1)
        return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)

    def undescribed(self, span: Span) -> None:
        """Warn of an image that has no description."""
        message, hint = "image without a description", "say what it shows, for those who cannot see"
        self.problem(span, "image.alt", message, hint)

    def problem(self, span: Span, code: str, message: str, hint: str) -> None:
        """Record a warning about a place in the file."""
        self.problems.append(
            Problem(
                self.path,
                span.line,
                span.column,
                code,
                message,
                hint,
                "warning",
                length=span.length,
            )
        )
