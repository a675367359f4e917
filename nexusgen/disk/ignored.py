"""Know what lies among the notes and is none of them: what git ignores, other programs, built sites.

The rules of `.gitignore` files (gitignore) count without git: a copy of a hub is often no checkout.
In a checkout git itself says what is ignored, for it knows which files are tracked all the same; it
is asked only where a rule found here could matter.
"""

import os
import re
from collections.abc import Iterator, Set
from contextlib import suppress
from functools import cache
from pathlib import Path

import msgspec

from nexusgen.disk.manifest import MARKS

NAME = ".gitignore"

_LONGEST = 65536
_GLOB = re.compile(r"\\(.)|(\*\*/)|(/\*\*$)|(\*+)|(\?)|\[([!^]?)(\]?[^\]]*)\]", re.DOTALL)
_NOTHING = re.compile(r"(?!)")


class Rule(msgspec.Struct, frozen=True):
    """A line of a `.gitignore`: what it matches, below which folder, and whether that is left out.

    `head` is the path up to the first sign that stands for others, where all of a path is matched
    and not its last name alone.
    """

    base: str
    pattern: re.Pattern[str]
    head: str | None
    for_folders: bool
    ignores: bool

    def may_match_in(self, folder: str) -> bool:
        """Tell whether something in a folder may be meant."""
        if self.head is None:
            return folder.startswith(self.base)
        return folder.startswith(self.head) or self.head.startswith(folder)

    def matches(self, path: str, name: str) -> bool:
        """Tell whether a path is meant, which has this name in the end."""
        inside = name if self.head is None else path[len(self.base) :]
        return path.startswith(self.base) and self.pattern.fullmatch(inside) is not None


class IgnoreFiles:
    """The rules of the `.gitignore` files that a walk through a hub comes by, and of those above.

    Called as the walk enters a folder, it gives the paths in there that are left out, which `found`
    gathers; with `is_asking` that is all, and the walk goes on into them.
    """

    def __init__(self, root: Path, top: Path | None = None, *, is_asking: bool = False) -> None:
        self.found: set[str] = set()
        self._is_asking = is_asking
        self._start = ""
        self._rules: list[Rule] = []
        self._read: set[str] = set()
        folder = top or root
        for part in ("", *Path(os.path.realpath(root)).relative_to(os.path.realpath(folder)).parts):
            folder, self._start = folder / part, f"{self._start}{part}/" if part else self._start
            self._read_rules(folder, _raw(self._start))

    def __call__(self, folder: Path, prefix: str, names: Set[str]) -> Set[str]:
        """Return the paths that are left out of a folder, with a slash where only a folder is."""
        here = _raw(self._start + prefix)
        if NAME in names and here not in self._read:
            self._read_rules(folder, here)
        rules = [rule for rule in reversed(self._rules) if rule.may_match_in(here)]
        if not rules:
            return frozenset()
        found = {prefix + left for name in names for left in _left_out(rules, here, name)}
        self.found |= found
        return frozenset() if self._is_asking else found

    def agreed(self, ignored: Set[str]) -> Set[str]:
        """Return those of the files that git ignores which a walk came by as left out here."""
        return {path for path in ignored if self.found.intersection(_ways_to(path))}

    def _read_rules(self, folder: Path, base: str) -> None:
        """Read the rules of the `.gitignore` in a folder, whose own path is `base`."""
        self._read.add(base)
        path = folder / NAME
        with suppress(OSError):
            if path.is_symlink() or not path.is_file():  # git follows no link there either
                return
            with path.open("rb") as file:
                data = file.read(_LONGEST).removeprefix(b"\xef\xbb\xbf")
            lines = (line.removesuffix("\r") for line in data.decode("latin-1").split("\n"))
            self._rules += filter(None, (_parse(line, base) for line in lines))


def _raw(text: str) -> str:
    """Return a path with a sign for each of its bytes: these are what git's patterns match."""
    return text if text.isascii() else os.fsencode(text).decode("latin-1")


def _ways_to(path: str) -> Iterator[str]:
    """Yield a path and the folders in which it lies, with a slash and without."""
    yield path
    while path := path.rpartition("/")[0]:
        yield path
        yield f"{path}/"


def _left_out(rules: list[Rule], folder: str, name: str) -> Iterator[str]:
    """Yield a name in a folder where it is left out: the first rule that matches it decides."""
    raw = _raw(name)
    matching = [rule for rule in rules if rule.matches(folder + raw, raw)]
    if matching and matching[0].ignores:
        as_file = next((rule.ignores for rule in matching if not rule.for_folders), False)
        yield name if as_file else f"{name}/"


def _parse(line: str, base: str) -> Rule | None:
    text = re.sub(r"(?<!\\) +$", "", line)
    if not text or text.startswith("#"):
        return None
    ignores = not text.startswith("!")
    text = text.removeprefix("!")
    for_folders = text.endswith("/")
    text = text.removesuffix("/")
    is_whole = "/" in text
    text = text.removeprefix("/")
    head = base + re.split(r"[\\*?\[]", text)[0] if is_whole else None
    return Rule(base, _compiled(text), head, for_folders, ignores) if text else None


@cache
def _compiled(glob: str) -> re.Pattern[str]:
    """Return what a pattern matches: nothing where a bracket or a backslash in it has no end."""
    parts: list[str] = []
    plain: list[str] = []
    end = 0
    for match in _GLOB.finditer(glob):
        plain.append(glob[end : match.start()])
        parts += re.escape(plain[-1]), _translated(match)
        end = match.end()
    plain.append(glob[end:])
    is_open = any("[" in text or "\\" in text for text in plain)
    try:
        return (
            _NOTHING if is_open else re.compile("".join([*parts, re.escape(plain[-1])]), re.DOTALL)
        )
    except re.error:  # a range that runs backwards
        return _NOTHING


def _translated(match: re.Match[str]) -> str:
    escaped, folders, below, star, one, negation, signs = match.groups()
    if escaped:
        return re.escape(escaped)
    if folders:
        return "(?:.*/)?"
    if below:
        return "/.*"
    if star:
        return "[^/]*"
    if one:
        return "[^/]"
    kept = signs.replace("\\", "\\\\").replace("[", "\\[").replace("&", "\\&").replace("~", "\\~")
    return f"(?!/)[{'^' if negation else ''}{kept.replace('|', chr(92) + '|')}]"


_NAMES = (
    "_includes", "_layouts", "_sass", "_site", "_config.yml", "_config.yaml", "site-packages", "node_modules",
    "bower_components", "__pycache__",
)  # fmt: skip
"""What belongs to Jekyll, to its sites and to package managers, wherever it lies."""

_WITHIN = {"vendor": ("bundle",), "logseq": ("bak", "version-files")}
"""What else does in a folder of this name: copies of notes, in the case of Logseq."""

_SETTINGS = (
    ("templates.json", "folder"),
    ("plugins/templater-obsidian/data.json", "templates_folder"),
)
"""Where Obsidian keeps the folder of templates of a vault, and under which name."""


def left_to_others(folder: Path, prefix: str, names: Set[str]) -> Set[str]:
    """Return the paths below a folder of the content that hold no content of an author.

    `prefix` is the path of the folder with a slash, `names` is what lies in it. A virtual
    environment and a site that we built are left out whole.
    """
    is_site = {"404.html", "index.html"} <= names and _is_ours(folder / "404.html")
    if prefix and ("pyvenv.cfg" in names or is_site):
        return {f"{prefix}{name}{end}" for name in names for end in ("", "/")}
    found = {prefix + name for name in _NAMES if name in names}
    found |= {prefix + name for name in _WITHIN.get(folder.name, ()) if name in names}
    if ".obsidian" in names:
        found |= set(template_folders(folder, prefix))
    return found


def template_folders(vault: Path, prefix: str) -> Iterator[str]:
    """Yield the folders of templates that the settings of an Obsidian vault name."""
    for path, name in _SETTINGS:
        with suppress(OSError, ValueError, RecursionError):
            if not (vault / ".obsidian" / path).is_file():  # a pipe would never end
                continue
            from json import loads

            with (vault / ".obsidian" / path).open("rb") as file:
                values = loads(file.read(_LONGEST))
            folder = values.get(name) if isinstance(values, dict) else None
            if isinstance(folder, str) and folder.strip("/. "):
                yield prefix + folder.strip().strip("/")


def _is_ours(page: Path) -> bool:
    with suppress(OSError):
        if page.is_file():  # a pipe would never end
            with page.open("rb") as file:
                start = file.read(_LONGEST)
            return any(mark in start for mark in MARKS)
    return False
