"""Read days, moments and spans of time as authors write them, and tell when an entry is to be reviewed."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

import msgspec

from nexusgen.content.kinds import kind_named
from nexusgen.core.model import Entry, Site

DATE = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ](?P<time>(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?)(?:[.,][0-9]+)?"
    r"[ ]?(?P<zone>[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
"""A date of ISO 8601, which may have a time of day and a zone."""

_IN_NAME = re.compile(
    r"(?P<open>\[)?(?P<day>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{4}([_.])[0-9]{2}\3[0-9]{2}|(?:19|20)[0-9]{6})(?(open)\])"
    r"(?:T[0-2][0-9][-.]?[0-5][0-9](?:[-.]?[0-5][0-9])?Z?(?!\w))?"
    r"(?:(?:[-_ ,–—]+|(?=[(（]))(?P<rest>\S.*)|\.[a-z]{2})?"
)
STAMP = re.compile(
    r"((?:19|20)[0-9]{6}T?(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9])?)(?:(?:--|[-_ ]+)(?=\S)|\Z)"
)
"""The moment with which programs for a Zettelkasten begin the name of a file: its id, for links."""

_WEEKDAYS = tuple(map(str.split, (
    "monday montag lundi lunes segunda-feira lunedì maandag poniedziałek понедельник пн الاثنين שני 月曜日 星期一 周一",
    "tuesday dienstag mardi martes terça-feira martedì dinsdag wtorek вторник الثلاثاء שלישי 火曜日 星期二 周二",
    "wednesday mittwoch mercredi miércoles quarta-feira mercoledì woensdag środa среда الأربعاء רביעי 水曜日 星期三 周三",
    "thursday donnerstag jeudi jueves quinta-feira giovedì donderdag czwartek четверг чт الخميس חמישי 木曜日 星期四 周四",
    "friday freitag vendredi viernes sexta-feira venerdì vrijdag piątek пятница пт الجمعة שישי 金曜日 星期五 周五",
    "saturday samstag samedi sábado sabato zaterdag sobota суббота сб السبت שבת 土曜日 星期六 周六",
    "sunday sonntag dimanche domingo domenica zondag niedziela воскресенье вс الأحد ראשון 日曜日 星期日 周日",
)))  # fmt: skip
"""The days of the week in the languages of the theme, Monday first."""
_OF_A_DAY = re.compile(
    r"[(（]?[0-9]{1,2}[)）]?|(?:copy|copie|copia|cópia|kopie)(?: \(?[0-9]+\)?)?"
    r"|(?:(?:to|until|till|through|bis|au|al|a|-|–|—) ?)?[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9]).*",
    re.IGNORECASE,
)
"""What of a name belongs to its day: the sign of a second note, of a copy, the end of a span of days."""
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_IN_WORDS = re.compile(
    r"(?:[a-z]{3,9},? +)?(?P<month>[a-z]{3,9})\.? +(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?,? +"
    r"(?P<year>[0-9]{4})(?:,? +(?P<hour>[0-9]{1,2})(?P<rest>:[0-5][0-9](?::[0-5][0-9])?)(?: *(?P<half>[ap])m)?)?",
    re.IGNORECASE,
)

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


def parse_day(text: str) -> str | None:
    """Return the day of a date as it is written, or None for none; no time zone moves it.

    A date is written as in ISO 8601, with slashes or without zeros (`2024/5/1`), in English words
    (`May 1st, 2024`), or in milliseconds as Dendron does (`1588329600000`).
    """
    text = year_first(text)
    match = DATE.fullmatch(text)
    day = match["day"] if match else day_in_words(text)[:10]
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        return None


def parse_moment(text: str) -> str:
    """Return the moment that a date with a time of day names, in UTC (RFC 3339); else nothing.

    A time without a zone is taken as UTC: no place that builds the hub changes its pages.
    """
    text = year_first(" ".join(text.split()))
    match = DATE.fullmatch(text if "-" in text[:5] else day_in_words(text))
    if not match or not match["time"]:
        return ""
    try:
        zone = (match["zone"] or "Z").upper()
        moment = datetime.fromisoformat(f"{match['day']}T{match['time']}{zone}").astimezone(UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return ""


def year_first(text: str) -> str:
    """Return a date that begins with its year with hyphens and all digits; any other text as it is.

    Obsidian links to the note of a day: `[[2024-05-01]]`, `[[daily/2024-05-01|May 1st]]`. A moment
    in milliseconds becomes such one.
    """
    if len(text) == 13 and text.isascii() and text.isdecimal():
        moment = datetime.fromtimestamp(int(text) // 1000, UTC)
        return moment.strftime("%Y-%m-%d %H:%M:%SZ")
    if text.startswith("[[") and text.endswith("]]"):
        text = text[2:-2].partition("|")[0].strip().rpartition("/")[2]
    match = _YEAR_FIRST.match(text)
    if not match:
        return text
    return f"{match[1]}-{match[3]:0>2}-{match[4]:0>2}{text[match.end() :]}"


def day_in_words(text: str) -> str:
    """Return a date in English words as ISO 8601 writes it, nothing for any other text."""
    match = _IN_WORDS.fullmatch(text)
    month = match["month"][:3].lower() if match else ""
    if not match or month not in _MONTHS:
        return ""
    day = f"{match['year']}-{_MONTHS.index(month) + 1:02}-{int(match['day']):02}"
    if not match["hour"]:
        return day
    hour = int(match["hour"])
    if half := match["half"]:
        hour = hour % 12 + 12 * (half.lower() == "p")
    return f"{day} {hour:02}{match['rest']}"


def day_in_name(name: str) -> tuple[str, str]:
    """Return the day with which the name of a file begins, and the rest; nothing where none does.

    Jekyll's posts (`2018-01-03-title`), daily notes (`2024-05-01`), Logseq's journals
    (`2024_05_02`), notes of a Zettelkasten (`202001021300 Title`) and of Denote
    (`20240329T105803--title__tags`) are called so, others `20240501-title`, `2024.05.01`,
    `[2024-05-01] title`, `2024-05-01T1030 title`. A bare id or moment is the rest, too: two of one
    day are not the same.
    """
    match = _IN_NAME.fullmatch(name) if name.lstrip("[")[:4].isdecimal() else None
    if stamp := STAMP.match(name):
        rest = name[stamp.end() :].partition("__" if name[8] == "T" else "\0")[0] or name
        day = parse_day(f"{name[:4]}-{name[4:6]}-{name[6:8]}")
        return (day, rest) if day else ("", name)
    if not match:
        return "", name
    said = match["day"]
    digits = re.sub("[_.]", "", said)
    day = parse_day(said if "-" in said else f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")
    bare = "" if said == name and said[4] in "-_" else name
    return (day, match["rest"] or bare) if day else ("", name)


def moment_in_name(name: str) -> str:
    """Return the moment with which the name of a note begins, in UTC; nothing where none does."""
    stamp = STAMP.match(name)
    digits = stamp[1].replace("T", "") if stamp else ""
    day, time = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}", f"{digits[8:10]}:{digits[10:12]}"
    return parse_moment(f"{day} {time}:{digits[12:] or '00'}") if stamp else ""


def is_sign_of_day(text: str, day: str) -> bool:
    """Return whether a text behind `day` is no title: a day of the week, a number, a copy, another day.

    Of the day of the week a short form counts where it is that of `day`.
    """
    if _OF_A_DAY.fullmatch(text):
        return True
    word = text.strip(" ()[]（）.,").casefold()
    short = _WEEKDAYS[date.fromisoformat(day).weekday()] if len(word) > word.isascii() else []
    return any(word in names for names in _WEEKDAYS) or any(it.startswith(word) for it in short)


def parse_duration(text: str) -> str | None:
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


class Review(msgspec.Struct, frozen=True):
    """How often an entry should be reviewed, since when that counts, and the day on which it is due.

    Where an entry says no day at all, both are empty: it is due on any day.
    """

    every: str
    since: str = ""
    due: str = ""

    def is_due(self, on: str) -> bool:
        """Say whether the day has come."""
        return self.due <= on if self.due or not self.since else False

    @property
    def words(self) -> str:
        """What was agreed, in words: `every 6 months, last on 2024-05-01`."""
        return f"every {in_words(self.every)}, " + (
            f"last on {self.since}" if self.since else "and it says no date"
        )


def review_of(entry: Entry, site: Site) -> Review | None:
    """Return the review of an entry that asks for one, by itself or by its kind.

    It counts from the day of the last review, else from that on which the entry was last revised or
    written. The page of a folder is reviewed only where it asks for it itself.
    """
    kind = None if entry.is_index else kind_named(entry.kind, site.kinds)
    every = entry.review_every or (kind.review_every if kind else "")
    if not every:
        return None
    since = (entry.reviewed or entry.updated or entry.date)[:10]
    return Review(every, since, day_after(since, every) if since else "")
