"""Flashcards for Anki: what becomes one, that their ids stay, and that they can be read again."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusgen.cli import main
from nexusgen.tools.flashcards import Deck, Flashcard, make_deck, with_gaps


def hub(site):
    site.settings("language: en\n")
    site.note(
        "challenges/slow.md", title="Slow", problem="It is *slow*", tags="[big data, api]",
        solution="'Cache: see [[Redis]], [[Secret]] and [the web](https://example.org/)'",
    )  # fmt: skip
    site.note("challenges/open.md", title="Open", problem="Nobody knows")
    site.note(
        "technologies/redis.md",
        "Keeps ==keys== and ==values::here==.\n\n- One ==more==",
        title="Redis",
    )
    site.note("concepts/cap.md", title="CAP <x>", summary="'Two\tof \"three\"'")
    site.note("concepts/none.md", title="None", cards="false")
    site.note("concepts/empty.md", "", title="Empty")
    site.note("concepts/secret.md", "canary", title="Secret", private="true")
    site.note("concepts/draft.md", "canary", title="Draft", draft="true")
    return site.note("notes/note.md", "A ==gap== of {{c9::mine}}", title="Note")


def cards(site, **options):
    return make_deck(site.root, options.pop("name", ""), cloze=options.pop("cloze", False)).cards


def read(text):
    """Return the headers and the rows of Anki's text format."""
    lines = text.split("\n")
    heads = [line for line in lines if line.startswith("#")]
    rows = csv.reader(text[len("\n".join(heads)) + 1 :].splitlines(keepends=True), delimiter="\t")
    return heads, list(rows)


def test_solutions_concepts_and_technologies_become_cards(site):
    heads, rows = read(make_deck(hub(site).root, "", cloze=False).text())

    assert heads == [
        "#separator:tab", "#html:true", "#guid column:1", "#notetype column:2", "#deck:Hub",
        "#tags column:5",
    ]  # fmt: skip
    assert [row[1:] for row in rows] == [
        ["Basic", "<b>Slow</b><p>It is <em>slow</em></p>",
         "<p>Cache: see Redis, Secret and the web</p>", "challenge big_data api"],
        ["Basic", "<b>CAP &lt;x&gt;</b>", 'Two of "three"', "concept"],
        ["Basic", "<b>Redis</b>", "Keeps keys and values::here.", "technology"],
    ]  # fmt: skip


def test_marked_words_become_gaps_where_that_is_asked_for(site):
    found = [card for card in cards(hub(site), cloze=True) if card.form == "Cloze"]

    assert [(card.front, card.back) for card in found] == [
        ("A {{c1::gap}} of {&#123;c9::mine}&#125;", "<b>Note</b>"),
        ("Keeps {{c1::keys}} and {{c2::values:&#58;here}}.", "<b>Redis</b>"),
        ("One {{c1::more}}", "<b>Redis</b>"),
    ]


def test_links_lead_to_the_published_hub(site):
    hub(site).settings("base_url: https://example.org/hub/\n")
    back = cards(site)[0].back

    assert '<a href="https://example.org/hub/technologies/redis/"' in back
    assert "Secret" in back
    assert "concepts/secret" not in back


def test_ids_stay_when_an_entry_is_moved_or_edited_and_differ_by_deck(site):
    before = [card.id for card in cards(hub(site), cloze=True)]
    others = [card.id for card in cards(site, name="Other", cloze=True)]
    with pytest.raises(SystemExit):
        main(["mv", "-C", str(site.root), "concepts/cap.md", "concepts/theorem.md"])
    site.note("challenges/open.md", title="Open", problem="More", outcome="None")
    site.note("notes/note.md", "First.\n\nAnother ==gap==.", title="Other note")
    after = [card.id for card in cards(site, cloze=True)]

    assert sorted(before) == sorted(after)
    assert len({*before, *others}) == 2 * len(before)


def test_text_that_runs_from_right_to_left_says_so(site):
    site.settings("language: ar\n").note("concepts/one.md", "نص", title="مفهوم")

    assert [card.back for card in cards(site)] == ['<div dir="rtl">نص</div>']


TEXTS = st.text("ab\t\n\"'#,<é{}:", max_size=12)


@given(st.lists(st.builds(Flashcard, TEXTS, st.just("Basic"), TEXTS, TEXTS, st.just(("a", "b")))))
def test_every_card_is_read_as_it_was_written(made):
    text = Deck("A\ndeck", tuple(made)).text()
    rows = list(csv.reader(text.split("\n", 6)[6].splitlines(keepends=True), delimiter="\t"))

    assert text.split("\n")[4] == "#deck:A deck"
    assert rows == [[one.id, one.form, one.front, one.back, "a b"] for one in made]


@given(
    st.lists(
        st.tuples(
            TEXTS.filter(lambda text: "<" not in text), TEXTS.filter(lambda text: "<" not in text)
        )
    )
)
def test_there_are_as_many_gaps_as_marks(parts):
    html = "".join(f"{around}<mark>{inner}</mark>" for around, inner in parts)

    assert with_gaps(html).count("{{") == len(parts)


def test_the_command_writes_the_file_and_says_where_nothing_can_be_learnt(site, tmp_path, capsys):
    hub(site)
    path = tmp_path / "cards.txt"
    with pytest.raises(SystemExit) as ended:
        main(["export", "anki", str(path), "-C", str(site.root), "--cloze"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"Wrote 6 cards, 3 of them with gaps to {path}\n"
    assert "canary" not in path.read_text()

    for folder in ("challenges", "concepts", "technologies"):
        site.remove(f"content/{folder}")
    with pytest.raises(SystemExit) as ended:
        main(["export", "anki", str(path), "-C", str(site.root)])
    assert ended.value.code == 1
    assert "no entry gives a card" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "said"),
    [("content/index.md", "exists already"), ("nope/cards.txt", "there is no folder")],
)
def test_an_export_takes_the_place_of_nothing_but_an_export(site, path, said, capsys):
    hub(site).write("content/index.md", "Words.")
    with pytest.raises(SystemExit) as ended:
        main(["export", "anki", str(site.root / path), "-C", str(site.root)])

    assert ended.value.code == 2
    assert said in capsys.readouterr().err
    assert (site.root / "content/index.md").read_text() == "Words."
    assert not (site.root / "nope").exists()
