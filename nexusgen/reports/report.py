"""Problems and their sources come in; the text that tells people of them goes out."""

from collections.abc import Callable
from typing import Literal

import msgspec

from nexusgen.model import Span
from nexusgen.problems import Problem
from nexusgen.reports.frame import Paint, frame, plain, source_lines, visible

Format = Literal["human", "concise", "json", "github", "sarif"]
FORMATS: tuple[Format, ...] = ("human", "concise", "json", "github", "sarif")


class Failure(msgspec.Struct, frozen=True):
    """What stopped a command before it could look at every file."""

    message: str
    help: str = ""


class Report(msgspec.Struct, frozen=True):
    """All that a command found; `read` gives the bytes of a source for the frames.

    `prefix` leads from the working folder to the hub's folder (`hub/` or empty): the formats that
    other programs read need it, because they know nothing of the hub's folder.
    """

    problems: tuple[Problem, ...] = ()
    read: Callable[[str], bytes] = lambda _: b""
    entries: int = 0
    pages: int = 0
    milliseconds: int = 0
    prefix: str = ""
    failure: Failure | None = None

    @property
    def errors(self) -> int:
        """How many problems are errors."""
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def warnings(self) -> int:
        """How many problems are warnings."""
        return len(self.problems) - self.errors


def format_problems(report: Report, paint: Paint = plain) -> str:
    """Return all problems as people read them."""
    texts = []
    path, lines = "", []
    for problem in report.problems:
        if problem.path != path:
            path, lines = problem.path, source_lines(report.read(problem.path))
        texts.append(_framed(problem, lines, paint))
    return "".join(texts)


def format_problem(problem: Problem, source: bytes = b"", paint: Paint = plain) -> str:
    """Return a problem as people read it: place, message, the line of the source and a caret.

    `source` is the file that the problem speaks of, empty where there is none to show.
    """
    return _framed(problem, source_lines(source), paint)


def format_failure(failure: Failure, paint: Paint = plain) -> str:
    """Return why a command stopped, as people read it, and what to do."""
    text = f"{paint('error:', 'error')} {paint(visible(failure.message), 'strong')}\n"
    return text + (f"{paint('hint:', 'hint')} {visible(failure.help)}\n" if failure.help else "")


def format_summary(report: Report, paint: Paint = plain) -> str:
    """Return the last line of a check: `Found 2 errors, 1 warning in 20 entries.`"""
    where = f"in {count(report.entries, 'entry', 'entries')}.\n"
    if not report.problems:
        return f"{paint('No problems', 'good')} {where}"
    found = [
        paint(count(report.errors, "error"), "error") if report.errors else "",
        paint(count(report.warnings, "warning"), "warning") if report.warnings else "",
    ]
    return f"Found {', '.join(filter(None, found))} {where}"


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: `1 page`, `1,873 pages`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def format_size(size: int) -> str:
    """Return a number of bytes as people read it: `612 KB`."""
    if size < 1000:
        return count(size, "byte")
    value, unit = size / 1000, "KB"
    for larger in ("MB", "GB"):
        if value >= 999.5:
            value, unit = value / 1000, larger
    return f"{value:.1f} {unit}" if value < 9.95 else f"{value:.0f} {unit}"


def _framed(problem: Problem, lines: list[str], paint: Paint) -> str:
    place = _place(problem.path, problem.line, problem.column)
    severity = paint(f"{problem.severity}:", problem.severity)
    code = paint(f"[{problem.code}]", "dim")
    head = f"{paint(f'{place}:', 'strong')} {severity} {visible(problem.message)} {code}\n"
    notes = [
        f"{_place(other.path, other.line)}: note: {visible(other.message)}\n"
        for other in problem.related
    ]
    return "".join([head, _body(problem, lines, paint), *notes])


def _body(problem: Problem, lines: list[str], paint: Paint) -> str:
    if 0 < problem.line <= len(lines):
        span = Span(problem.line, max(problem.column, 1), problem.length)
        return frame(lines, span, problem.hint, paint)
    return f"     = {paint(visible(problem.hint), 'hint')}\n" if problem.hint else ""


def _place(path: str, line: int, column: int = 0) -> str:
    return ":".join([visible(path), *(str(number) for number in (line, column) if number)])
