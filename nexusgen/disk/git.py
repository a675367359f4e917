"""Run git on what a repository holds, but never as that repository's settings want it run.

A hub is often somebody else's, and so is its `.git`: dozens of settings, hooks and drivers in there
name a program. Instead of switching these off one by one, git is given a folder of our own in place
of the repository's, made for one call, in which only what we put there can be found: the id of the
commit, the list where a shallow history ends, what is ignored. Objects and index are read where
they lie. Nothing of the environment but where programs and temporary files are reaches git.
"""

import os
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from functools import lru_cache
from pathlib import Path

import msgspec

from nexusgen.core.problems import NexusgenError

_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",  # asking for the status must not rewrite the user's index
}
_PRIVATE_ENVIRONMENT = _ENVIRONMENT | {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_ALLOW_PROTOCOL": "none",
}
_INHERITED = ("SYSTEMROOT", "TMPDIR", "TEMP", "TMP")
# Settings that say how a file is compared with what git holds of it; not one names a program.
_DATA_SETTINGS = re.compile(
    r"core\.(?:autocrlf|eol|filemode|symlinks|ignorecase|precomposeunicode|trustctime|checkstat)"
)
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_COPIED = ("shallow", "info/exclude")
_UNBORN = "ref: refs/heads/none"
_MOST_LINKS = 5
"""Names that may lead to each other until one leads to a commit, as many as git allows."""


TIMEOUT = 300.0
"""Seconds after which git has met something that never ends; a long history takes a tenth."""


class GitError(NexusgenError):
    """Git refused; `output` is all it said."""

    def __init__(self, doing: str, output: str) -> None:
        lines = [line.strip() for line in output.splitlines() if line.strip()]
        told = [line for line in lines if line.startswith(("fatal:", "error:", "remote:", "!"))]
        reason = (told or lines or ["git gave no reason"])[0]
        super().__init__(f"git could not {doing}: {reason}", exit_code=3)
        self.output = output


class Repository(msgspec.Struct, frozen=True):
    """Where the files of a repository lie (gitrepository-layout).

    `top` is its working tree, `own` the folder of this tree's HEAD and index, `common` that of
    objects and refs, which linked working trees share.
    """

    top: Path
    own: Path
    common: Path

    @property
    def branch(self) -> str:
        """The name of the branch that is checked out, empty where none is."""
        head = _read(self.own / "HEAD").strip()
        return head.removeprefix("ref: refs/heads/") if head.startswith("ref: refs/heads/") else ""

    @property
    def is_shallow(self) -> bool:
        """Whether the history is cut off."""
        return (self.common / "shallow").is_file()

    def commit(self, name: str = "HEAD") -> str:
        """Return the id of the commit to which a ref leads, empty where there is none."""
        for _ in range(_MOST_LINKS):
            text = _read((self.own if name == "HEAD" else self.common) / name).strip()
            if not text.startswith("ref: "):
                found = text or self._packed(name)
                return found if _ID.fullmatch(found) else ""
            name = text.removeprefix("ref: ").strip()
        return ""

    def _packed(self, name: str) -> str:
        lines = _read(self.common / "packed-refs").splitlines()
        return next((line.split(" ")[0] for line in lines if line.endswith(f" {name}")), "")


def find_repository(folder: Path) -> Repository | None:
    """Return the repository in whose working tree a folder lies.

    A bare repository is none, wherever it lies: it would be one that somebody committed.
    """
    resolved = folder.resolve()
    for top in (resolved, *resolved.parents):
        own = top / ".git"
        if own.is_file():
            own = top / _read(own).removeprefix("gitdir:").strip()
        if (own / "HEAD").is_file():
            return _repository(top, own)
    return None


def open_bare(folder: Path) -> Repository | None:
    """Return the repository that a remote on this disk names, with a working tree or without."""
    inner = folder / ".git"
    own = inner if inner.is_dir() else folder
    return _repository(folder, own) if (own / "HEAD").is_file() else None


def _repository(top: Path, own: Path) -> Repository:
    return Repository(top, own, own / (_read(own / "commondir").strip() or "."))


def remote_address(repository: Repository, remote: str) -> str:
    """Return the address to which a remote is pushed, as it is written in the settings.

    Raises `GitError` where these cannot be read.
    """
    config = _settings_of(repository)
    return config.get(f"remote.{remote}.pushurl") or config.get(f"remote.{remote}.url", "")


def remote_names(repository: Repository) -> list[str]:
    """Return the names of the remotes that have an address. Raises `GitError` as before."""
    parts = (key.split(".", 1)[1] for key in _settings_of(repository) if key.startswith("remote."))
    return sorted({part.removesuffix(".url") for part in parts if part.endswith(".url")})


def other_remote(repository: Repository) -> str:
    """Return how to publish to another remote than the one that was asked for; nothing without one."""
    known = remote_names(repository)
    return (
        f"name one that is there: nexusgen publish --remote {' or '.join(known)}" if known else ""
    )


class Git:
    """Runs git in a folder of a repository, none of whose settings and hooks count.

    `environ` adds to the environment of every call.
    """

    def __init__(
        self, repository: Repository, folder: Path, environ: Mapping[str, str] | None = None
    ) -> None:
        self.repository = repository
        self.folder = folder.resolve()
        self.environ = environ or {}

    def run(self, doing: str, *arguments: str, data: bytes = b"") -> str:
        """Return what git printed; `data` goes to its standard input.

        Raises `GitError`, in which `doing` says what was tried (`read the history`).
        """
        objects = self.repository.common / "objects"
        kept = (*objects.glob("info/*"), *objects.glob("pack/*"))
        _refuse_endless(doing, self.repository.own / "index", *kept)
        with _private_folder() as private:
            _fill(Path(private), self.repository)
            environ = _private_environ(Path(private)) | {
                "GIT_WORK_TREE": str(self.repository.top),
                "GIT_INDEX_FILE": str(self.repository.own / "index"),
                "GIT_OBJECT_DIRECTORY": str(self.repository.common / "objects"),
                **self.environ,
            }
            return _call(doing, arguments, self.folder, environ, data)

    def ask(self, *arguments: str) -> str:
        """Return what git printed, without space around it; nothing where it refused."""
        try:
            return self.run("answer", *arguments).strip()
        except GitError:
            return ""

    def run_files(self, doing: str, *arguments: str) -> str:
        """Run git where it looks at files: how they are compared and ignored is read from settings.

        Raises `GitError`.
        """
        rules = [*self.repository.top.glob(".git*"), *self.folder.glob(".git*")]
        _refuse_endless(doing, *(place for place in rules if not place.is_symlink()))
        settings = {**_user_settings(), **_settings_of(self.repository)}
        given = {key: value for key, value in settings.items() if _DATA_SETTINGS.fullmatch(key)}
        given["core.excludesfile"] = str(_excludes_file(settings, self.repository.top))
        options = [part for key, value in given.items() for part in ("-c", f"{key}={value}")]
        return self.run(doing, *options, *arguments)

    def ignore_files(self) -> tuple[Path, ...]:
        """Return the files of rules that git heeds beside each `.gitignore`: what counts more is last."""
        settings: Mapping[str, str] = {}
        with suppress(GitError):  # without git, only the file at its usual place is known
            settings = {**_user_settings(), **_settings_of(self.repository)}
        own = self.repository.common / "info" / "exclude"
        return _excludes_file(settings, self.repository.top), own


def run_as_user(
    doing: str, folder: Path, environ: Mapping[str, str], *arguments: str, data: bytes = b""
) -> str:
    """Run git as the user would, with all settings, hooks and helpers: to publish, and only then.

    Raises `GitError`.
    """
    command = ("-c", "protocol.ext.allow=never", *arguments)
    return _call(doing, command, folder, {**os.environ, **_ENVIRONMENT, **environ}, data)


def git_version() -> str:
    """Return what the installed git calls itself, nothing where there is none."""
    try:
        with _private_folder() as private:
            return _call("answer", ("--version",), Path(private), os.environ).strip()
    except GitError:
        return ""


def _refuse_endless(doing: str, *places: Path) -> None:
    """Raise `GitError` where git would wait for ever: it opens pipes and devices as if they were files."""
    for place in places:
        if place.exists() and not (place.is_file() or place.is_dir()):
            raise GitError(doing, f"fatal: {place} is a pipe or a device")


def _private_folder() -> AbstractContextManager[str]:
    from tempfile import TemporaryDirectory

    return TemporaryDirectory(prefix="nexusgen-git-")


def _fill(private: Path, repository: Repository) -> None:
    """Make a folder that git takes for a repository: the commit, and lists that name no program."""
    commit = repository.commit()
    (private / "refs").mkdir()
    (private / "info").mkdir()
    (private / "HEAD").write_text(f"{commit or _UNBORN}\n", newline="\n")
    if len(commit) > 40:  # longer than one of SHA-1
        settings = "[core]\nrepositoryformatversion = 1\n[extensions]\nobjectFormat = sha256\n"
        (private / "config").write_text(settings, newline="\n")
    from shutil import copyfile

    for name in _COPIED:
        if (repository.common / name).is_file():
            copyfile(repository.common / name, private / name)
    for shared in repository.own.glob("sharedindex.*"):  # the larger part of an index in two
        copyfile(shared, private / shared.name)


def _private_environ(private: Path) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    own = {"PATH": _search_path(), "GIT_DIR": str(private)}
    homes = {"HOME": str(private), "XDG_CONFIG_HOME": str(private)}
    return inherited | _PRIVATE_ENVIRONMENT | own | homes


def _search_path() -> str:
    """Return where programs are looked for, less what would be relative to a folder of the hub."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if Path(folder).is_absolute())


def _call(
    doing: str,
    arguments: tuple[str, ...],
    folder: Path,
    environ: Mapping[str, str],
    data: bytes = b"",
) -> str:
    import subprocess
    from shutil import which

    command = [which("git", path=_search_path()) or "git", "--no-pager", *arguments]
    is_local = "GIT_ALLOW_PROTOCOL" in environ  # what a remote is sent may take its time
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environ,
            input=data,
            capture_output=True,
            check=False,
            timeout=TIMEOUT if is_local else None,
        )
    except subprocess.TimeoutExpired:
        raise GitError(doing, f"fatal: it took longer than {TIMEOUT:.0f} seconds") from None
    except OSError as error:
        is_missing = isinstance(error, FileNotFoundError) and folder.is_dir()
        reason = "git is not installed" if is_missing else f"fatal: {error.strerror}"
        raise GitError(doing, reason) from error
    if done.returncode != 0:
        raise GitError(doing, (done.stderr + done.stdout).decode(errors="replace"))
    return done.stdout.decode(errors="surrogateescape")


def _settings_of(repository: Repository) -> Mapping[str, str]:
    """Return the settings of a repository as data: reading them runs nothing, nor do includes."""
    config = repository.common / "config"
    if not config.is_file():
        return {}
    status = config.stat()
    return _listed(config, (status.st_mtime_ns, status.st_size, status.st_ino))


@lru_cache(maxsize=8)
def _listed(config: Path, _status: tuple[int, int, int]) -> Mapping[str, str]:
    with _private_folder() as private:
        arguments = ("config", "--file", str(config.resolve()), "--no-includes", "--list", "-z")
        return _parsed(arguments, _private_environ(Path(private)), Path(private))


@lru_cache(maxsize=1)
def _user_settings() -> Mapping[str, str]:
    """Return the settings of this user and machine, as data."""
    with _private_folder() as private:
        environ = {**os.environ, "GIT_DIR": private}
        return _parsed(("config", "--list", "-z"), environ, Path(private))


def _excludes_file(settings: Mapping[str, str], top: Path) -> Path:
    """Return the file of what settings have git ignore, or a user everywhere (gitignore)."""
    base = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    path = settings.get("core.excludesfile", f"{base}/git/ignore")
    found = top / os.path.expanduser(path)  # noqa: PTH111  a Path raises where there is no such user
    return found if found.is_file() else Path(os.devnull)  # a pipe would never end


def _parsed(arguments: tuple[str, ...], environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    listing = _call("read its settings", arguments, folder, environ)
    pairs = (line.partition("\n") for line in listing.split("\0") if line)
    return {key: value for key, _, value in pairs}


def _read(path: Path) -> str:
    try:
        is_file = path.is_file()  # a device or a pipe may never end
        return path.read_text(encoding="utf-8", errors="surrogateescape") if is_file else ""
    except (OSError, ValueError):
        return ""


def repository_of(root: Path, hint: str) -> Repository:
    """Return the repository of a hub; raise `NexusgenError` where git or it is missing."""
    if not git_version():
        raise NexusgenError("git is not installed", "install it: nexusgen publishes with git", 3)
    repository = find_repository(root)
    if repository is None:
        raise NexusgenError(f"{root.resolve()} lies in no git repository", hint, 3)
    return repository


def uncommitted_changes(git: Git) -> list[str]:
    """Return the paths of a hub that are not as they were committed."""
    # What is built is no source, wherever a hub has no .gitignore.
    # To look into a submodule for changes, git would run there with that submodule's settings.
    form = ("--porcelain", "-z", "--no-renames", "--ignore-submodules=dirty")
    asked = ("status", *form, "--", ".", ":(exclude)output")
    return [line[3:] for line in git.run_files("tell what changed", *asked).split("\0") if line]
