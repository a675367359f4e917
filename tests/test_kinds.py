"""The definitions of fields, and what is made from them: schemas, tables, the list of codes."""

import ast
import json
import re
from typing import Any

import pytest

from nexusgen.content.kinds import (
    KINDS,
    MARKS,
    OWN_TYPES,
    SHARED_FIELDS,
    SITE_FIELDS,
    kind_named,
    kind_of_folder,
)
from nexusgen.content.yaml_tree import plain_value, typed_text
from nexusgen.core.model import Site
from nexusgen.core.problems import CODES
from nexusgen.tools.editor import entry_schema, site_schema
from tests.conftest import ROOT
from tests.reading import node_of
from tests.test_site import FULL

NAMES = [kind.name for kind in KINDS]


def test_kinds_have_names_folders_and_marks_of_their_own():
    assert len({kind.name for kind in KINDS}) == len(KINDS) == 7
    assert len({kind.folder for kind in KINDS}) == len(KINDS)
    assert len({kind.mark for kind in KINDS}) == len(KINDS)
    assert {kind.mark for kind in KINDS} <= set(MARKS)


def test_no_kind_has_a_field_of_every_kind():
    shared = {field.name for field in SHARED_FIELDS}

    assert not [f.name for kind in KINDS for f in kind.fields if f.name in shared]
    assert {field.type for kind in KINDS for field in kind.fields} <= set(OWN_TYPES)


def test_every_field_says_what_it_is_for():
    fields = [*SHARED_FIELDS, *SITE_FIELDS, *(f for kind in KINDS for f in kind.fields)]

    assert [field.name for field in fields if not field.description] == []


def test_settings_are_the_fields_of_the_site():
    names = set(Site.__struct_fields__) - {
        "content",
        "lenient",
        "drafts",
        "redirect_spans",
        "vault",
        "breaks",
    }

    assert {field.name for field in SITE_FIELDS} == names


@pytest.mark.parametrize(
    ("section", "kind"),
    [("", "page"), ("concepts", "concept"), ("concepts/a/b", "concept"), ("concept", "note"),
     ("other", "note"), ("other/concepts", "note")],
)  # fmt: skip
def test_folder_tells_the_kind(section, kind):
    assert kind_of_folder(section, KINDS).name == kind


def test_deepest_folder_tells_the_kind():
    inner = kind_named("concept", KINDS)
    assert inner is not None
    kinds = (*KINDS, type(inner)("x", "X", "Xs", "notes/x", "bar", "x.html"))

    assert kind_of_folder("notes/x/y", kinds).name == "x"
    assert kind_of_folder("notes/xy", kinds).name == "note"


TYPES: dict[str, Any] = {
    "string": str, "boolean": bool, "integer": int, "number": (int, float),
    "array": list, "object": dict, "null": type(None),
}  # fmt: skip


def check(value, schema, path="$"):
    """Return what is wrong with a value, by the part of JSON Schema that our schemas use."""
    if "anyOf" in schema:
        errors = [check(value, option, path) for option in schema["anyOf"]]
        return [] if [] in errors else errors[0]
    wanted = schema.get("type", list(TYPES))
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if not any(isinstance(value, TYPES[name]) for name in wanted):
        return [f"{path}: {value!r} is no {wanted}"]
    return [*check_text(value, schema, path), *check_parts(value, schema, path)]


def check_text(value, schema, path):
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: {value!r} is not in {schema['enum']}"
    if "pattern" in schema and not re.search(schema["pattern"], str(value)):
        yield f"{path}: {value!r} does not match"


def check_parts(value, schema, path):
    if isinstance(value, list):
        for item in value:
            yield from check(item, schema.get("items", {}), f"{path}[]")
    if isinstance(value, dict):
        yield from (
            f"{path}: no {name}" for name in schema.get("required", ()) if name not in value
        )
        for name, item in value.items():
            more = schema.get("properties", {}).get(name, schema.get("additionalProperties", {}))
            known = more is not False
            yield from (
                check(item, {} if more is True else more, f"{path}.{name}")
                if known
                else [f"no {path}.{name}"]
            )


def test_schema_of_settings_takes_what_is_right():
    assert check(plain_value(node_of(FULL), typed_text), site_schema()) == []


@pytest.mark.parametrize(
    "text",
    [
        "title: T\nkinds: {book: }",
        "title: T\nkinds: {book: {fields: {isbn: text, on: {type: date}, x: }, open: true}}",
        "title: T\nauthor: A",
        "title: T\nmarkdown_extensions: [toc]",
        "title: T\nredirects: {tags/js/: tags/javascript/, /old: 'https://x.y'}",
    ],
)
def test_schema_of_settings_takes_every_form(text):
    assert check(plain_value(node_of(text), typed_text), site_schema()) == []


@pytest.mark.parametrize(
    "text",
    [
        "tagline: x",
        "title: T\nbaseurl: x",
        "title: T\nraw_html: no",
        "title: T\nnav: [{}]",
        "title: T\nredirects: {a/: [b/]}",
    ],
)
def test_schema_of_settings_refuses_what_is_wrong(text):
    assert check(plain_value(node_of(text), typed_text), site_schema())


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_schema_of_a_kind_knows_its_fields_with_descriptions(kind):
    schema = entry_schema(kind)

    names = {field.name for field in (*SHARED_FIELDS, *kind.fields)} | {"body"}
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert set(schema["properties"]) == names
    assert all(one["description"] for one in schema["properties"].values())
    assert schema["additionalProperties"] is kind.open


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("title: T\ndate: 2024-05-01\ntags: [a]\ndraft: false\nuses: x\nlevel: 3", True),
        ("links: [{title: A, url: https://x.y}, https://x.y]\nhomepage: https://x.y", True),
        ("status: growing\nweight: 3\naliases: a, b", True),
        ("titel: T", False),
        ("status: grown", False),
        ("draft: maybe", False),
        ("homepage: x.y", False),
        ("links: [{title: A}]", False),
    ],
)
def test_schema_of_an_entry_agrees_with_its_reader(text, right):
    schema = entry_schema(KINDS[0])

    assert (check(plain_value(node_of(text), typed_text), schema) == []) is right


def codes_in(path):
    """Return the strings of a module that look like the code of a problem."""
    tree = ast.parse(path.read_text())
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"(?:check|entry|field|frontmatter|kind|path|redirect|site|slug|text|yaml)\.(?!html|ya?ml)[a-z]+", node.value)
    }  # fmt: skip


READERS = [*sorted((ROOT / "nexusgen/content").glob("*.py")), ROOT / "nexusgen/site/settings.py"]


def test_every_code_of_the_readers_is_explained():
    used = {code for path in READERS for code in codes_in(path)}

    assert used <= set(CODES)


def test_every_code_that_is_explained_is_used():
    modules = [path for path in (ROOT / "nexusgen").rglob("*.py") if path.name != "problems.py"]
    source = "".join(path.read_text() for path in modules)

    assert [code for code in CODES if f'"{code}"' not in source] == []


def test_every_code_of_the_readers_has_a_test():
    used = {code for path in READERS for code in codes_in(path)}
    tested = "".join(path.read_text() for path in (ROOT / "tests").glob("test_*.py"))

    assert [code for code in sorted(used) if f'"{code}"' not in tested] == []


def test_a_template_that_a_kind_names_in_vain_is_told_once_in_the_settings(site):
    site.settings("kinds: {note: {template: won.html}}\n").note("notes/a.md").note("notes/b.md")
    site.write("templates/own.html", "x").build()

    (told,) = [one for one in site.problems if one.severity == "error"]
    assert (told.code, told.path) == ("template.missing", "content/site.yml")
    assert (told.line, told.column, told.hint) == (2, 26, 'did you mean "own.html"?')


FIELDS = (
    "{event: text, held: date, hours: integer, filmed: flag, speakers: list, about: references, "
    "rating: {type: choice, choices: [good]}, text: markdown}"
)
SHOWN = (
    "{%% set it = %s.fields %%}{{ it.event }} {{ it.held | long_date }} {{ it.hours + 1 }} "
    "{{ 'yes' if it.filmed else 'no' }} {{ it.speakers | join('|') }} {{ it.about | length }}/"
)


def test_a_kind_that_is_nearly_called_as_another_is_told_where_it_has_no_folder(site):
    site.settings("kinds: {chalenge: {fields: {severity: text}}}\n").note("notes/a.md").check()
    (told,) = (one for one in site.problems if one.code == "kind.similar")

    assert told.severity == "warning"
    assert told.hint == 'did you mean "challenge"?'
    site.settings("kinds: {chalenge: {folder: chalenges}, talk: {}}\n").check()
    assert "kind.similar" not in {one.code for one in site.problems}


def test_a_long_list_of_dated_entries_runs_by_letter_but_not_where_it_has_weights(site):
    for letter, day in zip("BCADE", "34152", strict=True):
        site.note(f"notes/{letter}.md", title=f"{letter} note", date=f"2024-05-0{day}")
    site.settings("titles_above: 4\n").build()

    def titles():
        return "".join(re.findall(r">(\w) note</a></li>", site.output("notes/index.html")))

    assert titles() == "ABCDE"
    assert 'class="jumps"' in site.output("notes/index.html")
    site.note("notes/D.md", title="D note", date="2024-05-05", weight=1).build()
    assert titles() == "DCBEA"


@pytest.mark.parametrize("above", [1, 60])
def test_templates_and_programs_get_the_fields_of_a_kind_as_what_they_are(site, above):
    kind = f"{{folder: talks, template: talk.html, fields: {FIELDS}}}"
    site.settings(f"titles_above: {above}\nkinds: {{talk: {kind}}}\n")
    site.write("templates/talk.html", SHOWN % "entry")
    shown = "{% for item in listing.items %}" + SHOWN % "item" + "{% endfor %}"
    site.write("templates/section.html", shown)
    site.note(
        "talks/a.md", title="A", event="Conf", held="2024-05-31", hours="2", filmed="false",
        speakers='[Zoë, "Smith, John"]', about="[B]", text="Long.",
    ).note("talks/b.md", title="B", filmed="true")  # fmt: skip

    site.build()

    one, other = "Conf 31 May 2024 3 no Zoë|Smith, John 1/", "  1 yes  0/"
    assert site.codes == []
    assert site.output("talks/a/index.html") == one
    assert site.output("talks/index.html") == one + other
    entries = json.loads(site.output("talks/hub.json"))["entries"]
    assert entries[0]["fields"] == {
        "event": "Conf", "held": "2024-05-31", "hours": 2, "filmed": False,
        "speakers": ["Zoë", "Smith, John"], "about": ["B"], "text": "Long.",
    }  # fmt: skip
    assert entries[1]["fields"] == {"filmed": True}


def test_who_asks_an_entry_for_a_field_is_told_where_it_is(site):
    site.settings("kinds: {talk: {folder: talks, template: talk.html, fields: {event: text}}}\n")
    site.write("templates/talk.html", "{{ entry.event }}").note("talks/a.md", title="A").build()

    found = next(one for one in site.problems if one.code == "template.undefined")
    assert found.hint == "a field of its kind is entry.fields.event"
