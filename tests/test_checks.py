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


@pytest.mark.parametrize(("settings", "names"), [("warn", []), ("allow", ["Redis", "Kafka"])])
def test_wanted_entries_are_told_once_where_links_to_them_are_not_told_as_broken(settings, names):
    files = {"n/a.md": "A [[Redis]] [[b]]", "n/b.md": "[[redis]] [[Kafka]] [[a]]"}
    linked = link(files, f"title: Hub\nmissing_links: {settings}\n")

    assert next((told for told in linked.checks if "link.wanted" in told), "") in (
        'content/n/a.md:1:3: warning link.wanted "Redis" is asked for by 2 links and still to be '
        'written (write an entry with the title "Redis")',
        "",
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
        (("node.js", "nodejs", "nodejs"), "nodejs"),
        (("ci-cd", "ci/cd", "ci/cd"), "ci/cd"),
        (("c", "cs", "cs"), None),
        (("http", "https", "https"), None),
        (("c", "'c++'", "'c++'"), None),
        (("net", ".net", ".net"), None),
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
                   "n/b.md": "---\ntags: [x]\n---\nText\n\n### A\n",
                   "n/c.md": "---\ntags: [x]\n---\n# One\n\nText\n\n## A\n\n# Two\n\n## B\n\n<h4>C</h4>\n"})  # fmt: skip

    assert linked.checks == [
        'content/n/a.md:8:1: warning heading.skip "B" is more than one level below "A" '
        "(go down one level at a time)",
        'content/n/b.md:6:1: warning heading.skip "A" is more than one level below the title '
        "(go down one level at a time)",
    ]


def test_a_text_above_a_tag_and_what_has_that_tag_are_not_alone():
    tagged = "---\ntags: [py]\n---\nText"
    above = {"tags/py.md": "About it.", "tags/go.md": "Of nothing."}

    assert link({"n/a.md": tagged, "tags/py.md": "About it."}).checks == []
    told = link({"n/a.md": tagged, "n/b.md": tagged} | above).checks
    assert [line.partition(":")[0] for line in told] == ["content/tags/go.md"]


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


def test_no_entry_is_told_to_be_alone_while_it_is_new_empty_or_unread(site):
    site.settings("").note("n/old.md", "Text", date="2024-01-01").note("n/undated.md", "Text")
    site.note("n/new.md", "Text", date="2024-05-20").note("n/empty.md", "", date="2024-01-01")
    site.write("content/n/unread.md", "---\ntitle: [\n---\nText\n")
    site.write("content/n/bytes.md", b"Caf\xe9\n")

    site.check(today="2024-05-31")

    told = [one.path for one in site.problems if one.code == "entry.orphan"]
    assert told == ["content/n/old.md", "content/n/undated.md"]


def test_a_view_of_obsidian_is_told_as_such_and_not_asked_for(site):
    site.write("a.md", "![[Books.base#Author]]\n\nSee [[Plan.canvas|the plan]] and [b](b.md).")
    site.write("b.md", "Text, see [a](a.md).").check()

    assert site.codes == ["link.view", "link.view"]


@pytest.mark.parametrize(
    "written",
    ["[[Plan.canvas]]", "![[Plan.canvas]]", "![[Books.base#All]]", "[p](boards/Plan.canvas)",
     "![[Net.excalidraw]]", "[n](boards/Net.excalidraw.md)"],
)  # fmt: skip
def test_a_view_that_is_there_is_told_and_not_published(site, written):
    site.write("boards/Plan.canvas", '{"nodes": []}').write("Books.base", "views: []")
    site.write("boards/Net.excalidraw.md", "---\nexcalidraw-plugin: parsed\n---\nSwitch to it!\n")
    site.write("a.md", f"Text.\n\n{written}").build()

    assert sorted(site.codes) == ["file.format", "link.view"]
    assert not [path for path in site.tree() if path.endswith((".canvas", ".base"))]
    page = site.output("a/index.html")
    assert 'class="broken" title="this is no part of the site"' in page
    assert "Switch" not in page


def test_names_of_what_is_embedded_sum_nothing_up(site):
    site.settings().note("n/a.md", "![[Map.base]]\n\n![[b]] ![[Places.base]]").note("n/b.md")
    site.note("n/c.md", "See ![[Plan.canvas]] for more.").note("n/d.md", "![[b]]").check()

    told = [(one.code, one.path) for one in site.problems if one.code == "summary.missing"]
    assert told == [("summary.missing", "content/n/d.md")]
    assert '"Map.base' not in site.build(keep_going=True).output("n/a/index.html")


def test_in_notes_without_settings_a_name_asks_for_a_note_to_come_unless_it_is_misspelt(site):
    site.write("Redis.md", "[[Kafka]] [[Kafka]] and [[Rediss]], [x](nope.md)").check()

    assert sorted(site.codes) == ["link.broken", "link.broken", "link.wanted"]
    assert '"Kafka" is asked for by 2 links' in "".join(one.message for one in site.problems)


def test_notes_without_settings_have_a_status_of_their_own(site):
    site.write("a.md", "---\nstatus: [done]\n---\nText, see [b](b.md).")
    site.write("b.md", "---\nstatus: in progress\n---\nText.").check()

    assert site.codes == []


def test_one_title_in_two_sections_is_none_too_many():
    linked = link(
        {"n/a.md": "---\ntitle: One\n---\n[[m/b]]", "m/b.md": "---\ntitle: One\n---\nText"}
    )

    assert linked.checks == []
