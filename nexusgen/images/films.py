"""Read films and sounds: leave out where they were made, by whom, with what and when.

What plays is found by its offset, so in MP4, MOV and WebM all else becomes empty space where it is.
"""

import re
import struct

from nexusgen.images.boxes import boxes, clean_movie, empty_all
from nexusgen.images.picture import DamagedError, UncleanError

NAMES = frozenset(
    ("3g2", "3gp", "flac", "m4a", "m4b", "m4v", "mka", "mkv", "mov", "mp3", "mp4", "oga", "ogg",
     "ogv", "opus", "qt", "wav", "webm")
)  # fmt: skip
"""The endings of the names of films and sounds."""

MOVIE_STARTS = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")

_AT_TOP = frozenset(b"ftyp styp moov moof mdat sidx ssix mfra pdin".split())
_SEGMENT, _INFO = 0x18538067, 0x1549A966
_EBML_FACTS = frozenset((0x1254C367, 0x1941A469, 0x7BA9, 0x4461, 0x7384, 0x3C83AB, 0x3E83BB))
"""Tags, attachments, and of `Info` title, date and names of files (RFC 9559, section 5.1)."""

_FLAC_PLAYED = frozenset((0, 3))
_WAVE_PLAYED = frozenset((b"fmt ", b"fact", b"data", b"ds64", b"cue ", b"smpl"))
_OGG_FACTS = re.compile(rb"(?i)(?:location|geo\w*|gps\w*|metadata_block_picture)=")
_OGG_HEAD = 1 << 16


def clean_film(data: bytes) -> bytes:
    """Return a film or sound without what does not play; what is none that is known stays as it is.

    Raises `UncleanError` where that cannot be told apart.
    """
    if data[4:8] in MOVIE_STARTS:
        return _movie(data)
    if data.startswith(b"\x1a\x45\xdf\xa3"):
        return _webm(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WAVE":
        return _wave(data)
    if data.startswith(b"OggS"):
        if _OGG_FACTS.search(data, 0, _OGG_HEAD):
            raise UncleanError("its comments tell of a place, or hold a picture")
        return data
    sound = _between_tags(data)
    if data[sound.start : sound.start + 4] == b"fLaC":
        return _flac(data, sound)
    return data[sound.start : sound.stop]


def _movie(data: bytes) -> bytes:
    """Return MP4 or QuickTime with all but its tracks emptied (ISO/IEC 14496-12)."""
    made = bytearray(data)
    top = list(boxes(made, 0, len(made)))
    movies = [box for box in top if box[0] == b"moov"]
    if not movies:
        raise DamagedError("it holds no film")
    empty_all(made, top, _AT_TOP)
    for movie in movies:
        if all(name != b"trak" for name, _, _ in boxes(made, movie[1], movie[2])):
            raise UncleanError("its tracks are packed, or there are none")
        clean_movie(made, movie, moves=any(name == b"moof" for name, _, _ in top))
    return bytes(made)


def _webm(data: bytes) -> bytes:
    """Return WebM or Matroska in which tags, attachments and titles are empty (RFC 8794, 9559)."""
    made, at = bytearray(data), 0
    while at < len(data):
        name, start, end = _element(data, at)
        if name in _EBML_FACTS:
            length = end - at
            size = bytes([126 + length]) if length <= 128 else b"\x01" + (length - 9).to_bytes(7)
            made[at:end] = (b"\xec" + size).ljust(length, b"\0")
        at = start if name in (_SEGMENT, _INFO) or end < 0 else end
    return bytes(made)


def _element(data: bytes, at: int) -> tuple[int, int, int]:
    """Return the name of an element, and where its content begins and ends; -1 where nobody knows."""
    name, start = _number(data, at, 4)
    size, body = _number(data, start, 8)
    bits = 7 * (body - start)
    size -= 1 << bits
    if size == (1 << bits) - 1:
        return name, body, -1
    if body + size > len(data) and name != _SEGMENT:
        raise DamagedError("it is cut off")
    return name, body, body + size


def _number(data: bytes, at: int, most: int) -> tuple[int, int]:
    """Return a number of variable length with the bit that tells its length, and where it ends."""
    length = 9 - data[at].bit_length()
    if length > most or at + length > len(data):
        raise DamagedError("it is damaged")
    return int.from_bytes(data[at : at + length]), at + length


def _wave(data: bytes) -> bytes:
    """Return WAVE with the chunks that are heard."""
    parts, at = [b"WAVE"], 12
    while at + 8 <= len(data):
        end = at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] in _WAVE_PLAYED:
            part = data[at:end]
            parts.append(part + b"\0" * (len(part) % 2))
        at = end + (end - at) % 2
    body = b"".join(parts)
    size = data[4:8] if data[4:8] == b"\xff" * 4 else len(body).to_bytes(4, "little")
    return b"RIFF" + size + body


def _between_tags(data: bytes) -> range:
    """Return where a sound begins and ends between its tags (ID3v2.4, section 3; ID3v1; APE)."""
    start, end = 0, len(data)
    while data[start : start + 3] == b"ID3" and len(data) >= start + 10:
        size = 0
        for seven in data[start + 6 : start + 10]:
            size = size << 7 | seven & 127
        start += 10 + size + (10 if data[start + 5] & 16 else 0)
    if data[end - 128 : end - 125] == b"TAG":
        end -= 128
    if data[end - 32 : end - 24] == b"APETAGEX":
        size, _, flags = struct.unpack_from("<III", data, end - 20)
        end -= size + (32 if flags >> 31 else 0)
    return range(min(start, len(data)), max(end, start))


def _flac(data: bytes, sound: range) -> bytes:
    """Return FLAC with the blocks that are needed to play it (RFC 9639, section 8)."""
    blocks, at, last = list[bytes](), sound.start + 4, False
    while not last:
        head = data[at]
        last, end = bool(head & 128), at + 4 + int.from_bytes(data[at + 1 : at + 4])
        if head & 127 in _FLAC_PLAYED:
            blocks.append(bytes([head & 127]) + data[at + 1 : end])
        at = end
    if not blocks:
        raise UncleanError("it does not say how it is played")
    blocks[-1] = bytes([blocks[-1][0] | 128]) + blocks[-1][1:]
    return b"".join((b"fLaC", *blocks, data[at : sound.stop]))
