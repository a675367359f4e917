"""Take a text out of what was wrapped around it: a fence, marks of a merge, wrong letters.

Here is the order, too, in which all of its marks become those of Markdown before it is read.
"""

import importlib
import re
from collections.abc import Callable, Sequence
from contextlib import suppress

from nexusgen.core.problems import NexusgenError
from nexusgen.importers.lines import ATX, FENCE, Line, after_fence
from nexusgen.importers.normal import Import, without_emoji
from nexusgen.importers.readme import lost_marks, other_marks, unseen_marks
from nexusgen.importers.readme.references import take_footnotes, write_out
from nexusgen.importers.titles import has_picture, is_known

_ESCAPED = re.compile(r"^\\#{1,6}\s|^\\#\\#|^\\[-*+]\s")
_MOJIBAKE = re.compile(
    "â€|Ã[\x80-\xbf‚-™¡-¿]|Â[\xa0-\xbf]|ðŸ|ğŸ|âœ|âš|â†|ï¸|Å¸"  # as Windows-1252
    "|‚Ä[ìîôòúù¢¶]|‚Ü[êëíì]|¬[Ω´ªº±∞]|√[©®™†ß∂ü≠∫ÑñâÆØ]|(?<=[A-Za-z])√[£µ§±¥ª°¢≥ºú]"  # as on a Mac
    "|вЂ[“”™њќ¦ўћ]|Г[©ј¶¤±]|(?:[РС][°-»\u0402-\u040f\u0451-\u045f\u0490\u0491‚-™]){2}"  # as Windows-1251
    "|ΓÇ[ôöóÿ£¥ªò]|├[⌐«║▒╝ñ]|Ă[©¶¤˘]"  # as DOS, as Windows-1250
)
"""UTF-8 that was read as something else."""
_QUOTED = re.compile(r"`[^`\n]+`")
"""Code in a line, in which a text may speak of such signs."""

_APOSTROPHE = re.compile(r"(?<=\w)’(?=\w)")
"""What programs make of an apostrophe as it is typed: where they made it, it is taken back."""

_LOST_SELECTOR = re.compile("ï¸(?![\x8f\u008f])")
"""What is left of the mark that asks for a coloured picture: its last byte has no character."""
_REMAINS = re.compile("(?:ğŸ|ðŸ)[^\\sA-Za-z0-9]{0,2}")
"""What is left of a picture one of whose bytes has no character."""


def read_text(data: bytes, found: Import) -> str:
    """Return the text of a source, repaired where it was decoded wrongly.

    Raises `NexusgenError` where that needs a library that is not installed.
    """
    text = found.decode(data)
    is_wrong = _MOJIBAKE.search(_QUOTED.sub("", text))
    return _repaired(text, found) if is_wrong else text


def _repaired(text: str, found: Import) -> str:
    try:
        ftfy = importlib.import_module("ftfy")
    except ModuleNotFoundError:
        hint = 'install what repairs it: pip install "nexusgen[import]"'
        raise NexusgenError("the text was decoded wrongly by another program", hint, 3) from None
    lines, count = text.split("\n"), 0
    for i, line in enumerate(lines):
        whole = _LOST_SELECTOR.sub("ï¸\x8f", line)
        fixed = whole if line.isascii() else ftfy.fix_encoding(whole)
        fixed = _reread(line) if fixed == whole and _MOJIBAKE.search(line) else fixed
        if not _APOSTROPHE.search(line):
            fixed = _APOSTROPHE.sub("'", fixed)
        if fixed not in (line, whole):
            lines[i] = fixed
            count += 1
        elif remains := _REMAINS.search(line):
            found.leave(i + 1, remains[0], "remains of a picture")
            lines[i] = _REMAINS.sub("", line)
    if count:
        found.note(0, f"{count} lines had been decoded wrongly, and were repaired")
    return "\n".join(lines)


def _reread(line: str) -> str:
    """Return a line as it was before it was read as something else, where all of it shows that it was."""
    for name in ("mac_roman", "cp1251", "cp437"):
        with suppress(UnicodeError):
            return line.encode(name).decode()
    return line


_HALF_KEYCAP = re.compile("(?<=[0-9])\ufe0f(?!\u20e3)")
"""The rest of a number in a box that lost its box."""


def unwrap(text: str, found: Import) -> list[Line]:
    """Return the lines of a text without what was wrapped around it, code marked as such."""
    plain = _HALF_KEYCAP.sub("", text)
    lines = [Line(number, line) for number, line in enumerate(plain.split("\n"), 1)]
    for step in _STEPS:
        lines = step(lines, found)
    return lines


def _unescape(lines: list[Line], _: Import) -> list[Line]:
    """Take back escapes where every heading or item is escaped, as some editors paste it."""
    escaped = sum(bool(_ESCAPED.match(line.text)) for line in lines)
    if escaped < 2 or escaped <= sum(bool(ATX.match(line.text)) for line in lines):
        return lines
    marks = re.compile(r"\\([#*_\-+`>\[\]().!|~=<])")
    return [Line(line.number, marks.sub(r"\1", line.text)) for line in lines]


def _merge_sides(lines: list[Line], found: Import) -> list[Line]:
    """Drop the marks that an unfinished merge leaves, and keep both of its sides, code of each closed."""
    kept, inside, fence = [], False, ""
    for line in lines:
        mark = line.text[:7]
        fence = after_fence(line.text, fence)
        starts = mark == "<" * 7 and line.text[7:8] in ("", " ")
        if starts or (inside and mark in ("=" * 7, ">" * 7, "|" * 7)):
            inside = mark != ">" * 7
            found.leave(line.number, line.text, "mark of an unfinished merge")
            if starts:
                found.note(line.number, "an unfinished merge: both of its sides are kept")
            kept.append(Line(line.number, fence))
            fence = ""
        else:
            kept.append(line)
    return kept


def _open_whole(lines: list[Line], found: Import) -> list[Line]:
    """Take a text out of the fence in which the whole of it stands."""
    first = next((i for i, line in enumerate(lines) if FENCE.match(line.text)), -1)
    if first < 0 or sum(not line.blank for line in lines[:first]) > 3:
        return lines
    opening = FENCE.match(lines[first].text)
    info = opening[2].strip().lower() if opening else ""
    later = [FENCE.match(it.text) for it in lines[first + 1 :]]
    closes = any(it and not it[2].strip() for it in later)
    is_text = info in ("text", "txt") and not closes
    marked = any(ATX.match(it.text) for it in lines[:first])
    named = info in ("markdown", "md", "readme", "readme.md", "") and not marked
    headings = sum(
        has_picture(it.text) and is_known(it.text)
        if is_text
        else bool(re.match(r"#{1,6} ", it.text))
        for it in lines[first + 1 :]
    )
    if not (is_text or named) or headings < 2:
        return lines
    found.note(lines[first].number, "the whole text stood in a block of code, and was taken out")
    found.leave(lines[first].number, lines[first].text, "fence around the whole text")
    rest = [*lines[:first], Line(lines[first].number, ""), *lines[first + 1 :]]
    if closes and not _balanced(rest):
        last = max(i for i, it in enumerate(rest) if FENCE.match(it.text))
        rest[last] = Line(rest[last].number, "")
    return rest


def _balanced(lines: Sequence[Line]) -> bool:
    end = ""
    for line in lines:
        end = after_fence(line.text, end)
    return not end


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
    return after_fence(text, end)


def _ends_unclosed(lines: list[Line], at: int, end: str) -> bool:
    """Decide whether the heading at `at` shows that the open fence was forgotten."""
    around = [it.blank for it in lines[max(at - 1, 0) : at + 2]]
    title = _PHRASE.fullmatch(without_emoji(lines[at].text).strip())
    if (title and around == [True, False, True]) or lost_marks.is_prose(lines[at].text):
        return not any(FENCE.match(line.text) for line in lines[at:])
    is_empty = lines[at - 1].blank and "".join(it.text for it in lines[:at]).rstrip().endswith(end)
    if not re.match(r"#{1,6} \S" if is_empty else r"#{2,6} \S", lines[at].text):
        return False
    for line in lines[at:]:
        fence = FENCE.match(line.text)
        if fence and fence[1].startswith(end):
            return bool(fence[2].strip())
    return True


_PHRASE = re.compile(r"[A-Z][\w/'’-]*(?: (?:&|[\w/'’-]+)){2,7}")


_STEPS: tuple[Callable[[list[Line], Import], list[Line]], ...] = (
    # what stands around the whole text, or spoils all of its marks
    _unescape,
    _merge_sides,
    _open_whole,
    lost_marks.drop_label,
    # headings and fences, by which code is known
    lost_marks.loose_headings,
    lost_marks.mark_listed,
    lost_marks.reopen_fences,
    _mark_code,
    unseen_marks.drop_comments,
    # what is said once for the whole text; from here on each line knows whether it is code
    write_out,
    take_footnotes,
    # code without a fence, before its lines are taken for a list or a table
    lost_marks.drop_copy,
    lost_marks.fence_bare_code,
    # lists that signs or space show, then those of HTML
    lost_marks.bold_apart,
    lost_marks.tabbed_lists,
    lost_marks.indented_lists,
    lost_marks.loose_items,
    other_marks.numbered_letters,
    other_marks.joined_rows,
    other_marks.plain_tables,
    other_marks.plain_lists,
    other_marks.plain_emphasis,
    other_marks.plain_marks,
    # what no reader sees of headings, once all of these are marked
    unseen_marks.drop_names,
    unseen_marks.drop_links_back,
    # what is still no list and no heading may be a table
    lost_marks.tabbed_tables,
    lost_marks.drop_header,
)
"""What is done to the lines of a text, in this order."""
