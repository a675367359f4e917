"""Entries that show each other in; HTML fit to stand on another page, and circles, out."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from nexusgen.core.model import Entry, LinkUse, Site
from nexusgen.core.problems import Problem
from nexusgen.site.links import Links

TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)([^<>]*)>")
IDENTITY = re.compile(r'\s(?:id|name)="[^"]*"')
LOCAL = ' href="#'
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
VOID = frozenset(
    {
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
        "track", "wbr",
    }
)  # fmt: skip


def cut_section(html: str, anchor: str) -> str:
    """Return the part of `html` from the heading with this id to the next of its level or above.

    All of it without an anchor; nothing where no heading has the id.
    """
    if not anchor:
        return html
    mark = f' id="{escape(anchor)}"'
    start = next((tag for tag in _headings(html) if mark in tag[0]), None)
    return html[start.start() : _section_end(html, start)] if start else ""


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


def find_cycles(embeds: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Yield each chain of embedded entries that ends where it began, found on one walk of all."""
    done: set[str] = set()
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
    """
    for chain in find_cycles({name: links[name].embeds for name in embedding}):
        last, first = chain[-2:]
        pairs = zip(uses[last], links[last].links, strict=True)
        use = next(use for use, to in pairs if use.form == "embed" and to.entry == first)
        span = entries[last].in_file(use.span, use.part)
        titles = " → ".join(entries[name].title for name in chain)
        yield Problem(
            path=entries[last].path,
            line=span.line,
            column=span.column,
            code="embed.cycle",
            message=f"entries embed each other in a circle: {titles}",
            hint="link to the entry instead of embedding it",
            severity="warning" if site.lenient else "error",
            length=span.length,
        )


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
