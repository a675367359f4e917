"""Put problems into the order in which they are mended, those of one cause together; explain codes."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from posixpath import dirname, join, normpath
from textwrap import fill, indent

import msgspec

from nexusgen.core.problems import CODES, RENDERING, NexusgenError, Problem, did_you_mean

SETTINGS = ("site.yml", "content/site.yml")

HABITS: dict[str, tuple[str, str]] = {
    "code.plain": ("{} blocks of code are too long to be highlighted", ""),
    "entry.future": ("{} entries are dated ahead, and so not published before their day", ""),
    "entry.orphan": ("{} entries stand alone: no link or tag connects them with another", ""),
    "heading.skip": ("{} headings are more than one level below the one before", ""),
    "image.alt": ("{} images have no description", ""),
    "link.view": ("{} links lead to views that only Obsidian shows", ""),
    "link.wanted": (
        "{} entries are linked to and still to be written",
        "write them, or leave the links out",
    ),
    "summary.missing": ("{} entries have nothing that sums them up", ""),
}
"""What one habit of an author causes all over a hub: the words for all, and for what to do."""

MISSING = re.compile(r'link target "([^"]*)" does not exist')
LEFT_OUT = re.compile(r'link target "[^"]*" ((?:is|lies) .*)')
LEAST = 3
"""Broken links that a site root elsewhere, or a missing folder, is to blame for together."""

ROOT_ELSEWHERE = "such an address begins at the root of the hub: leave out what is above it"
NO_FOLDER = "put the folder where the links look for it, or change the links"

FIRST = 3
"""Places to name of what has one cause; `--verbose` shows all."""


class Cause(msgspec.Struct, frozen=True):
    """What one thing to mend causes: its first problem in the words for all, and the others."""

    problem: Problem
    others: tuple[Problem, ...] = ()
    is_habit: bool = False


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems as they are to be mended: errors first, settings first, then by place."""
    return tuple(sorted(problems, key=_rank))


def find_causes(problems: Iterable[Problem]) -> tuple[Cause, ...]:
    """Return problems in order, each cause once, at the place of its first problem."""
    ordered = in_order(problems)
    blamed = _blamed_folders(ordered)
    found: dict[tuple[str, ...], list[Problem]] = {}
    for problem in ordered:
        found.setdefault(_key_of(problem, blamed), []).append(problem)
    return tuple(_cause(key, _spread(group)) for key, group in found.items())


def _spread(problems: list[Problem]) -> list[Problem]:
    """Return the problems of one cause, the first of each file before the second of any."""
    seen = Counter[str]()

    def turn(problem: Problem) -> int:
        seen[problem.path] += 1
        return seen[problem.path]

    return sorted(problems, key=turn)


def _rank(problem: Problem) -> tuple[object, ...]:
    is_setting = problem.path in SETTINGS or problem.code == "site.name"
    return (problem.severity != "error", not is_setting, *problem.sort_key)


def _key_of(problem: Problem, blamed: dict[Problem, str]) -> tuple[str, ...]:
    """Return what problems have in common that have one cause."""
    if problem in blamed:
        return problem.code, problem.severity, "folder", blamed[problem]
    if problem.code in HABITS:
        return problem.code, problem.severity
    if left_out := LEFT_OUT.fullmatch(problem.message):
        return problem.code, problem.severity, "what", left_out[1]
    if problem.code.startswith(("leak.", "url.")):  # each place is a matter of its own
        return tuple(map(str, problem.sort_key))
    message, on_page, _ = problem.message.partition(RENDERING)
    place = f"{problem.path}:{problem.line}" if on_page else ""
    return problem.code, problem.severity, message, problem.hint, place, str(problem.related)


def _blamed_folders(problems: Iterable[Problem]) -> dict[Problem, str]:
    """Return the folder to blame for each broken link that shares it with several others."""
    links = [one for one in problems if one.code == "link.broken" and not one.hint]
    targets = {one: found[1] for one in links if (found := MISSING.search(one.message))}
    blamed: dict[Problem, str] = {}
    for folder_of in (_root_of, _folder_of):
        folders: dict[str, list[Problem]] = {}
        for one, target in targets.items():
            folders.setdefault(folder_of(one, target), []).append(one)
        for folder, group in folders.items():
            if folder and len({targets[one] for one in group}) >= LEAST:
                blamed = dict.fromkeys(group, folder) | blamed
    return blamed


def _root_of(_: Problem, target: str) -> str:
    """Return the first part of an address from the root of a site: `/docs/`."""
    return f"/{target.split('/')[1]}/" if re.match(r"/[^/]+/", target) else ""


def _folder_of(problem: Problem, target: str) -> str:
    """Return the folder, relative to the hub, in which a relative target would lie."""
    folder = dirname(target)
    inside = folder.strip("/")
    return normpath(join(dirname(problem.path), folder)) + "/" if inside else ""


def _cause(key: tuple[str, ...], group: list[Problem]) -> Cause:
    first, *others = group
    if not others:
        return Cause(first)
    number = f"{len(group):,}"
    if key[2:3] == ("folder",):
        message = f'{number} links lead into "{key[3]}", where what they name is not'
        hint = ROOT_ELSEWHERE if key[3].startswith("/") else NO_FOLDER
    elif key[2:3] == ("what",):
        message, hint = f"{number} links lead to what {key[3]}", first.hint
    elif first.code in HABITS:
        words, hint = HABITS[first.code]
        message, hint = words.format(number), hint or first.hint
    else:
        on_pages = (
            f" and {len(others):,} more" if RENDERING in first.message else f", {number} times"
        )
        told = msgspec.structs.replace(first, message=first.message + on_pages)
        return Cause(told, tuple(others))
    told = msgspec.structs.replace(first, message=message, hint=hint)
    return Cause(told, tuple(others), is_habit=True)


WIDTH = 78


class Explanation(msgspec.Struct, frozen=True):
    """How a code comes about, and what to do.

    `example` shows files, each below its path under the content, or says it in words.
    """

    example: str
    mend: str


def read_explanations() -> dict[str, Explanation]:
    """Return the explanation of each code: `codes.txt` has its name, the indented example, and what to do."""
    text = Path(__file__).with_name("codes.txt").read_text(encoding="utf-8")
    found: dict[str, Explanation] = {}
    block: list[str] = []
    for line in [*text.split("\n"), ""]:
        if line or (block and block[-1].startswith(" ")):
            block.append(line)
        elif block:
            example = "\n".join(line[4:] for line in block[1:-1])
            found[block[0]] = Explanation(example, block[-1])
            block = []
    return found


def explain(code: str) -> str:
    """Return what a code means, for a terminal; of the first part of codes, and of nothing, a list.

    Raises `NexusgenError` for what is none.
    """
    if code in CODES:
        known = read_explanations()[code]
        example = indent(known.example, "  ")
        return f"{code}: {_plain(CODES[code])}\n\nFor example:\n\n{example}\n\n{fill(known.mend, WIDTH)}\n"
    listed = [name for name in sorted(CODES) if not code or name.startswith(f"{code}.")]
    if not listed:
        groups = dict.fromkeys(name.partition(".")[0] for name in CODES)
        hint = did_you_mean(code, (*groups, *CODES)) or "run nexusgen explain for a list of all"
        raise NexusgenError(f'there is no code "{code}"', hint)
    width = max(map(len, listed)) + 2
    return "".join(f"{name:{width}}{_plain(CODES[name])}\n" for name in listed)


def _plain(meaning: str) -> str:
    return meaning.replace("`", '"')
