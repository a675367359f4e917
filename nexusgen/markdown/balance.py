"""Give raw HTML that is not balanced an end, so that it harms nothing beyond the text it stands in.

An end tag that closes nothing is left out. What nobody closes ends where something begins that it
may not hold, such as a paragraph at the next one and a table at a heading (WHATWG HTML, "Optional
tags"), else with its container.
"""

import re
from collections.abc import Mapping
from itertools import zip_longest

from nexusgen.markdown import VOID
from nexusgen.markdown.html import TOKEN
from nexusgen.markdown.notes import CLOSE, OPEN, placeholder

_ROWS = frozenset({"tr", "td", "th"})
PARENTS: Mapping[str, frozenset[str]] = {
    "table": _ROWS | {"caption", "colgroup", "col", "thead", "tbody", "tfoot"},
    **dict.fromkeys(("thead", "tbody", "tfoot"), _ROWS),
    "tr": frozenset({"td", "th"}),
    **dict.fromkeys(("ul", "ol", "menu"), frozenset({"li"})),
    "dl": frozenset({"dt", "dd"}),
    "select": frozenset({"option", "optgroup"}),
}
"""Elements that hold certain parts alone, and these."""

PARTS = frozenset().union(*PARENTS.values())
HOLDERS = frozenset(
    {
        "address", "article", "aside", "blockquote", "caption", "center", "dd", "details", "dialog",
        "dir", "div", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header",
        "hgroup", "li", "main", "nav", "search", "section", "td", "th",
    }
)  # fmt: skip
"""Elements that hold blocks; all others hold what stands in a line."""
BLOCKS = (
    frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "summary"})
    | HOLDERS | PARTS | PARENTS.keys()
)  # fmt: skip
CELLS = frozenset({"table", "td", "th", "caption"})
DOCUMENT = frozenset({"html", "head", "body"})
"""Elements whose attributes a browser gives to those of the page."""

FOREIGN = frozenset({"svg", "math"})
"""Elements in which a tag may end itself (`<path/>`)."""

MAX_DEPTH = 256
"""How far up an end tag is heard; Markdown nests a hundred lists, each with its items."""

_TAG = re.compile(rf"{TOKEN.pattern}|{OPEN}(?P<mark>[aze])(?P<number>[0-9]+){CLOSE}", re.DOTALL)
_MARKS = {"a": "a", "z": "a", "e": "div"}


class Opened:
    """An open element: in which of the texts it begins, and in which it ends if nobody closes it."""

    __slots__ = ("end", "name", "start", "until")

    def __init__(self, name: str, start: int, end: str) -> None:
        self.name, self.start, self.end = name, start, end
        self.until: int | None = None


class Balance:
    """The texts of some HTML before each of its tags, and the elements that are open."""

    def __init__(self) -> None:
        self.texts: list[list[str]] = []
        self.open: list[Opened] = []

    def begin(self, name: str, end: str) -> None:
        """Open an element, which its `end` closes; void where there is none."""
        here = len(self.texts) - 1
        for one in reversed(self.open[-MAX_DEPTH:]):
            if may_hold(one.name, name):
                break
            one.until = here if one.until is None else one.until
        if end:
            self.open.append(Opened(name, here, end))

    def close(self, name: str) -> str:
        """Return the end tag of the element that one of this name closes; empty if it closes none."""
        for depth in range(len(self.open) - 1, max(len(self.open) - MAX_DEPTH, 0) - 1, -1):
            found = self.open[depth]
            if found.name == name:
                self.end_from(depth + 1)
                self.open.pop()
                for one in reversed(self.open[-MAX_DEPTH:]):
                    if one.until is not None and one.until > found.start:
                        one.until = None  # it went on behind what it may not hold
                return found.end
            if is_wall(found.name, name):
                break
        return ""

    def end_from(self, depth: int) -> None:
        """End the elements from this depth on."""
        for one in reversed(self.open[depth:]):
            self.texts[-1 if one.until is None else one.until].append(one.end)
        del self.open[depth:]


def balanced(html: str) -> str:
    """Return HTML, its links as placeholders, in which every element that begins has its end."""
    balance, tags, done = Balance(), [], 0
    for tag in _TAG.finditer(html):
        balance.texts.append([html[done : tag.start()]])
        done = tag.end()
        tags.append(_balanced_tag(balance, tag))
    balance.texts.append([html[done:]])
    balance.end_from(0)
    pairs = zip_longest(balance.texts, tags, fillvalue="")
    return "".join(part for text, tag in pairs for part in (*text, tag))


def _balanced_tag(balance: Balance, tag: re.Match[str]) -> str:
    """Return a tag as it is, or empty where it closes nothing."""
    mark = tag["mark"]
    name = _MARKS[mark] if mark else (tag["name"] or "").lower()
    if not name or name in DOCUMENT:
        return "" if name else tag[0]
    if tag["end"] or mark == "z":
        return balance.close(name)
    alone = name in VOID or mark == "e"
    if tag[0].endswith("/>"):
        drawings = (one for one in balance.open[-MAX_DEPTH:] if one.name in FOREIGN)
        alone = alone or any(one.until is None for one in drawings)
    end = placeholder("z", int(tag["number"])) if mark else f"</{tag['name']}>"
    balance.begin(name, "" if alone else end)
    return tag[0]


def may_hold(outer: str, inner: str) -> bool:
    """Return whether an element may hold another one."""
    if outer in PARENTS:
        return inner in PARENTS[outer]
    if outer in HOLDERS:
        return inner not in PARTS
    return inner not in BLOCKS and inner != outer


def is_wall(outer: str, name: str) -> bool:
    """Return whether the end tag of a `name` beyond an open element is not heard in it."""
    if name in PARTS:
        return name in PARENTS.get(outer, ())
    if name in HOLDERS or name in PARENTS:
        return outer in CELLS and name != "table"
    return outer in HOLDERS or outer in PARENTS
