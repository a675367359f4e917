"""Know at which addresses other tools published a page: the parts of days, and old addresses."""

import datetime
import posixpath
import re
import unicodedata
from collections.abc import Iterable, Mapping

from nexusgen.content.naming import folder_url
from nexusgen.core.slugs import tag_slug
from nexusgen.importers.normal import Item

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_CLOCK = re.compile(r"[T ](\d\d):(\d\d)(?::(\d\d))?")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


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
