"""Read from a text the words by which search finds it, folded as its script folds a query.

`templates/assets/search.js` reads queries by the same patterns, which `READING` hands over to it.
"""

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from unicodedata import normalize

from nexusgen.core.model import LinkUse, Section
from nexusgen.markdown.code import without_spans
from nexusgen.markdown.media import without_hidden
from nexusgen.site.names import ACCENTS, LETTERS
from nexusgen.site.placeholders import CLOSE, OPEN, written

DENSE = "[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
"""Letters of scripts that put no space between words: pairs of letters stand for words."""

PLAIN = "0-9a-z_\u00df-\u0dff\u0f00-\u0fff\u10a0-\u177f\u1800-\u1fff\u2c00-\u2dff\ua4d0-\uabff\ufb00-\ufefe"
OPTION = re.compile(r"-(?<![a-z0-9_-]-)-?[a-z][a-z0-9_-]*|\.(?<![a-z0-9_.]\.)[a-z][a-z0-9_]+")
WORD = re.compile(f"{OPTION.pattern}|[{PLAIN}]+(?:(?:\\+\\+|#)(?![a-z0-9_]))?|{DENSE}+")
"""Options (`--app`), names that begin with a dot, words (`c++`, `c#`), and runs of dense letters."""

ENDING = "^(e?s?|ed|ing|ers?|ly|ions?)$"
"""Of a word and another with the same beginning: they are forms of one."""

SHOWN = rf"{OPTION.pattern}|{DENSE}|(?:(?!{DENSE})[\p{{L}}\p{{N}}\p{{M}}_+#\xad\u200c-\u200f])+"
"""What is marked of a text as a whole: an option, a letter of a script without spaces, a word."""

BETWEEN = r"^\.|[_-]|(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})"
"""What stands between the parts of such a word."""

ARTICLE = "^[\u0648\u0641]?(?:[\u0628\u0643]?\u0627\u0644|\u0644\u0644)(?=...)"
"""The article of Arabic, with what is written as one with it: and, so, with, as, for."""

QUOTES = '"“”„«»'
GLUED = rf"(?<!\S)(?=[^\s{QUOTES}]*[{PLAIN}][^{PLAIN}\s{QUOTES}{DENSE[1:-1]}]+[{PLAIN}])"
"""Before words without a blank between them, such as `3.11` and `Active::Base`: they are a phrase."""

ASKED = rf"(?<!\S)(kind|tag):([{QUOTES}][^{QUOTES}]*[{QUOTES}]?|\S+)|(?:[{QUOTES}]|{GLUED})((?<=[{QUOTES}])[^{QUOTES}]+|\S+)[{QUOTES}]?"
"""What a query asks for beside words: filters with their names, and phrases."""

READING = {
    "patterns": [
        (WORD.pattern, "gu"),
        (f"^{DENSE}", "u"),
        (SHOWN, "u"),
        (BETWEEN, "gu"),
        (ACCENTS.pattern, "g"),
        (ENDING, "u"),
        (ARTICLE, "u"),
        (ASKED, "giu"),
    ],
    "letters": {chr(letter): other for letter, other in LETTERS.items()},
}
"""What the script of search reads words by: patterns in what Python and JavaScript have in common."""

CAMEL = re.compile(r"\b[A-Za-z]*[a-z][A-Z][A-Za-z]*|\b[A-Z]{2,}[a-z]+[A-Za-z]*")
HUMPS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
PLURAL = re.compile(r"(?<=[A-Z]{2})s(?![a-z])|(?<=[A-Z][SX])es(?![a-z])")
"""The ending of several of what capitals stand for: `URLs`, `OSes`."""

PARTS = re.compile(r"[^\W_]+")
INNER = re.compile(f"[{PLAIN}]+")

LETTER = re.compile(
    "[^\0-\x7f\xa0\xab\xb7\xbb\u2013\u2014\u2018-\u201f\u2022\u2026\u2190-\u21ff\u2500-\u27bf\U0001f300-\U0001faff]"
)
"""A character that may be of a word and is not ASCII: most texts hold none, and are quick to part."""

SIGNED = re.compile(OPTION.pattern + r"|[a-z0-9_]+(?:\+\+|#)(?![a-z0-9_])")
MAY_BE_SHARP = re.compile("[#+](?<=[a-z0-9_].)")
_WORDS_ALONE = bytes(n if chr(n).isalnum() or n == ord("_") else 32 for n in range(128)).ljust(256)
MAX_WORD = 40

HEADING = re.compile(r'<h[2-6]\b[^>]*?\bid="([^"]*)"[^>]*>(.*?)</h[2-6]>', re.DOTALL)
UNSEEN = re.compile(
    r"<!--.*?-->|<(script|style|svg|annotation)\b.*?</\1>"
    r"|<sup\b[^>]*><a\b[^>]*href=\"#[^>]*>[^<]*</a></sup>|<a\b[^>]*\bclass=\"footnote-backref\".*?</a>",
    re.DOTALL,
)
"""What is no text: comments, code, and the marks that lead to a footnote and back."""

MAY_BE_UNSEEN = re.compile(r"<(?:!--|/s[ctuv]|/annotation)")
INLINE = re.compile(
    r"</?(?:a|abbr|b|code|del|em|i|ins|kbd|mark|q|s|span|strong|sub|sup|u|wbr)\b[^>]*>"
)
TAG = re.compile(r"<[^>]*>")
IMAGE = re.compile(r"<img\b[^>]*>")
SAID = re.compile(r'\b(?:alt|title)="([^"]*)"')
PLACEHOLDER = re.compile(f"{OPEN}([a-z])([0-9]+){CLOSE}")

FIELDS = {
    "heading": (3.0, 12, 6),
    "text": (1.0, 250, 250),
    "title": (8.0, 6, 3),
    "tag": (2.0, 0, 0),
}
"""How much a word in a field says, how long such a field is, and below which length all are alike.

They are constants: a weight that followed from the whole hub would change all files of the index
with one edit, one that followed from the very length of a text those of all words in it.
"""

MAX_WEIGHT = 63

MAX_TEXT = 3000
"""Characters of an entry that are kept to show where words stand, and to look for phrases in."""

CUT = " …"
"""Ends a text of which no more is kept: a phrase may stand in the rest."""

COMPOUNDING = ("da", "de", "nb", "nl", "nn", "no", "sv")
"""Languages that write several words as one: German and its kin."""

SMALL_WORDS = frozenset(
    {
        "der", "das", "und", "ist", "nicht", "eine", "einer", "einen", "einem", "auf", "fur",
        "wird", "werden", "oder", "bei", "dem", "zum", "zur", "sich", "auch", "wenn", "nach",
        "vom", "sind", "kann", "durch", "aus", "uber", "noch", "nur", "het", "een", "voor", "niet",
        "wordt", "worden", "naar", "och", "att", "inte", "ett", "ikke", "som",
    }
)  # fmt: skip
"""Words of German, Dutch and the Scandinavian languages, folded, that are none in English."""

MIN_SMALL = 2
"""How many of the small words an entry must have: a single one may be a name or a quotation."""

MIN_COMPOUND = 9
"""Letters of a word in which others are looked for."""

LAST_PART = re.compile(
    r"(?<=[a-z]{3})(?=((?:(?:sch|[bcdfgkptvw])?[lmnrw]|s[pt]r?|sch|ch|kn|ph|pf|qu|th|zw"
    r"|[bcdfghjklmnpqrstvwxz]|(?<=[^aeiouy]))[aeiouy][a-z]{2,}))"
)
"""What a compound may end with: it begins where a syllable can, behind three letters or more."""


def fold_word(text: str) -> str:
    """Return a text without regard to case, accents and forms of one letter."""
    text = text.lower()
    if text.isascii():
        return text
    return normalize("NFC", ACCENTS.sub("", normalize("NFKD", text))).translate(LETTERS)


def dashed(name: str) -> str:
    """Return the words of a name as one: of a title or tag, by which it is found as a whole."""
    return "-".join(WORD.findall(fold_word(name).replace("_", " ")) or name.split())


def count_terms(texts: Iterable[str]) -> Counter[str]:
    """Return the terms by which texts are found, with how often each is there."""
    text = "\n".join(texts).replace("…", "...")  # no term goes on in another text
    terms: Counter[str] = Counter()
    if LETTER.search(text):
        words = Counter(WORD.findall(fold_word(text)))
        words.update(part for name in CAMEL.findall(text) for part in _humps(name))
    else:
        words = Counter(text.encode("ascii", "replace").translate(_WORDS_ALONE).decode().split())
        lower = text.lower()
        signed = SIGNED if MAY_BE_SHARP.search(lower) else OPTION
        terms.update(word for word in signed.findall(lower) if len(word) <= MAX_WORD)
    for word, number in words.items():
        for term in _terms_of(word):
            terms[term] = terms.get(term, 0) + number
    return terms


@lru_cache(maxsize=65_536)
def _terms_of(word: str) -> tuple[str, ...]:
    """Return the terms of a word: itself, its parts, those that begin with capitals; few of many texts."""
    terms = [*_terms_in(word.lower() if word.isascii() else word), *_humps(word)]
    return tuple(term for term in terms if len(term) <= MAX_WORD)


def _terms_in(word: str) -> Iterator[str]:
    """Yield a folded word with its parts, or the pairs of letters of one without spaces."""
    if not word.isascii() and re.match(DENSE, word):
        yield from (word[start : start + 2] for start in range(max(1, len(word) - 1)))
        return
    yield word
    for inner in INNER.findall(word):
        if inner != word:
            yield inner
        yield from (part for part in PARTS.findall(inner) if part != inner)
    if (bare := re.sub(ARTICLE, "", word)) != word:
        yield bare


def _humps(word: str) -> Iterator[str]:
    """Yield the parts of `camelCase` that begin with a capital, and the first."""
    if name := CAMEL.match(word):
        parts = HUMPS.findall(PLURAL.sub(" ", name[0]))
        yield from (part.lower() for part in parts if len(part) > 1)


def parse_sections(
    texts: Mapping[str, str], links: Sequence[LinkUse]
) -> tuple[tuple[Section, ...], dict[str, int]]:
    """Return the plain sections of the HTML of an entry, as far as they are shown, and its terms."""
    sections = []
    for text in texts.values():
        seen = without_hidden(text) if "hidden" in text else text
        first, *rest = HEADING.split(_named(seen, links))
        sections.append(Section("", "", plain_text(first)))
        sections += [
            Section(html.unescape(rest[at]), plain_text(rest[at + 1]), plain_text(rest[at + 2]))
            for at in range(0, len(rest), 3)
        ]
    kept = tuple(section for section in sections if section.text or section.heading)
    fields = {
        "heading": [section.heading for section in kept],
        "text": [section.text for section in kept],
    }
    shown, room = [], MAX_TEXT
    for section in kept:
        text = section.text[:room] + (CUT if len(section.text) > room else "")
        shown.append(Section(section.id, section.heading, text))
        room = max(0, room - len(section.text))
    return tuple(shown), weigh(fields)


def _named(text: str, links: Sequence[LinkUse]) -> str:
    """Return HTML with what authors wrote in place of links and images: of these, what they say."""
    if OPEN in text:
        shown = [{"t": written(link), "i": f"{link.text} {link.title}"} for link in links]
        text = PLACEHOLDER.sub(
            lambda one: html.escape(shown[int(one[2])].get(one[1], ""), quote=False), text
        )
    return (
        IMAGE.sub(lambda image: " ".join(SAID.findall(image[0])), text) if "<img" in text else text
    )


def plain_text(text: str) -> str:
    """Return what a reader sees of some HTML, on one line."""
    text = without_spans(text)
    if MAY_BE_UNSEEN.search(text):
        text = UNSEEN.sub("", text)
    return " ".join(html.unescape(TAG.sub(" ", INLINE.sub("", text))).split())


def weigh(fields: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Return the terms of fields, each with how much it says (1 to 63)."""
    scores: dict[str, float] = {}
    for field, texts in fields.items():
        counts = count_terms(texts)
        weight, usual, shortest = FIELDS[field]
        if usual:
            weight /= 0.4 + 0.6 * _step(counts.total(), shortest) / usual
        worth = {number: _step(number, 1) * weight for number in set(counts.values())}
        both = scores.keys() & counts.keys()
        own = {term: worth[number] for term, number in counts.items()}
        scores |= own | {term: scores[term] + own[term] for term in both}
    weights = {score: weight_of(score) for score in set(scores.values())}
    return {term: weights[score] for term, score in scores.items()}


def weight_of(score: float) -> int:
    """Return a score as one of 63 weights, of which the upper ones lie ever closer together."""
    return max(1, min(MAX_WEIGHT, round(MAX_WEIGHT * score / (score + 4))))


def added(first: Mapping[str, int], second: Mapping[str, int]) -> dict[str, int]:
    """Return the weights of both, those of the same term as one."""
    weights = dict(first)
    for term, weight in second.items():
        other = weights.get(term, 0)
        weights[term] = weight_of(_score(weight) + _score(other)) if other else weight
    return weights


def _score(weight: int) -> float:
    return 4 * weight / (MAX_WEIGHT + 0.5 - weight)


def _step(length: int, shortest: int) -> int:
    """Return a length in doublings: a small edit leaves the weights of the other words alone."""
    step = shortest
    while step * 2 <= length:
        step *= 2
    return step


def with_parts(terms: Mapping[str, int], language: str = "") -> Mapping[str, int]:
    """Return the terms of an entry and the words within its compounds, which say half as much.

    `language` is what the author says; an entry with small words of such a language is one all the
    same. No list of words is needed, and no other entry is looked at.
    """
    is_said = language[:2].lower() in COMPOUNDING
    if not is_said and len(SMALL_WORDS & terms.keys()) < MIN_SMALL:
        return terms
    parts: dict[str, int] = {}
    for term, weight in terms.items():
        for part in parts_of(term):
            parts[part] = max(parts.get(part, 1), weight // 2)
    return {**parts, **terms}


def parts_of(word: str) -> Iterator[str]:
    """Yield what a folded word may end with, if it is long enough to be a compound."""
    if len(word) >= MIN_COMPOUND and word.isascii() and word.isalpha():
        yield from (match[1] for match in LAST_PART.finditer(word) if len(match[1]) > 3)
