"""Render the Markdown texts of an entry: a `Document` and the HTML of each text, with placeholders.

A Python-Markdown instance is made once for each set of options, because that takes long: our
reading of blocks and inline marks in the place of the library's, then the extensions of the hub.
"""

import html
import threading
from contextlib import nullcontext
from xml.etree.ElementTree import Element

import msgspec
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.attr_list import AttrListTreeprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import UnescapeTreeprocessor
from markdown.util import ETX, STX

from nexusgen.core.model import Document, ExtensionFiles, FileReads, Heading, LinkUse, Text
from nexusgen.core.problems import Problem
from nexusgen.markdown import MarkupOptions
from nexusgen.markdown.extensions import load_extensions, one_line
from nexusgen.markdown.footnotes import FootnoteSection
from nexusgen.markdown.headings import Headings, Summary
from nexusgen.markdown.holes import UNSAFE
from nexusgen.markdown.inline import GitHubInlineProcessor
from nexusgen.markdown.marks import Holes, finish_holes
from nexusgen.markdown.page import Page
from nexusgen.markdown.parser import GitHubBlockParser
from nexusgen.markdown.rawhtml import is_harmless
from nexusgen.markdown.rawlinks import RawHtmlReader
from nexusgen.markdown.sanitise import can_sanitise, sanitised
from nexusgen.markdown.structure import Abbreviations, Structure

REMOVED = str.maketrans({STX: None, ETX: None, "\0": "\ufffd"})


def render_markdown(
    texts: tuple[Text, ...],
    path: str,
    options: MarkupOptions,
    files: ExtensionFiles | None = None,
) -> tuple[Document, dict[str, str]]:
    """Return what the `texts` of the entry in `path` say, and their HTML by the name of the text.

    Links within the hub are placeholders in the HTML. What goes wrong, also in an extension, is
    among the problems of the document, and the text is then shown as it was written. Extensions
    may open `files`; without them, what they like.
    """
    key = msgspec.json.encode(options)
    renderer = _KNOWN.renderers.get(key)
    if not options.extensions:
        renderer = _KNOWN.renderers[key] = renderer or Renderer(options)
        return renderer.render(texts, path)
    with files.watch() if files else nullcontext(FileReads()) as reads:
        renderer = renderer or Renderer(options)
        document, made = renderer.render(texts, path)
    # an extension may remember a file, so the next text gets one that has read none
    _KNOWN.renderers[key] = None if reads.found else renderer
    hint = "extensions may open files of the hub, and do nothing else"
    refused = [
        Problem(path, 0, 0, "markdown.outside", what, hint, "warning") for what in reads.refused
    ]
    problems = {**document.problems, "": (*document.problems.get("", ()), *refused)}
    known = {part: found for part, found in problems.items() if found}
    return msgspec.structs.replace(document, reads=reads.found, problems=known), made


class _Known(threading.local):
    """The renderers of a thread, by their options."""

    def __init__(self) -> None:
        self.renderers: dict[bytes, Renderer | None] = {}


_KNOWN = _Known()


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


class Renderer:
    """Renders the texts of entries, one entry after the other."""

    def __init__(self, options: MarkupOptions) -> None:
        self.options = options
        self.problems: list[Problem] = []
        if options.raw_html == "sanitise" and not can_sanitise():
            options = msgspec.structs.replace(options, raw_html="escape")
            message = "raw HTML cannot be sanitised without nh3, so it is shown as text"
            self.problems.append(
                Problem(
                    options.settings, 0, 0, "markdown.sanitise", message, "install nh3", "warning"
                )
            )
        self.own = NexusgenExtension(options)
        self.md = Markdown(extensions=[self.own], output_format="html")
        self.problems += load_extensions(self.md, options)
        self.own.collect()

    def render(self, texts: tuple[Text, ...], path: str) -> tuple[Document, dict[str, str]]:
        """Return what the texts say and their HTML; see `render_markdown`."""
        page = self.own.page
        page.path = path
        links: list[LinkUse] = []
        headings: tuple[Heading, ...] = ()
        anchors: list[str] = []
        problems = {"": tuple(self.problems)} if self.problems else {}
        summary, words = "", 0
        rendered: dict[str, str] = {}
        for text in texts:
            rendered[text.name] = self.convert(text, links)
            anchors += page.anchors
            if page.problems:
                problems[text.name] = tuple(page.problems)
            words += page.words
            if text.name == "body":
                headings, summary = tuple(page.headings), page.summary
        document = Document(
            headings, tuple(links), summary, words, tuple(dict.fromkeys(anchors)), problems
        )
        return document, rendered

    def convert(self, text: Text, links: list[LinkUse]) -> str:
        """Return the HTML of one text, and add its links to `links`."""
        page = self.own.page
        page.start(text)
        self.md.reset()
        try:
            made = self.md.convert(text.source.translate(UNSAFE))
        except Exception as error:  # noqa: BLE001  (an extension may raise anything)
            page.start(text)
            message = f"the Markdown cannot be rendered: {type(error).__name__}: {one_line(error)}"
            hint = "the text is shown as it is; a Markdown extension may be at fault"
            severity = self.options.severity
            page.problems.append(
                Problem(page.path, 1, 0, "markdown.failed", message, hint, severity)
            )
            return f"<pre>{html.escape(text.source.translate(UNSAFE), quote=False)}</pre>"
        if self.own.raw.mode == "sanitise":
            made = sanitised(made)
        return finish_holes(made, page, links)
