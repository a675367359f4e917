"""All entries of a hub in; the same entries, each folder with one page of its own at most, out."""

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

import msgspec

from nexusgen.model import Entry
from nexusgen.sources.kinds import INDEX_NAMES
from nexusgen.sources.slugs import slug_of


def settle_indexes(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries with every folder's page settled, in the order given.

    One file cannot know what lies beside it, so each that could be the page of its folder is read
    as that (`is_index`). Where there are several, `index` comes before `README`, and that before a
    file named like its folder; the others become entries of the folder under their own name.

    A folder inside a section that holds its page and nothing else is no section of its own:
    `technologies/django/index.md` is the technology Django, an entry of `technologies`.
    """
    pages = _folder_pages(entries)
    full = _folders_with_entries(entries, pages)
    return [_settled(entry, pages, full) for entry in entries]


def _folder_pages(entries: Iterable[Entry]) -> dict[str, str]:
    """Return the id of the entry that is the page of a folder, by folder."""
    candidates = sorted((entry for entry in entries if entry.is_index), key=_rank, reverse=True)
    return {entry.section: entry.id for entry in candidates}


def _folders_with_entries(entries: Iterable[Entry], pages: dict[str, str]) -> frozenset[str]:
    """Return the folders that hold more than their page, with all folders around those."""
    folders: set[str] = set()
    for entry in entries:
        is_page = pages.get(entry.section) == entry.id
        folder = _parent(entry.section) if is_page else entry.section
        while folder and folder not in folders:
            folders.add(folder)
            folder = _parent(folder)
    return frozenset(folders)


def _settled(entry: Entry, pages: dict[str, str], full: frozenset[str]) -> Entry:
    if not entry.is_index:
        return entry
    if pages[entry.section] != entry.id:
        slug = slug_of(PurePosixPath(entry.path).stem) or entry.slug
        url = f"{entry.url}{slug}/"
        return msgspec.structs.replace(entry, is_index=False, slug=slug, url=url)
    if "/" in entry.section and entry.section not in full:
        return msgspec.structs.replace(entry, is_index=False, section=_parent(entry.section))
    return entry


def _rank(entry: Entry) -> tuple[int, str]:
    name = PurePosixPath(entry.path).stem.lower()
    return (INDEX_NAMES.index(name) if name in INDEX_NAMES else len(INDEX_NAMES), entry.id)


def _parent(section: str) -> str:
    return section.rpartition("/")[0]
