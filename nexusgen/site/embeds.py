"""Make the HTML of an entry fit to stand on another page, and find entries that embed each other."""

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import NamedTuple, TypeVar

from nexusgen.core.model import Entry, LinkUse, Site, Target, problem_at
from nexusgen.core.problems import Problem, Severity
from nexusgen.markdown import VOID
from nexusgen.site.links import Links, lacks_anchor
from nexusgen.site.placeholders import CLOSE, OPEN

TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)([^<>]*)>")
EMBED = re.compile(f"{OPEN}e([0-9]+){CLOSE}")
IDENTITY = re.compile(r'\s(?:id|name)="[^"]*"')
LOCAL = ' href="#'
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


Node = TypeVar("Node", bound=Hashable)


class Passage(NamedTuple):
    """A part of an entry: the id of its heading, or nothing for all of it."""

    entry: str
    anchor: str


def cut_section(html: str, anchor: str) -> str:
    """Return the part of `html` from the heading with this id to the next of its level or above.

    All of it without an anchor, a block alone where the anchor is that of a block; nothing where
    neither a heading nor a block has the id.
    """
    if not anchor:
        return html
    mark = f' id="{escape(anchor)}"'
    if anchor.startswith("^"):
        return _cut_block(html, mark)
    start = next((tag for tag in _headings(html) if mark in tag[0]), None)
    return html[start.start() : _section_end(html, start)] if start else ""


def _cut_block(html: str, mark: str) -> str:
    """Return the element with this id, an item of a list as a list of its own."""
    start = next((tag for tag in TAG.finditer(html) if mark in tag[0]), None)
    if start is None:
        return ""
    name, depth = start[2].lower(), 0
    for tag in TAG.finditer(html, start.start()):
        if tag[2].lower() == name:
            depth += -1 if tag[1] else 1
        if not depth:
            part = html[start.start() : tag.end()]
            return f"<ul>{part}</ul>" if name == "li" else part
    return ""


def holds_embed(part: str, links: Sequence[LinkUse], use: LinkUse) -> bool:
    """Tell whether a part of an entry, its placeholders not yet filled, holds this very embed."""
    return any(links[int(number)] is use for number in EMBED.findall(part))


def as_guest(html: str, page: str) -> str:
    """Return `html` for another page than its own, which is at `page`.

    Headings become paragraphs, so that they do not upset the outline of the page; ids go, because
    the page may have them already; links to places of the own page lead there.
    """

    def changed(tag: re.Match[str]) -> str:
        slash, name, rest = tag[1], tag[2].lower(), IDENTITY.sub("", tag[3])
        if name in HEADINGS:
            return "</p>" if slash else '<p class="embed-heading">'
        rest = rest.replace(LOCAL, f"{LOCAL[:-1]}{page}#")
        return f"<{slash}{tag[2]}{rest}>"

    return TAG.sub(changed, html)


def find_cycles(embeds: Mapping[Node, Sequence[Node]]) -> Iterator[tuple[Node, ...]]:
    """Yield each chain of embedded entries that ends where it began, found on one walk of all."""
    done: set[Node] = set()
    for start in embeds:
        path = {} if start in done else {start: iter(embeds[start])}
        while path:
            name, rest = next(reversed(path.items()))
            inner = next(rest, None)
            if inner is None:
                del path[name]
                done.add(name)
            elif inner in path:
                names = list(path)
                yield (*names[names.index(inner) :], inner)
            elif inner not in done:
                path[inner] = iter(embeds.get(inner, ()))


def cycle_problems(
    embedding: Iterable[str],
    entries: Mapping[str, Entry],
    uses: Mapping[str, Sequence[LinkUse]],
    links: Mapping[str, Links],
    site: Site,
) -> Iterator[Problem]:
    """Yield a problem for each circle of embeds, where the embed stands that closes it.

    `embedding` are the entries that embed others, `uses` the links of each as they are written.
    A section is in a circle only where it holds the embed.
    """
    shows = {name: _shown_by(uses[name], links[name].links) for name in embedding}
    steps: dict[Passage, Sequence[Passage]] = {}
    waiting = [Passage(name, "") for name in shows]
    while waiting:
        one = waiting.pop()
        if one not in steps:
            inner = shows.get(one.entry, ())
            steps[one] = [to for use, to in inner if not one.anchor or one.anchor in use.under]
            waiting += steps[one]
    for chain in find_cycles({one: steps[one] for one in sorted(steps)}):
        last, first = chain[-2:]
        use = next(use for use, to in shows[last.entry] if to == first)
        span = entries[last.entry].in_file(use.span, use.part)
        titles = " → ".join(entries[one.entry].title for one in chain)
        message = f"entries embed each other in a circle: {titles}"
        told = "embed.cycle", message, "link to the entry instead of embedding it"
        severity: Severity = "warning" if site.lenient else "error"
        yield problem_at(entries[last.entry].path, span, told, severity)


def _shown_by(uses: Iterable[LinkUse], targets: Iterable[Target]) -> list[tuple[LinkUse, Passage]]:
    """Return what an entry shows within its text, each with its embed."""
    return [
        (use, Passage(to.entry, to.url.partition("#")[2]))
        for use, to in zip(uses, targets, strict=True)
        if use.form == "embed" and to.entry and not lacks_anchor(use, to)
    ]


def _headings(html: str) -> Iterator[re.Match[str]]:
    return (tag for tag in TAG.finditer(html) if tag[2].lower() in HEADINGS and not tag[1])


def _section_end(html: str, start: re.Match[str]) -> int:
    level, depth = start[2].lower(), 0
    for tag in TAG.finditer(html, start.start()):
        name = tag[2].lower()
        if tag[1]:
            depth -= 1
            if depth < 0:
                return tag.start()
        elif name in HEADINGS and depth == 0 and name <= level and tag.start() > start.start():
            return tag.start()
        elif name not in VOID and not tag[3].endswith("/"):
            depth += 1
    return len(html)
