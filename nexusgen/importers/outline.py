"""Find the sections of a text, whatever stands around or in place of its headings.

A text that was pasted comes in a fence, with marks of a merge, with headings in bold, in HTML or
with no mark at all. Each rule removes one such wrapping and tells which words went with it.
"""

import importlib
import re
from collections.abc import Iterator, Sequence

import msgspec

from nexusgen.core.problems import NexusgenError
from nexusgen.importers.normal import Import, plain, without_emoji, words
from nexusgen.importers.vocabulary import KNOWN_PAGES, kind_of

NUMBER = re.compile(
    r"^(?:\(?(?:\d{1,2}(?:\.\d{1,2})*[.):]|[ivx]{1,4}[.)])\)?(?=\s|[^\d\s.])|\d{1,2}(?:\.\d{1,2})+(?=\s)|section \d+:?)\s*",
    re.IGNORECASE,
)

ATX = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(.*?)|(?<=##)([^\s#].*?))[ \t]*#*[ \t]*$")
_HTML = re.compile(r"^\s*<h([1-6])\b[^>]*>(.*)$", re.IGNORECASE)
_HTML_ITEM = re.compile(r"^\s*<li\b[^>]*>\s*(\S.*?)\s*(?:</li>)?\s*$", re.IGNORECASE)
_HTML_LIST = re.compile(r"^\s*(?:</li>|</?[uo]l\b[^>]*>\s*)+\s*$", re.IGNORECASE)
_HTML_BOLD = re.compile(r"</?(?:b|strong)>", re.IGNORECASE)
_HTML_CODE = re.compile(r"</?code>", re.IGNORECASE)
_FENCE = re.compile(r"^(?: {0,3}|\s+)(`{3,}|~{3,})[ \t]*([^`\n]*)$")
_BULLET = re.compile(r"^(\s*)[•●▪◦‣○∙·–](?:\s+|(?=\w))")
ITEM = re.compile(r"^(\s*)([-*+]|\d{1,3}[.)])(?:[ \t]+(.*)|$)")
_COPY = re.compile(
    r"^\s*(?:[a-z+#]{1,12}\s*)?(?:copy code|copyedit|copy|edit)\s*(?:copy code|edit)?\s*$",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"^\\#{1,6}\s|^\\#\\#")
_BOLD = re.compile(
    r"^\s{0,3}(?:[^\w\s*_`<\[|>#-]+\s*)?(\*\*|__)(?=\S)((?:(?!\1).)+?)\1\s*[:：–—-]?\s*$"
)
_SUMMARY = re.compile(r"^\s*(<details[^>]*>)?\s*<summary[^>]*>(.+?)</summary>\s*$", re.IGNORECASE)
FOLDING = re.compile(r"^\s*</?details[^>]*>\s*$", re.IGNORECASE)
"""A line that begins or ends what a reader folds together."""
_SETEXT = re.compile(r"^ {0,3}(=+|-{3,})\s*$")
_MOJIBAKE = re.compile("â€|Ã[\x80-\xbf‚-™¡-¿]|Â[\xa0-\xbf]|ðŸ|ğŸ|âœ|âš|â†|ï¸|Å¸")

_LOST_SELECTOR = re.compile("ï¸(?![\x8f\u008f])")
"""What is left of the mark that asks for a coloured picture: its last byte has no character."""
_REMAINS = re.compile("(?:ğŸ|ðŸ)[^\\sA-Za-z0-9]{0,2}")
"""What is left of a picture one of whose bytes has no character."""


class Line(msgspec.Struct, frozen=True):
    """A line, its number in the source, and whether it is code or a comment."""

    number: int
    text: str
    code: bool = False

    @property
    def blank(self) -> bool:
        """Whether nothing stands on it."""
        return not self.text.strip()


class Section(msgspec.Struct):
    """A heading, the lines below it, and the sections below these. The root has level 0."""

    heading: str
    level: int
    number: int
    lines: list[Line] = []
    children: list["Section"] = []

    @property
    def title(self) -> str:
        """The heading as plain text, without pictures and numbers."""
        return title_of(self.heading)

    @property
    def text(self) -> bool:
        """Whether words stand directly below the heading."""
        return any(re.search(r"\w", line.text) for line in self.lines)

    def numbers(self) -> list[int]:
        """Return the numbers of all its lines, its heading included."""
        own = [self.number, *(line.number for line in self.lines)]
        return [n for n in own if n] + [n for child in self.children for n in child.numbers()]


def title_of(heading: str) -> str:
    """Return a heading as plain text, without pictures, numbers, and a colon at its end."""
    text = without_emoji(plain(heading)).strip()
    return NUMBER.sub("", text).strip(" \t:-–—") or text


def read_text(data: bytes, found: Import) -> str:
    """Return the text of a source, repaired where it was decoded wrongly.

    Raises `NexusgenError` where that needs a library that is not installed.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
            found.note(0, "the text is not UTF-8, and was read as Windows-1252")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _repaired(text, found) if _MOJIBAKE.search(text) else text


def _repaired(text: str, found: Import) -> str:
    try:
        ftfy = importlib.import_module("ftfy")
    except ModuleNotFoundError:
        hint = 'install what repairs it: pip install "nexusgen[import]"'
        raise NexusgenError("the text was decoded wrongly by another program", hint, 3) from None
    config = ftfy.TextFixerConfig(
        unescape_html=False, normalization=None, fix_line_breaks=False, fix_latin_ligatures=False
    )
    lines, count = text.split("\n"), 0
    for i, line in enumerate(lines):
        whole = _LOST_SELECTOR.sub("ï¸\x8f", line)
        if not line.isascii() and ftfy.fix_encoding(whole) != whole:
            lines[i] = ftfy.fix_text(whole, config)
            count += 1
        elif remains := _REMAINS.search(line):
            found.leave(i + 1, remains[0], "remains of a picture")
            lines[i] = _REMAINS.sub("", line)
    if count:
        found.note(0, f"{count} lines had been decoded wrongly, and were repaired")
    return "\n".join(lines)


def unwrap(text: str, found: Import) -> list[Line]:
    """Return the lines of a text without what was wrapped around it, code marked as such."""
    lines = [Line(number, line) for number, line in enumerate(text.split("\n"), 1)]
    for step in (
        _unescape,
        _merge_sides,
        _open_whole,
        _drop_copy,
        _mark_code,
        _plain_lists,
        _plain_marks,
    ):
        lines = step(lines, found)
    return lines


def _unescape(lines: list[Line], _: Import) -> list[Line]:
    """Take back escapes where every heading is escaped, as some editors paste it."""
    escaped = sum(bool(_ESCAPED.match(line.text)) for line in lines)
    if escaped < 2 or escaped <= sum(bool(ATX.match(line.text)) for line in lines):
        return lines
    marks = re.compile(r"\\([#*_\-+`>\[\]().!|~=<])")
    return [Line(line.number, marks.sub(r"\1", line.text)) for line in lines]


def _merge_sides(lines: list[Line], found: Import) -> list[Line]:
    """Drop the marks that an unfinished merge leaves, and keep both of its sides."""
    kept, inside = [], False
    for line in lines:
        mark = line.text[:7]
        starts = mark == "<" * 7 and line.text[7:8] in ("", " ")
        if starts or (inside and mark in ("=" * 7, ">" * 7, "|" * 7)):
            inside = mark != ">" * 7
            found.leave(line.number, line.text, "mark of an unfinished merge")
            if starts:
                found.note(line.number, "an unfinished merge: both of its sides are kept")
            kept.append(Line(line.number, ""))
        else:
            kept.append(line)
    return kept


def _open_whole(lines: list[Line], found: Import) -> list[Line]:
    """Take a text out of the fence in which the whole of it stands."""
    first = next((i for i, line in enumerate(lines) if _FENCE.match(line.text)), -1)
    if first < 0 or sum(not line.blank for line in lines[:first]) > 3:
        return lines
    if any(ATX.match(line.text) for line in lines[:first]):
        return lines
    opening = _FENCE.match(lines[first].text)
    info = opening[2].strip().lower() if opening else ""
    inner = [line.text for line in lines[first + 1 :]]
    headings = sum(bool(re.match(r"#{1,6} ", text)) for text in inner)
    if info not in ("markdown", "md", "readme", "readme.md", "") or headings < 2:
        return lines
    if not info and not any(text.startswith("## ") for text in inner):
        return lines
    found.note(lines[first].number, "the whole text stood in a block of code, and was taken out")
    found.leave(lines[first].number, lines[first].text, "fence around the whole text")
    rest = [*lines[:first], Line(lines[first].number, ""), *lines[first + 1 :]]
    for i in range(len(rest) - 1, first, -1):
        fence = _FENCE.match(rest[i].text)
        if fence and not fence[2].strip():
            without = [*rest[:i], Line(rest[i].number, ""), *rest[i + 1 :]]
            if _balanced(without) and not _balanced(rest):
                return without
    return rest


def _balanced(lines: Sequence[Line]) -> bool:
    end = ""
    for line in lines:
        end = _after(line.text, end)
    return not end


def _after(text: str, end: str) -> str:
    """Return the fence that is open after a line, where `end` was open before it."""
    fence = _FENCE.match(text)
    if not fence:
        return end
    if not end:
        return fence[1]
    closes = fence[1].startswith(end) and not fence[2].strip()
    return "" if closes else end


def _drop_copy(lines: list[Line], found: Import) -> list[Line]:
    """Drop the captions of buttons that were copied with the text."""
    kept = []
    for line in lines:
        is_caption = _COPY.match(line.text) and "copy" in line.text.casefold()
        if is_caption:
            found.leave(line.number, line.text, "caption of a button")
        kept.append(Line(line.number, "") if is_caption else line)
    return kept


def _mark_code(lines: list[Line], found: Import) -> list[Line]:
    """Mark fenced code and comments; close a fence that was left open before the next heading."""
    marked: list[Line] = []
    end = ""
    for i, line in enumerate(lines):
        if end and end != "-->" and _ends_unclosed(lines, i, end):
            found.note(
                line.number, "a block of code was never closed, and now ends before this line"
            )
            marked.append(Line(lines[i - 1].number, end, code=True))
            end = ""
        before = end
        end = _after_comment(line.text, end)
        marked.append(Line(line.number, line.text, bool(before or end)))
    if end and end != "-->":
        marked.append(Line(len(lines), end, code=True))
        found.note(len(lines), "a block of code was never closed, and now ends with the text")
    return marked


def _after_comment(text: str, end: str) -> str:
    if end == "-->":
        return "" if end in text else end
    if not end and text.lstrip().startswith("<!--"):
        return "" if "-->" in text else "-->"
    return _after(text, end)


def _ends_unclosed(lines: list[Line], at: int, end: str) -> bool:
    """Decide whether the heading at `at` shows that the open fence was forgotten."""
    if not re.match(r"#{2,6} \S", lines[at].text):
        return False
    for line in lines[at:]:
        fence = _FENCE.match(line.text)
        if fence and fence[1].startswith(end):
            return bool(fence[2].strip())
    return True


def _plain_lists(lines: list[Line], _: Import) -> list[Line]:
    """Write lists of HTML, whose items stand on a line each, as Markdown does."""
    done, depth = [], 0
    for line in lines:
        text = line.text
        if not line.code and (item := _HTML_ITEM.match(text)):
            inner = _HTML_BOLD.sub("**", _HTML_CODE.sub("`", item[1]))
            text = f"{'  ' * max(depth - 1, 0)}- {inner}"
        elif not line.code and _HTML_LIST.match(text):
            depth += text.count("<ul") + text.count("<ol") - text.count("</ul") - text.count("</ol")
            text = ""
        done.append(Line(line.number, text, line.code))
    return done


def _plain_marks(lines: list[Line], found: Import) -> list[Line]:
    """Write headings of HTML and bullets of other programs as Markdown does."""
    done: list[Line] = []
    skip = 0
    for i, line in enumerate(lines):
        if skip:
            skip -= 1
            done.append(Line(line.number, ""))
            continue
        html = None if line.code else _HTML.match(line.text)
        if html:
            text, skip = _html_heading(lines, i, html)
            joined = " ".join(it.text for it in lines[i : i + skip + 1])
            done.append(Line(line.number, f"{'#' * int(html[1])} {text}"))
            lost = words([joined]) - words([text])
            found.leave(line.number, " ".join(lost.elements()), "HTML of a heading")
        else:
            done.append(line if line.code else Line(line.number, _BULLET.sub(r"\1- ", line.text)))
    return done


def _html_heading(lines: list[Line], at: int, opening: re.Match[str]) -> tuple[str, int]:
    """Return the text of a heading in HTML, and how many further lines it takes."""
    text, end = opening[2], f"</h{opening[1]}>"
    for more in range(8):
        if end in text.lower() or at + more + 1 >= len(lines):
            return " ".join(re.sub(r"<[^>]*>", " ", text).split()), more
        text += " " + lines[at + more + 1].text
    return " ".join(re.sub(r"<[^>]*>", " ", opening[2]).split()), 0


def outline(lines: list[Line]) -> Section:
    """Return the tree of sections that the headings of a text make."""
    marked = list(_headings(lines))
    if not marked:
        marked = _bold_headings(lines)
    if len(marked) < 2:
        marked = _bare_headings(lines) or marked
    return _tree(lines, marked)


Heading = tuple[int, int, int, str]
"""Where a heading begins and ends among the lines, its level and its text."""


def _headings(lines: list[Line]) -> Iterator[Heading]:
    for i, line in enumerate(lines):
        if line.code:
            continue
        atx = ATX.match(line.text)
        if atx and (atx[2] or atx[3]):
            yield i, i + 1, len(atx[1]), atx[2] or atx[3]
        elif i and _SETEXT.match(line.text) and _is_setext(lines, i):
            level = 1 if "=" in line.text else 2
            yield i - 1, i + 1, level, lines[i - 1].text.strip()


def _is_setext(lines: list[Line], at: int) -> bool:
    """Decide whether a line of `===` or `---` underlines the line before it."""
    text = lines[at - 1].text
    alone = at < 2 or lines[at - 2].blank
    if lines[at - 1].blank or not alone or ITEM.match(text) or ATX.match(text):
        return False
    if lines[at - 1].code or text.lstrip()[:1] in "|><":
        return False
    return "=" in lines[at].text or (len(text) <= 80 and not re.search(r"[.!?,;]\W*$", text))


def bold_heading(lines: Sequence[Line], at: int) -> str:
    """Return the text of a line that is bold as a whole and stands as a heading would."""
    line = lines[at]
    bold = None if line.code else _BOLD.match(line.text) or _SUMMARY.match(line.text)
    before = lines[at - 1].text if at else ""
    if not bold or not (not before.strip() or ATX.match(before) or FOLDING.match(before)):
        return ""
    text = re.sub(r"<[^>]*>", "", bold[2]).strip(" *")
    is_sentence = text.endswith((".", "!", "?")) or len(text) > 100
    return "" if is_sentence else text


def _bold_headings(lines: list[Line]) -> list[Heading]:
    texts = [(i, bold_heading(lines, i)) for i in range(len(lines))]
    found = [(i, i + 1, 2, text) for i, text in texts if text]
    first = next((i for i, line in enumerate(lines) if not line.blank), -1)
    if found and found[0][0] == first and not kind_of(title_of(found[0][3])):
        found[0] = (first, first + 1, 1, found[0][3])
    return found


def _bare_headings(lines: list[Line]) -> list[Heading]:
    """Return the headings of a text that has no mark: short lines before longer ones.

    Below a section of entries such a line is the title of one, unless the entries have keys.
    """
    found: list[Heading] = []
    for i, line in enumerate(lines):
        if not _is_title_like(line):
            continue
        title = title_of(line.text)
        known = bool(kind_of(title) or KNOWN_PAGES.match(title.casefold()))
        if line.text.rstrip().endswith(":") and not (known and len(title.split()) <= 5):
            continue
        level = 2 if known else _bare_level(lines, i, found)
        if _near(lines, i, -1) is None:
            level = 1
        if level and not (ITEM.match(line.text) and not known):
            found.append((i, i + 1, level, line.text.strip()))
    return found if len(found) > 1 else []


def _bare_level(lines: list[Line], at: int, found: list[Heading]) -> int:
    """Return the level of a short line that no vocabulary knows, or 0 where it is no heading."""
    after = _near(lines, at, 1)
    if after is None or _is_title_like(after):
        return 0
    section = next((it for it in reversed(found) if it[2] < 3), None)
    if section and kind_of(title_of(section[3])) in (
        "technology",
        "concept",
        "challenge",
        "project",
    ):
        between = [it.text for it in lines[section[1] : at] if not it.blank]
        keyed = any(ITEM.match(text) or re.match(r"[^.!?:]{2,60}:\s", text) for text in between)
        if found[-1][2] == 3 or not (keyed or between):
            return 3
    opens = at == 0 or lines[at - 1].blank or (bool(found) and found[-1][0] == at - 1)
    return 2 if opens else 0


def _near(lines: list[Line], at: int, step: int) -> Line | None:
    at += step
    while 0 <= at < len(lines):
        if not lines[at].blank:
            return lines[at]
        at += step
    return None


def _is_title_like(line: Line) -> bool:
    text = without_emoji(line.text)
    numbered = NUMBER.match(text)
    text = text[numbered.end() :] if numbered else text
    if line.code or line.blank or not text or ITEM.match(text) or len(text.split()) > 9:
        return False
    if len(text) > 75 or text[-1] in ".,;!?…" or text[0] in "|><`[(\"'“‘":
        return False
    has_key = re.search(r":\s|://", text)
    return not has_key and (text[0].isupper() or not text[0].isascii()) and line.text[:4] != "    "


def _tree(lines: list[Line], marked: list[Heading]) -> Section:
    root = Section("", 0, 0)
    open_sections = [root]
    starts = {start: (end, level, text) for start, end, level, text in marked}
    skip = 0
    for i, line in enumerate(lines):
        if i in starts:
            skip, level, text = starts[i]
            while open_sections[-1].level >= level:
                open_sections.pop()
            section = Section(text, level, line.number)
            open_sections[-1].children.append(section)
            open_sections.append(section)
        elif i >= skip:
            open_sections[-1].lines.append(line)
    return root
