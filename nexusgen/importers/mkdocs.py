"""Read a MkDocs site: its navigation, admonitions, tabs, snippets, redirects and addresses."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from nexusgen.importers.addresses import keep_old, publish_at
from nexusgen.importers.archives import Tree
from nexusgen.importers.boxes import alert
from nexusgen.importers.liquid import carry_out_tags
from nexusgen.importers.marks import take_out_marks, take_out_material, write_emoji
from nexusgen.importers.normal import Import, Item, mapping
from nexusgen.importers.sites import assets_of, find_data, own_address, tell_left_out, whole_item
from nexusgen.importers.snippets import Snippets, snippet_settings

EXTENSIONS = {
    "smarty", "abbr", "md_in_html", "pymdownx.keys", "pymdownx.mark", "pymdownx.caret",
    "pymdownx.tilde", "pymdownx.critic", "pymdownx.smartsymbols", "pymdownx.betterem",
}  # fmt: skip
"""The extensions that the written settings name: what the others do is built in or converted."""

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
    found.site = _site(config)
    if config.get("site_url"):
        found.old_urls.append(str(config["site_url"]).rstrip("/"))
    flat = str(config.get("use_directory_urls", True)).lower() == "false"
    _read_files(found, tree, docs, flat=flat)
    _order_by_nav(found, config.get("nav") or config.get("pages"), docs)
    _redirect(found, config, docs, flat=flat)
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


def _site(config: Mapping[str, Any]) -> dict[str, Any]:
    names = (
        ("title", "site_name"),
        ("description", "site_description"),
        ("repository", "repo_url"),
    )
    site: dict[str, Any] = {key: str(config[name]) for key, name in names if config.get(name)}
    if config.get("site_author"):
        site["author"] = {"name": str(config["site_author"])}
    if address := own_address(str(config.get("site_url") or "")):
        site["base_url"] = address
    named = config.get("markdown_extensions") or []
    names_of = (
        [next(iter(it)) if isinstance(it, dict) else str(it) for it in named]
        if isinstance(named, list)
        else list(named)
    )
    extensions: dict[str, Any] = {name: {} for name in names_of if name in EXTENSIONS}
    if extensions:
        site["markdown_extensions"] = extensions
    return site


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
            item.fields["weight"] = number
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
