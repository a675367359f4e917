"""A Python-Markdown instance with our extension and those of the site, used for one text after another."""

import html

from nexusgen.core.model import Document, Heading, LinkUse, Text
from nexusgen.core.problems import Problem, Severity
from nexusgen.markdown.holes import UNSAFE
from nexusgen.markdown.loading import load, one_line
from nexusgen.markdown.marks import finish_holes
from nexusgen.markdown.options import MarkupOptions
from nexusgen.markdown.sanitise import sanitised


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
            page.problems.append(self.failure(error))
            return f"<pre>{html.escape(text.source.translate(UNSAFE), quote=False)}</pre>"
        if self.own.raw.mode == "sanitise":
            made = sanitised(made)
        return finish_holes(made, page, links)

    def failure(self, error: Exception) -> Problem:
        """Return the problem of a text that cannot be rendered."""
        message = f"the Markdown cannot be rendered: {type(error).__name__}: {one_line(error)}"
        hint = "the text is shown as it is; a Markdown extension may be at fault"
        severity: Severity = "warning" if self.options.lenient else "error"
        path = self.own.page.path
        return Problem(path, 1, 0, "markdown.failed", message, hint, severity)
