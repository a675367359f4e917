"""Assets of a theme: what browsers load beside a page."""

import re
from urllib.parse import unquote

import pytest

from nexusgen.pages.assets import MAX_INLINE, lean_css, lean_script


@pytest.mark.parametrize(
    ("sheet", "lean"),
    [
        (b"a {\n  color: red;\n  margin: 0\n}\n", b"a{color:red;margin:0}"),
        (b"/* c */ a, b { } /* d { */", b"a,b{}"),
        (b'a::before { content: " ; /* no */ }" }', b'a::before{content:" ; /* no */ }"}'),
        (b"a { content: '\\' , ' }", b"a{content:'\\' , '}"),
        (b".prose :is(ul, ol) > li { }", b".prose :is(ul,ol) > li{}"),
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


def test_what_a_sheet_names_leads_to_the_files_of_the_theme_or_is_told(site):
    site.settings().write("templates/assets/fonts/a b.woff2", b"x").write(
        "content/static/c.png", b"x"
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
