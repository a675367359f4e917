"""Fill the placeholders of HTML with what only the whole hub knows, such as where links lead."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import escape
from urllib.parse import quote

from nexusgen.core.model import LinkUse, Shown, Target
from nexusgen.core.urls import AUDIO, IMAGES, SAFE, VIDEO

OPEN, CLOSE = "\ufdd0", "\ufdd1"

DOCUMENTS = frozenset({"pdf", "html", "txt", "zip", "csv", "docx", "epub", "md"})

ANY_ROOT = "\0"
"""Stands for the way to the root in HTML that several pages show: Markdown gives no NUL (CommonMark 2.3)."""

SIZES = "(min-width: 46rem) 42rem, 100vw"
"""How wide an image is at most: as wide as a page's text."""

NOWHERE = "about:blank"
"""The address of a file that is not there."""

_FIGURE = re.compile(r'<p>(<img [^>]*?src="([^"]*)"[^>]*?) title="([^"]*)"([^>]*>)</p>')
"""An image from elsewhere that stands alone and has a title."""

_NAME = re.compile(f"{OPEN}=([^{CLOSE}]*){CLOSE}")

_LATER = ' loading="lazy" decoding="async"'

_LAZY = re.compile(r'(<img [^>]*?) loading="lazy"')

WHY = {
    "missing": "this page does not exist yet",
    "hidden": "this page is not published",
}
ABSENT = "this is no part of the site"
"""Why a link to what is no page leads nowhere."""


Embed = Callable[[LinkUse, Target], str]
"""Gives the HTML that stands in place of an embedded entry."""


def for_root(html: str, root: str) -> str:
    """Return HTML that was filled for `ANY_ROOT` as a page shows it."""
    return html.replace(ANY_ROOT, root)


def link_only(use: LinkUse, target: Target) -> str:  # noqa: ARG001 - an `Embed` takes both
    """Show nothing of an embedded entry, so that a link to it takes its place."""
    return ""


def fill_html(
    html: str,
    links: Sequence[LinkUse],
    targets: Sequence[Target],
    root: str,
    embed: Embed = link_only,
) -> str:
    """Return `html` with each placeholder filled for a page from which `root` leads to the hub's root.

    `links` and `targets` are aligned; a placeholder names its link by number. `embed` is asked for the
    content of embedded entries.
    """
    first, *pieces = html.split(OPEN)
    done = [first]
    for piece in pieces:
        mark, _, rest = piece.partition(CLOSE)
        use, target = links[int(mark[1:])], targets[int(mark[1:])]
        if mark[0] == "i" and use.title and rest.startswith("</p>") and done[-1].endswith("<p>"):
            done += done.pop()[:-3], _figure(use, target, root), rest[4:]
        else:
            done += _fill(mark[0], use, target, root, embed), rest
    filled = "".join(done)
    return _FIGURE.sub(_far_figure, filled) if "<p><img " in filled else filled


def _fill(kind: str, use: LinkUse, target: Target, root: str, embed: Embed) -> str:
    match kind:
        case "a":
            return _opening_tag(use, target, root)
        case "z":
            return "</span>" if target.state in WHY else "</a>"
        case "t":
            return escape(target.title or written(use), quote=False)
        case "i":
            return image_tag(use, target, root)
        case "u":
            return NOWHERE if target.state in WHY else escape(address(target, root))
        case "s":
            return _source(use, target, root)
        case _:
            return _embedded(use, target, root, embed)


def written(use: LinkUse) -> str:
    """Return the name in a link: a heading stands behind that of its page, and no block is named."""
    heading = "" if use.fragment[:1] == "^" else use.fragment.replace("#", " › ")
    return " › ".join(filter(None, (use.target, heading))) or use.fragment


def with_names(text: str, links: Sequence[LinkUse], targets: Sequence[Target]) -> str:
    """Return a summary or a context of a document with what its links show in place of their names."""
    if OPEN not in text:
        return text
    shown = {
        f"{use.target}#{use.fragment}": target.title or written(use)
        for use, target in zip(links, targets, strict=True)
        if use.form == "wikilink" and not use.text
    }
    return _NAME.sub(lambda name: shown.get(name[1], name[1].rpartition("#")[0]), text)


def address(target: Target, root: str) -> str:
    """Return where a target is for a page from which `root` leads to the hub's root."""
    if target.state == "external":
        return target.url
    plain = target.url.isascii() and target.url.replace("/", "").replace("-", "").isalnum()
    return root + (target.url if plain else quote(target.url, safe=SAFE))


def link_tag(use: LinkUse, target: Target, root: str, text: str) -> str:
    """Return a link around `text`, which is HTML, or `text` marked as leading nowhere."""
    return f"{_opening_tag(use, target, root)}{text}{_fill('z', use, target, root, link_only)}"


def image_tag(use: LinkUse, target: Target, root: str) -> str:
    """Return an image, or its alternative text marked as broken where there is no such file."""
    if target.state != "asset":
        return link_tag(use, target, root, escape(use.text or written(use), quote=False))
    return _media(use, target, root) or image(target, root, use.text, use.title, use.size)


def image(target: Target, root: str, text: str, title: str = "", size: str = "") -> str:
    """Return the tag of an image with its size, which keeps its place while it is loaded.

    `size` is the width, or `300x200`, that an author wants.
    """
    given = _attributes({"alt": text, "title": title, **image_size(target, size)})
    return f"<img{_addresses(target, root, size)}{given}{_LATER}>"


def image_size(target: Target, size: str) -> dict[str, str]:
    """Return width and height of an image: as its author wants them, else its own."""
    shown = target.image or Shown()
    width, _, height = size.partition("x")
    if shown.width and not height:
        height = str(round(shown.height * int(width) / shown.width) if width else shown.height)
        width = width or str(shown.width)
    return {"width": width, "height": height}


def _addresses(target: Target, root: str, size: str) -> str:
    """Return the attributes that say where an image and its smaller copies are."""
    shown = target.image or Shown()
    copies = [*shown.copies, (shown.width, target.url)] if shown.whole else shown.copies
    sources = (f"{address(Target('asset', url), root)} {wide}w" for wide, url in copies)
    sizes = (f"{size.partition('x')[0]}px" if size else SIZES) if copies else ""
    found = {"src": address(target, root), "srcset": ", ".join(sources), "sizes": sizes}
    return _attributes(found)


def _attributes(values: Mapping[str, str]) -> str:
    return "".join(
        f' {name}="{escape(value)}"' for name, value in values.items() if value or name == "alt"
    )


def _source(use: LinkUse, target: Target, root: str) -> str:
    """Return the address of an image in a tag of the author's own, and its size unless it has one."""
    if target.state != "asset":
        return ""
    size = "" if use.size == "0" else use.size
    given = "" if use.size == "0" else _attributes(image_size(target, size))
    if use.title == "srcset":
        return f' src="{escape(address(target, root))}"{given}{_LATER}'
    return f"{_addresses(target, root, size)}{given}{_LATER}"


def _figure(use: LinkUse, target: Target, root: str) -> str:
    """Return an image that stands alone as a figure: its title below it, and a link to the whole."""
    if target.state != "asset":
        tag = image_tag(use, target, root)
    elif not (tag := _media(use, target, root)):
        name = "" if use.text else f' aria-label="{escape(use.title)}"'
        tag = image(target, root, use.text, "", use.size)
        tag = f'<a href="{escape(address(target, root))}"{name}>{tag}</a>'
    return f"<figure>{tag}<figcaption>{escape(use.title, quote=False)}</figcaption></figure>"


def _far_figure(match: "re.Match[str]") -> str:
    name = "" if 'alt=""' not in match[0] else f' aria-label="{match[3]}"'
    link = f'<a href="{match[2]}" rel="noopener"{name}>{match[1]}{match[4]}</a>'
    return f"<figure>{link}<figcaption>{match[3]}</figcaption></figure>"


def first_eager(texts: Iterable[str]) -> Iterator[str]:
    """Yield the texts of a page in their order, its first image without a wish to be loaded late."""
    waiting = True
    for text in texts:
        eager = _LAZY.sub(r"\1", text, count=1) if waiting and "<img" in text else text
        waiting = waiting and eager == text
        yield eager


def _opening_tag(use: LinkUse, target: Target, root: str) -> str:
    if reason := WHY.get(target.state):
        reason = ABSENT if target.state == "missing" and not use.is_wanted else reason
        return f'<span class="broken" title="{reason}">'
    kind = f' data-kind="{escape(target.kind)}"' if target.kind else ""
    title = f' title="{escape(use.title)}"' if use.title else ""
    return f'<a href="{escape(address(target, root))}"{kind}{title}>'


def _embedded(use: LinkUse, target: Target, root: str, embed: Embed) -> str:
    if target.state == "asset":
        return f"<p>{image_tag(use, target, root)}</p>"
    if target.state == "entry" and (content := embed(use, target)):
        return content
    title = escape(target.title or written(use), quote=False)
    return f"<p>{link_tag(use, target, root, title)}</p>"


def _media(use: LinkUse, target: Target, root: str) -> str:
    """Return a player or, for what none shows, a link; nothing for an image."""
    extension = target.title.rpartition(".")[2].lower()
    source, name = escape(address(target, root)), escape(use.text or use.title or target.title)
    if extension in AUDIO:
        return f'<audio controls preload="none" src="{source}" title="{name}"></audio>'
    if extension in VIDEO:
        return f'<video controls preload="metadata" src="{source}" title="{name}"></video>'
    if extension in IMAGES or (use.form == "image" and extension not in DOCUMENTS):
        return ""
    return link_tag(use, target, root, name)
