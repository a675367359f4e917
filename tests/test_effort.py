"""What one edit costs to understand: how many functions it runs, and how deep they call each other."""

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from nexusgen.cli import main
from nexusgen.disk import snapshot
from tests.conftest import ROOT, SiteTest

PACKAGE = str(ROOT / "nexusgen")
MAX_FUNCTIONS = 475
"""Some 140 serve search, texts for programs, cards, secrets, trust, seals and what git leaves out."""

MAX_DEPTH = 18


class Effort:
    """Notes the functions of ours that are called: comprehensions and lambdas are part of theirs."""

    def __init__(self):
        self.functions = set()
        self.deepest = []

    def note(self, frame, event, _argument):
        if event == "call" and is_ours(frame):
            code = frame.f_code
            self.functions.add((code.co_filename[len(PACKAGE) + 1 :], code.co_qualname))
            stack = []
            while frame:
                if is_ours(frame):
                    stack.append(frame.f_code.co_qualname)
                frame = frame.f_back
            self.deepest = max(self.deepest, stack[::-1], key=len)


def is_ours(frame):
    code = frame.f_code
    return code.co_filename.startswith(PACKAGE) and not code.co_name.startswith("<")


def edit_and_build(hub: SiteTest, effort: Effort | None = None):
    path = hub.root / "content/technologies/django.md"
    path.write_text(f"{path.read_text()}\nOne more sentence.\n")
    build(hub, effort)


def build(hub: SiteTest, effort: Effort | None = None):
    if effort:
        sys.setprofile(effort.note)
    try:
        main(["build", "-q", "-C", str(hub.root)])
    except SystemExit as ended:
        assert not ended.code
    finally:
        sys.setprofile(None)


def seed_hub(root: Path) -> SiteTest:
    hub = SiteTest(root)
    shutil.copytree(ROOT / "content", hub.root / "content")
    build(hub)
    return hub


def test_one_edit_runs_few_functions_and_not_deep(tmp_path):
    # In a process of its own: what other tests leave behind in one adds functions.
    command = [sys.executable, "-m", "tests.test_effort", tmp_path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    print(done.stdout)
    functions, depth = map(int, done.stdout.split()[:2])
    assert functions <= MAX_FUNCTIONS
    assert depth <= MAX_DEPTH


def measure(folder: Path):
    snapshot.RACY = 0  # how old the files are, which is how fast the machine is, adds none
    edit_and_build(seed_hub(folder / "first"))  # what is imported and made once is there now
    hub = seed_hub(folder / "second")
    effort = Effort()
    edit_and_build(hub, effort)
    parts = Counter(path.partition("/")[0] for path, _ in effort.functions)
    print(len(effort.functions), len(effort.deepest), dict(parts))
    print(" > ".join(effort.deepest))


if __name__ == "__main__":
    measure(Path(sys.argv[1]))
