"""What `--watch` was asked for comes in; it is done now and after every change, until Ctrl-C."""

import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from nexusgen.commands.building import run_check
from nexusgen.commands.hub import Request, build_hub
from nexusgen.core.model import Site
from nexusgen.core.problems import NexusgenError
from nexusgen.disk.base_url import choose_base_url
from nexusgen.disk.snapshot import SnapshotOptions, lenient_read
from nexusgen.disk.watch import (
    SnapshotChange,
    SnapshotPoller,
    Watcher,
    describe_changes,
    watch_changes,
)
from nexusgen.incremental.parallel import cores
from nexusgen.reports.console import Console
from nexusgen.reports.text import Failure, Report, count


def run_build_watch(
    console: Console, directory: Path, base_url: str, jobs: int | None, **options: Any
) -> int:
    """Build the site of a hub now and after each change."""
    address = choose_base_url(base_url, os.environ, Site(title="", kinds=())).url
    request = Request(directory, base_url=address, jobs=jobs or cores(), **options)
    return keep_doing(console, request, partial(rebuild, console, request))


def run_check_watch(console: Console, directory: Path, drafts: bool, strict: bool) -> int:
    """Check a hub now and after each change; only the interrupt ends it."""
    check = partial(run_check, console, directory, drafts, strict)
    request = Request(directory, drafts=drafts)
    return keep_doing(console, request, partial(recheck, console, check))


def keep_doing(console: Console, request: Request, act: Callable[[SnapshotChange], object]) -> int:
    """Do it, and again whenever a source of the hub has changed.

    What stops one round (a folder that is gone for a moment) does not stop the next.
    """
    folders = tuple(folder.resolve() for folder in (request.folder, request.root / "output"))
    root = request.root.resolve()
    poller = SnapshotPoller(root, SnapshotOptions(request.base_url, request.drafts, folders))
    watcher = Watcher(root, folders, note=console.note)
    # The first round comes before any thread: a process with threads cannot fork workers.
    first = poller.poll()
    if first is not None:
        act(SnapshotChange(first.snapshot, ()))
    for change in watch_changes(poller, watcher):
        try:
            act(change)
        except NexusgenError as error:
            console.fail(Failure(error.message, error.hint))
            poller.forget()
    return 0


def rebuild(console: Console, request: Request, change: SnapshotChange) -> None:
    """Bring the output to what the sources say now, and tell of it in one line."""
    started = time.monotonic()
    outcome = build_hub(request)
    errors = tuple(p for p in outcome.problems if p.severity == "error")
    console.report(Report(errors, lenient_read(outcome.snapshot)))
    pages = sum(path.endswith(".html") for path in outcome.written)
    milliseconds = round((time.monotonic() - started) * 1000)
    written = (
        f"wrote {count(pages, 'page')}" if request.keep_going or not errors else "wrote nothing"
    )
    console.say(f"{describe_changes(change.changed)}, {written} in {milliseconds} ms\n")


def recheck(console: Console, check: Callable[[], int], change: SnapshotChange) -> None:
    """Check again; the lines before and after tell an editor where the list begins and ends."""
    console.note(f"{describe_changes(change.changed)}\n")
    check()
