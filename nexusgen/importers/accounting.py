"""Account for every word of a source: it stands in the file that took its line, or is told.

Words are money here: each stands for one word of the source alone, so that none of one entry, and
no number, name or link that the import itself added, stands in for the same word of another.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from nexusgen.importers.normal import Import, Item, Left, strings, words, yaml_values
from nexusgen.importers.titles import NUMBER

SETTINGS = "site.yml"
CV = "cv.yml"
_MARKS = re.compile(
    r"<[^>]*>|^\s*(?:`{3,}|~{3,}).*|^\s*(?:(?:[-*+]|\d+[.)])\s+)?\[[xX]\]|&\w+;|:[a-z][\w+-]*:"
)
"""What is no word although letters stand in it: HTML, the name of a language of code or of a picture, a tick."""

_LETTER = re.compile(r"\s*\(?[A-Za-z][.)]\s")

Purse = Counter[str]
Place = tuple[str, int]
"""A source and the number of a line in it."""


def find_unplaced(found: Import, settings: Purse, paths: Mapping[int, str]) -> list[str]:
    """Return the lines whose words stand in no file and are not told as left out, in order.

    `settings` are the words of the source in the settings, `paths` the path of each item, to which
    nothing is added yet. What only tells the form of the source, such as the number of an item, is
    told as left out here.
    """
    held = {SETTINGS: Counter(settings)} | {paths[id(it)]: _words_of(it) for it in found.items}
    if CV in found.assets:
        held[CV] = words(strings(yaml_values(found.assets[CV].decode("utf-8", "replace"))))
    owners = _owners(found, held, paths)
    told = _told(found)
    lines = sorted(_lines(found), key=lambda it: len(owners[it[0]]))
    purses = {place: [*told[place], *(held[it] for it in owners[place])] for place, _ in lines}
    # Letters of marks come last: the `i` of a tag must not take an "I" away from a sentence.
    unsaid = {at: _spend(words([_MARKS.sub(" ", line)]), purses[at]) for at, line in lines}
    lost = [
        (at, line, missing)
        for at, line in lines
        if (missing := unsaid[at] + _spend(words(_MARKS.findall(line)), purses[at]))
    ]
    for place, _, missing in lost:
        _tell_underlined(found, place, missing, [held[it] for it in owners[place]])
    rest = [it for it in _after_all_told(found, told, lost) if not _tell_form(found, it)]
    return [line for _, line, _ in sorted(rest, key=lambda it: it[0])]


def _words_of(item: Item) -> Purse:
    return words([item.title, *strings(item.fields), *item.aliases, *item.old, item.body])


Lost = tuple[Place, str, Purse]
"""A line, and those of its words that have no place."""


def _lines(found: Import) -> Iterator[tuple[Place, str]]:
    for source, text in found.texts.items():
        for number, line in enumerate(text.split("\n"), 1):
            yield (source, number), line


def _owners(
    found: Import, held: Mapping[str, Purse], paths: Mapping[int, str]
) -> Mapping[Place, list[str]]:
    """Return the files that hold words of each line."""
    owners: dict[Place, list[str]] = defaultdict(list)
    for item in found.items:
        for number in item.lines:
            if paths[id(item)] not in owners[item.source, number]:
                owners[item.source, number].append(paths[id(item)])
    for number in found.site_lines:
        owners[next(iter(found.texts), ""), number] += [it for it in (SETTINGS, CV) if it in held]
    return owners


def _told(found: Import) -> dict[Place, list[Purse]]:
    """Return what is told as left out at a line, and at those it is joined to; that of a single source may not name it."""
    told: dict[Place, list[Purse]] = defaultdict(lambda: [Counter()])
    for left in found.left:
        told[left.source or found.only, left.line][0] += words([left.text])
    for first, others in found.joined.items():
        for other in others:
            told[found.only, other].append(told[found.only, first][0])
    return told


def _spend(wanted: Purse, purses: list[Purse]) -> Purse:
    """Take the wanted words out of the purses, the first ones first; return those in none."""
    for purse in purses:
        paid = wanted & purse
        purse.subtract(paid)
        wanted = wanted - paid
    return wanted


def _tell_underlined(found: Import, place: Place, missing: Purse, purses: list[Purse]) -> None:
    """Tell words such as `_title_` whose marks alone are gone: the words stand in a purse without."""
    for word in [it for it in missing if it.strip("_") not in ("", it)]:
        bare = Counter({word.strip("_"): missing[word]})
        if not _spend(bare, purses):
            found.left.append(Left(place[1], word, "mark around a title", place[0]))
            del missing[word]


def _after_all_told(
    found: Import, told: Mapping[Place, list[Purse]], lost: list[Lost]
) -> Iterator[Lost]:
    """Yield the lines of which words are lost although all is counted that is told of their source.

    What stands on several lines is told at the first, and what has no line is told of the source.
    """
    of_source: dict[str, Purse] = defaultdict(Counter)
    for (source, number), purses in told.items():
        if not number or found.form != "readme":
            of_source[source] += purses[0]
    for place, line, missing in sorted(lost, key=lambda it: it[0]):
        left = _spend(missing, [of_source[place[0]], of_source[""]])
        if left:
            yield place, line, left


def _tell_form(found: Import, lost: Lost) -> bool:
    """Tell words as left out where the line alone shows why they are; return whether it does."""
    (source, number), line, missing = lost
    marks = words(_MARKS.findall(line))
    counted = NUMBER.match(line.lstrip("# *_")) or _LETTER.match(line)
    if all(word.isdigit() for word in missing) or (counted and not missing - words([counted[0]])):
        reason = "number of an item"
    elif not missing - marks:
        reason = "mark of HTML, code or a list"
    else:
        return False
    found.left.append(Left(number, " ".join(missing.elements()), reason, source))
    return True
