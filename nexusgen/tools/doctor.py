"""Tell what of this machine and of a hub works, what is missing, and what to do about it."""

import os
import platform
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import msgspec

from nexusgen import __version__
from nexusgen.build import find_site
from nexusgen.core.model import Site
from nexusgen.core.problems import NexusgenError
from nexusgen.core.unseen import visible
from nexusgen.core.urls import choose_base_url, elsewhere, guess_base_url
from nexusgen.disk.git import (
    Git,
    GitError,
    Repository,
    find_repository,
    git_version,
    other_remote,
    remote_address,
    uncommitted_changes,
)
from nexusgen.disk.keys import VARIABLE, machine_key
from nexusgen.disk.snapshot import SnapshotOptions, read_snapshot
from nexusgen.disk.state import FOLDER
from nexusgen.disk.watch import watched_folders
from nexusgen.reports.text import count, format_size
from nexusgen.tools.workflow import WORKFLOW, installed_version

LIBRARIES = ("click", "h11", "jinja2", "markdown", "markupsafe", "msgspec", "nh3", "pygments",
             "pymdown-extensions", "pyyaml", "starlette", "uvicorn", "watchdog")  # fmt: skip
EXTRAS = {"latex2mathml": "math", "pillow": "smaller copies of images, and cards"}
"""Packages that not every hub needs, by their names in a registry, and what they are for."""

_NO_REMOTE = "create a repository on GitHub, then git remote add origin URL"

State = Literal["ok", "note", "wrong"]


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at: `wrong` keeps a command from working, `note` a feature."""

    topic: str
    state: State
    text: str
    hint: str = ""


def examine(root: Path) -> tuple[Finding, ...]:
    """Return what there is to say about this machine and the hub at `root`."""
    repository = find_repository(root)
    remote = _remote_of(repository)
    site, hub = examine_hub(root)
    return (
        *examine_python(),
        *hub,
        *examine_git(root, repository),
        *examine_address(site, remote),
        *examine_state(root),
        *examine_watcher(root),
        *examine_publishing(site, repository, remote),
    )


def format_findings(findings: tuple[Finding, ...]) -> str:
    """Return the findings as lines, with a hint under what needs one."""
    marks = {"ok": "ok  ", "note": "note", "wrong": "WRONG"}
    width = max(len(finding.topic) for finding in findings)
    lines = []
    for finding in findings:
        lines.append(f"{marks[finding.state]:5} {finding.topic:{width}}  {visible(finding.text)}\n")
        if finding.hint:
            lines.append(f"{'':5} {'':{width}}  -> {visible(finding.hint)}\n")
    return "".join(lines)


def examine_python() -> Iterator[Finding]:
    """Yield the versions of Python, nexusgen and its libraries, those that are optional included."""
    form = "compiled where it pays" if is_compiled() else "plain Python"
    python = f"Python {platform.python_version()} on {platform.system()}"
    found = f"{python}, nexusgen {__version__} ({form})"
    yield Finding("program", "ok", found)
    versions = {name: installed_version(name) for name in LIBRARIES}
    missing = [name for name, number in versions.items() if not number]
    if missing:
        text = f"not installed: {', '.join(missing)}"
        yield Finding("libraries", "wrong", text, "run pip install --upgrade nexusgen")
    else:
        known = ", ".join(f"{name} {number}" for name, number in versions.items())
        yield Finding("libraries", "ok", known)

    for package, purpose in EXTRAS.items():
        if number := installed_version(package):
            yield Finding("extra", "ok", f"{package} {number}: {purpose}")
        else:
            hint = f"run pip install {package} if you want it"
            yield Finding("extra", "note", f"{package} is not installed: no {purpose}", hint)


def is_compiled() -> bool:
    """Tell whether the modules that read Markdown run as a compiler made them."""
    known = find_spec("nexusgen.markdown.scanner")
    return known is not None and not str(known.origin).endswith(".py")


def examine_hub(root: Path) -> tuple[Site, tuple[Finding, ...]]:
    """Return the settings of the hub, and what there is to say about its folder."""
    try:
        snapshot = read_snapshot(root, SnapshotOptions(leave_out=(root / "output",)))
    except NexusgenError as error:
        return Site("", ()), (Finding("hub", "wrong", error.message, error.hint),)
    site, problems = find_site(snapshot)
    files = count(len(snapshot.files), "file")
    place = f"{snapshot.content or 'the folder itself'} holds {files}"
    findings = [Finding("hub", "ok" if snapshot.files else "note", f"{root.resolve()}: {place}")]
    if site.lenient:
        hint = "nexusgen init DIR writes a hub with settings; a folder of notes needs none"
        missing = Finding("settings", "note", "there is no content/site.yml", hint)
        told = [one for one in (*snapshot.problems, *problems) if one.code == "site.name"]
        lost = [
            Finding("settings", "wrong", f"{one.path}: {one.message}", one.hint) for one in told
        ]
        findings += lost or [missing]
    else:
        hint = "run nexusgen check" if problems else ""
        text = f"site.yml has {count(len(problems), 'problem')}" if problems else "site.yml is fine"
        findings.append(Finding("settings", "wrong" if problems else "ok", text, hint))
    return site, tuple(findings)


def examine_git(root: Path, repository: Repository | None) -> Iterator[Finding]:
    """Yield what git knows of the hub."""
    program = git_version()
    if not program:
        yield Finding("git", "note", "git is not installed", "dates and publishing need it")
        return
    if repository is None:
        hint = "run git init for dates from history and for publishing"
        yield Finding("git", "note", f"{program}; the hub is in no repository", hint)
        return
    try:
        changes = len(uncommitted_changes(Git(repository, root)))
    except GitError as error:
        yield Finding("git", "wrong", error.message)
        return
    dirty = f", {count(changes, 'uncommitted change')}" if changes else ""
    yield Finding("git", "ok", f"{program}; repository {repository.top}{dirty}")
    if repository.is_shallow:
        hint = "run git fetch --unshallow, or set fetch-depth: 0 in the workflow"
        yield Finding("history", "note", "the history is cut off, so dates may be wrong", hint)


def examine_address(site: Site, remote: str) -> Iterator[Finding]:
    """Yield the base URL and who gives it."""
    try:
        base = choose_base_url("", os.environ, site.base_url)
        guess = guess_base_url(remote)
    except NexusgenError as error:
        yield Finding("base URL", "wrong", error.message, error.hint)
        return
    if base.url and (wanted := elsewhere(base.url, remote)):
        hint = "set base_url in site.yml to where GitHub shows this repository"
        yield Finding("base URL", "note", f"{base.url} ({base.source}) is not {wanted}", hint)
    elif base.url:
        yield Finding("base URL", "ok", f"{base.url} ({base.source})")
    else:
        hint = "set base_url in site.yml: feeds, sitemap and canonical links need it"
        known = f"guessed from the git remote by nexusgen publish alone: {guess}"
        yield Finding("base URL", "note", known if guess else "not known", hint)


def examine_state(root: Path) -> Iterator[Finding]:
    """Yield whether the site can be written, how large the cache is, and whether it can be kept."""
    folder = root / FOLDER
    if not _can_write(root / "output"):
        hint = f"make {root / 'output'} writable, or name another folder with --output"
        yield Finding("output", "wrong", "output/ cannot be written to", hint)
    size = sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
    if not _can_write(folder):
        hint = f"make {folder} writable: every build is a full one"
        yield Finding("cache", "note", f"{FOLDER}/ cannot be written to", hint)
    else:
        held = f"holds {format_size(size)}" if size else "is empty: the next build is a full one"
        yield Finding("cache", "ok", f"{FOLDER}/ {held}")
    reason = machine_key(root).reason if folder.is_dir() else ""
    if reason:
        text = f"no key of this machine can be kept ({reason}): every build is a full one"
        yield Finding("cache", "note", text, f"{VARIABLE} may give a key")


def _can_write(folder: Path) -> bool:
    """Tell whether files can be put into a folder, or the folder made."""
    return os.access(folder if folder.exists() else folder.parent, os.W_OK)


def examine_watcher(root: Path, limits: Path = Path("/proc/sys/fs/inotify")) -> Iterator[Finding]:
    """Yield whether the system allows to watch as many folders as the hub has (Linux only)."""
    watches, instances = _limit(limits / "max_user_watches"), _limit(limits / "max_user_instances")
    if not watches:
        yield Finding("watcher", "ok", "the system sets no limit that is known")
        return
    tops = watched_folders(root, (root / "output",))
    folders = sum(1 + sum(path.is_dir() for path in top.rglob("*")) for top in tops)
    text = f"{folders:,} folders to watch; the system allows {watches:,} in {instances:,} instances"
    hint = "raise fs.inotify.max_user_watches and max_user_instances, or use nexusgen serve --poll"
    is_tight = folders * 2 > watches or instances < 16
    yield Finding("watcher", "note" if is_tight else "ok", text, hint if is_tight else "")


def examine_publishing(site: Site, repository: Repository | None, remote: str) -> Iterator[Finding]:
    """Yield what is missing before the hub can be published."""
    if repository is None or not remote:
        hint = (repository and other_remote(repository)) or _NO_REMOTE
        yield Finding("publishing", "note", "there is no git remote named origin", hint)
        return
    if (repository.top / WORKFLOW).is_file():
        yield Finding("publishing", "ok", f"{WORKFLOW} publishes at each push to {remote}")
    else:
        hint = "run nexusgen publish --workflow, or nexusgen publish for a branch"
        yield Finding("publishing", "note", f"{WORKFLOW} is missing", hint)
    if site.cname:
        hint = "set it also in the repository's settings under Pages"
        yield Finding("domain", "ok", f"CNAME will hold {site.cname}", hint)


def _remote_of(repository: Repository | None) -> str:
    try:
        return remote_address(repository, "origin") if repository else ""
    except GitError:
        return ""


def _limit(path: Path) -> int:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return 0
