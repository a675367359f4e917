"""Writing a site: only what differs, whole or not at all, and never over what is not ours."""

import os
import time

import pytest

from nexusgen.core.model import Build, Output, Outputs, Site
from nexusgen.core.problems import NexusgenError, Problem
from nexusgen.disk.output import Destination, write_site
from nexusgen.disk.state import (
    Manifest,
    check_output,
    is_up_to_date,
    load_manifest,
    require_ours,
)
from nexusgen.pages.theme import RenderError
from tests.conftest import read_tree


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
    monkeypatch.setattr("nexusgen.disk.output.PAGE_TIMEOUT", 0.2)
    endless = "{% for i in range(99999) %}{% for j in range(99999) %}x{% endfor %}{% endfor %}"
    site.settings().note("notes/a.md", title="A").write("templates/note.html", endless)

    site.build()

    assert site.codes == ["template.error"]
    assert site.problems[0].path == "templates/note.html"
    assert "takes longer" in site.problems[0].message
