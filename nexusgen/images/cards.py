"""Draw the picture that a shared link shows: what a page is called, in the look of the theme.

It is drawn in grey, which then numbers the colours of a palette: so a card takes few milliseconds
and few kilobytes.
"""

import unicodedata
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from io import BytesIO
from itertools import accumulate, groupby, takewhile
from typing import TYPE_CHECKING, NamedTuple

from nexusgen.core.model import Value

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

VERSION = 4
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
_ROOM = _RIGHT - _LEFT
_EDGE = 12
"""Room for what of a letter stands above its line, or below."""

_LEVELS, _MARK_LEVELS = 4, 4
_TEXT_COLOURS = [level * (_LEVELS - 1) // 255 for level in range(256)]
_MARK_COLOURS = [_LEVELS + level * (_MARK_LEVELS - 1) // 255 for level in range(256)]
"""The number of a colour for each grey."""

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

_CLOSING = frozenset(("Pe", "Pf", "Po", "Pd", "Lm", "Sk", "Mn", "Mc"))
_STRONG = {"L": False, "EN": False, "R": True, "AL": True}
"""Which letters run from the right, by their class (Unicode Standard Annex 9, table 4)."""

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


class Hand(NamedTuple):
    """Writes in fonts, the first that has a letter, of a size; from the right or from the left."""

    fonts: tuple[Font, ...]
    size: int
    is_rtl: bool = False

    def runs(self, text: str) -> "tuple[Run, ...]":
        """Return a text, or a part of one, as it is written."""
        return _runs(self.fonts, text, self.is_rtl)

    def width(self, text: str) -> float:
        """Return how wide a text is: its words and the spaces between them."""
        measure, words = _measure(self), text.split(" ")
        return sum(map(measure, words)) + measure(" ") * (len(words) - 1)


def own_fonts() -> tuple[Font, ...]:
    """Return the fonts that the extra brings: one for titles, one for the rest; none without it."""
    if find_spec(PACKAGE) is None:
        return ()
    from importlib.resources import files

    folder = files(PACKAGE) / "files"
    names = ("SourceSerifPro-Semibold.ttf", "SourceSerifPro-Regular.ttf")
    return tuple(Font(name, (folder / name).read_bytes) for name in names)


@cache
def drawer() -> str:
    """Return the versions of what draws letters, which the names of cards tell."""
    from PIL import features

    parts = ("freetype2", "raqm", "harfbuzz", "fribidi")
    return " ".join(features.version(part) or "" for part in parts if features.check(part))


@cache
def _shapes() -> bool:
    """Return whether letters can be joined and lines run from the right: a system may lack that."""
    from PIL import features

    return features.check("raqm") is True


def _is_shaped(text: str) -> bool:
    """Return whether the letters of a text change beside each other, or run from the right."""
    return not text.isascii() and any(
        unicodedata.bidirectional(char) in ("R", "AL") or unicodedata.category(char) in ("Mn", "Mc")
        for char in text
    )


def has_glyphs(fonts: Sequence[Font], text: str) -> bool:
    """Return whether each letter of a text is in one of the fonts."""
    return bool(_runs(tuple(fonts), text, _runs_left(text)))


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
    bottom = _title(draw, card.title, tuple(fonts))
    small = tuple(fonts[1:] if len(fonts) > 1 else fonts)
    draw.bitmap((0, 72 - _EDGE), _strip(card.label, small), _SMALL.fill)
    draw.bitmap((0, HEIGHT - 84 - _EDGE), _strip(card.foot, small), _SMALL.fill)
    if card.text:
        room = (HEIGHT - 128 - bottom) // _TEXT.height
        hand = Hand(small, _TEXT.size, _runs_left(card.text))
        lines = _lines(card.text, hand, max(0, min(3, room)))
        _write(draw, lines, hand, _TEXT, bottom + 26)
    numbers = grey.point(_TEXT_COLOURS)
    numbers.paste(_sign(card.mark), (84, 76))
    return _png(numbers, bytes(_palette(_COLOURS.get(card.mark, _DARK))))


def _png(numbers: "Image.Image", palette: bytes) -> bytes:
    """Return an image of up to 16 colours, given by their numbers, as PNG (third edition).

    Each row is written as what it differs by from the one above, so that runs of zeros are all that
    there is to find: as small as what Pillow writes, in a fifth of the time.
    """
    from PIL import Image, ImageChops

    width, height = numbers.size
    numbers.putpalette(palette)
    packed = numbers.tobytes("raw", "P;4")
    size, line = (len(packed) // height, height), len(packed) // height
    above = Image.frombytes("L", size, bytes(line) + packed[:-line])
    rows = Image.new("L", (line + 1, height), 2)
    rows.paste(ImageChops.subtract_modulo(Image.frombytes("L", size, packed), above), (1, 0))
    packer = zlib.compressobj(strategy=zlib.Z_RLE)
    parts = (
        (b"IHDR", width.to_bytes(4) + height.to_bytes(4) + b"\4\3\0\0\0"), (b"PLTE", palette),
        (b"IDAT", packer.compress(rows.tobytes()) + packer.flush()), (b"IEND", b""),
    )  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)
        for name, body in parts
    )


def _title(draw: "ImageDraw.ImageDraw", title: str, fonts: tuple[Font, ...]) -> int:
    """Write a title on three lines at most, and return where it ends."""
    is_rtl, style, lines = _runs_left(title), _TITLES[0], list[str]()
    for style in _TITLES:
        lines = _lines(title, Hand(fonts, style.size, is_rtl), 4)
        if len(lines) <= 3:
            break
    hand = Hand(fonts, style.size, is_rtl)
    if len(lines) > 3:
        lines = _lines(title, hand, 3)
    _write(draw, lines, hand, style, 122)
    return 122 + style.height * len(lines)


def _write(
    draw: "ImageDraw.ImageDraw", lines: list[str], hand: Hand, style: Style, top: int
) -> None:
    """Write lines one below the other, all letters of one on the base of the first font."""
    base = top + _loaded(hand.fonts[0], hand.size).getmetrics()[0] if lines else 0
    for line in lines:
        x = _RIGHT - hand.width(line) if hand.is_rtl else float(_LEFT)
        for run in _in_sight(hand.runs(line), hand.is_rtl):
            font = _loaded(run.font, hand.size)
            way = ("rtl" if run.is_rtl else "ltr") if _shapes() else None
            draw.text((x, base), run.text, style.fill, font, anchor="ls", direction=way)
            x += font.getlength(run.text, direction=way)
        base += style.height


def _in_sight(runs: Sequence["Run"], is_rtl: bool) -> Iterator["Run"]:
    """Yield the runs of a line from left to right (Unicode Standard Annex 9, rule L2)."""
    groups = [list(group) for _, group in groupby(runs, key=lambda run: run.is_rtl)]
    for group in reversed(groups) if is_rtl else groups:
        yield from reversed(group) if group[0].is_rtl else group


@lru_cache(256)
def _strip(line: str, fonts: tuple[Font, ...]) -> "Image.Image":
    """Return a small line on a strip as wide as a card: many cards have the same."""
    from PIL import Image, ImageDraw

    image = Image.new("L", (WIDTH, _SMALL.height + 2 * _EDGE), 0)
    if line and has_glyphs(fonts, line):
        hand = Hand(fonts, _SMALL.size, _runs_left(line))
        _write(ImageDraw.Draw(image), [line], hand, Style(_SMALL.size, 0), _EDGE)
    return image


def _runs_left(text: str) -> bool:
    ways = (unicodedata.bidirectional(char) for char in text)
    return next((way for way in ways if way in ("L", "R", "AL")), "L") != "L"


def _lines(text: str, hand: Hand, most: int) -> list[str]:
    """Return a text in lines that fit; what is too long ends with dots."""
    if not most or not has_glyphs(hand.fonts, text):
        return []
    lines, pieces = list[str](), list(_pieces(text))
    while pieces and len(lines) <= most:
        count = _fitting(pieces, hand)
        if count:
            lines.append("".join(pieces[:count]).rstrip())
            del pieces[:count]
        else:
            letters = list(pieces[0])
            count = max(1, _fitting(letters, hand))
            lines.append("".join(letters[:count]))
            pieces[0] = "".join(letters[count:])
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and hand.width(last + "…") > _ROOM:
        last = last[:-1].rstrip()
    return [*lines[: most - 1], last + "…"]


def _fitting(pieces: Sequence[str], hand: Hand) -> int:
    """Return how many pieces fit in a line.

    To measure a line takes long, so where it ends is guessed by its pieces, and then measured.
    """

    def fits(count: int) -> bool:
        return hand.width("".join(pieces[:count]).rstrip()) <= _ROOM

    ends = accumulate(map(hand.width, pieces))
    count = len(list(takewhile(lambda end: end <= _ROOM, ends)))
    while count < len(pieces) and fits(count + 1):
        count += 1
    while count and not fits(count):
        count -= 1
    return count


@cache
def _measure(hand: Hand) -> Callable[[str], float]:
    """Return what measures words: most stand on many cards."""

    @lru_cache(4096)
    def measure(word: str) -> float:
        return sum(_loaded(one.font, hand.size).getlength(one.text) for one in hand.runs(word))

    return measure


def _pieces(text: str) -> Iterator[str]:
    """Yield the pieces between which a line may end: after a space, and around a wide letter."""
    for word in text.split():
        piece = ""
        for char in () if word.isascii() else word:
            if piece and _may_break(piece[-1], char):
                yield piece
                piece = ""
            piece += char
        yield f"{piece or word} "


def _may_break(before: str, char: str) -> bool:
    """Tell whether a line may end between two letters, one of them wide.

    No line begins with what closes or lengthens, or ends with what opens (Unicode Standard Annex 14).
    """
    wide = any(unicodedata.east_asian_width(one) in "WF" for one in (before, char))
    opens = unicodedata.category(before) in ("Ps", "Pi")
    return wide and not opens and unicodedata.category(char) not in _CLOSING


class Run(NamedTuple):
    """A part of a line in one font, which is written in one direction."""

    font: Font
    text: str
    is_rtl: bool


@lru_cache(4096)
def _runs(fonts: tuple[Font, ...], text: str, base: bool) -> tuple[Run, ...]:
    """Return a text in the first font that has all of it, else in runs; none where a letter has no font."""
    if _is_shaped(text) and not _shapes():
        return ()
    usable = [font for font in fonts if is_font(font)]
    for font in usable:
        if all(map(_glyphs(font), set(text))):
            return (Run(font, text, base),)
    runs: list[Run] = []
    for char, is_rtl in zip(text, _directions(text, base), strict=True):
        order = [runs[-1].font, *usable] if runs and not char.isalpha() else usable
        found = next((font for font in order if _glyphs(font)(char)), None)
        if found is None:
            return ()
        if runs and (runs[-1].font, runs[-1].is_rtl) == (found, is_rtl):
            char = runs.pop().text + char
        runs.append(Run(found, char, is_rtl))
    return tuple(runs)


def _directions(text: str, base: bool) -> list[bool]:
    """Return which letters run from the right: what has no direction goes with what is around it.

    Of two brackets both go with the first (Unicode Standard Annex 9, rules N0 to N2, in short).
    """
    strong = [_STRONG.get(unicodedata.bidirectional(char)) for char in text]
    before = list(accumulate(strong, lambda last, one: last if one is None else one, initial=base))
    strong.reverse()
    after = list(accumulate(strong, lambda last, one: last if one is None else one, initial=base))
    after.reverse()
    sides = zip(before[1:], after, strict=False)
    ways = [bool(left if left == right else base) for left, right in sides]
    opened: list[bool] = []
    for place, char in enumerate(text):
        if unicodedata.category(char) == "Ps":
            opened.append(ways[place])
        elif unicodedata.category(char) == "Pe" and opened:
            ways[place] = opened.pop()
    return ways


@cache
def _loaded(font: Font, size: int) -> "ImageFont.FreeTypeFont":
    from PIL import ImageFont

    return ImageFont.truetype(BytesIO(font.read()), size)


@cache
def _glyphs(font: Font) -> Callable[[str], bool]:
    """Return what tells whether a font has a letter: what it lacks looks like what none has."""

    @cache
    def has(char: str) -> bool:
        return char.isspace() or _looks(font, char) != _looks(font, _missing)

    return has


@cache
def _looks(font: Font, char: str) -> tuple[tuple[int, int], bytes]:
    mask = _loaded(font, 24).getmask(char)
    return mask.size, bytes(mask)


@cache
def _sign(mark: str) -> "Image.Image":
    """Return a mark of the theme in the numbers of its colours, its edges smooth."""
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
    return image.resize((side, side), Image.Resampling.BOX).point(_MARK_COLOURS)


def _palette(colour: tuple[int, ...]) -> Iterator[int]:
    """Yield the colours from paper to ink, and from paper to the colour of a mark."""
    for goal, steps in ((_DARK, _LEVELS), (colour, 4)):
        for step in range(steps):
            for paper, ink in zip(_PAPER, goal, strict=True):
                yield paper + (ink - paper) * step // (steps - 1)
