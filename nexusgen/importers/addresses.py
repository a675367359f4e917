"""Know at which addresses other tools published a page, and let the old ones lead to the new."""

import datetime
import posixpath
import re
import unicodedata
from collections.abc import Iterable, Mapping

from nexusgen.content.naming import folder_url, hub_address
from nexusgen.content.source_text import Problems
from nexusgen.core.model import Span
from nexusgen.core.slugs import tag_slug
from nexusgen.importers.naming import MADE_ALONE
from nexusgen.importers.normal import Import, Item

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_CLOCK = re.compile(r"[T ](\d\d):(\d\d)(?::(\d\d))?")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SPAN = Span(1, 1, 1)

MADE = {
    *("about/", "cv/", "skills/", "tags/", *(f"{name}/" for name in MADE_ALONE)),
    *(
        "404.html", "cname", "feed.json", "feed.xml", "hub.json", "hub.schema.json", "llms.txt",
        "llms-full.txt",
    ),
    *("resume.json", "robots.txt", "rss.xml", "sitemap.xml"),
}  # fmt: skip
"""Addresses at which nexusgen has something of its own, and no old address can lead on."""


def is_letter(sign: str) -> bool:
    """Decide whether a sign is a letter, a mark of one, or a digit, in any script."""
    return unicodedata.category(sign)[0] in "LM" or sign.isdigit()


def date_values(text: str) -> dict[str, str]:
    """Return the parts of a day, with which a text begins as YYYY-MM-DD, and of the time behind it, by their names in a permalink."""
    try:
        date = datetime.date.fromisoformat(text[:10])
    except ValueError:
        date = datetime.date.min
    clock = _CLOCK.match(text[10:])
    hour, minute, second = clock.groups("00") if clock else ("00", "00", "00")
    week_year, week, week_day = date.isocalendar()
    month, weekday = MONTHS[date.month - 1], WEEKDAYS[week_day - 1]
    return {
        "year": f"{date.year:04}",
        "short_year": f"{date.year % 100:02}",
        "month": f"{date.month:02}",
        "i_month": str(date.month),
        "short_month": month[:3],
        "long_month": month,
        "day": f"{date.day:02}",
        "i_day": str(date.day),
        "y_day": f"{date.timetuple().tm_yday:03}",
        "w_year": f"{week_year:04}",
        "week": f"{week:02}",
        "w_day": str(week_day),
        "short_day": weekday[:3],
        "long_day": weekday,
        "hour": hour,
        "minute": minute,
        "second": second,
    }


def publish_at(item: Item, address: str) -> None:
    """Note the address at which a page was published, `/` for the home, and keep it."""
    item.address = as_address(address)
    keep_old(item, address)


def keep_old(item: Item, address: str) -> None:
    """Let the old address of a page lead to its new one."""
    old = as_address(address)
    if old not in ("/", *item.old):
        item.old.append(old)


def as_address(address: str) -> str:
    """Return where a page was as it is written: without a slash before it, with one after a folder.

    Hosts lead to a folder of any name, such as `node.js`, also from its name alone.
    """
    old = address.strip("/")
    return old if old.endswith(".html") else f"{old}/"


def address_of(path: str) -> str:
    """Return the address at which the hub will publish a file."""
    place = path.removesuffix(".md").removesuffix("/index")
    if place.startswith("tags/"):
        return f"tags/{tag_slug(place.removeprefix('tags/'))}/"
    return "" if place == "index" else folder_url(place)


def folders_of(paths: Iterable[str]) -> set[str]:
    """Return all folders in which these paths lie."""
    found: set[str] = set()
    for path in paths:
        folder = posixpath.dirname(path)
        while folder and folder not in found:
            found.add(folder)
            folder = posixpath.dirname(folder)
    return found


def own_pages(items: Iterable[Item], paths: Mapping[int, str]) -> dict[str, str]:
    """Return the addresses of the pages that a hub makes of its folders and tags, and what each is."""
    shown = [it for it in items if not (it.ahead or it.fields.keys() & {"draft", "private"})]
    pages = {
        address_of(f"{it}/index.md").casefold(): f"the section {it}/"
        for it in folders_of(paths[id(item)] for item in shown)
    }
    tags = dict.fromkeys(str(tag) for item in shown for tag in item.fields.get("tags", ()))
    for tag in tags:
        parts = tag_slug(tag).split("/")
        pages |= {
            f"tags/{'/'.join(parts[:end])}/": f"the tag {tag}" for end in range(len(parts), 0, -1)
        }
    return {"": "the home", **pages, **({"tags/": "the tags"} if tags else {})}


def settle_addresses(found: Import, paths: Mapping[int, str]) -> None:
    """Let each old address lead to the page that claims it first, unless a page stands there now."""
    own = own_pages(found.items, paths)
    new = own | {address_of(path).casefold(): path for path in paths.values()}
    owners: dict[str, str] = {}
    for item in found.items:
        kept, path = [], paths[id(item)]
        for given in item.old:
            old = _free_address(given, new)
            owner = owners.setdefault(folded(old), path) if old else new.get(folded(given), "")
            if old and owner == path:
                kept.append(old)
            else:
                _tell_address(found, item, given, owner if owner != path else address_of(path))
        item.old = kept
    for given, goal in found.redirects.items():
        old = _free_address(given, new)
        if old and folded(old) not in owners and (goal in own or "://" in goal):
            found.site.setdefault("redirects", {})[old] = goal
        elif "://" in goal:
            found.note(0, f"the old address {given} cannot lead to {goal}")


def _free_address(given: str, new: Mapping[str, str]) -> str:
    """Return an old address as the hub holds it, or the empty string where something is there now."""
    old = hub_address(as_address(given), _SPAN, Problems(""))
    is_made = {folded(old), folded(old).rstrip("/")} & MADE
    return "" if is_made or folded(old) in new else old


def folded(address: str) -> str:
    """Return an address as a hub tells it from others: without its file, in small letters."""
    return address.removesuffix("index.html").casefold()


def _tell_address(found: Import, item: Item, old: str, other: str) -> None:
    """Tell that an old address does not lead to a page, unless it is its own; `other` has it now."""
    if old.removesuffix("index.html").strip("/") == other.strip("/"):
        found.leave(item.line, old, "address that stays", item.source)
        return
    where = f"leads to {other} alone" if other else "cannot be one of the hub"
    if folded(old).strip("/") == other.strip("/"):
        where = f"is {other} now: the page for wrong addresses leads from capitals to it"
    found.note(item.line, f"the old address {old} {where}", item.source)
    found.leave(item.line, old, "old address that leads elsewhere", item.source)
