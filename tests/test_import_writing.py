"""An import is written as a whole or not at all, again and again, and never over a hand's edit."""

import json
import os
import shutil
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexusgen.cli import main
from nexusgen.importers import writing
from nexusgen.importers.normal import strings, words
from nexusgen.importers.planning import File, plan_import
from nexusgen.importers.resume import read_resume
from nexusgen.importers.writing import compare, read_hub, recover, write_plan
from tests.importing import front_matter, plan_of

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
    assert changes.get("concepts/redis.md") == (None if text == README else "changed")
    now = (tmp_path / "content/concepts/redis.md").read_text()
    assert "redirect_from: [technologies/redis/]\n" in now
    assert ("A fast cache." in now) == (text == LONGER)
    assert import_text(tmp_path, text) == {}


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


NAMES = st.sampled_from(["Redis", "Celery", "Redis (cache)", "Index", "Tags", "Site", "Été"])
TEXTS = st.sampled_from(
    ["", " – A fast cache.", ": `code` and words", " – See [Redis](#redis).", " 1. 2. 3."]
)
LINES = st.one_of(
    st.builds("- **{}**{}".format, NAMES, TEXTS),
    st.builds("### {}\n\nWords{}".format, NAMES, TEXTS),
    st.builds("{}{}".format, NAMES, TEXTS),
)
HEADINGS = st.sampled_from(
    [
        "## Technologies",
        "## Concepts",
        "## Challenges",
        "## Best Practices",
        "## Usage",
        "## Overview",
        "## Author",
    ]
)
SOURCES = st.lists(HEADINGS | LINES, max_size=9).map(
    lambda it: "# Nexus\n\n" + "\n\n".join(it) + "\n"
)
HANDS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(0, 20), st.sampled_from(["mine\n", "- Redis\n", "\n"])),
        st.tuples(st.just("rewrite"), st.integers(0, 20), st.sampled_from(["", "mine\n", "---\ntitle: T\n---\n"])),
        st.tuples(st.just("delete"), st.integers(0, 20), st.just("")),
        st.tuples(st.just("move"), st.integers(0, 20), st.sampled_from(["concepts/moved.md", "moved.md"])),
        st.tuples(st.just("create"), st.integers(0, 20), st.sampled_from(
            ["technologies/redis.md", "concepts/celery.md", "usage.md", "imported-rest.md", "index.md"])),
    ),
    max_size=5,
)  # fmt: skip


def edit_by_hand(content, hands):
    """Do what an author may do to the files of a hub; return what these edits made of them."""
    edited = {}
    for what, number, words_or_path in hands:
        files = sorted(content.rglob("*.md"))
        path = (
            content / words_or_path
            if what == "create"
            else files[number % len(files)]
            if files
            else None
        )
        if path is None or (what == "create" and path.exists()):
            continue
        if what == "delete":
            path.unlink()
        elif what == "move":
            target = content / words_or_path
            if not target.exists():
                target.parent.mkdir(exist_ok=True)
                path.rename(target)
        else:
            path.parent.mkdir(exist_ok=True)
            before = path.read_text() if what == "append" else ""
            path.write_text(before + (words_or_path if what != "create" else f"mine {number}\n"))
            edited[path] = ""
    return {path: path.read_text() for path in edited if path.exists()}


@settings(
    max_examples=int(os.environ.get("NEXUSGEN_EXAMPLES", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(SOURCES, HANDS), min_size=1, max_size=3), SOURCES)
def test_no_edit_by_hand_and_no_word_is_lost_whatever_both_sides_become(tmp_path, turns, last):
    root = tmp_path / "hub"
    shutil.rmtree(root, ignore_errors=True)
    edited = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "sync", lambda: None)
        for source, hands in turns:
            import_text(root, source)
            edited = {path: text for path, text in edited.items() if path.exists()}
            assert {path: path.read_text() for path in edited} == edited
            edited = edited | edit_by_hand(root / "content", hands)
            edited = {path: path.read_text() for path in edited if path.exists()}

        plan = plan_of(last)
        comparison = compare(plan, read_hub(root))
        write_plan(root, plan, comparison)
        after = snapshot(root)

        assert {path: path.read_text() for path in edited} == edited
        assert not words_nowhere(last, root, plan, comparison)
        assert import_text(root, last).keys() <= {
            it.path for it in comparison.changes if it.status in ("kept", "deleted", "gone")
        }
        assert snapshot(root) == after


def words_nowhere(source, root, plan, comparison):
    """Return the words of a source that are neither written nor told.

    Those of files that a hand has edited or deleted since are shown or were there before.
    """
    have = words(left.text for left in plan.left)
    for change, file in zip(comparison.changes, plan.files, strict=False):
        is_written = change.status in ("new", "changed")
        data = (root / "content" / change.path).read_bytes() if is_written else file.data
        fields, body = front_matter(File(file.path, data))
        have += words(strings(fields)) + words([body])
        assert change.status != "kept" or change.diff
    return words([source]) - have


RESUME = {"basics": {"name": "Ada", "label": "Engineer"}, "skills": [{"name": "Python"}]}


def import_resume(root, resume=RESUME):
    """Import a CV into a hub; return what it does to files that are not as they were."""
    plan = plan_import(read_resume(json.dumps(resume).encode(), "resume.json"), "resume.json")
    comparison = compare(plan, read_hub(root))
    write_plan(root, plan, comparison)
    return {it.path: it for it in comparison.changes if it.status != "same"}


def test_a_second_source_adds_its_settings_where_nobody_edited_them(tmp_path):
    import_text(tmp_path, README)

    changes = import_resume(tmp_path)

    site = yaml.safe_load((tmp_path / "content/site.yml").read_text())
    assert (site["title"], site["author"]) == ("Nexus", {"name": "Ada", "headline": "Engineer"})
    assert changes["site.yml"].status == "changed"
    assert "+title: Ada\n" in changes["site.yml"].diff
    assert changes["technologies/index.md"].cause == "was there before and is kept"
    assert import_text(tmp_path, README) == {}
    assert import_resume(tmp_path) == {}
    assert import_text(tmp_path, LONGER).keys() == {
        "technologies/redis.md", "practices/keep-notes.md",
    }  # fmt: skip


def test_settings_that_were_edited_are_kept_from_a_second_source(tmp_path):
    import_text(tmp_path, README)
    settings = tmp_path / "content/site.yml"
    settings.write_text("title: Mine\n")

    assert import_resume(tmp_path)["site.yml"].status == "kept"
    assert settings.read_text() == "title: Mine\n"


def test_what_the_source_has_beside_a_kept_file_is_shown_once(tmp_path):
    import_text(tmp_path, README)
    path = tmp_path / "content/technologies/redis.md"
    path.write_text(path.read_text() + "Words of my own.\n")

    assert import_text(tmp_path, LONGER)["technologies/redis.md"] == "kept"
    assert import_text(tmp_path, LONGER) == {}
    assert import_text(tmp_path, README) == {"practices/keep-notes.md": "gone"}
    assert path.read_text().endswith("Words of my own.\n")
