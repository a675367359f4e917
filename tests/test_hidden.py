"""Nothing hidden gets out: files follow what shows them, and what looks hidden is hidden."""

import pytest

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
    hub(site, "Text.", has_settings=True, image="canary.x").build()
    assert "notes/canary.x" in site.tree()

    hub(site, "Text.", has_settings=True, sheet="canary.x").build()
    assert "notes/canary.x" in site.tree()

    hub(site, "Text.", has_settings=True, links="[{title: CV, url: /notes/canary.x}]").build()
    assert "notes/canary.x" in site.tree()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("content/site.yml", "title: Hub\nnav: [{title: CV, url: notes/canary.x}]\n"),
        ("content/site.yml", "title: Hub\nstatic: [other, notes]\n"),
        ("content/site.yml", "title: Hub\nstatic: [content/notes/]\n"),
        ("content/data/team.yml", "- {name: A, photo: notes/canary.x}\n"),
        ("templates/note.html", '{% extends "theme/note.html" %}{# notes/canary.x #}'),
        ("templates/assets/more.css", "a { background: url(../../notes/canary.x) }"),
    ],
)
def test_settings_data_and_templates_show_files_too(site, path, text):
    hub(site, "Text.", has_settings=True).build()
    assert "notes/canary.x" not in site.tree()

    site.write(path, text).build()
    assert "notes/canary.x" in site.tree()

    site.remove(path).settings().build()
    assert "notes/canary.x" not in site.tree()


def test_the_folder_static_is_published_whole_and_what_robots_ask_for(site):
    site.settings().write("content/static/a/b.bin", "b").write("content/favicon.ico", "i")
    site.note("a.md").build()
    assert {"static/a/b.bin", "favicon.ico"} <= set(site.tree())

    site.settings("static: [files]").build()
    assert "static/a/b.bin" not in site.tree()


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
    site.write("content/notes/q.txt", "q").write("content/notes/x?y.png", "p").build()

    assert "link.broken" not in site.codes
    assert {"notes/q.txt", "notes/x?y.png"} <= set(site.tree())
    assert 'href="../../notes/b/"' in site.output("notes/a/index.html")
