"""Account for every word of a source: it stands in the file that took its line, or is told.

Each word of a file stands for one word of the source alone, so that none of one entry, and no
number, name or link that the import itself added, stands in for the same word of another.
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

Words = Counter[str]
Place = tuple[str, int]
"""A source and the number of a line in it."""


def find_unplaced(found: Import, settings: Words, paths: Mapping[int, str]) -> list[str]:
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
    counts = {place: [*told[place], *(held[it] for it in owners[place])] for place, _ in lines}
    # Letters of marks come last: the `i` of a tag must not take an "I" away from a sentence.
    unsaid = {at: _take(words([_MARKS.sub(" ", line)]), counts[at]) for at, line in lines}
    lost = [
        (at, line, missing)
        for at, line in lines
        if (missing := unsaid[at] + _take(words(_MARKS.findall(line)), counts[at]))
    ]
    for place, _, missing in lost:
        _tell_underlined(found, place, missing, [held[it] for it in owners[place]])
    rest = [it for it in _after_all_told(found, told, lost) if not _tell_form(found, it)]
    return [line for _, line, _ in sorted(rest, key=lambda it: it[0])]


def _words_of(item: Item) -> Words:
    return words([item.title, *strings(item.fields), *item.aliases, *item.old, item.body])


Lost = tuple[Place, str, Words]
"""A line, and those of its words that have no place."""


def _lines(found: Import) -> Iterator[tuple[Place, str]]:
    for source, text in found.texts.items():
        for number, line in enumerate(text.split("\n"), 1):
            yield (source, number), line


def _owners(
    found: Import, held: Mapping[str, Words], paths: Mapping[int, str]
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


def _told(found: Import) -> dict[Place, list[Words]]:
    """Return what is told as left out at a line, and at those it is joined to; that of a single source may not name it."""
    told: dict[Place, list[Words]] = defaultdict(lambda: [Counter()])
    for left in found.left:
        told[left.source or found.only, left.line][0] += words([left.text])
    for first, others in found.joined.items():
        for other in others:
            told[found.only, other].append(told[found.only, first][0])
    return told


def _take(wanted: Words, counts: list[Words]) -> Words:
    """Take the wanted words out of the counts, the first ones first; return those in none."""
    for count in counts:
        taken = wanted & count
        count.subtract(taken)
        wanted = wanted - taken
    return wanted


def _tell_underlined(found: Import, place: Place, missing: Words, counts: list[Words]) -> None:
    """Tell words such as `_title_` whose marks alone are gone: the words stand in a count without them."""
    for word in [it for it in missing if it.strip("_") not in ("", it)]:
        bare = Counter({word.strip("_"): missing[word]})
        if not _take(bare, counts):
            found.left.append(Left(place[1], word, "mark around a title", place[0]))
            del missing[word]


def _after_all_told(
    found: Import, told: Mapping[Place, list[Words]], lost: list[Lost]
) -> Iterator[Lost]:
    """Yield the lines of which words are lost although all is counted that is told of their source.

    What stands on several lines is told at the first, and what has no line is told of the source.
    """
    of_source: dict[str, Words] = defaultdict(Counter)
    for (source, number), counts in told.items():
        if not number or found.form != "readme":
            of_source[source] += counts[0]
    for place, line, missing in sorted(lost, key=lambda it: it[0]):
        left = _take(missing, [of_source[place[0]], of_source[""]])
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
