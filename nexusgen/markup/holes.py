"""The marks that stand in HTML for what only the whole hub can tell: where a link leads."""

import re

OPEN, CLOSE = "\ufdd0", "\ufdd1"

MARKS = re.compile(f"{OPEN}[a-z][0-9]+{CLOSE}")
"""Any hole: `a` opens a link, `z` ends it, `t` is a title, `i` an image, `e` an embed."""

UNSAFE = str.maketrans("", "", OPEN + CLOSE)
"""A table for `str.translate` that removes what could be taken for a hole from a text."""


def hole(kind: str, number: int) -> str:
    """Return the hole of `kind` for the link with this number."""
    return f"{OPEN}{kind}{number}{CLOSE}"


def link_holes(number: int, text: str) -> str:
    """Return the holes of a link around `text`; without a text the title of its target."""
    return hole("a", number) + (text or hole("t", number)) + hole("z", number)


def without_holes(text: str) -> str:
    """Return `text` with every hole taken out."""
    return MARKS.sub("", text) if OPEN in text else text
