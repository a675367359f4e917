"""Entries and their graph in; cards, short references and digests out, each computed once."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from nexusgen.artifacts import Variable
from nexusgen.digests import digest_bytes, digest_value
from nexusgen.model import Document, Entry, Kind, Target
from nexusgen.pages.navigation import plan_navigation
from nexusgen.pages.sections import kind_of, section_views
from nexusgen.pages.views import Anchor, Card, Count, PageInputs, Ref, SectionView

SUMMARY = 240
"""Characters of a summary in a listing: about three lines of a card."""

MARKDOWN = re.compile(r"!?\[\[?([^]|]*\|)?([^]]*)\]?\](\([^)]*\))?|[*`]+|^#+ ", re.MULTILINE)


class Library(msgspec.Struct, frozen=True):
    """What many pages share. Everything is by entry id, `sections` by path.

    `repeated` holds the titles that more than one entry has, `shared` the variables that all pages
    have: `site`, `nav`, `assets` and `data`.
    """

    inputs: PageInputs
    site_digest: bytes
    kinds: Mapping[str, Kind]
    refs: Mapping[str, Ref]
    ref_digests: Mapping[str, bytes]
    cards: Mapping[str, Card]
    card_digests: Mapping[str, bytes]
    tags: Mapping[str, tuple[Anchor, ...]]
    sections: Mapping[str, SectionView]
    repeated: frozenset[str]
    shared: Mapping[str, Variable]


def build_library(inputs: PageInputs) -> Library:
    """Return the library of a hub."""
    site, entries = inputs.site, inputs.graph.entries
    kinds = {name: kind_of(site, name) for name in {entry.kind for entry in entries.values()}}
    refs = {name: _ref(entry, kinds[entry.kind]) for name, entry in entries.items()}
    cards = {name: _card(inputs, kinds, entry) for name, entry in entries.items()}
    titles = Counter(entry.title for entry in entries.values())
    sections = section_views(site, entries)
    return Library(
        inputs=inputs,
        site_digest=digest_value(site),
        kinds=kinds,
        refs=refs,
        ref_digests={name: digest_value(ref) for name, ref in refs.items()},
        cards=cards,
        card_digests={name: digest_value(card) for name, card in cards.items()},
        tags=_tags(inputs),
        sections=sections,
        repeated=frozenset(title for title, count in titles.items() if count > 1),
        shared={
            "site": constant(site),
            "nav": constant(plan_navigation(inputs, sections)),
            "assets": constant(inputs.assets),
            "data": Variable(inputs.data_digest, lambda: inputs.data),
        },
    )


def constant(value: Any) -> Variable:
    """Return a variable that is at hand already."""
    return Variable(digest_value(value), lambda: value)


def refs_digest(library: Library, ids: Iterable[str]) -> bytes:
    """Return the digest of the references to these entries, in order."""
    digests = library.ref_digests
    return digest_bytes(b"".join([digests[name] for name in ids]))


def used(library: Library, entry: Entry) -> tuple[Ref, ...]:
    """Return what an entry uses, as it may be shown: nothing of drafts and private entries."""
    targets = library.inputs.graph.uses.get(entry.id, ())
    return tuple(
        _target_ref(library, target, reference.text or reference.target)
        for target, reference in zip(targets, entry.uses, strict=True)
        if target.state != "hidden"
    )


def shorten(text: str, length: int) -> str:
    """Return at most `length` characters of `text`, cut between words."""
    if len(text) <= length:
        return text
    return text[: length - 1].rpartition(" ")[0].rstrip(" ,;:–—-") + "…"


def plain(markdown: str) -> str:
    """Return the words of a short piece of Markdown."""
    return " ".join(MARKDOWN.sub(lambda match: match[2] or "", markdown).split())


def summary_of(entry: Entry, document: Document, kind: Kind) -> str:
    """Return the entry's own summary, else its first paragraph, else its first field with text."""
    if entry.summary or document.summary:
        return entry.summary or document.summary
    texts = (entry.fields.get(field.name, "") for field in kind.fields if field.type == "markdown")
    return plain(next((text for text in texts if text), ""))


def counted(number: int, kind: Kind, url: str = "", mark: str = "") -> Count:
    """Return a number of entries of one kind in words: `5 challenges`."""
    word = kind.label if number == 1 else kind.plural
    return Count(number, word if word[1:2].isupper() else word[:1].lower() + word[1:], url, mark)


def usage_counts(inputs: PageInputs, kinds: Mapping[str, Kind], name: str) -> tuple[Count, ...]:
    """Return how many entries use this one, by kind, in the order of the kinds."""
    users = inputs.graph.relations.get(name)
    if not users:
        return ()
    entries = inputs.graph.entries
    numbers = Counter(entries[user].kind for user in users)
    order = [kind.name for kind in inputs.site.kinds if kind.name in numbers]
    return tuple(counted(numbers[kind], kinds[kind]) for kind in order)


def _ref(entry: Entry, kind: Kind) -> Ref:
    return Ref(entry.title, entry.url, kind.name, kind.label, kind.mark)


def _card(inputs: PageInputs, kinds: Mapping[str, Kind], entry: Entry) -> Card:
    kind = kinds[entry.kind]
    document = inputs.documents.get(entry.id, Document())
    return Card(
        title=entry.title,
        url=entry.url,
        kind=kind.name,
        label=kind.label,
        plural=kind.plural,
        mark=kind.mark,
        summary=shorten(summary_of(entry, document, kind), SUMMARY),
        date=entry.date,
        updated=entry.updated,
        status=entry.status,
        tags=entry.tags,
        counts=usage_counts(inputs, kinds, entry.id),
    )


def _target_ref(library: Library, target: Target, written: str) -> Ref:
    if target.entry in library.refs:
        return library.refs[target.entry]
    return Ref(target.title or written, target.url or None)


def _tags(inputs: PageInputs) -> dict[str, tuple[Anchor, ...]]:
    found: dict[str, list[Anchor]] = {}
    for tag in inputs.graph.tags:
        anchor = Anchor(tag.name, f"tags/{tag.slug}/")
        for name in tag.entries:
            found.setdefault(name, []).append(anchor)
    return {name: tuple(anchors) for name, anchors in found.items()}
