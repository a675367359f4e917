"""Find the titles of a text without marks that a picture, a number or space before them tells."""

import re

from nexusgen.importers.lines import Line
from nexusgen.importers.titles import (
    Heading,
    entries_of,
    has_picture,
    is_known,
    is_signed,
    is_title_like,
    title_of,
)
from nexusgen.importers.vocabulary import is_generic, kind_of


def has_signs(lines: list[Line]) -> bool:
    """Decide whether the titles of sections of entries have a picture or a number before them."""
    signed = [title_of(it.text) for it in lines if is_title_like(it) and is_signed(it.text)]
    return sum(kind_of(title) not in ("", "wrapper") for title in signed) > 2


def without_unsigned(found: list[Heading]) -> list[Heading]:
    """Return headings; in a section of entries whose title has a picture or number, none without."""
    kept: list[Heading] = []
    signed = ""
    for it in found:
        signed = it.text if is_signed(it.text) and it.level < 3 else signed
        inner = (
            it.level == 2 and it.text != signed and kind_of(title_of(signed)) not in ("", "wrapper")
        )
        if not inner or (entries_of(it.text) and is_generic(title_of(it.text))):
            kept.append(it)
    return kept


def pictured_sections(lines: list[Line]) -> set[int]:
    """Return where lines with a picture or number stand alone, of a text whose known sections have one."""
    signed = has_signs(lines)
    alone = {
        i
        for i, line in enumerate(lines)
        if is_signed(line.text)
        and is_title_like(line)
        and (not i or lines[i - 1].blank)
        and (i + 1 == len(lines) or lines[i + 1].blank or signed)
    }
    pictured = {i for i in alone if has_picture(lines[i].text)}
    groups = (it for it in (pictured, alone) if sum(is_known(lines[i].text) for i in it) > 1)
    return _without_runs(lines, next(groups, set()))


def _without_runs(lines: list[Line], titles: set[int]) -> set[int]:
    """Return where titles stand, without those of which three follow each other with no text: they are a list."""
    listed: set[int] = set()
    run: list[int] = []
    for i in [*(i for i, line in enumerate(lines) if not line.blank), len(lines)]:
        if i in titles and not is_known(lines[i].text):
            run.append(i)
        else:
            listed |= {*run} if len(run) > 2 else set()
            run = []
    return titles - listed


def counted_titles(lines: list[Line]) -> dict[int, range]:
    """Return where titles stand that are numbered from one on, each with a text below it, and where their run does."""
    counted: dict[int, range] = {}
    run: list[int] = []
    for i, line in enumerate([*lines, Line(0, "1. End")]):
        number = re.match(r"(\d{1,2})[.)] \S", line.text)
        is_apart = i in (0, len(lines)) or lines[i - 1].blank
        if not (number and is_apart) or line.code:
            continue
        if number[1] == "1":
            counted |= {at: range(run[0], run[-1] + 1) for at in run if len(run) > 2}
            run = []
        is_short = len(line.text.split()) < 10 and line.text.rstrip()[-1] not in ".,;:!?"
        if int(number[1]) == len(run) + 1 and is_short:
            run.append(i)
    return counted


def spaced_sections(lines: list[Line], found: list[Heading]) -> list[Heading]:
    """Return the headings with two blank lines before them, where those of entries have these."""
    wide = [
        it for it in found if all(line.blank for line in lines[max(it.start - 2, 0) : it.start])
    ]
    return wide if sum(it.level == 2 and bool(entries_of(it.text)) for it in wide) > 1 else []
