"""Render the Markdown texts of an entry: a `Document` and the HTML of each text, with placeholders.

A Python-Markdown instance is made once for each set of options, because that takes long: our
reading of blocks and inline marks in the place of the library's, then the extensions of the hub.
"""

import html
import re
import threading
from contextlib import nullcontext

import msgspec
from markdown import Markdown
from markdown.preprocessors import Preprocessor
from markdown.util import ETX, STX

from nexusgen.core.builds import ExtensionFiles, FileReads
from nexusgen.core.model import Document, Heading, LinkUse, Text
from nexusgen.core.problems import Problem
from nexusgen.core.urls import is_external
from nexusgen.markdown import MarkupOptions
from nexusgen.markdown.balance import balanced
from nexusgen.markdown.compat import Compat
from nexusgen.markdown.extensions import load_extensions, one_line
from nexusgen.markdown.foreign import may_hold_foreign
from nexusgen.markdown.html import RawHtmlReader, files_in, sanitised, without_html_comments
from nexusgen.markdown.inline import HANDLERS
from nexusgen.markdown.notes import UNSAFE, Notes, with_full_stack
from nexusgen.markdown.reader import GitHubBlockParser
from nexusgen.markdown.scanner import Inline
from nexusgen.markdown.starts import CONTAINER_STARTS, LEAF_STARTS
from nexusgen.markdown.structure import name_raw_headings, register_steps

_KNOWN = threading.local()
"""The renderers of a thread, by their options."""

FIRST = re.compile(r"\A(?:<(?:p|h[2-6])\b[^>]*>(?!\ufdd0|<img ))?")
REMOVED = str.maketrans({STX: None, ETX: None, "\0": "\ufffd"})


def render_markdown(
    texts: tuple[Text, ...], path: str, options: MarkupOptions, files: ExtensionFiles | None = None
) -> tuple[Document, dict[str, str]]:
    """Return what the `texts` of the entry in `path` say, and their HTML by the name of the text.

    Links within the hub are placeholders in the HTML. What goes wrong, also in an extension, is
    among the problems of the document, and the text is then shown as it was written. Extensions
    may open `files`; without them, what they like.
    """
    key = msgspec.json.encode(options)
    renderers: dict[bytes, Renderer | None] = vars(_KNOWN).setdefault("renderers", {})
    renderer = renderers.get(key)
    if not options.extensions:
        renderer = renderers[key] = renderer or Renderer(options)
        return renderer.render(texts, path)
    with files.watch() if files else nullcontext(FileReads()) as reads:
        renderer = renderer or Renderer(options)
        document, made = renderer.render(texts, path)
    # an extension may remember a file, so the next text gets one that has read none
    renderers[key] = None if reads.found else renderer
    hint = "extensions may open files of the hub, and do nothing else"
    refused = [
        Problem(path, 0, 0, "markdown.outside", what, hint, "warning") for what in reads.refused
    ]
    problems = {**document.problems, "": (*document.problems.get("", ()), *refused)}
    known = {part: found for part, found in problems.items() if found}
    return msgspec.structs.replace(document, reads=reads.found, problems=known), made


def with_anchors(made: str, names: tuple[str, ...]) -> str:
    """Return HTML whose first block, where it may hold them, has places of these names."""
    marks = "".join(f'<span id="{html.escape(name)}"></span>' for name in names)
    return FIRST.sub(lambda start: start[0] + marks, made, count=1)


class Normalise(Preprocessor):
    """Takes out the characters that Python-Markdown keeps for itself; CommonMark's for NUL."""

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines of the text."""
        text = "\n".join(lines).translate(REMOVED)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text.removesuffix("\n").split("\n")


class Renderer:
    """Renders the texts of entries, one entry after the other."""

    def __init__(self, options: MarkupOptions) -> None:
        self.options = options
        self.problems: dict[str, tuple[Problem, ...]] = {}
        self.notes = Notes(options.raw_html != "escape", options.labels, options.severity)
        self.md = md = Markdown(output_format="html")
        self.raw_html = options.raw_html
        raw = RawHtmlReader(self.notes, options, md.htmlStash)
        library = md.parser.blockprocessors
        md.parser = parser = GitHubBlockParser(md, self.notes, raw, (LEAF_STARTS, CONTAINER_STARTS))
        inline = Inline(md, self.notes, raw, HANDLERS)
        self.notes.vault = inline.vault = options.vault
        inline.more = "#" * options.tags + "\n" * options.breaks
        md.preprocessors.deregister("html_block")
        md.preprocessors.register(Normalise(md), "normalize_whitespace", 30)
        md.treeprocessors.deregister("prettify")
        md.treeprocessors.deregister("unescape")
        register_steps(md, inline)
        if options.extensions:
            compat = Compat(md, parser, library)
            self.problems |= load_extensions(md, options)
            fences = options.extensions.get("pymdownx.superfences", {}).get("custom_fences")
            compat.collect(inline, fences)

    def render(self, texts: tuple[Text, ...], path: str) -> tuple[Document, dict[str, str]]:
        """Return what the texts say and their HTML; see `render_markdown`."""
        notes = self.notes
        notes.path, notes.told = path, {}
        links: list[LinkUse] = []
        headings: tuple[Heading, ...] = ()
        anchors: list[str] = []
        files: list[str] = []
        problems = {**self.problems}
        summary, words, size = "", 0, 0
        rendered: dict[str, str] = {}
        for text in texts:
            rendered[text.name] = self.convert(text, links)
            anchors += (*notes.anchors, *text.anchors)
            files += notes.files
            if notes.problems:
                problems[text.name] = tuple(notes.problems)
            words += notes.words
            size += len(text.source.encode(errors="surrogatepass"))
            if text.name in ("body", texts[0].name):
                summary = summary or notes.summary
            if text.name == "body":
                headings = tuple(notes.headings)
        document = Document(
            headings, tuple(links), summary, words, tuple(dict.fromkeys(anchors)), problems,
            files=tuple(dict.fromkeys(file for file in files if not is_external(file))), size=size,
        )  # fmt: skip
        return document, rendered

    def convert(self, text: Text, links: list[LinkUse]) -> str:
        """Return the HTML of one text, and add its links to `links`."""
        notes = self.notes
        source = text.source.translate(UNSAFE)
        notes.foreign = may_hold_foreign(source)
        try:
            notes.start(text)
            self.md.reset()
            try:
                made = self.md.convert(source)
            except RecursionError:
                notes.start(text)
                self.md.reset()
                made = with_full_stack(self.md.convert, source)
        except Exception as error:  # noqa: BLE001  (an extension may raise anything)
            notes.start(text)
            message = f"the Markdown cannot be rendered: {type(error).__name__}: {one_line(error)}"
            hint = "the text is shown as it is; a Markdown extension may be at fault"
            severity = self.options.severity
            notes.problems.append(
                Problem(notes.path, 1, 0, "markdown.failed", message, hint, severity)
            )
            return f"<pre>{html.escape(source, quote=False)}</pre>"
        made = without_html_comments(sanitised(made) if self.raw_html == "sanitise" else made)
        if self.options.extensions:
            notes.files += files_in(made)
        if notes.holds_html or self.options.extensions:
            made = name_raw_headings(notes, balanced(notes.with_raw_html(made)))
        made = with_anchors(made, text.anchors) if made and text.anchors else made
        return notes.number_placeholders(made, links)
