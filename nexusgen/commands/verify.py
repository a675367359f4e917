"""A hub and its built site in; where they differ from a build from nothing, out."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from nexusgen.commands.hub import Outcome, Request, build_hub, snapshot_options
from nexusgen.core.model import Build, Output
from nexusgen.core.problems import sorted_problems
from nexusgen.disk.manifest import changed_parts, load_reads, unpacked
from nexusgen.disk.snapshot import read_snapshot
from nexusgen.incremental.digests import digest_bytes
from nexusgen.incremental.memo import Memo
from nexusgen.incremental.parallel import run_all
from nexusgen.pages.theme import RenderError


class Verification(msgspec.Struct, frozen=True):
    """What a build gave, and each difference from a build from nothing, in a sentence."""

    outcome: Outcome
    differences: tuple[str, ...] = ()


def verify_hub(request: Request) -> Verification:
    """Build as usual, build again with nothing remembered, and compare every byte and problem."""
    from nexusgen.build import build_site

    outcome = build_hub(request)
    clean = build_site(
        read_snapshot(request.root, snapshot_options(request)), Memo(jobs=request.jobs)
    )
    return Verification(outcome, tuple(_differences(request, outcome, clean)))


def _differences(request: Request, outcome: Outcome, clean: Build) -> Iterator[str]:
    outputs = [clean.outputs[path] for path in sorted(clean.outputs)]
    fresh = {
        outputs[index].path: result for index, result in run_all(_render, outputs, request.jobs)
    }
    faults = [problem for problem in clean.problems if problem not in outcome.problems]
    failed = [path for path, result in fresh.items() if not isinstance(result, bytes)]
    gone = [problem for problem in outcome.problems if problem not in clean.problems]
    if faults or (gone and not failed):
        first = sorted_problems(faults or gone)[0]
        yield f"{first.path}:{first.line}: this problem is not in both builds: {first.message}"
    if outcome.failed:
        return
    reads = load_reads(request.root, request.folder)
    for path, result in sorted(fresh.items()):
        if isinstance(result, bytes) and result != _digest_of(request.folder / path):
            parts = {name: part[:6] for name, part in clean.outputs[path].reads().items()}
            names = changed_parts(unpacked(reads.get(path, b"")), parts)
            yield f"{path}: the bytes differ; its key differs in {', '.join(names) or 'nothing'}"


def _render(output: Output) -> bytes | None:
    try:
        return digest_bytes(output.render())
    except RenderError:
        return None


def _digest_of(path: Path) -> bytes:
    try:
        return digest_bytes(path.read_bytes())
    except OSError:
        return b""
