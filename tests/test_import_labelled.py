"""READMEs in many manners: every entry is found, none is made up, no solution is missed."""

from pathlib import Path

import pytest
import yaml

from tests.importing import entries_of, lost_words, plan_of

FOLDER = Path(__file__).parent / "readmes"
LABELS = yaml.safe_load((FOLDER / "labels.yml").read_text(encoding="utf-8"))


def text_of(name):
    return (FOLDER / name).read_text(encoding="utf-8")


def identified(title, labels):
    """Return the longest label that a title begins with, else the title itself."""
    low = title.casefold()
    return max((it for it in labels if low.startswith(it.casefold())), key=len, default=title)


@pytest.mark.parametrize("name", LABELS)
def test_each_entry_is_found_and_none_is_made_up(name):
    labels = {kind: titles for kind, titles in LABELS[name].items() if kind != "unsolved"}

    entries = entries_of(plan_of(text_of(name), name))

    found = {
        kind: [identified(item["title"], labels.get(kind, ())) for item in items]
        for kind, items in entries.items()
        if items
    }
    assert found == labels


@pytest.mark.parametrize("name", LABELS)
def test_each_solution_is_found_and_none_is_made_up(name):
    labels = LABELS[name]

    challenges = entries_of(plan_of(text_of(name), name))["challenge"]

    unsolved = [
        identified(it["title"], labels["challenge"]) for it in challenges if "solution" not in it
    ]
    assert unsolved == labels.get("unsolved", [])


@pytest.mark.parametrize("name", LABELS)
def test_no_word_is_lost_and_each_has_a_place_of_its_own(name):
    plan = plan_of(text_of(name), name)

    assert not lost_words(text_of(name))
    assert "imported-rest.md" not in [file.path for file in plan.files]


def test_every_readme_has_labels():
    assert {it.name for it in FOLDER.iterdir()} == {*LABELS, "labels.yml", "README.md"}
