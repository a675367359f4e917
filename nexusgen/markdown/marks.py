"""Puts holes in the place of links and images, and gives them their numbers in the end."""

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from nexusgen.core.model import LinkUse
from nexusgen.core.urls import is_dangerous, is_external, split_target
from nexusgen.markdown.holes import CLOSE, OPEN, hole
from nexusgen.markdown.page import Found, Page

NUMBERED = re.compile(f"{OPEN}([a-z])([0-9]+){CLOSE}")
LONE_EMBED = re.compile(f"<p>({OPEN}e[0-9]+{CLOSE})</p>")


class Holes(Treeprocessor):
    """Makes holes of the elements that lead to another place of the hub."""

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(md)
        self.page = page

    def run(self, root: Element) -> None:
        """Make the holes of the page."""
        self.find_others(root)
        embeds = {child for element in root.iter("p") for child in lone_child(element)}
        for element, number in self.page.elements.items():
            found = self.page.found[number]
            if element.tag == "img":
                close_up(element, hole("i", number))
            elif found.form == "embed" and element in embeds:
                close_up(element, hole("e", number))
            else:
                open_up(element, number, found)

    def find_others(self, root: Element) -> None:
        """Take note of links within the hub that other extensions made."""
        for tag, attribute in (("a", "href"), ("img", "src")):
            for element in root.iter(tag):
                url = element.get(attribute, "")
                if element in self.page.elements or not url or url.startswith("#"):
                    continue
                if is_dangerous(url):
                    del element.attrib[attribute]
                elif not is_external(url):
                    self.add_other(element, url)

    def add_other(self, element: Element, url: str) -> None:
        """Take note of a link within the hub that another extension made."""
        span = self.page.span_of(0, 1, url)
        form = "image" if element.tag == "img" else "markdown"
        found = Found(form, *split_target(url), span)  # type: ignore[arg-type]  # two of its words
        found.text = element.get("alt", "") or "".join(element.itertext())
        found.title = element.get("title", "")
        self.page.add(found, element)


def lone_child(paragraph: Element) -> list[Element]:
    """Return the child of a paragraph that holds nothing else."""
    alone = len(paragraph) == 1 and not (paragraph.text or "").strip()
    return [paragraph[0]] if alone and not (paragraph[0].tail or "").strip() else []


def close_up(element: Element, mark: str) -> None:
    """Put a hole in the place of an element; an element without a tag is written without one."""
    element.attrib.clear()
    element[:] = []
    element.tag = None  # type: ignore[assignment]  # Python-Markdown's serialiser knows this
    element.text = AtomicString(mark)


def open_up(element: Element, number: int, found: Found) -> None:
    """Put holes in the place of the tags of an element."""
    element.attrib.clear()
    element.tag = None  # type: ignore[assignment]  # Python-Markdown's serialiser knows this
    if found.form in ("wikilink", "embed") and not found.text:
        element.text = AtomicString(hole("t", number))
        element[:] = []
    element.text = AtomicString(hole("a", number) + (element.text or ""))
    if len(element):
        element[-1].tail = AtomicString((element[-1].tail or "") + hole("z", number))
    else:
        element.text = AtomicString(element.text + hole("z", number))


def finish_holes(html: str, page: Page, links: list[LinkUse]) -> str:
    """Return `html` with the holes numbered in their order, and add their links to `links`."""
    html += "".join(hole("z", number) for number in reversed(page.raw_anchors) if number >= 0)
    numbers: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        if match[1] == "h":
            return NUMBERED.sub(numbered, page.stashed[int(match[2])])
        number = numbers.get(match[2])
        if number is None:
            number = numbers[match[2]] = len(links)
            links.append(link_use(page.found[int(match[2])], page.text.name))
        return hole(match[1], number)

    if f"<p>{OPEN}e" in html:
        html = LONE_EMBED.sub(r"\1", html)
    return NUMBERED.sub(numbered, html) if OPEN in html else html


def link_use(found: Found, part: str) -> LinkUse:
    """Return the finished value of a link."""
    return LinkUse(
        found.form,
        found.target,
        found.fragment,
        found.span,
        found.text,
        found.title,
        found.context,
        found.size,
        part,
    )
