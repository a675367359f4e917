"""Report every problem of a hub, once or after each change, and write nothing."""

import gc
import time
from functools import partial
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from nexusgen.cli.build import (
    exit_code,
    keep_doing,
    refuse_empty,
    report_of,
    tell_notices,
    with_consent,
)
from nexusgen.cli.options import (
    command,
    in_hub,
    in_output,
    reporting,
    speaking,
    with_trust,
)
from nexusgen.cli.reviews import checked_day
from nexusgen.core.problems import sorted_problems
from nexusgen.disk.hub import Request, check_hub
from nexusgen.incremental.parallel import cores
from nexusgen.reports.console import Console
from nexusgen.reports.text import format_summary


@command(
    "nexusgen check --strict",
    "nexusgen check --privacy",
    "nexusgen check --format json > problems.json",
)
@in_hub
@with_trust
@click.option("--drafts", is_flag=True, help="Check drafts, too.")
@click.option("--future", is_flag=True, help="Check what is dated ahead as published.")
@click.option(
    "--on",
    "today",
    default="",
    metavar="DATE",
    callback=checked_day,
    help="The day to check as of, instead of today: what is dated ahead, what is due.",
)
@click.option(
    "--privacy",
    is_flag=True,
    help="Also search the built site for what only hidden sources hold.",
)
@in_output
@click.option("--strict", is_flag=True, help="Let warnings fail the check.")
@click.option("--watch", is_flag=True, help="Check again after each change, until Ctrl-C.")
@reporting
@speaking
def check(console: Console, directory: Path, watch: bool, **options: Any) -> int:
    """Report every problem of the hub, and write nothing."""
    gc.disable()  # a command that ends soon makes little garbage, and holds a lot
    asked = {name: options.pop(name) for name in ("strict", "privacy")}
    request = Request(directory, jobs=cores(), **options)
    refuse_empty(directory)
    if watch:
        keep_doing(console, request, partial(_recheck, console, request, asked))
        return 0
    return _check(console, request, **asked)


def _check(console: Console, request: Request, *, strict: bool, privacy: bool) -> int:
    """List every problem and count them; return the exit code."""
    started = time.monotonic()
    request = with_consent(console, request)
    with console.progress("Checking…"):
        outcome = check_hub(request)
    trusting = with_consent(console, request, outcome)
    if trusting.trusted and not request.trusted:
        outcome = check_hub(trusting)
    if privacy:
        from nexusgen.tools.privacy import check_privacy

        leaks = check_privacy(outcome.snapshot, request.root, request.folder)
        outcome = replace(outcome, problems=sorted_problems([*outcome.problems, *leaks]))
    report = report_of(outcome, request.root, started)
    if strict:
        strictly = tuple(replace(problem, severity="error") for problem in report.problems)
        report = replace(report, problems=strictly)
    tell_notices(console, outcome)
    console.report(report)
    console.say(format_summary(report, console.paint))
    return exit_code(outcome, report.problems)


def _recheck(
    console: Console, request: Request, asked: dict[str, bool], changed: tuple[str, ...]
) -> None:
    """Check again; the lines before and after tell an editor where the list begins and ends."""
    from nexusgen.disk.watch import describe_changes

    console.note(f"{describe_changes(changed)}\n")
    _check(console, request, **asked)
