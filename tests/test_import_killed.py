"""An import that is killed at any moment leaves the hub as before or complete.

A few moments are drawn in each run; `NEXUSGEN_KILLS=200` draws as many as it says.
"""

import os
import random
import subprocess
import sys
import time

import pytest

from nexusgen.importers.writing import read_hub
from tests.conftest import ROOT

KILLS = int(os.environ.get("NEXUSGEN_KILLS", "8"))
FILES = 200
CHILD = """
import os, sys
from click.testing import CliRunner
from nexusgen.cli import main
import nexusgen.importers.sources, nexusgen.importers.planning, nexusgen.importers.writing
os.sync = lambda: None  # a process is killed here, no machine
print("ready", flush=True)
sys.stdin.readline()
CliRunner().invoke(main, ["import", sys.argv[1], "-C", sys.argv[2]])
print("done", flush=True)
"""

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux exchanges two folders in one step"
)


def readme(version):
    """Return a README of many entries, each of which says the version."""
    items = "".join(f"- **Redis {number}** – Version {version}.\n" for number in range(FILES))
    return f"# Tools of mine\n\nWords.\n\n## Technologies\n\n{items}"


def started(source, hub):
    """Return a process that imports as soon as a line is written to it."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(source), str(hub)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert child.stdout.readline() == b"ready\n"
    return child


def imported(source, hub, after=None):
    """Import, kill after so many seconds if these are given, and return how long it took."""
    with started(source, hub) as child:
        begin = time.perf_counter()
        child.stdin.write(b"\n")
        child.stdin.flush()
        if after is None:
            assert child.stdout.readline() == b"done\n"
        else:
            time.sleep(after)
            child.kill()
        return time.perf_counter() - begin


def test_a_hub_is_as_before_or_complete_after_each_of_many_kills(tmp_path):
    source, hub = tmp_path / "README.md", tmp_path / "hub"
    source.write_text(readme(0), encoding="utf-8")
    imported(source, hub)
    (hub / "content/own.md").write_text("Words of mine.\n", encoding="utf-8")
    whole = {0: read_hub(hub)}
    source.write_text(readme(1), encoding="utf-8")
    takes = imported(source, hub)
    whole[1] = read_hub(hub)
    source.write_text(readme(0), encoding="utf-8")
    imported(source, hub)
    assert read_hub(hub) == whole[0] != whole[1]

    seed = random.randrange(2**32)
    moments = random.Random(seed)
    version, outcomes = 0, []
    for _ in range(KILLS):
        source.write_text(readme(1 - version), encoding="utf-8")
        imported(source, hub, moments.uniform(0, 1.3 * takes))
        now = read_hub(hub)
        assert now in whole.values(), f"with the seed {seed}, after {len(outcomes)} kills"
        outcomes.append(now == whole[1 - version])
        version = 1 - version if outcomes[-1] else version
    imported(source, hub)

    assert read_hub(hub) in whole.values()
    assert not (hub / ".nexusgen/import").exists()
    assert (hub / "content/own.md").read_text(encoding="utf-8") == "Words of mine.\n"
