"""Know at which addresses other tools published a page: the parts of days, and old addresses."""

import datetime
import unicodedata

from nexusgen.importers.normal import Item

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def is_letter(sign: str) -> bool:
    """Decide whether a sign is a letter, a mark of one, or a digit, in any script."""
    return unicodedata.category(sign)[0] in "LM" or sign.isdigit()


def date_values(day: str) -> dict[str, str]:
    """Return the parts of a day, which a text begins with as YYYY-MM-DD, by their names in a permalink."""
    try:
        date = datetime.date.fromisoformat(day[:10])
    except ValueError:
        date = datetime.date.min
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
    }


def publish_at(item: Item, address: str) -> None:
    """Note the address at which a page was published, `/` for the home, and keep it."""
    item.address = _written(address)
    keep_old(item, address)


def keep_old(item: Item, address: str) -> None:
    """Let the old address of a page lead to its new one."""
    old = _written(address)
    if old not in ("/", *item.old):
        item.old.append(old)


def _written(address: str) -> str:
    old = address.strip("/")
    return old if old.endswith(".html") else f"{old}/"
