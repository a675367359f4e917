"""Find the entries of a section: in deeper headings, tables, lists, or lines of `Key: sentence`."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from nexusgen.importers.lines import BREAK, ITEM, LINKED, RULE, Line, item_text, numbers_of, text_of
from nexusgen.importers.normal import Import, Item, plain, without_lead_emoji
from nexusgen.importers.readme.fields import (
    FIELDS,
    PLACEHOLDER,
    field_of,
    label_of,
    labelled,
    split_labels,
)
from nexusgen.importers.readme.tables import as_labels, is_row_rule
from nexusgen.importers.titles import cut_title
from nexusgen.importers.vocabulary import ENTRY_NUMBER, is_numbered

_LONGEST_SUMMARY = 300

_BOLD_LEAD = re.compile(r"^(\*\*\*|\*\*|__)(?=\S)(.+?)(?<=\S)\1(.*)$")
_MARKED_LEAD = re.compile(
    r"^((`+)[^`]+\2|\*[^*]+\*|_[^_]+_|\[[^\]]+\]\([^)\s]+\))\s*(?::|–|—|-{1,2}(?=\s)|→|=>)\s*(.*)$"
)
_PLAIN_LEAD = re.compile(
    r"^((?:(?!://)[^.!?:]|[.!?:](?=\S)|(?<=\b(?:Dr|Mr|Ms|St|cf|vs))\.|(?<=\.[A-Za-z])\.){2,80}?)(:\s+|\s+[–—→]\s*|\s*[–—]\s+|\s-{1,2}>?\s+|\s=>\s+|\s*\.{3,}\s+)(\S.*)$"
)
_ARROWS = re.compile(r"\s+(?:[➔➙➛➜➝➞➡⇒⟶]\ufe0f?|[=-]{2,}>)\s+")
_LEADS = ("→", "=>", "->")
"""The arrows that lead from a challenge to its solution."""
_TELLS_USE = re.compile(r"\s+(?:as|for|through|to|using|via|with)\s|\s+principles\s")
"""What goes on after the name of a technology to tell what it was used for."""
_SEPARATOR = re.compile(r"^\s*(?::|–|—|-{1,2}(?=\s)|→|=>|->)\s*")
_BROKEN = re.compile(r"[^\s.,;:!?] {2,}$")
"""The end of a line that a break parts from the next, with no sign of a sentence."""
_CHECKBOX = re.compile(r"^\[[ xX]\]\s+")
_LINK = re.compile(r"(?<!!)(\[([^\[\]]+)\]\([^()\s]+\))")
_TITLE_LINK = re.compile(r"^\[[^\]]+\]\((https?://[^)\s]+)\)$")
_NO_TITLE = re.compile(r"(?:for )?example|e\.g\.|(?:day|week|chapter) \d+", re.IGNORECASE)


class Draft(msgspec.Struct):
    """An entry on the way: its title in Markdown, the text after it, and the lines that follow.

    `sign` stands between title and text, `word` between it and other names on its line.
    """

    title: str
    rest: str
    lines: list[Line]
    numbers: list[int]
    sign: str = ""
    word: str = ""


def blocks(lines: Sequence[Line]) -> Iterator[tuple[str, list[Line]]]:
    """Yield what stands on the top level: `item`, `table` or `text`, each with its lines."""
    current: list[Line] = []
    state = "text"
    base = _base_indent(lines)
    for i, line in enumerate(lines):
        new = _block_at(lines, i, state, base)
        if new != "same":
            if current:
                yield state, current
            current, state = [], new
        current.append(line)
    if current:
        yield state, current


def items_in(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the items on the top level, each with its lines."""
    return [block for name, block in blocks(lines) if name == "item"]


def _base_indent(lines: Sequence[Line]) -> int:
    found = [ITEM.match(line.text) for line in lines if not line.code]
    return min((len(item[1]) for item in found if item), default=0)


def _block_at(lines: Sequence[Line], at: int, state: str, base: int) -> str:
    """Return which block begins on a line, or `same`."""
    line = lines[at]
    if line.code:
        goes_on = at and lines[at - 1].code
        return "same" if state == "text" or goes_on or line.text[:1] in " \t`~" else "text"
    item = ITEM.match(line.text)
    if item and len(item[1]) <= base + 1 and not RULE.match(line.text):
        return "item"
    if "|" in line.text and at + 1 < len(lines) and is_row_rule(lines[at + 1].text):
        return "same" if state == "table" else "table"
    if state == "table":
        return "same" if "|" in line.text else "text"
    if state == "item" and not line.blank:
        indent = len(line.text) - len(line.text.lstrip())
        opens = lines[at - 1].blank or is_numbered(line.text)
        outside = RULE.match(line.text) or (indent <= base and opens)
        return "text" if outside else "same"
    return "same"


def item_draft(lines: Sequence[Line], kind: str) -> Draft:
    """Return the draft of an item of a list: its lead, and what is nested below it."""
    first, *more = lines
    text = _CHECKBOX.sub("", item_text(first.text))
    head, *labels = split_labels(text) if kind == "challenge" else [text]
    more = [*(Line(first.number, label.lstrip("|; ")) for label in labels), *more]
    head = head.rstrip(" |;") if labels else head
    taken = 0
    while taken < len(more) and not _begins_block(more[taken], kind):
        taken += 1
    title, rest, sign = split_lead(without_lead_emoji(head), kind)
    follow = [Line(it.number, it.text.strip()) for it in more[:taken]]
    ends = _is_lead(head) or _BROKEN.search(first.text)
    wraps = title and follow and not (ends or field_of(follow[0].text))
    if wraps and not (rest or sign):
        joined = " ".join([head, *(it.text for it in follow)])
        title, rest, sign = split_lead(without_lead_emoji(joined), kind)
        follow = []
    elif wraps and rest[-1:] not in ".!?:":
        rest = " ".join([rest, *(it.text for it in follow)])
        follow = []
    numbers = numbers_of(lines)
    return Draft(title, rest, [*follow, *more[taken:]], numbers, sign)


def _begins_block(line: Line, kind: str) -> bool:
    return (
        line.code
        or (kind == "challenge" and field_of(line.text) == "solution")
        or line.blank
        or bool(ITEM.match(line.text) or BREAK.match(line.text))
        or line.text.lstrip()[:1] in ("|", ">")
    )


def _is_lead(text: str) -> bool:
    """Decide whether a line is bold as a whole, so that the next does not go on with it."""
    bold = _BOLD_LEAD.match(without_lead_emoji(text).strip())
    return bool(bold and not bold[3].strip(" :."))


def split_lead(text: str, kind: str) -> tuple[str, str, str]:
    """Return the title that a line begins with, what follows, and the sign between them.

    A line without a lead is a title as a whole.
    """
    text = _ARROWS.sub(" → ", text.strip())
    bold = _BOLD_LEAD.match(text)
    if bold:
        return _bold_lead(text, bold, kind)
    marked = _MARKED_LEAD.match(text)
    if marked and marked[3]:
        return marked[1], marked[3], text[len(marked[1]) :].strip()[:1]
    found = _PLAIN_LEAD.match(text)
    if found and _is_name(found[1], found[2].strip(), kind):
        return found[1], found[3], found[2].strip()
    return (text.removesuffix(":")), "", ""


def _bold_lead(text: str, bold: re.Match[str], kind: str) -> tuple[str, str, str]:
    inner, after = bold[2], bold[3]
    sign = _SEPARATOR.match(after)
    if inner.rstrip().endswith((":", "：", "–", "—")) or sign or not after.strip(" ."):
        rest = after[sign.end() :] if sign else after
        return (
            inner.rstrip(" :：–—"),
            rest.strip(),
            (sign[0].strip() if sign else ":") if rest.strip() else "",
        )
    if inner.endswith((".", "!", "?")) and after[:1].isspace():
        return inner.rstrip("."), after.strip(), ":"
    arrow = re.match(r"([^→]{1,40})\s→\s+(\S.*)", after) if kind == "challenge" else None
    if arrow:
        return f"{inner}{arrow[1]}", arrow[2], "→"
    bracket = re.match(r"\s*(\([^)]*\))\s*(?::|–|—|-{1,2}(?=\s)|→|$)\s*(.*)$", after)
    if bracket:
        return f"{inner} {bracket[1]}", bracket[2], ":"
    is_sentence = len(text.split()) > 8 or (text.endswith(".") and len(after.split()) > 2)
    is_sentence = is_sentence or bool(_TELLS_USE.match(after))
    if kind in ("technology", "concept") and is_sentence:
        return inner, after.strip(), " "
    return text, "", ""


def _is_name(text: str, sign: str, kind: str) -> bool:
    """Decide whether what stands before a colon or dash is a name and no part of a sentence."""
    names = plain(text).split()
    longest = 16 if kind == "challenge" and sign in _LEADS else 8
    if len(names) > longest or text.count("(") != text.count(")"):
        return False
    if text.count("**") % 2 or text.count("`") % 2:
        return False
    if kind != "practice" or sign in ("→", "=>"):
        return True
    if re.fullmatch(
        r"(?i)(?:key )?(?:takeaway|lesson|tip|note|remember|pro tip|important)s?", " ".join(names)
    ):
        return False
    return all(
        not it[:1].islower() or len(it) <= 3 or it.lower() in ("with", "over", "from", "into")
        for it in names
    )


def draft_item(draft: Draft, kind: str, found: Import) -> Item | None:
    """Return the item that a draft is, or None where only a placeholder stands there."""
    if draft.word:
        found.leave(draft.numbers[0], draft.word, "word between names")
    if draft.rest and _NO_TITLE.fullmatch(draft.title):
        found.leave(draft.numbers[0], draft.title, "label before a title")
        draft.title, draft.rest, draft.sign = split_lead(draft.rest.strip('"“”'), kind)
    everything = " ".join([draft.title, draft.rest, *(line.text for line in draft.lines)])
    first = draft.numbers[0] if draft.numbers else 0
    if PLACEHOLDER.match(everything):
        _leave(draft, found)
        return None
    if PLACEHOLDER.match(draft.rest):
        found.leave(first, draft.rest, "placeholder")
        draft.rest = ""
    item = Item(kind, "", lines=draft.numbers)
    title = _unnumbered(draft.title, first, found)
    if PLACEHOLDER.match(title):
        _leave(draft, found)
        return None
    if kind == "challenge":
        _fill_challenge(item, title, draft, found)
    else:
        _fill(item, title, draft)
    return item if item.title else None


def _leave(draft: Draft, found: Import) -> None:
    found.leave(draft.numbers[0], f"{draft.title} {draft.rest}", "placeholder")
    for line in draft.lines:
        found.leave(line.number, line.text, "placeholder")


def _unnumbered(title: str, line: int, found: Import) -> str:
    """Return a title without `Challenge 1:` before it."""
    clear = re.sub(r"^(\*\*|__|\*)(.*)\1$", r"\2", without_lead_emoji(title).strip())
    digits = re.match(r"^\(?\d{1,2}(?:[.):]|\s[–—-])\)?\s+", clear)
    if digits:
        found.leave(line, digits[0], "number of an entry")
        clear = clear[digits.end() :]
    number = ENTRY_NUMBER.match(clear)
    if number:
        found.leave(line, number[0], "label that became the kind")
        clear = re.sub(r"^\W*\*\*\s*", "", clear[number.end() :])
    return clear


def _fill(item: Item, title: str, draft: Draft) -> None:
    """Give an item its title, and the field or body that holds the rest."""
    text = text_of(draft.lines)
    rest = draft.rest
    item.title, more = cut_title(title)
    linked = _TITLE_LINK.match(title.strip())
    if linked and item.kind in ("technology", "project"):
        item.fields[_address_field(item.kind, linked[1])] = linked[1]
    elif more:
        rest = f"{title.strip()} {rest}".strip()
    elif item.kind == "practice" and not rest and _has_marks(title):
        rest = title.strip()
    if item.kind == "practice" and rest and len(rest) <= 2 * _LONGEST_SUMMARY:
        item.fields["rule"] = rest
        item.body = text
    else:
        _summarise(item, rest, text)


def _address_field(kind: str, url: str) -> str:
    """Return the field that the address of a technology or project belongs to."""
    if kind == "technology":
        return "homepage"
    return (
        "repository"
        if re.match(r"https?://(?:www\.)?(?:github|gitlab)\.com/[^/]+/[^/]+", url)
        else "url"
    )


def _has_marks(title: str) -> bool:
    return bool(re.search(r"[*_`\]<]", title)) and plain(title) != title


def _summarise(item: Item, rest: str, text: str) -> None:
    """Put the text after a title into the summary where it fits there, else into the body."""
    opens = ITEM.match(text) or text.startswith(("#", ">", "|", "`", "!"))
    if text and not rest and "\n" not in text and not opens:
        rest, text = text, ""
    if rest and len(rest) <= _LONGEST_SUMMARY and not LINKED.search(rest) and "\n" not in rest:
        item.fields["summary"] = plain(rest)
        item.body = text
    else:
        item.body = f"{rest}\n\n{text}".strip()


_CAUSE = re.compile(
    r"(?i)^(?:accidentally|because|caused|due to|forgot)\b|\b(?:is|are|was|were) (?:not|missing|wrong)\b|\bmissing$"
)
"""What stands behind an arrow that tells why, and not what was done."""


def _fill_challenge(item: Item, title: str, draft: Draft, found: Import) -> None:
    """Give a challenge what its labels tell; without a label there is no solution."""
    first = draft.numbers[0]
    lines = draft.lines
    rest = draft.rest
    if rest:
        lines = [Line(first, rest), *lines]
    lines = [
        line
        for name, block in blocks(lines)
        for line in (as_labels(block, found) if name == "table" else block)
    ]
    fields, lead, others = labelled(lines, found)
    if draft.sign in _LEADS and "solution" not in fields:
        fields["cause" if _CAUSE.search(lead) else "solution"], lead = lead, ""
    if lead and "problem" not in fields and "solution" in fields:
        fields["problem"], lead = lead, ""
    lead, links = _title_challenge(item, title, fields, lead)
    lead = lead if "\n" in lead else re.sub(r"^[-*+]\s+", "", lead)
    merge_fields(item, fields)
    if len(lead) <= _LONGEST_SUMMARY and "\n" not in lead:
        _summarise(item, lead, "")
    else:
        item.body = lead
    item.body = "\n\n".join(it for it in (item.body, others, links) if it)


def _title_challenge(item: Item, title: str, fields: dict[str, str], lead: str) -> tuple[str, str]:
    """Give a challenge its title; return the text before all labels, with words that the title left out, and its links."""
    item.title, more = cut_title(title)
    links = _LINK.findall(title)
    if links and not cut_title(_LINK.sub(r"\2", title))[1]:
        return lead, " ".join(it for it, _ in links)
    if not item.title:
        item.title, _ = cut_title((fields.get("problem") or lead).split("\n")[0])
    elif more and "solution" in fields:
        fields["problem"] = f"{title.strip()}\n\n{fields.get('problem', '')}".strip()
    elif more:
        return f"{title.strip()}\n\n{lead}".strip(), ""
    return lead, ""


def merge_fields(item: Item, fields: dict[str, Any]) -> None:
    """Add the texts of fields to those of a challenge that was begun by an earlier line."""
    for field in FIELDS:
        if fields.get(field):
            before = item.fields.get(field)
            item.fields[field] = f"{before}\n\n{fields[field]}" if before else fields[field]


def continues(last: Item, field: str) -> bool:
    """Decide whether a labelled item goes on with the challenge before it."""
    if field != "problem":
        return True
    return not any(map(last.fields.get, FIELDS))


def goes_on(text: str, line: Line) -> bool:
    """Decide whether a line goes on with a text that is broken within a sentence."""
    told = line.text.strip()[:1].islower() and not (line.code or field_of(line.text))
    return told and text.rstrip()[-1:] not in ("", *".!?:;")


def labelled_draft(block: list[Line], found: Import) -> Draft:
    """Return the draft of a challenge that begins with `Challenge:` or `Problem:`."""
    field, label, rest = label_of(block[0].text)
    numbers = numbers_of(block)
    names = re.match(
        r"\W*(?:\w{1,3}[ ’'])?(?:challenge|issue|mistake|obstacle|probl|d[ée]fi\b|desaf|reto\b|herausford)",
        label,
        re.IGNORECASE,
    )
    if names or field != "problem":
        inline = split_labels(rest)
        found.leave(block[0].number, label, "label that became the kind")
        below = block[1:]
        while below and goes_on(inline[-1], below[0]):
            inline[-1] += f" {below.pop(0).text.strip()}"
        more = [Line(block[0].number, text) for text in inline[1:]]
        title, after, sign = split_lead(inline[0], "challenge")
        return Draft(title, after, [*more, *below], numbers, sign)
    return Draft("", block[0].text, block[1:], numbers)


def add_text(index: Item, lines: Sequence[Line]) -> None:
    """Add lines that are no entry to the page of their section."""
    text = text_of(lines)
    if text:
        index.body = f"{index.body}\n\n{text}".strip()
        index.lines += numbers_of(lines)
