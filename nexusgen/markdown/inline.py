"""The tree processor that reads inline marks, in the place of Python-Markdown's own."""

from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from nexusgen.core.model import LinkForm, Span
from nexusgen.core.urls import encode, is_dangerous, is_external, split_target
from nexusgen.markdown.contexts import add_contexts
from nexusgen.markdown.foreigninline import ForeignPatterns
from nexusgen.markdown.maths import formula
from nexusgen.markdown.page import Found, Page
from nexusgen.markdown.parts import literal
from nexusgen.markdown.rawlinks import RawHtmlReader
from nexusgen.markdown.scanner import Scanner, scan_into

Place = tuple[int, int]
"""Where something begins and ends in the text of a block."""


class GitHubInlineProcessor(Treeprocessor):
    """Reads the text of every element that is not finished, and makes the elements of its marks."""

    def __init__(self, md: Markdown, page: Page, raw: RawHtmlReader) -> None:
        super().__init__(md)
        self.md: Markdown = md
        self.page = page
        self.raw = raw
        self.foreign = ForeignPatterns(md)
        self.stashed_nodes: dict[str, Element | str] = {}

    def run(self, root: Element, ancestors: list[str] | None = None) -> None:  # noqa: ARG002
        """Read all texts below `root`. (`ancestors` is what other extensions pass along.)"""
        for element in list(root.iter()):
            text = element.text
            if text and not isinstance(text, AtomicString):
                self.read(element, text)
            if self.foreign.tails:
                self.read_tails(element)

    def read(self, element: Element, text: str) -> None:
        """Read the text at the beginning of `element`."""
        before = len(self.page.found)
        self.page.words += len(text.split())
        self.page.braces = self.page.braces or "{" in text
        scan_into(self, element, text, self.page.sources.get(element))
        if len(self.page.found) > before:
            add_contexts(element, self.page, before)

    def read_tails(self, element: Element) -> None:
        """Read the text behind each child of `element`; only other extensions leave such text."""
        for child in list(element):
            tail = child.tail
            if tail and tail.strip() and not isinstance(tail, AtomicString):
                holder = Element("span")
                child.tail = None
                self.read(holder, tail)
                place = list(element).index(child) + 1
                child.tail = holder.text
                element[place:place] = list(holder)

    def span(self, scanner: Scanner, place: Place) -> Span:
        """Return the place in the file of a place in the text that is being read."""
        start, end = place
        written = scanner.text[start:end].partition("\n")[0]
        source = scanner.source
        line, column = source.place(scanner.text, start) if source else (0, 0)
        return self.page.span_of(line, column, written)

    def link(
        self, scanner: Scanner, place: Place, target: tuple[str, str], holder: Element
    ) -> Element:
        """Return the link around the content of `holder`; text where following it could run code."""
        url, title = target
        if is_dangerous(url):
            self.warn(scanner, place, url)
            holder.tag = "span"
            return holder
        holder.set("href", literal(encode(url)))
        if title:
            holder.set("title", literal(title))
        if is_external(url):
            holder.set("rel", "noopener")
        else:
            found = Found("markdown", *split_target(url), self.span(scanner, place))
            found.title = title
            self.page.add(found, holder)
        return holder

    def warn(self, scanner: Scanner, place: Place, url: str) -> None:
        """Record that a link was left out, because it could run code."""
        scheme = url.strip().partition(":")[0]
        self.page.problem(
            self.span(scanner, place),
            "link.unsafe",
            f'link with the unsafe scheme "{scheme[:20]}" left out',
            "link to a page or a web address",
        )

    def image(self, scanner: Scanner, place: Place, image: tuple[str, str, str]) -> Element:
        """Return the image (address, title, alternative text)."""
        url, title, text = image
        element = Element("img")
        span = self.span(scanner, place)
        if not text.strip():
            self.page.undescribed(span)
        if is_dangerous(url):
            self.warn(scanner, place, url)
            element.tag, element.text = "span", AtomicString(literal(text))
            return element
        element.set("src", literal(encode(url)))
        element.set("alt", literal(text))
        if title:
            element.set("title", literal(title))
        if is_external(url):
            element.set("loading", "lazy")
        else:
            found = Found("image", *split_target(url), span)
            found.text, found.title = text, title
            self.page.add(found, element)
        return element

    def embedded_image(
        self, scanner: Scanner, place: Place, target: str, description: tuple[str, str]
    ) -> Element:
        """Return the image of `![[image.png|text|300]]`; the description is (text, size)."""
        text, size = description
        element = Element("img", {"src": literal(encode(target)), "alt": literal(text)})
        found = Found("embed", target, "", self.span(scanner, place))
        found.text, found.size = text, size
        if not text:
            self.page.undescribed(found.span)
        self.page.add(found, element)
        return element

    def wikilink(
        self, scanner: Scanner, place: Place, form: LinkForm, link: tuple[str, str, str]
    ) -> Element:
        """Return the link of `[[target#fragment|text]]`, which shows its name for now."""
        target, fragment, text = link
        found = Found(form, target, fragment, self.span(scanner, place))
        found.text = text
        element = Element("a", {"href": literal(encode(f"{target}#{fragment}"))})
        element.text = AtomicString(literal(text or target.rpartition("/")[2] or fragment))
        self.page.add(found, element)
        return element

    def address(self, url: str, text: str) -> Element:
        """Return the link of an address that stands in the text."""
        element = Element("a", {"href": literal(encode(url)), "rel": "noopener"})
        if is_dangerous(url):
            element = Element("span")
        element.text = AtomicString(literal(text))
        return element

    def footnote(self, label: str) -> Element:
        """Return the mark of a footnote in the text."""
        number, use = self.page.use_footnote(label)
        name = self.page.footnote_name(label)
        again = f"-{use}" if use > 1 else ""
        element = Element("sup", {"class": "footnote-ref"})
        attributes = {"href": f"#fn-{name}", "id": f"fnref-{name}{again}", "data-footnote-ref": ""}
        SubElement(element, "a", attributes).text = AtomicString(str(number))
        return element

    def raw_html(self, scanner: Scanner, html: str, at: int) -> str:
        """Return what stands in the tree for raw HTML in a text."""
        found = self.raw.read(html, lambda start, end: self.span(scanner, (at + start, at + end)))
        return self.raw.stash(found, self.md.htmlStash)

    def math(self, source: str, display: bool) -> str:
        """Return what stands in the tree for a formula; empty where it cannot be read."""
        made = formula(source, display)
        return self.page.stash(made) if made else ""
