"""Read from git when each file came and last changed, and what is ignored."""

from pathlib import Path

from nexusgen.disk.git import Git, GitError, Repository, find_repository

Dates = dict[str, tuple[str, str]]


def read_commit(root: Path) -> str:
    """Return the id of the commit that is checked out, or nothing where there is none."""
    repository = find_repository(root)
    return repository.commit() if repository else ""


def read_dates(root: Path, content: str) -> Dates:
    """Return the dates of first and last commit (`2024-05-01`) of each file, by path under `root`.

    A date is the author's own, in the author's zone: the day on which it was written there.
    """
    repository = find_repository(root)
    log = _log(repository, root, content) if repository else ""
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
    repository = find_repository(root)
    if repository is None:
        return frozenset()
    arguments = ("ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z")
    try:
        names = Git(repository, root).run_files("tell what is ignored", *arguments)
    except GitError:
        return frozenset()
    return frozenset(name for name in names.split("\0") if name)


def _log(repository: Repository, root: Path, content: str) -> str:
    """Return for each commit a 1, its date and the names of its files, newest first."""
    shape = ("--no-renames", "--relative", "--name-only", "-z", "--format=%x01%aI")
    return Git(repository, root).ask("log", *shape, "--", content or ".")
