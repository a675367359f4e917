"""Take the settings that a README tells apart from its sections: in front matter, and by its language."""

import re
from collections import Counter
from collections.abc import Sequence

from nexusgen.importers.data import divide, texts
from nexusgen.importers.lines import Line
from nexusgen.importers.normal import Import, Item, strings
from nexusgen.importers.settings import Settings, take, take_language, take_text
from nexusgen.importers.vocabulary import LANGUAGE_WORDS

_FRONT_MATTER = re.compile(r"\s*(?:---|\+\+\+)[ \t]*\n[ \t]*[\w-]+[ \t]*[:=]")
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("he", re.compile(r"[\u05d0-\u05ea]")),
    ("ar", re.compile(r"[\u0621-\u064a]")),
    ("ru", re.compile(r"[\u0410-\u044f]")),
)
_OTHER_LANGUAGES = re.compile(r"[\u0679-\u06d2\u0402-\u040f\u0452-\u045f\u048a-\u04ff]")
"""Letters of Persian, Urdu, Ukrainian, Serbian and others that Arabic and Russian have not."""
_UNREAD = re.compile(r"https?://\S+|`[^`]*`|<[^<>]*>|\]\([^()]*\)")


def split_front_matter(text: str, name: str, found: Import) -> tuple[str, Settings, range]:
    """Return a text with its front matter left blank, the fields of that, and its lines."""
    if not _FRONT_MATTER.match(text):
        return text, {}, range(0)
    fields, body, line = divide(found, name, text.encode())
    return "\n" * (line - 1) + body, fields, range(1, line)


def take_front_matter(fields: Settings, lines: range, home: Item, found: Import) -> None:
    """Give the settings and the home page what front matter says; tell what a hub has not."""
    left = dict(fields)
    given = {
        "title": take_text(left, "title"),
        "description": take_text(left, "description", "summary", "excerpt", "shortdescription"),
        "language": take_language(left, "lang", "language", "locale"),
    }
    home.tag(texts(take(left, "tags", "keywords", "topics")))
    found.site |= {key: value for key, value in given.items() if value}
    home.lines += [*found.site_lines, *lines]
    found.site_lines += lines
    found.leave(0, [it for it in fields if it not in left], "name of a setting")
    for key, value in left.items():
        found.leave(0, [key, *strings(value)], "front matter that a hub has not")
    if left:
        found.note(1, f"front matter that a hub has not is left out: {', '.join(left)}")


def find_language(lines: Sequence[Line], found: Import) -> None:
    """Let the settings name the language of a text where its letters or words tell that it is not English."""
    text = _UNREAD.sub(" ", "\n".join(line.text for line in lines if not line.code))
    letters = re.findall(r"[^\W\d_]", text)
    foreign = sum(it > "\u036f" for it in letters)
    language = _by_letters(text) if 3 * foreign > len(letters) else _by_words(text)
    if language:
        found.site["language"] = language
        found.note(
            0, f"its words tell that it is written in another language: language: {language}"
        )
    elif 3 * foreign > len(letters):
        found.note(0, "it is not written in English: say in which language in site.yml (language:)")


def _by_letters(text: str) -> str:
    if _OTHER_LANGUAGES.search(text):
        return ""
    name = next((name for name, letters in _SCRIPTS if len(letters.findall(text)) > 9), "")
    return "" if name == "ru" and "ы" not in text.casefold() else name  # as in Bulgarian


def _by_words(text: str) -> str:
    """Return the language of which a text has by far the most words, unless that is English or they are few."""
    counts = Counter(re.findall(r"[^\W\d_]+", text.casefold()))
    scores = {name: sum(counts[it] for it in own.split()) for name, own in LANGUAGE_WORDS.items()}
    first, second = sorted(scores, key=lambda it: scores[it], reverse=True)[:2]
    is_clear = scores[first] > 4 and 2 * scores[first] > 3 * scores[second]
    return first if is_clear and first != "en" else ""
