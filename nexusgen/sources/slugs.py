"""A name in, the part of a URL that stands for it out."""

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
