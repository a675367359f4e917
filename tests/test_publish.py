"""Publishing against bare repositories on this disk: what arrives, and what never changes."""

import subprocess

import pytest
from click.testing import CliRunner

from nexusgen.cli import main
from nexusgen.core.problems import NexusgenError
from nexusgen.disk import git as git_module
from nexusgen.disk.git import GitError
from nexusgen.tools import publish as publish_module
from nexusgen.tools.publish import Branch, PublishOptions, plan_publishing, publish
from tests.conftest import read_tree


@pytest.fixture
def hub(site, tmp_path):
    """Return a hub whose work is committed, with a bare repository as its remote."""
    git(tmp_path, "init", "-q", "--bare", "remote.git")
    git(site.root, "init", "-q", "-b", "main")
    for name, value in (("user.name", "Tester"), ("user.email", "tester@example.org")):
        git(site.root, "config", name, value)
    git(site.root, "remote", "add", "origin", str(tmp_path / "remote.git"))
    site.settings("base_url: https://example.org/hub/\n").note("notes/one.md", "Words.")
    site.write(".gitignore", "/output/\n/.nexusgen/\n")
    commit(site)
    return site


def git(folder, *arguments):
    command = ["git", "-c", "core.quotePath=false", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(site):
    git(site.root, "add", "-A")
    git(site.root, "commit", "-qm", "work")


def run(site, *arguments):
    return CliRunner().invoke(main, ["publish", "-C", str(site.root), "--yes", *arguments])


def remote_of(site):
    return site.root.parent / "remote.git"


def published(site, branch="gh-pages"):
    """Return the files of the branch at the remote by path."""
    names = git(remote_of(site), "ls-tree", "-rz", "--name-only", branch)
    return {name: show(site, f"{branch}:{name}") for name in filter(None, names.split("\0"))}


def published_names(site):
    """Return the paths of the branch at the remote."""
    return {
        *filter(None, git(remote_of(site), "ls-tree", "-rz", "--name-only", "gh-pages").split("\0"))
    }


def show(site, thing):
    command = ["git", "show", thing]
    return subprocess.run(command, cwd=remote_of(site), capture_output=True, check=True).stdout


def state_of(site):
    """Return everything of the user's that publishing must leave alone."""
    folder = site.root / ".git"
    objects = sorted(path.name for path in (folder / "objects").rglob("*"))
    refs = git(site.root, "for-each-ref")
    index = (folder / "index").read_bytes()
    status = git(site.root, "--no-optional-locks", "status", "--porcelain", "--branch")
    remote = git(remote_of(site), "for-each-ref")
    return index, status, refs, objects, remote, sorted(read_tree(site.root / "output").items())


def push_foreign(site, files, branch="gh-pages"):
    """Let somebody else commit files to the branch."""
    other = site.root.parent / "other"
    if not other.exists():
        git(site.root.parent, "clone", "-q", str(remote_of(site)), str(other))
        git(other, "config", "user.name", "Other")
        git(other, "config", "user.email", "other@example.org")
    if git(other, "ls-remote", "origin", branch):
        git(other, "fetch", "-q", "origin", branch)
        git(other, "checkout", "-q", "-B", branch, "FETCH_HEAD")
    else:
        git(other, "checkout", "-q", "--orphan", branch)
    for name, text in files.items():
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        (other / name).write_text(text)
    git(other, "add", "-A")
    git(other, "commit", "-qm", "by hand")
    git(other, "push", "-q", "origin", f"HEAD:refs/heads/{branch}")


def test_the_first_push_holds_exactly_the_site(hub):
    result = run(hub)

    assert result.exit_code == 0, result.output
    assert published(hub) == hub.tree()
    assert "https://example.org/hub/ (site.yml)" in result.output
    message = git(remote_of(hub), "log", "-1", "--format=%B", "gh-pages")
    assert git(hub.root, "rev-parse", "HEAD") in message


def test_an_update_is_one_commit_on_top_and_removes_what_is_gone(hub):
    run(hub)
    hub.remove("content/notes/one.md").note("notes/two.md")
    commit(hub)

    result = run(hub)

    files = published(hub)
    assert result.exit_code == 0, result.output
    assert git(remote_of(hub), "rev-list", "--count", "gh-pages") == "2"
    assert "notes/two/index.html" in files
    assert "notes/one/index.html" not in files


def test_nothing_new_is_no_commit(hub):
    run(hub)

    result = run(hub)

    assert "Nothing to publish" in result.output
    assert git(remote_of(hub), "rev-list", "--count", "gh-pages") == "1"


def test_publishing_leaves_the_users_repository_as_it_was(hub):
    hub.build(base_url="https://example.org/hub/")
    before = state_of(hub)

    run(hub)
    after = state_of(hub)

    assert after[:2] == before[:2]
    assert after[2].splitlines()[:-1] == before[2].splitlines()  # but for what a push notes, too
    assert after[5] == before[5]
    assert after[4] != before[4]


@pytest.fixture
def on_github(hub):
    """Return the hub with an address of GitHub, behind which lies the remote on this disk."""
    address = "https://github.com/ada/hub.git"
    git(hub.root, "remote", "set-url", "origin", address)
    git(hub.root, "config", f"url.{remote_of(hub)}.insteadOf", address)
    hub.settings()
    commit(hub)
    return hub


def test_a_dry_run_knows_what_was_published_from_here(on_github):
    run(on_github)

    assert "Nothing to publish" in run(on_github, "--dry-run").output


def test_the_first_time_it_is_told_what_to_do_on_github(on_github):
    first = run(on_github)
    on_github.note("notes/two.md").write(".github/workflows/pages.yml", "on: push\n")
    commit(on_github)
    second = run(on_github)

    assert "deploy from a branch, gh-pages and / (root)" in first.output
    assert "from a branch" not in second.output
    assert ".github/workflows/pages.yml publishes, too" in second.output


def test_the_address_is_the_domain_that_the_host_keeps_on_the_branch(on_github):
    first = run(on_github)
    push_foreign(on_github, {"CNAME": "hub.example.org\n"})
    result = run(on_github)

    assert "https://ada.github.io/hub/ (guessed" in first.output
    assert "https://hub.example.org/ (CNAME on the branch)" in result.output
    assert "Your own domain" not in result.output
    assert b"https://hub.example.org/notes/one/" in published(on_github)["sitemap.xml"]


def test_an_address_at_github_that_is_not_that_of_the_remote_is_told(on_github):
    def told(address):
        on_github.settings(f"base_url: {address}\n")
        commit(on_github)
        return "GitHub shows https://github.com/ada/hub.git" in run(on_github, "--dry-run").output

    wrong = ("https://eve.github.io/hub/", "https://ada.github.io/x/", "https://github.com/ada/hub")
    assert all(told(address) for address in wrong)
    assert not told("https://ada.github.io/hub")
    assert not told("https://hub.example.org/")


def test_an_address_of_this_machine_is_told_once_where_it_is_written(hub):
    hub.settings("base_url: http://localhost:8000/\n")
    commit(hub)
    result = run(hub)

    assert result.exit_code == 1
    assert result.output.count("[leak.local]") == 1
    assert "content/site.yml:2:11: error: http://localhost:8000/ leads to" in result.output


def test_a_dry_run_changes_nothing_and_says_what_would_be(hub):
    hub.build()
    before = state_of(hub)

    result = CliRunner().invoke(main, ["publish", "-C", str(hub.root), "--dry-run"])

    assert result.exit_code == 0
    assert state_of(hub) == before
    assert f"{len(hub.tree())} files" in result.output
    assert "gh-pages" in result.output
    assert "https://example.org/hub/" in result.output


def test_what_others_put_on_the_branch_is_kept(hub):
    run(hub)
    push_foreign(
        hub, {"CNAME": "hub.example.org\n", "google1.html": "proof", "docs/a b\n.txt": "x"}
    )

    hub.note("notes/two.md")
    commit(hub)
    first = run(hub)
    hub.note("notes/three.md")
    commit(hub)
    run(hub)

    files = published(hub)
    assert "3 files that nexusgen did not write" in first.output
    assert files["CNAME"] == b"hub.example.org\n"
    assert files["google1.html"] == b"proof"
    assert "notes/three/index.html" in files
    assert git(remote_of(hub), "rev-list", "--count", "gh-pages") == "4"


def test_more_files_than_an_argument_holds_are_kept(hub):
    run(hub)
    names = [f"{'x' * 180}{number}" for number in range(1000)]
    push_foreign(hub, dict.fromkeys(names, "theirs"))

    result = run(hub)

    assert result.exit_code == 0, result.output
    assert published_names(hub) == {*hub.tree(), *names}


def test_a_branch_on_which_nexusgen_never_published_is_left_alone(hub):
    push_foreign(hub, {"index.html": "theirs", "b.html": "x", "c.html": "x", "d.html": "x"})
    before = state_of(hub)

    for arguments in ((), ("--dry-run",)):
        result = run(hub, *arguments)

        assert result.exit_code == 3
        assert 'never published to the branch "gh-pages"' in result.output
        assert "b.html, c.html, d.html and 1 more" in result.output
        assert state_of(hub) == before


def test_a_branch_that_holds_work_here_alone_is_left_alone(hub):
    git(hub.root, "branch", "feature")

    result = run(hub, "--branch", "feature")

    assert result.exit_code == 3
    assert 'the branch "feature" of this repository, which holds .gitignore' in result.output
    assert git(remote_of(hub), "for-each-ref") == ""


def test_a_branch_of_a_site_that_was_fetched_here_is_published_to(hub):
    run(hub)
    git(hub.root, "fetch", "-q", "origin", "gh-pages:gh-pages")
    hub.note("notes/two.md")
    commit(hub)

    assert "Published" in run(hub).output


@pytest.mark.parametrize("name", ["gh-pages/x", "gh"])
def test_a_branch_within_another_is_refused_by_name(hub, name):
    push_foreign(hub, {"README.md": ""}, "gh-pages" if "/" in name else "gh/pages")

    result = run(hub, "--branch", name)

    assert result.exit_code == 3
    assert "at the remote is in the way" in result.output
    assert "choose another name" in result.output


def test_a_remote_of_another_name_is_told(hub):
    git(hub.root, "remote", "rename", "origin", "upstream")

    assert "nexusgen publish --remote upstream" in run(hub).output
    doctor = CliRunner().invoke(main, ["doctor", "-C", str(hub.root)])
    assert "nexusgen publish --remote upstream" in doctor.output


def test_what_goes_stays_in_older_commits_unless_these_go_too(hub):
    run(hub)
    hub.note("notes/one.md", "Words.", private="true")
    commit(hub)
    told = run(hub)
    dropped = run(hub, "--no-history")

    assert (
        "Older commits of gh-pages still hold what goes, such as notes/one/index.html; to"
        in told.output
    )
    assert "Published" in dropped.output
    assert git(remote_of(hub), "rev-list", "--count", "gh-pages") == "1"
    hub.note("notes/two.md")
    commit(hub)
    assert "Older commits" not in run(hub).output
    assert git(remote_of(hub), "rev-list", "--count", "gh-pages") == "2"


def test_what_was_built_is_no_change_to_be_committed(hub):
    hub.write(".gitignore", "/.nexusgen/\n")
    commit(hub)
    hub.build()

    assert "Published" in run(hub).output


def test_a_branch_with_what_hosts_put_there_is_published_to(hub):
    push_foreign(hub, {"CNAME": "hub.example.org\n", "README.md": "# New"})

    assert run(hub).exit_code == 0


@pytest.mark.parametrize("arguments", [(), ("--dry-run",)])
def test_the_branch_that_the_remote_shows_first_holds_sources(hub, arguments):
    push_foreign(hub, {"README.md": "# Work"}, branch="work")
    git(remote_of(hub), "symbolic-ref", "HEAD", "refs/heads/work")

    result = run(hub, "--branch", "work", *arguments)

    assert result.exit_code == 2
    assert 'the branch "work" holds sources, not a site: origin shows it first' in result.output


def test_a_branch_of_a_site_that_is_checked_out_is_refused_with_the_way_out(hub):
    git(hub.root, "switch", "-q", "-c", "gh-pages")
    result = run(hub)

    assert result.exit_code == 2
    assert 'the branch "gh-pages" is checked out here' in result.output
    assert "git switch" in result.output


def test_a_remote_that_does_not_answer_is_told_with_a_way_to_see(hub):
    git(hub.root, "remote", "set-url", "origin", "../nope.git")
    result = run(hub)

    assert result.exit_code == 3
    assert "git ls-remote origin" in result.output


def test_a_site_that_the_remote_shows_first_is_published_again(hub):
    run(hub)
    git(remote_of(hub), "symbolic-ref", "HEAD", "refs/heads/gh-pages")
    hub.note("notes/two.md")
    commit(hub)

    assert run(hub).exit_code == 0


def test_words_of_an_example_are_not_published(hub):
    hub.settings("base_url: https://example.org/hub/\nauthor: {name: Your Name}\n")
    commit(hub)

    result = run(hub)

    assert result.exit_code == 1
    assert "site.placeholder" in result.output
    assert "gh-pages" not in git(remote_of(hub), "for-each-ref")


def test_a_pointer_of_git_lfs_is_not_published(hub):
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 9\n"
    hub.write("content/static/film.mp4", pointer)
    commit(hub)

    result = run(hub)

    assert result.exit_code == 1
    assert "pointer of Git LFS" in result.output


def test_replace_drops_what_others_wrote_but_the_domain(hub):
    push_foreign(hub, {"CNAME": "hub.example.org\n", "old.html": "old", "notes": "a file"})

    result = run(hub, "--replace")

    assert result.exit_code == 0, result.output
    assert published(hub).keys() == {*hub.tree(), "CNAME"}


def test_a_file_makes_way_for_a_folder_of_the_site(hub):
    push_foreign(hub, {"notes": "a file", "index.html/deep.txt": "a folder"})

    result = run(hub, "--replace")

    assert result.exit_code == 0, result.output
    assert published(hub) == hub.tree()


def test_a_branch_that_moves_on_meanwhile_is_not_overwritten(hub, tmp_path):
    plan = plan_publishing(hub.root, PublishOptions(), tmp_path / "plan")
    push_foreign(hub, {"theirs.html": "theirs"})
    before = state_of(hub)

    with pytest.raises(NexusgenError, match="moved on") as refused:
        publish(plan)

    assert refused.value.exit_code == 3
    assert state_of(hub) == before
    assert published(hub).keys() == {"theirs.html"}


def test_a_push_that_the_remote_refuses_changes_nothing(hub):
    hook = remote_of(hub) / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho error: no >&2\necho rule 7: not today >&2\nexit 1\n")
    hook.chmod(0o755)
    before = state_of(hub)

    result = run(hub, "--quiet")

    assert result.exit_code == 3
    assert "could not push" in result.output
    assert "rule 7: not today" in result.output
    assert state_of(hub) == before


def forget_settings():
    git_module._listed.cache_clear()
    git_module._user_settings.cache_clear()


def test_a_failure_at_any_call_of_git_changes_nothing(hub, tmp_path):
    hub.build(base_url="https://example.org/hub/")
    push_foreign(hub, {"CNAME": "hub.example.org\n"})
    before = state_of(hub)
    call_git = git_module._call
    outcomes = set()
    result = None
    for number in range(40):
        left = [number]
        forget_settings()

        def failing(doing, *arguments, left=left):
            left[0] -= 1
            if left[0] == -1:
                raise GitError(doing, "fatal: injected")
            return call_git(doing, *arguments)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(git_module, "_call", failing)
            patch.setattr(publish_module, "_push_refused", lambda error: error)
            result = run(hub)
        if "Published" in result.output:
            break
        outcomes.add(result.exit_code)
        assert result.exit_code in (2, 3), (number, result.output)
        assert "Traceback" not in result.output
        assert state_of(hub) == before, number

    assert number > 12  # only what comes after the push may fail unnoticed
    assert result.exit_code == 0, result.output
    assert 3 in outcomes


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--branch", "-f"], "cannot be the name of a branch"),
        (["--branch", "--force"], "cannot be the name of a branch"),
        (["--branch", "a..b"], "cannot be the name of a branch"),
        (["--branch", "@{-1}"], "cannot be the name of a branch"),
        (["--branch", "main"], "holds sources"),
        (["--branch", "master"], "holds sources"),
        (["--branch", ""], "it is empty"),
        (["--remote", "-oProxyCommand=x"], "cannot be the name of a remote"),
        (["--remote", "nowhere"], "no git remote"),
    ],
)
def test_names_that_git_could_misunderstand_are_refused(hub, arguments, said):
    before = state_of(hub)

    result = run(hub, *arguments)

    assert result.exit_code in (2, 3)
    assert said in result.output
    assert state_of(hub) == before


@pytest.mark.parametrize(
    "address", ["ext::sh -c touch% pwned", "-u./pwned", "ssh://-oProxyCommand=x/y"]
)
def test_an_address_that_runs_a_program_is_refused(hub, address):
    git(hub.root, "config", "remote.origin.url", address)

    result = run(hub)

    assert result.exit_code == 3
    assert not (hub.root / "pwned").exists()


def test_work_that_is_not_committed_is_refused_unless_allowed(hub):
    hub.note("notes/two.md")

    refused = run(hub)
    allowed = run(hub, "--allow-dirty")

    assert refused.exit_code == 3
    assert "content/notes/two.md" in refused.output
    assert "--allow-dirty" in refused.output
    assert allowed.exit_code == 0, allowed.output
    assert "-dirty" in git(remote_of(hub), "log", "-1", "--format=%B", "gh-pages")


def test_problems_in_the_content_keep_it_from_being_published(hub):
    hub.note("notes/two.md", title="'open")
    commit(hub)
    before = state_of(hub)

    result = run(hub)

    assert result.exit_code == 1
    assert "content/notes/two.md:2" in result.output
    assert state_of(hub) == before


def test_a_secret_in_the_site_keeps_it_from_being_published(hub):
    hub.note("notes/two.md", "```python\nkey = 'AKIA" + "ABCDEFGHIJKLMNOP'\n```")
    commit(hub)

    result = run(hub)

    assert result.exit_code == 1
    assert "content/notes/two.md:" in result.output
    assert "AWS access key" in result.output
    assert "gh-pages" not in git(remote_of(hub), "for-each-ref")


def test_a_file_with_the_name_of_a_secret_keeps_it_from_being_published(hub):
    hub.write("content/static/server.key", "x")
    commit(hub)

    result = run(hub)

    assert result.exit_code == 1
    assert "server.key" in result.output
    assert "gh-pages" not in git(remote_of(hub), "for-each-ref")


def test_what_a_source_says_to_be_no_secret_is_published(hub):
    secret = "AKIA" + "ABCDEFGHIJKLMNOP"
    hub.note("notes/two.md", f"Not a key: {secret} <!-- nexusgen: allow-secret -->")
    commit(hub)

    result = run(hub)

    assert result.exit_code == 0, result.output
    assert "gh-pages" in git(remote_of(hub), "for-each-ref")


def test_drafts_and_private_entries_do_not_reach_the_branch(hub):
    hub.note("notes/two.md", "Unfinished words.", draft="true")
    hub.note("notes/three.md", "Private words.", private="true")
    commit(hub)

    run(hub)

    site = b"".join(published(hub).values())
    assert b"Unfinished words" not in site
    assert b"Private words" not in site


@pytest.mark.parametrize(
    ("remote", "environ", "arguments", "url", "source"),
    [
        ("git@github.com:me/me.github.io.git", {}, [], "https://me.github.io/", "guessed"),
        ("https://github.com/me/hub", {}, [], "https://me.github.io/hub/", "guessed"),
        ("https://github.com/me/hub", {"NEXUSGEN_BASE_URL": "https://e.org/"}, [], "https://e.org/", "NEXUSGEN"),
        ("https://github.com/me/hub", {"NEXUSGEN_BASE_URL": "https://e.org/"}, ["--base-url", "https://f.org/x"], "https://f.org/x/", "--base-url"),
    ],
)  # fmt: skip
def test_the_address_of_the_site_says_where_it_comes_from(
    hub, monkeypatch, remote, environ, arguments, url, source
):
    hub.settings()
    commit(hub)
    # The address is that of GitHub; what is pushed goes to the repository on this disk.
    git(hub.root, "remote", "add", "github", remote)
    monkeypatch.setattr(publish_module, "read_branch", lambda *_: Branch())
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    command = ["publish", "-C", str(hub.root), "--dry-run", "--remote", "github", *arguments]
    result = CliRunner().invoke(main, command)

    assert result.exit_code == 0, result.output
    assert f"Base URL {url} ({source}" in result.output


def test_outside_a_repository_it_says_what_to_do(site):
    site.settings()

    result = run(site)

    assert result.exit_code == 3
    assert "git init" in result.output


def test_without_a_terminal_it_wants_to_be_told_yes(hub):
    result = CliRunner().invoke(main, ["publish", "-C", str(hub.root)], input="")

    assert result.exit_code == 2
    assert "--yes" in result.output
