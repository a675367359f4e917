"""A Snapshot in, a Build out: the whole pipeline, without a look at the disk, clock or network."""

from collections.abc import Callable, Container, Iterable, Mapping
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import Any

import msgspec
from msgspec.structs import replace

from nexusgen.content.cv import Cv, find_cv
from nexusgen.content.entries import EntryOptions, find_data, parse_entries
from nexusgen.content.kinds import INDEX_NAMES, KINDS
from nexusgen.core.builds import Build, Snapshot
from nexusgen.core.model import Document, Site
from nexusgen.core.paths import hub_path, settings_path
from nexusgen.core.problems import Problem, sorted_problems
from nexusgen.incremental.derive import Tables
from nexusgen.incremental.digests import digest_value
from nexusgen.incremental.memo import Call, Memo
from nexusgen.pages.assets import asset_addresses, plan_theme_assets
from nexusgen.pages.context import PageInputs
from nexusgen.pages.plan import make_context, plan_files, plan_site
from nexusgen.pages.share import card_fonts, find_wrong_fonts
from nexusgen.pages.theme import (
    DEFAULT,
    KEPT_FACTS,
    TEMPLATE,
    TemplateFacts,
    TemplateSource,
    Theme,
)
from nexusgen.pages.words import parse_words, with_words
from nexusgen.site.checks import CheckContext, find_unread, run_checks, switched
from nexusgen.site.graph import Graph, link_hub
from nexusgen.site.pictures import IMAGES, find_pictures
from nexusgen.site.search import make_search
from nexusgen.site.settings import SETTINGS, parse_site
from nexusgen.site.shown_files import ContentFiles, find_file_secrets, named_files
from nexusgen.site.sources import NO_BIO, STANDING, find_bio_problems, parse_sources, render_bio


def build_site(snapshot: Snapshot, memo: Memo) -> Build:
    """Return every file of the site and every problem of its sources.

    Raises `StoreBrokenError` where the memo's store cannot be trusted, `SourceChangedError` where
    a source is no longer what the snapshot says.
    """
    site, site_problems = find_site(snapshot, memo)
    data, data_problems = find_data(snapshot)
    cv, cv_problems = find_cv(snapshot)
    theme, theme_problems = find_theme(snapshot, site, memo)
    tables = Tables(memo.last_state(digest_value(site)), memo.jobs)
    sources = parse_sources(snapshot, site, memo, tables)
    files = ContentFiles(snapshot.files, _find_named(tables, snapshot, site, data))
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
        search=make_search(tables, site, graph.entries, sources.html_keys, sources.plain),
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
    found = chain(
        snapshot.problems,
        site_problems,
        data_problems,
        cv_problems,
        theme_problems,
        graph.problems,
        find_bio_problems(snapshot, site, graph, bio[0]) if site.author.bio else (),
        pictures.problems,
        find_wrong_fonts(snapshot, site, inputs.card_fonts) if site.card_fonts else (),
        sources.problems,
        secrets,
    )
    problems = sorted_problems(switched(found, site.checks))
    return Build(
        site=site,
        outputs=outputs,
        problems=problems,
        entries=len(graph.entries.rows),
        checks=partial(_checks, snapshot, site, graph, sources.documents, problems),
    )


def _checks(
    snapshot: Snapshot,
    site: Site,
    graph: Graph,
    documents: Mapping[str, Document],
    problems: Iterable[Problem],
) -> tuple[Problem, ...]:
    """Return what could be better about a hub, knowing what is wrong with it."""
    unread = find_unread(problems)
    return run_checks(
        CheckContext(site, graph, documents, unread, snapshot.dates.keys(), snapshot.today)
    )


def find_site(snapshot: Snapshot, memo: Memo) -> tuple[Site, tuple[Problem, ...]]:
    """Return the settings of the hub, and what is wrong with them."""
    path, content, name = settings_path(snapshot.content), snapshot.content, snapshot.name
    if path in snapshot.files:
        inputs = path.encode(), snapshot.files[path], content.encode(), name.encode()
        call = Call(inputs, lambda: (snapshot.read(path), path, content, name))
        site, problems = memo.map(SETTINGS, [call])[0].facts
    else:
        site, problems = parse_site(None, path, content, title_of_home(snapshot) or name)
    if (other := f"{path[:-3]}yaml") in snapshot.files:
        problems = (*problems, misnamed_settings(other, path))
    photo = site.author.photo
    if photo and hub_path(photo, content) not in snapshot.files:
        hint = "write the path of a picture under the folder of the content"
        message = f'"author.photo" leads to no file: {photo}'
        problems = (*problems, Problem(path, 0, 0, "field.path", message, hint))
        site = replace(site, author=replace(site.author, photo=""))
    base_url = snapshot.base_url or site.base_url
    site = replace(site, base_url=base_url, drafts=snapshot.drafts)
    if site.hashtags == "auto":
        site = replace(site, hashtags="on" if snapshot.vault else "off")
    words: dict[str, str] = {}
    code = site.language.partition("-")[0].lower()
    for place in (DEFAULT, ""):  # the hub's own table counts first
        if table := snapshot.templates.get(f"{place}words/{code}.txt"):
            words |= parse_words(snapshot.read(table.path).decode(errors="replace"))
    return with_words(site, words) if words or site.strings else site, problems


def misnamed_settings(path: str, right: str) -> Problem:
    """Return the problem of settings that stand in a file that is not read."""
    message = f"settings are read from {right} only"
    return Problem(path, 0, 0, "site.name", message, f"rename it to {right.rpartition('/')[2]}")


def title_of_home(snapshot: Snapshot) -> str:
    """Return the title that the index or README of a folder without settings gives itself, if any."""
    options = EntryOptions(KINDS, snapshot.content, lenient=True)
    root = hub_path("", snapshot.content)
    names = {path.lower(): path for path in snapshot.files if path.count("/") == root.count("/")}
    for name in (*INDEX_NAMES, "home"):
        if path := names.get(f"{root}{name}.md"):
            (entry,) = parse_entries(path, snapshot.read(path), options)[0].entries
            is_ahead = bool(snapshot.today) and entry.date > snapshot.today
            is_hidden = entry.draft or entry.private or is_ahead
            is_own = "title" in entry.spans and entry.title.lower() not in (*INDEX_NAMES, "home")
            return entry.title if is_own and not is_hidden else ""
    return ""


def find_theme(snapshot: Snapshot, site: Site, memo: Memo) -> tuple[Theme, list[Problem]]:
    """Return the templates of the hub in its language, and what keeps any of them from being used.

    What those of the default theme say of themselves is kept where their compiled code is.
    """
    files = {
        name: file
        for name, file in snapshot.templates.items()
        if not name.removeprefix(DEFAULT).startswith(("assets/", "words/"))
    }
    default = {file.path: file.digest for name, file in files.items() if name.startswith(DEFAULT)}
    facts: dict[str, TemplateFacts] = {}
    with suppress(KeyError, msgspec.DecodeError):
        known, kept = KEPT_FACTS.decode(memo.codes["facts"])
        facts = kept if known == default else {}
    unknown = {file.path: file.digest for file in files.values() if file.path not in facts}
    calls = [
        Call((path.encode(), digest), partial(_template_arguments, snapshot, path))
        for path, digest in unknown.items()
    ]
    for path, result in zip(unknown, memo.map(TEMPLATE, calls), strict=True):
        facts[path] = result.facts
    if unknown.keys() & default and not any(facts[path].problems for path in default):
        of_default = {path: facts[path] for path in default}
        memo.codes["facts"] = msgspec.msgpack.encode((default, of_default))
    sources = {
        name: TemplateSource(
            file.path, file.digest, partial(snapshot.read, file.path), facts[file.path]
        )
        for name, file in files.items()
    }
    theme = Theme(
        sources,
        trusted=snapshot.trusted,
        language=site.language,
        strings=site.strings,
        codes=memo.codes,
    )
    own = (source.facts for name, source in sources.items() if not name.startswith(DEFAULT))
    return theme, [problem for fact in own for problem in fact.problems]


def _find_named(
    tables: Tables, snapshot: Snapshot, site: Site, data: Mapping[str, Any]
) -> Callable[[], Container[str]]:
    """Return what finds the files that the settings, the data and the hub's own templates name."""
    files = snapshot.templates.values()
    own = {it.path: it.digest for it in files if it.path.startswith("templates/")}
    naming = tables.source("naming files", {**own, "": digest_value(data)}, bytes)

    def find() -> Container[str]:
        texts = (snapshot.read(path).decode(errors="replace") for path, _ in naming.items() if path)
        return named_files(site, data, texts)

    return find


def _template_arguments(snapshot: Snapshot, path: str) -> tuple[Any, ...]:
    return path, snapshot.read(path)
