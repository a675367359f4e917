"""Assets of a theme: what browsers load beside a page."""

import re
import shutil
from urllib.parse import unquote

import pytest

from nexusgen.pages.assets import MAX_INLINE, lean_css, lean_script
from tests.conftest import PIXEL, ROOT


@pytest.mark.parametrize(
    ("sheet", "lean"),
    [
        (b"a {\n  color: red;\n  margin: 0\n}\n", b"a{color:red;margin:0}"),
        (b"/* c */ a, b { } /* d { */", b"a,b{}"),
        (b'a::before { content: " ; /* no */ }" }', b'a::before{content:" ; /* no */ }"}'),
        (b"a { content: '\\' , ' }", b"a{content:'\\' , '}"),
        (b".prose :is(ul, ol) > li { }", b".prose :is(ul,ol)>li{}"),
        (b"a > b ~ c + d { e: '>' }", b"a>b~c + d{e:'>'}"),
        (b"a { width: calc(1rem + 2px) }", b"a{width:calc(1rem + 2px)}"),
        (b"a { background: url( a , b.png ) }", b"a{background:url( a , b.png )}"),
        (b"a :hover, b:is(c, :focus) { }", b"a :hover,b:is(c,:focus){}"),
        (b"", b""),
    ],
)
def test_sheets_lose_comments_and_white_space_and_nothing_else(sheet, lean):
    assert lean_css(sheet) == lean
    assert lean_css(lean) == lean


def test_small_icon_is_no_request_and_a_large_one_is_a_file(site):
    site.settings().write("templates/assets/icon.svg", "<svg id='a#b'></svg>")
    page = site.build().output("index.html")
    assert "data:image/svg+xml,%3Csvg%20id=&#39;a%23b&#39;%3E%3C/svg%3E" in page

    site.write("templates/assets/icon.svg", "<svg>" + "<path/>" * MAX_INLINE + "</svg>").build()
    assert 'href="./assets/icon.' in site.output("index.html")


@pytest.mark.parametrize(
    ("script", "lean"),
    [
        (b"// What\n(() => {\n  // why\n  a();\n\n})();\n", b"(()=>{a();})();"),
        (b"let a = b ? 1 : 2, c = d / e && f / g;", b"let a=b?1:2,c=d/e&&f/g;"),
        (b"a(\"x , y\", '( \\' )', `= ${b} = \"`);", b"a(\"x , y\",'( \\' )',`= ${b} = \"`);"),
        (b'a(/" , ["/ ,]/g, b ? / : / : c);', b'a(/" , ["/ ,]/g,b?/ : /:c);'),
        (b"a(); // it's , b\nc(d, e)\n// f\ng = +h - -i + 1", b"a();c(d,e)\ng=+h - -i+1"),
        (b"a(\n  b,\n  { c }\n)\n[d]", b"a(b,{c})\n[d]"),
        (b"a ? .5 : (b)\n  .c", b"a?.5:(b)\n.c"),
        (b"  a(`x`); // `\n  b();", None),
        (b"  a(`x\n  y`);", None),
        (b"  a('x\\\n  y');", None),
        (b'  a("// no comment");', b'a("// no comment");'),
        (
            b"const one = (two) => two.one + `${two.six} ${[...six, two]}`, six;",
            b"const one=(A)=>A.one + `${A.six} ${[...six, A]}`,six;",
        ),
        (
            b"let one = (two, { six }) => ({ two, five: one(two) });",
            b"let A=(two,{six})=>({two,five:A(two)});",
        ),
        (
            b"let one = ([two], ...all) => all(two ? one : document);",
            b"let B=([C],...A)=>A(C?B:document);",
        ),
        (b"each(one, (two = one.six) => two && A);", b"each(one,(B=one.six)=>B&&A);"),
        (b"const all = /one/g, two = all;", b"const A=/one/g,two=A;"),
    ],
)
def test_scripts_lose_their_white_space_where_no_text_may_hold_it(script, lean):
    assert lean_script(script) == (script if lean is None else lean)


def test_sheet_that_imports_others_is_one_file_with_each_of_them_once(site):
    site.settings().write("templates/assets/a.css", '@import "b.css";\n@import "c.css";\na { }\n')
    site.write("templates/assets/b.css", '@import "c.css";\n@import "a.css";\nb { }\n')
    site.write("templates/assets/c.css", "c { }\n")
    site.write("templates/about.html", '{{ assets["a.css"] }}')
    site.settings("author: {name: Ada}\n")
    first = site.build().output("about/index.html")

    assert site.output(first) == "c{}b{}a{}"

    site.write("templates/assets/c.css", "d { }\n").build()
    second = site.output("about/index.html")
    assert second != first
    assert site.output(second) == "d{}b{}a{}"

    site.write("templates/assets/d.css", "e { }\n")
    site.write("templates/assets/c.css", '@import "d.css";\nd { }\n').build()
    assert site.output(site.output("about/index.html")) == "e{}d{}b{}a{}"

    site.write("templates/assets/c.css", "d { }\n").build()
    assert site.output(site.output("about/index.html")) == "d{}b{}a{}"


def test_own_sheet_may_begin_with_that_of_the_theme(site):
    site.settings().write(
        "templates/assets/site.css",
        '@import url(theme/assets/site.css);\n@import "./b.css";\na { color: red }\n',
    )
    site.write("templates/assets/b.css", "b { }")
    page = site.build().output("index.html")
    sheet = site.output(re.findall(r'"\./(assets/site[^"]+css)"', page)[0])

    assert sheet.endswith("b{}a{color:red}")
    assert "@layer" in sheet
    assert "@import" not in sheet


REFUSED = {
    '<script src="https://a.org/x.js">': "a script of a.org",
    "<script>\nx</script>": "a script within a page",
    "<script type=module>": "a script within a page",
    "<button{% if a > b %} {% endif %}onclick='x()'>": "a script in an attribute",
    '<a href="javascript:x">': "a script in an attribute",
    '<p style="color: {{ "red" }}">': "`style`",
    "<style>": "`style`",
    '<link rel="stylesheet" href="//a.org/x.css">': "a file of a.org",
    '<iframe src="https://b.org/x"></iframe>': "a frame of b.org",
    '<embed src="robots.txt">': "",
    '<img src="http://a.org/x.png">': "a picture or film without https",
    "<form action=https://a.org/send>": "a form that is sent to a.org",
}
LET = (
    '<script src="{{ assets["site.js"] | href(root) }}"></script>',
    '<script type="application/ld+json">{}</script> <!-- <style> -->{# <style> #}',
    '<link rel="me" href="https://a.org"><a href="https://a.org"><iframe src="https://a.org/x">',
    '<img src="https://a.org/x.png"><form action="/x">{% if style == "x" %}{% endif %}',
)
SHEET = """@import "theme/assets/site.css";
/* @import url(https://a.org/x); */
@import url("https://a.org/x?a;b");
@font-face { src: url(https://b.org/x.woff2) }
p { background: url(https://a.org/x.png) }
q { background: url(http://a.org/x.png) }
"""


@pytest.mark.parametrize("text", [*REFUSED, *LET])
def test_what_the_policy_refuses_in_own_templates_is_told(site, text):
    site.settings("frames: [a.org]\n")
    page = '{%% extends "theme/base.html" %%}{%% set a, b, style = 1, 1, 1 %%}\n{%% block %s %%}'
    site.write("templates/base.html", f"{page % 'tools'}\n {text}{{% endblock %}}").build()

    told = [(one.code, one.line, one.column, one.message) for one in site.problems]
    what = REFUSED.get(text)
    message = f"the policy of the pages does not allow {what}"
    assert told == ([("html.policy", 3, 2, message)] if what else [])

    site.write("templates/base.html", f"<!DOCTYPE html><html>{text}").build()
    assert "html.policy" not in site.codes
    base = f"{page % 'tools'}\n {text}{{% endblock %}}"
    site.write("templates/base.html", base)
    site.write("templates/page.html", f"{page % 'policy'}{{% endblock %}}").build()
    assert "html.policy" not in site.codes


def test_sheets_load_from_elsewhere_above_all_rules_where_the_policy_allows_it(site):
    site.settings().write("templates/assets/site.css", SHEET).build()

    assert [(one.line, one.message.rpartition("allow ")[2]) for one in site.problems] == [
        (3, "a sheet of a.org"), (4, "a font of b.org"), (6, "a picture without https"),
    ]  # fmt: skip
    path = re.findall(r'"\./(assets/site[^"]+css)"', site.output("index.html"))[0]
    sheet = site.output(path)
    assert sheet.startswith('@import url("https://a.org/x?a;b");@')
    assert sheet.count("a.org/x?a;b") == 1

    site.write("templates/assets/site.css", "a{}@import url(//a.org/x?a;b);b{}").build()
    path = re.findall(r'"\./(assets/site[^"]+css)"', site.output("index.html"))[0]
    assert site.output(path) == "@import url(//a.org/x?a;b);a{}b{}"


IDLE = """
:root { --bg: red; --acent: red; --mine: red }
p--x:hover { color: var(--mine) /* --no: x */ }
@media (prefers-color-scheme: dark) { :root { --ink: red } }
"""


def test_sheets_and_scripts_that_nothing_loads_and_what_they_set_in_vain_is_told(site):
    site.settings().write("templates/assets/site.css", f'@import "b.css";{IDLE}')
    for name in ("a.css", "b.css", "c.js", "d.css"):
        site.write(f"templates/assets/{name}", "")
    page = '{% extends "theme/page.html" %}{% block head %}{{ assets["d.css"] }}{% endblock %}'
    site.write("templates/page.html", page).build()

    assert [(one.path.rpartition("/")[2], one.line, one.column, one.code) for one in site.problems] == [
        ("a.css", 0, 0, "template.unused"), ("c.js", 0, 0, "template.unused"),
        ("site.css", 2, 20, "template.unused"), ("site.css", 4, 1, "template.dark"),
    ]  # fmt: skip
    assert 'did you mean "--accent"?' in [one.hint for one in site.problems]

    site.write("templates/assets/site.css", '@import "a.css"; @import "b.css";')
    site.write("templates/page.html", page.replace('"d.css"', "page.url ~ 'x'")).build()
    assert "template.unused" not in site.codes

    each = "{% for name, url in assets.items() %}{{ name }}{% endfor %}"
    site.write("templates/page.html", page.replace('{{ assets["d.css"] }}', each)).build()
    assert "template.unused" not in site.codes

    many = "".join(f"--b{number}: 0;" for number in range(11))
    site.write("templates/assets/site.css", f'@import "a.css"; @import "b.css"; p {{{many}}}')
    assert "template.unused" not in site.build().codes


def test_the_theme_has_nothing_that_its_policy_refuses(site):
    shutil.copytree(ROOT / "templates", site.root / "templates")

    assert site.settings().build().problems == ()


def test_what_a_sheet_names_leads_to_the_files_of_the_theme_or_is_told(site):
    site.settings().write("templates/assets/fonts/a b.woff2", b"x").write(
        "content/static/c.png", PIXEL
    )
    site.write(
        "templates/assets/site.css",
        """
        /* @import "old.css"; url(old.png) */
        @import "theme/assets/site.css";
        a { src: url("fonts/a%20b.woff2") url(../static/c.png) url(#x) url(data:x,y) var(--url) }
        """,
    )
    page = site.build().output("index.html")
    sheet = site.output(re.findall(r'"\./(assets/site[^"]+css)"', page)[0])
    font = re.findall(r'url\("([^"]+)"\)', sheet)[0]

    assert site.problems == ()
    assert unquote(f"assets/{font}") in site.tree()
    assert "url(../static/c.png) url(#x)" in sheet

    site.write("templates/assets/fonts/a b.woff2", b"y").build()
    assert any(path.startswith("assets/site") for path in site.written)

    site.write(
        "templates/assets/site.css", 'a { b: url(no.png) }\n@import "theme/assets/sit.css";'
    ).build()
    (sheet, image) = sorted(site.problems, key=lambda one: one.severity)
    assert (image.path, image.line, image.column, image.severity) == (
        "templates/assets/site.css", 1, 12, "warning",
    )  # fmt: skip
    assert (sheet.line, sheet.hint) == (2, 'did you mean "theme/assets/site.css"?')


def test_many_imports_end(site):
    for number in range(40):
        below = "".join(f'@import "s{other}.css";\n' for other in range(number + 1, 40))
        site.write(f"templates/assets/s{number}.css", f"{below}.s{number} {{ }}\n")
    site.settings("author: {name: Ada}\n").write("templates/about.html", '{{ assets["s0.css"] }}')
    sheet = site.build().output(site.output("about/index.html"))

    assert sheet.count("{") == 40
