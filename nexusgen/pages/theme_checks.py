"""Find what is wrong with a theme of a hub's own: files named in vain, what nothing shows or pages refuse."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from posixpath import normpath
from urllib.parse import unquote

from nexusgen.content.source_text import span_at
from nexusgen.core.builds import Snapshot
from nexusgen.core.model import Site, problem_at
from nexusgen.core.paths import folder_of, hub_path
from nexusgen.core.problems import Problem, did_you_mean, suggest
from nexusgen.core.urls import is_external, output_path
from nexusgen.pages.assets import ADDRESS, ASSETS, DEFAULT, OWN, file_of, lean_css
from nexusgen.pages.theme import TemplateSource, Theme

_ELSEWHERE = re.compile(rb"[/#?]|[a-z]+:", re.IGNORECASE)
"""How an address begins that leads to no file of the theme."""


def find_theme_flaws(
    snapshot: Snapshot, site: Site, theme: Theme, outputs: Container[str]
) -> Iterator[Problem]:
    """Yield what is wrong with the hub's own templates, sheets and scripts, besides what cannot be parsed."""
    yield from find_lost_files(snapshot)
    yield from find_lost_links(theme.sources, outputs)
    yield from find_unused(theme.sources, {kind.template for kind in site.kinds})
    yield from find_idle(snapshot)
    yield from find_idle_rules(snapshot)
    yield from find_refused(snapshot, site.frames)


def find_lost_files(snapshot: Snapshot) -> Iterator[Problem]:
    """Yield a problem for each file that a sheet of the hub's own names and that is not there."""
    sheets = [name for name in snapshot.templates if name.endswith(".css")]
    for name, path in ((name, snapshot.templates[name].path) for name in sheets):
        if not path.startswith(OWN):
            continue
        source = snapshot.read(path)
        for how, _, address in dict.fromkeys(ADDRESS.findall(lean_css(source))):
            file = file_of(snapshot, name, address)
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
    sources: Mapping[str, TemplateSource], outputs: Container[str]
) -> Iterator[Problem]:
    """Yield a problem for each address to which a template of the hub's own leads and nothing is.

    What the theme leads to itself, such as a feed, may be missing where a template is of it or asks
    before.
    """
    ours = (one for one in sources.values() if not one.path.startswith(OWN))
    theme = {address for one in ours for address in _led(one)}
    for name, source in _own(sources).items():
        same = sources.get(DEFAULT + name)
        copied = _led(same) if same else set()
        for address, line, is_sure in dict.fromkeys(source.facts.links):
            bare = unquote(address.partition("#")[0].partition("?")[0]).lstrip("/")
            is_there = is_external(address) or output_path(bare) in outputs
            if is_there or address in copied or (address in theme and not is_sure):
                continue
            text = source.read().decode().splitlines()[line - 1]
            yield Problem(
                source.path, line, text.find(address) + 1, "template.missing",
                f'the template leads to "{address}", and nothing is there',
                "write the address of a page, such as notes/a/, or of a file of the site",
                "warning", length=len(address),
            )  # fmt: skip


def _led(source: TemplateSource) -> set[str]:
    return {address for address, _, _ in source.facts.links}


def _own(sources: Mapping[str, TemplateSource]) -> dict[str, TemplateSource]:
    """Return the templates of the hub's own."""
    return {name: one for name, one in sources.items() if one.path.startswith(OWN)}


def find_unused(sources: Mapping[str, TemplateSource], used: set[str]) -> Iterator[Problem]:
    """Yield a problem for each of the hub's own templates, and each block in it, that no page shows.

    `used` are templates that pages are made with beside those of the theme. Where one cannot be
    read, nobody knows.
    """
    own = _own(sources)
    if any(source.facts.problems for source in own.values()):
        return
    named = used.union(*(source.facts.references for source in sources.values()))
    is_dynamic = any(source.facts.dynamic for source in own.values())
    theme = tuple(name.removeprefix(DEFAULT) for name in sources if name.startswith(DEFAULT))
    for name, source in own.items():
        is_lost = name not in {*theme, *named} and not is_dynamic
        meant = did_you_mean(name, theme) if is_lost else ""
        if meant or (is_lost and name.endswith(".html")):
            hint = meant or "name it as the template of a kind, or include it"
            message = "no page is made with this template"
            yield Problem(source.path, 0, 0, "template.unused", message, hint, "warning")
        if source.facts.loose:
            message = f'what stands outside of its blocks is not shown: it extends "{source.facts.parent}"'
            yield Problem(
                source.path, source.facts.loose, 1, "template.unused", message,
                "put it into a block", "warning",
            )  # fmt: skip
        yield from _lost_blocks(source, sources)


def _lost_blocks(
    source: TemplateSource, sources: Mapping[str, TemplateSource]
) -> Iterator[Problem]:
    """Yield a problem for each block that a template has and none of those that it extends."""
    above: dict[str, int] = {}
    seen, parent, facts = {""}, source.facts.parent, source.facts
    while parent in sources and parent not in seen:
        seen.add(parent)
        above |= sources[parent].facts.blocks
        parent = sources[parent].facts.parent
    if parent or not above:  # not all of them are known
        return
    for block, line in facts.blocks.items():
        if block not in above and block not in facts.inner:
            text = source.read().decode().split("\n")[line - 1]
            message = f'"{facts.parent}" has no block "{block}"'
            yield Problem(
                source.path, line, max(text.find(f" {block}") + 2, 1), "template.unused", message,
                suggest(block, tuple(above)), "warning", length=len(block),
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
