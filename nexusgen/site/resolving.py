"""The links of many entries in; where each leads, and which are at fault, out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import NamedTuple

import msgspec

from nexusgen.core.model import Document, Entry, LinkUse, Reference, Span, Target
from nexusgen.core.paths import content_path, folder_of
from nexusgen.site.broken_links import Fault, is_faulty
from nexusgen.site.links import Hub, resolve_link

Targets = dict[str, tuple[Target, ...]]


class Resolved(msgspec.Struct, frozen=True):
    """Where all links of some entries lead, by entry id, and which of them are at fault."""

    links: Targets
    uses: Targets
    references: Targets
    images: dict[str, Target]
    faults: list[Fault]


class Resolution(NamedTuple):
    """Where the links of one entry lead, aligned with them, and which of them are at fault."""

    links: tuple[Target, ...]
    uses: tuple[Target, ...]
    references: tuple[Target, ...]
    image: Target | None
    faults: Sequence[Fault]

    @property
    def targets(self) -> Iterator[Target]:
        """All targets, each as often as it is linked to."""
        return chain(self.links, self.uses, self.references, (self.image,) if self.image else ())


def resolve_entry(entry: Entry, document: Document, hub: Hub) -> Resolution:
    """Return where the links of an entry lead: in its texts and in its fields."""
    folder = folder_of(content_path(entry.path, hub.site.content))
    faults: list[Fault] = []
    resolve = partial(_resolve, entry=entry, folder=folder, hub=hub, faults=faults)
    return Resolution(
        links=resolve(document.links),
        uses=resolve([link_of(reference) for reference in entry.uses]),
        references=resolve([link_of(reference) for reference in entry.references]),
        image=next(iter(resolve(_images(entry))), None),
        faults=faults,
    )


def resolve_entries(
    entries: Iterable[Entry], documents: Mapping[str, Document], hub: Hub
) -> Resolved:
    """Return where the links of `entries` lead."""
    resolved = Resolved(links={}, uses={}, references={}, images={}, faults=[])
    for entry in entries:
        found = resolve_entry(entry, documents[entry.id], hub)
        resolved.links[entry.id] = found.links
        resolved.uses[entry.id] = found.uses
        resolved.references[entry.id] = found.references
        if found.image is not None:
            resolved.images[entry.id] = found.image
        resolved.faults.extend(found.faults)
    return resolved


def is_asked_anew(before: Document, now: Document) -> bool:
    """Tell whether the links of a text ask for something else than they did."""
    return _asked(before) != _asked(now)


def _asked(document: Document) -> list[tuple[str, str, str, str]]:
    return [(use.form, use.target, use.fragment, use.text) for use in document.links]


def link_of(reference: Reference) -> LinkUse:
    """Return a name in front matter as the wikilink that it is; `name#heading` has a fragment."""
    name, _, fragment = reference.target.partition("#")
    if not name or not fragment or fragment[0].isspace() or "://" in name:
        name, fragment = reference.target, ""
    return LinkUse("wikilink", name, fragment, reference.span, reference.text, part="")


def _images(entry: Entry) -> tuple[LinkUse, ...]:
    if not entry.image:
        return ()
    span = entry.spans.get("image", Span(entry.line, 1))
    return (LinkUse("image", entry.image, "", span, part=""),)


def _resolve(
    uses: Sequence[LinkUse], entry: Entry, folder: str, hub: Hub, faults: list[Fault]
) -> tuple[Target, ...]:
    targets = []
    for use in uses:
        found = resolve_link(use, entry.id, folder, hub)
        target = found.target
        doubtful = use.fragment or not target.entry or len(found.entries) > 1
        if doubtful and is_faulty(use, found):
            faults.append(Fault(entry, use, found))
        targets.append(target)
    return tuple(targets)
