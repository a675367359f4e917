"""A Snapshot in, a Build out: the whole pipeline, without a look at the disk, clock or network."""

from functools import partial
from itertools import chain
from typing import Any

from msgspec.structs import replace

from nexusgen.content.entries import read_data
from nexusgen.core.model import Build, Output, Site, Snapshot
from nexusgen.core.paths import settings_path
from nexusgen.core.problems import Problem, sorted_problems
from nexusgen.incremental.derive import Tables
from nexusgen.incremental.digests import digest_value
from nexusgen.incremental.memo import Call, Memo
from nexusgen.pages.assets import plan_content_assets, plan_theme_assets
from nexusgen.pages.plan import plan_site
from nexusgen.pages.tables import make_context
from nexusgen.pages.theme import DEFAULT, TEMPLATE, TemplateSource, Theme
from nexusgen.pages.views import PageInputs
from nexusgen.site.checks import run_checks, switched
from nexusgen.site.graph import Graph, link_hub
from nexusgen.site.settings import parse_site
from nexusgen.site.sources import STANDING, read_sources


def build_site(snapshot: Snapshot, memo: Memo) -> Build:
    """Return every file of the site and every problem of its sources.

    Raises `StoreBrokenError` where the memo's store cannot be trusted, `SourceChangedError` where
    a source is no longer what the snapshot says.
    """
    site, site_problems = read_site(snapshot)
    data, data_problems = read_data(snapshot)
    theme, theme_problems = read_theme(snapshot, memo)
    tables = Tables(memo.last_state(digest_value(site)))
    sources = read_sources(snapshot, site, memo, tables)
    graph = link_hub(tables, site, sources.entries, sources.documents, snapshot.files)
    inputs = PageInputs(
        site=site,
        graph=graph,
        documents=sources.documents,
        html=sources.read_html,
        html_digests=sources.html_keys,
        assets={name: asset.path for name, asset in plan_theme_assets(snapshot).items()},
        data=data,
    )
    outputs = plan_site(tables, make_context(tables, inputs), theme, plan_files(snapshot, graph))
    memo.keep_state(digest_value(site), tables.kept, STANDING)
    problems = chain(
        snapshot.problems,
        site_problems,
        data_problems,
        theme_problems,
        graph.problems,
        sources.problems,
    )
    return Build(
        site=site,
        outputs=outputs,
        problems=sorted_problems(list(switched(problems, site.checks))),
        entries=len(graph.entries),
        checks=partial(run_checks, site, graph, sources.documents),
    )


def read_site(snapshot: Snapshot) -> tuple[Site, tuple[Problem, ...]]:
    """Return the settings of the hub, and what is wrong with them."""
    path = settings_path(snapshot.content)
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
    results = memo.map(TEMPLATE, calls)
    sources = {
        name: TemplateSource(file.path, file.digest, partial(snapshot.read, file.path))
        for name, file in files.items()
    }
    facts = {name: result.facts for name, result in zip(files, results, strict=True)}
    reached = (fact for name, fact in facts.items() if not name.startswith(DEFAULT))
    return Theme(sources, facts), [problem for fact in reached for problem in fact.problems]


def plan_files(snapshot: Snapshot, graph: Graph) -> dict[str, Output]:
    """Return the files that are copied, by path: the theme's assets and the hub's own."""
    assets = plan_theme_assets(snapshot).values()
    return {output.path: output for output in chain(assets, plan_content_assets(snapshot, graph))}


def _template_arguments(snapshot: Snapshot, path: str) -> tuple[Any, ...]:
    return path, snapshot.read(path)
