"""Divide a Markdown file into its front matter, whose fields know their places, and its body."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from itertools import takewhile
from typing import Any

import msgspec

from nexusgen.content.foreign_fields import how_hidden, pairs_in
from nexusgen.content.source_text import Problems, decode_text, span_at
from nexusgen.content.yaml_errors import explain_pressed
from nexusgen.content.yaml_tree import Node, Pair, parse_yaml
from nexusgen.core.model import Span
from nexusgen.core.problems import Severity

MAX_CHARACTERS = 1_000_000
WINDOW = 4000
"""Characters at the top of a file in which its front matter must begin."""

_SURE = ("\n--", "---", "+++", "{")
"""What stands in a text with front matter: less than what follows looks for."""

_BLANKS = " \t\u00a0\u00ad\u034f\u061c\u1680\u180e\u2800\u3000\u3164\ufe0e\ufe0f\ufeff" + "".join(
    map(chr, (*range(0x2000, 0x2010), *range(0x2028, 0x2030), *range(0x205F, 0x2070)))
)
"""What nobody sees beside the dashes of a line: blanks of any width, and signs without one."""

_BLANK = f"[{_BLANKS}]*"
_ABOVE = rf"\A(?:[\s{_BLANKS}]|<!--(?:(?!-->).)*-->|%%(?:(?!%%).)*%%)*"
"""What may stand above front matter: nothing that a reader sees."""

_OPENING = re.compile(rf"{_ABOVE}^{_BLANK}---{_BLANK}\n", re.MULTILINE | re.DOTALL)
_TOML = re.compile(rf"{_ABOVE}^{_BLANK}\+\+\+{_BLANK}\n", re.MULTILINE | re.DOTALL)
_TOML_END = re.compile(rf"^(?![ \t]){_BLANK}\+\+\+{_BLANK}$", re.MULTILINE)
_JSON = re.compile(rf"""{_ABOVE}^{_BLANK}(?=\{{\s*"[\w-]+"\s*:)""", re.MULTILINE | re.DOTALL)
_LATE = re.compile(
    rf"^(?![ \t]){_BLANK}(---|\+\+\+){_BLANK}\n"
    r"(?=\s*(?:\{|[\"']?[\w-]+[\"']?[ \t]*[:=]))"
    r"((?:(?!\1).*\n){1,40})"
    rf"(?=\1{_BLANK}$)",
    re.MULTILINE,
)
_TOP = re.compile(_ABOVE, re.DOTALL)
_NEARLY = re.compile(
    r"\\?[-+=_*;\u2010-\u2015\u2212\u30fc\uff0d][-+=_*; \u2010-\u2015\u2212\u30fc\uff0d]*[a-z]*"
)
"""What stands for three dashes: more or fewer of them, those that an editor made of them, others."""

_SECOND = re.compile(
    _ABOVE + r"""(?:[-+=_*;{\u2010-\u2015\u2212\u30fc\uff0d]|["'\w-]+[ \t]*[:=])""", re.DOTALL
)
"""How a body may begin that holds more front matter."""

_MAY_BE_TEXT = re.compile(r"[ \t]*\n|#|[^\n:]*[.,;!?\u2026\u3002][ \t]|(?:[^\s:]+[ ]){5}")
_COMMENT = re.compile(r"^#+[ \t]*", re.MULTILINE)
_WORDS = re.compile(r"""["']?[\w$@-]+(?:[ ][\w-]+){0,4}["']?[ \t]*:(?:\s|$)""")
_WORD = re.compile(r"""["']?[a-z_][\w-]*["']?[ \t]*:(?:\s|$)|\{""")
"""The name of a field that stands where one must, and of one among what may be text."""

_FENCE = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
_CLOSING = re.compile(rf"^(?![ \t]){_BLANK}(?:---|\.\.\.){_BLANK}$", re.MULTILINE)
_SEVERAL = 3
"""Lines right below the fields that are none: so many of them are text."""

_DASHES = re.compile(
    r"^(?!---[ \t]*$)[-\u2010-\u2015\u2212\uff0d]{2,}[ \t]*$|^[\u2014\u2015][ \t]*$", re.MULTILINE
)
"""Dashes that should be three: more or fewer, or those that an editor made of them."""
_OBJECT = re.compile(r"[ \t]*(?:\{(?![%{:])|(?:export[ \t]+)?(?:const|let|var)[ \t])")
_KEY = re.compile(r"""[ \t]*["']?[\w-]+["']?[ \t]*(?::(?:\s|$)|[=：＝])""")
_FIELD = re.compile(r"[\w-]+[ \t]*:(?:\s|$)|[ \t]+\S|- ")
_NAMED = re.compile(r"(?:title|tags|aliases|date|layout|slug)[ \t]*:")
"""A line that is, or goes on with, a field; one of a field that is no word at the head of a text."""

_DATA = re.compile(
    r"(?:(tags|aliases|categories)[ \t]*:[ \t]*(?:\[[^\]]*\]?)?|date[ \t]*:[ \t]*[\"']?\d{4}-\d\d.*)[ \t]*"
)
"""A field whose value no sentence has: a list, or a day."""

_HEADINGS = re.compile(r"(?:[ \t]*\n|#.*\n)*")

_META = re.compile(r"[ ]{0,3}([\w-]+(?:[ ][\w-]+){0,4})[ \t]*:(?!//)|[ \t]+\S")
_OF_PAGES = {
    "title", "subtitle", "date", "modified", "author", "authors", "tags", "category", "slug",
    "lang", "summary", "keywords",
}  # fmt: skip
"""A line of fields above a text that no dashes divide from it, and what such fields are called."""

_FLAG = re.compile(
    r"^ {0,3}([\w-]+)[ \t]*[:=][ \t]*(true|yes|on|false|no|off)[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_BARE = re.compile(
    r"^[ \t]*([\w-]+)(?:[^\w\n:=]+(?:true|yes|on|1|false|no|off|0))?[^\w\n:=]*$",
    re.MULTILINE | re.IGNORECASE,
)
"""A flag without what belongs between its name and value, or the name alone."""

_TOML_ERROR = re.compile(r"(?P<what>.*?) \(at line (?P<line>\d+), column (?P<column>\d+)\)")
_MAX_DEPTH = 50


class FrontMatter(msgspec.Struct, frozen=True):
    """What a Markdown file says of itself, and its body.

    `body` is what follows the front matter, `line` the line on which it begins. `hidden` names the
    fields that hide an entry and cannot be read: who wrote `draft` meant it. `form` is the language
    of the fields: YAML, TOML or JSON.
    """

    fields: dict[str, Pair]
    body: str
    line: int = 1
    hidden: frozenset[str] = frozenset()
    form: str = "YAML"


def parse_frontmatter(data: bytes, problems: Problems) -> FrontMatter:
    """Return the front matter and body of a Markdown file. Whatever the bytes, nothing is raised.

    Front matter stands between two lines of `---` (the second may be `...`) at the top of a file,
    below nothing but blanks and comments; that of other generators is TOML between two lines of
    `+++`, or a JSON object. Three dashes that open anything else are a line across the page, and
    belong to the body: so do those around text in which YAML sees comments or the names of fields.
    """
    text = decode_text(data, problems)
    if not any(sign in text[:WINDOW] for sign in _SURE) and not _may_begin(text):
        return FrontMatter({}, text)
    opening = _OPENING.match(text)
    if not opening:
        return _read_other(text, problems)
    closing = _CLOSING.search(text, opening.end())
    if not closing:
        return _unclosed(text, opening.end(), problems)
    source, body = text[opening.end() : closing.start()], text[closing.end() + 1 :]
    if _MAY_BE_TEXT.match(source) and _is_text(source):
        return _without(FrontMatter({}, text), problems)
    first_line = text.count("\n", 0, opening.end()) + 1
    body_line = first_line + source.count("\n") + (closing.end() < len(text))
    if len(source) > MAX_CHARACTERS:
        size = f"{len(source):,} characters, and {MAX_CHARACTERS:,} is the limit"
        message = f"the front matter has {size}"
        problems.add(Span(first_line, 1), "yaml.size", message, "move text to the body")
        return FrontMatter({}, body, body_line, hiding_fields(source, {}))
    known = len(problems.noted)
    node = parse_yaml(source, problems, first_line)
    broken = any(problem.severity == "error" for problem in problems.noted[known:])
    fields = node.value if node and isinstance(node.value, dict) else {}
    if node and not isinstance(node.value, dict) and not node.is_null and not broken:
        _tell_shape(node, source.split("\n")[node.span.line - first_line], problems)
        return FrontMatter({}, text, 1, hiding_fields(source, {}))
    matter = FrontMatter(fields, body, body_line)
    matter = _mended(source, first_line, matter, problems, known) if broken else matter
    may_go_on = _SECOND.match(body) or _LATE.search(body, 0, WINDOW)
    return _without(matter, problems) if may_go_on else matter


def _is_text(source: str) -> bool:
    """Tell whether two lines across the page stand around text: nothing in it is surely a field."""
    lines = source.split("\n")
    first = next(line for line in lines if line[:1] != "#")
    bare = _COMMENT.sub("", source)
    said = [line for line in lines if line.strip() and line[:1] != "#"]
    return bool(source.strip()) and not (
        _WORDS.match(first)
        or (len(said) > 1 and all(map(_WORDS.match, said)))
        or any(_WORD.match(line) or _NAMED.match(line.lower()) for line in lines)
        or any(map(_NAMED.match, bare.split("\n")))
        or any(how_hidden(*flag) is not None for flag in _FLAG.findall(bare))
        or any(how_hidden(*pair) for pair in pairs_in(source))
    )


def _mended(
    source: str, first_line: int, matter: FrontMatter, problems: Problems, known: int
) -> FrontMatter:
    """Return front matter that is broken with what it hides, and without the text it was read from.

    The line that should close it is forgotten or not of three dashes, and a rule further down was
    taken for it: that is one problem, in place of those noted after the first `known`, one for
    each line of the text.
    """
    lines = source.split("\n")
    broken = {one.line - first_line for one in problems.noted[known:] if one.severity == "error"}
    prose = [row for row in sorted(broken) if not _is_key(lines[row])]
    above = reversed(range(prose[0] if prose else 0))
    last = next((row for row in above if _FIELD.match(lines[row]) or _is_key(lines[row])), -1)
    between = lines[last + 1 : prose[0] + 1] if last >= 0 else []
    begin = next((row for row, line in enumerate(between, last + 1) if line.strip()), 0)
    fence = lines[begin].strip() if _DASHES.match(lines[begin]) else ""
    if not (begin and (fence or begin > last + 1 or len(prose) >= _SEVERAL)):
        return msgspec.structs.replace(matter, hidden=hiding_fields(source, matter.fields))
    del problems.noted[known:]
    node = parse_yaml("\n".join(lines[:begin]), problems, first_line)
    fields = node.value if node and isinstance(node.value, dict) else {}
    message = "the front matter is not closed where text begins"
    hint = f'write "---", not "{fence}"' if fence else 'add a line of "---" above it'
    span = Span(first_line + begin, 1, len(lines[begin]))
    problems.add(span, "frontmatter.unclosed", message, hint)
    begin += bool(fence)
    body = "\n".join((*lines[begin:-1], "---", matter.body))
    return FrontMatter(fields, body, first_line + begin, hiding_fields(source, fields))


def _is_key(line: str) -> bool:
    return bool(_KEY.match(line) or _WORDS.match(line) or explain_pressed(line))


def _tell_shape(node: Node, line: str, problems: Problems) -> None:
    """Note what the first line of front matter is that is no mapping."""
    span, shape = node.span, "a list" if isinstance(node.value, list) else "plain text"
    message = f'the front matter must hold "key: value" lines, and this is {shape}'
    hint = 'write "***" for a line across the page, or begin with "title: ..."'
    if pressed := explain_pressed(line):
        column, message, hint = pressed
        span = Span(span.line, column + 1)
    problems.add(span, "frontmatter.shape", message, hint)


def hiding_fields(source: str, fields: Mapping[str, Pair]) -> frozenset[str]:
    """Return how broken front matter hides an entry by fields that were not read: as `draft`, `private`.

    Who wrote them wants the entry hidden, whatever else went wrong: a `draft` hides even as false.
    """
    pairs = [*pairs_in(source), *((name, "true") for name in _BARE.findall(source))]
    written = Counter(name.lower() for name, _ in pairs)
    read = {name.lower() for name, pair in fields.items() if not pair.value.is_null}
    unread = (
        how_hidden(name, "true") or how_hidden(name, value)
        for name, value in pairs
        if name.lower() not in read or written[name.lower()] > 1
    )
    return frozenset(filter(None, unread))


def _read_other(text: str, problems: Problems) -> FrontMatter:
    """Return the front matter of a text that does not begin as YAML does, if it has any."""
    matter = _read_toml(text, problems) or FrontMatter({}, text)
    return matter if matter.form != "YAML" and matter.line == 1 else _without(matter, problems)


def _read_toml(text: str, problems: Problems) -> FrontMatter | None:
    """Return the front matter of a text that begins with TOML or JSON, None where it does not."""
    opening = _TOML.match(text)
    if not opening:
        return _read_json(text, problems)
    start = opening.end()
    closing = _TOML_END.search(text, start)
    if not closing:
        return _unclosed(text, start, problems, "+++")
    source = text[start : closing.start()]
    first_line = text.count("\n", 0, start) + 1
    known = len(problems.noted)
    fields = parse_toml(source, first_line, problems)
    hidden = hiding_fields(source, {}) if len(problems.noted) > known else frozenset()
    line = first_line + source.count("\n") + (closing.end() < len(text))
    return FrontMatter(fields, text[closing.end() + 1 :], line, hidden, "TOML")


def _read_json(text: str, problems: Problems) -> FrontMatter | None:
    opening = _JSON.match(text)
    if not opening:
        return None
    start = opening.end()
    fields, end = parse_json(text[start:], text.count("\n", 0, start) + 1, problems)
    if not end:
        source = text[start:].partition("\n\n")[0]
        return FrontMatter({}, text, 1, hiding_fields(source, {}), "JSON")
    rest = text[start + end :]
    if rest.partition("\n")[0].strip():  # a text that begins with an object
        return None
    body = rest.lstrip(" \t").removeprefix("\n")
    line = text.count("\n", 0, len(text) - len(body)) + 1
    return FrontMatter(fields, body, line, form="JSON")


def _without(matter: FrontMatter, problems: Problems) -> FrontMatter:
    """Return front matter, or none; what is nearly such in its body is told, and hides if it would."""
    text = matter.body
    start, fence, fields = _nearly(text)
    hidden = _hiding(fields)
    is_shown = not any(how_hidden(name, it.value.value) for name, it in matter.fields.items())
    severity: Severity = "error" if is_shown else "warning"
    is_named = bool(fields) and fence[-1:].isalpha() and not any(map(str.isalpha, fence[:3]))
    if hidden or is_named or _is_closed(text[start:WINDOW].split("\n"), fence):
        what = f'begins with "{fence}", where "---" belongs' if fence else 'has no "---" above it'
        span = Span(text.count("\n", 0, start) + matter.line, 1, len(fence) or 1)
        hint = 'write "---" on the line above the fields and on the line below them'
        told = "frontmatter.fence", f"the front matter {what}", hint
        if matter.line > 1:
            message = "more front matter stands below the first, where it is none"
            told = "frontmatter.late", message, "write its fields into the first"
        problems.add(span, *told, severity if hidden else "warning")
        return msgspec.structs.replace(matter, hidden=matter.hidden | hidden)
    for late in _LATE.finditer(text, 0, WINDOW):
        hidden = _hiding(late[2])
        lines = late[2].split("\n")
        is_below = (
            lines[2:]  # several fields, as one may be a heading
            and _HEADINGS.fullmatch(text, 0, late.start())
            and _is_closed([*lines[:-1], "---"], "")
        )
        if is_below or (hidden and not _FENCE.search(text, 0, late.start())):
            span = Span(text.count("\n", 0, late.start()) + matter.line, 1, 3)
            message = "front matter stands below other text, where it is none"
            hint = "move it to the first line of the file"
            problems.add(span, "frontmatter.late", message, hint, severity if hidden else "warning")
            return msgspec.structs.replace(matter, hidden=matter.hidden | hidden)
    return matter


def _hiding(fields: str) -> frozenset[str]:
    """Return how fields hide an entry, as they are written."""
    return frozenset(filter(None, (how_hidden(*pair) for pair in pairs_in(fields))))


def _may_begin(text: str) -> bool:
    """Tell whether front matter may stand in a text without the signs of any."""
    return bool(_SECOND.match(text)) or any(how_hidden(*one) for one in pairs_in(text, WINDOW))


def _nearly(text: str) -> tuple[int, str, str]:
    """Return what is nearly front matter at the top of a text: its place, its first line, its fields.

    Where there is no line above the fields, they are such only where a flag among them hides.
    """
    top = _TOP.match(text)
    start = text.rfind("\n", 0, top.end()) + 1 if top else 0
    fence, _, rest = text[start:WINDOW].partition("\n")
    fence = fence.strip(_BLANKS)
    if not _NEARLY.fullmatch(fence):
        lines = text[start:WINDOW].split("\n")
        if _OBJECT.match(fence):
            return start, "", "\n".join(takewhile(str.strip, lines))
        fields = "\n".join(takewhile(_KEY.match, lines))
        is_flagged = any(how_hidden(*flag) for flag in _FLAG.findall(fields))
        return start, "", fields if is_flagged else _header(lines)
    lines = rest.lstrip("\n").split("\n")
    end = next((at for at, line in enumerate(lines) if _NEARLY.fullmatch(line.strip(_BLANKS))), 0)
    block = lines[:end] if end else takewhile(str.strip, lines)
    is_block = _KEY.match(lines[0]) or _OBJECT.match(lines[0])
    return start, fence, "\n".join(block) if is_block else ""


def _header(lines: list[str]) -> str:
    """Return the fields up to a blank line that Pelican and Python-Markdown read, if lines are such."""
    block = list(takewhile(bool, map(_META.match, lines)))
    names = [line[1].lower() for line in block if line and line[1]]
    of_pages = _OF_PAGES.intersection(names)
    end = len(block)
    is_header = (
        (len(of_pages) > 1 or ("title" in of_pages and len(names) > 1))
        and names[0] in (*of_pages, "status")
        and not "".join(lines[end : end + 1]).strip()
    )
    return "\n".join(lines[:end]) if is_header else ""


def _is_closed(lines: list[str], fence: str) -> bool:
    """Tell whether the lines of a text are fields by their names and by a line below, or by their values."""
    lines = lines[1:] if _NEARLY.fullmatch(fence) else lines
    lines = list(filter(str.strip, lines)) if fence else lines
    block = list(takewhile(_FIELD.match, lines))
    below = lines[len(block)].strip() if lines[len(block) :] else ""
    is_closed = set(below) == {"-"} or (fence and _NEARLY.fullmatch(below))
    names = [line.partition(":")[0] for line in block if _NAMED.match(line.lower())]
    data = list(filter(None, map(_DATA.fullmatch, map(str.lower, block))))
    is_data = len(block) > 1 and any(len(names) > 1 or one[1] for one in data)
    return (any(map(str.islower, names)) and bool(is_closed)) or is_data


def _unclosed(text: str, start: int, problems: Problems, mark: str = "---") -> FrontMatter:
    rest = text[start:].lstrip("\n")
    if not _KEY.match(rest):
        return FrontMatter({}, text)
    dashes = _DASHES.search(rest.partition("\n\n")[0])
    hint = f'add a line of "{mark}" after the last field'
    if dashes:
        hint = f'write "---", not "{dashes[0].strip()}"'
    span = Span(text.count("\n", 0, start), 1, 3)
    problems.add(span, "frontmatter.unclosed", "the front matter is never closed", hint)
    form = "TOML" if mark == "+++" else "YAML"
    return FrontMatter({}, text, 1, hiding_fields(rest, {}), form)


def parse_toml(source: str, first_line: int, problems: Problems) -> dict[str, Pair]:
    """Return the fields of TOML; where it cannot be read, a problem and none."""
    import tomllib

    try:
        values = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = _TOML_ERROR.fullmatch(str(error))
        span = Span(first_line, 1)
        if found:
            span = Span(first_line + int(found["line"]) - 1, int(found["column"]))
        what = found["what"] if found else "it is nested too deep"
        _refuse("TOML", what, span, problems)
        return {}
    return _fields(values, source, first_line, r"^[ \t]*\[*\s*[\"']?{}[\"']?\s*[=.\]]")


def parse_json(source: str, first_line: int, problems: Problems) -> tuple[dict[str, Pair], int]:
    """Return the fields of the JSON object that a text begins with, and where it ends.

    Where it cannot be read there is a problem, no field, and the end is 0.
    """
    try:
        values, end = json.JSONDecoder().raw_decode(source)
    except json.JSONDecodeError as error:
        place = span_at(source, error.pos)
        _refuse("JSON", error.msg, Span(place.line + first_line - 1, place.column), problems)
        return {}, 0
    except RecursionError:
        _refuse("JSON", "it is nested too deep", Span(first_line, 1), problems)
        return {}, 0
    return _fields(values, source[:end], first_line, r'"{}"\s*:'), end


def _refuse(form: str, what: str, span: Span, problems: Problems) -> None:
    message = f"the {form} of the front matter cannot be read: {what[:1].lower()}{what[1:]}"
    problems.add(span, "frontmatter.syntax", message, "correct it, or write YAML between ---")


def _fields(values: dict[str, Any], source: str, first_line: int, key: str) -> dict[str, Pair]:
    """Return the pairs of a mapping, each placed at its key."""
    pairs = {}
    for name, value in values.items():
        found = re.search(key.replace("{}", re.escape(name)), source, re.MULTILINE)
        at = span_at(source, source.index(name, found.start())) if found else Span(1, 1)
        span = Span(at.line + first_line - 1, at.column, len(name))
        pairs[name] = Pair(span, node_of(value, span))
    return pairs


def node_of(value: Any, span: Span, depth: int = 0) -> Node:
    """Return a value as YAML would give it: numbers, flags and dates as plain text."""

    def placed(found: "str | list[Node] | dict[str, Pair]", style: str = "") -> Node:
        return Node(span, found, style)

    if depth > _MAX_DEPTH or value is None:
        return Node(span, "", is_null=True)
    if isinstance(value, dict):
        pairs = {name: Pair(span, node_of(it, span, depth + 1)) for name, it in value.items()}
        return placed(pairs)
    if isinstance(value, list):
        return placed([node_of(it, span, depth + 1) for it in value])
    if isinstance(value, bool):
        return placed(str(value).lower())
    if isinstance(value, str):
        return placed(value, '"')
    return placed(value.isoformat() if hasattr(value, "isoformat") else str(value))
