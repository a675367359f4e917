"""Take paths apart, match them with patterns as git writes them (gitignore), tell what files hold."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec

SOURCES = frozenset({"md", "markdown", "yml", "yaml"})
"""Extensions of the files that hold entries; a link may leave them out."""

WELL_KNOWN = ".well-known"
"""The one name with a dot before it that is for others: what they ask a site for (RFC 8615)."""

OF_TOOLS = re.compile(r"\.(?:git.*|obsidian|keep|nojekyll|DS_Store|[_#~].*|.*\.sw\w|.*~)")
"""Hidden names that no author misses: those of git, Obsidian, systems and editors."""

VAULT_SETTINGS = (
    ("templates.json", "folder"),
    ("plugins/templater-obsidian/data.json", "templates_folder"),
    ("publish.json", "excluded"),
)
"""Where Obsidian keeps, and under which name, the folders of a vault that hold nothing for readers."""

EMPTY, HTML, POINTER, SVG = "nothing", "HTML", "a pointer of Git LFS", "SVG"

_STARTS = {
    b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF87a": "GIF", b"GIF89a": "GIF", b"%PDF-": "PDF",
    b"{\\rtf": "RTF", b"version https://git-lfs": POINTER,
}  # fmt: skip
"""How files begin, and what they are: in small letters that is their ending."""

NO_TEXT = (b"\x89PNG", b"\xff\xd8\xff", b"%PDF-", b"PK\3\4", b"{\\rtf", b"\x1f\x8b")
"""How no text begins that is meant as one."""

HEAD = 1024
_MARKUP = re.compile(rb"<(svg|html|!doctype html)\b")


def form_of(data: bytes) -> str:
    """Return what a file holds, by its first bytes; the empty string where these do not tell."""
    if not data:
        return EMPTY
    if data[:4] == b"RIFF" or data[4:8] == b"ftyp":
        return {b"WEBP": "WebP", b"WAVE": "WAV", b"avif": "AVIF", b"heic": "HEIC"}.get(
            data[8:12], "MP4"
        )
    head = data[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith(b"<") and (found := _MARKUP.search(head)):
        return SVG if found[1] == b"svg" else HTML
    return next((form for start, form in _STARTS.items() if data.startswith(start)), "")


def without_extension(path: str) -> str:
    """Return `path` without the extension of a source file; any other extension stays."""
    stem, dot, extension = path.rpartition(".")
    return stem if dot and extension.lower() in SOURCES else path


def content_path(path: str, content: str) -> str:
    """Return a path relative to the content root for one relative to the hub's folder."""
    return path.removeprefix(f"{content}/") if content else path


def hub_path(name: str, content: str) -> str:
    """Return a path relative to the hub's folder for one relative to the content root."""
    return f"{content}/{name}" if content else name


def settings_path(content: str) -> str:
    """Return the path of the settings, relative to the hub's folder."""
    return hub_path("site.yml", content)


def folder_of(path: str) -> str:
    """Return the folder that a path lies in, the empty string at the root."""
    return path.rpartition("/")[0]


def setting_of(data: bytes, name: str) -> Any:
    """Return what settings of a vault, a text of JSON, have under a name; None where they have nothing."""
    from json import loads

    try:
        values = loads(data)
    except (ValueError, RecursionError):
        return None
    return values.get(name) if isinstance(values, dict) else None


def breaks_lines(data: bytes) -> bool:
    """Tell whether each end of a line is a break in a vault, by its `app.json`, as Obsidian has it."""
    return not setting_of(data, "strictLineBreaks")


def folders_named(data: bytes, name: str) -> list[str]:
    """Return the folders that settings of a vault, a text of JSON, have under a name."""
    value = setting_of(data, name)
    folders = value if isinstance(value, list) else [value]
    return [it.strip().strip("/") for it in folders if isinstance(it, str) and it.strip("/. ")]


_GLOB = re.compile(
    r"\\(.)|((?<![^/])\*{2,}/)|(/\*{2,}$)|(\*+)|(\?)|\[([!^]?)(\]?[^\]]*)\]", re.DOTALL
)
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


def is_left_out(path: str, rules: Iterable[Rule]) -> bool:
    """Decide whether rules leave a file out: the last one that means it, or a folder it lies in."""
    parts = path.split("/")
    ways = [("/".join(parts[:end]), parts[end - 1]) for end in range(1, len(parts) + 1)]
    found = False
    for rule in rules:
        if any(rule.matches(*way) for way in (ways[:-1] if rule.for_folders else ways)):
            found = rule.ignores
    return found


def parse_rule(line: str, base: str = "") -> Rule | None:
    """Return the rule of a line below the folder `base`, which has a slash behind it; of a remark there is none."""
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
