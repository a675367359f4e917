"""Read what note programs export: an Obsidian vault or a folder of notes, Notion, JSON Resume."""

import csv
import io
import json
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from nexusgen.content.cv import CV_SECTIONS, is_cv_value
from nexusgen.core.model import Field
from nexusgen.core.problems import NexusgenError
from nexusgen.core.slugs import slug_of
from nexusgen.importers.addresses import keep_old
from nexusgen.importers.archives import Tree
from nexusgen.importers.normal import Import, Item, strings, yaml_text
from nexusgen.importers.sites import assets_of, divide, outside_code, page_item, texts

_ID = re.compile(r"[ -]([0-9a-f]{32})(?=$|[./_])")
_INLINE_TAG = re.compile(r"(?<![\w/#&(\[])#([A-Za-z][\w/-]*)")
_PROPERTY = re.compile(r"^([A-Z][\w /()-]{0,40}): (.+)$")
_NOTION_LINK = re.compile(r"(!?\[[^\]]*\]\()([^)\s]+(?:\([^)]*\)[^)\s]*)*)(\))")


def is_obsidian(tree: Tree) -> str:
    """Return why a tree is a folder of notes."""
    notes = sum(path.endswith(".md") for path in tree)
    return f"it is a folder of {notes} notes" if notes else ""


def read_obsidian(tree: Tree) -> Import:
    """Return a folder of notes, changed only where nexusgen reads something otherwise."""
    found = Import("obsidian")
    others: dict[str, bytes] = {}
    for source, data in tree.items():
        if source.endswith((".md", ".markdown")):
            _add_note(found, source, data.decode("utf-8", "replace"))
        else:
            others[source] = data
    assets_of(found, others, lambda source: source)
    return found


def _add_note(found: Import, source: str, text: str) -> None:
    fields, _, _ = divide(text)
    path = re.sub(r"\.(?:md|markdown)$", "", source)
    item = page_item(found, source, text, path)
    for name in ("publish", "permalink", "cssclasses", "cssclass"):
        value = item.fields.pop(name, None)
        if value not in (None, ""):
            told = f'"{name}" became a field or has no counterpart'
            found.leave(1, " ".join(strings(value)), told, source)
    if str(fields.get("publish", "true")).lower() == "false":
        item.fields["private"] = True
    if fields.get("permalink"):
        keep_old(item, str(fields["permalink"]))
    tags = [*item.fields.get("tags", []), *_inline_tags(item.body)]
    if tags:
        item.fields["tags"] = list(dict.fromkeys(tags))
    for known in (source, path, posixpath.basename(source)):
        found.addresses.setdefault(known, f"{item.name}.md")
    found.items.append(item)


def _inline_tags(body: str) -> list[str]:
    """Return the tags that stand in a text, such as `#python`, which stay there."""
    tags: list[str] = []

    def note(text: str) -> str:
        tags.extend(it.strip("/-") for it in _INLINE_TAG.findall(text))
        return text

    outside_code(re.sub(r"^#{1,6}\s.*$", "", body, flags=re.MULTILINE), note)
    return tags


def is_notion(tree: Tree) -> str:
    """Return why a tree is an export of Notion, or the empty string."""
    named = sum(bool(_ID.search(path)) for path in tree if path.endswith((".md", ".csv", ".html")))
    return f"{named} of its files bear an id of Notion in their names" if named else ""


def read_notion(tree: Tree) -> Import:
    """Return the pages, databases and files of an export of Notion, each once."""
    found = Import("notion")
    pages = {path: data for path, data in tree.items() if path.endswith(".md")}
    tables = {path: data for path, data in tree.items() if path.endswith(".csv")}
    for source, data in pages.items():
        _add_notion_page(found, source, data.decode("utf-8", "replace"))
    for source, data in tables.items():
        _add_table(found, source, tables, data.decode("utf-8-sig", "replace"))
    others = {path: data for path, data in tree.items() if not path.endswith((".md", ".csv"))}
    assets_of(found, others, _clear_path)
    for item in found.items:
        item.body = outside_code(item.body, lambda text, own=item: _clear_links(found, own, text))  # type: ignore[misc]
    found.note(
        0, "an export of Notion has no comments, no dates of editing and no views of databases"
    )
    return found


def _clear_path(path: str) -> str:
    """Return a path without the ids in it, as it stands under `content/`."""
    folder, _, name = path.rpartition("/")
    parts = [slug_of(_ID.sub("", part)) or "page" for part in folder.split("/") if part]
    stem, dot, extension = name.rpartition(".")
    return "/".join([*parts, f"{slug_of(_ID.sub('', stem)) or 'page'}{dot}{extension.lower()}"])


def _add_notion_page(found: Import, source: str, text: str) -> None:
    path = _clear_path(source).removesuffix(".md")
    taken = {item.name for item in found.items}
    clear, count = path, 1
    while path in taken:
        count += 1
        path = f"{clear}-{count}"
    item = page_item(found, source, text, path)
    item.body = _take_properties(found, item)
    found.addresses[source] = f"{item.name}.md"
    found.items.append(item)


def _take_properties(found: Import, item: Item) -> str:
    """Take the lines `Name: value` that stand below the title; return the text after them."""
    lines = item.body.lstrip("\n").split("\n")
    at = 0
    while at < len(lines) and (match := _PROPERTY.match(lines[at])):
        name, value = match[1], match[2].strip()
        at += 1
        low = name.casefold()
        day = re.search(r"\d{4}-\d{2}-\d{2}", value)
        if low in ("tags", "tag", "category", "categories", "topics"):
            item.fields["tags"] = list(dict.fromkeys([*item.fields.get("tags", []), *texts(value)]))
            found.leave(0, name, "name of a property", item.source)
        elif low in ("date", "created") and day and day[0] == value:
            item.fields["date"] = value
            found.leave(0, name, "name of a property", item.source)
        else:
            item.fields.setdefault("_lines", []).append(f"**{name}:** {value}")
    kept = item.fields.pop("_lines", [])
    rest = "\n".join(lines[at:])
    return "\n\n".join([*(["  \n".join(kept)] if kept else []), rest.lstrip("\n")])


def _add_table(found: Import, source: str, tables: Mapping[str, bytes], text: str) -> None:
    """Make a page of a database: its rows link to their pages, where these were exported."""
    whole = source.removesuffix(".csv") + "_all.csv"
    if whole in tables:
        found.texts[source] = ""
        return
    path = _clear_path(source.removesuffix("_all.csv").removesuffix(".csv") + ".csv").removesuffix(
        ".csv"
    )
    rows = list(csv.reader(io.StringIO(text)))
    by_title = {
        item.title: number
        for number, item in enumerate(found.items)
        if item.name.startswith(f"{path}/")
    }
    lines = []
    for number, row in enumerate(rows):
        cells = [re.sub(r"\s+", " ", cell).replace("|", "\\|") for cell in row]
        if number and row and row[0].strip() in by_title:
            cells[0] = f"[{cells[0]}](item:{by_title[row[0].strip()]})"
        lines.append(f"| {' | '.join(cells)} |")
        if not number:
            lines.append(f"|{' --- |' * len(row)}")
    existing = next((item for item in found.items if item.name == path), None)
    table = "\n".join(lines)
    found.texts[source] = text
    name = _ID.sub("", posixpath.basename(source)).removesuffix("_all.csv").removesuffix(".csv")
    if existing:
        existing.body = f"{existing.body}\n\n{table}"
        return
    kind = "note" if "/" in path else "page"
    item = Item(kind, name, body=table, source=source, name=path)
    item.lines = list(range(1, text.count("\n") + 2))
    found.addresses[source] = f"{path}.md"
    found.items.append(item)


def _clear_links(found: Import, item: Item, text: str) -> str:
    """Write links to exported files in the form in which their names are known."""

    def clear(match: re.Match[str]) -> str:
        target = unquote(match[2])
        place = posixpath.normpath(posixpath.join(posixpath.dirname(item.source), target))
        if place in found.addresses:
            found.leave(0, match[2], "address within the export", item.source)
            return f"{match[1]}</{found.addresses[place]}>{match[3]}"
        return match[0]

    for path in set(found.addresses.values()):
        found.addresses.setdefault(path, path)
    return _NOTION_LINK.sub(clear, text)


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
    if not isinstance(value, dict):
        return f"- {value}"
    title = str(
        value.get("position")
        or value.get("studyType")
        or value.get("title")
        or value.get("language")
        or value.get("name")
        or ""
    )
    place = [
        str(value[it])
        for it in ("name", "organization", "institution", "area")
        if value.get(it) and str(value[it]) != title
    ]
    period = " – ".join(
        str(value[it]) for it in ("startDate", "endDate", "date", "releaseDate") if value.get(it)
    )
    used = {
        "position",
        "title",
        "studyType",
        "language",
        "name",
        "organization",
        "institution",
        "area",
        "startDate",
        "endDate",
        "date",
        "releaseDate",
        "summary",
        "highlights",
    }
    named = [
        str(value[it])
        for it in ("studyType", "title", "language")
        if value.get(it) and str(value[it]) not in (title, *place)
    ]
    head = f"### {', '.join([it for it in (title, *place, *named) if it])}"
    lists = "\n".join(f"- {it}" for it in texts(value.get("highlights")))
    rest = _facts({key: one for key, one in value.items() if key not in used})
    return "\n\n".join(
        part
        for part in (
            head if head != "### " else "",
            period,
            str(value.get("summary") or ""),
            lists,
            rest,
        )
        if part
    )


def _facts(values: Mapping[str, Any]) -> str:
    lines = [
        f"- **{key}:** {', '.join(strings(value))}"
        for key, value in values.items()
        if value not in (None, "", [], {})
    ]
    return "\n".join(lines)
