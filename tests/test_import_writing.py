"""An import is written as a whole or not at all, again and again, and never over a hand's edit."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexusgen.cli import main
from nexusgen.importers import writing
from nexusgen.importers.writing import compare, read_hub, recover, write_plan
from tests.importing import plan_of

README = """\
# Nexus

What I learned at work.

## Technologies

- **Python** – The language.
- **Redis** – The cache.

## Best Practices

- Write tests first.
"""
LONGER = README.replace("The cache.", "A fast cache.") + "- Keep notes.\n"


def import_text(root, text):
    """Import a README into a hub; return the status of each file that is not the same."""
    plan = plan_of(text)
    comparison = compare(plan, read_hub(root))
    write_plan(root, plan, comparison)
    return {it.path: it.status for it in comparison.changes if it.status != "same"}


def snapshot(root):
    """Return all files of a hub."""
    return {
        path.relative_to(root).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in root.rglob("*")
        if path.is_file()
    }


def test_a_second_import_writes_nothing(tmp_path):
    import_text(tmp_path, README)
    before = snapshot(tmp_path)

    assert import_text(tmp_path, README) == {}
    assert snapshot(tmp_path) == before


def test_what_changed_in_the_source_is_written(tmp_path):
    import_text(tmp_path, README)

    changes = import_text(tmp_path, LONGER)

    assert changes == {"technologies/redis.md": "changed", "practices/keep-notes.md": "new"}
    assert "A fast cache." in (tmp_path / "content/technologies/redis.md").read_text()


def test_a_file_edited_by_hand_is_kept_and_the_new_text_shown(tmp_path):
    import_text(tmp_path, README)
    path = tmp_path / "content/technologies/redis.md"
    path.write_text(path.read_text() + "Words of my own.\n")

    plan = plan_of(LONGER)
    comparison = compare(plan, read_hub(tmp_path))
    write_plan(tmp_path, plan, comparison)

    (kept,) = [it for it in comparison.changes if it.status == "kept"]
    assert "-Words of my own." in kept.diff
    assert "+summary: A fast cache." in kept.diff
    assert path.read_text().endswith("Words of my own.\n")


def test_what_is_gone_from_the_source_is_kept_and_told(tmp_path):
    import_text(tmp_path, LONGER)

    changes = import_text(tmp_path, README)

    assert changes["practices/keep-notes.md"] == "gone"
    assert (tmp_path / "content/practices/keep-notes.md").exists()


def test_what_was_deleted_by_hand_is_not_written_again(tmp_path):
    import_text(tmp_path, README)
    (tmp_path / "content/technologies/redis.md").unlink()

    assert import_text(tmp_path, LONGER)["technologies/redis.md"] == "deleted"
    assert not (tmp_path / "content/technologies/redis.md").exists()


@pytest.mark.parametrize("text", [README, LONGER])
def test_a_file_that_was_moved_is_followed(tmp_path, text):
    import_text(tmp_path, README)
    with pytest.raises(SystemExit) as left:
        main(["mv", "technologies/redis.md", "concepts/redis.md", "-C", str(tmp_path)])
    assert left.value.code == 0

    changes = import_text(tmp_path, text)

    assert not (tmp_path / "content/technologies/redis.md").exists()
    assert changes.get("concepts/redis.md") == (None if text == README else "kept")


def test_a_file_that_stood_there_before_is_kept(tmp_path):
    (tmp_path / "content").mkdir()
    (tmp_path / "content/index.md").write_text("My home.\n")

    assert import_text(tmp_path, README)["index.md"] == "kept"
    assert (tmp_path / "content/index.md").read_text() == "My home.\n"


class Killed(BaseException):
    """What a kill is to a process."""


def kill_at(monkeypatch, count):
    """Let the step with that number, of all that touch the disk, never happen."""
    left = [count]

    def mortal(function):
        def step(*args, **options):
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            return function(*args, **options)

        return step

    for owner, name in (
        (Path, "mkdir"), (Path, "open"), (Path, "replace"), (Path, "rename"), (os, "sync"), (os, "link"),
        (os, "unlink"), (os, "rmdir"), (writing, "_exchange"),
    ):  # fmt: skip
        monkeypatch.setattr(owner, name, mortal(getattr(owner, name)))


def killed_import(hub, count, exchange):
    """Import into a hub and be killed at a step; return whether that step was reached."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "sync", lambda: None)
        if not exchange:
            patch.setattr(writing, "_exchange", lambda *_: False)
        kill_at(patch, count)
        try:
            import_text(hub, LONGER)
        except Killed:
            return True
    return False


@pytest.mark.parametrize("exchange", [True, False])
@pytest.mark.parametrize("before_text", [README, ""])
def test_a_kill_at_any_step_leaves_the_hub_as_before_or_complete(tmp_path, before_text, exchange):
    origin, hub = tmp_path / "origin", tmp_path / "hub"
    origin.mkdir()
    if before_text:
        import_text(origin, before_text)
    shutil.copytree(origin, hub)
    before = read_hub(hub)
    import_text(hub, LONGER)
    after = read_hub(hub)

    killed, count = True, 0
    while killed:
        shutil.rmtree(hub)
        shutil.copytree(origin, hub)
        killed = killed_import(hub, count, exchange)
        if not exchange:
            recover(hub)
        assert read_hub(hub) in (before, after)
        count += 1

    assert count > 20


def test_after_a_kill_the_next_import_completes_the_hub(tmp_path):
    import_text(tmp_path, README)
    assert killed_import(tmp_path, 12, exchange=True)

    import_text(tmp_path, LONGER)

    assert "A fast cache." in (tmp_path / "content/technologies/redis.md").read_text()
    assert not list((tmp_path / ".nexusgen").glob("import/*"))


EDITS = st.lists(st.tuples(st.integers(0, 20), st.text("ab \n", max_size=8)), max_size=4)
SOURCES = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6, unique=True)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(SOURCES, EDITS, SOURCES)
def test_no_edit_by_hand_is_lost_whatever_the_source_becomes(tmp_path, first, edits, second):
    root = tmp_path / "hub"
    shutil.rmtree(root, ignore_errors=True)

    def text(names):
        return "# Nexus\n\n## Technologies\n\n" + "".join(
            f"- **Tool {it}** – For {it}.\n" for it in names
        )

    import_text(root, text(first))
    files = sorted((root / "content").rglob("*.md"))
    before = {path: path.read_text() for path in files}
    for number, words in edits:
        path = files[number % len(files)]
        path.write_text(path.read_text() + words)
    edited = {path: path.read_text() for path in files if path.read_text() != before[path]}

    import_text(root, text(second))

    assert {path: path.read_text() for path in edited} == edited
    for name in second:
        held = (root / f"content/technologies/tool-{name}.md").read_text()
        assert f"For {name}." in held
