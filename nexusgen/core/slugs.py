"""A name in, the part of a URL that stands for it out."""

import re
import unicodedata
from unicodedata import category, normalize

MAX_BYTES = 200
"""File systems allow 255 bytes for a name; this leaves room for an extension and a number."""

SPOKEN = {"+": "plus", "#": "sharp"}
"""Characters that tell names apart (C, C++ and C#) and would vanish from a URL."""


def slug_of(text: str) -> str:
    """Return `text` in lower case with letters, marks and numbers of any script, joined by `-`.

    The result is empty where `text` has none of these.
    """
    kept = "".join(map(_slug_character, normalize("NFC", text).lower()))
    slug = "-".join(part for part in kept.split("-") if part)
    return slug.encode()[:MAX_BYTES].decode(errors="ignore")


def _slug_character(character: str) -> str:
    if character in SPOKEN:
        return SPOKEN[character]
    return character if category(character)[0] in "LMN" else "-"


DROPPED = re.compile(r"[^\w\- ]")
KEPT_CATEGORIES = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "Pc"})
LETTERS_IN_CIRCLES = re.compile(
    "[Ⓐ-ⓩ\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189]"
)


def is_kept(char: str) -> bool:
    """Return whether GitHub keeps `char` in an anchor: letters, marks, digits, connectors."""
    return (
        char in "- "
        or unicodedata.category(char) in KEPT_CATEGORIES
        or LETTERS_IN_CIRCLES.match(char) is not None
    )


def github_slug(text: str) -> str:
    """Return GitHub's anchor for a heading with this plain text, before it is made unique.

    Lower case; only letters, marks, digits, connector punctuation, hyphens and spaces stay;
    every space becomes a hyphen (the rule of html-pipeline and of github-slugger). GitHub gives
    an empty anchor where nothing stays; an id may not be empty, so it is `section`.
    """
    text = text.strip()
    if text.isascii():
        kept = DROPPED.sub("", text.lower())
    else:
        kept = "".join(filter(is_kept, text.replace("Σ", "σ").lower()))
    return kept.replace(" ", "-") or "section"


class Ids:
    """Gives each id once: the second `setup` of a page becomes `setup-1`, as on GitHub."""

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self.used: dict[str, int] = {}

    def unique(self, slug: str) -> str:
        """Return `slug`, with a number after it where it was given before."""
        candidate, count = slug, self.used.get(slug, 0)
        while candidate in self.used:
            count += 1
            candidate = f"{slug}-{count}"
        self.used[slug] = count
        self.used.setdefault(candidate, 0)
        return self.prefix + candidate
