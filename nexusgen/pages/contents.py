"""An entry's HTML with holes in; the HTML that a page shows, with every link and embed, out."""

from collections.abc import Mapping
from functools import partial
from html import escape

from markupsafe import Markup

from nexusgen.artifacts import Variable
from nexusgen.digests import digest, digest_bytes, digest_value
from nexusgen.links.embeds import as_guest, cut_section
from nexusgen.links.holes import Embed, address, fill_html, link_only
from nexusgen.model import Document, LinkUse, Target
from nexusgen.pages.library import Library

DEEPEST = 4
"""Embeds within embeds; deeper ones, and entries that embed each other, become links."""


def content_variable(library: Library, name: str, root: str) -> Variable:
    """Return the HTML of an entry by the name of its text."""
    return Variable(content_digest(library, name, root), partial(contents, library, name, root))


def contents(library: Library, name: str, root: str) -> dict[str, Markup]:
    """Return the HTML of an entry by the name of its text, its links written for `root`."""
    embed = partial(_embedded, library, root, (name,))
    return {
        text: Markup(_filled(library, name, html, root, embed))
        for text, html in library.inputs.html(name).items()
    }


def contents_alone(library: Library, name: str, root: str) -> Mapping[str, Markup]:
    """Return the HTML of an entry without what it embeds, for places too small for that."""
    return {
        text: Markup(_filled(library, name, html, root, link_only))
        for text, html in library.inputs.html(name).items()
    }


def content_digest(library: Library, name: str, root: str) -> bytes:
    """Return the digest of `contents`: of the entry's own text and of all that it embeds."""
    graph = library.inputs.graph
    if name not in graph.embeds:
        return digest_bytes(_own_digest(library, name) + root.encode())
    shown = {name: None}
    waiting = [name]
    while waiting:
        for embedded in graph.embeds.get(waiting.pop(), ()):
            if embedded not in shown:
                shown[embedded] = None
                waiting.append(embedded)
    return digest(*(_own_digest(library, one) for one in shown), root.encode())


def _own_digest(library: Library, name: str) -> bytes:
    targets = library.inputs.graph.targets.get(name)
    html = library.inputs.html_digests.get(name, b"")
    return digest_bytes(html + digest_value(targets)) if targets else html


def _filled(library: Library, name: str, html: str, root: str, embed: Embed) -> str:
    links = library.inputs.documents.get(name, Document()).links
    return fill_html(html, links, library.inputs.graph.targets.get(name, ()), root, embed)


def _embedded(
    library: Library, root: str, path: tuple[str, ...], use: LinkUse, target: Target
) -> str:
    """Return the body of an entry, or the part under a heading of it, to stand within another."""
    if target.entry in path or len(path) > DEEPEST:
        return ""
    body = library.inputs.html(target.entry).get("body", "")
    anchor = target.url.partition("#")[2]
    part = cut_section(body, anchor)
    if not part:
        return ""
    embed = partial(_embedded, library, root, (*path, target.entry))
    filled = _filled(library, target.entry, part, root, embed)
    where, title = escape(address(target, root)), escape(use.text or target.title, quote=False)
    inner = as_guest(filled, where.partition("#")[0])
    return f'<div class="embed"><p class="label"><a href="{where}">{title}</a></p>{inner}</div>'
