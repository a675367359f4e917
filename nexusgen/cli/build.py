"""Build the site once or after each change, and answer questions about the build."""

import gc
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import click
from msgspec.structs import replace

from nexusgen.cli.options import (
    KEPT,
    at_base_url,
    command,
    in_hub,
    in_output,
    reporting,
    speaking,
    with_trust,
)
from nexusgen.core.paths import SOURCES, settings_path
from nexusgen.core.problems import NexusgenError, Problem
from nexusgen.core.unseen import visible
from nexusgen.disk.hub import Outcome, Request, build_hub
from nexusgen.disk.manifest import Report as Written
from nexusgen.disk.manifest import changed_parts, size_in, unpack_reads
from nexusgen.incremental.parallel import cores
from nexusgen.reports.console import Console
from nexusgen.reports.text import Failure, Report, Watch, count, format_size, format_summary

DIFFERENT = 4
"""The exit code of a verification that found a difference."""


@command("nexusgen build", "nexusgen build -C my-hub --base-url https://name.github.io/my-hub/")
@in_hub
@in_output
@at_base_url
@with_trust
@click.option("--drafts", is_flag=True, help="Build drafts, too.")
@click.option("--future", is_flag=True, help="Build what is dated ahead, too.")
@click.option("--keep-going", is_flag=True, help="Write the site although there are errors.")
@click.option(
    "--force", is_flag=True, help="Write into a folder that holds other files; these are kept."
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    metavar="N",
    help="How many processes to use; as many as there are cores if not given.",
)
@click.option(
    "--verify",
    is_flag=True,
    help="Then build again from nothing and compare every byte; a difference exits with 4.",
)
@click.option(
    "--explain",
    is_flag=False,
    flag_value="",
    metavar="[URL]",
    help="Say why each page was written; of one that was not, what it depends on.",
)
@click.option("--profile", is_flag=True, help="Say where the time went, by stage and template.")
@click.option("--watch", is_flag=True, help="Build again after each change, until Ctrl-C.")
@reporting
@speaking
def build(
    console: Console, directory: Path, jobs: int | None, explain: str | None, **options: Any
) -> int:
    """Build the site."""
    watch, verify, profile = (options.pop(name) for name in ("watch", "verify", "profile"))
    started = time.monotonic()
    gc.disable()  # a command that ends soon makes little garbage, and holds a lot
    request = Request(directory, jobs=jobs or cores(), **options)
    refuse_empty(directory)
    if watch:
        keep_doing(console, request, partial(_rebuild, console, request, Watch()))
        return 0
    if verify:
        return _verify(console, request, started)
    if profile:
        return _profile(console, request, started)
    request = with_consent(console, request)
    with console.progress("Building…"):
        outcome = build_hub(request)
    trusting = with_consent(console, request, outcome)
    if trusting.trusted and not request.trusted:
        outcome = build_hub(trusting)
    status = _tell_build(console, request, outcome, started)
    if explain is not None:
        paths = [_path_of(explain, outcome)] if explain else sorted(outcome.report.decisions)
        for path in paths:
            console.say(f"{explain_output(path, outcome.report)}\n")
    return status


def with_consent(console: Console, request: Request, outcome: Outcome | None = None) -> Request:
    """Return a request, or one that trusts the hub where this needs that and the user says so.

    What needs trust is a link out of the hub or, once there is an outcome, a template. Only a
    terminal is asked, once for a hub: the answer is remembered.
    """
    if request.trusted or not console.can_ask:
        return request
    from nexusgen.disk.links import untrusted_link
    from nexusgen.disk.trust import answer_on, remember_answer

    unsafe = [p for p in outcome.problems if p.code == "template.unsafe"] if outcome else []
    reason = f"{unsafe[0].path}:{unsafe[0].line}: {unsafe[0].message}" if unsafe else ""
    reason = reason or untrusted_link(request.root)
    if not reason or answer_on(request.root) is not None:
        return request
    console.note(f"This hub wants more than one of a stranger may have.\n{visible(reason)}\n")
    agreed = click.confirm("Do you trust it with all that you may do?", err=True)
    remember_answer(request.root, agreed)
    return replace(request, trusted=agreed)


def _tell_build(console: Console, request: Request, outcome: Outcome, started: float) -> int:
    """Tell of a build that began at `started`; return its exit code."""
    report = report_of(outcome, request.root, started)
    tell_notices(console, outcome)
    # A terminal is spared the warnings, unless it asks for more.
    is_short = console.form == "human" and console.verbosity < 1
    errors = tuple(p for p in report.problems if p.severity == "error")
    console.report(replace(report, problems=errors) if is_short else report)
    if request.keep_going or outcome.lenient or not outcome.failed:
        console.say(_success(outcome, report, request.folder))
        if report.warnings:
            told = count(report.warnings, "warning")
            console.say(f"{told}. Run nexusgen check for details.\n")
    else:
        console.say(format_summary(report, console.paint) + "Nothing was written.\n")
    return exit_code(outcome, report.problems)


def _success(outcome: Outcome, report: Report, folder: Path) -> str:
    done, files = outcome.report, outcome.report.manifest.files
    made = ", ".join(
        [
            count(report.pages, "page"),
            count(outcome.entries, "entry", "entries"),
            count(len(files) - report.pages, "other file"),
        ]
    )
    size = format_size(sum(map(size_in, files.states)))
    verb = "Built" if done.written or done.removed else "Up to date:"
    seconds = report.milliseconds / 1000
    return f"{verb} {made} in {seconds:.2f} s → {folder.as_posix()}/ ({size})\n"


def refuse_empty(root: Path) -> None:
    """Refuse a folder in which there is and was nothing to build: it was hardly meant."""
    is_hub = any((root / name).exists() for name in ("content", "templates", *KEPT))
    if is_hub or any(path.suffix[1:].lower() in SOURCES for path in root.rglob("*")):
        return
    hint = "nexusgen init DIR starts a hub, and -C DIR names the folder of one that there is"
    raise NexusgenError(f"no Markdown or YAML lies in {root.resolve()}", hint)


def report_of(outcome: Outcome, directory: Path, started: float) -> Report:
    """Return what formats print of an outcome."""
    root, here = directory.resolve(), Path.cwd()
    shown = root.relative_to(here) if root.is_relative_to(here) else root
    return Report(
        problems=outcome.problems,
        read=outcome.read,
        entries=outcome.entries,
        pages=sum(path.endswith(".html") for path in outcome.report.manifest.files),
        milliseconds=round((time.monotonic() - started) * 1000),
        prefix="" if root == here else shown.as_posix() + "/",
    )


def exit_code(outcome: Outcome, problems: Iterable[Problem]) -> int:
    """Return 2 for errors in the settings, 1 for errors elsewhere, else 0."""
    wrong = {problem.path for problem in problems if problem.severity == "error"}
    return 2 if settings_path(outcome.snapshot.content) in wrong else int(bool(wrong))


def tell_notices(console: Console, outcome: Outcome) -> None:
    """Tell what is to be known of the state and of the output folder."""
    done = outcome.report
    for notice in outcome.notices:
        console.note(f"{visible(notice)}\n")
    if done.manifest.foreign:
        kept = count(len(done.manifest.foreign), "file")
        first = done.manifest.foreign[0]
        console.note(
            f"kept {kept} that nexusgen does not know as its own, such as {visible(first)}\n"
        )
    if console.verbosity > 0:
        for remark in outcome.remarks:
            console.note(f"{remark}\n")
        for verb, paths in (("wrote", done.written), ("removed", done.removed)):
            for path in paths:
                console.note(f"{verb} {visible(path)}\n")


_WORDS = {
    "site": "the settings",
    "nav": "the navigation",
    "assets": "the theme's assets",
    "data": "the data files",
    "texts": "the texts of entries",
}


def explain_output(path: str, done: Written) -> str:
    """Return in a sentence what a build decided about an output, and why."""
    url = path.removesuffix("index.html") or "the home page"
    now = done.manifest.files.get(path)
    decision = done.decisions.get(path)
    if now is None:
        is_source = path.rpartition(".")[2] in SOURCES
        hint = "; name a page by its address, such as notes/a/" if is_source else ""
        return f"{visible(url)}: there is no such page in the last build{hint}"
    if decision is None:
        return f"{url}: not written; it depends on {_named(unpack_reads(now.reads))}"
    if decision == "changed":
        before = unpack_reads(done.before.files[path].reads)
        names = changed_parts(before, unpack_reads(now.reads))
        decision = f"{_named(names)} changed"
    return f"{url}: {decision}" + ("" if path in done.written else "; its bytes are the same")


def _named(names: Iterable[str]) -> str:
    """Return the names of what a page shows in words: `the settings, its toc and its title`."""
    known = (_WORDS.get(name, f"its {name.removeprefix('its ')}") for name in sorted(names))
    words = list(known) or ["its content"]
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _path_of(url: str, outcome: Outcome) -> str:
    """Return the output path of a page, however its address is written: as in a browser, too."""
    if "://" in url:
        from nexusgen.site.settings import find_settings

        site, _ = find_settings(outcome.snapshot)
        base = urlsplit(site.base_url).path.strip("/")
        url = unquote(urlsplit(url).path).lstrip("/").removeprefix(f"{base}/")
    path = url.lstrip("/").removesuffix("index.html")
    is_file = "." in path.rpartition("/")[2]
    return path if is_file else f"{path.rstrip('/')}/index.html".lstrip("/")


def _verify(console: Console, request: Request, started: float) -> int:
    """Build, build again from nothing, and tell of the first difference."""
    from nexusgen.disk.hub import verify_hub

    with console.progress("Building twice…"):
        outcome, differences = verify_hub(request)
    status = _tell_build(console, request, outcome, started)
    if not differences:
        console.say("Verified: a build from nothing gives the same bytes and problems.\n")
        return status
    console.say(f"{count(len(differences), 'difference')} from a build from nothing:\n")
    for difference in differences[: None if console.verbosity > 0 else 1]:
        console.say(f"  {visible(difference)}\n")
    return DIFFERENT


def _profile(console: Console, request: Request, started: float) -> int:
    """Build in one process, and tell where the time went."""
    import cProfile

    profiler = cProfile.Profile()
    outcome = profiler.runcall(build_hub, replace(request, jobs=1))
    status = _tell_build(console, request, outcome, started)
    console.say("Seconds in one process, which measuring makes longer:\n")
    stages, templates = _timings(profiler)
    for title, seconds in (("stage", stages), ("template", templates)):
        console.say(f"{title:40}{'seconds':>9}\n")
        for name in sorted(seconds, key=lambda name: (-seconds[name], name)):
            console.say(f"  {name:38}{seconds[name]:9.3f}\n")
    return status


def _timings(profiler: Any) -> tuple[dict[str, float], dict[str, float]]:
    """Return the seconds of the stages, which are what a build calls itself, and of templates."""
    import pstats

    own = str(Path(__file__).parent.parent)
    # What the module promises of its `stats` is known to its authors alone.
    stats: dict[Any, Any] = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    stages: dict[str, float] = {}
    templates: dict[str, float] = {}
    for (path, _, function), (_, _, _, total, callers) in stats.items():
        is_stage = any(name in ("build_hub", "build_site") for _, _, name in callers)
        if path.startswith(own) and is_stage:
            stages[function.strip("_").replace("_", " ")] = total
        elif function == "root" and path.startswith(("templates/", "nexusgen/templates/")):
            templates[path] = total
    return stages, templates


def keep_doing(
    console: Console, request: Request, act: Callable[[tuple[str, ...]], object]
) -> None:
    """Do it, and again whenever a source of the hub has changed or its output is gone, until Ctrl-C.

    What stops one round (a folder that is gone for a moment) does not stop the next, and is told once.
    """
    from nexusgen.disk.watch import SnapshotPoller, Watcher

    gc.enable()
    folders = tuple(folder.resolve() for folder in (request.folder, request.root / "output"))
    root = request.root.resolve()
    poller = SnapshotPoller(root, replace(request.sources, leave_out=folders))
    watcher = Watcher(root, folders, note=console.note)
    watcher.more = lambda: poller.folders
    # The first round comes before any thread: a process with threads cannot fork workers.
    if poller.poll() is not None:
        act(())
    told, was_there = "", request.folder.is_dir()
    for _ in watcher.ticks():
        try:
            change = poller.poll()
            if change is not None or (was_there and not request.folder.is_dir()):
                act(change.changed if change else ())
                told = ""
            was_there = request.folder.is_dir()
        except NexusgenError as error:
            poller.forget()
            if error.message != told:
                console.fail(Failure(error.message, error.hint))
            told = error.message


def _rebuild(console: Console, request: Request, watch: Watch, changed: tuple[str, ...]) -> None:
    """Bring the output to what the sources say now, and tell of it in one line."""
    from nexusgen.disk.watch import describe_changes

    started = time.monotonic()
    outcome = build_hub(request)
    errors = tuple(p for p in outcome.problems if p.severity == "error")
    is_written = request.keep_going or outcome.lenient or not errors
    new, told = watch.new_warnings(outcome.problems) if is_written else ((), "")
    console.report(Report((*errors, *new), outcome.read))
    pages = sum(path.endswith(".html") for path in outcome.report.written)
    milliseconds = round((time.monotonic() - started) * 1000)
    written = f"wrote {count(pages, 'page')}" if is_written else "wrote nothing"
    console.say(f"{describe_changes(changed)}, {written} in {milliseconds} ms\n{told}")
