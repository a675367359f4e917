"""A portfolio: who the author is, what the author can do, and what proves it. Nothing else."""

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from nexusgen.cli import main
from nexusgen.core.problems import NexusgenError
from nexusgen.importers.planning import plan_import
from nexusgen.importers.sources import read_source
from nexusgen.pages.portfolio import first_sentence
from nexusgen.tools.pdf import BROWSERS, print_cv
from tests.conftest import PIXEL, ROOT, SiteTest

AUTHOR = "author: {name: Ada Example, headline: Engineer, email: ada@example.org}"


class Rows(HTMLParser):
    """Gathers the rows of the tables of a page: of each, its text and the addresses in it."""

    def __init__(self, page):
        super().__init__()
        self.rows: list[tuple[list[str], list[str]]] = []
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.inside |= tag == "tbody"
        if tag == "tr":
            self.rows.append(([], []))
        elif tag == "a" and self.inside and self.rows:
            self.rows[-1][1].append(dict(attrs)["href"])

    def handle_endtag(self, tag):
        self.inside &= tag != "tbody"

    def handle_data(self, data):
        if self.inside and data.strip():
            self.rows[-1][0].append(data.strip())


def skills_of(site):
    """Return, by the name of each skill, the sum of its counts and where its evidence is."""
    found = {}
    page = site.tree().get("skills/index.html", b"").decode()
    for texts, links in Rows(page).rows:
        if texts:
            numbers = [int(number) for number in re.findall(r"(\d+) [a-z]", texts[1])]
            found[texts[0]] = sum(numbers), links[1:]
    return found


def portfolio(site):
    site.settings(AUTHOR)
    site.note("technologies/django.md", "", title="Django", summary="A framework.")
    site.note("technologies/celery.md", "", title="Celery", uses="[django]")
    site.note("technologies/docker.md", "", title="Docker")
    site.note("concepts/queues.md", "", title="Queues", uses="[celery]")
    site.note("challenges/slow.md", "", title="Slow", problem="It was slow.", solution="With `Cache`.",
              uses="[django, celery]")  # fmt: skip
    site.note("challenges/open.md", "", title="Open", problem="It fails.", uses="[docker]")
    site.note("projects/shop.md", "", title="Shop", uses="[django]")
    site.note("notes/n.md", "", title="A note", uses="[queues]")
    return site


def test_a_skill_is_what_something_proves_and_what_weighs_stands_first(site):
    page = portfolio(site).build().output("skills/index.html")

    assert skills_of(site) == {
        "Django": (2, ["../challenges/slow/", "../projects/shop/"]),
        "Celery": (1, ["../challenges/slow/"]),
        "Queues": (1, ["../notes/n/"]),
    }
    assert page.index(">Django<") < page.index(">Celery<") < page.index(">Queues<")
    noted = page.partition("Also noted")[2]
    assert ">Docker<" in noted, "a problem that is still open proves nothing"
    assert ">Django<" not in noted.partition("</main>")[0]
    assert "Last worked on" not in page


def test_days_are_told_only_where_they_differ(site):
    portfolio(site).note("projects/shop.md", "", title="Shop", uses="[django]", date="2024-02-03")
    assert "3 Feb 2024" in site.build().output("skills/index.html")

    for path in ("challenges", "concepts", "notes", "projects"):
        site.remove(f"content/{path}")
    site.note("notes/n.md", "", uses="[django, celery]", date="2024-02-03")
    assert "Last worked on" not in site.build().output("skills/index.html")


@pytest.mark.parametrize("how", ["private: true", "draft: true", "date: 2999-01-01"])
def test_what_is_not_published_proves_nothing_and_is_not_named(site, how):
    name, _, value = how.partition(": ")
    portfolio(site).note("challenges/slow.md", "", title="Slow canary", problem="p canary",
                         solution="s", uses="[django]", **{name: value})  # fmt: skip
    site.build(today="2026-01-01") if name == "date" else site.build()

    assert skills_of(site)["Django"] == (1, ["../projects/shop/"])
    assert not [path for path, data in site.tree().items() if b"canary" in data]


uses = st.lists(st.sampled_from(["T0", "T1", "C0", "gone"]), max_size=3)
kinds = st.sampled_from(
    ["challenges", "projects", "practices", "notes", "concepts", "technologies"]
)


tags = st.lists(st.sampled_from(["api", "ops", "lang/py", "lang"]), max_size=2, unique=True)


def listed(site, page):
    """Return where the entries of a list lead, on the page and those that follow it."""
    found = []
    for path in sorted(site.tree()):
        if re.fullmatch(rf"{page}/(page/\d+/)?index\.html", path):
            text = re.sub(r'(?s)<ul class="index">.*?</ul>', "", site.output(path))
            heads = (
                r'(?:<h3[^>]*>|<span class="what"><svg.*?</svg> |<ul class="titles"><li>|</li><li>)'
            )
            found += re.findall(heads + r'<a href="[./]*((?!tags/)(?:\w+/){2})">', text)
    return found


def counts(site):
    """Yield each count of entries that the site shows, where, and where these lead."""
    for path in site.tree():
        section, _, name = path.rpartition("/")
        if name != "index.html" or "/page/" in path:
            continue
        text = site.output(path)
        for url, number in re.findall(r'<a href="([^"]+)">[^<]*<span class="mono">(\d+)<', text):
            yield path, int(number), listed(site, re.sub(r"^[./]*|/$", "", url))
        shown = re.search(r'<p class="label">(?:<span>|Tag · )(\d+) \w+(?:</span>|</p>)', text)
        if shown:
            yield path, int(shown[1]), listed(site, section)
    if "skills/index.html" in site.tree():
        for name, (number, links) in skills_of(site).items():
            yield f"skills: {name}", number, links


def write_portfolio(site, notes):
    """Write two technologies, a concept, and what may use them."""
    site.settings(f"missing_links: allow\npage_size: 3\n{AUTHOR}")
    for name in ("T0", "T1"):
        site.note(f"technologies/{name}.md", "", title=name)
    site.note("concepts/C0.md", "", title="C0")
    for number, (kind, used, tagged, solved) in enumerate(notes):
        more = {"solution": "s"} if solved else {}
        fields = {"problem": "p", **more} if kind == "challenges" else {}
        site.note(f"{kind}/n{number}.md", "", title=f"Canary{number}x",
                  uses=f"[{', '.join(used)}]", tags=f"[{', '.join(tagged)}]", **fields)  # fmt: skip


@settings(max_examples=12, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(kinds, uses, tags, st.booleans()), max_size=7), st.data())
def test_every_count_is_that_of_the_links_under_it_and_an_entry_takes_only_its_own(notes, data):
    with TemporaryDirectory() as folder:
        site = SiteTest(Path(folder) / "hub")
        write_portfolio(site, notes)
        for place, number, links in counts(site.build(keep_going=True)):
            assert number == len(links) > 0, place
        if not notes:
            return
        number = data.draw(st.integers(0, len(notes) - 1))
        kind, before = notes[number][0], skills_of(site)
        path = site.root / f"content/{kind}/n{number}.md"
        if data.draw(st.booleans()):
            path.unlink()
        else:
            path.write_text(path.read_text().replace("---\n", "---\nprivate: true\n", 1))
        site.build(keep_going=True)

        assert not [path for path, found in site.tree().items() if b"Canary%dx" % number in found]
        before.pop(f"Canary{number}x", None)
        gone = f"../{kind}/n{number}/"
        left = {
            name: [link for link in links if link != gone] for name, (_, links) in before.items()
        }
        assert {name: links for name, (_, links) in skills_of(site).items()} == {
            name: links for name, links in left.items() if links
        }


def test_home_of_a_portfolio_names_its_author_and_solved_problems_first(site):
    home = portfolio(site).build().output("index.html")

    assert '<h1 class="p-name">Ada Example</h1>' in home
    assert 'href="mailto:ada@example.org"' in home
    assert home.index("It was slow.") < home.index("A framework.")
    assert "<code>Cache</code>" in home
    assert "It fails." not in home


def test_featured_problems_are_picked_else_those_with_an_outcome(site):
    portfolio(site)
    for name, more in (("a", {"outcome": "Gone."}), ("b", {"featured": "true"}), ("c", {})):
        site.note(
            f"challenges/{name}.md", "", title=name, problem=f"p-{name}.", solution="s", **more
        )
    home = site.build().output("index.html")
    assert "p-b." in home
    assert "p-a." not in home

    site.note("challenges/b.md", "", title="b", problem="p-b.", solution="s")
    home = site.build().output("index.html")
    assert "p-a." in home
    assert "Gone." in home
    assert "p-c." not in home


def test_a_hub_without_an_author_is_named_itself(site):
    site.settings("tagline: Soon").note("challenges/a.md", "", problem="p", solution="s")
    assert "<h1>Hub</h1>" in site.build().output("index.html")


def test_page_of_the_authors_own_wins_over_that_of_skills(site):
    portfolio(site).note("skills.md", "My own list.", title="What I can do").build()
    assert site.problems == ()
    assert "My own list." in site.output("skills/index.html")


def test_bio_is_markdown_whose_links_are_those_of_the_hub(site):
    bio = "I build *queues*, see [[Django]]. And [more](technologies/celery.md)."
    portfolio(site).settings(f'author: {{name: Ada, bio: "{bio}"}}').build()

    about = site.output("about/index.html")
    assert "<em>queues</em>" in about
    assert 'href="../technologies/django/"' in about
    assert 'href="../technologies/celery/"' in about
    assert '<p class="lede">I build queues, see Django.</p>' in site.output("index.html")
    assert '"description": "I build queues, see Django.' in about


def test_photo_is_published_and_shown(site):
    portfolio(site).settings("author: {name: Ada, photo: me.png}").write("content/me.png", PIXEL)
    assert 'src="./me.png"' in site.build().output("index.html")
    assert "me.png" in site.tree()


def test_photo_that_is_not_there_is_told_and_shown_nowhere(site):
    portfolio(site).settings("author: {name: Ada, photo: ./content/me.png}").build()
    (problem,) = site.problems
    assert (problem.path, problem.code) == ("content/site.yml", "field.path")
    assert "me.png" in problem.message

    site.write("content/me.png", PIXEL).build()
    assert site.problems == ()
    assert 'src="./me.png"' in site.output("index.html")


def test_solution_of_a_problem_stands_on_the_page_of_what_it_was_solved_with(site):
    page = portfolio(site).build().output("technologies/django/index.html")
    assert "Solved with Django" in page
    assert "It was slow." in page
    solved = page.partition("Solved with Django")[2].partition("</section>")[0]
    assert re.findall(r'href="[^"]*">([^<]*)</a>', solved) == ["Slow", "Celery"], "not itself"


@pytest.mark.parametrize(
    ("fields", "body", "said"),
    [
        ({"solution": "Took a `lock`."}, "", ["Took a lock."]),
        (
            {"cause": "It ran twice.", "solution": "Took a lock."},
            "",
            ["It ran twice.", "Took a lock."],
        ),
        ({"summary": "Twice.", "solution": "Took a lock."}, "", ["Twice.", "Took a lock."]),
        ({"solution": "Took a lock."}, "Twice.", ["Twice.", "Took a lock."]),
        ({"problem": "Twice.", "solution": "Took a lock."}, "", ["Twice.", "Took a lock."]),
    ],
)
def test_lists_say_each_text_of_a_challenge_once(site, fields, body, said):
    """The first text stands for a summary that there is not, but not beside itself."""
    site.settings(AUTHOR).note("technologies/django.md", "", title="Django")
    site.note("challenges/slow.md", body, title="Slow", uses="[django]", **fields).build()

    for page in ("", "challenges/", "cv/", "technologies/django/"):
        text = re.sub("<[^>]*>", "", site.output(f"{page}index.html").partition("<main")[2])
        assert {one: text.count(one) for one in said} == dict.fromkeys(said, 1), page


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("One thing. Another.", "One thing."),
        ("One thing", "One thing"),
        ("By Dr. No and others. Second.", "By Dr. No and others."),
        ("一つ目。二つ目。", "一つ目。"),
        ("Version 2.0 is out! Get it.", "Version 2.0 is out!"),
        ("", ""),
    ],
)
def test_first_sentence(text, sentence):
    assert first_sentence(text) == sentence


CV = """
work:
  - {name: Nexus Ltd, position: Engineer, startDate: 2022-03, highlights: [One, Two]}
education:
  - {institution: University, area: Computing, startDate: "2015", endDate: "2019"}
  - {institution: School, endDate: "2012"}
certificates: [{name: Kubernetes, issuer: CNCF, date: 2023-05-01, url: "https://example.org/c"}]
languages: [{language: English, fluency: fluent}]
volunteer: [{organization: Club, position: Mentor, summary: Sundays.}]
awards: [{title: Best talk, awarder: PyCon}]
"""


def test_a_cv_holds_what_the_author_says_and_what_the_entries_prove(site):
    page = portfolio(site).write("content/cv.yml", CV).build().output("cv/index.html")

    assert site.problems == ()
    said = [
        " ".join(re.sub("<[^>]*>", "", one).split())
        for one in re.findall(r'<p class="mono">(.*?)</p>', page)
    ]
    assert said[:3] == ["Mar 2022 – present", "2015 – 2019", "2012"]
    for word in ("Engineer", "Nexus Ltd", "Mar 2022", "Two", "University", "2019", "Kubernetes",
                 "https://example.org/c", "English", "Club", "Best talk", "It was slow.", "Shop"):  # fmt: skip
        assert word in page
    assert "Docker" not in page, "what nothing proves is on no CV"
    assert 'href="../cv/">CV</a>' in site.output("skills/index.html")


def test_addresses_of_a_cv_are_links_of_what_they_are_the_address_of(site):
    text = """
work: [{name: Works, position: Engineer, location: London, url: "https://w.example"}, {name: Solo, url: "https://s.example"}]
education: [{institution: School, area: Computing, url: "https://e.example"}]
"""
    page = portfolio(site).write("content/cv.yml", text).build().output("cv/index.html")

    assert "<h3>Engineer</h3>" in page
    assert "<h3>Computing</h3>" in page
    assert '<p class="place"><a href="https://w.example">Works</a>, London</p>' in page
    assert '<h3><a href="https://s.example">Solo</a></h3>' in page
    assert '<a href="https://e.example">School</a></p>' in page


def test_home_says_once_what_the_hub_says_of_itself(site):
    site.settings(AUTHOR).note("index.md", "What I met in a year.", title="About")
    page = site.build().output("index.html").partition("<main")[2]

    assert page.count("What I met in a year.") == 1


def test_about_has_the_sign_of_no_kind_where_there_is_no_photo(site):
    page = site.settings(AUTHOR).build().output("about/index.html").partition("<main")[2]

    assert '<div class="seal">' in page
    assert 'class="sign"' not in page


def test_a_cv_shows_projects_and_problems_that_lie_in_folders_of_other_names(site):
    site.settings(AUTHOR).note("work/shop.md", title="Shop", kind="project")
    site.note("notes/slow.md", title="Slow", kind="challenge", problem="It was.", solution="Index.")
    page = site.build().output("cv/index.html")

    assert site.problems == ()
    assert ">Projects</h2>" in page
    assert ">Problems solved</h2>" in page


def test_a_section_that_is_not_there_leaves_no_heading(site):
    page = portfolio(site).build().output("cv/index.html")
    assert ">Work<" not in page
    assert ">Education<" not in page


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("jobs: []", "field.unknown", (1, 1)),
        ("work: {name: A}", "field.type", None),
        ("work:\n  - {nmae: A}", "field.unknown", (2, 6)),
        ("work:\n  - {name: A, startDate: March}", "field.date", (2, 26)),
        ("work:\n  - {name: A, startDate: 2023-02-29}", "field.date", (2, 26)),
        ("work:\n  - {name: A, url: nowhere}", "field.url", (2, 20)),
        ("- a", "field.type", (1, 1)),
        ("work: [", "yaml.bracket", None),
    ],
)
def test_what_is_wrong_with_a_cv_is_told_where_it_stands(site, text, code, place):
    portfolio(site).write("content/cv.yml", text).build()

    (problem,) = site.problems
    assert (problem.path, problem.code) == ("content/cv.yml", code)
    assert place is None or (problem.line, problem.column) == place


def test_a_change_of_the_cv_writes_the_cv_alone(site):
    portfolio(site).write("content/cv.yml", CV).build()
    site.write("content/cv.yml", CV.replace("Nexus Ltd", "Other Ltd")).build()
    assert site.written == ("cv/index.html", "resume.json")


def test_a_cv_of_the_authors_own_and_a_hub_without_author_have_none(site):
    portfolio(site).note("cv.md", "My own CV.", title="CV").build()
    assert site.problems == ()
    assert "My own CV." in site.output("cv/index.html")

    site.remove("content/cv.md").settings().build()
    assert "cv/index.html" not in site.tree()


def test_the_cv_of_the_seed_is_one_page_in_order(tmp_path):
    if not any(map(shutil.which, BROWSERS)):
        pytest.skip("needs Chromium: apt-get install chromium")
    for paper, size in (("a4", (595, 842)), ("letter", (612, 792))):
        target = tmp_path / f"{paper}.pdf"
        assert print_cv(ROOT, target, paper).pages == 1
        box = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)", target.read_bytes())
        assert box
        assert abs(float(box[1]) - size[0]) < 1
        assert abs(float(box[2]) - size[1]) < 1
    if shutil.which("pdftotext"):
        done = subprocess.run(
            ["pdftotext", tmp_path / "letter.pdf", "-"], capture_output=True, check=True
        )
        text = " ".join(done.stdout.decode().split())
        parts = ("Tsega Ephrem Tilahun", "Backend Engineering Learner", "tsegaephrem@gmail.com",
                 "Challenges & Solutions", "Problem: Celery workers failed", "Solution: Used Redis",
                 "Problem: Memory errors", "Key Technologies", "Django: Deploying", "Repository")  # fmt: skip
        places = [text.index(part) for part in parts]
        assert places == sorted(places)
        assert text.count("github.com/tsegaeph") == 2, "once of the author, once of the project"


def test_links_of_a_printed_cv_lead_to_where_it_is_published_or_are_none(site):
    if not any(map(shutil.which, BROWSERS)):
        pytest.skip("needs Chromium: apt-get install chromium")
    target, links = site.root / "cv.pdf", {}
    for home in ("", "base_url: https://e.eu/hub"):
        portfolio(site).settings(f"{AUTHOR}\n{home}")
        printed = print_cv(site.root, target, "a4")
        links[home] = set(re.findall(rb"/URI \(([^)]*)\)", target.read_bytes()))
        assert bool(printed.left_out) is not bool(home)
    known, found = links.values()
    assert all(url.startswith((b"https://", b"mailto:")) for url in known | found)
    assert b"https://e.eu/hub/challenges/slow/" in found - known


def test_without_a_browser_it_is_told_what_to_do(site, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NexusgenError, match="there is no Chromium") as error:
        print_cv(portfolio(site).root, site.root / "cv.pdf", "a4")
    assert "print it to a PDF" in error.value.hint


def test_a_date_that_all_entries_have_is_shown_on_none(site):
    site.settings().note("notes/a.md", date="2024-02-03").note("notes/b.md", date="2024-02-03")
    assert "3 February 2024" not in site.build().output("notes/a/index.html")

    site.note("notes/b.md", date="2024-02-04").build()
    assert "3 February 2024" in site.output("notes/a/index.html")

    site.remove("content/notes/b.md").build()
    assert "3 February 2024" in site.output("notes/a/index.html")


def test_home_of_a_portfolio_is_called_after_its_author(site):
    page = portfolio(site).build().output("index.html")
    assert "<title>Ada Example | Hub</title>" in page
    assert '"@type": "ProfilePage"' in page

    site.settings("tagline: Soon").build()
    assert "<title>Hub: Soon</title>" in site.output("index.html")


def test_command_says_what_to_do_where_no_browser_is(site, monkeypatch):
    monkeypatch.setenv("PATH", "")
    target = site.root / "cv.pdf"
    done = CliRunner().invoke(main, ["cv", "-C", str(portfolio(site).root), "--pdf", str(target)])
    assert done.exit_code == 2
    assert "print it to a PDF" in done.output
    assert not target.exists()


def resume(site):
    return json.loads(site.output("resume.json"))


def test_the_resume_for_programs_says_what_the_cv_says(site):
    site.settings(
        "base_url: https://example.org/\n"
        "author: {name: Ada, headline: Analyst, email: ada@engine.eu, bio: 'I *write* programs.',"
        " links: [{title: GitHub, url: 'https://github.com/ada'}]}\n"
    )
    site.write("content/cv.yml", "work: [{name: Works, position: Analyst, startDate: 1840-01}]\n")
    site.note("technologies/python.md", title="Python").note("technologies/go.md", title="Go")
    site.note(
        "challenges/slow.md",
        title="Slow pages",
        problem="Slow.",
        solution="Cached.",
        outcome="'Twice as **fast**.'",
        uses="[Python, Shop]",
    )
    site.note(
        "projects/shop.md", title="Shop", summary="A shop.", role="Lead", uses="[Python]",
        period="2023-05 – now",
    ).build()  # fmt: skip

    found = resume(site)

    assert found["basics"] == {
        "name": "Ada",
        "label": "Analyst",
        "email": "ada@engine.eu",
        "summary": "I write programs.",
        "url": "https://example.org/",
        "profiles": [{"network": "GitHub", "url": "https://github.com/ada"}],
    }
    assert found["work"] == [{"name": "Works", "position": "Analyst", "startDate": "1840-01"}]
    (skill,) = found["skills"]
    assert (skill["name"], sorted(skill["keywords"])) == ("Python", ["Shop", "Slow pages"])
    assert found["projects"] == [
        {
            "name": "Shop",
            "description": "A shop.",
            "highlights": ["Twice as fast."],
            "keywords": ["Python"],
            "roles": ["Lead"],
            "url": "https://example.org/projects/shop/",
            "startDate": "2023-05",
        }
    ]


def test_there_is_no_resume_of_nobody_and_an_author_may_have_one_of_their_own(site):
    site.settings().note("notes/a.md").build()
    assert "resume.json" not in site.tree()

    site.settings("author: {name: Ada}\n").note("notes/a.md", "[mine](../resume.json)")
    site.write("content/resume.json", '{"mine": 1}').build()
    assert resume(site) == {"mine": 1}


def test_nothing_hidden_is_in_the_resume(site):
    site.settings("author: {name: Ada}\n").note("technologies/python.md", title="Python")
    site.note("projects/secret.md", title="Zanzibar", uses="[Python]", draft=True)
    site.note(
        "challenges/mine.md", title="Quixote", problem="P", solution="S", private=True
    ).build()

    assert "Zanzibar" not in site.output("resume.json")
    assert "Quixote" not in site.output("resume.json")


def test_a_resume_is_read_back(site, tmp_path):
    site.settings("author: {name: Ada, headline: Analyst}\n")
    site.write(
        "content/cv.yml",
        "education: [{institution: Home, area: Sums}]\nlanguages: [{language: English}]\n",
    )
    site.note("technologies/python.md", title="Python").note(
        "projects/shop.md", title="Shop", uses="[Python]", period="2023 — 2024-02"
    )
    path = site.build().write("resume.json", site.output("resume.json")).root / "resume.json"
    found, _ = read_source(path, "", ())
    hub = SiteTest(tmp_path / "again")
    for file in plan_import(found, "resume.json").files:
        hub.write(f"content/{file.path}", file.data.decode())

    again = resume(hub.build())

    assert again["education"] == resume(site)["education"]
    assert again["languages"] == resume(site)["languages"]
    assert again["basics"]["label"] == "Analyst"
    (project,) = again["projects"]
    assert [project[name] for name in ("name", "startDate", "endDate")] == [
        "Shop",
        "2023",
        "2024-02",
    ]


@pytest.mark.parametrize(
    ("bio", "place"),
    [
        ('"I know [[Nobody]]."', (3, 16)),
        ("I know [[Nobody]].", (3, 15)),
        ("|\n    I write.\n\n    I know [[Nobody]].", (6, 12)),
    ],
)
def test_links_of_the_bio_are_checked_as_others_are(site, bio, place):
    site.write("content/site.yml", f"title: Hub\nauthor:\n  bio: {bio}\n  name: Ada\n")
    site.note("technologies/redis.md", title="Redis")
    site.note("notes/secret.md", title="Secret", private="true").build()

    (problem,) = site.problems
    assert (problem.code, problem.path) == ("link.broken", "content/site.yml")
    assert (problem.line, problem.column) == place

    site.settings("author: {name: Ada, bio: 'See [[Secret]] and [it](notes/no.md), [[Redis#x]].'}")
    assert sorted(site.build().codes) == ["link.anchor", "link.broken", "link.hidden"]
