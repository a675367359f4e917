import gc
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import msgspec
import pytest
from click.testing import CliRunner, Result
from msgspec import structs

import nexusgen.reports.console
from nexusgen import __version__
from nexusgen.cli import COMMANDS, main
from nexusgen.core.problems import NexusgenError
from nexusgen.disk.manifest import Manifest, state_of
from nexusgen.disk.snapshot import Stat
from nexusgen.disk.state import load, save
from nexusgen.incremental.digests import digest_bytes
from nexusgen.reports.console import Console, console_of, failure_of
from nexusgen.reports.formats import JsonDocument
from nexusgen.reports.text import Failure

HEAVY = {"jinja2", "markdown", "msgspec", "pygments", "starlette", "uvicorn", "watchdog", "yaml"}
CALM = "checks: {entry.orphan: allow, summary.missing: allow}\n"
TYPO = "---\ntitle: API\ntechnolgies: [django]\n---\n"


def run(*arguments: str | Path, **environ: str) -> Result:
    return CliRunner(env=environ).invoke(main, [str(argument) for argument in arguments])


def started(*arguments: str | Path, **environ: str) -> "subprocess.Popen[bytes]":
    """Start the command as a process of its own, outside any terminal."""
    return subprocess.Popen(
        [sys.executable, "-m", "nexusgen", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **environ},
    )


@pytest.fixture
def hub(site):
    return site.settings(CALM).note("challenges/api.md", title="API")


@pytest.fixture
def broken(site):
    return site.settings(CALM).write("content/challenges/api.md", TYPO)


# Wrong use


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "--on", "nextweek"], '--on cannot be "nextweek"'),
        (["due", "--within", "soon"], '--within cannot be "soon"'),
        (["export", "foo", "x"], 'FORMAT cannot be "foo"'),
    ],
)
def test_what_was_wrong_is_called_as_the_help_calls_it(hub, arguments, said):
    assert said in run(*arguments, "-C", hub.root).stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", ["check", "build", "due"])
def test_document_that_finds_no_room_is_told_in_a_line(hub, command):
    with Path("/dev/full").open("wb") as full:
        process = [sys.executable, "-m", "nexusgen", command, "--json", "-C", str(hub.root)]
        env = {**os.environ, "PYTHONUNBUFFERED": ""}  # as a terminal has it: written at the end
        done = subprocess.run(process, stdout=full, stderr=subprocess.PIPE, check=False, env=env)

    assert (done.returncode, done.stderr) == (3, b"error: no space left on device\n")


# Building


def test_build_writes_the_site_and_says_so_in_one_line(hub):
    result = run("build", "-C", hub.root)

    assert result.exit_code == 0
    assert result.stdout.startswith("Built ")
    assert " 1 entry, " in result.stdout
    assert f" → {hub.root.as_posix()}/output/ (" in result.stdout
    assert result.stdout.count("\n") == 1
    assert (hub.root / "output/challenges/api/index.html").is_file()


def test_build_leaves_no_log_of_its_cache(hub):
    started("build", "-C", hub.root).communicate()

    assert (hub.root / ".nexusgen/memo").stat().st_size > 0
    assert not (hub.root / ".nexusgen/memo-wal").exists()


def test_second_build_says_that_the_site_is_up_to_date(hub):
    run("build", "-C", hub.root)

    assert run("build", "-C", hub.root).stdout.startswith("Up to date: ")


def test_build_with_an_error_shows_it_and_writes_nothing(broken):
    result = run("build", "-C", broken.root)

    assert result.exit_code == 1
    assert "content/challenges/api.md:3:1: error: " in result.stdout
    assert "   3 | technolgies: [django]\n     | ^^^^^^^^^^^" in result.stdout
    assert result.stdout.endswith("Found 1 error in 1 entry.\nNothing was written.\n")
    assert not (broken.root / "output").exists()


def test_keep_going_writes_in_spite_of_errors_and_still_fails(broken):
    result = run("build", "-C", broken.root, "--keep-going")

    assert result.exit_code == 1
    assert (broken.root / "output/index.html").is_file()


def test_folder_without_settings_builds_with_a_count_of_warnings(site):
    site.write("a.md", "See [b](b.md).")

    result = run("build", "-C", site.root)

    assert result.exit_code == 0
    assert result.stdout.endswith("1 warning. Run nexusgen check for details.\n")
    assert "[link.broken]" not in result.stdout


def test_verbose_build_lists_warnings_and_what_was_written(site):
    site.write("a.md", "See [b](b.md).")

    result = run("build", "-v", "-C", site.root)

    assert "[link.broken]" in result.stdout
    assert "wrote index.html\n" in result.stderr


def test_command_that_was_called_as_a_function_leaves_garbage_to_be_collected(hub):
    run("build", "-C", hub.root)
    run("check", "-C", hub.root / "nowhere")

    assert gc.isenabled()


def test_quiet_build_says_nothing(hub):
    result = run("build", "-q", "-C", hub.root)

    assert (result.exit_code, result.output) == (0, "")


def test_output_folder_may_lie_elsewhere(hub, tmp_path):
    result = run("build", "-C", hub.root, "--output", tmp_path / "site")

    assert result.exit_code == 0
    assert (tmp_path / "site/index.html").is_file()


def test_base_url_comes_from_the_option_or_the_environment(hub):
    run("build", "-C", hub.root, "--base-url", "https://example.org/a/")
    by_option = hub.output("sitemap.xml")
    run("build", "-C", hub.root, NEXUSGEN_BASE_URL="https://example.org/b/")

    assert "https://example.org/a/challenges/api/" in by_option
    assert "https://example.org/b/challenges/api/" in hub.output("sitemap.xml")


def test_base_url_that_is_no_address_is_refused(hub):
    result = run("build", "-C", hub.root, "--base-url", "example.org")

    assert (result.exit_code, result.stderr) == (
        2,
        'error: "example.org" (--base-url) is no base URL\n'
        "hint: write it like https://example.org/hub/\n",
    )


@pytest.mark.parametrize("command", ["build", "serve", "publish"])
@pytest.mark.parametrize("by", ["--base-url", "NEXUSGEN_BASE_URL"])
def test_every_command_refuses_what_is_no_address_and_says_who_gave_it(hub, command, by):
    subprocess.run(["git", "init", "-q", hub.root], check=True)
    subprocess.run(["git", "-C", hub.root, "remote", "add", "origin", hub.root], check=True)
    asked = ["--base-url", "example.org"] if by == "--base-url" else []
    environ = {} if asked else {"NEXUSGEN_BASE_URL": "example.org"}
    more = ["--allow-dirty", "--dry-run"] if command == "publish" else []

    result = run(command, "-C", hub.root, *asked, *more, **environ)

    assert result.exit_code in (2, 3)
    if command != "publish":
        assert result.stderr.startswith(f'error: "example.org" ({by}) is no base URL\n')


def test_drafts_are_built_on_request(hub):
    hub.note("notes/later.md", title="Later", draft="true")
    run("build", "-C", hub.root)
    without = (hub.root / "output/notes/later/index.html").exists()
    run("build", "-C", hub.root, "--drafts")

    assert not without
    assert (hub.root / "output/notes/later/index.html").is_file()


def test_foreign_files_in_the_output_stop_a_build_or_are_kept_and_reported(hub):
    hub.write("output/mine.txt", "mine")

    refused = run("build", "-C", hub.root)
    forced = run("build", "-C", hub.root, "--force")

    assert refused.exit_code == 2
    assert "kept 1 file that nexusgen does not know as its own, such as mine.txt" in forced.stderr
    assert (hub.root / "output/mine.txt").read_text() == "mine"


# Questions about a build


def test_verified_build_equals_one_from_nothing(hub):
    result = run("build", "-C", hub.root, "--verify")

    assert result.exit_code == 0
    assert result.stdout.endswith("a build from nothing gives the same bytes and problems.\n")


def test_verify_trusts_nothing_that_is_kept_and_names_the_source_that_is_to_blame(hub, monkeypatch):
    monkeypatch.setattr("nexusgen.disk.snapshot.RACY", 0)  # what is forged is kept
    path = hub.root / "content/challenges/api.md"
    os.utime(path, (1, 1))
    run("build", "-C", hub.root)
    memory = hub.root / ".nexusgen/files"
    known = load(memory, dict[str, Stat]) or {}
    path.write_text("---\ntitle: Changed\n---\n")
    status = path.stat()
    times = status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino
    name = "content/challenges/api.md"
    old = digest_bytes(b"---\ntitle: API\n---\nText.\n")
    save(memory, known | {name: Stat(*times, old)})

    result = run("build", "-v", "-C", hub.root, "--verify")

    assert result.exit_code == 4
    assert result.stdout.startswith("Up to date")
    first = result.stdout.splitlines()[2]
    assert (
        first == f"  {name}: what was kept of it is not what is there, or it has changed meanwhile"
    )
    assert "challenges/api/index.html: the bytes differ; its inputs differ in " in result.stdout
    assert "its inputs differ in nothing" not in result.stdout
    (hub.root / ".nexusgen/files").unlink()
    run("build", "-C", hub.root)
    assert run("build", "-C", hub.root, "--verify").exit_code == 0


def test_verify_blames_a_kept_result_where_all_inputs_are_equal(hub):
    run("build", "-C", hub.root)
    page = hub.root / "output/challenges/api/index.html"
    (path,) = (hub.root / ".nexusgen").glob("output-*")
    manifest = load(path, Manifest) or Manifest()
    page.write_text("other")
    was = manifest.files["challenges/api/index.html"]
    forged = was._replace(state=state_of(str(page)))
    files = manifest.files.updated({"challenges/api/index.html": forged})
    save(path, structs.replace(manifest, files=files))

    result = run("build", "-C", hub.root, "--verify")

    assert result.exit_code == 4
    assert "1 difference from a build from nothing" in result.stdout
    assert "its inputs differ in nothing" in result.stdout


def test_verify_of_a_hub_with_problems_finds_the_same_ones(broken):
    broken.write("templates/challenge.html", "{{ nope.x }}")

    for options in ([], ["--keep-going"]):
        result = run("build", "-C", broken.root, "--verify", *options)
        assert result.exit_code == 1
        assert "Verified" in result.stdout


def explained(hub, *url):
    return run("build", "-C", hub.root, "--explain", *url).stdout.splitlines()[1:]


def test_explain_says_exactly_what_was_decided(hub):
    page = "challenges/api/index.html"
    assert "challenges/api/: it is new" in explained(hub)
    assert explained(hub) == []
    (told,) = explained(hub, "/challenges/api/")
    assert told.startswith("challenges/api/: not written; it depends on ")
    assert " its content" in told
    assert explained(hub, "no/such") == ["no/such/: there is no such page in the last build"]
    assert explained(hub, "http://localhost:8000/challenges/api/#part") == [told]
    (source,) = explained(hub, "content/challenges/api.md")
    assert source.endswith(
        "no such page in the last build; name a page by its address, such as notes/a/"
    )

    hub.note("challenges/api.md", "Other words.", title="API")
    (told,) = [line for line in explained(hub) if line.startswith("challenges/api/: ")]
    assert told.startswith("challenges/api/: its content")
    assert told.endswith(" changed")

    (hub.root / "output" / page).unlink()
    assert explained(hub) == ["challenges/api/: its file was not as nexusgen wrote it"]
    (hub.root / "output" / page).touch()
    os.utime(hub.root / "output/index.html", (1, 1))
    assert explained(hub) == [
        "challenges/api/: its file was not as nexusgen wrote it; its bytes are the same",
        "the home page: its file was not as nexusgen wrote it; its bytes are the same",
    ]


def test_explain_takes_an_address_as_it_stands_in_the_browser(site):
    site.settings("base_url: https://example.org/my-hub/\nhashtags: on\n").note("a.md", "#größe")
    explained(site)

    for address, page in (("tags/gr%C3%B6%C3%9Fe/", "tags/größe/"), ("", "the home page")):
        (told,) = explained(site, f"https://example.org/my-hub/{address}")
        assert told.startswith(f"{page}: not written; ")


def test_explain_tells_of_pages_that_failed_before(hub):
    hub.write("templates/challenge.html", "{{ nope.x }}")
    run("build", "-C", hub.root, "--keep-going")
    hub.write("templates/challenge.html", "x")

    assert "challenges/api/: it is new" in explained(hub)


def test_profile_tells_where_the_time_went(hub):
    told = run("build", "-C", hub.root, "--profile").stdout

    assert "\n  build site " in told
    assert "\n  read snapshot " in told
    assert "\n  nexusgen/templates/base.html " in told


# Checking


def test_check_of_a_sound_hub_counts_its_entries_and_writes_nothing(hub):
    result = run("check", "-C", hub.root)

    assert (result.exit_code, result.stdout) == (0, "No problems in 1 entry.\n")
    assert not (hub.root / "output").exists()


def test_check_lists_problems_and_fails(broken):
    result = run("check", "-C", broken.root)

    assert result.exit_code == 1
    assert "[field.unknown]" in result.stdout
    assert result.stdout.endswith("Found 1 error in 1 entry.\n")


def test_warnings_fail_a_strict_check_only(site):
    site.write("a.md", "See [b](b.md).")

    assert run("check", "-C", site.root).exit_code == 0
    assert run("check", "--strict", "-C", site.root).exit_code == 1


def test_errors_in_the_settings_have_exit_code_2(hub):
    hub.settings("titel: x\n")

    assert run("check", "-C", hub.root).exit_code == 2


def test_concise_check_has_nothing_but_problems_on_stdout(broken):
    result = run("check", "-C", broken.root, "--format", "concise")

    assert result.stdout.startswith("content/challenges/api.md:3:1: error field.unknown ")
    assert result.stdout.count("\n") == 1
    assert "Found 1 error" in result.stderr


def test_github_paths_lead_from_the_working_folder(broken, monkeypatch):
    monkeypatch.chdir(broken.root.parent)

    result = run("check", "-C", "hub", "--format", "github")

    assert result.stdout.startswith("::error file=hub/content/challenges/api.md,line=3,col=1,")


def test_github_actions_get_annotations_after_the_text(broken):
    result = run("check", "-C", broken.root, GITHUB_ACTIONS="true")

    assert "content/challenges/api.md:3:1: error: " in result.stdout
    assert "\n::error file=" in result.stdout


# One document on stdout, whatever happens


@pytest.mark.parametrize("asked", [["--format", "json"], ["--format=json"], ["--json"]])
def test_json_is_one_document_when_there_are_problems(broken, asked):
    result = run("check", "-C", broken.root, *asked)

    document = msgspec.json.decode(result.stdout, type=JsonDocument, strict=True)
    assert result.exit_code == 1
    assert [problem.code for problem in document.diagnostics] == ["field.unknown"]


def test_json_of_a_build_counts_pages(hub):
    document = json.loads(run("build", "-C", hub.root, "--json").stdout)

    assert document["ok"]
    assert document["summary"]["pages"] > 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "-C", "no-such-folder"],
        ["check", "--fomat"],
        ["check", "surplus"],
        ["build", "--jobs", "none"],
    ],
)
def test_json_is_one_document_when_the_command_stops(arguments):
    result = run(*arguments, "--format", "json")

    document = msgspec.json.decode(result.stdout, type=JsonDocument, strict=True)
    assert result.exit_code == 2
    assert not document.ok
    assert document.failure is not None
    assert document.failure.message in result.stderr


def test_sarif_is_one_document_when_the_command_stops():
    log = json.loads(run("check", "-C", "no-such-folder", "--format", "sarif").stdout)

    assert log["runs"][0]["invocations"][0]["executionSuccessful"] is False


# New hubs and entries


def test_new_hub_with_a_new_entry_builds_cleanly(tmp_path):
    folder = tmp_path / "hub"

    created = run("init", folder)
    entry = run("new", "challenge", "Duplicate invoices", "-C", folder)
    built = run("build", "-C", folder)

    assert created.stdout.endswith(f"Next: nexusgen serve -C {folder}\n")
    assert entry.stdout == (
        f"Created {folder}/content/challenges/duplicate-invoices.md\n"
        f"Next: nexusgen serve -C {folder} --open challenges/duplicate-invoices/\n"
    )
    assert (built.exit_code, "warning" in built.output) == (0, False)


def test_new_entry_in_this_folder_opens_in_the_editor_on_request(hub, monkeypatch):
    monkeypatch.chdir(hub.root)
    editor = f"{sys.executable} -c \"import sys; open(sys.argv[1], 'a').write('Edited.')\""

    result = run("new", "note", "A", "--edit", EDITOR=editor)

    assert result.stdout.endswith("Next: nexusgen serve --open notes/a/\n")
    assert (hub.root / "content/notes/a.md").read_text().endswith("---\n\nEdited.")


def test_an_editor_that_is_not_there_is_told_as_what_the_machine_lacks(hub):
    result = run("new", "note", "A", "--edit", "-C", hub.root, EDITOR="nope")

    assert result.exit_code == 3
    assert "set EDITOR to an editor" in result.stderr


def test_title_that_looks_like_an_option_follows_two_dashes(hub):
    result = run("new", "note", "-C", hub.root, "--", "--version")

    assert result.exit_code == 0
    assert (hub.root / "content/notes/version.md").is_file()


def test_unknown_kind_is_told_with_the_closest_one(hub):
    result = run("new", "chalenge", "X", "-C", hub.root)

    assert result.exit_code == 2
    assert result.stderr == 'error: there is no kind "chalenge"\nhint: did you mean "challenge"?\n'


# Wrong use


@pytest.mark.parametrize(
    ("arguments", "guess"),
    [
        (["biuld"], 'did you mean "build"?'),
        (["build", "--ouput", "x"], "--output"),
        (["check", "--format", "jsn"], 'did you mean "json"?'),
        (["check", "--color", "alway"], 'did you mean "always"?'),
    ],
)
def test_misspelt_words_are_told_with_the_closest_one(arguments, guess):
    result = run(*arguments)

    assert result.exit_code == 2
    assert guess in result.stderr
    assert result.stdout == ""


def test_value_unlike_any_choice_lists_the_choices():
    assert "did you mean" not in run("check", "--format", "xml").stderr
    assert "use human, concise, json, github or sarif" in run("check", "--format", "xml").stderr


def test_missing_folder_is_told_and_not_made(tmp_path):
    result = run("build", "-C", tmp_path / "hub")

    assert result.exit_code == 2
    assert "error: there is no folder " in result.stderr
    assert not (tmp_path / "hub").exists()


def test_output_in_the_sources_is_refused_without_a_traceback(hub):
    result = run("build", "-C", hub.root, "--output", hub.root / "content")

    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert "Traceback" not in result.output


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help_with_an_example_and_every_option_says_what_it_does(name):
    command = main.get_command(click.Context(main), name)
    result = run(name, "--help")

    assert result.exit_code == 0
    assert f"Examples:\n    nexusgen {name}" in result.stdout
    assert COMMANDS[name][1] == command.get_short_help_str(100).removesuffix(".") + "."
    options = [each for each in command.params if isinstance(each, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_version_and_help_and_no_command():
    assert run("--version").stdout == f"nexusgen {__version__}\n"
    assert "Shell completion" in run("-h").stdout
    assert run().exit_code == 2


def test_shells_get_completions():
    result = run(_NEXUSGEN_COMPLETE="bash_complete", COMP_WORDS="nexusgen che", COMP_CWORD="1")

    assert result.stdout == "plain,check\n"


# What stops a command


def stopped(monkeypatch, ending: BaseException | object, *arguments: str) -> int:
    """Return the exit code of a build that ends with an error, or with what it returns."""

    def build_hub(_request):
        if isinstance(ending, BaseException):
            raise ending
        return ending

    monkeypatch.setattr("nexusgen.cli.build.build_hub", build_hub)
    monkeypatch.setattr("nexusgen.cli.build._tell_build", lambda _, __, outcome, ___: outcome)
    return run("build", *arguments).exit_code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NexusgenError("wrong"), 2),
        (NexusgenError("port taken", exit_code=3), 3),
        (PermissionError(13, "Permission denied", "output/x"), 3),
        (KeyError("x"), 3),
        (RecursionError(), 3),
        (KeyboardInterrupt(), 130),
        (click.Abort(), 130),
        (click.UsageError("wrong"), 2),
    ],
)
def test_exit_code_tells_what_stopped_the_command(error, code, monkeypatch):
    assert stopped(monkeypatch, error) == code


def test_exit_code_of_a_command_is_what_it_returns(monkeypatch):
    assert stopped(monkeypatch, 1) == 1
    assert stopped(monkeypatch, None) == 0


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (NexusgenError("wrong", "mend it"), Failure("wrong", "mend it")),
        (PermissionError(13, "Permission denied", "a/b"), Failure("a/b: permission denied")),
        (OSError(28, "No space left on device"), Failure("no space left on device")),
    ],
)
def test_errors_of_the_environment_are_told_in_words(error, failure):
    assert failure_of(error) == failure


@pytest.mark.parametrize("error", [KeyError("x"), OSError("odd"), RecursionError()])
def test_bug_is_told_as_one(error):
    failure = failure_of(error)

    assert failure.message.startswith(f"this is a bug in nexusgen: {type(error).__name__}")
    assert "--traceback" in failure.help


@pytest.mark.parametrize(
    ("arguments", "environ", "expected"),
    [
        ([], {}, False),
        (["--traceback"], {}, True),
        ([], {"NEXUSGEN_DEBUG": "1"}, True),
        ([], {"NEXUSGEN_DEBUG": "0"}, False),
    ],
)
def test_traceback_is_shown_on_request_alone(arguments, environ, expected, hub):
    result = run("build", "-C", hub.root, "--output", hub.root, *arguments, **environ)

    assert ("Traceback" in result.stderr) is expected


def test_reader_of_a_pipe_may_go_away_early(site):
    site.write("a.md", "\n\n".join(f"[x{n}](no-{n}.md)" for n in range(2_000)))
    process = started("check", "-C", site.root)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()

    noise = process.stderr.read()

    assert process.wait() == 1
    assert noise == b""
    process.stderr.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal that stands for Ctrl-C here")
def test_interrupt_leaves_quietly_with_130(site):
    for number in range(400):
        site.note(f"notes/n{number}.md", "word " * 2_000)
    process = started("build", "-C", site.root, "--jobs", "2")
    while not (site.root / ".nexusgen").exists():
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)

    output, noise = process.communicate()

    assert (process.returncode, output, noise.strip()) == (130, b"", b"")


# Colour, encodings and terminals


def test_pipe_gets_no_colour_and_forced_colour_reaches_it(broken):
    plain = run("check", "-C", broken.root)
    forced = run("check", "-C", broken.root, FORCE_COLOR="1")
    chosen = run("check", "-C", broken.root, "--color", "always")
    refused = run("check", "-C", broken.root, "--color", "never", FORCE_COLOR="1")

    assert "\x1b" not in plain.output
    assert "\x1b[1;31merror:" in forced.stdout
    assert forced.stdout == chosen.stdout
    assert refused.stdout == plain.stdout


def test_colour_reaches_errors_too(hub):
    result = run("new", "chalenge", "X", "-C", hub.root, "--color=always")

    assert result.stderr.startswith("\x1b[1;31merror:")


def test_terminal_that_knows_only_ascii_gets_everything_else_spelt(hub):
    hub.write("content/challenges/api.md", "---\ntitel: é日本\n---\n")
    process = started("check", "-C", hub.root, PYTHONIOENCODING="ascii")

    output, noise = process.communicate()

    assert b"titel: \\xe9\\u65e5\\u672c" in output
    assert noise == b""


def test_arrow_of_the_success_line_is_spelt_in_ascii(hub):
    output, _ = started("build", "-C", hub.root, PYTHONIOENCODING="ascii").communicate()

    assert b" s -> " in output


def test_document_is_utf8_whatever_the_terminal_knows(hub):
    hub.write("content/challenges/api.md", "---\ntitel: é日本\n---\n")
    process = started("check", "-C", hub.root, "--json", PYTHONIOENCODING="latin-1")

    output, _ = process.communicate()

    assert json.loads(output)["ok"] is False


@pytest.mark.parametrize(
    ("arguments", "form", "colour"),
    [
        ([], "human", "auto"),
        (["--format", "sarif", "--color", "never"], "sarif", "never"),
        (["--format=concise", "--color=always"], "concise", "always"),
        (["--format", "bogus"], "human", "auto"),
        (["--format"], "human", "auto"),
        (["--format", "concise", "--json"], "json", "auto"),
    ],
)
def test_console_is_known_although_the_arguments_are_wrong(arguments, form, colour):
    assert console_of(arguments) == Console(form, colour)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no interval timer")
def test_progress_is_shown_on_a_terminal_after_half_a_second(monkeypatch, capfdbinary):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(nexusgen.reports.console, "PROGRESS_DELAY", 0.02)

    with Console().progress("Building…"):
        time.sleep(0.05)

    shown = capfdbinary.readouterr().err.decode()
    assert shown.startswith("\rBuilding… 0 s")
    assert shown.endswith(" \r")
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


@pytest.mark.parametrize("verbosity", [0, -1])
def test_progress_of_quick_or_quiet_work_is_not_shown(monkeypatch, capfdbinary, verbosity):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    with Console(verbosity=verbosity).progress("Building…"):
        pass

    assert capfdbinary.readouterr().err == b""


def test_progress_is_not_shown_in_a_pipe(monkeypatch, capfdbinary):
    monkeypatch.setattr(nexusgen.reports.console, "PROGRESS_DELAY", 0.0)

    with Console().progress("Building…"):
        time.sleep(0.01)

    assert capfdbinary.readouterr().err == b""


# Start-up


def test_command_line_imports_nothing_heavy_but_click():
    code = f"import sys, nexusgen.cli; print(sorted({HEAVY!r} & set(sys.modules)))"

    output = subprocess.check_output([sys.executable, "-c", code], text=True)

    assert output == "[]\n"


def test_build_with_nothing_to_do_imports_no_template_engine_or_parser(hub):
    run("build", "-C", hub.root)
    code = (
        "import sys; from nexusgen.cli import main\n"
        f"try: main(['build', '-q', '-C', {str(hub.root)!r}])\n"
        f"except SystemExit: print(sorted({HEAVY - {'msgspec'}!r} & set(sys.modules)))"
    )

    output = subprocess.check_output([sys.executable, "-c", code], text=True)

    assert output == "[]\n"
