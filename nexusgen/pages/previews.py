"""The library of a hub in; small files that say of each entry of a folder what it is, out."""

import json
from collections.abc import Iterator, Sequence
from functools import partial

from nexusgen.artifacts import Page, Variable
from nexusgen.digests import digest_bytes
from nexusgen.pages.library import Library

NAME = "previews.json"


def plan_previews(library: Library) -> Iterator[Page]:
    """Yield a file for each folder of pages, from which a script shows what a link leads to.

    A folder's own, so that no file is large, and apart from the pages, so that none of these
    changes when another one does.
    """
    folders: dict[str, list[str]] = {}
    for name, entry in library.inputs.graph.entries.items():
        if entry.url:
            folders.setdefault(_folder(entry.url), []).append(name)
    for folder, names in sorted(folders.items()):
        key = digest_bytes(b"".join([library.card_digests[name] for name in names]))
        make = partial(_previews, library, names)
        yield Page(f"{folder}{NAME}", "plain.txt", {"text": Variable(key, make)})


def _folder(url: str) -> str:
    head = url.rstrip("/").rpartition("/")[0]
    return f"{head}/" if head else ""


def _previews(library: Library, names: Sequence[str]) -> str:
    cards = [library.cards[name] for name in names]
    shown = {
        card.url.rstrip("/").rpartition("/")[2]: (card.title, card.label, card.summary)
        for card in cards
    }
    text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.replace("<", "\\u003c") + "\n"  # nobody takes it for HTML, whatever it is sent as
