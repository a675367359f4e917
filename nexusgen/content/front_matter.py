"""The bytes of a Markdown file in; its fields with line and column, its body, and problems out."""

import re
from collections import Counter
from collections.abc import Mapping

import msgspec

from nexusgen.content.findings import Findings
from nexusgen.content.text_file import decode_text
from nexusgen.content.yaml_tree import Node, Pair, read_yaml
from nexusgen.core.model import Span
from nexusgen.core.problems import Problem

MAX_CHARACTERS = 1_000_000
_OPENING = re.compile(r"\s*^---[ \t]*\n", re.MULTILINE)
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_KEY = re.compile(r"""["']?[\w-]+["']?[ \t]*:(?:\s|$)""")
_HIDING = re.compile(r"""^["']?(draft|private)["']?[ \t]*:""", re.MULTILINE | re.IGNORECASE)


class FrontMatter(msgspec.Struct, frozen=True):
    """What a Markdown file says of itself, and its body.

    `body` is what follows the front matter, `line` the line on which it begins. `hidden` names the fields that hide an entry and cannot be read: who
    wrote `draft` meant it.
    """

    fields: dict[str, Pair]
    body: str
    line: int = 1
    hidden: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()


def parse_frontmatter(data: bytes, path: str) -> FrontMatter:
    """Return the front matter and body of a Markdown file. Whatever the bytes, nothing is raised.

    Front matter stands between two lines of `---` (the second may be `...`) at the top of a file.
    Three dashes that open anything else are a line across the page, and belong to the body.
    """
    findings = Findings(path, [])
    text = decode_text(data, findings)
    opening = _OPENING.match(text) if text.lstrip()[:3] == "---" else None
    if not opening:
        return FrontMatter({}, text, problems=tuple(findings.problems))
    closing = _CLOSING.search(text, opening.end())
    if closing:
        return _closed(text, opening.end(), closing, findings)
    return _unclosed(text, opening.end(), findings)


def hiding_fields(source: str, fields: Mapping[str, Pair]) -> frozenset[str]:
    """Return which of `draft` and `private` stand in broken YAML and were not read from it.

    Who wrote them wants the entry hidden, whatever else went wrong.
    """
    written = Counter(name.lower() for name in _HIDING.findall(source))
    read = {name for name, pair in fields.items() if not pair.value.is_null}
    return frozenset(name for name, count in written.items() if name not in read or count > 1)


def _closed(text: str, start: int, closing: re.Match[str], findings: Findings) -> FrontMatter:
    source = text[start : closing.start()]
    first_line = text.count("\n", 0, start) + 1
    body_start = min(closing.end() + 1, len(text))
    body_line = first_line + source.count("\n") + (closing.end() < len(text))
    if len(source) > MAX_CHARACTERS:
        message = (
            f"the front matter has {len(source):,} characters, and {MAX_CHARACTERS:,} is the limit"
        )
        findings.add(Span(first_line, 1), "yaml.size", message, "move text to the body")
        return FrontMatter(
            {},
            text[body_start:],
            body_line,
            hiding_fields(source, {}),
            tuple(findings.problems),
        )
    known = len(findings.problems)
    node = read_yaml(source, findings, first_line)
    broken = any(problem.severity == "error" for problem in findings.problems[known:])
    fields = node.value if node and isinstance(node.value, dict) else {}
    if node and not isinstance(node.value, dict) and not node.is_null and not broken:
        _note_shape(node, findings)
        return FrontMatter({}, text, 1, hiding_fields(source, {}), tuple(findings.problems))
    hidden = hiding_fields(source, fields) if broken else frozenset()
    return FrontMatter(fields, text[body_start:], body_line, hidden, tuple(findings.problems))


def _note_shape(node: Node, findings: Findings) -> None:
    shape = "a list" if isinstance(node.value, list) else "plain text"
    message = f'the front matter must hold "key: value" lines, and this is {shape}'
    hint = 'write "***" for a line across the page, or begin with "title: ..."'
    findings.add(node.span, "frontmatter.shape", message, hint)


def _unclosed(text: str, start: int, findings: Findings) -> FrontMatter:
    rest = text[start:].lstrip("\n")
    if not _KEY.match(rest):
        return FrontMatter({}, text, problems=tuple(findings.problems))
    line = text.count("\n", 0, start)
    longer = re.search(r"^-{4,}[ \t]*$", rest, re.MULTILINE)
    hint = (
        f'write "---", not "{longer[0].strip()}"'
        if longer
        else 'add a line of "---" after the last field'
    )
    findings.add(Span(line, 1, 3), "frontmatter.unclosed", "the front matter is never closed", hint)
    return FrontMatter({}, text, 1, hiding_fields(rest, {}), tuple(findings.problems))
