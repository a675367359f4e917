"""Plan the assets of a theme: style sheets, scripts and pictures, and the addresses pages have of them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from urllib.parse import quote

from nexusgen.core.builds import Output, Snapshot, TemplateFile
from nexusgen.images.clean import clean_bytes, may_tell
from nexusgen.images.picture import UncleanError
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


def plan_theme_assets(snapshot: Snapshot) -> dict[str, Output]:
    """Return the assets of the theme by name; the digest in the URL lets a browser keep them."""
    return {
        name.removeprefix(ASSETS): _plan_asset(snapshot, name)
        for name in snapshot.templates
        if name.startswith(ASSETS)
    }


def _plan_asset(snapshot: Snapshot, name: str) -> Output:
    stem, dot, extension = name.rpartition(".")
    files = [snapshot.templates[name]]
    if extension == "css":
        files = [snapshot.templates[one] for one in imported_sheets(snapshot, name)]
    key = digest(*(file.digest for file in files)) if files[1:] else files[0].digest
    mark = f".{key.hex()[:10]}"
    url = f"{stem}{mark}{dot}{extension}" if dot else f"{name}{mark}"
    read = partial(snapshot.read, files[-1].path)
    render = read
    if extension == "css":
        render = partial(_joined, snapshot.read, files)
    elif extension == "js" and _is_default(snapshot, name):
        render = partial(_lean_script, read)
    elif may_tell(name) and extension != "svg":  # drawings of a theme are trusted
        render = partial(_cleaned_image, name, read)
    reads = {"its bytes": key}
    return Output(url, key, render, reads.copy)


def imported_sheets(snapshot: Snapshot, name: str) -> list[str]:
    """Return the sheets that one is made of, each once, itself last: what it imports stands first.

    `@import "x.css";` names a sheet beside it, `@import "theme/assets/x.css";` one of the default
    theme.
    """
    order: list[str] = []
    seen = {name}
    waiting = [(name, _imports(snapshot, name))]
    while waiting:
        below = next((one for one in waiting[-1][1] if one not in seen), "")
        if below:
            seen.add(below)
            waiting.append((below, _imports(snapshot, below)))
        else:
            order.append(waiting.pop()[0])
    return order


def _imports(snapshot: Snapshot, name: str) -> Iterator[str]:
    for found in _IMPORT.findall(snapshot.read(snapshot.templates[name].path)):
        given = found.decode(errors="replace")
        yield from [one for one in (ASSETS + given, given) if one in snapshot.templates][:1]


def _joined(read: Callable[[str], bytes], files: Sequence[TemplateFile]) -> bytes:
    """Return style sheets as one, without what nothing needs."""
    sheets = (read(file.path) for file in files)
    return b"".join(lean_css(_IMPORT.sub(b"", sheet) if files[1:] else sheet) for sheet in sheets)


def _is_default(snapshot: Snapshot, name: str) -> bool:
    default = snapshot.templates.get(f"theme/{name}")
    return default is not None and default.digest == snapshot.templates[name].digest


def is_own(path: str) -> bool:
    """Return whether a file of the theme is the hub's, not the default one."""
    return path.startswith("templates/")


def asset_addresses(snapshot: Snapshot, assets: Mapping[str, Output]) -> dict[str, str]:
    """Return where each asset is; a small icon is its own address, as data."""
    found = {name: asset.path for name, asset in assets.items()}
    if "icon.svg" in assets:
        data = snapshot.read(snapshot.templates[f"{ASSETS}icon.svg"].path)
        if len(data) <= MAX_INLINE:
            found["icon.svg"] = "data:image/svg+xml," + quote(data.strip(), safe=" ='/:()@.,;-{}")
    return found


def _cleaned_image(name: str, read: partial[bytes]) -> bytes:
    """Return an image without what it tells of its maker, as it is where nobody can tell."""
    data = read()
    try:
        return clean_bytes(name, data, frozenset())
    except UncleanError:
        return data


def _lean_script(read: Callable[[], bytes]) -> bytes:
    return lean_script(read())


def lean_css(sheet: bytes) -> bytes:
    """Return a style sheet without comments and the white space that nothing needs."""
    return _CSS.sub(
        lambda found: found[1] or found[2] or found[3] or _space(found[0]), sheet
    ).strip()


def _space(text: bytes) -> bytes:
    return b"" if text.startswith(b"/*") else b" "


def lean_script(script: bytes) -> bytes:
    """Return a script without its indentation and lines of comment, where no text may hold them."""
    lines = script.split(b"\n")
    if any(line.count(b"`") % 2 or line.endswith(b"\\") for line in lines):
        return script
    stripped = (line.strip() for line in lines)
    return b"\n".join(line for line in stripped if line and not line.startswith(b"//"))
