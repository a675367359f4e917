"""Films and sounds of every format, with a secret in every place in which one can stand."""

import struct

from tests.photos import SECRET, XMP, box, exif, jpeg

FRAMES = b"frames that are seen", b"and more of them"
PLACE = b"SECRET +52.5200+013.4050/"


def number(value, *wide):
    return b"".join(one.to_bytes(4) for one in (value, *wide))


def track(handler, places, sizes):
    """Return a track whose chunks, of one sample each, begin at these places."""
    dates = b"SEC1SEC2"
    table = box(
        b"stbl",
        box(b"stsd", bytes(4), number(0)),
        box(b"stts", bytes(4), number(0)),
        box(b"stsc", bytes(4), number(1, 1, 1, 1)),
        box(b"stsz", bytes(4), number(0, len(sizes), *sizes)),
        box(b"stco", bytes(4), number(len(places), *places)),
    )
    about = box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(PLACE), 0x15C7), PLACE))
    return box(
        b"trak",
        box(b"tkhd", bytes(4), dates, bytes(72)),
        box(
            b"mdia",
            box(b"mdhd", bytes(4), dates, bytes(12)),
            box(b"hdlr", bytes(8), handler, bytes(13)),
            box(b"minf", box(b"vmhd", bytes(12)), table),
        ),
        about,
        box(b"meta", b"SECRET of the track"),
    )


def movie(brand=b"isom", more=b""):
    """Return a film as a camera makes it: frames, places for each, and facts everywhere."""
    data = (FRAMES[0], b"SECRET gps 1", FRAMES[1], b"SECRET gps 2")
    sizes = list(map(len, data))
    head = box(b"ftyp", brand + bytes(4) + brand) + box(b"wide")
    starts = [len(head) + 8 + sum(sizes[:index]) for index in range(4)]
    facts = box(
        b"udta",
        box(b"\xa9xyz", struct.pack(">HH", len(PLACE), 0x15C7), PLACE),
        box(b"\xa9mak", b"SECRET camera"),
        box(b"thmb", jpeg()),
    )
    moov = box(
        b"moov",
        box(b"mvhd", bytes(4), b"SEC1SEC2", bytes(88)),
        track(b"vide", starts[::2], sizes[::2]),
        track(b"meta", starts[1::2], sizes[1::2]),
        facts,
        box(b"meta", bytes(4), b"SECRET keys"),
    )
    spare = box(b"uuid", XMP) + box(b"free", SECRET) + box(b"skip", exif())
    return head + box(b"mdat", *data) + moov + spare + more


def element(name, body, wide=1):
    size = len(body).to_bytes(wide)
    return name + bytes([size[0] | 1 << (8 - wide)]) + size[1:] + body


def webm(lasting=False):
    """Return a WebM; one that a browser recorded does not say how long it and its clusters last."""
    info = element(b"\x2a\xd7\xb1", b"\x0f") + element(b"\x7b\xa9", SECRET)
    info += element(b"\x44\x61", b"SECRET66") + element(b"\x73\x84", SECRET * 40, 2)
    parts = element(b"\x15\x49\xa9\x66", info, 8)
    frames = element(b"\xe7", b"\0") + element(b"\xa3", FRAMES[0])
    unknown = b"\x01" + b"\xff" * 7
    parts += (
        b"\x1f\x43\xb6\x75" + unknown + frames if lasting else element(b"\x1f\x43\xb6\x75", frames)
    )
    parts += element(b"\x12\x54\xc3\x67", SECRET) + element(b"\x19\x41\xa4\x69", SECRET * 90, 2)
    whole = (
        b"\x18\x53\x80\x67" + unknown + parts if lasting else element(b"\x18\x53\x80\x67", parts, 8)
    )
    return element(b"\x1a\x45\xdf\xa3", b"\x42\x86\x81\x01") + whole


def mp3():
    tag = b"SECRET".join((b"GEOB", b"TXXX", b"APIC", jpeg()))
    size = bytes((len(tag) >> shift) & 127 for shift in (21, 14, 7, 0))
    items = b"SECRET of APE"
    ape = b"APETAGEX" + struct.pack("<IIII", 2000, len(items) + 32, 1, 0) + bytes(8)
    old = b"TAG" + b"SECRET".ljust(125, b"\0")
    return b"ID3\4\0\0" + size + tag + b"\xff\xfb\x90\x00" + FRAMES[0] + items + ape + old


def flac():
    def block(kind, body, last=False):
        return bytes([kind | last << 7]) + len(body).to_bytes(3) + body

    told = block(4, b"LOCATION=SECRET") + block(6, b"SECRET" + jpeg()) + block(2, b"SECRET")
    return b"fLaC" + block(0, bytes(34)) + told + block(1, SECRET, True) + b"\xff\xf8" + FRAMES[0]


def wave():
    def chunk(name, body):
        return name + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)

    body = chunk(b"fmt ", bytes(16)) + chunk(b"bext", SECRET) + chunk(b"data", FRAMES[0] + b"!")
    body += chunk(b"LIST", b"INFOIARTSECRET") + chunk(b"id3 ", b"SECRET1")
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WAVE" + body + SECRET


FILMS = {
    "talk.mp4": movie,
    "phone.mov": lambda: movie(b"qt  "),
    "voice.m4a": lambda: movie(b"M4A "),
    "screen.webm": webm,
    "recorded.webm": lambda: webm(lasting=True),
    "film.mkv": webm,
    "song.mp3": mp3,
    "song.flac": flac,
    "tagged.flac": lambda: mp3()[: mp3().index(b"\xff\xfb\x90")] + flac(),
    "voice.wav": wave,
}
"""A film or sound of each format by a name for it."""
