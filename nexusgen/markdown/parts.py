"""The pieces that a text is cut into, and how they become the content of an element."""

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AMP_SUBSTITUTE, STX

from nexusgen.markdown.emphasis import Run
from nexusgen.markdown.holes import OPEN

AMPERSAND = AMP_SUBSTITUTE + "amp;"
MARK = re.compile("\x02[^\x03]*\x03|\ufdd0[^\ufdd1]*\ufdd1")


class Mail(str):
    """A bare mail address: a link, unless it stands inside one."""

    __slots__ = ()


class Bracket:
    """A `[` or `![` that may open a link or an image.

    `start` is where it stands in the text, `part` its place among the parts, `runs` the number of
    emphasis runs before it. `active` turns false where a link around it would hold a link.
    """

    __slots__ = ("active", "image", "nested", "part", "runs", "start")

    def __init__(self, start: int, image: bool, part: int, runs: int) -> None:
        self.start = start
        self.image = image
        self.part = part
        self.runs = runs
        self.active = True
        self.nested = False

    @property
    def text(self) -> str:
        """What it is where it opens nothing."""
        return "![" if self.image else "["

    @property
    def end(self) -> int:
        """Where the text of the link begins."""
        return self.start + (2 if self.image else 1)


Part: TypeAlias = "str | Element | Run | Bracket"


def literal(text: str) -> str:
    """Return `text` so that no `&` in it is taken for the start of a character reference."""
    return text.replace("&", AMPERSAND) if "&" in text else text


def plain(text: str) -> str:
    """Return the text that a reader sees of a string of the tree."""
    if STX not in text and OPEN not in text:
        return text
    return MARK.sub("", text.replace(AMPERSAND, "&"))


class Builder:
    """Puts parts into an element, one after the other."""

    def __init__(self, element: Element) -> None:
        self.open = [element]
        self.last: Element | None = None

    def text(self, text: str) -> None:
        """Add text behind what is there."""
        if self.last is not None:
            self.last.tail = (self.last.tail or "") + text
        else:
            self.open[-1].text = (self.open[-1].text or "") + text

    def element(self, element: Element) -> None:
        """Add a finished element."""
        self.open[-1].append(element)
        self.last = element

    def run(self, run: Run) -> None:
        """End and begin the elements of an emphasis run, with what is left of it between."""
        for _ in run.closes:
            self.last = self.open.pop()
        if run.count:
            self.text(run.char * run.count)
        for tag in reversed(run.opens):
            self.open.append(SubElement(self.open[-1], tag))
            self.last = None


def fill(element: Element, parts: Iterable[Part], inside_link: bool) -> None:
    """Put `parts` into `element`."""
    builder = Builder(element)
    for part in parts:
        if isinstance(part, Mail) and not inside_link:
            builder.element(mail_link(part))
        elif isinstance(part, str):
            builder.text(part)
        elif isinstance(part, Run):
            builder.run(part)
        elif isinstance(part, Bracket):
            builder.text(part.text)
        else:
            builder.element(part)


def mail_link(address: str) -> Element:
    """Return a link to write to `address`."""
    element = Element("a", {"href": literal(f"mailto:{address.removeprefix('mailto:')}")})
    element.text = address
    return element


def walk_text(
    element: Element, numbers: Mapping[Element, int]
) -> tuple[str, list[tuple[int, int, int]]]:
    """Return the text of `element` as a reader sees it, images as their alternative text.

    With it come, for each element below that has a number, that number and where its text begins
    and ends. No recursion: emphasis may be nested as deep as an author likes.
    """
    pieces, offset = [plain(element.text or "")], len(plain(element.text or ""))
    places: list[tuple[int, int, int]] = []
    stack = [(element, iter(element), 0)]
    while stack:
        parent, children, start = stack[-1]
        child = next(children, None)
        if child is not None:
            text = plain((child.get("alt") if child.tag == "img" else child.text) or "")
            stack.append((child, iter(child), offset))
        else:
            stack.pop()
            if parent in numbers:
                places.append((numbers[parent], start, offset))
            text = plain(parent.tail or "") if stack else ""
        pieces.append(text)
        offset += len(text)
    return "".join(pieces), places


def plain_text(element: Element) -> str:
    """Return the text of `element` as a reader sees it; of an image, its alternative text."""
    if next(element.iter("img"), None) is None:
        return plain("".join(element.itertext()))
    return walk_text(element, {})[0]
