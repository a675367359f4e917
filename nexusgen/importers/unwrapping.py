"""Take a text out of what was wrapped around it: a fence, marks of a merge, HTML, wrong letters.

Each rule removes one such wrapping, and tells which words went with it.
"""

import importlib
import re
from collections.abc import Sequence

import msgspec

from nexusgen.core.problems import NexusgenError
from nexusgen.importers.normal import Import, plain, without_emoji, words
from nexusgen.importers.vocabulary import CONTENTS, KNOWN_PAGES, kind_of

ATX = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(.*?)|(?<=##)([^\s#].*?))[ \t]*#*[ \t]*$")
_HTML = re.compile(r"^\s*<h([1-6])\b[^>]*>(.*)$", re.IGNORECASE)
_HTML_ITEM = re.compile(r"^\s*<li\b[^>]*>\s*(\S.*?)\s*(?:</li>)?\s*$", re.IGNORECASE)
_HTML_LIST = re.compile(r"^\s*(?:</li>|</?[uo]l\b[^>]*>\s*)+\s*$", re.IGNORECASE)
_HTML_PARAGRAPH = re.compile(
    r"^\s*<p>\s*((?:(?!</?p>|<(?:img|a|br)\b).)+?)\s*</p>\s*$", re.IGNORECASE
)
_HTML_ROW = re.compile(
    r"^\s*(?:<(?:thead|tbody)>\s*)?<tr\b[^>]*>(.*)</tr>\s*(?:</thead>)?\s*$", re.IGNORECASE
)
_HTML_CELL = re.compile(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", re.IGNORECASE)
_HTML_TABLE = re.compile(r"^\s*(?:</?(?:table|thead|tbody)\b[^>]*>\s*)+$", re.IGNORECASE)
_WIKI = re.compile(r"^(={2,5})\s+(\S.*?)\s+\1\s*$")
_HTML_ITALIC = re.compile(r"</?(?:em|i)>", re.IGNORECASE)
_HTML_BOLD = re.compile(r"</?(?:b|strong)>", re.IGNORECASE)
_HTML_CODE = re.compile(r"</?code>", re.IGNORECASE)
_FENCE = re.compile(r"^(?: {0,3}|\s+)(`{3,}|~{3,})[ \t]*([^`\n]*)$")
_BULLET = re.compile(r"^(\s*)(?:[•●▪◦‣○∙·–](?:\s+|(?=\w))|(?=\[[ xX]\]\s))")
ITEM = re.compile(r"^(\s*)([-*+]|\d{1,3}[.)])(?:[ \t]+(.*)|$)")
_LETTERED = re.compile(r"^(\s*)\(?([A-Ha-h])[.)]\s+(?=\S)")
_COPY = re.compile(
    r"^\s*(?:[a-z+#]{1,12}\s*)?(?:copy code|copyedit|copy|edit)\s*(?:copy code|edit)?\s*$",
    re.IGNORECASE,
)
_BOX = re.compile(r"^\s*([a-z+#]{0,12}?)\s*copy code\s*$", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z+#]{1,12}")
_CODE = re.compile(
    r"\s|[@#}\])$]|(?:def|class|import|from|return|if|for|while|const|let|var|function|export|async|await|try|with|print"
    r"|docker|git|npm|pip|python3?|cd|curl|sudo|yarn|npx)\b|\w+\s?[=({\[]|.*[;{},(\[:\\]$"
)
"""What a line of code begins with, or is as a whole."""
_ESCAPED = re.compile(r"^\\#{1,6}\s|^\\#\\#")
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
        _mark_listed,
        _mark_code,
        _drop_copy,
        _indented_lists,
        _numbered_letters,
        _plain_tables,
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


def _mark_listed(lines: list[Line], _: Import) -> list[Line]:
    """Mark headings that lost their marks, but are named in the contents list of the text."""
    names = _listed_names(lines)
    keys = [_name(line.text) for line in lines]
    headings = [ATX.match(line.text) for line in lines]
    marked = {_name(it[2] or it[3] or "") for it in headings if it}
    begin, end = _unclosed(lines), ""
    done: list[Line] = []
    for i, line in enumerate(lines):
        end = _after(line.text, end)
        is_text = (not end or i > begin) and not ITEM.match(line.text)
        is_page = keys[i] != line.text.strip().casefold() and KNOWN_PAGES.match(keys[i])
        level = names.get(keys[i], 2 * bool(names and is_page))
        level = level if is_text and keys[i] not in marked else 0
        done.append(Line(line.number, f"{'#' * level} {line.text.strip()}") if level else line)
    return done if sum(a != b for a, b in zip(lines, done, strict=True)) > 2 else lines


def _name(text: str) -> str:
    return without_emoji(plain(text)).strip(" :").casefold()


def _listed_names(lines: Sequence[Line]) -> dict[str, int]:
    """Return the level of each heading that the contents list below such a heading names."""
    names: dict[str, int] = {}
    inside = False
    for line in lines:
        heading, item = ATX.match(line.text), ITEM.match(line.text)
        if heading:
            inside = bool(CONTENTS.match(_name(heading[2] or heading[3] or "")))
        elif inside and item and item[3]:
            names.setdefault(_name(item[3]), 3 if item[1] else 2)
    return names


def _unclosed(lines: Sequence[Line]) -> int:
    """Return where the block of code begins that is never closed; without one, where the text ends."""
    end, begin = "", len(lines)
    for i, line in enumerate(lines):
        before, end = end, _after(line.text, end)
        begin = i if end and not before else begin
    return begin if end else len(lines)


def _drop_copy(lines: list[Line], found: Import) -> list[Line]:
    """Drop the captions of buttons that were copied with the text; what stood below them is code."""
    kept: list[Line] = []
    inside = False
    for i, line in enumerate(lines):
        if inside and _ends_box(lines, i):
            _end_code(kept)
            inside = False
        is_caption = _COPY.match(line.text) and "copy" in line.text.casefold()
        if is_caption:
            found.leave(line.number, line.text, "caption of a button")
            box = None if line.code or inside else _BOX.match(line.text)
            language = box and (box[1] or _language(kept))
            if language and i + 1 < len(lines) and not _ends_box(lines, i + 1):
                number = line.number if box and box[1] else kept.pop().number
                kept += [Line(number, ""), Line(number, f"```{language}", code=True)]
                inside = True
            else:
                kept.append(Line(line.number, ""))
        else:
            kept.append(Line(line.number, line.text, line.code or inside))
    if inside:
        _end_code(kept)
    return kept


def _end_code(lines: list[Line]) -> None:
    """Close a block of code after its last line that is not blank."""
    last = max(i for i, line in enumerate(lines) if not line.blank)
    lines.insert(last + 1, Line(lines[last].number, "```", code=True))
    lines[last + 2 :] = [Line(line.number, "") for line in lines[last + 2 :]]


def _language(lines: Sequence[Line]) -> str:
    """Return the name of a language that stands alone on the last line."""
    last = lines[-1] if lines else Line(0, "")
    return last.text.strip() if _LANGUAGE.fullmatch(last.text.strip()) and not last.code else ""


def _ends_box(lines: Sequence[Line], at: int) -> bool:
    """Decide whether code without a fence ends before a line: a heading, or text after a gap."""
    text = lines[at].text
    if lines[at].code or re.match(r"#{2,6} ", text):
        return True
    if without_emoji(text)[:1] != text.strip()[:1]:
        return True
    return bool(text.strip() and lines[at - 1].blank and not _CODE.match(text))


def _indented_lists(lines: list[Line], _: Import) -> list[Line]:
    """Write lines that only their indent tells from headings, as a page shows lists, as lists."""
    texts = [line for line in lines if not (line.blank or line.code)]
    indented = [line for line in texts if line.text[:2] == "  " and line.text.strip()]
    titles = sum(line.text.strip()[0].isupper() for line in indented)
    marked = any(ATX.match(line.text) or ITEM.match(line.text) for line in texts)
    if marked or len(indented) < 6 or titles < 0.8 * len(indented):
        return lines
    indents = sorted({_indent(line.text) for line in indented})
    if any(indent % indents[0] for indent in indents):
        return lines
    return [
        Line(line.number, f"{'  ' * (_indent(line.text) // indents[0] - 1)}- {line.text.strip()}")
        if line in indented
        else line
        for line in lines
    ]


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


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


def _numbered_letters(lines: list[Line], _: Import) -> list[Line]:
    """Write items that are counted with letters, of which some are `A.` and some `B.`, as bullets."""
    found = {match[2].upper() for line in lines if (match := _LETTERED.match(line.text))}
    if not {"A", "B"} <= found:
        return lines
    done = []
    for i, line in enumerate(lines):
        is_heading = i + 1 < len(lines) and re.match(r"\s*[-=]{3,}\s*$", lines[i + 1].text)
        plainly = line.code or is_heading or kind_of(line.text)
        text = line.text if plainly else _LETTERED.sub(r"\1- ", line.text)
        done.append(Line(line.number, text, line.code))
    return done


def _plain_tables(lines: list[Line], _: Import) -> list[Line]:
    """Write tables of HTML whose rows stand on a line each, below one of headers, as Markdown does."""
    done: list[Line] = []
    end, has_header = -1, False
    for i, line in enumerate(lines):
        if i > end:
            end, has_header = _table_end(lines, i), False
        row = _HTML_ROW.match(line.text) if i <= end else None
        cells = (
            [_plain_html(it.strip()).replace("|", "&#124;") for it in _HTML_CELL.findall(row[1])]
            if row
            else []
        )
        text = f"| {' | '.join(cells)} |" if cells else ""
        if i > end:
            done.append(line)
        elif text or "table" in line.text.lower():
            done.append(Line(line.number, text))
        if cells and not has_header:
            has_header = True
            done.append(Line(line.number, "|" + " --- |" * len(cells)))
    return done


def _table_end(lines: list[Line], at: int) -> int:
    """Return where a table ends that begins on a line and can be written in Markdown, else -1."""
    if lines[at].code or not re.match(r"\s*<table\b", lines[at].text, re.IGNORECASE):
        return -1
    end = next((i for i in range(at, len(lines)) if "</table" in lines[i].text.lower()), -1)
    texts = [it.text for it in lines[at : end + 1] if not (it.blank or _HTML_TABLE.match(it.text))]
    is_plain = texts and "<th" in texts[0].lower() and all(map(_HTML_ROW.match, texts))
    return end if is_plain else -1


def _plain_lists(lines: list[Line], _: Import) -> list[Line]:
    """Write lists and paragraphs of HTML that stand on a line each as Markdown does."""
    done, depth = [], 0
    for line in lines:
        text = line.text
        if not line.code and (item := _HTML_ITEM.match(text)):
            text = f"{'  ' * max(depth - 1, 0)}- {_plain_html(item[1])}"
        elif not line.code and (paragraph := _HTML_PARAGRAPH.match(text)):
            done.append(Line(line.number, ""))
            text = _plain_html(paragraph[1])
        elif not line.code and _HTML_LIST.match(text):
            depth += text.count("<ul") + text.count("<ol") - text.count("</ul") - text.count("</ol")
            text = ""
        done.append(Line(line.number, text, line.code))
    return done


def _plain_html(text: str) -> str:
    return _HTML_BOLD.sub("**", _HTML_ITALIC.sub("*", _HTML_CODE.sub("`", text)))


def _plain_marks(lines: list[Line], found: Import) -> list[Line]:
    """Write headings of HTML and of wikis and bullets of other programs as Markdown does."""
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
        elif not line.code and (wiki := _WIKI.match(line.text)):
            done.append(Line(line.number, f"{'#' * len(wiki[1])} {wiki[2]}"))
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
