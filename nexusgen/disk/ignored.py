"""Know what lies among the notes and is none of them: what git ignores, other programs, built sites.

The rules of `.gitignore` files (gitignore) count without git: a copy of a hub is often no checkout.
In a checkout git itself says what is ignored, for it knows which files are tracked all the same; it
is asked only where a rule found here could matter.
"""

import os
from collections.abc import Iterator, Set
from contextlib import suppress
from pathlib import Path, PurePosixPath

from nexusgen.core.paths import VAULT_SETTINGS, Rule, folders_named, parse_rule
from nexusgen.core.problems import NexusgenError
from nexusgen.disk.git import Git
from nexusgen.disk.manifest import MARKS

NAME = ".gitignore"

VAULT = ".obsidian"
"""Where Obsidian keeps its settings in a vault."""
_LONGEST = 65536


class IgnoreFiles:
    """The rules of the `.gitignore` files that a walk through a hub comes by, and of those above.

    In a checkout, those that git has from elsewhere count, too.

    Called as the walk enters a folder, it gives the paths in there that are left out, which `found`
    gathers; with `git` to ask that is all, and the walk goes on into them.
    """

    def __init__(self, root: Path, git: Git | None = None) -> None:
        self.found: set[str] = set()
        self._is_asking = git is not None
        self._start = ""
        self._rules: list[Rule] = []
        self._read: set[str] = set()
        folder = root if git is None else git.repository.top
        for path in () if git is None else git.ignore_files():
            self._read_rules(path.resolve(), "")
        for part in ("", *Path(os.path.realpath(root)).relative_to(os.path.realpath(folder)).parts):
            folder, self._start = folder / part, f"{self._start}{part}/" if part else self._start
            self._read_rules(folder / NAME, _raw(self._start))

    def __call__(self, folder: Path, prefix: str, names: Set[str]) -> Set[str]:
        """Return the paths that are left out of a folder, with a slash where only a folder is."""
        here = _raw(self._start + prefix)
        if NAME in names and here not in self._read:
            self._read_rules(folder / NAME, here)
        rules = [rule for rule in reversed(self._rules) if rule.may_match_in(here)]
        if not rules:
            return frozenset()
        found = {prefix + left for name in names for left in _left_out(rules, here, name)}
        self.found |= found
        return frozenset() if self._is_asking else found

    def agreed(self, ignored: Set[str]) -> Set[str]:
        """Return those of the files that git ignores which a walk came by as left out here."""
        return {path for path in ignored if self.found.intersection(_ways_to(path))}

    def _read_rules(self, path: Path, base: str) -> None:
        """Read the rules of a file, which reach as far as the folder `base`."""
        self._read.add(base)
        with suppress(OSError):
            if path.is_symlink() or not path.is_file():  # git follows no link there either
                return
            with path.open("rb") as file:
                data = file.read(_LONGEST).removeprefix(b"\xef\xbb\xbf")
            lines = (line.removesuffix("\r") for line in data.decode("latin-1").split("\n"))
            self._rules += filter(None, (parse_rule(line, base) for line in lines))


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


_NAMES = (
    "_includes", "_layouts", "_sass", "_site", "_config.yml", "_config.yaml", "site-packages", "node_modules",
    "bower_components", "__pycache__",
)  # fmt: skip
"""What belongs to Jekyll, to its sites and to package managers, wherever it lies."""

_WITHIN = {"vendor": ("bundle",), "logseq": ("bak", "version-files")}
"""What else does in a folder of this name: copies of notes, in the case of Logseq."""


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
    if VAULT in names:
        found |= set(hidden_folders(folder, prefix))
    return found


def hidden_folders(vault: Path, prefix: str) -> Iterator[str]:
    """Yield the folders that hold nothing for readers, as the settings of an Obsidian vault name them."""
    for path, name in VAULT_SETTINGS if (vault / VAULT).is_dir() else ():
        data = read_settings(vault / VAULT, path)
        yield from (prefix + it for it in folders_named(data, name))


def read_settings(folder: Path, name: str) -> bytes:
    """Return a file of the folder of settings of a vault; nothing where it cannot be read."""
    with suppress(OSError):
        path = folder / name
        if path.is_file():  # a pipe would never end
            with path.open("rb") as file:
                return file.read(_LONGEST)
    return b""


def _is_ours(page: Path) -> bool:
    with suppress(OSError):
        if page.is_file():  # a pipe would never end
            with page.open("rb") as file:
                start = file.read(_LONGEST)
            return any(mark in start for mark in MARKS)
    return False


def unread_settings(root: Path, needs: str, right: str, files: Set[str]) -> NexusgenError:
    """Return the error that the settings that a site `needs` are not read; they may still lie there."""
    from nexusgen.content.entries import READ_BY_NAME
    from nexusgen.site.settings import misnamed

    reason = f"{needs} is gone"
    hint = "put it back, or run nexusgen clean before a build that is to be without it"
    if (root / right).exists():
        reason = f"{right} is left out"
        hint = "see which rule of git's, or which link, keeps it from being read"
    for path in filter(READ_BY_NAME.fullmatch, sorted({*files, *os.listdir(root)})):  # noqa: PTH208  names
        if path != right and PurePosixPath(path).stem.lower() == "site":
            told = misnamed(path, right)
            reason, hint = f"{path} is not read: {told.message}", told.hint
    return NexusgenError(f"{reason}; the site stays as it was", hint)
