"""Read `#tags` in a text, as Obsidian does, where the hub is one of its vaults."""

import re
from xml.etree.ElementTree import Element

from markdown.util import AtomicString

from nexusgen.core.urls import encode
from nexusgen.markdown.notes import LinkDraft, literal
from nexusgen.markdown.scanner import Scanner

HASHTAG = re.compile(r"#([^\s\u2000-\u206f\u2e00-\u2e7f'!\"#$%&()*+,.:;<=>?@^`{|}~\[\]\\]+)")
"""A tag of Obsidian: letters, digits, `_`, `-`, `/` and signs that are no punctuation."""


def hashtag(scanner: Scanner, at: int) -> int:
    """`#`: a tag, where white space stands before it and not digits alone behind it.

    None stands in the text of a link.
    """
    text = scanner.text
    match = HASHTAG.match(text, at)
    if not match or scanner.brackets:
        return 0
    name = match[1].strip("/")
    if not name.replace("/", "").strip("0123456789") or not (at == 0 or text[at - 1].isspace()):
        return 0
    found = LinkDraft("tag", name, "", scanner.span(at, match.end()))
    found.text = match[0]
    element = Element("a", {"href": literal(encode(match[0]))})
    element.text = AtomicString(literal(match[0]))
    scanner.notes.add(found, element)
    return scanner.add(at, element, match.end())


def as_hashtag(name: str) -> str:
    """Return a tag as it stands in a text: one word."""
    return "#" + "-".join(name.split())


def is_hashtag(text: str) -> bool:
    """Tell whether a text is one tag and nothing else."""
    match = HASHTAG.fullmatch(text)
    return bool(match) and bool(text.strip("#/0123456789"))
