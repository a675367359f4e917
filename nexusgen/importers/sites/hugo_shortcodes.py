"""Carry out the shortcodes of Hugo and of its well-known themes that only show something, and tell the others."""

import posixpath
import re
import textwrap
from collections.abc import Callable, Mapping
from typing import Any

from nexusgen.importers.archives import Tree
from nexusgen.importers.data import divide
from nexusgen.importers.normal import Import, Item, mapping, missing
from nexusgen.importers.rewriting import (
    Rewriter,
    apart,
    before_code,
    fenced,
    gap,
    in_place,
    outside_code,
)
from nexusgen.importers.sites.boxes import SORTS, alert, card, figure, film, part

_PARAMS = r"((?:\"(?:[^\"\\]|\\.)*\"|`[^`]*`|[^>%\"`]|>(?!\}\})|%(?!\}\}))*?)"
_ANY = re.compile(rf"\{{\{{[<%]\s*(/?)\s*([\w./-]*\w){_PARAMS}(/?)\s*[>%]\}}\}}")
_INCLUDE = re.compile(
    rf"\{{\{{[<%]\s*(?:include|readfile|readFile|include-md|snippet)\s+{_PARAMS}/?\s*[>%]\}}\}}"
)
_ICONS = re.compile(rf"\{{\{{[<%]\s*(?:icon|fa|fas|fab|fontawesome){_PARAMS}/?\s*[>%]\}}\}}[ \t]?")
_BOXES = ("notice", "alert", "admonition", "callout", *SORTS)
_CARDS = ("card", "link-card", "feature", "hextra/feature-card")
_LINKS = ("button", "btn", "link", "hextra/hero-button", "hextra/hero-badge", "badge", "staticref")
_FOLDED = ("details", "expand", "spoiler", "collapse", "accordionItem")
_EVENTS = ("timelineItem", "timeline-item", "event", "step")
_HOLDERS = (
    "tabs", "tabpane", "tabgroup", "tabset", "cards", "columns", "column", "timeline", "steps",
    "hextra/feature-grid", "accordion",
)  # fmt: skip
"""Shortcodes that only hold others, or parts of a page beside one another."""
_LEAD = r"^([ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)"


def _around(lead: str, *names: str) -> re.Pattern[str]:
    """Return what finds shortcodes around a text in which none of them stands."""
    begin = rf"\{{\{{[<%]\s*(?:{'|'.join(names)})(?![\w-])"
    return re.compile(
        rf"(?ms){lead}(?={begin})\{{\{{[<%]\s*([\w./-]*\w){_PARAMS}\s*[>%]\}}\}}((?:(?!{begin}).)*?)"
        r"\{\{[<%]\s*/\s*\2\s*[>%]\}\}" + r"(?:[ \t]*$)?" * (lead == _LEAD)
    )


_COMMENT = _around("()", "comment")
_HIGHLIGHT = _around("()", "highlight")
_FORMULA = _around("()", "katex", "mathjax", "math")
_LINKED = _around("()", *_LINKS)
_PAIR = _around(_LEAD, "mermaid", "tab", "card", *_FOLDED, *_EVENTS, *_BOXES)
"""Shortcodes of many themes around a text: a box, a drawing, one of several tabs or cards, an event."""
_HOLDER = _around(_LEAD, *_HOLDERS)
"""Shortcodes that hold others alone."""
_MARKED = re.compile(r"\bhl_lines=\W?([\d -]+)")
_NUMBERED = re.compile(r"\blineno(?:s|start)=\w+")
_TAB = re.compile(r"(\{\{([<%])\s*tab)(?![\w-])")
_SHOWN = re.compile(r"\{\{([<%])/\*(.*?)\*/([>%])\}\}", re.DOTALL)
_PARAM = re.compile(r"(?:([\w-]+)\s*=\s*)?(?:\"((?:[^\"\\]|\\.)*)\"|`([^`]*)`|([^\s\"`=]+))")
_ADDRESS = re.compile(r"[a-z][\w+.-]*:\S+|\.{0,2}/\S*")
_SAID = (
    "title",
    "text",
    "content",
    "label",
    "caption",
    "author",
    "source",
    "summary",
    "description",
    "alt",
    "value",
)
"""Parameters that hold words for readers."""
_DIVIDER = re.compile(r"^[ \t]*<--->[ \t]*$", re.MULTILINE)
_MORE = re.compile(r"^\s*<!--\s*more\s*-->\s*$", re.MULTILINE | re.IGNORECASE)
_OPEN, _CLOSE = "\ue000", "\ue001"
"""What stands for the braces of a shortcode that the page shows, until all else is done."""
_RESTORED = re.compile(f"{_OPEN}(.*?){_CLOSE}", re.DOTALL)
DEEPEST = 5


class ShortCodes(Rewriter):
    """The shortcodes of one page; `tree` holds the files it may include, `params` those of the site."""

    def __init__(self, found: Import, item: Item, tree: Tree, params: Mapping[str, Any]) -> None:
        super().__init__(found, item)
        self.tree = tree
        page = {"title": item.title, "description": item.fields.get("summary"), **item.fields}
        self.params = {**params, **page}
        self.used: set[str] = set()

    def carry_out(self) -> set[str]:
        """Write what stands for the shortcodes of the page into its body; return which files stand in it."""
        self.item.body = _SHOWN.sub(rf"{_OPEN}\1\2\3{_CLOSE}", self.item.body)
        self.item.body = before_code(self.item.body, _FORMULA, self._formula)
        for _ in range(DEEPEST):
            self.item.body = before_code(self.item.body, _INCLUDE, self._included)
        self.item.body = _innermost(_COMMENT, self._dropped, self.item.body)
        self.item.body = before_code(self.item.body, _HIGHLIGHT, self._fence)
        self.item.body = before_code(self.item.body, _ICONS, self._icon)
        self.item.body = before_code(self.item.body, _LINKED, self._link)
        self.item.body = _innermost(_HOLDER, self._held, self.item.body)
        self.item.body = _innermost(_PAIR, self._pair, self.item.body)
        self.item.body = before_code(self.item.body, _ANY, self._one)
        if "columns" in self.found.texts.get(self.item.source, ""):
            self.item.body = before_code(self.item.body, _DIVIDER, lambda _: "")
        if _MORE.search(self.item.body):
            self.found.leave(0, "more", "mark of a summary", self.item.source)
            self.item.body = _MORE.sub("", self.item.body, count=1)
        body = outside_code(self.item.body, lambda text: _RESTORED.sub(r"`{{\1}}`", text))
        self.item.body = _RESTORED.sub(r"{{\1}}", body)
        return self.used

    def _included(self, match: re.Match[str]) -> str:
        """Return the file that a page includes, without its front matter."""
        named, given = _parameters(match[1])
        name = named.get("file") or named.get("src") or (given[0] if given else "")
        folders = (posixpath.dirname(self.item.source), "content", "", "static")
        places = [posixpath.normpath(posixpath.join(it, name.lstrip("/"))) for it in folders]
        place = next((it for it in places if it in self.tree), "")
        message = "" if place else f'the file "{name}" to include is not there'
        self.tell(match[0], match[0], "shortcode of Hugo", message)
        if not place:
            return gap(match)
        self.used.add(place)
        text = divide(self.found, place, self.tree[place])[1].strip("\n")
        if named.get("code") == "true":
            return fenced(match, named.get("lang", ""), text)
        return in_place(match, text)

    def _made(self, match: re.Match[str], made: str, into: str = "what it shows") -> str:
        """Return what a shortcode became, with its words told that are not in there."""
        head = _ANY.search(match[0])
        named, _ = _parameters(head[3] if head and made.strip() else "")
        lost = [named[it] for it in _SAID if it in named and missing(named[it], made)]
        note = f"words of a shortcode are left out: {', '.join(lost)}" if lost else ""
        self.tell(match[0], missing(match[0], made), f"shortcode of Hugo that became {into}", note)
        return made

    def _dropped(self, match: re.Match[str]) -> str:
        """Return nothing for a comment, which no site shows."""
        return self._made(match, gap(match), "nothing: it is a comment")

    def _formula(self, match: re.Match[str]) -> str:
        """Return a formula between the marks that it has, or those that say how it is shown."""
        text = match[4]
        mark = "$$" if "display" in match[3] or text.startswith("\n") else "$"
        text = text if mark == "$$" or "$" in text else text.strip()
        return self._made(match, text if "$" in text else f"{mark}{text}{mark}")

    def _fence(self, match: re.Match[str]) -> str:
        """Turn `highlight` into a fence."""
        named, given = _parameters(match[3])
        language, *more = [*given, *named.values(), ""]
        marked = [f"{{{','.join(it.split())}}}" for it in _MARKED.findall(" ".join(more))]
        info = " ".join([language, *marked, ",".join(_NUMBERED.findall(" ".join(more)))]).strip()
        code = re.sub(r"\A[ \t]*\n|\n[ \t]*\Z", "", match[4])
        return self._made(match, fenced(match, info, code), "a fence")

    def _held(self, match: re.Match[str]) -> str:
        """Return what a shortcode holds, and tell its tabs what it says of them."""
        named, _ = _parameters(match[3])
        names = iter(named.get("items", "").split(","))
        is_code = match[2] == "tabpane" and named.get("text") != "true"
        lang = f' lang="{named.get("lang", "")}"' if is_code or "lang" in named else ""
        inner = _TAB.sub(
            lambda it: f'{it[1]}{lang if it[2] == "<" else ""} items="{next(names, "").strip()}"',
            textwrap.dedent(match[4]),
        )
        return self._block(match, _innermost(_PAIR, self._pair, inner))

    def _pair(self, match: re.Match[str]) -> str:
        """Return a text that stands in a box, is a drawing, or one of several tabs."""
        name, inner = match[2], textwrap.dedent(match[4])
        named, given = _parameters(match[3])
        if name == "mermaid":
            made = f"```mermaid\n{inner.strip()}\n```"
        elif name == "card":
            made = card(named, inner.strip())
        else:
            made = _shown_around(name, named, given, inner)
        return self._block(match, made)

    def _block(self, match: re.Match[str], made: str) -> str:
        """Return what a shortcode around a text became, told, and apart from the lines around it."""
        made = f"{match[1]}{in_place(match, self._made(match, made.strip(chr(10))))}"
        return made if match[2] == "card" or match[1].strip() else apart(match, made)

    def _icon(self, match: re.Match[str]) -> str:
        return self._made(match, "", "nothing: it is an icon")

    def _link(self, match: re.Match[str]) -> str:
        """Return the link that a button is, or its words where it leads nowhere."""
        named, given = _parameters(match[3])
        if match[2] == "staticref":  # to a file of `static/`; what follows says how it opens
            given = [f"/{it.lstrip('/')}" for it in given[:1]]
        named = _with_target(named, given)
        words_of = " ".join(match[4].split())
        target = _target_of(named)
        made = f"[{words_of or target}](<{target}>)" if target else words_of
        if named.get("title") and not target:  # of a badge
            made = f"{named['title']} {words_of}"
        return self._made(match, made, "a link")

    def _one(self, match: re.Match[str]) -> str:
        """Return what stands for one shortcode; of one that is not known, what it encloses stays."""
        name = match[2]
        if match[1]:
            self.tell(match[0], name, "end of a shortcode of Hugo")
            return gap(match)
        named, given = _parameters(match[3])
        made = self._known(name, _with_target(named, given) if name in _LINKS else named, given)
        if made is not None:
            return in_place(match, self._made(match, made))
        unknown = f'the shortcode "{name}" is not known: what it encloses is kept'
        self.tell(match[0], match[0], "shortcode of Hugo", unknown)
        return gap(match)

    def _known(self, name: str, named: Mapping[str, str], given: list[str]) -> str | None:
        """Return what one of the shortcodes of Hugo itself shows, or None where it is none."""
        first = given[0] if given else next(iter(named.values()), "")
        if name in ("ref", "relref"):
            path = named.get("path", first)
            other = posixpath.join(named.get("lang", ""), path.lstrip("/"))
            is_other = "lang" in named and other in self.found.addresses
            return (f"/{other}" if is_other else path).replace(" ", "%20")
        if name == "figure":
            return figure(named, first)
        if name == "gist":
            file = f" ({given[2]})" if len(given) > 2 else ""
            return film(name, "/".join(given[:2])) + file
        if name == "param":
            value: Any = self.params
            for key in first.split("."):
                value = mapping(value).get(key)
            return str(value) if isinstance(value, str | int) else None
        return _shown_by_theme(name, named, first)


def _innermost(pattern: re.Pattern[str], change: Callable[[re.Match[str]], str], text: str) -> str:
    """Return a text with what matches a pattern changed, those within another first."""
    for _ in range(DEEPEST):
        text = before_code(text, pattern, change)
    return text


def _parameters(text: str) -> tuple[dict[str, str], list[str]]:
    """Return the parameters of a shortcode that have a name, and those that have none."""
    named: dict[str, str] = {}
    given: list[str] = []
    for key, double, raw, bare in _PARAM.findall(text):
        value = re.sub(r"\\(.)", r"\1", double) or raw or bare
        if key:
            named[key.lower()] = value
        else:
            given.append(value)
    return named, given


def _shown_by_theme(name: str, named: Mapping[str, str], first: str) -> str | None:
    """Return what a shortcode that stands alone shows, or None where no known theme has it."""
    make = _ALONE.get(name)
    if make:
        return make(named, first)
    which = named.get("id") or first
    return film(name.removesuffix("_simple"), which, named.get("user", "i")) or None


def _link(named: Mapping[str, str], first: str) -> str:
    named_so = " ".join(named[it] for it in ("title", "label", "value") if named.get(it))
    text = named.get("text") or named.get("content") or named_so or first
    target = _target_of(named)
    return f"[{text}](<{target}>)" if target else text


def _file(named: Mapping[str, str], first: str) -> str:
    source = named.get("src") or named.get("url") or first
    return f"<{source}>" if "://" in source else f"[{source}](<{source}>)"


def _github(named: Mapping[str, str], first: str) -> str:
    return f"<https://github.com/{named.get('repo', first)}>"


_ALONE: dict[str, Callable[[Mapping[str, str], str], str]] = {
    **dict.fromkeys((*_HOLDERS, "katex", "mathjax", "math"), lambda _named, _first: ""),
    **dict.fromkeys(_CARDS, lambda named, _: card(named, "")),
    **dict.fromkeys(_LINKS, _link),
    **dict.fromkeys(("image", "img"), figure),
    **dict.fromkeys(("video", "audio", "iframe"), _file),
    "github": _github,
    "qr": lambda named, _: re.sub(r"^\w+://\S+$", r"<\g<0>>", named.get("text", "")),
    "kbd": lambda _, first: f"<kbd>{first}</kbd>",
}


def _with_target(named: Mapping[str, str], given: list[str]) -> dict[str, str]:
    """Return the parameters of a link with its target and words by name, as far as they had none."""
    target = next((it for it in given if _ADDRESS.fullmatch(it)), "")
    return {"href": target, "text": next((it for it in given if it != target), ""), **named}


def _target_of(named: Mapping[str, str]) -> str:
    """Return where a button leads."""
    keys = ("href", "link", "url", "relref", "ref", "page")
    return next((named[key] for key in keys if named.get(key)), "")


def _shown_around(name: str, named: Mapping[str, str], given: list[str], text: str) -> str:
    """Return what a shortcode around a text shows."""
    if name == "tab":
        return _tab(named, given, text)
    if name in _FOLDED:
        return _folded(named, given, text)
    return _event(named, given, text) if name in _EVENTS else _box(name, named, given, text)


def _event(named: Mapping[str, str], given: list[str], text: str) -> str:
    """Return an event of a timeline: its name and time in bold, what else is said, and its text."""
    name = named.get("header") or named.get("title") or " ".join(given)
    when = named.get("badge") or named.get("date") or ""
    head = f"**{name} ({when})**" if name and when else f"**{name or when}**"
    below = [head, named.get("subheader", ""), text.strip("\n")]
    return "\n\n".join(it for it in below if it.strip("* ")) + "\n"


def _box(name: str, named: Mapping[str, str], given: list[str], text: str) -> str:
    """Return a text in a box of the kind that a shortcode says by its first parameter or its name."""
    kinds = [named[it] for it in ("type", "style", "color", "kind", "level") if named.get(it)]
    if not kinds and given and (given[0].lower() in SORTS or name not in SORTS):
        kinds, given = given[:1], given[1:]
    kind = next((it for it in (*kinds, name) if it.lower() in SORTS), "note")
    is_folded = "false" in (named.get("open"), *given[1:])
    title = named.get("title") or " ".join(it for it in given if it not in ("true", "false"))
    if by := ", ".join(named[it] for it in ("author", "source", "cite") if named.get(it)):
        text = f"{text.rstrip()}\n\n— {by}"
    return alert(kind, title, text, "-" * is_folded)


def _folded(named: Mapping[str, str], given: list[str], text: str) -> str:
    """Return a text that is shown when its summary is clicked."""
    names = [named[it] for it in ("summary", "title") if named.get(it)]
    summary = next(iter([*names, *given, *named.values()]), "Details")
    return f"<details><summary>{summary}</summary>\n\n{text.strip(chr(10))}\n\n</details>"


def _tab(named: Mapping[str, str], given: list[str], text: str) -> str:
    """Return one of several tabs: its name, and its text, which is code where it has a language."""
    keys = ("name", "title", "header", "label", "tabname", "items")
    names = [named[it] for it in keys if named.get(it)]
    code = named.get("codelang", named.get("lang"))
    is_text = (
        code is None or named.get("text") == "true" or text.lstrip().startswith(("```", "~~~"))
    )
    text = text if is_text else f"```{code}\n{text.strip(chr(10))}\n```"
    return part(names[0] if names else " ".join(given) or "Tab", text)
