"""Know an image, film or sound by how it begins, and give it to who reads it."""

import re
import struct
from functools import partial

from nexusgen.core.paths import EMPTY, HTML, POINTER, SVG, form_of
from nexusgen.core.urls import PICTURES
from nexusgen.images import chunks
from nexusgen.images.boxes import clean_boxes
from nexusgen.images.films import NAMES as FILMS
from nexusgen.images.films import clean_film
from nexusgen.images.picture import Cleaned, DamagedError, Keep, Picture, Reader, UncleanError

_RAW = frozenset(("arw", "cr2", "cr3", "dng", "nef", "orf", "pef", "psd", "raf", "rw2", "svgz"))
"""The endings of what cannot be cleaned: of cameras, of programs."""

NAMES = _RAW | PICTURES
"""The endings of the names of images."""

_NOT_SHOWN = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  ")
"""How TIFF and JPEG 2000 begin, which most browsers do not show."""

HOLDS = "holds "
"""What stands before the form of a file that is something else than its ending says."""

_FACTS = re.compile(rb"Exif\0\0|ns\.adobe\.com/|<x:xmpmeta|Photoshop 3\.0\0|8BIM")
"""What facts begin with, wherever they are."""


def is_image_name(path: str) -> bool:
    """Return whether a file is one of an image, by its name."""
    return path.rpartition(".")[2].lower() in NAMES


def may_tell(path: str) -> bool:
    """Return whether a file is one of an image, a film or a sound, which may tell of its maker."""
    return is_image_name(path) or path.rpartition(".")[2].lower() in FILMS


def parse_image(path: str, data: bytes, keep: Keep) -> tuple[Picture, list[bytes | memoryview]]:
    """Return what an image is, and its bytes without what is not shown, piece by piece.

    What is no image at all stays as it is. Raises `UncleanError` for an image that holds, or may
    hold, facts that cannot be told from the rest.
    """
    ending = path.rpartition(".")[2].lower()
    reader = _reader(ending, data)
    if reader is None:
        if _FACTS.search(data):
            raise UncleanError("it is no image that can be read, and tells of its maker")
        return Picture(), [data]
    try:
        return reader(data, keep)
    except (struct.error, IndexError, ValueError, OverflowError) as error:
        raise DamagedError("it is damaged") from error


def fault_of(ending: str, data: bytes) -> str:
    """Return why a file is not the image, film or sound that its ending says: `is empty`, `holds HTML`."""
    form = form_of(data)
    is_image = ending in NAMES and ending not in _RAW
    is_none = is_image and (
        _reader(ending, data) is None or (ending == "svg" and form not in ("", SVG))
    )
    if form == EMPTY:
        return "is empty"
    if form in (HTML, POINTER) or (is_none and form):
        return HOLDS + form
    return "is none that browsers know" if is_none else ""


def clean_bytes(path: str, data: bytes, keep: Keep) -> bytes:
    """Return an image without what is not shown; see `parse_image`."""
    return b"".join(parse_image(path, data, keep)[1])


def published(path: str, data: bytes, keep: Keep = frozenset()) -> bytes:
    """Return an image as it is published: as it is where nobody can tell what of it is shown."""
    try:
        return clean_bytes(path, data, keep)
    except UncleanError:
        return data


def is_picture_alone(path: str, data: bytes) -> bool:
    """Return whether an image has no byte but those of its picture; a drawing is a text and has."""
    reader = _reader(path.rpartition(".")[2].lower(), data)
    if reader is None or reader is _clean_svg:
        return False
    try:
        return clean_bytes(path, data, frozenset()) == data
    except UncleanError:
        return False


def _reader(ending: str, data: bytes) -> Reader | None:
    """Return who reads an image that begins like this; None for what is none."""
    if ending in _RAW or ending in FILMS:
        return _refuse if ending in _RAW else _clean_film
    head = data[:16]
    if chunks.is_png(data):
        return chunks.clean_png
    starts: tuple[tuple[bool, Reader], ...] = (
        (head.startswith(b"\xff\xd8\xff"), chunks.clean_jpeg),
        (head.startswith((b"GIF87a", b"GIF89a")), chunks.clean_gif),
        (head.startswith(b"RIFF") and head[8:12] == b"WEBP", chunks.clean_webp),
        (head[4:8] == b"ftyp", clean_boxes),
        (head.startswith(_NOT_SHOWN), _refuse),
        (head.startswith((b"\xff\x0a", b"\0\0\0\x0cJXL ")), chunks.clean_jxl),
        (head.startswith((b"\0\0\1\0", b"\0\0\2\0")) and ending in NAMES, chunks.clean_icon),
        (head.startswith(b"BM") and ending in NAMES, chunks.clean_bitmap),
        (ending == "svg" and b"<" in data, _clean_svg),
    )
    return next((reader for fits, reader in starts if fits), None)


def _clean_film(data: bytes, _keep: Keep) -> Cleaned:
    return Picture(), [clean_film(data)]


def _clean_svg(data: bytes, keep: Keep) -> Cleaned:
    from nexusgen.images.svg import clean_svg

    return clean_svg(data, keep, partial(clean_bytes, "", keep=keep))


def _refuse(_data: bytes, _keep: Keep) -> Cleaned:
    raise UncleanError("nobody can tell what of this format is shown")
