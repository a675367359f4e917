"""Which entries are shown as related: few, and such as a reader would click."""

import pytest

from nexusgen.core.model import Document
from nexusgen.incremental.derive import Tables
from nexusgen.incremental.table import table_of
from nexusgen.site import related as related_entries
from tests.linked import link


def all_related(files):
    hub, tables = link(files), Tables()
    documents = tables.source("documents", table_of(hub.documents), Document)
    return related_entries.make_related(tables, hub.graph, documents)


def related(files, path):
    found = all_related(files).get(f"content/{path}", ())
    return [name.removeprefix("content/") for name in found]


def test_shared_tags_words_and_links_relate_the_most_alike_first():
    files = {
        "n/a.md": "---\ntitle: Caching pages\ntags: [API, web]\n---\n[[hub]] keeps a copy of pages by caching.",
        "n/b.md": "---\ntitle: Pages of paper for caching\n---\nPages: caching on paper keeps a copy.",
        "n/c.md": "---\ntitle: Other\ntags: [api, web]\n---\n",
        "n/d.md": "---\ntitle: More\n---\n[[hub]]",
        "n/hub.md": "---\ntitle: The Hub\n---\n",
    }

    assert related(files, "n/a.md") == ["n/c.md", "n/b.md"]


def test_a_word_of_the_title_alone_relates_nobody():
    files = {
        "a/one.md": "---\ntitle: Renaming a sequence\n---\nNumbers of rows.",
        "b/two.md": "---\ntitle: A sequence of keys\n---\nPressed in vim.",
    }

    assert all_related(files) == {}


@pytest.mark.parametrize(
    "titles",
    [
        ("How to deploy a web server", "How to boil an egg"),
        ("Working with Docker", "Working with children"),
        ("Wie man mit Zeit umgeht", "Wie man mit Brot backt"),
    ],
)
def test_words_that_titles_are_made_of_relate_nobody(titles):
    files = {
        f"n/{number}.md": f"---\ntitle: {title}\n---\nText{number} alone."
        for number, title in enumerate(titles)
    }
    files |= {f"n/more{number}.md": f"---\ntitle: More{number}\n---\n" for number in range(20)}

    assert all_related(files) == {}


def test_words_that_all_texts_are_made_of_relate_nobody():
    files = {
        f"n/{name}.md": f"---\ntitle: What to do with the {name}\n---\n"
        f"What to do: the {name} is to stand with the others, as they do."
        for name in ["cup", "oak", "key", "map", "sun", "tea"]
    }

    assert all_related(files) == {}


def test_what_texts_are_about_relates_them():
    about = "The resolver batches the queries of a request with a loader."
    files = {
        "n/a.md": f"---\ntitle: Slow resolver\n---\n{about}",
        "n/b.md": f"---\ntitle: The loader\n---\n{about}",
        "n/c.md": "---\ntitle: Tea\n---\nWater and leaves.",
    }

    assert related(files, "n/a.md") == ["n/b.md"]
    assert related(files, "n/c.md") == []


def test_entries_of_one_section_are_nearer():
    def text(title):
        return f"---\ntitle: {title} locks\n---\nLocks wait in deadlocks."

    files = {"n/a.md": text("Row"), "n/b.md": text("Table"), "o/c.md": text("Page")}

    assert related(files, "n/a.md")[0] == "n/b.md"


def test_what_is_far_less_alike_is_left_out():
    words = "Greek letters: alpha beta gamma delta epsilon zeta eta theta iota kappa lambda"
    files = {
        "n/a.md": f"---\ntitle: Greek letters\n---\n{words}",
        "n/b.md": f"---\ntitle: Greek letters again\n---\n{words}",
        "n/c.md": "---\ntitle: Letters by post\n---\nalpha beta",
    }

    assert related(files, "n/a.md") == ["n/b.md"]


def test_scripts_without_spaces_are_compared_by_pairs_of_letters():
    files = {
        "n/a.md": "---\ntitle: 非同期処理\n---\n重い処理を非同期で実行する。",
        "n/b.md": "---\ntitle: 処理の実行\n---\n非同期の処理を待つ。",
        "n/c.md": "---\ntitle: 料理\n---\n卵とご飯。",
    }

    assert related(files, "n/a.md") == ["n/b.md"]


def test_no_more_than_four_are_shown():
    files = {
        f"n/{number}.md": f"---\ntitle: Note {number}\ntags: [x, y]\n---\n" for number in range(9)
    }

    assert len(related(files, "n/0.md")) == 4


def test_entries_that_link_to_each_other_are_no_news():
    files = {"n/a.md": "---\ntags: [x]\n---\n[[b]]", "n/b.md": "---\ntags: [x]\n---\n"}

    assert related(files, "n/a.md") == related(files, "n/b.md") == []


def test_what_everybody_has_relates_nobody():
    files = {
        f"n/{number}.md": f"---\ntitle: '{number}'\ntags: [all]\n---\n" for number in range(120)
    }

    assert all_related(files) == {}


def test_drafts_and_pages_of_folders_are_related_to_nothing():
    files = {
        "n/a.md": "---\ntags: [x, y]\n---\n",
        "n/b.md": "---\ntags: [x, y]\ndraft: true\n---\n",
        "n/index.md": "---\ntags: [x, y]\n---\n",
    }

    assert all_related(files) == {}


def test_words_tell_of_an_eighth_of_a_hub_and_this_changes_with_its_doublings_alone():
    sizes = (1, 31, 32, 63, 64, 500, 1023, 1024, 99999)
    limits = [related_entries.limits_of(size)["~"] for size in sizes]

    assert limits == [3, 3, 4, 4, 8, 32, 64, 100, 100]


def test_a_word_that_many_have_makes_nothing_again_where_one_more_has_it(site, monkeypatch):
    names = ["sun", "tea", "map", "oak", "ink"]
    for name in names:
        site.note(f"n/{name}.md", f"All about {name}.", title=f"Guide {name}")
    site.note("n/more.md", "Some other thing.", title="Rest").build()
    made, compare = [], related_entries._compare
    monkeypatch.setattr(
        related_entries, "_compare", lambda *given: made.append(given[0]) or compare(*given)
    )

    site.note("n/more.md", "Some other thing.", title="Guide").build()

    assert len(made) == 1
