"""An error of the YAML parser in; what an author reads instead, and where, out."""

import re

import msgspec
import yaml

from nexusgen.core.model import Span

_TEMPLATE = re.compile(r"\{\{.*?\}\}")
_KEY = re.compile(r"[^:#]*")


class Flaw(msgspec.Struct, frozen=True):
    """A mistake in YAML: line and column count from 0, as the parser does."""

    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    length: int = 1

    def span(self, first_line: int) -> Span:
        """Return the place in a file where the text begins on `first_line`."""
        return Span(self.line + first_line, self.column + 1, self.length)


def explain_error(error: yaml.MarkedYAMLError, text: str, bracket: tuple[int, int] | None) -> Flaw:
    """Return what is wrong in words that do not ask for knowledge of YAML's grammar.

    `bracket` is the line and column, from 0, of the innermost bracket that is still open.
    """
    context, problem = error.context or "", error.problem or ""
    lines = text.split("\n")
    line, column = bracket if bracket and "flow" in context else _place(error, lines)
    content = lines[line]
    flaw = Flaw(line, column, "yaml.syntax", problem)
    if "quoted scalar" in context and "end of stream" in problem:
        return _changed(flaw, "yaml.quote", "the quote is never closed", "add the closing quote")
    if "escape" in problem:
        message = "a backslash in double quotes begins an escape, and this is none"
        return _changed(flaw, "yaml.escape", message, _quoted(content))
    if "\t" in content[: column + 1]:
        return _changed(flaw, "yaml.tab", "a tab cannot indent", "indent with spaces")
    template = _TEMPLATE.search(content)
    if template:
        return _template_flaw(line, template)
    if "flow" in context:
        return _flow_flaw(flaw, content)
    return _block_flaw(flaw, lines)


def _place(error: yaml.MarkedYAMLError, lines: list[str]) -> tuple[int, int]:
    """Return the place to show: what was opened and never closed, else where reading stopped."""
    context = error.context or ""
    opened = any(word in context for word in ("quoted scalar", "simple key"))
    mark = error.context_mark if opened and error.context_mark else error.problem_mark
    row, column = (mark.line, mark.column) if mark else (0, 0)
    line = min(row, len(lines) - 1)
    return line, min(column, max(len(lines[line]) - 1, 0))


def _changed(flaw: Flaw, code: str, message: str, hint: str) -> Flaw:
    return msgspec.structs.replace(flaw, code=code, message=message, hint=hint)


def _template_flaw(line: int, template: re.Match[str]) -> Flaw:
    message = f'the template "{template[0]}" is not quoted, so YAML reads a mapping'
    hint = _quoted(template.string)
    return Flaw(line, template.start(), "yaml.template", message, hint, len(template[0]))


def _flow_flaw(flaw: Flaw, content: str) -> Flaw:
    opening = content[flaw.column : flaw.column + 1]
    closing = "]" if opening == "[" else "}"
    message = f'the "{opening}" is not closed, or a comma in it is missing or too many'
    hint = f'close it with "{closing}", or quote the value if it is text'
    return _changed(flaw, "yaml.bracket", message, hint)


def _block_flaw(flaw: Flaw, lines: list[str]) -> Flaw:
    content = lines[flaw.line]
    character = content[flaw.column : flaw.column + 1]
    if "mapping values are not allowed" in flaw.message:
        return _colon_flaw(flaw, lines)
    if "cannot start any token" in flaw.message:
        message = f'a value cannot begin with "{character}"'
        return _changed(flaw, flaw.code, message, _quoted(content))
    if "find expected ':'" in flaw.message:
        return _no_colon(flaw.line, content)
    if not content[: flaw.column].strip():
        return _indent_flaw(flaw.line, content)
    seen = "a quote" if character == '"' else f'"{character}"'
    message = f"{seen} is not expected here"
    return _changed(flaw, flaw.code, message, _quoted(content))


def _colon_flaw(flaw: Flaw, lines: list[str]) -> Flaw:
    """Explain a colon that no key can stand before.

    Either the value holds one, or the line is a key where the value above it is not over yet: it
    is indented too far, or the line above is no `key: value`.
    """
    content = lines[flaw.line]
    if ":" in content[: flaw.column]:
        message = 'the value holds a ": " and is not quoted'
        return _changed(flaw, "yaml.colon", message, _quoted(content))
    above = flaw.line - 1
    if content[:1] in " \t" or above < 0 or not lines[above].strip():
        return _indent_flaw(flaw.line, content)
    return _no_colon(above, lines[above])


def _indent_flaw(line: int, content: str) -> Flaw:
    column = len(content) - len(content.lstrip())
    length = max(len((_KEY.match(content, column) or [""])[0].rstrip()), 1)
    message = "the line does not fit the lines above it"
    hint = "indent it like the keys or items it belongs to"
    return Flaw(line, column, "yaml.indent", message, hint, length)


def _no_colon(line: int, content: str) -> Flaw:
    column = len(content) - len(content.lstrip())
    length = max(len(content.strip()), 1)
    message = 'the line has no ": " after a key'
    hint = 'write "key: value", or indent it if it belongs to the value above'
    return Flaw(line, column, "yaml.syntax", message, hint, length)


def _quoted(content: str) -> str:
    """Return the hint that shows the line as it can be read, where it is `key: value`."""
    key, colon, value = content.strip().removeprefix("- ").partition(":")
    value = value.strip()
    if not colon or not value or len(value) > 60:
        return "quote the value"
    if value[0] == value[-1] and value[0] in "\"'" and len(value) > 1:
        value = value[1:-1]
    if '"' in value or "\\" in value:
        doubled = value.replace("'", "''")
        return f"quote the value: {key}: '{doubled}'"
    return f'quote the value: {key}: "{value}"'
