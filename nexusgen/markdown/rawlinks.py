"""Raw HTML of the author, as the site's settings have it, with its links and images as holes."""

import html
import re
from collections.abc import Callable
from functools import partial
from typing import Literal

from markdown.util import HtmlStash

from nexusgen.core.model import LinkForm, Span
from nexusgen.core.urls import is_external, split_target
from nexusgen.markdown.holes import hole
from nexusgen.markdown.page import Found, Page
from nexusgen.markdown.rawhtml import Tag, safe_html

SpanOf = Callable[[int, int], Span]
"""Tells where in the file a piece of the HTML stands, given where it begins and ends in it."""

NO_LINK = -1
FORGED = re.compile(r"&#(?:x0*fdd[01]|0*6497[67]);?", re.IGNORECASE)
"""Character references to the characters that mark our holes."""


class RawHtmlReader:
    """Reads raw HTML; `escape` shows it as text, otherwise what could run code is left out."""

    def __init__(self, page: Page, mode: Literal["allow", "sanitise", "escape"]) -> None:
        self.page = page
        self.mode = mode

    def read(self, source: str, span: SpanOf) -> str:
        """Return the HTML that stands for `source`."""
        if self.mode == "escape":
            return html.escape(source, quote=False)
        return safe_html(FORGED.sub("", source), partial(self.tag, span))

    def stash(self, made: str, later: HtmlStash) -> str:
        """Return the mark that stands in the tree for raw HTML.

        What is still to be sanitised goes to Python-Markdown's stash, which is emptied before.
        """
        return later.store(made) if self.mode == "sanitise" else self.page.stash(made)

    def tag(self, span: SpanOf, tag: Tag) -> str:
        """Return what stands for a tag: a hole where it leads to another place of the hub."""
        values = {attribute: value for attribute, value, _ in tag.attributes}
        if tag.is_end:
            return self.end_link() if tag.name == "a" else ""
        self.page.anchors.extend(values[key] for key in ("id", "name") if values.get(key))
        place = partial(span, tag.start, tag.end)
        if tag.name == "a":
            return self.link(place, values, tag)
        return self.image(place, values) if tag.name == "img" else ""

    def link(self, place: Callable[[], Span], values: dict[str, str], tag: Tag) -> str:
        """Return what stands for an opening tag, and remember whether its end needs a hole."""
        url = values.get("href", "").strip()
        if not url or is_external(url):
            self.page.raw_anchors.append(NO_LINK)
            return tag.html(' rel="noopener"') if url and "rel" not in values else ""
        number = self.add("html", url, place())
        self.page.raw_anchors.append(number)
        return hole("a", number)

    def end_link(self) -> str:
        """Return the hole of an end tag, if its opening tag is one."""
        number = self.page.raw_anchors.pop() if self.page.raw_anchors else NO_LINK
        return "" if number == NO_LINK else hole("z", number)

    def image(self, place: Callable[[], Span], values: dict[str, str]) -> str:
        """Return the hole of an image, and warn where its description is missing."""
        if "alt" not in values:
            self.page.undescribed(place())
        url = values.get("src", "").strip()
        if not url or is_external(url):
            return ""
        number = self.add("image", url, place())
        found = self.page.found[number]
        found.text = values.get("alt", "")
        found.title = values.get("title", "")
        width, height = values.get("width", ""), values.get("height", "")
        if width.isdecimal():
            found.size = f"{width}x{height}" if height.isdecimal() else width
        return hole("i", number)

    def add(self, form: LinkForm, url: str, span: Span) -> int:
        """Take note of a link or an image."""
        return self.page.add(Found(form, *split_target(url), span))
