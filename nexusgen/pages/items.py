"""Entries in; how listings show them out: a card, and the texts short enough to stand there."""

from collections.abc import Sequence
from functools import partial

from nexusgen.artifacts import Variable
from nexusgen.digests import digest, digest_bytes, digest_value
from nexusgen.model import Document, Entry, Target
from nexusgen.pages.contents import contents_alone
from nexusgen.pages.library import Library, used
from nexusgen.pages.views import Item, Listing

TEASERS = ("problem", "solution", "rule")
"""Fields that a listing shows whole."""

SHORT_FORMS = ("cards", "ledger")
"""Forms of a listing that show nothing but cards."""


def make_item(library: Library, name: str, root: str) -> Item:
    """Return an entry as a listing shows it."""
    entry = library.inputs.graph.entries[name]
    if not _has_teaser(entry):
        return Item(library.cards[name])
    texts = contents_alone(library, name, root)
    shown = {field: texts[field] for field in TEASERS if field in texts}
    return Item(library.cards[name], shown, used(library, entry))


def item_digest(library: Library, name: str) -> bytes:
    """Return the digest of `make_item`, less the root: the body of an entry is no part of it."""
    entry = library.inputs.graph.entries[name]
    if not _has_teaser(entry):
        return library.card_digests[name]
    texts = [entry.fields.get(field, "") for field in TEASERS]
    told = digest_value((texts, _targets_of_fields(library, name), used(library, entry)))
    return digest_bytes(library.card_digests[name] + library.site_digest + told)


def listing_variable(
    library: Library, form: str, total: int, ids: Sequence[str], root: str
) -> Variable:
    """Return the variable `listing`: these entries out of `total`."""
    if form in SHORT_FORMS:
        digests = [library.card_digests[name] for name in ids]
    else:
        digests = [item_digest(library, name) for name in ids]
    key = digest(b"".join(digests), form.encode(), str(total).encode(), root.encode())
    return Variable(key, partial(_make_listing, library, form, total, (tuple(ids), root)))


def _make_listing(
    library: Library, form: str, total: int, shown: tuple[tuple[str, ...], str]
) -> Listing:
    ids, root = shown
    if form in SHORT_FORMS:
        return Listing(form, total, tuple(Item(library.cards[name]) for name in ids))
    return Listing(form, total, tuple(make_item(library, name, root) for name in ids))


def _has_teaser(entry: Entry) -> bool:
    return bool(entry.fields) and any(entry.fields.get(field) for field in TEASERS)


def _targets_of_fields(library: Library, name: str) -> list[Target]:
    """Return where the links lead that stand in fields and not in the body."""
    links = library.inputs.documents.get(name, Document()).links
    targets = library.inputs.graph.targets.get(name, ())
    return [target for link, target in zip(links, targets, strict=True) if link.part != "body"]
