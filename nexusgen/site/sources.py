"""Read the content files of a snapshot: their entries, and the document of each.

The text of the author in the settings is read here, too, and what is wrong with it found.

What was read before is remembered twice: as tables of the last build, and in the memo by content.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from itertools import chain, count
from typing import Any

import msgspec
from msgspec.msgpack import Decoder
from msgspec.structs import replace

from nexusgen.content.entries import (
    EntryOptions,
    dated,
    is_entry_source,
    parse_entries,
)
from nexusgen.content.naming import Folder, Spot, find_folder, folder_url, place_entry, spots_of
from nexusgen.content.yaml_tree import node_at, place_of
from nexusgen.core.builds import Snapshot
from nexusgen.core.model import (
    Document,
    Entry,
    Html,
    Parsed,
    Plain,
    Rendered,
    Site,
    Span,
    Text,
    problem_at,
)
from nexusgen.core.paths import settings_path
from nexusgen.core.problems import Place, Problem
from nexusgen.incremental.derive import Tables, Tracked
from nexusgen.incremental.digests import digest_value
from nexusgen.incremental.memo import Call, Memo, Result, Stage
from nexusgen.markdown import markup_options
from nexusgen.site.broken_links import find_problems
from nexusgen.site.graph import Graph
from nexusgen.site.links import resolve_entry
from nexusgen.site.names import fold
from nexusgen.site.related import subjects_of
from nexusgen.site.search_terms import parse_sections
from nexusgen.site.tags import is_about_tags, tags_of
from nexusgen.site.url_map import RENAME

Texts = tuple[Text, ...]

STANDING = ("parsed", "rendered")
"""The tables whose rows are results of the memo."""

NO_BIO: tuple[Document, Html] = Document(), {}
"""What an author says who says nothing."""


class Sources(msgspec.Struct, frozen=True):
    """What the content files of a hub hold, by the id of each entry.

    `html_keys` name what was rendered of entries: `html` reads the HTML, `plain` what search needs;
    `problems` are those of single files.
    """

    entries: Tracked[Entry]
    documents: Tracked[Document]
    html_keys: Tracked[bytes]
    html: Callable[[str], Html]
    plain: Callable[[str], Plain]
    problems: tuple[Problem, ...]


def parse_sources(snapshot: Snapshot, site: Site, memo: Memo, tables: Tables) -> Sources:
    """Return what the files of a hub hold: parsed and rendered where they changed."""
    sources = {
        path: digest
        for path, digest in snapshot.files.items()
        if is_entry_source(path, snapshot.content)
    }
    files = tables.source("files", sources, bytes)
    options = EntryOptions(site.kinds, site.content, site.lenient, site.vault)
    options_digest = digest_value(options)

    def parse(path: str) -> Call:
        inputs = path.encode(), files[path], options_digest
        return Call(inputs, lambda: (path, snapshot.read(path), options))

    parsed = tables.derive("parsed", files, parse, Result[Parsed], partial(memo.map, PARSE))
    places = tables.group(
        "places",
        parsed,
        lambda path, row: ((one.id, (path, at)) for at, one in enumerate(row.facts.entries)),
        tuple[str, int],
        source=lambda _goal, place: place[0],
    )
    texts = tables.view("texts", parsed, lambda row: row.facts.texts)
    # the texts of a whole file at once, because lists are long
    texts_of = lru_cache(maxsize=4)(lambda path: memo.rest(PARSE, parsed.rows[path].key))
    markup = markup_options(site)
    markup_digest = digest_value(markup)
    files_of = snapshot.files_for_extensions
    beside = files_of(snapshot) if files_of and site.markdown_extensions else None
    states = tables.source("extension files", beside.states if beside else {}, bytes)

    def render(name: str) -> Call:
        ((path, at),) = places[name]
        inputs = path.encode(), texts[path][at], markup_digest
        stays = beside is not None
        return Call(inputs, lambda: (texts_of(path)[at], path, markup, beside), stays)

    tables.keep_few_together({"rendered": 32})
    rendered = tables.derive(
        "rendered", places, render, Result[Document], partial(_render_all, memo, states)
    )
    written = tables.view("tags in texts", rendered, lambda row: tags_of(row.facts.links))
    counted: Mapping[str, tuple[str, ...]] = written if site.hashtags == "on" else {}
    entries, crowded = _entries(snapshot, tables, parsed, places, counted)
    return Sources(
        entries=entries,
        documents=tables.view("documents", rendered, lambda row: row.facts),
        html_keys=tables.view("html", rendered, lambda row: row.key),
        html=lambda name: memo.rest(HTML, rendered.rows[name].key).html,
        plain=lambda name: memo.rest(PLAIN, rendered.rows[name].key),
        problems=(*_problems(snapshot, tables, parsed, rendered, entries), *crowded),
    )


def render_bio(site: Site, path: str, memo: Memo) -> tuple[Document, Html]:
    """Return what the author says in `bio` of the settings, which lie at `path`, rendered."""
    bio = site.author.bio
    markup = markup_options(site)
    inputs = b"bio", path.encode(), bio.encode(), digest_value(markup)
    texts = (Text("body", bio),)
    result = memo.map(RENDER, [Call(inputs, lambda: (texts, path, markup, None))])[0]
    return result.facts, memo.rest(RENDER, result.key).html


def _render_all(
    memo: Memo, states: Tracked[bytes], calls: list[Call]
) -> Iterator[Result[Document]]:
    """Yield the documents of some calls, and read the states of the files that each has read.

    A kept document for which extensions would now read something else is none: what they would
    read becomes a part of the key.
    """
    results: dict[int, Result[Document]] = {}
    waiting = dict(enumerate(calls))
    while waiting:
        results |= zip(waiting, memo.map(RENDER, [*waiting.values()]), strict=True)
        stale = {}
        for index, call in waiting.items():
            reads = results[index].facts.reads
            now = {path: states.rows.get(path, b"") for path in reads}
            if now != reads:
                stale[index] = replace(call, inputs=(*call.inputs, digest_value(now)))
        waiting = stale
    for index in range(len(calls)):
        for path in results[index].facts.reads:
            states.get(path)
        yield results[index]


def _entries(
    snapshot: Snapshot,
    tables: Tables,
    parsed: Tracked[Any],
    places: Tracked[Any],
    written: Mapping[str, tuple[str, ...]],
) -> tuple[Tracked[Entry], tuple[Problem, ...]]:
    """Return all entries: dated by git where they give no date, each folder with one page of its own.

    `written` are the tags that stand in the texts of each, if these count. In a folder without
    settings each has a URL of its own, and it is told where another has the one that it would have.
    """
    said = tables.view("said", parsed, lambda row: row.facts.entries)
    dates = tables.source("dates", snapshot.dates, tuple[str, str])
    spots = tables.group(
        "spots",
        said,
        lambda _, found: chain.from_iterable(map(spots_of, found)),
        Spot,
        lambda _, spot: spot[0],
    )
    day = tables.source("day", {"": snapshot.today}, str)
    folders = tables.derive("folders", spots, lambda path: find_folder(spots[path], day), Folder)
    by_url = tables.group(
        "folders by URL", folders, lambda path, _: [(folder_url(path), path)], str
    )
    months = tables.group(
        "months said",
        said,
        lambda _, found: (
            (max(e.date, e.updated)[:7], (e.id, e.date, e.updated))
            for e in found
            if e.date or e.updated
        ),
        tuple[str, str, str],
        lambda _, one: one[0],
    )
    ahead = tables.whole("ahead", lambda: _dated_ahead(months, day[""]), str)

    def rival(name: str) -> Entry | None:
        """Return an entry as one that wants its URL, None where it is hidden."""
        ((path, at),) = places[name]
        entry = said[path][at]
        if (
            entry.private
            or (_is_draft(entry, day) and not snapshot.drafts)
            or ahead.get(name) == "date"
        ):
            return None
        return place_entry(entry, folders, {})

    second = (
        NONE_SECOND
        if settings_path(snapshot.content) in snapshot.files
        else _find_second(tables, said, rival, by_url)
    )

    def make(name: str) -> Entry:
        ((path, at),) = places[name]
        entry = said[path][at]
        entry = replace(entry, draft=_is_draft(entry, day)) if entry.until else entry
        if late := ahead.get(name):
            entry = replace(entry, ahead=late == "date", updated="")
        if more := written.get(name):
            entry = replace(entry, tags=tuple(dict.fromkeys((*entry.tags, *more))))
        url = second["second URLs"].get(name)
        entry = place_entry(dated(entry, dates), folders, {} if url else by_url)
        return replace(entry, url=url, slug=url.split("/")[-2]) if url else entry

    return tables.derive("entries", places, make, Entry), second["crowded URLs"].get("", ())


def _is_draft(entry: Entry, day: Mapping[str, str]) -> bool:
    """Tell whether an entry is a draft, as it is from the day on which it ends."""
    return entry.draft or (bool(entry.until) and entry.until <= day[""])


SECOND_ROWS = {"second URLs": str, "crowded URLs": tuple[Problem, ...]}
NONE_SECOND: Mapping[str, Mapping[str, Any]] = {name: {} for name in SECOND_ROWS}


def _find_second(
    tables: Tables,
    said: Tracked[tuple[Entry, ...]],
    rival: Callable[[str], Entry | None],
    by_url: Tracked[tuple[str, ...]],
) -> Mapping[str, Mapping[str, Any]]:
    """Return the URLs of entries that cannot have theirs, by id, and a warning of each.

    Of several that want one, the page of a folder has it, else the first by path.
    """
    asking = tables.group(
        "asking",
        said,
        lambda path, found: ((fold(one.url), (one.id, path)) for one in found),
        tuple[str, str],
        lambda _, one: one[1],
    )
    crowded = tables.where("asked for twice", asking, lambda found: len(found) > 1)

    def make() -> dict[str, Mapping[str, object]]:
        urls: dict[str, str] = {}
        told = []
        for url in crowded.get("", ()):
            rivals = [one for name, _ in asking[url] if (one := rival(name)) is not None]
            rivals = [one for one in rivals if fold(one.url) == url and not is_about_tags(one)]
            rivals.sort(key=lambda one: not one.is_index)
            names = (f"{rivals[0].url[:-1]}-{number}/" for number in count(2))
            free = (name for name in names if fold(name) not in asking and name not in by_url)
            for one in rivals[1:]:
                if not one.is_index:
                    urls[one.id] = next(free)
                    told.append(_taken(one, rivals[0], urls[one.id]))
        return {"second URLs": urls, "crowded URLs": {"": tuple(told)}}

    return tables.wholes("second", make, SECOND_ROWS)


def _taken(entry: Entry, first: Entry, url: str) -> Problem:
    message = f'URL "/{entry.url}" of {entry.id} is already that of {first.id}, so it has "/{url}"'
    place = Place(first.path, first.line, first.id)
    return Problem(
        entry.path, entry.line, 1, "url.collision", message, RENAME, "warning", (place,), 1
    )


def _dated_ahead(months: Tracked[tuple[tuple[str, str, str], ...]], today: str) -> dict[str, str]:
    """Return, by the id of each entry that is dated ahead of a day, which date is: the first such.

    `months` gives the ids and dates of entries by the month of the last of them.
    """
    late = (month for month in months if today and month >= today[:7])
    return {
        name: "date" if date > today else "updated"
        for name, date, updated in chain.from_iterable(map(months.__getitem__, late))
        if max(date, updated) > today
    }


def nothing_published(entries: Tracked[Entry]) -> Iterator[Problem]:
    """Yield what to say of a hub of which no entry is published."""
    if entries.rows:
        first = entries.rows[min(entries.rows)]
        message = f"nothing is published: of {len(entries.rows)} entries each is a draft, private or dated ahead"
        told = (
            "entry.hidden",
            message,
            "see drafts with --drafts, entries dated ahead with --future",
        )
        yield problem_at(first.path, Span(first.line, 1), told, "warning")


def _problems(
    snapshot: Snapshot,
    tables: Tables,
    parsed: Tracked[Any],
    rendered: Tracked[Any],
    entries: Tracked[Entry],
) -> Iterator[Problem]:
    """Yield what is wrong with single files: in their fields, and in their texts."""
    of_files = tables.group(
        "file problems",
        parsed,
        lambda path, row: ((path, one) for one in row.facts.problems),
        Problem,
        source=lambda path, _: path,
    )
    of_texts = tables.group(
        "text problems",
        rendered,
        lambda name, row: ((name, pair) for pair in row.facts.problems.items()),
        tuple[str, tuple[Problem, ...]],
        source=lambda name, _: name,
    )
    late = tables.where(
        "entries ahead", entries, lambda one: one.ahead and not (one.draft or one.private)
    )
    if ahead := [entries.rows[name] for name in late.rows.get("", ())]:
        first = min(ahead, key=lambda one: one.date)
        span = first.spans.get("date", Span(first.line, 1))
        more = f", and so are {len(ahead) - 1} more" if len(ahead) > 1 else ""
        message = f"the entry is dated ahead, {first.date}{more}: not published before that day"
        told = "entry.future", message, "see it with --future"
        yield problem_at(first.path, span, told, "warning")
    for problems in of_files.rows.values():
        yield from problems
    for name, parts in of_texts.rows.items():
        entry = entries[name]
        if entry.private or entry.ahead or (entry.draft and not snapshot.drafts):
            continue
        for part, problems in parts:
            yield from (_placed(entry, one, part, snapshot) for one in problems)


def _placed(entry: Entry, problem: Problem, part: str, snapshot: Snapshot) -> Problem:
    """Return a problem of a text in lines of its file, one of a setting where that stands."""
    if problem.path != entry.path:
        span = place_of(snapshot.read(problem.path), *part.split("/"))
        return replace(problem, line=span.line, column=span.column, length=span.length)
    span = entry.in_file(Span(problem.line, problem.column), part)
    return replace(problem, line=span.line)


def _lost_source(reason: str, path: str, *_: Any) -> tuple[Parsed, tuple[Texts, ...]]:
    return Parsed(problems=(lost_problem(path, reason),)), ()


def _lost_document(reason: str, texts: Texts, path: str, *_: Any) -> tuple[Document, Rendered]:
    problems = {text.name: (lost_problem(path, reason, 1),) for text in texts[:1]}
    return Document(problems=problems), Rendered(html={text.name: "" for text in texts})


def lost_problem(path: str, reason: str, line: int = 0) -> Problem:
    """Return the problem of a file on which a worker died."""
    hint = "make it smaller, or report it as a bug"
    return Problem(path, line, 1 if line else 0, "entry.lost", reason, hint)


def _load_renderer() -> Callable[..., tuple[Document, dict[str, str]]]:
    from nexusgen.markdown.render import render_markdown

    return render_markdown


def with_terms(document: Document, html: dict[str, str]) -> tuple[Document, Rendered]:
    """Return what was rendered of an entry, with the words of its text."""
    sections, terms = parse_sections(html, document.links)
    return replace(document, subjects=subjects_of(terms)), Rendered(sections, terms, html)


_PARSED, _TEXTS = Decoder(Parsed), Decoder(tuple[Texts, ...])
_DOCUMENT, _RENDERED = Decoder(Document), Decoder(Rendered)

PARSE = Stage("parse", partial(partial, parse_entries), _PARSED, _TEXTS, _lost_source)
RENDER = Stage("render", _load_renderer, _DOCUMENT, _RENDERED, _lost_document, with_terms)

PLAIN = replace(RENDER, rest=Decoder(Plain))
"""The same results, of which the HTML is not read."""


class _Shown(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What was rendered of an entry, of which the HTML alone is read."""

    sections: msgspec.Raw
    terms: msgspec.Raw
    html: Html


HTML = replace(RENDER, rest=Decoder(_Shown))
"""The same results, of which nothing else is read."""


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
    start = _start_of_bio(snapshot.read(path)) if found else Span(1, 1)
    for one in found:
        first = one.line == 1
        column = one.column + (start.column - 1 if first else start.length) if one.column else 0
        yield replace(one, path=path, line=one.line + start.line - 1, column=column)


def _start_of_bio(data: bytes) -> Span:
    """Return where the text begins; its length is by how much later lines are indented."""
    node = node_at(data, "author", "bio")
    if node is None:
        return Span(1, 1, 0)
    if node.style in {"|", ">"}:
        return Span(node.span.line + 1, node.indent + 1, node.indent)
    return Span(node.span.line, node.span.column + (1 if node.style else 0), node.indent)
