"""Give the block and inline processors of other extensions their turn.

Block processors are shown each paragraph. A block that one of them claims may go on behind blank
lines as far as it is indented by four columns, as Python-Markdown's own extensions are written
(admonitions, tabs, details). Blocks with an end of their own (md_in_html, pymdownx.blocks) are read
as a whole and handed over; code between fences in them is set aside, so that nothing in it is taken
for the end. Inline processors get their turn where their pattern matches.
"""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor, Pattern
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor, UnescapeTreeprocessor
from markdown.util import ETX, HTML_PLACEHOLDER_RE, STX, AtomicString

from nexusgen.markdown.containers import Container, Line, dress_alert
from nexusgen.markdown.leaves import BlockBuilder, Fence, Leaf, Paragraph
from nexusgen.markdown.notes import Notes
from nexusgen.markdown.reader import HELD, GitHubBlockParser
from nexusgen.markdown.scanner import Inline, Scanner

MAX_DEPTH = 100
MAX_NESTING = 20
PROBE = "nobody waits for this"

_FENCE = re.compile(r"[ ]*(`{3,}|~{3,})")
_MARKED_HTML = re.compile(r"<([a-zA-Z][\w-]*)[^>]*\smarkdown(?=[\s=>])")
_SLASHES = re.compile(r"(/{3,})[ ]*[\w-]+")

LIBRARY = {
    "empty": 100, "indent": 90, "code": 80, "hashheader": 70, "setextheader": 60, "hr": 50,
    "olist": 40, "ulist": 30, "quote": 20, "reference": 15, "paragraph": 10,
}  # fmt: skip
"""The library's block processors, for extensions that look one up by its name."""

REPLACED = frozenset(
    (*LIBRARY, "blocks", "table", "defindent", "footnote", "deflist", "abbr", "quote_callout")
)
"""What is read by ours, also where another extension registers its own."""


class Compat:
    """Is made before other extensions are loaded; `collect` then finds what they registered."""

    def __init__(self, md: Markdown, parser: GitHubBlockParser, library: Any) -> None:
        """Keep the `library`'s own processors where others look for them; they are not asked."""
        self.parser = parser
        self.own = {*library, *md.inlinePatterns}
        for processor in library:
            processor.parser = parser
        for name, priority in LIBRARY.items():
            if name in library:
                parser.blockprocessors.register(library[name], name, priority)

    def collect(self, inline: Inline, custom_fences: Any) -> None:
        """Give all that was registered since its turn; superfences reads only `custom_fences`."""
        registry, preprocessors = self.parser.blockprocessors, self.parser.md.preprocessors
        names = (fence.get("name") for fence in custom_fences or () if isinstance(fence, dict))
        self.fence_names = frozenset(map(str, names))
        self.fences = _taken(preprocessors, "fenced_code_block")
        self.marked_html = _taken(preprocessors, "html_block")
        self.slashes = registry["blocks"] if "blocks" in registry else None  # noqa: SIM401  a Registry has no get
        known = self.own | {registry[name] for name in REPLACED if name in registry}
        self.processors = tuple(processor for processor in registry if processor not in known)
        root = Element("div")
        self.claiming = tuple(p for p in self.processors if not p.test(root, PROBE))
        patterns = [pattern for pattern in inline.md.inlinePatterns if pattern not in self.own]
        if self.processors or self.slashes or self.marked_html or self.fences:
            self.parser.others, inline.tails = self, True
            tabs = Treeprocessor(inline.md)
            tabs.run = partial(open_tabs, inline.notes)  # type: ignore[method-assign]
            inline.md.treeprocessors.register(tabs, "nexusgen-tabs", 21)
        if patterns:
            inline.search = partial(CompatInline, patterns)
        if patterns or inline.tails:
            # other extensions may write characters as the library's own escapes do
            inline.md.treeprocessors.register(UnescapeTreeprocessor(), "unescape", 0)

    def paragraph(self, parent: Element, paragraph: Paragraph) -> bool:
        """Show a paragraph to the processors; return whether one of them has read it."""
        if not self.processors or self.parser.depth >= MAX_DEPTH or not paragraph.lines:
            return False
        blocks, before = [_outdented(paragraph.lines)], len(parent)
        if not self.run_one(parent, blocks):
            return False
        while blocks:
            if not self.run_one(parent, blocks):
                self.parser.parseChunk(parent, blocks.pop(0))
        dress_boxes(parent[before:], self.parser.notes)
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
        text = _outdented(paragraph.lines)
        claimed = any(processor.test(parent, text) for processor in self.claiming)
        return IndentedBlock(paragraph) if claimed else None

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
        match = _MARKED_HTML.match(line.text, line.start)
        return MarkedHtml(self, line, match[1]) if match else None

    def slash_block(self, line: Line) -> Leaf | None:
        """Return the block that `/// name` begins (pymdownx.blocks)."""
        if self.slashes is None or self.parser.depth >= MAX_DEPTH:
            return None
        match = _SLASHES.match(line.text, line.start)
        return SlashBlock(self, line, match[1]) if match else None


def _taken(preprocessors: Any, name: str) -> Preprocessor | None:
    """Take out a preprocessor that would read the whole text, if it is there."""
    if name not in preprocessors:
        return None
    found: Preprocessor = preprocessors[name]
    preprocessors.deregister(name)
    return found


def _outdented(lines: Sequence[str]) -> str:
    """Return lines less the indentation of the first: processors look for their mark there."""
    text = "\n".join(lines).rstrip(" \t\n")
    indent = len(text) - len(text.lstrip(" "))
    return re.sub(f"(?m)^ {{1,{indent}}}", "", text) if indent else text


def dress_boxes(made: Sequence[Element], notes: Notes) -> None:
    """Give admonitions and folded blocks that an extension has made the look of our alerts."""
    for box in made:
        classes = box.get("class", "").split()
        if "alert" in classes or not (box.tag == "details" or "admonition" in classes):
            continue
        kind = next((name.lower() for name in classes if name != "admonition"), "")
        head = box[0] if len(box) else None
        if head is not None and head.tag != "summary" and head.get("class") != "admonition-title":
            head = None
        elif head is not None and head.text == kind.capitalize():
            head.text = ""
        dress_alert(box, head, kind, notes)


def open_tabs(notes: Notes, root: Element) -> None:
    """Make boxes of tabs, each below its own label, of which a page opens one at a time."""
    for parent in list(root.iter()):
        if any("tabbed-set" in child.get("class", "") for child in parent):
            parent[:] = [box for child in parent for box in _boxes_of(child, notes)]


def _boxes_of(tabs: Element, notes: Notes) -> Sequence[Element]:
    """Return the boxes of a set of tabs, in either of its forms; anything else as it is."""
    labels, panels = tabs.findall("label"), tabs.findall("div")
    if not labels:
        labels, panels = tabs.findall("div/label"), tabs.findall("div/div")
    switches = tabs.findall("input")
    if not labels or not len(switches) == len(labels) == len(panels):
        return (tabs,)
    for switch, label, panel in zip(switches, labels, panels, strict=True):
        label.tag, panel.tag = "summary", "details"
        label.attrib.pop("for", None)
        panel.set("name", notes.prefix + switch.get("name", ""))
        if "checked" in switch.attrib:
            panel.set("open", "")
        panel.insert(0, label)
        dress_alert(panel, label, "", notes)
    return panels


class IndentedBlock(Leaf):
    """A paragraph that a processor claims, with the indented lines and blank lines after it."""

    def __init__(self, paragraph: Paragraph) -> None:
        super().__init__()
        self.paragraph = paragraph
        paragraph.lines.append("")

    def takes(self, line: Line) -> bool:
        if not line.blank and line.indent < 4:
            return False
        self.paragraph.lines.append("" if line.blank else line.rest())
        self.paragraph.columns.append(1)
        return True

    def close(self, parser: BlockBuilder, container: Container) -> None:
        self.paragraph.close(parser, container)


class Gathered(Leaf):
    """A block up to the line that `ends` it; `aside` is the code that was set aside."""

    def __init__(self, compat: Compat, line: Line) -> None:
        super().__init__()
        self.compat = compat
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
        match = _FENCE.match(text)
        if self.fence:
            self.aside[-1].append(text)
            if text.strip().startswith(self.fence) and not text.strip().strip(self.fence[0]):
                self.fence = ""
        elif match:
            self.fence = match[1]
            self.aside.append([text])
            self.lines.append(_mark(len(self.aside) - 1))
        else:
            self.add(text)
        return True

    def held(self) -> list[str]:
        """Return the lines, with marks for the code that the parser now holds."""
        parser = self.compat.parser
        first = len(parser.held)
        parser.held += self.aside
        parser.first_line = self.number
        return [HELD.sub(lambda match: _mark(int(match[1]) + first), line) for line in self.lines]


def _mark(number: int) -> str:
    return f"{STX}nexusgen:{number}{ETX}"


class MarkedHtml(Gathered):
    """An HTML element with the attribute `markdown`, up to its end tag (md_in_html)."""

    def __init__(self, compat: Compat, line: Line, tag: str) -> None:
        self.tags = re.compile(rf"<(/?){tag}\b", re.IGNORECASE)
        self.open = 0
        super().__init__(compat, line)

    def ends(self, text: str) -> bool:
        for match in self.tags.finditer(text):
            self.open += -1 if match[1] else 1
        return self.open <= 0

    def close(self, parser: BlockBuilder, container: Container) -> None:
        preprocessor = self.compat.marked_html
        text = "\n".join(preprocessor.run(self.held()) if preprocessor else ()).strip("\n")
        blocks = [text]
        # md_in_html made a mark of its own of the element, or left it as text
        if not self.compat.run_one(container.element, blocks):
            parser.parseChunk(container.element, text)
        elif blocks:
            parser.parseBlocks(container.element, blocks)


class SlashBlock(Gathered):
    """`/// name` up to a line of as many slashes (pymdownx.blocks)."""

    def __init__(self, compat: Compat, line: Line, slashes: str) -> None:
        self.end = re.compile(rf"[ ]{{0,3}}{slashes}[ ]*$")
        super().__init__(compat, line)

    def ends(self, text: str) -> bool:
        return self.end.match(text) is not None

    def close(self, parser: BlockBuilder, container: Container) -> None:
        processor, parent = self.compat.slashes, container.element
        lines, before = self.held(), len(parent)
        blocks = ["\n".join(lines)]
        wanted = processor is not None and processor.test(parent, blocks[0])
        if processor and wanted and processor.run(parent, blocks) is not False:
            dress_boxes(parent[before:], parser.notes)
            parser.parseBlocks(parent, blocks)
        else:
            # no block after all: its first line is text
            SubElement(parent, "p").text = lines[0].strip()
            parser.parseChunk(parent, "\n".join(lines[1:]))


class CompatInline:
    """The matches of the inline processors of other extensions in one text, found when needed.

    Of two matches the one that begins first counts, and ours where code or a link began before.
    """

    def __init__(self, patterns: Sequence[Pattern], text: str) -> None:
        self.patterns = patterns
        self.text = text
        self.next: list[tuple[int, re.Match[str] | None]] = [(-1, None) for _ in patterns]

    def take(self, scanner: Scanner, pos: int, before: int) -> int:
        """Let the first match from `pos` up to `before` make a part; return where it ends, or 0."""
        while True:
            for index in range(len(self.next)):
                self._advance(index, pos)
            start, index = min((place[0], index) for index, place in enumerate(self.next))
            match = self.next[index][1]
            if start > before or match is None:
                return 0
            end = self._handle(scanner, self.patterns[index], match)
            if end > start:
                return end
            self._advance(index, start + 1)

    def _advance(self, index: int, pos: int) -> None:
        """Find the first match of a pattern at or after `pos`.

        Patterns of the old style match from a beginning; their first group is the text before.
        """
        if self.next[index][0] >= pos:
            return
        pattern, match = self.patterns[index], None
        expression = pattern.getCompiledRegExp()
        is_new = isinstance(pattern, InlineProcessor)
        if pos <= len(self.text):
            find = expression.search if is_new else expression.match
            match = find(self.text, pos)
        start = len(self.text) + 1
        if match:
            start = match.start() if is_new else match.end(1)
        self.next[index] = (start, match)

    def _handle(self, scanner: Scanner, pattern: Pattern, match: re.Match[str]) -> int:
        """Let one processor handle its match; return where the result ends, or 0."""
        node: Element | str | None
        start: int | None
        end: int | None
        if isinstance(pattern, InlineProcessor):
            node, start, end = pattern.handleMatch(match, self.text)
        else:
            node = pattern.handleMatch(match)
            start, end = match.end(1), match.start(match.lastindex or 0)
        if node is None or start is None or end is None or start < scanner.done:
            return 0
        if not isinstance(node, str):
            _read_inside(scanner.inline, node)
        return scanner.add(start, node, end)


def _read_inside(inline: Inline, node: Element) -> None:
    """Read the texts inside an element that a processor made."""
    if inline.nesting >= MAX_NESTING or isinstance(node.text, AtomicString):
        return
    inline.nesting += 1
    try:
        children = list(node)
        for child in (node, *children):
            if child.text and not isinstance(child.text, AtomicString):
                inline.read(child, child.text)
        inline.read_tails(node, children)
    finally:
        inline.nesting -= 1
