"""What commands say that stop, word for word, and how one finds the hub from a folder in it.

`golden/messages.txt` is the specification: the command, and below it all it says.
`--update-golden` rewrites it.
"""

import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nexusgen.cli import main

GOLDEN = Path(__file__).parent / "golden/messages.txt"

CALLS = """\
biuld
deploy
frobnicate
-C hub build
--fomat json
build --fomat json
build --format jsn
build --format xml
build --format
build --drafts=1
build surplus
build --jobs none
build --jobs 0
build -C nowhere
build -C hub/content/site.yml
build -C empty
check -C empty
build -C hub --base-url example.org
serve --port 70000
new
new chalenge Title -C hub
new note ??? -C hub
new note Title -C empty
mv nope.md other.md -C hub
rename-tag djnago python -C hub
rename-tag nope python -C hub
rename-tag nope python -C bare
import nope
init hub
publish -C hub
publish --yes -C hub
publish --workflow -C hub
""".splitlines()


def run(*arguments: str, **environ: str) -> Result:
    return CliRunner(env=environ).invoke(main, list(arguments))


@pytest.fixture
def folder(site, tmp_path, monkeypatch):
    """A folder that holds a hub, one without entries, and an empty folder."""
    monkeypatch.chdir(site.root.parent)
    site.settings("").note("notes/a.md", "Text", title="A", tags="[django]")
    site.note("notes/deep/b.md", "See [A](../a.md).", title="B", tags="[web]")
    for name in ("empty", "bare/content", "hub/templates"):
        Path(name).mkdir(parents=True)
    Path("bare/content/site.yml").write_text("title: Bare\n")
    return site.root.parent


def said(folder: Path, call: str) -> str:
    result = run(*shlex.split(call))
    text = result.output.replace(str(folder.resolve()), "/home/you")
    return f"$ nexusgen {call}\n{text}[{result.exit_code}]\n\n"


def test_commands_that_stop_say_what_is_written_down(folder, request):
    told = "".join(said(folder, call) for call in CALLS if call != "explain")

    if request.config.getoption("--update-golden"):
        GOLDEN.write_text(told, encoding="utf-8", newline="\n")

    assert told == GOLDEN.read_text(encoding="utf-8")


def test_what_stops_a_command_is_always_told_in_one_voice(folder):
    for call in CALLS:
        result = run(*shlex.split(call))
        if result.exit_code:
            first, *rest = result.stderr.splitlines()
            assert first.startswith("error: ")
            word = first[7:].split()[0]
            assert word in (word.lower(), word.upper())
            assert not first.endswith(".")
            assert all(line.startswith("hint: ") for line in rest)


def test_where_git_is_not_installed_nobody_is_told_to_run_it(folder):
    for arguments in (["publish", "--yes"], ["publish", "--workflow"]):
        result = run(*arguments, "-C", "hub", PATH="")

        assert result.exit_code == 3
        assert result.stderr.startswith("error: git is not installed\n")
        assert "git init" not in result.stderr


# The hub, found upwards as git finds its repository


@pytest.mark.parametrize("place", ["hub/content", "hub/content/notes", "hub/content/notes/deep"])
@pytest.mark.parametrize(
    "call",
    ["check", "build", "doctor", "schema", "clean", "new note Other", "rename-tag web www",
     "mv notes/a.md notes/c.md"],
)  # fmt: skip
def test_every_command_finds_the_hub_above(folder, monkeypatch, place, call):
    named = run(*call.split(), "--dry-run" if call[0] in "rm" else "-v", "-C", place)
    (folder / "hub/content/notes/other.md").unlink(missing_ok=True)
    monkeypatch.chdir(place)
    default = run(*call.split())

    for result in (named, default):
        assert result.exit_code == 0, result.output
        assert result.stderr.startswith("Using the hub in ")
    assert not (folder / place / "output").exists()


def test_a_hub_is_what_it_is_and_a_folder_of_notes_too(folder):
    notes = folder / "elsewhere/deep"
    notes.mkdir(parents=True)
    (notes / "a.md").write_text("# A\n\nText.\n")

    for place in ("hub", "elsewhere/deep"):
        assert "Using" not in run("build", "-C", place).stderr
        assert (folder / place / "output/index.html").is_file()


def test_a_vault_is_found_from_a_folder_in_it_and_a_repository_ends_the_search(folder):
    vault = folder / "vault"
    (vault / ".obsidian").mkdir(parents=True)
    (vault / "notes/own/.git").mkdir(parents=True)
    (vault / "notes/a.md").write_text("Text")
    (vault / "notes/own/b.md").write_text("Text")

    assert "Using the hub in vault/\n" in run("check", "-C", "vault/notes").stderr
    assert "Using" not in run("check", "-C", "vault/notes/own").stderr


def test_a_folder_that_holds_hubs_alone_is_none(folder):
    above = folder / "above"
    shutil.copytree(folder / "hub", above / "my hub")

    for call in ("build", "check", "new note X"):
        result = run(*call.split(), "-C", "above")
        assert result.exit_code == 2
        assert "it holds a hub in my hub/" in result.stderr
        assert "say -C 'above/my hub'" in result.stderr
    assert [path.name for path in above.iterdir()] == ["my hub"]

    (above / "notes.md").write_text("Text.")
    assert run("build", "-C", "above").exit_code == 0


def test_paths_to_move_are_those_that_the_person_sees(folder, monkeypatch):
    monkeypatch.chdir("hub/content/notes")

    assert run("mv", "a.md", "deep/").exit_code == 0
    assert (folder / "hub/content/notes/deep/a.md").is_file()
    assert "See [A](a.md)." in (folder / "hub/content/notes/deep/b.md").read_text()
    assert run("mv", "notes/deep/a.md", "notes/a.md").exit_code == 0  # as everywhere else
    assert run("mv", "deep/b.md", "../concepts/").exit_code == 0
    assert (folder / "hub/content/concepts/b.md").is_file()


def test_an_import_goes_where_it_is_told_to_though_a_hub_lies_above(folder, monkeypatch):
    (folder / "README.md").write_text("# Mine\n\n## Technologies\n\n- **Redis** – caches\n")

    assert run("import", "README.md", "-C", "hub/other").exit_code == 0
    assert (folder / "hub/other/content/site.yml").is_file()

    monkeypatch.chdir("hub/templates")
    assert run("import", "../../README.md").exit_code == 0
    assert (folder / "hub/content/technologies/redis.md").is_file()


@pytest.mark.parametrize("named", [(), ("-C", "../..")])
def test_an_import_works_from_within_the_folder_that_it_replaces(folder, monkeypatch, named):
    (folder / "README.md").write_text("# Mine\n\n## Technologies\n\n- **Redis** – caches\n")
    before = (folder / "hub/content/notes").resolve()
    monkeypatch.chdir(before)

    result = run("import", "../../../README.md", *named)

    assert result.exit_code == 0, result.output
    assert 'run cd "$PWD"' in result.stderr
    assert (folder / "hub/content/technologies/redis.md").is_file()
    assert not (folder / "hub/.nexusgen/import").exists()
    monkeypatch.chdir(before)
    assert "Nothing to do" in run("import", "../../../README.md", *named).output


def test_a_hub_with_settings_may_be_empty(folder):
    assert run("build", "-C", "bare").exit_code == 0
    assert (folder / "bare/output/index.html").is_file()


def test_a_folder_that_was_emptied_is_built_so_that_old_pages_go(folder):
    notes = folder / "notes"
    notes.mkdir()
    (notes / "a.md").write_text("Text")
    run("build", "-C", "notes")
    (notes / "a.md").unlink()

    assert run("build", "-C", "notes").exit_code == 0
    assert not (notes / "output/a").exists()
