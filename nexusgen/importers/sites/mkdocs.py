"""Read a MkDocs site: its navigation, admonitions, tabs, snippets, redirects and addresses."""

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from markdown.extensions.toc import slugify, unique

from nexusgen.content.fields import is_web_url
from nexusgen.content.titles import own_title
from nexusgen.core.slugs import github_slug, slug_of
from nexusgen.importers import foreign_pages
from nexusgen.importers.addresses import folders_of, keep_old, publish_at
from nexusgen.importers.archives import Tree
from nexusgen.importers.data import Fields, data_in, divide
from nexusgen.importers.normal import Import, Item, decoded, mapping, missing, plain
from nexusgen.importers.people import address_of
from nexusgen.importers.rewriting import Rewriter, before_code
from nexusgen.importers.settings import (
    settle_photo,
    take,
    take_author,
    take_language,
    take_text,
    tell_settings,
)
from nexusgen.importers.sites.boxes import alert
from nexusgen.importers.sites.dialects import (
    TEX,
    take_out_marks,
    take_out_material,
    write_emoji,
    write_formulas,
)
from nexusgen.importers.sites.liquid import Liquid
from nexusgen.importers.sites.mkdocs_site import Site, file_of, read_site
from nexusgen.importers.sites.snippets import Snippets

EXTENSIONS = {
    "smarty", "abbr", "md_in_html", "pymdownx.keys", "pymdownx.mark", "pymdownx.caret",
    "pymdownx.tilde", "pymdownx.critic", "pymdownx.smartsymbols", "pymdownx.betterem",
}  # fmt: skip
"""The extensions that the written settings name: what the others do is built in or converted."""

_READ = (
    "docs_dir", "site_dir", "site_url", "use_directory_urls", "nav", "pages", "plugins",
    "markdown_extensions", "exclude_docs", "draft_docs", "not_in_nav",
)  # fmt: skip
"""The settings that say where the pages are, and were, and how they are written."""

_NAV_LINK = re.compile(r"\[([^\]\n]*)\]\(([^)\s]+)\)")

_BLOCK = re.compile(
    r"^(\s*)(!!!|\?\?\?\+?|===[!+]*(?=\s))\s*(?:([\w-]+)((?:\s+[\w-]+)*)\s*)?(?:\"(.*)\")?\s*$"
)
_REFERENCE = re.compile(r"^:::[ \t]+([\w.:/-]+)[ \t]*$")
_PART = re.compile(r"\[([^\[\]\n]+)\]\[(\w+(?:\.\w+)+)?\]")
"""A link to a part of a program, by its name (mkdocstrings)."""
_LANGUAGE = re.compile(r"^((?: {4}|\t)+)(?:::+|#!)(\w+)[ \t]*\n(?=\1)", re.MULTILINE)
_INLINE = re.compile(r"(?<!`)`(?:#!|:::)(\w+) (?=[^`\n]*`)")
"""The language of code that CodeHilite or InlineHilite reads from its beginning."""
_META = re.compile(
    r"(?i)\A((?:(?:title|authors?|date|description|summary|subtitle|template|keywords|tags):[^\n]*(?:\n {4,}[^\n]*)*\n)+)(?=[ \t]*\n)"
)
"""Front matter as MultiMarkdown writes it, without a line above or below."""
_FENCE = re.compile(r"^(\s*)(`{3,}|~{3,})")
_HEADING = re.compile(
    r"^(?:([ \t>]*#{1,6})[ \t]+(\S[^\n]*?)(?:[ \t]+#+)?[ \t]*$|(?:(?<=\n\n)|(?<!.))(?![-*+>|#\s])([^\n]+)\n(?:(=+)|--+)[ \t]*$)",
    re.MULTILINE,
)
_ID = re.compile(r"\{:?[ \t]*#([\w:.-]+)")


def is_mkdocs(tree: Tree) -> str:
    """Return why a tree is a MkDocs site, or the empty string."""
    name = file_of(tree)
    return f"it has {name}" if name else ""


def read_mkdocs(tree: Tree) -> Import:
    """Return the pages, files and settings of a MkDocs site."""
    found, site = Import("mkdocs"), read_site(tree)
    config = site.config
    _take_settings(found, site)
    if config.get("site_url"):
        found.old_urls.append(str(config["site_url"]).rstrip("/"))
    _read_files(found, tree, site)
    _order_by_nav(found, _nav_pages(config.get("nav") or config.get("pages")), site.docs)
    if _order_by_files(found, tree, site) or config.get("nav") or config.get("pages"):
        _order_sections(found, site)
    _name_sections(found, site)
    _redirect(found, site)
    settle_photo(found, tree)
    used = {site.file}
    for item in [it for it in found.items if it.body.strip()]:
        used |= Snippets(found, item, tree, site).put()
        _convert(found, item, site)
    foreign_pages.tell_left_out(found, [it for it in tree if not site.holds(it) and it not in used])
    return found


def _convert(found: Import, item: Item, site: Site) -> None:
    """Write what extensions and plugins make of the body of a page as any reader of Markdown shows it."""
    if site.extensions.keys() & {"pymdownx.arithmatex", "mdx_math"}:
        write_formulas(item, TEX)
    converter = _Converter(found, item)
    converter.convert()
    if site.options("mkdocstrings", "autorefs"):
        item.body = before_code(item.body, _PART, converter.part)
    take_out_material(found, item)
    if "pymdownx.emoji" in site.extensions:
        write_emoji(item)
    if site.options("macros"):
        extra = mapping(site.config.get("extra"))
        Liquid(found, item, {"config": site.config, "extra": extra, **extra}).carry_out()
    take_out_marks(found, item)
    _keep_anchors(found, item, mapping(site.extensions.get("toc")))


def _keep_anchors(found: Import, item: Item, options: Mapping[str, Any]) -> None:
    """Write the anchors of headings where a hub would give others; those of `slugify` are as GitHub's."""
    used: set[str] = set()
    separator = str(options.get("separator") or "-")

    def anchor(text: str) -> str:
        slug = github_slug(text) if "slugify" in options else slugify(text, separator)
        return unique(slug, used)

    def named(match: re.Match[str]) -> str:
        marks, text = match[1] or "##"[bool(match[4]) :], (match[2] or match[3]).strip()
        if own := _ID.search(text):
            used.add(own[1])
            return match[0]
        name = anchor(plain(text))
        return match[0] if name == github_slug(plain(text)) else f"{marks} {text} {{#{name}}}"

    if f"# {item.title}\n" in found.texts.get(item.source, ""):
        anchor(item.title)
    item.body = before_code(item.body, _HEADING, named)


def _read_files(found: Import, tree: Tree, site: Site) -> None:
    inside = {site.place_of(it): data for it, data in tree.items() if site.holds(it)}
    others: dict[str, bytes] = {}
    for place, data in foreign_pages.without_hidden(found, inside, site.hidden()).items():
        source = posixpath.join(site.docs, place)
        if place.endswith((".md", ".markdown")):
            _add_page(found, source, data, site)
        else:
            others[source] = data
    custom = f"{mapping(site.config.get('theme')).get('custom_dir')}/robots.txt"
    if custom in tree:
        others.setdefault(f"{site.docs}/robots.txt", tree[custom])
    foreign_pages.assets_of(found, others, site.place_of)
    found.static = set(found.assets)


def _take_settings(found: Import, site: Site) -> None:
    """Take what a hub has from the settings; tell the rest."""
    left = {key: it for key, it in site.config.items() if key not in _READ}
    theme, extra = dict(mapping(left.get("theme"))), dict(mapping(take(left, "extra")))
    address = str(site.config.get("site_url") or "")
    values: dict[str, Any] = {
        "title": take_text(left, "sitename"),
        "description": take_text(left, "sitedescription"),
        "repository": address_of(take_text(left, "repourl")),
        "language": take_language(theme, "language", "locale"),
        "base_url": foreign_pages.own_address(address),
        "nav": [{"title": title or url, "url": url} for url, title in _nav_links(site.config)],
        "markdown_extensions": {name: {} for name in site.extensions if name in EXTENSIONS},
    }
    found.site = {key: value for key, value in values.items() if value}
    rest = take_author(found, {"author": take_text(left, "siteauthor")}, extra)
    left |= {"theme": theme or left.get("theme"), "extra": extra}
    tell_settings(found, left | rest)


def _nav_links(config: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the addresses elsewhere in the navigation, each with its title."""
    pages = _nav_pages(config.get("nav") or config.get("pages"))
    return [(path, title) for path, title in pages if is_web_url(path)]


def _add_page(found: Import, source: str, data: bytes, site: Site) -> None:
    place = site.place_of(source)
    language, stem = site.language_of(_stem(place))
    path = posixpath.join(language, stem)
    if posixpath.basename(path).lower() in ("readme", "index"):
        path = posixpath.join(posixpath.dirname(path), "index")
    item, fields = _item(found, source, data, path)
    blog = next((it for it in site.blogs if place.startswith(f"{it.posts}/")), None)
    address = site.address(blog.address(item, fields) if blog else posixpath.join(language, stem))
    found.redirects |= {f"{old}/": new for old, new in (blog.lists(item, fields) if blog else ())}
    item.places = [address.strip("/") if not site.flat else posixpath.dirname(address)]
    if language:
        item.fields["lang"] = language
    if site.is_draft(place):
        foreign_pages.hide(found, item, "draft", "draft_docs")
    translated = posixpath.join(language, site.docs, f"{stem}.md")
    for known in (source, place, _stem(place), address.strip("/") or ".", translated):
        found.addresses[known] = f"{item.name}.md"
    publish_at(item, address)
    found.items.append(item)


def _item(found: Import, source: str, data: bytes, path: str) -> tuple[Item, Fields]:
    """Return the item of a page, and its front matter; Material has several dates in one, and links to pages."""
    text = found.decode(data, source)
    if meta := _META.match(text):
        text = f"---\n{meta[1]}---\n{text[meta.end() :]}"
    page = divide(found, source, text.encode())
    fields, dates = dict(page[0]), mapping(page[0].get("date"))
    if dates:
        del fields["date"]
        fields |= {"date": dates.get("created"), "updated": dates.get("updated")}
        kept = (dates.get("created"), dates.get("updated"))
        found.leave(1, missing(dates, kept), "what is said of a date", source)
    links = [*_nav_pages(fields.get("links"))]
    item = foreign_pages.page_item(found, source, page, path)
    if any(".md" in goal for goal, _ in links):
        told = missing(fields.pop("links"), links)
        found.leave(1, told, "what is said of a link", source)
        for goal, title in links:
            url = goal if is_web_url(goal) else f"/{goal}"
            foreign_pages.add_links(item, [{"title": title, "url": url} if title else {"url": url}])
    foreign_pages.set_fields(found, item, fields)
    return item, fields


def _stem(place: str) -> str:
    """Return the path of a page without extension; README is the page of its folder."""
    folder, name = posixpath.split(re.sub(r"\.(?:md|markdown)$", "", place))
    return posixpath.join(folder, "index" if name == "README" else name)


def _order_by_nav(found: Import, pages: Iterable[tuple[str, str]], folder: str) -> None:
    """Number the pages of a folder as its navigation does, and take its titles."""
    places = [(posixpath.join(folder, path), title) for path, title in pages]
    order = {path.rstrip("/"): number for number, (path, _) in enumerate(places)}
    titles = dict(places)
    for item in found.items:
        if item.source in order and not item.index:
            item.fields["weight"] = 0  # its place among the others, also where it has a day
        if title := titles.get(item.source):
            _name(found, item, title)

    def turn(item: Item) -> int:
        above = item.source.split("/")
        paths = ("/".join(above[:end]) for end in range(len(above), 0, -1))
        return next((order[it] for it in paths if it in order), len(order))

    found.items = sorted(found.items, key=turn)


def _order_by_files(found: Import, tree: Tree, site: Site) -> bool:
    """Order the pages of folders as files in them say (awesome-pages, literate-nav), and take their titles.

    Return whether there are such files.
    """
    names = (".pages", ".nav.yml", *site.nav_files)
    sources = [it for it in tree if posixpath.basename(it) in names]
    for source in sorted(
        sources, key=lambda it: (-it.count("/"), it)
    ):  # the folders in one at last
        folder, text = posixpath.dirname(source), decoded(tree[source])
        links = [{title: path} for title, path in _NAV_LINK.findall(text)]
        is_text = source.endswith(tuple(site.nav_files))
        values = {"nav": links} if is_text else data_in(tree, source)
        named = dict(_nav_pages(values.get("nav") or values.get("arrange")))
        inside = [it.source for it in found.items if posixpath.dirname(it.source) == folder]
        rest = [it for path in inside if (it := posixpath.basename(path)) not in named]
        pages = []
        for path, title in [*named.items(), ("...", "")] if named else ():
            pages += [(it, "") for it in rest] if path.startswith("...") else [(path, title)]
            rest = [] if path.startswith("...") else rest
        _order_by_nav(found, pages, folder)
        if title := str(values.get("title") or ""):
            _name_folder(found, site.place_of(folder), title, source)
    return bool(sources)


def _order_sections(found: Import, site: Site) -> None:
    """Number folders beside others in the order of their first pages; one without a page of its own gets one."""
    own = {posixpath.dirname(it.name): it for it in found.items if it.index}
    shown = [it for it in found.items if not it.fields.keys() & {"draft", "lang"}]
    folders = dict.fromkeys(one for it in shown for one in sorted(folders_of([it.name])))
    beside = Counter(map(posixpath.dirname, folders))
    taken = {it.name for it in found.items}  # by a page beside the folder, which is its page
    pages = {}
    for folder in [it for it in folders if beside[posixpath.dirname(it)] > 1 and it not in taken]:
        made = Item("note", own_title(folder, "index", None, vault=False), source=site.file)
        made.name, made.index = f"{folder}/index", True
        page = own.get(folder, made)
        page.fields = {**page.fields, "weight": 0}
        pages[id(page)] = page
    found.items = [*(it for it in found.items if id(it) not in pages), *pages.values()]


def _name_folder(found: Import, folder: str, title: str, source: str) -> None:
    """Give the page of a folder a title; where it has none, the folder gets one."""
    name = posixpath.join(folder, "index")
    own = next((it for it in found.items if it.name == name), None)
    if own:
        _name(found, own, title)
    elif any(it.name == folder for it in found.items):
        found.leave(0, title, "section whose folder has a page beside it", source)
    elif slug_of(title) != slug_of(posixpath.basename(folder)):
        found.items.append(Item("note", title, {}, "", source=source, name=name, index=True))


def _name(found: Import, item: Item, title: str) -> None:
    """Give a page the title that the navigation has for it; links find it by its own, too."""
    if item.title not in (title, "") and item.title in found.texts.get(item.source, ""):
        item.aliases.append(item.title)
    item.title = title


def _nav_pages(nav: Any) -> Iterator[tuple[str, str]]:
    for one in nav if isinstance(nav, list) else ():
        if isinstance(one, str):
            yield one, ""
        for title, value in mapping(one).items():
            yield from [(value, str(title))] if isinstance(value, str) else _nav_pages(value)


def _name_sections(found: Import, site: Site) -> None:
    """Give folders the titles of the sections of the navigation that hold their pages."""
    titles: dict[str, str] = {}
    for title, pages in _sections(site.config.get("nav") or site.config.get("pages")):
        folder = posixpath.commonpath([posixpath.dirname(it.strip("/")) for it in pages])
        if folder and titles.setdefault(folder, title) == title:
            _name_folder(found, folder, title, site.file)
        else:
            found.leave(0, title, "section of the navigation that is no folder", site.file)


def _sections(nav: Any) -> Iterator[tuple[str, list[str]]]:
    """Yield the sections of a navigation with the pages in them."""
    for one in nav if isinstance(nav, list) else ():
        for title, value in mapping(one).items():
            if pages := [it for it, _ in _nav_pages(value) if not is_web_url(it)]:
                yield str(title), pages
                yield from _sections(value)


def _redirect(found: Import, site: Site) -> None:
    """Let the redirects of the plugin lead on."""
    by_place = {site.place_of(item.source): item for item in found.items}
    for options in site.options("redirects"):
        for old, new in mapping(options.get("redirect_maps")).items():
            place, _, anchor = str(new).partition("#")
            address, target = site.address(_stem(str(old))), by_place.get(place)
            if target:
                keep_old(target, address)
                if anchor:
                    told = (
                        f"the old address {address} leads to the top of {place}, not to #{anchor}"
                    )
                    found.note(0, told, site.file)
                    found.leave(0, anchor, "part of a page to which an address led", site.file)
            elif re.match(r"https?://", str(new)):
                found.redirects[address] = str(new)
            else:
                found.note(0, f"the redirect of {old} leads to no page: {new}", site.file)


class _Converter(Rewriter):
    """Writes the blocks that MkDocs' extensions add as what any reader of Markdown shows."""

    def convert(self) -> None:
        """Rewrite the body of the item."""
        self.item.body = _LANGUAGE.sub(self._language, self.item.body)
        self.item.body = _INLINE.sub(self._language, self.item.body)
        self.item.body = "\n".join(self._lines(self.item.body.split("\n"), 0)) + "\n"

    def part(self, match: re.Match[str]) -> str:
        """Return the words of a link to a part of a program, whose reference a hub has not."""
        text, name = match[1], match[2] or match[1].strip("`")
        if not re.fullmatch(r"\w+(?:\.\w+)+", name) or f"[{name}]:" in self.item.body:
            return match[0]
        note = f"the reference of a program is no part of a hub: {name}"
        self.tell(match[0], match[2] or "", "name of a part of a program", note)
        return text if match[2] or "`" in text else f"`{text}`"

    def _language(self, match: re.Match[str]) -> str:
        self.tell(match[0].strip(), match[0], "language of code")
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
                inner, at = _indented(lines, at + 1, len(block[1].expandtabs(4)))
                yield from self._block(block, inner, depth)
                continue
            yield line
            at += 1

    def _reference(self, name: str, options: list[str]) -> str:
        """Return the name of a part of a program whose reference mkdocstrings would make of its source."""
        message = f'the reference of "{name}" is made of a program, and its name alone is kept'
        self.tell(f"::: {name}", options, "options of mkdocstrings", message)
        return f"`{name}`\n"

    def _block(self, block: re.Match[str], inner: list[str], depth: int) -> Iterator[str]:
        indent, mark, kind, more, title = block.groups()
        body = list(self._lines(inner, depth + 1))
        if mark.startswith("==="):
            head = [f"{indent}**{title or kind}**", ""]
            yield from [*head, *(f"{indent}{it}" if it else "" for it in body), ""]
            return
        self.found.leave(0, f"{kind or ''} {more or ''}", "sort of an admonition", self.item.source)
        fold = {"???": "-", "???+": "+"}.get(mark, "")
        box = alert(kind or "note", title or "", "\n".join(body), fold)
        yield from [*(f"{indent}{line}" for line in box.split("\n")), ""]


def _indented(lines: list[str], at: int, base: int) -> tuple[list[str], int]:
    """Return the lines of a block that is indented by four or a tab, and where it ends."""
    stops, spaces = divmod(base + 4, 4)
    lead = re.compile(rf"(?: {{4}}| {{0,3}}\t){{{stops}}}(?: {{{spaces}}}|\t)|[ \t]*\Z")
    inner = []
    while at < len(lines) and (indent := lead.match(lines[at])):
        inner.append(lines[at][indent.end() :])
        at += 1
    while inner and not inner[-1].strip():
        inner.pop()
    return inner, at
