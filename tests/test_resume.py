"""`resume.json` of any hub is a JSON Resume, and says the same after import and export."""

import json
import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from nexusgen.build import build_site
from nexusgen.content.cv import CV_SECTIONS, DATES
from nexusgen.disk.snapshot import SnapshotOptions, read_snapshot
from nexusgen.importers.planning import plan_import
from nexusgen.importers.resume import read_resume
from nexusgen.incremental.digests import digest_bytes
from nexusgen.incremental.memo import Memo
from tests.test_kinds import check

EXAMPLES = int(os.environ.get("NEXUSGEN_RESUMES", "25"))
"""Hubs to try; `NEXUSGEN_RESUMES=1000` tries more."""

TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}
URI = {"type": "string", "pattern": r"^[a-z][a-z0-9+.-]*:[!-~]+$"}
DATE = {
    "type": "string",
    "pattern": r"^([1-2][0-9]{3}-[0-1][0-9]-[0-3][0-9]|[1-2][0-9]{3}-[0-1][0-9]|[1-2][0-9]{3})$",
}
SPECIAL = {"url": URI, "highlights": TEXTS, "courses": TEXTS, **dict.fromkeys(DATES, DATE)}


def objects(*names, **special):
    """Return the schema of a list of objects, which may hold more than these."""
    known = {name: special.get(name, SPECIAL.get(name, TEXT)) for name in names}
    return {"type": "array", "items": {"type": "object", "properties": known}}


BASICS = {"name": TEXT, "label": TEXT, "image": TEXT, "summary": TEXT, "url": URI,
          "email": {"type": "string", "pattern": r"^[^@\s]+@[^@\s]+$"},
          "profiles": objects("network", "username", "url")}  # fmt: skip
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "$schema": URI,
        "basics": {"type": "object", "properties": BASICS},
        "skills": objects("name", "level", "keywords", keywords=TEXTS),
        "projects": objects("name", "description", "highlights", "keywords", "roles", "startDate",
                            "endDate", "url", "entity", "type", keywords=TEXTS, roles=TEXTS),
        "meta": {"type": "object", "properties": {"canonical": URI, "version": TEXT}},
        **{name: objects(*(field.name for field in fields)) for name, fields in CV_SECTIONS.items()},
    },
}  # fmt: skip
"""JSON Resume 1.0.0 (https://jsonresume.org/schema), less the sections that no hub has."""

OWN_SITE = {"network": "Website", "url": "https://example.org/hub/"}

WORDS = st.sampled_from(
    ["Ada", "Slow pages", "a \"b\" & <c>", "Größe – 100 %", "日本 語", "مرحبا", "C++", "*strong* `code`",
     "[x](https://e.org/)", "- dash", "a: b # c", "'", "\\", "{{ x }}", "x" * 70]
)  # fmt: skip
URLS = st.sampled_from(["https://e.org/", "https://e.org/ä", "https://e.org/a b", "http://e.org/?q=1", "e.org", "mailto:a@e.org"])  # fmt: skip
DAYS = st.sampled_from(["2024", "2024-05", "2024-05-31", "May", "2024-13"])
EMAILS = st.sampled_from(["ada@example.org", "ada at example", "", "a@b c"])
NAMES = ("python", "queue", "shop", "slow", "test")


def values(fields):
    """Return a strategy for an item of a CV."""
    kinds = {"url": URLS, "list": st.lists(WORDS, max_size=2)}
    by_name = {
        one.name: DAYS if one.name in DATES else kinds.get(one.type, WORDS) for one in fields
    }
    return st.fixed_dictionaries({}, optional=by_name)


CVS = st.fixed_dictionaries(
    {},
    optional={name: st.lists(values(fields), max_size=2) for name, fields in CV_SECTIONS.items()},
)
AUTHORS = st.fixed_dictionaries(
    {"name": WORDS},
    optional={
        "headline": WORDS, "email": EMAILS, "bio": WORDS, "photo": st.just("me photo.png"),
        "links": st.lists(st.fixed_dictionaries({"title": WORDS, "url": URLS}), max_size=2),
    },
)  # fmt: skip
FOLDERS = {"python": "technologies", "queue": "concepts", "shop": "projects", "slow": "challenges",
           "test": "practices"}  # fmt: skip
ENTRIES = st.fixed_dictionaries(
    {"title": WORDS},
    optional={
        "uses": st.lists(st.sampled_from([f"/{FOLDERS[name]}/{name}.md" for name in NAMES]), max_size=3),
        "summary": WORDS, "draft": st.booleans(), "private": st.booleans(), "featured": st.booleans(),
    },
)  # fmt: skip
OWN = {
    "projects": st.fixed_dictionaries({}, optional={"url": URLS, "role": WORDS, "period": WORDS}),
    "challenges": st.fixed_dictionaries({}, optional={"problem": WORDS, "solution": WORDS, "outcome": WORDS}),
}  # fmt: skip


@st.composite
def hubs(draw):
    """Draw the files of a small hub with an author."""
    base_url = draw(st.sampled_from([{}, {"base_url": "https://example.org/hub/"}]))
    files = {
        "site.yml": {"title": "Hub", "author": draw(AUTHORS), **base_url},
        "cv.yml": draw(CVS),
    }
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True)):
        own = draw(OWN.get(FOLDERS[name], st.just({})))
        files[f"{FOLDERS[name]}/{name}.yml"] = {**draw(ENTRIES), **own}
    files = {path: json.dumps(value, ensure_ascii=False).encode() for path, value in files.items()}
    return {**files, "me photo.png": b"\x89PNG"}


@cache
def empty_hub():
    """Return the snapshot of a hub without content, with the theme."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "content").mkdir()
        snapshot = read_snapshot(Path(folder), SnapshotOptions(today="2026-01-01"))
        theme = {one.path: snapshot.read(one.path) for one in snapshot.templates.values()}
    return snapshot, theme


def build(files):
    """Return the build of a hub with these files in its content, all in memory."""
    snapshot, theme = empty_hub()
    all_files = {f"content/{name}": data for name, data in files.items()}
    digests = {path: digest_bytes(data) for path, data in sorted(all_files.items())}
    read = {**theme, **all_files}.__getitem__
    return build_site(replace(snapshot, files=digests, read=read), Memo())


def resume_of(files):
    return json.loads(build(files).outputs["resume.json"].render())


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(hubs())
def test_the_resume_of_any_hub_is_one_and_the_same_after_import_and_export(files):
    data = build(files).outputs["resume.json"].render()
    resume = json.loads(data)

    assert list(check(resume, SCHEMA)) == []

    plan = plan_import(read_resume(data, "resume.json"), "resume.json")
    again = resume_of({file.path: file.data for file in plan.files})

    assert told(again) == told(resume)


def told(resume):
    """Return what a resume says that is not about the address of its hub."""
    basics = {k: v for k, v in resume.get("basics", {}).items() if k not in ("url", "image")}
    profiles = [one for one in basics.pop("profiles", ()) if one != OWN_SITE]
    links = [one for at, one in enumerate(profiles) if one not in profiles[:at]]
    projects = [{"name": one.get("name", "")} for one in resume.get("projects", ())]
    sections = {name: resume[name] for name in CV_SECTIONS if name in resume}
    return {"basics": basics, "links": links, "projects": projects, **sections}


def test_the_schema_finds_what_is_wrong():
    for wrong in ({"more": 1}, {"basics": {"email": "no"}}, {"work": [{"startDate": "May"}]},
                  {"skills": [{"keywords": "a"}]}, {"projects": [{"url": "e.org"}]}):  # fmt: skip
        assert list(check(wrong, SCHEMA)) != []
