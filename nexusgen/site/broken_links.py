"""Tell of links that do not lead where they should, with what was probably meant."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from posixpath import relpath

import msgspec

from nexusgen.core.model import WIKI_FORMS, Entry, LinkUse, Site, Span, Wanted, problem_at
from nexusgen.core.paths import content_path, folder_of, without_extension
from nexusgen.core.problems import Place, Problem, Severity, closest
from nexusgen.core.urls import ALONE, is_file, is_view, web_address_of
from nexusgen.site.links import BrokenLink, LinkIndex, lacks_anchor
from nexusgen.site.names import OUTSIDE, fold, fold_title, path_key

CANDIDATES = 40
"""Names compared with a broken one: difflib is slow, and more would seldom find better."""

LOOKUPS = 200
"""Broken names of a build for which a better one is sought; beyond, mending has to begin."""

VIEW = (
    "this is a view that only Obsidian shows",
    "write down what it lists, or list what has a tag: every tag has a page",
)

ELSEWHERE = "link to where it is published, or put it among the content"

ADDRESS = 'write the path of a file or page of the hub, or begin it with "https://"'

HOST = re.compile(r"www\.|[\w-]+\.(?!md\Z|markdown\Z|ya?ml\Z)[\w.-]*[a-z]{2}", re.IGNORECASE)
"""The first part of a path that may be the host of an address without its scheme."""

QUOTES = tuple("\"'“„«‘")
"""With these begins no path that is meant so."""

INDEX = re.compile(r"_?(?:index|readme)(?:\.\w+)?", re.IGNORECASE)

WANTED: Mapping[str, Severity] = {"error": "error", "warn": "warning"}


Faulty = tuple[Entry, BrokenLink]
"""A link at fault and the entry it is in."""


class Suggestions(msgspec.Struct, frozen=True):
    """Names that may have been meant, by their first and by their last three letters."""

    starts: Mapping[str, Sequence[str]]
    ends: Mapping[str, Sequence[str]]


def find_problems(
    found: Sequence[Faulty],
    index: LinkIndex,
    entries: Mapping[str, Entry],
    published: Mapping[str, Entry],
) -> Iterator[Problem]:
    """Yield a problem for each link at fault that the settings do not allow.

    `entries` are all of the hub, `published` those whose names may have been meant instead.
    """
    site = index.site
    for entry, link in found:
        if len(link.rivals) > 1:
            yield _ambiguous(entry, link, [entries[name] for name in link.rivals], site)
        if link.target.state == "hidden":
            yield _hidden(entry, link, site)
        elif lacks_anchor(link.use, link.target):
            yield _without_anchor(entry, link, index)
    missing = [pair for pair in found if pair[1].target.state == "missing"]
    yield from _broken(missing, index, published)


def count_wanted(found: Iterable[Faulty]) -> tuple[Wanted, ...]:
    """Return the entries still to be written, most wanted first, as the first link names them."""
    asked: dict[str, list[Faulty]] = {}
    for entry, link in found:
        if link.target.state == "missing" and link.use.is_wanted:
            asked.setdefault(fold_title(link.use.target), []).append((entry, link))
    order = sorted(asked, key=lambda name: (-len(asked[name]), name))
    firsts = ((*asked[name][0], len(asked[name])) for name in order)
    return tuple(
        Wanted(link.use.target, number, entry.path, _span(entry, link))
        for entry, link, number in firsts
    )


def _span(entry: Entry, link: BrokenLink) -> Span:
    """Return where a link stands in its file."""
    return entry.in_file(link.use.span, link.use.part)


def _broken(
    missing: Sequence[Faulty], index: LinkIndex, published: Mapping[str, Entry]
) -> Iterator[Problem]:
    site = index.site
    ordered = list(published.values()) if missing else []
    paths = index_suggestions(
        [*(content_path(entry.path, site.content) for entry in ordered), *sorted(index.files)]
        if missing
        else ()
    )
    words = index_suggestions(word for entry in ordered for word in (entry.title, *entry.aliases))
    folders = frozenset(_folders(index)) if missing else frozenset()
    seen: dict[tuple[str, str, bool], str] = {}
    for entry, link in missing:
        target, wiki = link.use.target.replace("\\", "/"), link.use.is_wanted
        folder = folder_of(content_path(entry.path, site.content))
        if is_view(target):
            yield _problem(entry, link, "link.view", VIEW, "warning")
        elif not wiki and (told := _left_out(target, folder, folders, index)):
            yield _problem(entry, link, "link.broken", told, _severity(site))
        elif severity := _broken_severity(link.use, site):
            key = (folder, target, wiki)
            if key not in seen and len(seen) < LOOKUPS:
                meant = suggest_name(target, words if wiki else paths)
                meant = meant if wiki or not meant else relpath(f"/{meant}", f"/{folder}")
                seen[key] = _page_of_folder(target, folder, index) or meant
            meant = seen.get(key, "")
            asks = site.lenient or (site.vault and severity == "warning")
            if meant or not (wiki and asks):  # in a vault, a name asks for a note to come
                yield _missing(entry, link, severity, meant)


def _page_of_folder(target: str, folder: str, index: LinkIndex) -> str:
    """Return the address of the folder whose index a path names, where that is no file but a page."""
    head, _, last = target.rpartition("/")
    is_page = head and INDEX.fullmatch(last) and path_key(folder, head) in index.pages
    return f"{head}/" if is_page else ""


def _folders(index: LinkIndex) -> Iterator[str]:
    """Yield the folders of the files beside the entries and all above these, folded."""
    for folder in {folder_of(path) for path in (*index.files, *index.data)}:
        yield from _ways_to(fold(folder))


def _ways_to(path: str) -> Iterator[str]:
    """Yield the folders that a path lies in, and the path."""
    parts = path.split("/")
    yield from ("/".join(parts[:end]) for end in range(1, len(parts) + 1))


def _left_out(
    target: str, folder: str, folders: Container[str], index: LinkIndex
) -> tuple[str, str] | None:
    """Return why what a path in a folder names is no part of the site, and what to do."""
    near, far = path_key(folder, target), path_key("", target)
    if near == OUTSIDE:
        return f'link target "{target}" lies outside of the content', ELSEWHERE
    if any(part.startswith(".") for part in near.split("/")):
        return f'link target "{target}" is hidden by a dot, so it is not published', ELSEWHERE
    if any(index.data.get(way) is False for path in (near, far) for way in _ways_to(path)):
        hint = "take the rule out that ignores it, or link to what is published"
        return f'link target "{target}" is left out by `.gitignore`', hint
    if near in folders or far in folders:
        hint = "link to a file in it, or put an index.md there"
        return f'link target "{target}" is a folder without entries, so it has no page', hint
    if near in index.data or far in index.data:
        hint = "name an entry in it, or show it in a block of code"
        return f'link target "{target}" is data, so it has no page of its own', hint
    return None


def _broken_severity(use: LinkUse, site: Site) -> Severity | None:
    """A name or a path of Markdown may be that of an entry to come, as the settings say; a file is told."""
    if use.form not in WIKI_FORMS and without_extension(use.target) == use.target:
        return _severity(site)
    severity = WANTED.get(site.missing_links, None if use.is_wanted else "warning")
    return "warning" if severity and site.lenient else severity


def _severity(site: Site) -> Severity:
    return "warning" if site.lenient else "error"


def _missing(entry: Entry, link: BrokenLink, severity: Severity, meant: str) -> Problem:
    target = link.use.target
    if link.use.form in WIKI_FORMS:
        message = f'no {"entry" if link.use.is_wanted else "file"} is named "{target}"'
    else:
        message = f'link target "{target}" does not exist'
    hint = f'did you mean "{meant}"?' if meant else _advice(link.use)
    return _problem(entry, link, "link.broken", (message, hint), severity)


def _advice(use: LinkUse) -> str:
    """Return what to do about a target like which nothing is called."""
    if "\\" in use.target:
        return "write / for each \\"
    first = use.target.partition("/")[0]
    is_host = HOST.match(first) and not is_file(first)
    if "://" in use.target and not is_host:
        return ALONE
    if use.form in WIKI_FORMS:
        return ""
    if "@" in first.strip("@"):
        return web_address_of(use.target) or 'begin it with "mailto:"'
    return ADDRESS if use.form == "file" or is_host else ALONE if first[:1] in QUOTES else ""


def _hidden(entry: Entry, link: BrokenLink, site: Site) -> Problem:
    message = f'link to "{link.use.target}", which is a draft, private or dated ahead'
    hint = "publish that entry or take the link out"
    if not link.use.target:  # of the settings, which are no page
        message, hint = (
            f'"#{link.use.fragment}" names no page',
            "write the address of one before it",
        )
    return _problem(entry, link, "link.hidden", (message, hint), _severity(site))


def _without_anchor(entry: Entry, link: BrokenLink, index: LinkIndex) -> Problem:
    target, fragment = link.target, link.use.fragment
    name = f'"{target.title}"' if link.use.target else "this page"
    known = {} if target.state == "page" else index.anchors[target.entry]
    anchors = {name[1:]: place for name, place in known.items()}
    near = sorted(anchors, key=lambda name: abs(len(name) - len(fragment)))
    close = closest(fold(fragment), near[:CANDIDATES])
    hint = f'did you mean "#{anchors[close][0]}"?' if close else ""
    message = f'{name} has no heading or anchor "{fragment}"'
    return _problem(entry, link, "link.anchor", (message, hint), _severity(index.site))


def _ambiguous(entry: Entry, link: BrokenLink, rivals: Sequence[Entry], site: Site) -> Problem:
    """A tie is an error: which entry wins is only a matter of its path's place in the alphabet."""
    message = (
        f'"{link.use.target}" could be any of {len(rivals)} entries; {rivals[0].path} was taken'
    )
    hint = "write the path of the entry that is meant"
    if len({one.path for one in rivals}) == 1:  # items of a list, which have one path
        hint = f"write the address of the entry that is meant, such as /{rivals[0].url}"
    told = message, hint
    severity = _severity(site) if link.tied else "warning"
    places = tuple(Place(one.path, one.line, f'"{one.title}"') for one in rivals[:CANDIDATES])
    problem = _problem(entry, link, "link.ambiguous", told, severity)
    return msgspec.structs.replace(problem, related=places)


def _problem(
    entry: Entry, link: BrokenLink, code: str, told: tuple[str, str], severity: Severity
) -> Problem:
    return problem_at(entry.path, _span(entry, link), (code, *told), severity)


def index_suggestions(names: Iterable[str]) -> Suggestions:
    """Return names in the form in which those like a mistaken one are found."""
    starts: dict[str, list[str]] = {}
    ends: dict[str, list[str]] = {}
    for name in names:
        last = _last(name)
        starts.setdefault(last[:3], []).append(name)
        ends.setdefault(last[-3:], []).append(name)
    return Suggestions(starts, ends)


def suggest_name(target: str, suggestions: Suggestions) -> str:
    """Return the known name whose last part is most like that of `target`."""
    wanted = _last(target.rstrip("/"))
    names = [*suggestions.starts.get(wanted[:3], ()), *suggestions.ends.get(wanted[-3:], ())]
    names.sort(key=lambda name: abs(len(_last(name)) - len(wanted)))
    lasts = {_last(name): name for name in reversed(names[:CANDIDATES])}
    return lasts.get(closest(wanted, lasts), "")


def _last(name: str) -> str:
    return fold(without_extension(name.rpartition("/")[2]))
