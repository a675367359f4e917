"""Read a CV as JSON Resume: the author, projects, skills, and `cv.yml`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nexusgen.content.cv import CV_SECTIONS, is_cv_value
from nexusgen.core.model import Field
from nexusgen.core.problems import NexusgenError
from nexusgen.importers.normal import Import, Item, strings, yaml_text
from nexusgen.importers.sites import texts


def read_resume(data: bytes, name: str) -> Import:
    """Return the author, projects, skills and a CV page of a JSON Resume.

    Raises `NexusgenError` where the file is none.
    """
    try:
        resume = json.loads(data.decode("utf-8-sig"))
    except (ValueError, UnicodeDecodeError) as error:
        raise NexusgenError(f"{name} is not JSON: {error}", "name a file of JSON Resume") from None
    if not isinstance(resume, dict) or not isinstance(resume.get("basics", {}), dict):
        raise NexusgenError(f"{name} is no JSON Resume", "it must be an object with basics")
    found = Import("resume")
    basics = resume.get("basics") or {}
    found.site = {
        "title": str(basics.get("name") or "CV"),
        "tagline": str(basics.get("label") or ""),
        "author": _author(found, basics),
    }
    found.items.append(
        Item(
            "page",
            str(basics.get("name") or "Home"),
            body=str(basics.get("summary") or ""),
            source=name,
            name="index",
            index=True,
            lines=[1],
        )
    )
    _add_projects(found, resume.get("projects"), name)
    _add_skills(found, resume.get("skills"), name)
    _add_rest(found, _add_cv(found, resume), name)
    found.texts[name] = " ".join(_values(resume))
    found.site_lines.append(1)
    return found


def _values(resume: Mapping[str, Any]) -> Iterable[str]:
    kept = {key: value for key, value in resume.items() if key not in ("$schema", "meta")}
    return (text for text in strings(kept) if text not in ("True", "False"))


def _author(found: Import, basics: Mapping[str, Any]) -> dict[str, Any]:
    author: dict[str, Any] = {}
    for key, own in (
        ("name", "name"),
        ("headline", "label"),
        ("email", "email"),
        ("bio", "summary"),
    ):
        if basics.get(own):
            author[key] = str(basics[own])
    links = [{"title": "Website", "url": str(basics["url"])}] if basics.get("url") else []
    for profile in basics.get("profiles") or []:
        if isinstance(profile, dict) and profile.get("url"):
            title = ": ".join(str(profile[it]) for it in ("network", "username") if profile.get(it))
            links.append({"title": title or str(profile["url"]), "url": str(profile["url"])})
    if links:
        author["links"] = links
    if basics.get("email"):
        found.note(1, f"the address {basics['email']} will be public")
    return author


def _add_projects(found: Import, projects: Any, source: str) -> None:
    items = [it for it in projects or [] if isinstance(it, dict) and it.get("name")]
    if items:
        found.items.append(Item("project", "Projects", name="projects/index", index=True))
    for project in items:
        url = str(project.get("url") or "")
        period = " – ".join(str(project[it]) for it in ("startDate", "endDate") if project.get(it))
        fields = {
            "summary": str(project.get("description") or ""),
            "url": url,
            "period": period,
            "role": ", ".join(texts(project.get("roles"))),
        }
        used = {"name", "description", "url", "startDate", "endDate", "roles", "highlights"}
        lists = "\n".join(f"- {it}" for it in texts(project.get("highlights")))
        rest = _facts({key: value for key, value in project.items() if key not in used})
        body = "\n\n".join(part for part in (lists, rest) if part)
        kept = {key: value for key, value in fields.items() if value}
        found.items.append(Item("project", str(project["name"]), kept, body, [1], source))


def _add_skills(found: Import, skills: Any, source: str) -> None:
    items = [it for it in skills or [] if isinstance(it, dict) and it.get("name")]
    if items:
        found.items.append(Item("technology", "Skills", name="technologies/index", index=True))
    for skill in items:
        keywords = texts(skill.get("keywords"))
        fields: dict[str, Any] = {"level": str(skill["level"])} if skill.get("level") else {}
        if keywords:
            fields["summary"] = ", ".join(keywords)
        found.items.append(Item("technology", str(skill["name"]), fields, "", [1], source))


def _add_cv(found: Import, resume: Mapping[str, Any]) -> dict[str, Any]:
    """Write `cv.yml` of the sections that it knows; return the resume with what it could not take."""
    cv: dict[str, list[dict[str, Any]]] = {}
    rest = dict(resume)
    for section, fields in CV_SECTIONS.items():
        items = resume.get(section)
        if not isinstance(items, list):
            continue
        pairs = [_cv_item(item, fields) for item in items]
        cv[section] = [known for known, _ in pairs if known]
        rest[section] = [left for _, left in pairs if left]
    if kept := {section: items for section, items in cv.items() if items}:
        found.assets["cv.yml"] = yaml_text(kept).encode()
    return rest


def _cv_item(item: Any, fields: Sequence[Field]) -> tuple[dict[str, Any], Any]:
    """Return what `cv.yml` holds of an item, and the rest of it."""
    if not isinstance(item, dict):
        return {}, item
    known: dict[str, Any] = {}
    for field in fields:
        value = item.get(field.name)
        if field.type == "list" and isinstance(value, list):
            known[field.name] = [str(one) for one in value if isinstance(one, str)]
        elif isinstance(value, str) and is_cv_value(field, value):
            known[field.name] = value
    kept = {name: value for name, value in known.items() if value}
    left = {name: value for name, value in item.items() if value and kept.get(name) != value}
    return kept, left


def _add_rest(found: Import, resume: Mapping[str, Any], source: str) -> None:
    """Write what has no place of its own as a page that reads as a CV."""
    known = {"basics", "projects", "skills", "$schema", "meta"}
    parts = []
    basics = {
        key: value
        for key, value in (resume.get("basics") or {}).items()
        if key not in ("name", "label", "email", "summary", "url", "profiles")
    }
    if any(basics.values()):
        parts.append(_facts(basics))
    for key, value in resume.items():
        if key not in known and value:
            parts.append(f"## {key[:1].upper()}{key[1:]}")
            parts += (
                [_section(it) for it in value]
                if isinstance(value, list)
                else [_facts({key: value})]
            )
    for key, names in (("projects", "name"), ("skills", "name")):
        nameless = [
            it for it in resume.get(key) or [] if isinstance(it, dict) and not it.get(names)
        ]
        parts += [_facts(it) for it in nameless]
    if parts:
        found.items.append(
            Item(
                "page",
                "Further notes",
                {},
                "\n\n".join(part for part in parts if part),
                [1],
                source,
                "cv-notes",
            )
        )


def _section(value: Any) -> str:
    """Return an item of a list that is no section of a CV, or what a section could not take of one."""
    if not isinstance(value, dict):
        return f"- {value}"
    title = next((str(value[it]) for it in ("name", "title") if value.get(it)), "")
    rest = _facts({key: one for key, one in value.items() if str(one) != title})
    return "\n\n".join(part for part in (f"### {title}" if title else "", rest) if part)


def _facts(values: Mapping[str, Any]) -> str:
    lines = [
        f"- **{key}:** {', '.join(strings(value))}"
        for key, value in values.items()
        if value not in (None, "", [], {})
    ]
    return "\n".join(lines)
