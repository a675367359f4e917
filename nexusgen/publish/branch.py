"""A branch of a git remote comes in, what it holds and which of that is ours goes out."""

import json

import msgspec

from nexusgen.publish.git import Git

SOURCE = "Nexusgen-Source: "
KEPT = "Nexusgen-Kept: "
DEPTH = 200
"""Commits to look back for one of ours."""

Contents = dict[str, tuple[str, str]]
"""Files of a commit by path: mode and object."""

Entry = tuple[str, tuple[str, str]]


class Branch(msgspec.Struct, frozen=True):
    """A branch at the remote: its newest commit (empty where there is none) and its files.

    `ours` are the paths that nexusgen wrote when it last published here.
    """

    tip: str = ""
    files: Contents = {}
    ours: frozenset[str] = frozenset()


def read_branch(git: Git, address: str, branch: str) -> Branch:
    """Return what the remote holds now; nothing but objects is fetched, and no name is moved."""
    name = f"refs/heads/{branch}"
    lines = git.run("ask the remote", "ls-remote", "--", address, name).splitlines()
    tip = next((line.split("\t")[0] for line in lines if line.endswith(f"\t{name}")), "")
    if not tip:
        return Branch()
    options = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance")
    git.run("fetch the branch", "fetch", *options, "--", address, name)
    log = git.run(
        "read the branch", "log", f"-n{DEPTH}", "--first-parent", "--format=%H%x00%B%x01", tip
    )
    return Branch(tip, read_files(git, tip), _ours(git, log))


def read_files(git: Git, commit: str) -> Contents:
    """Return the files of a commit."""
    listing = git.run("read the branch", "ls-tree", "-r", "-z", "--full-tree", commit)
    files = {}
    for line in filter(None, listing.split("\0")):
        about, _, path = line.partition("\t")
        mode, _, blob = about.split(" ")
        files[path] = (mode, blob)
    return files


def kept_entries(branch: Branch, ours: Contents, *, replace: bool) -> Contents:
    """Return the files of the branch that stay: what we did not write, and `CNAME` in any case.

    A file that stands where the site needs a folder, or the reverse, makes way.
    """
    folders = {path[:at] for path in ours for at, char in enumerate(path) if char == "/"}
    return {
        path: entry
        for path, entry in branch.files.items()
        if path not in ours
        and (path not in branch.ours or path == "CNAME")
        and path not in folders
        and not any(path[:at] in ours for at, char in enumerate(path) if char == "/")
        and (path == "CNAME" or not replace)
    }


def message_of(source: str, kept: tuple[str, ...]) -> str:
    """Return the message of a commit: what it was made from, and which of its files are not ours."""
    lines = [f"Publish {source[:10]}", "", SOURCE + source]
    return "\n".join([*lines, *(KEPT + json.dumps(path) for path in kept)]) + "\n"


def _ours(git: Git, log: str) -> frozenset[str]:
    """Return the paths that the newest commit of ours holds, less those that it only kept."""
    for record in log.split("\x01"):
        commit, _, message = record.strip().partition("\0")
        lines = message.splitlines()
        if any(line.startswith(SOURCE) for line in lines):
            kept = {json.loads(line.removeprefix(KEPT)) for line in lines if line.startswith(KEPT)}
            return frozenset(read_files(git, commit)) - kept
    return frozenset()
