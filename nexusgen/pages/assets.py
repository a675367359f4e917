"""Plan the assets of a theme: style sheets, scripts and pictures, and the addresses pages have of them.

What a hub's own templates and sheets name in vain, or load against the policy of the pages, is told.
"""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cache, partial
from posixpath import normpath, relpath
from urllib.parse import quote, unquote, unquote_to_bytes

from nexusgen.content.source_text import span_at
from nexusgen.core.builds import Output, Snapshot, file_output
from nexusgen.core.model import problem_at
from nexusgen.core.paths import folder_of, hub_path
from nexusgen.core.problems import Problem, did_you_mean
from nexusgen.core.urls import is_external, output_path
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
    rb"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|url\([^)]*\))|/\*.*?\*/|\s*([{};,])\s*|(:)\s+|\s+""",
    re.DOTALL,
)
"""A string, a comment, white space: CSS Syntax Level 3, section 4."""

_IMPORT = re.compile(rb"""@import\s*(?:url\(\s*)?["']?([^"'();\s]+)["']?\s*\)?;""")
"""The import of a sheet that becomes part of another."""

_ADDRESS = re.compile(rb"""(@import\s*(?:url\()?|url\()(\s*["']?)([^"'();\s]+)(?=["')\s])""")
"""A file that a sheet names: how, and its address."""

_ELSEWHERE = re.compile(rb"[/#?]|[a-z]+:", re.IGNORECASE)
"""How an address begins that leads to no file of the theme."""

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


def plan_theme_assets(tables: Tables, snapshot: Snapshot) -> dict[str, Output]:
    """Return the assets of the theme by name; the digest in the URL lets a browser keep them."""
    found = {name: it.digest for name, it in snapshot.templates.items() if name.endswith(".css")}
    sheets = tables.source("sheets", found, bytes)
    parts = tables.whole(
        "parts of sheets",
        lambda: {name: tuple(parts_of_sheet(snapshot, name)) for name, _ in sheets.items()},
        tuple[str, ...],
    ).rows
    assets: dict[str, Output] = {}
    for name in snapshot.templates:
        if name.startswith(ASSETS):
            stem, dot, extension = name.rpartition(".")
            names = parts.get(name, (name,))  # what a sheet shows, then what it is made of
            digests = [snapshot.templates[one].digest for one in names]
            key = digest(*digests) if digests[1:] else digests[0]
            mark = f".{key.hex()[:10]}"
            url = f"{stem}{mark}{dot}{extension}" if dot else f"{name}{mark}"
            render = partial(_render_asset, snapshot, assets, names, extension)
            assets[name.removeprefix(ASSETS)] = file_output(url, key, render)
    return assets


def _render_asset(
    snapshot: Snapshot, assets: Mapping[str, Output], names: Sequence[str], extension: str
) -> bytes:
    """Return an asset without what nothing needs; scripts of a hub's own are left as they are."""
    name = names[-1]
    file = snapshot.templates[name]
    data = snapshot.read(file.path)
    if extension == "css":
        sheets = [one for one in names if one.endswith(".css")]
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
        file = _file_of(snapshot, name, found[3]).removeprefix(DEFAULT)
        if not file:
            return found[0]
        path = relpath(f"/{assets[file.removeprefix(ASSETS)].path}", f"/{folder_of(into)}")
        return found[1] + found[2] + quote(path).encode()

    def kept(found: re.Match[bytes]) -> bytes:
        return b"" if _file_of(snapshot, name, found[1]) else found[0]

    sheet = lean_css(snapshot.read(snapshot.templates[name].path))
    return _ADDRESS.sub(led, _IMPORT.sub(kept, sheet))


def _file_of(snapshot: Snapshot, sheet: str, address: bytes) -> str:
    """Return the file of the theme that an address in a sheet means, else the empty string.

    It leads from the sheet, from the assets or, with `theme/assets/`, to one of the default theme.
    """
    path = unquote_to_bytes(address).decode(errors="replace")
    near = normpath(f"{folder_of(sheet.removeprefix(DEFAULT))}/{path}")
    names = [name for name in (near, ASSETS + path, path) if ASSETS in name]
    return next((name for name in names if name in snapshot.templates), "")


def find_lost_files(snapshot: Snapshot) -> Iterator[Problem]:
    """Yield a problem for each file that a sheet of the hub's own names and that is not there."""
    sheets = [name for name in snapshot.templates if name.endswith(".css")]
    for name, path in ((name, snapshot.templates[name].path) for name in sheets):
        if not path.startswith(OWN):
            continue
        source = snapshot.read(path)
        for how, _, address in dict.fromkeys(_ADDRESS.findall(lean_css(source))):
            file = _file_of(snapshot, name, address)
            text = address.decode(errors="replace")
            beside = hub_path(normpath(f"{folder_of(name)}/{text}"), snapshot.content)
            if file or beside in snapshot.files or _ELSEWHERE.match(address):
                continue
            before = source[: source.find(address)].decode(errors="replace").split("\n")
            known = tuple(one.removeprefix(ASSETS) for one in snapshot.templates)
            yield Problem(
                path, len(before), len(before[-1]) + 1, "template.missing",
                f'the sheet names "{text}", and there is no such file',
                did_you_mean(text, known) or f"put it into templates/{ASSETS}, or mend its name",
                "error" if how.startswith(b"@") else "warning", length=len(text),
            )  # fmt: skip


def find_lost_links(
    snapshot: Snapshot,
    links: Mapping[str, Sequence[tuple[str, int, bool]]],
    outputs: Container[str],
) -> Iterator[Problem]:
    """Yield a problem for each address to which a template of the hub's own leads and nothing is.

    `links` are those of each template by path: address, line, and whether in any case. What the
    theme leads to itself, such as a feed, may be missing where a template is of it or asks before.
    """
    lines = cache(lambda path: snapshot.read(path).decode().splitlines())
    theme = {one[0] for path, found in links.items() if not path.startswith(OWN) for one in found}
    own = [(path, *one) for path, found in links.items() if path.startswith(OWN) for one in found]
    for path, address, line, is_sure in dict.fromkeys(own):
        bare = unquote(address.partition("#")[0].partition("?")[0]).lstrip("/")
        is_there = is_external(address) or output_path(bare) in outputs
        same = snapshot.templates.get(DEFAULT + path.removeprefix(OWN))
        is_copied = same and address in {one[0] for one in links.get(same.path, ())}
        if is_there or is_copied or (address in theme and not is_sure):
            continue
        text = lines(path)[line - 1]
        yield Problem(
            path, line, text.find(address) + 1, "template.missing",
            f'the template leads to "{address}", and nothing is there',
            "write the address of a page, such as notes/a/, or of a file of the site",
            "warning", length=len(address),
        )  # fmt: skip


_UNSEEN = {
    "html": re.compile(r"<!--.*?(?:-->|\Z)|\{[#%].*?(?:[#%]\}|\Z)", re.DOTALL),
    "css": re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL),
}
"""Comments and statements, which no page and no sheet shows."""

_VALUE = re.compile(r"\{\{.*?(?:\}\}|\Z)", re.DOTALL)
_TAG = re.compile(r"<([a-zA-Z][\w-]*)([^<>]*)>")
_GIVEN = re.compile(r"""(?<![\w:-])([a-zA-Z][\w:-]*)\s*=\s*("[^"]*|'[^']*|[^\s"'>]+)""")
_FAR = re.compile(r"""(https?:)?//([^/\s"':?#)]+)""", re.IGNORECASE)
_LOADED = re.compile(
    rf"""(@import\s*(?:url\(\s*)?|url\(\s*)["']?(?:data:|{_FAR.pattern})""", re.IGNORECASE
)
_POLICY = re.compile(r"block\s+policy\b|Content-Security-Policy")
_RUN = ("", "module", "importmap", "text/javascript", "application/javascript")
_RELATIONS = {"stylesheet", "preload", "modulepreload", "manifest"}
_LOADS = {
    "script": ("src", "a script of"),
    "link": ("href", "a file of"),
    "form": ("action", "a form that is sent to"),
    "iframe": ("src", "a frame of"),
    "object": ("data", "an object of"),
    "embed": ("src", "an object of"),
}
_ALLOW = "or allow it in the block `policy` of a base.html of your own"
_HINT = f"put it into a file in {OWN}{ASSETS}, {_ALLOW}"

Refused = Iterator[tuple[int, str]]
"""Where something stands that pages do not allow, and what it is."""


def _own_texts(snapshot: Snapshot, *endings: str) -> dict[str, str]:
    """Return the texts of the hub's own theme whose names end so, by path."""
    paths = [file.path for file in snapshot.templates.values() if file.path.startswith(OWN)]
    return {
        path: snapshot.read(path).decode(errors="replace")
        for path in paths
        if path.endswith(endings)
    }


def _warning(path: str, text: str, place: int, told: tuple[str, str, str]) -> Problem:
    return problem_at(path, span_at(text, place), told, "warning")


_SETS = re.compile(r"(?<=[{;\s])(--[\w-]+)\s*:")
_ASKED = re.compile(r"(?:var\(\s*|[\"'`])(--[\w-]+)")
_SYSTEM = re.compile(r"@media[^{;@]*prefers-color-scheme")
MOST_IDLE = 10
"""Properties that a sheet may set for nobody by mistake; one that sets more is a library of them."""

_ANY_ASSET = re.compile(r"assets(?:\[\s*[^\s\"']|\.\w|\s*[|%])")


def find_idle(snapshot: Snapshot) -> Iterator[Problem]:
    """Yield a problem for each sheet and script of the hub's own that no page loads."""
    own = _own_texts(snapshot, ".css", ".html", ".js", ".xml")
    for path in own:
        name = path.removeprefix(f"{OWN}{ASSETS}")
        is_new = name != path and f"{DEFAULT}{ASSETS}{name}" not in snapshot.templates
        others = [text for it, text in own.items() if it != path]
        if is_new and not any(
            name.rpartition("/")[2] in it or _ANY_ASSET.search(it) for it in others
        ):
            hint = f'load it in a template, as assets["{name}"], or import it in a sheet'
            yield Problem(path, 0, 0, "template.unused", "no page loads this file", hint, "warning")


def find_idle_rules(snapshot: Snapshot) -> Iterator[Problem]:
    """Yield a problem for each property that an own sheet sets and nothing asks for.

    And for the first that is dark where the system is, which the switch of the theme leaves as it is.
    """
    own = _own_texts(snapshot, ".css", ".html", ".js", ".svg")
    theme = {file.path for file in snapshot.templates.values() if file.path.endswith(".css")}
    texts = (*own.values(), *(snapshot.read(path).decode(errors="replace") for path in theme))
    asked = {name for text in texts for name in _ASKED.findall(text)}
    for path in (one for one in own if one.endswith(".css")):
        text = _UNSEEN["css"].sub(lambda found: " " * len(found[0]), own[path])
        found = reversed([*_SETS.finditer(text)])
        idle = {it[1]: it.start(1) for it in found if it[1] not in asked}
        for name, place in idle.items() if len(idle) <= MOST_IDLE else ():
            hint = did_you_mean(name, tuple(sorted(asked))) or "see the properties in the README"
            told = "template.unused", f'no sheet asks for "{name}"', hint
            yield _warning(path, text, place, told)
        media = _SYSTEM.search(text)
        if media and "data-theme" not in text:
            hint = "write light-dark(#fff, #000) in its place, or the same for [data-theme=dark]"
            message = "the switch of the theme does not change what is dark with the system alone"
            yield _warning(path, text, media.start(), ("template.dark", message, hint))


def find_refused(snapshot: Snapshot, hosts: Sequence[str]) -> Iterator[Problem]:
    """Yield a problem for each thing in a hub's own templates and sheets that its pages refuse.

    `hosts` are those whose frames they show. Who writes the policy anew is told of nothing.
    """
    own = _own_texts(snapshot, ".css", ".html")
    original = f"{DEFAULT}base.html"
    is_ours = original in own.get(f"{OWN}base.html", original)
    if not is_ours or any(map(_POLICY.search, own.values())):
        return
    for path, text in own.items():
        if "<html" in text:  # a page of its own, which has no policy of ours
            continue
        kind = path.rpartition(".")[2]
        bare = _UNSEEN[kind].sub(lambda found: " " * len(found[0]), text)
        found = list(_refused_in_sheet(bare) if kind == "css" else _refused_in_page(bare, hosts))
        for what, place in {what: place for place, what in reversed(found)}.items():
            message = f"the policy of the pages does not allow {what}"
            hint = f"name its host in `frames`, {_ALLOW}" if "a frame" in what else _HINT
            yield _warning(path, text, place, ("html.policy", message, hint))


def _refused_in_sheet(text: str) -> Refused:
    for found in _LOADED.finditer(text):
        rule = text.rfind("{", 0, found.start())
        if found[1][0] == "@" and found[3]:
            yield found.start(), f"a sheet of {found[3]}"
        elif text[max(rule - 40, 0) : rule].rstrip().lower().endswith("@font-face"):
            yield found.start(), f"a font of {found[3]}" if found[3] else "a font within a sheet"
        elif (found[2] or "").lower() == "http:":
            yield found.start(), "a picture without https"


def _refused_in_page(text: str, hosts: Sequence[str]) -> Refused:
    text = _VALUE.sub(lambda found: "x" * len(found[0]), text)
    for tag in _TAG.finditer(text):
        name = tag[1].lower()
        given = {key.lower(): value.strip("\"' ") for key, value in _GIVEN.findall(tag[2])}
        for what in (_what_is_written(name, given), _what_is_loaded(name, given, hosts)):
            if what:
                yield tag.start(), what


def _what_is_written(name: str, given: Mapping[str, str]) -> str:
    """Return what a tag with these attributes holds that pages do not allow, else nothing."""
    if name == "script" and "src" not in given and given.get("type", "") in _RUN:
        return "a script within a page"
    if any(key.startswith("on") or text.startswith("javascript:") for key, text in given.items()):
        return "a script in an attribute"
    return "`style`" if name == "style" or "style" in given else ""


def _what_is_loaded(name: str, given: Mapping[str, str], hosts: Sequence[str]) -> str:
    """Return what a tag loads from elsewhere that pages do not allow, else nothing."""
    place, what = _LOADS.get(name, ("src", ""))
    far = _FAR.match(given.get(place, ""))
    if name in ("iframe", "object", "embed") and not far:
        return "" if hosts else "a frame"
    if not what or not far:
        return "a picture or film without https" if far and not what and far[1] == "http:" else ""
    is_link = name == "link" and not _RELATIONS & {*given.get("rel", "").lower().split()}
    is_shown = name == "iframe" and far[2].lower() in hosts
    return "" if is_link or is_shown else f"{what} {far[2]}"


def parts_of_sheet(snapshot: Snapshot, name: str) -> list[str]:
    """Return the files that a sheet shows, then the sheets that it is made of, each once.

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
            shown |= {_file_of(snapshot, sheet, found[2]): None for found in _ADDRESS.findall(text)}
            below = [_file_of(snapshot, sheet, one) for one in reversed(_IMPORT.findall(text))]
            waiting += [one for one in below if one and one not in opened]
    files = sorted(one for one in shown if one and not one.endswith(".css"))
    return [*files, *order]


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
