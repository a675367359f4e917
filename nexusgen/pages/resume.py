"""Plan `resume.json`: the CV for programs, under the names of JSON Resume 1.0 (jsonresume.org)."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from msgspec.structs import asdict

from nexusgen.core.builds import Page
from nexusgen.core.urls import is_external
from nexusgen.pages.context import PageContext, computed, plain
from nexusgen.pages.meta import absolute
from nexusgen.pages.portfolio import of_kind

SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
"""What the schema takes for an address; the settings may say anything."""

_IN_ADDRESS = "/?#[]@!$&'()*+,;=:%"
"""What stays as it is in an address beside letters and digits."""


def plan_resume(context: PageContext) -> Iterator[Page]:
    """Yield the CV as JSON; there is none of a hub about nobody."""
    if not context.site.author.name:
        return
    cv = asdict(context.written_cv[""])
    resume = {
        "$schema": SCHEMA,
        "basics": _basics(context),
        **cv,
        "skills": [
            {"name": skill.entry.title, "keywords": [ref.title for ref in skill.evidence]}
            for skill in map(context.skills.__getitem__, context.skill_order["shown"])
        ],
        "projects": [_project(context, name) for name in of_kind(context, "project")],
        "meta": {"canonical": absolute(context.site, "resume.json"), "version": "v1.0.0"},
    }
    yield Page("resume.json", "plain.txt", {"text": computed(_written, _filled(resume))})


def _basics(context: PageContext) -> dict[str, Any]:
    site, author = context.site, context.site.author
    photo = author.photo if is_external(author.photo) else ""
    return {
        "name": author.name,
        "label": author.headline,
        "image": photo or (absolute(site, author.photo) if author.photo else ""),
        "email": author.email if _EMAIL.fullmatch(author.email) else "",
        "url": absolute(site, ""),
        "summary": plain(author.bio),
        "profiles": [
            {"network": link.title, "url": absolute(site, link.url)}
            for link in author.links
            if absolute(site, link.url)
        ],
    }


def _project(context: PageContext, name: str) -> dict[str, Any]:
    """Return a project, with what came of it and of the problems that were solved in it."""
    graph, entry = context.graph, context.graph.entries[name]
    solved = (graph.entries[user] for user in graph.relations.get(name, ()))
    outcomes = [one.fields.get("outcome", "") for one in (entry, *solved)]
    return {
        "name": entry.title,
        "description": context.cards[name].summary,
        "highlights": [plain(outcome) for outcome in outcomes if outcome],
        "keywords": [
            context.refs[target.entry].title
            for target in graph.uses.get(name, ())
            if target.entry in context.refs
        ],
        "roles": [entry.fields["role"]] if entry.fields.get("role") else [],
        "url": entry.fields.get("url", "") or absolute(context.site, entry.url),
    }


def _filled(value: Any) -> Any:
    """Return a value without what is empty in it, its addresses in the letters of RFC 3986."""
    if isinstance(value, Mapping):
        found = {
            key: quote(one, _IN_ADDRESS) if key == "url" else _filled(one)
            for key, one in value.items()
        }
        return {key: one for key, one in found.items() if one}
    if isinstance(value, list | tuple):
        return [one for one in map(_filled, value) if one]
    return value


def _written(resume: Any) -> str:
    return json.dumps(resume, ensure_ascii=False, indent=2) + "\n"
