"""Moving entries and renaming tags: every link leads as before, and nothing else is touched."""

from collections.abc import Mapping

import pytest

from nexusgen.artifacts import Snapshot
from nexusgen.cache.memo import Memo
from nexusgen.digests import digest_bytes
from nexusgen.problems import NexusgenError
from nexusgen.renaming.rename import Plan, plan_move, plan_rename_tag

SITE = {"site.yml": "title: Hub\n"}


def snapshot(files: Mapping[str, str]) -> Snapshot:
    data = {f"content/{path}": text.encode() for path, text in (SITE | dict(files)).items()}
    digests = {path: digest_bytes(text) for path, text in data.items()}
    return Snapshot("Hub", "content", digests, {}, data.__getitem__)


def after(files: Mapping[str, str], plan: Plan) -> dict[str, str]:
    """Return the files as they are once the plan is carried out."""
    kept = {path: text for path, text in files.items() if f"content/{path}" != plan.source}
    changed = {path[len("content/") :]: data.decode() for path, data in plan.changed.items()}
    return kept | changed


def move(files: Mapping[str, str], source: str, target: str) -> dict[str, str]:
    return after(files, plan_move(snapshot(files), Memo(), source, target))


def rename_tag(files: Mapping[str, str], old: str, new: str) -> dict[str, str]:
    return after(files, plan_rename_tag(snapshot(files), Memo(), old, new))


LINKS = [
    ("[x](b.md)", "[x](../deep/er/c.md)"),
    ("[x](b)", "[x](../deep/er/c)"),
    ("[x](./b.md#part 'title') tail", "[x](../deep/er/c.md#part 'title') tail"),
    ("[x](/n/b.md)", "[x](/deep/er/c.md)"),
    ("[x](content/n/b.md)", "[x](content/deep/er/c.md)"),
    ("[x](<b.md>)", "[x](<../deep/er/c.md>)"),
    ("[x](../n/b/)", "[x](../deep/er/c/)"),
    ("[a [n] ![i](p.png)](b.md)", "[a [n] ![i](p.png)](../deep/er/c.md)"),
    ("[two\nlines](b.md)", "[two\nlines](../deep/er/c.md)"),
    ("[x][r]\n\n[r]: b.md 'T'", "[x][r]\n\n[r]: ../deep/er/c.md 'T'"),
    ('<a class="k" href="b.md">x</a>', '<a class="k" href="../deep/er/c.md">x</a>'),
    ("[[b]] and [[b#Part|text]]", "[[c]] and [[c#Part|text]]"),
    ("[[n/b|text]]", "[[deep/er/c|text]]"),
    ("\n\n| a |\n|---|\n| [[b\\|x]] |", "\n\n| a |\n|---|\n| [[c\\|x]] |"),
    ("![[b#Part]]", "![[c#Part]]"),
    ("[[Bee]]", "[[Bee]]"),
    ("`[x](b.md)`\n\n```\n[[b]]\n```", "`[x](b.md)`\n\n```\n[[b]]\n```"),
]


@pytest.mark.parametrize(("written", "expected"), LINKS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_links_follow_a_moved_entry_and_nothing_else_changes(written, expected, end):
    head, tail = "\ufeff# A{}{}Ä first. ", "{}Last line without an end"
    head, tail = head.format(end, end), tail.format(end + end)
    files = {
        "n/a.md": head + written.replace("\n", end) + tail,
        "n/b.md": "# Bee\n\n## Part\n", "n/p.png": "",
    }  # fmt: skip

    moved = move(files, "n/b.md", "deep/er/c.md")

    assert moved["n/a.md"] == head + expected.replace("\n", end) + tail
    assert moved["deep/er/c.md"] == "---\nredirect_from: [n/b/]\n---\n# Bee\n\n## Part\n"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("uses: [b, other]", "uses: [c, other]"),
        ("uses:\n  - b # why\n  - other", "uses:\n  - c # why\n  - other"),
        ("uses: b", "uses: c"),
        ("uses: ['b']", "uses: ['c']"),
        ('uses: ["[[b|the bee]]"]', 'uses: ["[[c|the bee]]"]'),
        ("uses: [n/b.md]", "uses: [deep/c]"),
        ("uses: [Bee]", "uses: [Bee]"),
        ("about: '[[b]]'", "about: '[[c]]'"),
    ],
)
def test_names_in_front_matter_follow_as_well(written, expected):
    files = {"n/a.md": f"---\n{written}\n---\nText\n", "n/b.md": "# Bee\n", "n/other.md": ""}

    assert move(files, "n/b.md", "deep/c.md")["n/a.md"] == f"---\n{expected}\n---\nText\n"


def test_links_of_the_moved_entry_keep_leading_where_they_led():
    files = {
        "n/a.md": "---\nimage: p.png\n---\n[x](b.md) ![p](p.png) [[b]] [s](../n/) [t](#part)\n\n## Part\n",
        "n/b.md": "", "n/p.png": "",
    }  # fmt: skip

    assert move(files, "n/a.md", "x/y/z.md")["x/y/z.md"] == (
        "---\nredirect_from: [n/a/]\nimage: ../../n/p.png\n---\n"
        "[x](../../n/b.md) ![p](../../n/p.png) [[b]] [s](../../n/) [t](#part)\n\n## Part\n"
    )


def test_links_to_a_folder_follow_its_last_entry():
    files = {"x/a.md": "[n](../n/)", "n/b.md": ""}

    assert move(files, "n/b.md", "m/b.md")["x/a.md"] == "[n](../m/)"


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("title: B", "redirect_from: [n/b/]\ntitle: B"),
        ("title: B\nredirect_from: [old/]", "title: B\nredirect_from: [n/b/, old/]"),
        ("redirect_from:\n  - old/\ntitle: B", "redirect_from:\n  - n/b/\n  - old/\ntitle: B"),
        ("redirect_from: old/", "redirect_from: [n/b/, old/]"),
        ("redirect_from: []", "redirect_from: [n/b/]"),
        ("redirect_from:\ntitle: B", "redirect_from: [n/b/]\ntitle: B"),
        ("{title: B}", "{redirect_from: [n/b/], title: B}"),
        ("# nothing", "redirect_from: [n/b/]\n# nothing"),
    ],
)
def test_the_old_url_is_added_to_the_redirects(front, expected):
    files = {"n/b.md": f"---\n{front}\n---\nText\n"}

    assert move(files, "n/b.md", "m/b.md") == {"m/b.md": f"---\n{expected}\n---\nText\n"}


def test_entries_of_a_list_move_with_their_file():
    files = {"practices/l.yml": "- title: One\n  rule: See [n](../n/a.md)\n- {title: Two}\n",
             "n/a.md": "[[One]] [x](../practices/one)"}  # fmt: skip

    moved = move(files, "practices/l.yml", "deep/practices.yml")

    assert moved["deep/practices.yml"] == (
        "- redirect_from: [practices/one/]\n  kind: practice\n  title: One\n"
        "  rule: See [n](../n/a.md)\n- {redirect_from: [practices/two/], kind: practice, title: Two}\n"
    )
    assert moved["n/a.md"] == "[[One]] [x](../deep/one)"


def test_the_kind_is_said_where_the_folder_would_make_it_another():
    files = {"challenges/a.md": "---\nproblem: P\n---\n", "notes/b.md": "---\nown: x\n---\n"}

    moved = move(files, "challenges/a.md", "technologies/a.md")
    promoted = move({"notes/b.md": "---\ntitle: B\n---\n"}, "notes/b.md", "concepts/b.md")

    assert "kind: challenge\n" in moved["technologies/a.md"]
    assert "kind:" not in promoted["concepts/b.md"]


def test_drafts_and_private_entries_are_followed_too():
    files = {"n/a.md": "---\ndraft: true\n---\n[x](b.md)", "n/b.md": "---\nprivate: true\n---\n"}

    assert move(files, "n/b.md", "m/b.md")["n/a.md"] == "---\ndraft: true\n---\n[x](../m/b.md)"


@pytest.mark.parametrize(
    ("source", "target", "path"),
    [
        ("n/a.md", "m/b.md", "content/m/b.md"),
        ("content/n/a.md", "content/m/b.md", "content/m/b.md"),
        ("n/a", "m/b", "content/m/b.md"),
        ("n/a.md", "m/", "content/m/a.md"),
        ("n/a.md", "other", "content/other/a.md"),
    ],
)
def test_paths_may_be_short(source, target, path):
    plan = plan_move(snapshot({"n/a.md": "", "other/x.md": ""}), Memo(), source, target)

    assert plan.target == path


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        ("n/x.md", "n/y.md", "there is no entry n/x.md"),
        ("site.yml", "n/y.yml", "there is no entry site.yml"),
        ("n/a.md", "n/b.md", "content/n/b.md exists already"),
        ("n/a.md", "../y.md", "content/../y.md lies outside the content"),
        ("n/a.md", "n/B!.md", 'nothing was changed: URL "/n/b/" of content/n/b.md is already that of '
         "content/n/B!.md (content/n/b.md:1)"),
    ],
)  # fmt: skip
def test_what_would_break_something_is_refused(source, target, message):
    files = {"n/a.md": "", "n/b.md": ""}

    with pytest.raises(NexusgenError) as caught:
        plan_move(snapshot(files), Memo(), source, target)

    assert caught.value.message == message


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("tags: [api, DRF]", "tags: [rest, DRF]"),
        ("tags: [API, 'api']", "tags: [rest]"),
        ("tags: [rest, api]", "tags: [rest]"),
        ("tags: [api, rest]", "tags: [rest]"),
        ("tags:\n  - one\n  - api # x\n  - two", "tags:\n  - one\n  - rest # x\n  - two"),
        ("tags:\n  - rest\n  - api\n", "tags:\n  - rest\n"),
        ('tags: ["api"]', 'tags: ["rest"]'),
        ("tags: one, api", "tags: one, rest"),
        ("tags: api", "tags: rest"),
    ],
)
def test_a_tag_is_renamed_in_every_form(written, expected):
    files = {
        "n/a.md": f"---\n{written}\n---\nThe api\n",
        "n/b.md": "---\ntags: [x]\n---\n[t](/tags/api/)",
    }

    renamed = rename_tag(files, "api", "rest")

    assert renamed["n/a.md"] == f"---\n{expected}\n---\nThe api\n"
    assert renamed["n/b.md"] == "---\ntags: [x]\n---\n[t](/tags/rest/)"


def test_a_tag_that_nobody_has_is_refused():
    with pytest.raises(NexusgenError, match='no entry has the tag "x"'):
        rename_tag({"n/a.md": ""}, "x", "y")


def test_the_plan_is_shown_as_a_patch():
    files = {"n/a.md": "One\n\n[x](b.md)\n", "n/b.md": "# B\n"}

    assert plan_move(snapshot(files), Memo(), "n/b", "n/c").diff() == (
        "rename content/n/b.md -> content/n/c.md\n"
        "--- a/content/n/a.md\n+++ b/content/n/a.md\n@@ -2,2 +2,2 @@\n \n"
        "-[x](b.md)\n+[x](c.md)\n"
        "--- a/content/n/b.md\n+++ b/content/n/c.md\n@@ -1 +1,4 @@\n"
        "+---\n+redirect_from: [n/b/]\n+---\n # B\n"
    )
