"""Turn names into the parts of URLs that stand for them: slugs, and anchors as GitHub makes them."""

import re
from functools import lru_cache
from hashlib import sha256
from unicodedata import category, normalize

import msgspec

MAX_BYTES = 200
"""File systems allow 255 bytes for a name; this leaves room for an extension and a number."""

SPOKEN = {"+": "plus", "#": "sharp"}
"""Characters that tell names apart (C, C++ and C#) and would vanish from a URL."""


_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\u20d0-\u20ff\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]"
)
"""What no address shows: joiners, marks of direction, and all that varies the look of another sign."""


def slug_of(text: str) -> str:
    """Return `text` in lower case with letters, marks and numbers of any script, joined by `-`.

    The result is empty where `text` has none of these.
    """
    text = _UNSEEN.sub("", text) if not text.isascii() else text
    kept = "".join(
        SPOKEN.get(character) or (character if category(character)[0] in "LMN" else "-")
        for character in normalize("NFC", text).lower()
    )
    slug = "-".join(part for part in kept.split("-") if part)
    return slug.encode()[:MAX_BYTES].decode(errors="ignore")


_TOLD_APART = frozenset(".!%&*@\\†‡§¶")
"""Punctuation that belongs to a name; all other punctuation stands between words."""

_SPOKEN_IN_TAGS = SPOKEN | {"&": "-and-"}


@lru_cache(maxsize=4096)
def tag_slug(name: str) -> str:
    """Return the address of a tag below `tags/`: a part for each level of `lang/python`.

    Tags of one address are one tag: they differ in case, and in the blanks, hyphens, underscores,
    quotes and commas between their words. Every other sign is spelt, by its word or by its number
    in Unicode, so that `C`, `C++` and `C#` have addresses of their own, whatever else there is.
    """
    parts = filter(None, map(_tag_part, name.split("/")))
    return "/".join(parts) or "-".join(f"{ord(sign):x}" for sign in name)


def _tag_part(part: str) -> str:
    text = _UNSEEN.sub("", part) if not part.isascii() else part
    text = normalize("NFC", text).strip().lower()
    text = re.sub(r"--$", "minusminus", text)
    slug = "-".join(filter(None, "".join(map(_spelt, text)).split("-")))
    slug = re.sub(r"^\.|\.$", "dot", slug)  # a name that begins with a dot is hidden
    slug = slug or "-".join(f"{ord(sign):x}" for sign in part.strip())
    if len(slug.encode()) <= MAX_BYTES:
        return slug
    begin = slug.encode()[: MAX_BYTES - 9].decode(errors="ignore")
    return f"{begin}-{sha256(slug.encode()).hexdigest()[:8]}"


def _spelt(sign: str) -> str:
    kind = category(sign)[0]
    if sign in _SPOKEN_IN_TAGS:
        return _SPOKEN_IN_TAGS[sign]
    if kind in "LMN" or sign == ".":
        return sign
    return f"-{ord(sign):x}-" if kind == "S" or sign in _TOLD_APART else "-"


_DROPPED = re.compile(r"[^\w\- ]")
_KEPT_CATEGORIES = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "Pc"})
_LETTERS_IN_CIRCLES = re.compile(
    "[Ⓐ-ⓩ\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189]"
)


def github_slug(text: str) -> str:
    """Return GitHub's anchor for a heading with this plain text, before it is made unique.

    Lower case; only letters, marks, digits, connector punctuation, hyphens and spaces stay;
    every space becomes a hyphen (the rule of html-pipeline and of github-slugger). GitHub gives
    an empty anchor where nothing stays; an id may not be empty, so it is `section`.
    """
    text = text.strip()
    if text.isascii():
        kept = _DROPPED.sub("", text.lower())
    else:
        kept = "".join(
            char
            for char in text.replace("Σ", "σ").lower()
            if char in "- " or category(char) in _KEPT_CATEGORIES or _LETTERS_IN_CIRCLES.match(char)
        )
    return kept.replace(" ", "-") or "section"


class Ids(msgspec.Struct):
    """Gives each id once: the second `setup` of a page becomes `setup-1`, as on GitHub."""

    prefix: str = ""
    used: dict[str, int] = {}

    def unique(self, slug: str) -> str:
        """Return `slug`, with a number after it where it was given before."""
        candidate, count = slug, self.used.get(slug, 0)
        while candidate in self.used:
            count += 1
            candidate = f"{slug}-{count}"
        self.used[slug] = count
        self.used.setdefault(candidate, 0)
        return self.prefix + candidate


_KEY = (
    r"(?:(?:data|aria)-[\w-]+|align|alt|class|decoding|dir|height|hreflang|id|lang|loading|media|"
    r"rel|role|scope|sizes|start|style|tabindex|target|title|translate|type|width)"
)
_VALUE = r"""(?:"[^"}\n]*"|'[^'}\n]*'|[^\s{}"'=]+)"""
_NAME = r"(?:\#[^\s{}#=]+|\.[^\W\d][^\s{}#=,()]*)"
_WORD = r"(?:toc|hidden|download|reversed|markdown)"
_PLAIN = rf"(?:{_NAME}|{_KEY}={_VALUE})"
_WITH_COLON = rf"(?:{_NAME}|[\w:-]+={_VALUE}|{_WORD})"
ATTRIBUTES = (
    rf"\{{(?::[ ]*(?={_WITH_COLON}(?:[ ]+{_WITH_COLON})*[ ]*\}})"
    rf"|[ ]*(?={_PLAIN}(?:[ ]+{_PLAIN})*[ ]*\}}))([^}}\n]*)\}}"
)
"""An attribute list, such as `{#id .class}`; other braces are text."""
