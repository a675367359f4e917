"""Publish the site to a branch of a git remote.

Everything is built, checked and compared in a new folder first. Only where that is agreed to does
git run with the settings of the user and the repository, to push; a dry run never uses them.
"""

import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from urllib.parse import unquote

import msgspec

from nexusgen.build import find_site
from nexusgen.core.builds import Snapshot
from nexusgen.core.problems import NexusgenError, Problem
from nexusgen.core.unseen import visible
from nexusgen.core.urls import BaseUrl, choose_base_url, elsewhere, guess_base_url
from nexusgen.disk.git import (
    Git,
    GitError,
    Repository,
    open_bare,
    other_remote,
    remote_address,
    repository_of,
    run_as_user,
    uncommitted_changes,
)
from nexusgen.disk.hub import Request, build_hub
from nexusgen.disk.manifest import load_manifest
from nexusgen.disk.snapshot import lenient_read, read_snapshot
from nexusgen.incremental.parallel import cores
from nexusgen.reports.console import Console
from nexusgen.reports.text import Report, count, format_size, format_summary
from nexusgen.tools.leaks import build_checked, local_address
from nexusgen.tools.workflow import WORKFLOW

SOURCE = "Nexusgen-Source: "
KEPT = "Nexusgen-Kept: "
DEPTH = 200
"""Commits to look back for one of ours."""

PROTECTED = ("main", "master", "trunk", "develop")
"""Branches that hold sources, which a site must never replace."""

EXPECTED = frozenset({"CNAME", ".nojekyll", "README.md", "LICENSE"})
"""Files that hosts put on a new branch: who has these alone has nothing to lose."""

QUIETLY = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance")
"""How a branch is fetched."""

_HELPER = re.compile(r"[\w+.-]+::")  # `ext::sh -c ...` runs a program

Contents = dict[str, tuple[str, str]]
"""Files of a commit by path: mode and object."""

_MOVED_ON = ("non-fast-forward", "fetch first", "stale info", "cannot lock ref", "already exists")


class PublishOptions(msgspec.Struct, frozen=True):
    """Where to publish, and what to allow.

    `replace` drops files of the branch that nexusgen did not write, but for `CNAME`. `dry_run`
    asks no remote but one on this disk: it compares with what was last fetched of another.
    `trusted` lets the hub's templates out of the sandbox. `no_history` leaves one commit alone on
    the branch.
    """

    branch: str = "gh-pages"
    remote: str = "origin"
    base_url: str = ""
    allow_dirty: bool = False
    replace: bool = False
    dry_run: bool = False
    trusted: bool = False
    no_history: bool = False


class Branch(msgspec.Struct, frozen=True):
    """A branch at the remote: its newest commit (empty where there is none) and its files.

    `ours` are the paths that nexusgen wrote when it last published here, which `is_ours` says that
    it did. `is_default` is true for the branch that the remote shows first.
    """

    tip: str = ""
    files: Contents = {}
    ours: frozenset[str] = frozenset()
    is_ours: bool = False
    is_default: bool = False


class Plan(msgspec.Struct, frozen=True):
    """What publishing would do: everything is made, and nothing has left this machine.

    `ours` are the files of the site, `kept` those of the branch that stay beside them; there are
    none where problems forbid to publish.
    """

    git: Git
    options: PublishOptions
    base: BaseUrl
    address: str
    problems: tuple[Problem, ...]
    snapshot: Snapshot
    source: str
    branch: Branch = Branch()
    ours: Contents = {}
    kept: Contents = {}
    size: int = 0

    @property
    def failed(self) -> bool:
        """Whether problems forbid to publish."""
        return any(problem.severity == "error" for problem in self.problems)

    @property
    def files(self) -> Contents:
        """The branch as it will be."""
        return {**self.kept, **self.ours}

    @property
    def is_empty(self) -> bool:
        """Whether the branch is already what it would be."""
        is_same = bool(self.branch.tip) and self.files == self.branch.files
        return is_same and not self.options.no_history


def plan_publishing(root: Path, options: PublishOptions, folder: Path) -> Plan:
    """Build, check and compare, all in `folder`, which has to be new.

    Raises `NexusgenError` where the repository or the options do not allow it, or git refuses.
    """
    repository = repository_of(root, "run git init, and add a remote")
    address = check_repository(Git(repository, root), options)
    source = _source_of(Git(repository, root), allow_dirty=options.allow_dirty)
    git = _quarantined(repository, root, folder)
    before = Request(root, needs=load_manifest(root, root / "output").settings)
    snapshot = read_snapshot(root, before.sources)
    site, _ = find_site(snapshot)
    branch = read_branch(git, address, options, folder)
    refuse_foreign(git, branch, options)
    base = choose_base_url(
        options.base_url,
        os.environ,
        site.base_url,
        guess_base_url(address),
        kept_domain(git, branch),
    )
    problems = local_address(snapshot, site, base)
    if not problems:
        request = Request(root, folder / "site", base.url, jobs=cores(), trusted=options.trusted)
        problems, snapshot = build_checked(request)
    plan = Plan(git, options, base, address, problems, snapshot, source, branch)
    return plan if plan.failed else _compared(plan, folder)


def _source_of(git: Git, *, allow_dirty: bool) -> str:
    """Return the id of the commit that is published, `-dirty` where more than it is."""
    commit = git.repository.commit()
    if not commit:
        raise NexusgenError("there is no commit to publish yet", "commit your work first", 3)
    changes = uncommitted_changes(git)
    if changes and not allow_dirty:
        raise NexusgenError(
            f"there are uncommitted changes, such as {changes[0]}",
            "commit them, or publish them all the same with --allow-dirty",
            3,
        )
    return commit + ("-dirty" if changes else "")


def _quarantined(repository: Repository, root: Path, folder: Path) -> Git:
    """Return a runner whose index and new objects lie in `folder` alone."""
    objects = folder / "objects"
    (objects / "info").mkdir(parents=True)
    borrow_objects(objects, repository)
    own = {"GIT_INDEX_FILE": str(folder / "index"), "GIT_OBJECT_DIRECTORY": str(objects)}
    return Git(repository, root, own)


def _compared(plan: Plan, folder: Path) -> Plan:
    """Return the plan with the files of the site beside those that the branch holds now."""
    git, output = plan.git, folder / "site"
    site = Git(git.repository, output, {**git.environ, "GIT_WORK_TREE": str(output)})
    site.run("store the site", "add", "--force", "--all", "--", ".")
    ours = read_files(git, git.run("store the site", "write-tree").strip())
    kept = kept_files(plan.branch, ours, replace=plan.options.replace)
    size = sum((output / path).stat().st_size for path in ours)
    return msgspec.structs.replace(plan, ours=ours, kept=kept, size=size)


def check_repository(git: Git, options: PublishOptions) -> str:
    """Return the address of the remote; refuse names that git or we could misunderstand."""
    for name, value in (("branch", options.branch), ("remote", options.remote)):
        if value.startswith("-") or not value:
            hint = "it starts like an option" if value else "it is empty"
            raise NexusgenError(f'"{value}" cannot be the name of a {name}', hint)
    try:
        git.run("check the name", "check-ref-format", f"refs/heads/{options.branch}")
    except GitError as error:
        message = f'"{options.branch}" cannot be the name of a branch'
        raise NexusgenError(message, "try gh-pages") from error
    if options.branch == git.repository.branch and options.branch not in PROTECTED:
        hint = "check out the branch of the sources: git switch NAME"
        raise NexusgenError(f'the branch "{options.branch}" is checked out here', hint)
    if options.branch in PROTECTED:
        raise _holds_sources(options.branch)
    address = remote_address(git.repository, options.remote)
    if not address:
        hint = other_remote(git.repository) or f"add it: git remote add {options.remote} URL"
        raise NexusgenError(f'there is no git remote "{options.remote}"', hint, 3)
    if address.startswith("-") or _HELPER.match(address):
        raise NexusgenError(f"this is no address to push to: {address}", "", 3)
    return address


def _holds_sources(branch: str, why: str = "") -> NexusgenError:
    because = f": {why}" if why else ""
    return NexusgenError(
        f'the branch "{branch}" holds sources, not a site{because}',
        "publish to gh-pages, or use nexusgen publish --workflow",
    )


def refuse_foreign(git: Git, branch: Branch, options: PublishOptions) -> None:
    """Refuse a branch on which nexusgen never published: what it holds may be somebody's work.

    So may what a branch of that name holds here, before it was ever pushed.
    """
    if branch.is_default and not branch.is_ours:
        raise _holds_sources(options.branch, f"{options.remote} shows it first")
    here = _branch_at(git, git.repository.commit(f"refs/heads/{options.branch}"))
    for one, place in ((branch, ""), (here, " of this repository")):
        theirs = sorted(one.files.keys() - EXPECTED)
        if theirs and not one.is_ours and not options.replace:
            more = f" and {len(theirs) - 3} more" if len(theirs) > 3 else ""
            raise NexusgenError(
                f'nexusgen never published to the branch "{options.branch}"{place}, '
                f"which holds {', '.join(theirs[:3])}{more}",
                "name another with --branch, or remove what is there with --replace",
                3,
            )


def read_branch(git: Git, address: str, options: PublishOptions, folder: Path) -> Branch:
    """Return what the remote holds now; nothing but objects is fetched, and no name is moved."""
    find_tip = _known_tip if options.dry_run else _fetched_tip
    tip, is_default = find_tip(git, address, options, folder)
    return msgspec.structs.replace(_branch_at(git, tip), is_default=is_default)


def _branch_at(git: Git, tip: str) -> Branch:
    """Return what a branch holds whose newest commit is `tip`, of which there may be none."""
    if not tip:
        return Branch()
    shape = (f"-n{DEPTH}", "--first-parent", "--format=%H%x00%B%x01")
    log = git.run("read the branch", "log", *shape, tip)
    return Branch(tip, read_files(git, tip), _ours(git, log), SOURCE in log)


def _fetched_tip(git: Git, address: str, options: PublishOptions, folder: Path) -> tuple[str, bool]:
    """Fetch the newest commit of the branch; return its id, and whether the remote shows it first."""
    name = f"refs/heads/{options.branch}"
    environ = {"GIT_OBJECT_DIRECTORY": str(folder / "objects")}
    asked = ("ls-remote", "--symref", "--", address, "HEAD", "refs/heads/*")
    try:
        lines = run_as_user("ask the remote", git.folder, environ, *asked).splitlines()
    except GitError as error:
        error.hint = (
            f"git ls-remote {options.remote} has to answer; git remote -v shows its address"
        )
        raise
    tips = {ref: commit for commit, _, ref in (line.partition("\t") for line in lines)}
    _refuse_blocked(name, tips)
    if name in tips:
        fetch = ("fetch", *QUIETLY, "--", address, name)
        run_as_user("fetch the branch", git.folder, environ, *fetch)
    return tips.get(name, ""), f"ref: {name}\tHEAD" in lines


def _refuse_blocked(name: str, refs: Iterable[str]) -> None:
    """Refuse the name of a branch within that of another, or around it: git keeps them as files."""
    for other in refs:
        if other.startswith(f"{name}/") or name.startswith(f"{other}/"):
            message = (
                f'the branch "{other.removeprefix("refs/heads/")}" at the remote is in the way'
            )
            raise NexusgenError(message, "choose another name with --branch", 3)


def _known_tip(git: Git, address: str, options: PublishOptions, folder: Path) -> tuple[str, bool]:
    """Return the same of the branch at a remote on this disk, else as last fetched."""
    path = unquote(address.removeprefix("file://")) if "://" in address else address
    remote = open_bare(git.folder / path)
    if remote is None:
        refs = f"refs/remotes/{options.remote}/"
        tip = git.repository.commit(f"{refs}{options.branch}")
        return tip, bool(tip) and tip == git.repository.commit(f"{refs}HEAD")
    borrow_objects(folder / "objects", remote)
    return remote.commit(f"refs/heads/{options.branch}"), remote.branch == options.branch


def read_files(git: Git, commit: str) -> Contents:
    """Return the files of a commit."""
    listing = git.run("read the branch", "ls-tree", "-r", "-z", "--full-tree", commit)
    files = {}
    for line in filter(None, listing.split("\0")):
        about, _, path = line.partition("\t")
        mode, _, blob = about.split(" ")
        files[path] = (mode, blob)
    return files


def kept_domain(git: Git, branch: Branch) -> str:
    """Return the address that the host of the branch keeps in `CNAME`, empty where there is none."""
    if "CNAME" not in branch.files:
        return ""
    name = git.run("read the branch", "cat-file", "blob", branch.files["CNAME"][1]).strip()
    return name and f"https://{name}/"


def _ours(git: Git, log: str) -> frozenset[str]:
    """Return the paths that the newest commit of ours holds, less those that it only kept."""
    for record in log.split("\x01"):
        commit, _, message = record.strip().partition("\0")
        lines = message.splitlines()
        if any(line.startswith(SOURCE) for line in lines):
            kept = {json.loads(line.removeprefix(KEPT)) for line in lines if line.startswith(KEPT)}
            return frozenset(read_files(git, commit)) - kept
    return frozenset()


def kept_files(branch: Branch, ours: Contents, *, replace: bool) -> Contents:
    """Return the files of the branch that stay: what we did not write, and `CNAME` in any case.

    A file that stands where the site needs a folder, or the reverse, makes way.
    """
    folders = {folder for path in ours for folder in _folders_of(path)}
    stay = branch.files.keys() - ours.keys() - folders
    stay -= branch.files.keys() if replace else branch.ours
    stay |= {"CNAME"} & branch.files.keys() - ours.keys()
    return {
        path: entry
        for path, entry in branch.files.items()
        if path in stay and not any(folder in ours for folder in _folders_of(path))
    }


def _folders_of(path: str) -> Iterator[str]:
    return (path[:at] for at, char in enumerate(path) if char == "/")


def borrow_objects(objects: Path, repository: Repository) -> None:
    """Let a folder of objects lead to those of a repository as well (gitrepository-layout)."""
    with (objects / "info" / "alternates").open("ab") as file:
        file.write(os.fsencode((repository.common / "objects").resolve()) + b"\n")


def publish(plan: Plan) -> str:
    """Commit and push what was planned, whose index holds the site; return the new commit's id.

    The push is refused, not forced, where the branch at the remote is no longer what it was.
    """
    git = plan.git
    kept = "".join(f"{mode} {blob}\t{path}\0" for path, (mode, blob) in plan.kept.items())
    listing = kept.encode(errors="surrogateescape")
    git.run("list the files", "update-index", "-z", "--index-info", data=listing)
    tree = git.run("write the tree", "write-tree").strip()
    tip, is_new = plan.branch.tip, plan.options.no_history or not plan.branch.tip
    parents = [] if is_new else ["-p", tip]
    environ = {"GIT_OBJECT_DIRECTORY": git.environ["GIT_OBJECT_DIRECTORY"]}
    arguments, message = ("commit-tree", tree, *parents), _message(plan).encode()
    done = run_as_user("commit the site", git.folder, environ, *arguments, data=message)
    commit = done.strip()
    name = f"refs/heads/{plan.options.branch}"
    lease = [f"--force-with-lease={name}:{tip}"] if tip and is_new else []
    try:
        push = ("push", "--quiet", *lease, "--", plan.address, f"{commit}:{name}")
        run_as_user("push the site", git.folder, environ, *push)
    except GitError as error:
        raise _push_refused(error) from error
    with suppress(GitError):  # as a push to a remote's name does: a dry run compares with it
        fetch = ("fetch", *QUIETLY, "--", plan.options.remote, name)
        run_as_user("fetch the branch", git.folder, {}, *fetch)
    return commit


def _message(plan: Plan) -> str:
    """Return what the commit was made from, and which of its files are not ours."""
    kept = (KEPT + json.dumps(path) for path in sorted(plan.kept))
    lines = (f"Publish {plan.source[:10]}", "", SOURCE + plan.source, *kept)
    return "\n".join(lines) + "\n"


def _push_refused(error: GitError) -> NexusgenError:
    if any(sign in error.output for sign in _MOVED_ON):
        return NexusgenError(
            "the branch at the remote has moved on meanwhile; nothing was published",
            "run nexusgen publish again: it starts from what is there now",
            3,
        )
    hint = "nothing was published and nothing here has changed; run it again when that is fixed"
    return NexusgenError(error.message, hint, 3)


Agree = Callable[[str], bool]


def run_publish(console: Console, root: Path, options: PublishOptions, agree: Agree) -> int:
    """Publish a hub if that is agreed to, after telling what would be done; return the exit code."""
    with tempfile.TemporaryDirectory(prefix="nexusgen-publish-") as folder:
        with console.progress("Building…"):
            plan = plan_publishing(root, options, Path(folder))
        _say_plan(console, plan)
        if plan.is_empty and not plan.failed:
            console.say(f"Nothing to publish: {options.branch} holds this site already.\n")
            return 0
        if plan.failed or options.dry_run or not agree("Publish this?"):
            console.say("Nothing was published.\n")
            return int(plan.failed)
        commit = publish(plan)
    console.say(_done(plan, commit))
    _write_output(console, root, plan)
    return 0


def _summary(plan: Plan) -> str:
    now, future = plan.branch.files, plan.files
    text = f"{count(len(plan.ours), 'file')} ({format_size(plan.size)})"
    text += f" for {plan.options.branch} at {plan.options.remote}"
    if plan.branch.tip:
        added, removed = len(future.keys() - now.keys()), len(now.keys() - future.keys())
        changed = sum(now[path] != entry for path, entry in future.items() if path in now)
        text += f": {added} added, {changed} changed, {removed} removed\n"
    else:
        known = " as far as is known here" if plan.options.dry_run else ""
        text += f", a new branch{known}\n"
    gone = [path for path in sorted(now.keys() - future.keys()) if path.endswith(".html")]
    if gone and not plan.options.no_history:
        deepest = visible(max(gone, key=lambda path: path.count("/")))
        text += f"Older commits of {plan.options.branch} still hold what goes, such as {deepest}; "
        text += "to drop them: --no-history\n"
    if plan.kept:
        kept = count(len(plan.kept), "file")
        text += f"Keeping {kept} that nexusgen did not write, such as {visible(min(plan.kept))}\n"
    return text


def _say_plan(console: Console, plan: Plan) -> None:
    hint = (
        "feeds, sitemap and canonical links need one. Set base_url in site.yml or give --base-url."
    )
    known = f"Base URL {plan.base.url} ({plan.base.source})"
    console.say(f"{known if plan.base.url else f'No base URL is known: {hint}'}\n")
    if wanted := elsewhere(plan.base.url, plan.address):
        console.note(
            f"GitHub shows {plan.address} at {wanted}: feeds, cards and canonical links will lead "
            "elsewhere. Set base_url in site.yml, or give --base-url.\n"
        )
    if plan.problems:
        report = Report(plan.problems, partial(lenient_read, plan.snapshot))
        console.report(report)
        console.say(format_summary(report, console.paint).replace(" in 0 entries", ""))
    if not plan.failed:
        console.say(_summary(plan))


def _done(plan: Plan, commit: str) -> str:
    text = f"Published {commit[:10]} to {plan.options.branch}"
    text += f": {plan.base.url}\n" if plan.base.url else "\n"
    if plan.files.get("CNAME") != plan.branch.files.get("CNAME"):
        text += "Your own domain also has to be set in the repository's settings under Pages.\n"
    if (plan.git.repository.top / WORKFLOW).is_file():
        text += f"{WORKFLOW} publishes, too: if Pages has GitHub Actions as its source, this branch is not shown.\n"
    elif guess_base_url(plan.address) and not plan.branch.tip:
        text += (
            "Once, in the settings of the repository under Pages: choose to deploy from a branch, "
        )
        text += f"{plan.options.branch} and / (root).\n"
    return text


def _write_output(console: Console, root: Path, plan: Plan) -> None:
    """Bring `output/` to what was published, where git ignores it: no status may change."""
    if not Git(plan.git.repository, root).ask("check-ignore", "output/"):
        return
    try:
        build_hub(Request(root, base_url=plan.base.url, jobs=cores()))
    except NexusgenError as error:
        console.note(f"output/ was left as it is: {error.message}\n")
