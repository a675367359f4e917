"""A regular expression in; the characters with which a match of it can start, out.

The answer may name too many characters, never too few: where a pattern is not understood, or
matches the empty string, any character may come next.
"""

import re
from collections.abc import Iterable
from functools import cache
from re import _constants as parts  # type: ignore[attr-defined]  # what `re` itself is made of
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

FOREIGN = 128
"""Stands for every character that is not ASCII, and for the end of the text."""

ANYTHING = frozenset(range(FOREIGN + 1))

Firsts = tuple[frozenset[int], bool]
"""The characters, and whether the pattern can also match nothing."""

CATEGORIES = {
    parts.CATEGORY_DIGIT: r"\d",
    parts.CATEGORY_NOT_DIGIT: r"\D",
    parts.CATEGORY_SPACE: r"\s",
    parts.CATEGORY_NOT_SPACE: r"\S",
    parts.CATEGORY_WORD: r"\w",
    parts.CATEGORY_NOT_WORD: r"\W",
}


@cache
def first_characters(pattern: str, flags: int) -> frozenset[int]:
    """Return the ASCII codes with which a match can start; `FOREIGN` is always among them."""
    try:
        tree = parser.parse(pattern, flags & ~re.UNICODE)
        found, empty = _firsts(tree, tree.state.flags)
    except (re.error, RecursionError):
        return ANYTHING
    return ANYTHING if empty else frozenset(code for code in found if code < FOREIGN) | {FOREIGN}


def _firsts(items: Iterable[tuple[Any, Any]], flags: int) -> Firsts:
    """Return the firsts of a sequence: those of each part up to the first that cannot be empty."""
    found: frozenset[int] = frozenset()
    for kind, value in items:
        more, empty = _firsts_of_part(kind, value, flags)
        found |= more
        if not empty:
            return found, False
    return found, True


def _firsts_of_part(kind: Any, value: Any, flags: int) -> Firsts:
    if kind in (parts.AT, parts.ASSERT, parts.ASSERT_NOT):
        return frozenset(), True
    if kind in (parts.LITERAL, parts.NOT_LITERAL, parts.IN):
        return _set_of(kind, value, flags), False
    if kind is parts.SUBPATTERN:
        _, added, removed, inner = value
        return _firsts(inner, (flags | added) & ~removed)
    if kind is parts.BRANCH:
        ways = [_firsts(way, flags) for way in value[1]]
        return frozenset().union(*(way for way, _ in ways)), any(empty for _, empty in ways)
    if kind in (parts.MAX_REPEAT, parts.MIN_REPEAT):
        least, _, inner = value
        found, empty = _firsts(inner, flags)
        return found, empty or least == 0
    return ANYTHING, kind is not parts.ANY


def _set_of(kind: Any, value: Any, flags: int) -> frozenset[int]:
    items = value if kind is parts.IN else [(kind, value)]
    found: frozenset[int] = frozenset().union(*(_codes(name, each, flags) for name, each in items))
    if flags & re.IGNORECASE:
        if not found <= ANYTHING:
            return (
                ANYTHING  # some letters of other scripts have an ASCII letter as their other case
            )
        found |= {ord(chr(code).swapcase()) for code in found if code < FOREIGN}
    negated = any(kind in (parts.NEGATE, parts.NOT_LITERAL) for kind, _ in items)
    return ANYTHING - found if negated else found


def _codes(kind: Any, value: Any, flags: int) -> frozenset[int]:
    """Return the codes that an item of a class names, and one above ASCII where it names such."""
    if kind in (parts.LITERAL, parts.NOT_LITERAL):
        return frozenset([value])
    if kind is parts.RANGE:
        last = [value[1]] if value[1] > FOREIGN else []
        return frozenset([*range(value[0], min(value[1], FOREIGN) + 1), *last])
    if kind is parts.CATEGORY:
        return _category(value, flags & re.ASCII)
    return frozenset() if kind is parts.NEGATE else ANYTHING


@cache
def _category(name: Any, flags: int) -> frozenset[int]:
    pattern = re.compile(CATEGORIES[name], flags)
    return frozenset(code for code in range(FOREIGN) if pattern.match(chr(code)))
