"""Plan the assets of a theme: style sheets, scripts and pictures, and the addresses pages have of them."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import quote

from nexusgen.core.builds import Output, Snapshot
from nexusgen.images.clean import clean_bytes, may_tell
from nexusgen.images.picture import UncleanError

ASSETS = "assets/"
"""The folder of the files among the templates."""

MAX_INLINE = 600
"""Bytes of an icon that is written into each page, where it is no request of its own."""

_CSS = re.compile(
    rb"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|url\([^)]*\))|/\*.*?\*/|\s*([{};,])\s*|(:)\s+|\s+""",
    re.DOTALL,
)
"""A string, a comment, white space: CSS Syntax Level 3, section 4."""


def plan_theme_assets(snapshot: Snapshot) -> dict[str, Output]:
    """Return the assets of the theme by name; the digest in the URL lets a browser keep them."""
    assets = {}
    for name, file in snapshot.templates.items():
        if name.startswith(ASSETS):
            stem, dot, extension = name.rpartition(".")
            mark = f".{file.digest.hex()[:10]}"
            url = f"{stem}{mark}{dot}{extension}" if dot else f"{name}{mark}"
            read = partial(snapshot.read, file.path)
            lean = None if extension == "js" and is_own(file.path) else LEAN.get(extension)
            render = partial(_lean, read, lean) if lean else read
            if may_tell(name) and extension != "svg":  # drawings of a theme are trusted
                render = partial(_cleaned_image, name, read)
            reads = {"its bytes": file.digest}
            assets[name.removeprefix(ASSETS)] = Output(url, file.digest, render, reads.copy)
    return assets


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


def _lean(read: Callable[[], bytes], lean: Callable[[bytes], bytes]) -> bytes:
    return lean(read())


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


LEAN: Mapping[str, Callable[[bytes], bytes]] = {"css": lean_css, "js": lean_script}
"""What makes a file of the theme smaller, by its extension."""
