"""What fails names its cause: a full disk, a folder that cannot be read or written, no git."""

import errno
import os
import sqlite3

import pytest
from click.testing import CliRunner

from nexusgen.cli import main
from nexusgen.incremental import store

HINDERED = pytest.mark.skipif(
    os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0), reason="root may do all"
)


@pytest.fixture
def hub(site):
    return site.settings("checks: {entry.orphan: allow}\n").note("notes/a.md", title="A")


def run(site, *arguments):
    return CliRunner().invoke(main, [*arguments, "-C", str(site.root)])


def clean(site):
    outputs = site.pure_build(kept=False).outputs
    return {path: output.render() for path, output in outputs.items()}


@pytest.mark.parametrize("pages", [5, 6, 8])
@pytest.mark.parametrize("command", ["build", "check"])
def test_no_room_for_the_cache_costs_the_cache_alone_and_is_told(hub, monkeypatch, command, pages):
    """SQLite says of a file that may not grow what it says of a full disk."""
    prepare = store._prepare

    def prepared(database: sqlite3.Connection, mark: int) -> None:
        prepare(database, mark)
        database.execute(f"pragma max_page_count = {pages}")

    monkeypatch.setattr(store, "_prepare", prepared)
    for number in range(40):
        hub.note(f"notes/n{number}.md", "Words. " * 400, title=number)

    result = run(hub, command)

    assert result.exit_code == 0, result.output
    assert result.stderr.count("the cache could not be used (database or disk is full)") == 1
    assert command == "check" or hub.tree() == clean(hub)


@pytest.mark.parametrize("place", [".nexusgen/new", "output"])
def test_no_room_for_the_site_is_told_of_the_folder_that_has_none(hub, monkeypatch, place):
    full = hub.root / place
    real = os.open

    def opened(path, flags, *more, **named):
        if flags & os.O_WRONLY and str(path).startswith(str(full)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return real(path, flags, *more, **named)

    def moved(self, target):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(os, "open", opened)
    if place == "output":
        monkeypatch.setattr("pathlib.Path.replace", moved)
        monkeypatch.setattr("nexusgen.disk.hub.save", lambda *_: None)

    result = CliRunner().invoke(main, ["build", "--jobs", "1", "-C", str(hub.root)])

    assert result.exit_code == 3
    assert f"cannot write {full}{os.sep}" in result.stderr
    assert "No space left on device" in result.stderr


def test_a_git_that_is_not_there_is_told(hub, monkeypatch):
    (hub.root / ".git").mkdir()
    (hub.root / ".git/HEAD").write_text("a" * 40)
    monkeypatch.setenv("PATH", "")

    assert "git is not installed" in run(hub, "check").output


def test_a_git_that_cannot_be_read_is_told_and_the_hub_is_built(hub, monkeypatch):
    def find(_):
        raise PermissionError(errno.EACCES, "Permission denied", ".git/HEAD")

    monkeypatch.setattr("nexusgen.disk.snapshot.find_repository", find)

    result = run(hub, "check")

    assert result.exit_code == 0
    assert ".git: warning: cannot be read: Permission denied" in result.output


def test_a_state_that_cannot_be_written_is_told_once(hub, monkeypatch):
    run(hub, "build")
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and real(path, mode))
    hub.note("notes/b.md", title="B")

    result = run(hub, "build")

    assert result.exit_code == 0
    assert result.stderr == (
        "nothing can be kept in .nexusgen/ (Permission denied): every build is a full one\n"
    )
    assert hub.tree() == clean(hub)


@pytest.mark.parametrize(
    "arguments",
    [
        ("due",),
        ("reviewed", "content/notes/a.md"),
        ("export", "anki", "cards.txt", "--cloze"),
        ("mv", "content/notes/a.md", "content/notes/b.md"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_where_no_state_can_be_written_commands_work_without_one(hub, arguments, monkeypatch):
    monkeypatch.chdir(hub.root)
    hub.note("notes/a.md", title="A", body="A ==word==.")
    (hub.root / ".nexusgen").write_text("in the way")

    assert run(hub, *arguments).exit_code == 0


@HINDERED
@pytest.mark.parametrize(
    "path", ["content/notes/a.md", "content/notes", "content", "content/site.yml"]
)
def test_a_source_that_cannot_be_read_is_told_with_its_cause(hub, path):
    (hub.root / path).chmod(0)
    try:
        result = run(hub, "check")
    finally:
        (hub.root / path).chmod(0o755)

    assert result.exit_code != 0
    assert f"{path}" in result.output
    assert "cannot be read: Permission denied" in result.output
