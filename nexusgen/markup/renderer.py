"""A Python-Markdown instance with our extension and those of the site, used for one text after another."""

import html

import msgspec
from markdown import Markdown

from nexusgen.markup.extension import NexusgenExtension
from nexusgen.markup.holes import UNSAFE
from nexusgen.markup.marks import finish_holes
from nexusgen.markup.options import MarkupOptions
from nexusgen.markup.sanitise import can_sanitise, sanitised
from nexusgen.model import Document, Heading, LinkUse, Text
from nexusgen.problems import Problem

NATIVE = frozenset(
    [
        "tables",
        "fenced_code",
        "footnotes",
        "def_list",
        "sane_lists",
        "attr_list",
        "abbr",
        "codehilite",
        "pymdownx.tasklist",
        "pymdownx.magiclink",
        "pymdownx.highlight",
        "pymdownx.betterem",
        "pymdownx.saneheaders",
    ]
)
"""Extensions whose work is done without them."""

BUNDLES = {"extra": ("md_in_html",), "pymdownx.extra": ("md_in_html",)}


def load(options: MarkupOptions) -> tuple[Markdown, NexusgenExtension, list[Problem]]:
    """Return Python-Markdown with all extensions that can be loaded, and problems with the others."""
    problems = []
    if options.raw_html == "sanitise" and not can_sanitise():
        options = msgspec.structs.replace(options, raw_html="escape")
        problems.append(no_sanitiser(options))
    own = NexusgenExtension(options)
    md = Markdown(extensions=[own], output_format="html")
    for name, configuration in options.extensions.items():
        name = name.removeprefix("markdown.extensions.")
        for each in BUNDLES.get(name, (name,)):
            if each in NATIVE and not configuration:
                continue
            try:
                md.registerExtensions([each], {each: dict(configuration)})
            except Exception as error:  # noqa: BLE001  (an extension may raise anything)
                problems.append(extension_problem(options, each, error))
    md.reset()
    return md, own, problems


def extension_problem(options: MarkupOptions, name: str, error: Exception) -> Problem:
    """Return the problem of an extension that cannot be loaded."""
    message = f'Markdown extension "{name}" cannot be loaded: {one_line(error)}'
    hint = "install it, or mend its options under markdown_extensions"
    severity = "warning" if options.lenient else "error"
    return Problem(options.settings, 0, 0, "markdown.extension", message, hint, severity)


def no_sanitiser(options: MarkupOptions) -> Problem:
    """Return the problem of a hub that wants raw HTML sanitised without the library for it."""
    message = "raw HTML cannot be sanitised without nh3, so it is shown as text"
    return Problem(options.settings, 0, 0, "markdown.sanitise", message, "install nh3", "warning")


def one_line(error: Exception) -> str:
    """Return the message of an exception on one line."""
    return " ".join(str(error).split())[:200] or type(error).__name__


class Renderer:
    """Renders the texts of entries, one entry after the other."""

    def __init__(self, options: MarkupOptions) -> None:
        self.options = options
        self.md, self.own, self.problems = load(options)

    def render(self, texts: tuple[Text, ...], path: str) -> tuple[Document, dict[str, str]]:
        """Return what the texts say and their HTML; see `render_markdown`."""
        page = self.own.page
        page.path = path
        links: list[LinkUse] = []
        headings: tuple[Heading, ...] = ()
        anchors: list[str] = []
        problems = list(self.problems)
        summary, words = "", 0
        rendered: dict[str, str] = {}
        for text in texts:
            rendered[text.name] = self.convert(text, links)
            anchors += page.anchors
            problems += page.problems
            words += page.words
            if text.name == "body":
                headings, summary = tuple(page.headings), page.summary
        document = Document(
            headings, tuple(links), summary, words, tuple(dict.fromkeys(anchors)), tuple(problems)
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
            page.problems.append(self.failure(text, error))
            return f"<pre>{html.escape(text.source.translate(UNSAFE), quote=False)}</pre>"
        if self.own.raw.mode == "sanitise":
            made = sanitised(made)
        return finish_holes(made, page, links)

    def failure(self, text: Text, error: Exception) -> Problem:
        """Return the problem of a text that cannot be rendered."""
        message = f"the Markdown cannot be rendered: {type(error).__name__}: {one_line(error)}"
        hint = "the text is shown as it is; a Markdown extension may be at fault"
        severity = "warning" if self.options.lenient else "error"
        path = self.own.page.path
        return Problem(path, text.line, 0, "markdown.failed", message, hint, severity)
