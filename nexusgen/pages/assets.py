"""Plan the assets of a theme: style sheets, scripts and pictures, and the addresses pages have of them."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from urllib.parse import quote

from nexusgen.core.builds import Output, Snapshot, file_output
from nexusgen.images.clean import may_tell, published
from nexusgen.incremental.derive import Tables
from nexusgen.incremental.digests import digest

ASSETS = "assets/"
"""The folder of the files among the templates."""

MAX_INLINE = 600
"""Bytes of an icon that is written into each page, where it is no request of its own."""

_CSS = re.compile(
    rb"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|url\([^)]*\))|/\*.*?\*/|\s*([{};,])\s*|(:)\s+|\s+""",
    re.DOTALL,
)
"""A string, a comment, white space: CSS Syntax Level 3, section 4."""

_IMPORT = re.compile(rb'^@import "([^"]*)";\s*', re.MULTILINE)
"""The import of a sheet that becomes part of another, in a line of its own."""

_SCRIPT = re.compile(
    rb"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`"""
    rb"""|(?:(?<=[(!])|(?<=[(,:?=>&|] ))/(?![/*])(?:\\.|\[(?:\\.|[^]\\])*\]|[^/\\[])+/)| *//.*"""
    rb"""| *(=>|&&|\|\||[{}(),;=<>?:*]) *|(?<=[\w)\]]) ([-+/%]) (?=[\w(])"""
)
"""A string, a template, a pattern, a comment; signs that need no space: ECMAScript, section 12."""

_BREAK = re.compile(rb"(?<=[{(,;])\n|\n(?=[})])")
"""The end of a line that ends no statement, or one that has ended."""


def plan_theme_assets(tables: Tables, snapshot: Snapshot) -> dict[str, Output]:
    """Return the assets of the theme by name; the digest in the URL lets a browser keep them."""
    found = {name: it.digest for name, it in snapshot.templates.items() if name.endswith(".css")}
    sheets = tables.source("sheets", found, bytes)
    parts = tables.whole(
        "parts of sheets",
        lambda: {name: tuple(imported_sheets(snapshot, name)) for name, _ in sheets.items()},
        tuple[str, ...],
    ).rows
    assets = {}
    for name in snapshot.templates:
        if name.startswith(ASSETS):
            stem, dot, extension = name.rpartition(".")
            names = parts.get(name, (name,))
            digests = [snapshot.templates[one].digest for one in names]
            key = digest(*digests) if digests[1:] else digests[0]
            mark = f".{key.hex()[:10]}"
            url = f"{stem}{mark}{dot}{extension}" if dot else f"{name}{mark}"
            render = partial(_render_asset, snapshot, names, extension)
            assets[name.removeprefix(ASSETS)] = file_output(url, key, render)
    return assets


def _render_asset(snapshot: Snapshot, sheets: Sequence[str], extension: str) -> bytes:
    """Return an asset without what nothing needs; scripts of a hub's own are left as they are."""
    name = sheets[-1]
    file = snapshot.templates[name]
    data = snapshot.read(file.path)
    if extension == "css":
        return b"".join(_read_sheet(snapshot, one, bool(sheets[1:])) for one in sheets)
    if extension == "js" and snapshot.templates.get(f"theme/{name}", file).digest == file.digest:
        return lean_script(data)
    if may_tell(name) and extension != "svg":  # drawings of a theme are trusted
        return published(name, data)
    return data


def _read_sheet(snapshot: Snapshot, name: str, is_part: bool) -> bytes:
    sheet = snapshot.read(snapshot.templates[name].path)
    return lean_css(_IMPORT.sub(b"", sheet) if is_part else sheet)


def imported_sheets(snapshot: Snapshot, name: str) -> list[str]:
    """Return the sheets that one is made of, each once, itself last: what it imports stands first.

    `@import "x.css";` names a sheet beside it, `@import "theme/assets/x.css";` one of the default
    theme.
    """
    order: dict[str, None] = {}
    waiting, opened = [name], set[str]()
    while waiting:
        sheet = waiting[-1]
        if sheet in opened:
            order.setdefault(waiting.pop())
            continue
        opened.add(sheet)
        given = _IMPORT.findall(snapshot.read(snapshot.templates[sheet].path))
        below = [found.decode(errors="replace") for found in reversed(given)]
        names = [ASSETS + one if ASSETS + one in snapshot.templates else one for one in below]
        waiting += [one for one in names if one in snapshot.templates and one not in opened]
    return [*order]


def asset_addresses(snapshot: Snapshot, assets: Mapping[str, Output]) -> dict[str, str]:
    """Return where each asset is; a small icon is its own address, as data."""
    found = {name: asset.path for name, asset in assets.items()}
    if "icon.svg" in assets:
        data = snapshot.read(snapshot.templates[f"{ASSETS}icon.svg"].path)
        if len(data) <= MAX_INLINE:
            found["icon.svg"] = "data:image/svg+xml," + quote(data.strip(), safe=" ='/:()@.,;-{}")
    return found


def lean_css(sheet: bytes) -> bytes:
    """Return a style sheet without comments and the white space that nothing needs."""
    return _CSS.sub(
        lambda found: found[1] or found[2] or found[3] or _space(found[0]), sheet
    ).strip()


def _space(text: bytes) -> bytes:
    return b"" if text.startswith(b"/*") else b" "


def lean_script(script: bytes) -> bytes:
    """Return a script without comments and the white space that nothing needs.

    One whose texts go on over lines stays as it is.
    """
    lines = script.split(b"\n")
    if any(line.count(b"`") % 2 or line.endswith(b"\\") for line in lines):
        return script
    kept = (_SCRIPT.sub(_sign, line.strip()) for line in lines)
    return _BREAK.sub(b"", b"\n".join(filter(None, kept)))


def _sign(found: re.Match[bytes]) -> bytes:
    return found[1] or found[2] or found[3] or b""
