"""Entries in, newest first; the tags under which they are found, out."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from nexusgen.model import Entry, Tag
from nexusgen.sources.slugs import slug_of


def list_tags(newest: Iterable[Entry]) -> tuple[Tag, ...]:
    """Return all tags by slug, each with its entries, in the order in which these are given.

    Spellings with one slug (`REST API`, `rest-api`) are one tag, shown as most entries write it.
    """
    places: dict[str, list[tuple[int, str]]] = {}
    for place, entry in enumerate(newest):
        for name in entry.tags:
            places.setdefault(name, []).append((place, entry.id))
    spellings: dict[str, list[str]] = {}
    for name in places:
        spellings.setdefault(tag_slug(name), []).append(name)
    return tuple(_tag(slug, spellings[slug], places) for slug in sorted(spellings))


def _tag(slug: str, names: list[str], places: Mapping[str, list[tuple[int, str]]]) -> Tag:
    """Return a tag with the entries of all its spellings; the most used is its name."""
    name = min(names, key=lambda name: (-len(places[name]), name))
    found = (
        places[name] if len(names) == 1 else sorted({at for each in names for at in places[each]})
    )
    return Tag(name, slug, tuple(dict.fromkeys(entry for _, entry in found)))


@lru_cache(maxsize=4096)
def tag_slug(name: str) -> str:
    """Return the slug of a tag; one that holds nothing but signs is spelt by their numbers."""
    return slug_of(name) or "-".join(f"{ord(sign):x}" for sign in name)
