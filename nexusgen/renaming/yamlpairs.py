"""A mapping within a YAML file in; changes that add a pair to it or take one out, out."""

import re
from collections.abc import Iterator

from nexusgen.model import Span
from nexusgen.renaming.edits import Edit, Offsets, line_end
from nexusgen.renaming.written import yaml_text
from nexusgen.renaming.yamledits import COMMA_AFTER, COMMA_BEFORE, Fields, add_field
from nexusgen.sources.nodes import Node, Pair

EMPTY = re.compile(r"[ \t]*(?:\{[ \t]*\}|~|null|)", re.IGNORECASE)
REST_OF_LINE = re.compile(r"[^\r\n]*")
LINE = re.compile(r"[ \t]*,?[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n|$)")
MARGIN = re.compile(r"(?:^|[\r\n])\ufeff?([ \t]*)$")


def ways_to_add(text: str, fields: Fields, name: str, pair: tuple[str, str]) -> Iterator[Edit]:
    """Yield changes that add a pair to the mapping `name` of a file, as its author might have.

    Which of them is right depends on what YAML lets stand where: the first that is read as meant.
    """
    line = ": ".join(map(yaml_text, pair))
    if name not in fields:
        yield from _with_mapping(text, fields, name, line)
    elif isinstance(fields[name].value.value, dict) and fields[name].value.value:
        yield from _within(text, fields[name].value, line)
    else:
        yield from _as_first(text, fields[name], line)


def drop_pair(text: str, key: Span, value: Span) -> Edit:
    """Return the change that takes out a pair whose value is one line: its line, or its comma."""
    offsets = Offsets(text)
    start, end = offsets.of(key), offsets.of(value) + value.length
    margin, line = MARGIN.search(text[:start]), LINE.match(text, end)
    if margin and line:
        return Edit(margin.start(1), line.end(), "")
    if after := COMMA_AFTER.match(text, end):
        return Edit(start, after.end(), "")
    before = COMMA_BEFORE.search(text[:start])
    return Edit(before.start() if before else start, end, "")


def _with_mapping(text: str, fields: Fields, name: str, line: str) -> Iterator[Edit]:
    """Yield ways to add the mapping itself: at the end of the file, or before the first field."""
    margin = " " * min((pair.key.column - 1 for pair in fields.values()), default=0)
    end = len(text.rstrip())
    break_ = line_end(text)
    yield Edit(end, end, f"{break_}{margin}{name}:{break_}{margin}  {line}")
    yield add_field(text, fields, name, f"{{{line}}}")


def _within(text: str, mapping: Node, line: str) -> Iterator[Edit]:
    """Yield ways to add a pair to others: after the last or before the first, in lines or braces."""
    pairs = mapping.value.values() if isinstance(mapping.value, dict) else ()
    ordered = sorted(pairs, key=lambda pair: (pair.key.line, pair.key.column))
    offsets = Offsets(text)
    start = offsets.of(ordered[0].key)
    end = offsets.of(ordered[-1].value.span) + ordered[-1].value.length
    break_ = line_end(text) + " " * (ordered[0].key.column - 1)
    end_of_line = _end_of(REST_OF_LINE, text, end)
    yield Edit(end_of_line, end_of_line, f"{break_}{line}")
    yield Edit(end, end, f", {line}")
    yield Edit(start, start, f"{line}{break_}")
    yield Edit(start, start, f"{line}, ")


def _as_first(text: str, field: Pair, line: str) -> Iterator[Edit]:
    """Yield ways to give an empty mapping a pair: on a line of its own, or in braces."""
    start = Offsets(text).of(field.key) + field.key.length
    colon = text.find(":", start) + 1
    end = _end_of(EMPTY, text, colon)
    if not text[colon:end].strip():
        end_of_line = _end_of(REST_OF_LINE, text, colon)
        break_ = line_end(text) + " " * (field.key.column + 1)
        yield Edit(end_of_line, end_of_line, f"{break_}{line}")
    yield Edit(colon, end, f" {{{line}}}")


def _end_of(pattern: re.Pattern[str], text: str, start: int) -> int:
    found = pattern.match(text, start)
    return found.end() if found else start
