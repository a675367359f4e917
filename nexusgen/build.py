"""A Snapshot in, a Build out: the whole pipeline, without a look at the disk, clock or network."""

from collections.abc import Iterable
from functools import partial
from itertools import chain

from nexusgen.content.cv import Cv, find_cv
from nexusgen.content.entries import find_data
from nexusgen.core.builds import Build, Snapshot
from nexusgen.core.model import Site
from nexusgen.core.paths import settings_path
from nexusgen.core.problems import Problem, sorted_problems
from nexusgen.incremental.derive import Tables
from nexusgen.incremental.digests import digest_value
from nexusgen.incremental.memo import Memo
from nexusgen.pages.assets import OWN, asset_addresses, plan_theme_assets
from nexusgen.pages.context import PageInputs
from nexusgen.pages.plan import make_context, plan_files, plan_site
from nexusgen.pages.share import card_fonts, find_wrong_fonts
from nexusgen.pages.theme import find_theme
from nexusgen.pages.words import TABLES, find_lost_language, find_lost_words, in_language
from nexusgen.site.checks import find_flaws, switched
from nexusgen.site.graph import link_hub
from nexusgen.site.pictures import IMAGES, find_pictures
from nexusgen.site.related import make_related
from nexusgen.site.search import make_search
from nexusgen.site.settings import find_settings
from nexusgen.site.shown_files import ContentFiles, find_file_secrets, find_named
from nexusgen.site.sources import (
    NO_BIO,
    STANDING,
    find_bio_problems,
    nothing_published,
    parse_sources,
    render_bio,
)


def build_site(snapshot: Snapshot, memo: Memo) -> Build:
    """Return every file of the site and every problem of its sources.

    Raises `StoreBrokenError` where the memo's store cannot be trusted, `SourceChangedError` where
    a source is no longer what the snapshot says.
    """
    site, site_problems = find_site(snapshot)
    data, data_problems = find_data(snapshot)
    cv, cv_problems = find_cv(snapshot)
    theme, theme_problems = find_theme(snapshot, site, memo)
    tables = Tables(memo.last_state(digest_value(site)), memo.jobs)
    sources = parse_sources(snapshot, site, memo, tables)
    files = ContentFiles(
        snapshot.files, find_named(tables, snapshot, site, data), snapshot.left_out
    )
    graph = link_hub(tables, site, sources.entries, sources.documents, files)
    assets = plan_theme_assets(tables, snapshot)
    pictures = find_pictures(tables, snapshot, site, memo, graph.assets.rows)
    bio = render_bio(site, settings_path(site.content), memo) if site.author.bio else NO_BIO
    inputs = PageInputs(
        site=site,
        images=pictures.shown,
        card_fonts=card_fonts(snapshot, site),
        graph=graph,
        documents=sources.documents,
        html=sources.html,
        texts=lambda name: sources.plain(name).sections,
        related=make_related(tables, graph, sources.documents),
        search=make_search(tables, site, graph, sources.html_keys, sources.plain),
        html_digests=sources.html_keys,
        assets=asset_addresses(snapshot, assets),
        data=data,
        cv=tables.source("cv", {"": cv}, Cv),
        bio=bio,
    )
    copied = plan_files(snapshot, graph, assets, pictures)
    outputs = plan_site(tables, make_context(tables, inputs), theme, copied)
    secrets = find_file_secrets(tables, snapshot, site, graph.assets.rows)
    memo.keep_state(digest_value(site), tables.kept, (*STANDING, IMAGES))
    theme_flaws: Iterable[Problem] = ()
    if any(file.path.startswith(OWN) for file in snapshot.templates.values()):
        from nexusgen.pages.theme_checks import find_theme_flaws  # what most hubs do without

        theme_flaws = find_theme_flaws(snapshot, site, theme, outputs)
    found = chain(
        snapshot.problems,
        site_problems,
        data_problems,
        cv_problems,
        theme_problems,
        theme_flaws,
        graph.problems,
        find_bio_problems(snapshot, site, graph, bio[0]) if site.author.bio else (),
        pictures.problems,
        find_wrong_fonts(snapshot, site, inputs.card_fonts) if site.card_fonts else (),
        sources.problems,
        () if graph.entries.rows else nothing_published(sources.entries),
        secrets,
    )
    problems = sorted_problems(switched(found, site.checks))
    return Build(
        site=site,
        outputs=outputs,
        problems=problems,
        entries=len(graph.entries.rows),
        outlines=graph.outlines.rows if snapshot.drafts or not snapshot.today else {},
        checks=partial(find_flaws, snapshot, site, graph, sources.documents, problems),
    )


def find_site(snapshot: Snapshot) -> tuple[Site, tuple[Problem, ...]]:
    """Return the settings of the hub, in its language, and what is wrong with them."""
    site, problems = find_settings(snapshot)
    if not site.language.startswith("en"):
        problems = (*problems, *find_lost_language(snapshot, site))
    if site.strings or any(
        file.path.lower().startswith(TABLES) for file in snapshot.templates.values()
    ):
        problems = (*problems, *find_lost_words(snapshot, site))
    return in_language(site, snapshot), problems
