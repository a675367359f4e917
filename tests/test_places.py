"""Small things that authors stumble over are told where they stand, in words that help."""

import json

import pytest
from click.testing import CliRunner

from nexusgen.cli import main


def told(site, code):
    return [(it.path, it.line, it.column) for it in site.problems if it.code == code]


@pytest.mark.parametrize(
    ("lines", "code", "place"),
    [
        ("author:\n  name: A\n  photo: me.png", "field.path", (4, 10)),
        ("author: {photo: /static/me.png}", "field.path", (2, 17)),
        ("card_fonts:\n  - fonts/a.ttf", "field.path", (3, 5)),
        ("card_fonts: ./fonts/a.ttf", "field.path", (2, 13)),
        ("markdown_extensions:\n  toc:\n  nope.nope:", "markdown.extension", (4, 3)),
        ("markdown_extensions:\n  - toc\n  - nope.nope", "markdown.extension", (4, 5)),
        ("markdown_extensions:\n  pymdownx.b64: {base: x}", "markdown.extension", (3, 3)),
        ("author:\n  bio: B\n  name: Your Name", "site.placeholder", (4, 9)),
        ("author:\n  links:\n    - https://github.com/your-name", "site.placeholder", (3, 3)),
        ("language: english", "field.language", (2, 11)),
    ],
)
def test_what_is_wrong_with_a_setting_is_told_where_it_stands(site, lines, code, place):
    site.settings(f"{lines}\n").note("a.md", "Text.").note("b.md", "More.").check()

    assert told(site, code) == [("content/site.yml", *place)]


@pytest.mark.parametrize(
    ("given", "code"),
    [("english", "en"), ("Deutsch", "de"), ("PORTUGUESE", "pt"), ("klingon", "en, de or pt-BR"),
     ("english-GB", "en"), ("e", "en, de or pt-BR"), ("en GB", "en, de or pt-BR")],
)  # fmt: skip
def test_a_language_is_a_code(site, given, code):
    site.settings(f"language: {given}\n").note("a.md", lang=given).build(keep_going=True)

    hints = {it.path: it.hint for it in site.problems if it.code == "field.language"}
    assert hints == {"content/site.yml": f"write {code}", "content/a.md": f"write {code}"}
    assert '<html lang="en"' in site.output("a/index.html")


@pytest.mark.parametrize("code", ["en", "pt-BR", "zh-Hant-TW", "de-CH-1996", "sr_Latn", "gsw"])
def test_codes_of_languages_are_read(site, code):
    site.settings(f"language: {code}\n").note("a.md", lang=code).check()

    assert "field.language" not in site.codes


def test_what_is_used_twice_is_shown_once(site):
    site.settings("kinds: {talk: {folder: talks, fields: {about: references}}}")
    site.note("technologies/airflow.md", title="Apache Airflow", aliases="[airflow]")
    names = "[airflow, Apache Airflow]"
    site.note("projects/lake.md", uses=names).note("talks/t.md", about=names, uses=names).build()

    link = '<a href="../../technologies/airflow/">Apache Airflow</a>'
    facts = site.output("talks/t/index.html").partition('<dl class="facts">')[2]
    assert facts.partition("</dl>")[0].count(link) == 2
    (lake,) = json.loads(site.output("projects/hub.json"))["entries"]
    assert lake["uses"] == ["technologies/airflow/"]


def test_a_tag_without_a_new_name_is_told_so(site):
    site.settings().note("a.md", tags="CON")

    done = CliRunner().invoke(main, ["rename-tag", "CON", " ", "-C", str(site.root)])
    assert (done.exit_code, "the new tag is empty" in done.output) == (2, True)


def test_a_link_to_what_is_dated_ahead_is_told_as_that(site):
    site.settings().note("b.md", date="2999-01-01").note("a.md", "[x](b.md)").check()

    (problem,) = (one for one in site.problems if one.code == "link.hidden")
    assert problem.message == 'link to "b.md", which is a draft, private or dated ahead'


CONFLICT = "Before.\n\n<<<<<<< HEAD\nMine.\n=======\nTheirs.\n>>>>>>> main\n"


@pytest.mark.parametrize(
    "body",
    [
        CONFLICT,
        CONFLICT.replace("\n", "\r\n"),
        CONFLICT.replace("=======", "||||||| 1234567\nOld.\n======="),
        f"{CONFLICT}\n```\n{CONFLICT}```\n",
        "Before.\n\n<<<<<<< HEAD\nMine.\n=======\nTheirs.\n",
        "Before.\n\n<<<<<<< Updated upstream\nMine.\n>>>>>>> Stashed changes\n",
        "Mine.\n=======\n>>>>>>> 51afe77 (mine)\n",
        "Mine.\n\n>>>>>>> main\n",
    ],
)
def test_marks_of_a_conflict_are_told(site, body):
    site.settings().write("content/a.md", f"# A\n\n{body}".encode()).check()

    assert told(site, "text.conflict") == [("content/a.md", 5, 1)]


def test_marks_of_a_conflict_in_front_matter_and_yaml_are_told(site):
    lines = CONFLICT.replace("Before.\n\n", "").replace("M", "title: M").replace("T", "title: T")
    site.settings().write("content/a.md", f"---\n{lines}---\nText.\n")
    site.write("content/b.yml", lines).check()

    found = [(one.path, one.line, one.code) for one in site.problems]
    assert found == [("content/a.md", 2, "text.conflict"), ("content/b.yml", 1, "text.conflict")]


def test_a_conflict_that_is_no_error_keeps_none_from_being_told(site):
    site.settings("checks: {text.conflict: warn}\n")
    site.write(
        "content/technologies/a.md", b"---\ntitle: A\ntitel: A\n---\n>>>>>>> Quoted.\n"
    ).check()

    assert {"text.conflict", "field.unknown"} <= set(site.codes)


@pytest.mark.parametrize(
    "body",
    [f"```\n{CONFLICT}```\n", f"> ~~~\n{CONFLICT}~~~\n", "It begins with <<<<<<< HEAD.",
     "Title\n=======\n\n> Quoted.\n>>>>>>> Quoted often.", "Text.\n\n    <<<<<<< HEAD\n    a\n    =======\n    b\n    >>>>>>> x"],
)  # fmt: skip
def test_marks_of_a_conflict_in_code_are_none(site, body):
    site.settings().note("a.md", body).check()

    assert "text.conflict" not in site.codes


def test_a_link_to_a_list_of_entries_is_told_the_address_of_one(site):
    site.settings().write("content/notes/many.yml", "- title: A\n- title: B\n")
    site.note("notes/c.md", "[x](many.yml)").check()

    (problem,) = (one for one in site.problems if one.code == "link.ambiguous")
    assert problem.hint == "write the address of the entry that is meant, such as /notes/a/"


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        ('problem: "No [a](b.md)"', (3, 14, 9)),
        ('problem: "It is \\"no\\", [a](b.md)"', (3, 10, 25)),
        ("problem: 'It''s [a](b.md)'", (3, 10, 17)),
        ('problem: "One.\\n\\nTwo [a](b.md)"', (3, 10, 23)),
        ('problem: "One\n  two [a](b.md)\n  three"', (4, 7, 9)),
        ('problem: "One\n\n  two [a](b.md)"', (3, 10, 1)),
    ],
)
def test_a_link_in_quotes_is_told_where_it_stands_or_where_they_do(site, lines, place):
    site.write("content/challenges/a.md", f"---\ntitle: A\n{lines}\n---\n").build()

    (broken,) = [one for one in site.problems if one.code == "link.broken"]
    assert (broken.line, broken.column, broken.length) == place
