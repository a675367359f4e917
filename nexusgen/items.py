"""Entries in; how listings show them out: a card, and the texts short enough to stand there."""

from collections.abc import Sequence
from functools import partial

from nexusgen.contents import contents_alone
from nexusgen.digests import digest, digest_value
from nexusgen.library import Library, used
from nexusgen.model import Document, Target, Variable
from nexusgen.views import Item, Listing

TEASERS = ("problem", "solution", "rule")
"""Fields that a listing shows whole."""


def make_item(library: Library, name: str, root: str) -> Item:
    """Return an entry as a listing shows it."""
    entry = library.inputs.graph.entries[name]
    if not any(entry.fields.get(field) for field in TEASERS):
        return Item(library.cards[name])
    texts = contents_alone(library, name, root)
    shown = {field: texts[field] for field in TEASERS if field in texts}
    return Item(library.cards[name], shown, used(library, entry))


def item_digest(library: Library, name: str) -> bytes:
    """Return the digest of `make_item`, less the root: the body of an entry is no part of it."""
    entry = library.inputs.graph.entries[name]
    texts = [entry.fields.get(field, "") for field in TEASERS]
    if not any(texts):
        return library.card_digests[name]
    return digest(
        library.card_digests[name],
        digest_value((texts, _targets_of_fields(library, name), used(library, entry))),
        library.site_digest,
    )


def listing_variable(
    library: Library, form: str, total: int, ids: Sequence[str], root: str
) -> Variable:
    """Return the variable `listing`: these entries out of `total`."""
    key = digest(
        form.encode(),
        str(total).encode(),
        root.encode(),
        *(item_digest(library, name) for name in ids),
    )
    return Variable(key, partial(_make_listing, library, form, total, (tuple(ids), root)))


def _make_listing(
    library: Library, form: str, total: int, shown: tuple[tuple[str, ...], str]
) -> Listing:
    ids, root = shown
    return Listing(form, total, tuple(make_item(library, name, root) for name in ids))


def _targets_of_fields(library: Library, name: str) -> list[Target]:
    """Return where the links lead that stand in fields and not in the body."""
    links = library.inputs.documents.get(name, Document()).links
    targets = library.inputs.graph.targets.get(name, ())
    return [target for link, target in zip(links, targets, strict=True) if link.part != "body"]
