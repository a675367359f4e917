"""Small pure functions that templates call as filters."""

import re
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote

from nexusgen.core.urls import is_external

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

SAFE = "/#?=&:@!$'()*+,;~"
"""What stays as it is in a URL of the hub: RFC 3986, section 3.3, and what ends a path."""


def percent_encoded(url: str) -> str:
    """Return a URL of the hub as it stands in links, feeds and the sitemap."""
    return url if url.isascii() and url.replace("/", "").isalnum() else quote(url, safe=SAFE)


def href(url: str, root: str) -> str:
    """Return the way to `url` from a page whose way to the root is `root`."""
    return url if is_external(url) else root + percent_encoded(url)


def long_date(date: str) -> str:
    """Return `2024-05-01` as `1 May 2024`; what is not a whole date stays as it is."""
    year, _, rest = date[:10].partition("-")
    month, _, day = rest.partition("-")
    if not (month.isdecimal() and 1 <= int(month) <= 12):
        return date
    name = f"{MONTHS[int(month) - 1]} {year}"
    return f"{int(day)} {name}" if day.isdecimal() else name


def short_date(date: str) -> str:
    """Return `2024-05-01` as `1 May 2024` with the first three letters of the month."""
    words = long_date(date).split(" ")
    return " ".join(word[:3] if word in MONTHS else word for word in words)


def host(url: str) -> str:
    """Return what a reader recognises of an address: `github.com/django/django`."""
    return url.partition("://")[2].removeprefix("www.").rstrip("/") or url


def printable(text: str) -> str:
    """Return `text` without the characters that XML 1.0, section 2.2, forbids."""
    return UNPRINTABLE.sub("", text)


def rfc822(time: str) -> str:
    """Return an RFC 3339 time as RSS writes it: `Wed, 01 May 2024 00:00:00 +0000`."""
    return format_datetime(datetime.fromisoformat(time))


def grouped(number: int) -> str:
    """Return 1873 as `1,873`."""
    return f"{number:,}"


FILTERS = {
    "grouped": grouped,
    "host": host,
    "href": href,
    "long_date": long_date,
    "rfc822": rfc822,
    "short_date": short_date,
}
