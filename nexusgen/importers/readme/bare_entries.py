"""Find the entries of a section that has no list: in lines of `Key: sentence`, or in bare lines."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from nexusgen.importers.lines import ITEM, PICTURE, RULE, Line
from nexusgen.importers.normal import without_lead_emoji
from nexusgen.importers.readme.entries import Draft, goes_on, split_lead
from nexusgen.importers.readme.fields import field_of, has_solution, label_of
from nexusgen.importers.readme.remedies import solution_at
from nexusgen.importers.titles import NO_END
from nexusgen.importers.vocabulary import AND, is_numbered

_NO_NAME = re.compile(
    r"(?i)(?:and|but|so|i|we|you|they|it|he|she|my|our|your|their|its|this|that|these|those|there|here|all|some|many|most|both|each"
    r"|in|on|at|by|for|from|to|with|during|throughout|through|over|after|before|while|when|as|if|since|below|above"
    r"|the (?:\w+ )?(?:following|program|course|section|list|table)|a (?:list|number|summary|few)|overall|finally|also"
    r"|used|learned|learnt|built|wrote|worked|(?:great|good|ideal|needed|perfect|required|responsible|useful) for)\b"
)
"""What a sentence begins with that tells of something, and is no name of it."""
_NAME = re.compile(
    r"(`[^`]+`|[A-Z][\w.+#/-]*(?:\s+(?:&\s+|and\s+)?[A-Z0-9][\w.+#/-]*){0,3})(?=[\s,.]|$)"
)
_TELLS = re.compile(
    r"\s*(?:[,:(]|(?:for|as|with|to|is|was|are|were|in|on|by|used|helped|made|gave|runs|keeps|serves)\b)"
)
"""What stands behind the name in a line that tells of it."""
_NAMED_PICTURE = re.compile(r"(?:\[(?=!))?!\[([^\]]+)\]\([^)]*\)(?:\]\([^)]*\))?")
_INTRO = re.compile(r":\s*$|\b(?:following|as follows|are listed|include)\b", re.IGNORECASE)
_BEGINNING = re.compile(r"[\w*_`\"“.\[(]")
_NEXT_SENTENCE = re.compile(rf"[.!?]{NO_END}\s+\S")
_LONGEST_LINE = 160


def line_drafts(lines: Sequence[Line], kind: str) -> tuple[list[Line], list[Draft]]:
    """Return the lines that are no entry of a section without lists, and drafts of its names, keys, lines or badges."""
    pictures = [
        it for it in lines if PICTURE.search(it.text) and not PICTURE.sub("", it.text).strip()
    ]
    rest = [it for it in lines if it not in pictures]
    badges = [
        Draft(name[1], "", [Line(line.number, name[0])], [line.number])
        for line in pictures
        for name in _NAMED_PICTURE.finditer(line.text)
    ]
    told = any(re.sub(r"<[^>]*>", "", it.text).strip() for it in rest)
    if kind == "technology" and badges and not told:
        return rest, badges
    intro, drafts = _text_drafts(rest, kind)
    return [*pictures, *intro], drafts


def _text_drafts(lines: Sequence[Line], kind: str) -> tuple[list[Line], list[Draft]]:
    if kind in ("technology", "concept") and (drafts := _listed_names(lines)):
        return [it for it in lines if it.number != drafts[0].numbers[0]], drafts
    told = [it.text for it in lines if not it.blank]
    prose = kind == "practice" and len(told) == 1 and _NEXT_SENTENCE.search(told[0])
    if _is_wrapped(lines):
        drafts = _wrapped_drafts(lines, kind)
        return ([] if drafts else list(lines)), drafts
    if prose and _NO_NAME.match(told[0]):
        return list(lines), []
    intro, drafts = key_drafts(lines, kind)
    has_keys = any(draft.rest or has_solution(draft.lines) for draft in drafts)
    has_keys = has_keys or (len(drafts) > 1 and all(draft.lines for draft in drafts))
    if kind == "project":
        return (intro, drafts) if has_keys else (list(lines), [])
    if kind == "concept" and not has_keys and are_lessons(lines):
        kept = [it for it in lines if not (it.blank or RULE.match(it.text))]
        return [], [Draft(it.text.strip(), "", [], [it.number]) for it in kept]
    few = _are_few(lines, drafts, kind)
    bare = [] if (has_keys and not few) or kind == "practice" else _bare_drafts(lines, kind)
    own = {number for draft in bare for number in draft.numbers}
    return ([it for it in lines if it.number not in own], bare) if bare else (intro, drafts)


def _are_few(lines: Sequence[Line], drafts: Sequence[Draft], kind: str) -> bool:
    """Decide whether drafts are no keys: one of some phrases, or challenges told in prose of which some happen to have a colon."""
    texts = [it for it in lines if not it.blank] if kind == "challenge" else []
    told = [_is_solved(it) and not field_of(it.text) for it in texts]
    in_prose = sum(told) > len(drafts) > 0 and all(told[1:])
    return in_prose or (len(drafts) == 1 and _are_phrases(lines))


def _wrapped_drafts(lines: Sequence[Line], kind: str) -> list[Draft]:
    """Return drafts of paragraphs broken within sentences, if each begins with a name: `Ports — they were closed`."""
    runs = [[*run] for blank, run in groupby(lines, lambda it: it.blank) if not blank]
    drafts = []
    for run in runs:
        title, rest, sign = split_lead(" ".join(it.text.strip() for it in run), kind)
        drafts.append(Draft(title, rest, [], [it.number for it in run], sign))
    return drafts if all(it.sign for it in drafts) else []


_GOES_ON = re.compile(
    r"(?i)(?:i|we|it|my|our|this|these|the most|in|during|through|as|by|with|one)\b"
)
"""What a sentence begins with that is no lesson of its own."""


def are_lessons(lines: Sequence[Line]) -> bool:
    """Decide whether lines are sentences, or names, each of which says by itself what was learned."""
    texts = [without_lead_emoji(it.text) for it in lines if not (it.blank or RULE.match(it.text))]
    ended = {it[-1:] == "." for it in texts}
    goes_on = [bool(_GOES_ON.match(it)) for it in texts]
    alone = goes_on[:1] == [False] and 3 * sum(goes_on) < len(texts)
    alone = alone and not any(it.endswith(":") for it in texts)
    plainly = all(map(_BEGINNING.match, texts)) and not any(it.code for it in lines)
    return len(texts) > 1 and len(ended) == 1 and alone and plainly


def key_drafts(lines: Sequence[Line], kind: str) -> tuple[list[Line], list[Draft]]:
    """Return the lines before the first `Key: sentence`, and a draft for each such line.

    Among practices a bare sentence is an entry, among technologies a short line is a name.
    """
    intro: list[Line] = []
    drafts: list[Draft] = []
    starts = _starts(lines) if kind == "challenge" else _titled(lines)
    for i, line in enumerate(lines):
        if line.blank or (not line.code and RULE.match(line.text)):
            continue
        may_start = not line.code and (not starts or line.number in starts)
        alone = len(drafts) > 2 and not any(it.rest for it in drafts) and lines[i - 1].blank
        longest = 9 if alone else 5
        is_intro = not drafts and not starts
        if drafts and _hangs(lines, i, drafts[-1]):
            _join(drafts[-1], line)
            continue
        draft = _key_draft(line, kind, longest, is_intro=is_intro) if may_start else None
        signs = {it.sign for it in drafts[1:]}
        if draft and not (draft.sign == ":" and signs == {"–"} and lines[i - 1].blank):
            drafts.append(draft)
        elif drafts and (kind == "challenge" or starts or not lines[i - 1].blank):
            drafts[-1].lines.append(line)
            drafts[-1].numbers.append(line.number)
        else:
            intro += [it for it in lines[i - 1 : i] if it.blank]
            intro.append(line)
    return intro, drafts


def _hangs(lines: Sequence[Line], at: int, draft: Draft) -> bool:
    """Decide whether a line goes on with that of a draft before it, which is broken within a sentence."""
    text, before = lines[at].text, lines[at - 1].text.rstrip()
    is_long = len(before) > 60 or (draft.rest and text[:2] == "  ")
    is_name = split_lead(text, "technology")[2]
    is_open = draft.title and not draft.lines
    return bool(goes_on(before, lines[at]) and is_long and is_open) and not is_name


def _join(draft: Draft, line: Line) -> None:
    """Add a line to that of a draft."""
    text = line.text.strip()
    if draft.rest:
        draft.rest += f" {text}"
    else:
        draft.title += f" {text}"
    draft.numbers.append(line.number)


def _starts(lines: Sequence[Line]) -> set[int]:
    """Return the numbers of the lines that alone begin challenges: with a number, else a label."""
    texts = [it for it in lines if not it.code and not it.blank]
    numbered = {it.number for it in texts if is_numbered(it.text)}
    found = {it.number: label_of(it.text)[:2] for it in texts}
    labels = {number: label for number, (field, label) in found.items() if field == "problem"}
    first = next(iter(labels.values()), "")
    alike = {number for number, label in labels.items() if label == first}
    if len(ended := _ended(texts)) > 1:
        return ended
    is_first = bool(texts) and texts[0].number in numbered
    return numbered if is_first or len(numbered) > 1 else alike if len(alike) > 1 else set()


def _titled(lines: Sequence[Line]) -> set[int]:
    """Return the numbers of titles with a colon, of which a sentence stands below each."""
    texts = [it for it in lines if not it.code and not it.blank]
    starts = _ended(texts)
    turns = [it.number in starts for it in texts] == [True, False] * (len(texts) // 2)
    return starts if len(starts) > 1 and turns else set()


def _ended(texts: Sequence[Line]) -> set[int]:
    """Return the numbers of titles with a colon, of which a solution or a text of lines follows each."""
    ended = [
        (a.number, field_of(b.text) in ("problem", "solution"))
        for a, b in pairwise(texts)
        if a.text.rstrip().endswith(":") and (b.text.rstrip()[-1] != ":" or _is_told(b))
        if not (field_of(a.text) or _is_told(a))
    ]
    led = bool(texts) and texts[0].text.rstrip().endswith(":") and _is_told(texts[0])
    told = bool(ended) and ended[0][0] == texts[led].number
    return {number for number, solved in ended if told or solved}


def _is_told(line: Line) -> bool:
    """Decide whether a line is too long for a title."""
    return len(line.text.split()) > 8


def _key_draft(line: Line, kind: str, longest: int, *, is_intro: bool) -> Draft | None:
    text = without_lead_emoji(line.text)
    if not _BEGINNING.match(text) or (text[:1].islower() and kind != "technology"):
        return None
    title, rest, sign = split_lead(text, kind)
    if kind == "challenge" and field_of(text):
        return None if field_of(text) != "problem" else Draft("", text, [], [line.number])
    if rest and sign:
        return Draft(title, rest, [], [line.number], sign)
    if (text.rstrip().endswith(":") and is_intro) or (
        not is_intro and re.match(r"(?:All )?(?:[Tt]hese|Those)\b", text)
    ):
        return None
    if (kind == "challenge" or not is_intro) and text.rstrip().endswith(":"):
        return Draft(text.rstrip(" :"), "", [], [line.number])
    name = _NAME.match(text) if kind == "technology" and not is_intro else None
    if name and text[name.end() :].startswith(" for ") and not _NO_NAME.match(text):
        title, rest, longest = name[1], text, len(text)
    is_name = len(text.split()) <= longest and (rest == text or text[-1:] != ".")
    if kind == "practice" or (kind == "technology" and is_name):
        return Draft(title, rest, [], [line.number])
    return None


def _listed_names(lines: Sequence[Line]) -> list[Draft]:
    """Return drafts for the names of a section that begins with one line of them, such as `Python, Redis`, before prose."""
    text = [line for line in lines if not line.blank and not RULE.match(line.text)]
    prose = all(it.text.rstrip()[-1] in ".!?" for it in text[1:])
    keyed = len(text) > 1 and all(": " in it.text for it in text)
    if not (text and prose) or keyed or text[0].code or "](" in text[0].text:
        return []
    names, word = _names_in(text[0].text)
    number = text[0].number
    return [Draft(name, "", [], [number], word="" if at else word) for at, name in enumerate(names)]


def _names_in(text: str) -> tuple[list[str], str]:
    """Return the names that a line consists of, three at least, and the word before the last."""
    names = re.split(r",(?![^(]*\))|\s[|•·]\s", text.strip().rstrip("."))
    last = re.split(rf"(?:^|\s)({AND})\s", names[-1], maxsplit=1) if len(names) > 1 else names
    names = [*names[:-1], last[0], *last[2:]]
    names = [name.strip() for name in names if name.strip()]
    if len(names) < 3 or any(len(name.split()) > 4 for name in names):
        return [], ""
    return names, last[1] if len(last) > 1 else ""


def without_lone_mark(lines: list[Line], kind: str) -> list[Line]:
    """Return the lines of a section; an item alone that lists technologies is a line of their names."""
    told = [line for line in lines if not line.blank]
    item = ITEM.match(told[0].text) if len(told) == 1 and kind == "technology" else None
    return [Line(told[0].number, item[3])] if item and _names_in(item[3] or "")[0] else lines


def _is_wrapped(lines: Sequence[Line]) -> bool:
    """Decide whether lines are broken within sentences, so that a line is no entry."""
    goes_on = [len(a.text) > 40 and b.text.strip()[:1].islower() for a, b in pairwise(lines)]
    alone = 1 < sum(not line.blank for line in lines) < 4
    keys = sum(" - " in it.text or " – " in it.text for it in lines if not it.blank)
    runs = sum(not blank for blank, _ in groupby(lines, lambda it: it.blank))
    most = (alone or 3 * sum(goes_on) > len(goes_on)) and keys <= runs
    return any(goes_on) and most and not any(":" in line.text for line in lines)


def _bare_drafts(lines: Sequence[Line], kind: str) -> list[Draft]:
    """Return drafts of bare lines: two, or one with its solution, with text only before and after them."""
    if kind == "challenge" and _are_phrases(lines):
        lines = [Line(it.number, it.text.rstrip(" ."), it.code) for it in lines]
    texts = [it for it in lines if not it.blank]
    if kind == "challenge" and len(texts) > 1 and all(_COUNTED.match(it.text) for it in texts[:2]):
        return [Draft(it.text.strip(), "", [], [it.number]) for it in texts]
    drafts = [_bare_draft(it, kind) for it in _paragraphs(lines, kind)]
    while drafts and drafts[0] is None:
        drafts.pop(0)
    while drafts and drafts[-1] is None:
        drafts.pop()
    found = [it for it in drafts if it is not None]
    enough = len(found) > 1 or any(
        has_solution(it.lines) or _COUNTED.match(it.title) for it in found
    )
    return found if enough and len(found) == len(drafts) else []


def _paragraphs(lines: Sequence[Line], kind: str) -> Iterator[list[Line]]:
    """Yield what is an entry together: each line alone, or a challenge's title and its text."""
    texts = [it for it in lines if not it.blank]
    several = sum(not (a.blank or b.blank) for a, b in pairwise(lines)) > 1
    has_gaps = several and any(line.blank for line in lines[1:-1])
    ended = any(it.text.rstrip()[-1] in ".!?:;," or field_of(it.text) for it in texts)
    alone = kind != "challenge" or not (ended or has_gaps) or all(map(_is_solved, texts))
    current: list[Line] = []
    ended = False
    for line in lines:
        goes_on = kind == "challenge" and _follows(line)
        if current and (ended or alone) and not (line.blank or goes_on):
            yield current
            current = []
        ended = line.blank
        if not line.blank and not RULE.match(line.text):
            current.append(line)
    if current:
        yield current


def _follows(line: Line) -> bool:
    """Decide whether a line tells more of the challenge before it, as by a label."""
    told = field_of(line.text) in ("cause", "solution", "outcome")
    return told or solution_at(line.text, promised=False) == 0


def _is_solved(line: Line) -> bool:
    """Decide whether a line tells of a trouble, and then what was done."""
    return solution_at(line.text.strip(), promised=True) > 0


_COUNTED = re.compile(
    r"(?i)(?:one(?: of (?:the|my))?|another|the (?:first|second|third|next|last|main|biggest)|a second) (?:\w+ )?(?:challenge|issue|problem|obstacle|difficulty)s?\b"
    r"|(?:the |my )?(?:most (?:challenging|difficult)|hardest|trickiest|toughest|biggest) (?:aspect|part|thing|challenge|problem)\b"
)
"""What a paragraph begins with that tells of one challenge among others."""

_GERUND = re.compile(r"[A-Z][a-z]{2,}ing\b")


def _are_phrases(lines: Sequence[Line]) -> bool:
    """Decide whether lines are phrases such as `Keeping both in step.`, a dot behind them or none."""
    texts = [it.text.strip() for it in lines if not it.blank]
    phrases = [it for it in texts if _GERUND.match(it) and not _NEXT_SENTENCE.search(it)]
    ended = all(
        it[-1] == "." and not (_NEXT_SENTENCE.search(it) or _NO_NAME.match(it) or field_of(it))
        for it in texts
    ) and not any(solution_at(it, promised=True) >= 0 for it in texts)
    return len(texts) > 1 and (ended or 2 * len(phrases) > len(texts))


def _bare_draft(lines: list[Line], kind: str) -> Draft | None:
    """Return the draft of an entry that begins with a bare sentence, or None where it is text."""
    first, *more = lines
    text = without_lead_emoji(first.text).strip()
    several = bool(_NEXT_SENTENCE.search(text))
    numbers = [line.number for line in lines]
    led = re.match(r"[^.!?]+\.(?=\s)", text)
    is_led = led and len(led[0].split()) < 11 and not _NO_NAME.match(text)
    is_told = is_led or _COUNTED.match(text) or _is_solved(first) or any(map(_follows, more))
    if kind == "challenge" and several and is_told:
        return Draft(text, "", more, numbers)
    if first.code or not _BEGINNING.match(text) or len(text) > _LONGEST_LINE or _INTRO.search(text):
        return None
    if kind == "challenge":
        is_title = text[-1] not in ".!?" or more
        return None if several or not is_title else Draft(text, "", more, numbers)
    if _NO_NAME.match(text) or (text[0].islower() and " " in text):
        return None
    name = _NAME.match(text) if kind == "technology" else None
    rest = text[name.end() :] if name else ""
    if name and rest.strip(" .") and (rest[-1] in ".!" or _TELLS.match(rest)):
        return Draft(name[1], text, [], numbers)
    return None if several else Draft(text, "", [], numbers)
