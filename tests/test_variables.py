"""The variables of pages: whenever the value of one changes, so does its digest."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from nexusgen.content.kinds import KINDS, SHARED_FIELDS
from nexusgen.core.model import FieldType
from nexusgen.incremental.digests import Lazy, digest_value
from nexusgen.pages.context import computed
from nexusgen.pages.theme import Theme
from tests.conftest import SiteTest

LONG = "One short paragraph " * 13
"""Its 240th character lies before its end: cards cut it there."""

TEXTS = ("", "One short paragraph", "One *short* paragraph", "One", f"{LONG}one", f"{LONG}two")
TITLES = ("One", "Two", "Alpha", "Hub", "Home", "Notes")
DATES = ("", "2024", "2024-01-02", "2024-02-01", "2023-12-31")
ADDRESSES = ("", "https://example.org/", "https://example.org/a", "mailto:a@example.org")
NAMED = ([], ["One"], ["Two", "One"], ["One", "Two"], ["nobody"])
LINKED = ([], [ADDRESSES[1]], [{"title": "One", "url": ADDRESSES[1]}])
BODIES = (
    "One short paragraph", "One short paragraph\n\nMore.", "# One\n\n## Two\n\nSee [[Two]].", LONG,
    "![[One]]", "![[Two]]", "![[Two#Part]]\n\n[[Alpha]]", "## Part\n\n![[Alpha]]", "[a](../one.md)",
    "![p](one.png) and `code`", "[[Two|One]] and [[One]], [[hidden]]", "word " * 500,
)  # fmt: skip

OF_TYPE: Mapping[FieldType, tuple[object, ...]] = {
    "text": TEXTS, "markdown": (*TEXTS, "[[One]]", "![[Two]]"), "date": DATES, "url": ADDRESSES,
    "flag": ("true", "false"), "integer": (0, 1, -1), "list": NAMED, "references": NAMED,
    "links": LINKED, "path": ("", "one.png", "no.png"),
    "duration": ("", "90d", "1y"),
}  # fmt: skip
OF_NAME: Mapping[str, tuple[object, ...]] = {
    "title": ("", *TITLES, LONG),
    "slug": ("", "one"),
    "kind": ("", *(kind.name for kind in KINDS)),
    "redirect_from": ([], ["old/"], ["tags/old/"]),
}
FOLDERS = (*(kind.folder for kind in KINDS if kind.folder), "notes/deep", "other", "")
SETTINGS: Mapping[str, tuple[object, ...]] = {
    "tagline": TEXTS[:2], "description": TEXTS[:2], "base_url": ADDRESSES[:2], "language": ("en", "de"),
    "author": ({}, {"name": "One"}, {"name": "One", "headline": "Two", "bio": "One"}),
    "repository": ADDRESSES[:2], "licence": TEXTS[:2], "page_size": (2, 100),
    "nav": LINKED, "redirects": ({}, {"old/": "notes/"}, {"old/": "https://example.org/"}),
    "kinds": (
        {},
        {"challenge": {"plural": "Troubles"}},
        {"challenge": {"label": "Trouble", "mark": "dot"}},
        {"concept": {"fields": {"extra": {"type": "text"}}}, "technology": {"label": "Tool"}},
        {"concept": {"fields": {"extra": {"type": "markdown", "label": "More"}}}},
    ),
}  # fmt: skip


def fields_of(folder: str) -> Mapping[str, tuple[object, ...]]:
    """Return the values to choose from for each field of an entry in this folder."""
    own = [
        field for kind in KINDS if kind.folder == folder.partition("/")[0] for field in kind.fields
    ]
    return {
        field.name: OF_NAME.get(field.name, field.choices or OF_TYPE[field.type])
        for field in (*SHARED_FIELDS, *own)
    } | {"extra": (*TEXTS, NAMED[2], {"b": "1", "a": "2"}, {"a": "2", "b": "1"})}


def chosen(values: Mapping[str, tuple[object, ...]]) -> st.SearchStrategy[dict[str, object]]:
    """Draw some of the names, each with one of its values."""
    named = {name: st.sampled_from(found) for name, found in values.items()}
    return st.fixed_dictionaries({}, optional=named)


entries = st.sampled_from(FOLDERS).flatmap(
    lambda folder: st.tuples(
        st.just(folder),
        st.sampled_from(("one", "two", "three", "index")),
        chosen(fields_of(folder)),
        st.sampled_from(BODIES),
    )
)


def write_hub(
    site: SiteTest, notes: list[Any], given_settings: dict[str, Any], data: object
) -> None:
    """Write a hub in place of the one that is there."""
    shutil.rmtree(site.root)
    site.write("content/site.yml", json.dumps({"title": "Hub"} | given_settings))
    site.write("content/one.png", b"").write("content/notes/one.png", b"")
    site.write("content/data/given.json", json.dumps(data))
    for folder, name, fields, body in notes:
        kept = {field: value for field, value in fields.items() if value not in ("", [])}
        site.write(f"content/{folder}/{name}.md", f"---\n{json.dumps(kept)}\n---\n{body}\n")


def seen_by_templates(value: object) -> object:
    """Return all that a template can see of a value, in a form that tells types apart."""
    kind = type(value).__qualname__
    if isinstance(value, Lazy):
        return seen_by_templates(value.make())
    if isinstance(value, msgspec.Struct):
        shown = [name for name in dir(value) if not name.startswith("_")]
        return kind, [(name, seen_by_templates(getattr(value, name))) for name in shown]
    if isinstance(value, Mapping):
        return [(key, seen_by_templates(item)) for key, item in value.items()]
    if isinstance(value, list | tuple):
        return kind, [seen_by_templates(item) for item in value]
    assert isinstance(value, str | int | float | bool | None), kind
    return kind, value


EVERY = [
    *(
        (folder, "one", {"tags": ["a"], "date": f"2024-01-0{day}", "uses": ["Two"]}, "")
        for day, folder in enumerate(FOLDERS, 1)
    ),
    *(("", name, {"redirect_from": [f"old/{name}/"]}, "[[One]]") for name in ("two", "three")),
]
"""Entries that bring about every kind of page."""

EMBEDDING = [
    ("notes", "two", {"title": "Alpha"}, "![[One]]"),
    ("notes", "three", {"title": "Two"}, "![[Alpha]]"),
    ("notes", "one", {"title": "One"}, "# One\n\nText"),
]
"""The last of them is shown within the others."""

KINDS_OF_PAGE = {
    "404.html", "about.html", "atom.xml", "challenge.html", "concept.html", "contents.html",
    "cv.html", "find.html", "graph.html",
    "home.html", "listing.html", "note.html", "opensearch.xml", "page.html", "plain.txt",
    "practice.html", "project.html", "recent.html", "redirect.html", "rss.xml", "search.html", "section.html", "sitemap.xml",
    "skills.html", "tag.html",
    "tags.html", "technology.html", "timeline.html",
}  # fmt: skip


def test_a_variable_whose_value_changes_has_another_digest(monkeypatch):
    shown: dict[tuple[str, bytes], object] = {}
    templates = set()

    def look(self, page):
        templates.add(page.template)
        for name, variable in page.variables.items():
            value = seen_by_templates(variable)
            assert shown.setdefault((name, digest_value(variable)), value) == value, name
        return page_reads(self, page)

    page_reads = Theme.page_reads
    monkeypatch.setattr(Theme, "page_reads", look)
    with tempfile.TemporaryDirectory() as folder:
        site = SiteTest(Path(folder) / "hub")

        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        @example(
            EVERY, {"base_url": ADDRESSES[1], "page_size": 2, "author": {"name": "One"}}, "", ""
        )
        @example(EMBEDDING, {}, "", BODIES[0])
        @given(
            st.lists(entries, max_size=8),
            chosen(SETTINGS),
            st.sampled_from(TEXTS),
            st.sampled_from(BODIES),
        )
        def build(notes, given_settings, data, body):
            address = given_settings.get("base_url", "")
            write_hub(site, notes, given_settings, data)
            site.pure_build(base_url=address)
            others = [(folder, name, fields, body) for folder, name, fields, _ in notes[-1:]]
            write_hub(site, notes[:-1] + others, given_settings, data)
            site.pure_build(base_url=address)

        build()
    assert templates == KINDS_OF_PAGE


class Pair(NamedTuple):
    one: object
    other: object


class Open(msgspec.Struct, frozen=True):
    one: object
    other: object


class Closed(msgspec.Struct, frozen=True, array_like=True):
    one: str
    other: str | None = None
    rest: tuple[Literal["a", "b"], ...] = ()


class Likewise(Closed, frozen=True, array_like=True):
    pass


leaves = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from((0.0, -0.0, 1.0, float("inf"))),
    st.text("ab1,", max_size=2), st.binary(max_size=2), st.text("ab", max_size=2).map(Markup),
    st.builds(Closed, st.text("ab", max_size=1), st.none() | st.text("ab", max_size=1)),
    st.builds(Likewise, st.text("ab", max_size=1)),
    st.builds(Lazy, st.sampled_from((b"a", b"b")), st.just(str)),
)  # fmt: skip
hashable = st.one_of(st.integers(0, 2), st.text("ab", max_size=1), st.booleans())
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(hashable, inner, max_size=3), st.sets(hashable, max_size=3),
        st.frozensets(hashable, max_size=3), st.builds(Pair, inner, inner),
        st.builds(Open, inner, inner),
    ),
    max_leaves=6,
)  # fmt: skip


def exact(value: object) -> object:
    """Return a text that tells a value from all others but those it cannot be told from."""
    if isinstance(value, Lazy):
        return f"lazy {value.digest!r}"
    if isinstance(value, set | frozenset):
        return f"{type(value)} {sorted(map(repr, value))}"
    if isinstance(value, msgspec.Struct):
        return f"{type(value)} {list(map(exact, msgspec.structs.astuple(value)))}"
    if isinstance(value, dict):
        return f"dict {[(exact(key), exact(item)) for key, item in value.items()]}"
    if isinstance(value, list | tuple):
        return f"{type(value)} {list(map(exact, value))}"
    return f"{type(value)} {value!r}"


@settings(max_examples=1000)
@given(values, values)
def test_values_that_can_be_told_apart_have_different_digests(one, other):
    assert (digest_value(one) == digest_value(other)) == (exact(one) == exact(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((1,), [1]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({1: 1}, {"1": 1}),
        (1, True),
        (0, 0.0),
        (None, float("nan")),
        ("<b>", Markup("<b>")),
        ({"a"}, frozenset({"a"})),
        (Closed("a"), Likewise("a")),
        (Closed("a"), ("a", None, ())),
        (Closed("a", rest=()), Closed("a", rest=("a",))),
        (("a", ("b",)), ("a", "b")),
        ((("a",), "b"), (("a", "b"),)),
        (Open("a", Lazy(b"1", str)), Open("a", Lazy(b"2", str))),
        (computed(str, "a"), computed(repr, "a")),
    ],
)
def test_values_that_are_alike_have_different_digests(one, other):
    assert digest_value(one) != digest_value(other)


def test_order_in_a_set_does_not_count():
    assert list({0, 8}) != list({8, 0})
    assert digest_value({0, 8}) == digest_value({8, 0})


def test_what_is_no_plain_data_has_no_digest():
    with pytest.raises(TypeError, match="no plain data"):
        digest_value((1, object()))


def test_every_type_of_field_is_tried():
    tried = {"choice", *OF_TYPE}
    declared = {field.type for kind in KINDS for field in (*kind.fields, *SHARED_FIELDS)}
    assert declared <= tried <= set(get_args(FieldType))


def test_a_lazy_value_prints_as_what_it_is():
    assert str(Lazy(b"digest", lambda: {"a": 1})) == "{'a': 1}"
