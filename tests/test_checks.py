"""The rules of `check`, one by one, and how settings switch them."""

import pytest

from tests.linked import link

TEXT = "Some words.\n"


def test_an_entry_that_nothing_connects_is_an_orphan():
    linked = link({"n/a.md": "[[b]]", "n/b.md": TEXT, "n/c.md": TEXT, "n/index.md": TEXT,
                   "n/d.md": "---\ntags: [x]\n---\nText", "n/e.md": "---\ntags: [x]\n---\nText",
                   "page.md": TEXT})  # fmt: skip

    assert linked.checks == [
        "content/n/c.md:1:1: warning entry.orphan nothing leads from another entry to this one, "
        "or back (link it with what it has to do with, or give it a tag of another entry)"
    ]


@pytest.mark.parametrize(
    ("settings", "names"), [("warn", ["Redis"]), ("allow", ["Redis", "Kafka"])]
)
def test_wanted_entries_are_told_where_they_are_first_asked_for(settings, names):
    files = {"n/a.md": "A [[Redis]] [[b]]", "n/b.md": "[[redis]] [[Kafka]] [[a]]"}
    linked = link(files, f"title: Hub\nmissing_links: {settings}\n")

    assert next(told for told in linked.checks if "link.wanted" in told) == (
        'content/n/a.md:1:3: warning link.wanted "Redis" is asked for by 2 links and still to be '
        'written (write an entry with the title "Redis")'
    )
    assert [told.split('"')[1] for told in linked.checks] == names


def test_entries_of_one_title_are_told_once():
    linked = link({"n/a.md": "---\ntitle: One\n---\n[[b]]", "n/b.md": "---\ntitle: one\n---\nText"})

    assert linked.checks == [
        'content/n/b.md:2:8: warning title.duplicate "one" is also the title of content/n/a.md '
        "(tell them apart by their titles)"
    ]


@pytest.mark.parametrize(
    ("tags", "better"),
    [
        (("API", "api", "api"), "api"),
        (("rest api", "rest-api", "rest-api"), "rest-api"),
        (("query", "queries", "queries"), "queries"),
        (("test", "tests", "tests"), "tests"),
        (("class", "classes", "classes"), "classes"),
        (("redis", "redux", "redux"), None),
    ],
)
def test_tags_that_differ_by_case_signs_or_plural_are_told(tags, better):
    linked = link({f"n/{place}.md": f"---\ntags: [{tag}]\n---\nText, see [[0]] and [[1]]"
                   for place, tag in enumerate(tags)})  # fmt: skip

    told = [line for line in linked.checks if "tag.similar" in line]
    assert told == ([] if better is None else [
        f'content/n/0.md:2:1: warning tag.similar the tag "{tags[0]}" is nearly "{better}", which '
        f'more entries have (run nexusgen rename-tag "{tags[0]}" "{better}")'
    ])  # fmt: skip


def test_an_entry_without_a_summary_and_a_first_paragraph_is_told():
    linked = link({"n/a.md": "---\ntitle: A\n---\n```\n[[b]]\n```\n",
                   "n/b.md": "---\nsummary: B\n---\n```\nx\n```\n"},
                  "title: Hub\nchecks: {entry.orphan: allow}\n")  # fmt: skip

    assert linked.checks == [
        "content/n/a.md:2:8: warning summary.missing nothing sums this entry up "
        "(add `summary:` or open the text with a paragraph)"
    ]


def test_a_heading_that_skips_a_level_is_told_with_its_line():
    linked = link({"n/a.md": "---\ntags: [x]\n---\nText\n\n## A\n\n#### B\n\n## C\n\n### D\n",
                   "n/b.md": "---\ntags: [x]\n---\nText\n\n### A\n"})  # fmt: skip

    assert linked.checks == [
        'content/n/a.md:8:1: warning heading.skip "B" is a heading of level 4 after one of 2 (use ###)',
        'content/n/b.md:6:1: warning heading.skip "A" is a heading of level 3 after one of 1 (use ##)',
    ]


@pytest.mark.parametrize(
    ("switch", "told"), [("allow", []), ("error", ["error"]), ("warn", ["warning"])]
)
def test_settings_switch_a_rule(site, switch, told):
    site.settings(f"checks: {{entry.orphan: {switch}}}").note("n/a.md").check()

    assert [problem.severity for problem in site.problems] == told


def test_settings_switch_problems_of_a_build_as_well(site):
    site.settings("checks: {link.broken: warn}").note("n/a.md", "[x](y.md)").build()

    assert [(problem.code, problem.severity) for problem in site.problems] == [
        ("link.broken", "warning")
    ]


def test_a_build_does_not_run_the_rules(site):
    site.settings().note("n/a.md").build()

    assert site.codes == []
