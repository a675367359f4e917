"""Extensions that turn the links, images and headings of Python-Markdown into holes and ids."""

import html
import re
import xml.etree.ElementTree as etree
from collections.abc import Iterator
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from nexusgen.markup.holes import hole, link_holes
from nexusgen.markup.slugs import Ids, github_slug
from nexusgen.markup.urls import is_dangerous, is_external, is_image, split_target
from nexusgen.model import Heading, LinkUse, Span, Text

WIKILINK = r"(!?)\[\[([^\[\]|\n#]*)(?:#([^\[\]|\n]*))?(?:\\?\|([^\[\]\n]*))?\]\]"
ALERT = re.compile(r"\s*\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*\n?", re.IGNORECASE)


class Wikilinks(InlineProcessor):
    """Reads `[[Name#Heading|text]]` and `![[Name]]`."""

    def __init__(self, md: Markdown, page: "Page") -> None:
        super().__init__(WIKILINK, md)
        self.page = page

    def handleMatch(  # noqa: N802 (the name is Python-Markdown's)
        self, m: re.Match[str], data: str
    ) -> tuple[str | None, int | None, int | None]:
        embed, target, fragment, text = m[1], m[2].strip(), (m[3] or "").strip(), m[4] or ""
        if not target and not fragment:
            return None, None, None
        form = "embed" if embed else "wikilink"
        number = self.page.add(form, target, fragment, text.strip(), m[0])
        if embed and is_image(target):
            return hole("i", number), m.start(0), m.end(0)
        if embed:
            return hole("e", number), m.start(0), m.end(0)
        return link_holes(number, html.escape(text.strip())), m.start(0), m.end(0)


class Page:
    """What is found in one text on the way: links and headings."""

    def __init__(self) -> None:
        self.start(Text("body", ""), [])

    def start(self, text: Text, links: list[LinkUse]) -> None:
        self.text = text
        self.links = links
        self.ids = Ids("" if text.name == "body" else f"{text.name}-")
        self.headings: list[Heading] = []
        self.summary = ""
        self.words = 0
        self.at = 0

    def add(self, form: Any, target: str, fragment: str, text: str, written: str) -> int:
        found = self.text.source.find(written, self.at)
        found = self.text.source.find(written) if found < 0 else found
        self.at = max(found, 0)
        line = self.text.source.count("\n", 0, self.at)
        start = self.text.source.rfind("\n", 0, self.at) + 1
        column = self.at - start + (self.text.indent + 1 if line else self.text.column)
        span = Span(self.text.line + line, column, len(written))
        size = text if form == "embed" and re.fullmatch(r"\d+(x\d+)?", text) else ""
        self.links.append(
            LinkUse(
                form, target, fragment, span, "" if size else text,
                size=size, context=text or target, part=self.text.name,
            )
        )  # fmt: skip
        return len(self.links) - 1


class Finish(Treeprocessor):
    """Gives headings their ids, makes holes of links and images, marks alerts."""

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(md)
        self.page = page

    def run(self, root: etree.Element) -> None:
        shift = any(True for _ in root.iter("h1"))
        for parent in list(root.iter()):
            for child in list(parent):
                self.finish(parent, child, shift)
        first = root.find("p")
        if first is not None:
            self.page.summary = re.sub(r"[\ufdd0][a-z]\d+[\ufdd1]|\x02.*?\x03", "", "".join(first.itertext())).strip()
        self.page.words = len("".join(root.itertext()).split())

    def finish(self, parent: etree.Element, child: etree.Element, shift: bool) -> None:
        tag = str(child.tag)
        if re.fullmatch("h[1-6]", tag):
            self.heading(child, min(int(tag[1]) + shift, 6))
        elif tag == "a" and not (child.get("class") or "").startswith("footnote"):
            self.link(child)
        elif tag == "img":
            number = self.page.add("image", *split_target(child.get("src") or ""), child.get("alt") or "", child.get("src") or "")
            child.tag, child.text = "span", AtomicString(hole("i", number))
            child.attrib.clear()
        elif tag == "table":
            wrap = etree.Element("div", {"class": "scroll", "tabindex": "0", "role": "region", "aria-label": "Table"})
            parent[list(parent).index(child)] = wrap
            wrap.append(child)
        elif tag == "blockquote" and len(child):
            self.alert(child)

    def heading(self, element: etree.Element, level: int) -> None:
        text = "".join(element.itertext())
        element.tag = f"h{level}"
        element.set("id", self.page.ids.unique(github_slug(text)))
        self.page.headings.append(Heading(level, element.get("id") or "", text))

    def link(self, element: etree.Element) -> None:
        url = element.get("href") or ""
        if is_dangerous(url):
            element.attrib.clear()
            element.tag = "span"
        elif is_external(url):
            element.set("rel", "noopener")
        else:
            number = self.page.add("markdown", *split_target(url), "".join(element.itertext()), url)
            element.tag = "span"
            element.attrib.clear()
            element.text = hole("a", number) + (element.text or "")
            last = element[-1] if len(element) else None
            if last is None:
                element.text += hole("z", number)
            else:
                last.tail = (last.tail or "") + hole("z", number)

    def alert(self, quote: etree.Element) -> None:
        match = ALERT.match(quote[0].text or "")
        if match:
            quote.tag = "div"
            quote.set("class", f"alert {match[1].lower()}")
            quote[0].text = (quote[0].text or "")[match.end() :]
            title = etree.Element("p", {"class": "alert-title"})
            title.text = match[1].capitalize()
            quote.insert(0, title)


class DraftExtension(Extension):
    """Registers the above."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        self.page = Page()
        md.inlinePatterns.register(Wikilinks(md, self.page), "nexusgen-wikilink", 175)
        md.treeprocessors.register(Finish(md, self.page), "nexusgen-finish", 5)


def code(source: str, language: str, css_class: str, options: Any, md: Any, **kw: Any) -> str:
    """Highlight a fence (superfences' custom fence format)."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        body = highlight(source, get_lexer_by_name(language), HtmlFormatter(nowrap=True))
    except ClassNotFound:
        body = html.escape(source)
    label = html.escape(language)
    caption = f"<figcaption>{label}</figcaption>" if label else ""
    return (
        f'<figure class="code" data-language="{label}">{caption}'
        f'<pre tabindex="0"><code>{body.rstrip()}\n</code></pre></figure>'
    )


def blocks(html_text: str) -> Iterator[str]:
    """Take embeds out of their paragraphs."""
    yield re.sub("<p>(\ufdd0e\\d+\ufdd1)</p>", r"\1", html_text)
