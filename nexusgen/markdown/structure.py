"""Tree processors that finish blocks after their text was read: tight lists, task boxes, abbreviations."""

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from nexusgen.markdown.page import Page


class Structure(Treeprocessor):
    """Takes the paragraphs out of tight lists and puts boxes into task lists."""

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(md)
        self.page = page

    def run(self, root: Element) -> None:  # noqa: ARG002 (the lists are noted on the page)
        """Finish the lists of the page."""
        for item, done in self.page.tasks:
            add_box(item, done)
        for item in self.page.tight:
            unwrap_paragraphs(item)


def add_box(item: Element, done: bool) -> None:
    """Put a box before the text of a list item."""
    first = item[0] if len(item) and item[0].tag == "p" else item
    box = Element("input", {"type": "checkbox", "disabled": ""})
    if done:
        box.set("checked", "")
    box.set("aria-label", "done" if done else "to do")
    box.tail = AtomicString(f" {first.text or ''}")
    first.text = None
    first.insert(0, box)
    item.set("class", "task")


def unwrap_paragraphs(item: Element) -> None:
    """Put the content of the paragraphs of an item in their place."""
    children: list[Element] = []
    for child in item:
        if child.tag != "p" or child.attrib:
            children.append(child)
            continue
        add_text(item, children, child.text)
        children.extend(child)
        add_text(item, children, child.tail)
    item[:] = children


def add_text(item: Element, before: list[Element], text: str | None) -> None:
    """Add text behind the elements that come before it."""
    if not text:
        return
    if before:
        tail = before[-1].tail
        before[-1].tail = AtomicString(f"{tail}\n{text}" if tail else text)
    else:
        item.text = AtomicString(f"{item.text}\n{text}" if item.text else text)


class Abbreviations(Treeprocessor):
    """Marks the words that the text explains with `*[HTML]: Hyper Text Markup Language`."""

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(md)
        self.page = page

    def run(self, root: Element) -> None:
        """Mark the words in all texts but code."""
        words = self.page.abbreviations
        if not words:
            return
        names = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
        pattern = re.compile(rf"(?<!\w)({names})(?!\w)")
        for element in list(root.iter()):
            if element.tag not in ("code", "pre", "abbr"):
                mark_words(element, None, element.text, (pattern, words))
            for child in list(element):
                mark_words(element, child, child.tail, (pattern, words))


def mark_words(
    parent: Element,
    after: Element | None,
    text: str | None,
    abbreviations: tuple[re.Pattern[str], dict[str, str]],
) -> None:
    """Mark the words in one text, which stands behind `after` or at the beginning of `parent`."""
    pattern, words = abbreviations
    pieces = pattern.split(text) if text else []
    if len(pieces) < 3:
        return
    place = 0 if after is None else list(parent).index(after) + 1
    if after is None:
        parent.text = AtomicString(pieces[0])
    else:
        after.tail = AtomicString(pieces[0])
    for offset, index in enumerate(range(1, len(pieces), 2)):
        element = Element("abbr", {"title": words[pieces[index]]})
        element.text = AtomicString(pieces[index])
        element.tail = AtomicString(pieces[index + 1])
        parent.insert(place + offset, element)
