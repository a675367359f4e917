"""What one edit costs to understand: how many functions it runs, and how deep they call each other."""

import shutil
import sys
from collections import Counter
from pathlib import Path

from nexusgen.cli import main
from nexusgen.disk import snapshot
from tests.conftest import ROOT, SiteTest

PACKAGE = str(ROOT / "nexusgen")
MAX_FUNCTIONS = 476
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


def test_one_edit_runs_few_functions_and_not_deep(tmp_path, monkeypatch):
    # How old the files are, which is how fast the machine is, adds none.
    monkeypatch.setattr(snapshot, "RACY", 0)
    edit_and_build(seed_hub(tmp_path / "first"))  # what is imported and made once is there now
    hub = seed_hub(tmp_path / "second")
    effort = Effort()

    edit_and_build(hub, effort)

    parts = Counter(path.partition("/")[0] for path, _ in effort.functions)
    print(f"{len(effort.functions)} functions, {len(effort.deepest)} deep: {dict(parts)}")
    print(" > ".join(effort.deepest))
    assert len(effort.functions) <= MAX_FUNCTIONS
    assert len(effort.deepest) <= MAX_DEPTH
