"""No name or text of a stranger's folder steers a terminal: every command, in every format."""

import io
import json
import re
import subprocess

import pytest
from click.testing import CliRunner

from nexusgen.cli import COMMANDS, main
from nexusgen.core.unseen import as_json, harmless, unseen_message, visible
from nexusgen.reports.console import Console
from nexusgen.reports.text import coloured, painted

ESCAPE = "\x1b]0;owned\x07\x1b[2J\x1b[31m\x9b5m"
TURNED = "\u202egnp.exe\u2066\u200f\u061c"
HIDDEN = "a\u200bb\u2060c\U000e0041\u3164d"
HOSTILE = f"{ESCAPE}{TURNED}{HIDDEN}"
LINES = "\n::error::forged\nerror: forged"
RAW = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\U000e0041]"
)
NAME = f"n{TURNED}{HIDDEN}"  # what the name of a file may hold and still be read

YAML = json.dumps(HOSTILE + LINES)[:-1].replace("\U000e0041", "\\udb40\\udc41")


def hostile_hub(site):
    site.settings(
        f'tagline: {YAML}"\ndescription: "{TURNED}"\nnav: [{{title: {YAML}", url: "x{TURNED}"}}]\n'
        f'redirects: {{"old{TURNED}/": "no{TURNED}/"}}\n"un{TURNED}known": 1\n'
    )
    text = f"[l]({NAME}.md) [[{HOSTILE}]] ![]({HOSTILE}.png) <script>{HOSTILE}</script>\n"
    site.write(f"content/{NAME}/{NAME}.md", f'---\ntitle: {YAML}"\ntags: [{YAML}", b]\n---\n{text}')
    site.write(
        "content/notes/b.md", f'---\n"{TURNED}": 1\ndate: "{TURNED}"\nuses: [{YAML}"]\n---\n{text}'
    )
    site.write(f"content/notes/{ESCAPE}{LINES}.md", text).write(f"content/{ESCAPE}/x.md", text)
    site.write(f"content/notes/{NAME}.png", b"no image").write(f"templates/{NAME}.html", "{% if")
    site.write("templates/note.html", f'{{% include "{NAME}.html" %}}{{{{ undefined_{TURNED} }}}}')
    site.write(f"output/{ESCAPE}{LINES}.txt", "foreign")
    return site.write(f"readme-{NAME}.md", f"# {HOSTILE}\n\n## Technologies\n\n- **{HOSTILE}** x\n")


COMMAND_LINES = {
    "init": [["init", "new-{n}", "--name", "{h}"], ["init", "."], ["init", "i", "--from", "readme-{n}.md"]],
    "import": [["import", "readme-{n}.md", *more] for more in (["--dry-run"], ["--json"], ["--dry-run", "-v"], [])],
    "new": [["new", "note", "{h}"], ["new", "{h}", "x"], ["new", "note", "A{h}"]],
    "mv": [["mv", "{n}/{n}.md", "notes/c.md", "--dry-run"], ["mv", "{h}", "{h}"], ["mv", "{n}/{n}.md", "{n}/c.md"]],
    "rename-tag": [["rename-tag", "b", "{h}", "--dry-run"], ["rename-tag", "{h}", "b"], ["rename-tag", "b", "c{n}"]],
    "due": [["due"], ["due", "--json"]],
    "reviewed": [["reviewed", "{n}/{n}.md"], ["reviewed", "{h}"]],
    "build": [["build", *more] for more in (
        [], ["-v", "--keep-going", "--force"], ["--explain", "--keep-going", "--force"], ["--explain", "{h}"],
        ["--verify", "--keep-going", "--force"], ["--base-url", "{h}"], ["--{h}"], ["--jobs", "{h}"], ["--output", "{h}"])],
    "serve": [["serve", "--port", "{h}"], ["serve", "--host", "{h}"], ["serve", "-C", "{h}"]],
    "check": [["check", *more] for more in (
        [], ["-v"], ["--json"], ["--format", "sarif"], ["--format", "concise"], ["--format", "github"], ["--strict"],
        ["--format", "{h}"], ["{h}"], ["--traceback", "-C", "{h}"])],
    "explain": [["explain", "{h}"]],
    "clean": [["clean"], ["clean", "--output", "{h}"]],
    "cv": [["cv", "{h}"]],
    "export": [["export", "anki", "{h}"], ["export", "{h}"]],
    "publish": [["publish", "--dry-run", *more] for more in (
        [], ["--branch", "{h}"], ["--remote", "{h}"], ["--remote", "bad"], ["--base-url", "{h}"])],
    "schema": [["schema"], ["schema", "--write"]],
    "doctor": [["doctor"]],
    "{h}": [["{h}"]],
}  # fmt: skip


def test_every_command_has_its_lines():
    assert COMMANDS.keys() <= COMMAND_LINES.keys()


@pytest.mark.parametrize("command", COMMAND_LINES)
def test_no_command_prints_what_steers_a_terminal(command, site, monkeypatch):
    hostile_hub(site)
    monkeypatch.chdir(site.root)
    config = f'[remote "origin"]\n\turl = /tmp/{NAME}\n[remote "bad"]\n\turl = "ext::{TURNED}\\n::error::forged"\n'
    subprocess.run(["git", "init", "-q"], check=True)
    site.write(".git/config", config).write(".gitignore", f"x{NAME}\n")

    for line in COMMAND_LINES[command]:
        for colour in ("never", "always"):
            arguments = [word.format(n=NAME, h=HOSTILE + LINES) for word in line]
            result = CliRunner(env={"GITHUB_ACTIONS": "true"}).invoke(
                main, [*arguments, *([] if command == "{h}" else ["--color", colour])]
            )
            told = (
                re.sub("\x1b\\[[0-9;]*m", "", result.output)
                if colour == "always"
                else result.output
            )

            assert result.output
            if result.stdout.startswith(("rename ", "diff ", "--- ")):
                continue  # a patch for a program holds what it holds; see below for a terminal
            assert not RAW.search(told), (line, told)
            assert "\x1b[31m" not in result.output
            assert not re.search("^(::error::|error: )forged", told, re.MULTILINE), (line, told)


@pytest.mark.parametrize(
    "text",
    [
        "naïve café",
        "日本語",
        "👩\u200d💻 at work",
        "می\u200cخواهم",
        "กา\u200bรบ้าน",
        "e\u0301",
        "tab\tline\n",
    ],
)
def test_what_people_write_is_printed_as_it_is(text):
    assert harmless(text) == text
    assert not unseen_message(text, "the name")


@pytest.mark.parametrize("char", [*map(chr, range(9)), "\x1b", "\r", "\x7f", "\x9b", "\u202e", "\u2066", "\u200b",
                                  "\u200d", "\u200f", "\u061c", "\u2028", "\ufeff", "\u00ad", "\ufdd0", "\U000e0041"])  # fmt: skip
def test_what_is_not_seen_is_shown_as_a_picture(char):
    for shown in (visible, harmless, painted):
        assert char not in shown(f"a{char}b")
        assert len(shown(f"a{char}b")) == 3
    assert json.loads(as_json(json.dumps(f"a{char}b", ensure_ascii=False))) == f"a{char}b"


def test_colours_of_ours_stay_and_others_go():
    text = coloured("a\x1b[5mb", "error")

    assert painted(text) == "\x1b[1;31ma\u241b[5mb\x1b[0m"


@pytest.mark.parametrize(
    ("path", "text", "place"),
    [
        ("notes/a\u202egnp.md", "Text.", ("content/notes/a\u202egnp.md", 0)),
        ("n\u2066otes/a.md", "Text.", ("content/n\u2066otes", 0)),
        ("notes/a\u200bb.md", "Text.", ("content/notes/a\u200bb.md", 0)),
        ("static/a\u061cb.txt", "Text.", ("content/static/a\u061cb.txt", 0)),
        ("notes/a.md", '---\ndate: 2024-01-01\ntitle: "a\\u202Eb"\n---\n', ("content/notes/a.md", 3)),
        ("notes/a.md", "+++\ntitle = 'A'\ntags = [\"a\\u2066b\"]\n+++\n", ("content/notes/a.md", 3)),
        ("notes/a.md", "---\ntitle: A\naliases: [a\u200bb]\n---\n", ("content/notes/a.md", 3)),
        ("notes/a.md", "# A &#x202e; b\n", ("content/notes/a.md", 1)),
        ("notes/a.md", "# A\u202eb\n", ("content/notes/a.md", 1)),
    ],
)  # fmt: skip
def test_what_is_not_seen_in_a_name_is_told(site, path, text, place):
    site.settings().write(f"content/{path}", text).build()

    told = [(one.path, one.line) for one in site.problems if one.code == "text.bidi"]
    assert told == [place]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("notes/\u202bשלום\u202c.md", "Text."),
        ("notes/a.md", '---\ntitle: "\\u202Bשלום\\u202C"\ntags: [\u200fعربي]\n---\n'),
        ("notes/a.md", "---\ntitle: می\u200cخواهم 👩\u200d💻\n---\n"),
    ],
)
def test_marks_that_a_script_needs_are_no_mistake(site, path, text):
    site.settings().write(f"content/{path}", text).build()

    assert "text.bidi" not in site.codes


def test_a_folder_whose_name_is_no_text_is_left_out(site):
    site.settings().write("content/no\x1btes/a.md", "Text.").write("content/b.md", "# B").build()

    assert [one.code for one in site.problems] == ["file.name"]
    assert "b/index.html" in site.tree()
    assert len([path for path in site.tree() if path.endswith("a/index.html")]) == 0


class Terminal(io.TextIOWrapper):
    def isatty(self):
        return True


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_patch_is_harmless_on_a_terminal_and_exact_in_a_pipe(is_terminal, monkeypatch):
    data = io.BytesIO()
    stream = (Terminal if is_terminal else io.TextIOWrapper)(data, "utf-8")
    monkeypatch.setattr("sys.stdout", stream)

    Console().patch(f"+{HOSTILE}\n".encode())

    told = data.getvalue().decode()
    assert (RAW.search(told) is None) == is_terminal
    assert (told == f"+{HOSTILE}\n") != is_terminal
