"""Read Exif, a directory as TIFF has them, and make it anew of what may stay.

Everything in it is found by its offset, so what is left out would leave a hole.
"""

import struct
from collections.abc import Mapping
from typing import NamedTuple

from nexusgen.images.picture import FACTS, ORIENTATION, Keep, UncleanError

SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
"""Bytes of a value by its type (TIFF 6.0, section 2)."""

EXIF, DATE_TAKEN = 34665, 0x9003
MAX_TAGS = 4096


class Fact(NamedTuple):
    """A field of a directory: its type, and the bytes of its values."""

    type: int
    data: bytes

    def number(self, order: str) -> int:
        """Return its first value, where that is a whole number."""
        form = {1: "B", 3: "H", 4: "I"}.get(self.type)
        if form is None:
            raise UncleanError("a directory holds something other than numbers")
        number: int = struct.unpack_from(order + form, self.data)[0]
        return number


Directory = dict[int, Fact]


def small_exif(data: bytes | memoryview, keep: Keep) -> tuple[bytes, int]:
    """Return Exif with the orientation and what may stay, and the orientation; empty without either.

    An orientation of 1 turns nothing, so it does not stay.
    """
    block = bytes(data)
    try:
        order, first = _header(block)
        fields = _read_directory(block, order, first)
        orientation = fields[ORIENTATION].number(order) if ORIENTATION in fields else 1
    except (UncleanError, struct.error):
        return b"", 1
    orientation = orientation if 1 < orientation <= 8 else 1
    tags = (tag for name in keep for tag in FACTS.get(name, ()))
    kept = {tag: fields[tag] for tag in tags if tag in fields}
    if "date" in keep and (taken := _date_taken(block, order, fields)):
        kept[min(FACTS["date"])] = taken
    if orientation > 1:
        kept[ORIENTATION] = Fact(3, struct.pack(f"{order}H", orientation))
    return (_written(kept, order) if kept else b""), orientation


def _header(data: bytes) -> tuple[str, int]:
    """Return the byte order of a block, and where its first directory is."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
    if order is None:
        raise UncleanError("it does not begin as a TIFF")
    return order, struct.unpack_from(f"{order}I", data, 4)[0]


def _read_directory(data: bytes, order: str, offset: int) -> Directory:
    """Return the fields of a directory by tag."""
    (count,) = struct.unpack_from(f"{order}H", data, offset)
    end = offset + 2 + count * 12
    if offset < 8 or count > MAX_TAGS or end > len(data):
        raise UncleanError("a directory is cut off")
    fields: Directory = {}
    for place in range(offset + 2, end, 12):
        tag, kind, number = struct.unpack_from(f"{order}HHI", data, place)
        size = SIZES.get(kind, 1) * number
        start = place + 8 if size <= 4 else struct.unpack_from(f"{order}I", data, place + 8)[0]
        if kind in SIZES and start + size <= len(data):
            fields.setdefault(tag, Fact(kind, data[start : start + size]))
    return fields


def _date_taken(data: bytes, order: str, fields: Mapping[int, Fact]) -> Fact | None:
    """Return when a photo was taken, which Exif knows better than TIFF."""
    try:
        return _read_directory(data, order, fields[EXIF].number(order)).get(DATE_TAKEN)
    except (UncleanError, KeyError, struct.error):
        return None


def _written(fields: Mapping[int, Fact], order: str) -> bytes:
    """Return a block of one directory, and behind it the values that do not fit in it."""
    start = struct.pack(f"{order}2sHIH", b"II" if order == "<" else b"MM", 42, 8, len(fields))
    body, values = bytearray(start), bytearray()
    after = len(start) + len(fields) * 12 + 4
    for tag, field in sorted(fields.items()):
        body += struct.pack(f"{order}HHI", tag, field.type, len(field.data) // SIZES[field.type])
        if len(field.data) <= 4:
            body += field.data.ljust(4, b"\0")
        else:
            body += struct.pack(f"{order}I", after + len(values))
            values += field.data + bytes(len(field.data) % 2)
    return bytes(body + bytes(4) + values)
