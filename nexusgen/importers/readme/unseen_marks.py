"""Take off what programs read and no reader sees: comments, names of headings, links back to the top."""

import re
from collections.abc import Callable
from itertools import takewhile

from nexusgen.importers.lines import ATX, ITEM, SETEXT, Line
from nexusgen.importers.normal import Import, missing

_COMMENT = re.compile(r"(?<!`)(`+[^`]+`+)|[ \t]*<!--(?:(?!-->|<!--).)*-->")
"""A comment on one line, or code, in which none is one."""
_OPENED = re.compile(r"((?:[^`<]|<(?!!--)|`[^`]*`)+)<!--")
"""What stands before a comment that does not end on its line."""
_LONGEST = 40
_INDENTED = re.compile(r"(?: {4}|\t)(?!\s*(?:[-*+]|\d+[.)])\s)")
"""What code that is indented begins with, and no item below another."""
_NAME = re.compile(
    r"<(a|span)\s+(?:name|id)=(?:\"[^\"<>]*\"|'[^'<>]*')\s*/?>(?:([^<>]*)</\1>)?", re.IGNORECASE
)
"""The name that HTML gives a place, around its words or before them."""
_ATTRIBUTES = re.compile(
    r"(?<=\S)[ \t]*\{:?[ \t]*(?:[#.][\w:.-]+|-|\w+=\"[^\"{}]*\")(?:[ \t]+[^\s{}]+)*[ \t]*\}[ \t]*(?=#*$)"
)
_BLOCK_ATTRIBUTES = re.compile(r"\s*\{:[^{}]*\}\s*")
"""What Kramdown reads of the block above."""
_BACK = re.compile(
    r"\(?(?:\[([^\[\]]*)\]\(#[^()\s]*\)|<a\s+href=[\"']#[^\"'<>]*[\"'][^<>]*>([^<>]*)</a>)\)?",
    re.IGNORECASE,
)
_TOP = re.compile(
    r"(?i)\W*(?:(?:(?:back|go|return|jump) )?(?:to )?(?:the )?top|back(?: to (?:the )?(?:contents|index|menu|table of contents|toc|start))?"
    r"|(?:retour )?(?:en |au )?haut(?: de (?:la )?page)?|(?:volver |ir )?arriba|volver al (?:inicio|índice)|(?:voltar )?(?:ao|para o) (?:topo|início|índice)"
    r"|(?:zurück )?nach oben|zum seitenanfang)?\W*"
)
"""What a link says that leads back to the top, in words or by an arrow alone."""


def drop_comments(lines: list[Line], found: Import) -> list[Line]:
    """Take comments off the lines that they stand or begin on; those of whole lines stay as they are."""

    def bare(line: Line) -> str:
        return line.text if _INDENTED.match(line.text) else _COMMENT.sub(r"\1", line.text)

    done = _told(lines, found, bare, "comment")
    cut: dict[int, str] = {}
    for i, line in enumerate(done):
        opened = None if line.code or line.number in cut else _OPENED.match(line.text)
        below = done[i + 1 : i + _LONGEST] if opened else []
        rest = [*takewhile(lambda it: not it.code, below)]
        end = next((at for at, it in enumerate(rest) if "-->" in it.text), -1)
        if opened and end >= 0:
            cut |= {it.number: "" for it in rest[:end]}
            cut |= {line.number: opened[1], rest[end].number: rest[end].text.partition("-->")[2]}
    return _told(done, found, lambda it: cut.get(it.number, it.text), "comment")


def drop_names(lines: list[Line], found: Import) -> list[Line]:
    """Take names and attributes off headings, and off lines above or below that hold nothing else."""
    headings = _with_names_above(lines)

    def bare(line: Line) -> str:
        new = _NAME.sub(r"\2", _ATTRIBUTES.sub("", line.text))
        new = new if line.number in headings else line.text
        return "" if _BLOCK_ATTRIBUTES.fullmatch(line.text) else new

    return _told(lines, found, bare, "name or attribute of a heading")


def _with_names_above(lines: list[Line]) -> set[int]:
    """Return the numbers of the lines that are headings, or names alone above one."""
    numbers: set[int] = set()
    below, leads = "", False
    for line in reversed(lines):
        is_heading = ATX.match(line.text) or (SETEXT.match(below) and not line.blank)
        leads = bool(is_heading) or (leads and not _NAME.sub(r"\2", line.text).strip())
        if leads and not line.blank:
            numbers.add(line.number)
        below = line.text
    return numbers


def drop_links_back(lines: list[Line], found: Import) -> list[Line]:
    """Take links back to the top off headings, and lines that hold nothing else."""

    def bare(line: Line) -> str:
        text = line.text
        new = _BACK.sub(lambda it: "" if _TOP.fullmatch(it[1] or it[2] or "") else it[0], text)
        is_alone = not (re.search(r"\w", re.sub(r"<[^<>]*>", "", new)) or ITEM.match(text))
        return text if new == text else "" if is_alone else new if ATX.match(text) else text

    return _told(lines, found, bare, "link back to the top")


def _told(
    lines: list[Line], found: Import, change: Callable[[Line], str], reason: str
) -> list[Line]:
    """Return lines changed, but those of code, and tell the words that each loses by it."""
    done = []
    for line in lines:
        text = line.text if line.code else change(line)
        if text != line.text:
            found.leave(line.number, missing(line.text, text), reason)
            found.rewritten[line.number] = text
            line = Line(line.number, text.rstrip())
        done.append(line)
    return done
