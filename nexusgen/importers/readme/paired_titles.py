"""Find the titles of entries in a text without marks: short lines that take turns with longer texts."""

import re
from itertools import pairwise

from nexusgen.importers.lines import Line
from nexusgen.importers.readme.signs import spaced_sections
from nexusgen.importers.titles import Heading, entries_of, has_picture, is_known, is_title_like


def with_pairs(lines: list[Line], found: list[Heading]) -> list[Heading]:
    """Return headings, with those of entries where short lines and longer texts take turns."""
    wide = spaced_sections(lines, found)
    known = [it for it in found if it.level < 3 and (it in wide or is_known(it.text))]
    for heading, end in zip(known, [*(it.start for it in known[1:]), len(lines)], strict=False):
        kind = entries_of(heading.text)
        titles = _paired_titles(lines, range(heading.end, end), kind) if kind else []
        if titles:
            found += [Heading(at, at + 1, 3, lines[at].text.strip()) for at in titles]
    return sorted(found)


_SOLVED = re.compile(r"(?:fixed|resolved|solved|addressed) (?:by|with|using)\b", re.IGNORECASE)
"""What a line begins with that tells how the trouble was ended that stands above it."""


def _paired_titles(lines: list[Line], region: range, kind: str) -> list[int]:
    """Return where titles stand: lines with a picture before them among others, else short lines above longer ones."""
    paragraphs: list[list[int]] = []
    for at in region:
        if not lines[at].blank:
            if lines[at - 1].blank or not paragraphs:
                paragraphs.append([])
            paragraphs[-1].append(at)
    flat = [at for paragraph in paragraphs for at in paragraph]
    pictured = [at for at in flat if has_picture(lines[at].text)]
    if flat[:1] == pictured[:1] and 1 < len(pictured) < len(flat):
        return pictured
    led = [_heads(lines, first, text) for first, *text in paragraphs if text]
    listed = any(is_title_like(lines[at]) for _, *text in paragraphs for at in text)
    if kind == "practice" and not listed and all(led) and len(led) == len(paragraphs) > 1:
        return [first for first, *_ in paragraphs]
    solved = [
        one[0]
        for one, two in pairwise(paragraphs)
        if len(one) == 1 and any(_SOLVED.match(lines[at].text) for at in two)
    ]
    if kind == "challenge" and len(solved) > 1 and flat[0] == solved[0]:
        return solved
    return _told_titles(lines, paragraphs) or _turned_titles(lines, paragraphs)


def _turned_titles(lines: list[Line], paragraphs: list[list[int]]) -> list[int]:
    """Return where short lines stand, each a paragraph with a longer one after it, if all are."""
    titles, texts = paragraphs[::2], paragraphs[1::2]
    if len(titles) != len(texts) or len(titles) < 2:
        return []
    heads = [
        not more and _heads(lines, first, text)
        for (first, *more), text in zip(titles, texts, strict=True)
    ]
    return [first for first, *_ in titles] if all(heads) else []


def _told_titles(lines: list[Line], paragraphs: list[list[int]]) -> list[int]:
    """Return where titles stand, if a sentence or more, each a paragraph, follows each of them."""
    alone = [it for it, *more in paragraphs if not more]
    titles = [at for at in alone if is_title_like(lines[at])]
    ended = all(lines[at].text.rstrip()[-1] in ".!?" for at in alone if at not in titles)
    runs = [a in titles and b in titles for a, b in pairwise([*alone, *titles[:1]])]
    opens = alone[:1] == titles[:1] and len(titles) > 1
    is_told = len(alone) == len(paragraphs) and ended and opens and not any(runs)
    return titles if is_told else []


def _heads(lines: list[Line], at: int, text: list[int]) -> bool:
    """Decide whether a line is the title of a text: shorter than that, and not as one name among others."""
    count = len(lines[at].text.split())
    alike = count > 3 and len(text) == 1 and is_title_like(lines[text[0]])
    return is_title_like(lines[at]) and count < _count(lines, text) and not alike


def _count(lines: list[Line], text: list[int]) -> int:
    return sum(len(lines[at].text.split()) for at in text)
