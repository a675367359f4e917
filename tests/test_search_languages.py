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
  for (const query of JSON.parse(fs.readFileSync(0))) found.push((await nexusgenSearch.search(query)).hits.map((hit) => hit.title));
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
    script = (ROOT / "templates/assets/search.js").read_text(encoding="utf-8")
    program = site.root / "ask.cjs"
    program.write_text(SHIM + script + ASK, encoding="utf-8")

    def ask(queries):
        command = [NODE, str(program), str(site.root / "output")]
        run = subprocess.run(command, input=json.dumps(queries).encode(), capture_output=True)
        assert run.returncode == 0, run.stderr.decode()
        return json.loads(run.stdout)

    return ask


@pytest.mark.parametrize("language", LANGUAGES)
def test_queries_find_their_note_among_five(ask, language):
    wanted = [(query, title) for title, _, asked in notes_of(language) for query in asked]

    answers = ask([query for query, _ in wanted])

    pairs = zip(wanted, answers, strict=True)
    missed = [(query, title) for (query, title), found in pairs if title not in found[:5]]
    assert len(wanted) == 30
    assert len(missed) <= MOST_MISSED, missed
