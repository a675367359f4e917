"""Read who a site or a CV is about, as its tool keeps it: names, a text, accounts elsewhere."""

import re
from collections.abc import Mapping
from typing import Any

from nexusgen.content.fields import is_web_url
from nexusgen.importers.normal import Import, strings

_FIELDS = {
    **dict.fromkeys(("name", "author", "fullname"), "name"),
    **dict.fromkeys(("headline", "label", "role", "jobtitle", "info", "subtitle"), "headline"),
    **dict.fromkeys(("bio", "summary", "about", "description"), "bio"),
    **dict.fromkeys(
        ("photo", "portrait", "avatar", "avatarurl", "picture", "image", "imageurl"), "photo"
    ),
    **dict.fromkeys(("email", "mail"), "email"),
}
"""What others call a field of the author, without the signs between its words."""

_LISTS = ("links", "profiles", "social", "sociallinks", "socialicons", "socialnetworks")
_ACCOUNTS = {
    **dict.fromkeys(("website", "url", "uri", "home", "homepage"), ("Website", "{}")),
    "blog": ("Blog", "{}"),
    **dict.fromkeys(("email", "mail"), ("Email", "mailto:{}")),
    "github": ("GitHub", "https://github.com/{}"),
    "gitlab": ("GitLab", "https://gitlab.com/{}"),
    "bitbucket": ("Bitbucket", "https://bitbucket.org/{}"),
    "codepen": ("CodePen", "https://codepen.io/{}"),
    "linkedin": ("LinkedIn", "https://www.linkedin.com/in/{}"),
    "twitter": ("Twitter", "https://twitter.com/{}"),
    "x": ("X", "https://x.com/{}"),
    "mastodon": ("Mastodon", "https://{}"),
    "bluesky": ("Bluesky", "https://bsky.app/profile/{}"),
    "instagram": ("Instagram", "https://www.instagram.com/{}"),
    "facebook": ("Facebook", "https://www.facebook.com/{}"),
    "youtube": ("YouTube", "https://www.youtube.com/@{}"),
    "telegram": ("Telegram", "https://t.me/{}"),
    "reddit": ("Reddit", "https://www.reddit.com/user/{}"),
    "medium": ("Medium", "https://medium.com/@{}"),
    "devto": ("DEV", "https://dev.to/{}"),
    "kaggle": ("Kaggle", "https://www.kaggle.com/{}"),
    "dribbble": ("Dribbble", "https://dribbble.com/{}"),
    "behance": ("Behance", "https://www.behance.net/{}"),
    "keybase": ("Keybase", "https://keybase.io/{}"),
    "stackoverflow": ("Stack Overflow", "https://stackoverflow.com/users/{}"),
    "orcid": ("ORCID", "https://orcid.org/{}"),
    "googlescholar": ("Google Scholar", "https://scholar.google.com/citations?user={}"),
    "researchgate": ("ResearchGate", "https://www.researchgate.net/profile/{}"),
}
"""Where people have accounts: what the service is called, and the address of an account by its name."""

_PARTS = {
    "title": ("name", "title", "label", "network"),
    "url": ("url", "link", "href"),
    "user": ("username", "user", "handle"),
    "icon": ("icon", "type"),
}
_ADDRESSES = (*_PARTS["url"], *_PARTS["user"])
_ENDINGS = re.compile(r"(?<=.)(?:username|user|handle|url|profile|id)$")
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?:[/?#]\S*)?")
_PRIVATE = re.compile(
    r"(?:home|work|mobile|cell|private)?(?:phone|telephone|tel|mobile|cell|fax|whatsapp)(?:number)?s?"
    r"|(?:home|street|postal|full)?address(?:line)?\d*|street|(?:postal|post|zip)code|zip"
    r"|birth(?:day|date|place)?|dateofbirth|placeofbirth|dob|maritalstatus|passport"
)

Person = tuple[dict[str, Any], dict[str, Any]]
"""The author under the names of the settings, and what else was said."""


def author_of(given: Mapping[str, Any]) -> Person:
    """Return the author that a mapping tells, under the names of the settings, and the rest of it."""
    author: dict[str, Any] = {}
    links: list[dict[str, str]] = []
    rest: dict[str, Any] = {}
    for key, value in given.items():
        name = plain_key(key)
        field = _FIELDS.get(name, "")
        if field == "photo" and isinstance(value, dict):
            first = next((it for it, text in value.items() if _is_text(text)), "")
            rest[key] = {it: text for it, text in value.items() if it != first}
            value = value.get(first, "")
        if name in _LISTS:
            more, left = author_of(value) if isinstance(value, dict) else links_of(value)
            links += more.pop("links", [])
            again = {field: text for field, text in more.items() if field in author}
            author = more | author
            rest[key] = {**left, **again} if isinstance(left, dict) else left
        elif field and field not in author and _is_text(value):
            author[field] = value.strip()
        elif link := _account(name, value):
            links.append(link)
        elif value not in (None, "", [], {}):
            rest[key] = value
    once = {
        (link.get("title", "").lower(), link["url"].rstrip("/").lower()): link for link in links
    }
    return author | ({"links": [*once.values()]} if once else {}), rest


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def is_personal(key: Any) -> bool:
    """Decide whether a setting tells of a person, wherever it stands: an account, a portrait."""
    name = plain_key(key)
    _, pattern = _ACCOUNTS.get(_ENDINGS.sub("", name), ("", "{}"))
    return name in (*_LISTS, "email", "avatar", "avatarurl", "portrait", "info") or pattern != "{}"


def public(found: Import, value: Any, source: str) -> Any:
    """Return a value without what is nobody's business, such as a phone number, which is told."""
    if isinstance(value, list):
        return [public(found, one, source) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for key, one in value.items():
        if one and is_private(key):
            tell_private(found, key, " ".join(strings(one)), 0, source)
        else:
            kept[key] = public(found, one, source)
    return kept


def is_private(key: Any) -> bool:
    """Decide whether what is called so is nobody's business: a phone number, a street, a birthday."""
    return bool(_PRIVATE.fullmatch(plain_key(key)))


def tell_private(found: Import, key: str, text: str, line: int, source: str = "") -> None:
    """Tell that something private is left out."""
    found.leave(line, text, f'"{key}" is private', source)
    found.note(line, f'what is private is left out, and not published: "{key}"', source)


def plain_key(key: Any) -> str:
    """Return a name in small letters, without the signs between its words."""
    return re.sub(r"[\W_]", "", str(key)).lower()


def address_of(text: str) -> str:
    """Return the address that a text is, also one written without `https://`, or the empty string."""
    text = text.strip()
    if is_web_url(text) or re.fullmatch(r"mailto:[^\s@]+@[^\s@]+", text):
        return text
    return f"https://{text}" if _DOMAIN.fullmatch(text) else ""


def links_of(value: Any) -> tuple[dict[str, Any], Any]:
    """Return the links of a list of accounts or addresses, and what in it is no link."""
    found = [_link(item) for item in (value if isinstance(value, list) else [value]) if item]
    links = [link for link, _ in found if link]
    return {"links": links}, [left for _, left in found if left]


def _link(item: Any) -> tuple[dict[str, str], Any]:
    """Return the link of one account, and what of it is left."""
    if isinstance(item, str):
        item = {"url": item}
    if not isinstance(item, dict):
        return {}, item
    keys = {
        part: next((it for it in item if plain_key(it) in names and item[it]), "")
        for part, names in _PARTS.items()
    }
    if not keys["url"] and not keys["user"]:
        links = {it: link for it in item if (link := _account(plain_key(it), item[it]))}
        only = next(iter(links), "")
        return links.get(only, {}), {key: it for key, it in item.items() if key != only and it}
    title, url, user, icon = (str(item[key]) if key else "" for key in keys.values())
    host = url.partition("//")[2].partition("/")[0] if not title else ""
    hints = (plain_key(title), *re.findall("[a-z]+", f"{icon} {host}".lower()))
    name, pattern = next((_ACCOUNTS[it] for it in hints if it in _ACCOUNTS), ("", ""))
    address = address_of(url) or _address_at(pattern, user)
    if not address:
        return {}, item
    is_known = plain_key(title) in _ACCOUNTS and re.fullmatch(r"[\w .()/-]*", title)
    own = name if is_known else title or name
    shown = ": ".join(it for it in (own, user) if it)
    rest = {key: it for key, it in item.items() if it and key not in keys.values()}
    return {"title": shown or address, "url": address}, rest


def _account(name: str, value: Any) -> dict[str, str]:
    """Return the link of an account that a service names: by its address, or by its name there."""
    if isinstance(value, dict) and len(value) == 1:
        value = next((it for key, it in value.items() if plain_key(key) in _ADDRESSES), "")
    known = _ACCOUNTS.get(name) or _ACCOUNTS.get(_ENDINGS.sub("", name))
    if not known or not isinstance(value, str):
        return {}
    title, pattern = known
    url = _address_at(pattern, value)
    return {"title": title, "url": url} if url else {}


def _address_at(pattern: str, given: str) -> str:
    """Return the address of an account, of which the address or the name is given."""
    name = given.strip().lstrip("@")
    is_whole = "/" in name or ":" in name or pattern == "{}"
    user, _, host = name.partition("@")
    if not is_whole and pattern == "https://{}":
        return address_of(f"https://{host}/@{user}") if host else ""
    if not is_whole and pattern.endswith("/users/{}") and not name.isdecimal():
        return ""
    return address_of(name if is_whole else pattern.format(name)) if name and pattern else ""
