"""Guess what a misspelt name was meant to be: one rule for fields, links, kinds and options."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

ALIKE = 0.8
"""How alike a better name has to be, for difflib: one slip of the finger in a word of five."""

LONGEST = 40
"""Characters of a name that are compared: difflib is slow, and no field is called longer."""


def closest(name: str, known: Iterable[str]) -> str:
    """Return the known name that is most like `name`, or the empty string."""
    close = get_close_matches(name, list(known), 1, ALIKE)
    return close[0] if close else ""


@lru_cache(maxsize=4096)
def did_you_mean(name: str, known: tuple[str, ...]) -> str:
    """Return the hint that names what was probably meant, or the empty string.

    It is remembered, because the same unknown fields stand in every note of a folder.
    """
    meant = closest(name.lower()[:LONGEST], known)
    return f'did you mean "{meant}"?' if meant else ""


def suggest(name: str, known: tuple[str, ...]) -> str:
    """Return the hint that names what was probably meant, else all there is: `use a, b or c`."""
    *others, last = known
    return did_you_mean(name, known) or f"use {', '.join(others)}{' or ' if others else ''}{last}"
