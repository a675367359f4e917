"""Square brackets: links, images, references, footnotes and wikilinks."""

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from nexusgen.core.model import LinkForm
from nexusgen.core.urls import is_external, is_image
from nexusgen.markdown import destinations
from nexusgen.markdown.parts import Bracket, fill, plain_text

if TYPE_CHECKING:
    from nexusgen.markdown.scanner import Scanner

WIKILINK = re.compile(r"\[\[([^\[\]|\n#]*)(?:#([^\[\]|\n]*))?(?:\|([^\[\]\n]*))?\]\]")
SHELL = re.compile(r"\A (?:.* )?(?:-[a-zA-Z]{1,2}|[=!]=|=~|[<>]|&&|\|\||!) .*\Z")
"""What a test of a shell holds between its brackets: `[[ -f x && $a == b ]]`."""
SIZE = re.compile(r"\d+(?:x\d+)?\Z")
FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]")
LABEL = re.compile(r"\[((?:[^\\\[\]]|\\.){0,999}+)\]", re.DOTALL)

Destination = tuple[str, str, int]
"""Where a link leads, its title, and where the link ends in the text."""


def opening(scanner: "Scanner", at: int) -> int:
    """`[`: the opening of a link or an image, a footnote, or a wikilink."""
    text = scanner.text
    image = at > scanner.done and text[at - 1] == "!"
    start = at - 1 if image else at
    if text.startswith("[[", at) and (end := wikilink(scanner, start, at, image)):
        return end
    if text.startswith("[^", at) and (end := footnote(scanner, at)):
        return end
    if scanner.brackets:
        scanner.brackets[-1].nested = True
    bracket = Bracket(start, image, 0, len(scanner.runs))
    end = scanner.add(start, bracket, at + 1)
    bracket.part = len(scanner.parts) - 1
    scanner.brackets.append(bracket)
    return end


def footnote(scanner: "Scanner", at: int) -> int:
    """`[^label]`, where there is a footnote of that label."""
    match = FOOTNOTE.match(scanner.text, at)
    if not match or match[1].casefold() not in scanner.inline.page.footnotes:
        return 0
    bracket = Bracket(at, False, 0, 0)
    if find_target(scanner, bracket, match.end() - 1):
        return 0
    return scanner.add(at, scanner.inline.footnote(match[1].casefold()), match.end())


def wikilink(scanner: "Scanner", start: int, at: int, embed: bool) -> int:
    """`[[Name#Heading|text]]`, or with `!` before it an embed."""
    match = WIKILINK.match(scanner.text, at)
    if not match or not is_wikilink(scanner, match):
        return 0
    target, fragment, text = match[1].strip(), (match[2] or "").strip(), (match[3] or "").strip()
    if embed:
        text, _, size = text.rpartition("|") if SIZE.search(text) else (text, "", "")
        if is_image(target):
            link = scanner.inline.embedded_image(
                scanner, (start, match.end()), target, (text, size)
            )
            return scanner.add(start, link, match.end())
    form: LinkForm = "embed" if embed else "wikilink"
    link = scanner.inline.wikilink(scanner, (start, match.end()), form, (target, fragment, text))
    forbid_links_around(scanner)
    return scanner.add(start, link, match.end())


def is_wikilink(scanner: "Scanner", match: re.Match[str]) -> bool:
    """Return whether what looks like a wikilink is one, and not CommonMark or a shell's test."""
    if not match[1].strip() and not (match[2] or "").strip():
        return False
    if is_external(match[1].strip()):
        return False
    inner = match[0][2:-2]
    if SHELL.search(inner):
        return False
    if inner[0] == "^" or destinations.normal_label(inner) in scanner.inline.md.references:
        return False
    return not (
        scanner.text.startswith("(", match.end()) and inline_target(scanner.text, match.end())
    )


def closing(scanner: "Scanner", at: int) -> int:
    """`]`: the end of a link or an image, where a bracket is open and a target follows."""
    if not scanner.brackets:
        return 0
    bracket = scanner.brackets[-1]
    target = find_target(scanner, bracket, at) if bracket.active else None
    scanner.brackets.pop()
    if target is None:
        return 0
    return add_link(scanner, bracket, at, target)


def inline_target(text: str, pos: int) -> Destination | None:
    """Return what `(destination "title")` at `pos` says."""
    pos = destinations.skip_space(text, pos + 1)
    found = destinations.destination(text, pos)
    if not found:
        return None
    url, end = found
    space = destinations.skip_space(text, end)
    titled = destinations.title(text, space) if space > end else None
    label = ""
    if titled:
        label, space = titled[0], destinations.skip_space(text, titled[1])
    return (url, label, space + 1) if text.startswith(")", space) else None


def find_target(scanner: "Scanner", bracket: Bracket, at: int) -> Destination | None:
    """Return where the link that ends with the bracket at `at` leads."""
    text = scanner.text
    if text.startswith("(", at + 1) and (found := inline_target(text, at + 1)):
        return found
    references = scanner.inline.md.references
    if not references:
        return None
    label = LABEL.match(text, at + 1)
    end = label.end() if label else at + 1
    if label and label[1]:
        name = label[1]
    elif bracket.nested or at - bracket.end > 999:
        return None
    else:
        name = text[bracket.end : at]
    found_reference = references.get(destinations.normal_label(name))
    return (*found_reference, end) if found_reference else None


def add_link(scanner: "Scanner", bracket: Bracket, at: int, target: Destination) -> int:
    """Make a link or an image of the parts since `bracket`."""
    if scanner.done < at:
        scanner.parts.append(scanner.text[scanner.done : at])
    content = scanner.parts[bracket.part + 1 :]
    del scanner.parts[bracket.part :]
    scanner.close_runs(bracket.runs)
    holder = Element("a")
    fill(holder, content, True)
    url, title, end = target
    place = (bracket.start, end)
    if bracket.image:
        element = scanner.inline.image(scanner, place, (url, title, plain_text(holder)))
    else:
        element = scanner.inline.link(scanner, place, (url, title), holder)
        forbid_links_around(scanner)
    scanner.parts.append(element)
    scanner.done = end
    return end


def forbid_links_around(scanner: "Scanner") -> None:
    """A link may not hold a link: the open brackets before it open images only."""
    for bracket in reversed(scanner.brackets):
        if not bracket.image:
            if not bracket.active:
                break
            bracket.active = False
