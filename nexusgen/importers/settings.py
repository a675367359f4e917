"""Take from the settings of another tool what a hub has as well, and tell the rest."""

import re
from collections.abc import Mapping
from typing import Any

from nexusgen.importers.archives import Tree
from nexusgen.importers.normal import Import, mapping, plain, strings
from nexusgen.importers.people import author_of, is_personal, plain_key, public

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|avif)$", re.IGNORECASE)
_SHOWN_KEYS = 8

Settings = dict[str, Any]
"""Settings of which is taken out what the hub has; what stays in is told."""


def take(settings: Settings, *names: str) -> Any:
    """Take out the first of these settings that says something; names are as `plain_key` writes them."""
    for name in names:
        for key, value in settings.items():
            if plain_key(key) == name and value not in (None, "", [], {}):
                return settings.pop(key)
    return None


def take_text(settings: Settings, *names: str) -> str:
    """Take out the first of these settings that is a text, as a text on one line."""
    for key in [key for name in names for key in settings if plain_key(key) == name]:
        if isinstance(settings[key], str | int | float) and (text := str(settings[key]).strip()):
            del settings[key]
            return " ".join(text.split())
    return ""


def take_language(settings: Settings, *names: str) -> str:
    """Take out the language of the texts, where one of these settings is one."""
    for name in names:
        for key in [it for it in settings if plain_key(it) == name]:
            if _LANGUAGE.fullmatch(str(settings[key])):
                return take_text(settings, name).replace("_", "-")
    return ""


def links_of_menu(menu: Any) -> list[dict[str, str]]:
    """Return the links of a menu in its order; what only opens further ones leads nowhere."""
    entries = [mapping(it) for it in menu] if isinstance(menu, list) else []
    found = []
    for one in sorted(entries, key=_turn):
        title = plain(str(one.get("name") or one.get("title") or ""))
        url = str(one.get("pageRef") or one.get("url") or "")
        if url and not url.startswith("#"):
            found.append({"title": title, "url": url} if title else {"url": url})
    return found


def _turn(entry: Settings) -> float:
    weight = re.match(r"-?\d{1,9}(?:\.\d+)?$", str(entry.get("weight")))
    return float(weight[0] if weight else 0) or 10**6


def take_author(found: Import, *settings: Settings) -> Settings:
    """Take out whom the settings name, and the accounts that they tell beside; return what is left.

    What the first settings say counts before what the others do.
    """
    given: Settings = {}
    for values in settings:
        author = take(values, "author")
        named = author if isinstance(author, dict) else {"name": author} if author else {}
        said = named | {key: values.pop(key) for key in list(values) if is_personal(key)}
        twice = [it for key, it in said.items() if given.get(key, it) != it]
        found.leave(0, twice, "said of the author elsewhere, too", "settings")
        given = said | given
    author, rest = author_of(public(found, given, ""))
    if author.get("email"):
        found.note(0, f"the address {author['email']} will be public")
    if author and "name" not in author:
        found.note(0, "no author is named: the home shows accounts once `author` has a name")
    if author:
        found.site["author"] = author
    return {f"author.{name}": value for name, value in rest.items()}


def name_author(found: Import, name: str) -> None:
    """Give the author the name that was asked for, if any, whatever the source says."""
    author = mapping(found.site.get("author"))
    if name.strip():
        told = str(author.get("name", "")) if author.get("name") != name else ""
        found.leave(0, told, "another name of the author was asked for")
        found.site["author"] = author | {"name": name.strip()}


def tell_settings(found: Import, settings: Mapping[str, Any]) -> None:
    """Tell the words of settings that a hub has not."""
    told = []
    for key, value in settings.items():
        texts = [it for it in strings(value) if re.search(r"[^\W\d]", it)]
        texts = [it for it in texts if it.lower() not in ("true", "false")]
        if texts:
            reason = f'setting "{key}" that a hub has not'
            found.leave(0, texts, reason, "settings")
            told.append(key)
    if told:
        names = ", ".join(told[:_SHOWN_KEYS]) + (", …" if len(told) > _SHOWN_KEYS else "")
        found.note(0, f"settings that a hub has not are left out: {names}")


def settle_photo(found: Import, tree: Tree) -> None:
    """Let the portrait of the author be a picture of the hub, or tell that it is none."""
    author = mapping(found.site.get("author"))
    given = author.pop("photo", "")
    if not given:
        return
    path = place_picture(found, tree, given)
    if path:
        author["photo"] = path
    else:
        source = "settings" if found.form != "resume" else found.only
        found.leave(0, given, "picture that the source does not hold", source)
        found.note(0, f"the portrait {given} is not copied: name one as photo of the author")


def place_picture(found: Import, tree: Tree, address: str) -> str:
    """Return the path in the hub of a picture of the source, or the empty string."""
    wanted = address.strip("/")
    path = found.addresses.get(wanted, "")
    if path in found.assets or not _PICTURE.search(wanted):
        return path if path in found.assets else ""
    source = next((it for it in sorted(tree, key=len) if f"/{it}".endswith(f"/{wanted}")), "")
    if not source:
        return ""
    path = found.addresses.get(source, wanted)
    found.assets.setdefault(path, tree[source])
    return path
