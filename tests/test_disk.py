"""Reading a hub: every file once, no file of somebody else, and nothing that changed unnoticed."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from nexusgen.core.problems import NexusgenError
from nexusgen.disk import snapshot as disk
from nexusgen.disk.hub import Request, build_hub
from nexusgen.disk.snapshot import read_snapshot, snapshot_digest
from nexusgen.incremental.digests import engine_digest
from nexusgen.incremental.errors import SourceChangedError
from tests.conftest import SiteTest


def git(root, *arguments, date="2024-01-02T23:30:00-05:00"):
    environment = {**os.environ, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    names = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *names, *arguments], cwd=root, check=True, env=environment)


def codes(snapshot):
    return [(problem.path, problem.code) for problem in snapshot.problems]


def test_folder_with_content_is_read_from_there(site):
    site.settings().note("a.md").write("other.md", "no")

    snapshot = site.snapshot()

    assert snapshot.content == "content"
    assert list(snapshot.files) == ["content/a.md", "content/site.yml"]
    assert snapshot.read("content/site.yml") == b"title: Hub\n"


def test_folder_without_content_is_the_content(site):
    site.write("b/a.md", "a").write("output/x.md", "x").write(".obsidian/x.md", "x")

    snapshot = site.snapshot(leave_out=(site.root / "output",))

    assert list(snapshot.files) == ["b/a.md"]


def test_missing_folder_stops(tmp_path):
    with pytest.raises(NexusgenError, match="there is no folder"):
        read_snapshot(tmp_path / "nowhere")


def test_unchanged_files_are_not_read_again(site, monkeypatch):
    site.settings().note("a.md")
    monkeypatch.setattr(disk, "RACY", 0)
    first = snapshot_digest(site.snapshot())
    monkeypatch.setattr(disk, "digest_bytes", lambda _: pytest.fail("read again"))

    assert snapshot_digest(site.snapshot()) == first


def test_young_file_is_read_again(site):
    site.settings().note("a.md", "one")
    before = site.snapshot()
    path = site.root / "content/a.md"
    status = path.stat()
    path.write_bytes(path.read_bytes().replace(b"one", b"two"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert site.snapshot().files != before.files


def test_same_size_and_time_of_modification_do_not_hide_an_edit(site, monkeypatch):
    monkeypatch.setattr(disk, "RACY", 0)
    site.settings().note("a.md", "one")
    before = site.snapshot()
    time.sleep(0.02)
    path = site.root / "content/a.md"
    status = path.stat()
    path.write_bytes(path.read_bytes().replace(b"one", b"two"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert site.snapshot().files != before.files


@pytest.mark.parametrize("change", ["edit", "remove"])
def test_source_that_changes_after_the_snapshot_is_noticed_or_what_it_was(site, change):
    site.settings().note("a.md", "one").write("content/a.txt", "one")
    snapshot = site.snapshot()
    for path in ("content/a.md", "content/a.txt"):
        site.remove(path) if change == "remove" else site.write(path, "two")

    assert b"one" in snapshot.read("content/a.md")
    with pytest.raises(SourceChangedError):
        snapshot.read("content/a.txt")


@pytest.mark.parametrize("damage", [b"", b"x" * 100, None])
def test_damaged_memory_of_files_is_ignored(site, damage):
    site.settings().note("a.md")
    before = site.snapshot().files
    memory = site.root / ".nexusgen/files"
    memory.unlink(missing_ok=True)
    memory.mkdir(parents=True) if damage is None else site.write(".nexusgen/files", damage)

    assert site.snapshot().files == before


def test_names_are_nfc_and_twins_are_a_problem(site):
    site.settings().write("content/Ame\u0301lie.md", "decomposed")
    assert "content/Am\u00e9lie.md" in site.snapshot().files

    site.write("content/Am\u00e9lie.md", "composed")
    snapshot = site.snapshot()
    assert codes(snapshot) == [("content/Am\u00e9lie.md", "file.twins")]
    assert snapshot.problems[0].severity == "error"


@pytest.mark.parametrize(
    "name",
    ["a (Ada's conflicted copy 2026-11-30).md", "a (conflict 2026-11-30-10-10-10).md",
     "a.sync-conflict-20261130-101010-ABCDEFG.md", "a_conflict-20261130-101010.md"],
)  # fmt: skip
def test_a_copy_that_a_sync_made_of_a_conflict_is_told_and_kept(site, name):
    site.note("a.md").note(name)
    path = f"content/{name}"

    assert codes(site.snapshot()) == [(path, "file.twins")]
    assert path in site.snapshot().files


@pytest.mark.parametrize("name", ["a (conflict of interest).md", "conflict.md", "a-conflict.md"])
def test_a_note_about_conflicts_is_no_copy(site, name):
    site.note(name).note("b.md")

    assert codes(site.snapshot()) == []


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX file names and links")
def test_what_is_no_ordinary_file_is_left_out_with_a_warning(site, tmp_path):
    (tmp_path / "secret").write_text("secret")
    site.settings().note("a.md").write("content/real/b.md", "b")
    content = site.root / "content"
    (content / "out.md").symlink_to(tmp_path / "secret")
    (content / "broken.md").symlink_to("nowhere")
    (content / "loop").symlink_to(content)
    (content / "inside.md").symlink_to("a.md")
    os.mkfifo(content / "pipe.md")
    open(os.fsencode(content) + b"/\xff.md", "w").close()  # noqa: PTH123  no text, no Path

    snapshot = site.snapshot()

    assert list(snapshot.files) == [
        "content/a.md",
        "content/inside.md",
        "content/real/b.md",
        "content/site.yml",
    ]
    assert sorted(codes(snapshot)) == [
        ("content/\\udcff.md", "file.name"),
        ("content/broken.md", "file.link"),
        ("content/loop", "file.link"),
        ("content/out.md", "file.link"),
        ("content/pipe.md", "file.special"),
    ]


@pytest.mark.skipif(os.name == "nt" or os.getuid() == 0, reason="root reads everything")
def test_unreadable_file_is_a_problem(site):
    site.settings().note("a.md")
    (site.root / "content/a.md").chmod(0)

    assert codes(site.snapshot()) == [("content/a.md", "file.unreadable")]


def test_dates_are_those_of_first_and_last_commit_in_the_zone_of_the_author(site):
    site.settings().note("a b.md", "one")
    git(site.root, "init", "-q")
    git(site.root, "add", ".")
    git(site.root, "commit", "-qm", "1")
    site.note("a b.md", "two").note("new.md", "not committed")
    git(site.root, "commit", "-qam", "2", date="2024-05-06T00:30:00+14:00")

    snapshot = site.snapshot()

    assert snapshot.dates["content/a b.md"] == ("2024-01-02", "2024-05-06")
    assert "content/new.md" not in snapshot.dates


def test_what_git_ignores_is_no_content_of_a_plain_folder(site):
    site.write("a.md", "a").write("build/b.md", "b").write("secret.md", "s")
    site.write(".gitignore", "build/\nsecret.md\n")
    git(site.root, "init", "-q")

    assert list(site.snapshot().files) == ["a.md"]


@pytest.mark.parametrize(
    "change",
    ["content", "new file", "template", "base url", "drafts", "library", "engine", "python"],
)
def test_every_input_is_part_of_the_digest(site, monkeypatch, change):
    site.settings().note("a.md")
    before = snapshot_digest(site.snapshot())
    options: dict[str, dict[str, object]] = {
        "base url": {"base_url": "https://example.org/"},
        "drafts": {"drafts": True},
    }
    if change == "content":
        site.note("a.md", "other")
    elif change == "new file":
        site.write("content/picture.png", "x")
    elif change == "template":
        site.write("templates/note.html", "x")
    elif change == "library":
        monkeypatch.setattr("nexusgen.incremental.digests.LIBRARIES", ("pytest",))
    elif change == "engine":
        monkeypatch.setattr(disk, "engine_digest", lambda _: b"other")
    elif change == "python":
        monkeypatch.setattr("sys.version", "4.0")
        monkeypatch.setattr(disk, "engine_digest", engine_digest.__wrapped__)

    assert snapshot_digest(site.snapshot(**options.get(change, {}))) != before


# Dates of git


@pytest.fixture
def tracked(site):
    """Return a hub with two commits, of 2024-01-02 and 2025-03-03, that was built."""
    site.settings().note("notes/a.md", title="A").note("notes/b.md", title="B")
    site.write(".gitignore", "output/\n.nexusgen/\n")
    git(site.root, "init", "-q", "-b", "main")
    git(site.root, "add", ".")
    git(site.root, "commit", "-qm", "1")
    site.note("notes/a.md", "More.", title="A")
    git(site.root, "commit", "-qam", "2", date="2025-03-03T12:00:00Z")
    return site.build()


def assert_dates_are_those_of_git(site):
    assert site.snapshot().dates == site.snapshot(kept=False).dates
    site.build()
    clean = {path: output.render() for path, output in site.pure_build(kept=False).outputs.items()}
    assert site.tree() == clean


def test_commit_that_changes_no_input_costs_no_build(tracked, monkeypatch):
    monkeypatch.setattr("nexusgen.build.build_site", lambda *_: pytest.fail("built again"))
    git(tracked.root, "commit", "-qm", "3", "--allow-empty")
    git(tracked.root, "tag", "v1")
    tracked.build()
    tracked.write("other.txt", "no part of the content")
    git(tracked.root, "add", ".")
    git(tracked.root, "commit", "-qm", "4", date="2026-01-01T00:00:00Z")
    git(tracked.root, "checkout", "-q", "-b", "other")
    tracked.build()


def test_dates_follow_a_history_that_is_made_shallow_and_whole(tracked, tmp_path):
    copy = SiteTest(tmp_path / "copy")
    copy.root.rmdir()
    url = tracked.root.as_uri()
    git(tmp_path, "clone", "-q", "--depth", "1", url, "copy")
    copy.build()
    assert copy.snapshot().dates["content/notes/b.md"] == ("2025-03-03", "2025-03-03")

    git(copy.root, "fetch", "-q", "--unshallow")

    assert copy.snapshot().dates["content/notes/b.md"] == ("2024-01-02", "2024-01-02")
    assert_dates_are_those_of_git(copy)
    git(copy.root, "fetch", "-q", "--depth", "1")
    assert_dates_are_those_of_git(copy)


def test_dates_follow_the_place_of_the_hub_in_its_repository(tmp_path):
    for name in ("one", "two"):
        SiteTest(tmp_path / name).settings().note("a.md", name, title="A")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "one")
    git(tmp_path, "commit", "-qm", "1")
    git(tmp_path, "add", "two")
    git(tmp_path, "commit", "-qm", "2", date="2025-03-03T12:00:00Z")
    one = SiteTest(tmp_path / "one").build()

    shutil.rmtree(tmp_path / "two")
    one.root.rename(tmp_path / "two")

    two = SiteTest(tmp_path / "two")
    assert two.snapshot().dates["content/a.md"] == ("2025-03-03", "2025-03-03")
    assert_dates_are_those_of_git(two)


@pytest.mark.parametrize(
    "change",
    [
        ("commit", "--amend", "-qm", "x", "--date", "2019-01-01T00:00:00Z"),
        ("reset", "-q", "--soft", "HEAD~1"),
        ("update-ref", "-d", "HEAD"),
        ("checkout", "-q", "--orphan", "fresh"),
        ("replace", "--graft", "HEAD"),
        ("stash", "-q"),
        ("config", "log.showRoot", "false"),
    ],
)
def test_dates_follow_whatever_changes_the_history(tracked, change):
    tracked.note("notes/b.md", "Not committed.", title="B").build()

    git(tracked.root, *change)

    assert_dates_are_those_of_git(tracked)


def test_date_of_a_removed_file_is_no_input(tracked):
    git(tracked.root, "rm", "-q", "content/notes/b.md")
    git(tracked.root, "commit", "-qm", "3")

    assert tracked.snapshot().dates.keys() == {"content/notes/a.md", "content/site.yml"}


def test_missing_git_is_told(tracked, monkeypatch, tmp_path):
    shutil.rmtree(tracked.root / ".nexusgen")
    monkeypatch.setenv("PATH", str(tmp_path))

    snapshot = tracked.snapshot()

    assert codes(snapshot) == [(".git", "file.unreadable")]
    assert "git is not installed" in snapshot.problems[0].message


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_a_hub_in_a_folder_whose_name_is_no_text_is_built(tmp_path):
    root = Path(os.fsdecode(os.fsencode(tmp_path) + b"/h\xff"))
    try:
        (root / "content/notes").mkdir(parents=True)
    except OSError:
        pytest.skip("the disk takes names in UTF-8 alone")
    (root / "content/notes/a.md").write_text("Text.")

    assert build_hub(Request(root)).problems == ()
    assert (root / "output/notes/a/index.html").is_file()
    assert build_hub(Request(root)).report.written == ()
