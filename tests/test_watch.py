"""Watching: whatever becomes of events, the preview ends at what a clean build gives."""

import errno
import itertools
import os
import random
import shutil
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from watchdog.observers import Observer

from nexusgen.build import build_site
from nexusgen.disk.snapshot import SnapshotOptions, read_snapshot
from nexusgen.disk.watch import Watcher, watched_folders
from nexusgen.incremental.errors import SourceChangedError
from nexusgen.incremental.memo import Memo
from tests.previewing import served, until

NEVER = (3600.0, 3600.0)
"""A heart so slow that nothing is found by it."""


@pytest.fixture
def hub(site):
    """Return a small strict hub with a folder of notes."""
    site.settings("base_url: https://example.org/hub/\n").note("index.md", "Home.", title="Home")
    for number in range(5):
        site.note(f"notes/n{number}.md", f"Words {number}.", title=f"Note {number}")
    return site


def clean(site):
    """Return every file of a clean build of the hub as it is now, by path."""
    options = SnapshotOptions(leave_out=(site.root / "output",))
    build = build_site(read_snapshot(site.root, options), Memo())
    return {path: output.render() for path, output in build.outputs.items()}


class Times:
    """Counts ticks that an event caused: those of the heart come a second apart."""

    def __init__(self, root, **options):
        self.watcher = Watcher(root, (root / "output",), **options)
        self.times = []
        self.thread = threading.Thread(target=self._take, daemon=True)
        self.thread.start()
        until(lambda: self.times)  # the watch begins with a look of its own
        time.sleep(0.3)
        self.times.clear()

    def _take(self):
        for _ in self.watcher.ticks():
            self.times.append(time.monotonic())

    def close(self):
        self.watcher.stop()
        self.thread.join(5)
        assert not self.thread.is_alive()


@pytest.fixture
def times(site, monkeypatch):
    """Return a function that watches the hub with a heart too slow to be mistaken for a hint."""
    monkeypatch.setattr("nexusgen.disk.watch.HEARTBEAT", NEVER)
    made = []

    def make(**options):
        made.append(Times(site.root, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


def in_place(path, text):
    path.write_text(text)


def atomic(path, text):
    aside = path.with_name(f".{path.name}.tmp")
    aside.write_text(text)
    aside.replace(path)


def like_vim(path, text):
    backup = path.with_name(f"{path.name}~")
    (path.parent / "4913").write_text("")
    (path.parent / "4913").unlink()
    path.rename(backup)
    path.write_text(text)
    backup.unlink()


def like_emacs(path, text):
    lock = path.with_name(f".#{path.name}")
    lock.symlink_to("user@host")
    path.write_text(text)
    lock.unlink()


def by_two_writes(path, text):
    with path.open("w") as file:
        file.write(text[:3])
        file.flush()
        file.write(text[3:])


@pytest.mark.parametrize("save", [in_place, atomic, like_vim, like_emacs, by_two_writes])
def test_each_way_to_save_is_one_tick(hub, times, save, monkeypatch):
    monkeypatch.setattr("nexusgen.disk.watch.QUIET", 0.25)  # longer than a busy machine pauses
    watch = times()
    save(hub.root / "content" / "notes" / "n1.md", "New words.")

    until(lambda: watch.times)
    time.sleep(0.5)

    assert len(watch.times) == 1


def test_reading_writing_output_and_state_are_no_changes(hub, times):
    hub.build()
    watch = times()

    hub.snapshot()
    for path in (hub.root / "content").rglob("*"):
        if path.is_file():
            path.read_bytes()
    (hub.root / "output" / "index.html").write_text("x")
    (hub.root / ".nexusgen" / "x").write_text("x")
    time.sleep(0.5)

    assert watch.times == []


def test_new_folders_are_watched_at_once(hub, times):
    watch = times()
    for number in range(10):
        folder = hub.root / "content" / f"a{number}" / "b" / "c"
        folder.mkdir(parents=True)
        (folder / "x.md").write_text("x")
    until(lambda: watch.times)
    time.sleep(0.3)
    watch.times.clear()

    for number in range(10):
        in_place(hub.root / "content" / f"a{number}" / "b" / "c" / "x.md", "y")
        until(lambda: watch.times)
        time.sleep(0.2)
        watch.times.clear()


def test_writing_without_end_is_looked_at_in_between(hub, times):
    watch = times()

    def write_more():
        in_place(hub.root / "content" / "notes" / "n1.md", str(time.monotonic()))
        return len(watch.times) >= 2

    until(write_more, 0.01)


def test_a_content_folder_that_is_made_anew_is_watched_again(hub, times):
    watch = times()
    content = hub.root / "content"
    shutil.rmtree(content)
    until(lambda: watch.times)
    content.mkdir()
    time.sleep(0.5)
    watch.times.clear()

    in_place(content / "new.md", "New words.")

    until(lambda: watch.times)


def test_a_dead_emitter_is_replaced_at_the_next_heartbeat(hub, monkeypatch):
    monkeypatch.setattr("nexusgen.disk.watch.HEARTBEAT", (0.2, 0.2))
    watch = Times(hub.root)
    observer = watch.watcher._observer
    for emitter in list(observer.emitters):
        emitter.stop()
    until(lambda: watch.watcher._observer is not observer)
    monkeypatch.setattr("nexusgen.disk.watch.HEARTBEAT", NEVER)
    time.sleep(0.5)
    watch.times.clear()

    in_place(hub.root / "content" / "index.md", "x")

    until(lambda: watch.times)
    watch.close()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EMFILE])
def test_where_the_system_refuses_to_watch_it_looks_by_itself_and_says_so(hub, number):
    notes = []

    class Refusing(Observer):  # type: ignore[valid-type,misc]  # chosen at run time
        def schedule(self, *arguments, **options):
            raise OSError(number, "inotify watch limit reached")

    watch = Times(hub.root, observer=Refusing, note=notes.append)
    until(lambda: len(watch.times) >= 2)
    watch.close()

    assert len(notes) == 1
    assert "inotify watch limit reached" in notes[0]
    assert "fs.inotify.max_user_watches" in notes[0]


def test_polling_needs_no_events(hub):
    def no_observer():
        raise AssertionError("an observer was made")

    watch = Times(hub.root, poll=True, observer=no_observer)
    until(lambda: len(watch.times) >= 2)
    watch.close()


def test_only_folders_with_sources_are_watched(hub):
    hub.build()
    for name in ("templates", "node_modules", ".git", "nexusgen"):
        (hub.root / name).mkdir()
    names = {path.name for path in watched_folders(hub.root, (hub.root / "output",))}

    assert names == {"content", "templates"}


def test_the_preview_shows_at_once_what_an_extension_reads_beside_the_content(hub, monkeypatch):
    monkeypatch.setattr("nexusgen.disk.watch.HEARTBEAT", NEVER)
    hub.settings("markdown_extensions:\n  pymdownx.snippets: {base_path: [parts]}\n")
    hub.write("parts/deep/a.md", "Old words.").write("other/b.md", "")
    hub.note("notes/n1.md", '--8<-- "deep/a.md"')
    with served(hub.root) as preview:
        assert "Old words." in preview.page("notes/n1/")
        until(lambda: preview.watcher.is_watching)
        time.sleep(0.3)

        hub.write("parts/deep/a.md", "New words.")

        until(lambda: "New words." in preview.page("notes/n1/"))
        assert any("changed parts/deep/a.md" in line for line in preview.said)
        watched = watched_folders(hub.root, (), frozenset({"parts"}))
        assert {path.name for path in watched} == {"content", "parts"}


def test_in_a_folder_of_notes_all_but_output_and_dots_is_watched(tmp_path):
    for name in ("deep", "output", ".git", ".well-known", "node_modules", "content.d"):
        (tmp_path / name).mkdir()
    names = {path.name for path in watched_folders(tmp_path, (tmp_path / "output",))}

    assert names == {"deep", ".well-known", "content.d"}


class Unreliable(Observer):  # type: ignore[valid-type,misc]  # chosen at run time
    """Drops, doubles and reorders events, and now and then lets an emitter die."""

    dice = random.Random(7)

    def dispatch_events(self, event_queue):
        item = event_queue.get(block=True)
        chance = self.dice.random()
        if chance < 0.05 and self.emitters:
            self.dice.choice(sorted(self.emitters, key=id)).stop()
        if chance > 0.3:
            event_queue.put(item)
            super().dispatch_events(event_queue)
        if chance > 0.9:
            event_queue.put(item)


def save_one(dice, root, note):
    dice.choice([in_place, atomic, by_two_writes])(note, words(dice))


def save_many(dice, root, note):
    for number in range(20):
        in_place(note.with_name(f"many{number}.md"), words(dice))


def break_one(dice, root, note):
    in_place(note, "---\ntitle: 'open\n---\n")


def remove_one(dice, root, note):
    note.unlink(missing_ok=True)


def rename_one(dice, root, note):
    if note.exists():
        note.replace(note.with_name(f"n{dice.randrange(8)}.md"))


def remove_folder(dice, root, note):
    shutil.rmtree(note.parent)


def change_settings(dice, root, note):
    settings = f"title: Hub {dice.randrange(9)}\nbase_url: https://e.org/hub/\n"
    in_place(root / "content" / "site.yml", settings)


def change_template(dice, root, note):
    (root / "templates").mkdir(exist_ok=True)
    text = "{% extends 'theme/base.html' %}{# " + str(dice.random()) + " #}"
    in_place(root / "templates" / "base.html", text)


ACTS = [save_one, save_one, save_one, save_many, break_one, remove_one, rename_one, remove_folder,
        change_settings, change_template]  # fmt: skip


def words(dice):
    title, tag = dice.randrange(100), dice.randrange(3)
    return f"---\ntitle: Note {title}\ntags: [t{tag}]\n---\nWords {dice.random()}.\n"


def storm(dice, root):
    """Do one of the things that people and their tools do to a hub."""
    note = root / "content" / "notes" / f"n{dice.randrange(8)}.md"
    note.parent.mkdir(parents=True, exist_ok=True)
    dice.choice(ACTS)(dice, root, note)


@pytest.mark.filterwarnings("ignore:Callback with id")  # watchdog wonders at folders made anew
@pytest.mark.parametrize("seed", range(int(os.environ.get("NEXUSGEN_STORMS", "8"))))
def test_after_a_storm_of_edits_the_preview_equals_a_clean_build(hub, seed):
    """The observer lies, threads die, and still all is right in the end."""
    dice = random.Random(seed)
    with served(hub.root, observer=Unreliable) as preview:
        for _ in range(dice.randrange(3, 25)):
            storm(dice, hub.root)
            time.sleep(dice.choice([0, 0, 0.01, 0.06]))
        for note in sorted((hub.root / "content").rglob("n*.md")):
            if "'open" in note.read_text():
                in_place(note, "Mended.")
        expected = clean(hub)
        until(lambda: preview.outputs() == expected, 0.02)


def test_five_hundred_files_at_once_are_one_build(hub):
    with served(hub.root) as preview:
        before = preview.state.shown.number
        for number in range(500):
            hub.write(f"content/notes/x{number}.md", f"# Title {number}\n\nWords.\n")
        until(lambda: "notes/x499/index.html" in preview.state.shown.build.outputs)
        time.sleep(0.5)

        assert preview.outputs() == clean(hub)
        assert preview.state.shown.number - before <= 3


def test_a_broken_page_stays_as_it_last_was_until_it_is_mended(hub):
    with served(hub.root) as preview:
        hub.write("content/notes/n1.md", "---\ntitle: 'open\n---\nNew words.")
        until(lambda: preview.state.shown.problems)
        broken = preview.page("notes/n1/")
        hub.write("content/notes/n1.md", "New words.")
        until(lambda: not preview.state.shown.problems)

        assert "Words 1." in broken
        assert "New words." in preview.page("notes/n1/")


def test_broken_settings_and_a_missing_content_folder_are_survived(hub):
    with served(hub.root) as preview:
        settings = (hub.root / "content" / "site.yml").read_text()
        hub.write("content/site.yml", "title: [")
        until(lambda: preview.state.shown.problems)
        assert "Words 1." in preview.page("notes/n1/")

        (hub.root / "content").rename(hub.root / "gone")
        time.sleep(0.3)
        (hub.root / "gone").rename(hub.root / "content")
        hub.write("content/site.yml", settings)
        until(lambda: not preview.state.shown.problems and preview.base == "/hub/")
        until(lambda: preview.outputs() == clean(hub))


def test_a_page_whose_template_fails_is_shown_as_it_was_with_the_problem(hub):
    with served(hub.root) as preview:
        assert "Words 1." in preview.page("notes/n1/")
        hub.write("templates/note.html", "{{ nothing.at.all }}")
        until(lambda: preview.state.shown.number > 0)
        status, _, body = preview.ask("/hub/notes/n1/")
        never_rendered = preview.ask("/hub/notes/n2/")

        assert (status, b"Words 1." in body) == (200, True)
        assert never_rendered[0] == 500
        assert b"templates/note.html" in never_rendered[2]
        assert preview.state.shown.problems[0].path == "templates/note.html"

        hub.remove("templates/note.html")
        until(lambda: not preview.state.shown.problems)
        assert "Words 2." in preview.page("notes/n2/")


def test_of_a_template_that_fails_its_newest_failure_alone_is_told(hub):
    def errors():
        return [one.message.partition(",")[0] for one in preview.state.shown.problems]

    def edit(text):
        hub.write("templates/note.html", text)
        number = len(preview.said)
        until(lambda: len(preview.said) > number)

    with served(hub.root) as preview:
        edit("{{ entry.titel }}")
        preview.page("notes/n1/")
        until(lambda: errors() == ['entry has no "titel"'])
        edit("{{ entry.title | shout }}")
        until(lambda: errors() == ["no filter named 'shout'"])
        edit("{{ entry.titel }}")
        until(lambda: errors() == ['entry has no "titel"'])
        edit("{{ entry.tilte }}")
        until(lambda: errors() == ['entry has no "tilte"'])
        assert not any("solved" in text for text in preview.said)
        edit("{{ entry.title }}")
        until(lambda: errors() == [])

        assert preview.said.count("all errors are solved\n") == 1


def test_pages_that_are_planned_when_they_are_asked_for_may_be_asked_for_at_once(hub, monkeypatch):
    monkeypatch.setattr("nexusgen.pages.plan.MAX_KEPT", 0)
    monkeypatch.setattr("nexusgen.pages.plan.FEW", 100)
    outputs = hub.pure_build().outputs
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            paths = sorted(outputs) * 5
            done = [*pool.map(lambda path: outputs[path].render(), paths)]
    finally:
        sys.setswitchinterval(interval)

    assert done[: len(outputs)] == [outputs[path].render() for path in sorted(outputs)]


def test_sources_that_change_again_in_each_build_are_followed_all_the_same(hub, monkeypatch):
    numbers = itertools.count()

    def build(snapshot, memo):
        number = next(numbers)
        hub.write("content/site.yml", f"title: Hub {number}\nbase_url: https://example.org/hub/\n")
        hub.write("content/notes/n1.md", f"Words {number}.")
        return build_site(snapshot, memo)

    with served(hub.root) as preview:
        monkeypatch.setattr("nexusgen.preview.rebuild.build_site", build)
        hub.write("content/notes/n2.md", "New words.")

        until(lambda: preview.state.shown.build.site.title == "Hub 2")


def test_a_file_that_no_page_uses_is_no_line(hub):
    with served(hub.root) as preview:
        preview.said.clear()
        hub.write("content/notes/trace.log", "x")
        until(lambda: preview.state.shown.number > 0)
        hub.write("content/notes/n1.md", "New words.")
        until(lambda: any(preview.said))

    assert "changed content/notes/n1.md, rebuilt" in next(filter(None, preview.said))


def test_an_edit_that_leaves_no_event_is_found_by_the_heart(hub):
    class Silent(Observer):  # type: ignore[valid-type,misc]  # chosen at run time
        def dispatch_events(self, event_queue):
            event_queue.get(block=True)

    with served(hub.root, observer=Silent) as preview:
        time.sleep(0.3)
        hub.write("content/notes/n1.md", "Found words.")

        until(lambda: "Found words." in preview.page("notes/n1/"))


def test_a_bug_in_a_round_is_shown_and_the_next_round_goes_on(hub, capsys, monkeypatch):
    with served(hub.root) as preview:
        with monkeypatch.context() as patch:
            patch.setattr("nexusgen.preview.rebuild.build_site", lambda *_: 1 / 0)
            hub.write("content/notes/n1.md", "New words.")
            until(lambda: preview.state.shown.failure)
            assert "Words 1." in preview.page("notes/n1/")
        hub.write("content/notes/n1.md", "Newer words.")
        until(lambda: "Newer words." in preview.page("notes/n1/"))

    assert "ZeroDivisionError" in capsys.readouterr().err
    assert preview.state.shown.failure == ""


def test_a_store_that_is_destroyed_meanwhile_costs_only_a_build(hub):
    with served(hub.root) as preview:
        for path in (hub.root / ".nexusgen").glob("memo*"):
            path.write_bytes(b"not a database")

        assert "Words 3." in preview.page("notes/n3/")
        hub.write("content/notes/n1.md", "New words.")
        until(lambda: "New words." in preview.page("notes/n1/"))


def test_while_a_page_is_broken_all_of_the_last_good_site_can_be_had(hub):
    """Also what was never asked for, and whose source and kept result are gone by now."""
    hub.write("content/static/words.txt", "Old.")
    with served(hub.root) as preview:
        (hub.root / ".nexusgen" / "memo").unlink()
        hub.write("content/static/words.txt", "New.")
        hub.write("content/notes/n1.md", "---\ntitle: 'open\n---\nNew words.")
        until(lambda: preview.state.shown.problems)

        assert preview.ask("/hub/static/words.txt")[::2] == (200, b"New.")
        assert preview.ask("/hub/notes/n2/")[0] == 200
        assert preview.ask("/hub/notes/n1/")[0] == 200


def test_a_template_that_changes_while_a_page_is_made_is_no_fault_of_the_page(hub):
    hub.write("templates/base.html", "{% extends 'theme/base.html' %}")
    build = hub.pure_build()
    hub.write("templates/base.html", "{% extends 'theme/base.html' %}{# new #}")

    with pytest.raises(SourceChangedError):
        build.outputs["notes/n1/index.html"].render()
