"""A request in; the seconds that each stage and each template took, out."""

import cProfile
import pstats
from pathlib import Path

import msgspec
from msgspec.structs import replace

from nexusgen.commands.hub import Outcome, Request, build_hub

STAGES = (
    ("read content and templates", "disk/snapshot.py", "read_snapshot"),
    ("recall the last build", "cache/memo.py", "recall"),
    ("parse sources", "reading.py", "_parsed"),
    ("render Markdown", "reading.py", "_rendered"),
    ("link entries", "links/graph.py", "relink"),
    ("read templates", "build.py", "read_theme"),
    ("plan pages", "pages/outputs.py", "plan_site"),
    ("render and write pages", "disk/output.py", "write_site"),
    ("keep what is known", "cache/memo.py", "finish"),
)


class Timing(msgspec.Struct, frozen=True):
    """What took time: a stage, or a template by its path."""

    name: str
    seconds: float
    calls: int


class Profile(msgspec.Struct, frozen=True):
    """Where a build spent its time, in one process, with what measuring costs."""

    outcome: Outcome
    stages: tuple[Timing, ...]
    templates: tuple[Timing, ...]


def profile_hub(request: Request) -> Profile:
    """Build a hub in one process, and measure every function on the way."""
    profiler = cProfile.Profile()
    outcome = profiler.runcall(build_hub, replace(request, jobs=1))
    # What the module promises of its `stats` is known to its authors alone.
    stats: dict[tuple[str, int, str], tuple[int, int, float, float, object]]
    stats = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    own = str(Path(__file__).parent.parent)
    stages = [
        Timing(name, sum(times[3] for times in found), sum(times[1] for times in found))
        for name, module, function in STAGES
        if (
            found := [
                t for (f, _, n), t in stats.items() if f == f"{own}/{module}" and n == function
            ]
        )
    ]
    templates = [
        Timing(path, times[3], times[1])
        for (path, _, function), times in stats.items()
        if function == "root" and path.startswith(("templates/", "nexusgen/templates/"))
    ]
    slowest = sorted(templates, key=lambda timing: (-timing.seconds, timing.name))
    return Profile(outcome, tuple(stages), tuple(slowest))
