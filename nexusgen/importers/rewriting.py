"""Write anew what stands in the text of a page, but in code; what is left out is told at its line."""

import re
from collections.abc import Callable, Iterable
from html import escape
from typing import Any

from nexusgen.importers.normal import Import, Item

CODE = (
    r"(^[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}(?![^\n]*`)|~{3,})[^\n]*\n.*?(?:^[ \t]*\2[`~]*[ \t]*$|\Z)"
    r"|(?<!`)(`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)\3(?!`)"
    r"|(?<!\\)\$\$(?:(?!\$\$|\n[ \t]*\n).)+\$\$"
    r"|(?<![\\$\w])\$(?![\s$])(?:(?!\]\()[^$\n])*(?<![\s\\])\$(?![\d$]))"
)
"""A block of code between fences, code within a paragraph, or a formula, in which no mark is one."""
_LEAD = re.compile(r"(?:[ \t>]|(?:[-*+]|\d{1,9}[.)])(?=[ \t]))*")
_ITEM = re.compile(r"[^ \t>]")
_ENDED = re.compile(r"[ \t]*(?:\n[ \t]*(?:\n|\Z)|\Z)")
"""What stands behind a block that a blank line or nothing follows."""
_BLANK = re.compile(r"\n[ \t]*\n")
_CODE = re.compile(CODE, re.DOTALL | re.MULTILINE)
_BLOCK_OF_HTML = re.compile(
    r"^[ \t]*</?(?!(?:pre|script|style|textarea)\b)[A-Za-z][^\n]*\n"
    r"(?:(?![ \t]*(?:`{3,}(?![^\n]*`)|~{3,}|\n))[^\n]*\n)*(?=([ \t]*(?:`{3}|~{3}))?)",
    re.MULTILINE,
)
"""Lines of HTML up to a blank one, or to a fence."""
_ELEMENT = re.compile(
    r"<(/?)(?:div|p|table|[uod]l|section|article|aside|figure|center|details|blockquote|h\d)\b(?![^<>]*/>)"
)

_PICTURE = re.compile(r"!\[([^\]\n]*)\]\(<?([^)>\n]*)>?\)(?:\{width=(\d+)\})?")
_IN_HTML = (
    (_PICTURE, lambda it: _image(*it.groups(default=""))),
    (re.compile(r"\[(<img[^>]*>)\]\(<([^>]*)>\)"), r'<a href="\2">\1</a>'),
    (re.compile(r"^\*([^*\n]+)\*$", re.MULTILINE), r"<em>\1</em>"),
    (re.compile(r"\n\n+"), "\n"),
)
"""What a picture with the words below it is within HTML, where Markdown is none."""


class Rewriter:
    """Writes anew what stands in the body of an item, and tells what it leaves out of it."""

    def __init__(self, found: Import, item: Item) -> None:
        self.found = found
        self.item = item

    def tell(self, mark: str, told: Any, reason: str, note: str = "") -> None:
        """Tell at the line of a mark what is left out, and a note where the author should know."""
        line = self.found.line_of(self.item, mark)
        self.found.leave(line, told, reason, self.item.source)
        if note:
            self.found.note(line, note, self.item.source)


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Return a text changed everywhere but in code."""
    pieces, end = [], 0
    for code in _CODE.finditer(text):
        pieces += [change(text[end : code.start()]), code[0]]
        end = code.end()
    pieces.append(change(text[end:]))
    return "".join(pieces)


def before_code(text: str, pattern: re.Pattern[str], change: Callable[[re.Match[str]], str]) -> str:
    """Return a text with what matches a pattern changed, where it does not begin in code."""
    pieces, at = [], 0
    own, code = pattern.search(text), _CODE.search(text)
    while own:
        if code and code.start() < own.start():
            pieces.append(text[at : code.end()])
            at = code.end()
        else:
            pieces += [text[at : own.start()], change(own)]
            at = own.end()
        code = _CODE.search(text, at) if code and code.start() < at else code
        own = pattern.search(text, at) if own.start() < at else own
    return "".join([*pieces, text[at:]])


def apart_from_html(text: str) -> str:
    """Return a text with a blank line between HTML and Markdown: without one, all is HTML to a hub.

    Kramdown and Python-Markdown end HTML with its element, and look for code before all else.
    """
    return before_code(text, _BLOCK_OF_HTML, _parted)


def _parted(match: re.Match[str]) -> str:
    """Return a block of HTML with a blank line behind each element that is no part of another."""
    made, depth = [], 0
    lines = match[0].splitlines(keepends=True)
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        ends = [it[1] == "/" for it in _ELEMENT.finditer(line)]
        depth = max(depth + len(ends) - 2 * sum(ends), 0)
        is_end = not depth and line[0] == "<" and line.rstrip()[-1:] == ">" and ends[-1:] == [True]
        made += [line, "\n" * (is_end and below[:1] not in ("", "<", " ", "\t"))]
    return "".join([*made, "\n" * bool(match[1])])


def gap(match: re.Match[str]) -> str:
    """Return what stands in the place of a mark that is taken out: a space between two words."""
    around = match.string[: match.start()][-1:] + match.string[match.end() :][:1]
    return " " if len(around) == 2 and around.isalnum() else ""


def in_place(match: re.Match[str], made: str) -> str:
    """Return what a mark becomes, its further lines as far in as the first, in an item or a quote."""
    block = _BLANK.split(match.string[: match.start()])[-1]
    for pattern, html in _IN_HTML if _ELEMENT.match(block.lstrip()) else ():
        made = pattern.sub(html, made)
    line = match.string[match.string.rfind("\n", 0, match.start()) + 1 : match.end()]
    begin = _LEAD.match(line)
    lead = _ITEM.sub(" ", begin[0] if begin else "")
    first, *rest = made.split("\n")
    return "\n".join([first, *behind(lead, rest)])


def _image(alt: str, address: str, width: str) -> str:
    size = f' width="{width}"' if width else ""
    return f'<img src="{escape(address)}" alt="{escape(alt)}"{size}>'


def behind(mark: str, lines: Iterable[str]) -> list[str]:
    """Return lines behind a mark, such as that of a quote; two spaces at the end of one break it."""
    return [f"{mark}{it}" if it.strip() else mark.rstrip() for it in lines]


def apart(match: re.Match[str], made: str) -> str:
    """Return what a mark on lines of its own becomes, with blank lines between it and its neighbours.

    What another mark becomes has them already.
    """
    above = match.string[: match.start()].rstrip(" \t").rpartition("\n")[0].rpartition("\n")[2]
    begins = above.strip() and not above.rstrip().endswith("}")
    below = match.string[match.end() :]
    ended = _ENDED.match(below)
    return f"{chr(10) * bool(begins)}{made}{'' if ended else chr(10) * (2 - below.startswith(chr(10)))}"


def fenced(match: re.Match[str], language: str, code: str) -> str:
    """Return code in a fence in the place of a mark, also where the code holds marks of code."""
    marks = "`" * max([3, *(len(it) + 1 for it in re.findall(r"`+", code))])
    lead = " " * (match.start() - match.string.rfind("\n", 0, match.start()) - 1)
    lines = [it.removeprefix(lead) for it in code.split("\n")]
    return in_place(match, "\n".join([f"{marks}{language}", *lines, marks]))
