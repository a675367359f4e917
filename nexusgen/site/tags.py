"""Sort out the tags of a hub: those of its entries, the ones above these, and the notes about them."""

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from functools import lru_cache

import msgspec

from nexusgen.core.model import Entry, LinkUse, Value
from nexusgen.core.slugs import tag_slug

TAGS = "tags/"
"""Where the pages of tags are, and the folder whose notes are about tags."""


class Tag(Value, frozen=True, array_like=True):
    """A tag as it is shown, the slug that is its own, and the ids of its entries, newest first.

    Its entries are those of the tags below it, too: `lang` has those of `lang/python`. `note` is the
    id of the entry about it.
    """

    name: str
    slug: str
    entries: tuple[str, ...]
    url: str = ""
    note: str = ""

    @property
    def is_thin(self) -> bool:
        """Tell whether the page of the tag says no more than that of its only entry."""
        return len(self.entries) == 1 and not self.note


class Uses(msgspec.Struct):
    """The entries of a tag, in order, and how often each spelling stands; `above` counts those of tags below."""

    entries: dict[str, None] = msgspec.field(default_factory=dict)
    own: Counter[str] = msgspec.field(default_factory=Counter)
    above: Counter[str] = msgspec.field(default_factory=Counter)

    @property
    def name(self) -> str:
        """The spelling that most entries have."""
        spellings = self.own or self.above
        return min(spellings, key=lambda name: (-spellings[name], name))


def is_about_tags(entry: Entry) -> bool:
    """Tell whether an entry is a note about a tag, or about all: it is shown on the page of these."""
    return entry.url.startswith(TAGS)


def tags_of(links: Iterable[LinkUse]) -> tuple[str, ...]:
    """Return the tags that stand among the links of a text."""
    return tuple(dict.fromkeys(use.target for use in links if use.form == "tag"))


def find_tags(newest: Sequence[Entry]) -> dict[str, Tag]:
    """Return all tags by slug, each with its entries, in the order in which these are given.

    Spellings with one slug (`REST API`, `rest-api`) are one tag, shown as most entries write it. A
    tag above others (`lang` of `lang/python`) is one, too, and so is what a note in the folder
    `tags` is about, although no entry may have it. The page of a tag is where its note is.
    """
    uses: dict[str, Uses] = {}
    for entry in newest:
        for name in entry.tags:
            for slug, spelt, is_own in levels(name):
                found = uses.get(slug) or uses.setdefault(slug, Uses())
                found.entries[entry.id] = None
                (found.own if is_own else found.above)[spelt] += 1
    about = _match_notes(newest, uses.keys())
    for slug, note in about.items():
        for level, spelt, is_own in levels(slug):
            found = uses.setdefault(level, Uses())
            if not (found.own or found.above):
                found.above[note.title if is_own else spelt] += 1
    return {slug: _tag(slug, uses[slug], about.get(slug)) for slug in sorted(uses)}


def _tag(slug: str, uses: Uses, note: Entry | None) -> Tag:
    if note is None:
        return Tag(uses.name, slug, tuple(uses.entries), f"{TAGS}{slug}/")
    uses.entries.pop(note.id, None)
    return Tag(uses.name, slug, tuple(uses.entries), note.url, note.id)


@lru_cache(maxsize=4096)
def levels(name: str) -> tuple[tuple[str, str, bool], ...]:
    """Return slug and spelling of each tag above one, and of the tag itself, which is marked."""
    slug = tag_slug(name)
    parts, spelt = slug.split("/"), [part.strip() for part in name.split("/") if part.strip()]
    above = (("/".join(parts[:end]), "/".join(spelt[:end]), False) for end in range(1, len(parts)))
    return (*above, (slug, "/".join(spelt) or name, True))


def renamed(tag: str, old: str, new: str) -> str:
    """Return what becomes of a tag where `old` is called `new`: that, or what lies below it, else nothing."""
    slug, parts = tag_slug(old), [part.strip() for part in tag.split("/") if part.strip()]
    if tag_slug(tag) == slug:
        return new
    if not tag_slug(tag).startswith(f"{slug}/"):
        return ""
    return "/".join([new, *parts[slug.count("/") + 1 :]])


def _match_notes(entries: Iterable[Entry], tags: Set[str]) -> dict[str, Entry]:
    """Return by slug the note about each tag: that of its address, else the first of its title.

    What is neither is a note about a tag of its own.
    """
    notes = [one for one in entries if is_about_tags(one) and one.url != TAGS]
    slugs = {note.id: note.url.removeprefix(TAGS).rstrip("/") for note in notes}
    about = {slugs[note.id]: note for note in notes if slugs[note.id] in tags}
    for note in sorted(notes, key=lambda one: one.id):
        if slugs[note.id] not in about:
            title = tag_slug(note.title)
            is_free = title in tags and title not in about
            about[title if is_free else slugs[note.id]] = note
    return about
