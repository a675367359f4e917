"""What a reader meets: every kind of page, in both themes, at three widths, by mouse and key."""

import gzip
import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.browser.conftest import BASE, Visit
from tests.conftest import read_tree

pytestmark = pytest.mark.browser

PAGES = {
    "home": "",
    "section of cards": "technologies/",
    "section of pairs": "challenges/",
    "section of rules": "practices/",
    "section of rows": "notes/",
    "technology": "technologies/celery/",
    "concept": "concepts/idempotency/",
    "challenge": "challenges/duplicate-invoices/",
    "practice": "practices/the-second-run/",
    "project": "projects/shop/",
    "note": "notes/reading-plans/",
    "declared kind": "recipes/soup/",
    "page": "overview/",
    "tags": "tags/",
    "tag": "tags/queues/",
    "timeline": "timeline/",
    "about": "about/",
    "skills": "skills/",
    "CV": "cv/",
    "graph": "graph/",
    "contents": "map/",
    "recent": "recent/",
    "not found": "no/such/page",
}
SCHEMES = {320: ("light",), 768: (), 1280: ("light", "dark")}
"""The themes in which a page of each width is looked through; what each rule sees differs least
between these."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SHIFTS = """() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) sum += entry.value;
    }).observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(sum), 50);
})"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """() => [...document.querySelectorAll("a, button, summary, input:not([disabled])")]
    .filter(item => item.checkVisibility() && !item.closest("p, dd, .prose li, .text, .skip"))
    .map(item => [item.textContent.trim(), item.getBoundingClientRect()])
    .filter(([, box]) => box.width < 24 || box.height < 24)
    .map(([text, box]) => `${text}: ${box.width}x${box.height}`)"""
HEADINGS = """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
    .map(heading => Number(heading.tagName[1]))"""


@pytest.fixture(scope="session")
def axe():
    module = pytest.importorskip("axe_playwright_python", reason="needs axe-playwright-python")
    return (Path(module.__path__[0]) / "axe.min.js").read_text()


def violations(page, axe):
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(axe)
    results = page.evaluate(
        "rules => axe.run({runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})",
        RULES,
    )
    return [
        (violation["id"], node["html"][:200], node["failureSummary"])
        for violation in results["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("kind", PAGES)
def test_every_page_is_accessible_still_and_quiet(visit, axe, kind):
    visited = visit(PAGES[kind], viewport={"width": 1280, "height": 800})
    page = visited.page
    levels = page.evaluate(HEADINGS)
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))
    assert page.locator("main").count() == 1
    assert page.evaluate("document.documentElement.lang") == "en"
    for width, schemes in SCHEMES.items():
        page.set_viewport_size({"width": width, "height": 800})
        page.reload()
        assert page.evaluate(SHIFTS) == 0
        assert page.evaluate(SIDEWAYS) <= 0
        assert page.evaluate(SMALL) == []
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme)
            assert violations(page, axe) == []
    complaints = [text for text in visited.complaints if kind != "not found" or "404" not in text]
    assert complaints == []


def test_first_tab_skips_to_the_content(visit):
    page = visit("technologies/celery/").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "Main"


def test_theme_is_chosen_and_kept(visit):
    visited = visit(color_scheme="light")
    page, button = visited.page, visited.page.get_by_role("button", name="Theme")
    seen = []
    for _ in range(3):
        button.click()
        seen.append((button.get_attribute("aria-label"), page.evaluate(BACKGROUND)))
    light, dark = "rgb(251, 250, 247)", "rgb(18, 21, 26)"
    assert seen == [("Theme: light", light), ("Theme: dark", dark), ("Theme: system", light)]
    button.click()
    button.click()
    visited.open("about/")
    assert page.evaluate(BACKGROUND) == dark


BACKGROUND = "getComputedStyle(document.body).backgroundColor"


def test_chosen_theme_is_there_before_anything_is_drawn(visit):
    visited = visit(color_scheme="light")
    visited.page.evaluate("localStorage.setItem('theme', 'dark')")
    visited.page.add_init_script("""
        new MutationObserver((_, observer) => {
            if (!document.body) return;
            window.themeAtBody = document.documentElement.dataset.theme;
            observer.disconnect();
        }).observe(document, {childList: true, subtree: true});
    """)
    visited.open("about/")
    assert visited.page.evaluate("window.themeAtBody") == "dark"


@pytest.mark.parametrize("width", [1280, 320])
def test_everything_works_without_javascript(visit, width):
    visited = visit(
        "technologies/celery/",
        java_script_enabled=False,
        color_scheme="dark",
        viewport={"width": width, "height": 800},
    )
    page = visited.page
    assert page.get_by_role("button", name="Theme").count() == 0
    if width == 320:
        page.get_by_role("button", name="Menu").click()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Concepts").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Concepts"
    assert page.get_by_role("link", name="Idempotency").is_visible()


def test_dark_preference_needs_no_javascript(visit):
    visited = visit(java_script_enabled=True, color_scheme="dark")
    visited.page.evaluate("localStorage.removeItem('theme')")
    assert visited.page.evaluate(BACKGROUND) == "rgb(18, 21, 26)"
    assert visited.page.evaluate("document.documentElement.dataset.theme") == "system"


def test_menu_closes_with_escape_and_gives_focus_back(visit):
    page = visit(viewport={"width": 320, "height": 800}).page
    menu = page.get_by_role("button", name="Menu")
    menu.click()
    nav = page.get_by_role("navigation", name="Main")
    assert nav.is_visible()
    page.keyboard.press("Escape")
    assert not nav.is_visible()
    assert page.evaluate("document.activeElement.textContent") == "Menu"


def test_wrong_address_at_any_depth_gets_a_page_whose_links_work(visit):
    visited = visit("a/b/c")
    page = visited.page
    assert page.get_by_role("heading", level=1).inner_text() == "Page not found"
    assert page.evaluate(BACKGROUND) in ("rgb(251, 250, 247)", "rgb(18, 21, 26)")
    page.get_by_role("main").get_by_role("link", name="Concepts").click()
    assert page.url == "https://example.org/hub/concepts/"


def test_old_address_leads_to_the_new_one(visit):
    page = visit("old/soup/").page
    page.wait_for_url("https://example.org/hub/recipes/soup/")
    assert page.get_by_role("heading", level=1).inner_text() == "Soup"


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("Technologies/CELERY/?a=B#Part", "technologies/celery/?a=B#Part"),
        ("Old/Soup/", "recipes/soup/"),
    ],
)
def test_an_address_in_capitals_leads_to_the_one_in_small_letters(visit, address, url):
    visit(address).page.wait_for_url(f"https://example.org/hub/{url}")


def test_print_shows_the_text_alone(visit):
    page = visit("technologies/celery/", color_scheme="dark").page
    page.emulate_media(media="print")
    for name in (".top", ".rail", ".crumbs", ".turn", ".skip"):
        assert not page.locator(name).is_visible(), name
    assert page.evaluate(BACKGROUND) == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('pre')).orphans") == "6"
    address = "getComputedStyle(document.querySelector('.facts .url'), '::after').content"
    assert "https://docs.celeryq.dev/" in page.evaluate(address)


def test_nothing_moves_where_motion_is_unwanted(visit):
    page = visit("technologies/celery/", reduced_motion="reduce").page
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_controls_and_marks_stay_visible_in_forced_colours(visit):
    page = visit("technologies/", forced_colors="active").page
    button = "getComputedStyle(document.querySelector('.theme'))"
    assert page.evaluate(f"{button}.borderTopWidth") == "1px"
    mark, background = "getComputedStyle(document.querySelector('.mark')).fill", BACKGROUND
    assert page.evaluate(mark) != page.evaluate(background)


def test_marked_lines_of_code_stay_readable_in_forced_colours(visit):
    page = visit("technologies/celery/", forced_colors="active", color_scheme="dark").page
    colours = "[...document.querySelectorAll('mark.line, mark.line *')].map(one => getComputedStyle(one).color)"
    plain = "getComputedStyle(document.querySelector('p')).color"
    assert set(page.evaluate(colours)) == {page.evaluate(plain)}


@pytest.mark.parametrize("width", [1024, 1280])
def test_the_name_of_the_hub_stands_apart_from_the_sections(visit, width):
    page = visit(viewport={"width": width, "height": 800}).page
    edges = "[document.querySelector('.brand').getBoundingClientRect().right, document.querySelector('.nav').getBoundingClientRect().left]"
    right, left = page.evaluate(edges)
    assert left - right >= 16


def test_short_code_that_wraps_stays_in_its_line(visit):
    page = visit("technologies/celery/", viewport={"width": 360, "height": 700}).page
    inline = "[...document.querySelectorAll(':not(pre) > code')].map(code => getComputedStyle(code).display)"
    assert set(page.evaluate(inline)) == {"inline"}


def test_heading_is_not_hidden_below_the_header(visit):
    page = visit("technologies/celery/#checklist", viewport={"width": 1280, "height": 800}).page
    while not page.evaluate("window.scrollY > 0"):
        page.wait_for_timeout(20)
    page.wait_for_timeout(800)
    top = page.evaluate("document.getElementById('checklist').getBoundingClientRect().top")
    assert top >= page.evaluate("document.querySelector('.top').getBoundingClientRect().bottom")


def test_the_heading_that_is_read_is_marked_in_the_contents(visit):
    page = visit("technologies/celery/", viewport={"width": 1280, "height": 700}).page
    current = "[...document.querySelectorAll('nav.toc [aria-current]')].map(link => link.hash)"
    assert page.evaluate(current) == []
    for place in ("checklist", "how-it-works"):
        page.evaluate(f"document.getElementById('{place}').scrollIntoView({{behavior: 'instant'}})")
        while page.evaluate(current) != [f"#{place}"]:
            page.wait_for_timeout(20)


def test_a_review_that_is_past_is_told_by_the_clock_of_the_reader(visit):
    page = visit("technologies/celery/").page
    past = "[...document.querySelectorAll('[data-overdue]')].map(note => !note.hidden)"
    assert page.evaluate(past) == [True]
    other = visit("technologies/postgresql/").page
    assert other.evaluate(past) == [False]


@pytest.mark.parametrize(
    ("width", "height", "position"),
    [(1280, 800, "sticky"), (1280, 500, "static"), (800, 800, "static")],
)
def test_header_sticks_only_where_there_is_room(visit, width, height, position):
    page = visit(viewport={"width": width, "height": height}).page
    assert page.evaluate("getComputedStyle(document.querySelector('.top')).position") == position


def test_code_is_copied_by_its_button(visit):
    visited = visit("technologies/celery/", permissions=["clipboard-read", "clipboard-write"])
    page = visited.page
    page.locator(".code").nth(1).hover()
    button = page.get_by_role("button", name="Copy").nth(1)
    assert button.get_attribute("aria-live") == "polite"  # what it says then is heard
    button.click()
    assert page.evaluate("navigator.clipboard.readText()").startswith("$ celery -A shop")


def test_text_has_strong_contrast(visit):
    page = visit("technologies/celery/").page
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        ink, ground = page.evaluate(
            "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
        )
        assert contrast(ink, ground) >= 7


def test_entry_of_650_words_is_light(built):
    page = built["technologies/celery/index.html"]
    (style,) = (path for path in built if re.fullmatch(r"assets/site\.\w+\.css", path))
    (script,) = (path for path in built if re.fullmatch(r"assets/site\.\w+\.js", path))
    weights = [len(gzip.compress(data)) for data in (page, built[style], built[script])]
    limits = (12_000, 6_000, 1_500)
    assert all(weight <= limit for weight, limit in zip(weights, limits, strict=True)), weights


def contrast(one, other):
    """Return the contrast of two `rgb()` colours: WCAG 2.2, "contrast ratio"."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    values = [int(value) / 255 for value in colour.removeprefix("rgb(").rstrip(")").split(", ")]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_who_the_author_is_can_be_seen_without_a_scroll(visit, width, height):
    page = visit(viewport={"width": width, "height": height}).page
    for part in ("h1", ".role", ".lede", ".acts"):
        box = page.locator(f"main {part}").first.bounding_box()
        assert box["y"] + box["height"] <= height, part
    case = page.locator(".cases > li").first.bounding_box()
    assert case["y"] < height
    assert width < 1000 or case["y"] + case["height"] <= height


@pytest.mark.parametrize("width", [1280, 360])
def test_counts_stand_on_one_line_however_large_they_are(visit, width):
    page = visit(viewport={"width": width, "height": 800}).page

    heights = page.evaluate(
        """() => {
            const counts = [...document.querySelectorAll(".tally b")]
            counts.forEach((count, i) => { count.textContent = ["7", "19", "1,234"][i % 3] })
            return counts.map(count => count.offsetHeight)
        }"""
    )

    assert len(heights) > 2
    assert len({*heights}) == 1
    assert page.evaluate(SIDEWAYS) == 0


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize(
    "name", ["Nexus", "Project Nexus Documentation", "A hub of many words " * 4]
)
def test_the_name_of_the_hub_is_whole_above_the_menu(visit, width, name):
    page = visit("technologies/", viewport={"width": width, "height": 800}).page
    box = page.locator(".brand > :last-child")
    box.evaluate("(e, name) => { e.textContent = name }", name)

    assert box.evaluate("e => [getComputedStyle(e).overflow, e.scrollHeight - e.clientHeight]") == [
        "visible",
        0,
    ]
    assert box.bounding_box()["y"] >= 0
    assert page.evaluate(SIDEWAYS) == 0
    if width == 320:
        menu = page.get_by_role("button", name="Menu")
        menu.click()
        bottom = menu.bounding_box()["y"] + menu.bounding_box()["height"]
        assert bottom <= page.locator("#Nav").bounding_box()["y"]


TORN = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const torn = [];
    for (let node; (node = walker.nextNode());) {
        if (!node.parentElement.checkVisibility() || node.parentElement.closest(".hidden, script, .acts")) continue;
        for (const word of node.data.matchAll(/(?<![a-z])[a-z]{2,12}(?![a-z])/gi)) {
            const range = document.createRange();
            range.setStart(node, word.index);
            range.setEnd(node, word.index + word[0].length);
            if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) torn.push(word[0]);
        }
    }
    return torn;
}"""
"""Words, but for the longest, that stand on two lines."""


@pytest.mark.parametrize(("width", "size"), [(320, 16), (360, 24), (412, 28)])
def test_words_stay_whole_where_text_is_large(visit, width, size):
    visited = visit(viewport={"width": width, "height": 800})
    page = visited.page
    session = visited.context.new_cdp_session(page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": size}})
    for url in ("", "challenges/", "technologies/celery/"):
        visited.open(url)
        assert page.evaluate(TORN) == []
        assert page.evaluate(SIDEWAYS) <= 0
    page.get_by_role("button", name="Menu").click()
    assert page.evaluate(TORN) == []
    items = page.locator(".nav li")
    left = {round(box["x"]) for box in (one.bounding_box() for one in items.all())}
    assert len(left) == (2 if size == 16 else 1)
    button = page.locator(".hand").first.bounding_box()
    assert button["y"] + button["height"] <= page.locator("#Nav").bounding_box()["y"]


TURNED = """name => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const at = (node, place) => {
        const range = document.createRange();
        range.setStart(node, place);
        range.setEnd(node, place + 1);
        return range.getBoundingClientRect().x;
    };
    const seen = [];
    for (let node; (node = walker.nextNode());) {
        const start = node.data.indexOf(name);
        if (start < 0 || !node.parentElement.checkVisibility()) continue;
        seen.push(at(node, start) > at(node, start + name.length - 1) ? "" : node.parentElement.outerHTML);
    }
    return seen;
}"""
"""Whether each place of a name shows its first letter at the right of its last."""


@pytest.mark.parametrize("language", ["en", "ar"])
def test_names_and_texts_of_another_direction_are_in_their_order(chromium, site, language):
    """And those that a language says something of in that of it, however they begin."""
    name, text = "מבוא C++ (1)", "C++ (1) ועוד"
    site.settings(f"language: {language}\nauthor: {{name: Ada}}\n")
    for kind in ("technologies", "concepts", "challenges", "projects"):
        uses = {} if kind == "technologies" else {"uses": "[technologies/a]", "tags": f"['{name}']"}
        if kind == "challenges":
            uses |= {
                "problem": text,
                "cause": text,
                "solution": text,
                "outcome": text,
                "lang": "he",
            }
        site.note(
            f"{kind}/a.md", "[[concepts/b]]", title=name, summary=name, date="2024-01-01", **uses
        )
        site.note(f"{kind}/b.md", f"[[{kind}/a]]", title="B", summary="(Over.)", date="2024-01-02")
    site.build()
    tree = read_tree(site.root / "output")
    pages = ["", "challenges/", "technologies/a/", "concepts/b/", "challenges/a/", "skills/", "cv/",
             "graph/", "recent/", "tags/"]  # fmt: skip
    visited = Visit(chromium, tree, "", {"viewport": {"width": 1440, "height": 800}})
    for url in pages:
        visited.open(url)
        seen = visited.page.evaluate(TURNED, name)
        assert seen, url
        assert {*seen} == {""}, url
        assert {*visited.page.evaluate(TURNED, text)} <= {""}, url
    visited.context.close()


BOXES = """<div class="prose"><figure class="code"><pre tabindex="0">short</pre></figure>
    <figure class="code"><pre tabindex="0">{long}</pre></figure>
    <div class="scroll" tabindex="0" role="group" aria-label="Table"><table><td>a</table></div></div>"""


def test_the_keyboard_stops_only_where_there_is_something_to_scroll(chromium, built):
    """There with a role and a name; without scripts it stops everywhere."""
    url = "overview/index.html"
    boxes = BOXES.format(long="word " * 99).encode()
    tree = {**built, url: built[url].replace(b"</main>", boxes + b"</main>")}
    seen = "all => all.map(box => [box.tabIndex, box.role, box.ariaLabel])"
    visited = Visit(chromium, tree, "overview/", {"viewport": {"width": 1280, "height": 800}})
    visited.page.wait_for_function("document.readyState === 'complete'")
    found = visited.page.eval_on_selector_all(".prose:last-child :is(pre, .scroll)", seen)
    assert found == [[-1, None, None], [0, "group", "Code"], [-1, "group", "Table"]]
    visited.context.close()
    plain = Visit(chromium, tree, "overview/", {"java_script_enabled": False})
    assert plain.page.locator(".prose:last-child [tabindex='0']").count() == 3
    plain.context.close()


MARKS = """<div class="prose"><h2>a</h2><h3>b</h3><h6>c</h6><h2>d</h2><p>e</p>
    <ul><li class="task"><input type="checkbox"></li><li class="task"><p><input type="checkbox"></p></li></ul>
    <ol start="998"><li>f</li></ol></div>"""


def test_headings_tasks_and_large_numbers_have_their_room(visit):
    page = visit("overview/", viewport={"width": 320, "height": 800}).page
    page.set_content(page.content().replace("</main>", MARKS + "</main>"))
    below = "all => all.map(one => one.getBoundingClientRect().y - one.previousElementSibling.getBoundingClientRect().bottom > 16)"
    assert page.eval_on_selector_all(".prose:last-child :is(h3, h6, h2 + p, h6 + h2)", below) == [False, True, True, False]  # fmt: skip
    assert (
        len({*page.eval_on_selector_all(".task input", "all => all.map(one => one.offsetWidth)")})
        == 1
    )
    assert (
        page.evaluate(
            "parseFloat(getComputedStyle(document.querySelector('ol[start]')).paddingInlineStart)"
        )
        > 40
    )


@pytest.mark.parametrize("width", [1024, 1440])
def test_long_words_of_the_theme_are_whole_in_the_margin(chromium, site, width):
    site.settings("language: de\nauthor: {name: Ada}\n")
    site.note("challenges/a.md", title="A", problem="P.", solution="S.", uses="[technologies/b]")
    site.note("technologies/b.md", title="B").build()
    tree = read_tree(site.root / "output")
    visited = Visit(chromium, tree, "", {"viewport": {"width": width, "height": 800}})
    for url in ("", "cv/", "skills/"):
        lines = visited.open(url).page.eval_on_selector_all(
            ".margin > h2",
            "all => all.map(e => e.offsetHeight < 2 * parseFloat(getComputedStyle(e).fontSize))",
        )
        assert {*lines} == {True}, url
    visited.context.close()


def test_tables_in_the_fields_of_an_entry_have_lines_and_room(visit):
    """And what scrolls beside its ground has the colour of it."""
    page = visit("challenges/duplicate-invoices/").page
    table = """<div class="scroll"><table><thead><tr><th>a</th><th>b</th></tr></thead>
        <tbody><tr><td>lock</td><td>10</td></tr></tbody></table></div>"""
    for place, ground in {".pair .says": "--surface", ".prose": "--bg"}.items():
        seen = page.locator(place).first.evaluate(
            """(e, [table, ground]) => {
                e.innerHTML = table;
                const cell = getComputedStyle(e.querySelector("td"));
                const [edge, under] = ["--edge", ground].map(name => cell.getPropertyValue(name));
                return [cell.paddingInlineEnd !== "0px", cell.borderBlockEndWidth, edge === under];
            }""",
            [table, ground],
        )
        assert seen == [True, "1px", True]


def test_headings_and_lists_in_fields_look_as_in_a_text(visit):
    """On the page of a challenge and in lists: no field's name, ink where the field is, its own bold."""
    text = "<p>Intro.</p><h2>More</h2><p>So.</p><ul><li>One</li></ul>"
    for url in ("challenges/duplicate-invoices/", "challenges/"):
        page = visit(url).page
        seen = page.evaluate(
            """text => [...document.querySelectorAll(".says[dir], .says [dir]")].map(one => {
                one.innerHTML = text;
                const [p, h2, after, ul] = [...one.children].map(e => getComputedStyle(e));
                return [parseFloat(h2.fontSize) > parseFloat(p.fontSize), h2.marginTop > "0px",
                        after.color === p.color, ul.listStyleType, ul.fontWeight];
            })""",
            text,
        )
        assert len(seen) > 2
        assert {*map(tuple, seen)} == {(True, True, True, "disc", "400")}, url


@pytest.mark.parametrize("width", [1024, 1280])
def test_the_sections_stand_on_one_line_beside_a_long_name(visit, width):
    page = visit("", viewport={"width": width, "height": 800}).page
    page.evaluate("""document.querySelectorAll(".nav li:nth-child(n + 7)").forEach(item => item.remove());
        document.querySelector(".brand > :last-child").textContent = "Documentation of what we learned" """)
    assert page.evaluate("document.querySelector('.nav').offsetHeight") < 60
    page.evaluate(
        "document.querySelector('.brand > :last-child').textContent = 'Donaudampf'.repeat(30)"
    )
    assert page.evaluate(SIDEWAYS) == 0


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_a_summary_of_either_direction_stands_below_its_title(visit, direction):
    page = visit("notes/", viewport={"width": 1280, "height": 800}).page
    page.evaluate("direction => document.querySelector('.rows .text').dir = direction", direction)
    inset = """(() => { const text = document.querySelector('.rows .text');
        return text.getBoundingClientRect().x + parseFloat(getComputedStyle(text).paddingLeft)
            - document.querySelector('.rows .what a').getBoundingClientRect().x; })()"""
    assert abs(page.evaluate(inset)) < 3


def test_long_lines_of_code_are_whole_on_paper(visit):
    page = visit("").page
    page.set_content(page.content().replace("</main>", f"""<div class="prose"><figure class="code">
        <pre><code>{"word " * 90}</code></pre></figure></div></main>"""))  # fmt: skip
    page.emulate_media(media="print")

    wide = "all => all.map(one => one.scrollWidth - one.clientWidth)"
    assert page.eval_on_selector_all(".code pre", wide) == [0]
    assert page.evaluate("getComputedStyle(document.querySelector('.code')).overflow") == "visible"


def test_facts_and_tall_pictures_are_whole_on_paper(visit):
    page = visit("technologies/celery/").page
    picture = """<img width="400" height="2400" src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>">"""
    page.evaluate("html => document.querySelector('.prose').innerHTML = html", picture)
    page.emulate_media(media="print")

    assert page.locator(".prose img").bounding_box()["height"] < 29.7 / 2.54 * 96 - 106
    fact = "getComputedStyle(document.querySelector('.facts > div')).breakInside"
    assert page.evaluate(fact) == "avoid"


def test_the_cv_prints_no_control_and_each_address_once(visit):
    page = visit("cv/").page
    page.emulate_media(media="print")
    for name in (".top", ".btn", ".seal", "footer", ".skip"):
        assert not page.locator(name).first.is_visible(), name
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.contact a'), '::after').content")
        == "none"
    )
    assert (
        page.locator(".cases .hidden").first.evaluate("e => getComputedStyle(e).position")
        == "static"
    )


@pytest.mark.parametrize("url", ["gone", "a/b/c/gone/"])
def test_wrong_address_is_answered_also_in_a_folder_that_nobody_named(chromium, site, url):
    site.settings("author: {name: Ada}\n").note("notes/gone.md", title="Gone").build()
    visited = Visit(chromium, read_tree(site.root / "output"), url, {"color_scheme": "light"})
    page = visited.page
    page.wait_for_selector("#Find-hits[data-for]", state="attached")

    assert page.evaluate(BACKGROUND) == "rgb(251, 250, 247)"
    assert "Gone" in page.locator("#Find-hits").inner_text()
    page.get_by_role("link", name="About").first.click()
    assert page.url == f"{BASE}about/"
    page.goto(f"{BASE}NOTES/gone/")
    page.wait_for_url(f"{BASE}notes/gone/")
    visited.context.close()


@pytest.mark.parametrize(
    ("start", "link", "goal"),
    [
        ("notes/b/", "a.brand", ""),
        ("notes/b/", ".prose a", "notes/a/"),
        ("graph/", "svg a", "notes/a/"),
        ("old/", "", "notes/a/"),
    ],
)
def test_a_site_opened_from_disk_leads_to_its_pages(chromium, site, start, link, goal):
    site.note("notes/a.md", "## Part", redirect_from="[old/]").note("notes/b.md", "[[a#Part]]")
    base = (site.build().root / "output").as_uri()
    page = chromium.new_page()
    page.goto(f"{base}/{start}index.html")
    if link:
        page.locator(link).first.click()

    page.wait_for_url(re.compile(f"{re.escape(base)}/{goal}index.html(#part)?"))


def test_what_an_author_calls_html_gives_it_no_look_of_the_theme(visit):
    page = visit("notes/reading-plans/").page

    assert page.evaluate(
        """() => {
            const layers = [...document.styleSheets[0].cssRules].filter(rule => rule.name);
            const names = name => layers.filter(rule => rule.name === name)
                .flatMap(rule => rule.cssText.match(/[.][a-z][-a-z0-9]*(?=[^{}]*{)/g));
            const own = new Set(["base", "prose", "code"].flatMap(names));
            const shown = name => {
                const box = document.createElement("div");
                box.className = name;
                box.innerHTML = "<ul><li><a href=''>words</a></li></ul><h2>words</h2>";
                document.querySelector(".prose").append(box);
                const looks = [box, ...box.querySelectorAll("*")].map(one =>
                    [...getComputedStyle(one)].map(key => getComputedStyle(one)[key]).join());
                box.remove();
                return looks.join();
            };
            const plain = shown("");
            const tried = new Set(names("parts").filter(name => !own.has(name)));
            const met = [...tried].filter(name => shown(name.slice(1)) !== plain);
            return [tried.size > 30, met];
        }"""
    ) == [True, []]


def test_headings_and_focus_stand_below_a_header_of_any_height(visit):
    page = visit("technologies/celery/", viewport={"width": 1280, "height": 700}).page
    page.evaluate(
        "document.querySelector('.brand').textContent = 'A hub of many words '.repeat(12)"
    )
    page.evaluate("dispatchEvent(new Event('resize'))")
    bottom = page.evaluate("document.querySelector('.top').offsetHeight")
    assert bottom > 104
    page.evaluate("document.getElementById('checklist').scrollIntoView({behavior: 'instant'})")
    assert (
        page.evaluate("document.getElementById('checklist').getBoundingClientRect().top") >= bottom
    )


WIDE = """names => document.querySelector(".prose").insertAdjacentHTML("beforeend",
    `<div class="scroll wide-one"><table><tr>${names.map(name => `<th>${name}</th>`).join("")}</tr></table></div>`)"""


def test_wide_tables_are_whole_on_paper(visit):
    page = visit("technologies/celery/", viewport={"width": 688, "height": 900}).page
    page.evaluate(WIDE, ["Requests/s", "Cost/month", "Last incident"] * 4)
    page.emulate_media(media="print")
    right = "document.querySelector('.wide-one table').getBoundingClientRect().right"
    assert page.evaluate(right) <= 688
    # What is too wide still makes the browser shrink the page.
    assert page.evaluate("getComputedStyle(document.querySelector('main')).overflow") == "visible"


def test_what_scrolls_shows_so_in_both_themes(visit):
    page = visit("technologies/celery/", color_scheme="dark").page
    page.evaluate(WIDE, ["A"])
    ground = "getComputedStyle(document.querySelector('.wide-one')).backgroundImage"
    assert "rgba(255, 255, 255, 0.2)" in page.evaluate(ground)
    page.emulate_media(color_scheme="light")
    assert "rgba(0, 0, 0, 0.2)" in page.evaluate(ground)


def test_links_within_a_line_of_the_cv_stay_beside_their_commas(visit):
    page = visit("cv/").page
    shown = (
        "[...document.querySelectorAll('.proofs dd a')].map(link => getComputedStyle(link).display)"
    )
    assert set(page.evaluate(shown)) == {"inline"}


LINKS = {
    "docs": "https://docs.python.org/3/",
    "www.y.org": "http://www.y.org/",
    "https://y.org/a": "https://y.org/a",
    "y.org/a": "https://y.org/a",
    "go": "https://go.dev/",
}


def test_addresses_stand_on_paper_behind_words_that_are_not_the_address(visit):
    page = visit("technologies/celery/").page
    page.evaluate(
        """links => document.querySelector(".prose").replaceChildren(...Object.entries(links).map(([text, href]) =>
            Object.assign(document.createElement("a"), {href, textContent: text})))""",
        LINKS,
    )
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    shown = """[...document.querySelectorAll(".prose a")].filter(link =>
        getComputedStyle(link, "::after").content !== "none").map(link => link.textContent)"""
    assert page.evaluate(shown) == ["docs", "go"]
