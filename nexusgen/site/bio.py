"""What is wrong with the text of the author in the settings: its Markdown, and where its links lead."""

from collections.abc import Iterator
from itertools import chain

from msgspec.structs import replace

from nexusgen.content.source_text import Problems, decode_text
from nexusgen.content.yaml_tree import Node, parse_yaml
from nexusgen.core.builds import Snapshot
from nexusgen.core.model import Document, Entry, Site, Span
from nexusgen.core.paths import settings_path
from nexusgen.core.problems import Problem
from nexusgen.site.broken_links import find_problems
from nexusgen.site.graph import Graph
from nexusgen.site.links import resolve_entry


def find_bio_problems(
    snapshot: Snapshot, site: Site, graph: Graph, document: Document
) -> Iterator[Problem]:
    """Yield what is wrong with `bio`, at its place in the settings."""
    path = settings_path(site.content)
    settings = Entry(path, path, 1, "page", "", "", "", site.title)
    broken = resolve_entry(settings, document.links, graph.index).broken
    links = find_problems(
        [(settings, link) for link in broken], graph.index, graph.entries, graph.entries
    )
    found = [*links, *chain.from_iterable(document.problems.values())]
    start = _start_of_bio(snapshot.read(path), path) if found else Span(1, 1)
    for one in found:
        first = one.line == 1
        column = one.column + (start.column - 1 if first else start.length) if one.column else 0
        yield replace(one, path=path, line=one.line + start.line - 1, column=column)


def _start_of_bio(data: bytes, path: str) -> Span:
    """Return where the text begins; its length is by how much later lines are indented."""
    problems = Problems(path)
    node = parse_yaml(decode_text(data, problems), problems)
    for name in ("author", "bio"):
        node = node.value[name].value if node and isinstance(node.value, dict) else None
    return _start(node) if node else Span(1, 1, 0)


def _start(node: Node) -> Span:
    if node.style in {"|", ">"}:
        return Span(node.span.line + 1, node.indent + 1, node.indent)
    return Span(node.span.line, node.span.column + (1 if node.style else 0), node.indent)
