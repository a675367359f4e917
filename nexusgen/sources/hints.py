"""What an author wrote in; the words with which a message names it, and what to write, out."""

from difflib import get_close_matches
from functools import lru_cache

from nexusgen.sources.nodes import Node

_LONGEST = 40


@lru_cache(maxsize=4096)
def suggestion(name: str, known: tuple[str, ...], cutoff: float = 0.6) -> str:
    """Return the hint that names what was probably meant, or the empty string.

    It is remembered, because the same unknown fields stand in every note of a folder.
    """
    close = get_close_matches(name.lower()[:_LONGEST], known, n=1, cutoff=cutoff)
    return f'did you mean "{close[0]}"?' if close else ""


def one_of(names: tuple[str, ...]) -> str:
    """Return names as a hint lists them: `use a, b or c`."""
    return f"use {', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else f"use {names[0]}"


def shape_of(node: Node) -> str:
    """Return what sort of value a node is, in words."""
    if isinstance(node.value, dict):
        return "a mapping"
    return "a list" if isinstance(node.value, list) else "text"


def shown(text: str) -> str:
    """Return text as a message quotes it, cut where it is long."""
    return f'"{text}"' if len(text) <= _LONGEST else f'"{text[: _LONGEST - 1]}…"'


def shown_value(node: Node) -> str:
    """Return a text value as a message quotes it, saying so where the author quoted it."""
    return f"the text {shown(str(node.value))}" if node.style else shown(str(node.value))
