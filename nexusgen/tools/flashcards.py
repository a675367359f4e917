"""Write what a hub teaches as flashcards, in the text format that Anki imports.

https://docs.ankiweb.net/importing/text-files.html: headers that begin with `#`, then a line for each
note whose fields are HTML between tabs.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from html import escape
from io import StringIO
from pathlib import Path

import msgspec

from nexusgen.build import find_site
from nexusgen.core.builds import Snapshot
from nexusgen.core.model import Entry, Html, Site
from nexusgen.core.urls import first_url
from nexusgen.disk.hub import with_hub
from nexusgen.incremental.derive import Tables
from nexusgen.incremental.digests import digest
from nexusgen.incremental.memo import Memo
from nexusgen.pages.words import direction
from nexusgen.site.graph import Graph, link_hub
from nexusgen.site.placeholders import fill_html, with_names
from nexusgen.site.shown_files import ContentFiles
from nexusgen.site.sources import Sources, parse_sources

NAMED = ("concept", "technology")
"""Kinds of which a card asks what they are."""

_BLOCK = re.compile(
    r"</?(?:p|div|li|ul|ol|td|th|tr|table|thead|tbody|dl|dt|dd|h[1-6]|blockquote|section|figure"
    r"|figcaption|pre|details|summary|hr)\b[^>]*>"
)
_MARK = re.compile(r"<mark\b[^>]*>(.*?)</mark>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_SPAN = re.compile(r"</?span\b[^>]*>")
_LINK = re.compile(r"</?a\b[^>]*>")
_IMAGE = re.compile(r'<img\b(?:[^>]*?\balt="([^"]*)")?[^>]*>')
_SPACE = re.compile(r"\s+")


class Flashcard(msgspec.Struct, frozen=True):
    """A note of Anki: an id that stays, the kind of note, its two fields as HTML, and its tags."""

    id: str
    form: str
    front: str
    back: str
    tags: tuple[str, ...]


class Deck(msgspec.Struct, frozen=True):
    """Flashcards and the deck that they belong to."""

    name: str
    cards: tuple[Flashcard, ...]

    def text(self) -> str:
        """Return the deck as Anki reads it."""
        lines = (
            "#separator:tab", "#html:true", "#guid column:1", "#notetype column:2",
            f"#deck:{_SPACE.sub(' ', self.name)}", "#tags column:5",
        )  # fmt: skip
        rows = StringIO()
        writer = csv.writer(rows, delimiter="\t", lineterminator="\n")
        for card in self.cards:
            writer.writerow((card.id, card.form, card.front, card.back, " ".join(card.tags)))
        return "\n".join(lines) + "\n" + rows.getvalue()


def make_deck(root: Path, name: str, *, cloze: bool) -> Deck:
    """Return the flashcards of a hub, of what it publishes and what does not say `cards: false`.

    A challenge asks for its solution, a concept or technology for what it is; with `cloze`, each
    paragraph with `==marked==` words hides these, one after the other. The deck bears the `name`,
    else that of the hub, and the ids of its cards come from it and from the addresses of entries.
    """
    return with_hub(root, partial(_read_deck, name=name, cloze=cloze))


def _read_deck(snapshot: Snapshot, memo: Memo, name: str, cloze: bool) -> Deck:
    site, tables = find_site(snapshot)[0], Tables()
    sources = parse_sources(snapshot, site, memo, tables)
    files = ContentFiles(snapshot.files)
    graph = link_hub(tables, site, sources.entries, sources.documents, files)
    deck = name or site.title
    maker = _Maker(site, graph, sources, deck)
    learnt = (one for one in graph.entries.values() if one.cards and not one.is_index)
    return Deck(deck, tuple(card for entry in learnt for card in maker.cards(entry, cloze=cloze)))


class _Maker(msgspec.Struct, frozen=True):
    """Makes the cards of entries, whose links lead to the published hub, or nowhere without one."""

    site: Site
    graph: Graph
    sources: Sources
    deck: str

    def cards(self, entry: Entry, *, cloze: bool) -> Iterator[Flashcard]:
        """Yield the cards of an entry."""
        html = self.sources.html(entry.id)
        title = f"<b>{escape(entry.title, quote=False)}</b>"
        if entry.kind == "challenge" and html.get("solution"):
            problem = self._text(entry, html, "problem")
            yield self._card(entry, "", f"{title}{problem}", self._text(entry, html, "solution"))
        document = self.sources.documents[entry.id]
        about = entry.summary or with_names(
            document.summary, document.links, self.graph.targets[entry.id]
        )
        if entry.kind in NAMED and about:
            yield self._card(entry, "", title, escape(about, quote=False))
        if cloze:
            yield from self._clozes(entry, self._text(entry, html, "body"), title)

    def _clozes(self, entry: Entry, html: str, title: str) -> Iterator[Flashcard]:
        seen: Counter[str] = Counter()
        for piece in _BLOCK.split(html):
            hidden = " ".join(_TAG.sub("", found) for found in _MARK.findall(piece))
            if hidden.strip():
                seen[hidden] += 1
                mark = f"{hidden}\n{seen[hidden]}"
                yield self._card(entry, mark, with_gaps(piece), title, form="Cloze")

    def _card(
        self, entry: Entry, mark: str, front: str, back: str, *, form: str = "Basic"
    ) -> Flashcard:
        address = first_url(entry.url, entry.redirect_from)
        parts = (part.encode() for part in (self.deck, address, mark))
        tags = (entry.kind, *(_SPACE.sub("_", tag.strip()) for tag in entry.tags))
        front, back = (_directed(text, entry.lang or self.site.language) for text in (front, back))
        return Flashcard(digest(*parts).hex()[:20], form, front, back, tuple(dict.fromkeys(tags)))

    def _text(self, entry: Entry, html: Html, name: str) -> str:
        links = self.sources.documents[entry.id].links
        root = self.site.base_url
        filled = fill_html(html.get(name, ""), links, self.graph.targets[entry.id], root)
        filled = _SPAN.sub("", filled)
        if not root:
            filled = _IMAGE.sub(lambda image: image[1] or "", _LINK.sub("", filled))
        return filled.strip()


def with_gaps(html: str) -> str:
    """Return HTML in which each mark is a gap of its own (`{{c1::...}}`), and nothing else is one."""
    html = _SPACE.sub(" ", html.strip()).replace("{{", "{&#123;").replace("}}", "}&#125;")
    done: list[str] = []
    at = 0
    for number, mark in enumerate(_MARK.finditer(html), 1):
        inner = mark[1].replace("::", ":&#58;")
        done += html[at : mark.start()], f"{{{{c{number}::{inner}}}}}"
        at = mark.end()
    return "".join((*done, html[at:]))


def _directed(html: str, language: str) -> str:
    """Return HTML that runs as its language does."""
    return f'<div dir="rtl">{html}</div>' if html and direction(language) == "rtl" else html
