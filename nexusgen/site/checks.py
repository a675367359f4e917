"""Find what could be better about a hub that is read and linked, rule by rule."""

import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from datetime import date as day
from itertools import chain

import msgspec

from nexusgen.content.dates import review_of
from nexusgen.content.yaml_tree import place_of
from nexusgen.core.builds import Snapshot
from nexusgen.core.model import Document, Entry, Kind, Site, Span, problem_at
from nexusgen.core.paths import content_path, hub_path, settings_path
from nexusgen.core.problems import Place, Problem, Severity, closest, sorted_problems
from nexusgen.core.slugs import tag_slug
from nexusgen.site.graph import Graph
from nexusgen.site.names import fold_title
from nexusgen.site.shown_files import is_whole


class CheckContext(msgspec.Struct, frozen=True):
    """What the rules look at; `today` and `committed` tell what is new, `unread` what is broken.

    `settings` are the bytes of the settings, if there are any.
    """

    site: Site
    graph: Graph
    documents: Mapping[str, Document]
    unread: Set[str] = frozenset()
    committed: Set[str] = frozenset()
    today: str = ""
    settings: bytes = b""

    def is_empty(self, entry: Entry) -> bool:
        """Say whether nothing is written yet, or nothing could be read."""
        document = self.documents[entry.id]
        is_written = document.words or document.headings or any(entry.fields.values())
        return not is_written or entry.path in self.unread

    def is_new(self, entry: Entry) -> bool:
        """Say whether an entry was begun in the last days: what it has to do with comes later."""
        if self.committed and entry.path not in self.committed:
            return True
        if not (self.today and entry.date):
            return False
        return (day.fromisoformat(self.today) - day.fromisoformat(entry.date[:10])).days < NEW


Rule = Callable[[CheckContext], Iterator[Problem]]

PLURALS = (("", "s"), ("", "es"), ("y", "ies"))
"""How English makes more of one; other languages' plurals are seldom used in tags."""

LEAST_LETTERS = 4
_OTHER_THAN_ITS_PLURAL = frozenset({"http", "window", "rail", "http2"})

_SIGNS = re.compile(r"[-./]")
"""What stands between the words of a tag: `node.js` is nearly `nodejs`, and `ci/cd` nearly `ci-cd`."""

UNREAD = ("yaml.", "frontmatter.", "file.", "text.encoding", "entry.lost", "markdown.failed")
"""Codes of what keeps a source from being read in full."""

NEW = 14
"""Days for which an entry may stand alone without being told of."""

SWITCHES: Mapping[str, Severity] = {"warn": "warning", "error": "error"}


def find_flaws(
    snapshot: Snapshot,
    site: Site,
    graph: Graph,
    documents: Mapping[str, Document],
    problems: Iterable[Problem],
) -> tuple[Problem, ...]:
    """Return what could be better about a hub, knowing what is wrong with it."""
    unread = frozenset(one.path for one in problems if one.code.startswith(UNREAD))
    committed, today = snapshot.dates.keys(), snapshot.today
    settings = b"" if site.lenient else snapshot.read(settings_path(site.content))
    return run_checks(CheckContext(site, graph, documents, unread, committed, today, settings))


def run_checks(context: CheckContext) -> tuple[Problem, ...]:
    """Return what the rules find in a hub, sorted, less what the settings switch off."""
    found = chain.from_iterable(rule(context) for rule in RULES)
    return sorted_problems(switched(found, context.site.checks))


def switched(problems: Iterable[Problem], checks: Mapping[str, str]) -> Iterator[Problem]:
    """Yield the problems as `checks:` in the settings wants them: not at all, milder or stricter."""
    for problem in problems:
        switch = checks.get(problem.code, "")
        if switch in SWITCHES:
            yield msgspec.structs.replace(problem, severity=SWITCHES[switch])
        elif switch != "allow":
            yield problem


def find_orphans(context: CheckContext) -> Iterator[Problem]:
    """Yield each entry that stands alone: no link to or from another, no tag that another has or is about.

    One that is new, empty or could not be read is none: it is not done, or nobody knows.
    """
    graph = context.graph
    tagged = (tuple(filter(None, (tag.note, *tag.entries))) for tag in graph.tags.values())
    met = {name for names in tagged if len(names) > 1 for name in names}
    met.update(graph.backlinks, graph.relations)
    met.update(name for name, found in graph.links.items() if found.linked)
    for name, entry in graph.entries.items():
        if name in met or entry.is_index or not entry.section:
            continue
        if not (context.is_empty(entry) or context.is_new(entry)):
            message = "nothing leads from another entry to this one, or back"
            hint = "link it with what it has to do with, or give it a tag of another entry"
            yield _about(entry, "entry.orphan", message, hint)


def find_wanted(context: CheckContext) -> Iterator[Problem]:
    """Yield each entry still to be written, unless the links to it are told as broken."""
    is_fine = context.site.lenient or context.site.missing_links == "allow"
    broken = {(one.path, one.line, one.column) for one in context.graph.problems}
    for wanted in context.graph.wanted if is_fine else ():
        if (wanted.path, wanted.span.line, wanted.span.column) not in broken:
            times = f"{wanted.links} links" if wanted.links > 1 else "a link"
            message = f'"{wanted.name}" is asked for by {times} and still to be written'
            told = "link.wanted", message, f'write an entry with the title "{wanted.name}"'
            yield problem_at(wanted.path, wanted.span, told, "warning")


def find_duplicate_titles(context: CheckContext) -> Iterator[Problem]:
    """Yield each entry with the title of an earlier one of its section, which readers see beside it."""
    first: dict[tuple[str, str], Entry] = {}
    for entry in context.graph.entries.values():
        other = first.setdefault((entry.section, fold_title(entry.title)), entry)
        if other is not entry:
            message = f'"{entry.title}" is also the title of {other.id}'
            problem = _about(entry, "title.duplicate", message, "tell them apart by their titles")
            place = Place(other.path, other.line, "the other entry")
            yield msgspec.structs.replace(problem, related=(place,))


def find_similar_tags(context: CheckContext) -> Iterator[Problem]:
    """Yield each tag spelt like a more frequent one but for its case, its signs or a plural."""
    spellings = Counter(tag for entry in context.graph.entries.values() for tag in entry.tags)
    slugs = {name: _SIGNS.sub("", tag_slug(name)) for name in spellings}
    order = sorted(spellings, key=lambda name: (-spellings[name], name))
    known: dict[str, str] = {}
    better: dict[str, str] = {}
    for name in order:
        forms = [form for form in _number_forms(slugs[name]) if form in known]
        if forms:
            better[name] = known[forms[0]]
        else:
            known[slugs[name]] = name
    for entry in context.graph.entries.values():
        for tag in entry.tags:
            if tag in better:
                more = spellings[better[tag]] > spellings[tag]
                message = f'the tag "{tag}" is nearly "{better[tag]}"'
                message += ", which more entries have" if more else ""
                hint = f'run nexusgen rename-tag "{tag}" "{better[tag]}"'
                yield _about(entry, "tag.similar", message, hint, "tags")


def find_missing_summaries(context: CheckContext) -> Iterator[Problem]:
    """Yield each entry of which no listing, feed or search engine can say what it is about.

    What shows views is told of these already.
    """
    views = {one.path for one in context.graph.problems if one.code == "link.view"}
    for name, entry in context.graph.entries.items():
        told = entry.summary or context.documents[name].summary or entry.is_index
        told = told or entry.path in views
        is_note_to_come = context.site.lenient and context.is_empty(entry)
        if not (told or any(entry.fields.values()) or is_note_to_come):
            hint = "add `summary:` or open the text with a paragraph"
            yield _about(entry, "summary.missing", "nothing sums this entry up", hint)


def find_skipped_levels(context: CheckContext) -> Iterator[Problem]:
    """Yield each heading more than one level below the one before it (WCAG 2.2, H42).

    Headings in HTML have no line, and often their level for its size alone.
    """
    for name, entry in context.graph.entries.items():
        level, above = 1, "the title"
        for heading in context.documents[name].headings:
            if heading.line and heading.level > level + 1:
                message = f'"{heading.text}" is more than one level below {above}'
                span = entry.in_file(Span(heading.line, 1), "body")
                yield _problem(entry, span, "heading.skip", message, "go down one level at a time")
            level, above = heading.level, f'"{heading.text}"'


def find_due(context: CheckContext) -> Iterator[Problem]:
    """Yield each entry whose review is due, or lies ahead; nothing where the day is not known."""
    for entry in context.graph.entries.values() if context.today else ():
        if entry.reviewed > context.today:
            message = f"it says that it was reviewed on {entry.reviewed}, a day to come"
            hint = "write the day on which you last read it through"
            yield _about(entry, "entry.due", message, hint, "reviewed")
            continue
        review = review_of(entry, context.site)
        if review and review.is_due(context.today):
            since = f" since {review.due}" if review.due else ""
            message = f"its review is due{since}: {review.words}"
            hint = f"read it through, then run nexusgen reviewed {shlex.quote(entry.id)}"
            field = "review_every" if entry.review_every else "title"
            yield _about(entry, "entry.due", message, hint, field)


PLACEHOLDERS = (
    "Ada Example", "Your Name", "your-name", "your-repository", "you@example.org",
    "My knowledge hub", "A sentence that says what this hub is about",
)  # fmt: skip
"""What the settings of examples say of nobody."""


def find_placeholders(context: CheckContext) -> Iterator[Problem]:
    """Yield each setting that nobody has filled in since the hub was begun from an example."""
    site = context.site
    author = site.author
    given = {
        "title": site.title, "tagline": site.tagline, "base_url": site.base_url,
        "repository": site.repository, "author.name": author.name, "author.email": author.email,
        "author.links": " ".join(link.url for link in author.links),
    }  # fmt: skip
    for name, text in given.items():
        if found := next((words for words in PLACEHOLDERS if words in text), ""):
            message = f'"{name}" still says "{found}", as in an example'
            span = place_of(context.settings, *name.split("."))
            told = "site.placeholder", message, "write your own, or leave it out"
            yield problem_at(settings_path(site.content), span, told, "warning")


LONG_ENOUGH = 7
"""Letters of a name in which one wrong letter is a slip, not another word: `notes` and `nodes`."""

SLIP = 0.86
"""How alike a slip of the finger is, for difflib: `concerts` is as near to `concepts` as may be told."""

_OTHER_WORDS = frozenset(
    {"projets", "projetos", "conceptos", "practica", "practicas", "technologia"}
)
"""Words of other languages that are nearly the folders of our kinds."""


OTHER_TEXTS = frozenset(
    ("mdx", "qmd", "rmd", "rst", "adoc", "asciidoc", "org", "mkd", "mkdn", "mdown", "textile")
)
"""Extensions of texts that are written for other programs, and are no entries here."""


def find_other_texts(context: CheckContext) -> Iterator[Problem]:
    """Yield a problem for each extension of texts that are no entries, in static folders excepted."""
    found: dict[str, list[str]] = {}
    for path in sorted(context.graph.index.files):
        extension = path.rpartition(".")[2].lower()
        if extension in OTHER_TEXTS and not is_whole(path, context.site):
            found.setdefault(extension, []).append(path)
    for extension, paths in found.items():
        content = context.site.content
        path = hub_path(paths[0], content)
        files = f"{len(paths):,} files are no entries" if len(paths) > 1 else "a file is no entry"
        message = f"{files}: what ends in .{extension} is not read"
        hint = "write it as Markdown and call it .md"
        yield Problem(path, 0, 0, "file.format", message, hint, "warning")


def find_near_folders(context: CheckContext) -> Iterator[Problem]:
    """Yield each folder at the root whose name is nearly that of a kind's folder, or any of its words.

    In a folder without settings, where nobody may know of kinds, the word for one of a kind is none.
    """
    site = context.site
    kinds = {kind.name: kind.folder for kind in site.kinds if len(kind.folder) >= LONG_ENOUGH}
    forms = {folder: folder for folder in kinds.values()} | kinds
    known = {form: folder for form, folder in forms.items() if len(form) >= LONG_ENOUGH}
    lost = {} if site.lenient else _lost_kinds(context)
    notes = (one.section for one in context.graph.entries.values() if one.kind == "note")
    folders = {folder for section in notes for folder in (section, section.partition("/")[0])}
    for name in sorted(folders - {"", *(kind.folder for kind in site.kinds)} - _OTHER_WORDS):
        kind = lost.get(name.casefold())
        near = "" if "/" in name else known.get(closest(name.lower(), known, SLIP), "")
        meant = kind.folder if kind else near
        if meant and not (site.lenient and name.lower() in kinds):
            path = hub_path(f"{name}/", site.content)
            message = f'the folder "{name}" is nearly "{meant}", so its entries are mere notes'
            hint = f'did you mean "{meant}"?'
            if kind and meant == hub_path(name, site.content):
                hint = f'write "folder: {name}" for the kind "{kind.name}"'
            yield Problem(path, 0, 0, "folder.kind", message, hint, "warning")


def _lost_kinds(context: CheckContext) -> dict[str, Kind]:
    """Return each kind whose folder holds nothing, by the words that may stand for it."""
    site, sections = context.site, {one.section for one in context.graph.entries.values()}
    return {
        form.casefold(): kind
        for kind in site.kinds
        if kind.folder and kind.name != "note"
        if not any(f"{one}/".startswith(f"{kind.folder}/") for one in sections)
        for word in (kind.name, content_path(kind.folder, site.content))
        for form in _number_forms(word)
    }


RULES: tuple[Rule, ...] = (
    find_due,
    find_orphans,
    find_other_texts,
    find_near_folders,
    find_skipped_levels,
    find_wanted,
    find_placeholders,
    find_missing_summaries,
    find_similar_tags,
    find_duplicate_titles,
)


def _number_forms(slug: str) -> Iterator[str]:
    """Yield a slug, and the forms it has for one and for many."""
    yield slug
    for one, many in PLURALS:
        if slug.endswith(one) and is_singular(slug):
            yield slug[: len(slug) - len(one)] + many
        if slug.endswith(many) and is_singular(form := slug.removesuffix(many) + one):
            yield form


def is_singular(word: str) -> bool:
    """Tell whether a word may have a plural that means no more: not `c` (`cs`) or `http` (`https`)."""
    return len(word) >= LEAST_LETTERS and word not in _OTHER_THAN_ITS_PLURAL


def _about(entry: Entry, code: str, message: str, hint: str, field: str = "title") -> Problem:
    """Return a problem at a field of an entry, at its beginning where it does not give the field."""
    return _problem(entry, entry.spans.get(field, Span(entry.line, 1)), code, message, hint)


def _problem(entry: Entry, span: Span, code: str, message: str, hint: str) -> Problem:
    return problem_at(entry.path, span, (code, message, hint), "warning")
