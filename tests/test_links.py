"""Links of the file system, wherever a hub may hold one: none leads a build out of the hub."""

import os
import shutil

import pytest
from click.testing import CliRunner

from nexusgen.cli import main
from nexusgen.core.problems import NexusgenError
from nexusgen.disk.manifest import manifest_path
from tests.conftest import SiteTest, read_tree

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs POSIX links")

STATE = (
    "lock", ".gitignore", "files", "dates", "memo", "memo-wal", "memo-journal", "manifest", "new",
)  # fmt: skip
FOLDERS = (".nexusgen", "output", "content", "templates")
COMMANDS = (
    ("build",),
    ("check",),
    ("clean",),
    ("mv", "content/notes/a.md", "content/notes/z.md"),
    ("new", "note", "Z"),
)
UNSEEN = {
    ("check", "output"), ("mv", "output"), ("new", "output"), ("new", ".nexusgen"),
    ("new", "templates"), ("clean", "templates"), ("clean", "content"),
}  # fmt: skip
"""Commands, and what they do not look at."""


@pytest.fixture
def hub(site):
    """Return a built hub beside the folder of somebody else, in which pages have the same names."""
    site.settings().note("notes/a.md", title="A").note("notes/b.md", title="B")
    site.write("templates/words.txt", "Words.").build()
    outside = site.root.parent / "outside"
    shutil.copytree(site.root / "output", outside / "folder")
    shutil.copytree(site.root / "content", outside / "folder", dirs_exist_ok=True)
    (outside / "file").write_text("precious")
    return site


def outside(site):
    return site.root.parent / "outside"


def put(site, place, what):
    """Put a link, or another name of a file, in the place of something."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    place.parent.mkdir(exist_ok=True)
    if what == "pipe":
        os.mkfifo(place)
    elif what == "second name":
        os.link(outside(site) / "file", place)
    else:
        place.symlink_to({"circle": place, "dangling": outside(site) / "none"}.get(what)
                         or outside(site) / what)  # fmt: skip


def run(site, *arguments):
    command, *more = arguments
    return CliRunner().invoke(main, [command, "-C", str(site.root), *more])


@pytest.mark.parametrize("name", STATE)
@pytest.mark.parametrize("what", ["file", "folder", "dangling", "circle", "second name", "pipe"])
def test_nothing_of_the_state_leads_out_of_it(hub, name, what):
    state = hub.root / ".nexusgen"
    place = manifest_path(hub.root, hub.root / "output") if name == "manifest" else state / name
    before = read_tree(outside(hub))
    for command in COMMANDS[:3]:
        put(hub, place, what)
        hub.note("notes/c.md", f"{command}")

        result = run(hub, *command)

        assert result.exit_code == 0, result.output
        assert read_tree(outside(hub)) == before
        assert not place.is_symlink()
        assert not place.is_fifo()
    if not CLEAN:
        CLEAN.update(clean(hub))
    assert hub.build().tree() == CLEAN


CLEAN: dict[str, bytes] = {}
"""The site of the hub as these commands leave it: the same whatever was put where."""


def clean(site):
    outputs = site.pure_build(kept=False).outputs
    return {path: output.render() for path, output in outputs.items()}


@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.parametrize("what", ["folder", "dangling", "circle"])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_folder_of_a_hub_that_leads_out_of_it_is_refused(hub, name, what, command):
    put(hub, hub.root / name, what)
    before, inside = read_tree(outside(hub)), sorted(hub.root.rglob("content/*"))

    result = run(hub, *command)

    assert read_tree(outside(hub)) == before
    assert sorted(hub.root.rglob("content/*")) == inside or name not in ("content", ".nexusgen")
    if (command[0], name) in UNSEEN:
        return
    assert result.exit_code != 0
    told = (f"{name} is a link", "leads out of the hub", "there is no folder content/")
    assert any(reason in result.stderr for reason in told)


@pytest.mark.parametrize("name", ["content", "templates"])
def test_a_folder_of_sources_may_be_a_link_to_another_of_the_same_hub(hub, name):
    (hub.root / name).rename(hub.root / "real")
    before = hub.build().tree() if name == "templates" else hub.tree()
    (hub.root / name).symlink_to("real")

    assert hub.build().tree() == before


@pytest.mark.parametrize("goal", [".", "..", ".git", "output", ".nexusgen", "output/notes"])
def test_content_that_leads_to_what_is_no_source_is_refused(hub, goal):
    (hub.root / ".git").mkdir()
    shutil.rmtree(hub.root / "content")
    (hub.root / "content").symlink_to(goal)

    with pytest.raises(
        NexusgenError,
        match=r"is a link to what is no folder of this hub|refusing to write the site",
    ):
        hub.build()


def test_content_that_leads_out_of_a_hub_is_followed_where_the_user_trusts_it(hub):
    (hub.root / "content").rename(hub.root.parent / "vault")
    (hub.root / "content").symlink_to("../vault")
    before = hub.tree()

    assert hub.build(trusted=True).tree() == before


@pytest.mark.parametrize(
    ("goal", "is_read"),
    [
        ("notes/a.md", True),
        ("notes/../notes/a.md", True),
        ("second.md", True),  # a link to one that is read
        (".hidden.md", False),
        ("../templates/words.txt", False),
        ("../.git/config", False),
        ("../.nexusgen/lock", False),
        ("../output/index.html", False),
        ("../../outside/file", False),
        ("notes", False),
        ("..", False),
        ("link.md", False),
        ("none.md", False),
    ],
)
@pytest.mark.parametrize("place", ["content/link.md", "templates/link.html"])
def test_a_link_leads_to_what_is_read_without_it_or_is_told(hub, goal, is_read, place):
    base = place.partition("/")[0]
    for path in (".hidden.md", "notes/a.md"):
        hub.write(
            f"{base}/{path}", "Hidden." if path.startswith(".") else "---\ntitle: A\n---\nWords."
        )
    hub.write(".git/config", "[core]")
    (hub.root / base / "second.md").symlink_to("notes/a.md")
    (hub.root / place).symlink_to(goal)
    if base == "templates" and goal.startswith("../templates"):
        pytest.skip("of content alone")

    snapshot = hub.snapshot()

    told = [problem.path for problem in snapshot.problems if problem.code == "file.link"]
    assert told == ([] if is_read else [place])
    files = (
        snapshot.files if base == "content" else {one.path for one in snapshot.templates.values()}
    )
    assert (place in files) == is_read
    if is_read:
        assert b"Words." in snapshot.read(place)


def test_settings_that_are_a_link_to_elsewhere_are_not_read(hub):
    (outside(hub) / "file").write_text("title: Mine\nmarkdown_extensions: [admonition]\n")
    (hub.root / "content/site.yml").unlink()
    (hub.root / "content/site.yml").symlink_to(outside(hub) / "file")

    assert "content/site.yml" not in hub.snapshot().files
    assert "Mine" not in run(hub, "check").output


def test_a_folder_in_which_only_a_pipe_lies_where_settings_would_is_read(site):
    site.write("notes/a.md", "# A")
    for name in ("site.yml", "404.html", "index.html", ".obsidian/app.json"):
        place = site.root / name
        place.parent.mkdir(exist_ok=True)
        os.mkfifo(place)

    assert "notes/a.md" in site.snapshot().files


@pytest.mark.parametrize("what", ["folder", "dangling", "circle", "file"])
def test_an_output_that_a_person_named_may_be_a_link_to_a_folder(hub, what):
    place = hub.root.parent / "site"
    put(hub, place, what)
    before = read_tree(outside(hub))

    result = CliRunner().invoke(
        main, ["build", "-C", str(hub.root), "--output", str(place), "--force"]
    )

    assert (result.exit_code == 0) == (what in ("folder", "dangling"))
    assert "Traceback" not in result.output
    assert "bug" not in result.output
    assert {
        path: data for path, data in read_tree(outside(hub)).items() if path in before
    }.keys() == before.keys()
    assert (outside(hub) / "file").read_text() == "precious"


def test_an_installation_made_of_links_has_its_theme(hub, monkeypatch, tmp_path):
    from nexusgen.disk import snapshot

    theme = tmp_path / "theme"
    for path in snapshot.DEFAULT_THEME.rglob("*"):
        if path.is_file():
            link = theme / path.relative_to(snapshot.DEFAULT_THEME)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path)
    before = hub.snapshot()
    monkeypatch.setattr(snapshot, "DEFAULT_THEME", theme)

    assert hub.snapshot().templates == before.templates


def test_no_file_beside_an_entry_is_written_through_a_link(hub):
    for name in range(3):
        put(hub, hub.root / f"content/notes/.b.md.{os.getpid() + name}", "file")

    assert run(hub, "mv", "content/notes/a.md", "content/notes/z.md").exit_code == 0
    assert (outside(hub) / "file").read_text() == "precious"


@pytest.mark.parametrize("goal", ["../../outside/folder", "notes"])
@pytest.mark.parametrize(
    "command",
    [
        ("mv", "content/notes/a.md", "content/technologies/a.md"),
        ("mv", "--dry-run", "content/notes/p.png", "content/technologies/deep/p.png"),
        ("new", "technology", "Redis"),
        ("import", "README.md"),
    ],
)
def test_no_source_is_written_through_a_linked_folder(hub, goal, command, monkeypatch):
    hub.write("content/notes/p.png", "").write("README.md", "# Me\n\n## Tools\n\n- Redis\n")
    (hub.root / "content/technologies").symlink_to(goal)
    monkeypatch.chdir(hub.root)
    before = [read_tree(outside(hub)), read_tree(hub.root / "content")]

    result = run(hub, *command)

    assert result.exit_code == 3
    assert "content/technologies" in result.stderr
    assert "make it a folder, not a link" in result.stderr
    assert [read_tree(outside(hub)), read_tree(hub.root / "content")] == before


def test_mv_takes_no_place_of_a_file_that_is_no_source(hub):
    hub.write(".gitignore", "/content/notes/z.md\n").write("content/notes/z.md", "Mine.")

    result = run(hub, "mv", "content/notes/a.md", "content/notes/z.md")

    assert (result.exit_code, (hub.root / "content/notes/z.md").read_text()) == (2, "Mine.")


def test_state_of_somebody_else_may_hold_folders_where_files_are_to_be(hub):
    for name in ("files", "dates", "memo"):
        (hub.root / ".nexusgen" / name).unlink(missing_ok=True)
        (hub.root / ".nexusgen" / name / "full").mkdir(parents=True)
    hub.note("notes/c.md", "More.")

    assert hub.build().tree() == clean(SiteTest(hub.root))


@pytest.mark.parametrize(
    ("place", "what"),
    [
        (".vscode", "folder"),
        (".vscode/nexusgen", "folder"),
        (".vscode/nexusgen", "dangling"),
        (".vscode/nexusgen.code-snippets", "file"),
        (".vscode/settings.json", "file"),
        (".vscode/tasks.json", "dangling"),
    ],
)
def test_files_for_an_editor_are_not_written_out_of_the_hub(hub, place, what):
    (outside(hub) / "file").write_text("{}")  # what is no JSON is left to its owner
    put(hub, hub.root / place, what)
    before = read_tree(outside(hub))

    refused, made = run(hub, "schema", "--write"), run(hub, "new", "note", "Z")

    assert refused.exit_code == 3
    assert "leads out of the hub" in refused.stderr
    assert made.exit_code == 0
    assert "leads out of the hub" in made.stderr
    assert (hub.root / "content/notes/z.md").is_file()
    assert read_tree(outside(hub)) == before


@pytest.mark.parametrize("what", ["file", "dangling"])
def test_a_workflow_is_not_written_out_of_the_repository(hub, what):
    (hub.root / ".git").mkdir()
    (hub.root / ".git/HEAD").write_text("ref: refs/heads/main\n")
    (hub.root / ".github/workflows").mkdir(parents=True)
    put(hub, hub.root / ".github/workflows/pages.yml", what)
    before = read_tree(outside(hub))

    result = run(hub, "publish", "--workflow", "--yes", "--requirement", "nexusgen==1.0")

    assert result.exit_code == 3
    assert "leads out of the hub" in result.stderr
    assert read_tree(outside(hub)) == before


@pytest.mark.parametrize(
    "place", [".nexusgen", ".nexusgen/import.json", ".nexusgen/.import.json.import"]
)
def test_an_import_writes_nothing_out_of_the_hub(hub, place):
    (outside(hub) / "folder/import").mkdir()
    put(hub, hub.root / place, "folder" if place == ".nexusgen" else "file")
    (hub.root.parent / "README.md").write_text("# Notes\n\n## Redis\n\nWords.\n")
    before = read_tree(outside(hub))

    result = CliRunner().invoke(
        main, ["import", str(hub.root.parent / "README.md"), "-C", str(hub.root)]
    )

    assert (result.exit_code == 0) == (place != ".nexusgen"), result.output
    assert read_tree(outside(hub)) == before
    assert (outside(hub) / "folder/import").is_dir()
