"""What front matter of other tools says is shown, or told: pictures, links, the author."""

import pytest
import yaml

from nexusgen.core.problems import NexusgenError
from nexusgen.importers.normal import strings, words
from nexusgen.importers.sources import read_source
from tests.test_import_sites import fields_of, planned, write

HUGO = {"hugo.yaml": "title: T\ntaxonomies: {tag: tags, author: authors}\n"}
JEKYLL = {"_config.yml": "title: T\n"}


@pytest.mark.parametrize(
    ("fields", "pictures", "image"),
    [
        ("title: A", ("content/p/a/featured.png",), "a/featured.png"),
        ("image: {caption: By me}", ("content/p/a/my-cover.jpg",), "a/my-cover.jpg"),
        ("image: {filename: x, path: pic.png}", ("content/p/a/pic.png",), "a/pic.png"),
        ("cover: {image: pic.png, alt: It}", ("content/p/a/pic.png", "content/p/a/featured.png"), "a/pic.png"),
        ("heroImage: /img/pic.png", ("static/img/pic.png",), "../img/pic.png"),
        ("title: A", ("content/p/a/pic.png",), None),
    ],
)  # fmt: skip
def test_the_picture_of_a_page_of_hugo_is_its_image(tmp_path, fields, pictures, image):
    page = {"content/p/a/index.md": f"---\n{fields}\n---\nWords.\n"}
    _, files = planned(tmp_path, HUGO | page | dict.fromkeys(pictures, "PNG"))

    assert fields_of(files["p/a.md"]).get("image") == image


def test_the_caption_of_the_picture_of_a_page_stands_below_it(tmp_path):
    cover = "cover: {image: pic.png, alt: A loom, caption: 'By *Ada*, [source](https://e.eu/)'}"
    page = {"content/p/a/index.md": f"---\n{cover}\n---\nWords.\n", "content/p/a/pic.png": "PNG"}
    plan, files = planned(tmp_path, HUGO | page)

    text = files["p/a.md"]
    assert text.endswith("---\n*By Ada, [source](https://e.eu/)*\n\nWords.\n")
    assert [it.text for it in plan.left if it.reason == "what is said of a picture"] == ["a loom"]


@pytest.mark.parametrize(
    "fields",
    ["header: {image: /img/pic.png, teaser: t.png}", "header: {overlay_image: img/pic.png, caption: By *me*}",
     "header: {teaser: /img/pic.png}", "thumbnail: /img/pic.png", "image: /img/pic.png"],
)  # fmt: skip
def test_the_picture_of_a_page_of_jekyll_is_its_image(tmp_path, fields):
    page = {"about.md": f"---\ntitle: A\n{fields}\n---\nWords.\n", "img/pic.png": "PNG"}
    plan, files = planned(tmp_path, JEKYLL | page)

    assert fields_of(files["about.md"])["image"] == "img/pic.png"
    said = words([it.text for it in plan.left]) + words([files["about.md"]])
    assert not words(strings(yaml.safe_load(fields))) - said
    assert "imported-rest.md" not in files


@pytest.mark.parametrize(
    ("fields", "links"),
    [
        ("links: [{name: Code, icon: github, url: https://e.eu/c}, {name: Go}]", [{"title": "Code", "url": "https://e.eu/c"}]),
        ("links: ['https://github.com/a/b']", [{"title": "GitHub", "url": "https://github.com/a/b"}]),
        ("url_code: https://e.eu/c\nurl_pdf: ''", [{"title": "Code", "url": "https://e.eu/c"}]),
        ("external_link: https://e.eu/c", [{"title": "External", "url": "https://e.eu/c"}]),
        ("canonicalURL: https://e.eu/c", [{"title": "Canonical", "url": "https://e.eu/c"}]),
        ("links: [{name: Code, url: https://e.eu/c}]\nurl: https://e.eu/d", [{"title": "Code", "url": "https://e.eu/c"}, {"url": "https://e.eu/d"}]),
    ],
)  # fmt: skip
def test_links_of_a_page_stay_links(tmp_path, fields, links):
    plan, files = planned(tmp_path, JEKYLL | {"p/x.md": f"---\ntitle: X\n{fields}\n---\nWords.\n"})

    assert fields_of(files["p/x.md"])["links"] == links
    assert "imported-rest.md" not in files
    said = words([it.text for it in plan.left]) + words([files["p/x.md"]])
    assert not words(strings(yaml.safe_load(fields))) - said


@pytest.mark.parametrize(
    ("field", "searched"),
    [("search: {exclude: true}", False), ("search: {exclude: false}", True), ("search_exclude: true", False),
     ("searchHidden: true", False), ("excludeFromSearch: true", False), ("exclude_search: yes", False),
     ("search: false", False), ("bookSearchExclude: false", True), ("search: {boost: 2}", None)],
)  # fmt: skip
@pytest.mark.parametrize("site", [JEKYLL, {"mkdocs.yml": "site_name: S\n"}])
def test_what_is_kept_out_of_the_search_of_a_site_is_in_none_of_the_hub(
    tmp_path, site, field, searched
):
    folder = "docs/" if "mkdocs.yml" in site else ""
    _, files = planned(tmp_path, site | {f"{folder}a.md": f"---\ntitle: A\n{field}\n---\nWords.\n"})

    assert fields_of(files["a.md"]).get("search") is searched


@pytest.mark.parametrize(
    ("field", "tags"),
    [("tags: python web", ["python", "web"]), ("tag: python web", ["python", "web"]), ("tags: machine learning, web", ["machine learning", "web"]),
     ("tags: [machine learning]", ["machine learning"]), ("category: machine learning", ["machine learning"])],
)  # fmt: skip
def test_a_text_of_tags_in_a_note_is_divided_as_a_build_does(tmp_path, field, tags):
    files = {".obsidian/app.json": "{}", "a.md": f"---\n{field}\n---\nWords.\n"}
    _, made = planned(tmp_path, files)

    assert fields_of(made["a.md"])["tags"] == tags


def test_fields_that_no_page_shows_are_told(tmp_path):
    fields = "title: X\nscope: [Words of it]\nsubtitle: More\ntoc: true\norder: 3\nauthors: [admin]\ntags: [a]\n"
    plan, files = planned(tmp_path, HUGO | {"content/x.md": f"---\n{fields}---\nWords.\n"})

    assert fields_of(files["x.md"])["tags"] == ["a"]
    assert [it.message for it in plan.notes if "shows" in it.message] == [
        "no page shows these fields, which are kept: scope, subtitle, authors"
    ]


def test_a_phone_number_in_front_matter_is_left_out_and_told(tmp_path):
    fields = "title: X\nsections: [{content: {title: Contact me, phone: 0412 345}}]\n"
    plan, files = planned(tmp_path, HUGO | {"content/x.md": f"---\n{fields}---\nWords.\n"})

    assert "Contact me" in files["x.md"]
    assert not [path for path, text in files.items() if "0412" in text]
    assert '"phone" is private' in [it.reason for it in plan.left]


def test_the_owner_of_a_site_of_wowchemy_is_the_author(tmp_path):
    page = "title: Ada Byron\nsuperuser: true\nrole: Engineer\nbio: Short.\ninterests: [Looms]\nsocial: [{icon: github, link: 'https://github.com/ada'}]\n"
    source = {
        "content/authors/admin/_index.md": f"---\n{page}---\nI write programs.\n",
        "content/authors/admin/avatar.jpg": "JPG",
        "content/authors/guest/_index.md": "---\ntitle: Bob\n---\nA guest.\n",
    }
    plan, files = planned(tmp_path, HUGO | source)

    assert yaml.safe_load(files["site.yml"])["author"] == {
        "name": "Ada Byron", "headline": "Engineer", "bio": "I write programs.", "photo": "authors/admin/avatar.jpg",
        "links": [{"title": "GitHub", "url": "https://github.com/ada"}],
    }  # fmt: skip
    assert {"authors/guest/index.md", "authors/admin/avatar.jpg"} < files.keys()
    assert not {"authors/admin/index.md", "imported-rest.md"} & files.keys()
    assert {"Short.", "Looms"} <= {it.text for it in plan.left}


SLIPS = ["title: Foo: bar", "title: @home", 'title: "Say "hi""', "tags:\n\t- x", "x: 1\nx: 2"]


@pytest.mark.parametrize("slip", SLIPS)
@pytest.mark.parametrize("hides", ["draft: true", "private: yes", "publish: false"])
@pytest.mark.parametrize(
    "site", [HUGO, JEKYLL, {"mkdocs.yml": "site_name: S\n"}, {}], ids=["hugo", "jekyll", "mkdocs", "notes"]
)  # fmt: skip
def test_a_slip_in_front_matter_costs_a_field_and_shows_nothing_that_is_hidden(
    tmp_path, site, hides, slip
):
    folder = {"hugo.yaml": "content/", "mkdocs.yml": "docs/"}.get(next(iter(site), ""), "")
    page = f"---\nsummary: Kept words\n{slip}\n{hides}\n---\nWords.\n"
    plan, files = planned(tmp_path, site | {f"{folder}a.md": page})
    fields = fields_of(files["a.md"])
    told = [(note.source, note.line) for note in plan.notes if note.line > 2]

    assert fields.keys() & {"draft", "private"}
    assert fields["summary"] == "Kept words"
    assert told[0] in [(f"{folder}a.md", 3), (f"{folder}a.md", 4)]


@pytest.mark.parametrize(
    "head", ['+++\ntitle = "A\ndraft = true\n+++\n', '{"title": "A" "draft": true}\n\n', "---\ndraft: true\n"]
)  # fmt: skip
def test_front_matter_of_hugo_that_cannot_be_read_shows_nothing_that_is_hidden(tmp_path, head):
    plan, files = planned(tmp_path, HUGO | {"content/p/a.md": f"{head}Words.\n"})

    assert fields_of(files["p/a.md"])["draft"] is True
    assert any(note.source == "content/p/a.md" and note.line for note in plan.notes)


def test_what_is_handed_down_hides_though_it_cannot_be_read(tmp_path):
    head = "---\ntitle: P\ncascade:\n  draft: true\n  note: a: b\n---\n"
    files = {
        "content/p/_index.md": head,
        "content/p/a.md": "Words.\n",
        "content/q/b.md": "Words.\n",
    }
    _, made = planned(tmp_path, HUGO | files)

    assert fields_of(made["p/a.md"])["draft"] is True
    assert "draft" not in made["q/b.md"]


@pytest.mark.parametrize("name", ["_config.yml", "mkdocs.yml", "hugo.yaml"])
def test_settings_that_cannot_be_read_stop_an_import(tmp_path, name):
    files = {name: "title: A\nexclude: [\n", "content/a.md": "x\n", "docs/a.md": "x\n"}

    with pytest.raises(NexusgenError, match=f"^{name}:2: "):
        planned(tmp_path, files)


@pytest.mark.parametrize("code", ["utf-8-sig", "cp1252", "utf-16"])
def test_texts_are_read_in_the_letters_that_they_have(tmp_path, code):
    text = "---\ntitle: Café\n---\nA naïve “word”.\n"
    write(tmp_path / "source", JEKYLL)
    (tmp_path / "source/a.md").write_bytes(text.encode(code))
    found, _ = read_source(tmp_path / "source", "", ())
    notes = [(note.source, note.line) for note in found.notes if "not UTF-8" in note.message]

    assert (found.items[0].title, found.items[0].body) == ("Café", "A naïve “word”.\n")
    assert notes == [("a.md", 2)] * (code == "cp1252")
