"""An import is written as a whole or not at all, again and again, and never over a hand's edit."""

import contextlib
import json
import os
import re
import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexusgen.cli import main
from nexusgen.core.problems import NexusgenError
from nexusgen.importers import writing
from nexusgen.importers.normal import strings, words
from nexusgen.importers.planning import plan_import
from nexusgen.importers.readme.reading import read_readme
from nexusgen.importers.resume import read_resume
from nexusgen.importers.sites.obsidian import read_obsidian
from nexusgen.importers.sources import read_repository
from nexusgen.importers.weights import number, weight_of, with_weight
from nexusgen.importers.writing import compare, read_hub, recover, write_plan
from nexusgen.tools.move import move_entry
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


def import_text(root, text, place="", *, others_there=True):
    """Import a README into a hub; return the status of each file that is not the same."""
    comparison = compare(plan_of(text, place=place), read_hub(root), lambda _: others_there)
    write_plan(root, comparison)
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
    write_plan(tmp_path, comparison)

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
SOURCES = st.builds(
    lambda title, parts: "\n\n".join([title, *parts, ""]),
    st.sampled_from(["# Nexus", "# Nexus 2024", "Words without a title"]),
    st.lists(HEADINGS | LINES, max_size=9),
)
PLACES = st.sampled_from(["README.md", "README.md", "b/README.md"])
EDITS = st.sampled_from(
    [
        lambda last, _: last,
        lambda _, before: before.replace("# Nexus", "# Me", 1),
        lambda _, before: re.sub(r"(?m)^(## .*)$", r"\1\n\n- **New** – words", before, count=1),
    ]
)
"""What a source becomes: another, one with another title, one with an entry in front."""
HANDS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(0, 20), st.sampled_from(["mine\n", "- Redis\n", "\n"])),
        st.tuples(st.just("rewrite"), st.integers(0, 20), st.sampled_from(["", "mine\n", "---\ntitle: T\n---\n"])),
        st.tuples(st.just("delete"), st.integers(0, 20), st.just("")),
        st.tuples(st.just("move"), st.integers(0, 20), st.sampled_from(["concepts/moved.md", "moved.md"])),
        st.tuples(st.just("mv"), st.integers(0, 20), st.sampled_from(["concepts/led.md", "deep/er/led.md"])),
        st.tuples(st.just("weigh"), st.integers(0, 20), st.sampled_from(["weight: 5\n", ""])),
        st.tuples(st.just("create"), st.integers(0, 20), st.sampled_from(
            ["technologies/redis.md", "concepts/celery.md", "usage.md", "imported-rest.md", "index.md"])),
    ),
    max_size=5,
)  # fmt: skip


def edit_by_hand(content, hands):
    """Do what an author may do to the files of a hub; return what these edits made of them."""
    edited = set()
    for what, place, given_text in hands:
        files = sorted(content.rglob("*.md"))
        path = (
            content / given_text
            if what == "create"
            else (files or [None])[place % (len(files) or 1)]
        )
        if path is None or (what == "create" and path.exists()):
            continue
        if what == "delete":
            path.unlink()
        elif what == "move":
            target = content / given_text
            if not target.exists():
                target.parent.mkdir(exist_ok=True)
                path.rename(target)
        elif what == "mv":
            with contextlib.suppress(NexusgenError):
                move_entry(
                    content.parent,
                    f"content/{path.relative_to(content)}",
                    given_text,
                    dry_run=False,
                )
        elif what == "weigh":
            path.write_text(
                re.sub(r"^weight: .*\n", given_text, path.read_text(), flags=re.MULTILINE)
            )
        else:
            path.parent.mkdir(exist_ok=True)
            before = path.read_text() if what == "append" else ""
            path.write_text(before + (given_text if what != "create" else f"mine {place}\n"))
            edited.add(path)
    return {path: path.read_text() for path in edited if path.exists()}


@settings(
    max_examples=int(os.environ.get("NEXUSGEN_EXAMPLES", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(PLACES, SOURCES, HANDS), min_size=1, max_size=3), PLACES, SOURCES, EDITS)
def test_no_edit_by_hand_and_no_word_is_lost_whatever_all_sides_become(
    tmp_path, turns, place, last, edit
):
    root = tmp_path / "hub"
    shutil.rmtree(root, ignore_errors=True)
    edited, sources = {}, {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "sync", lambda: None)
        for other, source, hands in turns:
            import_text(root, source, other)
            sources[other] = source
            assert {path: path.read_text() for path in edited} == edited
            mine = {*edited} | {*edit_by_hand(root / "content", hands)}
            edited = {path: path.read_text() for path in mine if path.exists()}
        for other, source in sources.items():
            import_text(root, source, other)
        weights = weights_in(root)
        last = edit(last, sources.get(place, last))

        comparison = compare(plan_of(last, place=place), read_hub(root), lambda _: True)
        write_plan(root, comparison)
        after = snapshot(root)

        assert {path: path.read_text() for path in edited} == edited
        assert not words_nowhere(last, root, comparison)
        for other, source in sources.items():
            if other != place:
                again = compare(plan_of(source, place=other), read_hub(root), lambda _: True)
                assert not again.written
        assert import_text(root, last, place).keys() <= {
            it.path for it in comparison.changes if it.status in ("kept", "deleted", "gone")
        }
        assert snapshot(root) == after
        assert all(
            weights_in(root)[path] == weight for path, weight in weights.items() if weight == 5
        )


def weights_in(root):
    """Return the weight of each file that has one."""
    found = {path: weight_of(path.read_bytes()) for path in (root / "content").rglob("*.md")}
    return {path: weight for path, weight in found.items() if weight}


def words_nowhere(source, root, comparison):
    """Return the words of a source that are neither in the hub nor told."""
    have = words(left.text for left in (*comparison.plan.left, *comparison.told))
    for change, file in zip(comparison.changes, comparison.plan.files, strict=False):
        path = root / "content" / change.path
        fields, body = front_matter(file)
        own = words(strings(fields)) + words([body])
        have += own & words([path.read_text() if path.exists() else ""])
        assert change.status != "kept" or change.diff
    return words([source]) - have


RESUME = {"basics": {"name": "Ada", "label": "Engineer"}, "skills": [{"name": "Python"}]}


def import_resume(root, resume=RESUME):
    """Import a CV into a hub; return what it does to files that are not as they were."""
    plan = plan_import(read_resume(json.dumps(resume).encode(), "resume.json"), "resume.json")
    comparison = compare(plan, read_hub(root))
    write_plan(root, comparison)
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


NOTE = """\
# Nexus {name}

What I learned of {name} at work.

## Technologies

- **Go** – The language.

## Challenges

- **Slow pages** – fixed by {name}.
- **Lost mail** – fixed by a queue.

## Licence

All the same.
"""
NOTES = {name: NOTE.format(name=name) for name in ("cache", "index")}


def moved_by(root, source, target):
    move_entry(root, source, target, dry_run=False)


def errors_in(root):
    """Return the errors of a hub."""
    result = CliRunner().invoke(main, ["check", "-C", str(root), "--json"])
    return [it for it in json.loads(result.stdout)["diagnostics"] if it["severity"] == "error"]


def test_a_source_with_another_title_is_the_source_that_it_was(tmp_path):
    import_text(tmp_path, README, "README.md")
    moved_by(tmp_path, "technologies/redis.md", "concepts/redis.md")
    (tmp_path / "content/technologies/python.md").unlink()

    changes = import_text(tmp_path, LONGER.replace("# Nexus", "# Nexus 2024"), "README.md")

    assert changes == {
        "site.yml": "changed", "index.md": "changed", "concepts/redis.md": "changed",
        "technologies/python.md": "deleted", "practices/keep-notes.md": "new",
    }  # fmt: skip
    assert "title: Nexus 2024" in (tmp_path / "content/site.yml").read_text()
    assert errors_in(tmp_path) == []


def test_a_source_that_lies_elsewhere_now_is_known_by_its_entries(tmp_path):
    import_text(tmp_path, README, "old/README.md")
    before = read_hub(tmp_path)
    named = README.replace("# Nexus", "# Me")

    changes = import_text(tmp_path, named, "new/README.md", others_there=False)
    assert changes == {"site.yml": "changed", "index.md": "changed"}
    changes = import_text(tmp_path, README, "newer/README.md", others_there=False)
    assert changes == {"site.yml": "changed", "index.md": "changed"}
    assert {**read_hub(tmp_path), ".import.json": b""} == {**before, ".import.json": b""}


def test_a_copy_of_a_source_that_is_still_there_is_another_source(tmp_path):
    import_text(tmp_path, README, "old/README.md")

    changes = import_text(tmp_path, LONGER, "new/README.md")

    assert changes == {"technologies/redis-2.md": "new", "practices/keep-notes.md": "new"}


def test_sources_that_share_names_titles_and_pages_keep_all_that_either_says(tmp_path):
    two = (
        NOTES["cache"].replace("# Nexus cache", "# Nexus"),
        NOTES["index"].replace("# Nexus index", "# Nexus"),
    )
    import_text(tmp_path, two[0], "a/README.md")
    plan = plan_import(read_readme(two[1].encode(), "README.md"), "b", "b/README.md")
    comparison = compare(plan, read_hub(tmp_path), lambda _: True)
    write_plan(tmp_path, comparison)

    assert {it.path for it in comparison.written} == {"challenges/slow-pages-2.md", "b.md"}
    hub = {path: data.decode() for path, data in read_hub(tmp_path).items()}
    assert "fixed by cache" in hub["challenges/slow-pages.md"]
    assert "fixed by index" in hub["challenges/slow-pages-2.md"]
    assert "learned of cache" in hub["index.md"]
    assert "title: Nexus\n" in hub["b.md"]
    assert "learned of index" in hub["b.md"]
    report = json.loads((tmp_path / ".nexusgen/import.json").read_text())
    assert "content/challenges/slow-pages-2.md" in [it["path"] for it in report["entries"]]
    assert import_text(tmp_path, two[0], "a/README.md") == {}


def test_what_two_sources_share_is_changed_by_neither_and_stays_deleted(tmp_path):
    import_text(tmp_path, NOTES["cache"], "a/README.md")
    import_text(tmp_path, NOTES["index"], "b/README.md")

    changes = import_text(
        tmp_path, NOTES["index"].replace("All the same", "Mine alone"), "b/README.md"
    )

    assert changes == {"licence-2.md": "new"}
    assert "All the same" in (tmp_path / "content/licence.md").read_text()
    (tmp_path / "content/challenges/lost-mail.md").unlink()
    for place, name in (("a/README.md", "cache"), ("b/README.md", "index")):
        assert import_text(tmp_path, NOTES[name], place)["challenges/lost-mail.md"] == "deleted"


def test_a_name_that_moved_away_is_still_that_of_its_source(tmp_path):
    import_text(tmp_path, NOTES["cache"], "a/README.md")
    moved_by(tmp_path, "challenges/slow-pages.md", "concepts/slow.md")

    assert "challenges/slow-pages-2.md" in import_text(tmp_path, NOTES["index"], "b/README.md")
    assert errors_in(tmp_path) == []


PROJECT = """\
# {}

A web app that sells lamps.

## How to Run

Run `make`.
"""


def test_an_entry_with_another_title_is_the_entry_that_it_was(tmp_path):
    import_text(tmp_path, PROJECT.format("Lamp shop"), "README.md")
    moved_by(tmp_path, "projects/lamp-shop.md", "done/shop.md")

    changes = import_text(tmp_path, PROJECT.format("Light shop"), "README.md")

    assert (changes["done/shop.md"], "new" in changes.values()) == ("changed", False)
    assert "title: Light shop\n" in (tmp_path / "content/done/shop.md").read_text()
    import_text(tmp_path, README, "b.md")
    renamed = README.replace("**Redis**", "**Valkey**").replace("Write tests", "Plan tests")
    assert import_text(tmp_path, renamed, "b.md") == {
        "technologies/redis.md": "changed",
        "practices/plan-tests-first.md": "new",
        "practices/write-tests-first.md": "gone",
    }


def test_a_name_to_which_another_moved_is_taken(tmp_path):
    import_text(tmp_path, README)
    moved_by(tmp_path, "technologies/redis.md", "concepts/redis.md")

    changes = import_text(tmp_path, README + "\n## Concepts\n\n- **Redis** – Remote.\n")

    assert changes == {"concepts/index.md": "new", "concepts/redis-2.md": "new"}
    assert errors_in(tmp_path) == []


def test_pages_of_two_sources_at_one_address_are_both_there(tmp_path):
    import_text(tmp_path, NOTES["cache"])
    text = b"See [[Licence]], `[[Licence]]`, [[Licence#Top|that]] and ![[Licence]].\n"
    tree = {"Licence.md": b"Of another kind.\n", "Notes.md": text}
    write_plan(tmp_path, compare(plan_import(read_obsidian(tree), "v"), read_hub(tmp_path)))

    hub = read_hub(tmp_path)
    assert {"licence.md", "Licence-2.md"} <= hub.keys()
    led = "See [[Licence-2|Licence]], `[[Licence]]`, [[Licence-2#Top|that]] and ![[Licence-2]]."
    assert led in hub["Notes.md"].decode()
    assert errors_in(tmp_path) == []


def test_pictures_of_two_sources_with_one_name_are_both_shown(tmp_path):
    for name in ("a", "b"):
        tree = {
            "README.md": f"# {name}\n\n## Screens\n\n![s](img/s.png) of {name}\n".encode(),
            "img/s.png": name.encode(),
        }
        plan = plan_import(read_repository(tree), name, f"{name}/README.md")
        write_plan(tmp_path, compare(plan, read_hub(tmp_path)))

    hub = read_hub(tmp_path)
    assert (hub["img/s.png"], hub["img/s-2.png"]) == (b"a", b"b")
    assert b"![s](img/s-2.png) of b" in hub["screens-2.md"]


def test_a_comment_in_settings_is_an_edit_and_stays_whatever_the_source_says(tmp_path):
    import_text(tmp_path, README)
    settings = tmp_path / "content/site.yml"
    settings.write_text(settings.read_text() + "# mine\n")

    for title, status in (("Nexus", None), ("Me", "kept"), ("Us", "kept")):
        changes = import_text(tmp_path, README.replace("# Nexus", f"# {title}"))
        assert changes.get("site.yml") == status
    assert settings.read_text().endswith("# mine\n")


def import_screens(root, word):
    text = f"# Work\n\n## Screens\n\n![s](img/s.png) {word}\n"
    tree = {"README.md": text.encode(), "img/s.png": b"\0"}
    comparison = compare(plan_import(read_repository(tree), "w"), read_hub(root))
    write_plan(root, comparison)
    return [it.path for it in comparison.written]


def test_a_picture_that_was_moved_is_shown_from_where_it_is(tmp_path):
    import_screens(tmp_path, "old")
    moved_by(tmp_path, "img/s.png", "pics/t.png")

    assert import_screens(tmp_path, "new") == ["screens.md"]
    assert "![s](pics/t.png) new" in (tmp_path / "content/screens.md").read_text()
    assert not (tmp_path / "content/img/s.png").exists()


def test_a_title_that_changed_comes_to_settings_that_two_sources_share(tmp_path):
    import_text(tmp_path, README, "README.md")
    import_resume(tmp_path)
    import_text(tmp_path, README.replace("# Nexus", "# Nexus 2024"), "README.md")

    site = yaml.safe_load((tmp_path / "content/site.yml").read_text())
    assert (site["title"], site["author"]["name"]) == ("Nexus 2024", "Ada")


LINKED = """\
# Work

## Challenges

- **Slow pages** – {fixed}, see [cors](docs/cors.md).
- **Lost mail** – see [cors](docs/cors.md).

## Other

See [cors](docs/cors.md).
"""


def import_linked(root, fixed, page):
    tree = {"README.md": LINKED.format(fixed=fixed).encode(), "docs/cors.md": page.encode()}
    comparison = compare(plan_import(read_repository(tree), "work", "README.md"), read_hub(root))
    write_plan(root, comparison)
    return {it.path: it.status for it in comparison.changes if it.status != "same"}


def test_links_and_fields_that_mv_wrote_are_no_edit_by_hand(tmp_path):
    page = "# CORS\n\n{} text of the [shop](../README.md).\n"
    import_linked(tmp_path, "fixed", page.format("Old"))
    moved_by(tmp_path, "docs/cors.md", "concepts/deep/cors.md")
    moved_by(tmp_path, "challenges/slow-pages.md", "slow.md")
    mail = tmp_path / "content/challenges/lost-mail.md"
    mail.write_text(mail.read_text() + "Mine.\n")

    changes = import_linked(tmp_path, "fixed at last", page.format("New"))

    assert changes == {"slow.md": "changed", "concepts/deep/cors.md": "changed"}
    slow = (tmp_path / "content/slow.md").read_text()
    assert "fixed at last, see [cors](concepts/deep/cors.md)" in slow
    assert "redirect_from: [challenges/slow-pages/]\n" in slow
    cors = (tmp_path / "content/concepts/deep/cors.md").read_text()
    assert "New text of the [shop](../../index.md)." in cors
    assert errors_in(tmp_path) == []
    assert import_linked(tmp_path, "fixed at last", page.format("New")) == {}


def test_a_moved_file_that_a_hand_broke_is_kept(tmp_path):
    import_text(tmp_path, README)
    moved_by(tmp_path, "technologies/redis.md", "concepts/redis.md")
    path = tmp_path / "content/concepts/redis.md"
    path.write_text("---\nredirect_from: [technologies/redis/]\ntitle: [Mine\n---\n")

    assert import_text(tmp_path, LONGER)["concepts/redis.md"] == "kept"


def test_an_entry_in_front_changes_no_other_and_is_no_news_of_one_that_is_kept(tmp_path):
    first = "# Nexus\n\n## Challenges\n\n- **A** – one.\n- **B** – two.\n- **C** – three.\n"
    import_text(tmp_path, first)
    mine = tmp_path / "content/challenges/b.md"
    mine.write_text(mine.read_text() + "Mine.\n")

    more = first.replace("- **A**", "- **New** – zero.\n- **A**").replace(
        "- **C**", "- **D** – x.\n- **C**"
    )
    changes = import_text(tmp_path, more)

    assert changes == {"challenges/new.md": "new", "challenges/d.md": "new"}
    weights = {path.stem: weight for path, weight in weights_in(tmp_path).items()}
    assert sorted(weights, key=lambda it: weights[it]) == ["new", "a", "b", "d", "c"]


def test_another_order_of_the_source_comes_and_a_weight_of_a_hand_stays(tmp_path):
    first = "# Nexus\n\n## Challenges\n\n- **A** – one.\n- **B** – two.\n- **C** – three.\n"
    import_text(tmp_path, first)
    b = tmp_path / "content/challenges/b.md"
    b.write_text(with_weight(b.read_bytes(), 7).decode())
    turned = "# Nexus\n\n## Challenges\n\n- **C** – three.\n- **A** – one.\n- **B** – new.\n"

    assert import_text(tmp_path, turned) == {
        "challenges/c.md": "changed",
        "challenges/b.md": "changed",
    }
    weights = {path.stem: weight for path, weight in weights_in(tmp_path).items()}
    assert weights == {"c": -10, "a": 10, "b": 7}


NAMED = st.permutations("abcdefg").flatmap(
    lambda names: st.tuples(
        st.just(names), st.dictionaries(st.sampled_from(names), st.integers(-9, 9).filter(bool))
    )
)


@given(NAMED)
def test_weights_rise_and_stay_where_they_can(given_names):
    names, held = given_names

    weights = number(names, held)

    assert [*weights] == [*names]
    assert [*weights.values()] == sorted({*weights.values()} - {0})
    order = [held[name] for name in names if name in held]
    if order == sorted({*order}) and len(order) == len(names):
        assert weights == held


def test_ends_of_lines_that_git_changed_are_no_edit_by_hand(tmp_path):
    import_text(tmp_path, README)
    path = tmp_path / "content/technologies/redis.md"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert import_text(tmp_path, README) == {}
    assert import_text(tmp_path, LONGER)["technologies/redis.md"] == "changed"


def test_words_beside_a_kept_file_are_told_at_every_import(tmp_path):
    import_text(tmp_path, README)
    path = tmp_path / "content/technologies/redis.md"
    path.write_text("Mine.\n")

    for _ in range(2):
        import_text(tmp_path, LONGER)
        report = json.loads((tmp_path / ".nexusgen/import.json").read_text())
        (told,) = [it for it in report["left"] if "redis.md" in it["reason"]]
        assert "A fast cache." in told["text"]
        assert told["reason"] == "content/technologies/redis.md is kept as it is"
