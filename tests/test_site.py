import msgspec
import pytest

from nexusgen.build import find_site
from nexusgen.content.kinds import KINDS, kind_named
from nexusgen.core.builds import Snapshot
from nexusgen.core.model import Author, Link, Site, Span
from nexusgen.site.settings import parse_site
from tests.reading import place, settings

FULL = """\
title: Nexus
tagline: What I learned
description: More of it
base_url: https://example.org/hub
language: pt-BR
author: {name: A, headline: H, email: a@b.c, bio: B, links: [{title: T, url: https://x.y}]}
repository: https://github.com/a/b
licence: CC BY 4.0
page_size: 20
titles_above: 9
nav: [{title: Out, url: https://x.y}, {title: In, url: about/}]
markdown_extensions: {toc: {permalink: true, toc_depth: 3}, admonition: }
raw_html: sanitise
missing_links: warn
checks: {field.unknown: warn}
cname: Hub.Example.org
redirects: {/tags/js: tags/javascript, old.html: https://x.y/z, home/: /}
"""


def fine(text):
    site, problems = settings(text)
    assert problems == ()
    return site


def problem_of(line):
    _, (problem,) = settings(f"title: T\n{line}")
    return problem


def test_every_setting_is_read():
    assert fine(FULL) == Site(
        title="Nexus",
        kinds=KINDS,
        tagline="What I learned",
        description="More of it",
        base_url="https://example.org/hub/",
        language="pt-BR",
        author=Author("A", "H", "a@b.c", "B", (Link("T", "https://x.y", Span(6, 78, 11)),)),
        repository="https://github.com/a/b",
        licence="CC BY 4.0",
        page_size=20,
        titles_above=9,
        nav=(
            Link("Out", "https://x.y", Span(11, 25, 11)),
            Link("In", "about/", Span(11, 56, 6)),
        ),
        markdown_extensions={"toc": {"permalink": True, "toc_depth": 3}, "admonition": {}},
        raw_html="sanitise",
        missing_links="warn",
        checks={"field.unknown": "warn"},
        cname="hub.example.org",
        redirects={"tags/js/": "tags/javascript/", "old.html": "https://x.y/z", "home/": ""},
        redirect_spans={
            "tags/js/": (Span(17, 13, 8), Span(17, 23, 15)),
            "old.html": (Span(17, 40, 8), Span(17, 50, 13)),
            "home/": (Span(17, 65, 5), Span(17, 72, 1)),
        },
    )


def test_title_is_all_that_is_needed():
    assert fine("title: T") == Site(title="T", kinds=KINDS)


@pytest.mark.parametrize(
    "change",
    [
        {"files": {"content/site.yml": b"2"}},
        {"content": "", "files": {"site.yml": b"1"}},
        {"name": "Other"},
    ],
)
def test_settings_are_read_again_for_all_that_they_depend_on(change):
    first = Snapshot("Hub", "content", {"content/site.yml": b"1"}, {}, lambda _: b"tagline: x")
    other = msgspec.structs.replace(first, **change)
    find_site(first)

    site, (problem,) = find_site(other)

    assert (site.title, site.content) == (other.name, other.content)
    assert problem.path == next(iter(other.files))


def test_settings_are_parsed_again_where_their_bytes_are_others():
    texts = iter([b"title: One", b"title: Two"])
    snapshot = Snapshot("Hub", "", {"site.yml": b"1"}, {}, lambda _: next(texts))

    assert [find_site(snapshot)[0].title for _ in range(2)] == ["One", "Two"]


def test_folder_without_settings_is_read_leniently():
    site, problems = parse_site(None, "site.yml", "", "Folder")

    assert problems == ()
    assert (site.title, site.content, site.lenient) == ("Folder", "", True)
    assert site.missing_links == "warn"


@pytest.mark.parametrize("text", ["", "# nothing\n", "tagline: x", "title: ~", "title: ''"])
def test_missing_title_is_a_problem_and_the_folder_lends_its_name(text):
    site, (problem,) = settings(text)

    assert (problem.code, problem.line, problem.column) == ("field.missing", 1, 1)
    assert (site.title, site.lenient) == ("Folder", False)


@pytest.mark.parametrize(("text", "shape"), [("- a", "a list"), ("words", "text")])
def test_settings_that_are_no_mapping_are_a_problem(text, shape):
    _, problems = settings(text)

    assert [(problem.code, problem.message) for problem in problems] == [
        ("site.shape", f"the settings must be a mapping, not {shape}")
    ]


def test_settings_that_cannot_be_read_leave_the_defaults():
    site, problems = settings(b"title: T\n\xff")

    assert [problem.code for problem in problems] == ["text.encoding", "yaml.syntax"]
    assert site.title == "T"


@pytest.mark.parametrize(
    ("name", "hint"),
    [("baseurl", 'did you mean "base_url"?'), ("license", 'did you mean "licence"?')],
)
def test_unknown_setting_is_a_problem(name, hint):
    problem = problem_of(f"{name}: x")

    assert (problem.code, place(problem)) == ("field.unknown", (2, 1, 7))
    assert (problem.message, problem.hint) == (f'unknown setting "{name}"', hint)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://example.org", "https://example.org/"),
        ("https://example.org/a//", "https://example.org/a/"),
        ("HTTP://Example.ORG/A", "http://example.org/A/"),
        ("http://localhost:8000/hub", "http://localhost:8000/hub/"),
        ("https://größe.de/ä b".replace(" ", ""), "https://xn--gre-6ka8i.de/%C3%A4b/"),
        ("https://x.org/%C3%A4", "https://x.org/%C3%A4/"),
        ("http://[::1]:80/", "http://[::1]:80/"),
    ],
)
def test_address_of_the_hub_has_one_form(given, url):
    assert fine(f'title: T\nbase_url: "{given}"').base_url == url


@pytest.mark.parametrize(
    "given",
    [
        "example.org", "/hub/", "ftp://x.org", "https://", "https://x.org/?a", "https://x.org/#a",
        "https://me:pw@x.org", "https://x.org:99999", "//x.org", "https://" + "a" * 70 + ".org",
        "https://x.org/hub/index.html", "https://x.org/Home.HTM",
    ],
)  # fmt: skip
def test_address_that_cannot_be_that_of_a_hub_is_a_problem(given):
    problem = problem_of(f'base_url: "{given}"')

    assert (problem.code, problem.line, problem.column) == ("field.url", 2, 11)


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("language: english!", "field.language", 11),
        ("language: e", "field.language", 11),
        ("page_size: 0", "field.integer", 12),
        ("page_size: -1", "field.integer", 12),
        ("page_size: 10001", "field.integer", 12),
        ("page_size: many", "field.integer", 12),
        ("cname: https://x.org", "field.domain", 8),
        ("cname: localhost", "field.domain", 8),
        ("cname: “x.org”", "field.domain", 8),
        ("raw_html: no", "field.choice", 11),
        ("missing_links: ignore", "field.choice", 16),
        ("repository: github.com/a/b", "field.url", 13),
        ("author: [a]", "field.type", 1),
        ("author: {nam: A}", "field.unknown", 10),
        ("nav: [{title: A}]", "field.missing", 7),
        ("checks: [a]", "field.type", 1),
        ("checks: {link.brokn: warn}", "check.unknown", 10),
        ("checks: {field.unknown: off}", "field.choice", 25),
        ("redirects: a/", "field.type", 12),
        ("redirects: [a/]", "field.type", 1),
        ("redirects: {a/: [b/]}", "field.type", 13),
        ("redirects: {a/: {b/: c/}}", "field.type", 13),
        ("redirects: {a/: }", "field.missing", 13),
        ("redirects: {a/: ' '}", "field.missing", 13),
        ("redirects: {/: b/}", "redirect.invalid", 13),
        ("redirects: {'https://x.y/': b/}", "redirect.invalid", 13),
        ("redirects: {a/: ../b/}", "redirect.invalid", 17),
        ("redirects: {a/: //x.y/}", "redirect.invalid", 17),
        ("redirects: {a/: 'ftp://x.y/'}", "redirect.invalid", 17),
        ("redirects: {a/: 'b/#part'}", "redirect.invalid", 17),
        ("redirects: {a/*: b/}", "redirect.invalid", 13),
        ("redirects: {'/:year/:title/': b/}", "redirect.invalid", 13),
        ("redirects: {'a/(.*)': b/}", "redirect.invalid", 13),
        ("redirects: {a/<b>/: b/}", "redirect.invalid", 13),
        ("redirects: {a/: 'b/:splat'}", "redirect.invalid", 17),
        ("redirects: {a/: b/, /a: c/}", "yaml.duplicate", 21),
        ("markdown_extensions: toc", "field.type", 22),
        ("markdown_extensions: {toc: [a]}", "field.type", 23),
        ("title: x", "yaml.duplicate", 1),
    ],
)
def test_value_that_a_setting_cannot_have_is_a_problem(line, code, column):
    problem = problem_of(line)

    assert (problem.code, problem.line, problem.column) == (code, 2, column)


def test_domain_is_written_as_it_is_sent():
    assert fine("title: T\ncname: Bücher.example").cname == "xn--bcher-kva.example"


def test_author_may_be_a_name():
    assert fine("title: T\nauthor: A B").author == Author("A B")


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("author:\nname: A", "field.unknown", 'indent it below "author:"'),
        ("author:\nheadline: A", "field.unknown", 'indent it below "author:"'),
        ("checks:\nlink.broken: warn", "field.unknown", 'indent it below "checks:"'),
        ("kinds:\ntalk: {label: A}", "field.unknown", 'indent it below "kinds:"'),
        ("kinds:\n  talk:\n  label: A", "kind.field", 'indent it below "talk:"'),
        ("kinds:\n  talk:\n  folder: {folder: a}", "kind.field", 'indent it below "talk:"'),
        ("tagline:\ntitel: A", "field.unknown", 'did you mean "title"?'),
        ("lang: de", "field.unknown", 'it is called "language" here'),
        ("siteURL: a", "field.unknown", 'it is called "base_url" here'),
        ("email: a@b.org", "field.unknown", 'write it below "author:"'),
        ("strings: {Search: [a]}", "field.type", "give one value"),
        (
            "redirects: {a/: 'b/#c'}",
            "redirect.invalid",
            'leave "#c" out: a redirect leads to a page',
        ),
        ("nav: [{title: A, url: 'mailto:@a@b.org'}]", "field.url", "write it as https://b.org/@a"),
    ],
)
def test_what_a_setting_should_be_is_said(text, code, hint):
    problem = problem_of(text)

    assert (problem.code, problem.hint) == (code, hint)


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [("widths", "640", "12"), ("widths", "640", "wide"), ("keep_metadata", "artist", "gps"),
     ("frames", "a.org", "https://x.org"), ("static", "files", "../x")],
)  # fmt: skip
def test_an_item_that_a_list_cannot_have_is_told_where_it_stands(name, right, wrong):
    problem = problem_of(f"{name}:\n  - {right}\n  - {wrong}")

    assert (problem.line, problem.column, problem.length) == (4, 5, len(wrong))


@pytest.mark.parametrize("line", ["base_url: “https://x.org/”", "language: “en”", "cname: “x.org”"])
def test_quotes_that_are_none_to_yaml_are_named(line):
    assert problem_of(line).hint.endswith("“ and ” are no quotes of YAML")


def test_a_wide_colon_of_the_only_setting_is_named():
    _, (problem, *_) = parse_site("title：Hub\n".encode(), "content/site.yml", "content", "x")

    assert (problem.code, problem.hint) == ("site.shape", 'write "title: Hub"')


@pytest.mark.parametrize("given", ["[toc, {footnotes: {x: no}}]", "\n- toc\n- footnotes: {x: no}"])
def test_extensions_may_be_a_list(given):
    assert fine(f"title: T\nmarkdown_extensions: {given}").markdown_extensions == {
        "toc": {},
        "footnotes": {"x": "no"},
    }


def test_setting_without_a_value_has_its_default():
    assert fine("title: T\nauthor:\nnav: []\nlanguage: ''\npage_size: ~") == fine("title: T")


def test_problem_with_one_setting_leaves_the_others():
    site, problems = settings("title: T\nlanguage: '!'\ntagline: Well\n")

    assert (site.language, site.tagline, len(problems)) == ("en", "Well", 1)


def test_declared_kind_has_defaults_for_all_it_leaves_out():
    kind = kind_named("field-trip", fine("title: T\nkinds: {field-trip: }").kinds)

    assert kind is not None
    assert (kind.label, kind.plural, kind.folder) == ("Field trip", "Field trips", "field-trips")
    assert (kind.mark, kind.template, kind.fields, kind.open) == ("ring", "entry.html", (), False)


def test_declared_kind_says_everything_of_itself():
    text = """\
        title: T
        kinds:
          book:
            label: Buch
            plural: Bücher
            folder: shelf/books
            mark: triangle-down
            template: books/book.html
            open: true
            fields:
              isbn: text
              read-on: {type: date, description: When, label: Read}
              stars: {type: choice, choices: [one, two]}
              words:
        """

    kind = kind_named("book", fine(text).kinds)

    assert kind is not None
    assert (kind.label, kind.plural, kind.folder) == ("Buch", "Bücher", "shelf/books")
    assert (kind.mark, kind.template, kind.open) == ("triangle-down", "books/book.html", True)
    assert [(field.name, field.type, field.label) for field in kind.fields] == [
        ("isbn", "text", "Isbn"),
        ("read-on", "date", "Read"),
        ("stars", "choice", "Stars"),
        ("words", "text", "Words"),
    ]
    assert (kind.fields[1].description, kind.fields[2].choices) == ("When", ("one", "two"))


def test_fields_of_a_kind_that_is_there_come_beside_its_own():
    text = (
        "title: T\nkinds: {challenge: {fields: {severity: text, cause: {type: text, label: Why}}}}"
    )
    kind = kind_named("challenge", fine(text).kinds)

    assert kind is not None
    assert [one.name for one in kind.fields] == [
        "problem",
        "cause",
        "solution",
        "outcome",
        "severity",
    ]
    assert (kind.fields[1].type, kind.fields[1].label) == ("text", "Why")


def test_kind_with_an_empty_list_of_fields_keeps_those_it_has():
    kind = kind_named("project", fine("title: T\nkinds: {project: {fields: , mark: dot}}").kinds)

    assert kind is not None
    assert (kind.mark, len(kind.fields)) == ("dot", 4)


def test_fields_of_a_kind_may_be_a_list_of_names():
    kind = kind_named("book", fine("title: T\nkinds: {book: {fields: [isbn, by]}}").kinds)

    assert kind is not None
    assert [field.name for field in kind.fields] == ["isbn", "by"]


def test_built_in_kind_can_be_changed_in_part():
    kinds = fine("title: T\nkinds: {concept: {label: Idea, mark: bar}}").kinds

    changed = kind_named("concept", kinds)
    assert changed is not None
    assert (changed.label, changed.mark, changed.folder) == ("Idea", "bar", "concepts")
    assert [kind.name for kind in kinds] == [kind.name for kind in KINDS]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("[book]", "field.type"),
        ("{Book: }", "kind.name"),
        ("{'a b': }", "kind.name"),
        ("{book: [a]}", "field.type"),
        ("{book: {labl: B}}", "field.unknown"),
        ("{book: {folder: ../x}}", "kind.path"),
        ("{book: {folder: /x}}", "kind.path"),
        ("{book: {folder: a//b}}", "kind.path"),
        ("{book: {template: ../x.html}}", "kind.path"),
        ("{book: {template: x.txt}}", "kind.path"),
        ("{book: {folder: concepts}}", "kind.folder"),
        ("{a: {folder: x}, b: {folder: x}}", "kind.folder"),
        ("{book: {mark: star}}", "field.choice"),
        ("{book: {open: maybe}}", "field.flag"),
        ("{book: {fields: x}}", "field.type"),
        ("{book: {fields: {title: text}}}", "kind.field"),
        ("{book: {fields: {body: text}}}", "kind.field"),
        ("{book: {fields: {'A b': text}}}", "kind.field"),
        ("{book: {fields: [[a]]}}", "field.type"),
        ("{book: {fields: [a, {name: b}]}}", "field.type"),
        ("{book: {fields: {a: txt}}}", "field.choice"),
        ("{book: {fields: {a: [b]}}}", "field.type"),
        ("{book: {fields: {a: {type: choice}}}}", "kind.field"),
    ],
)
def test_kind_that_cannot_be_is_a_problem(given, code):
    assert problem_of(f"kinds: {given}").code == code


def test_two_kinds_cannot_share_a_folder():
    site, _ = settings("title: T\nkinds: {book: {folder: concepts}}")

    assert kind_named("book", site.kinds) is None
