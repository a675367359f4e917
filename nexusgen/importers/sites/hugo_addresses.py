"""Know where Hugo published a page: its language, the permalinks of its section, its place."""

import posixpath
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from nexusgen.core.slugs import slug_of
from nexusgen.importers.addresses import date_values, folders_of, is_letter
from nexusgen.importers.normal import Item, mapping

_DATE_PARTS = {
    "2006": "year", "06": "short_year", "01": "month", "1": "i_month", "January": "long_month",
    "Jan": "short_month", "02": "day", "2": "i_day", "002": "y_day", "Monday": "long_day",
    "Mon": "short_day", "15": "hour", "04": "minute", "05": "second",
}  # fmt: skip
"""The parts of the moment by which Go shows how a date is written (pkg.go.dev/time)."""
_GO_DATE = re.compile("|".join(sorted(_DATE_PARTS, key=len, reverse=True)))
_BUNDLE = re.compile(r"/index\.(?:[\w-]+\.)?(?:md|markdown|html)$")
Values = Mapping[str, Any]


class Language(msgspec.Struct, frozen=True):
    """A language of a site: its folder in the hub and at Hugo, its part of an address, its settings.

    `sections` are the folders below its own that have a page, `_index.md`, `bundles` those that are
    one, by `index.md`.
    """

    code: str
    own: str
    folder: str
    prefix: str
    settings: Mapping[str, Any]
    sections: frozenset[str]
    bundles: frozenset[str]


class Place(msgspec.Struct, frozen=True):
    """Where a file lies below the folder of its language, without language and extension."""

    path: str
    language: Language


def find_languages(config: Values, sources: Iterable[str]) -> list[Language]:
    """Return the languages of a site, its default one first; `config` are its settings.

    The pages of a language lie in a folder of its own, or have its code in their names
    (gohugo.io/content-management/multilingual).
    """
    given = mapping(config.get("languages"))
    default = str(config.get("defaultContentLanguage") or next(iter(given), "en")).lower()
    in_folder = str(config.get("defaultContentLanguageInSubdir")).lower() == "true"
    main = str(config.get("contentDir") or "content").strip("/")
    found = []
    for code in dict.fromkeys([default, *(str(it).lower() for it in given)]):
        own = next((mapping(it) for key, it in given.items() if str(key).lower() == code), {})
        folder = str(own.get("contentDir") or main).strip("/")
        prefix = f"{code}/" if code != default or in_folder else ""
        pages = [it.removeprefix(f"{folder}/") for it in sources if it.startswith(f"{folder}/")]
        sections = frozenset(posixpath.dirname(it) for it in pages if "/_index." in it)
        bundles = frozenset(posixpath.dirname(it) for it in pages if _BUNDLE.search(it))
        place = ("" if code == default else f"{code}/", folder, prefix)
        found.append(Language(code, *place, {**config, **own}, sections, bundles))
    return found


def language_of(source: str, languages: list[Language]) -> Language | None:
    """Return the language in whose folder a file lies, if any."""
    inside = [it for it in languages if source.startswith(f"{it.folder}/")]
    return max(inside, key=lambda it: len(it.folder), default=None)


def place_of(source: str, languages: list[Language]) -> Place | None:
    """Return the place of a file of content, or None where it is in no language's folder."""
    language = language_of(source, languages)
    if not language:
        return None
    path, _, _ = source.removeprefix(f"{language.folder}/").rpartition(".")
    stem, _, code = path.rpartition(".")
    named = next((it for it in languages if it.code == code.lower()), None)
    return Place(stem, named) if named and stem else Place(path, language)


def bundle_of(place: Place) -> str:
    """Return the folder of the bundle of which a page is a part, without an address, or the empty string."""
    folder, base = posixpath.split(place.path)
    inside = posixpath.join(posixpath.dirname(folder) if base == "index" else folder, base)
    return min(folders_of([inside]) & place.language.bundles, key=len, default="")


def address_of(fields: Values, place: Place, item: Item) -> str:
    """Return where Hugo published a page: by its url, by the permalinks of its section, or by its place."""
    path, prefix = place.path, place.language.prefix
    url = str(fields.get("url") or "")
    if url:
        return url if url.startswith("/") else f"{prefix}{url}"
    config = place.language.settings
    section = path.partition("/")[0].lower() if "/" in path else ""
    pattern = _pattern(config, section, "section" if item.index else "page")
    name = str(fields.get("slug") or "").strip("-")
    if pattern:
        address = re.sub("/+", "/", _filled(pattern, place, item, name)).lstrip("/")
    elif item.index:
        address = _as_path(path.removesuffix("index"))
    else:
        ending = ".html" if is_ugly(place) else "/"
        folder, base = posixpath.split(_as_path(path))
        address = posixpath.join(folder, _urlize(name) if name else base) + ending
    keeps_case = str(config.get("disablePathToLower")).lower() == "true"
    return prefix + (address if keeps_case else address.lower())


def term_address(name: str, term: str, language: Language) -> str:
    """Return where Hugo published the page of a term, such as a category, of the list `name`."""
    place = Place(f"{name}/{term}", language)
    pattern = _pattern(language.settings, name.lower(), "term")
    term_page = Item("note", term)
    address = _filled(pattern, place, term_page, "").strip("/") if pattern else ""
    return f"{language.prefix}{(address or _as_path(place.path)).lower()}/"


def is_ugly(place: Place) -> bool:
    """Decide whether addresses of the section of a page end with `.html`."""
    config = place.language.settings
    ugly = config.get("uglyURLs") or config.get("uglyurls")
    section = place.path.partition("/")[0].lower()
    return str(ugly.get(section) if isinstance(ugly, dict) else ugly).lower() == "true"


def _pattern(config: Values, section: str, sort: str) -> str:
    """Return the pattern that the settings give pages of a section, its own page, or terms."""
    patterns = mapping(config.get("permalinks"))
    if any(isinstance(it, dict) for it in patterns.values()):
        patterns = mapping(patterns.get(sort))
    elif sort == "section":
        patterns = {}
    known = {str(key).lower().strip("/"): value for key, value in patterns.items()}
    return str(known.get(section) or "")


def _filled(pattern: str, place: Place, item: Item, slug: str) -> str:
    """Return a pattern with its tokens filled in (gohugo.io/configuration/permalinks).

    Folders are sections where they have a page of their own, and the first one always.
    """
    date = date_values(str(item.fields.get("date") or "0001-01-01"))
    folder, base = posixpath.split(place.path)
    while "/" in folder and folder not in place.language.sections:
        folder = posixpath.dirname(folder)
    folders = [_token(_as_path(it)) for it in folder.split("/") if it]
    name = _token(_as_path(base))
    values = {
        **{key: date[key] for key in ("year", "month", "day")},
        "monthname": date["long_month"],
        "weekday": str(int(date["w_day"]) % 7),
        "weekdayname": date["long_day"],
        "yearday": date["y_day"].lstrip("0"),
        "title": _token(item.title),
        "slug": _token(slug or item.title),
        **dict.fromkeys(("filename", "contentbasename"), name),
        **dict.fromkeys(
            ("slugorfilename", "slugorcontentbasename"), _token(slug) if slug else name
        ),
        "section": folders[0] if folders else "",
    }
    pattern = re.sub(r":sections(?:\[([^\]]*)\])?", lambda it: _cut(folders, it[1]), pattern)
    return re.sub(
        r":(\w+)",
        lambda it: values[it[1]] if it[1] in values else _go_date(it[1], date),
        pattern,
    )


def _go_date(layout: str, date: Mapping[str, str]) -> str:
    return _GO_DATE.sub(lambda it: date[_DATE_PARTS[it[0]]], layout)


def _cut(folders: list[str], place: str | None) -> str:
    """Return the folders that `[1:]`, `[last]` and their like ask for, joined."""
    known = {"first": "0", "last": str(len(folders) - 1)}
    ends = [known.get(it, it) for it in (place or ":").split(":")]
    if not all(re.fullmatch(r"-?\d*", it) for it in ends):
        return "/".join(folders)
    numbers = [int(it) if it else None for it in ends[:2]]
    return "/".join(folders[slice(*numbers)] if numbers[1:] else folders[numbers[0] :][:1])


def _is_kept(sign: str) -> bool:
    return is_letter(sign) or sign in "./\\_#+~-@"


def _urlize(text: str) -> str:
    """Return text as Hugo writes it into addresses: other signs go, space becomes one hyphen."""
    kept = "".join(it for it in text if _is_kept(it) or it.isspace())
    joined = re.sub(r"\s+(?=-)|(?<=-)\s+", "", kept)
    return re.sub(r"\s+", "-", joined) or slug_of(text)


def _token(text: str) -> str:
    """Return text as Hugo writes it in the place of a token: without signs that divide a path."""
    return _urlize(re.sub(r"[+/\\]", " ", text.strip()).rstrip())


def _as_path(path: str) -> str:
    """Return names of folders and files as Hugo writes them into addresses: each space is a hyphen."""
    return "".join("-" if it.isspace() else it for it in path if _is_kept(it) or it.isspace())
