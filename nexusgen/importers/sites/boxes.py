"""Write what the themes of several tools show in Markdown: boxes, figures, films, parts under a name."""

import re
from collections.abc import Mapping

from nexusgen.importers.rewriting import behind

ALERTS = {
    "note": "NOTE", "tip": "TIP", "hint": "TIP", "success": "TIP", "important": "IMPORTANT",
    "warning": "WARNING", "attention": "WARNING", "caution": "CAUTION", "danger": "CAUTION",
    "error": "CAUTION",
}  # fmt: skip
"""The alert of GitHub for each sort of box; a sort that has none is a callout of its own name."""

SORTS = (
    *ALERTS,
    "info",
    "abstract",
    "question",
    "example",
    "quote",
    "bug",
    "failure",
    "todo",
    "faq",
)
"""What boxes are called in most themes."""

_FILMS = {
    "youtube": "https://www.youtube.com/watch?v={id}",
    "vimeo": "https://vimeo.com/{id}",
    "instagram": "https://www.instagram.com/p/{id}/",
    "tweet": "https://x.com/{user}/status/{id}",
    "twitter": "https://x.com/{user}/status/{id}",
    "x": "https://x.com/{user}/status/{id}",
    "gist": "https://gist.github.com/{id}",
}
"""Where that is shown of which a shortcode gives the number alone."""


def film(name: str, which: str, user: str = "i") -> str:
    """Return the link to what is shown elsewhere by its number or address, or the empty string."""
    address = _FILMS.get(name)
    if not address or not which:
        return ""
    return f"<{which if '://' in which else address.format(id=which, user=user)}>"


def alert(kind: str, title: str, text: str, fold: str = "") -> str:
    """Return a text in a box of a kind, folded where `fold` is `-` or `+`."""
    name = ALERTS.get(kind.lower(), kind.lower())
    head = f"> [!{name}]{fold}{f' {title}' if title else ''}"
    return "\n".join([head, *behind("> ", text.strip("\n").split("\n"))])


def figure(named: Mapping[str, str], source: str) -> str:
    """Return a picture, with its link and the words below it."""
    below = [named[key] for key in ("title", "caption", "attr") if named.get(key)]
    alt = named.get("alt") or (below[0] if below else "")
    address, width = named.get("src", source), re.match(r"\d+(?=$|px)", named.get("width", ""))
    address = f"<{address}>" if " " in address else address
    picture = f"![{alt}]({address})" + (f"{{width={width[0]}}}" if width else "")
    if named.get("link"):
        picture = f"[{picture}](<{named['link']}>)"
    shown = [text for text in below if named.get("alt") or text != below[0]]
    return "\n\n".join([picture, *(f"*{text}*" for text in shown)])


def card(named: Mapping[str, str], text: str) -> str:
    """Return a card of several as an item of a list: its name that leads somewhere, and its text."""
    title, link = str(named.get("title") or ""), str(named.get("url") or named.get("link") or "")
    name = f"[{title or link}](<{link}>)" if link else f"**{title}**" if title else ""
    picture = str(named.get("image") or named.get("image_path") or "")
    picture = picture if re.match(r"/|https?:|$", picture) else f"/{picture}"
    shown = f"![{named.get('alt') or title}](<{picture}>)" if picture else ""
    told = [it for it in (text.strip(), str(named.get("subtitle") or "")) if it]
    head = " – ".join([*([name] if name else []), *told])
    lines = "\n\n".join(it for it in (head, shown) if it).split("\n")
    return "\n".join([f"- {lines[0]}", *behind("  ", lines[1:])])


def part(title: str, text: str) -> str:
    """Return one of several tabs: its name, and its text below."""
    return f"**{title.strip('*_ ')}**\n\n{text.strip()}\n"
