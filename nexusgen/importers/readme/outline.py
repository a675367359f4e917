"""Make a tree of the sections of a text, whatever stands in place of its headings.

Headings are marked, underlined, bold, folded, or short lines before longer ones.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import msgspec

from nexusgen.importers.lines import ATX, ITEM, RULE, SETEXT, Line, text_of
from nexusgen.importers.normal import without_emoji
from nexusgen.importers.readme.bare_headings import (
    bare_around,
    bare_headings,
    bare_tail,
    with_lists_apart,
)
from nexusgen.importers.readme.fields import field_of
from nexusgen.importers.titles import (
    NUMBER,
    Heading,
    alone_as_title,
    entries_of,
    is_known,
    is_paragraph,
    is_title_like,
    title_of,
)
from nexusgen.importers.vocabulary import (
    CONTENTS,
    KNOWN_PAGES,
    SOLUTIONS,
    is_generic,
    is_numbered,
    kind_of,
)

_BOLD = re.compile(
    r"^\s{0,3}(?:[^\w\s*_`<\[|>#-]+\s*)?(\*{1,3}|__|_)(?=[^\s*_])((?:(?!\1).)+?)\1\s*[:：–—-]?\s*(?:[^\w\s*_`<\[|>#:-]+\s*)?$"
)

_SUMMARY = re.compile(r"^\s*(<details[^>]*>)?\s*<summary[^>]*>(.+?)</summary>\s*$", re.IGNORECASE)

FOLDING = re.compile(r"^\s*</?details[^>]*>\s*$", re.IGNORECASE)
"""A line that begins or ends what a reader folds together."""


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
    def kind(self) -> str:
        """The kind that the heading tells, `wrapper`, or the empty string."""
        return kind_of(self.title)

    @property
    def has_text(self) -> bool:
        """Whether words stand directly below the heading."""
        return any(re.search(r"\w", line.text) for line in self.lines)

    def numbers(self) -> list[int]:
        """Return the numbers of all its lines, its heading included."""
        own = [self.number, *(line.number for line in self.lines)]
        return [n for n in own if n] + [n for child in self.children for n in child.numbers()]


def outline(lines: list[Line]) -> Section:
    """Return the tree of sections that the headings of a text make."""
    marked = _righted(lines, list(_counted(_headings(lines))))
    if len(marked) < 2:
        bold = _bold_headings(lines)
        marked = sorted([*marked, *bold]) if len(bold) > 2 or not marked else marked
    if len(marked) > 1:
        marked = bare_around(lines, marked) or [*marked, *bare_tail(lines, marked)]
        marked = sorted([*marked, *_unmarked(lines, marked)])
    if len(marked) < 2:
        lines = list(with_lists_apart(lines))
        first = marked and not any(it.text.strip() for it in lines[: marked[0].start])
        start = marked[0].end if first else 0
        bare = [it for it in bare_headings(lines) if it.start >= start]
        kept = [it for it in marked if start or it.level > 1 or is_known(it.text)]
        marked = sorted([*kept, *bare]) if bare else marked
    return _tree(lines, [*_title_alone(lines, marked), *marked])


def _unmarked(lines: list[Line], marked: list[Heading]) -> Iterator[Heading]:
    """Yield the headings without a mark among marked ones: known by their words, their number or a colon."""
    solved = {i for i, it in enumerate(lines) if field_of(it.text, own_line=False) == "solution"}
    named = [(title_of(it.text).casefold(), it) for it in marked]
    levels = {
        title: it.level for title, it in named if entries_of(it.text) or SOLUTIONS.match(title)
    }
    for before, end in zip(marked, [*(it.start for it in marked[1:]), len(lines)], strict=True):
        kind = entries_of(before.text) if is_generic(title_of(before.text)) else ""
        number = re.match(r"(\d{1,2})[.)] ", before.text)
        count = int(number[1]) if number else 99
        opened = False
        for at in [it for it in range(before.end + 1, end - 1) if not lines[it].code]:
            text, below = lines[at].text.rstrip(), lines[at + 1]
            level = levels.get(title_of(text).casefold()) if is_title_like(lines[at]) else None
            if level and not CONTENTS.match(title_of(before.text).casefold()):
                yield Heading(at, at + 1, level, text)
            elif re.match(rf"{count + 1}[.)] ", text) and field_of(below.text):
                count += 1
                yield Heading(at, at + 1, before.level, text)
            elif not (lines[at - 1].blank and below.blank):
                continue
            elif kind and _opens(text, kind):
                yield Heading(at, at + 1, before.level, text)
            elif not entries_of(before.text) and (
                (opened and text.endswith(":") and is_known(text))
                or (_opens(text, "") and sum(it in solved for it in range(at, end)) > 1)
            ):
                opened = True
                yield Heading(at, at + 1, before.level, text)


def _opens(text: str, kind: str) -> bool:
    """Decide whether a line is some words and a colon that tell a section of another kind."""
    title = title_of(text)
    told = text.endswith(":") and len(title.split()) > 1 and is_generic(title)
    return told and not field_of(text) and kind_of(title) not in ("", kind)


def _title_alone(lines: list[Line], marked: list[Heading]) -> Iterator[Heading]:
    """Yield the first line of a text as its title, where it stands alone and all headings are below one."""
    first = next((i for i, line in enumerate(lines) if not line.blank), len(lines))
    after = lines[first + 1 : first + 2]
    led = bool(marked) and marked[0].start == first + 1
    text = lines[first].text.strip() if after and (after[0].blank or led) else ""
    text = text if is_title_like(alone_as_title(Line(0, text))) else ""
    below = all(it.level > 1 and it.start > first for it in marked)
    if below and len(text.split()) > 1 and text[:2] != "1.":
        level = 2 if KNOWN_PAGES.match(text.casefold()) else 1
        yield Heading(first, first + 1, level, text)


def _headings(lines: list[Line]) -> Iterator[Heading]:
    for i, line in enumerate(lines):
        if line.code:
            continue
        atx = ATX.match(line.text)
        if atx and (atx[2] or atx[3]) and not _is_text(atx):
            yield Heading(i, i + 1, len(atx[1]), atx[2] or atx[3])
        elif i and SETEXT.match(line.text) and _is_setext(lines, i):
            level = 1 if "=" in line.text else 2
            yield Heading(i - 1, i + 1, level, lines[i - 1].text.strip())


_KEYCAP = re.compile(r"(\d)\ufe0f?\u20e3")


def _counted(marked: Iterable[Heading]) -> Iterator[Heading]:
    """Yield headings; one with a number in a box has the level of the one whose number it follows."""
    last, level = 0, 0
    for heading in marked:
        number = _KEYCAP.match(heading.text)
        if number:
            follows = int(number[1]) == last + 1 > 1
            last, level = int(number[1]), level if follows else heading.level
        yield heading._replace(level=level) if number else heading


_FILE = re.compile(r"[\w./-]+\.(?:py|js|jsx|ts|tsx|json|ya?ml|env|sh|css|html|sql)")


def _is_text(atx: re.Match[str]) -> bool:
    """Decide whether a line with the mark of a heading is a paragraph, or the name of a file above its lines."""
    text = atx[2] or atx[3]
    return is_paragraph(text) or bool(atx[1] == "#" and _FILE.fullmatch(text))


def _righted(lines: list[Line], marked: list[Heading]) -> list[Heading]:
    """Return headings; one of a higher rank right below a section of entries stands below it, none below contents."""
    done: list[Heading] = []
    for i, (one, after) in enumerate(pairwise(marked)):
        if CONTENTS.match(title_of(one.text).casefold()):
            marked[i] = one._replace(level=max(one.level, after.level))
    opener: Heading | None = None
    for heading in marked:
        level = heading.level
        before = done[-1] if done else Heading(0, 0, 0, "")
        if (
            opener is None
            and level < before.level
            and entries_of(before.text)
            and not is_known(heading.text)
        ):
            is_empty = not any(
                re.search(r"\w", it.text) for it in lines[before.end : heading.start]
            )
            opener = before if is_empty else None
        if opener and level < opener.level:
            level = opener.level + 1
        done.append(heading._replace(level=level))
    return done


def _is_setext(lines: list[Line], at: int) -> bool:
    """Decide whether a line of `===` or `---` underlines the line before it."""
    text = lines[at - 1].text
    alone = at < 2 or lines[at - 2].blank or bool(RULE.match(lines[at - 2].text))
    if lines[at - 1].blank or lines[at - 1].code or not alone:
        return False
    if ITEM.match(text) or ATX.match(text):
        return False
    return "=" in lines[at].text or (len(text) <= 80 and not re.search(r"[.!?,;]\W*$", text))


def bold_heading(lines: Sequence[Line], at: int) -> str:
    """Return the text of a line that is bold as a whole and stands as a heading would."""
    line = lines[at]
    bold = None if line.code else _BOLD.match(line.text) or _SUMMARY.match(line.text)
    before = lines[at - 1].text if at else ""
    above = (ATX, FOLDING, RULE)
    section = _BOLD.match(before)
    is_below = any(it.match(before) for it in above) or (
        section and entries_of(section[2]) == "challenge"
    )
    if not bold or (before.strip() and not is_below):
        return ""
    text = re.sub(r"<[^>]*>", "", bold[2]).strip(" *")
    below = any(re.match(r"\s{0,3}\w", it.text) for it in lines[at + 1 : at + 2])
    is_sentence = text.endswith((".", "!", "?")) or len(text) > 100
    if (
        bold.re is _BOLD
        and len(bold[1]) == 1
        and not (is_known(text) or is_numbered(text) or below)
    ):
        return ""
    return "" if is_sentence else text


def _bold_headings(lines: list[Line]) -> list[Heading]:
    texts = [(i, bold_heading(lines, i)) for i in range(len(lines))]
    found = [Heading(i, i + 1, _bold_level(lines[i], text), text) for i, text in texts if text]
    return list(_with_numbered_below(lines, found))


def _with_numbered_below(lines: list[Line], found: Sequence[Heading]) -> Iterator[Heading]:
    """Yield headings; those with a number right below a section of entries, or with a label, stand below it."""
    above: Heading | None = None
    for before, heading in pairwise([Heading(0, 0, 0, ""), *found]):
        if entries_of(before.text) and not NUMBER.match(before.text):
            above = before
        told = above is before and entries_of(before.text) == "challenge"
        labelled = told and any(field_of(it.text) for it in lines[heading.end : heading.end + 8])
        is_titled = NUMBER.match(heading.text) or labelled
        above = above if is_titled else None
        yield heading._replace(level=above.level + 1) if above else heading


def _bold_level(line: Line, text: str) -> int:
    """Return the level of a heading in bold, or in italics as titles of entries are."""
    is_italic = re.match(r"\s*([*_])(?!\1)", line.text)
    return 3 if is_italic and not is_known(text) else 2


def _tree(lines: list[Line], marked: list[Heading]) -> Section:
    root = Section("", 0, 0)
    open_sections = [root]
    starts = {it.start: it for it in marked}
    skip = 0
    for i, line in enumerate(lines):
        if i in starts:
            heading, skip = starts[i], starts[i].end
            while open_sections[-1].level >= heading.level:
                open_sections.pop()
            section = Section(heading.text, heading.level, line.number)
            open_sections[-1].children.append(section)
            open_sections.append(section)
        elif i >= skip:
            open_sections[-1].lines.append(line)
    return root


def rendered(section: Section, depth: int = 2) -> list[Line]:
    """Return all lines below a heading, deeper headings one below another from the second level."""
    lines = list(section.lines)
    for child in section.children:
        heading = without_emoji(child.heading)
        lines += [
            Line(child.number, ""),
            Line(child.number, f"{'#' * min(depth, 6)} {heading}"),
            Line(child.number, ""),
        ]
        lines += rendered(child, depth + 1)
    pairs = zip([Line(0, "", code=True), *lines], lines, strict=False)
    return [it for above, it in pairs if it.code or above.code or not (it.blank and above.blank)]


def render(section: Section) -> str:
    """Return the text of a section and of those below it."""
    return text_of(rendered(section))


def all_lines(section: Section) -> Iterator[Line]:
    yield from section.lines
    for child in section.children:
        yield Line(child.number, f"**{child.heading}**")
        yield from all_lines(child)
