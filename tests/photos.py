"""Photos of every format, with a secret in every place in which one can stand."""

import struct
from functools import cache
from io import BytesIO
from zlib import compress, crc32

from PIL import Image, ImageDraw, PngImagePlugin

SECRET = b"SECRET"
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF>SECRET place</rdf:RDF></x:xmpmeta>'


def photo(size=(64, 48), mode="RGB"):
    """Return a picture whose corners differ, so that it shows how it is turned."""
    image = Image.linear_gradient("L").resize(size).convert(mode)
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 4, size[1] // 4), fill=200)
    return image


def exif(orientation=1, artist="SECRET name"):
    """Return Exif with a place, a maker's note, a thumbnail and an artist."""
    block = Image.Exif()
    block[0x0112] = orientation
    block[0x010F] = "SECRET camera"
    block[0x013B] = artist
    block[0x8298] = "kept"
    block.get_ifd(0x8769).update({0x927C: b"SECRET note" * 9, 0x9003: "2024:05:31 12:00:00"})
    block.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.25), 29: "SECRET day"})
    return block.tobytes()


def saved(image, form, **options):
    made = BytesIO()
    image.save(made, form, **options)
    return made.getvalue()


@cache
def icc():
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def segment(marker, body):
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2) + body


def jpeg(orientation=1, **options):
    """Return a JPEG with facts in every segment that takes them, and behind its end."""
    made = saved(photo(), "JPEG", exif=exif(orientation), icc_profile=icc(), quality=80, **options)
    jfif = b"JFIF\0\1\1\0\0\1\0\1\2\2" + b"SECRET" * 2
    parts = (
        segment(0xE0, jfif), segment(0xE0, b"JFXX\0\x10SECRET"),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
        segment(0xED, b"Photoshop 3.0\x008BIM\4\4\0\0\0\0\0\x0bSECRET city"),
        segment(0xE2, b"FPXR\0SECRET"), segment(0xEB, b"JP\0\1SECRET"), segment(0xFE, b"SECRET"),
    )  # fmt: skip
    return made[:2] + b"".join(parts) + made[2:] + b"SECRET film" + made


def chunk(name, body):
    return len(body).to_bytes(4) + name + body + crc32(name + body).to_bytes(4)


def png(orientation=1, **options):
    """Return a PNG with facts in every chunk that takes them, and behind its end."""
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "SECRET")
    text.add_text("Author", "SECRET author", zip=True)
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    image = options.pop("image", None) or photo()
    made = saved(image, "PNG", pnginfo=text, exif=exif(orientation), icc_profile=icc(), **options)
    more = (
        chunk(b"tIME", b"SECRET7")
        + chunk(b"prVt", b"SECRET")
        + chunk(b"zTXt", b"a\0\0" + compress(b"x"))
    )
    return made[:33] + more + made[33:] + b"SECRET" + chunk(b"IDAT", b"SECRET")


def webp(orientation=1, **options):
    made = saved(photo(), "WEBP", exif=exif(orientation), xmp=XMP, icc_profile=icc(), **options)
    more = b"SCRT" + (6).to_bytes(4, "little") + b"SECRET"
    made = made[:4] + (len(made) - 8 + len(more)).to_bytes(4, "little") + made[8:] + more
    return made + b"SECRET"


def moving(form, **options):
    frames = [photo(), photo().transpose(Image.Transpose.ROTATE_180)]
    return saved(frames[0], form, save_all=True, append_images=frames[1:], **options)


def gif():
    """Return a GIF that moves, with a comment, a text and a program's data."""
    made = moving("GIF", comment=b"SECRET", loop=0)
    text = b"\x21\xf9\4\0\0\0\0\0\x21\1\x0c" + bytes(12) + b"\6SECRET\0"
    own = b"\x21\xff\x0bXMP DataXMP\6SECRET\0"
    return made[:-1] + text + own + b";SECRET"


def avif(orientation=1):
    return saved(photo(), "AVIF", exif=exif(orientation), xmp=XMP, icc_profile=icc())


def box(name, *bodies):
    body = b"".join(bodies)
    return (len(body) + 8).to_bytes(4) + name + body


def heic():
    """Return a HEIC as a phone makes it, but for its pixels: a picture, its thumbnail and facts."""
    items = (
        (1, b"hvc1", b""),
        (2, b"Exif", b""),
        (3, b"mime", b"application/rdf+xml\0"),
        (4, b"hvc1", b""),
    )
    data = (b"pixels" * 9, b"\0\0\0\0" + exif() + SECRET, XMP, b"SECRET thumbnail")
    entries = (
        box(b"infe", b"\2\0\0\0", struct.pack(">HH", number, 0), name, b"SECRET\0", more)
        for number, name, more in items
    )
    size = box(b"ispe", bytes(4), struct.pack(">II", 640, 480))
    told = box(b"udes", bytes(4), b"en\0SECRET\0SECRET\0SECRET\0")
    owns = box(b"ipma", bytes(4), struct.pack(">IHBBBB", 1, 1, 3, 1, 2, 3))

    def meta(start):
        places, at = b"", start
        for (number, *_), one in zip(items, data, strict=True):
            places += struct.pack(">HHHII", number, 0, 1, at, len(one))
            at += len(one)
        return box(
            b"meta", bytes(4), box(b"hdlr", bytes(8), b"pict", bytes(13)),
            box(b"pitm", bytes(4), b"\0\1"),
            box(b"iinf", bytes(4), b"\0\4", *entries_made),
            box(b"iref", bytes(4), box(b"thmb", struct.pack(">HHH", 4, 1, 1))),
            box(b"iprp", box(b"ipco", size, box(b"irot", b"\1"), told), owns),
            box(b"iloc", bytes(4), b"\x44\0\0\4", places),
        )  # fmt: skip

    entries_made = list(entries)
    head = box(b"ftyp", b"heic\0\0\0\0mif1heic")
    spare = box(b"uuid", b"SECRET of its own")
    start = len(head) + len(meta(0)) + len(spare) + 8
    return head + meta(start) + spare + box(b"mdat", *data, b"SECRET of none")


def ico():
    inner = png()
    return struct.pack("<HHHBBBBHHII", 0, 1, 1, 64, 48, 0, 0, 1, 32, len(inner), 22) + inner


def jxl():
    signature = box(b"JXL ", b"\r\n\x87\n") + box(b"ftyp", b"jxl \0\0\0\0jxl ")
    facts = box(b"Exif", bytes(4), exif()) + box(b"xml ", XMP) + box(b"brob", b"xml SECRET")
    return signature + facts + box(b"jxlc", b"\xff\x0apixels")


SVG = """<?xml version="1.0"?>
<!-- SECRET -->
<svg xmlns="http://www.w3.org/2000/svg" xmlns:i="http://www.inkscape.org/namespaces/inkscape"
 viewBox="0 0 300 150" i:export-filename="/home/SECRET/a.png" onload="SECRET()">
<metadata><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">SECRET</r:RDF></metadata>
<title>A &amp; b</title><script>SECRET</script><i:grid SECRET=""/>
<a href="javascript:SECRET"><rect width="9" height="9"/></a></svg>
"""

FORMATS = {
    "photo.jpg": jpeg,
    "steps.jpeg": lambda: jpeg(progressive=True),
    "drawing.png": png,
    "moves.png": lambda: png(save_all=True, append_images=[photo((64, 48))]),
    "photo.webp": webp,
    "exact.webp": lambda: webp(lossless=True),
    "moves.webp": lambda: moving("WEBP", exif=exif(), xmp=XMP),
    "moves.gif": gif,
    "photo.avif": avif,
    "moves.avif": lambda: moving("AVIF", exif=exif(), xmp=XMP),
    "phone.heic": heic,
    "icon.ico": ico,
    "new.jxl": jxl,
    "logo.svg": SVG.encode,
}
"""A photo of each format by a name for it."""
