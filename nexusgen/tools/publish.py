"""A branch of a git remote comes in, what it holds and which of that is ours goes out."""

import json
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from nexusgen.build import read_site
from nexusgen.commands.hub import Request, build_hub, check_hub
from nexusgen.core.model import Snapshot
from nexusgen.core.problems import NexusgenError, Problem, sorted_problems
from nexusgen.disk.base_url import BaseUrl, choose_base_url
from nexusgen.disk.manifest import manifest_path
from nexusgen.disk.snapshot import SnapshotOptions, read_snapshot
from nexusgen.incremental.parallel import cores
from nexusgen.preview.state import lenient_read
from nexusgen.reports.console import Console
from nexusgen.reports.text import Report, count, format_size, format_summary
from nexusgen.tools.git import Git, GitError
from nexusgen.tools.leaks import find_leaks, site_too_large

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


NAME = ".github/workflows/pages.yml"
_SOURCE = Path(__file__).parent / "workflows" / "pages.yml"


def write_workflow(root: Path, *, overwrite: bool) -> tuple[Path, bool]:
    """Write the workflow into the repository that holds `root`; return where, and if it is new.

    Raises `NexusgenError` where there is no repository, or where another file stands there that
    may not be overwritten.
    """
    top = Git(root).ask("rev-parse", "--show-toplevel")
    if not top:
        raise NexusgenError(f"{root} lies in no git repository", "run git init first", 3)
    hub = root.resolve().relative_to(Path(top).resolve()).as_posix()
    text = workflow_text(hub)
    target = Path(top) / NAME
    if target.is_file() and target.read_text(encoding="utf-8") == text:
        return target, False
    if target.exists() and not overwrite:
        raise NexusgenError(
            f"{target} exists and is another workflow", "replace it with --yes, or move it away"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8", newline="\n")
    return target, True


def workflow_text(hub: str = ".") -> str:
    """Return the workflow for a hub in that folder of its repository."""
    text = _SOURCE.read_text(encoding="utf-8")
    if hub == ".":
        return text
    if any(not (char.isalnum() or char in "-_./ ") for char in hub):
        raise NexusgenError(f"the folder {hub} has a name that a workflow cannot hold", "rename it")
    return text.replace("      HUB: .\n", f'      HUB: "{hub}"\n')


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


Agree = Callable[[str], bool]


def run_publish(console: Console, root: Path, options: PublishOptions, agree: Agree | None) -> int:
    """Publish a hub and return the exit code; `agree` None means to tell only what would be done."""
    with tempfile.TemporaryDirectory(prefix="nexusgen-publish-") as folder:
        with console.progress("Building…"):
            plan = plan_publishing(root, options, Path(folder))
        console.say(_base_line(plan))
        _list_problems(console, plan)
        if plan.failed:
            console.say("Nothing was published.\n")
            return 1
        console.say(_summary(plan))
        if plan.is_empty:
            console.say(f"Nothing to publish: {plan.options.branch} holds this site already.\n")
            return 0
        if agree is None or not agree("Publish this?"):
            console.say("Nothing was published.\n")
            return 0
        commit = publish(plan)
    console.say(_done(plan, commit))
    _write_output(console, root, plan)
    return 0


def run_workflow(console: Console, root: Path, *, overwrite: bool) -> int:
    """Write the workflow that publishes a hub and return the exit code."""
    path, is_new = write_workflow(root, overwrite=overwrite)
    console.say(f"{'Wrote' if is_new else 'Up to date:'} {path}\n")
    console.say(
        "Next: commit and push it. Once, in the settings of the repository under Pages, choose "
        "GitHub Actions as the source, and set your own domain there if you have one.\n"
    )
    return 0


def _base_line(plan: Plan) -> str:
    if plan.base.url:
        return f"Base URL {plan.base.url} ({plan.base.source})\n"
    return (
        "No base URL is known: feeds, sitemap and canonical links need one. "
        "Set base_url in site.yml or give --base-url.\n"
    )


def _list_problems(console: Console, plan: Plan) -> None:
    report = Report(plan.problems, lenient_read(plan.snapshot))
    if plan.problems:
        console.report(report)
        console.say(format_summary(report, console.paint).replace(" in 0 entries", ""))


def _summary(plan: Plan) -> str:
    what = f"{count(plan.files, 'file')} ({format_size(plan.size)})"
    where = f"{plan.options.branch} at {plan.options.remote}"
    if not plan.tip:
        text = f"{what} for {where}, a new branch\n"
    else:
        changes = f"{plan.added} added, {plan.changed} changed, {plan.removed} removed"
        text = f"{what} for {where}: {changes}\n"
    if plan.kept:
        kept = count(len(plan.kept), "file")
        text += f"Keeping {kept} that nexusgen did not write, such as {plan.kept[0]}\n"
    return text


def _done(plan: Plan, commit: str) -> str:
    text = f"Published {commit[:10]} to {plan.options.branch}"
    text += f": {plan.base.url}\n" if plan.base.url else "\n"
    if any(path == "CNAME" for path, _ in plan.entries):
        text += "Your own domain also has to be set in the repository's settings under Pages.\n"
    return text


def _write_output(console: Console, root: Path, plan: Plan) -> None:
    """Bring `output/` to what was published, where git ignores it: no status may change."""
    if not Git(root).ask("check-ignore", "output/"):
        return
    try:
        build_hub(Request(root, base_url=plan.base.url, jobs=cores()))
    except NexusgenError as error:
        console.note(f"output/ was left as it is: {error.message}\n")
