"""HTML that an author wrote in; the same out, without what could run code, and with its links as holes.

It is cut into tags as browsers do it (WHATWG HTML, "tokenization"); what a browser would read as an
unfinished tag becomes text. The tags that GitHub filters become text too.
"""

import html
import re
from collections.abc import Callable
from typing import NamedTuple

from nexusgen.core.urls import is_dangerous

ATTRIBUTE = (
    r"""[\s/]*+(=?[^\s/>=]++|=)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"'][^\s>]*+)|(?=>)))?"""
)
ATTRIBUTES = re.compile(ATTRIBUTE)
TOKEN = re.compile(
    r"(?P<comment><!--(?:-?>|.*?(?:--!?>|\Z)))"
    rf"|<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<attributes>(?>(?:{re.sub(r'[(](?![?])', '(?:', ATTRIBUTE)})*))[\s/]*+>"
    r"|(?P<bogus><(?:[!?]|/[^a-zA-Z])[^>]*+>)"
    r"|(?P<lone><(?=[a-zA-Z/!?]))",
    re.DOTALL,
)
GITHUB_FILTERS = "title textarea style xmp iframe noembed noframes script plaintext"
WE_FILTER = (
    "base meta link object embed applet frame frameset animate animatemotion animatetransform set "
    "template noscript"
)
FILTERED = frozenset(f"{GITHUB_FILTERS} {WE_FILTER}".split())
"""Elements that become text (GFM, "disallowed raw HTML", and what else can load or run code)."""

LINKING = (
    "href src action formaction xlink:href data poster background ping cite longdesc lowsrc dynsrc "
    "srcset from to values by"
)
URL_ATTRIBUTES = frozenset(LINKING.split())

Attributes = list[tuple[str, str, str]]
"""The attributes of a tag: their name in lower case, value, and how they are written."""


def attributes_of(written: str) -> Attributes:
    """Return the attributes in a tag, the first of each name."""
    found: dict[str, tuple[str, str, str]] = {}
    for match in ATTRIBUTES.finditer(written):
        value = html.unescape(match[2] or match[3] or match[4] or "")
        found.setdefault(match[1].lower(), (match[1].lower(), value, match[0].lstrip(" \t\r\n\f/")))
    return list(found.values())


def is_harmless(name: str, value: str) -> bool:
    """Return whether an attribute can stay: no script, and no address that runs one."""
    if name.startswith("on") or name == "srcdoc":
        return False
    return name not in URL_ATTRIBUTES or not is_dangerous(value)


class Tag(NamedTuple):
    """A tag of raw HTML: its name in lower case, its harmless attributes, and where it stands."""

    name: str
    is_end: bool
    attributes: Attributes
    start: int
    end: int

    def html(self, more: str = "") -> str:
        """Return the tag with `more` behind its attributes."""
        written = "".join(f" {attribute[2]}" for attribute in self.attributes)
        return f"<{'/' if self.is_end else ''}{self.name}{written}{more}>"


TagReader = Callable[[Tag], str]
"""Is given each tag that may stay, and returns what to write in its place, or the empty string."""


def safe_html(source: str, read_tag: TagReader) -> str:
    """Return raw HTML that runs no code, each tag as `read_tag` has it where that returns any."""

    def token(match: re.Match[str]) -> str:
        if match["comment"]:
            return match[0] if match[0].endswith(("-->", "--!>")) else match[0] + "-->"
        if match["bogus"]:
            return match[0]
        name = (match["name"] or "").lower()
        if not name or name in FILTERED:
            # a tag may hold others in its attributes, which become text with it
            return match[0].replace("<", "&lt;")
        return tag(match, name)

    def tag(match: re.Match[str], name: str) -> str:
        attributes = attributes_of(match["attributes"])
        kept = [item for item in attributes if is_harmless(item[0], item[1])]
        found = Tag(name, bool(match["end"]), kept, match.start(), match.end())
        unchanged = match[0] if len(kept) == len(attributes) else found.html()
        return read_tag(found) or unchanged

    return TOKEN.sub(token, source)
