"""The links of many entries in; where each leads, and which are at fault, out."""

from collections.abc import Mapping, Sequence

import msgspec

from nexusgen.links.faults import Fault, is_faulty
from nexusgen.links.targets import Hub, resolve_link
from nexusgen.model import Document, Entry, LinkUse, Reference, Span, Target
from nexusgen.paths import content_path, folder_of

Targets = dict[str, tuple[Target, ...]]


class Resolved(msgspec.Struct, frozen=True):
    """Where all links of some entries lead, by entry id, and which of them are at fault."""

    links: Targets
    uses: Targets
    references: Targets
    images: dict[str, Target]
    faults: list[Fault]


def resolve_entries(
    entries: Sequence[Entry], documents: Mapping[str, Document], hub: Hub
) -> Resolved:
    """Return where the links of `entries` lead: in their texts and in their fields."""
    resolved = Resolved(links={}, uses={}, references={}, images={}, faults=[])
    faults = resolved.faults
    for entry in entries:
        folder = folder_of(content_path(entry.path, hub.site.content))
        uses = [link_of(reference) for reference in entry.uses]
        references = [link_of(reference) for reference in entry.references]
        fields = (
            (resolved.links, documents[entry.id].links),
            (resolved.uses, uses),
            (resolved.references, references),
        )
        for targets, links in fields:
            found = _resolve(links, entry, folder, hub, faults) if links else ()
            targets[entry.id] = found
        if entry.image:
            image = LinkUse("image", entry.image, "", entry.spans.get("image", Span(entry.line, 1)))
            resolved.images[entry.id] = _resolve((image,), entry, folder, hub, faults)[0]
    return resolved


def link_of(reference: Reference) -> LinkUse:
    """Return a name in front matter as the wikilink that it is; `name#heading` has a fragment."""
    name, _, fragment = reference.target.partition("#")
    if not name or not fragment or fragment[0].isspace() or "://" in name:
        name, fragment = reference.target, ""
    return LinkUse("wikilink", name, fragment, reference.span, reference.text)


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
