"""Linking goes on from what it gave last, and comes to what it would come to from nothing."""

from collections.abc import Mapping

import msgspec
import pytest

from nexusgen.core.model import Document, Entry
from nexusgen.core.urls import output_path
from nexusgen.incremental.build_state import BuildState
from nexusgen.incremental.derive import Tables
from nexusgen.site import graph as linking
from nexusgen.site import related
from nexusgen.site.graph import Graph, link_hub
from nexusgen.site.links import resolve_entry
from nexusgen.site.shown_files import ContentFiles
from nexusgen.site.url_map import PAGES
from tests.linked import contents_of

START = {
    "index.md": "See [[One]], [[Two#Part]], [[aka]], [list](concepts/) and [t](tags/api/).\n",
    "places.md": "See [the tag](tags/api/) and [the folder](concepts/).\n",
    "concepts/one.md": "---\ntitle: One\ntags: [api]\n---\nText of one.\n\n## Part\n\n![[Two]]\n",
    "concepts/two.md": "---\ntitle: Two\naliases: [aka]\n---\nSee [[One#Part]].\n\n## Part\n\nMore.\n",
    "notes/three.md": "---\ntitle: Three\ntags: [api, web]\nuses: [One]\n---\nSee [file](f.txt).\n",
    "notes/four.md": "---\ntitle: Four\ntags: [web]\n---\nSee [[three]].\n",
    "notes/five.md": "---\ntitle: Five\n---\nSee [[aka]].\n",
    "notes/f.txt": "",
}
"""A hub in which links are written in every way that an edit can break or mend."""

TWO = START["concepts/two.md"]
EDITS = {
    "a title by which it is linked": {"concepts/two.md": TWO.replace("title: Two", "title: Six")},
    "an alias": {"concepts/two.md": TWO.replace("aliases: [aka]\n", "")},
    "a heading": {"concepts/two.md": TWO.replace("## Part", "## Other")},
    "a draft": {"concepts/two.md": TWO.replace("title:", "draft: true\ntitle:")},
    "the last of a tag": {
        "concepts/one.md": START["concepts/one.md"].replace("[api]", "[]"),
        "notes/three.md": START["notes/three.md"].replace("api, ", ""),
    },
    "a tag that becomes common": {
        "notes/four.md": START["notes/four.md"].replace("[web]", "[api, web]")
    },
    "a body": {"concepts/two.md": TWO.replace("More.", "Less, and [[Four]].")},
    "a sentence around a link": {"notes/four.md": START["notes/four.md"].replace("See", "Read")},
    "an embed": {"concepts/one.md": START["concepts/one.md"].replace("![[Two]]", "None.")},
    "what it uses": {"notes/three.md": START["notes/three.md"].replace("[One]", "[Two, Four]")},
    "another of its name": {"notes/one.md": "---\ntitle: One\n---\nA second one.\n"},
    "another of its address": {"notes/x.md": "---\ntitle: X\nslug: three\n---\nText.\n"},
    "one removed": {"concepts/two.md": None},
    "all of a section": {"concepts/one.md": None, "concepts/two.md": None},
    "a file": {"notes/f.txt": None},
    "nothing": {},
}


def edited(changes):
    files = {path: text for path, text in (START | changes).items() if text is not None}
    return contents_of(files)[1]


def linked(site, contents, last=None):
    """Return the graph of a hub that goes on from the tables of another, and its own tables."""
    tables = Tables(BuildState(last or {}))
    entries = tables.source("entries", contents.entries, Entry)
    documents = tables.source("documents", contents.documents, Document)
    graph = link_hub(tables, site, entries, documents, ContentFiles(contents.files))
    return graph, tables.kept


def plain(graph):
    found = {
        field.name: dict(value) if isinstance(value, Mapping) else value
        for field in msgspec.structs.fields(Graph)
        if not isinstance(value := getattr(graph, field.name), msgspec.Struct)
    }
    paths = {output_path(url) for url in [*PAGES, *(one.url for one in graph.entries.values())]}
    return found | {"owner_of": {path: graph.owner_of(path) for path in paths}}


@pytest.mark.parametrize("back", [False, True], ids=["there", "back"])
@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_gives_the_graph_of_a_clean_linking(edit, back, monkeypatch):
    monkeypatch.setattr(related, "COMMON", 2)
    site, start, _ = contents_of(START)
    before, now = (edited(EDITS[edit]), start) if back else (start, edited(EDITS[edit]))
    _, last = linked(site, before)

    graph, tables = linked(site, now, last)

    clean, clean_tables = linked(site, now)
    assert plain(graph) == plain(clean)
    rows = {
        name: table
        for name, table in tables.items()
        if not name.endswith(("reads", "whole", "tables"))
    }
    assert rows == {name: table for name, table in clean_tables.items() if name in rows}


def test_only_links_that_may_lead_elsewhere_are_resolved_again(monkeypatch):
    resolved = []

    def noted(entry, links, index):
        resolved.append(entry.id)
        return resolve_entry(entry, links, index)

    monkeypatch.setattr(linking, "resolve_entry", noted)
    site, start, _ = contents_of(START)
    _, last = linked(site, start)
    resolved.clear()

    linked(site, edited({"concepts/two.md": TWO.replace("More.", "Less.")}), last)
    assert resolved == []

    linked(site, edited({"notes/six.md": "---\ntitle: Six\n---\nText.\n"}), last)
    assert resolved == ["content/notes/six.md"]

    resolved.clear()
    linked(site, edited({"notes/three.md": START["notes/three.md"].replace("Three", "3")}), last)
    assert sorted(resolved) == ["content/notes/four.md", "content/notes/three.md"]
