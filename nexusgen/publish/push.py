"""A hub comes in; its site, built and checked this moment, goes to a branch of a git remote.

Everything is made in a folder of its own: the site, a git index and new git objects. So neither
the work tree nor the index, the objects or the branches of the user's repository ever change.
"""

import os
import re
from pathlib import Path

import msgspec

from nexusgen.artifacts import Snapshot
from nexusgen.build import read_site
from nexusgen.cache.parallel import cores
from nexusgen.commands.hub import Request, build_hub, check_hub
from nexusgen.disk.baseurl import BaseUrl, choose_base_url
from nexusgen.disk.manifest import manifest_path
from nexusgen.disk.snapshot import SnapshotOptions, read_snapshot
from nexusgen.problems import NexusgenError, Problem, sorted_problems
from nexusgen.publish.branch import Contents, Entry, kept_entries, message_of, read_branch
from nexusgen.publish.git import Git, GitError
from nexusgen.publish.leaks import find_leaks, site_too_large

PROTECTED = ("main", "master", "trunk", "develop")
"""Branches that hold sources, which a site must never replace."""

_HELPER = re.compile(r"[\w+.-]+::")  # `ext::sh -c ...` runs a program


class PublishOptions(msgspec.Struct, frozen=True):
    """Where to publish, and what to allow.

    `replace` drops files of the branch that nexusgen did not write, but for `CNAME`.
    """

    branch: str = "gh-pages"
    remote: str = "origin"
    base_url: str = ""
    allow_dirty: bool = False
    replace: bool = False


class Plan(msgspec.Struct, frozen=True):
    """What publishing would do: everything is made, and nothing has left this machine.

    `tree` is empty where problems forbid it. `added`, `changed` and `removed` compare with the
    branch as it is at the remote, whose newest commit is `tip`.
    """

    git: Git
    options: PublishOptions
    base: BaseUrl
    address: str
    problems: tuple[Problem, ...]
    snapshot: Snapshot
    source: str = ""
    tip: str = ""
    entries: tuple[Entry, ...] = ()
    kept: tuple[str, ...] = ()
    files: int = 0
    size: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0

    @property
    def failed(self) -> bool:
        """Whether problems forbid to publish."""
        return any(problem.severity == "error" for problem in self.problems)

    @property
    def is_empty(self) -> bool:
        """Whether the branch is already what it would be."""
        return bool(self.tip) and not (self.added or self.changed or self.removed)


def plan_publishing(root: Path, options: PublishOptions, folder: Path) -> Plan:
    """Build, check and compare, all in `folder`, which has to be new.

    Raises `NexusgenError` where the repository or the options do not allow it, or git refuses.
    """
    git = Git(root)
    address = check_repository(git, options)
    source = _source_of(git, allow_dirty=options.allow_dirty)
    git = quarantined(git, folder)
    snapshot = read_snapshot(root, SnapshotOptions(leave_out=(root / "output",)))
    site, _ = read_site(snapshot)
    base = choose_base_url(options.base_url, os.environ, site, address)
    output = folder / "site"
    problems, snapshot = build_checked(root, output, base.url)
    plan = Plan(git, options, base, address, problems, snapshot, source)
    if plan.failed:
        return plan
    return _compared(plan, output)


def build_checked(root: Path, output: Path, base_url: str) -> tuple[tuple[Problem, ...], Snapshot]:
    """Build into `output`, and return all problems: those of the content and those of the site."""
    request = Request(root, output, base_url, jobs=cores())
    checked = check_hub(request)
    if checked.failed:
        return checked.problems, checked.snapshot
    try:
        built = build_hub(request)
    finally:
        manifest_path(root, output).unlink(missing_ok=True)
    problems = [p for p in (*checked.problems, *built.problems) if p.severity == "error"]
    return sorted_problems([*problems, *scan(output)]), built.snapshot


def scan(output: Path) -> list[Problem]:
    """Return what must not be published in the folder of a site."""
    problems: list[Problem] = []
    size = 0
    for path in sorted(output.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            size += len(data)
            problems += find_leaks(path.relative_to(output).as_posix(), data)
    return [*problems, *site_too_large(size)]


def publish(plan: Plan) -> str:
    """Commit and push what was planned; return the id of the new commit.

    The push is refused, not forced, where the branch at the remote is no longer what it was.
    """
    listing = "".join(f"{mode} {blob}\t{path}\0" for path, (mode, blob) in plan.entries)
    git = plan.git
    git.run("list the files", "read-tree", "--empty")
    encoded = listing.encode(errors="surrogateescape")
    git.run("list the files", "update-index", "-z", "--index-info", data=encoded)
    tree = git.run("write the tree", "write-tree").strip()
    parents = ["-p", plan.tip] if plan.tip else []
    message = message_of(plan.source, plan.kept).encode()
    commit = git.run("commit the site", "commit-tree", tree, *parents, data=message).strip()
    target = f"{commit}:refs/heads/{plan.options.branch}"
    try:
        git.run("push the site", "push", "--quiet", "--", plan.address, target)
    except GitError as error:
        raise _push_refused(error) from error
    return commit


def check_repository(git: Git, options: PublishOptions) -> str:
    """Return the URL of the remote; refuse names that git or we could misunderstand."""
    for name, value in (("branch", options.branch), ("remote", options.remote)):
        if value.startswith("-") or not value:
            raise NexusgenError(
                f'"{value}" cannot be the name of a {name}', "it starts like an option"
            )
    if not git.ask("rev-parse", "--show-toplevel"):
        raise NexusgenError(
            f"{git.folder} lies in no git repository", "run git init, and add a remote", 3
        )
    if not git.ask("check-ref-format", "--branch", options.branch):
        raise NexusgenError(f'"{options.branch}" cannot be the name of a branch', "try gh-pages")
    here = git.run("tell the branch", "branch", "--show-current").strip()
    if options.branch in (*PROTECTED, here):
        raise NexusgenError(
            f'the branch "{options.branch}" holds sources, not a site',
            "publish to gh-pages, or use nexusgen publish --workflow",
        )
    address = git.ask("remote", "get-url", "--push", "--", options.remote)
    if not address:
        hint = f"add it with git remote add {options.remote} URL, or name another with --remote"
        raise NexusgenError(f'there is no git remote "{options.remote}"', hint, 3)
    if address.startswith("-") or _HELPER.match(address):
        raise NexusgenError(f"this is no address to push to: {address}", "", 3)
    return address


def quarantined(git: Git, folder: Path) -> Git:
    """Return a runner whose index and new objects lie in `folder` alone."""
    own = git.run("find its objects", "rev-parse", "--git-path", "objects").strip()
    objects = folder / "objects"
    objects.mkdir(parents=True)
    return git.with_environ(
        {
            "GIT_INDEX_FILE": str(folder / "index"),
            "GIT_OBJECT_DIRECTORY": str(objects),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": str((git.folder / own).resolve()),
        }
    )


def _source_of(git: Git, *, allow_dirty: bool) -> str:
    """Return the id of the commit that is published, `-dirty` where more than it is."""
    commit = git.ask("rev-parse", "--verify", "--quiet", "HEAD")
    if not commit:
        raise NexusgenError("there is no commit to publish yet", "commit your work first", 3)
    changes = git.run("tell what changed", "status", "--porcelain", "-z", "--", ".").split("\0")[0]
    if changes and not allow_dirty:
        raise NexusgenError(
            f"there are uncommitted changes, such as {changes[3:]}",
            "commit them, or publish them all the same with --allow-dirty",
            3,
        )
    return commit + ("-dirty" if changes else "")


def _compared(plan: Plan, output: Path) -> Plan:
    """Return the plan with the files of the site beside those that the branch holds now."""
    ours = hash_files(plan.git, output)
    now = read_branch(plan.git, plan.address, plan.options.branch)
    kept = kept_entries(now, ours, replace=plan.options.replace)
    future: Contents = {**kept, **ours}
    return msgspec.structs.replace(
        plan,
        tip=now.tip,
        entries=tuple(sorted(future.items())),
        kept=tuple(sorted(kept)),
        files=len(ours),
        size=sum((output / path).stat().st_size for path in ours),
        added=len(future.keys() - now.files.keys()),
        removed=len(now.files.keys() - future.keys()),
        changed=sum(now.files.get(path, entry) != entry for path, entry in future.items()),
    )


def hash_files(git: Git, output: Path) -> Contents:
    """Store every file of a folder as a git object, byte for byte; return them by path."""
    paths = sorted(p.relative_to(output).as_posix() for p in output.rglob("*") if p.is_file())
    odd = next((path for path in paths if "\n" in path or '"' in path), None)
    if odd is not None:
        raise NexusgenError(f"a file of the site cannot be published: {odd!r}", "rename its source")
    names = "".join(f"{output / path}\n" for path in paths).encode(errors="surrogateescape")
    arguments = ("hash-object", "-w", "--no-filters", "--stdin-paths")
    blobs = git.run("store the site", *arguments, data=names).split()
    return {path: ("100644", blob) for path, blob in zip(paths, blobs, strict=True)}


def _push_refused(error: GitError) -> NexusgenError:
    moved = ("non-fast-forward", "fetch first", "stale info", "cannot lock ref", "already exists")
    if any(sign in error.output for sign in moved):
        return NexusgenError(
            "the branch at the remote has moved on meanwhile; nothing was published",
            "run nexusgen publish again: it starts from what is there now",
            3,
        )
    hint = "nothing was published and nothing here has changed; run the command again when it is mended"
    return NexusgenError(error.message, hint, 3)
