"""Read `cv.yml`: work, education and the like, under the names of JSON Resume 1.0 (jsonresume.org)."""

import re
from collections.abc import Iterator, Mapping

from nexusgen.content.dates import parse_day
from nexusgen.content.fields import convert_mapping, pairs_of
from nexusgen.content.source_text import Problems, decode_text, without_any_comments
from nexusgen.content.yaml_tree import Node, parse_yaml, shape_of, shown, with_texts
from nexusgen.core.builds import Snapshot
from nexusgen.core.model import Field
from nexusgen.core.paths import hub_path
from nexusgen.core.problems import Problem, suggest
from nexusgen.core.urls import is_external

_PERIOD = (
    Field("startDate", "text", "The day, month or year in which it began"),
    Field("endDate", "text", "When it ended; nothing where it goes on"),
)
_DONE = (
    Field("url", "url", "Where to read more"),
    *_PERIOD,
    Field("summary", "text", "What it was about"),
    Field("highlights", "list", "What came of it"),
)

CV_SECTIONS: Mapping[str, tuple[Field, ...]] = {
    "work": (
        Field("name", "text", "The employer"),
        Field("position", "text", "What you were"),
        Field("location", "text", "Where"),
        Field("description", "text", "What the employer does"),
        *_DONE,
    ),
    "education": (
        Field("institution", "text", "The school"),
        Field("area", "text", "What you studied"),
        Field("studyType", "text", "To which degree"),
        Field("url", "url", "Where to read more"),
        *_PERIOD,
        Field("score", "text", "The grade"),
        Field("courses", "list", "Courses worth a mention"),
    ),
    "certificates": (
        Field("name", "text", "What it is called"),
        Field("issuer", "text", "Who gave it"),
        Field("date", "text", "When"),
        Field("url", "url", "Where it can be checked"),
    ),
    "awards": (
        Field("title", "text", "What it is called"),
        Field("awarder", "text", "Who gave it"),
        Field("date", "text", "When"),
        Field("summary", "text", "What it was for"),
    ),
    "volunteer": (
        Field("organization", "text", "For whom"),
        Field("position", "text", "What you were"),
        *_DONE,
    ),
    "languages": (
        Field("language", "text", "Which"),
        Field("fluency", "text", "How well, in your own words"),
    ),
}
"""The sections of `cv.yml` in the order in which a CV has them, each with the fields of an item."""

_DAY = re.compile("[12][0-9]{3}(?:-(?:0[1-9]|1[0-2])(?:-[0-9]{2})?)?")
"""A year, a month or a day: `iso8601` of the schema of JSON Resume."""

DATES = ("startDate", "endDate", "date")
_OPEN = {"endDate": ", or leave it out where it goes on"}

Item = Mapping[str, str | tuple[str, ...]]
"""Work, a school, a certificate: every field of its section, empty where nothing is said."""


Cv = Mapping[str, tuple[Item, ...]]
"""What `cv.yml` says: the items of every section, in the order of the file."""

NO_CV: Cv = dict.fromkeys(CV_SECTIONS, ())


def find_cv(snapshot: Snapshot) -> tuple[Cv, tuple[Problem, ...]]:
    """Return what the `cv.yml` of a hub says, and what is wrong with it."""
    path = hub_path("cv.yml", snapshot.content)
    return parse_cv(snapshot.read(path), path) if path in snapshot.files else (NO_CV, ())


def parse_cv(data: bytes, path: str) -> tuple[Cv, tuple[Problem, ...]]:
    """Return a CV and what is wrong with it; what cannot be read is left out."""
    problems = Problems(path)
    node = parse_yaml(decode_text(data, problems), problems)
    found = dict(NO_CV)
    given = with_texts(node, without_any_comments) if node and not node.is_null else None
    pairs = pairs_of(given, "a CV", problems, "begin with work: or education:") if given else {}
    for name, pair in pairs.items():
        if name in CV_SECTIONS:
            found[name] = tuple(_items(name, pair.value, problems))
        else:
            hint = suggest(name, tuple(CV_SECTIONS))
            problems.add(pair.key, "field.unknown", f"a CV has no section {shown(name)}", hint)
    return found, tuple(problems.noted)


def is_cv_value(field: Field, value: str) -> bool:
    """Return whether a field of `cv.yml` can hold a text: dates are a year, a month or a day."""
    if field.name in DATES:
        return is_cv_date(value)
    return field.type != "url" or is_external(value)


def is_cv_date(text: str) -> bool:
    """Return whether a text is a year, a month or a day of the calendar."""
    is_one = _DAY.fullmatch(text) is not None
    return is_one and (len(text) < len("2024-05-31") or parse_day(text) is not None)


def _items(name: str, node: Node, problems: Problems) -> Iterator[Item]:
    """Yield the items of a section, each with all fields."""
    if node.is_null:
        return
    if not isinstance(node.value, list):
        message = f'"{name}" must be a list, not {shape_of(node)}'
        problems.add(node.span, "field.type", message, f"write each item of {name} after a dash")
        return
    fields = CV_SECTIONS[name]
    empty: Item = {field.name: () if field.type == "list" else "" for field in fields}
    for item in node.value:
        values = {} if item.is_null else convert_mapping(item, fields, name, problems)
        pairs = item.value if isinstance(item.value, dict) else {}
        for field in DATES:
            if values.get(field) and not is_cv_date(values[field]):
                message = f'"{field}" must be a date, not {shown(values[field])}'
                hint = f"write it as 2024, 2024-05 or 2024-05-31{_OPEN.get(field, '')}"
                problems.add(pairs[field].value.span, "field.date", message, hint)
                values[field] = ""
        if any(values.values()):
            yield {**empty, **values}
