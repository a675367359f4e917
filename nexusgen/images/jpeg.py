"""Read JPEG: keep the segments that are needed to show it (ITU-T T.81, annex B)."""

import re
from collections.abc import Iterator

from nexusgen.images.picture import Cleaned, Keep, Parts, UncleanError, shown
from nexusgen.images.tiff import small_exif

_MARKER = re.compile(rb"\xff+([^\x00\xff])")
"""A marker; what stands before it that is none is skipped, as decoders do."""

_SCAN_END = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_DRAWN = frozenset(range(0xC0, 0xE0)) - {0xC8}
_ALONE = frozenset(range(0xD0, 0xD9)) | {0x01}
_SCAN, _END = 0xDA, 0xD9
_COMMON = frozenset({0xC0, 0xC1, 0xC2})
"""Frames that every decoder knows: baseline, extended and progressive."""

MAX_SCANS = 64
"""A picture of more scans takes minutes to decode."""


def clean_jpeg(data: bytes, keep: Keep) -> Cleaned:
    """Return the size of a JPEG, and its parts: no comment, no application's data but its colours."""
    parts: Parts = [b"\xff\xd8"]
    frame, common, scans, turn = b"", False, 0, 1
    for marker, body, scan in _segments(data):
        if marker in _FRAMES:
            frame, common = frame or bytes(body[:6]), marker in _COMMON
        scans += marker == _SCAN
        if kept := _kept(marker, body, keep):
            turn = max(turn, kept[1])
            parts += b"\xff", bytes([marker]), (len(kept[0]) + 2).to_bytes(2), kept[0], scan
    if len(frame) < 6 or not scans:
        raise UncleanError("it holds no picture")
    height, width = int.from_bytes(frame[1:3]), int.from_bytes(frame[3:5])
    still = common and scans <= MAX_SCANS and frame[5] in (1, 3)
    return shown(width, height, "jpeg", turn, still), [*parts, b"\xff\xd9"]


def _segments(data: bytes) -> Iterator[tuple[int, memoryview, memoryview]]:
    """Yield the marker and the content of each segment, and the scan that follows it, if any.

    What is cut off ends where it ends; what stands behind the end of the picture is none of it.
    """
    view, at = memoryview(data), 2
    while (match := _MARKER.search(data, at)) and match[1][0] != _END:
        marker, start = match[1][0], match.end()
        if marker in _ALONE:
            at = start
            continue
        end = at = start + int.from_bytes(data[start : start + 2])
        if not start + 2 <= end <= len(data):
            return
        if marker == _SCAN:
            found = _SCAN_END.search(data, end)
            at = found.start() if found else len(data)
        yield marker, view[start + 2 : end], view[end:at]


def _kept(marker: int, body: memoryview, keep: Keep) -> tuple[bytes | memoryview, int] | None:
    """Return what stays of a segment and how that turns the picture, None for nothing."""
    if marker in _DRAWN:
        return body, 1
    name = bytes(body[:12])
    if marker == 0xE0 and name.startswith(b"JFIF\0"):
        return bytes(body[:12]).ljust(12, b"\0") + b"\0\0", 1
    if marker == 0xE1 and name.startswith(b"Exif\0"):
        exif, turn = small_exif(body[6:], keep)
        return (b"Exif\0\0" + exif, turn) if exif else None
    if marker == 0xE2 and name.startswith(b"ICC_PROFILE\0"):
        return body, 1
    if marker == 0xEE and name.startswith(b"Adobe"):
        return body[:12], 1
    return None
