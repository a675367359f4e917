"""Entries and kinds in; the sections of the site out: every folder that has a page."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

import msgspec

from nexusgen.content.kinds import kind_named, kind_of_folder
from nexusgen.core.model import Document, Entry, Kind, Site, Target
from nexusgen.incremental.digests import Lazy, digest_value
from nexusgen.pages.views import Anchor, Card, Count, Days, Moment, PageInputs, Ref, SectionView
from nexusgen.site.library import tag_slug


def kind_of(site: Site, name: str) -> Kind:
    """Return the kind with this name; a kind that nobody declared is shown as a note."""
    return kind_named(name, site.kinds) or kind_named("note", site.kinds) or site.kinds[-1]


def section_views(site: Site, entries: Mapping[str, Entry]) -> dict[str, SectionView]:
    """Return the sections by path, in the order of the kinds and then of their paths."""
    urls: dict[str, str] = {}
    indexes: dict[str, Entry] = {}
    counts: Counter[str] = Counter()
    for entry in entries.values():
        for path, url in _levels(entry):
            urls.setdefault(path, url)
            counts[path] += not entry.is_index
        if entry.is_index and entry.section:
            indexes[entry.section] = entry
    rank = {kind.name: place for place, kind in enumerate(site.kinds)}
    return {
        path: msgspec.structs.replace(
            _view(site, url, path, counts[path], indexes.get(path)),
            rank=rank[kind_of_folder(path, site.kinds).name],
        )
        for path, url in urls.items()
    }


def in_order(sections: Mapping[str, SectionView]) -> list[SectionView]:
    """Return sections in the order of the kinds of their entries, those of one kind by path."""
    return sorted(sections.values(), key=lambda section: (section.rank, section.path))


def ancestors(path: str) -> Iterator[str]:
    """Yield `a`, `a/b` and `a/b/c` for `a/b/c`."""
    parts = path.split("/") if path else []
    for end in range(1, len(parts) + 1):
        yield "/".join(parts[:end])


def children(sections: Mapping[str, SectionView], path: str) -> tuple[SectionView, ...]:
    """Return the sections directly below `path` that hold entries."""
    depth = path.count("/") + 1 if path else 0
    return tuple(
        section
        for section in in_order(sections)
        if section.count
        and section.path.count("/") == depth
        and (not path or section.path.startswith(path + "/"))
    )


def _levels(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield the entry's section and all above it, each with its URL."""
    path, url = entry.section, entry.url
    if not entry.is_index:
        url = _parent(url)
    while path and url:
        yield path, url
        path, url = path.rpartition("/")[0], _parent(url)


def _parent(url: str) -> str:
    head = url.rstrip("/").rpartition("/")[0]
    return f"{head}/" if head else ""


def _view(site: Site, url: str, path: str, count: int, index: Entry | None) -> SectionView:
    kind = kind_of_folder(path, site.kinds)
    own = kind.folder == path
    return SectionView(
        path=path,
        url=url,
        title=index.title if index else kind.plural if own else _words(path.rpartition("/")[2]),
        kind=kind.name,
        label=kind.label,
        plural=kind.plural,
        mark=kind.mark,
        form=_form(kind),
        count=count,
        index=index.id if index else "",
        short=kind.plural if own else "",
    )


def _form(kind: Kind) -> str:
    names = {field.name for field in kind.fields}
    if {"problem", "solution"} <= names:
        return "pairs"
    if "rule" in names:
        return "rules"
    return "ledger" if kind.open else "cards"


def _words(folder: str) -> str:
    """Return the name of a folder as a title: `deep-dives` is `Deep dives`."""
    words = folder.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


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
    refs: Mapping[str, Ref]
    cards: Mapping[str, Card]
    card_digests: Mapping[str, bytes]
    tags: Mapping[str, tuple[Anchor, ...]]
    sections: Mapping[str, SectionView]
    folders: Mapping[str, tuple[str, ...]]
    days: Mapping[str, Days]
    moments: Mapping[str, tuple[Moment, ...]]
    repeated: Mapping[str, int]
    written: Mapping[str, str]
    shared: Mapping[str, Lazy]


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


def variable(value: Any) -> Lazy:
    """Return a variable that many pages have: its digest is taken once."""
    return Lazy(digest_value(value), lambda: value)


def computed(function: Callable[..., Any], *values: Any) -> Lazy:
    """Return a variable with what a pure function makes of values, when a page shows it.

    Its digest is that of the values. There is nothing else that the function could read: what is
    no value, such as the library, has no digest.
    """
    return Lazy(digest_value((function.__qualname__, values)), partial(function, *values))


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
