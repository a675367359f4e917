"""Links to pages show pictures of their titles: drawn of what is in fields, in few bytes."""

import re
import statistics
from io import BytesIO
from itertools import pairwise

import pytest

from nexusgen.images import cards
from nexusgen.images.cards import CardText, Font, draw_card, has_glyphs, own_fonts

pytest.importorskip("PIL")
pytest.importorskip("font_source_serif_pro")

from PIL import Image

FONTS = own_fonts()
TITLES = (
    "Ω", "C++", "Deploying Django with Celery and Redis", "Größe, œuvre, señor, żółw",
    "Γλώσσες προγραμματισμού και βάσεις δεδομένων", "Идемпотентность: как не выставить счёт дважды",
    "A" * 150, "word " * 30,
)  # fmt: skip


@pytest.fixture
def hub(site):
    return site.settings("base_url: https://example.org/hub/\nauthor: Ada\n")


def card_of(site, path):
    """Return the URL of the picture that a page names, without the address of the hub."""
    found = re.findall(
        'property="og:image" content="https://example.org/hub/([^"]*)"', site.output(path)
    )
    return found[0] if found else ""


@pytest.mark.parametrize("title", TITLES)
def test_a_card_is_a_small_picture_of_the_right_size(title):
    data = draw_card(
        CardText(title, "Challenge", "triangle", "What it is about. " * 9, "Ada · Hub"), FONTS
    )

    image = Image.open(BytesIO(data))
    assert (image.size, image.mode, image.format) == ((1200, 630), "P", "PNG")
    assert len(data) < 25_000
    assert (
        draw_card(
            CardText(title, "Challenge", "triangle", "What it is about. " * 9, "Ada · Hub"), FONTS
        )
        == data
    )


def test_nothing_is_written_beyond_the_card():
    for title in TITLES:
        image = Image.open(BytesIO(draw_card(CardText(title, "x", "dot", "y " * 300, "z"), FONTS)))
        for edge in (
            (1140, 0, 1200, 630),
            (0, 600, 260, 630),
            (270, 0, 305, 630),
            (300, 606, 1200, 630),
        ):
            assert len(image.crop(edge).getcolors() or ()) == 1, (title, edge)


def test_letters_that_no_font_has_are_known():
    assert has_glyphs(FONTS, "Größe Ωμέγα Жук – “x” 1/2")
    assert not has_glyphs(FONTS, "a日")
    assert not has_glyphs((), "a")


def test_letters_that_nothing_can_join_have_no_card(monkeypatch):
    assert not cards._is_shaped("Größe Ωμέγα Жук 日本")
    for text in ("مرحبا", "שלום", "नमस्ते"):
        assert cards._is_shaped(text)
    monkeypatch.setattr(cards, "_shapes", lambda: False)
    monkeypatch.setattr(cards, "_glyphs", lambda font: lambda char: True)
    assert has_glyphs(FONTS, "Größe")
    assert not has_glyphs(FONTS, "مرحبا")


@pytest.mark.parametrize(
    "title", ["a" * 200, "AVAVA " * 40, "x " * 99, "Жук " * 30, "one", "a" * 60 + " b"]
)
def test_lines_are_as_long_as_they_can_be(title):
    hand = cards.Hand(FONTS, 54)
    lines = cards._lines(title, hand, 99)

    assert "".join(lines).replace(" ", "") == title.replace(" ", "")
    assert all(hand.width(line) <= cards._ROOM for line in lines)
    for line, following in pairwise(lines):
        more = following.split()[0] if " " in title else following[:1]
        gap = " " if " " in title and not line.endswith("a" * 20) else ""
        assert hand.width(f"{line}{gap}{more}") > cards._ROOM


def test_the_edge_of_a_mark_has_its_own_colours():
    data = draw_card(CardText("T", "Challenge", "triangle", "", ""), FONTS)
    mark = Image.open(BytesIO(data)).convert("RGB").crop((84, 76, 196, 188))

    reds = set(mark.getchannel("R").tobytes())
    assert len(reds) == 4
    assert min(reds) == 179


def test_lines_end_where_scripts_let_them():
    pieces = ["デー", "タ、", "「ベー", "ス」", "と", "Redis ", "7 "]

    assert list(cards._pieces("".join(pieces))) == pieces


def test_a_title_of_two_scripts_is_written_in_two_fonts(monkeypatch):
    latin, hebrew = (Font(name, bytes) for name in ("latin", "hebrew"))
    monkeypatch.setattr(cards, "is_font", lambda font: True)
    monkeypatch.setattr(cards, "_shapes", lambda: True)
    monkeypatch.setattr(
        cards,
        "_glyphs",
        lambda font: lambda char: char in " 7" or (char > "z") == (font.key == "hebrew"),
    )
    cards._runs.cache_clear()

    def written(text):
        is_rtl = cards._runs_left(text)
        runs = cards._in_sight(cards._runs((latin, hebrew), text, is_rtl), is_rtl)
        return [(run.font.key, run.text, run.is_rtl) for run in runs]

    assert written("Use Redis") == [("latin", "Use Redis", False)]
    assert written("שלום: Redis (7) עם") == [
        ("hebrew", "עם", True), ("latin", " ", True), ("latin", "Redis (7)", False), ("latin", ": ", True),
        ("hebrew", "שלום", True),
    ]  # fmt: skip
    assert written("Use (שלום) 7") == [
        ("latin", "Use (", False), ("hebrew", "שלום", True), ("latin", ") 7", False),
    ]  # fmt: skip
    cards._runs.cache_clear()


def test_every_page_has_a_card(hub):
    hub.note("challenges/a.md", "Text.", title="Lost tasks", problem="Tasks were lost").note(
        "notes/b.md"
    )
    hub.build()

    pages = ("index.html", "challenges/index.html", "challenges/a/index.html", "notes/b/index.html")
    cards = {page: card_of(hub, page) for page in pages}
    assert len({*cards.values()}) == len(pages)
    assert all(card in hub.tree() for card in cards.values())
    page = hub.output("challenges/a/index.html")
    for name, value in (
        ("og:image:width", 1200),
        ("og:image:height", 630),
        ("og:image:alt", "Lost tasks"),
    ):
        assert f'<meta property="{name}" content="{value}">' in page
    assert 'name="twitter:card" content="summary_large_image"' in page
    assert sum(path.startswith("assets/cards/") for path in hub.tree()) == 5  # and of notes


def test_a_section_with_a_page_of_its_own_has_one_card(hub):
    hub.note("notes/index.md", title="My notes").note("notes/a.md", title="One").build()

    assert card_of(hub, "notes/index.html") in hub.tree()
    assert sum(path.startswith("assets/cards/") for path in hub.tree()) == 3


def test_a_title_in_another_script_has_the_card_of_its_section(hub):
    hub.note("notes/a.md", title="日本語").note("notes/b.md", title="Words").build()

    assert card_of(hub, "notes/a/index.html") == card_of(hub, "notes/index.html")
    assert card_of(hub, "notes/b/index.html") != card_of(hub, "notes/index.html")


def test_the_picture_of_an_entry_is_its_card_but_for_a_drawing(hub):
    picture = BytesIO()
    Image.new("RGB", (9, 9)).save(picture, "PNG")
    hub.write("content/notes/p.png", picture.getvalue()).note("notes/a.md", image="p.png")
    hub.write("content/notes/p.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')
    hub.note("notes/b.md", image="p.svg").build()

    assert card_of(hub, "notes/a/index.html") == "notes/p.png"
    assert card_of(hub, "notes/b/index.html").startswith("assets/cards/")


def test_cards_are_drawn_only_anew_where_what_they_say_changed(hub, monkeypatch):
    hub.note("notes/a.md", title="One").note("notes/b.md", title="Two").build()
    hub.note("notes/a.md", "Another text.\n\n# A heading", title="One").build()
    assert not any(path.startswith("assets/cards/") for path in hub.written)

    hub.note("notes/a.md", title="Three").build()
    assert sum(path.startswith("assets/cards/") for path in hub.written) == 1
    assert sum(path.startswith("assets/cards/") for path in hub.tree()) == 4


@pytest.mark.parametrize(
    "settings", ["cards: off\nbase_url: https://example.org/hub/\n", "cards: on\n"]
)
def test_no_cards_where_they_are_off_or_have_no_address(site, settings):
    site.settings(settings).note("notes/a.md").build()

    assert not any(path.startswith("assets/cards/") for path in site.tree())
    assert "og:image" not in site.output("notes/a/index.html")


def test_many_entries_have_the_cards_of_their_sections(hub, monkeypatch):
    monkeypatch.setattr("nexusgen.pages.share.MOST", 1)
    hub.note("notes/a.md", title="One").note("notes/b.md", title="Two").build()
    assert card_of(hub, "notes/a/index.html") == card_of(hub, "notes/index.html")

    hub.settings("base_url: https://example.org/hub/\nauthor: Ada\ncards: on\n").build()
    assert card_of(hub, "notes/a/index.html") != card_of(hub, "notes/index.html")


def test_a_font_of_the_hub_brings_further_letters(hub):
    data = FONTS[0].read()
    hub.write("content/fonts/x.ttf", data).note("notes/a.md")
    hub.settings(
        "base_url: https://example.org/hub/\ncard_fonts: [fonts/x.ttf, fonts/none.ttf, notes/a.md]\n"
    ).build(keep_going=True)

    assert hub.codes == ["field.path", "field.path"]
    assert card_of(hub, "notes/a/index.html") in hub.tree()
    assert "fonts/x.ttf" not in hub.tree()


def test_drafts_have_no_card(hub):
    hub.note("notes/a.md", title="Secret", draft="true").note("notes/b.md").build()

    assert sum(path.startswith("assets/cards/") for path in hub.tree()) == 3


def test_cards_of_usual_titles_are_small():
    sizes = [
        len(draw_card(CardText(title, "Note", "ring", "In a few words", "Ada · Hub"), FONTS))
        for title in TITLES[:6]
    ]

    assert statistics.median(sizes) <= 10_000


def test_fonts_are_told_apart_by_their_keys():
    assert Font("a", bytes) == Font("a", lambda: b"")
    assert len({Font("a", bytes), Font("b", bytes)}) == 2
