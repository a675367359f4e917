"""Read images that are a row of parts: JPEG, PNG, WebP, GIF, JPEG XL, and icons of PNG."""

import re
import struct
from collections.abc import Iterator
from zlib import crc32

from nexusgen.images.boxes import boxes
from nexusgen.images.exif import small_exif
from nexusgen.images.picture import (
    Cleaned,
    DamagedError,
    Keep,
    Parts,
    refuse_overlaps,
    shown,
)

PNG = b"\x89PNG\r\n\x1a\n"
_PNG_DRAWN = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP mDCV mDCv cLLI cLLi sBIT bKGD hIST pHYs "
    b"acTL fcTL fdAT".split()
)
"""Chunks that PNG, third edition, needs to show a picture in its colours."""

_PNG_FACTS = {
    b"author": "artist", b"copyright": "copyright", b"creation time": "date",
    b"description": "description", b"title": "description", b"source": "camera",
}  # fmt: skip
"""Keywords of text (PNG, third edition, 11.3.3.1) and the facts that they state."""

_WEBP_DRAWN = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_FRAME = frozenset((b"VP8 ", b"VP8L", b"ALPH"))
_HAS_EXIF, _HAS_XMP, _MOVES = 0x08, 0x04, 0x02

_GIF_LOOPS = frozenset((b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"))
_JXL_DRAWN = frozenset((b"JXL ", b"ftyp", b"jxll", b"jxlc", b"jxlp", b"jxli"))

_JPEG_MARKER = re.compile(rb"\xff+([^\x00\xff])")
"""A marker; what stands before it that is none is skipped, as decoders do."""

_SCAN_END = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_DRAWN = frozenset(range(0xC0, 0xE0)) - {0xC8, 0xD9}
_JPEG_ALONE = frozenset(range(0xD0, 0xD9)) | {0x01}
_SCAN, _END = 0xDA, 0xD9
_JPEG_COMMON = frozenset({0xC0, 0xC1, 0xC2})
"""Frames that every decoder knows: baseline, extended and progressive."""

MAX_SCANS = 64
"""A picture of more scans takes minutes to decode."""


def clean_jpeg(data: bytes, keep: Keep) -> Cleaned:
    """Return the size of a JPEG, and its parts: no comment, no application's data but its colours."""
    parts: Parts = [b"\xff\xd8"]
    frame, common, scans, turn, whole = b"", False, 0, 1, False
    for marker, body, scan in _segments(data):
        if marker in _JPEG_FRAMES:
            frame, common = frame or bytes(body[:6]), marker in _JPEG_COMMON
        scans += marker == _SCAN
        whole = marker == _END
        if kept := _kept_segment(marker, body, keep):
            turn = max(turn, kept[1])
            parts += b"\xff", bytes([marker]), (len(kept[0]) + 2).to_bytes(2), kept[0], scan
    if len(frame) < 6 or not scans:
        raise DamagedError("it holds no picture")
    height, width = int.from_bytes(frame[1:3]), int.from_bytes(frame[3:5])
    still = common and scans <= MAX_SCANS and frame[5] in (1, 3, 4)
    return shown(width, height, turn, still, whole), [*parts, b"\xff\xd9"]


def _segments(data: bytes) -> Iterator[tuple[int, memoryview, memoryview]]:
    """Yield the marker and the content of each segment, also of the end, and the scan that follows it, if any.

    What is cut off ends where it ends; what stands behind the end of the picture is none of it.
    """
    view, at = memoryview(data), 2
    while match := _JPEG_MARKER.search(data, at):
        marker, start = match[1][0], match.end()
        if marker == _END:
            yield marker, view[:0], view[:0]
            return
        if marker in _JPEG_ALONE:
            at = start
            continue
        end = at = start + int.from_bytes(data[start : start + 2])
        if not start + 2 <= end <= len(data):
            return
        if marker == _SCAN:
            found = _SCAN_END.search(data, end)
            at = found.start() if found else len(data)
        yield marker, view[start + 2 : end], view[end:at]


def _kept_segment(
    marker: int, body: memoryview, keep: Keep
) -> tuple[bytes | memoryview, int] | None:
    """Return what stays of a segment and how that turns the picture, None for nothing."""
    if marker in _JPEG_DRAWN:
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


def clean_png(data: bytes, keep: Keep) -> Cleaned:
    """Return the size of a PNG, and its parts: no text, no time, nothing behind its end."""
    parts: Parts = [PNG]
    moves, turn, whole = False, 1, False
    for name, chunk in _png_chunks(data):
        whole = name == b"IEND"
        if name in _PNG_DRAWN or _is_kept_text(name, chunk, keep):
            parts.append(chunk)
            moves = moves or name == b"acTL"
        elif name == b"eXIf":
            exif, turn = small_exif(chunk[8:-4], keep)
            if exif:
                parts.append(_png_chunk(b"eXIf", exif))
    width, height, depth, colours = struct.unpack_from(">IIBB", data, 16)
    still = not moves and not (depth == 16 and colours == 0)
    return shown(width, height, turn, still, whole), parts


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Yield each chunk with its name, up to the end of the picture; the last may be cut off."""
    at, view = len(PNG), memoryview(data)
    while at + 8 <= len(data):
        name, end = data[at + 4 : at + 8], at + 12 + int.from_bytes(data[at : at + 4])
        yield name, view[at:end]
        if name == b"IEND" or not name.isalpha():
            return
        at = end


def _png_chunk(name: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + name + body + crc32(name + body).to_bytes(4)


def _is_kept_text(name: bytes, chunk: memoryview, keep: Keep) -> bool:
    if name not in (b"tEXt", b"zTXt", b"iTXt"):
        return False
    keyword = bytes(chunk[8:88]).partition(b"\0")[0].lower()
    return _PNG_FACTS.get(keyword) in keep


def clean_webp(data: bytes, keep: Keep) -> Cleaned:
    """Return the size of a WebP, and its parts (RFC 9649, section 2.7)."""
    end = 8 + int.from_bytes(data[4:8], "little")
    chunks = list(_riff_chunks(memoryview(data)[12:end]))
    found = dict(reversed(chunks))
    exif, turn = b"", 1
    if b"EXIF" in found:
        block = bytes(found[b"EXIF"])
        exif, turn = small_exif(block.removeprefix(b"Exif\0\0"), keep)
    made: Parts = [
        _riff_chunk(name, _webp_body(name, body, exif))
        for name, body in chunks
        if name in _WEBP_DRAWN
    ]
    if exif and b"VP8X" in found:
        made.append(_riff_chunk(b"EXIF", exif))
    width, height = _webp_size(found)
    moves = bool(b"VP8X" in found and found[b"VP8X"][0] & _MOVES)
    head = b"RIFF" + (4 + sum(map(len, made))).to_bytes(4, "little") + b"WEBP"
    return shown(width, height, turn, not moves, end <= len(data)), [head, *made]


def _webp_body(name: bytes, body: memoryview, exif: bytes) -> bytes | memoryview:
    """Return what a chunk holds, without the frames' unknown chunks and flags of what is gone."""
    if name == b"VP8X" and body:
        flags = body[0] & ~(_HAS_EXIF | _HAS_XMP) | (_HAS_EXIF if exif else 0)
        return bytes([flags]) + bytes(body[1:])
    if name == b"ANMF":
        inner = (one for one in _riff_chunks(body[16:]) if one[0] in _WEBP_FRAME)
        return b"".join((bytes(body[:16]), *(_riff_chunk(*one) for one in inner)))
    return body


def _riff_chunks(view: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    at = 0
    while at + 8 <= len(view):
        size = int.from_bytes(view[at + 4 : at + 8], "little")
        yield bytes(view[at : at + 4]), view[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _riff_chunk(name: bytes, body: bytes | memoryview) -> bytes:
    return name + len(body).to_bytes(4, "little") + bytes(body) + bytes(len(body) % 2)


def _webp_size(found: dict[bytes, memoryview]) -> tuple[int, int]:
    if len(box := found.get(b"VP8X", b"")) >= 10:
        return int.from_bytes(box[4:7], "little") + 1, int.from_bytes(box[7:10], "little") + 1
    if len(lossy := found.get(b"VP8 ", b"")) >= 10:
        width, height = struct.unpack_from("<HH", lossy, 6)
        return width & 0x3FFF, height & 0x3FFF
    if len(exact := found.get(b"VP8L", b"")) >= 5:
        bits = int.from_bytes(exact[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    raise DamagedError("it holds no picture")


def clean_gif(data: bytes, keep: Keep) -> Cleaned:  # noqa: ARG001  it has no facts to keep
    """Return the size of a GIF, and its parts: no comment, no text, no program's own data."""
    if len(data) < 13:
        raise DamagedError("it is cut off")
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    parts: Parts = [memoryview(data)[:at]]
    control: Parts = []
    frames = 0
    while at < len(data) and data[at] in (0x21, 0x2C):
        end = _gif_end(data, at)
        block, label = memoryview(data)[at:end], data[at + 1 : at + 2]
        if data[at] == 0x2C:
            frames += 1
            parts += *control, block
            control = []
        elif label == b"\xf9":
            control = [block]
        elif label == b"\xff" and bytes(block[3:14]) in _GIF_LOOPS:
            parts.append(block)
        elif label == b"\x01":
            control = []  # it was that of the text
        at = end
    whole = frames > 0 and at <= len(data)
    return shown(width, height, still=frames == 1, whole=whole), [*parts, b";"]


def _gif_end(data: bytes, at: int) -> int:
    """Return where a block of a GIF ends, with all that belongs to it."""
    if data[at] == 0x2C:
        flags = data[at + 9] if at + 9 < len(data) else 0
        at += 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    else:
        at += 2
    while at < len(data) and data[at]:
        at += data[at] + 1
    return at + 1


def clean_jxl(data: bytes, keep: Keep) -> Cleaned:  # noqa: ARG001  it has no facts to keep
    """Return the parts of a JPEG XL; its size stands in bits that only its decoders read."""
    if data[:2] == b"\xff\x0a":
        return shown(0, 0), [data]
    parts, view, at = Parts(), memoryview(data), 0
    for name, _, end in boxes(data, 0, len(data)):
        parts += [view[at:end]] if name in _JXL_DRAWN else []
        at = end
    return shown(0, 0), parts


def clean_icon(data: bytes, keep: Keep) -> Cleaned:
    """Return the size of the largest picture of an icon, and the icon with each of them cleaned."""
    count = int.from_bytes(data[4:6], "little")
    if len(data) < 6 + 16 * count or not count:
        raise DamagedError("it is cut off")
    head, pictures, sizes = bytearray(data[:6]), Parts(), [(0, 0)]
    at = 6 + 16 * count
    for place in range(6, at, 16):
        size, start = struct.unpack_from("<II", data, place + 8)
        picture: bytes = data[start : start + size]
        if is_png(picture):
            picture = b"".join(clean_png(picture, keep)[1])
        sizes.append((data[place] or 256, data[place + 1] or 256))
        before = sum(map(len, pictures))
        head += data[place : place + 8] + struct.pack("<II", len(picture), at + before)
        pictures.append(picture)
        refuse_overlaps(before + len(picture), data)
    return shown(*max(sizes)), [bytes(head), *pictures]


def clean_bitmap(data: bytes, keep: Keep) -> Cleaned:  # noqa: ARG001  it has no facts to keep
    """Return the size of a bitmap, which holds nothing but its pixels."""
    if len(data) < 26:
        raise DamagedError("it is cut off")
    if int.from_bytes(data[14:18], "little") == 12:
        width, height = struct.unpack_from("<HH", data, 18)
    else:
        width, height = struct.unpack_from("<ii", data, 18)
    return shown(abs(width), abs(height)), [data]


def is_png(data: bytes) -> bool:
    """Return whether data begins as a PNG does."""
    return data.startswith(PNG) and data[12:16] == b"IHDR" and len(data) >= 26
