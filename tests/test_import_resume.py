"""A CV of any version of JSON Resume becomes a hub: no word is lost, and nothing private published."""

import json
from collections import Counter

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nexusgen.importers.normal import strings, words
from nexusgen.importers.planning import plan_import
from nexusgen.importers.resume import read_resume
from tests.importing import entries_of, front_matter
from tests.test_import_words import MANY


def planned(resume):
    """Return the plan for a resume, and its files as text by path."""
    plan = plan_import(read_resume(json.dumps(resume).encode(), "resume.json"), "resume.json")
    return plan, {file.path: file.data.decode() for file in plan.files}


def said(plan):
    """Return the words that the hub holds or the report tells."""
    have = words(left.text for left in plan.left)
    for file in plan.files:
        fields, body = front_matter(file)
        have += words([*strings(fields), body])
    return have


@pytest.mark.parametrize(
    ("item", "known"),
    [
        ({"company": "Span", "website": "span.eu"}, {"name": "Span", "url": "https://span.eu"}),
        ({"name": "Span", "startDate": "Jan 2010"}, {"name": "Span", "startDate": "2010-01"}),
        ({"name": "Span", "startDate": "5/2012"}, {"name": "Span", "startDate": "2012-05"}),
        ({"name": "Span", "endDate": "Present"}, {"name": "Span"}),
        ({"name": "Span", "endDate": "2020-01-02T00:00:00Z"}, {"name": "Span", "endDate": "2020-01-02"}),
        ({"name": "Span", "highlights": ["a", " "]}, {"name": "Span", "highlights": ["a"]}),
    ],
)  # fmt: skip
def test_work_is_read_as_older_versions_and_people_write_it(item, known):
    plan, files = planned({"work": [item]})

    assert yaml.safe_load(files["cv.yml"])["work"] == [known]
    assert not {"cv-notes.md", "imported-rest.md"} & files.keys()
    assert not words(map(str, item.values())) - said(plan) - Counter({"span": 1})


def test_what_a_cv_cannot_take_of_an_item_stands_under_its_name():
    _, files = planned({"work": [{"name": "Span", "endDate": "2012-13"}]})

    assert "## Work\n\n### Span\n\n- **End date:** 2012-13\n" in files["cv-notes.md"]


def test_accounts_without_an_address_are_found_by_their_names():
    profiles = [
        {"network": "GitHub", "username": "mira"},
        {"network": "Nowhere", "username": "bell"},
        {"network": "Mastodon", "username": "@mira@fedi.example"},
        {"network": "Stack Overflow", "username": "mira.b"},
        {"network": "LinkedIn", "url": "linkedin.com/in/mira"},
    ]
    _, files = planned({"basics": {"name": "Mira", "profiles": profiles}})

    assert yaml.safe_load(files["site.yml"])["author"]["links"] == [
        {"title": "GitHub: mira", "url": "https://github.com/mira"},
        {"title": "Mastodon: @mira@fedi.example", "url": "https://fedi.example/@mira"},
        {"title": "LinkedIn", "url": "https://linkedin.com/in/mira"},
    ]
    assert "Nowhere, bell" in files["cv-notes.md"]
    assert "Stack Overflow, mira.b" in files["cv-notes.md"]
    assert "imported-rest.md" not in files


def test_two_names_of_one_address_are_two_links():
    one = {"network": "Code", "url": "https://e.org/"}
    _, files = planned({"basics": {"profiles": [one, {**one, "network": "Talks"}, one]}})

    links = yaml.safe_load(files["site.yml"])["author"]["links"]
    assert [link["title"] for link in links] == ["Code", "Talks"]


def test_accounts_keep_names_that_are_none_of_a_service():
    _, files = planned({"basics": {"profiles": [{"network": "{{ x }}", "url": "https://e.org/"}]}})

    assert yaml.safe_load(files["site.yml"])["author"]["links"][0]["title"] == "{{ x }}"


def test_nothing_private_is_published_and_it_is_told():
    resume = {
        "basics": {"name": "Mira", "phone": "0412 345", "summary": "I build.",
                   "location": {"address": "12 Farm Rd", "postalCode": "3000", "city": "Melbourne"}},
        "references": [{"name": "Rolf", "reference": "Good.", "mobilePhone": "0999"}],
    }  # fmt: skip
    plan, files = planned(resume)

    assert not [
        path
        for path, text in files.items()
        for it in ("0412", "Farm", "3000", "0999")
        if it in text
    ]
    assert {left.text for left in plan.left} == {"0412 345", "12 Farm Rd", "3000", "0999"}
    told = [note.message for note in plan.notes]
    assert sum("is private is left out" in it for it in told) == 4
    assert "the place Melbourne will be public" in told
    assert "Melbourne" in files["cv-notes.md"]


def test_the_summary_is_shown_once():
    _, files = planned({"basics": {"name": "Mira", "summary": "I build."}})

    assert [path for path, text in files.items() if "I build." in text] == ["site.yml"]


def test_a_skill_is_a_technology_and_a_sort_of_skills_are_its_keywords():
    skills = [
        {"name": "Backend", "level": "Senior", "keywords": ["Python", "Go"]},
        {"name": "Python", "level": "Master", "keywords": ["Django"]},
    ]
    plan, _ = planned({"skills": skills})

    assert entries_of(plan)["technology"] == [
        {"title": "Python", "category": "Backend", "level": "Senior", "summary": "Django", "weight": 10, "body": ""},
        {"title": "Go", "category": "Backend", "level": "Senior", "weight": 20, "body": ""},
    ]  # fmt: skip
    assert "Python Master" in [left.text for left in plan.left]


KEYS = st.sampled_from(
    [
        "name", "label", "summary", "url", "email", "location", "profiles", "network", "username", "work",
        "company", "website", "startDate", "endDate", "highlights", "skills", "keywords", "level", "projects",
        "description", "roles", "githubUrl", "education", "gpa", "courses", "awards", "references", "picture",
        "interests", "title", "note",
    ]
)  # fmt: skip
LEAVES = st.sampled_from(
    ["Ada", "Jan 2010", "Present", "2012-13", "e.org", "https://e.org/a", "Backend", "Python", "", " ", "a: b", "x y z"]
) | st.sampled_from([None, 7, True])  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
ITEMS = st.lists(st.dictionaries(KEYS, VALUES, max_size=5), max_size=3)
SECTIONS = ("work", "skills", "projects", "education", "volunteer", "interests")
RESUMES = st.fixed_dictionaries(
    {}, optional={"basics": st.dictionaries(KEYS, VALUES), **dict.fromkeys(SECTIONS, ITEMS | VALUES)}
)  # fmt: skip


@settings(max_examples=MANY, deadline=None)
@given(RESUMES)
@example({"basics": {"name": "Ada", "profiles": {"name": "Jan 2010"}}})
def test_no_resume_stops_an_import_or_loses_a_word(resume):
    plan, files = planned(resume)

    kept = {key: value for key, value in resume.items() if key != "meta"}
    assert not words(it for it in strings(kept) if it != "True") - said(plan)
    assert "imported-rest.md" not in files


def test_a_keyword_that_is_no_text_is_told():
    plan, files = planned({"skills": [{"name": "Ada", "keywords": [{"name": "Ada"}]}]})

    assert "imported-rest.md" not in files
    assert "ada" in [it.text for it in plan.left]
