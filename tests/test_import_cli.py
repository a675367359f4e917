"""The command `import`: what it shows, what it writes, and what it refuses."""

import json
import os
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from nexusgen.cli import main
from nexusgen.importers.normal import Import
from nexusgen.importers.readme.unwrapping import read_text
from tests.conftest import ROOT

SEED = ROOT.parent / "shared/seed"
SECTION = (ROOT / "README.md").read_text(encoding="utf-8").partition("## From a README to a hub")[2]
(BEFORE,) = re.findall(
    r"^```md\n(.*?)^```$", SECTION.partition("\n## Writing\n")[0], re.DOTALL | re.MULTILINE
)
(AFTER,) = re.findall(
    r"^```text\n(.*?)^```$", SECTION.partition("\n## Writing\n")[0], re.DOTALL | re.MULTILINE
)

(COMMANDS,) = re.findall(
    r"^```sh\n(.*?)^```$", SECTION.partition("\n## Writing\n")[0], re.DOTALL | re.MULTILINE
)


@pytest.fixture
def readme(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "README.md"
    path.write_text(BEFORE, encoding="utf-8")
    return path


def run(*arguments, code=0):
    """Run a command and return its result; it leaves with the given code."""
    result = CliRunner().invoke(main, [*map(str, arguments)])
    assert result.exit_code == code, result.output
    return result


def test_a_dry_run_shows_what_the_readme_of_the_project_shows_and_writes_nothing(readme, tmp_path):
    result = run("import", "README.md", "--dry-run")

    assert result.stdout == AFTER
    assert list(tmp_path.iterdir()) == [readme]


def test_the_new_hub_passes_check_without_an_error(readme):
    run("init", "my-hub", "--from", "README.md")

    result = run("check", "-C", "my-hub", "--json")

    document = json.loads(result.stdout)
    assert [it for it in document["diagnostics"] if it["severity"] == "error"] == []


def test_a_readme_alone_brings_the_pictures_and_pages_beside_it_that_it_names(readme, tmp_path):
    shown = [
        "shot.png",
        "images/a b.png",
        "docs/img/deep.png",
        "docs/set up.md",
        "images/ref.svg",
        "images/tag.gif",
    ]
    for name in [*shown, "images/other.png", "src/main.png.py", "docs/alone.md", ".venv/a.png"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("# Set up\n\n![deep](img/deep.png) Words.\n")
    (tmp_path.parent / "outside.png").write_text("PNG")
    (tmp_path / "linked.png").symlink_to(tmp_path.parent / "outside.png")
    more = [
        "![a](/shot.png?raw=true) ![b](images/a%20b.png) [c](docs/set%20up.md#set-up) ![d][ref]",
        "<img alt='e' src='images/tag.gif'> [f](src/main.png.py) ![g](../outside.png)",
        f"![h](linked.png) ![i](.venv/a.png) ![j]({tmp_path.parent}/outside.png)",
        "![k](data:image/png;base64,AAAA) ![l](https://x.test/images/other.png)\n\n[ref]: images/ref.svg",
    ]
    readme.write_text("\n".join([BEFORE, "## Screenshots", "", *more, ""]), encoding="utf-8")

    result = run("import", "README.md")

    content = tmp_path / "content"
    made = {it.relative_to(content).as_posix() for it in content.rglob("*") if it.is_file()}
    assert {it for it in made if not it.endswith((".md", ".yml", ".json"))} | {
        "docs/set up.md"
    } == {*shown}
    page = (content / "screenshots.md").read_text()
    assert "![b](<images/a b.png>) [c](<docs/set up.md>) ![d](images/ref.svg)" in page
    assert "docs/alone.md" not in made
    assert "in 6 places, such as README.md:" in result.output


def test_json_is_one_document_that_tells_files_and_what_is_left_out(readme):
    document = json.loads(run("import", "README.md", "-C", "hub", "--json").stdout)

    assert document["from"] == "readme"
    assert {
        "path": "challenges/lost-tasks.md",
        "status": "new",
        "source": "README.md",
        "line": 14,
        "diff": "",
    } in document["files"]
    left = [it for it in document["left"] if it["text"] == "Challenge Solution"]
    assert left == [
        {
            "line": 12,
            "text": "Challenge Solution",
            "reason": "header of a table",
            "source": "README.md",
        }
    ]


def test_a_second_import_says_that_there_is_nothing_to_do(readme):
    run("import", "README.md", "-C", "hub")

    assert run("import", "README.md", "-C", "hub").stdout == "Nothing to do\n"


def test_an_import_again_lists_what_is_new(readme):
    run("import", "README.md", "-C", "hub")
    readme.write_text(BEFORE + "\n## Concepts\n\n- **Lamps** – They turn.\n", encoding="utf-8")

    lines = run("import", "README.md", "-C", "hub").stdout.splitlines()

    assert [line for line in lines if line[0] == "+"] == [
        "+ concepts/index.md  README.md:20", "+ concepts/lamps.md  README.md:22",
    ]  # fmt: skip


def test_a_source_is_known_by_where_it_lies(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = "## Challenges\n\n- **Slow pages** – fixed by {}.\n"
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "README.md").write_text(text.format(name))
        run("import", f"{name}/README.md", "-C", "hub")

    assert "title: one\n" in (tmp_path / "hub/content/site.yml").read_text()
    made = {it.name: it.read_text() for it in (tmp_path / "hub/content/challenges").iterdir()}
    assert "fixed by one" in made["slow-pages.md"]
    assert "fixed by two" in made["slow-pages-2.md"]
    monkeypatch.chdir(tmp_path / "two")
    assert run("import", ".", "-C", "../hub").stdout == "Nothing to do\n"
    (tmp_path / "two").rename(tmp_path / "three")
    monkeypatch.chdir(tmp_path)
    assert run("import", "three", "-C", "hub").stdout == "Nothing to do\n"


def test_the_source_is_never_changed(readme):
    run("import", "README.md")

    assert readme.read_text(encoding="utf-8") == BEFORE


@pytest.mark.parametrize("state", ["<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> b\n", '{"sou', "[]", ""])
def test_nothing_is_imported_where_what_is_remembered_cannot_be_read(readme, tmp_path, state):
    run("import", "README.md")
    (tmp_path / "content/technologies/redis.md").unlink()
    (tmp_path / "content/.import.json").write_text(state)
    before = contents(tmp_path)

    refused = run("import", "README.md", code=2).output

    assert "content/.import.json cannot be read" in refused and "git checkout" in refused
    assert contents(tmp_path) == before


def test_no_folder_outside_of_a_hub_is_named_in_it(tmp_path, monkeypatch):
    (tmp_path / "client-acme").mkdir()
    (tmp_path / "client-acme/README.md").write_text(
        "# Mine\n\n## Concepts\n\n- **Lamps** - They turn.\n"
    )
    monkeypatch.chdir(tmp_path)

    run("import", "client-acme/README.md", "-C", "hub")

    state = (tmp_path / "hub/content/.import.json").read_text()
    assert "acme" not in state and tmp_path.name not in state


def test_what_an_import_and_a_build_wrote_is_no_source(readme):
    for command in (("import", "."), ("build",)):
        run(*command)

    assert run("import", ".").stdout == "Nothing to do\n"


@pytest.mark.parametrize("settings", ["hugo.toml", "quartz.config.ts", "notes.md"])
@pytest.mark.parametrize(
    ("source", "hub"), [(".", "."), ("content", "."), ("..", "."), ("..", "../clone")]
)
def test_no_hub_is_written_between_the_pages_of_its_source(
    source, hub, settings, tmp_path, monkeypatch
):
    site = tmp_path / "clone"
    (site / "content/posts").mkdir(parents=True)
    (site / "content/posts/one.md").write_text("One.\n")
    (site / settings).write_text("")
    monkeypatch.chdir(site)

    refused = run("import", source, "-C", hub, code=2).output

    assert f"nexusgen import {source} -C ../hub" in refused
    assert contents(site) == {settings: b"", "content/posts/one.md": b"One.\n"}
    run("import", source, "-C", tmp_path / "hub")


def test_an_edit_by_hand_is_shown_beside_the_new_text(readme, tmp_path):
    run("import", "README.md")
    entry = tmp_path / "content/technologies/redis.md"
    entry.write_text(entry.read_text() + "Mine.\n")
    readme.write_text(BEFORE.replace("Caches what is dear", "Keeps what is dear"), encoding="utf-8")

    result = run("import", "README.md")

    assert "! technologies/redis.md" in result.stdout
    assert "+summary: Keeps what is dear." in result.stderr
    assert entry.read_text().endswith("Mine.\n")


def test_init_from_a_source_refuses_a_hub_that_stands_there(readme):
    run("init", "hub")

    assert "holds a hub already" in run("init", "hub", "--from", "README.md", code=2).output


def test_a_source_that_is_not_there_is_an_error(readme):
    assert 'there is no file or folder "NOTHING.md"' in run("import", "NOTHING.md", code=2).output


def test_what_repairs_wrongly_decoded_text_is_named_where_it_is_missing(monkeypatch, tmp_path):
    monkeypatch.setattr("importlib.import_module", _missing)
    (tmp_path / "a.md").write_text("# A\n\nBackend â€“ words\n", encoding="utf-8")

    from nexusgen.core.problems import NexusgenError

    with pytest.raises(NexusgenError) as error:
        read_text((tmp_path / "a.md").read_bytes(), Import("readme"))

    assert "nexusgen[import]" in error.value.hint


def _missing(name):
    raise ModuleNotFoundError(name)


def test_the_seed_gives_its_hub_also_from_the_text_as_it_was_received(tmp_path):
    pytest.importorskip("ftfy")
    if not SEED.is_dir():
        pytest.skip("the seed is not beside this checkout")
    for name in ("README.md", "as-received.txt"):
        run("import", SEED / name, "-C", tmp_path / name)

    hubs = [contents(tmp_path / name / "content") for name in ("README.md", "as-received.txt")]

    assert hubs[0] == hubs[1]
    counts = {
        folder: len(list((tmp_path / "README.md/content" / folder).iterdir())) - 1
        for folder in ("technologies", "concepts", "challenges", "practices")
    }
    assert counts == {"technologies": 7, "concepts": 5, "challenges": 3, "practices": 6}


def contents(folder):
    """Return all files below a folder, but for what names the source."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".import.json"
    }


def test_the_three_commands_of_the_readme_publish_a_hub(readme, tmp_path):
    me = ["-c", "user.name=Ada", "-c", "user.email=ada@example.eu"]
    remote = tmp_path.parent / f"{tmp_path.name}.git"
    for command in (
        ["git", "init", "--quiet", "--bare", str(remote)],
        ["git", "init", "--quiet"],
        ["git", "remote", "add", "origin", str(remote)],
        ["git", "add", "README.md"],
        ["git", *me, "commit", "--quiet", "--message", "Begin"],
    ):
        subprocess.run(command, check=True)

    asked = COMMANDS.replace("nexusgen publish", "nexusgen publish --yes")  # there is no terminal
    commands = f'nexusgen() {{ "{sys.executable}" -m nexusgen "$@"; }}\n{asked}'
    environ = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "NEXUSGEN_BASE_URL": "https://ada.example.eu/",
        **{
            f"GIT_{who}_{what}": "ada@example.eu"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        },
    }
    subprocess.run(["bash", "-ec", commands], check=True, env=environ)

    listed = ["git", f"--git-dir={remote}", "ls-tree", "-r", "--name-only", "gh-pages"]
    published = subprocess.run(listed, check=True, capture_output=True, text=True).stdout
    assert "challenges/lost-tasks/index.html" in published.split()


def test_what_many_pages_have_is_told_once_and_each_with_v(tmp_path):
    for number in range(5):
        (tmp_path / f"site/content/{number}.md").parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / f"site/content/{number}.md").write_text("{{< odd >}}words{{< /odd >}}\n")
    (tmp_path / "site/hugo.toml").write_text('title = "Odd"\n')

    brief = run("import", tmp_path / "site", "-C", tmp_path / "one").stderr
    whole = run("import", tmp_path / "site", "-C", tmp_path / "two", "-v").stderr

    assert (
        'the shortcode "odd" is not known: in 5 places, such as content/0.md:1, content/1.md:1, '
        "content/2.md:1 (-v shows each)\n"
    ) in brief
    assert whole.count('the shortcode "odd" is not known: what it encloses is kept') == 5


@pytest.mark.parametrize(
    "remote",
    [
        "https://github.com/ada/shop.git",
        "https://ada:secret@github.com/ada/shop",
        "git@github.com:ada/shop.git",
        "ssh://git@github.com/ada/shop/",
    ],
)
def test_links_to_files_of_a_repository_lead_to_where_the_web_shows_it(tmp_path, remote):
    links = (
        "[a](src/a.py#L3) [b](/src) [c](../LICENSE) [d](../../../issues/3) "
        "[e](src/none.py) [f](../../../../../other) ![g](../shot.png)"
    )
    for name in ("notes/src/a.py", "src/b.py", "LICENSE", "shot.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1\n")
    (tmp_path / "notes/README.md").write_text(f"# Notes\n\n{links}\n")
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    subprocess.run(["git", "-C", tmp_path, "remote", "add", "origin", remote], check=True)

    run("import", tmp_path / "notes/README.md", "-C", tmp_path / "hub")

    home, files = "https://github.com/ada/shop", "https://github.com/ada/shop/blob/HEAD"
    assert (tmp_path / "hub/content/index.md").read_text().split("\n")[-2] == (
        f"[a]({files}/notes/src/a.py#L3) [b]({files}/src) [c]({files}/LICENSE) [d]({home}/issues/3) e f g"
    )


def test_a_text_in_other_marks_than_those_of_markdown_is_told(readme, tmp_path):
    (tmp_path / "README.adoc").write_text("= Hub\n\n== Technologies\n\n* Redis\n")

    assert "README.adoc is read as Markdown" in run("import", "README.adoc").output
