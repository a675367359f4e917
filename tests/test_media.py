"""Films, sounds, pictures and frames in raw HTML are led, copied and checked as Markdown's own are."""

import json
import re

import pytest

from nexusgen.markdown.media import candidates
from tests.conftest import PIXEL
from tests.markup.compare import read

MEDIA = """\
---
title: Media
date: 2024-05-01
---
<video src="film.mp4" poster="still.png" controls><track src="words.vtt" kind="captions"></video>

<audio controls><source src="sound.ogg" type="audio/ogg"></audio>

<picture>
<source media="(prefers-color-scheme: dark)" srcset="dark.png 1x, big%20dark.png 2x">
<img src="light.png" alt="The logo" align="right" width="50%">
</picture>

<object data="paper.pdf" title="The paper"></object> <embed src="still.png">
"""
FILES = (
    "film.mp4", "still.png", "words.vtt", "sound.ogg", "dark.png", "big dark.png", "light.png",
    "paper.pdf",
)  # fmt: skip
FRAME = '<iframe src="https://{}" title="The talk" width="560" height="315" onload="x()"></iframe>'


def page(site):
    return site.output("notes/a/index.html")


@pytest.fixture
def media(site):
    for name in FILES:
        site.write(f"content/notes/{name}", PIXEL)
    return site.settings("base_url: https://example.org/hub/\n").write("content/notes/a.md", MEDIA)


def test_media_in_raw_html_lead_to_copied_files(media):
    media.build()

    shown = {"still.png", "light.png", "dark.png", "big%20dark.png", "film.mp4", "words.vtt"}
    written = page(media)
    assert {f"../../notes/{name}" for name in shown} <= set(
        re.findall(r"[./]+notes/[^\s\",]+", written)
    )
    assert all(f"notes/{name}" in media.tree() for name in FILES)
    assert 'align="right" width="50%"' in written
    assert '<a href="../../notes/paper.pdf">The paper</a>' in written
    assert '<img src="../../notes/still.png"' in written


@pytest.mark.parametrize("mode", ["allow", "sanitise"])
def test_players_stay_where_html_is_sanitised(media, mode):
    media.settings(f"raw_html: {mode}\n").build()

    assert re.search(r'<video[^>]* src="../../notes/film.mp4"', page(media))
    assert re.search(r'<track[^>]* src="../../notes/words.vtt"', page(media))
    assert "1x, ../../notes/big%20dark.png 2x" in page(media)


def test_media_of_feeds_have_whole_addresses(media):
    media.build()

    for content in (
        json.loads(media.output("feed.json"))["items"][0]["content_html"],
        media.output("feed.xml").replace("&quot;", '"').replace("&#34;", '"'),
    ):
        found = re.findall(r'\b(?:src|poster|data)="([^"]*)"', content)
        found += [
            url
            for value in re.findall(r'srcset="([^"]*)"', content)
            for url, _ in candidates(value)
        ]
        assert len(found) >= 7
        assert all(url.startswith("https://example.org/hub/notes/") for url in found)


@pytest.mark.parametrize(
    "written",
    [
        '<video src="gone.mp4"></video>',
        '<video><source src="gone.mp4"></video>',
        '<video poster="gone.mp4"></video>',
        '<img src="here.png" alt="x" srcset="here.png 1x, gone.mp4 2x">',
        '<audio src="gone.mp4"></audio>',
        '<object data="gone.mp4"></object>',
        '<svg><image href="gone.mp4"></image></svg>',
    ],
)
def test_missing_file_is_told_with_its_place(site, written):
    site.settings().write("content/notes/here.png", b"bytes")
    site.note("notes/a.md", f"One.\n\nSee {written} here.").check()

    (problem,) = [one for one in site.problems if one.code == "link.broken"]
    assert (problem.severity, problem.column > 4) == ("error", True)
    assert problem.message == 'link target "gone.mp4" does not exist'


def test_address_in_an_unknown_element_is_left_alone(site):
    site.settings().note("notes/a.md", 'A <my-card src="gone.mp4"></my-card> b.').build()

    assert '<my-card src="gone.mp4">' in page(site)
    assert site.problems == ()


def test_missing_file_leaves_no_address_behind(site):
    site.settings("checks: {link.broken: warn}\n")
    site.note("notes/a.md", '<video src="gone.mp4" controls></video>').build()

    assert "gone.mp4" not in page(site).partition("<article")[2]


def test_frame_becomes_a_link_and_is_told_once(site):
    site.settings()
    first, second = FRAME.format("www.youtube.com/embed/abc_1"), FRAME.format("example.org/x")
    site.note("notes/a.md", f"{first}\n\n{second}\n\n<p style='color: red'>x</p>").build()

    link = '<a href="https://www.youtube.com/watch?v=abc_1" rel="noopener">The talk</a>'
    assert link in page(site)
    assert "iframe" not in page(site)
    assert site.codes.count("html.policy") == 2


def test_frame_of_a_named_host_is_shown_and_allowed_by_the_policy(site):
    site.settings("frames: [Player.Vimeo.com]\n")
    site.note("notes/a.md", FRAME.format("player.vimeo.com/video/1")).build()

    assert (
        '<iframe src="https://player.vimeo.com/video/1" title="The talk" width="560" height="315"'
        ' loading="lazy" referrerpolicy="strict-origin-when-cross-origin"></iframe>'
    ) in page(site)
    assert "frame-src https://player.vimeo.com;" in page(site)
    assert not {"html.policy", "html.frame"} & set(site.codes)


def test_policy_names_no_frames_where_the_settings_do_not(site):
    site.settings().note("notes/a.md").build()

    assert "frame-src" not in page(site)


@pytest.mark.parametrize(
    "address",
    [
        "http://player.vimeo.com/video/1",
        "https://player.vimeo.com.example.org/video/1",
        "https://player.vimeo.com@example.org/",
        "https://example.org\\@player.vimeo.com/",
        "https://player.vimeo.com:8080/",
        "javascript:alert(1)//player.vimeo.com",
        "https://[player.vimeo.com/",
    ],
)
def test_frame_of_another_host_is_never_shown(site, address):
    site.settings("frames: [player.vimeo.com]\n")
    site.note("notes/a.md", f'<iframe src="{address}" title="x"></iframe>').build()

    assert "<iframe" not in page(site)
    assert 'href="javascript' not in page(site)


def test_shown_frame_without_a_title_is_told(site):
    site.settings("frames: [example.org]\n")
    site.note("notes/a.md", '<iframe src="https://example.org/x"></iframe>').build()

    assert "html.frame" in site.codes


def test_host_that_is_none_is_told(site):
    site.settings("frames: ['https://example.org/']\n").note("notes/a.md").check()

    assert "field.domain" in site.codes


def test_frame_keeps_the_text_around_it(site):
    site.settings("checks: {html.policy: allow}\n")
    site.note("notes/a.md", "Before <iframe src='b.md'></iframe> after.").note("notes/b.md").build()

    assert re.search(r'Before <a href="../../notes/b/"[^>]*>b.md</a> after', page(site))


def test_picture_without_https_is_told(site):
    site.settings().note("notes/a.md", '<img src="http://example.org/a.png" alt="x">').check()

    assert site.codes.count("html.policy") == 1


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("a.png 1x,b.png 2x", [("a.png", "1x"), ("b.png", "2x")]),
        ("a.png, b.png 2x", [("a.png", ""), ("b.png", "2x")]),
        ("a,b.png 300w", [("a,b.png", "300w")]),
        (" ,, a.png ,", [("a.png", "")]),
        ("data:image/png;base64,xx 1x, b.png 2x", [("data:image/png;base64,xx", "1x"), ("b.png", "2x")]),
        (",", []),
    ],
)  # fmt: skip
def test_candidates_are_read_as_browsers_do(value, found):
    assert list(candidates(value)) == found


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("![A plan](the plan.png)", True),
        ('[Talk](my talk.pdf "Slides")', True),
        ("See [the rest](other notes/of mine.md#part).", True),
        ("- ![](a b.JPG)", True),
        ("[x](https://exa mple.org)", True),
        ("[x](tel:+254 700)", True),
        ("[x]( https://example.org ) [x](see https://example.org/a b)", False),
        ("![A plan](<the plan.png>) [x](a%20b.md)", False),
        ("`![A plan](the plan.png)`", False),
        ("list[i](of words, and.more) [ ] (see a b.md) [x](for example.)", False),
    ],
)
def test_link_that_is_none_because_of_a_blank_is_told(text, is_told):
    document, _ = read(f"Text.\n\n{text}")

    found = [one for one in document.problems.get("body", ()) if one.code == "link.blank"]
    assert [one.line for one in found] == [3] * is_told


def test_fragments_of_films_sounds_and_papers_stay_as_they_are(site):
    site.settings()
    for name in ("a film.mp4", "b.ogg", "c.pdf"):
        site.write(f"content/n/{name}", b"x")
    site.note(
        "n/a.md",
        "Of ![[a film.mp4#t=10,20]] and ![[b.ogg]], ![](<a film.mp4#t=5>), "
        "[c](c.pdf#page=10&zoom=50,0,0) [[c.pdf#page=2]]\n\n![[a film.mp4|Talk]]",
    ).build()
    page = site.output("n/a/index.html")
    for address in ("a%20film.mp4#t=10,20", "b.ogg", "a%20film.mp4#t=5", "a%20film.mp4"):
        assert f'src="../../n/{address}"' in page
    for address in ("c.pdf#page=10&amp;zoom=50,0,0", "c.pdf#page=2"):
        assert f'href="../../n/{address}"' in page
    assert 'title="Talk"' in page and page.count("<video") == 3 and page.count("<audio") == 1
    assert "image.alt" not in site.codes


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("![demo](https://e.org/a.mp4)", '<video controls="" preload="none" src="https://e.org/a.mp4" title="demo"></video>'),
        ('![](https://e.org/a.mp3?dl=1 "Song")', '<audio controls="" preload="none" src="https://e.org/a.mp3?dl=1" title="Song"></audio>'),
        ("![](https://x.com/a/status/12)", '<a href="https://x.com/a/status/12" rel="noopener">https://x.com/a/status/12</a>'),
        ('<img src="https://e.org/a.webm" alt="x">', '<video controls preload="none" src="https://e.org/a.webm" title="x"></video>'),
        ('<img src="https://www.youtube.com/watch?v=x" alt="y">', '<a href="https://www.youtube.com/watch?v=x" rel="noopener">y</a>'),
        ("![a](https://e.org/a.png)", '<img alt="a" loading="lazy" src="https://e.org/a.png">'),
        ("![a](https://gist.github.com/assets/1/b)", '<img alt="a" loading="lazy" src="https://gist.github.com/assets/1/b">'),
        ("![a](https://gist.github.com/u/1/raw/a.png)", '<img alt="a" loading="lazy" src="https://gist.github.com/u/1/raw/a.png">'),
        ("![a](https://gist.github.com/u/1)", '<a href="https://gist.github.com/u/1" rel="noopener">a</a>'),
    ],
)  # fmt: skip
def test_film_or_page_elsewhere_is_no_image(written, shown):
    document, made = read(written)

    assert shown in made
    codes = [one.code for one in document.problems.get("body", ())]
    assert codes == (["image.page"] if shown.startswith("<a ") else [])


def test_film_in_the_field_of_a_picture_is_told_with_what_to_do(site):
    site.settings().note("notes/a.md", image="talk.mp4").write("content/notes/talk.mp4", "x").build(
        keep_going=True
    )
    (told,) = (one for one in site.problems if one.code == "field.path")

    assert told.hint == "show it in the text: ![[talk.mp4]]"


STYLE = "<style scoped>\n.CANARY tbody {\n}\n\n    .CANARY thead {\n    }\n</style>"


@pytest.mark.parametrize(
    "text",
    [
        STYLE, f"<div>\n{STYLE}\n<b>it</b>\n</div>", "a <script async src='https://e.org/CANARY.js'></script> b",
        "<script>\nCANARY()\n\nCANARY()\n</script>", "<p>a</p> <STYLE>CANARY</STYLE> b",
        '<link rel="stylesheet" href="https://e.org/CANARY.css">', f"> <div>\n> {STYLE.replace(chr(10), chr(10) + '> ')}\n> </div>",
        "<template>\nCANARY\n</template>",
    ],
)  # fmt: skip
def test_style_or_script_is_left_out_with_its_content_and_told_once(site, text):
    site.settings("base_url: https://e.org/").note("notes/a.md", f"{text}\n\nAfter.\n\n{text}")
    site.note("challenges/b.md", solution="|\n  " + text.replace("\n", "\n  ")).build()

    assert [path for path, data in site.tree().items() if b"CANARY" in data] in (
        [],
        ["challenges/hub.json"],
    )  # the source
    assert site.codes.count("html.policy") == 2
    assert "<p>After.</p>" in site.output("notes/a/index.html")


def test_style_that_never_ends_takes_no_text_away(site):
    site.settings().note(
        "notes/a.md", "<div><style>\n\nSHOWN\n\n<!-- a\n<style>x CANARY -->"
    ).build()

    assert "SHOWN" in site.output("notes/a/index.html")
    assert b"CANARY" not in b"".join(site.tree().values())


def test_comment_around_a_style_stays_a_comment():
    assert read("<div>\n<!-- a <style>x</style> CANARY -->\n</div>")[1] == "<div>\n\n</div>"


def test_text_for_browsers_without_scripts_is_text_and_that_of_a_frame_is_none():
    made = read("<noscript>Shown.</noscript>\n\n<iframe src='https://e.org/a'>CANARY</iframe>")[1]

    assert "Shown." in made and "noscript" not in made
    assert "CANARY" not in made and 'href="https://e.org/a"' in made
