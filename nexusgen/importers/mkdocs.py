"""Read a MkDocs site: its navigation, admonitions, tabs, snippets, redirects and addresses."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from nexusgen.content.fields import is_web_url
from nexusgen.importers.addresses import keep_old, publish_at
from nexusgen.importers.archives import Tree
from nexusgen.importers.boxes import alert
from nexusgen.importers.liquid import carry_out_tags
from nexusgen.importers.marks import take_out_marks, take_out_material, write_emoji
from nexusgen.importers.normal import Import, Item, mapping
from nexusgen.importers.people import address_of
from nexusgen.importers.settings import (
    settle_photo,
    take,
    take_author,
    take_language,
    take_text,
    tell_settings,
)
from nexusgen.importers.sites import assets_of, find_data, own_address, tell_left_out, whole_item
from nexusgen.importers.snippets import Snippets, snippet_settings

EXTENSIONS = {
    "smarty", "abbr", "md_in_html", "pymdownx.keys", "pymdownx.mark", "pymdownx.caret",
    "pymdownx.tilde", "pymdownx.critic", "pymdownx.smartsymbols", "pymdownx.betterem",
}  # fmt: skip
"""The extensions that the written settings name: what the others do is built in or converted."""

_READ = (
    "docs_dir", "site_dir", "site_url", "use_directory_urls", "nav", "pages", "plugins",
    "markdown_extensions",
)  # fmt: skip
"""The settings that say where the pages are, and were, and how they are written."""

_BLOCK = re.compile(
    r"^(\s*)(!!!|\?\?\?\+?|===!?\+?)\s+(?:([\w-]+)((?:\s+[\w-]+)*)\s*)?(?:\"([^\"]*)\")?\s*$"
)
_REFERENCE = re.compile(r"^:::[ \t]+([\w.:/-]+)[ \t]*$")
_LANGUAGE = re.compile(r"^((?: {4}|\t)+)(?:::+|#!)(\w+)[ \t]*\n(?=\1)", re.MULTILINE)
_INLINE = re.compile(r"(?<!`)`(?:#!|:::)(\w+) (?=[^`\n]*`)")
"""The language of code that CodeHilite or InlineHilite reads from its beginning."""
_META = re.compile(
    r"(?i)\A((?:(?:title|authors?|date|description|summary|subtitle|template|keywords|tags):[^\n]*(?:\n {4,}[^\n]*)*\n)+)(?=[ \t]*\n)"
)
"""Front matter as MultiMarkdown writes it, without a line above or below."""
_FENCE = re.compile(r"^(\s*)(`{3,}|~{3,})")


def is_mkdocs(tree: Tree) -> str:
    """Return why a tree is a MkDocs site, or the empty string."""
    name = next((it for it in ("mkdocs.yml", "mkdocs.yaml") if it in tree), "")
    return f"it has {name}" if name else ""


def read_mkdocs(tree: Tree) -> Import:
    """Return the pages, files and settings of a MkDocs site."""
    found = Import("mkdocs")
    config = find_data(
        tree.get("mkdocs.yml", tree.get("mkdocs.yaml", b"")).decode("utf-8", "replace"), "yaml"
    )
    config = mapping(config)
    docs = str(config.get("docs_dir") or "docs").strip("/")
    _take_settings(found, config)
    if config.get("site_url"):
        found.old_urls.append(str(config["site_url"]).rstrip("/"))
    flat = str(config.get("use_directory_urls", True)).lower() == "false"
    _read_files(found, tree, docs, flat=flat)
    _order_by_nav(found, config.get("nav") or config.get("pages"), docs)
    _redirect(found, config, docs, flat=flat)
    settle_photo(found, tree)
    folders, appended = snippet_settings(config)
    snippets = Snippets(found, tree, [*folders, docs])
    values = _macro_values(config)
    for item in found.items:
        snippets.put(item, appended)
        _Converter(found, item).convert()
        take_out_material(found, item)
        if "emoji" in str(config.get("markdown_extensions")):
            write_emoji(item)
        if values is not None:
            carry_out_tags(found, item, values)
        take_out_marks(found, item)
    return found


def _read_files(found: Import, tree: Tree, docs: str, *, flat: bool) -> None:
    inside = {it: it.removeprefix(f"{docs}/") for it in tree if it.startswith(f"{docs}/")}
    for source, place in inside.items():
        if place.endswith((".md", ".markdown")):
            _add_page(found, source, place, tree[source].decode("utf-8", "replace"), flat=flat)
    pages = {item.source for item in found.items}
    others = {source: tree[source] for source in inside if source not in pages}
    assets_of(found, others, lambda source: inside[source])
    found.static = set(found.assets)
    tell_left_out(found, [it for it in tree if it not in inside and not it.startswith("mkdocs.y")])


def _take_settings(found: Import, config: Mapping[str, Any]) -> None:
    """Take what a hub has from the settings; tell the rest."""
    left = {key: it for key, it in config.items() if key not in _READ}
    theme, extra = dict(mapping(left.get("theme"))), dict(mapping(take(left, "extra")))
    site: dict[str, Any] = {
        "title": take_text(left, "sitename"),
        "description": take_text(left, "sitedescription"),
        "repository": address_of(take_text(left, "repourl")),
        "language": take_language(theme, "language", "locale"),
        "base_url": own_address(str(config.get("site_url") or "")),
        "nav": [{"title": title or url, "url": url} for url, title in _nav_links(config)],
        "markdown_extensions": _extensions(config.get("markdown_extensions") or []),
    }
    found.site = {key: value for key, value in site.items() if value}
    rest = take_author(found, {"author": take_text(left, "siteauthor")}, extra)
    left |= {"theme": theme or left.get("theme"), "extra": extra}
    tell_settings(found, left | rest)


def _nav_links(config: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the addresses elsewhere in the navigation, each with its title."""
    pages = _nav_pages(config.get("nav") or config.get("pages"))
    return [(path, title) for path, title in pages if is_web_url(path)]


def _extensions(named: Any) -> dict[str, Any]:
    """Return the extensions of Markdown that a hub needs, too, as its settings name them."""
    if not isinstance(named, list):
        named = list(mapping(named))
    names = [next(iter(it), "") if isinstance(it, dict) else str(it) for it in named]
    return {name: {} for name in names if name in EXTENSIONS}


def _add_page(found: Import, source: str, place: str, text: str, *, flat: bool) -> None:
    stem = _stem(place)
    folder, name = posixpath.split(stem)
    path = posixpath.join(folder, "index") if name.lower() in ("readme", "index") else stem
    if meta := _META.match(text.removeprefix("\ufeff").replace("\r\n", "\n")):
        text = f"---\n{meta[1]}---\n{text[meta.end() :]}"
    item = whole_item(found, source, text, path)
    address = _address(stem, flat=flat)
    item.places = [address.strip("/") if not flat else posixpath.dirname(address)]
    for known in (source, place, stem, address.strip("/") or "."):
        found.addresses[known] = f"{item.name}.md"
    publish_at(item, address)
    found.items.append(item)


def _stem(place: str) -> str:
    """Return the path of a page without extension; README is the page of its folder."""
    folder, name = posixpath.split(re.sub(r"\.(?:md|markdown)$", "", place))
    return posixpath.join(folder, "index" if name == "README" else name)


def _address(stem: str, *, flat: bool) -> str:
    if flat:
        return f"{stem}.html"
    folder, name = posixpath.split(stem)
    return f"{folder if name == 'index' else stem}/"


def _order_by_nav(found: Import, nav: Any, docs: str) -> None:
    """Number the pages as the navigation does, and take its titles."""
    order = {path: (number, title) for number, (path, title) in enumerate(_nav_pages(nav), 1)}
    for item in found.items:
        number, title = order.get(item.source.removeprefix(f"{docs}/"), (0, ""))
        if number and not item.index:
            item.fields["weight"] = 0  # its place among the others, also where it has a day
        if title and title != item.title:
            if item.title not in (title, "") and f"{item.title}" in found.texts[item.source]:
                item.aliases.append(item.title)
            item.title = title
    items = sorted(
        found.items, key=lambda it: order.get(it.source.removeprefix(f"{docs}/"), (10**6, ""))[0]
    )
    found.items = items


def _nav_pages(nav: Any) -> Iterator[tuple[str, str]]:
    if isinstance(nav, list):
        for one in nav:
            if isinstance(one, str):
                yield one, ""
            elif isinstance(one, dict):
                yield from _named_pages(one)


def _named_pages(pairs: Mapping[Any, Any]) -> Iterator[tuple[str, str]]:
    for title, value in pairs.items():
        if isinstance(value, str):
            yield value, str(title)
        else:
            yield from _nav_pages(value)


def _redirect(found: Import, config: Mapping[str, Any], docs: str, *, flat: bool) -> None:
    """Let the redirects of the plugin lead on."""
    by_source = {item.source.removeprefix(f"{docs}/"): item for item in found.items}
    plugins = config.get("plugins") or []
    for plugin in plugins if isinstance(plugins, list) else [plugins]:
        options = mapping(mapping(plugin).get("redirects"))
        for old, new in mapping(options.get("redirect_maps")).items():
            target = by_source.get(str(new).partition("#")[0])
            address = _address(_stem(str(old)), flat=flat)
            if target:
                keep_old(target, address)
            elif re.match(r"https?://", str(new)):
                found.redirects[address] = str(new)
            else:
                found.note(0, f"the redirect of {old} leads to no page: {new}", "mkdocs.yml")


def _macro_values(config: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what the plugin `macros` may write into pages, or None where a site has it not."""
    plugins = config.get("plugins") or []
    named = [next(iter(it)) if isinstance(it, dict) else it for it in plugins]
    extra = mapping(config.get("extra"))
    return {"config": config, "extra": extra, **extra} if "macros" in named else None


class _Converter:
    """Writes the blocks that MkDocs' extensions add as what any reader of Markdown shows."""

    def __init__(self, found: Import, item: Item) -> None:
        self.found = found
        self.item = item

    def convert(self) -> None:
        """Rewrite the body of the item."""
        self.item.body = _LANGUAGE.sub(self._language, self.item.body)
        self.item.body = _INLINE.sub(self._language, self.item.body)
        self.item.body = "\n".join(self._lines(self.item.body.split("\n"), 0)) + "\n"

    def _language(self, match: re.Match[str]) -> str:
        line = self.found.line_of(self.item, match[0].strip())
        self.found.leave(line, match[0], "language of code", self.item.source)
        return "`" if match[0].startswith("`") else ""

    def _lines(self, lines: list[str], depth: int) -> Iterator[str]:
        at, end = 0, ""
        while at < len(lines):
            line = lines[at]
            fence = _FENCE.match(line)
            if fence and (not end or (line.strip().startswith(end) and not line.strip(" `~"))):
                end = "" if end else fence[2]
            block = None if end or fence else _BLOCK.match(line)
            reference = None if end or fence else _REFERENCE.match(line)
            if reference:
                inner, at = _indented(lines, at + 1, 0)
                yield self._reference(reference[1], inner)
                continue
            if block and (block[3] or block[5] is not None) and depth < 20:
                inner, at = _indented(lines, at + 1, len(block[1]))
                yield from self._block(block, inner, depth)
                continue
            yield line
            at += 1

    def _reference(self, name: str, options: list[str]) -> str:
        """Return the name of a part of a program whose reference mkdocstrings would make of its source."""
        line = self.found.line_of(self.item, f"::: {name}")
        self.found.leave(line, " ".join(options), "options of mkdocstrings", self.item.source)
        message = f'the reference of "{name}" is made of a program, and its name alone is kept'
        self.found.note(line, message, self.item.source)
        return f"`{name}`\n"

    def _block(self, block: re.Match[str], inner: list[str], depth: int) -> Iterator[str]:
        indent, mark, kind, more, title = block.groups()
        body = list(self._lines(inner, depth + 1))
        if mark.startswith("==="):
            yield from [
                f"{indent}**{title or kind}**",
                "",
                *(f"{indent}{it}" if it else "" for it in body),
                "",
            ]
            return
        self.found.leave(0, f"{kind or ''} {more or ''}", "sort of an admonition", self.item.source)
        fold = {"???": "-", "???+": "+"}.get(mark, "")
        box = alert(kind or "note", title or "", "\n".join(body), fold)
        yield from [*(f"{indent}{line}" for line in box.split("\n")), ""]


def _indented(lines: list[str], at: int, base: int) -> tuple[list[str], int]:
    """Return the lines of a block that is indented by four, and where it ends."""
    inner = []
    while at < len(lines) and (
        not lines[at].strip() or len(lines[at]) - len(lines[at].lstrip()) >= base + 4
    ):
        inner.append(lines[at][base + 4 :])
        at += 1
    while inner and not inner[-1].strip():
        inner.pop()
    return inner, at
