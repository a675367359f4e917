"""Read a line as the title of a section: its plain text, its number or picture, and whether it looks like one."""

import re
from typing import NamedTuple

from nexusgen.importers.lines import ITEM, Line
from nexusgen.importers.normal import plain, without_emoji
from nexusgen.importers.vocabulary import CONTENTS, HUB, KNOWN_PAGES, OUTSIDE, is_generic, kind_of


class Heading(NamedTuple):
    """Where a heading begins and ends among the lines, its level and its text."""

    start: int
    end: int
    level: int
    text: str


NUMBER = re.compile(
    r"(?i)^(?:\(?(?:q?\d{1,2}(?:\.\d{1,2})*[.):]|[ivx]{1,4}[.)]|[a-h](?:[.)]|\.\))(?=\s))\)?(?=\s|[^\d\s.])|\d{1,2}(?:\.\d{1,2})+(?=\s)|(?:section|part) \d+:?)\s*"
)

LONGEST_TITLE = 140

NO_END = (
    r"(?<!\.[A-Za-z]\.)(?<!\b(?:Dr|Jr|Mr|Ms|Mt|Sr|St|cf|vs)\.)(?<!\b(?:Fig|Mrs)\.)(?<!\bProf\.)"
)
"""Stands behind a point that ends a sentence, and not a word such as `e.g.`"""

_SENTENCE = re.compile(rf"(?<=[.!?]){NO_END}\s+(?=[^\W\d_a-z]|[\"'“«*_`(\[])")


def title_of(heading: str) -> str:
    """Return a heading as plain text, without pictures, numbers, and a colon at its end."""
    text = without_emoji(plain(heading)).strip()
    return NUMBER.sub("", text).strip(" \t:-–—") or text


def cut_title(markdown: str) -> tuple[str, bool]:
    """Return a title in plain text, and whether it leaves out some of the words or links."""
    text = title_of(markdown).rstrip(" .;,:")
    linked = bool(re.search(r"\]\(|<[A-Za-z]|\w\S*\s?\[\^\w", markdown))
    first = sentence_of(text).rstrip(" .;,:")
    if len(first) > LONGEST_TITLE:
        cut = first[:LONGEST_TITLE].rpartition(" ")[0]
        before, _, opened = cut.rpartition("(")
        first = (before if before and ")" not in opened else cut).rstrip(" .;,:-–—(") + "…"
    return first, linked or first != text


def sentence_of(text: str) -> str:
    """Return the first sentence of a text, which ends within no bracket."""
    ends = (it.start() for it in _SENTENCE.finditer(text))
    closed = (it for it in ends if text.count("(", 0, it) <= text.count(")", 0, it))
    return text[: next(closed, None)]


def has_picture(text: str) -> bool:
    return without_emoji(text)[:1] != text.strip()[:1]


def is_signed(text: str) -> bool:
    """Decide whether a picture or a number stands before a title."""
    return has_picture(text) or bool(NUMBER.match(text))


def entries_of(heading: str) -> str:
    """Return of which kind the entries below a heading are, as it says; the empty string where it says none."""
    kind = kind_of(title_of(heading))
    return kind if kind != "wrapper" else ""


def is_known(text: str) -> bool:
    title = title_of(text)
    low = title.casefold()
    is_section = kind_of(title) and ("," not in title or is_generic(title))
    return bool(is_section or any(it.match(low) for it in (KNOWN_PAGES, CONTENTS, OUTSIDE)))


def is_paragraph(text: str) -> bool:
    """Decide whether the text of a heading is too long for one, and says a sentence."""
    return len(text.split()) > 20 and text.rstrip().endswith((".", "!", "?"))


_LOWER_NAME = re.compile(
    r"(?!\S+\.(?:md|py|txt|json|ya?ml|tsx?|html|css|sh|sql|csv|env)\b)[a-z]+[.\d][\w.]*\w\b(?!\()"
)
"""A name that begins with a small letter, such as `turf.js` or `k8s`."""


def alone_as_title(line: Line) -> Line:
    """Return the first line of a text, which stands alone, without what keeps no line there from being its title.

    That is a colon, and what makes the name of a hub, or a name and its motto, longer than other titles.
    """
    text = line.text.replace(": ", " – ")
    words = text.split()
    is_long = len(words) < 16 and line.text.rstrip()[-1:] not in ("", *".,;:!?…")
    told = HUB.search(text) or (":" not in line.text and re.search(r"\s[–—|-]\s", text))
    return Line(line.number, " ".join(words[:9]).rstrip(",") if is_long and told else text)


def is_title_like(line: Line) -> bool:
    text = without_emoji(line.text)
    numbered = NUMBER.match(text)
    text = text[numbered.end() :] if numbered else text
    if line.code or line.blank or not text or ITEM.match(text) or len(text.split()) > 9:
        return False
    if text.endswith(":") and len(text.split()) > 5:
        return False
    if len(text) > 75 or text[-1] in ".,;!?…" or text[0] in "|><`[(\"'“‘":
        return False
    key, _, rest = text.partition(": ")
    is_section = len(key.split()) > 2 and kind_of(key) and is_generic(key) and "," not in rest
    has_key = (rest and not is_section) or "://" in text or re.match(r"\w+=\S", text)
    is_upper = text[0].isupper() or not text[0].isascii() or _LOWER_NAME.match(text)
    return not has_key and bool(is_upper) and line.text[:4] != "    "
