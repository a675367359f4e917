"""One edited source and the build before it come in; at once a build with its new pages goes out.

A whole build looks at every entry, which takes a while in a large hub. While only the text of an
entry changed, and not its fields or links, all but its own page can wait for that: lists, feeds
and what quotes it follow with the whole build, which always comes next.
"""

from collections.abc import Mapping
from functools import partial

from msgspec.structs import replace

from nexusgen import stages
from nexusgen.artifacts import Build, Output, Page, Snapshot
from nexusgen.build import collect_entries, page_output, parse_sources, render_documents
from nexusgen.cache.memo import Memo, Result
from nexusgen.model import Document, Entry, Html
from nexusgen.pages.assets import is_entry_source
from nexusgen.pages.entrypages import entry_variables
from nexusgen.pages.library import Library
from nexusgen.pages.theme import Theme


def glance(build: Build, snapshot: Snapshot, path: str, memo: Memo) -> Build | None:
    """Return `build` with the pages of the entries in `path` as that file is now.

    None where more than text changed, or something is wrong with it: then only a whole build can
    tell. Raises what `build_site` raises.
    """
    if path not in snapshot.files or not is_entry_source(path, snapshot.content):
        return None
    small = replace(snapshot, files={path: snapshot.files[path]})
    parsed = parse_sources(small, build.site, memo)
    entries = collect_entries(small, parsed)
    rendered = render_documents(entries, parsed, build.site, memo)
    pages: dict[str, Output] = {}
    for entry in entries:
        found = _page_of(build, entry)
        if found is None or not _is_only_text(found[2], entry, rendered[entry.id].facts):
            return None
        pages |= _with_text(found, entry, rendered[entry.id], memo)
    return replace(build, outputs={**build.outputs, **pages}) if pages else None


def _page_of(build: Build, entry: Entry) -> tuple[Theme, Page, Library] | None:
    """Return what the page of an entry was planned from."""
    output = build.outputs.get(f"{entry.url}index.html")
    render = output.render if output else None
    if not isinstance(render, partial) or not isinstance(render.args[0], Page):
        return None
    page: Page = render.args[0]
    theme = getattr(render.func, "__self__", None)
    content = page.variables["content"].make if "content" in page.variables else None
    library = content.args[0] if isinstance(content, partial) else None
    if not isinstance(theme, Theme) or not isinstance(library, Library):
        return None
    return theme, page, library


def _is_only_text(library: Library, entry: Entry, document: Document) -> bool:
    """Tell whether entry and document are as before in all that other pages or links need."""
    old = library.inputs.graph.entries.get(entry.id)
    before = library.inputs.documents.get(entry.id)
    if old is None or before is None or document.problems:
        return False
    return _fields(old) == _fields(entry) and _links(before) == _links(document)


def _fields(entry: Entry) -> Entry:
    return replace(entry, digest="", spans={}, line=0)


def _links(document: Document) -> list[tuple[str, str, str]]:
    return [(link.form, link.target, link.fragment) for link in document.links]


def _with_text(
    found: tuple[Theme, Page, Library], entry: Entry, result: Result[Document], memo: Memo
) -> Mapping[str, Output]:
    """Return the page of an entry with its new text, by path."""
    theme, page, library = found
    name, inputs = entry.id, library.inputs

    def html(wanted: str) -> Html:
        if wanted != name:
            return inputs.html(wanted)
        return memo.rest(stages.RENDER, result.key)

    newer = replace(
        inputs,
        documents={**inputs.documents, name: result.facts},
        html_digests={**inputs.html_digests, name: result.key},
        html=html,
    )
    variables = entry_variables(replace(library, inputs=newer), entry, page.url)
    output = page_output(replace(page, variables={**page.variables, **variables}), theme)
    return {output.path: output}
