"""What other programs read of a hub: its entries as data, and the list for language models."""

import json

import msgspec
import pytest

from nexusgen.pages import machines
from nexusgen.pages.machines import HubFile, SectionFile, hub_schema


@pytest.fixture
def hub(site):
    site.settings(
        "base_url: https://example.org/\nauthor: {name: Ada}\ndescription: What I learn.\n"
    )
    site.note("technologies/python.md", title="Python", summary="A language.", tags="[code]")
    site.note(
        "challenges/slow.md", title="Slow", problem="'It was **slow**.'", solution="A [[python]] cache.",
        uses="[Python]", date="2024-01-02",
    )  # fmt: skip
    site.note("about-this.md", "See [[Slow]].", title="About [this]")
    return site.note("notes/deep/below.md", title="Below")


def section(site, path):
    return msgspec.json.decode(site.output(f"{path}hub.json"), type=SectionFile)


def test_the_files_hold_every_entry_with_its_relations_both_ways(hub):
    whole = msgspec.json.decode(hub.build().output("hub.json"), type=HubFile)

    assert (whole.title, whole.author, whole.address) == ("Hub", "Ada", "https://example.org/")
    assert {one.url: (one.count, one.file) for one in whole.sections} == {
        "technologies/": (1, "technologies/hub.json"),
        "challenges/": (1, "challenges/hub.json"),
        "notes/": (1, "notes/hub.json"),
        "notes/deep/": (1, "notes/deep/hub.json"),
    }
    assert [one.links_to for one in whole.entries] == [("challenges/slow/",)]
    (python,) = section(hub, "technologies/").entries
    (slow,) = section(hub, "challenges/").entries
    assert python.used_by == python.evidence == ("challenges/slow/",)
    assert slow.uses == ("technologies/python/",)
    assert slow.fields == {"problem": "It was slow.", "solution": "A python cache."}
    assert slow.linked_from == ("about-this/",)
    assert (slow.date, python.tags) == ("2024-01-02", ("code",))


def test_fields_are_told_without_marks_and_with_what_only_looks_like_one(hub):
    text = "`f(*args)` takes **2** * 3, see [the docs][d], [[Python|this]] and [that](https://example.org/x(y)), C\\*"
    hub.note("challenges/slow.md", title="Slow", problem=json.dumps(text)).build()

    (slow,) = section(hub, "challenges/").entries
    assert slow.fields == {"problem": "f(*args) takes 2 * 3, see the docs, this and that, C*"}


def test_every_address_in_them_is_a_page(hub):
    pages = hub.build().tree()
    for path in (one for one in pages if one.endswith("hub.json")):
        data = json.loads(pages[path])
        for entry in data["entries"]:
            told = [entry["url"]]
            for name in ("uses", "used_by", "links_to", "linked_from", "related", "evidence"):
                told += entry.get(name, [])
            assert all(f"{url}index.html" in pages for url in told)


def test_the_schema_is_that_of_the_files(hub):
    schema = json.loads(hub.build().output("hub.schema.json"))

    assert schema == json.loads(msgspec.json.encode(hub_schema()))
    known = schema["$defs"]
    assert [one["$ref"].rpartition("/")[2] for one in schema["anyOf"]] == ["HubFile", "SectionFile"]
    for path, name in (("hub.json", "HubFile"), ("challenges/hub.json", "SectionFile")):
        data = json.loads(hub.output(path))
        assert data.keys() <= known[name]["properties"].keys()
        assert set(known[name]["required"]) <= data.keys()
        for entry in data["entries"]:
            assert entry.keys() <= known["EntryRecord"]["properties"].keys()


def test_models_get_a_list_by_section(hub):
    assert hub.build().output("llms.txt") == (
        "# Hub\n\n> What I learn.\n\n"
        "All entries with their fields and relations: https://example.org/hub.json\n\n"
        "## Pages\n\n- [About &#91;this&#93;](https://example.org/about-this/index.md): See Slow.\n\n"
        "## Technologies\n\n- [Python](https://example.org/technologies/python/index.md): A language.\n\n"
        "## Challenges\n\n- [Slow](https://example.org/challenges/slow/index.md): It was slow.\n\n"
        "## Deep\n\n- [Below](https://example.org/notes/deep/below/index.md): Text.\n"
    )


def test_of_a_large_hub_the_list_names_sections(hub, monkeypatch):
    monkeypatch.setattr(machines, "MAX_LISTED", 3)

    text = hub.build().output("llms.txt")

    assert "- [Challenges](https://example.org/challenges/): 1 entry" in text
    assert "Slow" not in text.partition("## Sections")[2].partition("## Pages")[0]


@pytest.mark.parametrize("hidden", ["draft", "private"])
def test_nothing_hidden_is_in_them(hub, hidden):
    hub.note("challenges/zz.md", title="Zanzibar", uses="[Python]", **{hidden: "true"})
    hub.note("notes/quiet.md", "[[Python]]", title="Quixote", search="false").build()

    files = [path for path in hub.tree() if path.endswith("hub.json") or path == "llms.txt"]
    assert len(files) == 6
    for path in files:
        assert "Zanzibar" not in hub.output(path)
        assert "Quixote" not in hub.output(path)
        assert "quiet" not in hub.output(path)


@pytest.mark.parametrize("name", ["hub.json", "llms.txt"])
def test_a_file_of_the_authors_own_is_theirs(hub, name):
    hub.write(f"content/{name}", "mine").note("a.md", f"[it]({name})").build()

    assert hub.output(name) == "mine"
    assert hub.problems == ()


def test_an_edit_of_a_text_writes_none_of_them(hub):
    hub.build().note("notes/deep/below.md", "Text. More of it.", title="Below", summary="Text.")
    hub.build()

    hub.note("notes/deep/below.md", "Text. And more.", title="Below", summary="Text.").build()

    assert not [
        path
        for path in hub.written
        if path.endswith((".json", "llms.txt")) and "search" not in path and "previews" not in path
    ]


def test_endpoints_of_the_settings_stand_in_the_head(site):
    site.settings(
        "webmention: https://hook.example/a?b=1&c=2\nindieauth: https://sign.example/in\n"
    )
    site.note("notes/a.md").build()

    home, page = site.output("index.html"), site.output("notes/a/index.html")
    for written in (home, page):
        assert '<link rel="webmention" href="https://hook.example/a?b=1&amp;c=2">' in written
    assert '<link rel="authorization_endpoint" href="https://sign.example/in">' in home
    assert "authorization_endpoint" not in page


def test_endpoint_that_is_no_address_is_told(site):
    site.settings("webmention: 'javascript:x'\n").note("notes/a.md").check()

    assert "field.url" in site.codes


def test_all_texts_stand_in_one_where_they_are_few(hub, monkeypatch):
    hub.note("notes/quiet.md", "Quixote.", title="Quixote", search="false")
    hub.note("notes/zz.md", "Zanzibar.", title="Z", draft="true").build()

    whole = hub.output("llms-full.txt")
    texts = [
        hub.output(f"{url}index.md")
        for url in ("about-this/", "technologies/python/", "challenges/slow/", "notes/deep/below/")
    ]
    assert whole == "\n".join(("# Hub\n\n> What I learn.\n", *texts))
    assert "Quixote" not in whole
    assert hub.pure_build().outputs["llms-full.txt"].render().decode() == whole
    monkeypatch.setattr(machines, "MAX_LISTED", 3)
    assert "llms-full.txt" not in hub.settings("base_url: https://example.org/\n").build().tree()


def test_no_whole_of_texts_too_long_to_be_read_at_once(hub, monkeypatch):
    monkeypatch.setattr(machines, "MAX_WHOLE", 4)
    assert "llms-full.txt" in hub.build().tree()

    hub.note("notes/deep/below.md", "A word. " * 600, title="Below").build()
    assert "llms-full.txt" not in hub.tree()

    hub.note("notes/deep/below.md", "A word.", title="Below").build()
    assert "llms-full.txt" in hub.tree()


def test_a_new_title_makes_few_records_and_files_of_sections_again(hub, monkeypatch):
    for name in "abc":
        hub.note(f"notes/{name}.md", "See [[Slow]] and [[python]].", title=f"Note {name}")
    hub.build()
    made = []
    monkeypatch.setattr(machines, "_records", lambda _, path: made.append(path) or ())

    hub.note("notes/a.md", "See [[Slow]] and [[python]].", title="Note of another name").build()

    assert made == ["notes"]


def test_only_a_text_that_changed_is_written_for_the_whole(hub, monkeypatch):
    hub.build()
    made = []
    monkeypatch.setattr(machines, "_twin", lambda entry, *_: made.append(entry.title) or "new\n")

    hub.note("notes/deep/below.md", "Other.", title="Below", summary="Text.").build()

    assert made == ["Below"]
    assert hub.output("llms-full.txt").endswith("cache.\n\nText.\n\nnew\n")
    assert {*hub.written} >= {"llms-full.txt", "notes/deep/below/index.md"}


def test_no_whole_without_an_address(site):
    site.settings().note("notes/a.md").build()

    assert "llms-full.txt" not in site.tree()
    assert "llms.txt" in site.tree()
