"""What must not be published: planted secrets are found, ordinary notes are not accused."""

import re
import shutil

import pytest

from nexusgen.disk.hub import Request
from nexusgen.tools import leaks
from nexusgen.tools.leaks import build_checked, find_leaks, scan, site_too_large
from tests.archives import unpack
from tests.conftest import ROOT
from tests.test_secrets import FORMATS, shaped

PLANTED = {name: FORMATS[name] for name in shaped() if not re.search(r"\\s|['\"&]", FORMATS[name])}


@pytest.mark.parametrize("secret", PLANTED.values(), ids=PLANTED.keys())
@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("notes.txt", "one\ntwo\nsee {} there\n"),
        ("a/index.html", "<p>one</p>\n<p>two</p>\n<p title='x'>see {} there</p>\n"),
        ("a/index.html", "<pre>\n\n<span>'{}'</span></pre>"),
        ("feed.json", '{{\n"a":\n"{}"}}'),
    ],
)
def test_a_planted_secret_is_found_with_file_and_line(secret, path, page):
    problems = list(find_leaks(path, page.format(secret).encode()))

    assert {(p.path, p.line, p.code) for p in problems} == {(path, 3, "leak.secret")}


def test_a_key_that_a_highlighter_cuts_in_pieces_is_found():
    page = (
        '<pre><span class="o">-----</span><span class="n">BEGIN</span> '
        '<span class="n">PRIVATE</span> <span class="n">KEY</span><span class="o">-----</span>'
    )

    assert [p.code for p in find_leaks("a.html", page.encode())] == ["leak.secret"]


@pytest.mark.parametrize(
    "name",
    [
        ".env", "a/.env.local", "id_rsa", "a/server.pem", "page.html~", ".page.swp", "4913",
        "a.bak", "a.orig", ".DS_Store", "#a#", ".#a", ".git/config", ".nexusgen/memo",
    ],
)  # fmt: skip
def test_a_leftover_is_found_by_its_name(name):
    assert [p.code for p in find_leaks(name, b"x")] == ["leak.file"]


@pytest.mark.parametrize("name", [".nojekyll", "CNAME", "index.html", "environment/index.html"])
def test_a_part_of_the_site_is_no_leftover(name):
    assert not list(find_leaks(name, b"x"))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("index.html", '<link rel="canonical" href="http://localhost:8000/hub/">'),
        ("index.html", '<meta property="og:url" content="http://127.0.0.1:8000/">'),
        ("index.html", '<script src="http://localhost:35729/livereload.js"></script>'),
        ("index.html", '<img src="http://[::1]:8000/a.png">'),
        ("sitemap.xml", "<url><loc>http://localhost:8000/</loc></url>"),
        ("feed.xml", '<link href="http://localhost/"/>'),
        ("robots.txt", "Sitemap: http://localhost:8000/sitemap.xml"),
        ("feed.json", '{"home_page_url": "http://localhost:8000/"}'),
    ],
)
def test_an_address_of_this_machine_is_found_where_a_browser_follows_it(path, text):
    problems = list(find_leaks(path, text.encode()))

    assert [(p.code, p.severity) for p in problems] == [("leak.local", "error")]


def test_a_link_to_this_machine_is_a_warning_and_text_about_it_is_none():
    link = b'<a href="http://localhost:3000/x">source</a>'
    shown = b'<a href="http://localhost:3000/">http://localhost:3000</a>'
    text = b"<p>Open <code>http://localhost:8000/</code></p>"

    assert [p.severity for p in find_leaks("a.html", link)] == ["warning"]
    assert not list(find_leaks("a.html", shown + text))


def test_the_script_of_the_preview_is_found():
    page = b'<p>\n<script type="module" src="/__nexusgen__/livereload.js"></script>'

    assert [(p.code, p.line) for p in find_leaks("a.html", page)] == [("leak.preview", 2)]


def test_sizes_that_pages_refuses_are_found(monkeypatch):
    assert leaks.LARGEST_FILE == 100_000_000
    monkeypatch.setattr(leaks, "LARGEST_FILE", 1_000)

    assert [p.code for p in find_leaks("film.mp4", bytes(1_001))] == ["leak.size"]
    assert not list(find_leaks("film.mp4", bytes(1_000)))
    assert [p.code for p in site_too_large(1_000_000_001)] == ["leak.size"]
    assert not list(site_too_large(1_000_000_000))


def errors_of(root, output):
    problems, _ = build_checked(Request(root, output, "https://example.org/hub/"))
    return [problem for problem in problems if problem.severity == "error"]


def test_the_seed_hub_is_not_accused(tmp_path):
    shutil.copytree(ROOT / "content", tmp_path / "hub/content")

    assert errors_of(tmp_path / "hub", tmp_path / "site") == []


def test_two_hundred_real_notes_are_not_accused(shared, tmp_path):
    unpack(shared / "data" / "til-jbranchaud.tar.gz", tmp_path)
    root = next(path for path in tmp_path.iterdir() if path.is_dir())
    for number, note in enumerate(sorted(root.rglob("*.md"))):
        if number % 9:
            note.unlink()

    assert errors_of(root, tmp_path / "site") == []
    assert len(scan(tmp_path / "site")) <= 1  # one note links to its author's own machine
    assert Request(root).folder.exists() is False
