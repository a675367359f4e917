"""Write problems for people, with the line of the source and a caret right under the mistake."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec

from nexusgen.core.model import Span
from nexusgen.core.problems import RENDERING, Problem
from nexusgen.core.unseen import harmless, visible
from nexusgen.reports.causes import FIRST, Cause, find_causes, in_order

Paint = Callable[[str, str], str]
"""Takes a text and the name of one of `STYLES`."""

STYLES = {"error": "1;31", "warning": "1;33", "hint": "36", "dim": "2", "strong": "1", "good": "32"}
WIDTH = 120
TAB = "    "

_OURS = re.compile("(\x1b\\[(?:" + "|".join((*STYLES.values(), "0")) + ")m)")
"""The colours that `coloured` writes."""


def plain(text: str, _style: str) -> str:
    """Return the text without colour."""
    return text


def coloured(text: str, style: str) -> str:
    """Return the text in the colours that terminals understand."""
    return f"\x1b[{STYLES[style]}m{text}\x1b[0m"


def painted(text: str) -> str:
    """Return what is to be printed in colours, harmless but for these colours."""
    return "".join(
        part if number % 2 else harmless(part) for number, part in enumerate(_OURS.split(text))
    )


def wants_colour(choice: str, environ: Mapping[str, str], is_terminal: bool) -> bool:
    """Decide on colour: `--color` before FORCE_COLOR, NO_COLOR, TERM=dumb and the terminal."""
    if choice != "auto":
        return choice == "always"
    if environ.get("FORCE_COLOR"):
        return True
    if environ.get("NO_COLOR") or environ.get("TERM") == "dumb":
        return False
    return is_terminal


def source_lines(source: bytes) -> list[str]:
    """Return the lines of a source, whatever its line ends; bytes that are no text become U+FFFD."""
    return re.split(r"\r\n|\r|\n", source.decode("utf-8-sig", "replace")) if source else []


def cell_width(text: str) -> int:
    """Return how many cells of a terminal the text takes.

    Wide characters take two; combining marks, and what an emoji joins to itself, take none
    (Unicode Standard Annex 11 and the emoji sequences of Technical Standard 51).
    """
    pairs = zip(text, " " + text, strict=False)
    return sum(_char_width(char, previous) for char, previous in pairs)


def frame(lines: Sequence[str], span: Span, note: str, paint: Paint = plain) -> str:
    """Return the line that the span stands on, and under it carets and the note."""
    line = lines[span.line - 1]
    start = _window_start(line, span.column - 1)
    column = min(span.column - 1, len(line)) - start
    before = ("…" if start else "") + _shown(line[start:][:column])
    marked = _shown(line[start:][column : min(column + span.length, WIDTH)])
    after = _shown(line[start:][column:WIDTH]) + ("…" if start + WIDTH < len(line) else "")
    caret = "^" * max(1, cell_width(marked)) + f" {visible(note)}".rstrip()
    bar = paint("|", "dim")
    return (
        f"{span.line:>4} {bar} {before}{after}".rstrip() + "\n"
        f"     {bar} {' ' * cell_width(before)}{paint(caret, 'hint')}\n"
    )


def _char_width(char: str, previous: str) -> int:
    if previous == "\u200d" or "\U0001f3fb" <= char <= "\U0001f3ff":
        return 0
    if char == "\ufe0f":
        return 2 - _char_width(previous, " ")
    if unicodedata.category(char) in ("Mn", "Me", "Cf") or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _shown(text: str) -> str:
    return visible(text.replace("\t", TAB))


def _window_start(line: str, column: int) -> int:
    """Return where the shown part of a long line starts."""
    return max(0, min(column - WIDTH // 3, len(line) - WIDTH))


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
        return sum(problem.severity == "warning" for problem in self.problems)


def format_problems(report: Report, paint: Paint = plain, *, each: bool = False) -> str:
    """Return what is to be mended as people read it: each cause once, or `each` problem."""
    found = map(Cause, in_order(report.problems)) if each else find_causes(report.problems)
    texts = []
    path, lines = "", []
    for cause in found:
        problem = cause.problem
        if problem.path != path:
            path, lines = problem.path, source_lines(report.read(problem.path))
        shown = problem.related if each else problem.related[:FIRST]
        told = msgspec.structs.replace(problem, related=shown)
        texts.append(_format(told, [] if cause.is_habit else lines, paint))
        if left := len(problem.related) - len(shown):
            texts.append(f"     = {paint(f'and {left:,} more; -v shows each', 'hint')}\n")
        if cause.others:
            texts.append(f"     = {paint(_elsewhere(cause), 'hint')}\n")
    return "".join(texts)


def _elsewhere(cause: Cause) -> str:
    """Return the next places of a cause, and how many more there are."""
    shown = [
        one.message.partition(RENDERING)[2] or _place(one.path, one.line, one.column)
        for one in cause.others[:FIRST]
    ]
    left = len(cause.others) - len(shown)
    return f"also {', '.join(shown)}" + (f" and {left:,} more; -v shows each" if left else "")


MOST_NEW = 10
"""Warnings that one edit may bring to be told one by one."""


class Watch:
    """Knows which warnings the last build had, so that a newer one tells of its own alone."""

    def __init__(self) -> None:
        self._known: Counter[tuple[str, str, str]] | None = None

    def new_warnings(self, problems: Sequence[Problem]) -> tuple[tuple[Problem, ...], str]:
        """Return what was not there before, or only its number: at first, and where it is much.

        A line above a warning moves it, and makes no new one. Where some were mended, the number
        of those that are left is told.
        """
        left = Counter(self._known or ())
        is_first, self._known = self._known is None, Counter()
        new = []
        for problem in (one for one in problems if one.severity == "warning"):
            key = problem.path, problem.code, problem.message
            self._known[key] += 1
            left[key] -= 1
            new += [problem] if left[key] < 0 else []
        if not is_first and len(new) <= MOST_NEW:
            rest = count(self._known.total(), "warning") if self._known else "no warning"
            is_mended = not new and any(number > 0 for number in left.values())
            return tuple(new), f"{rest} left\n" if is_mended else ""
        told = count(len(new), "warning" if is_first else "new warning")
        return (), f"{told}. Run nexusgen check for details.\n" if new else ""


def format_problem(problem: Problem, source: bytes = b"", paint: Paint = plain) -> str:
    """Return a problem as people read it, with the line of its source where there is one."""
    return _format(problem, source_lines(source), paint)


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


def _format(problem: Problem, lines: list[str], paint: Paint) -> str:
    place = _place(problem.path, problem.line, problem.column)
    severity = paint(f"{problem.severity}:", problem.severity)
    code = paint(f"[{problem.code}]", "dim")
    text = f"{paint(f'{place}:', 'strong')} {severity} {visible(problem.message)} {code}\n"
    if 0 < problem.line <= len(lines):
        span = Span(problem.line, max(problem.column, 1), problem.length)
        text += frame(lines, span, problem.hint, paint)
    elif problem.hint:
        text += f"     = {paint(visible(problem.hint), 'hint')}\n"
    for other in problem.related:
        text += f"{_place(other.path, other.line)}: note: {visible(other.message)}\n"
    return text


def _place(path: str, line: int, column: int = 0) -> str:
    return ":".join([visible(path), *(str(number) for number in (line, column) if number)])
