"""Whatever stands in a file: its reader returns, and every problem points into the file."""

import re
from itertools import zip_longest

from hypothesis import HealthCheck, example, given
from hypothesis import settings as how
from hypothesis import strategies as st

from nexusgen.content.entries import parse_entries
from nexusgen.content.source_text import decode_text
from nexusgen.core.problems import CODES
from nexusgen.core.slugs import slug_of
from tests.reading import LENIENT, STRICT, new_problems
from tests.reading import settings as read_settings
from tests.test_entries import same

# A machine with much else to do is slow, and that is no fault of a reader.
patiently = how(deadline=None, suppress_health_check=[HealthCheck.too_slow])

NAMES = st.sampled_from(
    [
        "title",
        "summary",
        "date",
        "updated",
        "tags",
        "aliases",
        "status",
        "draft",
        "private",
        "weight",
        "uses",
        "image",
        "slug",
        "redirect_from",
        "links",
        "kind",
        "body",
        "problem",
        "rule",
        "url",
        "rating",
        "Draft",
        "redirects",
        "/old/place",
        "<<",
    ]
)
SCALARS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["true", "false", "no", "~", "null", "2024-05-01", "2024-02-30", "0755", "12:30", "[[Name]]", "[[Name|text]]", "../x", "//host", "https://x.y", "javascript:x", "note", "technology", "{{date}}", "&a", "*a", "!!set", "@x", "%x", "`x`", "#x", "-", "?", "|", ">", "'"]
    ),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(inner, max_size=3).map(lambda items: "".join(f"\n  - {item}" for item in items)),
        st.tuples(NAMES, inner).map(lambda pair: f"{{{pair[0]}: {pair[1]}}}"),
    ),
    max_leaves=6,
)
LINES = st.lists(
    st.one_of(
        st.tuples(NAMES, VALUES).map(lambda pair: f"{pair[0]}: {pair[1]}"), st.text(max_size=30)
    ),
    max_size=8,
).map("\n".join)
BODIES = st.lists(
    st.one_of(
        st.text(max_size=20), st.sampled_from(["# Title", "===", "```", "<!-- x -->", "---"])
    ),
    max_size=6,
).map("\n".join)
SOURCES = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200).map(str.encode),
    LINES.map(str.encode),
    st.tuples(LINES, BODIES).map(lambda pair: f"---\n{pair[0]}\n---\n{pair[1]}".encode()),
    LINES.map(lambda text: ("- " + text.replace("\n", "\n  ")).encode()),
)
PATHS = st.sampled_from(
    ["content/a.md", "content/notes/README.md", "content/technologies/a b.md",
     "content/challenges/x/x.md", "content/practices/all.yml", "content/a.yaml", "???.md"]
)  # fmt: skip


def assert_inside(problem, data):
    """Every problem points at a character of the file, or just after a line."""
    assert problem.code in CODES
    assert problem.message
    assert not problem.message.endswith(".")
    if problem.line:
        written = data.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n")
        lines = zip_longest(
            written.split("\n"), decode_text(data, new_problems()).split("\n"), fillvalue=""
        )
        longest = [max(len(one), len(other)) for one, other in lines]
        assert 1 <= problem.line <= len(longest)
        assert 1 <= problem.column <= longest[problem.line - 1] + 1
        assert problem.length >= 1


@patiently
@given(SOURCES, PATHS, st.sampled_from([STRICT, LENIENT]))
@example(b"---\ntitle: x\n", "content/a.md", STRICT)
@example("---\na: 'x\u2028y\n---\n".encode(), "content/a.md", STRICT)
def test_no_source_makes_its_reader_fail(data, path, options):
    parsed, texts = parse_entries(path, data, options)

    assert len(parsed.entries) == len(texts)
    for problem in parsed.problems:
        assert_inside(problem, data)
        assert options is STRICT or problem.severity == "warning"
    for entry in parsed.entries:
        assert entry.url == "" or re.fullmatch(r"(?:[^/\s]+/)+", entry.url)
        assert not re.search("[\x00-\x08\ud800-\udfff\ufdd0\ufdd1]", repr(entry))
        entry.title.encode()


@patiently
@given(SOURCES)
def test_no_settings_make_their_reader_fail(data):
    site, problems = read_settings(data)

    assert site.title
    assert site.base_url == "" or site.base_url.endswith("/")
    for problem in problems:
        assert_inside(problem, data)


@patiently
@given(st.binary(max_size=60), st.sampled_from(["draft", "private"]))
def test_hidden_entry_stays_hidden_whatever_else_is_broken(rest, name):
    data = b"---\n" + name.encode() + b": true\n" + rest + b"\n---\nText.\n"

    (entry,) = parse_entries("content/a.md", data, LENIENT)[0].entries

    assert entry.draft or entry.private


WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)


@patiently
@given(
    st.fixed_dictionaries(
        {"title": WORDS},
        optional={
            "summary": WORDS,
            "tags": st.lists(WORDS, max_size=3),
            "uses": st.lists(WORDS, max_size=3),
            "aliases": st.lists(WORDS, max_size=3),
            "weight": st.integers(-9, 9),
            "draft": st.booleans(),
            "date": st.dates().map(str),
            "rule": WORDS,
        },
    ),
    WORDS,
)
def test_all_three_forms_of_a_source_give_the_same_entry(fields, body):
    lines = [f"{name}: {_written(value)}" for name, value in fields.items()]
    name = f"x-{slug_of(fields['title'])}".strip("-")
    listed = "- " + "\n  ".join([*lines, f"slug: {name}", f"body: '{body}'"])
    sources = {
        f"content/practices/{name}.md": "---\n" + "\n".join(lines) + f"\n---\n{body}\n",
        f"content/practices/{name}.yml": "\n".join([*lines, f"body: '{body}'"]),
        "content/practices/the list.yml": listed,
    }

    entries = [parse_entries(path, text.encode(), STRICT)[0] for path, text in sources.items()]

    assert len({_known(parsed) for parsed in entries}) == 1


def _written(value):
    if isinstance(value, list):
        return "[" + ", ".join(f"'{item}'" for item in value) + "]"
    return (
        f"'{value}'" if isinstance(value, str) and not value[:4].isdecimal() else str(value).lower()
    )


def _known(parsed):
    return repr([same(entry) for entry in parsed.entries])
