"""Make a figure of a block of code, with Pygments' classes.

A lexer of Pygments tries the rules of its state one after the other at each token. Most rules can
only match at a few first characters, which their patterns tell. So the rules worth trying are
looked up by the next character: the tokens are those that Pygments would give, in a third of the
time (a cold build of notes with much code takes 40 % longer without).
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from re import _constants as ops  # type: ignore[attr-defined]  # what `re` itself is made of
from re import _parser as patterns  # type: ignore[attr-defined]
from typing import Any, NamedTuple

MAX_CODE = 30_000
MAX_LINE = 2_000
MAX_SLOW = 2_000
SLOW = frozenset({"systemd", "urlencoded", "kmsg", "dmesg"})
"""Languages whose lexers look at all that follows for each token."""

SPELT = {
    "astro": "html", "containerfile": "docker", "cts": "ts", "dotenv": "bash", "editorconfig": "ini",
    "env": "bash", "geojson": "json", "gql": "graphql", "j2": "jinja", "jinja2": "jinja",
    "jsonc": "json", "mdx": "md", "mts": "ts", "node": "js", "nodejs": "js", "plist": "xml",
    "plsql": "sql", "shellsession": "console", "svelte": "html",
}  # fmt: skip
"""What is written behind fences and known to Pygments by another name."""

BLANKS = re.compile(r"\s{250}")
"""What makes many lexers take seconds, and what no real code holds."""

WORD = re.compile(
    r"""([A-Za-z_][\w-]*)=(?:"([^"]*)"|'([^']*)'|(\[[^\]]*\]|[^\s,}]+))"""
    r"""|\{([\d,\s-]*)\}|[^\s,{}][^\s{]*"""
)
OPENING = re.compile('<span class="[^"<>]*">')
NUMBERS = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")
LAST_NEWLINE = re.compile(r"\n(</span>)?\Z")
DIRECTIVE = re.compile(r"\{(?:code|code-block|code-cell|sourcecode)\}\s*(?=\S)")
"""What MyST and Jupyter Book write before the language."""

COUNTED = re.compile(r"([A-Za-z][A-Za-z0-9+#-]*)=(\d*)(?![^\s{])")
"""A language with the number of its first line, as in HackMD: `python=`, `python=101`."""

BRACED = re.compile(r"\{([^{}]*)\}\s*\Z")
NUMBERED = frozenset({"linenos", "linenums", "linenostart", "line-numbers", "startfrom",
                      "numberlines", "number-lines", "showlinenumbers"})  # fmt: skip
"""What asks for numbers of lines in MkDocs, Hugo, Pandoc, Docusaurus, VitePress and Gatsby."""


class Info(NamedTuple):
    """What the words behind a fence ask for; `marked` are the numbers of lines to mark."""

    language: str = ""
    title: str = ""
    marked: frozenset[int] = frozenset()
    first: int = 0


@lru_cache(maxsize=256)
def parse_info(info: str) -> Info:
    """Read `python title="a.py" {1,3-4} hl_lines="1" linenums="1"`, also within `{ .python ... }`.

    What sticks to the language belongs to others: `rust,ignore`, `js:src/app.js` (a title),
    `ts:line-numbers=5`, `diff-js`, `python=101`.
    """
    info = info[directive.end() :] if (directive := DIRECTIVE.match(info)) else info
    if counted := COUNTED.match(info):
        info = f"{counted[1]} linenums={counted[2] or 1}{info[counted.end() :]}"
    braced = BRACED.match(info)
    words = braced[1] if braced and not re.fullmatch(r"[\d,\s-]*", braced[1]) else info
    named, marked, language, first = {}, "", "", 0
    for match in WORD.finditer(words):
        word = (match[1] or match[0]).strip(".:").lower()
        if match[5] is not None:
            marked += f"{match[5]},"
        elif word in NUMBERED:
            first = max(first, _first_line(match[0].partition("=")[2].strip("\"'") or "1"))
        elif match[1]:
            named[match[1]] = match[2] or match[3] or match[4] or ""
        elif match[0][0] != "#":
            language = language or match[0].lstrip(".")
    language, _, more = language.partition(",")[0].partition(":")
    sign, _, number = more.partition("=")
    if sign.removeprefix("no-") in NUMBERED:
        first, more = 0 if sign.startswith("no-") else _first_line(number or "1"), ""
    title = named.get("title") or named.get("filename") or more.removeprefix("title=")
    return Info(_known(language), title, line_numbers(marked + named.get("hl_lines", "")), first)


def _first_line(value: str) -> int:
    """Return the number of the first line, 0 where none is to be shown."""
    if value.isdecimal() and len(value) < 7:
        return int(value)
    return int(value in ("true", "table", "inline"))


def _known(language: str) -> str:
    """Return a language less what others put before or behind it: `diff-js`, `language-js`."""
    start, _, rest = language.partition("-")
    if start == "language":
        return rest
    return start if start == "diff" else language


def line_numbers(text: str) -> frozenset[int]:
    """Return the numbers that `1,3-4` names."""
    found: set[int] = set()
    for match in NUMBERS.finditer(text):
        first = int(match[1])
        last = min(int(match[2] or first), first + MAX_LINE)
        found.update(range(first, last + 1))
    return frozenset(found)


@cache
def lexer_of(language: str) -> Any:
    """Return Pygments' lexer for a language, or for files that end so; None where it knows neither."""
    from pygments.lexers import find_lexer_class_for_filename, get_lexer_by_name
    from pygments.util import ClassNotFound

    name = language.lower()
    try:
        return get_lexer_by_name(SPELT.get(name, name), stripnl=False)
    except (ClassNotFound, ValueError):
        kind = find_lexer_class_for_filename(f"code.{name}")
        return kind(stripnl=False) if kind else None


PLAIN = ("n", "p")
"""Names and punctuation: a third of all tokens, to which no usual style gives a colour."""


class Classes(dict[Any, str]):
    """The class of each token type, as in Pygments' style sheets; empty of what they leave plain."""

    def __missing__(self, token: Any) -> str:
        from pygments.token import STANDARD_TYPES

        known = token
        while known not in STANDARD_TYPES and known.parent is not None:
            known = known.parent
        name = STANDARD_TYPES.get(known, "")
        self[token] = "" if name in PLAIN else name
        return self[token]


CLASSES = Classes()


def is_bounded(code: str, language: str) -> bool:
    """Return whether the lexer of a language will be done with the code in bounded time."""
    lexer = lexer_of(language) if len(code) > MAX_SLOW else None
    is_slow = lexer is not None and not SLOW.isdisjoint(lexer.aliases)
    if len(code) > (MAX_SLOW if is_slow else MAX_CODE) or BLANKS.search(code):
        return False
    return len(code) <= MAX_LINE or max(map(len, code.split("\n"))) <= MAX_LINE


def spans(tokens: Iterable[tuple[Any, str]]) -> str:
    """Return the HTML of tokens; neighbours of one class share a span, white space needs none."""
    made: list[str] = []
    current, text = "", ""
    for token, value in tokens:
        name = CLASSES[token]
        if name == current or name == "w":
            text += value
            continue
        if text:
            made.append(span(current, text))
        current, text = name, value
    made.append(span(current, text))
    return "".join(made)


@lru_cache(maxsize=8192)
def span(name: str, text: str) -> str:
    """Return text in a span of a class, or without one."""
    if not text.isalnum():
        text = html.escape(text, quote=False)
    return f'<span class="{name}">{text}</span>' if name and text else text


def without_spans(text: str) -> str:
    """Return HTML without the spans that `span` wrote: most of its tags, where there is code."""
    return OPENING.sub("", text.replace("</span>", "")) if "</span>" in text else text


def tokens_by_line(tokens: Iterable[tuple[Any, str]]) -> list[list[tuple[Any, str]]]:
    """Return tokens cut at the ends of lines, a list for each line."""
    lines: list[list[tuple[Any, str]]] = [[]]
    for token, value in tokens:
        first, *more = value.split("\n")
        lines[-1].append((token, first))
        lines += [[(token, piece)] for piece in more]
    return lines


def highlighted(code: str, info: Info) -> str:
    """Return code with spans for its tokens; of an unknown language, plain."""
    from pygments.token import Text

    lexer = lexer_of(info.language) if info.language and is_bounded(code, info.language) else None
    code = f"{code}\n"
    tokens = [(Text, code)] if lexer is None else tokens_of(lexer, code)
    if not info.marked and not info.first:
        return LAST_NEWLINE.sub(r"\1", spans(tokens))
    lines = tokens_by_line(tokens)
    if len(lines) > 1 and not any(value for _, value in lines[-1]):
        lines.pop()
    made, width = [], len(str(info.first + len(lines) - 1))
    for number, line in enumerate(lines, 1):
        text = spans(line)
        if info.first:
            shown = f"{info.first + number - 1:{width}}"
            text = f'<span class="line-number" data-line="{shown}"></span>{text}'
        if number in info.marked:
            text = f'<mark class="line">{text}</mark>'
        made.append(text)
    return "\n".join(made)


@lru_cache(maxsize=2048)
def code_figure(code: str, words: str) -> str:
    """Return the figure of a block of code; `words` stand behind its fence."""
    info = parse_info(words)
    language = html.escape(info.language)
    label = html.escape(info.title) or language
    kind = "title" if info.title else "language"
    caption = f'<figcaption class="{kind}">{label}</figcaption>' if label else ""
    css = f' class="language-{language}"' if language else ""
    body = f"{highlighted(code, info)}\n" if code else ""
    return (
        f'<figure class="code" data-language="{language}">{caption}'
        f'<pre tabindex="0"><code{css}>{body}</code></pre></figure>'
    )


Rule = tuple[Callable[[str, int], Any], Any, Any]

ROOT = -(10**9)
"""Leaves all states but the first: what a lexer does at the end of a line it cannot read."""


def tokens_of(lexer: Any, code: str) -> Iterator[tuple[Any, str]]:
    """Yield the tokens of `code` that are not empty, as the lexer's own `get_tokens` does."""
    from pygments.lexer import RegexLexer

    kind: Any = type(lexer)
    own = (kind.get_tokens, kind.get_tokens_unprocessed)
    if own != (RegexLexer.get_tokens, RegexLexer.get_tokens_unprocessed) or lexer.filters:
        return ((token, text) for token, text in lexer.get_tokens(code) if text)
    return _tokens(lexer, lexer._preprocess_lexer_input(code))


class _State(dict[str, list[Rule]]):
    """The rules of a state that can match at a character; the last of them always does."""

    def __init__(self, rules: list[Rule]) -> None:
        compiled = [rule[0].__self__ for rule in rules]  # type: ignore[attr-defined]
        self._firsts = [first_characters(each.pattern, each.flags) for each in compiled]
        self._rules = rules

    def __missing__(self, character: str) -> list[Rule]:
        if ord(character) > FOREIGN:
            return self[chr(FOREIGN)]
        pairs = zip(self._rules, self._firsts, strict=True)
        possible = [rule for rule, first in pairs if ord(character) in first]
        self[character] = [*possible, *_unread()]
        return self[character]


@cache
def _unread() -> tuple[Rule, Rule]:
    """Return what a lexer does with a character that no rule of its state can read."""
    from pygments.token import Error, Whitespace

    return (re.compile(r"[^\n]").match, Error, None), (re.compile(r"\n").match, Whitespace, ROOT)


@cache
def _state(lexer: Any, name: str) -> _State:
    return _State(lexer._tokens[name])


def _tokens(lexer: Any, text: str) -> Iterator[tuple[Any, str]]:
    """Follow `RegexLexer.get_tokens_unprocessed`, but for the rules that cannot match."""
    from pygments.token import _TokenType

    states, state = ["root"], _state(lexer, "root")
    place, end = 0, len(text)
    match: Any = None
    while place < end:
        for match_at, action, move in state[text[place]]:  # noqa: B007  the last that is tried
            if match := match_at(text, place):
                break
        if type(action) is _TokenType:
            if value := match[0]:
                yield action, value
        elif action is not None:
            yield from [(token, value) for _, token, value in action(lexer, match) if value]
        place = match.end()
        if move is not None:
            _move(states, move)
            state = _state(lexer, states[-1])


def _move(states: list[str], move: Any) -> None:
    """Enter and leave states; the first is never left."""
    if isinstance(move, int):
        del states[max(1, len(states) + move) :]
        return
    for state in move if isinstance(move, tuple) else (move,):
        if state == "#pop":
            del states[max(1, len(states) - 1) :]
        elif state == "#push":
            states.append(states[-1])
        else:
            states.append(state)


FOREIGN = 128
"""Stands for every character that is not ASCII, and for the end of the text."""

ANYTHING = frozenset(range(FOREIGN + 1))

Firsts = tuple[frozenset[int], bool]
"""The characters, and whether the pattern can also match nothing."""

CATEGORIES = {
    ops.CATEGORY_DIGIT: r"\d", ops.CATEGORY_NOT_DIGIT: r"\D", ops.CATEGORY_SPACE: r"\s",
    ops.CATEGORY_NOT_SPACE: r"\S", ops.CATEGORY_WORD: r"\w", ops.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


@cache
def first_characters(pattern: str, flags: int) -> frozenset[int]:
    """Return the ASCII codes with which a match can start; `FOREIGN` is always among them."""
    try:
        tree = patterns.parse(pattern, flags & ~re.UNICODE)
        found, empty = _firsts(tree, tree.state.flags)
    except (re.error, RecursionError):
        return ANYTHING
    return ANYTHING if empty else frozenset(code for code in found if code < FOREIGN) | {FOREIGN}


def _firsts(items: Iterable[tuple[Any, Any]], flags: int) -> Firsts:
    """Return the firsts of a sequence: those of each part up to the first that cannot be empty."""
    found: frozenset[int] = frozenset()
    for kind, value in items:
        more, empty = _firsts_of_part(kind, value, flags)
        found |= more
        if not empty:
            return found, False
    return found, True


def _firsts_of_part(kind: Any, value: Any, flags: int) -> Firsts:
    if kind in (ops.AT, ops.ASSERT, ops.ASSERT_NOT):
        return frozenset(), True
    if kind in (ops.LITERAL, ops.NOT_LITERAL, ops.IN):
        return _set_of(kind, value, flags), False
    if kind is ops.SUBPATTERN:
        _, added, removed, inner = value
        return _firsts(inner, (flags | added) & ~removed)
    if kind is ops.BRANCH:
        ways = [_firsts(way, flags) for way in value[1]]
        return frozenset().union(*(way for way, _ in ways)), any(empty for _, empty in ways)
    if kind in (ops.MAX_REPEAT, ops.MIN_REPEAT):
        least, _, inner = value
        found, empty = _firsts(inner, flags)
        return found, empty or least == 0
    return ANYTHING, kind is not ops.ANY


def _set_of(kind: Any, value: Any, flags: int) -> frozenset[int]:
    items = value if kind is ops.IN else [(kind, value)]
    found: frozenset[int] = frozenset().union(*(_codes(name, each, flags) for name, each in items))
    if flags & re.IGNORECASE:
        if not found <= ANYTHING:
            return (
                ANYTHING  # some letters of other scripts have an ASCII letter as their other case
            )
        found |= {ord(chr(code).swapcase()) for code in found if code < FOREIGN}
    negated = any(kind in (ops.NEGATE, ops.NOT_LITERAL) for kind, _ in items)
    return ANYTHING - found if negated else found


def _codes(kind: Any, value: Any, flags: int) -> frozenset[int]:
    """Return the codes that an item of a class names, and one above ASCII where it names such."""
    if kind in (ops.LITERAL, ops.NOT_LITERAL):
        return frozenset([value])
    if kind is ops.RANGE:
        last = [value[1]] if value[1] > FOREIGN else []
        return frozenset([*range(value[0], min(value[1], FOREIGN) + 1), *last])
    if kind is ops.CATEGORY:
        return _category(value, flags & re.ASCII)
    return frozenset() if kind is ops.NEGATE else ANYTHING


@cache
def _category(name: Any, flags: int) -> frozenset[int]:
    pattern = re.compile(CATEGORIES[name], flags)
    return frozenset(code for code in range(FOREIGN) if pattern.match(chr(code)))
