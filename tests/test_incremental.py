"""Exactness: for each edit, the very pages that show it are written, and no other."""

import re
import shutil
import subprocess
from html import escape, unescape

import pytest

from nexusgen.pages import plan
from tests.conftest import PIXEL, ROOT, SiteTest

HUB = """
title: Hub
base_url: https://example.org/
author: {name: Ada, headline: Engineer}
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """Return a built hub of 200 entries with every kind of page; each test mends what it edits."""
    site = SiteTest(tmp_path_factory.mktemp("large") / "hub").write("content/site.yml", HUB)
    for number in range(60):
        site.note(f"technologies/t{number}.md", body(number), **fields(number, "t"))
        site.note(f"concepts/c{number}.md", body(number), **fields(number, "c"))
        site.note(
            f"challenges/x{number}.md",
            f"See [one](../technologies/t{number}.md).",
            **fields(number, "x"),
            uses=f"[t{number}]",
            problem="It was slow",
            solution="Caching",
        )
    for number in range(18):
        site.note(f"practices/p{number}.md", body(number), **fields(number, "p"), rule="Do it")
    site.write("content/index.md", "Welcome.\n").write("content/about.md", "# About\n\nMe.\n")
    return site.build()


def body(number):
    return f"First paragraph of entry number {number}.\n\n## More\n\nSecond paragraph."


def fields(number, letter):
    return {
        "title": f"{letter.upper()}{number} title",
        "date": f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}",
        "tags": f"[tag{number % 6}]",
        "summary": f"Summary of {letter}{number}",
    }


def edited(site, path, old, new):
    """Return the files that are written when text in a source is replaced, less those of search and cards."""
    source = site.root / "content" / path
    text = source.read_text()
    assert old in text
    source.write_text(text.replace(old, new))
    try:
        site.build()
        assert not site.outcome.failed, site.problems
        changed = site.written, site.outcome.report.removed
        written, removed = (
            {path for path in paths if not path.startswith(OTHERS)} for paths in changed
        )
        return written, removed
    finally:
        source.write_text(text)
        site.build()


OTHERS = ("assets/search/", "assets/cards/")
T10, TWIN = "technologies/t10/index.html", "technologies/t10/index.md"
WHOLE = "llms-full.txt"
FEEDS = {"feed.xml", "rss.xml", "feed.json", "technologies/feed.xml"}
DATA = {"technologies/hub.json", "llms.txt"}
LISTS = {"technologies/index.html", "tags/tag4/index.html"}


def test_nothing_changed_writes_nothing(large):
    assert large.build().written == ()


def test_body_is_shown_by_its_page_alone(large):
    written, _ = edited(large, "technologies/t12.md", "Second paragraph", "Another paragraph")

    assert written == {"technologies/t12/index.html", "technologies/t12/index.md", WHOLE}


def test_body_of_a_recent_entry_is_shown_by_feeds_too(large):
    written, _ = edited(large, "technologies/t10.md", "Second paragraph", "Another paragraph")

    assert written == {T10, TWIN, WHOLE, "technologies/feed.xml"}


def test_heading_is_shown_by_its_page_alone(large):
    written, _ = edited(large, "technologies/t12.md", "## More", "## Less")

    assert written == {"technologies/t12/index.html", "technologies/t12/index.md", WHOLE}


def test_summary_is_shown_by_its_page_and_lists(large):
    written, _ = edited(large, "technologies/t10.md", "Summary of t10", "Another summary")

    assert {T10, *LISTS} <= written
    few = {T10, TWIN, WHOLE, "index.html", "technologies/previews.json"}
    assert written <= few | LISTS | FEEDS | DATA | {"feeds/technology.xml", "tags/tag4/feed.xml"}


def test_title_is_shown_wherever_the_entry_is_named(large):
    written, _ = edited(large, "technologies/t10.md", "T10 title", "Renamed")

    assert {T10, "challenges/x10/index.html", "timeline/index.html", *LISTS} <= written
    assert len(written) < 45, sorted(written)
    assert not any(path.startswith("practices/") for path in written)


def test_a_link_by_the_name_of_a_file_is_called_alike_on_its_page_and_in_what_sums_that_up(site):
    site.settings("author: {name: Ada, bio: 'Of [[queues]].'}")
    site.note("notes/a.md", "Runs [[queues]], [[x/queues#How]], [[TCP/IP]] and [[jobs]].\n")
    for title in ("Work queue", "Line & row", "queues"):
        site.note("x/queues.md", "## How\n", title=f'"{title}"', aliases="[jobs, TCP/IP]").build()
        said = f"Runs {title}, {title} › How, TCP/IP and jobs."
        pages = "notes/a/index.html", "notes/index.html", "x/queues/index.html", "index.html"
        for page in pages:
            assert said in unescape(re.sub("<[^>]+>", "", site.output(page)))
        assert f">Of {escape(title)}.</p>" in site.output("index.html")
        clean = site.pure_build().outputs
        assert site.tree() == {path: output.render() for path, output in clean.items()}


def test_tag_moves_an_entry_from_one_tag_page_to_another(large):
    written, _ = edited(large, "technologies/t10.md", "[tag4]", "[tag5]")

    assert {T10, "tags/tag4/index.html", "tags/tag5/index.html", "tags/index.html"} <= written
    assert not any(path.startswith("tags/tag1/") for path in written)


def test_new_entry_plans_few_pages_of_others_again(large, monkeypatch):
    """A page names its section, of which the number of entries is another now."""
    planned, plan_group = [], plan._Planner.plan
    monkeypatch.setattr(
        plan._Planner, "plan", lambda self, group: planned.append(group) or plan_group(self, group)
    )

    large.note("technologies/t99.md", "Text", **fields(99, "t")).build()
    (large.root / "content/technologies/t99.md").unlink()
    entries = {group for group in planned if group.startswith("entry ")}
    large.build()

    assert "entry content/technologies/t99.md" in entries
    assert len(entries) <= 9, sorted(entries)


def test_draft_leaves_every_page_that_named_it(large):
    written, removed = edited(large, "concepts/c10.md", "title:", "draft: true\ntitle:")

    assert removed == {"concepts/c10/index.html", "concepts/c10/index.md"}
    assert {"concepts/index.html", "tags/tag4/index.html", "sitemap.xml"} <= written


def test_draft_is_in_no_byte_of_the_output(site):
    site.settings("base_url: https://example.org/\nauthor: {name: A}\n")
    site.note("technologies/open.md", "Open text.", title="Open", tags="[shared]")
    for state in ("draft", "private"):
        site.note(
            f"technologies/{state}-slug.md",
            f"{state}-words [[Open]] ![i](picture.png)",
            title=f"{state}-title",
            tags=f"[shared, {state}-tag]",
            aliases=f"[{state}-alias]",
            redirect_from=f"[{state}-old/]",
            summary=f"{state}-summary",
            **{state: "true"},
        )
    site.write("content/technologies/picture.png", "x")

    site.build()

    assert not site.outcome.failed
    for path, data in site.tree().items():
        for mark in (b"draft-", b"private-"):
            assert mark not in path.encode() + data, path


def test_template_of_one_kind_writes_the_pages_of_that_kind(large):
    large.write("templates/practice.html", "{% extends 'theme/practice.html' %} ")
    large.build()
    large.write("templates/practice.html", "<p>{{ entry.title }}</p>")
    large.build()
    try:
        practices = {f"practices/p{number}/index.html" for number in range(18)}
        assert set(large.written) == practices
    finally:
        large.remove("templates").build()


def test_asset_writes_itself_alone(large):
    large.write("content/static/notes.txt", "one").build()
    assert large.written == ("static/notes.txt",)
    large.remove("content/static/notes.txt").build()
    assert large.outcome.report.removed == ("static/notes.txt",)


def test_style_sheet_has_a_new_name_on_every_page(large):
    large.write("templates/assets/site.css", "body { color: red }").build()
    try:
        pages = {path for path in large.tree() if path.endswith(".html")}
        assert pages <= set(large.written) | {"404.html"}
    finally:
        large.remove("templates").build()


def test_touch_writes_nothing(large):
    (large.root / "content/technologies/t10.md").touch()

    assert large.build().written == ()


def test_line_of_front_matter_moves_what_is_wrong_in_texts_and_reads_none_of_them_again(
    site, monkeypatch
):
    fields = {"problem": "See [x](gone.md).", "solution": "|\n  One.\n  ![](p.png)"}
    text = "## Two\n\n#### Four\n\nSee [[Nobody]] and [[Nobody]].\n\n![[a]]\n\n![](p.png)"
    site.settings("checks: {entry.orphan: allow}\n").write("content/challenges/p.png", PIXEL)
    site.note("challenges/a.md", text, **fields).build(keep_going=True).check()
    before = sorted((problem.line, problem.code) for problem in site.problems)
    assert {code for _, code in before} == {
        "embed.cycle", "heading.skip", "image.alt", "link.broken",
    }  # fmt: skip

    monkeypatch.setattr("markdown.Markdown.convert", None)
    site.note("challenges/a.md", text, weight=1, **fields).check()

    assert sorted((problem.line, problem.code) for problem in site.problems) == [
        (line + 1, code) for line, code in before
    ]


def test_commit_that_dates_entries_is_shown_though_no_file_changed(site):
    def git(*arguments):
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(["git", *identity, *arguments], cwd=site.root, check=True)

    site.settings("base_url: https://example.org/\n").note("notes/one.md", title="One")
    site.note("notes/two.md", title="Two", date="2020-01-02")
    site.build()
    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "one", "--date", "2024-05-06T00:00:00Z")

    site.build()

    assert "2024-05-06" in site.output("notes/one/index.html")
    assert site.tree() == {
        path: output.render() for path, output in site.pure_build().outputs.items()
    }


def test_another_spelling_of_a_tag_is_shown_by_all_that_have_it(site):
    link = "See [b](b.md)."  # linked entries do not name the tag as what they share
    for name, tag in (("a", "Go Lang"), ("b", "go lang"), ("c", "other")):
        site.note(f"notes/{name}.md", link if name == "a" else "", title=name, tags=f"[{tag}]")
    site.build()
    assert "Go Lang" in site.output("notes/b/index.html")

    site.note("notes/a.md", link, title="a", tags="[GO LANG]").build()

    assert "GO LANG" in site.output("notes/b/index.html")
    assert "notes/c/index.html" not in site.written


def test_pages_that_are_planned_again_to_be_rendered_are_the_same(site, monkeypatch):
    shutil.copytree(ROOT / "content", site.root / "content")
    kept = site.build().tree()
    shutil.rmtree(site.root / "output")
    monkeypatch.setattr(plan, "MAX_KEPT", 0)

    assert site.build().tree() == kept


def test_another_base_url_is_another_site(site):
    site.note("notes/a.md").build()

    site.build(base_url="https://example.org/x/")

    assert "https://example.org/x/" in site.output("notes/a/index.html")


def test_picture_that_a_draft_shows_too_comes_with_the_first_page_that_shows_it(site):
    site.settings().note("notes/a.md").note("notes/b.md", "![p](p.svg)", draft="true")
    site.write("content/notes/p.svg", "<svg/>").build()
    assert "notes/p.svg" not in site.tree()

    site.note("notes/a.md", "Text ![p](p.svg)").build()

    assert "notes/p.svg" in site.tree()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{a: 1, b: 2}", "{b: 2, a: 1}"),
        ("[a, b]", "[b, a]"),
        ("{a: [1]}", "{a: ['1']}"),
        ("1", "'1'"),
    ],
)
def test_order_and_form_of_what_a_field_holds_are_seen(site, before, after):
    site.write("templates/note.html", "{{ entry.extra }}")
    site.note("notes/a.md", "x", more=before).build().note("notes/a.md", "x", more=after).build()
    kept = site.tree()
    shutil.rmtree(site.root / ".nexusgen")
    shutil.rmtree(site.root / "output")

    assert site.build().tree() == kept


def test_hub_that_moved_knows_what_it_wrote(site, tmp_path):
    site.settings("base_url: https://example.org/x/\n").note("notes/a.md", "x").build()
    moved = type(site)(tmp_path / "elsewhere")
    moved.root.rmdir()
    site.root.rename(moved.root)
    moved.settings("tagline: no address now\n").build()

    assert not (moved.root / "output/sitemap.xml").exists()
    assert moved.outcome.report.manifest.foreign == ()
