"""Read SVG: leave out what could run code, and what programs and authors wrote for themselves.

A drawing that holds nothing of the kind stays as it is, byte for byte.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from nexusgen.core.urls import is_dangerous
from nexusgen.images.picture import Cleaned, DamagedError, Keep, UncleanError, shown

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"
_DRAWN = frozenset(("", SVG, "http://www.w3.org/1999/xhtml", "http://www.w3.org/1998/Math/MathML"))
_LEFT_OUT = frozenset((
    "script", "handler", "listener", "iframe", "embed", "object", "applet", "frame", "frameset",
    "base", "meta", "link", "metadata", "audio", "video", "form",
))  # fmt: skip
_MOVES = frozenset((
    "animate", "set", "animatemotion", "animatetransform", "animatecolor", "discard",
))  # fmt: skip
_ADDRESSES = frozenset((
    "href", "src", "from", "to", "by", "values", "action", "formaction", "data", "poster",
    "srcset",
))  # fmt: skip
_EMBEDDED = re.compile(r"data:image/(?:png|jpe?g|gif|webp|avif);base64,(.*)\Z", re.DOTALL)
_LENGTH = re.compile(
    r"\s*\+?(\d*\.?\d+(?:e[-+]?\d+)?)\s*(px|pt|pc|mm|cm|in|q|)\s*\Z", re.IGNORECASE
)
_PIXELS = {
    "": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 960 / 25.4, "q": 24 / 25.4, "in": 96.0,
}  # fmt: skip
MAX_GROWTH = 10
"""How many times its length a drawing may take once its entities are written out."""

Clean = Callable[[bytes], bytes]


def clean_svg(data: bytes, keep: Keep, clean: Clean) -> Cleaned:  # noqa: ARG001  text can say anything
    """Return the size of a drawing, and the drawing; `clean` cleans the images that it holds."""
    reader = _Reader(data, clean)
    parser = expat.ParserCreate(namespace_separator="\n")
    parser.namespace_prefixes = True
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.StartNamespaceDeclHandler = reader.namespace
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.CommentHandler = parser.ProcessingInstructionHandler = reader.leave_out
    parser.StartDoctypeDeclHandler = reader.leave_out
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise DamagedError(f"it is no XML: {error}") from error
    made = data if reader.is_clean else "".join(reader.made).encode()
    return shown(*_size(reader.root)), [made]


class _Reader:
    """Writes a drawing anew while it is read, without what is left out."""

    def __init__(self, data: bytes, clean: Clean) -> None:
        self.made: list[str] = []
        self.root: Mapping[str, str] = {}
        self.is_clean = True
        self._clean = clean
        self._left = MAX_GROWTH * len(data) + 10_000
        self._names: list[tuple[str, str]] = []
        self._within = 0  # elements that are left out and still open
        self._open = False  # the last tag may still become an empty one

    def namespace(self, prefix: str | None, address: str | None) -> None:
        self._names.append((f"xmlns:{prefix}" if prefix else "xmlns", address or ""))

    def leave_out(self, *_: object) -> None:
        self.is_clean = False

    def start(self, name: str, attributes: list[str]) -> None:
        names, self._names = self._names, []
        address, local, tag = _split(name)
        pairs = list(zip(attributes[::2], attributes[1::2], strict=True))
        if self._within or address not in _DRAWN or _is_left_out(local.lower(), pairs):
            self._within += 1
            self.is_clean = False
            return
        kept = [(key, value) for key, it in pairs if (value := self._kept(key, it)) is not None]
        given = {_split(key)[2]: value for key, value in (*names, *kept)}
        if not self.made:
            self.root = given
        self._end_tag()
        self._add(f"<{tag}" + "".join(f" {key}={quoteattr(it)}" for key, it in given.items()))
        self._open = True

    def end(self, name: str) -> None:
        if self._within:
            self._within -= 1
        elif self._open:
            self._open = False
            self.made.append("/>")
        else:
            self.made.append(f"</{_split(name)[2]}>")

    def text(self, text: str) -> None:
        if not self._within:
            self._end_tag()
            self._add(escape(text))

    def _end_tag(self) -> None:
        if self._open:
            self._open = False
            self.made.append(">")

    def _add(self, text: str) -> None:
        self._left -= len(text)
        if self._left < 0:
            raise UncleanError("its entities repeat too much")
        self.made.append(text)

    def _kept(self, name: str, value: str) -> str | None:
        """Return the value of an attribute as it may stay, None where it may not."""
        address, local, _ = _split(name)
        local = local.lower()
        bad = address not in ("", XLINK, _XML) or local.startswith("on") or local == "srcdoc"
        if local in _ADDRESSES and not bad:
            if embedded := _EMBEDDED.match(value):
                return self._without_facts(value, embedded)
            bad = any(map(is_dangerous, (value, *value.split(";"))))
        if bad:
            self.is_clean = False
            return None
        return value

    def _without_facts(self, value: str, embedded: "re.Match[str]") -> str | None:
        """Return an image that stands in an address, without what it tells of its maker."""
        try:
            data = b64decode(embedded[1])
            cleaned = self._clean(data)
        except (ValueError, UncleanError):
            self.is_clean = False
            return None
        if cleaned == data:
            return value
        self.is_clean = False
        return value[: embedded.start(1)] + b64encode(cleaned).decode()


def _split(name: str) -> tuple[str, str, str]:
    """Return the namespace of a name, its local part, and the name as it is written."""
    parts = name.split("\n")
    if len(parts) == 1:
        return "", name.rpartition(":")[2] if name.startswith("xmlns") else name, name
    prefix = f"{parts[2]}:" if len(parts) > 2 else ""
    return parts[0], parts[1], prefix + parts[1]


def _is_left_out(local: str, attributes: list[tuple[str, str]]) -> bool:
    if local in _MOVES:
        goals = (value.lower() for name, value in attributes if _split(name)[1] == "attributeName")
        return any(goal.rpartition(":")[2] == "href" or goal.startswith("on") for goal in goals)
    return local in _LEFT_OUT


def _size(root: Mapping[str, str]) -> tuple[int, int]:
    """Return the size of a drawing: the one it says, else that of its box (SVG 2, section 8)."""
    box = root.get("viewBox", "").replace(",", " ").split()
    try:
        wide, high = (float(box[2]), float(box[3])) if len(box) == 4 else (0.0, 0.0)
    except ValueError:
        wide, high = 0.0, 0.0
    width, height = _pixels(root.get("width", "")), _pixels(root.get("height", ""))
    if wide > 0 and high > 0:
        if not (width or height):
            width, height = wide, high
        width, height = width or height * wide / high, height or width * high / wide
    sizes = round(width), round(height)
    return sizes if min(sizes) > 0 and max(sizes) < 1_000_000 else (0, 0)


def _pixels(length: str) -> float:
    match = _LENGTH.match(length)
    return float(match[1]) * _PIXELS[match[2].lower()] if match else 0.0
