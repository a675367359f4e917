"""Draw the picture that a shared link shows: what a page is called, in the look of the theme.

It is drawn in grey, which then numbers the colours of a palette: so a card takes few milliseconds
and few kilobytes.
"""

import unicodedata
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from nexusgen.core.model import Value

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

VERSION = 2
"""Of the drawing: a part of the names of cards."""

SIZE = WIDTH, HEIGHT = 1200, 630
"""What networks show whole: The Open Graph protocol, "Structured Properties"."""

PACKAGE = "font_source_serif_pro"
"""A font with Latin, Greek and Cyrillic, which the extra brings along."""


class Style(NamedTuple):
    """How text is written: its size, the height of its lines, and how dark it is."""

    size: int
    height: int
    fill: int = 255


_LEFT, _RIGHT, _LINE = 312, 1128, 264
_TITLES = (Style(76, 84), Style(64, 72), Style(54, 62))
"""Sizes of a title with the heights of their lines: the largest in which it fits."""

_TEXT, _SMALL = Style(32, 44, 180), Style(28, 36, 180)
_LEVELS = 4
_RUNS = 3
"""zlib's `Z_RLE`: of pictures with few colours as small as its default, in half the time."""

_PAPER, _DARK = (251, 250, 247), (28, 27, 25)
_COLOURS = {
    "square": (11, 107, 99), "circle": (91, 63, 184), "triangle": (179, 56, 28),
    "triangle-down": (44, 107, 47), "diamond": (133, 90, 0), "bar": (31, 79, 216),
}  # fmt: skip
_POINTS: dict[str, tuple[tuple[int, int], ...]] = {
    "square": ((0, 0), (100, 0), (100, 100), (0, 100)), "triangle": ((50, 0), (100, 92), (0, 92)),
    "triangle-down": ((0, 8), (100, 8), (50, 100)), "diamond": ((50, 0), (100, 50), (50, 100), (0, 50)),
    "bar": ((0, 30), (100, 30), (100, 70), (0, 70)),
}  # fmt: skip

_missing = "\U0010fffe"


class CardText(Value, frozen=True, array_like=True, gc=False):
    """What a card says: `text` in a sentence what the page is about, `foot` whose it is."""

    title: str
    label: str = ""
    mark: str = ""
    text: str = ""
    foot: str = ""


class Font(NamedTuple):
    """A font: what tells it from others, and how to get its file."""

    key: str
    read: Callable[[], bytes]

    def __eq__(self, other: object) -> bool:
        """Tell fonts apart by their keys: what reads a file is another thing in each build."""
        return isinstance(other, Font) and self.key == other.key

    def __hash__(self) -> int:
        """Return the hash of the key."""
        return hash(self.key)


def own_fonts() -> tuple[Font, ...]:
    """Return the fonts that the extra brings: one for titles, one for the rest; none without it."""
    if find_spec(PACKAGE) is None:
        return ()
    folder = files(PACKAGE) / "files"
    names = ("SourceSerifPro-Semibold.ttf", "SourceSerifPro-Regular.ttf")
    return tuple(Font(name, (folder / name).read_bytes) for name in names)


def has_glyphs(fonts: Sequence[Font], text: str) -> bool:
    """Return whether one of the fonts has every letter of a text."""
    return _font_for(fonts, text) is not None


@cache
def is_font(font: Font) -> bool:
    """Return whether letters can be read from a font."""
    try:
        _loaded(font, 24).getmask(_missing)
    except (OSError, ValueError):
        return False
    return True


def draw_card(card: CardText, fonts: Sequence[Font]) -> bytes:
    """Return a card as PNG; a line for which there are no letters is left out."""
    from PIL import Image, ImageDraw

    grey = Image.new("L", SIZE, 0)
    draw = ImageDraw.Draw(grey)
    draw.line((_LINE, 0, _LINE, HEIGHT), fill=100, width=1)
    bottom = _title(draw, card.title, fonts)
    small = fonts[1:] if len(fonts) > 1 else fonts
    if card.label:
        _write(draw, [card.label], small, _SMALL, 72)
    if card.text:
        room = (HEIGHT - 128 - bottom) // _TEXT.height
        lines = _lines(card.text, _sized(small, card.text, _TEXT.size), max(0, min(3, room)))
        _write(draw, lines, small, _TEXT, bottom + 26)
    if card.foot:
        _write(draw, [card.foot], small, _SMALL, HEIGHT - 84)
    numbers = grey.point([level * (_LEVELS - 1) // 255 for level in range(256)])
    sign = _sign(card.mark)
    numbers.paste(sign.point([_LEVELS + level * 3 // 255 for level in range(256)]), (84, 76), sign)
    made = Image.frombytes("P", SIZE, numbers.tobytes())
    made.putpalette(bytes(_palette(_COLOURS.get(card.mark, _DARK))))
    data = BytesIO()
    made.save(data, "PNG", bits=4, compress_level=6, compress_type=_RUNS)
    return data.getvalue()


def _title(draw: "ImageDraw.ImageDraw", title: str, fonts: Sequence[Font]) -> int:
    """Write a title on three lines at most, and return where it ends."""
    for style in _TITLES:
        lines = _lines(title, _sized(fonts, title, style.size), 4)
        if len(lines) <= 3:
            break
    else:
        lines = _lines(title, _sized(fonts, title, style.size), 3)
    _write(draw, lines, fonts, style, 122)
    return 122 + style.height * len(lines)


def _write(
    draw: "ImageDraw.ImageDraw", lines: list[str], fonts: Sequence[Font], style: Style, top: int
) -> None:
    """Write lines one below the other: from the right where they are written from there."""
    for number, line in enumerate(lines):
        font = _sized(fonts, line, style.size)
        if font is not None:
            is_rtl = _runs_left(line)
            place = (_RIGHT if is_rtl else _LEFT, top + number * style.height)
            draw.text(place, line, style.fill, font, anchor="ra" if is_rtl else "la")


def _runs_left(text: str) -> bool:
    ways = (unicodedata.bidirectional(char) for char in text)
    return next((way for way in ways if way in ("L", "R", "AL")), "L") != "L"


def _lines(text: str, font: "ImageFont.FreeTypeFont | None", most: int) -> list[str]:
    """Return a text in lines that fit; what is too long ends with dots."""
    if font is None or not most:
        return []
    lines, line = list[str](), ""
    for piece in _pieces(text):
        if line and font.getlength(line + piece.rstrip()) <= _RIGHT - _LEFT:
            line += piece
            continue
        if line:
            lines.append(line.rstrip())
        line = piece
        while font.getlength(line.rstrip()) > _RIGHT - _LEFT:
            end = _fitting(line, font)
            lines.append(line[:end])
            line = line[end:]
    lines.append(line.rstrip())
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and font.getlength(last + "…") > _RIGHT - _LEFT:
        last = last[:-1].rstrip()
    return [*lines[: most - 1], last + "…"]


def _fitting(line: str, font: "ImageFont.FreeTypeFont") -> int:
    """Return how many letters of a line fit, at least one."""
    fit = bisect(
        range(1, len(line)), _RIGHT - _LEFT, key=lambda end: int(font.getlength(line[:end]))
    )
    return max(1, fit)


def _pieces(text: str) -> Iterator[str]:
    """Yield the pieces between which a line may end: after a space, and around a wide letter."""
    piece = ""
    for char in " ".join(text.split()):
        is_wide = unicodedata.east_asian_width(char) in "WF" and unicodedata.category(char) == "Lo"
        if is_wide and piece:
            yield piece
            piece = ""
        piece += char
        if char == " " or is_wide:
            yield piece
            piece = ""
    yield piece


def _font_for(fonts: Sequence[Font], text: str) -> Font | None:
    usable = (font for font in fonts if is_font(font))
    return next((font for font in usable if all(_has(font, char) for char in set(text))), None)


def _sized(fonts: Sequence[Font], text: str, size: int) -> "ImageFont.FreeTypeFont | None":
    font = _font_for(fonts, text)
    return _loaded(font, size) if font else None


@cache
def _loaded(font: Font, size: int) -> "ImageFont.FreeTypeFont":
    from PIL import ImageFont

    return ImageFont.truetype(BytesIO(font.read()), size)


@cache
def _has(font: Font, char: str) -> bool:
    """Return whether a font has a letter: what it lacks looks like what there is no letter for."""
    return char.isspace() or _looks(font, char) != _looks(font, _missing)


@cache
def _looks(font: Font, char: str) -> tuple[tuple[int, int], bytes]:
    mask = _loaded(font, 24).getmask(char)
    return mask.size, bytes(mask)


@cache
def _sign(mark: str) -> "Image.Image":
    """Return a mark of the theme, its edges smooth."""
    from PIL import Image, ImageDraw

    side, scale = 112, 4
    image = Image.new("L", (side * scale, side * scale), 0)
    draw, end = ImageDraw.Draw(image), side * scale - 1
    if points := _POINTS.get(mark):
        draw.polygon([(x * end // 100, y * end // 100) for x, y in points], fill=255)
    elif mark == "ring":
        draw.ellipse((0, 0, end, end), outline=255, width=end // 6)
    else:
        inset = end // 4 if mark == "dot" else 0
        draw.ellipse((inset, inset, end - inset, end - inset), fill=255)
    return image.resize((side, side), Image.Resampling.BOX)


def _palette(colour: tuple[int, ...]) -> Iterator[int]:
    """Yield the colours from paper to ink, and from paper to the colour of a mark."""
    for goal, steps in ((_DARK, _LEVELS), (colour, 4)):
        for step in range(steps):
            for paper, ink in zip(_PAPER, goal, strict=True):
                yield paper + (ink - paper) * step // (steps - 1)
