import pytest

from nexusgen.content.titles import find_title, name_title, plain_text, without_heading
from nexusgen.core.model import Text
from tests.conftest import PIXEL
from tests.reading import place


@pytest.mark.parametrize(
    ("body", "text", "lines"),
    [
        ("# One\n\nText", "One", (0, 1)),
        ("\n\n  # One ##\n", "One", (2, 3)),
        ("#\tOne #2", "One #2", (0, 1)),
        ("One\n===\nText", "One", (0, 2)),
        ("<!-- words -->\n# One", "One", (1, 2)),
        ("<!--\n# words\n-->\n# One", "One", (3, 4)),
        ("# One[^1]\n\n[^1]: Note.", "One", (0, 1)),
        ("# One {#first}\n", "One", (0, 1)),
        ("# One {.unnumbered}\n", "One", (0, 1)),
        ("# One {: #first .a width=3 }\n", "One", (0, 1)),
        ("One {.unnumbered #first}\n===\n", "One", (0, 2)),
        ("# One {x=1}\n", "One {x=1}", (0, 1)),
        ("# One `{.a}`\n", "One {.a}", (0, 1)),
        ("# One [![two][three]][four] [![five](six.svg)](seven)\n", "One", (0, 1)),
        ("# [![Alone][three]][four]\n", "Alone", (0, 1)),
        ("# Use {#a} and [1]\n", "Use {#a} and [1]", (0, 1)),
    ],
)
def test_heading_that_opens_a_body_is_found(body, text, lines):
    heading = find_title(body)

    assert heading is not None
    assert (heading.text, (heading.span.line, heading.end)) == (text, lines)


@pytest.mark.parametrize(
    "heading",
    ["# One {#first}", "# One {.a #first}", "# One {: #first}", "# One {id=first}", "One {#first}\n==",
     '<h1 align="center" id="first">One</h1>', '# <a id="first"></a>One', "# One <a name='first'></a>"],
)  # fmt: skip
@pytest.mark.parametrize("text", ["Text.", "## Two", "- a", "![b](b.png 'B')"])
def test_a_place_that_a_heading_names_is_one_when_it_is_the_title(site, heading, text):
    site.settings().write("content/notes/a.md", f"{heading}\n\n{text}\n")
    site.write("content/notes/b.png", PIXEL).note("notes/b.md", "[x](a.md#first)").build()

    assert site.output("notes/a/index.html").count('id="first"') == 1
    assert 'href="../../notes/a/#first"' in site.output("notes/b/index.html")
    assert "link.anchor" not in site.codes


def test_badges_of_the_heading_stay_in_the_text():
    body = Text("body", "# One [![two][three]][four]\nText.\n\n[three]: a.svg\n[four]: b")
    heading = find_title(body.source)

    assert heading is not None
    rest = without_heading(body, heading).source

    assert rest == "[![two][three]][four]\nText.\n\n[three]: a.svg\n[four]: b"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Text",
        "## Two",
        "### Books\n\n# Clippings",
        "Text first.\n\n# One",
        "Text\n# One",
        "Text\n<h1>One</h1>",
        "```\n# code\n```\n# One",
        "~~~~ sh\n# code\n~~~\n# more\n~~~~\n\nOne\n===",
        "    # code\n\n# One",
        "- a\n===\n\n# One",
        "#\n\n# One",
        "<!-- a --> Text.\n\n# One",
        "#hashtag",
        "```\n# code",
        "===",
        "\n\n===\n",
    ],
)
def test_body_without_such_a_heading_has_none(body):
    assert find_title(body) is None


def test_heading_below_a_bar_of_links_is_the_title():
    assert find_title("English | [Deutsch](README.de.md)\n\n# One\n").text == "One"
    assert find_title("This is about [two](two.md) of them.\n\n# One\n") is None


def test_heading_knows_its_place():
    heading = find_title("\n  # Größe #\n")

    assert heading is not None
    assert place(heading.span) == (1, 3, 9)


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("Plain", "Plain"),
        ("Use `git *log*` and **mean** _it_", "Use git *log* and mean it"),
        ("[A link](https://x.y) and ![a picture](x.png)", "A link and a picture"),
        ("[[Name]] and [[Name|text]]", "Name and text"),
        ("snake_case_name and 2*3*4 \\*star\\*", "snake_case_name and 234 *star*"),
        ("Fish &amp; chips <kbd>Ctrl</kbd>", "Fish & chips Ctrl"),
        ("Vec<T> of ``a ` b``", "Vec<T> of a ` b"),
        ("C# and ~~not~~ ==C==", "C# and not C"),
        ("**`git log`** and [`tig`](x.md)", "git log and tig"),
    ],
)
def test_title_is_plain_text(markdown, text):
    assert plain_text(markdown) == text


def test_very_long_heading_is_taken_as_it_stands():
    assert plain_text("*a* " * 200) == ("*a* " * 200).strip()


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("api-versioning", "API versioning"),
        ("sqlite-on-aws", "SQLite on AWS"),
        ("e-commerce", "E-commerce"),
        ("x-ray", "X-ray"),
        ("AI_ML", "AI ML"),
        ("c++", "C++"),
        ("02 -  Community", "02 - Community"),
        ("iOS", "iOS"),
        ("macos", "macOS"),
        ("plan-a-trip", "Plan a trip"),
        ("snake_case", "Snake case"),
        ("2023-09-12", "2023-09-12"),
        ("2023-09", "2023-09"),
        ("2023-09-12 Meeting with Steph", "2023-09-12 Meeting with Steph"),
        ("---", "---"),
        ("größe", "Größe"),
        ("rest", "REST"),
        ("designing_rest-apis", "Designing REST APIs"),
        ("django-rest-framework", "Django REST framework"),
        ("graphql-vs-rest", "GraphQL vs REST"),
        ("rest-or-grpc", "REST or grpc"),
        ("it", "IT"),
        ("it-security", "IT security"),
        ("vs-code", "VS code"),
        ("how-it-works", "How it works"),
        ("does-it-support-sql", "Does it support SQL"),
        ("it-takes-two", "It takes two"),
        ("the-rest-of-the-api", "The rest of the API"),
        ("work-vs-rest", "Work vs rest"),
        ("encryption-at-rest", "Encryption at rest"),
        ("sql-vs-nosql", "SQL vs NoSQL"),
    ],
)
def test_title_of_a_file_name(name, title):
    assert name_title(name) == title
