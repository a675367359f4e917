"""Print what a command has to say as a terminal, a pipe or a program needs it."""

import itertools
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TextIO

import msgspec

from nexusgen.core.problems import NexusgenError
from nexusgen.core.unseen import as_json, harmless, visible
from nexusgen.reports.text import (
    FORMATS,
    Failure,
    Format,
    Paint,
    Report,
    coloured,
    format_failure,
    format_problems,
    painted,
    plain,
    wants_colour,
)

PROGRESS_DELAY = 0.5
"""Seconds for which a command may work before a terminal shows that it does."""

DOCUMENTS: tuple[Format, ...] = ("json", "sarif")
ASCII = str.maketrans({"→": "->", "…": "...", "“": '"', "”": '"', "’": "'"})


class Console(msgspec.Struct, frozen=True):
    """Where a command speaks: documents and results to stdout, notes to stderr.

    `verbosity` is -1 with `--quiet`, 1 with `--verbose`.
    """

    form: Format = "human"
    colour: str = "auto"
    verbosity: int = 0

    @property
    def paint(self) -> Paint:
        """How to colour what goes to stdout."""
        return _paint(self.colour, sys.stdout)

    @property
    def can_ask(self) -> bool:
        """Whether somebody sits at a terminal who can answer."""
        is_seen = self.form == "human" and self.verbosity >= 0
        return is_seen and sys.stdin.isatty() and sys.stderr.isatty()

    def say(self, text: str) -> None:
        """Print a result for people; beside what programs read from stdout, it is a note."""
        if self.verbosity >= 0:
            self._print(sys.stdout if self.form == "human" else sys.stderr, text)

    def note(self, text: str) -> None:
        """Print something beside the result."""
        if self.verbosity >= 0:
            self._print(sys.stderr, text)

    def document(self, text: str) -> None:
        """Print JSON that a program reads from stdout."""
        _write(sys.stdout, as_json(text), "utf-8")

    def patch(self, data: bytes) -> None:
        """Print a patch byte by byte for a program, and harmless for a terminal."""
        if sys.stdout.isatty():
            self._print(sys.stdout, data.decode(errors="surrogateescape"))
        else:
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()

    def report(self, report: Report) -> None:
        """Print the problems in the format that was asked for; annotate them in GitHub Actions."""
        if self.form != "human":
            self._print_as(self.form, report)
            return
        if report.problems:
            self._print(sys.stdout, format_problems(report, self.paint, each=self.verbosity > 0))
        if os.environ.get("GITHUB_ACTIONS") == "true":
            self._print_as("github", report)

    def fail(self, failure: Failure) -> None:
        """Tell why the command stopped, also in the document where there is one."""
        self._print(sys.stderr, format_failure(failure, _paint(self.colour, sys.stderr)))
        if self.form in DOCUMENTS:
            with suppress(OSError):  # where stdout is what failed, nobody can be told there
                self.report(Report(failure=failure))

    def _print_as(self, form: Format, report: Report) -> None:
        from nexusgen.reports.formats import format_report

        if form in DOCUMENTS:
            self.document(format_report(report, form))
        else:
            self._print(sys.stdout, format_report(report, form))

    def _print(self, stream: TextIO, text: str) -> None:
        """Print text for people: what a stranger's file or folder says never steers the terminal."""
        is_coloured = _paint(self.colour, stream) is coloured
        _write(stream, painted(text) if is_coloured else harmless(text))

    @contextmanager
    def progress(self, text: str) -> Iterator[None]:
        """Show on a terminal that work goes on, once it takes more than half a second.

        By a timer and not by a thread: a process with threads cannot fork workers.
        """
        if self.verbosity < 0 or not sys.stderr.isatty() or not hasattr(signal, "setitimer"):
            yield
            return
        started = time.monotonic()

        def show(_signal: int, _frame: object) -> None:
            _write(sys.stderr, f"\r{text} {time.monotonic() - started:.0f} s")

        before = signal.signal(signal.SIGALRM, show)
        signal.setitimer(signal.ITIMER_REAL, PROGRESS_DELAY, 1.0)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
            if time.monotonic() - started >= PROGRESS_DELAY:
                _write(sys.stderr, "\r" + " " * (len(text) + 8) + "\r")


def console_of(arguments: Sequence[str]) -> Console:
    """Return the console that the arguments ask for, also where they cannot be parsed."""
    words = [word for argument in arguments for word in argument.split("=", 1)]
    pairs = list(itertools.pairwise([*words, ""]))
    asked = [value for name, value in pairs if name == "--format" and value in FORMATS]
    colours = [value for name, value in pairs if name == "--color"]
    form: Any = "json" if "--json" in words else (asked or ["human"])[-1]
    return Console(form=form, colour=(colours or ["auto"])[-1])


def wants_traceback(arguments: Sequence[str]) -> bool:
    """Decide whether to show where in the program an error arose."""
    return "--traceback" in arguments or os.environ.get("NEXUSGEN_DEBUG", "") not in ("", "0")


def tell(error: Exception, arguments: Sequence[str]) -> int:
    """Tell what stopped a command and return its exit code: what the error says, 3 otherwise."""
    if wants_traceback(arguments):
        from traceback import format_exception

        _write(sys.stderr, harmless("".join(map(_traced, format_exception(error)))))
    failure = failure_of(error)
    console_of(arguments).fail(Failure(visible(failure.message), visible(failure.help)))
    return error.exit_code if isinstance(error, NexusgenError) else 3


def _traced(lines: str) -> str:
    """Return a part of a traceback; what the error says stays in its line."""
    is_place = lines.startswith(("Traceback", "  File", "\n"))
    return lines if is_place else f"{visible(lines.rstrip())}\n"


def failure_of(error: Exception) -> Failure:
    """Return an error in words."""
    if isinstance(error, NexusgenError):
        return Failure(error.message, error.hint)
    if isinstance(error, OSError) and error.strerror:
        place = f"{os.fsdecode(error.filename)}: " if error.filename else ""
        return Failure(place + error.strerror.lower())
    told = f"{type(error).__name__}: {error}".rstrip(": ")
    hint = "run the command again with --traceback, and report what it shows"
    return Failure(f"this is a bug in nexusgen: {told}", hint)


def silence_stdout() -> None:
    """Send what is left to be written nowhere, after the reader of a pipe has gone."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def _paint(colour: str, stream: TextIO) -> Paint:
    return coloured if wants_colour(colour, os.environ, stream.isatty()) else plain


def _write(stream: TextIO, text: str, encoding: str = "") -> None:
    """Write text so that no character can fail, in the stream's own encoding or the given one."""
    encoding = encoding or stream.encoding or "utf-8"
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        data = text.translate(ASCII).encode(encoding, "backslashreplace")
    stream.flush()
    stream.buffer.write(data)
    stream.buffer.flush()
