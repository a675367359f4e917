"""The library of a hub in; small files that say of each entry of a folder what it is, out."""

import json
from collections.abc import Iterable, Iterator

from nexusgen.core.model import Entry, Page
from nexusgen.pages.context import Library
from nexusgen.pages.views import Card

NAME = "previews.json"


def preview_folders(entries: Iterable[Entry]) -> dict[str, tuple[str, ...]]:
    """Return the ids of the entries in each folder of pages."""
    folders: dict[str, list[str]] = {}
    for entry in entries:
        if entry.url:
            folders.setdefault(_folder(entry.url), []).append(entry.id)
    return {folder: tuple(folders[folder]) for folder in sorted(folders)}


def plan_previews(library: Library, folder: str) -> Iterator[Page]:
    """Yield the file from which a script shows what a link to an entry of this folder leads to.

    A folder's own, so that no file is large, and apart from the pages, so that none of these
    changes when another one does.
    """
    cards = (library.cards[name] for name in library.folders[folder])
    yield Page(f"{folder}{NAME}", "plain.txt", {"text": _previews(cards)})


def _folder(url: str) -> str:
    head = url.rstrip("/").rpartition("/")[0]
    return f"{head}/" if head else ""


def _previews(cards: Iterable[Card]) -> str:
    shown = {
        card.url.rstrip("/").rpartition("/")[2]: (card.title, card.label, card.summary)
        for card in cards
    }
    text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.replace("<", "\\u003c") + "\n"  # nobody takes it for HTML, whatever it is sent as
