"""Search as a reader meets it: by key and by pointer, in both themes, small and large, from disk."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote

import pytest

from tests.browser.conftest import BASE, Visit
from tests.browser.test_theme import RULES, SIDEWAYS
from tests.conftest import read_tree

pytestmark = pytest.mark.browser

FIELD = "#Find-field"
HITS = "#Find-hits [role=option]"
STATES = {"empty": "", "full": "queue", "without result": "zzqqxx"}


@pytest.fixture(scope="session")
def axe():
    module = pytest.importorskip("axe_playwright_python", reason="needs axe-playwright-python")
    return (Path(module.__path__[0]) / "axe.min.js").read_text()


def requests_of(visit):
    asked = []
    visit.page.on("request", lambda request: asked.append(request.url.removeprefix(BASE)))
    return asked


def opened(visit, key="/"):
    visit.page.keyboard.press(key)
    visit.page.wait_for_selector(f"dialog {FIELD}")
    return visit


def ask(page, text):
    page.fill(FIELD, text)
    page.wait_for_selector(f'#Find-hits[data-for="{text}"]', state="attached")


def test_nothing_is_loaded_before_it_is_opened(visit):
    one = visit("technologies/celery/")
    asked = requests_of(one)
    one.page.reload()

    assert not [url for url in asked if "search" in url]

    opened(one)
    assert [url for url in asked if "assets/search." in url]
    assert one.complaints == []


@pytest.mark.parametrize("key", ["/", "Control+k", "Meta+k"])
def test_a_key_opens_it_and_escape_closes_it(visit, key):
    page = opened(visit(), key).page

    assert page.evaluate("document.activeElement.id") == "Find-field"
    page.keyboard.type("queue/")
    assert page.input_value(FIELD) == "queue/"
    page.keyboard.press("Escape")
    assert not page.evaluate("document.querySelector('dialog').open")


def test_button_opens_it_and_gets_the_focus_back(visit):
    page = visit().page
    page.click("[data-search]")
    page.wait_for_selector(f"dialog {FIELD}")
    page.keyboard.press("Escape")

    assert page.evaluate("document.activeElement.dataset.search") is not None


def test_arrows_choose_and_enter_follows(visit):
    page = opened(visit()).page
    ask(page, "celery")
    first = page.get_attribute("[aria-selected=true]", "id")

    assert page.get_attribute(FIELD, "aria-activedescendant") == first
    page.keyboard.press("ArrowDown")
    second = page.get_attribute("[aria-selected=true]", "id")
    assert second != first
    page.keyboard.press("ArrowUp")
    assert page.get_attribute("[aria-selected=true]", "id") == first
    goal = page.get_attribute("[aria-selected=true]", "href")
    page.keyboard.press("Enter")
    page.wait_for_url(goal)
    assert unquote(goal).removeprefix(BASE) == "technologies/celery/"


def test_chips_narrow_to_a_kind(visit):
    page = opened(visit()).page
    ask(page, "queue")
    page.click(".find-kinds button:nth-child(1)")
    page.wait_for_selector(".find-kinds button:nth-child(1)[aria-pressed=true]")

    labels = set(page.locator(".find-kind").all_inner_texts())
    assert len(labels) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_open_dialog_is_accessible(visit, axe, scheme, state):
    page = opened(visit(color_scheme=scheme)).page
    ask(page, STATES[state]) if STATES[state] else page.wait_for_selector(HITS)
    page.evaluate(axe)

    results = page.evaluate(
        "rules => axe.run({runOnly: {type: 'tag', values: [...rules, 'best-practice']}})", RULES
    )

    assert [(one["id"], one["nodes"][0]["html"]) for one in results["violations"]] == []


@pytest.mark.parametrize("width", [1280, 360, 320])
def test_dialog_fits_any_screen(visit, width):
    page = opened(visit(viewport={"width": width, "height": 640})).page
    ask(page, "queue")

    assert page.evaluate(SIDEWAYS) <= 0
    box = page.locator("dialog").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_page_of_search_answers_its_address(visit, axe):
    page = visit("search/?q=celery").page
    page.wait_for_selector(HITS)

    assert page.input_value(FIELD) == "celery"
    assert page.locator(HITS).first.get_attribute("href") == f"{BASE}technologies/celery/"
    page.fill(FIELD, "queue")
    page.wait_for_url("**/search/?q=queue")
    page.evaluate(axe)
    assert page.evaluate("axe.run().then(results => results.violations.map(one => one.id))") == []


def test_page_of_search_is_a_list_of_sections_without_script(visit):
    page = visit("search/", java_script_enabled=False).page

    assert page.locator("main .index a").count() > 3
    assert page.locator(FIELD).count() == 0


def test_wrong_address_gets_what_is_near(visit):
    page = visit("technology/celry/").page

    page.wait_for_selector(f"#Near {HITS}")
    assert page.evaluate("document.activeElement === document.body")  # the page is read first
    assert page.locator(HITS).first.get_attribute("href") == f"{BASE}technologies/celery/"


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("alt/prüfungen.html", "alt prüfungen"),
        ("база-данных/index.html", "база данных"),
        ("a%2Bb/50%/c%26d/", "a+b 50% c&d"),
    ],
)
def test_wrong_address_is_asked_for_by_the_words_in_it(visit, address, asked):
    page = visit(address).page

    page.wait_for_selector(f"#Near {FIELD}")
    assert page.input_value(FIELD).split() == asked.split()


def test_search_works_from_a_folder_on_disk(chromium, built, tmp_path):
    for path, data in built.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    page = chromium.new_page()
    said = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((tmp_path / "notes/reading-plans/index.html").as_uri())
    page.keyboard.press("/")
    page.wait_for_selector(FIELD)
    ask(page, "celery")
    page.keyboard.press("Enter")
    page.wait_for_url("**/technologies/celery/index.html")
    page.close()
    assert [one for one in said if "ransition" not in one] == []  # Chromium ends it on a new page


POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " base-uri 'none'; form-action 'self'"
)


@pytest.fixture
def served(built, tmp_path):
    """Return a function that serves the hub over HTTP below a path, under a strict policy."""
    servers = []

    def serve(path):
        for name, data in built.items():
            file = tmp_path / path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), partial(Strict, directory=tmp_path)))
        Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}/{path}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


class Strict(SimpleHTTPRequestHandler):
    def end_headers(self):
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_):
        pass


@pytest.mark.parametrize("path", ["", "hub/"])
def test_search_works_over_http_under_a_strict_policy(chromium, served, path):
    address = served(path)
    page = chromium.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{address}technologies/celery/")
    page.keyboard.press("/")
    page.wait_for_selector(FIELD)
    ask(page, "queue")
    hrefs = page.eval_on_selector_all(HITS, "rows => rows.map(row => row.href)")
    page.close()

    assert hrefs
    assert all(href.startswith(address) for href in hrefs)
    assert [one for one in said if "Content" in one or "Refused" in one] == []


def test_whole_dialog_is_walked_by_keys(visit):
    one = opened(visit())
    page = one.page
    ask(page, "queue")
    rows = page.locator(HITS)

    assert page.get_attribute(FIELD, "aria-expanded") == "true"
    page.keyboard.press("ArrowUp")  # from the first to the last
    last = rows.nth(rows.count() - 1)
    assert last.get_attribute("aria-selected") == "true"
    assert page.get_attribute(FIELD, "aria-activedescendant") == last.get_attribute("id")
    page.keyboard.press("ArrowDown")
    assert rows.first.get_attribute("aria-selected") == "true"
    with one.context.expect_page() as other:
        page.keyboard.press("Control+Enter")
    assert other.value.url == rows.first.get_attribute("href")
    assert page.evaluate("document.querySelector('dialog').open")

    page.bring_to_front()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Close"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".find-kinds [aria-pressed=true]")
    assert page.evaluate("document.activeElement.ariaPressed") == "true"
    page.keyboard.press("Escape")
    assert not page.evaluate("document.querySelector('dialog').open")


def test_empty_query_shows_what_is_new_and_one_at_random(visit):
    page = opened(visit()).page
    page.wait_for_selector(HITS)

    assert page.inner_text(".find-say") == "Recent entries"
    assert page.locator(HITS).last.locator(".find-text").inner_text() == "One at random"


def test_what_is_found_is_told_and_words_are_marked_whole(visit):
    page = opened(visit()).page
    ask(page, "qeue")

    assert page.get_attribute(".find-say", "role") == "status"
    assert "Entries found: " in page.inner_text(".find-say")
    marks = {text.lower() for text in page.locator("#Find-hits mark").all_inner_texts()}
    assert "queue" in marks
    ask(page, "zzqqxx")
    assert page.inner_text(".find-say") == "Nothing found: zzqqxx"
    assert page.locator(HITS).count() == 0


@pytest.mark.parametrize(
    ("query", "marks"),
    [
        ("--exclude", ["--exclude"]),
        (".NET", [".NET"]),
        ("parser", ["HTMLParser"]),
        ("json", ["parse_json_file"]),
        ("接続プール", ["接続プール"]),
        ("redis", ["Redis"]),
    ],
)
def test_place_of_what_was_asked_is_shown_and_marked_as_a_whole(chromium, site, query, marks):
    far = "Lorem ipsum dolor sit amet. " * 9
    text = f"{far}Here --exclude and HTMLParser read what parse_json_file has of .NET. {far}"
    site.settings().note("notes/a.md", text)
    site.note("notes/b.md", f"{far}\n\nRedisのキャッシュは接続プールを使うことにした。")
    one = Visit(chromium, site.build().tree(), "", {})
    ask(opened(one).page, query)

    assert one.page.locator(".find-text mark").all_inner_texts() == marks
    one.context.close()


def test_finger_opens_chooses_and_closes(visit):
    screen = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
    page = visit(**screen).page
    page.tap("[data-search]")
    page.wait_for_selector(f"dialog {FIELD}")
    ask(page, "celery")

    heights = page.eval_on_selector_all(
        f"dialog button, {HITS}", "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 24  # WCAG 2.2, 2.5.8
    goal = page.locator(HITS).first.get_attribute("href")
    page.locator(HITS).first.tap()
    page.wait_for_url(goal)


@pytest.mark.parametrize("options", [{"forced_colors": "active"}, {"reduced_motion": "reduce"}])
def test_dialog_obeys_what_readers_need(visit, options):
    page = opened(visit(**options)).page
    ask(page, "queue")

    style = "one => [getComputedStyle(one).backgroundColor, getComputedStyle(one).outlineStyle]"
    chosen, other = (
        page.locator(f"{HITS}[aria-selected={state}]").first.evaluate(style)
        for state in ("true", "false")
    )
    assert chosen != other
    assert page.evaluate("document.querySelector('dialog').getAnimations({subtree: true})") == []


def test_dialog_reads_from_right_to_left(visit):
    page = visit().page
    page.evaluate("document.documentElement.dir = 'rtl'")
    page.keyboard.press("/")
    page.wait_for_selector(f"dialog {FIELD}")
    ask(page, "queue")

    row = page.locator(HITS).first
    mark, title, kind = (
        row.locator(one).bounding_box()["x"] for one in (".find-mark", "b", ".find-kind")
    )
    assert kind < title < mark
    assert page.evaluate(SIDEWAYS) <= 0


def test_enter_follows_what_was_typed_last(visit):
    page = opened(visit()).page
    ask(page, "queue")

    # Typed and sent at once, before anything of it could be read.
    page.evaluate(
        "field => { const input = document.querySelector(field); input.value = 'celery';"
        "input.dispatchEvent(new Event('input'));"
        "input.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter'})) }",
        FIELD,
    )
    page.wait_for_url("**/technologies/celery/")


def test_enter_that_ends_a_composed_word_follows_nothing(visit):
    page = opened(visit()).page
    ask(page, "celery")
    page.evaluate(
        "field => document.querySelector(field).dispatchEvent("
        "new KeyboardEvent('keydown', {key: 'Enter', keyCode: 229}))",
        FIELD,
    )
    page.wait_for_timeout(100)

    assert page.url == BASE


def test_page_of_search_and_that_of_wrong_addresses_have_one_field(visit):
    for url in ("search/?q=celery", "technology/celry/%ff?from=mail#part"):
        one = visit(url)
        page = one.page
        page.wait_for_selector(HITS)
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("/")

        page.wait_for_function("document.activeElement.id === 'Find-field'")
        assert page.locator(FIELD).count() == 1
        assert page.locator(HITS).first.get_attribute("href") == f"{BASE}technologies/celery/"
        assert [text for text in one.complaints if "404" not in text] == []


def test_what_is_shown_of_an_entry_is_one_text_that_says_what_it_is(chromium, site):
    """Its summary where its title was asked for, else the text with the words, fields by their names."""
    site.settings().note("technologies/celery.md", title="Celery", summary="Runs tasks later.")
    site.note(
        "projects/shop.md",
        "What it is. For celery.",
        title="Shop",
        role="Lead",
        uses="[Celery, Redis]",
    )
    site.note("technologies/redis.md", "Keeps things.", title="Redis", summary="A cache.").build()
    page = opened(
        Visit(chromium, read_tree(site.root / "output"), "", {"color_scheme": "light"})
    ).page
    shown = {}
    for query in ("celery", "redis", "lead"):
        ask(page, query)
        for row in page.locator(f"{HITS}:has(b)").all():
            title, text = (row.locator(one).inner_text() for one in ("b", ".find-text"))
            shown[query, title] = text

    assert shown == {
        ("celery", "Celery"): "Runs tasks later.",
        ("celery", "Shop"): "What it is. For celery.",
        ("redis", "Redis"): "A cache.",
        ("redis", "Shop"): "Uses: Celery, Redis",
        ("lead", "Shop"): "Role: Lead",
    }


def test_more_results_are_shown_on_demand(visit):
    page = opened(visit()).page
    ask(page, "a")
    heads = page.locator(f"{HITS}:has(b)")
    assert heads.count() == 6

    page.keyboard.press("ArrowUp")
    assert page.locator("[aria-selected=true]").inner_text() == "More results"
    page.keyboard.press("Enter")
    page.wait_for_selector("#Find-hits b >> nth=6")
    chosen = page.locator("[aria-selected=true]")
    assert chosen.evaluate("one => [...one.parentNode.children].indexOf(one)") >= 6
    assert page.locator("dialog").is_visible()


def test_what_could_not_be_read_is_told(visit):
    one = visit()
    one.context.route("**/assets/search/t*", lambda route: route.abort())
    page = opened(one).page
    ask(page, "queue")

    assert page.inner_text(".find-say") == "Not all could be read: try again"
    one.context.unroute("**/assets/search/t*")
    ask(page, "queue ")
    assert page.inner_text(".find-say").startswith("Entries found:")


def test_search_that_cannot_be_loaded_leads_to_its_page(visit):
    one = visit()
    one.context.route("**/assets/search.*.js", lambda route: route.abort())
    one.page.click("[data-search]")

    one.page.wait_for_url("**/search/")


def test_what_is_typed_before_search_is_there_is_asked(visit):
    one, held = visit(), []
    one.context.route("**/assets/search.*.js", lambda route: held.append(route))
    one.page.keyboard.type("/celery q")
    while not held:
        one.page.wait_for_timeout(10)
    one.page.keyboard.type("ueue")
    one.context.unroute("**/assets/search.*.js")
    held[0].fallback()

    one.page.wait_for_selector('#Find-hits[data-for="celery queue"]', state="attached")
    one.page.keyboard.type("s")
    assert one.page.input_value(FIELD) == "celery queues"
    one.page.keyboard.press("Escape")
    one.page.wait_for_selector(f"dialog {FIELD}", state="hidden")
    assert opened(one).page.input_value(FIELD) == "celery queues"


def test_a_key_right_behind_escape_is_heard(visit):
    page = opened(visit()).page
    for _ in range(20):
        page.keyboard.press("Escape")
        page.keyboard.press("/")

        assert page.is_visible(FIELD)


def test_pasted_text_of_any_length_is_cut(visit):
    page = opened(visit()).page
    page.keyboard.insert_text("celery " * 99)

    assert len(page.input_value(FIELD)) == 200
    page.wait_for_selector("#Find-hits mark")
    assert page.evaluate(SIDEWAYS) <= 0


@pytest.mark.parametrize(("key", "is_open"), [("л", True), ("t", False)])
def test_key_that_stands_where_k_does_opens_it_on_keyboards_of_other_scripts(visit, key, is_open):
    page = visit().page
    event = {"key": key, "code": "KeyK", "ctrlKey": True, "bubbles": True, "cancelable": True}
    is_left = page.evaluate(
        "one => document.body.dispatchEvent(new KeyboardEvent('keydown', one))", event
    )

    assert is_left is not is_open
    if is_open:
        page.wait_for_selector(f"dialog {FIELD}")


def test_drag_that_ends_outside_leaves_the_dialog_open_and_the_page_stays_where_it_is(visit):
    page = opened(visit("technologies/celery/")).page
    box = page.locator(FIELD).bounding_box()
    page.mouse.move(box["x"] + 50, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(5, box["y"] + 10)
    page.mouse.up()

    assert page.locator("dialog").is_visible()
    page.mouse.move(5, 300)
    page.mouse.wheel(0, 400)
    page.wait_for_timeout(100)
    assert page.evaluate("scrollY") == 0
    page.mouse.click(5, 300)
    assert not page.locator("dialog").is_visible()
