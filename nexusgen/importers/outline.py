"""Find the sections of a text, whatever stands in place of its headings.

Headings are marked, underlined, bold, folded, or short lines before longer ones.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from nexusgen.importers.lines import ATX, ITEM, Line
from nexusgen.importers.normal import plain, without_emoji
from nexusgen.importers.vocabulary import AUTHOR, CONTENTS, KNOWN_PAGES, is_generic, kind_of

NUMBER = re.compile(
    r"^(?:\(?(?:q?\d{1,2}(?:\.\d{1,2})*[.):]|[ivx]{1,4}[.)])\)?(?=\s|[^\d\s.])|\d{1,2}(?:\.\d{1,2})+(?=\s)|section \d+:?)\s*",
    re.IGNORECASE,
)

LABELS = {
    "challenge",
    "problem",
    "issue",
    "cause",
    "solution",
    "fix",
    "outcome",
    "result",
    "lesson learned",
}
"""Lines that are no headings where they stand more than once: they tell what the next lines are."""
_BOLD = re.compile(
    r"^\s{0,3}(?:[^\w\s*_`<\[|>#-]+\s*)?(\*\*|__|\*|_)(?=[^\s*_])((?:(?!\1).)+?)\1\s*[:：–—-]?\s*(?:[^\w\s*_`<\[|>#:-]+\s*)?$"
)
_SUMMARY = re.compile(r"^\s*(<details[^>]*>)?\s*<summary[^>]*>(.+?)</summary>\s*$", re.IGNORECASE)
FOLDING = re.compile(r"^\s*</?details[^>]*>\s*$", re.IGNORECASE)
"""A line that begins or ends what a reader folds together."""
_SETEXT = re.compile(r"^ {0,3}(=+|-{3,})\s*$")


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


def outline(lines: list[Line]) -> Section:
    """Return the tree of sections that the headings of a text make."""
    marked = _righted(lines, list(_headings(lines)))
    if len(marked) < 2:
        bold = _bold_headings(lines)
        marked = [*marked, *bold] if len(bold) > 2 or not marked else marked
    else:
        marked += _bare_tail(lines, marked)
    if len(marked) < 2:
        lines = list(_with_lists_apart(lines))
        start = (
            marked[0][1]
            if marked and not any(it.text.strip() for it in lines[: marked[0][0]])
            else 0
        )
        bare = [it for it in _bare_headings(lines) if it[0] >= start]
        marked = [*marked, *bare] if start else bare or marked
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


def _righted(lines: list[Line], marked: list[Heading]) -> list[Heading]:
    """Return headings; one of a higher rank right below a section of entries stands below it."""
    done: list[Heading] = []
    opener: Heading | None = None
    for heading in marked:
        start, end, level, text = heading
        kind = kind_of(title_of(text))
        before = done[-1] if done else (0, 0, 0, "")
        if opener and _is_known(text) and kind != kind_of(opener[3]):
            opener = None
        if opener is None and level < before[2] and _entries_of(before) and not _is_known(text):
            is_empty = not any(re.search(r"\w", it.text) for it in lines[before[1] : start])
            opener = before if is_empty else None
        if opener and level < opener[2]:
            level = opener[2] + 1
        done.append((start, end, level, text))
    return done


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
    if bold.re is _BOLD and len(bold[1]) == 1 and not (_is_known(text) or _has_text(lines, at)):
        return ""
    return "" if is_sentence else text


def _has_text(lines: Sequence[Line], at: int) -> bool:
    """Decide whether plain text stands right below a line, as below the title of an entry."""
    below = lines[at + 1] if at + 1 < len(lines) else Line(0, "")
    return bool(re.match(r"\s{0,3}\w", below.text)) and not (below.code or ITEM.match(below.text))


def _bold_headings(lines: list[Line]) -> list[Heading]:
    texts = [(i, bold_heading(lines, i)) for i in range(len(lines))]
    found = [(i, i + 1, _bold_level(lines[i], text), text) for i, text in texts if text]
    first = next((i for i, line in enumerate(lines) if not line.blank), -1)
    if found and found[0][0] == first and not kind_of(title_of(found[0][3])):
        found[0] = (first, first + 1, 1, found[0][3])
    return found


def _bold_level(line: Line, text: str) -> int:
    """Return the level of a heading in bold, or in italics as titles of entries are."""
    is_italic = re.match(r"\s*([*_])(?!\1)", line.text)
    return 3 if is_italic and not _is_known(text) else 2


def _bare_headings(lines: list[Line]) -> list[Heading]:
    """Return the headings of a text that has no mark: short lines before longer ones.

    Below a section of entries such a line is the title of one, unless the entries have keys.
    """
    found: list[Heading] = []
    count = Counter(line.text.strip(" :").casefold() for line in lines)
    pictured = _pictured_sections(lines)
    listed = _contents(lines)
    signed = _has_signs(lines)
    for i, line in enumerate(lines):
        title = title_of(line.text)
        is_label = count[title.casefold()] > 1 and title.casefold() in LABELS
        if i in listed or is_label:
            continue
        known = _knows(lines, i, signed=signed)
        if not _is_title_like(line) and not (known and _is_key(line)):
            continue
        if line.text.rstrip().endswith(":") and not (known and len(title.split()) <= 5):
            continue
        level = 2 if known or i in pictured else _bare_level(lines, i, found)
        if _near(lines, i, -1) is None and not KNOWN_PAGES.match(title.casefold()):
            level = 1
        if level and not (ITEM.match(line.text) and not known):
            found.append((i, i + 1, level, line.text.strip()))
    found = _without_unsigned(found) if signed else found
    found = _with_pairs(lines, _without_inner(lines, _with_stacks(lines, found)))
    return found if len(found) > 1 else []


def _contents(lines: list[Line]) -> range:
    """Return where the lines of a contents list stand whose names come again as headings."""
    begin = next(
        (i for i, it in enumerate(lines) if CONTENTS.match(title_of(it.text).casefold())), -1
    )
    end = begin + 1
    while 0 < end < len(lines) and (lines[end].blank or _is_listing(lines[end])):
        end += 1
    names = [title_of(it.text).casefold() for it in lines[begin + 1 : end] if not it.blank]
    later = [title_of(it.text).casefold() for it in lines[end:] if not it.blank]
    again = sum(any(name.startswith(it) and len(it) > 4 for it in later) for name in names)
    return range(begin + 1, end) if begin >= 0 and 2 * again > len(names) > 2 else range(0)


def _is_listing(line: Line) -> bool:
    """Decide whether a line is the bare name of a section, without a picture or a number."""
    text = re.sub(r",", "", line.text)
    bare = not (_has_picture(line.text) or NUMBER.match(line.text))
    return bare and _is_title_like(Line(line.number, text))


def _knows(lines: list[Line], at: int, *, signed: bool) -> bool:
    """Decide whether the vocabulary knows a line, which is no item of a list, as a section."""
    text = lines[at].text
    if not _is_known(text) or _is_listed(lines, at):
        return False
    title = title_of(text)
    return not signed or _is_signed(text) or is_generic(title) or not kind_of(title)


def _has_signs(lines: list[Line]) -> bool:
    """Decide whether the titles of sections of entries have a picture or a number before them."""
    signed = [title_of(it.text) for it in lines if _is_title_like(it) and _is_signed(it.text)]
    return sum(kind_of(title) not in ("", "wrapper") for title in signed) > 2


def _is_signed(text: str) -> bool:
    """Decide whether a picture or a number stands before a title."""
    return _has_picture(text) or bool(NUMBER.match(text))


def _without_unsigned(found: list[Heading]) -> list[Heading]:
    """Return headings; in a section of entries whose title has a picture or number, none without."""
    kept: list[Heading] = []
    signed = ""
    for it in found:
        signed = it[3] if _is_signed(it[3]) and it[2] < 3 else signed
        inner = it[2] == 2 and it[3] != signed and kind_of(title_of(signed)) not in ("", "wrapper")
        if not inner or (_entries_of(it) and is_generic(title_of(it[3]))):
            kept.append(it)
    return kept


def _pictured_sections(lines: list[Line]) -> set[int]:
    """Return where lines with a picture stand alone, of a text whose known sections have pictures."""
    alone = {
        i
        for i, line in enumerate(lines)
        if _has_picture(line.text)
        and _is_title_like(line)
        and (not i or lines[i - 1].blank)
        and (i + 1 == len(lines) or lines[i + 1].blank or _has_signs(lines))
    }
    return alone if sum(_is_known(lines[i].text) for i in alone) > 1 else set()


def _bare_tail(lines: list[Line], marked: list[Heading]) -> list[Heading]:
    """Return the headings without marks after the last marked one, as of a text that goes on unmarked."""
    begin = marked[-1][1]
    level = min(it[2] for it in marked if _entries_of(it) or it == marked[-1])
    tail = lines[begin:]
    found = [it for it in _bare_headings(tail) if it[2] > 1 or _is_known(it[3])]
    titles = {title_of(text) for *_, text in found}
    kinds = [kind_of(title) for title in titles if is_generic(title)]
    typed = sum(it in ("challenge", "practice", "technology", "concept") for it in kinds)
    pictured = sum(_has_picture(text) for *_, text in found)
    if typed < 2 and not (typed and pictured > 3):
        return []
    if pictured > 3:
        level = min((it[2] for it in marked if it[2] > 1 and _has_picture(it[3])), default=level)
    return [(begin + a, begin + b, level + max(own - 2, 0), text) for a, b, own, text in found]


def _spaced_sections(lines: list[Line], found: list[Heading]) -> list[Heading]:
    """Return the headings with two blank lines before them, where those of entries have these."""
    wide = [it for it in found if all(line.blank for line in lines[max(it[0] - 2, 0) : it[0]])]
    return wide if sum(it[2] == 2 and bool(_entries_of(it)) for it in wide) > 1 else []


def _without_inner(lines: list[Line], found: list[Heading]) -> list[Heading]:
    """Return headings without titles such as `Testing` below a section, as less space shows."""
    wide = _spaced_sections(lines, found)
    inner = [
        it
        for it in found
        if wide and wide[0] < it and it not in wide and it[2] == 2 and lines[it[0] - 1].blank
    ]
    return [it for it in found if it not in inner or _entries_of(it) or not _is_known(it[3])]


def _with_lists_apart(lines: list[Line]) -> Iterator[Line]:
    """Yield lines; `Technologies: Python, Django, Redis` becomes a heading and a list.

    So does `Contact: ...`, which goes on with no section before it.
    """
    for i, line in enumerate(lines):
        key, _, rest = line.text.partition(": ")
        alone = (not i or lines[i - 1].blank) and (i + 1 == len(lines) or lines[i + 1].blank)
        names = [it.split() for it in re.split(r",|\s[|•·]\s", rest)]
        is_list = len(names) > 2 and all(len(it) < 5 for it in names) and is_generic(key)
        is_section = is_list and kind_of(key) in ("technology", "concept")
        if alone and (is_section or (rest and AUTHOR.match(key.casefold()))):
            yield Line(line.number, f"{key}:")
            yield Line(line.number, rest)
        else:
            yield line


def _with_stacks(lines: list[Line], found: list[Heading]) -> list[Heading]:
    """Return headings in two levels, where the title of a part stands right above its first section."""
    levels = {at: level for at, _, level, _ in found}
    stacks = {
        at - 1
        for at in levels
        if _is_stacked(lines, at)
        and (levels.get(at - 1) == 2 or (at > 1 and at - 1 not in levels and lines[at - 2].blank))
    }
    if len(stacks) < 2:
        return found
    first = min(stacks)
    for at in sorted({*levels, *stacks}):
        title = title_of(lines[at].text)
        is_typed = kind_of(title) and is_generic(title)
        above = at - 1 in stacks and kind_of(title_of(lines[at - 1].text)) not in ("", "wrapper")
        is_section = is_typed or KNOWN_PAGES.match(title.casefold())
        if at in stacks or _has_picture(lines[at].text) or (is_section and not above):
            levels[at] = 2
        elif at > first:
            levels[at] = 3
    return [(at, at + 1, level, lines[at].text.strip()) for at, level in sorted(levels.items())]


def _is_stacked(lines: list[Line], at: int) -> bool:
    """Decide whether a heading stands right below another, which stands apart or ends a list."""
    if not at or not _is_title_like(lines[at]) or not _is_title_like(lines[at - 1]):
        return False
    return not KNOWN_PAGES.match(title_of(lines[at].text).casefold())


def _with_pairs(lines: list[Line], found: list[Heading]) -> list[Heading]:
    """Return headings, with those of entries where short lines and longer texts take turns."""
    wide = _spaced_sections(lines, found)
    known = [it for it in found if it[2] < 3 and (it in wide or _is_known(it[3]))]
    for heading, end in zip(known, [*(it[0] for it in known[1:]), len(lines)], strict=False):
        kind = _entries_of(heading)
        titles = _paired_titles(lines, range(heading[1], end), kind) if kind else []
        if titles:
            found = [it for it in found if not heading[0] < it[0] < end]
            found += [(at, at + 1, 3, lines[at].text.strip()) for at in titles]
    return sorted(found)


def _paired_titles(lines: list[Line], region: range, kind: str) -> list[int]:
    """Return where titles stand: lines with a picture before them, among others without one.

    Else short lines, each a paragraph with a longer one after it, if all are.
    """
    paragraphs: list[list[int]] = []
    for at in region:
        if not lines[at].blank:
            if lines[at - 1].blank or not paragraphs:
                paragraphs.append([])
            paragraphs[-1].append(at)
    flat = [at for paragraph in paragraphs for at in paragraph]
    pictured = [at for at in flat if _has_picture(lines[at].text)]
    if flat[:1] == pictured[:1] and 1 < len(pictured) < len(flat):
        return pictured if all(_is_title_like(lines[at]) for at in pictured) else []
    titles, texts = paragraphs[::2], paragraphs[1::2]
    if len(titles) != len(texts) or len(titles) < 2:
        return []
    counts = [sum(len(lines[at].text.split()) for at in text) for text in texts]
    for (first, *more), count in zip(titles, counts, strict=True):
        if more or not _is_title_like(lines[first]) or len(lines[first].text.split()) >= count:
            return []
    told = [
        len(text) > 1 or (count > 3 and kind != "practice")
        for text, count in zip(texts, counts, strict=True)
    ]
    return [first for first, *_ in titles] if 2 * sum(told) >= len(titles) else []


def _has_picture(text: str) -> bool:
    return without_emoji(text)[:1] != text.strip()[:1]


def _entries_of(heading: Heading) -> str:
    kind = kind_of(title_of(heading[3]))
    return kind if kind != "wrapper" else ""


def _is_known(text: str) -> bool:
    title = title_of(text)
    low = title.casefold()
    is_section = kind_of(title) and ("," not in title or is_generic(title))
    return bool(is_section or KNOWN_PAGES.match(low) or CONTENTS.match(low))


def _is_listed(lines: list[Line], at: int) -> bool:
    """Decide whether a line stands among short ones of its paragraph, as one of a list does."""
    around = lines[max(at - 2, 0) : at] + lines[at + 1 : at + 2]
    if at < 2 or not _is_title_like(around[1]) or _has_picture(around[1].text):
        return False
    opens = _is_known(around[1].text) and not _is_listed(lines, at - 1)
    return any(map(_is_title_like, around[::2])) and not opens


def _is_key(line: Line) -> bool:
    """Decide whether a line is some words and a colon, of whatever case, or a question."""
    text = line.text.strip()
    longest = 5 if text.endswith(":") else 9 if text.endswith("?") else 0
    return len(text.split()) <= longest and not (line.code or ITEM.match(text))


def _bare_level(lines: list[Line], at: int, found: list[Heading]) -> int:
    """Return the level of a short line that no vocabulary knows, or 0 where it is no heading."""
    after = _near(lines, at, 1)
    if after is None or _is_title_like(after):
        return 0
    section = next((it for it in reversed(found) if it[2] < 3), None)
    if section and _entries_of(section) == "project" and " — " in lines[at].text:
        return 0
    if section and _entries_of(section) not in ("", "practice"):
        between = [it.text for it in lines[section[1] : at] if not it.blank]
        keyed = any(ITEM.match(text) or re.match(r"[^.!?:]{2,60}:\s", text) for text in between)
        if found[-1][2] == 3 or not (keyed or between):
            return 3
        if (
            _entries_of(section) == "project"
            and lines[at - 1].blank
            and " — " not in lines[at].text
        ):
            return 3
        if _entries_of(section) == "challenge" and _are_pairs(lines[section[1] : at + 2]):
            return 0
    opens = at == 0 or lines[at - 1].blank or (bool(found) and found[-1][0] == at - 1)
    opens = opens or lines[at + 1].code
    return 2 if opens else 0


def _are_pairs(lines: list[Line]) -> bool:
    """Decide whether lines are paragraphs of two lines or more each, a title and its text."""
    paragraphs = re.split(r"\n\s*\n", "\n".join(line.text for line in lines).strip())
    return len(paragraphs) > 1 and all("\n" in it.strip() for it in paragraphs)


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
    if text.endswith(":") and len(text.split()) > 5:
        return False
    if len(text) > 75 or text[-1] in ".,;!?…" or text[0] in "|><`[(\"'“‘":
        return False
    key, _, rest = text.partition(": ")
    is_section = len(key.split()) > 2 and kind_of(key) and is_generic(key) and "," not in rest
    has_key = (rest and not is_section) or "://" in text
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
