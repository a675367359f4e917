"""A git repository in, the dates of its files out: an edge, and the only reader of git history."""

import subprocess
from pathlib import Path

Dates = dict[str, tuple[str, str]]

_SAFE = (
    "git",
    "--no-pager",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "log.showSignature=false",
    "-c",
    "core.quotePath=false",
)
"""A cloned hub brings its own git settings: none of them may make git run a program."""


def read_commit(root: Path) -> str:
    """Return the id of the commit that is checked out, or nothing where there is none."""
    return _git(root, "rev-parse", "--verify", "--quiet", "HEAD").strip()


def read_dates(root: Path, content: str) -> Dates:
    """Return the dates of first and last commit (`2024-05-01`) of each file, by path under `root`.

    A date is the author's own, in the author's zone: the day on which it was written there.
    """
    log = _git(
        root, "log", "--no-renames", "--relative", "--name-only", "-z", "--format=%x01%aI", "--",
        content or ".",
    )  # fmt: skip
    dates: Dates = {}
    for commit in log.split("\x01")[1:]:
        moment, _, names = commit.partition("\0")
        day = moment[:10]
        for name in filter(None, names.removeprefix("\n").split("\0")):
            _, last = dates.get(name, (day, day))  # newest first: the first one seen is the last
            dates[name] = (day, last)
    return dates


def read_ignored(root: Path) -> frozenset[str]:
    """Return the files and folders (with a slash at the end) that git ignores."""
    names = _git(
        root, "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"
    )
    return frozenset(name for name in names.split("\0") if name)


def _git(root: Path, *arguments: str) -> str:
    try:
        result = subprocess.run([*_SAFE, *arguments], cwd=root, capture_output=True, check=False)
    except OSError:
        return ""
    return result.stdout.decode(errors="surrogateescape") if result.returncode == 0 else ""
