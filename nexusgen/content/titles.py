"""Find the title of an entry: the heading of its text, or what the name of its file says."""

import re
from html import unescape
from urllib.parse import unquote

import msgspec

from nexusgen.content.dates import day_in_name, is_sign_of_day
from nexusgen.content.kinds import INDEX_NAMES
from nexusgen.content.source_text import without_any_comments
from nexusgen.core.model import Span, Text
from nexusgen.core.slugs import ATTRIBUTES, slug_of

_MAX_TITLE = 500
_MAX_LINES = 20
_CANDIDATE = re.compile(r"\n {0,3}(?:#[ \t]|=+[ \t]*(?:\n|\Z)|<[hH]1\b)")
_ATX = re.compile(r" {0,3}#[ \t]+(?P<text>.*?)(?:[ \t]+#+)?[ \t]*")
_SETEXT = re.compile(r" {0,3}=+[ \t]*")
_HTML = re.compile(r" {0,3}<h1\b[^>]*>(.*?)</h1>\s*(?:\n|\Z)", re.IGNORECASE | re.DOTALL)
_PICTURE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")
_LINKED_IMAGE = re.compile(r"\[!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])\](?:\([^)]*\)|\[[^\]]*\])")
_NO_NAME = re.compile(
    rf"{_LINKED_IMAGE.pattern}|\[\^[^\]\s]+\]|[ ]+{ATTRIBUTES}[ ]*$|\{{#[^{{}}\s]+\}}\s*$"
)
"""What is no part of the name that a heading gives: badges, marks of footnotes, its attributes."""

_ANCHOR = re.compile(
    r"""(?:<[a-zA-Z][^<>]*?\s(?:id|name)=["']?|\{(?:[^{}]*\s|:)?(?:\#|id=["']?))([^\s"'<>{}]+)"""
)
"""The name of a place in the tags of a heading or in the attributes behind it."""

_NO_TEXT = re.compile(r"([-*_])(?:[ \t]*\1){2,}|\[\[?_?TOC_?\]?\]|\{:[^{}]*\}", re.IGNORECASE)
"""Lines across the page, and what other programs put a table of contents in the place of."""

_COMMENT, _COMMENT_END = "<!--", "-->"
_BLOCK = re.compile(r" {0,3}(?:[-*+>#|]|\d+[.)][ \t]|<)|    |\t")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_HIDDEN = re.compile(r"\0(\d+)\0")
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
_NUMBER = re.compile(r"(?:[\W\d_]|[QTW](?=\d))+")
_DAY = re.compile(r"\d{4}-\d\d(?:-\d\d(?:T\d[\d.-]+Z?|\.[a-z]{2})?)?")
_WORD = re.compile(r"\w+")
MAX_BESIDE = 3


class TitleHeading(msgspec.Struct, frozen=True):
    """A heading of the first level: `span` counts lines from 0, `end` is the line after it.

    `anchors` are the names that its author gave its place.
    """

    text: str
    span: Span
    end: int
    anchors: tuple[str, ...] = ()


def find_title(body: str) -> TitleHeading | None:
    """Return the heading of level one that opens a body, or None.

    Nothing but white space, comments, rules, pictures and links stands above it: below a text or other
    headings it is one of several parts, and no title.
    """
    if not _CANDIDATE.search(f"\n{body}"):
        return None
    in_comment, previous = False, ""
    lines = body.split("\n")
    for number, line in enumerate(lines):
        if in_comment:
            in_comment = _COMMENT_END not in line
            continue
        heading = _heading(line, previous, number) or _html_heading(lines, number)
        is_below = _is_text(previous)  # as is the line of `===`, whose text is the heading
        if heading and heading.text and (not is_below or heading.span.line < number):
            return heading
        if is_below:
            return None
        in_comment = line.lstrip().startswith(_COMMENT) and _COMMENT_END not in line
        previous = line
    return None


def plain_text(markdown: str) -> str:
    """Return one line of Markdown as plain text: what is code stays as it is written."""
    if len(markdown) > _MAX_TITLE:
        return " ".join(markdown.split())
    codes: list[str] = []

    def hide(code: re.Match[str]) -> str:
        codes.append(code[2].strip())
        return f"\0{len(codes) - 1}\0"

    text = _without_marks(_CODE.sub(hide, markdown))
    return " ".join(_HIDDEN.sub(lambda it: codes[int(it[1])], text).split())


def _heading(line: str, previous: str, number: int) -> TitleHeading | None:
    if atx := _ATX.fullmatch(line):
        text, written, start = atx["text"], line, number
    elif _SETEXT.fullmatch(line) and previous.strip() and not _BLOCK.match(previous):
        text, written, start = previous, previous, number - 1
    else:
        return None
    span = Span(start, len(written) - len(written.lstrip()) + 1, len(written.strip()))
    text = without_any_comments(text).strip()
    name = plain_text(_NO_NAME.sub("", text)) or plain_text(text)
    return TitleHeading(name, span, number + 1, tuple(_ANCHOR.findall(text)))


def _html_heading(lines: list[str], number: int) -> TitleHeading | None:
    """Return the heading that a line of raw HTML begins, as READMEs centre theirs."""
    line = lines[number]
    if line.lstrip()[:3].lower() != "<h1":
        return None
    found = _HTML.match("\n".join(lines[number : number + _MAX_LINES]))
    if not found:
        return None
    text = " ".join(unescape(_ANY_TAG.sub(" ", without_any_comments(found[1]))).split())
    end = number + found[0].rstrip("\n").count("\n") + 1
    column = len(line) - len(line.lstrip()) + 1
    span = Span(number, column, len(line.strip()))
    return TitleHeading(text, span, end, tuple(_ANCHOR.findall(found[0])))


def _is_text(line: str) -> bool:
    """Tell whether a line is more than a comment, a rule, pictures, links and HTML around them.

    A bar of links, such as `English | [Deutsch](README.de.md)`, has few words beside these.
    """
    text = line.strip()
    if not text or (text.startswith(_COMMENT) and _COMMENT_END not in text[:-3]):
        return False
    if _NO_TEXT.fullmatch(text):
        return False
    rest = text
    for pattern in (_LINKED_IMAGE, _IMAGE, _LINK, _ANY_TAG):
        rest = pattern.sub("", rest)
    return rest == text or len(_WORD.findall(rest)) > (MAX_BESIDE if _LINK.search(text) else 0)


def _without_marks(text: str) -> str:
    if not _MARKED.search(text):
        return text
    for pattern, kept in (
        (_IMAGE, r"\1"), (_WIKILINK, r"\1"), (_LINK, r"\1"), (_TAG, ""),
        (_STRONG, r"\2"), (_STRONG, r"\2"), (_UNDERLINE, r"\2"), (_ESCAPE, r"\1"),
    ):  # fmt: skip
        text = pattern.sub(kept, text)
    return unescape(text)


_SPELLED = (
    "API", "APIs", "AWS", "CI", "CLI", "CSS", "CSV", "CV", "DNS", "FAQ", "GCP", "GPU", "GraphQL",
    "HTML", "HTTP", "HTTPS", "IDE", "IP", "iOS", "JSON", "JavaScript", "JWT", "LaTeX",
    "LinkedIn", "macOS", "MongoDB", "MySQL", "NGINX", "NoSQL", "npm", "OAuth", "OpenAPI", "OS",
    "PDF", "PHP", "PostgreSQL", "PyPI", "PyTorch", "RSS", "SDK", "SQL", "SQLAlchemy",
    "SQLite", "SSH", "SSL", "SVG", "TCP", "TDD", "TIL", "TLS", "TypeScript", "UI", "UML", "URL",
    "UX", "WebGL", "WebRTC", "WebSocket", "XML", "YAML", "YouTube", "GitHub", "GitLab",
    "DevOps",
)  # fmt: skip
WORDS = {word.lower(): word for word in _SPELLED}
"""Well-known words as they are spelled, which the names of files write in lower case."""
_NAMED = re.compile(
    r"(\A|\b(?:graphql|grpc|soap)[ ](?:and|or|vs)[ ])rest\Z|\bvs(?=[ ]code\b)|\Ait(?=\Z|[ ](?:audits?|careers?|"
    r"departments?|infrastructure|management|operations|projects?|security|services|sicherheit|skills|support|systems|teams?)\b)"
    r"|\brest(?=[ ](?:(?:and|or|vs)[ ](?:graphql|grpc|soap)|apis?|assured|clients?|endpoints?|framework|interfaces?|services?)\b)"
)
"""Everyday words where they are names: `it-support` and `rest-api`, but not in `how-it-works`."""

_WORD = re.compile(r"[^\W_]+")
_LETTER = re.compile(r"[b-hj-zB-HJ-Z]-(?=\w)")


def without_heading(body: Text, heading: TitleHeading) -> Text:
    """Return the body without the heading that opens it and says what the title says."""
    body = msgspec.structs.replace(body, anchors=heading.anchors)
    lines = body.source.split("\n")
    above, below = lines[: heading.span.line], lines[heading.end :]
    if any(line.strip() for line in above) or _pictures_of(lines[: heading.end]):
        gone = lines[heading.span.line : heading.end]
        kept = [*above, _pictures_of(gone), *[""] * (len(gone) - 1), *below]
        return msgspec.structs.replace(body, source="\n".join(kept))
    line = body.line + heading.end
    return msgspec.structs.replace(body, source="\n".join(below), line=line, column=1 + body.indent)


def _pictures_of(lines: list[str]) -> str:
    """Return the badges of a heading and the pictures of raw HTML: they stay when its words become the title."""
    text = "\n".join(lines)
    if "<h1" not in text.lower():
        return " ".join(_LINKED_IMAGE.findall(text))
    found = _PICTURE.findall(text)
    return f"<p>{' '.join(' '.join(one.split()) for one in found)}</p>" if found else ""


def name_title(name: str) -> str:
    """Return the title that the name of a file or folder gives: `api-versioning`, `API versioning`.

    A name with white space is a title already, and so is a day. The hyphen after a letter that is
    no word stays: `e-commerce`.
    """
    if " " in name.strip() or _DAY.fullmatch(name):
        return " ".join(name.split())
    letter = _LETTER.match(name)
    start = letter.end() if letter else 0
    words = name[:start] + " ".join(re.split(r"[-_\s]+", name[start:])).strip()
    if words.islower():
        words = _NAMED.sub(lambda it: (it[1] or "") + it[0][len(it[1] or "") :].upper(), words)
        words = _WORD.sub(lambda word: WORDS.get(word[0], word[0]), words)
    first = _WORD.match(words)
    if not first or first[0] not in WORDS.values():
        words = words[:1].upper() + words[1:]
    return words or name


def own_title(section: str, name: str, heading: TitleHeading | None, *, vault: bool) -> str:
    """Return the title of an entry whose fields have none: its heading, else the name of its file.

    In a vault the name comes first, unless it says nothing but a day or a number; where both say
    the same but for signs and case, it is the heading, which may have any sign.
    """
    folder, name = section.rpartition("/")[2], unquote(name)
    if name.lower() in INDEX_NAMES:
        if heading or not folder:
            return heading.text if heading else "Home"
        name = folder
    elif folder == "pages":  # of Logseq, where a name holds those above it
        name = name.replace("___", "/")
    day, rest = day_in_name(name)
    is_day = bool(day) and rest not in ("", name) and is_sign_of_day(rest, day)
    to = "– " if _DAY.match(rest) else ""
    title = f"{day} {to}{rest}" if is_day else name_title(rest or day or name)
    is_bare = is_day or _NUMBER.fullmatch(rest or name)
    if heading and (not vault or is_bare or slug_of(heading.text) == slug_of(title)):
        return heading.text
    return title
