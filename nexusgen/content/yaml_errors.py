"""Explain an error of the YAML parser in words that ask for no knowledge of YAML's grammar."""

import re

import yaml

from nexusgen.core.problems import Problem

TEMPLATE_MESSAGE = 'the template "{}" is not quoted, so YAML reads a mapping'

_TEMPLATE = re.compile(r"\{\{.*?\}\}")
_KEY = re.compile(r"[^:#]*")
_TWO_QUOTED = re.compile(r"""(["'])(?:(?!\1).)*\S\1(?!\w).*\1""")
_SHARP = re.compile(r"(?<=[\[{, ])#(?=[^\s#])")
_HIDDEN = re.compile(rf"{_SHARP.pattern}[^\]}}]*[\]}}]+")
"""A sharp within brackets; what it makes a comment of them, up to where they close."""

_PRESSED = re.compile(
    r" *([A-Za-z_][\w-]*)(?::(?=[^ \t/:])|[ \t]*(?=[\uff1a\ufe55\ufe13\u2236\ua789]))"
)
"""A key whose value follows its colon at once, after a blank that is none to YAML, or a sign like a colon."""


def explain_error(
    error: yaml.MarkedYAMLError, text: str, bracket: tuple[int, int] | None
) -> Problem:
    """Return what is wrong, in lines of the text; the file is not named.

    `bracket` is the line and column, from 0, of the innermost bracket that is still open.
    """
    context, problem = error.context or "", error.problem or ""
    lines = text.split("\n")
    place = bracket if bracket and "flow" in context else _place(error, lines)
    content = lines[place[0]]
    template = _TEMPLATE.search(content)
    if "quoted scalar" in context and "end of stream" in problem:
        return _problem(place, "yaml.quote", "the quote is never closed", "add the closing quote")
    if "escape" in problem:
        message = "a backslash in double quotes begins an escape, and this is none"
        return _problem(place, "yaml.escape", message, _quoted(content))
    if "\t" in content[: place[1] + 1]:
        return _problem(place, "yaml.tab", "a tab cannot indent", "indent with spaces")
    if template:
        start = (place[0], template.start())
        message = TEMPLATE_MESSAGE.format(template[0])
        return _problem(start, "yaml.template", message, _quoted(content), len(template[0]))
    if "flow" in context:
        return _bracket_problem(place, content)
    return _block_problem(place, problem, lines)


def _problem(
    place: tuple[int, int], code: str, message: str, hint: str, length: int = 1
) -> Problem:
    line, column = place
    return Problem("", line + 1, column + 1, code, message, hint, length=length)


def _place(error: yaml.MarkedYAMLError, lines: list[str]) -> tuple[int, int]:
    """Return the place to show: what was opened and never closed, else where reading stopped."""
    context = error.context or ""
    opened = any(word in context for word in ("quoted scalar", "simple key"))
    mark = error.context_mark if opened and error.context_mark else error.problem_mark
    row, column = (mark.line, mark.column) if mark else (0, 0)
    line = min(row, len(lines) - 1)
    return line, min(column, max(len(lines[line]) - 1, 0))


def _bracket_problem(place: tuple[int, int], content: str) -> Problem:
    if hidden := _HIDDEN.search(content, place[1]):
        message = f'"{hidden[0][:60]}" is a comment, and no part of the value'
        bare = _SHARP.sub("", content.strip())[:60]
        hint = f'leave the "#" out: {bare}, or quote what begins with it'
        begin = (place[0], hidden.start())
        return _problem(begin, "yaml.comment", message, hint, len(hidden[0]))
    opening = content[place[1] : place[1] + 1]
    closing = "]" if opening == "[" else "}"
    message = f'the "{opening}" is not closed, or a comma in it is missing or too many'
    hint = f'close it with "{closing}", or quote the value if it is text'
    return _problem(place, "yaml.bracket", message, hint)


def _block_problem(place: tuple[int, int], problem: str, lines: list[str]) -> Problem:
    line, column = place
    content = lines[line]
    character = content[column : column + 1]
    if "mapping values are not allowed" in problem:
        return _colon_problem(place, lines)
    if "cannot start any token" in problem:
        message = f'a value cannot begin with "{character}"'
        return _problem(place, "yaml.syntax", message, _quoted(content))
    if "find expected ':'" in problem:
        return _no_colon(line, content)
    if not content[:column].strip():
        return _indent_problem(line, content)
    seen = "a quote" if character == '"' else f'"{character}"'
    return _problem(place, "yaml.syntax", f"{seen} is not expected here", _quoted(content))


def _colon_problem(place: tuple[int, int], lines: list[str]) -> Problem:
    """Explain a colon that no key can stand before.

    Either the value holds one, or the line is a key where the value above it is not over yet: it
    is indented too far, or the line above is no `key: value`.
    """
    line, column = place
    content = lines[line]
    if ":" in content[:column]:
        message = 'the value holds a ": " and is not quoted'
        return _problem(place, "yaml.colon", message, _quoted(content))
    above = line - 1
    if content[:1] in " \t" or above < 0 or not lines[above].strip():
        return _indent_problem(line, content)
    return _no_colon(above, lines[above])


def _indent_problem(line: int, content: str) -> Problem:
    column = len(content) - len(content.lstrip())
    length = max(len((_KEY.match(content, column) or [""])[0].rstrip()), 1)
    message = "the line does not fit the lines above it"
    hint = "indent it like the keys or items it belongs to"
    return _problem((line, column), "yaml.indent", message, hint, length)


def _no_colon(line: int, content: str) -> Problem:
    if pressed := explain_pressed(content):
        column, message, hint = pressed
        return _problem((line, column), "yaml.syntax", message, hint)
    column = len(content) - len(content.lstrip())
    message = 'the line has no ": " after a key'
    hint = 'write "key: value", or indent it if it belongs to the value above'
    return _problem((line, column), "yaml.syntax", message, hint, max(len(content.strip()), 1))


def explain_pressed(content: str) -> tuple[int, str, str] | None:
    """Return for a line whose value follows the colon at once the column, what is wrong and the hint."""
    pressed = _PRESSED.match(content)
    if not pressed:
        return None
    key, column = pressed[1], pressed.end()
    is_colon = content[column - 1] == ":"
    blank = "a no-break space" if content[column] == "\xa0" else "no space"
    hint = f'write "{key}: {content[column + (not is_colon) :].strip()[:60]}"'
    what = f'{blank} stands after "{key}:"' if is_colon else f'"{content[column]}" is no colon'
    return column, what, hint


def _quoted(content: str) -> str:
    """Return the hint that shows the line as it can be read, where it is `key: value`."""
    key, colon, value = content.strip().removeprefix("- ").partition(":")
    value = value.strip()
    if not colon or not value or len(value) > 60:
        return "quote the value"
    if value[0] == value[-1] in "\"'" and len(value) > 1 and not _TWO_QUOTED.fullmatch(value):
        value = value[1:-1]
    if '"' in value or "\\" in value:
        doubled = value.replace("'", "''")
        return f"quote the value: {key}: '{doubled}'"
    return f'quote the value: {key}: "{value}"'
