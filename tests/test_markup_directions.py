"""A text with letters from right to left runs in the direction of each of its blocks."""

import re

import pytest

from tests.markup.compare import read


def directions(source):
    """Return the blocks that say their direction, with it and the first word in them."""
    _, html = read(source)
    return re.findall(r'<(\w+)[^>]* dir="(\w+)"[^>]*>(?=(?:<[^>]*>|\s)*(\w+))', html)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Only English.\n\nÜber, и по-русски, 中文.", []),
        ("فقرة كلها عربية.\n\nفقرة ثانية.\n\n- عنصر", []),
        (
            "Docker هي أداة لتشغيل الحاويات.\n\nفقرة ثانية.\n\n- عنصر",
            [("p", "rtl", "Docker")],
        ),
        ("זה מאמר.\n\nIn English.\n\n- one\n\nזה", [("p", "ltr", "In"), ("ul", "ltr", "one")]),
        ("The word سلام means peace.\n\nفقرة ثانية.", [("p", "rtl", "فقرة")]),
        ("سلام\n\n> Quoted.\n>\n> سلام", [("blockquote", "rtl", "Quoted"), ("p", "ltr", "Quoted")]),
        ("سلام\n\n- سلام\n- English item.", []),
        ("سلام\n\n| سلام | Use |\n| - | - |\n| سلام | It |", [("th", "ltr", "Use"), ("td", "ltr", "It")]),
        ("سلام\n\n`docker` هو أمر", [("p", "rtl", "docker")]),
    ],
)  # fmt: skip
def test_blocks_say_their_direction_where_that_of_the_text_is_another(source, expected):
    assert directions(source) == expected


@pytest.mark.parametrize("page", ["index.md", "notes/_index.md", "tags/x.md"])
def test_every_text_has_the_direction_of_its_first_letter(site, page):
    site.note("notes/a.md", "سلام", tags="[x]")
    site.note(page, "سلام\n\nEnglish.").build()

    shown = [html for html in site.tree().values() if b"English." in html and b"<main" in html]
    assert shown
    for html in shown:
        assert re.search(
            rb'<div class="[^"]*" dir="auto"><p>\xd8[^<]*</p><p dir="ltr">English', html
        )


@pytest.mark.parametrize(("language", "plain"), [("en", False), ("ja", True)])
def test_pages_of_other_scripts_alone_load_the_sheet_of_these(site, language, plain):
    site.settings(f"language: {language}\n").note("notes/a.md", "Text.", title="A")
    site.note("notes/b.md", "本", title="B", lang="ja").build()

    assert ("languages." in site.output("notes/a/index.html")) is plain
    assert "languages." in site.output("notes/b/index.html")
