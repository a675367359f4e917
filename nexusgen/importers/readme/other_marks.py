"""Write what HTML, wikis and other programs mark as Markdown does: headings, lists, tables, emphasis.

Each rule is a step of `unwrapping`.
"""

import re

from nexusgen.importers.lines import Line
from nexusgen.importers.normal import Import, words
from nexusgen.importers.rewriting import outside_code
from nexusgen.importers.vocabulary import kind_of

_HTML = re.compile(r"^\s*<h([1-6])\b[^>]*>(.*)$", re.IGNORECASE)
_HTML_ITEM = re.compile(r"^\s*<li\b[^>]*>\s*(\S.*?)\s*(?:</li>)?\s*$", re.IGNORECASE)
_HTML_LIST = re.compile(r"^\s*(?:</li>|</?[uo]l\b[^>]*>\s*)+\s*$", re.IGNORECASE)
_HTML_PARAGRAPH = re.compile(
    r"^\s*<p>\s*((?:(?!</?p>|<(?:img|a|br)\b).)+?)\s*</p>\s*$", re.IGNORECASE
)
_HTML_ROW = re.compile(
    r"^\s*(?:<(?:thead|tbody)>\s*)?<tr\b[^>]*>(.*)</tr>\s*(?:</thead>)?\s*$", re.IGNORECASE
)
_HTML_ROW_BEGIN = re.compile(r"^\s*<tr\b[^>]*>\s*(?:<t[hd]\b(?!.*</tr>).*)?$", re.IGNORECASE)
_HTML_CELL = re.compile(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", re.IGNORECASE)
_HTML_TABLE = re.compile(r"^\s*(?:</?(?:table|thead|tbody)\b[^>]*>\s*)+$", re.IGNORECASE)
_ITEM_HEADING = re.compile(r"(?:[-*+]\s|[-*_]{3,})\s*(#{1,6}\s+\S.*)")
_WIKI = re.compile(r"^(={2,5})\s+(\S.*?)\s+\1\s*$")
_HTML_BLOCK = re.compile(
    r"^\s{0,3}(?:</?(?:address|article|aside|blockquote|center|details|dd|div|dl|dt|fieldset|figcaption|figure|h[1-6]"
    r"|li|nav|ol|p|picture|section|summary|table|tbody|td|tfoot|th|thead|tr|ul)\b|</?[a-z][^<>]*>\s*$)",
    re.IGNORECASE,
)
"""What begins a block of HTML, which ends with the next blank line, and in which marks are none."""
_HTML_PICTURE = re.compile(
    r"(?:<a\b[^>]*?\bhref=[\"']([^\"']+)[\"'][^>]*>\s*)?<img\b([^>]*)>(?:\s*</a>)?", re.IGNORECASE
)
_HTML_MARKS = tuple(
    (re.compile(rf"<({tags})\s*>(\s*)(\S.*?)(\s*)</\1\s*>", re.IGNORECASE), rf"\2{mark}\3{mark}\4")
    for tags, mark in (("b|strong", "**"), ("i|em", "*"), ("code", "`"))
)
"""The tags of HTML for which Markdown has marks."""
_RULE = re.compile(r"\s*(?:⸻+|[—–─━═]{3,})\s*$")
"""A line across the page that is drawn with other dashes."""
_UNDERSCORES = re.compile(r"\s*_{3,}\s*")
"""One of underscores, which would count as a word."""
_BULLET = re.compile(r"^(\s*)(?:[•●▪◦‣○∙·–⦁▸►➢➤■▫](?:\s+|(?=\w))|(?=\[[ xX]\]\s))")
_LETTERED = re.compile(r"^(\s*)\(?([A-Ha-h])[.)]\s+(?=\S)")


def numbered_letters(lines: list[Line], _: Import) -> list[Line]:
    """Write items that are counted with letters, of which some are `A.` and some `B.`, as bullets."""
    found = {match[2].upper() for line in lines if (match := _LETTERED.match(line.text))}
    if not {"A", "B"} <= found:
        return lines
    return [
        it if it.code or kind_of(it.text) else Line(it.number, _LETTERED.sub(r"\1- ", it.text))
        for it in lines
    ]


def joined_rows(lines: list[Line], found: Import) -> list[Line]:
    """Write rows of tables of HTML whose cells stand on lines of their own on one line each."""
    done: list[Line] = []
    opened = False
    for at, line in enumerate(lines):
        begins = not line.code and _HTML_ROW_BEGIN.match(line.text)
        if opened and not line.code:
            first = done[-1]
            found.joined.setdefault(first.number, []).append(line.number)
            done[-1] = Line(first.number, f"{first.text} {line.text.strip()}".rstrip())
            opened = "</tr>" not in line.text.lower()
        else:
            done.append(line)
            below = lines[at + 1 : at + 60] if begins else []
            opened = any("</tr>" in it.text.lower() for it in below)
    return done


def plain_tables(lines: list[Line], _: Import) -> list[Line]:
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


def plain_lists(lines: list[Line], _: Import) -> list[Line]:
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


def plain_emphasis(lines: list[Line], _: Import) -> list[Line]:
    """Write what is bold or italic by tags of HTML as Markdown does, outside of its blocks."""
    done = []
    inside = False
    for line in lines:
        inside = not line.blank and (inside or bool(_HTML_BLOCK.match(line.text)))
        text = line.text if inside or line.code else outside_code(line.text, _plain_html)
        done.append(Line(line.number, text, line.code))
    return done


def _plain_html(text: str) -> str:
    for pattern, marks in _HTML_MARKS:
        text = pattern.sub(marks, text)
    return text


def _plain_heading(text: str) -> str:
    """Return the heading of a wiki, or one behind the mark of an item or of a line across the page, as Markdown writes it; else the empty string."""
    wiki, listed = _WIKI.match(text), _ITEM_HEADING.match(text)
    return f"{'#' * len(wiki[1])} {wiki[2]}" if wiki else listed[1] if listed else ""


def plain_marks(lines: list[Line], found: Import) -> list[Line]:
    """Write headings of HTML and of wikis and bullets of other programs as Markdown does."""
    done: list[Line] = []
    skip = 0
    tabs = [_tabs(it) for it in lines if not it.code and _BULLET.match(it.text)]
    for i, line in enumerate(lines):
        if skip:
            skip -= 1
            done.append(Line(line.number, ""))
            continue
        is_program = line.code or "className=" in line.text
        html = None if is_program else _HTML.match(line.text)
        if html:
            heading, skip = _html_heading(lines, i, html, found)
            done.append(heading)
        elif not line.code and (plainly := _plain_heading(line.text)):
            done.append(Line(line.number, plainly))
        elif not line.code and _RULE.match(line.text) and not (done and not done[-1].blank):
            done.append(Line(line.number, "---"))
        elif not line.code and _UNDERSCORES.fullmatch(line.text):
            found.leave(line.number, line.text, "line across the page")
            done.append(Line(line.number, "***"))
        else:
            bullet = None if line.code else _BULLET.match(line.text)
            level = "  " * (_tabs(line) - min(tabs)) if bullet and _tabs(line) else ""
            mark = f"{level or bullet[1].lstrip(chr(9))}- " if bullet else ""
            done.append(Line(line.number, mark + line.text[bullet.end() :]) if bullet else line)
    return done


def _tabs(line: Line) -> int:
    """Return how many tabs a line begins with."""
    return len(line.text) - len(line.text.lstrip("\t"))


def _html_heading(
    lines: list[Line], at: int, opening: re.Match[str], found: Import
) -> tuple[Line, int]:
    """Return a heading in HTML as Markdown writes it, and how many further lines it takes."""
    text, more = _html_text(lines, at, opening)
    first, *others = lines[at : at + more + 1]
    lost = words([" ".join(it.text for it in (first, *others))]) - words([text])
    found.leave(first.number, " ".join(lost.elements()), "HTML of a heading")
    found.joined.setdefault(first.number, []).extend(it.number for it in others)
    return Line(first.number, f"{'#' * int(opening[1])} {text}"), more


def _html_text(lines: list[Line], at: int, opening: re.Match[str]) -> tuple[str, int]:
    """Return the text of a heading in HTML, and how many further lines it takes."""
    text, end = opening[2], f"</h{opening[1]}>"
    for more in range(8):
        if end in text.lower() or at + more + 1 >= len(lines):
            return _heading_words(text, opening[1]), more
        text += " " + lines[at + more + 1].text
    return _heading_words(opening[2], opening[1]), 0


def _heading_words(html: str, level: str) -> str:
    """Return what a heading in HTML says; the title of a text keeps its pictures."""
    kept = _HTML_PICTURE.sub(_picture, html) if level == "1" else html
    return " ".join(re.sub(r"<[^>]*>", " ", kept).split())


def _picture(html: re.Match[str]) -> str:
    src, alt = (re.search(rf"\b{it}=[\"']([^\"']*)", html[2]) for it in ("src", "alt"))
    picture = f"![{alt[1] if alt else ''}]({src[1]})" if src else ""
    return f"[{picture}]({html[1]})" if html[1] and picture else picture
