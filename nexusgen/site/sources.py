"""The stages worth remembering: what runs, the types of both halves of its result."""

from collections.abc import Iterator, Mapping, Set
from functools import lru_cache, partial
from itertools import chain
from typing import Any

import msgspec
from msgspec.json import Decoder
from msgspec.structs import replace

from nexusgen.content.addresses import settle_indexes
from nexusgen.content.entries import (
    EntryOptions,
    dated,
    entry_options,
    is_entry_source,
    parse_entries,
)
from nexusgen.core.model import (
    Document,
    Entry,
    ExtensionFiles,
    Parsed,
    Site,
    Snapshot,
    Span,
    Text,
)
from nexusgen.core.problems import Problem
from nexusgen.incremental.digests import digest_value
from nexusgen.incremental.memo import Call, Memo, Result, Stage
from nexusgen.incremental.table import EMPTY, Table, changed_keys
from nexusgen.markdown import MarkupOptions, markup_options

Texts = tuple[Text, ...]


def parse_source(path: str, data: bytes, options: EntryOptions) -> tuple[Parsed, tuple[Texts, ...]]:
    """Return the entries of a source file, with a digest of the texts of each, and the texts."""
    parsed, texts = parse_entries(path, data, options)
    return replace(parsed, texts=tuple(map(_digest_texts, texts))), texts


def _digest_texts(texts: Texts) -> bytes:
    """Return a digest of all that a document depends on: not of the line where a text begins."""
    return digest_value([replace(text, line=1) for text in texts])


def _lost_source(reason: str, path: str, *_: Any) -> tuple[Parsed, tuple[Texts, ...]]:
    return Parsed(problems=(lost_problem(path, reason),)), ()


def _lost_document(
    reason: str, texts: Texts, path: str, *_: Any
) -> tuple[Document, dict[str, str]]:
    problems = {text.name: (lost_problem(path, reason, 1),) for text in texts[:1]}
    return Document(problems=problems), {text.name: "" for text in texts}


def _render_texts(
    texts: Texts, path: str, options: MarkupOptions, files: ExtensionFiles | None
) -> tuple[Document, dict[str, str]]:
    from nexusgen.markdown.render import render_markdown  # takes long to load

    return render_markdown(texts, path, options, files)


def lost_problem(path: str, reason: str, line: int = 0) -> Problem:
    """Return the problem of a file on which a worker died."""
    hint = "make it smaller, or report it as a bug"
    return Problem(path, line, 1 if line else 0, "entry.lost", reason, hint)


PARSE = Stage("parse", parse_source, Decoder(Parsed), Decoder(tuple[Texts, ...]), _lost_source)
RENDER = Stage("render", _render_texts, Decoder(Document), Decoder(dict[str, str]), _lost_document)


Dates = Mapping[str, tuple[str, str]]


class Sources(msgspec.Struct, frozen=True):
    """What the content files of a hub hold.

    `files` are their digests, `dates` those of their first and last commit, `parsed` what each
    holds by itself, `problems` what is wrong with some by themselves, all by path; `entries` and
    `documents` are by id. The keys name the results in the memo. `reads` are the files that
    extensions looked at for an entry, by its id.
    """

    files: Mapping[str, bytes] = {}
    dates: Dates = {}
    parsed: Table[Parsed] = EMPTY
    parse_keys: Table[bytes] = EMPTY
    entries: Table[Entry] = EMPTY
    documents: Table[Document] = EMPTY
    document_keys: Table[bytes] = EMPTY
    problems: Mapping[str, tuple[Problem, ...]] = {}
    reads: Mapping[str, Mapping[str, bytes]] = {}


NO_SOURCES = Sources()


def read_sources(snapshot: Snapshot, site: Site, memo: Memo, last: Sources = NO_SOURCES) -> Sources:
    """Return what the files of a hub hold, of which `last` was known with the same settings."""
    changed = changed_keys(last.files, snapshot.files)
    files = _extension_files(snapshot, site)
    outdated = {name for name in last.reads if files and _is_outdated(last.reads[name], files)}
    if not changed and not outdated and last.dates == snapshot.dates:
        return last
    sources = _parsed(snapshot, site, memo, last, changed)
    sources = replace(sources, entries=_settled(sources, last, changed))
    again = changed | {last.entries[name].path for name in outdated}
    rendered = _rendered(sources, site, _TextReader(sources, memo, files), last, again)
    return replace(rendered, problems=dict(_problems(rendered, last, again)))


def _extension_files(snapshot: Snapshot, site: Site) -> ExtensionFiles | None:
    make = snapshot.files_for_extensions
    return make(snapshot) if make and site.markdown_extensions else None


def collect_entries(dates: Dates, parsed: Mapping[str, Parsed]) -> dict[str, Entry]:
    """Return all entries by id, dated by git where they give no date."""
    entries = [dated(entry, dates) for found in parsed.values() for entry in found.entries]
    return {entry.id: entry for entry in settle_indexes(entries)}


def _parsed(
    snapshot: Snapshot, site: Site, memo: Memo, last: Sources, changed: Set[str]
) -> Sources:
    """Return what each source file holds: those that changed are parsed."""
    options = entry_options(site)
    options_digest = digest_value(options)
    paths = [path for path in snapshot.files if path in changed]
    calls = {
        path: Call(
            (path.encode(), snapshot.files[path], options_digest),
            partial(_source_arguments, snapshot, path, options),
        )
        for path in paths
        if is_entry_source(path, snapshot.content)
    }
    results = dict(zip(calls, memo.map(PARSE, list(calls.values())), strict=True))
    gone = changed - snapshot.files.keys()
    return replace(
        last,
        files=snapshot.files,
        dates=snapshot.dates,
        parsed=last.parsed.updated({path: one.facts for path, one in results.items()}, gone),
        parse_keys=last.parse_keys.updated({path: one.key for path, one in results.items()}, gone),
    )


def _settled(sources: Sources, last: Sources, changed: Set[str]) -> Table[Entry]:
    """Return all entries.

    What one of them says changes no other, unless a page of a folder comes, goes or may be one.
    """
    old, new = (
        [entry for _, parsed in _rows(each.parsed, changed) for entry in parsed.entries]
        for each in (last, sources)
    )
    same = [(entry.id, entry.section) for entry in old] == [(e.id, e.section) for e in new]
    if same and last.dates == sources.dates and not any(e.is_index for e in (*old, *new)):
        return last.entries.updated({entry.id: dated(entry, sources.dates) for entry in new})
    return last.entries.become(collect_entries(sources.dates, sources.parsed))


def _problems(
    sources: Sources, last: Sources, changed: Set[str]
) -> Iterator[tuple[str, tuple[Problem, ...]]]:
    """Yield the files with problems, and these: of a file, of the texts in it."""
    for path, known in last.problems.items():
        if path not in changed:
            yield path, known
    for path, parsed in _rows(sources.parsed, changed):
        texts = (_text_problems(entry, sources.documents[entry.id]) for entry in parsed.entries)
        if found := tuple(chain(parsed.problems, *texts)):
            yield path, found


def _text_problems(entry: Entry, document: Document) -> Iterator[Problem]:
    """Yield the problems of the texts of an entry, in lines of its file."""
    for part, problems in document.problems.items():
        for problem in problems:
            span = entry.in_file(Span(problem.line, problem.column), part)
            yield replace(problem, line=span.line)


def _rendered(
    sources: Sources, site: Site, texts: "_TextReader", last: Sources, changed: Set[str]
) -> Sources:
    """Return the sources with the document of each entry: texts in files that changed are read."""
    options = markup_options(site)
    options_digest = digest_value(options)
    calls = {
        entry.id: Call(
            (path.encode(), parsed.texts[place], options_digest),
            partial(_document_arguments, texts, path, place, options),
        )
        for path, parsed in _rows(sources.parsed, changed)
        for place, entry in enumerate(parsed.entries)
    }
    results = _render_all(calls, texts.memo, texts.files)
    reads = {n: one.facts.reads for n, one in results.items() if one.facts.reads}
    moved = changed_keys(last.entries, sources.entries)
    gone = {name for name in moved if name not in sources.entries}
    return replace(
        sources,
        documents=sources.documents.updated({n: one.facts for n, one in results.items()}, gone),
        document_keys=sources.document_keys.updated(
            {n: one.key for n, one in results.items()}, gone
        ),
        reads={n: r for n, r in last.reads.items() if n not in results and n not in gone} | reads,
    )


def _render_all(
    calls: Mapping[str, Call], memo: Memo, files: ExtensionFiles | None
) -> dict[str, Result[Document]]:
    """Return the result of each call.

    A kept result of which extensions would now read something else is none: what they read then
    becomes part of the key.
    """
    results = dict(zip(calls, memo.map(RENDER, list(calls.values())), strict=True))
    outdated = {}
    for name, result in results.items():
        reads = result.facts.reads
        if files and _is_outdated(reads, files):
            now = digest_value({path: files.state(path) for path in reads})
            outdated[name] = Call((*calls[name].inputs, now), calls[name].arguments)
    return results | _render_all(outdated, memo, files) if outdated else results


def _is_outdated(reads: Mapping[str, bytes], files: ExtensionFiles) -> bool:
    return any(files.state(path) != known for path, known in reads.items())


def _rows(table: Table[Parsed], keys: Set[str]) -> Iterator[tuple[str, Parsed]]:
    """Yield the rows of a table under these keys, as far as it has them, in order."""
    yield from ((key, table[key]) for key in sorted(keys) if key in table)


class _TextReader:
    """Gets the texts of an entry; those of a whole file at once, because lists are long."""

    def __init__(self, sources: Sources, memo: Memo, files: ExtensionFiles | None) -> None:
        self.memo = memo
        self.files = files
        self._keys = sources.parse_keys
        self._of_file = lru_cache(maxsize=4)(self._read)

    def __call__(self, path: str, place: int) -> Texts:
        return self._of_file(path)[place]

    def _read(self, path: str) -> tuple[Texts, ...]:
        return self.memo.rest(PARSE, self._keys[path])


def _source_arguments(snapshot: Snapshot, path: str, options: Any) -> tuple[Any, ...]:
    return path, snapshot.read(path), options


def _document_arguments(texts: _TextReader, path: str, place: int, options: Any) -> tuple[Any, ...]:
    return texts(path, place), path, options, texts.files
