"""Front matter, dates, names and addresses come out as the authors of notes meant them."""

import json
import os
import re
import subprocess
from functools import partial

import pytest

from nexusgen.content.dates import day_in_name, parse_day, parse_moment
from nexusgen.content.naming import field_slug
from nexusgen.content.source_text import WHOLE_FILE, Problems
from nexusgen.core.slugs import slug_of

BASE = 'base_url: "https://example.org/hub/"'


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023-03-04T09:15:00+05:30", "2023-03-04T03:45:00Z"),
        ("2023-03-04 23:15 -0800", "2023-03-05T07:15:00Z"),
        ("2023-03-04T09:15:30.25Z", "2023-03-04T09:15:30Z"),
        ("2023-03-04 09:15", "2023-03-04T09:15:00Z"),
        ("Saturday, March 4th 2023, 12:05:00 am", "2023-03-04T00:05:00Z"),
        ("2023-03-04", ""),
        ("2023-03-04T09:15:00+99:00", ""),
        ("0001-01-01T00:00:00+14:00", ""),
        ("soon", ""),
    ],
)
def test_moment_of_a_date(text, moment):
    assert parse_moment(text) == moment


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2023-03-04T23:15:00-08:00", "2023-03-04"),
        ("March 4, 2023", "2023-03-04"),
        ("Sat, Mar 4th 2023", "2023-03-04"),
        ("Smarch 4, 2023", None),
        ("February 30, 2023", None),
        ("4.3.2023", None),
        ("2023/03/04", "2023-03-04"),
        ("2023-3-4", "2023-03-04"),
        ("2023/3/4 10:00", "2023-03-04"),
        ("[[2023-03-04]]", "2023-03-04"),
        ("[[2023-03-04", None),
        ("2023/3-4", None),
        ("2023/13/4", None),
        ("3/4/2023", None),
        ("2023-3-456", None),
        ("1588329600000", "2020-05-01"),
        ("[[2024-05-01|May 1st]]", "2024-05-01"),
        ("[[daily/2024-05-01]]", "2024-05-01"),
        ("158832960000", None),
    ],
)
def test_day_of_a_date(text, day):
    assert parse_day(text) == day


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("2021-07-08-one-two", ("2021-07-08", "one-two")),
        ("2021-07-08 One two", ("2021-07-08", "One two")),
        ("2021-07-08", ("2021-07-08", "")),
        ("2021_07_08", ("2021-07-08", "")),
        ("2021-13-08-x", ("", "2021-13-08-x")),
        ("2021-07", ("", "2021-07")),
        ("20210708-x", ("2021-07-08", "x")),
        ("20210708", ("2021-07-08", "20210708")),
        ("2021.07.08", ("2021-07-08", "2021.07.08")),
        ("2021.07.08 One", ("2021-07-08", "One")),
        ("2021_07_08_one", ("2021-07-08", "one")),
        ("2021-07-08, One", ("2021-07-08", "One")),
        ("2021-07-08 — One", ("2021-07-08", "One")),
        ("[2021-07-08] One", ("2021-07-08", "One")),
        ("2021-07-08T1030 One", ("2021-07-08", "One")),
        ("2021-07-08T10-30-05", ("2021-07-08", "2021-07-08T10-30-05")),
        ("2021-07-08.en", ("2021-07-08", "2021-07-08.en")),
        ("20211308-x", ("", "20211308-x")),
        ("18210708-x", ("", "18210708-x")),
        ("202107081", ("", "202107081")),
        ("2021.7.8", ("", "2021.7.8")),
        ("2021.07.08.1", ("", "2021.07.08.1")),
        ("2021-07-08.1", ("", "2021-07-08.1")),
        ("2021-07-08T-shirt", ("", "2021-07-08T-shirt")),
        ("[2021-07-08 x", ("", "[2021-07-08 x")),
        ("202107081200 One two", ("2021-07-08", "One two")),
        ("20210708120030-one", ("2021-07-08", "one")),
        ("20210708T120030--one-two__a_b", ("2021-07-08", "one-two")),
        ("202113081200 One", ("", "202113081200 One")),
        ("202107081200", ("2021-07-08", "202107081200")),
        ("20210708120030", ("2021-07-08", "20210708120030")),
        ("202107082500", ("", "202107082500")),
        ("2021-7-8-one", ("2021-07-08", "one")),
        ("2021-0-8", ("", "2021-0-8")),
    ],
)
def test_day_in_the_name_of_a_file(name, found):
    assert day_in_name(name) == found


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("2024-05-01 Wednesday", "2024-05-01 Wednesday"),
        ("2024-06-02 (Sun)", "2024-06-02 (Sun)"),
        ("2024-05-01-wed", "2024-05-01 wed"),
        ("2024-05-01_Mi.", "2024-05-01 Mi."),
        ("2024-05-06 segunda-feira", "2024-05-06 segunda-feira"),
        ("2024-05-01（水）", "2024-05-01 （水）"),
        ("2024-05-01 周三", "2024-05-01 周三"),
        ("2024-05-01 Friday", "2024-05-01 Friday"),  # a slip, and no title either
        ("2024-05-01 1", "2024-05-01 1"),
        ("2024-05-01(2)", "2024-05-01 (2)"),
        ("2024-05-01 - Copy", "2024-05-01 Copy"),
        ("2024-05-01 to 2024-05-03", "2024-05-01 to 2024-05-03"),
        ("2024-05-01--2024-05-03 trip", "2024-05-01 – 2024-05-03 trip"),
        ("2024-05-01.en", "2024-05-01.en"),
        ("2024-05-01 to Rome", "to Rome"),
        ("2024-05-01 Copy that", "Copy that"),
        ("2024-05-01-404", "404"),
        ("2024-05-01-2024-goals", "2024 goals"),
        ("2024-05-01 10 tips", "10 tips"),
        ("2024-05-01 Sun", "Sun"),
        ("2024-05-01-w", "W"),
        ("2024-05-01 Wednesday's talk", "Wednesday's talk"),
        ("2024-05-01 Me and git", "Me and git"),
    ],
)
def test_a_sign_of_the_day_alone_is_no_title(site, name, title):
    site.settings().note(f"daily/{name}.md").note("a.md", f"See [[{name}]].").build()

    assert f'data-kind="note">{title}</a>' in site.output("a/index.html").replace("&#x27;", "'")


def test_names_of_logseq_and_of_a_zettelkasten_are_found(site):
    site.note("pages/Physics___Quantum.md").note("pages/Why%3F.md").note("z/a___b.md")
    site.note("z/202101021300 Second.md", "# Other").note("z/20240329T105803--pods__ops.md")
    links = "[[Physics/Quantum]] [[Why?]] [[202101021300]] [[20240329T105803]] [[Other]] [[a b]]"
    site.note("z/n.md", links, created="1588329600000").check()

    assert site.codes == []
    page = site.build().output("z/n/index.html")
    text = page.partition("e-content")[2].partition("</div>")[0]
    titles = re.findall(r">([^<>]+)</a>", text)
    assert titles == ["Physics/Quantum", "Why?", "Other", "Pods", "Other", "a b"]
    assert 'datetime="2020-05-01"' in page


def test_time_of_day_orders_entries_of_one_day_everywhere(site):
    site.settings(BASE)
    site.note("notes/a.md", title="Early", date="2022-02-02T08:00:00+01:00")
    site.note("notes/b.md", title="Late", date="2022-02-02 19:30")
    site.note("notes/c.md", title="Middle", date="2022-02-02T12:00Z")
    site.note("notes/d.md", title="Before", date="2022-02-01T23:59:00-05:00")
    site.build()
    items = json.loads(site.output("feed.json"))["items"]
    assert [item["title"] for item in items] == ["Late", "Middle", "Early", "Before"]
    assert items[2]["date_published"] == "2022-02-02T07:00:00Z"
    for page in ("timeline/index.html", "notes/index.html"):
        text = site.output(page)
        places = [text.index(f">{item['title']}<") for item in items]
        assert places == sorted(places)


def test_notes_of_a_zettelkasten_stand_in_the_order_of_their_moments(site):
    site.settings(BASE)
    site.note("notes/202405010700 Breakfast.md").note("notes/202405012200 Sleep.md")
    site.note("notes/20240501T180000--supper.md").note("notes/202405011200.md", "# Lunch")
    site.note("notes/202405010000 Later.md", date="2024-05-02").build()
    items = json.loads(site.output("feed.json"))["items"]

    assert [item["title"] for item in items] == ["Later", "Sleep", "Supper", "Lunch", "Breakfast"]
    assert items[1]["date_published"] == "2024-05-01T22:00:00Z"


@pytest.mark.parametrize("name", ["index.md", "README.md", "_index.md"])
def test_folder_of_a_post_says_its_date_and_title(site, name):
    site.settings(BASE).note(f"posts/2024-05-08-my-trip/{name}", "CANARY")
    site.note("posts/2024-5-9-short/index.md", "# A heading").note("posts/2024-05-08/talk.md")
    site.note("posts/2099-01-01-later/index.md", "CANARY").note("posts/2099-01-01-later/more.md")
    site.build(keep_going=True)
    items = json.loads(site.output("feed.json"))["items"]

    assert {(item["title"], item["date_published"][:10]) for item in items} == {
        ("My trip", "2024-05-08"), ("A heading", "2024-05-09"), ("Talk", "2024-05-08"),
    }  # fmt: skip
    assert not any("2099" in path for path in site.tree())


def test_post_has_the_date_and_the_title_that_its_name_says(site):
    site.settings(BASE)
    site.note("posts/2019-05-06-a-first-post.md")
    site.note("journals/2019_05_07.md")
    site.note("posts/2019-05-08-other.md", date="2020-01-01")
    site.build()
    items = json.loads(site.output("feed.json"))["items"]
    assert [(item["title"], item["date_published"][:10]) for item in items] == [
        ("Other", "2020-01-01"), ("2019-05-07", "2019-05-07"), ("A first post", "2019-05-06"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("created", "2021-01-02"), ("publishDate", "2021-01-02T10:00:00Z"), ("pubDate", "2021-01-02"),
        ("date created", "Saturday, January 2nd 2021, 3:04:05 pm"), ("published", "2021-01-02"),
        ("createdAt", "2021-01-02"), ("date-created", "2021-01-02"), ("creation date", "2021-01-02 12:00"),
        ("pubDatetime", "2021-01-02T10:00:00Z"), ("published_at", "2021-01-02"), ("publish_date", "2021-01-02"),
 ("date", '"[[d/2021-01-02|x]]"'),
        ("date", "{created: 2021-01-02, updated: 2021-02-03}"), ("date", "[2021-01-02]"),
    ],
)  # fmt: skip
def test_date_under_the_name_of_another_program_counts(site, name, value):
    site.settings(BASE)
    site.write("content/notes/a.md", f"---\ntitle: A\n{name}: {value}\n---\nText.\n").build()
    assert json.loads(site.output("feed.json"))["items"][0]["date_published"][:10] == "2021-01-02"


@pytest.mark.parametrize("name", ["description", "excerpt", "abstract"])
def test_summary_under_the_name_of_another_program_counts(site, name):
    site.settings()
    site.write("content/notes/a.md", f"---\n{name}: In short.\n---\nA long text.\n").build()
    assert 'class="lede p-summary" dir="auto">In short.<' in site.output("notes/a/index.html")


@pytest.mark.parametrize("empty", ["", " ''", " '  '", " []", " [ '' ]", "\n  -"])
def test_field_left_empty_counts_after_that_of_another_program(site, empty):
    own = "".join(f"{name}:{empty}\n" for name in ("summary", "date", "updated", "tags"))
    others = "tag: x\ndescription: In short.\ncreated: 2021-01-02\nmodified: 2021-02-03"
    site.write("content/notes/a.md", f"---\n{own}{others}\n---\nText.\n").build()

    (entry,) = json.loads(site.output("notes/hub.json"))["entries"]
    found = [entry[name] for name in ("summary", "date", "updated", "tags")]
    assert found == ["In short.", "2021-01-02", "2021-02-03", ["x"]]


def test_field_with_a_value_counts_before_that_of_another_program(site):
    site.note("notes/a.md", summary="Own.", description="x", tags="[0]", tag="y").build()

    (entry,) = json.loads(site.output("notes/hub.json"))["entries"]
    assert (entry["summary"], entry["tags"]) == ("Own.", ["0"])


def test_date_under_another_name_that_is_none_is_told(site):
    site.settings().note("n/a.md", "Text.", created="1709287200").note("n/b.md", lastmod="soon")
    site.note("n/c.md", published="true").note("n/d.md", created="x", date="2024-01-02")
    site.note("n/e.md", created="'[[2024-02-03]]'").note("n/f.md", modified="").check()
    told = [(one.path, one.message) for one in site.problems if one.code == "field.date"]
    assert told == [
        ("content/n/a.md", '"created" must be a date, not "1709287200"'),
        ("content/n/b.md", '"lastmod" must be a date, not "soon"'),
    ]


@pytest.mark.parametrize(
    "field",
    [
        "modDatetime: 2021-02-03T10:00:00Z", "last-modified: 2021-02-03", "lastUpdated: 2021-02-03",
        "modification date: 2021-02-03", "last_update: {date: 2021-02-03, author: A}", "lastUpdate: 2021-02-03",
        "date: {created: 2021-01-02, updated: 2021-02-03}", "last_edited_time: 2021-02-03",
    ],
)  # fmt: skip
def test_revision_under_the_name_of_another_program_counts(site, field):
    site.write("content/notes/a.md", f"---\ntitle: A\n{field}\n---\nText.\n").build()

    (entry,) = json.loads(site.output("notes/hub.json"))["entries"]
    assert entry["updated"] == "2021-02-03"
    assert site.problems == ()


def test_date_that_is_a_mapping_is_told_with_what_to_write(site):
    text = b"---\ntitle: A\ndate: {day: 3}\n---\n"
    site.settings().write("content/notes/a.md", text).check()
    (told,) = (one for one in site.problems if one.code == "field.type")

    assert told.hint == "write it as 2024-05-31"


def test_what_has_our_name_counts_before_that_of_another(site):
    site.settings()
    text = "---\ndescription: Theirs.\nsummary: Ours.\ncreated: true\n---\nText.\n"
    site.write("content/notes/a.md", text).build()
    assert site.problems == ()
    assert 'class="lede p-summary" dir="auto">Ours.<' in site.output("notes/a/index.html")


def test_addresses_at_other_programs_lead_to_the_entry(site):
    site.settings()
    text = (
        "---\naliases: [/was/here/, /2011/04/it.html, A name, ../up/, sub/it/, TCP/IP]\n"
        "permalink: /perma/link/\n---\nText."
    )
    site.write("content/notes/a.md", text)
    site.write("content/notes/b.md", "---\nurl: old/b\n---\nSee [[A name]].")
    site.write(
        "content/notes/c/index.md", "---\nurl: https://example.org/x\naliases: [./d/]\n---\nC."
    )
    site.write(
        "content/notes/z.md", "+++\npath = 'old/zola'\n[taxonomies]\ntags = ['rust']\n+++\nZ."
    )
    site.write("content/notes/y.md", "---\npath: /home/me/x\n---\nY.")
    site.build()
    assert site.problems == ()
    for old in ("was/here", "perma/link", "up", "notes/sub/it", "notes/tcp-ip"):
        assert "notes/a/" in site.output(f"{old}/index.html")
    assert "notes/a/" in site.output("2011/04/it.html")
    assert "notes/b/" in site.output("old/b/index.html")
    assert "notes/c/" in site.output("notes/d/index.html")
    assert "notes/z/" in site.output("old/zola/index.html")
    assert "notes/z/" in site.output("tags/rust/index.html")
    assert b"home/me" not in b"".join(site.tree().values())


@pytest.mark.parametrize(
    "pattern",
    ["/:year/:title/", ":slug", '"/p/{{ title | slugify }}/"', "{{ x }}", "/blog/:month/"],
)
def test_pattern_of_an_address_is_told_and_leads_from_nowhere(site, pattern):
    site.settings().write("content/notes/a.md", f"---\npermalink: {pattern}\n---\nA.").build()

    told = [(one.line, one.code) for one in site.problems if one.code == "redirect.invalid"]
    assert told == ([] if pattern == "{{ x }}" else [(2, "redirect.invalid")])


@pytest.mark.parametrize("given", ["snake_case", "v2.0.1", "größe_1", "a.b_c-d"])
def test_slug_keeps_underscores_and_dots(given):
    problems = Problems("a.md", [])
    assert field_slug(given, WHOLE_FILE, problems) == given
    assert problems.noted == []


@pytest.mark.parametrize("given", ["../x", "a/b", ".", "..", "a b", ".hidden"])
def test_slug_is_one_part_of_an_address(given):
    problems = Problems("a.md", [])
    slug = field_slug(given, WHOLE_FILE, problems)
    assert "/" not in slug and slug.strip(".") == slug
    assert [problem.code for problem in problems.noted] == ["slug.invalid"]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("❤️ cooking", "cooking"),
        ("1️⃣ first", "1-first"),
        ("soft\u00adhyphen", "softhyphen"),
        ("zero\u200bwidth", "zerowidth"),
        ("می\u200cخواهم", "میخواهم"),
        ("👩\u200d💻 dev", "dev"),
    ],
)
def test_slug_has_nothing_that_nobody_sees(name, slug):
    assert slug_of(name) == slug


def test_hugos_index_is_the_page_of_its_folder(site):
    site.settings()
    site.write("content/guide/_index.md", "# Our guide\n\nRead it.\n").note("guide/a.md")
    site.write("content/plan/_index.md", "Words.\n").note("plan/b.md").build()
    assert '<h1 dir="auto">Our guide</h1>' in site.output("guide/index.html")
    assert '<h1 dir="auto">Plan</h1>' in site.output("plan/index.html")


@pytest.mark.parametrize(
    ("folder", "title"),
    [
        ("03 - Team", "03 - Team"), ("c++", "C++"), ("e-mail", "E-mail"), ("ML_OPS", "ML OPS"),
        ("2023", "2023"), ("http-apis", "HTTP APIs"), ("javascript", "JavaScript"),
    ],
)  # fmt: skip
def test_section_is_called_as_its_folder(site, folder, title):
    site.settings()
    site.note(f"{folder}/a.md").build()
    page = next(path for path in site.written if path.endswith("/a/index.html"))
    assert f'<h1 dir="auto">{title}</h1>' in site.output(page.replace("/a/", "/"))


def test_days_of_one_commit_make_no_timeline():
    from nexusgen.core.model import Entry, Span
    from nexusgen.site.library import has_timeline

    def entry(day, updated="", **spans):
        return Entry(
            day, "a.md", 1, "note", "", "a", "a/", "A", date=day, updated=updated, spans=spans
        )

    assert not has_timeline([])
    assert not has_timeline([entry("2024-01-02", "2024-01-02"), entry("2024-01-02")])
    assert has_timeline([entry("2024-01-02", "2024-01-03")])
    assert has_timeline([entry("2024-01-02", date=Span(1, 1))])


@pytest.mark.parametrize(
    ("files", "title"),
    [
        ({"README.md": "# My garden\n\nText."}, "My garden"),
        ({"index.md": "---\ntitle: Begin\n---\nText.", "README.md": "# Other"}, "Begin"),
        ({"readme.md": "Only text."}, "hub"),
        ({"README.md": "---\ndraft: true\n---\n# Secret plan"}, "hub"),
        ({"notes/README.md": "# Deep"}, "hub"),
    ],
)
def test_folder_without_settings_is_called_as_its_readme(site, files, title):
    for path, text in files.items():
        site.write(path, text)
    site.write("a.md", "Text.").build()
    assert f"<title>{title}</title>" in site.output("index.html")


@pytest.mark.parametrize("settings", [False, True])
def test_settings_in_a_file_of_another_name_are_told(site, settings):
    site.write("content/site.yaml", "title: Hub\n").note("notes/a.md")
    (site.settings() if settings else site).check()
    assert ("site.name", "error") in {(it.code, it.severity) for it in site.problems}
    assert site.build().outcome.report.written == () or not settings


@pytest.mark.parametrize(
    ("path", "text", "right"),
    [
        ("content/cv.yaml", "work: [{name: Nexus}]\n", "content/cv.yml"),
        ("content/CV.yml", "work: [{name: Nexus}]\n", "content/cv.yml"),
        ("content/resume.yml", "work: [{name: Nexus}]\n", "content/cv.yml"),
        ("content/SITE.yml", "title: Hub\n", "content/site.yml"),
        ("templates/words/DE.txt", "Search = Finden\n", "templates/words/de.txt"),
        ("templates/words/sv_SE.yml", "Search: Hitta\n", "templates/words/sv-se.txt"),
    ],
)
def test_what_is_nearly_called_as_a_file_that_is_read_by_its_name_is_told_once(
    site, path, text, right
):
    build = site.settings().note("notes/a.md").write(path, text).pure_build()
    (told,) = build.problems
    assert (told.path, told.code, told.severity) == (path, "site.name", "error")
    assert f" read from {right} only" in told.message
    assert build.entries == 1


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("content/Site.yml", "rename it to site.yml"),
        ("Content/site.yml", "move it to content/"),
        ("Site.yml", "move it to content/"),
    ],
)
def test_settings_in_a_file_or_folder_in_other_letters_are_told(site, path, hint):
    folder = path.rpartition("/")[0] or "content"
    build = site.write(path, "title: Hub\n").write(f"{folder}/a.md", "Text.").pure_build()
    assert [(it.path, it.code, it.hint) for it in build.problems] == [(path, "site.name", hint)]


def test_a_page_of_yaml_may_have_a_section_of_a_cv_as_its_name(site):
    site.settings().write("content/resume.yml", "title: R\nwork: At sea.\n")
    assert not site.pure_build().problems


@pytest.mark.parametrize(("text", "is_told"), [("title: Hub\n", True), ("- hosts: all\n", False)])
def test_settings_beside_the_content_are_told_where_none_are_in_it(site, text, is_told):
    site.write("site.yml", text).note("notes/a.md").build()
    assert [it.hint for it in site.problems] == ["move it to content/"] * is_told

    assert site.settings().build().codes == []


def test_a_folder_of_static_that_is_not_there_is_an_error(site):
    site.settings("static: [sttic, press, CNAME.old]\n").write("content/static/a.pdf", b"x")
    site.write("content/press/b.pdf", b"x").write("content/CNAME.old", b"x").build()
    (told,) = site.problems
    assert (told.line, told.column, told.severity) == (2, 10, "error")
    assert told.hint == 'did you mean "static"?'


def test_a_file_to_be_kept_as_it_is_that_is_not_there_is_told(site):
    site.settings("keep_metadata: [artist, static/press/, static/a.jpg, static/]\n")
    site.write("content/static/b.pdf", b"x").build()
    assert [(told.code, told.column) for told in site.problems] == [
        ("field.path", 25), ("field.path", 40),
    ]  # fmt: skip


def test_an_option_that_an_extension_does_not_have_is_told_where_it_stands(site):
    site.settings("markdown_extensions:\n  toc:\n    permalinks: true\n").note("notes/a.md").build()
    (told,) = site.problems
    assert told.message == 'Markdown extension "toc" has no option "permalinks"'
    assert (told.line, told.hint) == (4, 'did you mean "permalink"?')


@pytest.mark.parametrize(
    ("name", "meant"),
    [("admonitoin", "admonition"), ("Admonition", "admonition"), ("attr-list", "attr_list"),
     ("superfences", "pymdownx.superfences"), ("pymdownx.tabed", "pymdownx.tabbed"),
     ("pymdownx-tabbed", "pymdownx.tabbed"), ("codehillite", "codehilite")],
)  # fmt: skip
def test_an_extension_that_is_nearly_called_so_is_named(site, name, meant):
    site.settings(f"markdown_extensions: [{name}]\n").note("notes/a.md").build()
    assert [told.hint for told in site.problems] == [f'did you mean "{meant}"?']


@pytest.mark.parametrize("name", ["nexus_nothing", "pymdownx.mermaid"])
def test_an_extension_like_which_none_is_called_is_to_be_installed(site, name):
    site.settings(f"markdown_extensions: [{name}]\n").note("notes/a.md").build()
    hint = "install it, or fix its name under markdown_extensions"
    assert [told.hint for told in site.problems] == [hint]


def test_a_value_that_an_option_cannot_have_is_told_where_it_stands(site):
    site.settings("markdown_extensions:\n  toc:\n    title: A\n    toc_depth: nine\n")
    (told,) = site.note("notes/a.md").build().problems
    assert told.message.startswith('Markdown extension "toc" cannot have "toc_depth": ')
    assert (told.line, told.column) == (5, 16)


def test_text_in_another_language_says_so_and_runs_its_way(site):
    site.settings(BASE)
    site.note(
        "notes/a.md", "نص مع `code`.", title="نص", lang="ar", date="2024-01-02", summary="نص."
    )
    site.note("notes/b.md", title="B", lang="pt_BR").note("notes/c.md", title="شيء").build()
    page = site.output("notes/a/index.html")
    assert '<html lang="en">' in page
    for start in (
        '<h1 class="p-name"',
        '<p class="lede p-summary"',
        '<div class="prose e-content"',
    ):
        assert f'{start} lang="ar" dir="rtl">' in page
    assert '<h1 class="p-name" lang="pt-BR" dir="ltr">B</h1>' in site.output("notes/b/index.html")
    assert '<h1 class="p-name" dir="auto">شيء</h1>' in site.output("notes/c/index.html")
    assert '<entry xml:lang="ar">' in site.output("feed.xml")
    assert json.loads(site.output("feed.json"))["items"][0]["language"] == "ar"


def test_what_is_no_language_is_told_and_left_out(site):
    site.settings().note("notes/a.md", title="A", lang="german please").build()
    assert [(it.code, it.severity) for it in site.problems] == [("field.language", "warning")]
    assert '<h1 class="p-name" dir="auto">A</h1>' in site.output("notes/a/index.html")


@pytest.mark.parametrize(
    ("language", "way"),
    [
        ("ar", "rtl"), ("fa-IR", "rtl"), ("he", "rtl"), ("ku-Arab", "rtl"), ("az-Arab-IR", "rtl"),
        ("en", "ltr"), ("ar-Latn", "ltr"), ("de-AT", "ltr"), ("ur-Latn-PK", "ltr"), ("zh-Hans", "ltr"),
    ],
)  # fmt: skip
def test_direction_of_a_language(language, way):
    from nexusgen.pages.words import direction

    assert direction(language) == way


@pytest.mark.parametrize(
    ("language", "search", "day"),
    [
        ("de-AT", "Suche", "2. Januar 2024"), ("fr", "Rechercher", "2 janvier 2024"),
        ("pt-BR", "Pesquisar", "2 de janeiro de 2024"), ("ja", "検索", "2024年1月2日"),
        ("ar", "بحث", "2 يناير 2024"), ("en", "Search", "2 Jan 2024"), ("sw", "Search", "2 Jan 2024"),
    ],
)  # fmt: skip
def test_theme_speaks_the_language_of_the_hub(site, language, search, day):
    site.settings(f"language: {language}").note("notes/a.md", date="2024-01-02")
    site.note("notes/b.md", date="2024-01-03").build()
    assert f"<span>{search}</span>" in site.output("notes/a/index.html")
    assert f">{day}</time>" in site.output("timeline/index.html")


def test_words_of_the_settings_count_first_and_another_language_reaches_every_page(site):
    site.settings("language: de").note("notes/a.md").note("notes/b.md").build()
    assert "<span>Suche</span>" in site.output("notes/a/index.html")
    site.settings("language: de\nstrings: {Search: Finde}").build()
    assert "<span>Finde</span>" in site.output("notes/a/index.html")
    site.settings("language: es").build()
    assert "<span>Buscar</span>" in site.output("notes/b/index.html")


@pytest.mark.parametrize(
    "body",
    [
        "![Banner](https://example.org/b.png)\n\n# The thing\n\nText.",
        "[![CI](https://example.org/b.svg)](https://example.org/)\n# The thing\n\nText.",
        "[← Back](https://example.org/)\n\nThe thing\n=========\n\nText.",
        '<h1 align="center">The thing</h1>\n\nText.',
        '<p align="center">\n<img src="https://example.org/b.png">\n</p>\n\n# The thing\n\nText.',
        '<div align="center">\n<h1>\n<img src="https://example.org/b.png" alt="x"><br>\nThe <b>thing</b>\n'
        "</h1>\n</div>\n\nText.",
    ],
)
def test_title_below_a_banner_or_in_html_is_shown_once(site, body):
    site.settings().note("notes/a.md", f"{body}\n\n## Part\n\nMore.").build()
    page = site.output("notes/a/index.html")
    assert "<title>The thing | Hub</title>" in page
    assert page.count("<h1") == 1
    main = page.partition("<main")[2]
    assert main.count("The thing") == 1
    assert ("b.png" in main) == ("b.png" in body)
    assert '<h2 id="part">' in main
    assert "Text." in main


def test_heading_below_text_stays_where_it_stands(site):
    site.settings().note("notes/a.md", "Words first.\n\n# The thing\n\nText.").build()
    assert '<h2 id="the-thing">' in site.output("notes/a/index.html")


def test_tag_of_obsidian_counts_and_is_no_mistake(site):
    site.settings().note("notes/a.md", tag="foo").note("notes/b.md", tags="[foo]").check()
    assert "field.unknown" not in site.codes
    assert "notes/a/" in site.build().output("tags/foo/index.html")


def test_marks_of_direction_are_no_mistake_in_text_from_right_to_left(site):
    site.settings().note("notes/a.md", "\u202bنص عربي (API)\u202c").check()
    assert "text.bidi" not in site.codes
    site.note("notes/a.md", "if access_level != \u202e user").check()
    assert "text.bidi" in site.codes


def test_link_leads_to_a_file_with_a_sharp_in_its_name(site):
    site.settings()
    site.note("n/Bug #7.md", "Text.", title="Seven").note("n/b.md", "Text.")
    site.note("n/a.md", "[[Bug #7]] [[Bug #7|that]] [x](<Bug #7.md>) [y](Bug%20%237.md)").build()
    assert site.output("n/a/index.html").count('href="../../n/bug-sharp7/') == 4
    assert "link.broken" not in site.codes
    assert site.note("n/a.md", "[[b#7]] [[None #7]]").check().codes.count("link.broken") == 1


def test_link_leads_to_a_part_of_a_file_with_a_sharp_in_its_name(site):
    site.settings().note("n/Bug #7.md", "## Plan\n\nText.").note("n/Q.md", "Text.")
    site.note("n/Q#.md", "## Types\n\nSharp.")
    site.note("n/a.md", "[[Bug #7#Plan]] [x](<Bug #7.md#plan>) [y](Q#.md#types) [[Q#.md#Types]]")
    page = site.build().output("n/a/index.html")
    assert page.count('href="../../n/bug-sharp7/#plan"') == 2
    assert page.count('href="../../n/qsharp/#types"') == 2
    assert not {"link.broken", "link.anchor", "link.wanted"} & set(site.codes)


def test_name_that_ends_with_a_sharp_is_found_before_the_name_without_it(site):
    site.settings()
    site.note("n/Q.md", "Text.\n\n## Types\n\nText.")
    site.note("n/Q#.md", "Text.\n\n## Types\n\nSharp.", title="Q#").note("n/Q #2.md", "Text.")
    site.note("n/a.md", "[[Q#]] [[n/Q#|x]] [[Q##Types]] [[Q #2]]\n\n![[Q##Types]]")
    site.note("n/b.md", "[[Q]] [[Q#Types]] [[a#]] [[Q#|x]]")
    page = site.build().output("n/a/index.html")
    assert page.count('href="../../n/qsharp/"') == 2
    assert page.count('href="../../n/qsharp/#types"') == 2 and "Sharp." in page
    assert page.count('href="../../n/q-sharp2/') == 1
    for link in ('q/" data', 'q/#types" data', 'a/" data', 'qsharp/" data'):
        assert site.output("n/b/index.html").count(f'href="../../n/{link}') == 1
    assert not {"link.broken", "link.anchor", "link.wanted"} & set(site.codes)


def test_query_alone_is_asked_of_the_page_itself(site):
    site.settings().note("n/a.md", "[x](?page=2) [y](?a#part)\n\n## Part\n\nText.").build()
    page = site.output("n/a/index.html")
    assert page.count('href="../../n/a/"') >= 1 and 'href="../../n/a/#part"' in page
    assert not {"link.broken", "link.anchor"} & set(site.codes)


def test_link_to_a_page_as_it_is_called_when_it_is_built_leads_there(site):
    site.settings()
    site.note("n/b.md", "## Part\n\nText.").note("n/c/index.md", "Text.").note("n/c/d.md")
    site.write("content/n/own.html", "<p>Own</p>")
    site.note(
        "n/a.md", "[x](b.html) [x](b.html#part) [x](c/index.html) [x](own.html) [x](/n/b.html)"
    )
    page = site.build().output("n/a/index.html")
    for url in ('n/b/"', 'n/b/#part"', 'n/c/"', 'n/own.html"'):
        assert f'href="../../{url}' in page
    assert "link.broken" not in site.codes
    assert "link.broken" in site.note("n/a.md", "[x](none.html)").check().codes


def test_texts_for_other_programs_are_told_once_for_each_kind(site):
    site.settings()
    for path in ("a.mdx", "b.MDX", "c/d.rst", "e.txt", "f.org"):
        site.write(f"content/n/{path}", "Text.")
    site.write("content/static/g.adoc", "Text.")
    site.note("n/a.md", "See [f](f.org).").note("n/b.md", "See [[n/a]].").check()
    told = [one.message for one in site.problems if one.code == "file.format"]
    assert told == [
        "2 files are no entries: what ends in .mdx is not read",
        "a file is no entry: what ends in .rst is not read",
        "a file is no entry: what ends in .org is not read",
    ]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("[x](<Issue 12.md>) and ![p](<Pasted image.png>)", 0),
        ("See [x].\n\n[x]: <Issue 12.md>", 0),
        ("[x](<Issue 12.md>) and <Issue 12>", 1),
        ("see (<Name>)", 1),
    ],
)
def test_destination_between_angles_is_no_tag(site, body, told):
    site.settings().note("n/Issue 12.md", "Text.").note("n/a.md", body)
    site.write("content/n/Pasted image.png", b"").check()
    assert site.codes.count("markdown.foreign") == told


def test_heading_that_was_meant_is_named_on_a_page_of_many(site):
    headings = "\n\n".join(f"## Words of part {number} of it\n\nText." for number in range(60))
    site.settings().note("n/a.md", f"[x](#setting-keys)\n\n{headings}\n\n## Settings keys\n\nText.")

    (told,) = [one for one in site.check().problems if one.code == "link.anchor"]

    assert told.hint == 'did you mean "#settings-keys"?'


@pytest.mark.parametrize(
    ("files", "title", "words"),
    [
        ({"Home.md": "# Home\n\nHome words, see [[x/b]]."}, "hub", "Home words"),
        ({"home.md": "---\ntitle: My garden\n---\nHome words."}, "My garden", "Home words"),
        ({"Home.md": "Home words.", "README.md": "# Read me\n\nMore."}, "Read me", "More."),
        ({"index.md": "# Index\n\nFirst."}, "hub", "First."),
    ],
)
def test_home_is_the_home_page_where_no_index_is(site, files, title, words):
    for path, text in files.items():
        site.write(path, text)
    site.write("x/Home.md", "Not the home.").write("x/b.md", "To [[Home]] and [[x/Home]].").build()
    home, other = site.output("index.html"), site.output("x/b/index.html")
    assert f"<h1>{title}</h1>" in home and words in home
    assert 'href="../../x/home/"' in other and "Not the home." in site.output("x/home/index.html")
    assert ('href="../../home/"' in other) == ("README.md" in files)
    assert "link.broken" not in site.codes


def test_day_on_which_all_came_is_shown_nowhere_but_days_that_were_given_are(site):
    git = partial(subprocess.run, cwd=site.root, check=True, capture_output=True)
    site.settings().note("n/a.md", "Text.").note("n/b.md", "Text.", date="2024-05-06")
    site.note("n/c.md", "Text.", date="2024-05-06", updated="2024-06-07")
    git(["git", "init", "-q"])
    git(["git", "add", "."])
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    days = {**os.environ, "GIT_COMMITTER_DATE": "2025-02-03T04:05:06Z"}
    git(["git", *author, "commit", "-qm", "x", "--date", "2025-02-03T04:05:06Z"], env=days)
    site.build()
    pages = ("index", "n/index", "n/a/index", "n/b/index", "n/c/index", "timeline/index")
    shown = re.compile(r'<time[^>]*"2025-02-03')
    assert [name for name in pages if shown.search(site.output(f"{name}.html"))] == []
    assert "2024-05-06" in site.output("n/b/index.html") and "2024-06-07" in site.output(
        "n/c/index.html"
    )
    rows = site.output("n/index.html")
    assert rows.count("2024-05-06") == 2 and rows.count("<time") == 2
    site.note("n/d.md", "Text.")
    git(["git", "add", "."])
    git(["git", *author, "commit", "-qm", "y", "--date", "2025-03-04T04:05:06Z"])
    site.build()
    assert "2025-02-03" in site.output("n/a/index.html") and "2025-03-04" in site.output(
        "n/d/index.html"
    )


def test_in_a_vault_the_name_of_a_file_comes_before_an_alias_whatever_its_case(site):
    site.write(".obsidian/app.json", "{}").write("x/rest.md", "A").write("y/a.md", "[[REST|x]]")
    site.write("x/b.md", "---\naliases: [REST]\n---\nB").build()

    assert 'href="../../x/rest/"' in site.output("y/a/index.html")
