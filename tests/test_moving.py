"""`mv` and `rename-tag` on a real disk, by their commands."""

import pytest
from click.testing import CliRunner

from nexusgen.cli import main
from tests.conftest import read_tree


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


def test_rename_tag_changes_each_entry_that_has_it(hub):
    result = run(hub, "rename-tag", "X", "new tag")

    assert result.output == 'Renamed the tag "X" to "new tag" in 1 file\n'
    assert b"tags: [new tag]" in (hub.root / "content/n/b.md").read_bytes()
