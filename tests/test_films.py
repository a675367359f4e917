"""Films and sounds are published without where they were made, by whom and with what."""

from contextlib import suppress

import pytest

pytest.importorskip("PIL")

from nexusgen.images.clean import clean_bytes
from nexusgen.images.picture import UncleanError
from tests.films import FILMS, FRAMES, movie, mp3, webm
from tests.photos import SECRET, box


@pytest.mark.parametrize("name", FILMS)
def test_nothing_is_told_of_the_maker_and_all_that_plays_stays(name):
    data = FILMS[name]()
    made = clean_bytes(name, data, frozenset())

    assert SECRET in data
    assert SECRET not in made
    assert b"SEC1" not in made
    assert FRAMES[0] in made
    assert clean_bytes(name, made, frozenset()) == made


@pytest.mark.parametrize("name", ["talk.mp4", "phone.mov", "screen.webm", "recorded.webm"])
def test_what_plays_stays_where_it_is(name):
    data = FILMS[name]()
    made = clean_bytes(name, data, frozenset())

    assert len(made) == len(data)
    assert made.index(FRAMES[0]) == data.index(FRAMES[0])
    assert b"stco" in made or "webm" in name


def test_only_tracks_that_are_seen_or_heard_stay():
    made = clean_bytes("a.mp4", movie(), frozenset())

    assert made.count(b"trak") == 1
    assert all(frames in made for frames in FRAMES)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.mp4", movie()[:-9]),
        ("a.mov", box(b"ftyp", b"qt  ") + box(b"moov", box(b"cmov", b"SECRET"))),
        ("a.mp4", box(b"ftyp", b"isom") + box(b"mdat", b"SECRET")),
        ("a.mp4", movie().replace(b"stco", b"none")),
        ("a.mp4", movie(more=box(b"moof", b""))),
        ("a.webm", webm() + b"\0\0"),
        ("a.webm", b"\x1a\x45\xdf\xa3\xff\xfe"),
        ("a.ogg", b"OggS\0\2 vorbis LOCATION=SECRET"),
        ("a.opus", b"OggS\0\2 METADATA_BLOCK_PICTURE=SECRET"),
        ("a.flac", b"fLaC\x84\0\0\6SECRET"),
    ],
)
def test_what_cannot_be_told_apart_is_refused(name, data):
    with pytest.raises(UncleanError):
        clean_bytes(name, data, frozenset())


@pytest.mark.parametrize("name", FILMS)
def test_what_is_cut_off_or_damaged_does_no_harm(name):
    data = FILMS[name]()
    for end in range(0, len(data), 7):
        for broken in (data[:end], data[:end] + b"\xff\xff" + data[end + 2 :]):
            with suppress(UncleanError):
                clean_bytes(name, broken, frozenset())


@pytest.mark.parametrize("data", [b"", b"no film", b"OggS\0\2 vorbis TITLE=A", mp3()[-300:][:100]])
def test_what_tells_nothing_stays_as_it_is(data):
    assert clean_bytes("a.mp3", data, frozenset()) == data


def test_films_of_a_hub_are_cleaned(site):
    site.settings("keep_metadata: [notes/mine.mp4]\n")
    site.write("content/notes/a.mp4", movie()).write("content/notes/mine.mp4", movie())
    site.write("content/notes/b.mp3", mp3())
    site.note("notes/a.md", "![A talk](a.mp4)\n\n![Sound](b.mp3)\n\n[mine](mine.mp4)").build()

    assert not site.codes
    for name, told in (("a.mp4", False), ("b.mp3", False), ("mine.mp4", True)):
        assert (SECRET in (site.root / "output/notes" / name).read_bytes()) is told
    assert "<video" in site.output("notes/a/index.html")


def test_a_film_that_cannot_be_cleaned_is_told_and_not_published(site):
    site.settings().write("content/notes/a.ogg", b"OggS\0\2 LOCATION=SECRET")
    site.note("notes/a.md", "![Sound](a.ogg)").check()

    (problem,) = [one for one in site.problems if one.code == "image.metadata"]
    assert problem.message.startswith("the film or sound is not published")
    assert "notes/a.ogg" not in site.build(keep_going=True).tree()
