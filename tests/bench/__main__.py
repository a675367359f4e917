"""Measures builds of generated hubs: sizes in, a table of seconds, work, memory and pages out.

python -m tests.bench --sizes 100,1000 --reps 3
python -m tests.bench --sizes 1000,10000,100000 --reps 1 --text prose
python -m tests.bench --sizes 1000 --text both --stages

The last line of a table is the limit of the machine: `cp` reads and writes the same bytes.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path

from tests.bench.hub import Note, plan_notes, write_hub
from tests.bench.measure import Cost, measure

TEMPLATE = "templates/note.html"
SETTLE_SECONDS = 0.05

LIMIT = "cp of it all"

Edit = Callable[[Path, Note, int], None]


def edit_nothing(_hub: Path, _note: Note, _turn: int) -> None:
    pass


def edit_body(hub: Path, note: Note, turn: int) -> None:
    with (hub / note.path).open("a", encoding="utf-8") as file:
        file.write(f"\nA sentence added in turn {turn}.\n")


def edit_title(hub: Path, note: Note, turn: int) -> None:
    replace(hub / note.path, f"title: {note.title}", f"title: {note.title} revised {turn}")


def edit_tag(hub: Path, note: Note, turn: int) -> None:
    replace(hub / note.path, "tags: [", f"tags: [turn-{turn}, ")


def edit_template(hub: Path, _note: Note, turn: int) -> None:
    block = f"{{% block lede %}}{{{{ super() }}}}<p>Turn {turn}</p>{{% endblock %}}"
    template = f'{{% extends "theme/note.html" %}}\n{block}\n'
    (hub / TEMPLATE).write_text(template, encoding="utf-8")


def edit_settings(hub: Path, _note: Note, turn: int) -> None:
    replace(hub / "content/site.yml", "title: Bench", f"title: Bench {turn},")


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    if old not in text:
        raise ValueError(f"{path} does not hold {old!r}")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


EDITS: dict[str, Edit] = {
    "nothing changed": edit_nothing,
    "one body": edit_body,
    "one title": edit_title,
    "one tag": edit_tag,
    "one template": edit_template,
    "site.yml": edit_settings,
}


class Bench:
    """Builds one hub again and again, and keeps what each kind of build took."""

    def __init__(self, hub: Path, command: list[str]) -> None:
        self.hub = hub
        self.command = command
        self.costs: dict[str, list[Cost]] = {}
        self.pages: dict[str, int] = {}

    def run(self, notes: list[Note], reps: int) -> None:
        for turn in range(reps):
            for folder in (self.hub / "output", self.hub / ".nexusgen"):
                shutil.rmtree(folder, ignore_errors=True)
            self.build("cold")
            for position, (name, edit) in enumerate(EDITS.items()):
                edit(self.hub, markdown_note(notes, turn * len(EDITS) + position), turn)
                self.build(name)

    def build(self, name: str) -> None:
        # File times are coarse: what was written before must be older than the build.
        time.sleep(SETTLE_SECONDS)
        started = time.time()
        self.costs.setdefault(name, []).append(measure(self.command, self.hub))
        self.pages[name] = written_pages(self.hub / "output", started)

    def copy(self, reps: int) -> None:
        """Measure what it takes to read the sources and to read and write the site, with `cp`."""
        target = self.hub / "copied"
        for _ in range(reps):
            command = ["cp", "-r", "content", "output", os.fspath(target)]
            target.mkdir()
            self.costs.setdefault(LIMIT, []).append(measure(command, self.hub))
            shutil.rmtree(target)
        self.pages[LIMIT] = sum(1 for _ in (self.hub / "output").rglob("*.html"))


def markdown_note(notes: list[Note], step: int) -> Note:
    return notes[(len(notes) // 3 + 17 * step) % len(notes)]


def written_pages(output: Path, since: float) -> int:
    return sum(page.stat().st_mtime >= since for page in output.rglob("*.html"))


def print_table(title: str, bench: Bench) -> None:
    """Print the median and the least of seconds and work, and the peak memory of each build."""
    cold = statistics.median(cost.seconds for cost in bench.costs["cold"])
    heads = ("seconds", "least", "of cold", "work", "least", "peak MB", "pages")
    print(f"{title}\n{'build':<16}" + "".join(f"{head:>9}" for head in heads))
    for name, costs in bench.costs.items():
        seconds, least = median_and_least(cost.seconds for cost in costs)
        work, least_work = median_and_least(cost.work for cost in costs)
        memory = max(cost.memory for cost in costs)
        line = f"{name:<16}{seconds:>9.3f}{least:>9.3f}{seconds / cold:>9.3f}"
        print(f"{line}{work:>9.3f}{least_work:>9.3f}{memory:>9.0f}{bench.pages[name]:>9}")
    print(flush=True)


def median_and_least(values: Iterable[float]) -> tuple[float, float]:
    known = sorted(values)
    return statistics.median(known), known[0]


def print_stages(hub: Path, command: str, note: Note) -> None:
    """Print where builds of the hub spend their time, in one process: cold, and after each edit."""
    for folder in (hub / "output", hub / ".nexusgen"):
        shutil.rmtree(folder, ignore_errors=True)
    for turn, (name, edit) in enumerate({"cold": edit_nothing, **EDITS}.items(), 1000):
        edit(hub, note, turn)
        time.sleep(SETTLE_SECONDS)
        print(f"stages: {name}", flush=True)
        subprocess.run([command, "build", "--profile"], cwd=hub, check=True)
    print(flush=True)


def main() -> None:
    """Generate a hub of each size, measure it, and print a table for each."""
    options = parse_options()
    texts = ("code", "prose") if options.text == "both" else (options.text,)
    for size, text in product(map(int, options.sizes.split(",")), texts):
        with tempfile.TemporaryDirectory(dir=options.work) as work:
            try:
                run_size(size, text, Path(work) / "hub", options)
            except subprocess.CalledProcessError as error:
                sys.exit(f"{' '.join(error.cmd)} failed:\n{error.output}")


def run_size(size: int, text: str, hub: Path, options: argparse.Namespace) -> None:
    notes = plan_notes(size)
    write_hub(hub, notes, code=text == "code")
    (hub / TEMPLATE).parent.mkdir()
    bench = Bench(hub, [options.nexusgen, "build", "--quiet"])
    bench.run(notes, options.reps)
    bench.copy(options.reps)
    print_table(f"{size} notes, {text}", bench)
    if options.stages:
        print_stages(hub, options.nexusgen, notes[0])


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--sizes", default="100,1000", help="numbers of notes, with commas between")
    parser.add_argument("--reps", type=int, default=3, help="turns; the table shows the median")
    choices = ("code", "prose", "both")
    parser.add_argument(
        "--text", default="code", choices=choices, help="with blocks of code or not"
    )
    parser.add_argument("--stages", action="store_true", help="say where a cold build takes time")
    parser.add_argument("--work", type=Path, default=os.environ.get("BENCH_WORK"), help="scratch")
    own = Path(sys.executable).with_name("nexusgen")
    parser.add_argument("--nexusgen", default=str(own), help="the command to measure")
    return parser.parse_args()


if __name__ == "__main__":
    main()
