"""Links that do not lead where they should in; problems, with what was probably meant, out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from posixpath import relpath
from typing import NamedTuple

import msgspec

from nexusgen.core.model import Entry, LinkUse, Site, Span, Target, Wanted
from nexusgen.core.paths import content_path, folder_of, without_extension
from nexusgen.core.problems import Place, Problem, Severity
from nexusgen.site.links import WIKI_FORMS, Hub, anchors_of
from nexusgen.site.names import Found, fold, fold_title

CANDIDATES = 40
"""Names compared with a broken one: difflib is slow, and more would seldom find better."""

LOOKUPS = 200
"""Broken names of a build for which a better one is sought; beyond, mending has to begin."""

CLOSE = 0.8
"""How alike a better name has to be, for difflib: one slip of the finger in a word of five."""

WANTED: Mapping[str, Severity] = {"error": "error", "warn": "warning"}


class Fault(NamedTuple):
    """A link that is broken, hidden, ambiguous or without its anchor, and the entry it is in."""

    entry: Entry
    use: LinkUse
    found: Found

    @property
    def span(self) -> Span:
        """Where the link stands in its file."""
        return self.entry.in_file(self.use.span, self.use.part)


class Guesses(msgspec.Struct, frozen=True):
    """Names that may have been meant, by their first and by their last three letters."""

    starts: Mapping[str, Sequence[str]]
    ends: Mapping[str, Sequence[str]]


NO_GUESSES = Guesses({}, {})


def is_faulty(use: LinkUse, found: Found) -> bool:
    """Return whether there is something to report of a link."""
    target = found.target
    return (
        target.state in ("missing", "hidden") or len(found.entries) > 1 or lacks_anchor(use, target)
    )


def lacks_anchor(use: LinkUse, target: Target) -> bool:
    """Return whether a link names a place that its page does not have."""
    return bool(use.fragment) and target.state in ("entry", "page") and "#" not in target.url


def find_problems(faults: Sequence[Fault], hub: Hub) -> Iterator[Problem]:
    """Yield a problem for each fault that the settings do not allow."""
    for fault in faults:
        if len(fault.found.entries) > 1:
            yield _ambiguous(fault, hub.site)
        if fault.found.target.state == "hidden":
            yield _hidden(fault, hub.site)
        elif lacks_anchor(fault.use, fault.found.target):
            yield _without_anchor(fault, hub)
    yield from _broken([fault for fault in faults if fault.found.target.state == "missing"], hub)


def count_wanted(faults: Iterable[Fault]) -> tuple[Wanted, ...]:
    """Return the entries still to be written, most wanted first, as the first link names them."""
    asked: dict[str, list[Fault]] = {}
    for fault in faults:
        if fault.found.target.state == "missing" and fault.use.form in WIKI_FORMS:
            asked.setdefault(fold_title(fault.use.target), []).append(fault)
    order = sorted(asked, key=lambda name: (-len(asked[name]), name))
    firsts = ((asked[name][0], len(asked[name])) for name in order)
    return tuple(
        Wanted(first.use.target, links, first.entry.path, first.span) for first, links in firsts
    )


def _broken(faults: Sequence[Fault], hub: Hub) -> Iterator[Problem]:
    paths = index_guesses(_known_paths(hub)) if faults else NO_GUESSES
    words = index_guesses(_known_words(hub)) if faults else NO_GUESSES
    seen: dict[tuple[str, str, bool], str] = {}
    for fault in faults:
        if severity := _broken_severity(fault.use, hub.site):
            wiki = fault.use.form in WIKI_FORMS
            key = (_folder(fault.entry, hub.site), fault.use.target, wiki)
            if key not in seen and len(seen) < LOOKUPS:
                guess = guess_name(fault.use.target, words if wiki else paths)
                seen[key] = guess if wiki or not guess else relpath(guess, key[0] or ".")
            yield _broken_problem(fault, severity, seen.get(key, ""))


def _broken_severity(use: LinkUse, site: Site) -> Severity | None:
    """A wikilink may name an entry that is still to be written; a path may not."""
    if use.form not in WIKI_FORMS:
        return _severity(site)
    severity = WANTED.get(site.missing_links)
    return "warning" if severity and site.lenient else severity


def _severity(site: Site) -> Severity:
    return "warning" if site.lenient else "error"


def _broken_problem(fault: Fault, severity: Severity, guess: str) -> Problem:
    target = fault.use.target
    if fault.use.form in WIKI_FORMS:
        message = f'no entry is named "{target}"'
    else:
        message = f'link target "{target}" does not exist'
    hint = f'did you mean "{guess}"?' if guess else ""
    return _problem(fault, "link.broken", message, hint, severity)


def _hidden(fault: Fault, site: Site) -> Problem:
    message = f'link to "{fault.use.target}", which is a draft or private'
    hint = "publish that entry or take the link out"
    return _problem(fault, "link.hidden", message, hint, _severity(site))


def _without_anchor(fault: Fault, hub: Hub) -> Problem:
    target, fragment = fault.found.target, fault.use.fragment
    name = f'"{target.title}"' if fault.use.target else "this page"
    anchors = {} if target.state == "page" else anchors_of(hub.documents[target.entry])
    close = get_close_matches(fold(fragment), list(anchors)[:CANDIDATES], 1, CLOSE)
    hint = f'did you mean "#{anchors[close[0]][0]}"?' if close else ""
    message = f'{name} has no heading or anchor "{fragment}"'
    return _problem(fault, "link.anchor", message, hint, _severity(hub.site))


def _ambiguous(fault: Fault, site: Site) -> Problem:
    """A tie is an error: which entry wins is only a matter of its path's place in the alphabet."""
    chosen, *others = fault.found.entries
    rivals = (chosen, *others)[:CANDIDATES]
    places = tuple(Place(entry.path, entry.line, f'"{entry.title}"') for entry in rivals)
    problem = _problem(
        fault,
        "link.ambiguous",
        f'"{fault.use.target}" could be any of {len(others) + 1} entries; {chosen.path} was taken',
        "write the path of the entry that is meant",
        _severity(site) if fault.found.tied else "warning",
    )
    return msgspec.structs.replace(problem, related=places)


def _problem(fault: Fault, code: str, message: str, hint: str, severity: Severity) -> Problem:
    span = fault.span
    return Problem(
        path=fault.entry.path,
        line=span.line,
        column=span.column,
        code=code,
        message=message,
        hint=hint,
        severity=severity,
        length=span.length,
    )


def _known_paths(hub: Hub) -> Iterator[str]:
    for entry in hub.entries:
        yield content_path(entry.path, hub.site.content)
    yield from sorted(hub.files.exact)


def _known_words(hub: Hub) -> Iterator[str]:
    for entry in hub.entries:
        yield entry.title
        yield from entry.aliases


def index_guesses(names: Iterable[str]) -> Guesses:
    """Return names in the form in which those like a mistaken one are found."""
    starts: dict[str, list[str]] = {}
    ends: dict[str, list[str]] = {}
    for name in names:
        last = _last(name)
        starts.setdefault(last[:3], []).append(name)
        ends.setdefault(last[-3:], []).append(name)
    return Guesses(starts, ends)


def guess_name(target: str, guesses: Guesses) -> str:
    """Return the known name whose last part is most like that of `target`."""
    wanted = _last(target.rstrip("/"))
    names = [*guesses.starts.get(wanted[:3], ()), *guesses.ends.get(wanted[-3:], ())]
    names.sort(key=lambda name: abs(len(_last(name)) - len(wanted)))
    lasts = {_last(name): name for name in reversed(names[:CANDIDATES])}
    close = get_close_matches(wanted, lasts, 1, CLOSE)
    return lasts[close[0]] if close else ""


def _last(name: str) -> str:
    return fold(without_extension(name.rpartition("/")[2]))


def _folder(entry: Entry, site: Site) -> str:
    return folder_of(content_path(entry.path, site.content))
