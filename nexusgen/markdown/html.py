"""Let HTML that an author wrote through, without what could run code, its links as placeholders.

It is cut into tags as browsers do it (WHATWG HTML, "tokenization"); what a browser would read as an
unfinished tag becomes text. The tags that GitHub filters become text too.
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from markdown.util import HtmlStash

from nexusgen.core.model import Span
from nexusgen.core.urls import encode, is_dangerous, is_external, player_of, split_target
from nexusgen.markdown import MarkupOptions
from nexusgen.markdown.media import (
    FRAMES,
    LED,
    PAGE,
    SHOWING,
    Media,
    candidates,
    is_led,
    is_plain_image,
)
from nexusgen.markdown.notes import LinkDraft, Notes, placeholder

_ATTRIBUTE = (
    r"""[\s/]*+(=?[^\s/>=]++|=)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"'][^\s>]*+)|(?=>)))?"""
)
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_COMMENT = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))", re.DOTALL)
TOKEN = re.compile(
    rf"(?P<comment>{_COMMENT.pattern})"
    rf"|<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<attributes>(?>(?:{re.sub(r'[(](?![?])', '(?:', _ATTRIBUTE)})*))[\s/]*+>"
    r"|(?P<bogus><(?:[!?]|/[^a-zA-Z])[^>]*+>)"
    r"|(?P<lone><(?=[a-zA-Z/!?]))",
    re.DOTALL,
)
"""A tag, or what a browser takes for a comment or for a tag that never ends."""

_UNSHOWN = re.compile(r"<(style|script|template|iframe)\b[^<>]*>", re.IGNORECASE)
_UNSHOWN_END = {
    name: re.compile(rf"</{name}\s*>", re.IGNORECASE)
    for name in ("style", "script", "template", "iframe")
}
"""Elements whose content no browser shows as text; that of a frame is for browsers without frames."""

_GITHUB_FILTERS = "title textarea style xmp iframe noembed noframes script plaintext"
_WE_FILTER = (
    "base meta link object embed applet frame frameset animate animatemotion animatetransform set "
    "template noscript"
)
FILTERED = frozenset(f"{_GITHUB_FILTERS} {_WE_FILTER}".split())
"""Elements that become text (GFM, "disallowed raw HTML", and what else can load or run code)."""

_OF_HEADS = frozenset({"base", "link", "meta", "noscript"})
"""Elements that do nothing in a text; nothing here asks for a script, so `noscript` holds text."""

_LINKING = (
    "href src action formaction xlink:href data poster background ping cite longdesc lowsrc dynsrc "
    "srcset from to values by"
)
URL_ATTRIBUTES = frozenset(_LINKING.split())

_FORGED = re.compile(r"&#(?:x0*fdd[01]|0*6497[67]);?", re.IGNORECASE)
"""Character references to the characters around placeholders."""

_CSS_URL = re.compile(r"""url\(\s*["']?([^"')]+)""", re.IGNORECASE)

_NO_LINK = -1

Attributes = list[tuple[str, str, str]]
"""The attributes of a tag: their name in lower case, value, and how they are written."""

SpanOf = Callable[[int, int], Span]
"""Tells where a piece of the HTML stands, given where it begins and ends in it."""


def is_harmless(name: str, value: str) -> bool:
    """Return whether an attribute can stay: no script, and no address that runs one."""
    if name.startswith("on") or name == "srcdoc":
        return False
    return name not in URL_ATTRIBUTES or not is_dangerous(value)


class RawHtmlReader:
    """Reads raw HTML; `escape` shows it as text, otherwise what could run code is left out."""

    def __init__(self, notes: Notes, options: MarkupOptions, later: HtmlStash) -> None:
        self.notes = notes
        self.mode = options.raw_html
        self.later = later
        self.media = Media(notes, options.frames)

    def read(self, source: str, span: SpanOf) -> str:
        """Return the mark that stands in the tree for the HTML `source`.

        What is still to be sanitised goes to Python-Markdown's stash, which is emptied before.
        """
        if self.mode == "escape":
            return self.notes.stash(html.escape(without_html_comments(source), quote=False))
        self.notes.holds_html = True
        source, done, made = _FORGED.sub("", source), 0, ""
        unended: set[str] = set()
        for match in TOKEN.finditer(source) if _UNSHOWN.search(source) else ():
            end = end_of_unshown(source, match.start(), unended) if match.start() >= done else 0
            if end:
                is_frame = (match["name"] or "").lower() == "iframe"
                stop = match.end() if is_frame else match.start()
                made += self._made(source[done:stop], done, span)
                done = end
                if not is_frame:
                    self.media.left_out(span(*match.span()), match["name"].lower())
        made += self._made(source[done:], done, span)
        return self.later.store(made) if self.mode == "sanitise" else self.notes.stash_raw(made)

    def _made(self, source: str, start: int, span: SpanOf) -> str:
        """Return what stands for a piece of HTML that begins at `start`."""
        place = lambda begin, end: span(start + begin, start + end)  # noqa: E731
        return TOKEN.sub(partial(self._token, place), source)

    def _token(self, span: SpanOf, match: re.Match[str]) -> str:
        if match["comment"]:
            return ""
        if match["bogus"]:
            return match[0]
        name = (match["name"] or "").lower()
        if name in FRAMES and (found := self._frame(span, match, name)) is not None:
            return found
        if name in _OF_HEADS:
            if name != "noscript":
                self.media.left_out(span(*match.span()), name)
            return ""
        if not name or name in FILTERED:
            # a tag may hold others in its attributes, which become text with it
            if name:
                self.notes.files += addresses_in(_attributes_of(match["attributes"]))
            return match[0].replace("<", "&lt;")
        return self._tag(span, match, name)

    def _frame(self, span: SpanOf, match: re.Match[str], name: str) -> str | None:
        """Return what stands for a tag of a frame; None where it can be text alone."""
        if match["end"]:
            return ""
        values = {one: value for one, value, _ in _attributes_of(match["attributes"])}
        return self.media.frame(partial(span, *match.span()), name, values) or None

    def _tag(self, span: SpanOf, match: re.Match[str], name: str) -> str:
        """Return a tag with its harmless attributes, or what stands for it if it leads elsewhere."""
        attributes = _attributes_of(match["attributes"]) if match["attributes"] else []
        kept = [item for item in attributes if is_harmless(item[0], item[1])]
        if match["end"]:
            number = self.notes.raw_anchors.pop() if name == "a" and self.notes.raw_anchors else -1
            return _joined(match, name, kept) if number == _NO_LINK else placeholder("z", number)
        values = {attribute: value for attribute, value, _ in kept}
        place = partial(span, *match.span())
        for attribute, url, _ in attributes:
            if attribute in URL_ATTRIBUTES and is_dangerous(url):
                self.notes.unsafe(place(), url)
        led = LED if name in SHOWING else frozenset[str]()
        self.notes.files += addresses_in(item for item in kept if item[0] not in led)
        self.notes.anchors.extend(values[key] for key in ("id", "name") if values.get(key))
        self.media.warn(place, name, values)
        if name == "a":
            written = _joined(match, name, kept)[:-1]
            return self._link(place, values, written) or f"{written}>"
        if name == "img":
            return self._image(place, match, kept)
        if led.isdisjoint(values):
            return match[0] if len(kept) == len(attributes) else _joined(match, name, kept)
        return _joined(match, name, self._led(place, kept))

    def _led(self, place: Callable[[], Span], kept: Attributes) -> Attributes:
        """Return attributes, the addresses of the hub in them as placeholders."""
        return [
            (name, value, self.media.attribute(place, *item) if name in LED else written)
            for item in kept
            for name, value, written in [item]
        ]

    def _link(self, place: Callable[[], Span], values: dict[str, str], tag: str) -> str:
        """Return what stands for an opening tag; remember whether its end is a placeholder."""
        url = values.get("href", "").strip()
        if not url or is_external(url):
            self.notes.raw_anchors.append(_NO_LINK)
            return f'{tag} rel="noopener">' if url and "rel" not in values else ""
        number = self.notes.add(LinkDraft("html", *split_target(url), place()))
        self.notes.raw_anchors.append(number)
        return placeholder("a", number)

    def _image(self, place: Callable[[], Span], match: re.Match[str], kept: Attributes) -> str:
        """Return an image, whose description should not be missing."""
        values = {attribute: value for attribute, value, _ in kept}
        url = values.get("src", "").strip()
        name = html.escape(values.get("alt") or url.rpartition("/")[2])
        if PAGE.match(url):
            self.notes.no_image(place())
            return f'<a href="{html.escape(encode(url))}" rel="noopener">{name or url}</a>'
        if is_external(url) and (player := player_of(url)):
            start = f'<{player} controls preload="none" src="{html.escape(encode(url))}"'
            return f'{start} title="{name}"></{player}>'
        if "alt" not in values:
            self.notes.undescribed(place())
        if not is_led(values.get("src", "")):
            return _joined(match, "img", self._led(place, kept))
        if is_plain_image(values):
            return placeholder("i", self.media.image(place, values))
        source = self.media.source(place, values)
        ours = {"src", "loading", "decoding"}
        ours |= {"width", "height"} if values.get("width", "").isdecimal() else set()
        others = self._led(place, [item for item in kept if item[0] not in ours])
        return f"{_joined(match, 'img', others)[:-1]}{source}>"


def end_of_unshown(source: str, start: int, unended: set[str]) -> int:
    """Return where an element ends whose content no page shows; 0 where none begins at `start`.

    Names of those that never end are kept in `unended`, so that they are looked for once.
    """
    match = _UNSHOWN.match(source, start)
    name = match[1].lower() if match else ""
    if not match or name in unended:
        return 0
    end = _UNSHOWN_END[name].search(source, match.end())
    if not end:
        unended.add(name)
    return end.end() if end else 0


def _joined(match: re.Match[str], name: str, attributes: Attributes) -> str:
    """Return a tag with these attributes."""
    return "".join([f"<{match['end']}{name}", *(f" {written}" for *_, written in attributes), ">"])


def without_html_comments(source: str) -> str:
    """Return HTML without its comments, which nobody reads who does not look for what is hidden."""
    return _COMMENT.sub("", source) if "<!--" in source else source


def addresses_in(attributes: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """Yield every address of a file that the attributes of a tag name."""
    for name, value, _ in attributes:
        if name == "style":
            yield from _CSS_URL.findall(value)
        elif name in {"srcset", "imagesrcset"}:
            yield from (url for url, _ in candidates(value))
        elif name in URL_ATTRIBUTES:
            yield value


def files_in(made: str) -> Iterator[str]:
    """Yield the addresses that the tags of finished HTML name, which an extension may have made."""
    for match in TOKEN.finditer(made):
        if match["name"]:
            yield from addresses_in(_attributes_of(match["attributes"]))


def _attributes_of(written: str) -> Attributes:
    """Return the attributes in a tag, the first of each name."""
    found: dict[str, tuple[str, str, str]] = {}
    for match in _ATTRIBUTES.finditer(written):
        value = html.unescape(match[2] or match[3] or match[4] or "")
        found.setdefault(match[1].lower(), (match[1].lower(), value, match[0].lstrip(" \t\r\n\f/")))
    return list(found.values())


_KEPT_TAGS = """
a abbr audio b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em
figcaption figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p picture pre q rp rt ruby
s samp section small source span strike strong sub summary sup table tbody td tfoot th thead
time tr track tt u ul var video wbr
"""

_KEPT_ATTRIBUTES = {
    "*": "class id title lang dir align role tabindex aria-label aria-hidden", "a": "href",
    "audio": "src controls loop muted preload",
    "col": "span", "colgroup": "span", "details": "open", "img": "src srcset sizes alt width height loading",
    "input": "type checked disabled", "ol": "start type reversed", "td": "colspan rowspan",
    "source": "src srcset sizes media type", "th": "colspan rowspan scope", "time": "datetime",
    "track": "src kind srclang label default",
    "video": "src poster controls loop muted preload playsinline width height",
}  # fmt: skip


def sanitised(source: str) -> str:
    """Return `source` with only elements and attributes that are known to be harmless."""
    import nh3

    def checked(tag: str, attribute: str, value: str) -> str | None:
        """Let inputs be boxes only."""
        return None if tag == "input" and attribute == "type" and value != "checkbox" else value

    return nh3.clean(
        source,
        tags=set(_KEPT_TAGS.split()),
        attributes={tag: set(names.split()) for tag, names in _KEPT_ATTRIBUTES.items()},
        attribute_filter=checked,
        generic_attribute_prefixes={"data-"},
        link_rel="noopener",
    )
