"""Find the headings of a text without marks: short lines before longer ones."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise, takewhile

from nexusgen.importers.lines import ITEM, RULE, Line, near
from nexusgen.importers.readme.fields import field_of
from nexusgen.importers.readme.paired_titles import with_pairs
from nexusgen.importers.readme.signs import (
    counted_titles,
    has_signs,
    pictured_sections,
    spaced_sections,
    without_unsigned,
)
from nexusgen.importers.titles import (
    NUMBER,
    Heading,
    alone_as_title,
    entries_of,
    has_picture,
    is_known,
    is_signed,
    is_title_like,
    title_of,
)
from nexusgen.importers.vocabulary import (
    ASKING,
    AUTHOR,
    CONTENTS,
    KNOWN_PAGES,
    OUTSIDE,
    is_generic,
    is_sort,
    kind_of,
)

_LABELS = {
    "outcome", "result", "lesson learned", "purpose", "use", "usage", "command", "commands",
    "explanation", "example", "examples", "syntax", "output",
}  # fmt: skip
"""Lines beside the labels of problems and solutions that are no headings where they stand more than once."""
_LEARNED_KINDS = {"challenge", "practice", "technology", "concept"}
"""The kinds of what was learned, as opposed to what was made."""


def bare_headings(lines: list[Line]) -> list[Heading]:
    """Return the headings of a text that has no mark: short lines before longer ones."""
    found: list[Heading] = []
    pictured, signed = pictured_sections(lines), has_signs(lines)
    counted = counted_titles(lines)
    are_sections = any(is_known(lines[at].text) for at in counted)
    apart = {*_contents(lines), *_labels(lines)}
    end = 0
    for i, line in enumerate(lines):
        known = i not in counted and _knows(lines, i, signed=signed)
        if i in counted:
            opens = found and i == counted[i].start and not are_sections
            end = counted[i].stop if opens else end
            level = 3 if i < end else 2
        elif i in apart or (i < end and not known):
            level = 0
        else:
            level = _level(lines, i, found, known=known, pictured=i in pictured)
        if level:
            found.append(Heading(i, i + 1, level, line.text.strip()))
    found = without_unsigned(found) if signed else found
    return with_pairs(lines, _without_inner(lines, _with_stacks(lines, found)))


def _labels(lines: list[Line]) -> Iterator[int]:
    """Yield where labels stand: they come more than once, and tell what the next lines of an entry are."""
    titles = [title_of(line.text).casefold() for line in lines]
    count = Counter(line.text.strip(" :").casefold() for line in lines)
    again = [it for it in count if count[it] > 1]
    fields = ("problem", "cause", "solution")
    labels = {it for it in again if it in _LABELS or field_of(f"{it}:") in fields}
    for i, title in enumerate(titles):
        if count[title] > 1 and (title in labels or (labels and ASKING.match(title))):
            yield i


def _level(lines: list[Line], at: int, found: list[Heading], *, known: bool, pictured: bool) -> int:
    """Return the level of a line, of which the vocabulary or its picture may tell that it is a heading; 0 for none."""
    line = lines[at]
    before = near(lines, at, -1)
    first = before is None
    if before and RULE.match(before.text) and re.fullmatch(r"[a-z]+(?:_[a-z]+)+", line.text):
        line = Line(line.number, line.text.capitalize(), line.code)
    if first and not "".join(it.text for it in lines[at + 1 : at + 2]).strip():
        line = alone_as_title(line)
    is_section = known or _asks(lines, at, found) or _is_beside(lines, at, found)
    is_key = is_section and _is_key(line)
    if not is_key and (not is_title_like(line) or line.text.rstrip().endswith(":")):
        return 0
    if ITEM.match(line.text) and not (known or pictured):
        return 0
    if first and not _opens_section(lines, at):
        return 1
    return 2 if is_section or pictured else _bare_level(lines, at, found)


def _is_beside(lines: list[Line], at: int, found: list[Heading]) -> bool:
    """Decide whether a line with a colon above a list follows that of a section of challenges whose line has a colon, too."""
    section, text, before = found[-1].text if found else "", lines[at].text, near(lines, at, -1)
    parts = [before, *lines[at + 1 : at + 2]]
    return (
        section[-1:] == text.rstrip()[-1:] == ":"
        and entries_of(section) == "challenge"
        and lines[at - 1].blank
        and all(it and ITEM.match(it.text) for it in parts)
        and not is_sort(title_of(text))
    )


def _asks(lines: list[Line], at: int, found: list[Heading]) -> bool:
    """Decide whether a line apart asks, below a text that is no entry, or after a heading with a colon."""
    text, last = lines[at].text, found[-1] if found else Heading(at, at, 0, "")
    if not ASKING.match(title_of(text)) or not lines[at - 1].blank:
        return False
    below = near(lines, at, -1) is lines[last.start] or any(
        entries_of(it.text) for it in found[-2:]
    )
    return last.text.endswith(":") or (text.rstrip().endswith("?") and not below)


def _opens_section(lines: list[Line], at: int) -> bool:
    """Decide whether the first line of a text is that of a section, and no title of the text."""
    title = title_of(lines[at].text)
    counted = re.match(r"1[.)] ", lines[at].text) and any(it.text[:2] == "2." for it in lines)
    kinds = {
        kind_of(it.text) for it in lines if is_title_like(it) and is_generic(title_of(it.text))
    }
    told = kind_of(title) in _LEARNED_KINDS
    among_others = told and is_generic(title) and len(kinds & _LEARNED_KINDS) > 2
    below = lines[at + 1 : at + 2]
    leads = told and below and not (below[0].blank or is_title_like(below[0]))
    opens = KNOWN_PAGES.match(title.casefold()) or ASKING.match(title)
    return bool(counted or among_others or leads or opens)


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
    bare = not (has_picture(line.text) or NUMBER.match(line.text))
    return bare and is_title_like(Line(line.number, text))


def _knows(lines: list[Line], at: int, *, signed: bool) -> bool:
    """Decide whether the vocabulary knows a line, which is no item of a list, as a section."""
    text = lines[at].text
    title = title_of(text)
    if re.match(r"(?:Part|Section) \d+: [A-Z]", text) and lines[at - 1].blank:
        return True
    if not is_known(text) or _is_listed(lines, at):
        return False
    before = near(lines, at, -1)
    if before and all(ASKING.match(it) and not kind_of(it) for it in (before.text, text)):
        return False
    if is_generic(title) or not kind_of(title):
        return True
    same = before and is_known(before.text) and kind_of(before.text) == kind_of(title)
    if same and (NUMBER.match(text) or text.rstrip().endswith(":")):
        return False
    after = lines[at + 1 : at + 2]
    is_inside = is_title_like(lines[at - 1]) and after and not (after[0].blank or text[-1:] == ":")
    return len(title.split()) < 7 and (is_signed(text) or not (signed or is_inside))


def bare_around(lines: list[Line], marked: list[Heading]) -> list[Heading]:
    """Return all headings of a text in which those of entries have no mark, and few that are known have one."""
    if any(entries_of(it.text) for it in marked):
        return []
    bare = bare_headings(lines)
    known = sum(is_known(it.text) for it in bare)
    few = known > 1 + sum(is_known(it.text) for it in marked)
    return sorted([*marked, *bare]) if few else []


def bare_tail(lines: list[Line], marked: list[Heading]) -> list[Heading]:
    """Return the headings without marks after the last marked one, as of a text that goes on unmarked."""
    begin = marked[-1].end
    levels = [it.level for it in marked[1:] if entries_of(it.text)]
    level = min(levels or [it.level for it in marked[1:]])
    tail = lines[begin:]
    found = [it for it in bare_headings(tail) if it.level > 1 or is_known(it.text)]
    titles = {title_of(it.text) for it in found}
    kinds = [kind_of(title) for title in titles if is_generic(title)]
    told = sum(it in _LEARNED_KINDS for it in kinds)
    pictured = sum(has_picture(it.text) for it in found)
    is_dense = len(tail) > 8 and _is_dense(tail)
    known = sum(is_known(it.text) for it in found)
    torn = any(a.number == b.number and b.code for a, b in pairwise(tail))
    many = known > 2 or (known > 1 and len(found) > 4)
    if told < 2 and not (told and (torn or pictured > 3 or many or is_dense)):
        return []
    return [
        Heading(begin + it.start, begin + it.end, level + max(it.level - 2, 0), it.text)
        for it in found
    ]


def _without_inner(lines: list[Line], found: list[Heading]) -> list[Heading]:
    """Return headings without titles such as `Testing` below a section, as less space shows."""
    wide = spaced_sections(lines, found)
    inner = [
        it
        for it in found
        if wide and wide[0] < it and it not in wide and it.level == 2 and lines[it.start - 1].blank
    ]
    return [
        it
        for it in found
        if it not in inner
        or entries_of(it.text)
        or not is_known(it.text)
        or OUTSIDE.match(title_of(it.text).casefold())
    ]


def with_lists_apart(lines: list[Line]) -> Iterator[Line]:
    """Yield lines; `Technologies: Python, Django, Redis` becomes a heading and a list, and so do `Contact: ...` and `License: ...`."""
    for i, line in enumerate(lines):
        key, _, rest = line.text.partition(": ")
        alone = (not i or lines[i - 1].blank) and (i + 1 == len(lines) or lines[i + 1].blank)
        names = [it.split() for it in re.split(r",|\s[|•·]\s", rest)]
        is_list = len(names) > 2 and all(len(it) < 5 for it in names) and is_generic(key)
        is_section = is_list and kind_of(key) in ("technology", "concept")
        low = title_of(key).casefold()
        is_about = AUTHOR.match(low) or low in ("licence", "license")
        if alone and (is_section or (rest and is_about)):
            yield Line(line.number, f"{key}:")
            yield Line(line.number, rest)
        else:
            yield line


def _with_stacks(lines: list[Line], found: list[Heading]) -> list[Heading]:
    """Return headings in two levels, where the title of a part stands right above its first section."""
    levels = {it.start: it.level for it in found}
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
        tells_kind = kind_of(title) and is_generic(title)
        is_section = tells_kind or KNOWN_PAGES.match(title.casefold())
        if at in stacks or has_picture(lines[at].text) or is_section:
            levels[at] = 2
        elif at > first:
            levels[at] = 3
    return [
        Heading(at, at + 1, level, lines[at].text.strip()) for at, level in sorted(levels.items())
    ]


def _is_stacked(lines: list[Line], at: int) -> bool:
    """Decide whether a heading stands right below another, which stands apart or ends a list."""
    if not at or not is_title_like(lines[at]) or not is_title_like(lines[at - 1]):
        return False
    return not KNOWN_PAGES.match(title_of(lines[at].text).casefold())


def _is_listed(lines: list[Line], at: int) -> bool:
    """Decide whether a line stands among short ones of its paragraph, as one of a list does."""
    around = lines[max(at - 2, 0) : at] + lines[at + 1 : at + 2]
    dashed = [" - " in it.text or " – " in it.text for it in (lines[at - 1], lines[at])]
    pictured = has_picture(lines[at].text) or has_picture(lines[at - 1].text)
    titled = at > 1 and is_title_like(around[1]) and not pictured
    if not titled or dashed == [True, False]:
        return False
    opens = is_known(around[1].text) and not _is_listed(lines, at - 1)
    title = title_of(lines[at].text)
    tells_kind = kind_of(title) in _LEARNED_KINDS and is_generic(title)
    whole = len(title.split()) > 1 and (tells_kind or KNOWN_PAGES.match(title.casefold()))
    opens = opens or bool(whole and not is_known(around[1].text))
    return any(map(is_title_like, around[::2])) and not opens


def _is_key(line: Line) -> bool:
    """Decide whether a line is some words and a colon, of whatever case, or a question."""
    text = line.text.strip()
    longest = 5 if text.endswith(":") else 9 if text.endswith("?") else 0
    return len(text.split()) <= longest and not (line.code or ITEM.match(text))


_FLOW = re.compile(r"\s*[↓⇓⬇▼│|]\ufe0f?\s*")
"""A line that leads from one part of a diagram to the next."""


def _bare_level(lines: list[Line], at: int, found: list[Heading]) -> int:
    """Return the level of a short line that no vocabulary knows, or 0 where it is no heading."""
    after = near(lines, at, 1)
    goes_on = after is not None and after is not lines[at + 1] and after.text[:1].islower()
    before = near(lines, at, -1)
    is_field = before and before.text.rstrip()[-1:] == ":" and field_of(before.text)
    if after is None or goes_on or is_field:
        return 0
    if (apart := _apart_from_solved(lines, at)) >= 0:
        return apart
    if _ends_list(lines, at) or any(_FLOW.fullmatch(it.text) for it in lines[at - 1 : at + 2]):
        return 0
    leads = after.text.rstrip().endswith(":")
    told = leads and _tells_more(lines, at)
    flows = any(_FLOW.fullmatch(it.text) for it in lines[at + 2 : at + 4])
    if is_title_like(after) and not (flows or (leads and (told or _ends_run(lines, at)))):
        return 0
    section = next((it for it in reversed(found) if it.level == 2), None)
    inner = _inner_level(lines, at, section, found[-1]) if section else -1
    if inner >= 0:
        return inner
    opens = at == 0 or lines[at - 1].blank or (bool(found) and found[-1].start == at - 1)
    opens = opens or lines[at + 1].code or _ends_run(lines, at) or _is_dense(lines)
    return 2 if opens else 0


def _apart_from_solved(lines: list[Line], at: int) -> int:
    """Return the level of a line after the solution of a challenge apart: 3 where its text and its solution follow.

    It is 0 for the text after such a line, else -1.
    """
    around = [it for it in lines[max(at - 4, 0) : at + 5] if not it.blank]
    if any(it.code for it in around) or not lines[at + 1].blank:
        return -1
    fields = [field_of(it.text, own_line=False) == "solution" for it in around]
    place = around.index(lines[at])
    if fields[place - 1 : place + 3] == [True, False, False, True]:
        return 3
    return 0 if fields[max(place - 2, 0) : place + 2] == [True, False, False, True] else -1


def _inner_level(lines: list[Line], at: int, section: Heading, last: Heading) -> int:
    """Return the level of a short line in a section of entries, 0 for none, -1 where that is open."""
    kind = entries_of(section.text)
    text = lines[at].text
    between = [it.text for it in lines[section.end : at] if not it.blank]
    below = lines[at + 1 : at + 2]
    if kind in ("", "practice"):
        lists = kind and not between and below and below[0].text.rstrip()[-1:] not in ("", *".!?:")
        return 0 if lists else -1
    if kind != "challenge" and text.count(",") > 1:
        return 0
    labelled = lines[at - 1].blank and below and field_of(below[0].text) == "problem"
    if labelled or (len(between) == 1 and between[0].rstrip().endswith(":")):
        between = []
    if last.level == 3 or not between:
        return _entry_level(lines, at, kind, last)
    if kind == "project" and lines[at - 1].blank:
        return 3
    return 0 if kind == "challenge" and _are_pairs(lines[section.end : at + 2]) else -1


def _entry_level(lines: list[Line], at: int, kind: str, last: Heading) -> int:
    """Return the level of a line after the titles of other entries: that of one, if it is alike."""
    if last.level == 3 and _lists(lines, last.start) and not _lists(lines, at):
        return 2
    after = near(lines, at, 1)
    return 0 if kind == "technology" and after and _is_bare_name(after) else 3


def _lists(lines: list[Line], at: int) -> bool:
    """Decide whether a list stands below a line."""
    after = near(lines, at, 1)
    return bool(after and ITEM.match(after.text))


def _is_bare_name(line: Line) -> bool:
    """Decide whether a line is a name alone, as one of a list, and tells nothing of what is above it."""
    text = line.text.rstrip()
    return len(text.split()) < 5 and text[-1] not in ".:!?" and not ITEM.match(text)


def _ends_run(lines: list[Line], at: int) -> bool:
    """Decide whether a line ends one of short lines, and a text follows after a gap."""
    is_short = len(lines[at].text.split()) < 5
    runs = is_short and at > 1 and all(map(is_title_like, lines[at - 2 : at]))
    dashed = all(" – " in it.text for it in lines[at - 1 : at + 1])
    return runs and lines[at + 1].blank and not dashed


def _is_dense(lines: list[Line]) -> bool:
    """Decide whether a text has hardly any blank lines, so that none shows where a section begins."""
    return 10 * sum(line.blank for line in lines) < len(lines)


def _ends_list(lines: list[Line], at: int) -> bool:
    """Decide whether a line is the last of some apart that follow one with a colon, and begins as a title as they do."""
    before = [it for it in lines[:at] if not it.blank][::-1]
    items = list(
        takewhile(lambda it: not ITEM.match(it.text) and it.text.rstrip()[-1] not in ".:!?", before)
    )
    leads = any(it.text.rstrip().endswith(":") for it in before[len(items) : len(items) + 1])
    spaced = bool(items) and lines[at].number - items[-1].number >= 2 * len(items)
    return lines[at - 1].blank and leads and spaced


def _tells_more(lines: list[Line], at: int) -> bool:
    """Decide whether a text stands two lines below one, as below the first title of its section."""
    return any(len(it.text.split()) > 9 for it in lines[at + 2 : at + 3])


def _are_pairs(lines: list[Line]) -> bool:
    """Decide whether lines are paragraphs of two lines or more each, a title and its text."""
    paragraphs = re.split(r"\n\s*\n", "\n".join(line.text for line in lines).strip())
    firsts = [it.strip().partition("\n") for it in paragraphs]
    return len(paragraphs) > 1 and all(
        rest and not (ITEM.match(first) or re.match(r"[^.!?:]{2,60}:\s+\S", first))
        for first, _, rest in firsts
    )
