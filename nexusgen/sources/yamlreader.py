"""YAML text in; a tree of text, lists and mappings in which every value knows its place out.

Nothing is constructed: a scalar stays the text that the author wrote, and the field it belongs to
decides what it means.
"""

from collections.abc import Iterator
from typing import Any

import yaml

from nexusgen.model import Span
from nexusgen.sources.findings import Findings
from nexusgen.sources.nodes import Node
from nexusgen.sources.yamlerrors import explain_error
from nexusgen.sources.yamltree import TooMuch, TreeBuilder

try:
    from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs leave it out

    _PARSER: Any = CParser
except ImportError:  # PyYAML without libyaml
    _PARSER = yaml.SafeLoader

MAX_CHARACTERS = 32_000_000
_MAX_REPAIRS = 20
_MAX_REREAD = 10_000_000
_MAX_DIRECTIVES = 100
# The parser takes these for line ends, and nobody else does.
_LINE_ENDS = str.maketrans("\x85\u2028\u2029", "   ")


def read_yaml(text: str, findings: Findings, first_line: int = 1) -> Node | None:
    """Return the value that YAML text holds, or None where it holds none.

    `first_line` is the line of the file on which the text begins. A part that cannot be read is a
    problem and is left out: the key at the left margin, or the item, in which it stands.
    """
    if _is_refused(text, findings, first_line):
        return None
    text = text.translate(_LINE_ENDS) if not text.isascii() else text
    for _ in range(1 + min(_MAX_REPAIRS, _MAX_REREAD // (len(text) + 1))):
        attempt = Findings(findings.path, [])
        builder = TreeBuilder(text, attempt, first_line)
        try:
            builder.build(_events(text))
        except yaml.MarkedYAMLError as error:
            flaw = explain_error(error, text, builder.bracket)
            findings.add(flaw.span(first_line), flaw.code, flaw.message, flaw.hint)
            text = _without_part(text, flaw.line)
        except TooMuch:
            findings.problems.extend(attempt.problems)
            return None
        else:
            findings.problems.extend(attempt.problems)
            return builder.root
    return None


def _is_refused(text: str, findings: Findings, first_line: int) -> bool:
    """Note what would keep the parser busy for long, before it sees it."""
    if len(text) > MAX_CHARACTERS:
        message = f"the YAML has {len(text):,} characters, and {MAX_CHARACTERS:,} is the limit"
        findings.add(Span(first_line, 1), "yaml.size", message, "split it into several files")
        return True
    if text.count("\n%") > _MAX_DIRECTIVES:
        message = f"the YAML has more than {_MAX_DIRECTIVES} lines that begin with %"
        findings.add(Span(first_line, 1), "yaml.size", message, "delete them")
        return True
    return False


def _events(text: str) -> Iterator[Any]:
    parser = _PARSER(text)
    while True:
        try:
            event = parser.get_event()
        except (ValueError, OverflowError) as error:  # pure Python: an escape beyond Unicode
            problem = "found invalid escape"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=parser.get_mark()) from error
        if event is None:
            return
        yield event


def _without_part(text: str, line: int) -> str:
    """Return the text with the part blank that `line` (from 0) lies in, so that lines keep place.

    A part begins at the left margin and goes on to the next line that does.
    """
    lines = text.split("\n")
    start = min(line, len(lines) - 1)
    while start > 0 and not _begins_part(lines[start]):
        start -= 1
    end = start + 1
    while end < len(lines) and not _begins_part(lines[end]):
        end += 1
    lines[start:end] = [""] * (end - start)
    return "\n".join(lines)


def _begins_part(line: str) -> bool:
    return line[:1] not in {"", " ", "\t", "#", "]", "}"}
