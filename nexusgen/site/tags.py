"""Sort out the tags of a hub: those of its entries, the ones above these, and the notes about them."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from nexusgen.core.model import Entry, LinkUse, Value
from nexusgen.core.slugs import tag_slug
from nexusgen.incremental.derive import Tables, Tracked
from nexusgen.site.names import newest_first

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


class Use(NamedTuple):
    """An entry that has a tag or one below it: what its place follows from, and how it spells the tag.

    The spelling `is_own` where it is not that of a tag below.
    """

    id: str
    title: str
    date: str
    moments: tuple[str, str]
    spelling: str
    is_own: bool


def is_about_tags(entry: Entry) -> bool:
    """Tell whether an entry is a note about a tag, or about all: it is shown on the page of these."""
    return entry.url.startswith(TAGS)


def tags_of(links: Iterable[LinkUse]) -> tuple[str, ...]:
    """Return the tags that stand among the links of a text."""
    return tuple(dict.fromkeys(use.target for use in links if use.form == "tag"))


def make_tags(tables: Tables, published: Tracked[Entry]) -> Tracked[Tag]:
    """Return all tags by slug, each with its entries, the newest first.

    Spellings with one slug (`REST API`, `rest-api`) are one tag, shown as most entries write it. A
    tag above others (`lang` of `lang/python`) is one, too, and so is what a note in the folder
    `tags` is about, although no entry may have it. The page of a tag is where its note is.
    """
    uses = tables.group("uses of tags", published, _uses, Use, lambda _, one: one.id)
    notes = tables.where("notes about tags", published, is_about_tags)

    def find() -> dict[str, tuple[str, str]]:
        """Return the note about each tag, if any, and how the tag is spelled where no entry has it."""
        found = dict.fromkeys(uses, ("", ""))
        about = _match_notes([published[name] for name in notes.get("", ())], uses)
        for slug, note in about.items():
            for level, spelt, is_own in levels(slug):
                if not is_own:
                    found.setdefault(level, ("", spelt))
            found[slug] = note.id, found.get(slug, ("", note.title))[1]
        return found

    known = tables.whole("known tags", find, tuple[str, str])

    def make(slug: str) -> Tag:
        (note, spelling), found = known[slug], uses.get(slug, ())
        ids = dict.fromkeys(one.id for one in newest_first(found) if one.id != note)
        name = _most_written(found) or spelling
        return Tag(name, slug, tuple(ids), published[note].url if note else f"{TAGS}{slug}/", note)

    return tables.derive("tags", known, make, Tag)


def _uses(name: str, entry: Entry) -> Iterator[tuple[str, Use]]:
    known = name, entry.title, entry.date, entry.moments
    for tag in entry.tags:
        for slug, spelling, is_own in levels(tag):
            yield slug, Use(*known, spelling, is_own)


def _most_written(uses: Sequence[Use]) -> str:
    """Return the spelling that most entries have; those of tags below count where there are no others."""
    own = [use for use in uses if use.is_own] or uses
    counts = Counter(use.spelling for use in own)
    return min(counts, key=lambda name: (-counts[name], name), default="")


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


def _match_notes(entries: Iterable[Entry], tags: Container[str]) -> dict[str, Entry]:
    """Return by slug the note about each tag: that of its address, else the first called like it.

    What is neither is a note about a tag of its own, whose slug is its address, in whatever form.
    """
    notes = [one for one in entries if one.url != TAGS]
    slugs = {note.id: note.url.removeprefix(TAGS).rstrip("/") for note in notes}
    about = {slugs[note.id]: note for note in notes if slugs[note.id] in tags}
    for note in sorted(notes, key=lambda one: one.id):
        own = slugs[note.id]
        if own not in about:
            called = (tag_slug(own), tag_slug(note.title))
            about[next((one for one in called if one in tags and one not in about), own)] = note
    return about
