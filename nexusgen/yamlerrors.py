"""An error of the YAML parser in; what an author reads instead, and where, out."""

import msgspec
import yaml

from nexusgen.model import Span


class Flaw(msgspec.Struct, frozen=True):
    """A mistake in YAML: line and column count from 0, as the parser does."""

    line: int
    column: int
    code: str
    message: str
    hint: str = ""

    def span(self, first_line: int) -> Span:
        """Return the place in a file where the text begins on `first_line`."""
        return Span(self.line + first_line, self.column + 1)


_QUOTE = 'quote the value: {key}: "{value}"'
_INDICATORS = "@`%|>&*!?"


def explain_error(error: yaml.MarkedYAMLError, text: str) -> Flaw:
    """Return what is wrong in words that do not ask for knowledge of YAML's grammar."""
    context, problem = error.context or "", error.problem or ""
    line, column = _place(error, text)
    content = text.split("\n")[line]
    if "quoted scalar" in context and "end of stream" in problem:
        return Flaw(line, column, "yaml.quote", "the quote is never closed", "close it")
    if "escape" in problem:
        return Flaw(
            line, column, "yaml.escape", "a backslash in double quotes begins an escape",
            "use single quotes",
        )  # fmt: skip
    if "\t" in content[: column + 1]:
        return Flaw(line, column, "yaml.tab", "a tab cannot indent", "indent with spaces")
    if "{{" in content:
        hint = _quoted(content) or 'quote the value: "{{date}}"'
        return Flaw(line, column, "yaml.template", "a template is no YAML value", hint)
    if "flow" in context:
        return _flow_flaw(line, column, content)
    return _block_flaw(Flaw(line, column, "yaml.syntax", problem), content)


def _place(error: yaml.MarkedYAMLError, text: str) -> tuple[int, int]:
    """Return the place to show: what was opened and never closed, else where reading stopped."""
    opened = "quoted scalar" in (error.context or "") or "flow" in (error.context or "")
    key = "simple key" in (error.context or "")
    mark = error.context_mark if (opened or key) and error.context_mark else error.problem_mark
    if mark is None:
        return 0, 0
    lines = text.split("\n")
    line = min(mark.line, len(lines) - 1)
    while line > 0 and line < mark.line and not lines[line].strip():
        line -= 1
    return line, min(mark.column, max(len(lines[line]) - 1, 0))


def _flow_flaw(line: int, column: int, content: str) -> Flaw:
    opening = content[column : column + 1]
    closing = "]" if opening == "[" else "}"
    message = f'the "{opening}" is not closed, or a comma is missing after it'
    hint = f'close it with "{closing}", or quote the value if it is text'
    return Flaw(line, column, "yaml.bracket", message, hint)


def _block_flaw(flaw: Flaw, content: str) -> Flaw:
    character = content[flaw.column : flaw.column + 1]
    if "mapping values are not allowed" in flaw.message:
        return _colon_flaw(flaw, content)
    if "cannot start any token" in flaw.message:
        message = f'a value cannot begin with "{character}"'
        return msgspec.structs.replace(flaw, message=message, hint=_quoted(content))
    if "find expected ':'" in flaw.message:
        hint = 'write "key: value", or indent the line if it belongs to the value above'
        return msgspec.structs.replace(flaw, message='the line has no ":"', hint=hint)
    hint = _quoted(content) if content[: flaw.column].strip() else "indent it like its neighbours"
    message = f'"{character}" is not expected here' if character.strip() else "the line is not YAML"
    return msgspec.structs.replace(flaw, message=message, hint=hint)


def _colon_flaw(flaw: Flaw, content: str) -> Flaw:
    hint = _quoted(content)
    if content[: flaw.column].count(":") == 0:
        message = "a key stands where no key is expected"
        hint = 'indent it like its neighbours, and write "key: value" with a space after the colon'
        return msgspec.structs.replace(flaw, code="yaml.indent", message=message, hint=hint)
    message = 'the value holds a ": " and is not quoted'
    return msgspec.structs.replace(flaw, code="yaml.colon", message=message, hint=hint)


def _quoted(content: str) -> str:
    key, colon, value = content.strip().partition(":")
    value = value.strip()
    if not colon or not value:
        return "quote the value"
    if '"' in value or "\\" in value:
        quote = "'" + value.replace("'", "''") + "'"
        return (
            f"quote the value: {key}: {quote}" if value[0] not in "\"'" else "quote the whole value"
        )
    return _QUOTE.format(key=key, value=value)
