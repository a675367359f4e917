"""For hubs made at random: links lead to what exists, both ways, and moving keeps them so."""

import os
import re
import tempfile
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname, join, normpath, relpath
from urllib.parse import unquote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from nexusgen.core.problems import NexusgenError
from nexusgen.incremental.memo import Memo
from nexusgen.site.graph import link_entries
from nexusgen.tools.index import index_hub
from nexusgen.tools.move import plan_move, plan_rename_tag
from tests.conftest import SiteTest
from tests.linked import link
from tests.test_rename import after, snapshot

EXAMPLES = int(os.environ.get("NEXUSGEN_SEQUENCES", "60"))
NAMES = (
    "Alpha",
    "beta",
    "Größe",
    "データ",
    "سلام",
    "a b",
    "C++",
    "देवनागरी",
    "index",
    "README",
    "z#1",
    "50%",
)
FOLDERS = ("", "notes/", "technologies/", "deep/er/", "Two words/")
TAGS = ("api", "API", "データ", "c++", "two words")
SETTINGS = (
    "title: Hub\n",
    "# Ours\r\ntitle: Hub # T\r\nredirects:\r\n  # Old\r\n",
    "title: Hub\nredirects:\nBLOCKtagline: T",
    "\ufefftitle: Hub\nredirects:\nBLOCK",
)

names = st.sampled_from(NAMES)
paths = st.builds(lambda folder, name: f"{folder}{name}.md", st.sampled_from(FOLDERS), names)
titles = st.one_of(st.none(), st.sampled_from(("Alpha", "Gamma ray", "ÉTÉ", "データ", "x & <y>")))
aims = st.tuples(paths, st.sampled_from(("wiki", "title", "path", "root", "bare", "anchor")))


@st.composite
def hubs(draw):
    """Return a hub by path: entries with titles, aliases, drafts and links of all forms."""
    found = draw(st.lists(paths, min_size=1, max_size=7, unique_by=str.casefold))
    return {path: draw(entries(path)) for path in found}


@st.composite
def entries(draw, path):
    title = draw(titles)
    front = [f'title: "{title}"'] if title else []
    front += [f'aliases: ["{draw(names)}"]'] if draw(st.booleans()) else []
    front += ["draft: true"] if draw(st.integers(0, 6)) == 0 else []
    front += ["private: true"] if draw(st.integers(0, 9)) == 0 else []
    front += [f'tags: ["{draw(st.sampled_from(TAGS))}"]'] if draw(st.booleans()) else []
    front += [f'uses: ["{draw(names)}"]'] if draw(st.booleans()) else []
    links = [written(path, *aim) for aim in draw(st.lists(aims, max_size=4))]
    head = "".join(f"{line}\n" for line in front)
    return (
        f"---\n{head}---\nText. See {', and '.join(links) or 'nothing'}.\n\n## Part one\n\nMore.\n"
    )


def written(source, target, form):
    stem = target.removesuffix(".md")
    near = relpath(target, dirname(source) or ".")
    return {
        "wiki": f"[[{stem}]]",
        "title": "[[Gamma ray|text]]",
        "path": f"[text](<{escaped(near)}>)",
        "root": f"[text](</{escaped(stem)}>)",
        "bare": f"![[{stem.rpartition('/')[2]}]]",
        "anchor": f"[text](<{escaped(near)}#part-one>)",
    }[form]


def escaped(path):
    return path.replace("%", "%25").replace("#", "%23")


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.ids, self.links = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.ids.add(values.get("id"))
        self.links += [values[name] for name in ("href", "src") if values.get(name)]


@settings(max_examples=EXAMPLES // 3, deadline=None, suppress_health_check=list(HealthCheck))
@given(hubs())
def test_every_internal_link_of_the_output_leads_to_a_page_and_an_id(files):
    with tempfile.TemporaryDirectory() as folder:
        site = SiteTest(Path(folder) / "hub")
        for path, text in files.items():
            site.write(path, text)
        pages = {
            path: output.render().decode()
            for path, output in site.pure_build().outputs.items()
            if path.endswith(".html")
        }
        files_made = set(site.pure_build().outputs)
    parsed = {path: Page(text) for path, text in pages.items()}
    for path, page in parsed.items():
        for href in page.links if path != "404.html" else ():
            if re.match(r"[a-z]+:|//", href):
                continue
            target, _, fragment = href.partition("#")
            goal = normpath(join(dirname(path), unquote(target))) if target else path
            goal = goal if goal in files_made else normpath(f"{goal}/index.html")
            assert goal in files_made, (path, href)
            assert not fragment or unquote(fragment) in parsed[goal].ids, (path, href)


@settings(max_examples=EXAMPLES, deadline=None)
@given(hubs())
def test_every_backlink_has_its_link_and_every_link_its_backlink(files):
    graph = link(files).graph
    forward = {
        (source, target.entry)
        for source, row in graph.links.items()
        for target in (*row.links, *row.references)
        if target.entry and target.entry != source
    }
    back = {(one.entry, name) for name, found in graph.backlinks.items() for one in found}
    used = {(source, name) for name, sources in graph.relations.items() for source in sources}

    assert back == forward
    assert used == {
        (source, target.entry)
        for source, targets in graph.uses.items()
        for target in targets
        if target.entry and target.entry != source
    }
    assert {name for pair in forward for name in pair} <= graph.entries.keys()


@settings(max_examples=EXAMPLES, deadline=None)
@given(hubs(), st.data())
def test_a_name_leads_to_the_same_entry_in_every_form(files, data):
    target = data.draw(st.sampled_from(sorted(files)))
    stem = target.removesuffix(".md")
    files = {
        path: text.replace("aliases:", "x:").replace("title:", "y:") for path, text in files.items()
    }
    files["x/y/from.md"] = (
        f'---\nuses: ["/{stem}"]\n---\n'
        f"[a](<../../{escaped(target)}>) [b](</{escaped(target)}>) [[/{stem}]]"
    )
    graph = link(files).graph
    used, found = graph.uses["content/x/y/from.md"], graph.targets["content/x/y/from.md"]

    states = {(one.state, one.url.rstrip("#")) for one in (*used, *found)}
    assert len(states) == 1
    assert states < {("entry", entry.url) for entry in graph.entries.values()} | {("hidden", "")}


moves = st.tuples(st.just("mv"), st.integers(0, 20), paths)
renames = st.tuples(st.just("tag"), st.integers(0, 20), st.sampled_from((*TAGS, "new")))
lines = st.lists(st.tuples(st.sampled_from(("old/one/", "two.html", "x/")), st.integers(0, 20)))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(hubs(), lines, st.sampled_from(SETTINGS), st.lists(st.one_of(moves, renames), max_size=6))
def test_moving_and_renaming_give_no_new_problem_and_keep_old_urls(files, lines, form, steps):
    """Whatever an address has led to at any time, something is found there in the end."""
    goals = sorted(pages(index_hub(snapshot(files), Memo())))
    redirects = {old: goals[place % len(goals)] or "/" for old, place in lines if goals}
    files = {**files, "site.yml": settings_with(redirects, form)}
    now = index_hub(snapshot(files), Memo())
    known = Counter(problem.code for problem in now.problems)
    old_urls, waiting = pages(now) | set(now.site.redirects), of_drafts(now)
    for step, number, to in steps:
        files = stepped(files, now, (step, number, to))
        now = index_hub(snapshot(files), Memo())
        old_urls, waiting = old_urls | pages(now), waiting | of_drafts(now)

    assert Counter(problem.code for problem in now.problems) <= known
    assert old_urls - waiting <= reached(now)


def stepped(files, now, step):
    """Return the files after a step; to rename a tag is never refused."""
    command, number, to = step
    tags = sorted({tag for entry in now.entries.values() for tag in entry.tags})
    if command == "tag":
        old = tags[number % len(tags)] if tags else ""
        return after(files, plan_rename_tag(snapshot(files), Memo(), old, to)) if tags else files
    sources = sorted(path for path in files if path != "site.yml")
    try:
        plan = plan_move(snapshot(files), Memo(), sources[number % len(sources)], to)
    except NexusgenError:
        return files
    return after(files, plan)


def settings_with(redirects, form):
    """Return settings with these redirects, in one of the ways in which they can be written."""
    block = "".join(f'  "{old}": "{new}"  # kept\n' for old, new in redirects.items())
    return form.replace("BLOCK", block)


def pages(hub):
    """Return the URLs of home, and of the pages of entries, tags and folders."""
    return urls_of(hub.graph)


def urls_of(graph):
    entries = sorted(graph.entries.values(), key=lambda entry: entry.path)
    tags = {f"tags/{slug}/" for slug in graph.tags}
    return {
        "",
        *(entry.url for entry in entries),
        *(one.url for one in graph.folders.values()),
    } | tags


def reached(hub):
    """Return every URL at which something is found."""
    graph = hub.graph
    assert set(graph.redirects.values()) <= urls_of(graph)
    return urls_of(graph) | set(graph.redirects)


def of_drafts(hub):
    """Return the URLs of pages that only drafts have: a redirect would stand in their way."""
    shown = {name: replace(entry, draft=False) for name, entry in hub.entries.items()}
    files = frozenset(hub.snapshot.files)
    return urls_of(link_entries(shown, hub.documents, hub.site, files)) - pages(hub)
