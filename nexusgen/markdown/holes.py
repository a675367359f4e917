"""The marks that stand in HTML for what only the whole hub can tell: where a link leads.

A hole is a letter and the number of a link between two characters that no text holds: `a` opens a
link, `z` ends it, `t` is the title of its target, `i` a whole image, `e` an embedded entry.
"""

OPEN, CLOSE = "\ufdd0", "\ufdd1"

UNSAFE = str.maketrans("", "", OPEN + CLOSE)
"""A table for `str.translate` that removes what could be taken for a hole from a text."""


def hole(kind: str, number: int) -> str:
    """Return the hole of `kind` for the link with this number."""
    return f"{OPEN}{kind}{number}{CLOSE}"
