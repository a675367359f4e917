"""A source is taken for what it is, wherever in it that lies."""

import json
from pathlib import Path

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
    assert beside == ["README.md", "src/"]


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


@pytest.mark.parametrize("form", ["", "obsidian"])
def test_a_folder_of_notes_is_read_whole_and_a_site_without_what_was_built(form, tmp_path):
    notes = ["a.md", "public/p.md", "resources/r.md", "site/s.md"]
    found, _ = read_source(write(tmp_path / "notes", dict.fromkeys(notes, "Words.\n")), form, ())
    assert sorted(it.source for it in found.items) == notes

    site = {**HUGO, **dict.fromkeys(notes[1:], "Words.\n")}
    found, _ = read_source(write(tmp_path / "hugo", site), "", ())
    assert [it.source for it in found.items] == ["content/a.md"]
    assert not [it for it in found.notes if "public" in it.message]


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


YAML_CV = "basics:\n  name: Ada\n  image: img/ada.png\nwork:\n- name: Span\n  startDate: 2021-03\n"


@pytest.mark.parametrize("name", ["resume.yaml", ""])
def test_a_cv_as_yaml_is_one_and_its_portrait_comes_along(tmp_path, name):
    write(tmp_path, {"resume.yaml": YAML_CV, "img/ada.png": "PNG"})

    found, _ = read_source(tmp_path / name, "", ())

    assert (found.form, found.site["author"]) == ("resume", {"name": "Ada", "photo": "img/ada.png"})
    assert found.assets["img/ada.png"] == b"PNG"
    assert b"startDate: 2021-03" in found.assets["cv.yml"]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("cv.pdf", b"%PDF-1.4 words", "is no text"),
        ("README.md", b"\x89PNG\r\n\0\0", "is no text"),
        ("README.md", b" \n", "is empty"),
        ("export.zip", b"PK\3\4 cut off \0", "is damaged or not complete"),
        ("page.html", b"<p>Words.", "is not known to be a README"),
        ("package.json", b'{"name": "shop"}', "is not known to be a JSON Resume"),
        ("cv.yml", b"basics: [", "is not YAML"),
    ],
)
def test_a_file_that_nobody_reads_as_a_text_is_refused(tmp_path, name, data, message):
    (tmp_path / name).write_bytes(data)

    with pytest.raises(NexusgenError, match=message):
        read_source(tmp_path / name, "", ())


def test_a_text_by_any_name_is_a_readme_where_it_is_said(tmp_path):
    found, _ = read_source(
        write(tmp_path, {"a.html": "# Shop\n\nWords.\n"}) / "a.html", "readme", ()
    )

    assert found.site["title"] == "Shop"


def test_an_address_is_no_file(tmp_path):
    with pytest.raises(NexusgenError, match="/ada/shop is not on this machine"):
        read_source(Path("https://github.com/ada/shop"), "", ())
