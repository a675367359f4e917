"""Questions about a build come in; the answers are told, and an exit code goes out."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nexusgen.commands.building import build_request, tell_build
from nexusgen.commands.hub import Request, build_hub, clean_hub
from nexusgen.commands.profile import Timing, profile_hub
from nexusgen.commands.verify import verify_hub
from nexusgen.disk.manifest import list_parts, load_reads
from nexusgen.reports.console import Console
from nexusgen.reports.text import count

DIFFERENT = 4
"""The exit code of a verification that found a difference."""


def run_verify(console: Console, **options: Any) -> int:
    """Build, build again from nothing, and tell of the first difference."""
    started = time.monotonic()
    request = build_request(**options)
    with console.progress("Building twice…"):
        verification = verify_hub(request)
    status = tell_build(console, request, verification.outcome, started)
    if not verification.differences:
        console.say("Verified: a build from nothing gives the same bytes and problems.\n")
        return status
    console.say(
        f"{count(len(verification.differences), 'difference')} from a build from nothing:\n"
    )
    for difference in verification.differences[: None if console.verbosity > 0 else 1]:
        console.say(f"  {difference}\n")
    return DIFFERENT


def run_explain(console: Console, url: str, **options: Any) -> int:
    """Build, and tell why each page was written; of one that was not, what it depends on."""
    started = time.monotonic()
    request = build_request(**options)
    with console.progress("Building…"):
        outcome = build_hub(request)
    status = tell_build(console, request, outcome, started)
    reasons = dict(zip(outcome.written, outcome.reasons, strict=True))
    if url:
        path = _path_of(url)
        reasons = {
            path: reasons.get(path) or list_parts(path, load_reads(request.root, request.folder))
        }
    for reason in reasons.values():
        console.say(f"{reason}\n")
    return status


def run_profile(console: Console, **options: Any) -> int:
    """Build in one process, and tell where the time went."""
    started = time.monotonic()
    request = build_request(**options)
    profile = profile_hub(request)
    status = tell_build(console, request, profile.outcome, started)
    console.say("Seconds in one process, which measuring makes longer:\n")
    for line in (*_table("stage", profile.stages), *_table("template", profile.templates)):
        console.say(line)
    return status


def run_clean(console: Console, directory: Path, output: Path | None) -> int:
    """Remove the site and the state; tell how many files that were."""
    removed = clean_hub(Request(directory, output))
    console.say(f"Removed {count(len(removed), 'file')} and what was kept between builds.\n")
    return 0


def _path_of(url: str) -> str:
    """Return the output path of a page, however its address is written."""
    path = url.strip("/").removesuffix("index.html").rstrip("/")
    return path if "." in path.rpartition("/")[2] else f"{path}/index.html".lstrip("/")


def _table(title: str, timings: Iterable[Timing]) -> Iterable[str]:
    yield f"{title:40}{'seconds':>9}\n"
    for timing in timings:
        yield f"  {timing.name:38}{timing.seconds:9.3f}\n"
