"""Decode a source file, and collect what is wrong with it."""

import re
from collections import deque
from itertools import takewhile
from unicodedata import is_normalized, normalize

import msgspec

from nexusgen.core.model import Span, problem_at
from nexusgen.core.paths import HEAD, NO_TEXT, form_of
from nexusgen.core.problems import Place, Problem, Severity
from nexusgen.core.unseen import RIGHT_TO_LEFT

WHOLE_FILE = Span(0, 0, 1)
"""The place of a problem that concerns no line."""

_CONTROL_BYTES = bytes([*range(9), 11, 12, *range(14, 32), 127])
_NOISE = _CONTROL_BYTES.translate(None, b"\b\f\x1b")
"""Those that no output of a terminal or a printer has."""
# C0 and C1 controls no XML reader takes, the marks of placeholders, byte order marks, halves of pairs, noncharacters.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BOM = "\ufeff"
_FENCE = re.compile(r"[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*(`{3,}(?=[^`]*$)|~{3,})")
_FENCES = re.compile(r"^[ \t>]*(?:```|~~~)", re.MULTILINE)
_CONFLICT = re.compile(
    r"^<{7} (?:.*\n(?:(?![<>]{7} ).*\n)*>{7} )?|^>{7} |^(?P<quote>>.*\n(?:>.*\n)*)", re.MULTILINE
)
"""The marks of a conflict, with what lies between them, or one alone; and quotes, which hold none."""
_HTML_COMMENT = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))", re.DOTALL)
_COMMENTS = {
    "obsidian": (r"%%", r"%%"),
    "html": (r"<!--(?!-?>)", r"--!?>"),
    "liquid": (r"\{%-?[ ]*comment\b[^%]*%\}", r"\{%-?[ ]*endcomment[ ]*-?%\}"),
    "liquid_short": (r"\{%-?[ ]*#", r"%\}"),
    "hugo": (r"\{\{-?[ ]*/\*", r"\*/[ ]*-?\}\}"),
    "shortcode": (r"\{\{[<%][ ]*comment[ ]*[%>]\}\}", r"\{\{[<%][ ]*/[ ]*comment[ ]*[%>]\}\}"),
    "mdx": (r"\{/\*", r"\*/\}"),
    "jinja": (r"\{#(?=[\s-]|$|[^{}]*#\})", r"#\}"),
    "handlebars": (r"\{\{~?!--", r"--~?\}\}"),
    "mustache": (r"\{\{~?!(?=\s)", r"\}\}"),
    "kramdown": (r"\{::comment\}", r"\{:/(?:comment)?\}"),
    "critic": (r"\{>>", r"<<\}"),
    "jsp": (r"<%--", r"--%>"),
    "erb": (r"<%#", r"%>"),
    "logseq": (r"^[ ]*#\+(?i:begin_comment)\b", r"^[ ]*#\+(?i:end_comment)\b"),
}
"""How the comments of other programs begin and end, of which all but Obsidian's are text where unclosed."""
_COMMENT_OR_CODE = re.compile(
    r"\\.|(?P<ticks>`+)(?:(?!`).*?[^`](?P=ticks)(?!`))?|"
    + "|".join(f"(?P<{name}>{begin})" for name, (begin, _) in _COMMENTS.items())
)
_ENDS = {name: re.compile(end) for name, (_, end) in _COMMENTS.items()}
_MAY_BE_COMMENT = re.compile(r"%%|\{[%{/#:>]|<%|<!--|#\+")
_CONTAINER = re.compile(r"[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*")
"""The margin of a line, and the signs of quotes and items that it begins with."""
_SIGN = re.compile(r"\[\w\]|\[\^[^\]\s]{0,99}\]:|\d+[.)]|[\W_]")
"""What is no word: it says which block a line is, together with what comes behind it."""
_FAR = 200
"""How much before a comment is looked at for these: there may be thousands of comments."""
_BREAK = re.compile(r"[ \t]*(?:$|[-*+#>=~`|:_<]|\d+[.)])")
"""How a line may begin that ends the paragraph above it."""
_NOTHING = "<!-- -->"
"""What stands in place of a comment where the block would be another without it."""
_UNSEEN = "\u200b"
"""What stands in an empty line of a comment below a line of HTML, which would end with it."""
_CODE = re.compile(r"(?: {4}|\t)\s*[^\s<]")
"""How code begins that only its margin marks."""
_UTF16 = (b"\xff\xfe", b"\xfe\xff")

MOST_CONTROLS = 8
"""A text may hold some characters that no page can."""

FORMAT = "file.format"
"""The code of what is no entry, whatever its file is called."""


class Problems(msgspec.Struct):
    """Collects the problems of the file `path` while it is read; it lives as long as one call."""

    path: str
    noted: list[Problem] = []

    def add(
        self, span: Span, code: str, message: str, hint: str = "", severity: Severity = "error"
    ) -> None:
        """Note a problem at `span`."""
        self.noted.append(problem_at(self.path, span, (code, message, hint), severity))

    def warn(self, span: Span, code: str, message: str, hint: str = "") -> None:
        """Note a warning at `span`."""
        self.add(span, code, message, hint, "warning")

    def add_twin(self, span: Span, twin: Span, message: str) -> None:
        """Note that what stands at `span` stands at `twin`, earlier in the file, already."""
        self.add(span, "yaml.duplicate", message, "keep one of the two")
        first = Place(self.path, twin.line, "first given here")
        self.noted[-1] = msgspec.structs.replace(self.noted[-1], related=(first,))


def decode_text(data: bytes, problems: Problems) -> str:
    """Return the text of a file in NFC, with one sort of line end, without what no page can hold.

    Text is UTF-8, with or without a byte order mark. Anything else is a problem that names the
    byte, and what can be read of it is returned all the same; of what is no text, nothing.
    """
    head = data[:HEAD]
    controls = len(head) - len(head.translate(None, _NOISE))
    is_noise = controls > max(MOST_CONTROLS, len(head) // 20) and not data.startswith(_UTF16)
    if is_noise or data.startswith(NO_TEXT):
        form = form_of(data)
        hint = (
            f"call it .{form.lower()}"
            if form
            else "save it as UTF-8, or give it the ending of what it is"
        )
        problems.add(WHOLE_FILE, FORMAT, f"the file is no text{form and f', it is {form}'}", hint)
        return ""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = _decode_other(data, error, problems)
    text = text.removeprefix(_BOM).replace("\r\n", "\n").replace("\r", "\n")
    if "<<<<<<< " in text or ">>>>>>> " in text:
        _tell_conflict(text, problems)
    if data.isascii() and len(data.translate(None, _CONTROL_BYTES)) == len(data):
        return text
    if bidi := next(filter(_is_out_of_place, _BIDI.finditer(text)), None):
        message = f"the character U+{ord(bidi[0]):04X} changes the direction of the text unseen"
        problems.warn(span_at(text, bidi.start()), "text.bidi", message, "delete it")
    if first := _CONTROLS.search(text):
        start = span_at(text, first.start())
        text, count = _CONTROLS.subn("", text)
        more = f", and {count - 1} more" if count > 1 else ""
        message = f"the control character U+{ord(first[0]):04X} cannot be shown{more}"
        problems.add(start, "text.control", message, "delete it")
    return text if is_normalized("NFC", text) else normalize("NFC", text)


def _is_out_of_place(mark: re.Match[str]) -> bool:
    """Tell whether a mark of direction stands in a line that has no text from right to left."""
    text = mark.string
    end = text.find("\n", mark.end())
    line = text[text.rfind("\n", 0, mark.start()) + 1 : end if end >= 0 else len(text)]
    return not RIGHT_TO_LEFT.search(line)


def without_controls(text: str) -> str:
    """Return the text without the characters that no page can hold."""
    return _CONTROLS.sub("", text)


def span_at(text: str, index: int) -> Span:
    """Return the line and column of the character at `index`."""
    start = text.rfind("\n", 0, index) + 1
    return Span(text.count("\n", 0, index) + 1, index - start + 1)


def _decode_other(data: bytes, error: UnicodeDecodeError, problems: Problems) -> str:
    if data.startswith(_UTF16):
        message = "the file is UTF-16, and text must be UTF-8"
        problems.add(Span(1, 1), "text.encoding", message, "re-save the file as UTF-8")
        return data.decode("utf-16", "replace")
    before = data[: error.start].decode("utf-8").removeprefix(_BOM)
    before = before.replace("\r\n", "\n").replace("\r", "\n")
    message = f"not UTF-8: byte 0x{data[error.start]:02X} at offset {error.start}"
    span = span_at(before, len(before))
    problems.add(span, "text.encoding", message, "re-save the file as UTF-8")
    return data.decode("utf-8", "replace")


def without_comments(markdown: str) -> str:
    """Return Markdown without what Obsidian hides between two `%%`; each line keeps its number.

    So are the comments of Liquid, Hugo, MDX, Jinja and others (`_COMMENTS`) where they are closed.
    What stands behind a comment in its line keeps its column, unless the comment begins the line.
    Code is left alone. A `%%` that is never closed hides all below where it begins a line.
    """
    if not _MAY_BE_COMMENT.search(markdown):
        return markdown
    lines, fence, number = markdown.split("\n"), "", 0
    kept: list[str] = []
    unended: set[str] = set()
    while number < len(lines):
        line = lines[number]
        if fence:
            is_end = line.strip(" \t>").startswith(fence) and not line.strip(" \t>" + fence[0])
            fence = "" if is_end else fence
        elif opening := _FENCE.match(line):
            fence = opening[1]
        elif _MAY_BE_COMMENT.search(line):
            line, number = _without_comments(lines, number, kept, unended)
        kept.append(line)
        number += 1
    return "\n".join(kept)


def _without_comments(
    lines: list[str], number: int, kept: list[str], unended: set[str]
) -> tuple[str, int]:
    """Return a line without its comments, and the number of the last line that they reach.

    For each line but the last an empty one, or what stands before the comment, goes to `kept`.
    Signs of comments that nothing below ends go to `unended`.
    """
    line, place = lines[number], 0
    while found := _COMMENT_OR_CODE.search(line, place):
        place = found.end()
        sign = found.lastgroup
        if sign not in _ENDS or sign in unended:
            continue
        before = line[: found.start()]
        end, column = _end_of_comment(lines, number, line, found)
        if end < 0:
            unended |= {sign} - {"obsidian"} if end == -1 else set()
            continue
        text = line[found.end() : column if end == number else None]
        if sign == "html" and _is_seen([text, *lines[number + 1 : end + 1]], before):
            gap = before + _UNSEEN if _is_in_block(kept) else ""
            whole = [line, *lines[number + 1 : end]][: end - number]
            kept += (one if one.strip() else gap or one for one in whole)
            line, number, place = lines[end] if end > number else line, end, column
            continue
        if end > number:
            kept.append(_around(before, "", 0)[0])
            kept += (_margin(one, before).rstrip() for one in lines[number + 1 : end])
            line, number = lines[end] if end < len(lines) else "", end
            before = _margin(line, before)
        line, place = _around(before, line[column:], column - found.start())
    return line, min(number, len(lines) - 1)


def _is_in_block(above: list[str]) -> bool:
    """Tell whether what is right below these lines may go on with HTML: they are not empty, nor code."""
    block = deque(takewhile(str.strip, reversed(above[-_FAR:])), 1)
    return bool(block) and not _CODE.match(block[0])


def _margin(line: str, above: str) -> str:
    """Return what a line has of the margin and the signs of quotes of the block that began above."""
    block = _CONTAINER.match(above)
    return line[: len(line) - len(line.lstrip(" \t>"))][: block.end() if block else 0]


def _around(before: str, rest: str, width: int) -> tuple[str, int]:
    """Return the line around a comment of a width, as the block that it was, and where `rest` begins."""
    is_bare = not _SIGN.sub("", before[:_FAR])
    if not rest.strip():
        line = before + _NOTHING if is_bare and before.strip(" \t>") else before.rstrip()
        return line, len(line)
    return (
        (before + rest.lstrip(), len(before))
        if is_bare
        else (before + " " * width + rest, len(before) + width)
    )


def _is_seen(comment: list[str], before: str) -> bool:
    """Tell whether Markdown itself sees an HTML comment, whose lines these are, to its end."""
    below = comment[1:]
    if not before.strip():
        return all(not one.strip() or not one[: len(before)].strip() for one in below)
    if any("|" in one for one in comment) and ("|" in before or before[:4].strip()):
        return False  # it may stand in the row of a table, whose cells end at each of them
    ends_early = "|" in before or before.lstrip(" \t>")[:1] == "#" or _CONTAINER.fullmatch(before)
    return not below or not (ends_early or any(map(_BREAK.match, below)))


def _end_of_comment(
    lines: list[str], number: int, line: str, opening: re.Match[str]
) -> tuple[int, int]:
    """Return the line and column behind a comment; line -1 where nothing ends it, -2 where its paragraph does not."""
    sign, before = opening.lastgroup or "", line[: opening.start()]
    if found := _ENDS[sign].search(line, opening.end()):
        return number, found.end()
    is_within = sign != "html" and bool(_SIGN.sub("", before[-_FAR:]))
    if sign == "obsidian":
        is_within = before[-1:].isalnum()
    for below in range(number + 1, len(lines)):
        if is_within and not lines[below].strip():
            return -2, 0  # "100%%", `{#` in a sentence and the like
        if found := _ENDS[sign].search(lines[below]):
            return below, found.end()
    return (-1, 0) if sign != "obsidian" or before.strip(" \t>") else (len(lines), 0)


def without_any_comments(markdown: str) -> str:
    """Return Markdown that is shown as plain text without comments of Obsidian and of HTML."""
    text = without_comments(markdown)
    return _HTML_COMMENT.sub("", text) if "<!--" in text else text


def _tell_conflict(text: str, problems: Problems) -> None:
    """Note where two versions of a text stand, as git leaves them, or a mark of them, not in code."""
    fences = seen = 0
    for found in _CONFLICT.finditer(text):
        fences += len(_FENCES.findall(text, seen, found.start()))
        seen = found.start()
        if fences % 2 == 0 and not found["quote"]:
            message = "a conflict of two versions is not resolved here"
            hint = "keep what is right, and delete the lines of <<<<<<<, ======= and >>>>>>>"
            problems.add(span_at(text, found.start()), "text.conflict", message, hint)


def is_own_word(problem: Problem) -> bool:
    """Return whether a problem is that notes without settings have a `status` of their own."""
    told = problem.code in ("field.choice", "field.type")
    return told and problem.message.startswith('"status"')
