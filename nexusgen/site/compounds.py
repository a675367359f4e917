"""Find the words within the compounds of German and its kin, which write several words as one.

Whether an entry is written so is said by its language, or judged by its own small words. A part may
begin where a syllable can: no list of words is needed, and no other entry is looked at.
"""

import re
from collections.abc import Iterator, Mapping

LANGUAGES = ("da", "de", "nb", "nl", "nn", "no", "sv")

SMALL_WORDS = frozenset(
    {
        "der", "das", "und", "ist", "nicht", "eine", "einer", "einen", "einem", "auf", "fur",
        "wird", "werden", "oder", "bei", "dem", "zum", "zur", "sich", "auch", "wenn", "nach",
        "vom", "sind", "kann", "durch", "aus", "uber", "noch", "nur", "het", "een", "voor", "niet",
        "wordt", "worden", "naar", "och", "att", "inte", "ett", "ikke", "som",
    }
)  # fmt: skip
"""Words of German, Dutch and the Scandinavian languages, folded, that are none in English."""

MIN_SMALL = 2
"""How many of the small words an entry must have: a single one may be a name or a quotation."""

MIN_COMPOUND = 9
"""Letters of a word in which others are looked for."""

PART = re.compile(
    r"(?<=[a-z]{3})(?=((?:(?:sch|[bcdfgkptvw])?[lmnrw]|s[pt]r?|sch|ch|kn|ph|pf|qu|th|zw"
    r"|[bcdfghjklmnpqrstvwxz]|(?<=[^aeiouy]))[aeiouy][a-z]{2,}))"
)
"""What a compound may end with: it begins as a syllable does, behind three letters or more."""


def with_parts(terms: Mapping[str, int], language: str = "") -> Mapping[str, int]:
    """Return the terms of an entry and the words within its compounds, which say half as much.

    `language` is what the author says; a text that reads as one of these languages is one all the same.
    """
    is_said = language[:2].lower() in LANGUAGES
    if not is_said and len(SMALL_WORDS & terms.keys()) < MIN_SMALL:
        return terms
    parts: dict[str, int] = {}
    for term, weight in terms.items():
        for part in parts_of(term):
            parts[part] = max(parts.get(part, 1), weight // 2)
    return {**parts, **terms}


def parts_of(word: str) -> Iterator[str]:
    """Yield what a folded word may end with, if it is long enough to be a compound."""
    if len(word) >= MIN_COMPOUND and word.isascii() and word.isalpha():
        yield from (match[1] for match in PART.finditer(word) if len(match[1]) > 3)
