"""Open blocks: for each character that a line can begin with, functions that try.

Each gets the reader and the line, opens what it finds, and returns whether it found anything.
"""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement

from nexusgen.markdown.containers import Definition, Footnote, Item, Line, List, Quote
from nexusgen.markdown.leaves import Fence, Math, Paragraph, RawHtml, table_start
from nexusgen.markdown.notes import Source
from nexusgen.markdown.reader import Reader, Start

MAX_DEPTH = 100
ATX = re.compile(r"(#{1,6})(?:[ \t]+|$)")
ATX_END = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")
SETEXT = re.compile(r"(?:=+|-+)[ \t]*$")
BREAK = re.compile(r"(?>(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
FENCE = re.compile(r"(`{3,}+)([^`]*)$|(~{3,}+)(.*)$")
MATH = re.compile(r"\$\$(?!\$)(.*?)(\$\$)?[ \t]*$")
MARK = re.compile(r"(?:([-+*])|(\d{1,9})([.)]))( +|$)")
TERM = re.compile(r":( +)(?=\S)")
FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]:[ \t]*")
ABBREVIATION = re.compile(r"\*\[([^\]\n]+)\]:[ \t]*(.*)$")

HTML_NAMES = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|"
    "dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|"
    "hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|"
    "search|section|source|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul"
)
HTML_ATTRIBUTE = (
    r"""(?:[ \t]+[a-zA-Z_:][\w.:-]*+(?:[ \t]*=[ \t]*(?:[^\s"'=<>`]++|'[^']*+'|"[^"]*+"))?)"""
)

HTML_START = re.compile(
    r"<(?:(?P<text>(?:script|pre|style|textarea)(?=[ \t>]|$))|(?P<comment>!--)|(?P<instruction>\?)"
    r"|(?P<cdata>!\[CDATA\[)|(?P<declaration>![A-Za-z])"
    rf"|(?P<block>/?(?:{HTML_NAMES})(?=[ \t]|/?>|$))"
    rf"|(?P<alone>(?:[a-zA-Z][a-zA-Z0-9-]*+(?>{HTML_ATTRIBUTE}*)[ \t]*/?>|/[a-zA-Z][a-zA-Z0-9-]*+[ \t]*>)[ \t]*$))",
    re.IGNORECASE | re.ASCII,
)

HTML_END = {
    "text": re.compile(r"</(?:script|pre|style|textarea)>", re.IGNORECASE),
    "comment": re.compile("-->"),
    "instruction": re.compile(r"\?>"),
    "declaration": re.compile(">"),
    "cdata": re.compile(r"\]\]>"),
}
"""What ends each kind of HTML block; the two that are missing end before a blank line."""


def heading(reader: Reader, line: Line) -> bool:
    """`## Heading ##`."""
    match = ATX.match(line.text, line.start)
    if not match:
        return False
    text = ATX_END.sub("", line.text[match.end() :].rstrip(" \t"))
    source = Source(line.number, [line.column(match.end())])
    parent = reader.begin_block().element
    reader.parser.add_text(parent, f"h{len(match[1])}", text, source)
    return True


def underline(reader: Reader, line: Line) -> bool:
    """The line of `===` or `---` that makes a heading of the paragraph above it."""
    paragraph = reader.paragraph
    if paragraph is None or not SETEXT.match(line.text, line.start):
        return False
    text, source = paragraph.take_text(reader.parser)
    if not text:
        # only link definitions stand above, so the line is text
        paragraph.restart(line)
        return True
    reader.leaf = None
    container = reader.containers[-1]
    container.settle(paragraph.after_blank)
    tag = "h1" if line.text[line.start] == "=" else "h2"
    reader.parser.add_text(container.element, tag, text, source)
    return True


def table(reader: Reader, line: Line) -> bool:
    """The row of dashes under the header of a table."""
    paragraph = reader.paragraph
    found = table_start(paragraph, line) if paragraph else None
    if found is None or paragraph is None:
        return False
    if paragraph.lines:
        reader.begin_block()
    else:
        reader.containers[-1].settle(paragraph.after_blank)
    reader.leaf = found
    return True


def thematic_break(reader: Reader, line: Line) -> bool:
    """`***`, `- - -` or `___`."""
    if not BREAK.match(line.text, line.start):
        return False
    SubElement(reader.begin_block().element, "hr")
    return True


def fence(reader: Reader, line: Line) -> bool:
    """Three backticks or tildes, or more."""
    match = FENCE.match(line.text, line.start)
    if not match:
        return False
    leaf = Fence(line, match[1] or match[3], match[2] or match[4] or "")
    reader.begin_block()
    reader.open_leaf(leaf)
    return True


def math(reader: Reader, line: Line) -> bool:
    """`$$`, if a later line before a blank one ends with `$$`, or this line does.

    A line of `$$` alone is also closed where a later line begins with `$$`.
    """
    match = MATH.match(line.text, line.start)
    if not match or not ((match[2] and match[1].strip()) or closes_math(reader, match[0])):
        return False
    reader.begin_block()
    leaf = Math(line.number)
    leaf.finished = bool(match[2])
    leaf.lines.append(match[1])
    reader.open_leaf(leaf)
    return True


def closes_math(reader: Reader, opening: str) -> bool:
    """Return whether the block of math that begins in the present line is closed."""
    if reader.index < reader.open_math:
        return False
    for index in range(reader.index + 1, len(reader.lines)):
        text = reader.lines[index].strip(" \t>")
        if text.endswith("$$") or (text.startswith("$$") and opening.strip() == "$$"):
            return True
        if not text:
            break
        # so that no line is looked at twice
        reader.open_math = index
    return False


def html_block(reader: Reader, line: Line) -> bool:
    """A line that begins with a tag, a comment or the like."""
    match = HTML_START.match(line.text, line.start)
    if not match or (match.lastgroup == "alone" and reader.paragraph is not None):
        return False
    reader.begin_block()
    others = reader.parser.others
    other = others.html_block(line) if others else None
    below = reader.lines, reader.index
    reader.open_leaf(other or RawHtml(line, HTML_END.get(match.lastgroup or ""), below))
    return True


def slashes(reader: Reader, line: Line) -> bool:
    """`/// name`: a block of pymdownx.blocks, where that is among the extensions."""
    others = reader.parser.others
    leaf = others.slash_block(line) if others else None
    if leaf is None:
        return False
    reader.begin_block()
    reader.open_leaf(leaf)
    return True


def abbreviation(reader: Reader, line: Line) -> bool:
    """`*[HTML]: Hyper Text Markup Language`."""
    match = ABBREVIATION.match(line.text, line.start)
    if not match or reader.paragraph is not None:
        return False
    reader.place()
    reader.parser.notes.abbreviations[match[1]] = match[2].strip()
    return True


def quote(reader: Reader, line: Line) -> bool:
    """`>`, but not the last line of a shortcode (`{{< … >}}`)."""
    outer = reader.containers[reader.matched - 1]
    if outer.depth >= MAX_DEPTH or line.text.startswith(">}}", line.start):
        return False
    element = SubElement(reader.begin_block().element, "blockquote")
    reader.open_container(Quote(element, outer.depth + 1))
    line.move(line.start + 1)
    line.pos += line.pos < line.start
    return True


def item(reader: Reader, line: Line) -> bool:
    """`-`, `+`, `*`, `1.` or `1)`."""
    match = MARK.match(line.text, line.start)
    outer = reader.containers[reader.matched - 1]
    if not match or outer.depth >= MAX_DEPTH:
        return False
    empty = match.end() == line.size
    if reader.paragraph is not None and (empty or int(match[2] or 1) != 1):
        return False
    owner = list_of_item(reader, match)
    spaces = len(match[4])
    spaces = 1 if empty or spaces > 4 else spaces
    width = match.start(4) - line.start + spaces
    element = SubElement(owner.element, "li")
    reader.open_container(Item(element, outer.depth + 1, line.indent + width, owner))
    line.move(line.start + width)
    return True


def list_of_item(reader: Reader, match: re.Match[str]) -> List:
    """Return the list that an item with this mark goes on with, or a new one."""
    mark = match[1] or match[3]
    outer = reader.containers[reader.matched - 1]
    if outer.list is not None and outer.list.mark == mark:
        reader.place(keep_list=True)
        if reader.after_blank or outer.list.gap:
            outer.list.tight = False
        return outer.list
    container = reader.begin_block()
    element = SubElement(container.element, "ol" if match[2] else "ul")
    if match[2] and int(match[2]) != 1:
        element.set("start", str(int(match[2])))
    container.list = List(element, mark)
    return container.list


def definition(reader: Reader, line: Line) -> bool:
    """`:   text` under a term, or under another definition."""
    match = TERM.match(line.text, line.start)
    outer = reader.containers[reader.matched - 1]
    if not match or outer.depth >= MAX_DEPTH or not may_define(reader):
        return False
    after_blank = reader.after_blank
    reader.place()
    owner = definition_list(reader, outer.element)
    if owner is None:
        return False
    element = SubElement(owner, "dd")
    indent = line.indent + match.end() - match.start()
    reader.open_container(Definition(element, outer.depth + 1, indent, not after_blank))
    line.move(match.end())
    return True


def definition_list(reader: Reader, parent: Element) -> Element | None:
    """Return the list that a definition at the end of `parent` belongs to, if any.

    A paragraph before it becomes a list whose terms are its lines; a list before that goes on.
    """
    last = parent[-1] if len(parent) else None
    if last is None or last.tag == "dl":
        return last
    if last.tag != "p" or last.tail:
        return None
    parser = reader.parser
    source = parser.notes.sources.pop(last, Source(parser.first_line, [1]))
    parent.remove(last)
    goes_on = len(parent) > 0 and parent[-1].tag == "dl" and not parent[-1].tail
    definitions = parent[-1] if goes_on else SubElement(parent, "dl")
    for index, text in enumerate((last.text or "").split("\n")):
        parser.add_text(definitions, "dt", text, source.drop(index))
    return definitions


def may_define(reader: Reader) -> bool:
    """Return whether a definition may come now: after a paragraph or another definition."""
    if reader.paragraph is not None:
        return True
    parent = reader.containers[reader.matched - 1].element
    last = parent[-1].tag if len(parent) else ""
    if isinstance(reader.leaf, Paragraph) and reader.matched < len(reader.containers):
        return last == "dl"
    return reader.leaf is None and last in ("p", "dl")


def footnote(reader: Reader, line: Line) -> bool:
    """`[^label]: text`."""
    match = FOOTNOTE.match(line.text, line.start)
    outer = reader.containers[reader.matched - 1]
    if not match or outer.depth >= MAX_DEPTH:
        return False
    reader.begin_block()
    element, label, notes = Element("li"), match[1].casefold(), reader.parser.notes
    notes.sources[element] = place = Source(line.number, [line.column(line.start)])
    if notes.footnotes.setdefault(label, element) is not element:
        notes.hidden_footnote(label, place, "it stands above already")
    reader.open_container(Footnote(element, outer.depth + 1))
    line.move(match.end())
    return True


LEAF_STARTS: Mapping[str, tuple[Start, ...]] = {
    "#": (heading,), "=": (underline,), "-": (underline, table, thematic_break), "|": (table,),
    ":": (table,), "*": (thematic_break, abbreviation), "_": (thematic_break,), "`": (fence,),
    "~": (fence,), "$": (math,), "<": (html_block,), "/": (slashes,),
}  # fmt: skip

CONTAINER_STARTS: Mapping[str, Start] = {
    ">": quote,
    "-": item,
    "+": item,
    "*": item,
    ":": definition,
    "[": footnote,
    **dict.fromkeys("0123456789", item),
}
