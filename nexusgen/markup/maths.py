"""A formula in LaTeX in; MathML out, or the formula as code where it cannot be read."""

import html
import re
from functools import lru_cache

MAX_LENGTH = 2_000
MAX_NESTING = 20
TEXT = re.compile(r"[A-Za-z0-9\\]")


def nesting(source: str) -> int:
    """Return how deep the braces of `source` are nested."""
    depth = deepest = 0
    for char in source:
        depth += (char == "{") - (char == "}")
        deepest = max(deepest, depth)
    return deepest


@lru_cache(maxsize=1024)
def formula(source: str, display: bool) -> str:
    """Return the MathML of a formula, or code that shows it; empty where it is no formula at all."""
    if not TEXT.search(source):
        return ""
    if len(source) > MAX_LENGTH or nesting(source) > MAX_NESTING:
        return as_code(source)
    try:
        from latex2mathml.converter import convert
    except ImportError:
        return as_code(source)
    try:
        return convert(source, display="block" if display else "inline")
    except Exception:  # noqa: BLE001  (the library raises errors of many kinds)
        return as_code(source)


def as_code(source: str) -> str:
    """Return the formula as its author wrote it."""
    return f'<code class="math">{html.escape(source, quote=False)}</code>'
