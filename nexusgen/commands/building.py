"""What was asked for on the command line comes in; it is done and told, and an exit code goes out."""

import gc
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from nexusgen.commands.hub import Outcome, Request, build_hub, check_hub
from nexusgen.core.problems import Problem
from nexusgen.incremental.errors import SourceChangedError
from nexusgen.incremental.parallel import cores
from nexusgen.reports.console import Console
from nexusgen.reports.text import Report, count, format_size, format_summary


def run_build(console: Console, **options: Any) -> int:
    """Build the site, tell of it in a line or list what is wrong; return the exit code."""
    started = time.monotonic()
    spare_collector()
    request = build_request(**options)
    with console.progress("Building…"):
        outcome = build_hub(request)
    return tell_build(console, request, outcome, started)


def spare_collector() -> None:
    """Leave cyclic garbage uncollected: a command that ends soon makes little, and holds a lot."""
    gc.disable()


def build_request(
    directory: Path, base_url: str, jobs: int | None = None, **options: Any
) -> Request:
    """Return what the options of a build ask for."""
    return Request(directory, base_url=_address(base_url), jobs=jobs or cores(), **options)


def tell_build(console: Console, request: Request, outcome: Outcome, started: float) -> int:
    """Tell of a build that began at `started`; return its exit code."""
    report = _report(outcome, outcome.problems, request.root, started)
    _tell_notices(console, outcome)
    written = request.keep_going or outcome.lenient or not outcome.failed
    _list_problems(console, report)
    if written:
        console.say(_success(outcome, report, request.folder) + _warnings(report))
    else:
        console.say(format_summary(report, console.paint) + "Nothing was written.\n")
    return exit_code(outcome, outcome.problems)


def run_check(console: Console, directory: Path, drafts: bool, strict: bool) -> int:
    """List every problem and count them; return the exit code."""
    started = time.monotonic()
    spare_collector()
    with console.progress("Checking…"):
        outcome = check_hub(Request(directory, drafts=drafts, jobs=cores()))
    problems = outcome.problems
    if strict:
        problems = tuple(replace(problem, severity="error") for problem in problems)
    report = _report(outcome, problems, directory, started)
    _tell_notices(console, outcome)
    console.report(report)
    console.say(format_summary(report, console.paint))
    return exit_code(outcome, problems)


def _address(flag: str) -> str:
    """Return where the site will stand, if the option or the environment says so."""
    if not (flag or os.environ.get("NEXUSGEN_BASE_URL")):
        return ""
    from nexusgen.core.model import Site
    from nexusgen.disk.base_url import choose_base_url

    return choose_base_url(flag, os.environ, Site(title="", kinds=())).url


def exit_code(outcome: Outcome, problems: Sequence[Problem]) -> int:
    """Return 2 for errors in the settings, 1 for errors elsewhere, else 0."""
    content = outcome.snapshot.content
    settings = f"{content}/site.yml" if content else "site.yml"
    wrong = {problem.path for problem in problems if problem.severity == "error"}
    return 2 if settings in wrong else int(bool(wrong))


def _report(
    outcome: Outcome, problems: tuple[Problem, ...], directory: Path, started: float
) -> Report:
    return Report(
        problems=problems,
        read=_reader(outcome),
        entries=outcome.entries,
        pages=outcome.pages,
        milliseconds=round((time.monotonic() - started) * 1000),
        prefix=_prefix(directory),
    )


def _reader(outcome: Outcome) -> Callable[[str], bytes]:
    """Return what reads a source for its frame; one that is gone by now has no frame."""

    def read(path: str) -> bytes:
        try:
            return outcome.snapshot.read(path)
        except (KeyError, SourceChangedError):
            return b""

    return read


def _prefix(directory: Path) -> str:
    """Return what leads from the working folder to the hub's, with a slash at the end."""
    root = directory.resolve()
    here = Path.cwd()
    if root == here:
        return ""
    shown = root.relative_to(here) if root.is_relative_to(here) else root
    return shown.as_posix() + "/"


def _list_problems(console: Console, report: Report) -> None:
    """List what has to be mended; a terminal is spared the warnings, unless it asks for more."""
    if console.form == "human" and console.verbosity < 1:
        errors = tuple(p for p in report.problems if p.severity == "error")
        report = replace(report, problems=errors)
    console.report(report)


def _success(outcome: Outcome, report: Report, folder: Path) -> str:
    changed = outcome.written or outcome.removed
    made = ", ".join(
        [
            count(outcome.pages, "page"),
            count(outcome.entries, "entry", "entries"),
            count(outcome.files - outcome.pages, "other file"),
        ]
    )
    seconds = report.milliseconds / 1000
    where = f"{folder.as_posix()}/ ({format_size(outcome.size)})"
    return f"{'Built' if changed else 'Up to date:'} {made} in {seconds:.2f} s → {where}\n"


def _warnings(report: Report) -> str:
    if not report.warnings:
        return ""
    return f"{count(report.warnings, 'warning')}. Run nexusgen check for details.\n"


def _tell_notices(console: Console, outcome: Outcome) -> None:
    for notice in outcome.notices:
        console.note(f"{notice}\n")
    if outcome.foreign:
        kept = count(len(outcome.foreign), "file")
        console.note(f"kept {kept} that nexusgen did not write, such as {outcome.foreign[0]}\n")
    if console.verbosity > 0:
        for verb, paths in (("wrote", outcome.written), ("removed", outcome.removed)):
            for path in paths:
                console.note(f"{verb} {path}\n")
