"""Markdown texts of an entry in; a `Document` and the HTML of each text, with holes, out."""

from typing import Any

from nexusgen.markup.holes import UNSAFE
from nexusgen.markup.options import MarkupOptions
from nexusgen.model import Document, Heading, LinkUse, Text


def build_markdown(options: MarkupOptions) -> Any:
    """Return a Python-Markdown instance and its page."""
    from markdown import Markdown

    from nexusgen.markup.draft import DraftExtension, code

    draft = DraftExtension()
    fences = [{"name": "*", "class": "", "format": code}]
    md = Markdown(
        extensions=["pymdownx.superfences", "tables", "footnotes", "sane_lists", "attr_list", "def_list", "abbr",
                    "pymdownx.tasklist", "pymdownx.tilde", "pymdownx.mark", draft, *options.extensions],
        extension_configs={"pymdownx.superfences": {"custom_fences": fences}, **{k: dict(v) for k, v in options.extensions.items()}},
        output_format="html",
    )  # fmt: skip
    return md, draft.page


def render_markdown(
    texts: tuple[Text, ...], path: str, options: MarkupOptions
) -> tuple[Document, dict[str, str]]:
    """Return what the `texts` of the entry in `path` say, and their HTML by the name of the text."""
    from nexusgen.markup.draft import blocks

    md, page = build_markdown(options)
    links: list[LinkUse] = []
    headings: list[Heading] = []
    anchors: list[str] = []
    summary, words, html = "", 0, {}
    for text in texts:
        md.reset()
        page.start(text, links)
        html[text.name] = "".join(blocks(md.convert(text.source.translate(UNSAFE))))
        anchors += [heading.id for heading in page.headings]
        if text.name == "body":
            headings = page.headings
            summary = page.summary
        words += page.words
    document = Document(tuple(headings), tuple(links), summary, words, tuple(anchors))
    return document, html
