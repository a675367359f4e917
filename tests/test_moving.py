"""`mv` and `rename-tag` on a real disk, by their commands."""

import pytest
from click.testing import CliRunner

from nexusgen.cli import main
from nexusgen.tools.move import move_entry
from tests.conftest import PIXEL, read_tree


@pytest.fixture
def hub(site):
    site.settings().note("n/a.md", "See [b](b.md).\r\nEnd").note("n/b.md", "Text", tags="[x]")
    return site


def run(hub, *arguments):
    return CliRunner().invoke(main, [arguments[0], "-C", str(hub.root), *arguments[1:]])


def test_mv_moves_the_file_mends_links_and_leaves_a_redirect(hub):
    old, new = hub.root / "content/n/b.md", hub.root / "content/deep/c.md"
    old.chmod(0o600)
    mode = old.stat().st_mode

    result = run(hub, "mv", "n/b.md", "deep/c.md")

    assert result.exit_code == 0
    assert result.output == (
        "Moved content/n/b.md to content/deep/c.md, links changed in 1 other file\n"
    )
    assert b"See [b](../deep/c.md).\r\nEnd" in (hub.root / "content/n/a.md").read_bytes()
    assert not old.exists()
    assert new.stat().st_mode == mode
    assert hub.check().problems == ()
    assert 'url=../../deep/c/"' in hub.build().output("n/b/index.html")


def test_a_dry_run_shows_a_patch_and_changes_nothing(hub):
    before = read_tree(hub.root / "content")

    result = run(hub, "mv", "n/b.md", "n/c.md", "--dry-run")

    assert result.output.startswith(
        "rename content/n/b.md -> content/n/c.md\n--- a/content/n/a.md\n"
    )
    assert "+See [b](c.md)." in result.output
    assert read_tree(hub.root / "content") == before


def test_a_move_that_breaks_something_changes_nothing(hub):
    before = read_tree(hub.root / "content")

    result = run(hub, "mv", "n/b.md", "n/A!.md")

    assert result.exit_code == 2
    assert "nothing was changed" in result.output
    assert read_tree(hub.root / "content") == before


def test_mv_goes_nowhere_out_of_the_content(hub, tmp_path):
    before = read_tree(hub.root / "content")

    for target in (tmp_path / "out.md", "../out.md", "/"):
        result = run(hub, "mv", "n/b.md", str(target))

        assert "lies outside the content" in result.output
        assert read_tree(hub.root / "content") == before


def test_mv_to_an_absolute_path_in_the_content(hub):
    run(hub, "mv", "n/b.md", str(hub.root / "content/n/c.md"))

    assert (hub.root / "content/n/c.md").is_file()


def test_mv_there_and_back_leaves_the_settings_as_they_were(hub):
    settings = (hub.root / "content/site.yml").read_bytes()
    hub.note("one/only.md")

    run(hub, "mv", "one/only.md", "n/")
    assert b"redirects:" in (hub.root / "content/site.yml").read_bytes()
    run(hub, "mv", "n/only.md", "one/")

    assert (hub.root / "content/site.yml").read_bytes() == settings


def test_rename_tag_changes_each_entry_that_has_it(hub):
    result = run(hub, "rename-tag", "X", "new tag")

    assert result.output == (
        'Renamed the tag "X" to "new tag" in 1 file, addresses changed in content/site.yml\n'
    )
    assert b"tags: [new tag]" in (hub.root / "content/n/b.md").read_bytes()
    assert hub.check().codes == []
    assert 'url=../../tags/new-tag/"' in hub.build().output("tags/x/index.html")


def test_dry_run_of_a_tag_shows_the_settings_too(hub):
    before = read_tree(hub.root / "content")

    result = run(hub, "rename-tag", "x", "y", "--dry-run")

    assert "--- a/content/n/b.md" in result.output
    assert result.output.endswith(
        "--- a/content/site.yml\n+++ b/content/site.yml\n@@ -1 +1,3 @@\n title: Hub\n"
        "+redirects:\n+  tags/x/: tags/y/\n"
    )
    assert read_tree(hub.root / "content") == before


@pytest.mark.parametrize("flag", [(), ("--dry-run",)])
def test_folder_without_settings_gets_none_and_that_is_said(site, flag):
    site.write("n/b.md", "---\ntags: [x]\n---\n")

    result = run(site, "rename-tag", "x", "y", *flag)

    assert result.stderr == (
        "No redirect could be written, because there is no site.yml; what is missing:\n"
        "redirects:\n  tags/x/: tags/y/\n"
    )
    assert "site.yml" not in result.stdout
    assert not (site.root / "site.yml").exists()


def test_mv_redirects_the_page_of_a_folder_that_has_gone(hub):
    hub.note("deep/c.md", "See [b](../n/b.md).")

    result = run(hub, "mv", "deep/c.md", "n/c.md")

    assert result.output == (
        "Moved content/deep/c.md to content/n/c.md, links changed in 0 other files, "
        "addresses changed in content/site.yml\n"
    )
    assert hub.check().codes == []
    assert 'url=../n/"' in hub.build().output("deep/index.html")


def test_mv_follows_a_name_that_ends_with_a_sharp(site):
    site.settings().note("n/J#.md", "Text.\n\n## Use\n\nText.").note("n/J.md", "Text.")
    site.note("n/a.md", "[[J#]] [[J##Use]] [[J#|x]] [[J]]")
    note = site.root / "content/n/a.md"
    assert run(site, "mv", "n/J#.md", "n/K#.md").exit_code == 0
    assert "[[K#]] [[K##Use]] [[K#|x]] [[J]]" in note.read_text()
    assert run(site, "mv", "n/K#.md", "n/L.md").exit_code == 0
    assert "[[L]] [[L#Use]] [[L|x]] [[J]]" in note.read_text()


def test_mv_leads_media_in_raw_html_to_their_files(site):
    site.settings().write("content/n/p q.png", b"x").write("content/n/v.mp4", b"x")
    site.note(
        "n/a.md",
        '<video src="v.mp4" poster="p%20q.png">\n\n<img src=v.mp4 alt="x" srcset="p%20q.png 1x, v.mp4 2x">',
    )

    assert run(site, "mv", "n/a.md", "deep/er/a.md").exit_code == 0

    text = (site.root / "content/deep/er/a.md").read_text()
    assert '<video src="../../n/v.mp4" poster="../../n/p%20q.png">' in text
    assert '<img src=../../n/v.mp4 alt="x" srcset="../../n/p%20q.png 1x, ../../n/v.mp4 2x">' in text


def test_mv_leads_links_into_a_file_there_with_their_fragment(site):
    site.settings().write("content/n/l.png", b"x").write("content/n/f.pdf", b"%PDF-1.4\n").note(
        "n/a.md",
        '![x](l.png#only-light) [y](<f.pdf#page=3>) ![[f.pdf#page=3]]\n\n<img src="l.png#z" alt="">\n\n'
        "[z]\n\n[z]: f.pdf#page=3\n",
        links="[f.pdf#page=3]",
    )

    assert run(site, "mv", "n/a.md", "deep/er/a.md").exit_code == 0

    text = (site.root / "content/deep/er/a.md").read_text()
    assert "![x](../../n/l.png#only-light) [y](<../../n/f.pdf#page=3>) ![[f.pdf#page=3]]" in text
    assert '<img src="../../n/l.png#z" alt="">\n\n[z]\n\n[z]: ../../n/f.pdf#page=3' in text
    assert 'links: ["../../n/f.pdf#page=3"]' in text


def test_mv_moves_a_picture_and_mends_what_shows_it(site):
    site.settings().write("content/p q.png", PIXEL).note("n/a.md", image="p q.png")
    site.note("n/b.md", '![p](../p%20q.png) ![[p q.png]] <img src="../p%20q.png?w=1" alt="">')

    assert run(site, "mv", "p q.png", "img/r", "--dry-run").exit_code == 0
    assert run(site, "mv", "p q.png", "img/r").exit_code == 0

    assert (site.root / "content/img/r.png").read_bytes() == PIXEL
    text = (site.root / "content/n/b.md").read_text()
    assert text.endswith('![p](../img/r.png) ![[img/r.png]] <img src="../img/r.png" alt="">\n')
    assert "image: ../img/r.png" in (site.root / "content/n/a.md").read_text()
    assert not [one for one in site.check().problems if one.severity == "error"]


def test_mv_of_the_portrait_of_the_author_is_followed_by_the_settings(site):
    site.settings("author: {name: A, photo: './me.jpg'} # I\n").write("content/me.jpg", b"x")
    assert run(site, "mv", "me.jpg", "img/").exit_code == 0

    settings = (site.root / "content/site.yml").read_text()
    assert settings == "title: Hub\nauthor: {name: A, photo: 'img/me.jpg'} # I\n"


@pytest.mark.parametrize(
    ("path", "said"), [("cv.yml", "no entry"), ("data/x.yml", "no entry"), ("n", "is a folder")]
)
def test_mv_leaves_what_is_no_file_of_an_entry(hub, path, said):
    hub.write("content/cv.yml", "work: []").write("content/data/x.yml", "a: 1")
    result = run(hub, "mv", path, "y.yml")
    assert (result.exit_code, said in result.output) == (2, True)


def test_links_of_settings_and_fields_lead_to_what_moved(site):
    site.settings("""
        author: {name: A, links: [{title: B, url: "notes/b.md#more"}]}
        nav:
          - {title: B, url: /notes/b/}
          - notes/b.md
        kinds: {talk: {folder: talks, fields: {about: references}}}
    """).note("notes/b.md", "## More\n\nText.", title="Bee")
    site.note("notes/a.md", links="[{title: B, url: b.md}, https://x.y]")
    site.note("talks/t.md", about="[notes/b]").build()
    assert not [one for one in site.problems if one.severity == "error"]

    move_entry(site.root, "notes/b.md", "notes/deep/c.md", dry_run=False)

    settings = (site.root / "content/site.yml").read_text()
    assert '{title: B, url: "notes/deep/c.md#more"}' in settings
    assert "{title: B, url: /notes/deep/c/}\n  - notes/deep/c.md\n" in settings
    assert "{title: B, url: deep/c.md}" in (site.root / "content/notes/a.md").read_text()
    assert "[notes/deep/c]" in (site.root / "content/talks/t.md").read_text()
    assert not [one for one in site.check().problems if one.severity == "error"]


def test_paths_in_a_moved_text_lead_from_its_new_folder_as_any_editor_follows_them(site):
    site.settings().write("content/img/p.png", b"x").note("docs/setup.md", "Text.")
    site.note("n.md", "[s](docs/setup.md) [t](/docs/setup.md) ![p](img/p.png)", image="img/p.png")

    move_entry(site.root, "n.md", "notes/n.md", dry_run=False)

    text = (site.root / "content/notes/n.md").read_text()
    assert "[s](../docs/setup.md) [t](/docs/setup.md) ![p](../img/p.png)" in text
    assert "image: img/p.png" in text
    move_entry(site.root, "notes/n.md", "n.md", dry_run=False)
    assert (
        "[s](docs/setup.md) [t](/docs/setup.md) ![p](img/p.png)"
        in (site.root / "content/n.md").read_text()
    )
