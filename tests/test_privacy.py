"""`check --privacy` proves that nothing hidden is in a built site, and finds what was put there."""

import gzip
import json
import lzma
import re
import struct
import subprocess
import zlib
from base64 import b64encode
from io import BytesIO
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from click.testing import CliRunner

from nexusgen.cli import main
from nexusgen.disk.hub import Request
from nexusgen.disk.snapshot import read_snapshot
from nexusgen.tools.hidden_words import words_of
from nexusgen.tools.privacy import check_privacy
from nexusgen.tools.readings import find_members, find_texts
from tests.archives import unpack
from tests.conftest import ROOT
from tests.test_canaries import PLACES, WORD, plant

TEXT = "The quorblatt merger closes on the ninth of May."
DRAFT = f"---\ntitle: Plan\ndraft: true\n---\nFirst line.\n\n{TEXT}\n"
PAGE = "<!doctype html><html><body><p>One.</p>\n<p>{}</p></body></html>"


def found(site, **request):
    """Return the source, line and place of each leak in what is built."""
    return [(one.path, one.line, one.code) for one in problems_of(site, **request)]


def problems_of(site, **options):
    request = Request(site.root, **options)
    snapshot = read_snapshot(request.root, request.sources)
    return check_privacy(snapshot, request.root, request.folder)


@pytest.fixture
def hub(site):
    site.settings("base_url: https://e.org/\n").note(
        "notes/open.md", "All may read this.", title="Open"
    )
    return site.write("content/notes/secret.md", DRAFT)


def test_a_site_that_tells_nothing_has_no_problem(hub):
    hub.build()

    assert found(hub) == []


@pytest.mark.parametrize("drafts_before", [False, True])
@pytest.mark.parametrize("hide", ["draft: true", "private: true", "date: 2999-01-01"])
def test_no_hidden_place_gets_out_by_any_reading(site, hide, drafts_before):
    plant(site, PLACES, hide, "See [[Secret]].", apart=True)
    if drafts_before:
        site.build(drafts=True, future=True, keep_going=True)
    site.build(keep_going=True)

    assert found(site) == []
    assert WORD.casefold() not in told_by(site.tree())


def told_by(tree):
    """Return all that can be read in some files, packed ones included."""
    read = []
    for path, data in tree.items():
        read += [path, *find_texts(data)]
        for name, inner in find_members(data):
            read += [name, *find_texts(inner)]
    return "\n".join(read).casefold()


def test_what_is_published_holds_none_of_it(site, tmp_path):
    places = [name for name in PLACES if not name.startswith(("spelling", "item"))]  # no errors
    plant(site, places, "private: true", "", apart=True)
    site.write(".gitignore", "/output/\n/.nexusgen/\n").settings("base_url: https://e.org/hub/\n")
    site.write("content/notes/secret.md", "---\ndraft: true\n---\n# CANARY\n\nCANARY.\n")
    git = ["git", "-C", str(site.root)]
    remote = tmp_path / "remote.git"
    subprocess.run(["git", "init", "-q", "--bare", remote], check=True)
    for line in (
        ["init", "-q", "-b", "main"],
        ["config", "user.name", "T"],
        ["config", "user.email", "t@e.org"],
        ["remote", "add", "origin", remote],
        ["add", "-A"],
        ["commit", "-qm", "w"],
    ):
        subprocess.run([*git, *line], check=True)

    result = CliRunner().invoke(main, ["publish", "-C", str(site.root), "--yes"])

    assert result.exit_code == 0, result.output
    listed = ["git", "-C", str(remote), "archive", "--format=zip", "gh-pages"]
    archive = subprocess.run(listed, capture_output=True, check=True).stdout
    with ZipFile(BytesIO(archive)) as files:
        tree = {name: files.read(name) for name in files.namelist()}
    assert "notes/open/index.html" in tree
    assert WORD.casefold() not in told_by(tree)


@pytest.mark.parametrize(
    "text",
    [
        "One_two, THREE-4.",
        "naïve «Straße» — 日本語、ＡＢ",
        "a\u00a0b\u2028c\x1fd",
        "\udc80x",
        "K\u212a\u0345 ﬁ",
    ],
)
def test_words_are_runs_of_letters_and_digits(text):
    assert words_of(text) == re.findall(r"[^\W_]+", text.casefold())


def zipped(name, data, comment=b""):
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
        archive.comment = comment
    return packed.getvalue()


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(*chunks):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + b"".join(chunks)
        + chunk(b"IDAT", zlib.compress(b"\0\0"))
        + chunk(b"IEND", b"")
    )


def letters(form):
    return "".join(form.format(ord(char)) for char in TEXT)


RAW = TEXT.encode()
LEAKS = {
    "page": ("a.html", PAGE.format(TEXT)),
    "upper case": ("a.html", PAGE.format(TEXT.upper())),
    "attribute": ("a.html", PAGE.format(f"<img alt='{TEXT}'>")),
    "meta": ("a.html", f'<meta name="description" content="{TEXT}"><p>'),
    "entities": ("a.html", PAGE.format(letters("&#{};"))),
    "hex entities": ("a.html", PAGE.format(letters("&#x{:x};"))),
    "entities twice": ("a.xml", f"<content>{letters('&amp;#{};')}</content>"),
    "cut by a highlighter": ("a.html", PAGE.format("".join(f"<span class=n>{char}</span>" for char in TEXT))),
    "cut by tags": ("a.html", PAGE.format(TEXT.replace(" ", "</b> <b>"))),
    "comment of html": ("a.html", PAGE.format(f"<!-- {TEXT} -->")),
    "script": ("a.html", PAGE.format(f"<script>x = '{TEXT}'</script>")),
    "json": ("a.json", json.dumps({"text": TEXT})),
    "json escapes": ("a.json", '{"text": "' + letters("\\u{:04x}") + '"}'),
    "escapes of a script": ("a.js", "x='" + letters("\\x{:02x}") + "'"),
    "css": ("a.css", "a::after { content: '" + letters("\\{:06x}") + "' }"),
    "address": ("a.html", PAGE.format(f'<a href="?q={quote(TEXT)}">x</a>')),
    "every letter of an address": ("a.txt", letters("%{:02X}")),
    "data address": ("a.html", PAGE.format(f'<img src="data:text/plain;base64,{b64encode(RAW).decode()}">')),
    "picture in a data address": (
        "a.css", f"a {{ background: url(data:image/png;base64,{b64encode(png(chunk(b'tEXt', b'C' + bytes(1) + RAW))).decode()}) }}"),
    "base64": ("a.js", f"x = '{b64encode(RAW).decode()}'"),
    "zero width": ("a.html", PAGE.format("\u200b".join(TEXT))),
    "soft hyphens": ("a.html", PAGE.format("&shy;".join(TEXT))),
    "wide letters": ("a.txt", "".join(chr(ord(char) + 0xFEE0) if char.isalpha() else char for char in TEXT)),
    "utf-16": ("a.txt", TEXT.encode("utf-16")),
    "search": ("assets/search/d1.js", f"s([{json.dumps(TEXT)}])"),
    "feed": ("feed.xml", f"<feed><title>{TEXT}</title></feed>"),
    "sitemap": ("sitemap.xml", "<urlset><url><loc>https://e.org/quorblatt/</loc></url></urlset>"),
    "gzip": ("a.svgz", gzip.compress(RAW)),
    "xz": ("a.xz", lzma.compress(RAW)),
    "zip": ("a.zip", zipped("x.txt", RAW)),
    "name in a zip": ("a.zip", zipped("quorblatt.txt", b"x")),
    "comment of a zip": ("a.zip", zipped("x.txt", b"x", RAW)),
    "document": ("a.docx", zipped("word/document.xml", f"<w:t>{TEXT}</w:t>".encode())),
    "zip in a zip": ("a.zip", zipped("b.zip", zipped("x.txt", RAW))),
    "text of a png": ("a.png", png(chunk(b"tEXt", b"Comment\0" + RAW))),
    "packed text of a png": ("a.png", png(chunk(b"zTXt", b"Comment\0\0" + zlib.compress(RAW)))),
    "other text of a png": ("a.png", png(chunk(b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(RAW)))),
    "comment of a jpeg": ("a.jpg", b"\xff\xd8\xff\xfe" + struct.pack(">H", len(RAW) + 2) + RAW + b"\xff\xd9"),
    "exif of windows": ("a.jpg", b"\xff\xd8\xff\xe1\0\0Exif\0\0" + TEXT.encode("utf-16-le") + b"\xff\xd9"),
    "comment of a gif": ("a.gif", b"GIF89a\1\0\1\0\0\0\0!\xfe" + bytes([len(RAW)]) + RAW + b"\0;"),
    "paper": ("a.pdf", b"%PDF-1.7\n\0stream\n" + zlib.compress(RAW) + b"\nendstream\n"),
    "drawing": ("a.svg", f"<svg><title>{TEXT}</title></svg>"),
    "name of a file": ("quorblatt/index.html", PAGE.format("x")),
    "the whole file": ("static/a.bin", DRAFT),
    "the whole file in a zip": ("a.zip", zipped("a.bin", DRAFT.encode())),
    "file that is hidden from listings": (".well-known/a.txt", TEXT),
}  # fmt: skip


@pytest.mark.parametrize("way", LEAKS)
def test_a_leak_is_found_however_it_is_written(hub, way):
    hub.build()
    path, text = LEAKS[way]
    hub.write(f"output/{path}", text)

    (leak, *others) = (one for one in problems_of(hub) if one.code == "leak.private")

    assert not others
    assert (leak.path, leak.severity) == ("content/notes/secret.md", "error")
    assert f"output/{path}" in leak.message
    assert leak.line in (7, 0)


def test_the_place_in_the_source_and_in_the_site_are_told(hub):
    hub.build().write("output/a.html", PAGE.format(TEXT))

    (leak,) = problems_of(hub)

    assert (leak.path, leak.line) == ("content/notes/secret.md", 7)
    assert "output/a.html:2" in leak.message
    assert "the quorblatt merger closes" in leak.message


SOURCES = {
    "comment": ("notes/c.md", f"# C\n\nOpen. %% {TEXT} %% More.\n", 3),
    "comment over lines": ("notes/c.md", f"# C\n\n%%\n\n{TEXT}\n%%\n", 5),
    "comment of html": ("notes/c.md", f"# C\n\nOpen. <!-- {TEXT} --> More.\n", 3),
    "comment of yaml": ("notes/c.md", f"---\n# {TEXT}\ntitle: C\n---\nOpen.\n", 2),
    "comment in settings": ("data/x.yml", f"a: b\n# {TEXT}\n", 2),
    "item of a list": (
        "notes/l.yml",
        f"- title: A\n- title: B\n  draft: true\n  body: {TEXT}\n",
        4,
    ),
    "ahead": ("notes/c.md", f"---\ndate: 2999-01-01\n---\n{TEXT}\n", 4),
    "private": ("notes/c.md", f"---\nprivate: true\n---\n{TEXT}\n", 4),
    "field": ("challenges/c.md", f"---\ndraft: true\nsolution: {TEXT}\n---\n", 3),
    "folder of drafts": ("_drafts/c.md", f"{TEXT}\n", 1),
    "trash": (".trash/c.md", f"{TEXT}\n", 1),
    "file with a dot": ("notes/.c.txt", f"{TEXT}\n", 1),
    "file that nothing shows": ("notes/c.txt", f"First\n\n{TEXT}\n", 3),
}


@pytest.mark.parametrize("source", SOURCES)
def test_every_hidden_source_is_known(site, source):
    path, text, line = SOURCES[source]
    site.settings().note("notes/open.md", "All may read this.", title="Open")
    site.write(f"content/{path}", text).build()
    assert found(site) == []

    site.write("output/a.html", PAGE.format(TEXT))
    assert found(site) == [(f"content/{path}", line, "leak.private")]


def test_what_a_template_prints_of_it_is_found(hub):
    hub.write("templates/note.html", '{% extends "theme/note.html" %}\n{# x #}')
    hub.write("templates/footer.html", f"<p>{TEXT}</p>").build()
    assert found(hub) == []

    hub.write(
        "templates/note.html",
        f'{{% extends "theme/note.html" %}}{{% block over %}}{TEXT}{{% endblock %}}',
    ).build()
    assert ("content/notes/secret.md", 7, "leak.private") in found(hub)


@pytest.mark.parametrize("name", ["static/copy.bin", "static/copy.txt", "static/all.zip"])
def test_a_copy_among_the_published_files_is_found(hub, name):
    data = zipped("notes/secret.md", DRAFT.encode()) if name.endswith("zip") else DRAFT
    hub.write(f"content/{name}", data).build()

    assert [one[0] for one in found(hub)] == ["content/notes/secret.md"]


def test_a_copy_in_other_words_around_it_is_found(hub):
    hub.write("content/static/notes.txt", f"Minutes\n\n{TEXT} And more.\n").build()

    assert found(hub) == [("content/notes/secret.md", 7, "leak.private")]


def test_a_site_that_was_built_with_drafts_is_found(hub):
    hub.build(drafts=True)

    assert ("content/notes/secret.md", "leak.private") in {
        (path, code) for path, _, code in found(hub)
    }
    assert found(hub, drafts=True) == []


def test_words_that_readers_may_read_elsewhere_are_no_leak(hub):
    hub.note(
        "notes/b.md",
        "The quorblatt **merger** [closes](https://e.org/x) on the *ninth* of May.",
        title="B",
    )

    assert found(hub.build()) == []


def test_an_image_that_tells_of_its_maker_is_found(hub):
    hub.note("notes/b.md", "![x](a.png)", title="B").write(
        "content/notes/a.png", png(chunk(b"tEXt", b"Author\0Ada"))
    ).build()
    assert found(hub) == []

    hub.write("output/notes/a.png", png(chunk(b"tEXt", b"Author\0Ada")))
    assert found(hub) == [("notes/a.png", 0, "image.metadata")]

    hub.settings("keep_metadata: [notes/]\n").build()
    assert found(hub) == []


def run(site, *arguments):
    return CliRunner().invoke(main, ["check", "--privacy", "-C", str(site.root), *arguments])


def test_the_command_tells_it_and_fails(hub):
    hub.build()
    assert run(hub).exit_code == 0

    hub.write("output/a.html", PAGE.format(TEXT))
    result = run(hub, "--json")
    told = [
        one for one in json.loads(result.stdout)["diagnostics"] if one["code"] == "leak.private"
    ]
    assert (result.exit_code, [one["file"] for one in told]) == (1, ["content/notes/secret.md"])

    hub.settings("checks: {leak.private: warn}\n")
    assert run(hub).exit_code == 0


def test_where_nothing_is_built_it_says_what_to_do(hub):
    result = run(hub)

    assert result.exit_code == 2
    assert "run nexusgen build first" in result.stderr


@pytest.mark.parametrize(("archive", "every"), [("til-jbranchaud", 12), ("vault-kepano", 1)])
def test_no_site_of_real_notes_is_accused_and_each_hidden_one_is_traced(
    archive, every, site, shared, tmp_path
):
    unpack(shared / "data" / f"{archive}.tar.gz", tmp_path / "notes")
    root = next(path for path in (tmp_path / "notes").iterdir() if path.is_dir())
    notes = sorted(path for path in root.rglob("*.md") if ".obsidian" not in path.parts)[::every]
    for number, path in enumerate(notes):
        text = path.read_text()
        head = "---\n" if text.startswith("---\n") else "---\n---\n"
        hidden = head.replace("---\n", "---\ndraft: true\n", 1) + text.removeprefix("---\n")
        site.write(path.relative_to(root).as_posix(), text if number % 4 else hidden)

    assert found(site.build()) == []

    drafts = {
        path.relative_to(root).as_posix() for path in notes[::4] if len(path.read_text()) > 400
    }
    assert drafts <= {one[0] for one in found(site.build(drafts=True))}


def test_the_hub_of_this_repository_is_not_accused(site):
    for path in (ROOT / "content").rglob("*"):
        if path.is_file():
            site.write(
                f"content/{path.relative_to(ROOT / 'content').as_posix()}", path.read_bytes()
            )

    assert found(site.build()) == []
