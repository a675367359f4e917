"""Divide what stands below a heading: parts in bold, terms, items with what belongs to them."""

import re
from collections.abc import Sequence
from itertools import pairwise

from nexusgen.importers.lines import ITEM, RULE, Line, item_text, text_of
from nexusgen.importers.normal import plain, without_emoji, without_lead_emoji
from nexusgen.importers.readme.entries import Draft, blocks, item_draft, split_lead
from nexusgen.importers.readme.fields import field_of, has_solution, label_of
from nexusgen.importers.readme.outline import FOLDING, Section, bold_heading, rendered
from nexusgen.importers.titles import is_title_like, sentence_of, title_of
from nexusgen.importers.vocabulary import ENTRY_NUMBER, REMEDY, is_generic, is_numbered, kind_of


def split_parts(lines: Sequence[Line]) -> tuple[list[Line], list[Section]]:
    """Return the lines before the first part, and each part: below a line in bold, a term, or a `Key:` above a list."""
    intro: list[Line] = []
    parts: list[Section] = []
    is_folded = any("<summary" in line.text for line in lines)
    keys = _list_keys(lines)
    for i, line in enumerate(lines):
        if is_folded and not line.code and FOLDING.match(line.text):
            line = Line(line.number, "")
        text = bold_heading(lines, i) or _term(lines, i) or keys.get(i, "")
        answers = parts and parts[0].kind == "challenge" and is_generic(parts[0].title)
        if text and (_names_entry(text) or answers or not field_of(text + ":")):
            parts.append(Section(text, 7, line.number))
        elif parts:
            parts[-1].lines.append(_without_colon(line))
        else:
            intro.append(line)
    return intro, parts


def counts_on(intro: Sequence[Line], parts: Sequence[Section]) -> bool:
    """Decide whether the numbers of a list before lines in bold go on between them, which then belong to its items."""
    before = [_number(line) for line in intro]
    after = [_number(line) for part in parts for line in part.lines]
    return max(before, default=0) > 0 and max(before) + 1 in after


def _number(line: Line) -> int:
    """Return the number of an item on the first level, 0 without one."""
    match = None if line.code else re.match(r"(\d{1,2})[.)] ", line.text)
    return int(match[1]) if match else 0


_COUNTED = re.compile(r"\*\*\d{1,2}[.)] [^*]+\*\*\s*$")


def split_counted(lines: Sequence[Line]) -> tuple[list[Line], Section | None, list[Line]]:
    """Return what stands before a line that says what the counted lines in bold below it are, a section of these, and the rest."""
    starts = [i for i, it in enumerate(lines) if not it.code and _COUNTED.match(it.text)]
    above = [i for i in range(starts[0]) if not lines[i].blank] if len(starts) > 1 else []
    if not above or kind_of(lines[above[-1]].text) not in ("challenge", "practice"):
        return list(lines), None, []
    after = range(starts[-1] + 1, len(lines))
    end = next((i for i in after if lines[i].text.startswith("**")), len(lines))
    parts = [
        Section(lines[a].text.strip(" *"), 3, lines[a].number, [*lines[a + 1 : b]])
        for a, b in pairwise([*starts, end])
    ]
    lead = lines[above[-1]]
    section = Section(lead.text.strip(" *:"), 2, lead.number, children=parts)
    return list(lines[: above[-1]]), section, list(lines[end:])


_LINK_ALONE = re.compile(r"^\s{0,3}(?:\*\*)?\[[^\]\n]+\]\([^)\s]+\)(?:\*\*)?\s*$")


def split_linked(lines: Sequence[Line]) -> tuple[list[Line], list[Section]]:
    """Return the lines before the first that is a link as a whole, and sections of these, where texts follow them."""
    starts = [i for i, line in enumerate(lines) if not line.code and _LINK_ALONE.match(line.text)]
    parts = [
        Section(lines[a].text.strip(), 7, lines[a].number, [*lines[a + 1 : b]])
        for a, b in pairwise([*starts, len(lines)])
    ]
    if len(parts) < 2 or not all(part.has_text for part in parts):
        return list(lines), []
    return list(lines[: starts[0]]), parts


_TELLS_OF_THESE = re.compile(r"(?:these|this|those|they|it|we|i|to)\b.*:$", re.IGNORECASE)


def told_below(parts: list[tuple[str, list[Line]]]) -> list[tuple[str, list[Line]]]:
    """Put a list into the text before it that says more of the items above: `We solved these by:`."""
    done: list[tuple[str, list[Line]]] = []
    names = [name for name, _ in parts]
    opened = counted = goes_on = False
    for i, (name, block) in enumerate(parts):
        if name == "text":
            goes_on = opened and counted
            counted = goes_on or any(is_numbered(line.text) for line in block)
            leads = counted and text_of(block).endswith(":")
            opened = "item" in names[:i] and bool(_TELLS_OF_THESE.match(_first_words(block)))
            opened = opened or leads
        if (opened and name == "item") or (goes_on and name == "text"):
            done[-1] = ("text", [*done[-1][1], *block])
        else:
            done.append((name, block))
    return done


def solved_by_list(found: Sequence[tuple[str, list[Line]]]) -> Draft | None:
    """Return the draft of a challenge that a text tells, and the list that it leads to solves."""
    told = [(name, block) for name, block in found if has_words(block)]
    names = [name for name, _ in told]
    text = text_of(told[0][1]) if told else ""
    if names[:1] != ["text"] or {*names[1:]} != {"item"} or not REMEDY.search(text):
        return None
    lines = [line for _, block in told for line in block]
    first = next(i for i, line in enumerate(lines) if not line.blank)
    return Draft(
        lines[first].text.strip(), "", lines[first + 1 :], [it.number for it in lines[first:]]
    )


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


_KEY = re.compile(
    r"(?!(?:Here|Some|The|My|I|We|It|And|As|These|This|That)\b)[A-Z][^.:!?]{2,50}:\s*$"
)


def _list_keys(lines: Sequence[Line]) -> dict[int, str]:
    """Return the lines such as `Caching:` right above a list, of a text where each list has one."""
    keys = {
        i: lines[i].text.strip(" :")
        for i in range(len(lines) - 1)
        if _KEY.match(without_lead_emoji(lines[i].text))
        and not lines[i].code
        and ITEM.match(lines[i + 1].text)
    }
    first = next((i for i, line in enumerate(lines) if not line.blank), -1)
    return keys if len(keys) > 1 and first in keys else {}


def _names_entry(text: str) -> bool:
    """Decide whether a bold line is a title such as `Challenge 1: Slow queries`."""
    text = without_emoji(text)
    match = ENTRY_NUMBER.match(text)
    return bool(match and text[match.end() :].strip(" :"))


def with_labels_folded(children: list[Section]) -> list[Section]:
    """Return deeper headings, of which `Solution` belongs to the one before it, and after it `Learnings`."""
    kept: list[Section] = []
    for child in children:
        field = field_of(child.title + ":")
        told = bool(kept) and (kept[-1].children or child.kind != "wrapper")
        if told and field in ("solution", "cause", "outcome"):
            kept[-1].children.append(child)
        else:
            kept.append(child)
    return kept


def nested_bullets(parts: list[tuple[str, list[Line]]]) -> list[tuple[str, list[Line]]]:
    """Put below an item what belongs to it: bullets after a number, small words and texts after a colon, texts with a label or in turn."""
    items = [block for name, block in parts if name == "item"]
    numbered = bool(items) and _is_number(items[0][0])
    turns, counted = _takes_turns(parts), _counted_items(parts)
    done: list[tuple[str, list[Line]]] = []
    for i, (name, block) in enumerate(parts):
        follows = bool(done) and done[-1][0] == "item"
        bullet = name == "item" and numbered and not _is_number(block[0])
        bullet = bullet or (follows and name == "item" and _leads_to(done[-1][1], block))
        text = name == "text" and (turns or _belongs_to(done[-1][1] if follows else [], block))
        if follows and (i not in counted if counted else bullet or text):
            nested = [Line(line.number, f"  {line.text}", line.code) for line in block]
            done[-1] = ("item", [*done[-1][1], *nested])
        else:
            done.append((name, block))
    return done


def _leads_to(item: Sequence[Line], below: Sequence[Line]) -> bool:
    """Decide whether an item begins with a small letter after one that ends with a colon, and does not."""
    lead, first = (item_text(it[0].text).strip() for it in (item, below))
    return lead[:1].isupper() and lead[-1:] == ":" and first[:1].islower()


def _takes_turns(parts: Sequence[tuple[str, list[Line]]]) -> bool:
    """Decide whether each item is followed by a text of its own, and none by a title of others."""
    names = [name for name, _ in parts]
    start = names.index("item") if "item" in names else len(names)
    texts = [_first_words(block) for name, block in parts[start:] if name == "text"]
    count = len(names) - start
    is_titles = any(text.endswith((":", "**")) or not text for text in texts)
    return count > 3 and names[start:] == ["item", "text"] * (count // 2) and not is_titles


def _counted_items(parts: Sequence[tuple[str, list[Line]]]) -> set[int]:
    """Return which parts are the items of one list numbered from one on, where code or bold lines stand between them."""
    counted: list[int] = []
    for i, (_, block) in enumerate(parts):
        if _number(block[0]) == len(counted) + 1:
            counted.append(i)
    between = [it for _, block in parts for it in block if it.code or it.text.startswith("**")]
    return {*counted} if len(counted) > 2 and len(between) > 1 else set()


def _first_words(block: Sequence[Line]) -> str:
    return next((it.text.strip() for it in block if re.search(r"\w", it.text)), "")


def _belongs_to(item: Sequence[Line], block: Sequence[Line]) -> bool:
    """Decide whether a text belongs to the item before it: it has a label, or ends a colon's line."""
    last = next((it.text.rstrip() for it in reversed(item) if not it.blank), "")
    first = _first_words(block)
    field, label, rest = label_of(first)
    return (
        bool(last)
        and not is_numbered(first)
        and (bool(field and (":" in label or not rest)) or last.endswith((":", ":**")))
    )


def goes_on_bare(lines: Sequence[Line], kind: str) -> bool:
    """Decide whether a text goes on with a list: several titles, or a challenge with its solution."""
    start = next((i for i, line in enumerate(lines) if not line.blank), 0)
    end = next((i for i in range(start, len(lines)) if lines[i].blank), len(lines))
    first = lines[start:end]
    if len(first) < 2 or not is_title_like(first[0]):
        return False
    return has_solution(first) if kind == "challenge" else all(map(is_title_like, first))


def is_list(lines: Sequence[Line]) -> bool:
    """Decide whether only items stand on lines, after a text with a colon at its end at most.

    A text may follow where the items have names in bold, or a title alone.
    """
    told = [(name, block) for name, block in blocks(lines) if has_words(block)]
    leads = bool(told) and text_of(told[0][1]).endswith(":")
    told = told[leads and told[0][0] == "text" :]
    named = [name == "item" and bool(NAMED.match(block[0].text)) for name, block in told]
    closes = len(told) > 2 and told[-1][0] == "text" and all(named[:-1])
    last = [line for line in told[-1][1] if not line.blank] if len(told) > 1 else []
    closes = closes or (len(last) == 1 and is_title_like(last[0]))
    return {name for name, _ in told[: len(told) - closes]} == {"item"}


NAMED = re.compile(r"\s{0,3}(?:[-*+]|\d+[.)])\s+(?:\*\*|`|\[)\S")
"""What an item begins with that has its name in bold, as code or as a link."""


def holds_items(draft: Draft) -> bool:
    """Decide whether an item only tells what sort those are that are nested below it."""
    return not draft.rest and is_list([line for line in draft.lines if not line.blank])


def holds_names(lines: Sequence[Line]) -> bool:
    """Decide whether lines are a list of names, with or without a text after each, and no groups."""
    told = [(name, block) for name, block in blocks(lines) if _first_words(block)]
    drafts = [item_draft(block, "technology") for _, block in told]
    groups = any(text_of(it.lines) and not it.rest for it in drafts)
    names = [re.sub(r"\([^)]*\)", "", it.title).split() for it in drafts]
    is_list = {name for name, _ in told} == {"item"}
    return is_list and not groups and all(len(it) < 7 for it in names)


def ends_with_rule(lines: Sequence[Line]) -> bool:
    """Decide whether a line across the page closes a list."""
    texts = [line.text for line in lines if not line.blank]
    return len(texts) > 1 and bool(RULE.match(texts[-1])) and bool(ITEM.match(texts[-2]))


def _is_number(line: Line) -> bool:
    item = ITEM.match(line.text)
    return bool(item and item[2][:1].isdigit())


def has_words(lines: Sequence[Line]) -> bool:
    return bool(_first_words(lines))


def has_label(lines: Sequence[Line]) -> bool:
    return any(field_of(line.text) for line in lines if not line.code and not line.blank)


def first_sentence(text: str) -> str:
    """Return the first sentence of the first paragraph, as plain text."""
    for paragraph in re.split(r"\n\s*\n|\n(?=\s*(?:[-*+]|\d+[.)])\s)", text):
        first = paragraph.lstrip()
        if not first or re.match(
            r"(?:[#>|`!\[<\-*+]|\d+[.)])\s|[#|`!<>]|\[!|\*\*[^*]+:\*\*", first
        ):
            continue
        sentence = sentence_of(plain(first)).rstrip()
        if sentence.endswith(":"):
            continue
        return sentence if len(sentence.split()) > 3 else ""
    return ""


def heading_draft(section: Section) -> Draft:
    """Return the draft of the entry that a heading begins, with all that stands below it."""
    title, rest, sign = split_lead(section.heading, "project")
    if field_of(section.title + ":") == "problem" and len(section.title.split()) == 1:
        label = Line(section.number, "**Problem:**")
        return Draft("", "", [label, *rendered(section)], section.numbers())
    if ENTRY_NUMBER.match(title_of(section.heading)) or len(rest.split()) < 4:
        title, rest, sign = section.heading, "", ""
    return Draft(title, rest, rendered(section), section.numbers(), sign)
