"""The theme speaks thirteen languages: each has every text, with its places, and its forms of numbers."""

import ast
import re
from html import unescape

import pytest

from nexusgen.content.kinds import KINDS, STATUSES
from nexusgen.markdown import LABELS
from nexusgen.pages.words import (
    DATE,
    MONTH_OF_YEAR,
    MONTHS,
    local_date,
    parse_words,
    say,
    say_number,
)
from nexusgen.site.settings import parse_site
from nexusgen.site.url_map import PAGES
from tests.conftest import ROOT

TABLES = {
    path.stem: parse_words(path.read_text())
    for path in sorted((ROOT / "templates/words").iterdir())
}
SAYING = frozenset({"say", "say_number", "_of_author"})
FORMS = {"pl": 3, "ru": 3, "he": 3, "ar": 6, "ja": 1, "zh": 1}


def texts_in_templates():
    for path in (ROOT / "templates").glob("*.*ml"):
        text = path.read_text()
        for found in re.finditer(r'"([^"]+)" \| t(?:_number)?\b|\| t_number\("([^"]+)"\)', text):
            yield found[1] or found[2]
        for group in re.findall(r"\(([^()|]*)\) \| t\b", text):
            yield from re.findall(r'"([A-Z][^"]*)"', group)


def texts_in_pages():
    for path in (ROOT / "nexusgen/pages").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAYING:
                texts = (one.value for one in node.args if isinstance(one, ast.Constant))
                yield from (text for text in texts if isinstance(text, str) and text)


def texts_of_kinds():
    for kind in KINDS:
        yield from (kind.label, kind.plural, f"{kind.label.lower()} | {kind.plural.lower()}")
        yield from (field.label for field in kind.fields if field.label)


USED = {
    *texts_in_templates(), *texts_in_pages(), *texts_of_kinds(), *PAGES.values(), *STATUSES, *LABELS,
    "{} entry | {} entries", MONTHS, DATE, MONTH_OF_YEAR, "Home", "About", "Search",
    "Nothing is at this address. It may have moved, or the link may be mistyped.",
}  # fmt: skip


@pytest.mark.parametrize("code", TABLES)
def test_every_language_has_every_text_and_no_other(code):
    assert USED - TABLES[code].keys() == set()
    assert TABLES[code].keys() - USED == set()


@pytest.mark.parametrize("code", TABLES)
def test_every_text_is_translated_with_its_places(code):
    lines = (ROOT / f"templates/words/{code}.txt").read_text().splitlines()
    keys = [line.partition(" = ")[0] for line in lines if line and line[0] != "#"]

    assert len(keys) == len(set(keys))
    for english, words in TABLES[code].items():
        if " | " in english:
            forms = words.split(" | ")
            assert len(forms) == FORMS.get(code, 2), english
            assert all(form.count("{}") <= english.count("{}") for form in forms)
            assert "{}" in forms[-1] or "{}" not in english
        else:
            assert sorted(re.findall(r"\{.*?\}", words)) == sorted(re.findall(r"\{.*?\}", english))
        assert words == words.strip()


def hub(language: str, more: str = ""):
    text = f"title: Hub\nlanguage: {language}\n{more}".encode()
    site, _ = parse_site(text, "content/site.yml", "content", "hub")
    return site, TABLES.get(language, {})


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["0 entries", "1 entry", "2 entries", "1,000 entries"]),
        ("de", ["0 Einträge", "1 Eintrag", "2 Einträge", "1,000 Einträge"]),
        ("fr", ["0 entrée", "1 entrée", "2 entrées", "1,000 entrées"]),
        ("ja", ["0件", "1件", "2件", "1,000件"]),
        ("he", ["0 רשומות", "רשומה אחת", "שתי רשומות", "1,000 רשומות"]),
    ],
)
def test_number_of_things(language, said):
    from nexusgen.pages.words import with_words

    site = with_words(*hub(language))
    numbers = (0, 1, 2, 1000)
    assert [say_number(site, number, "{} entry | {} entries") for number in numbers] == said


@pytest.mark.parametrize(
    ("language", "numbers", "form"),
    [
        ("ru", (1, 21, 101), 0), ("ru", (2, 3, 4, 22, 104), 1), ("ru", (0, 5, 11, 12, 14, 111), 2),
        ("pl", (1,), 0), ("pl", (2, 4, 22, 104), 1), ("pl", (0, 5, 12, 14, 21, 112), 2),
        ("ar", (0,), 0), ("ar", (1,), 1), ("ar", (2,), 2), ("ar", (3, 10, 103, 1010), 3),
        ("ar", (11, 99, 111), 4), ("ar", (100, 101, 102, 1000), 5),
    ],
)  # fmt: skip
def test_forms_of_numbers_are_those_of_cldr(language, numbers, form):
    from nexusgen.pages.words import with_words

    forms = "a | b"
    site = with_words(*hub(language, "strings: {'a | b': '0 | 1 | 2 | 3 | 4 | 5'}"))

    assert {say_number(site, number, forms) for number in numbers} == {str(form)}


def test_own_words_count_first_and_cannot_break_a_page(site):
    site.settings("""
        language: de
        strings:
          Challenges: Knacknüsse
          "{0}, page {1}": "{1}/{5} {x} {0.__class__} {"
        page_size: 1
    """)
    for name in "ab":
        site.note(f"challenges/{name}.md", title=name, problem="P", solution="S", tags="[t]")

    site.build()

    page = site.output("challenges/page/2/index.html")
    assert "2/{5} {x} {0.__class__} {" in page
    assert ">Knacknüsse</h1>" in site.output("challenges/index.html")
    assert "2 Einträge" in site.output("tags/t/index.html")


def test_words_that_the_theme_never_says_are_told(site):
    site.settings("strings: {Serach: Find, Search: Find, Talk: Speech, Hello: Hey}\n").note("a.md")
    site.write(
        "content/site.yml", (site.root / "content/site.yml").read_text() + "kinds: {talk: {}}\n"
    )
    site.write("templates/note.html", '{{ "Hello" | t }}')
    site.write("templates/words/sv.txt", "# sv\n\nSearch = Sök\nfoo\nTags=Taggar\nSerach = x\n")

    told = [(one.path, one.line, one.column, one.hint) for one in site.build().problems]
    assert told == [
        ("content/site.yml", 2, 11, 'did you mean "Search"?'),
        ("templates/words/sv.txt", 4, 1, "write Search = Sök"),
        ("templates/words/sv.txt", 5, 1, "write Search = Sök"),
        ("templates/words/sv.txt", 6, 1, 'did you mean "Search"?'),
    ]
    assert {one.severity for one in site.problems} == {"warning"}


def test_words_of_the_hubs_own_table_replace_those_of_the_theme(site):
    site.settings("language: de").note("notes/a.md").note("notes/b.md")
    site.write("templates/words/de.txt", "Search = Finden\n")

    site.build()

    assert "<span>Finden</span>" in site.output("notes/a/index.html")
    assert ">Quelle" not in site.output("notes/a/index.html")
    site.write("templates/words/de.txt", "Search = Stöbern\n").build()
    assert "<span>Stöbern</span>" in site.output("notes/a/index.html")


def test_hub_may_speak_a_language_that_the_theme_does_not_know(site):
    site.settings("language: sv").note("notes/a.md", tags="[x]", date="2024-05-01")
    site.note("notes/b.md", tags="[x]", date="2024-06-01")
    site.write(
        "templates/words/sv.txt",
        """
        Notes = Anteckningar
        {} entry | {} entries = {} post | {} poster
        {day} {month} {year} = den {day} {month} {year}
        January February March April May June July August September October November December = januari februari mars april maj juni juli augusti september oktober november december
    """,
    )

    site.build()

    assert ">Anteckningar</h1>" in site.output("notes/index.html")
    assert "2 poster" in site.output("tags/x/index.html")
    assert ">den 1 maj 2024</time>" in site.output("timeline/index.html")
    assert ">Juni<" in site.output("timeline/index.html")


@pytest.mark.parametrize(
    ("language", "table", "told"),
    [
        ("sv", "sv", 'the theme has no words for "sv", so its own stand there in English'),
        ("am", "am", 'the theme has no words for "am", so its own stand there in English'),
        ("nb-NO", "nb", 'the theme has no words for "nb-NO", so its own stand there in English'),
        ("zh-TW", "zh-tw", "in simplified signs"),
        ("zh-Hant", "zh-hant", "in simplified signs"),
        ("zh-CN", "", ""),
        ("pt-BR", "", ""),
        ("en-GB", "", ""),
        ("EN", "", ""),
    ],
)
def test_language_of_which_there_are_no_words_is_told_once(site, language, table, told):
    site.settings(f"language: {language}\n").note("a.md").build()

    assert [(one.code, one.line, one.column) for one in site.problems] == (
        [("site.language", 2, 11)] if told else []
    )
    assert not told or told in site.problems[0].message
    assert not table or f"templates/words/{table}.txt" in site.problems[0].hint

    site.write(f"templates/words/{table or 'zh'}.txt", "Search = X\n").build()
    assert site.problems == ()
    assert not table or "<span>X</span>" in site.output("a/index.html")


@pytest.mark.parametrize(("language", "said"), [("de-AT", "2 Vorträge"), ("fr", "2 vorträge")])
def test_german_writes_what_a_kind_is_called_with_a_capital(site, language, said):
    site.settings(f"language: {language}\nkinds: {{v: {{label: Vortrag, plural: Vorträge}}}}\n")
    site.note("vs/a.md").note("vs/b.md").build()

    assert said in site.output("vs/index.html")


ENGLISH = (
    "Home", "Tags", "About", "Skills", "Timeline", "Graph", "Contents", "Recent", "Search", "Entries", "entries",
    "Technologies", "technologies", "Challenges", "Projects built", "that use", "Problem ", "Page not found",
    "has moved", "Built with", "Often beside", "Narrower", "To read", "All ", "page 2", "Letters", "Filter",
    "Category", "Email", "growing",
)  # fmt: skip


@pytest.mark.parametrize("language", ["ru", "ja", "ar"])
def test_no_word_of_english_is_left_on_the_pages_of_a_hub(site, language):
    site.settings(f"""
        language: {language}
        base_url: https://example.org/
        page_size: 2
        redirects: {{old/: notes/}}
        author: {{name: А, email: a@example.org}}
    """)
    site.note("technologies/t.md", title="Т", category="К", tags="[о/п, о]")
    site.note("concepts/c.md", title="Ц", status="growing", tags="[о]")
    long = "слово " * 600
    for number in range(3):
        site.note(
            f"challenges/{number}.md", long, title=f"З{number}", uses="[Т]", tags="[о]",
            date=f"202{number}-01-02", problem="П", solution="Р",
        )  # fmt: skip
        site.note(f"projects/{number}.md", title=f"Р{number}", uses="[Т, Ц]")
    for number in range(70):
        site.note(
            f"notes/{number}.md", f"См. [[З{number % 3}]]", title=f"{'АБВГДЕ'[number % 6]}{number}"
        )

    site.build()

    for path, data in site.tree().items():
        if path.endswith(".html"):
            text = re.sub(
                r"<script.*?</script>|<style.*?</style>", "", data.decode(), flags=re.DOTALL
            )
            shown = re.findall(r'(?:aria-label|alt|title)="([^"]*)"|>([^<]+)<', text)
            words = unescape("\n".join(one or other for one, other in shown))
            assert [word for word in ENGLISH if word in words] == [], path


def test_labels_within_texts_speak_the_language_of_the_hub_or_its_own_words(site):
    site.settings("language: de\nstrings: {Question: Rätsel}\n")
    body = """
        > [!question]
        > Warum?

        > [!warning]- Selbst
        > Darum.

        - [x] Los[^1]

        | a |
        |---|
        | b |

        [^1]: Dort.
    """
    site.note("notes/a.md", body, title="A")

    site.build()
    page = site.output("notes/a/index.html")

    assert 'class="alert-title">Rätsel<' in page
    assert '<small class="alert-kind mono">Warnung</small>' in page
    for label in ("erledigt", "Fußnoten", "Zurück zur Stelle 1", "Tabelle"):
        assert f'aria-label="{label}"' in page


@pytest.mark.parametrize(
    ("code", "month", "day"),
    [
        ("de", "März 2024", "5. März 2024"),
        ("es", "marzo de 2024", "5 de marzo de 2024"),
        ("pl", "marzec 2024", "5 marca 2024"),
        ("ja", "2024年3月", "2024年3月5日"),
        ("ar", "مارس 2024", "5 مارس 2024"),
    ],
)
def test_dates_are_written_as_the_language_does(code, month, day):
    assert local_date(TABLES[code], "2024-03") == month
    assert local_date(TABLES[code], "2024-03-05") == day
    for other in ("2024", "2024-13", "May", ""):
        assert local_date(TABLES[code], other) == other


def test_months_are_there():
    for table in TABLES.values():
        assert {len(names.split()) for names in table[MONTHS].split(" | ")} == {12}


def test_months_that_are_not_twelve_and_places_that_a_date_lacks_break_no_page():
    words = {MONTHS: "one two", DATE: "{day.__class__}{0}{ {month}/{day}"}

    assert local_date(words, "2024-03-05") == "{day.__class__}{0}{ March/5"


def test_text_that_no_table_has_stays_english():
    assert say(hub("de")[0], "Nothing {0}", "x") == "Nothing x"
