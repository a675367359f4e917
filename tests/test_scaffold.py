import pytest
import yaml
from click.testing import CliRunner
from markupsafe import escape

from nexusgen.cli import main
from nexusgen.content.kinds import KINDS
from nexusgen.content.naming import MADE
from nexusgen.core.model import Kind, Site
from nexusgen.core.problems import NexusgenError
from nexusgen.site.url_map import PAGES
from nexusgen.tools.scaffold import STARTER, entry_source, start_entry, write_entry, write_hub
from tests.conftest import read_tree

SITE = Site(title="Hub", kinds=KINDS)
NOTE = next(kind for kind in KINDS if kind.name == "note")


def new(root, kind, title):
    return write_entry(root, SITE, kind, title, "2026-11-23")


def front_matter(root, path):
    return yaml.safe_load((root / path).read_text(encoding="utf-8").split("---\n")[1])


def errors(site):
    return [problem for problem in site.problems if problem.severity == "error"]


# A hub to begin with


def test_new_hub_holds_the_starter_and_leaves_its_output_to_git(tmp_path):
    paths = write_hub(tmp_path / "a/hub")

    assert "content/site.yml" in paths
    others = [path for path in paths if path != "content/site.yml"]
    assert all(
        (tmp_path / "a/hub" / path).read_bytes() == (STARTER / path).read_bytes() for path in others
    )
    assert "title: Hub\n" in (tmp_path / "a/hub/content/site.yml").read_text()
    assert (tmp_path / "a/hub/.gitignore").read_text() == "/output/\n/.nexusgen/\n"


def test_new_hub_builds_without_a_problem(site):
    site.root.rmdir()
    write_hub(site.root)

    assert site.check().codes == []


@pytest.mark.parametrize("name", ["Ada Lovelace", "Zoë: O'Brien #1", "- {x}", "علي"])
def test_new_hub_with_a_name_is_a_portfolio(site, name):
    site.root.rmdir()
    write_hub(site.root, name)

    assert site.check().codes == []
    site.build()
    page = site.output("index.html")
    assert f">{escape(name)}</h1>" in page
    assert "database is locked" in page
    assert "Ada Example" not in page


def test_what_is_left_of_an_example_is_told(site):
    site.settings("author: {name: Your Name}\nrepository: https://github.com/your-name/x")
    found = [problem.message for problem in site.check().problems]
    assert found == [
        '"author.name" still says "Your Name", as in an example',
        '"repository" still says "your-name", as in an example',
    ]


def test_hub_may_begin_in_a_fresh_repository(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("mine\n")
    (tmp_path / "README.md").write_text("Mine.")
    (tmp_path / "LICENSE").write_text("Mine.")

    write_hub(tmp_path)

    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    assert (tmp_path / "README.md").read_text() == "Mine."


@pytest.mark.parametrize("name", ["content", "a.md", "templates"])
def test_hub_does_not_begin_where_other_files_are(tmp_path, name):
    (tmp_path / name).write_text("Mine.")

    with pytest.raises(NexusgenError, match=f"it holds {name}"):
        write_hub(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_hub_does_not_begin_in_a_file(tmp_path):
    (tmp_path / "hub").write_text("Mine.")

    with pytest.raises(NexusgenError, match="is a file"):
        write_hub(tmp_path / "hub")


def test_hub_does_not_begin_where_content_is_a_link(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "hub").mkdir()
    (tmp_path / "hub/content").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(NexusgenError, match="it holds content"):
        write_hub(tmp_path / "hub")

    assert list((tmp_path / "elsewhere").iterdir()) == []


# A new entry


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_new_entry_of_each_kind_lies_in_its_folder_and_passes_the_check(site, kind):
    site.settings()

    path = new(site.root, kind.name, "Duplicate invoices")

    folder = f"{kind.folder}/" if kind.folder else ""
    assert path == f"content/{folder}duplicate-invoices.md"
    assert errors(site.check()) == []
    assert site.outcome.entries == 1


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ('He said: "no"', "he-said-no"),
        ("It's # not: a [list], {map}, *alias, &anchor or !tag", None),
        ("ኔክሰስ ሃብ", "ኔክሰስ-ሃብ"),
        ("日本語のメモ", "日本語のメモ"),
        ("مرحبا بالعالم", "مرحبا-بالعالم"),
        ("C++ and C#", "cplusplus-and-csharp"),
        ("--help", "help"),
        ("- a list", "a-list"),
        ("null", "null"),
        ("2024-05-01", "2024-05-01"),
        ("1.10", "1-10"),
        ("{{ 7 * 7 }}", "7-7"),
        ("../../etc/passwd", "etc-passwd"),
        ("/etc/passwd", "etc-passwd"),
        ("..\\..\\windows", "windows"),
        ("~root", "root"),
        ("👩🏽‍💻 emoji", "emoji"),
        ("cafe\u0301", "café"),
        ("word " * 100, None),
    ],
)
def test_any_title_gives_valid_yaml_and_a_name_that_stays_in_its_folder(site, title, name):
    site.settings()

    path = new(site.root, "note", title)

    folder, _, file = path.rpartition("/")
    assert folder == "content/notes"
    assert name is None or file == f"{name}.md"
    assert errors(site.check()) == []
    assert site.build().output(f"notes/{file.removesuffix('.md')}/index.html")


def test_title_stands_in_the_file_as_it_was_given(tmp_path):
    title = "Key: \"value\" # and 'more', {{ x }}"

    path = new(tmp_path, "note", title)

    assert front_matter(tmp_path, path)["title"] == title


def test_title_is_put_on_one_line(tmp_path):
    path = new(tmp_path, "note", " a\tb\n---\n\x00c\u2028d ")

    assert front_matter(tmp_path, path)["title"] == "a b --- c d"


def test_new_entry_names_the_fields_of_its_kind():
    kind = Kind("talk", "Talk", "Talks", "talks", "dot", "note.html", NOTE.fields)

    assert entry_source(kind, "A", "2026-11-23") == (
        "---\ntitle: A\ndate: 2026-11-23\ntags: []\nuses: []\n---\n\n"
    )


@pytest.mark.parametrize("taken", ["a.md", "a.markdown", "A.md", "a.yml"])
def test_new_entry_never_takes_the_place_of_another(tmp_path, taken):
    folder = tmp_path / "content/notes"
    folder.mkdir(parents=True)
    (folder / taken).write_text("Mine.")

    with pytest.raises(NexusgenError, match="exists already"):
        new(tmp_path, "note", "A")

    assert [path.name for path in folder.iterdir()] == [taken]
    assert (folder / taken).read_text() == "Mine."


def test_new_entry_does_not_take_the_address_of_a_folder(tmp_path):
    (tmp_path / "content/notes/a").mkdir(parents=True)

    with pytest.raises(NexusgenError, match="exists already"):
        new(tmp_path, "note", "A")


def test_new_entry_is_not_written_through_a_dangling_link(tmp_path):
    folder = tmp_path / "content/notes"
    folder.mkdir(parents=True)
    (folder / "a.md").symlink_to(tmp_path / "outside.md")

    with pytest.raises(NexusgenError, match="exists already"):
        new(tmp_path, "note", "A")

    assert not (tmp_path / "outside.md").exists()


def test_new_entry_is_not_written_where_another_appears_in_the_meantime(tmp_path, monkeypatch):
    folder = tmp_path / "content/notes"
    folder.mkdir(parents=True)
    (folder / "a.md").write_text("Mine.")
    monkeypatch.setattr("nexusgen.tools.scaffold._refuse_taken", lambda *_: None)

    with pytest.raises(NexusgenError, match="exists already"):
        new(tmp_path, "note", "A")

    assert (folder / "a.md").read_text() == "Mine."


def test_new_entry_is_not_written_out_of_the_hub(tmp_path):
    hub = tmp_path / "hub"
    (hub / "content").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (hub / "content/notes").symlink_to(tmp_path / "outside")

    with pytest.raises(NexusgenError, match="leads out of the hub"):
        new(hub, "note", "A")

    assert list((tmp_path / "outside").iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "title", "file"),
    [
        ("note", "Index", "index-note.md"),
        ("note", "README", "readme-note.md"),
        ("note", "Notes", "notes-note.md"),
        ("note", "CON", "con-note.md"),
        ("note", "Lpt1", "lpt1-note.md"),
        ("page", "Tags", "tags-page.md"),
        ("page", "Map", "map-page.md"),
        ("page", "Recent", "recent-page.md"),
        ("note", "Tags", "tags.md"),
    ],
)
def test_names_that_mean_something_else_are_avoided(site, kind, title, file):
    site.settings().note("notes/other.md", title="Other", tags="[x]")

    path = new(site.root, kind, title)

    assert path.rpartition("/")[2] == file
    assert errors(site.check()) == []


def test_names_of_pages_that_nexusgen_makes_are_known():
    assert {url.rstrip("/") for url in PAGES} <= MADE


@pytest.mark.parametrize("title", ["", "  ", "???", "🎉"])
def test_title_without_letters_is_refused(tmp_path, title):
    with pytest.raises(NexusgenError, match="no letter or digit"):
        new(tmp_path, "note", title)


def test_title_that_is_no_text_is_refused(tmp_path):
    with pytest.raises(NexusgenError, match="not UTF-8"):
        new(tmp_path, "note", "a\udcff")


@pytest.mark.parametrize(
    ("kind", "hint"),
    [("chalenge", 'did you mean "challenge"?'), ("../x", "the kinds are technology, concept, ")],
)
def test_unknown_kind_is_refused(tmp_path, kind, hint):
    with pytest.raises(NexusgenError, match="there is no kind") as stop:
        new(tmp_path, kind, "A")

    assert hint in stop.value.hint


def test_kind_may_be_named_by_its_folder(tmp_path):
    assert new(tmp_path, "challenges", "A") == "content/challenges/a.md"


def test_kind_may_be_one_that_the_settings_declare(site):
    site.settings("kinds:\n  talk: {plural: Talks, folder: talks}\n")

    assert start_entry(site.root, "talk", "On queues") == "content/talks/on-queues.md"
    assert errors(site.check()) == []


@pytest.mark.parametrize("file", ["a.md", "deep/a.md", "site.yml", ".obsidian/app.json"])
def test_entry_begins_in_a_folder_of_notes_as_it_is(tmp_path, file):
    place = tmp_path / file
    place.parent.mkdir(exist_ok=True)
    place.write_text("")

    result = CliRunner().invoke(main, ["new", "note", "Hi", "-C", str(tmp_path)])

    assert result.exit_code == 0, result.output
    assert read_tree(tmp_path).keys() == {file, "notes/hi.md"}


def test_entry_needs_a_hub(tmp_path):
    result = CliRunner().invoke(main, ["new", "note", "A", "-C", str(tmp_path)])

    assert result.exit_code == 2
    assert "nexusgen init DIR starts a hub" in result.output
    assert not list(tmp_path.iterdir())


def test_entry_needs_no_settings(tmp_path):
    (tmp_path / "content").mkdir()

    assert start_entry(tmp_path, "note", "A") == "content/notes/a.md"
