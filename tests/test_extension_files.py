"""Files that Markdown extensions open by themselves: inputs like all others, or out of reach."""

import os
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from nexusgen.disk.extension_files import FOLDER, HubFiles
from nexusgen.disk.snapshot import read_snapshot
from nexusgen.incremental import digests
from nexusgen.incremental.errors import SourceChangedError
from nexusgen.markdown.math import formula

SNIPPETS = "markdown_extensions:\n  pymdownx.snippets: {base_path: [snippets]}\n"
PAGE = "notes/a/index.html"
ASKING = "tests.test_extension_files"


def clean(site):
    """Return every page of a build from nothing."""
    return {path: output.render() for path, output in site.pure_build().outputs.items()}


@pytest.fixture
def snippets(site):
    site.settings(SNIPPETS).write("snippets/one.md", "First.\n").note("notes/b.md")
    return site.note("notes/a.md", '--8<-- "one.md"', title="A").build()


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (lambda site: site.write("snippets/one.md", "Second.\n"), "Second."),
        (lambda site: site.write("snippets/one.md", '--8<-- "two.md"\n'), ""),
        (lambda site: site.remove("snippets/one.md"), ""),
        (lambda site: site.remove("snippets"), ""),
    ],
    ids=["edited", "names another", "gone", "folder gone"],
)
def test_page_follows_the_files_that_its_extension_reads(snippets, edit, expected):
    assert "First." in snippets.output(PAGE)

    edit(snippets).build()

    assert "First." not in snippets.output(PAGE)
    assert expected in snippets.output(PAGE)
    assert "notes/b/index.html" not in snippets.written
    assert snippets.tree() == clean(snippets)


def test_page_follows_a_file_that_came_and_one_that_another_names(snippets):
    snippets.write("snippets/one.md", '--8<-- "two.md"\n').build()
    snippets.write("snippets/two.md", "Third.\n").build()
    assert "Third." in snippets.output(PAGE)

    snippets.write("snippets/two.md", "Fourth.\n").build()

    assert "Fourth." in snippets.output(PAGE)
    assert snippets.tree() == clean(snippets)
    assert snippets.build().written == ()


def test_file_as_it_was_before_makes_the_page_that_was_there_before(snippets):
    before = snippets.tree()
    snippets.write("snippets/one.md", "Second.\n").build()

    assert snippets.write("snippets/one.md", "First.\n").build().tree() == before


def test_library_that_is_first_needed_meanwhile_may_load_what_is_its_own(
    site, monkeypatch, tmp_path
):
    pytest.importorskip("latex2mathml")
    for name in [name for name in sys.modules if name.partition(".")[0] == "latex2mathml"]:
        monkeypatch.delitem(sys.modules, name)
    installed, linked = sysconfig.get_path("purelib"), os.fspath(tmp_path / "linked")
    Path(linked).symlink_to(installed, target_is_directory=True)
    monkeypatch.setattr(sys, "path", [linked if path == installed else path for path in sys.path])
    monkeypatch.setattr(sysconfig, "get_path", lambda _name: linked)
    formula.cache_clear()

    site.settings(SNIPPETS).note("notes/a.md", "Here $e^x$ grows.", title="A").build()

    assert site.problems == ()
    assert "<msup>" in site.output(PAGE)


def test_file_that_no_page_reads_changes_none(snippets):
    assert snippets.write("snippets/other.md", "Nobody.\n").build().written == ()


def test_files_lie_in_the_hub_wherever_one_stands(snippets, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    assert snippets.tree() == clean(snippets)


def test_extension_without_a_folder_of_its_own_reads_from_the_root(site):
    site.settings("markdown_extensions: [pymdownx.snippets]\n").write("LICENCE", "Free.\n")
    site.note("notes/a.md", '--8<-- "LICENCE"').build()
    assert "Free." in site.output(PAGE)

    site.write("LICENCE", "Sold.\n").build()

    assert "Sold." in site.output(PAGE)


@pytest.mark.parametrize("folder", ["/", "..", "linked"])
def test_file_outside_the_hub_is_in_no_page(site, folder):
    secret = site.root.parent / "secret.md"
    secret.write_text("Secret.")
    (site.root / "linked").symlink_to(site.root.parent)
    name = str(secret).lstrip("/") if folder == "/" else "secret.md"
    site.settings(
        "markdown_extensions:\n"
        f"  pymdownx.snippets: {{base_path: ['{folder}'], restrict_base_path: false}}\n"
    )

    site.note("notes/a.md", f'--8<-- "{name}"\n').build()

    assert "Secret" not in site.output(PAGE)
    assert [code for code in site.codes if code != "markdown.outside"] == []
    assert ("markdown.outside" in site.codes) == (folder != "linked")
    assert site.tree() == clean(site)


class Asking(Preprocessor):
    """Puts what a question gives in the place of a text that asks it."""

    def run(self, lines):
        if lines[0] not in QUESTIONS:
            return lines
        try:
            return [f"Got {QUESTIONS[lines[0]]()}"]
        except OSError as error:
            return [f"Refused: {type(error).__name__}"]


class AskingExtension(Extension):
    """Reads a file when it is made, and asks when it runs."""

    def __init__(self):
        super().__init__()
        self.made = Path("word.txt").read_text() if os.path.exists("word.txt") else ""  # noqa: PTH110

    def extendMarkdown(self, md):  # noqa: N802 (the library's name)
        md.preprocessors.register(Asking(md), "asking", 20)
        QUESTIONS["made"] = lambda: self.made


def opened(**more):
    with open("word.txt", **more) as file:  # noqa: PTH123
        return file.read()


QUESTIONS = {
    "open": opened,
    "bytes": lambda: opened(mode="rb"),
    "path": lambda: Path("word.txt").read_text(encoding="ascii"),
    "absolute": lambda: Path("word.txt").absolute().read_text(),
    "size": lambda: Path("word.txt").stat().st_size,
    "folder": lambda: (Path("content").is_dir(), Path("content/notes").is_file()),
    "package": lambda: "Extension" in Path(str(sys.modules["markdown.core"].__file__)).read_text(),
    "open a folder": lambda: open("content"),  # noqa: PTH123, SIM115
    "write": lambda: opened(mode="w"),
    "go around": lambda: os.open("word.txt", os.O_RDONLY),
    "list": lambda: os.listdir("content"),  # noqa: PTH208
    "walk": lambda: list(Path.cwd().glob("*")),
    "connect": lambda: socket.create_connection(("127.0.0.1", 9)),
    "run": lambda: subprocess.run(["true"], check=True),
}


@pytest.fixture
def asking(site, monkeypatch):
    monkeypatch.setattr("nexusgen.markdown.extensions.KNOWN_PACKAGES", ("tests",))
    site.settings(f"markdown_extensions: ['{ASKING}:AskingExtension']\n")
    return site.write("word.txt", "mellon")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("open", "Got mellon"),
        ("bytes", "Got b'mellon'"),
        ("path", "Got mellon"),
        ("absolute", "Got mellon"),
        ("size", "Got 6"),
        ("folder", "Got (True, False)"),
        ("package", "Got True"),
        ("made", "Got mellon"),
    ],
)
def test_extension_reads_the_hub_in_every_way_of_python(asking, question, answer):
    asking.note("notes/a.md", question).build()

    assert answer in asking.output(PAGE)
    assert asking.problems == ()


@pytest.mark.parametrize("question", ["open", "made", "size"])
def test_text_is_read_again_when_an_extension_would_read_something_else(asking, question):
    asking.note("notes/a.md", question).note("notes/c.md", question).build()

    asking.write("word.txt", "friend!").build()

    assert "mellon" not in asking.output(PAGE)
    assert asking.tree() == clean(asking)


def test_what_traces_an_extension_may_look_at_the_machine(asking, tmp_path, monkeypatch):
    (tmp_path / "tracing_tool.py").write_text(
        "import os\nseen = {}\n"
        "def trace(frame, event, argument):\n"
        "    if frame.f_code not in seen:\n"
        "        seen[frame.f_code] = os.path.exists('/etc')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    tool = __import__("tracing_tool")
    before = sys.gettrace()
    sys.settrace(tool.trace)
    try:
        asking.note("notes/a.md", "open").build()
    finally:
        sys.settrace(before)

    assert any(tool.seen.values())
    assert asking.problems == ()


@pytest.mark.parametrize("question", ["write", "go around", "list", "walk", "connect", "run"])
def test_what_no_digest_can_tell_of_is_refused(asking, question):
    asking.note("notes/a.md", question).build()

    assert "Got" not in asking.output(PAGE).replace("Got []", "")
    assert asking.codes == ["markdown.outside"]
    assert ASKING in asking.problems[0].message


def test_python_can_do_afterwards_what_it_could_before(asking, tmp_path):
    asking.note("notes/a.md", "open").build()
    (tmp_path / "link").symlink_to("nowhere")

    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        assert os.stat("link", dir_fd=folder, follow_symlinks=False).st_size == len("nowhere")
    finally:
        os.close(folder)
    assert os.stat in os.supports_dir_fd & os.supports_follow_symlinks
    assert Path.cwd().samefile(os.curdir)


def test_folder_is_no_file(asking):
    asking.note("notes/a.md", "open a folder").build()

    assert "Refused: IsADirectoryError" in asking.output(PAGE)
    assert asking.problems == ()


def test_file_that_changes_while_it_is_read_is_no_result(snippets):
    snippets.write("snippets/one.txt", "First.\n")
    files = HubFiles(snippets.root, snippets.snapshot())
    snippets.write("snippets/one.txt", "Second.\n")

    with pytest.raises(SourceChangedError), files.watch():
        ask_in_vain("snippets/one.txt")

    assert Path(snippets.root / "snippets/one.txt").read_text() == "Second.\n"


def ask_in_vain(path):
    with pytest.raises(SourceChangedError):
        open(path)  # noqa: PTH123, SIM115


def test_state_tells_files_folders_and_nothing_apart(snippets):
    files = HubFiles(snippets.root, snippets.snapshot())

    assert files.states["snippets"] == files.states[""] == FOLDER
    assert files.states["snippets/one.md"] != files.states["content/notes/a.md"]
    assert "snippets/none.md" not in files.states


@pytest.mark.parametrize(
    ("name", "counts"), [("third_party.words", True), ("words", True), ("toc", False)]
)
def test_upgrade_of_an_extension_is_another_input(site, monkeypatch, tmp_path, name, counts):
    site.settings(f"markdown_extensions: [{name}]\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "packages")])
    folder = tmp_path / "packages" / "words-1.0.dist-info"
    folder.mkdir(parents=True)
    before = read_snapshot(site.root).libraries

    folder.rename(folder.with_name("words-1.1.dist-info"))

    assert (read_snapshot(site.root).libraries != before) is counts


@pytest.mark.parametrize("path", ["loud.py", "loud/marks.py"])
def test_an_edited_extension_is_another_input(site, monkeypatch, tmp_path, path):
    site.settings("markdown_extensions: [shout]\n")
    packages = tmp_path / "packages"
    monkeypatch.syspath_prepend(str(packages))
    code, info = packages / path, packages / "loud-1.0.dist-info"
    for folder in (code.parent, info):
        folder.mkdir(parents=True, exist_ok=True)
    (code.parent / "__init__.py").touch()
    (info / "entry_points.txt").write_text("[markdown.extensions]\nshout = loud:Loud\n")
    code.write_text("MARK = 1\n")
    before = libraries_in_a_new_process(site.root)

    code.write_text("MARK = 2\n")

    assert libraries_in_a_new_process(site.root) != before


def libraries_in_a_new_process(root):
    for known in (digests.extension_digest, digests.engine_digest):
        known.cache_clear()
    return read_snapshot(root).libraries
