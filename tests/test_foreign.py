"""What other generators would make something of is told, wherever readers see it, and nowhere else."""

from pathlib import Path

import pytest

from nexusgen.markdown import MarkupOptions
from nexusgen.markdown.foreign import KINDS
from nexusgen.reports.causes import find_causes
from tests.archives import unpack
from tests.markup.compare import SHARED, read

SHOWN = " is shown as it is written"


def told(text, options=None):
    """Return (line, beginning of the message) of each construct that is told."""
    problems = read(text, options)[0].problems.get("body", ())
    return [(one.line, one.message) for one in problems if one.code == "markdown.foreign"]


FORMS = {
    "shortcode": [
        '{{< youtube id="x" >}}', "{{% details %}}", "a {{<ref x.md>}} b", "[a]({{< relref x >}})",
        '{{< fig\n  src="a" >}}', '{{<figure\n  src="a.png"\n>}}', '> {{< fig\n> src="a"\n> >}}', "- {{< fig\n  a=1\n  />}}",
    ],
    "liquid": [
        "{% include note.html %}", "{%- if page.x -%}", "a {% raw %} b", "![]({{ site.baseurl }}/a.png)",
        "{{ page.title | escape }}", "{{ content }}", '{% include a.html\n  x="1"\n%}', '{{ "/a" | relative_url }}', "<p>{{ site.title }}</p>",
    ],
    "call": ["{{#include a.rs}}", '{{ vimeo(id="1") }}', "{{ macro() }}", '{{ figure(\n  src="a"\n) }}'],
    "logseq": [
        "{{embed [[A]]}}", "{{query (and x)}}", "{{[[TODO]]}} a",
        "((64f0a1b2-aaaa-bbbb-cccc-0123456789ab))",
    ],
    "field": [
        "status:: open", "**Due date**:: [[2024-05-01]]", "- id:: 64f0a1b2", "a [rating:: 9] b",
        "a (seen:: yes), b", "> tags:: #a, #b", "a\nnext step:: b",
    ],
    "placeholder": ["{{date}}", "# {{title}}", "{{date:YYYY-MM-DD}}"],
    "templater": ["<% tp.file.title %>", "a <%= x %> b", "<%*\nlet a = 1\n%>", "<%* let a"],
    "admonition": ["!!! danger", '!!! note inline end "T"', '!!! own "T"', "!!! info\n    x", "a\n!!! tip"],
    "details": ["??? tip", '???+ own "T"'],
    "tab": ['=== "A"', '===! "A"'],
    "snippet": ['--8<-- "a.md"', "-8<- 'a.md'", "<<< @/a.js", "<<< ./a.js", "{!a/b.md!}"],
    "container": ["::: tip\nx\n:::", ":::note[T]", "::: {.column width=50%}", "::::details T", "/// note\nx\n///", "/// details | T"],
    "sphinx": [".. note::\n\n   x", ".. image:: a.png", "a :ref:`x` b", "a {ref}`x` b", "{py:func}`a` b"],
    "citation": ["a [@cite2020] b", "a [-@cite2020a, p. 3]"],
    "percent": ["% a comment", "a\n% b"],
    "icon": [":material-check: a", "a :octicons-alert-16:"],
    "kramdown": ["a\n\n{: .b }", "{:.c}", "{::options toc_levels='2' /}"],
    "module": ["import Tabs from '@theme/Tabs';", 'import "a.css"', "export const a = 1", "export default {a}"],
    "component": [
        "<Tabs>\n\na\n\n</Tabs>", "a <COPYRIGHT HOLDER> b", "a <Icon.Star /> b", '<Card title="a">b</Card>', "Vec<String>",
        "git switch <name>", "<your name>", 'a <thing id="a">b</thing>', "Vec<string>",
        "kill <process-id>", "https://x.org/<user-name>/", "# <YOUR-NAME>", "a <userName> b", "| a |\n|---|\n| <the-key> |",
        '<x-card title="a" />',
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in FORMS.items() for text in texts]
)
def test_construct_of_another_generator_is_told_with_its_line(kind, text):
    found = told(f"Text.\n\n{text}")

    assert len(found) == 1
    assert found[0][1].startswith(KINDS[kind].what)
    assert 3 <= found[0][0] <= 5


def test_each_kind_has_an_example():
    assert FORMS.keys() == KINDS.keys()


@pytest.mark.parametrize("text", [text for texts in FORMS.values() for text in texts])
@pytest.mark.parametrize("code", ["```\n{}\n```", "    {}", "> ```x\n> {}\n> ```", "<pre>{}</pre>"])
def test_construct_in_a_block_of_code_is_meant_to_be_seen(text, code):
    lines = text.replace("\n\n", "\n").replace("\n", "\n> " if code[0] == ">" else "\n    ")

    assert told(code.replace("{}", lines)) == []


@pytest.mark.parametrize("text", [text for texts in FORMS.values() for text in texts])
def test_construct_in_code_within_a_text_is_meant_to_be_seen(text):
    line = " ".join(text.split())

    assert told(f"Write ``{line}`` so.") == told(f"Or <code>{line}</code>.") == []
    assert told(f"<!-- {line} -->") == []


@pytest.mark.parametrize(
    "text",
    [
        "Wow!!! Note that.", "!!! what", "What??? Tip", "a === b", "=== a", "Title\n===", "a ::: b", ":::",
        "{{ .Title }}", "{{}}", "${{ secrets.X }}", "{x}", "{:ok, y}", "50% {off} %}", "a <% b", "((a))",
        "import this from there", "Export const and more.", "<B>a</B> <BR> <IMG SRC='https://x.org/a'>",
        "1 <A> b</A>", "a\n{: .b }", "[a](b){: .c }", "\\{% x %}", "\\{{< a >}}", "{{ a }}", "a -8<- b",
        "- a\n{:toc}", ":tada:", "<svg viewBox='0 0 1 1'><g></g></svg>",
        "<my-element>a</my-element>", "a <x-b id='c'>b</x-b>", "a <-b>", "a <b-c d", "x<y-z && y>z", "<https://x.org> <a@x.org>", "a <b! c>", "1 <x and 2", "no <M84 paths ([#1](https://x.org))", "</name>",
        "a :: Int", "std::string x", "Example::", "Foo::Bar baz", "[a::b](c)", "it is so: a (b) :: c",
        "<math><mi>x</mi></math>", "/// Adds one.", "///", "/// note that", ".. and so on", "a .. b::", "<<< a", "<<<<<<< HEAD",
        "{!x}", "[@name]", "[@name2020](https://x.org)", "a :ref: `x`", "{name}`x`", ":tada:`x`", "{{#}}", "a [b@c2020]",
        "<span\nid='x'>a</span>", "a\\<name>", "<center>a</center>", "`{% a` b `%}`", "{% %}", "{%\n\na %}",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_construct_is_not_told(text):
    assert told(text) == []


@pytest.mark.parametrize(
    ("info", "what"),
    [
        ("dataview", "a query of Dataview"),
        ("dataviewjs", "a query of Dataview"),
        ("plantuml", "a diagram of PlantUML"),
        ("tasks", "a block of a plugin of Obsidian"),
        ("ad-note", "an admonition of a plugin of Obsidian"),
        ("{note} Title", "a directive of MyST (`{note}`)"),
        ("{figure} a.png", "a directive of MyST (`{note}`)"),
    ],
)
def test_block_that_another_program_would_run_is_told(info, what):
    assert told(f"a\n\n> ```{info}\n> x\n> ```") == [(3, what + SHOWN)]


@pytest.mark.parametrize("info", ["mermaid", "{mermaid}", "Mermaid title"])
def test_diagram_that_github_draws_is_told_once(info):
    block = f"```{info}\ngraph LR\n```"

    assert told(f"a\n\n{block}\n\nb\n\n{block}") == [(3, "a diagram of Mermaid" + SHOWN)]


@pytest.mark.parametrize(
    "info", ["python", "{r}", "{python}", "{1,3}", "query", "sql", "ad", "dot"]
)
def test_block_of_code_is_not_told(info):
    assert told(f"```{info}\nx\n```") == []


@pytest.mark.parametrize("code", ["= this.a", "=this.file.name", "$= dv.pages()", "= [[A]].b"])
def test_query_in_a_text_is_told(code):
    assert told(f"a\nb `{code}`") == [(2, "a query of Dataview" + SHOWN)]


@pytest.mark.parametrize("code", ["= 5", "a = this.b", "=", "$= x", "== this.a"])
def test_code_in_a_text_is_not_told(code):
    assert told(f"a `{code}`") == []


def test_tags_that_are_shown_as_text_are_not_told():
    assert told("a <name> b", MarkupOptions({}, "escape")) == []


@pytest.mark.parametrize(
    ("extension", "text"),
    [("admonition", "!!! note\n    x"), ("pymdownx.details", "??? note\n    x"),
     ("pymdownx.tabbed", '=== "A"\n    x')],
)  # fmt: skip
def test_what_an_extension_reads_is_not_told(extension, text):
    assert told(text)
    assert told(text, MarkupOptions({extension: {}})) == []


def test_one_kind_is_one_warning_of_the_hub_with_a_count_and_places(site):
    site.settings().note("notes/a.md", "{{< a >}}\n\n{{< b >}}\n\n!!! note\n", title="A")
    site.note("notes/b.md", "x\n\n{{% c %}}\n", title="B").build()
    causes = {one.problem.message: one for one in find_causes(site.problems)}

    shortcodes = causes.pop("a shortcode (`{{< … >}}`) is shown as it is written, 3 times")
    paths = [one.path for one in (shortcodes.problem, *shortcodes.others)]
    assert paths == [f"content/notes/{name}.md" for name in "aba"]
    assert "an admonition of MkDocs (`!!! note`) is shown as it is written" in causes


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared")
def test_collection_of_notes_on_code_has_no_false_alarm(tmp_path):
    """Notes that teach Jinja, Go templates, Elixir and MDX show them in code; two lose a `<name>`."""
    unpack(SHARED / "data/til-jbranchaud.tar.gz", tmp_path)
    found = [
        (path.name, line, message)
        for path in Path(tmp_path).rglob("*.md")
        for line, message in told(path.read_text())
    ]
    assert sorted((name, line) for name, line, _ in found) == [
        ("set-up-a-project-local-cluster-with-postgres-app.md", 11),
        ("unstage-changes-with-git-restore.md", 28),
    ]
