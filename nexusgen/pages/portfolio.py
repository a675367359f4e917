"""Plan what a portfolio is for: who the author is, what the author can do, and what proves it.

The same is told to programs as a JSON Resume.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from nexusgen.content.cv import is_cv_date
from nexusgen.core.builds import Page
from nexusgen.core.model import Document, Entry
from nexusgen.core.paths import settings_path
from nexusgen.core.urls import is_external
from nexusgen.incremental.derive import Tables, Tracked
from nexusgen.pages.context import (
    PageContext,
    PageInputs,
    children,
    computed,
    counted,
    in_order,
    kind_of,
    list_uses,
    make_item,
    make_ref,
    plain,
    portrait,
)
from nexusgen.pages.entry import entry_variables
from nexusgen.pages.machines import plan_pair
from nexusgen.pages.meta import PageMeta, absolute, make_page, root_of
from nexusgen.pages.views import Days, Item, Skill, SkillGroup
from nexusgen.pages.words import say
from nexusgen.site.evidence import SKILLS, WEIGHTY, is_solved
from nexusgen.site.links import resolve_entry
from nexusgen.site.names import Order, natural_key
from nexusgen.site.pictures import with_images
from nexusgen.site.placeholders import ANY_ROOT, fill_html, for_root, with_names

MAX_PROBLEMS = 5
"""Problems that home and the CV show; who wants others shown picks them."""

_SENTENCE = re.compile(r"(?<=[\w)\"”’]{3}[.!?])\s+(?=[^\W\d_a-z])|(?<=[。！？؟])")
"""Between two sentences: after the end of one that is no abbreviation, before a capital letter."""


def first_sentence(text: str) -> str:
    """Return the first sentence of a text on one line."""
    return _SENTENCE.split(" ".join(text.split()), maxsplit=1)[0].strip()


def author_texts(tables: Tables, inputs: PageInputs) -> Tracked[str]:
    """Return what the author says in `bio`: as HTML under `html`, its first sentence under `lede`."""
    document, html = inputs.bio
    said = tables.source("bio", {"": (document, html.get("body", ""))}, tuple[Document, str])
    site, path = inputs.site, settings_path(inputs.site.content)

    def make() -> Mapping[str, str]:
        document, body = said[""]
        settings = Entry(path, path, 1, "page", "", "", "", site.title)
        found = resolve_entry(settings, document.links, inputs.graph.index).links
        targets = with_images(found, inputs.images)
        lede = first_sentence(with_names(document.summary, document.links, targets))
        return {"html": fill_html(body, document.links, targets, ANY_ROOT), "lede": lede}

    return tables.whole("author", make, str)


def make_skills(
    tables: Tables, inputs: PageInputs, days: Tracked[Days]
) -> tuple[Tracked[Skill], Tracked[tuple[str, ...]]]:
    """Return the skills by id, each with its evidence and the day of the newest of it, and their order.

    The order are the ids under `shown`, what weighs most first, and those of the others under `noted`.
    """
    graph, site = inputs.graph, inputs.site

    def make(name: str) -> Skill:
        evidence = tuple(make_ref(site, graph.entries[one]) for one in graph.evidence[name])
        counts = Counter(ref.kind for ref in evidence)
        worked = (max(days.get(one, ("", "", ""))) for one in graph.evidence[name])
        return Skill(
            make_ref(site, graph.entries[name]),
            evidence,
            tuple(counted(site, number, kind_of(site, kind)) for kind, number in counts.items()),
            max(day[:10] for day in worked),
        )

    skills = tables.derive("skills", graph.evidence, make, Skill)
    may_be = tables.group(
        "may be skills", graph.entries, _may_be, tuple[str, str], lambda _, it: it[1]
    )

    def order() -> Mapping[str, tuple[str, ...]]:
        noted = [
            name
            for kind in SKILLS
            for _, name in sorted(
                may_be.get(kind, ()), key=lambda one: (natural_key(one[0]), one[1])
            )
            if name not in skills
        ]
        shown = sorted(skills, key=lambda name: (*_weight(skills[name]), name))
        return {"shown": tuple(shown), "noted": tuple(noted)}

    return skills, tables.whole("skill order", order, tuple[str, ...])


def _may_be(name: str, entry: Entry) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the title of an entry that can be a skill, by its kind."""
    if entry.kind in SKILLS and not entry.is_index:
        yield entry.kind, (entry.title, name)


def _weight(skill: Skill) -> tuple[int, int, Order]:
    weighty = sum(ref.kind in WEIGHTY for ref in skill.evidence)
    return -weighty, -len(skill.evidence), natural_key(skill.entry.title)


def plan_skills(context: PageContext) -> Iterator[Page]:
    """Yield the page of the skills, each with what proves it."""
    shown = tuple(context.skills[name] for name in context.skill_order["shown"])
    title, full_title = say(context.site, "Skills"), _of_author(context, "Skills")
    about = f"{full_title or title}: {', '.join(skill.entry.title for skill in shown[:8])}"
    meta = PageMeta("skills/", "skills", title, about, full_title=full_title)
    noted = tuple(context.refs[name] for name in context.skill_order["noted"])
    variables = {"skills": group_skills(context, shown), "noted": noted}
    yield make_page(context, meta, "skills.html", variables)


def find_merits(name: str, entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield an entry under what decides whether it is shown before others."""
    if entry.featured:
        yield "featured", name
    if not is_solved(entry):
        yield "open", name
    if entry.fields.get("outcome"):
        yield "outcome", name


def solved_problems(context: PageContext, names: Iterable[str], root: str) -> tuple[Item, ...]:
    """Return the challenges to show: those picked, else those with an outcome, else all solved."""
    found = (set(context.merits.get(one, ())) for one in ("open", "featured", "outcome"))
    unsolved, featured, telling = found
    solved = [name for name in names if name not in unsolved]
    picked = [name for name in solved if name in featured]
    shown = picked or [name for name in solved if name in telling] or solved
    return tuple(make_item(context, name, root) for name in shown[:MAX_PROBLEMS])


def group_skills(context: PageContext, skills: Sequence[Skill]) -> tuple[SkillGroup, ...]:
    """Return skills by their kinds, each under the title that its author gave to its section."""
    sections = {one.kind: one.title for one in children(context.sections, "") if one.short}
    groups = []
    for name in SKILLS:
        found = tuple(skill for skill in skills if skill.entry.kind == name)
        if found:
            title = sections.get(name) or kind_of(context.site, name).plural
            groups.append(SkillGroup(name, title, found))
    return tuple(groups)


def plan_cv(context: PageContext) -> Iterator[Page]:
    """Yield the CV: what `cv.yml` says, problems solved, projects, and skills with what proves them."""
    author, root = context.site.author, root_of("cv/")
    about = " – ".join(part for part in (author.name, author.headline) if part)
    meta = PageMeta(
        "cv/", "cv", say(context.site, "CV"), about, full_title=_of_author(context, "CV")
    )
    shown = tuple(context.skills[name] for name in context.skill_order["shown"])
    projects = list(of_kind(context, "project"))
    projects.sort(key=lambda name: name not in context.merits.get("featured", ()))
    titles = {one.kind: one.title for one in children(context.sections, "") if one.short}
    index = context.written.get("")
    about = (context.cards[index].summary if index else "") or context.site.description
    variables = {
        "cv": context.cv[""],
        "photo": portrait(context),
        "lede": context.author["lede"] or first_sentence(about),
        "problems": solved_problems(context, of_kind(context, "challenge"), root),
        "projects": tuple(make_item(context, name, root) for name in projects),
        "facts": tuple(_project_facts(context.graph.entries[name]) for name in projects),
        "skills": group_skills(context, shown),
        "titles": dict.fromkeys((kind.name for kind in context.site.kinds), "") | titles,
    }
    yield make_page(context, meta, "cv.html", variables)


def _project_facts(entry: Entry) -> Mapping[str, str]:
    """Return what the CV tells of a project beside its summary."""
    names = ("role", "period", "url", "repository")
    return {name: entry.said(name) for name in names}


def of_kind(context: PageContext, kind: str) -> Iterator[str]:
    """Yield the ids of the entries of a kind, section by section, each in the order of its page."""
    entries, sections = context.graph.entries, context.graph.sections
    for path in ("", *(section.path for section in in_order(context.sections))):
        yield from (name for name in sections.get(path, ()) if entries[name].kind == kind)


def _of_author(context: PageContext, word: str) -> str:
    name = context.site.author.name
    return say(context.site, "{0} of {1}", say(context.site, word), name) if name else ""


def names_of_skills(context: PageContext) -> tuple[str, ...]:
    """Return what the skills are called that something proves."""
    return tuple(context.refs[name].title for name in context.skill_order["shown"])


def plan_about(context: PageContext) -> Iterator[Page]:
    """Yield the page about the author, with the author's own text where there is `about.md`."""
    site = context.site
    name = context.written.get("about/")
    written = context.graph.entries[name] if name else None
    about = plain(site.author.bio) or " – ".join(
        part for part in (site.author.name, site.author.headline) if part
    )
    meta = PageMeta(
        "about/", "about", written.title if written else site.author.name,
        about=(context.cards[written.id].summary if written else "") or about,
        full_title=say(site, "About {0}", site.author.name) if site.author.name else "",
        topics=names_of_skills(context),
    )  # fmt: skip
    bio = Markup(for_root(context.author["html"], root_of(meta.url)))
    variables = {**entry_variables(context, written, meta.url), "bio": bio}
    variables["photo"] = portrait(context)
    variables["skills"] = tuple(context.refs[name] for name in context.skill_order["shown"])
    yield from plan_pair(context, meta, "about.html", variables)


SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"

_IN_ADDRESS = "/?#[]@!$&'()*+,;=:%"
"""What stays as it is in an address beside letters and digits."""


def plan_resume(context: PageContext) -> Iterator[Page]:
    """Yield the CV as JSON; there is none of a hub about nobody."""
    if not context.site.author.name:
        return
    resume = {
        "$schema": SCHEMA,
        "basics": _basics(context),
        **context.cv[""],
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
        "email": author.email,
        "url": absolute(site, ""),
        "summary": plain(author.bio),
        "profiles": [
            {"network": link.title, "url": absolute(site, link.url)}
            for link in context.graph.led["author"]
            if absolute(site, link.url)
        ],
    }


def _project(context: PageContext, name: str) -> dict[str, Any]:
    """Return a project, with what came of it and of the problems that were solved in it."""
    graph, entry = context.graph, context.graph.entries[name]
    solved = (graph.entries[user] for user in graph.relations.get(name, ()))
    outcomes = [one.said("outcome") for one in (entry, *solved)]
    return {
        "name": entry.title,
        "description": context.cards[name].summary,
        "highlights": [plain(outcome) for outcome in outcomes if outcome],
        "keywords": [ref.title for ref in list_uses(context, entry) if ref.kind],
        "roles": list(filter(None, (entry.said("role"),))),
        "url": entry.said("url") or absolute(context.site, entry.url),
        **_days_of(entry.said("period")),
    }


def _days_of(period: str) -> dict[str, str]:
    """Return when something began and ended, as far as a period says it in days, months or years."""
    start, dash, end = period.replace("—", "–").partition("–")
    days = {"startDate": start.strip(), "endDate": end.strip()}
    return {name: day for name, day in days.items() if dash and is_cv_date(day)}


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
