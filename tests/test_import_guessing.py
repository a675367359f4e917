"""A source is taken for what it is, wherever in it that lies."""

import json

import pytest

from nexusgen.core.problems import NexusgenError
from nexusgen.importers.sources import read_source
from tests.test_import_archives import zip_of
from tests.test_import_sites import NOTION, write

CV = json.dumps({"basics": {"name": "Ada"}})
HUGO = {"hugo.toml": "title = 'Site'\n", "content/a.md": "# A\n\nWords.\n"}
JEKYLL = {"_config.yml": "title: Site\n", "index.md": "---\ntitle: Home\n---\nHi.\n"}
MKDOCS = {"mkdocs.yml": "site_name: Site\n", "docs/index.md": "# Home\n\nHi.\n"}


@pytest.mark.parametrize("form", ["", "asked"])
@pytest.mark.parametrize(
    ("name", "site", "folder"),
    [("hugo", HUGO, "web"), ("jekyll", JEKYLL, "docs"), ("mkdocs", MKDOCS, "site-src")],
)
def test_a_site_one_folder_down_is_known_by_its_configuration(tmp_path, name, site, folder, form):
    files = {"README.md": "# Repo\n", "src/a.py": "1\n"}
    write(tmp_path, files | {f"{folder}/{path}": text for path, text in site.items()})

    found, why = read_source(tmp_path, form and name, ())

    assert (found.form, found.site["title"]) == (name, "Site")
    assert form or why.startswith(f"in {folder}/ it has ")
    beside = [it.source for it in found.notes if "beside the folder of the site" in it.message]
    assert beside == ["README.md", "src/a.py"]


@pytest.mark.parametrize(
    ("files", "form"),
    [
        ({"a.md": "A.\n", "web/hugo.toml": "", "web/content/b.md": "B.\n"}, "obsidian"),
        ({"README.md": "# R\n", "docs/a.md": "A.\n"}, "readme"),
        ({"resume.json": CV}, "resume"),
        ({"cv.json": CV, "photo.jpg": "JPG"}, "resume"),
        ({"package.json": "{}", "a.md": "A.\n"}, "obsidian"),
    ],
)
def test_a_folder_is_taken_for_what_is_at_its_root(tmp_path, files, form):
    assert read_source(write(tmp_path, files), "", ())[0].form == form


def test_a_cv_beside_a_readme_is_told(tmp_path):
    found, _ = read_source(write(tmp_path, {"README.md": "# R\n", "resume.json": CV}), "", ())

    assert found.form == "readme"
    assert [it.message for it in found.notes if it.source == "resume.json"] == [
        "resume.json is a CV: import it into the same hub as well"
    ]


@pytest.mark.parametrize("form", ["", "notion"])
def test_a_folder_that_holds_one_archive_is_what_the_archive_is(tmp_path, form):
    export = {name: text.encode() for name, text in NOTION.items()}
    (tmp_path / "Export-Part-1.zip").write_bytes(zip_of(export))

    assert read_source(tmp_path, form, ())[0].form == "notion"


def test_a_folder_without_a_cv_is_none(tmp_path):
    with pytest.raises(NexusgenError, match="no JSON Resume"):
        read_source(write(tmp_path, {"a.json": "{}"}), "resume", ())
