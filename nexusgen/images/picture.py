"""What a page needs to know of an image, and the words in which its readers answer."""

from collections.abc import Callable

from nexusgen.core.model import Value

Parts = list[bytes | memoryview]
"""The bytes of an image, piece by piece: most of them are where they were."""

Keep = frozenset[str]
"""Which of the facts that `FACTS` names may stay."""

FACTS: dict[str, frozenset[int]] = {
    "artist": frozenset({0x013B}),
    "camera": frozenset({0x010F, 0x0110}),
    "copyright": frozenset({0x8298}),
    "date": frozenset({0x0132}),
    "description": frozenset({0x010E}),
}
"""What the settings can let stay, by the tags that hold it (TIFF 6.0, section 8; Exif 3.0, 4.6.5)."""

ORIENTATION = 0x0112
TURNED = 5
"""From this orientation on, what is stored as a row is shown as a column (TIFF 6.0, page 36)."""


class Picture(Value, frozen=True, array_like=True, gc=False):
    """An image as it is shown: its size in pixels, 0 where that is not known.

    `still` is true of a photo or drawing that can be made smaller, `whole` of what is not cut off.
    """

    width: int = 0
    height: int = 0
    still: bool = False
    whole: bool = True


Cleaned = tuple[Picture, Parts]
Reader = Callable[[bytes, Keep], Cleaned]
"""Takes an image apart and leaves out all that is not shown. May raise `UncleanError`."""


MAX_GROWTH = 1 << 20
"""Bytes that an image may gain; one whose parts overlap would take more room than there is."""


class UncleanError(Exception):
    """Nobody can tell what of an image is shown and what is not."""


class DamagedError(UncleanError):
    """An image, film or sound is cut off, or none that can be read; the message begins with `it`."""


def refuse_overlaps(made: int, data: bytes | bytearray) -> None:
    """Raise `UncleanError` where parts of an image come to more than all of it."""
    if made > len(data) + MAX_GROWTH:
        raise UncleanError("its parts overlap")


def shown(
    width: int, height: int, orientation: int = 1, still: bool = False, whole: bool = True
) -> Picture:
    """Return a picture from its size as it is stored."""
    if orientation >= TURNED:
        width, height = height, width
    return Picture(width, height, still, whole)
