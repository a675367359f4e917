"""Decide what a section is: a contents list, a holder of others, a sort of entries, or an entry."""

import re
from collections.abc import Iterator, Sequence

from nexusgen.content.kinds import KINDS
from nexusgen.importers.lines import ITEM, RULE, Line, item_text
from nexusgen.importers.normal import plain, without_lead_emoji
from nexusgen.importers.readme import parts
from nexusgen.importers.readme.bare_entries import are_lessons, key_drafts, line_drafts
from nexusgen.importers.readme.entries import blocks, item_draft, items_in
from nexusgen.importers.readme.fields import field_of, has_solution
from nexusgen.importers.readme.outline import Section
from nexusgen.importers.readme.tables import holds_rows
from nexusgen.importers.titles import title_of
from nexusgen.importers.vocabulary import (
    CHALLENGES,
    CLOSING,
    CONTENTS,
    DATED,
    ENTRY_NUMBER,
    HOLDING,
    KNOWN_PAGES,
    MAYBE_PARTS,
    OUTSIDE,
    PRODUCT,
    PROJECT_LABELS,
    PROJECT_PARTS,
    SOLUTIONS,
    is_generic,
    is_outside,
    is_sort,
    kind_of,
)

ENTRY_KINDS = frozenset(kind.name for kind in KINDS) - {"note", "page"}
"""The kinds of entries that a section of a README can hold."""

_GROUP = re.compile(r"^\s*(?:(?:[-*+]\s+)?[^:,|]{2,40}:\s+|\|[^|,]{2,40}\|\s*)[^,|]+(,?)")


def holds_kinds(section: Section) -> bool:
    """Decide whether a heading of the first level is the title of sections of several kinds."""
    kinds = {it.kind for it in section.children if is_generic(it.title)}
    return section.level == 1 and len(kinds & ENTRY_KINDS) > 1


def told_kind(section: Section) -> str:
    """Return the kind that a heading tells; `Project Highlights` may list the parts of one project."""
    kind = section.kind
    linked = any("](http" in line.text for line in section.lines)
    if kind != "project" or linked or not MAYBE_PARTS.search(section.title.casefold()):
        return kind
    items = [item_draft(block, kind).title for block in items_in(section.lines)]
    keys = [line.text.partition(": ")[0] for line in section.lines if not line.blank]
    titles = [title_of(it) for it in items or [it.title for it in section.children] or keys]
    return kind if 2 * sum(bool(PRODUCT.search(it)) for it in titles) >= len(titles) else ""


_PROJECTS = re.compile(r"\s*\|[\s*]*projects?[\s*]*\|", re.IGNORECASE)


def kind_of_lines(section: Section) -> str:
    """Return the kind that the lines of a section show where its heading is not known.

    A table whose first column is `Project` holds projects; skills written as groups, such as `Languages: Python, Go`, are technologies.
    """
    lines = [line for line in section.lines if not (line.blank or RULE.match(line.text))]
    if len(lines) > 3 and _PROJECTS.match(lines[0].text) and not section.children:
        return "project"
    is_table = len(lines) > 2 and lines[0].text.lstrip().startswith("|")
    gained = is_table and re.match(r"(?i)\s*\|\s*before\s*\|\s*after\s*\|", lines[0].text)
    lines = lines[2:] if is_table else lines
    leads = bool(lines) and lines[0].text.rstrip().endswith(":")
    groups = [None if it.code else _GROUP.match(plain(it.text)) for it in lines[leads:]]
    if len(groups) > 3 and not groups[-1]:
        groups.pop()
    listed = sum(bool(it and it[1]) for it in groups)
    is_skills = re.search(r"\bskills\b", section.title.casefold()) and not section.children
    if is_skills and all(groups) and 2 * listed > len(groups) > 1:
        return "technology"
    applied = re.search(
        r"(?i)\bskills (?:(?:that )?(?:i|we) )?(?:acquired|applied|demonstrated|developed|gained|learn(?:ed|t)|practi[cs]ed)\b",
        section.title,
    )
    listed = parts.is_list(section.lines) or are_lessons(section.lines)
    is_list = len(groups) > 1 and not section.children and listed
    return "concept" if applied and (is_list or gained) else ""


def kind_of_entries(section: Section) -> str:
    """Return the kind that a heading tells, else that of its lines.

    What stands below `What I Learned` are concepts: a list, sentences, or titles with a list each.
    """
    kind = told_kind(section)
    if kind == "wrapper" and parts.is_list(section.lines) and not _held_sections(section.lines)[1]:
        return "concept"
    if kind == "wrapper" and not section.children:
        named = [it.has_text and not it.kind for it in parts.split_parts(section.lines)[1]]
        keys = [bool(it.rest and it.sign == ":") for it in key_drafts(section.lines, "concept")[1]]
        lessons = are_lessons(section.lines) or any(len(it) > 1 and all(it) for it in (named, keys))
        return "concept" if lessons else kind
    if kind == "wrapper" and not is_wrapper(section, kind, inside=False):
        return kind if all(is_sort(it.title) for it in section.children) else "concept"
    return kind or kind_of_lines(section)


def listed_kind(section: Section) -> str:
    """Return of which kind the entries of a section are; of prose alone no entries are made."""
    kind = kind_of_entries(section)
    if kind not in ENTRY_KINDS or kind == "project":
        return ""
    names = {name for name, _ in blocks(section.lines)}
    listed = section.children or names != {"text"} or len(parts.split_parts(section.lines)[1]) > 1
    return kind if listed or line_drafts(section.lines, kind)[1] else ""


def is_group_of_learnings(child: Section) -> bool:
    """Decide whether a heading below `Key Learnings` that no vocabulary knows, and asks nothing, tells the sort of concepts with a text each.

    What is still to be ticked off was not learned.
    """
    known = child.kind or KNOWN_PAGES.match(child.title.casefold()) or child.title[-1:] == "?"
    is_open = all(item_text(it[0].text).startswith("[ ]") for it in items_in(child.lines))
    return parts.is_list(child.lines) and not (known or is_open)


def tells_learned(title: str) -> bool:
    """Decide whether the title of a part of a page tells what was learned: `Key things I learned`."""
    named = re.search(r"(?i)\b(?:covered|insights?|learn\w+|takeaways?|understood)\b", title)
    return bool(named and kind_of(title) and is_generic(title))


def _tells_kind(title: str) -> bool:
    """Decide whether the title of a part of a day tells of which kind its entries are."""
    return kind_of(title) in (
        "challenge",
        "technology",
        "concept",
        "practice",
        "wrapper",
    ) and is_generic(title)


_LABEL = re.compile(r"(?:\*\*)?(\w[^*:]{2,40})(?::\*\*|\*\*:|\*\*$|:$)\s*(.*)")
_POINTS = re.compile(r"(?i)\s*[-*+]\s+(?:check|see|try|visit|watch)\b[^\]]*\]\(")
"""An item that leads readers to what was made, beside those that tell what was learned."""


def learned_parts(section: Section) -> Iterator[tuple[Section, Section]]:
    """Take lists below labels and headings such as `What I learned` off a page, and texts behind one; yield what held each, and it."""
    tells = _tells_kind if DATED.match(section.title) else tells_learned
    lines, section.lines = section.lines, []
    found: list[Section] = []
    end = 0
    for i, line in enumerate(lines):
        label = None if line.code else _LABEL.match(without_lead_emoji(line.text))
        if label and tells(label[1]):
            ends = (at for at in range(i + 2, len(lines)) if _ends_list(lines, at))
            last = next(ends, len(lines))
            text = [Line(line.number, f"- {label[2]}" if label[2] else ""), *lines[i + 1 : last]]
            part = Section(label[1], 7, line.number, text)
            points = any(_POINTS.match(it.text) for it in text)
            if parts.is_list(text) and kind_of_entries(part) in ENTRY_KINDS and not points:
                found.append(part)
                end = last
        if i >= end:
            section.lines.append(line)
    yield from ((section, part) for part in found)
    outside = OUTSIDE.match(section.title.casefold())
    for child in [*section.children]:
        if tells(child.title) and listed_kind(child) and not outside:
            section.children.remove(child)
            yield section, child
        elif not child.kind:
            yield from learned_parts(child)


def _ends_list(lines: Sequence[Line], at: int) -> bool:
    """Decide whether a line after a gap is no item, and belongs to none, as by a label."""
    text = lines[at].text
    goes_on = lines[at].blank or ITEM.match(text) or text[0] == " " or field_of(text)
    return lines[at - 1].blank and not goes_on


def is_contents(section: Section) -> bool:
    """Decide whether a section is a contents list: links to headings of its text, or names below such a title."""
    texts = [line.text for line in section.lines if not line.blank]
    lines = [text for text in texts if ITEM.match(text)]
    links = sum("](#" in text for text in lines)
    names = all("](" in text or len(text.split()) < 9 for text in texts)
    listed = len(lines) > 1 and links > 0.8 * len(lines) and not section.children
    return listed or bool(names and CONTENTS.match(section.title.casefold()))


def tells_built(section: Section) -> bool:
    """Decide whether a section that no vocabulary knows tells in prose what was built."""
    built = [it for it in section.children if re.fullmatch(r"(?i)what (?:i|we) built", it.title)]
    told = bool(built) and built[0].has_text and not parts.is_list(built[0].lines)
    dated = re.match(r"(?i)(?:day|week|month|module|sprint)\b", section.title)
    return bool(told) and section.level > 1 and not (dated or section.kind)


def numbered_entry(section: Section) -> str:
    """Return the kind of a section that is an entry by its heading, such as `Challenge 1: Slow queries`, or by its parts."""
    if tells_built(section):
        return "project"
    match = ENTRY_NUMBER.match(section.title)
    if not match or not section.title[match.end() :].strip():
        return ""
    word = match[0].casefold()
    kind = kind_of(match[0].strip(" :0123456789#.-–—"))
    if has_solution(section.lines):
        kind = "challenge"
    if word.startswith(("proj", "proy", "case study")):
        return "project"
    return kind if re.search(r"\d", word) else ""


def _held_sections(lines: Sequence[Line]) -> tuple[list[Line], list[Section]]:
    """Return what a section without deeper headings holds: parts in bold, or items that sort others."""
    intro, held = parts.split_parts(lines)
    if any(part.kind in ENTRY_KINDS for part in held):
        return intro, held
    rest: list[Line] = []
    held = []
    for name, block in blocks(lines):
        draft = item_draft(block, "project") if name == "item" else None
        title = title_of(draft.title) if draft else ""
        is_held = draft and kind_of(title) in ENTRY_KINDS and is_generic(title)
        names = [Line(draft.numbers[0], draft.rest)] if draft and draft.rest.count(",") > 1 else []
        if draft and is_held and (names or parts.holds_items(draft)):
            held.append(Section(title, 7, draft.numbers[0], [*names, *draft.lines]))
        else:
            rest += block
    return rest, held


def open_up(section: Section) -> None:
    """Give sections without deeper headings that tell what was learned those that their lines hold."""
    if section.kind == "wrapper" and not section.children:
        section.lines, section.children = _held_sections(section.lines)
    for child in section.children:
        open_up(child)


def is_wrapper(section: Section, kind: str, *, inside: bool) -> bool:
    """Decide whether a section only holds others, of which some hold entries, once it is opened up."""
    if kind == "wrapper" and not section.children:
        return bool(_held_sections(section.lines)[1])
    if section.level == 1:
        return bool(section.children)
    told = any(child.kind in ENTRY_KINDS for child in section.children)
    deeper = [it.kind for child in section.children for it in child.children]
    generic = {it.kind for it in section.children if is_generic(it.title)}
    low = section.title.casefold()
    opens = HOLDING.search(low) or (inside and not KNOWN_PAGES.match(low))
    if kind == "wrapper":
        return told or any(it in ENTRY_KINDS for it in deeper)
    holds = bool(opens and not section.has_text) or len(generic & {*ENTRY_KINDS, "wrapper"}) > 1
    return told and holds and not (OUTSIDE.match(low) and _only_lists(section.children))


def _only_lists(children: Sequence[Section]) -> bool:
    """Decide whether sections of entries only list what a text has, as its features: none with a name or a text."""
    return not any(_names_all(it, "") or parts.has_label(it.lines) for it in children)


def are_sorts(children: Sequence[Section]) -> bool:
    """Decide whether deeper headings among technologies tell sorts, and names stand below each."""
    sorts = [child for child in children if is_sort(child.title)]
    return (
        bool(sorts)
        and 2 * len(sorts) >= len(children)
        and all(parts.holds_names(it.lines) and not it.children for it in children)
    )


def _held_titles(section: Section) -> list[Section]:
    """Return the titles below a heading that has no text of its own: deeper headings, else lines in bold; none where one is a label."""
    intro, bold = parts.split_parts(section.lines)
    held = section.children or bold
    is_entry = parts.has_words(intro) or any(field_of(it.title + ":") for it in held)
    return [] if section.kind not in ("", "challenge") or is_entry else held


def open_groups(children: Sequence[Section]) -> list[Section]:
    """Return the headings among challenges that only tell of which sort those are below them, each with these alone.

    A solution belongs to each below one, or it says nothing of its own, or all are alike and one says nothing.
    """
    held = [_held_titles(it) for it in children]
    cured = [bool(it) and all(map(_has_cure, it)) for it in held]
    several = any(len(it) > 1 for it, is_cured in zip(held, cured, strict=True) if is_cured)
    alike = all(held) and any(is_generic(it.title) for it in children)
    groups = []
    for child, inner, is_cured in zip(children, held, cured, strict=True):
        is_group = alike or is_generic(child.title) or (is_cured and several)
        if inner and is_group and not child.kind:
            child.lines, child.children = [], inner
            groups.append(child)
    return groups


def _has_cure(section: Section) -> bool:
    """Decide whether a label below a heading, or a deeper heading, says that a solution follows."""
    titles = [field_of(it.title + ":") for it in section.children]
    return has_solution(section.lines) or "solution" in titles


def is_named_sort(child: Section, kind: str) -> bool:
    """Decide whether one heading among technologies tells a sort, and names in bold stand below it."""
    items = [block[0].text for block in items_in(child.lines)]
    is_list = parts.is_list(child.lines) and all(map(parts.NAMED.match, items))
    named = is_list or (len(items) > 1 and _names_all(child, kind))
    return kind == "technology" and named and is_sort(child.title) and not child.children


def are_named_sorts(children: Sequence[Section], kind: str) -> bool:
    """Decide whether deeper headings repeat of which kind their items are: `API Best Practices`."""
    inner = [child for child in children if not is_outside(child.title, kind)]
    named = [child for child in inner if child.kind == kind]
    listed = all(parts.is_list(it.lines) and not it.children for it in inner)
    are_told = kind != "challenge" or all(_names_all(it, kind) for it in inner)
    return listed and are_told and len(inner) > 1 and 2 * len(named) >= len(inner)


def are_groups(children: Sequence[Section]) -> bool:
    """Decide whether deeper headings among practices tell sorts: each item below them has a name and a text."""
    listed = all(parts.is_list(it.lines) and not it.children for it in children)
    several = sum(len(items_in(it.lines)) for it in children) > len(children) > 1
    return listed and several and all(_names_all(it, "practice") for it in children)


def _names_all(section: Section, kind: str) -> bool:
    """Decide whether each item below a heading is an entry in bold with its text, and none has a label."""
    items = items_in(section.lines)
    drafts = [item_draft(it, kind) for it in items if parts.NAMED.match(it[0].text)]
    told = [it.rest or parts.has_words(it.lines) for it in drafts]
    told += [False] * (len(items) - len(drafts))
    return all(told) and not any(field_of(it[0].text, own_line=False) for it in items)


def are_groups_of_projects(children: Sequence[Section]) -> bool:
    """Decide whether deeper headings among projects tell sorts: only names with a text stand below each."""
    items = [
        block for child in children for _, block in blocks(child.lines) if parts.has_words(block)
    ]
    drafts = [item_draft(block, "project") for block in items]
    titles = [it.title.casefold() for it in drafts]
    return (
        len(children) > 1
        and not any(child.children or not child.has_text for child in children)
        and all(parts.NAMED.match(block[0].text) for block in items)
        and not any(PROJECT_PARTS.search(it) or PROJECT_LABELS.search(it) for it in titles)
    )


_LINKED_ITEM = re.compile(
    r"^\s{0,3}(?:[-*+]|\d+[.)])\s+(?:\*\*|__)?\[[^\]]+\]\(https?://(?:(?:www\.)?(?:github|gitlab|bitbucket)\.|[^)]+\)(?:\*\*|__)?\s*[:–—-]\s*\w)"
)
"""A project by its link: to where its code is, or with a text of its own."""


def holds_entries(lines: Sequence[Line], kind: str) -> bool:
    """Decide whether below a heading stand only rows that say so, solved challenges, or projects with addresses."""
    rows = [line for line in lines if not line.blank]
    if kind == "project":
        return len(rows) > 1 and all(_LINKED_ITEM.match(line.text) for line in rows)
    if kind == "challenge" and rows and ITEM.match(rows[0].text):
        return _are_solved(rows)
    return holds_rows(rows, kind)


def _are_solved(lines: Sequence[Line]) -> bool:
    """Decide whether each item has a name of its own, and a solution below it."""
    items = items_in(lines)
    return bool(items) and all(
        not field_of(first.text) and has_solution(below) for first, *below in items
    )


def _are_challenges(section: Section) -> bool:
    """Decide whether the items below a heading are challenges, and it only tells of which sort."""
    items = items_in(section.lines)
    if section.children or not items:
        return False
    labels = [field_of(block[0].text, own_line=False) for block in items]
    solved = all(has_solution(block[1:]) for block in items)
    return solved if any(labels) else bool(CHALLENGES.search(section.title))


def opens_section(child: Section, kind: str) -> bool:
    """Decide whether a deeper heading is no entry: it opens a section, or closes this one."""
    own = child.kind
    if own != kind and re.match(r"\W*\d\ufe0f?\u20e3", child.heading):
        return False
    low = child.title.casefold()
    if is_contents(child) or CLOSING.match(low) or SOLUTIONS.match(low):
        return True
    if is_outside(child.title, kind):
        return True
    numbered = ENTRY_NUMBER.match(child.title)
    if kind == "challenge" and _are_challenges(child):
        return True
    return own in ENTRY_KINDS and not numbered and is_part(child, own, kind)


def tells_of_all(child: Section, kind: str) -> bool:
    """Decide whether a heading such as `Personal Takeaways` repeats the kind, and only prose stands below it."""
    named = child.kind == kind == "practice" and is_generic(child.title)
    return named and not child.children and all(name == "text" for name, _ in blocks(child.lines))


def is_part(child: Section, own: str, kind: str) -> bool:
    """Decide whether a heading below a section opens a section of its own."""
    count = len(child.title.split())
    is_group = own == kind and (count > 5 or (count == 1 and kind == "technology"))
    listed = bool(child.children or own not in (kind, "project")) or any(
        name != "text" for name, _ in blocks(child.lines)
    )
    drafts = line_drafts(child.lines, own)[1]
    listed = listed or len(drafts) > 1 or any(draft.sign for draft in drafts)
    return listed and is_generic(child.title) and not is_group
