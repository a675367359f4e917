"""Nothing hidden gets out: files follow what shows them, and what looks hidden is hidden."""

import pytest

from tests.conftest import PIXEL

FORMS = {
    "markdown image": "![x]({})",
    "markdown link": "[x]({})",
    "reference": "[x][r]\n\n[r]: {}",
    "query": "![x]({}?raw=true)",
    "query and fragment": "[x]({}?plain=1#L3)",
    "wikilink": "[[{}]]",
    "embed": "![[{}]]",
    "image": '<img src="{}" alt="">',
    "unquoted": "<img src={} alt=x>",
    "srcset": '<img src="https://e.org/a.png" srcset="{} 2x, https://e.org/b.png 3x" alt="">',
    "source": '<picture><source srcset="https://e.org/a.png 1x, {} 2x"></picture>',
    "video": '<video src="{}"></video>',
    "poster": '<video poster="{}"></video>',
    "track": '<video><track src="{}"></video>',
    "audio": '<audio controls src="{}"></audio>',
    "anchor": '<a href="{}">x</a>',
    "svg": '<svg><image xlink:href="{}"/></svg>',
    "svg href": '<svg><use href="{}#part"></use></svg>',
    "object": '<object data="{}"></object>',
    "frame": '<iframe src="{}"></iframe>',
    "style": "<div style=\"background: url('{}')\">x</div>",
    "upper case": '<VIDEO SRC="{}"></VIDEO>',
    "page address": '<video src="../{}"></video>',
}
SETTINGS = pytest.mark.parametrize("has_settings", [True, False], ids=["settings", "none"])


def hub(site, body, *, has_settings, **fields):
    if has_settings:
        site.settings()
    front = {"title": "Note", "date": "2024-01-01", **fields}
    return site.note("notes/a.md", body, **front).write("content/notes/canary.x", "CANARY")


@SETTINGS
@pytest.mark.parametrize("form", FORMS)
def test_a_file_is_published_with_what_shows_it_and_hidden_with_it(site, form, has_settings):
    text = FORMS[form].format("canary.x")
    hub(site, text, has_settings=has_settings).build(keep_going=True)
    assert site.tree()["notes/canary.x"] == b"CANARY"

    for field in ("draft", "private"):
        hub(site, text, has_settings=has_settings, **{field: "true"}).build(keep_going=True)
        assert b"CANARY" not in b"".join(site.tree().values())


@SETTINGS
def test_a_file_that_nothing_shows_is_in_no_file_of_the_site(site, has_settings):
    hub(site, "The file canary, and no more.", has_settings=has_settings).build()

    assert b"CANARY" not in b"".join(site.tree().values())


def test_a_field_shows_the_file_that_it_names(site):
    site.write("content/notes/a.png", PIXEL)
    hub(site, "Text.", has_settings=True, image="a.png").build()
    assert "notes/a.png" in site.tree()

    hub(site, "Text.", has_settings=True, sheet="canary.x").build()
    assert "notes/canary.x" in site.tree()

    hub(site, "Text.", has_settings=True, links="[{title: CV, url: /notes/canary.x}]").build()
    assert "notes/canary.x" in site.tree()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("content/site.yml", "title: Hub\nnav: [{title: CV, url: notes/canary.x}]\n"),
        ("content/site.yml", "title: Hub\nstatic: [data, notes]\n"),
        ("content/site.yml", "title: Hub\nstatic: [content/notes/]\n"),
        ("content/data/team.yml", "- {name: A, photo: notes/canary.x}\n"),
        ("templates/note.html", '{% extends "theme/note.html" %}{# notes/canary.x #}'),
        ("templates/assets/more.css", "a { background: url(../../notes/canary.x) }"),
    ],
)
def test_settings_data_and_templates_show_files_too(site, path, text):
    hub(site, "Text.", has_settings=True).write("content/data/a.yml", "a: 1").build()
    assert "notes/canary.x" not in site.tree()

    site.write(path, text).build()
    assert "notes/canary.x" in site.tree()

    site.remove(path).settings().build()
    assert "notes/canary.x" not in site.tree()


def test_the_folder_static_is_published_whole_and_what_robots_ask_for(site):
    site.settings().write("content/static/a/b.bin", "b").write("content/favicon.ico", PIXEL)
    site.write("content/llms.txt", "Mine.").write("content/resume.json", "{}")
    site.write("content/robots.txt", "Mine.").note("a.md").build()
    assert {"static/a/b.bin", "favicon.ico", "resume.json"} <= set(site.tree())
    assert site.output("llms.txt") == site.output("robots.txt") == "Mine."
    assert "url.collision" not in site.codes

    site.settings("static: [files]").write("content/files/c.bin", "c").build()
    assert "static/a/b.bin" not in site.tree()


def test_what_others_ask_for_below_a_dot_is_published_and_other_hidden_files_of_static_are_told(
    site,
):
    for folder in (".well-known", "static/.well-known", "static"):
        site.write(f"content/{folder}/a.txt", "a").write(f"content/{folder}/.env", "KEY=1")
    site.settings().write("content/static/.gitkeep", "").note("a.md").build()

    assert {".well-known/a.txt", "static/.well-known/a.txt"} <= set(site.tree())
    assert not [path for path in site.tree() if path.endswith((".env", ".gitkeep"))]
    told = [problem.path for problem in site.problems if problem.code == "file.hidden"]
    assert told == ["content/static/.env", "content/static/.well-known/.env"]

    site.remove("content/.well-known/a.txt").build()
    assert ".well-known/a.txt" not in site.tree()


@pytest.mark.parametrize("name", ["openapi.yaml", "README.md"])
def test_texts_below_a_dot_are_files_as_they_are(site, name):
    site.settings().write(f"content/.well-known/{name}", "openapi: 3.1.0\n").note("a.md").build()

    assert "file.format" not in site.codes
    assert site.output(f".well-known/{name}") == "openapi: 3.1.0\n"
    assert not [path for path in site.tree() if path.startswith("well-known")]


def test_a_folder_of_static_must_lie_in_the_content(site):
    site.settings("static: [../secrets]").note("a.md").build()

    assert "field.path" in site.codes


@pytest.mark.parametrize("link", ["[l](LICENSE)", "[[LICENSE]]", "[l](/notes/LICENSE)"])
def test_a_file_without_extension_is_a_file(site, link):
    site.settings().note("notes/a.md", link, title="A").write("content/notes/LICENSE", "MIT")
    site.build()

    assert "link.broken" not in site.codes
    assert 'href="../../notes/LICENSE"' in site.output("notes/a/index.html")
    assert site.output("notes/LICENSE") == "MIT"


def test_a_query_is_left_out_only_where_nothing_has_the_whole_name(site):
    site.settings().note(
        "notes/a.md", "[l](q.txt?raw=true) [e](b.md?plain=1) [[Why?]] ![w](x%3Fy.png)"
    )
    site.note("notes/b.md", title="B").note("notes/why.md", title="Why?")
    site.write("content/notes/q.txt", "q").write("content/notes/x?y.png", PIXEL).build()

    assert "link.broken" not in site.codes
    assert {"notes/q.txt", "notes/x?y.png"} <= set(site.tree())
    assert 'href="../../notes/b/"' in site.output("notes/a/index.html")


HIDING = {
    "toml": "+++\ntitle = 'D'\ndraft = true\n+++\n",
    "toml with blanks": "\n\n+++  \ntitle = 'D'\ndraft = true\n+++  \n",
    "broken toml": "+++\ntitle = D\ndraft = true\n+++\n",
    "open toml": "+++\ntitle = 'D'\ndraft = true\n",
    "json": '{\n  "title": "D",\n  "draft": true\n}\n',
    "json in a line": '{"title": "D", "private": true}\n',
    "broken json": '{\n  "title": "D",\n  "draft": true,\n}\n',
    "below a comment": "<!-- made by x -->\n---\ndraft: true\n---\n",
    "below a hidden comment": "%% x %%\n---\nprivate: true\n---\n",
    "below blanks": "\n  \n---\ndraft: true\n---\n",
    "two marks": "\ufeff\ufeff---\ndraft: true\n---\n",
    "a list": "---\n- title: D\n- draft: true\n---\n",
    "a mark below a blank": "\n\ufeff---\ndraft: true\n---\n",
    "zero width": "\u200b---\ndraft: true\n---\n",
    "no-break": "---\u00a0\ntitle: D\ndraft: true\n\u00a0---\n",
    "ideographic": "\u3000---\u3000\nprivate: true\n---\u3000\n",
    "header": "Title: D\nDate: 2024-05-01 10:20\nStatus: draft\n\n",
    "header of other order": "\nStatus: hidden\nAuthors: A\n         B\nTitle: D\n\n",
    "indented": "  ---\n  draft: true\n  ---\n",
    "below a heading": "# D\n\n---\ntitle: D\ndraft: true\n---\n",
    "below a word": "D\n+++\ndraft = true\n+++\n",
    **{
        field: f"---\ntitle: D\n{field}\n---\n"
        for field in (
            "draft:", "draft: ~", "draft: ''", "Draft: true", "DRAFT: yes", "isDraft: true",
            "draft: maybe", "hidden: true", "hidden: yes", "Hidden: on", "unlisted: true",
            "visibility: private", "visibility: Hidden", "visibility: unlisted", "status: draft",
            "status: Draft", "status: private", "published: false", "Published: no",
            "publish: false", "publish: off", "publish: 'false'", "dg-publish: false",
            "render: false", "is_private: true", "private: 1", "published: 0", "publish: n", "permalink: false", "permalink: 'false'", "expiryDate: 2020-01-01", "expirydate: soon",
            "draft：true", "private ： yes", "status：draft", "published：false", "ｄｒａｆｔ: true", "status: ｄｒａｆｔ",
            "private", "Draft", "draft true", "draft; true", "x\nhidden",
        )
    },
}  # fmt: skip


@SETTINGS
@pytest.mark.parametrize("form", HIDING)
@pytest.mark.parametrize("folder", ["notes", "concepts"])
def test_what_looks_hidden_is_hidden(site, form, folder, has_settings):
    if has_settings:
        site.settings()
    site.write(f"content/{folder}/d.md", HIDING[form].encode() + b"CANARY stands here.\n")
    site.note("notes/a.md", "See [[d]].").build(keep_going=True)

    assert b"CANARY" not in b"".join(site.tree().values())
    assert f"{folder}/d/index.html" not in site.tree()


def test_a_status_that_hides_is_right_in_a_strict_hub(site):
    site.settings().write("content/notes/d.md", HIDING["status: draft"].encode() + b"Text.\n")
    site.note("notes/e.md", "[[f]]").note("notes/f.md")

    assert site.check().codes == []


def test_front_matter_that_is_left_empty_or_stands_too_late_is_told(site):
    site.settings().write("content/notes/e.md", b"---\ndraft:\n---\n")
    site.write("content/notes/l.md", HIDING["below a heading"].encode()).check()
    found = {(one.path, one.line, one.code) for one in site.problems}

    assert ("content/notes/e.md", 2, "field.flag") in found
    assert ("content/notes/l.md", 3, "frontmatter.late") in found


SHOWING = {
    "toml": "+++\ntitle = 'Shown'\ndraft = false\n+++\n",
    "json": '{"title": "Shown", "draft": false}\n',
    "rules": "---\n\nA quote between two rules.\n\n---\n\n# Shown\n",
    "underlined words": "# Shown\n\nPublic\n---\n\nText.\n\nPrivate\n---\n",
    "fence": "# Shown\n\n```\n---\ndraft: true\n---\n```\n",
    "braces": "{: .class }\n\n# Shown\n",
    "header": "Title: D\nDate: 2024-05-01\nStatus: published\n\n# Shown\n",
    "words of the first paragraph": "Note: this is old.\nStatus: draft\n\n# Shown\n",
    "plus": "+++ is no front matter\n\n# Shown\n",
    **{
        field: f"---\ntitle: Shown\n{field}\n---\n"
        for field in ("draft: false", "published: 2024-05-01", "published: true", "publish: yes",
                      "status: growing", "visibility: public", "hidden: false", "draft: no", "permalink: /x/", "expiryDate: 2999-01-01", "expiryDate:")
    },
}  # fmt: skip


@pytest.mark.parametrize("form", SHOWING)
def test_what_does_not_look_hidden_is_shown(site, form):
    site.write("content/notes/d.md", SHOWING[form].encode() + b"\nText of it.\n").build()

    assert "Shown<" in site.output("notes/d/index.html")


def test_toml_and_json_hold_the_same_fields_as_yaml(site):
    toml = "+++\ntitle = 'T'\ndate = 2024-05-01\ntags = ['a', 'b']\nweight = 3\n+++\n"
    json = '{"title": "T", "date": "2024-05-01", "tags": ["a", "b"], "weight": 3}\n'
    yaml = "---\ntitle: T\ndate: 2024-05-01\ntags: [a, b]\nweight: 3\n---\n"
    pages = []
    for text in (toml, json, yaml):
        site.write("content/notes/d.md", text.encode() + b"Body.\n").build()
        pages.append(site.output("notes/d/index.html"))
        assert not site.problems

    assert pages[0] == pages[1] == pages[2]


def test_a_fault_in_toml_and_json_is_told_with_its_line(site):
    site.settings().write("content/notes/t.md", b"+++\ntitle = 'T'\ntags = [\n+++\n")
    site.write("content/notes/j.md", b'\n{\n  "title": "J",\n  oops\n}\n').build()
    found = {(one.path, one.line) for one in site.problems if one.code == "frontmatter.syntax"}

    assert {path for path, _ in found} == {"content/notes/j.md", "content/notes/t.md"}
    assert ("content/notes/j.md", 4) in found


@pytest.mark.parametrize("field", ["private: true", "draft: true", "date: 2999-01-01"])
def test_what_is_wrong_with_a_hidden_text_is_told_only_where_it_is_shown(site, field):
    site.settings().write("content/a.md", f"---\n{field}\n---\n![](x.png) [x](javascript:y)\n")
    codes = {"image.alt", "link.unsafe"}
    assert not codes & set(site.check(today="2024-05-11").codes)
    shown = codes & set(site.check(today="2024-05-11", drafts=True).codes)
    assert shown == (codes if field == "draft: true" else set())


def test_what_is_in_a_folder_of_drafts_is_a_draft(site):
    site.settings().write("content/_drafts/p.md", "CANARY").note("notes/a.md")
    site.write("content/notes/_drafts/q.md", "CANARY").build()
    assert b"CANARY" not in b"".join(site.tree().values())

    site.build(drafts=True)
    assert b"CANARY" in b"".join(site.tree().values())


@pytest.mark.parametrize(
    "path",
    [
        "node_modules/left-pad/README.md", "deep/node_modules/x/index.md", "vendor/bundle/r/a.md",
        "_includes/head.md", "_layouts/post.md", "blog/_sass/x.md", "_site/post.md",
        ".trash/old.md", ".venv/lib/y.md", "env/lib/python3/site-packages/y/z.md", "venv/lib/site-packages/y.md",
        "Vorlagen/Tag.md", "deep/vault/T/n.md", "old/output/notes/a.md", "bower_components/a/b.md",
        "logseq/bak/a/b.md", "logseq/version-files/x.md", "Privat/x.md",
    ],
)  # fmt: skip
@pytest.mark.parametrize("content", ["", "content/"])
def test_what_belongs_to_other_programs_is_no_content(site, path, content):
    site.write(f"{content}a.md", "# A\n\n![[b.md]]").write(f"{content}env/pyvenv.cfg", "home = /")
    site.write(f"{content}.obsidian/templates.json", '{"folder": "Vorlagen"}')
    site.write(f"{content}.obsidian/publish.json", '{"excluded": ["Privat"], "included": ["x"]}')
    templater = "deep/vault/.obsidian/plugins/templater-obsidian/data.json"
    site.write(f"{content}{templater}", '{"templates_folder": "/T"}')
    page = '<meta name="generator" content="nexusgen 1"><p>'
    site.write(f"{content}old/output/404.html", page).write(f"{content}old/output/index.html", page)
    site.write(f"{content}{path}", "# Foreign\n\nCANARY").build()

    assert b"CANARY" not in b"".join(site.tree().values())
    assert site.outcome.entries == 1


def test_settings_of_jekyll_are_no_entry(site):
    site.write("_config.yml", "title: CANARY").write("a.md", "# A").write(
        "b.yml", "title: B"
    ).build()
    assert site.outcome.entries == 2 and b"CANARY" not in b"".join(site.tree().values())


def test_settings_of_a_vault_that_cannot_be_read_leave_everything_in(site):
    for text in ("{", "[1]", '{"folder": ""}', '{"folder": 3}', '{"folder": "."}', "\xff"):
        site.write(".obsidian/templates.json", text).write("T/n.md", "# N").build()
        assert site.outcome.entries == 1


def test_folders_with_like_names_are_content(site):
    for path in ("vendor/a.md", "bundle/a.md", "site/a.md", "output/a.md", "Templates/a.md"):
        site.write(f"content/{path}", "# A")
    assert site.build().outcome.entries == 5


COMMENTS = {
    "inline": "Open %%CANARY%% text.",
    "at a line's start": "%%CANARY%% Open text.",
    "at a line's end": "Open text. %% CANARY %%\nMore.",
    "two": "a %%CANARY%% b %%CANARY%% c",
    "block": "Open.\n\n%%\nCANARY\n\n# CANARY\n\n- CANARY\n%%\n\nMore.",
    "across paragraphs": "Open %%CANARY\n\nCANARY%% text.",
    "never closed": "Open.\n\n%% CANARY\n\nCANARY",
    "with a fence in it": "%%\n```\nCANARY\n```\n%%\n\nOpen.",
    "in a quote": "> Open.\n> %%CANARY%%\n> More.",
    "quoted block": "> %%\n> CANARY\n> %%\n\nOpen.",
    "in a list": "- a %%CANARY%%\n- %%\n  CANARY\n  %% b",
    "in a heading": "## Part %%CANARY%%\n\nText.",
    "in the title": "# Note %%CANARY%%\n\nText.",
    "across the title": "# Note %%CANARY\nCANARY%%\n\nText.",
    "in a table": "| a | b |\n| - | - |\n| %%CANARY%% | d |",
    "with a link": "%%[[b]] CANARY ![x](canary.x)%% Text.",
    "liquid": "Open {% comment %}CANARY{% endcomment %} text.",
    "liquid block": "{%- comment -%}\nCANARY\n\nCANARY\n{%- endcomment -%}\n\nOpen.",
    "hugo": "Open {{/* CANARY */}} text.\n\n{{/*\nCANARY\n*/}}",
    "mdx": "{/* CANARY */}\n\nOpen {/* CANARY\nCANARY */} text.",
    "liquid short": "Open {% # CANARY %} text.\n\n{%- # CANARY\n  # CANARY -%}",
    "hugo trimmed": "Open {{- /* CANARY */ -}} text.",
    "hugo shortcode": "Open.\n\n{{< comment >}}\nCANARY\n\nCANARY\n{{< /comment >}}",
    "jinja": "Open {# CANARY #} text {#CANARY#}.\n\n{#-\nCANARY\n-#}",
    "jinja below one in words": "Open {# as words.\n\nText {# CANARY #} and {# CANARY\nCANARY #} more.",
    "kramdown": "{::comment}\nCANARY\n{:/comment}\n\nOpen.",
    "handlebars": "Open {{!-- CANARY }} CANARY --}} text {{! CANARY }}.",
    "criticmarkup": "Open {>> CANARY <<} text.",
    "erb": "Open <%# CANARY %> text.\n\n<%--\nCANARY\n--%>",
    "logseq": "Open.\n\n#+BEGIN_COMMENT\nCANARY\n#+END_COMMENT",
    "html": "Open <!-- CANARY --> text.",
    "html block": "<!-- CANARY\n\nCANARY -->\n\nText.",
    "html first": "<!-- CANARY -->\nText.",
    "html open": "Text.\n\n<!-- CANARY\n\nCANARY",
    "html within html": "<div><!-- CANARY --><p>Text.</p></div>",
    "html in a heading": "## Part <!-- CANARY -->\n\nText.",
    "html in the title": "# Note <!-- CANARY -->\n\nText.",
    "html in a list": "- a <!-- CANARY -->\n- b",
    "html with a link": '<!-- CANARY <img src="canary.x"> <a href="b.md">CANARY</a> -->\n\nText.',
    "html in a table": "| a | b |\n| - | - |\n| c | <!-- CANARY --> |",
    "html across paragraphs": "Words <!-- CANARY\n\nCANARY --> text.",
    "html across paragraphs of an item": "- a <!-- CANARY\n\n  CANARY -->\n- <!-- CANARY\n  CANARY\nCANARY -->\n- b",
    "html beyond an item": "- a\n  <!-- CANARY\n\nCANARY -->\n\nText.",
    "html beyond a quote": "> a <!-- CANARY\nCANARY\n\n> CANARY -->\n> b",
    "html around blocks": "Words <!-- CANARY:\n- CANARY\n- CANARY --> text.\n\n## Part <!-- CANARY\nCANARY -->",
    "html around a row": "| a |\n| - |\n| c <!-- CANARY\nCANARY --> |",
    "html within a row": "| a | b |\n| - | - |\n| 1 <!-- CANARY | CANARY --> | 2 |\n\nText <!-- CANARY | CANARY -->.",
    "html within a row without lines": "a | b\n- | -\n1 <!-- CANARY | CANARY --> | 2\n3 <!-- CANARY\nCANARY | CANARY --> | 4",
    "html within html across paragraphs": "<div>\n  <!-- CANARY\n\n  CANARY -->\n</div>\n\n<br>\n<!--\n\n# CANARY\n\n-->\nText.",
    "html within html of an item": "- a\n  <div>\n  <!-- CANARY\n\n  CANARY -->\n  </div>\n\n    <p>\n    <!-- CANARY\n\n    CANARY -->\n    </p>",
    "html far below a paragraph": "Text\n    <!-- CANARY\n\n    CANARY -->\n\nText.",
    "html around other signs": "<!--\n```\nCANARY\n-->\n\nText %%CANARY%% more.",
}


@pytest.mark.parametrize("raw_html", ["allow", "sanitise", "escape"])
@pytest.mark.parametrize("form", COMMENTS)
def test_a_comment_is_in_no_byte_of_the_site_and_links_in_it_do_not_count(site, form, raw_html):
    settings = f"base_url: https://e.org/\nraw_html: {raw_html}\n"
    site.settings(settings).write("content/notes/a.md", COMMENTS[form].encode())
    site.write("content/notes/canary.x", "CANARY").note("notes/b.md", "![[a]]", title="B")
    site.write("content/challenges/c.yml", b"title: C\nproblem: |\n" + b"".join(
        b"  " + line.encode() + b"\n" for line in COMMENTS[form].split("\n")
    )).build(keep_going=True)  # fmt: skip

    assert b"CANARY" not in b"".join(site.tree().values())
    if "link" in form:
        assert "What links here" not in site.output("notes/b/index.html")
        assert 'href="../a/"' not in site.output("notes/b/index.html").partition("</article>")[2]


BLOCKS = (
    "- a\n  - {}\n- b", "Text:\n- {}\n- b", "* {}", "1. {}\n2. b", "- [ ] {}", "> - {}", "Text\n--- {}",
    "Text\n= {}", "[^1]: {}\n\nText[^1]", "## {}\n\nText",
)  # fmt: skip


def test_a_block_stays_what_it_is_where_only_a_comment_stands_in_it(site):
    for number, block in enumerate(BLOCKS):
        for name, comment in (("a", "%% x %%"), ("b", "<!-- x -->")):
            site.write(f"content/notes/{name}{number}.md", block.format(comment))
    site.settings().write("content/notes/c.md", "- %%x%% **b**\n- %%\n  x\n  %% c").build()

    for number, block in enumerate(BLOCKS):
        one, other = (
            site.output(f"notes/{name}{number}/index.html")
            .partition('class="prose')[2]
            .partition("</article>")[0]
            for name in "ab"
        )
        assert one == other, block
    shown = site.output("notes/c/index.html").replace("\n", "")
    assert "<li><p><strong>b</strong></p></li><li><p>c</p></li>" in shown


@pytest.mark.parametrize(
    "text",
    ["`%%SHOWN%%`", "```\n%%SHOWN%%\n```", "~~~mermaid\n%% SHOWN\n~~~", "100%% SHOWN", "a `%%` SHOWN `%%`",
     "`<!-- SHOWN -->`", "```html\n<!-- SHOWN -->\n```", "\\%%SHOWN%", "a %%b%% SHOWN", "100%% x\n\nSHOWN 5%% y",
     "{% comment %} SHOWN", "{{/* SHOWN", "`{/* SHOWN */}`", "```\n{{/* SHOWN */}}\n```", "{{</* SHOWN */>}}",
     "\\{/* SHOWN */}", "{# SHOWN", "{#if SHOWN}\n\n{#each x}", "{{#SHOWN}} {{/SHOWN}} #}", "{#} SHOWN {#}",
     "Type {{! to begin.\n\nSHOWN `{{name}}`", "Type {# so.\n\nSHOWN\n\n```\n#}\n```", "Not {{!SHOWN}}.",
     "{{!}} SHOWN {{!}}", "{::comment} SHOWN", "`{# SHOWN #}`",
     "Words <!-- SHOWN", "`<!-- SHOWN\nx -->`", "| `<!-- a | b --> SHOWN` |", "Text\n\n    x <!-- SHOWN | x -->",
     "Text\n\n    <div>\n    <!-- a\n\n    SHOWN -->\n    </div>", "<div>\n<!-- a\n\nb -->\n</div>\n\nSHOWN",
     "<p>\nUse <!-- so\n\nSHOWN", "<!-- a | b -->\n\nSHOWN", "Text\n\n    <!-- SHOWN\n    x -->", "<!--\n%% x\n-->\n\nSHOWN"],
)  # fmt: skip
def test_what_is_no_comment_stays(site, text):
    site.settings().write("content/notes/a.md", text.encode()).build()

    assert "SHOWN" in site.output("notes/a/index.html")


def test_code_that_shows_a_comment_keeps_its_empty_lines(site):
    code = "Text\n\n    begin\n    <!-- a\n\n    b -->\n"
    site.settings().write("content/notes/a.md", code).build()

    assert "begin\n&lt;!-- a\n\nb --&gt;" in site.output("notes/a/index.html")


@pytest.mark.parametrize("sign", ["[_]", "[^]:", "[x]", "1.", "- "])
def test_signs_before_comments_stall_no_build(site, sign):
    text = f"{sign * 5000}SHOWN {{# x #}} {'{# x #} ' * 5000}"
    site.settings().write("content/notes/a.md", text.encode()).build()

    assert "SHOWN" in site.output("notes/a/index.html")


def test_what_stands_behind_a_comment_keeps_its_place(site):
    site.settings().write("content/notes/a.md", b"%%\nx\n%%\n\nText %%y%% [l](gone.md)\n").build()
    (problem,) = (one for one in site.problems if one.code == "link.broken")

    assert (problem.line, problem.column) == (5, 12)


@pytest.mark.parametrize(
    "text",
    ["Open <span hidden>CANARY <span>CANARY</span> CANARY</span> text. [b](b.md)", "Open <b class=a hidden='' >CANARY [b](b.md) CANARY</b> text.",
     "## Part <i hidden>CANARY</i>\n\nOpen [b](b.md) text.", "<div hidden>\n\nCANARY\n\n- CANARY\n\n</div>\n\nOpen text.",
     "<p hidden>CANARY</p>\n\nOpen text.", "<h2>Part <i hidden>CANARY</i></h2>\n\nOpen text."],
)  # fmt: skip
def test_what_raw_html_hides_stands_in_the_page_alone(site, text):
    site.settings("base_url: https://e.org/\n").note("notes/b.md", title="B", date="2024-01-01")
    site.note("notes/a.md", text, date="2024-01-02").build()
    page = site.output("notes/a/index.html")
    around, _, prose = page.partition('<div class="prose')

    assert "CANARY" not in around + prose.partition("</article>")[2]
    assert [path for path, data in site.tree().items() if b"canary" in data.lower()] in (
        ["notes/a/index.html"], [])  # fmt: skip
    assert "Open" in site.output("notes/hub.json")
    assert "text" in site.output("notes/a/index.md")


@pytest.mark.parametrize(
    "text",
    ["<span aria-hidden='true'>SHOWN</span>", "<span class='a hidden b'>SHOWN</span>", "<br hidden> SHOWN", "`<span hidden>` SHOWN",
     "<img hidden src='x.svg' alt=''> SHOWN", "<span hidden='until-found'>SHOWN</span>", "\\<span hidden> SHOWN", "<span hidden>x</span> SHOWN",
     "<details open><summary>S</summary>\n\nSHOWN\n\n</details>"],
)  # fmt: skip
def test_what_only_speaks_of_being_hidden_is_said_everywhere(site, text):
    site.write("content/notes/a.md", f"# Title\n\n{text}\n".encode()).build()

    for path in ("notes/hub.json", "notes/a/index.md", "notes/a/index.html"):
        assert "SHOWN" in site.output(path)


def test_the_answer_of_a_folded_block_sums_up_no_note(site):
    folded = "<details><summary>Answer?</summary>\n\nCANARY is it.\n\n</details>\n"
    site.note("notes/a.md", f"{folded}\nWords.", title="A").note("notes/b.md", folded, title="B")
    site.build()

    assert "Words." in site.output("notes/hub.json")
    assert "CANARY" not in site.output("notes/hub.json")
    assert "CANARY" in site.output("notes/a/index.md")


def test_comments_of_tex_are_nowhere(site):
    site.note(
        "notes/a.md", "$$\nx = 1 % CANARY\n+ y\n$$\n\nText $a % CANARY$ and $5\\%$.", title="A"
    )
    site.note("notes/b.md", "100 % SHOWN, `$a % SHOWN$`", title="B").build()

    assert b"CANARY" not in b"".join(site.tree().values())
    assert "+ y" in site.output("notes/a/index.md") and "5\\%" in site.output("notes/a/index.html")
    assert site.output("notes/b/index.html").count("SHOWN") >= 2


DAY = {"today": "2024-05-10", "keep_going": True}


def test_hub_of_which_nothing_is_published_says_so(site):
    site.settings().note("notes/a.md", draft=True).note("notes/b.md", private=True).build()
    (told,) = (one for one in site.problems if one.code == "entry.hidden")
    assert (told.path, told.severity) == ("content/notes/a.md", "warning")
    assert "of 2 entries each is a draft" in told.message

    site.build(drafts=True)
    assert "entry.hidden" not in site.codes

    site.note("notes/c.md").build()
    assert "entry.hidden" not in site.codes


def test_what_is_dated_ahead_is_published_on_its_day_and_not_before(site):
    site.settings("base_url: https://e.org/").note("notes/a.md", "[[b]]", date="2024-05-10")
    site.note("notes/b.md", "CANARY", date="2024-05-11", title="CANARY")
    site.note("notes/c.md", "CANARY", date="2030-01-01").build(**DAY)
    assert "notes/a/index.html" in site.tree()
    assert b"CANARY" not in b"".join(site.tree().values())
    assert site.codes.count("entry.future") == 1
    (told,) = (one for one in site.problems if one.code == "entry.future")
    assert (told.path, told.line, told.severity) == ("content/notes/b.md", 2, "warning")
    assert "2024-05-11, and so are 1 more" in told.message

    site.build(today="2024-05-11", keep_going=True)
    assert "CANARY" in site.output("notes/b/index.html")
    assert "notes/c/index.html" not in site.tree()

    site.build(future=True, **DAY)
    assert "CANARY" in site.output("notes/c/index.html")
    assert "entry.future" not in site.codes

    site.build(**DAY)
    assert b"CANARY" not in b"".join(site.tree().values())


@pytest.mark.parametrize("name", ["expiryDate", "unpublishDate"])
def test_what_ends_on_a_day_is_a_draft_from_then_on(site, name):
    for title, path in (("A", "notes/a.md"), ("B", "readme.md")):
        site.note(path, "CANARY", title=title, date="2024-01-01", **{name: "2024-05-11"})
    site.note("notes/b.md", "Stays.", date="2024-01-01").build(**DAY)
    assert "CANARY" in site.output("notes/a/index.html")

    site.build(today="2024-05-11", keep_going=True)
    assert b"CANARY" not in b"".join(site.tree().values())
    assert "notes/b/index.html" in site.tree()

    site.build(today="2024-05-11", drafts=True, keep_going=True)
    assert "CANARY" in site.output("notes/a/index.html")


def test_nothing_is_published_before_the_day_that_hugo_waits_for(site):
    site.note("notes/a.md", "CANARY", date="2024-01-01", publishDate="2024-05-11").build(**DAY)
    assert b"CANARY" not in b"".join(site.tree().values())

    site.note("notes/a.md", "CANARY", date="2024-05-01", publishDate="2024-01-01").build(**DAY)
    assert 'datetime="2024-05-01"' in site.output("notes/a/index.html")


@pytest.mark.parametrize("name", ["publishDate", "published", "created"])
@pytest.mark.parametrize("folder", ["challenges", "technologies", "concepts", "projects", "notes"])
def test_dates_of_other_programs_wait_for_their_day_in_any_kind(site, folder, name):
    site.note(f"{folder}/a.md", "CANARY", **{name: "2024-05-11"})
    site.write(f"content/{folder}/b.yml", f"title: B\nbody: CANARY\n{name}: 2024-05-11\n".encode())
    site.note(f"{folder}/c.md", "Open.", title="C", **{name: "2024-05-10"})
    site.note(f"{folder}/d.md", "Open.", title="D", **{name: "not yet"}).build(**DAY)
    assert b"CANARY" not in b"".join(site.tree().values())
    assert {f"{folder}/c/index.html", f"{folder}/d/index.html"} <= set(site.tree())

    site.build(today="2024-05-11", keep_going=True)
    assert "CANARY" in site.output(f"{folder}/a/index.html")


@pytest.mark.parametrize(
    ("given", "hidden", "shown"),
    [("publishDate: 2024-05-11", "2024-05-10", "2024-05-11"), ("date: 2024-05-11", "2024-05-10", "2024-05-12"),
     ("expiryDate: 2024-05-11", "2024-05-11", "2024-05-10")],
)  # fmt: skip
def test_days_that_a_folder_of_hugo_hands_down_hide_what_is_in_it(site, given, hidden, shown):
    site.write("content/posts/_index.md", f"---\ncascade: {{{given}}}\n---\n".encode())
    site.write("content/posts/a.md", b"CANARY").note("notes/b.md", "Open.")
    for day in (hidden, shown, hidden):
        site.build(today=day, keep_going=True)
        assert (b"CANARY" in b"".join(site.tree().values())) == (day == shown)
        assert "notes/b/index.html" in site.tree()


def test_no_feed_says_that_it_was_updated_after_the_day_of_the_build(site):
    site.settings("base_url: https://e.org/")
    site.note("notes/a.md", date="2024-05-09", updated="2099-01-01").build(**DAY)

    assert b"2099" not in b"".join(site.tree().values())
    assert "<updated>2024-05-09T00:00:00Z</updated>" in site.output("feed.xml")


def test_a_day_on_which_nothing_is_due_writes_nothing(site):
    site.settings().note("notes/a.md", date="2024-05-09").note("notes/b.md", date="2024-06-01")
    site.build(**DAY).build(today="2024-05-20", keep_going=True)

    assert site.written == ()


@pytest.mark.parametrize("comment", ["%%canary%%", "<!-- canary -->"])
def test_comments_in_front_matter_are_nowhere(site, comment):
    site.settings("base_url: https://example.org/\n").note(
        "notes/a.md",
        "Text.",
        title=f'"Alpha {comment}"',
        summary=f'"Said {comment} here."',
        tags=f'["api {comment}"]',
        aliases=f'["Other {comment}"]',
        status=f'"{comment}"',
        author=f'"Me {comment}"',
        nested=f'{{deep: ["{comment}"]}}',
    )
    site.note("technologies/b.md", category=f'"Language {comment}"', uses=f'["Alpha", "{comment}"]')
    site.note("notes/c.md", title=f'"{comment}"').build()

    assert [path for path, data in site.tree().items() if b"canary" in data] == []
    assert ">Alpha<" in site.output("notes/a/index.html")


@pytest.mark.parametrize(
    "comment", ["%%canary%%", "<!-- canary -->", "%%\n      canary\n\n      %%"]
)
def test_comments_in_settings_and_cv_are_nowhere(site, comment):
    text = f'"Said {comment} here."'
    site.settings(
        f"tagline: {text}\ndescription: {text}\nbase_url: https://example.org/\nstrings: {{Search: {text}}}\n"
        f"author:\n  name: Me\n  headline: {text}\n  links: [{{title: {text}, url: 'https://e.org/'}}]\n"
        f"  bio: |\n    I said {comment} here.\n"
        f"kinds: {{note: {{plural: {text}, fields: {{event: {{label: {text}}}}}}}}}\n"
    )
    site.write(
        "content/cv.yml", f"work:\n  - {{name: {text}, summary: {text}, highlights: [{text}]}}\n"
    )
    site.note("notes/a.md", title="A", event="x").build()

    assert [path for path, data in site.tree().items() if b"canary" in data.lower()] == []
    assert "I said here." in " ".join(site.output("about/index.html").split())


@SETTINGS
@pytest.mark.parametrize("root", ["", "team/"])
@pytest.mark.parametrize(
    "given",
    [
        "{draft: true}", "{build: {render: never}}", "{private: yes}", "[{title: x}, {draft: true}]",
        "[{_target: {path: '/team/**'}, draft: true}]", "{target: {path: '{/Team/**,/x}'}, draft: true}",
    ],
)  # fmt: skip
def test_what_a_folder_of_hugo_hands_down_hides_what_is_in_it(site, has_settings, root, given):
    if has_settings:
        site.settings()
    cascade = f"---\ntitle: Team\ncascade: {given}\n---\n"
    site.write(f"content/{root}_index.md", cascade).write("content/team/a.md", "CANARY")
    site.write("content/team/deep/b.md", "CANARY").write(
        "content/o.md", "---\ndraft: false\n---\nOpen."
    )
    site.build(keep_going=True)

    assert b"CANARY" not in b"".join(site.tree().values())
    if root or "team" in given.lower() or "draft: true}" in given:
        assert "o/index.html" in site.tree()

    site.write(f"content/{root}_index.md", "---\ntitle: Team\n---\n").build(keep_going=True)

    assert "CANARY" in site.output("team/deep/b/index.html")
