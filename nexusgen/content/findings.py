"""The problems of one source file, as its reader meets them."""

import msgspec

from nexusgen.core.model import Span
from nexusgen.core.problems import Place, Problem, Severity

WHOLE_FILE = Span(0, 0, 1)
"""The place of a problem that concerns no line."""


class Findings(msgspec.Struct):
    """Collects the problems of the file `path` while it is read; it lives as long as one call."""

    path: str
    problems: list[Problem] = []

    def add(
        self,
        span: Span,
        code: str,
        message: str,
        hint: str = "",
        severity: Severity = "error",
    ) -> None:
        """Note a problem at `span`."""
        self.problems.append(
            Problem(
                self.path, span.line, span.column, code, message, hint, severity, (), span.length
            )
        )

    def warn(self, span: Span, code: str, message: str, hint: str = "") -> None:
        """Note a warning at `span`."""
        self.add(span, code, message, hint, "warning")

    def add_twin(self, span: Span, twin: Span, code: str, message: str) -> None:
        """Note that what stands at `span` stands at `twin`, earlier in the file, already."""
        hint = "keep one of the two"
        self.add(span, code, message, hint)
        first = Place(self.path, twin.line, "first given here")
        self.problems[-1] = msgspec.structs.replace(self.problems[-1], related=(first,))


def as_warnings(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return the problems with every error turned into a warning, for folders without settings."""
    return tuple(msgspec.structs.replace(problem, severity="warning") for problem in problems)
