"""The Python-Markdown extension that puts our reading of blocks and inline marks in its place."""

from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.attr_list import AttrListTreeprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import UnescapeTreeprocessor
from markdown.util import ETX, STX

from nexusgen.markdown.footnotes import FootnoteSection
from nexusgen.markdown.headings import Headings, Summary
from nexusgen.markdown.inline import GitHubInlineProcessor
from nexusgen.markdown.marks import Holes
from nexusgen.markdown.options import MarkupOptions
from nexusgen.markdown.page import Page
from nexusgen.markdown.parser import GitHubBlockParser
from nexusgen.markdown.rawhtml import is_harmless
from nexusgen.markdown.rawlinks import RawHtmlReader
from nexusgen.markdown.structure import Abbreviations, Structure

REMOVED = str.maketrans({STX: None, ETX: None, "\0": "\ufffd"})


class Normalise(Preprocessor):
    """Takes out the characters that Python-Markdown keeps for itself; CommonMark's for NUL."""

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines of the text."""
        text = "\n".join(lines).translate(REMOVED)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text.removesuffix("\n").split("\n")


class AttributeLists(AttrListTreeprocessor):
    """Python-Markdown's attribute lists, where there is any brace, without what could run code."""

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(md)
        self.page = page

    def run(self, doc: Element) -> None:
        """Read the attribute lists of a document."""
        if self.page.braces:
            super().run(doc)
            for element in doc.iter():
                for name in [
                    n for n, value in element.items() if not is_harmless(n.lower(), value)
                ]:
                    del element.attrib[name]


class NexusgenExtension(Extension):
    """Is to be the first extension, so that the others find our parser."""

    def __init__(self, options: MarkupOptions) -> None:
        super().__init__()
        self.page = Page()
        self.raw = RawHtmlReader(self.page, options.raw_html)
        self.fence_names = fence_names(options)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the library's name)
        """Register our processors."""
        self.parser = own = GitHubBlockParser(md, self.page, self.raw, self.fence_names)
        own.foreign.adopt(md.parser.blockprocessors)
        md.parser = own
        self.inline = GitHubInlineProcessor(md, self.page, self.raw)
        md.preprocessors.deregister("html_block")
        md.preprocessors.register(Normalise(md), "normalize_whitespace", 30)
        md.treeprocessors.deregister("prettify")
        md.treeprocessors.deregister("unescape")
        md.treeprocessors.register(self.inline, "inline", 20)
        md.treeprocessors.register(FootnoteSection(self.inline), "nexusgen-footnotes", 19)
        md.treeprocessors.register(Structure(md, self.page), "nexusgen-structure", 18)
        md.treeprocessors.register(AttributeLists(md, self.page), "attr_list", 8)
        md.treeprocessors.register(Headings(md, self.page), "nexusgen-headings", 7)
        md.treeprocessors.register(Abbreviations(md, self.page), "nexusgen-abbreviations", 4)
        md.treeprocessors.register(Summary(md, self.page), "nexusgen-summary", 18.5)
        md.treeprocessors.register(Holes(md, self.page), "nexusgen-holes", -10)

    def collect(self) -> None:
        """Find what other extensions registered, when all are loaded."""
        parser = self.parser
        parser.foreign.collect()
        self.inline.foreign.collect()
        self.inline.foreign.tails = parser.foreign.present
        if self.inline.foreign or parser.foreign.present:
            # other extensions may write characters as the library's own escapes do
            self.inline.md.treeprocessors.register(UnescapeTreeprocessor(), "unescape", 0)


def fence_names(options: MarkupOptions) -> list[str]:
    """Return the languages for which superfences has a renderer of the hub."""
    fences = options.extensions.get("pymdownx.superfences", {}).get("custom_fences") or ()
    return [str(fence.get("name")) for fence in fences if isinstance(fence, dict)]
