"""A hub given as texts, linked in memory: what the tests of links, checks and renaming look at."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from nexusgen.content.entries import EntryOptions, parse_entries
from nexusgen.core.model import Document, Entry, Html, Site, Text
from nexusgen.core.problems import Problem
from nexusgen.incremental.table import table_of
from nexusgen.markdown import markup_options
from nexusgen.markdown.render import render_markdown
from nexusgen.site.checks import CheckContext, run_checks
from nexusgen.site.graph import Graph, link_entries
from nexusgen.site.placeholders import fill_html
from nexusgen.site.settings import parse_site
from nexusgen.site.sources import with_terms
from tests.reading import settle

SETTINGS = "title: Hub\n"
SOURCES = (".md", ".yml")


class Contents(msgspec.Struct):
    """What is linked: entries and documents by id, and the paths of all content files."""

    entries: Mapping[str, Entry]
    documents: Mapping[str, Document]
    files: frozenset[str]


class Linked(msgspec.Struct):
    site: Site
    graph: Graph
    documents: Mapping[str, Document]
    html: Mapping[str, Html]

    def targets(self, path: str) -> list[str]:
        """Return the URL to which each link of a file leads, or how it fails."""
        found = self.graph.targets[f"content/{path}"]
        return [
            f"/{to.url}" if to.state in ("entry", "page", "asset") else to.state for to in found
        ]

    def body(self, path: str, root: str = "../../") -> str:
        """Return the body of an entry with its links filled in."""
        name = f"content/{path}"
        targets = self.graph.targets[name]
        return fill_html(self.html[name]["body"], self.documents[name].links, targets, root)

    @property
    def problems(self) -> list[str]:
        return [told(problem) for problem in self.graph.problems]

    @property
    def checks(self) -> list[str]:
        return [
            told(one) for one in run_checks(CheckContext(self.site, self.graph, self.documents))
        ]


def told(problem: Problem) -> str:
    """Return a problem in one line, as `--format concise` gives it."""
    place = f"{problem.path}:{problem.line}:{problem.column}"
    hint = f" ({problem.hint})" if problem.hint else ""
    return f"{place}: {problem.severity} {problem.code} {problem.message}{hint}"


def link(files: Mapping[str, str], settings: str = SETTINGS, *, drafts: bool = False) -> Linked:
    """Return the hub whose files under `content/` are given by path."""
    site, contents, html = contents_of(files, settings)
    site = replace(site, drafts=drafts)
    graph = link_entries(contents.entries, contents.documents, site, contents.files)
    return Linked(site, graph, contents.documents, html)


def contents_of(
    files: Mapping[str, str], settings: str = SETTINGS
) -> tuple[Site, Contents, Mapping[str, Html]]:
    """Return the settings of a hub, what is linked of it, and its HTML with placeholders."""
    site, problems = parse_site(settings.encode(), "content/site.yml", "content", "Hub")
    assert problems == ()
    options = EntryOptions(site.kinds, site.content, site.lenient)
    texts: dict[str, tuple[Text, ...]] = {}
    parsed: list[Entry] = []
    for path, text in files.items():
        if path.endswith(SOURCES):
            found, of_entries = parse_entries(f"content/{path}", text.encode(), options)
            parsed += found.entries
            texts |= dict(zip((entry.id for entry in found.entries), of_entries, strict=True))
    entries = settle(parsed)
    results = {
        entry.id: with_terms(*render_markdown(texts[entry.id], entry.path, markup_options(site)))
        for entry in entries
    }
    contents = Contents(
        table_of({entry.id: entry for entry in entries}),
        table_of({name: document for name, (document, _) in results.items()}),
        frozenset(f"content/{path}" for path in (*files, "site.yml")),
    )
    return site, contents, {name: rendered.html for name, (_, rendered) in results.items()}
