"""The sentence around each link, as plain text: what a backlink shows of the page it comes from."""

import re
from xml.etree.ElementTree import Element

from nexusgen.markdown.page import Page
from nexusgen.markdown.parts import walk_text

END = re.compile(r"[.!?…。！？](?=[\s)\]\"'»”’]|\Z)")
MAX_LENGTH = 300


def sentence(text: str, start: int, end: int) -> str:
    """Return the sentence of `text` in which the characters from `start` to `end` stand."""
    begin = 0
    for match in END.finditer(text, max(0, start - MAX_LENGTH), start):
        begin = match.end()
    begin = max(begin, start - MAX_LENGTH)
    stop = END.search(text, end, end + MAX_LENGTH)
    return " ".join(text[begin : stop.end() if stop else end + MAX_LENGTH].split())


def add_contexts(element: Element, page: Page, first: int) -> None:
    """Give the links from number `first` on, which stand in `element`, their sentence and text."""
    text, places = walk_text(element, page.elements)
    for number, start, end in places:
        if number >= first:
            found = page.found[number]
            found.context = sentence(text, start, end)
            if found.form == "markdown":
                found.text = text[start:end]
