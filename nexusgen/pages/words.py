"""Say the words of the theme in the language of a hub: its texts, numbers of things, and dates.

The texts of each language stand in a table of the theme, `words/de.txt`, by their English.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import product
from typing import Any

from msgspec.structs import replace

from nexusgen.content.kinds import KINDS, kind_named
from nexusgen.content.yaml_tree import node_at, place_of
from nexusgen.core.builds import Snapshot
from nexusgen.core.model import Kind, Site, Span, problem_at
from nexusgen.core.paths import settings_path
from nexusgen.core.problems import Problem, did_you_mean
from nexusgen.core.unseen import RIGHT_TO_LEFT
from nexusgen.pages.assets import DEFAULT, OWN
from nexusgen.site.settings import misnamed

TABLES = f"{OWN}words/"
"""Where the hub's own tables lie."""

TRADITIONAL = re.compile(r"-(?:hant|tw|hk|mo)\b")
"""What says that a language is written in other signs than those of its table."""

CAPITALS = ("de", "lb", "gsw", "nds")
"""Languages that write nouns with a capital, which what a kind is called is."""

RTL_LANGUAGES = (
    "ar", "arc", "arz", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "syr", "ug", "ur", "yi",
)  # fmt: skip
RTL_SCRIPTS = ("adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa")
"""What is written from right to left: languages by their codes (BCP 47), and scripts (ISO 15924)."""

PLURALS: Mapping[str, Callable[[int], int]] = {
    "fr": lambda n: int(n > 1),
    "pt": lambda n: int(n > 1),
    "ja": lambda _: 0,
    "zh": lambda _: 0,
    "he": lambda n: n - 1 if n in (1, 2) else 2,
    "pl": lambda n: 0 if n == 1 else _slavic(n),
    "ru": lambda n: 0 if n % 10 == 1 and n % 100 != 11 else _slavic(n),
    "ar": lambda n: n if n < 3 else 3 if 3 <= n % 100 <= 10 else 4 if n % 100 > 10 else 5,
}
"""Which of its forms a language takes for a whole number (CLDR 45, plural rules); others have one and more."""


_TABLE = re.compile(TABLES + r"([a-z]{2,3}(?:[-_][a-z0-9]+)*)\.(?:txt|ya?ml|json)", re.IGNORECASE)
_PLACE = re.compile(r"\{(\d?)\}")
_LETTER = re.compile(r"[^\W\d_]")
_IN_DATE = re.compile(r"\{(?:day|month|year)\}")


def _slavic(number: int) -> int:
    return 1 if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else 2


MONTHS = "January February March April May June July August September October November December"
"""A table gives the months as a date has them and, after ` | `, as they stand alone where that differs."""

DATE, MONTH_OF_YEAR = "{day} {month} {year}", "{month} {year}"


def parse_words(text: str) -> dict[str, str]:
    """Return the words of a table of the theme by their English: `Search = Suche` in each line."""
    lines = (line.partition(" = ") for line in text.splitlines() if not line.startswith("#"))
    return {english.strip(): words.strip() for english, _, words in lines if words}


def say(site: Site, text: str, *values: object) -> str:
    """Return a text of the theme in the language of a hub, with values in the places of `{0}`."""
    return _filled(site.strings.get(text, text), values)


def say_number(site: Site, number: int, forms: str) -> str:
    """Return how many there are of something; `{} note | {} notes` are its forms in English."""
    return _in_number(site.strings, site.language, number, forms)


def _in_number(words: Mapping[str, str], language: str, number: int, forms: str) -> str:
    code = language.partition("-")[0].lower() if forms in words else ""
    said = words.get(forms, forms).split(" | ")
    place = PLURALS[code](number) if code in PLURALS else int(number != 1)
    return _filled(said[min(place, len(said) - 1)], (f"{number:,}",))


def _filled(text: str, values: tuple[object, ...]) -> str:
    """Return a text with values in the places of `{}` or `{0}`, `{1}`; what has no value stays.

    A name within words of another direction is isolated from them (Unicode Standard Annex 9, 2.4).
    """
    is_mixed = RIGHT_TO_LEFT.search("".join(map(str, (text, *values))))

    def value(match: "re.Match[str]") -> str:
        place = int(match[1] or 0)
        said = str(values[place]) if place < len(values) else match[0]
        return f"\u2068{said}\u2069" if is_mixed and _LETTER.search(said) else said

    return _PLACE.sub(value, text) if values else text


def say_kind(site: Site, number: int, kind: Kind) -> str:
    """Return what so many entries of a kind are called: `challenge` or `challenges`."""
    ours = kind_named(kind.name, KINDS)
    if ours and kind.plural == say(site, ours.plural) and kind.label == say(site, ours.label):
        return say_number(site, number, f"{ours.label.lower()} | {ours.plural.lower()}")
    word = kind.label if number == 1 else kind.plural
    is_noun = site.language.partition("-")[0].lower() in CAPITALS
    return word if is_noun or word[1:2].isupper() else word[:1].lower() + word[1:]


def in_language(site: Site, snapshot: Snapshot) -> Site:
    """Return settings with the words of the theme in the language of the hub."""
    words: dict[str, str] = {}
    code = site.language.lower()
    codes = dict.fromkeys((code.partition("-")[0], code))
    for place, code in product((DEFAULT, ""), codes):  # the hub's own table counts first
        if table := snapshot.templates.get(f"{place}words/{code}.txt"):
            words |= parse_words(snapshot.read(table.path).decode(errors="replace"))
    return with_words(site, words) if words or site.strings else site


def find_lost_language(snapshot: Snapshot, site: Site) -> Iterator[Problem]:
    """Yield the problem that the theme does not speak the language of the hub, where it does not."""
    code = site.language.lower()
    first = code.partition("-")[0]
    tables = {file.path for file in snapshot.templates.values()}
    is_own = not tables.isdisjoint((f"{TABLES}{first}.txt", f"{TABLES}{code}.txt"))
    is_simplified = first == "zh" and TRADITIONAL.search(code)
    has_table = f"{DEFAULT}words/{first}.txt" in snapshot.templates and not is_simplified
    if first == "en" or is_own or has_table:
        return
    settings = settings_path(snapshot.content)
    span = place_of(snapshot.read(settings), "language")
    how = "in simplified signs" if is_simplified else "in English"
    message = f'the theme has no words for "{site.language}", so its own stand there {how}'
    hint = f"write {TABLES}{code if is_simplified else first}.txt, with lines such as: Search = Sök"
    yield problem_at(settings, span, ("site.language", message, hint), "warning")


def find_lost_words(snapshot: Snapshot, site: Site) -> Iterator[Problem]:
    """Yield a problem for each word of the settings, or of a table, that the theme does not say."""
    own = [file.path for file in snapshot.templates.values() if file.path.startswith(OWN)]
    texts = {path: snapshot.read(path).decode(errors="replace") for path in own}
    table = snapshot.templates[f"{DEFAULT}words/de.txt"].path  # any of them has all words
    said = [*parse_words(snapshot.read(table).decode())]
    for kind in site.kinds:
        said += kind.label, kind.plural, *(field.label for field in kind.fields)
    shown = "\n".join(text for path, text in texts.items() if not path.startswith(TABLES))
    settings = settings_path(snapshot.content)
    node = node_at(snapshot.read(settings), "strings") if site.strings else None
    for word, pair in node.value.items() if node and isinstance(node.value, dict) else ():
        if word not in said and word not in shown:
            yield problem_at(settings, pair.key, _lost_word(word, tuple(said)), "warning")
    yield from _misnamed_tables(own)
    for path in (path for path in own if path.startswith(TABLES) and path.endswith(".txt")):
        for number, line in enumerate(texts[path].splitlines(), 1):
            word, sign, _ = line.partition(" = ")
            if not sign and line.strip() and not line.startswith("#"):
                problem = "template.unused", 'the line has no " = "', "write Search = Sök"
                yield problem_at(path, Span(number, 1, len(line)), problem, "warning")
            elif sign and word.strip() not in said and word.strip() not in shown:
                problem = _lost_word(word.strip(), tuple(said))
                yield problem_at(path, Span(number, 1, len(word)), problem, "warning")


def _misnamed_tables(paths: Iterable[str]) -> Iterator[Problem]:
    """Yield a problem for each table whose name is in other letters, or ends otherwise, than what is read."""
    for path, found in ((path, _TABLE.fullmatch(path)) for path in paths):
        if found and path != (right := f"{TABLES}{found[1].lower().replace('_', '-')}.txt"):
            yield misnamed(path, right)


def _lost_word(word: str, said: tuple[str, ...]) -> tuple[str, str, str]:
    hint = did_you_mean(word, said) or "write one of the texts of the theme as it stands in English"
    return "template.unused", f'the theme never says "{word}"', hint


def with_words(site: Site, words: Mapping[str, str]) -> Site:
    """Return settings with the words of their language, and the labels of kinds in it.

    What the settings say themselves counts first.
    """
    strings = {**words, **site.strings}
    kinds = tuple(
        replace(
            kind,
            label=strings.get(kind.label, kind.label),
            plural=strings.get(kind.plural, kind.plural),
            fields=tuple(
                replace(field, label=strings.get(field.label, field.label)) for field in kind.fields
            ),
        )
        for kind in site.kinds
    )
    return replace(site, strings=strings, kinds=kinds)


def filters_of(language: str, words: Mapping[str, str]) -> dict[str, Callable[..., Any]]:
    """Return the filters of templates that speak the language of a hub: `t`, `t_number`, and those of dates."""

    def t(text: str, *values: object) -> str:
        return _filled(words.get(text, text), values)

    def t_number(number: int, forms: str) -> str:
        return _in_number(words, language, number, forms)

    return {
        "t": t,
        "t_number": t_number,
        "month_name": partial(local_month, words),
        "long_date": partial(local_date, words),
        "short_date": partial(local_date, words, short=MONTHS not in words),
    }


def local_date(words: Mapping[str, str], date: str, short: bool = False) -> str:
    """Return `2024-05-01` or `2024-05` in the words of a language, the month in three letters if `short`.

    What is no date or a year alone stays as it is.
    """
    year, *rest = date[:10].split("-")
    if not 1 <= len(rest) <= 2 or not all(part.isdecimal() for part in rest):
        return date
    number, *day = map(int, rest)
    if not 1 <= number <= 12:
        return date
    shape = DATE if day else MONTH_OF_YEAR
    month = _month(words, number, alone=not day)[: 3 if short else None]
    values = {"{day}": str(*day), "{month}": month, "{year}": year}
    return _IN_DATE.sub(lambda match: values[match[0]], words.get(shape, shape))


def local_month(words: Mapping[str, str], month: str) -> str:
    """Return what a language calls the month `2024-05`, at the beginning of a line."""
    name = _month(words, int(month[5:7]), alone=True)
    return name[:1].upper() + name[1:]


def _month(words: Mapping[str, str], number: int, *, alone: bool) -> str:
    """Return the name of a month; in English where the words do not name twelve."""
    names = words.get(MONTHS, MONTHS).split(" | ")[-1 if alone else 0].split()
    return (names if len(names) == 12 else MONTHS.split())[number - 1]


def direction(language: str) -> str:
    """Return the direction in which a language is written: `rtl` or `ltr`, by its code of BCP 47."""
    first, *others = language.lower().split("-")
    script = next((part for part in others if len(part) == 4 and part.isalpha()), "")
    if script:
        return "rtl" if script in RTL_SCRIPTS else "ltr"
    return "rtl" if first in RTL_LANGUAGES else "ltr"
