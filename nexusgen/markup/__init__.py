"""Markdown in, HTML with holes for links out, and what the text says of itself."""

from nexusgen.markup.options import MarkupOptions, markup_options
from nexusgen.markup.render import render_markdown

__all__ = ["MarkupOptions", "markup_options", "render_markdown"]
