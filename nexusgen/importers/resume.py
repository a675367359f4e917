"""Read a CV as JSON Resume, of any version of its schema: author, projects, skills, and `cv.yml`."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

from nexusgen.content.cv import CV_SECTIONS, DATES, is_cv_value
from nexusgen.content.dates import parse_day
from nexusgen.core.model import Field
from nexusgen.core.problems import NexusgenError
from nexusgen.importers.foreign_pages import texts_of
from nexusgen.importers.normal import Import, Item, mapping, strings, yaml_text, yaml_values
from nexusgen.importers.people import address_of, author_of, public
from nexusgen.importers.vocabulary import is_sort

Values = Mapping[str, Any]

_RENAMED = {
    "work": {"company": "name", "website": "url"},
    "volunteer": {"website": "url"},
    "education": {"gpa": "score", "website": "url"},
    "certificates": {"website": "url"},
    "projects": {
        "website": "url", "githubUrl": "repository", "github": "repository",
        "source": "repository", "summary": "description",
    },
}  # fmt: skip
"""What older versions of the schema, and what many write, call a field of a section."""

_PROJECT = (
    "name", "description", "keywords", "url", "repository", "roles", "startDate", "endDate",
    "highlights",
)  # fmt: skip
"""The fields of a project that have a place of their own."""

_NUMBERED = re.compile(r"(\d{1,2})/(\d{4})|(\d{4})[/.](\d{1,2})")
_STILL = re.compile(r"(?i)present|now|current(?:ly)?|today|ongoing|to date")


def read_resume(data: bytes, name: str) -> Import:
    """Return the author, projects, skills and a CV page of a JSON Resume.

    Raises `NexusgenError` where the file is none.
    """
    resume = _parsed(data, name)
    found = Import("resume")
    lines = [" ".join(text.split()) for text in _values(resume)]
    found.texts[name] = "\n".join(lines)
    found.site_lines = list(range(1, len(lines) + 1))
    found.leave(0, resume.pop("meta", ""), "tells how the file was made")
    basics = mapping(resume.pop("basics", None))
    rest: dict[str, Any] = {"": _add_author(found, public(found, basics, name))}
    resume = {key: _section_now(found, key, it) for key, it in public(found, resume, name).items()}
    rest["projects"] = _add_projects(found, resume.pop("projects", None))
    rest["skills"] = _add_skills(found, resume.pop("skills", None))
    rest |= _add_cv(found, resume)
    _add_rest(found, rest)
    for item in found.items:
        item.source, item.lines = name, list(found.site_lines)
    return found


def _parsed(data: bytes, name: str) -> dict[str, Any]:
    read, form = (yaml_values, "YAML") if name.endswith((".yaml", ".yml")) else (json.loads, "JSON")
    try:
        resume = read(data.decode("utf-8-sig"))
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        hint = "name a file of JSON Resume"
        raise NexusgenError(f"{name} is not {form}: {error}", hint) from None
    if not isinstance(resume, dict) or not isinstance(resume.get("basics", {}), dict):
        raise NexusgenError(f"{name} is no JSON Resume", "it must be an object with basics")
    return {key: value for key, value in resume.items() if key != "$schema"}


def _values(resume: Values) -> Iterable[str]:
    return (text for text in strings(resume) if text not in ("True", "False"))


def _add_author(found: Import, basics: Values) -> dict[str, Any]:
    """Take the author from the basics; return what else they tell."""
    author, rest = author_of(basics)
    found.site = {
        "title": author.get("name") or "CV",
        "tagline": author.get("headline", ""),
        "author": author,
    }
    if author.get("email"):
        found.note(0, f"the address {author['email']} will be public")
    if place := ", ".join(strings(rest.get("location"))):
        found.note(0, f"the place {place} will be public")
    return rest


def _section_now(found: Import, section: str, value: Any) -> Any:
    """Return a section as version 1 of the schema has it."""
    if not isinstance(value, list):
        return value
    names = _RENAMED.get(section, {})
    return [_item_now(found, names, it) if isinstance(it, dict) else it for it in value]


def _item_now(found: Import, names: Mapping[str, str], item: Values) -> dict[str, Any]:
    """Return an item with the names and days of version 1, without what is empty."""
    known = {key: _without_blanks(value) for key, value in item.items()}
    known = {key: value for key, value in known.items() if value not in (None, "", [], {})}
    for old, new in names.items():
        if old in known and new not in known:
            known[new] = known.pop(old)
    for key, value in known.items():
        if key in DATES and isinstance(value, str):
            known[key] = _day(value.strip())
            found.leave(0, value if known[key] != value else "", "day that is written as a number")
        elif key == "url" and isinstance(value, str):
            known[key] = address_of(value) or value
    return known


def _without_blanks(value: Any) -> Any:
    return [it for it in value if str(it).strip()] if isinstance(value, list) else value


def _day(text: str) -> str:
    """Return a day or month as the schema writes it, where the text tells one without doubt."""
    if day := parse_day(text):
        return day
    if first := parse_day(re.sub(r"[.,]* +(?=\d{4}$)", " 1, ", text)):
        return first[:7]
    if numbered := _NUMBERED.fullmatch(text):
        return f"{numbered[2] or numbered[3]}-{int(numbered[1] or numbered[4]):02}"
    return text


def _named(values: Any) -> tuple[list[dict[str, Any]], list[Any]]:
    """Return the items of a section that have a name, and the others."""
    items = values if isinstance(values, list) else [values] if values else []
    named = [it for it in items if isinstance(it, dict) and isinstance(it.get("name"), str)]
    return named, [it for it in items if it not in named]


def _add_projects(found: Import, projects: Any) -> list[Any]:
    """Add the projects; return what is none."""
    items, rest = _named(projects)
    if items:
        found.items.append(Item("project", "Projects", name="projects/index", index=True))
    for project in items:
        period = " – ".join(str(project[it]) for it in ("startDate", "endDate") if project.get(it))
        fields = {
            "summary": project.get("description"),
            "tags": texts_of(found, "", project.get("keywords")),
            "url": project.get("url"),
            "repository": project.get("repository"),
            "role": ", ".join(texts_of(found, "", project.get("roles"))),
            "period": period,
        }
        lists = "\n".join(f"- {it}" for it in texts_of(found, "", project.get("highlights")))
        more = _facts({key: value for key, value in project.items() if key not in _PROJECT})
        body = "\n\n".join(part for part in (lists, more) if part)
        kept = {key: value for key, value in fields.items() if value}
        found.items.append(Item("project", project["name"], kept, body))
    return rest


def _add_skills(found: Import, skills: Any) -> list[Any]:
    """Add a technology for each skill, or where one is a sort of them, for each of its keywords."""
    items, rest = _named(skills)
    known: dict[str, Item] = {}
    for skill in items:
        name, level, keywords = (
            skill["name"],
            skill.get("level"),
            texts_of(found, "", skill.get("keywords")),
        )
        more = {key: it for key, it in skill.items() if key not in ("name", "level", "keywords")}
        told = {"level": str(level)} if level else {}
        if keywords and is_sort(name):
            entries = {it: {**told, "category": name} for it in keywords}
            rest += [{"name": name, **more}] if more else []
            more = {}
        else:
            entries = {name: told | ({"summary": ", ".join(keywords)} if keywords else {})}
        for title, fields in entries.items():
            new = Item("technology", title, fields, _facts(more))
            item = known.setdefault(title.casefold(), new)
            if item is not new:
                twice = [title, *(it for key, it in fields.items() if key in item.fields), new.body]
                found.leave(0, twice, "skill that is named twice")
                item.fields = fields | item.fields
    if known:
        found.items.append(Item("technology", "Skills", name="technologies/index", index=True))
    found.items += known.values()
    return rest


def _add_cv(found: Import, resume: Values) -> dict[str, Any]:
    """Write `cv.yml` of the sections that it knows; return what it could not take, by section."""
    cv: dict[str, list[dict[str, Any]]] = {}
    rest = dict(resume)
    for section, fields in CV_SECTIONS.items():
        items = resume.get(section)
        if isinstance(items, list):
            pairs = [_cv_item(found, item, fields) for item in items]
            cv[section] = [known for known, _ in pairs if known]
            rest[section] = [left for _, left in pairs if left]
    if kept := {section: items for section, items in cv.items() if items}:
        found.assets["cv.yml"] = yaml_text(kept).encode()
    return rest


def _cv_item(found: Import, item: Any, fields: Sequence[Field]) -> tuple[dict[str, Any], Any]:
    """Return what `cv.yml` holds of an item, and the rest of it under its title."""
    if not isinstance(item, dict):
        return {}, item
    item = dict(item)
    if isinstance(item.get("endDate"), str) and _STILL.fullmatch(item["endDate"]):
        found.leave(0, item.pop("endDate"), "said by an end that is left open")
    known: dict[str, Any] = {}
    for field in fields:
        value = item.get(field.name)
        if field.type == "list" and isinstance(value, list):
            known[field.name] = [one for one in value if isinstance(one, str)]
        elif isinstance(value, str) and is_cv_value(field, value):
            known[field.name] = value
    kept = {name: value for name, value in known.items() if value}
    left = {name: value for name, value in item.items() if value and kept.get(name) != value}
    title = next((item[it.name] for it in fields if it.name in kept and it.type == "text"), "")
    return kept, {"name": title, **left} if left else {}


def _add_rest(found: Import, rest: Values) -> None:
    """Write what has no place of its own as a page that reads as a CV."""
    parts = []
    for section, value in rest.items():
        if value:
            parts.append(f"## {_spoken(section)}" if section else "")
            parts += [_section(it) for it in value] if isinstance(value, list) else [_facts(value)]
    body = "\n\n".join(part for part in parts if part)
    if body:
        found.items.append(Item("page", "Further notes", body=body, name="cv-notes"))


def _section(value: Any) -> str:
    """Return an item of a list that is no section of a CV, or what a section could not take of one."""
    if not isinstance(value, dict):
        return f"- {value}"
    named = next((it for it in ("name", "title") if isinstance(value.get(it), str)), "")
    rest = _facts({key: one for key, one in value.items() if key != named})
    return "\n\n".join(part for part in (f"### {value[named]}" if named else "", rest) if part)


def _facts(values: Any) -> str:
    if not isinstance(values, dict):
        return str(values)
    lines = [
        f"- **{_spoken(key)}:** {', '.join(strings(value))}"
        for key, value in values.items()
        if value not in (None, "", [], {})
    ]
    return "\n".join(lines)


def _spoken(key: str) -> str:
    """Return the name of a field as words: `Release date` of `releaseDate`."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", str(key)).lower()
    return text[:1].upper() + text[1:]
