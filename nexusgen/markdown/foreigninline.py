"""Inline processors of other extensions get their turn, each where its pattern matches."""

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor, Pattern
from markdown.util import AtomicString

if TYPE_CHECKING:
    from nexusgen.markdown.scanner import Scanner

MAX_NESTING = 20


class ForeignPatterns:
    """The inline processors that other extensions registered, the first in priority first.

    Of two matches the one that begins first counts, and ours where code or a link began before.
    """

    def __init__(self, md: Markdown) -> None:
        self.md = md
        self.own = set(md.inlinePatterns)
        self.patterns: tuple[Pattern, ...] = ()
        self.tails = False
        self.nesting = 0

    def __bool__(self) -> bool:
        return bool(self.patterns)

    def collect(self) -> None:
        """Find the processors that were registered after this object was made."""
        self.patterns = tuple(p for p in self.md.inlinePatterns if p not in self.own)

    def search(self, text: str) -> "ForeignSearch":
        """Return a search for the patterns in `text`."""
        return ForeignSearch(self, text)


class ForeignSearch:
    """The matches of all patterns in one text, found as they are needed."""

    def __init__(self, patterns: ForeignPatterns, text: str) -> None:
        self.owner = patterns
        self.text = text
        self.next: list[tuple[int, re.Match[str] | None]] = [(-1, None) for _ in patterns.patterns]

    def advance(self, index: int, pos: int) -> None:
        """Find the first match of a pattern at or after `pos`."""
        if self.next[index][0] < pos:
            pattern = self.owner.patterns[index]
            match = find(pattern, self.text, pos) if pos <= len(self.text) else None
            start = begin(pattern, match) if match else len(self.text) + 1
            self.next[index] = (start, match)

    def take(self, scanner: "Scanner", pos: int, before: int) -> int:
        """Let the first match from `pos` up to `before` make a part; return where it ends, or 0."""
        while True:
            for index in range(len(self.next)):
                self.advance(index, pos)
            start, index = min((place[0], index) for index, place in enumerate(self.next))
            if start > before or self.next[index][1] is None:
                return 0
            end = self.handle(scanner, index)
            if end > start:
                return end
            self.advance(index, start + 1)

    def handle(self, scanner: "Scanner", index: int) -> int:
        """Let one processor handle its match; return where the result ends, or 0."""
        pattern, match = self.owner.patterns[index], self.next[index][1]
        if match is None:
            return 0
        if isinstance(pattern, InlineProcessor):
            node, start, end = pattern.handleMatch(match, self.text)
        else:
            node = pattern.handleMatch(match)
            start, end = begin(pattern, match), match.start(match.lastindex or 0)
        if node is None or start is None or end is None or start < scanner.done:
            return 0
        if not isinstance(node, str):
            self.read_inside(scanner, node)
        return scanner.add(start, node, end)

    def read_inside(self, scanner: "Scanner", node: Element) -> None:
        """Read the texts inside an element that a processor made."""
        owner = self.owner
        if owner.nesting >= MAX_NESTING or isinstance(node.text, AtomicString):
            return
        owner.nesting += 1
        try:
            for child in [node, *node]:
                if child.text and not isinstance(child.text, AtomicString):
                    scanner.inline.read(child, child.text)
            scanner.inline.read_tails(node)
        finally:
            owner.nesting -= 1


def find(pattern: Pattern, text: str, pos: int) -> re.Match[str] | None:
    """Return the first match at or after `pos`; patterns of the old style match from a beginning."""
    if isinstance(pattern, InlineProcessor):
        return pattern.getCompiledRegExp().search(text, pos)
    return pattern.getCompiledRegExp().match(text, pos)


def begin(pattern: Pattern, match: re.Match[str]) -> int:
    """Return where a match begins; in the old style its first group is the text before it."""
    return match.start() if isinstance(pattern, InlineProcessor) else match.end(1)
