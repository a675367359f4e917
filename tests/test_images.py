"""Images are published without what they tell of their makers, and as they were to look at."""

import struct
from io import BytesIO

import pytest

from nexusgen.images.clean import clean_bytes, is_image_name, parse_image
from nexusgen.images.picture import Picture, UncleanError

pytest.importorskip("PIL")

from PIL import Image, ImageOps

from tests import photos
from tests.photos import FORMATS, SECRET, exif, photo

NOTHING = frozenset()
DECODED = [name for name in FORMATS if not name.endswith((".heic", ".jxl", ".svg"))]
TURNED = {"a.jpg": photos.jpeg, "a.png": photos.png, "a.webp": photos.webp}


def pixels(data):
    """Return what an image looks like, frame by frame."""
    image = Image.open(BytesIO(data))
    frames = []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        frames.append(ImageOps.exif_transpose(image).convert("RGBA").tobytes())
    return frames


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_is_told_of_the_maker(name):
    data = FORMATS[name]()
    assert SECRET in data
    made = clean_bytes(name, data, NOTHING)

    assert SECRET not in made
    assert not any(mark in made for mark in (b"xmpmeta", b"8BIM", b"2024:05:31"))


@pytest.mark.parametrize("name", DECODED)
def test_pixels_stay_as_they_were(name):
    data = FORMATS[name]()
    made = clean_bytes(name, data, NOTHING)

    assert pixels(made) == pixels(data)
    image = Image.open(BytesIO(made))
    assert not image.getexif()
    assert image.info.get("icc_profile") == Image.open(BytesIO(data)).info.get("icc_profile")


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_clean_stays_as_it_is(name):
    made = clean_bytes(name, FORMATS[name](), NOTHING)

    assert clean_bytes(name, made, NOTHING) == made


@pytest.mark.parametrize("name", TURNED)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_how_a_photo_is_turned_is_all_that_stays(name, orientation):
    data = TURNED[name](orientation)
    picture, parts = parse_image(name, data, NOTHING)
    made = b"".join(parts)

    shown = ImageOps.exif_transpose(Image.open(BytesIO(made)))
    assert pixels(made) == pixels(data)
    assert (picture.width, picture.height) == shown.size
    assert SECRET not in made
    if orientation > 1:
        assert dict(Image.open(BytesIO(made)).getexif()) == {0x0112: orientation}


@pytest.mark.parametrize("name", FORMATS)
def test_the_size_is_read(name):
    picture = parse_image(name, FORMATS[name](), NOTHING)[0]

    sizes = {"phone.heic": (480, 640), "new.jxl": (0, 0), "logo.svg": (300, 150)}
    assert (picture.width, picture.height) == sizes.get(name, (64, 48))


def test_only_photos_and_drawings_at_rest_can_be_made_smaller():
    still = {name for name in FORMATS if parse_image(name, FORMATS[name](), NOTHING)[0].still}

    assert still == {"photo.jpg", "steps.jpeg", "drawing.png", "photo.webp", "exact.webp"}


def test_facts_that_the_settings_name_stay():
    for name in TURNED:
        data = photos.saved(photo(), name[2:].replace("jpg", "jpeg"), exif=exif())
        made = clean_bytes(name, data, frozenset({"copyright", "date"}))

        assert SECRET not in made
        kept = Image.open(BytesIO(made)).getexif()
        assert dict(kept) == {0x8298: "kept", 0x0132: "2024:05:31 12:00:00"}


def test_an_author_in_a_drawing_may_stay():
    made = clean_bytes("a.png", photos.png(), frozenset({"artist"}))

    assert Image.open(BytesIO(made)).info["Author"] == "SECRET author"
    assert b"SECRET" not in clean_bytes("a.png", photos.png(), frozenset({"date"}))


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_cut_off_or_damaged_tells_nothing_either(name):
    """Wherever a file ends, or a byte of it is another, no secret but in pixels gets out."""
    data = FORMATS[name]()
    for end in range(0, len(data), max(1, len(data) // 60)):
        try:
            made = clean_bytes(name, data[:end], NOTHING)
        except UncleanError:
            continue
        assert SECRET not in made, end


@pytest.mark.parametrize("name", FORMATS)
def test_noise_is_no_bug(name):
    data = FORMATS[name]()
    for place in range(min(len(data), 700)):
        noisy = bytearray(data)
        noisy[place] ^= 0xFF
        try:
            parse_image(name, bytes(noisy), NOTHING)
        except UncleanError:
            continue


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("raw.dng", b"II*\0"),
        ("a.jpg", b"\xff\xd8\xff\xe1\0\x08Exif\0\0"),
        ("a.jpg", b"\0\xff\xd8\xff\xe1\0\x08Exif\0\0"),
        ("a.heic", b"\0\0\0\x10ftypheic\0\0\0\0\xff\xff\xff\xffmeta"),
        ("a.tif", photos.saved(photo(), "TIFF")),
        ("a.jpg", photos.saved(photo(), "TIFF")),
        ("a.jp2", photos.saved(photo(), "JPEG2000")),
        ("a.j2k", photos.saved(photo(), "JPEG2000", no_jp2=True)),
        ("a.jxl", photos.jxl()[:-1]),
        ("a.svg", b"<svg><g></svg>"),
        ("a.svg", b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
                  b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>'
                  b"<svg>" + b"&d;" * 9 + b"</svg>"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_apart_is_refused(name, data):
    with pytest.raises(UncleanError):
        clean_bytes(name, data, NOTHING)


def overlapping_icon():
    entries = [struct.pack("<BBBBHHII", 9, 9, 0, 0, 1, 32, 900_000, 0)] * 5_000
    return (struct.pack("<HHH", 0, 1, len(entries)) + b"".join(entries)).ljust(900_000, b"\0")


def test_parts_that_overlap_do_not_fill_the_memory():
    with pytest.raises(UncleanError, match="overlap"):
        clean_bytes("a.ico", overlapping_icon(), NOTHING)


def test_pictures_that_move_do_not_tell_when_they_were_made():
    made = clean_bytes("a.avif", photos.moving("AVIF"), NOTHING)

    for name in (b"mvhd", b"tkhd", b"mdhd"):
        start = made.index(name) + 4
        size = 16 if made[start] else 8
        assert made[start + 4 : start + 4 + size] == bytes(size)


def test_what_is_no_image_stays_as_it_is():
    for data in (b"", b"x", b"version https://git-lfs.github.com/spec/v1\n", b"\x89PNG\r\n\x1a\n"):
        assert clean_bytes("a.png", data, NOTHING) == data
    assert parse_image("a.png", b"x", NOTHING)[0] == Picture()


def test_names_tell_images():
    assert is_image_name("a/B.JPG")
    assert not is_image_name("a.pdf")


def test_a_drawing_with_nothing_to_hide_keeps_its_bytes():
    data = b'<svg xmlns="http://www.w3.org/2000/svg" width="2cm" viewBox="0 0 2 1"><path d="M0 0"/></svg>'
    picture, parts = parse_image("a.svg", data, NOTHING)

    assert parts == [data]
    assert (picture.width, picture.height) == (76, 38)


def test_a_drawing_keeps_what_is_drawn():
    made = clean_bytes("a.svg", photos.SVG.encode(), NOTHING).decode()

    assert made.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert "<title>A &amp; b</title>" in made
    assert '<a><rect width="9" height="9"/></a>' in made
    for bad in ("script", "onload", "javascript", "metadata", "export", "grid", "<!--"):
        assert bad not in made


@pytest.mark.parametrize(
    "code",
    [
        "<s:script xmlns:s='http://www.w3.org/2000/svg'>SECRET</s:script>",
        "<h:iframe xmlns:h='http://www.w3.org/1999/xhtml' src='SECRET'/>",
        "<set attributeName='href' to='SECRET'/>",
        "<animate attributeName='xlink:href' values='a;SECRET'/>",
        "<rect OnClick='SECRET'/>",
        "<a href=' java&#10;script:SECRET'/>",
        "<use href='data:image/svg+xml;base64,SECRET'/>",
        "<foreignObject><h:meta xmlns:h='http://www.w3.org/1999/xhtml' content='SECRET'/></foreignObject>",
        "<?xml-stylesheet href='SECRET'?>",
    ],
)
def test_a_drawing_runs_nothing(code):
    made = clean_bytes(
        "a.svg", f"<svg xmlns='http://www.w3.org/2000/svg'>{code}</svg>".encode(), NOTHING
    )

    assert b"SECRET" not in made


def test_entities_cannot_bring_code_in():
    data = b'<!DOCTYPE svg [<!ENTITY x "<script>SECRET</script><g/>">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>'

    assert (
        clean_bytes("a.svg", data, NOTHING) == b'<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>'
    )


def test_a_photo_in_a_drawing_is_cleaned_too():
    from base64 import b64decode, b64encode

    inner = b64encode(photos.jpeg()).decode()
    data = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="data:image/jpeg;base64,{inner}"/></svg>'
    made = clean_bytes("a.svg", data.encode(), NOTHING).decode()

    kept = b64decode(made.partition("base64,")[2].partition('"')[0])
    assert kept == clean_bytes("a.jpg", photos.jpeg(), NOTHING)
