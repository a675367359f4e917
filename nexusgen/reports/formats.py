"""Write problems for programs: one line each, annotations for GitHub, a JSON document, a SARIF log."""

from typing import Any
from urllib.parse import quote

import msgspec

from nexusgen import __version__
from nexusgen.core.problems import CODES, Problem
from nexusgen.core.unseen import visible
from nexusgen.reports.causes import Cause, find_causes, in_order
from nexusgen.reports.text import Failure, Format, Report


class Position(msgspec.Struct, frozen=True):
    """A line and a column, counted from 1 in characters."""

    line: int
    column: int


class Range(msgspec.Struct, frozen=True):
    """From the first character to the one after the last."""

    start: Position
    end: Position


class Related(msgspec.Struct, frozen=True):
    """A second place that a problem speaks of."""

    file: str
    line: int
    message: str


class Diagnostic(msgspec.Struct, frozen=True):
    """A problem; `range` is null where the whole file is meant."""

    code: str
    severity: str
    message: str
    help: str
    file: str
    range: Range | None
    related: tuple[Related, ...]


class Summary(msgspec.Struct, frozen=True):
    """Counts, and the milliseconds that the command took."""

    errors: int
    warnings: int
    entries: int
    pages: int
    ms: int


class JsonDocument(msgspec.Struct, frozen=True):
    """What `--format json` prints; `failure` says what stopped the command, if anything did."""

    version: int
    ok: bool
    summary: Summary
    diagnostics: tuple[Diagnostic, ...]
    failure: Failure | None


def format_report(report: Report, form: Format) -> str:
    """Return the problems in a format for programs: lines, or exactly one document."""
    if form == "concise":
        return "".join(map(_concise, in_order(report.problems)))
    if form == "github":
        return "".join(_github(cause, report.prefix) for cause in find_causes(report.problems))
    document = json_document(report) if form == "json" else sarif_document(report)
    return msgspec.json.encode(document).decode() + "\n"


def json_document(report: Report) -> JsonDocument:
    """Return the one document of `--format json`."""
    return JsonDocument(
        version=1,
        ok=not report.errors and report.failure is None,
        summary=Summary(
            errors=report.errors,
            warnings=report.warnings,
            entries=report.entries,
            pages=report.pages,
            ms=report.milliseconds,
        ),
        diagnostics=tuple(map(_diagnostic, in_order(report.problems))),
        failure=report.failure,
    )


def json_document_schema() -> dict[str, Any]:
    """Return the JSON Schema of that document."""
    return msgspec.json.schema(JsonDocument)


def sarif_document(report: Report) -> dict[str, Any]:
    """Return a log in the Static Analysis Results Interchange Format 2.1.0 (OASIS)."""
    rules = sorted({problem.code for problem in report.problems})
    driver = {
        "name": "nexusgen",
        "semanticVersion": __version__,
        "rules": [
            {"id": code, "shortDescription": {"text": CODES.get(code, code)}} for code in rules
        ],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [_invocation(report.failure)],
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, report.prefix) for problem in in_order(report.problems)],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return {"$schema": schema, "version": "2.1.0", "runs": [run]}


def _concise(problem: Problem) -> str:
    place = f"{visible(problem.path)}:{problem.line or 1}:{problem.column or 1}"
    hint = f" ({visible(problem.hint)})" if problem.hint else ""
    return f"{place}: {problem.severity} {problem.code} {visible(problem.message)}{hint}\n"


def _github(cause: Cause, prefix: str) -> str:
    """Return a workflow command, which GitHub shows beside the line of a pull request.

    GitHub shows ten of each severity and step, so that what has one cause is one of them.
    """
    problem = cause.problem
    fields = {"file": prefix + problem.path, "line": str(problem.line or 1)}
    if problem.column:
        fields["col"] = str(problem.column)
        fields["endColumn"] = str(problem.column + problem.length)
    fields["title"] = f"nexusgen ({problem.code})"
    named = ",".join(f"{name}={_github_value(value)}" for name, value in fields.items())
    text = f"{problem.message}: {problem.hint}" if problem.hint else problem.message
    return f"::{problem.severity} {named}::{visible(text).replace('%', '%25')}\n"


def _github_value(text: str) -> str:
    escaped = visible(text).replace("%", "%25")
    return escaped.replace(":", "%3A").replace(",", "%2C")


def _diagnostic(problem: Problem) -> Diagnostic:
    return Diagnostic(
        code=problem.code,
        severity=problem.severity,
        message=visible(problem.message),
        help=visible(problem.hint),
        file=visible(problem.path),
        range=_range(problem),
        related=tuple(
            Related(visible(place.path), place.line, visible(place.message))
            for place in problem.related
        ),
    )


def _range(problem: Problem) -> Range | None:
    if not problem.line:
        return None
    start = Position(problem.line, problem.column or 1)
    return Range(start, Position(problem.line, start.column + problem.length))


def _invocation(failure: Failure | None) -> dict[str, Any]:
    if failure is None:
        return {"executionSuccessful": True}
    text = " ".join(filter(None, [failure.message, failure.help and f"({failure.help})"]))
    notice = {"level": "error", "message": {"text": visible(text)}}
    return {"executionSuccessful": False, "toolExecutionNotifications": [notice]}


def _result(problem: Problem, prefix: str) -> dict[str, Any]:
    text = f"{problem.message}: {problem.hint}" if problem.hint else problem.message
    result = {
        "ruleId": problem.code,
        "level": problem.severity,
        "message": {"text": visible(text)},
        "locations": [_location(prefix + problem.path, _region(problem))],
    }
    if problem.related:
        result["relatedLocations"] = [
            _location(prefix + place.path, {"startLine": max(place.line, 1)})
            | {"message": {"text": visible(place.message)}}
            for place in problem.related
        ]
    return result


def _region(problem: Problem) -> dict[str, int]:
    start = problem.column or 1
    end = {"endColumn": start + problem.length} if problem.column else {}
    return {"startLine": problem.line or 1, "startColumn": start, **end}


def _location(path: str, region: dict[str, int]) -> dict[str, Any]:
    uri = quote(path.encode("utf-8", "surrogateescape"))
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
