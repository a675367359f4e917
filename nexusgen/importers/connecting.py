"""Connect what is imported: entries get the short names of their titles, and use what they name."""

import re
from collections.abc import Mapping

from nexusgen.importers.normal import Import, Item, strings
from nexusgen.importers.vocabulary import is_sort


def name_aliases(items: list[Item]) -> None:
    """Give technologies and concepts the shorter names that their titles hold."""
    known = {item.title.casefold() for item in items}
    owners: dict[str, Item] = {}
    for item in _skills(items):
        names = [it for it in _short_names(item) if it.casefold() not in known]
        own = [it for it in names if owners.setdefault(it.casefold(), item) is item]
        item.aliases = list(dict.fromkeys([*item.aliases, *own]))


def _skills(items: list[Item]) -> list[Item]:
    return [it for it in items if it.kind in ("technology", "concept") and not it.index]


_LISTED = re.compile(r"[\w.+#/-]+|[A-Z\d][\w.+#/-]*(?: [A-Z\d][\w.+#/-]*){1,2}")
"""A name in a list of some."""


def _short_names(item: Item) -> list[str]:
    """Return the names in `Django REST Framework (DRF)` or `Celery & RabbitMQ`, and what `Database: MySQL, Redis` lists."""
    title = item.title
    bracket = re.search(r"^(.*?)\s*\(([^)]*)\)\s*$", title)
    parts = [bracket[1], *re.split(r"\s*[/,]\s+|\s+[/&]\s+", bracket[2])] if bracket else []
    whole = bracket[1] if bracket else title
    if re.search(r"\s(?:&|and)\s", whole) and len(whole.split()) <= 5:
        parts += re.split(r"\s+(?:&|and)\s+", whole)
    listed = re.split(r",\s|\s(?:&|and)\s", str(item.fields.get("summary", "")).strip(" ."))
    if is_sort(title) and all(map(_LISTED.fullmatch, listed)):
        parts += listed
    names = [it for it in dict.fromkeys(map(str.strip, parts)) if it[1:] and it[0].isupper()]
    return [it for it in names if len(it.split()) <= 4 and it != title]


_USED = r"(?:authenticated|backed|based|basiert\w*|built|cached|driven|enabled|gestützt\w*|hosted|managed|powered|secured)\b"
"""What behind a name and a hyphen says that it was used: `a Redis-backed queue`."""


def infer_uses(found: Import, paths: Mapping[int, str]) -> None:
    """Connect challenges, practices and projects with the technologies and concepts they name."""
    names: dict[str, Item] = {}
    for item in _skills(found.items):
        for name in (item.title, *item.aliases):
            names.setdefault(name.casefold(), item)
    if not names:
        return
    longest = sorted(names, key=len, reverse=True)
    pattern = re.compile(
        rf"(?<![\w/.-])(?:{'|'.join(map(re.escape, longest))})(?![\w+#]|-(?!{_USED})\w)",
        re.IGNORECASE,
    )
    count = 0
    for item in found.items:
        tells = item.kind in ("challenge", "practice", "project") and not item.index
        if tells and "uses" not in item.fields:
            text = " \n ".join([item.title, *strings(item.fields), item.body])
            hits = dict.fromkeys(id(names[hit.casefold()]) for hit in pattern.findall(text))
            uses = [_reference(paths[hit]) for hit in hits]
            count += len(uses)
            item.fields = {**item.fields, **({"uses": uses} if uses else {})}
    if count:
        found.note(0, f"connections in `uses` that are inferred from names in the text: {count}")


def _reference(path: str) -> str:
    return path.removesuffix(".md")
