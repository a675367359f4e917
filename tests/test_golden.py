"""Every folder of tests/golden is a hub, what its build has to say, and pages it has to give.

`problems.txt` is the specification of the messages, `expected/` of the pages it holds; a page
there that the build does not give is an error. `--update-golden` rewrites both.
"""

import shutil
from pathlib import Path

import pytest

from nexusgen.reports.text import Report, format_problems

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.name for path in GOLDEN.iterdir() if path.is_dir()) if GOLDEN.exists() else []


@pytest.mark.parametrize("case", CASES)
def test_hub_gives_what_its_golden_files_say(case, site, request):
    golden = GOLDEN / case
    for part in ("content", "templates", "notes"):
        if (golden / part).is_dir():
            target = site.root if part == "notes" else site.root / part
            shutil.copytree(golden / part, target, dirs_exist_ok=True)
    site.check()
    build = site.pure_build()
    problems = format_problems(Report(site.problems, site.outcome.snapshot.read))

    if request.config.getoption("--update-golden"):
        _update(golden, problems, build)

    expected = golden / "problems.txt"
    assert problems == (expected.read_text() if expected.exists() else "")
    for path in (golden / "expected").rglob("*"):
        if path.is_file():
            name = path.relative_to(golden / "expected").as_posix()
            assert name in build.outputs, f"{name} is expected, and nothing makes it"
            assert build.outputs[name].render().decode() == path.read_text()


def _update(golden, problems, build):
    if problems:
        (golden / "problems.txt").write_text(problems)
    else:
        (golden / "problems.txt").unlink(missing_ok=True)
    for path in (golden / "expected").rglob("*"):
        if path.is_file():
            name = path.relative_to(golden / "expected").as_posix()
            path.write_bytes(build.outputs[name].render())
