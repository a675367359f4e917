"""What `.gitignore` leaves out is no content: as git says, and as git would say where there is none."""

import os
import shutil
import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nexusgen.disk import git as git_module
from nexusgen.disk.ignored import IgnoreFiles
from nexusgen.disk.snapshot import read_snapshot

PATHS = (
    "a.md", "b.md", "ab.md", "dir/a.md", "dir/b.txt", "dir/sub/a.md", "dir/sub/c.md", "b/dir/a.md",
    "b/x.md", "[x].md", "é.md", "sp ace.md", "#a.md", "!a.md",
)  # fmt: skip
SIGNS = st.sampled_from(
    ["a", "b", "dir", "sub", ".md", "*", "**", "?", "/", "[ab]", "[!a]", "[a-c]", "\\*", "x", "!", "#",
     " ", "[", "\\"]
)  # fmt: skip
LINES = st.lists(
    st.lists(SIGNS, min_size=1, max_size=5).map("".join)
    | st.sampled_from(
        [
            "*",
            "!*.md",
            "dir/",
            "!dir/",
            "/dir",
            "**/a.md",
            "dir/**",
            "!dir/sub/",
            "b/**/a.md",
            "*.md",
        ]
    ),
    min_size=1,
    max_size=4,
).map("\n".join)


def git(folder, *arguments):
    environ = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environ, check=True, capture_output=True
    ).stdout.decode(errors="surrogateescape")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("ignored")
    git(root, "init", "-q")
    for path in PATHS:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("x")
    return root


def kept_by_us(root):
    """Return the files that a walk finds which follows the rules."""
    rules, found = IgnoreFiles(root), set()

    def walk(place, prefix):
        names = {entry.name for entry in os.scandir(place)}
        left = rules(place, prefix, names)
        for name in names - {".git", ".gitignore"}:
            path = prefix + name
            if path in left:
                continue
            if not (place / name).is_dir():
                found.add(path)
            elif f"{path}/" not in left:
                walk(place / name, f"{path}/")

    walk(root, "")
    return found


@settings(max_examples=150)
@given(LINES, st.sampled_from(["", "dir/", "b/"]), LINES)
@example(lines="?**/.md", place="", more="")
@example(lines="dir***/x.md", place="dir/", more="***/x.md")
@example(lines="b/***", place="", more="")
def test_rules_mean_what_they_mean_to_git(folder, lines, place, more):
    for path in folder.rglob(".gitignore"):
        path.unlink()
    (folder / ".gitignore").write_text(lines)
    if place:
        (folder / place / ".gitignore").write_text(more)

    listed = git(folder, "ls-files", "--others", "--exclude-standard", "-z").split("\0")

    wanted = {path for path in listed if path and not path.endswith(".gitignore")}
    assert kept_by_us(folder) == wanted


@pytest.mark.parametrize(
    "text", [b"\xef\xbb\xbfa.md\n", b"b.md\r\na.md\r\n", "é.md\na.md".encode()]
)
def test_rules_are_read_as_git_reads_them(folder, text):
    for path in folder.rglob(".gitignore"):
        path.unlink()
    (folder / ".gitignore").write_bytes(text)

    listed = git(folder, "ls-files", "--others", "--exclude-standard", "-z").split("\0")

    assert kept_by_us(folder) == {path for path in listed if path and path != ".gitignore"}
    assert "a.md" not in kept_by_us(folder)


@pytest.mark.parametrize("checkout", ["none", "hub", "above"])
@pytest.mark.parametrize("content", ["", "content/"])
@pytest.mark.parametrize("place", ["", "content/", "content/journal/"])
def test_what_is_ignored_is_in_no_file_of_the_site(site, checkout, content, place):
    place = place.replace("content/", content)
    for path in ("journal/zebra.md", "yak.private.md", "journal/deep/emu.md", "open.md"):
        site.write(f"{content}{path}", f"# {path}\n\nThe canary-{path.rpartition('/')[2]}.")
    lines = {"": "/{0}journal/\n*.private.md\n", "content/": "journal\n*.private.md\n"}
    rules = "*\n" if place.endswith("journal/") else lines[place and "content/"].format(content)
    site.write(f"{place}.gitignore", rules)
    if checkout != "none":
        git(site.root if checkout == "hub" else site.root.parent, "init", "-q")

    site.build()

    words = b"\n".join(site.tree().values())
    assert b"canary-open.md" in words
    for name in ("zebra", "emu"):
        assert f"canary-{name}.md".encode() not in words
    assert (b"canary-yak" in words) == place.endswith("journal/")


@pytest.mark.parametrize("content", ["", "content/"])
@pytest.mark.parametrize("place", ["clone", "user", "home", "setting", "link"])
def test_what_git_ignores_by_rules_from_elsewhere_is_in_no_file_of_the_site(
    site, tmp_path, monkeypatch, content, place
):
    site.write(f"{content}open.md", "# O\n\nopen").write(f"{content}a.own.md", "# A\n\nzebra")
    git(site.root, "init", "-q")
    rules = tmp_path / "home/.config/git/ignore"
    rules.parent.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("GIT_CONFIG_GLOBAL", raising=False)
    git_module._user_settings.cache_clear()
    if place == "clone":
        rules = site.root / ".git/info/exclude"
    elif place == "user":
        (tmp_path / "home/.gitconfig").write_text("[core]\n\texcludesFile = ~/mine\n")
        rules = tmp_path / "home/mine"
    elif place == "setting":
        git(site.root, "config", "core.excludesFile", "mine")
        rules = site.root / "mine"
    elif place == "link":
        rules.symlink_to(tmp_path / "mine")
        rules = tmp_path / "mine"
    rules.parent.mkdir(exist_ok=True)
    rules.write_text("*.own.md\n")

    words = b"\n".join(site.build().tree().values())
    git_module._user_settings.cache_clear()

    assert b"open" in words
    assert b"zebra" not in words


@pytest.mark.parametrize("content", ["", "content/"])
def test_rules_count_in_a_checkout_where_git_cannot_be_asked(site, monkeypatch, content):
    site.write(f"{content}open.md", "# O\n\nopen").write(f"{content}own/a.md", "# A\n\nzebra")
    site.write(".gitignore", "own/\n")
    git(site.root, "init", "-q")
    monkeypatch.setenv("PATH", "/nowhere")

    words = b"\n".join(site.build().tree().values())

    assert b"open" in words
    assert b"zebra" not in words


def test_what_is_tracked_is_content_all_the_same(site):
    site.settings().note("a.md", title="A").note("b.md", title="B")
    git(site.root, "init", "-q")
    git(site.root, "add", "content/a.md")
    site.write(".gitignore", "*.md\n")

    assert set(site.snapshot().files) == {"content/a.md", "content/site.yml"}


def test_rules_that_do_not_reach_the_content_ask_git_nothing(site, monkeypatch):
    site.settings().note("a.md", title="A").write(".gitignore", "/output/\n/.nexusgen/\nbuild/\n")
    git(site.root, "init", "-q")
    monkeypatch.setattr("nexusgen.disk.snapshot.read_ignored", lambda *_: pytest.fail("asked"))

    assert "content/a.md" in site.snapshot().files


def test_an_edit_of_the_rules_is_followed_by_the_next_build(site):
    site.settings().note("a.md", title="A").note("b.md", title="B").build()
    assert "b/index.html" in site.tree()

    site.write(".gitignore", "b.md\n").build()
    assert "b/index.html" not in site.tree()

    site.remove(".gitignore").build()
    assert "b/index.html" in site.tree()


@pytest.mark.parametrize("checkout", [True, False])
@pytest.mark.parametrize("content", ["", "content/"])
def test_rules_that_leave_nothing_are_told(site, checkout, content):
    site.write(f"{content}notes/a.md", "# A").write(".gitignore", "*\n")
    if checkout:
        git(site.root, "init", "-q")

    assert [one.code for one in site.snapshot().problems] == ["file.ignored"]
    site.write(".gitignore", "b.md\n")
    assert site.snapshot().problems == ()


@pytest.mark.skipif(os.name == "nt", reason="needs links and pipes")
@pytest.mark.parametrize("what", ["link", "pipe", "folder"])
def test_rules_that_are_no_file_are_none(site, tmp_path, what):
    site.note("a.md", title="A")
    (tmp_path / "rules").write_text("*\n")
    place = site.root / ".gitignore"
    {"link": lambda: place.symlink_to(tmp_path / "rules"), "pipe": lambda: os.mkfifo(place),
     "folder": place.mkdir}[what]()  # fmt: skip

    assert "content/a.md" in read_snapshot(site.root).files


def test_the_case_of_the_collection_holds(shared, site):
    shutil.copytree(shared / "cases/P3-gitignored/in", site.root, dirs_exist_ok=True)
    for path in site.root.rglob("*"):
        path.chmod(0o755)
    site.root.chmod(0o755)
    site.write("journal/day.md", "zebra-secret").write("a.private.md", "yak-secret")

    words = b"\n".join(site.build().tree().values())

    assert b"Hello." in words
    assert b"-secret" not in words


@pytest.mark.parametrize("in_git", [True, False])
@pytest.mark.parametrize("root", ["", "content/"])
def test_link_to_what_is_ignored_says_so_as_long_as_it_is(site, root, in_git):
    if in_git:
        git(site.root, "init", "-q")
    site.write(f"{root}secret/x.png", "x").write(f"{root}b.txt", "x")
    site.write(f"{root}a.md", "![p](secret/x.png) [n](secret/n.md) [t](b.txt) [no](no.txt)")
    if root:
        site.settings()

    site.write(".gitignore", "secret/\noutput/\n").build()
    told = [one.message for one in site.problems if one.code == "link.broken"]
    assert told == [
        'link target "secret/x.png" is left out by `.gitignore`',
        'link target "secret/n.md" is left out by `.gitignore`',
        'link target "no.txt" does not exist',
    ]

    site.write(".gitignore", "output/\n").build()
    told = [one.message for one in site.problems if one.code == "link.broken"]
    assert told == [f'link target "{path}" does not exist' for path in ("secret/n.md", "no.txt")]
