"""Arguments of git come in, what git printed goes out: a thin runner that never asks or guesses."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from nexusgen.core.problems import NexusgenError

_SETTINGS = (
    "core.fsmonitor=false",  # a repository's own settings may not make git run a program
    "core.quotePath=false",
    "log.showSignature=false",
    "protocol.ext.allow=never",
    "advice.detachedHead=false",
)
_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",  # asking for the status must not rewrite the user's index
}


class GitError(NexusgenError):
    """Git refused; `output` is all it said."""

    def __init__(self, doing: str, output: str) -> None:
        lines = [line.strip() for line in output.splitlines() if line.strip()]
        told = [line for line in lines if line.startswith(("fatal:", "error:", "remote:", "!"))]
        reason = (told or lines or ["git gave no reason"])[0]
        super().__init__(f"git could not {doing}: {reason}", exit_code=3)
        self.output = output


class Git:
    """Runs git in one folder; `environ` adds to the environment of every call."""

    def __init__(self, folder: Path, environ: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self._environ = {**os.environ, **_ENVIRONMENT, **(environ or {})}

    def with_environ(self, environ: Mapping[str, str]) -> "Git":
        """Return a runner in the same folder with further variables."""
        return Git(self.folder, {**self._environ, **environ})

    def run(self, doing: str, *arguments: str, data: bytes | None = None) -> str:
        """Return what git printed; `data` goes to its standard input.

        Raises `GitError`, in which `doing` says what was tried (`push the site`).
        """
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        command = ["git", "--no-pager", *settings, *arguments]
        try:
            done = subprocess.run(
                command,
                cwd=self.folder,
                env=self._environ,
                input=data if data is not None else b"",
                capture_output=True,
                check=False,
            )
        except OSError as error:
            raise GitError(doing, f"fatal: {error.strerror}: is git installed?") from error
        if done.returncode != 0:
            raise GitError(doing, (done.stderr or done.stdout).decode(errors="replace"))
        return done.stdout.decode(errors="surrogateescape")

    def ask(self, *arguments: str) -> str:
        """Return what git printed, without space around it; nothing where it refused."""
        try:
            return self.run("answer", *arguments).strip()
        except GitError:
            return ""
