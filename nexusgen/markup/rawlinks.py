"""Raw HTML of the author, as the site's settings have it, with its links and images as holes."""

import html
import re
from collections.abc import Callable
from functools import partial
from typing import Literal

from markdown.util import HtmlStash

from nexusgen.markup.holes import hole
from nexusgen.markup.page import Found, Page
from nexusgen.markup.rawhtml import Attributes, safe_html
from nexusgen.markup.urls import is_external, split_target
from nexusgen.model import LinkForm, Span

NO_LINK = -1
FORGED = re.compile(r"&#(?:x0*fdd[01]|0*6497[67]);?", re.IGNORECASE)
"""Character references to the characters that mark our holes."""


class RawHtmlReader:
    """Reads raw HTML; `escape` shows it as text, otherwise what could run code is left out."""

    def __init__(self, page: Page, mode: Literal["allow", "sanitise", "escape"]) -> None:
        self.page = page
        self.mode = mode

    def read(self, source: str, span: Callable[[], Span]) -> str:
        """Return the HTML that stands for `source`; `span` tells where that is."""
        if self.mode == "escape":
            return html.escape(source, quote=False)
        return safe_html(FORGED.sub("", source), partial(self.tag, span))

    def stash(self, made: str, later: HtmlStash) -> str:
        """Return the mark that stands in the tree for raw HTML.

        What is still to be sanitised goes to Python-Markdown's stash, which is emptied before.
        """
        return later.store(made) if self.mode == "sanitise" else self.page.stash(made)

    def tag(self, span: Callable[[], Span], name: str, end: bool, attributes: Attributes) -> str:
        """Return the hole of a link or an image within the hub; empty where the tag may stay."""
        values = {attribute: value for attribute, value, _ in attributes}
        if not end:
            self.page.anchors.extend(values[key] for key in ("id", "name") if values.get(key))
        if name == "a":
            return self.end_link() if end else self.link(span, values)
        if name == "img" and not end:
            return self.image(span, values)
        return ""

    def link(self, span: Callable[[], Span], values: dict[str, str]) -> str:
        """Return the hole of an opening tag, and remember whether its end needs one."""
        url = values.get("href", "").strip()
        if not url or is_external(url):
            self.page.raw_anchors.append(NO_LINK)
            return ""
        number = self.add("html", url, span())
        self.page.raw_anchors.append(number)
        return hole("a", number)

    def end_link(self) -> str:
        """Return the hole of an end tag, if its opening tag is one."""
        number = self.page.raw_anchors.pop() if self.page.raw_anchors else NO_LINK
        return "" if number == NO_LINK else hole("z", number)

    def image(self, span: Callable[[], Span], values: dict[str, str]) -> str:
        """Return the hole of an image."""
        url = values.get("src", "").strip()
        if not url or is_external(url):
            return ""
        number = self.add("image", url, span())
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
