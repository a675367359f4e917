"""Take lines from left to right, and decide in which open blocks they go on.

The blocks that hold blocks are the document, quotes, list items, definitions and footnotes. Each
takes its own marks off a line. Quotes that begin with `[!NOTE]` become alerts.
"""

import re
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from nexusgen.markdown import callout_name
from nexusgen.markdown.notes import Notes

PREFIX = re.compile(r"[ \t]*(?:(?:[>:]|[-+*]|\d{1,9}[.)]|\[\^[^\]\s]+\]:)[ \t]*)*")


def expand(raw: str) -> str:
    """Return the line with the tabs before and between its block marks as spaces (tab stop 4)."""
    end = PREFIX.match(raw).end()  # type: ignore[union-attr]  # matches the empty string too
    return raw[:end].expandtabs(4) + raw[end:]


def without_columns(raw: str, columns: int) -> str:
    """Return the line less its first columns; of a tab cut in two the rest becomes spaces."""
    column = 0
    for index, char in enumerate(raw):
        if column >= columns:
            return " " * (column - columns) + raw[index:]
        column += 4 - column % 4 if char == "\t" else 1
    return " " * max(column - columns, 0)


class Line:
    """One line; `text[pos:]` is still to be read and `start` is its first character but spaces."""

    __slots__ = ("number", "pos", "raw", "size", "start", "text")

    def __init__(self, raw: str, number: int) -> None:
        self.raw = raw
        self.number = number
        self.text = expand(raw) if "\t" in raw else raw
        self.size = len(self.text)
        self.pos = 0
        self.start = self.size - len(self.text.lstrip(" "))

    @property
    def blank(self) -> bool:
        """Whether nothing but spaces is left."""
        return self.start == self.size

    @property
    def indent(self) -> int:
        """The number of spaces before what is left."""
        return self.start - self.pos

    def move(self, pos: int) -> None:
        """Go on reading at `pos`."""
        self.pos = min(pos, self.size)
        self.start = self.size - len(self.text[self.pos :].lstrip(" "))

    def indented(self, indent: int) -> bool:
        """Take this many columns of indentation off, and return whether they were there."""
        if self.start - self.pos < indent:
            return False
        self.pos += indent
        return True

    def verbatim(self, skip: int = 0) -> str:
        """Return what is left, less `skip` columns, with the tabs of the source."""
        if self.raw is self.text:
            return self.text[self.pos + skip :] if self.pos + skip else self.text
        return without_columns(self.raw, self.pos + skip)

    def rest(self) -> str:
        """Return what is left, with its indentation."""
        return self.text[self.pos :]

    def content(self) -> str:
        """Return what is left, without its indentation."""
        return self.text[self.start :]

    def column(self, index: int) -> int:
        """Return the column of the source, from 1, at which `text[index]` stands."""
        return index + 1 + len(self.raw) - self.size


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

    def close(self, notes: Notes) -> None:
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

    def close(self, notes: Notes) -> None:
        make_alert(self.element, notes)


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

    def close(self, notes: Notes) -> None:  # noqa: ARG002 (for those that need it)
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

    def close(self, notes: Notes) -> None:
        if self.tight:
            notes.tight.append(self.element)


class Footnote(Container):
    """The text of a footnote: lines indented by four (cmark-gfm)."""

    __slots__ = ()

    def continues(self, line: Line) -> bool:
        return line.indented(4) or not line.raw


ALERT = re.compile(
    r"\[!([^\W_](?:[\w -]*\w)?)[ ]*(?:\|[^\]\n]*)?\]([+-]?)(?![(\[])[ \t]*([^\n]*)(?:\n|\Z)"
)

KINDS = {
    **dict.fromkeys(("tip", "hint", "success", "check", "done"), "tip"),
    **dict.fromkeys(("important", "todo", "question", "help", "faq"), "important"),
    **dict.fromkeys(("warning", "attention", "bug"), "warning"),
    **dict.fromkeys(("caution", "danger", "error", "failure", "fail", "missing"), "caution"),
}
"""Those of GitHub's five looks that are not the look of a note, by the names of GitHub and Obsidian."""


def make_alert(quote: Element, notes: Notes) -> None:
    """Make an alert of `quote` if its first line says so: `[!kind]`, `[!kind]- Title`.

    Any kind is one, as in Obsidian. With `-` or `+` it is folded or open, if it holds anything.
    """
    first = quote[0] if len(quote) else None
    match = ALERT.match(first.text or "") if first is not None and first.tag == "p" else None
    if first is None or match is None:
        return
    title, kind = _take_title(quote, first, match, notes), match[1].lower()
    folds = match[2] and (len(quote) > 1 or (title.tail or "").strip())
    quote.tag, title.tag = ("details", "summary") if folds else ("div", "p")
    if folds and match[2] == "+":
        quote.set("open", "")
    title.text = match[3].strip(" \t")
    dress_alert(quote, title, kind, notes)


def dress_alert(box: Element, title: Element | None, kind: str, notes: Notes) -> None:
    """Give a box the look of an alert; its title says its kind, where it has both."""
    box.set("class", f"{box.get('class', '')} alert {KINDS.get(kind, 'note')}".lstrip())
    if kind:
        box.set("data-callout", kind)
    if box.tag == "details":
        notes.folded.append(box)
    if title is None:
        return
    title.set("class", f"{title.get('class', '')} alert-title".lstrip())
    name, written = notes.say(callout_name(kind)), "".join(title.itertext())
    if not written:
        title.text = name
    elif not written.casefold().startswith(name.casefold()):
        # what is written alone would tell the kind by nothing but colour
        title.text = f"{title.text or ''} "
        SubElement(title, "small", {"class": "alert-kind mono"}).text = AtomicString(name)


def _take_title(quote: Element, first: Element, match: re.Match[str], notes: Notes) -> Element:
    """Return the first line of `quote` as an element of its own; what stands below it stays."""
    text = first.text or ""
    source = notes.sources.pop(first, None)
    title = first
    if rest := text[match.end() :]:
        title = Element("p")
        quote.insert(0, title)
        first.text = rest
        if source:
            notes.sources[first] = source.drop(1)
    if source:
        notes.sources[title] = source.behind(text, match.start(3))
    return title
