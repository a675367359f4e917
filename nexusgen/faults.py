"""Links that do not lead where they should in; problems, with what was probably meant, out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import islice
from posixpath import relpath
from typing import NamedTuple

import msgspec

from nexusgen.model import Entry, LinkUse, Site, Target
from nexusgen.names import Found, content_path, fold, fold_title, folder_of
from nexusgen.problems import Place, Problem, Severity
from nexusgen.targets import WIKI_FORMS, Hub, anchors_of

CANDIDATES = 40
"""Names compared with a broken one: difflib is slow, and more would seldom find better."""

LOOKUPS = 200
"""Broken names of a build for which a better one is sought; beyond, mending has to begin."""

CLOSE = 0.7

WANTED: Mapping[str, Severity] = {"error": "error", "warn": "warning"}


class Fault(NamedTuple):
    """A link that is broken, hidden, ambiguous or without its anchor, and the entry it is in."""

    entry: Entry
    use: LinkUse
    found: Found


class Guesses(msgspec.Struct, frozen=True):
    """Names that may have been meant, by their first and by their last three letters."""

    starts: Mapping[str, Sequence[str]]
    ends: Mapping[str, Sequence[str]]


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


def count_wanted(faults: Iterable[Fault]) -> tuple[tuple[str, int], ...]:
    """Return the names of entries still to be written and how many links ask for each, most first.

    A name is shown in the first spelling, by path.
    """
    spellings: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for _, use, found in faults:
        if found.target.state == "missing" and use.form in WIKI_FORMS:
            key = fold_title(use.target)
            spellings.setdefault(key, use.target)
            counts[key] += 1
    order = sorted(counts, key=lambda key: (-counts[key], key))
    return tuple((spellings[key], counts[key]) for key in order)


def _broken(faults: Sequence[Fault], hub: Hub) -> Iterator[Problem]:
    guesses = _index_guesses(_known_names(hub)) if faults else Guesses({}, {})
    seen: dict[tuple[str, str], str] = {}
    for fault in faults:
        severity = _broken_severity(fault.use, hub.site)
        if not severity:
            continue
        key = (_folder(fault.entry, hub.site), fault.use.target)
        if key not in seen:
            seen[key] = _guess(*key, guesses) if len(seen) < LOOKUPS else ""
        yield _broken_problem(fault, severity, seen[key])


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
    known = [] if target.state == "page" else list(anchors_of(hub.documents[target.entry]))
    close = get_close_matches(fold(fragment), known[:CANDIDATES], 1, CLOSE)
    hint = f'did you mean "#{close[0]}"?' if close else ""
    message = f'{name} has no heading or anchor "{fragment}"'
    return _problem(fault, "link.anchor", message, hint, _severity(hub.site))


def _ambiguous(fault: Fault, site: Site) -> Problem:
    """A tie is an error: which entry wins is only a matter of its path's place in the alphabet."""
    chosen, *others = fault.found.entries
    places = tuple(Place(entry.path, entry.line, f'"{entry.title}"') for entry in (chosen, *others))
    problem = _problem(
        fault,
        "link.ambiguous",
        f'"{fault.use.target}" could be any of {len(places)} entries; {chosen.path} was taken',
        "write the path of the entry that is meant",
        _severity(site) if fault.found.tied else "warning",
    )
    return msgspec.structs.replace(problem, related=places)


def _problem(fault: Fault, code: str, message: str, hint: str, severity: Severity) -> Problem:
    span = fault.use.span
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


def _known_names(hub: Hub) -> Iterator[str]:
    """Yield what a link may name, as an author would write it: content paths, titles, aliases."""
    for entry in hub.entries:
        yield content_path(entry.path, hub.site.content)
        yield entry.title
        yield from entry.aliases
    yield from sorted(hub.files.exact)


def _index_guesses(names: Iterable[str]) -> Guesses:
    starts: dict[str, list[str]] = {}
    ends: dict[str, list[str]] = {}
    for name in names:
        last = fold(name.rpartition("/")[2])
        starts.setdefault(last[:3], []).append(name)
        ends.setdefault(last.partition(".")[0][-3:], []).append(name)
    return Guesses(starts, ends)


def _guess(folder: str, target: str, guesses: Guesses) -> str:
    """Return the known name most like `target`, written as from a file in `folder`."""
    last = fold(target.rstrip("/").rpartition("/")[2])
    names = [*guesses.starts.get(last[:3], ()), *guesses.ends.get(last.partition(".")[0][-3:], ())]
    names.sort(key=lambda name: abs(len(name.rpartition("/")[2]) - len(last)))
    lasts = {fold(name.rpartition("/")[2]): name for name in islice(names, CANDIDATES)}
    close = get_close_matches(last, lasts, 1, CLOSE)
    if not close:
        return ""
    name = lasts[close[0]]
    return (
        relpath(name, folder or ".") if "." in name.rpartition("/")[2] and "/" in target else name
    )


def _folder(entry: Entry, site: Site) -> str:
    return folder_of(content_path(entry.path, site.content))
