"""What can go wrong: problems (values an author can mend) and errors that stop a command."""

from typing import Literal

import msgspec

Severity = Literal["error", "warning"]


class Place(msgspec.Struct, frozen=True, array_like=True):
    """A second place that a problem speaks of: hub-relative path, 1-based line, and why."""

    path: str
    line: int
    message: str


class Problem(msgspec.Struct, frozen=True, array_like=True):
    """One thing an author should mend.

    `path` is relative to the hub's folder, with forward slashes. `line` and `column` count from 1
    in characters (0 means the whole file); `length` is the number of characters to underline.
    `code` is a key of `CODES`. `message` says what is wrong, `hint` what to do; both are lower
    case and have no full stop.
    """

    path: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"
    related: tuple[Place, ...] = ()
    length: int = 1

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Problems are shown by file, then by position."""
        return (self.path, self.line, self.column, self.code, self.message)


class NexusgenError(Exception):
    """Stops a command: there is nothing an edit of one page could mend.

    `exit_code` is 2 for wrong use or settings, 3 for the environment (port, git, permission).
    """

    def __init__(self, message: str, hint: str = "", exit_code: int = 2) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit_code = exit_code


class SourceChangedError(Exception):
    """A file is not what it was when the snapshot was taken: take a new one and build again."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def sorted_problems(problems: list[Problem]) -> tuple[Problem, ...]:
    """Return the problems without repeats, by file and position."""
    return tuple(sorted(set(problems), key=lambda problem: problem.sort_key))
