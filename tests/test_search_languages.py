"""Search finds what people look for in scripts and languages other than English: a notebook of each.

`search/ja.txt` and the others hold a title, a text, and two queries that must find it among five.
Node runs the script of the theme over the files of the index, where there is a Node.
"""

import json
import shutil
import subprocess

import pytest

from tests.conftest import ROOT, SiteTest

NODE = shutil.which("node") or ""
LANGUAGES = ("ar", "de", "ja", "ko", "ru", "vi")
MOST_MISSED = 1
SHIM = """
const fs = require("fs"), folder = process.argv[2];
const document = { currentScript: { src: "http://x/assets/search.js" }, querySelector: () => ({ href: "http://x/search/" }) };
Object.assign(globalThis, { document, window: globalThis, location: {} });
document.createElement = () => ({ remove() {} });
document.head = { append: (script) => setImmediate(() => {
  document.currentScript = script;
  const path = folder + new URL(script.src).pathname;
  if (fs.existsSync(path)) (0, eval)(fs.readFileSync(path, "utf8"));
  script.onload();
}) };
"""
ASK = """
(async () => {
  const found = [];
  for (const query of JSON.parse(fs.readFileSync(0))) {
    const { hits, told } = await nexusgenSearch.search(query);
    found.push([hits.map((hit) => hit.title), told]);
  }
  console.log(JSON.stringify(found));
})();
"""

pytestmark = pytest.mark.skipif(not NODE, reason="needs Node")


def notes_of(language):
    """Return the notes of a language: title, text, queries."""
    text = (ROOT / f"tests/search/{language}.txt").read_text(encoding="utf-8")
    notes = (note.strip().split("\n") for note in text.split("# ")[1:])
    return [(title, body, asked[2:].split(" | ")) for title, body, asked in notes]


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """Return what asks the search of one hub with the notes of all languages."""
    site = SiteTest(tmp_path_factory.mktemp("languages")).settings()
    for language in LANGUAGES:
        for number, (title, body, _) in enumerate(notes_of(language)):
            site.note(f"{language}/n{number}.md", body, title=title)
    site.build()
    return lambda queries: [titles for titles, _ in answers(site, queries)]


def answers(site, queries):
    """Return what the search of a site finds for queries: titles, and what it says of their number."""
    script = (ROOT / "templates/assets/search.js").read_text(encoding="utf-8")
    program = site.root / "ask.cjs"
    program.write_text(SHIM + script + ASK, encoding="utf-8")
    command = [NODE, str(program), str(site.root / "output")]
    run = subprocess.run(command, input=json.dumps(queries).encode(), capture_output=True)
    assert run.returncode == 0, run.stderr.decode()
    return json.loads(run.stdout)


@pytest.mark.parametrize("language", LANGUAGES)
def test_queries_find_their_note_among_five(ask, language):
    wanted = [(query, title) for title, _, asked in notes_of(language) for query in asked]

    answers = ask([query for query, _ in wanted])

    pairs = zip(wanted, answers, strict=True)
    missed = [(query, title) for (query, title), found in pairs if title not in found[:5]]
    assert len(wanted) == 30
    assert len(missed) <= MOST_MISSED, missed


def test_single_letter_of_a_script_without_spaces_finds_words_that_begin_with_it(site):
    site.settings().note("notes/a.md", "猫がいる", title="A").note(
        "notes/b.md", "犬がいる", title="B"
    )
    site.build()

    assert answers(site, ["猫"])[0][0] == ["A"]


def test_word_that_most_entries_have_narrows_nothing_and_filters_are_right_all_the_same(
    site, monkeypatch
):
    monkeypatch.setattr("nexusgen.site.search.MAX_POSTINGS", 3)
    site.settings()
    for number in range(9):
        site.note(f"notes/n{number}.md", f"Shared lone{'x' * number}y", title=f"N{number}")
        site.note(f"concepts/c{number}.md", "Shared both", title=f"C{number}", tags=["web dev"])
    site.note("concepts/d.md", "Shared lonexxxxy", title="D").build()

    both, alone, kind, tag, phrase = answers(
        site,
        [
            "shared lonexxxxy",
            "shared",
            "kind:note lonexxxxy",
            "tag:web-dev shared",
            '"shared both"',
        ],
    )

    assert set(both[0]) == {"D", "N4"}
    assert both[1] == "Entries with all words: ≈ 2"
    assert alone[1] == "Entries found: ≈ 19"
    assert kind == [["N4"], "Entries found: 1"]
    assert tag[0]
    assert all(title[0] == "C" for title in tag[0])
    assert phrase[1] == "Entries with all words: 3"


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """Return what asks the search of a hub of three entries."""
    site = SiteTest(tmp_path_factory.mktemp("few")).settings()
    site.note("notes/git.md", "Git keeps what was done before.", title="Git stash")
    site.note("concepts/cache.md", "What is done before is kept.", title="Cache")
    site.note("concepts/queue.md", "Waits for kubernetes.", title="Queue", tags=["web dev"])
    site.build()
    return lambda *queries: answers(site, queries)


@pytest.mark.parametrize(
    ("query", "title", "meant"),
    [
        ("gti", "Git stash", "git"),
        ("qeuuee", "Queue", "queue"),
        ("kubrentse", "Queue", "kubernetes"),
        ("kind:concpt", "Cache", "kind:concept"),
        ("tag:we", "Queue", "tag:web-dev"),
        ("“before done”", "Git stash", "before, done"),
    ],
)
def test_where_nothing_is_found_what_was_nearly_meant_is(few, query, title, meant):
    ((titles, told),) = few(query)

    assert title in titles
    assert told == f"Nothing found: {query} · Did you mean: {meant}"


@pytest.mark.parametrize(
    "query", ["zzqqxx", "kind:zz", "🚀", '"', "zz", "rustle", "kind:note zebra"]
)
def test_what_is_near_to_nothing_is_not_guessed(few, query):
    assert few(query) == [[[], f"Nothing found: {query}"]]


def test_quotes_of_any_keyboard_and_filters_in_capitals_count(few):
    curly, german, capital, first, none = few(
        "“kept done”", "„was done“", "Kind:Concept before", "g", ""
    )

    assert curly[1].startswith("Nothing found")
    assert german == [["Git stash"], "Entries with all words: 1"]
    assert capital == [["Cache"], "Entries found: 1"]
    assert first[0] == ["Git stash"]  # a first letter is the beginning of a word
    assert none[0] == []


def test_common_word_and_a_filter_find_what_the_filter_holds(site, monkeypatch):
    monkeypatch.setattr("nexusgen.site.search.MAX_POSTINGS", 2)
    site.settings()
    for number in range(5):
        site.note(f"notes/n{number}.md", "Shared shared shared shared", title=f"Shared {number}")
    site.note("concepts/c.md", "Shared", title="C").build()

    ((titles, told),) = answers(site, ["kind:concept shared"])

    assert titles == ["C"]
    assert told == "Entries found: ≈ 1"
