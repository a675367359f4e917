"""Search as a reader meets it: by key and by pointer, in both themes, small and large, from disk."""

from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.browser.conftest import BASE
from tests.browser.test_theme import RULES, SIDEWAYS

pytestmark = pytest.mark.browser

FIELD = "#find-field"
HITS = "#find-hits [role=option]"
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
    page.wait_for_selector(f'#find-hits[data-for="{text}"]', state="attached")


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

    assert page.evaluate("document.activeElement.id") == "find-field"
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
    goal = page.get_attribute("[aria-selected=true]", "data-href")
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
    assert page.locator(HITS).first.get_attribute("data-href") == f"{BASE}technologies/celery/"
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

    page.wait_for_selector(f"#near {HITS}")
    assert page.evaluate("document.activeElement === document.body")  # the page is read first
    assert page.locator(HITS).first.get_attribute("data-href") == f"{BASE}technologies/celery/"


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
