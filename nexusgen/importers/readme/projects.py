"""Tell whether a text, or a section of it, is one project, several, or a hub; and what its title is."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from nexusgen.importers.lines import Line
from nexusgen.importers.readme.entries import blocks, item_draft
from nexusgen.importers.readme.outline import Section
from nexusgen.importers.readme.parts import has_words
from nexusgen.importers.readme.sections import (
    holds_kinds,
    is_contents,
    is_wrapper,
    kind_of_lines,
    listed_kind,
    numbered_entry,
    opens_section,
    tells_built,
    told_kind,
)
from nexusgen.importers.titles import is_known, is_paragraph, is_title_like, title_of
from nexusgen.importers.vocabulary import (
    APP,
    ASKING,
    AUTHOR,
    BUILDS,
    DATED,
    FINDINGS,
    HUB,
    KNOWN_PAGES,
    LEARNED,
    LEARNING,
    LECTURE,
    NAMELESS,
    OF_COURSE,
    OF_MANY,
    OF_ONE_THING,
    PERIOD,
    PRODUCT,
    PROJECT_LABELS,
    PROJECT_PARTS,
    README_PARTS,
    SETUP,
    SEVERAL,
    SHOWING,
    SINGULAR,
    SOLUTIONS,
    TASK,
    TITLE_LABEL,
    is_generic,
    kind_of,
)

_IS = re.compile(
    r"\W*(?!(?:This|It|The|My|Our|He|She)\b)([A-Z][\w.+-]*(?: [A-Z][\w.+-]*){0,3})[*_`]* is an? "
)


def name_above(root: Section) -> Section | None:
    """Take out the name of a repository that stands alone above the title of its text; return it."""
    first, second, *more = [*root.children, Section("", 0, 0), Section("", 0, 0)]
    is_name = first.level == second.level == 1 and not (first.has_text or first.children)
    holds = second.has_text or second.children
    others = any(it.level == 1 for it in more) and not (
        HUB.search(first.title) and _product_in(second.title)
    )
    return root.children.pop(0) if is_name and holds and not others else None


def title_section(root: Section) -> tuple[Section | None, list[Section]]:
    """Return the section whose heading is the title of the text, and the sections in order."""
    if not root.children:
        return None, []
    first, *others = root.children
    known = (
        first.kind
        or KNOWN_PAGES.match(first.title.casefold())
        or AUTHOR.match(first.title.casefold())
        or (ASKING.match(first.title) and first.level > 1)
        or (first.level > 1 and any(is_paragraph(line.text) for line in root.lines))
        or (first.heading[:2], *(it.heading[:2] for it in others[:1])) == ("1.", "2.")
    )
    lower = [it.level for it in others]
    if first.level == 1 and (not known or (first.children and 1 not in lower)):
        return first, [*first.children, *others]
    if not known and not first.children and others:
        return first, others
    if not known and first.level < min(lower, default=7):
        return first, [*first.children, *others]
    named = _named_thing(root)
    if not named or not is_project(named, root.children):
        return None, root.children
    root.lines = [it for it in root.lines if it.text.strip() != named.heading]
    return named, root.children


def _named_thing(root: Section) -> Section | None:
    """Return as title of a text without one the name that its first sentence begins with: `Rill is an app for ...`.

    It may be the line of a product right above the first heading, too, below a text that is none of it.
    """
    above = [it for it in root.lines if not it.blank]
    lines = above + [it for section in root.children[:1] for it in section.lines if not it.blank]
    if len(above) > 1 and is_title_like(above[-1]) and _product_in(above[-1].text):
        return Section(above[-1].text.strip(), 1, above[-1].number)
    text = lines[0].text if lines else ""
    name = _IS.match(text)
    return Section(name[1], 1, lines[0].number) if name and APP.search(text) else None


def is_subtitle(sections: Sequence[Section]) -> bool:
    """Decide whether the first heading below a title is a line of its own, with nothing below it."""
    first = sections[0] if len(sections) > 1 else None
    return first is not None and not (first.has_text or first.children or is_known(first.title))


def is_project(title: Section, sections: list[Section]) -> bool:
    """Decide whether a README tells of one project and of nothing that was learned."""
    kinds = {told_kind(it) for section in sections for it in (section, *section.children)}
    setups = [it for it in sections if SETUP.search(it.title.casefold())]
    early = " ".join([title.heading, *(line.text for line in title.lines[:12])])
    learned = kinds & {"challenge", "concept", "practice", "wrapper", "project"}
    shown = [it for it in sections if SHOWING.search(it.title.casefold())]
    count = len(setups) + len(shown)
    only_of_it = count > 1 and learned <= {"challenge", "wrapper"}
    learns = LEARNING.search(early)
    is_product = not learned and (PRODUCT.search(title.title) or BUILDS.search(early))
    is_hub = learns or (HUB.search(title.title) and not is_product)
    told = kinds - {"", "technology"} or (learns and "technology" in kinds)
    many = len(setups) > 1 or (setups and not kinds - {""})
    if _names_product(title, sections) or (not told and many and count > 2):
        return True
    return bool(setups or (shown and not learned)) and not is_hub and (not learned or only_of_it)


def _names_product(title: Section, sections: list[Section]) -> bool:
    """Decide whether a title is the name of one thing, of which the text has a part such as `How to Run`."""
    own = [it for it in sections if not (_product_in(title.heading) and tells_built(it))]
    kinds = {
        it.number: told_kind(it) or (numbered_entry(it) if it in own else "") for it in sections
    }
    of_many = any(
        _holds_learnings(*it) or holds_kinds(it[0]) for it in pairwise([*sections, title])
    )
    if "project" in kinds.values() or (of_many and not product_of(title)):
        return False
    own = [it for it in sections if kinds[it.number] not in ("challenge", "concept", "practice")]
    inner = [child for section in own for child in section.children]
    learned = {*kinds.values(), *(it.kind for it in inner)}
    parts = [
        it for section in own if section.kind != "wrapper" for it in (section, *section.children)
    ]
    titles = [it.title.casefold() for it in parts]
    shown = [it for it in titles if SETUP.search(it) or SHOWING.match(it) or README_PARTS.match(it)]
    first = [sections[0].lines[:6]] if sections and not kinds[sections[0].number] else []
    early = " ".join(line.text for lines in (title.lines[:12], *first) for line in lines).strip()
    dated = PERIOD.search(title.title) or DATED.match(title.title)
    is_log = "wrapper" in learned and dated and not TASK.match(title.title)
    is_hub = HUB.search(title.title) or OF_MANY.search(title.title) or is_log
    tells_app = APP.search(early) and not (is_hub and LEARNING.search(early))
    many = len(learned & {"challenge", "concept", "practice"}) > 2
    is_app = _product_in(title.heading) or (tells_app and not (is_hub and many))
    if (is_hub and not is_app) or SEVERAL.search(title.title) or LECTURE.match(title.title):
        return False
    is_thing = shown or is_app or TASK.match(title.title) or OF_ONE_THING.search(early)
    return bool(is_app if many else is_thing)


def _holds_learnings(section: Section, after: Section) -> bool:
    """Decide whether a section such as `Major Learnings` is the heading of those that follow, or hold entries."""
    kind = section.kind
    leads = not section.has_text and after.kind
    return kind == "wrapper" and bool(leads or is_wrapper(section, kind, inside=False))


def project_groups(title: Section | None, sections: list[Section]) -> dict[int, list[Section]]:
    """Return the projects of each section, by its line, of a text whose title says that it shows some.

    A section is a project, or without a text of its own a sort of projects.
    """
    kinds = {it.kind for it in sections}
    shows = title is not None and SEVERAL.search(title.title)
    if not shows or kinds & {"project", "challenge", "concept"}:
        return {}
    groups = {}
    for section in sections:
        low = section.title.casefold()
        known = kind_of(low) or KNOWN_PAGES.match(low) or AUTHOR.match(low) or SETUP.search(low)
        if not (known or is_contents(section) or kind_of_lines(section)):
            parts = all(PROJECT_PARTS.search(it.title.casefold()) for it in section.children)
            groups[section.number] = [section] if section.has_text or parts else section.children
    return groups


def is_one_project(section: Section) -> bool:
    """Decide whether a section such as `Capstone Project` is one project and no list of them."""
    low = section.title.casefold()
    if not SINGULAR.search(low) or "projects" in low or kind_of_lines(section) == "project":
        return False
    items = [block for name, block in blocks(section.lines) if has_words(block)]
    leads = [item_draft(block, "project") for block in items]
    listed = [it.rest and not PROJECT_LABELS.search(it.title.casefold()) for it in leads]
    if is_generic(section.title) and listed and all(listed) and not section.children:
        return False
    parts = [PROJECT_PARTS.search(child.title.casefold()) for child in section.children]
    named = re.search(r"\bproject:\s+\S", low)
    return bool(named) or (all(parts) and (section.has_text or bool(parts)))


def product_of(section: Section) -> Section | None:
    """Return a section that no vocabulary knows, but is one thing by its title and its parts.

    Its name may stand right below a heading such as `Real-World Application`.
    """
    titles = [child.title.casefold() for child in section.children]
    parts = sum(bool(PROJECT_PARTS.search(it) or SETUP.search(it)) for it in titles)
    named = section.kind in ("", "project") and _product_in(section.heading)
    if named:
        return section if 2 * parts + (parts > 3) > len(titles) else None
    first, *others = section.children or [section]
    if not others or section.has_text or first.children or not first.has_text:
        return None
    return product_of(Section(first.heading, section.level, first.number, first.lines, others))


_NAMED = re.compile(r"\W*(?:project|app)(?: title| name)\W*[:–-]\W*(\w.*?)\W*$", re.IGNORECASE)


_NEXT_FOR = re.compile(r"(?i)what(?:[’']?s| is) next for ([A-Z][\w.+-]*(?: [A-Z][\w.+-]*){0,2})\W*")


def name_of_project(
    title: Section, preamble: Sequence[Line], sections: Sequence[Section]
) -> tuple[str, str]:
    """Return the name of a project, and what the heading of its text says of it.

    The name stands on a line such as `Project Title: News Feed`, right below a heading such as
    `Internship, Week 2`, in a heading such as `What's next for Heron`, or in that of the text.
    """
    heading = title_of(title.heading)
    told = (_NAMED.match(line.text) for line in preamble if not line.code)
    later = (_NEXT_FOR.fullmatch(it.title) for it in sections)
    name = next((it[1] for it in told if it), "")
    name = name or next((it[1] for it in later if it and it[1] not in heading), "")
    of_course = OF_MANY.search(heading) or OF_COURSE.match(heading)
    below = title.children[0].heading if title.children and not title.has_text else ""
    if of_course and not name and _product_in(below):
        name = title_of(below)
    label, first, rest = split_title(heading)
    if label or (rest and not (HUB.search(first) or OF_COURSE.match(heading))):
        return name or first, rest
    return name or heading, ""


_DASH = re.compile(r"\s+[—–|]\s+|\s+-\s+|:\s+")
"""What parts the title of a text."""


def split_title(heading: str) -> tuple[str, str, str]:
    """Return the label before the title of a text, the title up to a dash, and what stands behind that."""
    first, *rest = _DASH.split(heading, maxsplit=1)
    if rest and TITLE_LABEL.fullmatch(first):
        return first, rest[0], ""
    return "", first, "".join(rest)


def _product_in(heading: str) -> str:
    """Return the part of a title that says what one thing is: `Project Nexus – Poll System`; else the empty string."""
    parts = [title_of(it) for it in _DASH.split(re.sub(r"\([^)]*\)", "", heading))]
    named = (it for it in parts if PRODUCT.search(it) and not NAMELESS.fullmatch(it))
    return next((it for it in named if not (HUB.search(it) or OF_MANY.search(it))), "")


def tells_learnings(parts: Sequence[tuple[Section, str]]) -> bool:
    """Decide whether one of the sections of a project tells what was hard, or what was learned in it."""
    kinds = {kind for _, kind in parts}
    learned = [kind for it, kind in parts if kind and LEARNED.search(it.title)]
    wrapped = any(it.kind == "wrapper" for it, _ in parts)
    return "challenge" in kinds or bool(learned or (wrapped and kinds & {"concept", "practice"}))


def parts_of_project(sections: Sequence[Section]) -> Iterator[tuple[Section, str]]:
    """Yield the sections of the README of one project, each with the kind of its entries, if any.

    What was learned may stand one level deeper, too, or two below `Major Learnings`: each such part
    is yielded after the section that holds it.
    """
    for section in sections:
        held = [it for it in section.children if is_wrapper(it, it.kind, inside=False)]
        for one in (section, *held):
            children = [it for it in one.children if it not in held]
            own = "" if FINDINGS.match(one.title) else listed_kind(replace(one, children=children))
            inner = {it.number: listed_kind(it) for it in children}
            learned = {*inner.values()} - {"", "technology"}
            yield one, own
            yield from (
                (it, inner[it.number])
                for it in children
                if (
                    opens_section(it, own)
                    if own
                    else inner[it.number] or SOLUTIONS.match(it.title.casefold())
                )
                and (own or learned or LEARNED.search(it.title))
            )
