"""Plan the assets of a theme: style sheets, scripts and pictures, and the addresses pages have of them."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import chain
from posixpath import normpath, relpath
from urllib.parse import quote, unquote_to_bytes

from nexusgen.core.builds import Output, Snapshot, file_output
from nexusgen.core.paths import folder_of
from nexusgen.images.clean import may_tell, published
from nexusgen.incremental.derive import Tables
from nexusgen.incremental.digests import digest

DEFAULT = "theme/"
"""Prefix that names the default theme's version of a template or an asset."""

OWN = "templates/"
"""The folder of the hub that holds its own."""

ASSETS = "assets/"
"""The folder of the files among the templates."""

MAX_INLINE = 600
"""Bytes of an icon that is written into each page, where it is no request of its own."""

_CSS = re.compile(
    rb"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|url\([^)]*\))|/\*.*?\*/|\s*([{};,>~])\s*|(:)\s+|\s+""",
    re.DOTALL,
)
"""A string, a comment, white space: CSS Syntax Level 3, section 4."""

_IMPORT = re.compile(rb"""@import\s*(?:url\(\s*)?["']?([^"'();\s]+)["']?\s*\)?;""")
"""The import of a sheet that becomes part of another."""

ADDRESS = re.compile(rb"""(@import\s*(?:url\()?|url\()(\s*["']?)([^"'();\s]+)(?=["')\s])""")
"""A file that a sheet names: how, and its address."""

_FAR_IMPORT = re.compile(
    rb"""@import\s*(?:(?:url\(\s*)?(?:"(?:https?:)?//[^"{}]*"|'(?:https?:)?//[^'{}]*')"""
    rb"""|url\(\s*(?:https?:)?//[^"'(){}\s]+)[^;{}@]*;""",
    re.IGNORECASE,
)
"""The import of a sheet from elsewhere, which a browser reads only above all rules."""

_SCRIPT = re.compile(
    rb"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`"""
    rb"""|(?:(?<=[(!])|(?<=[(,:?=>&|] ))/(?![/*])(?:\\.|\[(?:\\.|[^]\\])*\]|[^/\\[])+/)| *//.*"""
    rb"""| *(=>|&&|\|\||[{}(),;=<>?:*]) *|(?<=[\w)\]]) ([-+/%]) (?=[\w(])"""
)
"""A string, a template, a pattern, a comment; signs that need no space: ECMAScript, section 12."""

_BREAK = re.compile(rb"(?<=[{(,;])\n|\n(?=[})])")
"""The end of a line that ends no statement, or one that has ended."""

_TOKEN = re.compile(
    rb"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`"""
    rb"""|(?<=[(!,:?=>&|])/(?![/*])(?:\\.|\[(?:\\.|[^]\\])*\]|[^/\\[])+/\w*)|([A-Za-z]\w*)|\w+|=>|\.{3}|[^\w\s]"""
)
"""A string, a template or a pattern; a name; a number, a sign: of a script without comments."""

_NAME = re.compile(rb"[A-Za-z]\w*")
_MEMBER = re.compile(rb"(?<!\.)\.([A-Za-z]\w*)")
_EXPRESSION = re.compile(rb"\$\{[^}]*\}")
_BINDING = re.compile(rb"\b(?:const|let) (\w+)|\(([^()]*)\)=>|(\w+)=>")
_BOUND = re.compile(rb"(?:(?<=[{\[,.])|^)[A-Za-z]\w{2,}")
"""A constant, a variable or the parameters of a function; the names that it binds."""

_KEYS = (b"{,", b"{}", b"{=", b"{:")
"""In what bracket a name is a key, and before what."""

_LETTERS = [bytes([code]) for code in range(128) if chr(code).isalpha()]
_SHORT = [*_LETTERS, *(one + b"%d" % number for one in _LETTERS for number in range(10))]


def plan_theme_assets(tables: Tables, snapshot: Snapshot) -> dict[str, Output]:
    """Return the assets of the theme by name; the digest in the URL lets a browser keep them."""
    is_there = dict.fromkeys(snapshot.templates, b"")  # of others than sheets nothing else is read
    found = {name: it.digest for name, it in snapshot.templates.items() if name.endswith(".css")}
    files = tables.source("sheets", is_there | found, bytes)
    parts = tables.whole(
        "parts of sheets",
        lambda: {name: parts_of_sheet(snapshot, name) for name, mark in files.items() if mark},
        tuple[tuple[str, ...], tuple[str, ...]],
    ).rows
    assets: dict[str, Output] = {}
    for name in snapshot.templates:
        if name.startswith(ASSETS):
            stem, dot, extension = name.rpartition(".")
            names = [name]  # and all that it names, whose addresses tell of what they name
            for one in names:
                names += [it for it in chain(*parts.get(one, ())) if it not in names]
            digests = [snapshot.templates[one].digest for one in names]
            key = digest(*digests, *map(str.encode, names)) if digests[1:] else digests[0]
            mark = f".{key.hex()[:10]}"
            url = f"{stem}{mark}{dot}{extension}" if dot else f"{name}{mark}"
            _, sheets = parts.get(name, ((), (name,)))
            render = partial(_render_asset, snapshot, assets, sheets, extension)
            assets[name.removeprefix(ASSETS)] = file_output(url, key, render)
    return assets


def _render_asset(
    snapshot: Snapshot, assets: Mapping[str, Output], sheets: Sequence[str], extension: str
) -> bytes:
    """Return an asset without what nothing needs; scripts of a hub's own are left as they are.

    The last of `sheets` is the asset itself, before it stand those that become part of it.
    """
    name = sheets[-1]
    file = snapshot.templates[name]
    data = snapshot.read(file.path)
    if extension == "css":
        sheet = b"".join(_led_sheet(snapshot, assets, one, name) for one in sheets)
        return b"".join((*_FAR_IMPORT.findall(sheet), _FAR_IMPORT.sub(b"", sheet)))
    if extension == "js" and snapshot.templates.get(f"theme/{name}", file).digest == file.digest:
        return lean_script(data)
    if may_tell(name) and extension != "svg":  # drawings of a theme are trusted
        return published(name, data)
    return data


def _led_sheet(snapshot: Snapshot, assets: Mapping[str, Output], name: str, into: str) -> bytes:
    """Return a sheet without its imports, and with the addresses that files have `into` another."""

    def led(found: re.Match[bytes]) -> bytes:
        file = file_of(snapshot, name, found[3]).removeprefix(DEFAULT)
        if not file:
            return found[0]
        path = relpath(f"/{assets[file.removeprefix(ASSETS)].path}", f"/{folder_of(into)}")
        return found[1] + found[2] + quote(path).encode()

    def kept(found: re.Match[bytes]) -> bytes:
        return b"" if file_of(snapshot, name, found[1]) else found[0]

    sheet = lean_css(snapshot.read(snapshot.templates[name].path))
    return ADDRESS.sub(led, _IMPORT.sub(kept, sheet))


def file_of(snapshot: Snapshot, sheet: str, address: bytes) -> str:
    """Return the file of the theme that an address in a sheet means, else the empty string.

    It leads from the sheet, from the assets or, with `theme/assets/`, to one of the default theme.
    """
    path = unquote_to_bytes(address).decode(errors="replace")
    near = normpath(f"{folder_of(sheet.removeprefix(DEFAULT))}/{path}")
    names = [name for name in (near, ASSETS + path, path) if ASSETS in name]
    return next((name for name in names if name in snapshot.templates), "")


def parts_of_sheet(snapshot: Snapshot, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the files that a sheet names by their addresses, and the sheets that it is made of.

    What it imports stands before itself. `@import "x.css";` names a sheet beside it, and
    `@import "theme/assets/x.css";` one of the default theme.
    """
    order: dict[str, None] = {}
    shown: dict[str, None] = {}
    waiting, opened = [name], set[str]()
    while waiting:
        sheet = waiting[-1]
        if sheet in opened:
            order.setdefault(waiting.pop())
            continue
        opened.add(sheet)
        data = snapshot.read(snapshot.templates[sheet].path)
        if b"@import" in data or b"url(" in data:
            text = lean_css(data)
            addresses = [found[2] for found in ADDRESS.findall(_IMPORT.sub(b"", text))]
            named = [file_of(snapshot, sheet, address) for address in addresses]
            shown |= dict.fromkeys(one.removeprefix(DEFAULT) for one in named if one)
            below = [file_of(snapshot, sheet, one) for one in reversed(_IMPORT.findall(text))]
            waiting += [one for one in below if one and one not in opened]
    return tuple(sorted(shown.keys() - order.keys())), tuple(order)


def asset_addresses(snapshot: Snapshot, assets: Mapping[str, Output]) -> dict[str, str]:
    """Return where each asset is; a small icon is its own address, as data."""
    found = {name: asset.path for name, asset in assets.items()}
    if "icon.svg" in assets:
        data = snapshot.read(snapshot.templates[f"{ASSETS}icon.svg"].path)
        if len(data) <= MAX_INLINE:
            found["icon.svg"] = "data:image/svg+xml," + quote(data.strip(), safe="='/:()@.,;-")
    return found


def lean_css(sheet: bytes) -> bytes:
    """Return a style sheet without comments and the white space that nothing needs."""
    return _CSS.sub(
        lambda found: found[1] or found[2] or found[3] or _space(found[0]), sheet
    ).strip()


def _space(text: bytes) -> bytes:
    return b"" if text.startswith(b"/*") else b" "


def lean_script(script: bytes) -> bytes:
    """Return a script without comments and the white space that nothing needs, its own names short.

    One whose texts go on over lines stays as it is.
    """
    lines = script.split(b"\n")
    if any(line.count(b"`") % 2 or line.endswith(b"\\") for line in lines):
        return script
    kept = (_SCRIPT.sub(_sign, line.strip()) for line in lines)
    lean = _BREAK.sub(b"", b"\n".join(filter(None, kept)))
    short = _short_names(lean)

    def put(found: re.Match[bytes]) -> bytes:
        if found[0].startswith(b"`"):
            return _EXPRESSION.sub(lambda inner: _TOKEN.sub(put, inner[0]), found[0])
        return short.get(found[0], found[0])

    return _TOKEN.sub(put, lean)


def _short_names(script: bytes) -> dict[bytes, bytes]:
    """Return a short name for each that a lean script binds and that is nowhere a property."""
    code = _TOKEN.sub(lambda found: b"" if found[1] else found[0], script)
    bound = {name for it in _BINDING.findall(code) for name in _BOUND.findall(b"".join(it))}
    names = Counter(_NAME.findall(script))
    own = sorted(bound - _properties(script), key=lambda name: (-names[name], name))
    return dict(zip(own, (name for name in _SHORT if name not in names), strict=False))


def _properties(script: bytes) -> set[bytes]:
    """Return the names of properties, which others may know."""
    found, brackets = set(), [b""]
    tokens = list(_TOKEN.finditer(script))
    signs = [b"", *(token[0] for token in tokens), b""]
    for before, token, after in zip(signs, tokens, signs[2:], strict=False):
        if token[0] in (b"(", b"[", b"{"):
            brackets.append(token[0])
        elif token[0] in (b")", b"]", b"}"):
            brackets.pop()
        elif token[1]:
            found.update(_MEMBER.findall(token[0]))
        elif before == b"." or (before in (b"{", b",") and brackets[-1] + after in _KEYS):
            found.add(token[0])
    return found


def _sign(found: re.Match[bytes]) -> bytes:
    return found[1] or found[2] or found[3] or b""
