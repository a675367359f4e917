"""Tables as GitHub reads them: a row of cells, a row of dashes, and rows up to a blank line."""

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from nexusgen.markdown.leaves import Leaf, Paragraph
from nexusgen.markdown.lines import Line
from nexusgen.markdown.sources import Source

if TYPE_CHECKING:
    from nexusgen.markdown.containers import Container
    from nexusgen.markdown.parser import GitHubBlockParser

DELIMITER = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?>(?:\|[ \t]*:?-+:?[ \t]*)*)\|?[ \t]*$")
CELL = re.compile(r"[ \t]*((?:[^|\\]|\\.|\\)*+)")
MAX_FILLED = 20_000
ALIGN = {(True, True): "center", (True, False): "left", (False, True): "right"}
WRAPPER = {"class": "scroll", "tabindex": "0", "role": "region", "aria-label": "Table"}


def cells(row: str) -> list[tuple[str, int]]:
    """Return the cells of a row, each with the index in `row` at which its text begins."""
    row = row.rstrip(" \t")
    pos, found = len(row) - len(row.lstrip(" \t")), []
    pos += row.startswith("|", pos)
    while pos < len(row):
        text, start, end = cell_at(row, pos)
        found.append((text.rstrip(" \t").replace("\\|", "|"), start))
        pos = end + 1
    return found


def cell_at(row: str, pos: int) -> tuple[str, int, int]:
    """Return the text of the cell at `pos`, and where it begins and ends."""
    match = CELL.match(row, pos)
    assert match is not None, "the pattern matches the empty string, too"
    return match[1], match.start(1), match.end()


def begins_table(header: str, delimiters: str) -> bool:
    """Return whether the two lines are the head of a table: as many cells in one as in the other."""
    return len(cells(header)) == len(cells(delimiters))


class Table(Leaf):
    """The rows of a table; it takes any line that opens nothing else."""

    def __init__(self, header: str, column: int, line: Line) -> None:
        super().__init__()
        self.number = line.number - 1
        self.columns = [column]
        self.lines.append(header)
        self.filled = 0
        self.add(line)

    def add(self, line: Line) -> None:
        """Add a row."""
        self.lines.append(line.content())
        self.columns.append(line.column(line.start))

    def close(self, parser: "GitHubBlockParser", container: "Container") -> None:
        aligns = [
            ALIGN.get((cell[0] == ":", cell[-1] == ":"), "") for cell, _ in cells(self.lines[1])
        ]
        wrapper = SubElement(container.element, "div", WRAPPER)
        table = SubElement(wrapper, "table")
        self.row(parser, SubElement(table, "thead"), 0, aligns)
        if len(self.lines) > 2:
            body = SubElement(table, "tbody")
            for index in range(2, len(self.lines)):
                self.row(parser, body, index, aligns)

    def row(
        self, parser: "GitHubBlockParser", part: Element, index: int, aligns: list[str]
    ) -> None:
        """Add a row of the table; what is missing is filled, up to a bound for hostile input."""
        found = cells(self.lines[index])[: len(aligns)]
        missing = len(aligns) - len(found)
        self.filled += missing
        if missing and self.filled < MAX_FILLED:
            found += [("", 0)] * missing
        row = SubElement(part, "tr")
        tag = "th" if index == 0 else "td"
        for (text, start), align in zip(found, aligns, strict=False):
            source = Source(self.number + index, [self.columns[index] + start])
            cell = parser.add_text(row, tag, text, source)
            if align:
                cell.set("align", align)


def table_start(paragraph: Paragraph, line: Line) -> Table | None:
    """Return the table whose head are the last line of `paragraph` and this line, if they are."""
    delimiters = line.content()
    if not paragraph.may_be_table or not DELIMITER.match(delimiters):
        return None
    header = paragraph.lines[-1].lstrip(" \t")
    if not begins_table(header, delimiters):
        # as in cmark-gfm a paragraph has one try
        paragraph.may_be_table = False
        return None
    paragraph.lines.pop()
    return Table(header, paragraph.columns.pop(), line)
