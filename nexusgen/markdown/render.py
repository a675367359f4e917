"""Markdown texts of an entry in; a `Document` and the HTML of each text, with holes, out."""

import threading
from typing import TYPE_CHECKING, Any

import msgspec

from nexusgen.core.model import Document, Text
from nexusgen.markdown.options import MarkupOptions

if TYPE_CHECKING:
    from nexusgen.markdown.renderer import Renderer


class Renderers(threading.local):
    """The renderers of a thread by the digest of their options, for building one takes long."""

    def __init__(self) -> None:
        self.known: dict[bytes, Any] = {}

    def get(self, options: MarkupOptions) -> "Renderer":
        """Return the renderer for these options."""
        from nexusgen.markdown.renderer import Renderer

        key = msgspec.json.encode(options)
        if key not in self.known:
            self.known[key] = Renderer(options)
        found: Renderer = self.known[key]
        return found


RENDERERS = Renderers()


def render_markdown(
    texts: tuple[Text, ...], path: str, options: MarkupOptions
) -> tuple[Document, dict[str, str]]:
    """Return what the `texts` of the entry in `path` say, and their HTML by the name of the text.

    Links within the hub are holes in the HTML. What goes wrong, also in an extension, is among the
    problems of the document, and the text is then shown as it was written.
    """
    renderer = RENDERERS.get(options)
    return renderer.render(texts, path)
