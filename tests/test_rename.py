"""Moving entries and renaming tags: every link leads as before, and nothing else is touched."""

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from nexusgen.core.builds import Snapshot
from nexusgen.core.problems import NexusgenError
from nexusgen.incremental.digests import digest_bytes
from nexusgen.incremental.memo import Memo
from nexusgen.tools.move import Plan, plan_move, plan_rename_tag

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
        ("# tags: a", "redirect_from: [n/b/]\n# tags: a"),
    ],
)
def test_the_old_url_is_added_to_the_redirects(front, expected):
    files = {"n/b.md": f"---\n{front}\n---\nText\n", "n/c.md": ""}

    moved = move(files, "n/b.md", "m/b.md")

    assert moved == {"m/b.md": f"---\n{expected}\n---\nText\n", "n/c.md": ""}


def test_entry_that_becomes_the_page_of_its_folder_keeps_its_old_url():
    files = {"n/index.md": "", "n/README.md": "# Read\n"}

    moved = move(files, "n/index.md", "n/b.md")

    assert moved["n/README.md"] == "---\nredirect_from: [n/readme/]\n---\n# Read\n"
    assert moved["n/b.md"] == ""


def test_home_stays_where_it_is():
    assert move({"index.md": "", "b.md": ""}, "index.md", "c.md")["c.md"] == ""


def test_entries_of_a_list_move_with_their_file():
    files = {"practices/l.yml": "- title: One\n  rule: See [n](../n/a.md)\n- {title: Two}\n",
             "n/a.md": "[[One]] [x](../practices/one)"}  # fmt: skip

    moved = move(files, "practices/l.yml", "deep/practices.yml")

    assert moved["deep/practices.yml"] == (
        "- redirect_from: [practices/one/]\n  kind: practice\n  title: One\n"
        "  rule: See [n](../n/a.md)\n- {redirect_from: [practices/two/], kind: practice, title: Two}\n"
    )
    assert moved["n/a.md"] == "[[One]] [x](../deep/one)"


def test_each_of_many_entries_gets_its_own_old_url():
    titles = [f"Item {number}" for number in range(12)]
    files = {"n/l.yml": "".join(f"- title: {title}\n" for title in titles), "n/a.md": ""}

    moved = move(files, "n/l.yml", "m/l.yml")

    assert moved["m/l.yml"] == "".join(
        f"- redirect_from: [n/item-{number}/]\n  title: Item {number}\n" for number in range(12)
    )


@pytest.mark.parametrize("front", ["", "---\ntags: [x]\n---\n", "---\ndate: 2023-02-02\n---\n"])
def test_the_day_is_said_where_the_new_place_would_make_it_another(front):
    hub = snapshot({"notes/a.md": f"{front}Text.\n", "notes/2024-03-03-b.md": f"{front}Text.\n"})
    hub = replace(hub, dates={"content/notes/a.md": ("2024-01-01", "2024-05-05")})

    by_commit = after({}, plan_move(hub, Memo(), "notes/a", "notes/c"))["notes/c.md"]
    by_name = after({}, plan_move(hub, Memo(), "notes/2024-03-03-b", "notes/d"))["notes/d.md"]

    is_own = "date:" in front
    assert ("date: 2024-01-01\n" in by_commit, "date: 2024-03-03\n" in by_name) == (not is_own,) * 2
    assert by_commit.count("date:") == by_name.count("date:") == 1


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
        ("tags: one，api、two", "tags: one, rest, two"),
        ("tags: [one，api]", 'tags: ["one、rest"]'),
        ('tags: ["[[api]]"]', 'tags: ["[[rest]]"]'),
        ('tags: ["[[n/API notes|api]]"]', "tags: [rest]"),
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


def redirects(files):
    """Return the redirects of settings in which nothing else is."""
    return files.get("site.yml", "").removeprefix("title: Hub\n")


TAGGED = {"n/a.md": "---\ntags: [js]\n---\n"}
LINE = "tags/js/: tags/javascript/"
ADDED = [
    ("title: T\ntagline: x", f"title: T\ntagline: x\nredirects:\n  {LINE}"),
    ("title: T\n\n# End\n", f"title: T\n\n# End\nredirects:\n  {LINE}\n"),
    ("title: T\ndescription: |\n  One\n\n  two\n", f"title: T\ndescription: |\n  One\n\n  two\nredirects:\n  {LINE}\n"),
    ("  title: T\n", f"  title: T\n  redirects:\n    {LINE}\n"),
    ("title: T\nredirects:\n", f"title: T\nredirects:\n  {LINE}\n"),
    ("title: T\nredirects:", f"title: T\nredirects:\n  {LINE}"),
    ("redirects: # None\n\ntitle: T\n", f"redirects: # None\n  {LINE}\n\ntitle: T\n"),
    ("redirects:\n  # Old\n  a/: n/ # Why\ntitle: T\n", f"redirects:\n  # Old\n  a/: n/ # Why\n  {LINE}\ntitle: T\n"),
    ("title: T\nredirects: {\n  'a/': n/,\n}\n", f"title: T\nredirects: {{\n  'a/': n/,\n  {LINE}\n}}\n"),
    ("title: T\nredirects:\n    a/: n/", f"title: T\nredirects:\n    a/: n/\n    {LINE}"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "expected"), ADDED)
@pytest.mark.parametrize("before", ["", "\ufeff", "# Größe\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_old_page_of_a_tag_is_redirected_and_no_other_byte_of_the_settings_changes(
    written, expected, before, end
):
    written, expected = ((before + text).replace("\n", end) for text in (written, expected))

    assert rename_tag({**TAGGED, "site.yml": written}, "js", "javascript")["site.yml"] == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("---\ntitle: T\n...\n", ""),
        ("{title: T}\n", ""),
        ("redirects: {} # None\ntitle: T\n", ""),
        ("redirects: ~\ntitle: T\n", ""),
        ("title: T\nredirects: {a/: n/}\n", ""),
        ("redirects:\n  b/: /\n  a/: >-\n    n/\ntitle: T\n", ""),
        ("title: T\nredirects: {a/: &n\n  n/, b/: *n}\n", ""),
        ("title: T\nredirects: [a]\n", ""),
        ("title: T\nmarkdown_extensions: &r {}\nredirects: *r\n", ""),
        ("redirects: {a/: /tags/js}\n", "redirects: {a/: /tags/javascript/}\n"),
    ],
)
def test_settings_in_another_form_say_which_lines_to_add(written, expected):
    files = {**TAGGED, "site.yml": written}

    plan = plan_rename_tag(snapshot(files), Memo(), "js", "javascript")

    assert after(files, plan)["site.yml"] == (expected or written)
    assert plan.note == (
        "no redirect could be written, because content/site.yml does not have a line for each; "
        f"what is missing:\nredirects:\n  {LINE}"
    )


CHANGED = [
    ("  a/: tags/js/", "  a/: tags/javascript/\n  LINE"),
    ("  a/: /tags/js", "  a/: /tags/javascript/\n  LINE"),
    ("  a/: '/tags/js/'", "  a/: '/tags/javascript/'\n  LINE"),
    ("  a/: \"tags/js\"  # Why\n  b/: n/", "  a/: \"tags/javascript/\"  # Why\n  b/: n/\n  LINE"),
    ("  b/: a/\n  a/: tags/js/", "  b/: a/\n  a/: tags/javascript/\n  LINE"),
    ("  tags/js/: n/", "  tags/js/: tags/javascript/"),
    ("  tags/javascript/: tags/js/", "  LINE"),
    ("  a/: n/\n  tags/javascript/: tags/js/  # Why\n  b/: n/", "  a/: n/\n  b/: n/\n  LINE"),
    ("  a/: n/\n  tags/javascript: n/", "  a/: n/\n  LINE"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "expected"), CHANGED)
@pytest.mark.parametrize("tail", ["", "\n", "\ntagline: x\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_redirects_never_lead_over_two_and_give_way_to_the_page(written, expected, tail, end):
    before = f"title: T\nredirects:\n{written}{tail}".replace("\n", end)
    after_ = f"title: T\nredirects:\n{expected.replace('LINE', LINE)}{tail}".replace("\n", end)

    assert rename_tag({**TAGGED, "site.yml": before}, "js", "javascript")["site.yml"] == after_


@pytest.mark.parametrize("line", ["{tags/javascript/: tags/js/}", "{b/: /, tags/javascript: /}"])
def test_redirect_that_cannot_give_way_stops_the_renaming(line):
    files = {**TAGGED, "site.yml": f"title: T\nredirects: {line}\n"}

    with pytest.raises(NexusgenError, match="nothing was changed"):
        rename_tag(files, "js", "javascript")


def test_tags_renamed_there_and_back_leave_no_circle():
    files = {**TAGGED, "n/b.md": "---\ntags: [web]\n---\n"}

    once = rename_tag(files, "js", "javascript")
    again = rename_tag(once, "javascript", "ecmascript")
    back = rename_tag(again, "ecmascript", "js")
    joined = rename_tag(back, "web", "js")

    assert redirects(once) == "redirects:\n  tags/js/: tags/javascript/\n"
    assert redirects(again) == (
        "redirects:\n  tags/js/: tags/ecmascript/\n  tags/javascript/: tags/ecmascript/\n"
    )
    assert redirects(back) == (
        "redirects:\n  tags/javascript/: tags/js/\n  tags/ecmascript/: tags/js/\n"
    )
    assert redirects(joined) == redirects(back) + "  tags/web/: tags/js/\n"


@pytest.mark.parametrize(
    ("files", "new"),
    [
        (TAGGED, "JS"),
        ({"n/a.md": "---\ntags: [js]\ndraft: true\n---\n"}, "javascript"),
        ({**TAGGED, "n/b.md": "---\nredirect_from: [tags/js/]\n---\n"}, "javascript"),
    ],
    ids=["only spelt differently", "only of drafts", "address of an entry"],
)
def test_no_redirect_is_written_where_none_is_needed(files, new):
    assert "site.yml" not in rename_tag(files, "js", new)


def test_redirect_between_two_tags_that_become_one_is_taken_out():
    settings = "title: Hub\nredirects:\n  tags/javascript/: tags/js/\n"
    files = {**TAGGED, "n/b.md": "---\ntags: [javascript]\n---\n", "site.yml": settings}

    assert redirects(rename_tag(files, "js", "javascript")) == f"redirects:\n  {LINE}\n"


@pytest.mark.parametrize(
    ("source", "target", "lines"),
    [
        ("n/b.md", "m/b.md", ["n/: m/"]),
        ("n/b.md", "b.md", ["n/: /"]),
        ("n/b.md", "m/index.md", ["n/: m/"]),
        ("deep/er/c.md", "deep/c.md", ["deep/er/: deep/"]),
        ("deep/er/c.md", "n/c.md", ["deep/er/: n/", "deep/: n/"]),
        ("deep/er/c.md", "low/er/c.md", ["deep/er/: low/er/", "deep/: low/"]),
        ("x/one.md", "n/one.md", []),
        ("x/one.md", "x/y/one.md", []),
    ],
)
def test_page_of_a_folder_that_has_gone_is_redirected(source, target, lines):
    files = {"n/b.md": "", "deep/er/c.md": "", "x/one.md": "", "x/two.md": "", "x/y/z.md": ""}

    found = redirects(move(files, source, target)).splitlines()

    assert [line.strip() for line in found[1:]] == lines


def test_page_of_a_folder_with_drafts_is_left_to_them():
    files = {"n/b.md": "", "n/draft.md": "---\ndraft: true\n---\n", "m/a.md": ""}

    assert "site.yml" not in move(files, "n/b.md", "m/b.md")


def test_redirects_follow_what_is_moved():
    lines = "redirects:\n  a/: n/\n  b/: n/b/\n"
    files = {"n/b.md": "", "site.yml": f"title: Hub\n{lines}"}

    moved = move(files, "n/b.md", "m/b.md")
    back = move(moved, "m/b.md", "n/b.md")

    assert redirects(moved) == "redirects:\n  a/: m/\n  b/: n/b/\n  n/: m/\n"
    assert redirects(back) == "redirects:\n  a/: n/\n  b/: n/b/\n  m/: n/\n"


def test_redirect_gives_way_to_an_entry_that_is_moved_there():
    files = {"n/b.md": "", "n/c.md": "", "site.yml": "title: Hub\nredirects:\n  n/a/: n/b/\n"}

    assert redirects(move(files, "n/b.md", "n/a.md")) == ""


def test_collision_that_was_there_before_is_left_to_the_author():
    files = {"n/b.md": "", "n/c.md": "", "site.yml": "title: Hub\nredirects: {n/c/: n/b/}\n"}

    assert move(files, "n/b.md", "n/d.md")["site.yml"] == files["site.yml"]
