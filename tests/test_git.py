"""A repository of somebody else: read, and not one of the programs that its settings name is run."""

import os
import shlex
import shutil
import subprocess

import pytest
from click.testing import CliRunner

from nexusgen.cli import main
from nexusgen.disk import git as git_module
from nexusgen.disk.git import Git, GitError, find_repository, remote_address
from nexusgen.disk.snapshot import read_history, read_ignored
from tests.previewing import served

# Every setting in git's documentation (git help --config) whose value is, or leads to, a program.
SETTINGS = (
    "alias.add",
    "alias.check-ignore",
    "alias.config",
    "alias.log",
    "alias.ls-files",
    "alias.status",
    "browser.canary.cmd",
    "browser.canary.path",
    "core.alternateRefsCommand",
    "core.askPass",
    "core.editor",
    "core.fsmonitor",
    "core.gitProxy",
    "core.hooksPath",
    "core.pager",
    "core.sshCommand",
    "credential.helper",
    "credential.https://example.org.helper",
    "diff.canary.command",
    "diff.canary.textconv",
    "diff.external",
    "difftool.canary.cmd",
    "difftool.canary.path",
    "filter.canary.clean",
    "filter.canary.process",
    "filter.canary.smudge",
    "gc.recentObjectsHook",
    "gpg.program",
    "gpg.openpgp.program",
    "gpg.ssh.program",
    "gpg.ssh.defaultKeyCommand",
    "gpg.x509.program",
    "guitool.canary.cmd",
    "hook.canary.command",
    "help.browser",
    "http.proxy",
    "imap.tunnel",
    "init.templateDir",
    "instaweb.browser",
    "instaweb.httpd",
    "interactive.diffFilter",
    "man.canary.cmd",
    "man.canary.path",
    "merge.canary.driver",
    "mergetool.canary.cmd",
    "mergetool.canary.path",
    "pager.check-ignore",
    "pager.config",
    "pager.log",
    "pager.ls-files",
    "pager.status",
    "receive.procReceiveRefs",
    "remote.origin.proxy",
    "remote.origin.receivepack",
    "remote.origin.uploadpack",
    "remote.origin.vcs",
    "sendemail.cccmd",
    "sendemail.headerCmd",
    "sendemail.sendmailcmd",
    "sendemail.smtpserver",
    "sendemail.tocmd",
    "sequence.editor",
    "submodule.inner.update",
    "tar.canary.command",
    "trailer.canary.cmd",
    "trailer.canary.command",
    "uploadpack.packObjectsHook",
    "web.browser",
)
# Settings that make git ask somebody, or run the programs named above, where it would not else.
SWITCHES = {
    "commit.gpgSign": "true",
    "core.fsyncObjectFiles": "true",
    "core.untrackedCache": "true",
    "core.worktree": "/",
    "diff.ignoreSubmodules": "none",
    "extensions.partialClone": "origin",
    "extensions.worktreeConfig": "true",
    "fetch.recurseSubmodules": "true",
    "gpg.format": "openpgp",
    "log.showSignature": "true",
    "protocol.allow": "always",
    "protocol.ext.allow": "always",
    "push.gpgSign": "true",
    "remote.origin.promisor": "true",
    "remote.pushDefault": "origin",
    "safe.bareRepository": "all",
    "safe.directory": "*",
    "status.submoduleSummary": "true",
    "submodule.recurse": "true",
}
VARIABLES = (
    "EDITOR",
    "GIT_ASKPASS",
    "GIT_EDITOR",
    "GIT_EXTERNAL_DIFF",
    "GIT_PAGER",
    "GIT_PROXY_COMMAND",
    "GIT_SEQUENCE_EDITOR",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "PAGER",
    "SSH_ASKPASS",
    "VISUAL",
)
HOOKS = (
    "applypatch-msg",
    "commit-msg",
    "fsmonitor-watchman",
    "post-applypatch",
    "post-checkout",
    "post-commit",
    "post-index-change",
    "post-merge",
    "post-receive",
    "post-rewrite",
    "post-update",
    "pre-applypatch",
    "pre-auto-gc",
    "pre-commit",
    "pre-merge-commit",
    "pre-push",
    "pre-rebase",
    "pre-receive",
    "prepare-commit-msg",
    "proc-receive",
    "push-to-checkout",
    "reference-transaction",
    "sendemail-validate",
    "update",
)
COMMANDS = (
    ["check"],
    ["build"],
    ["doctor"],
    ["mv", "notes/a.md", "notes/c.md"],
    ["rename-tag", "x", "y"],
    ["new", "note", "Another"],
    ["publish", "--dry-run", "--allow-dirty", "--replace"],
)
LAYOUTS = ("normal", "worktree", "submodule", "bare", "bare-inside", "with-submodule")
WAYS = ("config", "include", "includeIf", "config.worktree", "environment", "global")
PLACES = [
    *((layout, "config") for layout in LAYOUTS),
    *((layout, way) for layout in ("normal", "worktree") for way in WAYS[1:]),
]


def git(folder, *arguments, **environ):
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments]
    plain = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(
        command, cwd=folder, check=True, capture_output=True, env={**os.environ, **plain, **environ}
    )
    return done.stdout.decode().strip()


def runner(folder):
    repository = find_repository(folder)
    assert repository
    return Git(repository, folder)


class Canaries:
    """Programs that leave a mark when they are run, one for each name."""

    def __init__(self, folder):
        self.programs, self.marks = folder / "programs", folder / "marks"
        self.programs.mkdir(parents=True)
        self.marks.mkdir()

    def program(self, name):
        safe = name.replace("/", "_").replace(":", "_")
        path = self.programs / safe
        mark = shlex.quote(str(self.marks / safe))
        path.write_text(f"#!/bin/sh\ntouch {mark}\nexit 1\n")
        path.chmod(0o755)
        return str(path)

    def settings(self):
        """Return git settings that name a canary wherever they can name a program."""
        lines = [f"[include]\n\tpath = {self.programs}/nothing\n"]
        for key in SETTINGS:
            section, _, name = key.rpartition(".")
            head, dot, sub = section.partition(".")
            title = f'[{head} "{sub}"]' if dot else f"[{head}]"
            mark = "!" if head in ("alias", "credential", "submodule") else ""
            lines.append(f'{title}\n\t{name} = "{mark}{self.program(key)}"\n')
        for key, value in SWITCHES.items():
            section, _, name = key.rpartition(".")
            head, dot, sub = section.partition(".")
            lines.append(f'[{head} "{sub}"]' if dot else f"[{head}]")
            lines.append(f"\n\t{name} = {value}\n")
        lines.append('[remote "origin"]\n\turl = https://example.invalid/hub.git\n')
        lines.append(f'[url "ext::{self.program("insteadOf")} "]\n\tinsteadOf = https://\n')
        return "".join(lines)

    def hooks(self, folder):
        folder.mkdir(exist_ok=True)
        for name in HOOKS:
            shutil.copy(self.program(f"hook {name}"), folder / name)

    @property
    def ran(self):
        return sorted(path.name for path in self.marks.iterdir())


@pytest.fixture
def canaries(tmp_path):
    return Canaries(tmp_path / "canaries")


def hub_in(folder):
    """Write a hub whose attributes send every file through every driver."""
    for path, text in {
        "content/site.yml": "title: H\n",
        "content/notes/a.md": "---\ntags: [x]\n---\nSee [b](b.md).\n",
        "content/notes/b.md": "B\n",
        ".gitattributes": "* filter=canary diff=canary merge=canary\n",
        ".gitignore": "/output/\n/.nexusgen/\n",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def committed(folder):
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "work")


def laid_out(layout, folder):
    """Return a hub in a repository, the folder of its settings, and further such folders."""
    main_tree = folder / "main"
    main_tree.mkdir()
    hub_in(main_tree)
    git(main_tree, "init", "-q", "-b", "trunk")
    committed(main_tree)
    git(main_tree, "update-ref", "refs/remotes/origin/gh-pages", "HEAD")
    own = main_tree / ".git"
    if layout == "worktree":
        git(main_tree, "worktree", "add", "-q", str(folder / "tree"), "-b", "side")
        return folder / "tree", own, [own / "worktrees" / "tree"]
    if layout in ("submodule", "with-submodule"):
        return with_submodule(layout, main_tree, folder / "outer")
    if layout == "bare":
        bare = folder / "bare"
        git(folder, "clone", "-q", "--bare", str(main_tree), str(bare))
        hub_in(bare)
        return bare, bare, []
    if layout == "bare-inside":
        git(folder, "clone", "-q", "--bare", str(main_tree), str(main_tree / "content/b.git"))
        return main_tree, own, [main_tree / "content/b.git"]
    return main_tree, own, []


def with_submodule(layout, inner, outer):
    """Return what `laid_out` does, of a repository in which another one is a submodule."""
    outer.mkdir()
    hub_in(outer)
    git(outer, "init", "-q", "-b", "trunk")
    allowed = ("-c", "protocol.file.allow=always")
    git(outer, *allowed, "submodule", "add", "-q", str(inner), "content/inner")
    committed(outer)
    settings = outer / ".git/modules/content/inner"
    if layout == "submodule":
        return outer / "content/inner", settings, [outer / ".git"]
    return outer, outer / ".git", [settings]


def spoil(way, canaries, folders, monkeypatch, home):
    """Let git find the canaries, in one of the ways in which it comes by its settings."""
    text = canaries.settings()
    kept = home / "canaries.config"
    kept.write_text(text)
    if way == "global":
        (home / ".gitconfig").write_text(text)
        return
    if way == "environment":
        for name in VARIABLES:
            monkeypatch.setenv(name, canaries.program(name))
        monkeypatch.setenv("GIT_CONFIG", str(kept))
        monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(kept))
        monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
        monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.fsmonitor")
        monkeypatch.setenv("GIT_CONFIG_VALUE_0", canaries.program("GIT_CONFIG_COUNT"))
        monkeypatch.setenv("GIT_TEMPLATE_DIR", str(home))
        return
    for folder in folders:
        canaries.hooks(folder / "hooks")
        with (folder / "config").open("a") as file:
            if way == "config.worktree":
                file.write("[core]\n\trepositoryformatversion = 1\n")
                file.write("[extensions]\n\tworktreeConfig = true\n")
                (folder / "config.worktree").write_text(text)
            else:
                held = {"include": "[include]", "includeIf": '[includeIf "gitdir:/**"]'}
                file.write(f"{held[way]}\n\tpath = {kept}\n" if way in held else text)


@pytest.mark.parametrize(("layout", "way"), PLACES)
def test_no_command_runs_a_program_that_git_could_be_told_of(
    layout, way, canaries, tmp_path, monkeypatch
):
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("GIT_CONFIG_GLOBAL", raising=False)
    hub, own, others = laid_out(layout, tmp_path)
    missing = own / "objects" / git(own, "rev-parse", "HEAD:content/notes")[:2]
    spoil(way, canaries, [own, *others], monkeypatch, home)
    for path in hub.glob("content/**/*.md"):  # git would have to compare the files again
        os.utime(path, (1, 1))
    if way == "include":  # git would fetch it from the remote that promises to have it
        shutil.rmtree(missing)

    for command in COMMANDS:
        told = CliRunner().invoke(main, [command[0], "-C", str(hub), *command[1:]])
        assert "Traceback" not in told.output, (command, told.output)
        assert not told.exception or isinstance(told.exception, SystemExit), command
        assert canaries.ran == [], command
        if layout == "normal" and way == "config":
            assert told.exit_code == 0, told.output
    if way == "config":
        with served(hub) as site:
            assert site.page()
        assert canaries.ran == []


def test_canaries_do_run_where_git_is_called_as_it_is(canaries, tmp_path, monkeypatch):
    """Or the test above could not fail."""
    hub, own, _ = laid_out("normal", tmp_path)
    spoil("config", canaries, [own], monkeypatch, tmp_path)
    os.utime(hub / "content/notes/a.md", (1, 1))

    for command in (
        ["status"],
        ["fetch", "origin"],
        ["diff", "--ext-diff"],
        ["commit", "-am", "x"],
    ):
        subprocess.run(["git", *command], cwd=hub, check=False, capture_output=True, timeout=60)

    assert set(canaries.ran) >= {"core.fsmonitor", "filter.canary.process", "insteadOf"}


@pytest.mark.parametrize("layout", ["normal", "worktree", "submodule", "with-submodule"])
def test_commit_dates_and_what_is_ignored_are_those_of_git(layout, tmp_path):
    hub, _, _ = laid_out(layout, tmp_path)
    (hub / "output").mkdir()
    (hub / "output/x").write_text("")
    (hub / "content/x.tmp").write_text("")
    exclude = hub / git(hub, "rev-parse", "--git-path", "info/exclude")
    exclude.parent.mkdir(exist_ok=True)
    exclude.write_text("*.tmp\n")

    assert read_commit(hub) == git(hub, "rev-parse", "HEAD")
    assert set(read_dates(hub, "content")) >= {"content/notes/a.md", "content/notes/b.md"}
    assert read_ignored(runner(hub), "--directory") == {"output/", "content/x.tmp"}
    assert runner(hub / "content/notes").repository.branch == git(hub, "branch", "--show-current")


def test_what_the_user_ignores_everywhere_is_ignored(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("GIT_CONFIG_GLOBAL", raising=False)
    hub, _, _ = laid_out("normal", tmp_path)
    (hub / "content/x.one").write_text("")
    (hub / "content/x.two").write_text("")
    (tmp_path / ".config/git").mkdir(parents=True)
    (tmp_path / ".config/git/ignore").write_text("*.one\n")

    git_module._user_settings.cache_clear()
    assert read_ignored(runner(hub), "--directory") == {"content/x.one"}

    (tmp_path / "mine").write_text("*.two\n")
    (tmp_path / ".gitconfig").write_text("[core]\n\texcludesFile = ~/mine\n")
    git_module._user_settings.cache_clear()
    assert read_ignored(runner(hub), "--directory") == {"content/x.two"}
    git_module._user_settings.cache_clear()


def read_commit(root):
    repository = find_repository(root)
    return repository.commit() if repository else ""


def read_dates(root, content):
    return read_history(runner(root), content) if read_commit(root) else {}


@pytest.mark.parametrize("form", ["loose", "packed", "detached", "symbolic", "none", "sha256"])
def test_commit_is_found_in_every_form_of_a_ref(form, tmp_path):
    kind = ["--object-format=sha256"] if form == "sha256" else []
    git(tmp_path, "init", "-q", "-b", "one/two", *kind)
    if form != "none":
        hub_in(tmp_path)
        committed(tmp_path)
    arguments = {
        "packed": ["pack-refs", "--all"],
        "detached": ["checkout", "-q", "--detach"],
        "symbolic": ["symbolic-ref", "HEAD", "refs/heads/other"],
    }
    if form == "symbolic":
        git(tmp_path, "symbolic-ref", "refs/heads/other", "refs/heads/one/two")
    if form in arguments:
        git(tmp_path, *arguments[form])
    expected = "" if form == "none" else git(tmp_path, "rev-parse", "HEAD")

    assert read_commit(tmp_path) == expected
    assert bool(read_dates(tmp_path, "content")) == (form != "none")


def committed_on(folder, day):
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "work", GIT_AUTHOR_DATE=f"{day}T12:00:00Z")


def test_days_of_a_file_that_was_renamed_are_from_its_first_name_on(tmp_path):
    git(tmp_path, "init", "-q")
    hub_in(tmp_path)
    notes = tmp_path / "content/notes"
    committed_on(tmp_path, "2024-01-01")
    (notes / "b.md").rename(notes / "c.md")
    committed_on(tmp_path, "2024-01-02")
    (notes / "b.md").write_text("Another one, in its old place.\n")
    (notes / "c.md").rename(notes / "d.md")
    committed_on(tmp_path, "2024-01-03")
    (notes / "d.md").rename(notes / "e.md")
    (notes / "e.md").write_text("It says something else now, so it is taken for a new one.\n")
    committed_on(tmp_path, "2024-01-04")

    dates = read_dates(tmp_path, "content")

    assert dates["content/notes/d.md"] == ("2024-01-01", "2024-01-04")
    assert dates["content/notes/b.md"] == ("2024-01-03", "2024-01-03")
    assert dates["content/notes/e.md"] == ("2024-01-04", "2024-01-04")
    assert dates["content/notes/a.md"] == ("2024-01-01", "2024-01-01")


@pytest.mark.parametrize("name", ["/dev/zero", "../../../../etc/hostname", "refs/heads/\0", "x"])
def test_a_ref_that_leads_elsewhere_leads_nowhere(name, tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / ".git/HEAD").write_text(f"ref: {name}\n")

    assert read_commit(tmp_path) == ""


def test_replaced_commits_and_grafts_change_no_date(tmp_path):
    hub, _, _ = laid_out("normal", tmp_path)
    before = read_dates(hub, "content")
    tree = git(hub, "rev-parse", "HEAD^{tree}")
    late = {"GIT_AUTHOR_DATE": "2001-01-01T00:00:00Z"}
    git(hub, "replace", "HEAD", git(hub, "commit-tree", "-m", "x", tree, **late))

    assert git(hub, "log", "-1", "--format=%as") == "2001-01-01"
    assert read_dates(hub, "content") == before


def test_address_of_a_remote_is_read_as_it_is_written(tmp_path):
    git(tmp_path, "init", "-q")
    repository = runner(tmp_path).repository
    assert remote_address(repository, "origin") == ""

    git(tmp_path, "remote", "add", "origin", "https://example.org/a.git")
    assert remote_address(repository, "origin") == "https://example.org/a.git"

    git(tmp_path, "remote", "set-url", "--push", "origin", "git@example.org:a.git")
    assert remote_address(repository, "origin") == "git@example.org:a.git"


def test_refusal_says_what_was_tried_and_why(tmp_path):
    git(tmp_path, "init", "-q")

    with pytest.raises(GitError, match="git could not find it: fatal: "):
        runner(tmp_path).run("find it", "rev-parse", "HEAD~3")


def test_missing_program_is_told(tmp_path, monkeypatch):
    git(tmp_path, "init", "-q")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(GitError, match="git is not installed"):
        runner(tmp_path).run("say so", "--version")


def test_program_of_the_folder_is_not_taken_for_git(canaries, tmp_path, monkeypatch):
    git(tmp_path, "init", "-q")
    shutil.copy(canaries.program("git"), tmp_path / "git")
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)

    assert runner(tmp_path).ask("--version").startswith("git version")
    assert canaries.ran == []


@pytest.mark.parametrize("place", ["objects/info/alternates", "objects/pack/pack-1.idx", "index"])
def test_a_pipe_in_a_repository_is_not_waited_for(tmp_path, place):
    git(tmp_path, "init", "-q")
    (tmp_path / ".git" / place).parent.mkdir(exist_ok=True)
    os.mkfifo(tmp_path / ".git" / place)
    repository = find_repository(tmp_path)
    assert repository is not None

    with pytest.raises(GitError, match="pipe"):
        Git(repository, tmp_path).run("read the history", "log")


@pytest.mark.parametrize("place", [".gitignore", ".gitattributes", "hub/.gitignore"])
def test_a_pipe_in_place_of_rules_is_not_waited_for(tmp_path, monkeypatch, place):
    git(tmp_path, "init", "-q")
    (tmp_path / "hub").mkdir()
    os.mkfifo(tmp_path / place)
    monkeypatch.setattr(git_module, "TIMEOUT", 5.0)
    repository = find_repository(tmp_path)
    assert repository is not None

    with pytest.raises(GitError, match="is a pipe"):
        Git(repository, tmp_path / "hub").run_files("tell what changed", "status", ".")


def test_git_that_waits_for_something_that_never_comes_is_given_up(tmp_path, monkeypatch):
    git(tmp_path, "init", "-q")
    (tmp_path / "a").write_text("a")
    git(tmp_path, "add", "a")
    (loose,) = (path for path in tmp_path.glob(".git/objects/*/*") if path.is_file())
    loose.unlink()
    os.mkfifo(loose)
    monkeypatch.setattr(git_module, "TIMEOUT", 0.5)
    repository = find_repository(tmp_path)
    assert repository is not None

    with pytest.raises(GitError, match="longer"):
        Git(repository, tmp_path).run(
            "read a file", "cat-file", "blob", loose.parent.name + loose.name
        )
