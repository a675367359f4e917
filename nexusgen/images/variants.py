"""Make smaller copies of images: with Pillow, where it is installed, and the same ones every time."""

from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING

from nexusgen.images.picture import ORIENTATION, TURNED, Picture

if TYPE_CHECKING:
    from PIL import Image

WIDER = 1.25
"""How many times wider than its copy an image is at least: what is nearly as small gains nothing."""

MAX_PIXELS = 64_000_000
"""An image of more pixels is never decoded: a small file may hold a large one."""

METHOD = 4
"""How hard the encoder tries: more takes twice as long for two percent."""

VERSION = 2
"""Of what is done here: a part of the names of copies."""

_MODES = {"1": "L", "P": "RGBA", "PA": "RGBA", "LA": "RGBA", "La": "RGBA", "RGBa": "RGBA"}
"""What some ways to store colours become before they are mixed."""

_last: "list[tuple[str, Image.Image]]" = []
"""The image of which the last copy was made, as the largest of its copies: the next one is of it."""


@cache
def encoder() -> str:
    """Return the versions of what makes copies, which their names tell; empty without Pillow."""
    if find_spec("PIL") is None:
        return ""
    import PIL
    from PIL import features

    parts = (
        features.version(part) or ""
        for part in ("webp", "libjpeg_turbo", "jpg", "zlib", "littlecms2")
    )
    versions = (str(VERSION), PIL.__version__, *parts)
    return " ".join(versions) if features.check("webp") else ""


def is_large(picture: Picture) -> bool:
    """Return whether an image is too large to be decoded."""
    return picture.width * picture.height > MAX_PIXELS


def copy_widths(picture: Picture, widths: Sequence[int]) -> tuple[int, ...]:
    """Return how wide the copies of an image are, the smallest first."""
    if not picture.still or is_large(picture):
        return ()
    return tuple(width for width in sorted(set(widths)) if picture.width >= width * WIDER)


def make_copy(
    key: str, read: Callable[[], bytes], widths: Sequence[int], width: int, quality: int
) -> bytes:
    """Return the copy of an image that is `width` wide, one of `widths`, as WebP.

    `key` names the image and all of its copies, `read` gives its bytes. The smaller copies are made
    of the largest, so that an image is decoded once. What cannot be decoded stays what it is:
    browsers know it anyway.
    """
    from PIL import Image

    data = b"" if _last and _last[0][0] == key else read()
    try:
        if data:
            _last[:] = [(key, _decoded(data, max(widths)))]
        image = _last[0][1]
        size = width, max(1, round(image.height * width / image.width))
        if size != image.size:  # of what was made smaller well, half is its pixels two by two
            image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=1.0)
        made = BytesIO()
        profile = image.info.get("icc_profile") if image.mode in ("RGB", "RGBA") else None
        image.save(
            made,
            "WEBP",
            quality=quality,
            method=METHOD,
            icc_profile=profile or b"",
            exif=b"",
            xmp=b"",
        )
        return made.getvalue()
    except Exception:  # noqa: BLE001  a decoder may raise anything on what is damaged
        return data or read()


def _decoded(data: bytes, width: int) -> "Image.Image":
    """Return an image as it is shown, `width` wide; of a JPEG only as much is decoded as it takes."""
    from PIL import Image, ImageOps

    image: Image.Image = Image.open(BytesIO(data))
    if image.width * image.height > MAX_PIXELS:
        raise ValueError("the image is larger than its header says")
    is_turned = image.getexif().get(ORIENTATION, 1) >= TURNED
    scale = width / (image.height if is_turned else image.width)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    image.draft(image.mode, size)
    if mode := _MODES.get(image.mode):
        image = image.convert(mode)
    # Lanczos takes half as long again, and nobody sees it at this quality
    image = image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    image = ImageOps.exif_transpose(image)
    return _on_screen(image) if image.mode == "CMYK" else image


def _on_screen(image: "Image.Image") -> "Image.Image":
    """Return an image of inks in the colours of a screen: by its profile, else as ink covers paper."""
    from PIL import ImageCms

    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(image.info.pop("icc_profile")))
        goal = ImageCms.createProfile("sRGB")
        shown = ImageCms.profileToProfile(image, profile, goal, outputMode="RGB")
    except (KeyError, OSError, ImageCms.PyCMSError):
        return image.convert("RGB")
    if shown is not None:
        shown.info.clear()  # the profile of each day is another one, and all screens know this one
    return shown or image.convert("RGB")
