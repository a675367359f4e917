"""Code and the words behind its fence in; a figure with Pygments' classes out."""

import html
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from nexusgen.core.model import Value

MAX_CODE = 30_000
MAX_LINE = 2_000
MAX_SLOW = 2_000
SLOW = frozenset({"systemd", "urlencoded", "kmsg", "dmesg"})
"""Languages whose lexers look at all that follows for each token."""

BLANKS = re.compile(r"\s{250}")
"""What makes many lexers take seconds, and what no real code holds."""

WORD = re.compile(r"""([A-Za-z_][\w-]*)=(?:"([^"]*)"|'([^']*)'|(\S+))|\{([\d,\s-]*)\}|[^\s{]+|\{""")
NUMBERS = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")
LAST_NEWLINE = re.compile(r"\n(</span>)?\Z")
BRACED = re.compile(r"\{([^{}]*)\}\s*\Z")


class Info(Value, frozen=True, array_like=True):
    """What the words behind a fence ask for; `marked` are the numbers of lines to mark."""

    language: str = ""
    title: str = ""
    marked: frozenset[int] = frozenset()
    first: int = 0


def parse_info(info: str) -> Info:
    """Read `python title="a.py" {1,3-4} hl_lines="1" linenums="1"`, also within `{ .python ... }`."""
    braced = BRACED.match(info)
    words = braced[1] if braced and not re.fullmatch(r"[\d,\s-]*", braced[1]) else info
    values: dict[str, str] = {}
    marked = ""
    for match in WORD.finditer(words):
        if match[1]:
            values[match[1]] = match[2] or match[3] or match[4] or ""
        elif match[5] is not None:
            marked += f"{match[5]},"
        else:
            values.setdefault("language", match[0].lstrip("."))
    marked += values.get("hl_lines", "")
    first = values.get("linenums", "")
    return Info(
        language_name(values.get("language", "")),
        values.get("title", ""),
        line_numbers(marked),
        int(first) if first.isdecimal() and len(first) < 7 else 0,
    )


def language_name(word: str) -> str:
    """Return the language of the first word: `rust,ignore` and `js{1,3}` are Rust and JavaScript."""
    return re.split(r"[,{]", word, maxsplit=1)[0]


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
    """Return Pygments' lexer for a language, or None where it knows none of that name."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False)
    except (ClassNotFound, ValueError):
        return None


class Classes(dict[Any, str]):
    """The class of each token type, as in Pygments' style sheets."""

    def __missing__(self, token: Any) -> str:
        from pygments.token import STANDARD_TYPES

        known = token
        while known not in STANDARD_TYPES and known.parent is not None:
            known = known.parent
        self[token] = STANDARD_TYPES.get(known, "")
        return self[token]


CLASSES = Classes()


def escape(text: str) -> str:
    """Return `text` as HTML."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    return text.replace(">", "&gt;") if ">" in text else text


def is_bounded(code: str, language: str) -> bool:
    """Return whether the lexer of a language will be done with the code in bounded time."""
    if len(code) > (MAX_SLOW if language in SLOW else MAX_CODE) or BLANKS.search(code):
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


def span(name: str, text: str) -> str:
    """Return text in a span of a class, or without one."""
    if not text.isalnum():
        text = escape(text)
    return f'<span class="{name}">{text}</span>' if name and text else text


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

    from nexusgen.markdown.lexing import tokens_of

    lexer = lexer_of(info.language) if info.language and is_bounded(code, info.language) else None
    code = f"{code}\n"
    tokens = [(Text, code)] if lexer is None else tokens_of(lexer, code)
    if not info.marked and not info.first:
        return LAST_NEWLINE.sub(r"\1", spans(tokens))
    lines = tokens_by_line(tokens)
    if len(lines) > 1 and not any(value for _, value in lines[-1]):
        lines.pop()
    return "\n".join(one_line(number, line, info) for number, line in enumerate(lines, 1))


def one_line(number: int, tokens: list[tuple[Any, str]], info: Info) -> str:
    """Return a line of code with its number, and marked, where that is asked for."""
    text = spans(tokens)
    if number in info.marked:
        text = f'<mark class="line">{text}</mark>'
    if info.first:
        text = f'<span class="line-number" data-line="{info.first + number - 1}"></span>{text}'
    return text


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
