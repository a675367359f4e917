"""Read TIFF, and Exif, which is TIFF: make both anew of what is shown alone.

Everything in such a file is found by its offset, so what is left out leaves a hole. A file that is
made anew has none.
"""

import struct
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nexusgen.images.picture import (
    FACTS,
    ORIENTATION,
    Cleaned,
    Keep,
    UncleanError,
    refuse_overlaps,
    shown,
)

SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
"""Bytes of a value by its type (TIFF 6.0, section 2)."""

_DRAWN = (
    *range(254, 260), 262, 263, 266, 273, 274, *range(277, 285), *range(290, 294), 296, 297, 301,
    *range(317, 326), 332, 334, 336, *range(338, 343), 347, *range(529, 533), 34675,
)  # fmt: skip
"""The tags without which a page of a TIFF is not shown as it is, its colour profile among them."""

DATA = {273: 279, 324: 325}
"""Where the pixels are, by strip or by tile, and the tags that say how many bytes these are."""

WIDTH, HEIGHT, SUBFILE, COMPRESSION, EXIF = 256, 257, 254, 259, 34665
DATE_TAKEN = 0x9003
JPEG = 7
MAX_PAGES = 1000
MAX_TAGS = 4096


class Field(NamedTuple):
    """A field of a directory: its type, and the bytes of its values."""

    type: int
    data: bytes

    def numbers(self, order: str) -> tuple[int, ...]:
        """Return its values, where they are whole numbers."""
        form = {1: "B", 3: "H", 4: "I"}.get(self.type)
        if form is None:
            raise UncleanError("a directory holds something other than numbers")
        return struct.unpack(f"{order}{len(self.data) // SIZES[self.type]}{form}", self.data)


Directory = dict[int, Field]


def small_exif(data: bytes | memoryview, keep: Keep) -> tuple[bytes, int]:
    """Return Exif with the orientation and what may stay, and the orientation; empty without either.

    An orientation of 1 turns nothing, so it does not stay.
    """
    block = bytes(data)
    try:
        order, first = _header(block)
        fields = _read_directory(block, order, first)[0]
        orientation = fields[ORIENTATION].numbers(order)[0] if ORIENTATION in fields else 1
    except (UncleanError, struct.error, IndexError):
        return b"", 1
    orientation = orientation if 1 < orientation <= 8 else 1
    kept = {tag: fields[tag] for tag in _tags(keep) if tag in fields}
    if "date" in keep and (taken := _date_taken(block, order, fields)):
        kept[min(FACTS["date"])] = taken
    if orientation > 1:
        kept[ORIENTATION] = Field(3, struct.pack(f"{order}H", orientation))
    if not kept:
        return b"", 1
    body, values = _written(kept, order, 8)
    return _start(order) + body + values, orientation


def clean_tiff(data: bytes, keep: Keep) -> Cleaned:
    """Return the size of the first page of a TIFF, and the file anew: its pages, but no thumbnails."""
    order, offset = _header(data)
    made = bytearray(_start(order))
    pages: list[Directory] = []
    seen: set[int] = set()
    while offset and len(pages) < MAX_PAGES:
        if offset in seen:
            raise UncleanError("its directories run in a circle")
        seen.add(offset)
        page, offset = _read_directory(data, order, offset)
        if not pages or not page.get(SUBFILE, Field(4, bytes(4))).numbers(order)[0] & 1:
            pages.append(page)
    link = 4
    for page in pages:
        kept = {tag: page[tag] for tag in {*_DRAWN, *_tags(keep)} if tag in page}
        _add_pixels(data, order, kept, made)
        made += bytes(len(made) % 2)
        struct.pack_into(f"{order}I", made, link, len(made))
        body, values = _written(kept, order, len(made))
        link = len(made) + len(body) - 4
        made += body + values
    first = pages[0]
    width, height, turn = (
        first[tag].numbers(order)[0] if tag in first else 1 for tag in (WIDTH, HEIGHT, ORIENTATION)
    )
    return shown(width, height, "tiff", turn), [bytes(made)]


def _tags(keep: Keep) -> Iterator[int]:
    return (tag for name in keep for tag in FACTS.get(name, ()))


def _header(data: bytes) -> tuple[str, int]:
    """Return the byte order of a file, and where its first directory is."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
    if order is None or len(data) < 8:
        raise UncleanError("it does not begin as a TIFF")
    return order, struct.unpack_from(f"{order}I", data, 4)[0]


def _start(order: str) -> bytes:
    return struct.pack(f"{order}2sHI", b"II" if order == "<" else b"MM", 42, 8)


def _read_directory(data: bytes, order: str, offset: int) -> tuple[Directory, int]:
    """Return the fields of a directory by tag, and where the next one is."""
    if offset < 8 or offset + 2 > len(data):
        raise UncleanError("a directory lies outside of the file")
    (count,) = struct.unpack_from(f"{order}H", data, offset)
    end = offset + 2 + count * 12
    if count > MAX_TAGS or end > len(data):
        raise UncleanError("a directory is cut off")
    fields: Directory = {}
    for place in range(offset + 2, end, 12):
        tag, kind, number = struct.unpack_from(f"{order}HHI", data, place)
        size = SIZES.get(kind, 1) * number
        start = place + 8 if size <= 4 else struct.unpack_from(f"{order}I", data, place + 8)[0]
        if kind in SIZES and start + size <= len(data):
            fields.setdefault(tag, Field(kind, data[start : start + size]))
    following = struct.unpack_from(f"{order}I", data, end)[0] if end + 4 <= len(data) else 0
    return fields, following


def _date_taken(data: bytes, order: str, fields: Mapping[int, Field]) -> Field | None:
    """Return when a photo was taken, which Exif knows better than TIFF."""
    try:
        inner = _read_directory(data, order, fields[EXIF].numbers(order)[0])[0]
    except (UncleanError, KeyError, IndexError, struct.error):
        return None
    return inner.get(DATE_TAKEN)


def _written(fields: Mapping[int, Field], order: str, offset: int) -> tuple[bytes, bytes]:
    """Return a directory that stands at an offset, and the values that follow it."""
    body = bytearray(struct.pack(f"{order}H", len(fields)))
    values = bytearray()
    after = offset + 2 + len(fields) * 12 + 4
    for tag, field in sorted(fields.items()):
        body += struct.pack(f"{order}HHI", tag, field.type, len(field.data) // SIZES[field.type])
        if len(field.data) <= 4:
            body += field.data.ljust(4, b"\0")
        else:
            body += struct.pack(f"{order}I", after + len(values))
            values += field.data + bytes(len(field.data) % 2)
    return bytes(body + bytes(4)), bytes(values)


def _add_pixels(data: bytes, order: str, fields: Directory, made: bytearray) -> None:
    """Add the pixels of a page to a file that is made anew, and say where they are now."""
    compression = fields[COMPRESSION].numbers(order)[0] if COMPRESSION in fields else 1
    places = [tag for tag in DATA if tag in fields]
    if not places or compression == 6 or any(DATA[tag] not in fields for tag in places):
        raise UncleanError("it keeps its pixels in a way that is not known")
    for tag in places:
        starts, sizes = fields[tag].numbers(order), fields[DATA[tag]].numbers(order)
        if len(starts) != len(sizes):
            raise UncleanError("it does not say where its pixels end")
        moved = []
        for start, size in zip(starts, sizes, strict=True):
            piece = data[start : start + size]
            if compression == JPEG and (b"Exif\0\0" in piece or b"ns.adobe.com" in piece):
                raise UncleanError("it holds a JPEG with facts of its own")
            made += bytes(len(made) % 2)
            moved.append(len(made))
            made += piece
            refuse_overlaps(len(made), data)
        fields[tag] = Field(4, struct.pack(f"{order}{len(moved)}I", *moved))
