"""Lead the links of a source to the pages of the hub; what leads nowhere becomes text, and is told."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

from nexusgen.content.fields import in_brackets
from nexusgen.core.slugs import Ids, github_slug, slug_of, tag_slug
from nexusgen.importers.addresses import own_pages
from nexusgen.importers.foreign_pages import TAGS
from nexusgen.importers.lines import ATX, after_fence
from nexusgen.importers.normal import TEXTS, Import, Item, missing, plain, without_emoji
from nexusgen.importers.rewriting import CODE
from nexusgen.importers.titles import title_of

_CODE = re.compile(rf"{CODE}|<!--.*?-->", re.DOTALL | re.MULTILINE)

_LINK = re.compile(
    r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(\s*(<[^>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
)

_REFERENCE = re.compile(r"^ {0,3}\[[^\]^]+\]:[ \t]*(\S+).*$", re.MULTILINE)

_IMAGE_TAG = re.compile(r"<img\b[^>]*?\bsrc=[\"']([^\"']*)[\"'][^>]*>", re.IGNORECASE)

_ALT = re.compile(r"\balt=(?:\"([^\"<>]*)\"|'([^'<>]*)')", re.IGNORECASE)

_ANCHOR_TAG = re.compile(
    r"<a\b[^>]*?\bhref=[\"']([^\"']*)[\"'][^>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL
)

_NAMED = re.compile(
    r"^#{1,6}\s+(.+?)(?:\s\{#([\w:.-]+)\})?\s*#*$|<\w+\s[^<>]*?\b(?:id|name)=[\"']([^\"'\s]+)",
    re.MULTILINE,
)
"""A heading, the name it gives itself, or the name that HTML gives a place."""

_WEB = re.compile(r"^(?:https?:|mailto:|tel:|//|ftp:)", re.IGNORECASE)

OWN = "item:"
"""What a link begins with that the import itself adds, to an item by its number."""


class Links:
    """Where the links of the source lead in the hub; what leads nowhere becomes text."""

    def __init__(self, found: Import, paths: Mapping[int, str]) -> None:
        self.found = found
        self.paths = paths
        self.pages = {} if found.form == "readme" else _pages(found, paths)
        self.anchors: dict[str, str] = {}
        self.own_anchors: dict[tuple[str, str], str] = {}
        self.codes: list[str] = []
        self.item, self.path = Item("", ""), ""
        self.old_urls = sorted(found.old_urls, key=len, reverse=True)
        for item in found.items:
            path = paths[id(item)]
            self.anchors.setdefault(slug_of(item.title), path)
            for heading, own, html in _NAMED.findall(item.body):
                name = own or html
                slug, anchor = slug_of(name or plain(heading)), name or github_slug(plain(heading))
                self.anchors.setdefault(slug, f"{path}#{anchor}")
                self.own_anchors.setdefault((path, slug), anchor)
        of_readme = [it for it in found.items if found.form == "readme" and it.source == found.only]
        self.of_readme = {paths[id(it)] for it in of_readme}
        held = {line: paths[id(it)] for it in reversed(of_readme) for line in it.lines}
        for anchor, line, heading in _headings(found.texts.get(found.only, "")):
            if path := held.get(line, ""):
                slugs = slug_of(without_emoji(plain(heading))), slug_of(title_of(heading))
                own = next((it for slug in slugs if (it := self.own_anchors.get((path, slug)))), "")
                self.anchors[anchor] = f"{path}#{own}" if own else path

    def lead(self, item: Item, path: str) -> None:
        """Rewrite the links in the texts of an item, which lies at a path of the hub."""
        self.item, self.path = item, path
        item.body = self._text(item.body)
        for field in TEXTS:
            if isinstance(item.fields.get(field), str):
                item.fields[field] = self._text(item.fields[field])
        self._lead_image()
        self._lead_links()

    def lead_navigation(self) -> None:
        """Lead the links that the settings name."""
        nav = Item("page", "", {"links": self.found.site.pop("nav", [])}, "", source="settings")
        self.item, self.path = nav, ""
        self._lead_links()
        if nav.fields:
            self.found.site["nav"] = nav.fields["links"]

    def _lead_links(self) -> None:
        """Lead the links beside a page; those that lead nowhere are left out and told."""
        kept = []
        for link in self.item.fields.pop("links", ()):
            if goal := self.target(link["url"]):
                self._tell_led(link["url"], goal)
                kept.append({**link, "url": goal})
            else:
                self._gone(" ".join(link.values()), "")
        if kept:
            self.item.fields["links"] = kept

    def _lead_image(self) -> None:
        image = self.item.fields.get("image")
        if isinstance(image, str):
            goal = self.target(in_brackets(image)[0] or image)
            place = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), goal))
            self.item.fields["image"] = goal if place in self.found.assets else ""
            if self.item.fields["image"]:
                self._tell_led(image, goal)
            else:
                reason = "picture that is not there"
                self.found.leave(self.item.line, image, reason, self.item.source)

    def _text(self, text: str) -> str:
        self.codes = []
        text = _LINK.sub(self._link, _CODE.sub(self._hidden, text))
        text = _IMAGE_TAG.sub(lambda it: self._put(it, _alt_of(it[0])), text)
        text = _ANCHOR_TAG.sub(lambda it: self._put(it, it[2]), text)
        return self._with_code(_REFERENCE.sub(lambda it: self._put(it, ""), text))

    def _hidden(self, code: re.Match[str]) -> str:
        self.codes.append(code[0])
        return f"\ue010{len(self.codes) - 1}\ue011"

    def _with_code(self, text: str) -> str:
        return re.sub("\ue010(\\d+)\ue011", lambda it: self.codes[int(it[1])], text)

    def _link(self, match: re.Match[str]) -> str:
        image, text, target, title = match.groups()
        target = target.strip("<>")
        inner = text if image or not text.startswith("![") else _LINK.sub(self._link, text)
        goal = self.target(target)
        if goal:
            self._tell_led(target, goal)
            written = f"<{goal}>" if re.search(r"[\s()]", goal) else goal
            return f"{image}[{inner}]({written}{title or ''})"
        return self._gone(match[0], inner)

    def _put(self, match: re.Match[str], kept: str) -> str:
        """Return a tag or definition with its address led to the hub, or what is kept of it."""
        target = match[1].strip("<>")
        goal = self.target(target)
        if not goal:
            return self._gone(match[0], kept)
        self._tell_led(target, goal)
        start, end = match.start(1) - match.start(), match.end(1) - match.start()
        return f"{match[0][:start]}{goal}{match[0][end:]}"

    def _gone(self, whole: str, kept: str) -> str:
        line = self.found.line_of(self.item, self._with_code(whole))
        shown = " ".join(self._with_code(whole).split())[:80]
        reason, source = "target of a link that leads nowhere here", self.item.source
        self.found.leave(line, missing(whole, kept), reason, source)
        self.found.note(line, f"a link leads nowhere here, and became text: {shown}", source)
        return kept

    def _tell_led(self, target: str, goal: str) -> None:
        lost = [] if target.startswith(OWN) else missing(target, goal)
        self.found.leave(0, lost, "address of a link within the source", self.item.source)

    def _own_page(self, target: str) -> str:
        """Return the page or file of the source that a link of a page leads to."""
        address, _, anchor = unquote(target).partition("#")
        address = address.partition("?")[0]
        folders = (posixpath.dirname(self.item.source), *self.item.places, "")
        places = [posixpath.join(it, address) for it in folders]
        if address.startswith("/"):
            bases = [urlsplit(url).path.rstrip("/") for url in self.found.old_urls]
            below = [address[len(it) :] for it in bases if it and address.startswith(f"{it}/")]
            places = [address, *below]
        lang = self.item.fields.get("lang")
        is_whole = address.startswith("/") and address.endswith(("/", ".html"))
        if lang and not is_whole:
            places = [*(f"{lang}/{it}" for it in places), *places]
        places = [posixpath.normpath(place).strip("/") or "." for place in places]
        goal = next(filter(None, map(self._at, places)), "")
        goal = self._made(places, anchor, goal)
        return f"{goal}#{anchor}" if anchor and goal and not goal.endswith("/") else goal

    def _made(self, places: list[str], anchor: str, known: str) -> str:
        """Return the page that the hub makes where the source had one, unless a page is `known` there.

        The pages of tags are where lists of terms name them (`tags/#x`, `category/x/`).
        """
        folder, name = posixpath.split(_bare(places[-1]).casefold().removesuffix(".md"))
        if anchor and name in TAGS and (known, slug_of(anchor)) not in self.own_anchors:
            known = self._tag_page(anchor.removeprefix("tag:")) or known
        if not known and posixpath.basename(folder) in TAGS:
            known = self._tag_page(name)
        made = (self.pages.get(_bare(place).casefold(), "") for place in places)
        return known or next(filter(None, made), "")

    def _tag_page(self, name: str) -> str:
        return self.pages.get(f"tags/{tag_slug(name)}", "")

    def _at(self, place: str) -> str:
        """Return the page or file at a place of the source or at an old address."""
        known = self.found.addresses
        bare = _bare(place)
        names = (place, f"{place}.md", bare, f"{place}/index.html", f"{place}/index")
        goal = next((known[it] for it in names if it in known), "")
        return goal or (place if place in self.found.assets else "")

    def target(self, target: str) -> str:
        """Return where a link of the source leads from the file of the item, or the empty string."""
        path = self.path
        own = next(
            (it for it in self.old_urls if re.match(rf"{re.escape(it)}(?:[/?#]|$)", target)), ""
        )
        if own:
            target = "/" + target[len(own) :].lstrip("/")
        if _WEB.match(target):
            return target
        if target.startswith(OWN):
            goal = self.paths[id(self.found.items[int(target.removeprefix(OWN))])]
        else:
            goal = path + target if target.startswith("#") else self._own_page(target)
            goal = self._part(goal, is_own=target.startswith("#"))
        if not goal:
            return self.found.web.get((self.item.source, target), "")
        page, hash_, anchor = goal.partition("#")
        anchor = self.own_anchors.get((page, slug_of(anchor)), anchor) if anchor else ""
        relative = posixpath.relpath(page, posixpath.dirname(path) or ".") if page != path else ""
        relative += "/" if page.endswith("/") else ""
        return f"{relative}{hash_}{anchor}" or posixpath.basename(page)

    def _part(self, goal: str, *, is_own: bool) -> str:
        """Return where a part of a README, or of a page beside it, is now; one that is not there is the page, or none of its own."""
        if self.found.form != "readme":
            return goal
        page, _, anchor = goal.partition("#")
        name = unquote(anchor)
        own = self.own_anchors.get((page, slug_of(name)), "")
        parts = self.anchors if page in self.of_readme else {}
        goal = parts.get(name.lower()) or (own and f"{page}#{own}") or parts.get(slug_of(name), "")
        return goal or ("" if is_own else page)


def _alt_of(tag: str) -> str:
    """Return what a picture of HTML shows, in words."""
    found = _ALT.search(tag)
    return found[1] or found[2] or "" if found else ""


def _pages(found: Import, paths: Mapping[int, str]) -> dict[str, str]:
    """Return where links lead to pages of the hub without a file, by their addresses, old ones too."""
    own = own_pages(found.items, paths)
    old = {it.strip("/").casefold(): goal for it, goal in found.redirects.items() if goal in own}
    return old | {(it.strip("/") or "."): it or "./" for it in own}


def _bare(place: str) -> str:
    return place.removesuffix("/index.html").removesuffix(".html")


def _headings(text: str) -> Iterator[tuple[str, int, str]]:
    """Yield each heading of a text with its line, after each anchor: of GitHub, and those that it names itself."""
    ids, fence = Ids(), ""
    above: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        fence = after_fence(line, fence)
        heading = None if fence else ATX.match(line)
        pairs = _NAMED.findall(line) + _NAMED.findall(line.lstrip("# "))
        names = [own or html for _, own, html in pairs if own or html]
        if heading and heading[2]:
            slug = ids.unique(github_slug(plain(heading[2])))
            yield from ((it, number, heading[2]) for it in (slug, *above, *names))
        above = [] if plain(line) else [*above, *names]
