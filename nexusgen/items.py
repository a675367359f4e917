"""An entry in; its HTML with every link filled, and how listings show it, out."""

from collections.abc import Sequence
from functools import partial

from markupsafe import Markup

from nexusgen.digests import digest, digest_value
from nexusgen.holes import fill_html, link_only
from nexusgen.library import Library, used
from nexusgen.model import Document, Variable
from nexusgen.views import Item, Listing

TEASERS = ("problem", "solution", "rule")
"""Fields short enough for a listing to show them whole."""


def filled_html(library: Library, name: str, root: str) -> dict[str, Markup]:
    """Return the HTML of an entry by the name of its text, its links written for `root`."""
    inputs = library.inputs
    links = inputs.documents.get(name, Document()).links
    targets = inputs.graph.targets.get(name, ())
    return {
        text: Markup(fill_html(html, links, targets, root, link_only))
        for text, html in inputs.html(name).items()
    }


def filled_digest(library: Library, name: str, root: str) -> bytes:
    """Return the digest of `filled_html`."""
    inputs = library.inputs
    targets = inputs.graph.targets.get(name, ())
    html = inputs.html_digests.get(name, b"")
    return digest(html, digest_value(targets) if targets else b"", root.encode())


def make_item(library: Library, name: str, root: str) -> Item:
    """Return an entry as a listing shows it."""
    entry = library.inputs.graph.entries[name]
    if not any(entry.fields.get(field) for field in TEASERS):
        return Item(library.cards[name])
    texts = filled_html(library, name, root)
    shown = {field: texts[field] for field in TEASERS if field in texts}
    return Item(library.cards[name], shown, used(library, entry))


def item_digest(library: Library, name: str) -> bytes:
    """Return the digest of `make_item`, less the root: the body of an entry is no part of it."""
    entry = library.inputs.graph.entries[name]
    texts = tuple(entry.fields.get(field, "") for field in TEASERS)
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
        form.encode(), str(total).encode(), root.encode(),
        *(item_digest(library, name) for name in ids),
    )  # fmt: skip
    return Variable(key, partial(_make_listing, library, form, total, (tuple(ids), root)))


def _make_listing(
    library: Library, form: str, total: int, shown: tuple[tuple[str, ...], str]
) -> Listing:
    ids, root = shown
    return Listing(form, total, tuple(make_item(library, name, root) for name in ids))


def _targets_of_fields(library: Library, name: str) -> tuple[object, ...]:
    """Return where the links lead that stand in fields and not in the body."""
    links = library.inputs.documents.get(name, Document()).links
    targets = library.inputs.graph.targets.get(name, ())
    return tuple(target for link, target in zip(links, targets, strict=True) if link.part != "body")
