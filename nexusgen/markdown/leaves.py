"""Turn lines into blocks: paragraphs, code, math, raw HTML, tables, link definitions.

`takes` adds a line that belongs to the block whatever it looks like; `close` turns the lines into
elements of the container they stand in. Tables are those of GitHub: a row of cells, a row of
dashes, and rows up to a blank line.
"""

import html
import re
from collections.abc import MutableMapping, Sequence
from typing import Protocol
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.util import AtomicString

from nexusgen.core.model import Span
from nexusgen.markdown import TABLE, links
from nexusgen.markdown.code import code_figure, is_bounded, parse_info
from nexusgen.markdown.containers import Container, Line
from nexusgen.markdown.foreign import tell_foreign, tell_foreign_fence
from nexusgen.markdown.html import RawHtmlReader
from nexusgen.markdown.notes import Notes, Source, append_text

TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")
TASK_OF_VAULT = re.compile(r"\[([^\]\n])\][ \t]+(?=\S)")
"""Obsidian's: any sign is a task that is done, such as `[-]`, but a blank."""

DELIMITER = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?>(?:\|[ \t]*:?-+:?[ \t]*)*)\|?[ \t]*$")
CELL = re.compile(
    r"[ \t]*((?>(?:[^|\\\[]++|\[\[(?=\S)[^\[\]|\\]++(?:\|[^\[\]|]++){1,2}\]\]|\\.|[\\\[])*))"
)
"""A cell; the bar of a wikilink divides none, which GitHub does not know."""
MAX_FILLED = 20_000
ALIGN = {(True, True): "center", (True, False): "left", (False, True): "right"}
WRAPPER = {"class": "scroll", "tabindex": "0", "role": "group"}

MATH_END = re.compile(r"[ \t]*\$\$[ \t]*(\(\w+\)|[.,;:]?)(?:$|[ \t]*(\S.*))")

BLOCK_MARK = re.compile(r"(?:\A|[ \t\n])[ \t]*\^((?=[0-9-]*[a-zA-Z]|[0-9]{3})[a-zA-Z0-9-]+)\Z")
"""Obsidian's name of a block at its end; `10 ^2` is arithmetic."""
CONTENTS = re.compile(r"\[(?i:toc)\]|\[\[(?:_?TOC_?|toc)\]\]")
"""Where other programs show the contents of a page; ours stand beside the text."""
LABEL = re.compile(r"[ ]{0,3}\[((?:[^\\\[\]]|\\.){1,999}+)\]:", re.DOTALL)
LINE_END = re.compile(r"[ \t]*(?:\n|\Z)")

STYLE_TAG = re.compile(r"<(/?)(?:style|script)\b", re.IGNORECASE)
STYLE_END = re.compile(r"</(?:style|script)\b", re.IGNORECASE)
MAX_STYLE = 200
"""How many lines below a blank one the end of a style is looked for."""

References = MutableMapping[str, tuple[str, str]]


class OtherBlocks(Protocol):
    """The blocks of other extensions: whether one reads this, or begins with it."""

    def paragraph(self, parent: Element, paragraph: "Paragraph") -> bool: ...
    def fence(self, parent: Element, fence: "Fence") -> bool: ...
    def longer_block(self, parent: Element, paragraph: "Paragraph") -> "Leaf | None": ...
    def html_block(self, line: Line) -> "Leaf | None": ...
    def slash_block(self, line: Line) -> "Leaf | None": ...


class BlockBuilder(BlockParser):
    """Adds what blocks become to the tree. `others` is there where other extensions read blocks."""

    def __init__(self, md: Markdown, notes: Notes, raw: RawHtmlReader) -> None:
        super().__init__(md)
        self.references: References = md.references
        self.notes = notes
        self.raw = raw
        self.others: OtherBlocks | None = None
        self.first_line = 1

    @property
    def makes_contents(self) -> bool:
        """Whether an extension puts the contents of the page where `[TOC]` stands."""
        return "toc" in self.md.treeprocessors

    def add_text(self, parent: Element, tag: str, text: str, source: Source) -> Element:
        """Add an element whose text is still to be read for inline marks."""
        element = SubElement(parent, tag)
        element.text = text
        self.notes.sources[element] = source
        return element

    def add_html(self, parent: Element, source: str, line: int) -> None:
        """Add raw HTML of the author."""
        where = Source(line, [1] * (source.count("\n") + 1))

        def span(start: int, end: int) -> Span:
            written = source[start:end].partition("\n")[0]
            return self.notes.span_of(*where.place(source, start), written)

        if self.notes.foreign:
            tell_foreign(self.notes, source, span)
        append_text(parent, self.raw.read(source, span) + "\n")

    def add_code(self, parent: Element, lines: list[str], info: str, line: int) -> None:
        """Add a block of code with the words behind its opening fence, which is on this line."""
        code = "\n".join(lines)
        if info:
            tell_foreign_fence(self.notes, info, line)
        if info and not is_bounded(code, parse_info(info).language):
            message, hint = "code too long to be highlighted", "show a part of it, or link to it"
            self.notes.problem(self.notes.span(line, 1, 1), "code.plain", message, hint)
        if info == "math":
            self.add_math(parent, code, line)
        else:
            append_text(parent, self.notes.stash(code_figure(code, info)) + "\n")

    def add_math(self, parent: Element, source: str, line: int) -> None:
        """Add a formula on lines of its own, of which the first is this one."""
        from nexusgen.markdown.math import formula, without_comments  # most hubs have none

        source = without_comments(source)
        made = formula(source, True)
        if made.trouble:
            self.notes.unread_formula(self.notes.span(line, 1, 1), made.trouble)
        shown = made.html or html.escape(source, quote=False)
        mark = self.notes.stash(f'<div class="math" tabindex="0">{shown}</div>')
        append_text(parent, f"{mark}\n")


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

    def close(self, parser: BlockBuilder, container: Container) -> None:
        """Add the finished block to its container."""
        raise NotImplementedError

    def drop_blank_end(self) -> None:
        """Forget blank lines at the end."""
        while self.lines and not self.lines[-1].strip(" \t"):
            self.lines.pop()


class Paragraph(Leaf):
    """Lines of text, with link definitions at their start."""

    def __init__(self, number: int, after_blank: bool) -> None:
        super().__init__()
        self.number = number
        self.columns: list[int] = []
        self.after_blank = after_blank
        self.may_be_table = True

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

    def take_text(self, parser: BlockBuilder) -> tuple[str, Source]:
        """Record the definitions, and return the text after them and where it stands."""
        text = "\n".join([line.lstrip(" \t") for line in self.lines])
        source = Source(self.number, self.columns)
        if text.startswith("["):
            end = take_definitions(text, parser.references)
            source = source.drop(text.count("\n", 0, end))
            text = text[end:]
        return text.rstrip(" \t\n"), source

    def close(self, parser: BlockBuilder, container: Container) -> None:
        before = len(container.element)
        parser.first_line = self.number
        if not (parser.others and parser.others.paragraph(container.element, self)):
            text, source = self.take_text(parser)
            if text.startswith("[") and CONTENTS.fullmatch(text) and not parser.makes_contents:
                text = ""
            if container.element.tag == "li" and container.children <= 1:
                text = self._without_task(parser, container, text)
            mark = BLOCK_MARK.search(text) if "^" in text else None
            if mark:
                _add_named(parser, container.element, text[: mark.start()], source, mark[1])
            elif text:
                parser.add_text(container.element, "p", text, source)
        if len(container.element) > before:
            container.settle(self.after_blank)
        else:
            container.children -= 1
            container.gap = container.gap or (self.after_blank and container.children > 0)

    def _without_task(self, parser: BlockBuilder, container: Container, text: str) -> str:
        """Note a task box at the start of a list item, and return the text after it."""
        box = (TASK_OF_VAULT if parser.notes.vault else TASK).match(text)
        if not box:
            return text
        parser.notes.tasks.append((container.element, box[1] != " "))
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

    def close(self, parser: BlockBuilder, container: Container) -> None:
        self.drop_blank_end()
        parser.add_code(container.element, self.lines, "", 0)


class Fence(Leaf):
    """Code between two lines of backticks or tildes; `info` is what stands behind the first."""

    def __init__(self, line: Line, fence: str, info: str) -> None:
        super().__init__()
        self.number = line.number
        self.indent = line.indent
        self.fence = fence
        self.info = links.unescaped(info.strip(" \t"))

    def takes(self, line: Line) -> bool:
        if line.text.startswith(self.fence, line.start) and line.indent < 4:
            self.finished = not line.content().rstrip(" \t").strip(self.fence[0])
            if self.finished:
                return True
        text = line.verbatim()
        if self.indent:
            text = text[min(self.indent, len(text) - len(text.lstrip(" "))) :]
        self.lines.append(text)
        return True

    def close(self, parser: BlockBuilder, container: Container) -> None:
        if not (parser.others and parser.others.fence(container.element, self)):
            parser.add_code(container.element, self.lines, self.info, self.number)


class Math(Leaf):
    """A formula between two lines of `$$`, the first of which is the line `number`.

    What stands behind the second one in its line ends the sentence, is a number, or is text.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.behind: Paragraph | None = None

    def takes(self, line: Line) -> bool:
        text = line.verbatim().rstrip()
        begins = MATH_END.match(text)
        self.finished = bool(begins) or text.endswith("$$")
        number = begins[1].replace("(", r"\qquad (") if begins else ""
        self.lines.append(number if begins else text.removesuffix("$$"))
        if begins and begins[2]:
            self.behind = Paragraph(line.number, False)
            line.pos = line.start = len(line.text) - len(begins[2])
            self.behind.add(line)
        return True

    def close(self, parser: BlockBuilder, container: Container) -> None:
        parser.add_math(container.element, "\n".join(self.lines).strip(), self.number)
        if self.behind:
            text, source = self.behind.take_text(parser)
            parser.add_text(container.element, "p", text, source)


class RawHtml(Leaf):
    """HTML that goes through as it is, up to a blank line or to what `end` finds.

    `below` are all lines of the text, and the number of this one among them: a style or a script
    that ends there goes on behind blank lines.
    """

    counts_blank = True

    def __init__(
        self, line: Line, end: re.Pattern[str] | None, below: tuple[Sequence[str], int]
    ) -> None:
        super().__init__()
        self.end = end
        self.number = line.number
        self.all, self.index = below
        self.seen, self.is_open = 0, False
        self.lines.append(line.verbatim())
        self.finished = end is not None and end.search(line.text, line.start) is not None

    def takes(self, line: Line) -> bool:
        if self.end is None and line.blank and not self._goes_on():
            self.finished = True
            return True
        self.lines.append(line.verbatim())
        self.finished = self.end is not None and self.end.search(line.text, line.pos) is not None
        return True

    def close(self, parser: BlockBuilder, container: Container) -> None:
        self.drop_blank_end()
        parser.add_html(container.element, "\n".join(self.lines), self.number)

    def _goes_on(self) -> bool:
        """Return whether a style or a script is open that ends not far below."""
        for line in self.lines[self.seen :]:
            for tag in STYLE_TAG.finditer(line):
                self.is_open = not tag[1]
        self.seen = len(self.lines)
        below = self.all[self.index + self.seen : self.index + self.seen + MAX_STYLE]
        return self.is_open and any(STYLE_END.search(line) for line in below)


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

    def close(self, parser: BlockBuilder, container: Container) -> None:
        aligns = [
            ALIGN.get((cell[0] == ":", cell[-1] == ":"), "") for cell, _ in cells(self.lines[1])
        ]
        wrapper = SubElement(
            container.element, "div", WRAPPER, **{"aria-label": parser.notes.say(TABLE)}
        )
        if len(self.lines) > 2 and (mark := BLOCK_MARK.fullmatch(self.lines[-1])):
            wrapper.set("id", parser.notes.block_name(mark[1]))
            self.lines.pop()
        table = SubElement(wrapper, "table")
        self.row(parser, SubElement(table, "thead"), 0, aligns)
        if len(self.lines) > 2:
            body = SubElement(table, "tbody")
            for index in range(2, len(self.lines)):
                self.row(parser, body, index, aligns)

    def row(self, parser: BlockBuilder, part: Element, index: int, aligns: list[str]) -> None:
        """Add a row of the table; what is missing is filled, up to a bound for hostile input."""
        found = cells(self.lines[index])
        if any(text for text, _ in found[len(aligns) :]):
            self.tell_hidden(parser.notes, index, found[len(aligns)][1])
        del found[len(aligns) :]
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

    def tell_hidden(self, notes: Notes, index: int, start: int) -> None:
        """Warn of what a row holds beyond the last column, which nobody sees (GFM, "Tables")."""
        written = self.lines[index][start:].rstrip(" \t")
        span = notes.span_of(self.number + index, self.columns[index] + start, written)
        message = "the row has more cells than the head of its table, so the rest is not shown"
        notes.problem(span, "table.cells", message, "write `\\|` for a bar that divides no cells")


def _add_named(
    parser: BlockBuilder, parent: Element, text: str, source: Source, label: str
) -> None:
    """Add a paragraph with the name of a block at its end; alone, it names the block before."""
    name, text = parser.notes.block_name(label), text.rstrip(" \t\n")
    if not text:
        name_block(parent, name)
        return
    paragraph = parser.add_text(parent, "p", text, source)
    whole = parent.tag in ("li", "blockquote") and "id" not in parent.attrib
    (parent if whole else paragraph).set("id", name)


def name_block(parent: Element, name: str) -> None:
    """Give the last block in `parent` an id; finished HTML gets an element that has it."""
    last = parent[-1] if len(parent) else None
    holder, text = (parent, parent.text) if last is None else (last, last.tail)
    if text and text.strip():
        before, _, mark = text.rstrip("\n").rpartition("\n")
        if last is None:
            holder.text = AtomicString(before)
        else:
            holder.tail = AtomicString(before)
        SubElement(parent, "div", {"id": name}).text = AtomicString(mark)
    elif last is not None:
        last.set("id", name)


def table_start(paragraph: Paragraph, line: Line) -> Table | None:
    """Return the table whose head are the last line of `paragraph` and this line, if they are."""
    delimiters = line.content()
    if not paragraph.may_be_table or not DELIMITER.match(delimiters):
        return None
    header = paragraph.lines[-1].lstrip(" \t")
    if len(cells(header)) != len(cells(delimiters)):
        # as in cmark-gfm a paragraph has one try
        paragraph.may_be_table = False
        return None
    paragraph.lines.pop()
    return Table(header, paragraph.columns.pop(), line)


def cells(row: str) -> list[tuple[str, int]]:
    """Return the cells of a row, each with the index in `row` at which its text begins."""
    row = row.rstrip(" \t")
    pos, found = len(row) - len(row.lstrip(" \t")), []
    pos += row.startswith("|", pos)
    while pos < len(row) and (match := CELL.match(row, pos)):
        found.append((match[1].rstrip(" \t").replace("\\|", "|"), match.start(1)))
        pos = match.end() + 1
    return found


def after_definition(text: str, pos: int) -> tuple[tuple[str, str], int] | None:
    """Return (destination, title) behind a label's colon, and where the next line begins."""
    pos = links.skip_space(text, pos)
    found = links.destination(text, pos)
    if not found or found[1] == pos:
        return None
    url, end = found
    plain = LINE_END.match(text, end)
    space = links.skip_space(text, end)
    titled = links.title(text, space) if space > end else None
    last = LINE_END.match(text, titled[1]) if titled else None
    if titled and last:
        return (url, titled[0]), last.end()
    return ((url, ""), plain.end()) if plain else None


def take_definitions(text: str, references: References) -> int:
    """Record the definitions at the start of `text` and return where they end.

    The first definition of a label counts (CommonMark 0.31, "link reference definitions").
    """
    pos = 0
    while match := LABEL.match(text, pos):
        label = links.normal_label(match[1])
        found = after_definition(text, match.end()) if label else None
        if not found:
            break
        references.setdefault(label, found[0])
        pos = found[1]
    return pos
