"""Lead the addresses of films, sounds and pictures in raw HTML; make links of frames.

A page shows no frames (its policy is strict), unless the settings name their hosts: `frames`.
What raw HTML hides, folds or stands in for is left out where only its words are read.
"""

import html
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from nexusgen.core.model import Span
from nexusgen.core.urls import encode, is_dangerous, is_external, is_image, is_played, split_target
from nexusgen.markdown.notes import CLOSE, OPEN, LinkDraft, Notes, placeholder

FRAMES = frozenset({"iframe", "object", "embed"})
"""Elements that show another page or file, which become links, pictures or players."""

SHOWING = frozenset(
    {
        "area", "audio", "feimage", "image", "img", "input", "source", "table", "td", "th", "track",
        "use", "video",
    }
)  # fmt: skip
"""Elements that show files; in others, such as those of components, an address may mean anything."""

LED = frozenset({"src", "srcset", "poster", "href", "xlink:href", "background"})
"""Attributes whose addresses lead to files of the hub, as those of links do."""

CANDIDATE = re.compile(r"[\s,]*+(\S*[^\s,])(?:,+|([^,]*+))")
"""An address and a width or density in `srcset` (WHATWG HTML, "parse a srcset attribute")."""

_SIDE = re.compile("[0-9]{1,5}")
PAGE = re.compile(
    r"(?:https?:)?//(?:(?:www\.|m\.)?youtube(?:-nocookie)?\.com/(?:watch\?|embed/|shorts/|live/|playlist\?)"
    r"|youtu\.be/[\w-]|(?:www\.|player\.)?vimeo\.com/(?:video/)?\d|(?:www\.)?dailymotion\.com/video/"
    r"|(?:www\.)?twitch\.tv/videos/|(?:www\.|mobile\.)?(?:twitter|x)\.com/\w+/status/\d"
    r"|(?:www\.)?tiktok\.com/@|(?:www\.)?instagram\.com/(?:p|reel)/|open\.spotify\.com/\w|soundcloud\.com/\w"
    r"|gist\.github\.com/(?!assets/|user-attachments/|[^?#]*/raw(?:/|$))\w)",
    re.IGNORECASE,
)
"""A page of a site that shows films, sounds or posts; what these give as images is elsewhere."""

_RAW = re.compile(f"{OPEN}r([0-9]+){CLOSE}")
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)((?>(?:[^<>\"']+|\"[^\"]*\"|'[^']*')*))>")
_ATTRIBUTE = re.compile(r"""([^\s=/"'>]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "source", "track", "wbr"}
)
_FALLBACKS = frozenset({"video", "audio", "object", "canvas", "iframe"})
"""Elements that most browsers show in the place of the text in them."""

_MARKDOWN_SAYS = frozenset({"src", "alt", "title", "width", "height", "loading", "decoding"})
_FILM_PAGES = (
    (
        re.compile(r"https://www\.youtube(?:-nocookie)?\.com/embed/([\w-]+)"),
        "https://www.youtube.com/watch?v=",
    ),
    (re.compile(r"https://player\.vimeo\.com/video/(\d+)"), "https://vimeo.com/"),
)
"""What a frame of a site for films shows, and where that stands on a page of its own."""

FRAME = "the policy of the page forbids frames, so a link stands in the place of this one"
STYLE = (
    "`style` has no effect here: the policy of the page forbids it",
    "use attributes such as `align` and `width`, or a stylesheet of your own theme",
)
LEFT_OUT = "`<{}>` is left out: the policy of the page forbids what it does"
PLAIN_HTTP = (
    "a picture or film without https does not show: the policy of the page forbids it",
    "write https://, or put the file into the hub",
)
NAMELESS = (
    "a frame without a title says nothing to those who cannot see it",
    'say what it shows: title="..."',
)

Values = dict[str, str]
"""The values of the attributes of a tag, by their names in lower case."""


class Media(NamedTuple):
    """Reads tags that show files; `hosts` are those whose frames may be shown."""

    notes: Notes
    hosts: tuple[str, ...]

    def frame(self, place: Callable[[], Span], name: str, values: Values) -> str:
        """Return what stands for a frame; nothing where it has no address."""
        url = values.get("data" if name == "object" else "src", "").strip()
        if url.startswith("//"):
            url = f"https:{url}"
        if not url or is_dangerous(url):
            return ""
        if name == "iframe" and self._is_allowed(url):
            return self._allowed(place, url, values)
        if name == "iframe" or is_external(url) or not (is_image(url) or is_played(url)):
            host = "name its host in `frames` to allow it, or " if is_external(url) else ""
            self.notes.problem_once(place(), "html.policy", FRAME, f"{host}write a link")
        text = values.get("title") or values.get("aria-label") or ""
        return _far_link(url, text) if is_external(url) else self._shown(place, url, text)

    def attribute(self, place: Callable[[], Span], name: str, value: str, written: str) -> str:
        """Return an attribute as it is written, the addresses of the hub in it as placeholders."""
        if name == "srcset":
            return f'srcset="{", ".join(self._candidates(place, value))}"'
        return f'{name}="{self._led(place, value)}"' if is_led(value) else written

    def source(self, place: Callable[[], Span], values: Values) -> str:
        """Return the placeholder for address and size of an image that keeps its other attributes."""
        number = self.image(place, values)
        found = self.notes.found[number]
        found.title = "srcset" if "srcset" in values else ""
        if not found.size and ("width" in values or "height" in values):
            found.size = "0"
        return placeholder("s", number)

    def warn(self, place: Callable[[], Span], name: str, values: Values) -> None:
        """Warn of what the policy of the page will not show of a tag."""
        if "style" in values:
            self.notes.problem_once(place(), "html.policy", *STYLE)
        shown = name != "a" and (values.get("src", ""), values.get("poster", ""))
        if shown and any(url.lower().startswith("http://") for url in shown):
            self.notes.problem_once(place(), "html.policy", *PLAIN_HTTP)

    def left_out(self, span: Span, name: str) -> None:
        """Warn of an element that does nothing in a text of ours."""
        hint = (
            "use a stylesheet of your own theme"
            if name == "style"
            else "write a link to what it shows"
        )
        self.notes.problem_once(span, "html.policy", LEFT_OUT.format(name), hint)

    def image(self, place: Callable[[], Span], values: Values) -> int:
        """Take note of an image, and return its number."""
        found = LinkDraft("image", *split_target(values["src"].strip()), place())
        found.text, found.title = values.get("alt", ""), values.get("title", "")
        found.size = size_of(values.get("width", ""), values.get("height", ""))
        return self.notes.add(found)

    def _led(self, place: Callable[[], Span], url: str) -> str:
        return placeholder(
            "u", self.notes.add(LinkDraft("file", *split_target(url.strip()), place()))
        )

    def _candidates(self, place: Callable[[], Span], value: str) -> Iterator[str]:
        for url, size in candidates(value):
            led = self._led(place, url) if is_led(url) else html.escape(url)
            yield f"{led} {html.escape(size)}".rstrip()

    def _shown(self, place: Callable[[], Span], url: str, text: str) -> str:
        found = LinkDraft("file", *split_target(url), place())
        found.text = text
        return placeholder("i", self.notes.add(found))

    def _is_allowed(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        return parts.scheme.lower() == "https" and parts.netloc.lower() in self.hosts

    def _allowed(self, place: Callable[[], Span], url: str, values: Values) -> str:
        """Return a frame with what is known to be harmless of its attributes."""
        if not values.get("title", "").strip():
            self.notes.problem_once(place(), "html.frame", *NAMELESS)
        kept = {"src": encode(url), "title": values.get("title") or urlsplit(url).netloc}
        kept |= {side: values[side] for side in ("width", "height") if _is_length(values, side)}
        full = " allowfullscreen" if "allowfullscreen" in values else ""
        given = "".join(f' {name}="{html.escape(value)}"' for name, value in kept.items())
        safe = 'loading="lazy" referrerpolicy="strict-origin-when-cross-origin"'
        return self.notes.stash(f"<iframe{given} {safe}{full}></iframe>")


class Seen:
    """Returns texts as far as they are seen, one after the other; raw HTML stands in them as marks.

    Not seen is what stands in elements that are `hidden`, or have one of these names and are not `open`.
    """

    def __init__(self, stashed: Sequence[str], names: frozenset[str] = _FALLBACKS) -> None:
        self.stashed, self.names = stashed, names
        self.around, self.depth = "", 0

    def __call__(self, text: str) -> str:
        """Return a text as far as it is seen."""
        kept, done = "", 0
        for mark in _RAW.finditer(text):
            kept += "" if self.around else text[done : mark.end()]
            done = mark.end()
            for tag in _TAG.finditer(self.stashed[int(mark[1])]):
                self.passes(tag)
        return kept if self.around else kept + text[done:]

    def passes(self, tag: re.Match[str]) -> None:
        """Take note of a tag between texts."""
        name = tag[2].lower()
        if self.around:
            self.depth += (name == self.around) * (-1 if tag[1] else 1)
            self.around *= self.depth > 0
        elif not tag[1] and name not in _VOID:
            is_closed = name in self.names and not _has(tag[3], "open")
            if is_closed or _has(tag[3], "hidden"):
                self.around, self.depth = name, 1


def _has(attributes: str, name: str) -> bool:
    """Tell whether a flag is among attributes; what is hidden `until-found` is opened by a browser."""
    return name in attributes.lower() and any(
        found[1].lower() == name and "until-found" not in (found[2] or "").lower()
        for found in _ATTRIBUTE.finditer(attributes)
    )


def open_blocks(root: Element, notes: Notes) -> Element:
    """Return an element with the blocks of a text that do not stand in raw HTML that is folded or hidden."""
    seen, found = Seen(notes.stashed, frozenset({"details"})), Element(root.tag)
    seen(root.text or "")
    for block in root:
        if not seen.around:
            found.append(block)
        seen("".join((*block.itertext(), block.tail or "")))
    return found


def without_hidden(html: str) -> str:
    """Return HTML without the elements that are hidden."""
    seen, kept, done = Seen((), frozenset()), "", 0
    for tag in _TAG.finditer(html):
        was_around = seen.around
        seen.passes(tag)
        if not was_around:
            kept += html[done : tag.start()]
            done = tag.start()
        elif not seen.around:
            done = tag.end()
    return kept if seen.around else kept + html[done:]


def is_plain_image(values: Values) -> bool:
    """Tell whether an image says nothing that an image of Markdown could not say, too."""
    width, height = values.get("width", "0"), values.get("height", "0")
    known = width.isdecimal() and height.isdecimal() and ("width" in values) >= ("height" in values)
    return known and values.keys() <= _MARKDOWN_SAYS


def is_led(url: str) -> bool:
    """Tell whether an address leads to a file of the hub, and not elsewhere or within the page."""
    url = url.strip()
    return bool(url) and url[0] not in "#?" and not is_external(url)


def candidates(value: str) -> Iterator[tuple[str, str]]:
    """Yield the addresses in `srcset`, each with its width or density."""
    for match in CANDIDATE.finditer(value.strip(" \t\r\n\f,")):
        yield match[1], (match[2] or "").strip()


def size_of(width: str, height: str) -> str:
    """Return the size that attributes give an image: `300`, `300x200`, empty for none."""
    if not _SIDE.fullmatch(width):
        return ""
    return f"{width}x{height}" if _SIDE.fullmatch(height) else width


def _is_length(values: Values, side: str) -> bool:
    return values.get(side, "").removesuffix("%").isdecimal()


def _far_link(url: str, text: str) -> str:
    """Return a link to what a frame shows elsewhere; of a film, to its page."""
    host = urlsplit(url).netloc if "[" not in url else ""
    for pattern, page in _FILM_PAGES:
        if match := pattern.match(url):
            url = page + match[1]
    return f'<a href="{html.escape(encode(url))}" rel="noopener">{html.escape(text or host or url)}</a>'
