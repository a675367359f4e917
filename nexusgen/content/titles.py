"""Find the heading that is the title of a Markdown body, and make titles of names."""

import re
from html import unescape

import msgspec

_MAX_TITLE = 500
_CANDIDATE = re.compile(r"\n {0,3}(?:#[ \t]|=+[ \t]*(?:\n|\Z))")
_ATX = re.compile(r" {0,3}#[ \t]+(?P<text>.*?)(?:[ \t]+#+)?[ \t]*")
_SETEXT = re.compile(r" {0,3}=+[ \t]*")
_LOWER = re.compile(r" {0,3}#{2,6}(?:[ \t]|$)")
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_COMMENT, _COMMENT_END = "<!--", "-->"
_BLOCK = re.compile(r" {0,3}(?:[-*+>#|]|\d+[.)][ \t]|<)|    |\t")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_IMAGE = re.compile(r"!\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_LINK = re.compile(r"\[([^\[\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_WIKILINK = re.compile(r"!?\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
_TAG = re.compile(
    r"</?(?:a|b|br|code|del|em|i|img|ins|kbd|mark|s|small|span|strong|sub|sup|u)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_STRONG = re.compile(r"(?<!\\)(\*{1,3}|~~|==)(?=\S)(.+?)(?<=[^\s\\])\1")
_UNDERLINE = re.compile(r"(?<!\w)(_{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_MARKED = re.compile(r"[\\*_~=\[<&]")
_DAY = re.compile(r"\d{4}-\d\d(?:-\d\d)?")


class TitleHeading(msgspec.Struct, frozen=True):
    """A heading of the first level: lines count from 0, `end` is the line after it.

    `opens` is true where nothing but white space and comments stands before it.
    """

    text: str
    line: int
    end: int
    column: int
    length: int
    opens: bool


def find_title(body: str) -> TitleHeading | None:
    """Return the first heading of a body where it is of level one, or None.

    A heading of level one below others is one of several parts, and no title.
    """
    if not _CANDIDATE.search(f"\n{body}"):
        return None
    fence, opens, previous = "", True, ""
    for number, line in enumerate(body.split("\n")):
        if fence:
            fence = "" if _closes(line, fence) else fence
            continue
        heading = _heading(line, previous, number, opens)
        if heading and heading.text:
            return heading
        if _LOWER.match(line):
            return None
        fence = _opened(line)
        if _is_text(previous):
            opens = False
        previous = line
    return None


def plain_text(markdown: str) -> str:
    """Return one line of Markdown as plain text: what is code stays as it is written."""
    if len(markdown) > _MAX_TITLE:
        return " ".join(markdown.split())
    pieces, end = [], 0
    for code in _CODE.finditer(markdown):
        pieces += [_without_marks(markdown[end : code.start()]), code[2].strip()]
        end = code.end()
    pieces.append(_without_marks(markdown[end:]))
    return " ".join("".join(pieces).split())


def _heading(line: str, previous: str, number: int, opens: bool) -> TitleHeading | None:
    if atx := _ATX.fullmatch(line):
        text, written, start = atx["text"], line, number
        opens = opens and not _is_text(previous)
    elif _SETEXT.fullmatch(line) and previous.strip() and not _BLOCK.match(previous):
        text, written, start = previous, previous, number - 1
    else:
        return None
    column, length = len(written) - len(written.lstrip()) + 1, len(written.strip())
    return TitleHeading(plain_text(text.strip()), start, number + 1, column, length, opens)


def _is_text(line: str) -> bool:
    text = line.strip()
    is_comment = text.startswith(_COMMENT) and _COMMENT_END not in text[:-3]
    return bool(text) and not is_comment


def _opened(line: str) -> str:
    """Return the end of what a line opens, a fence of code or a comment, or the empty string."""
    if line.lstrip().startswith(_COMMENT) and _COMMENT_END not in line:
        return _COMMENT_END
    fence = _FENCE.match(line)
    return fence[1] if fence else ""


def _closes(line: str, end: str) -> bool:
    if end == _COMMENT_END:
        return end in line
    text = line.strip()
    return len(text) >= len(end) and text == end[0] * len(text)


def _without_marks(text: str) -> str:
    if not _MARKED.search(text):
        return text
    for pattern, kept in (
        (_IMAGE, r"\1"), (_WIKILINK, r"\1"), (_LINK, r"\1"), (_TAG, ""),
        (_STRONG, r"\2"), (_STRONG, r"\2"), (_UNDERLINE, r"\2"), (_ESCAPE, r"\1"),
    ):  # fmt: skip
        text = pattern.sub(kept, text)
    return unescape(text)


def name_title(name: str) -> str:
    """Return the title that the name of a file or folder gives: `api-versioning`, `Api versioning`.

    A name with white space is a title already, and so is a day.
    """
    if " " in name or _DAY.fullmatch(name):
        return name
    words = re.sub(r"[-_]+", " ", name).strip()
    return words[:1].upper() + words[1:] if words else name
