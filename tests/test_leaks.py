"""What must not be published: planted secrets are found, ordinary notes are not accused."""

import pytest

from nexusgen.disk.hub import Request
from nexusgen.tools.leaks import find_leaks, site_too_large
from nexusgen.tools.publish import build_checked, scan
from tests.archives import unpack
from tests.conftest import ROOT

# Put together here, so that no scanner takes this file for a leak.
PLANTED = {
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "openssh key": "-----BEGIN OPENSSH " + "PRIVATE KEY-----",
    "pgp key": "-----BEGIN PGP " + "PRIVATE KEY BLOCK-----",
    "aws": "AKIA" + "IOSFODNN7EXAMPLE",
    "aws secret": "aws_secret_access_key = " + "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "github": "ghp_" + "a1B2" * 9,
    "github fine-grained": "github_pat_" + "11ABCDE0Y0abcdefghijkl",
    "gitlab": "glpat-" + "x" * 20,
    "slack": "xoxb-" + "123456789012-abcdef",
    "slack webhook": "https://hooks.slack.com/services/" + "T00000000/B00000000/" + "X" * 24,
    "google": "AIza" + "b" * 35,
    "stripe": "sk_live_" + "c" * 24,
    "sendgrid": "SG." + "d" * 22 + "." + "e" * 43,
    "npm": "npm_" + "f" * 36,
    "pypi": "pypi-AgE" + "g" * 60,
    "anthropic": "sk-ant-" + "api03-" + "h" * 40,
    "openai": "sk-proj-" + "i" * 20 + "T3BlbkFJ" + "j" * 20,
    "hugging face": "hf_" + "k" * 34,
    "telegram": "123456789:AA" + "l" * 33,
    "jwt": "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "m" * 43,
    "azure": "AccountKey=" + "n" * 86 + "==",
    "digitalocean": "dop_v1_" + "0a" * 32,
}


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


def test_sizes_that_pages_refuses_are_found():
    assert [p.code for p in find_leaks("film.mp4", bytes(100_000_001))] == ["leak.size"]
    assert not list(find_leaks("film.mp4", bytes(99_999_999)))
    assert [p.code for p in site_too_large(1_000_000_001)] == ["leak.size"]
    assert not list(site_too_large(1_000_000_000))


def errors_of(root, output):
    problems, _ = build_checked(Request(root, output, "https://example.org/hub/"))
    return [problem for problem in problems if problem.severity == "error"]


def test_the_seed_hub_is_not_accused(tmp_path):
    (tmp_path / "hub").mkdir()
    (tmp_path / "hub" / "content").symlink_to(ROOT / "content")

    assert errors_of(tmp_path / "hub", tmp_path / "site") == []


def test_two_thousand_real_notes_are_not_accused(shared, tmp_path):
    unpack(shared / "data" / "til-jbranchaud.tar.gz", tmp_path)
    root = next(path for path in tmp_path.iterdir() if path.is_dir())

    assert errors_of(root, tmp_path / "site") == []
    assert len(scan(tmp_path / "site")) <= 1  # one note links to its author's own machine
    assert Request(root).folder.exists() is False
