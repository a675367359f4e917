"""Linking goes on from what it gave last, and comes to what it would come to from nothing."""

import msgspec
import pytest

from nexusgen.core.model import Graph
from nexusgen.site import graph as linking
from nexusgen.site import related
from nexusgen.site.graph import relink
from nexusgen.site.library import Contents
from nexusgen.site.resolving import resolve_entry
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


@pytest.mark.parametrize("back", [False, True], ids=["there", "back"])
@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_gives_the_graph_of_a_clean_linking(edit, back, monkeypatch):
    monkeypatch.setattr(related, "COMMON", 2)
    site, start, _ = contents_of(START)
    before, now = (edited(EDITS[edit]), start) if back else (start, edited(EDITS[edit]))
    last = relink(before, site, Contents(), Graph())

    graph = relink(now, site, before, last)

    clean = relink(now, site, Contents(), Graph())
    for field in msgspec.structs.fields(Graph):
        if field.name != "reads":  # of what was not read again
            assert getattr(graph, field.name) == getattr(clean, field.name), field.name


def test_only_links_that_may_lead_elsewhere_are_resolved_again(monkeypatch):
    resolved = []
    resolve = resolve_entry

    def noted(entry, document, hub):
        resolved.append(entry.id)
        return resolve(entry, document, hub)

    monkeypatch.setattr(linking, "resolve_entry", noted)
    site, start, _ = contents_of(START)
    last = relink(start, site, Contents(), Graph())
    resolved.clear()

    relink(edited({"concepts/two.md": TWO.replace("More.", "Less.")}), site, start, last)
    assert resolved == []

    relink(edited({"notes/six.md": "---\ntitle: Six\n---\nText.\n"}), site, start, last)
    assert resolved == ["content/notes/six.md"]

    resolved.clear()
    relink(
        edited({"notes/three.md": START["notes/three.md"].replace("Three", "3")}), site, start, last
    )
    assert resolved == ["content/notes/four.md", "content/notes/three.md"]
