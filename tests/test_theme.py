"""Templates: what a page can reach decides its key, and every mistake is shown where it stands."""

import shutil
from functools import partial
from itertools import combinations, count

import jinja2
import pytest
from markupsafe import Markup, escape
from msgspec.structs import replace

from nexusgen.core.builds import Page
from nexusgen.core.model import Entry
from nexusgen.incremental.digests import Lazy, digest_bytes
from nexusgen.pages import sandbox
from nexusgen.pages import theme as themes
from nexusgen.pages.environment import escaped
from nexusgen.pages.theme import RenderError, TemplateSource, Theme, parse_template
from tests.conftest import PIXEL, ROOT

ESCAPES = (
    "cycler.__init__.__globals__.os",
    "joiner.__init__.__globals__",
    "namespace.__class__.__mro__",
    "''.__class__",
    "''['__class__']",
    "''|attr('__class__')",
    "['']|map('attr', '__class__')|join",
    "['']|map(attribute='__class__')|join",
    "(['']|groupby('__class__'))[0].grouper.mro",
    "'{0.__class__}'.format(1)",
    "('{0.__class__}'|safe).format(1)",
    "''|attr('format')('{0.__class__}')|attr('__class__')",
    "'{a.__class__}'.format_map({'a': 1})",
    "('{a.__class__}'|attr('format_map'))({'a': 1})",
    "self.__init__.__globals__",
    "self._TemplateReference__context",
    "self.body._context",
    "m._func.__globals__",
    "(range(2)|map('string')).gi_frame",
    "value.__struct_fields__",
    "value.__reduce__()",
    "function.__globals__",
    "range(9999999)|list",
    "'a' * 999999999",
    "999999999 * [1]",
    "9 ** (9 ** 9)",
)


def theme(trusted=False, language="en", strings=None, codes=None, **templates):
    """Return a theme of templates by name, `__` standing for a slash."""
    texts = {name.replace("__", "/") + ".html": text.encode() for name, text in templates.items()}
    sources = {
        name: TemplateSource(
            path := f"templates/{name}",
            digest_bytes(text),
            partial(bytes, text),
            parse_template(path, text)[0],
        )
        for name, text in texts.items()
    }
    return Theme(sources, trusted=trusted, language=language, strings=strings, codes=codes)


def page(**values):
    variables = {
        name: Lazy(repr(value).encode(), partial(dict.get, {0: value}, 0))
        for name, value in values.items()
    }
    return Page("a/", "page.html", variables, "content/a.md")


def test_page_depends_on_the_variables_its_templates_can_name():
    own = theme(page="{% extends 'base.html' %}", base="{% include 'part.html' %}", part="{{ a }}")
    key = own.page_reads(page(a=1, b=1))

    assert own.page_reads(page(a=1, b=2)) == key
    assert own.page_reads(page(a=2, b=1)) != key


@pytest.mark.parametrize("name", ["page", "base", "part", "macros"])
def test_page_depends_on_every_template_it_reaches(name):
    templates = {
        "page": "{% extends 'base.html' %}{% from 'macros.html' import m %}",
        "base": "{% include 'part.html' %}",
        "part": "x",
        "macros": "{% macro m() %}{% endmacro %}",
    }
    key = theme(**templates).page_reads(page())

    assert theme(**templates, other="y").page_reads(page()) == key
    changed = theme(**(templates | {name: templates[name] + " "}))
    assert changed.page_reads(page()) != key


def test_page_depends_on_the_template_that_it_begins_with():
    own = theme(
        page="1{% if 0 %}{% include 'other.html' %}{% endif %}", other="{% include 'page.html' %}"
    )

    assert own.closure("page.html").digest == own.closure("other.html").digest
    assert own.page_reads(page()) != own.page_reads(Page("a/", "other.html", {}))


@pytest.mark.parametrize(
    ("text", "column", "hint"),
    [
        ("{{ a | lenght }}", 8, 'did you mean "length"?'),
        ("{{ a | longdate }}", 8, 'did you mean "long_date"?'),
        ("{% if a is definedd %}x{% endif %}", 12, 'did you mean "defined"?'),
        ("{% from 'macros.html' import crad %}{{ crad() }}", 30, 'did you mean "card"?'),
        ("{% from 'macos.html' import card %}", 10, 'did you mean "macros.html"?'),
        ("{% extends 'mcaros.html' %}", 13, 'did you mean "macros.html"?'),
        ("{% include 'nothing.html' %}", 13, "check the name"),
        ("{{ a | zzzz }}", 8, "fix the template; the Jinja2 documentation describes its syntax"),
    ],
)
def test_a_name_that_is_nearly_right_is_told_where_it_stands(text, column, hint):
    own = theme(page=f"\n{text}", macros="{% macro card() %}{% endmacro %}")
    with pytest.raises(RenderError) as failed:
        own.render(page(a="x"))

    told = failed.value.problem
    assert (told.line, told.column, told.hint) == (2, column, hint)


def test_a_template_that_calls_what_is_of_the_theme_is_to_blame():
    macros = "{% macro card(a) %}\n{{ a.b }}{% endmacro %}"
    text = "\n{% from 'theme/macros.html' import card %}{{ card() }}"
    own = theme(page=text, theme__macros=macros)
    with pytest.raises(RenderError) as failed:
        own.render(page())

    assert (failed.value.problem.path, failed.value.problem.line) == ("templates/page.html", 2)


@pytest.mark.parametrize(("name", "is_told"), [("technology.htm", True), ("words.txt", False)])
def test_a_template_that_is_nearly_called_as_one_of_the_theme_is_told(site, name, is_told):
    told = site.write(f"templates/{name}", "x").note("a.md").build().problems
    assert [one.hint for one in told] == ['did you mean "technology.html"?'] * is_told


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\n\n<p>x</p>\n", 3),
        ("\n{% block main %}x{% endblock %}\n{{ site.title }}", 3),
        ("\n{# words #}\n{% set a = 1 %}\n{% block main %}x{% endblock %}\n", 0),
    ],
)
def test_what_stands_outside_of_blocks_is_told(site, text, line):
    site.write("templates/page.html", '{% extends "theme/page.html" %}' + text).note("a.md")
    told = [(one.code, one.line) for one in site.build().problems]
    assert told == [("template.unused", line)] * bool(line)


def test_page_depends_on_the_words_of_its_language():
    reads = [
        theme(page="{{ 'Search' | t }}", language=language, strings=strings).page_reads(page())
        for language, strings in (("en", {}), ("de", {}), ("de", {"Search": "Suche"}))
    ]

    assert all(one != other for one, other in combinations(reads, 2))


def test_template_that_appears_is_noticed():
    source = "{% include 'own.html' ignore missing %}"

    assert theme(page=source).page_reads(page()) != theme(page=source, own="x").page_reads(page())


def test_what_cannot_be_known_depends_on_everything():
    own = theme(page="{% include name %}", part="{{ a }}")

    assert own.page_reads(page(name="part.html", a=1)) != own.page_reads(
        page(name="part.html", a=2)
    )
    assert own.render(page(name="part.html", a=1)) == b"1"
    other = theme(page="{% include name %}", part="{{ a }}!")
    assert own.page_reads(page(name="x")) != other.page_reads(page(name="x"))


def test_variables_that_no_template_names_are_never_made():
    made = Lazy(b"", lambda: pytest.fail("made"))

    assert theme(page="x").render(Page("", "page.html", {"dear": made})) == b"x"


@pytest.mark.parametrize(
    ("templates", "code", "place"),
    [
        ({"page": "x\n{% if %}"}, "template.syntax", ("templates/page.html", 2)),
        ({"page": "x\n{{ a | nothing }}"}, "template.syntax", ("templates/page.html", 2)),
        ({"page": "\n{{ nothing }}"}, "template.undefined", ("templates/page.html", 2)),
        ({"page": "\n{{ a.nothing }}"}, "template.undefined", ("templates/page.html", 2)),
        ({"page": "\n{% include 'no.html' %}"}, "template.missing", ("templates/page.html", 2)),
        ({"page": "{% include 'page.html' %}"}, "template.recursion", ("templates/page.html", 1)),
        ({"page": "{% extends 'page.html' %}"}, "template.recursion", ("templates/page.html", 1)),
        ({"page": "\n\n{{ 1 / 0 }}"}, "template.error", ("templates/page.html", 3)),
        ({"page": "{% include '../../secret' %}"}, "template.missing", ("templates/page.html", 1)),
        ({"page": "{% include '/etc/passwd' %}"}, "template.missing", ("templates/page.html", 1)),
        (
            {"page": "{% extends 'base.html' %}", "base": "a\n\n{{ nothing }}"},
            "template.undefined",
            ("templates/base.html", 3),
        ),
        ({"other": "x"}, "template.missing", ("content/a.md", 0)),
    ],
)
def test_mistake_is_shown_with_its_template_and_line(templates, code, place):
    with pytest.raises(RenderError) as caught:
        theme(**templates).render(page(a=1))

    problem = caught.value.problem
    assert (problem.code, (problem.path, problem.line)) == (code, place)


@pytest.mark.parametrize(
    ("templates", "place"),
    [
        ({"page": "a\n{% include 'page.html' %}"}, ("templates/page.html", 2)),
        ({"page": "\n{% block b %}{{ self.b() }}{% endblock %}"}, ("templates/page.html", 2)),
        ({"page": "{% macro m() %}\n{{ m() }}{% endmacro %}{{ m() }}"}, ("templates/page.html", 2)),
        (
            {"page": "{% set name = 'page' %}\n\n{% include name + '.html' %}"},
            ("templates/page.html", 3),
        ),
        (
            {
                "page": "{% extends 'one.html' %}",
                "one": "{% extends 'two.html' %}{% block x %}{{ super() }}{% endblock %}",
                "two": "\n{% extends 'one.html' %}",
            },
            ("templates/two.html", 2),
        ),
        (
            {"page": "{% from 'two.html' import m %}", "two": "\n{% import 'page.html' as m %}"},
            ("templates/two.html", 2),
        ),
        (
            {"page": "{% for a in [a] recursive %}\n{{ loop([a]) }}{% endfor %}"},
            ("templates/page.html", 2),
        ),
    ],
)
def test_recursion_is_told_alike_however_deep_the_stack_is(templates, place):
    def problem(depth):
        if depth:
            return problem(depth - 1)
        with pytest.raises(RenderError) as caught:
            theme(**templates).render(page(a=1))
        return caught.value.problem

    problems = [problem(depth) for depth in range(0, 120, 7)]

    assert {(one.code, (one.path, one.line)) for one in problems} == {("template.recursion", place)}
    assert len({one.message for one in problems}) == 1


def test_own_template_is_to_blame_where_it_calls_those_of_the_theme():
    own = theme(page="{% extends 'theme/page.html' %}", theme__page="\n{% extends 'page.html' %}")

    with pytest.raises(RenderError) as caught:
        own.render(page())

    assert caught.value.problem.path == "templates/page.html"


def test_tree_may_be_shown_by_templates_that_call_themselves():
    tree = {"name": "a", "parts": [{"name": "b", "parts": [{"name": "c", "parts": []}]}]}
    own = theme(
        page="{% macro m(x) %}{{ x.name }}{% for p in x.parts %}{{ m(p) }}{% endfor %}{% endmacro %}{{ m(a) }}"
    )

    assert own.render(page(a=tree)) == b"abc"


def test_python_that_gives_up_is_told_where_the_page_began():
    def deep():
        return deep()

    with pytest.raises(RenderError) as caught:
        theme(page="\n{% include 'part.html' %}", part="\n\n{{ a() }}").render(page(a=deep))

    problem = caught.value.problem
    assert (problem.code, problem.path, problem.line) == (
        "template.recursion",
        "templates/page.html",
        2,
    )


@pytest.mark.parametrize(
    ("text", "message", "hint", "column"),
    [
        ("{{ titel }}", 'this page has no "titel"', 'did you mean "title"?', 4),
        ("{{ a.titel }}", 'a has no "titel"', 'did you mean "title"?', 6),
        ("{{ a['nothing'].b }}", 'a has no "nothing"', "it has title, pages", 7),
        ("{{ entry.sumary | upper }}", 'entry has no "sumary"', 'did you mean "summary"?', 10),
        ("{{ (a or b).titel }}", 'a value has no "titel"', 'did you mean "title"?', 13),
        ("{{ title.x }}", 'title has no "x"', "it is a text, a number or a list", 10),
        ("{% for x in a.pages.x %}{% endfor %}", 'a.pages has no "x"', "it has nothing", 21),
    ],
)
def test_what_is_missing_is_told_in_words_of_the_template(text, message, hint, column):
    values = {
        "title": "T",
        "a": {"title": 1, "pages": {}},
        "b": {},
        "entry": Entry("a", "a", 1, "page", "", "", "", "T"),
    }
    with pytest.raises(RenderError) as caught:
        theme(page=f"\n{text}").render(page(**values))

    problem = caught.value.problem
    assert problem.message == f"{message}, while rendering content/a.md"
    assert (problem.hint, problem.line, problem.column) == (hint, 2, column)


def test_what_no_page_shows_of_a_theme_is_told(site):
    site.settings("kinds: {talk: {template: talk.html}}\n").note("technologies/a.md")
    site.write("templates/talk.html", '{% include "part.html" %}').write("templates/part.html", "x")
    site.write("templates/tecnology.html", "x").write("templates/old.txt", "x")
    site.write(
        "templates/technology.html",
        """
        {% extends "theme/technology.html" %}
        {% block ende %}{% block own %}lost{% endblock %}{% endblock %}
        """,
    )
    site.write("templates/section.html", '{% extends "base.html" %}{% block main %}{% endblock %}')
    block, template = site.build().problems

    assert (block.code, block.severity) == ("template.unused", "warning")
    assert (block.line, block.column, block.hint) == (2, 10, 'did you mean "end"?')
    assert template.path == "templates/tecnology.html"
    assert template.hint == 'did you mean "technology.html"?'

    site.remove("templates/technology.html").write("templates/talk.html", "{% include page.url %}")
    assert site.build().problems == (), "any template may be meant"


def test_a_template_that_extends_itself_is_led_to_the_original():
    facts, _ = parse_template("templates/page.html", b"\n{% extends 'page.html' %}")
    (problem,) = facts.problems
    assert (problem.code, problem.line) == ("template.recursion", 2)
    assert problem.hint == 'extend the original, "theme/page.html"'


def test_problem_names_the_page_that_was_rendered():
    with pytest.raises(RenderError, match=r"while rendering content/a\.md"):
        theme(page="{{ nothing }}").render(page())


@pytest.mark.parametrize("empty", ["", "\n", "{# To do. #}\n"])
@pytest.mark.parametrize("name", ["base", "note"])
def test_template_that_leaves_a_page_empty_is_told(site, name, empty):
    site.settings().note("notes/a.md").write(f"templates/{name}.html", empty)
    site.build()

    message = "the template leaves the page empty, while rendering content/notes/a.md"
    assert (f"templates/{name}.html", "template.error", message) in {
        (one.path, one.code, one.message) for one in site.problems
    }


def test_syntax_error_is_known_without_rendering():
    facts, _ = parse_template("templates/a.html", b"{% for %}")

    assert [problem.code for problem in facts.problems] == ["template.syntax"]


def test_page_of_a_broken_template_tells_of_that_once():
    own = theme(page="{% extends 'base.html' %}", base="{% if %}")

    with pytest.raises(RenderError) as caught:
        own.render(page())

    assert caught.value.problem == own.closure("page.html").problems[0]


def test_templates_that_cannot_be_loaded_are_told_of_by_their_pages():
    broken = theme(page="{% if %}", other="{% include 'gone.html' %}")

    broken.load(["page.html", "other.html", "missing.html"])

    with pytest.raises(RenderError) as error:
        broken.render(page())
    assert error.value.problem.code == "template.syntax"


@pytest.mark.parametrize("expression", ESCAPES)
def test_template_of_a_hub_cannot_leave_the_sandbox(expression):
    source = "\n{% macro m() %}{% endmacro %}{% block body %}{% endblock %}{{ " + expression + " }}"
    with pytest.raises(RenderError) as raised:
        theme(page=source).render(page(value=Page("", "", {}), function=page))

    problem = raised.value.problem
    assert (problem.code, problem.path, problem.line) == (
        "template.unsafe",
        "templates/page.html",
        2,
    )


NESTED = (
    "{% set n = namespace(t=(1,), u=(1,)) %}{% for a in range(60) %}"
    "{% set n.t = (n.t, n.t) %}{% set n.u = (n.u, n.u) %}{% endfor %}"
)
"""Little to say, and without end to go through."""

LOOPS = (
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{% for a in many %}{% for b in many %}{% for c in many %}x{% endfor %}{% endfor %}{% endfor %}",
    "{% for a in endless() %}{% endfor %}",
    "{% for a in endless() %}{{ loop.length }}{% endfor %}",
    "{% macro m(n) %}{% if n < 40 %}{{ m(n + 1) }}{{ m(n + 1) }}{% endif %}{% endmacro %}{{ m(0) }}",
    "{% for a in [[1, [1]]] recursive %}{% for b in range(99999) %}{{ range(9999)|sum }}"
    "{% endfor %}{% endfor %}",
    "{% for a in range(99999) %}{{ many|sort|reverse|list|length }}{% endfor %}",
    "{% for a in range(99999) %}{% for b in many|map('upper') %}{% endfor %}{% endfor %}",
    "{% set n = namespace(x='a') %}{% for a in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
    "{% set n = namespace(x='a') %}{% for a in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}",
    "{% set n = namespace(x=[1]) %}{% for a in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}",
    "{% set n = namespace(x='aa') %}{% for a in range(99) %}"
    "{% set n.x = n.x|replace('a', 'aa') %}{% endfor %}",
    "{% set x = [1] %}{% for a in range(99) %}{{ x.extend(x) or '' }}{% endfor %}",
    "{% set n = namespace(x=9) %}{% for a in range(99) %}{% set n.x = n.x * n.x %}{% endfor %}",
    "{{ range(10 ** 9)|length }}",
    "{{ range(10 ** 30)|length }}",
    "{{ 'a'|center(10 ** 9) }}",
    "{{ 'a'.ljust(10 ** 9) }}",
    "{{ ('a'|safe).zfill(10 ** 9) }}",
    "{{ ['a']|map('center', 10 ** 9)|join }}",
    "{{ 'a'|indent(10 ** 9, true) }}",
    "{{ ('a\\n' * 9999)|indent(99999) }}",
    "{{ ('\\t' * 99999).expandtabs(29999) }}",
    "{{ ([[1]] * 999)|tojson(indent=999999) }}",
    "{{ ('ab' * 9999).translate({97: 'x' * 99999}) }}",
    "{{ ('{a}' * 9999).format_map({'a': 'x' * 99999}) }}",
    "{{ ('{:999999}' * 999).format(*range(999)) }}",
    "{{ ('%*d' * 99)|format(*[999999, 1] * 99) }}",
    "{{ 'a'.encode().center(10 ** 9)|length }}",
    "{{ (1).to_bytes(10 ** 9, 'big')|length }}",
    "{{ ['a']|batch(10 ** 9, 'b')|list }}",
    "{{ 1.5|round(10 ** 9, 'ceil') }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '%*d' % (10 ** 9, 1) }}",
    "{{ '%1000000000d'|format(1) }}",
    "{{ '{:1000000000}'.format(1) }}",
    "{{ '{:{w}}'.format(1, w=10 ** 9) }}",
    "{{ ('a' * 100000).replace('a', 'b' * 100000) }}",
    "{{ ('b' * 100000).join(['a'] * 100000) }}",
    "{{ ''.join(['a' * 1000000] * 100000) }}",
    "{{ (['a' * 1000000] * 100000)|join }}",
    "{% for a in [1, 2] %}{% for a in [1, 2, 3] * 99999 %}{% endfor %}{% endfor %}",
    "{% set t = 'x' * 99999 %}{% for a in range(9999) %}{% if 'xy' in t %}{% endif %}{% endfor %}",
    "{% set t = 'x' * 99999 %}{% for a in range(9999) %}{% if t is in [t] %}{% endif %}{% endfor %}",
    "{% set t = 'x' * 99999 %}{% for a in range(9999) %}{% if t[1:] %}{% endif %}{% endfor %}",
    "{% set t = 'x' * 99999 %}{% for a in range(9999) %}{{ t }}{% endfor %}",
    "{% for a in range(99999) %}" + "text " * 50 + "{% endfor %}",
    "{% macro m() %}"
    + "text " * 50
    + "{% endmacro %}{% for a in range(99999) %}{{ m() }}{% endfor %}",
    "{% set n = namespace(t='xx') %}{% for a in range(60) %}"
    "{% set n.t %}{{ n.t }}{{ n.t }}{% endset %}{% endfor %}",
    NESTED + "{{ n.t }}",
    NESTED + "{{ n.t ~ 'a' }}",
    NESTED + "{{ n.t|string }}",
    NESTED + "{{ n.t == n.u }}",
    NESTED + "{{ {n.t: 1} }}",
    NESTED + "{{ {}[n.t] }}",
    NESTED + "{{ n.t is eq n.u }}",
    NESTED + "{% for a in [1] %}{{ loop.changed(n.t) }}{% endfor %}",
    "{{ ('<a>' * 300000)|striptags }}",
    "{{ ([[1] * 9999] * 9999)|sum(start=[]) }}",
    "{{ ['a'] * 300000 }}",
    "{{ ['a']|map('center', 999999)|list * 9999 }}",
    "{% set n = namespace(x=[]) %}{% for a in range(99) %}{% set y = [] %}"
    "{% set _ = (y.append(n.x), y.append(n.x)) %}{% set n.x = y %}{% endfor %}{{ n.x }}",
    "{% set x = 9 ** 6000 %}{% for a in range(99999) %}{% set y = x // 7 ** 6000 %}{% endfor %}",
)


@pytest.mark.parametrize("source", LOOPS)
def test_template_of_a_hub_that_never_ends_or_grows_without_end_is_a_problem(source, monkeypatch):
    monkeypatch.setattr(sandbox, "MAX_STEPS", 300_000)
    many = [f"item {number}" for number in range(1000)]
    with pytest.raises(RenderError) as raised:
        theme(page=f"\n{source}").render(page(many=many, endless=count))

    problem = raised.value.problem
    assert (problem.code, problem.path, problem.line) == (
        "template.unsafe",
        "templates/page.html",
        2,
    )


CHAIN = {f"t{n}": f"{{% include 't{n + 1}.html' %}}" * 2 for n in range(40)} | {"t40": "x"}
SELF = (
    "{% set d = d|default(0) + 1 %}{% if d < 40 %}"
    + "{% include 'page.html' %}" * 2
    + "{% endif %}"
)


@pytest.mark.parametrize("templates", [CHAIN | {"page": CHAIN["t0"]}, {"page": SELF}])
@pytest.mark.parametrize("trusted", [False, True])
def test_templates_that_include_each_other_without_end_are_a_problem(
    templates, trusted, monkeypatch
):
    monkeypatch.setattr(sandbox, "MAX_STEPS", 3000)
    monkeypatch.setattr(sandbox.Counted, "max_steps", 3000)
    with pytest.raises(RenderError) as raised:
        theme(trusted=trusted, **templates).render(page())

    problem = raised.value.problem
    assert problem.code == ("template.error" if trusted else "template.unsafe")
    assert "steps" in problem.message


TRUSTED_LOOPS = (
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{% for a in range(10 ** 30) %}{% endfor %}",
    "{% macro m(n) %}{% if n < 40 %}{{ m(n + 1) }}{{ m(n + 1) }}{% endif %}{% endmacro %}{{ m(0) }}",
    "{% for a in range(99999) %}{{ 'x' * 9999 }}{% endfor %}",
    NESTED + "{{ n.t }}",
)


@pytest.mark.parametrize("source", TRUSTED_LOOPS)
def test_templates_that_are_trusted_have_an_end_too(source, monkeypatch):
    monkeypatch.setattr(sandbox.Counted, "max_steps", 300_000)
    with pytest.raises(RenderError) as raised:
        theme(trusted=True, page=f"\n{source}").render(page())

    problem = raised.value.problem
    assert (problem.code, problem.line) == ("template.error", 2)
    assert "trust" not in problem.hint


def test_steps_are_those_of_a_page_and_of_no_other(monkeypatch):
    monkeypatch.setattr(sandbox, "MAX_STEPS", 1000)
    own = theme(page="{% for a in range(400) %}{% endfor %}.")

    for _ in range(3):
        assert own.render(page()) == b"."


def test_loops_know_where_they_are_in_a_sandbox():
    source = (
        "{% for a in x %}{{ loop.index }}/{{ loop.length }}{{ loop.revindex0 }}{{ loop.last }} "
        "{% else %}none{% endfor %}"
    )
    given = {"x": (n for n in "ab")}

    assert theme(page=source).render(page(x=["a", "b"])) == b"1/21False 2/20True "
    assert theme(page=source).render(page(**given)) == b"1/21False 2/20True "
    assert theme(page=source).render(page(x=())) == b"none"
    tree = "{% for a in x recursive %}<{{ a.n }}{{ loop.depth }}{{ loop(a.x) }}>{% endfor %}"
    nested = [{"n": 1, "x": [{"n": 2, "x": []}]}]
    assert theme(page=tree).render(page(x=nested)) == b"<11<22>>"


def test_what_templates_do_every_day_is_left_to_them():
    source = (
        "{% set own = [] %}{% set _ = own.append(value.url) %}{% set n = namespace(i=0) %}"
        "{% for x in range(3) %}{% set n.i = n.i + x * 2 ** 2 %}{% endfor %}"
        "{{ own[0].upper() }}{{ n.i }}{{ '{} {a}'.format(1, a=2) }}{{ '-' * 3 }}"
        "{{ {'a': 1}.items()|list }}{{ joiner(',')() }}"
    )

    assert theme(page=source).render(page(value=Page("u", "", {}))) == (
        b"U121 2---[(&#39;a&#39;, 1)]"
    )


def test_only_the_user_lets_a_template_out_and_that_is_a_part_of_its_key():
    source = "{{ ''.__class__.__name__ }}"
    trusted = theme(trusted=True, page=source)

    assert trusted.render(page()) == b"str"
    assert trusted.page_reads(page()) != theme(page=source).page_reads(page())


def test_theme_that_nobody_changed_needs_no_trust():
    source = "{{ ''.__class__.__name__ }}"

    assert theme(theme__page=source, page=source).render(page()) == b"str"
    with pytest.raises(RenderError):
        theme(theme__page=source, page=source, other="own").render(page())


def test_template_must_be_utf8():
    facts, _ = parse_template("templates/a.html", b"\xff")

    assert [problem.code for problem in facts.problems] == ["template.syntax"]


def test_values_are_escaped():
    assert theme(page="{{ a }}").render(page(a="<b>\"'&")) == b"&lt;b&gt;&#34;&#39;&amp;"


def test_chance_does_not_reach_a_template():
    with pytest.raises(RenderError):
        theme(page="{{ [1, 2] | random }}").render(page())
    with pytest.raises(RenderError):
        theme(page="{{ lipsum() }}").render(page())


def test_default_template_can_be_extended_by_its_own_override():
    own = theme(
        page="{% extends 'theme/page.html' %}{% block b %}new{% endblock %}",
        theme__page="<{% block b %}old{% endblock %}>",
    )

    assert own.render(page()) == b"<new>"


@pytest.mark.parametrize("value", ["a b", "&", "<'\">", Markup("<b>&</b>"), 1, None, ["<"]])
def test_values_are_written_into_html_as_jinja_escapes_them(value):
    assert escaped(value) == escape(value)


def test_macros_of_the_default_theme_tell_texts_from_html_and_from_what_equals_them():
    text = (
        "{% macro m(x) %}{{ x }}{{ x is boolean }};{% endmacro %}"
        "{{ m('<') }}{{ m('<' | safe) }}{{ m(1) }}{{ m(true) }}{{ m('<') }}"
    )

    drawn = theme(page=text, theme__page=text).render(page())

    assert drawn == b"&lt;False;<False;1False;TrueTrue;&lt;False;"


SEARCH = '{{ "Search" | t }}{{ a }}'


def rendered(own, **values):
    return own.render(replace(page(**values), template="theme/page.html"))


def test_templates_of_the_theme_are_compiled_once(monkeypatch):
    monkeypatch.setattr(themes, "_environments", {})
    codes = {}
    assert rendered(theme(codes=codes, theme__page=SEARCH), a=1) == b"Search1"

    monkeypatch.setattr(themes, "_environments", {})
    monkeypatch.setattr(jinja2.Environment, "_compile", None)  # nothing can be compiled now
    assert rendered(theme(codes=codes, theme__page=SEARCH), a=2) == b"Search2"


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"theme__page": '{{ "Search" | t }}!'}, b"Search!"),  # another text
        ({"language": "de", "strings": {"Search": "Suche"}}, b"Suche1"),
        ({"other": ""}, b"Search1"),  # in a sandbox
        ({"other": "", "trusted": True}, b"Search1"),  # with steps that are counted
    ],
)
def test_what_was_compiled_is_for_one_text_language_and_trust(other, expected, monkeypatch):
    monkeypatch.setattr(themes, "_environments", {})
    told = {"codes": {}, "theme__page": SEARCH}
    rendered(theme(**told), a=1)
    known = len(told["codes"])

    assert rendered(theme(**told | other), a=1) == expected
    assert len(told["codes"]) == known + ("theme__page" not in other)
    assert rendered(theme(**told), a=1) == b"Search1"


def test_templates_of_a_hub_are_not_kept_compiled(monkeypatch):
    monkeypatch.setattr(themes, "_environments", {})
    codes = {}
    theme(codes=codes, page="A").render(page())

    assert codes == {}


LEADING = {
    '{{ "nowhere/" | href(root) }}': "nowhere/",
    '{{ "images/図 1.png" | href(root) }}': "",
    '{{ ("n/a/" if page.url else "images/no.png") | href(root) }}': "images/no.png",
    '{% set x = "x/" %}{{ x | href(root) }}': "x/",
    '{% for name, url in [("N", "n/a/#t"), ("M", "m/")] %}{{ url | href(root) }}{% endfor %}': "m/",
    '{% for one in [{"url": "u/"}] %}{{ one.url | href(root) }}{% endfor %}': "u/",
    '{% set k = "a" %}{% set d = {k: "n/", "u": "y/"} %}{{ d.u | href(root) }}': "y/",
    '{% macro a(t, u) %}{{ u | href(root) }}{% endmacro %}{{ a("v/", u="w/") }}': "w/",
    '{% if site.search %}{{ "if/" | href(root) }}{% endif %}': "if/",
    '{% if nav.feeds %}{{ "feed.xml" | href(root) }}{% endif %}': "",
    '{{ "feed.xml" | href(root) }}': "feed.xml",
    '<img src="{{ root }}images/no.png"> <img src="{{ root }}images/a b.png">': "images/no.png",
    '<a href="n/a.md">a</a> <a href="https://a.org/x">a</a> <a href="#Main">a</a>': "n/a.md",
    "<a href='/abs/'>a</a> <a href='{{ page.url | href(root) }}'>a</a>": "/abs/",
    '{{ "https://a.org" | href(root) }} {{ "" | href(root) }} {{ page.url ~ "x" }}': "",
}


@pytest.mark.parametrize("text", LEADING)
def test_where_own_templates_lead_and_nothing_is_is_told_once(site, text):
    site.settings().note("n/a.md").write("content/images/図 1.png", PIXEL)
    site.write("content/images/a b.png", PIXEL).write("templates/parts/foot.html", f"<p>\n{text}")
    base = '{% extends "theme/base.html" %}{% block footer %}{% include "parts/foot.html" %}'
    site.write("templates/base.html", f"{base}{{% endblock %}}").build()

    found = [(one.path, one.line, one.code, one.message) for one in site.problems]
    message = f'the template leads to "{LEADING[text]}", and nothing is there'
    place = "templates/parts/foot.html", 2, "template.missing"
    assert found == ([(*place, message)] if LEADING[text] else [])
    assert ("images/a b.png" in site.tree()) == ("a b.png" in text)
    assert ("images/図 1.png" in site.tree()) == ("図" in text)

    site.write("templates/base.html", '{% extends "theme/base.html" %}').remove("templates/parts")
    assert site.build().problems == ()


@pytest.mark.parametrize("text", ["{{ page.keys }}", "{{ [1] | map('string') }}"])
def test_page_that_shows_where_something_lies_in_memory_is_told(text):
    with pytest.raises(RenderError) as told:
        theme(page=text).render(page(page={}))

    assert told.value.problem.code == "template.error"
    assert "a page cannot show a" in told.value.problem.message


def test_names_of_names_lead_where_one_of_them_does():
    doubled = "".join(f"{{% set a{n + 1} = a{n} or a{n} %}}" for n in range(12))
    text = f'{{% set a0 = "x/" %}}{doubled}{{{{ a12 | href(root) }}}}'

    assert parse_template("a.html", text.encode())[0].links == (("x/", 1, True),)


@pytest.mark.parametrize("text", ["x + " * 3000 + "x", "(" * 900 + "x" + ")" * 900])
def test_template_that_is_nested_without_measure_is_told(text):
    (problem,) = parse_template("a.html", f"{{{{ {text} }}}}".encode())[0].problems

    assert (problem.code, problem.message) == (
        "template.syntax", "what it holds is nested too deeply",
    )  # fmt: skip


def test_templates_of_the_theme_lead_to_nothing_that_is_missing(site):
    shutil.copytree(ROOT / "templates", site.root / "templates")

    site.settings().build()

    assert site.problems == ()
