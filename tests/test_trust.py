"""Trust in a hub: only the user gives it, once, outside of the hub."""

import os
import shutil
import subprocess
import sys

import pytest
from click.testing import CliRunner

from nexusgen.cli import main
from nexusgen.disk.trust import answer_on, remember_answer
from nexusgen.preview import server
from nexusgen.reports.console import Console

QUESTION = "Do you trust it"
UNSAFE = "{{ ''.__class__.__name__ }}"


@pytest.fixture(autouse=True)
def _own_answers(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def terminal(monkeypatch):
    """Let commands believe that somebody can answer them."""
    monkeypatch.setattr(Console, "can_ask", True)


@pytest.fixture
def hub(site):
    return site.settings("checks: {entry.orphan: allow}\n").note("notes/a.md", title="A")


@pytest.fixture
def unsafe(hub):
    return hub.write("templates/note.html", UNSAFE)


@pytest.fixture
def linked(hub):
    (hub.root / "content").rename(hub.root.parent / "vault")
    (hub.root / "content").symlink_to("../vault")
    return hub


def run(site, command, *more, answer=""):
    return CliRunner().invoke(main, [command, "-C", str(site.root), *more], input=answer)


@pytest.mark.parametrize("hub_kind", ["unsafe", "linked"])
@pytest.mark.parametrize("command", ["build", "check"])
def test_a_terminal_is_asked_once(request, terminal, hub_kind, command):
    site = request.getfixturevalue(hub_kind)

    first = run(site, command, answer="y\n")
    second = run(site, "build")

    assert (first.exit_code, second.exit_code) == (0, 0), first.output
    assert first.stderr.count(QUESTION) == 1
    assert QUESTION not in second.stderr
    assert site.output("notes/a/index.html") == "str" or hub_kind == "linked"


@pytest.mark.parametrize("hub_kind", ["unsafe", "linked"])
def test_the_preview_asks_once_too(request, terminal, hub_kind, monkeypatch):
    site, served = request.getfixturevalue(hub_kind), []
    monkeypatch.setattr(server, "serve", lambda _, sources, *__: served.append(sources.trusted))

    first, second = run(site, "serve", answer="y\n"), run(site, "serve")

    assert (first.exit_code, second.exit_code, served) == (0, 0, [True, True]), first.output
    assert (first.stderr + second.stderr).count(QUESTION) == 1


@pytest.mark.parametrize("hub_kind", ["unsafe", "linked"])
def test_the_preview_of_who_says_no_trusts_nothing(request, terminal, hub_kind, monkeypatch):
    site, served = request.getfixturevalue(hub_kind), []
    monkeypatch.setattr(server, "serve", lambda _, sources, *__: served.append(sources.trusted))

    first, second = run(site, "serve", answer="n\n"), run(site, "serve", answer="y\n")

    assert served == [False, False]
    assert (first.stderr + second.stderr).count(QUESTION) == 1


def test_the_preview_asks_nobody_without_a_terminal(unsafe, monkeypatch):
    served = []
    monkeypatch.setattr(server, "serve", lambda _, sources, *__: served.append(sources.trusted))

    assert QUESTION not in run(unsafe, "serve", answer="y\n").output
    assert served == [False]


@pytest.mark.parametrize("hub_kind", ["unsafe", "linked"])
def test_who_says_no_is_not_asked_again(request, terminal, hub_kind):
    site = request.getfixturevalue(hub_kind)

    first, second = run(site, "build", answer="n\n"), run(site, "check", answer="y\n")

    assert 0 not in (first.exit_code, second.exit_code)
    assert QUESTION not in second.stderr
    assert not (site.root / "output").exists()
    assert run(site, "build", "--trust-templates").exit_code == 0


@pytest.mark.parametrize("hub_kind", ["unsafe", "linked"])
@pytest.mark.parametrize("command", ["build", "check"])
def test_without_a_terminal_nobody_is_asked_and_what_to_run_is_told(request, hub_kind, command):
    site = request.getfixturevalue(hub_kind)

    result = run(site, command, answer="y\n")

    assert result.exit_code != 0
    assert QUESTION not in result.output
    assert "--trust-templates" in result.output
    assert answer_on(site.root) is None


def test_a_hub_that_needs_no_trust_asks_for_none(hub, terminal):
    hub.write("templates/note.html", "{{ entry.title }}")

    assert QUESTION not in run(hub, "build", answer="y\n").stderr


def test_an_answer_is_for_one_folder_and_gone_with_what_lies_there(unsafe, terminal):
    run(unsafe, "build", answer="y\n")
    other = unsafe.root.with_name("other")
    shutil.copytree(unsafe.root, other)
    assert answer_on(other) is None
    unsafe.root.rename(unsafe.root.with_name("moved"))
    other.rename(unsafe.root)

    assert answer_on(unsafe.root) is None
    assert run(unsafe, "build", answer="n\n").exit_code != 0


@pytest.mark.parametrize("left", [(), (".nexusgen",)])
def test_an_answer_is_gone_with_what_lay_in_the_folder(unsafe, terminal, left):
    run(unsafe, "build", answer="y\n")
    for path in unsafe.root.iterdir():
        if path.name not in left:
            shutil.rmtree(path)
    if left:
        (unsafe.root / ".nexusgen/trusted").write_bytes(b"x" * 16)

    assert answer_on(unsafe.root) is None


def test_a_mark_that_is_a_link_is_none(unsafe, tmp_path):
    remember_answer(unsafe.root, True)
    mark = unsafe.root / ".nexusgen/trusted"
    mark.rename(tmp_path / "mark")
    assert answer_on(unsafe.root) is None

    mark.symlink_to(tmp_path / "mark")

    assert answer_on(unsafe.root) is None


def test_clean_forgets_the_answer(unsafe, terminal):
    run(unsafe, "build", answer="y\n")
    assert answer_on(unsafe.root) is True

    run(unsafe, "clean")

    assert answer_on(unsafe.root) is None


def test_every_command_follows_the_links_of_a_hub_that_is_trusted(linked):
    assert run(linked, "mv", "content/notes/a.md", "content/notes/z.md").exit_code != 0
    remember_answer(linked.root, True)

    assert run(linked, "mv", "content/notes/a.md", "content/notes/z.md").exit_code == 0
    assert (linked.root.parent / "vault/notes/z.md").is_file()


def test_an_answer_that_cannot_be_kept_is_for_this_build(unsafe, terminal, monkeypatch, tmp_path):
    (tmp_path / "a file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "a file"))

    assert run(unsafe, "build", answer="y\n").exit_code == 0
    assert QUESTION in run(unsafe, "check", answer="y\n").stderr


# What lies in a hub is no library


@pytest.fixture
def extended(hub):
    """Return a hub that brings the extension it names, as if that were installed there."""
    hub.settings("checks: {entry.orphan: allow}\nmarkdown_extensions: [canary]\n")
    source = (
        "import sys\nsys.stderr.write('CANARY')\nfrom markdown.extensions import Extension\n"
        "def makeExtension(**_):\n    return Extension()\n"
    )
    for place in ("", "content/", "content/notes/"):
        hub.write(f"{place}canary.py", source)
        hub.write(f"{place}canary-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: canary\n")
        hub.write(f"{place}canary-1.dist-info/top_level.txt", "canary\n")
        points = "[markdown.extensions]\ncanary = canary:makeExtension\n"
        hub.write(f"{place}canary-1.dist-info/entry_points.txt", points)
    return hub


@pytest.mark.parametrize(
    ("stands", "named"),
    [
        ("", ""),
        ("", "content/notes"),
        ("content", "content"),
        ("content/notes", "content"),
        ("content/notes", ""),
        ("..", "content/notes"),
    ],
)
def test_an_extension_that_lies_in_the_hub_is_not_imported(extended, stands, named):
    there, goal = extended.root / stands, extended.root / named
    command = [sys.executable, "-m", "nexusgen", "check", "-C", os.path.relpath(goal, there)]

    done = subprocess.run(command, cwd=there, capture_output=True, check=False, text=True)

    assert 'extension "canary" cannot be loaded' in done.stdout + done.stderr
    assert "CANARY" not in done.stderr


def test_an_extension_is_imported_from_where_the_user_put_it(extended):
    place = extended.root.parent / "site-packages"
    place.mkdir()
    for path in extended.root.glob("canary*"):
        path.rename(place / path.name)
    environ = {**os.environ, "PYTHONPATH": f"{os.environ.get('PYTHONPATH', '')}{os.pathsep}{place}"}
    command = [sys.executable, "-m", "nexusgen", "check", "-C", str(extended.root)]

    done = subprocess.run(command, env=environ, capture_output=True, check=False, text=True)

    assert "CANARY" in done.stderr


def test_no_folder_of_a_hub_stays_on_the_path_of_imports(hub, monkeypatch):
    for stands in ("", "content/notes"):
        monkeypatch.chdir(hub.root / stands)
        before = [str(hub.root), str(hub.root / "content/notes"), "", ".", *sys.path]
        monkeypatch.setattr(sys, "path", list(before))
        run_here = CliRunner().invoke(main, ["check", "-C", str(hub.root / "content/notes")])

        assert run_here.exit_code == 0
        left = {os.path.realpath(path) for path in sys.path}
        assert not {str(hub.root), str(hub.root / "content/notes")} & left
