"""Writing a site: only what differs, whole or not at all, and never over what is not ours."""

import os
import shutil
import time
from contextlib import nullcontext
from pathlib import Path

import pytest

from nexusgen.core.builds import Build, Output, Outputs
from nexusgen.core.model import Site
from nexusgen.core.problems import NexusgenError, Problem
from nexusgen.disk import files
from nexusgen.disk.hub import Request, clean_hub, verify_hub
from nexusgen.disk.manifest import (
    UNFINISHED,
    Files,
    Folders,
    Manifest,
    check_output,
    is_up_to_date,
    load_manifest,
    manifest_path,
    require_ours,
)
from nexusgen.disk.output import Destination, write_site
from nexusgen.disk.state import save
from nexusgen.pages.theme import RenderError, Theme
from tests.conftest import PIXEL, SiteTest, read_tree


class Folder:
    """An output folder, the manifest of it, and the pages that were rendered last."""

    def __init__(self, path):
        self.path = path
        self.manifest = Manifest()
        self.rendered: list[str] = []
        self.lenient = False

    def write(self, pages: dict[str, object], jobs=1):
        self.rendered = []
        build = Build(
            Site("Hub", (), lenient=self.lenient),
            Outputs({path: self.page(path, text) for path, text in pages.items()}),
            (),
        )
        return self.write_build(build, jobs)

    def write_build(self, build, jobs=1):
        aside = self.path.parent / ".nexusgen/new"
        to = Destination(self.path, self.manifest, self.remember, aside, self.lenient)
        report = write_site(build, to, jobs)
        self.manifest = report.manifest
        return report

    def page(self, path, text):
        def render():
            self.rendered.append(path)
            if isinstance(text, Exception):
                raise text
            return text.encode()

        return Output(path, str(text).encode(), render, dict)

    def remember(self, manifest):
        self.manifest = manifest

    @property
    def tree(self):
        return {path: data.decode() for path, data in read_tree(self.path).items()}


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "output")


BROKEN = RenderError(Problem("templates/base.html", 3, 1, "template.error", "no"))


def test_fresh_site_is_written_whole(folder):
    pages = {"index.html": "home", "a/index.html": "a"}

    report = folder.write(pages)

    assert folder.tree == pages
    assert set(report.written) == pages.keys()
    assert not (folder.path.parent / ".nexusgen/new").exists()


def test_only_what_changed_is_rendered_and_written(folder):
    folder.write({"index.html": "home", "a/index.html": "a"})
    before = (folder.path / "index.html").stat().st_mtime_ns

    report = folder.write({"index.html": "home", "a/index.html": "b"})

    assert folder.rendered == ["a/index.html"]
    assert report.written == ("a/index.html",)
    assert (folder.path / "index.html").stat().st_mtime_ns == before


def test_equal_bytes_under_another_key_keep_their_file(folder):
    folder.write({"a.txt": "a"})
    before = (folder.path / "a.txt").stat()
    build = Build(
        Site("Hub", ()), Outputs({"a.txt": Output("a.txt", b"new", lambda: b"a", dict)}), ()
    )

    report = folder.write_build(build)

    assert report.written == ()
    assert (folder.path / "a.txt").stat().st_mtime_ns == before.st_mtime_ns
    assert folder.manifest.files["a.txt"].key == b"new"


@pytest.mark.parametrize("harm", ["edit", "delete", "same size and time", "link", "folder"])
def test_tampering_is_repaired(folder, harm, tmp_path):
    folder.write({"index.html": "home", "a/index.html": "aaaa"})
    page = folder.path / "a/index.html"
    status = page.stat()
    if harm == "edit":
        page.write_text("other text")
    elif harm == "same size and time":
        page.write_text("bbbb")
        os.utime(page, ns=(status.st_atime_ns, status.st_mtime_ns))
    else:
        page.unlink()
        if harm == "link":
            (tmp_path / "secret").write_text("secret")
            page.symlink_to(tmp_path / "secret")
        elif harm == "folder":
            page.mkdir()

    folder.write({"index.html": "home", "a/index.html": "aaaa"})

    assert folder.tree == {"index.html": "home", "a/index.html": "aaaa"}
    assert harm != "link" or (tmp_path / "secret").read_text() == "secret"


def test_removed_page_leaves_nothing_behind(folder):
    folder.write({"index.html": "home", "a/b/index.html": "b"})

    report = folder.write({"index.html": "home"})

    assert report.removed == ("a/b/index.html",)
    assert not (folder.path / "a").exists()


def test_file_becomes_folder_and_back(folder):
    folder.write({"a": "file", "x": "x"})
    folder.write({"a/index.html": "folder", "x": "x"})
    assert folder.tree == {"a/index.html": "folder", "x": "x"}

    folder.write({"a": "file", "x": "x"})
    assert folder.tree == {"a": "file", "x": "x"}


def test_foreign_files_are_kept_and_reported(folder):
    folder.write({"index.html": "home"})
    (folder.path / "CNAME").write_text("example.org")
    (folder.path / ".git").mkdir()
    (folder.path / ".git/config").write_text("x")

    report = folder.write({"index.html": "new"})

    assert report.manifest.foreign == ("CNAME",)
    assert (folder.path / "CNAME").read_text() == "example.org"


def test_failing_page_leaves_the_old_site(folder):
    folder.write({"index.html": "home", "a.html": "a"})

    report = folder.write({"index.html": "new", "a.html": BROKEN, "b.html": BROKEN})

    assert folder.tree == {"index.html": "home", "a.html": "a"}
    assert report.problems
    assert folder.write({"index.html": "new", "a.html": "b"}).written == ("a.html", "index.html")


def test_lenient_hub_writes_what_it_can(folder):
    folder.lenient = True
    folder.write({"index.html": "home", "a.html": "a"})

    folder.write({"index.html": "new", "a.html": BROKEN})

    assert folder.tree == {"index.html": "new", "a.html": "a"}
    folder.write({"index.html": "new", "a.html": "b"})
    assert folder.tree == {"index.html": "new", "a.html": "b"}
    folder.write({"index.html": "new", "a.html": BROKEN})
    folder.write({"index.html": "new"})
    assert folder.tree == {"index.html": "new"}


def test_page_that_failed_is_tried_again_though_nothing_changed(folder):
    folder.lenient = True
    folder.write({"a.html": "a"})
    pages = {"a.html": BROKEN}

    first, second = folder.write(pages), folder.write(pages)

    assert first.problems == second.problems == (BROKEN.problem,)
    assert folder.rendered == ["a.html"]


@pytest.mark.parametrize("fresh", [True, False])
def test_result_does_not_depend_on_the_number_of_workers(folder, fresh):
    pages = {f"{number}/index.html": f"page {number}" for number in range(100)}
    if not fresh:
        folder.write({"0/index.html": "old", "old.html": "old"})

    folder.write(pages, jobs=3)

    assert folder.tree == pages


def test_failing_disk_leaves_the_old_site(folder, monkeypatch):
    folder.write({"index.html": "home"})
    monkeypatch.setattr("nexusgen.disk.output._write", lambda *_: os.open("/", os.O_WRONLY))

    with pytest.raises(NexusgenError, match="cannot write") as caught:
        folder.write({"index.html": "new"})

    assert caught.value.exit_code == 3
    assert folder.tree == {"index.html": "home"}
    monkeypatch.undo()
    folder.write({"index.html": "new"})
    assert folder.tree == {"index.html": "new"}


def test_files_can_be_read_by_everybody(folder):
    mask = os.umask(0o077)
    try:
        folder.write({"a/index.html": "a"})
    finally:
        os.umask(mask)

    assert (folder.path / "a/index.html").stat().st_mode & 0o777 == 0o644
    assert (folder.path / "a").stat().st_mode & 0o777 == 0o755
    assert folder.path.stat().st_mode & 0o777 == 0o755


def test_up_to_date_looks_at_every_file(folder):
    folder.write({"index.html": "home", "a.html": "a"})
    manifest = Manifest(folder.manifest.files, inputs=b"same")

    assert is_up_to_date(folder.path, manifest, b"same")
    assert not is_up_to_date(folder.path, manifest, b"other")
    time.sleep(0.01)
    (folder.path / "a.html").write_text("b")
    assert not is_up_to_date(folder.path, manifest, b"same")


@pytest.mark.parametrize(
    "place", [".", "content", "content/x", "..", "templates", ".nexusgen", "/"]
)
def test_dangerous_output_is_refused(tmp_path, place):
    root = tmp_path / "hub"
    (root / "content").mkdir(parents=True)

    with pytest.raises(NexusgenError, match="refusing"):
        check_output(root, root / place)


def test_output_below_home_is_refused_only_at_home_itself(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    root = tmp_path / "hub"
    (root / "content").mkdir(parents=True)

    check_output(root, tmp_path / "public")
    with pytest.raises(NexusgenError, match="refusing"):
        check_output(root, tmp_path)


def test_output_and_the_folders_around_it_are_made(site, tmp_path):
    site.settings().build(output=tmp_path / "new/one/site")

    assert read_tree(tmp_path / "new/one/site") == rendered(site)


def test_folder_of_somebody_else_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")

    with pytest.raises(NexusgenError, match="did not write"):
        require_ours(tmp_path, load_manifest(tmp_path / "hub", tmp_path))


def test_our_pages_are_known_without_the_manifest(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/index.html").write_text('<meta name="generator" content="nexusgen 1">')
    (tmp_path / "theirs.html").write_text("<p>")

    assert list(load_manifest(tmp_path / "hub", tmp_path).files) == ["a/index.html"]


def test_page_that_never_ends_is_a_problem(site, monkeypatch):
    endless = "{% for i in range(99999) %}{% for j in range(99999) %}x{% endfor %}{% endfor %}"
    site.settings().note("notes/a.md", title="A").write("templates/note.html", "x").build()
    site.write("templates/note.html", endless)
    monkeypatch.setattr("nexusgen.pages.sandbox.MAX_STEPS", 100_000)

    site.build()

    assert site.codes == ["template.unsafe"]
    assert site.problems[0].path == "templates/note.html"
    assert "steps" in site.problems[0].message


def test_keep_going_writes_all_pages_but_those_that_fail_from_the_first_build_on(site):
    site.settings().note("notes/a.md", title="A").note("concepts/b.md", title="B")
    site.write("templates/note.html", "{{ nope.x }}")

    site.build(keep_going=True)

    assert site.codes == ["template.undefined"]
    assert "concepts/b/index.html" in site.tree()
    assert "notes/a/index.html" not in site.tree()
    assert site.build().written == ()
    site.remove("templates/note.html").build()
    assert site.tree() == rendered(site)


def rendered(site):
    """Return the files of a build from nothing."""
    return {path: output.render() for path, output in site.pure_build().outputs.items()}


# What stands in the place of a page, or of its folder


@pytest.fixture
def built(site):
    """Return a built hub, whose `elsewhere` is a folder of a stranger with a page in it."""
    site.settings().note("notes/a.md", title="A").note("notes/b.md", title="B").build()
    elsewhere = site.root.parent / "elsewhere"
    (elsewhere / "a").mkdir(parents=True)
    (elsewhere / "a/index.html").write_text("precious")
    return site


HARMS = {
    "empty folder": lambda page, _: (page.unlink(), page.mkdir()),
    "folders in it": lambda page, _: (page.unlink(), (page / "x/y").mkdir(parents=True)),
    "link to a file": lambda page, e: (page.unlink(), page.symlink_to(e / "a/index.html")),
    "link to a folder": lambda page, e: (page.unlink(), page.symlink_to(e)),
    "dangling link": lambda page, _: (page.unlink(), page.symlink_to("nowhere")),
    "link as folder": lambda page, e: (
        shutil.rmtree(page.parent.parent),
        page.parent.parent.symlink_to(e),
    ),
    "folder moved behind a link": lambda page, e: (
        page.parent.parent.rename(e / "notes"),
        page.parent.parent.symlink_to(e / "notes"),
    ),
    "link to a folder with a file in the way": lambda page, e: (
        (e / "b").write_text("in the way"),
        shutil.rmtree(page.parent.parent),
        page.parent.parent.symlink_to(e),
    ),
    "dangling link as folder": lambda page, _: (
        shutil.rmtree(page.parent),
        page.parent.symlink_to("nowhere"),
    ),
    "pipe": lambda page, _: (page.unlink(), os.mkfifo(page)),
}


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX links")
@pytest.mark.parametrize("edit", [False, True], ids=["same sources", "edited"])
@pytest.mark.parametrize("harm", HARMS)
def test_what_takes_the_place_of_a_page_gives_way_and_nothing_is_written_through_it(
    built, harm, edit
):
    elsewhere = built.root.parent / "elsewhere"
    HARMS[harm](built.root / "output/notes/a/index.html", elsewhere)
    before = read_tree(elsewhere)
    if edit:
        built.note("notes/a.md", "More.", title="A")

    built.build()

    assert built.tree() == rendered(built)
    assert not [path for path in (built.root / "output").rglob("*") if path.is_symlink()]
    assert read_tree(elsewhere) == before


def test_page_that_is_gone_is_not_removed_behind_a_link(built):
    elsewhere = built.root.parent / "elsewhere"
    HARMS["link as folder"](built.root / "output/notes/a/index.html", elsewhere)

    built.remove("content/notes").build()

    assert read_tree(elsewhere) == {"a/index.html": b"precious"}


@pytest.mark.parametrize("place", ["notes/a/index.html/mine.txt", "notes/a", "notes"])
def test_file_of_somebody_else_in_the_way_of_a_page_stops_the_build(built, place):
    target = built.root / "output" / place
    blocked = built.root / "output/notes"
    shutil.rmtree(blocked)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("mine")
    before = built.tree()

    with pytest.raises(NexusgenError, match=f"{place} is in the way of a page") as caught:
        built.build()

    assert caught.value.exit_code == 3
    assert built.tree() == before
    target.rename(built.root / "mine.txt")
    assert built.build().tree() == rendered(built)


def test_output_that_is_a_link_is_refused_unless_a_person_named_it(built):
    elsewhere = built.root.parent / "elsewhere"
    shutil.rmtree(built.root / "output")
    (built.root / "output").symlink_to(elsewhere)

    with pytest.raises(NexusgenError, match="is a link"):
        built.build()
    shutil.rmtree(elsewhere / "a")
    built.build(output=built.root / "output")

    assert read_tree(elsewhere) == rendered(built)


def test_check_does_not_look_behind_an_output_that_is_a_link(built, monkeypatch):
    elsewhere = built.root.parent / "elsewhere"
    shutil.rmtree(built.root / "output")
    shutil.rmtree(built.root / ".nexusgen")
    (built.root / "output").symlink_to(elsewhere)
    monkeypatch.setattr("nexusgen.disk.manifest.files_in", lambda _: pytest.fail("looked behind"))

    assert built.check().outcome.failed is False


# State that was lost, or that somebody else made


@pytest.fixture
def varied(site):
    """Return a built hub with every kind of file, and a file of the author's in its output."""
    site.settings("base_url: https://example.org/\n")
    site.note("notes/a.md", "![p](p.png)", title="A", redirect_from="[old/]", tags="[t]")
    site.write("content/notes/p.png", PIXEL).write("content/notes/CNAME.txt", "y")
    site.build().write("output/notes/mine.png", "mine").write("output/mine.xml", "mine")
    return site


@pytest.mark.parametrize("lost", ["all", "manifest", "damaged", "emptied"])
def test_files_of_ours_go_although_the_state_was_lost(varied, lost):
    state = varied.root / ".nexusgen"
    (manifest,) = state.glob("output-*")
    if lost == "all":
        shutil.rmtree(state)
    elif lost == "manifest":
        manifest.unlink()
    else:
        manifest.write_bytes(b"" if lost == "emptied" else b"x" * 100)
    varied.remove("content/notes").note("concepts/b.md", title="B")

    tree = varied.build().tree()

    assert (tree.pop("notes/mine.png"), tree.pop("mine.xml")) == (b"mine", b"mine")
    assert tree == rendered(varied)
    told = [varied.build().outcome.report.manifest.foreign for _ in range(2)]
    assert told == [("mine.xml", "notes/mine.png")] * 2
    varied.remove("output/mine.xml").build()
    assert varied.outcome.report.manifest.foreign == ("notes/mine.png",)


def test_file_that_somebody_put_in_the_place_of_ours_stays_when_the_state_was_lost(varied):
    shutil.rmtree(varied.root / ".nexusgen")
    varied.write("output/notes/p.png", "my own").remove("content/notes/p.png")
    varied.note("notes/a.md", title="A")

    varied.build()

    assert varied.output("notes/p.png") == "my own"
    assert "notes/p.png" in varied.outcome.report.manifest.foreign


def test_pages_feeds_and_redirects_are_known_even_on_another_machine(varied, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "other machine"))
    shutil.rmtree(varied.root / ".nexusgen")
    varied.remove("content/notes").note("concepts/b.md", title="B")

    tree = varied.build().tree()

    assert not [path for path in tree if path.startswith("old/") or path.endswith("a/index.html")]
    foreign = varied.outcome.report.manifest.foreign
    assert {"mine.xml", "notes/mine.png", "notes/p.png"} <= set(foreign)
    assert tree.keys() - rendered(varied).keys() == set(foreign)


def test_nothing_of_a_page_that_is_hidden_stays_on_another_machine(varied, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "other machine"))
    varied.note("notes/a.md", "Words.", title="A", private="true").write(
        "output/x/index.md", "mine"
    )

    tree = varied.build().tree()

    assert tree.keys() - rendered(varied).keys() == {
        "mine.xml",
        "notes/mine.png",
        "notes/p.png",
        "x/index.md",
    }


def test_sheets_of_the_theme_are_known_even_on_another_machine(varied, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "other machine"))
    varied.write("templates/assets/site.css", "a{}").write("output/assets/mine.css", "mine")

    tree = varied.build().tree()

    assert tree.keys() - rendered(varied).keys() == {
        "assets/mine.css",
        "mine.xml",
        "notes/mine.png",
    }


def test_pages_that_come_back_with_an_older_output_go(varied):
    shutil.copytree(varied.root / "output", varied.root / "away")
    varied.remove("content/notes").note("concepts/b.md", title="B").build()
    shutil.copytree(varied.root / "away", varied.root / "output", dirs_exist_ok=True)

    tree = varied.build().tree()

    others = {"mine.xml", "notes/mine.png", "notes/p.png"}
    assert tree.keys() - rendered(varied).keys() == others
    assert {*varied.outcome.report.manifest.foreign} == others


def test_verification_finds_what_came_into_the_output_since(varied):
    varied.build()
    old = '<meta name="generator" content="nexusgen 1">'
    varied.write("output/late.txt", "mine").write("output/old/note/index.html", old)

    outcome, differences = verify_hub(Request(varied.root))

    assert differences == ()
    assert outcome.report.removed == ("old/note/index.html",)
    assert "late.txt" in outcome.report.manifest.foreign


@pytest.fixture
def neighbour(site, tmp_path):
    """Return another hub than `site`, of which a folder holds the site."""
    root = tmp_path / "neighbour"
    other = SiteTest(root).settings().note("notes/theirs.md", title="Theirs")
    return other.build(output=tmp_path / "pages/til")


@pytest.mark.parametrize("place", ["pages", "pages/til"])
def test_folder_with_the_site_of_another_hub_is_refused(site, neighbour, tmp_path, place):
    theirs = read_tree(tmp_path / "pages/til")

    with pytest.raises(NexusgenError, match="did not write"):
        site.settings().build(output=tmp_path / place)

    assert read_tree(tmp_path / "pages/til") == theirs


def test_folder_of_the_site_of_another_hub_is_refused(site, neighbour, tmp_path):
    theirs = read_tree(tmp_path / "pages/til")

    with pytest.raises(NexusgenError, match="did not write"):
        site.settings().build(output=tmp_path / "pages/til/notes")

    assert read_tree(tmp_path / "pages/til") == theirs


def test_site_of_another_hub_stays_in_a_folder_of_ours_when_the_state_was_lost(
    site, neighbour, tmp_path
):
    theirs = read_tree(tmp_path / "pages/til")
    site.settings().note("notes/a.md", title="A").build(output=tmp_path / "pages", force=True)
    shutil.rmtree(site.root / ".nexusgen")

    site.build(output=tmp_path / "pages")

    assert read_tree(tmp_path / "pages/til") == theirs
    assert "til/index.html" in site.outcome.report.manifest.foreign


@pytest.mark.parametrize("place", ["pages", "pages/til"])
def test_cleaning_leaves_the_site_of_another_hub(site, neighbour, tmp_path, place, monkeypatch):
    theirs = read_tree(tmp_path / "pages/til")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "other machine"))

    with pytest.raises(NexusgenError, match="knows of no site"):
        clean_hub(Request(site.settings().root, tmp_path / place))

    assert read_tree(tmp_path / "pages/til") == theirs


def test_site_that_its_hub_left_for_another_folder_is_still_its_own(site, neighbour, tmp_path):
    shutil.rmtree(neighbour.root / ".nexusgen")
    moved = SiteTest(neighbour.root.rename(tmp_path / "moved"))

    moved.remove("content/notes/theirs.md").note("notes/b.md", title="B")
    moved.build(output=tmp_path / "pages/til")

    assert read_tree(tmp_path / "pages/til") == rendered(moved)


@pytest.mark.parametrize("home", ["nowhere", "a file", ""])
def test_home_that_cannot_be_written_costs_nothing(site, monkeypatch, home, tmp_path):
    (tmp_path / "a file").write_text("")
    for name in ("XDG_STATE_HOME", "HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / home / "x") if home else "relative")

    site.settings().note("notes/a.md", title="A").build()

    assert site.tree() == rendered(site)


@pytest.mark.parametrize("path", ["/{victim}", "../victim", "notes/../../victim", ".", ""])
def test_manifest_that_names_files_outside_of_the_output_counts_for_nothing(built, path):
    victim = built.root / "victim"
    victim.write_text("precious")
    path = path.format(victim=str(victim).lstrip("/"))
    manifest = Manifest(Files().updated({path: UNFINISHED}))
    save(manifest_path(built.root, built.root / "output"), manifest)

    built.build()

    assert victim.read_text() == "precious"
    assert built.tree() == rendered(built)


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX links")
@pytest.mark.parametrize("command", ["build", "check", "snapshot"])
@pytest.mark.parametrize(
    "name", [".gitignore", "lock", "files", "dates", "memo", "memo-wal", "manifest", "new"]
)
@pytest.mark.parametrize("dangling", [False, True])
def test_links_in_the_state_are_never_followed(built, name, command, dangling):
    elsewhere = built.root.parent / "elsewhere"
    if name == "manifest":
        (manifest,) = (built.root / ".nexusgen").glob("output-*")
        name = manifest.name
    link = built.root / ".nexusgen" / name
    link.unlink(missing_ok=True)
    victim = elsewhere / ("nothing" if dangling else "a" if name == "new" else "a/index.html")
    link.symlink_to(victim)
    before = read_tree(elsewhere)
    built.note("notes/a.md", "More.", title="A")

    getattr(built, command)()

    assert read_tree(elsewhere) == before
    assert not link.is_symlink()


@pytest.mark.parametrize("command", ["build", "check", "snapshot"])
def test_state_that_is_a_link_is_refused(built, command):
    elsewhere = built.root.parent / "elsewhere"
    shutil.rmtree(built.root / ".nexusgen")
    (built.root / ".nexusgen").symlink_to(elsewhere)

    with pytest.raises(NexusgenError, match="is a link"):
        getattr(built, command)()

    assert read_tree(elsewhere) == {"a/index.html": b"precious"}


@pytest.mark.parametrize("name", [".output.new", ".site.new"])
def test_folders_beside_the_output_are_not_touched(built, name):
    mine = built.root.parent / name
    mine.mkdir()
    (mine / "keep.txt").write_text("mine")

    built.build(output=built.root.parent / name.split(".")[1])

    assert read_tree(mine) == {"keep.txt": b"mine"}


def test_another_version_of_the_program_writes_what_it_makes_otherwise(site, monkeypatch):
    from nexusgen.pages import assets

    site.settings().note("notes/a.md", title="A").build()
    monkeypatch.setattr(assets, "lean_css", lambda sheet: b"/* otherwise */" + sheet)
    for module in ("hub", "snapshot"):
        monkeypatch.setattr(f"nexusgen.disk.{module}.engine_digest", lambda _: b"another")
    written = site.build().written

    assert [path for path in written if path.endswith(".css")]
    assert not [path for path in written if path.endswith(".html")]
    assert site.build().written == ()


@pytest.mark.parametrize("busy", [1, 3, 4])
def test_file_that_another_program_reads_for_a_moment_is_replaced(tmp_path, monkeypatch, busy):
    """As on Windows, which lets nobody replace a file that is open."""
    replace, calls = Path.replace, []

    def refuse(path, target):
        calls.append(path)
        if len(calls) <= busy:
            raise PermissionError(13, "it is open")
        return replace(path, target)

    monkeypatch.setattr(files, "PAUSES", (0, 0))
    monkeypatch.setattr(Path, "replace", refuse)
    (tmp_path / "page").write_text("old")

    with nullcontext() if busy < 4 else pytest.raises(PermissionError):
        files.replace_file(tmp_path / "page", b"new")

    assert [path.name for path in tmp_path.iterdir()] == ["page"]
    assert (tmp_path / "page").read_text() == ("old" if busy == 4 else "new")


def test_a_hub_that_moved_knows_which_files_are_its_own(site):
    site.settings().note("a.md").build(base_url="https://example.org/")
    assert "sitemap.xml" in site.tree()

    moved = SiteTest(site.root.rename(site.root.with_name("moved"))).build()

    assert "sitemap.xml" not in moved.tree()
    assert moved.outcome.report.manifest.foreign == ()


def test_new_files_of_a_build_that_was_ended_are_known_as_ours(site, monkeypatch):
    def end(*_):
        raise KeyboardInterrupt

    site.settings().note("a.md").build()
    site.write("content/static/b.bin", "b")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("nexusgen.disk.output._manifest", end)
        site.build()
    assert "static/b.bin" in site.tree()

    site.remove("content/static").build()

    assert "static/b.bin" not in site.tree()


def test_a_build_of_which_a_page_failed_is_done_again(site, monkeypatch):
    def fail(*_):
        raise BROKEN

    site.settings().note("a.md")
    with monkeypatch.context() as patch:
        patch.setattr(Theme, "render", fail)
        site.build(keep_going=True)
    assert BROKEN.problem in site.problems

    site.build()

    assert site.problems == ()
    assert "a/index.html" in site.tree()


def test_a_folder_is_told_from_a_link_also_where_it_is_new(tmp_path):
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "link").symlink_to("a")
    folders = Folders(tmp_path)

    assert folders["a"] and folders["a/b"]
    assert not (folders["link"] or folders["link/b"] or folders["a/gone"])
    (tmp_path / "a/later").mkdir()
    assert folders["a/later"]
