"""Entries and their graph in; what many pages show of them out, each made once and when needed."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from nexusgen.artifacts import Variable
from nexusgen.digests import digest_bytes, digest_value
from nexusgen.links.tags import tag_slug
from nexusgen.model import Document, Entry, Kind, Site, Target
from nexusgen.pages.sections import kind_of
from nexusgen.pages.views import Anchor, Card, Count, Days, Moment, PageInputs, Ref, SectionView

T = TypeVar("T")

SUMMARY = 240
"""Characters of a summary in a listing: about three lines of a card."""

MARKDOWN = re.compile(r"!?\[\[?([^]|]*\|)?([^]]*)\]?\](\([^)]*\))?|[*`]+|^#+ ", re.MULTILINE)


class Library(msgspec.Struct, frozen=True):
    """What many pages share. Everything is by entry id, `sections` by path, `written` by URL.

    `folders` holds the ids of the entries in each folder of pages, `days` when entries were
    written, as far as they say, `moments` those of the timeline, under `all`.

    `refs`, `cards` and `tags` make their values when they are asked for. `repeated` counts the
    titles that more than one entry has, `written` says which entry is at a URL, `shared` holds the
    variables that all pages have: `site`, `nav`, `assets` and `data`.
    """

    inputs: PageInputs
    site_digest: bytes
    refs: Mapping[str, Ref]
    ref_digests: Mapping[str, bytes]
    cards: Mapping[str, Card]
    card_digests: Mapping[str, bytes]
    tags: Mapping[str, tuple[Anchor, ...]]
    sections: Mapping[str, SectionView]
    folders: Mapping[str, tuple[str, ...]]
    days: Mapping[str, Days]
    moments: Mapping[str, tuple[Moment, ...]]
    repeated: Mapping[str, int]
    written: Mapping[str, str]
    shared: Mapping[str, Variable]


class Made(Mapping[str, T]):
    """A table whose values are made when they are first asked for."""

    def __init__(self, keys: Mapping[str, Any], make: Callable[[str], T]) -> None:
        self._keys = keys
        self._make = make
        self._values: dict[str, T] = {}

    def __getitem__(self, key: str) -> T:
        if key not in self._values:
            if key not in self._keys:
                raise KeyError(key)
            self._values[key] = self._make(key)
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: object) -> bool:
        return key in self._keys


def site_view(site: Site) -> Site:
    """Return the settings for templates: without redirects, of which only their own pages tell."""
    return msgspec.structs.replace(site, redirects={}, redirect_spans={})


def make_ref(site: Site, entry: Entry) -> Ref:
    """Return how an entry is named in passing."""
    kind = kind_of(site, entry.kind)
    return Ref(entry.title, entry.url, kind.name, kind.label, kind.mark)


def make_card(inputs: PageInputs, name: str) -> Card:
    """Return an entry as a listing shows it."""
    site, entry = inputs.site, inputs.graph.entries[name]
    kind = kind_of(site, entry.kind)
    document = inputs.documents.get(name, Document())
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
        counts=usage_counts(inputs, name),
    )


def make_anchors(entry: Entry, tag_names: Mapping[str, str]) -> tuple[Anchor, ...]:
    """Return the links to the tags of an entry, by slug."""
    slugs = sorted({tag_slug(tag) for tag in entry.tags})
    return tuple(Anchor(tag_names[slug], f"tags/{slug}/") for slug in slugs)


def count_titles(entries: Iterable[Entry]) -> dict[str, int]:
    """Return how many entries have a title, for the titles of more than one."""
    titles = Counter(entry.title for entry in entries)
    return {title: count for title, count in titles.items() if count > 1}


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


def usage_counts(inputs: PageInputs, name: str) -> tuple[Count, ...]:
    """Return how many entries use this one, by kind, in the order of the kinds."""
    users = inputs.graph.relations.get(name)
    if not users:
        return ()
    entries, kinds = inputs.graph.entries, inputs.site.kinds
    numbers = Counter(entries[user].kind for user in users)
    return tuple(counted(numbers[kind.name], kind) for kind in kinds if kind.name in numbers)


def _target_ref(library: Library, target: Target, written: str) -> Ref:
    if target.entry in library.refs:
        return library.refs[target.entry]
    return Ref(target.title or written, target.url or None)
