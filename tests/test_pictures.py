"""Images on pages: their size, their copies, figures; published without what they tell."""

import re
from io import BytesIO

import pytest

from nexusgen.images import variants
from nexusgen.images.clean import clean_bytes

pytest.importorskip("PIL")

import PIL
from PIL import Image

from tests import photos
from tests.photos import FORMATS, SECRET, photo, saved


@pytest.fixture
def hub(site):
    return site.settings("checks: {image.alt: allow}\n")


@pytest.fixture(params=[True, False], ids=["with Pillow", "without Pillow"])
def pillow(request, monkeypatch):
    """Let a test run with and without Pillow."""
    if not request.param:
        monkeypatch.setattr("nexusgen.site.pictures.encoder", lambda: "")
    return request.param


def tag(site, path, number=0):
    """Return the attributes of an image of a page."""
    found = re.findall(r"<img [^>]*>", site.output(path))[number]
    return dict(re.findall(r' ([a-z]+)="([^"]*)"', found))


def published(site, name):
    return (site.root / "output" / name).read_bytes()


def large(width=1600, height=1200, form="JPEG", **options):
    return saved(photo((width, height)), form, **options)


def test_no_published_image_tells_of_its_maker(hub, pillow):
    for name, make in FORMATS.items():
        hub.write(f"content/notes/{name}", make())
    text = "\n\n".join(f"[a]({name}) ![a]({name})" for name in FORMATS)
    hub.note("notes/a.md", text).build()

    assert not hub.codes
    for name in FORMATS:
        assert SECRET not in published(hub, f"notes/{name}")
        assert SECRET in (hub.root / "content/notes" / name).read_bytes()
    assert not any(SECRET in data for path, data in hub.tree().items() if "." in path)


def test_static_files_and_the_author_are_cleaned_too(hub):
    hub.write("content/static/a.jpg", photos.jpeg()).write("content/b.jpg", photos.jpeg())
    hub.note("notes/a.md", "x", image="../b.jpg").build()

    assert SECRET not in published(hub, "static/a.jpg") + published(hub, "b.jpg")


def test_images_of_a_theme_are_cleaned_too(hub):
    hub.write("templates/assets/a.jpg", photos.jpeg()).note("notes/a.md").build()

    (path,) = (path for path in hub.tree() if path.startswith("assets/a."))
    assert SECRET not in published(hub, path)


def test_a_page_keeps_a_place_for_each_image(hub):
    hub.write("content/notes/a.png", saved(photo((400, 300)), "PNG"))
    body = "![one](a.png)\n\n![two](a.png)\n\n![[a.png|three|200]]\n\n![[a.png|four|30x40]]"
    hub.note("notes/a.md", body).build()

    tags = [tag(hub, "notes/a/index.html", number) for number in range(4)]
    assert [(one["width"], one["height"]) for one in tags] == [
        ("400", "300"), ("400", "300"), ("200", "150"), ("30", "40"),
    ]  # fmt: skip
    assert [one.get("loading") for one in tags] == [None, "lazy", "lazy", "lazy"]
    assert all(one["decoding"] == "async" for one in tags)


def test_what_is_told_of_a_size_changes_with_the_file(hub):
    hub.write("content/notes/a.png", saved(photo((40, 30)), "PNG")).note(
        "notes/a.md", "![x](a.png)"
    )
    hub.note("notes/b.md", "Else.").build()
    hub.write("content/notes/a.png", saved(photo((50, 30)), "PNG")).build()

    assert tag(hub, "notes/a/index.html")["width"] == "50"
    assert set(hub.written) == {"notes/a.png", "notes/a/index.html"}


def test_smaller_copies_are_made_of_photos(hub):
    hub.write("content/notes/a.jpg", large(2000, 1500, exif=photos.exif())).note(
        "notes/a.md", "![x](a.jpg)"
    ).build()

    one = tag(hub, "notes/a/index.html")
    small, wide = re.findall(r"\.\./\.\./(assets/images/[0-9a-f]+-\d+\.webp) (\d+)w", one["srcset"])
    assert (small[1], wide[1]) == ("640", "1280")
    for path, width in (small, wide):
        copy = Image.open(BytesIO(published(hub, path)))
        assert (copy.format, copy.size) == ("WEBP", (int(width), int(width) * 3 // 4))
        assert SECRET not in published(hub, path)
    assert one["src"] == "../../notes/a.jpg"
    assert one["sizes"]


def test_copies_show_a_photo_as_it_is_turned_and_in_its_colours(hub):
    data = large(1000, 2000, exif=photos.exif(6), icc_profile=photos.icc())
    hub.write("content/notes/a.jpg", data).note("notes/a.md", "![x](a.jpg)").build()

    one = tag(hub, "notes/a/index.html")
    assert (one["width"], one["height"]) == ("2000", "1000")
    path = re.findall(r"assets/\S+-1280.webp", one["srcset"])[0]
    copy = Image.open(BytesIO(published(hub, path)))
    assert copy.size == (1280, 640)
    assert copy.info["icc_profile"] == photos.icc()


@pytest.mark.parametrize(
    "profile", [b"", photos.icc(), b"none"], ids=["without", "of a screen", "broken"]
)
def test_copies_of_a_photo_in_inks_are_in_the_colours_of_a_screen(hub, profile):
    inks = Image.new("CMYK", (1000, 800), (0, 255, 255, 0))
    inks.paste((255, 0, 0, 0), (0, 0, 1000, 400))
    hub.write("content/notes/a.jpg", saved(inks, "JPEG", quality=95, icc_profile=profile))
    hub.note("notes/a.md", "![x](a.jpg)").build()

    (path,) = re.findall(r"assets/\S+-640.webp", tag(hub, "notes/a/index.html")["srcset"])
    copy = Image.open(BytesIO(published(hub, path)))
    assert (copy.mode, copy.size) == ("RGB", (640, 512))
    bands = copy.resize((1, 2), Image.Resampling.BOX).tobytes()
    assert all(abs(a - b) < 12 for a, b in zip(bands, (0, 255, 255, 255, 0, 0), strict=True))
    assert "icc_profile" not in copy.info


@pytest.mark.parametrize(
    ("width", "copies"),
    [(799, []), (800, ["640", "800"]), (1599, ["640", "1599"]), (1600, ["640", "1280"])],
)
def test_a_copy_is_worth_it_or_not_made(hub, width, copies):
    hub.write("content/notes/a.png", saved(photo((width, 20)), "PNG")).note(
        "notes/a.md", "![x](a.png)"
    )
    hub.build()

    assert re.findall(r"(\d+)w", tag(hub, "notes/a/index.html").get("srcset", "")) == copies


def test_what_moves_or_is_drawn_by_lines_has_no_copies(hub):
    frames = [photo((900, 10)), photo((900, 10)).rotate(180)]
    for form in ("GIF", "WEBP"):
        hub.write(
            f"content/notes/a.{form.lower()}",
            saved(frames[0], form, save_all=True, append_images=frames[1:]),
        )
    hub.write(
        "content/notes/a.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="9"/>'
    )
    hub.note("notes/a.md", "![x](a.gif) ![x](a.webp) ![x](a.svg)").build()

    assert "srcset" not in hub.output("notes/a/index.html")
    assert not any(path.startswith("assets/images/") for path in hub.tree())


def test_settings_of_copies(site):
    site.settings("widths: [100, 200]\nquality: 30\n")
    site.write("content/notes/a.jpg", large()).note("notes/a.md", "![x](a.jpg)").build()
    assert re.findall(r"(\d+)w", site.output("notes/a/index.html")) == ["100", "200"]
    small = sum(len(data) for path, data in site.tree().items() if path.endswith(".webp"))

    site.settings("widths: [100, 200]\nquality: 95\n").build()
    assert sum(len(data) for path, data in site.tree().items() if path.endswith(".webp")) > small
    site.settings("images: off\n").build()
    assert "srcset" not in site.output("notes/a/index.html")
    assert not any(path.endswith(".webp") for path in site.tree())
    assert tag(site, "notes/a/index.html")["width"] == "1600"


@pytest.mark.parametrize(
    "setting",
    ["widths: [0]", "widths: wide", "quality: 101", "quality: -1", "keep_metadata: [gps]"],
)
def test_settings_that_make_no_sense_are_told(site, setting):
    site.settings(setting + "\n").build()

    assert [code.partition(".")[0] for code in site.codes] == ["field"]


def test_an_edit_elsewhere_makes_no_copy_again(hub, monkeypatch):
    hub.write("content/notes/a.jpg", large()).note("notes/a.md", "![x](a.jpg)").note(
        "notes/b.md"
    ).build()
    made = []
    monkeypatch.setattr("nexusgen.site.pictures.make_copy", lambda *_: made.append(1) or b"")
    hub.note("notes/b.md", "Another.").build()
    hub.note("notes/a.md", "![x](a.jpg) Another.").build()
    (hub.root / "content/notes/a.jpg").rename(hub.root / "content/notes/c.jpg")
    hub.note("notes/a.md", "![x](c.jpg)").build()

    assert not made


def test_copies_are_the_same_for_any_number_of_jobs(hub):
    for number in range(30):
        hub.write(f"content/notes/{number}.jpg", large(800 + number, 300))
        hub.note(f"notes/{number}.md", f"![x]({number}.jpg)")
    hub.build(jobs=1)
    first = hub.tree()
    hub.build(jobs=2, output=hub.root / "public")

    assert first.keys() == {
        p.relative_to(hub.root / "public").as_posix()
        for p in (hub.root / "public").rglob("*")
        if p.is_file()
    }
    assert all((hub.root / "public" / path).read_bytes() == data for path, data in first.items())


def test_check_makes_no_copies(hub, monkeypatch):
    monkeypatch.setattr("nexusgen.site.pictures.make_copy", lambda *_: pytest.fail("a copy"))
    hub.write("content/notes/a.jpg", large()).note("notes/a.md", "![x](a.jpg)").check()

    assert not [one for one in hub.codes if one.startswith("image")]


def bomb(width, height):
    """Return a PNG of a few bytes that says it is huge."""
    data = saved(photo((9, 9)), "PNG")
    head = width.to_bytes(4) + height.to_bytes(4) + data[24:29]
    return data[:8] + photos.chunk(b"IHDR", head) + data[33:]


def test_a_huge_image_is_copied_and_never_decoded(hub, monkeypatch):
    monkeypatch.setattr("nexusgen.site.pictures.make_copy", lambda *_: pytest.fail("decoded"))
    hub.write("content/notes/a.png", bomb(100_000, 100_000)).note(
        "notes/a.md", "![x](a.png)"
    ).build()

    assert hub.codes == ["image.large"]
    assert published(hub, "notes/a.png") == bomb(100_000, 100_000)
    assert tag(hub, "notes/a/index.html")["width"] == "100000"


def test_what_cannot_be_decoded_is_what_it_was(hub):
    data = large(1600, 1200, "PNG")
    data = data[:60] + bytes(200) + data[260:]
    hub.write("content/notes/a.png", data).note("notes/a.md", "![x](a.png)").build()

    copies = [data for path, data in hub.tree().items() if path.endswith(".webp")]
    assert copies == [clean_bytes("a.png", data, frozenset())] * 2


def test_what_cannot_be_cleaned_is_an_error_and_not_published(hub):
    hub.write("content/notes/a.dng", b"II*\0SECRET").note("notes/a.md", "[x](a.dng)").build()
    assert hub.codes == ["image.metadata"]
    hub.build(keep_going=True)
    assert "notes/a.dng" not in hub.tree()

    hub.settings("keep_metadata: [notes/a.dng]\n").build()
    assert not hub.codes
    assert published(hub, "notes/a.dng") == b"II*\0SECRET"


def test_a_check_that_is_milder_publishes_an_image_as_it_is(site):
    site.settings("checks: {image.metadata: warn}\n")
    site.write("content/notes/a.dng", b"II*\0SECRET").note("notes/a.md", "[x](a.dng)").build()

    assert site.codes == ["image.metadata"]
    assert published(site, "notes/a.dng") == b"II*\0SECRET"


HTML = b"<!doctype html>\n<title>Not found</title>\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'
ANEW = "save or fetch it anew"


def half(form):
    data = saved(photo((400, 300)), form)
    return data[: len(data) * 3 // 4]


@pytest.mark.parametrize(
    ("name", "data", "message", "hint"),
    [
        ("a.png", b"", "the image is empty", ANEW),
        ("a.jpg", HTML, "the image holds HTML", ANEW),
        ("a.webp", b"words", "the image is none that browsers know", ANEW),
        ("a.svg", b"words", "the image is none that browsers know", ANEW),
        ("a.svg", SVG[:-9], "the image is no XML: unclosed token: line 1, column 40", ANEW),
        *((f"a.{form.lower()}", half(form), "the image is cut off", ANEW)
          for form in ("PNG", "JPEG", "GIF", "WEBP", "AVIF")),
        ("a.png", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
         "the image holds a pointer of Git LFS", "run git lfs pull"),
        ("a.png", SVG, "the image holds SVG", "call it .svg"),
        ("a.svg", saved(photo(), "PNG"), "the image holds PNG", "call it .png"),
        ("a.mp4", HTML, "the film or sound holds HTML", ANEW),
    ],
)  # fmt: skip
def test_a_broken_picture_is_told_once_wherever_it_is_used(hub, name, data, message, hint):
    body = f"![a]({name}) [b]({name})\n\n![[{name}]]"
    hub.write(f"content/notes/{name}", data).note("notes/a.md", body)
    hub.note("notes/b.md", "x", image="" if name == "a.mp4" else name)

    (told,) = hub.pure_build().problems
    assert (told.path, told.code, told.severity) == (
        f"content/notes/{name}",
        "image.broken",
        "error" if "no XML" in message or name == "a.avif" else "warning",  # these are held back
    )
    assert (told.message, told.hint) == (message, hint)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "AVIF", "ICO", "BMP"])
def test_a_picture_in_another_format_than_its_name_says_is_shown(hub, form):
    hub.write("content/notes/a.png", saved(photo(), form)).note("notes/a.md", "![a](a.png)").build()

    assert not hub.codes


def test_a_folder_without_settings_is_warned_of_broken_pictures(site):
    site.write("a.md", "![x](a.png)").write("a.png", b"").build()

    assert [(it.code, it.severity) for it in site.problems] == [("image.broken", "warning")]
    assert 'src="../a.png"' in site.output("a/index.html")


def test_what_may_tell_of_its_maker_is_held_back_where_it_is_broken(site):
    site.write("a.md", "![x](a.jpg)").write("a.jpg", photos.jpeg()[:200]).build()

    assert site.codes == ["image.broken"]
    assert "a.jpg" not in site.tree()


def test_a_path_of_what_is_no_picture_is_told(site):
    site.settings("author:\n  name: A\n  photo: site.yml\n").write("content/n.txt", "x")
    site.note("a.md", image="n.txt").note("b.md", image="'[[n.txt|300]]'").build()

    places = [(it.path, it.line, it.code) for it in site.problems]
    assert places == [
        ("content/a.md", 2, "field.path"), ("content/b.md", 2, "field.path"),
        ("content/site.yml", 4, "field.path"),
    ]  # fmt: skip


def test_settings_let_facts_stay(site):
    site.settings("keep_metadata: [copyright, static/press]\n")
    site.write("content/static/press/a.jpg", photos.jpeg()).write(
        "content/static/b.jpg", photos.jpeg()
    )
    site.build()

    assert published(site, "static/press/a.jpg") == photos.jpeg()
    assert b"kept" in published(site, "static/b.jpg")
    assert SECRET not in published(site, "static/b.jpg")


def test_an_image_alone_with_a_title_is_a_figure(hub):
    hub.write("content/notes/a.png", saved(photo(), "PNG"))
    body = '![Alt](a.png "A *caption* & more")\n\n![](https://example.org/b.png "Far")\n\nNot ![alone](a.png "Told")'
    hub.note("notes/a.md", body).build()

    page = hub.output("notes/a/index.html")
    first, second = re.findall(r"<figure>.*?</figure>", page, re.DOTALL)
    assert '<a href="../../notes/a.png"><img src="../../notes/a.png" alt="Alt" width="64"' in first
    assert "<figcaption>A *caption* &amp; more</figcaption>" in first
    assert 'title="' not in first
    assert 'href="https://example.org/b.png"' in second
    assert 'aria-label="Far"' in second
    assert 'title="Told"' in page


def test_a_figure_of_nothing_tells_so(site):
    site.settings().note("notes/a.md", '![Alt](a.png "Caption")').build(keep_going=True)

    assert '<figure><span class="broken"' in site.output("notes/a/index.html")


def test_drafts_publish_no_image(hub):
    hub.write("content/notes/a.jpg", large()).note(
        "notes/a.md", "![x](a.jpg)", draft="true"
    ).build()

    assert not any(path.endswith((".jpg", ".webp")) for path in hub.tree())


def test_encoder_tells_its_versions():
    assert PIL.__version__ in variants.encoder()


def test_the_picture_of_an_entry_stands_on_its_page_and_its_card(hub):
    hub.write("content/technologies/a.jpg", large())
    hub.note("technologies/a.md", "![x](a.jpg)", image="a.jpg").build()

    cover, text = (tag(hub, "technologies/a/index.html", number) for number in range(2))
    assert (cover["alt"], cover["width"], cover.get("loading")) == ("", "1600", None)
    assert text["loading"] == "lazy"
    card = tag(hub, "technologies/index.html")
    assert card["loading"] == "lazy"
    assert card["src"] == "../technologies/a.jpg"
    assert "1280w" in card["srcset"]


def test_a_picture_from_elsewhere_has_no_size(hub):
    hub.note("technologies/a.md", image='"https://example.org/a.jpg"').build(keep_going=True)

    assert "srcset" not in hub.output("technologies/a/index.html")
