"""The moments of a site's pages: their time of day orders them within a day."""

import json

import pytest
import yaml
from click.testing import CliRunner

from nexusgen.cli import main
from nexusgen.importers.foreign_pages import moment_in

DAY = "---\ntitle: {}\ndate: {}\n---\nWords.\n"
ID = "0123456789abcdef0123456789abcde"
SITES = {
    "hugo": ("hugo.toml", "title = 'T'\n", "content/log/{}.md", ["{}T09:30:00+02:00", "{}T13:30:00.5Z", "{} 18:30"], DAY),
    "jekyll": ("_config.yml", "title: T\n", "_posts/2024-05-01-{}.md", ["{} 09:30:00 +0200", "{} 13:30:00 +0200", "{} 18:30:00 +0200"], DAY),
    "mkdocs": ("mkdocs.yml", "site_name: T\n", "docs/log/{}.md", ["{}T09:30:00Z", "{}T13:30:00Z", "{}T18:30:00Z"], DAY),
    "obsidian": ("Home.md", "Words.\n", "log/{}.md", ["{}T09:30", "{}T13:30:11", "{}T18:30"], DAY.replace("date:", "created:")),
    "notion": (f"Log {ID}9.md", "# Log\n", f"Log {ID}9/Days {ID}8/{{}} {ID}", ["9:30 AM", "1:30 PM", "6:30 PM"], "# {}\n\nCreated: May 1, 2024 {}\n\nWords.\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", SITES)
def test_pages_of_one_day_keep_their_order(name, tmp_path):
    config, text, place, times, page = SITES[name]
    files = {config: text}
    for number, (title, time) in enumerate(zip(("noon-b", "late-a", "dusk-c"), times, strict=True)):
        path = place.format(title) + (f"{number}.md" if name == "notion" else "")
        files[path] = page.format(title, time.format("2024-05-01"))
    for path, content in files.items():
        (tmp_path / "source" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "source" / path).write_text(content)
    hub = ["-C", str(tmp_path / "hub")]

    for command in (["import", str(tmp_path / "source"), *hub], ["check", *hub], ["build", *hub]):
        result = CliRunner().invoke(main, command)
        assert result.exit_code == 0, result.output

    entries = [
        entry["title"].lower().replace(" ", "-")
        for path in (tmp_path / "hub/output").rglob("*/hub.json")
        for entry in json.loads(path.read_text())["entries"]
    ]
    assert [it for it in entries if it in ("noon-b", "late-a", "dusk-c")] == [
        "dusk-c",
        "late-a",
        "noon-b",
    ]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-05-01", "2024-05-01"),
        ("2024-05-01T09:30:00+02:00", "2024-05-01T09:30:00+02:00"),
        ("2024-05-01  9:30", "2024-05-01"),
        ("2024-05-01 09:30:00 -0700", "2024-05-01 09:30:00 -0700"),
        ("May 1, 2024 9:30 PM", "2024-05-01 21:30"),
        ("1-5-2024 09:30", "2024-05-01"),
        ("2024-05-01T25:00", "2024-05-01"),
        ("2024-13-01T09:00", ""),
        ("soon", ""),
    ],
)
def test_a_moment_is_as_precise_as_its_text(text, moment):
    assert moment_in(text) == moment


def test_a_permalink_has_the_day_of_a_moment(tmp_path):
    source = tmp_path / "source"
    (source / "_posts").mkdir(parents=True)
    (source / "_config.yml").write_text("title: T\n")
    (source / "_posts/2024-05-01-a.md").write_text(DAY.format("A", "2024-05-02 09:30:00 +0200"))

    CliRunner().invoke(main, ["import", str(source), "-C", str(tmp_path / "hub")])

    text = (tmp_path / "hub/content/posts/a.md").read_text()
    fields = yaml.load(text.split("---\n")[1], yaml.BaseLoader)
    assert fields == {"title": "A", "date": "2024-05-02 09:30:00 +0200", "redirect_from": ["2024/05/02/a.html"]}  # fmt: skip
