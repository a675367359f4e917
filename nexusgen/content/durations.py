"""Read spans of time such as `90d` or `6 months`, and count them from a day."""

import re
from calendar import monthrange
from datetime import date, timedelta

_DURATION = re.compile(r"([1-9][0-9]{0,3}) ?([a-z]+)")
_UNITS = {
    word: unit
    for unit, words in (
        ("d", "d day days"),
        ("w", "w week weeks"),
        ("m", "m mo month months"),
        ("y", "y year years"),
    )
    for word in words.split()
}

_NAMES = {"d": "days", "w": "weeks", "m": "months", "y": "years"}


def read_duration(text: str) -> str | None:
    """Return a span of time in its short form, `6m` for `6 months`; None where text is none."""
    found = _DURATION.fullmatch(text.strip().lower())
    return f"{found[1]}{_UNITS[found[2]]}" if found and found[2] in _UNITS else None


def in_words(duration: str) -> str:
    """Return a span of time, in its short form, as a person says it after "every": `6 months`, `year`."""
    number, unit = duration[:-1], _NAMES[duration[-1]]
    return f"{number} {unit}" if number != "1" else unit.removesuffix("s")


def day_after(day: str, duration: str) -> str:
    """Return the day that lies a span of time, in its short form, after another.

    A month later than the last day of a month is at most the last of the next. Beyond the year
    9999 there is no day: the text is empty.
    """
    number, unit = int(duration[:-1]), duration[-1]
    start = date.fromisoformat(day[:10])
    try:
        if unit in "dw":
            return (start + timedelta(days=number * (7 if unit == "w" else 1))).isoformat()
        months = start.month - 1 + number * (12 if unit == "y" else 1)
        year, month = start.year + months // 12, months % 12 + 1
        return date(year, month, min(start.day, monthrange(year, month)[1])).isoformat()
    except (ValueError, OverflowError):
        return ""
