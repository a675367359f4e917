"""Link reference definitions at the start of a paragraph: `[label]: destination "title"`."""

import re
from collections.abc import MutableMapping

from nexusgen.markdown import destinations

LABEL = re.compile(r"[ ]{0,3}\[((?:[^\\\[\]]|\\.){1,999}+)\]:", re.DOTALL)
LINE_END = re.compile(r"[ \t]*(?:\n|\Z)")

References = MutableMapping[str, tuple[str, str]]


def after_definition(text: str, pos: int) -> tuple[tuple[str, str], int] | None:
    """Return (destination, title) behind a label's colon, and where the next line begins."""
    pos = destinations.skip_space(text, pos)
    found = destinations.destination(text, pos)
    if not found or found[1] == pos:
        return None
    url, end = found
    plain = LINE_END.match(text, end)
    space = destinations.skip_space(text, end)
    titled = destinations.title(text, space) if space > end else None
    last = LINE_END.match(text, titled[1]) if titled else None
    if titled and last:
        return (url, titled[0]), last.end()
    return ((url, ""), plain.end()) if plain else None


def take_definitions(text: str, references: References) -> int:
    """Record the definitions at the start of `text` and return where they end.

    The first definition of a label counts (CommonMark 0.31, "link reference definitions").
    """
    pos = 0
    while match := LABEL.match(text, pos):
        label = destinations.normal_label(match[1])
        found = after_definition(text, match.end()) if label else None
        if not found:
            break
        references.setdefault(label, found[0])
        pos = found[1]
    return pos
