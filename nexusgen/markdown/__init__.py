"""Markdown in, HTML with holes for links out, and what the text says of itself."""

from nexusgen.markdown.options import MarkupOptions, markup_options
from nexusgen.markdown.render import render_markdown

__all__ = ["MarkupOptions", "markup_options", "render_markdown"]
