"""Decide what a section is: title, contents list, one project, a holder of others, or a page."""

import re
from collections.abc import Iterator, Sequence

from nexusgen.content.kinds import KINDS
from nexusgen.importers.entries import Draft, blocks, item_drafts, split_lead
from nexusgen.importers.fields import RULE, field_of, holds_problems, text_of
from nexusgen.importers.lines import ITEM, Line
from nexusgen.importers.normal import plain, without_emoji
from nexusgen.importers.outline import FOLDING, Section, bold_heading, title_of
from nexusgen.importers.vocabulary import (
    AUTHOR,
    ENTRY_NUMBER,
    HOLDING,
    KNOWN_PAGES,
    PROJECT_PARTS,
    SINGULAR,
    is_generic,
    is_numbered,
    is_sort,
    kind_of,
)

FOLDERS = {kind.name: kind.folder for kind in KINDS if kind.name not in ("note", "page")}
"""The folder of each kind that a section of a README can hold."""


_GROUP = re.compile(r"^\s*(?:[-*+]\s+[^:,]{2,40}:\s+|\|[^|,]{2,40}\|\s*)[^,|]+,")
SETUP = re.compile(
    r"\b(?:installation|install|setup|usage|getting started|quick ?start|running|requirements|prerequisites|configuration|api (?:endpoints|reference|documentation)|endpoints|deployment"
    r"|c[oó]mo (?:rodar|executar|instalar|usar|clonar|ejecutar)|instalação|instalación|requisitos|comment (?:installer|lancer|utiliser)|prérequis|utilisation|einrichtung|voraussetzungen)\b"
)


SHOWING = re.compile(
    r"^(?:key |main )?(?:features?|screenshots?|demo|live demo|architecture|(?:project |folder )?structure|tests?|testing"
    r"|funcionalidades|características|fonctionnalités|funktionen)\b"
)
"""What else the sections of one project are called, beside how it is set up."""


LEARNING = re.compile(
    r"(?<!machine )(?<!deep )\b(?:learn(?:ed|t|ings?)(?! objectives)|knowledge|journey|documentation hub|takeaways"
    r"|aprend(?:i|í|izados?|izajes?)|appris|apprentissages?)\b",
    re.IGNORECASE,
)


HUB = re.compile(r"\b(?:nexus|portfolio)\b", re.IGNORECASE)
"""What titles say that are of no one project."""


PRODUCT = re.compile(
    r"\b(?:app|application|apis?|backend(?! engineering| development| documentation)|platform|system|store|shop|website|tool|library"
    r"|dashboard|tracker|clone|page|catalog(?:ue)?)$",
    re.IGNORECASE,
)
"""What the title of a project ends with that says what it is."""


_BUILDS = re.compile(
    r"\b(?:build|develop|create|design)s?\b[^.]{0,50}\b(?:app|application|platform|website)\b"
)
"""What the text of a project says of its aim."""


def holds_kinds(section: Section) -> bool:
    """Decide whether a heading of the first level is the title of sections of several kinds."""
    kinds = {kind_of(it.title) for it in section.children if is_generic(it.title)}
    return section.level == 1 and len(kinds & {*FOLDERS}) > 1


def name_above(root: Section) -> Section | None:
    """Take out the name of a repository that stands alone above the title of its text; return it."""
    levels = [it.level for it in root.children]
    if levels != [1, 1] or root.children[0].text or root.children[0].children:
        return None
    return root.children.pop(0) if root.children[1].children else None


def title_section(root: Section) -> tuple[Section | None, list[Section]]:
    """Return the section whose heading is the title of the text, and the sections in order."""
    if not root.children:
        return None, []
    first, *others = root.children
    known = (
        kind_of(first.title)
        or KNOWN_PAGES.match(first.title.casefold())
        or AUTHOR.match(first.title.casefold())
    )
    if (
        any(line.text.strip() and re.search(r"\w", line.text) for line in root.lines)
        and first.level > 1
    ):
        return None, root.children
    lower = [it.level for it in others]
    if first.level == 1 and (not known or (first.children and 1 not in lower)):
        return first, [*first.children, *others]
    if not known and not first.children and others:
        return first, others
    if not known and first.level < min(lower, default=7):
        return first, [*first.children, *others]
    return None, root.children


def is_project(title: Section, sections: list[Section]) -> bool:
    """Decide whether a README tells of one project and of nothing that was learned."""
    kinds = {kind_of(it.title) for section in sections for it in (section, *section.children)}
    setups = [it for it in sections if SETUP.search(it.title.casefold())]
    early = " ".join([title.heading, *(line.text for line in title.lines[:12])])
    if sections and not kind_of(sections[0].title):
        early += " ".join([sections[0].title, *(line.text for line in sections[0].lines[:6])])
    learned = kinds & {"challenge", "concept", "practice", "wrapper", "project"}
    shown = [it for it in sections if SHOWING.search(it.title.casefold())]
    count = len(setups) + len(shown)
    is_used = count > 2 and len(setups) > 1 and len(learned) < 3 and "project" not in learned
    only_of_it = is_used or (count > 1 and learned <= {"challenge", "wrapper"})
    learns = LEARNING.search(early)
    is_product = not learned and (PRODUCT.search(title.title) or _BUILDS.search(early))
    is_named = PRODUCT.search(title.title) and not learned and shown
    is_hub = (learns and not is_named) or (HUB.search(title.title) and not is_product)
    told = kinds - {"", "technology"} or (learns and "technology" in kinds)
    many = len(setups) > 1 or (setups and not kinds - {""})
    whole = len(setups) > 2 and len(shown) > 1 and len(learned) < 2 and not HUB.search(title.title)
    if whole or (not told and many and count > 2):
        return True
    return bool(setups or (shown and not learned)) and not is_hub and (not learned or only_of_it)


_SEVERAL = re.compile(
    r"\b(?:projects|projets|proyectos|projetos|projekte|case studies|practical work"
    r"|project (?:\w+ )?(?:highlights?|showcase|portfolio|work|experience))\b",
    re.IGNORECASE,
)
"""What a title says that shows more than one project."""


def project_groups(title: Section | None, sections: list[Section]) -> dict[int, list[Section]]:
    """Return the projects of each section, by its line, of a text whose title says that it shows some.

    A section is a project, or without a text of its own a sort of projects.
    """
    kinds = {kind_of(it.title) for it in sections}
    if (
        title is None
        or not _SEVERAL.search(title.title)
        or kinds & {"project", "challenge", "concept"}
    ):
        return {}
    groups = {}
    for section in sections:
        low = section.title.casefold()
        known = kind_of(low) or KNOWN_PAGES.match(low) or AUTHOR.match(low) or SETUP.search(low)
        if not (known or is_contents(section) or kind_of_lines(section)):
            parts = all(PROJECT_PARTS.search(it.title.casefold()) for it in section.children)
            groups[section.number] = [section] if section.text or parts else section.children
    return groups


def is_one_project(section: Section) -> bool:
    """Decide whether a section such as `Capstone Project` is one project and no list of them."""
    low = section.title.casefold()
    if not SINGULAR.search(low) or "projects" in low or kind_of_lines(section) == "project":
        return False
    parts = [PROJECT_PARTS.search(child.title.casefold()) for child in section.children]
    return all(parts) and (section.text or bool(parts))


_PROJECTS = re.compile(r"\s*\|[\s*]*projects?[\s*]*\|", re.IGNORECASE)
_LINKED = re.compile(r"\s*\|[\s*]*\[[^\]|]+\]\(https?://")


def kind_of_lines(section: Section) -> str:
    """Return the kind that the lines of a section show where its heading is not known.

    A table of problems with their solutions holds challenges, one of links below `Project` projects;
    skills written as groups, such as `Languages: Python, Go`, are technologies.
    """
    if holds_problems(section.lines):
        return "challenge"
    lines = [line for line in section.lines if not (line.blank or RULE.match(line.text))]
    if len(lines) > 3 and _PROJECTS.match(lines[0].text) and not section.children:
        return "project" if all(_LINKED.match(line.text) for line in lines[2:]) else ""
    is_table = len(lines) > 2 and lines[0].text.lstrip().startswith("|")
    lines = lines[2:] if is_table else lines
    groups = all(_GROUP.match(plain(line.text)) and not line.code for line in lines)
    is_skills = re.search(r"\bskills\b", section.title.casefold()) and not section.children
    return "technology" if is_skills and groups and len(lines) > 1 else ""


def is_contents(section: Section) -> bool:
    """Decide whether a section is nothing but links to headings of its text."""
    lines = [line.text for line in section.lines if ITEM.match(line.text)]
    links = sum(bool(re.search(r"\]\(#", text)) for text in lines)
    return len(lines) > 1 and links > 0.8 * len(lines) and not section.children


def numbered_entry(section: Section) -> str:
    """Return the kind of a section that is an entry by its heading: `Challenge 1: Slow queries`."""
    match = ENTRY_NUMBER.match(section.title)
    if not match or not section.title[match.end() :].strip():
        return ""
    kind = kind_of(match[0].strip(" :0123456789#.-–—"))
    word = match[0].casefold()
    if word.startswith(("project", "case study")):
        return "project"
    return (
        kind
        if kind in FOLDERS and (section.text or section.children) and re.search(r"\d", word)
        else ""
    )


_BOLD_LED = re.compile(r"^\*\*([^*]+?):?\*\*\s*(?::|–|—|-(?=\s))?\s*(\S.*)$")


def split_bold(lines: Sequence[Line]) -> tuple[list[Line], list[Section]]:
    """Return the lines before the first line that is bold as a whole, and sections of these."""
    intro: list[Line] = []
    parts: list[Section] = []
    is_folded = any("<summary" in line.text for line in lines)
    keys = _list_keys(lines)
    for i, line in enumerate(lines):
        if is_folded and not line.code and FOLDING.match(line.text):
            line = Line(line.number, "")
        text = bold_heading(lines, i) or _term(lines, i) or keys.get(i, "")
        may_lead = parts and not (is_folded or line.code) and lines[i - 1].blank
        led = _BOLD_LED.match(line.text) if may_lead else None
        if text and (_names_entry(text) or not field_of(text + ":")[0]):
            parts.append(Section(text, 7, line.number))
        elif led and not field_of(line.text)[0]:
            parts.append(Section(led[1], 7, line.number, [Line(line.number, led[2])]))
        elif parts:
            parts[-1].lines.append(_without_colon(line))
        else:
            intro.append(line)
    return intro, parts


def held_sections(lines: Sequence[Line]) -> tuple[list[Line], list[Section]]:
    """Return what a section without deeper headings holds: parts in bold, or items that sort others."""
    intro, parts = split_bold(lines)
    if any(kind_of(part.title) in FOLDERS for part in parts):
        return intro, parts
    rest: list[Line] = []
    parts = []
    for name, block in blocks(lines):
        draft = next(item_drafts(block, "project")) if name == "item" else None
        title = title_of(draft.title) if draft else ""
        if draft and kind_of(title) in FOLDERS and is_generic(title) and holds_items(draft):
            parts.append(Section(title, 7, draft.numbers[0], draft.lines))
        else:
            rest += block
    return rest, parts


def is_wrapper(section: Section, kind: str, *, inside: bool) -> bool:
    """Decide whether a section only holds others, of which some hold entries.

    One without deeper headings gets as such what its lines hold.
    """
    if kind == "wrapper" and not section.children:
        lines, parts = held_sections(section.lines)
        if any(kind_of(part.title) in FOLDERS for part in parts):
            section.lines, section.children = lines, parts
    if section.level == 1:
        return bool(section.children)
    typed = any(kind_of(child.title) in FOLDERS for child in section.children)
    deeper = [kind_of(it.title) for child in section.children for it in child.children]
    generic = {kind_of(it.title) for it in section.children if is_generic(it.title)}
    low = section.title.casefold()
    opens = HOLDING.search(low) or (inside and not KNOWN_PAGES.match(low))
    if kind == "wrapper":
        return typed or any(it in FOLDERS for it in deeper)
    return typed and (bool(opens and not section.text) or len(generic & {*FOLDERS}) > 1)


_DEFINITION = re.compile(r"^ {0,3}:[ \t]+(?=\S)")


def _term(lines: Sequence[Line], at: int) -> str:
    """Return the text of a line whose definition stands below it, else the empty string."""
    text = lines[at].text.strip()
    below = lines[at + 1] if at + 1 < len(lines) else Line(0, "")
    is_term = text and not _DEFINITION.match(text) and not (lines[at].code or ITEM.match(text))
    return text if is_term and _DEFINITION.match(below.text) else ""


def _without_colon(line: Line) -> Line:
    """Return a line without the sign of a definition before it."""
    return line if line.code else Line(line.number, _DEFINITION.sub("", line.text))


def _list_keys(lines: Sequence[Line]) -> dict[int, str]:
    """Return the lines such as `Caching:` right above a list, of a text where each list has one."""
    keys = {
        i: lines[i].text.strip(" :")
        for i in range(len(lines) - 1)
        if _KEY.match(lines[i].text) and not lines[i].code and ITEM.match(lines[i + 1].text)
    }
    first = next((i for i, line in enumerate(lines) if not line.blank), -1)
    return keys if len(keys) > 1 and first in keys else {}


_KEY = re.compile(
    r"(?!(?:Here|Some|The|My|I|We|It|And|As|These|This|That)\b)[A-Z][^.:!?]{2,50}:\s*$"
)


def _names_entry(text: str) -> bool:
    """Decide whether a bold line is a title such as `Challenge 1: Slow queries`."""
    match = ENTRY_NUMBER.match(text)
    return bool(match and text[match.end() :].strip(" :"))


def with_labels_folded(children: list[Section]) -> list[Section]:
    """Return deeper headings, of which `Solution` belongs to the one before it."""
    kept: list[Section] = []
    for child in children:
        field = field_of(child.title + ":")[0]
        if kept and field in ("solution", "cause", "outcome"):
            kept[-1].children.append(child)
        else:
            kept.append(child)
    return kept


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
    return lines


def render(section: Section) -> str:
    """Return the text of a section and of those below it."""
    text = text_of(rendered(section))
    return re.sub(r"\n{3,}", "\n\n", text) if "```" not in text else text


def all_lines(section: Section) -> Iterator[Line]:
    yield from section.lines
    for child in section.children:
        yield Line(child.number, f"**{child.heading}**")
        yield from all_lines(child)


def nested_bullets(parts: list[tuple[str, list[Line]]]) -> list[tuple[str, list[Line]]]:
    """Put below an item what stands on its level, and belongs to it.

    That are bullets after a number, texts with a label or after a colon, and texts that take
    turns with the items.
    """
    items = [block for name, block in parts if name == "item"]
    numbered = bool(items) and is_number(items[0][0])
    turns = _takes_turns(parts)
    done: list[tuple[str, list[Line]]] = []
    for name, block in parts:
        follows = bool(done) and done[-1][0] == "item"
        bullet = name == "item" and numbered and not is_number(block[0])
        text = name == "text" and (turns or _goes_on(done[-1][1] if follows else [], block))
        if follows and (bullet or text):
            nested = [Line(line.number, f"  {line.text}", line.code) for line in block]
            done[-1] = ("item", [*done[-1][1], *nested])
        else:
            done.append((name, block))
    return done


def holds_items(draft: Draft) -> bool:
    """Decide whether an item only tells what sort those are that are nested below it."""
    lines = [line for line in draft.lines if not line.blank]
    return not draft.rest and bool(lines) and {name for name, _ in blocks(lines)} == {"item"}


def are_sorts(children: Sequence[Section]) -> bool:
    """Decide whether deeper headings among technologies tell sorts, and names stand below each."""
    sorts = [child for child in children if is_sort(child.title)]
    return (
        bool(sorts)
        and 2 * len(sorts) >= len(children)
        and all(holds_names(child.lines) and not child.children for child in children)
    )


def are_challenges(section: Section) -> bool:
    """Decide whether the items below a heading are challenges, and it only tells of which sort."""
    parts = [block for name, block in blocks(section.lines) if name == "item"]
    labels = [field_of(block[0].text, own_line=False)[0] for block in parts]
    solved = [has_solution(block[1:]) for block in parts]
    if section.children or not parts:
        return False
    if all(label == "problem" for label in labels) and all(solved):
        return True
    return bool(_CHALLENGES.search(section.title)) and not any(labels)


_CHALLENGES = re.compile(
    r"\b(?:challenges|problems|obstacles|hurdles|difficulties)$", re.IGNORECASE
)


def has_solution(lines: Sequence[Line]) -> bool:
    """Decide whether a line says that a solution follows."""
    return any(field_of(line.text)[0] == "solution" for line in lines if not line.code)


def holds_names(lines: Sequence[Line]) -> bool:
    """Decide whether lines are a list of names, with or without a text after each, and no groups."""
    parts = [(name, block) for name, block in blocks(lines) if _first_words(block)]
    if len(parts) < 2 or any(name != "item" for name, _ in parts):
        return False
    drafts = [next(item_drafts(block, "technology")) for _, block in parts]
    grouped = any(not it.rest and text_of(it.lines) for it in drafts)
    names = [re.sub(r"\([^)]*\)", "", it.title) for it in drafts]
    counts = [
        (len(name.split()), 6 if it.rest else 4) for name, it in zip(names, drafts, strict=True)
    ]
    return not grouped and all(count <= most for count, most in counts)


def ends_with_rule(lines: Sequence[Line]) -> bool:
    """Decide whether a line across the page closes a list."""
    texts = [line.text for line in lines if not line.blank]
    return len(texts) > 1 and bool(RULE.match(texts[-1])) and bool(ITEM.match(texts[-2]))


def _takes_turns(parts: Sequence[tuple[str, list[Line]]]) -> bool:
    """Decide whether each item is followed by a text of its own, and none by a title of others."""
    names = [name for name, _ in parts]
    start = names.index("item") if "item" in names else len(names)
    texts = [_first_words(block) for name, block in parts[start:] if name == "text"]
    count = len(names) - start
    is_titles = any(text.endswith((":", "**")) or not text for text in texts)
    return count > 3 and names[start:] == ["item", "text"] * (count // 2) and not is_titles


def _first_words(block: Sequence[Line]) -> str:
    return next((it.text.strip() for it in block if re.search(r"\w", it.text)), "")


def _goes_on(item: Sequence[Line], block: Sequence[Line]) -> bool:
    """Decide whether a text belongs to the item before it: it has a label, or ends a colon's line."""
    last = next((it.text.rstrip() for it in reversed(item) if not it.blank), "")
    first = _first_words(block)
    field, label, rest = field_of(first)
    return (
        bool(last)
        and not is_numbered(first)
        and (bool(field and (":" in label or not rest)) or last.endswith((":", ":**")))
    )


def is_number(line: Line) -> bool:
    item = ITEM.match(line.text)
    return bool(item and item[2][:1].isdigit())


def has_numbers(lines: Sequence[Line]) -> bool:
    return any(is_number(line) for line in lines)


def has_label(lines: Sequence[Line]) -> bool:
    return any(field_of(line.text)[0] for line in lines if not line.code and not line.blank)


def first_sentence(text: str) -> str:
    """Return the first sentence of the first paragraph, as plain text."""
    for paragraph in re.split(r"\n\s*\n", text):
        first = paragraph.lstrip()
        if not first or re.match(r"[#>|`!\[<\-*+]\s|[#|`!<>]|\[!|\*\*[^*]+:\*\*", first):
            continue
        sentence = re.split(r"(?<=[.!?])\s", plain(first), maxsplit=1)[0].rstrip()
        if sentence.endswith(":"):
            continue
        return sentence if len(sentence.split()) > 3 else ""
    return ""


def heading_draft(section: Section) -> Draft:
    """Return the draft of the entry that a heading begins, with all that stands below it."""
    title, rest, sign = split_lead(section.heading, "project")
    if field_of(section.title + ":")[0] == "problem" and len(section.title.split()) == 1:
        label = Line(section.number, "**Problem:**")
        return Draft("", "", [label, *rendered(section)], section.numbers())
    if ENTRY_NUMBER.match(title_of(section.heading)) or len(rest.split()) < 4:
        title, rest, sign = section.heading, "", ""
    return Draft(title, rest, rendered(section), section.numbers(), sign)
