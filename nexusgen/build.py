"""A Snapshot in, a Build out: the whole pipeline, without a look at the disk, clock or network."""

from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain
from typing import Any

from msgspec.structs import replace

from nexusgen import stages
from nexusgen.artifacts import Build, Output, Page, Snapshot
from nexusgen.cache.memo import Call, Memo, Result
from nexusgen.digests import digest_value
from nexusgen.links.checks import run_checks, switched
from nexusgen.links.graph import link_graph
from nexusgen.links.related import Linked
from nexusgen.markup import markup_options
from nexusgen.model import Document, Entry, Parsed, Related, Site, Tag
from nexusgen.pages.assets import is_entry_source, plan_content_assets, plan_theme_assets
from nexusgen.pages.plan import PageInputs, plan_pages
from nexusgen.pages.theme import DEFAULT, TemplateSource, Theme
from nexusgen.problems import Problem, sorted_problems
from nexusgen.sources.data import read_data
from nexusgen.sources.entries import dated, entry_options
from nexusgen.sources.indexes import settle_indexes
from nexusgen.sources.site import parse_site


def build_site(snapshot: Snapshot, memo: Memo) -> Build:
    """Return every file of the site and every problem of its sources.

    Raises `StoreBrokenError` where the memo's store cannot be trusted, `SourceChangedError` where
    a source is no longer what the snapshot says.
    """
    site, site_problems = read_site(snapshot)
    data, data_problems = read_data(snapshot)
    theme, theme_problems = read_theme(snapshot, memo)
    parsed = parse_sources(snapshot, site, memo)
    entries = collect_entries(snapshot, parsed)
    rendered = render_documents(entries, parsed, site, memo)
    documents = {entry: result.facts for entry, result in rendered.items()}
    relate = partial(relate_entries, memo)
    graph = link_graph(entries, documents, site, frozenset(snapshot.files), relate)
    inputs = PageInputs(
        site=site,
        graph=graph,
        documents=documents,
        html=lambda entry: memo.rest(stages.RENDER, rendered[entry].key),
        html_digests={entry: result.key for entry, result in rendered.items()},
        assets={name: asset.path for name, asset in plan_theme_assets(snapshot).items()},
        data=data,
        data_digest=digest_value(data),
    )
    problems = chain(
        snapshot.problems,
        site_problems,
        data_problems,
        theme_problems,
        graph.problems,
        *(result.facts.problems for result in parsed.values()),
        *(document.problems for document in documents.values()),
    )
    return Build(
        site=site,
        outputs=plan_outputs(snapshot, inputs, theme),
        problems=sorted_problems(list(switched(problems, site.checks))),
        entries=len(graph.entries),
        checks=partial(run_checks, site, graph, documents),
    )


def read_site(snapshot: Snapshot) -> tuple[Site, tuple[Problem, ...]]:
    """Return the settings of the hub, and what is wrong with them."""
    path = f"{snapshot.content}/site.yml".lstrip("/")
    data = snapshot.read(path) if path in snapshot.files else None
    site, problems = parse_site(data, path, snapshot.content, snapshot.name)
    asked = {"base_url": snapshot.base_url or site.base_url, "drafts": snapshot.drafts}
    return replace(site, **asked), problems


def read_theme(snapshot: Snapshot, memo: Memo) -> tuple[Theme, list[Problem]]:
    """Return the templates of the hub, and what keeps any of them from being used."""
    files = {
        name: file
        for name, file in snapshot.templates.items()
        if not name.removeprefix(DEFAULT).startswith("assets/")
    }
    calls = [
        Call((file.path.encode(), file.digest), partial(_template_arguments, snapshot, file.path))
        for file in files.values()
    ]
    results = memo.map(stages.TEMPLATE, calls)
    sources = {
        name: TemplateSource(file.path, file.digest, partial(snapshot.read, file.path))
        for name, file in files.items()
    }
    facts = {name: result.facts for name, result in zip(files, results, strict=True)}
    reached = (fact for name, fact in facts.items() if not name.startswith(DEFAULT))
    return Theme(sources, facts), [problem for fact in reached for problem in fact.problems]


def parse_sources(snapshot: Snapshot, site: Site, memo: Memo) -> dict[str, Result[Parsed]]:
    """Return what each source file holds, by path."""
    options = entry_options(site)
    options_digest = digest_value(options)
    paths = [path for path in snapshot.files if is_entry_source(path, snapshot.content)]
    calls = [
        Call(
            (path.encode(), snapshot.files[path], options_digest),
            partial(_source_arguments, snapshot, path, options),
        )
        for path in paths
    ]
    return dict(zip(paths, memo.map(stages.PARSE, calls), strict=True))


def collect_entries(snapshot: Snapshot, parsed: Mapping[str, Result[Parsed]]) -> list[Entry]:
    """Return all entries, dated by git where they give no date."""
    entries = (entry for result in parsed.values() for entry in result.facts.entries)
    return settle_indexes([dated(entry, snapshot.dates) for entry in entries])


def render_documents(
    entries: list[Entry], parsed: Mapping[str, Result[Parsed]], site: Site, memo: Memo
) -> dict[str, Result[Document]]:
    """Return the document of each entry that is published, by entry id."""
    options = markup_options(site)
    options_digest = digest_value(options)
    places = {
        entry.id: (path, place)
        for path, result in parsed.items()
        for place, entry in enumerate(result.facts.entries)
    }
    texts = _TextReader(parsed, memo)
    calls = [
        Call(
            (entry.path.encode(), entry.digest.encode(), options_digest),
            partial(_document_arguments, texts, *places[entry.id], options),
        )
        for entry in entries
    ]
    results = memo.map(stages.RENDER, calls)
    return {entry.id: result for entry, result in zip(entries, results, strict=True)}


def relate_entries(
    memo: Memo, entries: Sequence[Entry], linked: Linked, tags: Sequence[Tag]
) -> Mapping[str, tuple[Related, ...]]:
    """Return the related entries of each: few edits change what entries have in common."""
    told = digest_value(([(entry.id, entry.title) for entry in entries], linked, tags))
    return memo.map(stages.RELATE, [Call((told,), lambda: (entries, linked, tags))])[0].facts


def plan_outputs(snapshot: Snapshot, inputs: PageInputs, theme: Theme) -> dict[str, Output]:
    """Return every file of the site by path: the theme's assets, the hub's files, the pages."""
    assets = plan_theme_assets(snapshot).values()
    files = plan_content_assets(snapshot, inputs.graph)
    pages = (page_output(page, theme) for page in plan_pages(inputs))
    return {output.path: output for output in chain(assets, files, pages)}


def page_output(page: Page, theme: Theme) -> Output:
    """Return the file of a page: directory style, so that its URL ends in a slash."""
    path = page.url + "index.html" if page.url.endswith("/") or not page.url else page.url
    return Output(
        path, theme.page_key(page), partial(theme.render, page), partial(theme.page_reads, page)
    )


class _TextReader:
    """Gets the texts of an entry; those of a whole file at once, because lists are long."""

    def __init__(self, parsed: Mapping[str, Result[Parsed]], memo: Memo) -> None:
        self._parsed = parsed
        self._memo = memo
        self._of_file = lru_cache(maxsize=4)(self._read)

    def __call__(self, path: str, place: int) -> stages.Texts:
        return self._of_file(path)[place]

    def _read(self, path: str) -> tuple[stages.Texts, ...]:
        return self._memo.rest(stages.PARSE, self._parsed[path].key)


def _source_arguments(snapshot: Snapshot, path: str, options: Any) -> tuple[Any, ...]:
    return path, snapshot.read(path), options


def _document_arguments(texts: _TextReader, path: str, place: int, options: Any) -> tuple[Any, ...]:
    return texts(path, place), path, options


def _template_arguments(snapshot: Snapshot, path: str) -> tuple[Any, ...]:
    return path, snapshot.read(path)
