"""Divide a Markdown file into its front matter, whose fields know their places, and its body."""

import re
from collections import Counter
from collections.abc import Mapping

import msgspec

from nexusgen.content.source_text import Problems, decode_text
from nexusgen.content.yaml_tree import Pair, parse_yaml
from nexusgen.core.model import Span

MAX_CHARACTERS = 1_000_000
_OPENING = re.compile(r"\s*^---[ \t]*\n", re.MULTILINE)
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_LONGER = re.compile(r"^-{4,}[ \t]*$", re.MULTILINE)
_KEY = re.compile(r"""["']?[\w-]+["']?[ \t]*:(?:\s|$)""")
_HIDING = re.compile(r"""^["']?(draft|private)["']?[ \t]*:""", re.MULTILINE | re.IGNORECASE)


class FrontMatter(msgspec.Struct, frozen=True):
    """What a Markdown file says of itself, and its body.

    `body` is what follows the front matter, `line` the line on which it begins. `hidden` names the
    fields that hide an entry and cannot be read: who wrote `draft` meant it.
    """

    fields: dict[str, Pair]
    body: str
    line: int = 1
    hidden: frozenset[str] = frozenset()


def parse_frontmatter(data: bytes, problems: Problems) -> FrontMatter:
    """Return the front matter and body of a Markdown file. Whatever the bytes, nothing is raised.

    Front matter stands between two lines of `---` (the second may be `...`) at the top of a file.
    Three dashes that open anything else are a line across the page, and belong to the body.
    """
    text = decode_text(data, problems)
    opening = _OPENING.match(text) if text.lstrip()[:3] == "---" else None
    if not opening:
        return FrontMatter({}, text)
    closing = _CLOSING.search(text, opening.end())
    if not closing:
        return _unclosed(text, opening.end(), problems)
    source, body = text[opening.end() : closing.start()], text[closing.end() + 1 :]
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
        shape = "a list" if isinstance(node.value, list) else "plain text"
        message = f'the front matter must hold "key: value" lines, and this is {shape}'
        hint = 'write "***" for a line across the page, or begin with "title: ..."'
        problems.add(node.span, "frontmatter.shape", message, hint)
        return FrontMatter({}, text, 1, hiding_fields(source, {}))
    hidden = hiding_fields(source, fields) if broken else frozenset()
    return FrontMatter(fields, body, body_line, hidden)


def hiding_fields(source: str, fields: Mapping[str, Pair]) -> frozenset[str]:
    """Return which of `draft` and `private` stand in broken YAML and were not read from it.

    Who wrote them wants the entry hidden, whatever else went wrong.
    """
    written = Counter(name.lower() for name in _HIDING.findall(source))
    read = {name for name, pair in fields.items() if not pair.value.is_null}
    return frozenset(name for name, count in written.items() if name not in read or count > 1)


def _unclosed(text: str, start: int, problems: Problems) -> FrontMatter:
    rest = text[start:].lstrip("\n")
    if not _KEY.match(rest):
        return FrontMatter({}, text)
    longer = _LONGER.search(rest)
    hint = 'add a line of "---" after the last field'
    if longer:
        hint = f'write "---", not "{longer[0].strip()}"'
    span = Span(text.count("\n", 0, start), 1, 3)
    problems.add(span, "frontmatter.unclosed", "the front matter is never closed", hint)
    return FrontMatter({}, text, 1, hiding_fields(rest, {}))
