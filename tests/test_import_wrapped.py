"""Texts in the forms of each tool: pages in are pages out, old addresses answer, words are kept.

The real notes are taken by a few dozens; with `NEXUSGEN_PAGES=all` all of them are.
"""

import os
import re
from functools import cache

import pytest
from click.testing import CliRunner

from nexusgen.cli import main
from nexusgen.importers.normal import strings, words
from nexusgen.importers.planning import plan_import
from nexusgen.importers.sources import read_source
from tests.importing import front_matter
from tests.markup.reference import notes
from tests.wrapping import TOOLS, pages_of, zipped

SOME = None if os.environ.get("NEXUSGEN_PAGES") == "all" else 12
MARKS = {
    "hugo": re.compile(r"\{\{[<%]"),
    "jekyll": re.compile(r"\{%|\{\{"),
    "mkdocs": re.compile(r"^\s*(?:> )*(?:!!!|\?\?\?|=== )|--8<--", re.MULTILINE),
}
CODE = re.compile(r"(`{3,}|~{3,}).*?\1|(`+).*?\2", re.DOTALL)

OWN = {
    "go/Templates.md": "# Templates of *Go*\n\nWrite `{{ .Title }}` or:\n\n```go\n{{< in code >}} {% in code %}\n!!! in code\n```\n",
    "go/Braces.md": '# Braces: "quoted"\n\nLiquid says {{ page.title }} and Jinja {% raw words %}, Hugo {{< figure >}}.\n',
    "web/Tables.md": "# Tables\n\n| a | b |\n| - | - |\n| `x|y` | [site](https://a.example.eu/x) |\n\n- [ ] todo\n- [x] done\n",
    "web/Names with spaces.md": "Text without a title, to [Tables](Tables.md) and [nothing](nothing.md).\n\n~~~html\n<p>{{ x }}</p>\n~~~\n",
    "web/Folded.md": "# Folded\n\n<details><summary>More</summary>\n\nInner words.\n\n</details>\n\n> quoted\n> words\n\n1. one\n   - two\n",
    "deep/under_score/Names.md": "---\ntags: [a]\n---\n# Names\n\nUnder_score words. [[Tables]] and #tag.\n",
    "web/Headings.md": "# Headings\n\nSee [below](#a--b-).\n\n## A & B?\n\nSetext\n------\n\nEnd.\n",
}


@cache
def pages(name):
    """Return the pages of a source of texts; where it is not here, the test is skipped."""
    files = OWN if name == "own" else notes(name)
    if not files:
        pytest.skip("the real notes are not here (../shared/data)")
    found = pages_of({f"{name}/{path}": text for path, text in files.items()})
    found = found if SOME is None else found[:: max(1, len(found) // SOME)]
    for number, page in enumerate(found):
        page.number = number
    return found


@pytest.fixture(params=["own", "til-jbranchaud", "vault-kepano"])
def texts(request):
    return pages(request.param)


def written(files, tool, root):
    """Write the files of a site, or the archive of an export; return where."""
    if tool == "notion":
        (root / "export.zip").write_bytes(zipped(files))
        return root / "export.zip"
    for name, text in files.items():
        path = root / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root / "site"


@pytest.mark.parametrize("tool", TOOLS)
def test_a_site_of_texts_becomes_a_hub_that_answers_everywhere(tool, texts, tmp_path):
    files, addresses = TOOLS[tool](texts)
    source = written(files, tool, tmp_path)

    found, _ = read_source(source, "", ())
    plan = plan_import(found, tool)
    for arguments in (["import", str(source)], ["build"]):
        result = CliRunner().invoke(main, [*arguments, "-C", str(tmp_path / "hub")])
        assert result.exit_code == 0, result.output

    texts = [file for file in plan.files if file.path.endswith(".md")]
    made = [file for file in texts if file.source != "mkdocs.yml"]  # its pages alone order folders
    assert plan.form == tool
    assert "imported-rest.md" not in [file.path for file in made]
    assert len(made) == sum(path.endswith(".md") for path in files) + count_tables(files)
    assert marks_in(made, tool) == []
    assert lost_words(found, plan) == {}
    output = tmp_path / "hub/output"
    assert [it for it in addresses if not (output / it / "index.html").is_file()] == []


def count_tables(files):
    """Return how many databases an export holds: each is a page."""
    return sum(path.endswith("_all.csv") for path in files)


def marks_in(made, tool):
    """Return the marks of the tool, if it has any, that stand outside code in the texts of files."""
    if tool not in MARKS:
        return []
    bodies = [(file.path, CODE.sub("", front_matter(file)[1])) for file in made]
    return [(path, mark) for path, body in bodies for mark in MARKS[tool].findall(body)]


def lost_words(found, plan):
    """Return the words of all sources that stand in no file and are not told."""
    have = words(left.text for left in plan.left)
    for file in plan.files:
        if file.path.endswith((".md", ".yml")):
            fields, body = front_matter(file)
            have += words(strings(fields)) + words([body])
    return dict(words(found.texts.values()) - have)
