"""Measures nexusgen beside other generators: the benchmark's folder in, its table out.

    python -m tests.bench.compare BENCH --sizes 1000 --peers nexusgen,hugo

BENCH is a copy of the benchmark of static site generators; it is read, never written. Its tools
are looked for in `BENCH_TOOLS`, and `BENCH_WORK` is scratch, as its README says.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ADAPTER = Path(__file__).with_name("adapter")


def compare(bench: Path, scratch: Path, options: argparse.Namespace) -> None:
    """Copy the benchmark and the adapter into `scratch`, run it there and print its table."""
    own = Path(sys.executable).with_name("nexusgen")
    environment = {"NEXUSGEN": str(own)} | os.environ
    shutil.copytree(bench, scratch, copy_function=shutil.copyfile)
    for folder in (scratch, *scratch.rglob("*/")):
        folder.chmod(0o755)
    shutil.copytree(ADAPTER, scratch, dirs_exist_ok=True)
    chosen = ["--sizes", options.sizes, "--peers", options.peers]
    results = ["--results", str(scratch / "results.jsonl")]
    runs = [["verify", "--peers", "nexusgen"], ["run", *chosen, *results, "--reps", options.reps]]
    for arguments in [*runs, ["table", *results]]:
        command = [sys.executable, "bench.py", *arguments]
        subprocess.run(command, cwd=scratch, env=environment, check=True)


def main() -> None:
    """Read the options and compare."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.compare")
    parser.add_argument("bench", type=Path, help="the folder of the benchmark")
    parser.add_argument("--sizes", default="1000", help="numbers of notes, with commas between")
    parser.add_argument("--peers", default="nexusgen,hugo", help="adapters, with commas between")
    parser.add_argument("--reps", default="3", help="turns; the table shows the median")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        compare(options.bench.resolve(), Path(folder) / "bench", options)


if __name__ == "__main__":
    main()
