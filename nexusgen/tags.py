"""Entries in; the tags under which they are found, out."""

from collections import Counter
from collections.abc import Iterable

from nexusgen.model import Entry, Tag
from nexusgen.names import fold_title
from nexusgen.slugs import slug_of


def list_tags(entries: Iterable[Entry]) -> tuple[Tag, ...]:
    """Return all tags by slug, each with its entries, newest first.

    Spellings with one slug (`REST API`, `rest-api`) are one tag, shown as most entries write it.
    """
    slugs: dict[str, str] = {}
    spellings: dict[str, Counter[str]] = {}
    members: dict[str, dict[str, Entry]] = {}
    for entry in entries:
        for name in entry.tags:
            if name not in slugs:
                slugs[name] = tag_slug(name)
            slug = slugs[name]
            spellings.setdefault(slug, Counter())[name] += 1
            members.setdefault(slug, {})[entry.id] = entry
    return tuple(
        Tag(most_used(spellings[slug]), slug, newest_first(list(members[slug].values())))
        for slug in sorted(members)
    )


def tag_slug(name: str) -> str:
    """Return the slug of a tag; one that holds nothing but signs is spelt by their numbers."""
    return slug_of(name) or "-".join(f"{ord(sign):x}" for sign in name)


def most_used(spellings: Counter[str]) -> str:
    """Return the most frequent spelling, of equally frequent ones the first by alphabet."""
    return min(spellings, key=lambda name: (-spellings[name], name))


def newest_first(entries: list[Entry]) -> tuple[str, ...]:
    """Return the ids of entries, newest first, of one day by title."""
    entries.sort(key=lambda entry: (fold_title(entry.title), entry.id))
    entries.sort(key=lambda entry: entry.date, reverse=True)
    return tuple(entry.id for entry in entries)
