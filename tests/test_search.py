"""The search index: what it holds, how it is cut into files, and that an edit changes few of them."""

import gzip
import json
import re
import shutil
import subprocess
from collections import Counter, defaultdict
from itertools import groupby

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nexusgen.core.model import Entry, LinkUse, Span
from nexusgen.incremental.table import checksum
from nexusgen.pages.search import file_name
from nexusgen.site.names import newest_first
from nexusgen.site.search import (
    DIGITS,
    MAX_LEAF,
    MAX_NEWEST,
    MAX_POSTINGS,
    RANGE,
    _days,
    _heads,
    _join,
    _number,
    _split,
    joined,
    make_runs,
    path_of,
    range_of,
    share_of,
)
from nexusgen.site.search_terms import (
    READING,
    count_terms,
    fold_word,
    parse_sections,
    parts_of,
    weigh,
    with_parts,
)
from tests.conftest import ROOT

FOLDER = "assets/search/"
SCRIPT = ROOT / "templates/assets/search.js"


def data_of(tree):
    """Return what the files of the index hand over, by name."""
    return {
        path.removeprefix(FOLDER): json.loads(text.decode()[len("nexusgenSearch(") : -2])
        for path, text in tree.items()
        if path.startswith(FOLDER)
    }


def terms_in(tree):
    return {term for name, data in data_of(tree).items() if name[0] == "t" for term in data}


def test_numbers_are_in_the_order_of_tables_and_stay_when_entries_come():
    names = [f"notes/n{number}" for number in range(2_000)]
    found = _number(names)

    assert sorted(found.values()) == sorted(names)
    near = sorted(names, key=checksum)
    moved = sum(
        abs(near.index(name) - place) > 50 for place, (_, name) in enumerate(sorted(found.items()))
    )
    assert moved < len(names) / 10  # those whose number another had
    again = _number([*names, "notes/one more", "a/first"])
    assert sum(again.get(number) != name for number, name in found.items()) < 3


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Crème Brûlée, Straße", "creme brulee strasse"),
        ("C++ and C# on .NET with --app", "c++ c and c# c on .net net with --app app"),
        ("perform_async", "perform_async perform async"),
        ("DefaultVersioning HTTPServer", "defaultversioning httpserver default versioning http server"),
        ("os.path.join", "os path join"),
        ("URLs userIDs OSes", "urls url userids user id oses os"),
        ("DNSes HTTPServers", "dnses dns httpservers http servers"),
        ("שָׁלוֹם", "שלום"),
        ("日本語 猫", "日本 本語 猫"),
        ("الكتاب أحمد", "الكتاب كتاب احمد"),
        ("والمكتبة بالمدرسة وللطالب", "والمكتبه مكتبه بالمدرسه مدرسه وللطالب طالب"),
        ("١٢٣ ۴۵", "123 45"),
        ("Wissen\xadschaft", "wissenschaft"),
        ("한국어", "한국 국어"),
        ("ภาษา", "ภา าษ ษา"),
        ("đường Łódź", "duong lodz"),
        ("ガラス", "ガラ ラス"),
    ],
)  # fmt: skip
def test_text_is_found_by_the_words_people_type(text, terms):
    assert count_terms([text]) == Counter(terms.split())


@given(st.text("ab1AB_ -.+#‘…→\n", max_size=30))
@example("-A++ b#a++ --c#")
@example("….A1")
def test_text_in_ascii_alone_has_the_terms_of_any_other(text):
    assert count_terms([text]) == count_terms([text, "é"]) - Counter(["e"])


COMPOUNDS = [
    "Datenbank|verbindung",
    "Fehler|behandlung",
    "Zugriffs|rechte",
    "Warte|schlange",
    "Zeit|überschreitung",
    "Schreib|sperre",
    "Haupt|speicher",
    "Puffer|größe",
    "Netzwerk|anfrage",
    "Last|verteiler",
    "Rück|gabewert",
    "Schlüssel|austausch",
    "Versions|verwaltung",
    "Entwicklungs|umgebung",
    "Konfigurations|datei",
    "Sicherheits|lücke",
    "Speicher|verbrauch",
    "Ausgabe|format",
    "Benutzer|oberfläche",
    "Test|abdeckung",
    "Abhängigkeits|auflösung",
    "Arbeits|verzeichnis",
    "Zeichen|kodierung",
    "Prüf|summe",
    "Antwort|zeit",
    "Bild|schirm",
    "Donau|dampf|schiff",
    "Daten|struktur",
    "Programmier|sprache",
    "Hintergrund|prozess",
]


@pytest.mark.parametrize("compound", COMPOUNDS)
def test_compound_is_found_by_the_words_that_it_ends_with(compound):
    parts = set(parts_of(fold_word(compound.replace("|", ""))))

    for word in compound.split("|")[1:]:
        assert any(part.startswith(fold_word(word)) for part in parts), word


def test_only_texts_of_languages_that_compound_words_are_taken_apart():
    german = count_terms(["Die Datenbankverbindung wird nicht freigegeben"])
    english = count_terms(["The configuration of the network connection und so on"])

    assert {"verbindung", "bankverbindung", "datenbankverbindung"} <= with_parts(german).keys()
    assert with_parts(english) == english
    assert "prozess" in with_parts(count_terms(["Hintergrundprozess"]), "de-AT")


def test_part_of_a_compound_is_in_the_index(site):
    site.settings().note("notes/a.md", "Die Datenbankverbindung wird nicht mehr frei.", title="A")

    assert "verbindung" in terms_in(site.build().tree())


def test_sections_are_what_a_reader_sees():
    html = (
        '<p>One <a href="x">t<em>w</em>o</a>&amp;<!-- no --></p><script>no()</script>'
        '<h2 id="a-b">A <code>b</code></h2><p>\ufdd0t0\ufdd1 three</p>'
    )
    use = LinkUse("wikilink", "Other", "", Span(1, 1))

    sections, terms = parse_sections({"body": html, "why": "<p>Four</p>"}, (use,))

    assert [(one.id, one.heading, one.text) for one in sections] == [
        ("", "", "One two&"), ("a-b", "A b", "Other three"), ("", "", "Four"),
    ]  # fmt: skip
    assert set(terms) == {"one", "two", "a", "b", "other", "three", "four"}


def test_names_in_links_are_text_as_pages_show_them():
    uses = [LinkUse("wikilink", "A", it, Span(1, 1)) for it in ("Part", "One#Two", "^def1")]
    html = "".join(f"<p>\ufdd0t{number}\ufdd1.</p>" for number in range(3))

    sections, _ = parse_sections({"body": html}, tuple(uses))

    assert sections[0].text == "A › Part. A › One › Two. A."


def test_marks_of_footnotes_are_no_text():
    html = (
        '<p>Celery<sup class="footnote-ref"><a href="#fn-1" id="fnref-1">1</a></sup> for x<sup>2</sup>, '
        'Redis<sup id="fnref:2"><a class="footnote-ref" href="#fn:2">2</a></sup>.</p>'
        '<li id="fn-1"><p>Five. <a class="footnote-backref" href="#fnref-1">↩<sup class="footnote-ref">2'
        "</sup></a></p></li>"
    )

    sections, _ = parse_sections({"body": html}, ())

    assert sections[0].text == "Celery for x2, Redis. Five."


def test_what_images_say_is_text():
    use = LinkUse("image", "a.png", "", Span(1, 1), text="A queue", title="How tasks wait")
    far = '<p><img src="https://example.org/b.png" alt="A &amp; B" title="Far"></p>'

    sections, _ = parse_sections({"body": f"<p>\ufdd0i0\ufdd1</p>{far}"}, (use,))

    assert sections[0].text == "A queue How tasks wait A & B Far"


def test_text_that_goes_on_behind_what_is_kept_says_so():
    html = f"<p>{'word ' * 600}</p><h2 id='a'>A</h2><p>More.</p>".replace("'", '"')

    sections, _ = parse_sections({"body": html}, ())

    assert [len(one.text) for one in sections] == [2999, 3]
    assert sections[1].text == "M …"


def test_hidden_entries_are_in_no_byte(site):
    site.settings("checks: {link.hidden: warn}")
    site.note("notes/open.md", "Apple words.", title="Open", tags=["fruit"], uses="[Elder]")
    site.note("notes/draft.md", "Bananaword.", title="Cherrytitle", draft=True)
    site.note("notes/private.md", "Dateword.", title="Elder", private=True, tags=["figtag"])
    site.note("notes/unsearched.md", "Grapeword.", title="Honeytitle", search=False)

    site.build()

    text = b"".join(data for path, data in site.tree().items() if path.startswith(FOLDER)).lower()
    assert b"apple" in text
    for word in ("banana", "cherry", "date", "elder", "figtag", "grape", "honey"):
        assert word.encode() not in text
    assert "notes/unsearched/index.html" in site.tree()


def test_search_can_be_turned_off(site):
    site.settings("search: false\nbase_url: https://example.org/").note("notes/a.md").build()

    assert not [path for path in site.tree() if "search/" in path or path == "opensearch.xml"]
    assert "data-search" not in site.output("index.html")


def test_list_of_files_is_in_order_however_many_there_are(site, monkeypatch):
    monkeypatch.setattr("nexusgen.site.search.MAX_LEAF", 8)
    monkeypatch.setattr("nexusgen.site.search.MAX_SOLE", 8)
    site.settings().note(
        "notes/a.md",
        " ".join(f"{a}{b}x" for a in "abcdefghijklmnopqrst" for b in "abcdefghijklmnopqrst"),
    )
    site.build()

    names = data_of(site.tree())["m.js"]["l"]
    assert len(names) > 256
    assert names == sorted(names)


def test_dialog_speaks_the_language_of_the_hub(site):
    site.settings("language: de\nstrings: {Results: Funde}").note("notes/a.md").build()

    manifest = data_of(site.tree())["m.js"]
    assert 'placeholder="Suche"' in manifest["box"]
    assert 'aria-label="Funde"' in manifest["box"]
    assert "Gefundene Einträge: " in manifest["words"]


def test_field_without_a_value_changes_nothing(site):
    site.settings().write("content/notes/a.md", "---\ntitle: Melon\nsearch:\n---\nText.\n").build()

    assert "melon" in terms_in(site.tree())


def test_embedded_text_counts_for_the_entry_it_stands_in(site):
    site.settings().note("notes/a.md", "![[b]]", title="A").note("notes/b.md", "Quince.", title="B")

    site.build()

    (postings,) = (data["quince"] for data in data_of(site.tree()).values() if "quince" in data)
    assert len(decoded(postings)[0]) == 1


def test_fields_of_a_kind_are_found(site):
    site.settings()
    site.note("challenges/a.md", problem="Celery `sulked`", solution="Gave it redisword")

    site.build()

    assert {"sulked", "redisword", "kind:challenge"} <= terms_in(site.tree())


def test_edit_of_a_text_changes_a_file_of_texts_and_one_of_terms(site):
    """Of a hub of about a hundred entries all terms are in one file."""
    site.settings()
    words = [f"{a}{b}{c}ord" for a in "bcdfg" for b in "aeiou" for c in "lmnrst"]
    for number in range(60):
        site.note(f"notes/n{number}.md", " ".join(words[number : number + 40]), title=f"N {number}")
    before = site.build().tree()

    new = "zebra umbrella kangaroo quince octopus"
    site.note("notes/n7.md", " ".join([*words[7:47], new]), title="N 7").build()

    changed = {path for path in site.tree() if before.get(path) != site.tree()[path]}
    files = {path for path in changed if path.startswith(FOLDER)}
    assert set(new.split()) <= terms_in(site.tree())
    assert len(files) == 2
    assert f"{FOLDER}t.js" in files


def test_edit_in_a_large_hub_changes_the_files_of_its_words(site, monkeypatch):
    monkeypatch.setattr("nexusgen.site.search.MAX_SOLE", 8000)
    monkeypatch.setattr("nexusgen.site.search.MAX_LEAF", 1000)
    site.settings()
    words = [f"{a}{b}{c}ord" for a in "bcdfg" for b in "aeiou" for c in "lmnrst"]
    for number in range(60):
        site.note(f"notes/n{number}.md", " ".join(words[number : number + 40]), title=f"N {number}")
    before = site.build().tree()

    site.note("notes/n7.md", " ".join(words[7:47]) + " zebra", title="N 7").build()

    changed = {path for path in site.tree() if before.get(path) != site.tree()[path]}
    files = {path for path in changed if path.startswith(FOLDER)}
    assert len([path for path in site.tree() if path.startswith(f"{FOLDER}t")]) > 8
    assert any("zebra" in data for data in data_of(site.tree()).values())
    assert len(files) <= 3
    assert f"{FOLDER}m.js" not in files


@pytest.mark.parametrize("length", [20, 57, 90, 130, 200, 300, 400])
def test_sentence_more_leaves_the_weights_of_other_words_alone(length):
    text = " ".join(f"word{number}" for number in range(length))

    before, after = (weigh({"text": [one]}) for one in (text, f"{text} and this is one more of it"))

    assert {word: after[word] for word in before} == before


@pytest.mark.parametrize("times", [2, 4, 9])
def test_word_once_more_seldom_changes_its_weight(times):
    assert weigh({"text": ["the " * times]}) == weigh({"text": ["the " * (times + 1)]})


@given(st.lists(st.sampled_from(["", "2024-05-01", "2024-05-02", "2024-06-01"]), max_size=20))
def test_first_shown_are_the_newest_in_the_order_of_all(dates):
    entries = {
        f"n{at}": Entry(f"n{at}", "a.md", at, "note", "", "", "", f"T{at % 7}", date=date)
        for at, date in enumerate(dates)
    }

    days = defaultdict(tuple)
    for name, entry in entries.items():
        for key, found in _days(name, entry):
            days[key] += (found,)
    heads = _heads(days, entries)

    ordered = [one.id for one in newest_first(entries.values()) if one.date]
    assert heads["newest"] == tuple(ordered[:MAX_NEWEST])


def test_files_of_terms_are_named_for_any_file_system(site):
    site.settings().note("notes/a.md", "Äpfel 日本語 .net --app c++ Ünï", title="A").build()

    names = [path for path in site.tree() if path.startswith(FOLDER)]
    assert all(re.fullmatch(r"[a-z0-9.-]+", path.removeprefix(FOLDER)) for path in names)
    assert file_name("~Aß") == "t7e-41-df.js"


def test_page_of_an_author_at_the_same_address_wins(site):
    site.settings().note("search.md", "Mine.", title="My search").build()

    assert site.problems == ()
    assert "Mine." in site.output("search/index.html")


def test_address_of_the_site_lets_browsers_take_up_its_search(site):
    site.settings("base_url: https://example.org/hub/").note("notes/a.md").build()

    assert "https://example.org/hub/search/?q={searchTerms}" in site.output("opensearch.xml")
    assert "https://example.org/hub/search/?q={search_term_string}" in site.output("index.html")


def decoded(text):
    """Return the postings that a text stands for."""
    count, _, text = text.rpartition(" ")
    found, at, number = [], 0, 0
    while at < len(text):
        step = shift = 0
        while True:
            value = DIGITS.index(text[at])
            step |= (value & 31) << shift
            shift += 5
            at += 1
            if not value & 32:
                break
        number += step
        found.append((number, text[at]))
        at += 1
    return found, count


def text_of(postings, share=MAX_POSTINGS):
    """Return postings as text: made for each range, then joined."""
    ranges = groupby(sorted(postings), lambda posting: posting >> 6 + RANGE)
    return joined([make_runs(list(some), share) for _, some in ranges])


def shown(postings):
    return [(one >> 6, DIGITS[one & 63]) for one in sorted(postings)]


@given(st.dictionaries(st.integers(0, 2**24), st.integers(1, 63)))
def test_postings_are_read_as_they_were_written(weights):
    postings = [number << 6 | weight for number, weight in weights.items()]

    assert decoded(text_of(postings)) == (shown(postings), "")


def test_term_of_very_many_entries_keeps_those_of_each_range_it_says_most_about():
    postings = [number << 6 | 1 + number % 63 for number in range(0, 10 << RANGE, 5)]

    found, count = decoded(text_of(postings, share=64))

    assert int(count) == pytest.approx(len(postings), rel=0.07)
    best = sorted(postings, key=lambda one: (-(one & 63), one))
    ranges = [[one for one in best if one >> 6 + RANGE == place] for place in range(10)]
    assert found == shown(one for some in ranges for one in some[:64])


@pytest.mark.parametrize(
    ("bits", "ranges"), [(10, 1), (11, 2), (13, 8), (15, 32), (16, 64), (17, 64), (21, 64)]
)
def test_numbers_of_a_hub_lie_in_ranges_that_share_what_is_kept(bits, ranges):
    numbers = [f"{(1 << bits) + place * (1 << bits) // 256:07x}" for place in range(256)]

    found = [range_of(number) for number in numbers]

    assert len({*found}) == ranges
    assert found == sorted(found)
    assert {share_of(one) for one in found} == {MAX_POSTINGS // ranges}


def test_files_of_dense_scripts_are_as_small_as_others():
    sizes = {path_of(f"の{chr(0x4E00 + number)}"): 90 for number in range(4000)}
    found = _split(sizes, path_of("のの")[:3])

    assert sum(found.values()) == sum(sizes.values())
    assert max(found.values()) <= 2 * MAX_LEAF
    assert len(found) < 128


@given(st.dictionaries(st.text("abc~éの", min_size=1, max_size=6), st.integers(1, MAX_LEAF * 2)))
def test_every_path_is_in_the_file_of_its_longest_prefix(sizes):
    by_shard = {}
    for term, size in sizes.items():
        path = path_of(term)
        by_shard.setdefault(path[:3], {})[path] = size
    prefixes = {
        prefix: size
        for shard, found in by_shard.items()
        for prefix, size in _split(found, shard).items()
    }
    leaves = {}
    _join(prefixes, "", leaves)

    for paths in by_shard.values():
        for path in paths:
            prefix = max((one for one in prefixes if path.startswith(one)), key=len)
            leaf = max((one for one in leaves if path.startswith(one)), key=len)
            assert prefix in leaves[leaf]


NODE = shutil.which("node") or ""
TEXTS = [
    "Crème Brûlée, Straße", "C++ and C# on .NET with --app", "perform_async os.path.join", "日本語 猫",
    "أحمد 한국어 ภาษา đường", "والمكتبة للشبكة ١٢٣ Wissen\xadschaft", "“quoted” – dash… a→b", "x-y -z 3.14 v1.2.3 foo#bar issue #12",
]  # fmt: skip


@pytest.mark.skipif(not NODE, reason="needs Node")
def test_script_and_builder_read_the_same_words():
    shim = (
        "const document = {currentScript: {src: 'http://x/a.js'}, head: {append: (script) => {"
        f"script.given = {json.dumps({'w': READING})}; script.onload(); }}}},"
        "querySelector: () => ({href: 'http://x/s/'}), createElement: () => ({remove() {}})};"
        "const window = globalThis; globalThis.document = document; globalThis.location = {};"
    )
    read = f"() => console.log(JSON.stringify({json.dumps(TEXTS)}.map(nexusgenSearch.termsOf)))"
    program = f"{shim}{SCRIPT.read_text(encoding='utf-8')}\nsetImmediate({read})"
    run = subprocess.run([NODE, "-"], input=program.encode(), capture_output=True, check=True)

    for text, read in zip(TEXTS, json.loads(run.stdout), strict=True):
        assert set(read) <= set(count_terms([text])), text


def test_index_is_the_same_whatever_was_known(site):
    site.settings()
    for number in range(30):
        site.note(f"notes/n{number}.md", f"Word{number} shared sentence.", title=f"Title {number}")
    site.build()
    site.note("notes/n3.md", "Other words.", title="Title 3").remove("content/notes/n4.md")
    site.note("notes/new.md", "New words.", title="New")
    edited = site.build().tree()

    shutil.rmtree(site.root / ".nexusgen")
    shutil.rmtree(site.root / "output")

    assert site.build().tree() == edited


def test_script_and_dialog_are_light(site):
    site.settings().note("notes/a.md").build()
    scripts = [data for path, data in site.tree().items() if re.match(r"assets/search\..*js", path)]
    dialog = data_of(site.tree())["m.js"]["box"].encode()

    assert len(scripts) == 1
    assert sum(len(gzip.compress(data)) for data in (*scripts, dialog)) <= 5 * 1024
