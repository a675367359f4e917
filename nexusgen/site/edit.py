"""Two states of a hub's contents in; what an edit changed between them, out."""

import msgspec

from nexusgen.core.model import Document, Graph
from nexusgen.incremental.table import changed_keys
from nexusgen.site.library import Contents, plain_files
from nexusgen.site.resolving import is_asked_anew

NO_TEXT = Document()


class Edit(msgspec.Struct, frozen=True):
    """What changed in a hub since it was linked last, when its graph was `last`.

    `entries` and `documents` are the ids of those that are others now. Of the documents, `asking`
    have other links, `anchors` other headings or anchors.
    """

    before: Contents
    last: Graph
    entries: frozenset[str]
    documents: frozenset[str]
    asking: frozenset[str]
    anchors: frozenset[str]
    files: bool

    @property
    def is_text(self) -> bool:
        """Whether nothing but texts changed since the hub, which may be empty, was linked last."""
        return bool(self.last.troubles) and not (self.entries or self.files)

    def gone(self, graph: Graph) -> frozenset[str]:
        """Return the entries that were published and are not in `graph`."""
        if graph.entries is self.last.entries:
            return frozenset()
        return frozenset(self.last.entries.keys() - graph.entries.keys())


def compare(before: Contents, now: Contents, last: Graph, content: str) -> Edit:
    """Return what changed in a hub, of which `last` was the graph when it held what was `before`."""
    documents = changed_keys(before.documents, now.documents)
    pairs = {
        name: (before.documents.get(name, NO_TEXT), now.documents.get(name, NO_TEXT))
        for name in documents
    }
    return Edit(
        before=before,
        last=last,
        entries=frozenset(changed_keys(before.entries, now.entries)),
        documents=frozenset(documents),
        asking=frozenset(name for name, pair in pairs.items() if is_asked_anew(*pair)),
        anchors=frozenset(name for name, pair in pairs.items() if _anchors_differ(*pair)),
        files=any(plain_files(before.files ^ now.files, content)),
    )


def _anchors_differ(before: Document, now: Document) -> bool:
    old, new = ([(each.id, each.text) for each in doc.headings] for doc in (before, now))
    return old != new or before.anchors != now.anchors
