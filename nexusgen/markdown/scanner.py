"""Read the text of a block for inline marks, from left to right, as CommonMark's appendix has it.

A text becomes parts: strings, elements, runs of emphasis, brackets. Each special character has a
handler (see `inline`): it adds a part, if there is any, and returns where to go on; 0 where just the
character is text. Emphasis is resolved in the end ("process emphasis"), in linear time, because for
each kind of closing run it is remembered below which place no opening one is left.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, TypeAlias
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from nexusgen.core.model import Span
from nexusgen.markdown.foreign import tell_foreign
from nexusgen.markdown.html import RawHtmlReader
from nexusgen.markdown.media import Seen
from nexusgen.markdown.notes import Notes, Source, literal

ASCII_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
TAGS = {"*": ("em", "strong"), "_": ("em", "strong"), "~": ("del", "del"), "=": ("mark", "mark")}


def _is_punctuation(char: str) -> bool:
    return char in ASCII_PUNCTUATION or (char > "\x7f" and unicodedata.category(char)[0] in "PS")


class Run:
    """A run of one character: what it can do, how much of it is left, and what it became.

    `closes` and `opens` are the tags that end and begin here, in the order they were found.
    """

    __slots__ = ("can_close", "can_open", "char", "closes", "count", "length", "opens")

    def __init__(self, char: str, length: int, before: str, after: str) -> None:
        self.char = char
        self.length = self.count = length
        self.opens: list[str] = []
        self.closes: list[str] = []
        after_space, before_space = after.isspace(), before.isspace()
        after_mark, before_mark = _is_punctuation(after), _is_punctuation(before)
        left = not after_space and (not after_mark or before_space or before_mark)
        right = not before_space and (not before_mark or after_space or after_mark)
        self.can_open = left and (char != "_" or not right or before_mark)
        self.can_close = right and (char != "_" or not left or after_mark)

    def fits(self, closer: "Run") -> bool:
        """Return whether this run can be the opening one of `closer` (the rule of three)."""
        return self.char == closer.char and (
            not (closer.can_open or self.can_close)
            or closer.length % 3 == 0
            or (self.length + closer.length) % 3 != 0
        )


def pair(opener: Run, closer: Run) -> None:
    """Make an element of what stands between the two runs."""
    strong = opener.count >= 2 and closer.count >= 2
    used = 2 if strong else 1
    if opener.char in "~=":
        if opener.count != closer.count:
            opener.can_open = closer.can_close = False
            return
        used = opener.count
    tag = TAGS[opener.char][strong]
    opener.opens.append(tag)
    closer.closes.append(tag)
    opener.count -= used
    closer.count -= used


def find_opener(stack: list[tuple[int, Run]], closer: Run, bottom: int) -> int:
    """Return where in the stack the opening run of `closer` is, or -1."""
    for place in range(len(stack) - 1, -1, -1):
        index, run = stack[place]
        if index < bottom:
            break
        if run.fits(closer):
            return place
    return -1


def resolve(runs: Iterable[Run]) -> None:
    """Pair the runs of a text, in their order."""
    stack: list[tuple[int, Run]] = []
    bottoms: dict[tuple[str, bool, int], int] = {}
    for index, run in enumerate(runs):
        key = (run.char, run.can_open, run.length % 3)
        while run.can_close and run.count:
            place = find_opener(stack, run, bottoms.get(key, 0))
            if place < 0:
                bottoms[key] = index
                break
            opener = stack[place][1]
            pair(opener, run)
            keep = opener.can_open and opener.count
            del stack[place + 1 if keep else place :]
        if run.can_open and run.count:
            stack.append((index, run))


class Mail:
    """A bare mail address: a link, unless it stands inside one."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class Bracket:
    """A `[` or `![` that may open a link or an image.

    `start` is where it stands in the text, `part` its place among the parts, `runs` the number of
    emphasis runs before it. `active` turns false where a link around it would hold a link. `text`
    is what it is where it opens nothing, `end` where the text of the link begins.
    """

    __slots__ = ("active", "end", "image", "nested", "part", "runs", "start", "text")

    def __init__(self, start: int, image: bool, part: int, runs: int) -> None:
        self.start = start
        self.image = image
        self.part = part
        self.runs = runs
        self.active = True
        self.nested = False
        self.text = "![" if image else "["
        self.end = start + len(self.text)


Part: TypeAlias = "str | Element | Run | Bracket | Mail"


class Builder:
    """Puts parts into an element, one after the other."""

    def __init__(self, element: Element) -> None:
        self.open = [element]
        self.last: Element | None = None

    def add(self, part: "str | Element") -> None:
        """Add text or a finished element behind what is there."""
        if not isinstance(part, str):
            self.open[-1].append(part)
            self.last = part
        elif self.last is not None:
            self.last.tail = (self.last.tail or "") + part
        else:
            self.open[-1].text = (self.open[-1].text or "") + part

    def run(self, run: Run) -> None:
        """End and begin the elements of an emphasis run, with what is left of it between."""
        for _ in run.closes:
            self.last = self.open.pop()
        self.add(run.char * run.count)
        for tag in reversed(run.opens):
            self.open.append(SubElement(self.open[-1], tag))
            self.last = None


def fill(element: Element, parts: Iterable[Part], inside_link: bool) -> None:
    """Put `parts` into `element`."""
    builder = Builder(element)
    for part in parts:
        if isinstance(part, Run):
            builder.run(part)
        elif isinstance(part, Bracket) or (isinstance(part, Mail) and inside_link):
            builder.add(part.text)
        elif isinstance(part, Mail):
            address = part.text.removeprefix("mailto:")
            link = Element("a", {"href": literal(f"mailto:{address}")})
            link.text = part.text
            builder.add(link)
        else:
            builder.add(part)


def special_of(text: str, more: str = "") -> re.Pattern[str]:
    """Return what finds the special characters of `text`, `more` among them; few always are."""
    extra = more + ("\n" if " \n" in text else "")
    if "://" in text:
        extra += ":"
    if "www." in text:
        extra += "w"
    for char in "@$=":
        if char in text:
            extra += char
    found = _SPECIAL.get(extra)
    if found is None:
        found = _SPECIAL[extra] = re.compile(rf"[\\`*_\[\]<&~{re.escape(extra)}]")
    return found


_SPECIAL: dict[str, re.Pattern[str]] = {}


class OtherMarks(Protocol):
    """The inline marks of other extensions in one text."""

    def take(self, scanner: "Scanner", pos: int, before: int) -> int:
        """Let the first mark from `pos` up to `before` make a part; return its end, or 0."""


class Inline(Treeprocessor):
    """Reads the text of every element that is not finished, in the place of the library's own.

    `handlers` are those of the special characters. `search` finds the marks of other extensions in
    a text, `tails` tells whether these leave text behind elements, `nesting` how deep they are.
    `more` are further special characters. `vault` tells whether the hub is one of Obsidian.
    """

    def __init__(
        self,
        md: Markdown,
        notes: Notes,
        raw: RawHtmlReader,
        handlers: "Mapping[str, Callable[[Scanner, int], int]]",
    ) -> None:
        super().__init__(md)
        self.references: Mapping[str, tuple[str, str]] = md.references
        self.notes = notes
        self.raw = raw
        self.handlers = handlers
        self.search: Callable[[str], OtherMarks] | None = None
        self.tails = False
        self.more = ""
        self.vault = False
        self.nesting = 0
        self.stashed_nodes: dict[str, Element | str] = {}

    def run(self, root: Element, ancestors: list[str] | None = None) -> None:  # noqa: ARG002
        """Read all texts below `root`. (`ancestors` is what other extensions pass along.)"""
        for element in list(root.iter()):
            text, children = element.text, list(element)
            if text and not isinstance(text, AtomicString):
                self.read(element, text)
            if self.tails:
                self.read_tails(element, children)

    def read(self, element: Element, text: str) -> None:
        """Read the text at the beginning of `element`."""
        notes = self.notes
        before = len(notes.found)
        notes.words += len(text.split())
        notes.braces = notes.braces or "{" in text
        if notes.foreign:
            tell_foreign(notes, text, Scanner(self, text, notes.sources.get(element)).span)
        if self.search or special_of(text, self.more).search(text):
            element.text = None
            parts = Scanner(self, text, notes.sources.get(element)).scan()
            children = list(element)
            element[:] = []
            fill(element, parts, False)
            element.extend(children)
        if len(notes.found) > before:
            seen = Seen(notes.stashed) if notes.holds_html else str
            notes.add_contexts(element, before, seen)

    def read_tails(self, element: Element, children: Iterable[Element]) -> None:
        """Read the text that other extensions left behind `children`, which `element` had unread."""
        for child in children:
            tail = child.tail
            if tail and tail.strip() and not isinstance(tail, AtomicString):
                holder = Element("span")
                holder.text, child.tail = tail, None
                self.read(holder, tail)
                place = list(element).index(child) + 1
                child.tail = holder.text
                element[place:place] = list(holder)


class Scanner:
    """The reading of one text; `parts` is what it consists of, `done` how far that goes."""

    def __init__(self, inline: Inline, text: str, source: Source | None) -> None:
        self.inline = inline
        self.notes = inline.notes
        self.text = text
        self.source = source
        self.parts: list[Part] = []
        self.runs: list[Run] = []
        self.brackets: list[Bracket] = []
        self.done = 0
        self.ticks: dict[int, list[int]] | None = None
        self.unended: set[str] = set()

    def scan(self) -> list[Part]:
        """Return the parts of the text, emphasis resolved."""
        text, handlers = self.text, self.inline.handlers
        find = special_of(text, self.inline.more).search
        others = self.inline.search(text) if self.inline.search else None
        pos = 0
        while match := find(text, pos):
            at = match.start()
            if others and (taken := others.take(self, pos, at)):
                pos = taken
                continue
            pos = handlers[text[at]](self, at) or at + 1
        while others and (taken := others.take(self, pos, len(text))):
            pos = taken
        if self.done < len(text):
            self.parts.append(text[self.done :])
        resolve(self.runs)
        return self.parts

    def add(self, at: int, part: Part, end: int) -> int:
        """Add the text before `at`, then `part`, which goes as far as `end`; return `end`."""
        if self.done < at:
            self.parts.append(self.text[self.done : at])
        self.parts.append(part)
        self.done = end
        return end

    def span(self, start: int, end: int) -> Span:
        """Return where a piece of the text stands."""
        written = self.text[start:end].partition("\n")[0]
        line, column = self.source.place(self.text, start) if self.source else (0, 0)
        return self.notes.span_of(line, column, written)
